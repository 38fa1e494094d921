"""Tabulate how many digits of every number that the solutions print are the same everywhere: `python -m tools.digits`.

The cells of the four solutions run as on several machines: NumPy of this environment and of .venv-lowest, the kernels that
OpenBLAS has for older processors, the loops and the C library's functions that NumPy would use there, one BLAS thread and two.
What a cell prints is looked at before it is rounded: f-strings, `print`, `"...".format` and `round` are rewritten, in the cells
and in the modules of the course, so that the value behind each printed number is noted, in full. Then

    agreeing digits = -log10((largest - smallest) / largest size)  over all machines, at most 16
    spare           = agreeing digits - significant digits printed

and a number may be printed where spare is at least 2. A number is exact where it is the same double everywhere and a fraction
with a small denominator, such as an accuracy. Whole numbers and words must be the same everywhere.
The tables go to tools/digits.md with --write, each number to bench/results/digits.json; the exit code is 1 where a number has
too few digits to spare. The result is a lower bound of what differs: other compilers and processors differ elsewhere.
"""

import argparse
import ast
import builtins
import importlib.machinery
import importlib.util
import itertools
import json
import math
import os
import re
import string
import subprocess
import sys
import tempfile
import time
import types
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np

from . import results
from .number_compare import NUMBER

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = ROOT / "notebooks" / "solutions"
NAMES = sorted(path.stem for path in SOLUTIONS.glob("[0-9]_*.ipynb"))
LOWEST = ROOT / ".venv-lowest" / "bin" / "python"
SPARE = 2  # digits
DOUBLE = 16  # significant digits in which two doubles that are equal agree
FAULTS = ("too many digits", "printed differently")
SIMPLE = 10**5  # the largest denominator of an exact fraction
# Numbers that the course is known by: all their digits are printed, and must be the same everywhere, with none to spare.
KNOWN = {("1_dnn_step_by_step", "run-compute_cost"): "the cost that learners know from this exercise, 0.414931599615397"}


# ---------------------------------------------------------------- seeing the numbers that are printed


SHOWN = re.compile(NUMBER.pattern + r"|(?<![\w.])([+-]?(?:inf|nan))(?!\w)", NUMBER.flags)  # what nbval compares, and inf, nan


def tokens_of(text):
    """Return the numbers in a text, as they stand there."""
    return [match[0] for match in SHOWN.finditer(text)]


def is_whole(token):
    """Return whether a number is printed without a decimal point, so that it is compared as text."""
    return not set(token.lower()) & set(".e")


def floats_in(value):
    """Return the numbers of a value in the order in which they are printed."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
        return [float(entry) for entry in value.ravel()]
    if isinstance(value, dict):
        value = itertools.chain.from_iterable(value.items())
    if isinstance(value, list | tuple | itertools.chain):
        return [number for entry in value for number in floats_in(entry)]
    is_number = isinstance(value, float | int | np.floating | np.integer) and not isinstance(value, bool)
    return [float(value)] if is_number else []


def has_fractions(value):
    """Return whether a value may print other numbers than whole ones."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind == "f"
    if isinstance(value, list | tuple | dict):
        return any(map(has_fractions, itertools.chain(*value.items()) if isinstance(value, dict) else value))
    return isinstance(value, float)


def leading_place(value):
    """Return the power of ten of the first digit of a number; math.log10 is not exact enough for that."""
    return Decimal(repr(value)).adjusted()


def last_place(token, value, spec, is_array):
    """Return the power of ten of the last digit of a printed number: -3 for 0.250.

    Zeros at the end that the format leaves out count as printed: they, too, must be right.
    """
    if token.lower().strip("+-") in ("inf", "nan"):
        return 0
    number = Decimal(token.replace("\u2212", "-"))
    leading, shown = number.adjusted() if number else 0, number.as_tuple().exponent
    asked = re.search(r"(?:\.(\d+))?([eEfFgG%n]?)$", spec)
    if is_array:
        precision = np.get_printoptions()["precision"]
        return min(shown, leading - precision if "e" in token.lower() else -precision)
    if asked[2] in ("g", "G", "n") or asked[1] and not asked[2]:
        return leading + 1 - max(int(asked[1] or 6), 1)
    if asked[2] == "%":
        return shown - 2
    if not asked[2] and not is_whole(token):  # str and repr print as many digits as the double needs, up to 17
        return leading_place(value) - DOUBLE if value and math.isfinite(value) else shown
    return shown


