"""Notebooks in the style of the original course, as its versions of 2017 and of 2021 had it, grade without a change.

The code here was written for this test, in that style: helper modules under older names, stubs with None or with nothing
but comments between the markers, other numbers for the keys of dA, other names of arguments.
"""

import re

import pytest

from grader.grade import Grader
from grader.questions import notebooks
from grader.submission import parse

NAMES = list(notebooks())
SHORT = {"1_dnn_step_by_step": "1", "2_initialization": "2", "3_regularization": "3", "4_gradient_checking": "4"}


@pytest.fixture(scope="module")
def grader():
    with Grader() as grader:
        yield grader


# ---------------------------------------------------------------- 2017: None between the markers

HEAD = {
    "1_dnn_step_by_step": """
import numpy as np
import h5py
import matplotlib.pyplot as plt
from testCases_v4 import *
from dnn_utils_v2 import sigmoid, sigmoid_backward, relu, relu_backward

%matplotlib inline
plt.rcParams['figure.figsize'] = (5.0, 4.0) # size of the figures
plt.rcParams['image.interpolation'] = 'nearest'

%load_ext autoreload
%autoreload 2

np.random.seed(1)
""",
    "2_initialization": """
import numpy as np
import matplotlib.pyplot as plt
import sklearn
import sklearn.datasets
from init_utils import sigmoid, relu, compute_loss, forward_propagation, backward_propagation
from init_utils import update_parameters, predict, load_dataset, plot_decision_boundary, predict_dec

%matplotlib inline
train_X, train_Y, test_X, test_Y = load_dataset()
""",
    "3_regularization": """
import numpy as np
import matplotlib.pyplot as plt
from reg_utils import sigmoid, relu, plot_decision_boundary, initialize_parameters, load_2D_dataset, predict_dec
from reg_utils import compute_cost, predict, forward_propagation, backward_propagation, update_parameters
import sklearn
import sklearn.datasets
import scipy.io
from testCases import *

%matplotlib inline
train_X, train_Y, test_X, test_Y = load_2D_dataset()
""",
    "4_gradient_checking": """
# Packages
import numpy as np
from testCases import *
from gc_utils import sigmoid, relu, dictionary_to_vector, vector_to_dictionary, gradients_to_vector
""",
}

