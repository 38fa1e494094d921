"""check, hint and solution for the cells of a notebook.

The learner's functions run here, in the kernel, as they stand; judge.py says what comes of it.
What is shown is HTML in a rich front end and plain text elsewhere, in both languages or in that of COURSE_LANG.
Where nbgrader runs the notebook, a check also returns the points: nbgrader takes the number that a cell returns as its grade.
"""

import contextlib
import copy
import functools
import inspect
import io
import os
import signal
import sys
import threading
import types
import warnings

import numpy as np

import course

from . import explain, reference, report
from .judge import Attempt, Handed, judge, wait_for
from .limits import CELL
from .oracle import Inputs, new_seed
from .questions import notebook_of, notebooks, questions
from .sandbox.wire import STATE
from .sandbox.worker import COURSE_FAMILY, call, value_of
from .text import LANGUAGES, Text, clean, language

BY_NBGRADER = bool(os.environ.get("NBGRADER_EXECUTION"))  # it sets "autograde" or "validate"; asked for before the learner's code runs
passed = {}  # graded functions that have passed in this session -> their questions
hints_given = {}


class TimeLimit(BaseException):
    """The learner's code ran too long. No Exception, so that no `except Exception` of theirs keeps it going."""


class Shown:
    """A message as a front end shows it."""

    def __init__(self, text, html):
        self.text, self.html = text, html

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        return self.html


def show(text, html):
    """Show a message: through IPython where there is one, else printed."""
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        sys.modules["IPython"].display.display(Shown(text, html))
    else:
        print(text)


def as_shown(message, shade=report.PLAIN):
    """Return a plain message, a Text, in the chosen language(s), as text and as HTML."""
    texts = [getattr(message, tongue) for tongue in LANGUAGES[language()]]
    return "\n".join(clean(text) for text in texts), report.box(texts, shade)


def tell(message, shade=report.PLAIN):
    """Show a plain message, a Text, in the chosen language(s)."""
    show(*as_shown(message, shade))


# ---------------------------------------------------------------- running in the kernel


@contextlib.contextmanager
def time_limit(seconds):
    """Raise TimeLimit in the code inside after `seconds`, where the system has such an alarm."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number, frame):
        raise TimeLimit

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def undisturbed():
    """Keep what the learner's code prints and warns of out of the notebook."""
    with (contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), silent(1), silent(2),
          warnings.catch_warnings()):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def silent(descriptor):
    """Let what is written to a file descriptor vanish: C libraries and other programs do not know sys.stderr."""
    try:
        kept = os.dup(descriptor)
    except OSError:  # a program without a console has none
        yield
        return
    try:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), descriptor)
        yield
    finally:
        original = (sys.__stdout__, sys.__stderr__)[descriptor - 1]
        if original is not None and not original.closed:
            original.flush()  # what the learner's code left in it
        os.dup2(kept, descriptor)
        os.close(kept)


def is_own(value, namespace):
    """Return whether a value is a function that the notebook defines."""
    return inspect.isfunction(value) and value.__globals__ is namespace


def names_used(function, namespace, left_out=()):
    """Return the global names that a function uses, directly or through other functions of the notebook but `left_out`."""
    found, functions = set(), [function]
    for some in functions:  # grows while it is read
        code = getattr(inspect.unwrap(some) if callable(some) else some, "__code__", None)
        for name in course.names_used(code) if code else ():
            if name not in found:
                found.add(name)
                if is_own(namespace.get(name), namespace) and name not in left_out:
                    functions.append(namespace[name])
    return found


def with_namespace(function, namespace, changes):
    """Return the learner's function as if the notebook's names were changed by `changes`, in the functions it calls as well."""
    if not is_own(function, namespace):
        return function
    other = {**namespace, **changes}
    for name, value in namespace.items():
        if is_own(value, namespace) and name not in changes:
            other[name] = _moved(value, other)
    return _moved(function, other)


def _moved(function, namespace):
    moved = types.FunctionType(function.__code__, namespace, function.__name__, function.__defaults__, function.__closure__)
    moved.__kwdefaults__ = function.__kwdefaults__
    return moved


