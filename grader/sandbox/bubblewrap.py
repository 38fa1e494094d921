"""Bubblewrap around the worker: namespaces of its own, the interpreter and its packages read-only, nothing else.

`problem` says why there can be no sandbox here, `start` starts a worker in one, `probe` lets code in it try what it must not do.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from ..text import Text

HERE = Path(__file__).resolve().parent
BUBBLEWRAP = "bwrap"
INSTALL = "apt-get install bubblewrap"
LIBRARIES = ("/lib", "/lib32", "/lib64", "/libx32", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32")  # of the system


def problem():
    """Return why learners' code cannot be locked in on this machine, a Text, or None where nothing is known to be missing."""
    if sys.platform != "linux":
        return Text(f"{sys.platform} 上没有沙箱（需要 Linux 的命名空间）", f"there is no sandbox on {sys.platform} (it needs the namespaces of Linux)")
    if shutil.which(BUBBLEWRAP) is None:
        return Text(f"没有找到 bubblewrap；Debian、Ubuntu：{INSTALL}", f"bubblewrap is not installed; on Debian or Ubuntu: {INSTALL}")
    return None


def command():
    """Return the command that runs the worker in a sandbox."""
    words = [
        shutil.which(BUBBLEWRAP), "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
        "--hostname", "sandbox", "--die-with-parent", "--new-session", "--clearenv",
        "--setenv", "OPENBLAS_NUM_THREADS", "1", "--setenv", "OMP_NUM_THREADS", "1", "--setenv", "MKL_NUM_THREADS", "1",
        "--setenv", "MPLBACKEND", "Agg", "--setenv", "MPLCONFIGDIR", "/scratch", "--setenv", "TMPDIR", "/scratch",
        "--setenv", "HOME", "/scratch", "--setenv", "LANG", "C.UTF-8",
    ]
    if os.getuid() != 0:
        words += ["--unshare-user"]
    for folder in LIBRARIES:
        if os.path.islink(folder):
            words += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            words += ["--ro-bind", folder, folder]
    for prefix in sorted({Path(sys.base_prefix).resolve(), Path(sys.base_exec_prefix).resolve()}):
        words += _python(prefix)
    interpreter = os.path.realpath(sys.executable)
    packages = Path(find_spec("numpy").submodule_search_locations[0]).parent
    words += ["--ro-bind", str(packages), "/packages"]
    for name in ("worker.py", "wire.py", "jail.py"):
        words += ["--ro-bind", str(HERE / name), f"/worker/{name}"]
    words += ["--proc", "/proc", "--perms", "0755", "--dir", "/dev", "--dev-bind", "/dev/null", "/dev/null"]
    words += ["--perms", "0555", "--dir", "/scratch", "--chdir", "/scratch", "--remount-ro", "/"]
    return [*words, "--", interpreter, "-I", "/worker/worker.py", "/packages"]


def _python(prefix):
    """Return the options that show the interpreter under `prefix` and nothing beside it."""
    if prefix == Path("/usr"):  # its libraries are there already
        words = ["--perms", "0755", "--dir", "/usr/bin"]
        interpreter = os.path.realpath(sys.executable)
        return [*words, "--ro-bind", interpreter, interpreter]
    words = []
    for folder in reversed([prefix, *prefix.parents][:-1]):  # whoever is inside must be able to go through
        words += ["--perms", "0755", "--dir", str(folder)]
    for part in ("bin", "lib", "lib64"):
        if (prefix / part).is_dir():
            words += ["--ro-bind", str(prefix / part), str(prefix / part)]
    return words


def start():
    """Return the process of a worker in a sandbox; its stdin and stdout are pipes."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(), stdin=pipe, stdout=pipe, stderr=subprocess.PIPE, env={"PATH": os.defpath}, start_new_session=True)


# ---------------------------------------------------------------- does it hold?


PROBES = {  # what a learner's code could do -> a function that tries and returns what it could do
    Text("读取沙箱外的文件", "read files outside"): """
def probe(files, folders):
    def can_read(path):
        try:
            with open(path, "rb") as file:
                return bool(file.read(1))
        except OSError:
            return False
    return [path for path in files if can_read(path)]
""",
    Text("在沙箱外写文件", "write files outside"): """
def probe(files, folders):
    import os
    def can_write(folder):
        try:
            with open(os.path.join(folder, "written-from-inside"), "w") as file:
                file.write("x")
            return True
        except OSError:
            return False
    return [folder for folder in folders if can_write(folder)]
""",
    Text("打开网络连接", "open a socket"): """
