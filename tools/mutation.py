"""Grade the grader: change the reference functions everywhere in typical ways and see what the grader says to each mutant.

The operators are written for this file and know nothing of grader/edits.py, so that the grader is asked what it was not told.
`python -m tools.mutation` prints the tables as Markdown; --write puts them into tools/mutation.md.
"""

import argparse
import ast
import contextlib
import copy
import difflib
import io
import json
import os
import re
import statistics
import sys
import time
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np

import course
from grader import reference, submission
from grader.grade import Grader
from grader.oracle import Reference, draw
from grader.questions import questions

from . import results

ROOT = Path(__file__).resolve().parent.parent
SEEDS = range(10_001, 10_031)  # on whose cases a mutant that always agrees with the reference counts as equivalent
ROUNDING = 1e-9  # relative to the largest entry: a smaller change is no change of value
HOW = """\
Each mutant is one change in one statement of a reference function, graded as a notebook with that function alone.

- *Equivalent*: the same shapes and values as the reference (to 1e-9 of the largest entry, or to the question's own `noise`) in
  all cases of 30 further seeds; more keys in a returned dictionary, and keys that the question calls optional, do not matter.
  Such a mutant is right code; it is left out of the other counts.
- *Caught*: the status is not "correct", and not because the grader itself failed.
- *Named*: the diagnosis gives the line that was changed, and a quantity which is set in that line or a returned quantity into
  which it flows. The head of a loop or a branch sets what its body sets. Two causes at once count only where both do.
  - A mutant that raises is named as well where the message gives the changed line as the one that fails.
  - A statement left out has no line of its own: the lines beside the gap are right for a diagnosis, and so is no line at all;
    an exception may be in any line that sets or reads the quantity. Where nothing is left between the markers, "not attempted"
    is the right answer, and where the `return` is left out, a message that speaks of it.
  - The planted bugs of notebook 4, left in, have a message of their own, which does not give them away: that one is right.
"""


class Mutant(NamedTuple):
    """One change: the whole function after it, and what a diagnosis may say about it."""

    operator: str
    line: int
    lines: frozenset  # of the function: a diagnosis that gives one of these points at the change
    failing: frozenset  # and an exception that is raised in one of these
    quantities: frozenset
    original: str
    changed: str
    source: str
    written: bool  # in a line that a learner writes, not in given code


# ---------------------------------------------------------------- what a function's variables are


def local_types(question):
    """Return {variable: kind of value} of the reference, observed in a run on the first cases of a question."""
    found, names = {}, {np.ndarray: "array", dict: "dict", tuple: "tuple", list: "list"}
    checker = Reference(question)
    code = compile(checker.source, "<types>", "exec")

    def watch(frame, event, argument):
        if event == "return" and frame.f_code.co_name == question.name and frame.f_code.co_filename == "<types>":
            for name, value in frame.f_locals.items():
                number = "number" if isinstance(value, int | float | np.generic) and not isinstance(value, bool) else ""
                found[name] = names.get(type(value), number)

    for case in draw(question, 0):
        sys.setprofile(watch)
        try:
            checker.outcome(code, case)
        finally:
            sys.setprofile(None)
    return found


def key_of(node):
    """Return the text that a dictionary's key begins with: "W" of `"W" + str(l)`, "W1" of `"W1"`, "" where it has none."""
    while isinstance(node, ast.BinOp):
        node = node.left
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def variable(node):
    """Return what an expression stores into or reads from: "db", or "grads.db" of `grads["db" + str(l)]`."""
    if isinstance(node, ast.Subscript):
        base, key = variable(node.value), key_of(node.slice)
        return f"{base}.{key}" if base and key else base
    if isinstance(node, ast.Attribute):
        return variable(node.value)
    return node.id if isinstance(node, ast.Name) else ""


