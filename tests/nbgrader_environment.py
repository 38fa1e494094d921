"""nbgrader as teachers have it, in an environment of its own: `python tests/nbgrader_environment.py` makes it where it is missing."""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv-nbgrader"
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
REQUIREMENTS = ROOT / "requirements-nbgrader.txt"
NBGRADER = next(line.split()[0] for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if line.startswith("nbgrader=="))


def install():
    """Make the environment, unless it is there and made of the same requirements; where that is impossible, raise an error."""
    wanted = "".join(path.read_text(encoding="utf-8") for path in (REQUIREMENTS, ROOT / "requirements.txt"))
    done = ENVIRONMENT / "installed"
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        done.touch()  # make compares times
        return
    print(f"Installing {NBGRADER} into {ENVIRONMENT.name}, which takes a minute or two / 正在安装 nbgrader，需要一两分钟", file=sys.stderr)
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    command = [PROGRAMS / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS]
    subprocess.run(list(map(str, command)), check=True)
    done.write_text(wanted, encoding="utf-8")


def environment():
    """Return the environment variables of somebody who has it activated: nbgrader calls programs and kernels that are in it."""
    return {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(ENVIRONMENT)}


if __name__ == "__main__":
    install()
