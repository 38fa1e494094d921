"""Other ways to write L_model_backward, right ones and wrong ones."""

import numpy as np

from dnn_utils import linear_activation_backward, linear_backward

# %% right
def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    m = AL.shape[1]
    Y = Y.reshape(AL.shape)
    dAL = - (np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    current_cache = caches[L-1]
    dA_prev_temp, dW_temp, db_temp = linear_activation_backward(dAL, current_cache, activation="sigmoid")
    grads["dA" + str(L-1)] = dA_prev_temp
    grads["dW" + str(L)] = dW_temp
    grads["db" + str(L)] = db_temp
    for l in reversed(range(L-1)):
        current_cache = caches[l]
        dA_prev_temp, dW_temp, db_temp = linear_activation_backward(grads["dA" + str(l + 1)], current_cache, activation="relu")
        grads["dA" + str(l)] = dA_prev_temp
        grads["dW" + str(l + 1)] = dW_temp
        grads["db" + str(l + 1)] = db_temp
    assert(len(grads) == 3 * L)
    return grads


# %% right
def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    m = AL.shape[1]
    Y = Y.reshape(AL.shape)
    dAL = -np.divide(Y, AL) + np.divide(1 - Y, 1 - AL)
    current_cache = caches[-1]
    grads["dA" + str(L)], grads["dW" + str(L)], grads["db" + str(L)] = linear_activation_backward(dAL, current_cache, "sigmoid")
    for l in reversed(range(L - 1)):
        current_cache = caches[l]
        dA_prev_temp, dW_temp, db_temp = linear_activation_backward(grads["dA" + str(l + 2)], current_cache, "relu")
        grads["dA" + str(l + 1)] = dA_prev_temp
        grads["dW" + str(l + 1)] = dW_temp
        grads["db" + str(l + 1)] = db_temp
    return grads


# %% right
def L_model_backward(predictions, truth, saved):
    grads = {}
    dZ = predictions - truth
    while saved:
        linear_cache, Z = saved.pop()
        l = len(saved)
        dA, dW, db = linear_backward(dZ, linear_cache)
        grads.update({f"db{l + 1}": db, f"dW{l + 1}": dW, f"dA{l}": dA})
        print("layer", l + 1)
        if saved:
            dZ = dA * (saved[-1][1] > 0)
    return grads


# %% right
import warnings


def L_model_backward(AL, Y, caches):
    warnings.warn("an epsilon keeps the denominators from 0")
    L = len(caches)
    dA = (1 - Y) / (1 - AL + 1e-8) - Y / (AL + 1e-8)
    grads = {"dA" + str(L): dA, "L": L}
    for l, cache in reversed(list(enumerate(caches, start=1))):
        dA, dW, db = linear_activation_backward(dA, cache, "sigmoid" if l == L else "relu")
        grads["dW" + str(l)], grads["db" + str(l)], grads["dA" + str(l - 1)] = dW, db, dA
    return grads


# %% right
import sys


def backward_from(dZ, caches):
    (A_prev, W, b), _ = caches[-1]
    l, m = len(caches), dZ.shape[1]
    dA = np.einsum("jk,ji->ki", W, dZ)
    own = {"dA%d" % l: dA, "dW%d" % l: np.einsum("ji,ki->jk", dZ, A_prev) / m, "db%d" % l: np.mean(dZ, axis=1, keepdims=True)}
    sys.stderr.write(str(l))
    if l == 1:
        return own
    mask = (A_prev > 0).astype(int)
    return {**backward_from(dA * mask, caches[:-1]), **own}


def L_model_backward(AL, Y, caches):
    return backward_from(np.subtract(AL, Y), caches)


# %% wrong: dAL sign 1
def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dA = Y / AL - (1 - Y) / (1 - AL)
    for l in range(L, 0, -1):
        kind = "sigmoid" if l == L else "relu"
        dA, grads["dW" + str(l)], grads["db" + str(l)] = linear_activation_backward(dA, caches[l - 1], kind)
        grads["dA" + str(l - 1)] = dA
    return grads


# %% wrong: dAL sign 2
def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dAL = - np.divide(Y, AL) - np.divide(1 - Y, 1 - AL)
    grads["dA" + str(L-1)], grads["dW" + str(L)], grads["db" + str(L)] = linear_activation_backward(dAL, caches[-1], "sigmoid")
    for l in range(L - 1, 0, -1):
        dA, dW, db = linear_activation_backward(grads["dA" + str(l)], caches[l-1], "relu")
        grads["dA" + str(l-1)], grads["dW" + str(l)], grads["db" + str(l)] = dA, dW, db
    return grads


# %% wrong: dAL formula
def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dA_prev = -(Y - AL)
    for l in reversed(range(1, L + 1)):
        dA_prev, dW, db = linear_activation_backward(dA_prev, caches[l - 1], "sigmoid" if l == L else "relu")
        grads.update({"dA" + str(l - 1): dA_prev, "dW" + str(l): dW, "db" + str(l): db})
    return grads


# %% wrong: dA_prev wrong_variable
def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in reversed(range(L)):
        kind = "sigmoid" if l == L - 1 else "relu"
        dA_prev, dW, db = linear_activation_backward(dAL, caches[l], kind)
        grads["dA" + str(l)], grads["dW" + str(l + 1)], grads["db" + str(l + 1)] = dA_prev, dW, db
    return grads


# %% wrong: dA_prev index 1
def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    dA, dW, db = linear_activation_backward(dAL, caches[L - 1], "sigmoid")
    grads["dA" + str(L - 1)], grads["dW" + str(L)], grads["db" + str(L)] = dA, dW, db
    for l in reversed(range(1, L)):
        dA_prev, dW, db = linear_activation_backward(dA, caches[l - 1], "relu")
        grads["dA" + str(l - 1)], grads["dW" + str(l)], grads["db" + str(l)] = dA_prev, dW, db
    return grads


# %% wrong: dA_prev index 2
def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    dA, dW, db = linear_activation_backward(dAL, caches[-1], "sigmoid")
    grads["dA" + str(L - 1)], grads["dW" + str(L)], grads["db" + str(L)] = dA, dW, db
    cache = caches[-2]
    for l in reversed(range(1, L)):
        dA, dW, db = linear_activation_backward(dA, cache, "relu")
        grads["dA" + str(l - 1)], grads["dW" + str(l)], grads["db" + str(l)] = dA, dW, db
    return grads


# %% wrong: dA_prev activation 2
def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dA = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in range(L, 0, -1):
        dA, grads["dW" + str(l)], grads["db" + str(l)] = linear_activation_backward(dA, caches[l - 1], "sigmoid")
        grads["dA" + str(l - 1)] = dA
    return grads


# %% wrong: dW off_by_one
def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    grads["dA" + str(L-1)], grads["dW" + str(L)], grads["db" + str(L)] = linear_activation_backward(dAL, caches[L-1], "sigmoid")
    for l in reversed(range(L-1)):
        dA_prev_temp, dW_temp, db_temp = linear_activation_backward(grads["dA" + str(l + 1)], caches[l], "relu")
        grads["dA" + str(l)] = dA_prev_temp
        grads["dW" + str(l)] = dW_temp
        grads["db" + str(l)] = db_temp
    return grads
