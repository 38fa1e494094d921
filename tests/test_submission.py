"""Whatever file comes in: its graded functions are found in it, or one clear line says why not. None of its code runs here."""

import json
import os
import re
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from handed_in import notebook
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submission import Unreadable, parse, read

RIGHT = "def linear_forward(A, W, b):\n    Z = W @ A + b\n    return Z, (A, W, b)\n"
ZEROS = """def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters["W" + str(l)] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters
"""


def dedent(text):
    return textwrap.dedent(text).strip("\n")


def submission(*sources):
    return parse(notebook(*(dedent(source) for source in sources)))


def names(program):
    """Return the names that the items of a program bind, in their order."""
    return [name for item in program for name in item.names]


def result(grader, *sources, name="linear_forward"):
    """Return the result of one question of a notebook with these cells."""
    handed_in = submission(*sources)
    sheet = grader.sheet(handed_in)
    results = [sheet.result(question) for question in sheet.entries if question.name == name]
    sheet.add_notes(results)
    return results[0]


def is_right(grader, *sources, name="linear_forward"):
    found = result(grader, *sources, name=name)
    assert found["status"] == "correct", found
    return True


# ---------------------------------------------------------------- formats and encodings

OLD_CELL = {"cell_type": "code", "language": "python", "collapsed": False, "metadata": {}, "outputs": [], "prompt_number": 1}
LINES = RIGHT.splitlines(keepends=True)
FORMATS = {
    "4-list": notebook(LINES),
    "4-text": notebook(RIGHT),
    "4-markdown-and-raw": {
        **notebook(LINES),
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# text"]},
            {"cell_type": "raw", "metadata": {}, "source": "def x("},
            *notebook(LINES)["cells"],
        ],
    },
    "3-list": {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {"metadata": {}, "cells": [{"cell_type": "heading", "level": 1, "source": ["x"]}, {**OLD_CELL, "input": LINES}]}
        ],
    },
    "3-text": {"nbformat": 3, "worksheets": [{"cells": [{**OLD_CELL, "input": RIGHT}]}]},
    "3-two-sheets": {
        "nbformat": 3,
        "worksheets": [{"cells": [{**OLD_CELL, "input": "import numpy"}]}, {"cells": [{**OLD_CELL, "input": RIGHT}]}],
    },
    "2": {"nbformat": 2, "metadata": {"name": "old"}, "worksheets": [{"cells": [{**OLD_CELL, "input": RIGHT}]}]},
    "4-with-empty-worksheets": {**notebook(RIGHT), "worksheets": []},
    "no-nbformat": {"cells": notebook(RIGHT)["cells"]},
    "unknown-nbformat": {**notebook(RIGHT), "nbformat": 99},
    "wrong-types-between": {
        **notebook(RIGHT),
        "cells": [
            None,
            1,
            "code",
            [],
            {},
            {"cell_type": "code"},
            {"cell_type": "code", "source": None},
            {"cell_type": "code", "source": 7},
            {"cell_type": ["code"], "source": "x"},
            {"cell_type": "code", "source": [1, None, "x = 1\n", {}]},
            {"cell_type": "code", "source": {"a": 1}},
            *notebook(RIGHT)["cells"],
        ],
        "metadata": 3,
    },
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_read(form, tmp_path):
    path = tmp_path / "learner.ipynb"
    path.write_text(json.dumps(FORMATS[form]), encoding="utf-8")
    found = read(path)
    assert found.defined("linear_forward").source == RIGHT.rstrip("\n")
    assert found.path == str(path)


def test_a_cell_is_known_by_its_place_among_all_cells():
    found = parse(FORMATS["wrong-types-between"])
    assert found.cells[found.defined("linear_forward").cell].index == 12
    assert parse(FORMATS["3-two-sheets"]).cells[-1].index == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "ascii-escapes"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_encodings_and_line_ends(encoding, newline, tmp_path):
    source = f'note = "激活函数 ✓ 𝛼"\n{RIGHT}'.replace("\n", newline)
    text = json.dumps(notebook(source.splitlines(keepends=True)), ensure_ascii=encoding == "ascii-escapes", indent=1)
    path = tmp_path / "学习者 1.ipynb"
    path.write_bytes(text.replace("\n", newline).encode("utf-8" if encoding == "ascii-escapes" else encoding))
    found = read(path)
    assert found.defined("linear_forward").source == RIGHT.rstrip("\n")
    assert [place.first for place in found.locate("linear_forward")] == [2]


@pytest.mark.parametrize("mark", ["\x0c", "\x0b", "\x85", "\u2028", "\u2029", "\x1c"], ids=ascii)
def test_only_line_ends_end_a_line(grader, mark):
    """Python does not count these characters as ends of a line, str.splitlines does."""
    source = f'text = "a{mark}b"  # {mark} {mark}\n{RIGHT}'
    assert submission(source).defined("linear_forward").source == RIGHT.rstrip("\n")
    assert is_right(grader, f"import numpy as np\n# {mark}\n\n" + RIGHT)


# ---------------------------------------------------------------- what cannot be read


def unreadable(path):
    """Return the two lines that say why the file cannot be graded; both are one line and name the file."""
    with pytest.raises(Unreadable) as caught:
        read(path)
    shown = " ".join(str(path).splitlines())
    for line in caught.value.text:
        assert line.startswith(shown) and "\n" not in line
    zh, en = (line[len(shown) :] for line in caught.value.text)
    assert (
        re.search("[\u4e00-\u9fff]", zh) and zh.startswith("：") and not re.search("[\u4e00-\u9fff]", en) and en.startswith(": ")
    )
    assert str(caught.value) == caught.value.text.en
    return zh, en


