"""Wrong gradients as learners write them, as data: what is wrong, whose rows a check must call wrong, and a network to try it on.

Each is the right backward pass with one step of it changed, so that a slip in one layer spoils the layers below as it does in
a learner's notebook, at every point and for every X and Y. A change is a function of what the step has at hand, s:
s.l, s.L, s.m, s.A_prev, s.W, s.b, s.Z, s.dA, s.dZ, s.AL, s.Y, s.caches, s.lambd, s.grads so far, and s.value, the right result.
A new one is an entry in WRONG; tests/test_wrong_gradients.py proves that it is wrong in its `rows` and in no other.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np

from dnn_utils import L_model_forward, compute_cost, linear_activation_forward, sigmoid
from gc_utils import dictionary_to_vector, gradients_to_vector, vector_to_dictionary

# ---------------------------------------------------------------- networks, and the right backward pass


@dataclass(frozen=True)
class Network:
    """A network of the course and how to draw points for it: layer sizes, number of examples, L2 or dropout.

    first: the seed of a first point at which no gradient is zero by chance, because a unit is off for all examples.
    special: changes (parameters, X, Y) of the first point in place; it stands for the one point that a learner looks at.
    """

    sizes: tuple
    first: int
    m: int = 20
    lambd: float = 0
    keep_prob: float = 1
    special: Callable | None = None

    def point(self, seed=0):
        """Return (parameters, X, Y): the first point for seed 0, an ordinary random one for any other seed."""
        rng = np.random.default_rng([self.first + seed, self.m, *self.sizes])
        parameters = {}
        for l in range(1, len(self.sizes)):
            shape = self.sizes[l], self.sizes[l - 1]
            parameters[f"W{l}"] = 1.5 * rng.normal(size=shape) / np.sqrt(shape[1])
            parameters[f"b{l}"] = 0.5 * rng.normal(size=(shape[0], 1))
        X, Y = rng.normal(size=(self.sizes[0], self.m)), rng.permutation(np.arange(self.m) % 2).reshape(1, -1)
        if seed == 0 and self.special:
            self.special(parameters, X, Y)
        return parameters, X, Y

    def kept(self, l, shape):
        """Return the units of hidden layer l that dropout keeps, (n, m); the same at each call, as under the course's seed."""
        return np.random.default_rng(l).random(shape) < self.keep_prob

    def dropped_forward(self, X, parameters):
        """Return (AL, caches) in the form of L_model_forward, with dropout."""
        A, caches = X, []
        for l in range(1, len(self.sizes)):
            last = l == len(self.sizes) - 1
            A, cache = linear_activation_forward(A, parameters[f"W{l}"], parameters[f"b{l}"], "sigmoid" if last else "relu")
            caches.append(cache)
            if not last:
                A = A * self.kept(l, A.shape) / self.keep_prob
        return A, caches

    def backward(self, AL, Y, caches, changes=()):
        """Return the gradients dW1, db1, ... and dA0, dA1, ... in the form of dnn_utils.L_model_backward.

        changes: {(step, layer): function of s}; the steps of layer l are dropout (gives s.dA), dZ, dW, db and dA (of the layer
        below); layer None stands for every layer; the step grads, of layer None, is given all gradients as s.value.
        """
        grads, L, changes = {}, len(caches), dict(changes)
        s = SimpleNamespace(L=L, m=Y.shape[1], AL=AL, Y=Y, caches=caches, lambd=self.lambd, network=self, grads=grads)

        def step(name, l, value):
            s.l, s.value = l, value
            for place in {(name, None), (name, l)} & changes.keys():
                s.value = changes[place](s)
            return s.value

        s.dA = None
        for l in range(L, 0, -1):
            (s.A_prev, s.W, s.b), s.Z = caches[l - 1]
            if l == L:
                s.dZ = step("dZ", l, AL - Y)
            else:
                if self.keep_prob < 1:
                    s.dA = step("dropout", l, s.dA * self.kept(l, s.dA.shape) / self.keep_prob)
                s.dZ = step("dZ", l, s.dA * (s.Z > 0))
            grads[f"dW{l}"] = step("dW", l, s.dZ @ s.A_prev.T / s.m + self.lambd / s.m * s.W)
            grads[f"db{l}"] = step("db", l, np.sum(s.dZ, axis=1, keepdims=True) / s.m)
            s.dA = grads[f"dA{l - 1}"] = step("dA", l, s.W.T @ s.dZ)
        return step("grads", None, grads)

    def case(self, changes, seed):
        """Return a Case: this network with a changed backward pass, at the point of a seed."""
        forward = L_model_forward if self.keep_prob == 1 else self.dropped_forward
        return Case(forward, functools.partial(self.backward, changes=changes), *self.point(seed), self.lambd)


