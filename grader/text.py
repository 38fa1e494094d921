"""What a user reads, in both languages: texts, the choice of the language, cleaning and joining, and the errors that a user sees."""

import os
import re
from typing import NamedTuple

LANGUAGES = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}  # what can be chosen -> the languages shown, in order

# C0, C1 and DEL; what turns the direction of writing; halves of characters. Line feeds are dealt with before.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class Text(NamedTuple):
    """One message in both languages."""

    zh: str
    en: str


class Refusal(Exception):
    """An error that a user sees; `why` says in both languages what is wrong and what was expected, `text` also where.

    path: of the file, folder or machine that it is about, or None.
    """

    def __init__(self, zh, en, path=None):
        super().__init__(zh, en, path)  # what it is made again from, in another process
        self.why, self.path = Text(zh, en), path

    @property
    def text(self):
        return self.why if self.path is None else Text(f"{self.path}：{self.why.zh}", f"{self.path}: {self.why.en}")

    def __str__(self):
        return self.text.en


def language(choice=None):
    """Return the language(s) to show, zh, en or both: `choice` where there is one, else what COURSE_LANG says."""
    if choice:
        return str(choice)
    wanted = os.environ.get("COURSE_LANG", "").strip().lower()
    return wanted if wanted in ("zh", "en") else "both"


def in_words(lang, zh, en):
    """Return a short text in the language(s) chosen, on one line: "题目 / Exercise"."""
    return {"zh": zh, "en": en}.get(lang) or f"{zh} / {en}"


def clean(text):
    """Return one line of text in which a control character stands as its escape, such as \\x1b."""
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), str(text).replace("\t", "    "))


def in_language(text, lang):
    """Return a Text in the language(s) chosen as cleaned lines."""
    return "\n".join(clean(getattr(text, tongue)) for tongue in LANGUAGES[lang])


def listed(names, zh):
    """Return the names as a list in prose."""
    names = list(names)
    joint = ("、", " 和 ") if zh else (", ", " and ")
    return names[0] if len(names) == 1 else joint[0].join(names[:-1]) + joint[1] + names[-1]


def join(parts):
    """Return one Text of several: Chinese without blanks, English with."""
    parts = [part for part in parts if part]
    return Text("".join(part.zh for part in parts), " ".join(part.en for part in parts))
