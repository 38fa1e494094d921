"""What a learner reads: a result as lines of text, HTML, one line of JSON, JUnit XML, or in the form of GitHub Classroom.

A learner's own text (a line of code, the message of an exception) can stand in a message, so every text is cleaned of
control characters here, and escaped in HTML and XML. xml is imported where it is used: a check must answer at once.
"""

import json
import re

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
PLAIN, HINT = "#6e7781", "#0969da"  # what is no verdict
FAILED, BROKEN, SKIPPED = {"incorrect", "missing"}, {"error", "timeout", "blocked"}, {"not_attempted"}

COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)  # what GitHub's runner takes for one
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


# ---------------------------------------------------------------- for GitHub Classroom


def inert(text):
    """Return lines of text that GitHub's runner, which reads what a step prints, takes for no command (`::error::`, `##[error]`)."""
    return COMMAND.sub(lambda found: " ".join(found[0]), text)


def autograding(status, max_score, tests):
    """Return the result that GitHub Classroom's autograding reads, version 1; status: pass, fail or error."""
    return {"version": 1, "status": status, "max_score": max_score, "tests": tests}


def autograding_test(name, status, score, message, file, code="", line=0):
    """Return one test of such a result. Its reporter prints the texts into the log of a workflow."""
    return {"name": inert(name), "status": status, "score": score, "message": inert(message), "test_code": code, "filename": inert(clean(file)),
            "line_no": line, "duration": 0}


def autograding_tests(result, file, lang="both", most=None):
    """Return the tests of a notebook's result, one a question; most: letters of a message."""
    return [
        autograding_test(clean(question["name"]), _outcome(question), question["points"], "\n".join(lines(question, lang))[:most], file,
                         f"check({question['name']})", (question["diagnosis"] or {}).get("line") or 0)
        for question in result["questions"]]


def _outcome(question):
    if question["status"] in BROKEN:
        return "error"
    return "pass" if question["status"] == "correct" else "fail"
