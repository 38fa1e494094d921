"""Measure how a class is graded, in one run: `grader class` beside the batch of `nbgrader autograde`, and several sizes.

CPU is what a control group of Linux counts for a command and all that comes from it. (A process counts only the children that it
waited for, and a namespace that is ended as a whole, none.) Memory is the largest resident process, and the sum of all, looked at
every half second, in which what processes share counts once. The rounds of what is small are interleaved, so that a slow spell of
the machine touches all; compare within one run only.
"""

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from itertools import product
from pathlib import Path
from typing import NamedTuple

from tools.environments import NBGRADER
from tools.results import OURS, heading, progress, row, table, versions, write

ROOT = Path(__file__).resolve().parent.parent
HANDED_IN = "hw/equal.ipynb"  # of each student, in nbgrader's layout
GROUPS = ((Path("/sys/fs/cgroup/cpuacct"), "cpuacct.usage", 1e9), (Path("/sys/fs/cgroup"), "cpu.stat", 1e6))  # versions 1 and 2
REPORTS = "writing the reports"  # the line that ends the grading
SEED = 2026


NBGRADER_PROGRAM = NBGRADER.programs / "nbgrader"
ENVIRONMENT = {**NBGRADER.variables(), "OPENBLAS_NUM_THREADS": "1"}
PATH = ENVIRONMENT["PATH"]


# ---------------------------------------------------------------- the classes


def with_answers(notebook, sources):
    """Return a copy of the notebook with other functions: {name: source}."""
    name_of = lambda cell: cell["metadata"].get("nbgrader", {}).get("grade_id")
    return {**notebook, "cells": [{**cell, "source": sources.get(name_of(cell), cell["source"])} for cell in notebook["cells"]]}


def write_class(kind, number, folder):
    """Write what `number` students hand in: solved, or mixed (10 % stubs, 30 % three typical mistakes, 5 % broken)."""
    from grader import reference
    from grader.diagnose import edited
    from grader.questions import entries_of

    from .grading import equal_notebook

    solved = equal_notebook()
    entries, chance = entries_of("1_dnn_step_by_step"), random.Random(SEED)
    sources = {question.name: reference.function_source(question.path) for question in entries}
    stubs = {name: reference.stub(source) for name, source in sources.items()}
    answers = {name: reference.solved(source) for name, source in sources.items()}

    def wrong(question):
        return edited(answers[question.name], chance.choice(question.mistakes).edits)

    for k in range(number):
        luck, notebook = chance.random() if kind == "mixed" else 1, solved
        if luck < 0.1:
            notebook = with_answers(solved, stubs)
        elif luck < 0.4:
            notebook = with_answers(solved, {question.name: wrong(question) for question in chance.sample(entries, 3)})
        first, *others = notebook["cells"]
        own = {**first, "source": f"{first['source']}\n# the work of student {k}"}
        text = json.dumps({**notebook, "cells": [own, *others]}, indent=1)
        path = folder / f"student{k:06}" / HANDED_IN
        path.parent.mkdir(parents=True)
        path.write_text(text[: len(text) // 2] if 0.4 <= luck < 0.45 else text, encoding="utf-8")


def make_class(kind, number, folder):
    """Let another process do that: a process counts the memory of the one that starts it as its own, so this one stays small."""
    subprocess.run([sys.executable, "-m", "bench.classes", "--write", kind, str(number), folder], cwd=ROOT, check=True)
    return folder


def course(submitted, number, folder):
    """Make a course of nbgrader with one assignment, handed in by `number` students, and return its folder."""
    sources = folder / "source" / "hw"
    sources.mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "bench.classes", "--write-equal", sources / "equal.ipynb"], cwd=ROOT, check=True)
    for student in sorted(submitted.iterdir())[:number]:
        shutil.copytree(student, folder / "submitted" / student.name)
    subprocess.run([NBGRADER_PROGRAM, "generate_assignment", "hw"], cwd=folder, check=True, capture_output=True, env=ENVIRONMENT)
    return folder


# ---------------------------------------------------------------- one command


class Measured(NamedTuple):
    """What a command took: seconds, and memory in MB. reports: the part of both after the grading; together: before it."""

    wall: float
    cpu: float
    largest: float
    together: float
    reports: float = 0.0
    reports_cpu: float = 0.0


class Memory(threading.Thread):
    """Looks at the processes of a command again and again; `most` is their largest sum in MB, `largest` the largest process."""

    def __init__(self):
        super().__init__(daemon=True)
        self.most, self.largest, self.over = 0.0, 0.0, threading.Event()

    def run(self):
        while not self.over.wait(0.5):
            sizes = [size_of(process) for process in descendants(os.getpid())]
            self.most = max(self.most, sum(shared for _, shared in sizes))
            self.largest = max([self.largest, *(whole for whole, _ in sizes)])


