"""From a notebook file to its result: each question is run, compared, and explained where it is wrong.

A question is judged with the learner's own helpers first. Where that fails, the graded functions that it calls are replaced by
the reference, so that a mistake in one function costs no points of another.
"""

import ast
import builtins
import difflib
import functools
import os
import re
import zlib

import numpy as np

from . import finite_differences, reference, submission  # reference first: it makes the modules of the course importable
from .compare import differences, quantities
from .diagnose import Reference, diagnose
from .explain import error_text, leak_text, summary
from .questions import REFERENCES, entries_of
from .result import notebook_result, question_result
from .sandbox.runner import RIGHT, ProcessRunner
from .sandbox.start import start_worker
from .sandbox.wire import pack
from .text import Text, join

course = reference.course
WORD = re.compile(r"[^\W\d]\w*")

def new_seed():
    """Return a fresh seed."""
    return int.from_bytes(os.urandom(4), "big")


def draw(question, seed):
    """Return the cases of a question for a seed."""
    return list(question.cases(np.random.default_rng([seed, zlib.crc32(question.name.encode())])))


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


class Judged:
    """What came of running one question: its cases, the expected values, the outcomes and what differs."""

    def __init__(self, question, cases, expected, answer):
        self.question, self.cases, self.expected, self.answer = question, cases, expected, answer
        if answer is RIGHT:
            self.outcomes, self.found, self.errors = [{"value": value} for value in expected], [[] for _ in cases], []
            return
        self.outcomes = answer.get("outcomes", [])
        self.found = [
            [] if "error" in outcome else differences(question, case, want, outcome["value"])
            for case, want, outcome in zip(cases, expected, self.outcomes)
        ]
        self.errors = [outcome["error"] for outcome in self.outcomes if "error" in outcome]
        if "program" in answer:
            self.errors = [answer["program"]]

    @property
    def correct(self):
        return bool(self.outcomes) and not self.errors and not any(self.found)

    @property
    def wrong(self):
        """The numbers of the cases that are wrong."""
        return [n for n, (outcome, some) in enumerate(zip(self.outcomes, self.found)) if some or "error" in outcome]

    @property
    def right(self):
        """The quantities that are right in all cases."""
        wrong = {difference.quantity for some in self.found for difference in some}
        if self.errors or wrong & {"return"}:
            return set()
        return set(quantities(self.question, self.expected[0])) - wrong


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


def explain(judged, source, state, variables=(), seconds=1.5):
    """Return (status, message, diagnosis) of a wrong answer whose function has the text `source`; state: course.attempt(source)."""
    question, answer = judged.question, judged.answer
    kind, lines = state
    if kind == "untouched":
        return "not_attempted", Text("还没有写。", "Not attempted yet."), None
    if kind == "partly":
        where = ", ".join(map(str, lines))
        return "not_attempted", Text(f"还没写完：函数的第 {where} 行还是 `...`。", f"Not finished yet: line {where} of the function is still `...`."), None
    if "limit" in answer:
        return limit_result(answer["limit"])
    found = None
    never_entered = judged.errors and not any(error.get("line") for error in judged.errors)
    if judged.outcomes and not never_entered:
        found = diagnose(question, judged.cases, judged.expected, judged.outcomes, judged.wrong, judged.right, source, seconds)
    if found is not None and found.kind == "planted":
        written = next(mistake for mistake in question.mistakes if mistake.zh == found.text.zh)
        status = "not_attempted" if len(written.edits) > 1 else "incorrect"
        return status, Text(written.zh, written.en), None
    if judged.errors:
        return "error", error_message(judged, source, variables), found
    return "incorrect", summary(question, judged.expected, judged.found, judged.cases), found


def error_message(judged, source, variables):
    """Return the message for an exception: the learner's line, the error, what it means, and how often it happens."""
    error = judged.errors[0]
    line = f"`{error['text']}`" if error.get("text") else ""
    number = error.get("relative")
    parts = []
    if error.get("inner") and number:
        parts.append(Text(f"函数的第 {number} 行调用的 {error['inner']} 出错了，在 {line}。", f"Line {number} of the function calls {error['inner']}, which fails at {line}."))
    elif number:
        parts.append(Text(f"函数的第 {number} 行出错：{line}。", f"Line {number} of the function fails: {line}."))
    elif line:
        parts.append(Text(f"出错的地方：{line}。", f"It fails at {line}."))
    parts.append(error_text(error, judged.question, variables))
    total, failed = len(judged.outcomes), len(judged.errors)
    if failed < total:
        parts.append(Text(f"{total} 次调用里有 {failed} 次出错。", f"This happens in {failed} of {total} calls."))
    return join(parts)


