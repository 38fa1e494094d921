"""The five questions of notebook 4."""

from dataclasses import replace

import numpy as np

import gc_utils
import init_utils

from ..text import Text
from .base import Case, Mistake, Question, Slope, coarse32, labels, shifted
from .reg import coarse_network, live_network, parameters_of, sizes_apart


def number(rng, least=0.5, most=3.0):
    """Return a number of either sign whose size is between `least` and `most`."""
    return float(rng.uniform(least, most) * rng.choice((-1, 1)))


# ---------------------------------------------------------------- one dimension, forward and backward


def one_dimension_cases(rng):
    # x is whole where theta is negative, so that a power mistaken for a product is a real number, too
    yield Case((rng.uniform(1.5, 2.5), rng.uniform(3, 4)))
    yield Case((int(rng.integers(2, 5)), int(rng.integers(5, 9))))
    yield Case((-int(rng.integers(2, 5)), rng.uniform(0.5, 2)))
    yield Case((int(rng.integers(2, 5)), np.float64(-rng.uniform(1, 3))))
    yield Case((-int(rng.integers(3, 6)), -rng.uniform(0.1, 0.9)))
    yield Case((rng.uniform(100, 1000), rng.uniform(0.001, 0.1)))
    yield Case((coarse32(np.array(rng.uniform(1, 3))), coarse32(np.array(rng.uniform(4, 6)))))


forward_propagation = Question(
    path="gc_utils.forward_propagation",
    points=10,
    returns="J",
    cases=one_dimension_cases,
    hints=(
        Text("网络只有一个输入 x 和一个参数 theta，没有激活函数，也没有偏置。把公式 J(θ) = θx 读一遍：这里是哪种运算？",
             "The network has one input x and one parameter theta, no activation function and no bias. Read J(θ) = θx once "
             "more: which operation is that?"),
        Text("θ 和 x 挨着写，中间省略的是乘号；Python 里两个数相乘要把 * 写出来。",
             "Where θ and x stand side by side, a multiplication sign is left out; in Python the * has to be written."),
    ),
    formulas={"J": "J () = θ * x"},
    mistakes=(
        Mistake("J", "formula", (("theta * x\n", "theta + x\n"),),
                "你把 θ 和 x 相加了，J 应当是它们的乘积。",
                "you add θ and x; J is their product."),
        Mistake("J", "formula", (("theta * x\n", "theta ** x\n"),),
                "两个星号是乘方，你算的是 θ 的 x 次方；相乘只要一个星号。",
                "two asterisks raise to a power: you compute θ to the power x. A product takes one asterisk."),
        Mistake("J", "formula", (("theta * x\n", "theta / x\n"),),
                "你用 θ 除以了 x，J 应当是它们的乘积。",
                "you divide θ by x; J is their product."),
        Mistake("J", "missing_factor", (("= theta * x\n", "= theta\n"),),
                "少乘了 x：你的 J 就是 θ 本身，与输入无关。",
                "the factor x is missing: your J is θ itself and does not depend on the input."),
        Mistake("J", "missing_factor", (("= theta * x\n", "= x\n"),),
                "少乘了 θ：你的 J 就是 x 本身，怎样改 θ 都不会变。",
                "the factor θ is missing: your J is x itself and does not change with θ."),
        Mistake("J", "sign", (("= theta * x\n", "= -theta * x\n"),),
                "符号反了：J 前面没有负号。",
                "the sign is wrong: there is no minus in front of J."),
        Mistake("J", "activation", (("theta * x\n", "sigmoid(theta * x)\n"),),
                "你多套了一层 sigmoid；这个最小的网络没有激活函数，J 就是 θ 与 x 的乘积。",
                "there is a sigmoid too many; this smallest of networks has no activation function, J is the product of θ and x."),
        Mistake("J", "activation", (("theta * x\n", "relu(theta * x)\n"),),
                "你多套了一层 relu，负的 J 都变成了 0；这个最小的网络没有激活函数。",
                "there is a relu too many, and every negative J becomes 0; this smallest of networks has no activation function."),
        Mistake("J", "extra_factor", (("theta * x\n", "theta * x * x\n"),),
                "多乘了一个 x：θ 和 x 各乘一次就够了。",
                "there is one x too many: θ and x come in once each."),
        Mistake("J", "formula", (("theta * x\n", "(theta * x) ** 2\n"),),
                "你多做了一次平方，J 就是乘积本身，可以是负数。",
                "there is one square too many; J is the product itself and may be negative."),
        Mistake("J", "extra_factor", (("theta * x\n", "theta * x / 2\n"),),
                "多除了一个 2：你的 J 只有应有的一半。",
                "you divide by 2 for no reason: your J is half of what it should be."),
    ),
)


