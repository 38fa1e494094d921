"""Ten thousand damaged notebook files: each has a result or a clear reason, and nothing of the grader breaks. No chance: they are seeded.

GRADER_FUZZ=10000 grades so many of them, too, and not only reads them.
"""

import json
import os
import random
import re
import warnings
from collections import Counter

import pytest
from attacks import solved_notebook
from handed_in import solved
from needs import weaknesses

from grader.classroom.job import graded
from grader.questions import notebooks
from grader.result import SCHEMA, STATUSES
from grader.sandbox import bubblewrap
from grader.sandbox.start import start_worker
from grader.submission import Submission, Unreadable, parse_bytes

FILES, GRADED = 10_000, int(os.environ.get("GRADER_FUZZ", "200"))
ODD = (
    None, True, -1, 1e308, 10**400, "", "x" * 10_000, "\0", "\ud800", "def f(:", [], {}, [[]], [None, 5], {"a": {}}, {"cells": []}, [[[[[[[[]]]]]]]],
    "%%bash\nls", "!ls", "import os", "from . import x", "async def linear_forward(): pass", "lambda: 0", "class linear_forward: pass")


# ---------------------------------------------------------------- what is damaged, and how


def originals():
    """Return the bytes of the solved notebooks, in formats 3 and 4, with markdown, outputs and text as lists of lines."""
    found = []
    for entries in notebooks().values():
        whole = solved_notebook()
        whole["cells"] = whole["cells"][:1] + [{**whole["cells"][1], "source": solved(question.name)} for question in entries]
        whole["cells"].insert(1, {"cell_type": "markdown", "metadata": {}, "source": ["# text\n", "中文"]})
        code = [{**cell, "input": cell["source"].splitlines(True)} for cell in whole["cells"] if cell["cell_type"] == "code"]
        old = {"nbformat": 3, "worksheets": [{"cells": code}]}
        lines = {**whole, "cells": [{**cell, "source": "".join(cell["source"]).splitlines(True)} for cell in whole["cells"]]}
        found += [json.dumps(one, ensure_ascii=False).encode() for one in (whole, lines, old)]
    return found


