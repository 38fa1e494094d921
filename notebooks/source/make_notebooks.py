"""Build the notebooks from their text sources: `python notebooks/source/make_notebooks.py [build | check | pairs | confirm]`.

A source is a jupytext py:percent file. Its cells carry this metadata:

    # %% [markdown] name="h-forward"                   a heading, in both languages at once
    # %% [markdown] pair="why-depth" lang="zh" ...     prose; the zh cell comes first, its en cell next, then those of further
                                                       languages of [tool.course], with the hashes that `confirm` writes
    # %% graded="dnn_utils.linear_forward" difficulty=1 minutes=5
    # %% given="dnn_utils.two_layer_model"             the whole function, taken from the module
    # %% include="setup.py"                            a file of this folder; $name becomes that setting of [tool.course]
    # %% name="run-linear_forward" expected=true       ordinary code; its output is shown as the expected output

Every cell has an id that never changes: its name, its pair and language, or its function. From one source come the
learner's notebook (graded cells as stubs, no outputs) and the solution (graded cells solved, executed).
"""

import argparse
import base64
import csv
import functools
import io
import os
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from string import Template

SOURCE = Path(__file__).resolve().parent
ROOT = SOURCE.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
if __name__ == "__main__":  # two seconds of every command: what jsonschema would check internationalised addresses with
    sys.modules["rfc3987_syntax"] = None

import jupytext  # noqa: E402
import nbformat  # noqa: E402
import numpy as np  # noqa: E402
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook  # noqa: E402
from number_compare import difference  # noqa: E402

from course import digest  # noqa: E402
from grader.questions import MODULES, entries_of, questions  # noqa: E402
from grader.reference import COURSE_MODULES, LEARNER, function_source, lines_to_write, solved, stub  # noqa: E402

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


# ---------------------------------------------------------------- what a source says


LANGUAGES = SETTINGS["languages"]
BOTH = ("zh", "en")  # every notebook has these two; English is the one that the others are compared with
CODE_KEYS = {"graded": ("difficulty", "minutes"), "given": (), "include": (), "name": ()}  # what tells one cell from the others


def id_of(kind, meta, text):
    """Return the id of a cell, or raise SourceError, which says what its first line `# %% ...` lacks or has too much."""
    form = next((key for key in ("pair", *CODE_KEYS) if key in meta), None)
    if form is None:
        raise SourceError("a cell needs name=, pair= with lang=, graded=, given= or include=")
    language = meta.get("lang")
    if form == "pair":
        if language not in LANGUAGES:
            raise SourceError(f"lang= is {language!r}, expected one of the languages in pyproject.toml: {', '.join(LANGUAGES)}")
        known = {"pair", "lang", *({language, "en"} if language != "en" else ())}
    else:
        known = {form, *CODE_KEYS[form], *(("expected",) if kind == "code" else ())}
    for key in meta.keys() - known:
        raise SourceError(f"{key}= means nothing in a cell with {form}=; it may have {', '.join(sorted(known))}")
    if (form == "pair" and kind == "code") or (form not in ("pair", "name") and kind != "code"):
        raise SourceError(f"{form}= is for {'prose: # %% [markdown]' if form == 'pair' else 'code: # %% without [markdown]'}")
    if form in ("graded", "given", "include") and text.strip():
        raise SourceError(f"its code comes from {meta[form]}; put code of your own into a cell with name=")
    if form in ("graded", "given"):
        check_function(form, meta)
    if form == "include" and not (SOURCE / meta[form]).is_file():
        raise SourceError(f"there is no file notebooks/source/{meta[form]}")
    found = {"pair": f"{meta[form]}-{language}", "include": meta[form].removesuffix(".py"), "name": meta[form]}
    found = found.get(form) or meta[form].split(".")[1]
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", found):
        raise SourceError(f"the id {found!r} should have 1 to 64 letters, digits, - or _")
    return found


def check_function(form, meta):
    """Raise SourceError where an exercise or a given function cannot be made of what its cell says."""
    path = meta[form]
    try:
        source = function_source(path)
    except (ValueError, KeyError, AttributeError, ImportError, OSError):
        raise SourceError(f"there is no function {path!r}; expected is module.function, the module being one of "
                          f"{', '.join(COURSE_MODULES)}") from None
    if form == "graded":
        if not lines_to_write(source):
            raise SourceError(f"{path} has nothing to write between ### START CODE HERE ### and ### END CODE HERE ###")
        for key, most, expected in (("difficulty", 3, "1, 2 or 3"), ("minutes", 999, "a whole number of minutes")):
            if type(meta.get(key)) is not int or not 1 <= meta[key] <= most:
                raise SourceError(f"{key}= is {meta.get(key)!r}, expected {expected}")


