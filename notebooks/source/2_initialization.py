# %% [markdown] name="title"
# # 2. 初始化 / Initialization

# %% [markdown] pair="welcome" lang="zh" zh="1e027880" en="51f42ad7"
# 训练要从某个起点出发，选起点这一步叫**初始化**（initialization）。它只占几行代码，却能决定一个网络学不学得会：
# 同样的数据、同样的网络、同样的学习率（learning rate），只因为权重（weight）的起点不同，有的一点也学不到，有的几乎全对。
#
# 你要写 3 个小函数，也就是 3 种起点：全部取 0、很大的随机数、He 初始化。每写完一个就拿去训练，看看结果，再弄清原因。
# 最后把网络加深到 20 层（layer），看信号和梯度（gradient）怎样一层层消失或爆炸，
# 并算出那个恰到好处的数 $\frac{2}{n}$。
#
# 前向传播（forward propagation）、反向传播（backward propagation）和梯度下降（gradient descent）你在笔记本 1 里都写过了，
# 这里直接从 `init_utils` 拿来用。全部做完大约 1 小时。

# %% [markdown] pair="welcome" lang="en"
# Training has to start somewhere, and choosing the start is called **initialization**. It takes a few lines of code,
# yet it can decide whether a network learns at all: with the same data, the same network and the same
# learning rate, one choice of the starting weights learns nothing, and another gets nearly everything right.
#
# You will write 3 small functions for 3 kinds of start: all 0, large random numbers, and He initialization. Each is
# put into training as soon as it is written; you look at the result, then find out why. At the end the network grows
# to 20 layers: you watch signal and gradient vanish or explode layer by layer, and derive the number that is just
# right, $\frac{2}{n}$.
#
# You wrote forward propagation, backward propagation and gradient descent in notebook 1; here they come from
# `init_utils`. Plan about 1 hour.

# %% include="setup.py"

# %% name="imports"
import matplotlib.pyplot as plt
import numpy as np

from fast_network import fast_gradient_descent
from init_utils import (
    backward_propagation,
    compute_loss,
    forward_propagation,
    gradient_descent,
    load_dataset,
    plot_decision_boundary,
    predict,
    predict_dec,
    relu,
    sigmoid,
    update_parameters,
)

# %% [markdown] pair="task" lang="zh" zh="6068bf9b" en="62aabf72"
# 任务画在左边：两个同心圆，外圈标签是 0（圆点），内圈是 1（三角）。一条直线分不开它们，网络得学出一个圈来。
# 右边就是整本笔记本要训练的网络，各层大小为 `[2, 10, 5, 1]`。

# %% [markdown] pair="task" lang="en"
# The task is on the left: two rings, the outer one with label 0 (dots), the inner one with label 1 (triangles). No
# straight line separates them; the network has to learn a closed curve. On the right is the network that the whole
# notebook trains, with layers of sizes `[2, 10, 5, 1]`.

# %% name="load-data"
_, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3))
plt.sca(left)  # load_dataset draws the training set on the current axes
train_X, train_Y, test_X, test_Y = load_dataset(is_plot=True)
left.set_aspect("equal")
figures.draw_task(right, [2, 10, 5, 1])
plt.show()

# %% [markdown] pair="starts" lang="zh" zh="4261c7fd" en="9b25e91b"
# 几种起点的区别，只在于每个权重从什么分布里抽出来。$\sigma$ 是这个分布的标准差，横轴的刻度三张图相同：

# %% [markdown] pair="starts" lang="en"
# The starts differ only in the distribution that each weight is drawn from. $\sigma$ is its standard deviation, and
# the horizontal axis is the same in all plots:

# %% name="figure-starts"
figures.draw_starts()

# %% [markdown] name="h-symbols"
# ## 符号与形状 / Symbols and shapes

# %% [markdown] pair="symbols" lang="zh" zh="bb84ad02" en="e526935b"
# | 符号 | 含义 | 形状或大小 |
# |---|---|---|
# | $X$, $Y$ | 训练集（training set）：坐标与标签 | $(2, 300)$, $(1, 300)$ |
# | `layers_dims` | 输入与各层的大小 | $[n^{[0]}, n^{[1]}, \ldots, n^{[L]}]$ |
# | $W^{[l]}$ | 权重，每行属于一个单元 | $(n^{[l]}, n^{[l-1]})$ |
# | $b^{[l]}$ | 偏置（bias） | $(n^{[l]}, 1)$ |
# | $\sigma^2$ | 权重在起点处的方差（variance） | 一个数 |
# | $E[a^2]$ | 二阶矩（second moment）：$a$ 的平方的平均 | 一个数 |
#
# 参数（parameter）存在字典里，键为 `"W1"`、`"b1"`、`"W2"` 等等，和笔记本 1 一样。

# %% [markdown] pair="symbols" lang="en"
# | symbol | meaning | shape or size |
# |---|---|---|
# | $X$, $Y$ | training set: coordinates and labels | $(2, 300)$, $(1, 300)$ |
# | `layers_dims` | sizes of the input and of each layer | $[n^{[0]}, n^{[1]}, \ldots, n^{[L]}]$ |
# | $W^{[l]}$ | weights, one row for each unit | $(n^{[l]}, n^{[l-1]})$ |
# | $b^{[l]}$ | bias | $(n^{[l]}, 1)$ |
# | $\sigma^2$ | variance of the weights at the start | a number |
# | $E[a^2]$ | second moment: the mean of the square of $a$ | a number |
#
# The parameters are kept in a dictionary with keys `"W1"`, `"b1"`, `"W2"` and so on, as in notebook 1.

# %% [markdown] name="h-zeros"
# ## 全部取零 / All zeros

# %% [markdown] pair="zeros" lang="zh" zh="8c9afac4" en="5ea7197a"
# 最省事的起点：所有参数都是 0。
#
# $$W^{[l]} = 0, \qquad b^{[l]} = 0$$
#
# 难的地方只有形状。对 $l = 1, \ldots, L$，用 `np.zeros((rows, columns))` 填好 $W^{[l]}$ 和 $b^{[l]}$。

# %% [markdown] pair="zeros" lang="en"
# The start that takes the least thought: all parameters are 0.
#
# $$W^{[l]} = 0, \qquad b^{[l]} = 0$$
#
# Only the shapes need care. For $l = 1, \ldots, L$, fill in $W^{[l]}$ and $b^{[l]}$ with `np.zeros((rows, columns))`.

# %% graded="init_utils.initialize_parameters_zeros" difficulty=1 minutes=5

# %% name="run-initialize_parameters_zeros" expected=true
parameters = initialize_parameters_zeros([3, 2, 1])
for name, value in parameters.items():
    print(name, "=", value)

