"""Checks of what a user passes in. Every error names the argument, what came and what was expected, in both languages."""

import contextlib
import functools
import numbers
from contextvars import ContextVar

import numpy as np


def wrong(name, came, expected, expected_zh):
    """Return the ValueError for argument `name`: what came and what was expected, in English and Chinese.

    came: one text for both languages, or a pair (English, Chinese).
    """
    came, came_zh = came if isinstance(came, tuple) else (came, f" {came}")
    return ValueError(f"{name}: expected {expected}, got {came}\n{name}：应为{expected_zh}，实际得到{came_zh}")


_on = ContextVar("checks of arguments", default=True)


@contextlib.contextmanager
def off():
    """Check no arguments inside this `with` block, in this thread alone; for many calls on inputs that are known to fit."""
    before = _on.set(False)
    try:
        yield
    finally:
        _on.reset(before)


def checked(check, once=False):
    """Decorate a public function with `check`, which is called with the same arguments first and raises on bad ones.

    once: the functions that it calls are not checked again; for a loop whose own calls depend on what came in alone.
    The notebooks copy a function without its decorators, so a learner's cell holds the mathematics only.
    """

    def decorate(function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            if _on.get():
                check(*args, **kwargs)
                if once:
                    with off():
                        return function(*args, **kwargs)
            return function(*args, **kwargs)

        return call

    return decorate


def unchecked(function):
    """Return `function` as it is without its check."""
    return getattr(function, "__wrapped__", function)


def _shape(array):
    return f"shape {np.shape(array)}", f"形状 {np.shape(array)}"


def _first(array, bad):
    """Return in both languages the first entry of `array` where `bad` is true, and its place."""
    at = tuple(int(i) for i in np.argwhere(bad)[0])
    value = np.asarray(array)[at]
    return f"{value} at {at}", f" {value}（位置 {at}）"


def check_array(name, array):
    """Raise unless `array` is a NumPy array."""
    if not isinstance(array, np.ndarray):
        raise wrong(name, type(array).__name__, "a NumPy array", " NumPy 数组")


def check_shape(name, array, shape):
    """Raise unless `array` is a numeric NumPy array and has exactly `shape`."""
    check_array(name, array)
    if np.shape(array) != shape:
        raise wrong(name, _shape(array), f"shape {shape}", f"形状 {shape}")
    if np.asarray(array).dtype.kind not in "biufc":
        raise wrong(name, f"dtype {np.asarray(array).dtype}", "numbers", "数值")


def check_matrix(name, array, rows=None):
    """Raise unless `array` is a numeric matrix with at least one column and, where given, `rows` rows."""
    check_array(name, array)
    shape = np.shape(array)
    if len(shape) != 2 or shape[0] == 0 or shape[1] == 0 or rows not in (None, shape[0]):
        need = f"({'n' if rows is None else rows}, m)"
        raise wrong(name, _shape(array), f"a matrix of shape {need}, one column an example",
                    f"形状为 {need} 的矩阵，每列一个样本")
    check_shape(name, array, shape)


def check_examples(X, n_x=None, name="X"):
    """Raise unless `X` is a finite matrix of shape (n_x, m), m >= 1."""
    check_matrix(name, X, n_x)
    bad = ~np.isfinite(X)
    if np.any(bad):
        raise wrong(name, _first(X, bad), "finite numbers", "有限的数值")


def check_labels(Y, m=None, name="Y"):
    """Raise unless `Y` has shape (1, m) and holds only 0 and 1."""
    check_array(name, Y)
    if np.ndim(Y) != 2 or np.shape(Y)[0] != 1 or np.shape(Y)[1] == 0 or m not in (None, np.shape(Y)[1]):
        need = f"(1, {'m' if m is None else m})"
        raise wrong(name, _shape(Y), f"a row of labels of shape {need}", f"形状为 {need} 的一行标签")
    bad = (Y != 0) & (Y != 1) if Y.dtype.kind in "biuf" else ~np.isin(Y, (0, 1))  # the latter takes any type, slowly
    if np.any(bad):
        raise wrong(name, _first(Y, bad), "labels that are 0 or 1", "只含 0 和 1 的标签")


def check_probabilities(AL, Y, name="AL"):
    """Raise unless `Y` is a row of 0/1 labels and `AL` holds one probability in [0, 1] for each of them."""
    check_labels(Y)
    check_shape(name, AL, np.shape(Y))
    bad = ~((np.real(AL) >= 0) & (np.real(AL) <= 1))
    if np.any(bad):
        raise wrong(name, _first(AL, bad), "probabilities in [0, 1]", " [0, 1] 内的概率")


def check_count(name, value, least=1):
    """Raise unless `value` is an integer of at least `least`."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral) or value < least:
        raise wrong(name, repr(value), f"an integer >= {least}", f"不小于 {least} 的整数")


def check_layers(layer_dims, layers=None, name="layer_dims"):
    """Raise unless `layer_dims` lists the sizes of the input and of at least one layer (exactly `layers`, where given)."""
    came = list(layer_dims) if isinstance(layer_dims, list | tuple | np.ndarray) else repr(layer_dims)
    if isinstance(came, str) or len(came) < 2 or layers not in (None, len(came) - 1):
        number, number_zh = ("at least one layer", "至少一层") if layers is None else (f"{layers} layers", f" {layers} 层")
        raise wrong(name, came, f"a list with the sizes of the input and of {number}", f"一个列表：输入的大小和{number_zh}的大小")
    for i, size in enumerate(layer_dims):
        check_count(f"{name}[{i}]", size)


def check_parameters(parameters, n_x=None, layers=None):
    """Raise unless `parameters` holds W1, b1, ..., WL, bL whose shapes fit each other and an input of `n_x` rows."""
    L = len(parameters) // 2 if isinstance(parameters, dict) else 0
    names = [f"{kind}{l}" for l in range(1, L + 1) for kind in "Wb"]
    if L == 0 or set(names) != set(parameters) or layers not in (None, L):
        came = sorted(parameters) if isinstance(parameters, dict) else type(parameters).__name__
        last = "L" if layers is None else layers
        raise wrong("parameters", came, f"a dictionary with keys W1, b1, ..., W{last}, b{last}",
                    f"含有键 W1, b1, ..., W{last}, b{last} 的字典")
    for l in range(1, L + 1):
        W = parameters[f"W{l}"]
        columns = np.shape(W)[1] if l == 1 and n_x is None and np.ndim(W) == 2 else n_x
        rows = np.shape(W)[0] if np.ndim(W) == 2 else "n"
        check_shape(f"parameters['W{l}']", W, (rows, columns))
        check_shape(f"parameters['b{l}']", parameters[f"b{l}"], (rows, 1))
        n_x = rows


def check_network(X, parameters):
    """Raise unless `parameters` is a network that takes the examples `X`."""
    check_matrix("X", X)
    check_parameters(parameters, np.shape(X)[0])


def check_linear(A, W, b):
    """Raise unless A is (n_prev, m), W (n, n_prev) and b (n, 1)."""
    check_matrix("A", A)
    n = np.shape(W)[0] if np.ndim(W) == 2 else "n"
    check_shape("W", W, (n, np.shape(A)[0]))
    check_shape("b", b, (n, 1))


def check_linear_cache(dZ, cache, name="dZ"):
    """Raise unless `cache` is (A_prev, W, b) of one layer and dZ has the shape of that layer's Z."""
    if not isinstance(cache, tuple | list) or len(cache) != 3:
        raise wrong("cache", type(cache).__name__, "the tuple (A_prev, W, b)", "元组 (A_prev, W, b)")
    check_linear(*cache)
    check_shape(name, dZ, (np.shape(cache[1])[0], np.shape(cache[0])[1]))


def check_number(name, value):
    """Raise unless `value` is a finite number."""
    if not isinstance(value, numbers.Real) or not np.isfinite(value):
        raise wrong(name, repr(value), "a finite number", "有限的数")


def check_positive(name, value):
    """Raise unless `value` is a finite number > 0."""
    check_number(name, value)
    if value <= 0:
        raise wrong(name, repr(value), "a number > 0", "大于 0 的数")


def check_lambd(lambd):
    """Raise unless the strength of L2 regularization is a finite number >= 0."""
    check_number("lambd", lambd)
    if lambd < 0:
        raise wrong("lambd", repr(lambd), "a number >= 0", "不小于 0 的数")


def check_keep_prob(keep_prob):
    """Raise unless the probability of keeping a unit is in (0, 1]."""
    if not isinstance(keep_prob, numbers.Real) or not 0 < keep_prob <= 1:
        raise wrong("keep_prob", repr(keep_prob), "a number in (0, 1]", " (0, 1] 内的数")


def check_choice(name, value, choices):
    """Raise unless `value` is one of `choices`."""
    if not any(value is choice or value == choice for choice in choices):
        listed = ", ".join(repr(choice) for choice in choices)
        raise wrong(name, repr(value), f"one of {listed}", f"以下之一：{listed}")


def check_training(X, Y, learning_rate, num_iterations, n_x=None):
    """Raise unless X, Y are examples (of `n_x` rows) with their labels and the two settings of gradient descent make sense."""
    check_examples(X, n_x)
    check_labels(Y, np.shape(X)[1])
    check_positive("learning_rate", learning_rate)
    check_count("num_iterations", num_iterations, least=0)


# ---------------------------------------------------------------- the arguments of the models, in both of their forms


def check_L_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000, print_cost=False):
    """Raise unless layers_dims is a network that ends in one unit and X, Y train it."""
    check_layers(layers_dims, name="layers_dims")
    if layers_dims[-1] != 1:
        raise wrong("layers_dims", layers_dims, "1 as the last size, the sigmoid", "以 1 结尾的列表，即 sigmoid 单元")
    check_training(X, Y, learning_rate, num_iterations, n_x=layers_dims[0])


def check_two_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000, print_cost=False):
    """Raise unless layers_dims is a network of two layers that ends in one unit and X, Y train it."""
    check_layers(layers_dims, layers=2, name="layers_dims")
    check_L_layer_model(X, Y, layers_dims, learning_rate, num_iterations)


def check_init_model(X, Y, learning_rate=0.01, num_iterations=15000, print_cost=True, initialization="he"):
    """Raise unless X, Y train a network and the initialization is one of notebook 2."""
    check_training(X, Y, learning_rate, num_iterations)
    check_choice("initialization", initialization, ("zeros", "random", "he"))


def check_reg_model(X, Y, learning_rate=0.3, num_iterations=30000, print_cost=True, lambd=0, keep_prob=1):
    """Raise unless X, Y train a network, with at most one of L2 and dropout."""
    check_training(X, Y, learning_rate, num_iterations)
    check_lambd(lambd)
    check_keep_prob(keep_prob)
    if lambd != 0 and keep_prob != 1:
        raise wrong("lambd, keep_prob", f"{lambd}, {keep_prob}", "only one regularization at a time", "一次只用一种正则化")
