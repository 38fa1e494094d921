"""The tables of a class: what stands in them, and that no name harms a spreadsheet or a file system."""

import csv
import io
import json
import re
import unicodedata
import xml.etree.ElementTree as ElementTree

import pytest
from class_of import HOSTILE, class_of, graded, statuses, ungraded
from hypothesis import given
from hypothesis import strategies as st

from grader import report
from grader.classroom import gradebook
from grader.questions import notebooks

DNN, INIT = "1_dnn_step_by_step", "2_initialization"
NAMES = [question.name for question in notebooks()[DNN]]
ANY_TEXT = st.text(st.characters(), max_size=300)  # lone surrogates, too


def read(data, encoding="utf-8"):
    return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))


def dictionaries(data, encoding="utf-8"):
    first, *others = read(data, encoding)
    assert all(len(line) == len(first) for line in others)
    return [dict(zip(first, line)) for line in others]


# ---------------------------------------------------------------- grades.csv


def test_a_row_a_student_a_column_a_question():
    ann, ben = statuses("Ann", DNN, "incorrect", "timeout", number=3), ungraded("ben", "unreadable")
    data = gradebook.grades_csv([ben, ann])
    assert data.startswith("\ufeff".encode())
    assert read(data, "utf-8-sig")[0] == ["student", *NAMES, "total", "max", "percent", "status", "attempt", "feedback"]
    first, second = dictionaries(data, "utf-8-sig")
    assert [first[name] for name in NAMES] == ["0", "0", *["10"] * 8]
    asked = ("student", "total", "max", "percent", "status", "attempt")
    assert [first[key] for key in asked] == ["Ann", "80", "100", "80", "graded", "3"]
    assert {second[name] for name in NAMES} == {""}
    assert [second[key] for key in ("student", "total", "max", "percent", "status")] == ["ben", "0", "100", "0", "unreadable"]
    assert second["feedback"] == f"feedback/{gradebook.file_name('ben')}.html"


def test_several_assignments_stand_beside_each_other_in_the_order_of_the_course():
    grades = [statuses("Ann", INIT, "incorrect"), statuses("Ann", DNN), statuses("Ben", INIT, number=2)]
    ann, ben = dictionaries(gradebook.grades_csv(grades), "utf-8-sig")
    columns = list(ann)[1:14]
    assert columns == [f"{name}/{question.name}" for name in (DNN, INIT) for question in notebooks()[name]]
    assert (ann["total"], ann["max"], ann["percent"], ann["status"], ann["attempt"]) == ("180", "200", "90", "graded", "1 1")
    assert (ben["total"], ben["max"], ben["percent"], ben["status"], ben["attempt"]) == ("100", "200", "50", "incomplete", "2")
    assert ben[f"{DNN}/{NAMES[0]}"] == "" and ben[f"{INIT}/initialize_parameters_he"] == "40"


def test_what_the_grader_failed_on_stands_out():
    grades = [ungraded("Ann", "failed"), ungraded("Ben", "failed"), ungraded("Ben", "unreadable"), statuses("Cem", DNN)]
    assert [line["status"] for line in dictionaries(gradebook.grades_csv(grades), "utf-8-sig")] == ["failed", "failed", "graded"]


def test_a_question_that_the_course_no_longer_has_keeps_its_column():
    old = {**statuses("Ann", DNN).result["questions"][0], "name": "older_question"}
    line, = dictionaries(gradebook.grades_csv([graded("Ann", DNN, [old])]), "utf-8-sig")
    assert line["older_question"] == "10" and line[NAMES[0]] == "" and line["max"] == "110"


def test_students_stand_in_the_order_of_the_alphabet():
    grades = [statuses(name, DNN) for name in ("ben", "Cem", "Ann", "李明")]
    assert [row.student for row in gradebook.rows(grades)] == ["Ann", "ben", "Cem", "李明"]


def test_an_empty_class_has_tables():
    assert len(read(gradebook.grades_csv([]))) == 1
    assert len(read(gradebook.canvas_csv([]))) == 2
    assert len(read(gradebook.nbgrader_csv([]))) == 1


# ---------------------------------------------------------------- names in cells


def as_handed_in(cell):
    """Return the text of a cell, as the module says that it comes back."""
    return cell[1:] if cell.startswith("'") and gradebook.FORMULA.match(cell[1:]) else cell


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", '"=1', "'=1", "' \"=1", "＝1", "＋1", "－1", "＠x",
             "\u200b=1", "\ufeff=1", "\u3000=1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_is_a_formula(text):
    assert gradebook.cell(text).startswith("'")


def test_a_cell_does_not_begin_with_a_control_character():
    assert gradebook.cell("\r=1\x00") == "\\r=1\\x00"


@pytest.mark.parametrize("text", ["Li Ming", "李明", "O'Hara", "'Abd", "", "1-2", "a=b", "Anne-Marie"])
def test_ordinary_names_stay_as_they_are(text):
    assert gradebook.cell(text) == text


