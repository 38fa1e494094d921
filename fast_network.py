"""The models of the course in a fast form: fast_L_layer_model does what L_layer_model does, and so on.

A model in dnn_utils, init_utils or reg_utils is the loop that a learner reads. Its fast form takes the same arguments and returns
the same up to rounding errors (which a chaotic training magnifies), and numbers where the loop has nan because a sigmoid is
exactly 0 or 1. Whoever changes one of the two changes the other as well.

A step on a small network is some twenty NumPy calls on a few thousand numbers, and most of its time goes into the calls
themselves and into memory that is asked for and thrown away. Four things help, and none of them changes the mathematics:

- all parameters lie in one array and all gradients in another: one subtraction updates every layer;
- W and b of a layer are one matrix [W b], and its input ends in a row of ones: W A + b is one product, and so are dW and db;
- every array is made once, before the first step, and from then on written into (`out=`);
- the cost is computed where it is shown, not at every step.

bench/training.py measures the gain. Examples are columns: X is (n_x, m), Y is (1, m).
"""

import numpy as np

import init_utils
import reg_utils
from checks import check_init_model, check_L_layer_model, check_reg_model, check_two_layer_model, checked
from dnn_utils import L_model_forward, compute_cost, initialize_parameters, initialize_parameters_scaled


def _blocks(shapes):
    """Return one array of zeros and its consecutive parts, which have these shapes."""
    ends = np.cumsum([rows * columns for rows, columns in shapes])
    flat = np.zeros(ends[-1])
    return flat, [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes)]


class FlatParameters(dict):
    """A copy, in float64, of parameters W1, b1, ..., WL, bL, all of whose entries lie in one array.

    theta, gradient: that array, (P,), and its partner for the gradients; blocks, gradient_blocks: their parts
    [Wl bl] and [dWl dbl], (n[l], n[l-1] + 1), one a layer. Write into its arrays; a new one put in their place is not in theta.
    """

    def __init__(self, parameters):
        layers = range(1, len(parameters) // 2 + 1)
        shapes = [(len(parameters[f"W{l}"]), parameters[f"W{l}"].shape[1] + 1) for l in layers]
        self.theta, self.blocks = _blocks(shapes)
        self.gradient, self.gradient_blocks = _blocks(shapes)
        for l, block in zip(layers, self.blocks):
            self[f"W{l}"], self[f"b{l}"] = block[:, :-1], block[:, -1:]
        for name, value in parameters.items():
            self[name][:] = value

    def step(self, learning_rate):
        """Take one step of gradient descent, theta - learning_rate * gradient, in place; `gradient` is used up."""
        np.multiply(self.gradient, learning_rate, out=self.gradient)
        np.subtract(self.theta, self.gradient, out=self.theta)

    def copy(self):
        """Return a plain dictionary with arrays of its own."""
        return {name: value.copy() for name, value in self.items()}


class FastNetwork:
    """[linear-relu] * (L-1), linear-sigmoid with the cross-entropy cost: its gradient on the same examples, many times.

    X: (n_x, m), of which it keeps a copy; Y: (1, m); parameters: FlatParameters, as they stand at the time of each call.
    Everything is float64.
    lambd: strength of L2; scales: with dropout what A1, ..., A[L-1] are multiplied by at every step, mask / keep_prob.
    """

    def __init__(self, X, Y, parameters, lambd=0, scales=()):
        m = X.shape[1]
        L = len(parameters.blocks)
        self.Y, self.gradient, self.m = np.asarray(Y, dtype=float), parameters.gradient, m
        # inputs[l] is the input of layer l + 1 with a row of ones below: X, then A[l], which that layer's own forward step writes
        inputs = [np.ones((block.shape[1], m)) for block in parameters.blocks]
        inputs[0][:-1] = X
        self.A = [with_ones[:-1] for with_ones in inputs[1:]] + [np.empty((1, m))]  # A[1], ..., A[L]
        self.dZ = [np.empty_like(A) for A in self.A]
        scales = [*scales, *[None] * (L - len(scales))]
        self.forward_steps = list(zip(parameters.blocks, inputs, self.A, scales))
        self.backward_steps = []  # from layer L down to 2; the gradient of X itself is not computed, nobody uses it
        for l in range(L, 1, -1):
            A_prev, dZ_prev, dZ = self.A[l - 2], self.dZ[l - 2], self.dZ[l - 1]
            passed = np.empty(A_prev.shape, dtype=bool)
            self.backward_steps.append((parameters[f"W{l}"].T, dZ, dZ_prev, A_prev, passed, scales[l - 2]))
        self.weight_steps = [(dZ, A_prev.T, dWb) for dZ, A_prev, dWb in zip(self.dZ, inputs, parameters.gradient_blocks)]
        self.regularized, self.theta, self.penalty = lambd != 0, parameters.theta, np.empty_like(parameters.theta)
        self.lambd, blocks = _blocks([block.shape for block in parameters.blocks])  # of every entry; a bias has no penalty
        for block in blocks:
            block[:, :-1] = lambd

    def compute_gradient(self):
        """Compute the gradient of the cost at the parameters, into their `gradient`."""
        for Wb, A_prev, A, scale in self.forward_steps:
            np.dot(Wb, A_prev, out=A)  # W A_prev + b
            if A is not self.A[-1]:
                np.maximum(A, 0, out=A)
            if scale is not None:
                np.multiply(A, scale, out=A)
        A = self.A[-1]  # here Z of the last layer; its sigmoid, 1 / (1 + exp(-Z)):
        np.negative(A, out=A)
        with np.errstate(over="ignore"):  # exp(-Z) = inf gives the right probability, 0
            np.exp(A, out=A)
        np.add(A, 1, out=A)
        np.reciprocal(A, out=A)
        np.subtract(A, self.Y, out=self.dZ[-1])
        for W_T, dZ, dZ_prev, A_prev, passed, scale in self.backward_steps:
            np.dot(W_T, dZ, out=dZ_prev)  # dA_prev
            np.greater(A_prev, 0, out=passed)  # A > 0 just where Z > 0 and the unit is not dropped
            np.multiply(dZ_prev, passed, out=dZ_prev)
            if scale is not None:
                np.multiply(dZ_prev, scale, out=dZ_prev)
        for dZ, A_prev_T, dWb in self.weight_steps:
            np.dot(dZ, A_prev_T, out=dWb)  # dW, and with the ones db
        if self.regularized:
            np.multiply(self.theta, self.lambd, out=self.penalty)
            np.add(self.gradient, self.penalty, out=self.gradient)
        np.divide(self.gradient, self.m, out=self.gradient)


# ---------------------------------------------------------------- training: the fast form of a function of the course


def _cross_entropy(AL, Y, parameters):
    return compute_cost(AL, Y)


def fast_gradient_descent(X, Y, parameters, learning_rate, num_iterations, print_cost=False, every=1000, *,
                          cost=_cross_entropy, forward=L_model_forward, **regularization):
    """Train [linear-relu] * (L-1), linear-sigmoid as init_utils.gradient_descent does; return (parameters, costs).

    forward(X, parameters) -> (AL, cache) and cost(AL, Y, parameters) are called for the costs only.
    regularization: lambd or scales of FastNetwork, whose part in the cost is for `forward` and `cost` to add.
    """
    costs = []
    parameters = FlatParameters(parameters)
    network = FastNetwork(X, Y, parameters, **regularization)
    for i in range(num_iterations):
        if i % every == 0:
            AL, cache = forward(X, parameters)
            costs.append(cost(AL, Y, parameters))
            if print_cost:
                print(f"Cost after iteration {i}: {costs[-1]:.6f}")
        network.compute_gradient()
        parameters.step(learning_rate)
    return parameters.copy(), costs


@checked(check_two_layer_model, once=True)
def fast_two_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000, print_cost=False):
    """The fast form of dnn_utils.two_layer_model."""
    start = initialize_parameters(*layers_dims)
    return fast_gradient_descent(X, Y, start, learning_rate, num_iterations, print_cost, every=100)