def check_questions(name):
    """Raise SourceError where the exercises of source `name` and the entries in grader/questions are not the same."""
    if name not in MODULES:
        raise SourceError(f"{name}.py: grader/questions/__init__.py says in MODULES which file has the questions of a notebook; "
                          f"there is none for {name!r}")
    file, entries = f"grader/questions/{MODULES[name]}.py", entries_of(name)
    exercises, asked = [meta["graded"] for _, _, meta, _ in read(name) if "graded" in meta], [entry.path for entry in entries]
    problems = [f"{name}.py: cell graded={path!r}: no entry in QUESTIONS of {file}" for path in exercises if path not in asked]
    problems += [f"{file}: the entry {path!r} has no cell graded={path!r} in notebooks/source/{name}.py"
                 for path in asked if path not in exercises]
    if not problems and exercises != asked:
        problems.append(f"{file}: QUESTIONS should be in the order of the notebook: {', '.join(exercises)}")
    points = sum(entry.points for entry in entries)
    if points != 100:
        problems.append(f"{file}: the points of a notebook add up to 100; these add up to {points}: "
                        + ", ".join(f"{entry.name} {entry.points}" for entry in entries))
    if problems:
        raise SourceError("\n".join(problems))


# ---------------------------------------------------------------- from a source to its two notebooks


def read(name):
    """Return the cells of a source as (id, kind, metadata, text), kind being markdown or code."""
    return parsed(name, (SOURCE / f"{name}.py").read_text(encoding="utf-8"))


@functools.cache
def parsed(name, source):
    """Return the cells of the text of a source."""
    cells, ids = [], set()
    for cell in jupytext.reads(source, fmt="py:percent").cells:
        meta = {key: value for key, value in cell.metadata.items() if key != "lines_to_next_cell"}  # jupytext's own
        first = cell.source.strip().splitlines()[0] if cell.source.strip() else ", ".join(f"{key}={meta[key]!r}" for key in meta)
        try:
            if line := meta.pop("incorrectly_encoded_metadata", None):
                raise SourceError(f"its first line cannot be read: {line}: a value is a number, true or a \"text\"")
            found = id_of(cell.cell_type, meta, cell.source)
            if found in ids:
                raise SourceError(f"the id {found!r} stands twice")
        except SourceError as error:
            raise SourceError(f"{name}.py: cell {first}: {error}") from None
        ids.add(found)
        cells.append((found, cell.cell_type, meta, cell.source))
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
    return re.sub(rf"(?<={WIDE})\n *(?={WIDE})|(?<=[，。；：、！？）])\n *(?=[`$\w]|\*\*)(?!\d+\. )", "", text)


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


# ---------------------------------------------------------------- the languages


CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]+\$", re.DOTALL)
LINK = re.compile(r"\]\(([^)]*)\)")
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?:e-?\d+)?")


def facts(text):
    """Return what must be equal in all languages: formulas and inline code (which ones), links and numbers (how often)."""
    found = {"inline code": CODE.findall(text), "formula": FORMULA.findall(CODE.sub(" ", text)), "link": LINK.findall(text)}
    rest = re.sub(r"<[^>]*>", " ", LINK.sub(" ", FORMULA.sub(" ", CODE.sub(" ", text))))
    found["number"] = [number.rstrip(".,") for number in NUMBER.findall(rest.replace("，", " "))]
    found = {kind: [" ".join(piece.split()) for piece in pieces] for kind, pieces in found.items()}
    return {kind: Counter(set(p) if kind in ("inline code", "formula") else p) for kind, p in found.items()}


