"""The command line: `python -m grader check`, `watch`, `reset`, `class` and `github`.

Exit codes: 0 all full marks, 1 not yet, 2 something could not be read, written or understood.
A check has to answer at once, so what only one command needs is imported there.
"""

import argparse
import contextlib
import math
import os
import sys
import warnings
from pathlib import Path

from . import report
from .exits import FULL, NOT_FULL, STOPPED, UNREADABLE, complain, never_fail_to_print, our_fault, quietly, reasons
from .limits import CHECK, CLASS
from .screen import Screen
from .text import LANGUAGES, Refusal, clean, language

SEEDS, SECONDS, MEGABYTES = (0, 2**32 - 1), (0.1, 3600), (64, 2**20)  # the smallest and the largest allowed


# ---------------------------------------------------------------- check


def check(notebooks, lang=None, as_json=False, junit=None, seed=None, seconds=CHECK.seconds, megabytes=CHECK.megabytes):
    """Grade notebooks, print what came of it and return the exit code."""
    from .grade import Grader

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
            Screen(lang).result(result)
    if len(results) > 1 and not as_json:
        Screen(lang).overall(results)
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


# ---------------------------------------------------------------- watch, reset, class, github


def watch(notebook, lang=None):
    """Grade a notebook at each save and return the exit code."""
    from .watch import watch as grade_at_each_save

    return grade_at_each_save(notebook, lang)


def reset(notebook, function, lang=None):
    """Put one stub back, say what was done and return the exit code."""
    from .reset import reset as put_back

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


def grade_class(lang, **given):
    """Grade what a class handed in, say what came of it and return the exit code; given: the other Options of classroom.batch."""
    import signal

    from .classroom.batch import Options, grade_class
    from .classroom.screen import ClassScreen
    from .classroom.store import Busy

    options = Options(**given, lang=language(lang))
    screen = ClassScreen(options.lang)
    with contextlib.suppress(AttributeError, ValueError):  # to be ended is to be stopped: what was graded is kept either way
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        grade_class(options, screen)
    except KeyboardInterrupt:
        screen.stopped()
        return STOPPED
    except Busy as error:
        complain(options.lang, f"{error.why.zh}；等它结束，或者加上 --wait", f"{error.why.en}; wait for it to end, or add --wait", error.path)
        return UNREADABLE
    except (Refusal, OSError) as error:
        screen.stops()
        complain(options.lang, *reasons(error), getattr(error, "path", None))
        return UNREADABLE
    return FULL


def github(notebooks=(), lang=None, seed=None):
    """Grade a learner's fork, tell GitHub what came of it and return the exit code: 1 only where something attempted is wrong.

    Without names these are the four notebooks in the folder notebooks.
    """
    from .github import run
    from .grade import Grader

    lang = language(lang)
    try:
        with Grader(seed=seed) as grader:
            never_fail_to_print()
            return run(notebooks, grader.grade, lang)
    except KeyboardInterrupt:
        complain(lang, "已停止", "stopped")
        return STOPPED


# ---------------------------------------------------------------- the words of a command


CHINESE = {  # words of argparse's -> the same in Chinese
    "the following arguments are required": "缺少", "expected one argument": "后面要有一个值", "ignored explicit argument": "后面不能有值",
    "unrecognized arguments": "不认识", "invalid choice": "没有这个命令", "choose from": "可以用的有",
}


class Words(argparse.HelpFormatter):
    """Writes help as argparse does, with the first word in both languages."""

    def add_usage(self, usage, actions, groups, prefix="用法 / usage: "):
        super().add_usage(usage, actions, groups, prefix)


PROGRAM = "python -m grader"