@given(ANY_TEXT)
def test_a_cell_is_harmless_and_comes_back(text):
    cell = gradebook.cell(text)
    assert not re.match(r"\s*[=+\-@＝＋－＠]", cell) and not re.search("[\x00-\x1f]", cell)
    assert as_handed_in(cell) == report.clean(text)
    assert read(gradebook.table([[cell, "end"]])) == [[cell, "end"]]


def test_a_hostile_class_harms_no_table():
    grades, _ = class_of(60, 5)
    for data in (gradebook.grades_csv(grades), gradebook.canvas_csv(grades), gradebook.nbgrader_csv(grades)):
        text = data.decode("utf-8-sig")
        assert "\x00" not in text and "\u202e" not in text
        lines = read(data, "utf-8-sig")
        assert not any(re.match(r"\s*[=+\-@＝]", cell) for line in lines for cell in line)
        assert any("'=cmd|" in cell for line in lines for cell in line)
    students = [line["student"] for line in dictionaries(gradebook.grades_csv(grades), "utf-8-sig")]
    assert len(students) == len({attempt.student for attempt in grades})


# ---------------------------------------------------------------- learning platforms


def test_canvas_gets_points_possible_and_ids():
    grades = [statuses("Ann", DNN, "incorrect"), statuses("Ann", INIT), statuses("Ben", INIT), ungraded("Cem", "unreadable")]
    first, possible, ann, ben, cem = read(gradebook.canvas_csv(grades, {"Ben": "12345"}))
    assert first == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", DNN, INIT]
    assert possible == ["    Points Possible", "", "", "", "", "100", "100"]
    assert ann == ["Ann", "", "", "Ann", "", "90", "100"]
    assert ben == ["Ben", "12345", "", "", "", "", "100"]  # not handed in: empty, so Canvas keeps what it has
    assert cem == ["Cem", "", "", "Cem", "", "0", "0"]


def test_nbgrader_gets_a_row_a_student_and_assignment():
    lines = dictionaries(gradebook.nbgrader_csv([statuses("Ann", DNN, "error"), statuses("Ben", INIT)]))
    assert list(lines[0]) == ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
                              "late_submission_penalty", "score", "max_score"]
    asked = ("assignment", "student_id", "raw_score", "score", "max_score")
    assert [tuple(line[key] for key in asked) for line in lines] == [
        (DNN, "Ann", "90", "90", "100"), (DNN, "Ben", "0", "0", "100"),
        (INIT, "Ann", "0", "0", "100"), (INIT, "Ben", "100", "100", "100")]


def test_gradescope_gets_a_test_a_question():
    attempt = statuses("Ann", DNN, "incorrect", "timeout")
    data = json.loads(gradebook.gradescope_json(attempt))
    assert data["score"] == 80 == sum(test["score"] for test in data["tests"])
    assert [test["status"] for test in data["tests"]] == ["failed", "failed", *["passed"] * 8]
    assert [test["name"] for test in data["tests"]] == NAMES
    assert {test["output_format"] for test in data["tests"]} == {data["output_format"]} == {"text"}
    assert "Stopped at the time limit." in data["tests"][1]["output"] and "超时" in data["tests"][1]["output"]
    assert "--seed 2026" in data["output"]
    assert "时限" not in gradebook.gradescope_json(attempt, "en").decode()


def test_gradescope_and_classroom_say_why_nothing_was_graded():
    attempt = ungraded("Ann", "unreadable")
    gradescope, classroom = (json.loads(form(attempt)) for form in (gradebook.gradescope_json, gradebook.autograding_json))
    assert gradescope["score"] == 0 and gradescope["tests"] == [] and "not valid JSON" in gradescope["output"]
    assert classroom["status"] == "error" and classroom["tests"] == [] and "not valid JSON" in classroom["message"]


def test_classroom_gets_version_one():
    data = json.loads(gradebook.autograding_json(statuses("Ann", DNN, "incorrect", "blocked")))
    assert (data["version"], data["status"], data["max_score"]) == (1, "fail", 100)
    assert [test["status"] for test in data["tests"]] == ["fail", "error", *["pass"] * 8]
    assert set(data["tests"][0]) == {"name", "status", "score", "message", "test_code", "filename", "line_no", "duration"}
    assert data["tests"][0]["line_no"] > 1 and data["tests"][2]["line_no"] == 0
    assert json.loads(gradebook.autograding_json(statuses("Ann", DNN)))["status"] == "pass"