class Recorder:
    """Notes the value behind each number that the rewritten code prints or formats; it is the code's `__digits__`."""

    builtins = builtins

    def __init__(self):
        self.records, self.rounded_values = [], {}

    def note(self, value, text, where, spec=""):
        """Note the fractions in `value`, printed as `text`; what is no number, or only whole ones, needs no note."""
        if not has_fractions(value):
            return
        _, exact, decimals = self.rounded_values.get(id(value), (None, value, None))
        tokens, shown, values = tokens_of(text), floats_in(value), floats_in(exact)
        if len(tokens) != len(values):  # a summary with dots, or another format: `account` will find the numbers unseen
            return
        is_array = isinstance(value, np.ndarray) and value.ndim > 0
        places = [last_place(token, number, spec, is_array) for token, number in zip(tokens, shown)]
        if decimals is not None:
            places = [max(place, -decimals) for place in places]
        self.records.append({"where": where, "tokens": tokens, "values": [number.hex() for number in values], "places": places})

    def formatted(self, value, conversion, spec, where):
        """Return what an f-string shows of `value`."""
        as_text = {115: str, 114: repr, 97: ascii}.get(conversion)
        text = format(as_text(value) if as_text else value, spec)
        self.note(value, text, where, "" if as_text else spec)
        return text

    def printed(self, value, where):
        """Return `value`, which is about to be printed."""
        if not isinstance(value, str):
            self.note(value, str(value), where)
        return value

    def all_printed(self, values, where):
        """Return a list of values about to be printed."""
        return [self.printed(value, where) for value in values]

    def template(self, text, where, *args, **kwargs):
        """Return text.format(*args, **kwargs)."""
        recorder = self

        class Formatter(string.Formatter):
            def format_field(self, value, spec):
                return recorder.formatted(value, -1, spec, where)

        return Formatter().vformat(text, args, kwargs)

    def rounded(self, owner, name, *args, **kwargs):
        """Return owner.name(*args), a rounded number or array, and keep what it was before."""
        result = getattr(owner, name)(*args, **kwargs)
        before, rest = (args[0], args[1:]) if isinstance(owner, types.ModuleType) else (owner, args)
        decimals = rest[0] if rest else next(iter(kwargs.values()), 0)
        if has_fractions(result):
            self.rounded_values[id(result)] = result, before, decimals or 0  # the result is kept, so its id stays its own
        return result


class Rewriter(ast.NodeTransformer):
    """Turns code that formats numbers into code that tells `__digits__` of them; `file` is where it stands, None for a cell."""

    def __init__(self, file=None):
        self.file = file

    def _call(self, method, node, *args, keywords=()):
        function = ast.Attribute(ast.Name("__digits__", ast.Load()), method, ast.Load())
        return ast.copy_location(ast.Call(function, list(args), list(keywords)), node)

    def _where(self, node):
        return ast.Constant(f"{self.file}:{node.lineno}" if self.file else f"line {node.lineno}")

    def visit(self, node):
        return ast.fix_missing_locations(super().visit(node)) if isinstance(node, ast.Module) else super().visit(node)

    def visit_Subscript(self, node):
        node.value = self.visit(node.value)  # parameters[f"W{l}"] is not printed, and is in every loop
        return node

    def visit_JoinedStr(self, node):
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value, spec = self.visit(part.value), self.visit(part.format_spec) if part.format_spec else ast.Constant("")
                part.value = self._call("formatted", node, value, ast.Constant(part.conversion), spec, self._where(node))
                part.conversion, part.format_spec = -1, None
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Name) and function.id == "print":
            node.args = [self._argument(argument) for argument in node.args]
        elif isinstance(function, ast.Name) and function.id == "round":
            owner = ast.Attribute(ast.Name("__digits__", ast.Load()), "builtins", ast.Load())
            return self._call("rounded", node, owner, ast.Constant("round"), *node.args, keywords=node.keywords)
        elif isinstance(function, ast.Attribute) and function.attr in ("round", "around"):
            return self._call("rounded", node, function.value, ast.Constant(function.attr), *node.args, keywords=node.keywords)
        elif isinstance(function, ast.Attribute) and function.attr == "format" and isinstance(function.value, ast.Constant):
            return self._call("template", node, function.value, self._where(node), *node.args, keywords=node.keywords)
        return node

    def _argument(self, argument):
        if isinstance(argument, ast.Constant | ast.JoinedStr):
            return argument
        if isinstance(argument, ast.Starred):
            argument.value = self._call("all_printed", argument, argument.value, self._where(argument))
            return argument
        return self._call("printed", argument, argument, self._where(argument))