class Parser(argparse.ArgumentParser):
    """Reads the words of a command; its help and what it says of bad words are in both languages."""

    def __init__(self, prog=PROGRAM, **more):
        super().__init__(prog, formatter_class=Words, add_help=False, allow_abbrev=False, **more)
        self.arguments, self.options = (self.add_argument_group(title) for title in ("参数 / arguments", "选项 / options"))
        self.option("-h", "显示帮助 / show this help", "--help", action="help")

    def option(self, name, help, *others, **more):
        """Add an option."""
        self.options.add_argument(name, *others, help=help, **more)

    def argument(self, dest, metavar, help, **more):
        """Add an argument."""
        self.arguments.add_argument(dest, metavar=metavar, help=help, **more)

    def error(self, message):
        """Say what is wrong with the words and end with the code for it."""
        for english, chinese in CHINESE.items():
            message = message.replace(english, f"{chinese} / {english}")
        self.print_usage(sys.stderr)
        self.exit(UNREADABLE, f"帮助 / help: {self.prog} -h\n\n{clean(message.removeprefix('argument '))}\n")


def number(kind, limits):
    """Return the type of an option that is an int or a float within limits."""
    least, most = limits
    zh, en = ("整数", "a whole number") if kind is int else ("数", "a number")

    def of(word):
        try:
            value = kind(word)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"应为 {least} 到 {most} 的{zh} / expected {en} from {least} to {most}: {word!r}")
        return value

    return of


def one_of(names):
    """Return the type of an option that is one of several words."""
    def of(word):
        if word not in names:
            raise argparse.ArgumentTypeError(f"应为 {'、'.join(names)} 之一 / expected one of {', '.join(names)}: {word!r}")
        return word

    return of


def add_lang(parser):
    parser.option("--lang", "语言 / language; default: COURSE_LANG or both", type=one_of(LANGUAGES), metavar="{zh,en,both}")


def add_seed(parser, help="随机种子，重复上次的输入 / repeat the inputs of an earlier check"):
    parser.option("--seed", f"{help} [{SEEDS[0]}..{SEEDS[1]}]", type=number(int, SEEDS), metavar="N")


def add_limits(parser, limits):
    """Add the limits of each exercise; limits: limits.Limits, the defaults."""
    parser.option("--seconds", f"每题限时几秒 / seconds for each exercise [{SECONDS[0]}..{SECONDS[1]}; default: %(default)s]",
                  type=number(float, SECONDS), default=limits.seconds, metavar="X")
    parser.option("--megabytes", f"每题限用多少 MB 内存 / memory for each exercise, in MB [{MEGABYTES[0]}..{MEGABYTES[1]}; default: %(default)s]",
                  type=number(int, MEGABYTES), default=limits.megabytes, metavar="N")


def add_check(parser):
    parser.epilog = "退出码 / exit code: 0 满分 full marks, 1 还没满分 not yet, 2 读不了 unreadable"
    parser.argument("notebooks", "NOTEBOOK", "笔记本文件 / notebook files", nargs="+")
    add_lang(parser)
    parser.option("--json", "每份笔记本输出一行 JSON / one line of JSON a notebook", action="store_true", dest="as_json")
    parser.option("--junit", "另存 JUnit XML / also write JUnit XML", metavar="FILE")
    add_seed(parser)
    add_limits(parser, CHECK)


def add_watch(parser):
    parser.argument("notebook", "NOTEBOOK", "笔记本文件 / notebook file")
    add_lang(parser)


def add_reset(parser):
    parser.argument("notebook", "NOTEBOOK", "笔记本文件 / notebook file")
    parser.argument("function", "FUNCTION", "题目的函数名 / the exercise's function")
    add_lang(parser)


def add_github(parser):
    parser.epilog = "退出码 / exit code: 0 写了的都对 nothing attempted is wrong, 1 有错 something is, 2 读不了 unreadable"
    parser.argument("notebooks", "NOTEBOOK", "笔记本文件，默认 notebooks 里的四份 / notebook files; default: the four in notebooks", nargs="*")
    add_lang(parser)
    add_seed(parser)


