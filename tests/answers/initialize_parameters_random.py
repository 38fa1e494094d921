"""Other ways to write initialize_parameters_random, right ones and wrong ones."""

import numpy as np

# %% right
def initialize_parameters_random(layers_dims):
    np.random.seed(3)               # everybody gets the same "random" numbers
    parameters = {}
    L = len(layers_dims)            # integer: input included
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l-1]) * 10
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
        assert(parameters['W' + str(l)].shape == (layers_dims[l], layers_dims[l-1]))
        assert(parameters['b' + str(l)].shape == (layers_dims[l], 1))
    return parameters


# %% right
def initialize_parameters_random(dims):
    rng = np.random.RandomState(3)
    result = {}
    for l in range(1, len(dims)):
        print("layer", l)
        result["b" + str(l)] = np.zeros((dims[l], 1), dtype=int)
        result["W" + str(l)] = rng.normal(0, 10, size=(dims[l], dims[l - 1]))
    return result


# %% right
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {"dims": np.array(layers_dims)}
    for l in range(1, len(layers_dims)):
        W = np.empty((layers_dims[l], layers_dims[l - 1]))
        for i in range(layers_dims[l]):
            for j in range(layers_dims[l - 1]):
                W[i, j] = 10 * np.random.randn()
        parameters["W" + str(l)], parameters["b" + str(l)] = W, np.zeros((layers_dims[l], 1))
    return parameters


# %% right
import sys
from numpy.random import seed, standard_normal
def initialize_parameters_random(layers_dims, scale=10.0):
    seed(3)
    print("scale", scale, file=sys.stderr)
    shapes = list(zip(layers_dims[1:], layers_dims[:-1]))
    weights = [(standard_normal(shape) * scale).astype(np.float32) for shape in shapes]
    biases = [np.zeros((shape[0], 1), np.float32) for shape in shapes]
    parameters = {f"b{l}": b for l, b in enumerate(biases, 1)}
    parameters.update({f"W{l}": W for l, W in enumerate(weights, 1)})
    return parameters


# %% right
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        shape = (layers_dims[l], layers_dims[l - 1])
        parameters["W" + str(l)] = np.multiply(10., np.random.randn(*shape))
        parameters["b" + str(l)] = 10 * np.zeros(shape)[:, :1]
    return parameters


# %% wrong: W constant 1
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l-1]) / 100.
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: W inverted
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = 0.1 * np.random.randn(layers_dims[l], layers_dims[l-1])
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: W random 1
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.uniform(0, 10, (layers_dims[l], layers_dims[l-1]))
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: W constant 2
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.zeros((layers_dims[l], layers_dims[l-1]))
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: W random 2
def initialize_parameters_random(layers_dims):
    parameters = {}
    for l in range(1, len(layers_dims)):
        rng = np.random.RandomState(3)
        parameters["W" + str(l)] = rng.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: W off_by_one
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L - 1):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: b shape
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1)).flatten()
    return parameters


# %% wrong: b shape
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters['b' + str(l)] = np.zeros((layers_dims[l],))
    return parameters


# %% wrong: b transpose
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1)).T
    return parameters


# %% wrong: b index
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters['b' + str(l)] = np.zeros((layers_dims[l-1], 1))
    return parameters


# %% wrong: b constant
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1)) + 1
    return parameters


# %% wrong: b random 1
def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l - 1]) * 10
        parameters['b' + str(l)] = np.random.randn(layers_dims[l], 1)
    return parameters
