"""Training as textbooks write it, the yardstick of bench/training.py and the second opinion of tests/test_training.py.

Nothing is wrong here and nothing is hurried: a function for each formula, np.dot, masks of integers, every gradient of every
quantity, the parameters copied before each step, the cost computed at every step. It is written from the formulas and shares no
line with the course's modules, so that what agrees with it is right.
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(0, x)


# ---------------------------------------------------------------- three layers, as in notebooks 2 and 3


def forward_propagation(X, parameters):
    """Return (a3, cache) of linear-relu-linear-relu-linear-sigmoid."""
    W1, b1, W2 = parameters["W1"], parameters["b1"], parameters["W2"]
    b2, W3, b3 = parameters["b2"], parameters["W3"], parameters["b3"]
    z1 = np.dot(W1, X) + b1
    a1 = relu(z1)
    z2 = np.dot(W2, a1) + b2
    a2 = relu(z2)
    z3 = np.dot(W3, a2) + b3
    a3 = sigmoid(z3)
    return a3, (z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3)


def compute_loss(a3, Y):
    """Return the cross-entropy cost."""
    m = Y.shape[1]
    logprobs = np.multiply(-np.log(a3), Y) + np.multiply(-np.log(1 - a3), 1 - Y)
    return 1.0 / m * np.nansum(logprobs)


def compute_cost_with_regularization(a3, Y, parameters, lambd):
    """Return the cross-entropy cost plus the L2 penalty."""
    m = Y.shape[1]
    squares = [np.sum(np.square(parameters["W" + str(l)])) for l in (1, 2, 3)]
    return compute_loss(a3, Y) + 1.0 / m * lambd / 2 * sum(squares)


def backward_propagation(X, Y, cache):
    """Return the gradients of the cross-entropy cost."""
    return backward_propagation_with_regularization(X, Y, cache, 0)


def backward_propagation_with_regularization(X, Y, cache, lambd):
    """Return the gradients of the cost with the L2 penalty."""
    m = X.shape[1]
    z1, a1, W1, b1, z2, a2, W2, b2, z3, a3, W3, b3 = cache
    dz3 = 1.0 / m * (a3 - Y)
    dW3 = np.dot(dz3, a2.T)
    db3 = np.sum(dz3, axis=1, keepdims=True)
    da2 = np.dot(W3.T, dz3)
    dz2 = np.multiply(da2, np.int64(a2 > 0))
    dW2 = np.dot(dz2, a1.T)
    db2 = np.sum(dz2, axis=1, keepdims=True)
    da1 = np.dot(W2.T, dz2)
    dz1 = np.multiply(da1, np.int64(a1 > 0))
    dW1 = np.dot(dz1, X.T)
    db1 = np.sum(dz1, axis=1, keepdims=True)
    if lambd != 0:
        dW3 = dW3 + lambd / m * W3
        dW2 = dW2 + lambd / m * W2
        dW1 = dW1 + lambd / m * W1
    return {"dz3": dz3, "dW3": dW3, "db3": db3, "da2": da2, "dz2": dz2, "dW2": dW2, "db2": db2,
            "da1": da1, "dz1": dz1, "dW1": dW1, "db1": db1}


def forward_propagation_with_dropout(X, parameters, keep_prob):
    """Return (A3, cache) of the same network with inverted dropout, whose masks are the course's: the same at every step."""
    np.random.seed(1)
    W1, b1, W2 = parameters["W1"], parameters["b1"], parameters["W2"]
    b2, W3, b3 = parameters["b2"], parameters["W3"], parameters["b3"]
    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    D1 = np.random.rand(*A1.shape)
    D1 = np.int64(D1 < keep_prob)
    A1 = np.multiply(A1, D1)
    A1 = A1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    D2 = np.random.rand(*A2.shape)
    D2 = np.int64(D2 < keep_prob)
    A2 = np.multiply(A2, D2)
    A2 = A2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    """Return the gradients of the network with dropout."""
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    dW3 = 1.0 / m * np.dot(dZ3, A2.T)
    db3 = 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    dA2 = np.multiply(dA2, D2)
    dA2 = dA2 / keep_prob
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T)
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dA1 = np.multiply(dA1, D1)
    dA1 = dA1 / keep_prob
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T)
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2,
            "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}


