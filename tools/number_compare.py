"""Compare printed text: words and whole numbers exactly, decimal numbers to the digits that both texts show.

`conftest.py` uses this for `pytest --nbval`. Two machines may differ in the last bits of a double, so that
one prints 0.414931599615397 and the other 0.41493159961539694; a wrong digit must still be seen.
"""

import re
from decimal import Decimal, localcontext
from itertools import zip_longest

# A number stands alone: W1, conv3x, float64 and 1.2.3 are words. The sign belongs to the number except after
# a letter, a digit or a point ("1-2"); \u2212 is the typographic minus. Letters are ASCII here, so that a
# number right after Chinese text counts as one. An exponent of a double has at most three digits; more is no
# number (a commit hash such as 1e5432100).
NUMBER = re.compile(
    r"(?<![\w.])([+\-\u2212]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?)(?!\w|\.\d)", re.ASCII | re.IGNORECASE
)
FULL_DIGITS = 8  # NumPy prints 8 digits, unless a number needs fewer: then it is exact
EXACT_DIGITS = 12  # to how many digits the other number must then equal it


def difference(expected: str, got: str) -> str | None:
    """Where the text `got` first differs from `expected`, in three lines; None if they agree.

    Blanks and tabs count as one blank, and as none beside a square bracket, because the padding of a printed
    array depends on its digits. Newlines count. inf and nan are words.
    """
    for row, (want, have) in enumerate(zip_longest(expected.split("\n"), got.split("\n")), start=1):
        reason = "" if want is None or have is None else line_difference(want, have)
        if reason is not None:
            return f"line {row}{reason}\n  expected: {_clipped(want)}\n  got:      {_clipped(have)}"
    return None


def line_difference(want: str, have: str) -> str | None:
    """None if two lines agree; otherwise which number is wrong, or "" if not only a number is."""
    want_parts, have_parts = NUMBER.split(_unpadded(want)), NUMBER.split(_unpadded(have))
    if want_parts[::2] != have_parts[::2]:  # words and numbers alternate
        return ""
    for want_number, have_number in zip(want_parts[1::2], have_parts[1::2], strict=True):
        if not same_number(want_number, have_number):
            return f": {have_number} should be {want_number}"
    return None


def same_number(a: str, b: str) -> bool:
    """Whether two numbers, as printed, agree to the digits that both show.

    Whole numbers agree only if equal as text. Of two decimal numbers the one with fewer significant digits
    decides. With 8 or more, the other must round to it. With fewer it is a number that needs no more digits
    (0.5), and the other must equal it to 12 digits. -0. equals 0.
    """
    if a == b or _is_whole(a) or _is_whole(b):
        return a == b
    x, y = _decimal(a), _decimal(b)
    if x == y:
        return x != 0 or _exponent(a) == _exponent(b)  # a changed digit in 0.0e+00 leaves the value at zero
    shorter, longer = sorted((x, y), key=_digits)
    if shorter == 0 or _digits(shorter) == _digits(longer):
        return False
    full = _digits(shorter) >= FULL_DIGITS
    last_place = shorter.as_tuple().exponent if full else shorter.adjusted() - EXACT_DIGITS + 1
    with localcontext(prec=100):  # the default of 28 digits could round the difference itself
        return abs(x - y) <= Decimal(5).scaleb(last_place - 1) * (1 + Decimal("1e-9"))


def _unpadded(line):
    return re.sub(r" ?([\[\]]) ?", r"\1", re.sub(r"[ \t]+", " ", line))


def _is_whole(number):
    return not set(number) & set(".eE")


def _decimal(number):
    return Decimal(number.replace("\u2212", "-"))


def _digits(number):
    """Significant digits shown: 0.050 shows two."""
    return len(number.as_tuple().digits)


def _exponent(number):
    return int(number.lower().partition("e")[2] or 0)


def _clipped(line, width=300):
    if line is None:
        return "(no such line)"
    return line if len(line) <= width else f"{line[:width]} ..."