def is_forbidden(error):
    """Return whether an exception is what the system raises for files, connections and processes."""
    kind = getattr(builtins, error["type"], None)
    return isinstance(kind, type) and issubclass(kind, OSError)


def blocked_message(error):
    """Return the message for code that tried what nobody may do in the sandbox."""
    where = f"`{error['text']}`" if error.get("text") else ""
    zh, en = (f"（{where}）", f" ({where})") if where else ("", "")
    what = f"{error['type']}: {error['message']}".rstrip(": ")
    return Text(f"这道题只用参数来计算；读写文件、联网、启动进程在评分时都不允许{zh}：{what}。",
                f"An exercise computes from its arguments; files, the network and other processes are out of reach when it is graded{en}: {what}.")


def limit_result(limit):
    """Return (status, message, None) for code that was stopped."""
    if limit == "time":
        return "timeout", Text("所有调用加起来超过了时限，已被停止：是不是有停不下来的循环，或者算得太慢？",
                               "All calls together took longer than the time limit and were stopped: is there a loop that never ends, or a very slow one?"), None
    if limit == "size":
        return "error", Text("返回的数据太大，没有一道题需要这么多。", "What is returned is far larger than any answer."), None
    return "error", Text("运行你的代码的进程突然结束了：可能用光了内存，或调用了 exit。",
                         "The process that ran your code ended at once: it may have run out of memory, or called exit."), None


class Grader:
    """Grades notebooks one after the other. The process for the learner's code starts at once and gets ready in parallel."""

    def __init__(self, seed=None, seconds=5, megabytes=2048, on_question=None, start=start_worker, patience=3.0, sandboxed=False):
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
        raise submission.Unreadable(f"{handed_in.path}：里面没有课程要评分的函数", f"{handed_in.path}: no graded function of the course is in it")
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


state_of = functools.lru_cache(2000)(course.attempt)  # in a class, many functions are the same


class _Attempt:
    """A question's function with what it needs of the notebook, without the definitions `leave_out`, and the cases to call it on."""

    def __init__(self, sheet, question, leave_out):
        self.sheet, self.question = sheet, question
        self.program = sheet.handed_in.program(question.name, leave_out)
        self.uses = mentioned(self.program) | {question.name}
        self.cases, self.expected, self.right = sheet.inputs.expected(question, self.uses)
        defined = {name for item in self.program for name in item.names}
        self.depends = sorted(((defined | sheet.unwritten) & sheet.graded & self.uses) - {question.name})
        words = set(WORD.findall(" ".join(item.source for item in self.program)))  # dnn_utils.linear_forward is found, too
        self.helpers = (sheet.graded & words) - needing(question, sheet.entries)
        self.needs = self.helpers - defined  # graded functions that the course has to stand in for

    def judged(self, ticket=None):
        """Return what comes of it; `ticket`: of the request where it was sent already, with others."""
        for number in (ticket, None) if ticket else (None,):
            judged = Judged(self.question, self.cases, self.expected, self.sheet.runner.answer(number or self.ask()))
            if judged.correct:
                break
        return judged

    def ask(self):
        """Send it; return the ticket of the request."""
        sheet, cases = self.sheet, self.sheet.inputs.cases(self.question)
        return sheet.ask(self.question.name, self.program, self.uses, cases, self.cases, self.helpers, self.right)


