"""check, hint and solution in the cells of a notebook, as a learner meets them: in an IPython shell with the guard on."""

import html
import json
import re
from pathlib import Path

import numpy as np
import pytest
from handed_in import solved, stub
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import course
from grader import cells
from grader.limits import CELL
from grader.questions import notebooks, questions
from grader.submission import parse

ROOT = Path(__file__).resolve().parent.parent


class Cell:
    """What came of running a cell: the printed text, the texts and the HTML that were shown, and the error."""

    def __init__(self, shell, source):
        with capture_output() as seen:
            result = shell.run_cell(source, store_history=True)
        self.error = result.error_before_exec or result.error_in_exec
        self.printed, self.shown = seen.stdout, [output.data for output in seen.outputs]
        self.text = "\n".join(data["text/plain"] for data in self.shown)
        self.html = "\n".join(data["text/html"] for data in self.shown)


@pytest.fixture
def run(monkeypatch):
    """run(cell source) -> Cell, in a fresh shell as a notebook sets it up."""
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(user_ns={"__name__": "__main__"})
    shell.ast_transformers.append(course.Guard(shell.user_ns))
    monkeypatch.delenv("COURSE_LANG", raising=False)
    cells.passed.clear()
    cells.hints_given.clear()

    def run(source):
        cell = Cell(shell, source)
        assert cell.error is None, cell.error
        assert "Traceback" not in cell.printed + cell.text
        return cell

    run("import numpy as np\nfrom grader.cells import check, hint, solution\n"
        "from dnn_utils import relu, relu_backward, sigmoid, sigmoid_backward")
    yield run
    InteractiveShell.clear_instance()


# ---------------------------------------------------------------- three answers


def test_not_attempted_then_wrong_then_right(run):
    run(stub("linear_backward"))
    cell = run("check(linear_backward)")
    assert cell.text.startswith(course.NOT_YET) and not cell.printed
    assert "还没有写" in cell.text and "Not attempted yet" in cell.text
    run(solved("linear_backward").replace("1 / m * np.sum(dZ", "np.sum(dZ"))
    cell = run("check(linear_backward)")
    assert "dA_prev and dW are right. db is wrong: every entry is exactly m times what it should be." in cell.text
    assert "db 不对：每个元素都恰好是应有值的 m 倍" in cell.text
    assert re.search(r"db \(line \d+ of linear_backward\): the mean over the m examples is missing", cell.text)
    seed = re.search(r"seed=(\d+)\)", cell.text)[1]
    assert run(f"check(linear_backward, seed={seed})").text == cell.text
    run(solved("linear_backward"))
    first, second = run("check(linear_backward)"), run("check('linear_backward')")
    assert first.text == second.text and first.html == second.html  # nbval compares it
    assert "10/10" in first.text and "Progress: 1 of 10 exercises, 10 of 100 points." in first.text and "seed" not in first.text


def test_the_html_says_the_same_as_the_text(run):
    run(solved("linear_backward").replace("dZ @ A_prev.T", "dZ @ A_prev.T  # <script>&"))
    run(solved("linear_forward").replace("W @ A + b", "W @ A + undefined_name  # <script>"))
    cell = run("check(linear_forward)")
    assert "undefined_name" in cell.html and "<script>" in cell.text and "<script>" not in cell.html
    words = lambda text: re.findall(r"\w+", text)
    assert words(html.unescape(re.sub("<[^>]*>", " ", cell.html))) == words(cell.text)


@pytest.mark.parametrize("lang, there, absent", [("zh", "不对", "wrong"), ("en", "wrong", "不对"), ("fr", "不对", None)])
def test_one_language(run, monkeypatch, lang, there, absent):
    monkeypatch.setenv("COURSE_LANG", lang)
    run(solved("linear_backward").replace("1 / m * np.sum(dZ", "np.sum(dZ"))
    text = run("check(linear_backward)").text
    assert there in text and (absent is None or absent not in text)
    if lang == "en":
        assert not re.search("[\u4e00-\u9fff]", text)