OLD = {
    "1_dnn_step_by_step": '''
# GRADED FUNCTION: initialize_parameters

def initialize_parameters(n_x, n_h, n_y):
    """
    Arguments:
    n_x, n_h, n_y -- sizes of the three layers

    Returns:
    parameters -- python dictionary
    """

    np.random.seed(1)

    ### START CODE HERE ### (≈ 4 lines of code)
    W1 = np.random.randn(n_h, n_x) * 0.01
    b1 = np.zeros((n_h, 1))
    W2 = np.random.randn(n_y, n_h) * 0.01
    b2 = np.zeros((n_y, 1))
    ### END CODE HERE ###

    assert(W1.shape == (n_h, n_x))
    assert(b1.shape == (n_h, 1))
    assert(W2.shape == (n_y, n_h))
    assert(b2.shape == (n_y, 1))

    parameters = {"W1": W1,
                  "b1": b1,
                  "W2": W2,
                  "b2": b2}

    return parameters
#---
parameters = initialize_parameters(3,2,1)
print("W1 = " + str(parameters["W1"]))
#---
# GRADED FUNCTION: initialize_parameters_deep

def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layer_dims)            # number of layers in the network

    for l in range(1, L):
        ### START CODE HERE ### (≈ 2 lines of code)
        parameters['W' + str(l)] = np.random.randn(layer_dims[l], layer_dims[l-1]) * 0.01
        parameters['b' + str(l)] = np.zeros((layer_dims[l], 1))
        ### END CODE HERE ###

        assert(parameters['W' + str(l)].shape == (layer_dims[l], layer_dims[l-1]))
        assert(parameters['b' + str(l)].shape == (layer_dims[l], 1))

    return parameters
#---
# GRADED FUNCTION: linear_forward

def linear_forward(A, W, b):
    ### START CODE HERE ### (≈ 1 line of code)
    Z = np.dot(W, A) + b
    ### END CODE HERE ###

    assert(Z.shape == (W.shape[0], A.shape[1]))
    cache = (A, W, b)

    return Z, cache
#---
A, W, b = linear_forward_test_case()

Z, linear_cache = linear_forward(A, W, b)
print("Z = " + str(Z))
#---
# GRADED FUNCTION: linear_activation_forward

def linear_activation_forward(A_prev, W, b, activation):
    if activation == "sigmoid":
        # Inputs: "A_prev, W, b". Outputs: "A, activation_cache".
        ### START CODE HERE ### (≈ 2 lines of code)
        Z, linear_cache = linear_forward(A_prev, W, b)
        A, activation_cache = sigmoid(Z)
        ### END CODE HERE ###

    elif activation == "relu":
        # Inputs: "A_prev, W, b". Outputs: "A, activation_cache".
        ### START CODE HERE ### (≈ 2 lines of code)
        Z, linear_cache = linear_forward(A_prev, W, b)
        A, activation_cache = relu(Z)
        ### END CODE HERE ###

    assert (A.shape == (W.shape[0], A_prev.shape[1]))
    cache = (linear_cache, activation_cache)

    return A, cache
#---
# GRADED FUNCTION: L_model_forward

def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2                  # number of layers in the neural network

    # Add "cache" to the "caches" list.
    for l in range(1, L):
        A_prev = A
        ### START CODE HERE ### (≈ 2 lines of code)
        A, cache = linear_activation_forward(A_prev, parameters['W' + str(l)], parameters['b' + str(l)], "relu")
        caches.append(cache)
        ### END CODE HERE ###

    ### START CODE HERE ### (≈ 2 lines of code)
    AL, cache = linear_activation_forward(A, parameters['W' + str(L)], parameters['b' + str(L)], "sigmoid")
    caches.append(cache)
    ### END CODE HERE ###

    assert(AL.shape == (1,X.shape[1]))

    return AL, caches
#---
# GRADED FUNCTION: compute_cost

def compute_cost(AL, Y):
    m = Y.shape[1]

    # Compute loss from aL and y.
    ### START CODE HERE ### (≈ 1 lines of code)
    cost = -1./m * np.sum(np.multiply(Y, np.log(AL)) + np.multiply(1-Y, np.log(1-AL)))
    ### END CODE HERE ###

    cost = np.squeeze(cost)      # e.g. this turns [[17]] into 17
    assert(cost.shape == ())

    return cost
#---
# GRADED FUNCTION: linear_backward

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]

    ### START CODE HERE ### (≈ 3 lines of code)
    dW = 1./m * np.dot(dZ, A_prev.T)
    db = 1./m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    ### END CODE HERE ###

    assert (dA_prev.shape == A_prev.shape)
    assert (dW.shape == W.shape)
    assert (db.shape == b.shape)

    return dA_prev, dW, db
#---
# GRADED FUNCTION: linear_activation_backward

def linear_activation_backward(dA, cache, activation):
    linear_cache, activation_cache = cache

    if activation == "relu":
        ### START CODE HERE ### (≈ 2 lines of code)
        dZ = relu_backward(dA, activation_cache)
        dA_prev, dW, db = linear_backward(dZ, linear_cache)
        ### END CODE HERE ###

    elif activation == "sigmoid":
        ### START CODE HERE ### (≈ 2 lines of code)
        dZ = sigmoid_backward(dA, activation_cache)
        dA_prev, dW, db = linear_backward(dZ, linear_cache)
        ### END CODE HERE ###

    return dA_prev, dW, db
#---
# GRADED FUNCTION: L_model_backward

def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches) # the number of layers
    m = AL.shape[1]
    Y = Y.reshape(AL.shape) # after this line, Y is the same shape as AL

    # Initializing the backpropagation
    ### START CODE HERE ### (1 line of code)
    dAL = - (np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    ### END CODE HERE ###

    # Lth layer. Outputs: "grads["dAL"], grads["dWL"], grads["dbL"]
    ### START CODE HERE ### (approx. 2 lines)
    current_cache = caches[L-1]
    grads["dA" + str(L)], grads["dW" + str(L)], grads["db" + str(L)] = linear_activation_backward(dAL, current_cache, "sigmoid")
    ### END CODE HERE ###

    for l in reversed(range(L-1)):
        # lth layer: (RELU -> LINEAR) gradients.
        ### START CODE HERE ### (approx. 5 lines)
        current_cache = caches[l]
        dA_prev_temp, dW_temp, db_temp = linear_activation_backward(grads["dA" + str(l + 2)], current_cache, "relu")
        grads["dA" + str(l + 1)] = dA_prev_temp
        grads["dW" + str(l + 1)] = dW_temp
        grads["db" + str(l + 1)] = db_temp
        ### END CODE HERE ###

    return grads
#---
AL, Y_assess, caches = L_model_backward_test_case()
grads = L_model_backward(AL, Y_assess, caches)
print_grads(grads)
#---
# GRADED FUNCTION: update_parameters

def update_parameters(parameters, grads, learning_rate):
    L = len(parameters) // 2 # number of layers in the neural network

    # Update rule for each parameter. Use a for loop.
    ### START CODE HERE ### (≈ 3 lines of code)
    for l in range(L):
        parameters["W" + str(l+1)] = parameters["W" + str(l+1)] - learning_rate * grads["dW" + str(l+1)]
        parameters["b" + str(l+1)] = parameters["b" + str(l+1)] - learning_rate * grads["db" + str(l+1)]
    ### END CODE HERE ###
    return parameters
''',
    "2_initialization": """
# GRADED FUNCTION: initialize_parameters_zeros

def initialize_parameters_zeros(layers_dims):
    parameters = {}
    L = len(layers_dims)            # number of layers in the network

    for l in range(1, L):
        ### START CODE HERE ### (≈ 2 lines of code)
        parameters['W' + str(l)] = np.zeros((layers_dims[l], layers_dims[l-1]))
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
        ### END CODE HERE ###
    return parameters
#---
parameters = model(train_X, train_Y, initialization = "zeros")
print ("On the train set:")
predictions_train = predict(train_X, train_Y, parameters)
#---
# GRADED FUNCTION: initialize_parameters_random

def initialize_parameters_random(layers_dims):
    np.random.seed(3)               # This seed makes sure your "random" numbers will be the as ours
    parameters = {}
    L = len(layers_dims)            # integer representing the number of layers

    for l in range(1, L):
        ### START CODE HERE ### (≈ 2 lines of code)
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l-1]) * 10
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
        ### END CODE HERE ###

    return parameters
#---
# GRADED FUNCTION: initialize_parameters_he

def initialize_parameters_he(layers_dims):
    np.random.seed(3)
    parameters = {}
    L = len(layers_dims) - 1 # integer representing the number of layers

    for l in range(1, L + 1):
        ### START CODE HERE ### (≈ 2 lines of code)
        parameters['W' + str(l)] = np.random.randn(layers_dims[l], layers_dims[l-1]) * np.sqrt(2./layers_dims[l-1])
        parameters['b' + str(l)] = np.zeros((layers_dims[l], 1))
        ### END CODE HERE ###

    return parameters
#---
def model(X, Y, learning_rate = 0.01, num_iterations = 15000, print_cost = True, initialization = "he"):
    grads = {}
    costs = [] # to keep track of the loss
    m = X.shape[1] # number of examples
    layers_dims = [X.shape[0], 10, 5, 1]
    parameters = initialize_parameters_he(layers_dims)
    return parameters
""",
    "3_regularization": """
# GRADED FUNCTION: compute_cost_with_regularization

def compute_cost_with_regularization(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1 = parameters["W1"]
    W2 = parameters["W2"]
    W3 = parameters["W3"]

    cross_entropy_cost = compute_cost(A3, Y) # This gives you the cross-entropy part of the cost

    ### START CODE HERE ### (approx. 1 line)
    L2_regularization_cost = lambd/(2*m) * (np.sum(np.square(W1)) + np.sum(np.square(W2)) + np.sum(np.square(W3)))
    ### END CODER HERE ###

    cost = cross_entropy_cost + L2_regularization_cost

    return cost
#---
A3, Y_assess, parameters = compute_cost_with_regularization_test_case()
print("cost = " + str(compute_cost_with_regularization(A3, Y_assess, parameters, lambd = 0.1)))
#---
# GRADED FUNCTION: backward_propagation_with_regularization

def backward_propagation_with_regularization(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache

    dZ3 = A3 - Y

    ### START CODE HERE ### (approx. 1 line)
    dW3 = 1./m * np.dot(dZ3, A2.T) + lambd/m * W3  # stub: dW3 = 1./m * np.dot(dZ3, A2.T) + None
    ### END CODE HERE ###
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims = True)

    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    ### START CODE HERE ### (approx. 1 line)
    dW2 = 1./m * np.dot(dZ2, A1.T) + lambd/m * W2  # stub: dW2 = 1./m * np.dot(dZ2, A1.T) + None
    ### END CODE HERE ###
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)

    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    ### START CODE HERE ### (approx. 1 line)
    dW1 = 1./m * np.dot(dZ1, X.T) + lambd/m * W1  # stub: dW1 = 1./m * np.dot(dZ1, X.T) + None
    ### END CODE HERE ###
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)

    gradients = {"dZ3": dZ3, "dW3": dW3, "db3": db3,"dA2": dA2,
                 "dZ2": dZ2, "dW2": dW2, "db2": db2, "dA1": dA1,
                 "dZ1": dZ1, "dW1": dW1, "db1": db1}

    return gradients
#---
# GRADED FUNCTION: forward_propagation_with_dropout

def forward_propagation_with_dropout(X, parameters, keep_prob = 0.5):
    np.random.seed(1)

    # retrieve parameters
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    W3 = parameters["W3"]
    b3 = parameters["b3"]

    # LINEAR -> RELU -> LINEAR -> RELU -> LINEAR -> SIGMOID
    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    ### START CODE HERE ### (approx. 4 lines)         # Steps 1-4 below correspond to the Steps 1-4 described above.
    D1 = np.random.rand(A1.shape[0], A1.shape[1])     # Step 1
    D1 = D1 < keep_prob                               # Step 2
    A1 = A1 * D1                                      # Step 3
    A1 = A1 / keep_prob                               # Step 4
    ### END CODE HERE ###
    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    ### START CODE HERE ### (approx. 4 lines)
    D2 = np.random.rand(A2.shape[0], A2.shape[1])
    D2 = D2 < keep_prob
    A2 = A2 * D2
    A2 = A2 / keep_prob
    ### END CODE HERE ###
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)

    cache = (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)

    return A3, cache
#---
# GRADED FUNCTION: backward_propagation_with_dropout

def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    m = X.shape[1]
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache

    dZ3 = A3 - Y
    dW3 = 1./m * np.dot(dZ3, A2.T)
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims = True)
    dA2 = np.dot(W3.T, dZ3)
    ### START CODE HERE ### (≈ 2 lines of code)
    dA2 = dA2 * D2              # Step 1
    dA2 = dA2 / keep_prob       # Step 2
    ### END CODE HERE ###
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1./m * np.dot(dZ2, A1.T)
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)

    dA1 = np.dot(W2.T, dZ2)
    ### START CODE HERE ### (≈ 2 lines of code)
    dA1 = dA1 * D1              # Step 1
    dA1 = dA1 / keep_prob       # Step 2
    ### END CODE HERE ###
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1./m * np.dot(dZ1, X.T)
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)

    gradients = {"dZ3": dZ3, "dW3": dW3, "db3": db3,"dA2": dA2,
                 "dZ2": dZ2, "dW2": dW2, "db2": db2, "dA1": dA1,
                 "dZ1": dZ1, "dW1": dW1, "db1": db1}

    return gradients
""",
    "4_gradient_checking": """
# GRADED FUNCTION: forward_propagation

def forward_propagation(x, theta):
    ### START CODE HERE ### (approx. 1 line)
    J = np.dot(theta, x)
    ### END CODE HERE ###

    return J
#---
x, theta = 2, 4
J = forward_propagation(x, theta)
print ("J = " + str(J))
#---
# GRADED FUNCTION: backward_propagation

def backward_propagation(x, theta):
    ### START CODE HERE ### (approx. 1 line)
    dtheta = x
    ### END CODE HERE ###

    return dtheta
#---
# GRADED FUNCTION: gradient_check

def gradient_check(x, theta, epsilon = 1e-7):
    # Compute gradapprox using left side of formula (1). epsilon is small enough, you don't need to worry about the limit.
    ### START CODE HERE ### (approx. 5 lines)
    thetaplus = theta + epsilon                               # Step 1
    thetaminus = theta - epsilon                              # Step 2
    J_plus = forward_propagation(x, thetaplus)                # Step 3
    J_minus = forward_propagation(x, thetaminus)              # Step 4
    gradapprox = (J_plus - J_minus) / (2. * epsilon)          # Step 5
    ### END CODE HERE ###

    # Check if gradapprox is close enough to the output of backward_propagation()
    ### START CODE HERE ### (approx. 1 line)
    grad = backward_propagation(x, theta)
    ### END CODE HERE ###

    ### START CODE HERE ### (approx. 1 line)
    numerator = np.linalg.norm(grad - gradapprox)                         # Step 1'
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)       # Step 2'
    difference = numerator / denominator                                  # Step 3'
    ### END CODE HERE ###

    if difference < 1e-7:
        print ("The gradient is correct!")
    else:
        print ("The gradient is wrong!")

    return difference
#---
def forward_propagation_n(X, Y, parameters):
    # retrieve parameters
    m = X.shape[1]
    W1 = parameters["W1"]
    b1 = parameters["b1"]
    W2 = parameters["W2"]
    b2 = parameters["b2"]
    W3 = parameters["W3"]
    b3 = parameters["b3"]

    # LINEAR -> RELU -> LINEAR -> RELU -> LINEAR -> SIGMOID
    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)

    # Cost
    logprobs = np.multiply(-np.log(A3),Y) + np.multiply(-np.log(1 - A3), 1 - Y)
    cost = 1./m * np.sum(logprobs)

    cache = (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)

    return cost, cache
#---
def backward_propagation_n(X, Y, cache):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache

    dZ3 = A3 - Y
    dW3 = 1./m * np.dot(dZ3, A2.T)
    db3 = 1./m * np.sum(dZ3, axis=1, keepdims = True)

    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1./m * np.dot(dZ2, A1.T)  # stub: dW2 = 1./m * np.dot(dZ2, A1.T) * 2
    db2 = 1./m * np.sum(dZ2, axis=1, keepdims = True)

    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1./m * np.dot(dZ1, X.T)
    db1 = 1./m * np.sum(dZ1, axis=1, keepdims = True)  # stub: db1 = 4./m * np.sum(dZ1, axis=1, keepdims = True)

    gradients = {"dZ3": dZ3, "dW3": dW3, "db3": db3,
                 "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2,
                 "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}

    return gradients
#---
# GRADED FUNCTION: gradient_check_n

def gradient_check_n(parameters, gradients, X, Y, epsilon = 1e-7):
    # Set-up variables
    parameters_values, _ = dictionary_to_vector(parameters)
    grad = gradients_to_vector(gradients)
    num_parameters = parameters_values.shape[0]
    J_plus = np.zeros((num_parameters, 1))
    J_minus = np.zeros((num_parameters, 1))
    gradapprox = np.zeros((num_parameters, 1))

    # Compute gradapprox
    for i in range(num_parameters):

        # Compute J_plus[i]. Inputs: "parameters_values, epsilon". Output = "J_plus[i]".
        # "_" is used because the function you have to outputs two parameters but we only care about the first one
        ### START CODE HERE ### (approx. 3 lines)
        thetaplus = np.copy(parameters_values)                                       # Step 1
        thetaplus[i][0] = thetaplus[i][0] + epsilon                                  # Step 2
        J_plus[i], _ = forward_propagation_n(X, Y, vector_to_dictionary(thetaplus))  # Step 3
        ### END CODE HERE ###

        # Compute J_minus[i]. Inputs: "parameters_values, epsilon". Output = "J_minus[i]".
        ### START CODE HERE ### (approx. 3 lines)
        thetaminus = np.copy(parameters_values)                                        # Step 1
        thetaminus[i][0] = thetaminus[i][0] - epsilon                                  # Step 2
        J_minus[i], _ = forward_propagation_n(X, Y, vector_to_dictionary(thetaminus))  # Step 3
        ### END CODE HERE ###

        # Compute gradapprox[i]
        ### START CODE HERE ### (approx. 1 line)
        gradapprox[i] = (J_plus[i] - J_minus[i]) / (2. * epsilon)
        ### END CODE HERE ###

    # Compare gradapprox to backward propagation gradients by computing difference.
    ### START CODE HERE ### (approx. 1 line)
    numerator = np.linalg.norm(grad - gradapprox)                                           # Step 1'
    denominator = np.linalg.norm(grad) + np.linalg.norm(gradapprox)                         # Step 2'
    difference = numerator / denominator                                                    # Step 3'
    ### END CODE HERE ###

    if difference > 2e-7:
        print ("\\033[93m" + "There is a mistake in the backward propagation! difference = " + str(difference) + "\\033[0m")
    else:
        print ("\\033[92m" + "Your backward propagation works perfectly fine! difference = " + str(difference) + "\\033[0m")

    return difference
#---
X, Y, parameters = gradient_check_n_test_case()

cost, cache = forward_propagation_n(X, Y, parameters)
gradients = backward_propagation_n(X, Y, cache)
difference = gradient_check_n(parameters, gradients, X, Y)
""",
}
STUB = re.compile(r"  # stub: (.*)")


