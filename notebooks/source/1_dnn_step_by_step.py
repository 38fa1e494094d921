# %% [markdown] name="title"
# # 1. 一步一步搭建深度网络 / A deep network, step by step

# %% [markdown] pair="welcome" lang="zh" zh="12b8ebbc" en="c2e80400"
# 你将只用 NumPy 写出一个**深度网络**（deep network）：想要几层（layer）就有几层。写好的每个函数都会立刻用上，
# 最后，这些函数拼成的网络要去看真实的照片，分辨一只鞋是不是运动鞋。
#
# 一共有 10 个小函数要写，大多只有 1 到 4 行。每道练习的顺序都一样：为什么需要它、它的公式、要写的单元格、
# 在测试数据上运行一次、和预期输出对照。要你写的地方在两行标记 `### START CODE HERE ###` 与 `### END CODE HERE ###` 之间，
# 把 `...` 换成你的代码就行。还没写的练习不会报错，用到它的单元格只会说一声“还差一步”。
#
# 需要的基础：会写 Python 函数，知道矩阵乘法和导数。全部做完大约 2 小时。

# %% [markdown] pair="welcome" lang="en"
# With nothing but NumPy you will write a **deep network**, with as many layers as you like. Each function is put to use as
# soon as it is written, and at the end the network made of them looks at real photographs and tells whether a shoe is a sneaker.
#
# There are 10 small functions to write, most of them 1 to 4 lines long. Every exercise has the same order: why it is needed,
# its formula, the cell to fill in, a run on test data, and the output to expect. Your lines go between the markers
# `### START CODE HERE ###` and `### END CODE HERE ###`, in place of each `...`. An exercise that you have not written yet
# raises no error: the cells that use it just say "not yet".
#
# You need to know how to write a Python function, how to multiply matrices, and what a derivative is. Plan about 2 hours.

# %% include="setup.py"

# %% name="imports"
import matplotlib.pyplot as plt
import numpy as np

from dnn_utils import (
    backward_without_dA0,
    first_layer_backward,
    initialize_parameters_scaled,
    load_data,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
)
from testCases import *

# %% [markdown] pair="ask" lang="zh" zh="8d95cb68" en="a9082ba1"
# 每道练习后面都有一个检查单元格，例如 `check(linear_forward)`。它每次都换一批新的输入来运行你的函数：对了就记分；不对，就告诉你
# 哪些量是对的、哪个量错了、错在第几行、是什么错。卡住的时候运行 `hint(linear_forward)`，每运行一次多给一级提示，共有三级；
# 检查通过以后，`solution(linear_forward)` 会给你看参考答案。四本笔记本都是这样。
#
# 检查的回答中英文都有。运行 `%env COURSE_LANG=zh` 以后只用中文，运行 `%env COURSE_LANG=en` 以后只用英文。

# %% [markdown] pair="ask" lang="en"
# After each exercise stands a cell that checks it, such as `check(linear_forward)`. It runs your function on new inputs every time. If
# the function is right, the points are yours; if not, you read which quantities are right, which one is wrong, in which line, and what
# the mistake is. When you are stuck, run `hint(linear_forward)`: each run gives the next of three hints. Once the check is passed,
# `solution(linear_forward)` shows the reference. It is the same in all four notebooks.
#
# A check answers in both languages; after `%env COURSE_LANG=zh` only in Chinese, after `%env COURSE_LANG=en` only in English.

# %% [markdown] pair="picture" lang="zh" zh="c6720efc" en="888f8fc7"
# 这就是你要搭的东西，只是画得小一些：输入 $X$ 从左边进来，经过若干个 ReLU 层，最后一层用 sigmoid 给出一个概率。

# %% [markdown] pair="picture" lang="en"
# This is what you will build, only drawn smaller: the input $X$ comes in on the left, passes through several ReLU layers,
# and the last layer, a sigmoid, gives a probability.

# %% name="figure-network"
figures.draw_network([4, 3, 3, 1])

# %% [markdown] name="h-symbols"
# ## 符号与形状 / Symbols and shapes

# %% [markdown] pair="symbols" lang="zh" zh="65bda692" en="a1ae769b"
# 一个样本是一**列**，$m$ 个样本并排放成矩阵。方括号里的上标是层的编号：$n^{[l]}$ 是第 $l$ 层的单元数，$n^{[0]}=n_x$ 是输入的大小，$L$ 是层数。
# 权重（weight）$W$ 和偏置（bias）$b$ 合起来就是这一层的参数（parameter），训练要找的就是它们。
#
# | 符号 | 含义 | 形状 |
# |---|---|---|
# | $X$ | 输入，每列一个样本 | $(n_x, m)$ |
# | $Y$ | 标签，0 或 1 | $(1, m)$ |
# | $W^{[l]}$ | 权重 | $(n^{[l]}, n^{[l-1]})$ |
# | $b^{[l]}$ | 偏置 | $(n^{[l]}, 1)$ |
# | $Z^{[l]}$ | 线性部分的结果 | $(n^{[l]}, m)$ |
# | $A^{[l]}$ | 激活值，$A^{[0]}=X$；最后一层的 $AL=A^{[L]}$ 也记作 $\hat{Y}$ | $(n^{[l]}, m)$ |
# | $dW^{[l]}$, $db^{[l]}$ | 成本（cost）对 $W^{[l]}$, $b^{[l]}$ 的导数 | 与 $W^{[l]}$, $b^{[l]}$ 相同 |
# | $dZ^{[l]}$, $dA^{[l]}$ | 每个样本自己的成本（还没有求平均）对 $Z^{[l]}$, $A^{[l]}$ 的导数 | 与 $Z^{[l]}$, $A^{[l]}$ 相同 |
#
# 小窍门：对谁求导，结果就和谁一样形状。写完一行先看形状，大半的错误这时就露面了。

