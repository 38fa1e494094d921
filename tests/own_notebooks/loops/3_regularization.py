def compute_cost_with_regularization(A3, Y, parameters, lambd):
    penalty = 0
    for key in parameters:
        if key.startswith("W"):
            for row in parameters[key]:
                for weight in row:
                    penalty += weight * weight
    cross_entropy = 0
    for a, y in zip(np.ravel(A3), np.ravel(Y)):
        cross_entropy -= np.log(a if y == 1 else 1 - a)
    return (cross_entropy + lambd / 2 * penalty) / Y.shape[1]

def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    gradients = {}
    dZ = A3 - Y
    for l, A, Z_prev, W in ((3, A2, Z2, W3), (2, A1, Z1, W2), (1, X, None, W1)):
        gradients[f"dZ{l}"] = dZ
        dW, db = np.zeros(W.shape), np.zeros((W.shape[0], 1))
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                dW[i, j] = (sum(dZ[i] * A[j]) + lambd * W[i, j]) / m
            db[i] = sum(dZ[i]) / m
        gradients[f"dW{l}"], gradients[f"db{l}"] = dW, db
        if Z_prev is not None:
            dA = np.array([[sum(W[:, k] * dZ[:, i]) for i in range(m)] for k in range(W.shape[1])])
            gradients[f"dA{l - 1}"] = dA
            dZ = np.where(Z_prev > 0, dA, 0)
    return gradients

def forward_propagation_with_dropout(X, parameters, keep_prob=0.5):
    np.random.seed(1)
    A, cache = X, []
    for l in (1, 2, 3):
        W, b = parameters["W" + str(l)], parameters["b" + str(l)]
        Z = np.dot(W, A) + b
        if l == 3:
            A = 1 / (1 + np.exp(-Z))
            return A, (*cache, Z, A, W, b)
        A = np.maximum(Z, 0)
        D = np.zeros(A.shape, dtype=int)
        for index in np.ndindex(A.shape):
            D[index] = 1 if np.random.rand() < keep_prob else 0
        for index in np.ndindex(A.shape):
            A[index] = A[index] / keep_prob if D[index] else 0
        cache += [Z, D, A, W, b]

def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    dA2 = np.array([[sum(W3[:, k] * dZ3[:, i]) * D2[k, i] / keep_prob for i in range(m)] for k in range(W3.shape[1])])
    dZ2 = np.array([[d if a > 0 else 0.0 for d, a in zip(*rows)] for rows in zip(dA2, A2)])
    dA1 = np.array([[sum(W2[:, k] * dZ2[:, i]) * D1[k, i] / keep_prob for i in range(m)] for k in range(W2.shape[1])])
    dZ1 = np.array([[d if a > 0 else 0.0 for d, a in zip(*rows)] for rows in zip(dA1, A1)])
    gradients = {"dA1": dA1, "dA2": dA2}
    for l, dZ, A in ((1, dZ1, X), (2, dZ2, A1), (3, dZ3, A2)):
        gradients["dZ" + str(l)] = dZ
        gradients["dW" + str(l)] = np.array([[sum(row * other) / m for other in A] for row in dZ])
        gradients["db" + str(l)] = np.array([[sum(row) / m] for row in dZ])
    return gradients
