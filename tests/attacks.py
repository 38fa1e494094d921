"""What a hostile notebook may try, as data: tests/test_attacks.py grades all of it as one class.

Each attack is a solved notebook 1 in which the code of some functions is another. Each is bounded by itself, in processes (64),
bytes (600 MB, or a request that fails) and seconds (15), so that a sandbox that does not hold takes no machine down.

Code that got what it must not get raises RuntimeError("LEAKED ..."): that word may stand in no result. In the code, @TOKEN@ is a word
of this run, @PORT@ a port where the test listens (on a socket of the name "\\0@TOKEN@", too), @CANARY@ a file and @OUTSIDE@ a folder of the test.
"""

import io
import json
import os
import textwrap
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

from handed_in import notebook, solved

from grader.questions import entries_of
from grader.reference import function_source

NOTEBOOK = "1_dnn_step_by_step"
SOLVED = {question.name: solved(question.name) for question in entries_of(NOTEBOOK)}
QUESTIONS = {question.name: question.points for question in entries_of(NOTEBOOK)}
FULL = sum(QUESTIONS.values())
RIGHT = "return W @ A + b, (A, W, b)"  # so that points are won where the limit of time does not hold
WRONG = "return A, (A, W, b)"
RIGHT_COST = "return np.squeeze(-np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)))"


@dataclass(frozen=True)
class Attack:
    """An attack of one student.

    tries: what it tries, a sentence; functions: {name: its code, None where it is left out}; before: cells that come first;
    expected: {question: the statuses that it may get}, "timeout" among them where a slow machine needs long, and "correct" for all
    questions that are not named; write(folder): writes the files instead of one notebook, and files: {file: its status or its points}.
    """

    tries: str
    functions: dict = field(default_factory=dict)
    expected: dict = field(default_factory=dict)
    before: tuple = ()
    write: Callable | None = None
    files: dict = field(default_factory=dict)


def solved_notebook(functions=None, before=()):
    """Return the JSON of a solved notebook with these functions instead of its own."""
    code = {**SOLVED, **(functions or {})}
    sources = ["import numpy as np", *before, *(source for source in code.values() if source is not None)]
    return notebook(*sources)


def forward(tries, body, *statuses):
    """Return an attack by the body of linear_forward(A, W, b), which four other functions call."""
    source = "def linear_forward(A, W, b):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n"
    return Attack(tries, {"linear_forward": source}, {"linear_forward": statuses})


def cost(tries, body, *statuses):
    """Return an attack by the body of compute_cost(AL, Y), which no other function calls: so it loses its time once only."""
    source = "def compute_cost(AL, Y):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ") + "\n"
    return Attack(tries, {"compute_cost": source}, {"compute_cost": statuses})


def code(tries, expected, before=(), **functions):
    """Return an attack by several functions."""
    functions = {name: source and textwrap.dedent(source).strip("\n") + "\n" for name, source in functions.items()}
    return Attack(tries, functions, expected, tuple(map(textwrap.dedent, before)))


def files(tries, write, **expected):
    """Return an attack by files; expected: {name without .ipynb: status or points}."""
    return Attack(tries, write=write, files={f"{name}.ipynb": wanted for name, wanted in expected.items()})


def trying(*expressions):
    """Return code that collects in `got` what each of the expressions gives, where that is not None and raises nothing, and reports it."""
    tries = "".join(f"try:\n    value = {expression}\nexcept Exception:\n    value = None\nif value is not None:\n"
                    f"    got.append(repr(value)[:80])\n" for expression in expressions)
    return f"got = []\n{tries}if got:\n    raise RuntimeError('LEAKED ' + str(got))\n{WRONG}\n"


HOME = os.path.expanduser("~")
LOOP = "import time\nend = time.monotonic() + 15\nwhile time.monotonic() < end:\n    pass\n"
LOOPING = ("initialize_parameters", "initialize_parameters_deep", "compute_cost", "L_model_backward", "update_parameters")

# ---------------------------------------------------------------- time, processes, memory, output

