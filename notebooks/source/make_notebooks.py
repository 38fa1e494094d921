"""Build the notebooks from their text sources: `python -m notebooks.source.make_notebooks [build | check | pairs | confirm]`.

sources.py says what a source is. From one source come the learner's notebook (graded cells as stubs, no outputs) and the solution
(graded cells solved, executed).
"""

import argparse
import base64
import io
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from string import Template

if __name__ == "__main__":  # two seconds of every command: what jsonschema would check internationalised addresses with
    sys.modules["rfc3987_syntax"] = None

import nbformat  # noqa: E402
import numpy as np  # noqa: E402
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook  # noqa: E402

from course import digest  # noqa: E402
from grader.questions import questions  # noqa: E402
from grader.reference import LEARNER, function_source, lines_to_write, solved, stub  # noqa: E402
from tools.number_compare import difference  # noqa: E402

from . import sources  # noqa: E402
from .languages import confirm, joined, not_translated, pair_problems, pairs_of  # noqa: E402
from .sources import NAMES, ROOT, SETTINGS, SourceError, check_questions, read  # noqa: E402

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two notebooks run at a time
PICTURES = {"docs/boundaries.png": ("3_regularization", "figure-three")}  # what the README shows, from which cell
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


# ---------------------------------------------------------------- from a source to its two notebooks


def banner(number, path, meta):
    """Return the line above an exercise: its number, difficulty, minutes and lines, in both languages."""
    stars = "★" * meta["difficulty"] + "☆" * (3 - meta["difficulty"])
    count, minutes = lines_to_write(function_source(path)), meta["minutes"]
    lines = f"about {count} line{'s' * (count != 1)}"
    return (f"> **练习 {number} / Exercise {number}: `{path.split('.')[1]}`** · {stars} · "
            f"约 {minutes} 分钟，约 {count} 行 / about {minutes} minutes, {lines}")


def for_nbgrader(cell_id, **points):
    """Return the metadata by which nbgrader keeps a cell as it is released and, where it has points, grades it.

    The exercises themselves get none: nbgrader would put a stub of its own in the place of a cell marked as a solution.
    """
    return {"nbgrader": {"schema_version": 3, "grade_id": cell_id, "grade": bool(points), "locked": True,
                         "solution": False, "task": False, **points}}


def check_cell(function):
    """Return the cell that checks an exercise."""
    text, cell_id = f"check({function})  # stuck? hint({function})", f"check-{function}"
    return new_code_cell(text, id=cell_id, metadata=for_nbgrader(cell_id, points=questions()[function].points))


def assemble(name, graded_cell):
    """Return the notebook of source `name`; `graded_cell` turns a reference function into the cell of its exercise.

    The cell that checks an exercise stands after its cell `run-...`, or after the exercise itself where there is none.
    """
    cells, number, source = [], 0, read(name)
    runs = {cell_id for cell_id, *_ in source if cell_id.startswith("run-")}
    exercises = {meta["graded"].split(".")[1] for _, _, meta, _ in source if "graded" in meta}
    for cell_id, kind, meta, text in source:
        if kind == "markdown":
            extra = {"pair": meta["pair"], "tags": [f"lang-{meta['lang']}"]} if "pair" in meta else {}
            text = joined(text) if meta.get("lang") == "zh" else text
            cells.append(new_markdown_cell(text, id=cell_id, metadata=extra))
            continue
        extra = {}
        if "graded" in meta:
            number += 1
            cells.append(new_markdown_cell(banner(number, meta["graded"], meta), id=f"exercise-{cell_id}"))
            text, extra = graded_cell(function_source(meta["graded"])), {"graded": meta["graded"], "exercise": number}
            if LEARNER.search(function_source(meta["graded"])):
                extra["planted"] = digest(stub(function_source(meta["graded"])))  # how an unmended cell is recognised
        elif "given" in meta:
            text = function_source(meta["given"])
        elif "include" in meta:
            extra = for_nbgrader(cell_id)  # without it no check works
            text = Template((sources.SOURCE / meta["include"]).read_text(encoding="utf-8").rstrip()).substitute(SETTINGS)
        cells.append(new_code_cell(text, id=cell_id, metadata=extra))
        if meta.get("expected"):
            cells.append(new_markdown_cell("", id=f"expected-{cell_id}"))
        function = cell_id.removeprefix("run-")
        if function in exercises and cell_id == (f"run-{function}" if f"run-{function}" in runs else function):
            cells.append(check_cell(function))
    return new_notebook(cells=cells, metadata=dict(METADATA))


