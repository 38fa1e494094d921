"""What crosses the wall between the grader and the process that runs learners' code: plain values as bytes, in frames.

Never pickles. Like worker.py, this file needs NumPy and nothing else of the project.
"""

import json
import os
import re
import struct

import numpy as np

MAX_BYTES = 16 * 2**20  # of one answer
MAX_HEADER = 8 * 2**20  # of it, what is not arrays
MAX_ITEMS = 100_000
NUMBERS = re.compile(r"[<>|][biufc]\d\d?")  # dtypes
STATE = 20261  # of NumPy's global generator before each call: no seed that the course uses


class Opaque:
    """A value that is no number, text, array, tuple, list or dictionary of such; only the name of its type is known."""

    def __init__(self, type_name):
        self.type_name = type_name

    def __repr__(self):
        return f"<{self.type_name}>"

    def __eq__(self, other):
        return isinstance(other, Opaque) and other.type_name == self.type_name


class TooLarge(Exception):
    """A value with more bytes or parts than any answer to a question has."""


def plain(value, depth=0, count=None):
    """Return `value` as new plain data: exact built-in types, base-class arrays of numbers; anything else as Opaque."""
    count = count if count is not None else [0, 0]
    count[0] += 1
    if count[0] > MAX_ITEMS or depth > 30:
        raise TooLarge
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biufc":
            return Opaque(f"array of dtype {value.dtype}")
        count[1] += value.nbytes
        if count[1] > MAX_BYTES:
            raise TooLarge
        return np.array(value, subok=False, order="C")
    if isinstance(value, np.generic):
        return np.array(value)[()] if value.dtype.kind in "biufc" else Opaque(type(value).__name__)
    if value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        return int.__int__(value) if int.bit_length(value) < 2048 else Opaque("int of more than 2048 bits")
    for kind in (float, complex):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, str):
        return str.__str__(value) if str.__len__(value) < 10_000 else Opaque("very long str")
    for kind in (tuple, list):
        if isinstance(value, kind):
            return kind([plain(part, depth + 1, count) for part in kind.__iter__(value)])
    if isinstance(value, dict):
        return {_key(key): plain(part, depth + 1, count) for key, part in dict.items(value)}
    return Opaque(type(value).__name__)


def _key(key):
    """Return the key of a dictionary as text; one that is no text, or too long for any name, as its type."""
    return str.__str__(key) if isinstance(key, str) and str.__len__(key) < 1000 else f"<{type(key).__name__}>"


def _encode(value, blobs):
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is int:
        return ["i", str(value)]
    if kind is float:
        return ["f", value.hex()]
    if kind is complex:
        return ["c", value.real.hex(), value.imag.hex()]
    if kind in (tuple, list):
        return ["t" if kind is tuple else "l", [_encode(part, blobs) for part in value]]
    if kind is dict:
        return ["d", [[key, _encode(part, blobs)] for key, part in value.items()]]
    if kind is Opaque:
        return ["o", value.type_name]
    if isinstance(value, np.ndarray | np.generic):
        array = np.ascontiguousarray(value)
        blobs.append(array.tobytes())
        return ["a" if kind is np.ndarray else "s", array.dtype.str, list(np.shape(value)), len(blobs[-1])]
    raise TypeError(f"not plain: {kind.__name__}")


def pack(value):
    """Return plain data as bytes."""
    blobs = []
    header = json.dumps(_encode(value, blobs), ensure_ascii=True, separators=(",", ":")).encode()
    return struct.pack("<Q", len(header)) + header + b"".join(blobs)


def _decode(value, data, at):
    if not isinstance(value, list):
        return value
    kind, content = value[0], value[1]
    if kind == "i":
        return int(content)
    if kind == "f":
        return float.fromhex(content)
    if kind == "c":
        return complex(float.fromhex(content), float.fromhex(value[2]))
    if kind in ("t", "l"):
        return (tuple if kind == "t" else list)(_decode(part, data, at) for part in content)
    if kind == "d":
        return {str(key): _decode(part, data, at) for key, part in content}
    if kind == "o":
        return Opaque(str(content))
    if kind in ("a", "s") and NUMBERS.fullmatch(content):
        dtype, shape, size = np.dtype(content), tuple(value[2]), int(value[3])
        if size < 0 or at[0] + size > len(data) or any(length < 0 for length in shape) or (kind == "s" and shape):
            raise ValueError("not an answer")
        array = np.frombuffer(data[at[0] : at[0] + size], dtype).reshape(shape).copy()
        at[0] += size
        return array if kind == "a" else array[()]
    raise ValueError("not an answer")


def unpack(data):
    """Return the plain data of `data`; raises ValueError where these are not bytes made by `pack`."""
    try:
        (size,) = struct.unpack_from("<Q", data)
        if size > MAX_HEADER:
            raise ValueError("not an answer")
        return _decode(json.loads(data[8 : 8 + size]), data, [8 + size])
    except (struct.error, TypeError, IndexError, KeyError, AttributeError, RecursionError, OverflowError) as error:
        raise ValueError("not an answer") from error


def frame(data):
    """Return `data` as a frame."""
    return struct.pack("<Q", len(data)) + data


def send(descriptor, data):
    """Write `data` as one frame to a descriptor."""
    left = memoryview(frame(data))
    while left:
        left = left[os.write(descriptor, left) :]


def exactly(descriptor, size):
    """Return the next `size` bytes of a descriptor, fewer at its end; nothing beyond them is read."""
    pieces, left = [], size
    while left and (piece := os.read(descriptor, min(left, 1 << 20))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def receive(descriptor):
    """Return the bytes of the next frame of a descriptor; raises EOFError at its end."""
    head = exactly(descriptor, 8)
    data = exactly(descriptor, struct.unpack("<Q", head)[0]) if len(head) == 8 else b""
    if len(head) < 8 or len(data) < struct.unpack("<Q", head)[0]:
        raise EOFError
    return data


def read_frame(stream):
    """Return the bytes of the next frame of `stream`, or None at its end."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    (size,) = struct.unpack("<Q", head)
    return stream.read(size)


def write_frame(stream, data):
    """Write `data` as one frame."""
    stream.write(frame(data))
    stream.flush()


def base_name(error):
    """Return the name of the nearest built-in class of an exception."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
