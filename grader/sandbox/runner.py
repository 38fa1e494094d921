"""Run a learner's functions in the process of worker.py: requests go out as they come, answers come back in their order.

An answer is {"outcomes": [...]}, {"program": error} where the definitions themselves fail, or {"limit": "time" | "size" |
"crash"}. An outcome is {"value": plain data} or {"error": what worker.describe_error gives}. While it runs, a learner's function
may call graded functions that are not its own: their arguments come here, and `serve` says what they return.
"""

import contextlib
import os
import queue
import subprocess
import threading
import time
from collections import deque
from dataclasses import dataclass

from . import wire
from .wire import STATE
from .worker import NOTHING_KNOWN

LOSSES = 4  # times the limit of time that one notebook may lose; then each question has no more than SHORT
SHORT = 0.5  # seconds
LAST = 2  # seconds in which the process must have ended
TOGETHER = 1  # second that each of several requests in one fork may take
GRACE = 5 if hasattr(os, "fork") else 0.0  # where the worker forks, it keeps the limit of time itself


@dataclass
class Request:
    """A request that is not answered yet."""

    ticket: int
    content: dict
    cases: int  # how many
    serve: object  # see `ask`
    right: bytes | None  # what the right answer looks like, to the byte
    served: float = 0.0  # seconds that its calls of helpers took


class ProcessRunner:
    """Runs learners' code in another process, with limits of time and memory for each question. start(): that process."""

    def __init__(self, seconds, megabytes, start):
        self.seconds, self.megabytes, self.start = seconds, megabytes, start
        self.begin()
        self.together = None  # requests that are to be sent together
        self.modules = None  # what the worker has been given, as bytes
        self.remembered = {}  # id of cases -> (cases, bytes); the worker knows them by that id
        self.waiting = deque()
        self.answers = {}  # ticket -> answer that nobody has fetched yet
        self.tickets = 0
        self._attach(start())

    def begin(self):
        """Begin with another notebook: it has all the time again."""
        self.lost = 0.0

    @property
    def limit(self):
        """Return the seconds that the next question may take."""
        return self.seconds if self.lost < LOSSES * self.seconds else min(self.seconds, SHORT)

    def _attach(self, process):
        """Let two threads write to and read from the process, so that neither side ever waits for the other to read."""
        self.process, self.outgoing, self.incoming = process, queue.SimpleQueue(), queue.SimpleQueue()
        threading.Thread(target=_write, args=(process.stdin, self.outgoing), daemon=True).start()
        threading.Thread(target=_read, args=(process.stdout, self.incoming), daemon=True).start()

    def give(self, module, sources):
        """Tell the worker which modules {name: source} a learner's code may import; the questions to come are about `module`."""
        self.modules = b"m" + wire.frame(wire.pack({"module": module, "modules": sources}))
        self._put(self.modules)

    def _put(self, data):
        self.outgoing.put(data)

    def remember(self, cases):
        """Send cases that many requests will be about; `ask` then sends no more than that it is about these."""
        if id(cases) not in self.remembered:
            known = wire.pack({"known": str(id(cases)), "cases": _plain_cases(cases)})
            self.remembered[id(cases)] = cases, b"k" + wire.frame(known)
            self._put(self.remembered[id(cases)][1])

    def ask(self, module, program, name, helpers, cases, uses=(), serve=None, right=None):
        """Send a learner's program and the cases on which to call its function `name`; return a ticket for `answer`.

        helpers: the names of the graded functions that it may call and does not define; serve(name, case, args, kwargs) gives the
        outcome of such a call. uses: the names that the program mentions. right: the answer, packed, if it is to be recognised.
        """
        if self.together is None and (helpers or any(request.content["helpers"] for request in self.waiting)):
            self._catch_up()  # what comes back to it must find nothing else on its way
        elif self.together is not None:
            helpers, serve = (), None
        known = id(cases) in self.remembered
        request = {
            "module": module, "program": program, "name": name, "helpers": sorted(helpers), "uses": sorted(uses),
            "seconds": self.limit, "megabytes": self.megabytes,
            "key": str(id(cases)) if known else "", "cases": [] if known else _plain_cases(cases),
        }
        self.tickets += 1
        self.waiting.append(Request(self.tickets, request, len(cases), serve, right))
        if self.together is None:
            self._send(request)
        else:
            self.together.append(request)
        return self.tickets

    def _send(self, request):
        self._put(b"q" + wire.frame(wire.pack(request)))

    @contextlib.contextmanager
    def one_fork(self):
        """Let the requests that are made meanwhile run in one fork, which is quicker.

        So nothing should be believed of their answers but that they are right: they may spoil things for one another, and there is
        less time. What is not right is to be asked again.
        """
        self.together = []
        try:
            yield
        finally:
            many, self.together = self.together, None
            if many:
                self._send({"many": many, "seconds": min(self.seconds, TOGETHER), "megabytes": self.megabytes})

    def answer(self, ticket):
        """Return the answer to a request; waits for it."""
        self._catch_up(ticket)
        return self.answers.pop(ticket)

    def _catch_up(self, ticket=None):
        """Wait for the answer with that ticket, or for all."""
        while self.waiting and ticket not in self.answers:
            request = self.waiting.popleft()
            answer = self._next(request)
            if answer == {"limit": "time"}:
                self.lost += request.content["seconds"]
            self.answers[request.ticket] = answer if answer is RIGHT or _is_answer(answer, request.cases) else {"limit": "crash"}

    def _next(self, request):
        while True:
            try:
                data = self.incoming.get(timeout=self.seconds + GRACE)
            except queue.Empty:
                self._restart()
                return {"limit": "time"}
            if data is None:
                self._restart()
                return {"limit": "crash"}
            kind, data = data[:1], data[1:]
            if kind == b"c":
                self._put(b"r" + wire.frame(wire.pack(self._serve(request, data))))
                continue
            if data == request.right:
                return RIGHT
            try:
                return wire.unpack(data)
            except ValueError:
                return None

    def _serve(self, request, data):
        """Return the outcome of a helper that a learner's function calls; whatever comes, this process goes on."""
        started = time.monotonic()
        try:
            if request.served > self.seconds:
                raise TimeoutError("the course's functions have been called too often")
            call = wire.unpack(data)
            name, case, args, kwargs = (call[key] for key in ("name", "case", "args", "kwargs"))
            return request.serve(name, case, args, kwargs)
        except Exception as error:
            return {"error": {"type": wire.base_name(error), "message": str(error)[:500]}}
        finally:
            request.served += time.monotonic() - started

    def _restart(self):
        """Start another process and ask it what the old one has not answered."""
        self._end()
        self._attach(self.start())
        known = [data for _, data in self.remembered.values()]
        for data in (self.modules, *known):
            self._put(data)
        for request in self.waiting:
            self._send(request.content)

    def _end(self):
        self.outgoing.put(None)
        self.process.kill()
        self.process.wait()

    def close(self):
        """End the process; where it has nothing to do it ends by itself, so that the system counts the time that it took."""
        if not self.waiting:
            self.outgoing.put(None)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(LAST)
        self._end()


