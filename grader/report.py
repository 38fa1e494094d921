"""What a learner reads: a result as lines of text, HTML, a table in the terminal, one line of JSON, or JUnit XML.

A learner's own text (a line of code, the message of an exception) can stand in a message, so every text is cleaned of
control characters here, escaped in HTML and XML, and never read as rich's markup.
rich and xml are imported where they are used: a check must answer at once.
"""

import json
import os
import re
import sys

from .text import LANGUAGES, clean, in_words

# status -> its symbol, its symbol where the terminal has no such letter, its colour, its name in both languages
STATUS = {
    "correct": ("✓", "v", "green", "正确", "correct"),
    "incorrect": ("✗", "x", "red", "不对", "incorrect"),
    "not_attempted": ("·", "-", "yellow", "还没写", "not attempted"),
    "missing": ("✗", "x", "red", "没找到", "missing"),
    "error": ("!", "!", "magenta", "运行出错", "error"),
    "timeout": ("!", "!", "magenta", "超时", "timed out"),
    "blocked": ("!", "!", "magenta", "被拦下", "blocked"),
}
SHADES = {"green": "#1a7f37", "red": "#cf222e", "yellow": "#bf8700", "magenta": "#8250df"}  # legible on white and on black
FAILED, BROKEN, SKIPPED = {"incorrect", "missing"}, {"error", "timeout", "blocked"}, {"not_attempted"}

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


# ---------------------------------------------------------------- texts, for every form


def number(points):
    """Return points without needless zeros."""
    return f"{round(points, 2):g}"


def is_full(result):
    """Return whether a result has full marks."""
    return result["score"] >= result["max_score"] and all(q["status"] == "correct" for q in result["questions"])


def is_plain_pass(question):
    """Return whether there is nothing to say but that it is right: no note of helpers to mend, or of two definitions."""
    return question["status"] == "correct" and not question["waits_for"] and question["definitions"] <= 1


def diagnosis_text(question, lang):
    """Return the diagnosis of a question in one language, with the quantity and the line; None if there is no diagnosis."""
    diagnosis = question.get("diagnosis")
    if not diagnosis or not diagnosis.get(lang):
        return None
    text, name, line, quantity = diagnosis[lang], question["name"], diagnosis.get("line"), diagnosis.get("quantity")
    if "+" in (diagnosis.get("kind") or ""):  # two causes: each has its own place in the text
        return text
    if quantity:
        text = re.sub(rf"^{re.escape(quantity)} ?[:：] ?", "", text)
    if lang == "zh":
        place = f"{name} 第 {line} 行" if line else ""
        begin = f"{quantity}（{place}）" if quantity and place else quantity or place
        return f"{begin}：{text}" if begin else text
    place = f"line {line} of {name}" if line else ""
    begin = f"{quantity} ({place})" if quantity and place else quantity or place
    return f"{begin}: {text}" if begin else text


def marked_lines(question, lang):
    """Return what there is to say about a question as a list of (language, line): the message, then the diagnosis."""
    tongues = LANGUAGES[lang]
    texts = [(tongue, text) for tongue in tongues for text in (question["message"][tongue], diagnosis_text(question, tongue))]
    return [(tongue, clean(line)) for tongue, text in texts if text for line in re.split(r"\r\n|[\r\n]", text) if line.strip()]


def lines(question, lang):
    """Return what there is to say about a question as a list of lines; lang is zh, en or both."""
    return [line for _, line in marked_lines(question, lang)]


def status_text(question, lang, unicode=True):
    """Return the status of a question as its symbol and its name."""
    symbol, plain, _, zh, en = STATUS[question["status"]]
    return f"{symbol if unicode else plain} {in_words(lang, zh, en)}"


def points_text(question):
    """Return the points of a question: 7.5/10."""
    return f"{number(question['points'])}/{number(question['max_points'])}"


def headline(question, lang, unicode=True):
    """Return the first line about a question: symbol, function, status, points."""
    symbol, other, _, zh, en = STATUS[question["status"]]
    return f"{symbol if unicode else other} {clean(question['name'])}  {in_words(lang, zh, en)}  {points_text(question)}"


def needs_seed(question):
    """Return whether there is something wrong that the same inputs would show again."""
    return question["status"] not in ("correct", "not_attempted", "missing")


def seed_lines(result, lang):
    """Return the lines that say how to repeat a check with the same inputs."""
    seed = result["seed"]
    said = {"zh": f"这次的随机种子是 {seed}；加上 --seed {seed} 就会用同样的输入再查一次。",
            "en": f"The seed was {seed}; repeat with --seed {seed} for the same inputs."}
    return [said[tongue] for tongue in LANGUAGES[lang]]


def plain(question, lang):
    """Return a question as plain text."""
    return "\n".join([headline(question, lang), *("  " + line for line in lines(question, lang))])


FRAME = "border-left: 4px solid {shade}; padding: 2px 0 2px 10px; margin: 4px 0"


def _escape(text):
    from html import escape  # imported where it is needed: its table of entities takes a while

    return escape(text)


def _framed(inside, shade):
    return f'<div style="border-left: 4px solid {shade}; padding: 2px 0 2px 10px; margin: 4px 0">{inside}</div>'


def _line(text, tongue=None, space=""):
    lang = f' lang="{tongue}"' if tongue else ""
    return f'<div{lang} style="white-space: pre-wrap{space}">{_escape(clean(text))}</div>'


def html(question, lang):
    """Return a question as HTML; it stands on a light and on a dark page."""
    said = marked_lines(question, lang)
    second = [at > 0 and said[at - 1][0] != tongue for at, (tongue, _) in enumerate(said)]  # where the other language begins
    body = "".join(_line(line, tongue, "; margin-top: 6px" * begins) for (tongue, line), begins in zip(said, second))
    return _framed(f"<b>{_escape(headline(question, lang))}</b>{body}", SHADES[STATUS[question["status"]][2]])


