"""The three questions of notebook 2."""

from ..text import Text
from .base import Case, Mistake, Question

B_LINE = 'parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))'
LOOP = "range(1, len(layers_dims))"


def different(rng, layers):
    """Return the sizes of an input and of `layers` layers, no two alike."""
    return (rng.permutation(7)[: layers + 1] + 2).tolist()


def initialize_cases(rng):
    yield Case((different(rng, 3),))
    yield Case((different(rng, 2),))
    yield Case((different(rng, 5),))
    yield Case(([*different(rng, 3), 1],))
    n = int(rng.integers(2, 6))
    yield Case(([n, n, n, n],))
    yield Case(([1, n, 1],))
    yield Case(([int(rng.integers(20, 40)), int(rng.integers(10, 20)), 1],))


def bias_mistakes():
    """Return the mistakes that learners make with b, whatever the weights are."""
    return (
        Mistake("b", "shape", ((B_LINE, B_LINE.replace("(layers_dims[l], 1)", "layers_dims[l]")),),
                "你的 b 是一维数组，形状为 (n[l],)；要的是一列，形状为 (n[l], 1)。一维的 b 加到 Z 上，会被当成一行，"
                "按样本而不是按单元去加。",
                "your b is one-dimensional, of shape (n[l],), and should be a column of shape (n[l], 1). Added to Z, a "
                "one-dimensional b counts as a row and goes by examples instead of units."),
        Mistake("b", "transpose", ((B_LINE, B_LINE.replace("(layers_dims[l], 1)", "(1, layers_dims[l])")),),
                "你的 b 写成了一行，形状为 (1, n[l])；每个单元占一行，所以它应当是一列。",
                "your b lies on its side: it is a row of shape (1, n[l]). Each unit has a row of its own, so b should be a "
                "column."),
        Mistake("b", "index", ((B_LINE, B_LINE.replace("(layers_dims[l], 1)", "(layers_dims[l - 1], 1)")),),
                "你的 b 按前一层的单元数 n[l-1] 来取长度；偏置是每个单元一个，第 l 层有 n[l] 个单元。",
                "your b is as long as the previous layer, n[l-1]. There is one bias for each unit, and layer l has n[l] units."),
        Mistake("b", "constant", ((B_LINE, B_LINE.replace("np.zeros", "np.ones")),),
                "你的 b 全是 1，这里要的是全 0。",
                "your b is all ones; zeros are asked for here."),
    )


def last_layer_missing():
    return Mistake("W", "off_by_one", ((LOOP, "range(1, len(layers_dims) - 1)"),),
                   "少了最后一层：layers_dims 里第一个数是输入的大小，其余每个数各是一层，你的循环早停了一步，最后一层的 W 和 "
                   "b 没有生成。",
                   "the last layer is missing: the first number of layers_dims is the size of the input, and each of the "
                   "others is a layer. Your loop stops one step early and makes no W and b for the last one.")


def random_bias():
    return Mistake("b", "random", ((B_LINE, 'parameters["b" + str(l)] = np.random.randn(layers_dims[l], 1)'),),
                   "你的 b 是随机数，这里要的是全 0。为 b 抽走的随机数还会让后面各层的 W 跟着改变。",
                   "your b is random; zeros are asked for here. The numbers drawn for b also change the W of all layers after "
                   "it.")


# ---------------------------------------------------------------- all zeros


ZEROS = "np.zeros((layers_dims[l], layers_dims[l - 1]))"