class _Sheet:
    """One submission while it is graded."""

    def __init__(self, handed_in, assignment, entries, inputs, runner, patience, sandboxed):
        self.handed_in, self.assignment, self.entries = handed_in, assignment, entries
        self.inputs, self.seed, self.runner = inputs, inputs.seed, runner
        self.patience, self.sandboxed = patience, sandboxed
        self.questions = {question.name: question for question in entries}
        self.graded = set(self.questions)
        self.ahead = {}  # question -> its first attempt and the ticket of the request
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
                        self.ahead[question.name] = attempt, attempt.ask()

    def result(self, question):
        """Return the result of one question."""
        name = question.name
        piece, item = self.handed_in.broken_definition(name), self.handed_in.defined(name)
        if piece is not None:
            return self._broken(question, piece)
        if item is None:
            return question_result(question, "missing", join([
                Text("笔记本里没有这个函数。", "This function is not in the notebook."), *self._like(name)]))
        try:
            return self._run(question, item)
        except Exception as error:  # a fault of ours must not cost the other questions
            if os.environ.get("GRADER_DEBUG"):
                raise
            return question_result(question, "error", Text(f"评分程序自己出错了（{type(error).__name__}），请告诉课程的作者。",
                                                           f"The grader itself failed ({type(error).__name__}); please tell the authors of the course."))

    def _like(self, name):
        """Return a list with the Text that another function of the notebook has almost this name, or []."""
        others = {bound for item in self.handed_in.items if item.kind == "function" for bound in item.names} - self.graded
        return [Text(f"有一个叫 {other} 的函数，是不是写错了名字？", f"There is a function {other}: is its name misspelt?")
                for other in difflib.get_close_matches(name, sorted(others), 1, 0.85)]

    def _broken(self, question, piece):
        source = self.handed_in.cells[piece.cell].source
        lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")  # as Python counts them
        if course.attempt("\n".join(lines[piece.first - 1 : piece.last]))[0] == "untouched":
            return question_result(question, "not_attempted", Text("还没有写。", "Not attempted yet."))
        number = self.handed_in.cells[piece.cell].index
        text = lines[piece.line - 1].strip()
        message = join([
            Text(f"第 {number} 个单元格第 {piece.line} 行有语法错误：`{text}`。", f"Cell {number}, line {piece.line} has a syntax error: `{text}`."),
            error_text({"type": "SyntaxError", "message": piece.message}, question)])
        return question_result(question, "error", message)

    def _run(self, question, item):
        attempt, ticket = self.ahead.pop(question.name, None) or (_Attempt(self, question, self.unwritten - {question.name}), None)
        depends = attempt.depends
        first = judged = attempt.judged(ticket)
        if judged.correct:
            self.helped[question.name] = [name for name in depends if name in self.unwritten]
            return question_result(question, "correct", Text("正确。", "Correct."))
        state = state_of(item.source)
        if state[0] == "filled" and set(depends) - self.unwritten:
            judged = _Attempt(self, question, self.graded - {question.name}).judged()
            if judged.correct:
                self.helped[question.name] = depends
                return question_result(question, "correct", Text("正确。", "Correct."))
            if judged.errors and not first.errors:
                judged = first
        if state[0] == "filled" and "limit" not in judged.answer and (message := self._own_helper(question, attempt.program)):
            return question_result(question, "incorrect", message)
        for error in [*first.errors, *judged.errors]:
            self._place(error, item)
        status, message, diagnosis = explain(judged, item.source, state, self.handed_in.variables, seconds=self.patience)
        if status == "error" and self.sandboxed and judged.errors and is_forbidden(judged.errors[0]):
            return question_result(question, "blocked", blocked_message(judged.errors[0]))
        if status in ("incorrect", "error") and (leaked := leaks(attempt.program)):
            message = join([message, leak_text(leaked)])
        if status == "incorrect" and diagnosis is None and (more := finite_differences.fact(question, judged, self._forward)):
            message = join([message, more])
        return question_result(question, status, message, diagnosis)

    def _forward(self, name, cases):
        """Run another function of the learner's, or the course's where there is none: (name, cases) -> answer."""
        program = self.handed_in.program(name, self.unwritten)
        uses = mentioned(program) | {name}
        return self.runner.answer(self.ask(name, program, uses, cases, cases, self.graded & uses))

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

    def _own_helper(self, question, program):
        """Return the message that an own version of a given helper is the fault, or None."""
        given = set(vars(reference.course_module(question.module))) - self.graded
        own = [name for item in program if item.kind in ("function", "constant") for name in item.names if name in given]
        if not own:
            return None
        if not _Attempt(self, question, (self.graded - {question.name}) | set(own)).judged().correct:
            return None
        names = ", ".join(own)
        return Text(f"这个函数本身是对的，但笔记本里重新定义的 {names} 与课程给的不同。", f"This function is right, but the {names} defined in your notebook is not what the course gives.")

    def _place(self, error, item):
        """Add the line within the function, and the text of the line, to an error."""
        if error.get("line"):
            error["relative"] = error["line"] - item.start + 1

    def add_notes(self, results):
        """Say of right functions which of the functions they call are not right yet, and where a definition is repeated."""
        status = {result["name"]: result["status"] for result in results}
        for result in results:
            name = result["name"]
            faulty = [other for other in self.helped.get(name, ()) if status.get(other) != "correct"]
            if faulty:
                names = ", ".join(faulty)
                result["message"] = {
                    "zh": f"正确；等 {names} 也对了，它就能用了。", "en": f"Right; it will work once {names} {'does' if len(faulty) == 1 else 'do'}."}
            places = self.handed_in.locate(name)
            if len(places) > 1:
                cell = self.handed_in.cells[places[-1].cell].index
                result["message"]["zh"] += f"（定义了 {len(places)} 次，以最后一次为准：第 {cell} 个单元格。）"
                result["message"]["en"] += f" (Defined {len(places)} times; the last one counts, in cell {cell}.)"
