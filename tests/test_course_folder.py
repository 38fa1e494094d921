"""The folder of an assignment has what the notebooks need and no more, and works alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.reference import ROOT
from tools import course_folder


def make(folder, *words):
    done = subprocess.run([sys.executable, "-m", "tools.course_folder", folder, *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_in_it(tmp_path):
    folder = tmp_path / "course" / "dnn"
    (folder / "datasets").mkdir(parents=True)  # a second time, for instance
    said = make(folder)
    names = {path.name for path in folder.iterdir()}
    notebooks = {f"{name}.ipynb" for name in ("1_dnn_step_by_step", "2_initialization", "3_regularization", "4_gradient_checking")}
    assert all(name in said for name in notebooks)
    assert {"dnn_utils.py", "gc_utils.py", "course.py", "checks.py", "testCases.py", "grader", "gradient_report", "datasets", "LICENSE"} | notebooks <= names
    assert not names & {"conftest.py", "check_setup.py", "tests", "tools", "bench", "solutions", "docs"}
    assert not list(folder.rglob("__pycache__")) and (folder / "grader" / "sandbox" / "worker.py").exists()


def test_one_notebook_has_the_same_beside_it(tmp_path):
    make(tmp_path / "all")
    make(tmp_path / "one", "--notebook", "2")
    names = [{path.name for path in (tmp_path / folder).iterdir() if path.suffix != ".ipynb"} for folder in ("all", "one")]
    assert names[0] == names[1] and [path.name for path in (tmp_path / "one").glob("*.ipynb")] == ["2_initialization.ipynb"]


@pytest.mark.parametrize("name", ["1_dnn_step_by_step", "4_gradient_checking"])
def test_the_grader_works_in_it(tmp_path, name):
    """Whatever is missing there would end a check; the solution is graded, so that all functions run."""
    course_folder.make(tmp_path, [ROOT / "notebooks" / "solutions" / f"{name}.ipynb"])
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-m", "grader", "check", f"{name}.ipynb"], cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0 and "100/100" in done.stdout, done.stdout + done.stderr


def test_a_kept_copy_is_no_notebook_of_the_course():
    assert [path.stem for path in course_folder.NOTEBOOKS if not Path(path).stem[-1].isalpha()] == []