def solved_2017(cell):
    return STUB.sub("", cell)


def unsolved_2017(cell):
    """Return the cell with None for what stands between the markers; loops and conditions are handed out."""
    lines, inside = [], False
    for line in cell.split("\n"):
        inside = inside and "### END" not in line
        given = STUB.search(line)
        indent, code, comment = re.match(r"( *)(.*?)(  +#.*)?$", line).groups()
        if given:
            line = indent + given[1]
        elif inside and code and not code.endswith(":"):
            target = re.match(r"([\w\[\]\"'+(), ]+?) = ", code)
            line = indent + (f"{target[1]} = None" if target else "None") + (comment or "")
        lines.append(line)
        inside = inside or "### START" in line
    return "\n".join(lines)


# ---------------------------------------------------------------- 2021: nothing but comments between the markers


def to_2021(cell):
    """Return a cell in the newer style: other markers, a comment for each line, other names."""
    lines, region = [], None
    for line in solved_2017(cell).split("\n"):
        indent = re.match(" *", line)[0]
        if "### START CODE" in line:
            region = []
        elif "### END CODE" in line and region is not None:
            hints = [re.sub(r"=.*", "= ...", code.strip()) for code in region]
            lines += [f"{indent}#(≈ {len(region)} lines of code)", *(f"{indent}# {hint}" for hint in hints)]
            lines += [f"{indent}# YOUR CODE STARTS HERE", *region, f"{indent}", f"{indent}# YOUR CODE ENDS HERE"]
            region = None
        elif region is not None:
            region.append(re.sub(r"  +#.*", "", line))
        else:
            lines.append(line)
    if region is not None:  # a closing marker was mistyped in the original
        lines += [*region]
    cell = "\n".join(lines)
    for pattern, new in (
        (r"\bthetaplus\b", "theta_plus"),
        (r"\bthetaminus\b", "theta_minus"),
        (r"\[i\]\[0\]", "[i]"),
        (r"def gradient_check\(x, theta, epsilon = 1e-7\)", "def gradient_check(x, theta, epsilon=1e-7, print_msg=False)"),
        (r"X, Y, epsilon = 1e-7\)", "X, Y, epsilon=1e-7, print_msg=False)"),
        (r"    if difference", "    if print_msg and difference"),
        (r"\bdA_prev_temp\b", "dA_prev_temp"),
        (r'"dA" \+ str\(L\)\]', '"dA" + str(L-1)]'),
        (r"str\(l \+ 2\)\], current", "str(l + 1)], current"),
        (r'grads\["dA" \+ str\(l \+ 1\)\] =', 'grads["dA" + str(l)] ='),
        (r"def update_parameters\(parameters,", "def update_parameters(params,"),
        (
            r"    L = len\(parameters\) // 2 # number of layers in the neural network\n\n    # Update",
            "    parameters = copy.deepcopy(params)\n"
            "    L = len(parameters) // 2 # number of layers in the neural network\n\n    # Update",
        ),
        (r"D([12]) < keep_prob", r"(D\1 < keep_prob).astype(int)"),
        (r"    assert *\(.*\n", ""),
    ):
        cell = re.sub(pattern, new, cell)
    return cell.replace("END CODER HERE", "END CODE HERE")


