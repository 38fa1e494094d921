"""Right code is accepted, however it is written, and each question is judged by itself.

Seeds: what is written by hand is graded under three of them; a rewriting that a program makes of the solutions has the same
values for every input, so that one seed each is enough.
"""

import ast
import builtins
import json
import random
import re
import symtable
import textwrap
from pathlib import Path

import pytest
from handed_in import own_cells, submission

from grader.grade import Grader
from grader.questions import notebooks

ROOT = Path(__file__).parent.parent
NAMES = list(notebooks())
SHORT = {"1_dnn_step_by_step": "1", "2_initialization": "2", "3_regularization": "3", "4_gradient_checking": "4"}
MODULE = {name: entries[0].module for name, entries in notebooks().items()}
GRADED = {name: [question.name for question in entries] for name, entries in notebooks().items()}
SOLUTIONS = {name: json.loads((ROOT / f"notebooks/solutions/{name}.ipynb").read_text(encoding="utf-8")) for name in NAMES}
BY_NOTEBOOK = {"ids": SHORT.get}


def sources(name):
    """Return the texts of the code cells of a solution."""
    return ["".join(cell["source"]) for cell in SOLUTIONS[name]["cells"] if cell["cell_type"] == "code"]


def functions(name):
    """Return {graded function: its text in the solution}."""
    cells = SOLUTIONS[name]["cells"]
    return {cell["metadata"]["graded"].split(".")[1]: "".join(cell["source"]) for cell in cells if "graded" in cell["metadata"]}


def with_functions(name, rewritten):
    """Return the cells of a solution in which the graded functions are `rewritten` {name: text}."""
    back = {text: graded for graded, text in functions(name).items()}
    return [rewritten[back[source]] if source in back else source for source in sources(name)]


def grade(grader, cells, seed=1):
    grader.seed = seed
    return grader.grade_submission(submission(*cells))


def assert_full_marks(grader, name, cells, seed=1):
    result = grade(grader, cells, seed)
    wrong = [(question["name"], question["message"]["en"]) for question in result["questions"] if question["status"] != "correct"]
    assert not wrong, (seed, wrong)
    assert result["assignment"] == name and result["score"] == result["max_score"] == 100
    return result


# ---------------------------------------------------------------- ways to rewrite the cells


def shuffled(cells):
    return random.Random(4).sample(cells, len(cells))


def only_functions(cells):
    return [cell for cell in cells if re.match(r"(@|def )", cell)]


def with_other_cells(cells):
    others = [
        "1 / 0",
        "while True:\n    pass",
        "print(undefined",
        "",
        "# a note",
        "import this, torch",
        "%%bash\nrm -rf x",
        "assert False",
        "\n\n",
        "raise SystemExit",
        "x = [",
        "def unused(:\n    pass",
        "m = load('nothing')[0]",
        "np = None if False else np",
        "?",
    ]
    return [other for pair in zip(cells, (others * len(cells))[: len(cells)]) for other in pair] + others


def in_one_cell(cells):
    return ["\n\n".join(cells)]


def with_magics(cells):
    return [f"%%time\n%load_ext autoreload\n!pip list\n{cell}\nnp.dot?\nfiles = !ls\n" for cell in cells]


def without_imports(cells):
    return [cell for cell in cells if not re.match(r"(import|from) ", cell)]


ARRANGEMENTS = {
    "as-it-is": lambda cells: cells,
    "shuffled": shuffled,
    "reversed": lambda cells: cells[::-1],
    "other-cells": with_other_cells,
    "one-cell": in_one_cell,
    "no-imports": without_imports,
    "no-helper-cells": only_functions,
    "each-cell-twice": lambda cells: [cell for cell in cells for _ in (1, 2)],
    "magics": with_magics,
}


# of the three smaller notebooks, each arrangement takes one in turn
ARRANGED = [(name, kind) for n, kind in enumerate(ARRANGEMENTS) for name in (NAMES[0], NAMES[1 + n % 3])]


