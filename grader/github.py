"""A learner's fork on GitHub: what `python -m grader github` hands to the runner that starts it (.github/workflows/learner.yml).

Three ways lead out of a step, and a learner's text (a line of code, the message of an exception, a file's name) can stand in each:
- annotations are lines of the log that begin with `::`; all other text of ours stands between `::stop-commands::` and its end;
- the summary is Markdown: what comes from a notebook goes through `inline`, which leaves nothing that Markdown or HTML would act on;
- outputs are values between two lines that nobody can guess.
"""

import base64
import contextlib
import json
import os
import re
import secrets
import shlex
from pathlib import Path
from typing import NamedTuple

from . import questions, report
from .exits import FULL, NOT_FULL, UNREADABLE, complain, quietly, reasons
from .grade import assignment_of
from .screen import Screen
from .submission import Unreadable, read
from .text import LANGUAGES, Text, clean, in_language, in_words

FOLDER = "notebooks"
LIMIT = 2**20  # bytes of a step's summary; GitHub drops a larger one
ANNOTATIONS = 10  # GitHub shows no more of a step
LETTERS = 300  # of a message in the summary
RESULT = 90_000  # bytes of the result for GitHub Classroom: it travels in an environment variable, of which Linux takes 128 KiB


class Unread(NamedTuple):
    """A notebook without a result: which one of the course it is or None, its path, and why; `fault`: it is there and cannot be used."""

    assignment: str | None
    path: str
    text: Text
    fault: bool

    @property
    def max_score(self):
        return sum(question.points for question in questions.notebooks().get(self.assignment, ()))


# ---------------------------------------------------------------- a run


def run(notebooks, grade, lang):
    """Grade notebooks, write log, summary and outputs, and return the exit code; without names, those in the folder notebooks.

    Exercises that were not attempted, and planted bugs left in, turn nothing red.
    """
    notes, unread = [], []
    if not notebooks:
        if not Path(FOLDER).is_dir():
            complain(lang, "这里没有这个文件夹：请在课程的文件夹里运行，或写出笔记本的名字", "no such folder here: run this in the folder of the course, or name the notebooks", FOLDER)
            return UNREADABLE
        notebooks, notes, unread = course_notebooks(FOLDER)
    results, faults = grade_all(notebooks, grade)
    unread = [*unread, *faults]
    on_github = os.environ.get("GITHUB_ACTIONS") == "true"
    with commands_stopped() if on_github else contextlib.nullcontext():
        write_log(Screen(lang), results, unread, notes)
    for line in annotations(results, unread, lang)[:ANNOTATIONS] if on_github else []:
        print(line, flush=True)
    try:
        write_summary(results, unread, notes, lang)
        if name := os.environ.get("GITHUB_OUTPUT"):
            append(name, outputs({"finished": finished(results), "result": autograded(results, unread, lang)}))
    except OSError as error:
        complain(lang, *reasons(error), error.filename)
        return UNREADABLE
    if faults:
        return UNREADABLE
    return NOT_FULL if any(map(wrong, results)) else FULL


def grade_all(paths, grade):
    """Return (results, [Unread]) of notebooks; one that cannot be read does not stop the others, and no exercise counts twice."""
    results, faults = {}, []
    for path in map(str, paths):
        shown = Path(path).as_posix()
        try:
            result = {**quietly(grade, path), "notebook": shown}
            first = results.setdefault(result["assignment"], result)
            if first is result:
                continue
            why = Text(f"里面是 {first['assignment']} 的题目，{first['notebook']} 已经算过了。",
                       f"it holds the exercises of {first['assignment']}, which {first['notebook']} has counted already.")
        except Exception as error:
            why = Text(*reasons(error))
        assignment = Path(path).stem if Path(path).stem in questions.REFERENCES else None
        faults.append(Unread(assignment, shown, why, True))
    return list(results.values()), faults


# ---------------------------------------------------------------- which notebooks