def read_by(node):
    """Return the variables that an expression reads; "random" is the state of the generator."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            found.add(part.id)
        elif isinstance(part, ast.Subscript) and key_of(part.slice):
            found.add(variable(part))
        elif isinstance(part, ast.Attribute) and part.attr in ("rand", "randn"):
            found.add("random")
    keyed = {name.split(".")[0] for name in found if "." in name}
    return found - keyed


def set_by(statement):
    """Return [(variables set, variables read)] of one statement, without the statements inside it."""
    if isinstance(statement, ast.Assign):
        target, value = statement.targets[0], statement.value
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            return [({variable(t)}, read_by(v)) for t, v in zip(target.elts, value.elts)]
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        return [({variable(part) for part in parts}, read_by(value))]
    if isinstance(statement, ast.AugAssign):
        return [({variable(statement.target)}, read_by(statement.value) | {variable(statement.target)})]
    if isinstance(statement, ast.For):
        return [({variable(statement.target)}, read_by(statement.iter))]
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        called = statement.value.func
        name = "random" if isinstance(called, ast.Attribute) and called.attr == "seed" else variable(called)
        return [({name}, read_by(statement.value))]
    return []


def meets(a, b):
    """Return whether two variables are the same, or one is a part of the other, as "grads.db" is of "grads"."""
    return a == b or a.startswith(b + ".") or b.startswith(a + ".")


class Function:
    """A reference function: its statements, and which returned quantities each variable flows into."""

    def __init__(self, question):
        self.question = question
        self.source = reference.solved(reference.function_source(question.path))
        self.lines = self.source.splitlines()
        self.tree = ast.parse(self.source).body[0]
        self.types = local_types(question)
        inside = course.regions(self.source)
        self.written = {number for first, last in inside for number in range(first, last + 1)}
        self.statements = [
            node for node in ast.walk(self.tree)
            if isinstance(node, ast.stmt) and node is not self.tree and not isinstance(node, ast.Raise)
            and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
        self.statements.sort(key=lambda node: node.lineno)
        self.flows = [pair for statement in self.statements for pair in self._flows(statement)]

    def _flows(self, statement):
        """Return [(variables that flow, variables or "return: quantity" that they flow into)]."""
        pairs = [(read, stored) for stored, read in set_by(statement)]
        if isinstance(statement, ast.For | ast.If):
            head = read_by(statement.iter if isinstance(statement, ast.For) else statement.test)
            loop = {variable(statement.target)} if isinstance(statement, ast.For) else set()
            pairs += [(head | loop, self._set_inside(statement))]
        if isinstance(statement, ast.Return):
            pairs += self._returned(statement.value, self.question.returns)
        return pairs

    def _set_inside(self, statement):
        inside = [node for node in ast.walk(statement) if isinstance(node, ast.stmt) and node is not statement]
        return {name for node in inside for stored, _ in set_by(node) for name in stored}

    def _returned(self, value, names):
        if isinstance(value, ast.Tuple) and isinstance(names, tuple):
            return [pair for part, name in zip(value.elts, names) for pair in self._returned(part, name)]
        if isinstance(value, ast.Dict):
            return [(read_by(part), {f"return: {key_of(key)}"}) for key, part in zip(value.keys, value.values)]
        flat = names if isinstance(names, tuple) else (names,)
        while any(isinstance(name, tuple) for name in flat):
            flat = [part for name in flat for part in (name if isinstance(name, tuple) else (name,))]
        pairs = [(read_by(value), {f"return: {name}" for name in flat})]
        keyed = {name for node in self.statements for stored, _ in set_by(node) for name in stored if "." in name}
        pairs += [({name}, {f"return: {name.split('.')[1]}"}) for name in keyed if name.split(".")[0] in read_by(value)]
        return pairs

    def reached(self, names):
        """Return the returned quantities into which the variables `names` flow."""
        found, waiting = set(names), list(names)
        while waiting:
            name = waiting.pop()
            for read, stored in self.flows:
                if any(meets(name, other) for other in read):
                    waiting += stored - found
                    found |= stored
        return {name.removeprefix("return: ") for name in found if name.startswith("return: ")}

    def quantities(self, statement):
        """Return the quantities that a diagnosis of a change in `statement` may name."""
        if isinstance(statement, ast.Return):
            returned = {name for read, stored in self._flows(statement) for name in stored}
            return {"return"} | {name.removeprefix("return: ") for name in returned}
        stored = {name for some, _ in set_by(statement) for name in some}
        extra = set()
        if isinstance(statement, ast.For | ast.If):
            stored |= self._set_inside(statement)
            extra = {type(statement).__name__.lower()}
        return {name.split(".")[-1] for name in stored} | self.reached(stored) | extra

    def names_before(self, statement):
        """Return the variables that have a value when `statement` runs."""
        names = {argument.arg for argument in self.tree.args.args}
        for node in self.statements:
            if node.lineno < statement.lineno:
                names |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        return names


# ---------------------------------------------------------------- operators: expressions


TURNED = {ast.Lt: (ast.Gt, ast.LtE, ast.GtE), ast.Gt: (ast.Lt, ast.GtE, ast.LtE), ast.Eq: (ast.NotEq,),
          ast.GtE: (ast.Lt,), ast.LtE: (ast.Gt,)}
NAMES = {"rand": "randn", "randn": "rand", "zeros": "ones", "ones": "zeros"}
ACTIVATIONS = {"sigmoid": "relu", "relu": "sigmoid", "sigmoid_backward": "relu_backward", "relu_backward": "sigmoid_backward"}
DROPPED = {"log": "log dropped", "sqrt": "sqrt dropped", "sum": "sum dropped", "norm": "norm dropped", "copy": "copy dropped",
           "reversed": "reversed dropped", "str": None}
KEYS = {"W": "b", "b": "W", "dW": "db", "db": "dW", "dA": "dW"}


def number(value):
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def is_index(parent):
    """Return whether an expression with this parent is an index, or a part of one."""
    called = getattr(parent.func, "id", "") if isinstance(parent, ast.Call) else ""
    return isinstance(parent, ast.Subscript) or called in ("str", "range")


class Operators:
    """The mutants of an expression: (operator, new expression) for every way in which it can go wrong."""

    def __init__(self, function, statement):
        self.function, self.statement = function, statement
        self.scope = function.names_before(statement)

    def scalar(self, node):
        """Return whether an expression is a number as far as one can see."""
        if isinstance(node, ast.Name):
            return self.function.types.get(node.id) == "number"
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "sum":
            return not node.keywords
        if isinstance(node, ast.BinOp):
            return self.scalar(node.left) and self.scalar(node.right)
        if isinstance(node, ast.Subscript):
            return not key_of(node.slice)
        return isinstance(node, ast.Constant) or (isinstance(node, ast.Call) and all(map(self.scalar, node.args)))

    def of(self, node, parent):
        """Yield the mutants of `node`, whose parent is `parent`."""
        method = getattr(self, "of_" + type(node).__name__, None)
        if method and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            yield from method(node, parent)

    def of_BinOp(self, node, parent):
        a, b, op = node.left, node.right, type(node.op)
        swap = lambda operator: ast.BinOp(a, operator(), b)
        if isinstance(b, ast.Call) and getattr(b.func, "id", "") == "str":
            return  # a key; its parts have mutants of their own
        if op in (ast.Mult, ast.MatMult):
            yield from (("drop a factor", a), ("drop a factor", b))
        elif op in (ast.Div, ast.FloorDiv):
            yield "drop a factor", a
            if op is ast.Div:
                yield "drop a factor", swap(ast.Mult)
        elif op is ast.Pow:
            yield "square dropped", a
        elif op in (ast.Add, ast.Sub):
            index = self.scalar(a) and isinstance(b, ast.Constant)
            yield ("index" if index else "forgotten term"), a
            if not index:
                yield "forgotten term", b
            elif op is ast.Sub:
                yield "index", ast.Constant(0)
            yield "sign", swap(ast.Sub if op is ast.Add else ast.Add)
            if op is ast.Sub and not index:
                yield "swapped arguments", ast.BinOp(b, ast.Sub(), a)
        if op is ast.MatMult:
            yield "swap operands of @", ast.BinOp(b, ast.MatMult(), a)
            yield "@ <-> *", swap(ast.Mult)
            for side in ("left", "right"):
                if not (isinstance(getattr(node, side), ast.Attribute) and getattr(node, side).attr == "T"):
                    turned = ast.BinOp(a, ast.MatMult(), b)
                    setattr(turned, side, ast.Attribute(getattr(node, side), "T", ast.Load()))
                    yield "transpose", turned
        elif op is ast.Mult and not self.scalar(a) and not self.scalar(b):
            yield "@ <-> *", swap(ast.MatMult)
        if op in (ast.Add, ast.Sub) and not (self.scalar(a) and isinstance(b, ast.Constant)):
            for side in ("left", "right"):
                for kind, part in self.factors(getattr(node, side)):
                    changed = ast.BinOp(a, node.op, b)
                    setattr(changed, side, part)
                    yield kind, changed

    def factors(self, node):
        """Yield an expression with a factor too many."""
        yield "add a factor", ast.BinOp(node, ast.Mult(), ast.Constant(2))
        yield "add a factor", ast.BinOp(node, ast.Div(), ast.Constant(2))
        yield "add a factor", ast.UnaryOp(ast.USub(), node)
        if "m" in self.scope and not isinstance(self.statement, ast.Return):
            yield "add a factor", ast.BinOp(node, ast.Mult(), ast.Name("m", ast.Load()))
            yield "add a factor", ast.BinOp(node, ast.Div(), ast.Name("m", ast.Load()))

    def of_UnaryOp(self, node, parent):
        if isinstance(node.op, ast.USub):
            yield "sign", node.operand

    def of_Compare(self, node, parent):
        if isinstance(node.left, ast.Name) and self.function.types.get(node.left.id) == "":
            return  # of texts
        left, right = node.left, node.comparators[0]
        for other in TURNED.get(type(node.ops[0]), ()):
            yield "comparison", ast.Compare(left, [other()], [right])
        yield "comparison", ast.Compare(left, [ast.Lt() if isinstance(node.ops[0], ast.Eq) else ast.Eq()], [right])
        if isinstance(right, ast.Name):
            yield "comparison", ast.Compare(left, node.ops, [ast.BinOp(ast.Constant(1), ast.Sub(), right)])

    def of_Attribute(self, node, parent):
        if node.attr == "T":
            yield "transpose", node.value
        elif node.attr in NAMES:
            yield f"{node.attr} -> {NAMES[node.attr]}", ast.Attribute(node.value, NAMES[node.attr], ast.Load())

    def of_Call(self, node, parent):
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if DROPPED.get(called) and node.args:
            yield DROPPED[called], node.args[0]
        for i, keyword in enumerate(node.keywords):
            rest = node.keywords[:i] + node.keywords[i + 1 :]
            if keyword.arg == "keepdims":
                yield "drop keepdims", ast.Call(node.func, node.args, rest)
            elif keyword.arg == "axis":
                other = ast.keyword("axis", ast.Constant(1 - keyword.value.value))
                yield "swap axis", ast.Call(node.func, node.args, [other, *rest])
                yield "swap axis", ast.Call(node.func, node.args, rest)
        if called == "where":
            yield from (("mask", node.args[1]), ("mask", node.args[2]))
        for i in range(len(node.args) - 1):
            if called != "range":
                a, b = node.args[i : i + 2]
                yield "swapped arguments", ast.Call(node.func, [*node.args[:i], b, a, *node.args[i + 2 :]], node.keywords)

    def of_Tuple(self, node, parent):
        if isinstance(self.statement, ast.Return):
            for i in range(len(node.elts) - 1):
                a, b = node.elts[i : i + 2]
                yield "returned swapped", ast.Tuple([*node.elts[:i], b, a, *node.elts[i + 2 :]], ast.Load())
        elif isinstance(parent, ast.Call) and len(node.elts) == 2:
            yield "swapped arguments", ast.Tuple(node.elts[::-1], ast.Load())

    def of_Subscript(self, node, parent):
        if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            yield "index", ast.Subscript(node.value, ast.Constant(1 - node.slice.value), ast.Load())

    def of_Constant(self, node, parent):
        value = node.value
        if isinstance(value, str):
            head = value.rstrip("0123456789")
            if value in ACTIVATIONS:
                yield "activation", ast.Constant(ACTIVATIONS[value])
            elif head in KEYS:
                yield "key", ast.Constant(KEYS[head] + value[len(head) :])
            if value[len(head) :] in ("1", "2", "3"):
                yield "index", ast.Constant(head + str(int(value[len(head) :]) % 3 + 1))
            return
        if isinstance(value, bool) or value is None or isinstance(parent, ast.keyword):
            return
        if isinstance(parent, ast.Subscript) and isinstance(parent.value, ast.Attribute):
            return  # shape[1] has its own mutants
        if isinstance(value, int):
            for other in (value - 1, value + 1):
                yield "off by one", number(other)
        yield "constant times 10", number(value * 10)
        if isinstance(value, float):
            yield "constant times 10", number(value / 10)

    def of_Name(self, node, parent):
        if node.id in ACTIVATIONS:
            yield "activation", ast.Name(ACTIVATIONS[node.id], ast.Load())
        kind = self.function.types.get(node.id)
        if not kind or node.id not in self.scope | {variable(getattr(self.statement, "target", None))}:
            return
        if kind == "number" and node.id in ("l", "L", "i"):
            for op in (ast.Sub, ast.Add):
                yield ("index" if is_index(parent) else "off by one"), ast.BinOp(node, op(), ast.Constant(1))
        if node.id in ("D1", "D2") and isinstance(parent, ast.BinOp):
            yield "mask", ast.BinOp(ast.Constant(1), ast.Sub(), node)
        others = [name for name in self.scope if name != node.id and self.function.types.get(name) == kind]
        likeness = lambda name: (-difflib.SequenceMatcher(None, node.id.lower(), name.lower()).ratio(), name)
        for name in sorted(others, key=likeness)[:2]:
            yield "wrong variable", ast.Name(name, ast.Load())


# ---------------------------------------------------------------- the mutants of a function


def places(owner):
    """Yield (expression, parent, function that puts another in its place) for the expressions of a statement itself."""
    for field, value in ast.iter_fields(owner):
        if isinstance(value, ast.expr):
            yield value, owner, lambda new, field=field: setattr(owner, field, new)
            yield from places(value)
        elif isinstance(value, list) and value and not isinstance(value[0], ast.stmt):
            for i, part in enumerate(value):
                if isinstance(part, ast.expr):
                    yield part, owner, lambda new, value=value, i=i: value.__setitem__(i, new)
                    yield from places(part)
                elif isinstance(part, ast.keyword | ast.comprehension):
                    yield from places(part)


def head_text(statement):
    """Return the text of a statement on one line, of a compound one its head."""
    if hasattr(statement, "body"):
        statement = copy.copy(statement)
        statement.body, statement.orelse = [ast.Pass()], []
    return ast.unparse(ast.fix_missing_locations(statement)).splitlines()[0]


def spliced(function, statement, text):
    """Return the function's source with `text` in the place of a statement, or of its head; "" leaves the statement out."""
    lines = list(function.lines)
    first, last = statement.lineno, statement.end_lineno
    if hasattr(statement, "body") and text:
        last = statement.body[0].lineno - 1
        while lines[last - 1].strip().startswith("#"):
            last -= 1
    start = lines[first - 1]
    indent = start[: len(start) - len(start.lstrip())]
    if start.lstrip().startswith("elif"):
        text = "el" + text
    lines[first - 1 : last] = [indent + text] if text else []
    return "\n".join(lines)


