"""The gradient report: a gradient against finite differences of the forward pass that it belongs to, one row a parameter.

Beside the comparison itself it knows how precise each of its numbers is, so that a right gradient is not called wrong, and which
entries a point cannot test, so that "ok" means that every entry was tested. Sources: the step, and complex steps: Nocedal and
Wright, Numerical Optimization, 2006, section 8.1, and Squire and Trapp, SIAM Review 40, 1998; the noise of a function from
differences along a line: Moré and Wild, Estimating computational noise, SIAM J. Sci. Comput. 33, 2011.
"""

import contextlib
import io
import math
import warnings
from dataclasses import dataclass, field

import numpy as np

import checks
from checks import check_choice, check_count, check_labels, check_lambd, check_network, check_positive, wrong
from grader.text import language

__all__ = ["GradientReport", "Row", "Worst", "batched_differences", "gradient_report", "looped_differences"]

EPS = float(np.finfo(float).eps)
STEP = EPS ** (1 / 3)  # where the truncation error of a central difference, step^2, is as large as its rounding error, eps / step
COMPLEX_STEP = 1e-20
LONG_STEPS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)  # too coarse to measure most slopes well, but long enough to leave what rounding hides
LEAST = 3  # further points at which all entries are looked at; more are for what these do not see
LEVELS = 7  # steps tried at a kink, each a quarter of the one before: down to 1.5e-9
CLEAR = 1e-3  # an entry is tested where its uncertainty is at most this part of its size
SAME = 1e-6  # relative: what is closer than this is equal
OK, WRONG, UNTESTED = "ok", "wrong", "untested"


# ---------------------------------------------------------------- what is measured: a forward pass and its gradient


class NotLayered(Exception):
    """A forward pass is not made of the layers of notebook 1, so that its shifted passes are not batched."""


@dataclass
class _Point:
    """Where the gradient is tested: all parameters as one vector, the data, and what the forward pass says there."""

    theta: np.ndarray
    data: tuple  # (X, Y) of a network
    cost: float
    floor: float  # a bound from below for the rounding error of the cost
    AL: np.ndarray | None = None
    Z: np.ndarray | None = None  # of the last layer, where the caches hold it
    layers: tuple | None = None  # (Z, A) by the formulas of notebook 1


class _Problem:
    """A forward pass and its gradient as functions of one vector; blocks: the entries that belong to each parameter."""

    lambd, batched, named, gradient_scale = 0, False, False, 0.0
    analytic = True  # until a complex step contradicts real ones

    def __init__(self, parameters, named=True):
        self.shapes = {name: np.shape(value) for name, value in parameters.items()}
        self.blocks, first = {}, 0
        for name, shape in self.shapes.items():
            last = first + math.prod(shape)
            self.blocks[name] = np.arange(first, last)
            first = last
        self.size = first
        self.theta = np.concatenate([value.ravel() for value in parameters.values()])
        if not np.isfinite(self.theta).all():
            for name, value in parameters.items():
                _finite(f"parameters[{name!r}]" if named else name, value)

    def split(self, theta):
        """Return theta as a dictionary of new arrays, which may be modified."""
        theta = theta.copy()
        return {name: theta[at[0] : at[-1] + 1].reshape(self.shapes[name]) for name, at in self.blocks.items()}

    def place(self, name, k):
        """Return the index, in the array of `name`, of its k-th entry."""
        return tuple(int(i) for i in np.unravel_index(k, self.shapes[name]))

    def measure(self, point, entries, steps, moves=False):
        """Return the costs with theta[entries[n]] shifted by steps[n], one n at a time, and how far each shift moves Z.

        The second result is None where Z is not known, or moves not wanted.
        """
        costs, theta = np.empty(len(entries), steps.dtype), point.theta.astype(np.result_type(point.theta, steps))
        for n, (k, step) in enumerate(zip(entries, steps)):
            shifted = theta.copy()
            shifted[k] += step
            costs[n] = self.value(shifted, point)
        return costs, None

    def start(self):
        """Return the point passed in."""
        return self.at(self.theta)

    def argument(self, theta):
        """Return theta in the form in which the functions take it."""
        return self.split(theta)

    def verify(self, rng, point):
        """Find out whether shifted passes can be batched; here they cannot."""

    def crosses(self, point, entries, steps):
        """Return where a unit is on one side of its kink after a step forward and on the other after a step back, or None."""
        return None

    def gradient_of(self, result):
        """Return {"d" + name: ...} as one vector, after checking it."""
        if not isinstance(result, dict):
            keys = ", ".join("d" + name for name in self.shapes)
            raise wrong("gradient", type(result).__name__, f"a dictionary with keys {keys}", f"含有键 {keys} 的字典")
        for name in self.shapes:
            if "d" + name not in result:
                raise wrong("gradient", sorted(map(str, result)), f"a dictionary with key d{name}", f"含有键 d{name} 的字典")
        return np.concatenate([_block(f"gradient['d{name}']", result["d" + name], shape) for name, shape in self.shapes.items()])


def _too_short(name, dtype, cure=""):
    """Return the error for numbers of fewer digits than float64."""
    return wrong(name, f"dtype {dtype}", "float64: with fewer digits a check cannot tell" + cure,
                 " float64（位数再少就检验不出来了" + cure.replace("; pass", "，请传入") + "）")


def _finite(name, value):
    if not np.isfinite(value).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0])
        raise wrong(name, (f"{value[at]} at {list(at)}", f" {value[at]}（位置 {list(at)}）"), "finite numbers", "有限的数值")


def _block(name, value, shape):
    """Return one gradient as float64, flat, after checking its shape, its dtype and that it is finite."""
    if value is None or isinstance(value, tuple | dict):
        came = "None" if value is None else type(value).__name__
        raise wrong(name, came, f"an array of shape {shape}", f"形状为 {shape} 的数组")
    array = np.asarray(value)
    if array.dtype.kind not in "biufc":
        raise wrong(name, f"dtype {array.dtype}", "numbers, as float64", "数值（float64）")
    if array.shape != shape:
        raise wrong(name, (f"shape {array.shape}", f"形状 {array.shape}"), f"shape {shape}", f"形状 {shape}")
    if array.dtype != np.float64 and array.dtype.kind not in "iu":
        raise _too_short(name, array.dtype)
    _finite(name, array)
    return array.astype(float).ravel()


def _float64(name, value):
    """Raise unless `value` is a non-empty array of float64 numbers."""
    if not isinstance(value, np.ndarray):
        cure = f"np.array({name}, dtype=float)"
        raise wrong(name, type(value).__name__, f"a NumPy array of float64; pass {cure}",
                    f" float64 的 NumPy 数组，请传入 {cure}")
    if value.dtype.kind in "iub":
        raise wrong(name, f"dtype {value.dtype}",
                    f"float64: integers cannot be shifted by a small step; pass np.array({name}, dtype=float)",
                    f" float64：整数没法挪动一小步，请传入 np.array({name}, dtype=float)")
    if value.dtype.kind not in "f":
        raise wrong(name, f"dtype {value.dtype}", "real numbers, as float64", "实数（float64）")
    if value.dtype != np.float64:
        raise _too_short(name, value.dtype, f"; pass {name}.astype(float)")
    if value.size == 0:
        raise wrong(name, (f"shape {value.shape}", f"形状 {value.shape}"), "at least one entry", "至少一个元素")


def _check_dictionary(parameters):
    if not parameters or not all(isinstance(name, str) for name in parameters):
        raise wrong("parameters", repr(list(parameters)), "at least one parameter, with names that are text",
                    "至少一个参数，名字都是字符串")
    for name, value in parameters.items():
        _float64(f"parameters[{name!r}]", value)