# %% [markdown] pair="train" lang="zh" zh="82a6974a" en="8b6614d9"
# 它能训练吗？下面的 `train` 从 `initialize` 给出的参数出发做梯度下降，学习率（learning rate）为 0.01，
# 返回训练好的参数，以及每 1000 次迭代记下的成本（cost）。其中的 `fast_gradient_descent` 就是你熟悉的循环，只是写得更快；
# 快在哪里，本笔记本末尾会讲。先给从零出发的网络 2000 次迭代。

# %% [markdown] pair="train" lang="en"
# Does it train? `train` below runs gradient descent from the parameters that `initialize` gives, with a learning rate
# of 0.01. It returns the trained parameters and the cost at every 1000th iteration. Its `fast_gradient_descent` is the
# loop that you know, written for speed; the end of this notebook says what makes it fast. The network that
# starts from zeros first gets 2000 iterations.

# %% name="train"
def train(initialize, num_iterations=15000, print_cost=False):
    """Train the network [2, 10, 5, 1] from initialize([2, 10, 5, 1]); return (parameters, costs)."""
    return fast_gradient_descent(train_X, train_Y, initialize([2, 10, 5, 1]), 0.01, num_iterations, print_cost)

# %% name="train-zeros" expected=true
parameters_zeros, costs_zeros = train(initialize_parameters_zeros, 2000)
print("costs:", [f"{cost:.6f}" for cost in costs_zeros])
print("largest parameter after training:", max(np.max(np.abs(value)) for value in parameters_zeros.values()))
predictions = predict(train_X, train_Y, parameters_zeros)
print("classes predicted:", np.unique(predictions))

# %% [markdown] pair="zeros-why" lang="zh" zh="a3ce4761" en="ef20e30e"
# 什么也没发生：成本停在 $\ln 2 \approx 0.693147$，参数一个都没有动，每个点都被判为 0，准确率（accuracy）等于抛硬币。
# 沿着网络走一遍就知道为什么：
#
# - **前向**：$z^{[1]} = 0$，所以 $a^{[1]} = \mathrm{relu}(0) = 0$；同理 $a^{[2]} = 0$，$z^{[3]} = 0$，
#   $a^{[3]} = \mathrm{sigmoid}(0) = \frac{1}{2}$。
# - **反向**：$dZ^{[3]} = A^{[3]} - Y$ 并不是 0，可是 $dW^{[3]} = \frac{1}{m} dZ^{[3]} A^{[2]T} = 0$，
#   因为 $A^{[2]} = 0$；$dA^{[2]} = W^{[3]T} dZ^{[3]} = 0$，因为 $W^{[3]} = 0$。再往前的梯度统统是 0。
# - 剩下 $db^{[3]}$，它是 $\frac{1}{2} - y$ 的平均。两类各占一半，它也恰好是 0。
#
# 梯度严格为 0，参数就严格不动，再多迭代也没有用。

# %% [markdown] pair="zeros-why" lang="en"
# Nothing happened: the cost stays at $\ln 2 \approx 0.693147$, no parameter has moved, every point is put into class
# 0, and the accuracy is that of a coin. Walk through the network once and you see why:
#
# - **Forward**: $z^{[1]} = 0$, so $a^{[1]} = \mathrm{relu}(0) = 0$; in the same way $a^{[2]} = 0$, $z^{[3]} = 0$, and
#   $a^{[3]} = \mathrm{sigmoid}(0) = \frac{1}{2}$.
# - **Backward**: $dZ^{[3]} = A^{[3]} - Y$ is not 0. But $dW^{[3]} = \frac{1}{m} dZ^{[3]} A^{[2]T} = 0$ because
#   $A^{[2]} = 0$, and $dA^{[2]} = W^{[3]T} dZ^{[3]} = 0$ because $W^{[3]} = 0$. All gradients further back are 0.
# - That leaves $db^{[3]}$, the mean of $\frac{1}{2} - y$. Each class has half of the points, so it is exactly 0 as
#   well.
#
# With gradients of exactly 0 the parameters do not move at all, however many iterations you add.

# %% [markdown] name="h-symmetry"
# ### 对称性 / Symmetry

# %% [markdown] pair="symmetry" lang="zh" zh="166a2338" en="3abae923"
# 是 0 这个数不好吗？不止。换成任何一个相同的常数，毛病还在，它的名字叫**对称性**（symmetry）。
# 设第 $l$ 层的两个单元 $i$ 和 $k$ 起点相同：进来的权重相同，$W^{[l]}_{i} = W^{[l]}_{k}$，
# $b^{[l]}_{i} = b^{[l]}_{k}$；出去的权重也相同，$W^{[l+1]}_{ji} = W^{[l+1]}_{jk}$ 对每个 $j$ 成立。那么
#
# $$a^{[l]}_i = a^{[l]}_k, \qquad da^{[l]}_i = \sum_j W^{[l+1]}_{ji} dz^{[l+1]}_j = \sum_j W^{[l+1]}_{jk} dz^{[l+1]}_j = da^{[l]}_k,$$
#
# 于是 $dW^{[l]}_{i} = dW^{[l]}_{k}$，更新一步之后它们仍然相同；由数学归纳法，永远相同。
# 10 个隐藏单元（hidden unit）干的是 1 个单元的活。验证一下：权重全取 0.5，训练 1000 次，看 $W^{[1]}$ 的各行。

# %% [markdown] pair="symmetry" lang="en"
# Is it the number 0 that is bad? Not only that. Any constant shared by all weights has the same flaw, and its name
# is **symmetry**. Let two units $i$ and $k$ of layer $l$ start alike: the same weights coming in,
# $W^{[l]}_{i} = W^{[l]}_{k}$, $b^{[l]}_{i} = b^{[l]}_{k}$, and the same weights going out,
# $W^{[l+1]}_{ji} = W^{[l+1]}_{jk}$ for every $j$. Then
#
# $$a^{[l]}_i = a^{[l]}_k, \qquad da^{[l]}_i = \sum_j W^{[l+1]}_{ji} dz^{[l+1]}_j = \sum_j W^{[l+1]}_{jk} dz^{[l+1]}_j = da^{[l]}_k,$$
#
# hence $dW^{[l]}_{i} = dW^{[l]}_{k}$, and after one update they are still alike; by induction, for ever. The 10
# hidden units do the work of 1. Check it: all weights 0.5, 1000 iterations of training, then the rows of $W^{[1]}$.

# %% name="initialize-equal"
def initialize_equal(layers_dims):
    """Return parameters with every weight 0.5 and every bias 0."""
    zeros = initialize_parameters_zeros(layers_dims)
    return {name: value + 0.5 if name.startswith("W") else value for name, value in zeros.items()}