backward_propagation = Question(
    path="gc_utils.backward_propagation",
    points=10,
    returns="dtheta",
    cases=one_dimension_cases,
    hints=(
        Text("对哪一个变量求导？另一个变量这时算常数还是变量？把 J = 5θ 对 θ 求导，得什么？",
             "With respect to which of the two is the derivative taken, and is the other one a constant then? What is the "
             "derivative of J = 5θ?"),
        Text("J = θx 是 θ 的一次函数，它的导数就是斜率，也就是 θ 前面的系数，与 θ 取多少无关。",
             "As a function of θ, J = θx is a straight line; its derivative is the slope, what θ is multiplied by, whatever θ "
             "is."),
    ),
    formulas={"dtheta": "dθ () = dJ/dθ = d(θ * x)/dθ"},
    mistakes=(
        Mistake("dtheta", "wrong_variable", (("= x\n", "= theta\n"),),
                "你求的是对 x 的导数，得到了 θ；要的是对 θ 的导数，这时 x 才是常数。",
                "this is the derivative with respect to x, which is θ; what is asked for is the one with respect to θ, with x "
                "held constant."),
        Mistake("dtheta", "formula", (("= x\n", "= theta * x\n"),),
                "你返回的是 J 本身，还没有求导。",
                "you return J itself, not its derivative."),
        Mistake("dtheta", "constant", (("= x\n", "= 1\n"),),
                "θ 的导数是 1，但它前面的系数不能丢：导数还要乘上那个系数。",
                "the derivative of θ is 1, but the factor that multiplies θ remains: the derivative is multiplied by "
                "it, too."),
        Mistake("dtheta", "constant", (("= x\n", "= 0\n"),),
                "你得到 0，好像 J 不随 θ 变化；J 是 θ 的一次函数，它的斜率不是 0。",
                "you get 0, as if J did not change with θ; J is a straight line in θ, and its slope is not 0."),
        Mistake("dtheta", "sign", (("= x\n", "= -x\n"),),
                "符号反了：θ 前面没有负号，求导也不会添一个。",
                "the sign is wrong: there is no minus in front of θ, and taking the derivative does not add one."),
        Mistake("dtheta", "extra_factor", (("= x\n", "= 2 * x\n"),),
                "多了一个 2：那是平方求导才有的系数，而 J 是 θ 的一次函数。",
                "there is a 2 too many: that factor comes from the derivative of a square, while J is a straight line in θ."),
        Mistake("dtheta", "extra_factor", (("= x\n", "= x * x\n"),),
                "多乘了一个 x：你的结果是应有的 x 倍。",
                "there is one x too many: your result is x times what it should be."),
        Mistake("dtheta", "extra_factor", (("= x\n", "= x / 2\n"),),
                "多除了一个 2：你的 dtheta 只有应有的一半。",
                "you divide by 2 for no reason: your dtheta is half of what it should be."),
        Mistake("dtheta", "formula", (("= x\n", "= x + theta\n"),),
                "你把对 x 和对 θ 的两个导数加在一起了；这里只对 θ 求导，x 当作常数。",
                "you add the derivatives with respect to x and to θ; only the one with respect to θ is asked for, with x held "
                "constant."),
        Mistake("dtheta", "formula", (("= x\n", "= 1 / x\n"),),
                "上下颠倒了：你给的是 x 的倒数。",
                "it is upside down: you give the reciprocal of x."),
    ),
)


# ---------------------------------------------------------------- gradient checking, one dimension


def cubic(sign, a, b, c, backward_sign=1):
    """Return other helpers, so that the difference is no rounding noise: J = ±(a θ³ + x² θ), and a derivative ±(b θ² + c x²) of it."""
    return {
        "forward_propagation": f"def forward_propagation(x, theta):\n    return {sign} * ({a} * theta**3 + x**2 * theta)",
        "backward_propagation": f"def backward_propagation(x, theta):\n    return {sign * backward_sign} * ({b} * theta**2 + {c} * x**2)",
    }


def gradient_check_cases(rng):
    a, c = (round(float(value), 2) for value in (rng.uniform(1, 1.5), rng.uniform(1.8, 2.2)))
    b = round(4.5 * a, 2)
    yield Case((rng.uniform(3, 3.5), rng.uniform(2.2, 2.8), round(rng.uniform(0.5, 0.8), 2)), cubic(-1, a, b, c))
    yield Case((number(rng), number(rng)), cubic(1, a, a, 0.5))
    yield Case((int(rng.integers(1, 4)), int(rng.integers(4, 7)), 1e-4), cubic(1, a, b, c))
    yield Case((number(rng), number(rng), 0.2), cubic(1, a, b, c, backward_sign=-1))
    yield Case((number(rng), number(rng), 1e-5), cubic(-1, a, a, 0.5))
    yield Case((number(rng), number(rng)))
    yield Case((number(rng), number(rng), 0.01))


DENOMINATOR = "np.linalg.norm(grad) + np.linalg.norm(gradapprox)"
NUMERATOR = "np.linalg.norm(grad - gradapprox)"

# what goes wrong with the last three lines is the same in one dimension and in many
SQUARES = Mistake(
    "difference", "formula", ((NUMERATOR, NUMERATOR + " ** 2"), (DENOMINATOR, "np.linalg.norm(grad) ** 2 + np.linalg.norm(gradapprox) ** 2")),
    "范数都多做了一次平方：两个梯度接近时，你的相对差小得多，错误的梯度也容易蒙混过关。",
    "all norms are squared for no reason: where the two gradients are close, your relative difference is far too small, and a "
    "wrong gradient may slip through.")
ONLY_NUMERATOR = Mistake(
    "difference", "missing_term", (("difference = numerator / denominator", "difference = numerator"),),
    "没有除以分母：你给的是绝对的差，梯度本身越大它就越大，没法与阈值相比。",
    "the division by the denominator is missing: this is the absolute difference, which grows with the size of the gradient "
    "and cannot be held against a threshold.")
UPSIDE_DOWN = Mistake(
    "difference", "swapped", (("difference = numerator / denominator", "difference = denominator / numerator"),),
    "分子和分母颠倒了：梯度越对，你的结果反而越大。",
    "numerator and denominator are exchanged: the better the gradient, the larger your result.")
ONLY_GRAD = Mistake(
    "denominator", "missing_term", ((DENOMINATOR, "np.linalg.norm(grad)"),),
    "分母只有 grad 的范数，还要加上 gradapprox 的范数；少了它，两个梯度接近时，你的结果大约是应有的 2 倍。",
    "the denominator is the norm of grad alone; the norm of gradapprox is added to it. Without that, your result is about "
    "twice what it should be where the two gradients are close.")
ONLY_APPROX = Mistake(
    "denominator", "missing_term", ((DENOMINATOR, "np.linalg.norm(gradapprox)"),),
    "分母只有 gradapprox 的范数，还要加上 grad 的范数；少了它，两个梯度接近时，你的结果大约是应有的 2 倍。",
    "the denominator is the norm of gradapprox alone; the norm of grad is added to it. Without that, your result is about "
    "twice what it should be where the two gradients are close.")
