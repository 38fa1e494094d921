"""Compare gradient checks, in one run: what each says to every wrong gradient of wrong_gradients.py, and how long it takes.

Ours, notebook 4's exercise, SciPy, PyTorch and JAX, each for real and on the same cases; the NumPy-only forms of the peers
(peer_checks.py) are asked too and must agree. It all runs in .venv-peers, so that timings of ours and theirs alternate in one
process. --write puts the answers into bench/gradients.md; all results go to bench/results/gradients.json.
"""

import argparse
import functools
import itertools
import os
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402

from tools.environments import PEERS as PEERS_ENVIRONMENT  # noqa: E402
from tools.results import OURS as THIS_COURSE  # noqa: E402
from tools.results import heading, progress, row, table, versions, write  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
FURTHER = (1, 2, 3)  # seeds of the points at which a tool is asked again about what it missed
CONTROL = 100  # the first seed of the points at which right gradients are asked about
SIZES = {50: (6, 5, 2, 1), 5000: (66, 57, 20, 1)}  # number of parameters -> layers
CHUNKS = (1, 16)  # MB
LIMITS = [10.0**exponent for exponent in range(-3, -10, -1)]
KINDS = {  # kind of answer -> how the table's head says it
    "all": "names all wrong parameters", "some": "names some of them", "noticed": "notices, names none", "missed": "misses",
    "alarm": "says the same of the right gradient", "astray": "names a right one",
}
ABILITIES = {  # tool -> says which parameter, says how it is off, says what was not tested, goes to other points and data
    "gradient_check_n": ("no", "no", "no", "no"),
    "SciPy check_grad": ("no", "no", "no", "no"),
    "SciPy approx_derivative": ("no", "no", "no", "no"),
    "PyTorch gradcheck": ("the first that is wrong", "prints both Jacobians", "no", "no"),
    "PyTorch gradcheck, fast": ("the first that is wrong", "prints both Jacobians", "no", "no"),
    "JAX check_grads": ("no", "no", "no", "no"),
    "gradient_report of theta": ("yes", "yes", "yes", "points"),
    "gradient_report": ("yes", "yes", "yes", "points and data"),
}
PEERS = [tool for tool in ABILITIES if not tool.startswith("gradient_report")]  # the first three return a number


# ---------------------------------------------------------------- answers


def kind(said, rows, said_of_right):
    """Return the kind of an answer: see KINDS. rows: what is wrong; said_of_right: the answer to the right gradient there."""
    from .gradient_tools import UNNAMED

    if not said:
        return "missed"
    if said == said_of_right:
        return "alarm"
    if set(said) == set(rows):
        return "all"
    if said == [UNNAMED]:
        return "noticed"
    return "some" if set(said) < set(rows) else "astray"


def ask_about_wrong():
    """Return one record a wrong gradient: what each tool said of it and of the right one there, of which kind that is, and more.

    apart: the tools whose NumPy-only form says something else; further: whether a tool that missed it finds it elsewhere.
    """
    from .gradient_tools import NUMPY_ONLY, TOOLS, our_report
    from .wrong_gradients import WRONG

    records, of_right = [], {}
    for wrong in WRONG:
        rows, case = wrong.rows.split(), wrong.build()
        if wrong.network not in of_right:
            of_right[wrong.network] = {tool: ask(wrong.right()) for tool, ask in TOOLS.items()}
        said = {tool: ask(case) for tool, ask in TOOLS.items()}
        record = {"name": wrong.name, "rows": rows, "hidden": wrong.hidden, "said": said, "of_right": of_right[wrong.network],
                  "kind": {tool: kind(answer, rows, of_right[wrong.network][tool]) for tool, answer in said.items()},
                  "apart": [tool for tool, ask in NUMPY_ONLY.items() if ask(case) != said[tool]],
                  "reading": [f"{found.name}: {found.reading}" for found in our_report(case).rows if found.verdict == "wrong"]}
        record["further"] = {tool: found_further(TOOLS[tool], wrong, rows) for tool, found in record["kind"].items()
                             if found in ("missed", "alarm")}
        records.append(record)
    return records


def found_further(ask, wrong, rows):
    """Return whether a tool finds a wrong gradient when it is asked at other points, with other data."""
    for seed in FURTHER:
        said = ask(wrong.build(seed))
        if said and kind(said, rows, ask(wrong.right(seed))) != "alarm":
            return True
    return False


