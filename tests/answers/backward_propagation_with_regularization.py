"""Other ways to write backward_propagation_with_regularization, right ones and wrong ones."""

import numpy as np

from reg_utils import backward_propagation, backward_propagation_L2

# %% right
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1./m * np.dot(dZ3, A2.T) + (lambd * W3) / m
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims = True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1./m * np.dot(dZ2, A1.T) + (lambd * W2) / m
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1./m * np.dot(dZ1, X.T) + (lambd * W1) / m
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)
    gradients = {'dZ3': dZ3, 'dW3': dW3, 'db3': db3, 'dA2': dA2, 'dZ2': dZ2, 'dW2': dW2,
                 'db2': db2, 'dA1': dA1, 'dZ1': dZ1, 'dW1': dW1, 'db1': db1}
    assert(gradients['dW1'].shape == W1.shape)
    return gradients


# %% right
def backward_propagation_with_regularization(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    gradients = backward_propagation(X, Y, cache)
    decay = lambd / X.shape[1]
    for name, W in (("dW1", W1), ("dW2", W2), ("dW3", W3)):
        gradients[name] += decay * W
    gradients["decay"] = decay
    return gradients


# %% right
import warnings
def backward_propagation_with_regularization(x, y, saved, strength):
    warnings.warn("one example at a time")
    z1, a1, w1, _, z2, a2, w2, _, z3, a3, w3, _ = saved
    m = x.shape[1]
    out = {"dW1": strength * w1 / m, "dW2": strength * w2 / m, "dW3": strength * w3 / m,
           "db1": np.zeros((w1.shape[0], 1)), "db2": np.zeros((w2.shape[0], 1)), "db3": np.zeros((1, 1))}
    for name, like in (("dZ1", a1), ("dZ2", a2), ("dZ3", a3), ("dA1", a1), ("dA2", a2)):
        out[name] = np.zeros(like.shape)
    for i in range(m):
        d3 = a3[:, i] - y[:, i]
        e2 = w3.T.dot(d3)
        d2 = np.where(z2[:, i] > 0, e2, 0)
        e1 = w2.T.dot(d2)
        d1 = np.where(z1[:, i] > 0, e1, 0)
        for name, column in (("dZ1", d1), ("dZ2", d2), ("dZ3", d3), ("dA1", e1), ("dA2", e2)):
            out[name][:, i] = column
        for l, d, a in (("1", d1, x), ("2", d2, a1), ("3", d3, a2)):
            out["dW" + l] = out["dW" + l] + np.outer(d, a[:, i]) / m
            out["db" + l] = out["db" + l] + d.reshape(-1, 1) / m
    return out


# %% right
import sys
def relu_slope(Z):
    return (Z > 0).astype(float)
def backward_propagation_with_regularization(X, Y, cache, lambd):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = float(X.shape[1])
    dA3 = -(np.divide(Y, A3) - np.divide(1 - Y, 1 - A3))
    dZ3 = dA3 * A3 * (1 - A3)
    dA2 = np.einsum("ij,im->jm", W3, dZ3)
    dZ2 = dA2 * relu_slope(Z2)
    dA1 = np.einsum("ij,im->jm", W2, dZ2)
    dZ1 = dA1 * relu_slope(Z1)
    print("m =", m, file=sys.stderr)
    gradients = {"db" + l: np.mean(dZ, axis=1)[:, None] for l, dZ in (("1", dZ1), ("2", dZ2), ("3", dZ3))}
    for l, dZ, A, W in (("1", dZ1, X, W1), ("2", dZ2, A1, W2), ("3", dZ3, A2, W3)):
        gradients["dW" + l] = (np.einsum("im,jm->ij", dZ, A) + lambd * W) / m
    gradients.update(dZ1=dZ1, dZ2=dZ2, dZ3=dZ3, dA1=dA1, dA2=dA2)
    return gradients


# %% right
def backward_propagation_with_regularization(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    gradients = backward_propagation_L2(X, Y, (A1, Z1, W1, b1, A2, Z2, W2, b2, A3, Z3, W3, b3), lambd)
    print(sorted(gradients))
    return gradients


# %% wrong: dW3 missing_term 2
def backward_propagation_with_regularization(X, Y, cache, lambd):
    return backward_propagation(X, Y, cache)


# %% wrong: dW3 extra_factor 1
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1./m * np.dot(dZ3, A2.T) + (lambd * W3) / (2 * m)
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims = True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1./m * np.dot(dZ2, A1.T) + (lambd * W2) / (2 * m)
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1./m * np.dot(dZ1, X.T) + (lambd * W1) / (2 * m)
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)
    gradients = {'dZ3': dZ3, 'dW3': dW3, 'db3': db3, 'dA2': dA2, 'dZ2': dZ2, 'dW2': dW2,
                 'db2': db2, 'dA1': dA1, 'dZ1': dZ1, 'dW1': dW1, 'db1': db1}
    return gradients


# %% wrong: dW3 missing_mean 1
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1./m * np.dot(dZ3, A2.T) + lambd * W3
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims = True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1./m * np.dot(dZ2, A1.T) + lambd * W2
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1./m * np.dot(dZ1, X.T) + lambd * W1
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)
    gradients = {'dZ3': dZ3, 'dW3': dW3, 'db3': db3, 'dA2': dA2, 'dZ2': dZ2, 'dW2': dW2,
                 'db2': db2, 'dA1': dA1, 'dZ1': dZ1, 'dW1': dW1, 'db1': db1}
    return gradients