PRODUCT = Mistake(
    "denominator", "formula", ((DENOMINATOR, "np.linalg.norm(grad) * np.linalg.norm(gradapprox)"),),
    "分母里两个范数相乘了，应当相加；相乘之后，结果会随梯度的大小而变，不再是相对差。",
    "the two norms of the denominator are multiplied, not added; then the result changes with the size of the gradient and is "
    "no relative difference.")
MINUS = Mistake(
    "denominator", "sign", ((DENOMINATOR, "np.linalg.norm(grad) - np.linalg.norm(gradapprox)"),),
    "分母里两个范数相减了，应当相加；相减之后分母可能接近 0，甚至是负数。",
    "the two norms of the denominator are subtracted, not added; the denominator may then be close to 0, or even negative.")
NO_BRACKETS = Mistake(
    "difference", "formula", (("difference = numerator / denominator", "difference = numerator / np.linalg.norm(grad) + np.linalg.norm(gradapprox)"),),
    "分母少了括号：分子只除以 grad 的范数，gradapprox 的范数加到了商的外面。",
    "the denominator lacks its brackets: the numerator is divided by the norm of grad only, and the norm of gradapprox is "
    "added to the quotient.")
WRONG_SIGN = Mistake(
    "numerator", "sign", ((NUMERATOR, "np.linalg.norm(grad + gradapprox)"),),
    "有一个正负号反了：要么分子里该相减的写成了相加，要么 gradapprox 里 J_plus 与 J_minus 减反了。梯度正确时，你的结果接近 1，"
    "而不是接近 0。",
    "a sign is wrong: either the numerator adds where it should subtract, or gradapprox subtracts J_plus from J_minus. For a "
    "right gradient your result is close to 1 instead of 0.")
REVERSED = (("J_plus - J_minus", "J_minus - J_plus"),)
NORMS_FIRST = Mistake(
    "numerator", "formula", ((NUMERATOR, "np.linalg.norm(grad) - np.linalg.norm(gradapprox)"),),
    "分子要先相减再求范数，你是先求范数再相减：结果可能是负的；两个梯度大小相同、方向相反时，结果成了 0。",
    "the numerator subtracts first and takes the norm then; you take the norms first and subtract. The result may be negative, "
    "and it is 0 for two gradients of one size and opposite direction.")
NORM_OF_SUM = Mistake(
    "denominator", "formula", ((DENOMINATOR, "np.linalg.norm(grad + gradapprox)"),),
    "分母要先分别求范数再相加，你是先相加再求范数：两个梯度方向相反时会互相抵消，分母就太小了。",
    "the denominator takes the two norms and adds them; you add first and take the norm then. Gradients of opposite direction "
    "cancel, and the denominator is too small.")


def in_both_places(mistake, quantity, edits):
    """Return the mistake, and the same at another place, which gives the same results: one message that is true of either."""
    return mistake, replace(mistake, quantity=quantity, edits=edits)


