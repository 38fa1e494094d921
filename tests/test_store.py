"""No grade is lost and none is there twice, whatever happens to the process, the disk or the names."""

import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from grader.classroom.store import Attempt, Busy, Store, Unusable
from grader.questions import entries_of
from grader.result import question_result
from grader.text import Text

ROOT = Path(__file__).parent.parent
QUESTION = question_result(entries_of("2_initialization")[0], "correct", Text("正确。\ud800", "Correct."))
RESULT = {"schema": 1, "score": 7.5, "questions": [QUESTION]}


def attempt(student="Li Ming", file="Li Ming/a.ipynb", score=10, assignment="dnn", status="graded", digest="d", **others):
    """Return an Attempt; one that is not graded has no points."""
    values = {
        "reason": None, "max_score": 100, "result": RESULT, "code": "c", "seed": 2**32 - 1, "seconds": 0.25, "version": "v",
        "graded_at": "2025-01-02T03:04:05+00:00", "sandboxed": True}
    if status != "graded":
        values |= {"reason": {"zh": "坏了", "en": "broken"}, "result": None, "max_score": 0}
        score, assignment = 0, None
    values |= {"student": student, "file": file, "digest": digest, "status": status, "assignment": assignment, "score": score}
    return Attempt(**{**values, **others})


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "results") as store:
        yield store


def refused(folder, error=Unusable):
    """Return why the store of a folder is refused, in English; the Chinese is another text."""
    with pytest.raises(error) as caught, Store(folder):
        pass
    zh, en = caught.value.text
    assert str(folder) in zh and str(folder) in en and any("\u4e00" <= letter <= "\u9fff" for letter in zh)
    return en


# ---------------------------------------------------------------- round trips

texts = st.text(st.characters(exclude_categories=()), max_size=8)  # with halves of characters and NUL
numbers = st.floats(0, 1e6)
values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts | st.lists(texts)
json_data = st.dictionaries(texts, values, max_size=4)
attempts = st.builds(
    Attempt, student=texts, file=texts, digest=texts, status=st.sampled_from(["graded", "unreadable", "failed"]),
    reason=st.none() | json_data, assignment=st.none() | texts, seed=st.integers(0, 2**32 - 1), score=numbers, max_score=numbers,
    result=st.none() | json_data, code=texts, seconds=numbers, version=texts, graded_at=texts, sandboxed=st.booleans())


@given(st.lists(attempts, max_size=5))
@settings(deadline=None)
def test_every_attempt_comes_back_as_it_was(tmp_path_factory, given_attempts):
    folder = tmp_path_factory.mktemp("store")
    with Store(folder) as store:
        added = [store.add(one) for one in given_attempts]
        numbers = {}
        for one, numbered in zip(given_attempts, added):
            numbers[one.file] = numbers.get(one.file, 0) + 1
            assert numbered == replace(one, number=numbers[one.file])
    with Store(folder) as store:
        back = list(store.attempts())
        assert back == added and all(type(one.sandboxed) is bool for one in back)
        store.current("last")


def test_a_setting_is_made_once(tmp_path):
    with Store(tmp_path) as store:
        assert store.setting("seed", lambda: 5) == 5
        assert store.setting("seed", lambda: 6) == 5
        store.set("names\0", {"\ud800": None})
        assert store.setting("nothing", lambda: None) is None
    with Store(tmp_path) as store:
        assert store.setting("seed", lambda: 7) == 5
        assert store.setting("names\0", lambda: 1) == {"\ud800": None}
        assert store.setting("nothing", lambda: 1) is None
        store.set("seed", 8)
        assert store.setting("seed", lambda: 9) == 8
        with pytest.raises(ZeroDivisionError):
            store.setting("wrong", lambda: 1 / 0)
        assert store.setting("wrong", lambda: 1) == 1


# ---------------------------------------------------------------- what is known


def test_what_is_known(store):
    assert not store.known("a", "1")
    store.add(attempt(file="a", digest="1"))
    assert store.known("a", "1") and not store.known("a", "2") and not store.known("b", "1")
    store.add(attempt(file="a", digest="2", status="failed"))
    assert not store.known("a", "2"), "what the grader failed on is tried again"
    assert not store.known("a", "1"), "the file is no more what it was"
    store.add(attempt(file="a", digest="2"))
    assert store.known("a", "2") and not store.known("a", "1")
    store.add(attempt(file="a", digest="", status="unreadable"))
    assert store.known("a", "") and not store.known("a", "2")
    assert [one.number for one in store.attempts()] == [1, 2, 3, 4]


# ---------------------------------------------------------------- what counts


