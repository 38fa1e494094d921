# %% [markdown] name="title"
# # 3. 正则化 / Regularization

# %% [markdown] pair="welcome" lang="zh" zh="499e5d70" en="24aa7600"
# 给网络足够的参数（parameter）和足够的时间，它能把**训练集**（training set）背下来，连里面的噪声也一起背。
# 这叫**过拟合**（overfitting）：训练集上的准确率（accuracy）很高，到了没见过的**测试集**（test set）上却低一截。
#
# 这本笔记本先让你亲眼看到过拟合，再写出两种**正则化**（regularization）来治它：**L2
# 正则化**压住权重（weight）的大小；**随机失活**（dropout）在训练的每一步随机关掉一些单元。要写的函数有 4 个，每个 1
# 到 6 行。网络本身就是笔记本 2 的那一个，已经替你准备好了。全部做完大约 1 小时。

# %% [markdown] pair="welcome" lang="en"
# Give a network enough parameters and enough time, and it can learn its **training set** by heart, noise included.
# That is **overfitting**: the accuracy on the training set is high, and on a **test set** that the network has never
# seen it is clearly lower.
#
# This notebook first lets you see overfitting with your own eyes. Then you write two kinds of **regularization**
# against it: **L2 regularization** keeps the weights small; **dropout** turns some units off at random while the
# network trains. There are 4 functions to write, of 1 to 6 lines each. The network itself is the one of notebook 2
# and is ready for use. Plan about 1 hour.

# %% include="setup.py"

# %% name="imports"
import matplotlib.pyplot as plt
import numpy as np

from fast_network import fast_gradient_descent
from reg_utils import backward_propagation, backward_propagation_dropout, backward_propagation_L2, compute_cost
from reg_utils import forward_propagation, gradient_descent, initialize_parameters, load_2D_dataset
from reg_utils import plot_decision_boundary, plot_points, predict_dec, update_parameters
from reg_utils import relu, sigmoid  # your functions will call them
from testCases import *

# %% [markdown] pair="picture" lang="zh" zh="d05f5d4a" en="82d93455"
# 同一个网络画三遍，线越粗，权重越大。左边什么也不管；中间是 L2，线都变细了；右边是随机失活，打叉的单元这一步不参加。

# %% [markdown] pair="picture" lang="en"
# The same network three times; the thicker a line, the larger the weight. On the left it does as it likes; in the
# middle, with L2, all lines are thinner; on the right, with dropout, the crossed-out units sit out this step.

# %% name="figure-regularizations"
figures.draw_regularizations()

# %% [markdown] name="h-symbols"
# ## 符号与形状 / Symbols and shapes

# %% [markdown] pair="symbols" lang="zh" zh="9ccb2f8d" en="67516c54"
# 网络有 3 层（layer）：两个 ReLU 层，分别有 20 个和 3 个单元，最后一层是 sigmoid。一个样本是一列，共 $m$ 列。
#
# | 符号 | 代码 | 含义 | 形状 |
# |---|---|---|---|
# | $X$, $Y$ | `X`, `Y` | 输入与标签 | $(2, m)$, $(1, m)$ |
# | $W^{[1]}$, $b^{[1]}$ | `W1`, `b1` | 第 1 层的权重与偏置（bias） | $(20, 2)$, $(20, 1)$ |
# | $W^{[2]}$, $b^{[2]}$ | `W2`, `b2` | 第 2 层的 | $(3, 20)$, $(3, 1)$ |
# | $W^{[3]}$, $b^{[3]}$ | `W3`, `b3` | 第 3 层的 | $(1, 3)$, $(1, 1)$ |
# | $A^{[1]}$, $A^{[2]}$, $A^{[3]}$ | `A1`, `A2`, `A3` | 激活值 | $(20, m)$, $(3, m)$, $(1, m)$ |
# | $\lambda$ | `lambd` | L2 的强度，$\lambda \ge 0$ | 一个数 |
# | $p$ | `keep_prob` | 一个单元被留下的概率，$0 < p \le 1$ | 一个数 |
# | $D^{[1]}$, $D^{[2]}$ | `D1`, `D2` | 随机失活的掩码（mask）：留下为 1，关掉为 0 | 与 $A^{[1]}$, $A^{[2]}$ 相同 |
#
# 代码里写 `lambd` 而少一个字母，是因为 `lambda` 是 Python 的关键字。

# %% [markdown] pair="symbols" lang="en"
# The network has 3 layers: two ReLU layers, of 20 and of 3 units, and a sigmoid at the end. An example is a column,
# and there are $m$.
#
# | symbol | in code | meaning | shape |
# |---|---|---|---|
# | $X$, $Y$ | `X`, `Y` | input and labels | $(2, m)$, $(1, m)$ |
# | $W^{[1]}$, $b^{[1]}$ | `W1`, `b1` | weights and bias of layer 1 | $(20, 2)$, $(20, 1)$ |
# | $W^{[2]}$, $b^{[2]}$ | `W2`, `b2` | those of layer 2 | $(3, 20)$, $(3, 1)$ |
# | $W^{[3]}$, $b^{[3]}$ | `W3`, `b3` | those of layer 3 | $(1, 3)$, $(1, 1)$ |
# | $A^{[1]}$, $A^{[2]}$, $A^{[3]}$ | `A1`, `A2`, `A3` | activations | $(20, m)$, $(3, m)$, $(1, m)$ |
# | $\lambda$ | `lambd` | strength of L2, $\lambda \ge 0$ | a number |
# | $p$ | `keep_prob` | probability that a unit is kept, $0 < p \le 1$ | a number |
# | $D^{[1]}$, $D^{[2]}$ | `D1`, `D2` | masks of dropout: 1 is kept, 0 is dropped | those of $A^{[1]}$, $A^{[2]}$ |
#
# The code says `lambd`, one letter short, because `lambda` is a keyword of Python.

# %% [markdown] name="h-data"
# ## 数据：湖里的两股水流 / The data: two currents in a lake

# %% [markdown] pair="data" lang="zh" zh="6457048f" en="d03d9442"
# 一个圆形的湖里，一股暖流和一股冷流沿着一条弯弯的交界线相依，像拉平了的太极图。每个浮标先报出自己的位置
# $(x_1, x_2)$，漂开一小段才测水温：暖记 1，冷记 0。所以在交界线附近，标签常常属于另一边，这就是数据里的**噪声**。
# 网络要由位置判断水温。训练集有 211 个点，测试集有 200 个点，它们来自同一个湖，但测试集绝不参加训练。

# %% [markdown] pair="data" lang="en"
# In a round lake a warm and a cold current meet along a bent front, like the two halves of a flattened taiji figure.
# Every buoy reports its place $(x_1, x_2)$, drifts a little, and only then takes the temperature (1 is warm, 0 is
# cold). So near the front a label often belongs to the other side: that is the **noise** in the data. The network has
# to tell the temperature from the place. The training set has 211 points, the test set 200; they come from the same
# lake, but the test set is never trained on.