# %% name="train-equal" expected=true
parameters_equal, costs_equal = train(initialize_equal, 1000)
print("W1 =", parameters_equal["W1"].round(4))
print("all rows alike:", np.allclose(parameters_equal["W1"], parameters_equal["W1"][0], rtol=1e-9))

# %% [markdown] pair="symmetry-end" lang="zh" zh="00606cbf" en="164f75b9"
# 这一次权重动了，从 0.5 走到了别处，但 10 行一起走，走到同一个地方。要让单元各学各的，起点必须各不相同。
# 这叫打破对称性，随机数正好派上用场。

# %% [markdown] pair="symmetry-end" lang="en"
# This time the weights moved, away from 0.5, but all 10 rows moved together, to the same place. For units to learn
# different things they must start different. This is called breaking the symmetry, and random numbers do it.

# %% [markdown] name="h-random"
# ## 很大的随机数 / Large random numbers

# %% [markdown] pair="random" lang="zh" zh="52c80974" en="6a24f2ad"
# 既然要随机，干脆随机得大一些：标准正态分布乘以 10，偏置仍为 0。
#
# $$W^{[l]} = 10 \cdot \mathrm{randn}(n^{[l]}, n^{[l-1]}), \qquad b^{[l]} = 0$$
#
# 种子已经设好；`np.random.randn(rows, columns)` 的两个数不套括号，每层只抽一次。

# %% [markdown] pair="random" lang="en"
# If random, then why not generously so: a standard normal times 10, with biases of 0 as before.
#
# $$W^{[l]} = 10 \cdot \mathrm{randn}(n^{[l]}, n^{[l-1]}), \qquad b^{[l]} = 0$$
#
# The seed is set for you. `np.random.randn(rows, columns)` takes its two numbers without inner parentheses; draw once
# for each layer.

# %% graded="init_utils.initialize_parameters_random" difficulty=1 minutes=5

# %% name="run-initialize_parameters_random" expected=true
parameters = initialize_parameters_random([3, 2, 1])
for name, value in parameters.items():
    print(name, "=", value)

# %% [markdown] pair="random-train" lang="zh" zh="396b17c2" en="62fbb014"
# 训练满 15000 次。这里不打印每次的成本：这条路走得跌跌撞撞，不同的 CPU 舍入略有不同，
# 中途的数字从第 3 位起就会不一样，准确率倒是处处相同。

# %% [markdown] pair="random-train" lang="en"
# Train for the full 15000 iterations. The costs are not printed one by one: this run is erratic, CPUs round
# a little differently, and the numbers on the way differ from the 3rd digit on. The accuracy is the same everywhere.

# %% name="train-random" expected=true
parameters_random, costs_random = train(initialize_parameters_random)
print("first cost:", costs_random[0])
print("training set: ", end="")
predict(train_X, train_Y, parameters_random)
print("test set:     ", end="")
predictions = predict(test_X, test_Y, parameters_random)

# %% [markdown] pair="random-inf" lang="zh" zh="ada34f0f" en="9f7252d3"
# 比抛硬币强多了，对称性确实打破了。可第一个成本竟是 `inf`，测试集（test set）上也有 14% 的错。先查 `inf` 从哪里来：
# 看看训练开始之前最后一层的 $z^{[3]}$ 和 $a^{[3]}$。

# %% [markdown] pair="random-inf" lang="en"
# Much better than a coin: the symmetry is broken indeed. But the first cost is `inf`, and on the test set 14% are
# wrong. First the `inf`: look at $z^{[3]}$ and $a^{[3]}$ of the last layer before any training.

# %% name="saturation" expected=true
a3, cache = forward_propagation(train_X, initialize_parameters_random([2, 10, 5, 1]))
z3 = cache[8]
print(f"z3 lies between {z3.min():.0f} and {z3.max():.0f}")
print(f"a3 is exactly 1 for {np.sum(a3 == 1)} of {a3.size} points, {np.sum(train_Y[a3 == 1] == 0)} of them labelled 0")

# %% name="figure-saturation"
z = np.linspace(-12, 12, 200)
plt.figure(figsize=(7, 2.8))
plt.plot(z, sigmoid(z), label="sigmoid(z)")
plt.plot(z, sigmoid(z) * (1 - sigmoid(z)), label="its slope")
span = f"z3 at the start:\n{z3.min():.0f} to {z3.max():.0f}"
plt.annotate(span, (12.5, 1), (5.2, 0.6), arrowprops={"arrowstyle": "->"})
plt.xlabel("z")
plt.legend(loc="upper left")
plt.show()

# %% [markdown] pair="random-why" lang="zh" zh="0364b8af" en="035f9e49"
# 权重大，$z^{[3]}$ 就大到成百上千，sigmoid 早已**饱和**（saturated）：$1 - a^{[3]} \approx e^{-z}$ 小到 64 位浮点数分辨不出，
# $a^{[3]}$ 就成了不折不扣的 1。网络对所有的点都“百分之百肯定”，其中一半肯定错了，
# 每个错误的成本是 $-\ln(1 - a^{[3]}) = -\ln 0 = \infty$。
#
# 成本是 `inf`，梯度却是有限的，$dZ^{[3]} = A^{[3]} - Y$ 不超过 1，所以训练还能进行。只是起点太差：
#
# - 开头乱跳：$dW^{[3]} = \frac{1}{m} dZ^{[3]} A^{[2]T}$ 里的 $A^{[2]}$ 很大，每一步都迈过了头，成本忽高忽低。
#   这都发生在头 1000 步里，所以后面那张每 1000 步一个点的图上看不见。
# - 后来走不动：权重本身很大，相对于它的大小，15000 步也只挪了一点点。下文会量出来。

# %% [markdown] pair="random-why" lang="en"
# Large weights make $z^{[3]}$ run into the hundreds and thousands, where the sigmoid has long been **saturated**:
# $1 - a^{[3]} \approx e^{-z}$ is too small for a 64-bit float to tell apart from certainty, and $a^{[3]}$ is a
# perfect 1: the network has no doubt about any point, it is wrong about half of them, and each such mistake costs
# $-\ln(1 - a^{[3]}) = -\ln 0 = \infty$.
#
# The cost is `inf`, but the gradient is finite: $dZ^{[3]} = A^{[3]} - Y$ is never larger than 1, so training can go
# on. It just has a poor start:
#
# - Early on it jumps about: the $A^{[2]}$ in $dW^{[3]} = \frac{1}{m} dZ^{[3]} A^{[2]T}$ is large, every step
#   overshoots, the cost goes up and down. All this happens within the first 1000 steps, so the plot further down, with
#   one point every 1000 steps, does not show it.
# - Later it hardly moves: measured against their own size, the weights shift only a little in 15000 steps. Below you
#   will measure it.

