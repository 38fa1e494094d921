"""The bench that says how many digits of a printed number agree: it sees the numbers, and its arithmetic is right."""

import ast
import builtins
import contextlib
import importlib.util
import io
import json
import math
import re
import sys
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import init_utils
from bench import digits
from bench.digits import Machine, Recorder, Rewriter

THIRD = 1 / 3


@contextlib.contextmanager
def recording():
    """Take what is printed, and notes of the numbers in it."""
    recorder, printed = Recorder(), io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.MonkeyPatch.context() as patch:
        patch.setattr(builtins, "__digits__", recorder, raising=False)
        yield recorder, printed


def run(program, rewritten=True):
    """Run a program, rewritten or as it is; return what it prints and what was noted."""
    tree = ast.parse(program)
    code = compile(Rewriter().visit(tree) if rewritten else tree, "<cell>", "exec")
    with recording() as (recorder, printed):
        exec(code, {"np": np, "x": THIRD, "v": np.array([THIRD, 2 * THIRD])})
    return printed.getvalue(), recorder.records


def noted(program):
    """Return the (token, value, place of its last digit) of each number that a program prints."""
    return [(token, float.fromhex(value), place) for record in run(program)[1]
            for token, value, place in zip(record["tokens"], record["values"], record["places"], strict=True)]


# ---------------------------------------------------------------- seeing


SEEN = {  # a program -> what is to be noted of it
    "print(f'cost {x:.3f}')": [("0.333", THIRD, -3)],
    "print(f'{x:.2e}')": [("3.33e-01", THIRD, -3)],
    "print(f'{x:.1%}')": [("33.3", THIRD, -3)],
    "print(f'{0.5 + 0 * x:.6g}')": [("0.5", 0.5, -6)],  # five zeros were left out, and are as good as printed
    "print(f'{x:{10}.{2}f}')": [("0.33", THIRD, -2)],
    "print(f'{x!s:.5} {x!r}')": [("0.333", THIRD, -17), (repr(THIRD), THIRD, -17)],  # cut off as text counts as printed in full
    "print(f'{f\"{x:.2f} %\":>9}')": [("0.33", THIRD, -2)],
    "print(f'{x:.0f} of {v[1]:.0f}')": [("0", THIRD, 0), ("1", 2 * THIRD, 0)],
    "print(v)": [("0.33333333", THIRD, -8), ("0.66666667", 2 * THIRD, -8)],
    "print('W =', v * 1e-9)": [("3.33333333e-10", THIRD * 1e-9, -18), ("6.66666667e-10", 2 * THIRD * 1e-9, -18)],
    "print(np.array([0.25, 0.125]) + 0 * x)": [("0.25", 0.25, -8), ("0.125", 0.125, -8)],  # the same: the zeros of 0.25 are left out
    "print(f'W = {v}')": [("0.33333333", THIRD, -8), ("0.66666667", 2 * THIRD, -8)],
    "print(v.round(3))": [("0.333", THIRD, -3), ("0.667", 2 * THIRD, -3)],  # not what is left after rounding
    "print(np.round(v, 3), round(x, 2))": [("0.333", THIRD, -3), ("0.667", 2 * THIRD, -3), ("0.33", THIRD, -2)],
    "print(x, np.float64(x))": [(repr(THIRD), THIRD, -17)] * 2,
    "print(*[f'{y:.1f}' for y in v])": [("0.3", THIRD, -1), ("0.7", 2 * THIRD, -1)],
    "print(*v)": [(repr(THIRD), THIRD, -17), (repr(2 * THIRD), 2 * THIRD, -17)],
    "print({'a': x}, [1, x], (True, None))": [(repr(THIRD), THIRD, -17), ("1", 1.0, 0), (repr(THIRD), THIRD, -17)],
    "print('train {:.3f}  test {:.1f}'.format(*v))": [("0.333", THIRD, -3), ("0.7", 2 * THIRD, -1)],
    "print('{name}: {0:.2f} {0!r:.3}'.format(x, name='He'))": [("0.33", THIRD, -2)],
    "print(np.inf, f'{np.nan:.1f}')": [("inf", math.inf, 0), ("nan", math.nan, 0)],
    "print(3, f'{7:3d}', np.arange(3), v > 0.5, bool(x > 1), 'W', len(v))": [],  # whole numbers and words are compared as text
    "print({f'W{l}': l for l in (1, 2)}[f'W{1}'], {'0.3': 1}[f'{x:.1f}'])": [],  # a key is not printed
}


