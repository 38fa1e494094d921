"""Whatever a class hands in, each student and each file is found, and nothing is opened that is no ordinary file."""

import io
import json
import os
import random
import re
import socket
import struct
import sys
import warnings
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import submission
from grader.classroom import intake
from grader.classroom.intake import find
from grader.submission import Unreadable

DATA = b'{"cells": []}'
needs_links = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files here")


def folder(root, *names):
    """Make a folder with these files; a name that ends with "/" is an empty folder. Return its path."""
    for name in names:
        path = root / name
        (path if name.endswith("/") else path.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            path.write_bytes(DATA)
    return root


def zipped(root, *names, **settings):
    """Make a zip with these members and return its path."""
    path = root / "class.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", **settings) as archive:
        warnings.simplefilter("ignore")  # two members of one name are meant
        for name in names:
            archive.writestr(name, b"" if isinstance(name, str) and name.endswith("/") else DATA)
    return path


def found(path):
    """Return [(student, file)] of what can be read, and {file: (student, problem)} of the rest."""
    good, bad = [], {}
    with find(path) as entries:
        listed = list(entries)
        assert len(entries) == len(listed)
        assert [(entry.student, entry.file) for entry in listed] == sorted((entry.student, entry.file) for entry in listed)
        assert len({entry.file for entry in listed}) == len(listed)
        for entry in listed:
            if entry.problem is None:
                assert entry.read() == DATA
                good.append((entry.student, entry.file))
            else:
                bad[entry.file] = entry.student, entry.problem
                refused(entry)
    return good, bad


def refused(entry):
    """Return why an entry cannot be read, in English; both lines are one line and in their language."""
    with pytest.raises(Unreadable) as caught:
        entry.read()
    zh, en = caught.value.text
    shown = submission.one_line(entry.file)
    assert zh.startswith(f"{shown}：") and re.search("[\u4e00-\u9fff]", zh) and en.startswith(f"{shown}: ")
    assert "\n" not in zh + en
    return en.removeprefix(f"{shown}: ")


def no_class(path):
    """Return why there is no class at `path`, in English."""
    with pytest.raises(Unreadable) as caught:
        find(path)
    zh, en = caught.value.text
    assert re.search("[\u4e00-\u9fff]", zh) and not re.search("[\u4e00-\u9fff]", en)
    return en


# ---------------------------------------------------------------- layouts