# %% [markdown] name="h-he"
# ## He 初始化 / He initialization

# %% [markdown] pair="he-why" lang="zh" zh="4a40be7e" en="3191912a"
# 太小不行，太大也不行，多大才好？要求很自然：信号穿过一层，大小不变。来算一算。
#
# 取第 $l$ 层的一个单元，$n = n^{[l-1]}$ 个输入，偏置为 0：$z = \sum_{j=1}^{n} w_j a_j$。权重 $w_j$ 相互独立，
# 也与 $a_j$ 独立，平均值为 0，方差为 $\sigma^2$。
#
# **第一步，和的方差。** 展开 $z^2$，交叉项的平均 $E[w_i w_j a_i a_j] = E[w_i] E[w_j] E[a_i a_j] = 0$，只剩平方项：
#
# $$E[z^2] = \sum_{j=1}^{n} E[w_j^2] E[a_j^2] = n \sigma^2 E[a^2]$$
#
# **第二步，ReLU 砍掉一半。** $w_j$ 取正取负机会均等，$z$ 的分布也就左右对称。ReLU 把负的一半变成 0，另一半原样放行：
#
# $$E[\mathrm{relu}(z)^2] = \frac{1}{2} E[z^2]$$
#
# 合起来，每过一层，二阶矩乘以 $\frac{n \sigma^2}{2}$。要它等于 1，就得
#
# $$\sigma^2 = \frac{2}{n}$$
#
# 这就是何恺明等人 2015 年提出的 He 初始化。先量一量这两步对不对。

# %% [markdown] pair="he-why" lang="en"
# Too small is bad and too large is bad, so what is right? A natural demand: the signal keeps its size as it passes
# through a layer. Work it out.
#
# Take one unit of layer $l$ with $n = n^{[l-1]}$ inputs and a bias of 0: $z = \sum_{j=1}^{n} w_j a_j$. The weights
# $w_j$ are independent of each other and of the $a_j$, with mean 0 and variance $\sigma^2$.
#
# **Step one, the variance of a sum.** Expand $z^2$: the cross terms have mean
# $E[w_i w_j a_i a_j] = E[w_i] E[w_j] E[a_i a_j] = 0$, and only the squares remain:
#
# $$E[z^2] = \sum_{j=1}^{n} E[w_j^2] E[a_j^2] = n \sigma^2 E[a^2]$$
#
# **Step two, ReLU takes half.** $w_j$ is as often positive as negative, so $z$ is distributed symmetrically about
# zero. ReLU sets the negative half to 0 and lets the other half pass:
#
# $$E[\mathrm{relu}(z)^2] = \frac{1}{2} E[z^2]$$
#
# Together: each layer multiplies the second moment by $\frac{n \sigma^2}{2}$. For this to be 1 we need
#
# $$\sigma^2 = \frac{2}{n}$$
#
# This is He initialization, published by Kaiming He and others in 2015. First measure whether the two steps hold.

# %% name="check-moments"
np.random.seed(0)
n, sigma = 100, 0.2
A = relu(np.random.randn(n, 25))
Z = sigma * np.random.randn(5000, n) @ A
print(f"E[z^2] / E[a^2]:       measured {np.mean(Z**2) / np.mean(A**2):.2f}, predicted {n * sigma**2:.2f}")
print(f"E[relu(z)^2] / E[z^2]: measured {np.mean(relu(Z) ** 2) / np.mean(Z**2):.2f}, predicted 0.50")

# %% [markdown] pair="he" lang="zh" zh="dceeaf7b" en="341c2044"
# 吻合。现在写成函数：$\mathrm{randn}$ 的方差是 1，乘以 $\sqrt{2/n}$，方差就成了 $\frac{2}{n}$。
# 注意 $n$ 是**前**一层的大小。
#
# $$W^{[l]} = \sqrt{\frac{2}{n^{[l-1]}}} \cdot \mathrm{randn}(n^{[l]}, n^{[l-1]}), \qquad b^{[l]} = 0$$

# %% [markdown] pair="he" lang="en"
# They agree. Now as a function: $\mathrm{randn}$ has variance 1, and multiplied by $\sqrt{2/n}$ it has variance
# $\frac{2}{n}$. Note that $n$ is the size of the **previous** layer.
#
# $$W^{[l]} = \sqrt{\frac{2}{n^{[l-1]}}} \cdot \mathrm{randn}(n^{[l]}, n^{[l-1]}), \qquad b^{[l]} = 0$$

# %% graded="init_utils.initialize_parameters_he" difficulty=1 minutes=5

# %% name="run-initialize_parameters_he" expected=true
parameters = initialize_parameters_he([2, 4, 1])
for name, value in parameters.items():
    print(name, "=", value)

# %% [markdown] pair="he-train" lang="zh" zh="7acccbaa" en="bb643c86"
# 同样训练 15000 次：

# %% [markdown] pair="he-train" lang="en"
# The same 15000 iterations:

# %% name="train-he" expected=true
parameters_he, costs_he = train(initialize_parameters_he, print_cost=True)
print("training set: ", end="")
predict(train_X, train_Y, parameters_he)
print("test set:     ", end="")
predictions = predict(test_X, test_Y, parameters_he)

# %% [markdown] name="h-compare"
# ## 三种初始化放在一起 / The three side by side

# %% [markdown] pair="model" lang="zh" zh="524c6f06" en="25c0ba67"
# 你的 3 个函数合成一个 `model`，用名字来选初始化；它做的事和上面的 `train` 一样，只是不返回成本。3 个练习都写完，
# 它才能运行。

# %% [markdown] pair="model" lang="en"
# Your 3 functions make one `model`, which picks the initialization by name. It does what `train` did above, but does
# not return the costs. It runs once all 3 exercises are done.

# %% given="init_utils.model"

# %% name="run-model" expected=true
parameters = model(train_X, train_Y, num_iterations=2000, initialization="zeros")

# %% [markdown] pair="table" lang="zh" zh="cecd44ad" en="f61de0d4"
# 和前面一样，从零出发的成本一动不动。把三者列成一张表；成本只写 1 位小数，因为随机起点的那个数在不同机器上略有出入。

# %% [markdown] pair="table" lang="en"
# As before, the cost that starts from zeros does not move. Here are the three in one table; the costs are given to 1
# decimal because the one of the random start varies a little between machines.

