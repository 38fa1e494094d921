# %% [markdown] name="title"
# # 4. 梯度检验 / Gradient checking

# %% [markdown] pair="welcome" lang="zh" zh="92e20baf" en="beb213ac"
# 反向传播（backward propagation）写错了，往往什么错也不报：程序照跑，成本（cost）照降，只是降得慢些，停得早些。
# **梯度检验**（gradient checking）专查这种错。同一个梯度（gradient），用公式算一遍，再只靠前向传播（forward propagation）量一遍，
# 两个结果一比，对错就清楚了。
#
# 你要写 5 个小函数。先在一维里弄懂方法，再推广到整个网络；随后交给你一段现成的反向传播，里面藏着 2 处错误，由你找出并改好。
# 检验本身也会失手，后半部分逐一演示，每一种都量给你看；最后，用它检查笔记本 1 的网络。
#
# 需要的基础：笔记本 1 的前向传播与反向传播，还有导数的定义。全部做完大约 90 分钟。

# %% [markdown] pair="welcome" lang="en"
# A mistake in backward propagation often raises no error at all: the program runs, the cost falls, only it falls more
# slowly and stops too early. **Gradient checking** is made for this kind of mistake. The same gradient is computed
# twice, once by formulas and once by forward propagation alone, and comparing the two settles the matter.
#
# You will write 5 small functions. The method first becomes clear in one dimension, then grows to a whole network;
# then you are handed a backward propagation with 2 mistakes hidden in it, for you to find and mend. The check itself
# can fail too: the second half shows how, and measures each case. At the end, the check is run on the network of
# notebook 1.
#
# You need forward and backward propagation as in notebook 1, and the definition of a derivative. Plan about 90 minutes.

# %% include="setup.py"

# %% name="imports"
import matplotlib.pyplot as plt
import numpy as np

import init_utils
from gc_utils import dictionary_to_vector, gradients_to_vector, vector_to_dictionary
from init_utils import compute_loss, relu, sigmoid
from testCases import gradient_check_n_test_case

# %% [markdown] pair="picture" lang="zh" zh="eeb19343" en="83cf6b92"
# 这就是你要搭的东西。上面一路靠公式，快，但容易写错；下面一路只要会算成本就行，慢，但几乎不会写错。两路各走各的，最后碰头。

# %% [markdown] pair="picture" lang="en"
# This is what you will build. The upper path uses formulas: fast, but easy to get wrong. The lower path only needs
# costs: slow, but hard to get wrong. The two share nothing until they meet.

# %% name="figure-check"
figures.draw_check()

# %% [markdown] name="h-symbols"
# ## 符号与形状 / Symbols and shapes

# %% [markdown] pair="symbols" lang="zh" zh="11ed7c33" en="8474bf92"
# 网络有 3 层（layer），参数（parameter）是权重（weight）$W^{[l]}$ 与偏置（bias）$b^{[l]}$。检验时把它们首尾相接，排成一列 $\theta$；
# 测试用的网络一共有 47 个数。
#
# | 符号 | 代码 | 含义 | 形状 |
# |---|---|---|---|
# | $\theta$ | `theta` | 全部参数排成的一列 | $(47, 1)$ |
# | $\epsilon$ | `epsilon` | 步长：每次挪动多少 | 一个数 |
# | $J(\theta)$ | `cost` | 参数为 $\theta$ 时的成本 | 一个数 |
# | $J_+$, $J_-$ | `J_plus`, `J_minus` | 第 $i$ 个参数加、减 $\epsilon$ 之后的成本 | 一个数 |
# | $g$ | `grad` | 反向传播给出的梯度 | $(47, 1)$ |
# | $\hat{g}$ | `gradapprox` | 由成本量出的梯度 | $(47, 1)$ |

# %% [markdown] pair="symbols" lang="en"
# The network has 3 layers; its parameters are the weights $W^{[l]}$ and the bias $b^{[l]}$ of each layer. The check
# strings them together into one column $\theta$; the test network has 47 numbers in all.
#
# | symbol | code | meaning | shape |
# |---|---|---|---|
# | $\theta$ | `theta` | all parameters in one column | $(47, 1)$ |
# | $\epsilon$ | `epsilon` | the step: how far a parameter is moved | a number |
# | $J(\theta)$ | `cost` | the cost at the parameters $\theta$ | a number |
# | $J_+$, $J_-$ | `J_plus`, `J_minus` | the cost after adding or subtracting $\epsilon$ at parameter $i$ | a number |
# | $g$ | `grad` | the gradient from backward propagation | $(47, 1)$ |
# | $\hat{g}$ | `gradapprox` | the gradient measured by costs | $(47, 1)$ |

# %% [markdown] name="h-one"
# ## 一维 / One dimension

# %% [markdown] pair="one-forward" lang="zh" zh="5149bfb4" en="bdc993ee"
# 先看最小的“网络”：一个输入 $x$，一个参数 $\theta$，没有激活函数（activation function）。它的前向传播只有一次乘法：
#
# $$J(\theta) = \theta x$$

# %% [markdown] pair="one-forward" lang="en"
# Take the smallest "network" there is: one input $x$, one parameter $\theta$, no activation function. Its forward
# propagation is a single product:
#
# $$J(\theta) = \theta x$$

# %% graded="gc_utils.forward_propagation" difficulty=1 minutes=2

# %% name="run-forward_propagation" expected=true
print("J =", forward_propagation(2, 4))

# %% [markdown] pair="one-backward" lang="zh" zh="a7637dfd" en="291c4f17"
# 反向传播就是求导。$x$ 看作常数，对 $\theta$ 求导：
#
# $$\frac{dJ}{d\theta} = x$$

# %% [markdown] pair="one-backward" lang="en"
# Backward propagation is differentiation. With $x$ held constant, the derivative with respect to $\theta$ is
#
# $$\frac{dJ}{d\theta} = x$$

# %% graded="gc_utils.backward_propagation" difficulty=1 minutes=2

# %% name="run-backward_propagation" expected=true
print("dtheta =", backward_propagation(2, 4))

# %% [markdown] pair="chord" lang="zh" zh="d9e4da7d" en="bec5085b"
# 怎样不用公式也能量出导数？导数是切线的斜率。在 $\theta$ 左右各走一小步 $\epsilon$，连接曲线上的两点得到一条弦，弦的斜率就很接近切线的斜率：
#
# $$\hat{g} = \frac{J(\theta + \epsilon) - J(\theta - \epsilon)}{2\epsilon}$$
#
# 这叫**中心差分**（central difference）。只往一边走也行，但差得多：看图，两边的弦几乎与切线平行，一边的弦明显更陡。

# %% [markdown] pair="chord" lang="en"
# How can a derivative be measured without its formula? It is the slope of the tangent. Take a small step $\epsilon$
# to either side of $\theta$ and join the two points of the curve: the slope of this chord is very close to that of
# the tangent.
#
# $$\hat{g} = \frac{J(\theta + \epsilon) - J(\theta - \epsilon)}{2\epsilon}$$
#
# This is the **central difference**. A step to one side would work too, but far less well: in the figure the
# chord over both sides is almost parallel to the tangent, while the chord over one side is clearly steeper.

# %% name="figure-chord"
figures.draw_chord()

# %% [markdown] pair="two-sides" lang="zh" zh="a6f6f280" en="6bee8787"
# 差多少？对 $J(\theta) = \theta^3$ 在 $\theta = 1$ 处量一量，正确的导数是 3。$\epsilon$ 缩小到十分之一，一边的误差也缩小到十分之一，
# 两边的误差却缩小到百分之一：前者与 $\epsilon$ 成正比，后者与 $\epsilon^2$ 成正比。

