"""Other ways to write backward_propagation, right ones and wrong ones."""

import numpy as np

from gc_utils import forward_propagation

# %% right
def backward_propagation(x, theta):
    dtheta = np.squeeze(x)
    assert(dtheta.shape == ())
    return dtheta


# %% right
def backward_propagation(inp, *rest):
    print('slope', inp)
    return np.array(inp)


# %% right
def backward_propagation(x, theta):
    J = lambda t: t * float(x)
    return J(theta + 1.0) - J(theta)


# %% right
import sys
def backward_propagation(x, theta):
    dtheta = 1.0
    dtheta *= x
    print(dtheta, file=sys.stderr)
    return dtheta


# %% right
import warnings
def backward_propagation(x, theta):
    warnings.warn('a constant')
    return np.float64(x) * theta ** 0


# %% wrong: dtheta formula 1
def backward_propagation(x, theta):
    dtheta = forward_propagation(x, theta)
    return dtheta


# %% wrong: dtheta extra_factor 2
def backward_propagation(x, theta):
    dtheta = x ** 2
    return dtheta


# %% wrong: dtheta extra_factor 3
def backward_propagation(x, theta):
    dtheta = 0.5 * x
    return dtheta


# %% wrong: dtheta formula 3
def backward_propagation(x, theta):
    dtheta = np.divide(1.0, x)
    return dtheta
