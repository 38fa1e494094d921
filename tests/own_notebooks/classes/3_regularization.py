import copy
from dataclasses import dataclass
from collections import OrderedDict, namedtuple

Cache = namedtuple("Cache", "Z1 A1 W1 b1 Z2 A2 W2 b2 Z3 A3 W3 b3")
Dropped = namedtuple("Dropped", "Z1 D1 A1 W1 b1 Z2 D2 A2 W2 b2 Z3 A3 W3 b3")

@dataclass
class Penalty:
    lambd: float
    m: int

    def of(self, *weights):
        return sum(self.lambd * np.sum(np.square(W)) for W in weights) / (2 * self.m)

def compute_cost_with_regularization(A3, Y, parameters, lambd):
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]
    return compute_cost(A3, Y) + Penalty(lambd, Y.shape[1]).of(W1, W2, W3)

def backward_propagation_with_regularization(X, Y, cache, lambd):
    c, m, out = Cache(*cache), X.shape[1], OrderedDict()
    def layer(dZ, A, W, l):
        dW = 1 / m * np.dot(dZ, A.T) + np.multiply(lambd / m, W)
        out.update({"dZ" + l: dZ, "dW" + l: dW, "db" + l: 1 / m * np.sum(dZ, 1)[:, None]})
        return np.dot(W.T, dZ)
    out["dA2"] = layer(c.A3 - Y, c.A2, c.W3, "3")
    out["dA1"] = layer(np.multiply(out["dA2"], np.int64(c.A2 > 0)), c.A1, c.W2, "2")
    layer(np.multiply(out["dA1"], np.int64(c.A1 > 0)), X, c.W1, "1")
    return out

def dropped(A, keep_prob):
    D = np.random.rand(*A.shape)
    D = D < keep_prob
    A *= D
    A /= keep_prob
    return D, A

def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    p = copy.deepcopy(parameters)
    Z1 = np.dot(p["W1"], X) + p["b1"]
    D1, A1 = dropped(relu(Z1), keep_prob)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    D2, A2 = dropped(relu(Z2), keep_prob)
    Z3 = np.dot(p["W3"], A2) + p["b3"]
    A3 = sigmoid(Z3)
    return A3, Dropped(Z1, D1, A1, p["W1"], p["b1"], Z2, D2, A2, p["W2"], p["b2"], Z3, A3, p["W3"], p["b3"])

def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    c, m = Dropped(*cache), X.shape[1]
    class Gradients(dict):
        def layer(self, l, dZ, A):
            self["dZ%d" % l], self["dW%d" % l], self["db%d" % l] = dZ, dZ @ A.T / m, dZ @ np.ones((m, 1)) / m
    g = Gradients()
    g.layer(3, c.A3 - Y, c.A2)
    g["dA2"] = c.W3.T @ g["dZ3"] * c.D2 / keep_prob
    g.layer(2, g["dA2"] * (c.A2 > 0), c.A1)
    g["dA1"] = c.W2.T @ g["dZ2"] * c.D1 / keep_prob
    g.layer(1, g["dA1"] * (c.A1 > 0), X)
    return g
