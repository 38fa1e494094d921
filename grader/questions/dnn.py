"""The ten questions of notebook 1."""

import numpy as np

import dnn_utils

from ..text import Text
from .base import Case, Mistake, Question, Slope, coarse32, labels, network, shifted

# ---------------------------------------------------------------- drawing inputs


def distinct_sizes(rng, count):
    """Return `count` different layer sizes between 2 and 6, as a list of Python integers."""
    return rng.permutation(np.arange(2, 7))[:count].tolist()


def normals(rng, *shapes):
    """Return one array of standard normal numbers for each shape."""
    return [rng.normal(size=shape) for shape in shapes]


# n_prev, n, m and the activation of single layers
LAYERS = (
    (3, 2, 5, "relu"),
    (2, 3, 4, "sigmoid"),
    (3, 3, 3, "relu"),
    (3, 3, 3, "sigmoid"),
    (2, 4, 1, "relu"),
    (2, 4, 1, "sigmoid"),
)


def away_from_zero(Z):
    """Is every entry on a clear side of the ReLU's kink?"""
    return np.abs(Z).min() > 1e-3


def layer(rng, n_prev, n, m, coarse=False):
    """Return (A_prev, W, b, Z) of one layer: Z on both sides of 0, never at it, never where a sigmoid saturates."""
    while True:
        A_prev, (W, b) = rng.normal(size=(n_prev, m)), network(rng, [n_prev, n]).values()
        if coarse:
            A_prev, W, b = coarse32(A_prev), coarse32(W), coarse32(b)
        Z = W @ A_prev + b
        if away_from_zero(Z) and Z.min() < 0 < Z.max() and np.abs(Z).max() < 3.5:
            return A_prev, W, b, Z


# layer sizes and number of examples; alike sizes let a wrong index give numbers instead of an error
NETWORKS = (
    ([4, 3, 2, 1], 5),
    ([3, 2, 1], 4),
    ([3, 3, 3, 1], 3),
    ([1, 1, 1, 1], 6),
    ([2, 4, 3, 2, 1], 1),
    ([3, 4, 2, 5, 2, 1], 2),
)


