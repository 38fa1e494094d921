"""Hostile notebooks, graded as one class by the real command: what each tried (attacks.py), and that it got nothing.

The other functions of each notebook keep their points, nothing is read or written outside, nobody is left behind.
"""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from attacks import ATTACKS, FULL, NOTEBOOK, QUESTIONS, SOLVED, hostile_zip, solved_notebook
from handed_in import notebook, solved
from needs import needs_sandbox

from grader import submission
from grader.classroom.store import Store
from grader.questions import notebooks
from grader.sandbox import bubblewrap

ROOT = Path(__file__).resolve().parent.parent
pytestmark = needs_sandbox

CODE = {name: attack for name, attack in ATTACKS.items() if attack.write is None}
FILES = [(name, file) for name, attack in ATTACKS.items() for file in attack.files]


# ---------------------------------------------------------------- the class


class Outside:
    """What no submission may reach: a file, a folder, sockets that listen, and a word in the environment."""

    def __init__(self, folder):
        self.token, self.secret = "t" + secrets.token_hex(6), secrets.token_hex(16)
        self.folder = folder / "outside"
        self.folder.mkdir(mode=0o777)
        self.canary = self.folder / "canary.txt"
        self.canary.write_text(self.secret)
        self.canary.chmod(0o666)
        self.sockets = [self.listening(*where) for where in (
            (socket.AF_INET, ("127.0.0.1", 0)), (socket.AF_UNIX, f"\0{self.token}"), (socket.AF_UNIX, str(self.folder / "socket")))]
        self.before = self.there()

    @staticmethod
    def listening(family, address):
        listener = socket.socket(family)
        listener.bind(address)
        listener.listen()
        listener.setblocking(False)
        return listener

    def there(self):
        """Return what is in the folder, and the file's content and times."""
        return sorted(os.listdir(self.folder)), self.canary.read_text(), self.canary.stat().st_mtime_ns

    def put_into(self, text):
        """Return the text of a notebook with this run's names."""
        port = self.sockets[0].getsockname()[1]
        words = {"@TOKEN@": self.token, "@PORT@": str(port), "@CANARY@": str(self.canary), "@OUTSIDE@": str(self.folder)}
        for word, value in words.items():
            text = text.replace(word, value)
        return text

    def left_behind(self):
        """Return the processes whose name has the token (attacks give it to theirs), or whose environment has the secret."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                names = [path.read_bytes() for path in process.glob("task/*/comm")]
                if self.secret.encode() in (process / "environ").read_bytes() or any(self.token.encode()[:15] in name for name in names):
                    found.append((process.name, names))
        return found


def run(submissions, out, outside, *options):
    """Run the command on a class; return it."""
    words = [sys.executable, "-m", "grader", "class", submissions, "--out", out, "--seed", "1", "--lang", "en", *options]
    environment = {**os.environ, "GRADER_ATTACK": outside.secret, "GRADER_DEBUG": ""}
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280)


class Graded:
    """A class that was graded: the command, its folder, and its attempts by file."""

    def __init__(self, submissions, out, outside, *options):
        self.outside, self.out = outside, out
        self.command = run(submissions, out, outside, *options)
        with Store(out) as store:
            self.attempts = {attempt.file: attempt for attempt in store.attempts()}

@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    outside = Outside(tmp_path_factory.mktemp("o"))
    yield outside
    for listener in outside.sockets:
        listener.close()


@pytest.fixture(scope="module")
def graded(tmp_path_factory, outside):
    """The whole table, one student an attack, and one who is honest and comes last."""
    folder = tmp_path_factory.mktemp("class")
    for name, attack in {**ATTACKS, "zz-honest": None}.items():
        (folder / name).mkdir()
        if attack and attack.write:
            attack.write(folder / name)
        else:
            handed_in = solved_notebook(attack.functions, attack.before) if attack else solved_notebook()
            (folder / name / "notebook.ipynb").write_text(outside.put_into(json.dumps(handed_in)))
    return Graded(folder, tmp_path_factory.mktemp("results"), outside, "--seconds", "1", "--jobs", "2")


# ---------------------------------------------------------------- what came of each


@pytest.mark.parametrize("name", CODE)
def test_code_gets_no_points_for_what_it_did_not_do_and_the_rest_keeps_its_own(graded, name):
    attempt, attack = graded.attempts[f"{name}/notebook.ipynb"], CODE[name]
    assert attempt.status == "graded" and attempt.sandboxed, attempt.reason
    for question in attempt.result["questions"]:
        expected = attack.expected.get(question["name"], ("correct",))
        assert question["status"] in expected, (attack.tries, question)
        assert question["points"] == (QUESTIONS[question["name"]] if question["status"] == "correct" else 0)


@pytest.mark.parametrize("name, file", FILES)
def test_files_are_graded_or_refused_with_a_reason(graded, name, file):
    attempt, expected = graded.attempts[f"{name}/{file}"], ATTACKS[name].files[file]
    if expected == "unreadable":
        assert (attempt.status, attempt.score) == ("unreadable", 0) and attempt.reason["zh"] and attempt.reason["en"].isascii()
    else:
        assert (attempt.status, attempt.score) == ("graded", expected), attempt.reason


@pytest.mark.parametrize("name", CODE)
def test_results_tell_nothing_that_code_could_not_know_and_are_small(graded, name):
    text = json.dumps(graded.attempts[f"{name}/notebook.ipynb"].result)
    for word in ("LEAKED", graded.outside.secret, "grader itself"):
        assert word not in text, text
    assert len(text) < 50_000


def test_the_batch_ends_and_nobody_is_missing(graded):
    assert (graded.command.returncode, graded.command.stderr) == (0, "")
    assert {file.split("/")[0] for file in graded.attempts} == {*ATTACKS, "zz-honest"}
    assert graded.attempts["zz-honest/notebook.ipynb"].score == FULL


def test_each_student_has_a_page_without_anything_that_runs(graded):
    pages = [page.read_text(encoding="utf-8") for page in (graded.out / "feedback").iterdir()]
    assert len(pages) == len(ATTACKS) + 1
    for page in [*pages, (graded.out / "report.html").read_text(encoding="utf-8")]:
        assert "<script>alert" not in page and graded.outside.secret not in page


def test_nothing_outside_was_read_written_or_called(graded):
    assert graded.outside.there() == graded.outside.before
    for listener in graded.outside.sockets:
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_no_process_is_left(graded):
    until = time.monotonic() + 3  # the last ones are just ending
    while (left := graded.outside.left_behind()) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


def test_left_behind_would_be_seen(outside):
    """The test above can fail."""
    for environment, name in (({"GRADER_ATTACK": outside.secret}, b""), ({}, outside.token.encode())):
        code = f"import ctypes, sys; {name!r} and ctypes.CDLL(None).prctl(15, {name!r}, 0, 0, 0); print(flush=True); sys.stdin.read()"
        with subprocess.Popen([sys.executable, "-c", code], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            assert [number for number, _ in outside.left_behind()] == [str(process.pid)]
            process.stdin.close()


# ---------------------------------------------------------------- a zip


def test_a_hostile_zip(tmp_path, outside):
    data, expected = hostile_zip()
    (tmp_path / "class").mkdir()
    path = tmp_path / "class" / "class.zip"
    path.write_bytes(data)
    graded = Graded(path, tmp_path / "results", outside, "--jobs", "1")
    assert graded.command.returncode == 0, graded.command.stderr
    found = {file: attempt.score if attempt.status == "graded" else attempt.status for file, attempt in graded.attempts.items()}
    assert found == expected
    assert [path.name for path in tmp_path.rglob("*.ipynb")] == []


# ---------------------------------------------------------------- what is left of other notebooks


GRADER = {"seed": 1, "seconds": 2, "megabytes": 512, "start": bubblewrap.start, "patience": 0.1, "sandboxed": True}


def grade(grader, handed_in):
    """Return {question: its result} of a notebook's JSON."""
    result = grader.grade_submission(submission.parse(handed_in))
    return {question["name"]: question for question in result["questions"]}


