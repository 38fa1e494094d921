"""`python -m grader github`: what a learner's fork gets on GitHub - log, annotations, summary, outputs, exit code."""

import base64
import json
import re
import shutil

import pytest
from browser import needs_chromium
from fork import NAMES, answers, cell_of, save, solve, unfilled
from markdown_it import MarkdownIt
from test_grader_cli import EVIL_EN, EVIL_ZH, MEAN, NO_MEAN, question, result, right, run

from grader import github, report
from grader.text import Text

DNN, INIT, REG, GC = NAMES
EVIL = ("x\n::error::a\n  ::add-mask::1 ##[error]d | <img src=x onerror=alert(1)> [e](http://f.g) www.h.i *j* `k` $l$ </td>"
        "<script>alert(2)</script> ```\n\n# m\n| n |\n<!-- \u202e\x1b[31m &lt; 坏的")
ASKS_FOR_ALL = "m = Y.shape[1]"


class Fork:
    """A fork with nothing filled in, in `path`; `run()` is what GitHub does."""

    def __init__(self, path, capsys, monkeypatch):
        self.path, self.capsys, self.monkeypatch = path, capsys, monkeypatch
        self.notebooks = path / "notebooks"
        self.notebooks.mkdir(parents=True)
        for name in NAMES:
            save(self.notebooks, name, unfilled(name))

    def solve(self, name, *functions, edits=()):
        solve(self.notebooks, name, *functions, edits=edits)

    def run(self, *words):
        """Return (exit code, log); `summary`, `finished` and `result` are set. words: more of the command; a number names one notebook only."""
        words = [f"notebooks/{NAMES[word - 1]}.ipynb" if word in (1, 2, 3, 4) else word for word in words]
        files = {name: self.path / name for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
        for name, file in files.items():
            file.unlink(missing_ok=True)
            self.monkeypatch.setenv(name, str(file))
        self.monkeypatch.setenv("GITHUB_ACTIONS", "true")
        self.monkeypatch.chdir(self.path)
        code, out, err = run(self.capsys, "github", *words)
        assert err == ""
        self.summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        values = read_outputs(files["GITHUB_OUTPUT"].read_text(encoding="utf-8"))
        assert set(values) == {"finished", "result"}
        self.finished, self.result = values["finished"].split(), json.loads(base64.b64decode(values["result"]))
        return code, out


def read_outputs(text):
    """Read a file of outputs as GitHub's runner does: name<<mark, lines, mark."""
    values, lines = {}, iter(text.split("\n")[:-1])
    for line in lines:
        name, mark = line.split("<<")
        value = []
        while (line := next(lines)) != mark:
            value.append(line)
        values[name] = "\n".join(value)
    return values


def commands(log):
    """Return the commands that GitHub's runner finds in a log: `::name ...` at the start of a line, `##[name` anywhere."""
    found, end = [], None
    for line in re.split("\r\n|[\r\n]", log):
        if end is not None:
            end = None if line.strip() == f"::{end}::" else end
        elif line.strip().startswith("::stop-commands::"):
            end = line.strip().removeprefix("::stop-commands::")
        elif line.strip().startswith("::") or "##[" in line and not line.strip().startswith("::"):
            found.append(line)
    assert end is None
    return found


def shown(summary):
    """Return the HTML of a summary as GitHub's Markdown would give it before it is cleaned: raw HTML passes."""
    return MarkdownIt("gfm-like", {"linkify": False}).render(summary)


def plain(summary):
    """Return a summary with signs in place of their numbers."""
    return re.sub("&#([0-9]+);", lambda found: chr(int(found[1])), summary)


def rows(summary):
    return [line for line in summary.split("\n") if line.startswith("| ") and not line.startswith("|:")]


@pytest.fixture
def fork(tmp_path, capsys, monkeypatch):
    for name in ("COURSE_LANG", "GITHUB_ACTIONS", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    return Fork(tmp_path / "fork", capsys, monkeypatch)


# ---------------------------------------------------------------- exit codes


def test_nothing_attempted_is_green_and_short(fork):
    code, log = fork.run()
    assert code == 0 and commands(log) == [] and fork.finished == []
    assert len(rows(fork.summary)) == 1 + 4 + 1 and "还没有写过的题" in fork.summary and "Nothing attempted yet" in fork.summary
    assert len(log.splitlines()) == 2 + 4 + 1 and log.count("not started") == 4
    assert fork.result["status"] == "fail" and fork.result["max_score"] == 400 and len(fork.result["tests"]) == 22


@pytest.mark.parametrize("others, points", [((), "0/60"), (("initialize_parameters_zeros",), "20/20")])
def test_half_done_and_half_written_is_green(fork, others, points):
    fork.solve(INIT, "initialize_parameters_he", *others)
    notebook = json.loads((fork.notebooks / f"{INIT}.ipynb").read_text(encoding="utf-8"))
    cell = cell_of(notebook, "initialize_parameters_he")
    cell["source"] = re.sub(r"(parameters\[.b.*\] = ).*", r"\1...", cell["source"])
    assert "..." in cell["source"]
    save(fork.notebooks, INIT, notebook)
    code, log = fork.run(2)
    assert code == 0 and commands(log) == [] and fork.finished == []
    assert points in [row.split(" | ")[2] for row in rows(fork.summary)[-3:]]
    assert "Not finished yet&#58; line" in fork.summary and f"{len(others)} of 3 exercises right" in fork.summary


def test_a_finished_notebook_is_green_and_goes_to_nbval(fork):
    fork.solve(INIT)
    assert fork.run(2)[0] == 0
    assert fork.finished == [f"notebooks/{INIT}.ipynb"]
    assert "### " not in fork.summary and "nbval" in fork.summary  # ten rows of "correct" say nothing
    assert sum(test["score"] for test in fork.result["tests"]) == 100


def test_all_four_finished_pass(fork):
    for name in NAMES:
        save(fork.notebooks, name, answers(name))
    assert fork.run()[0] == 0
    assert len(fork.finished) == 4 and fork.result["status"] == "pass"
    assert "**400/400**" in fork.summary


def test_something_wrong_is_red_and_is_said(fork):
    fork.solve(DNN, "linear_forward", "linear_backward", edits=[("linear_backward", *NO_MEAN)])
    code, log = fork.run(1, "--seed", 11)
    assert code == 1
    (error,) = commands(log)
    assert error.startswith(f"::error file=notebooks/{DNN}.ipynb,title=linear_backward 0/10::")
    assert "%0Adb (line 12 of linear_backward): the mean over the m examples is missing" in error and "--seed 11" in error
    for text in ("the mean over the m examples is missing", "少了对 m 个样本取平均", "hint&#40;linear&#95;backward&#41;", "&#45;&#45;seed 11", "seed&#61;11"):
        assert text in fork.summary
    last = rows(fork.summary)[-1]  # the eight that nobody touched
    assert last.count("<code>") == 8 and "0/80" in last and "not attempted" in last
    assert [test["status"] for test in fork.result["tests"]].count("pass") == 1


def test_planted_bugs_left_in_are_green_and_one_mended_is_not(fork):
    fork.solve(GC, "forward_propagation")
    assert fork.run(4)[0] == 0
    assert "planted in this code" in fork.summary
    notebook, solved = unfilled(GC), answers(GC)
    stub, solution = (cell_of(one, "backward_propagation_n")["source"].split("\n") for one in (notebook, solved))
    changed = [n for n, (a, b) in enumerate(zip(stub, solution)) if a != b]
    assert len(stub) == len(solution) and len(changed) == 2
    stub[changed[0]] = solution[changed[0]]
    cell_of(notebook, "backward_propagation_n")["source"] = "\n".join(stub)
    save(fork.notebooks, GC, notebook)
    assert fork.run(4)[0] == 1


def test_an_exercise_that_was_deleted_is_no_failure(fork):
    notebook = unfilled(INIT)
    notebook["cells"].remove(cell_of(notebook, "initialize_parameters_he"))
    save(fork.notebooks, INIT, notebook)
    assert fork.run(2)[0] == 0
    fork.solve(INIT, "initialize_parameters_zeros")
    notebook = json.loads((fork.notebooks / f"{INIT}.ipynb").read_text(encoding="utf-8"))
    notebook["cells"].remove(cell_of(notebook, "initialize_parameters_he"))
    save(fork.notebooks, INIT, notebook)
    assert fork.run(2)[0] == 0 and "This function is not in the notebook" in fork.summary


def test_a_broken_notebook_is_2_and_the_others_are_graded(fork):
    fork.solve(INIT)
    (fork.notebooks / f"{DNN}.ipynb").write_text("{<<<<<<< HEAD", encoding="utf-8")
    code, log = fork.run()
    assert code == 2 and fork.finished == [f"notebooks/{INIT}.ipynb"]
    (error,) = commands(log)
    assert error.startswith(f"::error file=notebooks/{DNN}.ipynb,title={DNN}.ipynb::") and "JSON" in error
    assert fork.result["max_score"] == 400 and {"error"} == {test["status"] for test in fork.result["tests"] if test["name"] == f"{DNN}.ipynb"}
    assert "JSON" in rows(fork.summary)[1] and "0/100" in rows(fork.summary)[1] and "**100/400**" in fork.summary


def test_a_notebook_copied_over_another_one_counts_once(fork):
    for name in (INIT, REG):
        save(fork.notebooks, name, answers(INIT))
    code, log = fork.run()
    assert code == 2 and reported({"grade": base64.b64encode(json.dumps(fork.result).encode())}) == (100, 400)
    assert f"it holds the exercises of {INIT}, which notebooks/{INIT}.ipynb has counted already" in commands(log)[0]
    assert fork.finished == [f"notebooks/{INIT}.ipynb"] and "**100/400**" in fork.summary


def test_notebooks_can_be_named(fork):
    fork.solve(INIT, edits=[("initialize_parameters_he", "2", "3")])
    assert fork.run(1)[0] == 0
    assert fork.result["max_score"] == 100 and len(rows(fork.summary)) == 3
    assert fork.run(2)[0] == 1
    code, log = fork.run("notebooks/5.ipynb")
    assert code == 2 and "notebooks/5.ipynb" in commands(log)[0]
    assert fork.result["tests"][0]["status"] == "error" and fork.result["status"] == "fail" and "Nothing attempted" not in fork.summary


# ---------------------------------------------------------------- deleted and renamed notebooks


def test_a_deleted_notebook_is_said_and_green(fork):
    (fork.notebooks / f"{REG}.ipynb").unlink()
    code, log = fork.run()
    assert code == 0 and [line.partition(" ")[0] for line in commands(log)] == ["::notice"]
    assert "文件不在" in fork.summary and "it is not there" in fork.summary and "**0/400**" in fork.summary
    assert fork.result["max_score"] == 400 and "0/400" in log and "0/300" not in log


def test_a_renamed_notebook_is_graded(fork):
    fork.solve(INIT)
    (fork.notebooks / f"{INIT}.ipynb").rename(fork.notebooks / "我的 $(touch no) #2.ipynb")
    (fork.notebooks / "notes.ipynb").write_text("{}", encoding="utf-8")
    code, _ = fork.run()
    assert code == 0 and "is graded in its place" in plain(fork.summary)
    assert "notebooks/我的 $(touch no) #2.ipynb" == " ".join(fork.finished)


def test_of_two_copies_none_is_guessed(fork):
    for name in ("a", "b"):
        shutil.copy(fork.notebooks / f"{INIT}.ipynb", fork.notebooks / f"{name}.ipynb")
    code, log = fork.run()
    assert code == 0 and "several notebooks" not in fork.summary  # copies beside the original do not count, which is said
    for text in (log, plain(fork.summary)):
        assert f"b.ipynb was not graded, because {INIT}.ipynb is there, too" in text and "没有评 a.ipynb" in text
    (fork.notebooks / f"{INIT}.ipynb").unlink()
    assert fork.run()[0] == 0 and "several notebooks could be it (a.ipynb, b.ipynb)" in plain(fork.summary)


def test_elsewhere_than_in_the_course_is_2(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, "github")
    assert code == 2 and out == "" and "notebooks" in err and "请在课程的文件夹里运行" in err and "in the folder of the course" in err


# ---------------------------------------------------------------- without GitHub; languages


def test_without_github_everything_goes_to_the_screen(fork, monkeypatch, capsys):
    monkeypatch.chdir(fork.path)
    fork.solve(INIT, edits=[("initialize_parameters_he", "2", "3")])
    code, out, err = run(capsys, "github", f"notebooks/{INIT}.ipynb")
    assert code == 1 and err == "" and "## 你的笔记本 / Your notebooks" in out and not re.search("(?m)^::", out)


@pytest.mark.parametrize("lang, wanted, other", [("zh", "你的笔记本", "Your notebooks"), ("en", "Your notebooks", "你的笔记本")])
def test_one_language(fork, monkeypatch, lang, wanted, other):
    fork.solve(DNN, "linear_backward", edits=[("linear_backward", *NO_MEAN)])
    monkeypatch.setenv("COURSE_LANG", lang)
    fork.run(1)
    assert wanted in fork.summary and other not in fork.summary
    chinese = re.search("[\u4e00-\u9fff]", fork.summary + json.dumps(fork.result, ensure_ascii=False))
    assert bool(chinese) == (lang == "zh") and ("is wrong" in fork.summary) == (lang == "en")


def test_what_cannot_be_written_is_2(fork, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(fork.path / "no such folder" / "summary"))
    monkeypatch.chdir(fork.path)
    code, _, err = run(capsys, "github", f"notebooks/{INIT}.ipynb")
    assert code == 2 and "no such folder" in err


GOLDEN = """\
## Your notebooks

| Notebook | Result | Points |
|:--|:--|--:|
| <code>a&#46;ipynb</code> | ✗ 1 of 4 exercises right | 10/40 |
| <code>b&#46;ipynb</code> | ✓ full marks | 10/10 |
| <code>c&#46;ipynb</code> | &#33; no JSON | 0/0 |
| **Total** |  | **20/50** |

a note

A notebook with full marks is now run from top to bottom&#44; and nbval compares what each cell prints&#58; see the log of the next step&#46;

### <code>a&#46;ipynb</code>

| Exercise | Result | Points | What to know |
|:--|:--|--:|:--|
| <code>linear&#95;forward</code> | ✓ correct | 10/10 |  |
| <code>linear&#95;backward</code> | ✗ incorrect | 0/10 | db is wrong&#46;<br>db &#40;line 11 of linear&#95;backward&#41;&#58; the mean is missing&#46; |
| <code>f</code><br><code>g</code> | · not attempted | 0/20 | Not yet&#46; |

- The same inputs again: <code>check&#40;linear&#95;backward&#44; seed&#61;7&#41;</code> in the notebook, or <code>python &#45;m grader check a&#46;ipynb &#45;&#45;seed 7</code> in a terminal
- A hint: <code>hint&#40;linear&#95;backward&#41;</code> in the notebook
"""


def todo(name):
    return question(name, "not_attempted", "还没有写。", "Not yet.")


def test_the_shape_of_a_summary():
    results = [result(todo("f"), right(), question(diagnosis=MEAN), todo("g"), path="a.ipynb"), result(right(), path="b.ipynb")]
    unread = [github.Unread(None, "c.ipynb", Text("不是 JSON", "no JSON"), True)]
    assert github.summary(results, unread, [Text("说明", "a note")], "en") == GOLDEN


# ---------------------------------------------------------------- what a learner can write into it


def hostile(path="a.ipynb"):
    diagnosis = {"quantity": "db", "kind": "sign", "line": 3, "zh": EVIL, "en": EVIL}
    return result(question(zh=EVIL, en=EVIL, diagnosis=diagnosis), question("g", "error", EVIL_ZH, EVIL_EN), path=path)


def test_a_learner_s_text_is_no_command_in_the_log(fork):
    evil = f"{ASKS_FOR_ALL}; raise ValueError({EVIL!r})"
    fork.solve(DNN, "compute_cost", edits=[("compute_cost", ASKS_FOR_ALL, evil)])
    code, log = fork.run(1)
    assert code == 1 and re.search(r"(?m)^\s*::error::a", log)  # it is in the log, where no command counts
    (error,) = commands(log)
    assert error.startswith("::error file=notebooks/1_dnn_step_by_step.ipynb,title=compute_cost 0/10::")
    assert "<img src=x" not in fork.summary
    for test in fork.result["tests"]:  # GitHub Classroom's reporter prints these
        assert commands("\n".join(str(value) for value in test.values())) == []


def test_the_log_s_commands_come_back_with_a_word_that_nobody_knows(fork):
    words = {re.match("::stop-commands::([0-9a-f]{32})\n", fork.run(2)[1])[1] for _ in range(2)}
    assert len(words) == 2


def test_annotations_are_escaped():
    line = github.command("error", "50 % a\r\nb: c, d", file="a,b:c%.ipynb\n", title="x")
    assert line == r"::error file=a%2Cb%3Ac%25.ipynb\n,title=x::50 %25 a%0D%0Ab: c, d"
    for line in github.annotations([hostile("a\n::error::.ipynb")], [], "both"):
        assert "\n" not in line and "\r" not in line and line.startswith("::error file=")
    assert len(github.annotations([hostile()], [github.Unread(None, "b", Text("甲", "a"), False)], "en")) == 3


@pytest.mark.parametrize("path", ["a.ipynb", "a|b<img src=x>`*_[x](y)\n# z.ipynb"])
def test_a_learner_s_text_is_only_text_in_the_summary(path):
    html = shown(github.summary([hostile(path)], [], [], "both"))
    tags = {tag for tag in re.findall(r"</?([a-zA-Z!][^\s>]*)[^>]*>", html)}
    assert tags == {"h2", "h3", "table", "thead", "tbody", "tr", "th", "td", "code", "br", "strong", "ul", "li"}
    assert html.count("<tr>") == 1 + 2 + 1 + 2 and html.count("<h3>") == 1
    assert html.count("<td") == 2 * 3 + 2 * 4  # no cell more
    for text in ("&lt;img src=x onerror=alert(1)&gt; [e](http://f.g) www.h.i *j* <code>k</code> $l$ &lt;/td&gt;", "&amp;lt;", "\\u202e\\x1b[31m"):
        assert text in html


def test_the_shown_text_is_the_text():
    for text in ("a_b * c `d|e` [f](g) <h> & &amp; ~~i~~ \\ 1. # - + x", "`", "``", "`a` `b"):
        html = shown(github.inline(text)).strip().removeprefix("<p>").removesuffix("</p>")
        plain = re.sub("</?code>", "`", html).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
        assert plain == text


def test_a_summary_fits_into_a_mebibyte():
    results = [hostile(f"{n}.ipynb") for n in range(400)]
    most = github.summary(results, [], [], "both")
    assert 0.99 * 2**20 < len(most.encode()) <= 2**20 and "the log has it" in most[-120:]
    assert most.count("\n### ") < 400 and "399.ipynb" in plain(most)  # the points of all are there
    for room in (0, 10, 200, 3000):
        assert len(github.summary(results, [], [], "both", room).encode()) <= room
    long = question(zh="长" * 10**6, en="x" * 10**6)
    assert len(github.summary([result(long)], [], [], "both")) < 3000


def test_a_summary_leaves_room_for_what_is_there(fork, monkeypatch, capsys):
    file = fork.path / "summary"
    file.write_bytes(b"x" * (2**20 - 200))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    monkeypatch.chdir(fork.path)
    assert run(capsys, "github", f"notebooks/{INIT}.ipynb")[0] == 0
    assert file.stat().st_size <= 2**20 and b"the log has it" in file.read_bytes()


def test_an_output_ends_where_it_ends():
    values = {"a": "1\nb<<EOF\n2\nEOF", "c": ""}
    assert read_outputs(github.outputs(values)) == values
    assert github.outputs(values) != github.outputs(values)


def test_a_path_of_two_lines_goes_to_no_command():
    assert github.finished([result(right(), path="a.ipynb"), result(right(), path="b\n-p evil.ipynb"), result(todo("f"), path="c.ipynb")]) == "a.ipynb"


# ---------------------------------------------------------------- GitHub Classroom


def reported(runners):
    """Return (points, of) as autograding-grading-reporter@v1 counts them, from {runner: NAME_RESULTS}."""
    points = of = 0
    for encoded in runners.values():
        data = json.loads(base64.b64decode(encoded))
        assert data["version"] == 1 and data["status"] in ("pass", "fail", "error") and isinstance(data["max_score"], int | float)
        of += data["max_score"]
        for test in data["tests"]:
            assert test["status"] in ("pass", "fail", "error") and isinstance(test["name"], str) and isinstance(test["message"], str)
            points += test["score"]
    return points, of


def test_classroom_counts_the_same_points():
    results = [result(right(), question(), path="a.ipynb"), result(todo("f"), path="b.ipynb")]
    unread = [github.Unread(DNN, f"notebooks/{DNN}.ipynb", Text("不在", "gone"), False)]
    assert reported({"grade": github.autograded(results, unread, "both")}) == (10, 130)


def test_the_result_fits_into_an_environment_variable():
    long = "长" * 10**5
    questions = [question(f"f{n}", zh=long, en=long) for n in range(40)]
    encoded = github.autograded([result(*questions)], [], "both")
    assert len("GRADE_RESULTS=" + encoded) < 128 * 1024  # MAX_ARG_STRLEN of Linux
    assert len(json.loads(base64.b64decode(encoded))["tests"]) == 40


def test_lines_that_look_like_commands_are_pulled_apart():
    text = report.inert("::error::a\n\u3000::b\na ::c A[::2] ##[error]d\n###[e]")
    assert commands(text) == [] and "a ::c A[::2]" in text
    assert report.inert("db is wrong: a\nb") == "db is wrong: a\nb"


def test_the_code_of_a_learner_sees_none_of_the_runner_s_settings(fork, monkeypatch):
    monkeypatch.setenv("ACTIONS_RUNTIME_TOKEN", "secret")
    asks = f"{ASKS_FOR_ALL}; import os; raise ValueError(sorted(n for n in os.environ if n.startswith(('GITHUB', 'ACTIONS', 'PATH'))))"
    fork.solve(DNN, "compute_cost", edits=[("compute_cost", ASKS_FOR_ALL, asks)])
    _, log = fork.run(1)
    assert "ValueError: ['PATH']" in log


# ---------------------------------------------------------------- in a browser


@needs_chromium
@pytest.mark.parametrize("width", [1200, 400])
def test_the_summary_in_a_browser(browser, tmp_path, width):
    text = github.summary([hostile("a.ipynb"), result(right(), todo("f"), todo("g"), path="b.ipynb")], [], [Text("说明", "a note")], "both")
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    troubles = []
    page.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: troubles.append(request.url))
    page.set_content(f"<!doctype html><meta charset=utf-8><style>table {{ border-collapse: collapse }} td, th {{ border: 1px solid #ccc; padding: 6px }}"
                     f"</style>{shown(text)}")
    page.screenshot(path=tmp_path / "summary.png", full_page=True)
    assert troubles == [] and page.locator("table").count() == 3 and page.locator("img, script, a").count() == 0
    assert "<img src=x onerror=alert(1)>" in page.locator("table").nth(1).inner_text()
    page.context.close()
