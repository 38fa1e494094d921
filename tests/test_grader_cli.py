"""The command line of the grader: check, watch, reset, and the reports that they print."""

import importlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from grader import cli, report, screen, watch
from grader.limits import CHECK, CLASS
from grader.result import completed
from grader.submission import Unreadable
from grader.text import Text

putting_back = importlib.import_module("grader.reset")

ROOT = Path(__file__).resolve().parent.parent
NAMES = ["1_dnn_step_by_step", "2_initialization", "3_regularization", "4_gradient_checking"]
CHINESE = re.compile("[\u4e00-\u9fff]")
NO_MEAN = ("db = 1 / m * np.sum(", "db = np.sum(")


def load(name, solved=True):
    return json.loads((ROOT / "notebooks" / ("solutions" if solved else "") / f"{name}.ipynb").read_text(encoding="utf-8"))


def cell_of(notebook, function):
    return next(c for c in notebook["cells"] if c["metadata"].get("graded", "").endswith(f".{function}"))


def save(path, notebook, **options):
    path.write_text(json.dumps(notebook, ensure_ascii=False, **{"indent": 1, **options}) + "\n", encoding="utf-8")
    return path


def solved(path, name=NAMES[0], edits=()):
    """Write a solved notebook to `path`; edits: (function, old, new) or (function, the whole new source)."""
    notebook = load(name)
    for function, *change in edits:
        cell = cell_of(notebook, function)
        source = "".join(cell["source"])
        if len(change) == 2:
            assert change[0] in source
            source = source.replace(*change)
        else:
            source = change[0]
        cell["source"] = source.splitlines(keepends=True)
    return save(path, notebook)


def run(capsys, *words):
    """Run the command in this process; return (exit code, stdout, stderr)."""
    capsys.readouterr()
    try:
        code = cli.main([str(word) for word in words])
    except SystemExit as end:
        code = end.code
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def environment(**more):
    kept = {key: value for key, value in os.environ.items() if key not in ("COURSE_LANG", "COLUMNS", "GRADER_DEBUG")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "OPENBLAS_NUM_THREADS": "1", **more}


def command(*words):
    return [sys.executable, "-m", "grader", *map(str, words)]


