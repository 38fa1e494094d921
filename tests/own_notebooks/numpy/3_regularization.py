import numpy as xp

W_KEYS = ["W" + str(l) for l in range(1, 4)]
mean_of = lambda dZ: xp.mean(dZ, -1, keepdims=True)

def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[-1]
    penalty = sum(xp.linalg.norm(parameters[key]) ** 2 for key in W_KEYS)
    return xp.float64(compute_cost(A3, Y) + penalty * lambd / m / 2)

def backward_propagation_with_regularization(X, Y, cache, lambd):
    """Through the other form of the same gradients, plus the ones that it leaves out."""
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = (dA2 := xp.einsum("ij,ik->jk", W3, dZ3)) * (Z2 > 0)
    dZ1 = (dA1 := xp.matmul(W2.T, dZ2)) * xp.int64(A1 > 0)
    pairs = {1: (dZ1, X, W1), 2: (dZ2, A1, W2), 3: (dZ3, A2, W3)}
    grads = {f"dW{l}": (dZ @ A.T + lambd * W) / m for l, (dZ, A, W) in pairs.items()}
    return grads | {f"db{l}": mean_of(dZ) for l, (dZ, *_) in pairs.items()} | dict(dZ1=dZ1, dZ2=dZ2, dZ3=dZ3, dA1=dA1, dA2=dA2)

def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    rng = xp.random.RandomState(1)
    W1, b1, W2, b2, W3, b3 = map(parameters.get, "W1 b1 W2 b2 W3 b3".split())
    A1 = xp.clip(Z1 := W1 @ X + b1, 0, None)
    A1 = A1 * (D1 := (rng.uniform(size=A1.shape) < keep_prob).astype(xp.float32)) / keep_prob
    A2 = xp.clip(Z2 := W2 @ A1 + b2, 0, None)
    A2 = xp.where(D2 := rng.random_sample(A2.shape) < keep_prob, A2, 0) / keep_prob
    A3 = sigmoid(Z3 := W3 @ A2 + b3)
    return A3, [Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3]

def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = xp.subtract(A3, Y)
    dZ2 = (dA2 := xp.divide(W3.T @ dZ3 * D2, keep_prob)) * xp.sign(A2)
    dZ1 = (dA1 := xp.divide(W2.T @ dZ2 * D1, keep_prob)) * xp.heaviside(A1, 0)
    grads = {"dA1": dA1, "dA2": dA2, "dZ1": dZ1, "dZ2": dZ2, "dZ3": dZ3}
    for l, A in enumerate([X, A1, A2], 1):
        grads[f"dW{l}"] = xp.einsum("im,jm->ij", grads[f"dZ{l}"], A) / X.shape[1]
        grads[f"db{l}"] = mean_of(grads[f"dZ{l}"])
    return grads
