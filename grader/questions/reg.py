"""The four questions of notebook 3."""

import inspect

import numpy as np

import init_utils
import reg_utils

from ..text import Text
from .base import Case, Mistake, Question, Slope, coarse32, labels, network, shifted


def live_network(rng, sizes, m, spread=1, keep_prob=1):
    """Return (X, parameters) of a network of three layers, where no check looks at dead units or saturated outputs.

    Every hidden unit is on for one example and, where m > 1, off for another; the output stays within 0.04..0.96.
    spread: size of the inputs; keep_prob: as the network is run with dropout.
    """
    drawn = np.random.RandomState(1)  # the masks of forward_propagation_with_dropout
    X = rng.normal(size=(sizes[0], m)) * spread
    parameters = network(rng, sizes)
    A = X
    for l in (1, 2):
        Z = parameters[f"W{l}"] @ A
        low, high = Z.min(axis=1, keepdims=True), Z.max(axis=1, keepdims=True)
        middle = low + rng.uniform(0.2, 0.8, size=low.shape) * (high - low)
        parameters[f"b{l}"] = (rng.uniform(0.3, 1, size=low.shape) if m == 1 else 0) - middle
        A = np.maximum(0, Z + parameters[f"b{l}"]) * (drawn.rand(*Z.shape) < keep_prob) / keep_prob
    settle(parameters, A)
    return X, parameters


def settle(parameters, A2, most=3.0):
    """Shrink the last layer so that its |Z| is at most `most`."""
    shrink = most / max(most, float(np.abs(parameters["W3"] @ A2 + parameters["b3"]).max()))
    parameters["W3"], parameters["b3"] = parameters["W3"] * shrink, parameters["b3"] * shrink


def coarse_network(rng, sizes, m, forward):
    """Return (X, parameters) in float32, exact up to the last layer; forward: (X, parameters) -> the activations A2."""
    X, parameters = live_network(rng, sizes, m)
    X, parameters = coarse32(X), {name: coarse32(value) for name, value in parameters.items()}
    settle(parameters, forward(X, parameters), most=1.5)
    return X, parameters


def sizes_apart(rng):
    """Return the sizes of a network 3-5-4-1 or like it, no two alike."""
    return [*(rng.permutation(3) + 2).tolist(), 1]


# ---------------------------------------------------------------- the cost with L2


def regularized_cost_cases(rng):
    for sizes, m, lambd in (([3, 2, 4, 1], 5, 0.7), ([2, 6, 3, 1], 4, 30.0), ([3, 3, 3, 1], 3, 0.1), ([4, 2, 3, 1], 1, 1.5),
                            ([2, 5, 3, 1], 7, 0)):
        A3 = rng.uniform(0.02, 0.98, size=(1, m))
        Y = labels(rng, m)
        yield Case((A3, Y.astype(float) if m == 4 else Y, network(rng, sizes), lambd))
    large = {name: value * 30 for name, value in network(rng, sizes_apart(rng)).items()}
    yield Case((rng.uniform(0.02, 0.98, size=(1, 6)), labels(rng, 6), large, int(rng.integers(2, 5))))
    small = {name: coarse32(value) for name, value in network(rng, [2, 4, 3, 1]).items()}
    A3 = (rng.integers(1, 8, size=(1, 4)) / 8).astype(np.float32)
    yield Case((A3, labels(rng, 4).astype(np.float32), small, 0.5))


SUM = "(np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))"
SQUARES = ("np.sum(W1**2)", "np.sum(W2**2)", "np.sum(W3**2)")


def each(new):
    """Return the edits that put `new`, with the layer for {}, in the place of every sum of squares."""
    return tuple((old, new.format(l)) for l, old in enumerate(SQUARES, 1))


