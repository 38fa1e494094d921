"""Notebooks in the style of the original course, as its versions of 2017 and of 2021 had it, grade without a change.

The code in old_notebooks was written for this test, in that style: helper modules under older names, stubs with None or with nothing
but comments between the markers, other numbers for the keys of dA, other names of arguments.
"""

import re

import pytest
from handed_in import old_cells, submission

from grader.questions import notebooks
from grader.submission import parse

NAMES = list(notebooks())
SHORT = {"1_dnn_step_by_step": "1", "2_initialization": "2", "3_regularization": "3", "4_gradient_checking": "4"}


STUB = re.compile(r"  # stub: (.*)")


def solved_2017(cell):
    return STUB.sub("", cell)


def unsolved_2017(cell):
    """Return the cell with None for what stands between the markers; loops and conditions are handed out."""
    lines, inside = [], False
    for line in cell.split("\n"):
        inside = inside and "### END" not in line
        given = STUB.search(line)
        indent, code, comment = re.match(r"( *)(.*?)(  +#.*)?$", line).groups()
        if given:
            line = indent + given[1]
        elif inside and code and not code.endswith(":"):
            target = re.match(r"([\w\[\]\"'+(), ]+?) = ", code)
            line = indent + (f"{target[1]} = None" if target else "None") + (comment or "")
        lines.append(line)
        inside = inside or "### START" in line
    return "\n".join(lines)


# ---------------------------------------------------------------- 2021: nothing but comments between the markers


def to_2021(cell):
    """Return a cell in the newer style: other markers, a comment for each line, other names."""
    lines, region = [], None
    for line in solved_2017(cell).split("\n"):
        indent = re.match(" *", line)[0]
        if "### START CODE" in line:
            region = []
        elif "### END CODE" in line and region is not None:
            hints = [re.sub(r"=.*", "= ...", code.strip()) for code in region]
            lines += [f"{indent}#(≈ {len(region)} lines of code)", *(f"{indent}# {hint}" for hint in hints)]
            lines += [f"{indent}# YOUR CODE STARTS HERE", *region, f"{indent}", f"{indent}# YOUR CODE ENDS HERE"]
            region = None
        elif region is not None:
            region.append(re.sub(r"  +#.*", "", line))
        else:
            lines.append(line)
    if region is not None:  # a closing marker was mistyped in the original
        lines += [*region]
    cell = "\n".join(lines)
    for pattern, new in (
        (r"\bthetaplus\b", "theta_plus"),
        (r"\bthetaminus\b", "theta_minus"),
        (r"\[i\]\[0\]", "[i]"),
        (r"def gradient_check\(x, theta, epsilon = 1e-7\)", "def gradient_check(x, theta, epsilon=1e-7, print_msg=False)"),
        (r"X, Y, epsilon = 1e-7\)", "X, Y, epsilon=1e-7, print_msg=False)"),
        (r"    if difference", "    if print_msg and difference"),
        (r"\bdA_prev_temp\b", "dA_prev_temp"),
        (r'"dA" \+ str\(L\)\]', '"dA" + str(L-1)]'),
        (r"str\(l \+ 2\)\], current", "str(l + 1)], current"),
        (r'grads\["dA" \+ str\(l \+ 1\)\] =', 'grads["dA" + str(l)] ='),
        (r"def update_parameters\(parameters,", "def update_parameters(params,"),
        (
            r"    L = len\(parameters\) // 2 # number of layers in the neural network\n\n    # Update",
            "    parameters = copy.deepcopy(params)\n"
            "    L = len(parameters) // 2 # number of layers in the neural network\n\n    # Update",
        ),
        (r"D([12]) < keep_prob", r"(D\1 < keep_prob).astype(int)"),
        (r"    assert *\(.*\n", ""),
    ):
        cell = re.sub(pattern, new, cell)
    return cell.replace("END CODER HERE", "END CODE HERE")


def unsolved_2021(cell):
    new = re.sub(r"(# YOUR CODE STARTS HERE\n)(?:.*\n)*?( *# YOUR CODE ENDS HERE)", r"\1\n\n\2", to_2021(cell))
    for found in re.finditer(r"  # stub: (.*)", cell) if "START CODE" not in cell else ():  # the planted mistakes
        name = found[1].split(" = ")[0]
        new = re.sub(rf"\b{name} = .*", found[1], new, count=1)
    return new