def unsolved_2021(cell):
    new = re.sub(r"(# YOUR CODE STARTS HERE\n)(?:.*\n)*?( *# YOUR CODE ENDS HERE)", r"\1\n\n\2", to_2021(cell))
    for found in re.finditer(r"  # stub: (.*)", cell) if "START CODE" not in cell else ():  # the planted mistakes
        name = found[1].split(" = ")[0]
        new = re.sub(rf"\b{name} = .*", found[1], new, count=1)
    return new


HEAD_2021 = "### v1.2\nimport copy\nfrom public_tests import *\nfrom test_utils import single_test, multiple_test\n"
TESTS_2021 = "\n".join(
    f"{name}_test({name})" for entries in notebooks().values() for name in (question.name for question in entries)
)


# ---------------------------------------------------------------- notebooks


def cells_of(name):
    """Return [(graded function or None, text in the style of 2017)]."""
    found = []
    graded = {question.name for question in notebooks()[name]}
    for cell in OLD[name].replace("END CODER HERE", "END CODE HERE").strip().split("\n#---\n"):
        defined = re.search(r"^def (\w+)", cell, re.MULTILINE)
        found.append((defined[1] if defined and defined[1] in graded else None, cell))
    return found


VERSIONS = {
    "2017-nbformat-3": (solved_2017, unsolved_2017),
    "2017": (solved_2017, unsolved_2017),
    "2021": (to_2021, unsolved_2021),
}