initialize_parameters_zeros = Question(
    path="init_utils.initialize_parameters_zeros",
    points=20,
    returns="parameters",
    cases=initialize_cases,
    hints=(
        Text("第 l 层有 n[l] 个单元，每个单元接收 n[l-1] 个输入。W 的一行对应什么，一列又对应什么？b 一共有几个数？",
             "Layer l has n[l] units, and each of them takes n[l-1] inputs. What does a row of W stand for, and what a column? "
             "How many numbers are there in b?"),
        Text("np.zeros 只收一个形状，所以形状要写成元组，外面多一层括号；b 是只有一列的矩阵。",
             "np.zeros takes one shape, so the shape is a tuple with brackets of its own; b is a matrix with a single column."),
    ),
    formulas={"W": "W[l] (n[l], n[l-1]) = 0", "b": "b[l] (n[l], 1) = 0"},
    mistakes=(
        Mistake("W", "transpose", ((ZEROS, "np.zeros((layers_dims[l - 1], layers_dims[l]))"),),
                "你的 W 行列颠倒了，形状成了 (n[l-1], n[l])。每一行属于本层的一个单元，每一列对应前一层的一个单元。",
                "the rows and columns of your W are exchanged: its shape is (n[l-1], n[l]). Each row belongs to a unit of this "
                "layer, each column to a unit of the layer before."),
        Mistake("W", "index", ((ZEROS, "np.zeros((layers_dims[l], layers_dims[l]))"),),
                "你的 W 是 (n[l], n[l]) 的方阵；列数应当是前一层的单元数 n[l-1]，本层的输入就来自那里。",
                "your W is square, (n[l], n[l]); its columns should be as many as the units of the previous layer, n[l-1], "
                "where the inputs of this layer come from."),
        Mistake("W", "shape", ((ZEROS, "np.zeros((layers_dims[l], 1))"),),
                "你的 W 只有一列，形状与 b 一样；W 里每个输入占一列，一共 n[l-1] 列。",
                "your W has a single column, the shape of b; in W every input has a column, n[l-1] in all."),
        Mistake("W", "random", ((ZEROS, "np.random.randn(layers_dims[l], layers_dims[l - 1]) * 0.01"),),
                "你的 W 是小随机数；这道题要的是全 0，好让你亲眼看到全 0 为什么不行。",
                "your W holds small random numbers; this exercise asks for zeros, to show you why zeros do not work."),
        Mistake("W", "constant", ((ZEROS, "np.ones((layers_dims[l], layers_dims[l - 1]))"),),
                "你的 W 全是 1，这里要的是全 0。",
                "your W is all ones; zeros are asked for here."),
        last_layer_missing(),
        *bias_mistakes(),
        Mistake("b", "random", ((B_LINE, 'parameters["b" + str(l)] = np.random.randn(layers_dims[l], 1)'),),
                "你的 b 是随机数，这里要的是全 0。",
                "your b is random; zeros are asked for here."),
    ),
)


# ---------------------------------------------------------------- large random numbers


LARGE = "np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10"
RESEEDED = ("parameters = {}\n    for l in range(1, len(layers_dims)):\n",
            "parameters = {}\n    for l in range(1, len(layers_dims)):\n        np.random.seed(3)\n")

initialize_parameters_random = Question(
    path="init_utils.initialize_parameters_random",
    points=40,
    returns="parameters",
    cases=initialize_cases,
    hints=(
        Text("np.random.randn 抽出来的数大多落在 -2 到 2 之间。怎样让每个权重都大 10 倍？哪些参数不用随机？",
             "Most numbers drawn by np.random.randn lie between -2 and 2. How does every weight become ten times as large? "
             "Which parameters need not be random?"),
        Text("np.random.randn 的行数和列数直接作为两个参数，不用元组；np.zeros 则要元组。乘以 10 的只有 W。",
             "np.random.randn takes the numbers of rows and columns as two arguments, no tuple; np.zeros wants a tuple. Only W "
             "is multiplied by 10."),
    ),
    formulas={"W": "W[l] (n[l], n[l-1]) = 10 * randn (n[l], n[l-1])", "b": "b[l] (n[l], 1) = 0"},
    mistakes=(
        Mistake("W", "missing_factor", ((LARGE, "np.random.randn(layers_dims[l], layers_dims[l - 1])"),),
                "少乘了 10：你的 W 只有应有的十分之一。",
                "the factor 10 is missing: your W is a tenth of what it should be."),
        Mistake("W", "constant", ((LARGE, "np.random.randn(layers_dims[l], layers_dims[l - 1]) * 0.01"),),
                "你乘的是笔记本 1 里的 0.01，这里要故意取大，乘以 10：你的 W 只有应有的 1/1000。",
                "you multiplied by the 0.01 of notebook 1; here the weights are large on purpose, times 10. Your W is "
                "1/1000 of what it should be."),
        Mistake("W", "inverted", ((LARGE, "np.random.randn(layers_dims[l], layers_dims[l - 1]) / 10"),),
                "该乘以 10 的地方除以了 10：你的 W 只有应有的 1/100。",
                "you divide by 10 where you should multiply by 10: your W is 1/100 of what it should be."),
        Mistake("W", "random", ((LARGE, "np.random.rand(layers_dims[l], layers_dims[l - 1]) * 10"),),
                "你用的 rand 在 0 到 1 之间均匀抽数，全是正的；这里要的是有正有负的正态分布，名字末尾多一个 n。",
                "rand, which you use, draws evenly between 0 and 1, all positive; what is wanted is the normal distribution "
                "with both signs, whose name has one more n at the end."),
        Mistake("W", "extra_term", ((LARGE, "np.random.randn(layers_dims[l], layers_dims[l - 1]) + 10"),),
                "你给每个随机数加了 10，而不是乘以 10：你的 W 全挤在 10 附近，几乎都是正的。",
                "you add 10 to each random number instead of multiplying by 10: the entries of your W all lie around 10, "
                "nearly all positive."),
        Mistake("W", "transpose", ((LARGE, "np.random.randn(layers_dims[l - 1], layers_dims[l]) * 10"),),
                "你的 W 行列颠倒了，形状成了 (n[l-1], n[l])。每一行属于本层的一个单元，每一列对应前一层的一个单元。",
                "the rows and columns of your W are exchanged: its shape is (n[l-1], n[l]). Each row belongs to a unit of this "
                "layer, each column to a unit of the layer before."),
        Mistake("W", "order", ((LARGE, "np.random.randn(layers_dims[l - 1], layers_dims[l]).T * 10"),),
                "形状是对的，但你先抽了 (n[l-1], n[l]) 个数再转置，每个数都换了位置；直接按 W 的形状去抽。",
                "the shape is right, but you draw (n[l-1], n[l]) numbers and transpose them, so that each number stands in "
                "another place; draw them in the shape of W."),
        Mistake("W", "constant", ((LARGE, "np.zeros((layers_dims[l], layers_dims[l - 1])) * 10"),),
                "你的 W 全是 0；这道题要用标准正态随机数乘以 10，各个单元才会不同。",
                "your W is all zeros; this exercise takes standard normal random numbers times 10, so that units differ."),
        Mistake("W", "random", (RESEEDED,),
                "随机种子在循环里又设了一遍，每一层都从头抽起，各层的 W 开头都是同样的数；种子只在开头设一次。",
                "the seed is set again inside the loop, so every layer starts drawing from the beginning and each W opens with "
                "the same numbers; the seed is set once, at the start."),
        last_layer_missing(),
        *bias_mistakes(),
        random_bias(),
        Mistake("b", "random", ((B_LINE, 'parameters["b" + str(l)] = np.random.randn(layers_dims[l], 1) * 10'),),
                "你的 b 也抽了随机数并乘了 10，这里要的是全 0；多抽的数还会让后面各层的 W 跟着改变。",
                "you drew random numbers times 10 for b as well; zeros are asked for. The extra draws also change the W of all "
                "layers after it."),
    ),
)


