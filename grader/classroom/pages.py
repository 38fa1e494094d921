"""What a class gets out, for people: the teacher's report on one page, and a page of feedback for each student.

Each page is one file that asks for nothing from anywhere. Its templates are in `templates`; every text that they are given is
cleaned and escaped on the way in, so nothing that a student wrote becomes a tag, an attribute, or a turn of the direction of writing.
"""

import base64
import functools
import hashlib
import io
import re
import statistics
import tokenize
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import jinja2
import markupsafe

from .. import report
from ..text import Text, clean
from .gradebook import columns, file_name, out_of, percent, put, rebuild, rows, status_of

TEMPLATES = Path(__file__).parent / "templates"
OFTEN, MOST = 20, 200  # mistakes that are shown at once, and at all
LONGEST_TEXT, LONGEST_LINE = 20, 160  # characters: of a string within an example line, of the line


@dataclass(frozen=True)
class About:
    """What was graded (a folder or file), when that was done (ISO 8601), the language that is shown first (zh, en or both),
    which attempt counts (best or last)."""

    source: str
    finished_at: str
    lang: str = "both"
    keep: str = "best"


# ---------------------------------------------------------------- words

NEXT = {  # status -> what to do next
    "incorrect": Text("改好后在笔记本里运行 check({0})，再查一次；想要提示就运行 hint({0})。",
                      "Mend it and run check({0}) in the notebook; hint({0}) gives a hint."),
    "not_attempted": Text("从 {0} 开始：把起止标记之间的 ... 换成自己的代码，再运行 check({0})；没有头绪就运行 hint({0})。",
                          "Begin with {0}: replace each ... between the markers by code of your own, then run check({0}); hint({0}) gives a hint."),
    "missing": Text("这个函数不能删掉，也不能改名：用 python -m grader reset 笔记本 {0} 可以恢复题目。",
                    "The function must be there under its own name: python -m grader reset NOTEBOOK {0} puts the exercise back."),
    "error": Text("先让代码跑得通：按上面说的改好，再运行 check({0})。", "First make it run: mend what is said above, then run check({0})."),
    "timeout": Text("找找停不下来的循环，或者可以改成向量运算的循环，再运行 check({0})。",
                    "Look for a loop that never ends, or one that NumPy can do at once, then run check({0})."),
    "blocked": Text("只用参数和 NumPy 来算：去掉读写文件、联网、启动进程之类的代码，再运行 check({0})。",
                    "Use the arguments and NumPy only: take out what reads or writes files, uses the network or starts processes, then run check({0})."),
}
ADVICE = {  # status of an attempt without a result -> what to do next
    "unreadable": Text("看看上面的原因：要交的是这门课的 .ipynb 笔记本，在 JupyterLab 里能打开、能保存，里面有要写的函数。改好后重新提交。",
                       "See the reason above: what is to be handed in is the .ipynb notebook of this course, which opens in JupyterLab, can be saved, and has the functions in it. Mend that and hand it in again."),
    "failed": Text("评分没能完成，这不一定是你的问题。请告诉老师，老师会再看一遍。",
                   "Grading did not come to an end, which need not be your fault. Tell your teacher, who will look at it."),
}
CONCERNS = {  # what makes a teacher look -> its heading
    "failed": Text("评分没能完成", "Grading failed"),
    "unreadable": Text("读不了", "Unreadable"),
    "timeout": Text("超时", "Timed out"),
    "blocked": Text("被拦下", "Blocked"),
    "identical": Text("代码完全相同", "Identical work"),
}


def shown(name):
    """Return a name that can be seen: one without any visible character stands as the numbers of its characters."""
    if any(unicodedata.category(character)[0] in "LNPS" for character in name):
        return clean(name)
    return "⟨" + " ".join(f"U+{ord(character):04X}" for character in name[:20]) + "⟩"


def when(moment):
    """Return an ISO 8601 time to the minute, as it is where that cannot be read."""
    try:
        return datetime.fromisoformat(moment).strftime("%Y-%m-%d %H:%M %Z").strip()
    except ValueError:
        return moment


# ---------------------------------------------------------------- mistakes


