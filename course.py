"""What a notebook needs around its own code: exercises that are not filled in are recognised, and the cells that use them wait.

A stub holds `...` where the learner's lines go. Without the guard of `start`, running such a notebook from top to bottom
would end in a TypeError far from its cause; with it, a cell that needs an unfilled exercise prints one line and does nothing.
"""

import ast
import dis
import hashlib
import inspect
import re
import types

from grader.text import Text, language

START, END = "### START CODE HERE ###", "### END CODE HERE ###"
BEGINS = re.compile(r"\s*#+\s*(START CODE HERE|YOUR CODE STARTS HERE)")  # the second is that of the course's newer notebooks
ENDS = re.compile(r"\s*#+\s*(END CODE HERE|YOUR CODE ENDS HERE)")
NOT_YET = Text("还差一步：", "Not yet: ")  # how the line begins that a waiting cell prints


def digest(text):
    """Return the eight characters by which a text is known again."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:8]


def regions(source):
    """Return the (first, last) line numbers of the code between each pair of markers in `source`; lines count from 1."""
    found, start = [], None
    for number, line in enumerate(source.split("\n"), 1):
        if BEGINS.match(line):
            start = number
        elif ENDS.match(line) and start is not None:  # a marker without its partner marks nothing
            found.append((start + 1, number - 1))
            start = None
    return found


def _is_stub(node, value):
    if isinstance(node, ast.Tuple | ast.List):
        return any(_is_stub(element, value) for element in node.elts)
    if isinstance(node, ast.BinOp):  # an older notebook has `np.dot(dZ3, A2.T) / m + None`
        return _is_stub(node.left, value) or _is_stub(node.right, value)
    return isinstance(node, ast.Constant) and node.value is value


STATEMENTS = ast.Expr | ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return


def _statements(tree, places):
    """Yield the statements of `tree` that have a value and stand in `places`, or anywhere where there are none."""
    for node in ast.walk(tree):
        if isinstance(node, STATEMENTS) and (not places or any(first <= node.lineno <= last for first, last in places)):
            yield node


def unfilled(source):
    """Return whether a statement of `source` is still `...`: `Z = ...`, `A, cache = ..., ...` or `...` alone.

    Where `source` has markers, only the lines between them count. `A[..., 0]` is an index, not a stub.
    """
    try:
        tree = ast.parse(inspect.cleandoc("\n" + source))
    except SyntaxError:  # magics, or a slip of the learner's that Python itself will report
        return False
    return any(_is_stub(node.value, ...) for node in _statements(tree, regions(source)))


def attempt(source):
    """Return ("untouched" | "partly" | "filled", lines that are still stubs) of a graded function's source.

    A stub is `...`, or in older notebooks `None` or nothing but comments between the markers.
    """
    lines, places = source.split("\n"), regions(source)
    inside = [lines[n - 1].partition("#")[0].strip() for first, last in places for n in range(first, last + 1)]
    if places and not any(line not in ("", "pass", "...", "None") for line in inside):
        return "untouched", [first for first, last in places]
    try:
        tree = ast.parse(inspect.cleandoc("\n" + source))
    except (SyntaxError, ValueError):
        return "filled", []
    nodes = [node for node in _statements(tree, places) if not (isinstance(node, ast.Expr) and _is_text(node.value))]
    if not places:  # without markers, the return that every stub has says nothing
        nodes = [node for node in nodes if not isinstance(node, ast.Return) or _is_stub(node.value, ...)]
    open_lines = sorted(node.lineno for node in nodes if _is_stub(node.value, ...))
    empty = sorted(node.lineno for node in nodes if _is_stub(node.value, None))
    written = len(nodes) - len(open_lines) - len(empty)
    if open_lines:
        return ("partly" if written else "untouched"), open_lines
    return ("untouched", empty) if empty and not written else ("filled", [])


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def names_used(code):
    """Yield the global names that a code object and the functions inside it mention (not attributes, as in module.name)."""
    yield from (step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from names_used(constant)


def unfilled_functions(function, seen=None):
    """Return the names of the notebook's own unfilled functions that `function` is or calls, directly or not."""
    seen = set() if seen is None else seen
    if not inspect.isfunction(function) or function in seen or function.__module__ != "__main__":
        return []
    seen.add(function)
    try:
        found = [function.__name__] if unfilled(inspect.getsource(function)) else []
    except (OSError, TypeError):
        found = []
    for name in names_used(function.__code__):
        found += unfilled_functions(function.__globals__.get(name), seen)
    return found


