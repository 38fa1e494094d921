"""The benches run (tiny: what they measure here means nothing), the runner survives what fails, the READMEs show the table."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from needs import needs_sandbox

from bench import classes, grading, picture, run, textbook, training
from tools import results

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
not_on_windows = pytest.mark.skipif(os.name == "nt", reason="processes are measured and ended in the way of Linux and macOS")
ROW = {"what", "who", "median", "low", "high", "unit", "runs"}


# ---------------------------------------------------------------- the shared results


@pytest.mark.parametrize(("value", "shown"), [
    (0, "0"), (0.0, "0"), (80, "80"), (0.00012345, "0.000123"), (0.5, "0.500"), (1.0, "1.00"), (9.999, "10.00"), (26.24, "26.2"), (126.7, "127"), (99.96, "100.0"),
    (11191.4, "11191"), (-2.5, "-2.50"),
])
def test_a_number_is_shown_with_three_digits(value, shown):
    assert results.short(value) == shown


def test_a_row_has_the_median_the_spread_and_the_ratio_round_by_round():
    made = results.row("a step", "other", [30, 20, 90], "us", beside=[10, 10, 10])
    assert made == {"what": "a step", "who": "other", "median": 30, "low": 20, "high": 90, "unit": "us", "runs": 3, "ratio": [3, 2, 9]}
    # the second round was slow for both: the quotient of the medians, 40 / 10, would say 4
    assert results.row("a step", "other", [20, 90, 40], "us", beside=[10, 45, 10])["ratio"][0] == 2
    with pytest.raises(ValueError):
        results.row("a step", "other", [1, 2], "us", beside=[1])


def test_a_table_shows_the_ratio_of_others_to_ours():
    rows = [results.row("work", results.OURS, [2.0], "s", beside=[2.0]), results.row("work", "other", [5.0], "s", beside=[2.0]),
            results.row("found", "other", [5], "of 8"), results.row("grows", "other", [4.0, 5.0], "s", at=3)]
    assert results.table(rows)[2:] == ["| work | this course | 2.00 s | 2.00 to 2.00 |  |", "| work | other | 5.00 s | 5.00 to 5.00 | 2.50 |",
                                       "| found | other | 5 of 8 | 5 to 5 |  |", "| grows: 3 | other | 4.50 s | 4.00 to 5.00 |  |"]


def test_what_is_written_can_be_read_and_names_machine_and_versions(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", tmp_path / "new")
    rows = [results.row("work", results.OURS, [1.0, 3.0], "s")]
    results.write("some", rows, results.versions("numpy", "no-such-package"), more=[1])
    content = results.read("some")
    assert content["bench"] == "some" and content["rows"] == rows and content["more"] == [1]
    assert content["versions"] == {"Python": sys.version.split()[0], "numpy": np.__version__}
    assert f"{os.cpu_count()} cores" in content["machine"]


# ---------------------------------------------------------------- the benches


def bench(name, folder, *options, **environment):
    """Run the bench `name`, or the tool; return what it wrote and what it printed."""
    environment = {**os.environ, "BENCH_RESULTS": str(folder), "OPENBLAS_NUM_THREADS": "1", **environment}
    done = subprocess.run([sys.executable, "-m", run.BENCHES[name].module, *options], cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    content = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    assert content["bench"] == name and content["rows"]
    for row in content["rows"]:
        assert row.keys() >= ROW and row["low"] <= row["high"] and row["runs"] >= 1
    assert results.HEAD in done.stdout or name == "mutation"
    return content, done.stdout


def test_training(tmp_path):
    content, printed = bench("training", tmp_path, "--rounds", "1", "--most", "30", "--seconds", "0.001", "--without-peers")
    works = {row["what"] for row in content["rows"] if "at" not in row}
    assert {"training [2,10,5,1], 300 points", "training [2,20,3,1], 211 points", "training [784,7,1], 1000 images"} <= works and len(works) == 6
    assert max(row["apart"] for row in content["rows"] if "apart" in row) < 1e-12
    for row in content["rows"]:
        assert row["unit"] == "us a step" and row["median"] > 1, row
    for _, what, *_ in picture.PANELS[:3]:
        sizes = {row["at"] for row in content["rows"] if row["what"] == what and row["who"] == results.OURS}
        assert len(sizes) == 5, what
    path = tmp_path / "figure.png"
    picture.draw(content["rows"], path)  # the panel of the class stays empty
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_trainer_that_does_other_work_is_found():
    class Fake:
        def __init__(self, name, parameters):
            self.name, self.parameters = name, parameters

        def ask(self, **request):
            return {"parameters": self.parameters}

    ours = {"W1": [[1.0, -2.0]], "b1": [[0.5]]}
    trainers = [Fake("course", ours), Fake("textbook", {"W1": [[1.0, -2.0 - 1e-12]], "b1": [[0.5]]})]
    assert training.prove_equal(trainers, "work", {}, 10)["textbook"] == pytest.approx(5e-13, rel=1e-3)
    trainers.append(Fake("sklearn", {"W1": [[1.0, -2.0]], "b1": [[0.5 + 1e-9]]}))
    with pytest.raises(SystemExit, match="after 10 steps the parameters of scikit-learn MLPClassifier are 2.0e-09 from ours"):
        training.prove_equal(trainers, "work", {}, 10)
    trainers[2].parameters = {"W1": [[1.0, np.nan]], "b1": [[0.5]]}
    with pytest.raises(SystemExit, match="nan from ours"):
        training.prove_equal(trainers, "work", {}, 10)


def test_scikit_learn_does_the_same_work():
    """It is in the environment of the course, too; PyTorch is measured, and compared, by the bench alone."""
    trainers = [training.Trainer(name, sys.executable) for name in ("course", "as_read", "sklearn")]
    try:
        layers = [2, 4, 3, 1]
        apart = training.prove_equal(trainers, "small", training.growing(40, layers), 200)
        assert max(apart.values()) < 1e-12
        start = training.parameters_of(layers)
        work = {**training.growing(40, layers), "lambd": 0.7}
        X, Y = np.array(work["points"]).T, np.array(work["Y"])
        expected, _ = textbook.model(X, Y, start, 0.01, 200, lambd=0.7)
        trainers[2].ask(keep=work)
        found = trainers[2].ask(steps=200, parameters=True)["parameters"]
        assert training.difference(found, {name: value.tolist() for name, value in expected.items()}) < 1e-12
    finally:
        for trainer in trainers:
            trainer.close()


@not_on_windows
def test_processes(tmp_path):
    content, _ = bench("processes", tmp_path, "--rounds", "1", "--only", "import dnn_utils")
    assert [row["unit"] for row in content["rows"]] == ["s", "MB"]


@not_on_windows
def test_grading(tmp_path):
    """What it does without nbgrader, which takes its time: its notebooks get the points it expects, and check() is measured."""
    for (what, who), command in grading.tasks(tmp_path).items():
        if who == results.OURS:
            seconds, peak = grading.measure(*command)
            assert seconds > 0 and peak > 10, what
    rows = grading.kernel(2)
    assert len(rows) == 16 and all(row["unit"] == "ms" for row in rows)


def test_mutation(tmp_path):
    content, printed = bench("mutation", tmp_path, "--function", "linear_forward", "--every", "12")
    assert [row["unit"] for row in content["rows"]] == ["ms", "%", "%"] and "| linear_forward |" in printed
    assert content["rows"][1]["median"] == 100


@needs_sandbox
@pytest.mark.skipif(not classes.usable_groups(), reason="CPU is counted in a control group of Linux, which only root may make")
def test_classes(tmp_path):
    content, _ = bench("classes", tmp_path, "--sizes", "3,2", "--kinds", "solved", "--rounds", "0")
    seconds = [row for row in content["rows"] if row["what"] == picture.PANELS[3][1]]
    assert [row["at"] for row in seconds] == [2, 3] and all(row["who"] == results.OURS for row in seconds)


# ---------------------------------------------------------------- the runner

GOOD = """
from tools.results import *
write("good", [row("a step", OURS, [1.0], "s"), row("by size", OURS, [1.0], "s", at=1)], versions())
"""
SLOW = """
import subprocess, sys, pathlib
child = subprocess.Popen(["sleep", "60"]); pathlib.Path({path!r}, "child").write_text(str(child.pid)); child.wait()
"""


@not_on_windows
def test_the_runner_reports_what_fails_and_goes_on(tmp_path, monkeypatch, capfd):
    programs = {"slow": SLOW.format(path=str(tmp_path)), "bad": "print('on its way'); raise SystemExit(3)", "silent": "", "good": GOOD}
    for name, text in programs.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    (tmp_path / "bad.json").write_text('{"an": "earlier result"}', encoding="utf-8")
    monkeypatch.setenv("BENCH_RESULTS", str(tmp_path))
    monkeypatch.setenv("BENCH_STARTED", str(time.time()))
    for module in (run, results):
        monkeypatch.setattr(module, "RESULTS", tmp_path)
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(run, "BENCHES", {name: run.Bench(name, "", "", 2 if name == "slow" else 60) for name in programs})
    monkeypatch.setattr(sys, "argv", ["run.py"])
    with pytest.raises(SystemExit) as end:
        run.main()
    assert end.value.code == 1
    text = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert "**slow**: stopped after 2 s." in text and "**bad**: exit code 3;" in text and "**silent**: it wrote no results." in text
    assert "| a step | this course | 1.00 s | 1.00 to 1.00 |  |" in text and "### good, by size" in text
    assert (tmp_path / "bad.txt").read_text(encoding="utf-8") == "on its way\n" and not (tmp_path / "bad.json").exists()
    assert "slow FAILED: stopped after 2 s" in capfd.readouterr().err
    state = Path("/proc", (tmp_path / "child").read_text(), "stat")
    assert not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"  # what it had started is ended, too


def test_every_bench_is_run_and_has_options_that_it_knows():
    parts = {"__init__", "picture", "run", "textbook", "trainers", "wrong_gradients", "right_gradients", "peer_checks", "gradient_tools"}
    modules = {f"bench.{path.stem}" for path in BENCH.glob("*.py") if path.stem not in parts}
    assert modules | {"tools.digits", "tools.mutation"} == {wanted.module for wanted in run.BENCHES.values()}
    for name, wanted in run.BENCHES.items():
        known = subprocess.run([sys.executable, "-m", wanted.module, "--help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for option in re.findall(r"--\S+", f"{wanted.options} {wanted.quick}"):
            assert option in known, (name, option)


# ---------------------------------------------------------------- the READMEs


@pytest.mark.parametrize("language", READMES)
def test_the_readme_shows_the_table_of_the_last_run(language):
    readme, text = READMES[language].read_text(encoding="utf-8"), (BENCH / "results.md").read_text(encoding="utf-8")
    assert run.with_table(readme, text, language) == readme, ".venv/bin/python -m bench.run --readme"


def test_the_numbers_of_both_readmes_are_those_of_the_table():
    numbers = {}
    text = (BENCH / "results.md").read_text(encoding="utf-8")
    for language, path in READMES.items():
        part = path.read_text(encoding="utf-8").partition(run.BEGIN)[2].partition(run.END)[0]
        lines = [line for line in part.splitlines() if line.startswith("| ")][1:]
        assert 8 <= len(lines) <= 16
        numbers[language] = [re.findall(r"\d+(?:\.\d+)?", " ".join(line.split("|")[2:])) for line in lines]
        in_table = re.findall(r"\d+(?:\.\d+)?", text)
        assert all(number in in_table for line in numbers[language] for number in line)
    assert numbers["en"] == numbers["zh"]


def test_a_run_in_which_a_bench_failed_is_not_published(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "RESULTS", tmp_path)
    monkeypatch.setattr(run, "ROOT", tmp_path)  # nothing may be written
    monkeypatch.setattr(run, "HERE", tmp_path)
    text = (BENCH / "results.md").read_text(encoding="utf-8").replace("\n## digits\n", "\n## other\n") + "\n**grading**: exit code 3.\n"
    (tmp_path / "results.md").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match="is not of a whole run: grading, digits failed or never ran"):
        run.publish()


def test_a_row_that_was_not_measured_is_named():
    text = (BENCH / "results.md").read_text(encoding="utf-8").replace("| training [2,10,5,1], 300 points | textbook |", "| gone | textbook |")
    with pytest.raises(SystemExit, match=r"no row 'training \[2,10,5,1\], 300 points' of 'textbook': run make bench first"):
        run.readme_table(text, "en")
