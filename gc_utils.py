"""Notebook 4, gradient checking: the reference for its graded functions, and the helpers between dictionaries and vectors.

Examples are columns: X is (n_x, m), Y is (1, m).
Bad input raises ValueError, which names the argument, what came and what was expected (checks.py).
"""

import math

import numpy as np

import init_utils
from checks import check_labels, check_network, check_number, check_parameters, check_positive, check_shape, checked, wrong
from init_utils import compute_loss, relu, sigmoid

__all__ = [
    "THRESHOLD", "backward_propagation", "backward_propagation_n", "dictionary_to_vector", "forward_propagation",
    "forward_propagation_n", "gradient_check", "gradient_check_n", "gradients_to_vector", "relu", "sigmoid",
    "vector_to_dictionary", "gradient_report",  # noqa: F822 (by __getattr__)
]

THRESHOLD = 2e-7  # at epsilon 1e-7 a right gradient of the course's own network gives 1.19e-07
SHAPES = {"W1": (5, 4), "b1": (5, 1), "W2": (3, 5), "b2": (3, 1), "W3": (1, 3), "b3": (1, 1)}  # the course's network


def __getattr__(name):
    """Return gradient_report, which is loaded when it is first asked for: nothing else of this module needs it."""
    if name != "gradient_report":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from gradient_report import gradient_report

    return gradient_report


# ---------------------------------------------------------------- dictionaries and vectors, given


def _layer_order(names):
    """Sort W1 b1 W2 b2 ... by layer, W before b."""
    return sorted(names, key=lambda name: (int(name.lstrip("dWb")), "b" in name))


def dictionary_to_vector(parameters):
    """Return (theta, keys): all parameters W1 b1 W2 b2 ... as one column (P, 1), and the name each entry came from."""
    names = _layer_order(parameters)
    theta = np.concatenate([np.reshape(parameters[name], (-1, 1)) for name in names])
    keys = [name for name in names for _ in range(np.size(parameters[name]))]
    return theta, keys


def vector_to_dictionary(theta, parameters=None):
    """Return the dictionary W1 b1 W2 b2 ... whose entries are those of the column theta, (P, 1).

    parameters: a dictionary with the names and shapes to use; by default those of the course's network 4-5-3-1.
    Raises ValueError when theta has another number of entries than these shapes.
    """
    shapes = SHAPES if parameters is None else {name: np.shape(parameters[name]) for name in _layer_order(parameters)}
    total = sum(math.prod(shape) for shape in shapes.values())
    if np.size(theta) != total:
        raise wrong("theta", f"{np.size(theta)} entries", f"{total} entries, for {shapes}", f" {total} 个元素，对应 {shapes}")
    entries, first, result = np.reshape(theta, -1), 0, {}
    for name, shape in shapes.items():
        last = first + math.prod(shape)
        result[name] = entries[first:last].reshape(shape)
        first = last
    return result


def gradients_to_vector(gradients):
    """Return dW1 db1 dW2 db2 ... as one column (P, 1), in the order of dictionary_to_vector; other gradients are left out."""
    names = _layer_order(name for name in gradients if name[:2] in ("dW", "db"))
    return np.concatenate([np.reshape(gradients[name], (-1, 1)) for name in names])


# ---------------------------------------------------------------- graded functions, one dimension


def forward_propagation(x, theta):
    """Return J = theta * x; x and theta are numbers."""
    ### START CODE HERE ###
    J = theta * x
    ### END CODE HERE ###
    return J


def backward_propagation(x, theta):
    """Return dtheta, the derivative of J = theta * x with respect to theta; x and theta are numbers."""
    ### START CODE HERE ###
    dtheta = x
    ### END CODE HERE ###
    return dtheta


def _check_one_dimension(x, theta, epsilon=1e-7):
    check_number("x", x)
    check_number("theta", theta)
    check_positive("epsilon", epsilon)


