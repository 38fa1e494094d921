"""nbval over the four real solutions: it sees one wrong digit and one wrong line, and passes on every kind of processor."""

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy  # noqa: F401 (its OpenBLAS is asked)
import pytest
import threadpoolctl

from tools.number_compare import NUMBER, difference

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = sorted((ROOT / "notebooks" / "solutions").glob("*.ipynb"))
TYPICAL_MISTAKES = {
    "1_dnn_step_by_step": ("db = 1 / m * np.sum(dZ", "db = np.sum(dZ"),
    "2_initialization": ("np.sqrt(2 / ", "np.sqrt(1 / "),
    "3_regularization": ("A1 = A1 / keep_prob", "A1 = A1 * 1"),
    "4_gradient_checking": ("(J_plus - J_minus) / (2 * epsilon)", "(J_plus - J_minus) / epsilon"),
}


def printed_texts(notebook):
    """Yield every (output, field) of printed text of a notebook, as what to read and write it by."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                yield output, "text"
            elif "text/plain" in output.data:
                yield output.data, "text/plain"


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_every_digit_of_every_decimal_number_counts(path):
    decimals = 0
    for output, field in printed_texts(nbformat.read(str(path), as_version=4)):
        text = output[field]
        for number in NUMBER.finditer(text):
            for at in range(*number.span(1)):
                if text[at].isdigit():
                    altered = text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]
                    assert difference(text, altered), f"{number[1]} at {at} in {text!r}"
            decimals += "." in number[1]
    assert decimals >= 5


def run_nbval(paths, folder, **environment):
    """Run pytest --nbval on `paths` as a user would and return (exit code, report)."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=300", "-x", "-q",
         "-p", "no:cacheprovider", *map(str, paths)],
        cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def course_copy(tmp_path_factory):
    """A copy of what a notebook needs, with an empty folder notebooks/solutions."""
    copy = tmp_path_factory.mktemp("course")
    for path in [*ROOT.glob("*.py"), ROOT / "tools" / "number_compare.py"]:
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(exist_ok=True)
        shutil.copy(path, target)
    for name in ("datasets", "grader", "gradient_report"):
        shutil.copytree(ROOT / name, copy / name)
    (copy / "notebooks" / "solutions").mkdir(parents=True)
    return copy


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_one_altered_digit_fails(path, course_copy):
    notebook = nbformat.read(str(path), as_version=4)
    output, field = next((o, f) for o, f in printed_texts(notebook) if re.search(r"\d\.\d", o[f]))
    output[field] = re.sub(r"(\d\.)(\d)", lambda found: found[1] + str((int(found[2]) + 1) % 10), output[field], count=1)
    copy = course_copy / "notebooks" / "solutions" / path.name
    nbformat.write(notebook, str(copy))
    code, report = run_nbval([copy], course_copy)
    assert code == 1 and "should be" in report, report


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_one_typical_mistake_fails(path, course_copy):
    right, wrong = TYPICAL_MISTAKES[path.stem]
    notebook = nbformat.read(str(path), as_version=4)
    cell = next(cell for cell in notebook.cells if "graded" in cell.metadata and right in cell.source)
    cell.source = cell.source.replace(right, wrong)
    copy = course_copy / "notebooks" / "solutions" / path.name
    nbformat.write(notebook, str(copy))
    code, report = run_nbval([copy], course_copy)
    assert code == 1 and "1 failed" in report, report


def kernels_this_processor_can_run():
    """Return the OpenBLAS kernels to try, by the processor's flags; none where NumPy does not use OpenBLAS on x86-64.

    Not its own: `make test` runs the solutions as they are, too.
    """
    info = Path("/proc/cpuinfo")
    if platform.machine() not in ("x86_64", "AMD64") or not info.exists():
        return []
    flags = set(info.read_text().split("flags", 1)[1].split("\n", 1)[0].split())
    needed = {"Nehalem": {"sse4_2"}, "Haswell": {"avx2", "fma"}, "SkylakeX": {"avx512f", "avx512dq", "avx512bw"}}
    own = {info.get("architecture") for info in threadpoolctl.threadpool_info()}
    return [kernel for kernel, wanted in needed.items() if wanted <= flags and kernel not in own]


class OnOneKernel:
    """The four solutions with the environment variable that makes OpenBLAS use the code for another processor."""

    @pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
    def test_it_prints_the_same(self, path):
        environment = {"OPENBLAS_CORETYPE": self.kernel}
        ask = "import numpy, threadpoolctl; print([info.get('architecture') for info in threadpoolctl.threadpool_info()])"
        used = subprocess.run([sys.executable, "-c", ask], env={**os.environ, **environment}, capture_output=True, text=True)
        assert self.kernel in used.stdout, f"OPENBLAS_CORETYPE={self.kernel} has no effect here: {used.stdout}"
        code, report = run_nbval([path], ROOT, **environment)
        assert code == 0, report


for kernel in kernels_this_processor_can_run():  # a class each, so that --dist loadscope spreads them over the cores
    globals()[f"Test{kernel}"] = type(f"Test{kernel}", (OnOneKernel,), {"kernel": kernel})