HEAD_2021 = "### v1.2\nimport copy\nfrom public_tests import *\nfrom test_utils import single_test, multiple_test\n"
TESTS_2021 = "\n".join(
    f"{name}_test({name})" for entries in notebooks().values() for name in (question.name for question in entries)
)


# ---------------------------------------------------------------- notebooks


def cells_of(name):
    """Return [(graded function or None, text in the style of 2017)]."""
    found = []
    graded = {question.name for question in notebooks()[name]}
    for cell in old_cells(name)[1:]:
        defined = re.search(r"^def (\w+)", cell, re.MULTILINE)
        found.append((defined[1] if defined and defined[1] in graded else None, cell.replace("END CODER HERE", "END CODE HERE")))
    return found


VERSIONS = {
    "2017-nbformat-3": (solved_2017, unsolved_2017),
    "2017": (solved_2017, unsolved_2017),
    "2021": (to_2021, unsolved_2021),
}


def notebook(name, version, is_solved):
    """Return a notebook in the style of a version; is_solved(function) says which functions are written."""
    solve, unsolve = VERSIONS[version]
    head = old_cells(name)[0]
    cells = [head] if version != "2021" else [HEAD_2021 + head.replace("_v2", "").replace("_v4", "_v4a"), TESTS_2021]
    cells += [solve(cell) if graded is None or is_solved(graded) else unsolve(cell) for graded, cell in cells_of(name)]
    if version.endswith("3"):
        raw = [
            {"cell_type": "code", "language": "python", "outputs": [], "input": cell.splitlines(keepends=True)} for cell in cells
        ]
        text = [{"cell_type": "heading", "level": 1, "source": "Welcome"}, {"cell_type": "markdown", "source": ["Some text"]}]
        return parse({"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": text + raw}]})
    raw = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": cell.splitlines(True)}
        for cell in cells
    ]
    return parse({"nbformat": 4, "nbformat_minor": 1, "metadata": {"coursera": {"course_slug": "neural-networks"}}, "cells": raw})


def graded_of(name):
    return [question.name for question in notebooks()[name]]


def statuses(result):
    return {question["name"]: question["status"] for question in result["questions"]}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", NAMES, ids=SHORT.get)
def test_the_cells_are_what_they_should_be(name, version):
    """The rewriting above leaves every graded function in place, and an unsolved one differs from a solved one."""
    solved, unsolved = (notebook(name, version, lambda graded, value=value: value) for value in (True, False))
    assert [graded for graded, _ in cells_of(name) if graded] and not solved.broken
    for graded in graded_of(name):
        assert solved.defined(graded), graded
        assert unsolved.locate(graded), graded
        assert len(solved.locate(graded)) == 1
    assert sorted(graded for graded, _ in cells_of(name) if graded) == sorted(graded_of(name))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", NAMES, ids=SHORT.get)
def test_solved(grader, name, version):
    handed_in = notebook(name, version, lambda graded: True)
    for seed in (1, 2, 3):
        grader.seed = seed
        result = grader.grade_submission(handed_in)
        wrong = [
            (question["name"], question["message"]["en"]) for question in result["questions"] if question["status"] != "correct"
        ]
        assert not wrong and result["score"] == 100 and result["assignment"] == name, (seed, wrong)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", NAMES, ids=SHORT.get)
def test_unsolved(grader, name, version):
    grader.seed = 1
    result = grader.grade_submission(notebook(name, version, lambda graded: False))
    assert result["score"] == 0 and result["assignment"] == name
    assert set(statuses(result).values()) == {"not_attempted"}, statuses(result)
    for question in result["questions"]:
        if question["name"] != "backward_propagation_n":
            assert question["message"] == {"zh": "还没有写。", "en": "Not attempted yet."}, question


