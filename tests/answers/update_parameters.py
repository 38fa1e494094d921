"""Other ways to write update_parameters, right ones and wrong ones."""

import numpy as np

# %% right
def update_parameters(parameters, grads, learning_rate):
    L = len(parameters) // 2
    for l in range(L):
        parameters["W" + str(l+1)] = parameters["W" + str(l+1)] - learning_rate * grads["dW" + str(l+1)]
        parameters["b" + str(l+1)] = parameters["b" + str(l+1)] - np.multiply(learning_rate, grads["db" + str(l+1)])
        assert(parameters["W" + str(l+1)].shape == grads["dW" + str(l+1)].shape)
    return parameters


# %% right
import copy


def update_parameters(params, grads, learning_rate):
    parameters = copy.deepcopy(params)
    for name in parameters:
        parameters[name] -= learning_rate * grads["d" + name]
    return parameters


# %% right
def update_parameters(parameters, grads, learning_rate):
    names = sorted(parameters, reverse=True)
    result = {name: np.subtract(parameters[name], np.dot(learning_rate, grads["d" + name])) for name in names}
    result["learning_rate"] = learning_rate
    print(sorted(result))
    return result


# %% right
import warnings


def update_parameters(theta, gradient, rate):
    warnings.warn("entry after entry")
    new = {}
    for key, old in theta.items():
        new[key] = np.array([[float(old[i, j]) - rate * float(gradient["d" + key][i, j]) for j in range(old.shape[1])]
                             for i in range(old.shape[0])])
    return new


# %% right
import sys


def update_parameters(parameters, grads, learning_rate):
    l = 1
    while "W" + str(l) in parameters:
        for letter in "bW":
            parameters[letter + str(l)] += -1. * learning_rate * grads[f"d{letter}{l}"]
        sys.stderr.write("layer %d\n" % l)
        l += 1
    return parameters


# %% right
def update_parameters(parameters, grads, learning_rate):
    L = int(len(parameters) / 2)
    new = {}
    for l in range(L, 0, -1):
        W, b = parameters["W%d" % l], parameters["b%d" % l]
        step = learning_rate * np.hstack([grads["dW%d" % l], grads["db%d" % l]])
        both = np.hstack([W, b]) - step
        new["W%d" % l], new["b%d" % l] = both[:, :-1], both[:, -1:]
    return new


# %% wrong: W sign 2
def update_parameters(parameters, grads, learning_rate):
    return {name: value + learning_rate * grads["d" + name] for name, value in parameters.items()}


# %% wrong: W missing_factor 2
def update_parameters(parameters, grads, learning_rate):
    L = len(parameters) // 2
    for l in range(L):
        parameters["W" + str(l+1)] = parameters["W" + str(l+1)] - grads["dW" + str(l+1)]
        parameters["b" + str(l+1)] = parameters["b" + str(l+1)] - grads["db" + str(l+1)]
    return parameters


# %% wrong: b missing_term
def update_parameters(parameters, grads, learning_rate):
    L = len(parameters) // 2
    for l in range(1, L + 1):
        parameters["W" + str(l)] -= learning_rate * grads["dW" + str(l)]
    return parameters


# %% wrong: W wrong_variable 1
def update_parameters(parameters, grads, learning_rate):
    L = len(parameters) // 2
    for l in range(1, L + 1):
        W = parameters["W" + str(l)]
        b = parameters["b" + str(l)]
        W = W - learning_rate * grads["dW" + str(l)]
        b = b - learning_rate * grads["db" + str(l)]
    return parameters


# %% wrong: W missing_term 2
def update_parameters(parameters, grads, learning_rate):
    L = len(parameters) // 2
    for l in range(L):
        parameters["W" + str(l+1)] =- learning_rate * grads["dW" + str(l+1)]
        parameters["b" + str(l+1)] =- learning_rate * grads["db" + str(l+1)]
    return parameters


# %% wrong: W off_by_one 2
def update_parameters(parameters, grads, learning_rate):
    L = len(parameters) // 2
    for l in range(L - 1):
        parameters["W" + str(l+1)] = parameters["W" + str(l+1)] - learning_rate * grads["dW" + str(l+1)]
        parameters["b" + str(l+1)] = parameters["b" + str(l+1)] - learning_rate * grads["db" + str(l+1)]
    return parameters
