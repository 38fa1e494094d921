"""Run all benches of the project, one after the other, and put what they measured into one table and one figure: `make bench`.

Each bench is a program of its own, which writes bench/results/NAME.json; here it gets the options that keep the whole within a
quarter of an hour, and a time after which it is stopped. One that fails is reported, the others go on, and the exit code is 1.
The table is bench/results/results.md, the figure bench/results/bench.png, what each bench printed bench/results/NAME.txt.
`python -m bench.run --readme` publishes them as they stand: bench/results.md, docs/bench.png and the table in the READMEs.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from tools.results import OURS, RESULTS, progress, read, table

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TABLE, FIGURE = "results.md", "bench.png"


class Bench(NamedTuple):
    """A bench: the module that is it, its options, those for a quick look, and the seconds after which it is stopped."""

    module: str
    options: str
    quick: str
    seconds: int


BENCHES = {
    "training": Bench("bench.training", "--rounds 3 --seconds 0.1", "--rounds 2 --most 2000 --seconds 0.03", 500),
    "gradients": Bench("bench.gradients", "", "--quick", 500),
    "grading": Bench("bench.grading", "--rounds 3 --calls 100", "--rounds 1 --calls 20", 180),
    "classes": Bench("bench.classes", "--sizes 10,30,100,300 --nbgrader 10 --nbgrader-sizes 3,10 --rounds 2",
                     "--sizes 10,30 --nbgrader 2 --nbgrader-sizes 3 --rounds 1", 500),
    "mutation": Bench("tools.mutation", "--every 40 --jobs 2", "--every 100 --jobs 2", 300),
    "processes": Bench("bench.processes", "--rounds 2", "--rounds 1", 300),
    "digits": Bench("tools.digits", "--quick", "--quick --notebook 1", 500),
}


def run(name, module, options, seconds):
    """Run the bench `name`; return None, or what went wrong."""
    (RESULTS / f"{name}.json").unlink(missing_ok=True)  # what stands there afterwards was measured in this run
    command = [sys.executable, "-m", module, *options.split()]
    progress(f"{name}: python -m {module} {options}".rstrip())
    with open(RESULTS / f"{name}.txt", "wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, start_new_session=True)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            return f"stopped after {seconds} s"
        finally:
            if process.poll() is None:  # too slow, or this program was interrupted: end it with all that it has started
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if code:
        return f"exit code {code}; bench/results/{name}.txt has what it printed"
    if not (RESULTS / f"{name}.json").exists():
        return "it wrote no results"
    return None


def found():
    """Return {name: what it wrote} of the benches whose results are there."""
    return {name: read(name) for name in BENCHES if (RESULTS / f"{name}.json").exists()}


def page(results, failed):
    """Return the table of all benches as lines. failed: {name: what went wrong}."""
    machines = dict.fromkeys(result["machine"] for result in results.values())
    packages = dict.fromkeys(f"{name} {number}" for result in results.values() for name, number in result["versions"].items())
    lines = ["# What the benches measured", "", "; ".join(machines), "", ", ".join(packages), "",
             "`make bench` runs them again. Medians, and the least and the most of all rounds; rounds of what is compared are",
             "interleaved. *Times ours* is the median of the rounds' own ratios to this course: above 1, this course takes less."]
    for name, result in results.items():
        lines += ["", f"## {name}", "", *table([row for row in result["rows"] if "at" not in row])]
        if sized := [row for row in result["rows"] if "at" in row]:
            lines += ["", f"### {name}, by size", "", *table(sized)]
    for name, reason in failed.items():
        lines += ["", f"**{name}**: {reason}."]
    return lines


def assemble(failed):
    """Write the table and draw the figure from the results that are there."""
    from .picture import draw  # matplotlib takes its time; a wrong option should not

    results = found()
    (RESULTS / TABLE).write_text("\n".join(page(results, failed)) + "\n", encoding="utf-8")
    draw([row for result in results.values() for row in result["rows"]], RESULTS / FIGURE)


# ---------------------------------------------------------------- the READMEs

BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"
HEADS = {
    "en": "| medians, and from the least to the most | this course | beside it | takes … times as long |\n|---|---|---|---|",
    "zh": "| 中位数（最小到最大） | 本课程 | 相比的一方 | 用时是本课程的几倍 |\n|---|---|---|---|",
}
def _shown():
    """Yield the rows of the READMEs' table: what, who, and the words for both in each language."""
    for layers, points in (("[2,10,5,1]", 300), ("[2,20,3,1]", 211)):
        for who in ("textbook", "scikit-learn MLPClassifier", "PyTorch, nn.Sequential", "PyTorch, functions"):
            zh = {"textbook": "教科书写法"}.get(who, who.replace(", ", "，").replace("functions", "只用函数"))
            words = {"en": (f"a step of training, {layers}, {points} points", who),
                     "zh": (f"训练一步，{layers}，{points} 个点", zh)}
            yield f"training {layers}, {points} points", who, words
    for who in ("SciPy check_grad", "PyTorch gradcheck"):
        words = {"en": ("checking a gradient, 5000 parameters", who), "zh": ("检验一个梯度，5000 个参数", who)}
        yield "one gradient check, 5000 parameters, m = 20", who, words
    who = "PyTorch gradcheck"
    words = {"en": ("wrong gradients, every wrong parameter named", who), "zh": ("错误的梯度，错的参数全都指出", who)}
    yield "wrong gradients, all wrong parameters named", who, words
    for who in ("gradient_check_n", "SciPy check_grad", "PyTorch gradcheck"):
        words = {"en": ("right gradients, called wrong", who), "zh": ("正确的梯度，却说成错的", who)}
        yield "right gradients called wrong", who, words
    who = "nbgrader validate"
    words = {"en": ("grading a notebook, ten functions", who), "zh": ("评一份笔记本，十个函数", who)}
    yield "grading a notebook with tests of ten functions", who, words
    who = "nbgrader autograde"
    words = {"en": ("grading a class of 10, for each submission", who), "zh": ("评 10 人的班，平均每份作业", who)}
    yield "grading a class, all right of 10: a submission", who, words


