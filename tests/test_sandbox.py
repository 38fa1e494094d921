"""The sandbox holds here, each of its probes notices what it is there for, and without it nobody's code runs unasked."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from attacks import FULL, solved_notebook
from needs import needs_sandbox, weaknesses

from grader.classroom import local
from grader.classroom.store import Store
from grader.sandbox import bubblewrap
from grader.text import Text

ROOT = Path(__file__).resolve().parent.parent
can_start = pytest.mark.skipif(bubblewrap.problem() is not None or "no code runs" in weaknesses, reason=f"no sandbox here: {weaknesses}")
COMMAND = [sys.executable, "-m", "grader", "class"]


# ---------------------------------------------------------------- the probes


@can_start
def test_where_it_starts_it_holds():
    assert bubblewrap.weaknesses() == []


def with_words(*words, without=()):
    """Return the command of the sandbox with more words, before it makes all read-only, and without some."""
    command = [word for word in bubblewrap.command() if word not in without]
    at = command.index("--remount-ro")
    return [*command[:at], *words, *command[at:]]


def with_source(folder, module, *changes):
    """Return the command of the sandbox with a worker.py or jail.py that is changed by pairs of (pattern, replacement)."""
    source = (bubblewrap.HERE / module).read_text(encoding="utf-8")
    for pattern, replacement in changes:
        source, count = re.subn(pattern, replacement, source)
        assert count, pattern
    (folder / module).write_text(source, encoding="utf-8")
    return [str(folder / module) if word == str(bubblewrap.HERE / module) else word for word in bubblewrap.command()]


def allowing(folder, *calls, also=()):
    """Return the command of the sandbox with these system calls allowed."""
    return with_source(folder, "jail.py", *((rf'"{call}": \d+,', "") for call in calls), *also)


def open_folder(*names):
    """Return options for folders that anybody may go through."""
    return [word for name in names for word in ("--perms", "0755", "--dir", name)]


KEEP_RIGHTS = (r"_do\(libc.capset\(.*", "pass")
OUTER = [str(folder) for folder in [*reversed(ROOT.parents)][1:]]
BROKEN = {  # what is broken -> (how the command of the sandbox is made then, what is found: exactly this)
    "a-file-of-the-system": (lambda folder: with_words(*open_folder("/etc"), "--ro-bind", "/etc/passwd", "/etc/passwd"), ["read files outside"]),
    "the-course": (lambda folder: with_words(*open_folder(*OUTER), "--ro-bind", str(ROOT), str(ROOT)), ["read files outside"]),
    "a-folder": (lambda folder: with_words(*open_folder("/var"), "--bind", str(folder), "/var/tmp"), ["write files outside"]),
    "shared-files": (lambda folder: with_words("--perms", "0777", "--tmpfs", "/dev/shm"), ["write files outside"]),
    "sockets": (lambda folder: allowing(folder, "socket"), ["open a socket"]),
    "processes": (lambda folder: with_source(folder, "jail.py", (r"(PROCESSES, .* =) \d+", r"\1 99")), ["start many processes"]),
    "memory": (lambda folder: with_source(folder, "jail.py", (r"\(resource.RLIMIT_AS, address_space\), ", "")), ["take much memory"]),
    "memory-files": (lambda folder: allowing(folder, "memfd_create"), ["leave shared memory behind"]),
    "shared-memory": (lambda folder: allowing(folder, "shmget"), ["leave shared memory behind"]),
    "proc": (lambda folder: with_source(folder, "jail.py", (r'_do\(libc.mount\(b"none", b"/proc".*', "pass")), ["see or end other processes"]),
    "process-namespace": (lambda folder: with_source(folder, "jail.py", (r"_do\(libc.unshare\(NEW_PROCESSES\)\)", "pass")),
                          ["see or end other processes"]),
    "namespaces": (lambda folder: allowing(folder, "unshare"), ["gain rights"]),
    "mount": (lambda folder: allowing(folder, "mount", also=[KEEP_RIGHTS]), ["gain rights"]),
    "chroot": (lambda folder: allowing(folder, "chroot", also=[KEEP_RIGHTS]), ["gain rights"]),
    "environment": (lambda folder: with_words("--setenv", "GRADER_CANARY", "1"), ["see the environment and the pipes of the grader"]),
    "pipes": (lambda folder: with_source(folder, "worker.py", (r"os.closerange\(first, last\)", "pass")),
              ["see the environment and the pipes of the grader"]),
    "no-code": (lambda folder: with_source(folder, "worker.py", (r"import numpy as np", "import no_numpy")), ["no code runs"]),
}


@needs_sandbox
@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_hold_is_found_and_named(name, tmp_path, monkeypatch):
    tmp_path.chmod(0o777)
    make, expected = BROKEN[name]
    command = make(tmp_path)
    monkeypatch.setattr(bubblewrap, "command", lambda: command)
    found = bubblewrap.weaknesses(tmp_path)
    assert len(found) == len(expected) and all(text in weakness.en for text, weakness in zip(expected, found)), found
    assert all(re.search("[一-鿿]", weakness.zh) for weakness in found)


@needs_sandbox
def test_the_probes_leave_nothing_behind(tmp_path):
    bubblewrap.weaknesses(tmp_path)
    assert list(tmp_path.iterdir()) == [] and "GRADER_CANARY" not in os.environ


# ---------------------------------------------------------------- without a sandbox


def test_code_runs_without_a_sandbox_only_when_that_is_wanted():
    weakness = [Text("没有找到 bubblewrap", "bubblewrap is not installed"), Text("别的", "something else")]
    assert local.is_sandboxed(unsafe=False, weaknesses=[]) is True
    assert local.is_sandboxed(unsafe=True, weaknesses=[]) is True  # it is used where it is there
    assert local.is_sandboxed(unsafe=True, weaknesses=weakness) is False
    with pytest.raises(local.Refused) as refused:
        local.is_sandboxed(unsafe=False, weaknesses=weakness)
    for text, words in ((refused.value.text.zh, ("没有沙箱", "没有找到 bubblewrap", "别的")),
                        (refused.value.text.en, ("not sandboxed", "bubblewrap is not installed", "something else"))):
        assert "--unsafe" in text and all(word in text for word in words)


def test_other_systems_have_none(monkeypatch):
    for system in ("darwin", "win32"):
        monkeypatch.setattr(sys, "platform", system)
        problem = bubblewrap.problem()
        assert system in problem.zh and system in problem.en
        assert local.local_weaknesses() == [problem]


@pytest.fixture
def submissions(tmp_path):
    """A class of one."""
    folder = tmp_path / "class" / "ann"
    folder.mkdir(parents=True)
    (folder / "notebook.ipynb").write_text(json.dumps(solved_notebook()))
    return folder.parent


@pytest.fixture
def no_bubblewrap(tmp_path, monkeypatch):
    """No bubblewrap is found."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert shutil.which("bwrap") is None