@pytest.mark.parametrize("half", [0, 1], ids=["even", "odd"])
@pytest.mark.parametrize("version", ["2017", "2021"])
@pytest.mark.parametrize("name", NAMES, ids=SHORT.get)
def test_half_solved(grader, name, version, half):
    grader.seed = 1
    chosen = set(graded_of(name)[half::2])
    result = grader.grade_submission(notebook(name, version, chosen.__contains__))
    expected = {graded: "correct" if graded in chosen else "not_attempted" for graded in graded_of(name)}
    assert statuses(result) == expected, [question["message"]["en"] for question in result["questions"]]
    assert result["score"] == sum(question["max_points"] for question in result["questions"] if question["name"] in chosen)
    for question in result["questions"]:
        if question["name"] in ("linear_activation_forward", "L_model_backward") and question["name"] in chosen:
            assert question["message"]["en"].startswith("Right; it will work once"), question


# ---------------------------------------------------------------- the planted mistakes of notebook 4


@pytest.mark.parametrize("version", VERSIONS)
def test_planted_mistakes_left_in(grader, version):
    for seed in (1, 2, 3):
        grader.seed = seed
        result = grader.grade_submission(notebook(NAMES[3], version, lambda graded: graded != "backward_propagation_n"))
        found = {question["name"]: question for question in result["questions"]}
        planted = found.pop("backward_propagation_n")
        assert planted["status"] == "not_attempted" and "not fixed it yet" in planted["message"]["en"] and planted["points"] == 0
        assert "还没有" in planted["message"]["zh"] or "还没" in planted["message"]["zh"], planted
        assert {question["status"] for question in found.values()} == {"correct"}, found
        assert result["score"] == 100 - planted["max_points"]


@pytest.mark.parametrize("fixed", ["dW2", "db1"])
def test_one_planted_mistake_left_in(grader, fixed):
    grader.seed = 1
    cells = old_cells(NAMES[3])
    line = next(line for cell in cells for line in cell.split("\n") if line.strip().startswith(f"{fixed} =") and "stub" in line)
    cells = [cell.replace(line, STUB.sub("", line)) for cell in cells]
    cells = [unsolved_2017(cell) if "def backward_propagation_n" in cell else solved_2017(cell) for cell in cells]
    result = grader.grade_submission(submission(*cells))
    found = {question["name"]: question for question in result["questions"]}
    assert (
        found["backward_propagation_n"]["status"] == "incorrect"
        and result["score"] == 100 - found["backward_propagation_n"]["max_points"]
    )
    assert "One of the two planted mistakes is mended" in found["backward_propagation_n"]["message"]["en"]


# ---------------------------------------------------------------- functions of several notebooks in one


def mixed(*parts):
    """Return a notebook with the solved cells of (notebook, functions) one after the other."""
    cells = []
    for name, wanted in parts:
        cells += old_cells(name)[:1] + [solved_2017(cell) for graded, cell in cells_of(name) if graded is None or graded in wanted]
    return submission(*cells)


def test_a_notebook_is_the_one_of_which_it_has_the_largest_part(grader):
    grader.seed = 1
    dnn, init, reg, gc = ((name, graded_of(name)) for name in NAMES)
    for parts, assignment in (
        ((dnn, (NAMES[1], init[1][:1])), NAMES[0]),
        (((NAMES[0], dnn[1][:4]), init), NAMES[1]),
        ((init, dnn), NAMES[0]),  # two whole ones: the first in the order of the course
        ((reg, (NAMES[0], ["linear_forward", "linear_backward"])), NAMES[2]),
        (((NAMES[0], ["L_model_forward", "L_model_backward", "compute_cost"]), gc), NAMES[3]),
        (((NAMES[0], ["compute_cost"]), (NAMES[2], reg[1][:2])), NAMES[2]),
    ):
        result = grader.grade_submission(mixed(*parts))
        assert result["assignment"] == assignment, parts
        present = {graded for name, wanted in parts for graded in wanted}
        assert statuses(result) == {
            question["name"]: "correct" if question["name"] in present else "missing" for question in result["questions"]
        }, parts


def test_own_functions_of_notebook_1_inside_notebook_4(grader):
    """The end of notebook 4 invites learners to paste them; they are not what is graded there."""
    grader.seed = 2
    everything = (NAMES[0], [graded for graded in graded_of(NAMES[0]) if graded != "update_parameters"])
    result = grader.grade_submission(mixed((NAMES[3], graded_of(NAMES[3])), everything))
    assert result["assignment"] == NAMES[3] and result["score"] == 100