# %% [markdown] pair="symbols" lang="en"
# One example is a **column**; $m$ examples stand side by side in a matrix. The superscript in brackets numbers the layer:
# $n^{[l]}$ is the number of units of layer $l$, $n^{[0]}=n_x$ the size of the input, $L$ the number of layers.
# The weights $W$ and the bias $b$ are the parameters of a layer: they are what training looks for.
#
# | symbol | meaning | shape |
# |---|---|---|
# | $X$ | input, one example a column | $(n_x, m)$ |
# | $Y$ | labels, 0 or 1 | $(1, m)$ |
# | $W^{[l]}$ | weights | $(n^{[l]}, n^{[l-1]})$ |
# | $b^{[l]}$ | bias | $(n^{[l]}, 1)$ |
# | $Z^{[l]}$ | result of the linear part | $(n^{[l]}, m)$ |
# | $A^{[l]}$ | activations, $A^{[0]}=X$; those of the last layer, $AL=A^{[L]}$, are also written $\hat{Y}$ | $(n^{[l]}, m)$ |
# | $dW^{[l]}$, $db^{[l]}$ | derivatives of the cost with respect to $W^{[l]}$, $b^{[l]}$ | those of $W^{[l]}$, $b^{[l]}$ |
# | $dZ^{[l]}$, $dA^{[l]}$ | derivatives of each example's own cost, before the mean, with respect to $Z^{[l]}$, $A^{[l]}$ | those of $Z^{[l]}$, $A^{[l]}$ |
#
# A habit that pays: a derivative has the shape of what it is taken with respect to. Look at the shapes after each line, and more than
# half of all mistakes show themselves there.

# %% [markdown] name="h-vectorized"
# ## 从一个样本到 m 个样本 / From one example to m examples

# %% [markdown] pair="vectorized" lang="zh" zh="e9ba1f82" en="4a64fc25"
# 左边是一个样本的公式，右边是 $m$ 个样本一起算的**向量化**（vectorized）公式。$g$ 是激活函数（activation function），$*$ 是逐元素相乘。
#
# | | 一个样本 | $m$ 个样本 |
# |---|---|---|
# | 前向 | $z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}$ | $Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}$ |
# | | $a^{[l]} = g(z^{[l]})$ | $A^{[l]} = g(Z^{[l]})$ |
# | 反向 | $dz^{[l]} = da^{[l]} * g'(z^{[l]})$ | $dZ^{[l]} = dA^{[l]} * g'(Z^{[l]})$ |
# | | $dW^{[l]} = dz^{[l]} a^{[l-1]T}$ | $dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T}$ |
# | | $db^{[l]} = dz^{[l]}$ | $db^{[l]} = \frac{1}{m} \sum_{i=1}^{m} dZ^{[l](i)}$ |
# | | $da^{[l-1]} = W^{[l]T} dz^{[l]}$ | $dA^{[l-1]} = W^{[l]T} dZ^{[l]}$ |
# | 因此 | $dz^{[l]} = W^{[l+1]T} dz^{[l+1]} * g'(z^{[l]})$ | $dZ^{[l]} = W^{[l+1]T} dZ^{[l+1]} * g'(Z^{[l]})$ |
#
# 为什么右边多了 $\frac{1}{m}$？因为成本是 $m$ 个样本的**平均**。矩阵乘法 $dZ A^T$ 已经替你把 $m$ 个样本的结果加了起来，
# 除以 $m$ 就成了平均。$dZ$ 与 $dA$ 仍然是“每个样本各管各的”，所以那里没有 $\frac{1}{m}$。
#
# 公式可以用代码来验证：先用循环一个样本一个样本地算，再一次算完，看看差多少。

# %% [markdown] pair="vectorized" lang="en"
# On the left the formulas for one example, on the right the **vectorized** ones for $m$ examples at once. $g$ is the activation
# function, $*$ multiplies entry by entry.
#
# | | one example | $m$ examples |
# |---|---|---|
# | forward | $z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}$ | $Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}$ |
# | | $a^{[l]} = g(z^{[l]})$ | $A^{[l]} = g(Z^{[l]})$ |
# | backward | $dz^{[l]} = da^{[l]} * g'(z^{[l]})$ | $dZ^{[l]} = dA^{[l]} * g'(Z^{[l]})$ |
# | | $dW^{[l]} = dz^{[l]} a^{[l-1]T}$ | $dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T}$ |
# | | $db^{[l]} = dz^{[l]}$ | $db^{[l]} = \frac{1}{m} \sum_{i=1}^{m} dZ^{[l](i)}$ |
# | | $da^{[l-1]} = W^{[l]T} dz^{[l]}$ | $dA^{[l-1]} = W^{[l]T} dZ^{[l]}$ |
# | hence | $dz^{[l]} = W^{[l+1]T} dz^{[l+1]} * g'(z^{[l]})$ | $dZ^{[l]} = W^{[l+1]T} dZ^{[l+1]} * g'(Z^{[l]})$ |
#
# Why is there a $\frac{1}{m}$ on the right? Because the cost is the **mean** over the $m$ examples. The product $dZ A^T$ has already
# added up the results of the $m$ examples for you, and dividing by $m$ makes the mean. $dZ$ and $dA$ still keep every example apart,
# so they carry no $\frac{1}{m}$.
#
# Formulas can be checked in code: first one example after the other in a loop, then all at once; how much do they differ?

# %% name="check-vectorized"
rng = np.random.default_rng(0)
W, b, A_prev, dZ = rng.normal(size=(3, 4)), rng.normal(size=(3, 1)), rng.normal(size=(4, 6)), rng.normal(size=(3, 6))
m = A_prev.shape[1]
Z_loop, dW_loop, db_loop = np.zeros((3, 6)), np.zeros((3, 4)), np.zeros((3, 1))
for i in range(m):
    a, dz = A_prev[:, [i]], dZ[:, [i]]  # one example, kept as a column
    Z_loop[:, [i]] = W @ a + b
    dW_loop += dz @ a.T / m
    db_loop += dz / m
print("Z  equal:", np.allclose(Z_loop, W @ A_prev + b, rtol=1e-12))
print("dW equal:", np.allclose(dW_loop, 1 / m * dZ @ A_prev.T, rtol=1e-12))
print("db equal:", np.allclose(db_loop, 1 / m * np.sum(dZ, axis=1, keepdims=True), rtol=1e-12))

# %% [markdown] name="h-initialize"
# ## 参数初始化 / Initializing the parameters