@checked(check_L_layer_model, once=True)
def fast_L_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000, print_cost=False):
    """The fast form of dnn_utils.L_layer_model."""
    start = initialize_parameters_scaled(layers_dims)
    return fast_gradient_descent(X, Y, start, learning_rate, num_iterations, print_cost, every=100)


@checked(check_init_model, once=True)
def fast_init_model(X, Y, learning_rate=0.01, num_iterations=15000, print_cost=True, initialization="he"):
    """The fast form of init_utils.model."""
    start = getattr(init_utils, f"initialize_parameters_{initialization}")([X.shape[0], 10, 5, 1])
    parameters, costs = fast_gradient_descent(X, Y, start, learning_rate, num_iterations, print_cost)
    return parameters


@checked(check_reg_model, once=True)
def fast_reg_model(X, Y, learning_rate=0.3, num_iterations=30000, print_cost=True, lambd=0, keep_prob=1):
    """The fast form of reg_utils.model."""
    forward, scales = L_model_forward, ()
    start = reg_utils.initialize_parameters([X.shape[0], 20, 3, 1])
    if keep_prob < 1:
        forward = lambda X, parameters: reg_utils.forward_propagation_with_dropout(X, parameters, keep_prob)
        A3, (Z1, D1, A1, W1, b1, Z2, D2, *rest) = forward(X, start)
        scales = D1 / float(keep_prob), D2 / float(keep_prob)  # of every step: forward sets the seed, so the masks are the same
    cost = lambda A3, Y, parameters: reg_utils.compute_cost_with_regularization(A3, Y, parameters, lambd)
    parameters, costs = fast_gradient_descent(X, Y, start, learning_rate, num_iterations, print_cost, every=10000,
                                              cost=cost, forward=forward, lambd=float(lambd), scales=scales)
    return parameters
