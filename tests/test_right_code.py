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

from grader.grade import Grader
from grader.questions import notebooks
from grader.submission import parse

ROOT = Path(__file__).parent.parent
NAMES = list(notebooks())
SHORT = {"1_dnn_step_by_step": "1", "2_initialization": "2", "3_regularization": "3", "4_gradient_checking": "4"}
MODULE = {name: entries[0].module for name, entries in notebooks().items()}
GRADED = {name: [question.name for question in entries] for name, entries in notebooks().items()}
SOLUTIONS = {name: json.loads((ROOT / f"notebooks/solutions/{name}.ipynb").read_text(encoding="utf-8")) for name in NAMES}
BY_NOTEBOOK = {"ids": SHORT.get}


@pytest.fixture(scope="module")
def grader():
    with Grader() as grader:
        yield grader


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


def notebook(cells):
    return parse({"nbformat": 4, "cells": [{"cell_type": "code", "source": source} for source in cells]})


def grade(grader, cells, seed=1):
    grader.seed = seed
    return grader.grade_submission(notebook(cells))


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

BY_LOOPS = {
    "1_dnn_step_by_step": '''
import math
import numpy as np

def matrix(rows, columns):
    return [[float(np.random.randn()) * 0.01 for j in range(columns)] for i in range(rows)]

def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    first = np.array(matrix(n_h, n_x))
    second = np.array(matrix(n_y, n_h))
    return dict(b2=np.zeros((n_y, 1), dtype=int), W2=second, b1=np.array([[0]] * n_h), W1=first)

def initialize_parameters_deep(layer_dims):
    rng = np.random.RandomState(3)
    parameters = {}
    l = 1
    while l < len(layer_dims):
        W = np.empty((layer_dims[l], layer_dims[l - 1]))
        for index in np.ndindex(W.shape):
            W[index] = rng.randn() * .01
        parameters[f"b{l}"], parameters[f"W{l}"] = np.zeros_like(W[:, :1]), W
        l += 1
    return parameters

def linear_forward(A, W, b):
    n, m = len(W), A.shape[1]
    Z = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            for k in range(len(A)):
                Z[i][j] += W[i][k] * A[k][j]
            Z[i][j] += b[i][0]
    return [Z, [A, W, b]]

def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    A = np.array(Z)
    for index in np.ndindex(*Z.shape):
        z = float(Z[index])
        if activation == "relu":
            A[index] = z if z > 0 else 0
        else:
            A[index] = 1 / (1 + math.exp(-z)) if z > -700 else 0.0
    return A, (linear_cache, Z)

def L_model_forward(X, parameters):
    caches, A, l = (), X, 1
    while "W" + str(l) in parameters:
        last = "W" + str(l + 1) not in parameters
        A, cache = linear_activation_forward(A, parameters["W" + str(l)], parameters["b" + str(l)], ["relu", "sigmoid"][last])
        caches += (cache,)
        l += 1
    return A, caches

def compute_cost(AL, Y):
    total = 0
    for a, y in zip(AL[0], Y[0]):
        total += math.log(a) if y == 1 else math.log(1 - a)
    return -total / AL.size

def linear_backward(dZ, cache):
    (A_prev, W, b), m = cache, dZ.shape[1]
    dW, db, dA_prev = np.zeros(W.shape), np.zeros(b.shape), np.zeros(A_prev.shape)
    for i in range(m):
        dz, a = dZ[:, i], A_prev[:, i]
        for row in range(len(dz)):
            for column in range(len(a)):
                dW[row, column] += dz[row] * a[column] / m
                dA_prev[column, i] += W[row, column] * dz[row]
            db[row, 0] += dz[row] / m
    return dA_prev, dW, db

def linear_activation_backward(dA, cache, activation):
    linear_cache, Z = cache
    dZ = np.array(dA, copy=True)
    for index in np.ndindex(*dZ.shape):
        if activation == "sigmoid":
            s = 1 / (1 + np.exp(-float(Z[index])))
            dZ[index] *= s * (1 - s)
        elif not Z[index] > 0:
            dZ[index] = 0
    return linear_backward(dZ, linear_cache)

def L_model_backward(AL, Y, caches):
    """Keys of dA by the layer's own number, as the first version of the course had them."""
    grads, L = {}, len(caches)
    dA = np.zeros(AL.shape)
    for i in range(AL.shape[1]):
        dA[0, i] = -1 / AL[0, i] if np.ravel(Y)[i] else 1 / (1 - AL[0, i])
    grads["dAL"] = dA
    for l in range(L, 0, -1):
        kind = "sigmoid" if l == L else "relu"
        dA, grads["dW" + str(l)], grads["db" + str(l)] = linear_activation_backward(dA, caches[l - 1], kind)
        grads["dA" + str(l)] = dA
    return grads

def update_parameters(parameters, grads, learning_rate):
    for key in list(parameters):
        new = []
        for row, slopes in zip(parameters[key], grads["d" + key]):
            new.append([w - learning_rate * dw for w, dw in zip(row, slopes)])
        parameters[key] = np.array(new)
    return parameters
''',
    "2_initialization": """
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l, (n, n_prev) in enumerate(zip(layers_dims[1:], layers_dims), 1):
        parameters["W" + str(l)] = np.array([[0] * n_prev for i in range(n)])
        parameters["b" + str(l)] = np.array([[0.0]] * n)
    return parameters

def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
        rows = []
        for i in range(layers_dims[l]):
            rows.append([np.random.standard_normal() * 10 for j in range(layers_dims[l - 1])])
        parameters["W" + str(l)] = np.array(rows)
    return parameters

def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters, l = {}, 0
    while (l := l + 1) < len(layers_dims):
        W = np.random.randn(layers_dims[l], layers_dims[l - 1])
        for index in np.ndindex(W.shape):
            W[index] *= (2 / layers_dims[l - 1]) ** 0.5
        parameters.update({"W" + str(l): W, "b" + str(l): np.full((layers_dims[l], 1), 0)})
    return parameters
""",
    "3_regularization": """
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    penalty = 0
    for key in parameters:
        if key.startswith("W"):
            for row in parameters[key]:
                for weight in row:
                    penalty += weight * weight
    cross_entropy = 0
    for a, y in zip(np.ravel(A3), np.ravel(Y)):
        cross_entropy -= np.log(a if y == 1 else 1 - a)
    return (cross_entropy + lambd / 2 * penalty) / Y.shape[1]

def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    gradients = {}
    dZ = A3 - Y
    for l, A, Z_prev, W in ((3, A2, Z2, W3), (2, A1, Z1, W2), (1, X, None, W1)):
        gradients[f"dZ{l}"] = dZ
        dW, db = np.zeros(W.shape), np.zeros((W.shape[0], 1))
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                dW[i, j] = (sum(dZ[i] * A[j]) + lambd * W[i, j]) / m
            db[i] = sum(dZ[i]) / m
        gradients[f"dW{l}"], gradients[f"db{l}"] = dW, db
        if Z_prev is not None:
            dA = np.array([[sum(W[:, k] * dZ[:, i]) for i in range(m)] for k in range(W.shape[1])])
            gradients[f"dA{l - 1}"] = dA
            dZ = np.where(Z_prev > 0, dA, 0)
    return gradients

def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    A, cache = X, []
    for l in (1, 2, 3):
        W, b = parameters["W" + str(l)], parameters["b" + str(l)]
        Z = np.dot(W, A) + b
        if l == 3:
            A = 1 / (1 + np.exp(-Z))
            return A, (*cache, Z, A, W, b)
        A = np.maximum(Z, 0)
        D = np.zeros(A.shape, dtype=int)
        for index in np.ndindex(A.shape):
            D[index] = 1 if np.random.rand() < keep_prob else 0
        for index in np.ndindex(A.shape):
            A[index] = A[index] / keep_prob if D[index] else 0
        cache += [Z, D, A, W, b]

def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    dA2 = np.array([[sum(W3[:, k] * dZ3[:, i]) * D2[k, i] / keep_prob for i in range(m)] for k in range(W3.shape[1])])
    dZ2 = np.array([[d if a > 0 else 0.0 for d, a in zip(*rows)] for rows in zip(dA2, A2)])
    dA1 = np.array([[sum(W2[:, k] * dZ2[:, i]) * D1[k, i] / keep_prob for i in range(m)] for k in range(W2.shape[1])])
    dZ1 = np.array([[d if a > 0 else 0.0 for d, a in zip(*rows)] for rows in zip(dA1, A1)])
    gradients = {"dA1": dA1, "dA2": dA2}
    for l, dZ, A in ((1, dZ1, X), (2, dZ2, A1), (3, dZ3, A2)):
        gradients["dZ" + str(l)] = dZ
        gradients["dW" + str(l)] = np.array([[sum(row * other) / m for other in A] for row in dZ])
        gradients["db" + str(l)] = np.array([[sum(row) / m] for row in dZ])
    return gradients
""",
    "4_gradient_checking": '''
def forward_propagation(x, theta):
    return sum([float(theta) * float(x)])

def backward_propagation(x, theta):
    return 1.0 * x

def gradient_check(x, theta, epsilon=1e-7):
    """The derivative is written down, the threshold is the old one."""
    J = []
    for sign in (1, -1):
        J.append(forward_propagation(x, theta + sign * epsilon))
    gradapprox = (J[0] - J[1]) / 2 / epsilon
    difference = abs(x - gradapprox) / (abs(x) + abs(gradapprox))
    print("wrong" if difference > 1e-7 else "right")
    return difference

def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7, print_msg=False):
    """Without the helpers that make vectors of dictionaries."""
    top = left = right = 0
    for key, value in parameters.items():
        for index in np.ndindex(*value.shape):
            J = []
            for sign in (1, -1):
                moved = {**parameters, key: value.copy()}
                moved[key][index] += sign * epsilon
                J.append(forward_propagation_n(X, Y, moved)[0])
            slope = (J[0] - J[1]) / (2 * epsilon)
            given = gradients["d" + key][index]
            top += (given - slope) ** 2
            left += given**2
            right += slope**2
    return top**0.5 / (left**0.5 + right**0.5)

def backward_propagation_n(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    gradients, dZ = {}, A3 - Y
    for l, W, A, A_prev in ((3, W3, None, A2), (2, W2, A2, A1), (1, W1, A1, X)):
        if A is not None:
            dZ = gradients[f"dA{l}"] * np.where(A > 0, 1, 0)
        gradients[f"dZ{l}"] = dZ
        gradients[f"dW{l}"] = sum(np.outer(dZ[:, i], A_prev[:, i]) for i in range(m)) / m
        gradients[f"db{l}"] = np.array([[sum(row) / m] for row in dZ])
        gradients[f"dA{l - 1}"] = np.array([W.T @ dZ[:, i] for i in range(m)]).T
    return gradients
''',
}
BY_NUMPY = {
    "1_dnn_step_by_step": """
from numpy import add, asarray, einsum, log, log1p, matmul, mean, multiply, random, squeeze, subtract, tensordot, zeros
import numpy as xp
from dnn_utils import sigmoid as sg, sigmoid_backward as sgb
import dnn_utils as u

T, EPS = xp.transpose, 0.0
KEYS = ("W{}", "b{}")

def initialize_parameters(n_x, n_h, n_y):
    xp.random.seed(1)
    return {f"{k}{l}": xp.random.normal(0, 0.01, s) if k == "W" else zeros(s)
            for k, l, s in (("W", 1, (n_h, n_x)), ("b", 1, (n_h, 1)), ("W", 2, (n_y, n_h)), ("b", 2, (n_y, 1)))}

def initialize_parameters_deep(layer_dims):
    random.seed(3)
    return {key: value for l, shape in enumerate(zip(layer_dims[1:], layer_dims[:-1]), 1)
            for key, value in ((f"W{l}", random.randn(*shape) / 100), (f"b{l}", zeros((shape[0], 1))))}

def linear_forward(A, W, b):
    return add(einsum("ij,jk->ik", W, A), b), (A, W, b)

def linear_activation_forward(A_prev, W, b, activation):
    g = {"sigmoid": sg, "relu": u.relu}[activation]
    (A, activation_cache), linear_cache = [(g(Z), cache) for Z, cache in [linear_forward(A_prev, W, b)]][0]
    return A, (linear_cache, activation_cache)

def L_model_forward(X, parameters):
    A, caches = X, []
    for l in range(1, (L := len(parameters) // 2) + 1):
        activation = "sigmoid" if l == L else "relu"
        A, cache = linear_activation_forward(A_prev := A, *(parameters[k.format(l)] for k in KEYS), activation)
        caches.append(cache)
    return A, caches

def compute_cost(AL, Y):
    m = xp.size(Y)
    cost = -(Y @ log(AL + EPS).T + (1 - Y) @ log1p(-AL).T) / m
    return squeeze(cost)

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = xp.shape(A_prev)[-1]
    return tensordot(W, dZ, axes=(0, 0)), matmul(dZ, T(A_prev)) / m, mean(dZ, axis=1).reshape(-1, 1)

def linear_activation_backward(dA, cache, activation):
    backward = dict(sigmoid=sgb, relu=lambda dA, Z: dA * (Z > 0))
    return linear_backward(backward[activation](dA, cache[1]), cache[0])

def L_model_backward(AL, Y, caches):
    Y = asarray(Y).reshape(AL.shape)
    dA, grads = (AL - Y) / (AL * (1 - AL)), {}
    for l, cache in reversed(list(enumerate(caches, 1))):
        dA, grads[f"dW{l}"], grads[f"db{l}"] = linear_activation_backward(dA, cache, "relu" if l < len(caches) else "sigmoid")
        grads[f"dA{l-1}"] = dA
    return grads

def update_parameters(parameters, grads, learning_rate):
    step = lambda key, value: subtract(value, multiply(learning_rate, grads[f"d{key}"]))
    return {key: step(key, value) for key, value in sorted(parameters.items(), reverse=True)}
""",
    "2_initialization": """
import numpy as xp
from functools import reduce

def shapes(dims):
    yield from enumerate(zip(dims[1:], dims), start=1)

def initialize_parameters_zeros(layers_dims):
    return {k: v for l, (n, p) in shapes(layers_dims)
            for k, v in ((f"W{l}", xp.zeros([n, p], "f4")), (f"b{l}", xp.zeros([n, 1], bool) * 1))}

def initialize_parameters_random(layers_dims):
    xp.random.seed(3)
    def add(done, layer):
        l, shape = layer
        return {**done, f"W{l}": 10 * xp.random.standard_normal(shape), f"b{l}": xp.zeros((shape[0], 1))}
    return reduce(add, shapes(layers_dims), {})

def initialize_parameters_he(layers_dims):
    parameters = initialize_parameters_random(layers_dims)
    return {k: v / 10 * xp.sqrt(2. / v.shape[1]) if "W" in k else v for k, v in parameters.items()}
""",
    "3_regularization": '''
import numpy as xp

W_KEYS = ["W" + str(l) for l in range(1, 4)]
mean_of = lambda dZ: xp.mean(dZ, -1, keepdims=True)

def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[-1]
    penalty = sum(xp.linalg.norm(parameters[key]) ** 2 for key in W_KEYS)
    return xp.float64(compute_cost(A3, Y) + penalty * lambd / m / 2)

def backward_propagation_with_regularization(X, Y, cache, lambd):
    """Through the other form of the same gradients, plus the ones that it leaves out."""
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = (dA2 := xp.einsum("ij,ik->jk", W3, dZ3)) * (Z2 > 0)
    dZ1 = (dA1 := xp.matmul(W2.T, dZ2)) * xp.int64(A1 > 0)
    pairs = {1: (dZ1, X, W1), 2: (dZ2, A1, W2), 3: (dZ3, A2, W3)}
    grads = {f"dW{l}": (dZ @ A.T + lambd * W) / m for l, (dZ, A, W) in pairs.items()}
    return grads | {f"db{l}": mean_of(dZ) for l, (dZ, *_) in pairs.items()} | dict(dZ1=dZ1, dZ2=dZ2, dZ3=dZ3, dA1=dA1, dA2=dA2)

def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    rng = xp.random.RandomState(1)
    W1, b1, W2, b2, W3, b3 = map(parameters.get, "W1 b1 W2 b2 W3 b3".split())
    A1 = xp.clip(Z1 := W1 @ X + b1, 0, None)
    A1 = A1 * (D1 := (rng.uniform(size=A1.shape) < keep_prob).astype(xp.float32)) / keep_prob
    A2 = xp.clip(Z2 := W2 @ A1 + b2, 0, None)
    A2 = xp.where(D2 := rng.random_sample(A2.shape) < keep_prob, A2, 0) / keep_prob
    A3 = sigmoid(Z3 := W3 @ A2 + b3)
    return A3, [Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3]

def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = xp.subtract(A3, Y)
    dZ2 = (dA2 := xp.divide(W3.T @ dZ3 * D2, keep_prob)) * xp.sign(A2)
    dZ1 = (dA1 := xp.divide(W2.T @ dZ2 * D1, keep_prob)) * xp.heaviside(A1, 0)
    grads = {"dA1": dA1, "dA2": dA2, "dZ1": dZ1, "dZ2": dZ2, "dZ3": dZ3}
    for l, A in enumerate([X, A1, A2], 1):
        grads[f"dW{l}"] = xp.einsum("im,jm->ij", grads[f"dZ{l}"], A) / X.shape[1]
        grads[f"db{l}"] = mean_of(grads[f"dZ{l}"])
    return grads
''',
    "4_gradient_checking": """
import numpy as xp
from numpy import linalg as la
from init_utils import backward_propagation as whole

def forward_propagation(x, theta):
    return xp.multiply(x, theta)

def backward_propagation(x, theta):
    return xp.asarray(x) * xp.ones_like(theta)

def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = xp.diff([forward_propagation(x, theta + e) for e in (-epsilon, epsilon)])[0] / (2 * epsilon)
    grad = backward_propagation(x, theta)
    return la.norm([grad - gradapprox]) / (la.norm([grad]) + la.norm([gradapprox]))

def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7, print_msg=False):
    theta, _ = dictionary_to_vector(parameters)
    steps = xp.eye(theta.size)[:, :, None] * epsilon
    cost = lambda t: forward_propagation_n(X, Y, vector_to_dictionary(t, parameters))[0]
    gradapprox = xp.array([[(cost(theta + e) - cost(theta - e)) / (2 * epsilon)] for e in steps])
    grad = gradients_to_vector(gradients)
    return xp.array(la.norm(grad - gradapprox) / (la.norm(grad) + la.norm(gradapprox)))

def backward_propagation_n(X, Y, cache):
    return {key: value for key, value in sorted(whole(X, xp.reshape(Y, (1, -1)), cache).items())}
""",
}
BY_CLASSES = {
    "1_dnn_step_by_step": '''
import copy, functools, operator
import numpy as np

@functools.total_ordering
class Layer(dict):
    """A layer that knows its own gradients."""
    rate = 0.01

    def __init__(self, n_prev, n, rng=np.random):
        super().__init__(W=rng.randn(n, n_prev) * self.rate, b=np.zeros((n, 1)))

    def __lt__(self, other):
        return id(self) < id(other)

def numbered(layers):
    return {key + str(l): layer[key] for l, layer in enumerate(layers, 1) for key in layer}

def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    return numbered([Layer(n_x, n_h), Layer(n_h, n_y)])

def initialize_parameters_deep(layer_dims):
    np.random.seed(seed=3)
    def rest(dims):
        return [] if len(dims) < 2 else [Layer(dims[0], dims[1])] + rest(dims[1:])
    return numbered(rest(layer_dims))

class Linear:
    def __init__(self, A, W, b):
        self.A, self.W, self.b = A, W, b

    @property
    def cache(self):
        return self.A, self.W, self.b

    def __call__(self):
        return operator.add(self.W.dot(self.A), self.b)

def linear_forward(A, W, b):
    linear = Linear(A, W, b)
    return linear(), linear.cache

relu_forward = functools.partial(np.maximum, 0)

def linear_activation_forward(A_prev, W, b, activation, *unused, **ignored):
    Z, linear_cache = linear_forward(A_prev, W, b)
    if activation == "relu":
        A = relu_forward(Z)
    else:
        with np.errstate(over="ignore"):
            A = 0.5 * (1 + np.tanh(Z / 2))
    return A, (linear_cache, Z)

def L_model_forward(X, parameters):
    L = max(int(key[1:]) for key in parameters)
    def go(A, l):
        A, cache = linear_activation_forward(A, parameters["W%d" % l], parameters["b%d" % l], "sigmoid" if l == L else "relu")
        if l == L:
            return A, [cache]
        AL, caches = go(A, l + 1)
        return AL, [cache] + caches
    return go(X, 1)

def compute_cost(AL, Y):
    try:
        m, = Y.shape[1:]
    finally:
        pass
    losses = np.empty(m)
    for i in range(m):
        losses[i] = -np.log(AL[0, i] ** Y[0, i] * (1 - AL[0, i]) ** (1 - Y[0, i]))
    return losses.mean()

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    return W.T.dot(dZ), dZ.dot(A_prev.T) / dZ.shape[1], dZ.sum(axis=1)[:, np.newaxis] / dZ.shape[1]

def linear_activation_backward(dA, cache, activation):
    class Backward:
        @staticmethod
        def relu(dA, Z):
            dZ = np.array(dA, copy=True)
            dZ[Z <= 0] = 0
            return dZ
        @classmethod
        def sigmoid(cls, dA, Z):
            s = 1 / (1 + np.exp(-Z))
            return dA * s * (1 - s)
    linear_cache, Z = cache
    return linear_backward(getattr(Backward, activation)(dA, Z), linear_cache)

def L_model_backward(AL, Y, caches):
    Y = Y.reshape(AL.shape)
    L = len(caches)
    grads = {"dA" + str(L): -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))}
    stack = list(range(1, L + 1))
    while stack:
        l = stack.pop()
        found = linear_activation_backward(grads["dA" + str(l)], caches[l - 1], "sigmoid" if l == L else "relu")
        grads.update(zip(("dA" + str(l - 1), "dW" + str(l), "db" + str(l)), found))
    return grads

def update_parameters(params, grads, learning_rate):
    parameters = copy.deepcopy(params)
    for l in range(len(parameters) // 2):
        parameters["W" + str(l + 1)] -= learning_rate * grads["dW" + str(l + 1)]
        parameters["b" + str(l + 1)] -= learning_rate * grads["db" + str(l + 1)]
    return parameters
''',
    "2_initialization": """
class Start:
    seed, factor = 3, staticmethod(lambda n_prev: 0)

    def __init__(self, dims):
        self.dims = dims

    def __iter__(self):
        np.random.seed(self.seed)
        for l in range(1, len(self.dims)):
            yield "W" + str(l), np.random.randn(self.dims[l], self.dims[l - 1]) * self.factor(self.dims[l - 1])
            yield "b" + str(l), np.zeros((self.dims[l], 1))

class Large(Start):
    factor = staticmethod(lambda n_prev: 10)

class He(Start):
    @staticmethod
    def factor(n_prev):
        return np.power(n_prev / 2, -0.5)

def initialize_parameters_zeros(layers_dims):
    return dict(Start(layers_dims))

def initialize_parameters_random(layers_dims):
    return dict(Large(layers_dims))

initialize_parameters_he = lambda layers_dims: dict(He(layers_dims))
""",
    "3_regularization": """
import copy
from dataclasses import dataclass
from collections import OrderedDict, namedtuple

Cache = namedtuple("Cache", "Z1 A1 W1 b1 Z2 A2 W2 b2 Z3 A3 W3 b3")
Dropped = namedtuple("Dropped", "Z1 D1 A1 W1 b1 Z2 D2 A2 W2 b2 Z3 A3 W3 b3")

@dataclass
class Penalty:
    lambd: float
    m: int

    def of(self, *weights):
        return sum(self.lambd * np.sum(np.square(W)) for W in weights) / (2 * self.m)

def compute_cost_with_regularization(A3, Y, parameters, lambd):
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]
    return compute_cost(A3, Y) + Penalty(lambd, Y.shape[1]).of(W1, W2, W3)

def backward_propagation_with_regularization(X, Y, cache, lambd):
    c, m, out = Cache(*cache), X.shape[1], OrderedDict()
    def layer(dZ, A, W, l):
        dW = 1 / m * np.dot(dZ, A.T) + np.multiply(lambd / m, W)
        out.update({"dZ" + l: dZ, "dW" + l: dW, "db" + l: 1 / m * np.sum(dZ, 1)[:, None]})
        return np.dot(W.T, dZ)
    out["dA2"] = layer(c.A3 - Y, c.A2, c.W3, "3")
    out["dA1"] = layer(np.multiply(out["dA2"], np.int64(c.A2 > 0)), c.A1, c.W2, "2")
    layer(np.multiply(out["dA1"], np.int64(c.A1 > 0)), X, c.W1, "1")
    return out

def dropped(A, keep_prob):
    D = np.random.rand(*A.shape)
    D = D < keep_prob
    A *= D
    A /= keep_prob
    return D, A

def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    p = copy.deepcopy(parameters)
    Z1 = np.dot(p["W1"], X) + p["b1"]
    D1, A1 = dropped(relu(Z1), keep_prob)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    D2, A2 = dropped(relu(Z2), keep_prob)
    Z3 = np.dot(p["W3"], A2) + p["b3"]
    A3 = sigmoid(Z3)
    return A3, Dropped(Z1, D1, A1, p["W1"], p["b1"], Z2, D2, A2, p["W2"], p["b2"], Z3, A3, p["W3"], p["b3"])

def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    c, m = Dropped(*cache), X.shape[1]
    class Gradients(dict):
        def layer(self, l, dZ, A):
            self["dZ%d" % l], self["dW%d" % l], self["db%d" % l] = dZ, dZ @ A.T / m, dZ @ np.ones((m, 1)) / m
    g = Gradients()
    g.layer(3, c.A3 - Y, c.A2)
    g["dA2"] = c.W3.T @ g["dZ3"] * c.D2 / keep_prob
    g.layer(2, g["dA2"] * (c.A2 > 0), c.A1)
    g["dA1"] = c.W2.T @ g["dZ2"] * c.D1 / keep_prob
    g.layer(1, g["dA1"] * (c.A1 > 0), X)
    return g
""",
    "4_gradient_checking": """
from operator import mul
import functools

class Line:
    def __init__(self, x):
        self.x = x
    def __call__(self, theta):
        return mul(self.x, theta)
    slope = property(lambda self: self.x)

forward_propagation = lambda x, theta: Line(x)(theta)

def backward_propagation(x, theta):
    return Line(x).slope

def central(f, at, step):
    return (f(at + step) - f(at - step)) / (2 * step)

def gradient_check(x, theta, epsilon=1e-7):
    grad, gradapprox = backward_propagation(x, theta), central(functools.partial(forward_propagation, x), theta, epsilon)
    return np.sqrt((grad - gradapprox) ** 2) / (np.sqrt(grad ** 2) + np.sqrt(gradapprox ** 2))

def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7, print_msg=False):
    order = sorted(parameters)
    grad = np.concatenate([np.ravel(gradients["d" + key]) for key in order])
    slopes = []
    for key in order:
        flat = parameters[key].ravel()
        def cost(value, i=None):
            moved = flat.copy()
            moved[i] = value
            return float(np.squeeze(forward_propagation_n(X, Y, {**parameters, key: moved.reshape(parameters[key].shape)})[0]))
        slopes += [central(functools.partial(cost, i=i), flat[i], epsilon) for i in range(flat.size)]
    gradapprox = np.array(slopes)
    numerator = np.linalg.norm(grad - gradapprox)
    difference = numerator / (np.linalg.norm(grad) + np.linalg.norm(gradapprox))
    if difference > 2e-7:
        print("\\033[93m" + "There is a mistake in the backward propagation! difference = " + str(difference) + "\\033[0m")
    return difference

def backward_propagation_n(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    grads = dict.fromkeys("dZ3 dW3 db3 dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1".split())
    mean = lambda a, axis=1: np.average(a, axis=axis, keepdims=True)
    grads["dZ3"] = A3 - Y
    grads["dA2"] = W3.T.dot(grads["dZ3"])
    grads["dZ2"] = np.where(A2 > 0, grads["dA2"], 0)
    grads["dA1"] = W2.T.dot(grads["dZ2"])
    grads["dZ1"] = np.where(A1 > 0, grads["dA1"], 0)
    for l, A in zip("321", (A2, A1, X)):
        grads["dW" + l] = mean(grads["dZ" + l][:, None, :] * A[None], 2)[:, :, 0]
        grads["db" + l] = mean(grads["dZ" + l])
    return grads
""",
}
STYLES = {"loops": BY_LOOPS, "numpy": BY_NUMPY, "classes": BY_CLASSES}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NAMES, **BY_NOTEBOOK)
def test_notebooks_written_by_hand(grader, name, style):
    cells = re.split(r"\n\n(?=\S)", STYLES[style][name].strip())
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
