"""The command line: `python -m grader check`, `watch`, `reset`, `class` and `github`.

Exit codes: 0 all full marks, 1 not yet, 2 something could not be read, written or understood.
A check has to answer at once, and typer takes longer to import than a notebook to grade. So typer is imported where it is
used, and a `check` that is written in the ordinary way is read without it (`plain_check`).
"""

import contextlib
import math
import os
import re
import sys
import time
import warnings
from pathlib import Path

from grader import report
from grader.exits import FULL, NOT_FULL, STOPPED, UNREADABLE, complain, never_fail_to_print, our_fault, quietly, reasons
from grader.text import LANGUAGES, clean, in_words, language

SEEDS, SECONDS, MEGABYTES = (0, 2**32 - 1), (0.1, 3600), (64, 2**20)  # the smallest and the largest allowed


# ---------------------------------------------------------------- check


def check(notebooks, lang=None, as_json=False, junit=None, seed=None, seconds=5.0, megabytes=2048):
    """Grade notebooks, print what came of it and return the exit code."""
    from grader.grade import Grader

    lang = language(lang)
    try:
        with Grader(seed=seed, seconds=seconds, megabytes=megabytes) as grader:
            never_fail_to_print()
            return check_all(notebooks, grader.grade, lang, as_json, junit)
    except KeyboardInterrupt:
        complain(lang, "已停止", "stopped")
        return STOPPED


def check_all(notebooks, grade, lang, as_json=False, junit=None):
    """Grade the notebooks one by one, print each result and return the exit code."""
    if junit is not None and junit.lower().endswith(".ipynb"):  # it would be overwritten
        complain(lang, "--junit 后面要写 XML 文件的名字，不能是笔记本", "--junit needs an XML file, not a notebook", junit)
        return UNREADABLE
    results, unreadable = [], []
    for path in notebooks:
        try:
            result = quietly(grade, path)
        except Exception as error:  # the others are graded all the same
            unreadable.append((path, complain(lang, *reasons(error), path)))
            continue
        results.append(result)
        if as_json:
            print(report.json_line(result, getattr(sys.stdout, "encoding", None) or "utf-8"), flush=True)
        else:
            report.Screen(lang).result(result)
    if len(results) > 1 and not as_json:
        report.Screen(lang).overall(results)
    written = junit is None or write_junit(junit, results, unreadable, lang)
    if unreadable or not written:
        return UNREADABLE
    return FULL if all(map(report.is_full, results)) else NOT_FULL


def write_junit(path, results, unreadable, lang):
    """Write the results as JUnit XML and return whether that was possible."""
    try:
        Path(path).write_bytes(report.junit(results, unreadable, lang))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        complain(lang, f"无法写入 JUnit 文件：{why}", f"the JUnit file cannot be written: {why}", path)
        return False
    return True


def _integer(word, least, most):
    return int(word) if re.fullmatch("[0-9]{1,10}", word) and least <= int(word) <= most else None


def _decimal(word, least, most):
    return float(word) if re.fullmatch("[0-9]{1,5}([.][0-9]{1,5})?", word) and least <= float(word) <= most else None


ORDINARY = {  # option -> (argument of check, its value from the next word, or None where typer has to say what is wrong)
    "--lang": ("lang", lambda word: word if word in LANGUAGES else None),
    "--junit": ("junit", lambda word: word or None),
    "--seed": ("seed", lambda word: _integer(word, *SEEDS)),
    "--seconds": ("seconds", lambda word: _decimal(word, *SECONDS)),
    "--megabytes": ("megabytes", lambda word: _integer(word, *MEGABYTES)),
}


def plain_check(words):
    """Return the arguments of `check` that the words after it mean, or None where there is anything that is not ordinary."""
    words, found = list(words), {"notebooks": []}
    while words:
        word = words.pop(0)
        if word == "--json":
            found["as_json"] = True
        elif word in ORDINARY:
            name, value_of = ORDINARY[word]
            found[name] = value_of(words.pop(0)) if words and not words[0].startswith("-") else None
            if found[name] is None:
                return None
        elif word.startswith("-") or not word:
            return None
        else:
            found["notebooks"].append(word)
    return found if found["notebooks"] else None


# ---------------------------------------------------------------- watch


def watch(notebook, lang=None):
    """Grade a notebook at each save until all is full marks; return the exit code."""
    from grader.grade import Grader

    path, lang = Path(notebook), language(lang)
    try:
        with Grader() as grader:
            never_fail_to_print()
            screen = report.Screen(lang)
            return follow(path, grader.grade, saves(path),
                          lambda result, before: screen.watched(result, before, time.strftime("%H:%M:%S")),
                          lambda error: complain(lang, *reasons(error), notebook))
    except KeyboardInterrupt:
        print("\n" + in_words(lang, "再见，下次接着做", "goodbye, see you next time"))
        return 0


