"""The course's published test cases: fixed seeds, so that everybody's numbers are the same.

Each function is named after the graded function that it feeds. The values drawn never change.
"""

import numpy as np

import init_utils
import reg_utils


def _draw(seed, **shapes):
    """Return the arrays `shapes`, drawn with randn in that order after seeding with `seed`, as a dictionary."""
    np.random.seed(seed)
    return {name: np.random.randn(*shape) for name, shape in shapes.items()}


# ---------------------------------------------------------------- notebook 1


def linear_forward_test_case():
    """Return (A, W, b) of shapes (3, 2), (1, 3), (1, 1)."""
    return tuple(_draw(1, A=(3, 2), W=(1, 3), b=(1, 1)).values())


def linear_activation_forward_test_case():
    """Return (A_prev, W, b) of shapes (3, 2), (1, 3), (1, 1)."""
    return tuple(_draw(2, A_prev=(3, 2), W=(1, 3), b=(1, 1)).values())


def L_model_forward_test_case():
    """Return (X, parameters): X (4, 2) and the network 4-3-1."""
    drawn = _draw(1, X=(4, 2), W1=(3, 4), b1=(3, 1), W2=(1, 3), b2=(1, 1))
    return drawn.pop("X"), drawn


def compute_cost_test_case():
    """Return (Y, AL), both (1, 3)."""
    return np.array([[1, 1, 1]]), np.array([[0.8, 0.9, 0.4]])


def linear_backward_test_case():
    """Return (dZ, linear_cache): dZ (1, 2) and (A, W, b) of shapes (3, 2), (1, 3), (1, 1)."""
    dZ, A, W, b = _draw(1, dZ=(1, 2), A=(3, 2), W=(1, 3), b=(1, 1)).values()
    return dZ, (A, W, b)


def linear_activation_backward_test_case():
    """Return (dA, (linear_cache, activation_cache)): dA and Z (1, 2), and (A, W, b) as above."""
    dA, A, W, b, Z = _draw(2, dA=(1, 2), A=(3, 2), W=(1, 3), b=(1, 1), Z=(1, 2)).values()
    return dA, ((A, W, b), Z)


def L_model_backward_test_case():
    """Return (AL, Y, caches) of the network 4-3-1 with two examples."""
    np.random.seed(3)
    AL = np.random.randn(1, 2)
    Y = np.array([[1, 0]])
    A1, W1, b1, Z1 = (np.random.randn(*shape) for shape in ((4, 2), (3, 4), (3, 1), (3, 2)))
    A2, W2, b2, Z2 = (np.random.randn(*shape) for shape in ((3, 2), (1, 3), (1, 1), (1, 2)))
    return AL, Y, (((A1, W1, b1), Z1), ((A2, W2, b2), Z2))


def update_parameters_test_case():
    """Return (parameters, grads) of the network 4-3-1."""
    shapes = {"W1": (3, 4), "b1": (3, 1), "W2": (1, 3), "b2": (1, 1)}
    return _draw(2, **shapes), _draw(3, **{"d" + name: shape for name, shape in shapes.items()})


# ---------------------------------------------------------------- notebook 3


def compute_cost_with_regularization_test_case():
    """Return (A3, Y, parameters): (1, 5), (1, 5) and the network 3-2-3-1."""
    parameters = _draw(1, W1=(2, 3), b1=(2, 1), W2=(3, 2), b2=(3, 1), W3=(1, 3), b3=(1, 1))
    A3 = np.array([[0.40682402, 0.01629284, 0.16722898, 0.10118111, 0.40682402]])
    return A3, np.array([[1, 1, 0, 1, 0]]), parameters


def _the_point():
    """Return (X, Y, parameters): X (3, 5), Y (1, 5) and the network 3-2-3-1."""
    drawn = _draw(1, X=(3, 5), W1=(2, 3), b1=(2, 1), W2=(3, 2), b2=(3, 1), W3=(1, 3), b3=(1, 1))
    return drawn.pop("X"), np.array([[1, 1, 0, 1, 0]]), drawn


def backward_propagation_with_regularization_test_case():
    """Return (X, Y, cache), the cache of a forward pass."""
    X, Y, parameters = _the_point()
    return X, Y, init_utils.forward_propagation(X, parameters)[1]


def forward_propagation_with_dropout_test_case():
    """Return (X, parameters)."""
    X, Y, parameters = _the_point()
    return X, parameters


def backward_propagation_with_dropout_test_case():
    """Return (X, Y, cache), the cache of a forward pass with dropout at keep_prob 0.5."""
    X, Y, parameters = _the_point()
    return X, Y, reg_utils.forward_propagation_with_dropout(X, parameters, keep_prob=0.5)[1]


# ---------------------------------------------------------------- notebook 4


def gradient_check_n_test_case():
    """Return (X, Y, parameters): X (4, 3), Y (3,) and the network 4-5-3-1."""
    drawn = _draw(1, X=(4, 3), W1=(5, 4), b1=(5, 1), W2=(3, 5), b2=(3, 1), W3=(1, 3), b3=(1, 1))
    return drawn.pop("X"), np.array([1, 1, 0]), drawn