class Loader(importlib.machinery.SourceFileLoader):
    """Loads a module of the course rewritten, and leaves no compiled file of that behind."""

    def get_code(self, fullname):
        tree = ast.parse(Path(self.path).read_text(encoding="utf-8"))
        return compile(Rewriter(Path(self.path).relative_to(ROOT).as_posix()).visit(tree), self.path, "exec")


def file_of(module):
    """Return the file of a module of the course that a notebook's numbers may come from, or None."""
    path = ROOT / module.replace(".", "/")
    if module.partition(".")[0] == "gradient_report" and path.is_dir():
        return path / "__init__.py"
    file = path.with_suffix(".py")
    return file if file.is_file() and file.parent in (ROOT, ROOT / "gradient_report") else None


class Finder:
    """Finds the modules in the course's folder for `Loader`."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        file = file_of(name)
        return importlib.util.spec_from_file_location(name, file, loader=Loader(name, str(file))) if file else None


# ---------------------------------------------------------------- one notebook in one process


TEXTS = ("text/plain", "text/html", "text/markdown")
MARKUP = re.compile(r"<style.*?</style>|<[^>]*>", re.DOTALL)


def constants_in(source):
    """Return the numbers that stand in the texts of a program: they are printed as they are."""
    texts = [node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {token for text in texts for token in tokens_of(text)}


def figure_texts():
    """Return the texts in the figures drawn, and close them."""
    from matplotlib import pyplot, text

    found = [label.get_text() for number in pyplot.get_fignums() for label in pyplot.figure(number).findobj(text.Text)]
    pyplot.close("all")
    return found


def new_shell():
    """Return an IPython shell without a kernel, a history and pictures."""
    from IPython.core.interactiveshell import InteractiveShell
    from matplotlib import pyplot
    from traitlets.config import Config

    pyplot.switch_backend("agg")  # before there is a shell: the oldest matplotlib knows only older ones

    class Shell(InteractiveShell):
        def run_line_magic(self, magic_name, line, _stack_depth=1):
            """Do nothing: the only magic of the course shows pictures, of which only the texts are wanted."""

    return Shell.instance(config=Config({"HistoryManager": {"enabled": False}}))


def observe(path):
    """Run the code cells of a solution; return as plain data what each shows and what is behind its numbers."""
    from IPython.utils.capture import capture_output

    recorder, shell, cells = Recorder(), new_shell(), []
    builtins.__digits__ = recorder
    sys.meta_path.insert(0, Finder)
    shell.ast_transformers.append(Rewriter())
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        recorder.records, recorder.rounded_values, source = [], {}, "".join(cell["source"])
        with capture_output() as captured:
            result = shell.run_cell(source)
            if result.success:  # IPython shows the last value of a cell
                recorder.note(result.result, repr(result.result), f"line {len(source.splitlines())}")
        if not result.success:
            raise result.error_before_exec or result.error_in_exec
        displayed = [str(output.data[mime]) for output in captured.outputs for mime in TEXTS if mime in output.data]
        texts = [MARKUP.sub(" ", text) for text in displayed if not text.startswith("<Figure size")]
        texts = [text for text in (captured.stdout, *texts, *figure_texts()) if text]
        cells.append({"id": cell["id"], "texts": texts, "records": recorder.records, "stderr": captured.stderr, "source": source})
    account(cells, [file for file in map(file_of, list(sys.modules)) if file])
    return {"cells": cells, "kernels": kernels(), "numpy": np.__version__}


def account(cells, files):
    """Keep the records of what is shown, in their cell or a later one, and say which numbers came from nowhere."""
    known = set().union(*(constants_in(file.read_text(encoding="utf-8")) for file in files))
    shown = [{token for text in cell["texts"] for token in tokens_of(text)} for cell in cells]
    for number, cell in enumerate(cells):
        later = set().union(*shown[number:])
        cell["records"] = [record for record in cell["records"] if later.issuperset(record["tokens"])]
        tokens = set().union(*(record["tokens"] for record in cell["records"]))
        known |= constants_in(cell.pop("source"))
        cell["unseen"] = sorted(token for token in shown[number] - known - tokens if not is_whole(token))
        known |= tokens - shown[number]  # of a label made here and shown later


def kernels():
    """Return for which processor the kernels are that NumPy's OpenBLAS uses in this process; "" where it has another BLAS."""
    from threadpoolctl import threadpool_info

    libraries = [library for library in threadpool_info() if library.get("internal_api") == "openblas"]
    return next((library["architecture"] for library in libraries if "numpy" in library["filepath"]), "")