def printed(cell):
    """Return what a code cell printed."""
    return "".join(output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stdout")


def show_expected(notebook, solution):
    """Fill the cells "expected output" of `notebook` with what the executed `solution` printed."""
    by_id = {cell.id: cell for cell in solution.cells}
    for cell in notebook.cells:
        if cell.id.startswith("expected-"):
            of = cell.id.removeprefix("expected-")
            text = printed(by_id[of]).rstrip()
            if not text:
                raise SourceError(f"cell {of} has expected=true and prints nothing")
            cell.source = f"**预期输出 / Expected output**\n\n```text\n{text}\n```"


def execute(notebook, folder):
    """Run `notebook` in `folder`; an error or anything on stderr ends the build."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    try:
        NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=False, coalesce_streams=True,
                       resources={"metadata": {"path": str(folder)}}).execute()
    except CellExecutionError as error:
        failed = [cell.id for cell in notebook.cells if any(output.output_type == "error" for output in cell.get("outputs", []))]
        raise SourceError(f"cell {failed[0]} fails: {error}") from None
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            if output.get("name") == "stderr":
                raise SourceError(f"cell {cell.id} writes to stderr: {output.text}")
            if "image/png" in output.get("data", {}):
                output.data.pop("text/plain", None)


def code_digest(solution):
    """Return the characters that stand for all the code behind a solution: its cells and the modules they use."""
    cells = [cell.source for cell in solution.cells if cell.cell_type == "code"]
    others = {"check_setup.py", "conftest.py"}
    modules = [path.read_text(encoding="utf-8") for path in sorted([*ROOT.glob("*.py"), *ROOT.glob("gradient_report/*.py")])
               if path.name not in others]
    return digest("\n".join(cells + modules))


def same_picture(old, new):
    """Return whether two base64 PNGs of the same code are alike, as those of two versions of matplotlib are."""
    from PIL import Image

    a, b = (np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"), float) for png in (old, new))
    return abs(a.shape[0] - b.shape[0]) < 8 and abs(a.shape[1] - b.shape[1]) < 8 and abs(a.mean() - b.mean()) < 3


def same_outputs(old, new):
    """Return whether two lists of outputs of the same code say the same: numbers to the digits shown, pictures by their looks."""
    def parts(output):
        data = dict(output.get("data", {}))
        png = data.pop("image/png", None)
        text = output.get("text", "") + "".join(map(str, data.values()))
        return output.output_type, output.get("name"), sorted(data), png, text

    if len(old) != len(new):
        return False
    for left, right in zip(map(parts, old), map(parts, new)):
        if left[:3] != right[:3] or (left[3] is None) != (right[3] is None) or difference(left[4], right[4]):
            return False
        if left[3] and not same_picture(left[3], right[3]):
            return False
    return True


def keep_committed(solution, path):
    """Keep the outputs in the file at `path` where they come of the same code and say the same: another machine is no change."""
    committed = nbformat.read(str(path), as_version=4) if path.exists() else None
    if committed is None or committed.metadata.get("code") != solution.metadata.code:
        return
    old = {cell.id: cell.outputs for cell in committed.cells if cell.cell_type == "code"}
    for cell in solution.cells:
        if cell.cell_type == "code" and same_outputs(old[cell.id], cell.outputs):
            cell.outputs = old[cell.id]


def committed_solution(name):
    """Return the path of the solution of source `name`."""
    return ROOT / "notebooks" / "solutions" / f"{name}.ipynb"


def build(name):
    """Return (learner's notebook, solution) of source `name`, as text."""
    check_questions(name)
    solution = assemble(name, solved)
    solution.metadata.code = code_digest(solution)
    try:
        execute(solution, ROOT / "notebooks" / "solutions")
        keep_committed(solution, committed_solution(name))
        return finished(name, solution)
    except SourceError as error:
        raise SourceError(f"{name}.py: {error}") from None


def build_from_stored(name):
    """Return what `build` would, with the outputs that the committed solution holds; None if they are not of the same code."""
    check_questions(name)
    solution = assemble(name, solved)
    if not committed_solution(name).exists():
        return None
    committed = nbformat.read(str(committed_solution(name)), as_version=4)
    if committed.metadata.get("code") != code_digest(solution):
        return None
    stored = {cell.id: cell for cell in committed.cells if cell.cell_type == "code"}
    code = [cell for cell in solution.cells if cell.cell_type == "code"]
    if not all(cell.id in stored for cell in code):
        return None
    for cell in code:
        cell.outputs, cell.execution_count = stored[cell.id].outputs, stored[cell.id].execution_count
    solution.metadata = committed.metadata
    return finished(name, solution)


def finished(name, solution):
    """Return (learner's notebook, solution) as text, given the solution with its outputs."""
    learner = assemble(name, stub)
    show_expected(learner, solution)
    show_expected(solution, solution)
    learner.metadata.built = text_digest(learner)
    for notebook in (learner, solution):
        nbformat.validate(notebook)
    return nbformat.writes(learner) + "\n", nbformat.writes(solution) + "\n"


def text_digest(notebook):
    """Return the characters that stand for the texts of a notebook's cells."""
    return digest("\n".join(f"{cell.get('id')} {cell.cell_type} {cell.source}" for cell in notebook.cells))


def worked_in(path):
    """Return whether somebody has worked in the learner's notebook at `path`: run, changed, added or deleted a cell."""
    if not path.exists():
        return False
    try:
        notebook = nbformat.read(str(path), as_version=4)
    except Exception:  # half saved, perhaps: whatever it is, it is not ours to overwrite
        return True
    ran = any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    return ran or notebook.metadata.get("built") != text_digest(notebook)


def in_git(path):
    """Return whether git has the file at `path` as it is, staged or committed: then it is no work in progress."""
    def git(*words):
        return subprocess.run(["git", *words, "--", str(path.relative_to(ROOT))], cwd=ROOT, capture_output=True).stdout.split()

    try:
        return git("hash-object") == git("ls-files", "--stage")[1:2] != []
    except OSError:  # no git
        return False


def write(path, content):
    """Write a built file; a learner's notebook that somebody has worked in is first kept under another name."""
    if path.parent == ROOT / "notebooks" and worked_in(path):
        kept = path.with_name(f"{path.stem}-{time.strftime('%Y%m%d-%H%M%S')}{path.suffix}")
        path.rename(kept)
        print(f"{path.name}: your work is kept in notebooks/{kept.name} / 你写的内容已保存到 notebooks/{kept.name}")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def pictures(name, solution):
    """Return {path: bytes} of the pictures outside the notebooks that are outputs of the solution of `name`."""
    wanted = [(path, cell_id) for path, (notebook, cell_id) in PICTURES.items() if notebook == name]
    outputs = {cell.id: cell.get("outputs", []) for cell in nbformat.reads(solution, as_version=4).cells}
    return {ROOT / path: base64.b64decode(outputs[cell_id][-1].data["image/png"]) for path, cell_id in wanted}


def files_of(name, learner, solution):
    """Return {path: bytes} of all that is made from source `name`."""
    notebooks = {ROOT / "notebooks" / f"{name}.ipynb": learner.encode(), committed_solution(name): solution.encode()}
    return notebooks | pictures(name, solution)


def build_all(names):
    """Return {path: bytes} of all that is made from the sources `names`."""
    with ThreadPoolExecutor(2) as pool:
        built = dict(zip(names, pool.map(build, names)))
    return {path: content for name in names for path, content in files_of(name, *built[name]).items()}


REBUILD = "run `make notebooks`"


def differences(names, quick):
    """Return (problems, notes), a line for each file that is not what the sources `names` build; quick: nothing is run.

    A learner's notebook that somebody has worked in is only noted, unless git has it so: it would be everybody's.
    """
    problems, notes, files = [], [], {} if quick else build_all(names)
    for name in names if quick else ():
        stored = build_from_stored(name)
        if stored is None:
            problems.append(f"{committed_solution(name).relative_to(ROOT)}: its code, or a module that it uses, has changed "
                            f"since it was executed; {REBUILD}")
        else:
            files |= files_of(name, *stored)
    for path, content in files.items():
        if path.exists() and path.read_bytes() == content:
            continue
        if path.parent == ROOT / "notebooks" and worked_in(path) and not in_git(path):
            notes.append(f"{path.relative_to(ROOT)}: somebody has worked in it; not compared")
        else:
            problems.append(f"{path.relative_to(ROOT)}: differs from what its source builds; {REBUILD}")
    return problems, notes


# ---------------------------------------------------------------- command


def run(arguments):
    """Do what the command line says; return (problems, notes)."""
    names = [name for name in NAMES if name[0] in (arguments.notebook or name)]
    known = {pair for name in names for pair, _ in pairs_of(name)}
    if set(arguments.pair) - known:
        raise SourceError(f"there is no pair {', '.join(sorted(set(arguments.pair) - known))} in {', '.join(names)}")
    if arguments.action == "check":
        return differences(names, arguments.quick)
    if arguments.action == "confirm":
        for name in names:
            confirm(name, arguments.pair, arguments.language)
    if arguments.action == "build":
        for path, content in build_all(names).items():
            write(path, content)
    return ([problem for name in names for problem in pair_problems(name)],
            [line for name in names for line in not_translated(name)] if arguments.action == "pairs" else [])


def main():
    parser = argparse.ArgumentParser(description="Build the notebooks from their text sources.")
    parser.add_argument("action", choices=["build", "check", "pairs", "confirm"], nargs="?", default="build",
                        help="build all; check that a rebuild changes nothing; check the languages; "
                             "confirm that a translation and its English text agree")
    parser.add_argument("--notebook", choices=[name[0] for name in NAMES], action="append",
                        help="only this one, by its number (may be repeated)")
    parser.add_argument("--quick", action="store_true",
                        help="with check: compare all that follows from the sources and the stored outputs; run no notebook")
    parser.add_argument("--pair", action="append", default=[], help="with confirm: only this pair (may be repeated)")
    translations = [language for language in sources.LANGUAGES if language != "en"]
    parser.add_argument("--language", choices=translations, action="append", default=[],
                        help="with confirm: only this translation (may be repeated)")
    try:
        problems, notes = run(parser.parse_args())
    except SourceError as error:
        problems, notes = [str(error)], []
    print("\n".join([*notes, *(problems or ["ok"])]))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