def assignment_at(path):
    """Return which notebook of the course a file is, None for any other one."""
    try:
        return assignment_of(read(path))[0]
    except (Unreadable, OSError):
        return None


def course_notebooks(folder):
    """Return ([paths to grade], [Text to say], [Unread]) for the four notebooks of the course in `folder`.

    A notebook that is not there under its name may have another one; one that is there twice counts once, which is said.
    """
    paths, notes, absent = [], [], []
    expected = {assignment: Path(folder) / f"{assignment}.ipynb" for assignment in questions.REFERENCES}
    missing = {assignment: [] for assignment, path in expected.items() if not path.exists()}
    for path in sorted(Path(folder).glob("*.ipynb")):
        assignment = None if path in expected.values() else assignment_at(path)
        if assignment in missing:
            missing[assignment].append(path)
        elif assignment in expected:
            name = expected[assignment].name
            notes.append(Text(f"没有评 {path.name}，因为 {name} 也在：想评的是它，就把它改名为 {name}。",
                              f"{path.name} was not graded, because {name} is there, too: if it is the one you mean, rename it to {name}."))
    for assignment, path in expected.items():
        others = missing.get(assignment, [path])
        if len(others) == 1:
            paths.append(others[0])
            if others != [path]:
                notes.append(Text(f"{path.name} 不在，评的是 {others[0].name}。", f"{path.name} is not there; {others[0].name} is graded in its place."))
            continue
        names = ", ".join(other.name for other in others)
        absent.append(Unread(assignment, path.as_posix(), Text(
            f"文件不在，而有几份笔记本都像是它（{names}）：请把其中一份改回这个名字。",
            f"it is not there, and several notebooks could be it ({names}): give one of them this name.") if others else Text(
            "文件不在，它的题目按还没写算。可以从课程的仓库里把它复制回来。",
            "it is not there, so its exercises count as not attempted. You can copy it back from the repository of the course."), False))
    return paths, notes, absent


def started(result):
    """Return whether a learner has begun with a notebook: an unchanged stub and a planted bug left in are no beginning."""
    return any(question["begun"] for question in result["questions"])


def wrong(result):
    """Return the questions of a result that were attempted and are wrong: what turns a run red."""
    return [question for question in result["questions"] if report.needs_seed(question)]


# ---------------------------------------------------------------- the log


@contextlib.contextmanager
def commands_stopped():
    """Let GitHub's runner take no line for a command that is printed meanwhile: a learner's text may look like one."""
    word = secrets.token_hex(16)
    print(f"::stop-commands::{word}", flush=True)
    try:
        yield
    finally:
        print(f"::{word}::", flush=True)


def write_log(screen, results, unread, notes):
    """Write about each notebook what a learner reads in a terminal, and one line about a notebook that nobody touched."""
    for result in results:
        if started(result):
            screen.result(result)
        else:
            screen.line(f"{result['notebook']}: {screen.words('还没开始', 'not started')}")
    for text in [*(Text(f"{entry.path}：{entry.text.zh}", f"{entry.path}: {entry.text.en}") for entry in unread), *notes]:
        for line in in_language(text, screen.lang).split("\n"):
            screen.line(line)
    screen.overall([*results, *({"score": 0, "max_score": entry.max_score} for entry in unread)])


def command(kind, text="", **properties):
    """Return a line by which a step tells the runner something, escaped as GitHub reads it."""
    def escaped(value, signs):
        return "".join(f"%{ord(sign):02X}" if sign in signs else sign for sign in value)

    of = ",".join(f"{name}={escaped(clean(value), '%:,')}" for name, value in properties.items())
    return f"::{kind}{' ' if of else ''}{of}::{escaped(text, '%' + chr(13) + chr(10))}"


