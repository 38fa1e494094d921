"""Other ways to write linear_activation_forward, right ones and wrong ones."""

import numpy as np

from dnn_utils import linear_forward, relu, sigmoid

# %% right
def linear_activation_forward(A_prev, W, b, activation):
    if activation == "sigmoid":
        Z, linear_cache = linear_forward(A_prev, W, b)
        A, activation_cache = sigmoid(Z)
    elif activation == "relu":
        Z, linear_cache = linear_forward(A_prev, W, b)
        A, activation_cache = relu(Z)
    assert (A.shape == (W.shape[0], A_prev.shape[1]))
    cache = (linear_cache, activation_cache)
    return A, cache


# %% right
def logistic(z):
    return 1. / (1. + np.exp(-z))


def rectify(z):
    return z * (z > 0)


def linear_activation_forward(A_prev, W, b, activation):
    Z = np.matmul(W, A_prev) + b
    A = {"sigmoid": logistic, "relu": rectify}[activation](Z)
    return A, ((A_prev, W, b), Z)


# %% right
import math
import warnings


def linear_activation_forward(previous, weights, bias, kind):
    warnings.warn("slow: one entry after the other")
    Z = np.zeros((weights.shape[0], previous.shape[1]))
    A = Z.copy()
    for j in range(Z.shape[0]):
        for i in range(Z.shape[1]):
            z = float(sum(weights[j] * previous[:, i]) + bias[j, 0])
            Z[j, i] = z
            if kind == "relu":
                A[j, i] = z if z > 0 else 0
            else:
                A[j, i] = 1 / (1 + math.exp(-z))
    return A, ((previous, weights, bias), Z)


# %% right
def linear_activation_forward(A_prev, W, b, activation):
    Z, cache = linear_forward(A_prev, W, b)
    if activation == 'sigmoid':
        A = (1 + np.tanh(Z / 2)) / 2
    else:
        A = (Z + np.abs(Z)) / 2
    return A, (cache, Z)


# %% right
import sys


def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    sys.stderr.write(activation + "\n")
    A = Z.copy()
    if "relu" in activation:
        A[Z < 0] = 0
    else:
        A = np.exp(Z) / (np.exp(Z) + 1)
    return A, (linear_cache, Z)


# %% wrong: A swapped 1
def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    g = {"relu": sigmoid, "sigmoid": relu}[activation]
    A, activation_cache = g(Z)
    return A, (linear_cache, activation_cache)


# %% wrong: A activation 1
def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    A, activation_cache = sigmoid(Z)
    return A, (linear_cache, activation_cache)


# %% wrong: A sign
def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    if activation == "sigmoid":
        A, activation_cache = 1 - sigmoid(Z)[0], Z
    else:
        A, activation_cache = relu(Z)
    return A, (linear_cache, activation_cache)


# %% wrong: A formula
def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    if activation == "sigmoid":
        A, activation_cache = sigmoid(Z)
    else:
        A, activation_cache = np.where(Z > 0, 1, 0), Z
    return A, (linear_cache, activation_cache)


# %% wrong: activation_cache wrong_variable
def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    if activation == "sigmoid":
        A = sigmoid(Z)[0]
    elif activation == "relu":
        A = relu(Z)[0]
    return A, (linear_cache, A)


# %% wrong: Z missing_term
def linear_activation_forward(A_prev, W, b, activation):
    linear_cache = (A_prev, W, b)
    Z = np.dot(W, A_prev)
    A, activation_cache = sigmoid(Z) if activation == "sigmoid" else relu(Z)
    return A, (linear_cache, activation_cache)
