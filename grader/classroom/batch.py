"""A whole class: what was handed in goes to the jobs (here or on a Dask cluster), each answer into the store, all into the reports.

The main process reads files and writes the store; it knows no reference and runs nobody's code. It can be stopped at any moment:
an answer that is in the store is kept, every other notebook is graded by the next run.
"""

import contextlib
import hashlib
import os
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ..limits import CLASS
from ..questions import REFERENCES
from ..submission import Unreadable
from .intake import find
from .job import Settings, version
from .local import UNREADABLE, Item, Local, Refused, cores
from .store import Attempt, Store


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    submissions: str
    out: str
    jobs: int | None = None
    notebook: int | None = None  # the only one that counts, 1 to 4; None: all that anybody handed in
    keep: str | None = None  # best or last; None: as before, at first best
    seed: int | None = None
    seconds: float = CLASS.seconds
    megabytes: int = CLASS.megabytes
    unsafe: bool = False
    wait: bool = False
    again: bool = False
    only_report: bool = False
    dask: str | None = None
    chunk: int = 20
    lang: str = "both"


# ---------------------------------------------------------------- the whole


def grade_class(options, screen):
    """Grade what was handed in and write the reports; return the counts by outcome.

    screen: is told what happens (screen.py). Raises Refused, store.Unusable, submission.Unreadable, OSError.
    """
    if not options.only_report:
        refuse_within(options.out, options.submissions)
    refuse_folder(options.out, options.only_report)
    if options.only_report:
        with Store(options.out, options.wait, screen.waits) as store:
            write_reports(store, options, {}, screen)
            return Counter()
    with find(options.submissions) as intake, contextlib.closing(engine_of(options)) as engine:
        sandboxed = engine.sandboxed(options, screen)
        with Store(options.out, options.wait, screen.waits) as store:
            settings = Settings(seed_of(store, options.seed), options.seconds, options.megabytes, sandboxed)
            counts = grade_all(intake, store, engine, settings, options.again, screen)
            ids = {handed.student: handed.ids["canvas"] for handed in intake if "canvas" in handed.ids}
            grades = write_reports(store, options, ids, screen)
            screen.compares(grades, settings, {handed.student for handed in intake})
            screen.ignored(intake.others)
    return counts


def refuse_folder(out, only_report):
    """Raise Refused where `out` cannot be a folder of results: a file, somebody's folder, or without grades if only these are wanted."""
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise Refused("这是一个文件，--out 后面要写文件夹", "this is a file; --out needs a folder", out)
    has_grades = (folder / "grades.sqlite").exists()
    if only_report and not has_grades:
        raise Refused("这里还没有成绩", "there are no grades here yet", out)
    if folder.exists() and not has_grades and not {path.name for path in folder.iterdir()} <= OURS:
        raise Refused("这个文件夹里有别的文件；请换一个新的或空的文件夹", "there are other files in this folder; choose a new or an empty one", out)


OURS = {"lock.sqlite", "holder.json", "holder.json.new", "grades.sqlite-wal", "grades.sqlite-shm"}  # before there are grades


def refuse_within(out, submissions):
    """Raise Refused where the results would lie among what was handed in, and be taken for it the next time."""
    inner, outer = Path(out).resolve(), Path(submissions).resolve()
    if outer == inner or outer in inner.parents:
        raise Refused(f"成绩不能放在作业的文件夹 {submissions} 里面，请换一个地方",
                      f"the results cannot be inside the folder of what was handed in, {submissions}; choose another place", out)


def engine_of(options):
    """Return what runs the jobs."""
    if options.dask is None:
        return Local(options.jobs or cores())
    from .cluster import Cluster

    return Cluster(options.dask, options.jobs, options.chunk)


def seed_of(store, wanted):
    """Return the seed of the class, which is drawn once; another one may be given, and holds from then on."""
    if wanted is not None:
        store.set("seed", wanted)
    return store.setting("seed", lambda: int.from_bytes(os.urandom(4), "big"))


def grade_all(intake, store, engine, settings, again, screen):
    """Grade what is not graded yet; return the counts by outcome."""
    counts, run = Counter(), store.setting("runs", int) + 1
    store.set("runs", run)
    screen.begins(len(intake), settings)

    def keep(attempt):
        store.add(attempt)
        counts[attempt.status] += 1
        screen.moved(counts)

    def items():
        for handed in intake:
            item, problem = read(handed)
            if not again and store.known(handed.file, item.digest):
                counts["known"] += 1
                screen.moved(counts)
            elif problem:
                keep(attempt_of(item, {**UNREADABLE, "reason": {"zh": problem.zh, "en": problem.en}}, settings, run))
            else:
                yield item

    for item, answer in engine.run(items(), settings):
        keep(attempt_of(item, answer, settings, run))
    screen.ends(counts)
    return counts


def read(handed):
    """Return (item, None), or (item without data, why) for a file that cannot be read."""
    try:
        data = handed.read()
    except Unreadable as error:
        return Item(handed.student, handed.file, b"", ""), error.text
    return Item(handed.student, handed.file, data, hashlib.sha256(data).hexdigest(), handed.modified), None


def attempt_of(item, answer, settings, run):
    """Return the Attempt of an answer (job.graded)."""
    result = answer["result"]
    return Attempt(
        student=item.student, file=item.file, digest=item.digest, status=answer["status"], reason=answer["reason"],
        assignment=result and result["assignment"], seed=settings.seed, score=result["score"] if result else 0,
        max_score=result["max_score"] if result else 0, result=result, code=answer["code"], seconds=answer["seconds"], version=version(),
        graded_at=datetime.now(UTC).isoformat(timespec="seconds"), sandboxed=settings.sandboxed,
        run=run, modified=item.modified)


def write_reports(store, options, canvas_ids, screen):
    """Write what comes out into the folder of the store; return the grades."""
    from . import gradebook, pages

    screen.writes()
    if options.keep:
        store.set("keep", options.keep)
    keep = store.setting("keep", lambda: "best")
    grades, to_look_at = store.current(keep)
    if options.notebook:
        grades = only(list(REFERENCES)[options.notebook - 1], grades)
    about = pages.About(str(options.submissions), datetime.now(UTC).isoformat(timespec="seconds"), options.lang, keep)
    gradebook.write_all(store.folder, grades, to_look_at, canvas_ids, options.lang)
    pages.write_pages(store.folder, grades, to_look_at, about)
    screen.wrote(store.folder, grades, sum(map(len, pages.concerns(grades, to_look_at).values())))
    return grades


def only(assignment, grades):
    """Return the grades of one notebook of the course; who handed in others only has one of zero."""
    wanted = [one for one in grades if one.assignment in (assignment, None)]
    having = {one.student for one in wanted}
    others = {one.student: one for one in grades if one.student not in having}
    reason = {"zh": "交的是另一份笔记本。", "en": "Another notebook was handed in."}
    zeros = [replace(one, status="unreadable", reason=reason, assignment=None, result=None, score=0, max_score=0) for one in others.values()]
    return sorted([*wanted, *zeros], key=lambda one: (one.student, one.assignment or ""))