def ask_about_right(networks, theirs):
    """Return {"control": {tool: [right gradients, number called wrong]}, "random": ...}, and how often NumPy-only forms differ.

    The control has as many right gradients as there are wrong ones. networks: how many random ones for gradient_report; theirs:
    for the others, which take longer.
    """
    from .gradient_tools import NUMPY_ONLY, OURS, TOOLS
    from .right_gradients import random_network
    from .wrong_gradients import WRONG, Case

    control = [wrong.right(CONTROL + number) for number, wrong in enumerate(WRONG)]
    drawn = (case for seed in itertools.count() if finite(case := Case(*random_network(seed))))
    drawn = list(itertools.islice(drawn, networks))
    counts, apart = {"control": {}, "random": {}}, 0
    for tool, ask in TOOLS.items():
        for name, cases in (("control", control), ("random", drawn if tool == OURS else drawn[:theirs])):
            answers = [ask(case) for case in cases]
            counts[name][tool] = [len(cases), sum(map(bool, answers))]
            if tool in NUMPY_ONLY:
                apart += sum(NUMPY_ONLY[tool](case) != answer for case, answer in zip(cases, answers))
    return counts, apart


def finite(case):
    """Return whether there is a gradient at the point: not where the sigmoid is exactly 0 or 1 and the cost may be infinite."""
    return np.all(np.isfinite(case.gradient_at(case.theta))) and np.isfinite(case.cost_at(case.theta))


def sweep():
    """Return {tool: {limit: [wrong ones missed, right ones called wrong]}} of the tools that leave the verdict to a limit."""
    from .gradient_tools import gradient_check_n, relative_check_grad, scipy_check_derivative
    from .wrong_gradients import WRONG

    counts = {}
    for tool, measure in zip(PEERS, (gradient_check_n, relative_check_grad, scipy_check_derivative)):
        of_wrong = [measure(wrong.build()) for wrong in WRONG]
        of_right = [measure(wrong.right()) for wrong in {wrong.network: wrong for wrong in WRONG}.values()]
        of_right += [measure(wrong.right(CONTROL + number)) for number, wrong in enumerate(WRONG)]
        over = lambda values, limit: sum(bool(value > limit) for value in values)
        counts[tool] = {f"{limit:.0e}": [len(WRONG) - over(of_wrong, limit), over(of_right, limit)] for limit in LIMITS}
        counts["right"] = len(of_right)
    return counts


def counted(records, right):
    """Return the rows of how many wrong gradients each tool names every parameter of, and how many right ones it calls wrong."""
    from .gradient_tools import OURS

    rows = []
    for tool in records[0]["said"]:
        who, alarms = THIS_COURSE if tool == OURS else tool, [right[name][tool] for name in ("control", "random")]
        named = sum(record["kind"][tool] == "all" for record in records)
        asked, wrongly = map(sum, zip(*alarms))
        rows.append(row("wrong gradients, all wrong parameters named", who, [named], f"of {len(records)}"))
        rows.append(row("right gradients called wrong", who, [wrongly], f"of {asked}"))
    return rows


# ---------------------------------------------------------------- times and memory


def timed(functions, rounds):
    """Return {name: seconds of a call, one for each round}; the functions take turns.

    A measurement repeats a quick function until it lasts about 10 ms, as timeit does; the round before the first finds how often.
    """
    times, calls = {name: [] for name in functions}, dict.fromkeys(functions, 1)
    for number in range(rounds + 1):
        for name, function in functions.items():
            started = time.perf_counter()
            for _ in range(calls[name]):
                function()
            seconds = (time.perf_counter() - started) / calls[name]
            if number:
                times[name].append(seconds)
            else:
                calls[name] = max(1, int(0.01 / seconds))
    return times


def measure(what, functions, rounds):
    """Return the rows of functions that take turns; the others are divided by the first, which is ours."""
    times = {name: [1000 * seconds for seconds in values] for name, values in timed(functions, rounds).items()}
    ours = times[next(iter(functions))]
    return [row(what, name, values, "ms", beside=ours) for name, values in times.items()]


def network_of(size, m):
    """Return the Case of the right gradient of a network with `size` parameters and m examples."""
    from .wrong_gradients import Network

    return Network(SIZES[size], first=1, m=m).case({}, 0)