def whole_values(function, statement):
    """Yield (operator, text of the statement) for factors too many on the whole of what a statement computes."""
    value = statement.value
    if not isinstance(statement, ast.Assign | ast.Return) or not isinstance(value, ast.BinOp | ast.UnaryOp | ast.Call | ast.Name):
        return
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Tuple):
        return
    sets = next(iter(set_by(statement)), ({""}, ()))[0] if isinstance(statement, ast.Assign) else {"return"}
    if any(function.types.get(name) in ("dict", "list", "tuple") for name in sets) or sets & {"L", "m"}:
        if not any("." in name for name in sets):
            return
    if isinstance(value, ast.Name) and function.types.get(value.id) not in ("array", "number"):
        return
    for kind, new in Operators(function, statement).factors(value):
        statement.value = new
        yield kind, head_text(statement)
        statement.value = value


def changes(function, statement):
    """Yield (operator, text of the statement after the change)."""
    if isinstance(statement, ast.AugAssign):
        old = statement.op
        statement.op = ast.Sub() if isinstance(old, ast.Add) else ast.Add()
        yield "sign", head_text(statement)
        statement.op = old
    operators = Operators(function, statement)
    for node, parent, put in list(places(statement)):
        for kind, new in list(operators.of(node, parent)):
            put(new)
            try:
                yield kind, head_text(statement)
            finally:
                put(node)
    if hasattr(statement, "value") and not isinstance(statement, ast.Expr | ast.AugAssign):
        yield from whole_values(function, statement)


