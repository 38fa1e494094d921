"""No reference goes to the process that runs learners' code: graded functions that they call and did not write are computed here."""

import json
import subprocess
import sys

import pytest
from handed_in import solved, submission

from grader import reference
from grader.grade import Grader
from grader.questions import REFERENCES, entries_of, notebooks
from grader.report import is_full
from grader.sandbox import runner
from grader.sandbox.runner import ProcessRunner
from grader.sandbox.start import WORKER

QUESTIONS = [(name, question) for name, entries in notebooks().items() for question in entries]


def own_lines(name):
    """Return {function: lines} of those lines of the graded functions of a notebook that only they have."""
    module = REFERENCES[name]
    given = "".join(reference.given_modules(module).values())
    found = {}
    for question in entries_of(name):
        lines = [line.strip() for line in solved(question.name).splitlines()[1:]]
        found[question.name] = [line for line in lines if len(line) > 14 and line[0] != "#" and line not in given]
    return found


GRADER = {"seed": 3}


def sent_for(grader, sources):
    """Return (what was sent to the worker, the results by name) for a notebook."""
    sent = []
    put = ProcessRunner._put
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProcessRunner, "_put", lambda runner, data: (sent.append(data), put(runner, data)))
        result = grader.grade_submission(submission("import numpy as np", *sources))
    return b"".join(sent).decode(errors="replace"), {question["name"]: question for question in result["questions"]}


@pytest.mark.parametrize(("notebook", "question"), QUESTIONS, ids=lambda part: getattr(part, "name", None))
def test_no_line_of_a_reference_is_sent(grader, notebook, question):
    """Neither with the first attempt, nor with those that follow where a function is wrong."""
    right = solved(question.name)
    wrong = right.replace("):\n", "):\n    if np.random.rand() < 2:\n        return 0\n", 1)
    lines = own_lines(notebook)
    assert lines[question.name] and len(lines) == len(entries_of(notebook))
    for source in (right, wrong):
        text, results = sent_for(grader, [source])
        assert (results[question.name]["status"] == "correct") == (source == right)
        leaked = [line for some in lines.values() for line in some if line not in source and json.dumps(line)[1:-1] in text]
        assert not leaked


CALLS = """
def linear_activation_forward(A_prev, W, b, activation):
    {body}
    if activation == "sigmoid":
        A, activation_cache = sigmoid(Z)
    else:
        A, activation_cache = relu(Z)
    return A, (linear_cache, activation_cache)
"""


@pytest.mark.parametrize("body", [
    "Z, linear_cache = linear_forward(A_prev, W, b)",
    "Z, linear_cache = linear_forward(A=A_prev, W=W, b=b)",
    "import dnn_utils\n    Z, linear_cache = dnn_utils.linear_forward(A_prev, b=b, W=W)",
    "helper = {'f': linear_forward}['f']\n    Z, linear_cache = helper(A_prev, W, b)\n    assert linear_forward.__name__ == 'linear_forward'",
    "Z, linear_cache = [linear_forward(A_prev, W, b) for _ in range(50)][-1]",
    "try:\n        linear_forward(A_prev)\n    except TypeError:\n        Z, linear_cache = linear_forward(A_prev, W, b)",
    "try:\n        linear_forward(A_prev, W.T[:1, :1], b)\n    except ValueError as error:\n        assert 'matmul' in str(error)\n"
    "    Z, linear_cache = linear_forward(A_prev, W, b)",
])
def test_a_function_that_is_not_written_yet_can_be_called_in_any_way(grader, body):
    _, results = sent_for(grader, [CALLS.format(body=body)])
    assert results["linear_activation_forward"]["status"] == "correct", results["linear_activation_forward"]
    assert results["linear_forward"]["status"] == "missing"


@pytest.mark.parametrize("body", [
    "return linear_forward(A, W, b)",  # itself
    "import dnn_utils\n    return dnn_utils.linear_forward(A, W, b)",
    "import dnn_utils\n    return dnn_utils.compute_cost.__globals__['linear_forward'](A, W, b)",
])
def test_no_function_can_be_solved_by_calling_the_courses_own(grader, body):
    _, results = sent_for(grader, [f"def linear_forward(A, W, b):\n    {body}"])
    assert results["linear_forward"]["points"] == 0 and results["linear_forward"]["status"] == "error"


def test_the_reference_is_judged_right_by_what_its_bytes_are_and_by_what_they_mean(grader):
    """An answer that is equal to the byte is not compared any more; one that differs in the last digit is."""
    for change in ("Z = W @ A + b", "Z = (W @ A + b) * (1 + 1e-15)"):
        source = solved("linear_forward")
        assert source.count("Z = ") == 1
        line = next(line for line in source.splitlines() if "Z = " in line)
        changed = source.replace(line.strip(), change)
        _, results = sent_for(grader, [changed])
        assert results["linear_forward"]["status"] == "correct"


@pytest.mark.parametrize("notebook", list(REFERENCES))
def test_functions_that_spoil_one_another_are_judged_each_on_its_own(grader, notebook):
    """All first attempts run in one process; here the first function breaks what the others need."""
    entries = entries_of(notebook)
    first, *others = entries
    lines = solved(first.name).splitlines()
    spoiling = "\n".join([lines[0], "    np.dot = np.sum = np.exp = np.sqrt = np.zeros = np.linalg.norm = np.matmul = None", *lines[1:]])
    _, results = sent_for(grader, [spoiling, *(solved(question.name) for question in others)])
    assert [question.name for question in others if results[question.name]["status"] != "correct"] == []


def test_what_is_right_is_right_where_all_run_together(grader):
    for name, entries in notebooks().items():
        assert is_full(grader.grade_submission(submission("import numpy as np", *(solved(question.name) for question in entries)))), name


NO_FORK = "import os, runpy, sys; del os.fork; sys.argv = ['worker']; runpy.run_path({!r}, run_name='__main__')"


def test_a_system_that_cannot_fork_gives_the_same_results(monkeypatch):
    """As on Windows: one process answers all; where it does not come to an end, another one goes on."""
    monkeypatch.setattr(runner, "GRACE", 0.0)

    def start_without_fork():
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, "-I", "-c", NO_FORK.format(WORKER)], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)

    with Grader(seed=3, seconds=2, start=start_without_fork) as grader:
        for name, entries in notebooks().items():
            assert is_full(grader.grade_submission(submission("import numpy as np", *(solved(question.name) for question in entries)))), name
        _, results = sent_for(grader, [CALLS.format(body="Z, linear_cache = linear_forward(A_prev, W, b)")])
        assert results["linear_activation_forward"]["status"] == "correct"
        endless = "def linear_forward(A, W, b):\n    while True:\n        pass"
        _, results = sent_for(grader, [endless, *(solved(question.name) for question in entries_of("1_dnn_step_by_step")[3:])])
        statuses = {question["status"] for name, question in results.items() if not name.startswith(("linear_forward", "initialize"))}
        assert results["linear_forward"]["status"] == "timeout" and statuses == {"correct"}
