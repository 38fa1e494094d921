"""What the text sources of the notebooks say: notebooks/source/[1-9]_*.py, jupytext py:percent files.

Their cells carry this metadata:

    # %% [markdown] name="h-forward"                   a heading, in both languages at once
    # %% [markdown] pair="why-depth" lang="zh" ...     prose; the zh cell comes first, its en cell next, then those of further
                                                       languages of [tool.course], with the hashes that `confirm` writes
    # %% graded="dnn_utils.linear_forward" difficulty=1 minutes=5
    # %% given="dnn_utils.two_layer_model"             the whole function, taken from the module
    # %% include="setup.py"                            a file of this folder; $name becomes that setting of [tool.course]
    # %% name="run-linear_forward" expected=true       ordinary code; its output is shown as the expected output

Every cell has an id that never changes: its name, its pair and language, or its function.
"""

import functools
import re
import tomllib
from pathlib import Path

import jupytext

from grader.questions import MODULES, entries_of
from grader.reference import COURSE_MODULES, function_source, lines_to_write

SOURCE = Path(__file__).resolve().parent
ROOT = SOURCE.parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["course"]
NAMES = sorted(path.stem for path in SOURCE.glob("[0-9]_*.py"))
LANGUAGES = SETTINGS["languages"]
BOTH = ("zh", "en")  # every notebook has these two; English is the one that the others are compared with
CODE_KEYS = {"graded": ("difficulty", "minutes"), "given": (), "include": (), "name": ()}  # what tells one cell from the others


class SourceError(Exception):
    """A source that cannot be built; the message names the file and the cell."""


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