# %% [markdown] pair="initialize" lang="zh" zh="52a6f1d4" en="140cdc5d"
# 训练之前，参数总得有个起点，这一步叫初始化（initialization）。偏置从 0 开始就可以；权重却不行：若全是 0，同一层的单元会一直一模一样
# （笔记本 2 会演示）。所以权重取小的随机数：标准正态分布乘以 0.01。
#
# $$W^{[l]} = 0.01 \cdot \mathrm{randn}(n^{[l]}, n^{[l-1]}), \qquad b^{[l]} = 0$$
#
# 随机种子已经替你设好，这样所有人得到的数字都相同。先写两层的版本：顺序是 $W^{[1]}$, $b^{[1]}$, $W^{[2]}$, $b^{[2]}$，
# 用 `np.random.randn(rows, columns)` 与 `np.zeros((rows, columns))`，注意前者的两个数不套括号。

# %% [markdown] pair="initialize" lang="en"
# Before training, the parameters need a starting point: that is initialization. A bias may start at 0. Weights may not: were they
# all 0, the units of a layer would stay identical for ever (notebook 2 shows it). So weights start as small random numbers,
# a standard normal times 0.01.
#
# $$W^{[l]} = 0.01 \cdot \mathrm{randn}(n^{[l]}, n^{[l-1]}), \qquad b^{[l]} = 0$$
#
# The random seed is set for you, so that everybody gets the same numbers. First the version for two layers, in the order $W^{[1]}$, $b^{[1]}$,
# $W^{[2]}$, $b^{[2]}$, with `np.random.randn(rows, columns)` and `np.zeros((rows, columns))`. Mind that the former takes its two numbers
# without inner parentheses.

# %% graded="dnn_utils.initialize_parameters" difficulty=1 minutes=5

# %% name="run-initialize_parameters" expected=true
parameters = initialize_parameters(3, 2, 1)
for name, value in parameters.items():
    print(name, "=", value)

# %% [markdown] pair="initialize-deep" lang="zh" zh="ad50d64a" en="098241eb"
# 层数不定的时候，只要把层的大小放进一个列表：`layer_dims = [5, 4, 3]` 表示 5 个输入、4 个隐藏单元（hidden unit）、3 个输出。
# 循环里 `l` 是层的编号，`layer_dims[l]` 就是 $n^{[l]}$，`layer_dims[l - 1]` 就是 $n^{[l-1]}$。

# %% [markdown] pair="initialize-deep" lang="en"
# With any number of layers, put their sizes into a list: `layer_dims = [5, 4, 3]` means 5 inputs, 4 hidden units and 3 outputs.
# In the loop `l` is the number of the layer, `layer_dims[l]` is $n^{[l]}$ and `layer_dims[l - 1]` is $n^{[l-1]}$.

# %% graded="dnn_utils.initialize_parameters_deep" difficulty=1 minutes=5

# %% name="run-initialize_parameters_deep" expected=true
parameters = initialize_parameters_deep([5, 4, 3])
for name, value in parameters.items():
    print(name, "=", value)

# %% [markdown] name="h-forward"
# ## 前向传播 / Forward propagation

# %% [markdown] pair="layer-figure" lang="zh" zh="19e90215" en="43d719d9"
# 一层做两件事：先是线性部分 $Z = WA_{prev} + b$，再是激活函数 $A = g(Z)$。上面一行是前向传播（forward propagation），下面一行是反向传播（backward propagation）。
# 反向时还要用到前向算过的东西，所以每一步都把它们存进一个缓存（cache），如图中的虚线。

# %% [markdown] pair="layer-figure" lang="en"
# A layer does two things: first the linear part $Z = WA_{prev} + b$, then the activation function $A = g(Z)$. The upper row is forward
# propagation, the lower row backward propagation. On the way back we need what was computed on the way there, so each step keeps it in a
# cache: the dotted arrows.

# %% name="figure-layer"
figures.draw_layer()

# %% [markdown] pair="linear-forward" lang="zh" zh="3e2d3b90" en="87ba5d8f"
# 先写线性部分，只要一行：
#
# $$Z = W A_{prev} + b$$
#
# $W$ 是 $(n, n_{prev})$，$A_{prev}$ 是 $(n_{prev}, m)$，乘积是 $(n, m)$；$b$ 是 $(n, 1)$，NumPy 会把这一列加到每一列上（广播）。矩阵乘法用 `@` 或 `np.dot`，不是 `*`。

# %% [markdown] pair="linear-forward" lang="en"
# First the linear part, a single line:
#
# $$Z = W A_{prev} + b$$
#
# $W$ is $(n, n_{prev})$ and $A_{prev}$ is $(n_{prev}, m)$, so the product is $(n, m)$; $b$ is $(n, 1)$, and NumPy adds that column to every
# column (broadcasting). A matrix product is `@` or `np.dot`, not `*`.

# %% graded="dnn_utils.linear_forward" difficulty=1 minutes=3

# %% name="run-linear_forward" expected=true
A, W, b = linear_forward_test_case()
Z, linear_cache = linear_forward(A, W, b)
print("Z =", Z)

# %% [markdown] pair="activations" lang="zh" zh="d1e254ea" en="da581cb4"
# 激活函数有两种，都已经写好：`sigmoid(Z)` 和 `relu(Z)`，各返回 $A$ 和缓存（就是 $Z$）。
#
# $$\mathrm{sigmoid}(z) = \frac{1}{1 + e^{-z}}, \qquad \mathrm{ReLU}(z) = \max(0, z)$$
#
# ReLU 用在隐藏层：算得快，正的一侧导数恒为 1。sigmoid 用在最后一层：它把任何数压到 0 与 1 之间，可以当作概率来读。没有激活函数，多少层叠起来也还是一个线性函数。

# %% [markdown] pair="activations" lang="en"
# There are two activation functions, both written for you: `sigmoid(Z)` and `relu(Z)`; each returns $A$ and a cache (which is $Z$).
#
# $$\mathrm{sigmoid}(z) = \frac{1}{1 + e^{-z}}, \qquad \mathrm{ReLU}(z) = \max(0, z)$$
#
# ReLU serves in the hidden layers: it is quick, and on the positive side its slope is always 1. The sigmoid serves in the last layer: it squeezes any number
# between 0 and 1, which can be read as a probability. Without an activation function, any stack of layers would still be one linear function.