# ---------------------------------------------------------------- the machines


# what OpenBLAS calls a processor -> the flags in /proc/cpuinfo without which its kernels end in an illegal instruction
CORETYPES = {
    "Prescott": {"pni"},
    "Core2": {"ssse3"},
    "Nehalem": {"sse4_2"},
    "Barcelona": {"sse4a", "pni"},
    "Sandybridge": {"avx"},
    "Haswell": {"avx2", "fma"},
    "Zen": {"avx2", "fma"},
    "SkylakeX": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"},
    "Cooperlake": {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "avx512_bf16"},
    "Sapphirerapids": {"avx512_bf16", "amx_tile", "amx_bf16"},
}
QUICK = ("Nehalem", "Haswell")
LOOPS = ("all", "AVX2", "SSE")  # the newest instructions that NumPy's own loops, and with SSE the C library, may use


class Machine(NamedTuple):
    """One way to run the notebooks."""

    python: str
    numpy: str
    kernels: str  # that OpenBLAS then uses
    coretype: str = ""  # what it is asked for; "" leaves the choice to it
    loops: str = "all"
    threads: int = 1
    disabled: str = ""  # the features that `loops` takes from this NumPy

    def __str__(self):
        chosen = f"{self.kernels or 'no OpenBLAS'}{'' if self.coretype else ' (its own choice)'}"
        return f"NumPy {self.numpy}, kernels {chosen}, loops {self.loops}, {self.threads} thread{'s' * (self.threads > 1)}"

    def environment(self):
        """Return the environment variables of a process that runs as on this machine."""
        ours = {"OPENBLAS_NUM_THREADS": str(self.threads), "OMP_NUM_THREADS": str(self.threads), "MPLBACKEND": "Agg",
                "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
        if self.coretype:
            ours["OPENBLAS_CORETYPE"] = self.coretype
        if self.disabled:
            ours["NPY_DISABLE_CPU_FEATURES"] = self.disabled
        if self.loops == "SSE":  # exp and log of glibc give other last bits without FMA
            ours["GLIBC_TUNABLES"] = "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-FMA4"
        foreign = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "GLIBC_TUNABLES", "COURSE_LANG")
        return {name: value for name, value in os.environ.items() if name not in foreign} | ours


def cpu_flags():
    """Return what this processor can do, in the words of /proc/cpuinfo; nothing where there is none."""
    try:
        return set(re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)[1].split())
    except (OSError, TypeError):
        return set()


def runnable(flags):
    """Return the core types whose kernels a processor with these flags can run."""
    return [name for name, needed in CORETYPES.items() if needed <= flags]


def loops_of(coretype):
    """Return what a machine with such a processor would use in NumPy's loops."""
    needed = CORETYPES.get(coretype, set())
    return "all" if not coretype or "avx512_bf16" in needed or "avx512f" in needed else "AVX2" if "avx2" in needed else "SSE"


def disabled(features, loops):
    """Return which of NumPy's features, `features` being those found on this processor, must be off for these loops."""
    return " ".join(name for name in features if loops == "SSE" or loops == "AVX2" and re.match("AVX512|X86_V4", name))


PROBE = """
import json, numpy, sys
try:
    from numpy._core import _multiarray_umath as umath
except ImportError:
    from numpy.core import _multiarray_umath as umath
from tools.digits import kernels
print(json.dumps([numpy.__version__, kernels(), [name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name]]]))
"""


