"""The workflows for GitHub: each is valid, and each `run:` step runs here once, as far as a Linux machine without GitHub can.

A new workflow needs an entry in WORKFLOWS, a new expression one in its VALUES, and what `sudo` may do stands in SUDO.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pytest
from fork import NAMES, ROOT, save, solve, unfilled
from ruamel.yaml import YAML
from test_github import commands, read_outputs, reported

from tools.environments import NBGRADER, PEERS

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="apt-get install npm")

FOLDER = ROOT / ".github"
FILES = sorted([*FOLDER.glob("workflows/*.yml"), *FOLDER.glob("*.yml")])
ALWAYS = {"runner.os": "Linux", "github.workflow": "a", "github.ref": "refs/heads/main", "vars.COURSE_LANG": ""}
QUICK = {"PYTEST_ADDOPTS": "--collect-only tests/test_course.py"}  # the tests would run themselves


def is_lowest():
    """Return whether this environment has the oldest versions: there the step that installs them has nothing to do, elsewhere the other one."""
    line = next(line for line in (ROOT / "requirements/lowest.txt").read_text(encoding="utf-8").splitlines() if line.startswith("numpy=="))
    return version("numpy") == line.split("==")[1]


VERSIONS = "lowest" if is_lowest() else "newest"


@dataclass
class Workflow:
    """How to try a workflow: values of its expressions, the environment in which its steps run, the conditions that are known."""

    values: dict = field(default_factory=dict)
    environment: dict = field(default_factory=dict)
    conditions: dict = field(default_factory=dict)  # text of an `if:` -> outputs so far -> whether it holds


WORKFLOWS = {
    "ci.yml": Workflow(
        {"matrix.os": "ubuntu-latest", "matrix.python": "3.11", "matrix.versions": VERSIONS, "matrix.kernel": "Nehalem"}, QUICK,
        {"${{ !github.event.repository.fork || github.event_name == 'workflow_dispatch' }}": lambda outputs: True,
         "runner.os == 'Linux'": lambda outputs: True, "matrix.versions == 'newest'": lambda outputs: VERSIONS == "newest",
         "matrix.versions == 'lowest'": lambda outputs: VERSIONS == "lowest", "matrix.kernel != ''": lambda outputs: True,
         "always()": lambda outputs: True}),
    "learner.yml": Workflow(conditions={
        "${{ !cancelled() && steps.grade.outputs.finished != '' }}": lambda outputs: outputs["grade"]["finished"] != ""}),
    "site.yml": Workflow(conditions={"${{ !github.event.repository.fork || github.event_name == 'workflow_dispatch' }}": lambda outputs: True}),
    "classroom.yml": Workflow(conditions={"github.actor != 'github-classroom[bot]'": lambda outputs: True}),
}

# what stands for `sudo`: packages are looked up and not installed, no setting of the kernel is changed
SUDO = """
case "$1 $2" in
    "apt-get update") exit 0 ;;
    "apt-get install") shift 2; exec apt-get install --simulate "$@" ;;
    "sysctl -q") [ "$3" = -w ] && [ $# = 4 ] && case "$4" in ?*=?*) exit 0 ;; esac ;;
esac
echo "sudo: not known to the tests: $*" >&2; exit 64
"""


# ---------------------------------------------------------------- reading


def read(path):
    """Return a workflow as data; by YAML 1.2, as GitHub reads it: `on` is a word there."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job.get("steps", ())]


def conditions(workflow):
    """Return the text of each `if:` of a workflow."""
    return [part["if"] for job in workflow["jobs"].values() for part in (job, *job.get("steps", ())) if "if" in part]


def filled(text, values):
    """Return a text in which each ${{ expression }} has its value; one that is not in the table is a failure."""
    def value(found):
        assert found[1] in values, f"unknown expression {found[0]}: add it to WORKFLOWS of tests/test_workflows.py"
        return values[found[1]]

    return re.sub(r"\$\{\{ *(.*?) *\}\}", value, str(text))


# ---------------------------------------------------------------- all workflows


def test_every_workflow_is_known():
    assert {path.name for path in FILES} == WORKFLOWS.keys()
    assert len(FILES) == len(WORKFLOWS)
    for path in FILES:
        assert set(conditions(read(path))) <= WORKFLOWS[path.name].conditions.keys()


def validate(*paths):
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, paths)]
    return subprocess.run(words, capture_output=True, text=True)


