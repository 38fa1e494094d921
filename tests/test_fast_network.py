"""The fast training loop gives what the readable functions give; its arrays are its own; bad gradients are named."""

import inspect
import threading
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checks
import dnn_utils
import fast_network
import init_utils
import reg_utils
from fast_network import FastNetwork, FlatParameters

SIZES = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(lambda sizes: [*sizes, 1])


def network(sizes, seed, scale=1.0):
    rng = np.random.default_rng(seed)
    parameters = {}
    for l in range(1, len(sizes)):
        parameters[f"W{l}"] = scale * rng.normal(size=(sizes[l], sizes[l - 1]))
        parameters[f"b{l}"] = scale * rng.normal(size=(sizes[l], 1))
    return parameters


def examples(n_x, m, seed):
    rng = np.random.default_rng([seed, 1])
    return rng.normal(size=(n_x, m)), rng.integers(0, 2, size=(1, m))


def gradient(X, Y, parameters, **regularization):
    """Return {dW1: ...} by FastNetwork."""
    flat = FlatParameters(parameters)
    FastNetwork(X, Y, flat, **regularization).compute_gradient()
    return {f"d{kind}{l}": block[:, :-1] if kind == "W" else block[:, -1:]
            for l, block in enumerate(flat.gradient_blocks, 1) for kind in "Wb"}


def plain_descent(X, Y, parameters, learning_rate, num_iterations):
    """Return the parameters after gradient descent by the graded functions of notebook 1."""
    for _ in range(num_iterations):
        AL, caches = dnn_utils.L_model_forward(X, parameters)
        parameters = dnn_utils.update_parameters(parameters, dnn_utils.L_model_backward(AL, Y, caches), learning_rate)
    return parameters


def assert_same(got, expected, tolerance=1e-12):
    assert got.keys() == expected.keys()
    for name, value in expected.items():
        assert got[name].shape == value.shape
        assert np.max(np.abs(got[name] - value)) <= tolerance * max(np.max(np.abs(value)), 1e-3), name


@settings(deadline=None)
@given(SIZES, st.integers(1, 20), st.integers(0, 10**6))
def test_gradient_is_that_of_the_graded_functions_at_any_depth(sizes, m, seed):
    parameters, (X, Y) = network(sizes, seed), examples(sizes[0], m, seed)
    AL, caches = dnn_utils.L_model_forward(X, parameters)
    expected = dnn_utils.L_model_backward(AL, Y, caches)
    assert_same(gradient(X, Y, parameters), {name: value for name, value in expected.items() if name[1] != "A"}, 1e-9)


@pytest.mark.parametrize("lambd, keep_prob", [(0, 1), (0.7, 1), (0, 0.6), (1.3, 0.6)])
def test_gradient_is_that_of_a_complex_step(lambd, keep_prob):
    sizes, m, h = [3, 4, 3, 1], 7, 1e-30
    parameters, (X, Y) = network(sizes, 5), examples(3, m, 5)
    masks = [np.random.default_rng(l).random((sizes[l], m)) < keep_prob for l in (1, 2)]
    scales = [mask / keep_prob for mask in masks] if keep_prob < 1 else ()

    def cost(parameters):
        A = X
        for l in range(1, 4):
            Z = parameters[f"W{l}"] @ A + parameters[f"b{l}"]
            A = Z * (Z.real > 0)
            if l < 3:
                A = A * masks[l - 1] / keep_prob
        return (np.mean(np.log(1 + np.exp(-Z)) + (1 - Y) * Z)
                + lambd / (2 * m) * sum(np.sum(parameters[f"W{l}"] ** 2) for l in (1, 2, 3)))

    for name, got in gradient(X, Y, parameters, lambd=lambd, scales=scales).items():
        for at in np.ndindex(got.shape):
            moved = {key: value.astype(complex) for key, value in parameters.items()}
            moved[name[1:]][at] += 1j * h
            assert got[at] == pytest.approx(cost(moved).imag / h, rel=1e-10, abs=1e-14)


