"""`python -m grader class`, as a teacher uses it: what comes out, what is kept, what is said. (test_attacks.py: hostile notebooks.)"""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from attacks import solved_notebook
from handed_in import solved, stub
from needs import needs_sandbox

from grader.classroom import job
from grader.classroom.batch import refuse_within
from grader.classroom.local import Refused, is_sandboxed
from grader.classroom.store import Store
from grader.questions import entries_of
from grader.text import Text

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = "1_dnn_step_by_step"
QUESTIONS = {question.name: question for question in entries_of(NOTEBOOK)}


def notebook(**changes):
    """Return the text of a solved notebook 1; changes: {function: source or None to leave it out}."""
    return json.dumps(solved_notebook(changes))


NO_MEAN = solved("linear_backward").replace("db = 1 / m * np", "db = np")
STUB = {name: stub(name) for name in QUESTIONS}
READS = "def compute_cost(AL, Y):\n    return float(open('answers.txt').read())"


def grade(*words, code=0, **more):
    """Run the command and return what it says."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", **more}
    done = subprocess.run([sys.executable, "-m", "grader", "class", *map(str, words)], cwd=ROOT, env=environment, capture_output=True, text=True,
                          encoding="utf-8", timeout=300)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def attempts(results):
    """Return all attempts in a folder of results."""
    with Store(results) as store:
        return list(store.attempts())


def table(path):
    """Return the rows of a table as dictionaries."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def handed_in(tmp_path):
    """A class of five: right, a mistake, nothing done, no notebook, an empty folder."""
    folder = tmp_path / "handed in"
    for student, text in (("Ann", notebook()), ("李明", notebook(linear_backward=NO_MEAN, compute_cost=READS)), ("Bob", notebook(**STUB)), ("Dan", "junk")):
        (folder / student).mkdir(parents=True)
        (folder / student / "one.ipynb").write_text(text, encoding="utf-8")
    (folder / "Eve").mkdir()
    return folder


@needs_sandbox
def test_a_class_from_the_first_run_to_the_third(handed_in, tmp_path):
    results = tmp_path / "results"
    said = grade(handed_in, "--out", results, "--lang", "en", "--jobs", "2", "--seed", "7")
    assert "5 files, in a sandbox, seed 7" in said and "graded 3, unreadable 2" in said and "report.html" in said
    first = {attempt.student: attempt for attempt in attempts(results)}
    assert {name: (attempt.status, attempt.score) for name, attempt in first.items()} == {
        "Ann": ("graded", 100), "李明": ("graded", 80), "Bob": ("graded", 0), "Dan": ("unreadable", 0), "Eve": ("unreadable", 0)}
    assert all(attempt.sandboxed and attempt.seed == 7 and attempt.version == job.version() for attempt in first.values())
    status = {question["name"]: question for question in first["李明"].result["questions"]}
    assert status["compute_cost"]["status"] == "blocked" and "answers.txt" in status["compute_cost"]["message"]["zh"]
    wrong = status["linear_backward"]
    assert (wrong["status"], wrong["diagnosis"]["quantity"]) == ("incorrect", "db") and wrong["line_text"].startswith("db = np.sum")
    rows = {row["student"]: row for row in table(results / "grades.csv")}
    assert rows["Ann"]["total"] == "100" and rows["李明"]["linear_backward"] == "0" and rows["Dan"]["total"] == "0" and len(rows) == 5
    page = (results / "report.html").read_text(encoding="utf-8")
    assert "db = np.sum(dZ, axis=1, keepdims=True)" in page
    assert len(list((results / "feedback").glob("*.html"))) == 5
    for name in ("canvas.csv", "nbgrader.csv", "junit.xml"):
        assert (results / name).stat().st_size > 100

    said = grade(handed_in, "--out", results, "--lang", "zh")
    assert "随机种子 7" in said and "以前评过 5" in said and len(attempts(results)) == 5

    (handed_in / "Ann" / "one.ipynb").write_text(notebook(linear_forward=None), encoding="utf-8")
    (handed_in / "Dan" / "one.ipynb").write_text(notebook(), encoding="utf-8")
    shutil.rmtree(handed_in / "Eve")
    grade(handed_in, "--out", results)
    assert sorted((attempt.student, attempt.number, attempt.score) for attempt in attempts(results)) == [
        ("Ann", 1, 100), ("Ann", 2, 90), ("Bob", 1, 0), ("Dan", 1, 0), ("Dan", 2, 100), ("Eve", 1, 0), ("李明", 1, 80)]
    assert {row["student"]: row["total"] for row in table(results / "grades.csv")} == {"Ann": "100", "Bob": "0", "Dan": "100", "Eve": "0", "李明": "80"}
    grade(handed_in, "--out", results, "--only-report", "--keep", "last")
    assert next(row["total"] for row in table(results / "grades.csv") if row["student"] == "Ann") == "90"


@needs_sandbox
def test_again_grades_what_has_not_changed_and_grades_of_another_version_are_told(handed_in, tmp_path):
    results = tmp_path / "results"
    shutil.rmtree(handed_in / "李明")
    grade(handed_in, "--out", results, "--seed", "7")
    with Store(results) as store:
        with store._transaction():
            store.connection.execute("UPDATE attempts SET version = 'old'")
    said = grade(handed_in, "--out", results, "--lang", "en")
    assert "2 grades are from before (another version of the grader); --again" in said
    said = grade(handed_in, "--out", results, "--again", "--lang", "en")
    assert "graded 2, unreadable 2" in said and "another version" not in said
    assert [attempt.number for attempt in attempts(results)] == [1, 1, 1, 1, 2, 2, 2, 2]