RESOURCES = {
    "endless-loop": cost("goes on for long", f"{LOOP}{RIGHT_COST}", "timeout"),
    "sleep": cost("sleeps", f"import time\ntime.sleep(15)\n{RIGHT_COST}", "timeout"),
    "endless-loops": Attack(
        "goes on for long in five functions", {name: SOLVED[name].replace("\n", "\n" + textwrap.indent(LOOP, "    "), 1) for name in LOOPING},
        dict.fromkeys(LOOPING, ("timeout",))),
    "endless-loop-in-c": cost("goes on for long within one call of C", f"sum(range(8 * 10 ** 8))\n{RIGHT_COST}", "timeout"),
    "fork-bomb": forward(
        "starts 64 processes", """
        import os, time
        children = 0
        for number in range(64):
            try:
                child = os.fork()
            except OSError:
                break
            if child == 0:
                time.sleep(10)
                os._exit(0)
            children += 1
        if children >= 20:
            raise RuntimeError(f"LEAKED {children} processes")
        return A, (A, W, b)
        """, "incorrect"),
    "thread-bomb": forward(
        "starts 2000 threads", """
        import threading
        stop, started = threading.Event(), 0
        try:
            for number in range(2000):
                threading.Thread(target=stop.wait, args=(10,), daemon=True).start()
                started += 1
        except RuntimeError:
            pass
        stop.set()
        if started > 100:
            raise RuntimeError(f"LEAKED {started} threads")
        return A, (A, W, b)
        """, "incorrect"),
    "50-gb-untouched": forward(
        "asks for 50 GB and touches some of it", "x = np.empty(50 * 10 ** 9, np.uint8)\nx[:: 10 ** 9] = 1\n" + RIGHT, "error"),
    "50-gb-touched": forward("asks for 50 GB of zeros", "x = bytearray(50 * 10 ** 9)\n" + RIGHT, "error"),
    "600-mb-kept": forward("keeps 600 MB", "rows = []\nfor n in range(600):\n    rows.append(bytes(1) * 2 ** 20)\n" + RIGHT, "error", "timeout"),
    "catches-memory-errors": forward(
        "takes whatever there is, and goes on", """
        kept = []
        for n in range(60):
            try:
                kept.append(np.empty(10 * 2 ** 17))
            except MemoryError:
                break
        del kept
        return A, (A, W, b)
        """, "incorrect"),
    "fills-the-disk": forward(
        "writes 500 MB", """
        written = 0
        try:
            for number in range(70):
                with open(f"file-{number}", "wb") as file:  # each is as large as one file may be
                    for piece in range(7):
                        written += file.write(bytes(2 ** 20))
        except OSError:
            if written < 20 * 2 ** 20:
                raise
        raise RuntimeError(f"LEAKED {written} bytes written")
        """, "blocked"),
    "fills-the-disk-with-names": forward(
        "makes 20,000 files", """
        made = 0
        try:
            for number in range(20_000):
                open(f"{number}", "w").close()
                made += 1
        except OSError:
            pass
        if not 0 < made < 1000:
            raise RuntimeError(f"LEAKED {made} files")
        return A, (A, W, b)
        """, "incorrect"),
    "prints-1-gb": cost("prints 1 GB, in pieces", f"for n in range(100):\n    print('x' * 10 ** 7)\n{RIGHT_COST}", "correct", "timeout"),
    "returns-1-gb": forward("returns 1 GB", "return np.broadcast_to(0.0, (2 ** 27,)), 1", "error"),
    "returns-100-mb": forward("returns 100 MB of real bytes", "return np.ones(100 * 2 ** 17), 1", "error", "timeout"),
    "raises-100-mb": forward("raises an exception with a text of 100 MB", "raise ValueError('x' * 10 ** 8)", "error", "timeout"),
    "long-name-of-a-type": forward(
        "returns an object whose type has a name of 5 MB", "return type('x' * 5_000_000, (), {})()", "error", "timeout"),
    "forged-message": forward(
        "writes an answer with a message of 7 MB", """
        import json, os, struct, sys
        frame, asked = sys._getframe(), None
        while frame and not asked:
            frame, asked = frame.f_back, frame.f_locals.get("asked")
        error = [["type", "ValueError"], ["message", "M" * 7_000_000], ["line", None], ["inner", None], ["text", "t"],
                 ["shapes", ["d", []]], ["names", ["l", []]]]
        header = json.dumps(["d", [["program", ["d", error]]]]).encode()
        asked.send(b"a" + struct.pack("<Q", len(header)) + header)
        os._exit(0)
        """, "error", "timeout"),
}

# ---------------------------------------------------------------- the end of the process

CRASHES = {
    "sys-exit": forward("ends Python", "import sys\nsys.exit()", "error"),
    "os-exit": forward("ends the process", "import os\nos._exit(0)", "error"),
    "kills-its-parent": forward("ends the process above", "import os\nos.kill(os.getppid(), 9)", "error", "incorrect"),
    "kills-everything": forward("ends all processes that it may", "import os\nos.kill(-1, 9)\nreturn A, (A, W, b)", "error", "incorrect", "blocked"),
    "kills-its-group": forward("ends its group of processes", "import os\nos.killpg(0, 9)\nreturn A, (A, W, b)", "error", "incorrect"),
    "kills-by-number": forward(
        "ends all processes with small numbers", """
        import os
        for number in range(1, 5000):
            if number != os.getpid():
                try:
                    os.kill(number, 9)
                except OSError:
                    continue
                raise RuntimeError(f"LEAKED process {number}")
        return A, (A, W, b)
        """, "incorrect"),
    "stops-itself": forward("stops itself", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)\nreturn A, (A, W, b)", "incorrect"),
    "ignores-signals": cost(
        "ignores all signals, then goes on for long", """
        import signal, time
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        time.sleep(15)\n""" + textwrap.indent(RIGHT_COST, "        "), "timeout"),
    "recursion": cost("calls itself without end", "import sys\nsys.setrecursionlimit(10 ** 9)\nreturn compute_cost(AL, Y)", "error", "timeout"),
    "recursion-in-c": cost(
        "lets C recurse until it crashes", "import sys\nsys.setrecursionlimit(10 ** 9)\nx = []\nfor i in range(10 ** 5):\n    x = [x]\nrepr(x)", "error", "timeout"),
    "bad-pointer": forward("reads from address 0", "import ctypes\nctypes.string_at(0)", "error"),
    "abort": forward("aborts", "import os\nos.abort()", "error"),
    "at-exit": forward("raises when the process ends", f"import atexit\natexit.register(lambda: 1 / 0)\n{RIGHT}", "correct"),
    "system-calls": forward(
        "asks the kernel for rights", trying(
            "__import__('ctypes').CDLL(None).setuid(0) or 'setuid'",
            "'unshare' if __import__('ctypes').CDLL(None).unshare(0x10000000) == 0 else None",
            "'clone' if __import__('ctypes').CDLL(None).syscall(56, 0x10000011, 0, 0, 0, 0) >= 0 else None",
            "'clone3' if __import__('ctypes').CDLL(None).syscall(435, bytes(88), 88) >= 0 else None",
            "'mount' if __import__('ctypes').CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0 else None",
            "'umount' if __import__('ctypes').CDLL(None).umount2(b'/proc', 2) == 0 else None",
            "'ptrace' if __import__('ctypes').CDLL(None).ptrace(16, 1, 0, 0) == 0 else None",
            "'chroot' if __import__('ctypes').CDLL(None).chroot(b'/tmp') == 0 else None",
            "'io_uring' if __import__('ctypes').CDLL(None).syscall(425, 1, bytes(120)) >= 0 else None",
            "'bpf' if __import__('ctypes').CDLL(None).syscall(321, 0, bytes(72), 72) >= 0 else None",
            "'keyctl' if __import__('ctypes').CDLL(None).syscall(250, 0, -3, 1) >= 0 else None",
            "'x32' if __import__('ctypes').CDLL(None).syscall(0x40000000 + 41, 2, 1, 0) >= 0 else None",
            "'hostname' if __import__('ctypes').CDLL(None).sethostname(b'x', 1) == 0 else None",
            "'clock' if __import__('ctypes').CDLL(None).settimeofday(bytes(16), None) == 0 else None",
        ).replace("setuid(0) or 'setuid'", "setuid(0) == 0 or None"), "incorrect"),
    "bombs-the-helpers": code(
        "never ends in a function that others call, which are right", {"linear_activation_forward": ("timeout",)}, linear_activation_forward="""
        def linear_activation_forward(A_prev, W, b, activation):
            import time
            time.sleep(15)
        """),
}

