"""nbgrader as teachers have it, in an environment of its own: `python tests/nbgrader_environment.py` makes it where it is missing."""

import os

from own_environment import ROOT, make_environment, packages, programs

ENVIRONMENT = ROOT / ".venv-nbgrader"
PROGRAMS = programs(ENVIRONMENT)
REQUIREMENTS = ROOT / "requirements/nbgrader.txt"
NBGRADER = next(package for package in packages(REQUIREMENTS) if package.startswith("nbgrader=="))


def install():
    """Make the environment, unless it is there and made of the same requirements; where that is impossible, raise an error."""
    make_environment(ENVIRONMENT, REQUIREMENTS)


def environment():
    """Return the environment variables of somebody who has it activated: nbgrader calls programs and kernels that are in it."""
    return {**os.environ, "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(ENVIRONMENT)}


if __name__ == "__main__":
    install()