compute_cost_with_regularization = Question(
    path="reg_utils.compute_cost_with_regularization",
    points=25,
    returns="cost",
    cases=regularized_cost_cases,
    hints=(
        Text("正则化项随权重变大而增加，不管权重是正是负。哪些参数要计入，哪些不计入？前面的系数里有几个数？",
             "The penalty grows with the weights, whatever their sign. Which parameters are penalized and which go free? How "
             "many numbers make up the factor in front?"),
        Text("先用 np.square 逐个元素平方，再用 np.sum 加起来，三个矩阵都要；整个和乘以 λ / (2m)，分母两个数要用括号括住。",
             "Square each entry with np.square and add up with np.sum, for all three matrices; the whole sum is multiplied by "
             "λ / (2m), and the two numbers below the line need brackets."),
    ),
    formulas={"L2_regularization_cost": "L2 () = λ / (2m) * (Σ W1² + Σ W2² + Σ W3²)"},
    mistakes=(
        Mistake("L2_regularization_cost", "missing_factor", (("lambd / (2 * m)", "lambd / m"),),
                "分母里少了 2：你的正则化项是应有的 2 倍。",
                "the 2 below the line is missing: your penalty is twice what it should be."),
        Mistake("L2_regularization_cost", "missing_mean", (("lambd / (2 * m)", "lambd / 2"),),
                "漏了除以 m：你的正则化项是应有的 m 倍。",
                "the division by m is missing: your penalty is m times what it should be."),
        Mistake("L2_regularization_cost", "formula", (("lambd / (2 * m)", "lambd / 2 * m"),),
                "除以 2 之后是乘以 m，不是除以 m：分母里的 2 和 m 要用括号括住，你的正则化项是应有的 m² 倍。",
                "after dividing by 2 you multiply by m instead of dividing by it: the 2 and the m below the line need "
                "brackets. Your penalty is m² times what it should be."),
        Mistake("L2_regularization_cost", "missing_factor", (("lambd / (2 * m)", "1 / (2 * m)"),),
                "没有乘 λ，也就是 lambd：正则化的强弱不再由它决定，lambd 取 0 时也照样有正则化项。",
                "λ, the argument lambd, is missing: it no longer says how much a large weight costs, and there is a penalty "
                "even where lambd is 0."),
        Mistake("L2_regularization_cost", "missing_factor", (("lambd / (2 * m) * ", ""),),
                "前面的系数 λ / (2m) 整个漏掉了，你加上的就是平方和本身。",
                "the whole factor λ / (2m) in front is missing: what you add is the bare sum of squares."),
        Mistake("L2_regularization_cost", "formula", (("lambd / (2 * m) * " + SUM, "lambd / (2 * m) * " + SUM[1:-1]),),
                "三个平方和外面少了括号：系数 λ / (2m) 只乘到 W1 那一项，W2 和 W3 的平方和原样加上去了。",
                "the brackets around the three sums are missing: the factor λ / (2m) reaches the sum of W1 only, and those of "
                "W2 and W3 are added as they are."),
        Mistake("L2_regularization_cost", "formula", each("np.sum(W{})"),
                "加的是权重本身，没有平方：正负会互相抵消，正则化项甚至可能是负的。",
                "you add the weights themselves, not their squares: positive and negative ones cancel, and the penalty can "
                "even be negative."),
        Mistake("L2_regularization_cost", "formula", each("np.sum(W{})**2"),
                "先求和再平方了：正负权重先互相抵消。要先把每个元素平方，再加起来。",
                "you add first and square afterwards, so positive and negative weights cancel first. Square each entry, then "
                "add."),
        Mistake("L2_regularization_cost", "formula", each("np.sum(np.abs(W{}))"),
                "你加的是绝对值，那是 L1 正则化；L2 要把每个元素平方。",
                "you add absolute values, which is L1 regularization; L2 squares each entry."),
        Mistake("L2_regularization_cost", "formula", each("np.linalg.norm(W{})"),
                "np.linalg.norm 给出的是平方和的平方根，这里要的是平方和，多开了一次平方。",
                "np.linalg.norm gives the square root of the sum of squares; the sum of squares itself is wanted, without the "
                "root."),
        Mistake("L2_regularization_cost", "formula", each("np.mean(W{}**2)"),
                "平方之后取了平均，应当求和：每个矩阵的那一项都只有应有的 1/元素个数。",
                "you take the mean of the squares and not their sum: the term of each matrix is 1/(its number of "
                "entries) of what it should be."),
        Mistake("L2_regularization_cost", "elementwise", each("np.sum(W{0} @ W{0}.T)"),
                "W 与自己的转置做了矩阵乘法，这不是逐元素平方：不同行之间的乘积也混进了和里。",
                "you multiply W by its own transpose as matrices, which is not squaring each entry: products of different rows "
                "get into the sum."),
        *(Mistake("L2_regularization_cost", "missing_term", ((old, "0"),),
                  f"漏了 W{l} 的平方和，三层的权重都要计入。",
                  f"the squares of W{l} are missing; the weights of all three layers are penalized.")
          for l, old in enumerate(SQUARES, 1)),
        Mistake("L2_regularization_cost", "missing_term", ((SUM, "np.sum(W1**2)"),),
                "只计入了 W1，漏了 W2 和 W3 的平方和，三层的权重都要计入。",
                "only W1 is penalized; the squares of W2 and W3 are missing. The weights of all three layers are penalized."),
        Mistake("L2_regularization_cost", "index", (("np.sum(W2**2)", "np.sum(W1**2)"),),
                "W1 的平方和加了两遍，W2 的没有加。",
                "the squares of W1 are added twice, those of W2 not at all."),
        Mistake("L2_regularization_cost", "extra_term",
                (("np.sum(W3**2)", 'np.sum(W3**2) + sum(np.sum(parameters[name] ** 2) for name in ("b1", "b2", "b3"))'),),
                "偏置 b 的平方也加进来了；正则化项不含偏置，只含权重 W。",
                "the squares of the biases b are in the sum, too; biases go free, only the weights W are penalized."),
        Mistake("cost", "sign", (("cross_entropy_cost + L2", "cross_entropy_cost - L2"),),
                "正则化项的符号反了：它要加到成本上，你把它减掉了，权重越大成本反而越低。",
                "the sign of the penalty is wrong: it is added to the cost, and you subtract it, so that large weights lower "
                "the cost."),
        Mistake("cost", "missing_term", (("return cross_entropy_cost + L2_", "return L2_"),),
                "只返回了正则化项，漏了交叉熵成本；要返回两者之和。",
                "you return the penalty alone; the cross-entropy cost is missing. Return the sum of the two."),
        Mistake("cost", "missing_term", (("cross_entropy_cost + L2_regularization_cost", "cross_entropy_cost"),),
                "只返回了交叉熵成本，正则化项没有加上去；lambd 取多少都不影响你的结果。",
                "you return the cross-entropy cost alone; the penalty is not added, and lambd does not matter to your result."),
    ),
)


