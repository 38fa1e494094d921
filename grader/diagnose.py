"""Name the cause of a wrong answer: the edit of the reference whose results equal the learner's on the same inputs.

First the typical mistakes that the question lists, then every single edit (edits.py), then two edits together. Nothing is
guessed: what is named gives the learner's results in every case that was run.
"""

import ast
import difflib
import time
from dataclasses import dataclass

import numpy as np

from .compare import MISSING, at, close, differences_of_reading, flatten, is_number, quantities, tolerances
from .edits import edits, quantity_of, statements, text_of
from .oracle import Reference, quiet
from .questions.base import Mistake
from .text import Text


@dataclass
class Diagnosis:
    """What explains a wrong answer. `line` counts within the learner's function, its def line being 1; None where unknown."""

    quantity: str
    kind: str
    line: int | None
    text: Text
    line_text: str | None = None
    signature: tuple = ()  # the same for two answers with the same cause
    planted: Mistake | None = None  # the bug that was planted in the exercise and is still there


@dataclass
class Cause:
    """One edit that takes part in an explanation."""

    quantity: str
    kind: str
    text: Text
    weight: float
    written: Mistake | None  # where the question lists it
    statement: str  # the edited statement
    number: int  # among the statements that set the same quantity
    sets: str  # the quantity that the statement sets
    original: str  # the statement as the reference has it


# ---------------------------------------------------------------- is it the same?


class Match:
    """Compares what an edit returns with what the learner's function returned, quantity by quantity."""

    def __init__(self, question, cases, expected, outcomes, right):
        self.question, self.cases, self.right = question, cases, right
        self.tolerances = [tolerances(question, case) for case in cases]
        self.outcomes = [_nearest(question, case, want, outcome) for case, want, outcome in zip(cases, expected, outcomes)]
        self.leaves = [[(quantity, place) for quantity, place, _, leaf in flatten(want, question.returns)] for want in expected]

    def same_message(self, number, outcome):
        """Return whether case `number` ended in the same exception, word for word."""
        return self.outcomes[number].get("error", {}).get("message") == outcome["error"]["message"]

    def quantities_equal(self, number, outcome):
        """Return ({quantities that equal the learner's}, whether all do) for the outcome of case `number`.

        Where one differs that the learner has right, the others do not matter any more.
        """
        own = self.outcomes[number]
        if "error" in own or "error" in outcome:
            same = "error" in own and "error" in outcome and own["error"]["type"] == outcome["error"]["type"]
            return set(), same
        equal, unequal = set(), set()
        for quantity, place in self.leaves[number]:
            if _same(at(own["value"], place), at(outcome["value"], place), self.tolerances[number]):
                equal.add(quantity)
            elif quantity in self.right:
                return set(), False
            else:
                unequal.add(quantity)
        if not _same_shell(own["value"], outcome["value"]):
            unequal.add("return")
        return equal - unequal, not unequal


def _nearest(question, case, expected, outcome):
    """Return the outcome with that reading of the value which is nearest to the expected one."""
    if "error" in outcome or not question.alternatives:
        return outcome
    readings = [outcome["value"], *question.alternatives(outcome["value"])]
    return {"value": min(readings, key=lambda reading: len(differences_of_reading(question, case, expected, reading)))}


def _same_shell(a, b):
    if isinstance(a, tuple | list) or isinstance(b, tuple | list):
        return isinstance(a, tuple | list) and isinstance(b, tuple | list) and len(a) == len(b)
    return isinstance(a, dict) == isinstance(b, dict)


def _same(a, b, tolerance):
    if a is MISSING or b is MISSING:
        return a is b
    if type(a) is np.ndarray and type(b) is np.ndarray and a.shape == b.shape and a.dtype == b.dtype == float and a.size:
        rtol, atol, noise = tolerance
        if np.max(np.abs(a - b)) > (rtol + atol) * np.max(np.abs(b)) + noise:  # the quick way to see that they differ
            return False
    if is_number(a) and is_number(b):
        return np.shape(a) == np.shape(b) and bool(np.all(close(b, a, *tolerance)))
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b)
    return type(a) is type(b)


# ---------------------------------------------------------------- the search