# %% name="load-data"
train_X, train_Y, test_X, test_Y = load_2D_dataset()
print("training set:", train_X.shape, train_Y.shape)
print("test set:    ", test_X.shape, test_Y.shape)

# %% name="figure-data"
plt.figure(figsize=(8, 3.5))
for position, X, Y, name in ((1, train_X, train_Y, "training set"), (2, test_X, test_Y, "test set")):
    plt.subplot(1, 2, position, aspect="equal")
    plot_points(X, Y)
    plt.title(name)
plt.legend(loc="upper left", bbox_to_anchor=(1, 1))
plt.show()

# %% [markdown] name="h-overfitting"
# ## 没有正则化：过拟合 / Without regularization: overfitting

# %% [markdown] pair="baseline" lang="zh" zh="eebe2a57" en="6192743e"
# 先用普通的梯度下降训练 30000 步，学习率（learning rate）是 0.3，作为比较的基准。`fast_gradient_descent`
# 就是你熟悉的循环，只是写得更快（见笔记本 2 末尾）：前向传播（forward propagation）、成本（cost）、反向传播（backward propagation）、更新参数。
# 这里让它每 500 步把训练集和测试集上的成本都记下来；记录不影响训练，训练用的**梯度**（gradient）只来自训练集，
# 这就是**梯度下降**（gradient descent）。

# %% [markdown] pair="baseline" lang="en"
# First, as the baseline to compare with, 30000 steps of plain gradient descent with a learning rate of 0.3.
# `fast_gradient_descent` is the loop that you know, written for speed (see the end of notebook 2): forward propagation, cost, backward propagation, update. Every 500
# steps it notes the cost on the training set and on the test set. Taking notes does not touch the training: every
# gradient comes from the training set alone.

# %% name="train-baseline"
def both_costs(A3, Y, parameters):
    return compute_cost(A3, Y), compute_cost(forward_propagation(test_X, parameters)[0], test_Y)


start = initialize_parameters([2, 20, 3, 1])
baseline, costs = fast_gradient_descent(train_X, train_Y, start, 0.3, 30000, every=500, cost=both_costs)

# %% name="helpers"
def accuracy(parameters, X, Y):
    return 100 * np.mean(predict_dec(parameters, X) == Y)


def show_boundary(parameters, name):
    plot_decision_boundary(lambda points: predict_dec(parameters, points.T), train_X, train_Y)
    train, test = accuracy(parameters, train_X, train_Y), accuracy(parameters, test_X, test_Y)
    plt.title(f"{name}\ntrain {train:.1f} %, test {test:.1f} %", fontsize=10)
    plt.grid(False)

# %% name="figure-baseline"
train_costs, test_costs = zip(*costs)
plt.figure(figsize=(9, 3.5))
plt.subplot(1, 2, 1, xlabel="iteration", ylabel="cost")
plt.plot(500 * np.arange(len(costs)), train_costs, label="training set")
plt.plot(500 * np.arange(len(costs)), test_costs, label="test set")
plt.legend()
plt.subplot(1, 2, 2)
show_boundary(baseline, "baseline")
plt.show()

# %% name="check-baseline"
for i in (0, 20, 40):
    print(f"iteration {500 * i:5}: cost {train_costs[i]:.4f} on the training set, {test_costs[i]:.4f} on the test set")
print(f"accuracy: train {accuracy(baseline, train_X, train_Y):.1f} %, test {accuracy(baseline, test_X, test_Y):.1f} %")

# %% [markdown] pair="overfitting" lang="zh" zh="c60a4b48" en="e2c7d894"
# 左图：训练集的成本一路下降，测试集的成本却早早掉头向上。右图：决策边界（decision boundary）弯来弯去，
# 只为把个别噪声点圈到“对”的一边；换一批浮标，这些弯就全白费了。单看训练集永远发现不了这件事，
# 要**把两个准确率放在一起比**：
#
# | 训练集 | 测试集 | 说明 |
# |---|---|---|
# | 低 | 低 | 欠拟合（underfitting）：网络太小，或者还没训练够 |
# | 高 | 明显更低 | 过拟合：学到的有一部分是噪声 |
# | 高 | 差不多一样高 | 正合适 |
#
# “高”也有上限：标签里有噪声，哪怕知道真正的交界线在哪里，也只能对大约 87%。训练集准确率比这高出一截，
# 多出来的大半是背下来的噪声（211 个点，有两三个百分点的出入也属正常）。

# %% [markdown] pair="overfitting" lang="en"
# On the left, the cost on the training set keeps falling, while the cost on the test set soon turns round and climbs.
# On the right, the decision boundary bends this way and that, only to get single noisy points onto the "right" side;
# with another set of buoys these bends would be worth nothing. The training set alone never shows that. **Compare the
# two accuracies**:
#
# | training set | test set | meaning |
# |---|---|---|
# | low | low | underfitting: the network is too small, or has not trained enough |
# | high | clearly lower | overfitting: part of what it has learned is noise |
# | high | about as high | just right |
#
# "High" has a limit, too: there is noise in the labels, so even somebody who knows the true front gets only about 87%
# of them right. When the accuracy on the training set is well above that, most of the rest is noise learned by
# heart. (With 211 points, two or three percentage points either way are nothing special.)

# %% [markdown] name="h-l2-cost"
# ## L2 正则化：成本 / L2 regularization: the cost

# %% [markdown] pair="l2-cost" lang="zh" zh="b6b85de8" en="487c259c"
# 边界要急转弯，激活值就得随输入剧烈变化，这需要大的权重。所以第一味药是：权重大，就要付代价。
# 在交叉熵（cross-entropy）成本 $J$ 上加一个正则化项，用来惩罚大的权重：
#
# $$J_{\mathrm{L2}} = J + \frac{\lambda}{2m} \left( \sum (W^{[1]})^2 + \sum (W^{[2]})^2 + \sum (W^{[3]})^2 \right)$$
#
# 每个 $\sum$ 把一个矩阵的所有元素平方后加起来。$\lambda$ 决定惩罚的轻重，$\lambda = 0$ 就是不惩罚；分母里的 2
# 只是为了求导以后好看。偏置 $b$ 不计入：它只把边界平移，不让边界变陡。交叉熵已经替你算好了，你写正则化项，会用到
# `np.sum` 和 `W1**2`（或 `np.square`）。