def annotations(results, unread, lang):
    """Return the lines that show beside a notebook what is wrong in it."""
    lines = [command("error" if entry.fault else "notice", in_language(entry.text, lang), file=entry.path, title=Path(entry.path).name)
             for entry in unread]
    for result in results:
        for question in wrong(result):
            text = "\n".join([*map(shortened, report.lines(question, lang)), *report.seed_lines(result, lang)])
            lines.append(command("error", text, file=result["notebook"], title=f"{question['name']} {report.points_text(question)}"))
    return lines


def shortened(text, most=LETTERS):
    return text if len(text) <= most else text[: most - 1] + "…"


# ---------------------------------------------------------------- the summary


def inline(text):
    """Return one line of text as Markdown that shows it as it is; what stands between two backticks is shown as code."""
    return "".join(code(part) if at % 2 else numbered(part) for at, part in enumerate(re.split("`([^`]+)`", text)))


def code(text):
    return f"<code>{numbered(text)}</code>"


def numbered(text):
    """Return text in which each sign of ASCII stands as its number (`&#42;`), which Markdown, tables, links and formulas take for no sign of theirs."""
    return re.sub("[!-/:-@[-`{-~]", lambda found: f"&#{ord(found[0])};", clean(text))


def row(*cells):
    return f"| {' | '.join(cells)} |\n"


