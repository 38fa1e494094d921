"""The one judge: whether a learner's function is right, and what to say where it is not.

A function is judged with the learner's own helpers first. Where that fails, the graded functions that it calls are the
reference's, so that a mistake in one function costs no points of another. `check(...)` in a notebook and `python -m grader check`
differ only in how they run the function: each has its own kind of Handed and Attempt (cells.py, grade.py).
"""

import builtins
import functools
import re

from . import finite_differences, reference
from .compare import differences, quantities
from .diagnose import diagnose
from .explain import error_text, leak_text, summary
from .result import question_result
from .sandbox.runner import RIGHT
from .text import Text, join

course = reference.course
state_of = functools.lru_cache(2000)(course.attempt)  # in a class, many functions are the same


class Attempt:
    """A run of a learner's function in which some functions of the notebook are the course's.

    uses: the names that the function mentions, directly or through others; depends: the graded functions among them;
    own: the notebook's versions of helpers that the course gives; leaked: the notebook's variables.
    """

    def __init__(self, question, inputs, uses, depends, own, leaked):
        self.question, self.uses, self.depends, self.own, self.leaked = question, uses, depends, own, leaked
        self.cases, self.expected, self.right = inputs.expected(question, uses)

    def answer(self):
        """Return what a runner answers (runner.py)."""
        raise NotImplementedError

    def judged(self):
        """Return what comes of it."""
        return Judged(self.question, self.cases, self.expected, self.answer())


class Handed:
    """A learner's function that is to be judged.

    source: its text, "" where that is not known; graded: the notebook's other graded functions; unwritten: those of them that are
    missing or not filled in; variables: names that code outside of functions sets and that are not there when it is graded.
    """

    sandboxed = False
    variables = ()

    def attempt(self, left_out):
        """Return the Attempt in which the names `left_out` are the course's."""
        raise NotImplementedError

    def place(self, error):
        """Add to an exception, as "relative", its line within the function."""
        raise NotImplementedError

    def forward(self, name, cases):
        """Return what a runner answers for another function of the learner's, or the course's where there is none."""
        raise NotImplementedError


def judge(question, handed, patience):
    """Return (result.question_result, [graded functions that were the course's, for it to be right]).

    patience: seconds to look for the cause of a mistake.
    """
    state = state_of(handed.source) if handed.source else ("filled", [])
    filled = state[0] == "filled"
    attempt = handed.attempt(handed.unwritten)
    first = judged = attempt.judged()
    if judged.correct:
        return right(question), [name for name in attempt.depends if name in handed.unwritten]
    if filled and set(attempt.depends) - handed.unwritten:
        judged = handed.attempt(handed.graded).judged()
        if judged.correct:
            return right(question), attempt.depends
        if judged.errors and not first.errors:
            judged = first
    if filled and attempt.own and "limit" not in judged.answer and handed.attempt(handed.graded | set(attempt.own)).judged().correct:
        return question_result(question, "incorrect", own_helper_text(attempt.own), signature=["own helper", *attempt.own]), []
    for error in [*first.errors, *judged.errors]:
        handed.place(error)
    verdict = explained(judged, handed.source, state, handed.variables, patience)
    if verdict["status"] == "error" and handed.sandboxed and judged.errors and is_forbidden(judged.errors[0]):
        verdict = {"status": "blocked", "message": blocked_message(judged.errors[0]), "signature": ["blocked", judged.errors[0]["type"]]}
    elif verdict["status"] in ("incorrect", "error"):
        notes = [leak_text(attempt.leaked)] if attempt.leaked else []
        if verdict["status"] == "incorrect" and verdict.get("diagnosis") is None:
            notes.append(finite_differences.fact(question, judged, handed.forward))
        verdict["message"] = join([verdict["message"], *notes])
    return question_result(question, **verdict), []


def right(question):
    """Return the result of a right answer."""
    return question_result(question, "correct", Text("正确。", "Correct."))


def wait_for(result, faulty):
    """Say in the result of a right function that it needs the functions `faulty`, which are not right yet; [] says nothing."""
    if faulty:
        names, does = ", ".join(faulty), "does" if len(faulty) == 1 else "do"
        result["waits_for"] = list(faulty)
        result["message"] = {"zh": f"正确；等 {names} 也对了，它就能用了。", "en": f"Right; it will work once {names} {does}."}


def own_helper_text(own):
    names = ", ".join(own)
    return Text(f"这个函数本身是对的，但笔记本里重新定义的 {names} 与课程给的不同。",
                f"This function is right, but the {names} defined in your notebook is not what the course gives.")


def grader_failed(question, error):
    """Return the result of a question at which the grader itself failed; it must not cost the other questions."""
    return question_result(question, "error", Text(f"评分程序自己出错了（{type(error).__name__}），请告诉课程的作者。",
                                                   f"The grader itself failed ({type(error).__name__}); please tell the authors of the course."),
                           signature=["grader", type(error).__name__])


# ---------------------------------------------------------------- what came of a run


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


# ---------------------------------------------------------------- what to say of it


NOT_ATTEMPTED = Text("还没有写。", "Not attempted yet.")


def explained(judged, source, state, variables, patience):
    """Return the status, message and diagnosis of a wrong answer, as question_result takes them; state: course.attempt(source)."""
    question, answer = judged.question, judged.answer
    kind, lines = state
    if kind == "untouched":
        return {"status": "not_attempted", "message": NOT_ATTEMPTED, "begun": False}
    if kind == "partly":
        where = ", ".join(map(str, lines))
        return {"status": "not_attempted", "begun": True, "message": Text(
            f"还没写完：函数的第 {where} 行还是 `...`。", f"Not finished yet: line {where} of the function is still `...`.")}
    if "limit" in answer:
        status, message = limit_message(answer["limit"])
        return {"status": status, "message": message, "signature": ["limit", answer["limit"]]}
    found = None
    never_entered = judged.errors and not any(error.get("line") for error in judged.errors)
    if judged.outcomes and not never_entered:
        found = diagnose(question, judged.cases, judged.expected, judged.outcomes, judged.wrong, judged.right, source, patience)
    if found is not None and found.planted:
        written = found.planted
        whole = len(written.edits) > 1  # all that was planted is still there
        return {"status": "not_attempted" if whole else "incorrect", "begun": not whole, "planted": True,
                "message": Text(written.zh, written.en), "signature": ["planted", written.quantity]}
    line = found and found.line_text
    if judged.errors:
        error = judged.errors[0]
        return {"status": "error", "message": error_message(judged, source, variables), "diagnosis": found,
                "line_text": line or error.get("text") or None, "signature": ["error", error["type"], re.sub("[0-9]+", "0", error["message"])]}
    wrong = sorted({f"{difference.quantity} {difference.kind}" for some in judged.found for difference in some})
    return {"status": "incorrect", "message": summary(question, judged.expected, judged.found, judged.cases), "diagnosis": found,
            "line_text": line, "signature": ["values", *wrong]}


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


def limit_message(limit):
    """Return (status, message) for code that was stopped."""
    if limit == "time":
        return "timeout", Text("所有调用加起来超过了时限，已被停止：是不是有停不下来的循环，或者算得太慢？",
                               "All calls together took longer than the time limit and were stopped: is there a loop that never ends, or a very slow one?")
    if limit == "size":
        return "error", Text("返回的数据太大，没有一道题需要这么多。", "What is returned is far larger than any answer.")
    return "error", Text("运行你的代码的进程突然结束了：可能用光了内存，或调用了 exit。",
                         "The process that ran your code ended at once: it may have run out of memory, or called exit.")
