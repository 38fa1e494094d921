"""Notebook 3, regularization: the reference for its four graded functions, their second form, the model and the data.

Examples are columns: X is (n_x, m), Y is (1, m). The network and its helpers are those of notebook 2.
Bad input raises ValueError, which names the argument, what came and what was expected (checks.py).
"""

from pathlib import Path

import numpy as np

from checks import (
    check_examples,
    check_keep_prob,
    check_labels,
    check_lambd,
    check_parameters,
    check_probabilities,
    check_reg_model,
    checked,
    wrong,
)
from dnn_utils import DATASETS, initialize_parameters_scaled, linear_activation_backward, read_hdf5
from init_utils import (
    backward_propagation,
    forward_propagation,
    gradient_descent,
    plot_decision_boundary,
    plot_points,
    predict,
    predict_dec,
    relu,
    sigmoid,
    update_parameters,
)
from init_utils import compute_loss as compute_cost

__all__ = [
    "backward_propagation", "backward_propagation_L2", "backward_propagation_dropout", "backward_propagation_with_dropout",
    "backward_propagation_with_regularization", "compute_cost", "compute_cost_with_regularization", "forward_propagation",
    "forward_propagation_with_dropout", "gradient_descent", "initialize_parameters", "load_2D_dataset", "model",
    "plot_decision_boundary", "plot_points", "predict", "predict_dec", "relu", "sigmoid", "update_parameters",
]


def initialize_parameters(layer_dims):
    """Return parameters with weights randn / sqrt(n[l-1]) under seed 3 and zero biases.

    layer_dims: list [n_x, n[1], ..., n[L]]. Returns W1, b1, ..., WL, bL with Wl (n[l], n[l-1]) and bl (n[l], 1).
    """
    return initialize_parameters_scaled(layer_dims, seed=3)


# ---------------------------------------------------------------- graded functions


def _check_regularized_cost(A3, Y, parameters, lambd):
    check_probabilities(A3, Y, name="A3")
    check_parameters(parameters, layers=3)
    check_lambd(lambd)


@checked(_check_regularized_cost)
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    """Return the cross-entropy cost plus the L2 penalty, a scalar.

    The penalty is lambd / (2 m) times the sum of all squared weights.
    A3: probabilities, (1, m); Y: labels 0 or 1, (1, m); parameters: W1, b1, ..., W3, b3; lambd: >= 0.
    """
    m = Y.shape[1]
    W1, W2, W3 = parameters["W1"], parameters["W2"], parameters["W3"]
    cross_entropy_cost = compute_cost(A3, Y)
    ### START CODE HERE ###
    L2_regularization_cost = lambd / (2 * m) * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))
    ### END CODE HERE ###
    return cross_entropy_cost + L2_regularization_cost


def backward_propagation_with_regularization(X, Y, cache, lambd):
    """Return the gradients of the cost with the L2 penalty as a dictionary.

    X: (n_x, m); Y: (1, m); cache: from forward_propagation; lambd: >= 0.
    Keys: dZ3 dW3 db3 dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1.
    """
    m = X.shape[1]
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    ### START CODE HERE ###
    dW3 = 1 / m * dZ3 @ A2.T + lambd / m * W3
    ### END CODE HERE ###
    db3 = 1 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (A2 > 0)
    ### START CODE HERE ###
    dW2 = 1 / m * dZ2 @ A1.T + lambd / m * W2
    ### END CODE HERE ###
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (A1 > 0)
    ### START CODE HERE ###
    dW1 = 1 / m * dZ1 @ X.T + lambd / m * W1
    ### END CODE HERE ###
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2,
            "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}


def _check_dropout_forward(X, parameters, keep_prob=0.5):
    check_keep_prob(keep_prob)


