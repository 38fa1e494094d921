"""JupyterLab as a learner meets it: `make lab` on a copy of the course, and Chromium in front of it.

Screenshots are kept in screenshots/, or in the folder that the environment variable SCREENSHOTS names.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from browser import needs_chromium

from grader import reference
from notebooks.source import make_notebooks, sources

ROOT = Path(__file__).resolve().parent.parent
VENV = Path(sys.executable).parent.parent
SCREENSHOTS = Path(os.environ.get("SCREENSHOTS") or ROOT / "screenshots")
LAB = ".".join(version("jupyterlab").split(".")[:2])
PATIENCE = 60_000  # milliseconds; other tests may keep the processors busy
pytestmark = [
    needs_chromium,
    pytest.mark.skipif(shutil.which("make") is None, reason="apt-get install make"),
]
CONFIGURATION = {
    "jupyter_server_config.json": {"ServerApp": {"open_browser": False}},
    "jupyter_lab_config.json": {"LabApp": {"news_url": None, "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
                                           "extension_manager": "readonly"}},
    "labconfig/page_config.json": {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}},
    # all cells are in the page from the start; otherwise JupyterLab adds them when it has time, or when they come into sight
    "lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
}


class Exercise(NamedTuple):
    """What a learner writes into an exercise, first with a mistake, then mended, and what the check says of the mistake."""

    notebook: str
    function: str
    pasted: dict  # how a line begins -> what is put in its place; one of them is a mistake
    typed: dict  # the same for its mend
    zh: str
    en: str


EXERCISES = [
    Exercise(
        "1_dnn_step_by_step", "linear_backward",
        {"dW = ": "dW = dZ @ A_prev.T / m", "db = ": "db = np.sum(dZ, axis=1, keepdims=True)", "dA_prev = ": "dA_prev = W.T @ dZ"},
        {"db = ": "db = np.mean(dZ, axis=1, keepdims=True)"},
        "dA_prev 和 dW 正确。db 不对", "dA_prev and dW are right. db is wrong",
    ),
    Exercise(
        "2_initialization", "initialize_parameters_he",
        {'parameters["W"': 'parameters["W" + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])',
         'parameters["b"': 'parameters["b" + str(l)] = np.zeros(layers_dims[l])'},
        {'parameters["b"': 'parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))'},
        "b1", "b1",
    ),
    Exercise(
        "3_regularization", "compute_cost_with_regularization",
        {"L2_regularization_cost = ": "L2_regularization_cost = lambd / (2 * m) * (np.sum(W1**2) + np.sum(W2**2))"},
        {"L2_regularization_cost = ": "L2_regularization_cost = lambd / (2 * m) * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))"},
        "cost 不对", "cost is wrong",
    ),
    Exercise(
        "4_gradient_checking", "backward_propagation",
        {"dtheta = ": "dtheta = theta"},
        {"dtheta = ": "dtheta = x"},
        "dtheta 不对", "dtheta is wrong",
    ),
]


# ---------------------------------------------------------------- the program


class Lab(NamedTuple):
    """A running JupyterLab: the folder of the course, its address with the token, the file with what it says."""

    course: Path
    url: str
    token: str
    log: Path

    def address(self, path):
        return f"{self.url}lab/tree/{path}?token={self.token}"

    def said(self):
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]


def copy_of_course(folder):
    """Copy the course as it is now; a notebook that somebody has worked in as it was before."""
    for name in ("datasets", "grader", "gradient_report", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "zh*", "en*"))
    for path in [*ROOT.glob("*.py"), ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "requirements.txt"]:
        shutil.copy(path, folder)
    for path in (folder / "notebooks").glob("*.ipynb"):
        if path.stem not in sources.NAMES:
            path.unlink()
        elif make_notebooks.worked_in(path):
            nbformat.write(make_notebooks.assemble(path.stem, reference.stub), path)
    return folder


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(home):
    """Return the variables of somebody who has no settings yet; those of the surrounding make and Jupyter are left out."""
    kept = {name: value for name, value in os.environ.items() if not re.match("JUPYTER|IPYTHON|XDG_|MAKE|MFLAGS|COURSE_LANG", name)}
    folders = {name: str(home / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    return kept | folders | {"HOME": str(home), "JUPYTER_PORT": str(free_port())}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """`make lab`, without the installation; its server and kernels end with the tests."""
    home = tmp_path_factory.mktemp("home")
    course = copy_of_course(tmp_path_factory.mktemp("lab") / "course")
    variables = environment(home)
    for name, settings in CONFIGURATION.items():
        path = Path(variables["JUPYTER_CONFIG_DIR"], name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    log = home / "jupyterlab.log"
    with log.open("w") as output:
        process = subprocess.Popen(["make", "-o", f"{VENV}/installed", "lab", f"VENV={VENV}"], cwd=course, env=variables,
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    try:
        server = started(process, Path(variables["JUPYTER_RUNTIME_DIR"]), log)
        yield Lab(course, server["url"], server["token"], log)
        os.kill(server["pid"], signal.SIGTERM)  # asks nothing, and ends the kernels; SIGINT would ask
        process.wait(30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)  # the kernels end when they find that the server is gone
            process.wait()


def started(process, folder, log):
    """Wait for the file in which a server tells its address, and return what it says."""
    end = time.monotonic() + 1.5 * PATIENCE / 1000
    while time.monotonic() < end and process.poll() is None:
        for path in folder.glob("jpserver-*.json"):
            try:
                return json.loads(path.read_text())
            except ValueError:  # half written
                pass
        time.sleep(0.05)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text(errors='replace')[-4000:]}")


# ---------------------------------------------------------------- the page


ANSWER = re.compile(r"[✓✗!·] (?P<name>\w+) .*?(?P<points>\d+)/(?P<total>\d+)")


class Notebook:
    """The notebook that is in front, with the hands of a learner: mouse, keyboard, menus."""

    def __init__(self, page, lab, name):
        self.page, self.lab, self.name = page, lab, name
        self.path = lab.course / "notebooks" / f"{name}.ipynb"
        cells = nbformat.read(self.path, as_version=4).cells
        self.index = {cell.id: i for i, cell in enumerate(cells)}
        self.code = [cell.id for cell in cells if cell.cell_type == "code"]
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        self.status = page.locator("#jp-main-statusbar")
        self.shots = 0

    def expect(self, locator, what):
        """Return playwright's `expect`; a failure begins with what was waited for."""
        from playwright.sync_api import expect

        return expect(locator, f"{self.name}: waited for {what}")

    def open(self):
        """Open the file with a double click in the list of files, where it is not open yet, and wait for its kernel."""
        if not self.page.locator(".lm-DockPanel-tabBar .lm-mod-current", has_text=self.name).count():
            self.page.locator(".jp-DirListing-item", has_text=self.name[:8]).dblclick()
        self.expect(self.page.locator(".lm-DockPanel-tabBar .lm-mod-current"), "its tab").to_contain_text(self.name, timeout=PATIENCE)
        self.expect(self.panel.locator("h1"), "its title").to_be_visible(timeout=PATIENCE)
        self.idle()

    def idle(self):
        self.expect(self.status, "an idle kernel").to_contain_text("| Idle", timeout=PATIENCE)

    def menu(self, name, item):
        self.page.locator(".lm-MenuBar-itemLabel", has_text=name).click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()

    def run_all(self):
        """Run all cells, of which none has been run since the kernel started, and wait for the number of the last one."""
        self.menu("Run", "Run All Cells")
        self.last_is(f"[{len(self.code)}]:")
        self.idle()

    def restart_and_run_all(self):
        """Clear the outputs as well: numbers of an earlier run are no proof."""
        self.menu("Kernel", "Restart Kernel and Clear Outputs of All Cells…")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.last_is("[ ]:")
        self.idle()
        self.run_all()

    def last_is(self, prompt):
        last = self.cell(self.code[-1]).locator(".jp-InputArea-prompt")
        self.expect(last, f"{prompt} beside the last cell").to_have_text(prompt, timeout=PATIENCE)

    def cell(self, cell_id):
        """Scroll to a cell and return it."""
        cell = self.panel.locator(f'.jp-Cell[data-windowed-list-index="{self.index[cell_id]}"]')
        cell.scroll_into_view_if_needed()
        return cell

    def write(self, cell_id, lines, write):
        """Replace lines of a cell: a click on the line, its text selected from the end, the new one written in its place."""
        cell = self.cell(cell_id)
        for old, new in lines.items():
            line = cell.locator(".cm-line").filter(has_text=re.compile(r"^\s*" + re.escape(old)))
            line.click()
            self.page.keyboard.press("End")
            self.page.keyboard.press("Shift+Home")
            write(new)
            self.expect(line, f"{new!r} in the cell").to_have_text(re.compile(r"^\s*" + re.escape(new) + "$"), timeout=PATIENCE)

    def run(self, cell_id):
        """Run one cell with Ctrl+Enter, wait for its end and return what it shows."""
        cell = self.cell(cell_id)
        prompt = cell.locator(".jp-InputArea-prompt")
        before = prompt.inner_text()
        cell.locator(".cm-line").first.click()
        self.page.keyboard.press("Control+Enter")
        self.expect(prompt, f"{cell_id} to be run").not_to_have_text(before, timeout=PATIENCE)
        self.expect(prompt, f"{cell_id} to end").to_have_text(re.compile(r"\[\d+\]:"), timeout=PATIENCE)
        self.idle()
        return self.shown(cell_id)

    def shown(self, cell_id):
        return " ".join(self.cell(cell_id).locator(".jp-OutputArea").first.inner_text().split())

    def save(self):
        """Save with Ctrl+S and return the notebook as the file has it."""
        before = self.path.stat().st_mtime_ns
        self.page.keyboard.press("Control+s")
        end = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < end:
            self.page.wait_for_timeout(20)
            if self.path.stat().st_mtime_ns != before and not self.page.locator(".lm-DockPanel-tabBar .lm-mod-current.jp-mod-dirty").count():
                return nbformat.read(self.path, as_version=4)
        raise AssertionError(f"{self.name}: waited for the file to be saved")

    def picture(self, what):
        self.shots += 1
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"jupyterlab-{LAB}-{self.name[0]}-{self.shots}-{what}.png")