class _Pair(_Problem):
    """forward(parameters) -> J and gradient(parameters) -> {"d" + name: ...}, or the same of one array theta."""

    def __init__(self, forward, gradient, parameters, names):
        self.forward, self.function, self.array_shape = forward, gradient, None
        if isinstance(parameters, dict):
            _check_dictionary(parameters)
            if names is not None:
                raise wrong("names", repr(names), "None, where the parameters are a dictionary", " None，因为字典里已有名字")
            super().__init__(parameters)
        else:
            theta = np.asarray(parameters) if isinstance(parameters, float) else parameters
            _float64("theta", theta)
            self.array_shape = theta.shape
            super().__init__({"theta": theta}, named=False)
            if names is not None:
                names, self.named = [str(name) for name in names], True
                if len(names) != theta.size:
                    raise wrong("names", (f"{len(names)} names", f" {len(names)} 个名字"),
                                f"a name for each of the {theta.size} entries of theta",
                                f" theta 的 {theta.size} 个元素各有一个名字")
                self.blocks = {name: np.flatnonzero([other == name for other in names]) for name in dict.fromkeys(names)}
                self.shapes = {name: at.shape for name, at in self.blocks.items()}
        self.scale = 0.0

    def place(self, name, k):
        if self.array_shape is None:
            return super().place(name, k)
        return tuple(int(i) for i in np.unravel_index(self.blocks[name][k], self.array_shape))

    def argument(self, theta):
        return self.split(theta) if self.array_shape is None else theta.reshape(self.array_shape).copy()

    def value(self, theta, point):
        """Return J, nan outside of where the forward pass is defined."""
        try:
            return self.cost(theta)
        except Exception:
            return np.nan

    def cost(self, theta):
        result = self.forward(self.argument(theta))
        if result is None or isinstance(result, tuple | list | dict):
            came = (type(result).__name__, f" {type(result).__name__}") if result is not None else ("None", " None")
            raise wrong("forward", came, "J, one number: return the cost alone", " J，一个数：只返回成本")
        J = np.asarray(result)
        if J.size != 1 or J.dtype.kind not in "biufc":
            came = f"shape {J.shape}, dtype {J.dtype}", f"形状 {J.shape}、dtype {J.dtype}"
            raise wrong("forward", came, "J, one number", " J，一个数")
        if J.dtype.kind == "f" and J.dtype.itemsize < 8:
            raise _too_short("forward", J.dtype)
        return J.reshape(())[()]

    def at(self, theta, data=()):
        J = self.cost(theta)
        if np.iscomplexobj(J) or not np.isfinite(J):
            raise wrong("forward", f"J = {J}", "a finite real J at the parameters passed in", "有限的实数 J（在传入的参数处）")
        return _Point(theta, data, float(J), 4 * EPS * max(abs(float(J)), self.scale))

    def gradient(self, point):
        result = self.function(self.argument(point.theta))
        return self.gradient_of(result) if self.array_shape is None else _block("gradient", result, self.array_shape)

    def elsewhere(self, rng, number, point):
        """Return another theta: a step about as long as the parameters, and shorter where the forward pass does not take it."""
        size = np.empty(self.size)
        for at in self.blocks.values():
            size[at] = max((1, 0.1)[number % 2], np.sqrt(np.mean(self.theta[at] ** 2)))
        step = size * rng.normal(size=self.size)
        for shorter in (1, 0.1, 0.01):
            theta = self.theta + shorter * step
            if np.isfinite(self.value(theta, point)):
                return theta, ()
        raise ArithmeticError("the forward pass returned no finite cost near the parameters")

    def know_size(self, rng, point, g):
        """Learn how large J and its gradient are around here: what is computed of them is rounded accordingly."""
        costs, sizes = [abs(point.cost)], [np.max(np.abs(g))]
        for number in range(3):
            with contextlib.suppress(Exception):  # outside of where the functions are defined
                other = self.at(*self.elsewhere(rng, number, point))
                size = np.max(np.abs(self.gradient(other)))
                costs.append(abs(other.cost))
                sizes.append(size)
        self.scale, self.gradient_scale = float(np.median(costs)), float(max(sizes[0], np.median(sizes)))
        point.floor = 4 * EPS * max(abs(point.cost), self.scale)