# %% [markdown] pair="l2-cost" lang="en"
# For the boundary to turn sharply, activations must change fast with the input, and that takes large weights. So the
# first remedy: large weights have their price. To the cross-entropy cost $J$ we add a regularization term, a
# penalty on large weights:
#
# $$J_{\mathrm{L2}} = J + \frac{\lambda}{2m} \left( \sum (W^{[1]})^2 + \sum (W^{[2]})^2 + \sum (W^{[3]})^2 \right)$$
#
# Each $\sum$ adds up the squares of all entries of one matrix. $\lambda$ says how much a large weight costs, and
# $\lambda = 0$ means no penalty; the 2 is there only to make the derivative look nice. The bias $b$ goes free: it
# shifts the boundary but does not make it steeper. The cross-entropy is computed for you. You write the penalty, with
# `np.sum` and `W1**2` (or `np.square`).

# %% graded="reg_utils.compute_cost_with_regularization" difficulty=1 minutes=5

# %% name="run-compute_cost_with_regularization" expected=true
A3, Y, parameters = compute_cost_with_regularization_test_case()
cost = compute_cost_with_regularization(A3, Y, parameters, lambd=0.1)
print(f"cost with L2:    {cost:.9f}")
print(f"cost without it: {compute_cost(A3, Y):.9f}")

# %% [markdown] name="h-l2-backward"
# ## L2 正则化：反向传播 / L2 regularization: backward propagation

# %% [markdown] pair="l2-backward" lang="zh" zh="afa8bd14" en="0cd057dd"
# 成本变了，梯度也要跟着变。正则化项只含 $W$，所以只有 $dW$ 多出一项，其余照旧：
#
# $$\frac{\partial}{\partial W} \left( \frac{\lambda}{2m} \sum W^2 \right) = \frac{\lambda}{m} W, \qquad
# dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T} + \frac{\lambda}{m} W^{[l]}$$
#
# 把它代进更新公式，就看清了 L2 在做什么（$\alpha$ 是学习率，$dW$ 是没有正则化时的梯度）：
#
# $$W := W - \alpha \left( dW + \frac{\lambda}{m} W \right)
# = \left( 1 - \frac{\alpha \lambda}{m} \right) W - \alpha \, dW$$
#
# 每一步，权重先缩小一点点，再按梯度走，所以 L2 又叫**权重衰减**。用 $\alpha = 0.3$, $\lambda = 0.7$, $m = 211$，
# 每步乘 0.999；一步看不出来，30000 步之后，凡是数据不坚持要的权重都缩没了。

# %% [markdown] pair="l2-backward" lang="en"
# A new cost has new gradients. The penalty holds nothing but $W$, so only $dW$ gains a term and all else stays:
#
# $$\frac{\partial}{\partial W} \left( \frac{\lambda}{2m} \sum W^2 \right) = \frac{\lambda}{m} W, \qquad
# dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1]T} + \frac{\lambda}{m} W^{[l]}$$
#
# Put it into the update to see what L2 does ($\alpha$ is the learning rate, $dW$ the gradient without the penalty):
#
# $$W := W - \alpha \left( dW + \frac{\lambda}{m} W \right)
# = \left( 1 - \frac{\alpha \lambda}{m} \right) W - \alpha \, dW$$
#
# At each step a weight first shrinks a little and then follows the gradient, hence the other name, **weight decay**.
# With $\alpha = 0.3$, $\lambda = 0.7$, $m = 211$ it is multiplied by 0.999 a step; one step shows nothing, but after
# 30000 of them every weight that the data do not insist on has withered.

# %% graded="reg_utils.backward_propagation_with_regularization" difficulty=1 minutes=8

# %% name="run-backward_propagation_with_regularization" expected=true
X, Y, cache = backward_propagation_with_regularization_test_case()
gradients = backward_propagation_with_regularization(X, Y, cache, lambd=0.7)
for name in ("dW1", "dW2", "dW3"):
    print(f"{name} =\n{gradients[name]}")

# %% [markdown] name="h-l2-second"
# ### 另一种写法 / The same, written differently

# %% [markdown] pair="l2-second" lang="zh" zh="38e1bd5c" en="536695d5"
# 你的函数从 $dZ^{[3]} = A^{[3]} - Y$ 开始，用 `A2 > 0` 求 ReLU 的导数。笔记本 1 是另一种写法：从成本对 $A^{[3]}$
# 的导数开始，
#
# $$dA^{[3]} = -\left( \frac{Y}{A^{[3]}} - \frac{1-Y}{1-A^{[3]}} \right)$$
#
# 再按链式法则（chain rule）一层一层调用 `sigmoid_backward` 和 `relu_backward`。`backward_propagation_L2`
# 就是这样写的，它的缓存（cache）按 `A1, Z1, W1, b1, A2, ...` 排列。两种写法是同一回事：
#
# - sigmoid 的导数是 $A^{[3]} (1 - A^{[3]})$，乘上 $dA^{[3]}$，分母约掉，正好剩下 $A^{[3]} - Y$。
# - `relu_backward` 看的是 $Z > 0$。因为 $A = \max(0, Z)$，所以 $A > 0$ 与 $Z > 0$ 同真同假。

# %% [markdown] pair="l2-second" lang="en"
# Your function starts from $dZ^{[3]} = A^{[3]} - Y$ and takes the derivative of ReLU from `A2 > 0`. Notebook 1 did it
# in another way: start from the derivative of the cost with respect to $A^{[3]}$,
#
# $$dA^{[3]} = -\left( \frac{Y}{A^{[3]}} - \frac{1-Y}{1-A^{[3]}} \right)$$
#
# and call `sigmoid_backward` and `relu_backward`, layer after layer, as the chain rule says.
# `backward_propagation_L2` is written like that; its cache is in the order `A1, Z1, W1, b1, A2, ...`. The two ways
# are one and the same:
#
# - The derivative of the sigmoid is $A^{[3]} (1 - A^{[3]})$; times $dA^{[3]}$ the denominators cancel, and what is
#   left is $A^{[3]} - Y$.
# - `relu_backward` looks at $Z > 0$. Since $A = \max(0, Z)$, the tests $A > 0$ and $Z > 0$ are true together and
#   false together.

# %% name="check-second-form-L2"
X, Y, cache = backward_propagation_with_regularization_test_case()
mine = backward_propagation_with_regularization(X, Y, cache, lambd=0.7)
Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
other = backward_propagation_L2(X, Y, (A1, Z1, W1, b1, A2, Z2, W2, b2, A3, Z3, W3, b3), lambd=0.7)
for name in other:
    print(name, "equal to 1e-12:", np.allclose(mine[name], other[name], rtol=0, atol=1e-12))

# %% [markdown] name="h-l2-train"
# ### L2 上阵 / L2 at work

# %% [markdown] pair="l2-train" lang="zh" zh="0a01ff08" en="6c4ad822"
# 起点、步数、学习率都和基准一样，只换成你的成本和你的梯度，$\lambda = 0.7$。（打印的成本含正则化项，
# 不能直接和基准的成本比。）看下面的图：边界会平滑起来，训练集上放弃几个点，测试集上反而对得更多。

