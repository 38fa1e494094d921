"""Environments of their own, for programs whose versions shall neither bend those of the course nor be bent by them.

`python -m tools.environments nbgrader` makes .venv-nbgrader, nbgrader as teachers have it; with `peers` it makes .venv-peers, the
programs that `make bench` measures ours beside. One that is there and up to date is left as it is.
"""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = """import importlib.metadata, json, sys
found = {package.name.lower(): package.version for package in importlib.metadata.distributions()}
print(json.dumps({name: found.get(name) for name in sys.argv[1:]}))"""


class Environment:
    """An environment beside the course's: .venv-NAME, made from requirements/NAME.txt.

    optional: where not all its packages can be installed together, it has those that can be alone.
    """

    def __init__(self, name, optional=False):
        self.folder, self.requirements, self.optional = ROOT / f".venv-{name}", ROOT / "requirements" / f"{name}.txt", optional
        self.programs = self.folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.programs / "python"

    def packages(self):
        """Return what its requirements ask for, without their comments and options: "nbgrader==0.9.5"."""
        lines = (line.split("#")[0].strip() for line in self.requirements.read_text(encoding="utf-8").splitlines())
        return [line for line in lines if line and not line.startswith("-")]

    def install(self):
        """Make it, unless it is there and made of the same requirements; where that is impossible, raise an error."""
        wanted = "".join(path.read_text(encoding="utf-8") for path in (self.requirements, ROOT / "requirements.txt"))
        done = self.folder / "installed"
        if done.exists() and done.read_text(encoding="utf-8") == wanted:
            done.touch()  # make compares times
            return
        print(f"Installing requirements/{self.requirements.name} into {self.folder.name}, which takes a minute or two / "
              f"正在安装 requirements/{self.requirements.name}，需要一两分钟", file=sys.stderr)
        venv.create(self.folder, clear=True, with_pip=True)
        pip = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        try:
            subprocess.run([*pip, "-r", str(self.requirements)], check=True)
        except subprocess.CalledProcessError:
            if not self.optional:
                raise
            for package in self.packages():
                if subprocess.run([*pip, "-c", str(ROOT / "requirements.txt"), package]).returncode:
                    print(f"{package} cannot be installed here; rm -r {self.folder.name} before you try again\n"
                          f"这里装不了 {package}；重试之前先运行 rm -r {self.folder.name}", file=sys.stderr)
        done.write_text(wanted, encoding="utf-8")

    def versions(self):
        """Return {package: version} of what it was to have, None for one that could not be installed."""
        names = [package.partition("==")[0] for package in self.packages()]
        done = subprocess.run([self.python, "-c", VERSIONS, *names], stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    def variables(self):
        """Return the environment variables of somebody who has it activated: a program in it calls others that are in it."""
        return {**os.environ, "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(self.folder)}


NBGRADER = Environment("nbgrader")
PEERS = Environment("peers", optional=True)

if __name__ == "__main__":
    wanted = {"nbgrader": NBGRADER, "peers": PEERS}[sys.argv[1]]
    wanted.install()
    for name, version in wanted.versions().items():
        print(name, version or "is missing: it cannot be installed here")
