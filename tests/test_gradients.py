"""Every backward function against derivatives found another way: complex steps, and the one-example formulas in plain loops."""

import numpy as np
import pytest
import scipy.special
import sklearn.metrics
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import dnn_utils
import gc_utils
import init_utils
import reg_utils

STEP = 1e-30  # a complex step has no cancellation, so it can be this small


@st.composite
def networks(draw, layers=(2, 3, 4, 5)):
    """Draw (X, Y, parameters): 2 to 5 layers of 1 to 6 units, m from 1 to 50, both labels, non-zero biases."""
    L, m = draw(st.sampled_from(layers)), draw(st.integers(1, 50))
    sizes = [draw(st.integers(1, 6)) for _ in range(L)] + [1]
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scale = draw(st.sampled_from([0.3, 1.0, 2.0]))
    parameters = {}
    for l in range(1, L + 1):
        parameters[f"W{l}"] = scale * rng.normal(size=(sizes[l], sizes[l - 1])) / np.sqrt(sizes[l - 1])
        parameters[f"b{l}"] = 0.5 * rng.normal(size=(sizes[l], 1))
    return rng.normal(size=(sizes[0], m)), rng.integers(0, 2, size=(1, m)), parameters


def complex_step(cost, parameters):
    """Return the gradient of cost(parameters), entry by entry, from the imaginary part after a step along the imaginary axis."""
    gradients = {}
    for name, value in parameters.items():
        gradient = np.zeros(value.shape)
        for at in np.ndindex(value.shape):
            shifted = value.astype(complex)
            shifted[at] += 1j * STEP
            gradient[at] = np.imag(cost({**parameters, name: shifted})) / STEP
        gradients["d" + name] = gradient
    return gradients


def cross_entropy(Z, Y):
    """Return the cost as a function of the last Z: log(1 + exp(Z)) - Y Z, which loses nothing where the sigmoid saturates."""
    softplus = np.where(Z > 0, Z, 0) + np.log1p(np.exp(np.where(Z > 0, -Z, Z)))
    return np.mean(softplus - Y * Z)


def unsaturated(A):
    """Return whether no probability is so close to 0 or 1 that 1 - A has lost its digits."""
    return np.all((A > 1e-6) & (A < 1 - 1e-6))


def assert_same(gradients, expected, tolerance=1e-12):
    """Assert that each expected gradient is there, in shape and to `tolerance` (of the largest entry, if over 1)."""
    scale = max(1, *(np.max(np.abs(value)) for value in expected.values()))
    for name, value in expected.items():
        assert gradients[name].shape == value.shape, name
        np.testing.assert_allclose(gradients[name], value, rtol=0, atol=tolerance * scale, err_msg=name)


@given(networks())
@settings(deadline=None, max_examples=40)
def test_L_model_backward_is_the_derivative_of_the_cost(network):
    X, Y, parameters = network
    AL, caches = dnn_utils.L_model_forward(X, parameters)
    assume(np.all((AL > 0) & (AL < 1)))  # at a saturated AL there is no dAL
    expected = complex_step(lambda p: cross_entropy(dnn_utils.L_model_forward(X, p)[1][-1][1], Y), parameters)
    assert_same(dnn_utils.L_model_backward(AL, Y, caches), expected)


@given(networks(), st.integers(1, 4))
@settings(deadline=None, max_examples=20)
def test_dA_is_the_derivative_with_respect_to_the_activations(network, layer):
    """Shift one activation of layer l and run only the layers after it: m * cost has the derivative dA[l]."""
    X, Y, parameters = network
    L = len(parameters) // 2
    layer = min(layer, L - 1)
    AL, caches = dnn_utils.L_model_forward(X, parameters)
    assume(np.all((AL > 0) & (AL < 1)))  # at a saturated AL there is no dAL
    A = caches[layer][0][0]
    rest = {f"{kind}{l - layer}": parameters[f"{kind}{l}"] for l in range(layer + 1, L + 1) for kind in "Wb"}
    cost = lambda shifted: Y.shape[1] * cross_entropy(dnn_utils.L_model_forward(shifted["A"], rest)[1][-1][1], Y)
    expected = complex_step(cost, {"A": A})["dA"]
    assert_same(dnn_utils.L_model_backward(AL, Y, caches), {f"dA{layer}": expected})


@given(networks(layers=[3]))
@settings(deadline=None, max_examples=20)
def test_backward_passes_of_three_layers(network):
    X, Y, parameters = network
    cache = init_utils.forward_propagation(X, parameters)[1]
    gradients = init_utils.backward_propagation(X, Y, cache)
    expected = complex_step(lambda p: cross_entropy(init_utils.forward_propagation(X, p)[1][8], Y), parameters)
    assert_same(gradients, expected)
    for labels in (Y, Y[0]):  # notebook 4 hands its labels over as (m,)
        cost, cache_n = gc_utils.forward_propagation_n(X, labels, parameters)
        assert_same(gc_utils.backward_propagation_n(X, labels, cache_n), gradients)