class KernelRunner:
    """Runs a function in this process; the other side of runner.ProcessRunner."""

    def __init__(self, function, namespace, seconds):
        self.function, self.namespace, self.seconds = function, namespace, seconds
        self.files = {value.__code__.co_filename for value in [*namespace.values(), function] if is_own(value, namespace)}

    def run(self, cases, changes_for):
        """Return the answer for `cases`; changes_for(case): {name: what it is in that case instead}."""
        outcomes = []
        try:
            with undisturbed(), time_limit(self.seconds):  # the alarm is off before anything is put back
                for case in cases:
                    replaced = {}
                    for helper, source in case.replace.items():
                        exec(source, own := {"np": np})
                        replaced[helper] = own[helper]
                    function = with_namespace(self.function, self.namespace, {**changes_for(case), **replaced})
                    one = {"args": copy.deepcopy(case.args), "state": STATE}
                    outcomes.append(call(function, one, self.files.__contains__, self.function.__name__))
        except TimeLimit:
            return {"limit": "time"}
        return {"outcomes": outcomes}


# ---------------------------------------------------------------- judging in the kernel


def find(what, namespace):
    """Return (question, function or None, Text or None): the graded function that `what`, a function or its name, stands for."""
    name = what if isinstance(what, str) else getattr(what, "__name__", type(what).__name__)
    if name not in questions():  # a lambda, or a function under another name
        name = next((other for other in questions() if other in namespace and namespace[other] is what), name)
    question = questions().get(name)
    if question is None:
        near = explain.nearest(name, questions())
        more = Text(f"是不是 {near}？", f" Did you mean {near}?") if near else Text("", "")
        return None, None, Text(f"{name} 不是要评分的函数。{more.zh}", f"{name} is not a graded function.{more.en}")
    function = namespace.get(name) if isinstance(what, str) else what
    if not callable(function):
        return question, None, Text(f"还没有 {name}：请先运行定义它的单元格。", f"There is no {name} yet: run the cell that defines it first.")
    return question, function, None


def source_of(function):
    """Return the source of a function as its cell has it, "" where it is not known."""
    try:
        return inspect.cleandoc("\n" + inspect.getsource(function))
    except (OSError, TypeError):
        return ""


class _Handed(Handed):
    """A graded function of the notebook; names that the notebook changes later do not matter any more."""

    def __init__(self, question, function, namespace, inputs, seconds):
        self.question, self.function, self.namespace, self.inputs, self.seconds = question, function, namespace, inputs, seconds
        self.source = source_of(function)
        self.graded = {other.name for other in notebooks()[notebook_of(question.name)]} - {question.name}
        self.unwritten = {name for name in self.graded if not callable(namespace.get(name)) or _is_stub(namespace[name], namespace)}
        self.module = vars(reference.course_module(question.module))

    def attempt(self, left_out):
        return _Attempt(self, left_out)

    def place(self, error):
        if error.get("line"):
            before = next((n for n, line in enumerate(self.source.split("\n")) if line.startswith("def ")), 0)  # decorators
            error["relative"] = error["line"] - getattr(getattr(self.function, "__code__", None), "co_firstlineno", 1) - before + 1

    def forward(self, name, cases):
        if name in self.unwritten:
            return {"outcomes": [self.inputs.reference(questions()[name]).result(case.args, {}, case.replace) for case in cases]}
        return self.run(self.namespace[name], cases, self.unwritten)

    def run(self, function, cases, left_out):
        """Return a runner's answer for a function of the notebook with the names `left_out` being the course's."""
        def changes_for(case):
            return {name: self._stand_in(name, case) if name in self.graded else inspect.unwrap(self.module[name]) for name in left_out}

        return KernelRunner(function, self.namespace, self.seconds).run(cases, changes_for)

    def _stand_in(self, name, case):
        """Return the course's function in the place of the learner's, as the worker has it (worker.Asked)."""
        def course_function(*args, **kwargs):
            return value_of(self.inputs.reference(questions()[name]).result(args, kwargs, case.replace))

        return course_function