# letters that look like another one of them in the font of the notebook's prose, as boxes for missing letters do
ALIKE = """letters => {
  const { font } = getComputedStyle(document.querySelector(".jp-RenderedMarkdown p"));
  const drawn = letters.map(letter => {
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    context.font = font;
    context.fillText(letter, 50, 50);
    return canvas.toDataURL();
  });
  return letters.filter((_, i) => drawn.indexOf(drawn[i]) != drawn.lastIndexOf(drawn[i]));
}"""


@pytest.fixture(scope="module")
def page(browser, lab):
    """JupyterLab with notebook 1, as `make lab` opens it; `page.strangers` are the requests to other hosts."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    page.strangers = []
    own = re.compile(rf"(http|ws)://localhost:{lab.url.split(':')[2]}|data:|blob:{re.escape(lab.url)}")
    for kind in ("request", "websocket"):
        page.on(kind, lambda asked: own.match(asked.url) or page.strangers.append(asked.url))
    page.goto(lab.address("notebooks/1_dnn_step_by_step.ipynb"), timeout=PATIENCE)
    yield page
    page.context.close()


@contextmanager
def evidence(notebook):
    """Add to a failure what the page says went wrong, a picture of it, and the log of the server."""
    try:
        yield
    except Exception as error:
        with suppress(Exception):  # of a page that is gone there is none
            notebook.picture("failed")
            errors = notebook.panel.locator('[data-mime-type$="vnd.jupyter.error"], [data-mime-type$="vnd.jupyter.stderr"]')
            error.add_note("\n".join(["On the page:", *errors.all_text_contents()[:3]]))
        error.add_note(f"The screenshot is in {SCREENSHOTS}. JupyterLab said:\n{notebook.lab.said()}")
        raise


# ---------------------------------------------------------------- the tests


def problems(saved):
    """Return what is wrong with the outputs of a saved notebook that was run once from top to bottom."""
    code = [cell for cell in saved.cells if cell.cell_type == "code"]
    found = [f"{cell.id}: count {cell.execution_count}, not {i}" for i, cell in enumerate(code, 1) if cell.execution_count != i]
    for cell in code:
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                found.append(f"{cell.id}: {output}")
    return found


def graded(lab, path, *options):
    """Return what the command line says of a notebook, as text."""
    command = [sys.executable, "-m", "grader", "check", *options, str(path)]
    done = subprocess.run(command, cwd=lab.course, capture_output=True, text=True, timeout=60,
                          env={**os.environ, "PYTHONUTF8": "1"})
    assert (done.returncode, done.stderr) == (1, ""), done.stderr  # 1: not yet full marks
    return done.stdout


def question(lab, path, function, *options):
    return next(q for q in json.loads(graded(lab, path, "--json", *options))["questions"] if q["name"] == function)


def chinese_fonts():
    """Return the fonts for Chinese that the system has, as far as it says."""
    if shutil.which("fc-list") is None:
        return "unknown"
    return subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout


def answer(text):
    """Return (name, points, total) of the answer of a check, as the page shows it."""
    found = ANSWER.search(text)
    assert found, f"no answer of a check: {text}"
    return found["name"], int(found["points"]), int(found["total"])


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.notebook)
def test_a_learner_works_in_a_notebook(lab, page, exercise):
    notebook = Notebook(page, lab, exercise.notebook)
    function, check = exercise.function, f"check-{exercise.function}"
    with evidence(notebook):
        notebook.open()
        notebook.picture("opened")
        notebook.run_all()
        assert problems(notebook.save()) == []
        assert question(lab, notebook.path, function)["status"] == "not_attempted"
        assert "还没写" in notebook.shown(check) and "not attempted" in notebook.shown(check)
        notebook.picture("not-yet")

        notebook.write(function, exercise.pasted, page.keyboard.insert_text)
        for cell in (function, f"run-{function}"):
            notebook.run(cell)
        shown = notebook.run(check)
        notebook.picture("wrong")
        seed = re.search(rf"check\({function}, seed=(\d+)\)", shown)[1]
        notebook.save()
        result = question(lab, notebook.path, function, "--seed", seed)
        assert result["status"] == "incorrect" and answer(shown) == (function, 0, result["max_points"])
        for lang, named in (("zh", exercise.zh), ("en", exercise.en)):
            assert named in shown and result["message"][lang] in shown and result["diagnosis"][lang] in shown

        notebook.write(function, exercise.typed, page.keyboard.type)  # key by key
        for cell in (function, f"run-{function}"):
            notebook.run(cell)
        shown = notebook.run(check)
        notebook.picture("right")
        assert shown.startswith("✓") and "正确" in shown and "correct" in shown

        notebook.save()
        result = question(lab, notebook.path, function)
        assert result["status"] == "correct" and answer(shown) == (function, result["points"], result["max_points"])

        if exercise is EXERCISES[0]:  # takes as long as all of the above
            notebook.restart_and_run_all()
            assert problems(notebook.save()) == []
            notebook.picture("restarted")
            assert answer(notebook.shown(check)) == answer(shown)
            assert question(lab, notebook.path, function) == result


@pytest.mark.skipif(not chinese_fonts(), reason="apt-get install fonts-wqy-microhei")
def test_chinese_is_drawn_with_chinese_letters(lab, page):
    missing = "\U000f1234"  # no font has it
    assert page.evaluate(ALIKE, ["学", "网", "络", missing]) == []


def test_no_other_host_is_asked(page):
    assert page.strangers == []