# %% [markdown] pair="l2-train" lang="en"
# The start, the number of steps and the learning rate are those of the baseline; only the cost and the gradients are
# now yours, with $\lambda = 0.7$. (The cost that is printed includes the penalty, so do not compare it with that of
# the baseline.) In the figure below the boundary will be smooth: it gives up a few points of the training set and gets more of the test set
# right.

# %% name="train-L2"
l2, _ = gradient_descent(
    train_X, train_Y, start, forward_propagation,
    lambda X, Y, cache: backward_propagation_with_regularization(X, Y, cache, lambd=0.7),
    lambda A3, Y, parameters: compute_cost_with_regularization(A3, Y, parameters, lambd=0.7),
    0.3, 30000, print_cost=True, every=10000)
print(f"accuracy: train {accuracy(l2, train_X, train_Y):.1f} %, test {accuracy(l2, test_X, test_Y):.1f} %")

# %% name="figure-L2"
plt.figure(figsize=(4.5, 3.5))
show_boundary(l2, "L2, lambd 0.7")
plt.show()

# %% [markdown] name="h-dropout-forward"
# ## 随机失活：前向传播 / Dropout: forward propagation

# %% [markdown] pair="dropout-forward" lang="zh" zh="ead8e0c0" en="31632dd8"
# 第二味药换个思路：训练时，每个隐藏单元（hidden unit）以概率 $1 - p$ 临时关掉。今天在的搭档下一刻可能不在，
# 单元就不能把宝押在某一个搭档身上，只好各自学些靠得住的东西。做法是在每个 ReLU 之后加两步（$l = 1, 2$；$*$
# 是逐元素相乘）：
#
# $$D^{[l]} = \begin{cases} 1 & \mathrm{rand} < p \\ 0 & \mathrm{rand} \ge p \end{cases}, \qquad
# A^{[l]} := \frac{A^{[l]} * D^{[l]}}{p}$$
#
# - `np.random.rand(rows, columns)` 给出 0 到 1 之间均匀分布的随机数，每个数小于 $p$ 的概率正好是 $p$；`<` 得到 True 和
#   False，相乘时就是 1 和 0。
# - 除以 $p$ 补上关掉的那部分，下面马上来测。
# - 掩码与 $A^{[l]}$ 形状相同：每个单元、每个样本单独抽签。输出层不关。
#
# 随机种子已经设好。先抽 `D1`，再抽 `D2`，次序不同，数字就不同。

# %% [markdown] pair="dropout-forward" lang="en"
# The second remedy goes another way: during training each hidden unit is switched off for the moment with probability
# $1 - p$. A partner who is there now may be gone the next moment, so no unit can stake everything on one partner:
# each has to learn something reliable of its own. This takes two more operations after each ReLU ($l = 1, 2$; $*$
# multiplies entry by entry):
#
# $$D^{[l]} = \begin{cases} 1 & \mathrm{rand} < p \\ 0 & \mathrm{rand} \ge p \end{cases}, \qquad
# A^{[l]} := \frac{A^{[l]} * D^{[l]}}{p}$$
#
# - `np.random.rand(rows, columns)` is uniform between 0 and 1, so each number is below $p$ with probability $p$; `<` gives True
#   and False, and in a product they are 1 and 0.
# - The division by $p$ makes up for what is switched off; we shall measure that in a moment.
# - A mask has the shape of $A^{[l]}$: every unit draws its lot for every example. The output layer is left alone.
#
# The random seed is set. Draw `D1` first and `D2` second: in another order the numbers are others.

# %% graded="reg_utils.forward_propagation_with_dropout" difficulty=2 minutes=12

# %% name="run-forward_propagation_with_dropout" expected=true
X, parameters = forward_propagation_with_dropout_test_case()
A3, cache = forward_propagation_with_dropout(X, parameters, keep_prob=0.7)
print("A3 =", A3)

# %% [markdown] pair="masks" lang="zh" zh="a7ed89f2" en="b8278449"
# 把前 30 个训练样本交给你的函数，$p = 0.86$，它抽出的掩码就是下面两张。每列是一个样本，打叉的单元对它来说不存在：
# 同一个网络，每个样本看到的是不同的残缺版本。

# %% [markdown] pair="masks" lang="en"
# Given the first 30 training examples and $p = 0.86$, your function draws these two masks. A column is an example,
# and for that example the crossed-out units do not exist: each example sees the same network with other parts
# missing.

# %% name="figure-masks"
A3, cache = forward_propagation_with_dropout(train_X[:, :30], start, keep_prob=0.86)
Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
figures.show_masks([D1, D2], ["unit of layer 1", "layer 2"])

# %% [markdown] name="h-scale"
# ### 为什么除以 keep_prob / Why divide by keep_prob

# %% [markdown] pair="scale" lang="zh" zh="d8ae686d" en="04611382"
# 设某个激活值是 $a$，掩码 $d$ 以概率 $p$ 取 1，否则取 0。除以 $p$ 之后，平均值不变：
#
# $$E\left[ \frac{a \, d}{p} \right] = p \cdot \frac{a}{p} + (1 - p) \cdot 0 = a$$
#
# 不除的话，下一层收到的平均只有 $p \, a$；测试时单元全部到齐，它收到的又突然变回 $a$，和训练时对不上。口说无凭，抽
# 100000 次看看，$a = 3$：

# %% [markdown] pair="scale" lang="en"
# Let $a$ be some activation and let the mask $d$ be 1 with probability $p$ and 0 otherwise. With the division by $p$
# the mean does not change:
#
# $$E\left[ \frac{a \, d}{p} \right] = p \cdot \frac{a}{p} + (1 - p) \cdot 0 = a$$
#
# Without it the next layer would get $p \, a$ on average; at test time, with all units back, it would suddenly get
# $a$ and no longer what it was trained for. Do not take our word for it: here are 100000 draws, with $a = 3$.

# %% name="measure-scale"
random, a = np.random.RandomState(0), 3.0
print("keep_prob   mean of a*d   mean of a*d/keep_prob")
for keep_prob in (1.0, 0.86, 0.7, 0.5, 0.2):
    d = random.rand(100_000) < keep_prob
    print(f"{keep_prob:9.2f} {np.mean(a * d):13.3f} {np.mean(a * d / keep_prob):23.3f}")

# %% name="figure-scale"
keep_probs = np.arange(1, 11) / 10
scaled = [a * (random.rand(10_000) < p) / p for p in keep_probs]
plt.figure(figsize=(6.5, 3.2))
plt.errorbar(keep_probs, np.mean(scaled, axis=1), yerr=np.std(scaled, axis=1), fmt="o-", capsize=4,
             label="$a\\,d/p$: mean and standard deviation")