# %% [markdown] pair="two-sides" lang="en"
# How much worse? Measure it for $J(\theta) = \theta^3$ at $\theta = 1$, where the derivative is 3. With $\epsilon$ a
# tenth as large, the one-sided error shrinks to a tenth, the two-sided one to a hundredth: the former goes like
# $\epsilon$, the latter like $\epsilon^2$.

# %% name="two-sides"
cube = lambda theta: theta**3
for epsilon in (0.1, 0.01):
    one_side = (cube(1 + epsilon) - cube(1)) / epsilon
    both_sides = (cube(1 + epsilon) - cube(1 - epsilon)) / (2 * epsilon)
    print(f"epsilon = {epsilon}: one side {one_side:.4f}, both sides {both_sides:.4f}")

# %% [markdown] pair="one-check" lang="zh" zh="41476b45" en="f5addd48"
# 现在有了两个数：公式给出的 $g$ 和量出的 $\hat{g}$。它们差多少才算“差得多”？要看它们本身有多大，所以用**相对差**：
#
# $$\mathrm{difference} = \frac{\lVert g - \hat{g} \rVert}{\lVert g \rVert + \lVert \hat{g} \rVert}$$
#
# 只要两者不全为 0，它总在 0 与 1 之间，而且直接反映梯度错了多少：若 $g$ 是 $\hat{g}$ 的 2 倍，它是 0.333；若是 4 倍，它是 0.6；正负号反了，它是 1。
#
# 步骤：算 $\theta + \epsilon$ 与 $\theta - \epsilon$，各做一次前向传播，得 $\hat{g}$；用反向传播得 $g$；最后算相对差。
# 范数用 `np.linalg.norm`，它对一个数（取绝对值）和一列数都适用，推广到多维时不必改。

# %% [markdown] pair="one-check" lang="en"
# That makes two numbers: $g$ from the formula and the measured $\hat{g}$. How far apart is too far? That depends on
# how large they are, hence the **relative difference**:
#
# $$\mathrm{difference} = \frac{\lVert g - \hat{g} \rVert}{\lVert g \rVert + \lVert \hat{g} \rVert}$$
#
# Unless both are 0 it lies between 0 and 1, and it tells how wrong a gradient is: if $g$ is 2 times $\hat{g}$ it is
# 0.333, if 4 times it is 0.6, and with the wrong sign it is 1.
#
# The steps: form $\theta + \epsilon$ and $\theta - \epsilon$, run forward propagation on each, which gives $\hat{g}$;
# take $g$ from backward propagation; then form the relative difference. For the norm use `np.linalg.norm`: it takes a
# number (its absolute value) as well as a column of them, so that nothing changes when we come to many dimensions.

# %% graded="gc_utils.gradient_check" difficulty=1 minutes=8

# %% name="run-gradient_check" expected=true
for x, theta in ((2, 4), (3, 4)):
    difference = gradient_check(x, theta)
    print(f"x = {x}, theta = {theta}: difference = {difference:.3e}")

# %% [markdown] pair="one-result" lang="zh" zh="88166e18" en="bbe0d33a"
# $J$ 是一条直线，弦与切线完全重合，相对差为什么不是 0？因为计算机只保留大约 16 位数字：两个几乎相等的数相减，前面的位数都抵消了，
# 剩下的是末尾的**舍入误差**（rounding error），再除以很小的 $2\epsilon$，就放大了。记住这一点，它稍后会变成主角。

# %% [markdown] pair="one-result" lang="en"
# $J$ is a straight line and its chord coincides with its tangent, so why is the relative difference not 0? Because a
# computer keeps only about 16 digits: subtract two numbers that are almost equal and the leading digits cancel; what
# is left is the **rounding error** at the end, and dividing by the small $2\epsilon$ magnifies it. Keep this in mind,
# it will play the lead before long.

# %% [markdown] name="h-many"
# ## 多维 / Many dimensions

# %% [markdown] pair="many-forward" lang="zh" zh="0cc9f353" en="ecfff190"
# 换成真正的网络：linear-relu-linear-relu-linear-sigmoid，成本是交叉熵（cross-entropy）。前向传播现成给你，
# 它就是笔记本 2 的网络再加上成本；反向传播要用的中间结果放在缓存（cache）里。

# %% [markdown] pair="many-forward" lang="en"
# Now for a real network: linear-relu-linear-relu-linear-sigmoid with the cross-entropy cost. Forward propagation is
# given: it is the network of notebook 2 followed by the cost; what backward propagation will need is put into the
# cache.

# %% given="gc_utils.forward_propagation_n"

# %% name="run-forward_propagation_n" expected=true
X, Y, parameters = gradient_check_n_test_case()
cost, cache = forward_propagation_n(X, Y, parameters)
theta, keys = dictionary_to_vector(parameters)
print(f"X {X.shape}, Y {Y.shape}, cost {cost:.6f}")
print("theta", theta.shape, "=", " + ".join(f"{keys.count(name)} {name}" for name in parameters))
back = vector_to_dictionary(theta, parameters)
print("and back again:", all(np.array_equal(back[name], parameters[name]) for name in parameters))

# %% [markdown] pair="many-check" lang="zh" zh="1506e4cc" en="4c29febb"
# 有 47 个参数，就有 47 个偏导数，办法却和一维一样，一次只挪动一个。参数住在字典里，不便逐个编号，所以先用 `dictionary_to_vector` 排成一列，
# 挪动其中第 $i$ 个，再用 `vector_to_dictionary` 变回字典，送进前向传播：

# %% [markdown] pair="many-check" lang="en"
# With 47 parameters there are 47 partial derivatives, but the method is that of one dimension, applied to one
# parameter at a time. Parameters live in a dictionary, which is awkward to number, so `dictionary_to_vector` first
# makes one column of them; shift entry $i$, let `vector_to_dictionary` turn the column back, and run forward
# propagation:

# %% name="figure-shift"
figures.draw_shift()

# %% [markdown] pair="many-formula" lang="zh" zh="95160eee" en="c4f1835b"
# 记 $e_i$ 为第 $i$ 个元素是 1、其余全是 0 的一列，那么
#
# $$\hat{g}_i = \frac{J(\theta + \epsilon e_i) - J(\theta - \epsilon e_i)}{2\epsilon}, \qquad
# \mathrm{difference} = \frac{\lVert g - \hat{g} \rVert}{\lVert g \rVert + \lVert \hat{g} \rVert}$$
#
# 最容易犯的错：写成 `theta_plus = theta`。这不是复制，只是给同一个数组又起了个名字，一改就连 `theta` 也改了。要用 `np.copy(theta)`。

# %% [markdown] pair="many-formula" lang="en"
# Let $e_i$ be the column whose entry $i$ is 1 while all others are 0. Then
#
# $$\hat{g}_i = \frac{J(\theta + \epsilon e_i) - J(\theta - \epsilon e_i)}{2\epsilon}, \qquad
# \mathrm{difference} = \frac{\lVert g - \hat{g} \rVert}{\lVert g \rVert + \lVert \hat{g} \rVert}$$
#
# The slip most often made is `theta_plus = theta`. This copies nothing: it is a second name for the same array, and
# changing the one changes `theta` too. Write `np.copy(theta)`.

# %% graded="gc_utils.gradient_check_n" difficulty=2 minutes=15

# %% [markdown] pair="many-run" lang="zh" zh="770d96b2" en="844e0f91"
# 检验工具自己也要先检验。借用笔记本 2 的反向传播：那个网络已经训练成功了，可以信赖。再故意把它整个乘以 2，工具应当报错，而且相对差应当是 0.333333。

# %% [markdown] pair="many-run" lang="en"
# A tool for checking needs a check of its own. Borrow the backward propagation of notebook 2, which has trained that
# network and can be trusted. Then multiply all of it by 2 on purpose: the tool must object, with a relative
# difference of 0.333333.

# %% name="right"
right = init_utils.backward_propagation(X, Y, cache)
doubled = {name: 2 * value for name, value in right.items()}