@given(networks(layers=[3]), st.sampled_from([0.0, 0.1, 0.7, 30.0]))
@settings(deadline=None, max_examples=20)
def test_backward_pass_with_regularization_in_both_forms(network, lambd):
    X, Y, parameters = network
    A3, cache = reg_utils.forward_propagation(X, parameters)
    penalty = lambda p: lambd / (2 * Y.shape[1]) * sum(np.sum(p[f"W{l}"] ** 2) for l in (1, 2, 3))
    expected = complex_step(lambda p: cross_entropy(reg_utils.forward_propagation(X, p)[1][8], Y) + penalty(p), parameters)
    if unsaturated(A3):
        cost = reg_utils.compute_cost_with_regularization(A3, Y, parameters, lambd)
        assert cost == pytest.approx(cross_entropy(cache[8], Y) + penalty(parameters), rel=1e-9)
    assume(np.all((A3 > 0) & (A3 < 1)))  # at a saturated A3 the second form has no dA3
    gradients = reg_utils.backward_propagation_with_regularization(X, Y, cache, lambd)
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    second = reg_utils.backward_propagation_L2(X, Y, (A1, Z1, W1, b1, A2, Z2, W2, b2, A3, Z3, W3, b3), lambd)
    assert_same(gradients, expected)
    assert_same(second, {name: gradients[name] for name in expected})


@given(networks(layers=[3]), st.sampled_from([0.1, 0.5, 0.86, 1.0]))
@settings(deadline=None, max_examples=20)
def test_backward_pass_with_dropout_in_both_forms(network, keep_prob):
    X, Y, parameters = network
    A3, cache = reg_utils.forward_propagation_with_dropout(X, parameters, keep_prob)
    last_Z = lambda p: reg_utils.forward_propagation_with_dropout(X, p, keep_prob)[1][10]  # the same masks at each call
    expected = complex_step(lambda p: cross_entropy(last_Z(p), Y), parameters)
    assume(np.all((A3 > 0) & (A3 < 1)))  # at a saturated A3 the second form has no dA3
    gradients = reg_utils.backward_propagation_with_dropout(X, Y, cache, keep_prob)
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    second = reg_utils.backward_propagation_dropout(X, Y, (A1, D1, Z1, W1, b1, A2, D2, Z2, W2, b2, A3, Z3, W3, b3), keep_prob)
    assert_same(gradients, expected)
    assert_same(second, {name: gradients[name] for name in expected})


@given(networks())
@settings(deadline=None, max_examples=30)
def test_vectorized_passes_equal_the_one_example_formulas(network):
    """The formulas for one example, in plain loops, with the mean taken at the end."""
    X, Y, parameters = network
    L, m = len(parameters) // 2, X.shape[1]
    AL, caches = dnn_utils.L_model_forward(X, parameters)
    assume(np.all((AL > 0) & (AL < 1)))  # at a saturated AL there is no dAL
    total = {name: 0 for l in range(1, L + 1) for name in (f"dW{l}", f"db{l}")}
    for i in range(m):
        a, z = [X[:, [i]]], [None]
        for l in range(1, L + 1):
            z.append(parameters[f"W{l}"] @ a[-1] + parameters[f"b{l}"])
            a.append(scipy.special.expit(z[-1]) if l == L else np.where(z[-1] > 0, z[-1], 0))
        np.testing.assert_allclose(AL[:, [i]], a[-1], rtol=1e-12)
        dz = a[-1] - Y[:, [i]]
        for l in reversed(range(1, L + 1)):
            total[f"dW{l}"] = total[f"dW{l}"] + dz @ a[l - 1].T / m
            total[f"db{l}"] = total[f"db{l}"] + dz / m
            if l > 1:
                dz = parameters[f"W{l}"].T @ dz * (z[l - 1] > 0)
    assert_same(dnn_utils.L_model_backward(AL, Y, caches), total)
    if unsaturated(AL):  # scikit-learn clips probabilities
        expected = sklearn.metrics.log_loss(Y[0], AL[0], labels=[0, 1])
        assert dnn_utils.compute_cost(AL, Y) == pytest.approx(expected, rel=1e-9)


def test_sigmoid_against_scipy():
    Z = np.concatenate([np.linspace(-700, 700, 2801), [-1e4, 1e4, 0]])
    np.testing.assert_allclose(dnn_utils.sigmoid(Z)[0], scipy.special.expit(Z), rtol=1e-14)


def test_inputs_are_not_modified():
    X, Y = np.random.default_rng(0).normal(size=(4, 5)), np.array([[0, 1, 0, 1, 1]])
    parameters = dnn_utils.initialize_parameters_scaled([4, 3, 2, 1])
    before = {name: value.copy() for name, value in parameters.items()}
    AL, caches = dnn_utils.L_model_forward(X, parameters)
    grads = dnn_utils.L_model_backward(AL, Y, caches)
    dnn_utils.update_parameters(parameters, grads, 0.1)
    gradients = init_utils.backward_propagation(X, Y, init_utils.forward_propagation(X, parameters)[1])
    gc_utils.gradient_check_n(parameters, gradients, X, Y)
    for name, value in parameters.items():
        np.testing.assert_array_equal(value, before[name])
    dA = np.ones((1, 3))
    assert np.array_equal(dnn_utils.relu_backward(dA, np.array([[-1.0, 0.0, 2.0]])), [[0, 0, 1]])
    assert np.array_equal(dA, np.ones((1, 3)))


@given(networks())
@settings(deadline=None, max_examples=20)
def test_dictionary_and_vector_are_inverse(network):
    _, _, parameters = network
    shuffled = dict(sorted(parameters.items(), reverse=True))
    theta, keys = gc_utils.dictionary_to_vector(shuffled)
    assert theta.shape == (len(keys), 1)
    assert list(dict.fromkeys(keys)) == list(parameters)  # W1 b1 W2 b2 ..., whatever the order of the dictionary
    back = gc_utils.vector_to_dictionary(theta, shuffled)
    for name, value in parameters.items():
        np.testing.assert_array_equal(back[name], value)
    gradients = {"d" + name: value for name, value in shuffled.items()}
    np.testing.assert_array_equal(gc_utils.gradients_to_vector({**gradients, "dZ1": value, "dA1": value}), theta)
