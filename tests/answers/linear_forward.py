"""Other ways to write linear_forward, right ones and wrong ones."""

import numpy as np

from dnn_utils import relu

# %% right
def linear_forward(A, W, b):
    Z = np.dot(W, A) + b
    assert(Z.shape == (W.shape[0], A.shape[1]))
    cache = (A, W, b)
    return Z, cache


# %% right
def linear_forward(activations, weights, bias):
    rows, columns = weights.shape[0], activations.shape[1]
    Z = np.zeros((rows, columns))
    for j in range(rows):
        for i in range(columns):
            total = 0.0
            for k in range(weights.shape[1]):
                total += weights[j, k] * activations[k, i]
            Z[j, i] = total + bias[j, 0]
    return Z, (activations, weights, bias)


# %% right
def linear_forward(A, W, b):
    print(W.shape, A.shape, b.shape)
    Z = np.einsum('jk,ki->ji', W, A)
    Z += b
    return Z, (A, W, b)


# %% right
def linear_forward(A, W, b):
    ones = np.ones((1, A.shape[1]))
    Z = np.matmul(np.hstack((W, b)), np.vstack((A, ones)))
    return Z, (A, W, b)


# %% right
def linear_forward(A, W, b):
    Z = np.array([W.dot(a) + b.ravel() for a in A.T]).T
    return Z, (A, W, b)


# %% right
import numpy


def linear_forward(A, W, b):
    Z = (numpy.tensordot(A, W, axes=(0, 1)) + b.T).transpose()
    return Z, (A, W, b)


# %% wrong: Z missing_term
def linear_forward(A, W, b):
    Z = np.dot(W, A)
    cache = (A, W, b)
    return Z, cache


# %% wrong: Z elementwise
def linear_forward(A, W, b):
    Z = np.multiply(W, A) + b
    return Z, (A, W, b)


# %% wrong: Z swapped
def linear_forward(A, W, b):
    Z = np.dot(A, W) + b
    cache = (A, W, b)
    return Z, cache


# %% wrong: Z transpose 1
def linear_forward(A, W, b):
    Z = np.dot(W.T, A) + b
    cache = (A, W, b)
    return Z, cache


# %% wrong: Z formula 1
def linear_forward(A, W, b):
    Z = np.dot(W, A + b)
    cache = (A, W, b)
    return Z, cache


# %% wrong: Z axis
def linear_forward(A, W, b):
    Z = np.dot(W, A)
    for entry in b:
        Z = Z + entry
    return Z, (A, W, b)


# %% wrong: Z activation 1
def linear_forward(A, W, b):
    Z, _ = relu(np.dot(W, A) + b)
    return Z, (A, W, b)
