"""The jobs of a class on many machines: chunks of notebooks go to the workers of a Dask cluster, their answers come back.

A worker runs `grade_chunk`, which hands the notebooks to a job (job.py) of its own, in the same sandbox as on one machine. Whether
the sandbox holds there and the grader is the same is found out on each worker before the batch, and on one that joins later before
its first chunk. The bytes of the notebooks travel in the tasks, so that a chunk whose worker died can be done again anywhere.

Whoever reaches the scheduler can run code on every worker and on the teacher's machine. It belongs in a closed network, or behind
TLS, for which Dask has its own settings.
"""

import contextlib
import queue
import threading
import time
import uuid
from concurrent import futures
from functools import cache

from ..text import Refusal
from .job import Job, version
from .local import UNREADABLE, Refused, cores, is_sandboxed, local_weaknesses

INSTALL = "pip install -r requirements/cluster.txt"
ANSWERS = 10  # seconds in which a scheduler must answer, and then have a worker
ALONE = 60  # seconds without any worker after which the batch stops
FULL = 8 * 2**20  # bytes of notebooks that make a chunk large enough
LOGGERS = ("distributed", "distributed.client", "distributed.worker", "distributed.scheduler", "tornado")
RETRIES = 3  # of a chunk that a worker could not begin, because it had no room for another process, for instance
KILLER = {**UNREADABLE, "status": "failed", "reason": {
    "zh": "评这份笔记本时，集群的 worker 一个接一个地中断了。", "en": "One worker of the cluster after the other broke off on this notebook."}}


# ---------------------------------------------------------------- on a worker


class Unfit(Refusal):
    """A worker that must not grade; `path` is its address."""


JOBS = {}  # of this process: {batch: {thread: Job}}
TESTING = threading.Lock()  # the sandbox is tested by one thread at a time


@cache
def faults(batch, wanted):
    """Return what is wrong with this worker, found out once a batch, as a list of pairs (zh, en), and whether that is the sandbox alone.

    batch: what this batch is called, unlike all others; wanted: the version of the grader that all must have.
    """
    with TESTING:
        found = {version(), version.__wrapped__()} - {wanted}  # when this process began, and in the files now
        if found:
            return [(f"评分程序是另一个版本（{min(found)}，应为 {wanted}）；请换到同一个提交，再重新启动这个 worker",
                     f"its grader is another version ({min(found)}, expected {wanted}); check out the same commit and start this worker again")], False
        return [tuple(weakness) for weakness in local_weaknesses()], True


def grade_chunk(batch, wanted, notebooks, settings):
    """Return the answers (job.graded) for `notebooks`, a list of (bytes, name shown), in its order; raises Unfit."""
    from distributed import get_worker

    here = get_worker().address
    found, only_sandbox = faults(batch, wanted)
    if found and (settings.sandboxed or not only_sandbox):
        raise Unfit(*found[0], here)
    job = JOBS.setdefault(batch, {}).setdefault(threading.get_ident(), Job(settings))
    try:
        return [job.grade(data, shown) for data, shown in notebooks if not job.stopped]
    except Exception as error:  # no process can be started, for instance
        what = f"{type(error).__name__}: {error}"
    raise Unfit(f"评分进程启动不了（{what}）", f"no grading process can be started ({what})", here)  # a cause would have to travel, too


def end_jobs(batch):
    """End the jobs of a batch, also in the middle of a notebook."""
    for job in JOBS.pop(batch, {}).values():
        job.close()


# ---------------------------------------------------------------- here


def library():
    """Return dask.distributed, made silent; raises Refused where it is not installed."""
    try:
        import dask

        dask.config.set({"logging": {name: "critical" for name in LOGGERS}})
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})  # the notebooks are in the tasks on purpose
        import distributed
    except ImportError as error:
        raise Refused(f"--dask 需要 dask.distributed（{error}）：{INSTALL}", f"--dask needs dask.distributed ({error}): {INSTALL}") from error
    return distributed


def chunks(items, most):
    """Yield lists of `items`: `most` in each, and fewer where they are large."""
    chunk, size = [], 0
    for item in items:
        chunk.append(item)
        size += len(item.data)
        if len(chunk) == most or size >= FULL:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@contextlib.contextmanager
def understood():
    """Turn what goes wrong with the cluster into Refused; an Unfit says itself what is wrong.

    A worker that cannot even read a task would be free again at once, get one chunk after the other and lose them all. So any
    failure ends the batch: what was graded is kept, and the rest is for the next run.
    """
    try:
        yield
    except Refusal:
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise Refused(f"集群出了问题（{what}）；评过的都保存下来了，修好后再运行同一个命令就接着评",
                      f"the cluster failed ({what}); what was graded is kept, and the same command goes on once it is mended") from error


def within(seconds, do):
    """Return what `do()` returns or raise what it raises; raises TimeoutError where it takes longer, and leaves it to itself."""
    answer = futures.Future()

    def answer_it():
        try:
            answer.set_result(do())
        except Exception as error:
            answer.set_exception(error)

    threading.Thread(target=answer_it, daemon=True).start()
    try:
        return answer.result(seconds)
    except futures.TimeoutError as error:
        raise TimeoutError(f"no answer within {seconds} s") from error