def counting(store, keep):
    """Return [(student, assignment, file, number, score)] of the grades, and [(file, number)] of what is to be looked at."""
    grades, to_look_at = store.current(keep)
    return (
        [(one.student, one.assignment, one.file, one.number, one.score) for one in grades],
        [(one.file, one.number) for one in to_look_at])


def test_the_best_or_the_last_counts(store):
    for score in (10, 90, 40):
        store.add(attempt("ann", "ann/a", score))
    assert counting(store, "best") == ([("ann", "dnn", "ann/a", 2, 90)], [])
    assert counting(store, "last") == ([("ann", "dnn", "ann/a", 3, 40)], [])
    store.add(attempt("ann", "ann/b", 90))  # another file of the same assignment
    assert counting(store, "best") == ([("ann", "dnn", "ann/b", 1, 90)], [])
    store.add(attempt("ann", "ann/a", 20, "init"))  # the file is now another assignment
    store.add(attempt("bob", "bob/a", 0))
    assert counting(store, "last") == (
        [("ann", "dnn", "ann/b", 1, 90), ("ann", "init", "ann/a", 4, 20), ("bob", "dnn", "bob/a", 1, 0)], [])
    with pytest.raises(ValueError, match="'first'"):
        store.current("first")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_last_of_several_files_does_not_depend_on_which_was_graded_first(store, order):
    """Of one run it is the one that was changed last; a later run is newer, whatever its file says."""
    files = [("ann/a", 10, "2026-01-03"), ("ann/b", 20, "2026-01-02"), ("ann/c", 30, "2026-01-01")]
    for n in order:
        file, score, modified = files[n]
        store.add(attempt("ann", file, score, run=1, modified=modified))
    assert counting(store, "last")[0] == [("ann", "dnn", "ann/a", 1, 10)]
    store.add(attempt("ann", "ann/c", 5, run=2, modified="2025-01-01"))
    assert counting(store, "last")[0] == [("ann", "dnn", "ann/c", 2, 5)] and counting(store, "best")[0] == [("ann", "dnn", "ann/c", 1, 30)]


@pytest.mark.parametrize("keep", ["best", "last"])
@pytest.mark.parametrize("status", ["unreadable", "failed"])
def test_a_broken_file_hides_no_grade_and_is_listed(store, keep, status):
    store.add(attempt("ann", "ann/good", 60))
    store.add(attempt("ann", "ann/broken", status=status))
    store.add(attempt("bob", "bob/broken", status=status))
    store.add(attempt("eve", "eve/a", 70))
    store.add(attempt("eve", "eve/a", status=status))
    store.add(attempt("joe", "joe/a", status=status))
    store.add(attempt("joe", "joe/a", 80))
    assert counting(store, keep) == (
        [("ann", "dnn", "ann/good", 1, 60), ("bob", None, "bob/broken", 1, 0), ("eve", "dnn", "eve/a", 1, 70),
         ("joe", "dnn", "joe/a", 2, 80)],
        [("ann/broken", 1), ("eve/a", 2)])


def test_who_has_nothing_graded_has_one_zero(store):
    store.add(attempt("ann", "ann/", status="unreadable"))
    assert counting(store, "best") == ([("ann", None, "ann/", 1, 0)], [])
    for file in ("ann/b", "ann/a", "ann/b"):
        store.add(attempt("ann", file, status="unreadable"))
    assert counting(store, "best") == ([("ann", None, "ann/b", 2, 0)], [("ann/a", 1)])
    store.add(attempt("ann", "ann/deep/er/", status="unreadable"))
    store.add(attempt("ann", "ann/a", 30))
    assert counting(store, "best") == ([("ann", "dnn", "ann/a", 2, 30)], [("ann/b", 2), ("ann/deep/er/", 1)])


# ---------------------------------------------------------------- against a model in plain Python


