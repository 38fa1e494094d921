"""Environments of their own are made once, made anew where their requirements change, and say what cannot be installed."""

import subprocess

import own_environment
import pytest
from own_environment import make_environment, packages


@pytest.fixture
def pip(monkeypatch, tmp_path):
    """Stand in for venv and pip: return the list of what was asked of pip, and the set of packages that pip does not find."""
    asked, unknown = [], set()

    def run(command, check=False):
        asked.append(command[command.index("install") + 3:])
        lines = packages(tmp_path / "requirements-own.txt") if "-r" in asked[-1] else asked[-1][-1:]
        failed = int(not unknown.isdisjoint(lines))
        if failed and check:
            raise subprocess.CalledProcessError(failed, command)
        return subprocess.CompletedProcess(command, failed)

    monkeypatch.setattr(own_environment.subprocess, "run", run)
    monkeypatch.setattr(own_environment.venv, "create", lambda folder, clear, with_pip: folder.mkdir(exist_ok=True))
    (tmp_path / "requirements-own.txt").write_text("# why\n-c requirements.txt  # ranges\none==1.0  # the one\ntwo\n", encoding="utf-8")
    return asked, unknown


def test_the_packages_of_a_file(pip, tmp_path):
    assert packages(tmp_path / "requirements-own.txt") == ["one==1.0", "two"]


def test_an_environment_is_made_once_and_again_after_a_change(pip, tmp_path):
    asked, _ = pip
    requirements = tmp_path / "requirements-own.txt"
    for _ in range(2):
        make_environment(tmp_path / "env", requirements)
    assert asked == [["-r", str(requirements)]] and (tmp_path / "env" / "installed").exists()
    requirements.write_text("one==2.0\n", encoding="utf-8")
    make_environment(tmp_path / "env", requirements)
    assert len(asked) == 2


def test_what_cannot_be_installed_is_an_error(pip, tmp_path):
    asked, unknown = pip
    unknown.add("two")
    with pytest.raises(subprocess.CalledProcessError):
        make_environment(tmp_path / "env", tmp_path / "requirements-own.txt")
    assert not (tmp_path / "env" / "installed").exists()  # so that the next run tries again


def test_what_is_optional_is_left_out_and_named(pip, tmp_path, capsys):
    asked, unknown = pip
    unknown.add("two")
    for _ in range(2):
        make_environment(tmp_path / "env", tmp_path / "requirements-own.txt", optional=True)
    assert [words[-1] for words in asked[1:]] == ["one==1.0", "two"]  # and nothing the second time
    said = capsys.readouterr().err
    assert "two cannot be installed here" in said and "这里装不了 two" in said and "one==1.0 cannot" not in said
