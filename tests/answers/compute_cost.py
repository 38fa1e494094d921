"""Other ways to write compute_cost, right ones and wrong ones."""

import numpy as np

# %% right
def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = (1./m) * (-np.dot(Y, np.log(AL).T) - np.dot(1-Y, np.log(1-AL).T))
    cost = np.squeeze(cost)
    assert(cost.shape == ())
    return cost


# %% right
def compute_cost(AL, Y):
    m = Y.shape[1]
    logprobs = np.multiply(np.log(AL + 1e-8), Y) + np.multiply(np.log(1 - AL + 1e-8), 1 - Y)
    return - np.sum(logprobs) / m


# %% right
import math


def compute_cost(predictions, truth):
    total = 0.0
    for a, y in zip(predictions[0], truth[0]):
        total -= math.log(a if y else 1 - a)
    return float(total / len(truth[0]))


# %% right
import warnings


def compute_cost(AL, Y):
    warnings.warn("log of small numbers")
    chosen = np.abs(1 - Y - AL)
    return np.array(-np.log(chosen).mean())


# %% right
def compute_cost(AL, Y):
    right = AL ** Y * (1 - AL) ** (1 - Y)
    print("probabilities", right)
    return np.squeeze(np.log(1 / right) @ np.ones((Y.size, 1)) / Y.size)


# %% right
def compute_cost(AL, Y):
    ones = Y.astype(bool)
    AL = np.clip(AL, 1e-10, 1 - 1e-10)
    losses = np.zeros(Y.shape)
    losses[ones] = -np.log(AL[ones])
    losses[~ones] = -np.log1p(-AL[~ones])
    return np.einsum('ij->', losses) / Y.shape[1]


# %% wrong: cost missing_term 1
def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -1 / m * np.sum(np.multiply(np.log(AL), Y))
    cost = np.squeeze(cost)
    return cost


# %% wrong: cost missing_term 1
def compute_cost(AL, Y):
    return -np.sum(np.log(AL[Y == 1])) / Y.shape[1]


# %% wrong: cost wrong_variable 1
def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -1. / m * np.sum(Y * np.log(AL) + (1 - Y) * np.log(AL))
    return np.squeeze(cost)


# %% wrong: cost missing_mean
def compute_cost(AL, Y):
    m = Y.shape[0]
    cost = (-1 / m) * np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
    return cost


# %% wrong: cost missing_mean
def compute_cost(AL, Y):
    cost = -np.sum(np.multiply(Y, np.log(AL)) + np.multiply(1 - Y, np.log(1 - AL)))
    cost = np.squeeze(cost)
    return cost


# %% wrong: cost sign 1
def compute_cost(AL, Y):
    return np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))


# %% wrong: cost sign 2
def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -1 / m * np.sum(Y * np.log(AL)) + 1 / m * np.sum((1 - Y) * np.log(1 - AL))
    return cost


# %% wrong: cost swapped 1
def compute_cost(AL, Y):
    m = Y.shape[1]
    return -1 / m * np.sum((1 - Y) * np.log(AL) + Y * np.log(1 - AL))


# %% wrong: cost formula 1
def compute_cost(AL, Y):
    return np.mean(np.square(Y - AL))


# %% wrong: cost transpose
def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -(1. / m) * np.sum(np.dot(Y.T, np.log(AL)) + np.dot((1 - Y).T, np.log(1 - AL)))
    return np.squeeze(cost)


# %% wrong: cost keepdims
def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -1 / m * (np.dot(Y, np.log(AL).T) + np.dot(1 - Y, np.log(1 - AL).T))
    return cost


# %% wrong: cost axis 1
def compute_cost(AL, Y):
    m = Y.shape[1]
    return -sum((Y * np.log(AL) + (1 - Y) * np.log(1 - AL)).T) / m


# %% wrong: cost axis 2
def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -1 / m * (Y * np.log(AL) + (1 - Y) * np.log(1 - AL))
    return cost[0]
