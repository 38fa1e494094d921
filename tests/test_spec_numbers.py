"""Every number of the course that learners know: test cases, costs and accuracies."""

import numpy as np
import pytest

import dnn_utils
import gc_utils
import init_utils
import reg_utils
import testCases

PRINTED = 5.1e-9  # NumPy prints eight decimals


def same(value, expected, atol=PRINTED):
    """Assert that `value` has the shape of `expected` and its values to the digits printed."""
    assert np.shape(value) == np.shape(expected)
    np.testing.assert_allclose(value, expected, rtol=0, atol=atol)


def test_initialize_parameters():
    parameters = dnn_utils.initialize_parameters(3, 2, 1)
    assert list(parameters) == ["W1", "b1", "W2", "b2"]
    same(parameters["W1"], [[0.01624345, -0.00611756, -0.00528172], [-0.01072969, 0.00865408, -0.02301539]])
    same(parameters["W2"], [[0.01744812, -0.00761207]])
    same(parameters["b1"], [[0], [0]], 0)
    same(parameters["b2"], [[0]], 0)


def test_initialize_parameters_deep():
    parameters = dnn_utils.initialize_parameters_deep([5, 4, 3])
    same(parameters["W1"][0], [0.01788628, 0.0043651, 0.00096497, -0.01863493, -0.00277388])
    same(parameters["W2"][0], [-0.01185047, -0.0020565, 0.01486148, 0.00236716])
    assert parameters["W1"].shape == (4, 5) and parameters["W2"].shape == (3, 4)
    same(parameters["b1"], np.zeros((4, 1)), 0)
    same(parameters["b2"], np.zeros((3, 1)), 0)


def test_linear_forward():
    A, W, b = testCases.linear_forward_test_case()
    Z, cache = dnn_utils.linear_forward(A, W, b)
    same(Z, [[3.26295337, -1.23429987]])
    assert len(cache) == 3 and all(kept is given for kept, given in zip(cache, (A, W, b)))


@pytest.mark.parametrize(
    "activation, expected", [("sigmoid", [[0.96890023, 0.11013289]]), ("relu", [[3.43896131, 0.0]])]
)
def test_linear_activation_forward(activation, expected):
    A_prev, W, b = testCases.linear_activation_forward_test_case()
    A, (linear_cache, activation_cache) = dnn_utils.linear_activation_forward(A_prev, W, b, activation)
    same(A, expected)
    same(activation_cache, W @ A_prev + b, 1e-15)
    assert linear_cache[0] is A_prev


def test_L_model_forward():
    AL, caches = dnn_utils.L_model_forward(*testCases.L_model_forward_test_case())
    same(AL, [[0.17007265, 0.2524272]])
    assert isinstance(caches, list) and len(caches) == 2


def test_compute_cost():
    Y, AL = testCases.compute_cost_test_case()
    cost = dnn_utils.compute_cost(AL, Y)
    assert np.shape(cost) == ()
    assert cost == pytest.approx(0.414931599615397, abs=5e-16)


def test_linear_backward():
    dA_prev, dW, db = dnn_utils.linear_backward(*testCases.linear_backward_test_case())
    same(dA_prev, [[0.51822968, -0.19517421], [-0.40506361, 0.15255393], [2.37496825, -0.89445391]])
    same(dW, [[-0.10076895, 1.40685096, 1.64992505]])
    same(db, [[0.50629448]])


def test_linear_activation_backward():
    dA, cache = testCases.linear_activation_backward_test_case()
    dA_prev, dW, db = dnn_utils.linear_activation_backward(dA, cache, "sigmoid")
    same(dA_prev, [[0.11017994, 0.01105339], [0.09466817, 0.00949723], [-0.05743092, -0.00576154]])
    same(dW, [[0.10266786, 0.09778551, -0.01968084]])
    same(db, [[-0.05729622]])
    dA_prev, dW, db = dnn_utils.linear_activation_backward(dA, cache, "relu")
    same(dA_prev, [[0.44090989, 0], [0.37883606, 0], [-0.2298228, 0]])
    same(dW, [[0.44513824, 0.37371418, -0.10478989]])
    same(db, [[-0.20837892]])


