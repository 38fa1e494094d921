"""The build: reference, stub and solution are one code; rebuilding changes nothing; the two languages agree."""

import ast
import base64
import io
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "notebooks" / "source"))

import build  # noqa: E402

import course  # noqa: E402


def learners_notebook(name):
    """Return the learner's notebook; where somebody has worked in it, as it was before."""
    path = ROOT / "notebooks" / f"{name}.ipynb"
    return build.assemble(name, build.stub) if build.worked_in(path) else nbformat.read(str(path), as_version=4)


LEARNER = {name: learners_notebook(name) for name in build.NAMES}
SOLUTION = {name: nbformat.read(str(ROOT / "notebooks" / "solutions" / f"{name}.ipynb"), as_version=4) for name in build.NAMES}
GRADED = [(name, cell) for name in build.NAMES for cell in LEARNER[name].cells if "graded" in cell.metadata]
PLANTED = "backward_propagation_n"  # handed over whole, with two bugs
EXERCISES = {
    "1_dnn_step_by_step": 10, "2_initialization": 3, "3_regularization": 4, "4_gradient_checking": 5,
}


def test_there_are_four_notebooks_with_all_graded_functions():
    assert {name: sum(other == name for other, _ in GRADED) for name in build.NAMES} == EXERCISES


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
            for unwanted in ("np.float64(", str(ROOT), str(Path.home()) + "/", "<Figure size", " at 0x", course.NOT_YET):
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
    for language, other in (("zh", "en"), ("en", "zh")):
        command = ["make", "-o", "setup", f"notebooks-{language}", f"VENV={sys.prefix}", f"COPIES={tmp_path}"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        for name in build.NAMES:
            copy = nbformat.read(str(tmp_path / language / f"{name}.ipynb"), as_version=4)
            expected = [cell.id for cell in LEARNER[name].cells if f"lang-{other}" not in cell.metadata.get("tags", [])]
            assert [cell.id for cell in copy.cells] == expected
            assert any(f"lang-{language}" in cell.metadata.get("tags", []) for cell in copy.cells)


@pytest.mark.parametrize("text, problem", [
    ("# %% name=\"a\"\n1\n\n# %% name=\"a\"\n2\n", "the id 'a' stands twice"),
    ("# %%\nx = 1\n", "a cell needs name="),
])
def test_a_cell_without_an_id_is_refused(source, text, problem):
    source.path.write_text(text)
    with pytest.raises(build.SourceError, match=problem):
        build.read("1_x")
