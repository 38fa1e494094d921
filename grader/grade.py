"""From a notebook file to its result: each question is run in another process, judged, and explained where it is wrong."""

import ast
import difflib
import functools
import os
import re

from . import reference, submission
from .explain import error_text
from .judge import NOT_ATTEMPTED, Attempt, Handed, Judged, grader_failed, judge, state_of, wait_for
from .limits import CHECK
from .oracle import Inputs, new_seed
from .questions import REFERENCES, entries_of
from .result import notebook_result, question_result
from .sandbox.runner import ProcessRunner
from .sandbox.start import start_worker
from .text import Text, join

course = reference.course
WORD = re.compile(r"[^\W\d]\w*")


@functools.cache
def graded_calls(path, names):
    """Return those of `names` that the reference at `path` mentions."""
    return set(WORD.findall(reference.solved(reference.function_source(path)))) & set(names)


def needing(question, entries):
    """Return the names of a question and of those whose reference calls it, directly or not: they would do its work."""
    names, found = tuple(entry.name for entry in entries), {question.name}
    for _ in entries:
        found |= {entry.name for entry in entries if graded_calls(entry.path, names) & found}
    return found


class Grader:
    """Grades notebooks one after the other. The process for the learner's code starts at once and gets ready in parallel."""

    def __init__(self, seed=None, seconds=CHECK.seconds, megabytes=CHECK.megabytes, on_question=None, start=start_worker,
                 patience=CHECK.patience, sandboxed=False):
        """seconds, megabytes: for each question; start: a process like start_worker's, which is `sandboxed` or not;
        patience: seconds to look for the cause of a mistake."""
        self.seed, self.seconds, self.on_question = seed, seconds, on_question
        self.patience, self.sandboxed = patience, sandboxed
        self.new_runner = lambda: ProcessRunner(seconds, megabytes, start)
        self.first_runner = self.new_runner()
        self.runners = {}  # module -> ProcessRunner; what one notebook is given may be the answer to a question of another one
        self.inputs = None

    def __enter__(self):
        return self

    def __exit__(self, *details):
        for runner in {self.first_runner, *self.runners.values()}:
            runner.close()

    def sheet(self, handed_in):
        """Return the sheet on which the questions of a Submission are judged one by one."""
        assignment, entries = assignment_of(handed_in)
        seed = new_seed() if self.seed is None else self.seed
        module = entries[0].module
        if module not in self.runners:
            self.runners[module] = self.new_runner() if self.runners else self.first_runner
            self.runners[module].give(module, reference.given_modules(module))
        runner = self.runners[module]
        if self.inputs is None or self.inputs.seed != seed:
            self.inputs = Inputs(seed)
        runner.begin()
        return _Sheet(handed_in, assignment, entries, self.inputs, runner, self.patience, self.sandboxed)

    def grade(self, path):
        """Return the result of the notebook file at `path` (result.py); raises submission.Unreadable."""
        return self.grade_submission(submission.read(path))

    def grade_submission(self, handed_in):
        """Return the result of a Submission."""
        sheet = self.sheet(handed_in)
        sheet.ask_ahead()
        results = []
        for question in sheet.entries:
            results.append(sheet.result(question))
            if self.on_question:
                self.on_question(results[-1])
        sheet.add_notes(results)
        return notebook_result(handed_in.path, sheet.assignment, sheet.seed, results)


def assignment_of(handed_in):
    """Return (name, questions) of the notebook of the course that a Submission is, by the graded functions in it."""
    found = {}
    for name, module in REFERENCES.items():
        graded = reference.graded_functions(module)
        found[name] = sum(bool(handed_in.locate(function)) for function in graded) / len(graded)
    best = max(found, key=found.get)
    if not found[best]:
        raise submission.Unreadable("里面没有课程要评分的函数", "no graded function of the course is in it", handed_in.path)
    return best, entries_of(best)


def leaks(program):
    """Return the variables of the notebook, other than functions under another name, that a program uses."""
    names = []
    for item in program:
        if item.kind == "constant":
            value = getattr(ast.parse(item.source.strip()).body[0], "value", None)
            if not isinstance(value, ast.Lambda | ast.Name | ast.Attribute):
                names += item.names
    return names


def mentioned(program):
    """Return the names that the items of a program mention."""
    return {name for item in program for name in item.used}


class _Attempt(Attempt):
    """A question's function with what it needs of the notebook, without the definitions `left_out`, and the cases to call it on."""

    def __init__(self, sheet, question, left_out):
        self.sheet = sheet
        self.program = sheet.handed_in.program(question.name, left_out)
        uses = mentioned(self.program) | {question.name}
        defined = {name for item in self.program for name in item.names}
        depends = sorted(((defined | sheet.unwritten) & sheet.graded & uses) - {question.name})
        own = [name for item in self.program if item.kind in ("function", "constant") for name in item.names if name in sheet.given]
        super().__init__(question, sheet.inputs, uses, depends, own, leaks(self.program))
        words = set(WORD.findall(" ".join(item.source for item in self.program)))  # dnn_utils.linear_forward is found, too
        self.helpers = (sheet.graded & words) - needing(question, sheet.entries)
        self.needs = self.helpers - defined  # graded functions that the course has to stand in for
        self.ticket = None  # of the request where it was sent already, with others

    def judged(self):
        for number in (self.ticket, None) if self.ticket else (None,):
            judged = Judged(self.question, self.cases, self.expected, self.sheet.runner.answer(number or self.ask()))
            if judged.correct:
                break
        return judged

    def ask(self):
        """Send it; return the ticket of the request."""
        sheet, cases = self.sheet, self.sheet.inputs.cases(self.question)
        return sheet.ask(self.question.name, self.program, self.uses, cases, self.cases, self.helpers, self.right)