@pytest.mark.parametrize("name, arrangement", ARRANGED, ids=lambda value: SHORT.get(value, value))
def test_cells_in_any_arrangement(grader, name, arrangement):
    result = assert_full_marks(grader, name, ARRANGEMENTS[arrangement](sources(name)), seed=len(arrangement))
    if arrangement == "each-cell-twice":
        assert all(
            "(Defined 2 times; the last one counts, in cell " in question["message"]["en"] for question in result["questions"]
        )
        assert all("定义了 2 次，以最后一次为准" in question["message"]["zh"] for question in result["questions"])


# ---------------------------------------------------------------- ways to rewrite a function


class Names(ast.NodeTransformer):
    """Renames variables and arguments."""

    def __init__(self, new):
        self.new = new

    def visit_Name(self, node):
        node.id = self.new.get(node.id, node.id)
        return node

    def visit_arg(self, node):
        node.arg = self.new.get(node.arg, node.arg)
        return self.generic_visit(node)


def own_names(source):
    """Return the names that a function sets itself, its arguments included."""
    table = symtable.symtable(source, "x", "exec").get_children()[0]
    tables, found = [table], set()
    for inner in tables:
        tables += inner.get_children()
        found |= {
            symbol.get_name() for symbol in inner.get_symbols() if symbol.is_local() and not symbol.get_name().startswith(".")
        }
    return found


def rename_variables(source):
    tree = Names({name: f"{name}_of_mine" for name in own_names(source)}).visit(ast.parse(source))
    return ast.unparse(tree)


def rename_numpy(source):
    return ast.unparse(Names({"np": "xp"}).visit(ast.parse(source)))


class Given(ast.NodeTransformer):
    """Writes helpers.name for the names that the notebook imports from its helper module."""

    def __init__(self, own):
        self.own = own

    def visit_Name(self, node):
        if node.id in self.own or node.id == "np" or hasattr(builtins, node.id):
            return node
        return ast.Attribute(ast.Name("helpers", ast.Load()), node.id, ast.Load())


def helpers_by_module(source):
    return ast.unparse(Given(own_names(source) | {"init_utils"}).visit(ast.parse(source)))


def add_at_the_start(source, text):
    tree = ast.parse(source)
    tree.body[0].body[:0] = ast.parse(text).body
    return ast.unparse(tree)


def loud(source):
    return add_at_the_start(
        source,
        'import sys, warnings\nprint("x" * 1000)\nwarnings.warn("careful")\nprint("y", file=sys.stderr)\n'
        "sys.stdout.flush()\nnp.log(np.zeros(3))",
    )


def annotated(source):
    tree = ast.parse(source)
    for argument in tree.body[0].args.args:
        argument.annotation = ast.parse("np.ndarray | dict[str, 'Array'] | Unknown['n', 1:2]", mode="eval").body
    tree.body[0].returns = ast.parse("tuple[Something, ...]", mode="eval").body
    return "# -*- coding: utf-8 -*-\n" + ast.unparse(tree)


def inner_function(source):
    tree = ast.parse(source)
    function = tree.body[0]
    arguments = ", ".join(argument.arg for argument in function.args.args)
    inner = ast.unparse(function).replace(f"def {function.name}(", "def inner(", 1)
    return (
        f"def {function.name}(*args, **kwargs):\n{textwrap.indent(inner, '    ')}\n"
        f"    return inner(*args, **kwargs)  # {arguments}\n"
    )


def by_helper(source):
    """The function calls another one that does the work."""
    name = re.match(r"def (\w+)", source)[1]
    return f"def {name}(*args):\n    return {name}_by_hand(*args)\n\n\n" + source.replace(
        f"def {name}(", f"def {name}_by_hand(", 1
    )


def by_method(source):
    name = re.match(r"def (\w+)", source)[1]
    return f"class Own_{name}:\n    @staticmethod\n{textwrap.indent(source, '    ')}\n\n{name} = Own_{name}.{name}\n"


