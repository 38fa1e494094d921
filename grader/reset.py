"""`python -m grader reset`: put the stub of one exercise back, and lose nothing.

The file is edited as text: only the source, the outputs and the count of that one cell are replaced, and every other byte
stays as it is, whichever program wrote the notebook.
"""

import difflib
import io
import json
import os
import re
import shutil
import tempfile
import textwrap
import time
from contextlib import suppress
from pathlib import Path

from .text import Refusal, Text


class Refused(Refusal):
    """A reset that is not done; `text` says why, in both languages."""


# ---------------------------------------------------------------- places in a JSON text


DECODER = json.JSONDecoder(strict=False)
SPACE = re.compile(r"[ \t\r\n]*")


def _skip(text, at):
    return SPACE.match(text, at).end()


def members(text, start):
    """Yield (key or index, first, end) for each value of the JSON object or array that begins at `start` of `text`."""
    closing = {"{": "}", "[": "]"}[text[start]]
    at, key = _skip(text, start + 1), -1
    while text[at] != closing:
        if closing == "}":
            key, at = DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)  # over the colon
        else:
            key += 1
        end = DECODER.raw_decode(text, at)[1]
        yield key, at, end
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _where(notebook, raw):
    """Return the keys that lead from a notebook, of format 4 or older, to its cell `raw`."""
    holders = [((), notebook)] + [(("worksheets", i), sheet) for i, sheet in enumerate(notebook.get("worksheets") or [])]
    for keys, holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        for i, cell in enumerate(cells or []):
            if cell is raw:
                return *keys, "cells", i
    raise LookupError("the cell is not in the notebook")


def _cell_span(text, keys):
    """Return {field: (first, end)} of the cell to which `keys` lead."""
    start = _skip(text, 0)
    for key in keys:
        start = {name: first for name, first, _ in members(text, start)}[key]
    return {name: (first, end) for name, first, end in members(text, start)}


# ---------------------------------------------------------------- the cell


def split_lines(source):
    """Return the lines of a source as Python counts them, each with its end."""
    return list(io.StringIO(source, newline=""))


def without(source, place, stub):
    """Return the source of a cell with the lines of `place` replaced by `stub`."""
    rows = split_lines(source)
    old = rows[place.first - 1 : place.last]
    indent = re.match(r"[ \t]*", old[0])[0]
    newline = "\r\n" if old[0].endswith("\r\n") else "\n"
    new = textwrap.indent(stub.strip("\n"), indent).replace("\n", newline)
    ending = re.search(r"[\r\n]*\Z", old[-1])[0]
    return "".join([*rows[: place.first - 1], new, ending, *rows[place.last :]])


def as_json(source, old, ascii_only):
    """Return a cell's source as JSON in the form that it has in the file: `old`, a string or a list of lines."""
    if not old.startswith("["):
        return json.dumps(source, ensure_ascii=ascii_only)
    pieces = [json.dumps(line, ensure_ascii=ascii_only) for line in split_lines(source)]
    before, after = re.match(r"\[(\s*)", old)[1], re.search(r"(\s*)\]\Z", old)[1]
    return "[" + before + ("," + (before or " ")).join(pieces) + after + "]"


def edited(text, keys, source):
    """Return the text of a notebook whose cell at `keys` has a new source, no outputs and no count."""
    fields = _cell_span(text, keys)
    new = {"outputs": "[]", "execution_count": "null", "prompt_number": "null"}
    name = "source" if "source" in fields else "input"  # nbformat 4, 3
    new[name] = as_json(source, text[slice(*fields[name])], text.isascii())
    for name, (first, end) in sorted(fields.items(), key=lambda field: field[1], reverse=True):
        if name in new:
            text = text[:first] + new[name] + text[end:]
    return text


# ---------------------------------------------------------------- files


def decoded(data):
    """Return (byte order mark, encoding, text) of a file; bytes that are no text survive."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"", "utf-8")):
        if data.startswith(mark):
            return mark, encoding, data[len(mark) :].decode(encoding, "surrogatepass")


def keep(path, function, source):
    """Write the source of a cell to a new file next to the notebook at `path` and return that file's path."""
    stem = f"{path.stem}.{function}-{time.strftime('%Y%m%d-%H%M%S')}"
    for count in range(1, 10000):
        backup = path.with_name(f"{stem}{f'-{count}' if count > 1 else ''}.py")
        with suppress(FileExistsError), open(backup, "x", encoding="utf-8", errors="surrogatepass", newline="") as file:
            file.write(source)
            shutil.copymode(path, backup)
            return backup
    raise FileExistsError(stem)


def replace(path, content, before=lambda: None):
    """Put `content` into the file at `path` at once or not at all; `before` is called when it stands written beside it."""
    path = path.resolve()  # a link stays one
    known = path.stat()
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with open(handle, "wb") as file:
            file.write(content)
        with suppress(OSError, AttributeError):  # only root may, and need
            os.chown(beside, known.st_uid, known.st_gid)
        os.chmod(beside, known.st_mode & 0o7777)
        kept = before()
        os.replace(beside, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        raise
    return kept


# ---------------------------------------------------------------- the command


def check_name(function, known):
    """Raise unless `function` is a graded one; the nearest names are said."""
    if function in known:
        return
    lower = {name.lower(): name for name in known}
    near = [lower[name] for name in difflib.get_close_matches(function.lower(), lower, n=3, cutoff=0.5)]
    zh, en = f"没有叫 {function} 的题目", f"there is no exercise called {function}"
    if near:
        zh, en = f"{zh}，你要找的是 {'、'.join(near)} 吗？", f"{en}; did you mean {', '.join(near)}?"
    raise Refused(zh, en)


def _earlier(function, count):
    return Text(f"这份笔记本里 {function} 定义了 {count} 次，只看最后一次，前面的没有动",
                f"{function} is defined {count} times in this notebook; only the last one was looked at, the earlier ones stay")


def reset(notebook, function):
    """Put the stub of `function` back into the file `notebook`; return what was done, as a list of Texts.

    Raises Refused, grader.submission.Unreadable or OSError, and then nothing has changed.
    """
    from . import reference, submission
    from .questions import questions

    graded = questions()
    check_name(function, graded)
    path = Path(notebook)
    learner = submission.read(path)
    places = learner.locate(function)
    if not places:
        raise Refused(f"这份笔记本里没有 {function}，什么也没改", f"{function} is not in this notebook; nothing was changed")
    told = [_earlier(function, len(places))] if len(places) > 1 else []
    cell = learner.cells[places[-1].cell]
    stub = reference.stub(reference.function_source(graded[function].path))
    source = without(cell.source, places[-1], stub)
    if source == cell.source:
        return [Text(f"{function} 还是初始的样子，什么也没改", f"{function} is as it was handed out; nothing was changed"), *told]
    mark, encoding, text = decoded(path.read_bytes())
    content = mark + edited(text, _where(learner.notebook, cell.raw), source).encode(encoding, "surrogatepass")
    kept = replace(path, content, lambda: keep(path, function, cell.source))
    return [Text(f"{function} 已恢复成初始的样子，原来的单元格保存在 {kept}",
                 f"{function} is as it was handed out; the cell as you had it is kept in {kept}"),
            *told,
            Text("如果笔记本正在 Jupyter 里打开，请先从磁盘重新载入再保存",
                 "if the notebook is open in Jupyter, reload it from disk before you save it")]
