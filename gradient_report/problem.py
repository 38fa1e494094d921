"""What is measured: a forward pass and its gradient as functions of one vector, and what their arguments may be."""

import contextlib
import math
from dataclasses import dataclass

import numpy as np

import checks
from checks import check_labels, check_lambd, check_network, check_positive, wrong

EPS = float(np.finfo(float).eps)


class NotLayered(Exception):
    """A forward pass is not made of the layers of notebook 1, so that its shifted passes are not batched."""


@dataclass
class Point:
    """Where the gradient is tested: all parameters as one vector, the data, and what the forward pass says there."""

    theta: np.ndarray
    data: tuple  # (X, Y) of a network
    cost: float
    floor: float  # a bound from below for the rounding error of the cost
    AL: np.ndarray | None = None
    Z: np.ndarray | None = None  # of the last layer, where the caches hold it
    layers: tuple | None = None  # (Z, A) by the formulas of notebook 1


class Problem:
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


class Pair(Problem):
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
        return Point(theta, data, float(J), 4 * EPS * max(abs(float(J)), self.scale))

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


class Network(Problem):
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
        return Point(theta, data, J, float(4 * EPS * (J + np.mean(error))), AL, Z)

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
                    with checks.off():  # the shapes are known to fit; AL is compared anyway
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