# ---------------------------------------------------------------- the gradients with L2


LAYERS = ((3, "A2"), (2, "A1"), (1, "X"))  # a layer and its input


def regularized_gradient_cases(rng):
    settings = (([3, 4, 2, 1], 5, 0.7, 1), ([2, 6, 3, 1], 4, 20.0, 1), ([3, 3, 3, 1], 3, 1.3, 1), ([4, 2, 3, 1], 1, 0.4, 1),
                (sizes_apart(rng), 6, 0, 1), ([5, 3, 4, 1], 7, int(rng.integers(2, 9)), 20))
    for sizes, m, lambd, spread in settings:
        X, parameters = live_network(rng, sizes, m, spread)
        Y = labels(rng, m)
        yield Case((X, Y.astype(float) if m in (1, 4) else Y, init_utils.forward_propagation(X, parameters)[1], lambd))
    X, parameters = coarse_network(rng, [3, 4, 2, 1], 4, lambda X, p: init_utils.forward_propagation(X, p)[1][5])
    yield Case((X, np.ones((1, 4), int), init_utils.forward_propagation(X, parameters)[1], 0.5))


def each_term(new):
    """Return the edits that put `new`, with the layer for {}, in the place of the L2 term of every dW."""
    return tuple((f"lambd / m * W{l}", new.format(l)) for l in (3, 2, 1))


def parameters_of(cache):
    """Return W1, b1, ..., W3, b3 of a cache of forward_propagation: Z, A, W, b of each layer."""
    return {f"{kind}{l}": cache[4 * l - (2 if kind == "W" else 1)] for l in (1, 2, 3) for kind in "Wb"}


def regularized_cost_call(case, name, index, step):
    """Return the call of compute_cost_with_regularization with one parameter shifted; the forward pass is given."""
    X, Y, cache, lambd = case.args
    parameters = shifted(parameters_of(cache), name, index, step)
    return Case((init_utils.forward_propagation(X, parameters)[0], Y, parameters, lambd))


