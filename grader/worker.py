"""The process that runs a learner's code. It reads requests from stdin and answers on stdout; it has never seen the reference.

This file needs NumPy and nothing else of the project, so that it can be run where nothing else is. Values cross the process
boundary as bytes of a plain format (`pack`, `unpack`), never as pickles. Where the system can fork, each request
runs in a fork of its own, with limits of time and memory, and nothing that it does is seen by the next.
"""

import __future__

import ast
import builtins
import gc
import importlib.machinery
import io
import json
import linecache
import os
import re
import struct
import sys
import time
import types
import warnings

import numpy as np
import numpy.random  # NumPy loads it when it is first used, which would be in every fork

MAX_BYTES = 64 * 2**20  # of one answer
MAX_ITEMS = 100_000
NUMBERS = re.compile(r"[<>|][biufc]\d\d?")  # dtypes
COURSE_FAMILY = (  # how the helper modules of the course and of its older notebooks begin
    "dnn_utils", "dnn_app_utils", "init_utils", "reg_utils", "gc_utils", "testCases", "public_tests", "test_utils", "opt_utils",
    "planar_utils", "checks", "course", "figures", "grader",
)


# ---------------------------------------------------------------- plain values as bytes


class Opaque:
    """A value that is no number, text, array, tuple, list or dictionary of such; only the name of its type is known."""

    def __init__(self, type_name):
        self.type_name = type_name

    def __repr__(self):
        return f"<{self.type_name}>"

    def __eq__(self, other):
        return isinstance(other, Opaque) and other.type_name == self.type_name


class TooLarge(Exception):
    """A value with more bytes or parts than any answer to a question has."""


def plain(value, depth=0, count=None):
    """Return `value` as new plain data: exact built-in types, base-class arrays of numbers; anything else as Opaque."""
    count = count if count is not None else [0, 0]
    count[0] += 1
    if count[0] > MAX_ITEMS or depth > 30:
        raise TooLarge
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biufc":
            return Opaque(f"array of dtype {value.dtype}")
        count[1] += value.nbytes
        if count[1] > MAX_BYTES:
            raise TooLarge
        return np.array(value, subok=False, order="C")
    if isinstance(value, np.generic):
        return np.array(value)[()] if value.dtype.kind in "biufc" else Opaque(type(value).__name__)
    if value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        return int.__int__(value) if int.bit_length(value) < 2048 else Opaque("int of more than 2048 bits")
    for kind in (float, complex):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, str):
        return str.__str__(value) if str.__len__(value) < 10_000 else Opaque("very long str")
    for kind in (tuple, list):
        if isinstance(value, kind):
            return kind([plain(part, depth + 1, count) for part in kind.__iter__(value)])
    if isinstance(value, dict):
        return {_key(key): plain(part, depth + 1, count) for key, part in dict.items(value)}
    return Opaque(type(value).__name__)


def _key(key):
    """Return the key of a dictionary as text; one that is no text, or too long for any name, as its type."""
    return str.__str__(key) if isinstance(key, str) and str.__len__(key) < 1000 else f"<{type(key).__name__}>"


def _encode(value, blobs):
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return ["i", str(value)]
    if kind is float:
        return ["f", value.hex()]
    if kind is complex:
        return ["c", value.real.hex(), value.imag.hex()]
    if kind in (tuple, list):
        return ["t" if kind is tuple else "l", [_encode(part, blobs) for part in value]]
    if kind is dict:
        return ["d", [[key, _encode(part, blobs)] for key, part in value.items()]]
    if kind is Opaque:
        return ["o", value.type_name]
    if isinstance(value, np.ndarray | np.generic):
        array = np.ascontiguousarray(value)
        blobs.append(array.tobytes())
        return ["a" if kind is np.ndarray else "s", array.dtype.str, list(np.shape(value)), len(blobs[-1])]
    raise TypeError(f"not plain: {kind.__name__}")


def pack(value):
    """Return plain data as bytes."""
    blobs = []
    header = json.dumps(_encode(value, blobs), ensure_ascii=True, separators=(",", ":")).encode()
    return struct.pack("<Q", len(header)) + header + b"".join(blobs)


def _decode(value, data, at):
    if not isinstance(value, list):
        return value
    kind, content = value[0], value[1]
    if kind == "i":
        return int(content)
    if kind == "f":
        return float.fromhex(content)
    if kind == "c":
        return complex(float.fromhex(content), float.fromhex(value[2]))
    if kind in ("t", "l"):
        return (tuple if kind == "t" else list)(_decode(part, data, at) for part in content)
    if kind == "d":
        return {str(key): _decode(part, data, at) for key, part in content}
    if kind == "o":
        return Opaque(str(content))
    if kind in ("a", "s") and NUMBERS.fullmatch(content):
        dtype, shape, size = np.dtype(content), tuple(value[2]), int(value[3])
        if size < 0 or at[0] + size > len(data) or any(length < 0 for length in shape) or (kind == "s" and shape):
            raise ValueError("not an answer")
        array = np.frombuffer(data[at[0] : at[0] + size], dtype).reshape(shape).copy()
        at[0] += size
        return array if kind == "a" else array[()]
    raise ValueError("not an answer")


