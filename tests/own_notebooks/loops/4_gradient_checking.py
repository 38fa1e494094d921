def forward_propagation(x, theta):
    return sum([float(theta) * float(x)])

def backward_propagation(x, theta):
    return 1.0 * x

def gradient_check(x, theta, epsilon=1e-7):
    """The derivative is written down, the threshold is the old one."""
    J = []
    for sign in (1, -1):
        J.append(forward_propagation(x, theta + sign * epsilon))
    gradapprox = (J[0] - J[1]) / 2 / epsilon
    difference = abs(x - gradapprox) / (abs(x) + abs(gradapprox))
    print("wrong" if difference > 1e-7 else "right")
    return difference

def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7, print_msg=False):
    """Without the helpers that make vectors of dictionaries."""
    top = left = right = 0
    for key, value in parameters.items():
        for index in np.ndindex(*value.shape):
            J = []
            for sign in (1, -1):
                moved = {**parameters, key: value.copy()}
                moved[key][index] += sign * epsilon
                J.append(forward_propagation_n(X, Y, moved)[0])
            slope = (J[0] - J[1]) / (2 * epsilon)
            given = gradients["d" + key][index]
            top += (given - slope) ** 2
            left += given**2
            right += slope**2
    return top**0.5 / (left**0.5 + right**0.5)

def backward_propagation_n(X, Y, cache):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    gradients, dZ = {}, A3 - Y
    for l, W, A, A_prev in ((3, W3, None, A2), (2, W2, A2, A1), (1, W1, A1, X)):
        if A is not None:
            dZ = gradients[f"dA{l}"] * np.where(A > 0, 1, 0)
        gradients[f"dZ{l}"] = dZ
        gradients[f"dW{l}"] = sum(np.outer(dZ[:, i], A_prev[:, i]) for i in range(m)) / m
        gradients[f"db{l}"] = np.array([[sum(row) / m] for row in dZ])
        gradients[f"dA{l - 1}"] = np.array([W.T @ dZ[:, i] for i in range(m)]).T
    return gradients