class _Attempt(Attempt):
    """The function with the names `left_out` of the notebook being the course's."""

    def __init__(self, handed, left_out):
        self.handed, namespace = handed, handed.namespace
        uses = names_used(handed.function, namespace, left_out)
        own = sorted(name for name in uses & handed.module.keys() - handed.graded - left_out if self._is_changed(name))
        leaked = [name for name in sorted(uses - handed.module.keys() - left_out) if _is_variable(namespace.get(name))]
        super().__init__(handed.question, handed.inputs, uses | {handed.question.name}, sorted(handed.graded & uses), own, leaked)
        self.left_out = left_out

    def _is_changed(self, name):
        """Return whether the notebook has a version of its own of a helper that the course gives, not imported from the course."""
        value, given = self.handed.namespace.get(name), self.handed.module[name]
        return value is not given and not getattr(value, "__module__", "").startswith(COURSE_FAMILY)

    def answer(self):
        return self.handed.run(self.handed.function, self.cases, self.left_out)


def _is_variable(value):
    """Return whether a value of the notebook is data, not a function, a class or a module."""
    return value is not None and not callable(value) and not isinstance(value, types.ModuleType)


def judge_here(question, function, namespace, seed, limits=None):
    """Return the result of a question (result.question_result) for a function of the notebook."""
    limits = limits or CELL
    result, helped = judge(question, _Handed(question, function, namespace, Inputs(seed), limits.seconds), limits.patience)
    wait_for(result, [name for name in helped if not _passes(name, namespace, seed)])
    return result


def _is_stub(function, namespace):
    return is_own(function, namespace) and course.attempt(source_of(function))[0] != "filled"


def _passes(name, namespace, seed):
    if name in passed:
        return True
    return callable(namespace.get(name)) and judge_here(questions()[name], namespace[name], namespace, seed)["status"] == "correct"


def namespace_of_caller():
    """Return the notebook's names: those of the kernel, or of the module that calls."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        return shell.user_ns
    frame = sys._getframe(1)
    while frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    return frame.f_globals


def guarded(action):
    """Decorate what a learner calls: what goes wrong in it is one line, never a traceback of ours; NumPy's random state stays."""

    @functools.wraps(action)
    def call(*args, **kwargs):
        state = np.random.get_state()
        try:
            return action(*args, **kwargs)
        except KeyboardInterrupt:
            return tell(Text("已中断。", "Interrupted."))
        except Exception as error:
            if os.environ.get("GRADER_DEBUG"):
                raise
            what = f"{type(error).__name__}: {error}"
            return tell(Text(f"评分程序自己出错了（{what}），请告诉课程的作者。", f"The grader itself failed ({what}); please tell the authors of the course."))
        finally:
            np.random.set_state(state)

    call.takes_stubs = True
    return call


# ---------------------------------------------------------------- what a learner calls


def progress(question):
    """Return how far the notebook of `question` is, in this session, as a Text."""
    entries = notebooks()[notebook_of(question.name)]
    done = [entry for entry in entries if entry.name in passed]
    points, total = sum(entry.points for entry in done), sum(entry.points for entry in entries)
    return Text(f"进度：{len(done)} / {len(entries)} 题，{points} / {total} 分。",
                f"Progress: {len(done)} of {len(entries)} exercises, {points} of {total} points.")


NO_FUNCTION = Text("要写上函数的名字，例如 check(linear_forward)。", "Give the name of a function, such as check(linear_forward).")


def check(*functions, seed=None):
    """Check graded functions (or their names): correct, incorrect with what differs and why, or not attempted yet.

    The inputs are drawn anew each time; the seed that is shown with a failure draws the same ones again: check(f, seed=1).
    Where nbgrader runs the notebook, the points are returned; to return none would be full marks.
    """
    points = _check_all(functions, seed)
    return (points or 0) if BY_NBGRADER else None


check.takes_stubs = True


@guarded
def _check_all(functions, seed):
    """Check and show; return the points, None where something kept this from an end."""
    if not functions:
        tell(NO_FUNCTION)
    if seed is not None and not (isinstance(seed, int) and 0 <= seed < 2**32):
        return tell(Text("seed 应是 0 到 4294967295 之间的整数。", "seed must be an integer from 0 to 4294967295."))
    points, checked = 0, (_check(function, seed) for function in functions)
    if BY_NBGRADER:  # to it, anything on stderr is a failure: also what a log wrote, or came late from the cell before
        from IPython.display import clear_output

        checked = list(checked)
        clear_output()
    for reached, text, html in checked:
        show(text, html)
        points += reached
    return points