class _Network(_Problem):
    """forward(X, parameters) -> (AL, caches) and backward(AL, Y, caches) -> grads, of linear-relu layers and a last sigmoid."""

    def __init__(self, forward, backward, parameters, X, Y, lambd, chunk=1):
        check_network(X, parameters)
        names = [kind + str(l) for l in range(1, len(parameters) // 2 + 1) for kind in "Wb"]
        parameters = {name: parameters[name] for name in names}
        _check_dictionary(parameters)
        if X.dtype.kind not in "iu":  # integers are exact
            _float64("X", X)
            _finite("X", X)
        self.label_shape = np.shape(Y)
        if self.label_shape == (X.shape[1],):
            Y = np.reshape(Y, (1, -1))
        check_labels(Y, X.shape[1])
        check_lambd(lambd)
        check_positive("chunk", chunk)
        super().__init__(parameters)
        self.L = len(parameters) // 2
        if self.shapes[f"W{self.L}"][0] != 1:
            shape = self.shapes[f"W{self.L}"]
            raise wrong(f"parameters['W{self.L}']", (f"shape {shape}", f"形状 {shape}"),
                        "one row: the last layer is one sigmoid unit", "一行：最后一层是一个 sigmoid 单元")
        self.forward, self.backward, self.data, self.lambd = forward, backward, (X, Y), lambd
        self.chunk, self.batched = chunk, True
        sizes = [len(at) for at in self.blocks.values()]
        inputs, first = [self.shapes[f"W{l}"][1] for l in range(1, self.L + 1)], [at[0] for at in self.blocks.values()]
        self.layer, bias = np.repeat(np.arange(2, 2 * self.L + 2), sizes) // 2, np.repeat([False, True] * self.L, sizes)
        self.inputs = np.take(inputs, self.layer - 1)
        self.row, self.column = divmod(np.arange(self.size) - np.repeat(first, sizes), np.where(bias, 1, self.inputs))
        self.column[bias] = self.inputs[bias]  # a bias is the weight of a row of ones below A

    # ------------------------------------------------------------ the learner's own functions

    def run(self, X, parameters):
        """Return (AL, caches) of the learner's forward pass on copies, after checking AL."""
        m, result = X.shape[1], self.forward(X, parameters)
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise wrong("forward(X, parameters)", type(result).__name__, "(AL, caches)", " (AL, caches)")
        AL = result[0]
        if not isinstance(AL, np.ndarray):
            raise wrong("AL", type(AL).__name__, f"a NumPy array of shape {(1, m)}, the first of (AL, caches)",
                        f"形状为 {(1, m)} 的 NumPy 数组，即 (AL, caches) 里的第一个")
        if AL.shape != (1, m):
            raise wrong("AL", (f"shape {AL.shape}", f"形状 {AL.shape}"), f"shape {(1, m)}", f"形状 {(1, m)}")
        if AL.dtype not in (np.float64, np.complex128):
            raise _too_short("AL", AL.dtype)
        return result

    def cost(self, theta, point):
        """Return the cross-entropy at theta with the data of a point, and Z of the last layer where it is known there."""
        AL, caches = self.run(point.data[0].copy(), self.split(theta))
        Z = None if point.Z is None else caches[-1][1]
        return np.mean(_losses(AL, Z, point.data[1])), Z

    def value(self, theta, point):
        return self.cost(theta, point)[0]

    def at(self, theta, data=None):
        X, Y = data = data or self.data
        AL, caches = self.run(X.copy(), self.split(theta))
        _finite("AL", AL)
        if np.any(outside := (AL < 0) | (AL > 1)):
            at = tuple(int(i) for i in np.argwhere(outside)[0])
            raise wrong("AL", (f"{AL[at]:.4g} at {list(at)}", f" {AL[at]:.4g}（位置 {list(at)}）"),
                        "probabilities between 0 and 1, from a sigmoid in the last layer",
                        " 0 与 1 之间的概率，由最后一层的 sigmoid 给出")
        Z = _last_Z(AL, caches)
        J = float(np.mean(_losses(AL, Z, Y)))
        if not math.isfinite(J):
            raise wrong("AL", (f"a cost of {J}", f"成本 {J}"),
                        "a finite cost: smaller weights, so that no probability is exactly 0 or 1, or caches whose last is "
                        "(linear_cache, Z), so that the cost is computed from Z",
                        "有限的成本：请把权重取小些，概率不要恰好是 0 或 1；"
                        "或者让 caches 的最后一个是 (linear_cache, Z)，成本就由 Z 来算")
        error = np.abs((AL - Y) * Z) if Z is not None else 1 / np.where(Y == 1, AL, 1 - AL)
        return _Point(theta, data, J, float(4 * EPS * (J + np.mean(error))), AL, Z)

    def gradient(self, point):
        X, Y = point.data
        AL, caches = self.run(X.copy(), self.split(point.theta))
        result = self.backward(AL, Y.reshape(self.label_shape).copy(), caches)
        return self.gradient_of(result)

    def know_size(self, rng, point, g):
        """Nothing to learn: the cost is the cross-entropy, and a gradient's rounding error follows from how a shift moves Z."""
        self.gradient_scale = float(np.max(np.abs(g)))

    def measure(self, point, entries, steps, moves=False):
        moves = moves and point.Z is not None
        if self.batched:
            try:
                return self.measure_batched(point, entries, steps, moves)
            except Exception:  # whatever a forward pass says to a network of fewer layers: its own one is judged, in a loop
                self.batched = False
        return self.measure_looped(point, entries, steps, moves)

    def measure_looped(self, point, entries, steps, moves=False):
        theta = point.theta.astype(np.result_type(point.theta, steps))
        costs, moved = np.empty(len(entries), steps.dtype), np.empty(len(entries)) if moves else None
        for n, (k, step) in enumerate(zip(entries, steps)):
            shifted = theta.copy()
            shifted[k] += step
            costs[n], Z = self.cost(shifted, point)
            if moves:
                moved[n] = np.mean(np.abs(Z - point.Z))
        return costs + self.penalty(point, entries, steps), moved

    def penalty(self, point, entries, steps):
        """Return by how much the shifts change the L2 penalty lambd / (2 m) * sum of W^2; its constant part cancels anyway."""
        if not self.lambd:
            return 0
        is_weight = self.column[entries] < self.inputs[entries]
        return self.lambd / (2 * point.AL.shape[1]) * np.where(is_weight, (2 * point.theta[entries] + steps) * steps, 0)

    # ------------------------------------------------------------ all shifted passes as one

    def layers_at(self, point):
        """Return (Z, A), lists over the layers, by the formulas of notebook 1; each A has a row of ones below for the bias."""
        if point.layers is None:
            point.layers = _reference_pass(point.data[0], self.split(point.theta), self.L)
        return point.layers

    def measure_batched(self, point, entries, steps, moves=False):
        """Return the same as measure_looped, from passes of many columns through the layers above the shifted one.

        A shift of W[l][i, j] changes row i of Z[l] alone, and through it Z[l+1] by W[l+1][:, i] times the change of that row of
        A[l]. What the shifts make of layer l + 1 stands side by side as columns of one matrix, which goes through the learner's
        own forward pass as the input of a network of the layers above. The first column of each example is not shifted: there it
        must give AL, or NotLayered is raised. chunk bounds the columns of one pass.
        """
        Zs, As = self.layers_at(point)
        m, parameters = point.AL.shape[1], self.split(point.theta)
        costs, moved = np.empty(len(entries), steps.dtype), np.empty(len(entries)) if moves else None
        tops = np.minimum(self.layer[entries] + 1, self.L)
        for top in range(min(2, self.L), self.L + 1):
            chosen = np.flatnonzero(tops == top)
            if top == self.L:
                chosen = chosen[np.argsort(self.layer[entries[chosen]], kind="stable")]  # the last layer's after those below it
            rows = [self.shapes[f"W{l}"][0] for l in range(top, self.L + 1)]
            at_once = max(1, int(self.chunk * 2**20 / (np.dtype(steps.dtype).itemsize * m * (2 * sum(rows) + 6))))
            for first in range(0, len(chosen), at_once):
                part = chosen[first : first + at_once]
                columns = self.columns(Zs, As, parameters, top, entries[part], steps[part])
                if top == self.L and point.Z is not None:  # no layer above, and the cost is computed from Z
                    AL, Z = None, columns[0]
                else:
                    with checks.off():
                        AL, caches = self.run(columns.reshape(rows[0], -1), self.above(parameters, top))
                    AL, Z = AL.reshape(m, -1), None if point.Z is None else np.reshape(caches[-1][1], (m, -1))
                if not (_close(AL[:, 0], point.AL[0]) if Z is None else _close(Z[:, 0], point.Z[0])):
                    raise NotLayered
                losses = _losses(None if AL is None else AL[:, 1:], None if Z is None else Z[:, 1:], point.data[1].T)
                costs[part] = losses.sum(axis=0) / m
                if moves:
                    moved[part] = np.mean(np.abs(Z[:, 1:] - point.Z.T), axis=0)
        return costs + self.penalty(point, entries, steps), moved

    def above(self, parameters, top):
        """Return the layers above layer `top` as a network, or, where there is none, the sigmoid of one unit."""
        if top == self.L:
            return {"W1": np.ones((1, 1)), "b1": np.zeros((1, 1))}
        return {f"{kind}{l - top}": parameters[f"{kind}{l}"].copy() for l in range(top + 1, self.L + 1) for kind in "Wb"}

    def columns(self, Zs, As, parameters, top, entries, steps):
        """Return A[top], or Z of the last layer, without a shift and then with each, (n, m, 1 + shifts).

        The shifts come last: they are many, and NumPy is fastest along a long last axis.
        """
        below, i, j = self.layer[entries] < top, self.row[entries], self.column[entries]
        Z = np.empty((*Zs[top].shape, 1 + len(entries)), np.result_type(Zs[top], steps))
        Z[:, :, 0], split = Zs[top], 1 + np.count_nonzero(below)
        if split > 1:
            l, i, j = top - 1, i[: split - 1], j[: split - 1]
            change = _relu(Zs[l].T[:, i] + steps[: split - 1] * As[l - 1].T[:, j]) - As[l].T[:, i]
            np.multiply(parameters[f"W{top}"][:, None, i], change, out=Z[:, :, 1:split])
            Z[:, :, 1:split] += Zs[top][:, :, None]
        if split <= len(entries):  # of the last layer, whose shift changes Z itself
            Z[0, :, split:] = Zs[top].T + steps[split - 1 :] * As[top - 1].T[:, self.column[entries[split - 1 :]]]
        return Z if top == self.L else _relu(Z, out=Z)

    def verify(self, rng, point):
        """Batch the shifted passes only if a sample of them, two shifts of each parameter, gives what the loop gives."""
        entries = np.concatenate([rng.choice(at, 2) for at in self.blocks.values()])
        steps = np.tile([0.25, -0.25], len(self.blocks)) * np.maximum(1, np.abs(point.theta[entries]))
        costs = self.measure(point, entries, steps)[0]
        if self.batched:
            looped = self.measure_looped(point, entries, steps)[0]
            self.batched = bool(np.allclose(costs, looped, rtol=1e-9, atol=1e-9, equal_nan=True))

    def crosses(self, point, entries, steps):
        if not self.batched:
            return None  # these need not be its layers
        answer = np.empty(len(entries), bool)
        for n, (k, step) in enumerate(zip(entries, steps)):
            sides = []
            for sign in (1, -1):
                theta = point.theta.copy()
                theta[k] += sign * step
                sides.append(_reference_pass(point.data[0], self.split(theta), self.L)[0][1:-1])
            answer[n] = any(np.any((plus > 0) != (minus > 0)) for plus, minus in zip(*sides))
        return answer

    def elsewhere(self, rng, number, point):
        """Return other parameters and other examples of the same shapes, at which every unit is on for about 70% of them."""
        m = point.AL.shape[1]
        X, Y = rng.normal(size=self.data[0].shape), (rng.permutation(m) + number) % 2
        A, drawn = X, {}
        for l in range(1, self.L + 1):
            W = 1.5 * rng.normal(size=self.shapes[f"W{l}"]) / np.sqrt(self.shapes[f"W{l}"][1])
            Z = W @ A
            if l == self.L:
                W /= max(1, np.std(Z))
                b = 0.5 * rng.normal() - np.mean(W @ A, keepdims=True)
            else:
                b = 0.3 * np.abs(rng.normal(size=(len(Z), 1))) - np.quantile(Z, 0.3, axis=1, keepdims=True)
            drawn |= {f"W{l}": W, f"b{l}": np.reshape(b, self.shapes[f"b{l}"])}
            A = _relu(W @ A + drawn[f"b{l}"])
        return np.concatenate([np.ravel(drawn[name]) for name in self.blocks]), (X, Y.reshape(1, m))


def _relu(Z, out=None):
    return np.multiply(Z, Z.real > 0, out=out) if np.iscomplexobj(Z) else np.maximum(Z, 0, out=out)


def _reference_pass(X, parameters, L):
    """Return (Z, A) of linear-relu layers and a last one: Z[l], l = 1..L, and A[l], l = 0..L-1, each with a row of ones below."""
    ones = np.ones((1, X.shape[1]))
    Zs, As = [None], [np.concatenate((X, ones))]
    for l in range(1, L + 1):
        Zs.append(parameters[f"W{l}"] @ As[-1][:-1] + parameters[f"b{l}"])
        if l < L:
            As.append(np.concatenate((_relu(Zs[-1]), ones)))
    return Zs, As


def _sigmoid(Z):
    e = np.exp(-np.abs(Z))
    return np.where(Z < 0, e, 1) / (1 + e)


def _close(a, b, tolerance=1e-9):
    """Return whether a is b to a relative `tolerance`, entry by entry; nan is not."""
    return bool(np.all(np.abs(a - b) <= tolerance * np.abs(b)))


def _last_Z(AL, caches):
    """Return the last Z, where the last cache is (linear_cache, Z) and AL is its sigmoid, and None elsewhere.

    The cost from Z loses nothing where a probability is close to 1.
    """
    try:
        Z = caches[-1][1]
        if isinstance(Z, np.ndarray) and Z.shape == AL.shape and Z.dtype == np.float64:
            if _close(_sigmoid(Z), AL, 1e-12):
                return Z.copy()
    except (TypeError, IndexError, KeyError, AttributeError):
        pass
    return None


def _losses(AL, Z, Y):
    """Return the cross-entropy of each example, from Z where it is known: log(1 + exp(-Z)) for label 1, log(1 + exp(Z)) for 0."""
    if Z is None:
        return -np.log(np.where(Y == 1, AL, 1 - AL))
    t = np.where(Y == 1, -1.0, 1.0) * Z
    if np.iscomplexobj(t):  # abs and maximum would lose the imaginary part
        return np.log1p(np.exp(np.where(t.real > 0, -t, t))) + _relu(t)
    smaller = np.abs(t)
    np.log1p(np.exp(np.negative(smaller, out=smaller), out=smaller), out=smaller)
    return smaller + np.maximum(t, 0, out=t)


# ---------------------------------------------------------------- one point


@dataclass
class _Found:
    """What one point says about each entry; arrays over all entries."""

    g: np.ndarray
    measured: np.ndarray
    error: np.ndarray  # relative: |g - measured| / max(|g|, |measured|)
    noise: np.ndarray  # relative uncertainty of measured
    tested: np.ndarray
    wrong: np.ndarray
    zero: np.ndarray  # both are zero
    kink: np.ndarray  # the first step met a kink


def _quiet():
    """Return a context in which a learner's prints and floating point warnings do not show."""
    stack = contextlib.ExitStack()
    stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
    stack.enter_context(warnings.catch_warnings())
    warnings.simplefilter("ignore")
    stack.enter_context(np.errstate(all="ignore"))
    return stack


def _line_noise(problem, point, rng):
    """Return how far the cost is from smooth: the residual of a cubic through 9 points of a short line, the larger of two lines.

    A kink on the line leaves a residual, too, which shrinks with the line, as rounding errors do not: so shorter ones are tried.
    """
    t, noise = np.linspace(-1, 1, 9), np.inf
    smooth = np.linalg.qr(np.vander(t, 4))[0]
    for length in (4 * STEP, STEP / 16, STEP / 1024):
        residuals = [0.0]
        for _ in range(2):
            direction = length * rng.uniform(-1, 1, problem.size) * point.theta  # what is zero stays zero, where kinks are
            J = np.array([problem.value(point.theta + step * direction, point) for step in t]).real - point.cost
            if np.all(np.isfinite(J)):
                residuals.append(np.max(np.abs(J - smooth @ (smooth.T @ J))))
        noise = min(noise, max(residuals))
        if noise <= point.floor:
            break
    return noise


def _both_sides(problem, point, entries, steps, moves=False):
    """Return the central differences, half of what the two one-sided slopes differ by, and how far a unit step moves Z."""
    costs, moved = problem.measure(point, np.concatenate((entries, entries)), np.concatenate((steps, -steps)), moves)
    plus, minus = np.split(costs, 2)
    moved = None if moved is None else sum(np.split(moved, 2)) / (2 * steps)
    return (plus - minus) / (2 * steps), (plus + minus - 2 * point.cost) / (2 * steps), moved


def _complex_slopes(problem, point, entries, sign=1):
    """Return the derivatives from complex steps, nan where the forward pass does not carry complex numbers."""
    batched = problem.batched
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a ComplexWarning says that an imaginary part was thrown away
        try:
            costs = problem.measure(point, entries, np.full(len(entries), sign * COMPLEX_STEP * 1j))[0]
        except Exception:
            return np.full(len(entries), np.nan)
        finally:
            problem.batched = batched  # what does not take complex numbers may still take many columns
    carried = np.abs(costs.real - point.cost) <= 1e-9 * (1 + abs(point.cost))
    return np.where(carried, costs.imag / (sign * COMPLEX_STEP), np.nan)


def _examine(problem, point, g, entries, step, rng):
    """Return what this point says about `entries`: a _Found.

    Two steps, 4 h and h, give each central difference an estimate of its error. The slopes on the two sides differ by c h where
    the cost is smooth and by c h + s where a kink of slope s lies at the point: the two steps tell s as well. Where the estimate
    is too large to judge, smaller steps are tried. What is then still below the noise is left to the complex step, if the
    forward pass carries it.
    """
    n = problem.size
    measured, error, kink, bent = np.full(n, np.nan), np.full(n, np.inf), np.zeros(n, bool), np.zeros(n, bool)
    bend, used, moved = np.zeros(n), np.zeros(n), None
    noise = max(point.floor, _line_noise(problem, point, rng))
    active, h = entries, step * np.maximum(1, np.abs(point.theta[entries]))
    wide = _both_sides(problem, point, active, 4 * h, moves=True)
    if wide[2] is not None:
        moved = np.zeros(n)
        moved[active] = wide[2]
    for level in range(LEVELS):
        near = _both_sides(problem, point, active, h)
        unsmooth = np.abs(wide[0] - near[0]) + np.abs(4 * near[1] - wide[1]) / 3
        unsmooth[~np.isfinite(unsmooth)] = np.inf
        rounding = 4 * noise / h
        size = np.maximum(np.abs(g[active]), np.abs(near[0]))
        bends = unsmooth > np.maximum(rounding, CLEAR * size)
        if level == 0:
            kink[active] = bends & np.isfinite(unsmooth)
        bend[active] = np.maximum(bend[active], np.where(bends, unsmooth, 0))
        better = unsmooth + rounding < error[active]
        at = active[better]
        measured[at], error[at], used[at] = near[0][better], (unsmooth + rounding)[better], h[better]
        bent[at] = (bends | (bend[active] > 0) & (4 * rounding > bend[active]))[better]  # or too much noise to see the kink again
        again = (4 * error[active] > CLEAR * size) & (unsmooth > rounding)
        active, h = active[again], h[again] / 4
        if not len(active):
            break
        wide = near[0][again], near[1][again]
    _lengthen(problem, point, g, entries, step, noise, measured, error, used, bent | kink)
    uncertain = 4 * error
    floor = 64 * EPS * problem.gradient_scale if moved is None else 16 * EPS * moved  # rounding errors of g
    off, hidden = ~bent & _apart(g, measured, uncertain, floor), np.zeros(n, bool)
    if moved is None:
        uncertain[off] = np.maximum(uncertain[off], _spread(problem, point, np.flatnonzero(off), used[off], measured[off]))
        off &= _apart(g, measured, uncertain, floor)
        at = np.flatnonzero(off)
        hidden[at] = _finer_sides(problem, point, g, measured, used, at)
        off &= ~hidden
        if np.any(off) and _jumps(problem, point, noise, rng):
            hidden, off = hidden | off, np.zeros(n, bool)
    disputed = np.flatnonzero(off)
    if len(disputed) and (crossed := problem.crosses(point, disputed, used[disputed])) is not None:
        bent[disputed], kink[disputed] = crossed, crossed | kink[disputed]
        off &= ~bent
    size = np.fmax(np.abs(g), np.abs(measured))
    precise = (np.maximum(uncertain, floor) <= CLEAR * size) & (size > 0) & ~bent & ~hidden
    judged = np.isin(np.arange(n), entries)
    relative_noise = uncertain / np.where(size > 0, size, np.nan)
    left = judged & ~precise & ~off & ~hidden
    slopes, decided = _referee(problem, point, g, measured, uncertain, floor, left, precise, bent, noise)
    measured[decided], relative_noise[decided] = slopes[decided], SAME
    off[decided] = _apart(g, measured, 0, floor)[decided]
    if moved is None and np.any(off & decided) and _jumps(problem, point, noise, rng):  # 1 - AL is rounded in complex steps, too
        off, decided = off & ~decided, decided & ~off
    tested = judged & (precise | decided) & ~off
    size = np.fmax(np.abs(g), np.abs(measured))
    relative = np.abs(g - measured) / np.where(size > 0, size, np.nan)
    return _Found(g, measured, relative, relative_noise, tested, off, judged & ~tested & ~off & ~bent & (g == 0), kink)


def _lengthen(problem, point, g, entries, step, noise, measured, error, used, bent):
    """Measure with longer steps, in place, what drowned in rounding errors, which these make smaller.

    The noise of short lines is multiplied by 16: along a longer way _jumps does not see less than that.
    """
    left = entries[(4 * error > CLEAR * np.fmax(np.abs(g), np.abs(measured)))[entries] & ~bent[entries]]
    left = left[(g[left] != 0) | (measured[left] != 0)]
    if not len(left):
        return
    h = step * np.maximum(1, np.abs(point.theta[left]))
    first, uncertain = measured[left], 4 * error[left]
    near = _both_sides(problem, point, left, h)
    for _ in range(3):
        h = 16 * h
        wide = _both_sides(problem, point, left, h)
        found = np.abs(wide[0] - near[0]) + np.abs(16 * near[1] - wide[1]) / 15 + 64 * noise / h
        better = (found < error[left]) & (np.abs(wide[0] - first) <= uncertain)
        at = left[better]
        measured[at], error[at], used[at], near = wide[0][better], found[better], h[better], wide


def _apart(g, measured, uncertain, floor):
    """Return where a gradient and its measurement differ by more than the errors of both."""
    size = np.fmax(np.abs(g), np.abs(measured))
    return np.isfinite(measured) & (np.abs(g - measured) > np.maximum(np.maximum(uncertain, floor), SAME * size))


def _spread(problem, point, entries, steps, measured):
    """Return 4 times how far central differences of other steps are from `measured`, inf where only long steps move the cost.

    A cost that is computed from a probability close to 1 moves in jumps: two steps may agree by chance, these do not.
    """
    spread, still = np.zeros(len(entries)), measured == 0
    for factor in (0.7, 1.9, 5.3, 15.1):
        slopes = _both_sides(problem, point, entries, factor * steps)[0]
        spread, still = np.fmax(spread, np.abs(slopes - measured)), still & (slopes == 0)
    for factor in (1e3, 1e5):
        at = np.flatnonzero(still)
        spread[at[_both_sides(problem, point, entries[at], factor * steps[at])[0] != 0]] = np.inf
    return 4 * spread


def _finer_sides(problem, point, g, measured, used, entries):
    """Return where a step much shorter than the one used sides with g: the cost turns within less than the steps that agreed."""
    apart, sides = np.abs(measured - g)[entries] / 4, np.zeros(len(entries), bool)
    for factor in (16, 256, 4096) if len(entries) else ():
        h = used[entries] / factor
        sides |= (np.abs(_both_sides(problem, point, entries, h)[0] - g[entries]) <= apart) & (4 * point.floor / h <= apart)
    return sides


def _jumps(problem, point, noise, rng):
    """Return whether the cost jumps near the point by more than its noise, so that short steps tell nothing about its slopes.

    A probability close to 1 is rounded to multiples of eps / 2. A cost that is computed from it stands still in between, where
    short steps agree with each other and are wrong, and is inf where the probability is rounded to 1. Parts of a line are halved
    towards the greatest rise, and towards the greatest fall: where the cost is continuous, nothing is left of either.
    """
    for length in (0.1, 0.1, 0.01):
        direction = length * rng.uniform(-1, 1, problem.size) * np.maximum(1, np.abs(point.theta))
        costs = {}

        def value(t, direction=direction, costs=costs):
            if t not in costs:
                costs[t] = np.real(problem.value(point.theta + t * direction, point))
            return costs[t]

        ends = np.linspace(-1, 1, 9).tolist()
        for sign in (1, -1):
            for a, b in zip(ends[:-1], ends[1:]):
                while b - a > 2.0**-48 and abs(value(b) - value(a)) > 16 * noise:
                    middle = (a + b) / 2
                    a, b = (a, middle) if sign * (value(middle) - value(a)) > sign * (value(b) - value(middle)) else (middle, b)
                if abs(value(b) - value(a)) > 16 * noise:  # nan, where the cost is not defined, is not
                    return True
    return False


def _referee(problem, point, g, measured, uncertain, floor, left, sure, bent, noise):
    """Return (slopes, decided): derivatives by complex steps, and where they can decide.

    Not every forward pass that takes complex numbers is analytic: abs, norm and vdot are not. So complex steps must agree with
    `measured` wherever it says something, and where they decide, a real difference, however coarse, must side with them: with
    them against g, or with both. At a kink the complex step knows one side only: there it may say that g is right, and not that
    it is wrong.
    """
    n, left, sure = problem.size, np.flatnonzero(left), np.flatnonzero(sure)
    slopes, decided = np.full(n, np.nan), np.zeros(n, bool)
    if not len(left) or not len(sure) or not problem.analytic:
        return slopes, decided
    sure = sure[np.linspace(0, len(sure) - 1, min(len(sure), 32)).astype(int)]
    slopes[sure] = _complex_slopes(problem, point, sure)
    if np.all(np.isnan(slopes[sure])):
        return slopes, decided
    slopes[left], other = _complex_slopes(problem, point, left), _complex_slopes(problem, point, left, -1)
    blur = np.broadcast_to(floor, n)
    asked = np.append(sure, left[~bent[left] & np.isfinite(slopes[left]) & np.isfinite(measured[left])])
    apart = np.abs(slopes[asked] - measured[asked])
    if not np.all(apart <= uncertain[asked] + blur[asked] + SAME * np.abs(slopes[asked])):  # nan is not
        problem.analytic = False
        return slopes, decided
    size = np.maximum(np.abs(g[left]), np.abs(slopes[left]))
    decided[left] = (np.abs(slopes[left] - other) <= SAME * np.abs(other) + blur[left]) & (blur[left] < CLEAR * size)
    apart = _apart(g, slopes, 0, floor)
    decided &= ~bent | ~apart
    at = np.flatnonzero(decided)
    margin, sided = np.where(apart, np.abs(g - slopes), np.abs(slopes))[at] / 4, np.zeros(len(at), bool)
    for length in LONG_STEPS:
        h = length * np.maximum(1, np.abs(point.theta[at]))
        sided |= (np.abs(_both_sides(problem, point, at, h)[0] - slopes[at]) <= margin) & (4 * noise / h <= margin)
    decided[at] = sided
    return slopes, decided


# ---------------------------------------------------------------- the result


@dataclass
class Worst:
    """The entry that is furthest off: its index, the gradient passed in, the measured one, and the relative error."""

    index: tuple
    got: float
    measured: float
    error: float


@dataclass
class Row:
    """What the report says about one parameter; indices are those of the parameter's entries.

    difference: ||g - measured|| / (||g|| + ||measured||) over the entries that could be tested, each at the first point that
    did; ratio: the median of g / measured over them; noise: the median relative uncertainty of measured. reading, reading_zh:
    what they suggest. worst: the entry that is furthest off at the first point where one is, report.points[point].
    zero: entries where both gradients are zero at the point passed in; kink: entries at a kink there, tried again with smaller
    steps; untested: entries that no point could test.
    """

    name: str
    shape: tuple
    verdict: str
    difference: float
    ratio: float
    reading: str
    reading_zh: str
    worst: Worst | None
    point: int
    noise: float
    zero: list
    kink: list
    untested: list


@dataclass
class GradientReport:
    """The result of gradient_report; print it for a table, plot() draws it.

    verdict: "ok" if every entry of every parameter was tested and found right, "wrong" if one is wrong, else "untested".
    rows: one Row a parameter. warnings, warnings_zh: what else to know. points: the parameters and the data of each point.
    gradapprox, error, tested, wrong: dictionaries from the name of a parameter to arrays of its shape: the gradient measured at
    the point passed in; the relative error |g - measured| / max(|g|, |measured|) at the point that decided about the entry, nan
    where none could; whether it was tested; whether it was found wrong.
    batched: whether the shifted forward passes ran as a few passes of many columns. named: whether names were passed in.
    print shows the table in English, or in the language of COURSE_LANG; table("zh") is in Chinese.
    """

    verdict: str
    rows: list
    points: list
    warnings: list
    warnings_zh: list
    gradapprox: dict = field(repr=False)
    error: dict = field(repr=False)
    tested: dict = field(repr=False)
    wrong: dict = field(repr=False)
    batched: bool = False
    named: bool = False

    def __getitem__(self, name):
        """Return the row of a parameter."""
        return {row.name: row for row in self.rows}[name]

    def __bool__(self):
        raise TypeError("a report is neither true nor false: report.verdict is ok, wrong or untested\n"
                        "报告没有真假之分：report.verdict 是 ok、wrong 或 untested")

    def __str__(self):
        return self.table("zh" if language() == "zh" else "en")

    __repr__ = __str__

    def table(self, lang="en"):
        """Return the report as text; lang: "en" or "zh", the language of its sentences."""
        check_choice("lang", lang, ("en", "zh"))
        zh, further = lang == "zh", len(self.points) - 1
        counts = {verdict: sum(row.verdict == verdict for row in self.rows) for verdict in (OK, WRONG, UNTESTED)}
        words = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
        lines = [f"{self.verdict}: {words}; {further} further point{'s' * (further != 1)}"]
        if zh:
            lines = [f"{self.verdict}：{words}；另取了 {further} 个点"]
        cells = [["name", "shape", "verdict", "difference", "noise", "ratio", "zero", "kink", "reading"]]
        for row in self.rows:
            difference = _bound(row.difference) if row.verdict == OK else _size(row.difference)
            ratio = _digits(row.ratio) if row.verdict == WRONG or np.isnan(row.ratio) else f"{row.ratio:.2f}"  # more is noise
            cells.append([row.name, str(row.shape).replace(" ", ""), row.verdict, difference, _bound(row.noise),
                          ratio, str(len(row.zero)), str(len(row.kink)), row.reading_zh if zh else row.reading])
        widths = [max(map(len, column)) for column in zip(*cells)]
        for line in cells:
            fitted = (text.ljust(width) if n < 3 else text.rjust(width) for n, (text, width) in enumerate(zip(line[:-1], widths)))
            lines.append("  ".join([*fitted, line[-1]]))
        notes, random = self.warnings_zh if zh else self.warnings, RANDOM[0] in self.warnings
        if random:  # which says it all
            lines, notes = [*lines, *notes], []
        for row in self.rows:
            if row.worst:
                w, entry = row.worst, self._entry(row, row.worst.index)
                where, where_zh = (f" at further point {row.point}", f"（第 {row.point} 个另取的点）") if row.point else ("", "")
                got, measured = _apart_in_print(w.got, w.measured)
                lines.append(f"{entry}{where_zh}：你的 {got}，量得 {measured}" if zh else
                             f"{entry}{where}: got {got}, measured {measured}")
            if row.untested and not random:
                some, count = ", ".join(self._entry(row, index) for index in row.untested[:6]), len(row.untested)
                lines.append(f"没有一个点测得了：{some}{' 等' * (count > 6)}" if zh else
                             f"no point could test {some}{', ...' * (count > 6)}")
        return "\n".join(lines + notes)

    def _entry(self, row, index):
        """Return how the table calls an entry; where names were passed in, the index is one of theta."""
        if not self.named:
            return row.name + (str(list(index)) if index else "")
        return f"{row.name} = theta{list(index)}" if row.shape == (1,) else f"theta{list(index)} ({row.name})"

    def plot(self):
        """Draw the relative error of each entry, one panel a parameter; entries that no point could test are crossed out."""
        import matplotlib.pyplot as plt
        from matplotlib.colors import LogNorm

        across = min(len(self.rows), 4)
        down = -(-len(self.rows) // across)
        figure, axes = plt.subplots(down, across, figsize=(9, 0.4 + 1.8 * down), squeeze=False, layout="constrained")
        for ax in axes.flat[len(self.rows) :]:
            ax.axis("off")
        for ax, row in zip(axes.flat, self.rows):
            error, tested = (_matrix(values[row.name]) for values in (self.error, self.tested))
            edges = np.arange(error.shape[1] + 1), np.arange(error.shape[0] + 1)
            known = np.ma.masked_where(~tested, np.clip(error, SAME, 1))  # what is smaller differs between machines
            lines = {"edgecolors": "white", "linewidth": 0.5} if max(error.shape) <= 12 else {}  # many would hide the cells
            image = ax.pcolormesh(*edges, known, cmap="cividis", norm=LogNorm(SAME, 1), **lines)
            if not tested.all():
                ax.pcolor(*edges, np.ma.masked_where(tested, np.zeros(error.shape)), cmap="Greys", hatch="xxx", edgecolors="0.4")
            ax.set_ylim(error.shape[0], 0)
            ax.axis("off")
            ax.set_title(f"{row.name}: {row.verdict}", fontsize=10, fontweight="bold" if row.verdict == WRONG else None)
        figure.colorbar(image, ax=axes, label="relative error of an entry", shrink=0.9)
        plt.show()


def _matrix(array):
    return array if array.ndim == 2 else array.reshape(1, -1) if array.ndim < 2 else array.reshape(len(array), -1)


def _digits(ratio):
    """Return a ratio with 2 decimals, or with as many as tell it from 1, or from 0."""
    if not np.isfinite(ratio):
        return "-"
    if not 0.1 <= abs(ratio) < 1e5:
        return f"{ratio:.2g}"
    places = 2
    while places < 6 and abs(abs(ratio) - 1) > SAME and f"{abs(ratio):.{places}f}" == f"{1:.{places}f}":
        places += 1
    return f"{ratio:.{places}f}"


def _apart_in_print(*values):
    """Return two numbers with 4 digits, or with as many as tell them apart."""
    for digits in range(4, 17):
        texts = [f"{value:.{digits}g}" for value in values]
        if texts[0] != texts[1]:
            break
    return texts


def _size(value):
    """Return a relative number with 2 digits, down to what differs between machines."""
    return "-" if np.isnan(value) else "< 1e-6" if value < SAME else f"{value:.1e}"


def _bound(value):
    """Return a bound of a number that differs between machines."""
    return "-" if np.isnan(value) else "< 1e-6" if value < SAME else "< 1e-3" if value < CLEAR else "< 1"


# ---------------------------------------------------------------- reading the numbers


def _l2_share(weights, missing):
    """Return c where a gradient lacks c * W, or None if it lacks something else; of one entry alone nobody could tell."""
    square = float(np.vdot(weights, weights))
    if not square or weights.size == 1:
        return None
    factor = float(np.vdot(weights, missing)) / square
    fits = np.max(np.abs(missing - factor * weights)) <= 1e-4 * np.max(np.abs(missing))
    return factor if fits else None


def _factor(ratio, m):
    """Return what a common factor of all entries suggests, in both languages; m: the number of examples, or None."""
    if ratio == 0:
        return "zero throughout", "全是 0"
    parts, parts_zh, size = [], [], abs(ratio)
    if ratio < 0:
        parts, parts_zh = ["sign reversed"], ["正负号反了"]
    if abs(size - 1) > SAME:
        parts.append(f"{_digits(size)} times too large" if size > 1 else f"{_digits(size)} times what it should be")
        parts_zh.append(f"是应有值的 {_digits(size)} 倍")
        sure, sure_zh = ("?", "？") if m == 2 else ("", "")  # a factor of 2 has other reasons, too
        if m and m > 1 and abs(size / m - 1) < CLEAR:
            parts[-1] += f" ({m} = m: 1/m missing{sure})"
            parts_zh[-1] += f"（{m} = m：漏了 1/m{sure_zh}）"
        if m and m > 1 and abs(size * m - 1) < CLEAR:
            parts[-1] += f" (1/m: divided by m twice{sure})"
            parts_zh[-1] += f"（正是 1/m：除了两次 m{sure_zh}）"
    return ", ".join(parts), "，".join(parts_zh)


def _common_factor(g, measured, noise):
    """Return by which factor all wrong entries are off, or None if most do not share one; arrays of the wrong entries alone."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = g / measured
    clear = noise <= CLEAR
    clear = clear if np.any(clear) else np.ones(len(ratios), bool)
    common = float(np.median(ratios[clear]))
    near = np.abs(ratios - common) <= 2 * (CLEAR + np.where(clear, 0, noise)) * abs(common)
    return common if np.all(near[clear]) and 2 * np.sum(near) > len(ratios) else None


def _reading(g, measured, bad, seen, noise, shape, weights, lambd, m, mixed=False):
    """Return what the wrong entries of one parameter suggest, in both languages; all arrays flat.

    bad: which entries are wrong; seen: which could be judged; noise: the relative uncertainty of each;
    weights: the entries of a W of a network, else None; mixed: whether some were right at other points.
    """
    if len(shape) == 2 and shape[0] == shape[1] > 1 and np.all(seen & (noise <= CLEAR)):
        if np.allclose(g.reshape(shape), measured.reshape(shape).T, rtol=CLEAR, atol=0):
            return "transposed", "转置了"
    share = None if weights is None else _l2_share(weights[seen], (measured - g)[seen])
    if share is not None and lambd:
        share *= m / lambd
        if abs(share - 1) < CLEAR:
            return "the L2 term lambd/m * W is missing", "漏了 L2 项 lambd/m * W"
        words, words_zh = _factor(1 - share, m)
        return f"the L2 term: {words}", f"L2 项：{words_zh}"
    if share is not None and share < 0:  # an L2 term that the cost does not have
        extra = _digits(-share * m)
        return (f"{extra}/m * W too much: an L2 term? then pass lambd={extra}",
                f"多了 {extra}/m * W：是 L2 项吗？那就传入 lambd={extra}")
    words, words_zh = ("should be 0", "应为 0") if np.all(measured[bad] == 0) else ("no common factor", "没有共同的倍数")
    penalty = lambd / m * weights[bad] if lambd and weights is not None else 0
    if (common := _common_factor(g[bad], measured[bad], noise[bad])) is not None:
        words, words_zh = _factor(common, m)
        if mixed:
            words, words_zh = f"right at some points, elsewhere {words}", f"有的点上是对的，错的地方{words_zh}"
    elif lambd and (common := _common_factor(g[bad] - penalty, measured[bad] - penalty, noise[bad])) is not None:
        words, words_zh = (first + text for first, text in zip(("all but the L2 term: ", "除了 L2 项："), _factor(common, m)))
    elif mixed:
        words, words_zh = f"{words}, right at some points", f"{words_zh}，有的点上是对的"
    count, total = int(np.sum(bad)), int(np.sum(seen))
    if count < total:
        words, words_zh = f"{count} of {total} entries: {words}", f"{total} 个元素中的 {count} 个：{words_zh}"
    return words, words_zh


def _row(problem, name, found, theta, decided, mixed, m):
    """Return the Row of one parameter; found, theta: each entry at the point `decided` that decided about it, -1 if none did.

    mixed: which entries are wrong at that point and right at another one.
    """
    at, shape = problem.blocks[name], problem.shapes[name]
    g, measured, error, noise, bad = found.g[at], found.measured[at], found.error[at], found.noise[at], found.wrong[at]
    seen = found.tested[at] | bad
    both, moving = np.linalg.norm(g[seen]) + np.linalg.norm(measured[seen]), seen & (measured != 0)
    worst, point, reading, verdict = None, 0, ("right", "正确"), OK
    if np.any(bad):
        # of those at the first point; relative errors that agree to 3 digits are equal: then the entry that is further off
        point = int(np.min(decided[at][bad]))
        k = max(np.flatnonzero(bad & (decided[at] == point)), key=lambda k: (round(float(error[k]), 3), abs(g[k] - measured[k])))
        worst = Worst(problem.place(name, k), float(g[k]), float(measured[k]), float(error[k]))
        weights = theta[at] if m and name[0] == "W" else None
        verdict = WRONG
        reading = _reading(g, measured, bad, seen, noise, shape, weights, problem.lambd, m, bool(np.any(mixed[at])))
    elif not np.all(seen):
        count, verdict = int(np.sum(~seen)), UNTESTED
        reading = f"{count} of {len(at)} entries not tested", f"{len(at)} 个元素中有 {count} 个没有测到"
    indices = lambda chosen: [problem.place(name, k) for k in np.flatnonzero(chosen)]
    return Row(name, shape, verdict, float(np.linalg.norm((g - measured)[seen]) / both) if both else np.nan,
               float(np.median(g[moving] / measured[moving])) if np.any(moving) else np.nan, *reading, worst, point,
               float(np.median(noise[seen])) if np.any(seen) else np.nan,
               indices(found.zero[at]), indices(found.kink[at]), indices(~seen))


# ---------------------------------------------------------------- what is called

RANDOM = ("The cost or the gradient changes from call to call: fix the seed in every call, or turn dropout off.",
          "参数没有变，每次调用得到的成本或梯度却不同：请在每次调用时固定种子，或者关掉随机失活。")


def gradient_report(forward, backward, parameters, X=None, Y=None, *, lambd=0, names=None, step=None, points=20, seed=0, chunk=1):
    """Compare a gradient with the slopes of its own forward pass; return a GradientReport. Nothing passed in is modified.

    Three forms:
        gradient_report(L_model_forward, L_model_backward, parameters, X, Y)
            a network of notebook 1, of any depth: forward(X, parameters) -> (AL, caches), backward(AL, Y, caches) -> grads.
            X: (n_x, m); Y: labels 0 or 1, (1, m) or (m,). The cost is the cross-entropy, plus lambd / (2 m) * sum of W^2.
        gradient_report(forward, gradient, parameters)
            a dictionary of arrays: forward(parameters) -> J, gradient(parameters) -> {"d" + name: ...}.
        gradient_report(forward, gradient, theta)
            one array of any shape: forward(theta) -> J, gradient(theta) -> an array of that shape.
            names: one name for each entry, the rows of the report, such as the keys of dictionary_to_vector.

    step: relative to max(1, |entry|), by default eps^(1/3), 6.1e-6; 4 times that is used, too, and at kinks smaller ones.
    points: the largest number of further points, drawn from `seed`. Three are always tried, the others until every entry was
    tested; of a network both parameters and examples are drawn, otherwise parameters near those passed in.
    chunk: how large the arrays of one batched pass of a network may be together, in MB.
    Raises ValueError on anything but finite float64 numbers, J included, and on gradients that are missing or of another shape.

    Each point takes about 8 forward calls an entry; those of linear-relu layers and a last sigmoid run as a few passes of many
    columns. What the functions print is swallowed, and the state of np.random (no other generator's) is as before.
    Y is handed to `backward` in the shape that it came in. Further points of a network have as many examples as X. Relative
    differences below 1e-6 pass. Steps suit entries of about 1 or less, whose cost changes over such lengths: rescale others. Of a
    cost with jumps, as rounding leaves where 1 - p is computed of a p close to 1, nothing is called wrong near them.
    print(report) shows the table in English, print(report.table("zh")) in Chinese, and so does print after
    os.environ["COURSE_LANG"] = "zh"; report.plot() draws it. What forward computes is the judge: a clip or an epsilon against
    log(0) in it changes the cost, and with it the slopes; so does an L2 term in the gradient alone, without lambd.
    """
    check_count("points", points, least=0)
    check_count("seed", seed, least=0)
    if step is not None:
        check_positive("step", step)
    for name, function in (("forward", forward), ("backward", backward)):
        if not callable(function):
            raise wrong(name, type(function).__name__, "a function", "函数")
    if X is None and Y is None:
        if lambd:
            raise wrong("lambd", repr(lambd), "0 without X and Y: forward returns the whole cost",
                        " 0：没有 X 和 Y 时，forward 返回的就是全部成本")
        problem = _Pair(forward, backward, parameters, names)
    else:
        if X is None or Y is None or names is not None:
            came = ("names", " names") if names is not None else ("X alone", "只有 X") if Y is None else ("Y alone", "只有 Y")
            raise wrong("gradient_report", came, "a network with X and Y and no names, or neither X nor Y",
                        "一个网络，带 X 和 Y 而不带 names；或者 X 和 Y 都不带")
        problem = _Network(forward, backward, parameters, X, Y, lambd, chunk)
    state = np.random.get_state()
    try:
        with _quiet():
            return _report(problem, step or STEP, points, seed)
    finally:
        np.random.set_state(state)


def _is_random(problem, point, g):
    """Return whether the cost or the gradient changes while the parameters do not."""
    again = [problem.at(point.theta, point.data).cost for _ in range(2)]
    return again != [point.cost] * 2 or not np.array_equal(problem.gradient(point), g)


def _report(problem, step, most, seed):
    n, notes, rng = problem.size, [], np.random.default_rng(seed)
    point = problem.start()
    g = problem.gradient(point)
    founds, places, failed = [], [point], 0
    tested, off, decided = np.zeros(n, bool), np.zeros(n, bool), np.full(n, -1)
    if _is_random(problem, point, g):
        founds, most = [_Found(g, *np.full((3, n), np.nan), *np.zeros((4, n), bool))], -1
        notes.append(RANDOM)
    else:
        problem.know_size(rng, point, g)
        problem.verify(rng, point)
    for number in range(most + 1):
        if np.all(off) or number > LEAST and np.all(tested | off):
            break
        if number > 0:
            try:
                # a generator of its own: what the others used up depends on rounding errors
                point = problem.at(*problem.elsewhere(np.random.default_rng([seed, number]), number, places[0]))
                g = problem.gradient(point)
            except Exception:  # outside of where the functions are defined: this point says nothing
                failed += 1
                continue
            places.append(point)
        found = _examine(problem, point, g, np.flatnonzero(~off if number <= LEAST else ~off & ~tested), step, rng)
        founds.append(found)
        decided[(found.wrong & ~off) | (found.tested & (decided < 0))] = len(founds) - 1
        tested, off = tested | found.tested, off | found.wrong
    chosen = np.maximum(decided, 0), np.arange(n)
    at_decision = [np.array([getattr(found, what) for found in founds])[chosen] for what in ("g", "measured", "error", "noise")]
    found = _Found(*at_decision, tested | off, off, founds[0].zero, founds[0].kink)
    theta, m = np.array([place.theta for place in places])[chosen], None if point.AL is None else point.AL.shape[1]
    # where a point called an entry right, it must have seen much less than what is wrong with it at another one
    mixed = off & np.any([other.tested & (other.noise < 0.1 * found.error) for other in founds], axis=0)
    rows = [_row(problem, name, found, theta, decided, mixed, m) for name in problem.blocks]
    if m == 1:
        notes.append(("m = 1: with one example, a missing 1/m cannot be seen", "m = 1：只有 1 个样本，查不出漏掉的 1/m"))
    zero = sum(len(row.zero) for row in rows)
    if zero:
        entries = f"{zero} entr{'y' if zero == 1 else 'ies'}"
        elsewhere = bool(np.all((tested | off)[founds[0].zero]))
        notes.append((f"zero: {entries} with both gradients 0 at the point passed in, which tests nothing there"
                      + "; further points have tested them" * elsewhere,
                      f"zero：在传入的点上，有 {zero} 个元素的两个梯度都是 0，这个点测不了它们" + "；另取的点测到了" * elsewhere))
    left, dark = ~tested & ~off, np.all([found.zero for found in founds], axis=0)
    if most >= 0 and np.any(left & dark):
        notes.append(("untested: both gradients are 0 at every point", "untested：在每个点上，两个梯度都是 0"))
    if most >= 0 and np.any(left & ~dark):
        notes.append((f"untested: the cost, {places[0].cost:.2g}, is too rough there: its rounding errors hide the slope (a "
                      "large constant, float32, 1 - p with p close to 1?), it has jumps or kinks, or turns within a step",
                      f"untested：成本（{places[0].cost:.2g}）在那里太粗糙：舍入误差盖住了斜率"
                      "（有很大的常数、用了 float32、p 接近 1 时算了 1 - p？），或者它有跳跃、折点，或者在一步之内就转了弯"))
    if failed:
        notes.append((f"{failed} further point{'s' * (failed > 1)} passed over: an error, or no finite number, there",
                      f"跳过了 {failed} 个另取的点：函数在那里报错，或者返回的不是有限的数"))
    verdict = WRONG if np.any(off) else OK if np.all(tested) else UNTESTED
    blocks = [{name: values[at].reshape(problem.shapes[name]) for name, at in problem.blocks.items()}
              for values in (founds[0].measured, np.where(decided < 0, np.nan, found.error), found.tested, found.wrong)]
    return GradientReport(verdict, rows, [(problem.argument(place.theta), *place.data) for place in places],
                          [en for en, _ in notes], [zh for _, zh in notes], *blocks, problem.batched, problem.named)


def batched_differences(forward, parameters, X, Y, *, lambd=0, step=None, chunk=1):
    """Return central differences {"dW1": ..., "db1": ...} of a network's cost, from a few forward passes of many columns.

    Arguments as in gradient_report. Raises ValueError where `forward` is not made of the layers of notebook 1; whether single
    shifts agree with the loop is what gradient_report checks beforehand.
    """
    return _differences(_Network(forward, None, parameters, X, Y, lambd, chunk), step, "measure_batched")


def looped_differences(forward, parameters, X, Y, *, lambd=0, step=None):
    """Return the same as batched_differences from two forward passes an entry, one after the other, for any forward pass."""
    return _differences(_Network(forward, None, parameters, X, Y, lambd), step, "measure_looped")


def _differences(problem, step, how):
    with np.errstate(all="ignore"):
        point = problem.at(problem.theta)
        steps = (step or STEP) * np.maximum(1, np.abs(problem.theta))
        entries = np.arange(problem.size)
        try:
            costs = getattr(problem, how)(point, np.concatenate((entries, entries)), np.concatenate((steps, -steps)))[0]
        except NotLayered:
            raise wrong("forward", ("another kind of network", "另一种网络"),
                        "linear-relu layers and a last sigmoid; looped_differences takes any",
                        " linear-relu 层加最后的 sigmoid；looped_differences 什么网络都可以") from None
    slopes = (costs[: problem.size] - costs[problem.size :]) / (2 * steps)
    return {"d" + name: slopes[at].reshape(problem.shapes[name]) for name, at in problem.blocks.items()}