# %% wrong: dW3 missing_factor 1
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1./m * (np.dot(dZ3, A2.T) + W3)
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims = True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1./m * (np.dot(dZ2, A1.T) + W2)
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1./m * (np.dot(dZ1, X.T) + W1)
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)
    gradients = {'dZ3': dZ3, 'dW3': dW3, 'db3': db3, 'dA2': dA2, 'dZ2': dZ2, 'dW2': dW2,
                 'db2': db2, 'dA1': dA1, 'dZ1': dZ1, 'dW1': dW1, 'db1': db1}
    return gradients


# %% wrong: dW3 sign
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1./m * (np.dot(dZ3, A2.T) - lambd * W3)
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims = True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1./m * (np.dot(dZ2, A1.T) - lambd * W2)
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1./m * (np.dot(dZ1, X.T) - lambd * W1)
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)
    gradients = {'dZ3': dZ3, 'dW3': dW3, 'db3': db3, 'dA2': dA2, 'dZ2': dZ2, 'dW2': dW2,
                 'db2': db2, 'dA1': dA1, 'dZ1': dZ1, 'dW1': dW1, 'db1': db1}
    return gradients


# %% wrong: dW3 missing_term 3
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1./m * (np.dot(dZ3, A2.T) + lambd)
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims = True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1./m * (np.dot(dZ2, A1.T) + lambd)
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1./m * (np.dot(dZ1, X.T) + lambd)
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)
    gradients = {'dZ3': dZ3, 'dW3': dW3, 'db3': db3, 'dA2': dA2, 'dZ2': dZ2, 'dW2': dW2,
                 'db2': db2, 'dA1': dA1, 'dZ1': dZ1, 'dW1': dW1, 'db1': db1}
    return gradients


# %% wrong: dW3 missing_mean 2
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = np.dot(dZ3, A2.T) + lambd / m * W3
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims = True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = np.dot(dZ2, A1.T) + lambd / m * W2
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = np.dot(dZ1, X.T) + lambd / m * W1
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)
    gradients = {'dZ3': dZ3, 'dW3': dW3, 'db3': db3, 'dA2': dA2, 'dZ2': dZ2, 'dW2': dW2,
                 'db2': db2, 'dA1': dA1, 'dZ1': dZ1, 'dW1': dW1, 'db1': db1}
    return gradients


# %% wrong: dW3 extra_factor 2
def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1./m * (np.dot(dZ3, A2.T) + lambd / m * W3)
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims = True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1./m * (np.dot(dZ2, A1.T) + lambd / m * W2)
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1./m * (np.dot(dZ1, X.T) + lambd / m * W1)
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)
    gradients = {'dZ3': dZ3, 'dW3': dW3, 'db3': db3, 'dA2': dA2, 'dZ2': dZ2, 'dW2': dW2,
                 'db2': db2, 'dA1': dA1, 'dZ1': dZ1, 'dW1': dW1, 'db1': db1}
    return gradients


# %% wrong: db3 extra_term
def backward_propagation_with_regularization(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    grads = backward_propagation(X, Y, cache)
    for name, value in {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "W3": W3, "b3": b3}.items():
        grads["d" + name] = grads["d" + name] + lambd * value / X.shape[1]
    return grads