RIGHT = {"right": True}  # the answer that is, to the byte, what was expected


def _plain_cases(cases):
    return [{"args": case.args, "replace": dict(case.replace), "state": STATE} for case in cases]


def _is_answer(answer, cases):
    """Return whether what came back has the form of an answer: code that takes hold of the pipe could write anything."""
    if not isinstance(answer, dict) or len(answer) != 1:
        return False
    if "program" in answer:
        return _is_error(answer["program"])
    if "limit" in answer:
        return answer["limit"] in ("time", "size", "crash", "again")
    outcomes = answer.get("outcomes")
    return isinstance(outcomes, list) and len(outcomes) == cases and all(
        isinstance(outcome, dict) and ("value" in outcome or _is_error(outcome.get("error"))) for outcome in outcomes)


def _is_error(error):
    """Return whether this is what worker.describe_error gives, and no longer than that."""
    if not isinstance(error, dict) or not {"type", "message"} <= error.keys() <= {*NOTHING_KNOWN, "keys"}:
        return False
    texts = all(isinstance(error.get(key, ""), str) and len(error.get(key, "")) <= 500 for key in ("type", "message", "text"))
    lines = isinstance(error.get("line"), int | None) and isinstance(error.get("inner"), str | None) and len(error.get("inner") or "") < 500
    shapes, names, keys = error.get("shapes", {}), error.get("names", []), error.get("keys", [])
    return (
        texts and lines and isinstance(shapes, dict) and all(_is_list(shape, int, 64) for shape in shapes.values())
        and _is_list(names, str, 500) and isinstance(keys, list) and all(_is_list(some, str, 100) for some in keys))


def _is_list(value, kind, most):
    return isinstance(value, list) and len(value) <= most and all(isinstance(part, kind) and len(str(part)) < 1000 for part in value)


def _write(stream, requests):
    try:
        while (request := requests.get()) is not None:
            stream.write(request)
            stream.flush()
        stream.close()
    except (BrokenPipeError, OSError, ValueError):  # the process has ended; who reads from it will see that
        pass


def _read(stream, answers):
    try:
        while (data := wire.read_frame(stream)) is not None:
            answers.put(data)
    except (OSError, ValueError):
        pass
    answers.put(None)
    stream.close()
