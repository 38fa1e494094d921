"""The models reach what the textbook way of training reaches: every parameter to 1e-12 after 1,000 steps, and the same costs.

bench/textbook.py is written from the formulas and shares nothing with the modules; bench/training.py measures both.
"""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "bench"))

import textbook  # noqa: E402

import dnn_utils  # noqa: E402
import fast_network  # noqa: E402
import init_utils  # noqa: E402
import reg_utils  # noqa: E402

STEPS = 1000
CIRCLES = init_utils.load_dataset()[:2]
CURRENTS = reg_utils.load_2D_dataset()[:2]
# a model as a learner reads it, a loop that calls the graded functions, and its fast form
LOOPS = SimpleNamespace(two_layer_model=dnn_utils.two_layer_model, L_layer_model=dnn_utils.L_layer_model,
                        init_model=init_utils.model, reg_model=reg_utils.model)
FAST = SimpleNamespace(two_layer_model=fast_network.fast_two_layer_model, L_layer_model=fast_network.fast_L_layer_model,
                       init_model=fast_network.fast_init_model, reg_model=fast_network.fast_reg_model)
FORMS = pytest.mark.parametrize("form", [LOOPS, FAST], ids=["loop", "fast"])
VARIANTS = {"plain": {}, "L2": {"lambd": 0.7}, "dropout": {"keep_prob": 0.86}}


@pytest.fixture(scope="module")
def images():
    """The first 60 images of notebook 1: training on all of them takes seconds."""
    pictures, labels, *_ = dnn_utils.load_data()
    return pictures[:60].reshape(60, -1).T / 255, labels[:, :60]


def distance(found, expected):
    """Return the largest difference of an array's entries, relative to its largest entry, over all parameters."""
    assert found.keys() == expected.keys()
    return max(np.abs(found[name] - value).max() / np.abs(value).max() for name, value in expected.items())


def costs_of(text):
    """Return the costs that a model printed."""
    return [float(line.split(": ")[1]) for line in text.splitlines() if line.startswith("Cost")]


def initialized(initialization):
    return getattr(init_utils, f"initialize_parameters_{initialization}")([2, 10, 5, 1])


@FORMS
@pytest.mark.parametrize("initialization", ["he", "zeros"])
def test_notebook_2(initialization, form, capsys):
    X, Y = CIRCLES[0][:, 1:], CIRCLES[1][:, 1:]  # of all 300, half have label 1: from zeros, the gradient is exactly zero
    steps = STEPS + 1  # the cost is printed before the first step and after 1,000
    expected, costs = textbook.model(X, Y, initialized(initialization), 0.01, steps)
    if initialization == "zeros":  # only the last bias moves
        found = form.init_model(X, Y, 0.01, steps, initialization=initialization)
        assert not any(found[name].any() for name in ("W1", "b1", "W2", "b2", "W3"))
        found, expected = {"b3": found["b3"]}, {"b3": expected["b3"]}
    else:
        found = form.init_model(X, Y, 0.01, steps, initialization=initialization)
    assert distance(found, expected) < 1e-12
    assert costs_of(capsys.readouterr().out) == pytest.approx(costs, abs=1e-6)


@FORMS
@pytest.mark.filterwarnings("ignore:.*encountered in (log|multiply):RuntimeWarning")  # the textbook's log(0); the course's own is quiet
def test_the_large_random_start_agrees_as_long_as_the_textbook_agrees_with_itself(form):
    """From randn * 10, any change of the last bit grows a thousandfold in a few dozen steps: 1,000 steps of it prove nothing."""
    X, Y = CIRCLES
    start = initialized("random")
    moved = {name: value * (1 + np.finfo(float).eps) for name, value in start.items()}
    assert distance(form.init_model(X, Y, 0.01, 30, False, "random"), textbook.model(X, Y, start, 0.01, 30)[0]) < 1e-12
    assert distance(textbook.model(X, Y, moved, 0.01, STEPS)[0], textbook.model(X, Y, start, 0.01, STEPS)[0]) > 1e-5


@FORMS
@pytest.mark.parametrize("name", VARIANTS)
def test_notebook_3(name, form, capsys):
    X, Y = CURRENTS
    expected, costs = textbook.model(X, Y, reg_utils.initialize_parameters([2, 20, 3, 1]), 0.3, STEPS, **VARIANTS[name])
    assert distance(form.reg_model(X, Y, 0.3, STEPS, **VARIANTS[name]), expected) < 1e-12
    assert costs_of(capsys.readouterr().out) == pytest.approx(costs, abs=1e-6)


@FORMS
@pytest.mark.parametrize("layers", [[784, 7, 1], [784, 20, 7, 5, 1]])
def test_notebook_1(layers, form, images):
    X, Y = images
    if len(layers) == 3:
        start, ours, theirs = dnn_utils.initialize_parameters(*layers), form.two_layer_model, textbook.two_layer_model
    else:
        start, ours, theirs = dnn_utils.initialize_parameters_scaled(layers), form.L_layer_model, textbook.L_layer_model
    (expected, costs), (found, own) = theirs(X, Y, start, 0.02, STEPS), ours(X, Y, layers, 0.02, STEPS)
    assert distance(found, expected) < 1e-12
    np.testing.assert_allclose(own, costs, rtol=1e-12)


@FORMS
def test_one_example_alone(form):
    X, Y = CIRCLES[0][:, :1], CIRCLES[1][:, :1]
    expected, _ = textbook.model(X, Y, initialized("he"), 0.01, 50)
    assert distance(form.init_model(X, Y, 0.01, 50, False), expected) < 1e-12


@FORMS
@pytest.mark.parametrize("train", [
    lambda form, X, Y, steps: form.init_model(X, Y, 0.01, steps, False),
    lambda form, X, Y, steps: form.reg_model(X, Y, 0.3, steps, False, lambd=0.7),
    lambda form, X, Y, steps: form.reg_model(X, Y, 0.3, steps, False, keep_prob=0.86),
    lambda form, X, Y, steps: form.two_layer_model(X, Y, [2, 7, 1], 0.1, steps)[0],
    lambda form, X, Y, steps: form.L_layer_model(X, Y, [2, 5, 4, 1], 0.1, steps)[0],
], ids=["notebook 2", "L2", "dropout", "two layers", "three layers"])
def test_a_training_leaves_its_data_and_an_earlier_result_alone(train, form):
    X, Y = (array.copy() for array in CIRCLES)
    first = train(form, X, Y, 20)
    kept = {name: value.copy() for name, value in first.items()}
    second = train(form, X, Y, 40)
    assert distance(first, kept) == 0 and distance(second, kept) > 0
    assert np.array_equal(X, CIRCLES[0]) and np.array_equal(Y, CIRCLES[1])
