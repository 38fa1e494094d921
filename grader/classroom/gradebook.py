"""What a class gets out, for machines: tables for spreadsheets and learning platforms, JSON and JUnit XML.

Everything here comes from two lists of store.Attempt. `grades` has what counts: one attempt a student and assignment, and one
with zero points for a student who handed in nothing that could be graded. `to_look_at` has further files that were not graded.

A name as the student wrote it may be a formula for a spreadsheet, a path, or half a character. In a CSV file control characters
stand as their escapes (\\n), and a cell that a spreadsheet could take for a formula begins with an apostrophe: a cell is such a
one if it is one without its first apostrophe, so the text comes back by dropping it. The names as they are stand in the store.
A line that GitHub's runner could take for a command is pulled apart.
"""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from .. import questions, report
from ..text import LANGUAGES, clean

FORMULA = re.compile("""[\\s\u200b\ufeff"'“”‘’]*[=+\\-@＝＋－＠﹢﹣﹦﹫]""")
OURS = re.compile(r".+-[0-9a-f]{12}(_\w+)?\.(html|json)")


# ---------------------------------------------------------------- the class, by student


@dataclass(frozen=True)
class Row:
    """One student: the attempts that count, and those without a result that count as zero."""

    student: str
    graded: dict  # assignment -> Attempt
    ungraded: list

    @property
    def score(self):
        return sum(attempt.score for attempt in self.graded.values())

    def points(self, assignment):
        """Return the points of an assignment: None if it was not handed in, 0 if what was handed in could not be graded."""
        if assignment in self.graded:
            return self.graded[assignment].score
        return 0 if self.ungraded else None


def rows(grades):
    """Return a Row for each student, in alphabetical order."""
    found = {}
    for attempt in grades:
        row = found.setdefault(attempt.student, Row(attempt.student, {}, []))
        if attempt.result is None:
            row.ungraded.append(attempt)
        else:
            row.graded[attempt.assignment] = attempt
    return sorted(found.values(), key=lambda row: (row.student.casefold(), row.student))


def columns(grades):
    """Return {assignment: {question: points}} of all assignments that were handed in, in the order of the course."""
    handed_in = {}
    for attempt in grades:
        if attempt.result is not None:
            handed_in.setdefault(attempt.assignment, {}).update({q["name"]: q["max_points"] for q in attempt.result["questions"]})
    known = {name: {question.name: question.points for question in entries} for name, entries in questions.notebooks().items()}
    in_order = [name for name in known if name in handed_in] + sorted(name for name in handed_in if name not in known)
    return {name: known.get(name, {}) | handed_in[name] for name in in_order}


def out_of(columns):
    """Return the points that a student can have in all assignments together."""
    return sum(sum(points.values()) for points in columns.values())


def percent(score, of):
    """Return 100 * score / of with two digits; 0 where there is nothing to win."""
    return round(100 * score / of, 2) if of else 0


# ---------------------------------------------------------------- tables


def cell(text):
    """Return text from outside as it can stand in a cell: cleaned, and never a formula."""
    text = clean(text)
    return "'" + text if FORMULA.match(text) else text


def table(lines, encoding="utf-8"):
    """Return lines of cells as the bytes of a CSV file."""
    file = io.StringIO()
    csv.writer(file).writerows(lines)
    return file.getvalue().encode(encoding)


def points_cell(points):
    return "" if points is None else report.number(points)


def status_of(row, assignments):
    """Return the status of a student's row: graded, incomplete (an assignment was not handed in), unreadable or failed."""
    worst = [attempt.status for attempt in row.ungraded]
    if "failed" in worst or worst:
        return "failed" if "failed" in worst else "unreadable"
    return "graded" if len(row.graded) == len(assignments) else "incomplete"


def grades_csv(grades):
    """Return the table of all points, a row a student and a column a question; Excel reads its Chinese.

    A cell is empty where a student handed nothing in for the question, or nothing that could be graded.
    The total is out of all assignments that anybody handed in. attempt: the number of the attempt that counts, of each assignment.
    """
    assignments = columns(grades)
    of = out_of(assignments)
    names = [(assignment, question) for assignment, points in assignments.items() for question in points]
    titles = [question if len(assignments) == 1 else f"{assignment}/{question}" for assignment, question in names]
    lines = [["student", *titles, "total", "max", "percent", "status", "attempt", "feedback"]]
    for row in rows(grades):
        won = {(name, q["name"]): q["points"] for name, attempt in row.graded.items() for q in attempt.result["questions"]}
        counted = " ".join(str(attempt.number) for attempt in [*row.graded.values(), *row.ungraded])
        lines.append([cell(row.student), *(points_cell(won.get(name)) for name in names), report.number(row.score), report.number(of),
                      report.number(percent(row.score, of)), status_of(row, assignments), counted,
                      f"feedback/{file_name(row.student)}.html"])
    return table(lines, "utf-8-sig")


def canvas_csv(grades, canvas_ids=None):
    """Return the table that Canvas imports into its gradebook.

    canvas_ids: {student: ID in Canvas}. Canvas finds a student by ID or login; where the ID is unknown, the name is given as login.
    An assignment that was not handed in stays empty, which leaves in Canvas what is there.
    """
    canvas_ids = canvas_ids or {}
    assignments = columns(grades)
    lines = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *assignments],
             ["    Points Possible", "", "", "", "", *(report.number(sum(points.values())) for points in assignments.values())]]
    for row in rows(grades):
        known = canvas_ids.get(row.student)
        login = "" if known else cell(row.student)
        points = (points_cell(row.points(assignment)) for assignment in assignments)
        lines.append([cell(row.student), cell(known or ""), "", login, "", *points])
    return table(lines)


