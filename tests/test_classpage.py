"""The pages about a class: complete, in two languages, and not moved by anything that a student wrote."""

import base64
import copy
import hashlib
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from html.parser import HTMLParser

import pytest
from class_of import HOSTILE, answer, class_of, graded, statuses, ungraded

from grader import report
from grader.classroom import pages
from grader.classroom.gradebook import file_name
from grader.questions import notebooks
from grader.text import CONTROL

DNN, INIT = "1_dnn_step_by_step", "2_initialization"
ENTRIES = notebooks()[DNN]
ABOUT = pages.About("homework <1>.zip", "2026-11-22T05:10:00+00:00")


class Page(HTMLParser):
    """A page as its tags and texts."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.texts, self.open = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, text):
        self.texts.append(text)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())

    def shape(self):
        """Return how often each tag with its attributes' names is there."""
        return Counter((tag, *sorted(attributes)) for tag, attributes in self.tags)

    def values(self, *names):
        return [attributes[name] for _, attributes in self.tags for name in names if name in attributes]


def page_of(grades, to_look_at=(), about=ABOUT):
    html = pages.report_html(grades, list(to_look_at), about)
    html.encode()
    return Page(html)


def section(html, heading):
    """Return the part of a page from a heading to the end of its section."""
    return html[html.index(heading):].split("</section>")[0]


@pytest.fixture(scope="module")
def hostile():
    return class_of(len(HOSTILE) + 60, 3, (DNN, INIT))


@pytest.fixture(scope="module")
def hostile_report(hostile):
    return pages.report_html(*hostile, ABOUT)


# ---------------------------------------------------------------- what students wrote stays text


def test_no_tag_and_no_attribute_comes_from_a_student(hostile, hostile_report):
    tame = class_of(len(HOSTILE) + 60, 3, (DNN, INIT), [f"student {n}" for n in range(len(HOSTILE) + 60)])
    for attempt in tame[0]:
        for question in attempt.result["questions"] if attempt.result else ():
            question["message"] = {tongue: text.replace("<", "(") for tongue, text in question["message"].items()}
    assert Page(hostile_report).shape() == Page(pages.report_html(*tame, ABOUT)).shape()


def test_no_tag_of_a_feedback_page_comes_from_a_student(hostile):
    for attempt in hostile[0]:
        tame = copy.deepcopy(attempt)
        tame.student, tame.file = "student", "file"
        for question in tame.result["questions"] if tame.result else ():
            question["message"] = {tongue: text.replace("<", "(") for tongue, text in question["message"].items()}
        assert Page(pages.feedback_html([attempt])).shape() == Page(pages.feedback_html([tame])).shape()


def test_names_are_shown_as_they_are(hostile_report):
    text = Page(hostile_report).text
    for name in ("<script>alert(1)</script>", "=cmd|' /C calc'!A0", "../../etc/passwd", "{{ 7 * 7 }}", "学生😀", "&lt;b&gt;",
                 "half\\ud83d", "\\u202eevil\\u202c", "first\\nsecond", "nul\\x00l", "⟨U+200B⟩", "⟨⟩", "homework <1>.zip"):
        assert name in text, name
    assert not CONTROL.search(hostile_report.replace("\n", ""))


def test_a_page_asks_for_nothing(hostile, hostile_report):
    for html, scripts in ((hostile_report, 1), (pages.feedback_html(hostile[0][:1]), 0)):
        page = Page(html)
        policy, = (value for value in page.values("content") if "default-src" in value)
        assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; script-src '")
        assert not re.search(r"unsafe-eval|script-src[^;]*unsafe|https?:|\*", policy)
        assert all(re.fullmatch(r"feedback/[^/:]+\.html", value) for value in page.values("href", "src", "action", "data"))
        assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
        assert not re.search(r"@import|url\((?!#)|https?://", html)
        assert [tag for tag, _ in page.tags].count("script") == scripts