def diagnose(question, cases, expected, outcomes, wrong, right, learner_source, seconds=1.5):
    """Return the Diagnosis of a wrong answer, or None where no one or two edits explain it.

    outcomes: what the learner's function gave; wrong: numbers of the cases that are wrong; right: quantities right in all cases.
    """
    search = _Search(question, cases, expected, outcomes, wrong, right, seconds)
    learner = _Learner(learner_source, search.function)
    search.may_have = learner.may_have
    only_crashes = all("error" in outcomes[number] for number in wrong)
    only_nan = all("error" in outcomes[number] or _is_nan(outcomes[number]["value"]) for number in wrong)

    def fits(some):
        if only_crashes and not all(cause.written or learner.has(cause) for cause in some):
            return False  # the same exception has many causes
        if only_nan and not only_crashes and (len(some) > 1 or learner.statement(some[0])[1] < 0.8):
            return False  # and so has nan: the learner's code must look like it
        return all(map(learner.may_have, some)) and (search.same_words or _crash_fits(outcomes, some, learner))

    with quiet():
        causes = search.mistakes(fits) or search.single(fits) or search.double(fits)
    if not causes:
        return None
    best = min(causes, key=lambda some: [learner.rank(cause) for cause in some])
    found = sorted(best, key=lambda cause: learner.line(cause) or 0)
    parts = [Diagnosis(cause.quantity, cause.kind, learner.line(cause), cause.text, learner.line_text(cause), _signature(question, cause),
                       cause.written if cause.kind == "planted" else None) for cause in found]
    if len(parts) == 1:
        return parts[0]
    at = lambda part, before, after: f"{before}{part.line}{after}" if part.line else ""
    text = Text("".join(f"({i}) {part.quantity}{at(part, '（第 ', ' 行）')}：{part.text.zh}" for i, part in enumerate(parts, 1)),
                " ".join(f"({i}) {part.quantity}{at(part, ' (line ', ')')}: {part.text.en}" for i, part in enumerate(parts, 1)))
    quantity = ", ".join(dict.fromkeys(part.quantity for part in parts))
    return Diagnosis(quantity, "+".join(part.kind for part in parts), parts[0].line, text, parts[0].line_text, sum((part.signature for part in parts), ()))


def _signature(question, cause):
    """Return what tells a cause from all others of a question: its place in the list of typical mistakes, or the edited statement."""
    return cause.quantity, cause.kind, f"mistake {question.mistakes.index(cause.written)}" if cause.written else cause.statement


def _is_nan(value):
    """Return whether all numbers of a value are nan."""
    if isinstance(value, dict | list | tuple):
        return all(map(_is_nan, value.values() if isinstance(value, dict) else value))
    return is_number(value) and np.size(value) > 0 and bool(np.all(np.isnan(value)))


def _crash_fits(outcomes, causes, learner):
    """Return whether an explanation of exceptions is more: some call gives values, or it names the line that fails."""
    errors = [outcome["error"] for outcome in outcomes if "error" in outcome]
    if any(error["type"] not in ("ValueError", "IndexError", "KeyError", "TypeError") for error in errors):
        return False
    failing = {error.get("relative") for error in errors}
    return len(errors) < len(outcomes) or any(learner.line(cause) in failing for cause in causes)


