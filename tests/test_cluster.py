"""`python -m grader class --dask`: the same grades as without, whatever happens to the workers, and clear words where there is no cluster."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_class import NO_MEAN, ROOT, attempts, grade, notebook

from grader.classroom import cluster
from grader.classroom.batch import Options, grade_class
from grader.classroom.cluster import Cluster
from grader.classroom.job import Settings
from grader.classroom.local import Item, Refused
from grader.classroom.screen import ClassScreen
from grader.text import Refusal

pytest.importorskip("distributed", reason="pip install -r requirements/cluster.txt")

SETTINGS = Settings(seed=7, seconds=5.0, megabytes=512, sandboxed=False)
FRAGILE = """
import os
from grader.classroom import job

class Job(job.Job):
    def grade(self, data, shown):
        return os._exit(1) if b"breaks the worker" in data else super().grade(data, shown)

import grader.classroom.cluster
grader.classroom.cluster.Job = Job
"""


class Machines:
    """A scheduler and workers, each a process of its own, in `folder` or elsewhere."""

    def __init__(self, folder, **more):
        self.folder, self.processes = folder, []
        self.file = folder / "scheduler.json"
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", **more)
        self.wait_for(lambda: self.file.exists() and self.file.read_text().strip())
        self.address = json.loads(self.file.read_text())["address"]

    def start(self, kind, *words, where=ROOT, **more):
        """Start a process and return it."""
        command = [sys.executable, "-m", "dask", kind, "--no-dashboard", "--scheduler-file", self.file, *words]
        with open(self.folder / f"{kind}-{len(self.processes)}.log", "wb") as log:
            self.processes.append(subprocess.Popen(list(map(str, command)), cwd=where, env={**os.environ, **more}, stdout=log, stderr=log))
        return self.processes[-1]

    def worker(self, *words, where=ROOT):
        """Start a worker and return its process."""
        return self.start("worker", "--nthreads", "1", "--memory-limit", "0", "--host", "127.0.0.1", *words, where=where)

    def wait_for(self, happens):
        """Wait until `happens()`; what the processes said stands in the failure."""
        end = time.monotonic() + 60
        while not happens():
            logs = "\n".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))
            assert time.monotonic() < end and all(process.poll() is None for process in self.processes[:1]), logs
            time.sleep(0.05)

    def stop(self):
        """End the workers, then the scheduler."""
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def machines(tmp_path, request):
    made = Machines(tmp_path, **getattr(request, "param", {}))
    yield made
    made.stop()


@pytest.fixture
def joined(machines):
    """Return a function that connects to the machines when `number` workers are there; what it returns is closed at the end."""
    made = []

    def join(number, chunk=2):
        made.append(Cluster(machines.address, None, chunk))
        machines.wait_for(lambda: len(made[-1].client.nthreads()) == number)
        return made[-1]

    yield join
    for one in made:
        one.close()


def handed_in(folder, number):
    """Write notebooks of `number` students, every third wrong, and return the folder."""
    for k in range(number):
        (folder / f"s{k}").mkdir(parents=True)
        text = notebook(linear_backward=NO_MEAN) if k % 3 == 0 else notebook()
        (folder / f"s{k}" / "one.ipynb").write_text(text.replace("import numpy as np", f"import numpy as np  # {k}"), encoding="utf-8")
    return folder


def items(number, text="import numpy as np"):
    """Return notebooks of `number` students; text: what the first one has in the place of its import of NumPy."""
    texts = [notebook().replace("import numpy as np", text if k == 0 else "import numpy as np") for k in range(number)]
    return [Item(f"s{k}", f"s{k}/one.ipynb", text.encode(), "") for k, text in enumerate(texts)]


def grades(results):
    """Return what must be the same in two folders of results, by file."""
    return {attempt.file: (attempt.student, attempt.status, attempt.score, attempt.result, attempt.code, attempt.digest, attempt.number)
            for attempt in attempts(results)}


def changed_clone(folder):
    """Return a copy of the grader that is another version."""
    shutil.copytree(ROOT / "grader", folder / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.glob("*.py"):
        shutil.copy(path, folder)
    with open(folder / "grader" / "compare.py", "a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    return folder


class Screen(ClassScreen):
    """Does something when the first notebook is graded."""

    def __init__(self, do):
        super().__init__("en")
        self.do = [do]

    def moved(self, counts):
        if self.do and counts["graded"]:
            self.do.pop()()


# ---------------------------------------------------------------- the same grades


def test_a_cluster_here_gives_the_same_grades_as_none(tmp_path):
    folder = handed_in(tmp_path / "class", 7)
    (folder / "s6" / "one.ipynb").write_text("junk", encoding="utf-8")
    grade(folder, "--out", tmp_path / "without", "--seed", "7", "--unsafe")
    said = grade(folder, "--out", tmp_path / "with", "--seed", "7", "--unsafe", "--dask", "local", "--jobs", "2", "--chunk", "2", "--lang", "en")
    with_cluster = grades(tmp_path / "with")
    assert "graded 6, unreadable 1" in said and with_cluster == grades(tmp_path / "without")
    assert Counter(row[2] for row in with_cluster.values()) == {100: 4, 90: 2, 0: 1}
    assert "distributed" not in said and "Warning" not in said


def test_a_worker_that_is_killed_has_its_chunk_done_again_and_counted_once(machines, joined, tmp_path):
    folder = handed_in(tmp_path / "class", 30)
    workers = [machines.worker("--no-nanny") for _ in range(2)]
    joined(2)
    options = Options(str(folder), str(tmp_path / "results"), seed=7, unsafe=True, dask=machines.address, chunk=3)
    counts = grade_class(options, Screen(workers[0].kill))
    assert workers[0].wait() == -signal.SIGKILL and workers[1].poll() is None
    rows = attempts(tmp_path / "results")
    assert counts == {"graded": 30} and len(rows) == len({row.file for row in rows}) == 30
    assert Counter(row.score for row in rows) == {100: 20, 90: 10}


@pytest.mark.parametrize("machines", [{"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}], indirect=True, ids=["one-death-is-enough"])
def test_a_notebook_that_ends_every_worker_fails_alone(machines, joined, tmp_path):
    (tmp_path / "fragile.py").write_text(FRAGILE)
    machines.worker("--preload", tmp_path / "fragile.py")
    engine = joined(1, chunk=3)
    answers = dict(engine.run(items(3, "import numpy as np  # breaks the worker"), SETTINGS))
    assert {item.student: answer["status"] for item, answer in answers.items()} == {"s0": "failed", "s1": "graded", "s2": "graded"}
    reason = next(answer["reason"] for answer in answers.values() if answer["status"] == "failed")
    assert "worker" in reason["en"] and "中断" in reason["zh"]


def test_there_are_never_many_notebooks_on_their_way(machines, joined):
    machines.worker("--no-nanny")
    engine, taken, most, done = joined(1, chunk=2), 0, 0, 0

    def counted():
        nonlocal taken
        for item in items(20):
            taken += 1
            yield item

    for _ in engine.run(counted(), SETTINGS):
        done += 1
        most = max(most, taken - done)
    assert done == 20 and most <= 2 * 2 + 2  # two chunks for the only thread, and the rest of a third


def test_a_chunk_is_as_large_as_wanted_and_smaller_where_notebooks_are_large():
    large, small = Item("a", "a", bytes(cluster.FULL // 2), ""), Item("b", "b", b"x", "")
    sizes = [len(chunk) for chunk in cluster.chunks([small] * 7 + [large] * 5, 3)]
    assert sizes == [3, 3, 3, 2, 1]
    assert list(cluster.chunks([], 3)) == []


# ---------------------------------------------------------------- workers that do not fit


def test_a_worker_with_another_grader_is_refused_by_name(machines, joined, tmp_path):
    machines.worker("--no-nanny")
    machines.worker("--no-nanny", where=changed_clone(tmp_path))
    engine = joined(2)
    with pytest.raises(Refusal) as refused:
        engine.sandboxed(Options("class", "results", unsafe=True), None)
    assert "tcp://127.0.0.1:" in refused.value.text.en and "another version" in refused.value.text.en and "另一个版本" in refused.value.text.zh


def test_a_worker_that_joins_later_is_examined_before_its_first_chunk(machines, joined, tmp_path):
    machines.worker("--no-nanny")
    engine, done = joined(1), []
    engine.sandboxed(Options("class", "results", unsafe=True), None)

    def with_a_new_one():
        yield from items(4)
        machines.worker("--no-nanny", where=changed_clone(tmp_path))
        machines.wait_for(lambda: len(engine.client.nthreads()) == 2)
        yield from items(40)

    with pytest.raises(Refusal) as refused:
        done.extend(answer["status"] for _, answer in engine.run(with_a_new_one(), SETTINGS))
    assert "another version" in refused.value.text.en
    assert set(done) <= {"graded"}


def test_a_worker_elsewhere_is_told_where_to_start(machines, joined, tmp_path):
    machines.worker("--no-nanny", where=tmp_path)
    with pytest.raises(Refusal) as refused:
        joined(1).sandboxed(Options("class", "results", unsafe=True), None)
    assert "tcp://127.0.0.1:" in refused.value.text.en and "No module named 'grader'" in refused.value.text.en
    assert "课程的文件夹" in refused.value.text.zh


def test_a_worker_without_a_sandbox_needs_unsafe(machines, joined, tmp_path):
    (tmp_path / "open.py").write_text("from grader.sandbox import bubblewrap\nbubblewrap.BUBBLEWRAP = 'there-is-no-such-program'\n")
    machines.worker("--no-nanny", "--preload", tmp_path / "open.py")
    engine = joined(1)
    with pytest.raises(Refused, match="tcp://127.0.0.1:.*--unsafe"):
        engine.sandboxed(Options("class", "results"), None)
    assert engine.sandboxed(Options("class", "results", unsafe=True), None) is False
    with pytest.raises(Refusal, match="tcp://127.0.0.1:"):  # nor does it grade where another one had a sandbox
        list(engine.run(items(1), Settings(7, 5.0, 512, sandboxed=True)))


# ---------------------------------------------------------------- no cluster, or no more


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "127.0.0.1:8786", "carrier-pigeon://roof:1", "tcp://nobody"])
def test_where_nobody_answers_it_says_so(address, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWERS", 1)
    with pytest.raises(Refusal) as refused:
        Cluster(address, None, 20)
    assert refused.value.text.en.startswith(f"{address}: there is no Dask cluster") and refused.value.text.zh.startswith(f"{address}：没有可用的")


def test_a_scheduler_without_workers_is_no_cluster(machines, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWERS", 1)
    with pytest.raises(Refused, match="at least one worker"):
        Cluster(machines.address, None, 20)


def test_when_the_last_worker_is_gone_the_batch_stops_and_what_was_graded_is_kept(machines, joined, monkeypatch, tmp_path):
    monkeypatch.setattr(cluster, "ALONE", 1)
    folder = handed_in(tmp_path / "class", 12)
    worker = machines.worker("--no-nanny")
    joined(1)
    options = Options(str(folder), str(tmp_path / "results"), seed=7, unsafe=True, dask=machines.address, chunk=1)
    with pytest.raises(Refused, match="no worker for 1 second"):
        grade_class(options, Screen(worker.kill))
    assert 1 <= len(attempts(tmp_path / "results")) < 12


def test_a_result_that_is_lost_while_it_is_fetched_is_not_waited_for_without_end(monkeypatch):
    """Its worker has just died; another one may do the chunk again, but there is none."""
    monkeypatch.setattr(cluster, "ALONE", 0.1)
    waited = []

    class Lost:
        def result(self, timeout):
            waited.append(timeout)
            raise TimeoutError

    lonely = object.__new__(Cluster)
    lonely.client = SimpleNamespace(nthreads=lambda: {"tcp://worker": 1} if len(waited) < 3 else time.sleep(0.2) or {})
    with pytest.raises(TimeoutError, match="no worker for"):
        lonely._fetched(Lost())
    assert len(waited) >= 3


def test_without_the_library_it_says_what_to_install(tmp_path):
    folder = handed_in(tmp_path / "class", 1)
    program = "import sys; sys.modules['dask'] = None; from grader.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", program, "class", folder, "--out", tmp_path / "results", "--dask", "local", "--lang", "en"],
                          cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and cluster.INSTALL in done.stderr and len(done.stderr.splitlines()) == 1
    requirements = Path(ROOT / cluster.INSTALL.split()[-1]).read_text()
    assert "distributed>=" in requirements


def test_ctrl_c_ends_at_once_and_leaves_no_process(tmp_path):
    folder = tmp_path / "class"
    endless = notebook(**{name: f"def {name}(*values):\n    while True:\n        pass" for name in ("linear_forward", "compute_cost", "linear_backward")})
    for k in range(4):
        (folder / f"s{k}").mkdir(parents=True)
        (folder / f"s{k}" / "one.ipynb").write_text(endless, encoding="utf-8")
    command = [sys.executable, "-m", "grader", "class", folder, "--out", tmp_path / "results", "--unsafe", "--seconds", "60", "--dask", "local", "--lang", "en"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "STARTED_BY": str(tmp_path)})
    assert "4 files" in process.stdout.readline()
    left = lambda: [path for path in Path("/proc").glob("[0-9]*/environ") if started_by(path, tmp_path)]
    while len(left()) < 2:  # the command and a job
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 130 and "the same command goes on" in process.stdout.read()
    end = time.monotonic() + 5
    while left() and time.monotonic() < end:
        time.sleep(0.1)
    assert left() == []


def started_by(path, folder):
    """Return whether a process, given its environment in /proc, was started by the test that uses `folder`."""
    try:
        return f"STARTED_BY={folder}".encode() in path.read_bytes()
    except OSError:
        return False
