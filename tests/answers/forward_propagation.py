"""Other ways to write forward_propagation, right ones and wrong ones."""

import numpy as np

# %% right
def forward_propagation(x, theta):
    J = np.dot(theta, x)
    assert(np.shape(J) == ())
    return J


# %% right
def forward_propagation(inp, t):
    print(inp, t)
    return np.array(inp * t)


# %% right
import sys
def forward_propagation(x, theta):
    sys.stderr.write('forward\n')
    J = float(x)
    J *= theta
    return J


# %% right
import warnings
from operator import mul as times
def forward_propagation(x, theta=1.0):
    warnings.warn('one dimension')
    return np.float64(times(theta, x))


# %% right
linear = lambda slope: lambda x: np.multiply(slope, x)
def forward_propagation(x, theta):
    return linear(theta)(x)


# %% wrong: J formula 2
def forward_propagation(x, theta):
    J = np.power(float(theta), x)
    return J


# %% wrong: J sign
def forward_propagation(x, theta):
    J = -(x * theta)
    return J


# %% wrong: J activation 1
def forward_propagation(x, theta):
    J = 1 / (1 + np.exp(-theta * x))
    return J


# %% wrong: J activation 2
def forward_propagation(x, theta):
    J = max(0, theta * x)
    return J


# %% wrong: J extra_factor 1
def forward_propagation(x, theta):
    J = theta * x ** 2
    return J


# %% wrong: J extra_factor 2
def forward_propagation(x, theta):
    J = 0.5 * x * theta
    return J
