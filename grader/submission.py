"""From a notebook file to the functions in it. JSON is read directly, and no code of the notebook runs here.

Kept are imports, function and class definitions, and constants; of two definitions of a name the last one counts, as it does
for who runs the notebook from top to bottom. What a function needs is found by the names that it mentions.
"""

import ast
import builtins
import functools
import json
import re
import symtable
from dataclasses import dataclass, field, replace
from pathlib import Path

from .text import Refusal

MAX_BYTES = 100 * 2**20
LIBRARIES = {"numpy", "math", "functools", "operator", "itertools", "collections"}  # a constant may call what comes from these
BUILTINS = {
    "abs", "all", "any", "bool", "complex", "dict", "divmod", "enumerate", "float", "frozenset", "int", "len", "list", "max", "min",
    "pow", "range", "reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "zip",
}
FILES = {"load", "save", "savez", "savez_compressed", "loadtxt", "savetxt", "genfromtxt", "fromfile", "fromregex", "tofile", "memmap",
         "open_memmap", "DataSource", "dump"}  # of NumPy; a constant may not call these
WRAPPERS = {"partial", "vectorize", "frompyfunc", "lru_cache", "cache"}  # they take a function and do not call it
BY_TEXT = {"eval", "exec", "globals", "locals", "vars"}  # who calls these may need any definition
NOT_PYTHON = re.compile(
    r"%%(bash|sh|script|html|javascript|js|latex|markdown|svg|writefile|file|perl|ruby|cmd|system|sx|python\d?|pypy|R|sql|cython)\b|%%!",
    re.IGNORECASE)
HELP = re.compile(r"\?{0,2}%{0,2}[\w.*\[\]-]+\?{0,2}")  # np.dot? and ?np.dot
DEFINES = re.compile(r"@\w|(async +)?def +\w|class +\w")
GOES_ON = re.compile(r"[\s#)\]}]|(else|elif|except|finally)\b|$")  # no statement begins so
MAX_CELLS = 2000
MAX_CELL = 10**6  # characters; a longer cell is no code
MAX_MAGICS = 100  # lines in one cell that are for IPython
MAX_JOINED = 2000  # attempts, in one cell that is no Python, to join pieces to a statement
COURSE_HELPERS = re.compile(r"^(dnn|init|reg|gc)_utils|^dnn_app_utils")


class Unreadable(Refusal):
    """A file that cannot be graded; `text` says why in both languages, one line each."""


@dataclass
class Cell:
    """A code cell: its place among all cells of the notebook (from 1), its text, and the JSON it came from."""

    index: int
    source: str
    raw: dict


@dataclass
class Item:
    """One top-level statement of a cell that can be kept; of a constant, `value` is its right-hand side."""

    kind: str  # import, function, class, constant
    names: tuple  # that it binds
    used: frozenset  # that it mentions
    source: str
    cell: int  # index into Submission.cells
    first: int  # line in the cell, from 1, decorators included
    last: int
    start: int  # line of `def`
    course: bool = False  # an import from the course's helper modules
    value: ast.expr | None = field(default=None, repr=False, compare=False)


@dataclass
class Place:
    """Where a function is defined: `cell` is an index into Submission.cells, the lines count from 1 in that cell."""

    cell: int
    first: int
    last: int


@dataclass
class Broken:
    """A piece of a cell that is no Python: the function that it would have defined, or None, and where and why."""

    name: str | None
    cell: int
    first: int
    last: int
    line: int
    message: str


