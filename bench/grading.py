"""Measure the grader, in one run: whole processes beside `nbgrader validate` on the same notebook, and check() in a kernel.

nbgrader is installed into an environment of its own, .venv-nbgrader, when that is not there yet. The rounds are interleaved,
so that a slow spell of the machine touches everything; compare within one run only.
"""

import argparse
import contextlib
import inspect
import io
import json
import linecache
import os
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

from tools.environments import NBGRADER
from tools.results import OURS, count, heading, progress, row, table, versions, write

ROOT = Path(__file__).resolve().parent.parent
SOLVED = ROOT / "notebooks" / "solutions" / "1_dnn_step_by_step.ipynb"
STUB = ROOT / "notebooks" / "1_dnn_step_by_step.ipynb"
CALLS = 200
EQUAL = "grading a notebook with tests of ten functions"  # which both tools can grade

WRONG = {  # function -> its text, and what a learner wrote instead
    "initialize_parameters": ("np.random.randn(n_h, n_x) * 0.01", "np.random.randn(n_h, n_x)"),
    "linear_forward": ("W @ A + b", "W @ A"),
    "compute_cost": ("-1 / m * np.sum", "-1 * np.sum"),
    "linear_backward": ("db = 1 / m * np.sum", "db = np.sum"),
    "update_parameters": ('- learning_rate * grads["db"', '+ learning_rate * grads["db"'),
}
UNEXPLAINED = {  # wrong in a way that no small change of the reference gives: the search runs to its end
    "initialize_parameters": ("np.random.randn(n_h, n_x) * 0.01", "np.random.randn(n_h, n_x) ** 3 * 0.07"),
    "linear_forward": ("W @ A + b", "np.tanh(W @ A) + b ** 3"),
    "compute_cost": ("-1 / m * np.sum(logprobs)", "np.sum(np.tanh(logprobs)) ** 2"),
    "linear_backward": ("db = 1 / m * np.sum", "db = np.cos(m) * np.sum"),
    "update_parameters": ('- learning_rate * grads["db"', '- np.tanh(learning_rate) ** 2 * grads["db"'),
}

# ---------------------------------------------------------------- the notebook that both tools can grade

HELPERS = ("sigmoid", "relu", "sigmoid_backward", "relu_backward")
TESTS = {  # the published values, as the solution of notebook 1 prints them
    "initialize_parameters": """
        p = initialize_parameters(3, 2, 1)
        near(p["W1"], [[0.01624345, -0.00611756, -0.00528172], [-0.01072969, 0.00865408, -0.02301539]])
        near(p["W2"], [[0.01744812, -0.00761207]])
        assert p["b1"].shape == (2, 1) and p["b2"].shape == (1, 1) and not p["b1"].any() and not p["b2"].any()""",
    "initialize_parameters_deep": """
        p = initialize_parameters_deep([5, 4, 3])
        near(p["W1"][0], [0.01788628, 0.0043651, 0.00096497, -0.01863493, -0.00277388])
        near(p["W2"][2], [-0.00768836, -0.00230031, 0.00745056, 0.01976111])
        assert p["b1"].shape == (4, 1) and p["b2"].shape == (3, 1) and not p["b1"].any() and not p["b2"].any()""",
    "linear_forward": """
        near(linear_forward(*linear_forward_test_case())[0], [[3.26295337, -1.23429987]])""",
    "linear_activation_forward": """
        A_prev, W, b = linear_activation_forward_test_case()
        near(linear_activation_forward(A_prev, W, b, "sigmoid")[0], [[0.96890023, 0.11013289]])
        near(linear_activation_forward(A_prev, W, b, "relu")[0], [[3.43896131, 0]])""",
    "L_model_forward": """
        AL, caches = L_model_forward(*L_model_forward_test_case())
        near(AL, [[0.17007265, 0.2524272]])
        assert len(caches) == 2""",
    "compute_cost": """
        Y, AL = compute_cost_test_case()
        near(compute_cost(AL, Y), 0.414931599615397)""",
    "linear_backward": """
        dA_prev, dW, db = linear_backward(*linear_backward_test_case())
        near(dA_prev, [[0.51822968, -0.19517421], [-0.40506361, 0.15255393], [2.37496825, -0.89445391]])
        near(dW, [[-0.10076895, 1.40685096, 1.64992505]])
        near(db, [[0.50629448]])""",
    "linear_activation_backward": """
        dA, cache = linear_activation_backward_test_case()
        dA_prev, dW, db = linear_activation_backward(dA, cache, "sigmoid")
        near(dA_prev, [[0.11017994, 0.01105339], [0.09466817, 0.00949723], [-0.05743092, -0.00576154]])
        near(dW, [[0.10266786, 0.09778551, -0.01968084]])
        near(db, [[-0.05729622]])
        dA_prev, dW, db = linear_activation_backward(dA, cache, "relu")
        near(dA_prev, [[0.44090989, 0], [0.37883606, 0], [-0.2298228, 0]])
        near(dW, [[0.44513824, 0.37371418, -0.10478989]])
        near(db, [[-0.20837892]])""",
    "L_model_backward": """
        grads = L_model_backward(*L_model_backward_test_case())
        near(grads["dW1"], [[0.41010002, 0.07807203, 0.13798444, 0.10502167], [0, 0, 0, 0],
                            [0.05283652, 0.01005865, 0.01777766, 0.0135308]])
        near(grads["db1"], [[-0.22007063], [0], [-0.02835349]])
        near(grads["dA1"], [[0.12913162, -0.44014127], [-0.14175655, 0.48317296], [0.01663708, -0.05670698]])""",
    "update_parameters": """
        p = update_parameters(*update_parameters_test_case(), 0.1)
        near(p["W1"], [[-0.59562069, -0.09991781, -2.14584584, 1.82662008],
                       [-1.76569676, -0.80627147, 0.51115557, -1.18258802],
                       [-1.0535704, -0.86128581, 0.68284052, 2.20374577]])
        near(p["b1"], [[-0.04659241], [-1.28888275], [0.53405496]])
        near(p["W2"], [[-0.55569196, 0.0354055, 1.32964895]])
        near(p["b2"], [[-0.84610769]])""",
}
NEAR = "def near(value, published):\n    np.testing.assert_allclose(value, published, rtol=1e-6, atol=1e-8)\n"


