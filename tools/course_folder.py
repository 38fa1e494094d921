"""Make the folder of an assignment: the learner's notebooks and all that they need beside them.

    python -m tools.course_folder ~/course/source/dnn                  for nbgrader, docs/teaching.md
    python -m tools.course_folder ~/course/source/hw1 --notebook 1     one notebook

What they need is what their sources import, what the grader gives to the process that runs learners' code, and what these import
(tools/structure.py). It takes Python alone, no package.
"""

import argparse
import re
import shutil
from pathlib import Path

from grader.reference import COURSE_MODULES, SUPPORTING_MODULES

from .structure import ROOT, imports

BESIDE = ("datasets", "LICENSE")
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[1-9]_*[a-z].ipynb"))  # a copy that `make notebooks` kept ends in a digit


def needed():
    """Return the names of the modules and packages that must be beside the notebooks."""
    picture, found = imports(), set()
    waiting = [name for name in picture if re.match(r"notebooks\.source\.(\d|setup$)", name)]
    waiting += COURSE_MODULES + SUPPORTING_MODULES
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += picture[name]
    return sorted({name.partition(".")[0] for name in found} - {"notebooks"})


def make(folder, notebooks):
    """Copy `notebooks`, a list of paths, and what they need into a folder, which may be there already."""
    folder.mkdir(parents=True, exist_ok=True)
    modules = [ROOT / name if (ROOT / name).is_dir() else ROOT / f"{name}.py" for name in needed()]
    for path in [*notebooks, *modules, *(ROOT / name for name in BESIDE)]:
        if path.is_dir():
            shutil.copytree(path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
        else:
            shutil.copy(path, folder)


def main():
    parser = argparse.ArgumentParser(description="Make the folder of an assignment: notebooks, and what they need beside them.")
    parser.add_argument("folder", type=Path, help="where to; what is there already is replaced file by file")
    parser.add_argument("--notebook", choices=[path.name[0] for path in NOTEBOOKS], action="append",
                        help="only this one, by its number (may be repeated)")
    options = parser.parse_args()
    notebooks = [path for path in NOTEBOOKS if path.name[0] in (options.notebook or path.name)]
    make(options.folder, notebooks)
    print(f"{options.folder}: {', '.join(path.name for path in notebooks)}")


if __name__ == "__main__":
    main()