@dataclass
class Submission:
    """A notebook as the grader sees it."""

    path: str
    notebook: dict
    cells: list
    items: list = field(default_factory=list)
    broken: list = field(default_factory=list)
    variables: dict = field(default_factory=dict)  # names that top-level code sets, and the cell; such code is not run

    @functools.cached_property
    def _numbers(self):
        """Return {name: numbers of the items that bind it}; the items do not change any more."""
        found = {}
        for number, item in enumerate(self.items):
            for name in item.names:
                found.setdefault(name, []).append(number)
        return found

    def defined(self, name):
        """Return the item that defines `name`, the last one, or None; an import from the course's helpers defines nothing."""
        found = [item for item in self.items if name in item.names and not item.course]
        return found[-1] if found else None

    def locate(self, name):
        """Return the places of all definitions of the function `name`, broken ones too, in the order of the notebook."""
        kinds = ("function", "class", "constant")
        places = [Place(item.cell, item.first, item.last) for item in self.items if name in item.names and item.kind in kinds]
        places += [Place(piece.cell, piece.first, piece.last) for piece in self.broken if piece.name == name]
        return sorted(places, key=lambda place: (place.cell, place.first))

    def broken_definition(self, name):
        """Return the Broken piece that defines `name` last of all, or None where a good definition follows it or none is broken."""
        piece = next((piece for piece in reversed(self.broken) if piece.name == name), None)
        item = self.defined(name)
        if piece is None or (item is not None and (item.cell, item.first) > (piece.cell, piece.first)):
            return None
        return piece

    def program(self, name, leave_out=()):
        """Return the items that `name` needs, directly or not, in the order of the notebook, without definitions of `leave_out`."""
        needed, wanted = {}, [(name, None)]  # a name, and the place before which its definition is meant: None: the last one
        known = set(wanted)
        for mentioned, before in wanted:  # grows while it is read
            if mentioned in leave_out:
                continue
            for number in self._meant(mentioned, before, own=mentioned == name):
                item = self.items[number]
                if number not in needed:
                    needed[number] = item
                    place = number if item.kind == "constant" else None  # its names have the values that they have there
                    more = [pair for used in sorted(item.used) if (pair := (used, place)) not in known]
                    wanted += more
                    known.update(more)
            if mentioned in BY_TEXT:
                everything = {bound for item in self.items if item.kind != "import" for bound in item.names}
                more = [pair for bound in sorted(everything) if (pair := (bound, None)) not in known]
                wanted += more
                known.update(more)
        open_names = {mentioned for mentioned, _ in wanted} - {bound for item in self.items for bound in item.names} - set(leave_out)
        for number, item in enumerate(self.items):
            if item.kind == "import" and item.names == ("*",) and not item.course:
                numeric = item.source.split()[1].split(".")[0] in LIBRARIES  # it may replace a built-in, such as sum
                if open_names - (set() if numeric else set(dir(builtins))):
                    needed[number] = item
        return sorted(needed.values(), key=lambda item: (item.kind != "import", item.cell, item.first))

    def _meant(self, name, before, own):
        """Return the numbers of the items that define `name`: the last one, or all imports where that is one (import a.b, a.c).

        before: the number of an item; what stands above it is meant, if there is something.
        """
        found = [n for n in self._numbers.get(name, ()) if not (own and self.items[n].course) and n != before]
        if before is not None:
            found = [n for n in found if n < before] or found
        if not found or self.items[found[-1]].kind != "import":
            return found[-1:]
        return [n for n in found if self.items[n].kind == "import"]


# ---------------------------------------------------------------- the file


def _text_of(data):
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding)
    return data.decode("utf-8")


def one_line(path):
    """Return a path as one line of text, whatever the file is called."""
    return " ".join(str(path).splitlines())


def too_large(shown, size):
    """Return the Unreadable of a file of `size` bytes, more than MAX_BYTES."""
    return Unreadable(
        f"文件有 {size / 2**20:.0f} MB，超过 {MAX_BYTES // 2**20} MB；清空输出后重新保存",
        f"the file has {size / 2**20:.0f} MB, more than {MAX_BYTES // 2**20} MB; clear all outputs and save it again", shown)


def cannot_read(shown, error):
    """Return the Unreadable of a file that the system does not give; error: an OSError, or a ValueError for a name that no file can have."""
    reason = getattr(error, "strerror", None) or error
    return Unreadable(f"读不了这个文件（{reason}）", f"the file cannot be read ({reason})", shown)


def read(path):
    """Return the Submission of the notebook file at `path`; raises Unreadable with the reason."""
    shown = one_line(path)
    path = Path(path)
    try:
        if path.is_dir():
            raise Unreadable("这是一个文件夹，需要的是笔记本文件（.ipynb）", "this is a folder, a notebook file (.ipynb) is needed", shown)
        if path.exists() and not path.is_file():
            raise Unreadable("这不是普通的文件", "this is no ordinary file", shown)
        if not path.is_file():
            raise Unreadable("找不到这个文件", "file not found", shown)
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise too_large(shown, size)
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise cannot_read(shown, error) from error
    return parse_bytes(data, shown)