def test_L_model_backward():
    grads = dnn_utils.L_model_backward(*testCases.L_model_backward_test_case())
    assert set(grads) == {"dA0", "dA1", "dW1", "dW2", "db1", "db2"}
    same(grads["dW1"], [[0.41010002, 0.07807203, 0.13798444, 0.10502167], [0, 0, 0, 0],
                        [0.05283652, 0.01005865, 0.01777766, 0.0135308]])
    same(grads["db1"], [[-0.22007063], [0], [-0.02835349]])
    same(grads["dA1"], [[0.12913162, -0.44014127], [-0.14175655, 0.48317296], [0.01663708, -0.05670698]])


def test_update_parameters():
    parameters = dnn_utils.update_parameters(*testCases.update_parameters_test_case(), 0.1)
    same(parameters["W1"], [[-0.59562069, -0.09991781, -2.14584584, 1.82662008],
                            [-1.76569676, -0.80627147, 0.51115557, -1.18258802],
                            [-1.0535704, -0.86128581, 0.68284052, 2.20374577]])
    same(parameters["b1"], [[-0.04659241], [-1.28888275], [0.53405496]])
    same(parameters["W2"], [[-0.55569196, 0.0354055, 1.32964895]])
    same(parameters["b2"], [[-0.84610769]])


def test_initialization_test_cases():
    zeros = init_utils.initialize_parameters_zeros([3, 2, 1])
    for name, shape in (("W1", (2, 3)), ("b1", (2, 1)), ("W2", (1, 2)), ("b2", (1, 1))):
        same(zeros[name], np.zeros(shape), 0)
    random = init_utils.initialize_parameters_random([3, 2, 1])
    same(random["W1"], [[17.88628473, 4.36509851, 0.96497468], [-18.63492703, -2.77388203, -3.54758979]])
    same(random["W2"], [[-0.82741481, -6.27000677]])
    he = init_utils.initialize_parameters_he([2, 4, 1])
    same(he["W1"], [[1.78862847, 0.43650985], [0.09649747, -1.8634927],
                    [-0.2773882, -0.35475898], [-0.08274148, -0.62700068]])
    same(he["W2"], [[-0.03098412, -0.33744411, -0.92904268, 0.62552248]])
    for parameters in (random, he):
        assert not np.any(parameters["b1"]) and not np.any(parameters["b2"])


HE_COSTS = [0.883053746, 0.687982592, 0.675128626, 0.652611777, 0.608295897, 0.530494449, 0.413864582, 0.311780346,
            0.236962153, 0.185972872, 0.150155563, 0.123250793, 0.099177465, 0.084570560, 0.073578960]


def printed_costs(text):
    return [float(line.split(": ")[1]) for line in text.splitlines() if line.startswith("Cost after iteration")]


@pytest.fixture(scope="module")
def circles():
    return init_utils.load_dataset()


def accuracy(predict, X, Y, parameters):
    return np.mean(predict(X, Y, parameters) == Y)


def test_circles(circles):
    assert [np.shape(part) for part in circles] == [(2, 300), (1, 300), (2, 100), (1, 100)]
    assert [np.unique(part).tolist() for part in circles[1::2]] == [[0, 1], [0, 1]]


@pytest.mark.parametrize("initialization, train, test", [("zeros", 0.5, 0.5), ("random", 0.83, 0.86), ("he", 0.993333, 0.96)])
def test_model_of_notebook_2(circles, capsys, initialization, train, test):
    train_X, train_Y, test_X, test_Y = circles
    parameters = init_utils.model(train_X, train_Y, initialization=initialization)
    costs = printed_costs(capsys.readouterr().out)
    assert len(costs) == 15
    if initialization == "zeros":
        np.testing.assert_allclose(costs, 0.693147, atol=5.1e-7)
        assert not np.any(init_utils.predict_dec(parameters, train_X))
    elif initialization == "random":
        assert costs[0] == np.inf
        np.testing.assert_allclose([costs[1], costs[-1]], [0.624, 0.383], atol=6e-3)
    else:
        np.testing.assert_allclose(costs, HE_COSTS, atol=5.1e-7)
    assert accuracy(init_utils.predict, train_X, train_Y, parameters) == pytest.approx(train, abs=1e-6)
    assert accuracy(init_utils.predict, test_X, test_Y, parameters) == pytest.approx(test, abs=1e-6)


def test_costs_of_he_to_all_digits(circles):
    X, Y = circles[:2]
    _, costs = init_utils.gradient_descent(
        X, Y, init_utils.initialize_parameters_he([2, 10, 5, 1]), init_utils.forward_propagation,
        init_utils.backward_propagation, lambda a3, Y, parameters: init_utils.compute_loss(a3, Y), 0.01, 15000)
    np.testing.assert_allclose(costs, HE_COSTS, rtol=0, atol=5.1e-10)


