"""The text of the reference functions: as they are, as the solution shows them, and as the stub that a learner is given."""

import ast
import functools
import re
from pathlib import Path

import course

ROOT = Path(__file__).resolve().parent.parent
LEARNER = re.compile(r"^(?P<indent> *)(?P<code>.*?)  # learner: (?P<learner>.*)$", re.MULTILINE)
COURSE_MODULES = ("dnn_utils", "init_utils", "reg_utils", "gc_utils")  # in the order in which they need each other
SUPPORTING_MODULES = ("checks",)  # what those import


def course_module(name):
    """Return a module of the course."""
    import importlib

    return importlib.import_module(name)


@functools.cache
def module_text(module):
    """Return (source, {function: (first, def, last)}) of a module of the course: line numbers from 0, decorators being first."""
    source = (ROOT / f"{module}.py").read_text(encoding="utf-8")
    lines, places = source.splitlines(), {}
    starts = [n for n, line in enumerate(lines) if re.match(r"def \w+\(", line)]
    for start in starts:
        first = start
        while lines[first - 1].startswith("@"):
            first -= 1
        last = next((n for n in range(start + 1, len(lines)) if lines[n][:1] not in ("", " ", ")")), len(lines)) - 1
        while not lines[last].strip():
            last -= 1
        places[re.match(r"def (\w+)", lines[start])[1]] = (first, start, last)
    return source, places


def function_source(path):
    """Return the source of the function at `path`, "module.function", without its decorators."""
    module, name = path.split(".")
    source, places = module_text(module)
    if name not in places:  # imported there from another module
        import inspect

        function = inspect.unwrap(getattr(course_module(module), name))
        source, places = module_text(function.__module__)
    _, start, last = places[name]
    return "\n".join(source.splitlines()[start : last + 1])


def graded_functions(module):
    """Return the names of the functions of a module that have lines for a learner to write."""
    source, places = module_text(module)
    lines = source.splitlines()
    return [name for name, (_, start, last) in places.items() if any(course.BEGINS.match(line) for line in lines[start:last])]


def solved(source):
    """Return the cell of the solution: the reference without its `# learner:` notes."""
    return LEARNER.sub(r"\g<indent>\g<code>", source)


def stub(source):
    """Return the cell of the learner: between the markers each statement becomes `...`, or what its `# learner:` note says.

    A region that has such notes is handed over whole otherwise: there the task is to find what is wrong in it.
    """
    lines = source.splitlines()
    region = {number for first, last in course.regions(source) for number in range(first, last + 1)}
    if LEARNER.search(source):
        return LEARNER.sub(r"\g<indent>\g<learner>", source)
    result, skip_to = [], 0
    statements = {node.lineno: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)}
    for number, line in enumerate(lines, 1):
        if number <= skip_to:
            continue
        node = statements.get(number)
        if number not in region or node is None:
            result.append(line)
            continue
        skip_to = node.end_lineno
        left = ""
        if isinstance(node, ast.Assign):
            target = node.targets[0]
            count = len(target.elts) if isinstance(target, ast.Tuple) else 1
            left = ast.get_source_segment(source, target) + " = " + ", ".join(["..."] * (count - 1)) + ", " * (count > 1)
        result.append(" " * node.col_offset + left + "...  # about 1 line")
    return "\n".join(result)


def lines_to_write(source):
    """Return how many lines of code the reference has between its markers (where the task is to find faults: their number)."""
    planted = len(LEARNER.findall(source))
    lines = source.splitlines()
    inside = [lines[n - 1].strip() for first, last in course.regions(source) for n in range(first, last + 1)]
    return planted or sum(bool(line) and not line.startswith("#") for line in inside)


def without(module, names):
    """Return the source of a module without its functions `names` and without the decorators that check input."""
    source, places = module_text(module)
    lines = source.splitlines()
    for name, (first, start, last) in places.items():
        for n in range(first, last + 1 if name in names else start):
            lines[n] = ""
    return "\n".join(lines)


@functools.cache
def given_modules(module):
    """Return {name: source} of `module` without its graded functions, and of the modules that it needs."""
    needed = SUPPORTING_MODULES + COURSE_MODULES[: COURSE_MODULES.index(module) + 1]
    # __getattr__ loads what is not given: a gradient report would solve the exercises of notebook 4
    return {name: without(name, [*graded_functions(name), "__getattr__"] if name == module else ()) for name in needed}