@settings(deadline=None, max_examples=20)
@given(SIZES, st.integers(2, 30), st.integers(0, 10**6))
def test_many_steps(sizes, m, seed):
    parameters, (X, Y) = network(sizes, seed, 0.5), examples(sizes[0], m, seed)
    flat = FlatParameters(parameters)
    fast = FastNetwork(X, Y, flat)
    for _ in range(50):
        fast.compute_gradient()
        flat.step(0.05)
    assert_same(flat.copy(), plain_descent(X, Y, parameters, 0.05, 50), 1e-10)


def in_the_loop(X, Y, parameters, *options, cost, **more):
    return init_utils.gradient_descent(
        X, Y, parameters, init_utils.forward_propagation, init_utils.backward_propagation, cost, *options, **more)


@pytest.mark.parametrize("descent", [in_the_loop, fast_network.fast_gradient_descent], ids=["loop", "fast"])
def test_gradient_descent_has_its_own_arrays(descent):
    parameters, (X, Y) = network([2, 4, 3, 1], 3), examples(2, 9, 3)
    before = {name: value.copy() for name, value in parameters.items()}
    seen = []

    def cost(A, Y, parameters):
        seen.append(parameters["W1"].copy())
        return init_utils.compute_loss(A, Y)

    run = lambda steps: descent(X, Y, parameters, 0.1, steps, cost=cost, every=2)
    trained, costs = run(5)
    for name, value in before.items():
        np.testing.assert_array_equal(parameters[name], value)
    assert type(trained) is dict and len(costs) == 3 and all(value.base is None for value in trained.values())
    np.testing.assert_array_equal(seen[0], before["W1"])
    assert_same(trained, plain_descent(X, Y, parameters, 0.1, 5))
    np.testing.assert_allclose(seen[1], plain_descent(X, Y, parameters, 0.1, 2)["W1"], rtol=1e-12)
    untrained = run(0)[0]
    assert_same(untrained, before)
    assert not any(np.shares_memory(untrained[name], parameters[name]) for name in before)


def test_the_costs_of_fast_gradient_descent_are_the_cross_entropy():
    parameters, (X, Y) = network([2, 4, 3, 1], 3), examples(2, 9, 3)
    cost = lambda A, Y, parameters: init_utils.compute_loss(A, Y)
    _, expected = in_the_loop(X, Y, parameters, 0.1, 5, cost=cost, every=2)
    assert fast_network.fast_gradient_descent(X, Y, parameters, 0.1, 5, every=2)[1] == pytest.approx(expected, rel=1e-12)


MODELS = {  # name -> (the loop that a learner reads, its fast form, their arguments after X and Y, for 2 inputs)
    "two layers": (dnn_utils.two_layer_model, fast_network.fast_two_layer_model, ([2, 5, 1], 0.1), {}),
    "three layers": (dnn_utils.L_layer_model, fast_network.fast_L_layer_model, ([2, 5, 4, 1], 0.1), {}),
    "one layer": (dnn_utils.L_layer_model, fast_network.fast_L_layer_model, ([2, 1], 0.1), {}),
    "he": (init_utils.model, fast_network.fast_init_model, (0.05,), {}),
    "zeros": (init_utils.model, fast_network.fast_init_model, (0.05,), {"initialization": "zeros"}),
    "plain": (reg_utils.model, fast_network.fast_reg_model, (0.05,), {}),
    "L2": (reg_utils.model, fast_network.fast_reg_model, (0.05,), {"lambd": 0.7}),
    "dropout": (reg_utils.model, fast_network.fast_reg_model, (0.05,), {"keep_prob": 0.86}),
    "short keep_prob": (reg_utils.model, fast_network.fast_reg_model, (0.05,), {"keep_prob": np.float32(0.86)}),
}