def notebook(name, version, is_solved):
    """Return a notebook in the style of a version; is_solved(function) says which functions are written."""
    solve, unsolve = VERSIONS[version]
    cells = [HEAD[name]] if version != "2021" else [HEAD_2021 + HEAD[name].replace("_v2", "").replace("_v4", "_v4a"), TESTS_2021]
    cells += [solve(cell) if graded is None or is_solved(graded) else unsolve(cell) for graded, cell in cells_of(name)]
    if version.endswith("3"):
        raw = [
            {"cell_type": "code", "language": "python", "outputs": [], "input": cell.splitlines(keepends=True)} for cell in cells
        ]
        text = [{"cell_type": "heading", "level": 1, "source": "Welcome"}, {"cell_type": "markdown", "source": ["Some text"]}]
        return parse({"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": text + raw}]})
    raw = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1, "source": cell.splitlines(True)}
        for cell in cells
    ]
    return parse({"nbformat": 4, "nbformat_minor": 1, "metadata": {"coursera": {"course_slug": "neural-networks"}}, "cells": raw})


def graded_of(name):
    return [question.name for question in notebooks()[name]]


def statuses(result):
    return {question["name"]: question["status"] for question in result["questions"]}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", NAMES, ids=SHORT.get)
def test_the_cells_are_what_they_should_be(name, version):
    """The rewriting above leaves every graded function in place, and an unsolved one differs from a solved one."""
    solved, unsolved = (notebook(name, version, lambda graded, value=value: value) for value in (True, False))
    assert [graded for graded, _ in cells_of(name) if graded] and not solved.broken
    for graded in graded_of(name):
        assert solved.defined(graded), graded
        assert unsolved.locate(graded), graded
        assert len(solved.locate(graded)) == 1
    assert sorted(graded for graded, _ in cells_of(name) if graded) == sorted(graded_of(name))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", NAMES, ids=SHORT.get)