def box(texts, shade):
    """Return texts, one a line, as HTML with a bar of colour beside them."""
    return _framed("".join(_line(line) for text in texts for line in text.splitlines()), shade)


def code(source):
    return f'<pre style="font-family: monospace">{_escape(source)}</pre>'


# ---------------------------------------------------------------- machine-readable forms


def json_line(result, encoding="utf-8"):
    """Return a result as one line of JSON that can be written in `encoding`."""
    text = json.dumps(result, ensure_ascii=False)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(result)
    return text


def _xml(text):
    return NOT_XML.sub("", str(text))


def _suite(parent, name, questions):
    """Add an empty testsuite for the statuses of `questions` to the XML element `parent`."""
    from xml.etree.ElementTree import SubElement

    count = {kind: sum(q["status"] in kinds for q in questions)
             for kind, kinds in (("failures", FAILED), ("errors", BROKEN), ("skipped", SKIPPED))}
    numbers = {"tests": len(questions), **count}
    return SubElement(parent, "testsuite", name=_xml(name), **{kind: str(value) for kind, value in numbers.items()})


def _case(suite, result, question, lang):
    """Add the testcase of a question to its testsuite."""
    from xml.etree.ElementTree import SubElement

    case = SubElement(suite, "testcase", classname=_xml(result["assignment"]), name=_xml(question["name"]))
    status = question["status"]
    if status == "correct":
        return
    tag = "failure" if status in FAILED else "error" if status in BROKEN else "skipped"
    said = [_xml(line) for line in lines(question, lang)] or [status]
    outcome = SubElement(case, tag, message=said[0])
    if tag != "skipped":
        outcome.set("type", status)
    repeat = seed_lines(result, lang) if needs_seed(question) else []
    outcome.text = "\n".join([*said, *repeat])


def junit(results, unreadable, lang):
    """Return JUnit XML as bytes: a testsuite a notebook, a testcase a question.

    unreadable: pairs (path, why); each is a testsuite with one error, so that who reads only this file sees it.
    """
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    root = Element("testsuites", name="grader")
    for result in results:
        suite = _suite(root, result["notebook"], result["questions"])
        properties = SubElement(suite, "properties")
        for key in ("seed", "score", "max_score"):
            SubElement(properties, "property", name=key, value=str(result[key]))
        for question in result["questions"]:
            _case(suite, result, question, lang)
    for path, why in unreadable:
        suite = _suite(root, path, [{"status": "error"}])
        case = SubElement(suite, "testcase", classname=_xml(path), name="notebook")
        SubElement(case, "error", message=_xml(why), type="unreadable")
    for kind in ("tests", "failures", "errors", "skipped"):
        root.set(kind, str(sum(int(suite.get(kind)) for suite in root.iter("testsuite"))))
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


# ---------------------------------------------------------------- the terminal


class Screen:
    """Where the tables go: a terminal with colours, or a file or pipe without."""

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
        self.line(headline(question, self.lang, self.unicode), style=f"bold {STATUS[question['status']][2]}")
        for line in lines(question, self.lang):
            self.line("  " + line)

    def questions(self, questions):
        """Write what there is to say about each question; those not attempted that have the same message are taken together."""
        groups = {}
        for question in questions:
            alike = tuple(lines(question, self.lang)) if question["status"] in SKIPPED | {"missing"} else question["name"]
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
        total = f"{number(result['score'])}/{number(result['max_score'])}"
        table.add_column(self.words("得分", "Points"), total, justify="right", no_wrap=True)
        for question in result["questions"]:
            status = Text(status_text(question, self.lang, self.unicode), style=STATUS[question["status"]][2])
            table.add_row(Text(clean(question["name"])), status, points_text(question))
        self.console.print(table)

    def result(self, result):
        """Write all about a notebook: its table, then what is wrong with each exercise."""
        self.line(f"{result['notebook']} ({result['assignment']})", style="bold")
        self.table(result)
        self.questions([question for question in result["questions"] if not is_plain_pass(question)])
        if is_full(result):
            self.line(self.words("全部正确，满分！", "All correct, full marks!"), style="bold green")
        self.seed(result, result["questions"])
        self.line()

    def seed(self, result, questions):
        """Write how to repeat a check, where something is wrong with one of `questions`."""
        for line in seed_lines(result, self.lang) if any(map(needs_seed, questions)) else []:
            self.line(line, style="dim")

    def overall(self, results):
        """Write the points of several notebooks together."""
        score, of = (number(sum(result[key] for result in results)) for key in ("score", "max_score"))
        self.line(f"{self.words('合计', 'Overall')}{'：' if self.lang == 'zh' else ': '}{score}/{of}", style="bold")

    def progress(self, result):
        """Write a bar: how many exercises are correct, how many points that is."""
        done, of = sum(q["status"] == "correct" for q in result["questions"]), len(result["questions"])
        full, empty = "█░" if self.unicode else "#-"
        filled = 30 * done // max(of, 1)
        points = f"{self.words('得分', 'points')} {number(result['score'])}/{number(result['max_score'])}"
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
    wrong = [question for question in open_ones if question["status"] not in SKIPPED | {"missing"}]
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
            symbol, plain, colour, zh, en = STATUS[status]
            what = in_words(lang, f"现在{zh}", f"now {en}")
            found.append((f"{symbol if unicode else plain} {question['name']}{'：' if lang == 'zh' else ': '}{what}", colour))
    return found or [(in_words(lang, "和上次一样", "no change since the last time"), "dim")]


def _can_write(text, encoding):
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