# ---------------------------------------------------------------- what is there to read, write and talk to

OUTSIDE = {
    "reads-files": forward(
        "reads files of the system, of the home folder and of the course", trying(*[
            f"open({path!r}).read(80)" for path in (
                "/etc/passwd", "/etc/hostname", "/etc/shadow", "@CANARY@", "/proc/1/environ", "/proc/self/environ", "/proc/1/cmdline",
                "/proc/self/mem", "/proc/self/maps", "/proc/1/root/etc/passwd", "/dev/sda", "/dev/vda", "/dev/mem", "/sys/kernel/notes",
                f"{HOME}/.bashrc", f"{HOME}/.profile", function_source.__globals__["ROOT"].as_posix() + "/dnn_utils.py")],
            "__import__('os').listdir('@OUTSIDE@')", "__import__('os').listdir('/home')",
            # the way to the interpreter may lead through the home folder
            f"[name for name in __import__('os').listdir({HOME!r}) if not __import__('sys').base_prefix.startswith({HOME!r} + '/' + name)] or None"), "incorrect"),
    "reads-a-file-plainly": forward("reads a file and does not hide it", "open('/etc/passwd').read()", "blocked"),
    "reads-the-environment": forward(
        "looks for what the grader's environment has", trying(
            "__import__('os').environ.get('PATH')",
            "__import__('os').environ.get('GRADER_ATTACK')"), "incorrect"),
    "reads-processes": forward("looks at other processes", trying("__import__('os').listdir('/proc') or None"), "incorrect"),
    "writes-files": forward(
        "writes wherever it can", trying(*[
            f"open({path!r}, 'w')" for path in (
                "@OUTSIDE@/written", "/etc/written", "/usr/written", "/packages/written.py", "/worker/worker.py", "/written", "/dev/shm/@TOKEN@",
                "/proc/written", "/var/tmp/@TOKEN@", f"{HOME}/@TOKEN@")],
            "__import__('os').symlink('@CANARY@', '/worker/link')",
            "__import__('os').remove('/worker/worker.py')"), "incorrect"),
    "deletes-its-packages": forward("deletes NumPy for all", "import shutil\nshutil.rmtree('/packages/numpy')", "blocked"),
    "leaves-a-file": code(
        "leaves a file for the next question and the next notebook", {"linear_forward": ("incorrect",), "compute_cost": ("incorrect",)},
        linear_forward="""
        def linear_forward(A, W, b):
            import os
            open("left", "w").write("x")
            return A, (A, W, b)
        """,
        compute_cost="""
        def compute_cost(AL, Y):
            import os
            if os.path.exists("left"):
                raise RuntimeError("LEAKED a file of another question")
            return 0.0
        """),
    "sockets": forward(
        "opens sockets of all kinds", """
        import socket
        got = []
        for family, kind, address in (
            ("AF_INET", 1, ("127.0.0.1", @PORT@)), ("AF_INET6", 1, ("::1", @PORT@)), ("AF_UNIX", 1, chr(0) + "@TOKEN@"), ("AF_UNIX", 1, "@OUTSIDE@/socket"),
            ("AF_NETLINK", 3, (0, 0)), ("AF_PACKET", 3, ("lo", 0)), ("AF_VSOCK", 1, (2, 22)), ("AF_INET", 2, ("127.0.0.1", @PORT@)),
        ):
            try:
                with socket.socket(getattr(socket, family), kind) as one:
                    got.append(family)
                    one.connect(address)
                    got.append(address)
            except (OSError, AttributeError, TypeError):
                pass
        if got:
            raise RuntimeError("LEAKED " + str(got))
        return A, (A, W, b)
        """, "incorrect"),
    "sockets-from-system-calls": forward(
        "opens sockets without Python's module", trying(
            *[f"(lambda n: None if n < 0 else n)(__import__('ctypes').CDLL(None).socket({family}, 1, 0))" for family in (1, 2, 10, 16, 17, 40)],
            "(lambda n: None if n < 0 else n)(__import__('ctypes').CDLL(None).socketpair(1, 1, 0, bytes(8)))"), "incorrect"),
    "connects-plainly": forward(
        "opens a connection and does not hide it", "import socket\nsocket.create_connection(('127.0.0.1', @PORT@), 1)", "blocked"),
    "dns": forward(
        "asks for the address of a name", trying("__import__('socket').getaddrinfo('localhost.localdomain', 80)",
                                                 "__import__('socket').gethostbyname('example.invalid')"), "incorrect"),
    "fetches-a-page": forward(
        "fetches a page", "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:@PORT@/', timeout=1)", "blocked"),
    "runs-a-program": forward("runs a shell", "import subprocess\nsubprocess.run(['/bin/sh', '-c', 'touch @OUTSIDE@/written'], check=True)", "blocked"),
    "shared-memory": forward(
        "leaves shared memory behind, and looks for what others left", trying(
            "(lambda n: None if n < 0 else n)(__import__('ctypes').CDLL(None).shmget(0x4711, 4096, 0o1666))",
            "(lambda n: None if n < 0 else n)(__import__('ctypes').CDLL(None).memfd_create(b'x', 0))",
            "(lambda n: None if n < 0 else n)(__import__('ctypes').CDLL(None).semget(0x4711, 1, 0o1666))",
            "(lambda n: None if n < 0 else n)(__import__('ctypes').CDLL(None).mq_open(b'/x', 0o102, 0o666, None))"), "incorrect"),
    "daemon": forward(
        "leaves a process behind that watches the next submission", """
        import ctypes, os, time
        if linear_forward.__doc__ is None and os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                ctypes.CDLL(None).prctl(15, b"@TOKEN@", 0, 0, 0)
                for n in range(150):
                    time.sleep(0.1)
                    for number in range(1, 500):
                        try:
                            if number != os.getpid():
                                os.kill(number, 19)
                        except OSError:
                            pass
            os._exit(0)
        linear_forward.__doc__ = "once is enough"
        return W @ A + b, (A, W, b)
        """, "correct"),
    "named-thread": forward(
        "leaves a thread behind that goes on", """
        import ctypes, threading, time
        def watch():
            ctypes.CDLL(None).prctl(15, b"@TOKEN@", 0, 0, 0)
            time.sleep(15)
        if linear_forward.__doc__ is None:
            threading.Thread(target=watch, daemon=True).start()
            linear_forward.__doc__ = "once is enough"
        return W @ A + b, (A, W, b)
        """, "correct"),
}

