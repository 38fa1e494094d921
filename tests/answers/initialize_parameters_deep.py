"""Other ways to write initialize_parameters_deep, right ones and wrong ones."""

import numpy as np

# %% right
def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layer_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layer_dims[l], layer_dims[l-1]) * 0.01
        parameters['b' + str(l)] = np.zeros((layer_dims[l], 1))
        assert(parameters['W' + str(l)].shape == (layer_dims[l], layer_dims[l-1]))
        assert(parameters['b' + str(l)].shape == (layer_dims[l], 1))
    return parameters


# %% right
def initialize_parameters_deep(dims):
    stream = np.random.RandomState(seed=3)
    parameters = {"b%d" % l: np.zeros((n, 1)) for l, n in enumerate(dims) if l > 0}
    parameters.update({"W%d" % l: stream.normal(0, 0.01, (dims[l], dims[l - 1])) for l in range(1, len(dims))})
    parameters["layers"] = len(dims) - 1
    return parameters


# %% right
def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    numbers = np.random.randn(sum(rows * columns for rows, columns in zip(layer_dims[1:], layer_dims))) / 100.
    parameters, at, l = {}, 0, 1
    while l < len(layer_dims):
        rows, columns = layer_dims[l], layer_dims[l - 1]
        parameters[f"W{l}"] = numbers[at:at + rows * columns].reshape(rows, columns)
        parameters[f"b{l}"] = np.zeros(rows).reshape(-1, 1)
        at += rows * columns
        l += 1
    return parameters


# %% right
import sys


def one_layer(rows, columns):
    W = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            W[i, j] = np.random.standard_normal() * 0.01
    return W, np.array([[0.0] for _ in range(rows)])


def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    result = {}
    previous = layer_dims.pop(0)
    for number, size in enumerate(layer_dims, 1):
        print("layer", number, file=sys.stderr)
        result["W" + str(number)], result["b" + str(number)] = one_layer(size, previous)
        previous = size
    return result


# %% right
def initialize_parameters_deep(layer_dims):
    if len(layer_dims) == 1:
        np.random.seed(3)
        return {}
    parameters = initialize_parameters_deep(layer_dims[:-1])
    l = len(layer_dims) - 1
    parameters["W" + str(l)] = np.multiply(np.random.randn(layer_dims[l], layer_dims[l - 1]), 0.01)
    parameters["b" + str(l)] = np.sum(parameters["W" + str(l)], axis=1, keepdims=True) * 0
    return parameters


# %% wrong: W missing_factor
def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters['W%d' % l] = np.random.standard_normal((layer_dims[l], layer_dims[l-1]))
        parameters['b%d' % l] = np.zeros((layer_dims[l], 1))
    return parameters


# %% wrong: W formula
def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * np.sqrt(1. / layer_dims[l - 1])
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


# %% wrong: W random 1
def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    for l, (rows, columns) in enumerate(zip(layer_dims[1:], layer_dims), start=1):
        parameters["W" + str(l)] = np.random.random_sample((rows, columns)) * 0.01
        parameters["b" + str(l)] = np.zeros((rows, 1))
    return parameters


# %% wrong: W transpose
def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(len(layer_dims) - 1):
        parameters["W" + str(l + 1)] = np.random.randn(layer_dims[l], layer_dims[l + 1]) * 0.01
        parameters["b" + str(l + 1)] = np.zeros((layer_dims[l + 1], 1))
    return parameters


# %% wrong: W off_by_one
def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(len(layer_dims) - 1):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l + 1], layer_dims[l]) * 0.01
        parameters["b" + str(l)] = np.zeros((layer_dims[l + 1], 1))
    return parameters


# %% wrong: b shape
def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layer_dims)):
        W = np.random.randn(layer_dims[l], layer_dims[l - 1]) * 0.01
        parameters.update({"W" + str(l): W, "b" + str(l): np.zeros((layer_dims[l],))})
    return parameters