def probe(files, folders):
    import socket
    def can_open(family):
        try:
            socket.socket(getattr(socket, family)).close()
            return True
        except (OSError, AttributeError):
            return False
    return [family for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK") if can_open(family)]
""",
    Text("开很多进程", "start many processes"): """
def probe(files, folders):
    import os, time
    children = 0
    try:
        while children < 40:
            if os.fork() == 0:
                time.sleep(2)
                os._exit(0)
            children += 1
    except OSError:
        pass
    return [f"{children} processes"] if children >= 20 else []
""",
    Text("占用大量内存", "take much memory"): """
def probe(files, folders):
    try:
        return [f"{np.empty(2**28).nbytes} bytes"]
    except MemoryError:
        return []
""",
    Text("留下共享内存", "leave shared memory behind"): """
def probe(files, folders):
    import ctypes
    libc = ctypes.CDLL(None)
    left = libc.shmget(0, 4096, 0o1600)
    opened = libc.memfd_create(b"x", 0)
    return ["shmget"] * (left >= 0) + ["memfd_create"] * (opened >= 0)
""",
    Text("看到或结束别的进程", "see or end other processes"): """
def probe(files, folders):
    import os
    def is_there(number):
        try:
            os.kill(number, 0)
            return True
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
    return [f"/proc/{name}" for name in os.listdir("/proc")] + [str(n) for n in range(1, 400) if n != os.getpid() and is_there(n)]
""",
    Text("取得更多权限", "gain rights"): """
def probe(files, folders):
    import ctypes, os
    libc = ctypes.CDLL(None)
    gained = [name for name, done in (
        ("user namespace", libc.unshare(0x10000000)), ("mount", libc.mount(b"none", b"/scratch", b"tmpfs", 0, None)),
        ("setuid", libc.setuid(0)), ("chroot", libc.chroot(b"/scratch"))) if done == 0]
    return gained + ["root"] * (os.getuid() == 0)
""",
    Text("看到外面的环境变量和管道", "see the environment and the pipes of the grader"): """
def probe(files, folders):
    import os
    def is_open(number):
        try:
            os.fstat(number)
            return True
        except OSError:
            return False
    pipes = [f"descriptor {n}" for n in range(3, 4096) if is_open(n)]  # two are its own: for the answer, and for what it asks
    return [name for name in os.environ if "CANARY" in name] + pipes[2:]
""",
}
CONTROL = """
def probe(files, folders):
    import decimal, json, numpy.polynomial, os, tempfile
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("there is a place for small files")
    return [float(np.sum(np.ones((3, 4)) @ np.ones((4, 2))))]
"""


def weaknesses(folder=None):
    """Return what is wrong with the sandbox here as a list of Texts, [] where it holds; it is tried with real code.

    folder: where a file is written that must not be read from inside; by default where temporary files are.
    """
    from .. import reference
    from ..questions.base import Case
    from .runner import ProcessRunner

    course = reference.ROOT
    with tempfile.TemporaryDirectory(dir=folder, prefix="canary-") as outside, _canary():
        os.chmod(outside, 0o755)
        canary = Path(outside) / "canary.txt"
        canary.write_text("canary")
        files = [str(canary), str(course / "dnn_utils.py"), "/etc/passwd", "/etc/hostname", str(Path.home() / ".bashrc"), "/proc/1/environ"]
        folders = [outside, str(course), "/", "/tmp", "/usr", "/etc", "/dev", "/dev/shm", "/var/tmp", "/packages", "/worker", sys.base_prefix, "/proc"]
        runner = ProcessRunner(10, 256, start)
        try:
            runner.give("dnn_utils", reference.given_modules("dnn_utils"))
            cases = [Case((files, folders))]
            ask = lambda source: runner.ask("dnn_utils", [_item(source)], "probe", (), cases)
            tickets = {text: ask(source) for text, source in PROBES.items()}
            works = _returned(runner.answer(ask(CONTROL)))
            if works != [24.0]:
                reason = works if isinstance(works, str) else _said(runner.process)
                return [Text(f"沙箱里运行不了代码（{reason}）", f"no code runs in the sandbox ({reason})")]
            done = {text: _returned(runner.answer(ticket)) for text, ticket in tickets.items()}
            there = [path for path in files if Path(path).is_file()]
        finally:
            runner.close()
    assert str(canary) in there
    found = [(text, could) for text, could in done.items() if could != []]
    return [Text(f"沙箱里的代码能够{text.zh}（{_short(could)}）", f"code in the sandbox can {text.en} ({_short(could)})") for text, could in found]


def _item(source):
    return {"kind": "function", "source": source.strip(), "first": 1, "file": "<cell 0:1>"}


def _returned(answer):
    """Return what a probe returned, or in words what happened instead."""
    outcome = answer.get("outcomes", [{}])[0]
    if "value" in outcome:
        return outcome["value"]
    error = outcome.get("error") or answer.get("program") or {"type": "limit", "message": answer.get("limit", "")}
    return f"{error['type']}: {error['message']}"


def _short(could):
    return ", ".join(map(str, could[:3])) if isinstance(could, list) else could


def _said(process):
    """Return the last line that a process that has ended wrote to stderr."""
    process.kill()
    lines = process.stderr.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit code {process.wait()}"


@contextlib.contextmanager
def _canary():
    os.environ["GRADER_CANARY"] = "1"
    try:
        yield
    finally:
        del os.environ["GRADER_CANARY"]
