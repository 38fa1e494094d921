"""Bad input raises an error that names the argument, what came and what was expected; extreme input gives sound numbers."""

import warnings

import h5py
import numpy as np
import pytest
import scipy.io

import dnn_utils
import gc_utils
import init_utils
import reg_utils
import testCases

A, W, b = np.ones((3, 2)), np.ones((4, 3)), np.ones((4, 1))
X, Y = np.ones((2, 4)), np.array([[0, 1, 1, 0]])
NETWORK = dnn_utils.initialize_parameters_scaled([2, 3, 2, 1])
GRADS = {"d" + name: value for name, value in NETWORK.items()}
CACHE = init_utils.forward_propagation(X, NETWORK)[1]

CASES = {
    "sizes of zero": (lambda: dnn_utils.initialize_parameters(3, 0, 1), "n_h", "0"),
    "no layers": (lambda: dnn_utils.initialize_parameters_deep([]), "layer_dims", "[]"),
    "one size": (lambda: dnn_utils.initialize_parameters_deep([3]), "layer_dims", "[3]"),
    "a float size": (lambda: init_utils.initialize_parameters_he([2, 2.5, 1]), "layers_dims[1]", "2.5"),
    "not a list": (lambda: reg_utils.initialize_parameters(3), "layer_dims", "3"),
    "W transposed": (lambda: dnn_utils.linear_forward(A, W.T, b), "W", "(3, 4)"),
    "b as a row": (lambda: dnn_utils.linear_forward(A, W, b.T), "b", "(1, 4)"),
    "b flat": (lambda: dnn_utils.linear_forward(A, W, b[:, 0]), "b", "(4,)"),
    "A flat": (lambda: dnn_utils.linear_forward(A[:, 0], W, b), "A", "(3,)"),
    "unknown activation": (lambda: dnn_utils.linear_activation_forward(A, W, b, "tanh"), "activation", "'tanh'"),
    "unknown activation back": (
        lambda: dnn_utils.linear_activation_backward(W @ A, ((A, W, b), W @ A), "tanh"), "activation", "'tanh'"),
    "X of another size": (lambda: dnn_utils.L_model_forward(X.T, NETWORK), "W1", "(3, 2)"),
    "no parameters": (lambda: dnn_utils.L_model_forward(X, {}), "parameters", "[]"),
    "a layer missing": (lambda: dnn_utils.L_model_forward(X, dict(list(NETWORK.items())[:5])), "parameters", "b1"),
    "labels of 2": (lambda: dnn_utils.compute_cost(np.full((1, 4), 0.5), 2 * Y), "Y", "2 at (0, 1)"),
    "labels flat": (lambda: dnn_utils.compute_cost(np.full((1, 4), 0.5), Y[0]), "Y", "(4,)"),
    "AL of another length": (lambda: dnn_utils.compute_cost(np.full((1, 3), 0.5), Y), "AL", "(1, 3)"),
    "AL no probability": (lambda: dnn_utils.compute_cost(np.full((1, 4), 1.5), Y), "AL", "1.5 at (0, 0)"),
    "AL not a number": (lambda: init_utils.compute_loss(np.full((1, 4), np.nan), Y), "AL", "nan"),
    "dZ of another shape": (lambda: dnn_utils.linear_backward(np.ones((2, 2)), (A, W, b)), "dZ", "(2, 2)"),
    "half a cache": (lambda: dnn_utils.linear_backward(np.ones((4, 2)), (A, W)), "cache", "tuple"),
    "no caches": (lambda: dnn_utils.L_model_backward(np.full((1, 4), 0.5), Y, []), "caches", "[]"),
    "a gradient missing": (lambda: dnn_utils.update_parameters(NETWORK, {}, 0.1), "grads", "[]"),
    "a gradient broadcast": (
        lambda: dnn_utils.update_parameters(NETWORK, {**GRADS, "db1": np.ones((1, 3))}, 0.1), "grads['db1']", "(1, 3)"),
    "examples in rows": (lambda: dnn_utils.L_layer_model(X.T, Y, [2, 3, 1]), "X", "(4, 2)"),
    "labels of another length": (lambda: dnn_utils.L_layer_model(X, Y[:, :3], [2, 3, 1]), "Y", "(1, 3)"),
    "two units at the end": (lambda: dnn_utils.L_layer_model(X, Y, [2, 3, 2]), "layers_dims", "[2, 3, 2]"),
    "a list for X": (lambda: init_utils.model(X.tolist(), Y), "X", "list"),
    "a list for Y": (lambda: init_utils.model(X, Y.tolist()), "Y", "list"),
    "theta not a number": (lambda: gc_utils.gradient_check(2, np.nan), "theta", "nan"),
    "layers do not fit X": (lambda: dnn_utils.two_layer_model(X, Y, [3, 3, 1]), "X", "(2, 4)"),
    "three layers for two": (lambda: dnn_utils.two_layer_model(X, Y, [2, 3, 3, 1]), "layers_dims", "[2, 3, 3, 1]"),
    "no rate": (lambda: dnn_utils.L_layer_model(X, Y, [2, 3, 1], learning_rate=0), "learning_rate", "0"),
    "X not finite": (lambda: init_utils.model(np.where(X > 0, np.inf, 0), Y), "X", "inf at (0, 0)"),
    "iterations": (lambda: init_utils.model(X, Y, num_iterations=1.5), "num_iterations", "1.5"),
    "initialization": (lambda: init_utils.model(X, Y, initialization="xavier"), "initialization", "'xavier'"),
    "labels of -1": (lambda: reg_utils.model(X, 2 * Y - 1), "Y", "-1 at (0, 0)"),
    "lambd below 0": (lambda: reg_utils.model(X, Y, lambd=-1), "lambd", "-1"),
    "keep_prob 0": (lambda: reg_utils.model(X, Y, keep_prob=0), "keep_prob", "0"),
    "keep_prob above 1": (lambda: reg_utils.forward_propagation_with_dropout(X, NETWORK, 1.2), "keep_prob", "1.2"),
    "keep_prob back": (lambda: reg_utils.backward_propagation_with_dropout(X, Y, CACHE, 0), "keep_prob", "0"),
    "keep_prob back 2": (lambda: reg_utils.backward_propagation_dropout(X, Y, CACHE, -0.5), "keep_prob", "-0.5"),
    "both at once": (lambda: reg_utils.model(X, Y, lambd=1, keep_prob=0.5), "lambd, keep_prob", "1, 0.5"),
    "cost with two layers": (
        lambda: reg_utils.compute_cost_with_regularization(
            np.full((1, 4), 0.5), Y, dnn_utils.initialize_parameters_scaled([2, 3, 1]), 0.1), "parameters", "W2"),
    "predict": (lambda: init_utils.predict(np.ones((3, 4)), Y, NETWORK), "W1", "(3, 2)"),
    "predict labels": (lambda: init_utils.predict(X, Y[:, :3], NETWORK), "y", "(1, 3)"),
    "predict_dec": (lambda: init_utils.predict_dec(NETWORK, np.ones((4, 3))), "W1", "(3, 2)"),
    "boundary in 3-D": (lambda: init_utils.plot_decision_boundary(None, np.ones((3, 4)), Y), "X", "(3, 4)"),
    "epsilon 0": (lambda: gc_utils.gradient_check(2, 4, epsilon=0), "epsilon", "0"),
    "epsilon below 0": (lambda: gc_utils.gradient_check_n(NETWORK, GRADS, X, Y, epsilon=-1e-7), "epsilon", "-1e-07"),
    "gradients missing": (lambda: gc_utils.gradient_check_n(NETWORK, {}, X, Y), "gradients", "[]"),
    "gradient flat": (
        lambda: gc_utils.gradient_check_n(NETWORK, {**GRADS, "db1": np.ones(3)}, X, Y), "gradients['db1']", "(3,)"),
    "theta too short": (lambda: gc_utils.vector_to_dictionary(np.ones((46, 1))), "theta", "46 entries"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_error_names_argument_what_came_and_what_was_expected(case):
    call, argument, came = CASES[case]
    with pytest.raises(ValueError) as caught:
        call()
    english, chinese = str(caught.value).split("\n") if "\n" in str(caught.value) else str(caught.value).split(" / ")
    assert english.startswith(f"{argument}: expected ") or f"['{argument}']: expected " in english
    assert f"got {came}" in english or came in english.split("got ")[1]
    assert "应为" in chinese


@pytest.fixture
def no_warning():
    with warnings.catch_warnings(), np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("error")
        yield


@pytest.mark.usefixtures("no_warning")
def test_saturated_sigmoid():
    for sigmoid in (lambda z: dnn_utils.sigmoid(z)[0], init_utils.sigmoid, gc_utils.sigmoid):
        np.testing.assert_array_equal(sigmoid(np.array([-1e4, 0, 1e4])), [0, 0.5, 1])
        np.testing.assert_array_equal(sigmoid(np.array([200, 0], dtype=np.uint8)), [1, 0.5])
        assert sigmoid(0.0) == 0.5
    assert np.array_equal(dnn_utils.sigmoid_backward(np.ones(2), np.array([-1e4, 1e4])), [0, 0])


@pytest.mark.usefixtures("no_warning")
def test_cost_of_certain_answers():
    right, wrong = np.array([[0.0, 1.0, 1.0, 0.0]]), np.array([[0.0, 0.0, 1.0, 0.0]])
    for cost in (dnn_utils.compute_cost, init_utils.compute_loss, reg_utils.compute_cost):
        assert cost(right, Y) == 0
        assert cost(wrong, Y) == np.inf
    assert reg_utils.compute_cost_with_regularization(wrong, Y, NETWORK, 0.1) == np.inf
    far = {name: 1e4 * value + 1e4 for name, value in NETWORK.items()}
    assert gc_utils.forward_propagation_n(X, Y, far)[0] == np.inf


@pytest.mark.usefixtures("no_warning")
def test_training_from_large_numbers_does_not_warn(capsys):
    train_X, train_Y, _, _ = init_utils.load_dataset()
    init_utils.model(train_X, train_Y, num_iterations=5, initialization="random")
    assert "Cost after iteration 0: inf" in capsys.readouterr().out


# ---------------------------------------------------------------- loaders


def write(path, **arrays):
    with h5py.File(path, "w") as file:
        for name, value in arrays.items():
            file[name] = value


def images(part, m=3, **changes):
    arrays = {f"{part}_set_x": np.zeros((m, 8, 8, 3), np.uint8), f"{part}_set_y": np.arange(m) % 2,
              "list_classes": [b"no", b"cat"]}
    return {**arrays, **changes}


def test_load_data_prefers_the_cats_and_says_so(tmp_path, capsys):
    write(tmp_path / "train_catvnoncat.h5", **images("train"))
    write(tmp_path / "test_catvnoncat.h5", **images("test", m=2))
    train_x, train_y, test_x, test_y, classes = dnn_utils.load_data(tmp_path)
    assert train_x.shape == (3, 8, 8, 3) and train_y.shape == (1, 3) and test_y.shape == (1, 2)
    assert classes.tolist() == [b"no", b"cat"]
    assert "train_catvnoncat.h5" in capsys.readouterr().out


@pytest.mark.parametrize("changes, error, words", [
    ({"train_set_y": np.array([0, 1, 5])}, ValueError, ["train_set_y", "5"]),
    ({"train_set_y": np.array([0, 1])}, ValueError, ["train_set_y", "(1, 2)"]),
    ({"train_set_x": np.full((3, 8, 8), np.nan)}, ValueError, ["train_set_x", "finite"]),
    ({"train_set_x": np.zeros((3, 64))}, ValueError, ["train_set_x", "(3, 64)"]),
])
def test_load_data_refuses_what_is_wrong(tmp_path, changes, error, words):
    write(tmp_path / "train_catvnoncat.h5", **images("train", **changes))
    write(tmp_path / "test_catvnoncat.h5", **images("test"))
    with pytest.raises(error) as caught:
        dnn_utils.load_data(tmp_path)
    assert all(word in str(caught.value) for word in ["train_catvnoncat.h5", *words])


def test_load_data_names_a_missing_truncated_or_incomplete_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="train_sneakers.h5"):
        dnn_utils.load_data(tmp_path)
    whole = tmp_path / "train_catvnoncat.h5"
    write(whole, **images("train"))
    with pytest.raises(FileNotFoundError, match="test_catvnoncat.h5"):
        dnn_utils.load_data(tmp_path)
    with pytest.raises(FileNotFoundError, match="both or neither"):
        dnn_utils.load_data(tmp_path)
    write(tmp_path / "test_catvnoncat.h5", test_set_x=np.zeros((2, 8, 8, 3)))
    with pytest.raises(KeyError, match="test_catvnoncat.h5.*test_set_y"):
        dnn_utils.load_data(tmp_path)
    whole.write_bytes(whole.read_bytes()[:1000])
    with pytest.raises(OSError, match="train_catvnoncat.h5.*not a complete HDF5"):
        dnn_utils.load_data(tmp_path)


def points(**changes):
    rng = np.random.default_rng(0)
    arrays = {"X": rng.normal(size=(9, 2)), "y": np.arange(9)[:, None] % 2, "Xval": rng.normal(size=(5, 2)),
              "yval": np.arange(5)[:, None] % 2}
    return {**arrays, **changes}


def test_load_2D_dataset_prefers_data_mat_and_says_so(tmp_path, capsys):
    expected = points()
    scipy.io.savemat(tmp_path / "data.mat", expected)
    train_X, train_Y, test_X, test_Y = reg_utils.load_2D_dataset(folder=tmp_path)
    np.testing.assert_array_equal(train_X, expected["X"].T)
    assert train_Y.shape == (1, 9) and test_X.shape == (2, 5) and test_Y.shape == (1, 5)
    assert "data.mat" in capsys.readouterr().out


def test_load_2D_dataset_refuses_what_is_wrong(tmp_path):
    mat, own = tmp_path / "data.mat", tmp_path / "two_currents.h5"
    with pytest.raises(FileNotFoundError, match="two_currents.h5"):
        reg_utils.load_2D_dataset(folder=tmp_path)
    write(own, **points(y=np.full((9, 1), 3)))
    with pytest.raises(ValueError, match="two_currents.h5: y.*0 or 1"):
        reg_utils.load_2D_dataset(folder=tmp_path)
    write(own, **points(X=np.zeros((2, 9))))
    with pytest.raises(ValueError, match=r"two_currents.h5: X: expected points of shape \(m, 2\).*got shape \(2, 9\)"):
        reg_utils.load_2D_dataset(folder=tmp_path)
    bad = points()
    bad["Xval"][2, 1] = np.nan
    scipy.io.savemat(mat, bad)
    with pytest.raises(ValueError, match=r"data.mat: Xval.*nan at \(1, 2\)"):
        reg_utils.load_2D_dataset(folder=tmp_path)
    scipy.io.savemat(mat, {"X": bad["X"]})
    with pytest.raises(KeyError, match="data.mat.*'y'"):
        reg_utils.load_2D_dataset(folder=tmp_path)
    mat.write_bytes(b"MATLAB 5.0" + bytes(50))
    with pytest.raises(OSError, match="data.mat.*not a complete MATLAB"):
        reg_utils.load_2D_dataset(folder=tmp_path)


def test_test_cases_do_not_depend_on_the_state_of_the_generator():
    np.random.seed(0)
    first = testCases.linear_forward_test_case()
    np.random.seed(9)
    for one, other in zip(first, testCases.linear_forward_test_case()):
        np.testing.assert_array_equal(one, other)
