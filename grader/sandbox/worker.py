"""The process that runs a learner's code. It reads requests from stdin and answers on stdout; it has never seen the reference.

This file needs NumPy and wire.py of the project, so that it can be run where nothing else is:
beside it lie wire.py and, in a sandbox, jail.py. Where the system can fork, each
request runs in a fork of its own, with limits of time and memory, and nothing that it does is seen by the next. A graded function
that the learner's code calls and does not define is asked for: its arguments go out, its result comes back.
"""

import __future__

import ast
import builtins
import gc
import importlib.machinery
import io
import linecache
import os
import select
import signal
import struct
import sys
import time
import types
import warnings
from collections import deque

if __name__ == "__main__":  # a program by itself: the files beside it, and in a sandbox its packages, are elsewhere
    sys.path += [os.path.dirname(os.path.abspath(__file__)), *sys.argv[1:]]

import numpy as np
import numpy.random  # NumPy loads it when it is first used, which would be in every fork

if __name__ == "__main__":
    from wire import MAX_BYTES, TooLarge, base_name, exactly, frame, pack, plain, receive, send, unpack
else:
    from .wire import MAX_BYTES, TooLarge, base_name, exactly, frame, pack, plain, receive, send, unpack

MAX_CALLS = 20_000  # of helpers, in one request
MAX_CALL = 4 * 2**20  # bytes of one of them
COURSE_FAMILY = (  # how the helper modules of the course and of its older notebooks begin
    "dnn_utils", "dnn_app_utils", "init_utils", "reg_utils", "gc_utils", "testCases", "public_tests", "test_utils", "opt_utils",
    "planar_utils", "checks", "fast_network", "gradient_report", "course", "figures", "grader",
)


# ---------------------------------------------------------------- a learner's program


class HelperModule(types.ModuleType):
    """A helper module of the course, or of one of its older notebooks, as far as it is given to learners."""


def install_modules(sources):
    """Make the course's modules importable from `sources` {name: source}, instead of any that were before."""
    for name in [name for name in sys.modules if name.startswith(COURSE_FAMILY)]:
        del sys.modules[name]
    sys.meta_path[:] = [finder for finder in sys.meta_path if getattr(finder, "__name__", "") != "CourseFinder"]

    class CourseFinder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name in sources or name.startswith(COURSE_FAMILY):
                return importlib.machinery.ModuleSpec(name, CourseFinder)
            return None

        @staticmethod
        def create_module(spec):
            return HelperModule(spec.name)

        @staticmethod
        def exec_module(module):
            name = module.__name__
            if name in sources:
                module.__file__ = f"{name}.py"
                exec(compile(sources[name], f"<course {name}>", "exec"), vars(module))

    sys.meta_path.insert(0, CourseFinder)


def _import(item, namespace):
    """Run an import; of the course's own modules, only names that exist are bound: older notebooks have others."""
    node = ast.parse(item["source"]).body[0]
    if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(COURSE_FAMILY):
        module = builtins.__import__(node.module)
        for alias in node.names:
            if alias.name != "*" and hasattr(module, alias.name):
                namespace[alias.asname or alias.name] = getattr(module, alias.name)
    elif isinstance(node, ast.Import) and all(alias.name.startswith(COURSE_FAMILY) for alias in node.names):
        for alias in node.names:
            module = builtins.__import__(alias.name)
            for name in namespace["__given__"]:  # an older name of the module: the same helpers
                if not hasattr(module, name):
                    setattr(module, name, namespace["__given__"][name])
            namespace[alias.asname or alias.name] = module
    else:
        exec(compile(item["source"], item["file"], "exec"), namespace)


ANNOTATIONS = __future__.annotations.compiler_flag  # so that they are not evaluated: they may mention anything


def _can_do_without(item, namespace):
    """Return whether a program may run without an item that fails: a constant, which is only missed where it is used, or an
    import of what is there already, from the course or from another import; `*` may not be needed at all."""
    import ast

    if item["kind"] != "import":
        return item["kind"] == "constant"
    bound = [(alias.asname or alias.name).split(".")[0] for alias in ast.parse(item["source"]).body[0].names]
    return all(name == "*" or name in namespace for name in bound)


class Course:
    """What a learner's program finds there before it begins: the course's modules, and the names of the notebook's own one."""

    def __init__(self):
        self.given, self.namespace = {}, {}

    def install(self, module, sources):
        """Make the modules `sources` {name: source} importable and the names of `module` known."""
        install_modules(sources)
        self.given = {name: value for name, value in vars(builtins.__import__(module)).items() if not name.startswith("_")}
        notebook = {"display": lambda *values, **options: None, "get_ipython": lambda: None}  # what IPython puts there
        self.namespace = {"__name__": "__main__", "__builtins__": builtins, "np": np, **notebook, **self.given, "__given__": self.given}

    def copy(self):
        """Return another one that a program may change, where there is no fork to do it in."""
        other = Course()
        other.given = dict(self.given)
        other.namespace = {**self.namespace, "__given__": other.given}
        return other