# %% name="table" expected=true
trained = {"zeros": parameters_zeros, "random": parameters_random, "He": parameters_he}
costs = {"zeros": costs_zeros, "random": costs_random, "He": costs_he}
print("start    first cost   last cost   training set   test set")
for name, p in trained.items():
    right = [np.mean(predict_dec(p, X) == Y) for X, Y in ((train_X, train_Y), (test_X, test_Y))]
    print(f"{name:<8}{costs[name][0]:>11.1f}{costs[name][-1]:>12.1f}{right[0]:>15.2f}{right[1]:>11.2f}")

# %% name="figure-costs"
plt.figure(figsize=(7, 3.2))
iterations = np.arange(0, 15000, 1000)
plt.axhline(np.log(2), color=figures.GREEN, ls=":", label="zeros")
plt.plot(iterations, costs_random, "s--", color=figures.ORANGE, ms=5, label="random (inf at 0)")
plt.plot(iterations, costs_he, "o-", color=figures.BLUE, ms=5, label="He")
plt.gca().set(xlabel="iteration", ylabel="cost", ylim=(0, 1))
plt.legend(loc="lower left")
plt.show()

# %% name="figure-boundaries"
_, axes = plt.subplots(1, 3, figsize=(9, 3.2))
for ax, (name, p) in zip(axes, trained.items()):
    plt.sca(ax)
    plot_decision_boundary(lambda points, p=p: predict_dec(p, points.T), train_X, train_Y)
    ax.set(title=name, aspect="equal")
plt.show()

# %% [markdown] pair="boundaries" lang="zh" zh="486e57f3" en="41b06fc4"
# 从零出发的网络没有决策边界（decision boundary），全平面都是 0。大随机数画出的边界有棱有角，左边还敞着口；
# He 画出的才是一个圈。
#
# 再看单元本身。$W^{[1]}$ 的每一行是两个数，可以画成平面上的一个点：空心是训练前，三角是训练后。

# %% [markdown] pair="boundaries" lang="en"
# The network that starts from zeros has no decision boundary at all: the whole plane is class 0. Large random numbers
# give a jagged line that is open on the left; He gives a closed curve.
#
# Now the units themselves. Each row of $W^{[1]}$ is a pair of numbers, which can be drawn as a point in the plane:
# hollow before training, a triangle after it.

# %% name="figure-units"
starts = {"equal": initialize_equal, "random": initialize_parameters_random, "He": initialize_parameters_he}
ends = {"equal": parameters_equal, "random": parameters_random, "He": parameters_he}
runs = {name: (starts[name]([2, 10, 5, 1])["W1"], ends[name]["W1"]) for name in starts}
figures.show_units(runs)

# %% name="moved" expected=true
print("moved by, relative to the start:")
for name in ("random", "He"):
    start, end = starts[name]([2, 10, 5, 1]), ends[name]
    moved = [np.linalg.norm(end[W] - start[W]) / np.linalg.norm(start[W]) for W in ("W1", "W2", "W3")]
    print(f"{name:<8}W1 {moved[0]:.1f}   W2 {moved[1]:.1f}   W3 {moved[2]:.1f}")

# %% [markdown] pair="moved" lang="zh" zh="e0735578" en="b297fb7d"
# - 起点相同（权重全取 0.5）：10 个点叠成一个，一起移动，对称性没有打破。
# - 大随机数：对称性打破了，可是相对于自身的大小，权重挪得很少。训练结束时的网络大体上还是抽签抽来的那一个。
# - He：10 个单元各奔东西，后面两层更是走出了比起点还长的路。起点不太大，学习才有作用。

# %% [markdown] pair="moved" lang="en"
# - Equal start (all weights 0.5): 10 points on top of each other move as one, and the symmetry is never broken.
# - Large random numbers: the symmetry is broken, but measured against their size the weights move little. What
#   training ends with is still largely the network that was drawn by lot.
# - He: the 10 units go their own ways, and the two layers behind them travel further than the length of their start.
#   When the start is not too large, learning can matter.

# %% [markdown] name="h-deep"
# ## 20 层的网络 / A network of 20 layers

# %% [markdown] pair="deep" lang="zh" zh="a1fb6567" en="c8c71551"
# 3 层的网络对起点还算宽容，20 层就不同了。取 20 个 ReLU 层，每层 100 个单元，偏置为 0，输入是随机数；
# 用你的 He 初始化抽好权重，再乘以倍数 $s$：
#
# | 起点 | $s$ | $\sigma^2$ | 每层的因子 $\frac{n \sigma^2}{2} = s^2$ |
# |---|---|---|---|
# | `0.5 x He` | 0.5 | $\frac{1}{2n}$ | 0.25 |
# | `Xavier, 1/n` | $\sqrt{1/2}$ | $\frac{1}{n}$ | 0.5 |
# | `He, 2/n` | 1 | $\frac{2}{n}$ | 1 |
# | `2 x He` | 2 | $\frac{8}{n}$ | 4 |
#
# 第二行是 Xavier 初始化的一种常见写法，它是为 tanh 这类在 0 附近近似直线的激活函数（activation function）设计的：
# 那里没有 ReLU 砍掉的一半，所以是 $\frac{1}{n}$ 而不是 $\frac{2}{n}$。先只做前向传播，
# 画出第 1、7、14、20 层的正激活值的分布。横轴是对数刻度，恰好为 0 的那一半没有画。

# %% [markdown] pair="deep" lang="en"
# A network of 3 layers still forgives a poor start; one of 20 layers does not. Take 20 ReLU layers of 100 units each,
# biases 0, and a random input. Draw the weights with your He initialization, then multiply them by a scale $s$:
#
# | start | $s$ | $\sigma^2$ | factor per layer $\frac{n \sigma^2}{2} = s^2$ |
# |---|---|---|---|
# | `0.5 x He` | 0.5 | $\frac{1}{2n}$ | 0.25 |
# | `Xavier, 1/n` | $\sqrt{1/2}$ | $\frac{1}{n}$ | 0.5 |
# | `He, 2/n` | 1 | $\frac{2}{n}$ | 1 |
# | `2 x He` | 2 | $\frac{8}{n}$ | 4 |
#
# The second row is a common form of Xavier initialization. It was made for an activation function such as tanh, which
# is nearly a straight line around 0: there is no half for ReLU to take, hence $\frac{1}{n}$ and not $\frac{2}{n}$.
# First only forward propagation: the distribution of the positive activations in layers 1, 7, 14 and 20. The
# horizontal axis is logarithmic; the half that is exactly 0 is left out.