def left_out(function, statement):
    """Return the source without a statement, the lines beside the gap, and those that set or read what it would have set."""
    source = spliced(function, statement, "")
    try:
        ast.parse(source)
    except SyntaxError:
        source = spliced(function, statement, "pass")
    stored = {name for some, _ in set_by(statement) for name in some}
    lines, gap = set(), statement.lineno
    tree = ast.parse(source).body[0]
    found = [node for node in ast.walk(tree) if isinstance(node, ast.stmt) and node is not tree]
    for node in found:
        touched = {name for some, read in set_by(node) for name in some | read}
        touched |= read_by(node) if not hasattr(node, "body") else set()
        if any(meets(a, b) for a in touched for b in stored) or node.lineno == gap:
            lines |= set(range(node.lineno, (node.lineno if hasattr(node, "body") else node.end_lineno) + 1))
    before = [node.lineno for node in found if node.lineno < gap]
    after = [node.lineno for node in found if node.lineno >= gap]
    return source, {max(before, default=1), min(after, default=gap), None}, lines


def mutants(function):
    """Return the Mutants of a reference function; of several that give the same text the first counts."""
    seen, found = {ast.unparse(function.tree)}, []

    def add(operator, statement, lines, failing, original, changed, source):
        try:
            text = ast.unparse(ast.parse(source).body[0])
        except SyntaxError:
            return
        if text not in seen:
            seen.add(text)
            found.append(Mutant(operator, statement.lineno, frozenset(lines), frozenset(failing), frozenset(
                function.quantities(statement)), original, changed, source, statement.lineno in function.written))

    for statement in function.statements:
        original = head_text(statement)
        if not isinstance(statement, ast.If | ast.With):
            source, lines, failing = left_out(function, statement)
            add("forgotten statement", statement, lines, failing, original, "(left out)", source)
        own = {statement.lineno}
        for operator, text in list(changes(function, statement)):
            add(operator, statement, own, own, original, text, spliced(function, statement, text))
    return found


