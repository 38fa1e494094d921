import numpy as xp
from numpy import linalg as la
from init_utils import backward_propagation as whole

def forward_propagation(x, theta):
    return xp.multiply(x, theta)

def backward_propagation(x, theta):
    return xp.asarray(x) * xp.ones_like(theta)

def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = xp.diff([forward_propagation(x, theta + e) for e in (-epsilon, epsilon)])[0] / (2 * epsilon)
    grad = backward_propagation(x, theta)
    return la.norm([grad - gradapprox]) / (la.norm([grad]) + la.norm([gradapprox]))

def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7, print_msg=False):
    theta, _ = dictionary_to_vector(parameters)
    steps = xp.eye(theta.size)[:, :, None] * epsilon
    cost = lambda t: forward_propagation_n(X, Y, vector_to_dictionary(t, parameters))[0]
    gradapprox = xp.array([[(cost(theta + e) - cost(theta - e)) / (2 * epsilon)] for e in steps])
    grad = gradients_to_vector(gradients)
    return xp.array(la.norm(grad - gradapprox) / (la.norm(grad) + la.norm(gradapprox)))

def backward_propagation_n(X, Y, cache):
    return {key: value for key, value in sorted(whole(X, xp.reshape(Y, (1, -1)), cache).items())}