# %% name="figure-activations"
z = np.linspace(-5, 5, 201)
fig, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8))
left.plot(z, sigmoid(z)[0], label="sigmoid(z)")
left.plot(z, sigmoid_backward(np.ones_like(z), z), label="its slope")
right.plot(z, relu(z)[0], label="ReLU(z)")
right.plot(z, relu_backward(np.ones_like(z), z), label="its slope")
for ax in (left, right):
    ax.set_xlabel("z")
    ax.legend()
plt.show()

# %% [markdown] pair="linear-activation-forward" lang="zh" zh="9dcf6705" en="bc62e364"
# 现在把两步接起来：先调用你的 `linear_forward`，再调用 `sigmoid` 或 `relu`。两个缓存一起返回：`(linear_cache, activation_cache)`。

# %% [markdown] pair="linear-activation-forward" lang="en"
# Now join the two steps: call your `linear_forward`, then `sigmoid` or `relu`. Both caches are returned together: `(linear_cache, activation_cache)`.

# %% graded="dnn_utils.linear_activation_forward" difficulty=1 minutes=5

# %% name="run-linear_activation_forward" expected=true
A_prev, W, b = linear_activation_forward_test_case()
A, cache = linear_activation_forward(A_prev, W, b, activation="sigmoid")
print("With sigmoid: A =", A)
A, cache = linear_activation_forward(A_prev, W, b, activation="relu")
print("With ReLU:    A =", A)

# %% [markdown] pair="model-forward" lang="zh" zh="65ec1f4c" en="a91ff6e2"
# 整个网络就是把层串起来：前 $L-1$ 层用 ReLU，最后一层用 sigmoid。前一层的 $A$ 就是后一层的 $A_{prev}$：
#
# $$A^{[l]} = \mathrm{ReLU}(W^{[l]} A^{[l-1]} + b^{[l]}) \quad (l = 1, \dots, L-1), \qquad AL = \mathrm{sigmoid}(W^{[L]} A^{[L-1]} + b^{[L]})$$
#
# 每一层的缓存都要用 `caches.append(cache)` 收进列表；参数从字典里取，例如 `parameters["W" + str(l)]`。

# %% [markdown] pair="model-forward" lang="en"
# The network is a chain of layers: ReLU in the first $L-1$ of them, sigmoid in the last. The $A$ of one layer is the $A_{prev}$ of the next:
#
# $$A^{[l]} = \mathrm{ReLU}(W^{[l]} A^{[l-1]} + b^{[l]}) \quad (l = 1, \dots, L-1), \qquad AL = \mathrm{sigmoid}(W^{[L]} A^{[L-1]} + b^{[L]})$$
#
# Collect the cache of every layer with `caches.append(cache)`, and take parameters from the dictionary, for example `parameters["W" + str(l)]`.

# %% name="figure-model"
figures.draw_model()

# %% graded="dnn_utils.L_model_forward" difficulty=2 minutes=10

# %% name="run-L_model_forward" expected=true
X, parameters = L_model_forward_test_case()
AL, caches = L_model_forward(X, parameters)
print("AL =", AL)
print("Number of caches:", len(caches))

# %% [markdown] pair="three-layers-forward" lang="zh" zh="717288ef" en="cb987efd"
# 两层的例子里，循环只转一圈，有些错误看不出来（比如每一层都从 $X$ 算起）。再用 4、3、2、1 的三层网络试一次。

# %% [markdown] pair="three-layers-forward" lang="en"
# With two layers the loop runs only once, and some mistakes go unseen (such as starting every layer from $X$). So try a network of three layers, 4, 3, 2, 1, as well.

# %% name="run-L_model_forward-three" expected=true
np.random.seed(11)
three_layers, sizes = {}, [4, 3, 2, 1]
for l in (1, 2, 3):
    three_layers["W" + str(l)] = np.random.randn(sizes[l], sizes[l - 1])
    three_layers["b" + str(l)] = np.random.randn(sizes[l], 1)
AL, caches = L_model_forward(X, three_layers)
print("AL =", AL)
print("Number of caches:", len(caches))

# %% [markdown] name="h-cost"
# ## 成本 / The cost

# %% [markdown] pair="cost" lang="zh" zh="147f1553" en="f9664123"
# 网络好不好，要用一个数来说：**交叉熵**（cross-entropy）成本。
#
# $$J = -\frac{1}{m} \sum_{i=1}^{m} \left( y^{(i)} \log a^{[L](i)} + (1 - y^{(i)}) \log (1 - a^{[L](i)}) \right)$$
#
# 标签是 1 时只剩前一项，标签是 0 时只剩后一项。换句话说，括号里就是**网络给正确答案的概率**的对数。于是可以写得更短，也更稳：
# 先用 `np.where(Y == 1, AL, 1 - AL)` 取出这个概率，再取对数、求和、除以 $-m$。照公式直接写也算对。
#
# 从图上看：把握十足地答对，成本是 0；把握十足地答错，成本是无穷大。成本绝不会是负数：出现负数，就是标签不是 0 或 1，或者符号写反了。

# %% [markdown] pair="cost" lang="en"
# One number says how good the network is: the **cross-entropy** cost.
#
# $$J = -\frac{1}{m} \sum_{i=1}^{m} \left( y^{(i)} \log a^{[L](i)} + (1 - y^{(i)}) \log (1 - a^{[L](i)}) \right)$$
#
# With label 1 only the first term is left, with label 0 only the second. In other words, what stands in the parentheses is the logarithm of **the probability
# that the network gave to the right answer**. That is shorter to write, and sounder: pick this probability with `np.where(Y == 1, AL, 1 - AL)`, take
# logarithms, add them up and divide by $-m$. Writing the formula as it stands is right, too.
#
# The figure shows it: a right answer given with certainty costs 0, a wrong answer given with certainty costs infinity. The cost is never negative:
# if yours is, a label is neither 0 nor 1, or a sign is wrong.