def glossary():
    """Return the glossary, {language: term} a row; a|b are two forms of a term, and where there is none the author is free."""
    with open(SOURCE / "glossary.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def prose(text):
    """Return a text without formulas, code and links' targets."""
    return LINK.sub("]", FORMULA.sub(" ", CODE.sub(" ", text)))


def mentions(text, english):
    """Return whether an English text uses the term, in the singular or plural."""
    return re.search(rf"\b{re.escape(english)}(?:s|es)?\b", text, re.IGNORECASE) is not None


def language_name(language):
    """Return what messages call a language: Chinese, English, and any other one by its code."""
    return {"zh": "Chinese", "en": "English"}.get(language, language)


def pairs_of(name):
    """Return [(pair, [(language, metadata, text) of its cells])] of source `name`, in order."""
    cells = [(meta["pair"], (meta["lang"], meta, text)) for _, _, meta, text in read(name) if "pair" in meta]
    return [(pair, [cell for _, cell in group]) for pair, group in groupby(cells, key=lambda cell: cell[0])]


def languages_of(name):
    """Return the languages of source `name`, in order: both, and those that it has any cell in."""
    found = {language for _, cells in pairs_of(name) for language, _, _ in cells}
    return [language for language in LANGUAGES if language in BOTH or language in found]


def not_translated(name):
    """Return a line for each language of the course that source `name` has no cell in: a beginning, and no problem."""
    return [f"{name}: not translated into {language} yet" for language in LANGUAGES if language not in languages_of(name)]


def pair_problems(name):
    """Return a list of lines, one for each thing that is wrong with the languages of source `name`."""
    problems, introduced, languages = [], set(), languages_of(name)
    for pair, cells in pairs_of(name):
        has = [language for language, _, _ in cells]
        expected = [language for language in languages if language in BOTH or language in has]
        if has != expected:
            return [f"{name}: pair {pair!r}: a {expected[0]} cell must be followed by the {' and the '.join(expected[1:])} cell "
                    f"of the same pair"]
        where, texts = f"{name}: pair {pair!r}", {language: text for language, _, text in cells}
        problems += [f"{where}: no {language} text" for language in languages if language not in texts]
        for language, meta, text in cells:
            if language != "en":
                problems += [f"{where}: {problem}" for problem in translation_problems(language, meta, text, texts["en"])]
        for term in glossary():
            if term["zh"] in prose(texts["zh"]) and term["en"] not in introduced:
                introduced.add(term["en"])
                if not re.search(rf"{term['zh']}\*{{0,2}}（\*{{0,2}}{re.escape(term['en'])}", texts["zh"], re.IGNORECASE):
                    problems.append(f"{where}: first use of {term['zh']!r}: write {term['zh']}（{term['en']}）")
    return problems + heading_problems(name, languages)


def translation_problems(language, meta, text, english):
    """Return what is wrong with one translation: stale, other facts than the English text, other words than the glossary's."""
    problems, this = [], language_name(language)
    changed = {side for side, written in ((language, text), ("en", english)) if meta.get(side) != digest(written)}
    if changed == {"en"}:
        problems.append(f"the English text has changed; the {this} one is stale")
    elif changed == {language}:
        problems.append(f"the {this} text has changed; the English one is stale")
    elif changed:
        problems.append("both texts are new or have changed; read them side by side" if language in BOTH else
                        f"the English and the {this} text are new or have changed; read them side by side")
    left, right = facts(text), facts(english)
    for kind in left:
        for only, side in ((left[kind] - right[kind], this), (right[kind] - left[kind], "English")):
            problems += [f"{kind} {piece!r} stands only in the {side} text" for piece in only]
    for term in glossary():
        translation = term.get(language)
        if translation and mentions(prose(english), term["en"]) and not says(text, translation):
            problems.append(f"the English text says {term['en']!r}, the {this} one does not say {translation!r}")
    return problems


def says(text, term):
    """Return whether a text has one of the forms of a term of the glossary."""
    return any(form.strip().lower() in text.lower() for form in term.split("|"))


def heading_problems(name, languages):
    """Return a line for each heading that is not in all `languages`; one that is the same in all of them stands once."""
    headings = [(meta["name"], text.split(" / ")) for _, kind, meta, text in read(name) if kind == "markdown" and "name" in meta]
    return [f"{name}: heading {heading!r}: has {len(parts)} parts, expected {' / '.join(languages)}"
            for heading, parts in headings if len(parts) not in (1, len(languages))]


def confirm(name, pairs, languages=()):
    """Write the hashes of a translation and of its English text into its cell: the author says that they agree.

    pairs, languages: which ones (all when empty).
    """
    path = SOURCE / f"{name}.py"
    source = path.read_text(encoding="utf-8")
    for pair, cells in pairs_of(name):
        texts = {language: text for language, _, text in cells}
        for language in texts.keys() - {"en"}:
            if (pairs and pair not in pairs) or (languages and language not in languages) or "en" not in texts:
                continue
            head = f'# %% [markdown] pair="{pair}" lang="{language}"'
            hashes = f'{language}="{digest(texts[language])}" en="{digest(texts["en"])}"'
            source, count = re.subn(rf"^{re.escape(head)}.*$", f"{head} {hashes}", source, flags=re.MULTILINE)
            if not count:
                raise SourceError(f"{name}.py: pair {pair!r}: write the first line of its {language} cell as {head}")
    path.write_text(source, encoding="utf-8")


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
    translations = [language for language in LANGUAGES if language != "en"]
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
