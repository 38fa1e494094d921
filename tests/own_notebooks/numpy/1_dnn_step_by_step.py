from numpy import add, asarray, einsum, log, log1p, matmul, mean, multiply, random, squeeze, subtract, tensordot, zeros
import numpy as xp
from dnn_utils import sigmoid as sg, sigmoid_backward as sgb
import dnn_utils as u

T, EPS = xp.transpose, 0.0
KEYS = ("W{}", "b{}")

def initialize_parameters(n_x, n_h, n_y):
    xp.random.seed(1)
    return {f"{k}{l}": xp.random.normal(0, 0.01, s) if k == "W" else zeros(s)
            for k, l, s in (("W", 1, (n_h, n_x)), ("b", 1, (n_h, 1)), ("W", 2, (n_y, n_h)), ("b", 2, (n_y, 1)))}

def initialize_parameters_deep(layer_dims):
    random.seed(3)
    return {key: value for l, shape in enumerate(zip(layer_dims[1:], layer_dims[:-1]), 1)
            for key, value in ((f"W{l}", random.randn(*shape) / 100), (f"b{l}", zeros((shape[0], 1))))}

def linear_forward(A, W, b):
    return add(einsum("ij,jk->ik", W, A), b), (A, W, b)

def linear_activation_forward(A_prev, W, b, activation):
    g = {"sigmoid": sg, "relu": u.relu}[activation]
    (A, activation_cache), linear_cache = [(g(Z), cache) for Z, cache in [linear_forward(A_prev, W, b)]][0]
    return A, (linear_cache, activation_cache)

def L_model_forward(X, parameters):
    A, caches = X, []
    for l in range(1, (L := len(parameters) // 2) + 1):
        activation = "sigmoid" if l == L else "relu"
        A, cache = linear_activation_forward(A_prev := A, *(parameters[k.format(l)] for k in KEYS), activation)
        caches.append(cache)
    return A, caches

def compute_cost(AL, Y):
    m = xp.size(Y)
    cost = -(Y @ log(AL + EPS).T + (1 - Y) @ log1p(-AL).T) / m
    return squeeze(cost)

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = xp.shape(A_prev)[-1]
    return tensordot(W, dZ, axes=(0, 0)), matmul(dZ, T(A_prev)) / m, mean(dZ, axis=1).reshape(-1, 1)

def linear_activation_backward(dA, cache, activation):
    backward = dict(sigmoid=sgb, relu=lambda dA, Z: dA * (Z > 0))
    return linear_backward(backward[activation](dA, cache[1]), cache[0])

def L_model_backward(AL, Y, caches):
    Y = asarray(Y).reshape(AL.shape)
    dA, grads = (AL - Y) / (AL * (1 - AL)), {}
    for l, cache in reversed(list(enumerate(caches, 1))):
        dA, grads[f"dW{l}"], grads[f"db{l}"] = linear_activation_backward(dA, cache, "relu" if l < len(caches) else "sigmoid")
        grads[f"dA{l-1}"] = dA
    return grads

def update_parameters(parameters, grads, learning_rate):
    step = lambda key, value: subtract(value, multiply(learning_rate, grads[f"d{key}"]))
    return {key: step(key, value) for key, value in sorted(parameters.items(), reverse=True)}
