"""Where the grades of a class are kept: the SQLite file `grades.sqlite` in the folder of the results, one transaction an attempt.

What was added is there after the process was killed. One process at a time holds a folder: it has an exclusive transaction open on
`lock.sqlite`, which the system ends with the process, on every system; `holder.json` only says who that is.
The folder must be on a disk of this machine: SQLite's WAL needs memory that all who have the file open share.
"""

import contextlib
import json
import os
import socket
import sqlite3
import time
import zlib
from collections import defaultdict
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from ..result import completed
from ..text import Refusal

VERSION = 1  # of the tables
APPLICATION = 0x4E4E4743  # marks the file as ours
POLL = 0.2  # seconds
KEEP = ("best", "last")
TABLES = """
    CREATE TABLE attempts (
        id INTEGER PRIMARY KEY, student NOT NULL, file NOT NULL, digest NOT NULL, status NOT NULL, reason, assignment, seed INTEGER NOT NULL,
        score REAL NOT NULL, max_score REAL NOT NULL, result BLOB, code NOT NULL, seconds REAL NOT NULL, version NOT NULL,
        graded_at NOT NULL, sandboxed INTEGER NOT NULL, run INTEGER NOT NULL,
        modified NOT NULL, number INTEGER NOT NULL, UNIQUE (file, number));
    CREATE TABLE settings (name PRIMARY KEY, value NOT NULL);
"""


@dataclass
class Attempt:
    """One graded file."""

    student: str  # as handed in: "Li Ming"
    file: str  # its path within what was handed in, with "/": "Li Ming/1_dnn.ipynb"
    digest: str  # sha256 of its bytes in hex, "" if they could not be read
    status: str  # graded; unreadable: zero points, reason says why; failed: the grader failed or was stopped, zero points
    reason: dict | None  # {"zh", "en"} of the last two
    assignment: str | None  # as in the result, None if unreadable
    seed: int
    score: float
    max_score: float
    result: dict | None  # of result.py
    code: str  # sha256 of the text of all code cells, "" if unreadable: equal means identical work
    seconds: float  # that grading took
    version: str  # of the grader
    graded_at: str  # ISO 8601, UTC
    sandboxed: bool
    run: int = 0  # of the command on this folder, from 1
    modified: str = ""  # when the file was last changed, ISO 8601, "" if that is not known
    number: int = 0  # of the attempts at this file, from 1; the store gives it


class Current(NamedTuple):
    """What counts now: `grades`, one Attempt for each (student, assignment), and `to_look_at`, further files that could not be graded."""

    grades: list
    to_look_at: list


class Unusable(Refusal):
    """A folder of results that cannot be read or written; `text` says why in both languages, one line each."""


class Busy(Unusable):
    """Another process holds the folder."""


# ---------------------------------------------------------------- a row


COLUMNS = tuple(field.name for field in fields(Attempt))
PACKED = {"reason", "result"}  # kept as compressed JSON


def _stored(text):
    """Return a text as SQLite takes it: as it is, or as bytes where it has halves of characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def _loaded(value):
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def _pack(data):
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


def _unpack(data):
    return json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))


def _row_of(attempt):
    """Return the values of an Attempt as SQLite takes them."""
    row = dict(vars(attempt))
    for name, value in row.items():
        if name in PACKED:
            row[name] = None if value is None else _pack(value)
        elif isinstance(value, str):
            row[name] = _stored(value)
    return row


def _attempt_of(row):
    """Return the Attempt of a row with the columns COLUMNS."""
    values = dict(zip(COLUMNS, row))
    for name, value in values.items():
        if name in PACKED:
            values[name] = None if value is None else _unpack(value)
        else:
            values[name] = _loaded(value)
    result = values["result"] and completed(values["result"])
    return Attempt(**{**values, "result": result, "sandboxed": bool(values["sandboxed"])})


# ---------------------------------------------------------------- the lock


def _says_who(folder):
    """Return what `holder.json` says: (process, machine, since when), each "?" where it does not."""
    try:
        said = json.loads((folder / "holder.json").read_text(encoding="utf-8"))
        return tuple(str(said[key]) for key in ("process", "machine", "since"))
    except (OSError, ValueError, LookupError, TypeError):  # its holder is just about to write it
        return "?", "?", "?"


def _locked(folder):
    """Return a connection that holds the lock of `folder` until it is closed; raises Busy."""
    connection = sqlite3.connect(folder / "lock.sqlite", timeout=0, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        process, machine, since = _says_who(folder)
        raise Busy(f"另一个评分命令正在使用这个文件夹（进程 {process}，机器 {machine}，从 {since} 起）",
                   f"another grading command is using this folder (process {process} on {machine}, since {since})", folder) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _write_holder(folder):
    """Write who holds the lock, all at once."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    new = folder / "holder.json.new"
    new.write_text(json.dumps({"process": os.getpid(), "machine": socket.gethostname(), "since": now}), encoding="utf-8")
    os.replace(new, folder / "holder.json")