plt.plot(keep_probs, keep_probs * np.mean(scaled, axis=1), "s--", label="$a\\,d$: mean")
plt.gca().set(xlabel="keep_prob $p$", ylabel="activation passed on", ylim=(-7, 19))
plt.legend(loc="upper right")
plt.show()

# %% [markdown] pair="scale-seen" lang="zh" zh="f440b005" en="4b3c7b57"
# 圆点处处是 3：平均值保住了。竖线是标准差，$p$ 越小，竖线越长：平均不变，可是方差（variance）大了。
# 这份抖动正是随机失活的用意，但太大了网络就学不动。

# %% [markdown] pair="scale-seen" lang="en"
# The dots stay at 3: the mean is kept. The bars are the standard deviation, and they grow as $p$ gets smaller: the
# mean is the same, the variance is not. That jitter is the very point of dropout, but too much of it and the network
# can learn nothing.

# %% [markdown] name="h-dropout-backward"
# ## 随机失活：反向传播 / Dropout: backward propagation

# %% [markdown] pair="dropout-backward" lang="zh" zh="05e9f097" en="b0fae8d8"
# 前向时关掉的单元对成本没有贡献，它的梯度只能是 0；留下的被放大成 $\frac{1}{p}$ 倍，按链式法则，梯度也要乘
# $\frac{1}{p}$。所以反向时用**同一个**掩码、**同一个** $p$：
#
# $$dA^{[l]} := \frac{dA^{[l]} * D^{[l]}}{p}$$
#
# 掩码从缓存里取，不能再抽一次：再抽就是另外一张了。
#
# 测试数据的缓存是用 $p = 0.5$ 算的，调用时却传 0.8，这只是为了核对公式；真正训练时两处必须相同。

# %% [markdown] pair="dropout-backward" lang="en"
# A unit that was off in the forward pass added nothing to the cost, so its gradient can only be 0. What was kept was
# made $\frac{1}{p}$ times as large, so by the chain rule its gradient is multiplied by $\frac{1}{p}$, too. Backward,
# then, use **the same** mask and **the same** $p$:
#
# $$dA^{[l]} := \frac{dA^{[l]} * D^{[l]}}{p}$$
#
# Take the masks from the cache and do not draw again: a second draw would be another mask.
#
# The cache of the test case was made with $p = 0.5$ and the call says 0.8; that is only to check the formula. In
# training the two must agree.

# %% graded="reg_utils.backward_propagation_with_dropout" difficulty=2 minutes=8

# %% name="run-backward_propagation_with_dropout" expected=true
X, Y, cache = backward_propagation_with_dropout_test_case()
gradients = backward_propagation_with_dropout(X, Y, cache, keep_prob=0.8)
for name in ("dA1", "dA2"):
    print(f"{name} =\n{gradients[name] + 0}")  # + 0 prints 0. where -0. came out

# %% [markdown] name="h-dropout-second"
# ### 另一种写法 / The same, written differently

# %% [markdown] pair="dropout-second" lang="zh" zh="b20b80f7" en="5ce995a0"
# 一层一层的写法这里也有：`backward_propagation_dropout`，缓存按 `A1, D1, Z1, W1, b1, A2, D2, ...` 排列。它先给 $dA$
# 乘上 $D / p$，再交给 `relu_backward`。
#
# 可是现在 $A > 0$ 与 $Z > 0$ **不再**一样：被关掉的单元不管 $Z$ 是多少，都有 $A = 0$。真正成立的是 $A > 0$
# 等于“$Z > 0$ 而且 $D = 1$”。两种写法仍然给出相同的梯度，因为它们只在 $D = 0$ 处有分歧，而那里的 $dA$ 已经乘过 $D$，
# 早就是 0 了。

# %% [markdown] pair="dropout-second" lang="en"
# The layer-by-layer way exists here, too: `backward_propagation_dropout`, with a cache in the order
# `A1, D1, Z1, W1, b1, A2, D2, ...`. It multiplies $dA$ by $D / p$ and then hands it to `relu_backward`.
#
# But now $A > 0$ and $Z > 0$ are **not** the same any more: a dropped unit has $A = 0$, whatever its $Z$ is. What is
# true is that $A > 0$ means "$Z > 0$ and $D = 1$". Both ways still give the same gradients, because they disagree
# only where $D = 0$, and there $dA$, multiplied by $D$, is 0 already.

# %% name="check-second-form-dropout"
X, Y, cache = backward_propagation_with_dropout_test_case()
mine = backward_propagation_with_dropout(X, Y, cache, keep_prob=0.5)
Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
other = backward_propagation_dropout(X, Y, (A1, D1, Z1, W1, b1, A2, D2, Z2, W2, b2, A3, Z3, W3, b3), keep_prob=0.5)
for name in other:
    print(name, "equal to 1e-12:", np.allclose(mine[name], other[name], rtol=0, atol=1e-12))
print("A1 > 0 is the same as Z1 > 0:", np.array_equal(A1 > 0, Z1 > 0))
print("A1 > 0 is the same as Z1 > 0 and D1 = 1:", np.array_equal(A1 > 0, (Z1 > 0) & (D1 == 1)))

# %% [markdown] name="h-model"
# ## 三个模型 / Three models

# %% [markdown] pair="model" lang="zh" zh="d541a14c" en="594c8198"
# 下面的 `model` 把一切合在一起，用的就是你写的 4 个函数：`lambd` 大于 0 时用 L2，`keep_prob` 小于 1 时用随机失活，
# 都不给就是基准。所以 4 个函数都写好了，它才能运行。每 10000 步打印一次成本，不想看就把 `print_cost` 设为 `False`。

# %% [markdown] pair="model" lang="en"
# `model` puts everything together and uses the 4 functions that you wrote: L2 when `lambd` is above 0, dropout when
# `keep_prob` is below 1, and with neither it is the baseline. So it runs only when all 4 functions are written. It prints the cost every 10000 steps, unless you set
# `print_cost` to `False`.

# %% given="reg_utils.model"

# %% name="train-dropout"
dropout = model(train_X, train_Y, keep_prob=0.86)
print(f"accuracy: train {accuracy(dropout, train_X, train_Y):.1f} %, test {accuracy(dropout, test_X, test_Y):.1f} %")

# %% name="figure-three"
models = {"baseline": baseline, "L2, lambd 0.7": l2, "dropout, keep_prob 0.86": dropout}
plt.figure(figsize=(9.5, 3.5))
for position, (name, parameters) in enumerate(models.items(), 1):
    plt.subplot(1, 3, position)
    show_boundary(parameters, name)
plt.show()