def descendants(process):
    """Return the numbers of all processes that come from `process`."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents.setdefault(int(path.read_text().rpartition(")")[2].split()[1]), []).append(int(path.parent.name))
    found, waiting = [], [process]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def size_of(process):
    """Return the memory of a process in MB, whole, and its part where it shares; (0, 0) where it is gone."""
    with suppress(OSError, KeyError):
        lines = (line.split() for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:])
        sizes = {words[0]: int(words[1]) / 1024 for words in lines}
        return sizes["Rss:"], sizes["Pss:"]
    return 0.0, 0.0


def usable_groups():
    """Return those of GROUPS that are here and in which this user may make a group."""
    return [group for group in GROUPS if (group[0] / group[1]).exists() and os.access(group[0], os.W_OK)]


class Account:
    """A control group, in which a command is counted."""

    def __init__(self):
        if not usable_groups():
            sys.exit("CPU is counted in a control group of Linux, which only root may make: run this bench as root")
        root, self.file, self.unit = usable_groups()[0]
        self.folder = root / f"bench-{os.getpid()}"
        self.folder.mkdir()

    def enter(self, command):
        """Return the command that runs `command` in the group."""
        return ["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', self.folder / "cgroup.procs", *command]

    def seconds(self):
        """Return the CPU seconds until now."""
        return int((self.folder / self.file).read_text().replace("usage_usec", "").split()[0]) / self.unit

    def close(self):
        """Wait until nothing runs in the group, remove it and return its CPU seconds."""
        while (self.folder / "cgroup.procs").read_text():
            time.sleep(0.01)
        seconds = self.seconds()
        self.folder.rmdir()
        return seconds


def measure(command, where, expected, path=PATH):
    """Run a command, which must end well and say `expected`; return what it Measured. path: where it finds other programs."""
    account, memory, text, began_reports = Account(), Memory(), [], None
    memory.start()
    started = time.perf_counter()
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(list(map(str, account.enter(command))), cwd=where, env={**ENVIRONMENT, "PATH": path}, **both)
    for line in process.stdout:
        text.append(line)
        if line.startswith(REPORTS):
            began_reports = time.perf_counter(), account.seconds()
            memory.over.set()
    _, status, usage = os.wait4(process.pid, 0)  # the largest of those that it waited for, and they for others
    ended = time.perf_counter()
    process.returncode = os.waitstatus_to_exitcode(status)
    memory.over.set()
    memory.join()
    cpu = account.close()
    if process.returncode or expected not in "".join(text):
        sys.exit(f"{command}: exit {process.returncode}\n{''.join(text)}")
    since, before = began_reports or (ended, cpu)
    return Measured(ended - started, cpu, max(usage.ru_maxrss / 1024, memory.largest), memory.most, ended - since, cpu - before)


def grade(submissions, folder, *words, expected="in a sandbox", path=PATH):
    """Measure `grader class`; return what it Measured and the size of its store in bytes."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "grader", "class", submissions, "--out", folder, "--lang", "en", "--seed", SEED, *words]
    measured = measure(command, ROOT, expected, path)
    return measured, (folder / "grades.sqlite").stat().st_size


def autograde(submitted, number, folder):
    """Measure the batch of nbgrader: one command for the whole class, all with full points."""
    shutil.rmtree(folder, ignore_errors=True)
    measured = measure([NBGRADER_PROGRAM, "autograde", "hw"], course(submitted, number, folder), "")
    with closing(sqlite3.connect(folder / "gradebook.db")) as book:
        [(points,)] = book.execute("SELECT sum(auto_score) FROM grade")
    if points != 100 * number:
        sys.exit(f"nbgrader gave {points} points to {number} right notebooks")
    return measured, 0


# ---------------------------------------------------------------- the rows

KINDS = {"solved": "a class, all right", "mixed": "a mixed class"}
NUMBERS = {  # name -> (unit, from a run and its number of submissions)
    "a submission": ("ms", lambda run, number: 1000 * run.wall / number),
    "CPU a submission": ("ms", lambda run, number: 1000 * run.cpu / number),
    "largest process": ("MB", lambda run, number: run.largest),
    "all processes": ("MB", lambda run, number: run.together),
}
SIZES = {  # what grows with the class
    "time": ("s", lambda run: run.wall),
    "CPU": ("s", lambda run: run.cpu),
    "time of the reports": ("s", lambda run: run.reports),
    "largest process": ("MB", lambda run: run.largest),
    "all processes": ("MB", lambda run: run.together),
}


