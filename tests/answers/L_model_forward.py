"""Other ways to write L_model_forward, right ones and wrong ones."""

import numpy as np

from dnn_utils import linear_activation_forward, linear_forward, relu, sigmoid

# %% right
def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A_prev = A
        A, cache = linear_activation_forward(A_prev, parameters['W' + str(l)], parameters['b' + str(l)], activation="relu")
        caches.append(cache)
    AL, cache = linear_activation_forward(A, parameters['W' + str(L)], parameters['b' + str(L)], activation="sigmoid")
    caches.append(cache)
    assert(AL.shape == (1, X.shape[1]))
    return AL, caches


# %% right
def L_model_forward(inputs, params):
    L = len([key for key in params if key.startswith("W")])
    A, caches = inputs, []
    for l in range(L):
        kind = "sigmoid" if l == L - 1 else "relu"
        A, cache = linear_activation_forward(A, params["W%d" % (l + 1)], params["b%d" % (l + 1)], kind)
        caches = caches + [cache]
        print("layer", l + 1, A.shape)
    return A, caches


# %% right
def through(A, layers):
    W, b = layers[0]
    Z = np.einsum("jk,ki->ji", W, A) + b
    cache = ((A, W, b), Z)
    if len(layers) == 1:
        return 1 / (1 + np.exp(-Z)), [cache]
    AL, rest = through(np.where(Z > 0, Z, 0), layers[1:])
    return AL, [cache] + rest


def L_model_forward(X, parameters):
    layers = []
    while f"W{len(layers) + 1}" in parameters:
        l = len(layers) + 1
        layers.append((parameters[f"W{l}"], parameters[f"b{l}"]))
    return through(X, layers)


# %% right
import sys
from functools import reduce


def L_model_forward(X, parameters):
    L = len(parameters) // 2

    def step(state, l):
        A, caches = state
        Z, linear_cache = linear_forward(A, parameters["W" + str(l)], parameters["b" + str(l)])
        A, activation_cache = relu(Z) if l < L else sigmoid(Z)
        print(l, file=sys.stderr)
        return A, caches + [(linear_cache, activation_cache)]

    return reduce(step, range(1, L + 1), (X, []))


# %% right
def L_model_forward(X, parameters):
    L = int(len(parameters) / 2)
    columns = [X[:, i:i + 1] for i in range(X.shape[1])]
    caches = []
    for l in range(1, L + 1):
        W, b = parameters["W" + str(l)], parameters["b" + str(l)]
        A_prev = np.hstack(columns)
        results = [linear_activation_forward(a, W, b, "relu" if l != L else "sigmoid") for a in columns]
        columns = [a for a, _ in results]
        Z = np.concatenate([cache[1] for _, cache in results], axis=1)
        caches.append(((A_prev, W, b), Z))
    return np.hstack(columns), caches


# %% wrong: A wrong_variable
def L_model_forward(X, parameters):
    caches = []
    A_prev = X
    L = len(parameters) // 2
    for l in range(1, L):
        A, cache = linear_activation_forward(A_prev, parameters['W' + str(l)], parameters['b' + str(l)], activation="relu")
        caches.append(cache)
    AL, cache = linear_activation_forward(A, parameters['W' + str(L)], parameters['b' + str(L)], activation="sigmoid")
    caches.append(cache)
    return AL, caches


# %% wrong: AL activation
def L_model_forward(X, parameters):
    caches = []
    AL = X
    L = len(parameters) // 2
    for l in range(1, L + 1):
        AL, cache = linear_activation_forward(AL, parameters["W" + str(l)], parameters["b" + str(l)], "relu")
        caches.append(cache)
    return AL, caches


# %% wrong: A activation 1
def L_model_forward(X, parameters):
    caches = []
    AL = X
    L = len(parameters) // 2
    for l in range(1, L + 1):
        AL, cache = linear_activation_forward(AL, parameters["W" + str(l)], parameters["b" + str(l)], "sigmoid")
        caches.append(cache)
    return AL, caches


# %% wrong: A index
def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    W, b = parameters["W1"], parameters["b1"]
    for l in range(1, L):
        A, cache = linear_activation_forward(A, W, b, "relu")
        caches += [cache]
    AL, cache = linear_activation_forward(A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")
    return AL, caches + [cache]


# %% wrong: AL off_by_one
def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A_prev = A
        A, cache = linear_activation_forward(A_prev, parameters["W" + str(l)], parameters["b" + str(l)], "relu")
        caches.append(cache)
    AL, cache = linear_activation_forward(A, parameters["W" + str(l)], parameters["b" + str(l)], "sigmoid")
    caches.append(cache)
    return AL, caches


# %% wrong: caches missing_term 1
def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A, cache = linear_activation_forward(A, parameters["W" + str(l)], parameters["b" + str(l)], "relu")
        caches.append(cache)
    AL, _ = linear_activation_forward(A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")
    return AL, caches


# %% wrong: caches missing_term 2
def L_model_forward(X, parameters):
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A, cache = linear_activation_forward(A, parameters["W" + str(l)], parameters["b" + str(l)], "relu")
    AL, cache = linear_activation_forward(A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")
    caches = [cache]
    return AL, caches