# ---------------------------------------------------------------- He


HE = "np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])"
HE_SCALE = "np.sqrt(2 / layers_dims[l - 1])"


initialize_parameters_he = Question(
    path="init_utils.initialize_parameters_he",
    points=40,
    returns="parameters",
    cases=initialize_cases,
    hints=(
        Text("一个单元的 z 是多少项的和？项数越多，每个权重应当越大还是越小？",
             "How many terms add up to the z of one unit? With more terms, should each weight be larger or smaller?"),
        Text("缩放系数是“2 除以前一层单元数”的平方根，用 np.sqrt；除法要写在根号里面。",
             "The scale is the square root of 2 over the number of units in the previous layer: np.sqrt, with the division "
             "inside it."),
    ),
    formulas={"W": "W[l] (n[l], n[l-1]) = randn (n[l], n[l-1]) * √(2 / n[l-1])", "b": "b[l] (n[l], 1) = 0"},
    mistakes=(
        Mistake("W", "index", ((HE_SCALE, "np.sqrt(2 / layers_dims[l])"),),
                "根号里除的是本层的单元数 n[l]，应当是前一层的 n[l-1]：一个单元的 z 有 n[l-1] 项相加，要按项数来缩小。",
                "under the root you divide by n[l], the units of this layer; it should be n[l-1], those of the layer before. "
                "The z of a unit adds up n[l-1] terms, and the scale makes up for their number."),
        Mistake("W", "constant", ((HE_SCALE, "np.sqrt(1 / layers_dims[l - 1])"),),
                "根号里的 2 写成了 1，那是 Xavier 初始化：你的 W 只有应有的 0.71 倍。ReLU 会把一半的单元变成 0，2 "
                "就是为此补上的。",
                "the 2 under the root is a 1, which is Xavier initialization: your W is 0.71 times what it should be. The 2 "
                "makes up for the half of the units that ReLU turns to 0."),
        Mistake("W", "missing_root", ((HE_SCALE, "2 / layers_dims[l - 1]"),),
                "少了开平方：你乘的是 2 / n[l-1] 本身。它管的是方差，乘到数上要先开平方。",
                "the square root is missing: you multiply by 2 / n[l-1] itself. That is the variance; what a number is "
                "multiplied by is its square root."),
        Mistake("W", "formula", ((HE_SCALE, "np.sqrt(2) / layers_dims[l - 1]"),),
                "只对 2 开了平方，没有对 n[l-1] 开：你的 W 只有应有的 1/√n[l-1]。整个分数都在根号里面。",
                "only the 2 is under the root, n[l-1] is not: your W is 1/√n[l-1] of what it should be. The whole fraction "
                "belongs under it."),
        Mistake("W", "formula", ((HE_SCALE, "np.sqrt(2 * layers_dims[l - 1])"),),
                "根号里该除以 n[l-1]，你却乘了它：你的 W 是应有的 n[l-1] 倍，输入越多反而越大。",
                "under the root you multiply by n[l-1] instead of dividing: your W is n[l-1] times what it should be, and "
                "grows with the number of inputs."),
        Mistake("W", "inverted", (("* " + HE_SCALE, "/ " + HE_SCALE),),
                "该乘以 √(2 / n[l-1]) 的地方做了除法，结果乘上的是 √(n[l-1] / 2)。",
                "you divide by √(2 / n[l-1]) where you should multiply by it, so what you multiply by is √(n[l-1] / 2)."),
        Mistake("W", "missing_factor", ((" * " + HE_SCALE, ""),),
                "少了缩放系数 √(2 / n[l-1])：你的 W 就是 randn 原来的数。",
                "the scale √(2 / n[l-1]) is missing: your W is what randn draws, unchanged."),
        Mistake("W", "constant", ((HE_SCALE, "10"),),
                "你用的还是上一题的系数 10；这里的系数要随前一层的单元数而变，是 √(2 / n[l-1])。",
                "this is still the factor 10 of the exercise before; here the factor depends on the previous layer, √(2 / "
                "n[l-1])."),
        Mistake("W", "extra_factor", ((HE_SCALE, HE_SCALE + " * 10"),),
                "系数 √(2 / n[l-1]) 是对的，但上一题的 10 还留着：你的 W 是应有的 10 倍。",
                "the scale √(2 / n[l-1]) is right, but the 10 of the exercise before is still there: your W is 10 times "
                "what it should be."),
        Mistake("W", "constant", ((HE_SCALE, "0.01"),),
                "你乘的是固定的 0.01；这里的系数要随前一层的单元数而变，是 √(2 / n[l-1])。",
                "you multiply by a fixed 0.01; here the factor depends on the previous layer, √(2 / n[l-1])."),
        Mistake("W", "formula", ((HE_SCALE, "np.sqrt(2 / (layers_dims[l - 1] + layers_dims[l]))"),),
                "根号里除的是 n[l-1] + n[l]，那是 Glorot 初始化；He 初始化只看前一层的 n[l-1]。",
                "under the root you divide by n[l-1] + n[l], which is Glorot initialization; He initialization looks at n[l-1] "
                "alone."),
        Mistake("W", "index", ((HE_SCALE, "np.sqrt(2 / layers_dims[0])"),),
                "每一层都除以了输入的大小 n[0]，只有第 1 层碰巧对；第 l 层要用它前一层的 n[l-1]。",
                "every layer divides by the size of the input, n[0], which is right for layer 1 only; layer l needs n[l-1], "
                "the layer before it."),
        Mistake("W", "random", ((HE, "np.random.rand(layers_dims[l], layers_dims[l - 1]) * " + HE_SCALE),),
                "你用的 rand 在 0 到 1 之间均匀抽数，全是正的；这里要的是有正有负的正态分布，名字末尾多一个 n。",
                "rand, which you use, draws evenly between 0 and 1, all positive; what is wanted is the normal distribution "
                "with both signs, whose name has one more n at the end."),
        Mistake("W", "transpose", ((HE, "np.random.randn(layers_dims[l - 1], layers_dims[l]) * " + HE_SCALE),),
                "你的 W 行列颠倒了，形状成了 (n[l-1], n[l])。每一行属于本层的一个单元，每一列对应前一层的一个单元。",
                "the rows and columns of your W are exchanged: its shape is (n[l-1], n[l]). Each row belongs to a unit of this "
                "layer, each column to a unit of the layer before."),
        Mistake("W", "random", (RESEEDED,),
                "随机种子在循环里又设了一遍，每一层都从头抽起；种子只在开头设一次。",
                "the seed is set again inside the loop, so every layer starts drawing from the beginning; the seed is set "
                "once, at the start."),
        last_layer_missing(),
        *bias_mistakes(),
        random_bias(),
    ),
)

QUESTIONS = (initialize_parameters_zeros, initialize_parameters_random, initialize_parameters_he)