# ---------------------------------------------------------------- the answers, from where they are not

SEARCH = """
    import gc, sys, types
    gc.unfreeze()
    def is_it(thing):
        return isinstance(thing, types.FunctionType) and thing.__name__ == "linear_forward" and not thing.__code__.co_filename.startswith("<cell")
    for found in {where}:
        if is_it(found):
            try:
                return found(A, W, b)
            except Exception:
                pass
    return A, (A, W, b)
"""


def search(tries, where):
    """Return an attack that looks for the reference in an expression's values."""
    return forward(tries, SEARCH.format(where=where), "incorrect")


ANSWERS = {
    "reference-by-gc": search("looks for the reference among all objects", "gc.get_objects()"),
    "reference-in-modules": search(
        "looks for the reference in all modules", "[thing for module in list(sys.modules.values()) for thing in list(vars(module).values())]"),
    "reference-in-frames": search(
        "looks for the reference in the frames above",
        "[thing for frame in iter(lambda f=[sys._getframe()]: f.append(f[-1].f_back) or f[-1], None)"
        " for thing in [*frame.f_locals.values(), *frame.f_globals.values()]]"),
    "reference-in-closures": search(
        "looks for the reference in closures",
        "[cell.cell_contents for thing in gc.get_objects() if isinstance(thing, types.FunctionType) for cell in thing.__closure__ or ()"
        " if cell != types.CellType()]"),
    "reference-as-text": forward(
        "looks for the text of the reference in memory", """
        import gc, linecache
        gc.unfreeze()
        holders = [thing.values() if isinstance(thing, dict) else thing for thing in gc.get_objects() if isinstance(thing, (dict, list, tuple))]
        texts = [text for holder in holders for text in list(holder) if isinstance(text, str)]
        for text in [*texts, *(line for entry in linecache.cache.values() if len(entry) == 4 for line in entry[2])]:
            if " A + b".join(("Z = W @", "")) in text:
                raise RuntimeError("LEAKED " + text[:200])
        return A, (A, W, b)
        """, "incorrect"),
    "imports-the-course": forward("calls the course's own function", "import dnn_utils\nreturn dnn_utils.linear_forward(A, W, b)", "error"),
    "imports-by-name": forward(
        "imports all modules of the course", """
        import importlib, sys
        sys.path += ["/", "/worker", "/packages", "..", "@OUTSIDE@"]
        for name in ("dnn_utils", "dnn_app_utils_v3", "dnn_utils_v2", "init_utils", "reg_utils", "gc_utils", "testCases", "checks", "course", "grader.reference"):
            try:
                module = importlib.import_module(name)
            except ImportError:
                continue
            if hasattr(module, "linear_forward"):
                return module.linear_forward(A, W, b)
        return A, (A, W, b)
        """, "error", "incorrect"),
    "imports-from": code(
        "takes the function from the helper module, and defines another one", {"linear_forward": ("error",)},
        before=("from dnn_utils import *\nimport dnn_utils as u\nanswer = u.linear_forward\nfrom dnn_utils import linear_forward as theirs",),
        linear_forward="""
        def linear_forward(A, W, b):
            return theirs(A, W, b)
        """),
    "only-an-import": code(
        "hands in the course's function as its own", {"linear_forward": ("missing",)},
        before=("from dnn_utils import linear_forward",), linear_forward=None),
    "its-own-stand-in": code(
        "asks for its own stand-in, by hand", {"linear_forward": ("error",), "linear_activation_forward": ("missing",)},
        linear_activation_forward=None, linear_forward="""
        def linear_forward(A, W, b):
            linear_activation_forward
            asked = linear_activation_forward.__closure__[1].cell_contents
            return asked.helper("linear_forward")(A, W, b)
        """),
    "the-outer-stand-in": code(
        "takes the inner function from the stand-in of an outer one", {"linear_forward": ("error",), "linear_activation_forward": ("missing",)},
        linear_activation_forward=None, linear_forward="""
        def linear_forward(A, W, b):
            _, (linear_cache, Z) = linear_activation_forward(A, W, b, "relu")
            return Z, linear_cache
        """),
    "the-outer-stand-in-backward": code(
        "takes linear_backward from linear_activation_backward", {"linear_backward": ("error",), "linear_activation_backward": ("missing",)},
        linear_activation_backward=None, linear_backward="""
        def linear_backward(dZ, cache):
            return linear_activation_backward(dZ, (cache, np.ones(dZ.shape)), "relu")
        """),
    "stand-ins-without-end": code(
        "calls a stand-in a million times", {"linear_activation_forward": ("timeout",), "linear_forward": ("missing",)},
        linear_forward=None, linear_activation_forward="""
        def linear_activation_forward(A_prev, W, b, activation):
            for n in range(10 ** 6):
                linear_forward(A_prev, W, b)
        """),
    "stand-ins-of-wicked-arguments": code(
        "calls a stand-in with arguments that hurt", {"linear_activation_forward": ("incorrect", "timeout"), "linear_forward": ("missing",)},
        linear_forward=None, linear_activation_forward="""
        class Array(np.ndarray):
            def __array_ufunc__(self, *args, **kwargs):
                raise SystemExit

        def linear_activation_forward(A_prev, W, b, activation):
            ring = []
            ring.append(ring)
            for wicked in (
                np.array([[len, None]]), A_prev.view(Array), np.ones(100 * 2 ** 17), ring, "x" * 10 ** 7, 10 ** 600, {1: 2}, float("nan"), lambda: 1,
                np.ones((0, 3)), np.array(["a"]), np.broadcast_to(0.0, (10 ** 6, 10 ** 6)), np.ones((1500, 1500)), [[1, 2], [3]],
            ):
                for arguments in ((wicked, W, b), (A_prev, wicked, b), (A_prev, W, wicked), (wicked,) * 3, (wicked,)):
                    try:
                        linear_forward(*arguments)
                    except Exception:
                        pass
            return A_prev, ((A_prev, W, b), A_prev)
        """),
    "stand-ins-of-other-names": code(
        "asks for functions that are no helpers", {"linear_activation_forward": ("incorrect",), "linear_forward": ("missing",)},
        linear_forward=None, linear_activation_forward="""
        def linear_activation_forward(A_prev, W, b, activation):
            asked = linear_forward.__closure__[0].cell_contents
            asked = asked if hasattr(asked, "helper") else linear_forward.__closure__[1].cell_contents
            for name in ("linear_activation_forward", "compute_cost", "eval", "__import__", "solution", "", "os.system", "x" * 9000):
                for arguments in ((A_prev, W, b, activation), ("print(1)",), ()):
                    try:
                        value = asked.helper(name)(*arguments)
                    except Exception:
                        continue
                    raise RuntimeError("LEAKED " + name)
            return A_prev, ((A_prev, W, b), A_prev)
        """),
    "steals-with-the-stand-in-of-another": code(
        "lets one question ask for the answers of another, in the fork that they share", {
            "initialize_parameters": ("incorrect",), "linear_forward": ("incorrect",)},
        initialize_parameters="""
        def initialize_parameters(n_x, n_h, n_y):
            import sys
            frame, asked, many = sys._getframe(), None, []
            while frame:
                asked = asked or frame.f_locals.get("asked")
                many = many or frame.f_locals.get("request", {}).get("many", [])
                frame = frame.f_back
            np.stolen = getattr(np, "stolen", [])
            for one in many:
                for case in one["cases"] if one["name"] == "linear_forward" and not np.stolen else ():
                    try:
                        np.stolen.append((case["args"], asked.helper("linear_forward")(*case["args"])))
                    except Exception:
                        linear_forward
            return {}
        """,
        linear_forward="""
        def linear_forward(A, W, b):
            for args, value in getattr(np, "stolen", []):
                if args[0].shape == A.shape and np.all(args[0] == A):
                    return value
            return A, (A, W, b)
        """),
    "published-answers": code(
        "returns the published answers of the published test cases", {"linear_forward": ("incorrect",)}, linear_forward="""
        def linear_forward(A, W, b):
            return np.array([[3.26295337, -1.23429987]]), (A, W, b)
        """),
    "looked-up-answers": code(
        "compares the input with the published test case, and is right for that", {"linear_forward": ("incorrect",)}, linear_forward="""
        def linear_forward(A, W, b):
            np.random.seed(1)
            published = np.random.randn(3, 2)
            if A.shape == published.shape and np.allclose(A, published):
                return W @ A + b, (A, W, b)
            return np.zeros((W.shape[0], A.shape[1])), (A, W, b)
        """),
    "right-the-first-time": code(
        "is right when it is called for the first time only", {"compute_cost": ("incorrect",)}, compute_cost="""
        def compute_cost(AL, Y):
            compute_cost.calls = getattr(compute_cost, "calls", 0) + 1
            return np.squeeze(-np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))) if compute_cost.calls == 1 else 0.0
        """),
    "right-by-the-clock": code(
        "is right only in the first tenth of a second of a second", {"compute_cost": ("incorrect", "correct")}, compute_cost="""
        def compute_cost(AL, Y):
            import time
            return np.squeeze(-np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))) if time.time() % 1 < 0.1 else 0.0
        """),
}