# ---------------------------------------------------------------- the store


class Store:
    """The attempts and settings of a class; a context manager.

    folder: where `grades.sqlite` is, made where it is missing; wait: whether to wait while another process holds it;
    on_wait: called once with the Busy before that.
    Raises Busy, and Unusable where the folder or the file cannot be used; the file is then left as it was.
    """

    def __init__(self, folder, wait=False, on_wait=None):
        self.folder = Path(folder)
        self.path = self.folder / "grades.sqlite"
        with contextlib.ExitStack() as stack, self._understood():
            self.folder.mkdir(parents=True, exist_ok=True)
            self.lock = self._hold(wait, on_wait)
            stack.callback(self.lock.close)
            _write_holder(self.folder)
            self.connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            stack.callback(self.connection.close)
            self._prepare()
            self._open = stack.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.close()

    def close(self):
        """Close the file, then give up the lock."""
        self._open.close()

    def _hold(self, wait, on_wait):
        while True:
            try:
                return _locked(self.folder)
            except Busy as busy:
                if not wait:
                    raise
                if on_wait is not None:
                    on_wait(busy)
                on_wait = None
                time.sleep(POLL)

    @contextlib.contextmanager
    def _understood(self):
        """Turn what the system or SQLite raises into Unusable."""
        try:
            yield
        except (OSError, sqlite3.Error, zlib.error) as error:
            reason = getattr(error, "strerror", None) or error
            raise Unusable(f"成绩无法读写（{reason}）；已经写入的成绩没有改动",
                           f"the grades cannot be read or written ({reason}); those written before are as they were", self.folder) from error

    def _prepare(self):
        """Check that the file is ours, whole and not of a newer grader, and make the tables of a new one."""
        version, application = (self._value(f"PRAGMA {name}") for name in ("user_version", "application_id"))
        if version > VERSION:
            raise Unusable("这是较新版本的评分程序写的；请更新评分程序，或换一个文件夹",
                           "a newer grader wrote this file; update the grader, or choose another folder", self.path)
        new = not self._value("SELECT count(*) FROM sqlite_master")
        if not new and application != APPLICATION:
            raise Unusable("这不是评分程序写的文件；请换一个文件夹", "the grader did not write this file; choose another folder", self.path)
        if (found := self._value("PRAGMA quick_check(1)")) != "ok":
            raise sqlite3.DatabaseError(found)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        if new:
            self.connection.executescript(
                f"BEGIN; {TABLES} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;")

    def _value(self, query, values=()):
        row = self.connection.execute(query, values).fetchone()
        return row and row[0]

    @contextlib.contextmanager
    def _transaction(self):
        with self._understood():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # SQLite ends it by itself where the disk is full
                    self.connection.execute("ROLLBACK")
                raise

    # ------------------------------------------------------------ attempts

    def known(self, file, digest):
        """Return whether there is nothing to do: the newest attempt at `file` was at these bytes, and the grader did not fail on it."""
        with self._understood():
            newest = self.connection.execute(
                "SELECT digest, status FROM attempts WHERE file = ? ORDER BY number DESC LIMIT 1", (_stored(file),)).fetchone()
        return newest is not None and _loaded(newest[0]) == digest and newest[1] != "failed"

    def add(self, attempt):
        """Keep an attempt and return it with its number; when this returns, it is not lost. Raises Unusable, and then nothing was added."""
        with self._transaction():
            number = 1 + self._value("SELECT coalesce(max(number), 0) FROM attempts WHERE file = ?", (_stored(attempt.file),))
            numbered = replace(attempt, number=number)
            self.connection.execute(
                f"INSERT INTO attempts ({', '.join(COLUMNS)}) VALUES ({', '.join(':' + name for name in COLUMNS)})", _row_of(numbered))
        return numbered

    def attempts(self):
        """Yield all attempts in the order in which they were added."""
        with self._understood():
            for row in self.connection.execute(f"SELECT {', '.join(COLUMNS)} FROM attempts ORDER BY id"):
                yield _attempt_of(row)

    def current(self, keep="best"):
        """Return the Current grades, sorted by (student, assignment), and the further files to look at, sorted by (student, file).

        keep: of all graded attempts of a student at an assignment, in whatever file, "best" takes that with the most points, of equal
        ones the newest; "last" takes the newest: that of the latest run, and of several files in one run the one that was changed last.
        Who has no graded attempt at all has one grade of zero: the newest attempt that could not be graded, at a notebook if there is one.
        A file that is not handed in any more keeps its grade. A file whose newest attempt could not be graded is to be looked at,
        whatever its older attempts are worth; a folder without notebooks only as long as the student has nothing else.
        """
        if keep not in KEEP:
            raise ValueError(f"keep is {keep!r}, and must be one of {', '.join(KEEP)}")
        with self._understood():
            rows = [_Row(*map(_loaded, row)) for row in self.connection.execute(f"SELECT {', '.join(_Row._fields)} FROM attempts ORDER BY id")]
            grades, to_look_at = _chosen(rows, keep)
            return Current([self._attempt(row) for row in grades], [self._attempt(row) for row in to_look_at])

    def _attempt(self, row):
        return _attempt_of(self.connection.execute(f"SELECT {', '.join(COLUMNS)} FROM attempts WHERE id = ?", (row.id,)).fetchone())

    # ------------------------------------------------------------ settings

    def setting(self, name, default_factory):
        """Return a setting as plain data; where there is none, it is what `default_factory()` returns, from now on."""
        with self._transaction():
            value = self._value("SELECT value FROM settings WHERE name = ?", (_stored(name),))
            if value is not None:
                return _unpack(value)
            made = default_factory()
            self._set(name, made)
        return made

    def set(self, name, value):
        """Keep plain data as a setting, in the place of what it was."""
        with self._transaction():
            self._set(name, value)

    def _set(self, name, value):
        self.connection.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (_stored(name), _pack(value)))


