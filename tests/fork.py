"""A learner's fork: the course's four notebooks with some exercises filled in, right or wrong."""

import functools
import json
from pathlib import Path

import nbformat

from grader import reference
from notebooks.source import make_notebooks, sources

ROOT = Path(__file__).resolve().parent.parent
NAMES = sources.NAMES


@functools.cache
def _unfilled(name):
    path = ROOT / "notebooks" / f"{name}.ipynb"
    if make_notebooks.worked_in(path):  # in a folder where somebody learns
        return nbformat.writes(make_notebooks.assemble(name, reference.stub))
    return path.read_text(encoding="utf-8")


def unfilled(name):
    """Return a notebook as learners get it, as JSON that may be changed."""
    return json.loads(_unfilled(name))


def answers(name):
    """Return a solved notebook."""
    return json.loads((ROOT / "notebooks" / "solutions" / f"{name}.ipynb").read_text(encoding="utf-8"))


def cell_of(notebook, function):
    """Return the cell of an exercise; its source is one text afterwards."""
    cell = next(cell for cell in notebook["cells"] if cell["metadata"].get("graded", "").endswith(f".{function}"))
    cell["source"] = "".join(cell["source"])
    return cell


def solve(folder, name, *functions, edits=()):
    """Write a notebook into `folder` in which these exercises are filled in, or all; edits: (function, old, new) make them wrong."""
    notebook, solved = unfilled(name), answers(name)
    graded = [cell["metadata"]["graded"].rpartition(".")[2] for cell in notebook["cells"] if "graded" in cell["metadata"]]
    for function in functions or graded:
        cell_of(notebook, function)["source"] = cell_of(solved, function)["source"]
    for function, old, new in edits:
        cell = cell_of(notebook, function)
        assert old in cell["source"]
        cell["source"] = cell["source"].replace(old, new)
    save(folder, name, notebook)


def save(folder, name, notebook):
    """Write a notebook into `folder`."""
    (folder / f"{name}.ipynb").write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