@checked(_check_dropout_forward)
def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    """Return (A3, cache) of linear-relu-dropout-linear-relu-dropout-linear-sigmoid.

    X: (n_x, m); parameters: W1, b1, ..., W3, b3; keep_prob: probability of keeping a unit, in (0, 1].
    cache = (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) with the masks D1, D2.
    The generator is seeded with 1, so that everybody drops the same units.
    Source: Srivastava et al., Dropout, 2014 (here "inverted": the scale is applied while training).
    """
    np.random.seed(1)
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    ### START CODE HERE ###
    # 1. random numbers, as many as A1 has; 2. True where the unit is kept
    D1 = np.random.rand(A1.shape[0], A1.shape[1]) < keep_prob
    # 3. drop the others; 4. scale what is kept
    A1 = A1 * D1
    A1 = A1 / keep_prob
    ### END CODE HERE ###
    Z2 = W2 @ A1 + b2
    A2 = relu(Z2)
    ### START CODE HERE ###
    D2 = np.random.rand(A2.shape[0], A2.shape[1]) < keep_prob
    A2 = A2 * D2
    A2 = A2 / keep_prob
    ### END CODE HERE ###
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def _check_dropout_backward(X, Y, cache, keep_prob):
    check_keep_prob(keep_prob)


@checked(_check_dropout_backward)
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    """Return the gradients of the network with dropout as a dictionary.

    X: (n_x, m); Y: (1, m); cache: from forward_propagation_with_dropout; keep_prob: in (0, 1].
    Keys: dZ3 dW3 db3 dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1.
    """
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    dW3 = 1 / m * dZ3 @ A2.T
    db3 = 1 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = W3.T @ dZ3
    ### START CODE HERE ###
    # the mask of the forward pass, then its scale
    dA2 = dA2 * D2
    dA2 = dA2 / keep_prob
    ### END CODE HERE ###
    dZ2 = dA2 * (A2 > 0)
    dW2 = 1 / m * dZ2 @ A1.T
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = W2.T @ dZ2
    ### START CODE HERE ###
    dA1 = dA1 * D1
    dA1 = dA1 / keep_prob
    ### END CODE HERE ###
    dZ1 = dA1 * (A1 > 0)
    dW1 = 1 / m * dZ1 @ X.T
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2,
            "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}


# ---------------------------------------------------------------- the same gradients, written layer by layer


def backward_propagation_L2(X, Y, cache, lambd):
    """Return dW1..dW3, db1..db3 of the cost with the L2 penalty, by the chain of activation-backward functions.

    X: (n_x, m); Y: (1, m); lambd: >= 0; cache = (A1, Z1, W1, b1, A2, Z2, W2, b2, A3, Z3, W3, b3).
    The same gradients as backward_propagation_with_regularization.
    """
    m = X.shape[1]
    A1, Z1, W1, b1, A2, Z2, W2, b2, A3, Z3, W3, b3 = cache
    dA3 = -(np.divide(Y, A3) - np.divide(1 - Y, 1 - A3))
    dA2, dW3, db3 = linear_activation_backward(dA3, ((A2, W3, b3), Z3), "sigmoid")
    dA1, dW2, db2 = linear_activation_backward(dA2, ((A1, W2, b2), Z2), "relu")
    dA0, dW1, db1 = linear_activation_backward(dA1, ((X, W1, b1), Z1), "relu")
    return {"dW1": dW1 + lambd / m * W1, "db1": db1, "dW2": dW2 + lambd / m * W2, "db2": db2,
            "dW3": dW3 + lambd / m * W3, "db3": db3}


@checked(_check_dropout_backward)
def backward_propagation_dropout(X, Y, cache, keep_prob):
    """Return dW1..dW3, db1..db3 of the network with dropout, by the chain of activation-backward functions.

    X: (n_x, m); Y: (1, m); keep_prob: in (0, 1]; cache = (A1, D1, Z1, W1, b1, A2, D2, Z2, W2, b2, A3, Z3, W3, b3).
    The same gradients as backward_propagation_with_dropout.
    """
    A1, D1, Z1, W1, b1, A2, D2, Z2, W2, b2, A3, Z3, W3, b3 = cache
    dA3 = -(np.divide(Y, A3) - np.divide(1 - Y, 1 - A3))
    dA2, dW3, db3 = linear_activation_backward(dA3, ((A2, W3, b3), Z3), "sigmoid")
    dA1, dW2, db2 = linear_activation_backward(dA2 * D2 / keep_prob, ((A1, W2, b2), Z2), "relu")
    dA0, dW1, db1 = linear_activation_backward(dA1 * D1 / keep_prob, ((X, W1, b1), Z1), "relu")
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}


