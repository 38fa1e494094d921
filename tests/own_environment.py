"""Environments of their own, for programs whose versions shall neither bend those of the course nor be bent by them."""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def programs(folder):
    """Return the folder of an environment in which python and the other programs are."""
    return folder / ("Scripts" if os.name == "nt" else "bin")


def packages(requirements):
    """Return what a file of requirements asks for, without its comments and options: "nbgrader==0.9.5"."""
    lines = (line.split("#")[0].strip() for line in requirements.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-")]


def make_environment(folder, requirements, optional=False):
    """Make an environment, unless it is there and made of the same requirements; where that is impossible, raise an error.

    folder: where to; requirements: the file of its packages, whose ranges are those of requirements.txt.
    optional: where not all can be installed together, go on with those that can be alone, and say which are missing.
    """
    wanted = "".join(path.read_text(encoding="utf-8") for path in (requirements, ROOT / "requirements.txt"))
    done = folder / "installed"
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        done.touch()  # make compares times
        return
    print(f"Installing {requirements.name} into {folder.name}, which takes a minute or two / 正在安装 {requirements.name}，需要一两分钟",
          file=sys.stderr)
    venv.create(folder, clear=True, with_pip=True)
    pip = [str(programs(folder) / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    try:
        subprocess.run([*pip, "-r", str(requirements)], check=True)
    except subprocess.CalledProcessError:
        if not optional:
            raise
        for package in packages(requirements):
            if subprocess.run([*pip, "-c", str(ROOT / "requirements.txt"), package]).returncode:
                print(f"{package} cannot be installed here; rm -r {folder.name} before you try again\n"
                      f"这里装不了 {package}；重试之前先运行 rm -r {folder.name}", file=sys.stderr)
    done.write_text(wanted, encoding="utf-8")