# ---------------------------------------------------------------- the grader's own tools, and its pipes

FIND = """
        import json, os, struct, sys
        frame, asked, many, request, answers = sys._getframe(), None, [], {}, None
        while frame:
            asked = asked or frame.f_locals.get("asked")
            request = request or (frame.f_locals.get("request") if "cases" in frame.f_locals.get("request", {}) else {})
            many = many or frame.f_locals.get("request", {}).get("many", [])
            frame = frame.f_back
        worker = sys.modules["__main__"]
"""


def tampering(tries, body, *statuses):
    """Return an attack on the process that runs it; `asked`, `request`, `many` and `worker` are what it found there."""
    return forward(tries, FIND + textwrap.indent(textwrap.dedent(body).strip("\n"), "        "), *statuses)


TAMPERING = {
    "patches-numpy": forward(
        "replaces parts of NumPy for all questions", """
        for name in ("sum", "dot", "array", "array_equal", "allclose", "ascontiguousarray", "isfinite", "multiply", "exp", "log", "mean", "squeeze"):
            setattr(np, name, lambda *args, **kwargs: True)
        np.random.seed = np.random.randn = lambda *args: 0.0
        return True
        """, "incorrect", "error"),
    "patches-built-ins": forward(
        "replaces built-in functions and exceptions for all questions", """
        import builtins
        for name in ("isinstance", "len", "str", "sorted", "float", "abs", "type", "next", "ValueError", "BaseException"):
            setattr(builtins, name, lambda *args, **kwargs: True)
        return True
        """, "incorrect", "error", "timeout"),
    "patches-json-and-struct": forward(
        "replaces what answers are made with", """
        import json, struct
        json.dumps = lambda *args, **kwargs: "[]"
        struct.pack = lambda *args: b""
        return True
        """, "incorrect", "error", "timeout"),
    "patches-the-worker": tampering(
        "replaces the worker's own functions", """
        for name in ("plain", "pack", "answer", "write_frame", "call", "unpack", "build_namespace", "describe_error"):
            setattr(worker, name, lambda *args, **kwargs: b"right")
        """, "error"),
    "answers-for-others": tampering(
        "replaces the worker's `answer` so that all that follows has wrong values", """
        worker.answer = lambda request, course, asked: {"outcomes": [{"value": 0.0} for case in request["cases"]]}
        return A, (A, W, b)
        """, "incorrect"),
    "patches-equality": forward(
        "returns what is equal to everything", """
        class Liar:
            shape, dtype, ndim = A.shape, A.dtype, 2
            def __eq__(self, other): return True
            def __array__(self, *args, **kwargs): return W @ A
            def __array_ufunc__(self, *args, **kwargs): return True
            def __float__(self): return 1.0
            def __len__(self): return 2
            def __iter__(self): return iter([self, self])
            @property
            def __class__(self): return tuple
        return Liar()
        """, "error"),
    "wrong-numbers-of-the-right-form": tampering(
        "writes an answer of the right form by hand, then ends", """
        value = worker.plain((np.zeros((W.shape[0], A.shape[1])), (A, W, b)))
        asked.send(b"a" + worker.pack({"outcomes": [{"value": value}] * len(request["cases"])}))
        os._exit(0)
        """, "incorrect"),
    "says-that-it-is-right": tampering(
        "writes what the grader itself calls right", """
        for claim in ({"right": True}, {"outcomes": []}, {"outcomes": [{"value": None, "status": "correct", "points": 10}] * len(request["cases"])}):
            asked.send(b"a" + worker.pack(claim))
        os._exit(0)
        """, "error"),
    "answers-ahead": tampering(
        "writes wrong answers for all that follows in the same fork", """
        for one in many[many.index(request) if request in many else 0:] or [request]:
            asked.send(b"a" + worker.pack({"outcomes": [{"value": 0.0}] * len(one["cases"])}))
        os._exit(0)
        """, "incorrect"),
    "many-frames": tampering(
        "writes 100,000 frames", """
        for number in range(100_000):
            asked.send(b"a" + worker.pack({"limit": "time"}))
        """, "timeout", "error", "incorrect"),
    "huge-frame": tampering(
        "announces 2 ** 62 bytes", """
        for descriptor in range(3, 40):
            try:
                os.write(descriptor, struct.pack("<Q", 2 ** 62) + bytes(10_000))
            except OSError:
                pass
        os._exit(0)
        """, "error"),
    "endless-frame": tampering(
        "writes without end", """
        for descriptor in range(3, 40):
            try:
                os.write(descriptor, struct.pack("<Q", 2 ** 62))
                for n in range(600):
                    os.write(descriptor, bytes(2 ** 20))
            except OSError:
                pass
        os._exit(0)
        """, "error"),
    "frames-of-other-kinds": tampering(
        "writes frames that no one expects", """
        for kind in (b"", b"q", b"r", b"c", b"z", b"c" + bytes(8), b"a" + bytes(8), b"c" + worker.pack([]), b"q" + worker.pack({"modules": {}})):
            asked.send(kind)
        os._exit(0)
        """, "error"),
    "questions-without-end": tampering(
        "asks for what is no helper without end, with 5 MB each time", """
        header = b'["d",[["name","x"],["case",0],["kwargs",["d",[]]],["args",["l",[' + b",".join([b'["l",[]]'] * 600_000) + b"]]]]]"
        for n in range(40):
            asked.send(b"c" + struct.pack("<Q", len(header)) + header)
            asked.receive()
        """, "error"),
    "questions-of-many-bytes": tampering(
        "asks for what is no helper without end, with 15 MB of numbers each time", """
        n = 15 * 2 ** 20
        header = b'["d",[["name","x"],["case",0],["kwargs",["d",[]]],["args",["l",[["a","<f8",[%d],%d]]]]]]' % (n // 8, n)
        for times in range(150):
            asked.send(b"c" + struct.pack("<Q", len(header)) + header + bytes(n))
            asked.receive()
        """, "error"),
    "questions-that-nobody-reads": tampering(
        "asks and does not read what comes back", """
        for n in range(10_000):
            asked.send(b"c" + worker.pack({"name": "x" * 400, "case": 0, "args": [], "kwargs": {}}))
        """, "timeout", "error", "incorrect"),
    "closes-its-pipes": forward("closes all that is open", "import os\nos.closerange(0, 100)\nreturn A, (A, W, b)", "error"),
    "traces": forward(
        "watches all that Python does from now on", """
        import sys, threading
        def trace(frame, event, argument):
            if frame.f_code.co_name in ("pack", "plain", "answer", "write_frame") and "value" in frame.f_locals:
                frame.f_locals["value"] = {"right": True}
            return trace
        sys.settrace(trace)
        sys.setprofile(lambda *args: None)
        threading.settrace(trace)
        return A, (A, W, b)
        """, "incorrect", "error"),
    "changes-its-arguments": forward("changes its arguments, which are the grader's", "A[...] = 0\nW[...] = 0\nb[...] = 0\nreturn W @ A + b, (A, W, b)", "incorrect"),
    "changes-the-cases": tampering(
        "changes what it will be called with", """
        for one in [request, *many]:
            for case in one.get("cases", ()):
                case["args"] = tuple(0.0 * part if isinstance(part, np.ndarray) else part for part in case["args"])
        return np.zeros((W.shape[0], A.shape[1])), (A, W, b)
        """, "incorrect"),
}

