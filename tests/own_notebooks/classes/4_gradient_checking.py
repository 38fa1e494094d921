from operator import mul
import functools

class Line:
    def __init__(self, x):
        self.x = x
    def __call__(self, theta):
        return mul(self.x, theta)
    slope = property(lambda self: self.x)

forward_propagation = lambda x, theta: Line(x)(theta)

def backward_propagation(x, theta):
    return Line(x).slope

def central(f, at, step):
    return (f(at + step) - f(at - step)) / (2 * step)

def gradient_check(x, theta, epsilon=1e-7):
    grad, gradapprox = backward_propagation(x, theta), central(functools.partial(forward_propagation, x), theta, epsilon)
    return np.sqrt((grad - gradapprox) ** 2) / (np.sqrt(grad ** 2) + np.sqrt(gradapprox ** 2))

def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7, print_msg=False):
    order = sorted(parameters)
    grad = np.concatenate([np.ravel(gradients["d" + key]) for key in order])
    slopes = []
    for key in order:
        flat = parameters[key].ravel()
        def cost(value, i=None):
            moved = flat.copy()
            moved[i] = value
            return float(np.squeeze(forward_propagation_n(X, Y, {**parameters, key: moved.reshape(parameters[key].shape)})[0]))
        slopes += [central(functools.partial(cost, i=i), flat[i], epsilon) for i in range(flat.size)]
    gradapprox = np.array(slopes)
    numerator = np.linalg.norm(grad - gradapprox)
    difference = numerator / (np.linalg.norm(grad) + np.linalg.norm(gradapprox))
    if difference > 2e-7:
        print("\033[93m" + "There is a mistake in the backward propagation! difference = " + str(difference) + "\033[0m")
    return difference

def backward_propagation_n(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    grads = dict.fromkeys("dZ3 dW3 db3 dA2 dZ2 dW2 db2 dA1 dZ1 dW1 db1".split())
    mean = lambda a, axis=1: np.average(a, axis=axis, keepdims=True)
    grads["dZ3"] = A3 - Y
    grads["dA2"] = W3.T.dot(grads["dZ3"])
    grads["dZ2"] = np.where(A2 > 0, grads["dA2"], 0)
    grads["dA1"] = W2.T.dot(grads["dZ2"])
    grads["dZ1"] = np.where(A1 > 0, grads["dA1"], 0)
    for l, A in zip("321", (A2, A1, X)):
        grads["dW" + l] = mean(grads["dZ" + l][:, None, :] * A[None], 2)[:, :, 0]
        grads["db" + l] = mean(grads["dZ" + l])
    return grads
