"""What a learner sees in a terminal: the table of a notebook, what is wrong with each exercise, and how things stand after a save.

rich is imported where it is used: a check must answer at once.
"""

import os
import sys

from . import report
from .text import clean, in_words


class Screen:
    """Where it goes: a terminal with colours, or a file or pipe without."""

    def __init__(self, lang, file=None):
        from rich.console import Console

        self.lang = lang
        file = file or sys.stdout
        self.console = Console(file=file, markup=False, highlight=False, emoji=False, force_jupyter=False)
        if not self.console.is_terminal and "COLUMNS" not in os.environ:
            self.console.width = 120  # nothing is cut off in a file
        self.unicode = _can_write("✓✗█░", getattr(file, "encoding", None))

    def words(self, zh, en):
        return in_words(self.lang, zh, en)

    def line(self, text="", style=""):
        """Write one line; a pipe gets it whole, a terminal wraps it between words."""
        from rich.padding import Padding
        from rich.text import Text

        text = clean(text)
        rest = text.lstrip(" ")
        indent = len(text) - len(rest)
        if self.console.is_terminal:
            self.console.print(Padding(Text(rest, style=style), (0, 0, 0, indent), expand=False))
        else:
            self.console.print(Text(text, style=style), soft_wrap=True)

    def question(self, question):
        """Write what there is to say about one question."""
        self.line(report.headline(question, self.lang, self.unicode), style=f"bold {report.STATUS[question['status']][2]}")
        for line in report.lines(question, self.lang):
            self.line("  " + line)

    def questions(self, questions):
        """Write what there is to say about each question; those not attempted that have the same message are taken together."""
        groups = {}
        for question in questions:
            alike = tuple(report.lines(question, self.lang)) if question["status"] in report.SKIPPED | {"missing"} else question["name"]
            groups.setdefault(alike, []).append(question)
        for group in groups.values():
            if len(group) == 1:
                self.question(group[0])
                continue
            names = ", ".join(question["name"] for question in group)
            self.question({**group[0], "name": names, "max_points": sum(question["max_points"] for question in group)})

    def table(self, result):
        """Write the table of a notebook: function, status, points."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False)
        table.add_column(self.words("题目", "Exercise"), self.words("总分", "Total"), no_wrap=True)
        table.add_column(self.words("结果", "Result"))
        total = f"{report.number(result['score'])}/{report.number(result['max_score'])}"
        table.add_column(self.words("得分", "Points"), total, justify="right", no_wrap=True)
        for question in result["questions"]:
            status = Text(report.status_text(question, self.lang, self.unicode), style=report.STATUS[question["status"]][2])
            table.add_row(Text(clean(question["name"])), status, report.points_text(question))
        self.console.print(table)

    def result(self, result):
        """Write all about a notebook: its table, then what is wrong with each exercise."""
        self.line(f"{result['notebook']} ({result['assignment']})", style="bold")
        self.table(result)
        self.questions([question for question in result["questions"] if not report.is_plain_pass(question)])
        if report.is_full(result):
            self.line(self.words("全部正确，满分！", "All correct, full marks!"), style="bold green")
        self.seed(result, result["questions"])
        self.line()

    def seed(self, result, questions):
        """Write how to repeat a check, where something is wrong with one of `questions`."""
        for line in report.seed_lines(result, self.lang) if any(map(report.needs_seed, questions)) else []:
            self.line(line, style="dim")

    def overall(self, results):
        """Write the points of several notebooks together."""
        score, of = (report.number(sum(result[key] for result in results)) for key in ("score", "max_score"))
        self.line(f"{self.words('合计', 'Overall')}{'：' if self.lang == 'zh' else ': '}{score}/{of}", style="bold")

    def progress(self, result):
        """Write a bar: how many exercises are correct, how many points that is."""
        done, of = sum(q["status"] == "correct" for q in result["questions"]), len(result["questions"])
        full, empty = "█░" if self.unicode else "#-"
        filled = 30 * done // max(of, 1)
        points = f"{self.words('得分', 'points')} {report.number(result['score'])}/{report.number(result['max_score'])}"
        self.line(f"{full * filled}{empty * (30 - filled)}  {self.words('练习', 'exercises')} {done}/{of}  {points}")

    def watched(self, result, before, clock):
        """Write how things stand after a save: what changed since `before`, the progress, the first exercise to mend."""
        self.console.rule(clock, characters="─" if self.unicode else "-")
        for text, colour in changes(result, before, self.lang, self.unicode):
            self.line(text, style=colour)
        self.progress(result)
        todo = next_to_mend(result, before)
        if todo is None:
            self.line(self.words("全部正确，满分！", "All correct, full marks!"), style="bold green")
            return
        self.question(todo)
        self.seed(result, [todo])
        self.line(self.words("保存笔记本就会再查一次，按 Ctrl-C 结束", "save the notebook to check again, Ctrl-C to stop"), "dim")


def next_to_mend(result, before):
    """Return the question to speak of: one that has just become wrong, else the first wrong one, else the first not attempted."""
    old = {question["name"]: question["status"] for question in before["questions"]} if before else {}
    open_ones = [question for question in result["questions"] if question["status"] != "correct"]
    wrong = [question for question in open_ones if question["status"] not in report.SKIPPED | {"missing"}]
    broken = [question for question in wrong if old.get(question["name"], question["status"]) != question["status"]]
    return next(iter(broken or wrong or open_ones), None)


def changes(result, before, lang, unicode=True):
    """Return what changed from one result to the next as pairs (line, colour); before the first there is nothing to compare."""
    if before is None:
        return []
    old = {question["name"]: question["status"] for question in before["questions"]}
    found = []
    for question in result["questions"]:
        status = question["status"]
        if old.get(question["name"]) != status:
            symbol, plain, colour, zh, en = report.STATUS[status]
            what = in_words(lang, f"现在{zh}", f"now {en}")
            found.append((f"{symbol if unicode else plain} {question['name']}{'：' if lang == 'zh' else ': '}{what}", colour))
    return found or [(in_words(lang, "和上次一样", "no change since the last time"), "dim")]


def _can_write(text, encoding):
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
