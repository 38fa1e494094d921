"""Other ways to write initialize_parameters, right ones and wrong ones."""

import numpy as np

# %% right
def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    W1 = np.random.randn(n_h, n_x) * 0.01
    b1 = np.zeros(shape=(n_h, 1))
    W2 = np.random.randn(n_y, n_h) * 0.01
    b2 = np.zeros(shape=(n_y, 1))
    assert (W1.shape == (n_h, n_x))
    assert (b1.shape == (n_h, 1))
    assert (W2.shape == (n_y, n_h))
    assert (b2.shape == (n_y, 1))
    params = {"W1": W1,
              "b1": b1,
              "W2": W2,
              "b2": b2}
    return params


# %% right
def initialize_parameters(inputs, hidden, outputs):
    stream = np.random.RandomState(1)
    W1 = stream.standard_normal((hidden, inputs)) / 100
    W2 = stream.standard_normal((outputs, hidden)) / 100
    b1, b2 = np.zeros_like(W1[:, :1]), np.zeros_like(W2[:, :1])
    return {"b2": b2, "b1": b1, "W2": W2, "W1": W1, "sizes": (inputs, hidden, outputs)}


# %% right
def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    print("sizes", n_x, n_h, n_y)
    W1 = np.random.normal(loc=0.0, scale=1e-2, size=(n_h, n_x))
    W2 = np.random.normal(loc=0.0, scale=1e-2, size=(n_y, n_h))
    return dict(W1=W1, W2=W2, b1=np.array([[0.0]] * n_h), b2=np.array([[0.0]] * n_y))


# %% right
def small_numbers(rows, columns):
    table = []
    for i in range(rows):
        table.append([0.01 * np.random.randn() for j in range(columns)])
    return np.array(table)


def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    parameters = {}
    for name, rows, columns in (("1", n_h, n_x), ("2", n_y, n_h)):
        parameters["W" + name] = small_numbers(rows, columns)
        parameters["b" + name] = np.full((rows, 1), 0.0)
    return parameters


# %% right
import warnings


def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    warnings.warn("small weights learn slowly")
    numbers = np.random.randn(n_h * n_x + n_y * n_h)
    W1 = numbers[:n_h * n_x].reshape(n_h, n_x)
    W2 = numbers[n_h * n_x:].reshape(n_y, n_h)
    W1 *= .01
    W2 *= .01
    return {"W1": W1, "b1": W1[:, [0]] * 0, "W2": W2, "b2": W2[:, [0]] * 0}


# %% wrong: W1 missing_factor 2
def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    W1 = np.random.normal(0, 1, (n_h, n_x))
    W2 = np.random.normal(0, 1, (n_y, n_h))
    return {"W1": W1, "b1": np.zeros((n_h, 1)), "W2": W2, "b2": np.zeros((n_y, 1))}


# %% wrong: W1 random 2
def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    W1 = np.random.random((n_h, n_x)) * 0.01
    b1 = np.zeros((n_h, 1))
    W2 = np.random.uniform(0, 1, (n_y, n_h)) * 0.01
    b2 = np.zeros((n_y, 1))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


# %% wrong: W1 transpose 2
def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    sizes = [n_x, n_h, n_y]
    parameters = {}
    for l in (1, 2):
        parameters[f"W{l}"] = 0.01 * np.random.randn(sizes[l - 1], sizes[l])
        parameters[f"b{l}"] = np.zeros((sizes[l], 1))
    return parameters


# %% wrong: b1 shape 2
def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    parameters = {"b1": np.zeros((n_h,)), "b2": np.zeros((n_y,))}
    parameters["W1"] = np.random.randn(n_h, n_x) * 0.01
    parameters["W2"] = np.random.randn(n_y, n_h) * 0.01
    return parameters


# %% wrong: b1 random
def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    W1, b1, W2, b2 = [0.01 * np.random.randn(*s) for s in ((n_h, n_x), (n_h, 1), (n_y, n_h), (n_y, 1))]
    return dict(W1=W1, b1=b1, W2=W2, b2=b2)