@pytest.mark.parametrize("name", MODELS)
def test_the_fast_form_of_a_model_gives_what_its_loop_gives(name, capsys):
    loop, fast, arguments, options = MODELS[name]
    assert inspect.signature(fast) == inspect.signature(loop)
    X, Y = examples(2, 40, 4)
    found = []
    for model in (fast, loop):
        np.random.seed(0)
        result = model(X, Y, *arguments, num_iterations=250, print_cost=True, **options)
        costs = result[1] if isinstance(result, tuple) else []
        found.append((result[0] if costs else result, costs, capsys.readouterr().out, np.random.random()))
    (trained, *ours), (expected, *theirs) = found
    assert_same(trained, expected)
    assert ours[0] == pytest.approx(theirs[0], rel=1e-12) and len(ours[0]) == (3 if "layer" in name else 0)
    assert ours[1] == theirs[1] and "Cost after iteration 0" in ours[1]
    assert ours[2] == theirs[2]  # the random numbers go on from the same place
    assert type(trained) is dict and all(value.base is None for value in trained.values())


@pytest.mark.parametrize("name", MODELS)
def test_both_forms_refuse_the_same_arguments(name):
    loop, fast, arguments, options = MODELS[name]
    X, Y = examples(2, 12, 4)
    said = []
    for model in (loop, fast):
        with pytest.raises(ValueError) as error:
            model(X, Y[:, :3], *arguments, **options)
        said.append(str(error.value))
    assert said[0] == said[1] and said[0].startswith("Y")


