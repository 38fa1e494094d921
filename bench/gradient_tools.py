"""The gradient checks that bench/gradients.py compares, each for real and all asked the same: what is wrong with this case?

A tool is a function of a Case (wrong_gradients.py) and returns the parameters that it calls wrong: [] for none, ["W1"] where it
names one, [UNNAMED] where it says that something is wrong and not where. PyTorch and JAX are asked as their users ask them: the
parameters are separate inputs, the tolerances their defaults. A tool whose package is missing is not in TOOLS.
"""

import functools
import math
import re
from importlib.util import find_spec

import numpy as np
from scipy.optimize import check_grad
from scipy.optimize._numdiff import check_derivative

import gc_utils
from dnn_utils import L_model_forward
from gradient_report import gradient_report

from . import peer_checks

UNNAMED = "?"
OURS = "gradient_report"
BLACK_BOX = "gradient_report of theta"


def noticed(wrong):
    return [UNNAMED] if wrong else []


def named(name):
    return [name] if name else []


def functions(case):
    """Return what a numpy-only check takes."""
    return case.cost_at, case.gradient_at, case.theta


# ---------------------------------------------------------------- ours


def our_report(case):
    """Return the report on the functions of the network."""
    return gradient_report(case.forward, case.backward, case.parameters, case.X, case.Y, lambd=case.lambd)


def black_box_report(case):
    """Return the report on what the peers are given too: the cost and the gradient as functions of one vector."""
    return gradient_report(case.cost_at, case.gradient_at, case.theta, names=case.names)


def rows_called_wrong(report):
    return [row.name for row in report.rows if row.verdict == "wrong"]


def gradient_check_n(case):
    """Return the exercise of notebook 4, which has three layers and no L2 term; for any other network, its NumPy-only form."""
    if not is_exercise(case):
        return peer_checks.exercise(*functions(case))
    AL, caches = case.forward(case.X, case.parameters)
    return gc_utils.gradient_check_n(case.parameters, case.backward(AL, case.Y, caches), case.X, case.Y)


def is_exercise(case):
    return len(case.parameters) == 6 and case.lambd == 0 and case.forward is L_model_forward


# ---------------------------------------------------------------- SciPy


def relative_check_grad(case, check=check_grad):
    """Return the error of check_grad relative to the norm of the gradient, 0 where both are 0."""
    error, size = check(*functions(case)), np.linalg.norm(case.gradient_at(case.theta))
    return error / size if error else 0.0


def scipy_check_derivative(case):
    return check_derivative(case.cost_at, lambda theta: case.gradient_at(theta)[np.newaxis], case.theta)


# ---------------------------------------------------------------- PyTorch and JAX


def split(theta, shapes):
    """Return theta as one array for each shape."""
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    return [block.reshape(shape) for block, shape in zip(np.split(theta, ends[:-1]), shapes)]


def joined(values):
    return np.concatenate([np.asarray(value).ravel() for value in values])


def torch_gradcheck(case, fast_mode=False):
    """Return the parameter that torch.autograd.gradcheck names, of the learner's gradient as the backward pass of a Function."""
    import torch
    from torch.autograd.gradcheck import GradcheckError, gradcheck

    torch.set_num_threads(1)
    shapes = [value.shape for value in case.parameters.values()]

    class Learner(torch.autograd.Function):
        @staticmethod
        def forward(context, *parameters):
            context.save_for_backward(*parameters)
            return torch.tensor(case.cost_at(joined([value.detach().numpy() for value in parameters])), dtype=torch.float64)

        @staticmethod
        def backward(context, grad_output):
            gradient = case.gradient_at(joined([value.detach().numpy() for value in context.saved_tensors]))
            return tuple(grad_output * torch.from_numpy(part.copy()) for part in split(gradient, shapes))

    inputs = tuple(torch.tensor(value, requires_grad=True) for value in case.parameters.values())
    try:
        gradcheck(Learner.apply, inputs, fast_mode=fast_mode)
    except GradcheckError as error:
        return [list(case.parameters)[int(re.search(r"with respect to input (\d+)", str(error))[1])]]
    return []


@functools.cache
def jax_function(shapes):
    """Return (f, place): f(*parameters) is the cost of place["case"], with its gradient; once for all cases of these shapes."""
    import jax

    jax.config.update("jax_enable_x64", True)
    place, result = {}, lambda shape: jax.ShapeDtypeStruct(shape, np.float64)

    cost = lambda *values: np.float64(place["case"].cost_at(joined(values)))
    gradient = lambda *values: tuple(split(place["case"].gradient_at(joined(values)), shapes))
    call_cost = jax.jit(lambda *parameters: jax.pure_callback(cost, result(()), *parameters))
    call_gradient = jax.jit(lambda *parameters: jax.pure_callback(gradient, tuple(map(result, shapes)), *parameters))

    @jax.custom_vjp
    def f(*parameters):
        return call_cost(*parameters)

    f.defvjp(lambda *parameters: (call_cost(*parameters), parameters),
             lambda parameters, cotangent: tuple(cotangent * part for part in call_gradient(*parameters)))
    return f, place


def jax_check_grads(case):
    """Return whether jax.test_util.check_grads passes the learner's gradient as the backward pass of a custom_vjp function."""
    from jax.test_util import check_grads

    f, place = jax_function(tuple(value.shape for value in case.parameters.values()))
    place["case"] = case
    try:
        check_grads(f, tuple(case.parameters.values()), order=1, modes=["rev"])
    except AssertionError:
        return False
    return True


# ---------------------------------------------------------------- all of them

LIMIT = peer_checks.THRESHOLDS
TOOLS = {  # name -> what it says to a case
    "gradient_check_n": lambda case: noticed(gradient_check_n(case) >= LIMIT["exercise"]),
    "SciPy check_grad": lambda case: noticed(relative_check_grad(case) > LIMIT["check_grad"]),
    "SciPy approx_derivative": lambda case: noticed(scipy_check_derivative(case) > LIMIT["check_derivative"]),
    "PyTorch gradcheck": torch_gradcheck,
    "PyTorch gradcheck, fast": lambda case: torch_gradcheck(case, fast_mode=True),
    "JAX check_grads": lambda case: noticed(not jax_check_grads(case)),
    OURS: lambda case: rows_called_wrong(our_report(case)),
    BLACK_BOX: lambda case: rows_called_wrong(black_box_report(case)),
}
NUMPY_ONLY = {  # the same, of peer_checks.py
    "gradient_check_n": lambda case: noticed(peer_checks.exercise(*functions(case)) >= LIMIT["exercise"]),
    "SciPy check_grad": lambda case: noticed(relative_check_grad(case, peer_checks.check_grad) > LIMIT["check_grad"]),
    "SciPy approx_derivative": lambda case: noticed(peer_checks.check_derivative(*functions(case)) > LIMIT["check_derivative"]),
    "PyTorch gradcheck": lambda case: named(peer_checks.gradcheck(*functions(case), case.names)),
    "PyTorch gradcheck, fast": lambda case: named(peer_checks.fast_gradcheck(*functions(case), case.names)),
    "JAX check_grads": lambda case: noticed(not peer_checks.check_grads(*functions(case))),
}
PACKAGES = {"PyTorch": "torch", "JAX": "jax"}
MISSING = [name for name in NUMPY_ONLY if (package := PACKAGES.get(name.split()[0])) and find_spec(package) is None]
for name in MISSING:
    del TOOLS[name], NUMPY_ONLY[name]
