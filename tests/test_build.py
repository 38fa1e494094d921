"""The build: reference, stub and solution are one code; rebuilding changes nothing; the two languages agree."""

import ast
import base64
import dataclasses
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "notebooks" / "source"))

import make_notebooks as build  # noqa: E402

import course  # noqa: E402
from grader.questions import notebooks  # noqa: E402


def learners_notebook(name):
    """Return the learner's notebook; where somebody has worked in it, as it was before."""
    path = ROOT / "notebooks" / f"{name}.ipynb"
    return build.assemble(name, build.stub) if build.worked_in(path) else nbformat.read(str(path), as_version=4)


LEARNER = {name: learners_notebook(name) for name in build.NAMES}
SOLUTION = {name: nbformat.read(str(ROOT / "notebooks" / "solutions" / f"{name}.ipynb"), as_version=4) for name in build.NAMES}
GRADED = [(name, cell) for name in build.NAMES for cell in LEARNER[name].cells if "graded" in cell.metadata]
PLANTED = "backward_propagation_n"  # handed over whole, with two bugs
EXERCISES = {name: len(entries) for name, entries in notebooks().items()}


def test_there_are_four_notebooks_with_all_graded_functions():
    assert {name: sum(other == name for other, _ in GRADED) for name in build.NAMES} == EXERCISES
    assert len(EXERCISES) == 4 and len(GRADED) >= 22


# ---------------------------------------------------------------- stub and solution


EXAMPLE = '''def f(x):
    """Say."""
    y = x
    for l in range(2):
        ### START CODE HERE ###
        # a step
        A, cache = g(x,
                     y)
        grads["dW" + str(l)] = A
        y += 1
        caches.append(cache)
        ### END CODE HERE ###
    return y'''
EXAMPLE_STUB = '''def f(x):
    """Say."""
    y = x
    for l in range(2):
        ### START CODE HERE ###
        # a step
        A, cache = ..., ...  # about 1 line
        grads["dW" + str(l)] = ...  # about 1 line
        ...  # about 1 line
        ...  # about 1 line
        ### END CODE HERE ###
    return y'''


def test_stub_keeps_names_comments_and_everything_outside_the_markers():
    assert build.stub(EXAMPLE) == EXAMPLE_STUB
    assert build.solved(EXAMPLE) == EXAMPLE
    assert build.lines_to_write(EXAMPLE) == 5
    assert course.unfilled(build.stub(EXAMPLE)) and not course.unfilled(EXAMPLE)


def test_a_learner_note_replaces_its_line():
    source = "def f(x):\n    ### START CODE HERE ###\n    y = x  # learner: y = 2 * x\n    z = y\n    ### END CODE HERE ###"
    assert build.stub(source) == source.replace("y = x  # learner: y = 2 * x", "y = 2 * x")
    assert build.solved(source) == source.replace("  # learner: y = 2 * x", "")
    assert build.lines_to_write(source) == 1


@pytest.mark.parametrize("name, cell", GRADED, ids=[cell.id for _, cell in GRADED])
def test_every_stub_is_unsolved_and_every_solution_is_the_reference(name, cell):
    reference = build.function_source(cell.metadata["graded"])
    solved = next(other.source for other in SOLUTION[name].cells if other.id == cell.id)
    assert solved == build.solved(reference)
    assert not course.unfilled(solved)
    if cell.id == PLANTED:
        assert cell.source != solved and "* 2" in cell.source and "4 / m" in cell.source
    else:
        assert course.unfilled(cell.source)
        first = ast.parse(cell.source).body[0]
        assert [arg.arg for arg in first.args.args] == [arg.arg for arg in ast.parse(reference).body[0].args.args]


@pytest.mark.parametrize("name", build.NAMES)
def test_the_learners_notebook_filled_with_the_reference_is_the_solution(name):
    def fill(cell):
        return build.solved(build.function_source(cell.metadata["graded"])) if "graded" in cell.metadata else cell.source

    filled = [(cell.id, cell.cell_type, fill(cell)) for cell in LEARNER[name].cells]
    assert filled == [(cell.id, cell.cell_type, cell.source) for cell in SOLUTION[name].cells]