def test_a_saturated_network_is_quiet():
    X, Y = np.array([[1e6, -1e6]]), np.array([[1, 1]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = gradient(X, Y, {"W1": np.ones((1, 1)), "b1": np.zeros((1, 1))})
    np.testing.assert_array_equal(got["db1"], [[-0.5]])  # probabilities 1 and 0, both labels 1
    np.testing.assert_array_equal(got["dW1"], [[5e5]])


@pytest.mark.parametrize("name, value, came", [
    ("db2", np.zeros(3), "grads['db2']: expected shape (3, 1), got shape (3,)"),
    ("dW1", np.zeros((4, 1)), "grads['dW1']: expected shape (4, 2), got shape (4, 1)"),
    ("dW3", None, "a dictionary with key dW3"),
], ids=["bias", "weight", "missing"])
def test_a_gradient_that_does_not_fit_is_named(name, value, came):
    parameters, (X, Y) = network([2, 4, 3, 1], 3), examples(2, 9, 3)

    def backward(X, Y, cache):
        grads = {**init_utils.backward_propagation(X, Y, cache), name: value}
        return {key: grad for key, grad in grads.items() if grad is not None}

    with pytest.raises(ValueError) as error:
        init_utils.gradient_descent(X, Y, parameters, init_utils.forward_propagation, backward,
                                    lambda A, Y, parameters: 0.0, 0.1, 3)
    assert came in str(error.value) and "应为" in str(error.value)


class TestWithoutDA0:
    """The image networks compute no gradient that nobody uses, whatever way the learner's own functions are written."""

    parameters, (X, Y) = network([6, 4, 3, 1], 8), examples(6, 11, 8)

    def expected(self, parameters):
        AL, caches = dnn_utils.L_model_forward(self.X, parameters)
        grads = dnn_utils.L_model_backward(AL, self.Y, caches)
        return AL, caches, {name: value for name, value in grads.items() if name[1] != "A"}

    def trained_by(self, backward, parameters=None):
        AL, caches, expected = self.expected(parameters or self.parameters)
        grads = dnn_utils.backward_without_dA0(backward, AL, self.Y, caches)
        assert_same({name: value for name, value in grads.items() if name[1] != "A"}, expected, 1e-13)
        return grads

    def test_the_gradients_are_those_of_the_full_pass(self):
        assert not any(name.startswith("dA") for name in self.trained_by(dnn_utils.L_model_backward))

    def test_older_notebooks_give_the_gradients_other_numbers(self):
        def backward(AL, Y, caches):
            grads = dnn_utils.L_model_backward(AL, Y, caches)
            return {f"dA{int(name[2:]) + 1}" if name[1] == "A" else name: value for name, value in grads.items()}

        self.trained_by(backward)

    def test_a_pass_that_keeps_no_activations_gradient(self):
        self.trained_by(lambda *a: {name: g for name, g in dnn_utils.L_model_backward(*a).items() if name[1] != "A"})

    def test_asserts_on_shapes_hold(self):
        def backward(AL, Y, caches):
            grads = dnn_utils.L_model_backward(AL, Y, caches)
            for l, ((A_prev, W, _), _) in enumerate(caches, 1):
                assert grads[f"dA{l - 1}"].shape == A_prev.shape and grads[f"dW{l}"].shape == W.shape
            return grads

        self.trained_by(backward)

    def test_one_layer(self):
        self.trained_by(dnn_utils.L_model_backward, network([6, 1], 2))

    @pytest.mark.parametrize("train, sizes", [(dnn_utils.two_layer_model, [6, 4, 1]), (dnn_utils.L_layer_model, [6, 4, 3, 1])])
    def test_no_product_has_as_many_rows_as_the_input(self, monkeypatch, train, sizes):
        rows = []
        linear_backward = checks.unchecked(dnn_utils.linear_backward)

        def spy(dZ, cache):
            result = linear_backward(dZ, cache)
            rows.append(len(result[0]))
            return result

        monkeypatch.setattr(dnn_utils, "linear_backward", spy)
        train(self.X, self.Y, sizes, num_iterations=2)
        assert rows == [*sizes[-2:0:-1], 0] * 2


@pytest.mark.parametrize("train", [dnn_utils.L_layer_model, fast_network.fast_L_layer_model], ids=["loop", "fast"])
def test_a_model_checks_once(monkeypatch, train):
    counted = []
    monkeypatch.setattr(checks, "check_matrix", lambda *a, **k: counted.append(1))
    X, Y = examples(6, 11, 8)
    train(X, Y, [6, 4, 3, 1], num_iterations=3)
    few = len(counted)
    train(X, Y, [6, 4, 3, 1], num_iterations=30)
    assert len(counted) == 2 * few
    with pytest.raises(ValueError):
        train(X, Y[:, :3], [6, 4, 3, 1], num_iterations=3)
    still_checks()


# ---------------------------------------------------------------- checks.off()


def still_checks():
    with pytest.raises(ValueError, match="AL: expected"):
        dnn_utils.compute_cost(np.array([[0.5, 2.0]]), np.array([[1, 0]]))


def test_while_a_model_trains_in_one_thread_another_one_still_checks(monkeypatch):
    training, looked = threading.Event(), threading.Event()
    update = checks.unchecked(dnn_utils.update_parameters)

    def wait_in_a_step(*arguments):
        training.set()
        assert looked.wait(60)
        return update(*arguments)

    monkeypatch.setattr(dnn_utils, "update_parameters", wait_in_a_step)
    thread = threading.Thread(target=dnn_utils.L_layer_model, args=(*examples(6, 11, 8), [6, 4, 1]), kwargs={"num_iterations": 1})
    thread.start()
    try:
        assert training.wait(60)
        still_checks()
    finally:
        looked.set()
        thread.join()
    still_checks()


def test_checks_are_on_again_after_an_error_and_off_within_off():
    bad = np.array([[0.5, 2.0]]), np.array([[1, 0]])
    with pytest.raises(ZeroDivisionError), checks.off(), np.errstate(all="ignore"):
        with checks.off():
            dnn_utils.compute_cost(*bad)
        dnn_utils.compute_cost(*bad)
        raise ZeroDivisionError
    still_checks()
