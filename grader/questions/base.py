"""What a question is made of. An entry is data; the tests find every entry and prove all that it says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np


class Case(NamedTuple):
    """One call of a learner's function."""

    args: tuple
    replace: dict = {}  # helper -> source: in this call the helper is this one instead, where the learner's code uses it


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer and the message it must get.

    edits: pairs (old, new) that turn the reference's source into the wrong answer; each `old` stands there exactly once.
    """

    quantity: str  # the name of the output or variable that comes out wrong, as the learner knows it: "db"
    kind: str  # the kind of mistake, a short identifier: "missing_mean"
    edits: tuple
    zh: str
    en: str


@dataclass(frozen=True)
class Slope:
    """How a gradient can be measured with the learner's own forward function, called `forward`.

    calls(case, parameter, index, step): the call of the forward function with that entry of the parameter shifted, or None;
    cost(case, value): the cost of what such a call returned.
    """

    forward: str
    calls: Callable
    cost: Callable


@dataclass(frozen=True)
class Question:
    """One graded function.

    path: the reference, "module.function".
    returns: names for the parts of the returned value, in its shape: "cost", ("dA_prev", "dW", "db"); a dictionary names itself.
    cases: draws the calls from a numpy Generator.
    hints: a question, and a nudge; the third hint, the line to look at, is found in the learner's own code.
    formulas: for each quantity computed, its formula with the shapes, for messages about shapes.
    optional: keys of a returned dictionary that may be left out.
    """

    path: str
    points: int
    returns: object
    cases: Callable
    hints: tuple
    formulas: dict
    mistakes: tuple
    optional: frozenset = field(default_factory=frozenset)
    rtol: float = 1e-5  # of each entry; float32 code and an epsilon inside a logarithm are right, too
    atol: float = 1e-6  # of the largest entry of the same array
    noise: float = 0.0  # absolute difference that is rounding, where the value itself is one
    alternatives: Callable | None = None  # returned value -> other readings of it that are right as well
    slope: Slope | None = None

    @property
    def module(self):
        return self.path.split(".")[0]

    @property
    def name(self):
        return self.path.split(".")[1]


def shifted(parameters, name, index, step):
    """Return a copy of the dictionary `parameters` in which one entry of `name` is moved by `step`."""
    moved = {**parameters, name: np.array(parameters[name], float)}
    moved[name][index] += step
    return moved


# ---------------------------------------------------------------- drawing inputs


def network(rng, sizes):
    """Return parameters W1, b1, ... of the layer sizes [n_x, n[1], ..., n[L]], none of them zero, at a scale that keeps ReLUs alive."""
    parameters = {}
    for l in range(1, len(sizes)):
        parameters[f"W{l}"] = rng.normal(size=(sizes[l], sizes[l - 1])) / np.sqrt(sizes[l - 1])
        parameters[f"b{l}"] = rng.normal(size=(sizes[l], 1)) * 0.5
    return parameters


def labels(rng, m):
    """Return labels (1, m) with both classes where m > 1."""
    Y = rng.integers(0, 2, size=(1, m))
    if m > 1:
        Y[0, rng.permutation(m)[:2]] = 0, 1
    return Y


def coarse32(array):
    """Return `array` as float32, rounded so that sums and products of a few entries are exact."""
    return (np.round(array * 8) / 8).astype(np.float32)
