"""Environments of their own are made once, made anew where their requirements change, and say what cannot be installed."""

import subprocess

import pytest

from tools import environments
from tools.environments import Environment


@pytest.fixture
def pip(monkeypatch, tmp_path):
    """Stand in for venv and pip: return the list of what was asked of pip, and the set of packages that pip does not find."""
    asked, unknown = [], set()
    requirements = tmp_path / "requirements" / "own.txt"

    def run(command, check=False):
        asked.append(command[command.index("install") + 3:])
        lines = Environment("own").packages() if "-r" in asked[-1] else asked[-1][-1:]
        failed = int(not unknown.isdisjoint(lines))
        if failed and check:
            raise subprocess.CalledProcessError(failed, command)
        return subprocess.CompletedProcess(command, failed)

    monkeypatch.setattr(environments.subprocess, "run", run)
    monkeypatch.setattr(environments.venv, "create", lambda folder, clear, with_pip: folder.mkdir(exist_ok=True))
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    requirements.parent.mkdir()
    requirements.write_text("# why\n-c ../requirements.txt  # ranges\none==1.0  # the one\ntwo\n", encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("one>=0.9,<2\n", encoding="utf-8")
    return asked, unknown


def test_the_packages_of_a_file(pip):
    assert Environment("own").packages() == ["one==1.0", "two"]


@pytest.mark.parametrize("changed", ["requirements/own.txt", "requirements.txt"])
def test_an_environment_is_made_once_and_again_after_a_change(pip, tmp_path, changed):
    asked, _ = pip
    own = Environment("own")
    for _ in range(2):
        own.install()
    assert asked == [["-r", str(own.requirements)]] and (tmp_path / ".venv-own" / "installed").exists()
    (tmp_path / changed).write_text("one==1.5\n", encoding="utf-8")
    own.install()
    assert len(asked) == 2


def test_what_cannot_be_installed_is_an_error(pip, tmp_path):
    asked, unknown = pip
    unknown.add("two")
    with pytest.raises(subprocess.CalledProcessError):
        Environment("own").install()
    assert not (tmp_path / ".venv-own" / "installed").exists()  # so that the next run tries again


def test_what_is_optional_is_left_out_and_named(pip, capsys):
    asked, unknown = pip
    unknown.add("two")
    for _ in range(2):
        Environment("own", optional=True).install()
    assert [words[-1] for words in asked[1:]] == ["one==1.0", "two"]  # and nothing the second time
    said = capsys.readouterr().err
    assert "two cannot be installed here" in said and "这里装不了 two" in said and "one==1.0 cannot" not in said


def test_the_environments_of_the_course_have_the_ranges_of_the_course():
    for own in (environments.NBGRADER, environments.PEERS):
        named = [line.split("#")[0].strip() for line in own.requirements.read_text(encoding="utf-8").splitlines()]
        assert "-c ../requirements.txt" in named  # pip looks from the file's own folder
