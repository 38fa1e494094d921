"""A class of many, one in ten broken and attacks among them: killed again and again and resumed, its grades are those of a quiet run.

GRADER_SOAK=1000 is for more submissions than the usual number.
"""

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from attacks import ATTACKS, solved_notebook
from handed_in import notebook
from needs import needs_sandbox

from grader.classroom.store import Store
from grader.questions import notebooks
from grader.reference import function_source, solved, stub

ROOT = Path(__file__).resolve().parent.parent
SIZE = int(os.environ.get("GRADER_SOAK", "300"))
KILLS = 10
QUICK = (  # attacks that cost no time limit
    "sys-exit", "os-exit", "kills-everything", "kills-its-group", "bad-pointer", "abort", "reads-a-file-plainly", "runs-a-program", "sockets",
    "deletes-its-packages", "answers-ahead", "closes-its-pipes", "wrong-numbers-of-the-right-form", "patches-numpy", "zero-strides", "objects",
    "hostile-text", "mute-exception", "fork-bomb", "the-outer-stand-in", "imports-the-course", "changes-its-arguments", "nan", "ring")
SLOW = ("sleep", "endless-loop")
pytestmark = needs_sandbox


# ---------------------------------------------------------------- the class


def attempt_at(question, chance):
    """Return what a learner has of a question: mostly right, now and then a typical mistake, nothing yet, or nothing at all."""
    source, luck = function_source(question.path), chance.random()
    if luck > 0.985:
        return None
    if luck > 0.94:
        return stub(source)
    if luck > 0.92:
        for old, new in chance.choice(question.mistakes).edits:
            source = source.replace(old, new)
    return solved(source)


def handed_in(chance):
    """Return the bytes of one learner's notebook."""
    entries = notebooks()[chance.choice([*notebooks()])]
    sources = [attempt_at(question, chance) for question in entries] if chance.random() < 0.5 else [solved(function_source(q.path)) for q in entries]
    return json.dumps(notebook("import numpy as np", *(source for source in sources if source is not None))).encode()