def test_progress_counts_what_is_right_now(run):
    run(solved("linear_forward"))
    run(solved("linear_backward"))
    run("check(linear_forward)")
    assert "2 of 10 exercises" in run("check(linear_backward)").text
    run(solved("linear_forward").replace("+ b", "- b"))
    run("check(linear_forward)")
    assert "1 of 10 exercises" in run("check(linear_backward)").text


@pytest.mark.parametrize("name", notebooks())
def test_every_solution_passes_in_the_kernel(run, name):
    cells = json.loads((ROOT / "notebooks" / "solutions" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    wanted = [c for c in cells if c["id"] == "imports" or "graded" in c["metadata"] or "forward_propagation_n" in c["id"]]
    for cell in parse({"cells": wanted}).cells:
        run(cell.source)
    for question in notebooks()[name]:
        text = run(f"check({question.name})").text
        assert text.startswith("✓") and f"{question.points}/{question.points}" in text, text


@pytest.mark.parametrize("name", questions())
def test_every_stub_is_not_attempted_in_the_kernel(run, name):
    if questions()[name].module != "dnn_utils":
        run(f"from {questions()[name].module} import *" if name != "model" else "")
    run(stub(name))
    text = run(f"check({name})").text
    assert text.startswith(course.NOT_YET), text
    run(f"hint({name})")
    assert "3 / 3" in run(f"hint({name})\nhint({name})").text


# ---------------------------------------------------------------- what can go wrong


def test_a_name_that_is_not_there_yet(run):
    for argument in ("linear_forward", "'linear_forward'"):
        text = run(f"check({argument})").text
        assert "run the cell that defines it first" in text and "请先运行定义它的单元格" in text
    assert "Did you mean linear_forward?" in run("check('linear_foward')").text
    assert "not a graded function" in run("check(sigmoid)").text
    assert "not a graded function" in run("check(3)").text
    assert "Give the name of a function" in run("hint()").text + run("check()").text
    run(solved("linear_forward"))
    assert run("check(linear_forward, 'linear_backward')").text.count("linear_") >= 2


def test_a_helper_that_is_missing_or_wrong_costs_nothing(run):
    run(stub("linear_forward"))
    run(solved("linear_activation_forward"))
    text = run("check(linear_activation_forward)").text
    assert text.startswith("✓") and "Right; it will work once linear_forward does." in text and "等 linear_forward 也对了" in text
    run(solved("linear_forward").replace("+ b", "- b"))
    text = run("check(linear_activation_forward)").text
    assert text.startswith("✓") and "Right; it will work once linear_forward does." in text
    run(solved("linear_forward"))
    assert "will work once" not in run("check(linear_activation_forward)").text


def test_a_variable_of_the_notebook_used_instead_of_an_argument(run):
    run("dZ_all = np.ones((2, 5))")
    run(solved("linear_backward").replace("W.T @ dZ\n", "W.T @ dZ_all\n"))
    assert "the function uses dZ_all of the notebook instead of its own arguments" in run("check(linear_backward)").text


def test_the_notebook_is_left_as_it_was(run):
    run("np.random.seed(7)")
    expected = np.random.RandomState(7).rand()
    run(solved("initialize_parameters").replace("np.random.seed(1)", "print('noise'); np.random.seed(1)"))
    cell = run("check(initialize_parameters)")
    assert "noise" not in cell.printed
    assert run(f"print(np.random.rand() == {float(expected)!r})").printed == "True\n"


def test_an_endless_loop_ends_at_the_limit(run, monkeypatch):
    monkeypatch.setattr(cells, "CELL", CELL._replace(seconds=0.3))
    endless = "while True:\n        try:\n            pass\n        except Exception:\n            pass"
    run(solved("linear_forward").replace("Z = W @ A + b", endless))
    text = run("check(linear_forward)").text
    assert "is there a loop that never ends, or a very slow one?" in text


def test_hints_go_from_question_to_nudge_to_the_line(run):
    question = questions()["linear_backward"]
    run(solved("linear_backward").replace("1 / m * np.sum(dZ", "np.sum(dZ"))
    assert question.hints[0].en in run("hint(linear_backward)").text
    assert question.hints[1].zh in run("hint('linear_backward')").text
    text = run("hint(linear_backward)").text
    assert "`db = np.sum(dZ, axis=1, keepdims=True)`" in text and "Hint 3 of 3" in text
    assert run("hint(linear_backward)").text == text
    run(stub("linear_backward"))
    assert "`dW = ...  # about 1 line`" in run("hint(linear_backward)").text


def test_the_solution_is_shown_only_after_a_pass(run):
    run(stub("linear_backward"))
    assert "keepdims" not in run("solution(linear_backward)").text
    run(solved("linear_backward"))
    assert "Pass check(linear_backward) first" in run("solution(linear_backward)").text
    run("check(linear_backward)")
    assert run("solution(linear_backward)").text == solved("linear_backward")


def test_a_fault_of_ours_is_one_line(run, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("boom")

    monkeypatch.delenv("GRADER_DEBUG", raising=False)
    monkeypatch.setattr(cells, "judge_here", fail)
    run(solved("linear_forward"))
    text = run("check(linear_forward)").text
    assert "The grader itself failed (RuntimeError: boom)" in text and len(text.splitlines()) == 2


def test_outside_a_notebook_it_prints(capsys, monkeypatch):
    monkeypatch.setattr(cells, "show", lambda text, html: print(text))
    monkeypatch.setattr(cells, "namespace_of_caller", lambda: {"linear_forward": lambda A, W, b: None})
    cells.check("linear_forward", seed=3)
    assert "The function should return (Z, cache), but returns None. Is the return statement missing?" in capsys.readouterr().out


# ---------------------------------------------------------------- where nbgrader runs the notebook


def result_of(run, source):
    run(f"returned = {source}")
    return InteractiveShell.instance().user_ns["returned"]


def test_a_check_returns_its_points_where_nbgrader_runs_it_and_nothing_elsewhere(run, monkeypatch):
    run(stub("linear_forward"))
    run(solved("linear_backward"))
    run(solved("compute_cost").replace("-1 / m", "1 / m"))
    calls = {"check(linear_backward)": 10, "check(compute_cost)": 0, "check(linear_forward)": 0, "check('relu')": 0, "check()": 0,
             "check(linear_backward, seed=-1)": 0, "check(update_parameters)": 0, "check(compute_cost, linear_backward)": 10}
    assert [result_of(run, call) for call in calls] == [None] * len(calls)
    monkeypatch.setattr(cells, "BY_NBGRADER", True)
    assert [result_of(run, call) for call in calls] == list(calls.values())
    assert all(type(result_of(run, call)) in (int, float) for call in calls)  # its text must be a number
    assert "linear_backward" in run("check(compute_cost, linear_backward)").text


@pytest.mark.parametrize("trouble", [ValueError, KeyboardInterrupt])
def test_a_fault_of_the_grader_is_no_full_marks(run, monkeypatch, trouble):
    def fail(*args):
        raise trouble

    monkeypatch.setattr(cells, "BY_NBGRADER", True)
    monkeypatch.setattr(cells, "judge_here", fail)
    run(solved("linear_backward"))
    assert result_of(run, "check(linear_backward)") == 0


def test_part_of_the_points_is_handed_on(run, monkeypatch):
    judge = cells.judge_here
    monkeypatch.setattr(cells, "BY_NBGRADER", True)
    monkeypatch.setattr(cells, "judge_here", lambda *args: {**judge(*args), "points": 7.5})
    run(solved("linear_backward"))
    assert result_of(run, "check(linear_backward)") == 7.5


def test_what_goes_to_the_descriptors_stays_out_of_the_notebook(run, capfd):
    source = solved("linear_backward").replace("### START CODE HERE ###", """### START CODE HERE ###
    import os, sys
    os.write(1, b"to 1")
    os.write(2, b"to 2")
    sys.__stderr__.write("to the first stderr")""")
    run(source)
    assert "10/10" in run("check(linear_backward)").text
    seen = capfd.readouterr()
    assert "to " not in seen.out + seen.err