def probe(machine):
    """Return (NumPy's version, the kernels that it uses, the features that it found) on a machine; None where it cannot run."""
    command = [machine.python, "-P", "-c", PROBE]
    process = subprocess.run(command, env=machine.environment(), capture_output=True, text=True)
    if process.returncode and not machine.coretype:
        sys.exit(f"{machine.python} cannot run this program: {process.stderr.strip()}")
    return None if process.returncode else json.loads(process.stdout)


def machines_of(pythons, full=False, quick=False, flags=None):
    """Return the machines: each kernel that an OpenBLAS of these interpreters has and this processor can run, once.

    Each comes with the loops of its time, and with one thread or two in turn; what OpenBLAS takes by itself comes with both,
    for each interpreter. quick: three of them an interpreter; full: all kernels, loops and threads, for each interpreter.
    """
    machines, used, candidates = [], set(), runnable(cpu_flags() if flags is None else flags)
    for python in pythons:
        numpy_version, default, features = probe(Machine(python, "", ""))
        used = {default} if full or quick else used | {default}
        found = [("", default)]
        for coretype in [name for name in candidates if not quick or name in QUICK]:
            answer = probe(Machine(python, "", "", coretype))
            if answer and answer[1] and answer[1] not in used:
                used.add(answer[1])
                found.append((coretype, answer[1]))
        for number, (coretype, kernel) in enumerate(found):
            for loops in LOOPS if full else [loops_of(coretype)]:
                for threads in (1, 2) if full or not (coretype or quick) else [1 + number % 2]:
                    off = disabled(features, loops)
                    machines.append(Machine(python, numpy_version, kernel, coretype, loops, threads, off))
    return machines


def observed(machine, path):
    """Return what `observe` saw on a machine, in a process of its own; an error in a cell ends the run."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "seen.json"
        command = [machine.python, "-P", "-m", "tools.digits", "--observe", str(path.resolve()), str(answer)]
        variables = machine.environment() | {"IPYTHONDIR": folder}  # not the profile of who runs this
        process = subprocess.run(command, cwd=path.parent, env=variables, capture_output=True, encoding="utf-8")
        if process.returncode:
            sys.exit(f"{path.stem} fails with {machine}:\n{process.stdout}{process.stderr}")
        seen = json.loads(answer.read_text(encoding="utf-8"))
    if (seen["numpy"], seen["kernels"]) != (machine.numpy, machine.kernels):
        sys.exit(f"{path.stem}: NumPy {seen['numpy']} with kernels {seen['kernels']} ran, expected was {machine}")
    return seen


# ---------------------------------------------------------------- how far they agree


def agreeing_digits(values):
    """Return in how many significant digits numbers agree, at most 16; 0 where they are not all finite."""
    if len(set(values)) == 1 or all(map(math.isnan, values)):
        return float(DOUBLE)
    if not all(map(math.isfinite, values)):
        return 0.0
    low, high, size = min(values), max(values), max(map(abs, values))
    return min(max(-math.log10(high / size - low / size), 0.0), float(DOUBLE))


def printed_digits(values, place):
    """Return how many significant digits are printed of numbers whose last one has the power of ten `place`.

    It is zero or less where nothing but zeros is printed of a number, as of 1e-7 with six decimals.
    """
    size = max((abs(value) for value in values if math.isfinite(value)), default=0)
    return leading_place(size) - place + 1 if size else 1


def is_exact(values):
    """Return whether numbers are one and the same everywhere, and such that rounding has no part in it: k/m, 0, inf."""
    value = values[0]
    if any(other != value and not (math.isnan(other) and math.isnan(value)) for other in values):
        return False
    return not math.isfinite(value) or float(Fraction(value).limit_denominator(SIMPLE)) == value


def words(text):
    """Return a text without its decimal numbers, whose padding may depend on them."""
    text = SHOWN.sub(lambda match: match[0] if is_whole(match[0]) else " # ", text)
    return re.sub(r" ?([\[\]]) ?", r"\1", " ".join(text.split()))


def rows_of(name, seen):
    """Return (rows, problems) of notebook `name`, seen[i] being what machine i showed; a row is one number."""
    rows, problems = [], []
    for cells in zip(*(run["cells"] for run in seen), strict=True):
        cell_id, found = cells[0]["id"], []
        for token in sorted({token for cell in cells for token in cell["unseen"]}):
            found.append(f"prints {token}, and this tool does not see how: format it in an f-string or give it to print")
        for texts in itertools.zip_longest(*(cell["texts"] for cell in cells), fillvalue=""):
            for lines in itertools.zip_longest(*(text.split("\n") for text in texts), fillvalue=""):
                if len(set(map(words, lines))) > 1:
                    versions = Counter(line.strip() for line in lines).most_common()
                    found.append("not the same everywhere: " + " | ".join(f"{line} ({times}x)" for line, times in versions))
        for errors in {cell["stderr"] for cell in cells} - {""}:
            found.append(f"writes to stderr: {errors.strip()}")
        if len({tuple((record["where"], len(record["values"])) for record in cell["records"]) for cell in cells}) > 1:
            found.append("not the same numbers are printed everywhere")
        else:
            for records in zip(*(cell["records"] for cell in cells)):
                for index, hexes in enumerate(zip(*(record["values"] for record in records))):
                    tokens = [record["tokens"][index] for record in records]
                    place = min(record["places"][index] for record in records)
                    rows.append(row_of(name, cell_id, records[0]["where"], tokens, [float.fromhex(h) for h in hexes], place))
        problems += [f"{name}, cell {cell_id}: {line}" for line in found]
    return rows, problems


def row_of(name, cell, where, tokens, values, place):
    """Return what there is to say of one number: how it was printed and what it was, on each machine."""
    agreeing, digits = agreeing_digits(values), printed_digits(values, place)
    spare, texts = agreeing - digits, sorted({str(Decimal(token.replace("\u2212", "-")).normalize() + 0) for token in tokens})
    if is_exact(values):
        verdict = "exact"
    elif len(texts) > 1:  # also where the values are next to each other and round to different sides
        verdict = "printed differently"
    elif (name, cell) in KNOWN:
        verdict = "known"
    else:
        verdict = "ok" if spare >= SPARE else "too many digits"
    return {"notebook": name, "cell": cell, "where": where, "printed": tokens[0] if len(texts) == 1 else " or ".join(texts),
            "smallest": min(values), "largest": max(values),
            "agreeing": round(agreeing, 1), "digits": digits, "spare": round(spare, 1), "verdict": verdict}


# ---------------------------------------------------------------- the report


HOW = """Every number with a decimal point that the solutions print, on the machines below, compared before it is rounded.