backward_propagation_with_regularization = Question(
    path="reg_utils.backward_propagation_with_regularization",
    slope=Slope("compute_cost_with_regularization", regularized_cost_call, lambda case, value: value),
    points=25,
    returns="grads",
    cases=regularized_gradient_cases,
    hints=(
        Text("正则化项 λ / (2m) * Σ W² 对一个权重 w 求导得什么？那个 2 去了哪里？对 b 求导呢？",
             "What is the derivative of the penalty λ / (2m) * Σ W² with respect to one weight w? Where has the 2 gone? And "
             "with respect to b?"),
        Text("每个 dW 是两项之和：没有正则化时的梯度，加上 λ/m 乘本层的 W，两项都除以 m；db 不变。",
             "Each dW is a sum of two terms: the gradient without the penalty, and λ/m times the W of the same layer. Both are "
             "divided by m; db does not change."),
    ),
    formulas={
        "dW3": "dW3 (n[3], n[2]) = 1/m * dZ3 (n[3], m) · A2.T (m, n[2]) + λ/m * W3 (n[3], n[2])",
        "dW2": "dW2 (n[2], n[1]) = 1/m * dZ2 (n[2], m) · A1.T (m, n[1]) + λ/m * W2 (n[2], n[1])",
        "dW1": "dW1 (n[1], n_x) = 1/m * dZ1 (n[1], m) · X.T (m, n_x) + λ/m * W1 (n[1], n_x)",
    },
    mistakes=(
        *(Mistake(f"dW{l}", "missing_term", ((f" + lambd / m * W{l}", ""),),
                  f"漏了正则化那一项：你的 dW{l} 还是没有正则化的梯度，少了 λ/m 乘 W{l}。",
                  f"the term of the penalty is missing: your dW{l} is the gradient without regularization and lacks λ/m "
                  f"times W{l}.")
          for l in (3, 2, 1)),
        Mistake("dW3", "missing_term", tuple((f" + lambd / m * W{l}", "") for l in (3, 2, 1)),
                "三个 dW 都漏了正则化那一项，lambd 一次也没有用上；每个 dW 还要加上 λ/m 乘本层的 W。",
                "the term of the penalty is missing from all three dW, and lambd is not used at all; each dW also gets λ/m "
                "times the W of its layer."),
        Mistake("dW3", "extra_factor", each_term("lambd / (2 * m) * W{}"),
                "三个 dW 里多除了一个 2：W² 求导得 2W，正好与成本里的 2 约掉。你的正则化项只有应有的一半。",
                "in all three dW you divide by 2 once too often: the derivative of W² is 2W, which cancels the 2 of the cost. "
                "Your term of the penalty is half of what it should be."),
        Mistake("dW3", "missing_mean", each_term("lambd * W{}"),
                "三个 dW 的正则化项都漏了除以 m：λ 乘 W 这一项是应有的 m 倍。",
                "in all three dW the term of the penalty is not divided by m: λ times W is m times what it should be."),
        Mistake("dW3", "missing_factor", each_term("1 / m * W{}"),
                "三个 dW 的正则化项都没有乘 λ，也就是 lambd：lambd 取 0 时也照样有这一项。",
                "in all three dW the term of the penalty lacks λ, the argument lambd: there is a penalty even where lambd is 0."),
        Mistake("dW3", "missing_factor", each_term("W{}"),
                "三个 dW 加上的是 W 本身，前面的系数 λ/m 漏掉了。",
                "you add W itself to all three dW; the factor λ/m in front is missing."),
        Mistake("dW3", "sign", tuple((f"+ lambd / m * W{l}", f"- lambd / m * W{l}") for l in (3, 2, 1)),
                "三个 dW 里正则化项的符号反了：应当加上 λ/m 乘 W。减掉的话，更新一步权重反而会变大。",
                "the sign of the penalty is wrong in all three dW: λ/m times W is added. Subtracted, it makes the weights grow "
                "with each update."),
        Mistake("dW3", "missing_term", each_term("lambd / m"),
                "三个 dW 里只加了常数 λ/m，忘了乘本层的 W：每个元素加上了同一个数。",
                "you add only the constant λ/m to all three dW and forgot to multiply by the W of the layer: every entry gets "
                "the same number."),
        Mistake("dW3", "formula", each_term("lambd / (2 * m) * W{}**2"),
                "三个 dW 里加的是正则化项 λ / (2m) * W² 本身，没有求导；平方求导之后就没有平方了。",
                "you add the penalty λ / (2m) * W² itself to all three dW, not its derivative; a square that is differentiated "
                "is no longer a square."),
        Mistake("dW3", "formula", each_term("lambd / m * np.sum(W{})"),
                "三个 dW 里加的是 W 的总和，一个数；求导是逐个元素的，每个元素加上的应当是它自己那个权重的 λ/m 倍。",
                "you add the sum of W, a single number, to all three dW; the derivative is taken entry by entry, and each "
                "entry gets λ/m times its own weight."),
        Mistake("dW3", "missing_mean", tuple((f"1 / m * dZ{l} @ {A}.T", f"dZ{l} @ {A}.T") for l, A in LAYERS),
                "正则化项是对的，但三个 dW 的第一项都漏了除以 m，是应有的 m 倍。",
                "the term of the penalty is right, but the first term of all three dW is not divided by m and is m times "
                "what it should be."),
        Mistake("dW3", "missing_mean", tuple((f"1 / m * dZ{l} @ {A}.T + lambd / m * W{l}", f"dZ{l} @ {A}.T + lambd * W{l}")
                                             for l, A in LAYERS),
                "三个 dW 的两项都没有除以 m：整个 dW 是应有的 m 倍。",
                "neither term of the three dW is divided by m: every dW is m times what it should be."),
        Mistake("dW3", "extra_factor", each_term("lambd / m / m * W{}"),
                "三个 dW 的正则化项除了两次 m，只有应有的 1/m：看看 1/m 后面的括号里，是不是有一项自己已经除过 m 了。",
                "in all three dW the term of the penalty is divided by m twice and is 1/m of what it should be: see "
                "whether the bracket after 1/m holds a term that already has its own division."),
        Mistake("db3", "extra_term", tuple((f"(dZ{l}, axis=1, keepdims=True)",
                                            f"(dZ{l}, axis=1, keepdims=True) + lambd / m * b{l}") for l in (3, 2, 1)),
                "偏置也算进去了：三个 db 里多了 λ/m 乘 b。正则化项只含权重 W，db 保持原样。",
                "the biases are penalized, too: λ/m times b has got into all three db. The penalty holds the weights W only, "
                "and db stays as it was."),
    ),
    optional=frozenset({"dZ3", "dA2", "dZ2", "dA1", "dZ1"}),
    atol=1e-5,
)