class _Search:
    def __init__(self, question, cases, expected, outcomes, wrong, right, seconds):
        self.question, self.cases = question, cases
        self.reference = Reference(question)
        self.match = Match(question, cases, expected, outcomes, right)
        size = lambda number: ("error" in outcomes[number], number)
        self.order = sorted(wrong, key=size) + [n for n in range(len(cases)) if n not in wrong]
        self.right = self._right(right, expected[0])
        self.deadline = time.monotonic() + seconds
        self.function = ast.parse(self.reference.source).body[0]

    def _right(self, right, expected):
        """Add to the right quantities their name without a number, W for W1, W2, ..., where all of these are right."""
        names = {quantity: quantity.rstrip("0123456789") for quantity in quantities(self.question, expected)}
        bases = {base for base in names.values() if all(q in right for q, other in names.items() if other == base)}
        return {*right, *bases}

    def explains(self, code, first_only=False):
        """Return ({quantities equal to the learner's in the first wrong case}, whether it explains everything)."""
        equal, whole, self.same_words = set(), True, True
        for position, number in enumerate(self.order):
            outcome = self.reference.outcome(code, self.cases[number])
            some, same = self.match.quantities_equal(number, outcome)
            self.same_words &= "error" not in outcome or self.match.same_message(number, outcome)
            equal = some if position == 0 else equal
            if not same:
                return equal, False
            if first_only:
                break
        return equal, whole

    def _compiled(self, function, changed=None):
        """Return the code of a function; only the statement `changed` can have nodes without a place, where it is given."""
        ast.fix_missing_locations(changed if changed is not None else function)
        try:
            return compile(ast.Module([function], []), "<edit>", "exec")
        except (SyntaxError, ValueError):
            return None

    def mistakes(self, fits):
        """Return the explanations by mistakes that the question lists: lists of Causes."""
        found = []
        for mistake in self.question.mistakes:
            source = edited(self.reference.source, mistake.edits)
            if self.explains(compile(source, "<edit>", "exec"))[1] and fits([cause := self._cause_of(mistake, source)]):
                found.append([cause])
        return found

    def _cause_of(self, mistake, source):
        changed = changed_statement(self.function, ast.parse(source).body[0], mistake.quantity)
        return Cause(mistake.quantity, mistake.kind, Text(mistake.zh, mistake.en), 0, mistake, *changed)

    def single(self, fits):
        """Return the explanations by one edit."""
        found, self.partial = [], []
        before = self.explains(self._compiled(self.function), first_only=True)[0]
        for weights in ((0, 1), (2,), (3,)):  # the usual ones first, should time run out
            for edit in edits(self.function, self.right):
                if edit.weight not in weights:
                    continue
                if time.monotonic() > self.deadline:
                    return found
                code = self._compiled(self.function, edit.statement)
                equal, whole = self.explains(code) if code else (set(), False)
                if whole and fits([cause := _cause(edit)]):
                    found.append([cause])
                elif before < equal:
                    self.partial.append((edit.weight, len(self.partial), _cause(edit), ast.unparse(self.function), equal))
        return found

    def double(self, fits):
        """Return the explanations by two edits: one that explains a part, and another after it; or two usual ones anywhere."""
        if time.monotonic() > self.deadline:
            return []
        starts = []
        for mistake in self.question.mistakes:
            source = edited(self.reference.source, mistake.edits)
            equal = self.explains(compile(source, "<edit>", "exec"), first_only=True)[0]
            starts.append((-len(equal), 0, self._cause_of(mistake, source), source, equal if len(equal) > 1 else self.right))
        starts += [(-len(equal), 1 + weight, cause, source, equal) for weight, _, cause, source, equal in self.partial]
        starts = [start for start in starts if self.may_have(start[2])]
        starts.sort(key=lambda start: start[:2])
        for _, _, cause, source, equal in starts[:40]:
            function = ast.parse(source).body[0]
            found = []
            for edit in edits(function, self.right | equal):
                if time.monotonic() > self.deadline:
                    return found
                if edit.weight <= 1 and (code := self._compiled(function, edit.statement)) and self.explains(code)[1]:
                    if fits([cause, other := _cause(edit)]):
                        found.append([cause, other])
            if found:
                return found
        return self._pairs(fits)

    def _pairs(self, fits):
        """Two usual edits anywhere, for functions with few of them."""
        firsts = []
        for edit in edits(self.function, self.right):
            if edit.weight == 0 and self.may_have(_cause(edit)):
                firsts.append((_cause(edit), ast.unparse(self.function)))
        for cause, source in firsts:
            function = ast.parse(source).body[0]
            for edit in edits(function, self.right):
                if time.monotonic() > self.deadline:
                    return []
                code = self._compiled(function, edit.statement) if edit.weight <= 1 else None
                if code and self.explains(code)[1] and fits([_cause(edit)]):
                    return [[cause, _cause(edit)]]
        return []


def _cause(edit):
    now = text_of(edit.statement)
    return Cause(edit.quantity, edit.kind, edit.text, edit.weight, None, now, edit.number, edit.quantity, edit.original)