def test_solved(grader, name, version):
    handed_in = notebook(name, version, lambda graded: True)
    for seed in (1, 2, 3):
        grader.seed = seed
        result = grader.grade_submission(handed_in)
        wrong = [
            (question["name"], question["message"]["en"]) for question in result["questions"] if question["status"] != "correct"
        ]
        assert not wrong and result["score"] == 100 and result["assignment"] == name, (seed, wrong)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", NAMES, ids=SHORT.get)
def test_unsolved(grader, name, version):
    grader.seed = 1
    result = grader.grade_submission(notebook(name, version, lambda graded: False))
    assert result["score"] == 0 and result["assignment"] == name
    assert set(statuses(result).values()) == {"not_attempted"}, statuses(result)
    for question in result["questions"]:
        if question["name"] != "backward_propagation_n":
            assert question["message"] == {"zh": "还没有写。", "en": "Not attempted yet."}, question


@pytest.mark.parametrize("half", [0, 1], ids=["even", "odd"])
@pytest.mark.parametrize("version", ["2017", "2021"])
@pytest.mark.parametrize("name", NAMES, ids=SHORT.get)
def test_half_solved(grader, name, version, half):
    grader.seed = 1
    chosen = set(graded_of(name)[half::2])
    result = grader.grade_submission(notebook(name, version, chosen.__contains__))
    expected = {graded: "correct" if graded in chosen else "not_attempted" for graded in graded_of(name)}
    assert statuses(result) == expected, [question["message"]["en"] for question in result["questions"]]
    assert result["score"] == sum(question["max_points"] for question in result["questions"] if question["name"] in chosen)
    for question in result["questions"]:
        if question["name"] in ("linear_activation_forward", "L_model_backward") and question["name"] in chosen:
            assert question["message"]["en"].startswith("Right; it will work once"), question