gradient_check = Question(
    path="gc_utils.gradient_check",
    points=25,
    returns="difference",
    cases=gradient_check_cases,
    hints=(
        Text("不用求导公式，怎样从两次前向传播得到斜率？挪动的是 x 还是 θ？横坐标一共挪动了多远？",
             "How do two forward passes give a slope without any formula for the derivative? Is it x or θ that is moved? How "
             "far apart are the two points?"),
        Text("中心差分：J 在 θ+ε 与 θ-ε 处的差，除以 2ε，2ε 要括起来；相对差的分子是“差的范数”，分母是“两个范数的和”，都用 "
             "np.linalg.norm。",
             "The central difference: J at θ+ε minus J at θ-ε, divided by 2ε, with brackets around 2ε. For the relative "
             "difference, the norm of the difference over the sum of the norms, all with np.linalg.norm."),
    ),
    formulas={
        "theta_plus": "θ+ () = θ + ε",
        "theta_minus": "θ- () = θ - ε",
        "J_plus": "J+ () = J(x, θ+)",
        "J_minus": "J- () = J(x, θ-)",
        "gradapprox": "gradapprox () = (J+ - J-) / (2ε)",
        "grad": "grad () = dJ/dθ (x, θ)",
        "numerator": "numerator () = ‖grad - gradapprox‖",
        "denominator": "denominator () = ‖grad‖ + ‖gradapprox‖",
        "difference": "difference () = numerator / denominator",
    },
    mistakes=(
        Mistake("theta_plus", "wrong_variable", (("theta_plus = theta + epsilon", "theta_plus = x + epsilon"),),
                "你挪动的是 x，不是 θ：要求的是对 θ 的导数，x 保持不动。",
                "you move x, not θ: the derivative is with respect to θ, and x stays where it is."),
        Mistake("theta_plus", "wrong_variable", (("theta_plus = theta + epsilon", "theta_plus = x + epsilon"),
                                                 ("theta_minus = theta - epsilon", "theta_minus = x - epsilon")),
                "theta_plus 和 theta_minus 挪动的都是 x，不是 θ：要求的是对 θ 的导数，x 保持不动。",
                "both theta_plus and theta_minus move x, not θ: the derivative is with respect to θ, and x stays where it is."),
        *in_both_places(
            Mistake("theta_minus", "wrong_variable", (("theta_minus = theta - epsilon", "theta_minus = theta + epsilon"),),
                    "两次前向传播用的是同一个点，都是 θ+ε，所以 J_minus 与 J_plus 总是相等，gradapprox 总是 0。看看 "
                    "theta_minus 是不是真的减了 ε，J_minus 用的是不是 theta_minus。",
                    "both forward passes use the same point, θ+ε, so that J_minus and J_plus are always equal and gradapprox "
                    "is always 0. See whether theta_minus really subtracts ε, and whether J_minus is computed from "
                    "theta_minus."),
            "J_minus", (("forward_propagation(x, theta_minus)", "forward_propagation(x, theta_plus)"),)),
        *in_both_places(
            Mistake("theta_minus", "missing_term", (("theta_minus = theta - epsilon", "theta_minus = theta"),),
                    "你的 J_minus 是 θ 处的值，没有往左挪：只往一边走了一步，却按两步来除，gradapprox 只有应有的一半左右。看看 "
                    "theta_minus 是不是减了 ε，J_minus 用的是不是 theta_minus。",
                    "your J_minus is taken at θ, which has not moved to the left: there is a step to one side only, but you "
                    "divide by two, and gradapprox is about half of what it should be. See whether theta_minus subtracts ε, "
                    "and whether J_minus is computed from theta_minus."),
            "J_minus", (("forward_propagation(x, theta_minus)", "forward_propagation(x, theta)"),)),
        Mistake("J_plus", "swapped", (("forward_propagation(x, theta_plus)", "forward_propagation(theta_plus, x)"),
                                      ("forward_propagation(x, theta_minus)", "forward_propagation(theta_minus, x)")),
                "forward_propagation 的参数是 (x, theta)，你写反了。J = θx 中两者可以互换，看不出差别，所以检查时换过别的 J。",
                "the arguments of forward_propagation are (x, theta), and yours are exchanged. In J = θx the two can be "
                "interchanged and no difference shows, which is why the check has tried another J."),
        Mistake("gradapprox", "missing_factor", (("/ (2 * epsilon)", "/ epsilon"),),
                "两点相距 2ε，你只除以了 ε：gradapprox 是应有的 2 倍。",
                "the two points are 2ε apart, and you divide by ε only: gradapprox is twice what it should be."),
        Mistake("gradapprox", "formula", (("/ (2 * epsilon)", "/ 2 * epsilon"),),
                "2ε 没有括起来：先除以 2，又乘了 ε，gradapprox 只有应有的 ε² 倍，几乎是 0。",
                "2ε has no brackets: you divide by 2 and then multiply by ε, so that gradapprox is ε² times what it "
                "should be, almost 0."),
        Mistake("gradapprox", "formula", (("(J_plus - J_minus) / (2 * epsilon)", "J_plus - J_minus / (2 * epsilon)"),),
                "分子没有括起来：只有 J_minus 除以了 2ε，J_plus 原样留着。",
                "the numerator has no brackets: only J_minus is divided by 2ε, J_plus is left as it is."),
        Mistake("gradapprox", "missing_factor", (("(J_plus - J_minus) / (2 * epsilon)", "J_plus - J_minus"),),
                "只算了两次成本的差，没有除以 2ε，得到的还不是斜率。",
                "this is only the difference of two costs; without the division by 2ε it is not a slope."),
        Mistake("gradapprox", "sign", (("J_plus - J_minus", "J_plus + J_minus"),),
                "两次前向传播的结果相加了，应当相减：ε 很小的时候，你的 gradapprox 会异常地大。",
                "the two results are added, not subtracted: with a small ε your gradapprox becomes enormous."),
        Mistake("gradapprox", "constant", (("theta_plus = theta + epsilon", "epsilon = 1e-7\n    theta_plus = theta + epsilon"),),
                "步长写死成了 1e-7，没有用到参数 epsilon：别人给的步长不起作用。",
                "the step is fixed at 1e-7 and the argument epsilon is not used: a step that the caller chooses has no effect."),
        Mistake("gradapprox", "formula", (("(J_plus - J_minus) / (2 * epsilon)", "(J_plus - forward_propagation(x, theta)) / epsilon"),),
                "你只往一边走了一步；要往两边各走一步再除以 2ε，误差才与 ε² 成正比，而不是与 ε 成正比。",
                "you step to one side only; step to both sides and divide by 2ε, and the error goes like ε² instead of ε."),
        Mistake("grad", "wrong_variable", (("backward_propagation(x, theta)", "backward_propagation(x, theta_plus)"),),
                "grad 算在了 θ+ε 处，应当在 θ 处：要与中心差分比较的是正中间那一点的导数。",
                "grad is taken at θ+ε; it should be at θ, the middle point that the central difference is about."),
        Mistake("grad", "swapped", (("backward_propagation(x, theta)", "backward_propagation(theta, x)"),),
                "调用 backward_propagation 时两个参数写反了，第一个是 x；你得到的是 θ 与 x 互换之后的导数。",
                "the two arguments of backward_propagation are exchanged, x comes first; what you get is the derivative with θ "
                "and x in each other's place."),
        Mistake("grad", "wrong_function", (("grad = backward_propagation(x, theta)", "grad = forward_propagation(x, theta)"),),
                "grad 用的是前向传播，得到的是 J 本身；梯度要由反向传播给出。",
                "grad comes from forward propagation, which gives J itself; the gradient comes from backward propagation."),
        Mistake("numerator", "missing_norm", ((NUMERATOR, "grad - gradapprox"),),
                "分子少了范数（绝对值）：grad 比 gradapprox 小的时候，你的结果是负的，总是比阈值小，错误就蒙混过关了。",
                "the numerator lacks its norm, the absolute value: where grad is less than gradapprox your result is negative "
                "and always below the threshold, so that a mistake slips through."),
        Mistake("denominator", "missing_norm", ((DENOMINATOR, "grad + gradapprox"),),
                "分母少了范数（绝对值）：梯度是负数时，你的结果也成了负的。",
                "the denominator lacks its norms, the absolute values: with negative gradients your result is negative, too."),
        Mistake("difference", "missing_norm", ((NUMERATOR, "grad - gradapprox"), (DENOMINATOR, "grad + gradapprox")),
                "分子、分母都少了范数（绝对值）：你的结果会有正有负，负的总是比阈值小。",
                "numerator and denominator both lack their norms, the absolute values: your result can be negative, which is "
                "always below the threshold."),
        *in_both_places(WRONG_SIGN, "gradapprox", REVERSED),
        NORMS_FIRST,
        NORM_OF_SUM,
        ONLY_GRAD,
        ONLY_APPROX,
        PRODUCT,
        MINUS,
        NO_BRACKETS,
        SQUARES,
        ONLY_NUMERATOR,
        UPSIDE_DOWN,
    ),
    rtol=1e-3,
    noise=1e-6,
)


