"""The picture of the modules and of who imports whom: `python -m tools.structure` prints it; tests/test_structure.py keeps it so.

LAYERS is the order. A module imports what stands in a line above its own: so there is no circle, and nobody has to look for one.
"""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYERS = """
grader grader.text grader.sandbox grader.classroom

checks course figures
gradient_report.*
dnn_utils
init_utils
gc_utils reg_utils
fast_network testCases

grader.limits grader.result grader.reference
grader.submission grader.edits grader.questions.*

grader.sandbox.wire grader.sandbox.jail grader.sandbox.start
grader.sandbox.worker
grader.sandbox.runner
grader.sandbox.bubblewrap

grader.compare grader.oracle
grader.diagnose grader.explain grader.finite_differences
grader.judge
grader.grade grader.report grader.reset grader.exits
grader.cells grader.screen
grader.notebook grader.watch

grader.classroom.store grader.classroom.intake grader.classroom.gradebook grader.classroom.job grader.classroom.screen
grader.classroom.pages grader.classroom.local
grader.classroom.cluster
grader.classroom.batch
grader.github
grader.cli
grader.__main__

tools.*
notebooks.source.*
docs.* datasets.* conftest check_setup
bench.*
"""
FOLDERS = ("grader/**", "gradient_report", "tools", "notebooks/source", "docs", "datasets", "bench")


def modules():
    """Return {name: path} of all modules but the tests; that of a package is its __init__.py."""
    found = {}
    for path in sorted([*ROOT.glob("*.py"), *(path for folder in FOLDERS for path in ROOT.glob(f"{folder}/*.py"))]):
        found[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = path
    return found


@cache
def named(name):
    """Return what a module imports, wherever in it, as dotted names: "numpy", "grader.text.Text"."""
    path, found = modules()[name], set()
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            found |= {".".join([*above, *filter(None, [node.module]), alias.name]) for alias in node.names}
    return found


def imports():
    """Return {module: the modules of this project that it imports}; a name inside a module stands for that module."""
    known = modules()

    def module_of(name):
        while name and name not in known:
            name = name.rpartition(".")[0]
        return name

    return {name: sorted({module_of(other) for other in named(name)} - {"", name}) for name in known}


def place(name):
    """Return (line, entry) of a module in LAYERS; `x.*` is the package x and all that is in it. None where it has no place."""
    for number, line in enumerate(LAYERS.strip().splitlines()):
        for entry in line.split():
            package = entry.removesuffix(".*")
            if name == package or (entry != package and name.startswith(f"{package}.")):
                return number, entry
    return None


def arrows_up(found):
    """Return the imports that do not go to a line above, as "a -> b"; inside an entry `x.*` all may import each other."""
    arrows = ((name, other) for name, others in found.items() for other in others if place(name) and place(other))
    return [f"{name} -> {other}" for name, other in arrows
            if place(name)[1] != place(other)[1] and place(name)[0] <= place(other)[0]]


def circle(found):
    """Return a circle of imports, as the modules on it, or None."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return error.args[1]
    return None


if __name__ == "__main__":
    picture = imports()
    for line in LAYERS.strip().splitlines():
        print(line)
        for name in [name for name in picture if place(name) and place(name)[1] in line.split() and picture[name]]:
            print(f"    {name} -> {', '.join(picture[name])}")
    for fault in [*(f"no place in LAYERS: {name}" for name in picture if not place(name)),
                  *(f"goes up: {arrow}" for arrow in arrows_up(picture)),
                  *([f"circle: {' -> '.join(found)}"] if (found := circle(picture)) else [])]:
        print(fault)
