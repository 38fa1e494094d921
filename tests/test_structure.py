"""Imports go one way: down the list of tools/structure.py, in no circle, and nothing of the product imports from tests/ or bench/."""

import ast
import sys

import pytest

import check_setup
from tools import structure
from tools.structure import ROOT

PICTURE = structure.imports()
TESTS = {path.stem for path in ROOT.glob("tests/*.py")}
SOURCES = [path for folder in (".", *structure.FOLDERS, "tests/**") for path in ROOT.glob(f"{folder}/*.py")]


def test_every_module_has_a_place_and_every_place_a_module():
    assert [name for name in PICTURE if structure.place(name) is None] == []
    entries = structure.LAYERS.split()
    assert len(entries) == len(set(entries))
    assert [entry for entry in entries if not any(structure.place(name)[1] == entry for name in PICTURE)] == []


def test_imports_go_down():
    assert structure.arrows_up(PICTURE) == []


def test_there_is_no_circle():
    assert structure.circle(PICTURE) is None


def test_nothing_but_a_bench_imports_from_benches_and_nothing_from_tests():
    """A test module is imported by its bare name: pytest puts its folder on the path."""
    taken = {name: {other.partition(".")[0] for other in structure.named(name)} for name in PICTURE}
    assert [name for name, others in taken.items() if others & {"tests", *TESTS}] == []
    assert [name for name, others in taken.items() if "bench" in others and not name.startswith("bench")] == []


@pytest.mark.parametrize("name, extra, said", [
    ("grader.text", ["grader.cli"], "grader.text -> grader.cli"),
    ("grader.judge", ["grader.grade"], "grader.judge -> grader.grade"),
    ("dnn_utils", ["init_utils"], "dnn_utils -> init_utils"),
    ("grader.compare", ["grader.oracle"], "grader.compare -> grader.oracle"),  # of one line
    ("tools.number_compare", ["bench.run"], "tools.number_compare -> bench.run"),
])
def test_an_arrow_up_is_seen(name, extra, said):
    assert structure.arrows_up(PICTURE | {name: [*PICTURE[name], *extra]}) == [said]


def test_a_circle_is_seen_also_inside_a_package():
    for name, extra in (("grader.text", "grader.cli"), ("grader.questions.base", "grader.questions.gc")):
        found = structure.circle(PICTURE | {name: [*PICTURE[name], extra]})
        assert name in found and extra in found


def test_imports_are_seen_wherever_they_are(tmp_path, monkeypatch):
    program = "import grader.text\nfrom . import text\nfrom .sandbox.wire import pack\nfrom .. import course\n\ndef late():\n    from grader import cli\n"
    (tmp_path / "new.py").write_text(program, encoding="utf-8")
    monkeypatch.setattr(structure, "modules", lambda: {"grader.rooms.new": tmp_path / "new.py"})
    seen = {"grader.text", "grader.rooms.text", "grader.rooms.sandbox.wire.pack", "grader.course", "grader.cli"}
    assert structure.named("grader.rooms.new") == seen
    structure.named.cache_clear()


# ---------------------------------------------------------------- the path, and names


def edits_of_the_path(path):
    """Return the lines of a module that change sys.path; what stands in a text, as an attack's code, is none."""
    def is_path(node):
        return isinstance(node, ast.Attribute) and node.attr == "path" and isinstance(node.value, ast.Name) and node.value.id == "sys"

    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign):
            changed = any(map(is_path, (part for target in node.targets for part in ast.walk(target))))
        elif isinstance(node, ast.AugAssign):
            changed = is_path(node.target)
        else:
            changed = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_path(node.func.value)
        if changed:
            found.append(node.lineno)
    return found


def test_the_path_is_edited_in_two_places_each_with_its_reason():
    """Three are the most that there may be. All else is imported from the folder in which `python -m` and pytest are started."""
    found = {path.relative_to(ROOT).as_posix(): edits_of_the_path(path) for path in SOURCES}
    found = {path: lines for path, lines in found.items() if lines}
    assert {path: len(lines) for path, lines in found.items()} == {"notebooks/source/setup.py": 1, "grader/sandbox/worker.py": 1}
    for path, [line] in found.items():
        around = (ROOT / path).read_text(encoding="utf-8").splitlines()[line - 2 : line]
        assert any("  # " in text or text.startswith("# ") for text in around), f"{path}:{line}: say why"


@pytest.mark.parametrize("edit", ["sys.path.insert(0, x)", "sys.path += [x]", "sys.path[:0] = [x]", "sys.path = [x]", "def f():\n    sys.path.append(x)"])
def test_an_edit_of_the_path_is_seen(tmp_path, edit):
    (tmp_path / "x.py").write_text(f"import sys\n{edit}\nprint(sys.path, 'sys.path.append(x)')\n", encoding="utf-8")
    assert len(edits_of_the_path(tmp_path / "x.py")) == 1


def test_no_module_hides_a_package():
    """Beside a package of its name a module is not found; on the path, as tests are, it would be found in place of others."""
    assert [path for path in SOURCES if path.stem != "__init__" and path.with_suffix("").is_dir()] == []
    ours = {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.rglob("*.py")) and path.name[0] != "."}
    theirs = {name.replace("-", "_") for name, _ in check_setup.requirements()} | set(check_setup.MODULES.values()) | {"build"}
    for folder in ("tests", "bench", "tools", "docs", "datasets", "notebooks/source"):
        stems = {path.stem for path in ROOT.glob(f"{folder}/*.py")} - {"__init__"}
        assert stems & (ours | theirs | sys.stdlib_module_names) == set(), folder
    assert {path.stem for path in ROOT.glob("*.py")} & (ours | theirs | sys.stdlib_module_names) == set()
