"""What the gradient checks of other libraries compute, in NumPy alone.

All take the functions of one vector: cost(theta) -> J and gradient(theta) -> (P,), with theta (P,). Steps, random directions and
default tolerances are those of SciPy 1.17, PyTorch 2.13 and JAX 0.10; bench/gradients.py runs the real ones too and compares.
Notebook 4's exercise and two of SciPy's return a number and leave the verdict to the reader: THRESHOLDS says where it comes from.
"""

import numpy as np

EPS = np.finfo(float).eps
THRESHOLDS = {
    "exercise": 2e-7,  # notebook 4's own
    "check_grad": 1e-6,  # times the norm of the gradient; SciPy's documentation gives none
    "check_derivative": 1e-6,  # SciPy: right if "on the order of 1e-6 or lower"
}


def central_differences(cost, theta, steps):
    """Return the central difference of each entry of theta, (P,); steps: one for each entry, or one for all."""
    differences = np.zeros(len(theta))
    for i, step in enumerate(np.broadcast_to(steps, theta.shape)):
        plus, minus = theta.copy(), theta.copy()
        plus[i] += step
        minus[i] -= step
        differences[i] = (cost(plus) - cost(minus)) / (plus[i] - minus[i])
    return differences


def exercise(cost, gradient, theta, epsilon=1e-7):
    """Return the relative norm of notebook 4's gradient_check_n, one number for all parameters."""
    grad, gradapprox = gradient(theta), central_differences(cost, theta, epsilon)
    return np.linalg.norm(grad - gradapprox) / (np.linalg.norm(grad) + np.linalg.norm(gradapprox))


def check_grad(cost, gradient, theta):
    """Return what scipy.optimize.check_grad does: the norm of the difference to forward differences of step sqrt(eps)."""
    J, differences = cost(theta), np.zeros(len(theta))
    for i in range(len(theta)):
        shifted = theta.copy()
        shifted[i] += np.sqrt(EPS)
        differences[i] = (cost(shifted) - J) / (shifted[i] - theta[i])
    return np.linalg.norm(gradient(theta) - differences)


def check_derivative(cost, gradient, theta):
    """Return the accuracy of scipy.optimize._numdiff.check_derivative, by its approx_derivative of three points.

    The largest difference: of an entry over 1, relative to it; of any other, absolute.
    """
    differences = central_differences(cost, theta, EPS ** (1 / 3) * np.maximum(1, np.abs(theta)))
    return np.max(np.abs(gradient(theta) - differences) / np.maximum(1, np.abs(differences)))


def gradcheck(cost, gradient, theta, names):
    """Return the name of the first parameter that torch.autograd.gradcheck finds wrong, or None."""
    close = np.isclose(gradient(theta), central_differences(cost, theta, 1e-6), rtol=1e-3, atol=1e-5)
    return next((name for name, right in zip(names, close) if not right), None)


def fast_gradcheck(cost, gradient, theta, names):
    """Return the name of the first parameter that gradcheck finds wrong with fast_mode: one random direction a parameter."""
    names = np.array(names)
    numbers = np.random.RandomState(67280421310721 % 2**32)  # the default seed of torch.Generator
    uniform = lambda size: (numbers.randint(2**32, size=size, dtype=np.uint32) & 0xFFFFFF) / 2**24  # torch.rand
    grad, directions = gradient(theta), {}
    for name in dict.fromkeys(names):
        direction = uniform(np.sum(names == name))
        directions[name] = direction / np.linalg.norm(direction)
    for name, direction in directions.items():
        along = np.zeros(len(theta))
        along[names == name] = direction
        measured = (cost(theta + 1e-6 * along) - cost(theta - 1e-6 * along)) / 2e-6
        if not np.isclose(grad @ along, measured, rtol=1e-3, atol=1e-5 * np.sum(direction)):
            return str(name)
    return None


def check_grads(cost, gradient, theta):
    """Return whether jax.test_util.check_grads finds the gradient right, with modes=["rev"], order=1: one random direction."""
    numbers = np.random.RandomState(0)
    along, cotangent = numbers.randn(len(theta)), numbers.randn()
    measured = (cost(theta + 1e-4 * along) - cost(theta - 1e-4 * along)) * (0.5 / 1e-4)
    return bool(np.isclose(cotangent * (gradient(theta) @ along), cotangent * measured, rtol=1e-5, atol=1e-5))