def code_cell(source, **marks):
    """Return a code cell; marks: what nbgrader has to know of it."""
    nbgrader = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False, **marks}
    return {"cell_type": "code", "execution_count": None, "id": marks.get("grade_id", "head").replace("_", "-"),
            "metadata": {"nbgrader": nbgrader} if marks else {}, "outputs": [], "source": source}


def equal_notebook():
    """Return a notebook with the ten functions of notebook 1, solved, and an nbgrader test of each with the published values."""
    import testCases
    from grader import reference

    cases = [inspect.getsource(getattr(testCases, name)) for name in ("_draw", *(f"{name}_test_case" for name in TESTS))
             if hasattr(testCases, name)]
    helpers = [reference.function_source(f"dnn_utils.{name}") for name in HELPERS]
    cells = [code_cell("\n\n".join(["import numpy as np", NEAR, *helpers, *cases]))]
    for name, test in TESTS.items():
        cells.append(code_cell(reference.solved(reference.function_source(f"dnn_utils.{name}")), solution=True, grade_id=name))
        cells.append(code_cell(textwrap.dedent(test).strip(), grade=True, locked=True, points=10, grade_id=f"test_{name}"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def changed_notebook(changes):
    """Return the solved notebook 1 with some functions changed: {function: (text, other text)}."""
    notebook = json.loads(SOLVED.read_text(encoding="utf-8"))
    for name, (old, new) in changes.items():
        cells = [cell for cell in notebook["cells"] if "".join(cell["source"]).startswith(f"def {name}(")]
        source = "".join(cells[0]["source"])
        if len(cells) != 1 or source.count(old) != 1:
            sys.exit(f"{SOLVED.name}: {name} has no {old!r}")
        cells[0]["source"] = source.replace(old, new)
    return notebook


# ---------------------------------------------------------------- whole processes


def measure(command, code=0, said=""):
    """Run a command; return its wall seconds and the peak memory of its largest process in MB. It must end and speak as told."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), cwd=ROOT, env=environment, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)  # the usage of this process and of those that it waited for
        seconds = time.perf_counter() - started
        output.seek(0)
        text = output.read().decode()
        if os.waitstatus_to_exitcode(status) != code or said not in text:
            sys.exit(f"{' '.join(map(str, command))}: exit {os.waitstatus_to_exitcode(status)}, expected {code}\n{text}")
    return seconds, usage.ru_maxrss / 1024


def write_notebooks(folder):
    """Write the notebooks that are measured and are not in the course."""
    made = {"equal": equal_notebook(), "wrong": changed_notebook(WRONG), "unexplained": changed_notebook(UNEXPLAINED)}
    for name, notebook in made.items():
        (Path(folder) / f"{name}.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def tasks(folder):
    """Return {(what, who): (command, exit code, text in the output)}."""
    # in a process of its own: a process counts the memory of the one that starts it as its own, so this one stays small
    subprocess.run([sys.executable, "-m", "bench.grading", "--write-notebooks", folder], cwd=ROOT, check=True)
    paths = {name: folder / f"{name}.ipynb" for name in ("equal", "wrong", "unexplained")}
    check = lambda path: [sys.executable, "-m", "grader", "check", path]
    return {
        ("starting Python", "Python"): ([sys.executable, "-c", "pass"], 0, ""),
        ("starting Python with NumPy", "Python"): ([sys.executable, "-c", "import numpy"], 0, ""),
        ("grading notebook 1, solved", OURS): (check(SOLVED), 0, "100/100"),
        ("grading notebook 1, a stub", OURS): (check(STUB), 1, "0/100"),
        ("grading notebook 1, five functions wrong", OURS): (check(paths["wrong"]), 1, "50/100"),
        ("grading notebook 1, five functions wrong, cause unknown", OURS): (check(paths["unexplained"]), 1, "50/100"),
        (EQUAL, OURS): (check(paths["equal"]), 0, "100/100"),
        (EQUAL, "nbgrader validate"): ([NBGRADER.programs / "nbgrader", "validate", paths["equal"]], 0, "Success"),
    }


def processes(rounds):
    """Measure the whole processes and return their rows."""
    with tempfile.TemporaryDirectory() as folder:
        todo = tasks(Path(folder))
        for command in todo.values():  # once, so that everything is in the cache
            measure(*command)
        results = {name: [] for name in todo}
        for number in range(rounds):
            progress(f"whole processes, round {number + 1} of {rounds}")
            for name, command in todo.items():
                results[name].append(measure(*command))
    rows = []
    for (what, who), runs in results.items():
        for number, (unit, kind) in enumerate((("s", ""), ("MB", ": memory"))):
            ours = [run[number] for run in results[what, OURS]] if (what, OURS) in results else None
            rows.append(row(what + kind, who, [run[number] for run in runs], unit, beside=ours))
    return rows


# ---------------------------------------------------------------- check() in a kernel


def define(name, source, namespace):
    """Define a function in a namespace as a cell does: its source can be found."""
    file = f"<cell {name} {len(linecache.cache)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    exec(compile(source, file, "exec"), namespace)


def time_calls(namespace, answers, calls, right):
    """Return (milliseconds, function) of `calls` checks of the answers (function, source) in turn; `right` says what they are."""
    found = []
    for n in range(calls):
        name, source = answers[n % len(answers)]
        define(name, source, namespace)
        started = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(f"check({name})", namespace)
        found.append((1000 * (time.perf_counter() - started), name))
        if ("/ correct" in said.getvalue()) != right:
            sys.exit(f"this answer is {'right' if right else 'wrong'}:\n{source}\nbut check says\n{said.getvalue()}")
    return found


def in_kernel(notebook, calls):
    """Print, as JSON, how long check() takes on the functions of one notebook, in this process."""
    import importlib

    from grader.cells import check

    started = time.perf_counter()
    from grader import reference
    from grader.diagnose import edited
    from grader.questions import notebooks

    loading = 1000 * (time.perf_counter() - started)
    entries = notebooks()[notebook]
    sources = {question.name: reference.solved(reference.function_source(question.path)) for question in entries}
    namespace = {"__name__": "__main__", "check": check, "np": importlib.import_module("numpy")}
    namespace |= {name: value for name, value in vars(importlib.import_module(entries[0].module)).items() if name[0] != "_"}
    for name, source in sources.items():
        define(name, source, namespace)
    first = time_calls(namespace, [next(iter(sources.items()))], 1, True)
    right = time_calls(namespace, list(sources.items()), calls, True)
    wrong = []
    for question in entries:
        answers = [(question.name, edited(sources[question.name], mistake.edits)) for mistake in question.mistakes]
        wrong += time_calls(namespace, answers, max(1, calls // len(entries)), False)
        define(question.name, sources[question.name], namespace)
    print(json.dumps({"first": first[0][0] + loading, "right": right, "wrong": wrong}))


def kernel(calls):
    """Measure that many calls of check() on the functions of each notebook, in a process of its own; return the rows."""
    from grader.questions import MODULES

    rows = []
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "COURSE_LANG": ""}
    for notebook in MODULES:
        progress(f"check() in {notebook}")
        command = [sys.executable, "-m", "bench.grading", "--in-kernel", notebook, "--calls", str(calls)]
        found = json.loads(subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True).stdout)
        each = {}
        for ms, name in found["wrong"]:
            each.setdefault(name, []).append(ms)
        medians = {name: statistics.median(some) for name, some in each.items()}
        slow = max(medians, key=medians.get)
        rows.append(row(f"check() in {notebook}, the first call", OURS, [found["first"]], "ms"))
        for kind in ("right", "wrong"):
            rows.append(row(f"check() in {notebook}, {kind} answers", OURS, [ms for ms, _ in found[kind]], "ms"))
        rows.append(row(f"check() in {notebook}, wrong answers to {slow}, the slowest", OURS, each[slow], "ms"))
    return rows


def main():
    parser = argparse.ArgumentParser(description="Measure the grader (Linux, macOS).")
    parser.add_argument("--rounds", type=count, default=5, help="how often everything is measured; by default 5 times")
    parser.add_argument("--calls", type=count, default=CALLS, help=f"calls of check() for each answer; by default {CALLS}")
    parser.add_argument("--in-kernel", metavar="NOTEBOOK", help=argparse.SUPPRESS)
    parser.add_argument("--write-notebooks", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write_notebooks:
        return write_notebooks(options.write_notebooks)
    if options.in_kernel:
        return in_kernel(options.in_kernel, options.calls)
    NBGRADER.install()
    found = versions("numpy") | {"nbgrader": NBGRADER.versions()["nbgrader"]}
    rows = processes(options.rounds) + kernel(options.calls)
    write("grading", rows, found)
    print(heading(found), "", *table(rows), sep="\n")


if __name__ == "__main__":
    main()