@dataclass
class Case:
    """A backward pass at one point, in the two forms that the tools take.

    Of a network: forward(X, parameters) -> (AL, caches), backward(AL, Y, caches) -> grads, with parameters, X, Y, lambd.
    Of one vector: cost_at(theta) -> J, gradient_at(theta) -> (P,), with theta (P,).
    """

    forward: Callable
    backward: Callable
    parameters: dict
    X: np.ndarray
    Y: np.ndarray
    lambd: float = 0

    @property
    def theta(self):
        return dictionary_to_vector(self.parameters)[0][:, 0]

    @property
    def names(self):
        """Return the parameter that each entry of theta is of: ["W1", "W1", ..., "b3"]."""
        return dictionary_to_vector(self.parameters)[1]

    def cost_at(self, theta):
        """Return the cross-entropy cost with the L2 penalty of notebook 3."""
        parameters = vector_to_dictionary(theta, self.parameters)
        weights = [value for name, value in parameters.items() if name[0] == "W"]
        penalty = self.lambd / (2 * self.Y.shape[1]) * sum(np.sum(W**2) for W in weights)
        return float(compute_cost(self.forward(self.X, parameters)[0], self.Y) + penalty)

    def gradient_at(self, theta):
        AL, caches = self.forward(self.X, vector_to_dictionary(theta, self.parameters))
        return gradients_to_vector(self.backward(AL, self.Y, caches))[:, 0]


# ---------------------------------------------------------------- points that hide something


def no_biases(parameters, X, Y):
    """All biases are zero, as training starts."""
    for name in parameters:
        if name[0] == "b":
            parameters[name][:] = 0


def no_weights(parameters, X, Y):
    """Weights and biases are zero: notebook 2's first initialization."""
    for value in parameters.values():
        value[:] = 0


def dead_unit(parameters, X, Y):
    """Unit 1 of layer 1 is off for every example."""
    parameters["b1"][1] = -30


def tiny_last_layer(parameters, X, Y):
    """The last weights are 1e-8 of what is usual: so are the gradients of all layers below."""
    parameters[f"W{len(parameters) // 2}"] *= 1e-8


def small_weights(parameters, X, Y):
    """Weights of 0.01, as initialize_parameters_deep of notebook 1 starts, so that every layer shrinks what it hands on.

    Biases of 0.01 too, not 0: an example for which a whole layer is off would be exactly at the kink of the layers above.
    """
    for name, value in parameters.items():
        value[:] = 0.01 * (value if name[0] == "W" else 1)


def only_ones(parameters, X, Y):
    """Every label is 1."""
    Y[:] = 1


def brightness(parameters, X, Y):
    """No input is negative, as the pixels of an image."""
    np.abs(X, out=X)


THREE = Network((4, 5, 3, 1), first=3)  # notebook 4's
SQUARE = Network((4, 4, 4, 1), first=1)
FOUR = Network((4, 4, 4, 4, 1), first=23)
START = replace(FOUR, special=small_weights)
FEW = Network((5, 5, 5, 1), first=35, m=5)  # as many examples as units
L2 = replace(THREE, lambd=0.7)
L2_SQUARE = replace(SQUARE, lambd=0.7)
DROPOUT = Network((4, 5, 5, 1), first=20, keep_prob=0.8)


# ---------------------------------------------------------------- the wrong gradients


@dataclass(frozen=True)
class Wrong:
    """A wrong gradient: a word on what is wrong, the parameters whose rows must be called wrong, a network, and the change.

    hidden: why the first point, or its X and Y, cannot show it; empty where it can.
    """

    name: str
    rows: str
    network: Network
    changes: dict
    hidden: str = ""

    def build(self, seed=0):
        """Return the Case of it; with another seed, at another point."""
        return self.network.case(self.changes, seed)

    def right(self, seed=0):
        """Return the Case of the right gradient of the same network."""
        return self.network.case({}, seed)


def every(steps, change):
    """Return the same change for several steps."""
    return dict.fromkeys(steps, change)


def entry(at, change):
    """Return the change of one entry, row or column of a result: change(the entries there)."""
    def edited(s):
        value = s.value.copy()
        value[at] = change(value[at])
        return value

    return edited


