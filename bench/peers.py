"""The programs that ours are measured beside, in an environment of their own: `python bench/peers.py` makes it."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))

from own_environment import make_environment, packages, programs  # noqa: E402

ENVIRONMENT = ROOT / ".venv-peers"
PYTHON = programs(ENVIRONMENT) / "python"
REQUIREMENTS = ROOT / "requirements/peers.txt"
NAMES = [package.split("==")[0] for package in packages(REQUIREMENTS)]
PROGRAM = """import importlib.metadata, json, sys
found = {package.name.lower(): package.version for package in importlib.metadata.distributions()}
print(json.dumps({name: found.get(name) for name in sys.argv[1:]}))"""


def install():
    """Make the environment, unless it is there and up to date; a peer that this Python cannot have is left out."""
    make_environment(ENVIRONMENT, REQUIREMENTS, optional=True)


def versions():
    """Return {package: version} of the peers in the environment, None for one that could not be installed."""
    return json.loads(subprocess.run([PYTHON, "-c", PROGRAM, *NAMES], stdout=subprocess.PIPE, check=True).stdout)


if __name__ == "__main__":
    install()
    for name, version in versions().items():
        print(name, version or "is missing: it cannot be installed here")