def flip_bits(data, chance):
    """Return the bytes with a few bits turned over."""
    data = bytearray(data)
    for _ in range(chance.choice([1, 2, 10, 100])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def move_pieces(data, chance):
    """Return the bytes cut off, with a piece taken out, or with one doubled."""
    a, b = sorted(chance.randrange(len(data)) for _ in range(2))
    return chance.choice([data[:b], data[a:], data[:a] + data[b:], data[:b] + data[a:], data[a:b]])


def insert_bytes(data, chance):
    """Return the bytes with others in between."""
    at = chance.randrange(len(data))
    return data[:at] + chance.choice([b"\0", b"\xff", b"{", b"[" * 5000, b'"', b"\\", b"9" * 5000, b"\xef\xbb\xbf", b"\r", b"\xed\xa0\x80"]) + data[at:]


def places(value):
    """Yield (holder, key) of everything in JSON."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


def change_json(data, chance):
    """Return the JSON with some of its values replaced, taken out, nested deeply, or exchanged."""
    whole = json.loads(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        holder, key = chance.choice([*places(whole)] or [([0], 0)])
        how = chance.randrange(4)
        if how == 0:
            holder[key] = json.loads(json.dumps(chance.choice(ODD)))  # a copy, which may be changed next
        elif how == 1:
            del holder[key]
        elif how == 2:
            for _ in range(chance.choice([1, 10, 90])):
                holder[key] = [holder[key]]
        else:
            other, place = chance.choice([*places(whole)])
            other[place], holder[key] = json.loads(json.dumps(holder[key])), json.loads(json.dumps(other[place]))
    return json.dumps(whole).encode()


def change_code(data, chance):
    """Return the notebook with lines or words of its code taken out, doubled or exchanged, or odd ones put in between."""
    whole = json.loads(data)
    cells = whole.get("cells") or whole["worksheets"][0]["cells"]
    for cell in chance.sample(cells, min(len(cells), chance.choice([1, 2, len(cells)]))):
        key = "input" if "input" in cell else "source"
        text = "".join(cell[key])
        parts = text.splitlines(True) if chance.random() < 0.5 else re.split(r"(\W)", text)
        for _ in range(chance.choice([1, 1, 3])):
            a, b = chance.randrange(len(parts) or 1), chance.randrange(len(parts) or 1)
            parts[a:a] = [[], parts[b : b + 1], [str(chance.choice(ODD))], ["\n"], ["    "], [chance.choice("()[]{}:=.,'\"\\#@%!?;")]][chance.randrange(6)]
            if chance.random() < 0.5:
                del parts[b : b + chance.choice([1, 1, 5])]
        cell[key] = "".join(parts)
    return json.dumps(whole).encode()


WAYS = (flip_bits, move_pieces, insert_bytes, change_json, change_code, change_code)


def damaged(number, sources):
    """Return the bytes of the damaged file of that number."""
    chance = random.Random(number)
    data = chance.choice(sources)
    return chance.choice(WAYS)(data, chance)


# ---------------------------------------------------------------- what comes of it


@pytest.fixture(scope="module")
def sources():
    return originals()


def test_each_damaged_file_is_read_or_refused_with_one_line_in_both_languages(sources):
    outcomes = Counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what is in the damaged code
        for number in range(FILES):
            try:
                submission = parse_bytes(damaged(number, sources), f"{number}.ipynb")
            except Unreadable as error:
                outcomes["unreadable"] += 1
                for text in error.text:
                    assert f"{number}.ipynb" in text and len(text) < 500 and len(text.splitlines()) == 1
                assert error.text.en.isascii() and re.search("[一-鿿]", error.text.zh)
            else:
                assert isinstance(submission, Submission)
                outcomes["with functions" if any(item.kind == "function" for item in submission.items) else "without"] += 1
    assert outcomes["with functions"] > 5000 and outcomes["unreadable"] > 2000 and outcomes["without"] > 50, outcomes


START = start_worker if weaknesses else bubblewrap.start
GRADER = {"seed": 1, "seconds": 2, "megabytes": 512, "start": START, "patience": 0.02, "sandboxed": START is bubblewrap.start}


def check_result(result):
    """Check that a result has the form of result.py."""
    questions = result["questions"]
    assert result["schema"] == SCHEMA and result["assignment"] in notebooks()
    assert [question["name"] for question in questions] == [question.name for question in notebooks()[result["assignment"]]]
    for question in questions:
        assert question["status"] in STATUSES
        assert question["points"] == (question["max_points"] if question["status"] == "correct" else 0)
        assert question["message"]["zh"] and question["message"]["en"] and "grader itself" not in question["message"]["en"], question
    assert result["score"] == sum(question["points"] for question in questions)
    json.dumps(result).encode()


@pytest.mark.filterwarnings("ignore")  # about what is in the damaged code
def test_damaged_notebooks_that_can_be_read_have_a_result(sources, grader, monkeypatch):
    monkeypatch.setenv("GRADER_DEBUG", "1")  # what is wrong with the grader is raised
    done, number, statuses = 0, 0, Counter()
    while done < GRADED:
        data, number = damaged(number, sources), number + 1
        try:
            parse_bytes(data, "x")
        except Unreadable:
            continue
        answer, done = graded(grader, data, f"{number}.ipynb"), done + 1
        assert answer["status"] in ("graded", "unreadable")
        if answer["status"] == "graded":
            check_result(answer["result"])
            statuses.update(question["status"] for question in answer["result"]["questions"])
        else:
            assert answer["reason"]["zh"] and answer["reason"]["en"]
    assert {"correct", "incorrect", "error", "missing"} <= {*statuses}
