class Start:
    seed, factor = 3, staticmethod(lambda n_prev: 0)

    def __init__(self, dims):
        self.dims = dims

    def __iter__(self):
        np.random.seed(self.seed)
        for l in range(1, len(self.dims)):
            yield "W" + str(l), np.random.randn(self.dims[l], self.dims[l - 1]) * self.factor(self.dims[l - 1])
            yield "b" + str(l), np.zeros((self.dims[l], 1))

class Large(Start):
    factor = staticmethod(lambda n_prev: 10)

class He(Start):
    @staticmethod
    def factor(n_prev):
        return np.power(n_prev / 2, -0.5)

def initialize_parameters_zeros(layers_dims):
    return dict(Start(layers_dims))

def initialize_parameters_random(layers_dims):
    return dict(Large(layers_dims))

initialize_parameters_he = lambda layers_dims: dict(He(layers_dims))