def process(*words, cwd=None, **env):
    """Run the command as a process; stdout and stderr are bytes."""
    done = subprocess.run(command(*words), cwd=cwd, env=environment(**env), capture_output=True, timeout=120)
    assert b"Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch):
    for name in ("COURSE_LANG", "GRADER_DEBUG", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


# ---------------------------------------------------------------- results made by hand


EVIL_ZH = "第 3 行：\x1b[31m坏\u202e [red]红[/red] <script>alert(1)</script> \ud800\x00\x85"
EVIL_EN = "line 3: \x1b[31mbad\u202e [red]red[/red] <script>alert(1)</script> \ud800\x00\x85"


def question(name="linear_backward", status="incorrect", zh="db 不对。", en="db is wrong.", diagnosis=None, points=0):
    message = {"zh": zh, "en": en}
    one = {"name": name, "status": status, "points": points, "max_points": 10, "message": message, "diagnosis": diagnosis}
    return completed({"questions": [one]})["questions"][0]


def right(name="linear_forward"):
    return question(name, "correct", "正确。", "Correct.", points=10)


def result(*questions, path="a.ipynb", seed=7):
    return {"schema": 1, "notebook": str(path), "assignment": NAMES[0], "seed": seed,
            "score": sum(q["points"] for q in questions), "max_score": sum(q["max_points"] for q in questions),
            "questions": list(questions)}


MEAN = {"quantity": "db", "kind": "missing_mean", "line": 11, "zh": "少了平均：你的 db 大了 m 倍。", "en": "the mean is missing."}
ONE_OF_EACH = result(right(), *(question(f"f_{status}", status) for status in report.STATUS if status != "correct"))


def shown(one, lang="both", encoding="utf-8"):
    """What the terminal gets of a result."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="")
    screen.Screen(lang, stream).result(one)
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_lines_give_the_message_then_the_diagnosis_with_its_place():
    one = question(diagnosis=MEAN)
    assert report.lines(one, "en") == ["db is wrong.", "db (line 11 of linear_backward): the mean is missing."]
    assert report.lines(one, "zh") == ["db 不对。", "db（linear_backward 第 11 行）：少了平均：你的 db 大了 m 倍。"]
    zh, en = report.lines(one, "zh"), report.lines(one, "en")
    assert report.lines(one, "both") == [*zh, *en]


@pytest.mark.parametrize("quantity, line, expected", [
    ("db", None, "db: wrong."), (None, 4, "line 4 of linear_backward: wrong."), (None, None, "wrong."),
    ("db", 4, "db (line 4 of linear_backward): wrong."),
])
def test_a_diagnosis_without_quantity_or_line(quantity, line, expected):
    for text in ("wrong.", "db: wrong.") if quantity else ("wrong.",):
        one = question(diagnosis={"quantity": quantity, "kind": "sign", "line": line, "zh": "不对。", "en": text})
        assert report.lines(one, "en")[1] == expected


def test_a_message_of_several_lines():
    assert report.lines(question(en="one\r\n    two\n\nthree"), "en") == ["one", "    two", "three"]


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_a_learners_text_is_only_text(lang):
    one = question(zh=EVIL_ZH, en=EVIL_EN, diagnosis={**MEAN, "zh": EVIL_ZH, "en": EVIL_EN})
    evil = result(one, path="\x1b[2Jevil[red].ipynb")
    for text in (shown(evil, lang), report.plain(one, lang), report.html(one, lang)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800]", text)
        assert "\\x1b[31m" in text and "[red]" in text and "[/red]" in text
    assert "<script>alert(1)</script>" in shown(evil, lang)
    assert "<script>" not in report.html(one, lang) and "&lt;script&gt;" in report.html(one, lang)
    assert "<script>" not in report.box([EVIL_EN], "#000") + report.code(EVIL_EN)
    ElementTree.fromstring(report.junit([evil], [("\x00.ipynb", EVIL_EN)], lang))
    for encoding in ("utf-8", "ascii", "gbk"):
        line = report.json_line(evil, encoding)
        assert json.loads(line.encode(encoding).decode(encoding)) == evil and "\n" not in line


def test_the_table_names_every_status_in_both_languages():
    text = shown(ONE_OF_EACH)
    for _, _, _, zh, en in report.STATUS.values():
        assert f"{zh} / {en}" in text
    assert "题目 / Exercise" in text and "10/70" in text
    assert not CHINESE.search(shown(ONE_OF_EACH, "en"))
    assert "attempted" not in shown(result(question("f", "not_attempted")), "zh")


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1"])
def test_the_table_on_a_terminal_with_few_letters(encoding):
    text = shown(ONE_OF_EACH, "en", encoding)
    assert "v correct" in text and "x incorrect" in text and "?" not in text


def test_a_right_answer_with_a_note_is_shown_and_one_without_is_not():
    noted = question("L_model_forward", "correct", "正确；等 f 写对。", "Right; it will work once f does.", points=10)
    text = shown(result(right(), {**noted, "waits_for": ["f"]}, question("f")), "en")
    assert "it will work once f does" in text and "Correct." not in text


def test_exercises_not_attempted_share_their_message_and_need_no_seed():
    empty = result(*(question(name, "not_attempted", "还没有写。", "Not attempted yet.") for name in ("f", "g")))
    text = shown(empty, "en")
    assert text.count("Not attempted yet.") == 1 and "f, g" in text and "--seed" not in text
    assert "repeat with --seed 7" in shown(result(question()), "en")


def test_a_pass_reads_the_same_every_time():
    assert shown(result(right(), seed=1)) == shown(result(right(), seed=2))


def test_changes_between_two_results():
    before = result(question("f"), question("g", "not_attempted"), right("h"))
    after = result(right("f"), question("g"), right("h"))
    assert [text for text, _ in screen.changes(after, before, "en")] == ["✓ f: now correct", "✗ g: now incorrect"]
    assert [text for text, _ in screen.changes(after, after, "en")] == ["no change since the last time"]
    assert screen.changes(after, None, "en") == []


def test_junit_counts_and_outcomes():
    root = ElementTree.fromstring(report.junit([ONE_OF_EACH, result(right())], [("b.ipynb", "b.ipynb: cut off")], "en"))
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["a.ipynb", "a.ipynb", "b.ipynb"]
    assert {key: suites[0].get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "7", "failures": "2", "errors": "3", "skipped": "1"}
    assert [root.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["9", "2", "4", "1"]
    kinds = {case.get("name"): [child.tag for child in case] for case in suites[0].findall("testcase")}
    assert kinds == {"linear_forward": [], "f_incorrect": ["failure"], "f_missing": ["failure"], "f_not_attempted": ["skipped"],
                     "f_error": ["error"], "f_timeout": ["error"], "f_blocked": ["error"]}
    wrong = suites[0].find("testcase[@name='f_incorrect']/failure")
    assert wrong.get("message") == "db is wrong." and "--seed 7" in wrong.text
    assert suites[2].find("testcase/error").get("message") == "b.ipynb: cut off"


# ---------------------------------------------------------------- options


USUAL = {"notebooks": ["a.ipynb"], "lang": None, "as_json": False, "junit": None, "seed": None, "seconds": 5.0, "megabytes": 2048}
UNDERSTOOD = {
    "a.ipynb": {}, "a.ipynb b.ipynb": {"notebooks": ["a.ipynb", "b.ipynb"]}, "--json a.ipynb": {"as_json": True},
    "a.ipynb --lang zh": {"lang": "zh"}, "--lang=zh a.ipynb": {"lang": "zh"}, "-- a.ipynb": {}, "a.ipynb --junit out.xml": {"junit": "out.xml"},
    "--lang both a.ipynb --json b.ipynb": {"notebooks": ["a.ipynb", "b.ipynb"], "lang": "both", "as_json": True},
    "a.ipynb --seed 0": {"seed": 0}, "a.ipynb --seed 4294967295": {"seed": 2**32 - 1}, "a.ipynb --seed 007": {"seed": 7},
    "a.ipynb --seconds 0.5 --megabytes 64": {"seconds": 0.5, "megabytes": 64}, "a.ipynb --seconds 3600": {"seconds": 3600.0},
    "a.ipynb --seed 1 --seed 2": {"seed": 2},
}


@pytest.fixture
def started(monkeypatch):
    """Let no command run; return the list of what each would have been given."""
    given = []
    kept = {name: (*rest, lambda **arguments: given.append(arguments) or 0) for name, (*rest, _) in cli.COMMANDS.items()}
    monkeypatch.setattr(cli, "COMMANDS", kept)
    return given


@pytest.mark.parametrize("words", UNDERSTOOD)
def test_how_a_check_can_be_written(words, started):
    assert cli.main(["check", *words.split()]) == 0
    assert started == [{**USUAL, **UNDERSTOOD[words]}]


def test_the_limits_of_a_check_and_of_a_class_have_one_home(started):
    assert cli.main(["check", "a.ipynb"]) == cli.main(["class", "handed_in", "--out", "results"]) == 0
    assert [(given["seconds"], given["megabytes"]) for given in started] == [CHECK[:2], CLASS[:2]]


@pytest.mark.parametrize("words", [
    "", "--json", "a.ipynb --seed", "a.ipynb --seed -1", "a.ipynb --seed 4294967296", "a.ipynb --seed 1e3", "a.ipynb --seed x",
    "a.ipynb --lang fr", "a.ipynb --seconds 0", "a.ipynb --seconds -1", "a.ipynb --seconds nan", "a.ipynb --seconds inf",
    "a.ipynb --megabytes 1", "a.ipynb --nonsense", "-x", "a.ipynb --junit",
])
def test_bad_options(words, capsys):
    code, out, err = run(capsys, "check", *words.split())
    assert code == 2 and out == "" and CHINESE.search(err.splitlines()[-1])


@pytest.mark.parametrize("words, said", [
    ("check a.ipynb --seed -1", "--seed: 应为 0 到 4294967295 的整数 / expected a whole number from 0 to 4294967295: '-1'"),
    ("check a.ipynb --seconds nan", "--seconds: 应为 0.1 到 3600 的数 / expected a number from 0.1 to 3600: 'nan'"),
    ("check a.ipynb --lang fr", "--lang: 应为 zh、en、both 之一 / expected one of zh, en, both: 'fr'"),
    ("check a.ipynb --junit", "--junit: 后面要有一个值 / expected one argument"),
    ("check a.ipynb --json=yes", "--json: 后面不能有值 / ignored explicit argument 'yes'"),
    ("check --nonsense a.ipynb", "不认识 / unrecognized arguments: --nonsense"), ("check --js a.ipynb", "不认识 / unrecognized arguments: --js"),
    ("reset", "缺少 / the following arguments are required: NOTEBOOK, FUNCTION"), ("class a", "缺少 / the following arguments are required: --out"),
    ("class a --out b --keep first", "--keep: 应为 best、last 之一 / expected one of best, last: 'first'"),
])
def test_bad_words_are_named_with_what_was_expected_in_both_languages(words, said, capsys):
    code, out, err = run(capsys, *words.split())
    assert code == 2 and out == "" and err.splitlines()[-1] == said
    assert err.startswith(f"用法 / usage: python -m grader {words.split()[0]} ")


def test_without_a_command_it_shows_which_there_are(capsys):
    code, out, err = run(capsys)
    assert code == 2 and out == "" and all(f"    {name}" in err for name in cli.COMMANDS)
    assert "invalid choice: 'nonsense'" in run(capsys, "nonsense")[2] and "没有这个命令" in run(capsys, "nonsense")[2]


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in cli.COMMANDS), ["watch", "-h"]])
def test_help_is_in_both_languages(words, capsys):
    code, out, _ = run(capsys, *words)
    assert code == 0 and CHINESE.search(out) and "notebook" in out.lower() and "%" not in out
    for english in ("positional", "options:", "show this help message"):  # argparse's own words
        assert english not in out.replace(" / options:", "")


@pytest.mark.parametrize("words", [["nonsense"], ["reset"], ["reset", "a.ipynb"], ["watch"]])
def test_bad_commands(words, capsys):
    assert run(capsys, *words)[0] == 2


def test_the_language_comes_from_the_option_then_from_the_environment(monkeypatch):
    assert cli.language(None) == "both"
    for value, expected in (("zh", "zh"), ("EN", "en"), ("fr", "both"), ("", "both")):
        monkeypatch.setenv("COURSE_LANG", value)
        assert cli.language(None) == expected
        assert cli.language("zh") == "zh"


def test_a_fault_of_the_grader_is_one_line_and_the_others_are_graded(capsys):
    def grade(path):
        print("noise")
        if path == "bad.ipynb":
            raise ZeroDivisionError("oh\nno")
        return result(right(), path=path)

    assert cli.check_all(["bad.ipynb", "good.ipynb"], grade, "both", as_json=True) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["notebook"] == "good.ipynb"
    assert err.count("\n") == 1 and "ZeroDivisionError" in err and "test_grader_cli.py" in err


# ---------------------------------------------------------------- check, for real


def test_solved_notebooks_have_full_marks(capsys):
    paths = [ROOT / "notebooks" / "solutions" / f"{name}.ipynb" for name in NAMES]
    code, out, err = run(capsys, "check", *paths)
    assert (code, err) == (0, ""), out
    assert out.count("100/100") == 4 and out.count("全部正确") == 4 and "400/400" in out and "--seed" not in out


def test_stubs_are_not_attempted(capsys):
    code, out, err = run(capsys, "check", "--json", *(ROOT / "notebooks" / f"{name}.ipynb" for name in NAMES))
    assert (code, err) == (1, "")
    results = [json.loads(line) for line in out.splitlines()]
    assert [one["assignment"] for one in results] == NAMES
    for one in results:
        assert one["schema"] == 1 and one["score"] == 0 and one["max_score"] == 100
        assert {q["status"] for q in one["questions"]} == {"not_attempted"}
        assert all(CHINESE.search(q["message"]["zh"]) and not CHINESE.search(q["message"]["en"]) for q in one["questions"])


def test_a_wrong_answer_is_named_with_its_line_and_the_seed_repeats_it(tmp_path, capsys):
    path = solved(tmp_path / "a.ipynb", edits=[("linear_backward", *NO_MEAN)])
    code, out, err = run(capsys, "check", path, "--lang", "en")
    assert (code, err) == (1, "")
    source = "".join(cell_of(json.loads(path.read_text(encoding="utf-8")), "linear_backward")["source"]).splitlines()
    line = 1 + next(n for n, text in enumerate(source) if NO_MEAN[1] in text)
    assert re.search(rf"db \(line {line} of linear_backward\): .*m times too large", out)
    assert out.count("✗ incorrect") == 1 and not CHINESE.search(out)
    seed = re.search(r"repeat with --seed (\d+)", out)[1]
    assert run(capsys, "check", path, "--lang", "en", "--seed", seed)[1] == out
    assert "m 倍" in run(capsys, "check", path, "--lang", "zh")[1]


def test_the_same_seed_gives_the_same_result_and_none_a_fresh_one(tmp_path, capsys):
    path = solved(tmp_path / "a.ipynb", NAMES[1], [("initialize_parameters_he", "np.sqrt(2", "np.sqrt(3")])
    first, second = (run(capsys, "check", "--json", "--seed", "5", path)[1] for _ in range(2))
    assert first == second and json.loads(first)["seed"] == 5 and json.loads(first)["score"] < 100
    seeds = {json.loads(run(capsys, "check", "--json", path)[1])["seed"] for _ in range(2)}
    assert len(seeds) == 2


UNREADABLE = {
    "empty": b"", "blank": b"  \n", "not_json": b"hello", "truncated": b'{"cells": [', "no_notebook": b"[1, 2]",
    "no_cells": b"{}", "bytes": b"\xff\xfe\x00\xd8",
    "nothing_graded": b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
}


def test_what_cannot_be_read_is_one_line_each_and_the_others_are_graded(tmp_path, capsys):
    good = solved(tmp_path / "good.ipynb", NAMES[1])
    paths = [tmp_path, tmp_path / "missing.ipynb"]
    for name, content in UNREADABLE.items():
        paths.append(tmp_path / f"{name}.ipynb")
        paths[-1].write_bytes(content)
    code, out, err = run(capsys, "check", "--json", "--lang", "en", *paths[:4], good, *paths[4:])
    assert code == 2
    assert json.loads(out)["score"] == 100
    lines = err.splitlines()
    assert len(lines) == len(paths) and not CHINESE.search(err)
    for path, line in zip(paths, lines):
        assert line.startswith(f"{path}: ") and line.count(str(path)) == 1 and "itself failed" not in line


def test_an_unreadable_notebook_in_each_language(tmp_path, capsys):
    for lang, zh, en in (("zh", True, False), ("en", False, True), ("both", True, True)):
        _, out, err = run(capsys, "check", tmp_path / "x.ipynb", "--lang", lang)
        assert out == "" and err.count("\n") == 1
        assert (bool(CHINESE.search(err)), "not found" in err) == (zh, en)


def test_junit_for_real(tmp_path, capsys):
    path = solved(tmp_path / "a.ipynb", edits=[("linear_backward", *NO_MEAN)])
    file = tmp_path / "out.xml"
    code, out, _ = run(capsys, "check", path, "--junit", file, "--lang", "en")
    assert code == 1 and "80" not in file.name and "linear_backward" in out
    suite = ElementTree.parse(file).getroot().find("testsuite")
    assert suite.get("name") == str(path) and suite.get("failures") == "1"
    assert len(suite.findall("testcase")) == int(suite.get("tests")) == 10
    assert "db" in suite.find("testcase[@name='linear_backward']/failure").text


def test_junit_that_cannot_be_written(tmp_path, capsys):
    path = solved(tmp_path / "a.ipynb", NAMES[1])
    before = path.read_bytes()
    code, out, err = run(capsys, "check", path, "--junit", tmp_path / "no" / "out.xml")
    assert code == 2 and err.count("\n") == 1 and "out.xml" in err and "100/100" in out
    code, out, err = run(capsys, "check", tmp_path / "missing.ipynb", "--junit", path)
    assert code == 2 and err.count("\n") == 1 and path.read_bytes() == before


def test_an_exception_with_markup_and_control_characters(tmp_path, capsys):
    bad = 'def compute_cost(AL, Y):\n    raise ValueError("\\x1b[31m[red]<script>\\u202e\\x00 [/nonsense]")  # [bold]\n'
    path = solved(tmp_path / "a.ipynb", edits=[("compute_cost", bad)])
    file = tmp_path / "out.xml"
    code, out, err = run(capsys, "check", path, "--junit", file)
    assert (code, err) == (1, "")
    assert "[red]<script>" in out and "[bold]" in out and not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
    assert "compute_cost" in ElementTree.parse(file).getroot().find(".//testcase/error/..").get("name")


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "latin-1"])
def test_a_terminal_that_is_not_utf8(encoding, tmp_path):
    solved(tmp_path / "题.ipynb", NAMES[1], [("initialize_parameters_he", "np.sqrt(2", "np.sqrt(3")])
    words = ["check", "题.ipynb", "nope.ipynb", "--seed", "3"]
    done = process(*words, cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert done.returncode == 2 and b"initialize_parameters_he" in done.stdout and done.stderr.count(b"\n") == 1
    assert b"\x1b" not in done.stdout  # no colours in a pipe
    done = process("check", "--json", "题.ipynb", cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert done.returncode == 1 and json.loads(done.stdout.decode(encoding))["notebook"] == "题.ipynb"


def test_a_reader_that_has_seen_enough(tmp_path):
    solved(tmp_path / "a.ipynb", NAMES[1])
    running = subprocess.Popen(command("check", *["a.ipynb"] * 3), cwd=tmp_path, env=environment(),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    running.stdout.read(1)
    running.stdout.close()
    assert running.stderr.read() == b""
    running.wait(60)


# ---------------------------------------------------------------- watch


def tried(path, outcomes):
    """A fake grade: each call changes nothing and gives the next of `outcomes`, which may be an exception."""
    outcomes = list(outcomes)

    def grade(given):
        assert given == path
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return grade


CUT = Unreadable("不完整", "cut off")
NONE, HALF, ALL = result(question("f"), question("g")), result(right("f"), question("g")), result(right("f"), right("g"))


def watched(path, outcomes, saves, pause=lambda seconds: None):
    """Follow a file that is saved `saves` times; return (exit code, what was shown, what was told, number of events taken)."""
    shows, tells, taken = [], [], []

    def events():
        for n in range(saves):
            taken.append(n)
            path.write_text("x" * (n + 2), encoding="utf-8")
            yield {("modified", str(path))}

    code = watch.follow(path, tried(path, outcomes), events(), lambda now, before: shows.append((now, before)), tells.append, pause)
    return code, shows, tells, len(taken)


def test_watch_goes_on_until_full_marks(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("x", encoding="utf-8")
    assert watched(path, [NONE, HALF, ALL], 5) == (0, [(NONE, None), (HALF, NONE), (ALL, HALF)], [], 2)
    assert watched(path, [ALL], 5) == (0, [(ALL, None)], [], 0)
    assert watched(path, [NONE, NONE], 1) == (1, [(NONE, None), (NONE, NONE)], [], 1)


def test_watch_tries_a_half_written_file_again(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("x", encoding="utf-8")
    pauses = []
    code, shows, tells, _ = watched(path, [NONE, CUT, CUT, ALL], 1, pauses.append)
    assert code == 0 and tells == [] and shows[-1] == (ALL, NONE) and len(pauses) == 2 and sum(pauses) < 1
    code, shows, tells, _ = watched(path, [NONE, *[CUT] * 5, ALL], 2)
    assert code == 0 and tells == [CUT] and shows == [(NONE, None), (ALL, NONE)]


def test_watch_of_what_cannot_be_read_at_the_start(tmp_path):
    path = tmp_path / "a.ipynb"
    assert watched(path, [CUT] * 5, 1) == (2, [], [CUT], 0)


def test_watch_grades_only_what_was_saved(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("x", encoding="utf-8")
    shows = []
    code = watch.follow(path, tried(path, [NONE]), [set(), set(), set()], lambda *some: shows.append(some), None)
    assert code == 1 and len(shows) == 1


def test_watch_shows_progress_and_the_first_exercise_to_mend():
    stream = io.StringIO()
    shown = screen.Screen("en", stream)
    shown.watched(HALF, NONE, "12:00:00")
    text = stream.getvalue()
    assert "f: now correct" in text and "1/2" in text and "10/20" in text and "g  incorrect" in text and "--seed 7" in text
    shown.watched(ALL, HALF, "12:00:01")
    assert "All correct" in stream.getvalue()


def test_saves_sees_a_file_that_is_renamed_into_place(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text("x", encoding="utf-8")
    events = watch.saves(path, timeout=100)
    before = watch.stamp(path)
    next(events)
    (tmp_path / "new").write_text("xx", encoding="utf-8")
    os.replace(tmp_path / "new", path)
    changes = next(events)
    for _ in range(50):
        if changes:
            break
        changes = next(events)
    assert {Path(changed).name for _, changed in changes} == {"a.ipynb"} and watch.stamp(path) != before
    events.close()


def watch_process(path):
    return subprocess.Popen(command("watch", path.name, "--lang", "en"), cwd=path.parent, env=environment(),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def read_until(stream, text):
    lines = []
    for line in stream:
        lines.append(line)
        if text in line:
            break
    assert text in lines[-1]
    return "".join(lines)


def test_watch_for_real_ends_with_full_marks(tmp_path):
    path = solved(tmp_path / "a.ipynb", NAMES[1], [("initialize_parameters_he", "np.sqrt(2", "np.sqrt(3")])
    running = watch_process(path)
    first = read_until(running.stdout, "Ctrl-C")
    assert "2/3" in first and "initialize_parameters_he  incorrect" in first
    solved(tmp_path / "new.ipynb", NAMES[1]).replace(path)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0 and err == "" and "initialize_parameters_he: now correct" in out and "All correct" in out


def test_ctrl_c_ends_watch_quietly(tmp_path):
    path = solved(tmp_path / "a.ipynb", NAMES[1], [("initialize_parameters_he", "np.sqrt(2", "np.sqrt(3")])
    running = watch_process(path)
    read_until(running.stdout, "Ctrl-C")
    time.sleep(0.3)  # it begins to wait for a save
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0 and err == "" and "goodbye" in out


def test_watch_of_a_missing_file(tmp_path):
    done = process("watch", "nope.ipynb", "--lang", "en", cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == b"" and done.stderr == b"nope.ipynb: file not found\n"


# ---------------------------------------------------------------- reset


def backups(path):
    return sorted(path.parent.glob(f"{path.stem}.*.py"))


def same_but(before, after, changed):
    """Check that two notebooks' JSON is equal but for the cells `changed`, and there but for source, outputs and count."""
    assert list(before) == list(after)
    for key in before:
        if key != "cells":
            assert before[key] == after[key]
    for old, new in zip(before["cells"], after["cells"], strict=True):
        assert list(old) == list(new)
        if old["id"] in changed:
            assert new["outputs"] == [] and new["execution_count"] is None
            old, new = ({**cell, "source": 0, "outputs": 0, "execution_count": 0} for cell in (old, new))
        assert old == new


@pytest.mark.parametrize("name, function", [
    (NAMES[0], "linear_backward"), (NAMES[0], "L_model_backward"), (NAMES[2], "forward_propagation_with_dropout"),
    (NAMES[3], "backward_propagation_n"),
])
def test_reset_puts_the_stub_back_and_keeps_the_rest(name, function, tmp_path, capsys):
    notebook = load(name)
    cell = cell_of(notebook, function)
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["mine\n"]}]
    cell["execution_count"] = 3
    path = save(tmp_path / "a.ipynb", notebook)
    before = path.read_text(encoding="utf-8")
    code, out, err = run(capsys, "reset", path, function)
    assert (code, err) == (0, "")
    after = json.loads(path.read_text(encoding="utf-8"))
    same_but(json.loads(before), after, {function})
    assert cell_of(after, function)["source"] == cell_of(load(name, solved=False), function)["source"]
    (backup,) = backups(path)
    assert re.fullmatch(rf"a\.{function}-\d{{8}}-\d{{6}}\.py", backup.name)
    assert backup.read_text(encoding="utf-8") == "".join(cell["source"])
    assert out.count(str(backup)) == 2 and CHINESE.search(out) and "is kept in" in out
    mended = notebook  # the file is as json would write it, byte for byte
    cell.update(source=cell_of(after, function)["source"], outputs=[], execution_count=None)
    assert path.read_text(encoding="utf-8") == json.dumps(mended, indent=1, ensure_ascii=False) + "\n"


