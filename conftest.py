"""Make `pytest --nbval` compare numbers as numbers, and let it run a learner's notebook against the solution.

Three kinds of notebook:

- in a folder named `solutions`: what each cell prints is compared with its stored outputs, and every cell has
  been run;
- a learner's, if a folder `solutions` beside it or one folder up has it, under its name or with its cells: what each
  cell prints is compared with the stored outputs of the solution's cell of the same id; cells that the learner added
  run and are not compared;
- any other: as nbval does it, with numbers compared as numbers.

nbval's collector and items are subclassed. `tests/test_nbval.py` fails if nbval stops using what is replaced.
"""

import json
import os
import re
from collections import defaultdict

import nbformat
import pytest
from nbval import plugin as nbval

from tools.number_compare import difference

for name in ("IPyNbFile collect", "IPyNbCell runtest", "IPyNbCell compare_outputs", "IPyNbCell repr_failure"):
    owner, method = name.split()
    if method not in vars(getattr(nbval, owner, object)):  # hasattr would find pytest's own method
        raise pytest.UsageError(f"nbval has no {owner}.{method} any more: adapt conftest.py to it")

SOLUTIONS = "solutions"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
WIDGET = "application/vnd.jupyter.widget-view+json"  # holds a random id
NO_CONTENT = {"output_type", "metadata", "execution_count", "traceback", WIDGET}
PASSED = "✓"  # how the answer of a check begins
PROGRESS = re.compile(r"进度：[^。]*。|Progress: [^.]*\.")  # of a check: it depends on which other exercises are done


def pytest_configure():
    """Let the checks of the notebooks speak both languages, as the stored outputs do."""
    os.environ.pop("COURSE_LANG", None)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path, parent):
    """Put our collector in the place of nbval's."""
    collectors = yield
    option = parent.config.option
    if file_path.suffix != ".ipynb" or not (getattr(option, "nbval", 0) or getattr(option, "nbval_lax", 0)):
        return collectors
    others = [collector for collector in collectors if type(collector) is not nbval.IPyNbFile]
    if len(others) == len(collectors):
        raise pytest.UsageError("nbval does not collect notebooks as IPyNbFile any more: adapt conftest.py")
    return [*others, Notebook.from_parent(parent, path=file_path)]


class CellFailure(Exception):
    """A failure whose message is all there is to say."""


class Notebook(nbval.IPyNbFile):
    """A notebook whose cells know what to be compared with."""

    def collect(self):
        is_solution = self.path.parent.name == SOLUTIONS
        items = list(super().collect())  # reads self.nb, too
        solution = None if is_solution else self._solution({_id(item.cell) for item in items} - {None})
        learner = solution is not None
        self.unfilled = self.told = False
        expected = self._expected(solution) if learner else {}
        graded = any("graded" in item.cell.metadata for item in items)
        strange = learner and not any(_id(item.cell) in expected for item in items)
        for item in items:
            fault = None
            if learner:
                fault = self._prepare(item.cell, expected.get(_id(item.cell)))
            elif is_solution and item.cell.execution_count is None:
                # nbval would run it and compare nothing.
                fault = "this cell has no execution_count: run the notebook from top to bottom and save it"
            if strange and item is items[0]:
                fault = (
                    f"no cell has an id known to {SOLUTIONS}/{self.path.name}, so nothing can be compared: "
                    "copy your answers into a fresh copy of the notebook / "
                    "没有一个单元格能和答案对上，什么也没有核对：请把你的代码抄进一份新的笔记本"
                )
            elif graded and not learner and not is_solution and item is items[0]:
                fault = (
                    f"there are exercises here, but no {SOLUTIONS} folder to compare with, so nothing is checked: "
                    "keep the notebook in the folder notebooks of the course / "
                    "没有可比的答案，什么也没有核对：请把笔记本放在课程的 notebooks 文件夹里"
                )
            known = is_solution or _id(item.cell) in expected
            cell = Cell.from_parent(
                self, name=f"{item.name} {_id(item.cell) or ''}".strip() if known else item.name,
                cell_num=item.cell_num, cell=item.cell, options=item.options
            )
            cell.learner, cell.fault = learner, fault
            yield cell

    def _solution(self, ids):
        """The solution to compare with, here or one folder up: of the same name, or else with the most of these cell ids."""
        folders = [folder / SOLUTIONS for folder in (self.path.parent, self.path.parent.parent)]
        for folder in folders:
            if (folder / self.path.name).is_file():
                return folder / self.path.name
        candidates = [path for folder in folders for path in sorted(folder.glob("*.ipynb"))]
        shared = {path: len(ids & self._expected(path).keys()) for path in candidates}
        best = max(shared, key=shared.get, default=None)
        return best if best and shared[best] > len(ids) / 2 else None

    def _expected(self, solution):
        """The code cells of the solution by their id."""
        cells = nbformat.read(solution, as_version=4).cells
        return {_id(cell): cell for cell in cells if cell.cell_type == "code" and _id(cell)}

    def _prepare(self, cell, reference):
        """Give a learner's cell the outputs of its `reference`; return why it fails anyway, or None."""
        # What the learner's file has stored is from an earlier run. Without a count nbval compares nothing.
        cell.outputs, cell.execution_count = [], None
        if reference is None:
            return None
        from course import digest, unfilled  # only learner's notebooks need them

        function = cell.metadata.get("graded") or reference.metadata.get("graded")
        planted = cell.metadata.get("planted")  # the digest of a cell that is handed over with mistakes in it
        if planted and planted == digest(cell.source):
            name, number = function.rpartition(".")[2], cell.metadata["exercise"]
            return f"{name}: still as handed over, with its mistakes (Exercise {number}) / 练习 {number} 里的错误还没改"
        if function and unfilled(cell.source):
            self.unfilled = True
            name, number = function.rpartition(".")[2], cell.metadata["exercise"]
            return f"{name}: not attempted yet, the cell still has `...` (Exercise {number}) / 练习 {number} 还没写"
        if reference.execution_count is None:
            return "the solution's cell was never run, so there is nothing to compare with: `make notebooks`"
        cell.outputs, cell.execution_count = reference.outputs, reference.execution_count
        return None