# ---------------------------------------------------------------- values that are no answer

VALUES = {
    "million-items": forward("returns a million lists", "return [[0]] * 10 ** 6", "error", "timeout"),
    "ring": forward("returns a list that holds itself", "x = []\nx.append(x)\nreturn x", "error"),
    "deep": forward("returns lists in lists", "x = []\nfor n in range(10 ** 5):\n    x = [x]\nreturn x", "error", "timeout"),
    "nan": forward("returns NaN everywhere", "return np.full((W.shape[0], A.shape[1]), np.nan), (A, W, b)", "incorrect"),
    "infinite": forward("returns infinity everywhere", "return np.full((W.shape[0], A.shape[1]), np.inf), (A, W, b)", "incorrect"),
    "objects": forward("returns an array of objects", "return np.array([[len, None]]), (A, W, b)", "incorrect"),
    "huge-integer": forward("returns an integer with 10 million digits", "return 1 << (33 * 10 ** 6), (A, W, b)", "incorrect"),
    "huge-integers": cost("returns many large integers", "return [10 ** 600] * 20_000", "error", "timeout"),
    "generator": forward("returns a generator without end", "return iter(int, 1)", "incorrect"),
    "zero-strides": forward("returns an array of 8 TB that has one number", "return np.broadcast_to(0.0, (10 ** 6, 10 ** 6)), (A, W, b)", "error"),
    "empty-shapes": forward("returns an array of no numbers and a huge shape", "return np.zeros((0, 10 ** 15)), (A, W, b)", "incorrect"),
    "memory-mapped": forward(
        "returns an array in a file", "x = np.lib.format.open_memmap('x.npy', 'w+', float, (2, 2))\nreturn x, (A, W, b)", "incorrect"),
    "memory-mapped-bug": forward(
        "returns an array in a file that has shrunk", """
        import os
        x = np.memmap("x", float, "w+", shape=(512 * 16,))
        os.truncate("x", 0)
        return x, (A, W, b)
        """, "error"),
    "subclasses": forward(
        "returns subclasses of all that is plain", """
        class Array(np.ndarray):
            __array_priority__ = 1e9
            def __eq__(self, other): return True
            def __array_finalize__(self, other): self.extra = 1
            def tobytes(self, *args): return b""
            def __reduce__(self): return exit, ()
        class Number(float):
            def __eq__(self, other): return True
            def hex(self): return "0x0p0"
        class Pair(tuple):
            def __iter__(self): return iter([1, 2, 3])
            def __len__(self): return 10 ** 9
        class Table(dict):
            def items(self): return [("x", exit)]
        class Word(str):
            def __len__(self): return 10 ** 12
            def encode(self, *args): return exit()
        return Pair((A.view(Array), (A.view(Array), Table({Word("W"): Number(1)}), Word("x"))))
        """, "incorrect"),
    "broken-buffers": forward(
        "returns an array that looks into memory that is not its own", """
        import ctypes
        return np.lib.stride_tricks.as_strided(A, (10 ** 5, 1), (10 ** 9, 8)), (A, W, b)
        """, "error"),
    "hostile-text": forward("raises markup", "raise ValueError('<script>alert(1)</script>\\n=cmd()\\x1b[31m\\ud800')", "error"),
    "mute-exception": forward(
        "raises what cannot be printed", """
        class Mute(BaseException):
            __name__ = 5
            def __str__(self): raise SystemExit
            def __repr__(self): raise SystemExit
            def __getattribute__(self, name): raise SystemExit
        raise Mute
        """, "error"),
    "time-limit-of-its-own": forward("raises what the grader's limits are called", "class TimeLimit(BaseException):\n    pass\nraise TimeLimit", "error"),
    "ten-thousand-decorators": code(
        "decorates a function 10,000 times", {"linear_forward": ("error",)},
        linear_forward="@np.vectorize\n" * 10_000 + "def linear_forward(A, W, b):\n    return A\n"),
    "nested-99-deep": code(
        "nests 99 blocks", {"linear_forward": ("incorrect",)},
        linear_forward="def linear_forward(A, W, b):\n" + "".join("    " * n + "if True:\n" for n in range(1, 99)) + "    " * 99 + "return A"),
    "nested-functions": code(
        "defines functions in functions", {"linear_forward": ("incorrect",)},
        linear_forward="def linear_forward(A, W, b):\n" + "".join("  " * n + "def f():\n" for n in range(1, 90)) + "  " * 90 + "return A"),
    "top-level-code": code(
        "does its harm outside of functions", {"linear_forward": ("error",)},
        before=("import os\nos._exit(1)\nwhile True:\n    pass\nopen('@OUTSIDE@/written', 'w')", "x = [n for n in iter(int, 1)]\ny = __import__('os').getpid()"),
        linear_forward="""
        def linear_forward(A, W, b):
            return y, (A, W, b)
        """),
    "harm-in-defaults": code(
        "does its harm where a function is defined", {"linear_forward": ("blocked",)}, linear_forward="""
        def linear_forward(A, W, b, file=open("/etc/passwd")):
            return A
        """),
}

