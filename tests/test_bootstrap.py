"""The first code cell of a notebook, in each place where it may stand; .binder and .vscode."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from notebooks.source import sources
from tools import course_folder, structure

ROOT = Path(__file__).resolve().parent.parent

SAY = "\nimport dnn_utils, grader\nprint('modules:', dnn_utils.__file__)\nprint('grader:', grader.__file__)\nprint(sys.modules[check.__module__])"
ON_COLAB = "import sys, types\nsys.modules['google.colab'] = types.ModuleType('google.colab')\n"


def first_cell(name=sources.NAMES[0], address=None):
    """Return the first code cell of a notebook; it clones from `address` if there is one."""
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "".join(next(cell for cell in cells if cell["cell_type"] == "code")["source"])
    return text if address is None else text.replace(sources.SETTINGS["repository"], address)


def run(folder, text):
    """Run a cell as a notebook in `folder` would, without the course on the path; return the process."""
    return subprocess.run([sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, encoding="utf-8",
                          env={"PATH": "/usr/bin:/bin:/usr/local/bin", "PYTHONIOENCODING": "utf-8", "HOME": str(folder)})


def copy_modules(folder):
    """Put into `folder` what a notebook needs of the course."""
    course_folder.make(folder, [])
    return folder


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A repository with the course at the tag of the settings, and a later commit that is broken."""
    folder = copy_modules(tmp_path_factory.mktemp("published") / "deep-network-from-numpy")

    def git(*words):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words], cwd=folder, check=True, capture_output=True)

    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "the course")
    git("tag", sources.SETTINGS["tag"])
    (folder / "course.py").write_text("raise RuntimeError('not the tagged version')", encoding="utf-8")
    git("commit", "-a", "-m", "work in progress")
    return folder.as_uri()


def found_in(done):
    """Return the folder from which a finished run took dnn_utils and grader."""
    assert done.returncode == 0, done.stderr
    modules, grader = re.search("modules: (.*)", done.stdout)[1], re.search("grader: (.*)", done.stdout)[1]
    assert Path(modules).parent == Path(grader).parent.parent
    return Path(modules).parent


@pytest.mark.parametrize("name", sources.NAMES)
def test_every_notebook_begins_with_this_cell_and_these_settings(name):
    text = first_cell(name)
    assert text == first_cell() and "$" not in text
    assert f'REPOSITORY, TAG = "{sources.SETTINGS["repository"]}", "{sources.SETTINGS["tag"]}"' in text


def test_the_folder_is_known_by_what_this_cell_imports():
    """NEEDED is what tells the course from any other folder; all the rest comes with it, as tools/course_folder.py has it."""
    tree = ast.parse((sources.SOURCE / "setup.py").read_text(encoding="utf-8").replace("$", ""))
    [wanted] = [ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "NEEDED"]
    imported = {name.partition(".")[0] for name in structure.imports()["notebooks.source.setup"]}
    assert imported | {"dnn_utils"} == {name.removesuffix(".py") for name in wanted} <= set(course_folder.needed())


@pytest.mark.parametrize("place", [".", "notebooks", "notebooks/en", "release/homework 1"])
@pytest.mark.parametrize("begin", ["", ON_COLAB], ids=["here", "colab"])
def test_modules_beside_the_notebook_or_in_a_folder_above(tmp_path, place, begin):
    course = copy_modules(tmp_path / "课程 course")
    (course / place).mkdir(parents=True, exist_ok=True)
    done = run(course / place, begin + first_cell(address="file:///nothing/there") + SAY)
    assert found_in(done) == course and done.stderr == ""


def test_the_nearest_complete_copy_is_taken(tmp_path):
    outer = copy_modules(tmp_path / "outer")
    inner = copy_modules(outer / "homework")
    shutil.copytree(inner, inner / "notebooks" / "half")
    shutil.rmtree(inner / "notebooks" / "half" / "grader")
    assert found_in(run(inner / "notebooks" / "half", first_cell() + SAY)) == inner