# ---------------------------------------------------------------- gradient checking, n dimensions


def gradient_check_n_cases(rng):
    # a large epsilon shows whether it is used; each case takes 94 forward passes, so there are few
    for m, epsilon, flat, right in ((4, round(rng.uniform(0.3, 0.5), 2), False, False), (1, None, True, False), (3, 1e-6, True, True)):
        X, parameters = live_network(rng, [4, 5, 3, 1], m)
        Y = labels(rng, m)
        Y = Y.reshape(-1) if flat else Y
        gradients = gc_utils.backward_propagation_n(X, Y, gc_utils.forward_propagation_n(X, Y, parameters)[1])
        if not right:
            gradients = {name: value * rng.uniform(0.5, 2, size=value.shape) for name, value in gradients.items()}
        yield Case((parameters, gradients, X, Y) if epsilon is None else (parameters, gradients, X, Y, epsilon))


COPY_PLUS = "np.copy(theta)\n        theta_plus"
COPY_MINUS = "np.copy(theta)\n        theta_minus"
QUOTIENT = "(J_plus - J_minus) / (2 * epsilon)"

SAME_POINT = Mistake(
    "theta_minus", "wrong_variable", (("theta_minus[i] -= epsilon", "theta_minus[i] += epsilon"),),
    "两次前向传播用的是同一组参数，J_minus 与 J_plus 总是相等：gradapprox 全是 0，相对差总是 1。看看 theta_minus "
    "是不是真的减了 ε，送进前向传播的是不是刚挪动过的那两个向量。",
    "both forward passes use the same parameters, so that J_minus and J_plus are always equal: gradapprox is all zeros and the "
    "relative difference always 1. See whether theta_minus really subtracts ε, and whether the two vectors just moved are what "
    "goes into forward propagation.")