def test_junit_has_a_suite_a_student_and_the_files_without_a_result():
    lost, broken = ungraded("Cem", "failed"), ungraded("Ann", "unreadable")
    grades = [statuses("Ann", DNN, "incorrect", "timeout", "not_attempted"), statuses("<b>\ud83d", INIT), lost]
    root = ElementTree.fromstring(gradebook.junit(grades, [broken, ungraded("Cem", "failed")]))
    assert [suite.get("name") for suite in root] == [f"Ann/{DNN}", f"<b>\\ud83d/{INIT}", "Cem/broken.ipynb", "Ann/broken.ipynb"]
    assert [root.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["15", "1", "3", "1"]
    assert "the grader ended unexpectedly" in root[2][0][0].get("message")


# ---------------------------------------------------------------- file names

RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@given(ANY_TEXT)
def test_a_file_name_is_safe_everywhere(student):
    name = gradebook.file_name(student) + ".html"
    assert re.fullmatch("[a-z0-9\u4e00-\u9fff-]+[.]html", name) and not name.startswith((".", "-"))
    assert len(name.encode()) < 200 and not RESERVED.fullmatch(name)
    assert unicodedata.normalize("NFD", name) == unicodedata.normalize("NFC", name) == name


ALIKE = st.sampled_from(["Li", "li", "LI", "L\u0130", "Li.", "L/i", "L:i", "Zoë", "Zoe\u0308"])


@given(st.lists(st.one_of(ANY_TEXT, ALIKE), unique=True))
def test_different_students_have_different_files(students):
    assert len({gradebook.file_name(student).lower() for student in students}) == len(students)


def test_a_file_name_can_be_read():
    assert gradebook.file_name("Li Ming").startswith("li-ming-")
    assert gradebook.file_name("李明").startswith("李明-")
    assert gradebook.file_name("../../etc/passwd").startswith("etc-passwd-")
    assert gradebook.file_name("Zoë").startswith("zoe-")
    assert gradebook.file_name("\u200b").startswith("student-")
    assert len(gradebook.file_name("李" * 300)) == 53


# ---------------------------------------------------------------- writing


def tree(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_everything_is_written_and_only_there(tmp_path):
    grades, to_look_at = class_of(len(HOSTILE) + 10, 3, (DNN, INIT))
    gradebook.write_all(tmp_path / "a" / "results", grades, to_look_at)
    files = tree(tmp_path)
    assert all(file.replace("\\", "/").startswith("a/results/") for file in files)
    for folder in ("gradescope", "classroom"):
        assert len(list((tmp_path / "a" / "results" / folder).iterdir())) == len(grades)
    assert len(files) == 4 + 2 * len(grades)


def test_who_left_leaves_no_file_and_what_others_put_there_stays(tmp_path):
    gradebook.write_all(tmp_path, [statuses("Ann", DNN), statuses("Ben", DNN)], [])
    (tmp_path / "gradescope" / "my notes.txt").write_text("call Ben")
    (tmp_path / "gradescope" / "mine").mkdir()
    (tmp_path / "gradescope" / "mine" / "more.txt").write_text("call Ann")
    gradebook.write_all(tmp_path, [statuses("Ben", DNN)], [])
    assert sorted(tree(tmp_path / "gradescope")) == sorted(
        [f"{gradebook.file_name('Ben')}_{DNN}.json", "my notes.txt", str((tmp_path / "mine" / "more.txt").relative_to(tmp_path))])
    assert not list(tmp_path.glob("*.new")) and not list(tmp_path.glob("*.old"))


def test_a_file_is_the_old_one_or_the_new_one(tmp_path, monkeypatch):
    path = tmp_path / "grades.csv"
    gradebook.put(path, b"old")

    def stop(*paths):
        raise KeyboardInterrupt

    with monkeypatch.context() as changed:
        changed.setattr(gradebook.os, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            gradebook.put(path, b"new")
    assert path.read_bytes() == b"old"
    gradebook.put(path, b"new")
    assert path.read_bytes() == b"new" and tree(tmp_path) == {"grades.csv"}


@pytest.mark.parametrize("moment", ["while writing", "before the exchange", "within the exchange", "after the exchange"])
def test_a_stop_loses_no_folder(tmp_path, monkeypatch, moment):
    folder = tmp_path / "feedback"
    gradebook.rebuild(folder, [("a-0123456789ab.html", b"old")])
    (folder / "notes.txt").write_text("mine")
    calls, replace, remove = [], gradebook.os.replace, gradebook.shutil.rmtree

    def files():
        yield "a-0123456789ab.html", b"new"
        if moment == "while writing":
            raise KeyboardInterrupt

    def stop_at(source, target):
        calls.append(target)
        if len(calls) == {"before the exchange": 1, "within the exchange": 2}.get(moment):
            raise KeyboardInterrupt
        replace(source, target)

    def no_more(path, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as changed, pytest.raises(KeyboardInterrupt):
        changed.setattr(gradebook.os, "replace", stop_at)
        changed.setattr(gradebook.shutil, "rmtree", no_more if moment == "after the exchange" else remove)
        gradebook.rebuild(folder, files())
    if moment != "within the exchange":
        assert (folder / "a-0123456789ab.html").read_bytes() == (b"new" if moment == "after the exchange" else b"old")
    gradebook.rebuild(folder, [("b-0123456789ab.html", b"newer")])
    assert tree(tmp_path) == {str((folder / name).relative_to(tmp_path)) for name in ("b-0123456789ab.html", "notes.txt")}
