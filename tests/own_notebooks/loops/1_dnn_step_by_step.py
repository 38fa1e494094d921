import math
import numpy as np

def matrix(rows, columns):
    return [[float(np.random.randn()) * 0.01 for j in range(columns)] for i in range(rows)]

def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    first = np.array(matrix(n_h, n_x))
    second = np.array(matrix(n_y, n_h))
    return dict(b2=np.zeros((n_y, 1), dtype=int), W2=second, b1=np.array([[0]] * n_h), W1=first)

def initialize_parameters_deep(layer_dims):
    rng = np.random.RandomState(3)
    parameters = {}
    l = 1
    while l < len(layer_dims):
        W = np.empty((layer_dims[l], layer_dims[l - 1]))
        for index in np.ndindex(W.shape):
            W[index] = rng.randn() * .01
        parameters[f"b{l}"], parameters[f"W{l}"] = np.zeros_like(W[:, :1]), W
        l += 1
    return parameters

def linear_forward(A, W, b):
    n, m = len(W), A.shape[1]
    Z = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            for k in range(len(A)):
                Z[i][j] += W[i][k] * A[k][j]
            Z[i][j] += b[i][0]
    return [Z, [A, W, b]]

def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    A = np.array(Z)
    for index in np.ndindex(*Z.shape):
        z = float(Z[index])
        if activation == "relu":
            A[index] = z if z > 0 else 0
        else:
            A[index] = 1 / (1 + math.exp(-z)) if z > -700 else 0.0
    return A, (linear_cache, Z)

def L_model_forward(X, parameters):
    caches, A, l = (), X, 1
    while "W" + str(l) in parameters:
        last = "W" + str(l + 1) not in parameters
        A, cache = linear_activation_forward(A, parameters["W" + str(l)], parameters["b" + str(l)], ["relu", "sigmoid"][last])
        caches += (cache,)
        l += 1
    return A, caches

def compute_cost(AL, Y):
    total = 0
    for a, y in zip(AL[0], Y[0]):
        total += math.log(a) if y == 1 else math.log(1 - a)
    return -total / AL.size

def linear_backward(dZ, cache):
    (A_prev, W, b), m = cache, dZ.shape[1]
    dW, db, dA_prev = np.zeros(W.shape), np.zeros(b.shape), np.zeros(A_prev.shape)
    for i in range(m):
        dz, a = dZ[:, i], A_prev[:, i]
        for row in range(len(dz)):
            for column in range(len(a)):
                dW[row, column] += dz[row] * a[column] / m
                dA_prev[column, i] += W[row, column] * dz[row]
            db[row, 0] += dz[row] / m
    return dA_prev, dW, db

def linear_activation_backward(dA, cache, activation):
    linear_cache, Z = cache
    dZ = np.array(dA, copy=True)
    for index in np.ndindex(*dZ.shape):
        if activation == "sigmoid":
            s = 1 / (1 + np.exp(-float(Z[index])))
            dZ[index] *= s * (1 - s)
        elif not Z[index] > 0:
            dZ[index] = 0
    return linear_backward(dZ, linear_cache)

def L_model_backward(AL, Y, caches):
    """Keys of dA by the layer's own number, as the first version of the course had them."""
    grads, L = {}, len(caches)
    dA = np.zeros(AL.shape)
    for i in range(AL.shape[1]):
        dA[0, i] = -1 / AL[0, i] if np.ravel(Y)[i] else 1 / (1 - AL[0, i])
    grads["dAL"] = dA
    for l in range(L, 0, -1):
        kind = "sigmoid" if l == L else "relu"
        dA, grads["dW" + str(l)], grads["db" + str(l)] = linear_activation_backward(dA, caches[l - 1], kind)
        grads["dA" + str(l)] = dA
    return grads

def update_parameters(parameters, grads, learning_rate):
    for key in list(parameters):
        new = []
        for row, slopes in zip(parameters[key], grads["d" + key]):
            new.append([w - learning_rate * dw for w, dw in zip(row, slopes)])
        parameters[key] = np.array(new)
    return parameters