@checked(_check_one_dimension)
def gradient_check(x, theta, epsilon=1e-7):
    """Return the relative difference between backward_propagation and central differences, and print the verdict.

    x, theta: numbers; epsilon: the shift of theta. difference = |grad - gradapprox| / (|grad| + |gradapprox|).
    """
    ### START CODE HERE ###
    theta_plus = theta + epsilon
    theta_minus = theta - epsilon
    J_plus = forward_propagation(x, theta_plus)
    J_minus = forward_propagation(x, theta_minus)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    ### END CODE HERE ###
    print("The gradient is right." if difference < 2e-7 else "The gradient is wrong!")
    return difference


# ---------------------------------------------------------------- graded functions, n dimensions


def forward_propagation_n(X, Y, parameters):
    """Return (cost, cache) of linear-relu-linear-relu-linear-sigmoid with the cross-entropy cost.

    X: (n_x, m); Y: labels 0 or 1, (1, m) or (m,); parameters: W1, b1, ..., W3, b3.
    cache = (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3).
    """
    A3, cache = init_utils.forward_propagation(X, parameters)
    cost = compute_loss(A3, np.reshape(Y, (1, -1)))
    return cost, cache


def backward_propagation_n(X, Y, cache):
    """Return the gradients dZ3 dW3 db3 dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1 as a dictionary.

    X: (n_x, m); Y: labels 0 or 1, (1, m) or (m,); cache: from forward_propagation_n.
    """
    m = X.shape[1]
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    ### START CODE HERE ###
    dZ3 = A3 - Y
    dW3 = 1 / m * dZ3 @ A2.T
    db3 = 1 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = W3.T @ dZ3
    dZ2 = dA2 * (A2 > 0)
    dW2 = 1 / m * dZ2 @ A1.T  # learner: dW2 = 1 / m * dZ2 @ A1.T * 2
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = W2.T @ dZ2
    dZ1 = dA1 * (A1 > 0)
    dW1 = 1 / m * dZ1 @ X.T
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)  # learner: db1 = 4 / m * np.sum(dZ1, axis=1, keepdims=True)
    ### END CODE HERE ###
    return {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2,
            "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}


def _check_gradient_check(parameters, gradients, X, Y, epsilon=1e-7, print_msg=False):
    check_parameters(parameters, layers=3)
    check_network(X, parameters)
    check_labels(np.reshape(Y, (1, -1)), X.shape[1])
    check_positive("epsilon", epsilon)
    for name, value in parameters.items():
        if "d" + name not in gradients:
            raise wrong("gradients", sorted(gradients), f"a dictionary with key d{name}", f"含有键 d{name} 的字典")
        check_shape(f"gradients['d{name}']", gradients["d" + name], np.shape(value))


@checked(_check_gradient_check)
def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7, print_msg=False):
    """Return the relative difference between `gradients` and central differences of forward_propagation_n.

    parameters: W1, b1, ..., W3, b3; gradients: dW1, db1, ..., dW3, db3; X: (n_x, m); Y: labels, (1, m) or (m,);
    epsilon: the shift of one entry; print_msg: whether to print the verdict.
    difference = ||grad - gradapprox|| / (||grad|| + ||gradapprox||).
    """
    theta, keys = dictionary_to_vector(parameters)
    grad = gradients_to_vector(gradients)
    gradapprox = np.zeros(theta.shape)
    for i in range(len(theta)):
        ### START CODE HERE ###
        theta_plus = np.copy(theta)
        theta_plus[i] += epsilon
        J_plus, cache = forward_propagation_n(X, Y, vector_to_dictionary(theta_plus, parameters))
        theta_minus = np.copy(theta)
        theta_minus[i] -= epsilon
        J_minus, cache = forward_propagation_n(X, Y, vector_to_dictionary(theta_minus, parameters))
        gradapprox[i] = (J_plus - J_minus) / (2 * epsilon)
        ### END CODE HERE ###
    ### START CODE HERE ###
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    ### END CODE HERE ###
    if print_msg:
        print("The gradient is right." if difference < 2e-7 else "The gradient is wrong!")
    return difference