# ---------------------------------------------------------------- files that are no notebooks


def text_of(**changes):
    """Return the text of a solved notebook, its JSON changed."""
    return json.dumps({**solved_notebook(), **changes})


def cell(**changes):
    """Return the JSON of a code cell."""
    return {**solved_notebook()["cells"][0], **changes}


def write_encodings(folder):
    text = json.dumps(solved_notebook(before=("# naïve 李明 café",)), ensure_ascii=False)
    (folder / "latin-1.ipynb").write_bytes(text.replace("李明", "").encode("latin-1", "ignore"))
    (folder / "gbk.ipynb").write_bytes(text.replace("ï", "").replace("é", "").encode("gbk", "ignore"))
    (folder / "utf-16.ipynb").write_bytes(text.encode("utf-16"))
    (folder / "utf-8-bom.ipynb").write_bytes(text.encode("utf-8-sig"))
    (folder / "null-bytes.ipynb").write_bytes(text.encode().replace(b" ", b"\0", 1))
    (folder / "nothing-but-null.ipynb").write_bytes(bytes(10_000))
    (folder / "half-a-character.ipynb").write_text(json.dumps(solved_notebook(before=("# \ud800",))))


def write_formats(folder):
    cells = [{**one, "input": one["source"]} for one in solved_notebook()["cells"]]
    for version in (2, 3):
        (folder / f"format-{version}.ipynb").write_text(json.dumps({"nbformat": version, "worksheets": [{"cells": cells}]}))
    for version in (4, 5):
        (folder / f"format-{version}.ipynb").write_text(text_of(nbformat=version))
    (folder / "format-text.ipynb").write_text(text_of(nbformat="<script>", nbformat_minor=[], metadata=7))


