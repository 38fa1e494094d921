"""Other ways to write linear_backward, right ones and wrong ones."""

import numpy as np

# %% right
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = 1./m * np.dot(dZ, A_prev.T)
    db = 1./m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    assert (dA_prev.shape == A_prev.shape)
    assert (dW.shape == W.shape)
    assert (db.shape == b.shape)
    return dA_prev, dW, db


# %% right
def linear_backward(dZ, cache):
    A, W, b = cache
    m = float(A.shape[1])
    dW = np.einsum('im,jm->ij', dZ, A) / m
    db = np.mean(dZ, 1)[:, None]
    return W.T.dot(dZ), dW, db


# %% right
import warnings


def linear_backward(error, saved):
    inputs, weights, bias = saved
    warnings.warn("one example after the other")
    m = inputs.shape[1]
    dW = np.zeros(weights.shape)
    db = np.zeros(bias.shape)
    passed_back = np.zeros(inputs.shape)
    for i in range(m):
        dz = error[:, [i]]
        dW += dz * inputs[:, i] / m
        db += dz / m
        passed_back[:, i] = (weights.T @ dz)[:, 0]
    return passed_back, dW, db


# %% right
import sys


def linear_backward(dZ, cache):
    print(dZ, file=sys.stderr)
    m = dZ.shape[1]
    with_ones = np.vstack([cache[0], np.ones((1, m))])
    both = np.matmul(dZ, with_ones.T) * (1 / m)
    return (dZ.T @ cache[1]).T, both[:, :-1], both[:, -1:]


# %% right
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    dZ_mean = np.divide(dZ, A_prev.shape[1])
    gradients = {"dW": dZ_mean.dot(A_prev.transpose()), "db": dZ_mean.sum(axis=1).reshape(b.shape)}
    print("db", gradients["db"])
    return np.tensordot(W, dZ, axes=(0, 0)), gradients["dW"], gradients["db"]


# %% wrong: db missing_mean
def linear_backward(dZ, cache):
    A, W, b = cache
    m = A.shape[1]
    dW = np.dot(dZ, A.T) / m
    db = dZ.sum(axis=1).reshape(-1, 1)
    return np.dot(W.T, dZ), dW, db


# %% wrong: dW missing_mean 1
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = np.dot(dZ, A_prev.T)
    db = 1. / m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


# %% wrong: dW missing_mean 2
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    dA_prev, dW, db = W.T.dot(dZ), dZ.dot(A_prev.T), np.sum(dZ, axis=1, keepdims=True)
    return dA_prev, dW, db


# %% wrong: m axis 1
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = W.shape[1]
    return np.dot(W.T, dZ), np.dot(dZ, A_prev.T) / m, np.sum(dZ, axis=1, keepdims=True) / m


# %% wrong: db keepdims
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = 1 / m * np.dot(dZ, A_prev.T)
    db = np.mean(dZ, axis=1)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


# %% wrong: db axis 1
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = 1 / m * np.dot(dZ, A_prev.T)
    db = 1 / m * np.dot(np.ones((1, dZ.shape[0])), dZ)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


# %% wrong: db axis 3
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    db = dZ.sum() / m
    return W.T @ dZ, dZ @ A_prev.T / m, db


# %% wrong: db transpose
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    db = np.sum(dZ.T, axis=0, keepdims=True) / m
    return W.T @ dZ, dZ @ A_prev.T / m, db


# %% wrong: dW transpose 1
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = 1 / m * np.dot(dZ, A_prev.T).T
    db = 1 / m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


# %% wrong: dW transpose 2
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = 1. / m * np.dot(dZ, A_prev)
    db = 1. / m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


# %% wrong: dA_prev extra_factor
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = 1. / m * np.dot(dZ, A_prev.T)
    db = 1. / m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = 1. / m * np.dot(W.T, dZ)
    return dA_prev, dW, db


# %% wrong: dA_prev transpose 1
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = 1. / m * np.dot(dZ, A_prev.T)
    db = 1. / m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W, dZ)
    return dA_prev, dW, db
