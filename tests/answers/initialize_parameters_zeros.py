"""Other ways to write initialize_parameters_zeros, right ones and wrong ones."""

import numpy as np

# %% right
def initialize_parameters_zeros(layers_dims):
    parameters = {}
    L = len(layers_dims)            # number of sizes, input included
    for l in range(1, L):
        parameters['W' + str(l)] = np.zeros((layers_dims[l], layers_dims[l-1]))
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
        assert(parameters['W' + str(l)].shape == (layers_dims[l], layers_dims[l-1]))
        assert(parameters['b' + str(l)].shape == (layers_dims[l], 1))
    return parameters


# %% right
def initialize_parameters_zeros(sizes):
    print("sizes:", sizes)
    result = {"L": len(sizes) - 1}
    for l in range(len(sizes) - 1, 0, -1):
        result[f"b{l}"] = np.zeros((sizes[l], 1), dtype=int)
        result[f"W{l}"] = np.zeros((sizes[l], sizes[l - 1]), dtype=np.float32)
    return result


# %% right
import warnings
def initialize_parameters_zeros(layers_dims):
    warnings.warn("all units of a layer will stay alike")
    parameters = {}
    for l, (before, here) in enumerate(zip(layers_dims[:-1], layers_dims[1:]), start=1):
        parameters["W" + str(l)] = np.random.randn(here, before) * 0
        parameters["b" + str(l)] = np.full((here, 1), 0.0)
    return parameters


# %% right
import sys
def one_layer(rows, columns):
    return np.array([[0.0] * columns for _ in range(rows)])
def initialize_parameters_zeros(layers_dims):
    sys.stderr.write("zeros\n")
    W = {"W%d" % l: one_layer(layers_dims[l], layers_dims[l - 1]) for l in range(1, len(layers_dims))}
    b = {"b%d" % l: one_layer(layers_dims[l], 1) for l in range(1, len(layers_dims))}
    return {**b, **W}


# %% right
def initialize_parameters_zeros(layers_dims):
    parameters, l = {}, 1
    while l < len(layers_dims):
        parameters["W" + str(l)] = np.zeros(layers_dims[l] * layers_dims[l - 1]).reshape(layers_dims[l], -1)
        parameters["b" + str(l)] = np.zeros(layers_dims[l])[:, np.newaxis]
        l += 1
    return parameters


# %% wrong: W transpose
def initialize_parameters_zeros(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.zeros((layers_dims[l], layers_dims[l - 1])).T
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: W shape
def initialize_parameters_zeros(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.zeros([layers_dims[l], 1])
        parameters['b' + str(l)] = np.zeros([layers_dims[l], 1])
    return parameters


# %% wrong: W off_by_one
def initialize_parameters_zeros(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L - 1):
        parameters['W' + str(l)] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
    return parameters


# %% wrong: b shape
def initialize_parameters_zeros(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1)).flatten()
    return parameters


# %% wrong: b shape
def initialize_parameters_zeros(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters['b' + str(l)] = np.zeros((layers_dims[l],))
    return parameters


# %% wrong: b transpose
def initialize_parameters_zeros(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1)).T
    return parameters


# %% wrong: b index
def initialize_parameters_zeros(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters['b' + str(l)] = np.zeros((layers_dims[l-1], 1))
    return parameters


# %% wrong: b constant
def initialize_parameters_zeros(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims)
    for l in range(1, L):
        parameters['W' + str(l)] = np.zeros((layers_dims[l], layers_dims[l - 1]))
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1)) + 1
    return parameters
