"""What a class handed in: who, which file, and how to read its bytes. Nothing is unpacked, and no link is followed.

A folder, or a zip with the same inside, in one of these layouts or a mixture of them:

- `<student>/*.ipynb`, with folders inside a student's folder or without; in a clone of the whole course, as GitHub Classroom has
  it, the course's own `notebooks/solutions` are not what the student handed in;
- nbgrader: `submitted/<student>/<assignment>/*.ipynb`; given is `submitted`, or the course's folder, in which stand nothing but
  the folders of nbgrader and files that are no notebooks;
- Canvas, "Download Submissions": flat files `<surname and name><_LATE>_<user>_<attachment>_<file as handed in>`, such as
  `doejane_LATE_12345_67890_1_dnn.ipynb`. The name is in lower case and without underscores; no two files have one attachment,
  and where two have, the names are no names of Canvas;
- Moodle, "Download all submissions": a folder `<full name>_<number>_assignsubmission_file_`, with or without the last
  underscore, or flat files that begin so. The name has no underscores; the number is another one in each assignment;
- a flat folder: the student is the name of the file.

Two numbers with one name are two students, `Jane Doe (123)` and `Jane Doe (456)`.

A zip often has all this in one folder more. Its only folder counts as such, and not as a student's, if in it stand files
that a platform named, or notebooks in two places or more of which less than half are called like notebooks of the course.
"""

import contextlib
import itertools
import os
import re
import stat
import struct
import zipfile
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from ..questions import MODULES
from ..submission import MAX_BYTES, Unreadable, cannot_read, one_line, too_large
from ..text import Text

MAX_MEMBERS = 200_000  # of a zip: its list of names is held in memory
MAX_DEPTH = 40  # folders in folders
PIECE = 2**20  # bytes
IGNORED = "__MACOSX"
OURS = re.compile(rf"(^|/)notebooks/solutions/({'|'.join(MODULES)})\.ipynb\Z")  # in a clone of the course's repository
NBGRADER = {"submitted", "source", "release", "autograded", "feedback", "downloaded", "exchange"}

MOODLE = re.compile(r"(?P<student>.+?)_(?P<moodle>\d+)_assignsubmission_[a-z]+(?:_(?P<rest>.*))?", re.DOTALL)
CANVAS = re.compile(r"(?P<student>[^_]+)(?:_LATE)?_(?P<canvas>\d{3,})_(?P<attachment>\d{3,})_.+", re.DOTALL)
DRIVE = re.compile(r"[A-Za-z]:")
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)

NO_NOTEBOOK = Text("没有交笔记本（.ipynb）", "no notebook (.ipynb) was handed in")
LINK = Text("这是一个链接，不会去读它指向的文件；请交文件本身", "this is a link, and what it points to is not read; hand in the file itself")
SPECIAL = Text("这不是普通的文件", "this is no ordinary file")
TOO_DEEP = Text(f"文件夹嵌套超过 {MAX_DEPTH} 层，里面的文件没有读", f"more than {MAX_DEPTH} folders in one another; the files in them were not read")
PACKED = Text("这是一个压缩包；请解压后再评分", "this is a zip file; unpack it and grade again")
OUTSIDE = Text("压缩包里的这个文件名指向文件夹之外，或含有反斜杠；没有读它", "the name of this file in the zip points out of the folder, or has backslashes; it was not read")
ENCRYPTED = Text("压缩包里的这个文件有密码；请解压后再评分", "this file in the zip has a password; unpack it and grade again")
METHOD = Text("压缩包里的这个文件用了不支持的压缩方法；请解压后再评分", "this file in the zip is compressed in a way that is not supported; unpack it and grade again")


@dataclass(slots=True)
class Handed:
    """One file that was handed in.

    student: as the folder or the platform has it; file: its path within what was handed in, with "/", which no other entry has;
    problem: why it cannot be graded, or None; platform, number: "canvas" or "moodle" and its number of the student, or "".
    """

    student: str
    file: str
    problem: Text | None
    platform: str
    number: str
    source: object  # has read(where, shown) and modified(where)
    where: object

    @property
    def ids(self):
        """Return the numbers that platforms have for the student: {"canvas": "12345"}, or {}."""
        return {self.platform: self.number} if self.platform else {}

    def read(self):
        """Return the bytes of the file, MAX_BYTES at most; raises submission.Unreadable."""
        shown = one_line(self.file)
        if self.problem is not None:
            raise Unreadable(*self.problem, shown)
        return self.source.read(self.where, shown)

    @property
    def modified(self):
        """Return when the file was last changed, as far as the folder or the zip says: ISO 8601, or ""."""
        try:
            return "" if self.problem is not None else self.source.modified(self.where)
        except (OSError, ValueError, OverflowError):
            return ""


