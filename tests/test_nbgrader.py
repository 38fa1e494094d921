"""nbgrader itself, unchanged and not configured, on the course as docs/teaching.md says: the points are those of our grader.

A class of three hands in all four notebooks: solved, untouched (and tampered with), and half solved with all that goes wrong in a class.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from browser import needs_chromium
from needs import needs_sandbox

from grader import reference
from grader.diagnose import edited
from grader.questions import questions
from notebooks.source import make_notebooks, sources
from tools import course_folder
from tools.environments import NBGRADER

ROOT = Path(__file__).resolve().parent.parent
GUIDES = [ROOT / "docs" / "teaching.md", ROOT / "docs" / "teaching.zh.md"]


def commands():
    """Return the guide's blocks of commands: copy, generate, autograde and feedback, our own grader."""
    blocks = re.findall(r"^```\n(.*?)^```", GUIDES[0].read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [block for block in blocks if "course" in block]


def change_points(folder, points):
    """Change what a copy of the grader gives."""
    path = folder / "grader" / "result.py"
    text = path.read_text(encoding="utf-8")
    changed = re.sub('(?<="points": )question.points .*(?=,\n)', points, text, count=1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


class Teacher:
    """Somebody with nbgrader activated, a copy of the course, and nbgrader's course in the home folder.

    In the copy a wrong answer has three quarters of its points: no exercise of the course has parts yet, and nbgrader must record them.
    """

    def __init__(self, home):
        self.home, self.course, self.copy = home, home / "course", home / "copy"
        self.environment = {**NBGRADER.variables(), "HOME": str(home), "OPENBLAS_NUM_THREADS": "1", "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
                            "IPYTHONDIR": str(home / "ipython"), "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", str(home / "matplotlib"))}
        for name in ("COURSE_LANG", "NBGRADER_EXECUTION"):
            self.environment.pop(name, None)
        course_folder.make(self.copy, [])
        for name in ("tools", "notebooks/source"):
            shutil.copytree(ROOT / name, self.copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        change_points(self.copy, 'question.points * {"correct": 1, "incorrect": 0.75}.get(status, 0)')
        for name in sources.NAMES:  # as committed but for the expected outputs, whatever somebody did in the notebooks here
            nbformat.write(make_notebooks.assemble(name, reference.stub), self.copy / "notebooks" / f"{name}.ipynb")
        (self.copy / "notebooks" / f"{sources.NAMES[0]}-20261122-080000.ipynb").write_text("a copy that `make notebooks` kept")

    def run(self, block, folder=None):
        """Run a block of commands in a shell; return what it said."""
        done = subprocess.run(["bash", "-euc", block], cwd=folder or self.copy, env=self.environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, f"{block}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def hand_in(self, student, change, assignment="dnn"):
        """Hand in the released assignment, each notebook changed: change(name, notebook)."""
        folder = self.course / "submitted" / student / assignment
        shutil.copytree(self.course / "release" / assignment, folder)
        for path in sorted(folder.glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            change(path.stem, notebook)
            nbformat.write(notebook, path)
        return folder

    def points(self, student, assignment="dnn"):
        """Return {notebook: {function: points}} as nbgrader has recorded them."""
        program = ("import json, sys; from nbgrader.api import Gradebook\n"
                   "with Gradebook('sqlite:///gradebook.db') as book: print(json.dumps({notebook.name: "
                   "{grade.name.removeprefix('check-'): grade.auto_score for grade in notebook.grades} "
                   "for notebook in book.find_submission(sys.argv[1], sys.argv[2]).notebooks}))")
        done = subprocess.run([NBGRADER.programs / "python", "-W", "ignore", "-c", program, assignment, student], cwd=self.course,
                              env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def our_points(self, student, assignment="dnn"):
        """Return the same as `python -m grader check` of this teacher's copy says it."""
        paths = sorted((self.course / "submitted" / student / assignment).glob("*.ipynb"))
        done = subprocess.run([sys.executable, "-m", "grader", "check", "--json", "--seconds", "2", *paths], cwd=self.copy,
                              env=self.environment, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        results = map(json.loads, done.stdout.splitlines())
        return {path.stem: {question["name"]: question["points"] for question in result["questions"]} for path, result in zip(paths, results)}

    def graded(self, student, assignment="dnn"):
        """Return {(notebook, cell id): cell} of what nbgrader has executed."""
        folder = self.course / "autograded" / student / assignment
        return {(path.stem, cell.id): cell for path in folder.glob("*.ipynb") for cell in nbformat.read(path, as_version=4).cells}


# ---------------------------------------------------------------- what is handed in


def solved(cell):
    return reference.solved(reference.function_source(cell.metadata["graded"]))


def wrong(cell):
    return edited(solved(cell), questions()[cell.id].mistakes[0].edits)


FEWER = {"0.075, 1000)": "0.075, 100)", "0.02, 1500)": "0.02, 100)", "num_iterations=5000": "num_iterations=500",
         "num_iterations=30000": "num_iterations=3000"}


def solve(name, notebook):
    """All right; the longest trainings with fewer steps, because tests of the solutions themselves have them all."""
    for cell in notebook.cells:
        if "graded" in cell.metadata:
            cell.source = solved(cell)
        elif cell.cell_type == "code":
            for steps, fewer in FEWER.items():
                cell.source = cell.source.replace(steps, fewer)


def tamper(name, notebook):
    """Nothing is solved, but the checks and the cell that they come from say otherwise."""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source, cell.metadata.nbgrader.points = "100", 1000
        elif cell.id == "setup":
            cell.source += "\ncheck = lambda function: 10"


# what is to cost nothing: handlers keep the sys.stderr that was there when they were made; 2 is the file of C libraries
LOG = "import logging, warnings\nlogging.basicConfig(level='DEBUG', force=True)\nwarnings.simplefilter('always')"
NOISE = """    import logging, os, sys, warnings
    warnings.simplefilter("always")
    warnings.warn("old", DeprecationWarning)
    np.log(np.zeros(1))
    print("to stderr", file=sys.stderr)
    sys.__stderr__.write("to the first stderr")
    os.write(2, b"to 2")
    logging.getLogger("learner").warning("to a handler")
"""
ENDLESS = "    import time\n    while True:\n        time.sleep(1)\n"
RIGHT = {"linear_activation_forward", "L_model_forward", "compute_cost", "linear_activation_backward", "initialize_parameters_he",
         "backward_propagation_with_regularization", "backward_propagation", "gradient_check", "gradient_check_n"}
WRONG = {"linear_backward", "initialize_parameters_random", "forward_propagation", "backward_propagation_with_dropout"}


def begin_with(source, lines):
    """Return a function's source with `lines` before its first statement after the docstring."""
    head, quotes, tail = source.partition('"""\n') if source.count('"""') > 1 else (*source.partition(":\n")[:2], source.partition(":\n")[2])
    return f"{head}{quotes}{lines}{tail}"


def half(name, notebook):
    """Some right, some wrong, some empty; what is right needs some that are not; and each kind of accident once."""
    cells = {cell.id: cell for cell in notebook.cells}
    for cell in notebook.cells:
        if "graded" in cell.metadata and cell.id in RIGHT:
            cell.source = solved(cell)
        elif "graded" in cell.metadata and cell.id in WRONG:
            cell.source = wrong(cell)
    if name.startswith("1"):
        notebook.cells.insert(notebook.cells.index(cells["setup"]) + 1, nbformat.v4.new_code_cell(LOG))
        cells["compute_cost"].source = begin_with(cells["compute_cost"].source, NOISE)
        cells["linear_activation_forward"].source += "\n\nprint(linear_activation_forward(np.ones((2, 1)), np.ones((1, 2)), np.ones((1, 1)), 'relu'))"
        notebook.cells.remove(cells["initialize_parameters"])
        cells["initialize_parameters_deep"].source = solved(cells["initialize_parameters_deep"]) + "\n    return )"
        cells["update_parameters"].source = begin_with(solved(cells["update_parameters"]), ENDLESS)
        notebook.cells.remove(cells["run-update_parameters"])  # it hung, so its author has deleted it
        cells["L_model_backward"].source = begin_with(solved(cells["L_model_backward"]), "    raise KeyboardInterrupt\n")


# ---------------------------------------------------------------- a class


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    if os.name == "nt":
        pytest.skip("JupyterHub and the limit of time of a check need Linux or macOS")
    NBGRADER.install()
    teacher = Teacher(tmp_path_factory.mktemp("teacher"))
    copy, generate, grade, _ = commands()
    teacher.run(copy)
    teacher.run(generate)
    teacher.hand_in("solved", solve)
    change_points(teacher.hand_in("untouched", tamper), "question.points")
    teacher.hand_in("half", half)
    teacher.run(grade)
    return teacher


def test_the_release_has_the_four_notebooks_with_empty_exercises_and_what_they_need(teacher):
    release = teacher.course / "release" / "dnn"
    assert sorted(path.stem for path in release.glob("*.ipynb")) == sources.NAMES
    assert not list(release.rglob("solutions")) and (release / "datasets" / "two_currents.h5").exists()
    for name in sources.NAMES:
        cells = {cell.id: cell for cell in nbformat.read(release / f"{name}.ipynb", as_version=4).cells}
        original = make_notebooks.assemble(name, reference.stub).cells
        assert {cell.id: cell.source for cell in original} == {id: cell.source for id, cell in cells.items()}
        assert all(cells[cell.id].metadata.get("editable", True) for cell in original if "graded" in cell.metadata)
        assert not cells["setup"].metadata.editable


def test_solved_notebooks_have_all_points(teacher):
    points = teacher.points("solved")
    assert points == teacher.our_points("solved")
    assert {name: sum(of.values()) for name, of in points.items()} == {name: 100 for name in sources.NAMES}
    trouble = [(at, output) for at, cell in teacher.graded("solved").items() for output in cell.get("outputs", [])
               if output.output_type == "error" or output.get("name") == "stderr"]
    assert not trouble


def test_untouched_notebooks_have_none_whatever_their_checks_were_changed_to(teacher):
    points = teacher.points("untouched")
    assert points == teacher.our_points("untouched")
    assert {name: sum(of.values()) for name, of in points.items()} == {name: 0 for name in sources.NAMES}
    assert sum(map(len, points.values())) == len(questions())
    errors = [cell for cell in teacher.graded("untouched").values() for output in cell.get("outputs", []) if output.output_type == "error"]
    assert not errors


def test_half_solved_notebooks_have_the_points_that_our_grader_gives(teacher):
    points = teacher.points("half")
    assert points == teacher.our_points("half")
    expected = {name: questions()[name].points for name in RIGHT} | {name: 0.75 * questions()[name].points for name in WRONG}
    assert {name: reached for of in points.values() for name, reached in of.items() if reached} == expected
    assert 7.5 in expected.values()


def test_noise_is_not_in_the_cells_of_the_checks(teacher):
    graded = teacher.graded("half")
    noise = "".join(output.get("text", "") for output in graded["1_dnn_step_by_step", "run-compute_cost"].outputs)
    assert all(text in noise for text in ("to stderr", "to a handler", "old"))
    for (_, cell_id), cell in graded.items():
        if cell_id.startswith("check-") and "nbgrader" in cell.metadata:
            assert [output.output_type for output in cell.outputs] == ["display_data", "execute_result"], cell_id


def test_the_export_has_the_totals(teacher):
    with open(teacher.course / "grades.csv", encoding="utf-8", newline="") as file:
        totals = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(file)}
    assert totals["solved"] == (400, 400) and totals["untouched"] == (0, 400)
    assert totals["half"] == (sum(map(lambda of: sum(of.values()), teacher.points("half").values())), 400)


@needs_chromium
def test_the_feedback_shows_the_messages(teacher, browser, tmp_path):
    page = browser.new_page(viewport={"width": 1000, "height": 800})
    page.route(re.compile("^http"), lambda route: route.abort())  # formulas and the like come from other hosts
    page.goto((teacher.course / "feedback" / "half" / "dnn" / "1_dnn_step_by_step.html").as_uri(), wait_until="domcontentloaded")
    text = page.inner_text("body")
    for message in ("Not attempted yet", "There is no initialize_parameters yet", "line 12 of linear_backward", "还没有写"):
        assert message in text, message
    message = page.get_by_text("line 12 of linear_backward").first
    message.scroll_into_view_if_needed()
    assert message.is_visible()
    page.screenshot(path=tmp_path / "feedback.png")
    page.close()


@needs_sandbox
def test_our_own_command_reads_the_same_folders_and_gives_the_same_points(teacher):
    (teacher.copy / ".venv").symlink_to(sys.prefix)
    teacher.run(commands()[3])
    with open(teacher.home / "course-results" / "nbgrader.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["student_id"] for row in rows} == {"solved", "untouched", "half"}
    for student in ("solved", "untouched", "half"):
        ours = [float(row["score"]) for row in rows if row["student_id"] == student]
        assert sorted(ours) == sorted(sum(of.values()) for of in teacher.points(student).values())


def test_the_validate_button(teacher, tmp_path):
    folder = tmp_path / "dnn"
    shutil.copytree(teacher.course / "release" / "dnn", folder)
    released = folder / "4_gradient_checking.ipynb"
    for change in (solve, half):
        notebook = nbformat.read(released, as_version=4)
        change(released.stem, notebook)
        nbformat.write(notebook, folder / f"{change.__name__}.ipynb")
    said = teacher.run("nbgrader validate solve.ipynb half.ipynb", folder)
    of_solved, of_half = said.split("VALIDATION FAILED ON 2 CELL(S)!")
    assert "Success! Your notebook passes all the tests." in of_solved
    failed = re.findall(r"The following cell failed:\s+check\((\w+)\)", of_half)
    assert failed == ["forward_propagation", "backward_propagation_n"]  # one wrong, one with its planted mistakes


# ---------------------------------------------------------------- the metadata, the guides


def test_the_metadata_are_valid_and_have_the_points_of_the_questions(tmp_path):
    NBGRADER.install()
    for form in (reference.stub, reference.solved):
        for name in sources.NAMES:
            notebook = make_notebooks.assemble(name, form)
            nbformat.validate(notebook)
            nbformat.write(notebook, tmp_path / f"{form.__name__}-{name}.ipynb")
            marked = {cell.id: cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata}
            points = {f"check-{cell.id}": questions()[cell.id].points for cell in notebook.cells if "graded" in cell.metadata}
            assert {cell_id: marks.get("points") for cell_id, marks in marked.items()} == {"setup": None, **points}
            assert all(marks.grade_id == cell_id and marks.locked and not marks.solution for cell_id, marks in marked.items())
    program = "import sys; from nbgrader.nbgraderformat import read\nfor path in sys.argv[1:]: read(path, 4)"
    done = subprocess.run([NBGRADER.programs / "python", "-c", program, *tmp_path.glob("*.ipynb")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_both_guides_have_the_same_commands():
    blocks = [re.findall(r"^```\n(.*?)^```", guide.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE) for guide in GUIDES]
    assert blocks[0] == blocks[1] and len(commands()) == 4
