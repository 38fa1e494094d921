"""Notebook 1, a deep network step by step: the reference for its ten graded functions, its helpers, models and data.

Examples are columns: X is (n_x, m), Y is (1, m), W[l] is (n[l], n[l-1]), b[l] is (n[l], 1).
The lines between the START and END markers are what a learner writes; the notebooks take them from here.
Bad input raises ValueError, which names the argument, what came and what was expected (checks.py).
"""

from pathlib import Path

import numpy as np

from checks import (
    check_count,
    check_examples,
    check_L_layer_model,
    check_labels,
    check_layers,
    check_linear,
    check_linear_cache,
    check_network,
    check_probabilities,
    check_shape,
    check_two_layer_model,
    checked,
    unchecked,
    wrong,
)

DATASETS = Path(__file__).resolve().parent / "datasets"


# ---------------------------------------------------------------- activations, given


def sigmoid(Z):
    """Return (A, cache) with A = 1 / (1 + exp(-Z)), elementwise, and cache = Z; Z may have any shape.

    exp is only taken of numbers <= 0, so nothing overflows however large |Z| is.
    """
    negative = Z < 0
    e = np.exp(np.where(negative, Z, -1.0 * Z))
    A = np.where(negative, e, 1.0) / (1 + e)
    return A, Z


def relu(Z):
    """Return (A, cache) with A = max(0, Z), elementwise, and cache = Z; Z may have any shape."""
    return np.maximum(0, Z), Z


def sigmoid_backward(dA, cache):
    """Return dZ = dA * g'(Z) for the sigmoid g, where cache = Z; all of one shape."""
    A, Z = sigmoid(cache)
    return dA * A * (1 - A)


def relu_backward(dA, cache):
    """Return dZ, which is dA where Z > 0 and 0 where Z <= 0, where cache = Z; all of one shape. dA is not modified."""
    return np.where(cache > 0, dA, 0)


# ---------------------------------------------------------------- graded functions


def _check_sizes(n_x, n_h, n_y):
    for name, size in (("n_x", n_x), ("n_h", n_h), ("n_y", n_y)):
        check_count(name, size)


@checked(_check_sizes)
def initialize_parameters(n_x, n_h, n_y):
    """Return the parameters of a two-layer network: small random weights, zero biases.

    n_x, n_h, n_y: sizes of the input, hidden and output layer.
    Returns a dictionary: W1 (n_h, n_x), b1 (n_h, 1), W2 (n_y, n_h), b2 (n_y, 1).
    """
    np.random.seed(1)
    ### START CODE HERE ###
    W1 = np.random.randn(n_h, n_x) * 0.01
    b1 = np.zeros((n_h, 1))
    W2 = np.random.randn(n_y, n_h) * 0.01
    b2 = np.zeros((n_y, 1))
    ### END CODE HERE ###
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


@checked(check_layers)
def initialize_parameters_deep(layer_dims):
    """Return the parameters of an L-layer network: small random weights, zero biases.

    layer_dims: list [n_x, n[1], ..., n[L]] of the layer sizes.
    Returns a dictionary: W1, b1, ..., WL, bL with Wl (n[l], n[l-1]) and bl (n[l], 1).
    """
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layer_dims)):
        ### START CODE HERE ###
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * 0.01
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
        ### END CODE HERE ###
    return parameters


@checked(check_linear)
def linear_forward(A, W, b):
    """Return (Z, cache), the linear part of one layer.

    A: activations of the previous layer, (n_prev, m); W: weights, (n, n_prev); b: bias, (n, 1).
    Z is (n, m); cache = (A, W, b) is what the backward pass will need.
    """
    ### START CODE HERE ###
    Z = W @ A + b
    ### END CODE HERE ###
    return Z, (A, W, b)


def _check_activation_forward(A_prev, W, b, activation):
    check_linear(A_prev, W, b)


@checked(_check_activation_forward)
def linear_activation_forward(A_prev, W, b, activation):
    """Return (A, cache), the linear part of one layer followed by its activation.

    A_prev: (n_prev, m); W: (n, n_prev); b: (n, 1); activation: "sigmoid" or "relu".
    A is (n, m); cache = (linear_cache, activation_cache).
    """
    if activation == "sigmoid":
        ### START CODE HERE ###
        Z, linear_cache = linear_forward(A_prev, W, b)
        A, activation_cache = sigmoid(Z)
        ### END CODE HERE ###
    elif activation == "relu":
        ### START CODE HERE ###
        Z, linear_cache = linear_forward(A_prev, W, b)
        A, activation_cache = relu(Z)
        ### END CODE HERE ###
    else:
        raise ValueError(f'activation: expected "sigmoid" or "relu", got {activation!r} / 应为 "sigmoid" 或 "relu"')
    return A, (linear_cache, activation_cache)