@dataclass
class Mistake:
    """A mistake that several students made: its message, who made it, their lines."""

    assignment: str
    question: str
    status: str
    texts: Counter = field(default_factory=Counter)  # (zh, en) -> times
    examples: Counter = field(default_factory=Counter)  # line -> times
    count: int = 0
    share: float = 0.0  # of all who handed the assignment in, in percent

    @property
    def text(self):
        return Text(*most_common(self.texts)) if self.texts else Text(*report.STATUS[self.status][3:])

    @property
    def example(self):
        return most_common(self.examples)


def most_common(counter):
    """Return what was counted most often, the first in order of those counted equally often; None if nothing was."""
    return min(counter, key=lambda item: (-counter[item], item), default=None)


def without_code(text):
    """Return a message without the learner's own code, which stands between backticks."""
    return re.sub("`[^`]*`?", "`…`", text)


def mistakes(grades):
    """Return the Mistakes of a class, the most frequent first. What was not attempted is none.

    Answers are alike if they have the same signature.
    """
    handed_in = Counter(attempt.assignment for attempt in grades if attempt.result)
    found = {}
    for attempt in grades:
        for question in attempt.result["questions"] if attempt.result else ():
            if question["status"] in ("correct", "not_attempted", "missing"):
                continue
            key = attempt.assignment, question["name"], tuple(question["signature"])
            mistake = found.setdefault(key, Mistake(attempt.assignment, question["name"], question["status"]))
            add(mistake, attempt, question)
    for mistake in found.values():
        mistake.share = 100 * mistake.count / handed_in[mistake.assignment]
    return sorted(found.values(), key=lambda mistake: (-mistake.count, mistake.assignment, mistake.question, mistake.text))


def add(mistake, attempt, question):
    """Count a student's answer to a question among those with the same mistake; nothing that names the student is kept."""
    diagnosis = question["diagnosis"] or {}
    mistake.count += 1
    words = name_words(attempt.student)
    text = tuple(report.diagnosis_text({**question, "diagnosis": {**diagnosis, "line": None}}, tongue) or question["message"][tongue]
                 for tongue in ("zh", "en"))
    text = tuple(map(without_code, text))
    if diagnosis or not words & name_words(" ".join(text)):  # the words of a diagnosis are all ours
        mistake.texts[text] += 1
    line = example_line(question["line_text"])
    if line and not words & name_words(line):
        mistake.examples[line] += 1


def name_words(text):
    """Return the words of a text that could be part of a name: three letters and more, or two Chinese characters."""
    return set(re.findall("[^\\W\\d_\u4e00-\u9fff]{3,}|[\u4e00-\u9fff]{2,}", text.casefold()))


def example_line(line):
    """Return a line of code without its comment; None if it cannot be read as Python, or contains a long text or is long."""
    try:
        for token in tokenize.generate_tokens(io.StringIO((line or "").strip()).readline):
            kind = tokenize.tok_name[token.type]
            if kind == "ERRORTOKEN" or ("STRING" in kind and len(token.string) > LONGEST_TEXT):
                return None
            if kind == "COMMENT":
                line = token.line[:token.start[1]]
                break
    except (tokenize.TokenError, SyntaxError) as error:
        if "multi-line statement" not in str(error):
            return None
    line = (line or "").strip()
    return line if 0 < len(line) <= LONGEST_LINE else None


# ---------------------------------------------------------------- who needs a look


def concerns(grades, to_look_at):
    """Return {concern: list of (student, file, Text)} of what a teacher should look at, without the concerns that nobody causes."""
    found = {concern: [] for concern in CONCERNS}
    ungraded = {attempt.file: attempt for attempt in [*grades, *to_look_at] if attempt.result is None}
    for attempt in ungraded.values():
        reason = attempt.reason or {"zh": "", "en": ""}
        found[attempt.status].append((attempt.student, attempt.file, Text(reason["zh"], reason["en"])))
    for attempt in grades:
        for status in ("timeout", "blocked"):
            names = ", ".join(q["name"] for q in attempt.result["questions"] if q["status"] == status) if attempt.result else ""
            if names:
                found[status].append((attempt.student, attempt.file, Text(names, names)))
    for number, group in enumerate(identical(grades), 1):
        for attempt in group:
            of = Text(f"第 {number} 组（{len(group)} 份）", f"group {number} ({len(group)} notebooks)")
            found["identical"].append((attempt.student, attempt.file, of))
    return {concern: entries for concern, entries in found.items() if entries}