class Intake:
    """What was handed in, sorted by (student, file); to be closed after the last file is read."""

    def __init__(self, source, entries):
        self.source, self.entries = source, entries

    def __iter__(self):
        return iter(self.entries)

    @property
    def others(self):
        """Return the sorted names of files at the top that are no notebooks, where no folder of a student has them."""
        return sorted(self.source.others)

    def __len__(self):
        return len(self.entries)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self.close()

    def close(self):
        """Close the zip; its files cannot be read any more."""
        self.source.close()


def find(path):
    """Return the Intake of the folder or zip at `path`; raises submission.Unreadable where it is neither, or has nothing in it."""
    shown = one_line(path)
    try:
        source = _opened(path, shown)
        with contextlib.ExitStack() as stack:
            stack.callback(source.close)
            entries = _arranged(source)
            if not entries:
                raise _expected(shown, Text("里面没有学生交的作业", "nothing was handed in there"))
            stack.pop_all()  # all is well: it stays open
    except FileNotFoundError as error:
        raise _expected(shown, Text("找不到", "not found")) from error
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise cannot_read(shown, error) from error
    return Intake(source, entries)


def _opened(path, shown):
    kind = os.stat(path).st_mode  # a link that the teacher names is followed
    if stat.S_ISDIR(kind):
        return _Folder(path)
    if stat.S_ISREG(kind):
        return _Zip(path, shown)
    raise _expected(shown, SPECIAL)


def _expected(shown, problem):
    """Return the Unreadable of what is no class."""
    return Unreadable(
        f"{problem.zh}；需要的是一个文件夹，每个学生一个子文件夹，里面是笔记本（.ipynb），或者学习平台导出的 zip 文件",
        f"{problem.en}; expected a folder with a subfolder of notebooks (.ipynb) for each student, or the zip file that a learning platform exports",
        shown)


# ---------------------------------------------------------------- where the files are


class _Found(NamedTuple):
    """Something with a name, "a/b.ipynb", or "a/" for a folder. Without `where` and `problem` it shows only that its folder exists."""

    name: str
    where: object = None
    problem: Text | None = None


def _is_notebook(name):
    return name.lower().endswith(".ipynb")


def _is_hidden(name):
    return name.startswith(".") or name == IGNORED


