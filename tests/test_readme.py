"""The READMEs: their program prints what they say, in both languages, and their links lead somewhere."""

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]


def block(text, language):
    return re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)[1]


def test_the_program_prints_what_the_readmes_say():
    texts = [path.read_text(encoding="utf-8") for path in READMES]
    programs = {block(text, "python") for text in texts}
    assert len(programs) == 1
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(programs.pop(), {})
    for text in texts:
        assert block(text, "text") == printed.getvalue()


@pytest.mark.parametrize("path", [*READMES, ROOT / "CONTRIBUTING.md", ROOT / "datasets" / "README.md"], ids=lambda p: p.name)
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8"))
    assert all((path.parent / link).exists() for link in links if "://" not in link and link[0] != "#"), links


def test_both_readmes_have_the_same_commands():
    commands = [re.findall(r"^(?:make \S+|py .*|\.venv.*)", path.read_text(encoding="utf-8"), re.MULTILINE) for path in READMES]
    assert commands[0] == commands[1] and len(commands[0]) >= 6