# %% [markdown] pair="three" lang="zh" zh="b6680a88" en="66bbfb3f"
# 读图时看标题里的两个数。基准的训练集准确率最高，测试集准确率最低，差距最大；两种正则化都丢掉一些训练集上的分数，
# 换来测试集上的分数，差距小得多。训练集上的分数变低不是坏事：丢掉的正是背下来的那些噪声。
#
# 别把这一次当成定律。这份数据是从 40 份里挑出来的，效果特别明显；换 10 份新数据平均一下，测试集准确率 L2 提高 3.6
# 个百分点，随机失活提高 2.0 个，而且随机失活有 2 份反而更差（完整的表在 `datasets/README.md`）。
#
# 还有一件怪事：随机失活打印的成本那么低，训练集准确率却不高。成本是关掉单元时算的，准确率是单元到齐时算的；
# 讲掩码的最后一节再回来看。

# %% [markdown] pair="three" lang="en"
# Look at the two numbers in each title. The baseline has the highest accuracy on the training set, the lowest on the
# test set, and so the largest gap; both kinds of regularization give away some accuracy on the training set, gain on
# the test set, and so make the gap much smaller. A lower score on the training set is no loss: what went is the noise
# that had been learned by heart.
#
# Do not take this one case for a law. These data were picked from 40 draws because they show it so clearly; averaged
# over 10 new draws, the accuracy on the test set rises by 3.6 percentage points with L2 and by 2.0 with dropout, and
# in 2 of the draws dropout does worse (the whole table is in `datasets/README.md`).
#
# And one thing is odd: dropout prints so low a cost, and yet its accuracy on the training set is not high. That cost
# is taken with units dropped, the accuracy with all units on; the last section, on masks, comes back to it.

# %% [markdown] name="h-weights"
# ### 权重去哪儿了 / What became of the weights

# %% [markdown] pair="weights" lang="zh" zh="dff656be" en="1dad7aa5"
# 把三个模型的全部 103 个权重画成直方图。L2 的权重挤在 0 附近，这正是正则化项的作用。随机失活并不直接管大小，
# 它约束网络的方式不同。

# %% [markdown] pair="weights" lang="en"
# Histograms of all 103 weights of the three models. Those of L2 crowd around 0, as the penalty wants it. Dropout does
# not look at the size of a weight; it restrains the network in another way.

# %% name="figure-weights"
_, axes = plt.subplots(1, 3, figsize=(9, 3), sharex=True, sharey=True)
for ax, (name, parameters) in zip(axes, models.items()):
    weights = np.concatenate([parameters[W].ravel() for W in ("W1", "W2", "W3")])
    ax.hist(weights, bins=np.arange(-8, 8.1, 0.5), color=figures.LIGHT_BLUE, edgecolor="black", lw=0.6)
    ax.set_title(f"{name}\nsum of squares {np.sum(weights**2):.0f}", fontsize=10)
    ax.set_xlabel("weight")
axes[0].set_ylabel("number of weights")
plt.show()

# %% [markdown] name="h-sweep"
# ### 用多大的力气 / How much of it

# %% [markdown] pair="sweep" lang="zh" zh="632e0dcd" en="bd5c6707"
# $\lambda$ 和 $p$ 不是学出来的，要由你来选，这样的量叫**超参数**（hyperparameter）。每个值训练 5000 步，看看两个准确率怎样变。

# %% [markdown] pair="sweep" lang="en"
# $\lambda$ and $p$ are not learned: you choose them. Such a quantity is called a **hyperparameter**. Here are 5000
# steps for each of several values, and what they do to the two accuracies.

# %% name="sweep"
lambds, keep_probs = [0, 0.7, 10, 100], [1, 0.86, 0.5]
plain = model(train_X, train_Y, num_iterations=5000, print_cost=False)
by_lambd = [plain] + [model(train_X, train_Y, num_iterations=5000, print_cost=False, lambd=v) for v in lambds[1:]]
by_keep = [plain] + [model(train_X, train_Y, num_iterations=5000, print_cost=False, keep_prob=v)
                     for v in keep_probs[1:]]

# %% name="figure-sweep"
_, axes = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
for ax, name, values, trained in zip(axes, ("lambd", "keep_prob"), (lambds, keep_probs), (by_lambd, by_keep)):
    ticks = [str(value) for value in values]
    ax.plot(ticks, [accuracy(parameters, train_X, train_Y) for parameters in trained], "o-", label="training set")
    ax.plot(ticks, [accuracy(parameters, test_X, test_Y) for parameters in trained], "s--", label="test set")
    ax.set_xlabel(f"{name} (more regularization to the right)")
axes[0].set_ylabel("accuracy, %")
axes[0].legend()
plt.show()

# %% [markdown] pair="sweep-seen" lang="zh" zh="78e5d3eb" en="0fc4b17f"
# 最左边没有正则化，两条线分得最开。往右走，两条线靠拢，测试集先升。再往右就过头了：$\lambda$ 太大，权重被压到几乎全是
# 0，网络什么也学不会，两条线一起掉下去，这是欠拟合（右图还没走到那一步）。合适的值在中间，而且范围相当宽。测试集只有
# 200 个点，一个点就是 0.5 个百分点，所以一两个点的高低不必当真。

# %% [markdown] pair="sweep-seen" lang="en"
# On the far left there is no regularization, and the two lines are furthest apart. Going right they close up, and the
# test set gains first. Further right it is too much: with a large $\lambda$ the weights are pressed to almost 0, the
# network can learn nothing, and both lines fall together. That is underfitting (the figure on the right stops short
# of it). Good values lie between, in quite a wide range. The test set has only 200 points, so a single point is 0.5
# percentage points: do not make anything of one or two points up or down.

# %% [markdown] name="h-test-time"
# ## 测试时不用随机失活 / No dropout at test time

# %% [markdown] pair="test-time" lang="zh" zh="3f266053" en="a20b4806"
# 随机失活只在训练时用。预测用普通的 `forward_propagation`，也不必再乘 $p$：训练时已经除过了，
# 每个单元收到的平均值是对的。如果预测时也随机关掉单元，会怎样？
#
# 你的函数每次都用同一个种子，所以第 1 列总是配第 1 列的掩码，第 2 列总是配第 2 列的。打乱样本的次序，
# 每个样本就换了掩码。打乱 200 次，每次记下测试集上的准确率：

# %% [markdown] pair="test-time" lang="en"
# Dropout is for training only. Predictions use the plain `forward_propagation`, and there is no need to multiply by
# $p$: training has divided already, so what each unit receives is right on average. And if we dropped units while
# predicting?
#
# Your function uses the same seed at every call, so column 1 always meets the masks of column 1, and column 2 those
# of column 2. Shuffle the examples, and each meets other masks. Here is the accuracy on the test set for 200
# shuffles:

# %% name="masked-accuracy"
def masked_accuracy(parameters, X, Y, order):
    A3, cache = forward_propagation_with_dropout(X[:, order], parameters, keep_prob=0.86)
    return 100 * np.mean((A3 > 0.5) == Y[:, order])


