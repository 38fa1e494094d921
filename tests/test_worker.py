"""The process that runs learners' code: what leaves it is plain data, and whatever the code does, the next question is graded."""

import collections
import json
import os
import struct
import sys
import textwrap
import tracemalloc

import numpy as np
import pytest
from handed_in import notebook
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader import submission
from grader.grade import Grader
from grader.sandbox.wire import MAX_BYTES, MAX_ITEMS, Opaque, TooLarge, pack, plain, unpack
from grader.sandbox.worker import describe_error

# ---------------------------------------------------------------- values as bytes


def same(a, b):
    """Return whether two plain values are the same, types, signs of zero and nan included."""
    if isinstance(a, np.generic) and isinstance(b, np.generic):  # of two types for the same numbers, NumPy gives one back
        a, b = np.array(a), np.array(b)
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return (a.dtype, a.shape) == (b.dtype, b.shape) and np.ascontiguousarray(a).tobytes() == np.ascontiguousarray(b).tobytes()
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float | complex):
        return repr(a) == repr(b)
    return a == b


texts = st.text(st.characters(exclude_characters="".join(map(chr, range(0xD800, 0xE000)))), max_size=10) | st.sampled_from(
    ["\ud800", "x\udfff", "\0", "\u2028", "𝛼", '"', "\\"]
)
numbers = (
    st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.integers(-(2**2000), 2**2000)
    | st.sampled_from([-0.0, 5e-324, 1.7976931348623157e308, float("nan"), complex("-inf-nanj")])
)
dtypes = st.sampled_from([np.dtype(code) for code in "? b B h H i I l L q Q e f d F D".split()])
shapes = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
arrays = dtypes.flatmap(lambda dtype: hnp.arrays(dtype, shapes))
leaves = (
    st.none()
    | st.booleans()
    | texts
    | numbers
    | arrays
    | arrays.filter(lambda a: a.shape == ()).map(lambda a: a[()])
    | st.builds(Opaque, texts)
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple) | st.dictionaries(texts, inner, max_size=4)
    ),
    max_leaves=20,
)


@given(values)
def test_a_value_comes_back_as_it_was(value):
    assert same(unpack(pack(value)), value)
    assert same(plain(value), value) or isinstance(value, Opaque) or "<" in repr(value)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24.0).reshape(4, 6)[::2, ::-1],
        np.arange(6).reshape(2, 3).T,
        np.asfortranarray(np.ones((3, 4), np.float32)),
        np.zeros((0, 3)),
        np.zeros((2, 0)),
        np.array(3.5),
        np.broadcast_to(np.float32(2), (3, 4)),
        np.arange(5, dtype=">f8"),
        np.arange(5, dtype=">i2"),
        np.array([np.nan, np.inf, -np.inf, -0.0]),
        np.longdouble([1, 2]),
        np.ones((1,) * 32),
    ],
    ids=[
        "steps",
        "transposed",
        "fortran",
        "0x3",
        "2x0",
        "0-d",
        "broadcast",
        "big-endian",
        "big-endian-int",
        "nan-inf",
        "longdouble",
        "32-d",
    ],
)
def test_arrays_of_every_layout(array):
    back = unpack(pack(plain(array)))
    assert type(back) is np.ndarray and back.dtype == array.dtype and back.shape == array.shape
    np.testing.assert_array_equal(back, array)
    back[...] = 0  # it belongs to who unpacked it


def test_values_that_share_memory_come_back_apart():
    A = np.ones(3)
    first, second = unpack(pack((A, A)))
    first[0] = 7
    assert second[0] == A[0] == 1


# ---------------------------------------------------------------- bytes that are no answer

ANSWER = pack(
    {"outcomes": [{"value": (np.arange(6.0).reshape(2, 3), {"W1": np.float32(3)}, [1, 2**70, 1.5, 1 + 2j, None, True, "x"])}]}
)


def try_unpack(data):
    try:
        unpack(data)
    except ValueError:
        pass


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda data: struct.pack("<Q", len(data)) + data))
def test_any_bytes_are_a_value_or_a_value_error(data):
    try_unpack(data)


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(ANSWER) - 1),
            st.sampled_from(b'0123456789[]",{}nulltrueisfcadlo<>|.()-eE\x00\xff'),
            st.sampled_from(["replace", "remove", "insert"]),
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=1000)
def test_damaged_answers_are_a_value_or_a_value_error(changes):
    data = bytearray(ANSWER)
    for at, byte, change in changes:
        data[at : at + (change != "insert")] = b"" if change == "remove" else bytes([byte])
    try_unpack(bytes(data))


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(list("ifctldoas") + ["<f8"]),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(st.sampled_from("ifctldoas"), inner, inner, inner).map(list),
    max_leaves=12,
)