- *Agreeing*: in how many significant digits all machines agree; 16 is the same double on all of them.
- *Printed*: how many significant digits are printed; zero or less where only zeros are, as of 1e-7 with six decimals.
- *Spare*: the one less the other. A number may be printed where 2 are to spare.
- *Exact*: the same fraction with a small denominator everywhere, such as an accuracy.
- A machine has the kernels of OpenBLAS for a processor of that name, and the instructions of its time in NumPy's own loops and
  the C library. Each OpenBLAS has its own set of kernels. `--full` runs every combination.
"""


def table(head, rows):
    """Return a Markdown table as lines."""
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
            *("| " + " | ".join(str(entry).replace("|", "\\|") for entry in row) + " |" for row in rows)]


def by_print(rows):
    """Return the rows with the least to spare of each place that prints, worst first, and with how many numbers it prints."""
    worst, count = {}, Counter()
    for row in rows:
        key = row["notebook"], row["cell"], row["where"]
        count[key] += 1
        if row["verdict"] != "exact" and (key not in worst or row["spare"] < worst[key]["spare"]):
            worst[key] = row
    return sorted(((row, count[key]) for key, row in worst.items()), key=lambda pair: pair[0]["spare"])


def summary(rows):
    """Return the lines of the table that has a line for each notebook."""
    lines = []
    for name in dict.fromkeys(row["notebook"] for row in rows):
        own = [row for row in rows if row["notebook"] == name]
        verdicts, measured = Counter(row["verdict"] for row in own), [row["spare"] for row in own if row["verdict"] == "ok"]
        lines.append((name, len(own), verdicts["exact"], verdicts["ok"], min(measured, default="-"), verdicts["known"],
                      sum(verdicts[verdict] for verdict in FAULTS)))
    return table(("notebook", "numbers", "exact", "with digits to spare", "at least", "known", "faults"), lines)


def report(rows, machines, seconds):
    """Return the page tools/digits.md as lines."""
    lines = ["# How many digits agree", "", f"{results.heading(results.versions())}; {len(machines)} machines in {seconds:.0f} s."
             " To repeat it: `.venv/bin/python -m tools.digits --write`", "", HOW]
    lines += summary(rows)
    lines += ["", "Known, printed in full and the same text everywhere:", ""]
    lines += [f"- {name}, `{cell}`: {reason}" for (name, cell), reason in KNOWN.items()]
    lines += ["", "## The worst number of each print, exact ones left out", ""]
    lines += table(("notebook", "cell", "where", "numbers", "worst, as printed", "agreeing", "printed", "spare"),
                   [(row["notebook"], row["cell"], row["where"], count, row["printed"], row["agreeing"], row["digits"],
                     row["spare"] if row["verdict"] == "ok" else f"{row['spare']} ({row['verdict']})")
                    for row, count in by_print(rows)])
    return [*lines, "", "## The machines", "", *(f"- {machine}" for machine in machines)]


def measured(rows):
    """Return the rows of the results, as all benches write them: of each notebook, the spare digits of what is not exact."""
    found = []
    for name in dict.fromkeys(row["notebook"] for row in rows):
        spare = [row["spare"] for row in rows if row["notebook"] == name and row["verdict"] == "ok"]
        if spare:
            found.append(results.row(f"agreeing digits beyond those printed, {name}", results.OURS, spare, "digits"))
    return found


def fault(row):
    """Return the line for a number that is not to be printed so."""
    place = f"{row['notebook']}, cell {row['cell']}, {row['where']}"
    return (f"{place}: {row['printed']}: {row['verdict']}: {row['digits']} significant digits, of which {row['agreeing']} agree "
            f"({row['smallest']!r} to {row['largest']!r}); print fewer, or a property")


def compared(names, machines, jobs):
    """Return (rows, problems) of the notebooks `names` on `machines`."""
    tasks = [(machine, name) for machine in machines for name in names]
    with ThreadPoolExecutor(jobs) as pool:
        futures = {task: pool.submit(observed, task[0], SOLUTIONS / f"{task[1]}.ipynb") for task in tasks}
        try:
            runs = {task: future.result() for task, future in futures.items()}
        except SystemExit:
            pool.shutdown(cancel_futures=True)
            raise
    rows, problems = [], []
    for name in names:
        found = rows_of(name, [runs[machine, name] for machine in machines])
        rows += found[0]
        problems += found[1]
    return rows, problems


def main():
    parser = argparse.ArgumentParser(description="Tabulate how many digits of the printed numbers agree on different machines.")
    parser.add_argument("--notebook", choices=[name[0] for name in NAMES], action="append",
                        help="only this one, by its number (may be repeated)")
    parser.add_argument("--python", action="append", metavar="PATH",
                        help="an interpreter (may be repeated); if none is given, this one and that of .venv-lowest")
    parser.add_argument("--quick", action="store_true", help="three machines an interpreter")
    parser.add_argument("--full", action="store_true", help="all kernels with all loops, on one thread and on two")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--write", action="store_true", help="write the tables to tools/digits.md")
    parser.add_argument("--observe", nargs=2, metavar=("NOTEBOOK", "ANSWER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.observe:
        notebook, answer = map(Path, options.observe)
        answer.write_text(json.dumps(observe(notebook)), encoding="utf-8")
        return
    pythons = options.python or [sys.executable, str(LOWEST)]
    for python in pythons:
        if not Path(python).is_file():
            parser.error(f"there is no {python}; this makes it: make setup VENV=.venv-lowest CONSTRAINTS=requirements/lowest.txt")
    started = time.perf_counter()
    names = [name for name in NAMES if name[0] in (options.notebook or name)]
    machines = machines_of(pythons, options.full, options.quick)
    rows, problems = compared(names, machines, options.jobs)
    seconds = time.perf_counter() - started
    problems += [fault(row) for row in rows if row["verdict"] in FAULTS]
    lines = report(rows, machines, seconds)
    print("\n".join(lines))
    if options.write:
        (ROOT / "tools" / "digits.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    results.write("digits", measured(rows), results.versions("numpy", "matplotlib", "scikit-learn"), seconds=round(seconds),
                  machines=[machine._asdict() for machine in machines], numbers=rows, problems=problems)
    print("\n" + ("\n".join(problems) or "Every number has digits to spare."))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