def squeezed(notebook):
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return json.dumps(notebook, separators=(",", ":"))


WRITERS = {
    "another indent, ASCII": lambda notebook: json.dumps(notebook, indent=2, sort_keys=True),
    "one line, sources as strings": squeezed,
    "Windows": lambda notebook: (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").replace("\n", "\r\n"),
    "byte order mark": lambda notebook: "\ufeff" + json.dumps(notebook, indent="\t", ensure_ascii=False) + "\n\n",
    "odd numbers and blanks": lambda notebook: json.dumps(notebook, indent=1).replace('"nbformat": 4', '"x":1E2 , "nbformat" :4'),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_reset_changes_no_other_byte_whoever_wrote_the_file(writer, tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    notebook = load(NAMES[0])
    function = "update_parameters"
    cell = cell_of(notebook, function)
    cell["metadata"]["mark"] = "mark of the cell"
    content = WRITERS[writer](notebook).encode()
    path.write_bytes(content)
    assert run(capsys, "reset", path, function)[0] == 0
    after = path.read_bytes()
    learner = json.loads(after.decode("utf-8-sig"))
    stub = "".join(cell_of(load(NAMES[0], solved=False), function)["source"])
    assert "".join(cell_of(learner, function)["source"]) == stub
    same = next(n for n, (a, b) in enumerate(zip(content, after)) if a != b)
    end = next(n for n, (a, b) in enumerate(zip(content[::-1], after[::-1])) if a != b)
    touched = content[same : len(content) - end]
    assert len(touched) < 3000 and content.count(b"mark of the cell") == after.count(b"mark of the cell") == 1
    assert (b"\r\n" in content) == (b"\r\n" in after) and content.isascii() == after.isascii()
    assert backups(path)[0].read_text(encoding="utf-8") == "".join(cell["source"])


def test_reset_then_check_loses_only_those_points(tmp_path, capsys):
    path = solved(tmp_path / "a.ipynb")
    assert run(capsys, "reset", path, "linear_backward")[0] == 0
    code, out, _ = run(capsys, "check", "--json", path)
    status = {q["name"]: q["status"] for q in json.loads(out)["questions"]}
    assert code == 1 and status.pop("linear_backward") == "not_attempted" and set(status.values()) == {"correct"}


def test_reset_keeps_what_else_is_in_the_cell(tmp_path, capsys):
    notebook = load(NAMES[0])
    cell = cell_of(notebook, "linear_forward")
    own = ["import numpy as np\n", "# 我的函数\n", "def helper(x):\n", "    return x\n", "\n", "@staticmethod\n"]
    after = ["\n", "\n", "print(helper(1))  # after\n"]
    cell["source"] = [*own, *cell["source"], *after]
    path = save(tmp_path / "a.ipynb", notebook)
    assert run(capsys, "reset", path, "linear_forward")[0] == 0
    source = cell_of(json.loads(path.read_text(encoding="utf-8")), "linear_forward")["source"]
    stub = cell_of(load(NAMES[0], solved=False), "linear_forward")["source"]
    assert "".join(source) == "".join([*own[:-1], *stub, *after])
    assert backups(path)[0].read_text(encoding="utf-8") == "".join(cell["source"])


def test_reset_of_a_cell_with_a_syntax_error(tmp_path, capsys):
    notebook = load(NAMES[0])
    cell = cell_of(notebook, "linear_forward")
    cell["source"] = ["x = 1\n", "def linear_forward(A, W, b):\n", "    Z = W @ (A + b\n", "    return Z\n", "\n", "y = 2"]
    path = save(tmp_path / "a.ipynb", notebook)
    assert run(capsys, "reset", path, "linear_forward")[0] == 0
    source = cell_of(json.loads(path.read_text(encoding="utf-8")), "linear_forward")["source"]
    stub = cell_of(load(NAMES[0], solved=False), "linear_forward")["source"]
    assert source[0] == "x = 1\n" and source[1 : 1 + len(stub) - 1] == stub[:-1] and source[-1] == "y = 2"


def test_reset_takes_the_last_of_several_definitions_and_says_so(tmp_path, capsys):
    notebook = load(NAMES[0])
    again = json.loads(json.dumps(cell_of(notebook, "linear_forward")))
    again["id"] = "again"
    notebook["cells"].append(again)
    path = save(tmp_path / "a.ipynb", notebook)
    code, out, _ = run(capsys, "reset", path, "linear_forward", "--lang", "en")
    assert code == 0 and "defined 2 times" in out
    after = json.loads(path.read_text(encoding="utf-8"))
    same_but(notebook, after, {"again"})
    assert "Z = ...  # about 1 line\n" in "".join(after["cells"][-1]["source"])


def test_reset_in_a_notebook_of_format_3(tmp_path, capsys):
    cells = [{"cell_type": "code", "collapsed": False, "input": [line], "language": "python", "metadata": {}, "outputs": [],
              "prompt_number": 4} for line in ("a = 1", "b = 2")]
    cells[1]["input"] = "".join(cell_of(load(NAMES[0]), "linear_forward")["source"])
    cells[1]["outputs"] = [{"output_type": "stream", "stream": "stdout", "text": "x"}]
    notebook = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}
    path = save(tmp_path / "old.ipynb", notebook)
    assert run(capsys, "reset", path, "linear_forward")[0] == 0
    after = json.loads(path.read_text(encoding="utf-8"))
    stub = "".join(cell_of(load(NAMES[0], solved=False), "linear_forward")["source"])
    cells[1].update(input=stub, outputs=[], prompt_number=None)
    assert after == notebook


@pytest.mark.parametrize("function, said", [
    ("linear_backwards", "linear_backward"), ("Linear_Forward", "linear_forward"), ("xyzzy", "no exercise"),
    ("gradient_check", "not in this notebook"), ("\x1b[31m", "no exercise"),
])
def test_reset_of_what_is_not_there_changes_nothing(function, said, tmp_path, capsys):
    path = solved(tmp_path / "a.ipynb")
    before = path.read_bytes()
    code, out, err = run(capsys, "reset", path, function, "--lang", "en")
    assert (code, out) == (2, "") and err.count("\n") == 1 and said in err and "\x1b" not in err and "itself failed" not in err
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["a.ipynb"]


def test_reset_of_an_unreadable_notebook(tmp_path, capsys):
    for path in (tmp_path, tmp_path / "nope.ipynb"):
        code, out, err = run(capsys, "reset", path, "linear_forward")
        assert (code, out) == (2, "") and err.count("\n") == 1 and "itself failed" not in err
    assert os.listdir(tmp_path) == []


def test_reset_of_a_stub_changes_nothing(tmp_path, capsys):
    path = save(tmp_path / "a.ipynb", load(NAMES[0], solved=False))
    before = path.read_bytes()
    code, out, _ = run(capsys, "reset", path, "linear_forward")
    assert code == 0 and "nothing was changed" in out
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["a.ipynb"]


def test_a_backup_is_never_overwritten(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(putting_back.time, "strftime", lambda form: "20260102-030405")
    for turn in range(3):
        path = solved(tmp_path / "a.ipynb", edits=[("linear_forward", "Z = W @ A + b", f"Z = W @ A + b  # {turn}")])
        assert run(capsys, "reset", path, "linear_forward")[0] == 0
    begin = "a.linear_forward-20260102-030405"
    for turn, name in enumerate([f"{begin}.py", f"{begin}-2.py", f"{begin}-3.py"]):
        assert f"# {turn}\n" in (tmp_path / name).read_text(encoding="utf-8")
    assert len(os.listdir(tmp_path)) == 4


def test_reset_keeps_permissions_and_links(tmp_path, capsys):
    (tmp_path / "there").mkdir()
    (tmp_path / "here").mkdir()
    real = solved(tmp_path / "there" / "a.ipynb")
    real.chmod(0o640)
    link = tmp_path / "here" / "b.ipynb"
    link.symlink_to(real)
    assert run(capsys, "reset", link, "linear_forward")[0] == 0
    assert link.is_symlink() and real.stat().st_mode & 0o777 == 0o640 and "Z = ..." in real.read_text(encoding="utf-8")
    (backup,) = backups(link)
    assert backup.stat().st_mode & 0o777 == 0o640 and os.listdir(real.parent) == ["a.ipynb"]


def test_a_reset_that_cannot_be_written_changes_nothing(tmp_path, monkeypatch, capsys):
    path = solved(tmp_path / "a.ipynb")
    before = path.read_bytes()

    def refuse(*files):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(putting_back, "keep", refuse)
    code, out, err = run(capsys, "reset", path, "linear_forward")
    assert (code, out) == (2, "") and "Permission denied" in err and err.count("\n") == 1
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["a.ipynb"]


def test_the_lines_of_a_source_are_counted_as_python_does():
    assert putting_back.split_lines("a\r\nb\rc\x0cd\u2028e\n") == ["a\r\n", "b\r", "c\x0cd\u2028e\n"]
    place = type("Place", (), {"first": 2, "last": 3})
    assert putting_back.without("a\r\nb\r\nc\r\nd", place, "x\ny") == "a\r\nx\r\ny\r\nd"
    assert putting_back.without("if a:\n  b\n  c", place, "x\n  y") == "if a:\n  x\n    y"


def test_refused_says_why_in_both_languages():
    assert putting_back.Refused("没有", "none").text == Text("没有", "none")