class Cell(nbval.IPyNbCell):
    """A code cell: nbval runs it, this class compares and reports."""

    learner = False  # compared with the cell of a solution
    fault = None  # why it fails whatever it prints

    def reportinfo(self):
        return self.path, 0, f"{self.parent.name}::{self.name}"

    def runtest(self):
        failure = None
        if self.fault:
            self.options["check"] = False  # it runs all the same, because later cells may need it
        try:
            super().runtest()
        except nbval.NbCellError as error:
            failure = error
        if self.fault:
            raise CellFailure(self.fault)
        if self.learner:
            self._skip_if_not_yet()
        if failure:
            raise failure

    def _skip_if_not_yet(self):
        """A cell that needs an unfilled exercise prints a line that says so (course.py), which is no failure.

        If no exercise failed as unfilled (the stub is in an added cell), that line is the failure.
        """
        from course import NOT_YET

        for texts in self._content(self.test_outputs).values():
            for text in texts:
                if text.startswith(NOT_YET):
                    reason = text.partition("\n")[0]
                    raise (pytest.skip.Exception if self.parent.unfilled else CellFailure)(reason)

    def compare_outputs(self, test, ref, skip_compare=None):
        """nbval calls this with the new and the stored outputs; if False it shows `comparison_traceback`."""
        self.comparison_traceback = list(self._differences(self._content(test), self._content(ref)))
        return not self.comparison_traceback

    def _differences(self, got, expected):
        """Yield what is wrong, one message for each kind of output. Any stderr is wrong, stored or not."""
        stored_stderr, stderr = expected.pop("stderr", []), got.pop("stderr", [])
        for text in stderr or stored_stderr:
            yield f"the cell writes to stderr (a warning?), which no cell may / 不该有警告（stderr）:\n{text.strip()}"
        for kind in sorted(expected.keys() | got.keys()):
            if len(expected[kind]) != len(got[kind]):
                text = (got[kind] or expected[kind])[0]
                yield f"{kind}: {len(expected[kind])} expected, {len(got[kind])} printed\n{text}".rstrip()
            for want, have in zip(expected[kind], got[kind]):
                if want.startswith(PASSED) and not have.startswith(PASSED):
                    yield have.strip()  # what the check has to say
                elif found := difference(want, have):
                    yield f"{kind}, {found}"

    def _content(self, outputs):
        """{kind: texts} of outputs. Of an image only that it is there: its bytes differ between machines."""
        content = defaultdict(list)
        for output in outputs:
            stream = output.output_type == "stream"
            fields = {output.name: output.text} if stream else output.get("data", output)
            if any(kind.startswith("image/") for kind in fields):
                fields = {"image": ""}
            elif "text/plain" in fields and "text/html" in fields:  # the same in two forms: one is compared
                fields = {"text/plain": fields["text/plain"]}
            for kind in fields.keys() - NO_CONTENT:
                value = fields[kind]
                text = self.sanitize(value if isinstance(value, str) else json.dumps(value))
                content[kind].append(PROGRESS.sub("", text) if self.learner else text)
        return content

    def repr_failure(self, excinfo):
        """The error and the lines of the notebook that led to it, or what differs; nothing of nbval."""
        error = excinfo.value
        if isinstance(error, CellFailure):
            return str(error)
        if not isinstance(error, nbval.NbCellError):
            return super().repr_failure(excinfo)
        last = self.test_outputs[-1] if self.test_outputs else {}
        timeout = last.get("ename") == "KeyboardInterrupt"
        if last.get("output_type") == "error" and not timeout and not self.options["check_exception"]:
            return _error_text(last)
        begins = next(filter(str.strip, self.cell.source.splitlines()), "")
        lines = [_plain(error.inner_traceback or str(error)).strip(), f"in the cell that begins `{begins}`"]
        if self.learner and not self.parent.told:
            self.parent.told = True
            lines.append("Mend the first failure first: later ones may come from it. / 先改第一处，后面的多半是它连带的。")
        return "\n".join(lines)


def _id(cell):
    """A cell's id, which Colab keeps in the metadata; None in files older than nbformat 4.5."""
    return cell.get("id") or cell.metadata.get("id")


def _error_text(error):
    """An error as `name: message` and the notebook's lines that led to it (a SyntaxError in full)."""
    frames = [_plain(frame) for frame in error.traceback]
    lines = []
    for frame in frames:
        place = re.match(r"Cell In\s*\[\d+\], (line \d+(?:, in .*)?)", frame)
        line = re.search(r"^-+> *\d+ (.*)$", frame, re.MULTILINE)
        if place and line:
            lines.append(f"  {place[1]}: {line[1].strip()}")
    return "\n".join([f"{error.ename}: {error.evalue}", *(lines or frames)])


def _plain(text):
    return COLOUR.sub("", text)
