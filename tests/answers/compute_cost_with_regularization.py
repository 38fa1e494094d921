"""Other ways to write compute_cost_with_regularization, right ones and wrong ones."""

import numpy as np

from reg_utils import compute_cost

# %% right
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]
    cross_entropy_cost = compute_cost(A3, Y) # the part that does not know of the weights
    L2_regularization_cost = (1./m)*(lambd/2)*(np.sum(np.square(W1)) + np.sum(np.square(W2)) + np.sum(np.square(W3)))
    cost = np.squeeze(cross_entropy_cost + L2_regularization_cost)
    assert(cost.shape == ())
    return cost


# %% right
import math
def compute_cost_with_regularization(a, y, params, strength):
    m = a.shape[1]
    J = 0.0
    for i in range(m):
        J -= math.log(a[0, i]) if y[0, i] == 1 else math.log(1 - a[0, i])
    for name in params:
        if name.startswith("W"):
            for row in params[name]:
                for w in row:
                    J += strength / 2 * float(w) ** 2
    print("J", J / m)
    return J / m


# %% right
import sys
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    eps = 1e-8
    m = A3.shape[-1]
    logs = np.multiply(-np.log(A3 + eps), Y) + np.multiply(-np.log(1 - A3 + eps), 1 - Y)
    squares = [np.einsum("ij,ij->", parameters[W], parameters[W]) for W in ("W3", "W1", "W2")]
    sys.stderr.write(str(squares))
    return np.array(1. / m * np.nansum(logs) + lambd * sum(squares) / m / 2)


# %% right
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    half = 0.5 * lambd / Y.size
    norms = [np.linalg.norm(parameters["W" + str(l)], "fro") ** 2 for l in (1, 2, 3)]
    return float(compute_cost(A3, Y)) + half * float(np.sum(norms))


# %% right
import warnings
def squared(W):
    return np.trace(np.dot(W, W.T))
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    warnings.warn("lambd is %s" % lambd)
    m = np.shape(Y)[1]
    total = sum(map(squared, (parameters["W1"], parameters["W2"], parameters["W3"])))
    cross_entropy = -np.mean(Y * np.log(A3) + (1 - Y) * np.log1p(-A3))
    return np.float64(cross_entropy + np.divide(lambd, 2 * m) * total)


# %% wrong: L2_regularization_cost missing_factor 1
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters['W1']
    W2 = parameters['W2']
    W3 = parameters['W3']
    cross_entropy_cost = compute_cost(A3, Y)
    L2_regularization_cost = (np.sum(np.square(W1)) + np.sum(np.square(W2)) + np.sum(np.square(W3))) * lambd / m
    cost = cross_entropy_cost + L2_regularization_cost
    return cost


# %% wrong: L2_regularization_cost missing_mean
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters['W1']
    W2 = parameters['W2']
    W3 = parameters['W3']
    cross_entropy_cost = compute_cost(A3, Y)
    L2_regularization_cost = 0.5 * lambd * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))
    cost = cross_entropy_cost + L2_regularization_cost
    return cost


# %% wrong: L2_regularization_cost formula 1
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters['W1']
    W2 = parameters['W2']
    W3 = parameters['W3']
    cross_entropy_cost = compute_cost(A3, Y)
    L2_regularization_cost = 1 / 2 * m * lambd * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))
    cost = cross_entropy_cost + L2_regularization_cost
    return cost


# %% wrong: L2_regularization_cost formula 2
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    L2 = lambd / (2 * m) * np.sum(np.square(parameters["W1"]))
    L2 += np.sum(np.square(parameters["W2"]))
    L2 += np.sum(np.square(parameters["W3"]))
    return compute_cost(A3, Y) + L2


# %% wrong: L2_regularization_cost formula 3
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters['W1']
    W2 = parameters['W2']
    W3 = parameters['W3']
    cross_entropy_cost = compute_cost(A3, Y)
    L2_regularization_cost = lambd / (2 * m) * sum(W.sum() for W in (W1, W2, W3))
    cost = cross_entropy_cost + L2_regularization_cost
    return cost


# %% wrong: L2_regularization_cost formula 4
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters['W1']
    W2 = parameters['W2']
    W3 = parameters['W3']
    cross_entropy_cost = compute_cost(A3, Y)
    L2_regularization_cost = lambd / (2. * m) * (np.square(np.sum(W1)) + np.square(np.sum(W2)) + np.square(np.sum(W3)))
    cost = cross_entropy_cost + L2_regularization_cost
    return cost


# %% wrong: L2_regularization_cost formula 6
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters['W1']
    W2 = parameters['W2']
    W3 = parameters['W3']
    cross_entropy_cost = compute_cost(A3, Y)
    L2_regularization_cost = lambd / (2 * m) * (np.sqrt(np.sum(W1**2)) + np.sqrt(np.sum(W2**2)) + np.sqrt(np.sum(W3**2)))
    cost = cross_entropy_cost + L2_regularization_cost
    return cost


# %% wrong: L2_regularization_cost elementwise
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters['W1']
    W2 = parameters['W2']
    W3 = parameters['W3']
    cross_entropy_cost = compute_cost(A3, Y)
    L2_regularization_cost = lambd / (2 * m) * sum(np.sum(np.dot(W, W.T)) for W in (W1, W2, W3))
    cost = cross_entropy_cost + L2_regularization_cost
    return cost


# %% wrong: L2_regularization_cost extra_term
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    squares = 0
    for value in parameters.values():
        squares += np.sum(np.square(value))
    return compute_cost(A3, Y) + lambd / (2 * m) * squares


# %% wrong: cost sign
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters['W1']
    W2 = parameters['W2']
    W3 = parameters['W3']
    cross_entropy_cost = compute_cost(A3, Y)
    L2_regularization_cost = -lambd / (2 * m) * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))
    cost = cross_entropy_cost + L2_regularization_cost
    return cost


# %% wrong: cost missing_term 2
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    return compute_cost(A3, Y)