def identical(grades):
    """Return lists of attempts of different students at the same assignment whose code is the same and was written at all."""
    found = {}
    for attempt in grades:
        if attempt.result and attempt.code and any(q["status"] not in ("not_attempted", "missing") for q in attempt.result["questions"]):
            found.setdefault((attempt.assignment, attempt.code), []).append(attempt)
    return [group for group in found.values() if len(group) > 1]


# ---------------------------------------------------------------- pictures


BINS = [*(f"{10 * n}–{10 * n + 9}" for n in range(10)), "100"]


def spread(attempts):
    """Return how many attempts have 0-9, 10-19, ..., 90-99 and 100 percent of the points."""
    counts = [0] * len(BINS)
    for attempt in attempts:
        counts[int(10 * attempt.score / attempt.max_score)] += 1
    return counts


def new_figure(inches):
    """Return a Figure and its only Axes without frame and ticks; the size is one at which a phone shows the text legibly."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.8, inches), layout="constrained")
    axes = figure.subplots()
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=8)
    return figure, axes


def histogram(counts, name):
    """Return the picture of a spread as Markup; name: one that no other picture of the page has."""
    figure, axes = new_figure(2)
    titles = {}
    for n, bar in enumerate(axes.bar(range(len(counts)), counts, width=0.9, color="#4078c0")):
        bar.set_gid(f"bar{n}")
        titles[f"bar{n}"] = f"{BINS[n]} %: {counts[n]} 份 / notebooks"
        if counts[n]:
            axes.text(n, counts[n], str(counts[n]), ha="center", va="bottom", fontsize=8)
    axes.set_xticks(range(len(counts)), BINS)
    axes.tick_params(axis="x", labelsize=7)
    axes.set_yticks([])
    axes.axhline(0, color="black", linewidth=0.8)
    label = "得分分布 / spread of scores: " + ", ".join(f"{percents} %: {count}" for percents, count in zip(BINS, counts))
    return inline(figure, titles, label, name)


HATCH = {"missing": "////", "timeout": "----", "blocked": "xxxx"}  # tells them from those of the same colour


def bars(outcomes, name):
    """Return the picture of {question: Counter of statuses} as Markup: a bar a question, in the share of each status.

    name: one that no other picture of the page has.
    """
    figure, axes = new_figure(0.3 + 0.36 * len(outcomes))
    titles = {}
    for row, (question, counts) in enumerate(outcomes.items()):
        total, left = sum(counts.values()), 0
        axes.text(0, row - 0.42, question, fontsize=8, va="center")
        for status in (status for status in report.STATUS if counts[status]):
            symbol, _, colour, zh, en = report.STATUS[status]
            share = 100 * counts[status] / total
            bar, = axes.barh(row, share, 0.46, left, color=report.SHADES[colour], hatch=HATCH.get(status), edgecolor="white", linewidth=0)
            bar.set_gid(f"bar{row}-{status}")
            titles[f"bar{row}-{status}"] = f"{question}: {zh} / {en} {counts[status]} ({share:.0f} %)"
            if share > 9 and status not in HATCH:
                axes.text(left + share / 2, row, f"{symbol} {counts[status]}", ha="center", va="center", fontsize=7, color="white")
            left += share
    axes.set(xlim=(0, 100), ylim=(len(outcomes) - 0.6, -0.7), yticks=[], xticks=range(0, 101, 25))
    axes.set_xticklabels([f"{tick} %" for tick in range(0, 101, 25)])
    label = "每道题的结果 / outcome of each exercise: " + ", ".join(
        f"{question} {counts['correct']}/{sum(counts.values())}" for question, counts in outcomes.items())
    return inline(figure, titles, label, name)


def swatch(status, name):
    """Return a small picture of the colour and hatching of a status as Markup; name: one that no other picture of the page has."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    figure = Figure(figsize=(0.25, 0.18))
    shade = report.SHADES[report.STATUS[status][2]]
    figure.add_artist(Rectangle((0, 0), 1, 1, facecolor=shade, edgecolor="white", hatch=HATCH.get(status), linewidth=0))
    return inline(figure, {}, "", name)


