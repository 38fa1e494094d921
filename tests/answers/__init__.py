"""Answers to the questions as learners write them: NAME.py has those for the graded function NAME.

A file is code in sections, each of them a whole answer. `# %% right` begins an unusual right answer, `# %% wrong: QUANTITY KIND` another
spelling of the typical mistake that the question has under these two words; `QUANTITY KIND 2` is the second one it has under them.
What stands above the first section is in every notebook.
"""

import re
from collections import Counter
from pathlib import Path

SECTION = re.compile(r"^# %% (.*)\n", re.MULTILINE)


def sections(name):
    """Yield (title, source) of each section of a file."""
    _, *parts = SECTION.split((Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
    for title, source in zip(parts[::2], parts[1::2]):
        yield title, "import numpy as np\n\n\n" + source.rstrip() + "\n"


def right(question):
    """Return the unusual right answers to a question."""
    return [source for title, source in sections(question.name) if title == "right"]


def wrong(question):
    """Return (mistake, source) of each other spelling of a typical mistake of a question."""
    seen, titles = Counter(), {}
    for mistake in question.mistakes:
        words = f"wrong: {mistake.quantity} {mistake.kind}"
        seen[words] += 1
        titles[f"{words} {seen[words]}"] = mistake
    titles.update({words: titles[f"{words} 1"] for words, count in seen.items() if count == 1})
    return [(titles[title], source) for title, source in sections(question.name) if title != "right"]