@pytest.mark.parametrize("program", SEEN)
def test_a_printed_number_is_noted_in_full_with_the_place_of_its_last_digit(program):
    assert str(noted(program)) == str(SEEN[program])  # as text, because nan is not equal to itself


@pytest.mark.parametrize("program", SEEN)
def test_a_rewritten_program_prints_what_it_printed_before(program):
    assert run(program)[0] == run(program, rewritten=False)[0]


def test_what_the_functions_of_the_course_print_is_noted_with_its_place():
    spec = digits.Finder.find_spec("fast_network")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    X, Y, zeros = np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([[1, 0]]), init_utils.initialize_parameters_zeros([2, 3, 1])
    with recording() as (recorder, printed):
        module.fast_gradient_descent(X, Y, zeros, 0.1, 1, print_cost=True)
    [record] = recorder.records
    assert printed.getvalue() == "Cost after iteration 0: 0.693147\n"
    assert record["tokens"] == ["0.693147"] and float.fromhex(record["values"][0]) == pytest.approx(math.log(2), rel=1e-15)
    file, _, line = record["where"].partition(":")
    assert file == "fast_network.py" and "Cost after iteration" in (digits.ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_only_modules_of_the_course_are_rewritten():
    assert digits.Finder.find_spec("numpy") is None and digits.Finder.find_spec("init_utils", ["package"]) is None


# ---------------------------------------------------------------- a notebook, run as on two machines


CELLS = {
    "setup": "import os\nimport numpy as np\n\nwobble = float(os.environ['WOBBLE'])",
    "stable": "print(f'{1 / 3 + wobble:.3f}')",
    "unstable": "print('cost')\nprint(f'{1 / 3 + wobble:.4f}')",
    "rounded": "print(np.array([1 / 3 + wobble, 0.5]).round(4))",
    "last value": "1 / 3 + wobble",
    "accuracy": "print(f'Accuracy: {298 / 300:.6g}')",
    "property": "print('below 1:', wobble < 1)",
    "changing property": "print('above zero:', wobble > 0)",
    "whole numbers": "print(int(1e7 * wobble), 'wrong')",
    "unseen": "print(str(1 / 3 + wobble)[:5])",
    "label": "label, threshold = f'p = {1 / 3 + wobble:.4f}', 'below 2e-7'",
    "figure": "import matplotlib.pyplot as plt\n\nplt.title(label)\nplt.plot([0, 1], label=threshold)\nplt.legend()\nplt.show()",
    "html": "from IPython.display import HTML, display\n\n"
            "display(HTML(f'<p>{1 / 3 + wobble:.3f}</p>' + '<b style=\"opacity: %s \"></b>' % (1 / 8)))",
    "warning": "import sys\n\nprint('overflow', file=sys.stderr)",
    "how many": "print(*[f'{number:.1f}' for number in [0.5] * (1 + (wobble > 0))])",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The rows of CELLS by their cell, and the problems, where 1/3 differs by 1e-6 between two machines."""
    path = tmp_path_factory.mktemp("digits") / "1_small.ipynb"
    cells = [{"cell_type": "code", "id": name, "source": source.splitlines(True)} for name, source in CELLS.items()]
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "0.123"}, *cells]}), encoding="utf-8")
    bare = Machine(sys.executable, "", "")
    version, kernels, _ = digits.probe(bare)
    seen = []
    for wobble in ("0", "1e-6"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("WOBBLE", wobble)
            seen.append(digits.observed(Machine(sys.executable, version, kernels), path))
    rows, problems = digits.rows_of("1_small", seen)
    return {name: [row for row in rows if row["cell"] == name] for name in CELLS}, problems


@pytest.mark.parametrize(("cell", "verdict", "where"), [
    ("stable", "ok", "line 1"), ("unstable", "too many digits", "line 2"), ("rounded", "too many digits", "line 1"),
    ("last value", "printed differently", "line 1"), ("accuracy", "exact", "line 1"), ("label", "too many digits", "line 1"),
    ("html", "ok", "line 3"),
])
def test_a_number_that_differs_between_two_machines_is_found(found, cell, verdict, where):
    first = found[0][cell][0]
    assert (first["verdict"], first["where"]) == (verdict, where)
    if verdict != "exact":  # 1e-6 of a third
        assert first["agreeing"] == pytest.approx(5.5, abs=0.06)
        assert first["spare"] == pytest.approx(5.5 - first["digits"], abs=0.06)


def test_what_was_rounded_is_judged_by_what_it_was_before(found):
    wobbling, half = found[0]["rounded"]
    assert (wobbling["printed"], wobbling["digits"], half["verdict"]) == ("0.3333", 4, "exact")


def test_words_whole_numbers_and_numbers_of_unknown_origin_that_differ_are_problems(found):
    found = [problem.removeprefix("1_small, cell ") for problem in found[1]]
    assert found == [
        "changing property: not the same everywhere: above zero: False (1x) | above zero: True (1x)",
        "whole numbers: not the same everywhere: 0 wrong (1x) | 10 wrong (1x)",
        "unseen: prints 0.333, and this tool does not see how: format it in an f-string or give it to print",
        "warning: writes to stderr: overflow",
        "how many: not the same everywhere: 0.5 (1x) | 0.5 0.5 (1x)",
        "how many: not the same numbers are printed everywhere",
    ]


def test_a_cell_that_fails_ends_the_run_with_its_error(tmp_path):
    path = tmp_path / "1_small.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "id": "a", "source": ["1 / 0"]}]}), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"(?s)1_small fails with NumPy 1\.99, .*ZeroDivisionError"):
        digits.observed(Machine(sys.executable, "1.99", "none"), path)


def test_another_numpy_or_other_kernels_than_expected_end_the_run(tmp_path):
    path = tmp_path / "1_small.ipynb"
    path.write_text(json.dumps({"cells": []}), encoding="utf-8")
    with pytest.raises(SystemExit, match=rf"NumPy {re.escape(np.__version__)} with kernels .* ran, expected was NumPy 1\.99"):
        digits.observed(Machine(sys.executable, "1.99", ""), path)


# ---------------------------------------------------------------- the arithmetic


@pytest.mark.parametrize(("values", "expected"), [
    ([1.0, 1.0], 16), ([0.1, 0.1], 16), ([1.0, 1.1], -math.log10(0.1 / 1.1)), ([1.0, 1.0 + 2**-52], -math.log10(2**-52)),
    ([1000.0, 1001.0, 1000.5], -math.log10(1 / 1001)), ([-1e-300, -1.001e-300], -math.log10(0.001 / 1.001)), ([1.0, -1.0], 0),
    ([0.0, 1e-17], 0), ([0.0, 0.0], 16), ([math.inf, math.inf], 16), ([math.nan, math.nan], 16), ([math.inf, 1.0], 0),
    ([math.nan, 1.0], 0), ([1.7e308, -1.7e308], 0),
])
def test_how_many_digits_agree(values, expected):
    assert digits.agreeing_digits(values) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("value", "place", "printed"), [
    (0.883054, -6, 6), (6929.3, 0, 4), (1.19e-7, -6, 0), (1e-17, -2, -14), (1e-12, -12, 1), (9.999999999999673e199, 199, 1), (0.0, -6, 1),
])
def test_how_many_digits_are_printed(value, place, printed):
    assert digits.printed_digits([value, 0.9 * value], place) == printed


@given(st.floats(1e-30, 1e15), st.sampled_from([1, -1]), st.integers(0, 15))
def test_printed_digits_are_those_that_a_printed_number_has(size, sign, precision):
    value = sign * size
    for spec in (f".{precision}e", f".{precision}f", f".{precision + 1}g"):
        token = format(value, spec)
        place = digits.last_place(token, value, spec, False)
        printed = digits.printed_digits([value], place)
        if "f" not in spec:
            carried = abs(Decimal(token)) > abs(Decimal(value)) and Decimal(token).normalize().as_tuple().digits == (1,)
            assert printed in (precision + 1, precision + 1 - carried)  # 9.99 as 1.00e+01: the last digit is one place further left
        elif Decimal(token):
            assert printed - len(Decimal(token).as_tuple().digits) in (0, -1)
        else:
            assert printed <= 0


@given(st.floats(1e-6, 1e6), st.integers(1, 8), st.floats(-1, 1))
def test_with_two_digits_to_spare_values_differ_by_at_most_a_hundredth_of_the_last_digit(value, precision, shift):
    values, unit = [value, value + shift * 10.0**-precision], 10.0**-precision
    spare = digits.agreeing_digits(values) - digits.printed_digits(values, -precision)
    if spare >= 2:
        assert max(values) - min(values) <= unit / 100 * (1 + 1e-6) + 4e-16 * value
    elif spare < 1:  # a digit more or less lies between relative digits and those behind the point
        assert max(values) - min(values) > unit / 1000


@pytest.mark.parametrize(("values", "exact"), [
    ([298 / 300] * 3, True), ([0.0, 0.0], True), ([-0.0, 0.0], True), ([89.6] * 2, True), ([math.inf] * 2, True), ([math.nan] * 2, True),
    ([math.pi] * 3, False), ([math.log(2)] * 2, False), ([0.5, 0.5 + 2**-53], False), ([math.inf, 1.0], False),
])
def test_exact_is_the_same_simple_fraction_everywhere(values, exact):
    assert digits.is_exact(values) is exact


def test_values_beside_an_edge_of_rounding_are_printed_differently_however_well_they_agree():
    row = digits.row_of("1_x", "cell", "line 1", ["0.13", "0.12"], [0.125 + 1e-12, 0.125 - 1e-12], -2)
    assert row["spare"] > 8 and row["verdict"] == "printed differently" and row["printed"] == "0.12 or 0.13"


def test_a_known_number_needs_no_spare_digits_but_the_same_text_everywhere():
    (name, cell), values = next(iter(digits.KNOWN)), [0.414931599615397, 0.4149315996153971]
    assert digits.row_of(name, cell, "line 1", ["0.414931599615397"] * 2, values, -15)["verdict"] == "known"
    assert digits.row_of(name, cell, "line 1", ["0.414931599615397", "0.414931599615398"], values, -15)["verdict"] == "printed differently"
    assert digits.row_of(name, "other", "line 1", ["0.414931599615397"] * 2, values, -15)["verdict"] == "too many digits"


def test_the_known_numbers_are_in_the_notebooks():
    for name, cell in digits.KNOWN:
        notebook = json.loads((digits.SOLUTIONS / f"{name}.ipynb").read_text(encoding="utf-8"))
        assert cell in [entry["id"] for entry in notebook["cells"]]


@pytest.mark.parametrize(("one", "other", "equal"), [
    ("[[ 0.5  -1.25]]", "[[0.49999999 -1.25000001]]", True), ("a 0.5", "b 0.5", False), ("5 wrong", "6 wrong", False),
    ("W1 0.5 1e-7", "W1 0.25 2.5e-07", True), ("0.5", "inf", False), ("0.5 0.5", "0.5", False),
])
def test_lines_are_compared_without_their_fractions(one, other, equal):
    assert (digits.words(one) == digits.words(other)) is equal


# ---------------------------------------------------------------- the machines


NEHALEM = {"pni", "ssse3", "sse4_1", "sse4_2"}


@pytest.mark.parametrize(("flags", "expected"), [
    (set(), []), (NEHALEM, ["Prescott", "Core2", "Nehalem"]), (NEHALEM | {"avx", "avx2", "fma"}, ["Prescott", "Core2", "Nehalem", "Sandybridge", "Haswell", "Zen"]),
    (NEHALEM | {"avx", "avx2"}, ["Prescott", "Core2", "Nehalem", "Sandybridge"]), (set().union(*digits.CORETYPES.values()), list(digits.CORETYPES)),
])
def test_only_kernels_that_this_processor_can_run_are_asked_for(flags, expected):
    assert digits.runnable(flags) == expected


def test_numpy_s_loops_are_those_of_the_processor_s_time():
    assert {name: digits.loops_of(name) for name in ("", "Prescott", "Sandybridge", "Haswell", "Zen", "SkylakeX", "Cooperlake", "Sapphirerapids")} == {
        "": "all", "Prescott": "SSE", "Sandybridge": "SSE", "Haswell": "AVX2", "Zen": "AVX2", "SkylakeX": "all", "Cooperlake": "all", "Sapphirerapids": "all"}
    assert digits.disabled(["AVX2", "FMA3", "AVX512F", "AVX512_SKX"], "AVX2") == "AVX512F AVX512_SKX"
    assert digits.disabled(["X86_V3", "X86_V4"], "AVX2") == "X86_V4" and digits.disabled(["X86_V3", "X86_V4"], "SSE") == "X86_V3 X86_V4"
    assert digits.disabled(["X86_V3", "X86_V4"], "all") == ""


def test_a_machine_is_made_of_environment_variables_and_of_no_others(monkeypatch):
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "NPY_DISABLE_CPU_FEATURES", "GLIBC_TUNABLES", "COURSE_LANG"):
        monkeypatch.setenv(name, "mine")
    old = Machine("python", "2.4.6", "Nehalem", "Nehalem", "SSE", 2, "X86_V3").environment()
    assert (old["OPENBLAS_CORETYPE"], old["OPENBLAS_NUM_THREADS"], old["NPY_DISABLE_CPU_FEATURES"]) == ("Nehalem", "2", "X86_V3")
    assert "-FMA" in old["GLIBC_TUNABLES"]
    new = Machine("python", "2.4.6", "SkylakeX").environment()
    assert new["OPENBLAS_NUM_THREADS"] == "1"
    assert not new.keys() & {"OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "GLIBC_TUNABLES", "COURSE_LANG"}


def test_numpy_runs_with_the_loops_and_kernels_it_is_asked_for():
    _, kernels, features = digits.probe(Machine(sys.executable, "", ""))
    assert digits.probe(Machine(sys.executable, "", "", loops="SSE", disabled=digits.disabled(features, "SSE")))[1:] == [kernels, []]
    for name in digits.runnable(digits.cpu_flags()) if kernels else ():
        if name == "Nehalem":
            assert digits.probe(Machine(sys.executable, "", "", name))[1] == name


def test_each_kernel_and_both_numbers_of_threads_are_run(monkeypatch):
    kernels = {"": "SkylakeX", "Prescott": "Katmai", "Core2": "Katmai", "Haswell": "Haswell", "Zen": "Haswell", "SkylakeX": "SkylakeX"}

    def probe(machine):
        assert machine.python == "new" or machine.coretype != "Nehalem"
        older = {"Core2": "Core2", "Zen": "Zen", "": "Cooperlake"} if machine.python == "old" else {}
        kernel = (kernels | older).get(machine.coretype)
        return kernel and [machine.python, kernel, ["AVX2", "AVX512F"]]

    monkeypatch.setattr(digits, "probe", probe)
    flags = set().union(*digits.CORETYPES.values()) - {"sse4_2"}
    machines = digits.machines_of(["new", "old"], flags=flags)
    assert [(m.python, m.kernels, m.loops, m.threads) for m in machines] == [
        ("new", "SkylakeX", "all", 1), ("new", "SkylakeX", "all", 2), ("new", "Katmai", "SSE", 2), ("new", "Haswell", "AVX2", 1),
        ("old", "Cooperlake", "all", 1), ("old", "Cooperlake", "all", 2), ("old", "Core2", "SSE", 2), ("old", "Zen", "AVX2", 1)]
    quick = digits.machines_of(["new", "old"], quick=True, flags=flags)
    assert [(m.python, m.kernels, m.loops, m.threads) for m in quick] == [
        ("new", "SkylakeX", "all", 1), ("new", "Haswell", "AVX2", 2), ("old", "Cooperlake", "all", 1), ("old", "Haswell", "AVX2", 2)]
    full = digits.machines_of(["new"], full=True, flags=flags)
    assert len(full) == len(set(full)) == 3 * len(digits.LOOPS) * 2
    assert len(digits.machines_of(["new"], flags=set())) == 2  # a processor that says nothing of itself


# ---------------------------------------------------------------- the command


@pytest.mark.parametrize("stable", [True, False])
def test_the_command_writes_the_table_and_fails_where_a_number_has_too_few_digits(stable, monkeypatch, capsys, tmp_path):
    row = digits.row_of("1_dnn_step_by_step", "train", "line 3", ["0.1272"], [0.1272, 0.1272 + (1e-9 if stable else 1e-5)], -4)
    monkeypatch.setattr(digits, "compared", lambda names, machines, jobs: ([row], []))
    monkeypatch.setattr(digits, "machines_of", lambda *_: [Machine(sys.executable, "2.4.6", "Haswell", "Haswell", "AVX2", 2)])
    monkeypatch.setattr(digits.results, "RESULTS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["digits.py", "--python", sys.executable])
    with pytest.raises(SystemExit) as ended:
        digits.main()
    text, written = capsys.readouterr().out, json.loads((tmp_path / "digits.json").read_text(encoding="utf-8"))
    assert ended.value.code == (not stable) and written["numbers"] == [row] and written["bench"] == "digits"
    assert "- NumPy 2.4.6, kernels Haswell, loops AVX2, 2 threads" in text
    last = text.rstrip().splitlines()[-1]
    if stable:
        assert last == "Every number has digits to spare." and written["problems"] == []
    else:
        assert last == written["problems"][0]
        assert last.startswith("1_dnn_step_by_step, cell train, line 3: 0.1272: too many digits: 4 significant digits, of which 4.1 agree")


def test_a_missing_environment_is_said_with_the_line_that_makes_it(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["digits.py", "--python", "/nowhere/python"])
    with pytest.raises(SystemExit, match="2"):
        digits.main()
    assert "/nowhere/python; this makes it: make setup VENV=.venv-lowest CONSTRAINTS=requirements/lowest.txt" in capsys.readouterr().err