def linear_parts(X, parameters):
    """Return [Z1, ..., ZL] of a network."""
    A, parts = X, []
    for l in range(1, len(parameters) // 2 + 1):
        parts.append(parameters[f"W{l}"] @ A + parameters[f"b{l}"])
        A = np.maximum(0, parts[-1])
    return parts


def lively(parts):
    """Is each layer on both sides of 0, some example above 0 in all of them, and no output where a sigmoid saturates?"""
    if not all(Z.min() < 0 < Z.max() or Z.size == 1 for Z in parts):
        return False
    above = [Z.max(axis=0) > 0 for Z in parts if Z.size > 1]
    return np.abs(parts[-1]).max() < 3.5 and all(map(away_from_zero, parts)) and np.all(above, axis=0).any()


def example(rng, sizes, m, coarse=False, scale=1):
    """Return (X, parameters, AL, caches) of a lively network; `scale` makes X larger and W1 smaller."""
    last = f"b{len(sizes) - 1}"
    while True:
        X, parameters = rng.normal(size=(sizes[0], m)) * scale, network(rng, sizes)
        parameters["W1"] = parameters["W1"] / scale
        if coarse:
            X, parameters = coarse32(X), {name: coarse32(value) for name, value in parameters.items()}
        parts = linear_parts(X, parameters)
        if m > 1:  # so that some outputs are above 0 and some below
            shift = parts[-1].min() + np.ptp(parts[-1]) * rng.uniform(0.3, 0.7)
            shift = coarse32(shift) if coarse else shift
            parameters[last], parts[-1] = parameters[last] - shift, parts[-1] - shift
        if lively(parts):
            return X, parameters, *dnn_utils.L_model_forward(X, parameters)


# ---------------------------------------------------------------- one mistake, made once or twice


def once_or_twice(letter, kind, edits, zh, en):
    """Return the same mistake in layer 1, in layer 2 and in both; {} in a text stands for what is wrong."""
    first, second = letter + "1", letter + "2"
    return (
        Mistake(first, kind, edits[:1], zh.format(first), en.format(first)),
        Mistake(second, kind, edits[1:], zh.format(second), en.format(second)),
        Mistake(first, kind, edits, zh.format(f"{first} 和 {second}"), en.format(f"{first} and {second}")),
    )


# ---------------------------------------------------------------- initialize_parameters


def initialize_parameters_cases(rng):
    yield Case(tuple(distinct_sizes(rng, 3)))
    yield Case(tuple(distinct_sizes(rng, 3)))
    yield Case((int(rng.integers(2, 6)),) * 3)
    yield Case((int(rng.integers(3, 6)), 2, 1))
    yield Case((int(rng.integers(2, 6)), 1, int(rng.integers(2, 6))))
    yield Case((1, int(rng.integers(20, 30)), 1))


initialize_parameters = Question(
    path="dnn_utils.initialize_parameters",
    points=10,
    returns="parameters",
    cases=initialize_parameters_cases,
    hints=(
        Text("W1 把 n_x 个输入变成 n_h 个数：它有几行、几列？b1 要加到这 n_h 个数上，又该是什么形状？W2, b2 呢？",
             "W1 turns n_x inputs into n_h numbers: how many rows and columns has it? b1 is added to those n_h numbers: what "
             "shape has it? And W2, b2?"),
        Text("权重用 np.random.randn（两个数不套括号）再乘一个小因子；偏置用 np.zeros，形状套一层括号，而且是两维的。"
             "先 W1 后 W2。",
             "Weights come from np.random.randn (two numbers, no inner parentheses) times a small factor; biases come from "
             "np.zeros, which takes the shape in parentheses, and it has two dimensions. W1 is drawn before W2."),
    ),
    formulas={
        "W1": "W1 (n_h, n_x) = 0.01 * N(0, 1)",
        "b1": "b1 (n_h, 1) = 0",
        "W2": "W2 (n_y, n_h) = 0.01 * N(0, 1)",
        "b2": "b2 (n_y, 1) = 0",
    },
    mistakes=(
        *once_or_twice("W", "missing_factor",
                       (("randn(n_h, n_x) * 0.01", "randn(n_h, n_x)"),
                        ("randn(n_y, n_h) * 0.01", "randn(n_y, n_h)")),
                       "少了因子 0.01：{} 里的每个数都是应有的 100 倍。",
                       "the factor 0.01 is missing: every number in {} is 100 times what it should be."),
        *once_or_twice("W", "random",
                       (("W1 = np.random.randn", "W1 = np.random.rand"),
                        ("W2 = np.random.randn", "W2 = np.random.rand")),
                       "np.random.rand 在 0 与 1 之间均匀地取数，{} 里一个负数也没有；这里要的是标准正态分布，正负各半。",
                       "np.random.rand draws evenly between 0 and 1, so there is no negative number in {}; what is needed is "
                       "a standard normal, with as many negative numbers as positive ones."),
        *once_or_twice("W", "transpose", (("randn(n_h, n_x)", "randn(n_x, n_h)"), ("randn(n_y, n_h)", "randn(n_h, n_y)")),
                       "{} 的行和列颠倒了：本层的每个单元占一行，前一层的每个单元占一列。",
                       "rows and columns of {} are swapped: each unit of the layer itself has a row, each unit of the layer "
                       "before it a column."),
        *once_or_twice("W", "constant", (("W1 = np.random.randn(n_h, n_x) * 0.01", "W1 = np.zeros((n_h, n_x))"),
                                         ("W2 = np.random.randn(n_y, n_h) * 0.01", "W2 = np.zeros((n_y, n_h))")),
                       "{} 里全是 0：同一层的单元会一直一模一样，怎么训练也分不开。权重要取小的随机数。",
                       "all numbers in {} are 0, so the units of a layer stay identical however long you train. Weights "
                       "start as small random numbers."),
        Mistake("W1", "constant",
                (("randn(n_h, n_x) * 0.01", "randn(n_h, n_x) * 0.1"),
                 ("randn(n_y, n_h) * 0.01", "randn(n_y, n_h) * 0.1")),
                "因子用了 0.1，应当是 0.01：W1 和 W2 里的每个数都是应有的 10 倍。",
                "the factor is 0.1 where 0.01 is needed: every number in W1 and W2 is 10 times what it should be."),
        Mistake("W1", "swapped",
                (("    W1 = np.random.randn(n_h, n_x) * 0.01\n",
                  "    W2 = np.random.randn(n_y, n_h) * 0.01\n    W1 = np.random.randn(n_h, n_x) * 0.01\n"),
                 ("    b1 = np.zeros((n_h, 1))\n    W2 = np.random.randn(n_y, n_h) * 0.01\n", "    b1 = np.zeros((n_h, 1))\n")),
                "形状都对，顺序不对：W2 先抽了随机数，于是两者的数都变了。先抽 W1，再抽 W2。",
                "the shapes are right, the order is not: W2 was drawn before W1, which changes the numbers in both. W1 is "
                "drawn first, then W2."),
        Mistake("W2", "random", (("b1 = np.zeros((n_h, 1))\n", "b1 = np.zeros((n_h, 1))\n    np.random.seed(1)\n"),),
                "抽 W2 之前又设了一次随机种子：W2 把 W1 开头的那些随机数又用了一遍。种子只在开头设一次。",
                "the seed is set again before W2 is drawn, so W2 repeats the random numbers that W1 began with. The seed is "
                "set once, at the start."),
        Mistake("W2", "wrong_variable", (("randn(n_y, n_h)", "randn(n_y, n_x)"),),
                "W2 接在隐藏层后面，每个隐藏单元占一列，一共 n_h 列；你给了 n_x 列。",
                "the second layer takes in the hidden units, so W2 has n_h columns; yours has n_x."),
        *once_or_twice("b", "shape", (("zeros((n_h, 1))", "zeros(n_h)"), ("zeros((n_y, 1))", "zeros(n_y)")),
                       "{} 少了一维：你的形状是 (n,)，应当是 n 行 1 列。和 (n, m) 的矩阵相加时，(n,) 会被当成一行，而不是一列。",
                       "a dimension is missing in {}: yours has the shape (n,), and n rows and 1 column are needed. Added to "
                       "an (n, m) matrix, (n,) counts as a row, not as a column."),
        *once_or_twice("b", "transpose", (("zeros((n_h, 1))", "zeros((1, n_h))"), ("zeros((n_y, 1))", "zeros((1, n_y))")),
                       "{} 写成了一行：应当是一列，本层的每个单元占一行。",
                       "{} must stand as a column, with a row for each unit of the layer; yours lies down as a row."),
        Mistake("b1", "constant", (("b1 = np.zeros", "b1 = np.ones"), ("b2 = np.zeros", "b2 = np.ones")),
                "b1 和 b2 里全是 1；偏置应当从 0 开始。",
                "all numbers in b1 and b2 are 1; biases start from 0."),
        Mistake("b1", "random", (("b1 = np.zeros((n_h, 1))", "b1 = np.random.randn(n_h, 1) * 0.01"),
                                 ("b2 = np.zeros((n_y, 1))", "b2 = np.random.randn(n_y, 1) * 0.01")),
                "b1 和 b2 成了随机数；偏置应当全是 0。而且 b1 用掉了几个随机数，W2 里的数也跟着变了。",
                "b1 and b2 are random where they must be 0. What is more, b1 uses up random numbers, so the numbers in W2 "
                "change as well."),
        Mistake("b1", "wrong_variable", (("zeros((n_h, 1))", "zeros((n_x, 1))"),),
                "b1 是隐藏层的偏置，每个隐藏单元一个，一共 n_h 个；你给了 n_x 个。",
                "b1 holds one bias for each hidden unit, n_h in all; yours has n_x."),
        Mistake("b2", "wrong_variable", (("zeros((n_y, 1))", "zeros((n_h, 1))"),),
                "b2 是输出层的偏置，每个输出单元一个，一共 n_y 个；你给了 n_h 个。",
                "b2 holds one bias for each output unit, n_y in all; yours has n_h."),
    ),
)


# ---------------------------------------------------------------- initialize_parameters_deep


def initialize_parameters_deep_cases(rng):
    yield Case((distinct_sizes(rng, 4),))
    yield Case((distinct_sizes(rng, 3),))
    yield Case(([int(rng.integers(2, 6))] * 4,))
    yield Case(([*distinct_sizes(rng, 4), 1],))
    yield Case(([*distinct_sizes(rng, 5), 1],))
    yield Case(([int(rng.integers(20, 30)), 1, int(rng.integers(2, 6))],))


initialize_parameters_deep = Question(
    path="dnn_utils.initialize_parameters_deep",
    points=10,
    returns="parameters",
    cases=initialize_parameters_deep_cases,
    hints=(
        Text("第 l 层有 layer_dims[l] 个单元，接收前一层的 layer_dims[l - 1] 个数。W[l] 的行数、列数各是哪一个？b[l] 呢？",
             "Layer l has layer_dims[l] units and takes in the layer_dims[l - 1] numbers of the layer before it. Which of "
             "them is the number of rows of W[l], which the number of columns? And of b[l]?"),
        Text("和两层的版本一样用 np.random.randn 乘 0.01 与 np.zeros，只是大小从 layer_dims 里取；字典的键用 str(l) 拼出来。",
             "As in the version for two layers, take np.random.randn times 0.01 and np.zeros, with the sizes from "
             "layer_dims; the keys of the dictionary are put together with str(l)."),
    ),
    formulas={
        "W": "W[l] (n[l], n[l-1]) = 0.01 * N(0, 1), n = layer_dims",
        "b": "b[l] (n[l], 1) = 0, n = layer_dims",
    },
    mistakes=(
        Mistake("W", "missing_factor", (("layer_dims[l - 1]) * 0.01", "layer_dims[l - 1])"),),
                "少了因子 0.01：每个权重都是应有的 100 倍。",
                "the factor 0.01 is missing: every weight is 100 times what it should be."),
        Mistake("W", "constant", (("layer_dims[l - 1]) * 0.01", "layer_dims[l - 1]) * 0.1"),),
                "因子用了 0.1，应当是 0.01：每个权重都是应有的 10 倍。",
                "the factor is 0.1 where 0.01 is needed: every weight is 10 times what it should be."),
        Mistake("W", "formula", (("layer_dims[l - 1]) * 0.01", "layer_dims[l - 1]) / np.sqrt(layer_dims[l - 1])"),),
                "你除以了前一层大小的平方根；那是后面图像网络用的办法。这道题要乘的是固定的 0.01，所以你的权重太大。",
                "you divide by the square root of the size of the layer before. The image networks do so later on; here the "
                "factor is a fixed 0.01, and your weights are too large."),
        Mistake("W", "random", (("np.random.randn", "np.random.rand"),),
                "np.random.rand 在 0 与 1 之间均匀地取数，权重里一个负数也没有；这里要的是标准正态分布，正负各半。",
                "np.random.rand draws evenly between 0 and 1, so none of the weights is negative; what is needed is a "
                "standard normal, with as many negative numbers as positive ones."),
        Mistake("W", "random",
                (('        parameters["W" + str(l)] =', '        np.random.seed(3)\n        parameters["W" + str(l)] ='),),
                "循环里每一层都重设了一次随机种子，于是各层的权重都从同样的随机数开始。种子只在循环之前设一次。",
                "the seed is set again for every layer, so the weights of all layers begin with the same random numbers. The "
                "seed is set once, before the loop."),
        Mistake("W", "transpose", (("randn(layer_dims[l], layer_dims[l - 1])", "randn(layer_dims[l - 1], layer_dims[l])"),),
                "W[l] 的行和列颠倒了：第 l 层的每个单元占一行，前一层的每个单元占一列。",
                "rows and columns of W[l] are swapped: each unit of layer l has a row, each unit of the layer before it a "
                "column."),
        Mistake("W", "index", (("layer_dims[l - 1])", "layer_dims[0])"),),
                "每一层的 W 都用了输入的大小 n_x 作列数，只有第 1 层碰巧对。W[l] 的列数是前一层（第 l-1 层）的大小。",
                "every W has the n_x columns of the input, which happens to be right for layer 1 only. The columns of W[l] "
                "belong to the layer before it."),
        Mistake("W", "constant",
                (("np.random.randn(layer_dims[l], layer_dims[l - 1]) * 0.01", "np.zeros((layer_dims[l], layer_dims[l - 1]))"),),
                "权重全是 0：同一层的单元会一直一模一样，怎么训练也分不开。权重要取小的随机数。",
                "all weights are 0, so the units of a layer stay identical however long you train. Weights start as small "
                "random numbers."),
        Mistake("W", "off_by_one", (('parameters["W" + str(l)]', 'parameters["W" + str(l - 1)]'),
                                    ('parameters["b" + str(l)]', 'parameters["b" + str(l - 1)]')),
                "键的编号小了 1：你的字典从 W0, b0 数起，应当从 W1, b1 数到 WL, bL。",
                "the numbers in the keys are one too low: yours begin with W0 and b0, and they must run from W1, b1 to WL, bL."),
        Mistake("b", "shape", (("zeros((layer_dims[l], 1))", "zeros(layer_dims[l])"),),
                "少了一维：你的 b[l] 形状是 (n[l],)，应当是 n[l] 行 1 列。和 (n[l], m) 的矩阵相加时，(n[l],) 会被当成一行，"
                "而不是一列。",
                "a dimension is missing: your b[l] has the shape (n[l],), and n[l] rows and 1 column are needed. Added to an "
                "(n[l], m) matrix, (n[l],) counts as a row, not as a column."),
        Mistake("b", "transpose", (("zeros((layer_dims[l], 1))", "zeros((1, layer_dims[l]))"),),
                "b[l] 写成了一行：应当是一列，第 l 层的每个单元占一行。",
                "your b[l] lies down as a row: a column is needed, with a row for each unit of layer l."),
        Mistake("b", "index", (("zeros((layer_dims[l], 1))", "zeros((layer_dims[l - 1], 1))"),),
                "b[l] 的大小取成了前一层的：第 l 层有几个单元，就有几个偏置。",
                "your b[l] has the size of the layer before: layer l has as many biases as it has units."),
        Mistake("b", "constant", (("np.zeros(", "np.ones("),),
                "偏置全是 1；应当从 0 开始。",
                "all biases are 1; they start from 0."),
        Mistake("b", "random", (("np.zeros((layer_dims[l], 1))", "np.random.randn(layer_dims[l], 1) * 0.01"),),
                "偏置成了随机数；应当全是 0。而且它们用掉了一些随机数，后面各层的权重也跟着变了。",
                "the biases are random where they must be 0. What is more, they use up random numbers, so the weights of the "
                "later layers change as well."),
    ),
)


# ---------------------------------------------------------------- linear_forward


def linear_forward_cases(rng):
    for n_prev, n, m, scale in [(3, 2, 4, 1), (2, 4, 3, 1), (3, 3, 3, 1), (4, 2, 1, 1), (5, 1, 4, 1000)]:
        A, W, b = normals(rng, (n_prev, m), (n, n_prev), (n, 1))
        yield Case((A * scale, W, b * scale))
    yield Case(tuple(coarse32(array) for array in normals(rng, (4, 5), (2, 4), (2, 1))))


linear_forward = Question(
    path="dnn_utils.linear_forward",
    points=10,
    returns=("Z", ("cache: A", "cache: W", "cache: b")),
    cases=linear_forward_cases,
    hints=(
        Text("W 是 (n, n_prev)，A 是 (n_prev, m)，Z 应当是 (n, m)：哪一种乘法、哪一种次序能得出这个形状？b 怎样加到每一列上？",
             "W is (n, n_prev), A is (n_prev, m), and Z must be (n, m): which product, in which order, gives this shape? How "
             "does b get into every column?"),
        Text("矩阵乘法用 @ 或 np.dot，W 在左边；b 是 (n, 1)，直接加上去就行，NumPy 会把它加到每一列。",
             "A matrix product is @ or np.dot, with W on the left; b is (n, 1), so just add it: NumPy adds it to every column."),
    ),
    formulas={"Z": "Z (n, m) = W (n, n_prev) · A (n_prev, m) + b (n, 1)"},
    mistakes=(
        Mistake("Z", "missing_term", (("W @ A + b", "W @ A"),),
                "少了偏置：Z 的每一行都差了 b 里对应的那个数。",
                "the bias is missing: every row of your Z lacks its entry of b."),
        Mistake("Z", "sign", (("W @ A + b", "W @ A - b"),),
                "偏置的符号反了：你减去了 b，应当加上。",
                "the sign of the bias is wrong: you subtract b where it must be added."),
        Mistake("Z", "elementwise", (("W @ A + b", "W * A + b"),),
                "你把 W 和 A 逐元素相乘了。这里要的是矩阵乘法：W 的一行乘 A 的一列，再加起来。逐元素相乘没有求和，"
                "形状往往也对不上。",
                "you multiply W and A entry by entry. What is needed is a matrix product: a row of W times a column of A, "
                "added up. Entry by entry nothing is added up, and mostly the shapes do not fit either."),
        Mistake("Z", "swapped", (("W @ A + b", "A @ W + b"),),
                "乘积的次序反了：W 应当在左边，A 在右边。反过来形状往往对不上，即使对得上，数也不同。",
                "the two factors are in the wrong order: W belongs on the left and A on the right. The other way round the "
                "shapes mostly do not fit, and where they do, the numbers differ."),
        Mistake("Z", "transpose", (("W @ A + b", "W.T @ A + b"),),
                "W 不用转置：它已经是 (n, n_prev)，每个单元占一行，正好和 A 的列相乘。",
                "no transpose is needed: W is (n, n_prev) already, with a row for each unit, which is what the columns of A "
                "must meet."),
        Mistake("Z", "transpose", (("W @ A + b", "W @ A + b.T"),),
                "b 不用转置：它是一列，要加到每一列上。转置成一行之后，它按样本而不是按单元去加，形状也往往对不上。",
                "b needs no transpose: it is a column, and is added to every column. As a row it would go by examples "
                "instead of units, and mostly its shape does not fit."),
        Mistake("Z", "formula", (("W @ A + b", "W @ (A + b)"),),
                "括号放错了：b 在乘以 W 之前就加到了 A 上。先算乘积，再加 b。",
                "the parentheses are misplaced: b is added to A before W multiplies it. The product comes first, then b is "
                "added."),
        Mistake("Z", "formula", (("W @ A + b", "(W + b) @ A"),),
                "b 在乘以 A 之前就加到了 W 上，于是也被 A 乘了一遍。先算乘积，再加 b。",
                "b is added to W before the product, so it is multiplied by A as well. The product comes first, then b is "
                "added."),
        Mistake("Z", "formula", (("W @ A + b", "W @ A * b"),),
                "你用 b 去乘了，应当是加：Z 的每一行都被乘上了 b 里对应的那个数。",
                "you multiply by b where it must be added: every row of your Z is multiplied by its entry of b."),
        Mistake("Z", "axis", (("W @ A + b", "W @ A + np.sum(b)"),),
                "你先把 b 里的数全加了起来，再加到各处；每一行只该加上 b 里它自己的那个数。",
                "you add up all of b and add this sum everywhere; every row should get its own entry of b only."),
        Mistake("Z", "activation", (("W @ A + b", "np.maximum(0, W @ A + b)"),),
                "这里还不该用激活函数：Z 里的负数都变成了 0。线性部分到加上 b 为止。",
                "the activation comes too early: all negative numbers of your Z have become 0. The linear part ends once b is "
                "added."),
        Mistake("Z", "activation", (("W @ A + b", "1 / (1 + np.exp(-(W @ A + b)))"),),
                "这里还不该用激活函数：你的 Z 已经过了 sigmoid，全落在 0 与 1 之间。线性部分到加上 b 为止。",
                "the activation comes too early: your Z has been through the sigmoid and lies between 0 and 1. The linear "
                "part ends once b is added."),
        Mistake("Z", "extra_factor", (("W @ A + b", "(W @ A + b) / A.shape[1]"),),
                "这里不用除以 m：每个样本各算各的 Z，你的 Z 只有应有的 1/m。",
                "nothing is divided by m here: each example has a Z of its own, and yours is 1/m of what it should be."),
    ),
)


# ---------------------------------------------------------------- linear_activation_forward


def linear_activation_forward_cases(rng):
    for n_prev, n, m, activation in LAYERS:
        A_prev, W, b, _ = layer(rng, n_prev, n, m)
        scale = 1000 if (m, activation) == (1, "relu") else 1
        yield Case((A_prev * scale, W, b * scale, activation))
    for activation in ("relu", "sigmoid"):
        yield Case((*layer(rng, 4, 2, 3, coarse=True)[:3], activation))


linear_activation_forward = Question(
    path="dnn_utils.linear_activation_forward",
    points=10,
    returns=("A", (("A_prev", "W", "b"), "Z")),
    cases=linear_activation_forward_cases,
    hints=(
        Text("一层分两步：线性部分得出 Z，激活函数把 Z 变成 A。两步各返回一个结果和一个缓存：哪个缓存是谁的？",
             "A layer takes two steps: the linear part gives Z, the activation function turns Z into A. Each step hands back "
             "a result and a cache: which cache is whose?"),
        Text("先调用 linear_forward，再对 Z 调用 sigmoid 或 relu；这三个函数都返回两个值，用两个名字接住，结果在前，缓存在后。",
             "Call linear_forward, then sigmoid or relu on Z; all three return two values, to be caught by two names: the "
             "result first, the cache second."),
    ),
    formulas={
        "Z": "Z (n, m) = W (n, n_prev) · A_prev (n_prev, m) + b (n, 1)",
        "linear_cache": "linear_cache = (A_prev (n_prev, m), W (n, n_prev), b (n, 1))",
        "A": "A (n, m) = g(Z (n, m)), g = sigmoid, relu",
        "activation_cache": "activation_cache = Z (n, m)",
    },
    mistakes=(
        Mistake("A", "swapped",
                (("= sigmoid(Z)", "= relu(Z)"),
                 ("= relu(Z)\n        ### END CODE HERE ###\n    else",
                  "= sigmoid(Z)\n        ### END CODE HERE ###\n    else")),
                "两个激活函数用反了：要 sigmoid 的时候你用了 relu，要 relu 的时候用了 sigmoid。",
                "the two activations are swapped: you use relu where sigmoid is asked for, and sigmoid where relu is asked for."),
        Mistake("A", "activation", (("= relu(Z)", "= sigmoid(Z)"),),
                "要 relu 的那一支也用了 sigmoid：A 全落在 0 与 1 之间，没有一个 0，也没有一个大于 1 的数。",
                "the branch for relu uses the sigmoid as well: its A lies between 0 and 1, never at 0 and never above 1."),
        Mistake("A", "activation", (("= sigmoid(Z)", "= relu(Z)"),),
                "要 sigmoid 的那一支也用了 relu：A 不再落在 0 与 1 之间，不能当作概率来读。",
                "the branch for sigmoid uses relu as well: its A does not stay between 0 and 1, and cannot be read as a "
                "probability."),
        Mistake("A", "activation", (("= relu(Z)", "= Z, Z"),),
                "要 relu 的那一支没有用激活函数：A 就是 Z，负数还在。",
                "the branch for relu has no activation: its A is Z itself, with the negative numbers still there."),
        Mistake("A", "activation", (("= sigmoid(Z)", "= Z, Z"),),
                "要 sigmoid 的那一支没有用激活函数：A 就是 Z。",
                "the branch for sigmoid has no activation: its A is Z itself."),
        Mistake("A", "wrong_variable", (("= sigmoid(Z)", "= sigmoid(A_prev)"), ("= relu(Z)", "= relu(A_prev)")),
                "激活函数用在了 A_prev 上，应当用在 Z 上：这样 W 和 b 根本没有起作用，形状也成了 (n_prev, m)。",
                "the activation is applied to A_prev, not to Z: W and b play no part at all, and the shape becomes (n_prev, m)."),
        Mistake("A", "swapped", (("A, activation_cache = sigmoid(Z)", "activation_cache, A = sigmoid(Z)"),
                                 ("A, activation_cache = relu(Z)", "activation_cache, A = relu(Z)")),
                "接收返回值的两个变量写反了：激活函数先返回 A，后返回缓存；你的 A 里装的是 Z，缓存里装的是 A。",
                "the two names that catch the result are swapped: an activation hands back A first and its cache second. "
                "Your A holds Z, and your cache holds A."),
        Mistake("A", "sign", (("= sigmoid(Z)", "= 1 / (1 + np.exp(Z)), Z"),),
                "要 sigmoid 的那一支，你返回的是 1 - A：Z 越大，A 反而越小。",
                "in the branch for sigmoid you return 1 - A: the larger Z is, the smaller your A."),
        Mistake("A", "formula", (("= relu(Z)", "= 1.0 * (Z > 0), Z"),),
                "relu 的 A 里只有 0 和 1：那是它的导数。Z 是正数的地方应当保留 Z 本身。",
                "the A of your relu holds only 0 and 1: that is its slope. Where Z is positive, Z itself must be kept."),
        Mistake("A", "comparison", (("= relu(Z)", "= np.minimum(0, Z), Z"),),
                "relu 取反了：你留下了负数，把正数变成了 0；应当留下正数。",
                "your relu is the wrong way round: it keeps the negative numbers and turns the positive ones into 0; the "
                "positive ones must stay."),
        Mistake("activation_cache", "wrong_variable",
                (("activation_cache = sigmoid(Z)", "activation_cache = sigmoid(Z)[0], sigmoid(Z)[0]"),
                 ("activation_cache = relu(Z)", "activation_cache = relu(Z)[0], relu(Z)[0]")),
                "缓存里放的是 A，应当放 Z：反向传播要用激活之前的 Z 来求导数。",
                "your cache holds A where Z is needed: the backward pass takes the slope at Z, before the activation."),
        Mistake("linear_cache", "wrong_variable",
                (("activation_cache = sigmoid(Z)\n", "activation_cache = sigmoid(Z)\n        linear_cache = (A, W, b)\n"),
                 ("activation_cache = relu(Z)\n", "activation_cache = relu(Z)\n        linear_cache = (A, W, b)\n")),
                "缓存里放的是本层的 A，应当放前一层的 A_prev：反向传播求 dW 时要的是这一层的输入。",
                "your cache holds the layer's own A where A_prev of the layer before is needed: the backward pass computes "
                "dW from the layer's input."),
        Mistake("Z", "missing_term", (("= sigmoid(Z)", "= sigmoid(W @ A_prev)"), ("= relu(Z)", "= relu(W @ A_prev)")),
                "少了偏置：Z 的每一行都差了 b 里对应的那个数，A 也跟着错了。",
                "the bias is missing: every row of your Z lacks its entry of b, and A goes wrong with it."),
    ),
)


# ---------------------------------------------------------------- L_model_forward


def L_model_forward_cases(rng):
    for sizes, m in NETWORKS:
        yield Case(example(rng, sizes, m, scale=100 if m == 2 else 1)[:2])
    yield Case(example(rng, [4, 2, 3, 1], 3, coarse=True)[:2])


L_model_forward = Question(
    path="dnn_utils.L_model_forward",
    points=10,
    returns=("AL", "caches"),
    cases=L_model_forward_cases,
    hints=(
        Text("在循环里，第 l 层的输入是什么？循环结束后，最后一层的输入又是什么？一共应当有几个缓存？",
             "What is the input of layer l in the loop? And of the last layer, once the loop is over? How many caches must "
             "there be in the end?"),
        Text("循环里用 A_prev 和第 l 层的 W, b 调用 linear_activation_forward，激活是 relu；"
             "循环之后用最新的 A 和第 L 层的 W, b，激活是 sigmoid。每次调用之后都要 append。",
             "In the loop, call linear_activation_forward with A_prev and the W and b of layer l, the activation being relu; "
             "after the loop with the latest A and the W and b of layer L, the activation being sigmoid. Append after every "
             "call."),
    ),
    formulas={
        "A": "A[l] (n[l], m) = relu(W[l] (n[l], n[l-1]) · A[l-1] (n[l-1], m) + b[l] (n[l], 1)), l = 1..L-1, A[0] = X",
        "AL": "AL (1, m) = sigmoid(W[L] (1, n[L-1]) · A[L-1] (n[L-1], m) + b[L] (1, 1))",
        "cache": "cache[l] = ((A[l-1], W[l], b[l]), Z[l] (n[l], m))",
        "caches": "caches = [cache[1], ..., cache[L]]",
    },
    mistakes=(
        Mistake("A", "wrong_variable", (("(A_prev, parameters", "(X, parameters"),),
                "每一层都从 X 算起，前一层的结果没有用上。两层的网络看不出来，三层以上就错了：第 l 层的输入应当是第 l-1 层的 A。",
                "every layer starts from X again, and the result of the layer before is not used. A network of two layers "
                "does not show it, three or more do: the input of layer l is the A of layer l-1."),
        Mistake("AL", "wrong_variable", (("(A, parameters", "(A_prev, parameters"),),
                "最后一层用的是 A_prev，那是第 L-1 层的输入，已经旧了；应当用第 L-1 层的输出。",
                "the last layer takes A_prev, which is out of date: it is the input of layer L-1, where the output of layer "
                "L-1 is needed."),
        Mistake("AL", "wrong_variable", (("(A, parameters", "(X, parameters"),),
                "最后一层又从 X 算起，隐藏层的结果全没有用上；它的输入应当是第 L-1 层的输出。",
                "the last layer starts from X again, so nothing of the hidden layers is used; its input is the output of "
                "layer L-1."),
        Mistake("AL", "activation", (('"sigmoid")', '"relu")'),),
                "最后一层用了 relu，应当用 sigmoid：你的 AL 不是 0 与 1 之间的概率。",
                "the last layer uses relu where sigmoid is needed: your AL is no probability between 0 and 1."),
        Mistake("A", "activation", (('"relu")', '"sigmoid")'),),
                "隐藏层用了 sigmoid，应当用 relu；sigmoid 只用在最后一层。",
                "the hidden layers use the sigmoid where relu is needed; the sigmoid belongs to the last layer only."),
        Mistake("A", "swapped", (('str(l)], "relu")', 'str(l)], "sigmoid")'), ('str(L)], "sigmoid")', 'str(L)], "relu")')),
                "两个激活函数用反了：隐藏层应当用 relu，最后一层用 sigmoid。",
                "the two activations are swapped: relu belongs to the hidden layers, the sigmoid to the last one."),
        Mistake("A", "activation",
                (('A, cache = linear_activation_forward(A_prev, parameters["W" + str(l)], parameters["b" + str(l)], "relu")',
                                     'A, cache = linear_forward(A_prev, parameters["W" + str(l)], parameters["b" + str(l)])'),),
                "隐藏层只做了线性部分，没有激活函数：负数留了下来，整个网络也就等于只有一层。",
                "the hidden layers do their linear part only, without activation: negative numbers stay, and the whole "
                "network is worth a single layer."),
        Mistake("A", "index", (('parameters["W" + str(l)], parameters["b" + str(l)]', 'parameters["W1"], parameters["b1"]'),),
                "每个隐藏层都用了 W1 和 b1。两层的网络看不出来，三层以上就错了：第 l 层用的是第 l 层的参数。",
                "every hidden layer uses W1 and b1. A network of two layers does not show it, three or more do: layer l has "
                "its own parameters."),
        Mistake("A", "off_by_one",
                (('parameters["W" + str(l)], parameters["b" + str(l)]',
                  'parameters["W" + str(l + 1)], parameters["b" + str(l + 1)]'),),
                "隐藏层的参数多数了一层：l 从 1 开始，第 l 层用的就是编号为 l 的 W 和 b。",
                "the hidden layers take their parameters from one layer too far on: l begins at 1, so layer l uses the W and "
                "b with the number l."),
        Mistake("AL", "off_by_one",
                (('parameters["W" + str(L)], parameters["b" + str(L)]',
                  'parameters["W" + str(L - 1)], parameters["b" + str(L - 1)]'),),
                "最后一层用了第 L-1 层的参数（循环结束时 l 停在 L-1）；它应当用第 L 层的 W 和 b。",
                "the last layer uses the parameters of layer L-1 (where l stands when the loop ends); it needs the W and b of "
                "layer L."),
        Mistake("caches", "missing_term", (('"sigmoid")\n    caches.append(cache)', '"sigmoid")'),),
                "少了最后一层的缓存：应当有 L 个，你只有 L-1 个，反向传播就没有起点了。",
                "the cache of the last layer is missing: there must be L of them and you have L-1, so the backward pass has "
                "nothing to start from."),
        Mistake("caches", "missing_term", (('"relu")\n        caches.append(cache)', '"relu")'),),
                "隐藏层的缓存没有收进列表：应当有 L 个，你只有最后一层的那一个。",
                "the caches of the hidden layers are not collected: there must be L of them, and you have only the one of the "
                "last layer."),
        Mistake("caches", "wrong_variable", (("AL, cache =", "AL, last_cache ="),),
                "列表里最后一个缓存不是最后一层的，而是第 L-1 层的，它被收了两遍；最后一层的缓存丢了。",
                "the last cache in the list is not that of the last layer: the cache of layer L-1 stands there twice, and "
                "that of layer L is lost."),
    ),
)


# ---------------------------------------------------------------- compute_cost


def compute_cost_cases(rng):
    for m, whole in [(5, True), (4, False), (1, True), (1, False), (30, True)]:
        Y = labels(rng, m) if whole else labels(rng, m).astype(float)
        yield Case((rng.uniform(0.03, 0.97, size=(1, m)), Y))
    yield Case((rng.uniform(0.03, 0.97, size=(1, 3)), np.ones((1, 3), dtype=int)))
    yield Case(((rng.integers(2, 31, size=(1, 6)) / 32).astype(np.float32), labels(rng, 6)))


compute_cost = Question(
    path="dnn_utils.compute_cost",
    points=10,
    returns="cost",
    cases=compute_cost_cases,
    hints=(
        Text("标签是 1 的样本，成本是哪个概率的对数？标签是 0 的呢？m 个样本怎样合成一个数？",
             "For an example with label 1, the logarithm of which probability counts? And with label 0? How do the m "
             "examples become a single number?"),
        Text("用 np.where 按标签选出 AL 或 1 - AL，取 np.log；再用 np.sum 全部加起来，乘以 -1/m。照公式写两项再相加也可以。",
             "Let np.where pick AL or 1 - AL by the label, take np.log, add everything up with np.sum, and multiply by -1/m. "
             "The two terms of the formula, added, are just as good."),
    ),
    formulas={
        "logprobs": "logprobs (1, m) = Y (1, m) * log AL (1, m) + (1 - Y) (1, m) * log(1 - AL) (1, m)",
        "cost": "cost () = -1/m * Σ logprobs (1, m)",
    },
    mistakes=(
        Mistake("cost", "missing_term", (("np.log(np.where(Y == 1, AL, 1 - AL))", "Y * np.log(AL)"),),
                "少了标签为 0 的那一项：这些样本的成本都被当成了 0。只有标签全是 1 时，你的结果才碰巧对。",
                "the term for label 0 is missing: those examples count as if they cost nothing. Your result is right only "
                "when all labels are 1."),
        Mistake("cost", "missing_term", (("np.log(np.where(Y == 1, AL, 1 - AL))", "(1 - Y) * np.log(1 - AL)"),),
                "少了标签为 1 的那一项：这些样本的成本都被当成了 0。",
                "the term for label 1 is missing: those examples count as if they cost nothing."),
        Mistake("cost", "wrong_variable", (("np.log(np.where(Y == 1, AL, 1 - AL))", "np.log(AL)"),),
                "标签为 0 的样本也取了 log AL，应当取 log(1 - AL)。只有标签全是 1 时，你的结果才碰巧对。",
                "examples with label 0 take the log of AL, too, where the log of 1 - AL is needed. Your result is right only "
                "when all labels are 1."),
        Mistake("cost", "wrong_variable", (("np.log(np.where(Y == 1, AL, 1 - AL))", "Y * np.log(AL) + Y * np.log(1 - AL)"),),
                "后一项乘的是 Y，应当乘 1 - Y：现在标签为 1 的样本两项都算，标签为 0 的一项也不算。",
                "the second term is multiplied by Y where 1 - Y is needed: examples with label 1 now count in both terms, "
                "those with label 0 in none."),
        Mistake("cost", "missing_mean", (("-1 / m * np.sum", "-1 * np.sum"),),
                "少了对 m 个样本取平均：你的成本是应有的 m 倍。m 是 Y 的列数。",
                "the mean over the m examples is missing: your cost is m times what it should be. Here m is the number "
                "of columns of Y."),
        Mistake("cost", "sign", (("-1 / m * np.sum", "1 / m * np.sum"),),
                "少了最前面的负号：概率的对数不是正数，你的成本因此成了负的。",
                "the minus sign in front is missing: the logarithm of a probability is not positive, so your cost comes out "
                "negative."),
        Mistake("cost", "sign", (("np.log(np.where(Y == 1, AL, 1 - AL))", "Y * np.log(AL) - (1 - Y) * np.log(1 - AL)"),),
                "两项之间的符号反了：应当相加。现在标签为 0 的样本错得越离谱，你的成本反而越小。",
                "the sign between the two terms is wrong: they are added. As it is, the worse the examples with label 0 are "
                "predicted, the smaller your cost gets."),
        Mistake("cost", "swapped", (("np.where(Y == 1, AL, 1 - AL)", "np.where(Y == 1, 1 - AL, AL)"),),
                "AL 和 1 - AL 用反了：标签为 1 时应当取 log AL，为 0 时取 log(1 - AL)。现在答得越对，你的成本越大。",
                "the places of AL and 1 - AL are swapped: label 1 takes the log of AL, label 0 that of 1 - AL. As it is, "
                "better answers cost more."),
        Mistake("cost", "swapped", (("np.log(np.where(Y == 1, AL, 1 - AL))", "AL * np.log(Y) + (1 - AL) * np.log(1 - Y)"),),
                "AL 和 Y 的位置换了：对数取在标签上，而 log 0 是负无穷，你的成本就成了无穷大。对数应当取在 AL 上。",
                "the places of AL and Y are swapped: the logarithm is taken of the labels, and log 0 is minus infinity, so "
                "your cost is infinite. It must be taken of AL."),
        Mistake("cost", "missing_factor", (("np.log(np.where(Y == 1, AL, 1 - AL))", "np.where(Y == 1, AL, 1 - AL)"),),
                "少了对数：你平均的是概率本身，应当是概率的对数。",
                "the logarithm is missing: you take the mean of the probabilities themselves."),
        Mistake("cost", "formula", (("np.log(np.where(Y == 1, AL, 1 - AL))", "-((AL - Y) ** 2)"),),
                "你算的是均方误差（MSE）；这里要的是交叉熵，要取对数。",
                "what you compute is the mean squared error (MSE); the cross-entropy is needed, which takes logarithms."),
        Mistake("cost", "formula", (("np.log(np.where", "np.log10(np.where"),),
                "对数的底是 10，应当用自然对数：你的成本是应有的 1/2.303。",
                "the logarithm has base 10 where the natural one is needed: your cost is 1/2.303 of what it "
                "should be."),
        Mistake("cost", "extra_factor", (("-1 / m * np.sum", "-1 / (2 * m) * np.sum"),),
                "多了一个 1/2：你的成本只有应有的一半。交叉熵只除以 m。",
                "there is a factor 1/2 too many: your cost is half of what it should be. The cross-entropy is divided by m "
                "only."),
        Mistake("cost", "extra_factor", (("-1 / m * np.sum", "-1 / m * np.mean"),),
                "除以 m 除了两次：np.mean 已经求了平均，又乘了 1/m，你的成本只有应有的 1/m。",
                "you divide by m twice: np.mean has taken the mean already, and 1/m is multiplied on top, so your cost is "
                "1/m of what it should be."),
        Mistake("cost", "transpose", (("np.log(np.where(Y == 1, AL, 1 - AL))", "Y.T @ np.log(AL) + (1 - Y).T @ np.log(1 - AL)"),),
                "转置放在了前一个因子上，乘积成了 (m, m)：每个标签都和所有样本的概率配了对，成本就偏大了。"
                "标签只该和自己那个样本配对。",
                "the transpose is on the first factor, which makes the product (m, m): every label meets the probabilities of "
                "all examples, and the cost comes out too large. A label must meet only its own example."),
        Mistake("cost", "keepdims", (("np.sum(logprobs)", "np.sum(logprobs, axis=1, keepdims=True)"),),
                "数值是对的，形状不对：你的成本是 (1, 1) 的矩阵，应当是一个数，形状为 ()。np.squeeze 可以去掉多余的维。",
                "the value is right, the shape is not: your cost is a (1, 1) matrix, and a single number of shape () is "
                "needed. np.squeeze removes the extra axes."),
        Mistake("cost", "axis", (("np.sum(logprobs)", "np.sum(logprobs, axis=1)"),),
                "数值是对的，形状不对：你的成本是形状 (1,) 的数组，应当是一个数，形状为 ()。求和时不用给 axis。",
                "the value is right, the shape is not: your cost is an array of shape (1,), and a single number of shape () "
                "is needed. The sum needs no axis."),
        Mistake("cost", "axis", (("np.sum(logprobs)", "np.sum(logprobs, axis=0)"),),
                "求和的方向错了：axis=0 只在一列之内相加，m 个样本没有加到一起，你得到的还是 m 个数。",
                "the sum runs in the wrong direction: axis=0 adds within a column only, so the m examples are not added up "
                "and you still have m numbers."),
        Mistake("cost", "missing_term", (("np.sum(logprobs)", "logprobs"),),
                "没有求和：你得到的还是 m 个数，每个样本一个；应当加成一个数。",
                "nothing is added up: you still have m numbers, one for each example; they must become a single number."),
    ),
)


# ---------------------------------------------------------------- linear_backward


def linear_backward_cases(rng):
    for n_prev, n, m, scale in [(3, 2, 5, 1), (2, 4, 3, 100), (3, 3, 3, 1), (2, 4, 1, 1), (1, 1, 6, 1)]:
        dZ, A_prev, W, b = normals(rng, (n, m), (n_prev, m), (n, n_prev), (n, 1))
        yield Case((dZ, (A_prev * scale, W, b)))
    dZ, A_prev, W, b = (coarse32(array) for array in normals(rng, (2, 4), (3, 4), (2, 3), (2, 1)))
    yield Case((dZ, (A_prev, W, b)))


linear_backward = Question(
    path="dnn_utils.linear_backward",
    points=10,
    returns=("dA_prev", "dW", "db"),
    cases=linear_backward_cases,
    hints=(
        Text("成本是 m 个样本的平均。dZ 里每列是一个样本：哪些梯度要把各列加起来，哪些要逐列保留？",
             "The cost is a mean over m examples, and each column of dZ is one example. Which gradients add the columns up, "
             "and which keep them apart?"),
        Text("dW 和 db 都要除以 m，dA_prev 不用。谁该转置，看形状就知道；db 要保持 (n, 1)，看看 np.sum 的 axis 和 keepdims。",
             "dW and db are divided by m, dA_prev is not. The shapes tell what to transpose; db keeps the shape (n, 1): look "
             "at axis and keepdims of np.sum."),
    ),
    formulas={
        "dW": "dW (n, n_prev) = 1/m * dZ (n, m) · A_prev^T (m, n_prev)",
        "db": "db (n, 1) = 1/m * Σ dZ^(i) (n, 1), i = 1..m",
        "dA_prev": "dA_prev (n_prev, m) = W^T (n_prev, n) · dZ (n, m)",
    },
    mistakes=(
        Mistake("db", "missing_mean", (("1 / m * np.sum(dZ", "np.sum(dZ"),),
                "少了对 m 个样本取平均：你的 db 是应有的 m 倍。",
                "the mean over the m examples is missing: your db is m times too large."),
        Mistake("dW", "missing_mean", (("1 / m * dZ @", "dZ @"),),
                "少了对 m 个样本取平均：矩阵乘法把 m 个样本加了起来，还要除以 m，你的 dW 是应有的 m 倍。",
                "the mean over the m examples is missing: the product adds the m examples up, and without dividing by m your "
                "dW is m times what it should be."),
        Mistake("dW", "missing_mean", (("1 / m * dZ @", "dZ @"), ("1 / m * np.sum(dZ", "np.sum(dZ")),
                "dW 和 db 都少了对 m 个样本取平均：两者都是应有的 m 倍，等于学习率也成了 m 倍。",
                "the mean over the m examples is missing in dW and in db: both are m times what they should be, as if "
                "the learning rate were m times as high."),
        Mistake("m", "axis", (("m = A_prev.shape[1]", "m = A_prev.shape[0]"),),
                "m 应当是样本数，也就是 A_prev 的列数；你取成了 n_prev，dW 和 db 因此除数错了。",
                "m must be the number of examples, the columns of A_prev; yours is n_prev, so dW and db are divided by the "
                "wrong number."),
        Mistake("m", "axis", (("m = A_prev.shape[1]", "m = dZ.shape[0]"),),
                "m 应当是样本数，也就是 dZ 的列数；你取成了行数 n，dW 和 db 因此除数错了。",
                "m must be the number of examples, the columns of dZ; yours is n, its rows, so dW and db are divided by the "
                "wrong number."),
        Mistake("db", "keepdims", ((", axis=1, keepdims=True", ", axis=1"),),
                "数值是对的，形状不对：求和时少了 keepdims，你的 db 是 (n,)，应当是 (n, 1)。拿它去更新 (n, 1) 的 b，"
                "会得到 (n, n) 的矩阵。",
                "the values are right, the shape is not: without keepdims the sum has the shape (n,), and (n, 1) is needed. "
                "An update of the (n, 1) b with it makes an (n, n) matrix."),
        Mistake("db", "shape", (("np.sum(dZ, axis=1, keepdims=True)", "np.squeeze(np.sum(dZ, axis=1, keepdims=True))"),),
                "np.squeeze 把长度为 1 的维都去掉了：你的 db 是 (n,)，只有一个单元时甚至是一个数；应当保持 (n, 1)。",
                "np.squeeze removes every axis of length 1: your db has the shape (n,), and for a single unit it is a mere "
                "number; it must keep (n, 1)."),
        Mistake("db", "axis", (("np.sum(dZ, axis=1", "np.sum(dZ, axis=0"),),
                "求和的方向错了：你把各个单元加在了一起，得到 (1, m)；应当把各个样本加起来，得到 (n, 1)。",
                "the sum runs in the wrong direction: you add the units together and get (1, m), where the examples are "
                "to be added up, which gives (n, 1)."),
        Mistake("db", "axis", (("np.sum(dZ, axis=1, keepdims=True)", "np.sum(dZ, keepdims=True)"),),
                "求和时少了 axis：所有单元都加到了一起，db 成了一个 (1, 1) 的数；应当每个单元各有一个，形状 (n, 1)。",
                "the sum has no axis: all units are added together, and db becomes a single (1, 1) number; each unit must "
                "keep its own, in the shape (n, 1)."),
        Mistake("db", "axis", (("np.sum(dZ, axis=1, keepdims=True)", "np.sum(dZ)"),),
                "求和时少了 axis 和 keepdims：所有单元都加到了一起，db 成了一个数；应当每个单元各有一个，形状 (n, 1)。",
                "the sum has neither axis nor keepdims: all units are added together, and db becomes a mere number; each unit "
                "must keep its own, in the shape (n, 1)."),
        Mistake("db", "missing_term", (("np.sum(dZ, axis=1, keepdims=True)", "dZ"),),
                "没有求和：你的 db 还是 (n, m)，每个样本占一列；应当把 m 列加起来，得到 (n, 1)。",
                "nothing is added up: your db is still (n, m), a column for each example; the m columns must be added to "
                "give (n, 1)."),
        Mistake("db", "extra_factor", (("np.sum(dZ, axis=1", "np.mean(dZ, axis=1"),),
                "除以 m 除了两次：np.mean 已经求了平均，又乘了 1/m，你的 db 只有应有的 1/m。",
                "you divide by m twice: np.mean has taken the mean already, and 1/m is multiplied on top, so your db is 1/m "
                "of what it should be."),
        Mistake("db", "transpose", (("np.sum(dZ, axis=1, keepdims=True)", "np.sum(dZ, axis=1, keepdims=True).T"),),
                "数值是对的，db 却写成了一行：应当是一列，形状 (n, 1)，和 b 一样。",
                "the values are right, but your db lies down as a row: a column of shape (n, 1) is needed, like b."),
        Mistake("dW", "transpose", (("dZ @ A_prev.T", "A_prev @ dZ.T"),),
                "dW 的行和列颠倒了：你得到 (n_prev, n)，应当和 W 一样是 (n, n_prev)。次序和转置都反了。",
                "rows and columns of dW are swapped: yours is (n_prev, n), and it must be (n, n_prev) like W. Both the order "
                "of the product and the transpose are the wrong way round."),
        Mistake("dW", "transpose", (("dZ @ A_prev.T", "dZ @ A_prev"),),
                "A_prev 少了转置：dZ 是 (n, m)，要乘一个 m 行的矩阵，才能对各个样本求和。",
                "the transpose of A_prev is missing: dZ is (n, m), and its partner must have m rows, so that the product adds "
                "up the examples."),
        Mistake("dW", "elementwise", (("dZ @ A_prev.T", "dZ * A_prev.T"),),
                "你把 dZ 和 A_prev 的转置逐元素相乘了；这里要的是矩阵乘法，它顺便把 m 个样本加起来。",
                "you multiply dZ and the transpose of A_prev entry by entry; a matrix product is needed, which also adds up "
                "the m examples."),
        Mistake("dW", "wrong_variable", (("dZ @ A_prev.T", "dZ @ dZ.T"),),
                "dW 里用了两次 dZ，A_prev 没有用上：dW 是 dZ 乘这一层的输入。",
                "your dW uses dZ twice and A_prev not at all: dW is dZ times the layer's input."),
        Mistake("dA_prev", "extra_factor", (("W.T @ dZ", "1 / m * W.T @ dZ"),),
                "dA_prev 不该除以 m：它是每个样本各自的导数，不求平均。你的 dA_prev 只有应有的 1/m，"
                "前面各层的梯度也会跟着变小。",
                "dA_prev must not be divided by m: it holds the derivatives of each example on its own, without a mean. Yours "
                "is 1/m of what it should be, and the gradients of all earlier layers shrink with it."),
        Mistake("dA_prev", "transpose", (("W.T @ dZ", "W @ dZ"),),
                "W 少了转置：dZ 的各行属于 n 个单元，和它相乘的矩阵应当有 n 列；W 却有 n_prev 列。",
                "the transpose of W is missing: the rows of dZ belong to the n units, so its partner must have n columns; W "
                "has n_prev."),
        Mistake("dA_prev", "transpose", (("W.T @ dZ", "dZ.T @ W"),),
                "dA_prev 的行和列颠倒了：你得到 (m, n_prev)，应当和 A_prev 一样是 (n_prev, m)，每列一个样本。",
                "rows and columns of dA_prev are swapped: yours is (m, n_prev), and it must be (n_prev, m) like A_prev, one "
                "example a column."),
        Mistake("dA_prev", "elementwise", (("W.T @ dZ", "W.T * dZ"),),
                "你把 W 的转置和 dZ 逐元素相乘了；这里要的是矩阵乘法，把各个单元传回来的都加起来。",
                "you multiply the transpose of W and dZ entry by entry; a matrix product is needed, which adds up what all "
                "the units pass back."),
    ),
)


# ---------------------------------------------------------------- linear_activation_backward


def linear_activation_backward_cases(rng):
    for n_prev, n, m, activation in LAYERS:
        A_prev, W, b, Z = layer(rng, n_prev, n, m)
        scale = 100 if (m, activation) == (1, "relu") else 1
        yield Case((rng.normal(size=(n, m)), ((A_prev * scale, W, b * scale), Z * scale), activation))
    for m, activation in ((4, "relu"), (1, "sigmoid")):
        A_prev, W, b, Z = layer(rng, 3, 2, m, coarse=True)
        yield Case((coarse32(rng.normal(size=(2, m))), ((A_prev, W, b), Z), activation))


linear_activation_backward = Question(
    path="dnn_utils.linear_activation_backward",
    points=10,
    returns=("dA_prev", "dW", "db"),
    cases=linear_activation_backward_cases,
    hints=(
        Text("前向是先线性、后激活。反向时哪一步在先？两个缓存 linear_cache 和 activation_cache，各归哪一步用？",
             "Forward, the linear part came first and the activation second. Which comes first on the way back? Which step "
             "needs linear_cache, which activation_cache?"),
        Text("先用 relu_backward 或 sigmoid_backward 由 dA 和 activation_cache 得到 dZ，"
             "再把 dZ 和 linear_cache 交给 linear_backward。",
             "First relu_backward or sigmoid_backward makes dZ from dA and activation_cache; then linear_backward takes dZ "
             "and linear_cache."),
    ),
    formulas={
        "dZ": "dZ (n, m) = dA (n, m) * g'(Z) (n, m), g = relu, sigmoid",
        "dA_prev": linear_backward.formulas["dA_prev"],
        "dW": linear_backward.formulas["dW"],
        "db": linear_backward.formulas["db"],
    },
    mistakes=(
        Mistake("dZ", "swapped",
                (("= relu_backward(", "= sigmoid_backward("),
                 ('"sigmoid":\n        ### START CODE HERE ###\n        dZ = sigmoid_backward(',
                  '"sigmoid":\n        ### START CODE HERE ###\n        dZ = relu_backward(')),
                "两个激活函数的导数用反了：relu 那一支应当用 relu_backward，sigmoid 那一支应当用 sigmoid_backward。",
                "the slopes of the two activations are swapped: the branch for relu needs relu_backward, the branch for "
                "sigmoid needs sigmoid_backward."),
        Mistake("dZ", "activation", (("relu_backward(dA, activation_cache)", "sigmoid_backward(dA, activation_cache)"),),
                "relu 那一支也用了 sigmoid 的导数：dA 处处都乘上了一个不超过 1/4 的数，而不是在 Z 为正时保留、其余变成 0。",
                "the branch for relu uses the slope of the sigmoid as well: dA is multiplied by numbers of at most 1/4 "
                "everywhere, instead of being kept where Z is positive and set to 0 elsewhere."),
        Mistake("dZ", "activation", (("sigmoid_backward(dA, activation_cache)", "relu_backward(dA, activation_cache)"),),
                "sigmoid 那一支也用了 relu 的导数：dA 在 Z 为正时原样保留、其余变成 0，而不是处处乘上 sigmoid 的导数。",
                "the branch for sigmoid uses the slope of relu as well: dA is kept where Z is positive and set to 0 "
                "elsewhere, instead of being multiplied by the slope of the sigmoid everywhere."),
        Mistake("dZ", "missing_factor", (("relu_backward(dA, activation_cache)", "dA"),),
                "relu 那一支少了激活函数的导数：dZ 就是 dA，Z 不为正的地方没有变成 0。",
                "the slope of the activation is missing in the branch for relu: dZ is just dA, and is not set to 0 where Z "
                "is not positive."),
        Mistake("dZ", "missing_factor", (("sigmoid_backward(dA, activation_cache)", "dA"),),
                "sigmoid 那一支少了激活函数的导数：dZ 就是 dA，没有乘上 sigmoid 的导数，至少是应有的 4 倍。",
                "the slope of the activation is missing in the branch for sigmoid: dZ is just dA, at least 4 times "
                "what it should be."),
        Mistake("dZ", "missing_factor",
                (("relu_backward(dA, activation_cache)", "dA"),
                 ("sigmoid_backward(dA, activation_cache)", "dA")),
                "少了激活函数的导数：你把 dA 直接交给了 linear_backward。要先由 relu_backward 或 sigmoid_backward 得到 dZ，"
                "用哪一个看 activation。",
                "the slope of the activation is missing: you pass dA straight to linear_backward. First dZ is needed, from "
                "relu_backward or sigmoid_backward, depending on activation."),
        Mistake("dZ", "missing_factor", (("sigmoid_backward(dA, activation_cache)", "sigmoid_backward(1, activation_cache)"),),
                "sigmoid 那一支的 dZ 只有激活函数的导数，没有乘上 dA。",
                "the dZ of the branch for sigmoid is the slope of the activation alone: it is not multiplied by dA."),
        Mistake("dZ", "missing_factor", (("sigmoid_backward(dA, activation_cache)", "dA * sigmoid(activation_cache)[0]"),),
                "sigmoid 的导数少了一半：dA 只乘了 a，还要乘 1 - a。",
                "half of the sigmoid's slope is missing: dA is multiplied by a only, and 1 - a is left out."),
        Mistake("dZ", "wrong_variable",
                (("sigmoid_backward(dA, activation_cache)", "dA * activation_cache * (1 - activation_cache)"),),
                "activation_cache 里是 Z，不是 A：sigmoid 的导数 a(1 - a) 要用激活值来算，你代进去的是 Z。",
                "activation_cache holds Z, not A: the slope a(1 - a) of the sigmoid takes the activation, and you put Z into it."),
        Mistake("dZ", "formula",
                (("sigmoid_backward(dA, activation_cache)", "sigmoid(dA)[0]"),
                 ("relu_backward(dA, activation_cache)", "relu(dA)[0]")),
                "你对 dA 用了激活函数本身；反向时要用的是它在 Z 处的导数，再乘 dA。",
                "you apply the activation itself to dA; on the way back its slope at Z is needed, times dA."),
        Mistake("dZ", "mask", (("relu_backward(dA, activation_cache)", "relu(dA)[0]"),),
                "掩码要由 Z 得出，不是由 dA：Z 不为正的地方变成 0。",
                "the mask must come from Z, not from dA: dZ is 0 where Z is not positive."),
        Mistake("dZ", "mask", (("relu_backward(dA, activation_cache)", "dA * relu(activation_cache)[0]"),),
                "relu 那一支把 dA 乘上了激活值；relu 的导数只是 0 或 1，Z 为正的地方 dA 应当原样保留。",
                "the branch for relu multiplies dA by the activation; the slope of relu is only 0 or 1, so dA must stay as "
                "it is where Z is positive."),
        Mistake("dZ", "comparison", (("relu_backward(dA, activation_cache)", "relu_backward(dA, -activation_cache)"),),
                "relu 的比较反了：你留下了 Z 为负处的 dA，应当留下 Z 为正处的。",
                "the comparison of relu is the wrong way round: you keep dA where Z is negative, and it must be kept where Z "
                "is positive."),
        Mistake("dW", "swapped", (("dZ = relu_backward(dA, activation_cache)\n        dA_prev, dW, db =",
                                   "dZ = relu_backward(dA, activation_cache)\n        dW, db, dA_prev ="),
                                  ("dZ = sigmoid_backward(dA, activation_cache)\n        dA_prev, dW, db =",
                                   "dZ = sigmoid_backward(dA, activation_cache)\n        dW, db, dA_prev =")),
                "接收返回值的变量顺序写错了：linear_backward 先返回 dA_prev，然后是 dW 和 db；你的 dW 里装的是 dA_prev，"
                "db 里装的是 dW。",
                "the names that catch the result are in the wrong order: linear_backward hands back dA_prev first, then dW "
                "and db. Your dW holds dA_prev, and your db holds dW."),
    ),
)


# ---------------------------------------------------------------- L_model_backward


def L_model_backward_cases(rng):
    for sizes, m in NETWORKS:
        X, parameters, AL, caches = example(rng, sizes, m, scale=100 if m == 2 else 1)
        Y = labels(rng, m)
        yield Case((AL, Y if m % 2 else Y.astype(float), caches))
    X, parameters, AL, caches = example(rng, [4, 3, 2, 1], 1, coarse=True)
    yield Case((AL, labels(rng, 1), caches))


def numbered_by_own_layer(grads):
    """Yield `grads` with dA0, ..., dA(L-1) where its keys are dA1, ..., dAL: there dAl is what layer l passes back."""
    if not isinstance(grads, dict) or "dA0" in grads:
        return
    L = sum(1 for key in grads if isinstance(key, str) and key.startswith("dW"))
    if L and all(f"dA{l}" in grads for l in range(1, L + 1)):
        renamed = {f"dA{l}": f"dA{l - 1}" for l in range(1, L + 1)}
        yield {renamed.get(key, key): value for key, value in grads.items()}


def forward_call(case, name, index, step):
    """Return the call of L_model_forward with one parameter shifted."""
    AL, Y, caches = case.args
    parameters = {}
    for l, (linear_cache, _) in enumerate(caches, 1):
        parameters[f"W{l}"], parameters[f"b{l}"] = linear_cache[1:]
    return Case((caches[0][0][0], shifted(parameters, name, index, step)))


def cost_of_output(case, value):
    """Return the cross-entropy cost of what L_model_forward returned."""
    return dnn_utils.compute_cost(value[0], case.args[1])


L_model_backward = Question(
    path="dnn_utils.L_model_backward",
    slope=Slope("L_model_forward", forward_call, cost_of_output),
    points=10,
    returns="grads",
    cases=L_model_backward_cases,
    alternatives=numbered_by_own_layer,
    hints=(
        Text("成本对 AL 的导数是什么？标签为 1 的样本和标签为 0 的样本各留下哪一项？往回走时，第 l 层收到的是谁交出来的 dA？",
             "What is the derivative of the cost with respect to AL? Which term is left for label 1, which for label 0? On "
             "the way back, who handed over the dA that layer l receives?"),
        Text("最后一层用 dAL、最后一个缓存和 sigmoid 调用 linear_activation_backward；循环里用字典中编号随 l 变的 dA、"
             "第 l 层自己的缓存和 relu。列表从 0 数起，第 l 层的缓存不在位置 l。",
             "Call linear_activation_backward with dAL, the last cache and the sigmoid; in the loop with the dA from the "
             "dictionary whose number changes with l, the cache of layer l itself, and relu. Lists count from 0, so the "
             "cache of layer l does not stand at place l."),
    ),
    formulas={
        "dAL": "dAL (1, m) = -(Y (1, m) / AL (1, m) - (1 - Y) (1, m) / (1 - AL) (1, m))",
        "dA_prev": "dA[l-1] (n[l-1], m) = W[l]^T (n[l-1], n[l]) · dZ[l] (n[l], m), dZ[l] = dA[l] * g'(Z[l])",
        "dW": "dW[l] (n[l], n[l-1]) = 1/m * dZ[l] (n[l], m) · A[l-1]^T (m, n[l-1])",
        "db": "db[l] (n[l], 1) = 1/m * Σ dZ[l]^(i) (n[l], 1), i = 1..m",
    },
    mistakes=(
        Mistake("dAL", "sign", (("dAL = -(np", "dAL = (np"),),
                "少了最前面的负号：所有的梯度方向都反了，训练会让成本上升。",
                "the minus sign in front is missing: all gradients point the other way, and training would make the cost rise."),
        Mistake("dAL", "sign", (("np.divide(Y, AL) - np", "np.divide(Y, AL) + np"),),
                "两项之间的符号反了：标签为 0 的样本，梯度方向都反了。log(1 - a) 的导数自带一个负号，前面的负号要作用于两项。",
                "the sign between the two terms is wrong, so the gradients of all examples with label 0 point the other way. "
                "The derivative of log(1 - a) brings a minus of its own, and the minus in front belongs to both terms."),
        Mistake("dAL", "missing_term", (("(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))", "np.divide(Y, AL)"),),
                "少了标签为 0 的那一项：这些样本的 dAL 成了 0，什么也学不到。只有标签全是 1 时才碰巧对。",
                "the term for label 0 is missing: the dAL of those examples is 0, so nothing is learned from them. It is "
                "right only when all labels are 1."),
        Mistake("dAL", "missing_term", (("-(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))", "np.divide(1 - Y, 1 - AL)"),),
                "少了标签为 1 的那一项：这些样本的 dAL 成了 0，什么也学不到。",
                "the term for label 1 is missing: the dAL of those examples is 0, so nothing is learned from them."),
        Mistake("dAL", "formula", (("-(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))", "AL - Y"),),
                "“预测减去标签”是最后一层的 dZ，不是 dAL：它已经乘过 sigmoid 的导数，传下去又会乘一遍，梯度多半偏小。",
                "prediction minus label is the dZ of the last layer, not dAL: it contains the slope of the sigmoid already, "
                "which is then multiplied a second time, and the gradients come out mostly too small."),
        Mistake("dAL", "wrong_variable", (("np.divide(1 - Y, 1 - AL)", "np.divide(1 - Y, AL)"),),
                "第二个分式的分母是 AL，应当是 1 - AL：标签为 0 的样本，dAL 就错了。",
                "the second fraction has AL in the denominator where 1 - AL is needed: dAL is wrong for the examples "
                "with label 0."),
        Mistake("dAL", "extra_factor", (("-(np.divide(Y", "-1 / Y.shape[1] * (np.divide(Y"),),
                "dAL 不该除以 m：dW 和 db 里已经除过一次，这样所有的梯度都只有应有的 1/m。",
                "dAL must not be divided by m: dW and db are divided by it already, so all your gradients are 1/m of what "
                "they should be."),
        Mistake("dA_prev", "wrong_variable", (('grads["dA" + str(l)], caches', "dAL, caches"),),
                "每个隐藏层都从 dAL 算起，后一层交出的 dA 没有用上，链式法则就断了。第 l 层要用的是第 l+1 层算出来的 dA。",
                "every hidden layer starts from dAL, and the dA handed over by the layer after it is not used, which breaks "
                "the chain rule. Layer l needs the dA that layer l+1 computed."),
        Mistake("dA_prev", "index", (('grads["dA" + str(l)]', 'grads["dA" + str(L - 1)]'),),
                "循环里每次用的都是同一个 dA，即最后一层交出的那个。两层的网络看不出来，三层以上就错了：编号要随 l 变。",
                "the loop uses the same dA every time, the one handed over by the last layer. A network of two layers does "
                "not show it, three or more do: its number has to change with l."),
        Mistake("dA_prev", "index", (("caches[l - 1]", "caches[L - 2]"),),
                "循环里每次用的都是同一个缓存，即第 L-1 层的。两层的网络看不出来，三层以上就错了：缓存要随 l 变。",
                "the loop uses the same cache every time, that of layer L-1. A network of two layers does not show it, three "
                "or more do: the cache has to change with l."),
        Mistake("dA_prev", "off_by_one", (("caches[l - 1]", "caches[l]"),),
                "缓存的下标大了 1：列表从 0 数起，所以位置 l 上的是第 l+1 层的缓存，不是第 l 层的。",
                "the index of the cache is one too high: lists count from 0, so at place l stands the cache of layer l+1, not "
                "that of layer l."),
        Mistake("dA_prev", "activation", (('"sigmoid")', '"relu")'),),
                "最后一层用了 relu 的导数；它的激活函数是 sigmoid，所有的梯度都跟着错了。",
                "the last layer uses the slope of relu; its activation is the sigmoid, and all gradients go wrong with it."),
        Mistake("dA_prev", "activation", (('"relu")', '"sigmoid")'),),
                "隐藏层用了 sigmoid 的导数；它们的激活函数是 relu。只有最后一层的梯度是对的。",
                "the hidden layers use the slope of the sigmoid; their activation is relu. Only the gradients of the last "
                "layer are right."),
        Mistake("dA_prev", "swapped",
                (('str(l)], caches[l - 1], "relu")', 'str(l)], caches[l - 1], "sigmoid")'),
                 ('caches[L - 1], "sigmoid")', 'caches[L - 1], "relu")')),
                "两个激活函数用反了：最后一层是 sigmoid，隐藏层是 relu。",
                "the two activations are swapped: the last layer has the sigmoid, the hidden layers have relu."),
        Mistake("dW", "swapped",
                (("dA_prev, dW, db = linear_activation_backward(dAL", "dW, db, dA_prev = linear_activation_backward(dAL"),),
                "接收返回值的变量顺序写错了：linear_activation_backward 先返回 dA_prev，然后是 dW 和 db；"
                "最后一层的三个结果都放错了变量。",
                "the names that catch the result are in the wrong order: linear_activation_backward hands back dA_prev "
                "first, then dW and db; all three results of the last layer have got the wrong name."),
        Mistake("dW", "off_by_one",
                (('grads["dA" + str(l - 1)], grads["dW" + str(l)], grads["db" + str(l)]',
                  'grads["dA" + str(l - 1)], grads["dW" + str(l - 1)], grads["db" + str(l - 1)]'),),
                "隐藏层的编号小了 1：第 l 层的梯度存成了 dW(l-1) 和 db(l-1)，于是有 dW0，却少了 dW(L-1)。",
                "the numbers of the hidden layers are one too low: the gradients of layer l are stored as dW(l-1) and "
                "db(l-1), so there is a dW0, and dW(L-1) is missing."),
    ),
)


# ---------------------------------------------------------------- update_parameters


def update_parameters_cases(rng):
    networks = [[4, 3, 2], [3, 4, 2, 1], [3, 3, 3, 3], [1, 1, 1], [2, 4, 3, 2, 1], [3, 4, 2, 5, 2, 1]]
    for number, (sizes, rate) in enumerate(zip(networks, (0.3, 0.0075, 1, 0.05, 20.0, 0.7))):
        grads = {"d" + name: rng.normal(size=value.shape) for name, value in network(rng, sizes).items()}
        if number % 2:  # what a backward pass leaves there as well
            grads.update({f"dA{l}": rng.normal(size=(n, 5)) for l, n in enumerate(sizes[:-1])})
        yield Case((network(rng, sizes), grads, rate if rate == 1 else rate * rng.uniform(0.8, 1.2)))
    parameters = {name: coarse32(value) for name, value in network(rng, [3, 2, 4]).items()}
    grads = {"d" + name: coarse32(rng.normal(size=value.shape)) for name, value in parameters.items()}
    yield Case((parameters, grads, 0.25))


update_parameters = Question(
    path="dnn_utils.update_parameters",
    points=10,
    returns="parameters",
    cases=update_parameters_cases,
    hints=(
        Text("梯度指向成本上升最快的方向。要让成本下降，每个参数该往哪边走，走多大一步？",
             "The gradient points where the cost rises fastest. To make the cost fall, which way does each parameter go, and "
             "how far?"),
        Text("每层各写两行：新的 W 由旧的 W、learning_rate 和字典 grads 里对应的 dW 得出，b 也一样；键用 str(l) 拼，"
             "l 从 1 到 L。",
             "Two lines for each layer: the new W comes from the old W, learning_rate and the dW of that layer in the "
             "dictionary grads, and b likewise; the keys are put together with str(l), and l runs from 1 to L."),
    ),
    formulas={
        "W": "W[l] (n[l], n[l-1]) := W[l] (n[l], n[l-1]) - α * dW[l] (n[l], n[l-1])",
        "b": "b[l] (n[l], 1) := b[l] (n[l], 1) - α * db[l] (n[l], 1)",
    },
    mistakes=(
        Mistake("W", "sign", (('parameters["W" + str(l)] - learning_rate', 'parameters["W" + str(l)] + learning_rate'),),
                "W 的方向反了：你加上了梯度，应当减去。",
                "the weights go the wrong way: you add the gradient where it must be subtracted."),
        Mistake("b", "sign", (('parameters["b" + str(l)] - learning_rate', 'parameters["b" + str(l)] + learning_rate'),),
                "b 的方向反了：你加上了梯度，应当减去。",
                "the biases go the wrong way: you add the gradient where it must be subtracted."),
        Mistake("W", "sign", (('parameters["W" + str(l)] - learning_rate', 'parameters["W" + str(l)] + learning_rate'),
                              ('parameters["b" + str(l)] - learning_rate', 'parameters["b" + str(l)] + learning_rate')),
                "W 和 b 的方向都反了：你加上了梯度，成本会一步步上升；应当减去。",
                "the weights and biases go the wrong way: you add the gradient, and the cost would rise step by step; it must "
                "be subtracted."),
        Mistake("W", "missing_factor", (('learning_rate * grads["dW"', 'grads["dW"'),),
                "W 少了学习率：不管 learning_rate 是多少，你每步都减去整个梯度。",
                "the learning rate is missing for the weights: each step subtracts the whole gradient, whatever "
                "learning_rate is."),
        Mistake("b", "missing_factor", (('learning_rate * grads["db"', 'grads["db"'),),
                "b 少了学习率：不管 learning_rate 是多少，你每步都减去整个梯度。",
                "the learning rate is missing for the biases: each step subtracts the whole gradient, whatever learning_rate "
                "is."),
        Mistake("W", "missing_factor",
                (('learning_rate * grads["dW"', 'grads["dW"'),
                 ('learning_rate * grads["db"', 'grads["db"')),
                "W 和 b 都少了学习率：不管 learning_rate 是多少，你每步都减去整个梯度。",
                "the learning rate is missing for the weights and biases: each step subtracts the whole gradient, whatever "
                "learning_rate is."),
        Mistake("W", "constant",
                (('learning_rate * grads["dW"', '0.01 * grads["dW"'),
                 ('learning_rate * grads["db"', '0.01 * grads["db"')),
                "学习率写死成了 0.01：应当用传进来的 learning_rate。",
                "the learning rate is fixed at 0.01 where the learning_rate passed in is to be used."),
        Mistake("b", "missing_term",
                (('parameters["b" + str(l)] - learning_rate * grads["db" + str(l)]', 'parameters["b" + str(l)]'),),
                "偏置没有更新：b 还是原来的数。",
                "the biases are not updated: b still has its old numbers."),
        Mistake("W", "missing_term",
                (('parameters["W" + str(l)] - learning_rate * grads["dW" + str(l)]', 'parameters["W" + str(l)]'),),
                "权重没有更新：W 还是原来的数。",
                "the weights are not updated: W still has its old numbers."),
        Mistake("W", "wrong_variable", (("return updated", "return parameters"),),
                "返回的还是旧参数：算好的新值没有放进返回的字典，网络一步也没有走。",
                "what you return are the old parameters: the new values are not in that dictionary, so the network has not "
                "moved at all."),
        Mistake("W", "missing_term",
                (('parameters["W" + str(l)] - learning_rate', '- learning_rate'),
                 ('parameters["b" + str(l)] - learning_rate', '- learning_rate')),
                "旧的参数丢了：W 和 b 里只剩下这一步本身。若你写的是 =- ，Python 会把它读成“等于负的”；"
                "要减就得把两个符号倒过来。",
                "the old parameters are lost: W and b hold nothing but the step. If you wrote =- there, Python reads it as "
                "equals minus; to subtract, the two signs stand the other way round."),
        Mistake("W", "wrong_variable", (('grads["dW" + str(l)]', 'parameters["W" + str(l)]'),),
                "减去的是 W 自己的一部分，不是梯度：dW 没有用上，每一步 W 都只按比例变小。",
                "what you subtract is a share of W itself, not of its gradient: dW is not used, and every step just scales W "
                "down."),
        Mistake("W", "wrong_variable", (('grads["dW" + str(l)]', 'grads["db" + str(l)]'),),
                "更新 W 时用了 db：它只有一列，NumPy 把它加到了 W 的每一列上，所以没有报错。这里要用 dW。",
                "the update of W uses db: that is a single column, which NumPy spreads over all columns of W, so there is no "
                "error. Here dW is needed."),
        Mistake("b", "wrong_variable", (('grads["db" + str(l)]', 'grads["dW" + str(l)]'),),
                "更新 b 时用了 dW：NumPy 没有报错，可是 b 的形状成了 dW 的。这里要用 db。",
                "the update of b uses dW: NumPy raises no error, but b takes on the shape of dW. Here db is needed."),
        Mistake("W", "off_by_one", (("range(1, L + 1)", "range(1, L)"),),
                "循环少了最后一层：返回的字典里没有最后一层的 W 和 b。",
                "the loop stops one layer early: the W and b of the last layer are missing in the dictionary that you return."),
        Mistake("W", "off_by_one", (("updated = {}", "updated = dict(parameters)"), ("range(1, L + 1)", "range(1, L)")),
                "循环少了最后一层：最后一层的 W 和 b 没有更新，还是原来的数。",
                "the loop stops one layer early: the W and b of the last layer are not updated and still have their old numbers."),
        Mistake("W", "off_by_one", (("updated = {}", "updated = dict(parameters)"), ("range(1, L + 1)", "range(2, L + 1)")),
                "循环从第 2 层才开始：第 1 层的 W 和 b 没有更新，还是原来的数。",
                "the loop begins at layer 2 only: the W and b of layer 1 are not updated and still have their old numbers."),
    ),
)


QUESTIONS = (
    initialize_parameters,
    initialize_parameters_deep,
    linear_forward,
    linear_activation_forward,
    L_model_forward,
    compute_cost,
    linear_backward,
    linear_activation_backward,
    L_model_backward,
    update_parameters,
)