# %% name="figure-cost"
a = np.linspace(0.005, 0.995, 199)
plt.plot(a, -np.log(a), label="y = 1:  -log(a)")
plt.plot(a, -np.log(1 - a), label="y = 0:  -log(1 - a)")
plt.xlabel("a, the predicted probability of label 1")
plt.ylabel("cost of one example")
plt.legend()
plt.show()

# %% graded="dnn_utils.compute_cost" difficulty=2 minutes=5

# %% name="run-compute_cost" expected=true
Y, AL = compute_cost_test_case()
print(f"cost = {compute_cost(AL, Y):.15f}")

# %% [markdown] name="h-backward"
# ## 反向传播 / Backward propagation

# %% [markdown] pair="backward" lang="zh" zh="f3541a97" en="99496e9b"
# 怎样改参数，成本才会变小？要看成本对每个参数的导数，也就是梯度（gradient）。反向传播靠的只是链式法则（chain rule），从最后一层往前，一层一层地算。
#
# 先看一层的线性部分 $Z = WA_{prev} + b$。设 $dZ$ 已知，就用开头那张表：
#
# $$dW = \frac{1}{m} dZ\, A_{prev}^{T}, \qquad db = \frac{1}{m} \sum_{i=1}^{m} dZ^{(i)}, \qquad dA_{prev} = W^{T} dZ$$
#
# 求和是**按行**加的（`axis=1`），加上 `keepdims=True`，$db$ 才会保持 $(n, 1)$ 的形状。记不住谁该转置？看形状：$dW$ 必须是 $(n, n_{prev})$，只有一种乘法能凑出来。

# %% [markdown] pair="backward" lang="en"
# How must the parameters change so that the cost goes down? The derivatives of the cost with respect to each parameter tell: the gradient. Backward propagation
# is nothing but the chain rule, from the last layer to the first, one layer after the other.
#
# Take the linear part of one layer, $Z = WA_{prev} + b$. With $dZ$ known, use the table at the beginning:
#
# $$dW = \frac{1}{m} dZ\, A_{prev}^{T}, \qquad db = \frac{1}{m} \sum_{i=1}^{m} dZ^{(i)}, \qquad dA_{prev} = W^{T} dZ$$
#
# The sum runs along each **row** (`axis=1`), and `keepdims=True` keeps $db$ in the shape $(n, 1)$. Forgotten what is transposed? Look at the shapes:
# $dW$ must be $(n, n_{prev})$, and only one product gives that.

# %% graded="dnn_utils.linear_backward" difficulty=2 minutes=10

# %% name="run-linear_backward" expected=true
dZ, linear_cache = linear_backward_test_case()
dA_prev, dW, db = linear_backward(dZ, linear_cache)
print("dA_prev =", dA_prev)
print("dW =", dW)
print("db =", db)

# %% [markdown] pair="more-units" lang="zh" zh="7c3c263b" en="be1166a3"
# 上面只有一个单元、两个样本，忘了 `axis=1` 也看不出来。再用 3 个单元、4 个样本试一次。

# %% [markdown] pair="more-units" lang="en"
# That was one unit and two examples only, where a forgotten `axis=1` goes unseen. So try 3 units and 4 examples as well.

# %% name="run-linear_backward-more" expected=true
dZ, A_prev, W = np.arange(12.0).reshape(3, 4), np.ones((2, 4)), np.arange(6.0).reshape(3, 2)
dA_prev, dW, db = linear_backward(dZ, (A_prev, W, np.zeros((3, 1))))
print("dA_prev =", dA_prev)
print("dW =", dW)
print("db =", db)

# %% [markdown] pair="linear-activation-backward" lang="zh" zh="36c16fe2" en="83784023"
# 再加上激活函数：$dZ = dA * g'(Z)$ 由现成的 `relu_backward(dA, activation_cache)` 和 `sigmoid_backward(dA, activation_cache)` 来算，然后交给你的 `linear_backward`。
#
# ReLU 的导数是 1（$Z > 0$）或 0（$Z \le 0$），所以 `relu_backward` 只是把 $Z \le 0$ 处的 $dA$ 变成 0；sigmoid 的导数是 $a(1-a)$。

# %% [markdown] pair="linear-activation-backward" lang="en"
# Now add the activation: $dZ = dA * g'(Z)$ comes from `relu_backward(dA, activation_cache)` or `sigmoid_backward(dA, activation_cache)`, both given, and goes into your
# `linear_backward`.
#
# The slope of ReLU is 1 (where $Z > 0$) or 0 (where $Z \le 0$), so `relu_backward` only sets $dA$ to 0 where $Z \le 0$; the slope of the sigmoid is $a(1-a)$.

# %% graded="dnn_utils.linear_activation_backward" difficulty=1 minutes=5

# %% name="run-linear_activation_backward" expected=true
dA, cache = linear_activation_backward_test_case()
for activation in ("sigmoid", "relu"):
    dA_prev, dW, db = linear_activation_backward(dA, cache, activation)
    print(f"{activation}:\ndA_prev = {dA_prev}\ndW = {dW}\ndb = {db}")

# %% [markdown] name="h-dAL"
# ### dAL 从哪里来 / Where dAL comes from

# %% [markdown] pair="dAL" lang="zh" zh="db6fc833" en="d6c1af8f"
# 反向传播从网络的末端出发，那里的 $dAL$ 直接由成本求导得到。对一个样本，
#
# $$\mathcal{L} = -\left( y \log a + (1 - y) \log (1 - a) \right)$$
#
# 因为 $\frac{d}{da} \log a = \frac{1}{a}$，而 $\frac{d}{da} \log (1-a) = -\frac{1}{1-a}$，
#
# $$\frac{d\mathcal{L}}{da} = -\left( \frac{y}{a} - \frac{1-y}{1-a} \right)$$
#
# 写成代码就是 `dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))`。顺便再往前走一步：乘上 sigmoid 的导数 $a(1-a)$，
#
# $$dz = -\left( y(1-a) - (1-y)a \right) = a - y$$
#
# 分母全消掉了：最后一层的 $dZ$ 就是“预测减去标签”。下面拿数值来验证这两个式子。

