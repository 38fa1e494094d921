"""`python -m grader watch`: grade a notebook at each save, until all is full marks."""

import os
import time
from pathlib import Path

from . import report
from .exits import FULL, NOT_FULL, UNREADABLE, complain, never_fail_to_print, quietly, reasons
from .grade import Grader
from .screen import Screen
from .text import in_words, language


def watch(notebook, lang=None):
    """Grade a notebook at each save until all is full marks; return the exit code."""
    path, lang = Path(notebook), language(lang)
    try:
        with Grader() as grader:
            never_fail_to_print()
            screen = Screen(lang)
            return follow(path, grader.grade, saves(path),
                          lambda result, before: screen.watched(result, before, time.strftime("%H:%M:%S")),
                          lambda error: complain(lang, *reasons(error), notebook))
    except KeyboardInterrupt:
        print("\n" + in_words(lang, "再见，下次接着做", "goodbye, see you next time"))
        return FULL


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