def graded(submissions, *options, prefix=(), command=COMMAND, **more):
    """Return (the command that graded a class of one, its attempts)."""
    out = submissions.parent / "results"
    words = [*prefix, *command, str(submissions), "--out", str(out), "--seed", "1", "--lang", "both", *options]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120, **more)
    with Store(out) as store:
        return done, list(store.attempts())


def test_the_command_refuses_without_a_sandbox(submissions, no_bubblewrap):
    done, attempts = graded(submissions)
    assert done.returncode == 2 and attempts == []
    for word in ("没有沙箱", "not sandboxed", "--unsafe"):
        assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_grades_without_a_sandbox_when_that_is_wanted(submissions, no_bubblewrap):
    done, [attempt] = graded(submissions, "--unsafe")
    assert done.returncode == 0, done.stderr
    assert "NOT SANDBOXED" in done.stdout and "没有沙箱" in done.stdout
    assert (attempt.sandboxed, attempt.status, attempt.score) == (False, "graded", FULL)


@needs_sandbox
def test_the_command_uses_the_sandbox_even_where_it_might_do_without(submissions):
    done, [attempt] = graded(submissions, "--unsafe")
    assert done.returncode == 0 and "NOT SANDBOXED" not in done.stdout and attempt.sandboxed is True


@needs_sandbox
def test_the_command_refuses_where_the_sandbox_does_not_hold(submissions, tmp_path, monkeypatch):
    """A bubblewrap that does nothing but run the program."""
    fake = tmp_path / "bin" / "bwrap"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done; shift\nexec "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    done, attempts = graded(submissions)
    assert done.returncode == 2 and attempts == [] and "not sandboxed" in done.stderr


def others_can_read(path):
    """Return whether everybody may read what is at `path`."""
    return all(folder.stat().st_mode & 5 == 5 for folder in [path, *path.parents])


@needs_sandbox
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="all other tests run as an ordinary user here")
@pytest.mark.skipif(not others_can_read(ROOT), reason="an ordinary user cannot read the course here")
def test_the_sandbox_of_an_ordinary_user(submissions, tmp_path):
    """The interpreter may be where only root may read: so it is shown at another place."""
    prefix, shown = os.path.realpath(sys.base_prefix), "/opt/python"
    for folder in (tmp_path, *tmp_path.parents):
        if Path(tempfile.gettempdir()) in folder.parents:  # pytest makes them for their owner alone
            folder.chmod(0o777)
    outer = [shutil.which("bwrap"), "--dev-bind", "/", "/", "--tmpfs", "/opt", "--ro-bind", prefix, shown, "--cap-add", "ALL", "--",
             shutil.which("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups"]
    packages = str(Path(pytest.__file__).parent.parent).replace(prefix, shown, 1)
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": packages, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [os.path.realpath(sys.executable).replace(prefix, shown, 1), *COMMAND[1:]]
    done, [attempt] = graded(submissions, prefix=outer, command=command, env=environment)
    assert done.returncode == 0, done.stderr
    assert attempt.sandboxed is True and attempt.score == FULL
    assert (submissions.parent / "results" / "grades.sqlite").stat().st_uid == 65534
