"""What every engine that grades a class needs, and the one that runs jobs on this machine (cluster.py: on many)."""

import os
import queue
import threading
from dataclasses import dataclass

from ..sandbox import bubblewrap
from ..text import Refusal
from .job import Job

UNREADABLE = {"status": "unreadable", "result": None, "code": "", "seconds": 0.0}


class Refused(Refusal):
    """A class that is not graded; `text` says why in both languages."""


@dataclass(frozen=True)
class Item:
    """A notebook on its way to be graded."""

    student: str
    file: str
    data: bytes
    digest: str
    modified: str = ""


def cores():
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def is_sandboxed(unsafe, weaknesses):
    """Return whether learners' code will run in a sandbox; raises Refused where it would not and that is not wanted.

    weaknesses: what is wrong with the sandbox, a list of Texts.
    """
    if not weaknesses:
        return True
    if unsafe:
        return False
    zh, en = "；".join(text.zh for text in weaknesses), "; ".join(text.en for text in weaknesses)
    raise Refused(
        f"没有沙箱：{zh}。不加沙箱的话，交上来的代码能做你能做的一切：读你的文件、改成绩、联网。确实信任所有的代码，就加上 --unsafe",
        f"not sandboxed: {en}. Without a sandbox the code that was handed in can do all that you can: read your files, change grades, use the "
        "network. If you trust all of it, add --unsafe")


def local_weaknesses():
    """Return what is wrong with the sandbox on this machine as a list of Texts."""
    problem = bubblewrap.problem()
    return [problem] if problem else bubblewrap.weaknesses()


class Local:
    """Runs jobs on this machine, each with a thread that hands it one notebook after the other."""

    def __init__(self, jobs):
        self.jobs, self.running = jobs, []

    def sandboxed(self, options, screen):
        """Return whether learners' code will run in a sandbox; raises Refused where it must not run."""
        return is_sandboxed(options.unsafe, local_weaknesses())

    def run(self, items, settings):
        """Yield (item, answer) for each of `items` as it is ready; there are never many in memory."""
        tasks, done = queue.SimpleQueue(), queue.SimpleQueue()
        self.running = [Job(settings) for _ in range(self.jobs)]
        for job in self.running:
            threading.Thread(target=work, args=(job, tasks, done), daemon=True).start()
        waiting = 0
        for item in items:
            tasks.put(item)
            waiting += 1
            while waiting >= 2 * self.jobs or not done.empty():
                yield next_of(done)
                waiting -= 1
        for _ in range(waiting):
            yield next_of(done)
        for job in self.running:
            job.close()

    def close(self):
        """End the jobs, also in the middle of a notebook."""
        for job in self.running:
            job.close(at_once=True)


def next_of(answers):
    """Return the next of a queue; Ctrl-C is heard meanwhile, on every system."""
    while True:
        try:
            return answers.get(timeout=0.5)
        except queue.Empty:
            pass


def work(job, tasks, done):
    """Let a job grade the items of `tasks`."""
    while not job.stopped:
        item = tasks.get()
        try:
            answer = job.grade(item.data, item.file)
        except Exception as error:  # no process can be started, for instance
            reason = {"zh": f"评分程序自己出错了：{error}。", "en": f"The grader itself failed: {error}."}
            answer = {**UNREADABLE, "status": "failed", "reason": reason}
        done.put((item, answer))