def unpack(data):
    """Return the plain data of `data`; raises ValueError where these are not bytes made by `pack`."""
    try:
        (size,) = struct.unpack_from("<Q", data)
        return _decode(json.loads(data[8 : 8 + size]), data, [8 + size])
    except (struct.error, TypeError, IndexError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError("not an answer") from error


def read_frame(stream):
    """Return the bytes of the next frame of `stream`, or None at its end."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    (size,) = struct.unpack("<Q", head)
    return stream.read(size)


def write_frame(stream, data):
    """Write `data` as one frame."""
    stream.write(struct.pack("<Q", len(data)) + data)
    stream.flush()


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


def build_namespace(request):
    """Return the namespace of the learner's program: the given helpers, reference helpers, then the learner's own code.

    Definitions may stand in any order: one that needs a name not yet defined is tried again after the others.
    """
    module = builtins.__import__(request["module"])
    given = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    reference = dict(vars(module))
    for name, source in request["references"].items():
        exec(compile(source, f"<course {name}>", "exec"), reference)
        given[name] = reference[name]
        setattr(module, name, reference[name])  # for who calls it as dnn_utils.linear_forward
    notebook = {"display": lambda *values, **options: None, "get_ipython": lambda: None}  # what IPython puts there
    namespace = {"__name__": "__main__", "__builtins__": builtins, "np": np, **notebook, **given, "__given__": given}
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


def base_name(error):
    """Return the name of the nearest built-in class of an exception."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")


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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return {"value": plain(function(*case["args"]))}
    except TooLarge:
        return {"error": {**NOTHING_KNOWN, "type": "TooLarge"}}
    except MemoryError:
        return {"error": {**NOTHING_KNOWN, "type": "MemoryError"}}
    except BaseException as error:  # SystemExit and KeyboardInterrupt of the learner's code, too, are answers about it
        if type(error).__name__ == "TimeLimit":
            raise
        return {"error": describe_error(error, is_learners, name)}


def answer(request):
    """Run the program of `request` and its cases; return the outcomes."""
    def is_learners(filename):
        return filename.startswith("<cell ")

    name = request["name"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            namespace = build_namespace(request)
        function = namespace[name]
    except BaseException as error:
        return {"program": describe_error(error, is_learners, name)}
    outcomes = []
    for case in request["cases"]:
        if outcomes and outcomes[-1].get("error", {}).get("type") == "MemoryError":  # once is enough: it takes its time
            outcomes.append(outcomes[-1])
            continue
        before = [_replace_helper(namespace, request["module"], *item) for item in case["replace"].items()]
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
    """Send whatever the learner's code prints, on any level, to nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), open(os.devnull, "w"), open(os.devnull, "w")  # noqa: SIM115


def set_limits(seconds, megabytes):
    """Limit the memory and the processor time of this process."""
    import resource

    with open("/proc/self/statm") if os.path.exists("/proc/self/statm") else io.StringIO("0") as statm:
        used = int(statm.read().split()[0]) * resource.getpagesize()
    for limit, value in (
        (resource.RLIMIT_AS, used + megabytes * 2**20), (resource.RLIMIT_CPU, int(seconds) + 1), (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):  # macOS has no limit on address space
            pass


def in_fork(request):
    """Answer `request` in a fork of this process, which is ended at the limit of time; return the bytes of the answer."""
    import select
    import signal

    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.closerange(3, theirs)  # the learner's code has no way to the pipes of this process
            os.closerange(theirs + 1, 4096)
            os.setsid()
            quiet()
            set_limits(request["seconds"], request["megabytes"])
            data = pack(answer(request))
            with os.fdopen(theirs, "wb") as pipe:
                write_frame(pipe, data)
        finally:
            os._exit(0)
    os.close(theirs)
    data, deadline = bytearray(), time.monotonic() + request["seconds"]
    limit, end = None, 8
    while len(data) < end:  # not to the end of the pipe: a process that the learner's code has left behind may hold it open
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([ours], [], [], left)[0]:
            limit = "time"
            break
        piece = os.read(ours, 1 << 20)
        if not piece:
            break
        data += piece
        if len(data) >= 8:
            end = 8 + struct.unpack_from("<Q", data)[0]
        if len(data) > 2 * MAX_BYTES:
            limit = "size"
            break
    os.close(ours)
    for kill in (os.killpg, os.kill):  # the whole group, and the child itself where it has not made one yet
        try:
            kill(child, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # it has ended
            pass
    _, status = os.waitpid(child, 0)
    if limit is None and len(data) < end:
        limit = "time" if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU else "crash"
    return pack({"limit": limit}) if limit else bytes(data[8:end])


def main():
    """Answer requests until stdin ends. Modules that learners may import come before the requests that need them."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    if not hasattr(os, "fork"):
        quiet()
    while (data := read_frame(requests)) is not None:
        request = unpack(data)
        if "modules" in request:
            install_modules(request["modules"])
            builtins.__import__(request["module"])  # once, before the forks
            gc.freeze()  # nothing of it is garbage, and the forks need not look
            continue
        write_frame(answers, in_fork(request) if hasattr(os, "fork") else pack(answer(request)))


if __name__ == "__main__":
    main()