# ---------------------------------------------------------------- dropout, forward


def forward_with_dropout(X, parameters, keep_prob):
    return inspect.unwrap(reg_utils.forward_propagation_with_dropout)(X, parameters, keep_prob)


def dropout_forward_cases(rng):
    settings = (([3, 6, 4, 1], 5, 0.6, 1), ([4, 5, 3, 1], 6, None, 1), ([2, 7, 5, 1], 4, 0.86, 10), (sizes_apart(rng), 7, 1.0, 1),
                ([3, 8, 5, 1], 6, 0.1, 1), ([4, 4, 4, 1], 4, 0.75, 1), ([3, 5, 4, 1], 1, 0.7, 1))
    for sizes, m, keep_prob, spread in settings:
        X, parameters = live_network(rng, sizes, m, spread, keep_prob or 0.5)
        yield Case((X, parameters) if keep_prob is None else (X, parameters, keep_prob))
    X, parameters = coarse_network(rng, [3, 5, 4, 1], 4, lambda X, p: forward_with_dropout(X, p, 0.5)[1][7])
    yield Case((X, parameters, 0.5))


def both_layers(*edits):
    """Return the edits (old, new) once with 1 and once with 2 for {}."""
    return tuple((old.format(l), new.format(l)) for old, new in edits for l in (1, 2))


DRAW = "np.random.rand(A{0}.shape[0], A{0}.shape[1]) < keep_prob"
NO_MASK = ("    A{0} = A{0} * D{0}\n", "")
NO_SCALE = ("    A{0} = A{0} / keep_prob\n", "")