random = np.random.RandomState(1)
masked = [masked_accuracy(dropout, test_X, test_Y, random.permutation(test_X.shape[1])) for _ in range(200)]
unmasked = accuracy(dropout, test_X, test_Y)
print(f"test accuracy without dropout {unmasked:.1f} %, with it {np.mean(masked):.1f} % on average")

# %% name="figure-test-time"
plt.figure(figsize=(6.5, 3))
plt.hist(masked, bins=15, color=figures.LIGHT_BLUE, edgecolor="black", lw=0.6, label="with dropout, 200 sets of masks")
plt.axvline(unmasked, color=figures.ORANGE, ls="--", lw=2, label="without dropout")
plt.gca().set(xlabel="test accuracy, %", ylabel="number of shuffles", xlim=(71, 84), ylim=(0, 62))
plt.legend(loc="upper left")
plt.show()

# %% [markdown] pair="test-time-seen" lang="zh" zh="cb48c26b" en="acd31442"
# 答案变成了抽签，而且平均下来更差。不关单元，每次的答案都相同，还相当于让许多残缺的网络一起投票。

# %% [markdown] pair="test-time-seen" lang="en"
# The answer becomes a lottery, and on average a worse one. With all units on, the answer is always the same, and it
# is as if many networks with missing parts had voted together.

# %% [markdown] name="h-same-masks"
# ## 实话实说：这里的掩码从不改变 / To be honest: the masks here never change

# %% [markdown] pair="same-masks" lang="zh" zh="f9ea353f" en="644287b5"
# 为了让每个人得到相同的数字，课程的 `forward_propagation_with_dropout` 在**每次调用**时都重设种子。这有个副作用：
# 30000 步里，同一个样本每一步关掉的都是同样几个单元。它不是每步换一批搭档，而是从头到尾守着一个固定的残缺网络，
# 于是又有了可背的东西：连掩码一起背下来。用刚才打乱次序的办法，在**训练集**上就能看出来。
#
# 真正的库不是这样：PyTorch 或 TensorFlow 里，训练模式下每次前向传播都抽新的掩码，切换到预测模式就自动关闭随机失活，
# 除以 $p$ 的做法则和你写的一样。每一步训练之前先打乱样本，你的两个函数也能做到差不多的效果：

# %% [markdown] pair="same-masks" lang="en"
# So that everybody gets the same numbers, the `forward_propagation_with_dropout` of this course sets the seed
# at **every call**. That has a side effect: in all 30000 steps an example loses the very same units. Instead of new
# partners at each step it has one fixed network with missing parts from beginning to end, and so there is something
# to learn by heart again: the masks. The shuffle from above shows it, on the **training set** this time.
#
# Real libraries do otherwise: in PyTorch or TensorFlow every forward propagation in training mode draws new masks,
# prediction mode turns dropout off by itself, and the division by $p$ is the one that you wrote. If we shuffle the
# examples before every step, your two functions come close to that:

# %% name="train-new-masks"
new_masks = start
for _ in range(4000):
    order = random.permutation(train_X.shape[1])
    A3, cache = forward_propagation_with_dropout(train_X[:, order], new_masks, keep_prob=0.86)
    gradients = backward_propagation_with_dropout(train_X[:, order], train_Y[:, order], cache, keep_prob=0.86)
    new_masks = update_parameters(new_masks, gradients, 0.3)

# %% name="measure-masks"
own = masked_accuracy(dropout, train_X, train_Y, np.arange(train_X.shape[1]))
orders = [random.permutation(train_X.shape[1]) for _ in range(200)]
others = [masked_accuracy(dropout, train_X, train_Y, order) for order in orders]
others_new = [masked_accuracy(new_masks, train_X, train_Y, order) for order in orders]
print(f"trained on fixed masks: {own:.1f} % with its own masks, {np.mean(others):.1f} % with others, on average")
print(f"trained on new masks:   {np.mean(others_new):.1f} % with others, on average")

# %% name="figure-masks-matter"
plt.figure(figsize=(9, 3.4))
plt.subplot(1, 2, 1, xlabel="training accuracy with dropout, %", ylabel="number of shuffles")
bins = np.arange(70, 101)
plt.hist(others, bins, color=figures.LIGHT_BLUE, edgecolor="black", lw=0.6, label="trained on fixed masks")
plt.hist(others_new, bins, facecolor="none", edgecolor=figures.ORANGE, hatch="///", label="trained on new masks")
plt.axvline(own, color="black", ls="--", lw=2, label="fixed masks, its own")
plt.ylim(0, 130)
plt.legend(loc="upper left", fontsize=9)
plt.subplot(1, 2, 2)
show_boundary(new_masks, "new masks at each step")
plt.show()

# %% [markdown] pair="same-masks-seen" lang="zh" zh="518a2fb3" en="55b61686"
# 虚线：掩码固定的网络，戴着自己那套掩码时训练集准确率很高；一换掩码（浅色柱）就掉下来，可见它确实连掩码一起背了。
# 这就是前面那件怪事的答案：成本低，是因为它背熟了自己的掩码；单元一到齐，就不那么灵了。
# 每步都换掩码的网络（斜线柱）换了掩码也不怕。所以掩码固定的版本用来学习、对答案很合适，做正事就用库里的版本。

# %% [markdown] pair="same-masks-seen" lang="en"
# The dashed line: with its own masks, the network with fixed masks has a high accuracy on the training set; with
# other masks (pale bars) it drops, so it did learn its masks by heart. That answers the odd thing above: the cost
# was low because it knew its own masks, and with all units on it is no longer so sure. The network that got new masks at each step
# (hatched bars) does not mind other masks. Fixed masks, then, are fine for learning and for comparing answers; for
# real work take the version of a library.

# %% [markdown] name="h-summary"
# ## 小结 / Summary

# %% [markdown] pair="summary" lang="zh" zh="139fb6c7" en="058a59eb"
# - **过拟合**要靠比较来发现：训练集准确率高，测试集准确率明显更低。
# - **L2** 在成本里加 $\frac{\lambda}{2m} \sum W^2$，在每个 $dW$ 里加 $\frac{\lambda}{m} W$；每一步都让权重缩小一点，
#   边界变平滑。
# - **随机失活**在训练时用掩码关掉单元并除以 $p$，反向时用同一个掩码、同一个 $p$；除以 $p$ 保住了平均值，
#   所以测试时什么也不用改。
# - 正则化放弃训练集上的一些准确率，换来测试集上的准确率；力气太小没用，太大就欠拟合。
#
# 反向传播写得对不对，除了对答案还有别的办法验证吗？有，笔记本 4 就讲这个。

