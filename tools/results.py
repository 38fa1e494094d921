"""What is shared by all that measures: machine and versions, the rows that go to bench/results/NAME.json, their tables.

A row says what was done, who did it, and what came of all rounds: {"what", "who", "median", "low", "high", "unit", "runs"}, low
and high being the least and the most. Optional: "at", the size at which a row is a point of a curve; "ratio", [median, low, high]
of the quotient by ours round by round, which a slow spell of the machine touches less than the quotient of two medians.
"""

import json
import math
import os
import platform
import re
import statistics
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(os.environ.get("BENCH_RESULTS", Path(__file__).resolve().parent.parent / "bench" / "results"))
OURS = "this course"
HEAD = "| what | who | median | low to high | times ours |"
started = float(os.environ.get("BENCH_STARTED", time.time()))  # bench/run.py says when the first bench was started


def count(text):
    """Return a whole number of at least 1 from a command line."""
    if (number := int(text)) < 1:
        raise ValueError
    return number


def machine():
    """Return the processor, the cores and the system in one line."""
    name = platform.processor() or platform.machine()
    with_models = Path("/proc/cpuinfo")
    if with_models.exists():
        models = re.findall(r"^model name\s*: *(.+)$", with_models.read_text(encoding="utf-8"), re.MULTILINE)
        name = f"{models[0].strip()}, {name}" if models else name
    return f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def versions(*packages):
    """Return the versions of Python and of the packages, of those that are installed, as {name: version}."""
    found = {"Python": platform.python_version()}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def heading(found):
    """Return the line above a table: the machine and the versions."""
    return f"{machine()}; {', '.join(f'{name} {number}' for name, number in found.items())}"


def row(what, who, values, unit, at=None, beside=None):
    """Return the row of some measured values.

    at: the size, where the row is a point of a curve; beside: our values of the same rounds, for the ratio to them.
    """
    made = {"what": what, "who": who, "median": statistics.median(values), "low": min(values), "high": max(values), "unit": unit,
            "runs": len(values)}
    if at is not None:
        made["at"] = at
    if beside is not None:
        quotients = [value / ours for value, ours in zip(values, beside, strict=True)]
        made["ratio"] = [statistics.median(quotients), min(quotients), max(quotients)]
    return made


def write(bench, rows, found, **more):
    """Write the results of a bench to bench/results/NAME.json. found: the versions; more: what else is worth keeping."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    content = {"bench": bench, "machine": machine(), "versions": found, "rows": rows, **more}
    path = RESULTS / f"{bench}.json"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read(bench):
    """Return what a bench wrote."""
    return json.loads((RESULTS / f"{bench}.json").read_text(encoding="utf-8"))


def short(value):
    """Return a number with three digits, without an exponent; a whole number as it is."""
    if isinstance(value, int):
        return str(value)
    decimals = 2 - math.floor(math.log10(abs(value))) if value else 0
    return f"{value:.{max(0, decimals)}f}"


def table(rows):
    """Return Markdown lines for rows, each number with its unit."""
    lines = [HEAD, "|---|---|---|---|---|"]
    for made in rows:
        what = f"{made['what']}: {made['at']}" if "at" in made else made["what"]
        ratio = short(made["ratio"][0]) if "ratio" in made and made["who"] != OURS else ""
        median, low, high = (short(made[key]) for key in ("median", "low", "high"))
        lines.append(f"| {what} | {made['who']} | {median} {made['unit']} | {low} to {high} | {ratio} |")
    return lines


def progress(text):
    """Say on stderr how far a bench is."""
    print(f"[{time.time() - started:5.0f} s] {text}", file=sys.stderr, flush=True)