def measure_differences(rounds):
    """Return the rows of all shifted passes of a network, in a loop and batched, by number of parameters and examples."""
    from gradient_report import batched_differences, looped_differences

    rows = []
    for size in SIZES:
        for m in (20, 200):
            progress(f"shifted passes, {size} parameters, m = {m}")
            case = network_of(size, m)
            given = case.forward, case.parameters, case.X, case.Y
            repeats, what = rounds if size > 1000 else 5 * rounds, f"{size} parameters, m = {m}"
            rows += measure(f"all shifted passes, {what}", shifted_passes(case), repeats)
            functions = {THIS_COURSE: functools.partial(batched_differences, *given),
                         "loop": functools.partial(looped_differences, *given)}
            rows += measure(f"all differences, inputs checked, {what}", functions, repeats)
    return rows


def shifted_passes(case):
    """Return the functions that run the 2P shifted passes alone, batched and in a loop: what was passed in has been checked."""
    from gradient_report.point import STEP
    from gradient_report.problem import Network

    network = Network(case.forward, None, case.parameters, case.X, case.Y, case.lambd)
    point, entries = network.start(), np.arange(network.size)
    steps = STEP * np.maximum(1, np.abs(network.theta))
    shifts = point, np.concatenate((entries, entries)), np.concatenate((steps, -steps))
    return {THIS_COURSE: functools.partial(network.measure_batched, *shifts),
            "loop": functools.partial(network.measure_looped, *shifts)}


def measure_checks(rounds):
    """Return the rows of one whole check of a right gradient by each tool, by number of parameters."""
    from .gradient_tools import OURS, TOOLS

    rows = []
    for size in SIZES:
        progress(f"one check, {size} parameters")
        case = network_of(size, 20)
        functions = {THIS_COURSE: functools.partial(TOOLS[OURS], case)}
        functions |= {tool: functools.partial(ask, case) for tool, ask in TOOLS.items() if tool != OURS}
        rows += measure(f"one gradient check, {size} parameters, m = 20", functions, 2 if size > 1000 else rounds)
    return rows


def measure_memory():
    """Return the rows of the largest memory of the batched passes at two bounds for their arrays."""
    from gradient_report import batched_differences

    case, rows = network_of(5000, 200), []
    for chunk in CHUNKS:
        tracemalloc.start()
        batched_differences(case.forward, case.parameters, case.X, case.Y, chunk=chunk)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        rows.append(row("memory of all shifted passes, 5000 parameters, m = 200", f"chunk={chunk}", [peak], "MB"))
    return rows


# ---------------------------------------------------------------- the page


INTRODUCTION = """\
# What gradient checks say to wrong gradients

`.venv/bin/python -m bench.gradients --write` writes this page; it installs the peers into an environment of their own,
`.venv-peers`.

{wrong} wrong gradients as learners write them ([wrong_gradients.py](wrong_gradients.py)) are handed to each tool, as a cost and a
gradient at one point:

- our `gradient_report`, once with the functions of the network and once, as the others, with nothing but the cost and the
  gradient as functions of one vector ("of theta");
- the exercise of notebook 4, `gradient_check_n`: right below 2e-7;
- SciPy's `check_grad`: right below 1e-6 of the norm of the gradient (SciPy gives no limit), and `check_derivative` with its
  `approx_derivative`: right below 1e-6, as its documentation says;
- PyTorch's `gradcheck`, also with `fast_mode`, and JAX's `check_grads` (`modes=["rev"]`, `order=1`): with their default
  tolerances, in float64, each parameter an input of its own.

`gradient_report` draws further points itself, of a network also further examples; the others look at the point that they are
handed. What they still miss when {further} random points with other examples are handed to them as well has a column of its own.
"""


def markdown_table(head, rows):
    """Return the lines of a table in Markdown."""
    line = lambda cells: f"| {' | '.join(map(str, cells))} |"
    return [line(head), "|" + "---|" * len(head), *map(line, rows)]


def cell(record, tool):
    """Return what the table shows of an answer."""
    said, found = record["said"][tool], record["kind"][tool]
    if found == "all":
        return "**all**" if len(said) > 1 else f"**{said[0]}**"
    return {"missed": "-", "noticed": "noticed", "alarm": "same"}.get(found) or ", ".join(said)


def totals(records, right):
    """Return the table of how often each tool says what."""
    head = ["tool", *KINDS.values(), f"misses at {len(FURTHER)} further points too", "right gradients called wrong"]
    rows = []
    for tool in records[0]["said"]:
        kinds = [record["kind"][tool] for record in records]
        still = sum(not record["further"].get(tool, True) for record in records)
        alarms = ", ".join("{1} of {0}".format(*right[name][tool]) for name in ("control", "random"))
        rows.append([tool, *map(kinds.count, KINDS), still, alarms])
    return markdown_table(head, rows)


