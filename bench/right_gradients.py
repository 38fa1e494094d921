"""Random networks whose gradient is right: a check that calls one of them wrong gives a false alarm."""

import numpy as np

from dnn_utils import L_model_forward, compute_cost
from gc_utils import dictionary_to_vector, gradients_to_vector, vector_to_dictionary


def random_network(seed):
    """Return (forward, backward, parameters, X, Y, lambd), a right gradient in the form that gradient_report takes.

    1 to 5 layers of 1 to 8 units, 1 to 30 examples; weights from 0.01 to 3 and, in one of ten, so large that the sigmoid
    saturates; in some all biases zero, so that ReLU units sit at their kink, all weights of a layer zero, labels all alike,
    inputs that are not negative, an L2 term.
    """
    rng = np.random.default_rng([seed, 41])
    L, m = int(rng.integers(1, 6)), int(rng.integers(1, 31))
    sizes = [*rng.integers(1, 9, size=L), 1]
    scale = 10 if rng.random() < 0.1 else float(10 ** rng.uniform(-2, np.log10(3)))
    no_biases, parameters = rng.random() < 0.25, {}
    for l in range(1, L + 1):
        parameters[f"W{l}"] = scale * rng.normal(size=(sizes[l], sizes[l - 1]))
        parameters[f"b{l}"] = 0 * rng.normal(size=(sizes[l], 1)) if no_biases else scale * rng.normal(size=(sizes[l], 1))
    if rng.random() < 0.1:
        parameters[f"W{rng.integers(1, L + 1)}"][:] = 0
    X, Y = rng.normal(size=(sizes[0], m)), rng.integers(0, 2, size=(1, m))
    if rng.random() < 0.1:
        X = np.abs(X)
    if rng.random() < 0.2:
        Y[:] = Y[0, 0]
    lambd = float(rng.choice([0, 0, 0, 0.1, 0.7, 5]))

    def backward(AL, Y, caches):
        # from AL - Y as in notebook 4: L_model_backward divides by 1 - AL, which is 0 where the sigmoid saturates
        grads, dZ = {}, AL - Y
        for l in range(L, 0, -1):
            (A_prev, W, _), _ = caches[l - 1]
            grads[f"dW{l}"] = dZ @ A_prev.T / m + lambd / m * W
            grads[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True) / m
            if l > 1:
                dZ = W.T @ dZ * (caches[l - 2][1] > 0)
        return grads

    return L_model_forward, backward, parameters, X, Y, lambd


def as_functions(forward, backward, parameters, X, Y, lambd):
    """Return (cost, gradient, theta, names): the same gradient as functions of one column of all parameters."""
    def cost(theta):
        current = vector_to_dictionary(theta, parameters)
        squares = sum(np.sum(value**2) for name, value in current.items() if name[0] == "W")
        return compute_cost(forward(X, current)[0], Y) + lambd / (2 * Y.shape[1]) * squares

    def gradient(theta):
        AL, caches = forward(X, vector_to_dictionary(theta, parameters))
        return gradients_to_vector(backward(AL, Y, caches))

    theta, names = dictionary_to_vector(parameters)
    return cost, gradient, theta, names