def test_the_policy_lets_this_script_run_and_no_other(hostile_report):
    source = re.search("<script>(.*?)</script>", hostile_report, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in hostile_report
    assert "script-src 'none'" in pages.feedback_html([statuses("Ann", DNN)])


# ---------------------------------------------------------------- the report


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_both_languages_are_there_and_one_choice_is_made(lang):
    about = pages.About("x", ABOUT.finished_at, lang)
    grades = [statuses("Ann", DNN, "incorrect", "timeout"), ungraded("Ben", "failed")]
    for html in (pages.report_html(grades, [], about), pages.feedback_html(grades[:1], lang)):
        page = Page(html)
        chosen, = (attributes["id"] for tag, attributes in page.tags if tag == "input" and "checked" in attributes)
        assert chosen == lang
        main = html[html.index("<main>"):]
        assert main.count("lang=zh") == main.count("lang=en") > 10


def test_the_head_says_what_was_graded():
    grades = [statuses("Ann", DNN), statuses("Ben", DNN, *["incorrect"] * 4), statuses("Cem", DNN, *["error"] * 8),
              ungraded("Di", "unreadable")]
    text = page_of(grades, [ungraded("Ann", "unreadable")]).text
    assert "学生 / Students 4" in text and "笔记本 / Notebooks 5" in text
    assert "2026-11-22 05:10 UTC" in text and "2026" in text and "0123abcd" in text
    assert "median 40 % ( 四分位数 / quartiles 15 %, 70 %)" in text


def test_a_class_of_nobody_and_of_one_have_a_page():
    assert "Students 0" in page_of([]).text
    assert "median 90 %" in page_of([statuses("Ann", DNN, "error")]).text
    assert "Nobody: every notebook could be read" in page_of([statuses("Ann", DNN)]).text
    assert "Students 1" in page_of([ungraded("Ann", "unreadable")]).text
    assert "yesterday" in page_of([], about=pages.About("x", "yesterday")).text


def test_without_a_sandbox_there_is_a_warning():
    safe, unsafe = statuses("Ann", DNN), statuses("Ben", DNN, sandboxed=False)
    assert "Careful: 1 were run without a sandbox" in page_of([safe, unsafe]).text
    not_run = ungraded("Cem", "unreadable", sandboxed=False)
    assert "without a sandbox" not in page_of([safe, not_run]).text


def pictures(html):
    return [ElementTree.fromstring(svg) for svg in re.findall("<svg.*?</svg>", html, re.DOTALL)]


def test_the_spread_of_scores_is_counted():
    grades = [statuses(f"student {n}", DNN, *["incorrect"] * n) for n in (0, 0, 1, 10)]
    html = pages.report_html(grades, [], ABOUT)
    titles = [title.text for picture in pictures(html) for title in picture.iter("title")]
    assert ["0–9 %: 1 份 / notebooks", "90–99 %: 1 份 / notebooks", "100 %: 2 份 / notebooks"] == [
        title for title in titles if re.search("[1-9] 份", title)]
    assert "<td class=n>100<td class=n>2" in "".join(html.split("\n"))


def test_points_that_are_nearly_all_are_not_full_marks():
    attempt = statuses("Ann", DNN)
    attempt.score = 99.999
    assert pages.spread([attempt])[9:] == [1, 0]
    attempt.score = 100
    assert pages.spread([attempt])[9:] == [0, 1]


def test_each_exercise_has_its_outcomes():
    grades = [statuses("Ann", DNN, "timeout"), statuses("Ben", DNN, "incorrect"), statuses("Cem", DNN), statuses("Di", DNN)]
    html = pages.report_html(grades, [], ABOUT)
    titles = [title.text for picture in pictures(html) for title in picture.iter("title")]
    name = ENTRIES[0].name
    assert [title for title in titles if title.startswith(f"{name}:")] == [
        f"{name}: 正确 / correct 2 (50 %)", f"{name}: 不对 / incorrect 1 (25 %)", f"{name}: 超时 / timed out 1 (25 %)"]
    row = re.search(f"<tr><td><code>{name}</code>(.*)", html)[1]
    assert re.findall("<td class=n>([^<]*)", row) == ["2", "1", "1", "50 %"]


def test_pictures_fit_into_a_page(hostile_report):
    found = pictures(hostile_report)
    ids = [element.get("id") for picture in found for element in picture.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for picture in found:
        own = {element.get("id") for element in picture.iter()} - {None}
        used = re.findall(r"url\(#(\w+)\)", ElementTree.tostring(picture, encoding="unicode"))
        assert set(used) == own
        assert picture.get("aria-hidden") or (picture.get("role") == "img" and picture.get("aria-label"))
    together = "".join(re.findall("<svg.*?</svg>", hostile_report, re.DOTALL))
    assert not re.search("xmlns|xlink|metadata|font-family|#000000|style", together)


def test_a_thousand_students_stay_a_small_page():
    html = pages.report_html(*class_of(1000, 1), ABOUT)
    assert len(html.encode()) < 2_000_000
    assert html.count("<tr><td><a href=\"feedback/") > 1000


def test_the_table_of_students_has_their_outcomes():
    html = pages.report_html([statuses("Ann", DNN, "blocked"), ungraded("Ben", "failed")], [], ABOUT)
    ann, ben = re.findall("<tr><td>(.*)", section(html, "<table id=students>"))
    assert "<td class=n>90<td class=n>90" in ann and ann.count("✓") == 9 and ann.count("<b class=m>!</b>") == 1
    assert 'title="initialize_parameters · 被拦下 / blocked"' in ann
    assert "Grading failed" in ben and ben.count("<td class=c>") == 10 and "✓" not in ben


# ---------------------------------------------------------------- mistakes


def wrong(student, question=0, text="Z = A", line=3, **diagnosis):
    """Return an attempt in which one question has a diagnosis; diagnosis: what is not as usual in it."""
    answers = [answer(entry, "correct") for entry in ENTRIES]
    usual = {"quantity": "Z", "kind": "sign", "line": line, "text": text,
             "zh": "偏置的符号反了。", "en": "the sign of the bias is wrong."}
    found = {**usual, **diagnosis}
    answers[question] = {**answer(ENTRIES[question], "incorrect"), "message": {"zh": "Z 不对。", "en": "Z is wrong."},
                         "diagnosis": found, "line_text": text, "signature": [found["quantity"], found["kind"], found["en"]]}
    return graded(student, DNN, answers)


def test_the_same_mistake_is_counted_once_for_each_student():
    grades = [wrong("Ann", line=3), wrong("Ben", line=7), wrong("Cem", 1), wrong("Di", kind="axis"), wrong("Eve", en="another."),
              wrong("Flo")]
    found = pages.mistakes([*grades, statuses("Gus", DNN), statuses("Hal", INIT), ungraded("Ian", "failed")])
    assert [(mistake.question, mistake.count) for mistake in found] == [
        (ENTRIES[0].name, 3), (ENTRIES[0].name, 1), (ENTRIES[0].name, 1), (ENTRIES[1].name, 1)]
    assert found[0].share == pytest.approx(100 * 3 / 7)
    assert found[0].text == ("Z：偏置的符号反了。", "Z: the sign of the bias is wrong.")


def test_what_was_not_attempted_is_no_mistake():
    assert pages.mistakes([statuses("Ann", DNN, "not_attempted", "missing")]) == []


def message(student, status, en, line=None, signature=()):
    attempt = statuses(student, DNN, status)
    attempt.result["questions"][0].update(
        message={"zh": en, "en": en}, diagnosis=None, line_text=line, signature=list(signature or [status]))
    return attempt


def test_without_a_diagnosis_answers_with_the_same_signature_are_the_same():
    grades = [message("Ann", "incorrect", "Z is wrong: -3.5e-07 at [0]."), message("Ben", "incorrect", "Z is wrong: 12 at [1]."),
              message("Cem", "error", "Line 3 fails: `x = a`."), message("Di", "error", "Line 4 fails: `x = b`."),
              message("Eve", "error", "Line 4 fails: `x = b`.", signature=["error", "KeyError"])]
    assert [mistake.count for mistake in pages.mistakes(grades)] == [2, 2, 1]


def test_the_example_is_the_most_frequent_line():
    grades = [wrong("Ann", text="Z = W @ A - b"), wrong("Ben", text="Z = -b + W @ A"), wrong("Cem", text="Z = W @ A - b  # mine")]
    mistake, = pages.mistakes(grades)
    assert mistake.example == "Z = W @ A - b"
    mistake, = pages.mistakes([message("Ann", "error", "Line 3 of the function fails: `x = 1 / 0`. ZeroDivisionError.", "x = 1 / 0")])
    assert mistake.example == "x = 1 / 0" and mistake.text.en == "Line 3 of the function fails: `…`. ZeroDivisionError."


@pytest.mark.parametrize("line, shown", [
    ("Z = W @ A  # Li Ming, 2026", "Z = W @ A"), ("    return Z", "return Z"), ("for l in range(L):", "for l in range(L):"),
    ("Z = np.dot(W,", "Z = np.dot(W,"), ("# all of it", None), ("", None), (None, None), ('name = "' + "x" * 30 + '"', None),
    ('key = "W" + str(l)', 'key = "W" + str(l)'), ('s = f"' + "x" * 30 + '{l}"', None), ("'''begin of a text", None),
    ("x = 'open", None), ("x = 1\x00", None), ("if x:\n    a\n  b", None),
    ("x = " + "1 + " * 60 + "1", None), ('s = "#1"  # no', 's = "#1"'),
])
def test_an_example_line_has_no_comment_and_no_long_text(line, shown):
    assert pages.example_line(line) == shown


def test_nobody_is_named_by_a_mistake():
    grades = [wrong("Li Ming", text="ming = W @ A"), wrong("王小明", text="王小明 = W @ A"),
              message("Ann Berg", "error", "ValueError: Berg was here.")]
    first, second = pages.mistakes(grades)
    assert first.example is None and second.text == ("运行出错", "error")
    html = pages.report_html(grades, [], ABOUT)
    assert not re.search("ming =|王小明 =|Berg was", section(html, "The most frequent mistakes"), re.IGNORECASE)
    assert pages.mistakes([wrong("Dave Sign")])[0].text[1] == pages.mistakes([wrong("Ann")])[0].text[1]  # "the sign of ..." is ours
    assert pages.mistakes([wrong("Max", text="Z = max"), wrong("Ann", text="Z = max")])[0].example == "Z = max"


def test_rare_mistakes_are_folded_away():
    grades = [wrong(f"student {n}", en="number " + "x" * n) for n in range(pages.MOST + 5)]
    html = pages.report_html(grades, [], ABOUT)
    often, seldom = section(html, "The most frequent mistakes").split("<details>")
    assert often.count("<code>") == pages.OFTEN and seldom.count("<code>") == pages.MOST - pages.OFTEN
    assert "5 that are rarer still are not listed." in seldom


# ---------------------------------------------------------------- who needs a look


def test_every_concern_is_listed_with_a_link():
    copied = {"code": "same"}
    grades = [ungraded("Ann", "unreadable"), ungraded("Ben", "failed"), statuses("Cem", DNN, "timeout", **copied),
              statuses("Di", DNN, "correct", "blocked"), statuses("Eve", DNN, **copied), statuses("Flo", DNN)]
    found = pages.concerns(grades, [ungraded("Flo", "unreadable"), ungraded("Ben", "failed")])
    assert {concern: [student for student, *_ in entries] for concern, entries in found.items()} == {
        "failed": ["Ben"], "unreadable": ["Ann", "Flo"], "timeout": ["Cem"], "blocked": ["Di"], "identical": ["Cem", "Eve"]}
    assert found["timeout"][0][2].en == ENTRIES[0].name
    part = section(pages.report_html(grades, [], ABOUT), "Who needs a look")
    assert len(re.findall(rf"{ENTRIES[0].name}\b", part)) == 1  # a name is the same in both languages
    named = {f"feedback/{file_name(name)}.html" for name in ("Ann", "Ben", "Cem", "Di", "Eve")}
    assert set(re.findall('href="([^"]*)"', part)) == named


def test_work_is_identical_only_where_something_was_written_by_different_students():
    untouched = [statuses(name, INIT, *["not_attempted"] * 3, code="stub") for name in ("Ann", "Ben")]
    own = [statuses("Cem", DNN, code="a"), statuses("Cem", INIT, code="a"),
           statuses("Di", DNN, code="b"), statuses("Eve", INIT, code="b")]
    assert pages.identical([*untouched, *own, ungraded("Flo", "failed"), ungraded("Gus", "failed")]) == []
    group, = pages.identical([*own, statuses("Hal", DNN, code="b")])
    assert [attempt.student for attempt in group] == ["Di", "Hal"]


# ---------------------------------------------------------------- feedback


def test_feedback_says_what_is_wrong_and_what_to_do():
    text = Page(pages.feedback_html([statuses("Ann", DNN, "timeout", number=2)])).text
    for said in ("90 / 100", "Stopped at the time limit.", "超过了时限", "run check(initialize_parameters)", "seed=2026)"):
        assert said in text
    assert "All correct" not in text and "attempt" not in text  # the number counts gradings, not what the student did
    text = Page(pages.feedback_html([wrong("Ann")])).text
    assert "Z (line 3 of initialize_parameters): the sign of the bias is wrong." in text and "hint(initialize_parameters)" in text


def test_full_marks_are_said_and_no_seed_is_needed():
    text = Page(pages.feedback_html([statuses("Ann", DNN)])).text
    assert "All correct, full marks!" in text and "--seed" not in text and "Next" not in text


@pytest.mark.parametrize("status", sorted(set(report.STATUS) - {"correct"}))
def test_there_is_advice_for_every_status(status):
    question = answer(ENTRIES[0], status)
    assert ENTRIES[0].name in pages.advice(question).zh and ENTRIES[0].name in pages.advice(question).en


def test_what_was_not_attempted_stands_together():
    html = pages.feedback_html([statuses("Ann", DNN, "not_attempted", "error", "not_attempted")])
    assert f"<code>{ENTRIES[0].name}, {ENTRIES[2].name}</code>" in html
    assert html.count("Not attempted yet.") == 1


@pytest.mark.parametrize("status, said", [("unreadable", "Mend that and hand it in again"), ("failed", "need not be your fault")])
def test_feedback_without_a_result_gives_the_reason(status, said):
    attempt = ungraded("Ann", status)
    text = Page(pages.feedback_html([attempt])).text
    assert attempt.reason["en"] in text and attempt.reason["zh"] in text and said in text and "0 分 / points" in text


def test_a_broken_file_beside_a_good_one_is_mentioned_and_costs_nothing():
    attempts = [ungraded("Ann", "unreadable"), statuses("Ann", DNN), ungraded("Ann", "unreadable")]
    text = Page(pages.feedback_html(attempts)).text
    assert "100 / 100" in text and text.count("A file that cannot be read") == 1
    assert "0 分 / points" not in text.replace("100 分", "")


def test_feedback_names_nobody_else_and_does_not_lead_to_the_report(tmp_path):
    students = ["Annika", "Benedikt", "Cemile"]
    grades = [statuses(name, DNN, "incorrect", code="same") for name in students]
    pages.write_pages(tmp_path, grades, [], ABOUT)
    for name in students:
        html = (tmp_path / "feedback" / f"{file_name(name)}.html").read_text(encoding="utf-8")
        assert [other for other in students if other in html] == [name]
        assert "<a " not in html and "report" not in html


# ---------------------------------------------------------------- files


def test_every_link_leads_to_a_page_and_every_student_has_one(tmp_path, hostile):
    grades, to_look_at = hostile
    extra = ungraded("only broken", "unreadable")
    pages.write_pages(tmp_path / "results", grades, [*to_look_at, extra], ABOUT)
    links = set(Page((tmp_path / "results" / "report.html").read_text(encoding="utf-8")).values("href"))
    linked = {f"feedback/{path.name}" for path in (tmp_path / "results" / "feedback").iterdir()}
    assert links == linked and len(linked) == len({attempt.student for attempt in grades}) + 1
    assert sorted(path.name for path in (tmp_path / "results").iterdir()) == ["feedback", "report.html"]
