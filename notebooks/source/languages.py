"""The languages of the notebooks: pairs of cells that say the same, their facts, the glossary, and confirming that they agree."""

import csv
import re
from collections import Counter
from itertools import groupby

from course import digest

from . import sources
from .sources import BOTH, SourceError, read

CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]+\$", re.DOTALL)
LINK = re.compile(r"\]\(([^)]*)\)")
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?:e-?\d+)?")


def facts(text):
    """Return what must be equal in all languages: formulas and inline code (which ones), links and numbers (how often)."""
    found = {"inline code": CODE.findall(text), "formula": FORMULA.findall(CODE.sub(" ", text)), "link": LINK.findall(text)}
    rest = re.sub(r"<[^>]*>", " ", LINK.sub(" ", FORMULA.sub(" ", CODE.sub(" ", text))))
    found["number"] = [number.rstrip(".,") for number in NUMBER.findall(rest.replace("，", " "))]
    found = {kind: [" ".join(piece.split()) for piece in pieces] for kind, pieces in found.items()}
    return {kind: Counter(set(p) if kind in ("inline code", "formula") else p) for kind, p in found.items()}


def glossary():
    """Return the glossary, {language: term} a row; a|b are two forms of a term, and where there is none the author is free."""
    with open(sources.SOURCE / "glossary.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def prose(text):
    """Return a text without formulas, code and links' targets."""
    return LINK.sub("]", FORMULA.sub(" ", CODE.sub(" ", text)))


def mentions(text, english):
    """Return whether an English text uses the term, in the singular or plural."""
    return re.search(rf"\b{re.escape(english)}(?:s|es)?\b", text, re.IGNORECASE) is not None


def language_name(language):
    """Return what messages call a language: Chinese, English, and any other one by its code."""
    return {"zh": "Chinese", "en": "English"}.get(language, language)


def pairs_of(name):
    """Return [(pair, [(language, metadata, text) of its cells])] of source `name`, in order."""
    cells = [(meta["pair"], (meta["lang"], meta, text)) for _, _, meta, text in read(name) if "pair" in meta]
    return [(pair, [cell for _, cell in group]) for pair, group in groupby(cells, key=lambda cell: cell[0])]


def languages_of(name):
    """Return the languages of source `name`, in order: both, and those that it has any cell in."""
    found = {language for _, cells in pairs_of(name) for language, _, _ in cells}
    return [language for language in sources.LANGUAGES if language in BOTH or language in found]


def not_translated(name):
    """Return a line for each language of the course that source `name` has no cell in: a beginning, and no problem."""
    return [f"{name}: not translated into {language} yet" for language in sources.LANGUAGES if language not in languages_of(name)]


def pair_problems(name):
    """Return a list of lines, one for each thing that is wrong with the languages of source `name`."""
    problems, introduced, languages = [], set(), languages_of(name)
    for pair, cells in pairs_of(name):
        has = [language for language, _, _ in cells]
        expected = [language for language in languages if language in BOTH or language in has]
        if has != expected:
            return [f"{name}: pair {pair!r}: a {expected[0]} cell must be followed by the {' and the '.join(expected[1:])} cell "
                    f"of the same pair"]
        where, texts = f"{name}: pair {pair!r}", {language: text for language, _, text in cells}
        problems += [f"{where}: no {language} text" for language in languages if language not in texts]
        for language, meta, text in cells:
            if language != "en":
                problems += [f"{where}: {problem}" for problem in translation_problems(language, meta, text, texts["en"])]
        for term in glossary():
            if term["zh"] in prose(texts["zh"]) and term["en"] not in introduced:
                introduced.add(term["en"])
                if not re.search(rf"{term['zh']}\*{{0,2}}（\*{{0,2}}{re.escape(term['en'])}", texts["zh"], re.IGNORECASE):
                    problems.append(f"{where}: first use of {term['zh']!r}: write {term['zh']}（{term['en']}）")
    return problems + heading_problems(name, languages)


def translation_problems(language, meta, text, english):
    """Return what is wrong with one translation: stale, other facts than the English text, other words than the glossary's."""
    problems, this = [], language_name(language)
    changed = {side for side, written in ((language, text), ("en", english)) if meta.get(side) != digest(written)}
    if changed == {"en"}:
        problems.append(f"the English text has changed; the {this} one is stale")
    elif changed == {language}:
        problems.append(f"the {this} text has changed; the English one is stale")
    elif changed:
        problems.append("both texts are new or have changed; read them side by side" if language in BOTH else
                        f"the English and the {this} text are new or have changed; read them side by side")
    left, right = facts(text), facts(english)
    for kind in left:
        for only, side in ((left[kind] - right[kind], this), (right[kind] - left[kind], "English")):
            problems += [f"{kind} {piece!r} stands only in the {side} text" for piece in only]
    for term in glossary():
        translation = term.get(language)
        if translation and mentions(prose(english), term["en"]) and not says(text, translation):
            problems.append(f"the English text says {term['en']!r}, the {this} one does not say {translation!r}")
    return problems


def says(text, term):
    """Return whether a text has one of the forms of a term of the glossary."""
    return any(form.strip().lower() in text.lower() for form in term.split("|"))


def heading_problems(name, languages):
    """Return a line for each heading that is not in all `languages`; one that is the same in all of them stands once."""
    headings = [(meta["name"], text.split(" / ")) for _, kind, meta, text in read(name) if kind == "markdown" and "name" in meta]
    return [f"{name}: heading {heading!r}: has {len(parts)} parts, expected {' / '.join(languages)}"
            for heading, parts in headings if len(parts) not in (1, len(languages))]


def confirm(name, pairs, languages=()):
    """Write the hashes of a translation and of its English text into its cell: the author says that they agree.

    pairs, languages: which ones (all when empty).
    """
    path = sources.SOURCE / f"{name}.py"
    source = path.read_text(encoding="utf-8")
    for pair, cells in pairs_of(name):
        texts = {language: text for language, _, text in cells}
        for language in texts.keys() - {"en"}:
            if (pairs and pair not in pairs) or (languages and language not in languages) or "en" not in texts:
                continue
            head = f'# %% [markdown] pair="{pair}" lang="{language}"'
            hashes = f'{language}="{digest(texts[language])}" en="{digest(texts["en"])}"'
            source, count = re.subn(rf"^{re.escape(head)}.*$", f"{head} {hashes}", source, flags=re.MULTILINE)
            if not count:
                raise SourceError(f"{name}.py: pair {pair!r}: write the first line of its {language} cell as {head}")
    path.write_text(source, encoding="utf-8")


WIDE = "[\u2e80-\u9fff\uff00-\uffef]"


def joined(text):
    """Return a Chinese text whose lines are joined where a line break would show as a blank between two characters."""
    return re.sub(rf"(?<={WIDE})\n *(?={WIDE})|(?<=[，。；：、！？）])\n *(?=[`$\w]|\*\*)(?!\d+\. )", "", text)