# ---------------------------------------------------------------- does it change a value?


class Rules(NamedTuple):
    """What may differ between two returned values that are both right."""

    noise: float = 0.0  # absolute difference
    optional: frozenset = frozenset()  # keys that may be missing
    more: bool = False  # whether there may be more keys
    rounding: float = 0.0  # difference relative to the largest entry


def same(a, b, rules):
    """Return whether a value is the same as the first, the reference's: structure, shapes and numbers, not the types of these."""
    if isinstance(a, dict) and isinstance(b, dict):
        keys = a.keys() <= b.keys() | rules.optional and (rules.more or a.keys() == b.keys())
        return keys and all(same(a[key], b[key], rules) for key in a.keys() & b.keys())
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(same(x, y, rules) for x, y in zip(a, b))
    if not (is_number(a) and is_number(b)):
        return type(a) is type(b) and not isinstance(a, dict | tuple | list) and a == b
    return np.shape(a) == np.shape(b) and difference(a, b) <= max(rules.rounding, rules.noise / max(1e-300, size_of(a)))


def is_number(value):
    return isinstance(value, bool | int | float | complex | np.ndarray | np.generic)


def size_of(a):
    """Return the largest entry that is finite."""
    return float(np.max(np.abs(np.asarray(a, float)), initial=0.0, where=np.isfinite(np.asarray(a, float))))