gradient_check_n = Question(
    path="gc_utils.gradient_check_n",
    points=25,
    returns="difference",
    cases=gradient_check_n_cases,
    hints=(
        Text("一维时挪动 θ，现在 θ 是一列数：第 i 个偏导数要挪动哪几个数？挪完以后，下一轮循环的 θ 应当是什么样？",
             "In one dimension θ was moved; now θ is a column. Which of its numbers move for partial derivative i? And what "
             "should θ be like when the next iteration starts?"),
        Text("每一轮先用 np.copy 复制 theta，只改第 i 个元素，再用 vector_to_dictionary 变回字典送进 forward_propagation_n；"
             "循环结束后才算范数。",
             "In each iteration take a np.copy of theta, change entry i only, turn it back with vector_to_dictionary and pass it "
             "to forward_propagation_n; the norms come after the loop."),
    ),
    formulas={
        "theta_plus": "θ+ (P, 1) = θ (P, 1) + ε * e_i (P, 1)",
        "theta_minus": "θ- (P, 1) = θ (P, 1) - ε * e_i (P, 1)",
        "J_plus": "J+ () = J(θ+)",
        "J_minus": "J- () = J(θ-)",
        "gradapprox": "gradapprox[i] () = (J+ - J-) / (2ε), gradapprox (P, 1)",
        "numerator": "numerator () = ‖grad (P, 1) - gradapprox (P, 1)‖",
        "denominator": "denominator () = ‖grad (P, 1)‖ + ‖gradapprox (P, 1)‖",
        "difference": "difference () = numerator / denominator",
    },
    mistakes=(
        Mistake("theta_plus", "not_copied", ((COPY_PLUS, "theta\n        theta_plus"),),
                "theta_plus = theta 没有复制，只是同一个数组的另一个名字：加 ε 时 theta 也变了，theta_minus 减去 ε "
                "后正好又回到 θ；gradapprox 只有应有的一半左右，而且 θ 一轮比一轮偏得远。",
                "theta_plus = theta copies nothing, it is a second name for the same array: adding ε changes theta, too, and "
                "theta_minus, less ε, is just back at θ. gradapprox is about half of what it should be, and θ is further off "
                "with every iteration."),
        Mistake("theta_minus", "not_copied", ((COPY_MINUS, "theta\n        theta_minus"),),
                "theta_minus = theta 没有复制：减 ε 时 theta 自己也变了，前面挪过的参数都停在 θ-ε，后面的偏导数就不是在 θ "
                "处量的了。",
                "theta_minus = theta copies nothing: subtracting ε changes theta itself. Every parameter that had its turn "
                "stays at θ-ε, and the later partial derivatives are not measured at θ."),
        *in_both_places(
            Mistake("J_minus", "not_copied", ((COPY_PLUS, "theta\n        theta_plus"), (COPY_MINUS, "theta\n        theta_minus")),
                    "你的 J_minus 是 θ 处的成本，不是 θ-ε 处的，gradapprox 只有应有的一半左右。要么 theta_plus 和 theta_minus "
                    "都没有复制，与 theta 是同一个数组，加 ε 再减 ε 又回到了 θ；要么送进前向传播的是 theta，不是 theta_minus。"
                    "",
                    "your J_minus is the cost at θ, not at θ-ε, and gradapprox is about half of what it should be. Either "
                    "theta_plus and theta_minus are no copies but the same array as theta, which is back at θ after adding ε "
                    "and subtracting it; or it is theta that goes into forward propagation, not theta_minus."),
            "J_minus", (("vector_to_dictionary(theta_minus, parameters)", "vector_to_dictionary(theta, parameters)"),)),
        Mistake("theta_plus", "index", (("theta_plus[i] += epsilon", "theta_plus += epsilon"), ("theta_minus[i] -= epsilon", "theta_minus -= epsilon")),
                "所有参数一起挪动了 ε，应当只挪第 i 个：你的 gradapprox 每个元素都一样，是所有偏导数之和。",
                "all parameters move by ε at once, and only entry i should: every entry of your gradapprox is the same, the "
                "sum of all partial derivatives."),
        Mistake("theta_plus", "index", (("theta_plus[i]", "theta_plus[0]"), ("theta_minus[i]", "theta_minus[0]")),
                "每一轮挪动的都是第 0 个参数，没有用到 i：你的 gradapprox 每个元素都是对第 0 个参数的偏导数。",
                "entry 0 is shifted in every iteration, i is not used: every entry of your gradapprox is the partial derivative "
                "with respect to entry 0."),
        Mistake("theta_plus", "missing_term", (("theta_plus[i] += epsilon", "theta_plus[i] = epsilon"),
                                               ("theta_minus[i] -= epsilon", "theta_minus[i] = -epsilon")),
                "第 i 个参数被换成了 ε 和 -ε，应当是在原来的值上加、减 ε：你量的是它在 0 附近的斜率。",
                "parameter i is replaced by ε and by -ε, where ε should be added to its value and subtracted from it: you "
                "measure the slope around 0."),
        *in_both_places(
            SAME_POINT, "J_minus", (("vector_to_dictionary(theta_minus, parameters)", "vector_to_dictionary(theta_plus, parameters)"),)),
        replace(SAME_POINT, quantity="J_plus", edits=(("vector_to_dictionary(theta_plus, parameters)", "parameters"),
                                                      ("vector_to_dictionary(theta_minus, parameters)", "parameters"))),
        Mistake("J_plus", "wrong_variable", (("vector_to_dictionary(theta_plus, parameters)", "vector_to_dictionary(theta, parameters)"),),
                "算 J_plus 时送进去的是没有挪动的 theta，不是 theta_plus：gradapprox 只剩下往左边的半步，只有应有的一半左右。",
                "this is computed from theta, which has not moved, and not from theta_plus: only the half step to the left "
                "remains, and gradapprox is about half of what it should be."),
        Mistake("gradapprox", "extra_factor", ((QUOTIENT, QUOTIENT + " / X.shape[1]"),),
                "多除以了 m：成本里已经对样本取过平均，你的 gradapprox 只有应有的 1/m。",
                "you divide by m once more: the cost is already a mean over the examples, and your gradapprox is 1/m of what "
                "it should be."),
        Mistake("gradapprox", "missing_factor", ((QUOTIENT, "(J_plus - J_minus) / epsilon"),),
                "两点相距 2ε，你只除以了 ε：gradapprox 是应有的 2 倍，正确的梯度也会得到 0.33 左右的相对差。",
                "the two points are 2ε apart, and you divide by ε only: gradapprox is twice what it should be, and even a "
                "right gradient gets a relative difference of about 0.33."),
        Mistake("gradapprox", "formula", ((QUOTIENT, "(J_plus - J_minus) / 2 * epsilon"),),
                "2ε 没有括起来：先除以 2，又乘了 ε，gradapprox 只有应有的 ε² 倍，几乎是 0。",
                "2ε has no brackets: you divide by 2 and then multiply by ε, so that gradapprox is ε² times what it "
                "should be, almost 0."),
        Mistake("gradapprox", "missing_factor", ((QUOTIENT, "J_plus - J_minus"),),
                "只算了两个成本的差，没有除以 2ε，得到的还不是偏导数。",
                "this is only the difference of two costs; without the division by 2ε it is not a partial derivative."),
        Mistake("gradapprox", "sign", (("J_plus - J_minus", "J_plus + J_minus"),),
                "两个成本相加了，应当相减：ε 很小的时候，你的 gradapprox 会异常地大。",
                "the two costs are added, not subtracted: with a small ε your gradapprox becomes enormous."),
        Mistake("gradapprox", "formula", ((QUOTIENT, "(J_plus - forward_propagation_n(X, Y, parameters)[0]) / epsilon"),),
                "你只往一边走了一步；要往两边各走一步再除以 2ε，误差才与 ε² 成正比，而不是与 ε 成正比。",
                "you step to one side only; step to both sides and divide by 2ε, and the error goes like ε² instead of ε."),
        Mistake("gradapprox", "constant", (("theta_plus = np.copy(theta)", "epsilon = 1e-7\n        theta_plus = np.copy(theta)"),),
                "步长写死成了 1e-7，没有用到参数 epsilon：别人给的步长不起作用。",
                "the step is fixed at 1e-7 and the argument epsilon is not used: a step that the caller chooses has no effect."),
        Mistake("gradapprox", "index", (("gradapprox[i] = ", "gradapprox = "),),
                "每一轮都把整个 gradapprox 换掉了，没有写进第 i 个位置：最后只剩下一个数，是最后一个参数的偏导数。",
                "each iteration replaces all of gradapprox instead of filling entry i: in the end it is a single number, the "
                "partial derivative of the last parameter."),
        Mistake("gradapprox", "shape", (("np.zeros(theta.shape)", "np.zeros(len(theta))"),),
                "gradapprox 是一维的 (P,)，grad 是一列 (P, 1)：相减时广播成了 (P, P) 的矩阵，分子异常地大。",
                "gradapprox is one-dimensional, (P,), while grad is a column, (P, 1): their difference is broadcast to a "
                "matrix (P, P), and the numerator is far too large."),
        *in_both_places(WRONG_SIGN, "gradapprox", REVERSED),
        NORMS_FIRST,
        NORM_OF_SUM,
        Mistake("numerator", "formula", ((NUMERATOR, "np.sum(grad - gradapprox)"),),
                "分子是各个差直接相加：正负互相抵消，还可能是负数；应当求差的范数。",
                "the numerator just adds up the differences: positive and negative ones cancel, and the sum may be negative. "
                "Take the norm of the difference."),
        Mistake("difference", "formula", ((NUMERATOR, "np.sum(np.abs(grad - gradapprox))"),
                                          (DENOMINATOR, "np.sum(np.abs(grad)) + np.sum(np.abs(gradapprox))")),
                "你用绝对值之和代替了范数；范数是平方和的平方根，np.linalg.norm 算的就是它。",
                "you use sums of absolute values in place of norms; the norm is the square root of the sum of squares, which "
                "is what np.linalg.norm computes."),
        ONLY_GRAD,
        ONLY_APPROX,
        PRODUCT,
        MINUS,
        NO_BRACKETS,
        SQUARES,
        ONLY_NUMERATOR,
        UPSIDE_DOWN,
    ),
    rtol=1e-3,
    noise=1e-6,
)


