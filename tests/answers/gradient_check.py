"""Other ways to write gradient_check, right ones and wrong ones."""

import numpy as np

from gc_utils import backward_propagation, forward_propagation

# %% right
def gradient_check(x, theta, epsilon = 1e-7):
    thetaplus = theta + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(x, thetaplus)
    J_minus = forward_propagation(x, thetaminus)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    assert(np.shape(difference) == ())
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference


# %% right
def gradient_check(x, theta, epsilon=1e-7, print_msg=False):
    thetas = [theta + epsilon, theta - epsilon]
    thetaplus = theta + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(x, thetas[0])
    J_minus = forward_propagation(x, thetas[-1])
    gradapprox = np.divide(np.subtract(J_plus, J_minus), 2. * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference


# %% right
def gradient_check(x, t, eps=1e-7):
    slope = (t + eps) * x - (t - eps) * x
    slope /= 2 * eps
    verdict = abs(x - slope) / (abs(x) + abs(slope))
    print("fine" if verdict < 2e-7 else "not fine")
    return verdict


# %% right
import sys
import warnings
def measured(J, at, step):
    return 0.5 / step * J(at + step) - 0.5 / step * J(at - step)
def gradient_check(x, theta, epsilon=1e-7):
    warnings.warn("checking")
    gradapprox = np.array(measured(lambda t: forward_propagation(x, t), theta, epsilon))
    grad = np.array([backward_propagation(x, theta)], dtype=float)
    sys.stderr.write("%g %g\n" % (grad[0], gradapprox))
    numerator = np.sqrt(np.sum(np.square(grad - gradapprox)))
    denominator = np.sqrt(np.sum(np.square(grad))) + np.sqrt(np.sum(np.square(gradapprox)))
    return np.array(numerator / denominator)


# %% right
def gradient_check(x, theta, epsilon=1e-7):
    J = {}
    for side in (+1, -1):
        J[side] = forward_propagation(x, theta + side * epsilon)
    gradapprox = sum(side * cost for side, cost in J.items()) / 2 / epsilon
    grad = backward_propagation(x, theta)
    difference = np.linalg.norm([grad - gradapprox]) / (np.linalg.norm([grad]) + np.linalg.norm([gradapprox]))
    if difference < 1e-7:
        print("The gradient is right.")
    return float(difference)


# %% right
def gradient_check(x, theta, epsilon=1e-7):
    gradapprox = (forward_propagation(x, theta + epsilon) - forward_propagation(x, theta - epsilon)) / (2 * epsilon)
    grad = x
    return np.abs(grad - gradapprox) / (np.abs(grad) + np.abs(gradapprox))


# %% wrong: theta_plus wrong_variable 1
def gradient_check(x, theta, epsilon = 1e-7):
    thetaplus = x + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(x, thetaplus)
    J_minus = forward_propagation(x, thetaminus)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference


# %% wrong: J_minus wrong_variable
def gradient_check(x, theta, epsilon = 1e-7):
    thetaplus = theta + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(x, thetaplus)
    J_minus = forward_propagation(x, thetaplus)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference


# %% wrong: J_minus missing_term
def gradient_check(x, theta, epsilon = 1e-7):
    thetaplus = theta + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(x, thetaplus)
    J_minus = forward_propagation(x, theta)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference


# %% wrong: J_plus swapped
def gradient_check(x, theta, epsilon = 1e-7):
    thetaplus = theta + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(thetaplus, x)
    J_minus = forward_propagation(thetaminus, x)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference


# %% wrong: gradapprox missing_factor 1
def gradient_check(x, theta, epsilon = 1e-7):
    thetaplus = theta + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(x, thetaplus)
    J_minus = forward_propagation(x, thetaminus)
    gradapprox = (J_plus - J_minus) / epsilon
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference


# %% wrong: gradapprox formula 1
def gradient_check(x, theta, epsilon = 1e-7):
    thetaplus = theta + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(x, thetaplus)
    J_minus = forward_propagation(x, thetaminus)
    gradapprox = epsilon * (J_plus - J_minus) / 2
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference


# %% wrong: gradapprox constant
def gradient_check(x, theta, epsilon = 1e-7):
    thetaplus = theta + 1e-7
    thetaminus = theta - 1e-7
    J_plus = forward_propagation(x, thetaplus)
    J_minus = forward_propagation(x, thetaminus)
    gradapprox = (J_plus - J_minus) / 2e-7
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference


# %% wrong: gradapprox sign 2
def gradient_check(x, theta, epsilon = 1e-7):
    thetaplus = theta + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(x, thetaplus)
    J_minus = forward_propagation(x, thetaminus)
    gradapprox = (J_minus - J_plus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = numerator / denominator
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference


# %% wrong: denominator missing_term 1
def gradient_check(x, theta, epsilon = 1e-7):
    thetaplus = theta + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(x, thetaplus)
    J_minus = forward_propagation(x, thetaminus)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = abs(grad)
    difference = numerator / denominator
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference


# %% wrong: difference missing_term
def gradient_check(x, theta, epsilon = 1e-7):
    thetaplus = theta + epsilon
    thetaminus = theta - epsilon
    J_plus = forward_propagation(x, thetaplus)
    J_minus = forward_propagation(x, thetaminus)
    gradapprox = (J_plus - J_minus) / (2 * epsilon)
    grad = backward_propagation(x, theta)
    numerator = np.linalg.norm(grad - gradapprox)
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)
    difference = abs(grad - gradapprox)
    if difference < 1e-7:
        print('The gradient is correct!')
    else:
        print('The gradient is wrong!')
    return difference
