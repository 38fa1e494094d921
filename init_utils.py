"""Notebook 2, initialization: the reference for its three graded functions, and the three-layer network it trains.

Examples are columns: X is (n_x, m), Y is (1, m). Notebooks 3 and 4 build on the network of this module.
Bad input raises ValueError, which names the argument, what came and what was expected (checks.py).
"""

import numpy as np

import dnn_utils
from checks import check_examples, check_init_model, check_labels, check_layers, check_network, checked
from dnn_utils import predict, update_parameters

__all__ = [
    "backward_propagation", "compute_loss", "forward_propagation", "gradient_descent", "initialize_parameters_he",
    "initialize_parameters_random", "initialize_parameters_zeros", "load_dataset", "model", "plot_decision_boundary",
    "predict", "predict_dec", "relu", "sigmoid", "update_parameters",
]


# ---------------------------------------------------------------- the network, given


def sigmoid(x):
    """Return 1 / (1 + exp(-x)), elementwise; x may have any shape and any size of numbers."""
    return dnn_utils.sigmoid(x)[0]


def relu(x):
    """Return max(0, x), elementwise; x may have any shape."""
    return dnn_utils.relu(x)[0]


def forward_propagation(X, parameters):
    """Return (a3, cache) of linear-relu-linear-relu-linear-sigmoid.

    X: (n_x, m); parameters: W1, b1, ..., W3, b3. a3 is (1, m);
    cache = (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3).
    """
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    z1 = W1 @ X + b1
    a1 = relu(z1)
    z2 = W2 @ a1 + b2
    a2 = relu(z2)
    z3 = W3 @ a2 + b3
    a3 = sigmoid(z3)
    return a3, (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3)