SHOWN = list(_shown())
ZH = {"us a step": "微秒", "ms": "毫秒", "s": "秒"}


class Row(NamedTuple):
    """A row of the published table: its cells as they stand there."""

    what: str
    who: str
    median: str
    spread: str
    ratio: str


def published(text):
    """Return the rows of bench/results.md."""
    rows = [Row(*cells) for line in text.splitlines() if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 5]
    return {(row.what, row.who): row for row in rows}


def cell(row, language):
    """Return the median and the spread of a row in a language; a count, "80 of 80", has none."""
    number, _, unit = row.median.partition(" ")
    low, _, high = row.spread.partition(" to ")
    if unit.startswith("of "):
        return f"{number} / {unit.removeprefix('of ')}" if language == "zh" else row.median
    if language == "zh":
        return f"{number} {ZH[unit]}（{low} 到 {high}）"
    return f"{number} {unit.removesuffix(' a step').replace('us', 'µs')} ({low} to {high})"


def readme_table(text, language):
    """Return the READMEs' part between the two markers, from the text of bench/results.md."""
    rows = published(text)
    lines, above = [HEADS[language]], None
    for what, who, words in SHOWN:
        for wanted in (who, OURS):
            if (what, wanted) not in rows:
                sys.exit(f"bench/results.md has no row {what!r} of {wanted!r}: run make bench first, all of it")
        name, peer = words[language]
        row = rows[what, who]
        between = "：" if language == "zh" else ": "
        first = f"{name} | {cell(rows[what, OURS], language)}" if what != above else "|"
        lines.append(f"| {first} | {peer}{between}{cell(row, language)} | {row.ratio} |")
        above = what
    machine, packages = text.split("\n\n")[1:3]
    return "\n".join([*lines, "", f"{machine}; {packages}"])


def with_table(readme, text, language):
    """Return the text of a README with the table of bench/results.md between its two markers."""
    start, _, end = re.split(f"(?<={BEGIN}\n)(.*)(?={END})", readme, flags=re.DOTALL)
    return f"{start}{readme_table(text, language)}\n{end}"


def publish():
    """Put the table, the figure and the READMEs' part of the table where git keeps them."""
    text = (RESULTS / TABLE).read_text(encoding="utf-8")
    if missing := [name for name in BENCHES if f"\n## {name}\n" not in text or f"\n**{name}**: " in text]:
        sys.exit(f"bench/results/{TABLE} is not of a whole run: {', '.join(missing)} failed or never ran")
    shutil.copyfile(RESULTS / FIGURE, ROOT / "docs" / "bench.png")
    (HERE / TABLE).write_text(text, encoding="utf-8")
    for path, language in ((ROOT / "README.md", "en"), (ROOT / "README.zh.md", "zh")):
        path.write_text(with_table(path.read_text(encoding="utf-8"), text, language), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description="Run all benches and put their results into one table and one figure.")
    parser.add_argument("--only", action="append", choices=BENCHES, help="only this one, which may be repeated")
    parser.add_argument("--quick", action="store_true", help="a few minutes in all: shows that the benches work, measures little")
    parser.add_argument("--readme", action="store_true", help="run nothing: publish the results that are there")
    options = parser.parse_args()
    if options.readme:
        return publish()
    os.environ.setdefault("BENCH_STARTED", str(time.time()))  # all lines of progress count from here
    RESULTS.mkdir(parents=True, exist_ok=True)
    failed = {}
    for name in options.only or BENCHES:
        bench = BENCHES[name]
        if reason := run(name, bench.module, bench.quick if options.quick else bench.options, bench.seconds):
            failed[name] = reason
            progress(f"{name} FAILED: {reason}")
    assemble(failed)
    progress(f"bench/results/{TABLE} and {FIGURE} are written" + (f"; failed: {', '.join(failed)}" if failed else ""))
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