@given(json_like, st.binary(max_size=20))
def test_any_header_is_a_value_or_a_value_error(header, rest):
    text = json.dumps(header).encode()
    try_unpack(struct.pack("<Q", len(text)) + text + rest)


HEADERS = {
    "shape-of-a-terabyte": ["a", "<f8", [10**6, 10**5], 8 * 10**11],
    "size-of-a-terabyte": ["a", "<f8", [1], 10**12],
    "wrong-shape": ["a", "<f8", [3], 16],
    "negative-size": ["a", "<f8", [1], -8],
    "negative-shape": ["a", "<f8", [-1], 8],
    "71-dimensions": ["a", "<f8", [1] * 71, 8],
    "objects": ["a", "|O", [1], 8],
    "void": ["a", "|V8", [1], 8],
    "text": ["a", "<U2", [1], 8],
    "record": ["a", [["x", "<f8"]], [1], 8],
    "sub-array": ["a", "(1000000000,)f8", [1], 8],
    "syntax": ["a", "(1,", [1], 8],
    "f99": ["a", "<f99", [1], 8],
    "date": ["a", "<M8[s]", [1], 8],
    "dtype-none": ["a", None, [1], 8],
    "infinite-size": ["a", "<f8", [1], 1e400],
    "scalar-with-shape": ["s", "<f8", [2], 16],
    "5000-digits": ["i", "9" * 5000],
    "huge-float": ["f", "0x1p99999"],
    "unknown-kind": ["x", 1],
    "two-kinds": ["tl", [1]],
    "empty": [],
    "one": ["i"],
    "kind-is-a-list": [["a"], 1],
    "deep": None,
}


@pytest.mark.parametrize("kind", HEADERS)
def test_headers_that_ask_for_too_much(kind):
    text = json.dumps(HEADERS[kind]).encode() if kind != "deep" else b"[" * 100_000
    tracemalloc.start()
    try:
        with pytest.raises(ValueError):
            unpack(struct.pack("<Q", len(text)) + text + b"\0" * 16)
        assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    finally:
        tracemalloc.stop()


# ---------------------------------------------------------------- what becomes plain


class Liar:
    """An object that pretends to be an array, a number and equal to everything."""

    shape, dtype, ndim = (2, 2), np.dtype(float), 2
    __hash__ = object.__hash__

    def __eq__(self, other):
        return True

    def __array__(self, *args, **kwargs):
        return np.zeros((2, 2))

    def __float__(self):
        return 1.0

    __int__ = __index__ = __float__

    def __repr__(self):
        raise RuntimeError("never asked for")

    __str__ = __repr__


