"""`pytest --nbval` of this repository: the comparison of numbers, and whole runs on small notebooks.

The whole runs fail if a new nbval no longer calls what conftest.py replaces.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course import NOT_YET
from tools.number_compare import NUMBER, difference

REPO = Path(__file__).parents[1]

# ---- comparing text ----


@pytest.mark.parametrize(
    "expected, got",
    [
        ("cost 0.414931599615397", "cost 0.41493159961539694"),
        ("0.41493159961539694", "0.414931599615397"),
        ("0.5", "0.50000000000001"),
        ("0.5", "0.49999999999999994"),
        ("0.", "-0."),
        ("[[ 0.  -0.5]]", "[[-0.  -0.5]]"),
        ("[[ 1.74481176 -0.7612069 ]\n [ 0.3190391 ]]", "[[1.74481176 -0.7612069]\n[0.3190391]]"),
        ("a  \t b", "a b"),
        ("1.19000000e-07", "1.19e-07"),
        ("-.5", "-0.50"),
        ("3.", "3.0"),
        ("dW1[0]=1.00000000000001", "dW1 [0]=1."),
        ("0.123456785", "0.12345678"),  # half a unit in the last shown place
        ("准确率为0.414931599615397。", "准确率为0.41493159961539694。"),
        ("inf nan", "inf nan"),
    ],
)
def test_agree(expected, got):
    assert difference(expected, got) is None
    assert difference(got, expected) is None


@pytest.mark.parametrize(
    "expected, got",
    [
        ("0.5", "0.54"),
        ("0.4999", "0.5000"),
        ("0.5", "0.500000000001"),
        ("0.12345678", "0.12345679"),
        ("0.99999999", "1.00000000"),
        ("0.1234567861", "0.12345678"),  # more than half a unit
        ("0.", "1e-17"),
        ("0.0e+00", "0.0e+01"),
        ("0.5", "-0.5"),
        ("x=-3", "x=3"),
        ("x = -0.5", "x = \u22120.4"),
        ("1.19e-07", "1.19e-06"),
        ("1.19e-07", "1.19e+07"),
        ("8", "8.0"),
        ("8", "8."),
        ("100", "1e2"),
        ("(3, 1)", "(1, 3)"),
        ("(3, 1)", "(3,)"),
        ("2:4", "2:5"),
        ("1-2", "1-3"),
        ("0.5/0.5", "0.5/0.4"),
        ("93.3%", "93.4%"),
        ("W1=[[1. 2.]]", "W2=[[1. 2.]]"),
        ("conv3x", "conv4x"),
        ("v1.2.3", "v1.2.4"),
        ("1.2.30", "1.2.3"),
        ("3j", "3.0j"),
        ("inf", "-inf"),
        ("nan", "0.0"),
        ("[1. 2.]", "[1. 2. 3.]"),
        ("[1. 2.]", "[[1. 2.]]"),
        ("[1. 2.]", "[1.\n2.]"),
        ("ab", "a b"),
        ("done", "done\n"),
        ("cost", "Cost"),
        ("", "0"),
    ],
)
def test_differ(expected, got):
    assert difference(expected, got) is not None
    assert difference(got, expected) is not None


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("1e-07 1.19E-07 1e+05", ["1e-07", "1.19E-07", "1e+05"]),
        ("-.5 3. [1. -2.]", ["-.5", "3.", "1.", "-2."]),
        ("is 3. It is 0.5.", ["3.", "0.5"]),
        ("1-2 2:4 (3, 1)", ["1", "2", "2", "4", "3", "1"]),
        ("0.5/0.25 x=-3 \u22120.5", ["0.5", "0.25", "-3", "\u22120.5"]),
        ("v1.2.3 1.2.3 W1 dA2 conv3x 1e5432100 1_000 0.5s np.float64", []),
        ("W1=[[-0.5,2]] 93.3%", ["-0.5", "2", "93.3"]),
        ("损失0.5，共3层", ["0.5", "3"]),
    ],
)
def test_numbers_of_a_text(text, numbers):
    assert NUMBER.findall(text) == numbers


def test_message_names_the_line_and_the_number():
    assert difference("a\nb 0.5 3\n", "a\nb 0.5 4\n") == (
        "line 2: 4 should be 3\n  expected: b 0.5 3\n  got:      b 0.5 4"
    )
    assert difference("a\nb", "a") == "line 2\n  expected: b\n  got:      (no such line)"


doubles = st.floats(allow_nan=False, allow_infinity=False)


@given(st.text() | st.from_regex(r"([-+]?\d{0,3}\.?\d{0,20}(e[-+]\d\d)?[ x\[\]\n]?){0,5}", fullmatch=True))
def test_text_agrees_with_itself(text):
    assert difference(text, text) is None


@given(doubles, st.integers(8, 25), st.integers(0, 12))
def test_one_double_shown_with_more_digits_agrees(x, digits, more):
    short, long = f"{x:.{digits - 1}e}", f"{x:.{digits - 1 + more}e}"
    assert difference(f"cost = [{short}]", f"cost = [ {long}]") is None


@given(st.floats(1, 1e15) | st.floats(-1e15, -1), st.integers(7, 12), st.integers(0, 12))
def test_one_double_shown_with_more_decimals_agrees(x, decimals, more):
    assert difference(f"{x:.{decimals + more}f}", f"{x:.{decimals}f}") is None


@given(doubles, st.sampled_from(["", ".1f", ".4f", ".12f", ".3e", ".8e", ".16e", ".0%"]), st.data())
def test_any_other_digit_differs(x, style, data):
    text = f"W1 (3, 1) v1.2 [{x:{style}} 8]"
    place = data.draw(st.sampled_from([i for i, c in enumerate(text) if c.isdigit()]))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != text[place])
    assert difference(text, text[:place] + digit + text[place + 1 :]) is not None


@given(doubles.filter(bool), st.sampled_from(["", "+.3e", ".8e", "+.16e"]))
def test_other_sign_differs(x, style):
    assert difference(f"{x:{style}}", f"{-x:{style}}") is not None


# ---- whole runs ----


def stream(text, name="stdout"):
    return [new_output("stream", name=name, text=text)]


def display(**data):
    return [new_output("display_data", data=data)]


def display_source(data):
    return f"from IPython.display import display\ndisplay({data!r}, raw=True)"


PNG, SVG, FIGURE = "image/png", "image/svg+xml", "<Figure size 640x480 with 1 Axes>"

# source, stored outputs, and what the report must say (None: the cell passes)
SOLUTION_CELLS = {
    "more digits": ("print('cost', 0.41493159961539694)", stream("cost 0.414931599615397\n"), None),
    "more digits of a result": (
        "0.41493159961539694",
        [new_output("execute_result", data={"text/plain": "0.414931599615397"})],
        None,
    ),
    "padding and minus zero": ("print('[[-0.  0.5]]')", stream("[[ 0.   0.5  ]]\n"), None),
    "another image": (
        display_source({PNG: "iVBO", "text/plain": FIGURE}),
        display(**{PNG: "AAAA", "text/plain": "<Figure>"}),
        None,
    ),
    "svg": (display_source({SVG: "<svg/>"}), display(**{SVG: "<svg id='1'/>"}), None),
    "nothing": ("x = 1", [], None),
    "folder": ("import os; print(os.path.basename(os.getcwd()))", stream("solutions\n"), None),
    "output ignored": ("# NBVAL_IGNORE_OUTPUT\nimport time; print(time.time())", stream("0\n"), None),
    "exception expected": (
        "# NBVAL_RAISES_EXCEPTION\n1 / 0",
        [new_output("error", ename="ZeroDivisionError", evalue="division by zero", traceback=[])],
        None,
    ),
    "other exception": (
        "# NBVAL_RAISES_EXCEPTION\n1 / 0",
        [new_output("error", ename="ValueError", evalue="division by zero", traceback=[])],
        "ename, line 1",
    ),
    "digit": ("print('cost', 0.41493258)", stream("cost 0.41493158\n"), "0.41493258 should be 0.41493158"),
    "sign": ("print(-0.5)", stream("0.5\n"), "-0.5 should be 0.5"),
    "exponent": ("print(1.19e-07)", stream("1.19e-06\n"), "1.19e-07 should be 1.19e-06"),
    "shape": ("print((3, 1))", stream("(3, 2)\n"), r"1 should be 2"),
    "word": ("print('a cost', 1)", stream("the cost 1\n"), "expected: the cost 1"),
    "integer": ("print(\n  8.0)", stream("8\n"), "8.0 should be 8"),
    "html": (
        display_source({"text/html": "<b>0.5</b>"}),
        display(**{"text/html": "<b>0.6</b>"}),
        "0.5 should be 0.6",
    ),
    "result": (
        "7",
        [new_output("execute_result", data={"text/plain": "8"})],
        "text/plain, line 1: 7 should be 8",
    ),
    "one line less": ("print('a')", stream("a\nb\n"), "line 2"),
    "printed but not stored": ("print('more')", [], "stdout: 0 expected, 1 printed\nmore"),
    "stored but not printed": ("x = 1", stream("less\n"), "stdout: 1 expected, 0 printed\nless"),
    "missing image": (
        "x = 1",
        display(**{PNG: "AAAA", "text/plain": FIGURE}),
        "image: 1 expected, 0 printed",
    ),
    "image as text": (
        display_source({"text/plain": FIGURE}),
        display(**{PNG: "AAAA", "text/plain": FIGURE}),
        "image: 1 expected",
    ),
    "unexpected image": (display_source({PNG: "AAAA"}), [], "image: 0 expected, 1 printed"),
    "second image": (
        display_source({PNG: "AAAA"}) + f"\ndisplay({{{PNG!r}: 'A'}}, raw=True)",
        display(**{PNG: "AAAA"}),
        "image: 1 expected, 2 printed",
    ),
    "stderr": ("import sys; print('careful', file=sys.stderr)", [], r"stderr \(a warning\?\).*\ncareful"),
    "stored stderr": (
        "import sys; print('careful', file=sys.stderr)",
        stream("careful\n", "stderr"),
        "careful",
    ),
    "never run": ("print(1)", [], "no execution_count"),
    "never run, with output": ("print(1)", stream("1\n"), "no execution_count"),
    "never run, empty": ("", [], "no execution_count"),
    "error": (
        "def half(n):\n    return n / 0\n\nhalf(2)",
        [],
        r"^ZeroDivisionError: division by zero\n  line 4: half\(2\)\n  line 2, in half\(n\): return n / 0$",
    ),
    "syntax error": ("y = = 3", [], r"^SyntaxError: invalid syntax.*\n(.*\n)*.*y = = 3"),
}


def stub(name, body):
    marked = f"    ### START CODE HERE ### (about 1 line)\n{body}    ### END CODE HERE ###\n"
    return f"def {name}(A):\n{marked}    return Z"


# Source, outputs of the solution, and how the cell ends: passed, skipped, or what the report must say.
# The learner's own stored outputs are stale in every cell.
LEARNER_CELLS = {
    "given": ("print(0.41493159961539694)", stream("0.414931599615397\n"), "passed"),
    "silent": ("x = 1", [], "passed"),
    "filled": (stub("first_row", "    Z = A[..., 0]\n"), [], "passed"),
    "wrong": ("print(0.54)", stream("0.5\n"), "stdout, line 1: 0.54 should be 0.5"),
    "raises": (
        "numbers = [1]\nnumbers[3]",
        [],
        r"^IndexError: list index out of range\n  line 2: numbers\[3\]$",
    ),
    "unfilled": (
        stub("linear_forward", "    Z = ...  # W A + b\n"),
        [],
        r"^linear_forward: not attempted yet, the cell still has `\.\.\.` \(Exercise 3\) / 练习 3 还没写$",
    ),
    "waits": (f"print({NOT_YET.en + 'fill in linear_forward first.'!r})", stream("Z = 0.5\n"), "skipped"),
    "unfilled and broken": (
        stub("linear_backward", "    Z, b = ..., ...\n") + "\n\n1 / 0",
        stream("1\n"),
        r"^linear_backward: not attempted yet, the cell still has `\.\.\.` \(Exercise 4\) / 练习 4 还没写$",
    ),
    "added": ("print('mine', 1)", None, "passed"),
    "added stub": (stub("linear_forward", "    Z = ...\n"), None, "passed"),
    "added and waits": (f"print({NOT_YET.en!r})", None, "skipped"),
    "unbuilt": ("print(1)", stream("1\n"), "the solution's cell was never run"),
}
GRADED = {
    "filled": {"graded": "dnn_utils.first_row", "exercise": 2},
    "unfilled": {"graded": "dnn_utils.linear_forward", "exercise": 3},
    "added stub": {"graded": "dnn_utils.linear_forward", "exercise": 3},
    "unfilled and broken": {"graded": "dnn_utils.linear_backward", "exercise": 4},
}


def cell_id(label):
    return re.sub(r"\W+", "-", label)


def solution_notebook():
    return new_notebook(
        cells=[
            new_code_cell(
                source, outputs=outputs, execution_count=None if label.startswith("never run") else 1
            )
            for label, (source, outputs, _) in SOLUTION_CELLS.items()
        ]
    )


def learner_and_solution():
    learner, solution = [], []
    for label, (source, outputs, _) in LEARNER_CELLS.items():
        same = {"id": cell_id(label), "metadata": GRADED.get(label, {})}
        learner.append(new_code_cell(source, **same, outputs=stream("stale\n"), execution_count=9))
        if outputs is not None:
            count = None if label == "unbuilt" else 1
            solution.append(new_code_cell("", **same, outputs=outputs, execution_count=count))
    deleted = new_code_cell(
        "", id="deleted", outputs=stream("not in the learner's notebook\n"), execution_count=1
    )
    return new_notebook(cells=learner), new_notebook(cells=[deleted, *solution])


@pytest.fixture(scope="module")
def course_copy(tmp_path_factory):
    """A folder with this repository's conftest.py and small notebooks."""
    root = tmp_path_factory.mktemp("course")
    for name in ("conftest.py", "course.py", "grader/__init__.py", "grader/text.py", "tools/number_compare.py"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(REPO / name, root / name)
    learner, solution = learner_and_solution()
    strangers = new_notebook(cells=[new_code_cell("print(1)"), new_code_cell("print(2)")])
    lone_stub = new_notebook(
        cells=[
            new_code_cell("x = 1", id="given"),
            new_code_cell(f"print({NOT_YET.en + 'fill in helper first.'!r})", id="waits"),
        ]
    )
    lone_solution = new_notebook(
        cells=[
            new_code_cell("x = 1", id="given", execution_count=1),
            new_code_cell("print(1)", id="waits", execution_count=2, outputs=stream("1\n")),
        ]
    )
    for name, notebook in {
        "solutions/compare.ipynb": solution_notebook(),
        "learner.ipynb": learner,
        "solutions/learner.ipynb": solution,
        "strangers.ipynb": strangers,
        "solutions/strangers.ipynb": solution,
        "lone_stub.ipynb": lone_stub,
        "solutions/lone_stub.ipynb": lone_solution,
        "zh/renamed.ipynb": new_notebook(cells=[cell for cell in learner.cells if cell.id in ("given", "silent", "wrong")]),
        "../elsewhere/alone.ipynb": new_notebook(cells=[cell for cell in learner.cells if cell.id in ("given", "filled")]),
    }.items():
        path = root / "notebooks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
    return root


@pytest.fixture(scope="module")
def whole(course_copy):
    """Run all notebooks on two workers, by relative and absolute paths, from another folder.

    One run serves all tests below, because a start of pytest costs more than the cells. Returns
    {(notebook, cell number): (outcome, message)} and what pytest printed.
    """
    report = course_copy / "report.xml"
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", f"--junitxml={report}"]
    command += ["-n", "2", "--dist", "loadscope", "-p", "nbval", "-p", "xdist"]
    command += [f"../notebooks/{name}.ipynb" for name in ("solutions/compare", "lone_stub", "strangers", "zh/renamed")]
    command += ["../elsewhere/alone.ipynb"]
    command += [course_copy / "notebooks/learner.ipynb"]
    environment = os.environ | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"
    }  # hypothesis alone takes a second to start
    done = subprocess.run(
        command, cwd=course_copy / "tools", env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1, done.stdout + done.stderr
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        notebook, number = case.get("classname").split(".")[-2], int(case.get("name").split()[1])
        bad = [child for child in case if child.tag in ("failure", "error", "skipped")]
        outcomes[notebook, number] = (bad[0].tag, bad[0].get("message")) if bad else ("passed", "")
    return outcomes, done.stdout


def check(result, expected):
    outcome, message = result
    if expected in (None, "passed", "skipped"):
        assert outcome == (expected or "passed"), message
    else:
        assert outcome == "failure"
        assert re.search(expected, message), message
        assert "Notebook cell execution failed" not in message
        assert "nbval" not in message


SOLUTION_LABELS = list(SOLUTION_CELLS)
LEARNER_LABELS = list(LEARNER_CELLS)


@pytest.mark.parametrize("label", SOLUTION_LABELS)
def test_solution(whole, label):
    outcomes, _ = whole
    check(outcomes["compare", SOLUTION_LABELS.index(label)], SOLUTION_CELLS[label][2])


@pytest.mark.parametrize("label", LEARNER_LABELS)
def test_learner(whole, label):
    outcomes, _ = whole
    check(outcomes["learner", LEARNER_LABELS.index(label)], LEARNER_CELLS[label][2])


def test_learner_report(whole):
    """An unfilled exercise is one line in the report, and nothing of it is nbval's."""
    _, printed = whole
    line = "linear_forward: not attempted yet, the cell still has `...` (Exercise 3) / 练习 3 还没写"
    section = printed.partition("= FAILURES =")[2].partition("= short test summary info =")[0]
    block = re.search(r"^_+ \S*learner\.ipynb::Cell 5 unfilled _+\n\[gw.*\n((?:[^_].*\n)*)", section, re.MULTILINE)
    assert block[1].splitlines() == [line]
    assert section.count("linear_forward") == 1
    assert "nbval" not in section and "Traceback" not in section and "\x1b" not in section


def test_a_stub_elsewhere_is_not_passed_in_silence(whole):
    """No exercise is unfilled, yet a cell waits: its line is the failure."""
    outcomes, _ = whole
    assert outcomes["lone_stub", 0][0] == "passed"
    check(outcomes["lone_stub", 1], f"^{NOT_YET.en}fill in helper first.$")


def test_a_renamed_notebook_one_folder_down_is_compared_by_its_ids(whole):
    outcomes, _ = whole
    assert [outcomes["renamed", number][0] for number in range(3)] == ["passed", "passed", "failure"]
    assert "0.54 should be 0.5" in outcomes["renamed", 2][1] and "先改第一处" in outcomes["renamed", 2][1]


def test_exercises_without_a_solution_do_not_pass_in_silence(whole):
    outcomes, _ = whole
    check(outcomes["alone", 0], "nothing is checked.*什么也没有核对")


def test_notebook_without_known_ids(whole):
    outcomes, _ = whole
    check(outcomes["strangers", 0], "no cell has an id known to solutions/strangers.ipynb")
    assert outcomes["strangers", 1][0] == "passed"


@pytest.mark.parametrize(
    "owner, method", [("IPyNbFile", "collect"), ("IPyNbCell", "runtest"), ("IPyNbCell", "compare_outputs")]
)
def test_conftest_says_when_nbval_has_changed(monkeypatch, owner, method):
    import nbval.plugin

    monkeypatch.delattr(getattr(nbval.plugin, owner), method)
    spec = importlib.util.spec_from_file_location("conftest_again", REPO / "conftest.py")
    with pytest.raises(pytest.UsageError, match=f"nbval has no {owner}.{method} any more"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
