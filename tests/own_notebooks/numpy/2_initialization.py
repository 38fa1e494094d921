import numpy as xp
from functools import reduce

def shapes(dims):
    yield from enumerate(zip(dims[1:], dims), start=1)

def initialize_parameters_zeros(layers_dims):
    return {k: v for l, (n, p) in shapes(layers_dims)
            for k, v in ((f"W{l}", xp.zeros([n, p], "f4")), (f"b{l}", xp.zeros([n, 1], bool) * 1))}

def initialize_parameters_random(layers_dims):
    xp.random.seed(3)
    def add(done, layer):
        l, shape = layer
        return {**done, f"W{l}": 10 * xp.random.standard_normal(shape), f"b{l}": xp.zeros((shape[0], 1))}
    return reduce(add, shapes(layers_dims), {})

def initialize_parameters_he(layers_dims):
    parameters = initialize_parameters_random(layers_dims)
    return {k: v / 10 * xp.sqrt(2. / v.shape[1]) if "W" in k else v for k, v in parameters.items()}