# %% name="forward-deep"
def forward_deep(X, parameters, scale):
    """Return [A0, A1, ..., AL] of ReLU layers whose weights are those of `parameters` times `scale`."""
    A = [X]
    for l in range(1, len(parameters) // 2 + 1):
        A.append(relu(scale * parameters["W" + str(l)] @ A[-1]))
    return A

# %% name="figure-activations"
scales = {"0.5 x He": 0.5, "Xavier, 1/n": np.sqrt(1 / 2), "He, 2/n": 1.0, "2 x He": 2.0}
deep = initialize_parameters_he([100] * 21)
np.random.seed(1)
X_deep, dA_deep = np.random.randn(100, 25), np.random.randn(100, 25)
layers = {name: forward_deep(X_deep, deep, s) for name, s in scales.items()}
figures.show_activations(layers)

# %% [markdown] pair="deep-forward" lang="zh" zh="b9a4b787" en="8ac3e13a"
# 只有 He 的 4 条曲线叠在一起，其余的一层层滑向 0 或无穷。把它量出来，与推导的 $s^2$ 比较：

# %% [markdown] pair="deep-forward" lang="en"
# Only with He do the 4 curves lie on top of each other; the others slide, layer by layer, towards 0 or infinity.
# Measure it, and compare with the derived $s^2$:

# %% name="check-factor" expected=true
print("start         factor per layer          size of A20 / size of A0")
print("              predicted   measured      predicted   measured")
for name, s in scales.items():
    ratio = np.mean(layers[name][20] ** 2) / np.mean(X_deep**2)
    print(f"{name:<14}{s**2:>9.2f}{ratio ** (1 / 20):>11.2f}{s**20:>15.1e}{np.sqrt(ratio):>11.1e}")

# %% [markdown] pair="deep-backward" lang="zh" zh="9419ef25" en="a099b38a"
# “大小”指均方根 $\sqrt{E[a^2]}$，所以 20 层之后的预测值是 $s^{20}$。推导说的是平均，
# 一组具体的权重会有百分之几的出入，20 层连乘之后看得出来，但数量级是对的。
#
# 反向也是同一回事。$dA^{[l-1]} = W^{[l]T} dZ^{[l]}$ 是 $n^{[l]}$ 项的和，而 $dZ^{[l]}$ 里有一半被 ReLU 变成了 0，所以
#
# $$E[(dA^{[l-1]})^2] = n^{[l]} \sigma^2 \cdot \frac{1}{2} E[(dA^{[l]})^2]$$
#
# 各层一样宽时，因子也是 $\frac{n \sigma^2}{2}$：同一个 $\frac{2}{n}$ 把两个方向都照顾到了。
# 从最后一层的一个随机梯度出发，看看它往回走的样子。

# %% [markdown] pair="deep-backward" lang="en"
# "Size" means the root mean square $\sqrt{E[a^2]}$, so the prediction after 20 layers is $s^{20}$. The derivation
# speaks of averages; a particular set of weights is a few percent off, which shows once 20 layers have been
# multiplied, but the order of magnitude is right.
#
# Backward it is the same story. $dA^{[l-1]} = W^{[l]T} dZ^{[l]}$ is a sum of $n^{[l]}$ terms, and half of the entries
# of $dZ^{[l]}$ are set to 0 by ReLU, so
#
# $$E[(dA^{[l-1]})^2] = n^{[l]} \sigma^2 \cdot \frac{1}{2} E[(dA^{[l]})^2]$$
#
# When all layers are equally wide, the factor is $\frac{n \sigma^2}{2}$ again: one and the same $\frac{2}{n}$ serves
# both directions. Start from a random gradient at the last layer and watch it go back.

# %% name="backward-deep"
def backward_deep(dA, A, parameters, scale):
    """Return ([dA0, ..., dAL], [dW1, ..., dWL]), given the gradient dA with respect to the last layer."""
    dAs, dWs = [dA], []
    for l in reversed(range(1, len(A))):
        dZ = dAs[0] * (A[l] > 0)
        dWs.insert(0, dZ @ A[l - 1].T / dZ.shape[1])
        dAs.insert(0, scale * parameters["W" + str(l)].T @ dZ)
    return dAs, dWs

# %% name="figure-signal"
sizes = {}
for name, A in layers.items():
    dAs, dWs = backward_deep(dA_deep, A, deep, scales[name])
    kinds = {"A": A, "dA": dAs, "dW": dWs}
    sizes[name] = {kind: [np.sqrt(np.mean(array**2)) for array in arrays] for kind, arrays in kinds.items()}
figures.show_signal(sizes)

# %% [markdown] pair="vanish" lang="zh" zh="9f14e54d" en="fd7d7eaf"
# 左图从左往右读，中图从右往左读。倍数小于 1，梯度往回走就一层层变小，叫**梯度消失**（vanishing gradient）；
# 大于 1 就一层层变大，叫**梯度爆炸**（exploding gradient）。20 层就差出 $2^{20} \approx 10^6$ 倍。
#
# 右图是真正用来更新权重的 $dW$：学习率若按 He 调好，换成 `0.5 x He`，每一步几乎为 0；换成 `2 x He`，
# 第一步就飞出去了。没有哪个初始化能保证学得好，但坏的初始化能保证学不好。

# %% [markdown] pair="vanish" lang="en"
# Read the left plot from left to right, the middle one from right to left. With a scale below 1 the gradient shrinks
# layer by layer on its way back: a **vanishing gradient**. Above 1 it grows: an **exploding gradient**. Within 20
# layers that is a factor of $2^{20} \approx 10^6$.
#
# The right plot is the $dW$ that updates the weights. With a learning rate that suits He, `0.5 x He` makes every step
# practically 0, and `2 x He` flies off at the first one. No initialization guarantees success, but a bad one
# guarantees failure.

# %% [markdown] name="h-fast"
# ## 同样的数，快一倍多 / The same numbers, more than twice as fast

# %% [markdown] pair="fast" lang="zh" zh="ac03831f" en="3f2508e0"
# 15000 次迭代用不了一秒。前向传播、成本、反向传播、更新，教科书怎么写，循环就可以怎么写，就像下面的 `train_plainly`；
# 可是 `fast_gradient_descent` 用的时间不到它的一半。快在哪里？
#
# 这个网络很小，这样写的一次迭代大约是 50 次 NumPy 调用，每次只算几千个数。时间多半没有花在乘法上，而是花在“调用”本身，
# 以及反复申请、丢弃数组上。所以 `fast_gradient_descent` 做了四件事，调用少了一半还多，没有一件改动数学（见 `fast_network.py`）：
#
# - **一次更新所有层**：全部参数首尾相接存成一个数组，梯度也是，更新只要一次减法；
# - **权重与偏置合成一个矩阵**：$[W \; b]$，输入的最下面加一行 1，那么 $W A + b$ 只是一次矩阵乘法，$dW$ 与 $db$ 也一起得到；
# - **数组只建一次**：训练前建好，以后每次都往里写（NumPy 的 `out=`）；
# - **成本只在要看的时候算**：更新参数要用梯度，用不着成本的值。
#
# 先看合成一个矩阵的办法，再验证：训练 1000 次以后，两种写法的参数一样吗？

# %% [markdown] pair="fast" lang="en"
# The 15000 iterations take less than a second. A loop may be written as in a textbook, forward, cost, backward,
# update, like `train_plainly` below; yet `fast_gradient_descent` needs less than half of its time. What makes it faster?
#
# The network is small: written like this, an iteration is about 50 NumPy calls, each on a few thousand numbers. Most of the time does not go
# into the products but into the calls themselves, and into arrays that are made and thrown away. So
# `fast_gradient_descent` does four things, which more than halve the number of calls, and none of which changes the mathematics (they are in `fast_network.py`):
#
# - **All layers are updated at once**: all parameters lie end to end in one array, and so do the gradients, so that
#   an update is one subtraction.
# - **Weights and bias are one matrix**, $[W \; b]$. With a row of 1 below the input, $W A + b$ is a single matrix
#   product, and $dW$ and $db$ come out together, too.
# - **Arrays are made once**, before training, and written into from then on (`out=` in NumPy).
# - **The cost is computed only where it is shown**: an update needs the gradient, not the value of the cost.
#
# First look at the one matrix, then check: after 1000 iterations, do both ways give the same parameters?

# %% name="one-product" expected=true
W, b = parameters_he["W1"], parameters_he["b1"]
Wb = np.hstack([W, b])
with_ones = np.vstack([train_X, np.ones((1, train_X.shape[1]))])
print("[W b]:", Wb.shape, "  X with a row of 1:", with_ones.shape)
print("same as W X + b:", np.allclose(Wb @ with_ones, W @ train_X + b))

# %% name="train-plainly" expected=true
def train_plainly(parameters, num_iterations):
    """Return (parameters, costs) after gradient descent as a textbook writes it."""
    costs = []
    for _ in range(num_iterations):
        a3, cache = forward_propagation(train_X, parameters)
        costs.append(compute_loss(a3, train_Y))
        gradients = backward_propagation(train_X, train_Y, cache)
        parameters = update_parameters(parameters, gradients, 0.01)
    return parameters, costs


plain, _ = train_plainly(initialize_parameters_he([2, 10, 5, 1]), 1000)
fast, _ = train(initialize_parameters_he, 1000)
differences = [np.max(np.abs(fast[name] - plain[name])) / np.max(np.abs(plain[name])) for name in plain]
print("largest relative difference below 1e-12:", bool(max(differences) < 1e-12))

# %% [markdown] pair="fast-result" lang="zh" zh="13b4194d" en="183ec0e0"
# 一样，只差末尾的舍入误差（rounding error）：加法的先后次序变了。（从很大的随机数出发就不一定了：饱和的网络会把舍入误差越放越大。）快了多少，要看机器；README 里有一张表，把它和教科书的写法、scikit-learn、
# PyTorch 放在一起比，用 `make bench` 可以在你的机器上重新测。网络越大，时间越多花在乘法本身，能省的就越少：每层几百个单元时，几种写法一样快。
#
# 课程的每个模型在 `fast_network.py` 里都有这样一个快的写法，例如 `fast_L_layer_model`。笔记本里的模型仍是普通的循环，因为它们要调用**你**写的函数。
#
# 值得记住的是做事的次序：先写清楚，测出慢在哪里，再只改那里，并且一直和清楚的写法对照。

# %% [markdown] pair="fast-result" lang="en"
# They are the same but for the rounding error at the end: the order of the additions has changed. (From the large random numbers it
# need not be so: a saturated network magnifies rounding errors.) How much faster it is depends on the machine; a table in the README puts it beside the textbook's way, scikit-learn and PyTorch, and
# `make bench` measures again on yours. The larger the network, the more of the time goes into the products themselves and
# the less there is to gain: with hundreds of units in a layer, all ways of writing it take about the same time.
#
# Every model of the course has a fast form like this in `fast_network.py`, such as `fast_L_layer_model`. The models in the
# notebooks remain plain loops, because these are to call the functions that **you** wrote.
#
# What to take away is the order of the work: write it clearly first, measure where the time goes, change only that,
# and keep comparing with the clear version.

# %% [markdown] name="h-summary"
# ## 小结 / Summary

# %% [markdown] pair="summary" lang="zh" zh="6536cf70" en="3e22f603"
# - 起点相同的单元永远相同：权重必须随机，才能打破对称性；偏置取 0 没有关系。
# - 全 0 加上 ReLU，连权重的梯度也严格为 0，什么都学不到。
# - 权重太大，sigmoid 饱和，成本从 `inf` 开始，训练跌跌撞撞，最后也走不远。
# - ReLU 层用 He 初始化，$\sigma^2 = 2/n^{[l-1]}$：和的方差给出 $n \sigma^2$，ReLU 再乘以 $\frac{1}{2}$，
#   信号和梯度都保持大小。
# - 网络越深，这个因子越要紧：它会连乘 $L$ 次。
#
# 接下来的笔记本 3 讲正则化（regularization）：训练集学得太好，也会出问题。

# %% [markdown] pair="summary" lang="en"
# - Units that start alike stay alike: weights must be random to break the symmetry. Biases may be 0.
# - All 0 together with ReLU makes even the gradients of the weights exactly 0, and nothing is learned.
# - With weights that are too large the sigmoid saturates, the cost starts at `inf`, training stumbles and does not
#   get far.
# - For ReLU layers use He initialization, $\sigma^2 = 2/n^{[l-1]}$: the variance of a sum gives $n \sigma^2$, ReLU
#   contributes $\frac{1}{2}$, and both signal and gradient keep their size.
# - The deeper the network, the more this factor matters: it is multiplied $L$ times.
#
# Next comes notebook 3, on regularization: learning the training set too well is a problem, too.

# %% [markdown] name="h-questions"
# ## 想一想 / Questions to think about

# %% [markdown] pair="q-bias" lang="zh" zh="753507f8" en="55236a5c"
# **1.** He 初始化里偏置也全是 0，对称性为什么没有回来？
#
# <details><summary>答案</summary>
#
# 对称要求两个单元的**所有**参数都相同。权重既然不同，$z^{[l]}_i \ne z^{[l]}_k$，$dz^{[l]}_i \ne dz^{[l]}_k$，
# 第一步更新之后偏置也就各不相同了。
#
# </details>

# %% [markdown] pair="q-bias" lang="en"
# **1.** In He initialization all biases are 0, too. Why does the symmetry not come back?
#
# <details><summary>Answer</summary>
#
# Symmetry needs **all** parameters of two units to be the same. As the weights differ, $z^{[l]}_i \ne z^{[l]}_k$ and
# $dz^{[l]}_i \ne dz^{[l]}_k$, and after the first update the biases differ as well.
#
# </details>

# %% [markdown] pair="q-logistic" lang="zh" zh="fd51caa4" en="6d1ae9f9"
# **2.** 逻辑回归（logistic regression）从 0 开始训练毫无问题，为什么？
#
# <details><summary>答案</summary>
#
# 它只有一个单元，没有谁和它对称。输入也不是 0：$dW = \frac{1}{m} (A - Y) X^T$ 里乘的是数据 $X$，
# 而不是一个恒为 0 的隐藏层。
#
# </details>

# %% [markdown] pair="q-logistic" lang="en"
# **2.** Logistic regression trains perfectly well from 0. Why?
#
# <details><summary>Answer</summary>
#
# It has a single unit, and nothing to be symmetric with. Nor is its input 0: in $dW = \frac{1}{m} (A - Y) X^T$ the
# factor is the data $X$, not a hidden layer that is always 0.
#
# </details>

# %% [markdown] pair="q-unbalanced" lang="zh" zh="eb280bdc" en="439e1600"
# **3.** 300 个点里若有 200 个标签是 1，从全 0 出发的这个网络会学到什么？成本停在哪里？
#
# <details><summary>答案</summary>
#
# 只有 $b^{[3]}$ 的梯度不再是 0，它会走到使 $\mathrm{sigmoid}(b^{[3]}) = \frac{2}{3}$ 的地方，即 $b^{[3]} = \ln 2$。
# 网络对每个点都说“$\frac{2}{3}$ 的概率是 1”，
# 成本停在 $-\frac{2}{3} \ln \frac{2}{3} - \frac{1}{3} \ln \frac{1}{3} \approx 0.6365$：它学会了标签的比例，
# 却没有看过数据一眼。
#
# </details>

# %% [markdown] pair="q-unbalanced" lang="en"
# **3.** Suppose 200 of the 300 points had label 1. What would this network learn from a start of all 0, and where
# would the cost stop?
#
# <details><summary>Answer</summary>
#
# Only $b^{[3]}$ now has a gradient that is not 0. It moves to where $\mathrm{sigmoid}(b^{[3]}) = \frac{2}{3}$, that
# is $b^{[3]} = \ln 2$. The network says "label 1 with probability $\frac{2}{3}$" of every point, and the cost stops
# at $-\frac{2}{3} \ln \frac{2}{3} - \frac{1}{3} \ln \frac{1}{3} \approx 0.6365$: it has learned how frequent the
# labels are without a single look at the data.
#
# </details>

# %% [markdown] pair="q-small" lang="zh" zh="15b3b3d8" en="1e5ed099"
# **4.** 笔记本 1 的两层网络用的是 0.01 倍的 $\mathrm{randn}$，能训练。上面的 20 层网络若这样做，信号会剩下多少？
#
# <details><summary>答案</summary>
#
# 每层的大小乘以 $\sqrt{n \sigma^2 / 2} = 0.01 \sqrt{100/2} \approx 0.07$，
# 20 层之后是 $0.0707^{20} \approx 10^{-23}$，什么也不剩。只有一个隐藏层时，只乘一次，还撑得住。
#
# </details>

# %% [markdown] pair="q-small" lang="en"
# **4.** The two-layer network of notebook 1 starts from $\mathrm{randn}$ times 0.01 and trains. If the network of 20
# layers above did the same, how much of the signal would be left?
#
# <details><summary>Answer</summary>
#
# Each layer multiplies the size by $\sqrt{n \sigma^2 / 2} = 0.01 \sqrt{100/2} \approx 0.07$; after 20 layers that is
# $0.0707^{20} \approx 10^{-23}$, nothing. With a single hidden layer the factor occurs only once, which is bearable.
#
# </details>

# %% [markdown] pair="q-leaky" lang="zh" zh="c9c53cf2" en="3369249b"
# **5.** 若把 ReLU 换成 leaky ReLU，即 $z < 0$ 时输出 $\alpha z$，$\sigma^2$ 应取多少？
#
# <details><summary>答案</summary>
#
# 负的一半不再是 0，而是贡献 $\alpha^2$ 倍：$E[g(z)^2] = \frac{1 + \alpha^2}{2} E[z^2]$，
# 因此 $\sigma^2 = \frac{2}{(1 + \alpha^2) n}$。$\alpha = 0$ 就是 He 的 $\frac{2}{n}$；$\alpha = 1$ 是一条直线，
# 得到 Xavier 的 $\frac{1}{n}$。
#
# </details>

# %% [markdown] pair="q-leaky" lang="en"
# **5.** Replace ReLU by leaky ReLU, whose output is $\alpha z$ where $z < 0$. What should $\sigma^2$ be?
#
# <details><summary>Answer</summary>
#
# The negative half is no longer 0 but contributes $\alpha^2$ times as much:
# $E[g(z)^2] = \frac{1 + \alpha^2}{2} E[z^2]$, hence $\sigma^2 = \frac{2}{(1 + \alpha^2) n}$. $\alpha = 0$ is He's
# $\frac{2}{n}$; $\alpha = 1$ is a straight line and gives Xavier's $\frac{1}{n}$.
#
# </details>

# %% [markdown] pair="q-flat" lang="zh" zh="7ba3f60d" en="5b0e70f3"
# **6.** 最后那幅图里，$dA$ 逐层变小或变大，$dW$ 在各层却差不多一样大。为什么？
#
# <details><summary>答案</summary>
#
# $dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T}$ 是两个方向的乘积。权重乘以 $s$ 后，
# 偏置为 0 的 ReLU 满足 $\mathrm{relu}(s z) = s \cdot \mathrm{relu}(z)$，所以 $A^{[l-1]}$ 多出 $s^{l-1}$，
# $dZ^{[l]}$ 多出 $s^{L-l}$，乘起来恒为 $s^{L-1}$，与 $l$ 无关。梯度消失伤害的不只是前面几层：这里每一层都小到学不动。
#
# </details>

# %% [markdown] pair="q-flat" lang="en"
# **6.** In the last figure $dA$ shrinks or grows from layer to layer, yet $dW$ has about the same size in all layers.
# Why?
#
# <details><summary>Answer</summary>
#
# $dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T}$ is a product of both directions. When the weights are multiplied by
# $s$, ReLU with biases of 0 obeys $\mathrm{relu}(s z) = s \cdot \mathrm{relu}(z)$, so $A^{[l-1]}$ gains $s^{l-1}$ and
# $dZ^{[l]}$ gains $s^{L-l}$; the product is always $s^{L-1}$, whatever $l$ is. A vanishing gradient does not only
# harm the first layers: here every layer is too small to learn.
#
# </details>
