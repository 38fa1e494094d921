"""Say whether this Python has what the course needs: `python check_setup.py` prints [OK] or [FAIL] for each package.

With --quiet only what fails is printed.
"""

import importlib
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent
# where the name to import is not the package's; pyplot lists the system's fonts once, and would say so inside a notebook
MODULES = {"scikit-learn": "sklearn", "pytest-xdist": "xdist", "matplotlib": "matplotlib.pyplot"}


def requirements():
    """Return the packages that requirements.txt lists, as (name, range)."""
    lines = (line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines())
    return [(line[: line.index(">")], line[line.index(">") :]) for line in lines if line]


def problem(name, versions):
    """Return what is wrong with the package `name`, or None; `versions` is a range such as ">=1.26,<3"."""
    try:
        found = version(name)
    except PackageNotFoundError:
        return "not installed"
    from packaging.specifiers import SpecifierSet

    if not SpecifierSet(versions).contains(found, prereleases=True):
        return f"{found} found, {versions} needed"
    try:
        importlib.import_module(MODULES.get(name, name.replace("-", "_")))
    except Exception as error:  # a broken binary package can raise anything; the learner must read which one it is
        return f"{found} does not import: {error}"
    return None


def main():
    python = ".".join(map(str, sys.version_info[:3]))
    rows = [("python", python, None if sys.version_info >= (3, 11) else f"{python} found, 3.11 or newer needed")]
    for name, versions in requirements():
        wrong = problem(name, versions)
        rows.append((name, "" if wrong else version(name), wrong))
    width = max(len(name) for name, _, _ in rows)
    for name, found, wrong in rows:
        if wrong or "--quiet" not in sys.argv:
            print(f"[{'FAIL' if wrong else 'OK'}]".ljust(7), name.ljust(width), wrong or found)
    failed = [name for name, _, wrong in rows if wrong]
    if failed:
        print("\nTo repair / 修复方法:  python -m pip install -r requirements.txt")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