# ---------------------------------------------------------------- the planted mistakes of notebook 4


@pytest.mark.parametrize("version", VERSIONS)
def test_planted_mistakes_left_in(grader, version):
    for seed in (1, 2, 3):
        grader.seed = seed
        result = grader.grade_submission(notebook(NAMES[3], version, lambda graded: graded != "backward_propagation_n"))
        found = {question["name"]: question for question in result["questions"]}
        planted = found.pop("backward_propagation_n")
        assert planted["status"] == "not_attempted" and "not fixed it yet" in planted["message"]["en"] and planted["points"] == 0
        assert "还没有" in planted["message"]["zh"] or "还没" in planted["message"]["zh"], planted
        assert {question["status"] for question in found.values()} == {"correct"}, found
        assert result["score"] == 100 - planted["max_points"]


@pytest.mark.parametrize("fixed", ["dW2", "db1"])
def test_one_planted_mistake_left_in(grader, fixed):
    grader.seed = 1
    text = OLD[NAMES[3]]
    line = next(line for line in text.split("\n") if line.strip().startswith(f"{fixed} =") and "stub" in line)
    cells = [HEAD[NAMES[3]], *text.replace(line, STUB.sub("", line)).split("\n#---\n")]
    cells = [unsolved_2017(cell) if "def backward_propagation_n" in cell else solved_2017(cell) for cell in cells]
    result = grader.grade_submission(parse({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}))
    found = {question["name"]: question for question in result["questions"]}
    assert (
        found["backward_propagation_n"]["status"] == "incorrect"
        and result["score"] == 100 - found["backward_propagation_n"]["max_points"]
    )
    assert "One of the two planted mistakes is mended" in found["backward_propagation_n"]["message"]["en"]