def _all_of(file, shown):
    """Return what is in an open binary file; raises Unreadable where that is more than MAX_BYTES, whatever it said before."""
    pieces, size = [], 0
    while piece := file.read(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            raise too_large(shown, size)
    return b"".join(pieces)


class _Folder:
    """The files of a folder, of the folder `submitted` where it is nbgrader's."""

    def __init__(self, path):
        self.root, self.others = os.path.join(os.fspath(path), ""), []
        with os.scandir(self.root) as entries:
            tops = [entry.name + ("/" if entry.is_dir(follow_symlinks=False) else "") for entry in entries]
        if _is_nbgrader(tops):
            self.root = os.path.join(self.root, "submitted", "")

    def close(self):
        """Do nothing: no file stays open."""

    def list(self):
        """Yield what is Found, in no order."""
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(self.root + folder) as entries:
                    for entry in entries:
                        if not _is_hidden(entry.name):
                            yield from self._entry(entry, folder, waiting)
            except OSError as error:
                if not folder:
                    raise
                reason = error.strerror or error
                yield _Found(folder, None, Text(f"打不开这个文件夹（{reason}）", f"this folder cannot be opened ({reason})"))

    def _entry(self, entry, folder, waiting):
        """Yield what an entry of a folder is Found to be; a folder goes to those that are waiting."""
        name = folder + entry.name
        if entry.is_symlink() or getattr(entry, "is_junction", bool)():  # a junction is the link of Windows, known from Python 3.12 on
            yield _Found(name, None, LINK)
        elif entry.is_dir(follow_symlinks=False):
            deep = name.count("/") >= MAX_DEPTH
            if deep or not folder:
                yield _Found(name + "/", None, TOO_DEEP if deep else None)
            if not deep:
                waiting.append(name + "/")
        elif not entry.is_file(follow_symlinks=False):
            yield _Found(name, None, SPECIAL)
        elif _is_notebook(name):
            yield _Found(name, name)
        elif name.lower().endswith(".zip"):
            yield _Found(name, None, PACKED)
        elif not folder:
            self.others.append(name)

    def read(self, where, shown):
        """Return the bytes of a file; what became a link or a pipe since it was listed is not opened or not read."""
        flags = os.O_RDONLY
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
            flags |= getattr(os, name, 0)
        try:
            with open(os.open(self.root + where, flags), "rb") as file:
                now = os.fstat(file.fileno())
                if not stat.S_ISREG(now.st_mode):
                    raise Unreadable(*SPECIAL, shown)
                if now.st_size > MAX_BYTES:
                    raise too_large(shown, now.st_size)
                return _all_of(file, shown)
        except (OSError, ValueError) as error:
            raise cannot_read(shown, error) from error


    def modified(self, where):
        """Return when a file was last changed."""
        return datetime.fromtimestamp(os.lstat(self.root + where).st_mtime, UTC).isoformat(timespec="microseconds")


class _Members(list):
    """The members of a zip while it is opened: more than MAX_MEMBERS are refused before they fill the memory."""

    def append(self, member):
        if len(self) >= MAX_MEMBERS:
            raise Unreadable(f"压缩包里的文件超过 {MAX_MEMBERS} 个；请解压后再评分", f"more than {MAX_MEMBERS} files in the zip; unpack it and grade the folder")
        super().append(member)


class _Archive(zipfile.ZipFile):
    """A zip file whose list of members is bounded."""

    @property
    def filelist(self):
        return self._members

    @filelist.setter
    def filelist(self, members):
        self._members = _Members(members)


class _Zip:
    """The files of a zip, read in memory; it stays open."""

    def __init__(self, path, shown):
        try:
            self.archive = _Archive(path)
        except Unreadable as error:
            raise Unreadable(*error.why, shown) from error
        except OSError:
            raise
        except DAMAGED as error:
            raise _expected(shown, Text("不是完整的 zip 文件", "not a zip file, or a damaged one")) from error

    def close(self):
        """Close the file."""
        self.archive.close()

    def list(self):
        """Yield what is Found, in the order of the zip, with names within the folder that holds the class."""
        self.others, found = [], list(self._members())
        prefix = _prefix([item.name for item in found if item.problem is not OUTSIDE])
        for item in found:
            if item.problem is OUTSIDE:
                yield item
            elif item.name.startswith(prefix) and item.name != prefix:
                name = item.name.removeprefix(prefix)
                if "/" not in name and item.where is None and item.problem is None:
                    self.others.append(name)
                yield item._replace(name=name)

    def _members(self):
        for member in self.archive.filelist:
            raw = _member_name(member)
            parts = [part for part in raw.split("/") if part not in ("", ".")]
            if "\\" in raw or "\0" in raw or raw.startswith("/") or DRIVE.match(raw) or ".." in parts:
                yield _Found(raw, None, OUTSIDE)
            elif parts and not any(map(_is_hidden, parts)):
                yield self._member(member, "/".join(parts))

    def _member(self, member, name):
        kind = stat.S_IFMT(member.external_attr >> 16)
        if member.is_dir():
            return _Found(name + "/")
        if kind not in (0, stat.S_IFREG):
            return _Found(name, None, LINK if kind == stat.S_IFLNK else SPECIAL)
        if name.lower().endswith(".zip"):
            return _Found(name, None, PACKED)
        if not _is_notebook(name):
            return _Found(name)
        if member.flag_bits & 1:
            return _Found(name, None, ENCRYPTED)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # of the others 4 kB can become 4 GB in one step
            return _Found(name, None, METHOD)
        return _Found(name, member)

    def read(self, where, shown):
        """Return the bytes of a member."""
        if where.file_size > MAX_BYTES:
            raise too_large(shown, where.file_size)
        try:
            with self.archive.open(where) as file:
                return _all_of(file, shown)
        except DAMAGED as error:
            raise Unreadable("压缩包里的这个文件坏了", "this file in the zip is damaged", shown) from error


    def modified(self, where):
        """Return when a member was last changed, in whatever time zone it was packed."""
        return datetime(*where.date_time, tzinfo=UTC).isoformat(timespec="microseconds")


def _member_name(member):
    """Return the name of a member of a zip. Many programs write UTF-8 or, in Chinese Windows, GBK, and do not say so."""
    name = member.orig_filename
    if not member.flag_bits & 0x800 and not name.isascii():
        for encoding in ("utf-8", "gb18030"):
            try:
                return name.encode("cp437").decode(encoding)
            except UnicodeError:
                continue
    return name


# ---------------------------------------------------------------- which folder holds the class


def _prefix(names):
    """Return the folder of a zip in which the students' folders and files are: "", "a/" or "a/submitted/"."""
    prefix = ""
    for _ in range(3):
        inner = [name[len(prefix):] for name in names if name.startswith(prefix) and name != prefix]
        tops = _tops(inner)
        if _is_nbgrader(tops):
            return prefix + "submitted/"
        [top] = tops if len(tops) == 1 else [""]
        if not _holds_a_class(top, [name[len(top):] for name in inner]):
            break
        prefix += top
    return prefix


def _tops(names):
    """Return the names at the top, those of folders with "/"."""
    return {name.split("/")[0] + "/" * ("/" in name) for name in names}


def _is_nbgrader(tops):
    """Return whether the names at the top, those of folders with "/", are those of a course of nbgrader."""
    folders = {name[:-1] for name in tops if name.endswith("/") and not _is_hidden(name)}
    return "submitted" in folders and folders <= NBGRADER and not any(map(_is_notebook, tops))


def _holds_a_class(top, names):
    """Return whether the only folder of a zip, with `names` in it, holds a class and is no student's."""
    if not top.endswith("/") or MOODLE.fullmatch(top[:-1]):
        return False
    if any(_platform(name)[1] for name in names):
        return True
    places = {name.split("/")[0] for name in names if _is_notebook(name)}
    of_course = sum(place.startswith(tuple(MODULES)) for place in places)
    return _is_nbgrader(_tops(names)) or (len(places) > 1 and 2 * of_course < len(places))


# ---------------------------------------------------------------- whose they are


def _platform(name):
    """Return (student, platform, number, attachment) of the name of a file; the last three are "" where no platform gave the name."""
    top, slash, _ = name.partition("/")
    flat = not slash
    found = MOODLE.fullmatch(top)
    if found and bool(found["rest"]) == flat:
        return found["student"], "moodle", found["moodle"], ""
    found = CANVAS.fullmatch(top) if flat else None
    if found:
        return found["student"], "canvas", found["canvas"], found["attachment"]
    return _plain(name), "", "", ""


def _plain(name):
    """Return the student whom a folder, or a file in none, is named after."""
    top, slash, _ = name.partition("/")
    return top if slash else re.sub(r"\.(ipynb|zip)\Z", "", top, flags=re.IGNORECASE)


def _inside(name):
    """Return what is left inside of a name that points outside."""
    parts = [part for part in re.split(r"[/\\\0]", DRIVE.sub("", name, count=1)) if part not in ("", ".", "..")]
    return "/".join(parts) or name


def _arranged(source):
    """Return the sorted list of Handed of a source."""
    entries, folders, attachments = [], {}, {}
    for item in source.list():
        if item.where is None and item.problem is None or OURS.search(item.name):  # it only shows that there is a folder
            folders[item.name[:item.name.find("/") + 1]] = True
            continue
        student, *number, attachment = _platform(_inside(item.name) if item.problem is OUTSIDE else item.name)
        if attachment:
            attachments[item.name] = attachment
        entries.append(Handed(student, item.name, item.problem, *number, source, item.where))
    entries = _with_empty_folders(_without_false_numbers(entries, attachments), folders, source)
    return _with_own_names(sorted(entries, key=lambda entry: (entry.student, entry.file)))


def _without_false_numbers(entries, attachments):
    """Return the entries, those that share an attachment named after their files; attachments: {file: number}."""
    often = Counter(attachments.values())
    for entry in entries if attachments else ():
        if often[attachments.get(entry.file)] > 1:
            entry.student, entry.platform, entry.number = _plain(entry.file), "", ""
    return entries


def _with_empty_folders(entries, folders, source):
    """Return the entries and one for each student of whom there is nothing but a folder; students of one name get their numbers."""
    students = {entry.student for entry in entries}
    empty = []
    for folder in filter(None, folders):
        student, *number, _ = _platform(folder)
        if student not in students or number[1]:
            empty.append(Handed(student, folder, NO_NOTEBOOK, *number, source, None))
    _tell_apart([*entries, *empty])
    students = {entry.student for entry in entries}
    for entry in empty:
        if entry.student not in students:
            students.add(entry.student)
            entries.append(entry)
    return entries


def _tell_apart(entries):
    """Give students of one name, but with several numbers, the number in their name."""
    numbers = defaultdict(set)
    for entry in entries:
        if entry.number:
            numbers[entry.student].add(entry.number)
    for entry in entries:
        if entry.number and len(numbers[entry.student]) > 1:
            entry.student = f"{entry.student} ({entry.number})"


def _with_own_names(entries):
    """Return the sorted entries, of those with one name for their file all but the first as "file (2).ipynb" and so on."""
    again = [entry for before, entry in itertools.pairwise(entries) if entry.file == before.file]
    taken, often = {entry.file for entry in entries} if again else set(), Counter()
    for entry in again:
        file = entry.file
        stem, ending = os.path.splitext(file)
        while entry.file in taken:
            often[file] += 1
            entry.file = f"{stem} ({often[file] + 1}){ending}"
        taken.add(entry.file)
    return sorted(entries, key=lambda entry: (entry.student, entry.file)) if again else entries