EMPTY = intake.NO_NOTEBOOK
LAYOUTS = {  # name -> names of files, what can be read, what has a problem
    "a-folder-a-student": (
        ["Li Ming/1_dnn.ipynb", "Li Ming/more/deep/2.IPYNB", "李明/作业.ipynb", "Bob/essay.pdf", "Carl/"],
        [("Li Ming", "Li Ming/1_dnn.ipynb"), ("Li Ming", "Li Ming/more/deep/2.IPYNB"), ("李明", "李明/作业.ipynb")],
        {"Bob/": ("Bob", EMPTY), "Carl/": ("Carl", EMPTY)},
    ),
    "one-student": (["Li Ming/a.ipynb"], [("Li Ming", "Li Ming/a.ipynb")], {}),
    "one-student-with-notebooks-of-the-course": (
        ["Li Ming/1_dnn_step_by_step.ipynb", "Li Ming/2_initialization (1).ipynb", "Li Ming/scratch.ipynb"],
        [("Li Ming", f"Li Ming/{name}.ipynb") for name in ("1_dnn_step_by_step", "2_initialization (1)", "scratch")],
        {},
    ),
    "nbgrader": (
        ["submitted/bob/ps1/a.ipynb", "submitted/ann/ps1/a.ipynb", "submitted/ann/ps2/b.ipynb", "submitted/eve/ps1/timestamp.txt",
         "source/ps1/a.ipynb", "autograded/bob/ps1/a.ipynb", "gradebook.db", "nbgrader_config.py"],
        [("ann", "ann/ps1/a.ipynb"), ("ann", "ann/ps2/b.ipynb"), ("bob", "bob/ps1/a.ipynb")],
        {"eve/": ("eve", EMPTY)},
    ),
    "a-student-called-submitted": (
        ["submitted/a.ipynb", "ann/a.ipynb"], [("ann", "ann/a.ipynb"), ("submitted", "submitted/a.ipynb")], {}),
    "canvas": (
        ["doejane_12345_67890_1_dnn.ipynb", "doejane_LATE_12345_67891_2-1.ipynb", "li_222_67892_x.ipynb", "li_333_67893_x.ipynb"],
        [("doejane", "doejane_12345_67890_1_dnn.ipynb"), ("doejane", "doejane_LATE_12345_67891_2-1.ipynb"),
         ("li (222)", "li_222_67892_x.ipynb"), ("li (333)", "li_333_67893_x.ipynb")],
        {},
    ),
    "numbers-that-are-not-of-canvas": (
        ["hw_2024_1015_ann.ipynb", "hw_2024_1015_bob.ipynb", "hw_1_2_eve.ipynb"],
        [(name, f"{name}.ipynb") for name in ("hw_1_2_eve", "hw_2024_1015_ann", "hw_2024_1015_bob")],
        {},
    ),
    "moodle": (
        ["Jane Doe_123_assignsubmission_file_/x.ipynb", "Jane Doe_123_assignsubmission_onlinetext_/text.html",
         "Ann Lee_5_assignsubmission_file/sub/x.ipynb", "Al Ito_9_assignsubmission_onlinetext_/text.html"],
        [("Ann Lee", "Ann Lee_5_assignsubmission_file/sub/x.ipynb"), ("Jane Doe", "Jane Doe_123_assignsubmission_file_/x.ipynb")],
        {"Al Ito_9_assignsubmission_onlinetext_/": ("Al Ito", EMPTY)},
    ),
    "moodle-flat": (
        ["Jane Doe_123_assignsubmission_file_1_dnn.ipynb", "Participant_7_assignsubmission_file_x.ipynb",
         "Participant_8_assignsubmission_file_x.ipynb"],
        [("Jane Doe", "Jane Doe_123_assignsubmission_file_1_dnn.ipynb"),
         ("Participant (7)", "Participant_7_assignsubmission_file_x.ipynb"),
         ("Participant (8)", "Participant_8_assignsubmission_file_x.ipynb")],
        {},
    ),
    "a-mixture": (
        ["ann.ipynb", "bob/x.ipynb", "ann/", "eve_123_456_x.ipynb", "Jane Doe_1_assignsubmission_file_/x.ipynb"],
        [("Jane Doe", "Jane Doe_1_assignsubmission_file_/x.ipynb"), ("ann", "ann.ipynb"), ("bob", "bob/x.ipynb"),
         ("eve", "eve_123_456_x.ipynb")],
        {},
    ),
    "what-programs-leave": (
        ["ann/x.ipynb", "ann/.ipynb_checkpoints/x-checkpoint.ipynb", "ann/._x.ipynb", "__MACOSX/ann/._x.ipynb", ".hidden.ipynb",
         ".git/x.ipynb", "ann/x.ipynb.bak", "ann/data.csv", "bob/.ipynb_checkpoints/x-checkpoint.ipynb", "bob/.x.ipynb"],
        [("ann", "ann/x.ipynb")],
        {"bob/": ("bob", EMPTY)},
    ),
    "a-zip-inside": (["ann/x.ipynb", "ann/more.ZIP"], [("ann", "ann/x.ipynb")], {"ann/more.ZIP": ("ann", intake.PACKED)}),
}