forward_propagation_with_dropout = Question(
    path="reg_utils.forward_propagation_with_dropout",
    points=25,
    returns=("A3", ("Z1", "D1", "A1", "W1", "b1", "Z2", "D2", "A2", "W2", "b2", "Z3", "A3", "W3", "b3")),
    cases=dropout_forward_cases,
    hints=(
        Text("0 到 1 之间均匀抽一个数，它小于 keep_prob 的概率是多少？关掉一部分单元之后，怎样让下一层收到的总量平均不变？",
             "A number is drawn evenly between 0 and 1: how likely is it to be less than keep_prob? When some units are off, "
             "what keeps the total that the next layer receives the same on average?"),
        Text("每层四步：用 np.random.rand 抽出与 A 形状相同的数，与 keep_prob 比较得到掩码，掩码与 A 逐元素相乘，再除以 "
             "keep_prob。",
             "Four steps a layer: draw with np.random.rand as many numbers as A has, compare them with keep_prob to get the "
             "mask, multiply A by the mask entry by entry, then divide by keep_prob."),
    ),
    formulas={
        "D1": "D1 (n[1], m) = [rand (n[1], m) < keep_prob]",
        "A1": "A1 (n[1], m) = A1 (n[1], m) * D1 (n[1], m) / keep_prob",
        "D2": "D2 (n[2], m) = [rand (n[2], m) < keep_prob]",
        "A2": "A2 (n[2], m) = A2 (n[2], m) * D2 (n[2], m) / keep_prob",
    },
    mistakes=(
        Mistake("D1", "comparison", both_layers((DRAW, DRAW.replace("<", ">"))),
                "D1 和 D2 的大小比较反了：该留的单元关掉了，该关的留下了，留下的概率成了 1 - keep_prob。",
                "the comparison for D1 and D2 is the wrong way round: units to be kept are dropped and the others kept, so "
                "that a unit is kept with probability 1 - keep_prob."),
        Mistake("D1", "formula", both_layers((DRAW, DRAW.replace("< keep_prob", "< 1 - keep_prob"))),
                "D1 和 D2 是与 1 - keep_prob 比的，留下的概率就成了 1 - keep_prob；keep_prob 本身就是留下的概率。",
                "both masks are compared with 1 - keep_prob, so that this is how likely a unit is kept; keep_prob itself is "
                "the probability of being kept."),
        Mistake("D1", "comparison", both_layers((DRAW, DRAW.replace("< keep_prob", "> 1 - keep_prob"))),
                "你留下的比例是对的，留下的却不是约定的那些单元：约定随机数小于 keep_prob 的留下，大家的结果才能对得上。",
                "the share of units you keep is right, but they are not the agreed ones: a unit is kept where its random "
                "number is less than keep_prob, so that everybody gets the same numbers."),
        Mistake("D1", "random", both_layers((DRAW, DRAW.replace("rand(", "randn("))),
                "你用 randn 抽数，那是正态分布，有一半是负数，与 keep_prob 一比，留下的比例就不对了；要在 0 到 1 之间均匀抽，"
                "名字末尾没有 n。",
                "you draw with randn, the normal distribution: half of its numbers are negative, and the share that lies below "
                "keep_prob is wrong. Draw evenly between 0 and 1; that function has no n at the end."),
        Mistake("D1", "constant", both_layers((DRAW, DRAW.replace("keep_prob", "0.5"))),
                "D1 和 D2 总是与 0.5 比较，没有用到参数 keep_prob：留下的永远是一半。",
                "both masks are always compared with 0.5, the argument keep_prob is not used: half of the units are kept, "
                "whatever it is."),
        Mistake("D1", "missing_comparison", both_layers((DRAW, DRAW.replace(" < keep_prob", ""))),
                "D1 和 D2 还是抽出来的小数，没有与 keep_prob 比较：掩码只能是 0 或 1，你的单元没有一个关掉，"
                "只是各乘了一个随机数。",
                "both masks are still the random fractions, never compared with keep_prob: a mask is 0 or 1. No unit is "
                "dropped, each is just multiplied by a random number."),
        Mistake("D1", "shape", both_layers((DRAW, "np.random.rand(A{0}.shape[0], 1) < keep_prob")),
                "D1 和 D2 只有一列：所有样本关掉的是同样的单元。每个样本要各抽各的，掩码的形状与 A 相同。",
                "both masks have a single column, so that the same units are dropped for all examples. Each example draws its "
                "own: a mask has the shape of its A."),
        Mistake("D1", "shape", both_layers((DRAW, "np.random.rand(1, A{0}.shape[1]) < keep_prob")),
                "D1 和 D2 只有一行：一个样本的单元要么全留，要么全关。每个单元要各抽各的，掩码的形状与 A 相同。",
                "both masks have a single row, so that the units of one example are all kept or all dropped. Each unit draws "
                "its own: a mask has the shape of its A."),
        Mistake("D2", "random", (("    D2 = ", "    np.random.seed(1)\n    D2 = "),),
                "抽 D2 之前又设了一遍随机种子，它的随机数与 D1 的从头重复；种子只在函数开头设一次。",
                "the seed is set again before D2, whose random numbers repeat those of D1 from the start; the seed is set "
                "once, at the beginning of the function."),
        *(Mistake(f"A{l}", "mask", ((NO_MASK[0].format(l), ""),),
                  f"掩码 D{l} 抽好了，却没有乘到 A{l} 上：这一层一个单元也没有关掉，反而全都放大成了原来的 1/keep_prob 倍。",
                  f"the mask D{l} is drawn but A{l} is not multiplied by it: no unit of this layer is dropped, all of them are "
                  f"only scaled up by 1/keep_prob.") for l in (1, 2)),
        Mistake("A1", "mask", both_layers(NO_MASK),
                "掩码 D1、D2 抽好了，却没有乘到 A1、A2 上：一个单元也没有关掉，反而全都放大成了原来的 1/keep_prob 倍。",
                "the masks D1 and D2 are drawn, but A1 and A2 are not multiplied by them: no unit is dropped, all of them are "
                "only scaled up by 1/keep_prob."),
        Mistake("A1", "mask", both_layers(("A{0} = A{0} * D{0}\n", "A{0} = A{0} * (1 - D{0})\n")),
                "掩码用反了：D 为 1 是留下，你的 A1、A2 却在 D 为 1 的地方变成了 0。",
                "the masks are used the wrong way round: where D is 1 a unit is kept, but there your A1 and A2 are 0."),
        *(Mistake(f"A{l}", "missing_factor", ((NO_SCALE[0].format(l), ""),),
                  f"A{l} 关掉了一部分单元，却没有除以 keep_prob：留下的偏小，只有应有的 keep_prob 倍。",
                  f"units of A{l} are dropped, but the rest is not divided by keep_prob: what is kept is too small, keep_prob "
                  f"times what it should be.") for l in (1, 2)),
        Mistake("A1", "missing_factor", both_layers(NO_SCALE),
                "两层都忘了除以 keep_prob：留下的单元没有放大，后面收到的总量平均起来就偏小了。",
                "both layers forget to divide by keep_prob: the units that are kept are not scaled up, and what the next layer "
                "receives is too small on average."),
        Mistake("A1", "inverted", both_layers(("A{0} / keep_prob", "A{0} * keep_prob")),
                "该除以 keep_prob 的地方乘了它：留下的单元没有放大，反而又缩小了一次。",
                "you multiply by keep_prob where you should divide by it: the units that are kept are made smaller, not larger."),
        Mistake("A1", "formula", both_layers(("A{0} / keep_prob", "A{0} / (1 - keep_prob)")),
                "除数用错了：你除以的是关掉的概率 1 - keep_prob，应当是留下的概率 keep_prob；keep_prob 为 1 时你会除以 0。",
                "the divisor is wrong: you divide by 1 - keep_prob, the probability of being dropped; it should be keep_prob, "
                "that of being kept. Where keep_prob is 1 you divide by 0."),
        Mistake("A1", "missing_term", both_layers(NO_MASK, NO_SCALE),
                "D1、D2 抽好了，A1、A2 却没有动过：随机失活没有起作用，结果与普通的前向传播一样。",
                "the masks are drawn, but A1 and A2 are left as they were: dropout has no effect, and the result is that of "
                "plain forward propagation."),
    ),
    atol=1e-5,
)