def build_namespace(request, course, helpers):
    """Return the namespace of the learner's program: what the course gives, the helpers {name: function}, then the learner's own code.

    Definitions may stand in any order: one that needs a name not yet defined is tried again after the others.
    """
    module, namespace = sys.modules[request["module"]], course.namespace
    for name, helper in helpers.items():
        course.given[name] = namespace[name] = helper
        setattr(module, name, helper)  # for who calls it as dnn_utils.linear_forward
    waiting, last = list(request["program"]), None
    while waiting:
        again = []
        for item in waiting:
            text = "\n" * (item["first"] - 1) + item["source"]
            linecache.cache[item["file"]] = (len(text), None, [line + "\n" for line in text.split("\n")], item["file"])
            try:
                if item["kind"] == "import":
                    _import(item, namespace)
                else:
                    exec(compile(text, item["file"], "exec", ANNOTATIONS), namespace)
            except (NameError, ImportError) as error:
                last = error
                again.append(item)
            except Exception:
                if item["kind"] != "constant":  # a constant that can not be had is only missed where it is used
                    raise
        if len(again) == len(waiting):
            again = [item for item in waiting if not _can_do_without(item, namespace)]
            if len(again) == len(waiting):
                raise last
        waiting = again
    return namespace


NOTHING_KNOWN = {"type": "", "message": "", "line": None, "inner": None, "text": "", "shapes": {}, "names": []}


def _text(error):
    try:
        return str(error)
    except BaseException:  # the learner's own class of exceptions
        return ""


