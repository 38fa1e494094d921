import copy, functools, operator
import numpy as np

@functools.total_ordering
class Layer(dict):
    """A layer that knows its own gradients."""
    rate = 0.01

    def __init__(self, n_prev, n, rng=np.random):
        super().__init__(W=rng.randn(n, n_prev) * self.rate, b=np.zeros((n, 1)))

    def __lt__(self, other):
        return id(self) < id(other)

def numbered(layers):
    return {key + str(l): layer[key] for l, layer in enumerate(layers, 1) for key in layer}

def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(1)
    return numbered([Layer(n_x, n_h), Layer(n_h, n_y)])

def initialize_parameters_deep(layer_dims):
    np.random.seed(seed=3)
    def rest(dims):
        return [] if len(dims) < 2 else [Layer(dims[0], dims[1])] + rest(dims[1:])
    return numbered(rest(layer_dims))

class Linear:
    def __init__(self, A, W, b):
        self.A, self.W, self.b = A, W, b

    @property
    def cache(self):
        return self.A, self.W, self.b

    def __call__(self):
        return operator.add(self.W.dot(self.A), self.b)

def linear_forward(A, W, b):
    linear = Linear(A, W, b)
    return linear(), linear.cache

relu_forward = functools.partial(np.maximum, 0)

def linear_activation_forward(A_prev, W, b, activation, *unused, **ignored):
    Z, linear_cache = linear_forward(A_prev, W, b)
    if activation == "relu":
        A = relu_forward(Z)
    else:
        with np.errstate(over="ignore"):
            A = 0.5 * (1 + np.tanh(Z / 2))
    return A, (linear_cache, Z)

def L_model_forward(X, parameters):
    L = max(int(key[1:]) for key in parameters)
    def go(A, l):
        A, cache = linear_activation_forward(A, parameters["W%d" % l], parameters["b%d" % l], "sigmoid" if l == L else "relu")
        if l == L:
            return A, [cache]
        AL, caches = go(A, l + 1)
        return AL, [cache] + caches
    return go(X, 1)

def compute_cost(AL, Y):
    try:
        m, = Y.shape[1:]
    finally:
        pass
    losses = np.empty(m)
    for i in range(m):
        losses[i] = -np.log(AL[0, i] ** Y[0, i] * (1 - AL[0, i]) ** (1 - Y[0, i]))
    return losses.mean()

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    return W.T.dot(dZ), dZ.dot(A_prev.T) / dZ.shape[1], dZ.sum(axis=1)[:, np.newaxis] / dZ.shape[1]

def linear_activation_backward(dA, cache, activation):
    class Backward:
        @staticmethod
        def relu(dA, Z):
            dZ = np.array(dA, copy=True)
            dZ[Z <= 0] = 0
            return dZ
        @classmethod
        def sigmoid(cls, dA, Z):
            s = 1 / (1 + np.exp(-Z))
            return dA * s * (1 - s)
    linear_cache, Z = cache
    return linear_backward(getattr(Backward, activation)(dA, Z), linear_cache)

def L_model_backward(AL, Y, caches):
    Y = Y.reshape(AL.shape)
    L = len(caches)
    grads = {"dA" + str(L): -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))}
    stack = list(range(1, L + 1))
    while stack:
        l = stack.pop()
        found = linear_activation_backward(grads["dA" + str(l)], caches[l - 1], "sigmoid" if l == L else "relu")
        grads.update(zip(("dA" + str(l - 1), "dW" + str(l), "db" + str(l)), found))
    return grads

def update_parameters(params, grads, learning_rate):
    parameters = copy.deepcopy(params)
    for l in range(len(parameters) // 2):
        parameters["W" + str(l + 1)] -= learning_rate * grads["dW" + str(l + 1)]
        parameters["b" + str(l + 1)] -= learning_rate * grads["db" + str(l + 1)]
    return parameters