@pytest.mark.parametrize("kind", ["folder", "zip"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_recognised(layout, kind, tmp_path):
    names, good, bad = LAYOUTS[layout]
    if layout == "what-programs-leave" and kind == "zip":
        names = [*names, "bob/"]  # a zip has a folder only through what is in it
    path = folder(tmp_path / "class", *names) if kind == "folder" else zipped(tmp_path, *names)
    assert found(path) == (good, bad)


def test_the_only_folder_of_a_zip(tmp_path):
    """One student of Moodle with two notebooks; one student in a folder of Canvas and of nbgrader."""
    only = "Jane Doe_1_assignsubmission_file_"
    path = zipped(tmp_path, f"{only}/a.ipynb", f"{only}/b.ipynb")
    assert found(path) == ([("Jane Doe", f"{only}/a.ipynb"), ("Jane Doe", f"{only}/b.ipynb")], {})
    assert found(zipped(tmp_path, "class/doejane_123_456_x.ipynb")) == ([("doejane", "doejane_123_456_x.ipynb")], {})
    assert found(zipped(tmp_path, "class/submitted/bob/ps1/a.ipynb")) == ([("bob", "bob/ps1/a.ipynb")], {})


def test_numbers_of_platforms_are_kept(tmp_path):
    names = ["doejane_12345_67890_a.ipynb", "Jane Doe_77_assignsubmission_file_/x.ipynb", "bob/x.ipynb"]
    with find(folder(tmp_path, *names)) as entries:
        ids = {entry.student: entry.ids for entry in entries}
    assert ids == {"doejane": {"canvas": "12345"}, "Jane Doe": {"moodle": "77"}, "bob": {}}


@pytest.mark.parametrize("layout", ["a-folder-a-student", "nbgrader", "canvas", "moodle", "moodle-flat", "a-mixture"])
def test_a_zip_with_one_folder_more(layout, tmp_path):
    names, good, bad = LAYOUTS[layout]
    assert found(zipped(tmp_path, "class/", *(f"class/{name}" for name in names))) == (good, bad)


def test_nbgraders_folder_of_submissions_itself(tmp_path):
    folder(tmp_path, "submitted/bob/ps1/a.ipynb")
    assert found(tmp_path / "submitted") == found(tmp_path) == ([("bob", "bob/ps1/a.ipynb")], {})


def test_a_flat_folder_inside_a_zip(tmp_path):
    assert found(zipped(tmp_path, "class/ann.ipynb", "class/bob.ipynb")) == ([("ann", "ann.ipynb"), ("bob", "bob.ipynb")], {})


@pytest.mark.parametrize("make", [folder, zipped])
def test_the_solutions_of_a_cloned_course_are_not_handed_in(make, tmp_path):
    """Otherwise every student of a GitHub classroom would have full marks."""
    clones = [f"hw-{student}/{file}" for student in ("ann", "ben") for file in (
        "notebooks/1_dnn_step_by_step.ipynb", "notebooks/solutions/1_dnn_step_by_step.ipynb", "notebooks/solutions/2_initialization.ipynb")]
    good, bad = found(make(tmp_path, *clones, "hw-cem/notebooks/solutions/2_initialization.ipynb", "hw-dan/solutions/2_initialization.ipynb",
                           "hw-dan/notebooks/solutions/mine.ipynb"))
    assert good == [("hw-ann", clones[0]), ("hw-ben", clones[3]), ("hw-dan", "hw-dan/notebooks/solutions/mine.ipynb"),
                    ("hw-dan", "hw-dan/solutions/2_initialization.ipynb")]
    assert {student for student, _ in bad.values()} == {"hw-cem"}  # nothing was handed in


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_chinese_names_of_a_zip_that_does_not_say_its_encoding(encoding, tmp_path):
    path = zipped(tmp_path, "AAAAAA/x.ipynb")
    name = "李明李明李明".encode(encoding)[:6].decode(encoding)
    path.write_bytes(path.read_bytes().replace(b"AAAAAA", name.encode(encoding)))
    assert found(path) == ([(name, f"{name}/x.ipynb")], {})


# ---------------------------------------------------------------- what is no class


def test_what_is_no_class(tmp_path):
    assert "not found" in no_class(tmp_path / "nowhere")
    assert "nothing was handed in" in no_class(folder(tmp_path / "empty", "readme.txt", ".git/x.ipynb"))
    noise = random.Random(1).randbytes(5000)
    for name, data in (("a.ipynb", DATA), ("empty.zip", b""), ("text.zip", b"PK\3\4 no zip"), ("noise.zip", noise)):
        (tmp_path / name).write_bytes(data)
        assert "not a zip file" in no_class(tmp_path / name), name
    assert "nothing was handed in" in no_class(zipped(tmp_path))
    assert "cannot be read" in no_class("null\0byte")
    for said in map(no_class, (tmp_path / "nowhere", tmp_path / "empty", tmp_path / "a.ipynb")):
        assert "expected a folder" in said


@needs_links
def test_a_pipe_is_no_class(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "no ordinary file" in no_class(tmp_path / "pipe")


# ---------------------------------------------------------------- hostile folders


@needs_links
def test_links_and_devices_are_never_opened(tmp_path, monkeypatch):
    secret = folder(tmp_path / "outside", "secret.ipynb") / "secret.ipynb"
    root = folder(tmp_path / "class", "ann/x.ipynb")
    os.symlink(secret, root / "ann/link.ipynb")
    os.symlink(secret.parent, root / "ann/folder")
    os.symlink("/dev/zero", root / "ann/zero.ipynb")
    os.symlink("..", root / "ann/round")
    os.symlink("nowhere", root / "bob.ipynb")
    os.symlink(secret.parent, root / "eve")
    os.mkfifo(root / "ann/pipe.ipynb")
    os.mkfifo(root / "ann/pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        monkeypatch.chdir(root / "ann")  # the path of a socket has to be short
        listener.bind("socket.ipynb")
    good, bad = found(root)
    assert good == [("ann", "ann/x.ipynb")]
    links = {"ann/link.ipynb", "ann/folder", "ann/zero.ipynb", "ann/round", "bob.ipynb", "eve"}
    special = {"ann/pipe.ipynb", "ann/pipe", "ann/socket.ipynb"}
    assert {file for file, (_, problem) in bad.items() if problem is intake.LINK} == links
    assert {file for file, (_, problem) in bad.items() if problem is intake.SPECIAL} == special and len(bad) == 9
    assert (bad["bob.ipynb"][0], bad["eve"][0]) == ("bob", "eve")


@needs_links
def test_what_becomes_a_link_or_a_pipe_after_it_was_listed(tmp_path):
    root = folder(tmp_path / "class", "ann/a.ipynb", "ann/b.ipynb", "ann/c.ipynb", "ann/d.ipynb")
    secret = folder(tmp_path, "secret.ipynb") / "secret.ipynb"
    with find(root) as entries:
        a, b, c, d = entries
        for entry in (a, b, c, d):
            (root / entry.file).unlink()
        os.symlink(secret, root / a.file)
        os.mkfifo(root / b.file)  # to open it would wait for ever
        (root / d.file).mkdir()
        assert "cannot be read" in refused(a)
        assert "no ordinary file" in refused(b)
        assert "No such file" in refused(c)
        assert refused(d)


def test_a_file_that_is_or_grows_too_large(tmp_path, monkeypatch):
    root = folder(tmp_path, "ann/a.ipynb", "ann/b.ipynb")
    with open(root / "ann/a.ipynb", "wb") as file:
        file.truncate(200 * 2**20)
    monkeypatch.setattr(intake, "_all_of", lambda file, shown: pytest.fail("read"))
    with find(root) as entries:
        assert "200 MB" in refused(next(iter(entries)))
    with pytest.raises(Unreadable, match="more than 100 MB"):
        monkeypatch.undo()
        intake._all_of(Endless(), "grows.ipynb")


class Endless(io.RawIOBase):
    """A file that grows while it is read; who takes more than 110 MB of it has no bound."""

    given = 0

    def read(self, size):
        self.given += size
        assert 0 < size and self.given < 110 * 2**20
        return bytes(size)


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode there")
@pytest.mark.parametrize(
    "name", [b"\xff\xfe", b"new\nline", b"\x1b[31m", b" ", b"a\\b", b"<script>", "\u202egnp".encode(), b"-rf", b"~"])
def test_strange_names(name, tmp_path):
    student = os.fsdecode(name)
    os.mkdir(os.path.join(os.fsencode(tmp_path), name))
    (tmp_path / student / "x.ipynb").write_bytes(DATA)
    assert found(tmp_path) == ([(student, f"{student}/x.ipynb")], {})


@pytest.mark.skipif(os.name == "nt", reason="paths are short there")
def test_very_deep_folders(tmp_path):
    folder(tmp_path, "bob/x.ipynb", "ann/" + "d/" * 39 + "x.ipynb")
    here, depth = os.getcwd(), 0
    os.chdir(tmp_path / "ann")
    try:
        for _ in range(3000):  # longer than a path may be
            os.mkdir("e")
            os.chdir("e")
            depth += 1
        good, bad = found(tmp_path)
    finally:
        for _ in range(depth):  # pytest could not remove them
            os.chdir("..")
            os.rmdir("e")
        os.chdir(here)
    assert good == [("ann", "ann/" + "d/" * 39 + "x.ipynb"), ("bob", "bob/x.ipynb")]
    assert bad == {"ann/" + "e/" * 40: ("ann", intake.TOO_DEEP)}


def test_a_folder_that_cannot_be_opened(tmp_path, monkeypatch):
    folder(tmp_path, "ann/x.ipynb", "bob/x.ipynb")
    scan = os.scandir

    def refuse(path):
        if path.endswith("bob/"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    good, bad = found(tmp_path)
    assert good == [("ann", "ann/x.ipynb")] and list(bad) == ["bob/"]
    assert bad["bob/"][0] == "bob" and "Permission denied" in bad["bob/"][1].en


# ---------------------------------------------------------------- hostile zips


def member(name, kind=0o100644):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = kind << 16
    return info


@pytest.mark.parametrize("name", [
    "../x.ipynb", "ann/../../x.ipynb", "/etc/x.ipynb", "C:/x.ipynb", "C:x.ipynb", "ann\\x.ipynb", "..\\x.ipynb",
    "../../etc/passwd"])
def test_names_that_point_outside_a_zip(name, tmp_path, monkeypatch):
    path = zipped(tmp_path, "ann/good.ipynb", name)
    monkeypatch.chdir(tmp_path)
    good, bad = found(path)
    assert good == [("ann", "ann/good.ipynb")]
    assert {file: problem for file, (_, problem) in bad.items()} == {name: intake.OUTSIDE}
    assert os.listdir(tmp_path) == ["class.zip"]


def test_two_members_of_one_name(tmp_path):
    path = zipped(tmp_path, "ann/x.ipynb", "ann/x.ipynb", "ann/./x.ipynb", "ann/x (2).ipynb", "bob.ipynb", "bob.ipynb")
    good, bad = found(path)
    assert good == [
        ("ann", "ann/x (2).ipynb"), ("ann", "ann/x (3).ipynb"), ("ann", "ann/x (4).ipynb"), ("ann", "ann/x.ipynb"),
        ("bob", "bob (2).ipynb"), ("bob", "bob.ipynb")] and not bad


def test_links_and_pipes_in_a_zip(tmp_path):
    path = zipped(tmp_path, member("ann/link.ipynb", 0o120777), member("ann/pipe.ipynb", 0o010644), member("bob/x.ipynb"))
    good, bad = found(path)
    assert good == [("bob", "bob/x.ipynb")]
    assert bad == {"ann/link.ipynb": ("ann", intake.LINK), "ann/pipe.ipynb": ("ann", intake.SPECIAL)}


def test_methods_that_become_large_in_one_step_and_passwords(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for method, name in ((zipfile.ZIP_BZIP2, "bz"), (zipfile.ZIP_LZMA, "lz"), (zipfile.ZIP_DEFLATED, "deflated")):
            archive.writestr(f"{name}/x.ipynb", DATA, method)
    good, bad = found(tmp_path / "class.zip")
    assert good == [("deflated", "deflated/x.ipynb")]
    assert {student for student, problem in bad.values() if problem is intake.METHOD} == {"bz", "lz"} and len(bad) == 2
    path = zipped(tmp_path, "ann/x.ipynb", "bob/x.ipynb")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1  # the mark of a password
    path.write_bytes(data)
    assert found(path) == ([("bob", "bob/x.ipynb")], {"ann/x.ipynb": ("ann", intake.ENCRYPTED)})


def bomb(tmp_path, size, said):
    """Return the path of a zip with a member of `size` zeros that says to have `said` bytes."""
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("ann/x.ipynb", "w") as file:
        for _ in range(size // 2**20):
            file.write(bytes(2**20))
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.index(b"PK\1\2") + 24, said)
    path.write_bytes(data)
    assert len(data) < 2**18
    return path


@pytest.mark.parametrize("said, why", [(200 * 2**20, "200 MB"), (1000, "damaged"), (2**32 - 2, "4096 MB")])
def test_a_zip_bomb(said, why, tmp_path):
    with find(bomb(tmp_path, 120 * 2**20, said)) as entries:
        [entry] = entries
        assert why in refused(entry)


def test_damaged_members_cost_no_other(tmp_path):
    path = zipped(tmp_path, "ann/x.ipynb", "bob/x.ipynb", "eve/x.ipynb")
    data = bytearray(path.read_bytes())
    data[data.index(b"bob/x.ipynb") + len("bob/x.ipynb") + 3] ^= 1  # of the content
    data[data.index(b"eve/x.ipynb") - 30] ^= 1  # of the mark of the member
    path.write_bytes(data)
    with find(path) as entries:
        ann, bob, eve = entries
        assert ann.read() == DATA
        assert "damaged" in refused(bob) and "damaged" in refused(eve)


def test_too_many_members(tmp_path, monkeypatch):
    path = zipped(tmp_path, *(f"s{n}/x.ipynb" for n in range(20)))
    monkeypatch.setattr(intake, "MAX_MEMBERS", 20)
    assert len(found(path)[0]) == 20
    monkeypatch.setattr(intake, "MAX_MEMBERS", 19)
    assert "more than 19 files in the zip" in no_class(path)


@given(st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_any_damaged_zip_is_refused_or_read(tmp_path_factory, source):
    path = tmp_path_factory.mktemp("zip") / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("ann/x.ipynb", "李明/x.ipynb", "bob.ipynb"):
            archive.writestr(name, DATA * 20)
    data = bytearray(path.read_bytes())
    for _ in range(source.choice([1, 3, 20])):
        data[source.randrange(len(data))] = source.randrange(256)
    path.write_bytes(data[: source.choice([len(data), source.randrange(len(data))])])
    try:
        with find(path) as entries:
            for entry in entries:
                try:
                    entry.read()
                except Unreadable:
                    pass
    except Unreadable:
        pass


names = st.text(st.characters(exclude_characters="/\\:\0", exclude_categories=("Cs",)), min_size=1, max_size=12)


@given(st.lists(st.tuples(names, names), min_size=1, max_size=8))
def test_no_file_of_a_zip_is_lost(tmp_path_factory, pairs):
    """Whatever students and files are called, each file that is not hidden is one entry of the student whose folder it is in."""
    path = zipped(tmp_path_factory.mktemp("zip"), "other/x.ipynb", *(f"{student}/{name}.ipynb" for student, name in pairs))
    good, bad = found(path)
    visible = [pair for pair in pairs if not any(part.startswith(".") or part == "__MACOSX" for part in pair)]
    assert not {student for student, problem in bad.values()} & {student for student, _ in visible}
    assert sorted(student for student, _ in good if student != "other") == sorted(
        student for student, _ in visible if student != "other")


# ---------------------------------------------------------------- from bytes to a submission

CELLS = b'"cells": [{"cell_type": "code", "source": "def f(): pass"}]}'
HOSTILE = {
    "keys that stand twice": b'{"cells": [], "cells": [{"cell_type": "raw", "source": "x", ' + CELLS[len(b'"cells": [{'):],
    "no numbers": b'{"nbformat": NaN, "m": -Infinity, "e": 1e999, ' + CELLS,
    "long integer": b'{"nbformat": ' + b"9" * 4300 + b", " + CELLS,
    "deep": b'{"m": ' + b"[" * 500 + b"]" * 500 + b", " + CELLS,
    "half characters": b'{"\\udc00": "\\ud800", ' + CELLS.replace(b"pass", b"return '\\ud800'"),
    "null bytes": b'{"\\u0000": "\\u0000", ' + CELLS.replace(b"pass", b"return '\\u0000'"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_strange_json_is_a_submission(kind):
    handed_in = submission.parse_bytes(HOSTILE[kind], "a\nb.ipynb")
    assert handed_in.path == "a b.ipynb" and handed_in.locate("f")


@pytest.mark.parametrize(
    "data, why", [(b"[" + b"9" * 5000 + b"]", "not valid JSON (numbers)"), (b"[" * 10**5, "too deeply")], ids=["integer", "deep"])
def test_json_that_cannot_be_read(data, why):
    with pytest.raises(Unreadable) as caught:
        submission.parse_bytes(data, "a\nb.ipynb")
    assert why in caught.value.text.en and caught.value.text.zh.startswith("a b.ipynb：")


def test_json_that_takes_too_much_memory(monkeypatch):
    def fail(text):
        raise MemoryError

    monkeypatch.setattr(json, "loads", fail)
    with pytest.raises(Unreadable, match="too much memory"):
        submission.parse_bytes(DATA, "a.ipynb")


def test_files_that_are_no_notebooks_are_named_where_nobody_has_them(tmp_path):
    """In a flat folder or a zip of one a document stands for nobody; in a student's folder it is theirs."""
    for name in ("ann.ipynb", "bob.docx", "notes.txt", "Cyn/report.pdf", ".hidden"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for path in sorted((tmp_path / "in").rglob("*.*")):
            archive.write(path, str(path.relative_to(tmp_path / "in")))
    for source in ("in", "in.zip"):
        with find(tmp_path / source) as intake:
            assert [entry.student for entry in intake] == ["Cyn", "ann"] and intake.others == ["bob.docx", "notes.txt"]


def test_when_a_file_was_changed_is_known(tmp_path):
    """A folder and a zip say it; both are texts that sort by time."""
    (tmp_path / "in").mkdir()
    for name, seconds in (("old", 1_500_000_000), ("new", 1_600_000_000)):
        (tmp_path / "in" / f"{name}.ipynb").write_bytes(b"x")
        os.utime(tmp_path / "in" / f"{name}.ipynb", (seconds, seconds))
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        for name in ("old", "new"):
            archive.write(tmp_path / "in" / f"{name}.ipynb", f"{name}.ipynb")
    for source in ("in", "in.zip"):
        with find(tmp_path / source) as intake:
            times = {entry.student: entry.modified for entry in intake}
        assert times["old"].startswith("2017-07") and times["new"].startswith("2020-09") and times["old"] < times["new"]