def parse_bytes(data, shown):
    """Return the Submission of the bytes of a notebook file, called `shown` in messages; raises Unreadable with the reason.

    Of a key that stands twice in an object the last one counts, as for Jupyter.
    """
    shown = one_line(shown)
    if not data.strip():
        raise Unreadable("文件是空的", "the file is empty", shown)
    try:
        text = _text_of(data)
        notebook = json.loads(text)
    except UnicodeDecodeError as error:
        if error.end == len(data) and "end of data" in error.reason:
            raise Unreadable("不是完整的 JSON（文件像是被截断了）", "not valid JSON (the file seems to be cut off)", shown) from error
        raise Unreadable(f"不是 UTF-8 编码的文本（第 {error.start} 个字节起）", f"not text in UTF-8 (from byte {error.start})", shown) from error
    except RecursionError as error:
        raise Unreadable("JSON 嵌套得太深", "the JSON is nested too deeply", shown) from error
    except MemoryError as error:
        raise Unreadable("读这个文件要用的内存太多", "reading the file takes too much memory", shown) from error
    except ValueError as error:
        if conflict := re.search("^<{7} ", text, re.MULTILINE):
            line = text.count("\n", 0, conflict.start()) + 1
            raise Unreadable(f"第 {line} 行起是 git 合并冲突的标记（<<<<<<<），只留下其中一边",
                             f"from line {line} on there are marks of a git merge conflict (<<<<<<<): keep one side", shown) from error
        place = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "numbers"
        place_zh = f"第 {error.lineno} 行" if isinstance(error, json.JSONDecodeError) else "数字"
        cut = isinstance(error, json.JSONDecodeError) and (error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated"))
        raise Unreadable(
            f"不是完整的 JSON（{place_zh}{'，文件像是被截断了' if cut else ''}）",
            f"not valid JSON ({place}{', the file seems to be cut off' if cut else ''})", shown) from error
    return parse(notebook, shown)


def _cells(notebook, shown):
    """Return the JSON cells of a notebook of format 2 to 4."""
    holders = [notebook] if isinstance(notebook, dict) else []
    if holders and isinstance(notebook.get("worksheets"), list):
        holders += [sheet for sheet in notebook["worksheets"] if isinstance(sheet, dict)]
    lists = [holder["cells"] for holder in holders if isinstance(holder.get("cells"), list)]
    if not lists:
        raise Unreadable("是 JSON，但不是笔记本：里面没有单元格（cells）", "JSON, but not a notebook: it has no cells", shown)
    cells = [cell for cells in lists for cell in cells]
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"有 {len(cells)} 个单元格，超过 {MAX_CELLS} 个", f"it has {len(cells)} cells, more than {MAX_CELLS}", shown)
    return cells


def parse(notebook, shown="notebook"):
    """Return the Submission of a notebook's JSON; raises Unreadable where it is no notebook."""
    submission = Submission(shown, notebook, [])
    for number, raw in enumerate(_cells(notebook, shown), 1):
        if not isinstance(raw, dict) or raw.get("cell_type") != "code":
            continue
        source = raw.get("source", raw.get("input", ""))
        if isinstance(source, list):
            source = "".join(piece for piece in source if isinstance(piece, str))
        if isinstance(source, str):
            submission.cells.append(Cell(number, source, raw))
    for index, cell in enumerate(submission.cells):
        _read_cell(submission, index, cell.source)
    allowed = _Constants(submission.items)
    submission.items = [item for item in submission.items if item.value is None or allowed(item.value)]
    _use_course_modules(submission.items)
    return submission


def _use_course_modules(items):
    """Count `u.sigmoid`, where u is a helper module of the course, as a use of sigmoid."""
    imports = [(item.names[0], item.source.split()[1]) for item in items if item.kind == "import" and item.source.startswith("import")]
    modules = [name for name, module in imports if COURSE_HELPERS.match(module)]
    if modules:
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, modules))})\.(\w+)")
        for item in items:
            if item.kind != "import":
                item.used |= set(pattern.findall(item.source))


# ---------------------------------------------------------------- a cell


def _is_magic(line):
    stripped = line.strip()
    if stripped.startswith(("%", "!")) or re.match(r"[\w, ]+=\s*[%!]", stripped):
        return True
    return "?" in stripped and HELP.fullmatch(stripped) is not None


