"""What is handed in, in the tests: notebooks of given cells, the answers of the course, and whole notebooks from files."""

import re
from pathlib import Path

from grader import reference
from grader.questions import questions
from grader.submission import parse

HERE = Path(__file__).parent


def notebook(*sources):
    """Return the JSON of a notebook of these code cells."""
    cells = [{"cell_type": "code", "id": f"cell-{n}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
             for n, source in enumerate(sources)]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}


def submission(*sources):
    """Return what the grader reads from a notebook of these code cells."""
    return parse(notebook(*sources))


def solved(name):
    """Return a graded function as the solution has it."""
    return reference.solved(reference.function_source(questions()[name].path))


def stub(name):
    """Return a graded function as it is handed out."""
    return reference.stub(reference.function_source(questions()[name].path))


def old_cells(name):
    """Return the cells of a notebook in the style of 2017; in the file, the magics are comments."""
    text = (HERE / "old_notebooks" / f"{name}.py").read_text(encoding="utf-8")
    return [re.sub(r"^# (%\w)", r"\1", cell, flags=re.MULTILINE).strip("\n") for cell in text.split("# %%\n")[1:]]


def own_cells(style, name):
    """Return the cells of a notebook that somebody wrote from nothing, in one of the styles of tests/own_notebooks."""
    return re.split(r"\n\n(?=\S)", (HERE / "own_notebooks" / style / f"{name}.py").read_text(encoding="utf-8").strip())