# %% name="run-gradient_check_n" expected=true
for tried in (right, doubled):
    difference = gradient_check_n(parameters, tried, X, Y, print_msg=True)
    print(f"difference = {difference:.6f}")

# %% [markdown] name="h-find"
# ## 找出错误 / Find the mistakes

# %% [markdown] pair="find" lang="zh" zh="e84303a9" en="ec865bc1"
# 下面这段反向传播是别人写的，交到你手上时，检验给出的相对差是 0.285093，而正确的应当小于 2e-7。里面有 2 处错误。
# 先不要逐行去读，**原样运行**一遍，再让下面的表替你缩小范围。

# %% [markdown] pair="find" lang="en"
# The backward propagation below was written by somebody else. As handed over, the check gives it a relative
# difference of 0.285093, where a right one stays below 2e-7. There are 2 mistakes in it. Do not read it line by line
# yet: **run it as it is**, and let the table further down narrow the search.

# %% graded="gc_utils.backward_propagation_n" difficulty=2 minutes=15

# %% [markdown] pair="compare" lang="zh" zh="e1231157" en="4be9888b"
# 一个总的相对差只说“有错”，不说错在哪里。于是按参数分开比：`approximate` 为每个参数量出形状相同的一块梯度，
# `compare` 打印一张表，其中 `ratio` 是使 $g \approx r \hat{g}$ 最贴合的倍数 $r$，`both 0` 数的是两边都恰好为 0 的元素。
# 这里步长取 1e-5，理由见“步长”一节。

# %% [markdown] pair="compare" lang="en"
# One relative difference for everything says "wrong" but not where. So compare parameter by parameter: `approximate`
# measures a block of gradient for each parameter, of the same shape, and `compare` prints a table in which `ratio` is
# the factor $r$ that makes $g \approx r \hat{g}$ fit best and `both 0` counts the entries that are exactly 0 on both
# sides. The step is 1e-5 here; the section on the step size says why.

# %% name="approximate"
def shift(parameters, name, i, step):
    """Return a copy of parameters in which entry i of `name` has moved by step."""
    moved = {**parameters, name: parameters[name] + 0 * step}  # 0 * step: complex where the step is
    moved[name][i] += step
    return moved


def central(J, parameters, name, i, epsilon=1e-5):
    """Return the central difference of J, a function of the parameters, at entry i of `name`."""
    return (J(shift(parameters, name, i, epsilon)) - J(shift(parameters, name, i, -epsilon))) / (2 * epsilon)


def approximate(J, parameters, slope=central, **settings):
    """Return the measured gradients dW1, db1, ..., each of the shape of its parameter."""
    measured = {}
    for name, value in parameters.items():
        slopes = [slope(J, parameters, name, i, **settings) for i in np.ndindex(value.shape)]
        measured["d" + name] = np.reshape(slopes, value.shape)
    return measured


# %% name="compare"
def relative_difference(a, b):
    """Return ||a - b|| / (||a|| + ||b||) of two arrays."""
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))


def compare(gradients, measured):
    """Print a table with one line for each parameter."""
    print("name   entries  both 0  ratio  verdict")
    for name, slope in measured.items():
        grad = gradients[name]
        if not np.any(grad) and not np.any(slope):
            print(f"{name:5}  {grad.size:7}  {grad.size:6}      -  not seen")
            continue
        ratio = np.vdot(grad, slope) / np.vdot(slope, slope)  # 1 where right, -1 where the sign is wrong
        verdict = "right" if relative_difference(grad, slope) < 2e-7 else "WRONG"
        print(f"{name:5}  {grad.size:7}  {np.sum((grad == 0) & (slope == 0)):6}  {ratio:5.2f}  {verdict}")


# %% [markdown] pair="mend" lang="zh" zh="31c16487" en="b1a5ac59"
# 运行下面的单元格。交到你手上的那一版会有 2 行写着 `WRONG`：行名告诉你该看代码的哪一行，`ratio` 告诉你那里多乘了什么。
# 回到上面把它们改好，再运行一遍，直到与预期输出一致。
#
# 顺便想一想：为什么比它们更靠近输入的梯度没有被带错？看看出错的量后面还有没有人用它。

# %% [markdown] pair="mend" lang="en"
# Run the cell below. The version handed to you shows 2 lines marked `WRONG`: their names tell you which line of the
# code to look at, and `ratio` tells you which factor is too many there. Go back, mend them, and run again until
# you see the expected output.
#
# A thought on the way: why were the gradients closer to the input not spoilt as well? See whether anything later uses
# what is wrong.

# %% name="run-backward_propagation_n" expected=true
cost_n = lambda parameters: forward_propagation_n(X, Y, parameters)[0]
gradients, measured = backward_propagation_n(X, Y, cache), approximate(cost_n, parameters)
difference = relative_difference(gradients_to_vector(gradients), gradients_to_vector(measured))
print(f"difference = {difference:.6f}")
compare(gradients, measured)

# %% [markdown] pair="mended" lang="zh" zh="ebf9c173" en="7c5d1b08"
# 全是 `right`，再让你自己写的 `gradient_check_n` 做最后的裁决。（下面各节讲检验本身会怎样失手，为了不受这里的影响，一律用笔记本 2 的反向传播。）

# %% [markdown] pair="mended" lang="en"
# When all lines say `right`, let your own `gradient_check_n` give the final verdict. (The sections below are about the
# ways in which the check itself fails; so that nothing here disturbs them, they use the backward propagation of
# notebook 2.)

# %% name="verdict" expected=true
difference = gradient_check_n(parameters, gradients, X, Y, print_msg=True)
print("below 2e-7:", bool(difference < 2e-7))

# %% [markdown] name="h-culprit"
# ## 陷阱一：一个数藏住了元凶 / Trap 1: one number hides the culprit

# %% [markdown] pair="culprit" lang="zh" zh="99b401d8" en="ea6d9ffc"
# 为了留个对照，这里在正确梯度的副本上重新造出那 2 处错误。总的相对差 0.285093 里，看不出是谁错了；分开来看，
# `dW2` 的比值是 2.00，`db1` 的比值是 4.00，自己就站了出来。往后只要检验没有通过，第一件事就是打印这张表。

# %% [markdown] pair="culprit" lang="en"
# To keep a record, the 2 mistakes are made again here, on a copy of the right gradients. The overall 0.285093 does
# not tell who is to blame; taken apart, `dW2` with a ratio of 2.00 and `db1` with 4.00 step forward by themselves.
# Whenever a check fails, print this table first.

# %% name="culprit"
faulty = {**right, "dW2": right["dW2"] * 2, "db1": right["db1"] * 4}
print(f"difference = {relative_difference(gradients_to_vector(faulty), gradients_to_vector(measured)):.6f}")
compare(faulty, measured)

# %% [markdown] name="h-step"
# ## 陷阱二：步长 / Trap 2: the step size

# %% [markdown] pair="step" lang="zh" zh="d467b55b" en="e283d3b4"
# $\epsilon$ 越小，弦越贴近切线，是不是越小越好？用**正确的**梯度，让 $\epsilon$ 从 0.1 一路缩小到 1e-12，画出相对差。两种误差此消彼长：
#
# * **截断误差**（truncation error），弦毕竟不是切线，与 $\epsilon^2$ 成正比，所以右边的斜率是 2；
# * **舍入误差**，成本的末几位不可靠，除以 $2\epsilon$ 后与 $1/\epsilon$ 成正比，所以左边的斜率是 -1。
#
# 有没有办法不做减法？让 $\epsilon$ 沿**虚数**方向走：$J(\theta + ih) \approx J(\theta) + ih J'(\theta)$，取虚部再除以 $h$ 就是导数。
# 这叫**复步法**（complex step）。没有减法，也就没有抵消，$h$ 可以小到 1e-20。代价是前向传播要能接受复数；
# 例如 ReLU 要看实部来决定是否放行，所以另写一个几行的 `cost_complex`。