# %% [markdown] pair="dAL" lang="en"
# Backward propagation starts at the end of the network, where $dAL$ follows from the cost itself. For one example,
#
# $$\mathcal{L} = -\left( y \log a + (1 - y) \log (1 - a) \right)$$
#
# Since $\frac{d}{da} \log a = \frac{1}{a}$ and $\frac{d}{da} \log (1-a) = -\frac{1}{1-a}$,
#
# $$\frac{d\mathcal{L}}{da} = -\left( \frac{y}{a} - \frac{1-y}{1-a} \right)$$
#
# In code: `dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))`. One step further, times the slope $a(1-a)$ of the sigmoid,
#
# $$dz = -\left( y(1-a) - (1-y)a \right) = a - y$$
#
# All denominators are gone: in the last layer $dZ$ is just "prediction minus label". Here are both formulas, checked with numbers.

# %% name="check-dAL"
y, z, h = np.array([1.0, 0.0]), np.array([0.3, -1.2]), 1e-6
loss = lambda a: -(y * np.log(a) + (1 - y) * np.log(1 - a))
a = sigmoid(z)[0]
slope = (loss(a + h) - loss(a - h)) / (2 * h)  # what the derivative must be, measured
print("dL/da:", -(y / a - (1 - y) / (1 - a)), "agrees:", np.allclose(slope, -(y / a - (1 - y) / (1 - a))))
print("dz = a - y:", a - y, "agrees:", np.allclose(slope * a * (1 - a), a - y))

# %% [markdown] pair="model-backward" lang="zh" zh="01bcfa6d" en="f9f8cc9c"
# 现在写整个网络的反向传播。`caches[l - 1]` 是第 $l$ 层的缓存（列表从 0 数起）。先算 $dAL$，走过最后的 sigmoid 层，再从第 $L-1$ 层走回第 1 层。
#
# 结果存进字典：`grads["dA1"]` 是每个样本的成本对 $A^{[1]}$ 的导数，它是第 2 层的反向算出来的 `dA_prev`。字典的存取已经写好，你只要写一个公式和两处函数调用。

# %% [markdown] pair="model-backward" lang="en"
# Now the backward pass of the whole network. `caches[l - 1]` is the cache of layer $l$ (lists count from 0). Compute $dAL$, go through the sigmoid layer at the end,
# then from layer $L-1$ back to layer 1.
#
# The results go into a dictionary: `grads["dA1"]` is the derivative of each example's cost with respect to $A^{[1]}$, which is the `dA_prev` that the backward step of layer 2
# returns. Storing them is written for you; the formula and the two calls are yours.

# %% graded="dnn_utils.L_model_backward" difficulty=3 minutes=15

# %% name="run-L_model_backward" expected=true
AL, Y, caches = L_model_backward_test_case()
grads = L_model_backward(AL, Y, caches)
for name in ("dW1", "db1", "dA1"):
    print(name, "=", grads[name])

# %% name="run-L_model_backward-three" expected=true
AL, caches = L_model_forward(X, three_layers)  # the three layers from above
grads = L_model_backward(AL, np.array([[1, 0]]), caches)
for name in ("dW1", "dW2", "dW3"):
    print(name, "=", grads[name])

# %% [markdown] name="h-update"
# ## 更新参数 / Updating the parameters

# %% [markdown] pair="update" lang="zh" zh="5beaccbb" en="5eaf658c"
# 梯度指向成本上升最快的方向，那就朝反方向走一小步。这就是梯度下降（gradient descent），步子的大小 $\alpha$ 叫学习率（learning rate）：
#
# $$W^{[l]} := W^{[l]} - \alpha\, dW^{[l]}, \qquad b^{[l]} := b^{[l]} - \alpha\, db^{[l]}$$
#
# 结果放进新的字典 `updated`，这样传进来的参数不会被改动。

# %% [markdown] pair="update" lang="en"
# The gradient points where the cost rises fastest, so take a small step the other way. This is gradient descent, and the size $\alpha$ of the step is the learning rate:
#
# $$W^{[l]} := W^{[l]} - \alpha\, dW^{[l]}, \qquad b^{[l]} := b^{[l]} - \alpha\, db^{[l]}$$
#
# Put the results into the new dictionary `updated`, so that the parameters passed in stay as they are.

# %% graded="dnn_utils.update_parameters" difficulty=1 minutes=5

# %% name="run-update_parameters" expected=true
parameters, grads = update_parameters_test_case()
parameters = update_parameters(parameters, grads, learning_rate=0.1)
for name, value in parameters.items():
    print(name, "=", value)

# %% [markdown] name="h-real"
# ## 上真家伙：分辨运动鞋 / The real thing: which shoe is a sneaker?

# %% [markdown] pair="images" lang="zh" zh="0e3e1c2d" en="90881dc5"
# 零件齐了。下面的照片来自 Fashion-MNIST：灰度图，每张 28 × 28 个像素，标签 1 是运动鞋，0 是凉鞋或短靴。训练集（training set）有 1000 张，测试集（test set）有 200 张。
# 若你手上有那门著名的深度学习课程的猫图文件 `train_catvnoncat.h5` 和 `test_catvnoncat.h5`，把它们都放进 `datasets/`，`load_data()` 就会改读它们，后面的数字当然也会不同。

# %% [markdown] pair="images" lang="en"
# All parts are there. The photographs below come from Fashion-MNIST: grey images of 28 × 28 pixels; label 1 is a sneaker, label 0 a sandal or an ankle boot. The training set
# has 1000 of them, the test set 200. If you own the cat files of the famous deep learning course, `train_catvnoncat.h5` and `test_catvnoncat.h5`, put both into `datasets/`: `load_data()` reads those instead, and the numbers below will differ, of course.

# %% name="load-images"
train_x_orig, train_y, test_x_orig, test_y, classes = load_data()
print("training images:", train_x_orig.shape, " test images:", test_x_orig.shape)
names = [classes[label].decode() for label in train_y[0, :12]]
figures.show_images(train_x_orig[:12], names)

# %% [markdown] pair="flatten" lang="zh" zh="32f99384" en="77d5890c"
# 网络要的是列：把每张图拉成一列（`reshape` 之后转置），再除以 255，让像素落在 0 与 1 之间。