whole = json.dumps(notebook("前 = 1\n" + RIGHT), ensure_ascii=False).encode()
BAD_FILES = {
    "empty": (b"", "empty", "空"),
    "blank": (b" \r\n\t\n", "empty", "空"),
    "only-a-mark": (b"\xef\xbb\xbf", "not valid JSON", "JSON"),
    "python": (RIGHT.encode(), "not valid JSON", "JSON"),
    "html": (b"<!DOCTYPE html>\n<html>Sign in</html>", "not valid JSON (line 1)", "第 1 行"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00", "not text", "UTF-8"),
    "gbk": ('{"cells": [], "metadata": "激活函数"}'.encode("gbk"), "not text in UTF-8 (from byte 27)", "第 27 个字节"),
    "utf-16-cut": ("x{}".encode("utf-16")[:-1], "", ""),
    "null-bytes": (b"\0" * 100, "not valid JSON", "JSON"),
    "cut-in-a-text": (whole[:-60], "seems to be cut off", "截断"),
    "cut-in-a-character": (whole[: whole.index("前".encode()) + 1], "seems to be cut off", "截断"),
    "cut-at-the-end": (whole[:-1], "seems to be cut off", "截断"),
    "cut-after-a-comma": (whole[: whole.index(b",") + 1], "seems to be cut off", "截断"),
    "two-notebooks": (whole + whole, "not valid JSON (line 1)", "第 1 行"),
    "conflict-markers": (b"{\n<<<<<<< HEAD\n" + whole[1:], "from line 2 on there are marks of a git merge conflict", "第 2 行起"),
    "a-number-too-long": (b'{"cells": ' + b"9" * 5000 + b"}", "not valid JSON", "数字"),
    "deep": (b"[" * 200_000, "nested too deeply", "嵌套"),
    "list": (b"[1, 2]", "not a notebook", "不是笔记本"),
    "number": (b"17", "not a notebook", "不是笔记本"),
    "null": (b"null", "not a notebook", "不是笔记本"),
    "text": (b'"cells"', "not a notebook", "不是笔记本"),
    "no-cells": (b'{"nbformat": 4, "metadata": {}}', "no cells", "没有单元格"),
    "cells-no-list": (b'{"cells": {"cell_type": "code"}}', "no cells", "没有单元格"),
    "worksheets-no-list": (b'{"worksheets": 5}', "no cells", "没有单元格"),
    "worksheets-empty": (b'{"worksheets": []}', "no cells", "没有单元格"),
    "worksheets-of-nothing": (b'{"worksheets": [null, 3, {"cells": null}]}', "no cells", "没有单元格"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_an_unreadable_file_is_one_clear_line(kind, tmp_path):
    data, en, zh = BAD_FILES[kind]
    path = tmp_path / "bad.ipynb"
    path.write_bytes(data)
    lines = unreadable(path)
    assert zh in lines[0] and en in lines[1], lines


def test_200_megabytes_are_refused_at_once(tmp_path):
    path = tmp_path / "huge.ipynb"
    with open(path, "wb") as file:
        file.truncate(200 * 2**20)  # no block of it is on the disk
    start = time.perf_counter()
    zh, en = unreadable(path)
    assert "200 MB" in zh and "200 MB" in en and "outputs" in en
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("name", ["nowhere.ipynb", "a/b/c.ipynb", "line\nbreak.ipynb"], ids=ascii)
def test_a_file_that_is_not_there(name, tmp_path):
    zh, en = unreadable(tmp_path / name)
    assert "找不到" in zh and "not found" in en


def test_what_is_no_file(tmp_path):
    assert "folder" in unreadable(tmp_path)[1]
    assert "folder" in unreadable(Path("."))[1]
    for name in ("null\0byte.ipynb", "\udcff.ipynb", "x" * 5000):  # names that no file has, or can have
        unreadable(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")
def test_a_pipe_and_links(tmp_path):
    os.mkfifo(tmp_path / "pipe.ipynb")  # reading it would wait for ever
    assert "no ordinary file" in unreadable(tmp_path / "pipe.ipynb")[1]
    (tmp_path / "gone.ipynb").symlink_to(tmp_path / "nowhere")
    assert "not found" in unreadable(tmp_path / "gone.ipynb")[1]
    (tmp_path / "round.ipynb").symlink_to(tmp_path / "round.ipynb")
    unreadable(tmp_path / "round.ipynb")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="links need rights on Windows")
def test_a_link_to_a_notebook_is_read(tmp_path):
    (tmp_path / "real.ipynb").write_bytes(whole)
    (tmp_path / "link.ipynb").symlink_to(tmp_path / "real.ipynb")
    assert read(str(tmp_path / "link.ipynb")).defined("linear_forward")


@pytest.mark.parametrize(
    "cells", [[], ["x = 1"], ["%%bash\nls"], ["def my_own(x):\n    return x"]], ids=["none", "x", "bash", "own"]
)
def test_a_notebook_without_a_graded_function(grader, cells):
    with pytest.raises(Unreadable) as caught:
        grader.grade_submission(parse(notebook(*cells), "a.ipynb"))
    assert caught.value.text.en.startswith("a.ipynb: no graded function") and "要评分的函数" in caught.value.text.zh


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["code", "markdown", RIGHT, "def f(:\n", "%x\n", "a = !ls", "@", "if True:\n", "'''", "x = [1,\n", "\0", "\ud800"]
    ),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["cells", "cell_type", "source", "input", "worksheets", "metadata", "nbformat", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(json_like)
def test_any_json_is_a_submission_or_unreadable(data):
    try:
        found = parse(data)
    except Unreadable:
        return
    found.program("linear_forward")
    assert all(isinstance(cell.source, str) for cell in found.cells)


lines_of_code = st.lists(
    st.sampled_from(
        [
            "def f(x):",
            "    return x",
            "    '''",
            "'''",
            "x = 1",
            "x = (",
            ")",
            "@wraps",
            "%time f(1)",
            "!ls",
            "f?",
            "class A:",
            "    pass",
            "else:",
            "if x:",
            "    def linear_forward(A, W, b):",
            "        return f(A) +",
            "linear_forward = lambda A, W, b: 1",
            "import numpy as np",
            "from x",
            "    ### START CODE HERE ###",
            "    ### END CODE HERE ###",
            "",
            "\\",
            "\t1",
            "async def g():",
            "try:",
            "except E:",
            "\0",
            "\ud800",
            "x: int",
            "match x:",
            "    case 1:",
            "        y = 2",
            "del x",
            "x += 1",
            "*a, b = 1, 2",
            "(a, b), c = d",
            "a.b = 1",
            "a[0] = 2",
            "global x",
            "：",
            "f'{x",
            "def linear_forward(A, W, b): return",
            "def linear_forward(a, a): pass",
            "from numpy import *",
            "import a.b as c, d.e",
        ]
    ),
    max_size=12,
)


@given(lines_of_code)
@settings(max_examples=300)
def test_any_lines_are_read(lines):
    found = parse(notebook("\n".join(lines)))
    found.program("linear_forward")
    for place in [*found.locate("linear_forward"), *found.locate("f")]:
        assert 1 <= place.first <= place.last <= len(lines)
    for piece in found.broken:
        assert 1 <= piece.first <= piece.line <= piece.last <= len(lines)


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: whole[:30] + data))
def test_any_bytes_are_a_submission_or_unreadable(data):
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"test_submission_{os.getpid()}.ipynb"
    path.write_bytes(data)
    try:
        read(path)
    except Unreadable as error:
        assert len(error.text.en.splitlines()) == len(error.text.zh.splitlines()) == 1
    finally:
        path.unlink()


# ---------------------------------------------------------------- magics and shell lines

MAGICS = {
    "line": "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\n",
    "shell": "!pip install numpy\n! ls | head -3\n!echo \"it's (\n!echo {x\n",
    "assigned": "files = !ls *.csv\nx =!pwd\na, b = !ls\nt = %timeit -o f()\n",
    "help": "?np.dot\nnp.dot?\nnp.dot??\n??np.dot\n%time?\nnp.*load*?\nlayers[0].shape?\n",
    "cell-magic-time": "%%time\n",
    "cell-magic-capture": "%%capture out --no-stderr\n",
    "indented": "for i in range(3):\n    %time f(i)\nif True:\n    !ls\n    x = !ls\n",
    "cd": "%cd ../work's\n%env A=1\n%%timeit\n",
}


@pytest.mark.parametrize("kind", MAGICS)
def test_magics_in_the_cell_of_a_function(grader, kind):
    source = MAGICS[kind] + RIGHT
    found = submission(source)
    assert not found.broken and found.defined("linear_forward").source == RIGHT.rstrip("\n")
    assert is_right(grader, source + "\n" + MAGICS[kind])


@pytest.mark.parametrize("kind", ["line", "shell", "assigned", "help"])
def test_magics_inside_a_function(grader, kind):
    body = textwrap.indent(MAGICS[kind], "    ")
    assert is_right(grader, f"def linear_forward(A, W, b):\n{body}    Z = W @ A + b\n{body}    return Z, (A, W, b)\n")


@pytest.mark.parametrize(
    "magic",
    [
        "%%bash",
        "%%sh",
        "%%script python",
        "%%html",
        "%%HTML",
        "%%javascript",
        "%%js",
        "%%latex",
        "%%markdown",
        "%%writefile f.py",
        "%%file f.py",
        "%%!",
        "%%perl",
        "%%ruby",
        "%%python",
        "%%python3",
        "%%R",
        "%%sql",
        "%%cython",
        "%%svg",
        "%%sx",
    ],
)
def test_a_cell_in_another_language_defines_nothing(magic):
    assert submission(f"{magic}\n{RIGHT}").defined("linear_forward") is None
    assert submission(RIGHT, f"{magic}\ndef linear_forward(A, W, b):\n    return 0").defined("linear_forward").cell == 0


def test_what_looks_like_a_magic_stays():
    source = dedent('''
        %matplotlib inline
        def linear_forward(A, W, b):
            """A text.
        %matplotlib inline
        !ls
        what is Z?
            """
            rest = (7
                % 4)
            rest = 7 \\
        % 4
            Z = W @ A + b  # right?
            # Z = ?
            return Z, (A, W, b)
        ''')
    found = submission(source)
    assert found.defined("linear_forward").source == source.split("\n", 1)[1]
    scope = {}
    exec(found.defined("linear_forward").source, scope)
    assert "%matplotlib inline\n!ls\nwhat is Z?" in scope["linear_forward"].__doc__
    assert scope["linear_forward"](np.eye(2), np.eye(2), 1)[0].tolist() == [[2, 1], [1, 2]]


def test_a_slip_that_ends_in_a_question_mark_is_a_slip():
    """Only a name with a question mark asks IPython for help."""
    found = submission("def linear_forward(A, W, b):\n    Z = W @ A + b ?\n    return Z, (A, W, b)")
    assert found.broken_definition("linear_forward").line == 2


# ---------------------------------------------------------------- where definitions stand

PLACES = {
    "if": "if True:\n" + textwrap.indent(RIGHT, "    "),
    "if-main": 'if __name__ == "__main__":\n' + textwrap.indent(RIGHT, "\t"),
    "else": "if 1 > 2:\n    pass\nelse:\n" + textwrap.indent(RIGHT, "  "),
    "try": "try:\n" + textwrap.indent(RIGHT, "    ") + "except Exception:\n    pass\n",
    "except": "try:\n    import nothing\nexcept ImportError:\n" + textwrap.indent(RIGHT, "    "),
    "finally": "try:\n    pass\nfinally:\n" + textwrap.indent(RIGHT, "    "),
    "with": "with open('x') as f:\n" + textwrap.indent(RIGHT, "    "),
    "for": "for i in range(3):\n" + textwrap.indent(RIGHT, "    "),
    "match": "match 1:\n    case 1:\n" + textwrap.indent(RIGHT, "        "),
    "nested": "if 1:\n    try:\n        if 2:\n" + textwrap.indent(RIGHT, " " * 12) + "    except E:\n        pass\n",
    "one-line": "def linear_forward(A, W, b): return W @ A + b, (A, W, b)\n",
    "same-line": "a = 1; b = 2; linear_forward = lambda A, W, b: (W @ A + b, (A, W, b)); print(a)\n",
    "lambda": "linear_forward = lambda A, W, b: (W @ A + b, (A, W, b))\n",
    "lambda-over-lines": "linear_forward = (  # mine\n    lambda A, W, b:\n        (W @ A + b, (A, W, b))\n)\n",
    "lambda-with-type": "from typing import Callable\nlinear_forward: Callable = lambda A, W, b: (W @ A + b, (A, W, b))\n",
    "alias": "def forward(A, W, b):\n    return W @ A + b, (A, W, b)\n\nlinear_forward = forward\n",
    "alias-of-alias": "linear_forward = f = lambda A, W, b: (W @ A + b, (A, W, b))\n",
    "partial": (
        "from functools import partial as p\ndef general(f, A, W, b):\n    return f(W, A) + b, (A, W, b)\n"
        "linear_forward = p(general, np.matmul)\n"
    ),
    "decorated": (
        "import functools\ndef loud(f):\n    @functools.wraps(f)\n    def inner(*args):\n        print(args)\n"
        "        return f(*args)\n"
        "    return inner\n\n@loud\n@functools.lru_cache(None) if False else loud\n" + RIGHT
    ),
    "class-instance": (
        "class Forward:\n    '''A layer.'''\n    def __call__(self, A, W, b):\n        return W @ A + b, (A, W, b)\n\n"
        "def linear_forward(A, W, b):\n    return Forward()(A, W, b)\n"
    ),
    "class-new": "class linear_forward:\n    def __new__(cls, A, W, b):\n        return W @ A + b, (A, W, b)\n",
    "static-method": (
        "class Net:\n    @staticmethod\n    def forward(A, W, b):\n        return W @ A + b, (A, W, b)\n\n"
        "linear_forward = Net.forward\n"
    ),
    "closure": (
        "def make():\n    def f(A, W, b):\n        return W @ A + b, (A, W, b)\n    return f\n\n"
        "def linear_forward(*args):\n    return make()(*args)\n"
    ),
    "tabs": RIGHT.replace("    ", "\t"),
    "no-newline": RIGHT.rstrip("\n"),
    "trailing-backslashes": (
        "def linear_forward(A, W, b):\n    Z = W \\\n        @ A \\\n        + b\n    return Z, \\\n (A, W, b)\n"
    ),
    "semicolons": "def linear_forward(A, W, b):\n    Z = W @ A; Z = Z + b; cache = (A, W, b); return Z, cache;\n",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_definition_is_found_wherever_it_stands(grader, place):
    found = submission(PLACES[place])
    assert not found.broken and len(found.locate("linear_forward")) == 1
    assert is_right(grader, PLACES[place])


def test_an_indented_definition_keeps_its_markers_and_lines(grader):
    """The markers tell what is not attempted, and the lines of messages are counted in what the learner sees."""
    stub = (
        "def linear_forward(A, W, b):\n    ### START CODE HERE ###\n\n    Z = ...  # about 1 line\n"
        "    ### END CODE HERE ###\n    return Z, (A, W, b)"
    )
    wrapped = "x = 1\nif True:\n    # one\n" + textwrap.indent(stub, "    ")
    assert submission(wrapped).defined("linear_forward").source == stub
    assert submission(wrapped).locate("linear_forward")[0].first == 4
    assert result(grader, wrapped)["status"] == "not_attempted"
    message = result(grader, wrapped.replace("Z = ...", "Z = W @ A +  + missing"))["message"]["en"]
    assert message.startswith("Line 4 of the function fails")


def test_an_async_function_is_an_answer_of_another_type(grader):
    found = result(grader, "async " + RIGHT)
    assert found["status"] == "incorrect" and "coroutine" in found["message"]["en"]


@pytest.mark.parametrize(
    "source, message",
    [
        ("linear_forward = 3", "not callable"),
        ("class linear_forward:\n    pass", "argument"),
        ("linear_forward = None", ""),
        ("def linear_forward(A, W, b):\n    yield W @ A + b", "generator"),
        ("def linear_forward(A, W):\n    return W @ A", "argument"),
    ],
)
def test_what_is_no_function_with_these_arguments_is_told_so(grader, source, message):
    found = result(grader, source)
    assert found["status"] in ("incorrect", "error", "not_attempted") and found["points"] == 0
    assert message in found["message"]["en"], found


def test_the_place_of_a_decorated_function_begins_with_its_decorators():
    found = submission("x = 1\n@first\n@second(\n    1)\ndef linear_forward(A, W, b):\n    return 1\n\nprint(2)")
    (place,) = found.locate("linear_forward")
    assert (place.first, place.last) == (2, 6)
    assert found.defined("linear_forward").start == 5


# ---------------------------------------------------------------- syntax errors

BROKEN = "def linear_backward(dZ, cache):\n    dW = (dZ @ A.T\n    return dW\n"
SLIPS = {
    "open-bracket": BROKEN,
    "no-colon": "def linear_backward(dZ, cache)\n    return dZ\n",
    "indent": "def linear_backward(dZ, cache):\n    m = 1\n      dW = 2\n    return dW\n",
    "empty": "def linear_backward(dZ, cache):\n",
    "open-text": "def linear_backward(dZ, cache):\n    '''\n    return dZ\n",
    "open-quote": "def linear_backward(dZ, cache):\n    print('dZ)\n    return dZ\n",
    "full-width": "def linear_backward(dZ, cache)：\n    return （dZ）\n",
    "assign-to-call": "def linear_backward(dZ, cache):\n    f(x) = 3\n    return dZ\n",
    "null": "def linear_backward(dZ, cache):\n    return '\0'\n",
    "surrogate": "def linear_backward(dZ, cache):\n    return '\ud800'\n",
    "python-2": "def linear_backward(dZ, cache):\n    print dZ\n    return dZ\n",
    "too-deep": "def linear_backward(dZ, cache):\n    return " + "(" * 500 + "\n",
}


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("order", ["before", "after", "between", "statements-around"])
def test_a_syntax_error_costs_one_function_only(grader, slip, order):
    cost = "def compute_cost(AL, Y):\n    return -np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))\n"
    slipped = SLIPS[slip]
    cell = {
        "before": [slipped, RIGHT, cost],
        "after": [RIGHT, cost, slipped],
        "between": [RIGHT, slipped, cost],
        "statements-around": [
            "# one\n%magic\n",
            RIGHT,
            "print(linear_forward)\n",
            slipped,
            "\nx = 5\nfor i in range(3):\n    print(i)\n",
            cost,
            "if x:\n    print(1)\nelse:\n    print(2)\n",
        ],
    }[order]
    source = "\n".join(cell)
    found = parse(notebook(source, "x = 1"))
    assert found.defined("linear_forward").source == RIGHT.rstrip("\n")
    assert found.defined("compute_cost").source == cost.rstrip("\n")
    piece = found.broken_definition("linear_backward")
    lines = source.split("\n")
    assert lines[piece.first - 1].startswith("def linear_backward") and piece.first <= piece.line <= piece.last
    assert "def " not in "".join(lines[piece.first : piece.last])
    if order == "statements-around":
        sheet = grader.sheet(found)
        by_name = {question.name: sheet.result(question) for question in sheet.entries}
        assert {name for name in by_name if by_name[name]["status"] == "correct"} == {"linear_forward", "compute_cost"}
        broken = by_name["linear_backward"]
        assert broken["status"] == "error" and f"Cell 1, line {piece.line} has" in broken["message"]["en"], broken
        assert f"第 1 个单元格第 {piece.line} 行" in broken["message"]["zh"]


@pytest.mark.parametrize(
    "outside",
    [
        "print(linear_forward(1, 2, 3)",
        "x = = 1",
        "for i in range(3) print(i)",
        "(",
        "'''",
        "1x = 2",
        "if True:\n",
        "plt.plot(x, y))",
        "Z，A = 1，2",
        "def helper(:\n    pass",
        "return 5 6",
        "\0",
        "linear_forward(A W)",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_a_syntax_error_outside_the_function_costs_nothing(grader, outside, first):
    source = f"{outside}\n{RIGHT}" if first else f"{RIGHT}{outside}\n"
    assert is_right(grader, source)


def test_lines_at_the_margin_inside_a_text_belong_to_the_function(grader):
    docstring = (
        'def linear_forward(A, W, b):\n    """\nArguments:\nA -- activations\nfrom = 3\n    """\n'
        "    Z = W @ A + b\n    return Z, (A, W, b)\n"
    )
    found = submission(docstring + "x = = 1\n")
    assert found.defined("linear_forward").source == docstring.rstrip("\n")
    assert is_right(grader, docstring + "x = = 1\n")


def test_a_broken_lambda_or_indented_function_is_known_by_its_name(grader):
    assert submission("linear_forward = lambda A, W, b: (W @ A + b, (A, W b))").broken_definition("linear_forward")
    assert submission("if True:\n    def linear_forward(A, W, b):\n        return (W @ A").broken_definition("linear_forward")
    assert result(grader, "if True:\n    def linear_forward(A, W, b):\n        return (W @ A")["status"] == "error"


def test_the_message_of_a_syntax_error_counts_lines_in_the_cell():
    found = submission("x = 1\n\n" + RIGHT + "\ndef linear_backward(dZ, cache):\n    return (dZ]\n\n\ndef compute_cost(AL, Y):\n")
    assert [(piece.name, piece.line) for piece in found.broken] == [("linear_backward", 8), ("compute_cost", 11)]
    assert found.broken[1].message.endswith("on line 11")


COMPILE_SLIPS = [
    "return 5\n",
    "def f(a, a):\n    pass\n",
    "nonlocal x\n",
    "def g():\n    x = 1\n    global x\n",
    "await f()\n",
    "break\n",
    "yield 1\n",
]


@pytest.mark.parametrize("slip", COMPILE_SLIPS, ids=["return", "arguments", "nonlocal", "global", "await", "break", "yield"])
def test_slips_that_only_the_compiler_finds(grader, slip):
    """ast.parse lets them pass; the function beside them is right."""
    assert is_right(grader, slip + RIGHT)


def test_two_arguments_of_one_name_are_a_syntax_error(grader):
    found = result(grader, "def linear_forward(A, A, b):\n    return A, (A, A, b)")
    assert found["status"] == "error" and "SyntaxError" in found["message"]["en"], found


def test_an_enormous_cell_is_read_in_no_time():
    start = time.perf_counter()
    for line in ("x = (\n", "def f(:\n", "x = 1\n", "1 +\n"):
        submission(line * 5_000 + RIGHT)
    found = parse(notebook("x = [" + "1, " * 1_000_000 + "]", RIGHT))
    assert found.defined("linear_forward")
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "1 + " * 3000 + "1",
        "x = " + "-" * 3000 + "1",
        "x = " + "[" * 150 + "]" * 150,
        "x = a" + ".b" * 3000,
        "x = " + "f(" * 150 + ")" * 150,
        "".join(" " * n + "if x:\n" for n in range(95)) + " " * 95 + "pass",
        "if x:\n    pass\n" + "elif x:\n    pass\n" * 1500,
        "x = " + "lambda: " * 900 + "1",
        "x = '" + "a" * 900_000 + "'",
    ],
    ids=["sum", "minus", "lists", "dots", "calls", "ifs", "elifs", "lambdas", "text"],
)
def test_deep_code_does_no_harm(grader, source):
    assert submission(source, RIGHT).defined("linear_forward")
    assert is_right(grader, source + "\n\n" + RIGHT)


# ---------------------------------------------------------------- more than one definition


def test_the_last_definition_counts_and_the_result_says_so(grader):
    wrong = RIGHT.replace("+ b", "- b")
    found = result(grader, "x = 1", wrong, "y = 1", RIGHT)
    assert found["status"] == "correct"
    assert "(Defined 2 times; the last one counts, in cell 4.)" in found["message"]["en"]
    assert "定义了 2 次，以最后一次为准：第 4 个单元格" in found["message"]["zh"]
    found = result(grader, RIGHT + "\n" + wrong)
    assert found["status"] == "incorrect" and "in cell 1" in found["message"]["en"]


def test_a_broken_last_definition_counts_as_broken(grader):
    broken = "def linear_forward(A, W, b):\n    Z = (W @ A + b\n    return Z\n"
    assert result(grader, RIGHT, broken)["status"] == "error"
    assert "Defined 2 times" in result(grader, RIGHT, broken)["message"]["en"]
    assert result(grader, RIGHT + broken)["status"] == "error"
    assert result(grader, broken, RIGHT)["status"] == "correct"
    assert result(grader, broken + RIGHT)["status"] == "correct"


def test_an_import_of_the_solution_is_no_definition(grader):
    """Learners import helpers from the course's modules; what is graded is what they write."""
    backward = "def linear_backward(dZ, cache):\n    return dZ"
    for source in (
        "from dnn_utils import linear_forward",
        "from dnn_utils import *",
        "from dnn_app_utils_v2 import linear_forward",
    ):
        assert result(grader, source, backward)["status"] == "missing"
        assert result(grader, RIGHT, source)["status"] == "correct"


WRAPPED = {
    "old-kept": "old = linear_forward\ndef linear_forward(A, W, b):\n    print(A.shape)\n    return old(A, W, b)\n",
    "partial-of-itself": "import functools\nlinear_forward = functools.partial(linear_forward)\n",
    "alias-of-itself": "first = linear_forward\nlinear_forward = first\n",
    "twice": "a = linear_forward\ndef linear_forward(*args):\n    return a(*args)\n"
    "b = linear_forward\ndef linear_forward(*args):\n    return b(*args)\n",
    "by-a-lambda": "old = linear_forward\nlinear_forward = lambda *args: old(*args)\n",
}


@pytest.mark.parametrize("kind", WRAPPED)
def test_a_function_put_around_its_earlier_definition(grader, kind):
    assert is_right(grader, RIGHT, WRAPPED[kind])
    assert result(grader, RIGHT.replace("+ b", "- b"), WRAPPED[kind])["status"] == "incorrect"


# ---------------------------------------------------------------- no code of the notebook runs here

TOUCH = "open({path!r}, 'w')"
NEVER_RUN = {
    "call": "{touch}",
    "assignment": "EPS = {touch}",
    "typed": "EPS: object = {touch}",
    "tuple": "EPS, other = 1e-8, {touch}",
    "loop": "for i in range(3):\n    {touch}",
    "loop-assignment": "for EPS in [1]:\n    EPS = {touch}",
    "while": "while {touch}:\n    pass",
    "if": "if {touch}:\n    EPS = 0",
    "with": "with {touch} as EPS:\n    pass",
    "comprehension": "EPS = [{touch} for i in range(3)]",
    "generator": "EPS = sum({touch} is None for i in range(3))",
    "nested-call": "EPS = np.abs(len([{touch}]))",
    "subscript": "EPS = [{touch}, 0][1]",
    "f-string": "EPS = f'{{{touch}}}'",
    "conditional": "EPS = 0 if {touch} else 1",
    "walrus": "EPS = (x := {touch})",
    "method": "EPS = ''.join([str({touch})])",
    "key-function": "def side(x):\n    {touch}\n    return x\nEPS = max([0, 0], key=side)",
    "key-lambda": "EPS = max([0, 0], key=lambda x: {touch})",
    "own-function": "def side():\n    {touch}\n    return 0\nEPS = side()",
    "own-class": "class Side:\n    def __init__(self):\n        {touch}\nEPS = Side()",
    "reduce": "from functools import reduce\ndef side(a, b):\n    {touch}\nEPS = reduce(side, [0, 0])",
    "numpy-file": "EPS = np.savetxt({path!r}, [0])",
    "numpy-map": "EPS = np.memmap({path!r}, mode='w+', shape=(1,))",
    "array-file": "EPS = np.array([0]).tofile({path!r})",
    "array-file-2": "EPS = np.ndarray.tofile(np.zeros(3), {path!r})",
    "os": "import os\nEPS = os.mkdir({path!r})",
    "other-import": "from os import mkdir as abs\nEPS = abs({path!r})",
    "exec": "EPS = exec({touch!r})",
    "eval": "EPS = eval({touch!r})",
    "second-statement": "EPS = [0,\n 0]; {touch}",
    "statement-before": "{touch}; EPS = 0",
    "if-on-one-line": "if {touch}: EPS = 0",
    "delete": "EPS = 0\ndel (lambda: {touch})()[0]",
    "default-of-another": "def other(x={touch}):\n    pass",
    "decorator-of-another": "@(lambda f: {touch})\ndef other():\n    pass",
    "class-of-another": "class Other:\n    {touch}",
    "import": "import antigravity, this",
    "shell": "!touch {path}",
    "magic": "%system touch {path}",
    "assert": "assert {touch}",
    "broken": "{touch}\nx = = 3",
}


@pytest.mark.parametrize("kind", NEVER_RUN)
def test_top_level_code_is_never_run(grader, kind, tmp_path):
    """Not when the file is read, and not when a function that mentions the name runs: it has no such name then."""
    touched = tmp_path / "touched"
    source = NEVER_RUN[kind].format(touch=TOUCH.format(path=str(touched)), path=str(touched))
    function = (
        "def linear_forward(A, W, b):\n    try:\n        EPS\n    except NameError:\n        pass\n"
        "    return W @ A + b, (A, W, b)\n"
    )
    assert is_right(grader, f"{source}\n{function}")
    assert not touched.exists()


def test_what_belongs_to_a_definition_runs_with_it_and_only_with_it(grader, tmp_path):
    """A default value, a decorator and the body of a class are part of a definition: it cannot be had without them.

    They run where the function runs, not where the file is read, and only when the function is needed.
    """
    touched = tmp_path / "touched"
    source = f"def helper(x, log={TOUCH.format(path=str(touched))}):\n    return x\n"
    found = submission(source + RIGHT)
    assert not touched.exists()
    assert is_right(grader, source + RIGHT) and not touched.exists()
    assert names(found.program("helper")) == ["helper"]
    assert is_right(grader, source + RIGHT.replace("W @ A", "helper(W @ A)")) and touched.exists()


# ---------------------------------------------------------------- constants

CONSTANTS = {
    "number": "K = 1",
    "expression": "K = 2**0 + 3 * 4 // 13",
    "negative": "K = -(-1)",
    "several": "K, unused = 1, (2, 3)",
    "chain": "K = J = 1",
    "typed": "K: float = 1.0",
    "tuple": "T = (1, 2)\nK = T[0]",
    "dict": "D = {'k': 1}\nK = D['k']",
    "text": "name = f'{1}'\nK = int(name)",
    "numpy": "import numpy as xp\nK = xp.float64(1)",
    "numpy-nested": "K = np.ones((1, 1))[0, 0]",
    "finfo": "K = 1 + np.finfo(float).eps",
    "math": "import math as m\nK = m.cos(0)",
    "math-from": "from math import cos as c\nK = c(0)",
    "conditional": "K = 1 if True else 2",
    "comprehension": "K = [n for n in range(3) if n == 1][0]",
    "sum": "K = sum(n for n in range(2))",
    "numpy-function": "T = np.matmul\nK = 1",
    "lambda": "one = lambda: 1\nK = 1",
    "vectorize": "up = np.vectorize(lambda x: x)\nK = 1",
    "in-if": "if True:\n    K = 1\nelse:\n    K = 1",
    "one-line-if": "if DEBUG: K = 1",
    "semicolons": "J = 2; K = 1; print(K)",
    "over-lines": "K = sum([\n    0,\n    1,\n])",
    "given": "act = relu\nK = 1",
    "comparison": "K = float(3 > 2 and not 1 == 2)",
    "random": "K = np.random.RandomState(3).randint(1, 2)",
    "bool": "K = True",
    "slice": "K = [0, 1][1:][0]",
    "twice": "K = 7\nK = 1",
    "then-unknown": "K = 1\nK = load()",
}


@pytest.mark.parametrize("kind", CONSTANTS)
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_constant_may_be_used(grader, kind, where):
    used = ["K", *re.findall(r"\b(T|one|up|act)\b", CONSTANTS[kind])[:1]]
    function = f"def linear_forward(A, W, b):\n    {', '.join(used)}\n    Z = K * (W @ A) + b\n    return Z, (A, W, b)\n"
    cells = [CONSTANTS[kind], function] if where == "before" else [function, CONSTANTS[kind]]
    assert is_right(grader, *cells)


def test_a_constant_may_come_before_the_import_it_needs(grader):
    assert is_right(grader, "K = xp.cos(0)", RIGHT.replace("W @ A", "K * W @ A"), "import numpy as xp")


def test_a_variable_of_the_notebook_is_no_constant(grader):
    """m is computed by top-level code that does not run; a function with an m of its own does not notice."""
    cells = ["A_prev, W = make()\nm = A_prev.shape[1]\nfor n in range(3):\n    pass"]
    own = "def compute_cost(AL, Y):\n    m = Y.shape[1]\n    return -np.sum(np.log(np.where(Y == 1, AL, 1 - AL))) / m\n"
    assert is_right(grader, *cells, own, name="compute_cost")
    found = result(grader, *cells, own.replace("    m = Y.shape[1]\n", ""), name="compute_cost")
    assert found["status"] == "error" and "m is a variable of the notebook" in found["message"]["en"]
    found = result(grader, *cells, own.replace("m = Y", "k = Y").replace("/ m", "/ n"), name="compute_cost")
    assert found["status"] == "error" and "n is a variable of the notebook" in found["message"]["en"]


def test_names_inside_a_function_are_not_taken_for_names_of_the_notebook():
    found = submission(
        "x = load()\ny = 1\nk = 2\nz = 3\nw = 4\nt = 5\ncount = 0\n",
        """
        def linear_forward(A, W, b, default=t):
            def inner(y, *k):
                return y, k
            total = [z for z in A]
            x = lambda w: w
            global count
            count += 1
            return x, inner, total
        """,
    )
    assert names(found.program("linear_forward")) == ["t", "count", "linear_forward"]


# ---------------------------------------------------------------- what a function needs


def test_the_program_of_a_function_has_what_it_needs_and_nothing_else():
    found = submission(
        "import numpy as np\nimport matplotlib.pyplot as plt\nimport torch, math\nfrom os import path, sep as separator",
        "def unused():\n    return plt.figure()",
        "def linear_forward(A, W, b):\n    return add(W @ A, b), math.pi",
        "SCALE = 1",
        "def add(x, y):\n    return SCALE * twice(x) / 2 + y",
        "def twice(x):\n    return np.add(x, x) + separator",
    )
    program = found.program("linear_forward")
    assert names(program) == ["np", "math", "separator", "linear_forward", "SCALE", "add", "twice"]
    assert [item.source for item in program[:3]] == ["import numpy as np", "import math", "from os import sep as separator"]
    assert names(found.program("linear_forward", {"twice", "SCALE"})) == ["np", "math", "linear_forward", "add"][1:]
    assert found.program("nothing") == []


def test_an_import_that_is_not_needed_is_not_run(grader, tmp_path):
    (tmp_path / "cells.py").write_text("raise SystemExit")
    cells = [
        f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport cells, no_such_module\nfrom no_such_module import *\n"
        "import matplotlib.pyplot as plt\nimport torch as plt2",
        "def other():\n    return plt.plot(cells, no_such_module)",
    ]
    assert is_right(grader, *cells, RIGHT)


IMPORTS = {
    "star": ("from numpy import *", "matmul(W, A) + b"),
    "star-over-built-in": ("from numpy import *", "sum(W[:, :, newaxis] * A, axis=1) + b"),
    "star-only-built-in": ("from numpy import *", "sum(W[:, :, None] * A[None], axis=1) + b"),
    "star-of-nothing": ("from lr_utils import *\nfrom no_such_module import *", "W @ A + b"),
    "star-of-nothing-unknown": ("from lr_utils import *\nfrom numpy import *", "dot(W, A) + b"),
    "math-star": ("from math import *", "W @ A + b * cos(0)"),
    "two-parts": (
        "import scipy.special\nimport scipy.linalg\nimport scipy",
        "W @ A + b * scipy.special.expit(0) * 2 * scipy.linalg.norm([1])",
    ),
    "two-parts-one-line": (
        "import os.path, os, xml.dom, xml.sax",
        "W @ A + b * (os.path.sep == os.sep) * bool(xml.dom and xml.sax)",
    ),
    "try-except": ("try:\n    import cupy as xp\nexcept ImportError:\n    import numpy as xp", "xp.dot(W, A) + b"),
    "renamed": ("import numpy\nimport numpy.linalg as la\nfrom numpy import dot as times, add", "add(times(W, A), b)"),
    "course": ("import dnn_utils as u", "W @ A + b * 2 * u.sigmoid(0 * b)[0]"),
    "course-from": ("from dnn_utils import sigmoid as sg", "W @ A + b * 2 * sg(0 * b)[0]"),
    "course-star": ("from dnn_utils import *", "W @ A + b * 2 * sigmoid(0 * b)[0]"),
    "older-module": (
        "import dnn_utils_v2\nimport dnn_app_utils_v3 as older",
        "W @ A + b * 4 * dnn_utils_v2.sigmoid(0 * b)[0] * older.sigmoid(0 * b)[0]",
    ),
    "other-module-from": ("from utils_of_mine import sigmoid, relu", "W @ A + b * 2 * sigmoid(0 * b)[0]"),
    "future": ("from __future__ import annotations, division", "W @ A + b"),
    "test-cases": ("from testCases_v4a import *\nfrom public_tests import *\nimport test_utils", "W @ A + b"),
    "none": ("", "np.dot(W, A) + b"),
}


@pytest.mark.parametrize("kind", IMPORTS)
def test_imports_under_any_name(grader, kind):
    statement, Z = IMPORTS[kind]
    assert is_right(grader, f"def linear_forward(A, W, b):\n    return {Z}, (A, W, b)", statement)
    inside = textwrap.indent(statement, "    ")
    if "*" not in statement and "__future__" not in statement and kind not in ("other-module-from", "older-module"):
        assert is_right(grader, f"def linear_forward(A, W, b):\n{inside}\n    return {Z}, (A, W, b)")


def test_annotations_need_nothing(grader):
    assert is_right(
        grader,
        "def linear_forward(A: Array['n', 'm'], W: torch.Tensor, b) -> tuple[Array, Cache]:\n"
        "    Z: Array = W @ A + b\n    return Z, (A, W, b)",
    )


def test_helpers_found_by_their_names_as_text(grader):
    helper = "def times(x, y):\n    return scaled(x @ y)\n\ndef scaled(x):\n    return ONE * x\n\nONE = 1\n"
    for call in ("globals()['times'](W, A)", "eval('times(W, A)')", "eval('times')(W, A)"):
        assert is_right(grader, helper + f"def linear_forward(A, W, b):\n    return {call} + b, (A, W, b)")


def test_functions_in_any_order_and_in_circles(grader):
    assert is_right(
        grader, "def linear_forward(A, W, b, f=plus):\n    return f(W @ A, b), (A, W, b)", "plus = add", "add = np.add"
    )
    assert is_right(
        grader,
        """
        def even(n):
            return n == 0 or odd(n - 1)
        def linear_forward(A, W, b):
            return (W @ A + b) * even(4), (A, W, b)
        def odd(n):
            return n != 0 and even(n - 1)
        """,
    )


def test_display_and_get_ipython_are_there(grader):
    assert is_right(
        grader, "def linear_forward(A, W, b):\n    Z = W @ A + b\n    display(Z, W)\n    get_ipython()\n    return Z, (A, W, b)"
    )


def test_own_definition_of_a_later_cell_replaces_an_import(grader):
    assert is_right(
        grader,
        "from somewhere import matmul",
        "def linear_forward(A, W, b):\n    return matmul(W, A) + b, (A, W, b)",
        "def matmul(x, y):\n    return x @ y",
    )


def test_notebook_2_is_known_by_its_functions(grader):
    assert grader.grade_submission(submission("import numpy as np", ZEROS))["assignment"] == "2_initialization"