# ---------------------------------------------------------------- the two planted mistakes


def backward_n_cases(rng):
    settings = (([3, 4, 2, 1], 5, False, 1), ([4, 5, 3, 1], 3, True, 1), ([2, 6, 4, 1], 7, False, 20), ([3, 3, 3, 1], 3, True, 1),
                ([4, 2, 3, 1], 1, True, 1), (sizes_apart(rng), 6, False, 1))
    for sizes, m, flat, spread in settings:
        X, parameters = live_network(rng, sizes, m, spread)
        Y = labels(rng, m).astype(float if m == 6 else int)
        Y = Y.reshape(-1) if flat else Y
        yield Case((X, Y, gc_utils.forward_propagation_n(X, Y, parameters)[1]))
    X, parameters = coarse_network(rng, [3, 4, 2, 1], 4, lambda X, p: init_utils.forward_propagation(X, p)[1][5])
    Y = np.ones((1, 4), int)
    yield Case((X, Y, gc_utils.forward_propagation_n(X, Y, parameters)[1]))


W2_LINE = "dW2 = 1 / m * dZ2 @ A1.T"
B1_LINE = "db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)"
PLANTED_W2 = (W2_LINE, W2_LINE + " * 2")  # the line that the learner is handed
PLANTED_B1 = (B1_LINE, B1_LINE.replace("1 / m", "4 / m"))
ONE_LEFT = (
    "藏着的两处错误改好了一处，还剩一处：把梯度按参数逐个与数值梯度比较，看看还有谁对不上。",
    "One of the two planted mistakes is mended, the other is still there: compare the gradients with finite differences, "
    "parameter by parameter.")


def forward_n_call(case, name, index, step):
    """Return the call of forward_propagation_n with one parameter shifted."""
    X, Y, cache = case.args
    return Case((X, Y, shifted(parameters_of(cache), name, index, step)))


