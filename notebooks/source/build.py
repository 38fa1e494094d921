"""Build the notebooks from their text sources: `python notebooks/source/build.py [build | check | pairs | confirm]`.

A source is a jupytext py:percent file. Its cells carry this metadata:

    # %% [markdown] name="h-forward"                   a heading, in both languages at once
    # %% [markdown] pair="why-depth" lang="zh" ...     prose; the zh cell comes first, its en cell next
    # %% graded="dnn_utils.linear_forward" difficulty=1 minutes=5
    # %% given="dnn_utils.two_layer_model"             the whole function, taken from the module
    # %% include="setup.py"                            a file of this folder; $name becomes that setting of [tool.course]
    # %% name="run-linear_forward" expected=true       ordinary code; its output is shown as the expected output

Every cell has an id that never changes: its name, its pair and language, or its function. From one source come the
learner's notebook (graded cells as stubs, no outputs) and the solution (graded cells solved, executed).
"""

import argparse
import base64
import io
import os
import re
import sys
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from string import Template

SOURCE = Path(__file__).resolve().parent
ROOT = SOURCE.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import jupytext  # noqa: E402
import nbformat  # noqa: E402
import numpy as np  # noqa: E402
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook  # noqa: E402
from number_compare import difference  # noqa: E402

from course import digest  # noqa: E402
from grader.questions import questions  # noqa: E402
from grader.reference import LEARNER, function_source, lines_to_write, solved, stub  # noqa: E402

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two notebooks run at a time
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]
NAMES = sorted(path.stem for path in SOURCE.glob("[0-9]_*.py"))
PICTURES = {"docs/boundaries.png": ("3_regularization", "figure-three")}  # what the README shows, from which cell
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class SourceError(Exception):
    """A source that cannot be built; the message names the file and the cell."""


# ---------------------------------------------------------------- from a source to its two notebooks


def read(name):
    """Return the cells of a source as (id, kind, metadata, text), kind being markdown or code."""
    notebook = jupytext.read(SOURCE / f"{name}.py", fmt="py:percent")
    cells, ids = [], set()
    for cell in notebook.cells:
        meta = dict(cell.metadata)
        where = f"{name}.py: cell {cell.source.strip().splitlines()[0] if cell.source.strip() else meta!r}"
        if "pair" in meta:
            cell_id = f"{meta['pair']}-{meta.get('lang')}"
        elif "graded" in meta or "given" in meta:
            cell_id = (meta.get("graded") or meta["given"]).split(".")[1]
        else:
            cell_id = meta.get("name") or meta.get("include", "").removesuffix(".py")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", cell_id):
            raise SourceError(f"{where}: a cell needs name=, pair= with lang=, graded=, given= or include=")
        if cell_id in ids:
            raise SourceError(f"{where}: the id {cell_id!r} stands twice")
        ids.add(cell_id)
        cells.append((cell_id, cell.cell_type, meta, cell.source))
    return cells


def banner(number, path, meta):
    """Return the line above an exercise: its number, difficulty, minutes and lines, in both languages."""
    stars = "★" * meta["difficulty"] + "☆" * (3 - meta["difficulty"])
    count, minutes = lines_to_write(function_source(path)), meta["minutes"]
    lines = f"about {count} line{'s' * (count != 1)}"
    return (f"> **练习 {number} / Exercise {number}: `{path.split('.')[1]}`** · {stars} · "
            f"约 {minutes} 分钟，约 {count} 行 / about {minutes} minutes, {lines}")


WIDE = "[\u2e80-\u9fff\uff00-\uffef]"


def joined(text):
    """Return a Chinese text whose lines are joined where a line break would show as a blank between two characters."""
    return re.sub(rf"(?<={WIDE})\n(?={WIDE})|(?<=[，。；：、！？）])\n(?=[`$\w])", "", text)


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
            text = Template((SOURCE / meta["include"]).read_text(encoding="utf-8").rstrip()).substitute(SETTINGS)
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
            text = printed(by_id[cell.id.removeprefix("expected-")]).rstrip()
            cell.source = f"**预期输出 / Expected output**\n\n```text\n{text}\n```"


def execute(notebook, folder):
    """Run `notebook` in `folder`; an error or anything on stderr ends the build."""
    from nbclient import NotebookClient

    NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=False, coalesce_streams=True,
                   resources={"metadata": {"path": str(folder)}}).execute()
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
    modules = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("*.py")) if path.name not in others]
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


def build(name):
    """Return (learner's notebook, solution) of source `name`, as text."""
    learner, solution = assemble(name, stub), assemble(name, solved)
    solution.metadata.code = code_digest(solution)
    execute(solution, ROOT / "notebooks" / "solutions")
    keep_committed(solution, ROOT / "notebooks" / "solutions" / f"{name}.ipynb")
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


def build_all(names):
    """Return {path: bytes} of all that is made from the sources `names`."""
    with ThreadPoolExecutor(2) as pool:
        built = dict(zip(names, pool.map(build, names)))
    files = {}
    for name, (learner, solution) in built.items():
        files[ROOT / "notebooks" / f"{name}.ipynb"] = learner.encode()
        files[ROOT / "notebooks" / "solutions" / f"{name}.ipynb"] = solution.encode()
        files.update(pictures(name, solution))
    return files


# ---------------------------------------------------------------- the two languages


CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]+\$", re.DOTALL)
LINK = re.compile(r"\]\(([^)]*)\)")
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?:e-?\d+)?")


def facts(text):
    """Return what must be equal in both languages: formulas and inline code (which ones), links and numbers (how often)."""
    found = {"inline code": CODE.findall(text), "formula": FORMULA.findall(CODE.sub(" ", text)), "link": LINK.findall(text)}
    rest = re.sub(r"<[^>]*>", " ", LINK.sub(" ", FORMULA.sub(" ", CODE.sub(" ", text))))
    found["number"] = [number.rstrip(".,") for number in NUMBER.findall(rest.replace("，", " "))]
    found = {kind: [" ".join(piece.split()) for piece in pieces] for kind, pieces in found.items()}
    return {kind: Counter(set(p) if kind in ("inline code", "formula") else p) for kind, p in found.items()}


def glossary():
    """Return the glossary as a list of (English term, Chinese term)."""
    rows = (SOURCE / "glossary.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [tuple(row.split(",")) for row in rows]


def prose(text):
    """Return a text without formulas, code and links' targets."""
    return LINK.sub("]", FORMULA.sub(" ", CODE.sub(" ", text)))


def mentions(text, english):
    """Return whether an English text uses the term, in the singular or plural."""
    return re.search(rf"\b{re.escape(english)}(?:s|es)?\b", text, re.IGNORECASE) is not None


def pair_problems(name):
    """Return a list of lines, one for each thing that is wrong with the two languages of source `name`."""
    problems, introduced = [], set()
    cells = [(meta, text) for _, kind, meta, text in read(name) if kind == "markdown" and "pair" in meta]
    zh_side, en_side = cells[0::2], cells[1::2]
    for i, (meta, _) in enumerate(cells):
        other = cells[i ^ 1][0] if i ^ 1 < len(cells) else {}
        if meta["lang"] != ("zh", "en")[i % 2] or other.get("pair") != meta["pair"]:
            return [f"{name}: pair {meta['pair']!r}: a zh cell must be followed by the en cell of the same pair"]
    for (meta, zh), (_, en) in zip(zh_side, en_side):
        where = f"{name}: pair {meta['pair']!r}"
        changed = {lang for lang, text in (("zh", zh), ("en", en)) if meta.get(lang) != digest(text)}
        if changed == {"en"}:
            problems.append(f"{where}: the English text has changed; the Chinese one is stale")
        elif changed == {"zh"}:
            problems.append(f"{where}: the Chinese text has changed; the English one is stale")
        elif changed:
            problems.append(f"{where}: both texts are new or have changed; read them side by side")
        left, right = facts(zh), facts(en)
        for kind in left:
            for only, side in ((left[kind] - right[kind], "Chinese"), (right[kind] - left[kind], "English")):
                problems += [f"{where}: {kind} {piece!r} stands only in the {side} text" for piece in only]
        for english, chinese in glossary():
            if mentions(prose(en), english) and chinese not in zh:
                problems.append(f"{where}: the English text says {english!r}, the Chinese one does not say {chinese!r}")
            if chinese in prose(zh) and english not in introduced:
                introduced.add(english)
                if not re.search(rf"{chinese}\*{{0,2}}（\*{{0,2}}{re.escape(english)}", zh, re.IGNORECASE):
                    problems.append(f"{where}: first use of {chinese!r}: write {chinese}（{english}）")
    return problems


def confirm(name, pairs):
    """Write the hashes of both texts into the zh cells of `pairs` (all when empty): the author says that they agree."""
    path = SOURCE / f"{name}.py"
    text = path.read_text(encoding="utf-8")
    cells = [(meta, source) for _, kind, meta, source in read(name) if kind == "markdown" and "pair" in meta]
    for (meta, zh), (_, en) in zip(cells[0::2], cells[1::2]):
        pair = meta["pair"]
        if not pairs or pair in pairs:
            head = f'# %% [markdown] pair="{pair}" lang="zh"'
            text = re.sub(rf"^{re.escape(head)}.*$", f'{head} zh="{digest(zh)}" en="{digest(en)}"', text, flags=re.MULTILINE)
    path.write_text(text, encoding="utf-8")


# ---------------------------------------------------------------- command


def main():
    parser = argparse.ArgumentParser(description="Build the notebooks from their text sources.")
    parser.add_argument("action", choices=["build", "check", "pairs", "confirm"], nargs="?", default="build",
                        help="build all; check that a rebuild changes nothing; check the two languages; "
                             "confirm that zh and en of a pair agree")
    parser.add_argument("--notebook", choices=[name[0] for name in NAMES], action="append",
                        help="only this one, by its number (may be repeated)")
    parser.add_argument("--pair", action="append", default=[], help="with confirm: only this pair (may be repeated)")
    arguments = parser.parse_args()
    names = [name for name in NAMES if name[0] in (arguments.notebook or name)]
    if arguments.action == "confirm":
        for name in names:
            confirm(name, arguments.pair)
    problems = [problem for name in names for problem in pair_problems(name)]
    if arguments.action in ("build", "check"):
        for path, content in build_all(names).items():
            if arguments.action == "build":
                write(path, content)
            elif not path.exists() or path.read_bytes() != content:
                problems.append(f"{path.relative_to(ROOT)}: differs from what its source builds; run `make notebooks`")
    print("\n".join(problems) or "ok")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