def _parse(lines):
    """Return (tree, lines) of some code, its magics and shell lines replaced by `pass`; raises SyntaxError or ValueError."""
    lines, tries = list(lines), 0
    while True:
        tries += 1
        try:
            return ast.parse("\n".join(lines)), lines
        except SyntaxError as error:
            at = (error.lineno or 0) - 1
            magic = [number for number in (at, at - 1) if 0 <= number < len(lines) and _is_magic(lines[number])]
            if not magic or tries > MAX_MAGICS:
                raise
            line = lines[magic[0]]
            lines[magic[0]] = line[: len(line) - len(line.lstrip())] + "pass"


NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)  # what ast raises


def _read_cell(submission, index, source):
    """Add what a cell defines to a submission."""
    read = _what_is_in(source) if len(source) < 20_000 else _read_source(source)
    for kept, found in ((submission.items, read.items), (submission.broken, read.broken)):
        kept += [replace(part, cell=index) for part in found]
    submission.variables.update(dict.fromkeys(read.variables, index))


def _read_source(source):
    """Return a Submission with what the code of one cell defines."""
    read = Submission("", {}, [])
    _add_source(read, 0, source)
    return read


_what_is_in = functools.lru_cache(2000)(_read_source)  # in a class, many cells are the same


def _add_source(submission, index, source):
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if NOT_PYTHON.match(source.lstrip()) or len(source) > MAX_CELL:
        return
    try:
        tree, text = _parse(lines)
        items = list(_items(submission, index, tree.body, text))
    except NO_PYTHON:
        _read_pieces(submission, index, lines)
    else:
        submission.items += items


def _read_pieces(submission, index, lines):
    """Read a cell that is no Python piece by piece, a piece being a top-level definition, import or other statement."""
    starts = [n for n, line in enumerate(lines) if not GOES_ON.match(line) and (n == 0 or not lines[n - 1].startswith("@"))]
    starts = ([] if starts[:1] == [0] else [0]) + starts
    ends = [*starts[1:], len(lines)]
    done = joined = 0
    for number, (begin, end) in enumerate(zip(starts, ends)):
        if begin < done:
            continue
        errors = []
        for until in _possible_ends(lines, number, ends):
            if errors and (joined := joined + 1) > MAX_JOINED:
                break
            try:
                tree, text = _parse(lines[begin:until])
                ast.increment_lineno(tree, begin)
                submission.items += list(_items(submission, index, tree.body, text, begin))
            except NO_PYTHON as error:
                errors.append(error)
            else:
                done = until
                break
        if done <= begin:
            _keep_broken(submission, index, lines, begin, end, errors[0])


def _possible_ends(lines, number, ends):
    """Yield where piece `number` may end: inside brackets, or a text over several lines, lines may begin like a statement."""
    yield ends[number]
    for n in range(number + 1, min(number + 50, len(ends))):
        if DEFINES.match(lines[ends[n - 1]]):
            return
        yield ends[n]


def _keep_broken(submission, index, lines, begin, end, error):
    piece = lines[begin:end]
    while piece and (not piece[-1].strip() or piece[-1].startswith("#")):
        piece.pop()
    if not piece:
        return
    patterns = (r"(?:async +)?def +(\w+)", r"(\w+)\s*=[^=]", r"\s+(?:async +)?def +(\w+)")
    names = [found[1] for pattern in patterns for line in piece if (found := re.match(pattern, line))]
    last = begin + len(piece)
    at = begin + (getattr(error, "lineno", None) or 1)
    message = re.sub(r"(?<=on line )\d+", lambda found: str(begin + int(found[0])), getattr(error, "msg", None) or str(error))
    submission.broken.append(Broken(names[0] if names else None, index, begin + 1, last, min(at, last), message))


def _items(submission, index, body, lines, offset=0):
    """Yield what can be kept of the statements `body` of a cell; compound statements are looked into.

    lines: the code of the cell from line `offset` on.
    """
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _imports(node, index)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            yield _item(kind, (node.name,), node, index, first, lines, offset)
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            parts = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple | ast.List) else [target])]
            names = tuple(part.id for part in parts if isinstance(part, ast.Name))
            if len(names) == len(parts):
                yield _item("constant", names, node, index, node.lineno, lines, offset)
            for name in names:
                submission.variables[name] = index
        else:
            for part in ast.walk(node.target) if isinstance(node, ast.For | ast.AsyncFor) else ():
                if isinstance(part, ast.Name):
                    submission.variables[part.id] = index
            for part in ("body", "handlers", "cases", "orelse", "finalbody"):  # of if, try, with, for, while, match
                for inner in getattr(node, part, []):
                    yield from _items(submission, index, [inner] if isinstance(inner, ast.stmt) else inner.body, lines, offset)