def difference(a, b):
    """Return the largest difference of two arrays of one shape, relative to the largest entry of the first; inf for nan."""
    a, b = np.asarray(a, complex), np.asarray(b, complex)
    with np.errstate(all="ignore"):
        apart = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0, np.abs(a - b))
        largest = np.max(apart, initial=0.0) / max(1e-300, np.max(np.abs(a[np.isfinite(a)]), initial=0.0))
    return float(largest) if np.isfinite(largest) else float("inf")


class Oracle:
    """Says of a mutant whether it returns what the reference returns, on cases that the graded run does not use."""

    def __init__(self, question):
        self.question, self.checker, self.seeds, self.drawn = question, Reference(question), iter(SEEDS), []
        rounded = Rules(question.noise, rounding=ROUNDING)
        self.kinds = {"the very same": Rules(), "up to rounding": rounded,
                      "but for keys that do not matter": rounded._replace(optional=question.optional, more=True)}

    def cases(self):
        """Yield (case, reference's value); a seed is drawn when it is first needed."""
        n = 0
        while True:
            if n == len(self.drawn):
                seed = next(self.seeds, None)
                if seed is None:
                    return
                some = draw(self.question, seed)
                self.drawn += zip(some, self.checker.expected(some))
            yield self.drawn[n]
            n += 1

    def equivalent(self, source):
        """Return in what sense a mutant is equivalent, or ""."""
        code, kinds = compile(source, "<mutant>", "exec"), list(self.kinds)
        for case, want in self.cases():
            outcome = self.checker.outcome(code, case)
            while kinds and ("error" in outcome or not same(want, outcome["value"], self.kinds[kinds[0]])):
                kinds.pop(0)
            if not kinds:
                return ""
        return kinds[0]

    def reason(self, source):
        """Return in words how a mutant that was accepted differs."""
        code, rules = compile(source, "<mutant>", "exec"), list(self.kinds.values())[-1]
        found = [(want, self.checker.outcome(code, case)) for case, want in self.cases()]
        failed = sum("error" in outcome for _, outcome in found)
        if failed:
            return f"raises in {failed} of {len(found)} cases"
        values = [(want, outcome["value"]) for want, outcome in found if not same(want, outcome["value"], rules)]
        largest = max(apart(*pair) for pair in values)
        much = f"by at most {largest:.1g} of the largest entry" if largest < float("inf") else "in shape, or by nan"
        return f"differs in {len(values)} of {len(found)} cases, {much}"


def apart(a, b):
    """Return the largest relative difference of two values in any of their arrays; inf where the shapes differ."""
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return max((apart(a[key], b[key]) for key in a), default=0.0)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list) and len(a) == len(b):
        return max((apart(x, y) for x, y in zip(a, b)), default=0.0)
    return difference(a, b) if is_number(a) and is_number(b) and np.shape(a) == np.shape(b) else float("inf")


# ---------------------------------------------------------------- what the grader says


def matches(quantity, accepted):
    """Return whether a quantity is one of those accepted; W1 for W and W for W1, but not W2 for W1."""
    bare = lambda name: name.rstrip("0123456789")
    return quantity in accepted or any(bare(quantity) == name or quantity == bare(name) for name in accepted)