# ---------------------------------------------------------------- what is committed


class TestRebuild:  # a class of its own, so that --dist loadscope can give it to another worker
    @pytest.mark.parametrize("name", build.NAMES)
    def test_rebuilding_changes_nothing(self, name):
        for path, content in build.build_all([name]).items():
            if path.parent.name == "notebooks" and build.worked_in(path):
                continue  # a learner's work is no fault of the course
            assert path.read_bytes() == content, f"{path.name} is not what its source builds: run `make notebooks`"


@pytest.mark.parametrize("name", build.NAMES)
def test_the_expected_output_is_what_the_code_prints(name):
    cells = {cell.id: cell for cell in SOLUTION[name].cells}
    expected = [cell for cell in cells.values() if cell.id.startswith("expected-")]
    assert len(expected) >= EXERCISES[name]
    for cell in expected:
        assert f"```text\n{build.printed(cells[cell.id.removeprefix('expected-')]).rstrip()}\n```" in cell.source


@pytest.mark.parametrize("name", build.NAMES)
def test_committed_solutions_are_complete(name):
    cells = [cell for cell in SOLUTION[name].cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert SOLUTION[name].metadata.kernelspec.name == "python3"
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type in ("stream", "display_data", "execute_result"), cell.id
            assert output.get("name") != "stderr", cell.id
            text = output.get("text", "") + "".join(map(str, output.get("data", {}).values()))
            for unwanted in ("np.float64(", str(ROOT), str(Path.home()) + "/", "<Figure size", " at 0x", *course.NOT_YET):
                assert unwanted not in text, cell.id


@pytest.mark.parametrize("name", build.NAMES)
def test_the_learners_notebook_has_no_outputs(name):
    assert all(not cell.outputs and cell.execution_count is None for cell in LEARNER[name].cells if cell.cell_type == "code")
    assert [cell.id for cell in LEARNER[name].cells] == [cell.id for cell in SOLUTION[name].cells]


class TestUnfilled:  # a class of its own, so that --dist loadscope can give it to another worker
    @pytest.mark.parametrize("name", build.NAMES)
    def test_an_unfilled_notebook_runs_from_top_to_bottom_without_a_traceback(self, name):
        notebook = nbformat.from_dict(LEARNER[name])
        build.execute(notebook, ROOT / "notebooks")  # raises on an error and on stderr
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        waiting = [cell.id for cell in code if build.printed(cell).startswith(course.NOT_YET)]
        assert len(waiting) >= EXERCISES[name] - 1
        for cell in code:
            if cell.id in waiting:
                assert len(build.printed(cell).splitlines()) == 1


@pytest.mark.parametrize("work", ["run", "filled in", "note added", "cut off"])
def test_a_rebuild_never_overwrites_a_learners_work(work, tmp_path, monkeypatch):
    name = build.NAMES[0]
    monkeypatch.setattr(build, "ROOT", tmp_path)
    path = tmp_path / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir()
    pristine = nbformat.writes(LEARNER[name]).encode()
    path.write_bytes(pristine)
    assert not build.worked_in(path)
    build.write(path, pristine)
    assert len(list(path.parent.iterdir())) == 1
    if work == "run":
        path.write_bytes(pristine.replace(b'"execution_count": null', b'"execution_count": 1', 1))
    elif work == "filled in":
        path.write_bytes(pristine.replace(b"Z = ...", b"Z = W @ A + b", 1))
    elif work == "note added":
        notebook = nbformat.reads(pristine.decode(), as_version=4)
        notebook.cells.insert(3, nbformat.v4.new_markdown_cell("my note"))
        nbformat.write(notebook, str(path))
    else:
        path.write_bytes(pristine[:5000])
    mine = path.read_bytes()
    build.write(path, pristine)
    assert path.read_bytes() == pristine
    assert [other.read_bytes() for other in path.parent.iterdir() if other != path] == [mine]


# ---------------------------------------------------------------- pictures and numbers that a rebuild may find


def recoloured(png):
    from PIL import Image

    picture, changed = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB"), io.BytesIO()
    picture.point(lambda value: max(0, value - 1)).save(changed, "png")
    return base64.b64encode(changed.getvalue()).decode()


def test_a_rebuild_keeps_what_other_code_printed_never(tmp_path):
    """0.41493 printed by the code of yesterday is no reason to keep it today, whatever today's code prints."""
    path = tmp_path / "solution.ipynb"

    def solution(code, text):
        cell = nbformat.v4.new_code_cell("x", id="x", outputs=[nbformat.v4.new_output("stream", name="stdout", text=text)])
        return nbformat.v4.new_notebook(cells=[cell], metadata={"code": code})

    nbformat.write(solution("old", "0.41493159961539694"), str(path))
    for code, kept in (("old", "0.41493159961539694"), ("new", "0.414931599615397")):
        rebuilt = solution(code, "0.414931599615397")
        build.keep_committed(rebuilt, path)
        assert build.printed(rebuilt.cells[0]) == kept


def test_a_rebuild_keeps_equal_outputs_and_sees_other_ones():
    stream = lambda text: [nbformat.v4.new_output("stream", name="stdout", text=text)]
    assert build.same_outputs(stream("a 0.414931599615397"), stream("a 0.41493159961539694"))
    assert not build.same_outputs(stream("a 0.5"), stream("a 0.6"))
    assert not build.same_outputs(stream("a"), [])
    pictures = [output for cell in SOLUTION["1_dnn_step_by_step"].cells for output in cell.get("outputs", []) if "data" in output]
    first, second = pictures[:2]
    assert build.same_outputs([first], [first])
    assert not build.same_outputs([first], [second])
    assert not build.same_outputs([first], stream("a"))
    redrawn = nbformat.from_dict(first)
    redrawn.data["image/png"] = recoloured(first.data["image/png"])  # as another version of matplotlib might draw it
    assert build.same_outputs([first], [redrawn])


# ---------------------------------------------------------------- two languages


@pytest.mark.parametrize("name", build.NAMES)
def test_the_languages_agree(name):
    assert build.pair_problems(name) == []


PAIR = '''# %% [markdown] pair="why" lang="zh"
# 深度网络（deep network）有 3 层（layer），见 [这里](x.md)：`W` 与 $b = 1$。

# %% [markdown] pair="why" lang="en"
# A deep network has 3 layers, see [here](x.md): `W` and $b = 1$.
'''


@pytest.fixture
def source(tmp_path, monkeypatch):
    """Return a function that writes the source `1_x.py` and returns what is wrong with its pairs."""
    shutil.copy(build.SOURCE / "glossary.csv", tmp_path)
    monkeypatch.setattr(build, "SOURCE", tmp_path)
    build.parsed.cache_clear()  # what one list of languages allows, another one may not
    path = tmp_path / "1_x.py"

    def problems(text=None):
        if text is not None:
            path.write_text(text, encoding="utf-8")
        return build.pair_problems("1_x")

    problems.path = path
    return problems


def test_a_confirmed_pair_has_no_problem_and_a_changed_one_says_which_side_is_stale(source):
    assert source(PAIR) == ["1_x: pair 'why': both texts are new or have changed; read them side by side"]
    build.confirm("1_x", [])
    assert source() == []
    confirmed = source.path.read_text(encoding="utf-8")
    assert source(confirmed.replace("A deep", "Any deep")) == [
        "1_x: pair 'why': the English text has changed; the Chinese one is stale"]
    assert source(confirmed.replace("见 ", "请看 ")) == [
        "1_x: pair 'why': the Chinese text has changed; the English one is stale"]


@pytest.mark.parametrize("old, new, problem", [
    ("has 3 layers", "has 4 layers", "number '4' stands only in the English text"),
    ("(x.md): `W`", "(y.md): `W`", "link 'y.md' stands only in the English text"),
    ("`W` and", "`V` and", "inline code '`V`' stands only in the English text"),
    ("and $b = 1$", "and $b = 2$", "formula '$b = 2$' stands only in the English text"),
    ("深度网络（deep network）有", "深网（deep network）有", "does not say '深度网络'"),
    ("深度网络（deep network）有", "深度网络有", "first use of '深度网络': write 深度网络（deep network）"),
])
def test_what_differs_between_the_languages_is_named(source, old, new, problem):
    assert old in PAIR
    source(PAIR.replace(old, new))
    build.confirm("1_x", [])
    assert any(problem in line for line in source())


def test_a_missing_partner_is_named(source):
    alone = PAIR[: PAIR.index("# %% [markdown] pair=\"why\" lang=\"en\"")]
    assert "must be followed by the en cell" in source(alone)[0]


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make: apt-get install make")
def test_copies_in_one_language(tmp_path):
    assert set(build.LANGUAGES) >= {"zh", "en"}
    for language in build.LANGUAGES:
        command = ["make", "-o", "ready", f"notebooks-{language}", f"VENV={sys.prefix}", f"COPIES={tmp_path}"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        others = {f"lang-{other}" for other in build.LANGUAGES if other != language}
        for name in build.NAMES:
            if language in build.languages_of(name):
                copy = nbformat.read(str(tmp_path / language / f"{name}.ipynb"), as_version=4)
                expected = [cell.id for cell in LEARNER[name].cells if not others & set(cell.metadata.get("tags", []))]
                assert [cell.id for cell in copy.cells] == expected
                assert any(f"lang-{language}" in cell.metadata.get("tags", []) for cell in copy.cells)


# ---------------------------------------------------------------- a third language


@pytest.fixture
def three(source, monkeypatch):
    """The same for a course in zh, en and fr."""
    monkeypatch.setattr(build, "LANGUAGES", ["zh", "en", "fr"])
    glossary = (build.SOURCE / "glossary.csv").read_text(encoding="utf-8").splitlines()
    french = {"en,zh": "fr", "layer,层": "couche", "deep network,深度网络": "réseau profond|réseaux profonds"}
    (build.SOURCE / "glossary.csv").write_text("".join(f"{row},{french.get(row, '')}\n" for row in glossary), encoding="utf-8")
    return source


FRENCH = '''
# %% [markdown] pair="why" lang="fr"
# Les réseaux profonds ont 3 couches, voir [ici](x.md) : `W` et $b = 1$.
'''


def test_a_third_language_is_confirmed_and_goes_stale_like_the_second(three):
    assert three(PAIR + FRENCH) == [
        "1_x: pair 'why': both texts are new or have changed; read them side by side",
        "1_x: pair 'why': the English and the fr text are new or have changed; read them side by side"]
    build.confirm("1_x", [], ["zh"])
    assert three() == ["1_x: pair 'why': the English and the fr text are new or have changed; read them side by side"]
    build.confirm("1_x", ["why"], ["fr"])
    assert three() == []
    confirmed = three.path.read_text(encoding="utf-8")
    assert three(confirmed.replace("ont 3", "ont bien 3")) == ["1_x: pair 'why': the fr text has changed; the English one is stale"]
    assert three(confirmed.replace("A deep", "Any deep")) == [
        "1_x: pair 'why': the English text has changed; the Chinese one is stale",
        "1_x: pair 'why': the English text has changed; the fr one is stale"]
    assert three(confirmed.replace("见 ", "请看 ")) == ["1_x: pair 'why': the Chinese text has changed; the English one is stale"]


@pytest.mark.parametrize("old, new, problem", [
    ("ont 3", "ont 4", "number '4' stands only in the fr text"),
    ("`W` et", "`V` et", "inline code '`V`' stands only in the fr text"),
    ("3 couches", "3 strates", "the English text says 'layer', the fr one does not say 'couche'"),
    ("réseaux profonds", "réseaux longs", "the English text says 'deep network', the fr one does not say 'réseau profond|réseaux profonds'"),
])
def test_what_differs_in_a_third_language_is_named(three, old, new, problem):
    assert old in FRENCH
    three(PAIR + FRENCH.replace(old, new))
    build.confirm("1_x", [])
    assert any(problem in line for line in three())


HEADING = '# %% [markdown] name="h"\n# ## 为什么 / Why\n\n'


def test_a_notebook_has_all_of_a_third_language_or_nothing(three):
    three(HEADING + PAIR)
    build.confirm("1_x", [])
    assert three() == [] and build.not_translated("1_x") == ["1_x: not translated into fr yet"]
    other = PAIR.replace('"why"', '"how"').replace("深度网络（deep network）有 3 层（layer）", "深度网络有 3 层")
    three(HEADING + PAIR + FRENCH + "\n" + other)
    build.confirm("1_x", [])
    assert three() == ["1_x: pair 'how': no fr text", "1_x: heading 'h': has 2 parts, expected zh / en / fr"]
    assert build.not_translated("1_x") == []
    three(three.path.read_text(encoding="utf-8").replace("/ Why", "/ Why / Pourquoi"))
    assert three() == ["1_x: pair 'how': no fr text"]


def test_a_cell_of_a_third_language_stands_behind_the_english_one(three):
    zh, en = PAIR.split("\n\n")
    assert three(f"{zh}\n{FRENCH}\n{en}") == ["1_x: pair 'why': a zh cell must be followed by the en and the fr cell of the same pair"]


def test_a_language_that_the_course_does_not_have_is_refused(source):
    with pytest.raises(build.SourceError, match="lang= is 'fr', expected one of the languages in pyproject.toml: zh, en"):
        source(PAIR + FRENCH)


def test_a_pair_that_confirm_cannot_write_to_is_named(source):
    source(PAIR.replace('pair="why" lang="zh"', 'lang="zh" pair="why"'))
    with pytest.raises(build.SourceError, match="1_x.py: pair 'why': write the first line of its zh cell as"):
        build.confirm("1_x", [])


# ---------------------------------------------------------------- slips in a source


@pytest.mark.parametrize("text, problem", [
    ("# %% name=\"a\"\n1\n\n# %% name=\"a\"\n2\n", "cell 2: the id 'a' stands twice"),
    ("# %%\nx = 1\n", "cell x = 1: a cell needs name="),
    ("# %% name=\"a b\"\nx = 1\n", "the id 'a b' should have 1 to 64 letters, digits, - or _"),
    ("# %% name=\"a\" expectd=true\nx = 1\n", "expectd= means nothing in a cell with name=; it may have expected, name"),
    ("# %% [markdown] name=\"a\" lang=\"zh\"\n# x\n", "lang= means nothing in a cell with name="),
    ("# %% [markdown] pair=\"a\"\n# x\n", "cell x: lang= is None, expected one of the languages"),
    ("# %% pair=\"a\" lang=\"zh\"\nx = 1\n", "pair= is for prose: # %% \\[markdown\\]"),
    ("# %% [markdown] given=\"gc_utils.gradient_check\"\n", "given= is for code"),
    ("# %% include=\"nothing.py\"\n", "there is no file notebooks/source/nothing.py"),
    ("# %% given=\"dnn_utils.nothing\"\n", "cell given='dnn_utils.nothing': there is no function 'dnn_utils.nothing'"),
    ("# %% given=\"nothing.relu\"\n", "expected is module.function, the module being one of dnn_utils, init_utils, reg_utils, gc_utils"),
    ("# %% given=\"relu\"\n", "there is no function 'relu'"),
    ("# %% given=\"dnn_utils.relu\"\nx = 1\n", "its code comes from dnn_utils.relu; put code of your own into a cell with name="),
    ("# %% graded=\"dnn_utils.relu\" difficulty=1 minutes=5\n", "nothing to write between ### START CODE HERE ### and ### END CODE HERE ###"),
    ("# %% graded=\"dnn_utils.linear_forward\" difficulty=4 minutes=5\n", "difficulty= is 4, expected 1, 2 or 3"),
    ("# %% graded=\"dnn_utils.linear_forward\" difficulty=\"1\" minutes=5\n", "difficulty= is '1', expected 1, 2 or 3"),
    ("# %% graded=\"dnn_utils.linear_forward\" difficulty=1 minutes=x\n", "its first line cannot be read: "),
    ("# %% graded=\"dnn_utils.linear_forward\" difficulty=1\n", "minutes= is None, expected a whole number of minutes"),
])
def test_a_slip_in_the_first_line_of_a_cell_is_named(source, text, problem):
    source.path.write_text(text)
    with pytest.raises(build.SourceError, match=f"^1_x.py: .*{problem}"):
        build.read("1_x")


def exercise(name, number):
    return f'# %% graded="init_utils.initialize_parameters_{name}" difficulty=1 minutes={number}\n\n'


EXERCISES_OF_2 = [exercise(name, 5) for name in ("zeros", "random", "he")]


@pytest.mark.parametrize("cells, problem", [
    (EXERCISES_OF_2[:2], "the entry 'init_utils.initialize_parameters_he' has no cell graded='init_utils.initialize_parameters_he' in notebooks/source/2_initialization.py"),
    ([*EXERCISES_OF_2, exercise("zeros", 5).replace("init_utils.initialize_parameters_zeros", "dnn_utils.compute_cost")],
     "2_initialization.py: cell graded='dnn_utils.compute_cost': no entry in QUESTIONS of grader/questions/init.py"),
    (EXERCISES_OF_2[::-1], "QUESTIONS should be in the order of the notebook: init_utils.initialize_parameters_he, "),
])
def test_exercises_and_questions_that_are_not_the_same_are_named(tmp_path, monkeypatch, cells, problem):
    monkeypatch.setattr(build, "SOURCE", tmp_path)
    path = tmp_path / "2_initialization.py"
    path.write_text("".join(EXERCISES_OF_2))
    build.check_questions("2_initialization")
    path.write_text("".join(cells))
    with pytest.raises(build.SourceError) as error:
        build.check_questions("2_initialization")
    assert problem in str(error.value)


def test_points_that_do_not_add_up_are_named(monkeypatch):
    entries = build.entries_of("2_initialization")
    more = (dataclasses.replace(entries[0], points=entries[0].points + 5), *entries[1:])
    monkeypatch.setattr(build, "entries_of", lambda name: more)
    with pytest.raises(build.SourceError, match="grader/questions/init.py: the points of a notebook add up to 100; these add up to 105: initialize_"):
        build.check_questions("2_initialization")


def test_a_notebook_without_questions_is_told_where_to_name_them():
    with pytest.raises(build.SourceError, match="5_new.py: grader/questions/__init__.py says in MODULES"):
        build.check_questions("5_new")


def test_a_cell_that_fails_and_one_that_prints_nothing_are_named(tmp_path):
    failing = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0", id="divide")])
    with pytest.raises(build.SourceError, match="^cell divide fails: .*"):
        build.execute(failing, tmp_path)
    silent = [nbformat.v4.new_code_cell("x = 1", id="run-x"), nbformat.v4.new_markdown_cell("", id="expected-run-x")]
    silent = nbformat.v4.new_notebook(cells=silent)
    with pytest.raises(build.SourceError, match="^cell run-x has expected=true and prints nothing"):
        build.show_expected(silent, silent)


# ---------------------------------------------------------------- the quick check


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """The notebook 4, its solution, its source and the modules in a folder of their own."""
    for path in [*ROOT.glob("*.py"), *build.SOURCE.iterdir(), build.committed_solution("4_gradient_checking")]:
        if path.is_file():
            (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, tmp_path / path.relative_to(ROOT))
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "SOURCE", tmp_path / "notebooks" / "source")
    learner = tmp_path / "notebooks" / "4_gradient_checking.ipynb"
    learner.write_bytes(build.build_from_stored("4_gradient_checking")[0].encode())
    return tmp_path


LEARNERS, SOLVED = "notebooks/4_gradient_checking.ipynb", "notebooks/solutions/4_gradient_checking.ipynb"
DIFFERS = "differs from what its source builds; run `make notebooks`"


def edit(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


@pytest.mark.parametrize("file, old, new, expected", [
    ("notebooks/source/4_gradient_checking.py", "Plan about 90", "Plan some 90", [f"{LEARNERS}: {DIFFERS}", f"{SOLVED}: {DIFFERS}"]),
    ("notebooks/source/4_gradient_checking.py", "minutes=8", "minutes=9", [f"{LEARNERS}: {DIFFERS}", f"{SOLVED}: {DIFFERS}"]),
    ("notebooks/source/4_gradient_checking.py", "cube = lambda", "kube = lambda", [f"{SOLVED}: its code, or a module"]),
    ("gc_utils.py", "import numpy as np", "import numpy as np  # arrays", [f"{SOLVED}: its code, or a module"]),
    ("notebooks/source/setup.py", "import course", "import course  # ours", [f"{SOLVED}: its code, or a module"]),
    (SOLVED, "Plan about 90", "Plan some 90", [f"{SOLVED}: {DIFFERS}"]),
    (SOLVED, "cube = lambda", "kube = lambda", [f"{SOLVED}: {DIFFERS}"]),
    (SOLVED, '"```text\\n",\n    "J = 8', '"```text\\n",\n    "J = 9', [f"{SOLVED}: {DIFFERS}"]),
    (SOLVED, '"J = 8', '"J = 9', [f"{LEARNERS}: {DIFFERS}", f"{SOLVED}: {DIFFERS}"]),
    (SOLVED, '"pair": "welcome"', '"pair": "hello"', [f"{SOLVED}: {DIFFERS}"]),
    (LEARNERS, '"graded": "gc_utils.gradient_check"', '"graded": "gc_utils.gradient"', [f"{LEARNERS}: {DIFFERS}"]),
])
def test_the_quick_check_sees_what_does_not_follow_from_the_source(copied, file, old, new, expected):
    assert build.differences(["4_gradient_checking"], quick=True) == ([], [])
    edit(copied / file, old, new)
    problems, notes = build.differences(["4_gradient_checking"], quick=True)
    assert len(problems) == len(expected) and notes == []
    assert all(problem.startswith(start) for problem, start in zip(problems, expected)), problems


def test_the_quick_check_sees_a_solution_that_is_not_there(copied):
    (copied / SOLVED).unlink()
    assert build.differences(["4_gradient_checking"], quick=True)[0][0].startswith(f"{SOLVED}: its code")


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git: apt-get install git")
def test_a_learners_work_is_no_difference_unless_git_has_it(copied, monkeypatch):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    edit(copied / LEARNERS, "about 1 line", "my line")
    noted = ([], [f"{LEARNERS}: somebody has worked in it; not compared"])
    assert build.differences(["4_gradient_checking"], quick=True) == noted  # no repository at all
    git = lambda *words: subprocess.run(["git", *words], cwd=copied, check=True, capture_output=True)
    git("init", "-q")
    assert build.differences(["4_gradient_checking"], quick=True) == noted  # not in it
    git("add", LEARNERS)
    assert build.differences(["4_gradient_checking"], quick=True) == ([f"{LEARNERS}: {DIFFERS}"], [])
    edit(copied / LEARNERS, "about 1 line", "my other line")
    assert build.differences(["4_gradient_checking"], quick=True) == noted  # other work than git has


@pytest.mark.parametrize("arguments, expected", [
    (["confirm", "--pair", "welcom"], "there is no pair welcom in 1_dnn_step_by_step, 2_initialization, 3_regularization, 4_gradient_checking\n"),
    (["pairs", "--notebook", "4"], "ok\n"),
])
def test_the_command_says_in_a_line_what_is_wrong(arguments, expected):
    done = subprocess.run([sys.executable, str(build.SOURCE / "build.py"), *arguments], capture_output=True, text=True, encoding="utf-8")
    assert (done.stdout, done.stderr, done.returncode) == (expected, "", expected != "ok\n")


def test_lines_of_chinese_are_joined_and_items_are_not():
    text = "- 一行，\n  接着 `code`：\n  1. 甲。\n  2. 乙，\n     丙\n\n第一段\n第二行，\nword，\n**粗**\n\n第二段"
    assert build.joined(text) == "- 一行，接着 `code`：\n  1. 甲。\n  2. 乙，丙\n\n第一段第二行，word，**粗**\n\n第二段"
