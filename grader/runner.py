"""Run a learner's functions in the process of worker.py: requests go out as they come, answers come back in their order.

An answer is {"outcomes": [...]}, {"program": error} where the definitions themselves fail, or {"limit": "time" | "size" |
"crash"}. An outcome is {"value": plain data} or {"error": what worker.describe_error gives}.
"""

import os
import queue
import threading
from collections import deque

from . import worker
from .diagnose import STATE
from .start import start_worker

GRACE = 5 if hasattr(os, "fork") else 0.0  # where the worker forks, it keeps the limit of time itself


class ProcessRunner:
    """Runs learners' code in another process, with limits of time and memory for each question."""

    def __init__(self, seconds, megabytes, process):
        self.seconds, self.megabytes = seconds, megabytes
        self.modules = None  # what the worker has been given, as bytes
        self.waiting = deque()  # (ticket, bytes, number of cases) of requests that are not answered yet
        self.answers = {}  # ticket -> answer that nobody has fetched yet
        self.tickets = 0
        self._attach(process)

    def _attach(self, process):
        """Let two threads write to and read from the process, so that neither side ever waits for the other to read."""
        self.process, self.outgoing, self.incoming = process, queue.Queue(), queue.Queue()
        threading.Thread(target=_write, args=(process.stdin, self.outgoing), daemon=True).start()
        threading.Thread(target=_read, args=(process.stdout, self.incoming), daemon=True).start()

    def give(self, module, sources):
        """Tell the worker which modules {name: source} a learner's code may import; the questions to come are about `module`."""
        modules = worker.pack({"module": module, "modules": sources})
        if modules != self.modules:
            self.modules = modules
            self.outgoing.put(modules)

    def ask(self, module, program, name, references, cases):
        """Send a learner's program and the cases on which to call its function `name`; return a ticket for `answer`."""
        request = worker.pack({
            "module": module, "program": program, "name": name, "references": references, "seconds": self.seconds,
            "megabytes": self.megabytes,
            "cases": [{"args": case.args, "replace": dict(case.replace), "state": STATE} for case in cases],
        })
        self.tickets += 1
        self.waiting.append((self.tickets, request, len(cases)))
        self.outgoing.put(request)
        return self.tickets

    def answer(self, ticket):
        """Return the answer to a request; waits for it."""
        while ticket not in self.answers:
            number, _, cases = self.waiting.popleft()
            answer = self._next()
            self.answers[number] = answer if _is_answer(answer, cases) else {"limit": "crash"}
        return self.answers.pop(ticket)

    def _next(self):
        try:
            data = self.incoming.get(timeout=self.seconds + GRACE)
        except queue.Empty:
            self._restart()
            return {"limit": "time"}
        if data is None:
            self._restart()
            return {"limit": "crash"}
        try:
            return worker.unpack(data)
        except ValueError:
            return {"limit": "crash"}

    def _restart(self):
        """Start another process and ask it what the old one has not answered."""
        self._end()
        self._attach(start_worker())
        for request in (self.modules, *(request for _, request, _ in self.waiting)):
            self.outgoing.put(request)

    def _end(self):
        self.outgoing.put(None)
        self.process.kill()
        self.process.wait()

    def close(self):
        """End the process."""
        self._end()


def _is_answer(answer, cases):
    """Return whether what came back has the form of an answer: code that takes hold of the pipe could write anything."""
    if not isinstance(answer, dict) or len(answer) != 1:
        return False
    if "program" in answer:
        return _is_error(answer["program"])
    if "limit" in answer:
        return answer["limit"] in ("time", "size", "crash")
    outcomes = answer.get("outcomes")
    return isinstance(outcomes, list) and len(outcomes) == cases and all(
        isinstance(outcome, dict) and ("value" in outcome or _is_error(outcome.get("error"))) for outcome in outcomes)


def _is_error(error):
    return isinstance(error, dict) and all(isinstance(error.get(key), str) for key in ("type", "message"))


def _write(stream, requests):
    try:
        while (request := requests.get()) is not None:
            worker.write_frame(stream, request)
        stream.close()
    except (BrokenPipeError, OSError, ValueError):  # the process has ended; who reads from it will see that
        pass


def _read(stream, answers):
    try:
        while (data := worker.read_frame(stream)) is not None:
            answers.put(data)
    except (OSError, ValueError):
        pass
    answers.put(None)
    stream.close()