def named(mutant, result):
    """Return "diagnosis", "error", "message" or "": how the result points at the change."""
    said, message = result["diagnosis"], result["message"]["en"]
    if said and said["line"] in mutant.lines:
        parts = re.split(r", *", said["quantity"])
        right = [matches(part, mutant.quantities) for part in parts]
        if all(right) if "+" in said["kind"] else any(right):
            return "diagnosis"
    if result["status"] == "error":
        place = re.match(r"Line (\d+) ", message)
        if place and int(place[1]) in mutant.failing:
            return "error"
    if result["status"] == "not_attempted" and course.attempt(mutant.source)[0] != "filled":
        return "message"
    if mutant.original.startswith("return") and mutant.operator == "forgotten statement" and "return statement" in message:
        return "message"
    return "message" if result["planted"] else ""


def grade(grader, question, mutant, seed):
    """Return the result of one question for a notebook that holds the mutant alone."""
    grader.seed = seed
    handed_in = submission.parse({"cells": [{"cell_type": "code", "source": mutant.source}]})
    result = grader.sheet(handed_in).result(question)
    planted = {mistake.en for mistake in question.mistakes if mistake.kind == "planted"}
    return {**result, "planted": result["message"]["en"] in planted}


def run(names, options):
    """Return a record of every mutant of the named functions, in options.jobs processes."""
    jobs = [(name, options.seed, options.operator, options.every) for name in names]
    if options.jobs == 1:
        return [record for job in jobs for record in run_job(job)]
    with ProcessPoolExecutor(options.jobs) as pool:
        return [record for some in pool.map(run_job, jobs) for record in some]


def run_job(job):
    """Return the records of one function and say on stderr what came of it."""
    name, *options = job
    started = time.perf_counter()
    quiet = contextlib.redirect_stdout(io.StringIO())  # gradient_check prints its verdict
    with Grader(seconds=2) as grader, quiet, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        records = list(run_function(grader, questions()[name], *options))
    counted = [record for record in records if not record["equivalent"]]
    caught, right = (percent(sum(bool(record[what]) for record in counted), len(counted)) for what in ("caught", "named"))
    print(f"{name}: {len(records)} mutants, caught {caught} %, named {right} %, {time.perf_counter() - started:.1f} s",
          file=sys.stderr, flush=True)
    return records


def run_function(grader, question, seed, only, every):
    """Yield a record of every mutant of one function."""
    oracle = Oracle(question)
    for n, mutant in enumerate(mutants(Function(question))):
        if only not in mutant.operator or n % every:
            continue
        record = {"function": question.name, "operator": mutant.operator, "line": mutant.line, "original": mutant.original,
                  "changed": mutant.changed, "written": mutant.written, "quantities": sorted(mutant.quantities)}
        started = time.perf_counter()
        result = grade(grader, question, mutant, seed + n)
        record["seconds"] = round(time.perf_counter() - started, 3)
        record["equivalent"] = oracle.equivalent(mutant.source)
        failed = "grader itself failed" in result["message"]["en"]
        record["caught"] = result["status"] != "correct" and not failed
        record["named"] = named(mutant, result) if record["caught"] else ""
        if record["caught"] and record["equivalent"]:
            record["reason"] = "right code is not accepted"
        elif not record["caught"] and not record["equivalent"]:
            record["reason"] = result["message"]["en"] if failed else oracle.reason(mutant.source)
        record.update(status=result["status"], message=result["message"], diagnosis=result["diagnosis"])
        yield record


# ---------------------------------------------------------------- the tables