def test_cost_with_regularization():
    A3, Y, parameters = testCases.compute_cost_with_regularization_test_case()
    cost = reg_utils.compute_cost_with_regularization(A3, Y, parameters, 0.1)
    assert cost == pytest.approx(1.786485945, abs=5.1e-10) and np.shape(cost) == ()


GRADIENTS = {"dZ3", "dW3", "db3", "dA2", "dZ2", "dW2", "db2", "dA1", "dZ1", "dW1", "db1"}


def test_backward_propagation_with_regularization():
    grads = reg_utils.backward_propagation_with_regularization(
        *testCases.backward_propagation_with_regularization_test_case(), 0.7
    )
    assert set(grads) == GRADIENTS
    same(grads["dW1"], [[-0.25604646, 0.12298827, -0.28297129], [-0.17706303, 0.34536094, -0.4410571]])
    same(grads["dW2"], [[0.79276486, 0.85133918], [-0.0957219, -0.01720463], [-0.13100772, -0.03750433]])
    same(grads["dW3"], [[-1.77691347, -0.11832879, -0.09397446]])


def test_forward_propagation_with_dropout():
    X, parameters = testCases.forward_propagation_with_dropout_test_case()
    A3, cache = reg_utils.forward_propagation_with_dropout(X, parameters, keep_prob=0.7)
    same(A3, [[0.36974721, 0.00305176, 0.04565099, 0.49683389, 0.36974721]])
    assert len(cache) == 14 and cache[11] is A3


def test_backward_propagation_with_dropout():
    grads = reg_utils.backward_propagation_with_dropout(*testCases.backward_propagation_with_dropout_test_case(), 0.8)
    assert set(grads) == GRADIENTS
    same(grads["dA1"], [[0.36544439, 0, -0.00188234, 0, -0.17408748], [0.65515713, 0, -0.00337459, 0, 0]])
    same(grads["dA2"], [[0.58180856, 0, -0.00299679, 0, -0.27715731], [0, 0.53159854, 0, 0.53159854, -0.34089673],
                        [0, 0, -0.00292733, 0, 0]])


def test_gradient_check_in_one_dimension(capsys):
    assert gc_utils.forward_propagation(2, 4) == 8
    assert gc_utils.backward_propagation(2, 4) == 2
    assert gc_utils.gradient_check(2, 4) == pytest.approx(2.919335883291695e-10, rel=1e-9)
    assert gc_utils.gradient_check(3, 4) == pytest.approx(7.814e-11, rel=1e-3)
    assert capsys.readouterr().out.count("right") == 2


@pytest.fixture
def gradient_point():
    X, Y, parameters = testCases.gradient_check_n_test_case()
    cost, cache = gc_utils.forward_propagation_n(X, Y, parameters)
    return X, Y, parameters, gc_utils.backward_propagation_n(X, Y, cache)


def test_gradient_check_n(gradient_point, capsys):
    X, Y, parameters, gradients = gradient_point
    right = gc_utils.gradient_check_n(parameters, gradients, X, Y, print_msg=True)
    assert 1.0e-7 < right < 2e-7
    gradients["dW2"], gradients["db1"] = 2 * gradients["dW2"], 4 * gradients["db1"]
    assert gc_utils.gradient_check_n(parameters, gradients, X, Y, print_msg=True) == pytest.approx(0.285093157, abs=1e-9)
    assert capsys.readouterr().out.splitlines() == ["The gradient is right.", "The gradient is wrong!"]


@pytest.mark.parametrize("epsilon, difference, rel", [
    (1e-3, 1.7e-8, 0.05), (1e-4, 1.9e-10, 0.1), (1e-5, 9.3e-10, 0.5),
    (1e-6, 8.2e-9, 0.5), (1e-7, 1.2e-7, 0.5), (1e-8, 1.2e-6, 0.5),
])
def test_step_size_curve(gradient_point, epsilon, difference, rel):
    X, Y, parameters, gradients = gradient_point
    assert gc_utils.gradient_check_n(parameters, gradients, X, Y, epsilon) == pytest.approx(difference, rel=rel)


def test_the_point_is_blind_to_twenty_entries(gradient_point):
    X, Y, parameters, gradients = gradient_point
    zero = {name: int(np.sum(gradients["d" + name] == 0)) for name in parameters}
    assert zero == {"W1": 4, "b1": 1, "W2": 11, "b2": 2, "W3": 2, "b3": 0}