def write_damaged(folder):
    text = text_of()
    (folder / "empty.ipynb").write_text("")
    (folder / "cut.ipynb").write_text(text[: len(text) // 2])
    (folder / "deep.ipynb").write_text('{"cells": ' + "[" * 1_000_000)
    (folder / "deep-objects.ipynb").write_text('{"a":' * 200_000 + "1" + "}" * 200_000)
    (folder / "deep-metadata.ipynb").write_text(text_of(metadata=0).replace('"metadata": 0', '"metadata": ' + "[" * 50_000 + "]" * 50_000))
    (folder / "twice.ipynb").write_text('{"cells": [], "cells": 5, ' + text[1:])
    (folder / "twice-worse.ipynb").write_text(text[:-1] + ', "cells": []}')
    (folder / "digits.ipynb").write_text('{"nbformat": ' + "9" * 100_000 + "}")
    (folder / "infinite.ipynb").write_text(text_of(nbformat_minor=0).replace('"nbformat_minor": 0', '"nbformat_minor": 1e999'))
    (folder / "list.ipynb").write_text("[1, 2]")
    (folder / "text.ipynb").write_text('"cells"')
    (folder / "html.ipynb").write_text("<html><script>alert(1)</script>")
    (folder / "pickle.ipynb").write_bytes(b"\x80\x04cos\nsystem\n(S'touch written'\ntR.")


def write_odd_cells(folder):
    odd = [cell(source=5), cell(source={"a": 1}), cell(source=[["x"], [5], None]), cell(source=None), cell(cell_type=None), cell(cell_type=["code"]),
           cell(outputs=5), cell(metadata=[1]), {"source": "x = 1"}, 5, None, [], "code", {}, cell(source=["def linear_", 5, "forward(A, W"]),
           cell(source="\0"), cell(source="(" * 1_000_000), cell(source="(" * 90_000), cell(source="-" * 90_000 + "1"), cell(source="1" + "+1" * 90_000),
           cell(source="x" + ".a" * 90_000), cell(source="f(" * 90 + ")" * 90), cell(source="if x:\n" * 5000), cell(source="\\\n" * 50_000)]
    (folder / "odd-cells.ipynb").write_text(text_of(cells=odd + solved_notebook()["cells"]))
    (folder / "cells-is-an-object.ipynb").write_text(text_of(cells={"0": cell()}))
    (folder / "50,000-cells.ipynb").write_text(text_of(cells=[cell(source="x")] * 50_000 + solved_notebook()["cells"]))
    (folder / "1000-cells.ipynb").write_text(text_of(cells=[cell(source="x = 1")] * 1000 + solved_notebook()["cells"]))
    (folder / "magics.ipynb").write_text(text_of(cells=[cell(source="%a\n" * 20_000), *solved_notebook()["cells"]]))
    chain = cell(source="a0 = 1\n" + "".join(f"a{n + 1} = a{n} + 1\n" for n in range(3000)))
    (folder / "chain.ipynb").write_text(text_of(cells=[chain, *solved_notebook({"compute_cost": SOLVED["compute_cost"] + "\n    a3000"})["cells"]]))


def write_large(folder):
    with open(folder / "200-mb.ipynb", "wb") as file:  # a hole, no bytes on the disk
        file.write(b'{"cells": [')
        file.truncate(200 * 2**20)
    output = {"output_type": "stream", "name": "stdout", "text": "x" * 80 * 2**20}
    (folder / "80-mb.ipynb").write_text(text_of(metadata={"outputs": [output]}))


def write_links(folder):
    for name, target in (("passwd", "/etc/passwd"), ("another-student", "../nan/notebook.ipynb"), ("itself", "itself.ipynb"), ("nowhere", "/nowhere")):
        os.symlink(target, folder / f"{name}.ipynb")
    os.symlink("..", folder / "loop")
    os.symlink("/etc", folder / "etc")
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "folder.ipynb").mkdir()
    (folder / "folder.ipynb" / "inside.ipynb").write_text(text_of())
    (folder / "inner.zip").write_bytes(zip_of({"notebook.ipynb": text_of().encode()}))


def zip_of(members):
    """Return the bytes of a zip."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def hostile_zip():
    """Return (bytes of a zip of a class, {file: what is expected of it})."""
    good, bomb = text_of().encode(), b'{"cells": [' + b" " * 150 * 2**20
    members = {
        "good/notebook.ipynb": good, "../../outside.ipynb": good, "/absolute.ipynb": good, "mallory/../../up.ipynb": good,
        "C:\\windows.ipynb": good, "bomb/bomb.ipynb": bomb, "also-good/notebook.ipynb": good}
    unreadable = [name for name in members if not name.endswith("good/notebook.ipynb")]
    return zip_of(members), {**dict.fromkeys(members, FULL), **dict.fromkeys(unreadable, "unreadable")}


FILES = {
    "encodings": files("writes its notebook in all encodings", write_encodings, **{
        "latin-1": "unreadable", "gbk": "unreadable", "utf-16": FULL, "utf-8-bom": FULL, "null-bytes": "unreadable", "nothing-but-null": "unreadable",
        "half-a-character": FULL}),
    "formats": files("hands in all formats of notebooks, and none", write_formats, **{
        "format-2": FULL, "format-3": FULL, "format-4": FULL, "format-5": FULL, "format-text": FULL}),
    "damaged": files("hands in what is no notebook", write_damaged, **{
        "empty": "unreadable", "cut": "unreadable", "deep": "unreadable", "deep-objects": "unreadable", "deep-metadata": "unreadable",
        "twice": FULL, "twice-worse": "unreadable", "digits": "unreadable", "infinite": FULL, "list": "unreadable", "text": "unreadable",
        "html": "unreadable", "pickle": "unreadable"}),
    "odd-cells": files("hands in cells of the wrong type", write_odd_cells, **{
        "odd-cells": FULL, "cells-is-an-object": "unreadable", "50,000-cells": "unreadable", "1000-cells": FULL, "magics": FULL, "chain": FULL}),
    "large": files("hands in a notebook of 200 MB, and one of 80 MB that is right", write_large, **{"200-mb": "unreadable", "80-mb": FULL}),
}
LINKS = files("hands in links, pipes and folders", write_links, **{
    "passwd": "unreadable", "another-student": "unreadable", "itself": "unreadable", "nowhere": "unreadable", "pipe": "unreadable",
    "folder.ipynb/inside": FULL})
LINKS.files.update({"loop": "unreadable", "etc": "unreadable", "inner.zip": "unreadable"})

ATTACKS = {**RESOURCES, **CRASHES, **OUTSIDE, **ANSWERS, **TAMPERING, **VALUES, **FILES, "links": LINKS}