# ---------------------------------------------------------------- what counts


def _is_empty_folder(file):
    """Return whether `file` is how a student's folder without notebooks is called: "Li Ming/"."""
    return file.endswith("/") and file.count("/") == 1


class _Row(NamedTuple):
    """What decides whether an attempt counts."""

    id: int
    student: str
    file: str
    status: str
    assignment: str | None
    score: float
    run: int
    modified: str

    @property
    def age(self):
        """What is greater the newer an attempt is; it does not depend on which of two notebooks was graded first in a run."""
        return self.run, self.modified, self.file, self.id


def _chosen(rows, keep):
    """Return the rows that count and those to look at; rows: in the order in which they were added."""
    best, newest, graded, nothing = {}, {}, set(), defaultdict(list)
    for row in rows:
        newest[row.file] = row
        if row.status == "graded":
            graded.add(row.student)
            before = best.get((row.student, row.assignment))
            if before is None or (keep == "last" or row.score, row.age) >= (keep == "last" or before.score, before.age):
                best[row.student, row.assignment] = row
        else:
            nothing[row.student].append(row)
    zeros = {
        student: max(theirs, key=lambda row: (not _is_empty_folder(row.file), row.id))
        for student, theirs in nothing.items() if student not in graded}
    counts = {row.id for row in zeros.values()}
    to_look_at = [
        row for row in newest.values()
        if row.status != "graded" and row.id not in counts and not _is_empty_folder(row.file)]
    grades = sorted([*best.values(), *zeros.values()], key=lambda row: (row.student, row.assignment or ""))
    return grades, sorted(to_look_at, key=lambda row: (row.student, row.file))
