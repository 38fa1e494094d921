"""The training loop and its arrays, laid out for speed; init_utils.gradient_descent and the models work with them.

A step on a small network is some twenty NumPy calls on a few thousand numbers, and most of its time goes into the calls
themselves and into memory that is asked for and thrown away. Four things help, and none of them changes the mathematics:

- all parameters lie in one array and all gradients in another: one subtraction updates every layer;
- W and b of a layer are one matrix [W b], and its input ends in a row of ones: W A + b is one product, and so are dW and db;
- every array is made once, before the first step, and from then on written into (`out=`);
- the cost is computed where it is shown, not at every step.

bench/training.py measures the gain. Examples are columns: X is (n_x, m), Y is (1, m).
"""

import functools

import numpy as np

from checks import wrong


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
        self._gradients = {}
        for l, block, gradient_block in zip(layers, self.blocks, self.gradient_blocks):
            self[f"W{l}"], self[f"b{l}"] = block[:, :-1], block[:, -1:]
            self._gradients[f"dW{l}"], self._gradients[f"db{l}"] = gradient_block[:, :-1], gradient_block[:, -1:]
        for name, value in parameters.items():
            self[name][:] = value

    def set_gradient(self, grads):
        """Copy dW1, db1, ..., dWL, dbL into `gradient`; raises ValueError where one is missing or has another shape."""
        for name, part in self._gradients.items():
            if name not in grads:
                raise wrong("grads", sorted(grads), f"a dictionary with key {name}", f"含有键 {name} 的字典")
            if np.shape(grads[name]) != part.shape:
                came = np.shape(grads[name])
                raise wrong(f"grads['{name}']", (f"shape {came}", f"形状 {came}"), f"shape {part.shape}", f"形状 {part.shape}")
            part[:] = grads[name]

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


def descend(X, Y, parameters, forward, backward, cost, learning_rate, num_iterations, print_cost, every, **regularization):
    """Train from `parameters` as init_utils.gradient_descent says; return (parameters, costs).

    backward: None stands for that of the network of FastNetwork, which takes the steps; `forward` is then called for the
    costs only. regularization: lambd or scales of FastNetwork.
    """
    costs = []
    parameters = FlatParameters(parameters)
    fast = FastNetwork(X, Y, parameters, **regularization) if backward is None else None
    for i in range(num_iterations):
        shown = i % every == 0
        if shown or not fast:
            A, cache = forward(X, parameters)
        if shown:
            costs.append(cost(A, Y, parameters))
            if print_cost:
                print(f"Cost after iteration {i}: {costs[-1]:.6f}")
        if fast:
            fast.compute_gradient()
        else:
            parameters.set_gradient(backward(X, Y, cache))
        parameters.step(learning_rate)
    return parameters.copy(), costs


def watch(module):
    """Return a function that tells whether the functions of a module are still those that it has now.

    module: its globals(). The modules that its functions come from are watched as well, up to what stands there now.
    """
    functions = [getattr(value, "__wrapped__", value) for value in module.values() if callable(value)]
    modules = [module, *(function.__globals__ for function in functions if hasattr(function, "__globals__"))]
    own = [(names, name, value) for names in {id(names): names for names in modules}.values()
           for name, value in names.items() if callable(value)]
    return lambda: all(names.get(name) is value for names, name, value in own)


def faster(fast):
    """Decorate a model with `fast`, which takes the same arguments and trains with FastNetwork.

    It returns the same up to rounding errors (which a chaotic training magnifies), and numbers where the model has nan because a
    sigmoid is exactly 0 or 1. The model itself is what a learner reads; in a notebook, where a function is copied without its
    decorators, it calls what the learner wrote. So it does here where one of the course's functions was replaced: what stands
    there now is called. Whoever changes a model changes `fast` as well.
    """

    def decorate(model):
        untouched = watch(model.__globals__)

        @functools.wraps(model)
        def call(*args, **kwargs):
            return (fast if untouched() else model)(*args, **kwargs)

        return call

    return decorate