@needs_sandbox
def test_one_notebook_counts_whatever_else_was_handed_in(handed_in, tmp_path):
    """Without it, one student with a further notebook would leave the rest of the class with half of the points."""
    results, solutions = tmp_path / "results", ROOT / "notebooks" / "solutions"
    shutil.copy(solutions / "2_initialization.ipynb", handed_in / "Ann" / "two.ipynb")
    shutil.copy(solutions / "2_initialization.ipynb", handed_in / "Eve" / "two.ipynb")
    grade(handed_in, "--out", results)
    assert {row["max"] for row in table(results / "grades.csv")} == {"200"}
    grade(handed_in, "--out", results, "--notebook", "1")
    rows = {row["student"]: row for row in table(results / "grades.csv")}
    assert {row["max"] for row in rows.values()} == {"100"} and rows["Ann"]["total"] == "100" and rows["Eve"]["total"] == "0"
    assert "Another notebook was handed in." in "".join(path.read_text(encoding="utf-8") for path in (results / "feedback").glob("eve*"))


@needs_sandbox
def test_the_seed_is_drawn_once_for_a_class(handed_in, tmp_path):
    for student in ("Bob", "Dan", "Eve", "李明"):
        shutil.rmtree(handed_in / student)
    first, second = tmp_path / "first", tmp_path / "second"
    for results in (first, second):
        grade(handed_in, "--out", results)
    seeds = [attempts(results)[0].seed for results in (first, second)]
    assert seeds[0] != seeds[1]
    grade(handed_in, "--out", first, "--again")
    assert [attempt.seed for attempt in attempts(first)] == [seeds[0]] * 2


@pytest.mark.parametrize(("make", "zh", "en"), [
    (lambda folder: (folder / "nowhere", folder / "out"), "找不到", "not found"),
    (lambda folder: (folder / "file.txt", folder / "out"), "zip 文件", "not a zip file"),
    (lambda folder: (folder / "empty", folder / "out"), "没有学生交的作业", "nothing was handed in"),
    (lambda folder: (folder / "class", folder / "class" / "results"), "请换一个地方", "choose another place"),
    (lambda folder: (folder / "class", folder / "class"), "请换一个地方", "choose another place"),
    (lambda folder: (folder / "class", folder / "file.txt"), "这是一个文件", "this is a file"),
    (lambda folder: (folder / "class", folder / "empty" / ".."), "别的文件", "other files"),
], ids=["no-folder", "a-text-file", "an-empty-folder", "results-inside", "the-same-folder", "results-are-a-file", "somebodys-folder"])
def test_what_cannot_be_graded_is_refused_in_both_languages(tmp_path, make, zh, en):
    (tmp_path / "empty").mkdir()
    (tmp_path / "class" / "Ann").mkdir(parents=True)
    (tmp_path / "class" / "Ann" / "one.ipynb").write_text(notebook(), encoding="utf-8")
    (tmp_path / "file.txt").write_text("x")
    before = sorted(tmp_path.rglob("*"))
    submissions, out = make(tmp_path)
    said = grade(submissions, "--out", out, code=2)
    assert zh in said and en in said and "Traceback" not in said
    assert sorted(tmp_path.rglob("*")) == before


def test_the_results_may_lie_beside_what_was_handed_in(tmp_path):
    refuse_within(tmp_path / "class results", tmp_path / "class")
    with pytest.raises(Refused):
        refuse_within(tmp_path / "class" / "x" / ".." / "results", tmp_path / "class")


def test_without_a_sandbox_nothing_runs_unless_that_is_wanted():
    weak = [Text("没有网络", "no net")]
    assert is_sandboxed(False, []) and not is_sandboxed(True, weak) and is_sandboxed(True, [])
    with pytest.raises(Refused) as refused:
        is_sandboxed(False, weak)
    assert "没有沙箱" in refused.value.text.zh and "not sandboxed: no net" in refused.value.text.en and "--unsafe" in refused.value.text.en


def test_a_process_that_dies_costs_one_notebook_only(tmp_path):
    """The grading process is killed while it grades; the notebook is tried once more, then it is `failed`, and the next one is graded."""
    settings = job.Settings(seed=1, seconds=2, megabytes=512, sandboxed=False)
    grader = job.Job(settings)
    try:
        good = notebook().encode()
        assert grader.grade(good, "good")["status"] == "graded"
        killed = []

        def start():
            job.Job._start(grader)
            grader.process.kill()
            killed.append(grader.process.pid)

        grader._start, process = start, grader.process
        process.kill()
        answer = grader.grade(good, "good")
        assert answer["status"] == "failed" and "SIGKILL" in answer["reason"]["en"] and len(killed) == 1
        del grader._start
        assert grader.grade(good, "good")["result"]["score"] == 100
    finally:
        grader.close()


def test_a_notebook_that_takes_too_much_memory_is_unreadable():
    """100 MB of JSON can be gigabytes of objects; the process that reads it has a limit."""
    grader = job.Job(job.Settings(seed=1, seconds=2, megabytes=512, sandboxed=False))
    try:
        answer = grader.grade(b'{"cells": [' + b"[]," * (10 * 2**20) + b"[]]}", "large")
        assert answer["status"] == "unreadable" and ("memory" in answer["reason"]["en"] or "cells" in answer["reason"]["en"]), answer
        assert grader.grade(notebook().encode(), "good")["result"]["score"] == 100
    finally:
        grader.close()