class _Names(ast.NodeVisitor):
    """The names that a cell reads and writes when it runs; of the functions that it defines, the inside of those it uses."""

    def __init__(self, tree):
        self.read, self.written, self.defined = [], set(), {}
        self.visit(tree)
        for name in self.read:  # grows while it is read
            if name in self.defined:
                node = self.defined.pop(name)
                inside = _Names(ast.Module(node.body, type_ignores=[]))
                local = inside.written | {arg.arg for arg in ast.walk(node.args) if isinstance(arg, ast.arg)}
                self.read += [other for other in inside.read if other not in local]

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.read.append(node.id)
        else:
            self.written.add(node.id)

    def visit_FunctionDef(self, node):
        self.written.add(node.name)
        self.defined[node.name] = node

    def visit_alias(self, node):
        self.written.add((node.asname or node.name).split(".")[0])


class _Asks(ast.NodeTransformer):
    """check(f), hint(f) and solution(f) get the name of an f that is not filled in or not there: they have an answer to that."""

    def __init__(self, namespace):
        self.namespace = namespace

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and getattr(self.namespace.get(node.func.id), "takes_stubs", False):
            for i, argument in enumerate(node.args):
                if isinstance(argument, ast.Name) and self._is_missing(argument.id):
                    node.args[i] = ast.copy_location(ast.Constant(argument.id), argument)
        return node

    def _is_missing(self, name):
        return name not in self.namespace or bool(unfilled_functions(self.namespace[name]))


class Guard(ast.NodeTransformer):
    """An IPython AST transformer: of a cell that needs an unfilled exercise only its functions are defined, and it says so.

    A learner's own function can thus be checked though the call beside it has to wait.
    """

    def __init__(self, namespace):
        self.namespace = namespace
        self.waiting = {}  # a variable that a waiting cell would have set -> the functions it waits for

    def visit(self, tree):
        tree = _Asks(self.namespace).visit(tree)
        names = _Names(tree)
        missing = []
        for name in names.read:
            if name in self.waiting and name not in names.written:
                missing += self.waiting[name]
            else:
                missing += unfilled_functions(self.namespace.get(name))
        if not missing:
            for name in names.written:
                self.waiting.pop(name, None)
            return tree
        missing = list(dict.fromkeys(missing))
        functions = self._definable(tree, names.written)
        for name in names.written:
            if name in functions:
                self.waiting.pop(name, None)
            else:
                self.waiting[name] = missing
        tree.body = [*functions.values(), *ast.parse(f"print({self.message(missing)!r})").body]
        return tree

    def _definable(self, tree, written):
        """Return {name: definition} of the functions in a waiting cell that need no variable that waits."""
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        try:
            used = {name: set(names_used(compile(ast.Module([node], []), "<cell>", "exec"))) for name, node in functions.items()}
        except SyntaxError:  # such as a return outside of a function
            return {}
        while late := [name for name in functions if used[name] & (self.waiting.keys() | written) - functions.keys()]:
            for name in late:
                del functions[name]
        return functions

    def message(self, missing):
        still = [name for name in missing if unfilled_functions(self.namespace.get(name))]
        if still:
            listed, more = ", ".join(still[:2]), len(still) - 2  # the end of notebook 1 needs all ten
            en, zh = (f" and {more} more", f" 等 {len(still)} 个函数") if more > 0 else ("", "")
            said = Text(f"请先完成 {listed}{zh}。", f"fill in {listed}{en} first.")
        else:
            said = Text("请把上面的单元格再运行一遍。", "run the cells above again.")
        zh, en = NOT_YET.zh + said.zh, NOT_YET.en + said.en
        return {"zh": zh, "en": en}.get(language()) or f"{en} / {zh}"


def start():
    """Make the cells of this notebook wait for the exercises they need; does nothing outside IPython."""
    try:
        shell = get_ipython()  # noqa: F821 (IPython puts it there)
    except NameError:
        return
    shell.ast_transformers[:] = [t for t in shell.ast_transformers if type(t).__name__ != Guard.__name__]
    shell.ast_transformers.append(Guard(shell.user_ns))