def exchanged(one, other):
    """Return the change that swaps two gradients of one shape."""
    return lambda s: {**s.value, one: s.value[other], other: s.value[one]}


def other_layer(s, l):
    """Return (A_prev, W, b, Z) of another layer."""
    (A_prev, W, b), Z = s.caches[l - 1]
    return A_prev, W, b, Z


def relu(Z):
    return np.maximum(0, Z)


def slope(Z):
    """Return the derivative of the sigmoid."""
    A = sigmoid(Z)[0]
    return A * (1 - A)


ALL = "W1 b1 W2 b2 W3 b3"
LOW = "W1 b1 W2 b2"
FIRST = "W1 b1"
TIMES = lambda factor: lambda s: factor * s.value

WRONG = [
    # factors
    Wrong("dW2 is 2 times too large", "W2", THREE, {("dW", 2): TIMES(2)}),
    Wrong("db1 has 4 / m for 1 / m", "b1", THREE, {("db", 1): TIMES(4)}),
    Wrong("dW1 is half", "W1", THREE, {("dW", 1): TIMES(1 / 2)}),
    Wrong("dW2 is 1.001 times too large", "W2", THREE, {("dW", 2): TIMES(1.001)}),
    Wrong("dW2 is 1.0001 times too large", "W2", THREE, {("dW", 2): TIMES(1 + 1e-4)}),
    Wrong("db3 is 1.0001 times too large", "b3", THREE, {("db", 3): TIMES(1 + 1e-4)}),
    Wrong("every gradient is 1.0001 times too large", ALL, THREE, {("dZ", 3): TIMES(1 + 1e-4)}),
    # 1 / m
    Wrong("1 / m forgotten in dW2", "W2", THREE, {("dW", 2): lambda s: s.m * s.value}),
    Wrong("1 / m forgotten in every db", "b1 b2 b3", THREE, {("db", None): lambda s: s.m * s.value}),
    Wrong("1 / m forgotten everywhere: the gradient of the sum", ALL, THREE, {("dZ", 3): lambda s: s.m * s.value}),
    Wrong("1 / m twice in db2", "b2", THREE, {("db", 2): lambda s: s.value / s.m}),
    Wrong("1 / m taken again at each layer", LOW, THREE, {("dA", None): lambda s: s.value / s.m}),
    Wrong("m is the number of units, not of examples", ALL, THREE,
          every([("dW", None), ("db", None)], lambda s: s.value * s.m / s.A_prev.shape[0])),
    Wrong("1 / (m - 1) in dW3", "W3", THREE, {("dW", 3): lambda s: s.value * s.m / (s.m - 1)}),
    # sign
    Wrong("Y - A3 for A3 - Y", ALL, THREE, {("dZ", 3): TIMES(-1)}),
    Wrong("dW1 has the wrong sign", "W1", THREE, {("dW", 1): TIMES(-1)}),
    Wrong("dA1 has the wrong sign", FIRST, THREE, {("dA", 2): TIMES(-1)}),
    # activations
    Wrong("layer 1 without its ReLU mask", FIRST, THREE, {("dZ", 1): lambda s: s.dA}),
    Wrong("no ReLU mask in any layer", LOW, THREE, every([("dZ", 1), ("dZ", 2)], lambda s: s.dA)),
    Wrong("the mask is A2 >= 0, which always holds", LOW, THREE, {("dZ", 2): lambda s: s.dA * (relu(s.Z) >= 0)}),
    Wrong("the mask of layer 2 at layer 1", FIRST, SQUARE, {("dZ", 1): lambda s: s.dA * (other_layer(s, 2)[3] > 0)}),
    Wrong("the mask is the wrong way round", FIRST, THREE, {("dZ", 1): lambda s: s.dA * (s.Z < 0)}),
    Wrong("the mask looks at dA, not at Z", LOW, THREE, {("dZ", 2): lambda s: s.dA * (s.dA > 0)}),
    Wrong("the ReLU's value for its slope", FIRST, THREE, {("dZ", 1): lambda s: s.dA * relu(s.Z)}),
    Wrong("a leaky ReLU backward only", FIRST, THREE, {("dZ", 1): lambda s: np.where(s.Z > 0, s.dA, 0.01 * s.dA)}),
    Wrong("sigmoid' for the slope of the ReLU", LOW, THREE, {("dZ", 2): lambda s: s.dA * slope(s.Z)}),
    Wrong("1 - A1**2, the slope of tanh", FIRST, THREE, {("dZ", 1): lambda s: s.dA * (1 - relu(s.Z) ** 2)}),
    Wrong("(A3 - Y) A3 (1 - A3), of the squared error", ALL, THREE, {("dZ", 3): lambda s: s.value * s.AL * (1 - s.AL)}),
    Wrong("sigmoid'(A3) for sigmoid'(Z3)", ALL, THREE,
          {("dZ", 3): lambda s: s.value / (s.AL * (1 - s.AL)) * slope(s.AL)}),
    # sums
    Wrong("db2 sums over the units", "b2", FEW, {("db", 2): lambda s: np.sum(s.dZ, axis=0).reshape(-1, 1) / s.m}),
    Wrong("db1 is one mean for all units", "b1", THREE, {("db", 1): lambda s: np.full_like(s.value, np.mean(s.dZ))}),
    Wrong("db1 sums over units and examples", "b1", THREE, {("db", 1): lambda s: np.full_like(s.value, np.sum(s.dZ) / s.m)}),
    Wrong("db2 of the first example only", "b2", THREE, {("db", 2): lambda s: s.dZ[:, :1] / s.m}),
    Wrong("the first example is left out of dW2", "W2", THREE, {("dW", 2): lambda s: s.dZ[:, 1:] @ s.A_prev[:, 1:].T / s.m}),
    Wrong("db2 forgotten", "b2", THREE, {("db", 2): TIMES(0)}),
    # transposes
    Wrong("dW2 transposed, on a square layer", "W2", SQUARE, {("dW", 2): lambda s: s.value.T}),
    Wrong("W2 for W2.T, on a square layer", FIRST, SQUARE, {("dA", 2): lambda s: s.W @ s.dZ}),
    Wrong("A1 reshaped where it is to be transposed", "W2", THREE,
          {("dW", 2): lambda s: s.dZ @ s.A_prev.reshape(s.m, -1) / s.m}),
    Wrong("W2 reshaped where it is to be transposed", FIRST, THREE, {("dA", 2): lambda s: s.W.reshape(s.W.T.shape) @ s.dZ}),
    # L2
    Wrong("the L2 term forgotten in layer 2", "W2", L2, {("dW", 2): lambda s: s.value - s.lambd / s.m * s.W}),
    Wrong("the L2 term forgotten in all layers", "W1 W2 W3", L2, {("dW", None): lambda s: s.value - s.lambd / s.m * s.W}),
    Wrong("the L2 term with 1 / (2 m)", "W1 W2 W3", L2, {("dW", None): lambda s: s.value - s.lambd / (2 * s.m) * s.W}),
    Wrong("the L2 term without 1 / m", "W1 W2 W3", L2, {("dW", None): lambda s: s.value + (s.lambd - s.lambd / s.m) * s.W}),
    Wrong("the L2 term of the wrong sign", "W1 W2 W3", L2, {("dW", None): lambda s: s.value - 2 * s.lambd / s.m * s.W}),
    Wrong("the L2 term on the biases too", "b1 b2 b3", L2, {("db", None): lambda s: s.value + s.lambd / s.m * s.b}),
    Wrong("W**2 in the L2 term", "W1 W2 W3", L2, {("dW", None): lambda s: s.value + s.lambd / s.m * (s.W**2 - s.W)}),
    Wrong("sign(W), of L1, in the L2 term", "W1 W2 W3", L2,
          {("dW", None): lambda s: s.value + s.lambd / s.m * (np.sign(s.W) - s.W)}),
    Wrong("the L2 term of layer 2 with W1", "W2", L2_SQUARE,
          {("dW", 2): lambda s: s.value + s.lambd / s.m * (other_layer(s, 1)[1] - s.W)}),
    # entries
    Wrong("one entry of dW2 has the wrong sign", "W2", THREE, {("dW", 2): entry((1, 2), lambda value: -value)}),
    Wrong("one entry of dW1 is zero", "W1", THREE, {("dW", 1): entry((0, 3), lambda value: 0)}),
    Wrong("one entry of db1 is 1% too large", "b1", THREE, {("db", 1): entry((2, 0), lambda value: 1.01 * value)}),
    Wrong("row 2 of dW1 is not filled in", "W1", THREE, {("dW", 1): entry(2, lambda row: 0)}),
    Wrong("a loop leaves out the last column of dW2", "W2", THREE, {("dW", 2): entry((slice(None), -1), lambda column: 0)}),
    # layers
    Wrong("dW1 and dW2 swapped", "W1 W2", SQUARE, {("grads", None): exchanged("dW1", "dW2")}),
    Wrong("db1 and db2 swapped", "b1 b2", SQUARE, {("grads", None): exchanged("db1", "db2")}),
    Wrong("dW2 with the A of the layer below", "W2", SQUARE, {("dW", 2): lambda s: s.dZ @ other_layer(s, 1)[0].T / s.m}),
    Wrong("dA1 through W1, not W2", FIRST, SQUARE, {("dA", 2): lambda s: other_layer(s, 1)[1].T @ s.dZ}),
    Wrong("dA1 from dA2, not from dZ2", FIRST, THREE, {("dA", 2): lambda s: s.W.T @ s.dA}),
    Wrong("dA1 through a W2 that is already updated", FIRST, THREE,
          {("dA", 2): lambda s: (s.W - 0.1 * s.grads["dW2"]).T @ s.dZ}),
    Wrong("each hidden layer is handed dA3: right with two layers", LOW, FOUR,
          every([("dA", 3), ("dA", 2)], lambda s: s.grads["dA3"])),
    Wrong("the loop stops before layer 1: right with two layers less", FIRST, FOUR,
          every([("dW", 1), ("db", 1)], TIMES(0))),
    # dropout
    Wrong("dropout: no mask backward", LOW, DROPOUT, {("dropout", None): lambda s: s.dA / s.network.keep_prob}),
    Wrong("dropout: 1 / keep_prob forgotten backward", LOW, DROPOUT,
          {("dropout", None): lambda s: s.value * s.network.keep_prob}),
    Wrong("dropout: keep_prob for 1 / keep_prob backward", LOW, DROPOUT,
          {("dropout", None): lambda s: s.value * s.network.keep_prob**2}),
    Wrong("dropout: the mask of layer 2 at layer 1", FIRST, DROPOUT,
          {("dropout", 1): lambda s: s.dA * s.network.kept(2, s.dA.shape) / s.network.keep_prob}),
    # numbers
    Wrong("dW1 rounded to 4 decimals", "W1", THREE, {("dW", 1): lambda s: np.round(s.value, 4)}),
    Wrong("every gradient clipped at 0.02", ALL, THREE,
          every([("dW", None), ("db", None)], lambda s: np.clip(s.value, -0.02, 0.02))),
    # where a tolerance that is not relative sees nothing
    Wrong("W3 is tiny and dW1 is doubled", "W1", replace(THREE, special=tiny_last_layer), {("dW", 1): TIMES(2)}),
    Wrong("W3 is tiny and layer 1 has no mask", FIRST, replace(THREE, special=tiny_last_layer), {("dZ", 1): lambda s: s.dA}),
    Wrong("weights of 0.01: dW1 is 2 times too large", "W1", START, {("dW", 1): TIMES(2)}),
    Wrong("weights of 0.01: dW1 has the wrong sign", "W1", START, {("dW", 1): TIMES(-1)}),
    Wrong("weights of 0.01: layer 1 without its ReLU mask", FIRST, START, {("dZ", 1): lambda s: s.dA}),
    Wrong("weights of 0.01: dW2 transposed, on a square layer", "W2", START, {("dW", 2): lambda s: s.value.T}),
    Wrong("weights of 0.01: db1 has 4 / m for 1 / m", "b1", START, {("db", 1): TIMES(4)}),
    Wrong("weights of 0.01: W2 for W2.T, on a square layer", FIRST, START, {("dA", 2): lambda s: s.W @ s.dZ}),
    # what the first point, or its data, cannot show
    Wrong("row 1 of dW1 doubled, whose unit is off", "W1", replace(THREE, special=dead_unit),
          {("dW", 1): entry(1, lambda row: 2 * row)}, "both gradients of the row are zero where the unit is off"),
    Wrong("dW1 doubled, all weights zero", "W1", replace(THREE, special=no_weights),
          {("dW", 1): TIMES(2)}, "both gradients are zero where the weights above are zero"),
    Wrong("the L2 term on biases that are zero", "b1 b2 b3", replace(L2, special=no_biases),
          {("db", None): lambda s: s.value + s.lambd / s.m * s.b}, "the term is zero where the biases are"),
    Wrong("A3 - 1 for A3 - Y, all labels 1", ALL, replace(THREE, special=only_ones),
          {("dZ", 3): lambda s: s.AL - 1}, "right as long as every label is 1"),
    Wrong("dW1 takes abs(X), no input negative", "W1", replace(THREE, special=brightness),
          {("dW", 1): lambda s: s.dZ @ np.abs(s.A_prev).T / s.m}, "right as long as no input is negative"),
]