class _Handed(Handed):
    """A question's function on a sheet."""

    def __init__(self, sheet, question, item):
        self.sheet, self.question, self.item = sheet, question, item
        self.source, self.variables, self.sandboxed = item.source, sheet.handed_in.variables, sheet.sandboxed
        self.graded, self.unwritten = (names - {question.name} for names in (sheet.graded, sheet.unwritten))

    def attempt(self, left_out):
        ahead = self.sheet.ahead.pop(self.question.name, None) if left_out == self.unwritten else None
        return ahead or _Attempt(self.sheet, self.question, left_out)

    def place(self, error):
        if error.get("line"):
            error["relative"] = error["line"] - self.item.start + 1

    def forward(self, name, cases):
        sheet = self.sheet
        program = sheet.handed_in.program(name, sheet.unwritten)
        uses = mentioned(program) | {name}
        return sheet.runner.answer(sheet.ask(name, program, uses, cases, cases, sheet.graded & uses))


class _Sheet:
    """One submission while it is graded."""

    def __init__(self, handed_in, assignment, entries, inputs, runner, patience, sandboxed):
        self.handed_in, self.assignment, self.entries = handed_in, assignment, entries
        self.inputs, self.seed, self.runner = inputs, inputs.seed, runner
        self.patience, self.sandboxed = patience, sandboxed
        self.questions = {question.name: question for question in entries}
        self.graded = set(self.questions)
        self.given = set(vars(reference.course_module(entries[0].module))) - self.graded  # names of the course's own
        self.ahead = {}  # question -> its first attempt, which was sent with others
        self.helped = {}  # question -> graded functions that were replaced by the reference, for it to be right
        self.unwritten = {
            name for name in self.graded
            if (item := handed_in.defined(name)) is None or state_of(item.source)[0] != "filled" or handed_in.broken_definition(name)}

    def ask_ahead(self):
        """Send the first attempt at every question that needs no function of the course's, in one fork.

        What is right there is right; whatever else comes of it is asked again on its own (`_Attempt.judged`).
        """
        with self.runner.one_fork():
            for question in self.entries:
                if question.name not in self.unwritten:
                    self.runner.remember(self.inputs.cases(question))
                    attempt = _Attempt(self, question, self.unwritten - {question.name})
                    if not attempt.needs:
                        attempt.ticket = attempt.ask()
                        self.ahead[question.name] = attempt

    def result(self, question):
        """Return the result of one question."""
        name = question.name
        piece, item = self.handed_in.broken_definition(name), self.handed_in.defined(name)
        if piece is not None:
            return self._broken(question, piece)
        if item is None:
            return question_result(question, "missing", join([
                Text("笔记本里没有这个函数。", "This function is not in the notebook."), *self._like(name)]), begun=False)
        try:
            result, self.helped[name] = judge(question, _Handed(self, question, item), self.patience)
            return result
        except Exception as error:
            if os.environ.get("GRADER_DEBUG"):
                raise
            return grader_failed(question, error)

    def _like(self, name):
        """Return a list with the Text that another function of the notebook has almost this name, or []."""
        others = {bound for item in self.handed_in.items if item.kind == "function" for bound in item.names} - self.graded
        return [Text(f"有一个叫 {other} 的函数，是不是写错了名字？", f"There is a function {other}: is its name misspelt?")
                for other in difflib.get_close_matches(name, sorted(others), 1, 0.85)]

    def _broken(self, question, piece):
        source = self.handed_in.cells[piece.cell].source
        lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")  # as Python counts them
        if course.attempt("\n".join(lines[piece.first - 1 : piece.last]))[0] == "untouched":
            return question_result(question, "not_attempted", NOT_ATTEMPTED, begun=False)
        number = self.handed_in.cells[piece.cell].index
        text = lines[piece.line - 1].strip()
        message = join([
            Text(f"第 {number} 个单元格第 {piece.line} 行有语法错误：`{text}`。", f"Cell {number}, line {piece.line} has a syntax error: `{text}`."),
            error_text({"type": "SyntaxError", "message": piece.message}, question)])
        return question_result(question, "error", message, line_text=text, signature=["error", "SyntaxError", piece.message])

    def ask(self, name, program, uses, sent, cases, helpers, right=None):
        """Send a program to the worker; no reference goes there: the graded functions `helpers` are computed here when it calls them.

        sent: the cases as the worker gets them; cases: with those helpers replaced that the program uses.
        """
        def serve(helper, number, args, kwargs):
            if helper not in helpers:
                raise NameError(helper)
            return self.inputs.reference(self.questions[helper]).result(args, kwargs, cases[number].replace)

        items = [{"kind": item.kind, "source": item.source, "first": item.first, "file": f"<cell {item.cell}:{item.first}>"} for item in program]
        return self.runner.ask(self.entries[0].module, items, name, helpers, sent, uses, serve, right)

    def add_notes(self, results):
        """Say of right functions which of the functions they call are not right yet, and where a definition is repeated."""
        status = {result["name"]: result["status"] for result in results}
        for result in results:
            name = result["name"]
            wait_for(result, [other for other in self.helped.get(name, ()) if status[other] != "correct"])
            places = self.handed_in.locate(name)
            result["definitions"] = len(places)
            if len(places) > 1:
                cell = self.handed_in.cells[places[-1].cell].index
                result["message"]["zh"] += f"（定义了 {len(places)} 次，以最后一次为准：第 {cell} 个单元格。）"
                result["message"]["en"] += f" (Defined {len(places)} times; the last one counts, in cell {cell}.)"