class AgainstModel(RuleBasedStateMachine):
    """A store beside a list of attempts: every answer is what the list says, also after closing and opening."""

    def __init__(self, folder):
        super().__init__()
        self.folder, self.added = folder, []
        self.store = Store(folder)

    @rule(
        student=st.sampled_from("AB"), name=st.sampled_from(["x", "y", ""]), digest=st.sampled_from("12"),
        status=st.sampled_from(["graded", "graded", "unreadable", "failed"]), assignment=st.sampled_from("pq"),
        score=st.sampled_from([0, 5, 10]))
    def add(self, student, name, digest, status, assignment, score):
        if name == "":
            status = "unreadable"
        one = attempt(student, f"{student}/{name}", score, assignment, status, digest)
        number = 1 + sum(other.file == one.file for other in self.added)
        self.added.append(self.store.add(one))
        assert self.added[-1] == replace(one, number=number)

    @rule()
    def close_and_open(self):
        self.store.close()
        self.store = Store(self.folder)

    @invariant()
    def answers_are_right(self):
        assert list(self.store.attempts()) == self.added
        newest = {one.file: one for one in self.added}
        for file in ("A/x", "B/y", "A/"):
            for digest in "12":
                one = newest.get(file)
                assert self.store.known(file, digest) == (one is not None and one.digest == digest and one.status != "failed")
        for keep in ("best", "last"):
            grades, to_look_at = self.store.current(keep)
            assert grades == sorted(self.counting(keep), key=lambda one: (one.student, one.assignment or ""))
            assert to_look_at == sorted(
                (one for one in newest.values() if one.status != "graded" and one not in grades and not one.file.endswith("/")),
                key=lambda one: one.file)

    def counting(self, keep):
        for student in {one.student for one in self.added}:
            theirs = [one for one in self.added if one.student == student]
            graded = [one for one in theirs if one.status == "graded"]
            for assignment in {one.assignment for one in graded}:
                of_it = sorted((one for one in graded if one.assignment == assignment), key=lambda one: (one.run, one.modified, one.file, one.number))
                most = max(one.score for one in of_it)
                yield of_it[-1] if keep == "last" else [one for one in of_it if one.score == most][-1]
            if not graded:
                files = [one for one in theirs if not one.file.endswith("/")]
                yield (files or theirs)[-1]

    def teardown(self):
        self.store.close()
        shutil.rmtree(self.folder)