def _check(function, seed):
    """Return (points, text, HTML) of the check of a function."""
    question, found, problem = find(function, namespace_of_caller())
    if problem:
        return 0, *as_shown(problem)
    seed = new_seed() if seed is None else int(seed)
    outcome = judge_here(question, found, namespace_of_caller(), seed)
    if outcome["status"] == "correct":
        passed[question.name] = question
        more, said = progress(question), outcome["message"] if outcome["waits_for"] else {"zh": "", "en": ""}
        outcome["message"] = {"zh": said["zh"] + more.zh, "en": f"{said['en']} {more.en}".strip()}
    else:
        passed.pop(question.name, None)
    lang = language()
    text, html = report.plain(outcome, lang), report.html(outcome, lang)
    if outcome["status"] == "not_attempted":
        text = f"{course.NOT_YET.zh if lang == 'zh' else course.NOT_YET.en}{text}"
    elif outcome["status"] != "correct":
        again = Text(f"同样的输入再查一次：check({question.name}, seed={seed})；提示：hint({question.name})",
                     f"The same inputs again: check({question.name}, seed={seed}); a hint: hint({question.name})")
        said = [getattr(again, tongue) for tongue in LANGUAGES[lang]]
        text, html = "\n".join([text, *("  " + line for line in said)]), html + report.box(said, report.PLAIN)
    return outcome["points"], text, html


@guarded
def hint(function=None):
    """Show the next hint for a graded function (or its name): a question, then a nudge, then the line to look at."""
    if function is None:
        return tell(NO_FUNCTION)
    namespace = namespace_of_caller()
    question, found, problem = find(function, namespace)
    if question is None:
        return tell(problem)
    level = hints_given[question.name] = min(hints_given.get(question.name, 0) + 1, 3)
    text = question.hints[level - 1] if level < 3 else third_hint(question, found, namespace, problem)
    if text is ALREADY_RIGHT:
        return tell(text, report.SHADES["green"])
    return tell(Text(f"提示 {level} / 3：{text.zh}", f"Hint {level} of 3: {text.en}"), report.HINT)


ALREADY_RIGHT = Text("这个函数已经对了。", "This function is right already.")


def third_hint(question, function, namespace, problem):
    """Return the line of the learner's code to look at, as a Text."""
    if problem:
        return problem
    source = source_of(function)
    lines = source.splitlines()
    state, stubs = course.attempt(source)
    at = lambda number: f"`{lines[number - 1].strip()}`" if 0 < number <= len(lines) else ""
    if state != "filled" and stubs:
        formula = explain.formula_of_line(question, at(stubs[0]).strip("`"))
        return Text(f"先写第 {stubs[0]} 行：{at(stubs[0])}。{formula.zh}", f"Begin with line {stubs[0]}: {at(stubs[0])}.{formula.en}")
    outcome = judge_here(question, function, namespace, new_seed())
    if outcome["status"] == "correct":
        return ALREADY_RIGHT
    diagnosis = outcome["diagnosis"]
    if diagnosis and diagnosis["line"]:
        number, quantity = diagnosis["line"], diagnosis["quantity"]
        return Text(f"看第 {number} 行（{quantity}）：{at(number)}。{diagnosis['zh']}", f"Look at line {number} ({quantity}): {at(number)}. There, {diagnosis['en']}")
    return Text(outcome["message"]["zh"], outcome["message"]["en"])


@guarded
def solution(function=None):
    """Show the reference for a graded function (or its name), once the check has been passed."""
    if function is None:
        return tell(NO_FUNCTION)
    question, _, problem = find(function, namespace_of_caller())
    if question is None:
        return tell(problem)
    if question.name not in passed:
        return tell(Text(f"先让 check({question.name}) 通过，再看参考答案。", f"Pass check({question.name}) first; then the solution is shown."))
    code = reference.solved(reference.function_source(question.path))
    return show(code, report.code(code))