def _imports(node, index):
    """Yield one Item a name that an import binds, so that an import that is not needed is not run."""
    for alias in node.names:
        name = (alias.asname or alias.name).split(".")[0]
        one, course = ast.Import([alias]), False
        if isinstance(node, ast.ImportFrom):
            one, course = ast.ImportFrom(node.module, [alias], node.level), COURSE_HELPERS.match(node.module or "") is not None
        used = frozenset({alias.name} - {name}) if course else frozenset()
        yield Item("import", (name,), used, ast.unparse(one), index, node.lineno, node.end_lineno, node.lineno, course)


def _item(kind, names, node, index, first, lines, offset):
    text = lines[first - 1 - offset : node.end_lineno - offset]
    indent = text[0][: len(text[0]) - len(text[0].lstrip())]
    source = "\n".join(line.removeprefix(indent) for line in text)
    if (kind == "constant" or indent) and not _same(source, node):  # it shares its lines with other statements
        source = ast.unparse(node)
    value = node.value if kind == "constant" else None
    return Item(kind, names, _names_used(source, node), source, index, first, node.end_lineno, node.lineno, value=value)


def _same(source, node):
    """Return whether `source` is the statement `node` and nothing else."""
    try:
        body = ast.parse(source).body
    except NO_PYTHON:
        return False
    return len(body) == 1 and ast.dump(body[0]) == ast.dump(node)


def _names_used(source, node):
    """Return the names that a definition reads and does not set itself."""
    try:
        waiting = [symtable.symtable(source, "<cell>", "exec")]
    except NO_PYTHON:  # a slip that Python finds only later, such as two arguments of one name
        return frozenset(part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load))
    found = {symbol.get_name() for symbol in waiting[0].get_symbols() if symbol.is_referenced()}
    for table in waiting:  # grows while it is read
        children = table.get_children()
        waiting += children
        for symbol in (symbol for child in children for symbol in child.get_symbols()):
            if symbol.is_declared_global() or (symbol.is_global() and symbol.is_referenced()):
                found.add(symbol.get_name())
    return frozenset(found)


class _Constants:
    """Tells which expressions may be evaluated: those that call nothing but the standard numeric libraries, so that nothing is run."""

    ALLOWED = (ast.Constant, ast.Name, ast.Attribute, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Tuple, ast.List,
               ast.Dict, ast.Set, ast.Subscript, ast.Slice, ast.Starred, ast.JoinedStr, ast.FormattedValue, ast.ListComp, ast.SetComp,
               ast.DictComp, ast.GeneratorExp, ast.comprehension, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context)

    def __init__(self, items):
        self.origins = {"np": "numpy"}  # a name that an import binds, and the library that it comes from
        for item in items:
            if item.kind == "import":
                node = ast.parse(item.source).body[0]
                self.origins[item.names[0]] = f"{getattr(node, 'module', '')}.{node.names[0].name}".lstrip(".")
        self.own = {
            name for item in items for name in item.names
            if item.kind in ("function", "class") or isinstance(item.value, ast.Lambda)}

    def __call__(self, node):
        try:
            return self._allowed(node)
        except RecursionError:
            return False

    def _allowed(self, node):
        if isinstance(node, ast.Lambda):
            return True
        if isinstance(node, ast.Call):
            return self._may_call(node)
        return isinstance(node, self.ALLOWED) and all(self._allowed(child) for child in ast.iter_child_nodes(node))

    def _may_call(self, node):
        root = node.func
        while isinstance(root, ast.Attribute):
            root = root.value
        name = getattr(root, "id", None)
        origin = self.origins.get(name)
        called = getattr(node.func, "attr", None) or (origin or name or "").split(".")[-1]
        if called in FILES or name in self.own or (origin and origin.split(".")[0] not in LIBRARIES):
            return False
        if root is node.func and not origin and name not in BUILTINS:
            return False
        if name is None and not self._allowed(root):  # a method of what another expression gives
            return False
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if called not in WRAPPERS and any(isinstance(part, ast.Lambda) or getattr(part, "id", None) in self.own for part in arguments):
            return False
        return all(self._allowed(part) for part in arguments)
