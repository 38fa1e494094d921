"""A process that grades notebooks one after the other, and the handle to it: whatever a notebook does to it, the batch goes on.

The process (`python -m grader.classroom.job`) knows the reference and never runs a learner's code: that runs in the worker that it starts,
in a sandbox or not. It gets frames (a line of JSON, then the bytes of a notebook) and answers with frames of JSON.
"""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from ..limits import CLASS
from ..sandbox.wire import read_frame, write_frame
from ..text import Text

ROOT = Path(__file__).resolve().parent.parent.parent
MEMORY = 4 * 2**30  # bytes of this process: a notebook that needs more cannot be read
LAST = 5  # seconds in which it must have ended
SLOW = 120  # seconds, besides those that the learner's code may take, after which grading has gone wrong


@dataclass(frozen=True)
class Settings:
    """How a class is graded: the seed of the inputs, the limits of each question, whether in a sandbox."""

    seed: int
    seconds: float
    megabytes: int
    sandboxed: bool

    @property
    def version(self):
        """Return the version of the grader."""
        return version()


@cache
def version():
    """Return the version of the grader: a digest of all sources that a grade depends on."""
    digest = hashlib.sha256()
    for path in sorted([*ROOT.glob("*.py"), *ROOT.glob("grader/**/*.py"), *ROOT.glob("gradient_report/*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


# ---------------------------------------------------------------- the handle


TOO_LONG = {"zh": "评分花的时间太长，已被停止。", "en": "Grading took too long and was stopped."}


class Job:
    """Grades notebooks in a process of its own, which is started when it is needed and again when it has ended."""

    def __init__(self, settings):
        self.settings, self.process, self.stopped = settings, None, False

    def grade(self, data, shown):
        """Return the answer for the bytes of a notebook (see `graded`), or that of a process that failed twice."""
        for _ in (1, 2):
            answer, why = self._ask(data, shown)
            if answer is not None or self.stopped or why is TOO_LONG:
                break
        return answer or {"status": "failed", "reason": why, "result": None, "code": "", "seconds": 0.0}

    def _ask(self, data, shown):
        if self.process is None:
            self._start()
        late = self.settings.seconds * 40 + SLOW
        watch = threading.Timer(late, self._kill)
        watch.start()
        started = time.monotonic()
        try:
            write_frame(self.process.stdin, json.dumps({"shown": shown}).encode() + b"\n" + data)
            answer = read_frame(self.process.stdout)
        except OSError:
            answer = None
        finally:
            watch.cancel()
        if answer is not None:
            return json.loads(answer), None
        self._kill()
        code, self.process = self.process.wait(), None
        if time.monotonic() - started > late:
            return None, TOO_LONG
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return None, {"zh": f"评分进程自己中断了（{how}）。", "en": f"The grading process itself broke off ({how})."}

    def _start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "grader.classroom.job", json.dumps(asdict(self.settings))], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, start_new_session=True)  # so that Ctrl-C is for the one who started it

    def _kill(self):
        if self.process is not None:
            self.process.kill()

    def close(self, at_once=False):
        """End the process, and `at_once` also in the middle of a notebook."""
        self.stopped = True
        if self.process is not None and not at_once:
            self.process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(LAST)
        self._kill()


# ---------------------------------------------------------------- the process


def graded(grader, data, shown):
    """Return the answer for the bytes of a notebook: {"status", "reason", "result", "code", "seconds"}, as in store.Attempt."""
    from ..submission import Unreadable, parse_bytes

    started, code = time.perf_counter(), ""
    try:
        handed_in = parse_bytes(data, shown)
        text = "\0".join(cell.source for cell in handed_in.cells)
        code = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        status, reason, result = "graded", None, grader.grade_submission(handed_in)
    except Unreadable as error:
        status, reason, result = "unreadable", error.text, None
    except (MemoryError, RecursionError):
        status, result = "unreadable", None
        reason = Text(f"{shown}：读这份笔记本需要太多内存", f"{shown}: it takes too much memory to read this notebook")
    return {
        "status": status, "reason": reason and {"zh": reason.zh, "en": reason.en}, "result": result, "code": code,
        "seconds": round(time.perf_counter() - started, 4)}


def main(settings):
    """Answer requests until stdin ends."""
    from ..grade import Grader
    from ..sandbox import bubblewrap
    from ..sandbox.start import start_worker

    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    warnings.simplefilter("ignore")  # of slips in a learner's code, which Python speaks of when it reads that
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)  # nothing that is printed by mistake may be taken for an answer
    start = bubblewrap.start if settings.sandboxed else start_worker
    with Grader(settings.seed, settings.seconds, settings.megabytes, start=start, patience=CLASS.patience, sandboxed=settings.sandboxed) as grader:
        while (data := read_frame(requests)) is not None:
            head, _, notebook = data.partition(b"\n")
            answer = graded(grader, notebook, json.loads(head)["shown"])
            try:
                write_frame(answers, json.dumps(answer).encode())
            except BrokenPipeError:  # who asked has ended
                break


if __name__ == "__main__":
    main(Settings(**json.loads(sys.argv[1])))
