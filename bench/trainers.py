"""The same training by each of the peers, for bench/training.py: `python -m bench.trainers NAME` trains on request.

A request is a line of JSON on stdin, its answer one on stdout: {"keep": work} stores a work, {"steps": n} trains from its start
and answers with the seconds that this took, {"steps": n, "parameters": true} with the parameters reached as well.
Each trainer runs in an own process that stays, so that what it measures is training and not its start.
"""

import importlib
import json
import sys
import time
import warnings

import numpy as np


class Work:
    """What is trained: points (columns of X), Y, the start, learning_rate, lambd, keep_prob, and the course's function for it."""

    def __init__(self, content):
        self.model, self.arguments = content["model"], content["arguments"]
        self.X = np.array(content["points"], dtype=float).T  # a view of rows, as the data sets give it
        self.Y = np.array(content["Y"])
        self.start = {name: np.array(value) for name, value in content["start"].items()}
        self.learning_rate, self.lambd, self.keep_prob = (content[name] for name in ("learning_rate", "lambd", "keep_prob"))
        self.layers = range(1, len(self.start) // 2 + 1)


FAST = {  # the course's function for a work -> its fast form, in fast_network.py
    "dnn_utils.two_layer_model": "fast_two_layer_model", "dnn_utils.L_layer_model": "fast_L_layer_model",
    "init_utils.model": "fast_init_model", "init_utils.gradient_descent": "fast_gradient_descent",
    "reg_utils.model": "fast_reg_model",
}

# Each trainer returns two functions: one trains, which is timed, the other returns the parameters that were reached.


def course(work, steps):
    """The fast form of the course's model, its checks and its start included; of other sizes, fast_gradient_descent."""
    import fast_network

    options = {"learning_rate": work.learning_rate, "num_iterations": steps, "print_cost": False, **work.arguments}
    if work.model == "init_utils.gradient_descent":
        options["parameters"] = work.start
    model, reached = getattr(fast_network, FAST[work.model]), []

    def train():
        reached[:] = [model(work.X, work.Y, **options)]

    return train, lambda: reached[0][0] if isinstance(reached[0], tuple) else reached[0]  # some return the costs, too


def as_read(work, steps):
    """The course's model, the loop that a learner reads, which calls the graded functions one by one.

    It is what a notebook runs, with the learner's functions in place of the module's. Of gradient_descent, that of L_layer_model.
    """
    module, name = work.model.split(".")
    options = {"learning_rate": work.learning_rate, "num_iterations": steps, "print_cost": False, **work.arguments}
    if name == "gradient_descent":
        module, name = "dnn_utils", "L_layer_model"
        options |= {"layers_dims": [len(work.X), *(len(work.start[f"b{l}"]) for l in work.layers)]}
    model, reached = getattr(importlib.import_module(module), name), []

    def train():
        reached[:] = [model(work.X, work.Y, **options)]

    return train, lambda: reached[0][0] if isinstance(reached[0], tuple) else reached[0]


def textbook(work, steps):
    """bench/textbook.py."""
    from . import textbook

    model = getattr(textbook, work.model.partition(".")[2], textbook.model)
    options = {"lambd": work.lambd, "keep_prob": work.keep_prob} if model is textbook.model else {}
    reached = []

    def train():
        reached[:] = model(work.X, work.Y, work.start, work.learning_rate, steps, **options)

    return train, lambda: reached[0]


def sklearn(work, steps):
    """scikit-learn's MLPClassifier: all examples in one batch, no momentum, no early end; its alpha is the course's lambd."""
    from sklearn.neural_network import MLPClassifier

    X, y = np.ascontiguousarray(work.X.T), work.Y[0]
    hidden = [len(work.start[f"b{l}"]) for l in work.layers][:-1]
    network = MLPClassifier(
        hidden, activation="relu", solver="sgd", alpha=work.lambd, batch_size=len(y), learning_rate_init=work.learning_rate,
        max_iter=1, shuffle=False, tol=0, momentum=0, nesterovs_momentum=False, n_iter_no_change=10**9, warm_start=True)
    network.fit(X, y)  # makes the arrays that are filled with the start; from there the second one goes on
    network.coefs_ = [work.start[f"W{l}"].T.copy() for l in work.layers]
    network.intercepts_ = [work.start[f"b{l}"][:, 0].copy() for l in work.layers]
    network.set_params(max_iter=steps)

    def parameters():
        weights = {f"W{l}": W.T for l, W in zip(work.layers, network.coefs_)}
        return weights | {f"b{l}": b[:, None] for l, b in zip(work.layers, network.intercepts_)}

    return lambda: network.fit(X, y), parameters


def torch_modules(work, steps):
    """PyTorch as its tutorials have it: nn.Sequential, BCELoss and optim.SGD; weight_decay of the weights is lambd / m."""
    import torch
    from torch import nn

    m = work.X.shape[1]
    X, Y = torch.tensor(work.X.T.copy()), torch.tensor(work.Y.T, dtype=torch.float64)
    linear = []
    for l in work.layers:
        W, b = torch.tensor(work.start[f"W{l}"]), torch.tensor(work.start[f"b{l}"][:, 0])
        linear.append(nn.Linear(*W.T.shape, dtype=torch.float64))
        linear[-1].load_state_dict({"weight": W, "bias": b})
    hidden = [part for layer in linear[:-1] for part in (layer, nn.ReLU())]
    network, loss = nn.Sequential(*hidden, linear[-1], nn.Sigmoid()), nn.BCELoss()
    groups = [{"params": [layer.weight for layer in linear], "weight_decay": work.lambd / m},
              {"params": [layer.bias for layer in linear]}]
    optimizer = torch.optim.SGD(groups, lr=work.learning_rate)

    def train():
        for _ in range(steps):
            optimizer.zero_grad()
            loss(network(X), Y).backward()
            optimizer.step()

    def parameters():
        weights = {f"W{l}": layer.weight.detach().numpy() for l, layer in zip(work.layers, linear)}
        return weights | {f"b{l}": layer.bias.detach().numpy()[:, None] for l, layer in zip(work.layers, linear)}

    return train, parameters


def torch_functions(work, steps):
    """PyTorch without its modules and optimizer: addmm, autograd.grad and an update in place, the fastest way that we found."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as loss

    m = work.X.shape[1]
    X, Y = torch.tensor(work.X.T.copy()), torch.tensor(work.Y.T, dtype=torch.float64)
    weights = [torch.tensor(work.start[f"W{l}"].T.copy(), requires_grad=True) for l in work.layers]
    biases = [torch.tensor(work.start[f"b{l}"][:, 0].copy(), requires_grad=True) for l in work.layers]

    def train():
        for _ in range(steps):
            A = X
            for W, b in zip(weights[:-1], biases[:-1]):
                A = torch.relu(torch.addmm(b, A, W))
            grads = torch.autograd.grad(loss(torch.addmm(biases[-1], A, weights[-1]), Y), weights + biases)
            with torch.no_grad():
                if work.lambd:
                    for W in weights:
                        W.mul_(1 - work.learning_rate * work.lambd / m)
                for value, gradient in zip(weights + biases, grads):
                    value.sub_(gradient, alpha=work.learning_rate)

    def parameters():
        found = {f"W{l}": W.detach().numpy().T for l, W in zip(work.layers, weights)}
        return found | {f"b{l}": b.detach().numpy()[:, None] for l, b in zip(work.layers, biases)}

    return train, parameters


TRAINERS = {"course": course, "as_read": as_read, "textbook": textbook, "sklearn": sklearn,
            "torch_modules": torch_modules, "torch_functions": torch_functions}
MODULES = {"sklearn": "sklearn", "torch_modules": "torch", "torch_functions": "torch"}  # what a trainer needs to be there


def main():
    name, work = sys.argv[1], None
    if name in MODULES:
        importlib.import_module(MODULES[name])
    if MODULES.get(name) == "torch":
        sys.modules["torch"].set_num_threads(1)
    warnings.filterwarnings("ignore", message="Stochastic Optimizer: Maximum iterations")  # that many were asked for
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=".*textbook")  # its cost takes log(0), ours does not
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever else is printed shall not mix with the answers
    for line in sys.stdin:
        request = json.loads(line)
        if "keep" in request:
            work, answer = Work(request["keep"]), {}
        else:
            train, parameters = TRAINERS[name](work, request["steps"])
            started = time.perf_counter()
            train()
            answer = {"seconds": time.perf_counter() - started}
            if request.get("parameters"):
                answer["parameters"] = {name: value.tolist() for name, value in parameters().items()}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