def test_nothing_found_says_where_it_looked_and_what_to_do(tmp_path):
    done = run(tmp_path, first_cell(address="file:///nothing/there") + SAY)
    message = done.stderr[done.stderr.index("ModuleNotFoundError"):]
    assert done.returncode and done.stdout == "" and not list(tmp_path.iterdir())
    assert f"no folder with dnn_utils.py, course.py, figures.py, grader: neither {tmp_path} nor one above it has them all." in message
    assert f"{tmp_path} 和它上面的文件夹里，都没有凑齐 dnn_utils.py、course.py、figures.py、grader。" in message
    assert "from file:///nothing/there\nor from whoever" in message and "请从 file:///nothing/there\n或者" in message


def test_a_part_of_the_course_is_not_taken_for_it(tmp_path):
    shutil.copy(ROOT / "dnn_utils.py", tmp_path)
    shutil.copytree(ROOT / "grader", tmp_path / "grader")
    assert "no folder with dnn_utils.py, course.py, figures.py, grader" in run(tmp_path, first_cell() + SAY).stderr


def test_colab_finds_a_course_that_was_uploaded_under_any_name(tmp_path):
    course = copy_modules(tmp_path / "deep-network-from-numpy-main")
    (tmp_path / "sample_data").mkdir()
    assert found_in(run(tmp_path, ON_COLAB + first_cell(address="file:///nothing/there") + SAY)) == course
    assert run(tmp_path, first_cell(address="file:///nothing/there") + SAY).returncode  # elsewhere nobody looks there


def test_colab_fetches_the_tagged_version_once(tmp_path, published):
    cell = ON_COLAB + first_cell(address=published) + SAY
    assert found_in(run(tmp_path, cell)) == tmp_path / "deep-network-from-numpy"
    again = run(tmp_path, cell.replace(published, "file:///gone/deep-network-from-numpy"))  # the session was restarted, the copy is there
    assert found_in(again) == tmp_path / "deep-network-from-numpy"


def test_only_colab_fetches(tmp_path, published):
    assert run(tmp_path, first_cell(address=published) + SAY).returncode and not list(tmp_path.iterdir())


@pytest.mark.parametrize("address, tag", [("file:///nothing/there", None), (None, "v0.0")], ids=["address", "tag"])
def test_colab_says_what_could_not_be_fetched(tmp_path, published, address, tag):
    text = first_cell(address=address or published).replace(f'"{sources.SETTINGS["tag"]}"', f'"{tag or sources.SETTINGS["tag"]}"')
    done = run(tmp_path, ON_COLAB + text + SAY)
    message = done.stderr[done.stderr.index("ModuleNotFoundError"):]
    assert f"could not fetch {address or published} at {tag or sources.SETTINGS['tag']}: " in message
    assert "fatal" in message or "Remote branch" in message  # what git itself says
    assert "run this cell again" in message and "再运行一次这个单元格" in message and message.count("!unzip -q") == 2
    assert not list(tmp_path.iterdir())


# ---------------------------------------------------------------- Binder and VS Code


def test_binder_builds_from_the_requirements_of_the_course():
    folder = ROOT / ".binder"
    lines = (folder / "requirements.txt").read_text(encoding="utf-8").split()
    assert lines[0] == "-r" and (folder / lines[1]).resolve() == ROOT / "requirements.txt" and len(lines) == 2
    version = re.fullmatch(r"python-3\.(\d+)\n", (folder / "runtime.txt").read_text(encoding="utf-8"))[1]
    assert int(version) >= 11
    assert {path.name for path in folder.iterdir()} == {"requirements.txt", "runtime.txt"}
    done = subprocess.run([sys.executable, "-m", "pip", "install", "--dry-run", "-r", ".binder/requirements.txt"],
                          cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "numpy" in done.stdout, done.stdout + done.stderr


def test_vscode_recommends_python_and_notebooks_and_nothing_more():
    files = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / ".vscode").iterdir()}
    assert files == {"extensions.json": {"recommendations": ["ms-python.python", "ms-toolsai.jupyter"]}}