def inline(figure, titles, label, name):
    """Return a matplotlib figure as SVG that stands in a page: text stays text, black is the page's colour, bars have titles.

    titles: {gid: hover title}; label: what the picture says, for those who cannot see it ("" for decoration);
    name: makes the ids within the picture differ from those of others.
    """
    import matplotlib

    file = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "class"}):
        figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    root = ElementTree.fromstring(file.getvalue())
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith("}metadata") or (child.tag.endswith("}style")):
                parent.remove(child)
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]
    for element in root.iter():
        _for_a_page(element, titles, mark)
    width, height = root.attrib["viewBox"].split()[2:]
    root.attrib.update({"role": "img", "aria-label": label} if label else {"aria-hidden": "true", "width": width, "height": height})
    return markupsafe.Markup(ElementTree.tostring(root, encoding="unicode"))


def _for_a_page(element, titles, mark):
    """Make an element of matplotlib's SVG one of a page: no namespaces, own ids only where they are used, attributes for style."""
    element.tag = element.tag.rsplit("}", 1)[-1]
    old, element.attrib = element.attrib, {}
    if old.get("id") in titles:
        title = ElementTree.Element("title")
        title.text = titles[old["id"]]
        element.insert(0, title)
    style = [part.split(":", 1) for part in old.pop("style", "").split(";") if ":" in part]
    for name, value in [*old.items(), *style]:
        name, value = name.rsplit("}", 1)[-1].strip(), value.strip()
        if name in ("width", "height", "version") and element.tag == "svg" or name.startswith("font-family"):
            continue
        if name == "id" and element.tag not in ("pattern", "clipPath", "path"):
            continue
        value = re.sub(r"url\(#|^#(?=[mhp][0-9a-f]{10})", lambda found: f"{found[0]}{mark}", value)
        if name == "id":
            value = mark + value
        element.set(name, "currentColor" if value == "#000000" else value)


# ---------------------------------------------------------------- pages


@functools.cache
def environment():
    """Return the templates; whatever they print is cleaned, then escaped."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    known = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                               finalize=lambda value: clean(value) if type(value) is str else value)
    known.filters.update(number=report.number, shown=shown, file_name=file_name, when=when)
    known.globals.update(STATUS=report.STATUS, SHADES=report.SHADES)
    return known


def script():
    """Return (the report's script, its hash for the page's Content-Security-Policy); both are ours."""
    source = (TEMPLATES / "students.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    return markupsafe.Markup(source), markupsafe.Markup(f"'sha256-{digest}'")


def quartiles(values):
    """Return the lower quartile, the median and the upper quartile of a list; None of an empty one."""
    if len(values) < 2:
        return [values[0]] * 3 if values else None
    return statistics.quantiles(values, n=4, method="inclusive")


@dataclass(frozen=True)
class Assignment:
    """What the report shows of one assignment."""

    name: str
    points: dict  # question -> points
    counts: list
    outcomes: dict  # question -> Counter of statuses
    histogram: markupsafe.Markup
    bars: markupsafe.Markup
    legend: dict  # status -> its swatch, of the statuses that occur

    def rate(self, question):
        """Return how many of those who handed it in have the question right, in percent."""
        return percent(self.outcomes[question]["correct"], sum(self.outcomes[question].values()))


def assignments(grades):
    """Return the Assignments that were handed in."""
    found = []
    for name, points in columns(grades).items():
        attempts = [attempt for attempt in grades if attempt.result and attempt.assignment == name]
        outcomes = {question: Counter() for question in points}
        for attempt in attempts:
            for question in attempt.result["questions"]:
                outcomes[question["name"]][question["status"]] += 1
        counts = spread(attempts)
        occur = [status for status in report.STATUS if any(counter[status] for counter in outcomes.values())]
        legend = {status: swatch(status, f"{name} {status}") for status in occur}
        pictures = histogram(counts, f"{name} histogram"), bars(outcomes, f"{name} bars")
        found.append(Assignment(name, points, counts, outcomes, *pictures, legend))
    return found


@dataclass(frozen=True)
class Line:
    """A student's line in the table of the report."""

    student: str
    score: float
    percent: float
    status: str
    statuses: list  # of each question of each assignment; None where there is none