def backward_propagation(X, Y, cache):
    """Return the gradients dZ3 dW3 db3 dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1 of the cross-entropy cost as a dictionary.

    X: (n_x, m); Y: (1, m); cache: from forward_propagation.
    """
    m = X.shape[1]
    z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3 = cache
    dZ3 = a3 - Y
    dW3 = dZ3 @ a2.T / m
    db3 = dZ3.sum(axis=1, keepdims=True) / m
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (a2 > 0)
    dW2 = dZ2 @ a1.T / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (a1 > 0)
    dW1 = dZ1 @ X.T / m
    db1 = dZ1.sum(axis=1, keepdims=True) / m
    return {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2,
            "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}


def compute_loss(a3, Y):
    """Return the cross-entropy cost, a scalar; a3: probabilities, (1, m); Y: labels 0 or 1, (1, m)."""
    return dnn_utils.compute_cost(a3, Y)


def gradient_descent(X, Y, parameters, forward, backward, cost, learning_rate, num_iterations, print_cost=False, every=1000):
    """Train from `parameters` by gradient descent over all examples; return (parameters, costs).

    forward(X, parameters) -> (A, cache); backward(X, Y, cache) -> gradients; cost(A, Y, parameters) -> scalar.
    costs holds the cost of every `every`-th iteration, which is printed when print_cost is true. `parameters` is not modified.
    """
    parameters = {name: value.copy() for name, value in parameters.items()}
    costs = []
    for i in range(num_iterations):
        A, cache = forward(X, parameters)
        if i % every == 0:
            costs.append(cost(A, Y, parameters))
            if print_cost:
                print(f"Cost after iteration {i}: {costs[-1]:.6f}")
        parameters = update_parameters(parameters, backward(X, Y, cache), learning_rate)
    return parameters, costs


# ---------------------------------------------------------------- graded functions


def _check_layers(layers_dims):
    check_layers(layers_dims, name="layers_dims")


@checked(_check_layers)
def initialize_parameters_zeros(layers_dims):
    """Return parameters that are all zero.

    layers_dims: list [n_x, n[1], ..., n[L]] of the layer sizes.
    Returns a dictionary: W1, b1, ..., WL, bL with Wl (n[l], n[l-1]) and bl (n[l], 1).
    """
    parameters = {}
    for l in range(1, len(layers_dims)):
        ### START CODE HERE ###
        parameters["W" + str(l)] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
        ### END CODE HERE ###
    return parameters


@checked(_check_layers)
def initialize_parameters_random(layers_dims):
    """Return parameters with large random weights, randn * 10, and zero biases.

    layers_dims: list [n_x, n[1], ..., n[L]] of the layer sizes.
    Returns a dictionary: W1, b1, ..., WL, bL with Wl (n[l], n[l-1]) and bl (n[l], 1).
    """
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        ### START CODE HERE ###
        parameters["W" + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
        ### END CODE HERE ###
    return parameters


@checked(_check_layers)
def initialize_parameters_he(layers_dims):
    """Return parameters with weights randn * sqrt(2 / n[l-1]) and zero biases.

    layers_dims: list [n_x, n[1], ..., n[L]] of the layer sizes.
    Returns a dictionary: W1, b1, ..., WL, bL with Wl (n[l], n[l-1]) and bl (n[l], 1).
    Source: He et al., Delving Deep into Rectifiers, 2015.
    """
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        ### START CODE HERE ###
        parameters["W" + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
        ### END CODE HERE ###
    return parameters


# ---------------------------------------------------------------- model, prediction, data


@checked(check_init_model, once=True)
def model(X, Y, learning_rate=0.01, num_iterations=15000, print_cost=True, initialization="he"):
    """Train the network [n_x, 10, 5, 1] from the named initialization ("zeros", "random" or "he"); return its parameters.

    X: (n_x, m); Y: labels 0 or 1, (1, m). The cost of every 1000th iteration is printed when print_cost is true.
    """
    initialize = {"zeros": initialize_parameters_zeros, "random": initialize_parameters_random,
                  "he": initialize_parameters_he}[initialization]
    parameters, costs = gradient_descent(
        X, Y, initialize([X.shape[0], 10, 5, 1]), forward_propagation, backward_propagation,
        lambda a3, Y, parameters: compute_loss(a3, Y), learning_rate, num_iterations, print_cost)
    return parameters


def _check_points(parameters, X):
    check_examples(X)
    check_network(X, parameters)


@checked(_check_points)
def predict_dec(parameters, X):
    """Return the predicted class of each point as booleans, (1, m); X: (n_x, m)."""
    a3, cache = forward_propagation(X, parameters)
    return a3 > 0.5


def plot_decision_boundary(model, X, y):
    """Draw the two regions that `model` tells apart and the labelled points, on the current axes.

    model: a function from points (k, 2), one a row, to their k classes; X: points (2, m); y: labels (1, m).
    """
    import matplotlib.pyplot as plt

    import figures

    check_examples(X, 2)
    check_labels(y, X.shape[1], name="y")
    (x_min, y_min), (x_max, y_max) = X.min(axis=1) - 0.1, X.max(axis=1) + 0.1
    xx, yy = np.meshgrid(np.linspace(x_min, x_max, 300), np.linspace(y_min, y_max, 300))
    regions = np.reshape(model(np.c_[xx.ravel(), yy.ravel()]), xx.shape)
    plt.contourf(xx, yy, regions, levels=[-0.5, 0.5, 1.5], colors=[figures.PALE_BLUE, figures.PALE_ORANGE])
    plt.contour(xx, yy, regions, levels=[0.5], colors="black", linewidths=1)
    plot_points(X, y)


def plot_points(X, y):
    """Draw labelled points on the current axes: class 0 as blue circles, class 1 as orange triangles; X: (2, m), y: (1, m)."""
    import matplotlib.pyplot as plt

    import figures

    for label, color, marker in ((0, figures.BLUE, "o"), (1, figures.ORANGE, "^")):
        chosen = X[:, y[0] == label]
        plt.scatter(chosen[0], chosen[1], s=22, c=color, marker=marker, edgecolors="white", linewidths=0.5, label=f"y = {label}")
    plt.xlabel("$x_1$")
    plt.ylabel("$x_2$")


def load_dataset(is_plot=False):
    """Return (train_X, train_Y, test_X, test_Y), two noisy circles: (2, 300), (1, 300), (2, 100), (1, 100).

    The training set is drawn when is_plot is true.
    """
    import sklearn.datasets

    sets = []
    for seed, n_samples in ((1, 300), (2, 100)):
        np.random.seed(seed)
        X, Y = sklearn.datasets.make_circles(n_samples=n_samples, noise=0.05)
        sets += [X.T, Y.reshape(1, -1)]
    if is_plot:
        plot_points(*sets[:2])
    return tuple(sets)