def edited(source, pairs):
    """Return the reference's source after the edits of a mistake; each text to be replaced stands there exactly once."""
    for old, new in pairs:
        if source.count(old) != 1:
            raise ValueError(f"{old!r} stands {source.count(old)} times in the reference, not once")
        source = source.replace(old, new)
    return source


def changed_statement(function, other, quantity):
    """Return (text, number, what it sets, the reference's text) of the statement in which `other` differs from `function`.

    Of several, one that sets `quantity` is preferred.
    """
    before, after = ([(text_of(s), quantity_of(s)) for s in statements(some)] for some in (function, other))
    changed = []
    for tag, i, i2, j, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for k in range(max(i2 - i, j2 - j)):
            old = before[i + k] if i + k < i2 else None
            new = after[j + k] if j + k < j2 else None
            at, where = (j + k, after) if new else (i + k, before)
            text, sets = new or old
            number = sum(other_sets == sets for _, other_sets in where[:at])
            changed.append((text, number, sets, old[0] if old else ""))
    return next((some for some in changed if some[2] == quantity), changed[0])


# ---------------------------------------------------------------- the line in the learner's function


class _Learner:
    """The learner's function as statements, to find the one that a cause is about."""

    def __init__(self, source, function):
        self.lines = source.split("\n")
        try:
            self.function = next(node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
        except (SyntaxError, ValueError, StopIteration):
            self.function = None
        found = statements(self.function) if self.function else []
        self.simple = [(s, quantity_of(s), text_of(s)) for s in found if not isinstance(s, ast.With | ast.Try)]
        self.texts = [text for _, _, text in self.simple]
        self.reference = [text_of(s) for s in statements(function)]
        self.counts = {}
        for statement in statements(function):
            self.counts[quantity_of(statement)] = self.counts.get(quantity_of(statement), 0) + 1

    def has(self, cause):
        """Return whether the learner's code has the statement as the cause would have it, or lacks the one that is missing."""
        if cause.kind == "missing_line":
            return cause.original not in self.texts
        return cause.kind == "order" or cause.statement in self.texts

    def may_have(self, cause):
        """Return whether the cause can be in the learner's code: not where they have the statement as the reference has it."""
        if cause.kind == "order" and not cause.written:
            first, second = cause.original.split("\n")
            return first in self.texts and second in self.texts and self.texts.index(second) < self.texts.index(first)
        if cause.kind == "missing_line" and not cause.written:
            return sum(sets == cause.sets for _, sets, _ in self.simple) < self.counts.get(cause.sets, 1)
        if not cause.original:
            return True
        if cause.statement in self.texts and cause.statement != cause.original:
            return True
        return self.texts.count(cause.original) < max(1, self.reference.count(cause.original))

    def statement(self, cause):
        """Return (statement, likeness) of the learner's statement that the cause is about, or (None, 0)."""
        same = [(s, text) for s, sets, text in self.simple if sets == cause.sets]
        if not same:
            others = [(s, text) for s, _, text in self.simple if not isinstance(s, ast.For | ast.Return)]
            scored = [(_likeness(text, cause.statement), s) for s, text in others]
            likeness, best = max(scored, key=lambda pair: pair[0], default=(0, None))
            return (best, likeness) if likeness > 0.6 else (None, 0)
        if cause.kind == "missing_line" and len(same) < self.counts.get(cause.sets, 0):
            chosen = same[max(0, min(cause.number, len(same)) - 1)]
        elif len(same) == self.counts.get(cause.sets):
            chosen = same[min(cause.number, len(same) - 1)]
        else:
            chosen = max(same, key=lambda pair: _likeness(pair[1], cause.statement))
        return chosen[0], _likeness(chosen[1], cause.statement)

    def rank(self, cause):
        """Return the place of a cause among others that explain the same: written messages first, then the likest to the code."""
        return cause.written is None, cause.weight * 0.1 - self.statement(cause)[1]

    def line(self, cause):
        """Return the line of the cause within the learner's function, or None."""
        statement = self.statement(cause)[0]
        return None if statement is None else statement.lineno - self.function.lineno + 1

    def line_text(self, cause):
        """Return the text of that line, or None."""
        statement = self.statement(cause)[0]
        return None if statement is None else self.lines[statement.lineno - 1].strip()


def _likeness(a, b):
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()