def test_the_modules_of_other_notebooks_are_not_left_for_the_next(grader):
    """Those of notebook 3 hold the reference of notebook 1, as helpers."""
    for other in notebooks():
        if other != NOTEBOOK:
            grade(grader, notebook("import numpy as np", *(solved(question.name) for question in notebooks()[other])))
    for name in ("reference-by-gc", "reference-in-closures", "reference-as-text"):
        found = grade(grader, solved_notebook(ATTACKS[name].functions))["linear_forward"]
        assert found["status"] == "incorrect", (name, found)


MEMORY = '''
def linear_forward(A, W, b):
    """Look for a text in all memory of this process."""
    import ctypes, os
    libc = ctypes.CDLL(None)
    libc.sbrk.restype = ctypes.c_void_p
    libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
    receive, send = os.pipe()
    page, found, seen = libc.sbrk(0) - 4096, 0, 0
    while libc.write(send, page, 4096) == 4096:
        found += os.read(receive, 4096).count(@MARK@)
        page, seen = page - 4096, seen + 1
    raise RuntimeError(f"LEAKED {found}" if found else f"nothing in {seen > 100}")
'''


@pytest.mark.parametrize("mark, found", [("'sea'.encode() + b'urchin'", "nothing in True"), ("b'def ' + b'linear_forward'", "LEAKED")])
def test_the_code_of_other_students_is_not_left_in_memory(grader, mark, found):
    """The second search, for its own code, shows that the first one can find something."""
    secret = SOLVED["linear_forward"].replace("### START", "### seaurchin START")
    assert grade(grader, solved_notebook({"linear_forward": secret}))["linear_forward"]["status"] == "correct"
    assert found in grade(grader, solved_notebook({"linear_forward": MEMORY.replace("@MARK@", mark)}))["linear_forward"]["message"]["en"]


def test_the_table_is_of_real_notebooks():
    """Each attack says what it tries and changes functions that there are; that the notebook has full marks without, the honest one shows."""
    for name, attack in ATTACKS.items():
        assert attack.tries and bool(attack.functions) != bool(attack.write), name
        assert {*attack.functions, *attack.expected} <= {*QUESTIONS}, name