def page(found, missing, records, right, limits):
    """Return the page as lines. missing: the tools whose package cannot be installed."""
    tools = list(records[0]["said"])
    apart = sum(len(record["apart"]) for record in records) + right["apart"]
    asked = sum(len(records) + right["control"][tool][0] + right["random"][tool][0] for tool in tools if tool in PEERS)
    return [
        INTRODUCTION.format(wrong=len(records), further=len(FURTHER)),
        ", ".join([*(f"{name} {number}" for name, number in found.items()), *(f"without {tool}" for tool in missing)]), "",
        *totals(records, right), "",
        "Right gradients: first those of the same networks at other points, then those of random networks of 1 to 5 layers, some",
        "of them nearly saturated, at a kink, or with layers of zeros. Where a tool says the same of the right gradient, it has",
        "told nothing.", "",
        *markdown_table(["tool", "says which parameter", "says how it is off", "says what was not tested", "tries other"],
                        [[tool, *ABILITIES[tool]] for tool in tools]), "",
        "The NumPy-only forms of the peers' checks ([peer_checks.py](peer_checks.py)) gave another answer than the real ones",
        f"{apart} times in {asked}.", "",
        "## No limit is right", "",
        f"The tools that return a number: wrong gradients missed of {len(records)}, and right ones called wrong of",
        f"{limits['right']}, by where the limit is set.", "",
        *markdown_table(["tool", *limits[PEERS[0]]],
                        [[tool, *(f"{missed}, {alarms}" for missed, alarms in limits[tool].values())] for tool in PEERS[:3]]), "",
        "## Every wrong gradient", "",
        "In bold: exactly the wrong parameters are named. A name that is not bold: one of several. `-`: called right. `same`:",
        "the right gradient is called wrong there too.", "",
        *markdown_table(["wrong gradient", "wrong in", *tools], [
            [record["name"], " ".join(record["rows"]), *(cell(record, tool) for tool in tools)] for record in records]),
        "", "What the point handed over cannot show:", "",
        *(f"- {record['name']}: {record['hidden']}" for record in records if record["hidden"]), "",
        "## How gradient_report says it", "",
        *markdown_table(["wrong gradient", "reading"], [[record["name"], "; ".join(record["reading"])] for record in records]),
    ]


# ---------------------------------------------------------------- running


def inside(options):
    """Do the work; this runs in .venv-peers."""
    from . import gradient_tools

    for tool in gradient_tools.MISSING:
        progress(f"{tool} is missing: its package cannot be installed here")
    found = versions("numpy", "scipy", "torch", "jax")
    progress("wrong gradients")
    records = ask_about_wrong()
    progress("right gradients")
    counts, apart = ask_about_right(*((100, 30) if options.quick else (1000, 50)))
    right, limits = {**counts, "apart": apart}, sweep()
    rounds = 2 if options.quick else 5
    rows = counted(records, right) + measure_differences(rounds) + measure_checks(rounds) + measure_memory()
    write("gradients", rows, found, wrong=records, right=right, limits=limits, missing=gradient_tools.MISSING)
    text = "\n".join(page(found, gradient_tools.MISSING, records, right, limits)) + "\n"
    if options.write:
        (ROOT / "bench" / "gradients.md").write_text(text, encoding="utf-8")
    print(heading(found), "", *table(rows), "", *([] if options.write else [text]), sep="\n")
    faults = {"not named": [record["name"] for record in records if record["kind"][gradient_tools.OURS] != "all"],
              "right ones called wrong": sum(right[name][gradient_tools.OURS][1] for name in ("control", "random")),
              "NumPy-only forms apart": [record["name"] for record in records if record["apart"]]}
    if any(faults.values()):
        sys.exit(f"not as it shall be: {faults}")


def main():
    parser = argparse.ArgumentParser(description="Compare gradient checks on wrong gradients, and measure them.")
    parser.add_argument("--quick", action="store_true", help="fewer right gradients and rounds")
    parser.add_argument("--write", action="store_true", help="write the answers to bench/gradients.md")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return inside(options)
    PEERS_ENVIRONMENT.install()
    sys.exit(subprocess.run([PEERS_ENVIRONMENT.python, "-m", "bench.gradients", "--inside", *sys.argv[1:]], cwd=ROOT).returncode)


if __name__ == "__main__":
    main()