NBGRADER = ["assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
            "late_submission_penalty", "score", "max_score"]


def nbgrader_csv(grades):
    """Return the table that `nbgrader export` writes: a row a student and assignment, zero points where nothing was handed in.

    What the grader does not know is empty: due date, time of handing in, the parts of the name, the address.
    """
    lines = [NBGRADER]
    for assignment, points in columns(grades).items():
        most = report.number(sum(points.values()))
        for row in rows(grades):
            score = report.number(row.points(assignment) or 0)
            lines.append([assignment, "", "", cell(row.student), "", "", "", score, "0", score, most])
    return table(lines)


# ---------------------------------------------------------------- one file a student


def file_name(student):
    """Return a name for a student's file, without extension: safe on every system, and another one for every other student.

    It is made of letters a-z, digits, Chinese characters and "-", 53 at most, and ends with a digest of the whole name.
    """
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    plain = "".join(c for c in unicodedata.normalize("NFKD", student) if not unicodedata.combining(c)).lower()
    short = re.sub("[^a-z0-9\u4e00-\u9fff]+", "-", plain).strip("-")[:40].strip("-")
    return f"{short or 'student'}-{digest}"


def attempt_name(attempt):
    """Return the name of the file about an attempt, without extension."""
    return f"{file_name(attempt.student)}_{attempt.assignment or attempt.status}"


def reason_of(attempt, lang):
    """Return why an attempt has no result, as text."""
    reason = attempt.reason or {"zh": "", "en": ""}
    return "\n".join(clean(reason[tongue]) for tongue in LANGUAGES[lang])


def as_json(data):
    return json.dumps(data, indent=1).encode()  # ASCII: nothing that a reader could take for another encoding


def gradescope_json(attempt, lang="both"):
    """Return the results.json that Gradescope expects of an autograder, for one attempt."""
    if attempt.result is None:
        output, tests = reason_of(attempt, lang), []
    else:
        wrong = any(map(report.needs_seed, attempt.result["questions"]))
        output = "\n".join(report.seed_lines(attempt.result, lang)) if wrong else ""
        tests = [{
            "name": clean(question["name"]), "score": question["points"], "max_score": question["max_points"],
            "status": "passed" if question["status"] == "correct" else "failed",
            "output": "\n".join([report.status_text(question, lang), *report.lines(question, lang)]), "output_format": "text", "visibility": "visible",
        } for question in attempt.result["questions"]]
    return as_json({"score": attempt.score, "execution_time": round(attempt.seconds, 3), "output": output,
                    "output_format": "text", "visibility": "visible", "tests": tests})


def autograding_json(attempt, lang="both"):
    """Return the result for GitHub Classroom of one attempt."""
    if attempt.result is None:
        return as_json({**report.autograding("error", attempt.max_score, []), "message": report.inert(reason_of(attempt, lang))})
    status = "pass" if report.is_full(attempt.result) else "fail"
    return as_json(report.autograding(status, attempt.max_score, report.autograding_tests(attempt.result, attempt.file, lang)))


def junit(grades, to_look_at, lang="both"):
    """Return JUnit XML of the class as bytes: a testsuite a student and assignment, and one for each file without a result."""
    results = [{**attempt.result, "notebook": f"{clean(attempt.student)}/{attempt.assignment}"}
               for attempt in grades if attempt.result is not None]
    ungraded = {attempt.file: attempt for attempt in [*grades, *to_look_at] if attempt.result is None}
    return report.junit(results, [(clean(attempt.file), reason_of(attempt, lang)) for attempt in ungraded.values()], lang)


# ---------------------------------------------------------------- writing


def put(path, data):
    """Write bytes to `path` so that there is the old file or the new one at any moment, never half of one."""
    new = path.with_name(path.name + ".new")
    new.write_bytes(data)
    os.replace(new, path)


def rebuild(folder, files):
    """Replace a folder by one with `files`, pairs (name, bytes). What somebody else put there stays.

    Until all is written the folder is as it was; if the two are being exchanged when this stops, the next call finds the old one.
    """
    new, old = (folder.with_name(folder.name + ending) for ending in (".new", ".old"))
    if old.exists() and not folder.exists():
        os.replace(old, folder)
    for left in (new, old):
        if left.exists():
            shutil.rmtree(left)
    new.mkdir(parents=True)
    if folder.exists():
        _copy_others(folder, new)
    for name, data in files:
        (new / name).write_bytes(data)
    if folder.exists():
        os.replace(folder, old)
    os.replace(new, folder)
    shutil.rmtree(old, ignore_errors=True)


def _copy_others(folder, new):
    """Copy what is in a folder and was not written by us."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, new / path.name, symlinks=True)
        elif not OURS.fullmatch(path.name):
            shutil.copy2(path, new / path.name, follow_symlinks=False)


def write_all(folder, grades, to_look_at, canvas_ids=None, lang="both"):
    """Write every table and file of the class into `folder`; the language is that of the messages. Raises OSError."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    put(folder / "grades.csv", grades_csv(grades))
    put(folder / "canvas.csv", canvas_csv(grades, canvas_ids))
    put(folder / "nbgrader.csv", nbgrader_csv(grades))
    put(folder / "junit.xml", junit(grades, to_look_at, lang))
    rebuild(folder / "gradescope", ((f"{attempt_name(attempt)}.json", gradescope_json(attempt, lang)) for attempt in grades))
    rebuild(folder / "classroom", ((f"{attempt_name(attempt)}.json", autograding_json(attempt, lang)) for attempt in grades))