# %% [markdown] pair="step" lang="en"
# The smaller $\epsilon$, the closer the chord to the tangent: so is smaller always better? Take the **right**
# gradient, let $\epsilon$ shrink from 0.1 to 1e-12, and plot the relative difference. Two errors pull in opposite
# directions:
#
# * the **truncation error**: a chord is not a tangent; it goes like $\epsilon^2$, hence the slope of 2 on the right;
# * the **rounding error**: the last digits of a cost are not reliable; divided by $2\epsilon$ it goes like
#   $1/\epsilon$, hence the slope of -1 on the left.
#
# Is there a way without a subtraction? Let $\epsilon$ point along the **imaginary** axis:
# $J(\theta + ih) \approx J(\theta) + ih J'(\theta)$, so the imaginary part divided by $h$ is the derivative. This is
# the **complex step**. No subtraction, no cancellation: $h$ may be as small as 1e-20. The price is a forward
# propagation that takes complex numbers; the ReLU, for example, must look at the real part to decide what passes,
# hence a `cost_complex` of a few lines.

# %% name="complex-step"
def cost_complex(parameters):
    """Return the cost of the test point; the parameters may be complex."""
    A = X
    for l in ("1", "2"):
        Z = parameters["W" + l] @ A + parameters["b" + l]
        A = Z * (Z.real > 0)
    A3 = 1 / (1 + np.exp(-(parameters["W3"] @ A + parameters["b3"])))
    return -np.mean(np.log(np.where(Y == 1, A3, 1 - A3)))


def complex_step(J, parameters, name, i, h=1e-20):
    """Return the slope of J at entry i of `name` from one complex step."""
    return J(shift(parameters, name, i, 1j * h)).imag / h


# %% name="step-curve"
def error_of_check(J, parameters, **settings):
    """Return the relative difference between the right gradients and those measured from J."""
    measured = approximate(J, parameters, **settings)
    return relative_difference(gradients_to_vector(right), gradients_to_vector(measured))


single = {name: value.astype(np.float32) for name, value in parameters.items()}
cost_single = lambda parameters: forward_propagation_n(X.astype(np.float32), Y, parameters)[0]
steps = [float(f"1e{power}") for power in range(-12, 0)]
double_curve = [error_of_check(cost_n, parameters, epsilon=epsilon) for epsilon in steps]
single_curve = [error_of_check(cost_single, single, epsilon=epsilon) for epsilon in steps]
complex_floor = error_of_check(cost_complex, parameters, slope=complex_step)

