"""Other ways to write linear_activation_backward, right ones and wrong ones."""

import numpy as np

from dnn_utils import linear_backward, relu, relu_backward, sigmoid, sigmoid_backward

# %% right
def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    if activation == "relu":
        dZ = relu_backward(dA, activation_cache)
    elif activation == "sigmoid":
        dZ = sigmoid_backward(dA, activation_cache)
    assert (dZ.shape == activation_cache.shape)
    dA_prev, dW, db = linear_backward(dZ, linear_cache)
    return dA_prev, dW, db


# %% right
def slope(Z, kind):
    if kind == "relu":
        return (Z > 0).astype(int)
    s = 1. / (1. + np.exp(-Z))
    return s * (1. - s)


def linear_activation_backward(dA, cache, activation):
    (A_prev, W, b), Z = cache
    dZ = np.multiply(dA, slope(Z, activation))
    m = A_prev.shape[1]
    return np.matmul(W.T, dZ), 1./m * np.matmul(dZ, A_prev.T), 1./m * np.sum(dZ, axis=1, keepdims=True)


# %% right
import warnings


def linear_activation_backward(gradient, saved, kind):
    warnings.warn(kind)
    linear_cache, Z = saved
    A_prev, W, b = linear_cache
    m = A_prev.shape[1]
    dA_prev, dW, db = np.zeros(A_prev.shape), np.zeros(W.shape), np.zeros(b.shape)
    for i in range(m):
        for j in range(Z.shape[0]):
            z = float(Z[j, i])
            if kind == "relu":
                dz = gradient[j, i] if z > 0 else 0.0
            else:
                dz = gradient[j, i] / (2 + np.exp(z) + np.exp(-z))
            dW[j] += dz * A_prev[:, i] / m
            db[j, 0] += dz / m
            dA_prev[:, i] += W[j] * dz
    return dA_prev, dW, db


# %% right
import sys


def linear_activation_backward(dA, cache, activation):
    linear_cache, Z = cache
    if activation == "relu":
        dA[Z <= 0] = 0
    else:
        s, _ = sigmoid(Z)
        dA *= s
        dA *= 1 - s
    sys.stderr.write("backward\n")
    return linear_backward(dA, linear_cache)


# %% right
def linear_activation_backward(dA, cache, activation):
    A_prev, W, b = cache[0]
    Z = np.einsum("jk,ki->ji", W, A_prev) + b
    if activation == 'sigmoid':
        dZ = dA * (1 - np.tanh(Z / 2) ** 2) / 4
    else:
        dZ = dA * np.heaviside(Z, 0)
    print(dZ)
    return tuple(linear_backward(dZ, cache[0]))


# %% wrong: dZ swapped
def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    backward = relu_backward if activation == "sigmoid" else sigmoid_backward
    return linear_backward(backward(dA, activation_cache), linear_cache)


# %% wrong: dZ activation 1
def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    dZ = sigmoid_backward(dA, activation_cache)
    dA_prev, dW, db = linear_backward(dZ, linear_cache)
    return dA_prev, dW, db


# %% wrong: dZ activation 2
def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    dZ = relu_backward(dA, activation_cache)
    dA_prev, dW, db = linear_backward(dZ, linear_cache)
    return dA_prev, dW, db


# %% wrong: dZ missing_factor 3
def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    return linear_backward(dA, linear_cache)


# %% wrong: dZ missing_factor 4
def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    if activation == "relu":
        dZ = relu_backward(dA, activation_cache)
    elif activation == "sigmoid":
        s, _ = sigmoid(activation_cache)
        dZ = s * (1 - s)
    return linear_backward(dZ, linear_cache)


# %% wrong: dZ wrong_variable
def linear_activation_backward(dA, cache, activation):
    linear_cache, A = cache
    if activation == "relu":
        dZ = np.where(A > 0, dA, 0)
    else:
        dZ = dA * (A - A ** 2)
    return linear_backward(dZ, linear_cache)


# %% wrong: dZ formula
def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    if activation == "relu":
        dZ, _ = relu(dA)
    elif activation == "sigmoid":
        dZ, _ = sigmoid(dA)
    dA_prev, dW, db = linear_backward(dZ, linear_cache)
    return dA_prev, dW, db


# %% wrong: dZ mask 1
def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    if activation == "relu":
        dZ = np.array(dA, copy=True)
        dZ[dA <= 0] = 0
    elif activation == "sigmoid":
        dZ = sigmoid_backward(dA, activation_cache)
    return linear_backward(dZ, linear_cache)


# %% wrong: dZ comparison
def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache
    if activation == "relu":
        dZ = dA * (activation_cache < 0)
    else:
        dZ = sigmoid_backward(dA, activation_cache)
    return linear_backward(dZ, linear_cache)
