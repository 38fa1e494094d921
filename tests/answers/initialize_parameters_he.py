"""Other ways to write initialize_parameters_he, right ones and wrong ones."""

import numpy as np

from init_utils import initialize_parameters_random

# %% right
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims) - 1        # number of layers
    for l in range(1, L + 1):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l-1]) * np.sqrt(2./layers_dims[l-1])
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
        assert(parameters['W' + str(l)].shape == (layers_dims[l], layers_dims[l-1]))
        assert(parameters['b' + str(l)].shape == (layers_dims[l], 1))
    return parameters


# %% right
import math
def initialize_parameters_he(sizes):
    np.random.seed(3)
    result = {"activation": "relu"}
    for l in range(1, len(sizes)):
        result["b" + str(l)] = np.zeros((sizes[l], 1), dtype=np.int64)
        result["W" + str(l)] = np.random.normal(scale=math.sqrt(2 / sizes[l - 1]), size=(sizes[l], sizes[l - 1]))
        print(l, result["W" + str(l)].std())
    return result


# %% right
def he_layer(rng, n, n_prev):
    W = [[rng.randn() for j in range(n_prev)] for i in range(n)]
    return np.array(W) / (n_prev / 2) ** 0.5, np.array([[0.0]] * n)
def initialize_parameters_he(layers_dims):
    rng = np.random.RandomState(3)
    parameters = {}
    for l, (n_prev, n) in enumerate(zip(layers_dims, layers_dims[1:]), 1):
        parameters["W%d" % l], parameters["b%d" % l] = he_layer(rng, n, n_prev)
    return parameters


# %% right
import warnings
def initialize_parameters_he(layers_dims):
    warnings.warn("single precision")
    np.random.seed(3)
    weights = {"W" + str(l): np.float32(np.sqrt(2)) * np.random.randn(layers_dims[l], layers_dims[l - 1]).astype(np.float32)
               / np.float32(np.sqrt(layers_dims[l - 1])) for l in range(1, len(layers_dims))}
    biases = {name.replace("W", "b"): np.zeros((W.shape[0], 1), np.float32) for name, W in weights.items()}
    return {**biases, **weights}


# %% right
def initialize_parameters_he(layers_dims):
    parameters = initialize_parameters_random(layers_dims)
    for l in range(1, len(layers_dims)):
        parameters["W" + str(l)] *= np.sqrt(np.divide(2, layers_dims[l - 1])) / 10
    return parameters


# %% wrong: W index 1
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l-1]) * (2. / layers_dims[l]) ** 0.5
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: W constant 1
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l-1]) / np.sqrt(layers_dims[l-1])
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: W missing_root
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l-1]) * (2. / layers_dims[l-1])
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: W inverted
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l-1]) * np.sqrt(layers_dims[l-1] / 2)
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: W off_by_one
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L - 1):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: b shape
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1)).flatten()
    return parameters


# %% wrong: b shape
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])
        parameters['b' + str(l)] = np.zeros((layers_dims[l],))
    return parameters


# %% wrong: b transpose
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1)).T
    return parameters


# %% wrong: b index
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])
        parameters['b' + str(l)] = np.zeros((layers_dims[l-1], 1))
    return parameters


# %% wrong: b constant
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1)) + 1
    return parameters


# %% wrong: b random
def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * np.sqrt(2 / layers_dims[l - 1])
        parameters['b' + str(l)] = np.random.randn(layers_dims[l], 1)
    return parameters
