"""How every command ends: its exit code, the one line that says what went wrong, and what keeps printing from failing."""

import contextlib
import io
import os
import sys
from pathlib import Path

from .text import Refusal, clean, in_words

FULL, NOT_FULL, UNREADABLE, STOPPED = 0, 1, 2, 130


def never_fail_to_print():
    """Let a letter that the terminal does not have become a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def complain(lang, zh, en, path=None):
    """Write one line to stderr, in the language(s) chosen, and return it."""
    text = in_words(lang, zh, en)
    text = clean(" ".join((text if path is None else f"{path}: {text}").splitlines()))
    print(text, file=sys.stderr, flush=True)
    return text


def our_fault(error):
    """Return in both languages that the grader itself failed, and where. GRADER_DEBUG is for its authors."""
    if os.environ.get("GRADER_DEBUG"):
        raise error
    place = ""
    trace = error.__traceback__
    while trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    what = f"{type(error).__name__}: {error} ({place})"
    return f"评分程序自己出错了，不是你的问题：{what}", f"the grader itself failed, which is not your fault: {what}"


def reasons(error):
    """Return in both languages why the file at hand could not be used, as a pair (zh, en) without its path."""
    if isinstance(error, Refusal):
        return error.why
    if isinstance(error, OSError):
        why = error.strerror or error
        return f"文件无法读写：{why}", f"the file cannot be read or written: {why}"
    return our_fault(error)


def quietly(grade, path):
    """Grade a notebook; what any function prints meanwhile is nobody's answer."""
    with contextlib.redirect_stdout(io.StringIO()):
        return grade(path)