class Cluster:
    """Runs jobs on a Dask cluster, with the interface of local.Local.

    address: of the scheduler, or "local" for `jobs` workers in this process; chunk: how many notebooks a task has at most.
    Raises Refused where there is no cluster.
    """

    def __init__(self, address, jobs, chunk):
        self.dask, self.chunk, self.batch = library(), chunk, uuid.uuid4().hex
        self.flying, self.done = {}, queue.SimpleQueue()  # {future: its items}, and the futures that have ended
        self.suspects = []  # items of chunks during which one worker after the other died
        self.client = self.cluster = None
        try:
            within(2 * ANSWERS, lambda: self._connect(address, jobs or cores()))
        except Exception as error:  # of many kinds, where what answers is no scheduler
            self.close()
            raise Refused(f"没有可用的 Dask 集群（{error}）；请先启动调度器和至少一个 worker",
                          f"there is no Dask cluster ({error}); start a scheduler and at least one worker first", address) from error

    def _connect(self, address, jobs):
        """Find the cluster. A local one is in this process: the jobs are processes anyway, and no port is open that others here could use."""
        if address == "local":
            self.cluster = self.dask.LocalCluster(
                n_workers=jobs, threads_per_worker=1, processes=False, memory_limit=0, dashboard_address=None)
        else:
            self.dask.comm.get_address_host_port(address, strict=True)  # raises ValueError; Client would leave half of itself behind
        self.client = self.dask.Client(self.cluster or address, timeout=ANSWERS, set_as_default=False)
        self.client.wait_for_workers(1, timeout=ANSWERS)

    def sandboxed(self, options, screen):
        """Return whether learners' code will run in a sandbox; raises Refused where it must not run, Unfit where a worker does not fit."""
        weaknesses = []
        for place, answer in self._examined():
            if isinstance(answer, Exception):
                raise Refused(f"那里运行不了评分程序（{answer}）；请在课程的文件夹里、用同一个提交启动它",
                              f"the grader does not run there ({answer}); start it in the folder of the course, at the same commit", place)
            found, only_sandbox = answer
            unfit = [Unfit(*pair, place) for pair in found]
            if unfit and not only_sandbox:
                raise unfit[0]
            weaknesses += [error.text for error in unfit]
        return is_sandboxed(options.unsafe, weaknesses)

    def _examined(self):
        """Return what the scheduler and the workers say of themselves, as a list of (address, faults or an exception)."""
        try:
            self.client.run_on_scheduler(version)  # it reads the tasks, too
        except Exception as error:
            return [(self.client.scheduler.address, error)]
        with understood():
            return sorted(self.client.run(faults, self.batch, version(), on_error="return").items())

    def run(self, items, settings):
        """Yield (item, answer) for each of `items` as it is ready; there are never many in memory."""
        for chunk in chunks(items, self.chunk):
            self._send(chunk, settings)
            while self._has_enough() or not self.done.empty():
                yield from self._next()
        while self.flying:
            yield from self._next()
        for item in self.suspects:  # with nothing beside it: whatever a dying worker had in hand is under suspicion
            self._send([item], settings)
            yield from self._next(alone=True)

    @understood()
    def _has_enough(self):
        """Return whether each thread of the workers has a chunk, and one that waits for it."""
        return len(self.flying) >= 2 * max(1, sum(self.client.nthreads().values()))

    @understood()
    def _send(self, chunk, settings):
        notebooks = [(item.data, item.file) for item in chunk]
        future = self.client.submit(grade_chunk, self.batch, version(), notebooks, settings, pure=False, retries=RETRIES)
        self.flying[future] = chunk
        future.add_done_callback(self.done.put)

    @understood()
    def _next(self, alone=False):
        """Return the (item, answer) of one chunk: none where worker after worker died, unless nothing else was in flight."""
        future = self._ended()
        chunk = self.flying.pop(future)
        try:
            return list(zip(chunk, self._fetched(future), strict=True))
        except self.dask.KilledWorker:
            if alone:
                return [(item, KILLER) for item in chunk]
            self.suspects += chunk
            return []

    def _ended(self):
        """Return a future that has ended; raises TimeoutError where there is no worker any more."""
        seen = time.monotonic()
        while True:
            with contextlib.suppress(queue.Empty):
                return self.done.get(timeout=0.5)
            seen = self._with_workers(seen)

    def _fetched(self, future):
        """Return what a future that has ended holds; if its worker died just then, once another one has done it again."""
        seen = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError):
                return future.result(timeout=1)
            seen = self._with_workers(seen)

    def _with_workers(self, seen):
        """Return when there was a worker last, at `seen` or now; raises TimeoutError where that is too long ago."""
        if self.client.nthreads():
            return time.monotonic()
        if time.monotonic() - seen > ALONE:
            raise TimeoutError(f"no worker for {ALONE} seconds")
        return seen

    def close(self):
        """Drop what is in flight and end the jobs, also in the middle of a notebook; what does not answer is not waited for."""
        with contextlib.suppress(TimeoutError):
            within(ANSWERS, self._end)

    def _end(self):
        with contextlib.suppress(Exception):
            if self.client:
                self.client.cancel(list(self.flying))
                self.client.run(end_jobs, self.batch, on_error="ignore")
                self.client.close()
        if self.cluster:
            self.cluster.close()
