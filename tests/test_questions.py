"""The grader is graded: every question accepts its reference and its unusual right answers, and names its typical mistakes."""

import ast
import copy
import json
import re
from pathlib import Path

import answers
import numpy as np
import pytest
from handed_in import solved, stub, submission

from grader.diagnose import edited
from grader.oracle import Reference, draw
from grader.questions import notebooks, questions
from grader.submission import parse

ROOT = Path(__file__).resolve().parent.parent
SEEDS = range(50)
QUESTIONS = list(questions().values())
BY_NAME = {"ids": lambda value: getattr(value, "name", None)}


def result_of(grader, question, source, seed=1):
    """Return the result of one question for a notebook with one cell."""
    grader.seed = seed
    return grader.sheet(submission(source)).result(question)


def notebook(name, folder="solutions"):
    path = ROOT / "notebooks" / folder / f"{name}.ipynb"
    return parse(json.loads(path.read_text(encoding="utf-8")), str(path))


# ---------------------------------------------------------------- the entries


def test_every_exercise_of_the_notebooks_has_a_question_and_the_points_add_up_to_100():
    for name, entries in notebooks().items():
        cells = json.loads((ROOT / "notebooks" / "solutions" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        graded = [cell["metadata"]["graded"] for cell in cells if "graded" in cell["metadata"]]
        assert graded == [question.path for question in entries]
        assert sum(question.points for question in entries) == 100


@pytest.mark.parametrize("question", QUESTIONS, **BY_NAME)
def test_an_entry_is_complete(question):
    assert len(question.hints) == 2 and len(question.mistakes) >= 5 and len(answers.right(question)) >= 3
    assert len({mistake.edits for mistake in question.mistakes}) == len(question.mistakes)
    for text in [*question.hints, *question.mistakes]:
        assert re.search("[\u4e00-\u9fff]", text.zh) and not re.search("[\u4e00-\u9fff]", text.en)
        assert text.zh[-1] in "。？！" and text.en[-1] in ".?!", text


@pytest.mark.parametrize("question", QUESTIONS, **BY_NAME)
def test_no_message_prints_a_line_of_the_solution(question):
    """Hints go from question to nudge to the line; the code itself is never printed."""
    source = solved(question.name)
    squeeze = lambda text: re.sub(r"\s", "", text)
    right_sides = [ast.unparse(node.value) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assign)]
    secrets = [squeeze(text) for text in right_sides if len(squeeze(text)) > 12]
    for text in [*question.hints, *question.mistakes]:
        for language in (text.zh, text.en):
            assert not any(secret in squeeze(language) for secret in secrets), language


@pytest.mark.parametrize("question", QUESTIONS, **BY_NAME)
def test_inputs_differ_between_seeds_and_are_the_same_for_one(question):
    def numbers(seed):
        return [float(np.sum(array)) for case in draw(question, seed) for array in arrays(case.args)]

    assert numbers(1) == numbers(1)
    assert len({tuple(numbers(seed)) for seed in range(5)}) == 5


def arrays(value):
    if isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from arrays(part)
    elif not isinstance(value, str):
        yield np.asarray(value, float)


@pytest.mark.parametrize("question", QUESTIONS, **BY_NAME)
def test_the_reference_does_not_change_its_arguments(question):
    for case in draw(question, 3):
        before = copy.deepcopy(case.args)
        Reference(question).names[question.name](*case.args)
        for old, new in zip(arrays(before), arrays(case.args), strict=True):
            np.testing.assert_array_equal(old, new)


# ---------------------------------------------------------------- the reference, the stubs


@pytest.mark.parametrize("name", notebooks())
def test_the_reference_has_100_points_for_every_seed(grader, name):
    solution = notebook(name)
    for seed in SEEDS:
        grader.seed = seed
        result = grader.grade_submission(solution)
        assert [question["status"] for question in result["questions"]] == ["correct"] * len(result["questions"]), (seed, result)
        assert result["score"] == result["max_score"] == 100
        assert result["seed"] == seed and result["assignment"] == name


@pytest.mark.parametrize("name", notebooks())
def test_every_stub_has_0_points_and_is_not_attempted_for_every_seed(grader, name):
    stubs = "\n\n".join(stub(question.name) for question in notebooks()[name])
    for seed in SEEDS:
        grader.seed = seed
        result = grader.grade_submission(submission(stubs))
        assert {question["status"] for question in result["questions"]} == {"not_attempted"}, (seed, result)
        assert result["score"] == 0


@pytest.mark.parametrize("question", QUESTIONS, **BY_NAME)
def test_a_stub_alone_is_not_attempted(grader, question):
    assert result_of(grader, question, stub(question.name))["status"] == "not_attempted"


# ---------------------------------------------------------------- right and wrong answers


@pytest.mark.parametrize("question, number", [(q, n) for q in QUESTIONS for n in range(len(answers.right(q)))], **BY_NAME)
def test_an_unusual_right_answer_has_full_marks(grader, question, number):
    for seed in (number, number + 100, number + 200):
        result = result_of(grader, question, answers.right(question)[number], seed)
        assert result["status"] == "correct" and result["points"] == question.points, (seed, result)


def changed_lines(old, new):
    """Return the numbers of the lines that differ, or None where there are more or fewer lines than before."""
    old, new = old.splitlines(), new.splitlines()
    return [n for n, (a, b) in enumerate(zip(old, new), 1) if a != b] if len(old) == len(new) else None


def spellings(question):
    """Yield (mistake, source, changed lines or None) for every spelling of every typical mistake of a question."""
    source = solved(question.name)
    for mistake in question.mistakes:
        wrong = edited(source, mistake.edits)
        yield mistake, wrong, changed_lines(source, wrong)
    yield from ((mistake, wrong, None) for mistake, wrong in answers.wrong(question))


@pytest.mark.parametrize("question, number", [(q, n) for q in QUESTIONS for n in range(len(list(spellings(q))))], **BY_NAME)
def test_a_typical_mistake_gets_the_message_written_for_it_and_the_line_that_was_changed(grader, question, number):
    mistake, source, changed = list(spellings(question))[number]
    result = result_of(grader, question, source, seed=number)
    assert result["points"] == 0 and result["status"] in ("incorrect", "error", "not_attempted"), result
    if mistake.kind == "planted":
        assert result["message"] == {"zh": mistake.zh, "en": mistake.en} and result["diagnosis"] is None
        return
    diagnosis = result["diagnosis"]
    assert diagnosis is not None, result
    assert (diagnosis["kind"], diagnosis["zh"], diagnosis["en"]) == (mistake.kind, mistake.zh, mistake.en), result
    assert diagnosis["quantity"] == mistake.quantity
    assert changed is None or diagnosis["line"] in changed, (mistake, diagnosis)


@pytest.mark.parametrize("question", QUESTIONS, **BY_NAME)
def test_of_some_typical_mistakes_the_line_is_compared(question):
    assert sum(mistake.kind != "planted" and changed is not None for mistake, _, changed in spellings(question)) >= 2


def test_two_mistakes_are_both_named(grader):
    question = questions()["linear_backward"]
    source = solved(question.name)
    wrong = source.replace("db = 1 / m * ", "db = ").replace("W.T @ dZ", "dZ.T @ W")
    result = result_of(grader, question, wrong)
    assert "db" in result["diagnosis"]["quantity"] and "dA_prev" in result["diagnosis"]["quantity"], result
    assert result["message"]["en"].startswith("dW is right.")


def test_what_nothing_explains_is_described_and_not_guessed(grader):
    question = questions()["linear_backward"]
    source = solved(question.name)
    result = result_of(grader, question, source.replace("db = 1 / m * ", "db = 0.37 + 5.1 * "))
    assert result["diagnosis"] is None
    assert "dA_prev and dW are right." in result["message"]["en"]
    assert "db has the right shape but wrong values" in result["message"]["en"]
    result = result_of(grader, question, source.replace("db = 1 / m * ", "db = 7.25 / m * "))
    assert "every entry is 7.25 times what it should be" in result["message"]["en"]
    assert "7.25 倍" in result["message"]["zh"]