# %% [markdown] pair="summary" lang="en"
# - **Overfitting** is found by comparing: a high accuracy on the training set, a clearly lower one on the test set.
# - **L2** adds $\frac{\lambda}{2m} \sum W^2$ to the cost and $\frac{\lambda}{m} W$ to each $dW$; every step shrinks
#   the weights a little, and the boundary becomes smooth.
# - **Dropout** switches units off by a mask and divides by $p$ while training, and backward it uses the same mask and
#   the same $p$; the division keeps the mean, so nothing has to change at test time.
# - Regularization trades some accuracy on the training set for accuracy on the test set; too little does nothing, too
#   much underfits.
#
# Is there a way to know that backward propagation is right, other than comparing answers? There is: notebook 4.

# %% [markdown] name="h-questions"
# ## 想一想 / Questions to think about

# %% [markdown] pair="question-bias" lang="zh" zh="69d7e226" en="d2f253db"
# **1.** L2 为什么不惩罚偏置？如果把 $b$ 也计入正则化项，会出什么问题？
#
# <details><summary>答案</summary>
#
# 偏置只平移，不让函数变陡，和过拟合关系不大，数目也少：这个网络有 103 个权重，只有 24 个偏置。惩罚它，
# 边界会被往原点拉，如果数据的中心离原点很远，反而学不好。
# </details>

# %% [markdown] pair="question-bias" lang="en"
# **1.** Why does L2 leave out the bias? What would go wrong if $b$ were penalized as well?
#
# <details><summary>Answer</summary>
#
# A bias shifts a function and does not make it steeper, so it has little to do with overfitting, and there are few of
# them: this network has 103 weights and only 24 biases. A penalty would pull the boundary towards the origin, which
# hurts when the data lie far from it.
# </details>

# %% [markdown] pair="question-large" lang="zh" zh="8f12c714" en="4187e242"
# **2.** 当 $\lambda$ 趋于无穷，网络会输出什么？这时训练集和测试集的准确率大约是多少？
#
# <details><summary>答案</summary>
#
# 所有权重都被压到 0，输出只剩下 $\sigma(b^{[3]})$，对每个样本都一样。最好的 $b^{[3]}$ 使它等于训练集里 1 所占的比例，
# 于是网络总是猜多数的那一类，准确率就是那一类所占的比例。
#
# 用代码试的时候当心：$\alpha \lambda / m > 2$ 时，因子 $1 - \alpha \lambda / m$ 小于 $-1$，权重每步变号还越变越大，
# 训练会发散。
# </details>

# %% [markdown] pair="question-large" lang="en"
# **2.** As $\lambda$ goes to infinity, what does the network answer? What are its accuracies on the training set and
# the test set then?
#
# <details><summary>Answer</summary>
#
# All weights are pressed to 0 and only $\sigma(b^{[3]})$ is left, the same for each example. The best $b^{[3]}$ makes
# it the share of 1 in the training set, so the network always guesses the more frequent class, and its accuracy is
# the share of that class.
#
# Mind when you try it in code: for $\alpha \lambda / m > 2$ the factor $1 - \alpha \lambda / m$ is below $-1$, so the
# weights change sign at every step, grow, and training diverges.
# </details>

# %% [markdown] pair="question-scale" lang="zh" zh="0ca4f3c1" en="a5c727a1"
# **3.** 有人前向时除了 $p$，反向时只乘掩码，忘了除。$dW^{[3]}$, $dW^{[2]}$, $dW^{[1]}$ 各错了多少？
#
# <details><summary>答案</summary>
#
# $dW^{[3]}$ 没错，它在第一处遗漏之前就算好了。$dW^{[2]}$ 少除了一次，是正确值的 $p$ 倍；$dW^{[1]}$ 少除了两次，是
# $p^2$ 倍。每个矩阵的方向没错，只是步子小了，所以训练照样进行，只看成本曲线很难发现。
# </details>

# %% [markdown] pair="question-scale" lang="en"
# **3.** Somebody divides by $p$ in the forward pass, but backward only multiplies by the mask and forgets to divide.
# By how much are $dW^{[3]}$, $dW^{[2]}$ and $dW^{[1]}$ wrong?
#
# <details><summary>Answer</summary>
#
# $dW^{[3]}$ is right: it is computed before the first omission. $dW^{[2]}$ lacks one division and is $p$ times the
# right value, $dW^{[1]}$ lacks two and is $p^2$ times. Each matrix keeps its direction and only its steps are shorter, so
# training goes on, and a curve of the cost hardly shows it.
# </details>

# %% [markdown] pair="question-test-set" lang="zh" zh="f530dd70" en="ef6d1ab5"
# **4.** 我们试了好几个 $\lambda$，挑出测试集上最好的那个。它在测试集上的准确率，还能当作它在新数据上的准确率吗？
#
# <details><summary>答案</summary>
#
# 不能，会偏高：挑选的时候已经用过测试集，挑中的那个多少沾了运气。应当再留一份**验证集**（validation set）：用训练集训练，用验证集挑
# $\lambda$ 和 $p$，最后才用测试集量一次。本笔记本的值是事先定好的，扫描图只用来看趋势。
# </details>

# %% [markdown] pair="question-test-set" lang="en"
# **4.** We tried several $\lambda$, and suppose that we take the best one on the test set. Can its accuracy there
# still stand for its accuracy on new data?
#
# <details><summary>Answer</summary>
#
# No, it is too high: the choice has already used the test set, and the winner owes something to luck. Keep a third
# set, a **validation set**: train on the training set, choose $\lambda$ and $p$ on the validation set, and measure on
# the test set once, at the very end. The values in this notebook were fixed beforehand, and the sweep only shows the
# trend.
# </details>

# %% [markdown] pair="question-check" lang="zh" zh="1e6487b0" en="b7ecb78a"
# **5.** 笔记本 4 会用 $\frac{J(\theta + \epsilon) - J(\theta - \epsilon)}{2 \epsilon}$ 检验梯度。
# 如果每次前向传播都抽新的掩码，这样检验会怎样？
#
# <details><summary>答案</summary>
#
# 两个 $J$ 用了不同的掩码，它们的差主要来自掩码，再除以很小的 $2 \epsilon$，结果毫无意义。
# 检验时应当关掉随机失活（$p = 1$），或者固定掩码；课程里每次重设种子，在这件事上倒是方便。
# </details>

# %% [markdown] pair="question-check" lang="en"
# **5.** Notebook 4 checks gradients by $\frac{J(\theta + \epsilon) - J(\theta - \epsilon)}{2 \epsilon}$.
# What happens to that check if every forward propagation draws new masks?
#
# <details><summary>Answer</summary>
#
# The two $J$ come from different masks, their difference is mostly due to the masks, and divided by the tiny
# $2 \epsilon$ it is meaningless. Turn dropout off for the check ($p = 1$), or hold the masks fixed; here the seed
# that this course sets at every call is handy for once.
# </details>