backward_propagation_n = Question(
    path="gc_utils.backward_propagation_n",
    slope=Slope("forward_propagation_n", forward_n_call, lambda case, value: value[0]),
    points=30,
    returns="grads",
    cases=backward_n_cases,
    hints=(
        Text("先不要读代码。哪几个参数的梯度对不上？在表里，它们与量出来的梯度之比是多少？",
             "Do not read the code yet. Which parameters have gradients that do not match? What is their ratio to the measured "
             "ones in the table?"),
        Text("六个参数的梯度应当是同一种写法：比较 dW1、dW2、dW3 三行，再比较 db1、db2、db3 三行，看哪一行与另外两行不同。",
             "The gradients of the six parameters are all written alike: compare the three lines of dW1, dW2, dW3, then those "
             "of db1, db2, db3, and look for the one that differs from the other two."),
    ),
    formulas={
        "dZ3": "dZ3 (n[3], m) = A3 (n[3], m) - Y (1, m)",
        "dW3": "dW3 (n[3], n[2]) = 1/m * dZ3 (n[3], m) · A2.T (m, n[2])",
        "db3": "db3 (n[3], 1) = 1/m * Σ dZ3 (n[3], m)",
        "dA2": "dA2 (n[2], m) = W3.T (n[2], n[3]) · dZ3 (n[3], m)",
        "dZ2": "dZ2 (n[2], m) = dA2 (n[2], m) * [A2 (n[2], m) > 0]",
        "dW2": "dW2 (n[2], n[1]) = 1/m * dZ2 (n[2], m) · A1.T (m, n[1])",
        "db2": "db2 (n[2], 1) = 1/m * Σ dZ2 (n[2], m)",
        "dA1": "dA1 (n[1], m) = W2.T (n[1], n[2]) · dZ2 (n[2], m)",
        "dZ1": "dZ1 (n[1], m) = dA1 (n[1], m) * [A1 (n[1], m) > 0]",
        "dW1": "dW1 (n[1], n_x) = 1/m * dZ1 (n[1], m) · X.T (m, n_x)",
        "db1": "db1 (n[1], 1) = 1/m * Σ dZ1 (n[1], m)",
    },
    mistakes=(
        Mistake("grads", "planted", (PLANTED_W2, PLANTED_B1),
                "你还没有改：这段代码里藏着两处错误，都还在。先原样运行，把梯度按参数逐个与数值梯度比较，再去找它们。",
                "You have not fixed it yet: two mistakes are planted in this code, and both are still there. Run it as it is, "
                "compare the gradients with finite differences, parameter by parameter, and then look for them."),
        Mistake("dW2", "planted", (PLANTED_W2,), *ONE_LEFT),
        Mistake("db1", "planted", (PLANTED_B1,), *ONE_LEFT),
        Mistake("db1", "extra_factor", ((B1_LINE, "db1 = 2 / m * np.sum(dZ1, axis=1, keepdims=True)"),),
                "地方找对了，但没有改彻底：你的 db1 还是应有的 2 倍。看看 db2 和 db3 前面是什么。",
                "this is the right place, but it is not mended all the way: your db1 is still 2 times what it should be. Look "
                "at what stands in front of db2 and db3."),
        Mistake("db1", "extra_factor", ((B1_LINE, "db1 = 1 / (4 * m) * np.sum(dZ1, axis=1, keepdims=True)"),),
                "地方找对了，但改过了头：你的 db1 现在只有应有的四分之一。",
                "this is the right place, but it is overdone: your db1 is now a quarter of what it should be."),
        Mistake("db1", "missing_mean", ((B1_LINE, "db1 = np.sum(dZ1, axis=1, keepdims=True)"),),
                "改多了：不该有的系数去掉了，可是对 m 个样本取平均也一起没了，你的 db1 是应有的 m 倍。",
                "too much is removed: the wrong factor is gone, and the mean over the m examples with it. Your db1 is m times "
                "what it should be."),
        Mistake("db1", "keepdims", ((B1_LINE, "db1 = 1 / m * np.sum(dZ1, axis=1)"),),
                "数值改对了，形状却丢了一维：你的 db1 是 (n[1],)，应当与 b1 一样是一列 (n[1], 1)，求和时要保持维数。",
                "the values are right now, but a dimension is lost: your db1 has the shape (n[1],) and should be a column "
                "(n[1], 1) like b1. Keep the dimensions when you sum."),
        Mistake("db1", "axis", ((B1_LINE, "db1 = 1 / m * np.sum(dZ1, axis=0, keepdims=True)"),),
                "求和的方向错了：应当把各个样本（各列）加起来，每个单元留下一个数；你把各个单元加在了一起。",
                "the sum runs the wrong way: add up the examples, the columns, so that one number a unit remains; you add up "
                "the units."),
        Mistake("db1", "axis", ((B1_LINE, "db1 = 1 / m * np.sum(dZ1)"),),
                "所有元素加成了一个数：db1 应当每个单元一个数，只沿着样本的方向求和。",
                "everything is added up to a single number: db1 has one number for each unit, and the sum runs over the "
                "examples only."),
        Mistake("db1", "extra_factor", ((B1_LINE, "db1 = 1 / m / m * np.sum(dZ1, axis=1, keepdims=True)"),),
                "除以了两次 m：你的 db1 只有应有的 1/m。",
                "you divide by m twice: your db1 is 1/m of what it should be."),
        Mistake("dW2", "extra_factor", ((W2_LINE, "dW2 = 1 / m * dZ2 @ A1.T / 2"),),
                "地方找对了，但改过了头：你的 dW2 现在只有应有的一半。",
                "this is the right place, but it is overdone: your dW2 is now half of what it should be."),
        Mistake("dW2", "missing_mean", ((W2_LINE, "dW2 = dZ2 @ A1.T"),),
                "改多了：不该有的系数去掉了，可是对 m 个样本取平均也一起没了，你的 dW2 是应有的 m 倍。",
                "too much is removed: the wrong factor is gone, and the mean over the m examples with it. Your dW2 is m times "
                "what it should be."),
        Mistake("dZ2", "moved", ((PLANTED_W2), ("dZ2 = dA2 * (A2 > 0)", "dZ2 = dA2 * (A2 > 0) / 2")),
                "错误没有改掉，只是挪了地方：dW2 对了，但 dZ2 缩小了一半，后面用到它的 db2、dA1、dW1、db1 也都只剩一半。",
                "the mistake is not mended, it has moved: dW2 is right, but dZ2 is halved, and db2, dA1, dW1 and db1, which "
                "come from it, are half of what they should be as well."),
        Mistake("dZ1", "moved", ((PLANTED_B1), ("dZ1 = dA1 * (A1 > 0)", "dZ1 = dA1 * (A1 > 0) / 4")),
                "错误没有改掉，只是挪了地方：db1 对了，但 dZ1 只剩四分之一，用到它的 dW1 也只剩四分之一。",
                "the mistake is not mended, it has moved: db1 is right, but dZ1 is a quarter of what it should be, and so is "
                "dW1, which comes from it."),
        Mistake("dZ3", "sign", (("dZ3 = A3 - Y", "dZ3 = Y - A3"),),
                "这一行原来是对的：应当用 A3 减 Y。你把它改反了，后面所有梯度的正负号都反了。",
                "this line was right before: it is A3 less Y. Now it is the wrong way round, and so is the sign of every "
                "gradient after it."),
        Mistake("dZ3", "extra_factor", (("dZ3 = A3 - Y", "dZ3 = 1 / m * (A3 - Y)"),),
                "dZ3 原来是对的，它不除以 m；后面求 dW 和 db 时已经除过，你的梯度都只有应有的 1/m。",
                "dZ3 was right before, it is not divided by m: that is done for dW and db later on, and all your gradients are "
                "1/m of what they should be."),
        Mistake("dZ3", "extra_factor", (("dZ3 = A3 - Y", "dZ3 = (A3 - Y) * A3 * (1 - A3)"),),
                "dZ3 原来是对的：sigmoid 的导数与交叉熵求导得到的分母已经约掉，你又乘了一次。",
                "dZ3 was right before: the derivative of the sigmoid has already cancelled with the denominator that the "
                "cross-entropy brings; you multiply by it once more."),
        Mistake("dZ2", "mask", (("dZ2 = dA2 * (A2 > 0)", "dZ2 = dA2"),),
                "dZ2 原来是对的：ReLU 的导数，也就是 A2 > 0 这个条件，不能去掉；没有激活的单元，梯度应当是 0。",
                "dZ2 was right before: the derivative of ReLU, the test A2 > 0, has to stay. Units that are off have the "
                "gradient 0."),
        Mistake("dZ1", "mask", (("dZ1 = dA1 * (A1 > 0)", "dZ1 = dA1"),),
                "dZ1 原来是对的：ReLU 的导数，也就是 A1 > 0 这个条件，不能去掉；没有激活的单元，梯度应当是 0。",
                "dZ1 was right before: the derivative of ReLU, the test A1 > 0, has to stay. Units that are off have the "
                "gradient 0."),
        *(Mistake(f"d{name}", "extra_factor", ((f"d{name} = 1 / m *", f"d{name} = {factor} / m *"),),
                  f"d{name} 原来是对的，你多乘了 {factor}：错误不在这一行。",
                  f"d{name} was right before, and you multiply it by {factor}: the mistake is not in this line.")
          for name, factor in (("W1", 2), ("b2", 4), ("b3", 4), ("W3", 2))),
    ),
    optional=frozenset({"dZ3", "dA2", "dZ2", "dA1", "dZ1"}),
    atol=1e-5,
)

QUESTIONS = (forward_propagation, backward_propagation, gradient_check, gradient_check_n, backward_propagation_n)