def add_class(parser):
    from .classroom.batch import Options
    from .classroom.store import KEEP

    parser.epilog = "退出码 / exit code: 0 评完了 done, 2 没能开始或写不了 could not begin or write, 130 被停止 stopped"
    parser.argument("submissions", "SUBMISSIONS", "交上来的作业：文件夹或 zip / a folder, or the zip of a platform")
    parser.option("--out", "成绩和报告放在哪个文件夹，必须写 / folder for grades and reports, required", required=True, metavar="RESULTS")
    add_lang(parser)
    parser.option("--jobs", "同时用几个核；默认全部 / how many cores; default: all [1..1024]", type=number(int, (1, 1024)), metavar="N")
    parser.option("--keep", "多次提交取哪一次；默认同上次，最初是 best / which of several attempts counts; default: as before, at first best",
                  type=one_of(KEEP), metavar="{best,last}")
    parser.option("--notebook", "只算第几份笔记本，默认交了的都算 / count this notebook only; default: all that were handed in [1..4]",
                  type=number(int, (1, 4)), metavar="N")
    add_seed(parser, "随机种子；默认抽一次并记下 / default: drawn once and kept")
    add_limits(parser, CLASS)
    parser.option("--again", "没变的也重评 / grade unchanged notebooks, too", action="store_true")
    parser.option("--only-report", "只写报告 / only write the reports", action="store_true")
    parser.option("--wait", "文件夹正被使用时等待 / wait while another command uses RESULTS", action="store_true")
    parser.option("--unsafe", "没有沙箱也运行 / run without a sandbox", action="store_true")
    parser.option("--dask", "Dask 集群的地址，或 local / address of a Dask cluster, or local", metavar="ADDRESS")
    parser.option("--chunk", "发给集群时每批几份 / notebooks in one task of the cluster [1..10000; default: %(default)s]",
                  type=number(int, (1, 10_000)), default=Options.chunk, metavar="N")


COMMANDS = {  # name -> its arguments as a usage shows them, what it does, what adds arguments and options to a parser, what runs with them
    "check": ("NOTEBOOK ...", "给笔记本评分 / Grade notebooks.", add_check, check),
    "watch": ("NOTEBOOK", "每次保存后再查一遍 / Check again at each save.", add_watch, watch),
    "reset": ("NOTEBOOK FUNCTION", "恢复一道题，旧代码另存 / Put one stub back, your code is kept.", add_reset, reset),
    "github": ("[NOTEBOOK ...]", "在 GitHub 上给自己的 fork 评分 / Grade a fork on GitHub, with a summary there.", add_github, github),
    "class": ("SUBMISSIONS --out RESULTS", "给全班评分，在沙箱里，可以随时停 / Grade a class, in a sandbox; stop it at any moment.", add_class, grade_class),
}


def run(words):
    """Run the command that the words say and return the exit code; help and bad words end in SystemExit."""
    parser = Parser(usage=f"{PROGRAM} COMMAND ...", description="检查笔记本里的练习 / Check the exercises of a notebook.")
    commands = parser.add_subparsers(title="命令 / commands", metavar="COMMAND", dest="command", prog=PROGRAM)
    for name, (arguments, line, *_) in COMMANDS.items():
        commands.add_parser(name, usage=f"{PROGRAM} {name} [OPTIONS] {arguments}", help=line, description=line)
    command = parser.parse_args(words[:1]).command
    if command is None:
        parser.print_help(sys.stderr)
        return UNREADABLE
    *_, add, do = COMMANDS[command]
    add(commands.choices[command])
    return do(**vars(commands.choices[command].parse_intermixed_args(words[1:])))  # an option may stand between two notebooks


def main(words):
    """Run a command and return its exit code; whatever happens, no traceback of ours is shown."""
    never_fail_to_print()
    warnings.simplefilter("ignore")  # of slips in a learner's code, which Python speaks of when it reads that
    try:
        return run(words)
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:  # who reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_FULL
    except Exception as error:
        complain(language(None), *our_fault(error))
        return UNREADABLE