# %% name="figure-step"
plt.loglog(steps, single_curve, "s--", ms=5, label="float32")
plt.loglog(steps, double_curve, "o-", ms=5, label="float64")
plt.axhline(complex_floor, color=figures.GREEN, ls="-.", label="complex step, $h = 10^{-20}$")
plt.loglog([1e-3, 1e-1], [3e-9, 3e-5], color="0.4", ls=":", label="slopes $-1$ and $2$")
plt.loglog([1e-12, 1e-6], [3e-3, 3e-9], color="0.4", ls=":")
plt.xlabel("step $\\epsilon$")
plt.ylabel("relative difference")
plt.legend(fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% name="step-facts"
error = dict(zip(steps, double_curve))
print(f"slope between 1e-3 and 1e-2:          {np.log10(error[1e-2] / error[1e-3]):.2f}")
print(f"best step, float64:                   {min(error, key=error.get):.0e}")
print("float32, best step, still above 1e-4:", bool(min(single_curve) > 1e-4))
print("complex step below 1e-12:            ", bool(complex_floor < 1e-12))

# %% [markdown] pair="step-result" lang="zh" zh="6a9cd928" en="51b1d12f"
# 在测试点上量到的值（大部分是舍入误差，换一台机器，最后一位可能不同）：
#
# | $\epsilon$ | 1e-3 | 1e-4 | 1e-5 | 1e-6 | 1e-7 | 1e-8 | 复步法 |
# |---|---|---|---|---|---|---|---|
# | 相对差 | 1.7e-8 | 1.9e-10 | 9.3e-10 | 8.3e-9 | 1.2e-7 | 1.2e-6 | 2.5e-14 |
#
# 最好的步长在 1e-5 到 1e-4 之间，惯用的 1e-7 已经偏小了。查错时用 1e-5：取小的一端，少碰到折点（kink），见陷阱五。
# 另外，`float32` 只有大约 7 位数字，无论怎样选步长，相对差都降不到 1e-4 以下：**检验要用 `float64`**，查完再换回去。

# %% [markdown] pair="step-result" lang="en"
# Measured at the test point (most of it is rounding error, so the last digit may differ on another machine):
#
# | $\epsilon$ | 1e-3 | 1e-4 | 1e-5 | 1e-6 | 1e-7 | 1e-8 | complex step |
# |---|---|---|---|---|---|---|---|
# | relative difference | 1.7e-8 | 1.9e-10 | 9.3e-10 | 8.3e-9 | 1.2e-7 | 1.2e-6 | 2.5e-14 |
#
# The best step lies between 1e-5 and 1e-4; the customary 1e-7 is already too small. To look for
# mistakes take 1e-5, the smaller end, which meets fewer kinks (trap five).
# Besides, `float32` has only about 7 digits, and no step at all brings the relative difference below 1e-4: **check in
# `float64`**, and go back afterwards.

# %% [markdown] name="h-threshold"
# ## 陷阱三：阈值 / Trap 3: the threshold

# %% [markdown] pair="threshold" lang="zh" zh="af79b036" en="d6f52a57"
# 很多教材说：相对差小于 1e-7 就算对。可是在测试点上，$\epsilon$ 取 1e-7 时，一个**完全正确**的梯度得到 1.19e-07，会被冤枉成错的。
# 所以本课的阈值（threshold）是 2e-7。
#
# 这点误差是从哪里来的？看 3 个样本各自的成本：最后一个样本的标签是 0，网络却几乎肯定它是 1，成本里要算 $\log(1 - A^{[3]})$，
# 而 $A^{[3]}$ 是 0.99887。从 1 里减去一个接近 1 的数，丢掉了大约 3 位数字。换成数学上相等、但不做这次减法的写法
# $\log(1 + e^{z})$，误差立刻小了大约 100 倍。

# %% [markdown] pair="threshold" lang="en"
# Many texts say: a relative difference below 1e-7 is right. Yet at the test point, with $\epsilon$ at 1e-7, a
# **perfectly right** gradient gives 1.19e-07 and would be called wrong. That is why the threshold of this course is
# 2e-7.
#
# Where does this error come from? Look at the costs of the 3 examples: the last one has label 0, but the network is
# almost certain that it is 1. Its cost needs $\log(1 - A^{[3]})$, and $A^{[3]}$ is 0.99887. Subtracting from 1 a
# number so close to 1 loses about 3 digits. Write $\log(1 + e^{z})$ instead, which is mathematically equal but avoids
# that subtraction, and the error is at once about 100 times smaller.

# %% name="threshold"
def cost_from_z(parameters, X, Y):
    """Return the same cost as forward_propagation_n, computed from Z3 without the subtraction 1 - A3."""
    Z3 = forward_propagation_n(X, Y, parameters)[1][8]
    return np.mean(np.log(1 + np.exp(np.where(Y == 1, -Z3, Z3))))


A3 = cache[9]
print("cost of each example:", np.round(-np.log(np.where(Y == 1, A3, 1 - A3)), 3))
plain = error_of_check(cost_n, parameters, epsilon=1e-7)
stable = error_of_check(lambda parameters: cost_from_z(parameters, X, Y), parameters, epsilon=1e-7)
print("plain cost:    above 1e-7", bool(plain > 1e-7), "  below 2e-7", bool(plain < 2e-7))
print("log(1 + e^z):  below 1e-8", bool(stable < 1e-8))

# %% [markdown] pair="points" lang="zh" zh="4b303f62" en="48277c95"
# 那么 2e-7 是不是一条铁律？换 20 个随机的点，每次都用正确的梯度，看相对差落在哪里。

# %% [markdown] pair="points" lang="en"
# Is 2e-7 a law, then? Take 20 random points, each time with the right gradient, and see where the relative difference
# falls.

# %% name="points"
def draw_point(seed):
    """Return (X, Y, parameters): 10 random examples and a random network of the same shapes."""
    rng = np.random.default_rng(seed)
    network = {name: rng.normal(size=value.shape) for name, value in parameters.items()}
    return rng.normal(size=(4, 10)), rng.integers(0, 2, size=(1, 10)), network


def check_point(seed, cost, epsilon):
    """Return the relative difference at a random point; cost takes (parameters, X, Y)."""
    X, Y, network = draw_point(seed)
    grad = init_utils.backward_propagation(X, Y, forward_propagation_n(X, Y, network)[1])
    measured = approximate(lambda p: cost(p, X, Y), network, epsilon=epsilon)
    return relative_difference(gradients_to_vector(grad), gradients_to_vector(measured))


cost_plain = lambda parameters, X, Y: forward_propagation_n(X, Y, parameters)[0]
settings = {"$10^{-7}$": (cost_plain, 1e-7), "$10^{-5}$": (cost_plain, 1e-5),
            "$10^{-5}$, log(1 + $e^z$)": (cost_from_z, 1e-5)}
found = {label: sorted(check_point(seed, *how) for seed in range(20)) for label, how in settings.items()}
print("right gradients above 2e-7:", [int(np.sum(np.array(values) > 2e-7)) for values in found.values()])

# %% name="figure-points"
for (label, values), marker in zip(found.items(), "os^"):
    plt.semilogy(range(1, 21), values, marker, ms=5, label="$\\epsilon$ = " + label)
plt.axhline(2e-7, color="black", ls="--", lw=1)
plt.text(1, 2.6e-7, "threshold 2e-7")
plt.xticks(range(0, 21, 5))
plt.xlabel("20 random points, sorted")
plt.ylabel("relative difference")
plt.legend(fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown] pair="points-result" lang="zh" zh="a5ea407f" en="3af31a32"
# 步长 1e-7 时，20 个正确的梯度里有 2 个越过了阈值，都是因为有标签为 0 的样本，网络却几乎肯定它是 1；步长 1e-5 时只剩 1 个；
# 再换上稳定的成本写法，一个也没有了。因此，阈值是经验，不是定律，可以这样读相对差：
#
# | 相对差 | 怎么办 |
# |---|---|
# | 小于 2e-7 | 对（在这个点上） |
# | 2e-7 到 1e-4 | 可疑：步长换成 1e-5 再量一次，按参数看表 |
# | 大于 1e-4 | 几乎肯定是错的 |

# %% [markdown] pair="points-result" lang="en"
# With a step of 1e-7, 2 of the 20 right gradients cross the threshold, both because the network is almost certain that
# an example of label 0 is a 1; with 1e-5 only 1 is left, and with the stable form of the cost none at all. So the
# threshold is experience, not law, and a relative difference may be read like this:
#
# | relative difference | what to do |
# |---|---|
# | below 2e-7 | right (at this point) |
# | 2e-7 to 1e-4 | suspicious: measure again with a step of 1e-5, look at the table by parameter |
# | above 1e-4 | almost certainly wrong |

# %% [markdown] name="h-blind"
# ## 陷阱四：看不见的参数 / Trap 4: parameters that are not seen

# %% [markdown] pair="blind" lang="zh" zh="8f2605f3" en="e93cf418"
# 表里的 `both 0` 一列并不全是 0。一个 ReLU 单元如果对所有样本都不放行，它前面的权重怎么动，成本都不变，两边的梯度都恰好是 0。
# 0 等于 0，检验自然通过；可是那里的公式写得对不对，这个点根本看不出来。图里打叉的格子就是看不见的参数。

# %% [markdown] pair="blind" lang="en"
# The column `both 0` of the table is not all 0. Where a ReLU unit lets nothing pass for any example, the weights
# before it may move as they like: the cost stays the same and both gradients are exactly 0. As 0 equals 0, the check
# passes; but whether the formula is right there, this point cannot tell. The crossed cells of the figure are the
# parameters that are not seen.

# %% name="figure-blind"
X_new, Y_new, parameters_new = draw_point(13)
gradients_new = init_utils.backward_propagation(X_new, Y_new, forward_propagation_n(X_new, Y_new, parameters_new)[1])
blind, blind_new = (int(np.sum(gradients_to_vector(g) == 0)) for g in (right, gradients_new))
figures.draw_seen([(f"test point: {blind} of 47 not seen", right),
                   (f"another point: {blind_new} of 47 not seen", gradients_new)])

# %% [markdown] pair="blind-bug" lang="zh" zh="8738e7cd" en="735fd0d1"
# 测试点看不见 47 个参数里的 20 个：$W^{[1]}$ 的 4 个，$b^{[1]}$ 的 1 个，$W^{[2]}$ 的 11 个，$b^{[2]}$ 的 2 个，$W^{[3]}$ 的 2 个。
# 在那里放一个错误试试：把 `dW2` 的前 2 行乘以 2。

# %% [markdown] pair="blind-bug" lang="en"
# The test point does not see 20 of the 47 parameters: 4 of $W^{[1]}$, 1 of $b^{[1]}$, 11 of $W^{[2]}$, 2 of
# $b^{[2]}$, 2 of $W^{[3]}$. Put a mistake there and see: multiply the first 2 rows of `dW2` by 2.

# %% name="blind-bug"
def double_two_rows(gradients):
    """Return a copy of the gradients in which the first two rows of dW2 are twice too large."""
    return {**gradients, "dW2": gradients["dW2"] * [[2], [2], [1]]}


for point in ((parameters, right, X, Y), (parameters_new, gradients_new, X_new, Y_new)):
    gradient_check_n(point[0], double_two_rows(point[1]), *point[2:], print_msg=True)

# %% [markdown] pair="blind-advice" lang="zh" zh="19fcc43f" en="dd04229f"
# 同一个错误，第一个点放过了，第二个点抓住了。所以：多换几个点，样本多一些，偏置不要全取 0，并且留意表里的 `both 0`。

# %% [markdown] pair="blind-advice" lang="en"
# The same mistake passes at the first point and is caught at the second. So try several points, with more examples,
# do not set the biases to 0, and keep an eye on `both 0` in the table.

# %% [markdown] name="h-kink"
# ## 陷阱五：折点 / Trap 5: kinks

# %% [markdown] pair="kink" lang="zh" zh="3c639a36" en="09de5611"
# ReLU 在 0 处有一个**折点**（kink），那里没有导数。如果 $\theta - \epsilon$ 与 $\theta + \epsilon$ 恰好落在折点的两侧，弦就“抄了近路”，
# 正确的梯度也会显得不对。这里特意调整 $b^{[1]}$ 的第 2 个元素，让一个样本的 $z$ 等于 3e-8，比步长 1e-7 还小。

# %% [markdown] pair="kink" lang="en"
# At 0 the ReLU has a **kink**, where there is no derivative. Should $\theta - \epsilon$ and $\theta + \epsilon$ lie
# on its two sides, the chord cuts the corner, and even a right gradient looks wrong. Here entry 2 of $b^{[1]}$ is
# adjusted on purpose so that one example has a $z$ of 3e-8, less than the step 1e-7.

# %% name="kink"
near_kink = shift(parameters, "b1", (1, 0), 3e-8 - cache[0][1, 2])  # now Z1[1, 2] = 3e-8
tangent = init_utils.backward_propagation(X, Y, forward_propagation_n(X, Y, near_kink)[1])["db1"][1, 0]
for epsilon in (1e-7, 1e-8):
    chord = central(cost_n, near_kink, "b1", (1, 0), epsilon)
    print(f"epsilon = {epsilon:.0e}: gradapprox / grad = {chord / tangent:.2f}")
chord = complex_step(cost_complex, near_kink, "b1", (1, 0))
print(f"complex step:    gradapprox / grad = {chord / tangent:.2f}")

# %% name="figure-kink"
shifts = np.linspace(-1.6, 1.6, 65)
J_near = [cost_n(shift(near_kink, "b1", (1, 0), float(s) * 1e-7)) - cost_n(near_kink) for s in shifts]
ends = np.interp([-1, 1], shifts, J_near)
plt.plot(shifts, J_near, color=figures.BLACK, ls="-", lw=2, label="$J$")
plt.plot(shifts[12:], tangent * 1e-7 * shifts[12:], color=figures.BLUE, ls="--", label="grad: the tangent")
plt.plot([-1, 1], ends, "o-.", color=figures.ORANGE, label="gradapprox: the chord, $\\epsilon = 10^{-7}$")
plt.xlabel("shift of $b^{[1]}_2$, in units of $10^{-7}$")
plt.ylabel("$J$ minus $J$ at shift 0")
plt.legend(fontsize=9)
plt.show()

# %% [markdown] pair="kink-result" lang="zh" zh="cdce1b29" en="c835c9a3"
# 弦的斜率只有切线的 0.65 倍：向左走的 1e-7 里，只有前 3e-8 还在折点右侧，$(1 + 0.3)/2 = 0.65$。步长缩小到 1e-8 就跨不过去了，比值回到 1.00；
# 复步法不动实部，从不跨过折点。判断的办法：**换一个小些的步长，错误若消失，就是折点，不是程序错了**。步长越大越容易跨过折点，这也是不取 1e-3 的理由。

# %% [markdown] pair="kink-result" lang="en"
# The slope of the chord is only 0.65 times that of the tangent: of the 1e-7 to the left, only the first 3e-8 are
# still right of the kink, and $(1 + 0.3)/2 = 0.65$. A step of 1e-8 no longer gets across, and the ratio is back at
# 1.00; the complex step leaves the real part alone and never crosses a kink. How to tell: **take a smaller step; if
# the error vanishes it was a kink, not a bug**. The larger the step, the more kinks it crosses, one more reason not
# to take 1e-3.

# %% [markdown] name="h-tiny"
# ## 陷阱六：微小的层 / Trap 6: a tiny layer

# %% [markdown] pair="tiny" lang="zh" zh="32a3ba42" en="c517d7ef"
# 总的范数由大的梯度说了算。把 $W^{[3]}$ 缩小到原来的 1e-8 倍，前 2 层的梯度也就缩小到 1e-8 以下。这时 `dW1` 整个错成 2 倍，总的相对差也看不出来。
# 办法是逐个元素看**相对误差** $|g_i - \hat{g}_i| / \max(|g_i|, |\hat{g}_i|)$。数这么小，中心差分的舍入误差会把它们淹没，正好用复步法来量。

# %% [markdown] pair="tiny" lang="en"
# An overall norm is ruled by the large gradients. Shrink $W^{[3]}$ by a factor of 1e-8, and the gradients of the
# first 2 layers shrink to less than 1e-8 as well. Now `dW1` may be wrong by a factor of 2 throughout, and the overall
# relative difference does not notice. What helps is the **relative error** of each entry,
# $|g_i - \hat{g}_i| / \max(|g_i|, |\hat{g}_i|)$. Numbers so small drown in the rounding error of a central
# difference, so this is a case for the complex step.

# %% name="tiny"
tiny = {**parameters, "W3": parameters["W3"] * 1e-8}
grad_tiny = init_utils.backward_propagation(X, Y, forward_propagation_n(X, Y, tiny)[1])
faulty_tiny = {**grad_tiny, "dW1": grad_tiny["dW1"] * 2}
gradient_check_n(tiny, faulty_tiny, X, Y, print_msg=True)

measured_tiny = approximate(cost_complex, tiny, slope=complex_step)
for name, slope in measured_tiny.items():
    grad, seen = faulty_tiny[name], slope != 0
    entry_error = np.abs(grad - slope)[seen] / np.maximum(np.abs(grad), np.abs(slope))[seen]
    print(f"{name}: largest relative error of an entry {entry_error.max():.2f}")

# %% name="figure-tiny"
for name, marker in zip(measured_tiny, "osv^D*"):
    grad, slope = (gradient[name][measured_tiny[name] != 0] for gradient in (faulty_tiny, measured_tiny))
    plt.semilogx(np.abs(slope), grad / slope, marker, ms=7, mfc="none", ls="", label=name)
plt.ylim(0, 2.5)
plt.xlabel("size of the entry, |gradapprox|, complex step")
plt.ylabel("grad / gradapprox")
plt.legend(fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown] pair="tiny-result" lang="zh" zh="122d420d" en="ed10dd07"
# `gradient_check_n` 说“对”，而 `dW1` 的每个元素都错了一半（0.50 就是 2 倍）。图里每个元素一个点，对的都在 1 处，`dW1` 的却整齐地排在 2 处；横轴还告诉你，
# 它们比 `dW3` 小 8 到 10 个数量级。

# %% [markdown] pair="tiny-result" lang="en"
# `gradient_check_n` says "right", while every entry of `dW1` is off by half of its value (0.50 means a factor of 2).
# In the figure each entry is a point: right ones lie at 1, those of `dW1` neatly at 2; the horizontal axis adds that
# they are 8 to 10 orders of magnitude smaller than `dW3`.

# %% [markdown] name="h-dropout"
# ## 陷阱七：随机失活 / Trap 7: dropout

# %% [markdown] pair="dropout" lang="zh" zh="2f91e0f0" en="bfdbee9f"
# 检验假定 $J$ 只随 $\theta$ 变化。打开随机失活（dropout）以后，每次前向传播都抽一张新的掩码（mask），$J_+$ 与 $J_-$ 属于两个不同的网络，
# 它们的差再除以 2e-7，得到的是一个毫无意义的大数。

# %% [markdown] pair="dropout" lang="en"
# The check takes for granted that $J$ changes with $\theta$ alone. With dropout on, every forward propagation draws a
# new mask; $J_+$ and $J_-$ belong to two different networks, and their difference divided by 2e-7 is a large number
# without meaning.

# %% name="dropout"
def cost_with_dropout(parameters, rng, keep_prob=0.8):
    """Return the cost of the other point with masks drawn from rng."""
    A = X_new
    for l in ("1", "2"):
        A = relu(parameters["W" + l] @ A + parameters["b" + l])
        A = A * (rng.random(A.shape) < keep_prob) / keep_prob
    return compute_loss(sigmoid(parameters["W3"] @ A + parameters["b3"]), Y_new)


rng = np.random.default_rng(0)
print("three costs, same parameters:", *(f"{cost_with_dropout(parameters_new, rng):.4f}" for _ in range(3)))
new_masks = central(lambda p: cost_with_dropout(p, rng), parameters_new, "b3", (0, 0), 1e-7)
same_masks = central(lambda p: cost_with_dropout(p, np.random.default_rng(0)), parameters_new, "b3", (0, 0), 1e-7)
print("gradapprox of b3: new masks above 1e5:", bool(abs(new_masks) > 1e5), "  same masks:", f"{same_masks:.3f}")

# %% [markdown] pair="dropout-advice" lang="zh" zh="32ab6419" en="fa2ddf19"
# 所以检验时关掉随机失活（`keep_prob` 取 1），或者像最后一行那样，每次都用同一个种子，让掩码固定下来。正则化（regularization）项则不必关，
# 但前向的成本与反向的梯度要**同时**带上它。

# %% [markdown] pair="dropout-advice" lang="en"
# So turn dropout off for the check (`keep_prob` of 1), or use the same seed each time, as the last line does, so that
# the masks stay fixed. A regularization term may stay, but then it must be in **both**, the cost of the forward pass
# and the gradients of the backward pass.

# %% [markdown] name="h-network"
# ## 检查笔记本 1 的网络 / Check the network of notebook 1

# %% [markdown] pair="network" lang="zh" zh="c1e02621" en="b0619120"
# 该收获了：用这套工具检查笔记本 1 里那个想要几层就有几层的网络。下面默认导入课程的参考实现；**把你在笔记本 1 写的函数粘贴到这个单元格，换掉导入那一行**，
# 检查的就是你自己的代码。网络有 4 层，大小为 5、6、4、3、1；偏置取随机数，不取 0，免得把错误遮住。

# %% [markdown] pair="network" lang="en"
# Now reap the reward: use these tools on the network of notebook 1, with as many layers as you like. By default the cell
# below imports the reference of the course; **paste your own functions of notebook 1 into this cell in place of the
# import**, and it is your code that is checked. The network has 4 layers, of sizes 5, 6, 4, 3, 1; the biases are
# random, not 0, lest they cover a mistake.

# %% name="network-functions"
# Your own functions of notebook 1 may stand here instead of this import.
from dnn_utils import L_model_backward, L_model_forward, compute_cost

# %% name="network"
rng, layer_dims, network = np.random.default_rng(48), [5, 6, 4, 3, 1], {}
for l in range(1, len(layer_dims)):
    network[f"W{l}"] = rng.normal(size=(layer_dims[l], layer_dims[l - 1]))
    network[f"b{l}"] = rng.normal(size=(layer_dims[l], 1))
X_net, Y_net = rng.normal(size=(5, 20)), rng.integers(0, 2, size=(1, 20))
AL, caches = L_model_forward(X_net, network)
grads = L_model_backward(AL, Y_net, caches)
measured_net = approximate(lambda p: compute_cost(L_model_forward(X_net, p)[0], Y_net), network)
compare(grads, measured_net)

# %% [markdown] pair="network-bugs" lang="zh" zh="1a1a3660" en="8a6c86fd"
# 全对。再看看常见的错误在这套工具下是什么样子：在副本上造 2 个，一个是 `db3` 忘了除以 $m$，一个是 `dW2` 的正负号反了。

# %% [markdown] pair="network-bugs" lang="en"
# All right. Now see what common mistakes look like under these tools: make 2 of them on a copy, a division by $m$
# forgotten in `db3`, and the wrong sign in `dW2`.

# %% name="network-slips"
slips = {**grads, "db3": grads["db3"] * 20, "dW2": -grads["dW2"]}
compare(slips, measured_net)

# %% name="figure-network"
for label, marker, tried in (("with two mistakes", "s", slips), ("right", "o", grads)):
    values = [relative_difference(tried[name], slope) for name, slope in measured_net.items()]
    plt.semilogy(list(measured_net), values, marker, ms=8, ls="", mfc="none", mew=2, label=label)
plt.axhline(2e-7, color="black", ls="--", lw=1, label="threshold 2e-7")
plt.ylabel("relative difference")
plt.legend(fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown] pair="network-result" lang="zh" zh="ed77ff1b" en="ee903990"
# 错的 2 个在阈值以上好几个数量级，其余的都在阈值以下；比值 20.00 恰好是 $m$，-1.00 就是反了的正负号。对与错之间隔着一大片空白，这正是梯度检验好用的原因：阈值定得粗一点也不要紧。

# %% [markdown] pair="network-result" lang="en"
# The 2 wrong ones lie orders of magnitude above the threshold and all others below it; the ratio 20.00 is just $m$,
# and -1.00 is the wrong sign. Between right and wrong there is a wide gap.
# That is what makes gradient checking so useful, and why a rough threshold is good enough.

# %% [markdown] name="h-report"
# ## 一次做完：梯度报告 / All of it in one call: the gradient report

# %% [markdown] pair="report" lang="zh" zh="d77e193e" en="f69bb78c"
# 上面的陷阱，每一个都有对策；课程的 `gradient_report` 把它们合成一次调用。你给它前向传播和反向传播，它来量，每个参数一行：
#
# * 步长有两个，由两次结果的差知道量得有多准；挨着折点，就换更小的步长再量；被噪声淹没的元素，请复步法裁决。
# * 这个点看不见的元素，换别的点再测，直到每个元素都测过。只有全部测过而且都对，结论才是 `ok`；有测不了的，就是 `untested`。
# * 挪动之后的全部前向传播并排放进几个宽矩阵，一起算，量斜率这一步比一次挪一个快几十倍（网络小、样本少的时候）。
#
# | 列 | 含义 |
# |---|---|
# | `difference` | 相对差 |
# | `noise` | 量出的值本身大约有多大的相对误差 |
# | `ratio` | $g / \hat{g}$ 的中位数 |
# | `zero` | 在传入的点上，有多少元素两边都是 0 |
# | `kink` | 在传入的点上，有多少元素挨着折点 |
# | `reading` | 比值说明了什么 |
#
# 打印出来的只有各台电脑上都相同的位数；更小的写成 `< 1e-6`，量得不够准的写成 `< 1e-3`，意思是在 1e-6 与 1e-3 之间。
# 第一行是总的结论，以及另外还试了几个点。表是英文的；想看中文，写 `print(report.table("zh"))`。

# %% [markdown] pair="report" lang="en"
# Every trap above has its remedy; the `gradient_report` of the course puts them into one call. You hand it a forward and
# a backward propagation, and it measures, one row for each parameter:
#
# * It takes two steps, whose results differ by as much as they are uncertain; at a kink it goes on with smaller ones, and
#   what drowns in noise is left to the complex step.
# * Entries that this point does not see are tested at other points, until each entry was tested. Only when all of them were, and are
#   right, is the verdict `ok`; where some cannot be tested it is `untested`.
# * All shifted forward passes stand side by side in a few wide matrices and are computed together: for a small network and
#   few examples the slopes are measured dozens of times faster than with one shift at a time.
#
# | column | meaning |
# |---|---|
# | `difference` | the relative difference |
# | `noise` | how large the relative error of what was measured is, about |
# | `ratio` | the median of $g / \hat{g}$ |
# | `zero` | how many entries are 0 on both sides at the point passed in |
# | `kink` | how many entries are at a kink there |
# | `reading` | what the ratio suggests |
#
# Only digits that are the same on every computer are printed: what is smaller shows as `< 1e-6`, and what cannot be measured
# so well as `< 1e-3`, which means between 1e-6 and 1e-3. The first line has the verdict of the whole, and how many further
# points were tried. For the table in Chinese, write `print(report.table("zh"))`.

# %% name="report"
from gc_utils import gradient_report

print(gradient_report(L_model_forward, L_model_backward, network, X_net, Y_net))

# %% [markdown] pair="report-slips" lang="zh" zh="eb0c1d15" en="d9e94215"
# 再造一遍刚才的 2 处错误，这次造在反向传播里，好让它在每个点上都错。图中一格是一个元素，越亮，相对误差越大；测不了的会打叉。

# %% [markdown] pair="report-slips" lang="en"
# Make the 2 mistakes once more, now inside backward propagation, so that they are there at every point. In the figure
# each cell is an entry, the brighter the larger its relative error; one that cannot be tested would be crossed out.

# %% name="report-slips"
def backward_with_slips(AL, Y, caches):
    """Return the gradients with two mistakes: no division by m in db3, the wrong sign in dW2."""
    grads = L_model_backward(AL, Y, caches)
    return {**grads, "db3": grads["db3"] * Y.shape[1], "dW2": -grads["dW2"]}


report = gradient_report(L_model_forward, backward_with_slips, network, X_net, Y_net)
print(report)

# %% name="figure-report"
report.plot()

# %% [markdown] pair="report-blind" lang="zh" zh="6d81171e" en="9e4d778c"
# 陷阱四里的错误，测试点一点也看不出来。报告还有一种用法：前向传播只返回成本，梯度是参数的函数，两者怎么写都行。

# %% [markdown] pair="report-blind" lang="en"
# The mistake of trap four was invisible at the test point. The report can be called another way, too: forward propagation returns
# the cost alone and the gradient is a function of the parameters, both written in any way you like.

# %% name="report-blind"
def gradient_n(parameters):
    """Return the gradients of cost_n, the first two rows of dW2 twice too large."""
    cache = forward_propagation_n(X, Y, parameters)[1]
    return double_two_rows(init_utils.backward_propagation(X, Y, cache))


print(gradient_report(cost_n, gradient_n, parameters))

# %% [markdown] pair="report-result" lang="zh" zh="c55c74fe" en="48755c5a"
# `W2` 错了几个元素、错成多少倍，都写出来了（`report.wrong["W2"]` 逐个标出是哪几个）；`zero` 一列就是陷阱四里那 20 个看不见的元素。
#
# 报告用的还是你写的 `gradient_check_n` 的办法：挪一点，量成本，和梯度比。多出来的是耐心：前面讲过的每一种失手，它都防着。

# %% [markdown] pair="report-result" lang="en"
# It says how many entries of `W2` are wrong and by which factor (`report.wrong["W2"]` marks each of them); the column `zero` holds the 20 entries that trap four did not see.
#
# The report works as your `gradient_check_n` does: move a little, take the cost, compare with the gradient. What it adds is
# patience: it guards against each of the failures above.

# %% [markdown] name="h-summary"
# ## 小结 / Summary

# %% [markdown] pair="summary" lang="zh" zh="7cbe87f5" en="0b5128bb"
# * 梯度检验：挪动一个参数，量两次成本，用中心差分得到 $\hat{g}$，再与反向传播的 $g$ 比相对差。
# * 它很慢：$P$ 个参数要 $2P$ 次前向传播。只在写完反向传播时用，训练时不用。
# * 检验清单：
#     1. 用 `float64`，步长 1e-5；没有通过，先换步长再下结论。
#     2. 按参数打印表格，不要只看一个总数；比值会说出错误是什么。
#     3. 换几个点，留意两边都恰好是 0 的元素；偏置不取 0。
#     4. 梯度相差悬殊时，逐个元素看相对误差。
#     5. 关掉随机失活，或者把掩码固定下来。

# %% [markdown] pair="summary" lang="en"
# * Gradient checking: move one parameter, take two costs, form $\hat{g}$ by the central difference, and compare it
#   with the $g$ of backward propagation by their relative difference.
# * It is slow: $P$ parameters need $2P$ forward passes. Use it when a backward pass has just been written, never
#   during training.
# * A list for your checks:
#     1. `float64`, a step of 1e-5; when a check fails, try another step before you judge.
#     2. Print the table by parameter, not one number alone; the ratio tells what the mistake is.
#     3. Try several points and watch for entries that are exactly 0 on both sides; no biases at 0.
#     4. Where gradients differ much in size, look at the relative error of each entry.
#     5. Turn dropout off, or fix its masks.

# %% [markdown] name="h-questions"
# ## 想一想 / Questions to think about

# %% [markdown] pair="questions" lang="zh" zh="66e3b428" en="921ad49f"
# **1.** 既然 $\hat{g}$ 几乎不会写错，为什么不直接用它来训练？
#
# <details><summary>答案</summary>
#
# 太慢。$P$ 个参数要 $2P$ 次前向传播，而反向传播的全部梯度只要大约 2 次前向传播的工夫。笔记本 1 的网络有一万多个参数，每一步都要慢一万多倍。
#
# </details>
#
# **2.** 检验通过了，能不能说“我的网络没有错”？
#
# <details><summary>答案</summary>
#
# 不能。检验只说明反向传播与前向传播**相符**。前向传播或者成本本身写错了，比如漏掉一个激活函数，反向传播照着错的写，两边仍然一致。
#
# </details>
#
# **3.** `dW2` 错了 2 倍，为什么 `dW1` 还是对的？如果错的是 `dZ2` 呢？
#
# <details><summary>答案</summary>
#
# `dW2` 算出来以后，再没有谁用到它，所以错误不会传开。`dZ2` 却是 `dW2`、`db2`、`dA1` 的来源，它若错成 2 倍，第 1 层与第 2 层的梯度会全部错成 2 倍。
# 看表时先找最靠近输出的那个错误。
#
# </details>
#
# **4.** 一个已经训练得很好的网络，梯度接近 0。这时检验容易误报，为什么？
#
# <details><summary>答案</summary>
#
# 舍入误差的大小由成本 $J$ 决定，大约是 $10^{-16} |J| / \epsilon$，并不随梯度变小；除以很小的 $\lVert g \rVert + \lVert \hat{g} \rVert$，
# 相对差就变大了。所以要在随机的参数上检验，不要等训练完才做。
#
# </details>
#
# **5.** 某个元素的比值在步长 1e-3 时是 0.8，在 1e-5 时是 1.00。该怎么解释？如果两个步长下都是 0.8 呢？
#
# <details><summary>答案</summary>
#
# 前一种情况，弦跨过了折点，或者截断误差太大，梯度本身没有错。后一种情况与步长无关，多半是公式真的错了。
#
# </details>

# %% [markdown] pair="questions" lang="en"
# **1.** If $\hat{g}$ is so hard to get wrong, why not train with it?
#
# <details><summary>Answer</summary>
#
# It is too slow. $P$ parameters need $2P$ forward passes, while backward propagation gets all gradients for the work
# of about 2 forward passes. The network of notebook 1 has over ten thousand parameters: every step would be over ten
# thousand times slower.
#
# </details>
#
# **2.** The check passes. May you say "my network has no mistake"?
#
# <details><summary>Answer</summary>
#
# No. The check only says that the backward pass **agrees** with the forward pass. If the forward pass or the cost
# itself is wrong, say an activation function was left out, and the backward pass follows it faithfully, both sides
# still agree.
#
# </details>
#
# **3.** `dW2` was wrong by a factor of 2: why was `dW1` right all the same? And if it had been `dZ2`?
#
# <details><summary>Answer</summary>
#
# Once `dW2` has been computed, nothing uses it any more, so the mistake does not spread. But `dZ2` is where `dW2`,
# `db2` and `dA1` come from: were it 2 times too large, all gradients of layers 1 and 2 would be 2 times too large. In
# a table, look first for the mistake closest to the output.
#
# </details>
#
# **4.** In a network that is trained well, the gradients are close to 0. There the check raises false alarms easily.
# Why?
#
# <details><summary>Answer</summary>
#
# The size of the rounding error is set by the cost $J$, about $10^{-16} |J| / \epsilon$, and does not shrink with the
# gradient; divided by a small $\lVert g \rVert + \lVert \hat{g} \rVert$ it makes a large relative difference. So
# check at random parameters; do not wait until training is over.
#
# </details>
#
# **5.** The ratio of some entry is 0.8 with a step of 1e-3 and 1.00 with 1e-5. What does that mean? And if it is 0.8
# with both steps?
#
# <details><summary>Answer</summary>
#
# In the first case the chord crosses a kink, or the truncation error is too large, and the gradient itself is right.
# In the second the step does not matter: most likely the formula is really wrong.
#
# </details>