def percent(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "-"


def row(name, records):
    """Return a row of a table for some records."""
    counted = [record for record in records if not record["equivalent"]]
    caught = sum(record["caught"] for record in counted)
    how = Counter(record["named"] for record in counted)
    right = len(counted) - how[""]
    return (f"| {name} | {len(records)} | {len(records) - len(counted)} | {percent(caught, len(counted))} "
            f"| {percent(right, len(counted))} | {percent(how['error'], len(counted))} |")


def table(title, records, key):
    """Return a table with a row for each value of `key`, and one for all."""
    groups = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    head = [f"| {title} | mutants | equivalent | caught % | named % | by the failing line |", "|---|---|---|---|---|---|"]
    return head + [row(name, some) for name, some in groups.items()] + [row("**all**", records)]


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def code(text):
    return f"`{cell(text)}`"


def said(record):
    """Return in short what the grader said to a mutant."""
    diagnosis = record["diagnosis"]
    parts = [f"[{record['status']}] {record['message']['en']}"]
    if diagnosis:
        parts.append(f"-> {diagnosis['quantity']} ({diagnosis['kind']}) line {diagnosis['line']}: {diagnosis['en']}")
    return cell(" ".join(parts))[:300]


def why_not(record):
    """Return in short why a mutant does not count as named."""
    diagnosis = record["diagnosis"]
    if not diagnosis:
        return "no diagnosis, " + record["status"]
    if diagnosis["line"] != record["line"]:
        return "another line" if diagnosis["line"] else "no line"
    return "one cause too many" if "+" in diagnosis["kind"] else "another quantity"


def listing(title, records, last, tell):
    """Return a table of single mutants."""
    if not records:
        return ["", f"## {title}", "", "none"]
    lines = ["", f"## {title}", "", f"| function | line | operator | reference -> mutant | {last} |", "|---|---|---|---|---|"]
    return lines + [f"| {record['function']} | {record['line']} | {record['operator']} | {code(record['original'])} -> "
                    f"{code(record['changed'])} | {tell(record)} |" for record in records]


def markdown(records, options, seconds):
    """Return the whole report as lines."""
    counted = [record for record in records if not record["equivalent"]]
    slow = sorted(record["seconds"] for record in records)
    machine = results.heading(results.versions("numpy"))
    median, most = (1000 * slow[int(len(slow) * part)] for part in (0.5, 0.9))
    lines = ["# Mutation run", "", f"{machine}, {options.jobs} process(es); seed {options.seed}; {len(records)} mutants in "
             f"{seconds:.0f} s. Grading one takes {median:.0f} ms in the median, up to {most:.0f} ms for nine in ten.", "", HOW]
    lines += table("function", records, lambda record: record["function"])
    lines += [row("in lines that learners write", [record for record in records if record["written"]]), ""]
    lines += table("operator", sorted(records, key=lambda record: record["operator"]), lambda record: record["operator"])
    refused = [record for record in records if record["equivalent"] and record["caught"]]
    lines += listing("Right code that is not accepted", refused, "what was said", said)
    escaped = [record for record in counted if not record["caught"]]
    lines += listing("Escaped", escaped, "reason", lambda record: record["reason"])
    unnamed = [record for record in counted if record["caught"] and not record["named"]]
    reasons = Counter(map(why_not, unnamed)).most_common()
    lines += ["", "Why caught mutants are not named: " + ("; ".join(f"{reason} {count}" for reason, count in reasons) or "-")]
    lines += listing("Caught, not named", unnamed, "what was said", said)
    equal = [record for record in records if record["equivalent"]]
    lines += listing("Equivalent", equal, "how", lambda record: record["equivalent"])
    return lines


def measured(records):
    """Return the rows of the results: how long one takes, and the parts of a hundred over the functions."""
    groups = {}
    for record in records:
        if not record["equivalent"]:
            groups.setdefault(record["function"], []).append(record)
    rows = [results.row("grading a mutant of one function", results.OURS, [1000 * record["seconds"] for record in records], "ms")]
    for what in ("caught", "named"):
        parts = [100 * statistics.mean(bool(record[what]) for record in some) for some in groups.values()]
        share = 100 * statistics.mean(bool(record[what]) for some in groups.values() for record in some)
        found = results.row(f"mutants {what}, of all; low and high: of one function", results.OURS, parts, "%")
        rows.append(found | {"median": share, "runs": sum(map(len, groups.values()))})
    return rows


def main():
    parser = argparse.ArgumentParser(description="Grade mutants of the reference functions with the grader.")
    parser.add_argument("--function", action="append", help="only this function; may be given several times")
    parser.add_argument("--operator", default="", help="only operators whose name contains this")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only one mutant in N, for a quick look")
    parser.add_argument("--seed", type=int, default=1, help="of the first mutant of each function; the next has the next one")
    parser.add_argument("--jobs", type=int, default=1, help="processes; with more than there are cores, searches end early")
    parser.add_argument("--json", help="write every mutant and what was said to this file")
    parser.add_argument("--write", action="store_true", help="write the tables to tools/mutation.md")
    parser.add_argument("--count", action="store_true", help="count the mutants and stop")
    options = parser.parse_args()
    if options.count:
        with contextlib.redirect_stdout(io.StringIO()):
            counts = {name: len(mutants(Function(question))) for name, question in questions().items()}
        return print(*(f"{count:5} {name}" for name, count in counts.items()), f"{sum(counts.values()):5}", sep="\n")
    started = time.perf_counter()
    records = run(options.function or list(questions()), options)
    text = "\n".join(markdown(records, options, time.perf_counter() - started)) + "\n"
    print(text)
    results.write("mutation", measured(records), results.versions("numpy"))
    if options.write:
        (ROOT / "tools" / "mutation.md").write_text(text, encoding="utf-8")
    if options.json:
        Path(options.json).write_text(json.dumps(records, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