# %% [markdown] pair="flatten" lang="en"
# The network wants columns: unroll each image into a column (`reshape`, then transpose), and divide by 255, so that pixels lie between 0 and 1.

# %% name="flatten-images"
train_x = train_x_orig.reshape(len(train_x_orig), -1).T / 255
test_x = test_x_orig.reshape(len(test_x_orig), -1).T / 255
print("train_x:", train_x.shape, " test_x:", test_x.shape)

# %% [markdown] pair="baseline" lang="zh" zh="c7274b10" en="3be14cac"
# 先立一个参照：scikit-learn 的逻辑回归（logistic regression）。它相当于没有隐藏层、只有一个 sigmoid 单元的网络。准确率（accuracy）是答对的比例；我们的网络总该胜过它。

# %% [markdown] pair="baseline" lang="en"
# First something to compare with: the logistic regression of scikit-learn. It is a network without hidden layers, a single sigmoid unit. Its accuracy, the share of right answers,
# is what our networks should beat.

# %% name="logistic-regression"
from sklearn.linear_model import LogisticRegression

baseline = LogisticRegression(C=0.1, max_iter=1000).fit(train_x.T, train_y[0])
accuracies = {"logistic regression": (baseline.score(train_x.T, train_y[0]), baseline.score(test_x.T, test_y[0]))}
print("train {:.3f}  test {:.3f}".format(*accuracies["logistic regression"]))

# %% [markdown] pair="two-layer" lang="zh" zh="689a7322" en="0b86dcfe"
# 两层网络：784 个像素、7 个隐藏单元、1 个输出。下面的 `two_layer_model` 调用的正是**你自己**写的函数：前向、成本、反向、更新，一遍又一遍。
#
# 只有一处省了一步。第 1 层的反向传播本来还会算出 `dA0`，也就是成本对图片像素的梯度。它和 `train_x` 一样大，算它和算 `dW1` 一样费时，训练时却没有谁用它。
# 所以第 1 层的反向传播交给课程的 `first_layer_backward`，只算 `dW1` 和 `db1`，结果和你的 `linear_activation_backward` 一样。三个大的矩阵乘法少了一个，每一步大约省下三分之一的时间。

# %% [markdown] pair="two-layer" lang="en"
# The network with two layers: 784 pixels, 7 hidden units, 1 output. The `two_layer_model` below calls the functions that **you** wrote: forward, cost, backward, update, again and again.
#
# One thing is left out. The backward pass of layer 1 would also compute `dA0`, the gradient of the cost with respect to the pixels. It is as large as `train_x`, takes as long as `dW1`,
# and nobody uses it in training. So layer 1 is left to `first_layer_backward` of the course, which computes `dW1` and `db1` only, the same as your `linear_activation_backward`. Of three large products two remain, and a step takes about a third less time.

# %% given="dnn_utils.two_layer_model"

# %% name="train-two-layers"
parameters_2, costs_2 = two_layer_model(train_x, train_y, [train_x.shape[0], 7, 1], 0.075, 1000)
print(f"cost at the start {costs_2[0]:.4f}, after 900 steps {costs_2[-1]:.4f}")

# %% [markdown] pair="L-layer" lang="zh" zh="3ba5bd5e" en="8e05c6d2"
# 再来一个更深的：784、20、7、5、1，一共四层。深度网络从 0.01 倍的小随机数起步会学得极慢（原因见笔记本 2），所以这里改用 `initialize_parameters_scaled`：
# 随机数除以 $\sqrt{n^{[l-1]}}$。层数多了，步子也要小一些：学习率从 0.075 减到 0.02（想看步子太大会怎样，把它改回 0.075，看成本曲线上的锯齿）。其余全是你的函数；
# `backward_without_dA0` 用你的 `L_model_backward` 算第 2 层到第 L 层（它们自己就是一个网络，输入是 $A^{[1]}$），第 1 层同样不算 `dA0`。

# %% [markdown] pair="L-layer" lang="en"
# Now a deeper one: 784, 20, 7, 5, 1, four layers in all. A deep network that starts from random numbers times 0.01 learns terribly slowly (notebook 2 says why), so this one starts from
# `initialize_parameters_scaled`: random numbers divided by $\sqrt{n^{[l-1]}}$. More layers want smaller steps, too: the learning rate goes from 0.075 down to 0.02 (to see what happens otherwise, set it back to 0.075 and look at the jags of the cost curve). All the rest are your functions:
# `backward_without_dA0` lets your `L_model_backward` do layers 2 to L, which are a network of their own with input $A^{[1]}$, and again leaves out `dA0` in layer 1.

# %% given="dnn_utils.L_layer_model"

# %% name="train-L-layers"
parameters_L, costs_L = L_layer_model(train_x, train_y, [train_x.shape[0], 20, 7, 5, 1], 0.02, 1500)
print(f"cost at the start {costs_L[0]:.4f}, after 1400 steps {costs_L[-1]:.4f}")

# %% name="figure-costs"
plt.plot(100 * np.arange(len(costs_2)), costs_2, marker="o", label="two layers, rate 0.075")
plt.plot(100 * np.arange(len(costs_L)), costs_L, marker="^", label="four layers, rate 0.02")
plt.xlabel("step")
plt.ylabel("cost")
plt.legend()
plt.show()

# %% [markdown] pair="accuracy" lang="zh" zh="138b65d7" en="7748b59f"
# 成本降下来了，可真正要紧的是：在没见过的图上答对多少？`predict` 也用你的前向传播。

# %% [markdown] pair="accuracy" lang="en"
# The cost went down, but what matters is this: how many of the images it has never seen does it get right? `predict` uses your forward pass, too.

# %% given="dnn_utils.predict"

# %% name="accuracies"
for name, parameters in (("two layers", parameters_2), ("four layers", parameters_L)):
    print(name)
    shares = [np.mean(predict(x, y, parameters) == y) for x, y in ((train_x, train_y), (test_x, test_y))]
    accuracies[name] = tuple(shares)
for name, (train, test) in accuracies.items():
    print(f"{name:20s} train {train:.3f}  test {test:.3f}")