def test_the_store_against_a_model(tmp_path_factory):
    bounds = settings(max_examples=60, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(lambda: AgainstModel(tmp_path_factory.mktemp("model")), settings=bounds)


# ---------------------------------------------------------------- kill, lock, disk

WRITER = """
from grader.classroom.store import Store
from test_store import attempt
with Store({folder!r}) as store:
    print("open", flush=True)
    for n in range(10**6):
        added = store.add(attempt("s", f"s/{{n % 7}}", n, digest=str(n)))
        print(added.file, added.number, flush=True)
"""


def writer(folder):
    """Start a process that adds attempts for ever, and return it when it has begun."""
    program, beside = WRITER.format(folder=str(folder)), {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=beside, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "open\n"
    return process


def test_nothing_is_lost_when_the_process_is_killed(tmp_path):
    delays, told = random.Random(4), []
    for _ in range(5):
        process = writer(tmp_path)
        time.sleep(delays.uniform(0.01, 0.1))
        process.kill()  # SIGKILL: nothing is tidied up
        output, _ = process.communicate()
        told += [line.rsplit(" ", 1) for line in output.splitlines(keepends=True) if line.endswith("\n")]
        with Store(tmp_path) as store:
            kept = [(one.file, one.number) for one in store.attempts()]
            assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        told = [(file, int(number)) for file, number in told]
        assert len(kept) == len(set(kept)) and len(told) == len(set(told))
        assert set(told) <= set(kept) and len(kept) - len(told) <= 5
        numbers = {file: sorted(number for other, number in kept if other == file) for file, _ in kept}
        assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert len(told) > 50


def test_two_processes(tmp_path):
    process = writer(tmp_path)
    try:
        said = refused(tmp_path, Busy)
        assert f"process {process.pid} on" in said and "since 2" in said
        waits = []

        def on_wait(busy):
            waits.append(busy.text.en)
            threading.Timer(0.5, process.kill).start()  # after two looks and more

        with Store(tmp_path, wait=True, on_wait=on_wait) as store:
            assert len(waits) == 1 and f"process {process.pid} " in waits[0]
            assert f"process {os.getpid()} " in refused(tmp_path, Busy)
            store.add(attempt())
    finally:
        process.kill()
        process.communicate()
    with Store(tmp_path):
        pass


def test_an_interrupted_wait_ends(tmp_path):
    def stop(busy):
        raise KeyboardInterrupt

    with Store(tmp_path):
        with pytest.raises(KeyboardInterrupt):
            Store(tmp_path, wait=True, on_wait=stop)
        (tmp_path / "holder.json").write_text("[1]")
        assert "process ? on ?" in refused(tmp_path, Busy)


def test_where_no_folder_can_be(tmp_path):
    (tmp_path / "file").write_text("mine")
    refused(tmp_path / "file")
    refused(tmp_path / "file" / "results")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_full_disk(store):
    store.add(attempt(file="a"))
    store.connection.execute(f"PRAGMA max_page_count = {store._value('PRAGMA page_count')}")
    large = {"noise": random.Random(1).randbytes(20_000).hex()}
    with pytest.raises(Unusable, match="full") as caught:
        store.add(attempt(file="b", result=large))
    assert "full" in caught.value.text.zh
    assert [one.file for one in store.attempts()] == ["a"]
    store.connection.execute("PRAGMA max_page_count = 10000")
    assert store.add(attempt(file="b", result=large)).number == 1


def test_no_half_of_an_attempt_stays(store):
    with pytest.raises(Unusable):
        store.add(attempt(file="b", max_score=None))
    store.add(attempt(file="a"))
    assert [one.file for one in store.attempts()] == ["a"]


def sqlite_file(path, script):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def filled(folder, count=200):
    with Store(folder) as store:
        for n in range(count):
            store.add(attempt(file=f"s/{n}"))
    return (folder / "grades.sqlite").read_bytes()


FILES = {
    "of-a-newer-grader": (lambda path: (filled(path.parent, 2), sqlite_file(path, "PRAGMA user_version = 2")), "newer grader"),
    "of-another-program": (lambda path: sqlite_file(path, "CREATE TABLE mine (x); INSERT INTO mine VALUES (1)"), "did not write"),
    "no-database": (lambda path: path.write_bytes(b"my thesis, the only copy " * 100), "not a database"),
    "cut-off": (lambda path: path.write_bytes(filled(path.parent)[:-20_000]), "malformed"),
    "noise-in-it": (lambda path: path.write_bytes((whole := filled(path.parent))[:9000] + b"\xa5" * 9000 + whole[18000:]), ""),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_not_ours_or_damaged_is_left_as_it_is(kind, tmp_path):
    path = tmp_path / "grades.sqlite"
    make, why = FILES[kind]
    make(path)
    before = path.read_bytes()
    assert why in refused(tmp_path)
    assert path.read_bytes() == before and not Path(f"{path}-wal").exists()


def test_a_file_that_is_empty_is_a_new_one(tmp_path):
    (tmp_path / "grades.sqlite").write_bytes(b"")
    with Store(tmp_path) as store:
        store.add(attempt())
    with Store(tmp_path) as store:
        assert len(list(store.attempts())) == 1


def test_after_it_is_closed(tmp_path):
    with Store(tmp_path) as store:
        pass
    with pytest.raises(Unusable):
        store.add(attempt())


def test_teachers_can_query_the_file(tmp_path):
    """Names and points are plain columns, and the settings of the file are those that were promised."""
    with Store(tmp_path) as store:
        store.add(attempt("李明", score=7.5))
        assert [store._value(f"PRAGMA {name}") for name in ("journal_mode", "synchronous")] == ["wal", 1]
    with contextlib.closing(sqlite3.connect(tmp_path / "grades.sqlite")) as connection:
        assert connection.execute("SELECT student, score, number FROM attempts").fetchall() == [("李明", 7.5, 1)]


def test_results_are_kept_small(tmp_path):
    """100 results of 4 kB take less than 2 kB each."""
    message = {"zh": "少除了 m：db 是 m 个样本的平均。", "en": "The division by m is missing: db is a mean over the m examples."}
    question = {"status": "incorrect", "points": 0, "max_points": 10, "message": message, "diagnosis": {**message, "kind": "x"}}
    questions = [{"name": f"function_{n}", **question} for n in range(10)]
    result = {"schema": 1, "notebook": "a.ipynb", "questions": questions}
    assert len(json.dumps(result)) > 4000
    with Store(tmp_path) as store:
        for n in range(100):
            store.add(attempt(file=f"s/{n}", result=result))
    assert (tmp_path / "grades.sqlite").stat().st_size < 100 * 2000


def test_a_result_that_an_earlier_version_stored_gets_the_fields_that_it_lacks(tmp_path):
    new = {"begun", "planted", "waits_for", "definitions", "line_text", "signature"}
    old = {key: value for key, value in QUESTION.items() if key not in new}
    diagnosis = {"quantity": "db", "kind": "sign", "line": 3, "zh": "反了", "en": "reversed", "text": "db = -dZ"}
    with Store(tmp_path) as store:
        store.add(attempt(result={**RESULT, "questions": [old, {**old, "status": "incorrect", "diagnosis": diagnosis}]}))
        right, wrong = store.current("best")[0][0].result["questions"]
    assert right == {**QUESTION, "signature": ["correct"]}
    assert (wrong["begun"], wrong["line_text"], wrong["signature"]) == (True, "db = -dZ", ["db", "sign"])