def by_partial(source):
    name = re.match(r"def (\w+)", source)[1]
    other = source.replace(f"def {name}(", f"def {name}_full(unused, ", 1)
    return f"from functools import partial as fill_in\n{name} = fill_in({name}_full, None)\n{other}"


def by_lambda(source):
    name = re.match(r"def (\w+)", source)[1]
    return source.replace(f"def {name}(", f"def _{name}(", 1) + f"\n\n{name} = lambda *args: _{name}(*args)\n"


def decorated_by(decorator):
    return lambda source: f"@{decorator}\n{source}"


def indented(source):
    return "if True:\n" + textwrap.indent(source, "    ") + "\nelse:\n    pass"


def without_comments(source):
    return ast.unparse(ast.parse(source))


def seeded(source):
    """The state of NumPy's generator before the call does not matter, and what the function does to it neither."""
    return add_at_the_start(
        source, "np.random.rand(7)\nnp.random.seed(99)\nimport random\nrandom.seed(1)\nnp.seterr(all='ignore')"
    )


DECORATORS = """
import functools, time
def timed(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        start = time.time()
        value = f(*args, **kwargs)
        print("took", time.time() - start)
        return value
    return inner

def change(value, number, sequence, mapping):
    if isinstance(value, dict):
        return mapping({key: change(part, number, sequence, mapping) for key, part in value.items()})
    if isinstance(value, (tuple, list)):
        return sequence(change(part, number, sequence, mapping) for part in value)
    return number(value)

def same(value):
    return value

def changed(number=same, sequence=tuple, mapping=same):
    def decorator(f):
        return lambda *args, **kwargs: change(f(*args, **kwargs), number, sequence, mapping)
    return decorator

def single(value):
    return np.asarray(value).astype(np.float32) if np.asarray(value).dtype.kind == "f" else value

def zero_d(value):
    return np.array(value) if np.ndim(value) == 0 else value

def python_number(value):
    return np.asarray(value).item() if np.ndim(value) == 0 else value

def numpy_number(value):
    return np.asarray(value)[()]

def more_keys(value):
    return {"note": "mine", **dict(reversed(value.items())), "layers": 3, "any": object(), 7: None}

def masks_as(kind):
    return lambda value: value.astype(kind) if getattr(value, "dtype", None) == bool else value
"""
NEEDED = {  # cells that a way of rewriting needs
    "numpy-renamed": ["import numpy as xp"],
    "helpers-by-module": ["import MODULE as helpers"],
    "helpers-by-older-module": ["import MODULE_v2 as helpers"],
}
WAYS = {
    "variables-renamed": rename_variables,
    "numpy-renamed": rename_numpy,
    "helpers-by-module": helpers_by_module,
    "helpers-by-older-module": helpers_by_module,
    "loud": loud,
    "annotated": annotated,
    "inner-function": inner_function,
    "by-helper": by_helper,
    "by-method": by_method,
    "by-partial": by_partial,
    "by-lambda": by_lambda,
    "indented": indented,
    "no-comments": without_comments,
    "seeded": seeded,
    "timed": decorated_by("timed"),
    "lists": decorated_by("changed(sequence=list)"),
    "float32": decorated_by("changed(number=single)"),
    "0-d-arrays": decorated_by("changed(number=zero_d)"),
    "python-numbers": decorated_by("changed(number=python_number)"),
    "numpy-numbers": decorated_by("changed(number=numpy_number)"),
    "more-keys": decorated_by("changed(mapping=more_keys)"),
    "masks-int": decorated_by("changed(number=masks_as(int))"),
    "masks-float32": decorated_by("changed(number=masks_as(np.float32))"),
}
ONLY = {
    "masks-int": ["3"],
    "masks-float32": ["3"],
    "python-numbers": ["1", "4"],
    "numpy-numbers": ["3", "4"],
    "0-d-arrays": ["1", "4"],
    "annotated": ["1", "3"],
    "by-helper": ["1", "2"],
    "by-method": ["1", "4"],
    "by-lambda": ["2", "3"],
    "indented": ["1", "2"],
    "timed": ["3", "4"],
    "no-comments": ["1", "4"],
    "lists": ["1", "3"],
    "helpers-by-older-module": ["1", "3"],
    "helpers-by-module": ["1", "3", "4"],
}


