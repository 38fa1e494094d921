"""The READMEs: their program prints what they say, in both languages, and their links lead somewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]


def programs(path):
    """Return (program, what it prints) for each program of a README."""
    return re.findall(r"```python\n(.*?)```.*?```text\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("path", READMES, ids=lambda p: p.name)
def test_the_programs_print_what_the_readme_says(path, tmp_path):
    assert len(programs(path)) == 2
    for number, (program, expected) in enumerate(programs(path)):
        file = tmp_path / f"program{number}.py"
        file.write_text(program, encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            [sys.executable, str(file)], cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8")
        assert (done.stdout, done.stderr) == (expected, "")


def test_both_readmes_have_the_same_programs():
    code = [[re.sub(r'"(zh|en)"', "", program) for program, _ in programs(path)] for path in READMES]
    assert code[0] == code[1]


def anchors(path):
    """Return the anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [*READMES, *ROOT.glob("CONTRIBUTING*.md"), ROOT / "datasets" / "README.md", *(ROOT / "docs").glob("*.md")], ids=lambda p: p.name)
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8"))
    for link in links:
        file, _, anchor = link.partition("#")
        if "://" not in link:
            target = path.parent / file if file else path
            assert target.exists(), link
            assert not anchor or anchor in anchors(target), link


def test_both_readmes_have_the_same_commands():
    commands = [re.findall(r"^(?:make \S+|py .*|\.venv.*)", path.read_text(encoding="utf-8"), re.MULTILINE) for path in READMES]
    commands = [[command.partition("  #")[0].rstrip() for command in found] for found in commands]
    assert commands[0] == commands[1] and len(commands[0]) >= 9
