"""What a learner's function returned against what was expected: which quantities are right, and how the others differ.

Both are plain data (wire.plain). Nothing of the learner's runs here.
"""

from dataclasses import dataclass

import numpy as np

from .sandbox.wire import Opaque


@dataclass
class Difference:
    """How one quantity differs in one case. kind: structure, missing, type, shape, transposed, values, nan."""

    quantity: str
    kind: str
    where: str = ""  # inside the quantity: "[1][0]", or the index of the first entry that differs
    expected: object = None
    got: object = None
    wrong: int = 0  # entries that differ, of `size`
    size: int = 0
    ratio: float | None = None  # got / expected where that is the same in all entries


def is_number(value):
    """Return whether `value` is a number or an array of numbers."""
    return isinstance(value, bool | int | float | complex | np.ndarray | np.generic)


def flatten(value, names):
    """Yield (quantity, place, inner, leaf) of an expected value; `names` has its shape (questions.base.Question.returns).

    `place` leads to the leaf from the whole, `inner` from the quantity.
    """
    if isinstance(value, dict) and isinstance(names, str):
        for key, part in value.items():
            yield key, (key,), (), part
    elif isinstance(value, list | tuple) and isinstance(names, tuple):
        for i, (part, name) in enumerate(zip(value, names)):
            for quantity, place, inner, leaf in flatten(part, name):
                yield quantity, (i, *place), inner, leaf
    elif isinstance(value, list | tuple):
        yield names, (), (), value
        for i, part in enumerate(value):
            for _, place, inner, leaf in flatten(part, names):
                yield names, (i, *place), (i, *inner), leaf
    else:
        yield names, (), (), value


MISSING = object()


def at(value, place):
    """Return the part of `value` at `place`, a tuple of keys and indices, or MISSING."""
    for key in place:
        try:
            value = value[key] if isinstance(value, dict if isinstance(key, str) else list | tuple) else MISSING
        except (KeyError, IndexError):
            return MISSING
        if value is MISSING:
            return MISSING
    return value


def close(expected, got, rtol, atol, noise=0.0):
    """Return the boolean array of entries of `got` that are as expected; both are arrays of one shape."""
    expected, got = np.asarray(expected), np.asarray(got)
    if expected.dtype.kind not in "fc" and got.dtype.kind not in "fc":
        expected = expected.astype(float)
    with np.errstate(all="ignore"):
        finite = np.isfinite(expected)
        scale = np.max(np.abs(expected[finite]), initial=0.0)
        near = np.abs(got.astype(complex) - expected) <= rtol * np.abs(expected) + atol * scale + noise
        return np.where(finite, near, (got == expected) | (np.isnan(got) & np.isnan(expected)))


def tolerances(question, case):
    """Return (rtol, atol, noise) of a question; wider where an argument is float32."""
    def arrays(value):
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, dict | list | tuple):
            for part in value.values() if isinstance(value, dict) else value:
                yield from arrays(part)

    single = any(array.dtype == np.float32 for array in arrays(case.args))
    return (max(question.rtol, 1e-3), max(question.atol, 1e-3), question.noise) if single else (
        question.rtol, question.atol, question.noise)


def leaf_difference(quantity, place, expected, got, tolerance):
    """Return the Difference of one leaf, or None."""
    where = "".join(f"[{key!r}]" for key in place)
    if got is MISSING:
        return Difference(quantity, "missing", where, expected)
    if isinstance(expected, list | tuple):
        if not isinstance(got, list | tuple):
            return Difference(quantity, "type", where, expected, got)
        return None if len(got) == len(expected) else Difference(quantity, "length", where, len(expected), len(got))
    if not is_number(got):
        return Difference(quantity, "type", where, expected, got)
    want, have = np.asarray(expected), np.asarray(got)
    if want.shape != have.shape:
        transposed = want.ndim == 2 and want.T.shape == have.shape and bool(np.all(close(want.T, have, *tolerance)))
        return Difference(quantity, "transposed" if transposed else "shape", where, expected, got)
    right = close(want, have, *tolerance)
    if np.all(right):
        return None
    index = tuple(int(i) for i in np.argwhere(~right)[0])
    found = Difference(quantity, "values", where, want[index], have[index], int(np.sum(~right)), right.size)
    found.where += str(list(index)) if index else ""
    with np.errstate(all="ignore"):
        if np.all(np.isfinite(have)) and have.dtype.kind != "c" and not np.all(np.abs(have) <= 1e-300):
            used = np.abs(want) > 1e-9 * np.max(np.abs(want))
            ratios = have[used] / want[used]
            if ratios.size and np.ptp(ratios) <= 1e-5 * np.abs(ratios[0]) and np.allclose(have[~used], 0):
                found.ratio = float(ratios[0])
        elif np.any(np.isnan(have)):
            found.kind = "nan"
    return found


def differences(question, case, expected, got):
    """Return the Differences of a returned value, [] where it is right; of several right readings the nearest counts."""
    readings = [got, *(question.alternatives(got) if question.alternatives else ())]
    found = [differences_of_reading(question, case, expected, reading) for reading in readings]
    return min(found, key=lambda some: len({difference.quantity for difference in some}))


def differences_of_reading(question, case, expected, got):
    """Return the Differences of one reading of a returned value."""
    tolerance = tolerances(question, case)
    top = _structure(question, expected, got)
    if top:
        return [top]
    found = []
    for quantity, place, inner, leaf in flatten(expected, question.returns):
        have = at(got, place)
        if have is MISSING and quantity in question.optional:
            continue
        difference = leaf_difference(quantity, inner, leaf, have, tolerance)
        if difference:
            found.append(difference)
    return found


def _structure(question, expected, got):
    """Return a Difference where the whole is no tuple or dictionary as it should be."""
    names = question.returns
    if isinstance(names, tuple):
        if not isinstance(got, tuple | list):
            return Difference("return", "structure", "", names, got)
        if len(got) != len(names):
            return Difference("return", "length", "", names, len(got))
    elif isinstance(expected, dict) and not isinstance(got, dict):
        return Difference(names, "structure", "", "dict", got)
    return None


def show(value):
    """Return a short text for a value in a message."""
    if isinstance(value, Opaque):
        return value.type_name
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return f"{float(value):.6g}"
    if isinstance(value, complex | np.complexfloating):
        return f"{complex(value):.6g}"
    if isinstance(value, np.ndarray):
        return f"array {value.shape}"
    return "None" if value is None else type(value).__name__


TYPES_ZH = {"list": "列表", "tuple": "元组", "dict": "字典", "str": "字符串", "function": "函数"}


def show_zh(value):
    """Return a short Chinese text for a value in a message, with a blank before what is no Chinese."""
    if isinstance(value, np.ndarray):
        return f"形状为 {value.shape} 的数组" if value.shape else "一个 0 维数组"
    name = show(value)
    return TYPES_ZH.get(name, f" {name}")


def quantities(question, expected):
    """Return the names of all quantities of an expected value, in order."""
    return list(dict.fromkeys(quantity for quantity, *_ in flatten(expected, question.returns)))