class Float(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class Integer(int):
    def bit_length(self):
        raise RuntimeError

    def __int__(self):
        return 7


class Word(str):
    def __len__(self):
        return 10**9

    def __str__(self):
        return "another"


class Rows(list):
    def __iter__(self):
        return iter([7])

    def __len__(self):
        return 0


class Table(dict):
    def items(self):
        return [("x", 1)]

    def __missing__(self, key):
        return 0


class Array(np.ndarray):
    def __eq__(self, other):
        return True

    def __array_finalize__(self, other):
        self.extra = 1


Pair = collections.namedtuple("Pair", "A cache")

BECOMES = {
    "matrix": (np.array([[1, 2]]).view(np.matrix), np.array([[1, 2]])),
    "masked": (np.ma.array([1.0, 2.0], mask=[0, 0]), np.array([1.0, 2.0])),
    "subclass": (np.ones(3).view(Array), np.ones(3)),
    "memmap-like": (np.ones(3)[1:].view(np.ndarray), np.ones(2)),
    "float": (Float(3.5), 3.5),
    "integer": (Integer(3), 3),
    "word": (Word("x"), "x"),
    "bool": (True, True),
    "numpy-bool": (np.bool_(True), np.bool_(True)),
    "rows": (Rows([1, 2]), [1, 2]),
    "pair": (Pair(1, (2,)), (1, (2,))),
    "table": (Table(a=1), {"a": 1}),
    "ordered": (collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    "default": (collections.defaultdict(int, a=1), {"a": 1}),
    "counter": (collections.Counter("aa"), {"a": 2}),
    "liar": (Liar(), Opaque("Liar")),
    "liar-inside": ([Liar(), {"x": Liar()}], [Opaque("Liar"), {"x": Opaque("Liar")}]),
    "liar-as-key": ({Liar(): 1, "W1": 2}, {"<Liar>": 1, "W1": 2}),
    "number-as-key": ({1: 2, (1, 2): 3}, {"<int>": 2, "<tuple>": 3}),
    "word-as-key": ({Word("W1"): 1, np.str_("b1"): 2}, {"W1": 1, "b1": 2}),
    "long-key": ({"x" * 5000: 1}, {"<str>": 1}),
    "objects": (np.array([None, 1]), Opaque("array of dtype object")),
    "strings": (np.array(["a"]), Opaque("array of dtype <U1")),
    "dates": (np.array(["2020"], "M8[D]"), Opaque("array of dtype datetime64[D]")),
    "date": (np.datetime64("2020"), Opaque("datetime64")),
    "record": (np.zeros(1, "i4,f8"), Opaque(f"array of dtype {np.dtype('i4,f8')}")),
    "generator": ((x for x in [1]), Opaque("generator")),
    "map": (map(abs, [1]), Opaque("map")),
    "range": (range(3), Opaque("range")),
    "set": ({1}, Opaque("set")),
    "bytes": (b"x", Opaque("bytes")),
    "ellipsis": (..., Opaque("ellipsis")),
    "function": (len, Opaque("builtin_function_or_method")),
    "class": (Liar, Opaque("type")),
    "module": (np, Opaque("module")),
    "not-implemented": (NotImplemented, Opaque("NotImplementedType")),
    "huge-integer": (10**700, Opaque("int of more than 2048 bits")),
    "long-text": ("x" * 10_000, Opaque("very long str")),
}


@pytest.mark.parametrize("kind", BECOMES)
def test_what_a_value_becomes(kind):
    value, expected = BECOMES[kind]
    found = plain(value)
    assert same(found, expected), found
    assert same(unpack(pack(found)), expected)


def test_plain_data_is_a_copy():
    A = np.ones(3)
    found = plain({"A": A, "cache": [A]})
    found["A"][0] = 5
    assert A[0] == found["cache"][0][0] == 1


def nested(depth, kind):
    value = 1
    for _ in range(depth):
        value = kind(value)
    return value


ring = []
ring.append(ring)
TOO_LARGE = {
    "deep-lists": nested(40, lambda v: [v]),
    "deep-dicts": nested(40, lambda v: {"x": v}),
    "deep-tuples": nested(100_000, lambda v: (v,)),
    "ring": ring,
    "million": [0] * 10**6,
    "items": list(range(MAX_ITEMS + 1)),
    "dictionary": dict.fromkeys(map(str, range(MAX_ITEMS + 1))),
    "wide": [[0] * 1000] * 1000,
    "array": np.zeros(MAX_BYTES // 8 + 1),
    "broadcast": np.broadcast_to(0.0, (10**9, 10**3)),
    "arrays": [np.zeros(MAX_BYTES // 16)] * 3,
}


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_what_is_too_large(kind):
    with pytest.raises(TooLarge):
        plain(TOO_LARGE[kind])


def test_only_plain_data_is_packed():
    for value in ({1, 2}, object(), Float(1), Rows()):
        with pytest.raises(TypeError, match="not plain"):
            pack(value)


def test_an_exception_that_cannot_be_printed():
    class Mute(ValueError):
        def __str__(self):
            raise RuntimeError

    found = describe_error(Mute(), lambda name: True, "f")
    assert found["type"] == "ValueError" and found["message"] == ""


# ---------------------------------------------------------------- limits: one question ends, the next is graded

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="each question runs in a fork")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

BACKWARD = """
def linear_backward(dZ, cache):
    A, W, b = cache
    m = A.shape[1]
    return W.T @ dZ, dZ @ A.T / m, np.sum(dZ, axis=1, keepdims=True) / m
"""
RETURN = "return W @ A + b, (A, W, b)"
TIME = ("timeout", "longer than the time limit")
MEMORY = ("error", "more memory than the limit")
ENDED = ("error", "ended at once")
LARGE = ("error", "larger than any answer")
FINE = ("correct", "Correct.")

BEHAVIOUR = {
    "endless-loop": ("while True:\n    pass", TIME),
    "sleep": ("import time\ntime.sleep(1000)", TIME),
    "endless-print": ("while True:\n    print('x' * 1000)", TIME),
    "stops-itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", TIME),
    "catches-everything": (
        "import signal\nfor n in (2, 15, 24):\n    signal.signal(n, signal.SIG_IGN)\n"
        "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass",
        TIME,
    ),
    "huge-array": ("return np.ones((10**6, 10**6))", MEMORY),
    "huge-text": ("return 'x' * 10**11", MEMORY),
    "growing-list": ("rows = []\nwhile True:\n    rows.append([0] * 100_000)", MEMORY),
    "million-items": ("return [0] * 10**6", LARGE),
    "large-array": ("return np.zeros(9 * 2**20), 1", LARGE),
    "deep-list": ("x = []\nfor i in range(100):\n    x = [x]\nreturn x", LARGE),
    "ring": ("x = {}\nx['x'] = x\nreturn x", LARGE),
    "recursion": ("return linear_forward(A, W, b)", ("error", "RecursionError")),
    "deep-c-recursion": (
        "import sys\nsys.setrecursionlimit(10**9)\nx = []\nfor i in range(10**5):\n    x = [x]\nrepr(x)",
        ("error", ""),
    ),
    "bad-pointer": ("import ctypes\nctypes.string_at(0)", ENDED),
    "abort": ("import os\nos.abort()", ENDED),
    "sys-exit": ("import sys\nsys.exit()", ("error", "calls exit")),
    "exit": ("exit(3)", ("error", "calls exit")),
    "os-exit": ("import os\nos._exit(0)", ENDED),
    "kills-itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", ENDED),
    "kills-its-group": ("import os, signal\nos.killpg(0, signal.SIGKILL)", ENDED),
    "kills-its-parent": ("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", ENDED),
    "interrupt": ("raise KeyboardInterrupt", ("error", "KeyboardInterrupt")),
    "own-exception": ("class E(BaseException):\n    def __str__(self):\n        raise RuntimeError\nraise E", ("error", "Line ")),
    "own-time-limit": ("class TimeLimit(BaseException):\n    pass\nraise TimeLimit", ("error", "")),
    "input": ("input('Z? ')", ("error", "EOFError")),
    "prints-50-MB": (f"print('x' * 50_000_000)\n{RETURN}", FINE),
    "closes-stdout": (f"import sys\nsys.stdout.close()\nsys.stderr.close()\nsys.stdin.close()\n{RETURN}", FINE),
    "closes-1-and-2": (f"import os\nos.close(1)\nos.close(2)\nos.close(0)\n{RETURN}", ("error", "")),
    "closes-everything": (f"import os\nos.closerange(0, 100)\n{RETURN}", ENDED),
    "writes-to-every-pipe": (
        "import os\nfor fd in range(3, 100):\n    try:\n        os.write(fd, b'garbage' * 1000)\n"
        "    except OSError:\n        pass\n"
        "os._exit(0)",
        ENDED,
    ),
    "thread": (
        "import threading\nif not threading.active_count() > 1:\n"
        "    threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()\n"
        f"{RETURN}",
        FINE,
    ),
    "process": (f"import subprocess\nsubprocess.Popen(['sleep', '30'], close_fds=False)\n{RETURN}", FINE),
    "forks": (f"import os\nif os.fork() == 0:\n    os._exit(0)\n{RETURN}", FINE),
    "daemon": (f"import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(3)\n    os._exit(0)\n{RETURN}", FINE),
    "at-exit": (f"import atexit\natexit.register(lambda: 1 / 0)\n{RETURN}", FINE),
    "changes-folder": (f"import os, tempfile\nos.chdir('/')\n{RETURN}", FINE),
    "tracer": (f"import sys\nsys.settrace(lambda *args: None)\nsys.setprofile(lambda *args: None)\n{RETURN}", FINE),
    "breaks-numpy": (
        "Z, cache = (W @ A + b, (A, W, b))\nnp.array = np.sum = np.ascontiguousarray = 3\nreturn Z, cache",
        ("error", ""),
    ),
    "breaks-built-ins": ("import builtins\nbuiltins.isinstance = builtins.str = 3\nreturn 1", ENDED),
    "breaks-warnings": (f"import warnings\nwarnings.simplefilter('error')\n{RETURN}", FINE),
}


def cells(body, name="linear_forward(A, W, b)"):
    source = f"def {name}:\n{textwrap.indent(body, '    ')}\n"
    return notebook("import numpy as np", source, BACKWARD)


GRADER = {"seed": 1, "seconds": 10, "megabytes": 300}


@pytest.fixture(scope="module")
def impatient():
    with Grader(seed=1, seconds=1) as grader:
        yield grader


def judged(grader, notebook, names=("linear_forward", "linear_backward")):
    sheet = grader.sheet(submission.parse(notebook))
    return [sheet.result(question) for question in sheet.entries if question.name in names]


@needs_fork
@pytest.mark.parametrize("kind", BEHAVIOUR)
def test_whatever_the_code_does_it_has_its_own_result_and_the_next_question_is_graded(
    grader, impatient, kind, capfd, monkeypatch
):
    monkeypatch.delenv("GRADER_DEBUG", raising=False)
    body, (status, message) = BEHAVIOUR[kind]
    if (status, message) == MEMORY and sys.platform == "darwin":
        pytest.skip("macOS has no limit on address space")
    first, second = judged(impatient if (status, message) == TIME else grader, cells(body))
    assert second["status"] == "correct", (first, second)
    assert first["status"] == status and message in first["message"]["en"], first
    assert not any("一" <= char <= "鿿" for char in first["message"]["en"]) and first["message"]["zh"]
    assert "grader itself" not in first["message"]["en"], first
    assert capfd.readouterr() == ("", "")


@needs_fork
def test_nothing_that_the_code_prints_reaches_us(grader, capfd):
    loud = (
        textwrap.dedent("""
        import os, subprocess, sys, warnings, logging
        print("a"); print("b", file=sys.stderr); sys.stdout.write("c"); sys.__stdout__.write("d"); sys.__stderr__.write("e")
        for descriptor in (1, 2):
            os.write(descriptor, b"f")
        os.system("echo g; echo h >&2")
        subprocess.run(["echo", "i"])
        warnings.warn("j")
        logging.warning("k")
        np.log(np.zeros(1)) / 0
        sys.stdout.flush()
        """)
        + RETURN
    )
    first, second = judged(grader, cells(loud))
    assert (first["status"], second["status"]) == ("correct", "correct"), first
    assert capfd.readouterr() == ("", "")


@needs_fork
def test_what_one_question_leaves_behind_is_not_seen_by_the_next(grader, tmp_path):
    """Each question runs in a process of its own; so do its calls, as far as the course's modules and NumPy are concerned."""
    spoil = f"import dnn_utils, sys\ndnn_utils.sigmoid = np.sum = np.dot = None\nsys.modules['numpy'] = None\n{RETURN}"
    first, second = judged(grader, cells(spoil))
    assert second["status"] == "correct", second


@needs_fork
def test_an_answer_that_is_no_answer(grader, monkeypatch):
    """Code that finds the way back to the grader and sends something else gets no points for it."""
    monkeypatch.delenv("GRADER_DEBUG", raising=False)
    for forged in (
        b"5",
        b'{"outcomes":5}',
        b'["d",[["outcomes",["l",[]]]]]',
        b'["d",[["outcomes",["l",[5,6]]]]]',
        b'["d",[["limit",7]]]',
        b"[]",
    ):
        body = (
            f"import os, struct\ndata = struct.pack('<Q', {len(forged)}) + {forged!r}\n"
            f"data = struct.pack('<Q', len(data)) + data\n"
            "for fd in range(3, 100):\n    try:\n        os.write(fd, data)\n    except OSError:\n        pass\nos._exit(0)"
        )
        first, second = judged(grader, cells(body))
        assert first["points"] == 0 and first["status"] != "correct" and second["status"] == "correct", (forged, first)


@needs_fork
def test_limits_hold_for_top_level_code_that_a_function_needs(impatient):
    first, second = judged(
        impatient,
        {
            "cells": [
                {
                    "cell_type": "code",
                    "source": (
                        "K = [0 for i in range(10**12)][0]\ndef linear_forward(A, W, b):\n    return W @ A + b * K, (A, W, b)\n"
                    )
                    + BACKWARD,
                }
            ]
        },
    )
    assert first["status"] in ("timeout", "error") and second["status"] == "correct"


@needs_linux
def test_the_code_sees_no_pipes_of_ours_and_its_limits_are_set(grader):
    """The only open files that lead anywhere are the way back and that of helpers; memory and processor time are limited."""
    body = textwrap.dedent("""
        import os, resource
        open_files = [fd for fd in range(4096) if os.path.exists(f"/proc/self/fd/{fd}")]
        ways_out = [fd for fd in open_files if os.readlink(f"/proc/self/fd/{fd}") != os.devnull]
        assert open_files[:3] == [0, 1, 2] and len(ways_out) == 2 and min(ways_out) > 2, open_files
        assert resource.getrlimit(resource.RLIMIT_CPU)[1] == 11
        assert resource.getrlimit(resource.RLIMIT_AS)[1] < 2**31
        assert resource.getrlimit(resource.RLIMIT_CORE)[1] == 0
        assert "reference" not in " ".join(globals()) and os.getsid(0) == os.getpid()
        """)
    first, second = judged(grader, cells(body + RETURN))
    assert first["status"] == "correct", first


@needs_fork
def test_no_process_is_left_after_the_grader():
    with Grader(seed=1, seconds=1) as grader:
        judged(grader, cells("import os\nos.kill(os.getppid(), 9)"))
        pid = grader.first_runner.process.pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