# ---------------------------------------------------------------- dropout, backward


def dropout_backward_cases(rng):
    settings = (([3, 6, 4, 1], 5, 0.6, 0.8, 1), ([4, 7, 3, 1], 6, 0.5, 0.5, 1), ([2, 5, 6, 1], 4, 0.86, 0.86, 10),
                ([4, 4, 4, 1], 4, 0.75, 0.75, 1), ([3, 5, 4, 1], 1, 0.7, 0.7, 1), (sizes_apart(rng), 7, 1.0, 1.0, 1),
                ([3, 8, 5, 1], 7, 0.3, 0.1, 1))
    for sizes, m, forward, keep_prob, spread in settings:
        X, parameters = live_network(rng, sizes, m, spread, forward)
        Y = labels(rng, m)
        yield Case((X, Y.astype(float) if m == 6 else Y, forward_with_dropout(X, parameters, forward)[1], keep_prob))
    X, parameters = coarse_network(rng, [3, 5, 4, 1], 4, lambda X, p: forward_with_dropout(X, p, 0.5)[1][7])
    yield Case((X, np.ones((1, 4), int), forward_with_dropout(X, parameters, 0.5)[1], 0.5))


NO_MASK_BACK = ("    dA{0} = dA{0} * D{0}\n", "")
NO_SCALE_BACK = ("    dA{0} = dA{0} / keep_prob\n", "")


def dropout_call(case, name, index, step):
    """Return the call of forward_propagation_with_dropout with one parameter shifted, or None where the cache is of another keep_prob."""
    X, Y, cache, keep_prob = case.args
    parameters = {f"{kind}{l}": cache[5 * l - (2 if kind == "W" else 1)] for l in (1, 2) for kind in "Wb"}
    parameters = {**parameters, "W3": cache[12], "b3": cache[13]}
    A3 = inspect.unwrap(reg_utils.forward_propagation_with_dropout)(X, parameters, keep_prob)[0]
    same = np.allclose(A3, cache[11])
    return Case((X, shifted(parameters, name, index, step), keep_prob)) if same else None