@pytest.mark.parametrize(
    "name, way",
    [(name, way) for way in WAYS for name in NAMES if SHORT[name] in ONLY.get(way, "1234")],
    ids=lambda value: SHORT.get(value, value),
)
def test_functions_written_in_any_way(grader, name, way):
    needed = [
        cell.replace("MODULE", MODULE[name])
        for cell in NEEDED.get(way, [DECORATORS] if "@" in WAYS[way]("def f(): pass") else [])
    ]
    if way == "helpers-by-module" and name.startswith("4"):
        needed.append("import init_utils")
    rewritten = {graded: WAYS[way](source) for graded, source in functions(name).items()}
    cells = with_functions(name, rewritten)
    if way == "numpy-renamed":
        cells = [cell for cell in cells if "import numpy as np" not in cell]
    assert_full_marks(grader, name, [*cells, *needed], seed=len(way))  # helpers stand in a later cell


# ---------------------------------------------------------------- written by hand


@pytest.mark.parametrize("style", ["loops", "numpy", "classes"])
@pytest.mark.parametrize("name", NAMES, **BY_NOTEBOOK)
def test_notebooks_written_by_hand(grader, name, style):
    cells = own_cells(style, name)
    for seed in (1, 2, 3):
        assert_full_marks(grader, name, cells if seed < 3 else cells[::-1], seed)


# ---------------------------------------------------------------- each question is judged by itself


def callers(name):
    """Return {graded function: the graded functions that call it, directly or not}."""
    texts = functions(name)
    calls = {
        graded: {other for other in texts if other != graded and re.search(rf"\b{other}\(", text)}
        for graded, text in texts.items()
    }
    for _ in calls:
        calls = {graded: found | {deep for other in found for deep in calls[other]} for graded, found in calls.items()}
    return {graded: {other for other in texts if graded in calls[other]} for graded in texts}


WRONG = """
def wrong_by(f):
    def change(value):
        if isinstance(value, dict):
            return {key: change(part) for key, part in value.items()}
        if isinstance(value, (tuple, list)):
            return tuple(change(part) for part in value)
        return np.asarray(value) * 1.5 + 0.25
    return lambda *args, **kwargs: change(f(*args, **kwargs))
"""


def stubbed(source, left):
    """Return a function whose lines between the markers are stubs, `...` or None."""
    lines, inside = [], False
    for line in source.split("\n"):
        if "END CODE" in line:
            inside = False
        found = re.match(r"( *)([\w\[\]\"' +(),-]+?) = ", line)
        if inside and found:
            line = f"{found[1]}{found[2]} = " + (", ".join(["..."] * (found[2].count(", ") + 1)) if left == "..." else left)
        elif inside and line.strip() and not line.strip().startswith("#"):
            line = re.match(" *", line)[0] + left
        lines.append(line)
        inside = inside or "START CODE" in line
    return "\n".join(lines)


BREAKS = {
    "wrong": (lambda source: f"@wrong_by\n{source}", ("incorrect", "error")),
    "ellipsis": (lambda source: stubbed(source, "..."), ("not_attempted",)),
    "none": (lambda source: stubbed(source, "None"), ("not_attempted",)),
    "deleted": (lambda source: "# deleted", ("missing",)),
    "syntax": (lambda source: source.replace("return ", "return (", 1), ("error",)),
    "raises": (lambda source: add_at_the_start(source, "raise ValueError('not mine')"), ("error",)),
    "returns-nothing": (lambda source: re.sub(r"\n    return .*(\n  .*)*", "", source), ("incorrect", "error")),
    "exits": (lambda source: add_at_the_start(source, "import os\nos._exit(0)"), ("error",)),
}
EVERY_FUNCTION = [(name, graded) for name in NAMES for graded in GRADED[name]]
KINDS = list(BREAKS)
# every function gives wrong values once, and is broken in one of the other ways, in turn
BROKEN = [(*pair, kind) for n, pair in enumerate(EVERY_FUNCTION) for kind in (KINDS[0], KINDS[1 + n % (len(KINDS) - 1)])]


