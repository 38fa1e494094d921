"""What the reference returns: for the inputs of a question, for a learner's code that calls it, and for edits of it.

It runs here, in the grader, where no learner's code runs.
"""

import contextlib
import copy
import inspect
import io
import os
import warnings
import zlib

import numpy as np

from . import reference
from .sandbox.wire import STATE, base_name, pack, plain

checks = reference.course_module("checks")


def new_seed():
    """Return a fresh seed."""
    return int.from_bytes(os.urandom(4), "big")


def draw(question, seed):
    """Return the cases of a question for a seed."""
    return list(question.cases(np.random.default_rng([seed, zlib.crc32(question.name.encode())])))


@contextlib.contextmanager
def quiet():
    """Evaluate references without warnings, output and checks of the arguments."""
    with checks.off(), np.errstate(all="ignore"), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


class Reference:
    """A question's reference function, and what edits of it return; here, where no learner's code runs."""

    def __init__(self, question):
        self.question = question
        self.source = reference.solved(reference.function_source(question.path))
        module = reference.course_module(question.module)
        self.names = {name: inspect.unwrap(value) if inspect.isfunction(value) else value for name, value in vars(module).items()}

    def outcome(self, code, case):
        """Return {"value"} or {"error"} of the function that `code` defines, on one case; call it inside `quiet`."""
        return self._call(code, copy.deepcopy(case.args), {}, case.replace)

    def _call(self, code, args, kwargs, replace):
        namespace = dict(self.names)
        try:
            exec(code, namespace)
            for helper, source in replace.items():
                exec(source, own := {"np": np})
                namespace[helper] = own[helper]
            np.random.seed(STATE)
            return {"value": plain(namespace[self.question.name](*args, **kwargs))}
        except Exception as error:
            return {"error": {"type": base_name(error), "message": str(error)[:500]}}

    def result(self, args, kwargs, replace):
        """Return {"value"} or {"error"} of the reference for a learner's code that calls it; {name: source}: helpers replaced."""
        with quiet():
            return self._call(compile(self.source, "<reference>", "exec"), args, kwargs, replace)

    def expected(self, cases):
        """Return the right values of all cases."""
        code = compile(self.source, "<reference>", "exec")
        with quiet():
            outcomes = [self.outcome(code, case) for case in cases]
        failed = next((outcome["error"] for outcome in outcomes if "error" in outcome), None)
        if failed:
            reason = f"{failed['type']}: {failed['message']}"
            raise RuntimeError(f"the reference fails, too ({reason}); has a NumPy function been overwritten?")
        return [outcome["value"] for outcome in outcomes]


# ---------------------------------------------------------------- the inputs of one seed


def with_replacements(cases, uses):
    """Return the cases with those helpers replaced that the learner's code mentions."""
    return [case._replace(replace={name: source for name, source in case.replace.items() if name in uses}) for case in cases]


class Inputs:
    """The cases of every question for one seed, drawn when they are first needed, and what the reference returns for them."""

    def __init__(self, seed):
        self.seed = seed
        self.drawn, self.results, self.references = {}, {}, {}

    def cases(self, question):
        """Return the cases of a question, always the same object."""
        if question.path not in self.drawn:
            self.drawn[question.path] = draw(question, self.seed)
        return self.drawn[question.path]

    def expected(self, question, uses):
        """Return (cases, expected values, the right answer as bytes) for code that mentions `uses`."""
        cases = self.cases(question)
        replaced = frozenset(name for case in cases for name in case.replace if name in uses)
        key = question.path, replaced
        if key not in self.results:
            cases = with_replacements(cases, replaced)
            expected = self.reference(question).expected(cases)
            self.results[key] = cases, expected, pack({"outcomes": [{"value": value} for value in expected]})
        return self.results[key]

    def reference(self, question):
        """Return the Reference of a question."""
        if question.path not in self.references:
            self.references[question.path] = Reference(question)
        return self.references[question.path]