def saves(path, timeout=1000):
    """Yield whenever the file may have been saved: at each change in its folder, and from time to time.

    Jupyter writes another file and renames it, so the folder is watched. Some file systems tell of no changes.
    """
    from watchfiles import watch as changes_in

    def is_it(change, changed):
        return Path(changed).name == path.name

    try:
        yield from changes_in(path.absolute().parent, watch_filter=is_it, recursive=False, step=50, debounce=400,
                              rust_timeout=timeout, yield_on_timeout=True)
    except OSError:  # the system watches no more folders
        while True:
            time.sleep(timeout / 1000)
            yield set()


def stamp(path):
    """Return what differs after a save: None if there is no such file now."""
    try:
        known = os.stat(path)
    except OSError:
        return None
    return known.st_mtime_ns, known.st_size, known.st_ino


def grade_patiently(path, grade, pause):
    """Return (stamp, result, None) or (stamp, None, error); what cannot be read may be half written, so it is tried again."""
    for delay in (0.05, 0.1, 0.2, 0.4, None):
        seen = stamp(path)
        try:
            return seen, quietly(grade, path), None
        except Exception as error:
            if delay is None:
                return seen, None, error
        pause(delay)


def follow(path, grade, events, show, tell, pause=time.sleep):
    """Grade a notebook now and after each event that comes with a change of the file; return an exit code.

    It ends with full marks, with a notebook that cannot be read at the start, or with the events.
    show(result, the result before or None) and tell(error) inform the learner.
    """
    seen, last, error = grade_patiently(path, grade, pause)
    if error is not None:
        tell(error)
        return UNREADABLE
    show(last, None)
    if report.is_full(last):
        return FULL
    for _ in events:
        if stamp(path) == seen:
            continue
        seen, result, error = grade_patiently(path, grade, pause)
        if error is not None:
            tell(error)
            continue
        show(result, last)
        last = result
        if report.is_full(last):
            return FULL
    return NOT_FULL


# ---------------------------------------------------------------- reset


def reset(notebook, function, lang=None):
    """Put one stub back, say what was done and return the exit code."""
    from grader.reset import reset as put_back

    never_fail_to_print()
    lang = language(lang)
    try:
        done = put_back(notebook, function)
    except Exception as error:
        complain(lang, *reasons(error), notebook)
        return UNREADABLE
    for text in done:
        for tongue in LANGUAGES[lang]:
            print(clean(getattr(text, tongue)))
    return 0


# ---------------------------------------------------------------- class


def grade_class(options):
    """Grade what a class handed in, say what came of it and return the exit code; options: classroom.Options."""
    import signal

    from grader.classroom.batch import Refused, grade_class
    from grader.classroom.screen import ClassScreen
    from grader.classroom.store import Busy, Unusable
    from grader.submission import Unreadable

    screen = ClassScreen(options.lang)
    with contextlib.suppress(AttributeError, ValueError):  # to be ended is to be stopped: what was graded is kept either way
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        grade_class(options, screen)
    except KeyboardInterrupt:
        screen.stopped()
        return STOPPED
    except Busy as error:
        complain(options.lang, f"{error.text.zh}；等它结束，或者加上 --wait", f"{error.text.en}; wait for it to end, or add --wait")
        return UNREADABLE
    except (Refused, Unusable, Unreadable, OSError) as error:
        screen.stops()
        complain(options.lang, *reasons(error))
        return UNREADABLE
    return FULL


# ---------------------------------------------------------------- github


def github(notebooks=(), lang=None, seed=None):
    """Grade a learner's fork, tell GitHub what came of it and return the exit code: 1 only where something attempted is wrong.

    Without names these are the four notebooks in the folder notebooks.
    """
    from grader.github import run
    from grader.grade import Grader

    lang = language(lang)
    try:
        with Grader(seed=seed) as grader:
            never_fail_to_print()
            return run(notebooks, grader.grade, lang)
    except KeyboardInterrupt:
        complain(lang, "已停止", "stopped")
        return STOPPED


# ---------------------------------------------------------------- the command