@pytest.fixture
def no_diagnosis(monkeypatch):
    """What a mistake is called is proved elsewhere, and takes its time."""
    monkeypatch.setattr("grader.judge.diagnose", lambda *args, **kwargs: None)


def judge_broken(grader, name, graded, change, statuses, seed=1):
    """Break one function of a solution; every other question must keep its points. Return {function: result}."""
    texts = functions(name)
    rewritten = {**texts, graded: change(texts[graded])}
    assert rewritten[graded] != texts[graded]
    result = grade(grader, ["import numpy as np", WRONG, *with_functions(name, rewritten)], seed)
    assert result["assignment"] == name
    found = {question["name"]: question for question in result["questions"]}
    assert found[graded]["status"] in statuses and found[graded]["points"] == 0, found[graded]
    lost = [other for other, question in found.items() if question["status"] != "correct"]
    assert lost == [graded], [(other, found[other]["message"]["en"]) for other in lost]
    assert result["score"] == 100 - found[graded]["max_points"]
    return found


@pytest.mark.parametrize("name, graded, kind", BROKEN, ids=lambda value: SHORT.get(value, value))
def test_a_broken_function_costs_its_own_points_only(grader, no_diagnosis, name, graded, kind):
    found = judge_broken(grader, name, graded, *BREAKS[kind])
    calling = callers(name)[graded] - ({"gradient_check"} if name.startswith("4") else set())  # there the helpers are replaced
    for other, question in found.items():
        if other in calling:
            assert question["message"]["en"] == f"Right; it will work once {graded} does.", question
            assert question["message"]["zh"] == f"正确；等 {graded} 也对了，它就能用了。"
        elif other != graded:
            assert question["message"]["en"] in ("Correct.", f"Right; it will work once {graded} does."), question


def test_callers_are_known():
    assert callers("1_dnn_step_by_step")["linear_forward"] == {"linear_activation_forward", "L_model_forward"}
    assert callers("4_gradient_checking")["forward_propagation"] == {"gradient_check"}


def test_two_wrong_functions_are_both_named(grader):
    texts = functions(NAMES[0])
    rewritten = {**texts, "linear_backward": "@wrong_by\n" + texts["linear_backward"], "linear_activation_backward": "# gone"}
    result = grade(grader, ["import numpy as np", WRONG, *with_functions(NAMES[0], rewritten)])
    found = {question["name"]: question for question in result["questions"]}
    assert result["score"] == 80
    assert found["L_model_backward"]["message"]["en"].startswith("Right; it will work once linear_activation_backward")


def test_a_wrong_helper_of_ones_own_is_part_of_the_function_that_calls_it(grader):
    texts = functions(NAMES[0])
    own = "def times(x, y):\n    return x @ y * 1.5\n"
    rewritten = {**texts, "linear_forward": texts["linear_forward"].replace("W @ A", "times(W, A)")}
    result = grade(grader, [own, *with_functions(NAMES[0], rewritten)])
    assert [question["name"] for question in result["questions"] if question["status"] != "correct"] == ["linear_forward"]


def test_an_own_version_of_a_given_helper_that_is_wrong_is_named(grader):
    own = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"  # returns the array only
    result = grade(grader, [*sources(NAMES[0]), own])
    found = {question["name"]: question for question in result["questions"]}
    assert [other for other in found if found[other]["status"] != "correct"] == ["linear_activation_forward"], found
    assert "sigmoid" in found["linear_activation_forward"]["message"]["en"]


def test_an_endless_loop_costs_one_question():
    endless = lambda source: add_at_the_start(source, "while True:\n    pass")
    with Grader(seed=1, seconds=1) as grader:
        found = judge_broken(grader, NAMES[0], "linear_activation_backward", endless, ("timeout",))
    assert found["L_model_backward"]["message"]["en"] == "Right; it will work once linear_activation_backward does."
