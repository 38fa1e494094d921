def initialize_parameters_zeros(layers_dims):
    parameters = {}
    for l, (n, n_prev) in enumerate(zip(layers_dims[1:], layers_dims), 1):
        parameters["W" + str(l)] = np.array([[0] * n_prev for i in range(n)])
        parameters["b" + str(l)] = np.array([[0.0]] * n)
    return parameters

def initialize_parameters_random(layers_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layers_dims)):
        parameters["b" + str(l)] = np.zeros((layers_dims[l], 1))
        rows = []
        for i in range(layers_dims[l]):
            rows.append([np.random.standard_normal() * 10 for j in range(layers_dims[l - 1])])
        parameters["W" + str(l)] = np.array(rows)
    return parameters

def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters, l = {}, 0
    while (l := l + 1) < len(layers_dims):
        W = np.random.randn(layers_dims[l], layers_dims[l - 1])
        for index in np.ndindex(W.shape):
            W[index] *= (2 / layers_dims[l - 1]) ** 0.5
        parameters.update({"W" + str(l): W, "b" + str(l): np.full((layers_dims[l], 1), 0)})
    return parameters