def side_by_side(classes, number, of_nbgrader, rounds, folder):
    """Return the rows of the ways to grade `number` submissions (`of_nbgrader` for nbgrader), in interleaved rounds."""
    solved, mixed, out = classes["solved", number], classes["mixed", number], folder / "results"
    ways = {
        ("solved", OURS): lambda: grade(solved, out, "--jobs", 2),
        ("solved", "nbgrader autograde"): lambda: autograde(solved, of_nbgrader, folder / "course"),
        ("solved", f"{OURS}, --jobs 1"): lambda: grade(solved, out, "--jobs", 1),
        ("solved", f"{OURS}, --unsafe"): lambda: grade(solved, out, "--jobs", 2, "--unsafe", expected="NOT SANDBOXED", path=""),
        ("solved", f"{OURS}, --dask local"): lambda: grade(solved, out, "--jobs", 2, "--dask", "local"),
        ("mixed", OURS): lambda: grade(mixed, out, "--jobs", 2),
    }
    runs = {name: [] for name in ways}
    for turn in range(rounds):
        progress(f"{number} submissions, {of_nbgrader} for nbgrader, round {turn + 1} of {rounds}")
        for name, way in ways.items():
            runs[name].append(way()[0])
    rows = []
    for (kind, who), measured in runs.items():
        count = of_nbgrader if who.startswith("nbgrader") else number
        for name, (unit, value) in NUMBERS.items():
            ours = [value(run, number) for run in runs[kind, OURS]]
            what = f"grading {KINDS[kind]} of {number}: {name}"
            rows.append(row(what, who, [value(run, count) for run in measured], unit, beside=ours))
    return rows


def by_size(classes, kinds, sizes, nbgrader_sizes, folder):
    """Return the rows of each size, measured once: of the whole command, and of its part that writes the reports."""
    rows, ours = [], {}

    def add(kind, number, who, run, *names):
        for name in names:
            unit, value = SIZES[name]
            beside = [value(ours[kind, number])] if (kind, number) in ours else None
            rows.append(row(f"grading {KINDS[kind]}, by submissions: {name}", who, [value(run)], unit, at=number, beside=beside))

    for kind, number in product(kinds, sorted(sizes)):
        progress(f"{KINDS[kind]} of {number}")
        run, size = grade(classes[kind, number], folder / "results", "--jobs", 2)
        ours[kind, number] = run
        add(kind, number, OURS, run, *SIZES)
        rows.append(row(f"grading {KINDS[kind]}, by submissions: store, each", OURS, [size / number], "bytes", at=number))
    for number in nbgrader_sizes:
        progress(f"{number} for nbgrader")
        run, _ = autograde(classes["solved", max(sizes)], number, folder / "course")
        add("solved", number, "nbgrader autograde", run, "time", "CPU", "largest process", "all processes")
    return rows


def write_equal(path):
    """Write the equal notebook as nbgrader's source."""
    from .grading import equal_notebook

    path.write_text(json.dumps(equal_notebook(), indent=1), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description="Measure how a class is graded (Linux).")
    parser.add_argument("--sizes", default="100,1000", help="numbers of submissions; the first one is measured in rounds, too")
    parser.add_argument("--kinds", default="solved,mixed", help="classes to measure by size")
    parser.add_argument("--nbgrader", type=int, default=20, help="submissions for nbgrader in the rounds")
    parser.add_argument("--nbgrader-sizes", default="", help="numbers of submissions to measure nbgrader by size, too")
    parser.add_argument("--rounds", type=int, default=3, help="0: by size only")
    parser.add_argument("--write", nargs=3, metavar=("KIND", "NUMBER", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--write-equal", metavar="FILE", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        kind, number, folder = options.write
        return write_class(kind, int(number), Path(folder))
    if options.write_equal:
        return write_equal(options.write_equal)
    sizes, nbgrader_sizes = ([int(word) for word in text.split(",") if word] for text in (options.sizes, options.nbgrader_sizes))
    if max([options.nbgrader if options.rounds else 0, *nbgrader_sizes]) > max(sizes):
        parser.error("nbgrader gets a part of the largest class: --sizes must have as many submissions")
    kinds, rows = options.kinds.split(","), []
    if options.rounds or nbgrader_sizes:
        NBGRADER.install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wanted = [(kind, number) for number in sizes for kind in kinds]
        if options.rounds:
            wanted = [("solved", sizes[0]), ("mixed", sizes[0]), *wanted]
        if nbgrader_sizes:
            wanted.append(("solved", max(sizes)))
        classes = {(kind, number): make_class(kind, number, folder / f"{kind}{number}") for kind, number in dict.fromkeys(wanted)}
        if options.rounds:
            rows += side_by_side(classes, sizes[0], options.nbgrader, options.rounds, folder)
        rows += by_size(classes, kinds, sizes, nbgrader_sizes, folder)
    found = versions("numpy", "distributed") | {"nbgrader": NBGRADER.versions()["nbgrader"]}
    write("classes", rows, found)
    print(heading(found), "", *table(rows), sep="\n")


if __name__ == "__main__":
    main()