def broken(data, chance):
    """Return the bytes of a file that is no notebook any more."""
    return chance.choice([
        b"", data[: len(data) // 2], data.replace(b'"cells"', b'"sells"'), data.replace(b" ", b"\xff", 1), b"[" * 100_000, b"null",
        data.replace(b"def ", b"fed "), json.dumps(notebook("import numpy as np", "x = 1")).encode(), bytes(100), b"\x89PNG" + data])


def write_class(folder, size, seed, slow=SLOW):
    """Write a class of that size into a folder; the same seed gives the same class."""
    chance = random.Random(seed)
    attacks = [*slow, *(chance.choice(QUICK) for _ in range(size // 20))]
    for number in range(size):
        data = handed_in(chance)
        if number % 10 == 3:
            data = broken(data, chance)
        elif number % 16 == 5 and attacks:
            attack = ATTACKS[attacks.pop(0)]
            data = json.dumps(solved_notebook(attack.functions, attack.before)).replace("@PORT@", "1").encode()
        student = folder / f"student-{number:05}"
        student.mkdir(parents=True)
        (student / "notebook.ipynb").write_bytes(data)
    return folder


# ---------------------------------------------------------------- the command


def start(submissions, out, *options):
    """Start the command; its output is one text."""
    words = [sys.executable, "-m", "grader", "class", str(submissions), "--out", str(out), "--seed", "7", "--seconds", "1", "--lang", "en", *options]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def until_it_waits(process):
    """Return when the command looks at the lock of the results again and again, which it does now and then."""
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                if os.readlink(descriptor).endswith("lock.sqlite"):
                    return
    raise AssertionError("it does not wait")


def finish(process, code=0):
    """Wait for the command and return what it said."""
    said, _ = process.communicate(timeout=400)
    assert process.returncode == code, said
    return said


def rows(out):
    """Return {row: (file, when)} of a store that another process may be writing, {} where there is none yet."""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(f"file:{out}/grades.sqlite?mode=ro", uri=True)) as connection:
        return {row: rest for row, *rest in connection.execute("SELECT id, file, digest, score, graded_at FROM attempts")}
    return {}


def until_rows(process, out, wanted):
    """Wait until the store has so many rows, or the command has ended."""
    while process.poll() is None and len(rows(out)) < wanted:
        time.sleep(0.01)


def jobs_of(process):
    """Return the numbers of the grading processes that the command has started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            number, parent = status.parent.name, status.read_text().rpartition(")")[2].split()[1]
            if parent == str(process.pid):
                found.append(int(number))
    return found


def grades(out):
    """Return {file: [what counts of each attempt]}; not the messages: the time for a diagnosis is limited."""
    found = {}
    with Store(out) as store:
        for attempt in store.attempts():
            points = [(question["name"], question["status"], question["points"]) for question in (attempt.result or {"questions": []})["questions"]]
            key = (attempt.digest, attempt.status, attempt.score, attempt.max_score, attempt.reason, attempt.code, points)
            found.setdefault(attempt.file, []).append(key)
    return found


@pytest.fixture(scope="module")
def submissions(tmp_path_factory):
    return write_class(tmp_path_factory.mktemp("class"), SIZE, seed=4)


@pytest.fixture(scope="module")
def quiet(submissions, tmp_path_factory):
    """The grades of a run that nobody disturbed."""
    out = tmp_path_factory.mktemp("quiet")
    finish(start(submissions, out))
    return grades(out)


# ---------------------------------------------------------------- what is proved


def test_the_class_is_mixed(quiet):
    attempts = [attempt for [attempt] in quiet.values()]
    statuses = Counter(status for *_, points in attempts for _, status, _ in points)
    assert len(attempts) == SIZE
    assert 0.07 < sum(attempt[1] == "unreadable" for attempt in attempts) / SIZE < 0.13
    assert {attempt[1] for attempt in attempts} == {"graded", "unreadable"}
    assert {"correct", "incorrect", "not_attempted", "missing", "error", "timeout"} <= {*statuses}


def test_killed_ten_times_and_resumed_it_has_the_grades_of_a_quiet_run(submissions, quiet, tmp_path):
    chance, kept, killed = random.Random(4), {}, 0
    for number, wanted in enumerate(sorted(chance.sample(range(SIZE), KILLS))):
        process = start(submissions, tmp_path)
        until_rows(process, tmp_path, wanted)
        time.sleep(chance.uniform(0, 0.1))
        victims = jobs_of(process)[:1] if number % 3 == 2 else []  # a grading process dies a little before the command
        for victim in [*victims, process.pid]:
            os.kill(victim, signal.SIGKILL)
            time.sleep(0.05 * len(victims))
        process.communicate(timeout=60)
        killed += process.returncode == -signal.SIGKILL
        now = rows(tmp_path)
        assert kept.items() <= now.items()  # what was written once stays as it was
        kept = now
    said = finish(start(submissions, tmp_path))
    assert killed == KILLS and f"graded before {len(kept)}" in said
    assert kept.items() <= rows(tmp_path).items()
    found = grades(tmp_path)
    assert all(len(attempts) == 1 for attempts in found.values())
    assert found == quiet


def test_a_second_command_waits_or_leaves_and_signals_stop_cleanly(submissions, quiet, tmp_path):
    """One after the other, so that the class is graded only once: two at a time, Ctrl-C, SIGTERM, the rest."""
    first = start(submissions, tmp_path)
    until_rows(first, tmp_path, 5)
    first.send_signal(signal.SIGSTOP)  # or a fast machine is through before the others have begun
    said = finish(start(submissions, tmp_path), code=2)
    assert "another grading command is using this folder" in said and str(first.pid) in said and "Traceback" not in said
    waiting = start(submissions, tmp_path, "--wait")
    until_it_waits(waiting)
    assert first.poll() is None and waiting.poll() is None
    first.send_signal(signal.SIGCONT)
    first.send_signal(signal.SIGINT)
    said = finish(first, code=130)
    assert "stopped: what was graded is kept" in said and "the same command goes on" in said and "Traceback" not in said
    before = rows(tmp_path)
    until_rows(waiting, tmp_path, len(before) + 10)
    waiting.send_signal(signal.SIGTERM)
    said = finish(waiting, code=130)
    assert "waiting for it to end" in said and "stopped: what was graded is kept" in said and "Traceback" not in said
    assert before.items() <= rows(tmp_path).items()
    said = finish(start(submissions, tmp_path))
    assert "graded before" in said
    found = grades(tmp_path)
    assert all(len(attempts) == 1 for attempts in found.values()) and found == quiet
    assert (tmp_path / "report.html").is_file()