# ---------------------------------------------------------------- functions of several notebooks in one


def mixed(*parts):
    """Return a notebook with the solved cells of (notebook, functions) one after the other."""
    cells = []
    for name, wanted in parts:
        cells += [HEAD[name]] + [solved_2017(cell) for graded, cell in cells_of(name) if graded is None or graded in wanted]
    return parse({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})


def test_a_notebook_is_the_one_of_which_it_has_the_largest_part(grader):
    grader.seed = 1
    dnn, init, reg, gc = ((name, graded_of(name)) for name in NAMES)
    for parts, assignment in (
        ((dnn, (NAMES[1], init[1][:1])), NAMES[0]),
        (((NAMES[0], dnn[1][:4]), init), NAMES[1]),
        ((init, dnn), NAMES[0]),  # two whole ones: the first in the order of the course
        ((reg, (NAMES[0], ["linear_forward", "linear_backward"])), NAMES[2]),
        (((NAMES[0], ["L_model_forward", "L_model_backward", "compute_cost"]), gc), NAMES[3]),
        (((NAMES[0], ["compute_cost"]), (NAMES[2], reg[1][:2])), NAMES[2]),
    ):
        result = grader.grade_submission(mixed(*parts))
        assert result["assignment"] == assignment, parts
        present = {graded for name, wanted in parts for graded in wanted}
        assert statuses(result) == {
            question["name"]: "correct" if question["name"] in present else "missing" for question in result["questions"]
        }, parts


def test_own_functions_of_notebook_1_inside_notebook_4(grader):
    """The end of notebook 4 invites learners to paste them; they are not what is graded there."""
    grader.seed = 2
    everything = (NAMES[0], [graded for graded in graded_of(NAMES[0]) if graded != "update_parameters"])
    result = grader.grade_submission(mixed((NAMES[3], graded_of(NAMES[3])), everything))
    assert result["assignment"] == NAMES[3] and result["score"] == 100
