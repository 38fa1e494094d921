"""Measure, in one run, whole processes: nbval over the four solutions, and the training of each model.

The interpreter and its imports are included; bench/training.py measures the training alone, beside others. The rounds are
interleaved, so that a slow spell of the machine touches all of them. Quote medians and compare within one run only.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from results import OURS, count, heading, progress, row, table, versions, write

ROOT = Path(__file__).resolve().parent.parent
CIRCLES = "import fast_network as f, init_utils as u; X, Y, _, _ = u.load_dataset(); "
CURRENTS = "import fast_network as f, reg_utils as u; X, Y, _, _ = u.load_2D_dataset(); "
SNEAKERS = "import dnn_utils as u, fast_network as f; x, Y, *_ = u.load_data(); X = x.reshape(len(x), -1).T / 255; "
NBVAL = "import sys, pytest; sys.exit(pytest.main(['--nbval', '-q', '-n', '2', '--dist', 'loadscope', 'notebooks/solutions']))"
TASKS = {  # name -> program
    "nbval, four solutions, 2 workers": NBVAL,
    "import dnn_utils": "import dnn_utils",
    "notebook 1: two layers, 1000 steps": SNEAKERS + "f.fast_two_layer_model(X, Y, [784, 7, 1], 0.075, 1000)",
    "notebook 1: four layers, 1500 steps": SNEAKERS + "f.fast_L_layer_model(X, Y, [784, 20, 7, 5, 1], 0.02, 1500)",
    "notebook 2: He, 15000 steps": CIRCLES + "f.fast_init_model(X, Y, print_cost=False)",
    "notebook 3: plain, 30000 steps": CURRENTS + "f.fast_reg_model(X, Y, print_cost=False)",
    "notebook 3: L2, 30000 steps": CURRENTS + "f.fast_reg_model(X, Y, print_cost=False, lambd=0.7)",
    "notebook 3: dropout, 30000 steps": CURRENTS + "f.fast_reg_model(X, Y, print_cost=False, keep_prob=0.86)",
}


def measure(program):
    """Run `program` in a fresh interpreter; return its wall seconds and the peak memory of its largest process in MB."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)  # the usage of this process and of those that it waited for
        seconds = time.perf_counter() - started
        if status:
            output.seek(0)
            sys.exit(f"this program failed: {program}\n{output.read().decode()}")
    return seconds, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description="Measure the notebooks and the models (Linux, macOS).")
    parser.add_argument("--rounds", type=count, default=3, help="how often everything is measured; by default 3 times")
    parser.add_argument("--only", default="", metavar="TEXT", help="only what has this in its name")
    options = parser.parse_args()
    tasks = {name: program for name, program in TASKS.items() if options.only in name}
    if not tasks:
        parser.error(f"nothing has {options.only!r} in its name; there are: {'; '.join(TASKS)}")
    results = {name: [] for name in tasks}
    for number in range(options.rounds):
        progress(f"round {number + 1} of {options.rounds}")
        for name, program in tasks.items():
            results[name].append(measure(program))
    rows = []
    for name, runs in results.items():
        seconds, peaks = zip(*runs)
        rows += [row(name, OURS, seconds, "s"), row(f"{name}: memory", OURS, peaks, "MB")]
    found = versions("numpy", "nbval", "pytest")
    write("notebooks", rows, found)
    print(heading(found), "", *table(rows), sep="\n")


if __name__ == "__main__":
    main()