# ---------------------------------------------------------------- model and data


@checked(check_reg_model, once=True)
def model(X, Y, learning_rate=0.3, num_iterations=30000, print_cost=True, lambd=0, keep_prob=1):
    """Train the network [n_x, 20, 3, 1] plainly, with L2 (lambd > 0) or with dropout (keep_prob < 1); return its parameters.

    X: (n_x, m); Y: labels 0 or 1, (1, m). The cost of every 10000th iteration is printed when print_cost is true.
    """
    forward, backward = forward_propagation, backward_propagation
    if keep_prob < 1:
        forward = lambda X, parameters: forward_propagation_with_dropout(X, parameters, keep_prob)
        backward = lambda X, Y, cache: backward_propagation_with_dropout(X, Y, cache, keep_prob)
    elif lambd > 0:
        backward = lambda X, Y, cache: backward_propagation_with_regularization(X, Y, cache, lambd)
    cost = lambda A3, Y, parameters: compute_cost_with_regularization(A3, Y, parameters, lambd)
    parameters, costs = gradient_descent(
        X, Y, initialize_parameters([X.shape[0], 20, 3, 1]), forward, backward, cost,
        learning_rate, num_iterations, print_cost, every=10000)
    return parameters


def read_mat(path, names):
    """Return the arrays called `names` of the MATLAB file at `path`; raises OSError or KeyError with the file and the reason."""
    import scipy.io

    try:
        content = scipy.io.loadmat(path)
    except Exception as error:  # SciPy raises many kinds for a damaged file; all mean the same to a user
        raise OSError(f"{path}: not a complete MATLAB file ({error})\n{path}：不是完整的 MATLAB 文件") from error
    missing = [name for name in names if name not in content]
    if missing:
        raise KeyError(f"{path}: no array {missing[0]!r} / 缺少数组 {missing[0]!r}")
    return [content[name] for name in names]


def load_2D_dataset(is_plot=False, folder=DATASETS):
    """Return (train_X, train_Y, test_X, test_Y): (2, 211), (1, 211), (2, 200), (1, 200).

    Reads data.mat where the user has put it into `folder`, else the shipped two_currents.h5, and prints which.
    The training set is drawn when is_plot is true.
    """
    names = ["X", "y", "Xval", "yval"]
    mat, own = Path(folder) / "data.mat", Path(folder) / "two_currents.h5"
    path, read = (mat, read_mat) if mat.exists() else (own, read_hdf5)
    X, y, Xval, yval = read(path, names)
    for name, points, labels in (("X", X, y), ("Xval", Xval, yval)):
        if points.ndim != 2 or points.shape[1] != 2:
            raise wrong(f"{path.name}: {name}", f"shape {points.shape}", "points of shape (m, 2), one a row",
                        "形状为 (m, 2) 的点，每行一个")
        if labels.shape != (len(points), 1):
            raise wrong(f"{path.name}: y{name[1:]}", f"shape {labels.shape}", f"labels of shape ({len(points)}, 1)",
                        f"形状为 ({len(points)}, 1) 的标签")
    train_X, train_Y, test_X, test_Y = X.T, y.T.astype(int), Xval.T, yval.T.astype(int)
    for name, points, labels in (("X", train_X, train_Y), ("Xval", test_X, test_Y)):
        check_examples(points, 2, name=f"{path.name}: {name}")
        check_labels(labels, points.shape[1], name=f"{path.name}: y{name[1:]}")
    print("Points read from", path.name)
    if is_plot:
        plot_points(train_X, train_Y)
    return train_X, train_Y, test_X, test_Y