# %% [markdown] pair="wrong" lang="zh" zh="92128a84" en="6d3fd1df"
# 三个模型里，你的四层网络在测试集上最好。它还错在哪里？看看这些图，有几张连人也要犹豫一下。标题是正确的类别，后面的 p 是网络给“运动鞋”的概率。

# %% [markdown] pair="wrong" lang="en"
# Of the three models, your network with four layers does best on the test set. Where does it still go wrong? Look at them: a few would make a person hesitate, too. The title is the right
# class, and p is the probability that the network gave to "sneaker".

# %% name="wrong-images"
probability = L_model_forward(test_x, parameters_L)[0][0]
wrong = np.flatnonzero((probability > 0.5) != test_y[0])
print(len(wrong), "of", len(probability), "test images are wrong")
titles = [f"{classes[test_y[0, i]].decode()}\np = {probability[i]:.2f}" for i in wrong]
figures.show_images(test_x_orig[wrong], titles)

# %% [markdown] name="h-summary"
# ## 小结 / Summary

# %% [markdown] pair="summary" lang="zh" zh="cf901f45" en="827147ef"
# - 一层 = 线性部分 + 激活函数；网络 = 层的接力。前向时存下缓存，反向时按相反的次序取用。
# - 反向传播就是链式法则：从 $dAL$ 出发，每层交出 $dW$, $db$ 和给前一层的 $dA_{prev}$。
# - $\frac{1}{m}$ 只出现在 $dW$ 和 $db$ 里，因为成本是平均值；$db$ 要保持 $(n, 1)$。
# - 训练 = 前向、成本、反向、更新，重复许多次。
# - 你写的 10 个函数没有规定层数：换一个 `layer_dims`，就是另一个网络。
#
# 接下来，笔记本 2 讲怎样选起点，笔记本 3 讲怎样不死记硬背，笔记本 4 讲怎样查出梯度里的错。

# %% [markdown] pair="summary" lang="en"
# - A layer is a linear part and an activation function; a network is a relay of layers. The forward pass fills caches, the backward pass uses them in reverse order.
# - Backward propagation is the chain rule: it starts from $dAL$, and each layer hands over $dW$, $db$ and, for the layer before it, $dA_{prev}$.
# - $\frac{1}{m}$ appears in $dW$ and $db$ only, because the cost is a mean; $db$ keeps the shape $(n, 1)$.
# - Training is forward, cost, backward, update, many times over.
# - Nothing in your 10 functions fixes the number of layers: another `layer_dims` is another network.
#
# Next, notebook 2 is about choosing the starting point, notebook 3 about not learning by heart, notebook 4 about finding mistakes in a gradient.

# %% [markdown] name="h-questions"
# ## 想一想 / Questions to think about

# %% [markdown] pair="questions" lang="zh" zh="5a8beaee" en="a62c9c8a"
# **1. 为什么每层都要激活函数？**
#
# <details><summary>答案</summary>
#
# 没有它，$W^{[2]}(W^{[1]}x + b^{[1]}) + b^{[2]}$ 仍是 $x$ 的线性函数：再多层也只等于一层。
#
# </details>
#
# **2. 忘了在 $db$ 里除以 $m$，训练会怎样？**
#
# <details><summary>答案</summary>
#
# $db$ 大了 $m$ 倍，等于偏置用了 $m$ 倍的学习率。样本一多，偏置就会来回乱跳，成本不降反升。
#
# </details>
#
# **3. $dA^{[0]}$ 有什么用？**
#
# <details><summary>答案</summary>
#
# 更新参数用不到它，因为输入不能改。但它告诉你哪些像素对结果影响最大，有人用它来解释网络。
#
# </details>
#
# **4. 网络对一张图给出 $a = 1$，标签却是 0，成本是多少？为什么常见的软件把 sigmoid 和交叉熵合成一步？**
#
# <details><summary>答案</summary>
#
# 是无穷大，$dAL$ 也是，再乘上 sigmoid 的导数 0，就得不出数了。合成一步时直接用 $dz = a - y$，这里是 1，既不除以 0，也不失准。
#
# </details>
#
# **5. 两层网络有多少个参数？四层的呢？**
#
# <details><summary>答案</summary>
#
# 两层：$784 \cdot 7 + 7 + 7 \cdot 1 + 1 = 5503$。四层：$784 \cdot 20 + 20 + 20 \cdot 7 + 7 + 7 \cdot 5 + 5 + 5 \cdot 1 + 1 = 15893$。绝大部分都在第一层。
#
# </details>

# %% [markdown] pair="questions" lang="en"
# **1. Why does every layer need an activation function?**
#
# <details><summary>Answer</summary>
#
# Without it, $W^{[2]}(W^{[1]}x + b^{[1]}) + b^{[2]}$ is still linear in $x$: any number of layers is worth a single one.
#
# </details>
#
# **2. What happens to training when you forget to divide $db$ by $m$?**
#
# <details><summary>Answer</summary>
#
# $db$ is $m$ times too large, as if the biases had a learning rate $m$ times as high. With many examples they jump back and forth, and the cost rises instead of falling.
#
# </details>
#
# **3. What is $dA^{[0]}$ good for?**
#
# <details><summary>Answer</summary>
#
# Not for the update, since the input cannot change. But it says which pixels matter most for the result, and some use it to explain a network.
#
# </details>
#
# **4. For one image the network says $a = 1$, but the label is 0. What is the cost? And why does most software merge the sigmoid and the cross-entropy into one step?**
#
# <details><summary>Answer</summary>
#
# It is infinite, and so is $dAL$; times the slope of the sigmoid, 0, no number is left. The merged step uses $dz = a - y$, here 1: no division by 0, and nothing is lost.
#
# </details>
#
# **5. How many parameters has the network with two layers? And the one with four?**
#
# <details><summary>Answer</summary>
#
# Two layers: $784 \cdot 7 + 7 + 7 \cdot 1 + 1 = 5503$. Four: $784 \cdot 20 + 20 + 20 \cdot 7 + 7 + 7 \cdot 5 + 5 + 5 \cdot 1 + 1 = 15893$. Nearly all of them are in the first layer.
#
# </details>