def write_summary(results, unread, notes, lang):
    """Append the summary to the file that GitHub shows, or print it where there is none."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        print("\n" + summary(results, unread, notes, lang), end="")
        return
    append(name, summary(results, unread, notes, lang, LIMIT - (os.path.getsize(name) if os.path.exists(name) else 0)))


def append(name, text):
    with open(name, "a", encoding="utf-8", newline="\n") as file:
        file.write(text)


def summary(results, unread, notes, lang, room=LIMIT):
    """Return the summary of a run as Markdown, of `room` bytes at most."""
    said = [inline(line) for text in [*notes, *advice(results, unread)] for line in in_language(text, lang).split("\n")]
    parts = [f"## {in_words(lang, '你的笔记本', 'Your notebooks')}\n\n", overview(results, unread, lang), *(f"\n{line}\n" for line in said)]
    parts += [details(result, lang) for result in results if started(result) and not all(map(report.is_plain_pass, result["questions"]))]
    return fitted(parts, "\n" + in_words(lang, "这里写不下了，其余的在日志里。", "There is no room for the rest here; the log has it.") + "\n", room)


def fitted(parts, last, room):
    """Return parts as one text of `room` bytes at most: all of them, or those that fit before the line `last`."""
    if len("".join(parts).encode()) <= room:
        return "".join(parts)
    kept, left = "", room - len(last.encode())
    for part in parts:
        left -= len(part.encode())
        if left < 0:
            break
        kept += part
    return kept + last if len((kept + last).encode()) <= room else ""


def overview(results, unread, lang):
    """Return the table with a row a notebook and the total."""
    lines = [(entry.path, ("!" if entry.fault else "·") + " " + in_language(entry.text, lang), 0, entry.max_score) for entry in unread]
    lines += [(result["notebook"], state_of(result, lang), result["score"], result["max_score"]) for result in results]
    text = row(in_words(lang, "笔记本", "Notebook"), in_words(lang, "结果", "Result"), in_words(lang, "得分", "Points"))
    text += "|:--|:--|--:|\n"
    for path, state, score, of in sorted(lines):
        shown = "<br>".join(inline(shortened(line)) for line in state.split("\n"))
        text += row(code(Path(path).name), shown, f"{report.number(score)}/{report.number(of)}")
    score, of = (report.number(sum(line[at] for line in lines)) for at in (2, 3))
    return text + row(f"**{in_words(lang, '合计', 'Total')}**", "", f"**{score}/{of}**")


def state_of(result, lang):
    """Return in a few words how far a notebook is."""
    if report.is_full(result):
        return f"✓ {in_words(lang, '满分', 'full marks')}"
    if not started(result):
        return f"· {in_words(lang, '还没开始', 'not started')}"
    done, of = sum(question["status"] == "correct" for question in result["questions"]), len(result["questions"])
    return f"{'✗' if wrong(result) else '·'} " + in_words(lang, f"{of} 题对了 {done} 题", f"{done} of {of} exercises right")


def advice(results, unread):
    """Return what to do next, as Texts."""
    if not any(map(started, results)) and not any(entry.fault for entry in unread):
        return [Text("还没有写过的题。写完一道题，保存，提交，推送，这里就会有结果。",
                     "Nothing attempted yet. Fill in an exercise, save, commit and push: the result will stand here.")]
    if any(map(report.is_full, results)):
        return [Text("满分的笔记本会从头运行一遍，由 nbval 逐个单元格核对输出：见下一步的日志。",
                     "A notebook with full marks is now run from top to bottom, and nbval compares what each cell prints: see the log of the next step.")]
    return []


def details(result, lang):
    """Return the section of a notebook: its exercises, and how to repeat what is wrong. Exercises not attempted share a row."""
    groups = {}
    for question in result["questions"]:
        groups.setdefault(question["name"] if question["begun"] else tuple(report.lines(question, lang)), []).append(question)
    text = f"\n### {code(Path(result['notebook']).name)}\n\n"
    text += row(*(in_words(lang, *title) for title in (("题目", "Exercise"), ("结果", "Result"), ("得分", "Points"), ("说明", "What to know"))))
    text += "|:--|:--|--:|:--|\n"
    for group in sorted(groups.values(), key=lambda group: not group[0]["begun"]):
        points, of = (report.number(sum(question[key] for question in group)) for key in ("points", "max_points"))
        said = [] if report.is_plain_pass(group[0]) else report.lines(group[0], lang)
        text += row("<br>".join(code(question["name"]) for question in group), inline(report.status_text(group[0], lang)), f"{points}/{of}",
                    "<br>".join(inline(shortened(line)) for line in said))
    if wrong(result):
        text += "\n" + "".join(f"- {line}\n" for tongue in LANGUAGES[lang] for line in again(result, tongue))
    return text


def again(result, tongue):
    """Return how to go on with what is wrong in a notebook, in one language, as Markdown."""
    name, seed = wrong(result)[0]["name"], result["seed"]
    check, hint = code(f"check({name}, seed={seed})"), code(f"hint({name})")
    shell = code(f"python -m grader check {shlex.quote(result['notebook'])} --seed {seed}")
    if tongue == "zh":
        return [f"用同样的输入再查一次：在笔记本里运行 {check}，或在终端里运行 {shell}", f"要提示：在笔记本里运行 {hint}"]
    return [f"The same inputs again: {check} in the notebook, or {shell} in a terminal", f"A hint: {hint} in the notebook"]


# ---------------------------------------------------------------- the outputs


def finished(results):
    """Return the paths of the notebooks with full marks, one a line; a path that is more than a line is left out."""
    paths = [result["notebook"] for result in results if report.is_full(result)]
    return "\n".join(path for path in paths if clean(path) == path)


def autograded(results, unread, lang):
    """Return the result of all notebooks together as GitHub Classroom's reporter takes it from an environment variable: JSON in base64."""
    for most in (1000, 200, 0):
        tests = [test for result in results for test in report.autograding_tests(result, result["notebook"], lang, most)]
        tests += [report.autograding_test(Path(entry.path).name, "error", 0, in_language(entry.text, lang)[:most], entry.path) for entry in unread]
        points = sum(result["max_score"] for result in results) + sum(entry.max_score for entry in unread)
        status = "pass" if results and not unread and all(map(report.is_full, results)) else "fail"
        data = report.autograding(status, points, tests)
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        if len(text) <= RESULT:
            break
    return base64.b64encode(text).decode()


def outputs(values):
    """Return values as a step writes them to GITHUB_OUTPUT."""
    mark = secrets.token_hex(16)  # nobody can guess it, so no value can end before its end
    return "".join(f"{name}<<{mark}\n{value}\n{mark}\n" for name, value in values.items())