def build_app():
    """Return the typer application."""
    import enum
    from typing import Annotated

    import typer

    app = typer.Typer(
        add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="检查笔记本里的练习 / Check the exercises of a notebook.",
    )
    Language = enum.StrEnum("Language", ["zh", "en", "both"])

    def finite(value):
        if not math.isfinite(value):
            raise typer.BadParameter("应为有限的数 / expected a finite number")
        return value

    def option(text, *names, **more):
        return typer.Option(*names, help=text, **more)

    def within(limits):
        return dict(zip(("min", "max"), limits))

    Notebook = Annotated[str, typer.Argument(metavar="NOTEBOOK", help="笔记本文件 / notebook file")]
    Lang = Annotated[Language | None, option("语言 / language; default: COURSE_LANG or both", "--lang", show_default=False)]
    Seed = Annotated[int | None, option("随机种子，重复上次的输入 / repeat the inputs of an earlier check", "--seed",
                                        show_default=False, **within(SEEDS))]

    @app.command("check", epilog="退出码 / exit code: 0 满分 full marks, 1 还没满分 not yet, 2 读不了 unreadable")
    def check_command(
        notebooks: Annotated[list[str], typer.Argument(metavar="NOTEBOOK", help="笔记本文件 / notebook files")],
        lang: Lang = None,
        as_json: Annotated[bool, option("每份笔记本输出一行 JSON / one line of JSON a notebook", "--json")] = False,
        junit: Annotated[str | None, option("另存 JUnit XML / also write JUnit XML", metavar="FILE", show_default=False)] = None,
        seed: Seed = None,
        seconds: Annotated[float, option("每题限时几秒 / seconds for each exercise", callback=finite, **within(SECONDS))] = 5.0,
        megabytes: Annotated[int, option("每题限用多少 MB 内存 / memory for each exercise, in MB", **within(MEGABYTES))] = 2048,
    ):
        """给笔记本评分 / Grade notebooks."""
        raise typer.Exit(check(notebooks, lang, as_json, junit, seed, seconds, megabytes))

    @app.command("watch")
    def watch_command(notebook: Notebook, lang: Lang = None):
        """每次保存后再查一遍 / Check again at each save."""
        raise typer.Exit(watch(notebook, lang))

    @app.command("reset")
    def reset_command(
        notebook: Notebook,
        function: Annotated[str, typer.Argument(metavar="FUNCTION", help="题目的函数名 / the exercise's function")],
        lang: Lang = None,
    ):
        """恢复一道题，旧代码另存 / Put one stub back, your code is kept."""
        raise typer.Exit(reset(notebook, function, lang))

    @app.command("github", epilog="退出码 / exit code: 0 写了的都对 nothing attempted is wrong, 1 有错 something is, 2 读不了 unreadable")
    def github_command(
        notebooks: Annotated[list[str] | None, typer.Argument(
            metavar="NOTEBOOK", help="笔记本文件，默认 notebooks 里的四份 / notebook files; default: the four in notebooks", show_default=False)] = None,
        lang: Lang = None,
        seed: Seed = None,
    ):
        """在 GitHub 上给自己的 fork 评分 / Grade a fork on GitHub, with a summary there."""
        raise typer.Exit(github(notebooks or (), lang, seed))

    from grader.classroom.batch import Options
    from grader.classroom.store import KEEP

    Keep = enum.StrEnum("Keep", KEEP)

    @app.command("class", epilog="退出码 / exit code: 0 评完了 done, 2 没能开始或写不了 could not begin or write, 130 被停止 stopped")
    def class_command(
        submissions: Annotated[str, typer.Argument(metavar="SUBMISSIONS", help="交上来的作业：文件夹或 zip / a folder, or the zip of a platform")],
        out: Annotated[str, option("成绩和报告放在哪个文件夹 / folder for grades and reports", "--out", metavar="RESULTS")],
        lang: Lang = None,
        jobs: Annotated[int | None, option("同时用几个核；默认全部 / how many cores; default: all", min=1, max=1024, show_default=False)] = None,
        keep: Annotated[Keep | None, option("多次提交取哪一次；默认同上次，最初是 best / which of several attempts counts; default: as before, at first best",
                                            show_default=False)] = None,
        notebook: Annotated[int | None, option("只算第几份笔记本，默认交了的都算 / count this notebook only; default: all that were handed in",
                                               min=1, max=4, show_default=False)] = None,
        seed: Annotated[int | None, option("随机种子；默认抽一次并记下 / default: drawn once and kept", show_default=False, **within(SEEDS))] = None,
        seconds: Annotated[float, option("每题限时几秒 / seconds for each exercise", callback=finite, **within(SECONDS))] = Options.seconds,
        megabytes: Annotated[int, option("每题限用多少 MB 内存 / memory for each exercise, in MB", **within(MEGABYTES))] = Options.megabytes,
        again: Annotated[bool, option("没变的也重评 / grade unchanged notebooks, too", "--again")] = False,
        only_report: Annotated[bool, option("只写报告 / only write the reports", "--only-report")] = False,
        wait: Annotated[bool, option("文件夹正被使用时等待 / wait while another command uses RESULTS", "--wait")] = False,
        unsafe: Annotated[bool, option("没有沙箱也运行 / run without a sandbox", "--unsafe")] = False,
        dask: Annotated[str | None, option("Dask 集群的地址，或 local / address of a Dask cluster, or local",
                                           metavar="ADDRESS", show_default=False)] = None,
        chunk: Annotated[int, option("发给集群时每批几份 / notebooks in one task of the cluster", min=1, max=10_000)] = Options.chunk,
    ):
        """给全班评分，在沙箱里，可以随时停 / Grade a class, in a sandbox; stop it at any moment."""
        raise typer.Exit(grade_class(Options(
            submissions, out, jobs, notebook, keep and str(keep), seed, seconds, megabytes, unsafe, wait, again, only_report, dask, chunk, language(lang))))

    return app


def main(words):
    """Run the command that the words say and return the exit code; whatever happens, no traceback of ours is shown."""
    never_fail_to_print()
    warnings.simplefilter("ignore")  # of slips in a learner's code, which Python speaks of when it reads that
    try:
        arguments = plain_check(words[1:]) if words[:1] == ["check"] else None
        if arguments:
            return check(**arguments)
        build_app()(words, prog_name="python -m grader")  # ends in SystemExit
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:  # who reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_FULL
    except Exception as error:
        complain(language(None), *our_fault(error))
        return UNREADABLE