@checked(check_network)
def L_model_forward(X, parameters):
    """Return (AL, caches) of the network [linear-relu] * (L-1), linear-sigmoid.

    X: (n_x, m); parameters: W1, b1, ..., WL, bL.
    AL is (1, m); caches is the list of the L caches of linear_activation_forward, first layer first.
    """
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A_prev = A
        ### START CODE HERE ###
        A, cache = linear_activation_forward(A_prev, parameters["W" + str(l)], parameters["b" + str(l)], "relu")
        caches.append(cache)
        ### END CODE HERE ###
    ### START CODE HERE ###
    AL, cache = linear_activation_forward(A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")
    caches.append(cache)
    ### END CODE HERE ###
    return AL, caches


@checked(check_probabilities)
def compute_cost(AL, Y):
    """Return the cross-entropy cost, a scalar of shape ().

    AL: predicted probabilities of label 1, (1, m); Y: labels 0 or 1, (1, m).
    A right answer given with certainty costs 0, a wrong answer given with certainty costs inf.
    """
    m = Y.shape[1]
    with np.errstate(divide="ignore"):  # log(0) = -inf is meant: such an answer costs inf
        ### START CODE HERE ###
        logprobs = np.log(np.where(Y == 1, AL, 1 - AL))
        cost = -1 / m * np.sum(logprobs)
        ### END CODE HERE ###
    return cost


@checked(check_linear_cache)
def linear_backward(dZ, cache):
    """Return (dA_prev, dW, db), the gradients of the linear part of one layer.

    dZ: derivative of each example's own cost with respect to its column of Z, (n, m);
    cache: (A_prev, W, b) of the forward pass.
    dA_prev is (n_prev, m), dW (n, n_prev), db (n, 1).
    """
    A_prev, W, b = cache
    m = A_prev.shape[1]
    ### START CODE HERE ###
    dW = 1 / m * dZ @ A_prev.T
    db = 1 / m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = W.T @ dZ
    ### END CODE HERE ###
    return dA_prev, dW, db


def _check_activation_backward(dA, cache, activation):
    if not isinstance(cache, tuple | list) or len(cache) != 2:
        raise wrong("cache", type(cache).__name__, "(linear_cache, activation_cache)", "(linear_cache, activation_cache)")
    check_linear_cache(dA, cache[0], name="dA")


@checked(_check_activation_backward)
def linear_activation_backward(dA, cache, activation):
    """Return (dA_prev, dW, db), the gradients of one layer, activation included.

    dA: derivative of each example's own cost with respect to its column of the layer's activations, (n, m);
    cache: (linear_cache, activation_cache); activation: "sigmoid" or "relu".
    """
    linear_cache, activation_cache = cache
    if activation == "relu":
        ### START CODE HERE ###
        dZ = relu_backward(dA, activation_cache)
        dA_prev, dW, db = linear_backward(dZ, linear_cache)
        ### END CODE HERE ###
    elif activation == "sigmoid":
        ### START CODE HERE ###
        dZ = sigmoid_backward(dA, activation_cache)
        dA_prev, dW, db = linear_backward(dZ, linear_cache)
        ### END CODE HERE ###
    else:
        raise ValueError(f'activation: expected "sigmoid" or "relu", got {activation!r} / 应为 "sigmoid" 或 "relu"')
    return dA_prev, dW, db


def _check_model_backward(AL, Y, caches):
    check_labels(Y)
    check_shape("AL", AL, np.shape(Y))
    if not isinstance(caches, list | tuple) or len(caches) == 0:
        raise wrong("caches", repr(caches), "one cache a layer", "每层一个 cache")


@checked(_check_model_backward)
def L_model_backward(AL, Y, caches):
    """Return the gradients of the whole network as a dictionary.

    AL: output of L_model_forward, (1, m); Y: labels, (1, m); caches: the list from L_model_forward.
    Keys: dA0, ..., dA(L-1), dW1, ..., dWL, db1, ..., dbL, where dAl is the derivative of each
    example's own cost with respect to its column of A[l].
    """
    grads = {}
    L = len(caches)
    ### START CODE HERE ###
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    dA_prev, dW, db = linear_activation_backward(dAL, caches[L - 1], "sigmoid")
    ### END CODE HERE ###
    grads["dA" + str(L - 1)], grads["dW" + str(L)], grads["db" + str(L)] = dA_prev, dW, db
    for l in reversed(range(1, L)):
        ### START CODE HERE ###
        dA_prev, dW, db = linear_activation_backward(grads["dA" + str(l)], caches[l - 1], "relu")
        ### END CODE HERE ###
        grads["dA" + str(l - 1)], grads["dW" + str(l)], grads["db" + str(l)] = dA_prev, dW, db
    return grads


def _check_update(parameters, grads, learning_rate):
    # one step of training calls this: only what NumPy would let pass, a gradient of another shape, is looked for here
    for name, value in parameters.items():
        if "d" + name not in grads:
            raise wrong("grads", sorted(grads), f"a dictionary with key d{name}", f"含有键 d{name} 的字典")
        if np.shape(grads["d" + name]) != np.shape(value):
            check_shape(f"grads['d{name}']", grads["d" + name], np.shape(value))


@checked(_check_update)
def update_parameters(parameters, grads, learning_rate):
    """Return new parameters after one step of gradient descent; the ones passed in are not modified.

    parameters: W1, b1, ..., WL, bL; grads: dW1, db1, ..., dWL, dbL of the same shapes.
    """
    updated = {}
    L = len(parameters) // 2
    for l in range(1, L + 1):
        ### START CODE HERE ###
        updated["W" + str(l)] = parameters["W" + str(l)] - learning_rate * grads["dW" + str(l)]
        updated["b" + str(l)] = parameters["b" + str(l)] - learning_rate * grads["db" + str(l)]
        ### END CODE HERE ###
    return updated


# ---------------------------------------------------------------- models, given


def _check_scaled(layer_dims, seed=1):
    check_layers(layer_dims)
    check_count("seed", seed, least=0)


@checked(_check_scaled)
def initialize_parameters_scaled(layer_dims, seed=1):
    """Return parameters with Wl = randn / sqrt(n[l-1]) and zero biases, as the course's image networks start.

    layer_dims: list [n_x, n[1], ..., n[L]]. Why this scale and not 0.01 is the subject of notebook 2.
    """
    np.random.seed(seed)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) / np.sqrt(layer_dims[l - 1])
        parameters["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters


def first_layer_backward(dA1, cache):
    """Return (dW1, db1) of the first layer, a ReLU layer, without dA0, the gradient of its input.

    dA1: (n[1], m); cache = ((X, W1, b1), Z1) from linear_activation_forward.
    dA0 = W1.T @ dZ1 is as large as X and takes as long as dW1; training has no use for it.
    """
    (X, W1, b1), Z1 = cache
    no_columns = X, W1[:, :0], b1  # the product for dA0 then has no rows; the check of linear_backward would object
    dA0, dW1, db1 = unchecked(linear_backward)(relu_backward(dA1, Z1), no_columns)
    return dW1, db1


def backward_without_dA0(backward, AL, Y, caches):
    """Return the gradients dW1, db1, ..., dWL, dbL by `backward`, which is an L_model_backward, but never compute dA0.

    AL: (1, m); Y: (1, m); caches: the list of L_model_forward. Layers 2 to L are a network of their own, whose input is
    A1: `backward` does those, and of the first layer only dW1 and db1 are computed.
    """
    upper = backward(AL, Y, caches[1:]) if len(caches) > 1 else {}
    numbers = [int(name[2:]) for name in upper if name.startswith("dA")]
    if not numbers:  # one layer only, or a backward pass that keeps no dA
        return backward(AL, Y, caches)
    dA1 = upper[f"dA{min(numbers)}"]  # the gradient of the input, be it numbered dA0 or, as in older notebooks, dA1
    grads = {f"d{kind}{l + 1}": upper[f"d{kind}{l}"] for l in range(1, len(caches)) for kind in "Wb"}
    grads["dW1"], grads["db1"] = first_layer_backward(dA1, caches[0])
    return grads


@checked(check_two_layer_model, once=True)
def two_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000, print_cost=False):
    """Train linear-relu-linear-sigmoid by gradient descent; return (parameters, costs).

    X: (n_x, m); Y: (1, m); layers_dims: [n_x, n_h, n_y]. costs holds the cost of every 100th iteration.
    """
    parameters = initialize_parameters(*layers_dims)
    costs = []
    for i in range(num_iterations):
        A1, cache1 = linear_activation_forward(X, parameters["W1"], parameters["b1"], "relu")
        A2, cache2 = linear_activation_forward(A1, parameters["W2"], parameters["b2"], "sigmoid")
        dA2 = -(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2))
        dA1, dW2, db2 = linear_activation_backward(dA2, cache2, "sigmoid")
        dW1, db1 = first_layer_backward(dA1, cache1)  # without dA0, the gradient of the images, which nobody uses
        grads = {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
        parameters = update_parameters(parameters, grads, learning_rate)
        if i % 100 == 0:
            costs.append(compute_cost(A2, Y))
            if print_cost:
                print(f"Cost after iteration {i}: {costs[-1]:.6f}")
    return parameters, costs


@checked(check_L_layer_model, once=True)
def L_layer_model(X, Y, layers_dims, learning_rate=0.0075, num_iterations=3000, print_cost=False):
    """Train [linear-relu] * (L-1), linear-sigmoid by gradient descent; return (parameters, costs).

    X: (n_x, m); Y: (1, m); layers_dims: [n_x, n[1], ..., n[L]]. costs holds the cost of every 100th iteration.
    """
    parameters = initialize_parameters_scaled(layers_dims)
    costs = []
    for i in range(num_iterations):
        AL, caches = L_model_forward(X, parameters)
        grads = backward_without_dA0(L_model_backward, AL, Y, caches)
        parameters = update_parameters(parameters, grads, learning_rate)
        if i % 100 == 0:
            costs.append(compute_cost(AL, Y))
            if print_cost:
                print(f"Cost after iteration {i}: {costs[-1]:.6f}")
    return parameters, costs


def _check_predict(X, y, parameters):
    check_examples(X)
    check_labels(y, np.shape(X)[1], name="y")
    check_network(X, parameters)


@checked(_check_predict)
def predict(X, y, parameters):
    """Return the predicted labels, integers 0 or 1 of shape (1, m), and print their accuracy on the labels y, (1, m)."""
    probabilities, caches = L_model_forward(X, parameters)
    predictions = (probabilities > 0.5).astype(int)
    print(f"Accuracy: {np.mean(predictions == y):.6g}")
    return predictions


# ---------------------------------------------------------------- data


def read_hdf5(path, names):
    """Return the arrays called `names` of the HDF5 file at `path`, in that order.

    Raises FileNotFoundError, OSError (not HDF5, or cut off) or KeyError, each with the file and what was expected.
    """
    import h5py  # here, not above: importing dnn_utils must stay quick

    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path}: file not found; `git checkout datasets` brings back the files of the course\n"
                                f"{path}：找不到这个文件；课程自带的文件可以用 `git checkout datasets` 恢复")
    try:
        with h5py.File(path, "r") as file:
            for name in names:
                if name not in file:
                    found = sorted(file)
                    raise KeyError(f"{path}: no dataset {name!r}, found {found} / 缺少数据集 {name!r}，只有 {found}")
            return [file[name][()] for name in names]
    except OSError as error:
        raise OSError(f"{path}: not a complete HDF5 file ({error}); `git checkout datasets` brings back those of the course\n"
                      f"{path}：不是完整的 HDF5 文件；课程自带的文件可以用 `git checkout datasets` 恢复") from error