def lines(grades):
    """Return the Lines of all students."""
    titles = columns(grades)
    of = out_of(titles)
    found = []
    for row in rows(grades):
        known = {(name, q["name"]): q["status"] for name, attempt in row.graded.items() for q in attempt.result["questions"]}
        statuses = [known.get((name, question)) for name, points in titles.items() for question in points]
        found.append(Line(row.student, row.score, percent(row.score, of), status_of(row, titles), statuses))
    return found


def report_html(grades, to_look_at, about):
    """Return the teacher's page about a class: two lists of store.Attempt, and an About."""
    students = lines(grades)
    source, digest = script()
    every = [*grades, *to_look_at]
    ran = [attempt for attempt in every if attempt.status != "unreadable"]
    errors = mistakes(grades)
    tested = assignments(grades)
    return environment().get_template("report.html").render(
        about=about, lang=about.lang, students=students, assignments=tested, names=[question for assignment in tested for question in assignment.points], most=out_of(columns(grades)),
        files=len({attempt.file for attempt in every}), quartiles=quartiles([line.percent for line in students]),
        unsafe=sum(not attempt.sandboxed for attempt in ran), seeds=sorted({attempt.seed for attempt in ran}),
        versions=sorted({attempt.version for attempt in every}), often=errors[:OFTEN], seldom=errors[OFTEN:MOST],
        beyond=max(0, len(errors) - MOST), concerns=concerns(grades, to_look_at), CONCERNS=CONCERNS,
        BINS=BINS, script=source, script_hash=digest)


def feedback_html(attempts, lang="both"):
    """Return a student's page: all attempts of one student, those with a result first; lang is shown first."""
    graded = [attempt for attempt in attempts if attempt.result is not None]
    ungraded = list({attempt.file: attempt for attempt in attempts if attempt.result is None}.values())
    return environment().get_template("feedback.html").render(
        lang=lang, student=attempts[0].student, graded=graded, ungraded=ungraded, ADVICE=ADVICE, advice=advice, said=report.marked_lines,
        together=together, full=report.is_full, seed_lines=seed_lines)


def together(questions):
    """Return what there is to say about questions as pairs (names, question): those not attempted that say the same stand together."""
    groups = {}
    for question in questions:
        if not report.is_plain_pass(question):
            alike = question["message"]["en"] if question["status"] == "not_attempted" else question["name"]
            groups.setdefault(alike, []).append(question)
    return [([question["name"] for question in group], group[0]) for group in groups.values()]


def advice(question):
    """Return what a student can do about a question as a Text; None where it is correct."""
    text = NEXT.get(question["status"])
    return text and Text(*(words.format(question["name"]) for words in text))


def seed_lines(result):
    """Return how to repeat the check as a Text; None where that shows nothing."""
    if any(map(report.needs_seed, result["questions"])):
        seed = result["seed"]
        return Text(f"这次的随机种子是 {seed}：在笔记本里运行 check(函数名, seed={seed})，就会用同样的输入再查一次。",
                    f"The seed was {seed}: check(the function, seed={seed}) in the notebook uses the same inputs again.")
    return None


def write_pages(folder, grades, to_look_at, about):
    """Write report.html and feedback/, a page a student, into `folder`. Raises OSError."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    students = {}
    for attempt in [*grades, *to_look_at]:
        students.setdefault(attempt.student, []).append(attempt)
    rebuild(folder / "feedback", ((f"{file_name(student)}.html", feedback_html(attempts, about.lang).encode())
                                  for student, attempts in students.items()))
    put(folder / "report.html", report_html(grades, to_look_at, about).encode())