def update_parameters(parameters, grads, learning_rate):
    """Return new parameters after one step of gradient descent."""
    parameters = {name: value.copy() for name, value in parameters.items()}
    for l in range(1, len(parameters) // 2 + 1):
        parameters["W" + str(l)] = parameters["W" + str(l)] - learning_rate * grads["dW" + str(l)]
        parameters["b" + str(l)] = parameters["b" + str(l)] - learning_rate * grads["db" + str(l)]
    return parameters


def model(X, Y, parameters, learning_rate, num_iterations, lambd=0, keep_prob=1, every=1000):
    """Train the three-layer network from `parameters`; return (parameters, the cost of every `every`-th step)."""
    costs = []
    for i in range(num_iterations):
        if keep_prob < 1:
            a3, cache = forward_propagation_with_dropout(X, parameters, keep_prob)
        else:
            a3, cache = forward_propagation(X, parameters)
        if lambd == 0:
            cost = compute_loss(a3, Y)
        else:
            cost = compute_cost_with_regularization(a3, Y, parameters, lambd)
        if keep_prob < 1:
            grads = backward_propagation_with_dropout(X, Y, cache, keep_prob)
        elif lambd != 0:
            grads = backward_propagation_with_regularization(X, Y, cache, lambd)
        else:
            grads = backward_propagation(X, Y, cache)
        parameters = update_parameters(parameters, grads, learning_rate)
        if i % every == 0:
            costs.append(cost)
    return parameters, costs


# ---------------------------------------------------------------- layer by layer, as in notebook 1


def linear_activation_forward(A_prev, W, b, activation):
    """Return (A, cache) of one layer, cache = ((A_prev, W, b), Z)."""
    Z = np.dot(W, A_prev) + b
    A = sigmoid(Z) if activation == "sigmoid" else relu(Z)
    return A, ((A_prev, W, b), Z)


def linear_activation_backward(dA, cache, activation):
    """Return (dA_prev, dW, db) of one layer."""
    (A_prev, W, b), Z = cache
    m = A_prev.shape[1]
    if activation == "sigmoid":
        s = 1 / (1 + np.exp(-Z))
        dZ = dA * s * (1 - s)
    else:
        dZ = np.array(dA, copy=True)
        dZ[Z <= 0] = 0
    dW = 1.0 / m * np.dot(dZ, A_prev.T)
    db = 1.0 / m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


def compute_cost(AL, Y):
    """Return the cross-entropy cost, a scalar."""
    m = Y.shape[1]
    cost = -1.0 / m * np.sum(np.multiply(Y, np.log(AL)) + np.multiply(1 - Y, np.log(1 - AL)))
    return np.squeeze(cost)


def two_layer_model(X, Y, parameters, learning_rate, num_iterations, every=100):
    """Train linear-relu-linear-sigmoid from `parameters`; return (parameters, the cost of every `every`-th step)."""
    costs = []
    for i in range(num_iterations):
        A1, cache1 = linear_activation_forward(X, parameters["W1"], parameters["b1"], "relu")
        A2, cache2 = linear_activation_forward(A1, parameters["W2"], parameters["b2"], "sigmoid")
        cost = compute_cost(A2, Y)
        dA2 = -(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2))
        dA1, dW2, db2 = linear_activation_backward(dA2, cache2, "sigmoid")
        dA0, dW1, db1 = linear_activation_backward(dA1, cache1, "relu")
        grads = {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
        parameters = update_parameters(parameters, grads, learning_rate)
        if i % every == 0:
            costs.append(cost)
    return parameters, costs


def L_model_forward(X, parameters):
    """Return (AL, caches) of [linear-relu] * (L-1), linear-sigmoid."""
    caches, A, L = [], X, len(parameters) // 2
    for l in range(1, L):
        A, cache = linear_activation_forward(A, parameters["W" + str(l)], parameters["b" + str(l)], "relu")
        caches.append(cache)
    AL, cache = linear_activation_forward(A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")
    caches.append(cache)
    return AL, caches


def L_model_backward(AL, Y, caches):
    """Return the gradients of the whole network."""
    grads, L = {}, len(caches)
    dA = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in reversed(range(1, L + 1)):
        dA, dW, db = linear_activation_backward(dA, caches[l - 1], "sigmoid" if l == L else "relu")
        grads["dA" + str(l - 1)], grads["dW" + str(l)], grads["db" + str(l)] = dA, dW, db
    return grads


def L_layer_model(X, Y, parameters, learning_rate, num_iterations, every=100):
    """Train the network of any depth from `parameters`; return (parameters, the cost of every `every`-th step)."""
    costs = []
    for i in range(num_iterations):
        AL, caches = L_model_forward(X, parameters)
        cost = compute_cost(AL, Y)
        grads = L_model_backward(AL, Y, caches)
        parameters = update_parameters(parameters, grads, learning_rate)
        if i % every == 0:
            costs.append(cost)
    return parameters, costs