backward_propagation_with_dropout = Question(
    path="reg_utils.backward_propagation_with_dropout",
    slope=Slope(
        "forward_propagation_with_dropout", dropout_call, lambda case, value: init_utils.compute_loss(value[0], case.args[1])),
    points=25,
    returns="grads",
    cases=dropout_backward_cases,
    hints=(
        Text("前向传播时关掉的单元，对成本有没有影响？那它的梯度应当是多少？留下的单元当时除以了什么？",
             "Does a unit that was dropped in the forward pass have any influence on the cost? Then what is its gradient? And "
             "what were the units that were kept divided by?"),
        Text("不要再抽新的掩码：dA2 用缓存里的 D2，dA1 用缓存里的 D1，逐元素相乘，再除以 keep_prob。",
             "Draw no new masks: dA2 takes the D2 of the cache and dA1 takes its D1, entry by entry, and then both are divided "
             "by keep_prob."),
    ),
    formulas={
        "dA2": "dA2 (n[2], m) = dA2 (n[2], m) * D2 (n[2], m) / keep_prob",
        "dA1": "dA1 (n[1], m) = dA1 (n[1], m) * D1 (n[1], m) / keep_prob",
    },
    mistakes=(
        *(Mistake(f"dA{l}", "mask", ((NO_MASK_BACK[0].format(l), ""),),
                  f"dA{l} 没有乘掩码 D{l}：前向传播关掉的单元，在你的 dA{l} 里还有不为 0 的梯度。dZ{l} 没有错，只是因为 A{l} > 0 "
                  f"这个条件碰巧也把这些单元变成了 0。",
                  f"the mask D{l} is not applied: units that the forward pass dropped still have gradients other than 0 in your "
                  f"dA{l}. That dZ{l} comes out right is only because the test A{l} > 0 happens to zero those units as well.")
          for l in (2, 1)),
        Mistake("dA2", "mask", both_layers(NO_MASK_BACK),
                "dA2 和 dA1 都没有乘掩码：前向传播关掉的单元还有不为 0 的梯度。dZ 没有错，只是因为 A > 0 "
                "这个条件碰巧也把这些单元变成了 0。",
                "neither dA2 nor dA1 is multiplied by its mask: units that the forward pass dropped still have gradients other "
                "than 0. That the dZ come out right is only because the test A > 0 happens to zero those units as well."),
        *(Mistake(f"dA{l}", "missing_factor", ((NO_SCALE_BACK[0].format(l), ""),),
                  f"dA{l} 乘了掩码，却没有除以 keep_prob：前向传播时 A{l} 除过，反向也要除，你的 dA{l} 只有应有的 keep_prob 倍。",
                  f"the mask is applied, but not the division by keep_prob: A{l} was divided in the forward pass, so its "
                  f"gradient is, too. Your dA{l} is keep_prob times what it should be.") for l in (2, 1)),
        Mistake("dA2", "missing_factor", both_layers(NO_SCALE_BACK),
                "dA2 和 dA1 都乘了掩码，却都没有除以 keep_prob：前向传播时 A 除过，反向也要除，你的梯度偏小了。",
                "dA2 and dA1 have their masks, but neither is divided by keep_prob: the A were in the forward pass, so the "
                "gradients are, too. Yours are too small."),
        Mistake("dA2", "inverted", both_layers(("dA{0} / keep_prob", "dA{0} * keep_prob")),
                "dA2 和 dA1 该除以 keep_prob 的地方乘了它：前向传播时 A 是除以 keep_prob，"
                "链式法则带回来的也是这个系数 1/keep_prob。",
                "dA2 and dA1 are multiplied by keep_prob where they should be divided by it: the forward pass divides A by "
                "keep_prob, and the chain rule brings back the same factor 1/keep_prob."),
        Mistake("dA2", "formula", both_layers(("dA{0} / keep_prob", "dA{0} / (1 - keep_prob)")),
                "dA2 和 dA1 除以的是关掉的概率 1 - keep_prob，应当是留下的概率 keep_prob；keep_prob 为 1 时你会除以 0。",
                "dA2 and dA1 are divided by 1 - keep_prob, the probability of being dropped; it should be keep_prob, that of "
                "being kept. Where keep_prob is 1 you divide by 0."),
        Mistake("dA2", "extra_factor", both_layers(("dA{0} / keep_prob", "dA{0} / keep_prob / keep_prob")),
                "dA2 和 dA1 除以了两次 keep_prob：前向传播只除一次，反向也只除一次。",
                "dA2 and dA1 are divided by keep_prob twice: the forward pass divides once, and so does the backward pass."),
        Mistake("dA2", "mask", both_layers(("dA{0} * D{0}", "dA{0} * (1 - D{0})")),
                "掩码用反了：D 为 1 的单元是留下的，你的 dA2、dA1 却在那里变成了 0。",
                "the masks are used the wrong way round: where D is 1 a unit was kept, but there your dA2 and dA1 are 0."),
        Mistake("dA2", "mask", both_layers(("dA{0} * D{0}", "dA{0} * (A{0} > 0)")),
                "你用 A > 0 代替了掩码 D：留下来、但 ReLU 输出为 0 的单元，在你的 dA2、dA1 里也成了 0。ReLU 的导数下一行才乘。",
                "you use the test A > 0 in place of the mask D: units that were kept but have a ReLU output of 0 are 0 in your "
                "dA2 and dA1, too. The derivative of ReLU comes in the line after."),
    ),
    optional=frozenset({"dZ3", "dZ2", "dZ1"}),
    atol=1e-5,
)

QUESTIONS = (compute_cost_with_regularization, backward_propagation_with_regularization,
             forward_propagation_with_dropout, backward_propagation_with_dropout)