def load_data(folder=DATASETS):
    """Return (train_x_orig, train_y, test_x_orig, test_y, classes), the images for the end of notebook 1.

    Reads train_catvnoncat.h5 and test_catvnoncat.h5 where the user has put them into `folder`, else the shipped
    sneakers, and prints which. Images are (m, 28, 28) or (m, 64, 64, 3), uint8; labels (1, m); classes (2,), bytes.
    """
    folder = Path(folder)
    cats = ["train_catvnoncat.h5", "test_catvnoncat.h5"]
    missing = [name for name in cats if not (folder / name).exists()]
    if len(missing) == 1:
        raise FileNotFoundError(f"{folder / missing[0]}: file not found; of {' and '.join(cats)}, put both or neither there\n"
                                f"{folder / missing[0]}：找不到这个文件；{' 和 '.join(cats)} 要么都放，要么都不放")
    files = ["train_sneakers.h5", "test_sneakers.h5"] if missing else cats
    loaded = []
    for part, name in zip(("train", "test"), files):
        x, y, classes = read_hdf5(folder / name, [f"{part}_set_x", f"{part}_set_y", "list_classes"])
        if x.ndim not in (3, 4) or len(x) == 0 or x.dtype.kind not in "uif" or not np.all(np.isfinite(x)):
            raise wrong(f"{name}: {part}_set_x", f"shape {x.shape}, dtype {x.dtype}", "finite images (m, height, width[, 3])",
                        "形状为 (m, 高, 宽[, 3]) 的有限数值")
        y = y.reshape(1, -1)
        check_labels(y, len(x), name=f"{name}: {part}_set_y")
        loaded += [x, y]
    print("Images read from", " and ".join(files))
    return (*loaded, classes)