def describe_error(error, is_learners, name):
    """Return what is known of an exception: its type and text, where in the learner's code, and the shapes of the arrays there.

    is_learners(filename) says which frames are the learner's; `name` is the function that was called.
    """
    if isinstance(error, SyntaxError):
        return {**NOTHING_KNOWN, "type": "SyntaxError", "message": str(error.msg), "text": str(error.text or "").strip()}
    frames, trace = [], error.__traceback__
    while trace is not None:
        frames.append((trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    own = [(frame, line) for frame, line in frames if is_learners(frame.f_code.co_filename)]
    outer = next((pair for pair in reversed(own) if pair[0].f_code.co_name == name), None)
    place = own[-1] if own else None
    found = {**NOTHING_KNOWN, "type": base_name(error), "message": _text(error)[:500], "line": outer[1] if outer else None}
    if place is not None:
        frame, line = place
        found["text"] = linecache.getline(frame.f_code.co_filename, line).strip()[:200]
        found["inner"] = frame.f_code.co_name if outer is None or frame is not outer[0] else None
        found["shapes"] = {key: list(value.shape) for key, value in frame.f_locals.items() if type(value) is np.ndarray}
        names = {*frame.f_locals, *frame.f_globals} | ({*frames[-1][0].f_locals} if frames[-1][0] is frame else set())
        found["names"] = sorted(str(key) for key in names if not str(key).startswith("_"))[:500]
        if isinstance(error, KeyError):
            holders = [value for value in frame.f_locals.values() if type(value) is dict and len(value) < 100]
            found["keys"] = [[key for key in holder if type(key) is str] for holder in holders]
    return found


def call(function, case, is_learners, name):
    """Call a learner's function on one case; return {"value": plain data} or {"error": ...}."""
    np.random.seed(case["state"])  # a function that must seed the generator itself is not helped by chance
    try:
        with warnings.catch_warnings():  # they are ignored (`quiet`) until the learner's code says otherwise
            return {"value": plain(function(*case["args"]))}
    except TooLarge:
        return {"error": {**NOTHING_KNOWN, "type": "TooLarge"}}
    except MemoryError:
        return {"error": {**NOTHING_KNOWN, "type": "MemoryError"}}
    except BaseException as error:  # SystemExit and KeyboardInterrupt of the learner's code, too, are answers about it
        if type(error).__name__ == "TimeLimit":
            raise
        return {"error": describe_error(error, is_learners, name)}


def value_of(outcome):
    """Return the value of a helper's outcome, or raise its exception."""
    if "error" in outcome:
        raise getattr(builtins, outcome["error"]["type"], Exception)(outcome["error"]["message"])
    return outcome["value"]


class Asked:
    """Makes stand-ins for functions that are not here: a call sends the arguments out and waits for what comes back."""

    def __init__(self, send, receive):
        self.send, self.receive, self.case = send, receive, 0

    def helper(self, name):
        """Return a function that asks for what the helper `name` of the course returns."""
        def ask(*args, **kwargs):
            call = {"name": name, "case": self.case, "args": list(args), "kwargs": kwargs}
            try:
                self.send(b"c" + pack(plain(call)))
            except TooLarge:
                raise MemoryError(f"{name}: these arguments are far too large") from None
            return value_of(unpack(self.receive()))

        ask.__name__ = ask.__qualname__ = name
        return ask


def answer(request, course, asked):
    """Run the program of `request` and its cases; return the outcomes."""
    def is_learners(filename):
        return filename.startswith("<cell ")

    name = request["name"]
    try:
        with warnings.catch_warnings():
            namespace = build_namespace(request, course, {helper: asked.helper(helper) for helper in request["helpers"]})
        function = namespace[name]
    except BaseException as error:
        return {"program": describe_error(error, is_learners, name)}
    outcomes = []
    for asked.case, case in enumerate(request["cases"]):
        if outcomes and outcomes[-1].get("error", {}).get("type") == "MemoryError":  # once is enough: it takes its time
            outcomes.append(outcomes[-1])
            continue
        replaced = [item for item in case["replace"].items() if item[0] in request["uses"]]
        before = [_replace_helper(namespace, request["module"], *item) for item in replaced]
        outcomes.append(call(function, case, is_learners, name))
        for places in before:
            for place, key, value in places:
                place[key] = value
    return {"outcomes": outcomes}


def _replace_helper(namespace, module, helper, source):
    """Put another helper in the place of `helper` wherever the code finds it; return (place, key, old value) of each."""
    own = {"np": np}
    exec(compile(source, "<course>", "exec"), own)
    given = namespace["__given__"].get(helper, own)
    places = [(namespace, key) for key, value in namespace.items() if value is given] + [(vars(sys.modules[module]), helper)]
    before = [(place, key, place.get(key)) for place, key in [(namespace, helper), *places]]
    for place, key, _ in before:
        place[key] = own[helper]
    return before


# ---------------------------------------------------------------- the process


def quiet():
    """Send whatever the learner's code prints, on any level, to nowhere, and its warnings, too."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), *(open(n, "w", encoding="utf-8", errors="replace", closefd=False) for n in (1, 2))
    warnings.simplefilter("ignore")


def address_space():
    """Return the bytes of memory that this process has asked for, as far as the system tells."""
    try:
        import resource

        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except (OSError, ImportError):
        return 0


def set_limits(seconds, memory):
    """Limit the memory and the processor time of this process."""
    import resource

    for limit, value in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, int(seconds) + 1), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):  # macOS has no limit on address space
            pass


class Limit(Exception):
    """A learner's code has reached a limit: time, size or crash."""


class Pipes:
    """Frames from and to a fork in which a learner's code runs; it may write what it likes and need not read."""

    def __init__(self, incoming, outgoing):
        self.incoming, self.outgoing, self.deadline = incoming, outgoing, 0.0
        self.data = bytearray()

    def _wait(self, reading, writing):
        left = self.deadline - time.monotonic()
        if left <= 0 or not any(select.select(reading, writing, [], left)):
            raise Limit("time")

    def read(self):
        """Return the next frame; not to the end of the pipe: a process that was left behind may hold it open.

        Raises Limit.
        """
        while len(self.data) < 8 or len(self.data) < 8 + struct.unpack_from("<Q", self.data)[0]:
            self._wait([self.incoming], [])
            piece = os.read(self.incoming, 1 << 20)
            if not piece:
                raise Limit("crash")
            self.data += piece
            if len(self.data) > 2 * MAX_BYTES:
                raise Limit("size")
        end = 8 + struct.unpack_from("<Q", self.data)[0]
        frame = bytes(self.data[8:end])
        del self.data[:end]
        return frame

    def write(self, data):
        """Send a frame."""
        os.set_blocking(self.outgoing, False)
        data = frame(data)
        while data:
            self._wait([], [self.outgoing])
            try:
                data = data[os.write(self.outgoing, data) :]
            except BlockingIOError:
                pass
            except BrokenPipeError:
                raise Limit("crash") from None


class Forks:
    """Answers each request in a fork of this process, which is ended at the limit of time.

    This process never sees a learner's code or values, or what the course's functions return: whatever it had seen would stay
    somewhere in its memory, which all later forks have. So it lets a fork read the request, have another one run the code, and
    write the answer; all that these two knew ends with them.
    """

    def __init__(self, course, known, requests, answers, jail=None):
        self.course, self.known, self.requests, self.answers, self.jail = course, known, requests, answers, jail
        self.fork, self.plain_fork = (jail.Forks().fork, jail.fork) if jail else (os.fork, os.fork)
        self.start()

    def start(self):
        """Take note of the memory in use, and let the forks not look for garbage in it."""
        self.memory = address_space()
        gc.freeze()

    def serve(self):
        """Let a fork read and answer the next request."""
        keeper = self.plain_fork()
        if keeper == 0:
            code = 1
            try:
                self._answer(unpack(receive(self.requests)))
                code = 0
            finally:
                os._exit(code)
        if os.waitpid(keeper, 0)[1]:
            os._exit(1)  # an answer is missing; whoever waits for it starts another process

    def _answer(self, request):
        """Write the answers to `request`: one, or as many as the requests that it is made of.

        Those run in one fork, which is quicker. Where it ends before its time, the answer to the rest is to ask again.
        """
        wanted, limit = len(parts(request, self.known)), None
        ours, theirs = os.pipe()
        replies, reply = os.pipe()
        child = self.fork()
        if child == 0:
            try:
                self._run(request, theirs, replies)
            finally:
                os._exit(0)
        os.close(theirs)
        os.close(replies)
        pipes = Pipes(ours, reply)
        try:
            while wanted:
                send(self.answers, self._serve(pipes, request["seconds"]))
                wanted -= 1
        except Limit as reached:
            limit = str(reached)
        for kill in (os.killpg, os.kill):  # the whole group, and the child itself where it has not made one yet
            try:
                kill(child, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):  # it has ended
                pass
        _, status = os.waitpid(child, 0)
        if limit == "crash" and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
            limit = "time"
        for _ in range(wanted):
            send(self.answers, b"a" + pack({"limit": "again" if "many" in request else limit}))

    def _serve(self, pipes, seconds):
        """Return the next answer of a fork; pass on what it asks for until then."""
        pipes.deadline, others = time.monotonic() + seconds, 0.0
        for _ in range(MAX_CALLS):
            frame = pipes.read()
            if frame[:1] != b"c":
                return frame
            if len(frame) > MAX_CALL:
                raise Limit("size")
            before = time.monotonic()
            reply = exchange(self.requests, self.answers, frame)
            others += time.monotonic() - before  # the time of others is not the learner's, within reason
            if others > seconds:
                raise Limit("time")
            pipes.deadline += time.monotonic() - before
            pipes.write(reply)
        raise Limit("time")

    def _run(self, request, theirs, replies):
        """Answer a request in the fork of the fork."""
        low, high = sorted((theirs, replies))
        for first, last in ((3, low), (low + 1, high), (high + 1, 4096)):
            os.closerange(first, last)  # the learner's code has no way to the pipes of this process
        os.setsid()
        memory = self.memory + request["megabytes"] * 2**20
        (self.jail.lock if self.jail else set_limits)(request["seconds"], memory)
        asked = Asked(lambda frame: send(theirs, frame), lambda: receive(replies))
        for one in request.get("many", [request]):
            send(theirs, b"a" + pack(answer(one, self.course.copy() if "many" in request else self.course, asked)))


def parts(request, known):
    """Return the requests that a request is made of, each with its cases; known: {name: cases} that were sent before."""
    for one in request.get("many", [request]):
        one["cases"] = known[one["key"]] if one["key"] else one["cases"]
    return request.get("many", [request])


def exchange(requests, answers, frame):
    """Pass on what a learner's code asks for and return the reply."""
    send(answers, frame)
    if exactly(requests, 1) != b"r":
        os._exit(1)  # who asked has ended
    return receive(requests)


def main():
    """Answer requests until stdin ends. Modules and cases that requests refer to come before them."""
    requests, answers = os.dup(0), os.dup(1)
    course, known, jail = Course(), {}, None
    if len(sys.argv) > 1:
        import jail

        jail.enter()
    quiet()
    forks = Forks(course, known, requests, answers, jail) if hasattr(os, "fork") else None
    replies = deque()
    here = Asked(lambda frame: replies.append(exchange(requests, answers, frame)), replies.popleft)
    while kind := os.read(requests, 1):
        if kind == b"q" and forks:
            forks.serve()
            continue
        request = unpack(receive(requests))
        if kind == b"m":
            course.install(request["module"], request["modules"])
        elif kind == b"k":
            known[request["known"]] = request["cases"]
        else:
            for one in parts(request, known):
                send(answers, b"a" + pack(answer(one, course.copy(), here)))
        if forks:
            forks.start()
    os._exit(0)  # at once


if __name__ == "__main__":
    main()