def test_workflows_are_valid():
    done = validate(*FILES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_slip_is_found(tmp_path):
    text = (FOLDER / "workflows" / "learner.yml").read_text(encoding="utf-8")
    slips = [("runs-on:", "run-on:"), ("timeout-minutes: 30", "timeout-minutes: soon"), ("  push:", "  pushed:"), ("- run:", "- runs:")]
    for number, (old, new) in enumerate(slips):
        assert old in text
        (tmp_path / f"slip{number}.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    done = validate(*tmp_path.iterdir())
    assert done.returncode == 1 and all(f"slip{number}.yml" in done.stdout for number in range(len(slips))), done.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_workflow_asks_for_little(path):
    """Actions of a fixed version, no more rights than needed, an end; no expression in a command, where its value would be code."""
    workflow = read(path)
    for step in steps(workflow):
        if "uses" in step:
            assert re.fullmatch(r"[\w.-]+/[\w./-]+@(v\d+(\.\d+)*|[0-9a-f]{40})", step["uses"]), step["uses"]
        else:
            inside = set(re.findall(r"\$\{\{ *(.*?) *\}\}", step["run"]))
            assert all(expression.startswith("matrix.") for expression in inside), f"{inside}: give it to the step as `env:`"
    for job in workflow["jobs"].values():
        rights = job.get("permissions", workflow.get("permissions"))
        assert rights is not None and rights.get("contents") == "read", "permissions: contents: read"
        assert job["timeout-minutes"] <= 60


def test_every_list_of_requirements_is_installed_by_ci():
    newest, lowest = (step["run"] for step in steps(read(FOLDER / "workflows" / "ci.yml")) if "pip install" in step.get("run", ""))
    lists = {path.relative_to(ROOT).as_posix() for path in [ROOT / "requirements.txt", *ROOT.glob("requirements/*.txt")]}
    own = {own.requirements.relative_to(ROOT).as_posix() for own in (NBGRADER, PEERS)}  # make environments of their own
    assert own < lists and len(lists) == 6
    for name in lists - own - {"requirements/lowest.txt"}:
        assert f"-r {name} " in f"{newest} ", name
    assert lowest == f"{newest} -c requirements/lowest.txt"


def test_what_a_learner_pushes_starts_learner_and_not_ci():
    learner, ci = (read(FOLDER / "workflows" / name) for name in ("learner.yml", "ci.yml"))
    assert learner["on"]["push"]["paths"] == ci["on"]["push"]["paths-ignore"] == ["notebooks/*.ipynb"]  # `*` goes into no folder
    assert all("github.event.repository.fork" in job["if"] for job in ci["jobs"].values())
    assert learner["permissions"] == {"contents": "read"}


def test_the_reporter_of_github_classroom_gets_what_it_reads():
    """It reads base64 from NAME_RESULTS of each runner, and writes the points to the check run-autograding-tests."""
    workflow = read(FOLDER / "classroom.yml")
    job = workflow["jobs"]["run-autograding-tests"]
    reporter = job["steps"][-1]
    assert reporter["uses"] == "classroom-resources/autograding-grading-reporter@v1"
    names = [f"{runner.strip().upper()}_RESULTS" for runner in reporter["with"]["runners"].split(",")]
    assert list(reporter["env"]) == names and workflow["permissions"]["checks"] == "write"


# ---------------------------------------------------------------- the steps


class Machine:
    """A copy of the course in which the steps of a workflow run one after the other, as GitHub would run them."""

    LEFT_OUT = (".git", ".venv*", "__pycache__", ".*_cache", ".site", ".hypothesis", ".ipynb_checkpoints", "results", "site", "screenshots")

    def __init__(self, folder):
        self.folder, self.course, self.tools = folder, folder / "course", folder / "tools"
        shutil.copytree(ROOT, self.course, ignore=shutil.ignore_patterns(*self.LEFT_OUT))
        for path in self.course.glob("notebooks/*.ipynb"):
            path.unlink()
        for name in NAMES:
            save(self.course / "notebooks", name, unfilled(name))
        self.tools.mkdir()
        venv = shlex.quote(sys.prefix)
        make = f'exec {shutil.which("make")} -o {venv}/installed -o {venv}/site VENV={venv} "$@"'  # all is installed there
        for name, text in {"sudo": SUDO, "python": f'exec {shlex.quote(sys.executable)} "$@"', "make": make}.items():
            (self.tools / name).write_text(f"#!/bin/bash\n{text}\n", encoding="utf-8")
            (self.tools / name).chmod(0o755)

    def run(self, path, but=None):
        """Run all steps of a workflow whose conditions hold, but those with the text `but`; return [(step, exit code, what it printed)] and outputs.

        After a step that failed, those run that say so in their condition, as on GitHub.
        """
        workflow, way = read(path), WORKFLOWS[path.name]
        outputs, written, done = {}, {}, []
        for job in workflow["jobs"].values():
            failed = False
            for number, step in enumerate(job["steps"]):
                condition = step.get("if")
                values = {**ALWAYS, **way.values, **{f"steps.{id}.outputs.{name}": value for id, of in outputs.items() for name, value in of.items()}}
                env = {name: filled(value, values) for part in (workflow, job, step) for name, value in part.get("env", {}).items()}
                assert not step.keys() - {"name", "id", "if", "run", "env", "uses", "with", "continue-on-error", "shell"}, step
                if "run" not in step or but and but in step["run"] or condition is not None and not way.conditions[condition](outputs):
                    continue
                if failed and "cancelled()" not in (condition or ""):
                    continue
                files = {name: self.folder / f"{name}-{number}" for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY")}
                for file in files.values():
                    file.write_text("", encoding="utf-8")
                script = filled(step["run"], values)
                code, text = self.step(script, {**way.environment, **written, **env, **{name: str(file) for name, file in files.items()}})
                outputs[step.get("id", number)] = read_outputs(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))
                written |= dict(line.split("=", 1) for line in files["GITHUB_ENV"].read_text(encoding="utf-8").splitlines())
                self.summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8") or getattr(self, "summary", "")
                failed = failed or (code != 0 and not step.get("continue-on-error"))
                done.append((script, code, text))
        return done, outputs

    def step(self, script, environment):
        """Run one script as `run:` does on Linux; pip says what it would install and asks no server."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GITHUB_", "COURSE_", "PYTHON", "COV_"))}
        env = {**kept, "PATH": f"{self.tools}{os.pathsep}{os.environ['PATH']}", "GITHUB_ACTIONS": "true", "CI": "true", "PIP_DRY_RUN": "1",
               "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "DEBIAN_FRONTEND": "noninteractive", "OPENBLAS_NUM_THREADS": "1", **environment}
        file = self.folder / "step.sh"
        file.write_text(script, encoding="utf-8")
        done = subprocess.run(["bash", "-e", str(file)], cwd=self.course, env=env, capture_output=True, text=True, encoding="utf-8", timeout=600)
        return done.returncode, done.stdout + done.stderr


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="the steps are those of Linux")


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@needs_linux
def test_a_fork_with_nothing_filled_in_is_green(machine):
    done, outputs = machine.run(FOLDER / "workflows" / "learner.yml")
    assert [code for _, code, _ in done] == [0, 0], done
    assert outputs["grade"]["finished"] == "" and "Nothing attempted yet" in machine.summary


def shorten(path, *more):
    """Leave of a notebook the exercises, the cells that run and check them, and what stands before, with `more` code cells after that."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    first = next(number for number, cell in enumerate(code) if "graded" in cell["metadata"])
    added = [{"cell_type": "code", "id": f"mine-{number}", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
             for number, source in enumerate(more)]
    graded = [cell["id"] for cell in code if "graded" in cell["metadata"]]
    wanted = [cell for cell in code[first:] if cell["id"].removeprefix("run-").removeprefix("check-") in graded]
    path.write_text(json.dumps({**notebook, "cells": [*code[:first], *added, *wanted]}), encoding="utf-8")


@needs_linux
def test_a_fork_with_right_ones_only_is_green_and_nbval_ran(machine):
    notebooks = machine.course / "notebooks"
    solve(notebooks, NAMES[1])
    solve(notebooks, NAMES[0], "linear_forward")
    shorten(notebooks / f"{NAMES[1]}.ipynb")
    done, outputs = machine.run(FOLDER / "workflows" / "learner.yml", but="pip install")
    assert [code for _, code, _ in done] == [0, 0], done
    assert re.search(r"\b[1-9]\d? passed in", done[-1][2]), done[-1]
    assert outputs["grade"]["finished"] == f"notebooks/{NAMES[1]}.ipynb" and "full marks" in machine.summary and "110/400" in machine.summary


@needs_linux
def test_a_fork_with_a_wrong_one_is_red_and_the_finished_notebook_goes_to_nbval_all_the_same(machine):
    """Notebook 1 is half done; notebook 2 is right but ends in an error, under a name that a shell would act on."""
    notebooks = machine.course / "notebooks"
    solve(notebooks, NAMES[0], "linear_forward", "linear_backward", edits=[("linear_backward", "db = 1 / m * np.sum(", "db = np.sum(")])
    solve(notebooks, NAMES[1])
    shorten(notebooks / f"{NAMES[1]}.ipynb", "raise ValueError('mine\\n::error::mine')")
    (notebooks / f"{NAMES[1]}.ipynb").rename(notebooks / "my 2 $(touch never); `touch never`.ipynb")
    done, outputs = machine.run(FOLDER / "workflows" / "learner.yml", but="pip install")
    (_, graded, log), (_, compared, nbval) = done
    assert graded == 1 and "::error file=notebooks/1_dnn_step_by_step.ipynb,title=linear_backward 0/10::" in log
    assert outputs["grade"]["finished"] == "notebooks/my 2 $(touch never); `touch never`.ipynb"
    assert compared == 123 and "ValueError: mine\n::error::mine\n" in nbval and "1 failed" in nbval, nbval
    assert commands(nbval) == []
    assert not (machine.course / "never").exists()


@needs_linux
def test_classroom_gets_the_points(machine):
    solve(machine.course / "notebooks", NAMES[1], "initialize_parameters_zeros", "initialize_parameters_he", edits=[("initialize_parameters_he", "2", "3")])
    done, outputs = machine.run(FOLDER / "classroom.yml", but="pip install")
    assert [code for _, code, _ in done] == [1]
    assert reported({"grade": outputs["grade"]["result"]}) == (20, 400)
    assert read(FOLDER / "classroom.yml")["jobs"]["run-autograding-tests"]["steps"][2] == read(FOLDER / "workflows" / "learner.yml")["jobs"]["grade"]["steps"][2]


@needs_linux
@needs_npm
def test_the_steps_of_site_run(machine, monkeypatch):
    monkeypatch.setitem(ALWAYS, "steps.deployment.outputs.page_url", "")
    way = WORKFLOWS["site.yml"]
    monkeypatch.setattr(way, "environment", {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "somebody/her-copy", "GITHUB_SHA": "0123abc"})
    done, _ = machine.run(FOLDER / "workflows" / "site.yml")
    assert [code for _, code, _ in done] == [0], done
    upload = next(step for step in steps(read(FOLDER / "workflows" / "site.yml")) if "upload-pages-artifact" in step.get("uses", ""))
    home = (machine.course / upload["with"]["path"] / "en" / "index.html").read_text(encoding="utf-8")
    assert "https://github.com/somebody/her-copy/blob/0123abc/LICENSE" in home


@needs_linux
def test_the_steps_of_ci_run(machine):
    if shutil.which("apt-get") is None or not list(Path("/var/lib/apt/lists").glob("*_Packages*")):
        pytest.skip("needs Debian or Ubuntu, and apt-get update")
    pytest.importorskip("distributed", reason="pip install -r requirements/cluster.txt")
    path = FOLDER / "workflows" / "ci.yml"
    done, _ = machine.run(path)
    for _, code, text in done:
        assert code == 0, text
    ran, other = {script for script, _, _ in done}, f"matrix.versions == '{'newest' if is_lowest() else 'lowest'}'"
    assert ran == {filled(step["run"], WORKFLOWS["ci.yml"].values) for step in steps(read(path)) if "run" in step and step.get("if") != other}
    assert re.search(r"[0-9]+ tests collected", done[-1][2])
