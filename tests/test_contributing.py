"""CONTRIBUTING: each recipe is carried out, word for word, on a copy of the repository; both languages say the same."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from notebooks.source import languages, make_notebooks, sources

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = {"en": ROOT / "CONTRIBUTING.md", "zh": ROOT / "CONTRIBUTING.zh.md"}
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
NOTEBOOK = "2_initialization"
SOURCE = f"notebooks/source/{NOTEBOOK}.py"
MISSING = [program for program in ("git", "make") if shutil.which(program) is None]
needs_programs = pytest.mark.skipif(bool(MISSING) or os.name == "nt", reason=f"needs {' and '.join(MISSING) or 'a Unix shell'}: apt-get install git make")


# ---------------------------------------------------------------- the documents


def text_of(language):
    return DOCUMENTS[language].read_text(encoding="utf-8")


def recipe(title):
    """Return (the commands, the other blocks) of a recipe, as an author would copy them."""
    text = text_of("en")
    body = re.split(r"\n##+ ", text.partition(f"\n### {title}\n")[2])[0]
    blocks = [(kind, textwrap.dedent(block)) for kind, block in FENCE.findall(body)]
    command = re.compile(r"(?:make|git|\.venv/bin/\S+) ")
    commands = [line for _, block in blocks for line in block.splitlines() if command.match(line)]
    return commands, [block for _, block in blocks if not command.match(block)]


def test_both_languages_have_the_same_headings_code_files_links_and_numbers():
    outline = {}
    for language in DOCUMENTS:
        prose = FENCE.sub("", text_of(language))
        outline[language] = [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)]
    assert outline["en"] == outline["zh"] and outline["en"].count(3) == 6
    assert FENCE.findall(text_of("en")) == FENCE.findall(text_of("zh"))
    facts = {language: languages.facts(text_of(language).replace("(CONTRIBUTING.zh.md)", "(CONTRIBUTING.md)")) for language in DOCUMENTS}
    for kind in facts["en"]:
        assert facts["en"][kind] == facts["zh"][kind], kind


@pytest.mark.parametrize("language", DOCUMENTS)
def test_the_files_that_are_named_exist(language):
    code = {piece.strip("`") for piece in languages.CODE.findall(FENCE.sub("", text_of(language)))}
    named = {piece for piece in code if re.fullmatch(r"[\w./*-]+\.(py|csv|toml|md|ipynb)|[\w/]+/", piece)}
    made = {"notebooks/fr", "docs/X.md", "docs/X.zh.md", "README.fr.md", "screenshots/", "tests/answers/leaky_relu.py"}
    assert len(named) > 30
    for piece in named - made:
        assert any(True for folder in (ROOT, ROOT / "grader", *(ROOT / "grader").glob("*/"), ROOT / "notebooks" / "source") for _ in folder.glob(piece)), piece


@pytest.mark.parametrize("language", DOCUMENTS)
def test_every_module_of_the_grader_is_in_its_map(language):
    rows = "".join(re.findall(r"^\| `.*?\|", text_of(language), re.MULTILINE))
    grader = ROOT / "grader"
    modules = [path.relative_to(grader).as_posix() for folder in ("", "sandbox", "classroom") for path in (grader / folder).glob("[!_]*.py")]
    assert len(modules) > 30 and [name for name in modules if f"`{name}`" not in rows] == []


# ---------------------------------------------------------------- a copy to work in


ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTEST", "COURSE_", "COV_", "MAKE", "MFLAGS", "VENV", "CONSTRAINTS"))},  # of `make test-lowest`
    "PYTHONDONTWRITEBYTECODE": "1",  # a module edited twice in one second, to the same length, would stay as it was first compiled
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8",
    **{f"GIT_{who}_{what}": "author@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


class Copy:
    """The repository as it is now, in a folder and a git of its own; its .venv is the environment of this test."""

    def __init__(self, folder):
        self.folder = folder
        self.run(f"git init -q -b main {folder}", cwd=folder.parent)
        self.run(f"git --git-dir={folder}/.git --work-tree={ROOT} add .", cwd=ROOT)  # what .gitignore lets through, new files too
        self.run("git checkout-index -a")
        for name in sources.NAMES:
            if make_notebooks.worked_in(ROOT / "notebooks" / f"{name}.ipynb"):  # by somebody who learns here
                self.path(f"notebooks/{name}.ipynb").write_text(make_notebooks.build_from_stored(name)[0], encoding="utf-8")
        (folder / ".venv").symlink_to(sys.prefix, target_is_directory=True)
        self.run("git add . && git commit -q -m course")

    def path(self, name):
        return self.folder / name

    def run(self, command, expect=0, cwd=None):
        """Run a command as it stands in a recipe, but with this environment as it is; return what it printed."""
        command = re.sub(r"^make ", "make -o setup -o ready ", command)
        done = subprocess.run(command, shell=True, cwd=cwd or self.folder, env=ENVIRONMENT, text=True, encoding="utf-8",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == expect, f"{command}\n{done.stdout}"
        return done.stdout

    def replace(self, name, old, new):
        """Replace a text that stands once in a file."""
        text = self.path(name).read_text(encoding="utf-8")
        assert text.count(old) == 1, (name, old)
        self.path(name).write_text(text.replace(old, new), encoding="utf-8")

    def before(self, name, place, text):
        self.replace(name, place, f"{text}\n\n{place}")

    def cells(self, folder="notebooks"):
        """Return {id: cell} of the notebook that the recipes change."""
        notebook = json.loads(self.path(f"{folder}/{NOTEBOOK}.ipynb").read_text(encoding="utf-8"))
        return {cell["id"]: cell | {"source": "".join(cell["source"])} for cell in notebook["cells"]}


# ---------------------------------------------------------------- the recipes


@pytest.fixture(scope="class")
def author(tmp_path_factory):
    """A copy in which all recipes were followed one after the other, and notebook 2 was built once at the end.

    `make notebooks`, the last step of each, would build it five times, and all four notebooks each time.
    """
    copy = Copy(tmp_path_factory.mktemp("author") / "course")
    for step in (change_a_sentence, change_an_exercise, change_a_figure, add_a_question, add_a_language, prepare_a_release):
        step(copy)
    copy.run("make notebooks ONLY=2")
    return copy


def change_a_sentence(copy):
    (pairs, confirm, rebuild), _ = recipe("A sentence")
    assert rebuild == "make notebooks ONLY=2"
    copy.replace(SOURCE, "Plan about 1 hour.", "Set about 1 hour aside.")
    said = copy.run(pairs, expect=1)
    assert said == f"{NOTEBOOK}: pair 'welcome': the English text has changed; the Chinese one is stale\n"
    copy.replace(SOURCE, "全部做完大约 1 小时。", "请留出大约 1 小时。")
    assert "both texts" in copy.run(pairs, expect=1)
    assert copy.run(confirm) == "ok\n"


def change_an_exercise(copy):
    (test, rebuild), (cell,) = recipe("An exercise")
    assert rebuild == "make notebooks"
    body = copy.path("init_utils.py").read_text(encoding="utf-8").partition("def initialize_parameters_he")[2]
    line = next(line for line in body.splitlines() if line.lstrip().startswith('parameters["W"'))
    copy.replace("init_utils.py", line, f"        # a row for each unit, a column for each of its inputs\n{line}")
    old = next(line for line in copy.path(SOURCE).read_text(encoding="utf-8").splitlines() if line.startswith(cell.partition(" difficulty")[0]))
    assert old != cell.rstrip()
    copy.replace(SOURCE, old, cell.rstrip())
    assert " passed" in copy.run(test)


def change_a_figure(copy):
    (rebuild,), (cell,) = recipe("A figure")
    assert rebuild == "make notebooks ONLY=2"
    copy.before(SOURCE, '# %% [markdown] name="h-summary"', cell)


def add_a_question(copy):
    (confirm, test, rebuild, *_), (function, cells, entry, answers) = recipe("A question")
    assert rebuild == "make notebooks"
    copy.replace("init_utils.py", '"initialize_parameters_zeros", "load_dataset"', '"initialize_parameters_zeros", "leaky_relu",\n    "load_dataset"')
    copy.before("init_utils.py", "# ---------------------------------------------------------------- model, prediction, data", f"{function}\n")
    copy.before(SOURCE, '# %% [markdown] name="h-summary"', cells)
    said = copy.run("make notebooks ONLY=2", expect=2)  # forgotten: the entry
    assert "cell graded='init_utils.leaky_relu': no entry in QUESTIONS of grader/questions/init.py" in said and "Traceback" not in said
    copy.before("grader/questions/init.py", "QUESTIONS = (", entry)
    copy.replace("grader/questions/init.py", "initialize_parameters_he)\n", "initialize_parameters_he, leaky_relu)\n")
    said = copy.run("make notebooks ONLY=2", expect=2)  # forgotten: the points
    assert "the points of a notebook add up to 100; these add up to 110: initialize_parameters_zeros 20" in said
    copy.replace("grader/questions/init.py", "    points=20,", "    points=10,")
    assert copy.run(confirm) == "ok\n"
    copy.path("tests/answers/leaky_relu.py").write_text(answers, encoding="utf-8")
    copy.run("git add tests/answers")  # the recipes after it commit what git knows
    assert " 16 passed" in copy.run(test)  # 6 for any question, 3 right answers, 6 mistakes, one of them spelled in another way
    copy.run("make lint")


def add_a_language(copy):
    (pairs, confirm, rebuild, one_language), (setting, cell, heading, glossary) = recipe("A language")
    assert (rebuild, one_language) == ("make notebooks", "make notebooks-fr")
    copy.replace("pyproject.toml", 'languages = ["zh", "en"]', setting.rstrip())
    assert copy.run(pairs) == "".join(f"{name}: not translated into fr yet\n" for name in sources.NAMES) + "ok\n"
    rows = copy.path("notebooks/source/glossary.csv").read_text(encoding="utf-8").splitlines()
    french = {line.rpartition(",")[0]: line for line in glossary.splitlines()}
    assert set(french) <= set(rows)
    copy.path("notebooks/source/glossary.csv").write_text("".join(f"{french.get(row, row + ',')}\n" for row in rows), encoding="utf-8")
    first, _, text = cell.partition("\n")
    texts = {re.search(r'pair="([^"]+)"', first)[1]: text}
    write_french(copy, texts)
    missing = copy.run(pairs, expect=1)
    assert f"{NOTEBOOK}: pair 'welcome': no fr text\n" in missing and "pair 'starts': the English and the fr text are new" in missing
    assert f"{NOTEBOOK}: heading 'h-zeros': has 2 parts, expected zh / en / fr\n" in missing
    write_french(copy, texts | {pair: f"# (fr)\n{english}" for pair, english in english_texts(copy).items() if pair not in texts})
    source = copy.path(SOURCE).read_text(encoding="utf-8")
    source = re.sub(r"^(# %% \[markdown\] name=.*\n# #.*)$", r"\1 / (fr)", source, flags=re.MULTILINE)
    assert heading.splitlines()[1].replace("Tout à zéro", "(fr)") in source
    copy.path(SOURCE).write_text(source.replace("All zeros / (fr)", "All zeros / Tout à zéro"), encoding="utf-8")
    assert "does not say 'couche'" in copy.run(pairs, expect=1)  # the stand-ins for a translation are English
    text = copy.path(SOURCE).read_text(encoding="utf-8")
    text = re.sub(r'(lang="fr"\n)((?:#.*\n)+)', lambda cell: cell[1] + re.sub(r"\blayers?\b", "couche", cell[2].replace("deep network", "réseau profond")), text)
    copy.path(SOURCE).write_text(text, encoding="utf-8")
    assert copy.run(confirm).endswith("ok\n")


def english_texts(copy):
    """Return {pair: the lines of its English cell}, as they stand in the source."""
    return dict(re.findall(r'^# %% \[markdown\] pair="([^"]+)" lang="en"\n((?:#.*\n)+)', copy.path(SOURCE).read_text(encoding="utf-8"), re.MULTILINE))


def write_french(copy, texts):
    """Put the French cells `texts` behind their English ones, where there is none yet."""
    source = copy.path(SOURCE).read_text(encoding="utf-8")
    for pair, text in texts.items():
        if f'pair="{pair}" lang="fr"' not in source:
            english = f'# %% [markdown] pair="{pair}" lang="en"\n{english_texts(copy)[pair]}'
            source = source.replace(english, f'{english}\n# %% [markdown] pair="{pair}" lang="fr"\n{text}')
    copy.path(SOURCE).write_text(source, encoding="utf-8")


def prepare_a_release(copy):
    _, (setting,) = recipe("A release")
    copy.path("pyproject.toml").write_text(
        re.sub(r'^tag = ".*"$', setting.rstrip(), copy.path("pyproject.toml").read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")


@needs_programs
class TestRecipes:
    def test_the_sentence_is_in_both_notebooks_in_both_languages(self, author):
        for folder in ("notebooks", "notebooks/solutions"):
            cells = author.cells(folder)
            assert "Set about 1 hour aside." in cells["welcome-en"]["source"] and "请留出大约 1 小时。" in cells["welcome-zh"]["source"]

    def test_the_exercise_has_its_new_step_difficulty_and_minutes(self, author):
        stub, banner = (author.cells()[name]["source"] for name in ("initialize_parameters_he", "exercise-initialize_parameters_he"))
        assert "# a row for each unit, a column for each of its inputs\n" in stub and "parameters[\"W\" + str(l)] = ..." in stub
        assert "★★☆ · 约 10 分钟，约 2 行 / about 10 minutes, about 2 lines" in banner
        assert "# a row for each unit" in author.cells("notebooks/solutions")["initialize_parameters_he"]["source"]

    def test_the_figure_is_drawn(self, author):
        outputs = author.cells("notebooks/solutions")["figure-relu"]["outputs"]
        assert [list(output["data"]) for output in outputs] == [["image/png"]]
        assert author.cells()["figure-relu"]["outputs"] == []

    def test_the_question_is_an_exercise_with_stub_check_and_expected_output(self, author):
        learner, solution = author.cells(), author.cells("notebooks/solutions")
        assert "    A = ...  # about 1 line\n" in learner["leaky_relu"]["source"]
        assert "    A = np.where(Z > 0, Z, alpha * Z)\n" in solution["leaky_relu"]["source"]
        assert "练习 4 / Exercise 4: `leaky_relu`** · ★☆☆ · 约 3 分钟，约 1 行" in learner["exercise-leaky_relu"]["source"]
        assert learner["check-leaky_relu"]["source"].startswith("check(leaky_relu)")
        assert "```text\n[[-0.2  0.   3. ]]\n```" in learner["expected-run-leaky_relu"]["source"]
        names = list(learner)
        assert [names.index(name) for name in ("leaky_relu", "run-leaky_relu")] < [names.index("check-leaky_relu")] * 2

    def test_the_question_is_graded(self, author):
        solution, learner = recipe("A question")[0][3:]
        said = author.run(f"{solution} --lang en")
        assert re.search(r"leaky_relu\W+correct\W+10/10", said) and "100/100" in said, said
        said = author.run(f"{learner} --lang en --json", expect=1)
        question = json.loads(said)["questions"][-1]
        assert (question["name"], question["status"], question["points"], question["max_points"]) == ("leaky_relu", "not_attempted", 0, 10)

    def test_the_third_language_has_its_own_copy(self, author):
        author.run(recipe("A language")[0][3])
        copies = [path.name for path in author.path("notebooks/fr").iterdir()]
        assert copies == [f"{NOTEBOOK}.ipynb"]  # the others are not translated
        all_cells, copy = author.cells(), author.cells("notebooks/fr")
        assert list(copy) == [name for name in all_cells if not name.endswith(("-zh", "-en"))]
        assert "Les points de départ ne diffèrent que par la loi" in copy["starts-fr"]["source"]
        assert [name for name in all_cells if name.startswith("starts-")] == ["starts-zh", "starts-en", "starts-fr"]
        assert all_cells["h-zeros"]["source"] == "## 全部取零 / All zeros / Tout à zéro"
        assert all_cells["starts-fr"]["metadata"] == {"pair": "starts", "tags": ["lang-fr"]}

    def test_the_release_is_published_with_its_tag(self, author, tmp_path):
        commands, _ = recipe("A release")
        assert commands[:2] == ["make notebooks", "make test"]
        author.run(f"git init -q --bare {tmp_path}/published.git")
        author.run(f"git remote add origin {tmp_path}/published.git")
        for command in commands[2:]:
            author.run(command)
        published = author.run(f"git --git-dir={tmp_path}/published.git show v1.1:notebooks/{NOTEBOOK}.ipynb")
        setup = next(cell for cell in json.loads(published)["cells"] if cell["cell_type"] == "code")
        assert '"v1.1"' in "".join(setup["source"])
        assert author.run("git status --short") == ""


# ---------------------------------------------------------------- before a commit


@pytest.fixture(scope="class")
def course(tmp_path_factory):
    """A copy in which git runs the hooks."""
    copy = Copy(tmp_path_factory.mktemp("hooks") / "course")
    copy.run("make hooks")
    return copy


@needs_programs
class TestHooks:  # a class of its own, so that --dist loadscope can give it to another worker
    def test_the_course_as_it_is_passes(self, course):
        assert course.run(".venv/bin/pre-commit run --all-files").count("Passed") == 3

    def test_a_commit_with_a_slip_a_stale_sentence_and_an_old_notebook_is_refused(self, course):
        course.replace("init_utils.py", "import numpy as np\n", "import numpy as np\nimport os\n")
        course.replace(SOURCE, "Plan about 1 hour.", "Set about 1 hour aside.")
        said = course.run("git commit -qam 'all wrong'", expect=1)
        assert said.count("Failed") == 3 and "Traceback" not in said
        for what in ("init_utils.py", "F401", "make lint: ruff says what to change",
                     f"{NOTEBOOK}: pair 'welcome': the English text has changed; the Chinese one is stale", "make pairs: after reading both texts",
                     f"notebooks/solutions/{NOTEBOOK}.ipynb: its code, or a module that it uses, has changed since it was executed",
                     "make rebuilt: run make notebooks and commit what it writes"):
            assert what in said, said
        assert course.run("git log --format=%s") == "course\n"
        course.run("git reset -q --hard")

    def test_somebodys_own_work_beside_a_commit_is_left_alone(self, course):
        path = course.path(f"notebooks/{NOTEBOOK}.ipynb")
        pristine = path.read_bytes()
        path.write_bytes(pristine.replace(b"about 1 line", b"my line", 1))
        mine = path.read_bytes()
        course.replace("README.md", "# A deep network", "# Any deep network")
        course.run("SKIP=ruff,pairs git commit -qm readme README.md")
        assert path.read_bytes() == mine
        assert "somebody has worked in it; not compared\nok\n" in course.run("make rebuilt")
        said = course.run("SKIP=ruff,pairs git commit -qam mine", expect=1)
        assert said.count("Failed") == 1 and f"notebooks/{NOTEBOOK}.ipynb: differs from what its source builds" in said
