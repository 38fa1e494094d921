"""The gradient report: no right gradient is called wrong, every wrong one is named with its parameter, and "ok" means tested."""

import inspect
import json
import subprocess
import sys
import tracemalloc
import warnings
from pathlib import Path

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

import gc_utils
import init_utils
from bench.right_gradients import as_functions, random_network
from bench.wrong_gradients import WRONG
from dnn_utils import L_model_backward, L_model_forward, relu, sigmoid
from gc_utils import dictionary_to_vector, gradient_report
from gradient_report import batched_differences, looped_differences, table
from testCases import gradient_check_n_test_case


def network(layer_dims=(5, 6, 4, 3, 1), m=20, seed=48):
    """Return (parameters, X, Y) of notebook 4's last section."""
    rng, parameters = np.random.default_rng(seed), {}
    for l in range(1, len(layer_dims)):
        parameters[f"W{l}"] = rng.normal(size=(layer_dims[l], layer_dims[l - 1]))
        parameters[f"b{l}"] = rng.normal(size=(layer_dims[l], 1))
    return parameters, rng.normal(size=(layer_dims[0], m)), rng.integers(0, 2, size=(1, m))


def backward_with(change):
    """Return L_model_backward, whose result then becomes {**result, **change(result)}."""
    def backward(AL, Y, caches):
        grads = L_model_backward(AL, Y, caches)
        return {**grads, **change(grads)}

    return backward


def course_network(X, Y, parameters):
    """Return (forward, gradient) of notebook 4's network as functions of the dictionary of parameters."""
    cost = lambda parameters: gc_utils.forward_propagation_n(X, Y, parameters)[0]
    gradient = lambda parameters: gc_utils.backward_propagation_n(X, Y, gc_utils.forward_propagation_n(X, Y, parameters)[1])
    return cost, gradient


def verdicts(report):
    return {row.name: row.verdict for row in report.rows}


# ---------------------------------------------------------------- right and wrong gradients


def test_no_right_network_is_called_wrong():
    """bench/gradients.py does the same with a thousand; that all were tested was true of 1,500."""
    for seed in range(150):
        forward, backward, parameters, X, Y, lambd = random_network(seed)
        report = gradient_report(forward, backward, parameters, X, Y, lambd=lambd)
        assert report.verdict == "ok" and report.batched, f"seed {seed}\n{report}"


@pytest.mark.parametrize("seeds", [range(30), (62, 79, 91, 100, 118, 150)], ids=["thirty", "stairs and kinks"])
def test_no_right_function_is_called_wrong(seeds):
    """The same gradients as functions of one column. In those named, 1 - AL is a staircase, or units are close to their kinks."""
    ok = 0
    for seed in seeds:
        forward, backward, parameters, X, Y, lambd = random_network(seed)
        cost, gradient, theta, names = as_functions(forward, backward, parameters, X, Y, lambd)
        if np.isinf(cost(theta)):
            with pytest.raises(ValueError, match="J = inf"):
                gradient_report(cost, gradient, theta, names=names)
            continue
        report = gradient_report(cost, gradient, theta, names=names)
        assert report.verdict != "wrong", f"seed {seed}\n{report}"
        assert not any(row.verdict == "ok" and row.difference > 1e-3 for row in report.rows), f"seed {seed}\n{report}"
        ok += report.verdict == "ok"
    assert ok > len(seeds) // 3


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_every_wrong_gradient_is_named(wrong):
    """The rows of the parameters concerned are wrong, all others are ok, and so they all are with the right gradient."""
    case = wrong.build()
    report = gradient_report(case.forward, case.backward, case.parameters, case.X, case.Y, lambd=case.lambd)
    assert verdicts(report) == {name: "wrong" if name in wrong.rows.split() else "ok" for name in case.parameters}, report
    case = wrong.right()
    report = gradient_report(case.forward, case.backward, case.parameters, case.X, case.Y, lambd=case.lambd)
    assert report.verdict == "ok", report


@pytest.mark.parametrize("wrong", [wrong for wrong in WRONG if not wrong.hidden], ids=lambda wrong: wrong.name)
def test_every_wrong_gradient_of_a_function_is_named(wrong):
    """Of a function of one column only the given examples can be tried, which must show the mistake."""
    case = wrong.build()
    report = gradient_report(case.cost_at, case.gradient_at, case.theta, names=case.names)
    assert verdicts(report) == {name: "wrong" if name in wrong.rows.split() else "ok" for name in case.parameters}, report


# ---------------------------------------------------------------- what the rows say


READINGS = {  # factor of dW2 -> what is said about it, with m = 20
    2: "2.00 times too large", 1 / 2: "0.50 times what it should be", 1.0001: "1.0001 times too large", -1: "sign reversed",
    -3: "sign reversed, 3.00 times too large", 20: "20.00 times too large (20 = m: 1/m missing)", 0: "zero throughout",
    1 / 20: "0.05 times what it should be (1/m: divided by m twice)", 1e-3: "0.001 times what it should be",
}


@pytest.mark.parametrize(("factor", "reading"), READINGS.items())
def test_factor_is_read(factor, reading):
    report = gradient_report(L_model_forward, backward_with(lambda grads: {"dW2": factor * grads["dW2"]}), *network())
    row = report["W2"]
    assert (row.verdict, row.reading) == ("wrong", reading) and abs(row.ratio - factor) < 1e-6
    worst = np.unravel_index(np.argmax(np.abs(report.gradapprox["W2"])), (4, 6))
    assert row.worst.index == worst and abs(row.worst.got - factor * row.worst.measured) < 1e-7
    assert abs(row.difference - abs(factor - 1) / (abs(factor) + 1)) < 1e-6
    assert [other.verdict for other in report.rows if other.name != "W2"] == ["ok"] * 7
    assert np.all(report.wrong["W2"]) and not np.any(report.wrong["W1"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.integers(2, 12), st.floats(1.01, 50), st.integers(0, 2**32 - 1))
def test_any_factor_in_a_network_of_any_depth(sizes, m, factor, seed):
    parameters, X, Y = network((*sizes, 1), m, seed)
    name = f"W{len(sizes)}"
    report = gradient_report(L_model_forward, backward_with(lambda grads: {"d" + name: factor * grads["d" + name]}), parameters, X, Y)
    assert verdicts(report) == {other: "wrong" if other == name else "ok" for other in parameters}
    assert abs(report[name].ratio / factor - 1) < 1e-3


KINDS = {  # name in WRONG -> what is said about its row
    "dW2 transposed, on a square layer": ("W2", "transposed"),
    "the L2 term forgotten in layer 2": ("W2", "the L2 term lambd/m * W is missing"),
    "the L2 term with 1 / (2 m)": ("W1", "the L2 term: 0.50 times what it should be"),
    "the L2 term of the wrong sign": ("W3", "the L2 term: sign reversed"),
    "row 1 of dW1 doubled, whose unit is off": ("W1", "4 of 20 entries: 2.00 times too large"),
    "W2 for W2.T, on a square layer": ("W1", "no common factor"),
    "W3 is tiny and dW1 is doubled": ("W1", "2.00 times too large"),
}


@pytest.mark.parametrize("name", KINDS)
def test_kind_is_read(name):
    case = next(wrong for wrong in WRONG if wrong.name == name).build()
    report = gradient_report(case.forward, case.backward, case.parameters, case.X, case.Y, lambd=case.lambd)
    row, reading = KINDS[name]
    assert report[row].reading == reading


def l2(share, of_data=1.0, lambd=0.7):
    """Return a backward pass whose data term is multiplied by of_data and whose L2 term by share."""
    def backward(AL, Y, caches):
        decay = {f"dW{l}": share * lambd / Y.shape[1] * W for l, ((_, W, _), _) in enumerate(caches, 1)}
        return {name: of_data * value + decay.get(name, 0) for name, value in L_model_backward(AL, Y, caches).items()}

    return backward


@pytest.mark.parametrize("backward, lambd, reading, reading_zh", [
    (l2(20), 0.7, "the L2 term: 20.00 times too large (20 = m: 1/m missing)", "L2 项：是应有值的 20.00 倍（20 = m：漏了 1/m）"),
    (l2(-1), 0.7, "the L2 term: sign reversed", "L2 项：正负号反了"),
    (l2(1, 20), 0.7, "all but the L2 term: 20.00 times too large (20 = m: 1/m missing)", "除了 L2 项：是应有值的 20.00 倍（20 = m：漏了 1/m）"),
    (l2(1), 0, "0.70/m * W too much: an L2 term? then pass lambd=0.70", "多了 0.70/m * W：是 L2 项吗？那就传入 lambd=0.70"),
], ids=["without 1/m", "sign", "data without 1/m", "lambd not passed"])
def test_what_is_wrong_with_an_l2_term_is_read(backward, lambd, reading, reading_zh):
    report = gradient_report(L_model_forward, backward, *network(), lambd=lambd)
    assert {(row.reading, row.reading_zh) for row in report.rows if row.name[0] == "W"} == {(reading, reading_zh)}


@pytest.mark.parametrize("change, words, words_zh", [
    (lambda db: np.maximum(db, 0), "zero throughout", "全是 0"), (np.abs, "sign reversed", "正负号反了")])
def test_entries_that_are_right_at_some_points_are_not_said_to_be_wrong_everywhere(change, words, words_zh):
    parameters, X, Y = network()
    report = gradient_report(L_model_forward, backward_with(lambda grads: {"db2": change(grads["db2"])}), parameters, X, Y)
    row = report["b2"]
    assert row.reading == f"right at some points, elsewhere {words}" and row.reading_zh == f"有的点上是对的，错的地方{words_zh}"
    assert sum(other.verdict == "wrong" for other in report.rows) == 1
    # a tiny error that the noise of another point hides is not right there
    tiny = gradient_report(L_model_forward, backward_with(lambda grads: {"dW1": 1.00001 * grads["dW1"]}), parameters, X, Y)
    assert "some points" not in tiny["W1"].reading


def test_what_few_examples_leave_open():
    parameters, X, Y = network(m=2)
    twice = gradient_report(L_model_forward, backward_with(lambda grads: {"dW2": 2 * grads["dW2"]}), parameters, X, Y)
    assert twice["W2"].reading == "2.00 times too large (2 = m: 1/m missing?)" and "漏了 1/m？" in twice["W2"].reading_zh
    one = gradient_report(L_model_forward, L_model_backward, parameters, X[:, :1], Y[:, :1])
    assert one.verdict == "ok" and "missing 1/m cannot be seen" in str(one) and "查不出漏掉的 1/m" in one.table("zh")
    assert "cannot be seen" not in str(twice)


def test_print_speaks_the_language_of_the_course(monkeypatch):
    report = gradient_report(L_model_forward, L_model_backward, *network())
    for language, words in (("zh", "正确"), (" ZH ", "正确"), ("en", "right"), ("", "right")):
        monkeypatch.setenv("COURSE_LANG", language)
        assert words in str(report)


def test_a_factor_is_common_only_if_most_wrong_entries_share_it():
    measured, bad, seen = np.ones(6), np.ones(6, bool), np.ones(6, bool)
    said = lambda g, noise: table._reading(np.array(g), measured, bad, seen, np.array(noise), (6,), None, 0, None)[0]
    assert said([2, 2, -5, 0.3, 7, -1], [1e-9, 1e-9, 0.1, 0.1, 0.1, 0.1]) == "no common factor"
    assert said([2, 2, 2.1, 1.9, 2.05, 2], [1e-9, 1e-9, 0.1, 0.1, 0.1, 0.1]) == "2.00 times too large"
    assert said([2, 3, 2, 2, 2, 2], [1e-9] * 6) == "no common factor"


def test_single_entries_are_counted():
    def change(grads):
        dW2 = grads["dW2"].copy()
        dW2[1, 2] *= 3
        return {"dW2": dW2}

    report = gradient_report(L_model_forward, backward_with(change), *network())
    row = report["W2"]
    assert row.reading == "1 of 24 entries: 3.00 times too large" and row.reading_zh == "24 个元素中的 1 个：是应有值的 3.00 倍"
    assert row.worst.index == (1, 2) and np.argwhere(report.wrong["W2"]).tolist() == [[1, 2]]
    assert abs(report.error["W2"][1, 2] - 2 / 3) < 1e-6 and np.max(np.delete(report.error["W2"].ravel(), 8)) < 1e-6


TABLE = """\
wrong: 6 ok, 2 wrong; 3 further points
name  shape  verdict  difference   noise  ratio  zero  kink  reading
W1    (6,5)  ok           < 1e-6  < 1e-6   1.00     0     0  right
b1    (6,1)  ok           < 1e-6  < 1e-6   1.00     0     0  right
W2    (4,6)  wrong       1.0e+00  < 1e-6  -1.00     0     0  sign reversed
b2    (4,1)  ok           < 1e-6  < 1e-6   1.00     0     0  right
W3    (3,4)  ok           < 1e-6  < 1e-6   1.00     0     0  right
b3    (3,1)  wrong       9.0e-01  < 1e-6  20.00     0     0  20.00 times too large (20 = m: 1/m missing)
W4    (1,3)  ok           < 1e-6  < 1e-6   1.00     0     0  right
b4    (1,1)  ok           < 1e-6  < 1e-6   1.00     0     0  right
W2[2, 4]: got -0.1724, measured 0.1724
b3[2, 0]: got 2.278, measured 0.1139"""


def test_table_and_picture():
    import matplotlib.pyplot as plt

    slips = backward_with(lambda grads: {"db3": 20 * grads["db3"], "dW2": -grads["dW2"]})
    report = gradient_report(L_model_forward, slips, *network())
    assert str(report) == repr(report) == TABLE
    zh = report.table("zh").splitlines()
    assert zh[0] == "wrong：6 ok, 2 wrong；另取了 3 个点" and "正负号反了" in zh[4] and "是应有值的 20.00 倍（20 = m：漏了 1/m）" in zh[7]
    with pytest.raises(ValueError, match="lang"):
        report.table("fr")
    with pytest.raises(TypeError, match="report.verdict"):
        bool(report)
    report.tested["W1"][2, 3] = False
    report.plot()
    panels = plt.gcf().axes
    assert [panel.get_title() for panel in panels[:8]] == [f"{row.name}: {row.verdict}" for row in report.rows]
    assert [len(panel.collections) for panel in panels[:8]] == [2, 1, 1, 1, 1, 1, 1, 1]  # the second one: what is crossed out
    assert panels[0].collections[1].get_hatch() and panels[2].collections[0].get_array().min() == 1  # -g against g: 2, shown as 1
    plt.close("all")


# ---------------------------------------------------------------- what a point cannot test


def test_entries_that_the_point_does_not_see_are_tested_elsewhere():
    X, Y, parameters = gradient_check_n_test_case()
    Y = Y.reshape(1, -1)  # as L_model_backward takes it
    right = gradient_report(L_model_forward, L_model_backward, parameters, X, Y)
    assert {row.name: len(row.zero) for row in right.rows} == {"W1": 4, "b1": 1, "W2": 11, "b2": 2, "W3": 2, "b3": 0}
    assert right.verdict == "ok" and "zero: 20 entries" in str(right)
    alone = gradient_report(L_model_forward, L_model_backward, parameters, X, Y, points=0)
    assert verdicts(alone) == {"W1": "untested", "b1": "untested", "W2": "untested", "b2": "untested", "W3": "untested", "b3": "ok"}
    assert alone["b1"].untested == [(4, 0)] == alone["b1"].zero and "no point could test b1[4, 0]" in str(alone)
    assert np.array_equal(np.isnan(alone.error["W2"]), ~alone.tested["W2"]) and np.sum(~alone.tested["W2"]) == 11
    rows = backward_with(lambda grads: {"dW2": grads["dW2"] * [[2], [2], [1]]})  # of these two the point sees nothing
    wrong = gradient_report(L_model_forward, rows, parameters, X, Y)
    assert wrong["W2"].verdict == "wrong" and wrong["W2"].reading == "10 of 15 entries: 2.00 times too large" and wrong["W2"].point > 0
    assert "further point" in str(wrong).splitlines()[-2]


def test_kink_between_the_two_sides():
    """Z1[1, 2] is 3e-8, less than the first steps; a gradient wrong there is still found."""
    X, Y, parameters = gradient_check_n_test_case()
    Y = Y.reshape(1, -1)
    parameters["b1"][1, 0] += 3e-8 - gc_utils.forward_propagation_n(X, Y, parameters)[1][0][1, 2]
    for report in (gradient_report(L_model_forward, L_model_backward, parameters, X, Y),
                   gradient_report(*course_network(X, Y, parameters), parameters)):
        assert (1, 0) in report["b1"].kink and report["b1"].verdict == report["W1"].verdict == "ok"
    tangent = init_utils.backward_propagation(X, Y, gc_utils.forward_propagation_n(X, Y, parameters)[1])["db1"][1, 0]
    alone = gradient_report(L_model_forward, L_model_backward, parameters, X, Y, points=0)
    assert abs(alone.gradapprox["b1"][1, 0] / tangent - 1) < 1e-3  # and not 0.65, the slope of the chord of step 1e-7
    wrong = gradient_report(L_model_forward, backward_with(lambda grads: {"db1": 1.01 * grads["db1"]}), parameters, X, Y, points=0)
    assert wrong.wrong["b1"][1, 0] and wrong["b1"].reading.endswith("1.01 times too large")


@pytest.mark.parametrize("at_zero", [0, 1])
def test_a_unit_at_its_kink_may_have_either_slope(at_zero):
    """With W1 and b1 zero every unit of layer 1 is at 0, where both 0 and 1 are a slope of the ReLU; neither is wrong."""
    parameters, X, Y = network((3, 4, 1))
    parameters["W1"][:], parameters["b1"][:] = 0, 0

    def backward(AL, Y, caches):
        (_, W2, _), _ = caches[1]
        (X, _, _), Z1 = caches[0]
        dZ2 = AL - Y
        dZ1 = W2.T @ dZ2 * np.where(Z1 == 0, at_zero, Z1 > 0)
        means = lambda dZ: np.mean(dZ, axis=1, keepdims=True)
        return {"dW2": dZ2 @ relu(Z1)[0].T / Y.size, "db2": means(dZ2), "dW1": dZ1 @ X.T / Y.size, "db1": means(dZ1)}

    report = gradient_report(L_model_forward, backward, parameters, X, Y)
    assert report.verdict == "ok" and len(report["W1"].kink) == 12 and len(report["b1"].kink) == 4
    alone = gradient_report(L_model_forward, backward, parameters, X, Y, points=0)
    assert alone["W1"].verdict == alone["b1"].verdict == "untested"
    cost = lambda theta: float(-np.mean(np.log(np.where(Y == 1, AL := L_model_forward(X, split(theta))[0], 1 - AL))))
    split = lambda theta: gc_utils.vector_to_dictionary(theta, parameters)
    gradient = lambda theta: gc_utils.gradients_to_vector(backward(*(p := L_model_forward(X, split(theta)))[:1], Y, p[1]))
    theta, names = dictionary_to_vector(parameters)
    assert gradient_report(cost, gradient, theta, names=names).verdict == "ok"


def test_kinks_that_cancel():
    """Two examples leave the kink in opposite directions, so that the cost is straight there; the pattern of the ReLU shows it."""
    parameters = {"W1": np.zeros((1, 1)), "b1": np.zeros((1, 1)), "W2": np.ones((1, 1)), "b2": np.zeros((1, 1))}
    X, Y = np.array([[1.0, -1.0]]), np.array([[1, 0]])
    assert L_model_backward(*(passed := L_model_forward(X, parameters))[:1], Y, passed[1])["dW1"] == 0
    assert abs(looped_differences(L_model_forward, parameters, X, Y)["dW1"] + 0.25) < 1e-6
    alone = gradient_report(L_model_forward, L_model_backward, parameters, X, Y, points=0)
    assert alone["W1"].verdict == "untested" and alone["W1"].kink == [(0, 0)]
    assert gradient_report(L_model_forward, L_model_backward, parameters, X, Y).verdict == "ok"


def test_tiny_layer():
    """What drowns in the noise of differences is decided by complex steps; without these it is not said to be right."""
    X, Y, parameters = gradient_check_n_test_case()
    Y = Y.reshape(1, -1)
    parameters["W3"] *= 1e-8
    cost, gradient = course_network(X, Y, parameters)
    doubled = lambda parameters: {**gradient(parameters), "dW1": 2 * gradient(parameters)["dW1"]}
    assert gc_utils.gradient_check_n(parameters, doubled(parameters), X, Y) < 2e-7  # sees nothing
    twice = backward_with(lambda grads: {"dW1": 2 * grads["dW1"]})
    for report in (gradient_report(L_model_forward, twice, parameters, X, Y, points=0),
                   gradient_report(cost, doubled, parameters, points=0)):
        assert [name for name, verdict in verdicts(report).items() if verdict == "wrong"] == ["W1"], report
        assert report["W1"].reading.endswith("2.00 times too large")
    slightly = backward_with(lambda grads: {"dW1": 1.01 * grads["dW1"]})  # far below the noise of a difference
    assert gradient_report(L_model_forward, slightly, parameters, X, Y, points=0)["W1"].reading == "1.01 times too large"
    seen = gradient(parameters)["dW1"] != 0
    assert np.array_equal(gradient_report(cost, gradient, parameters, points=0).tested["W1"], seen) and np.sum(seen) == 16
    real_only = lambda parameters: float(cost(parameters))
    parameters["W3"] *= 1e-6  # longer steps, too, now measure nothing
    report = gradient_report(real_only, gradient, parameters, points=0)
    assert not any(np.any(tested) for name, tested in report.tested.items() if name in ("W1", "b1", "W2", "b2"))
    assert report.verdict == "untested"


def test_complex_steps_must_agree_with_what_is_sure():
    """This cost takes complex numbers and throws their imaginary part away: its complex steps say 0 for every slope."""
    cost, gradient = lambda t: np.sum(np.array([1, 1e-15]) * t.real**2), lambda t: np.array([2, 2e-15]) * t
    report = gradient_report(cost, gradient, np.array([1.0, 1.0]), points=0)
    assert report.verdict == "untested" and report.rows[0].untested == [(1,)]


def test_ok_means_that_every_entry_was_tested():
    """An input that is always 0 in a function's own data: nothing can test its weight."""
    cost = lambda theta: theta[0] ** 2 + 0 * theta[1]
    report = gradient_report(cost, lambda theta: np.array([2 * theta[0], 0]), np.array([1.0, 2.0]))
    assert report.verdict == "untested" and report.rows[0].untested == [(1,)] and report.tested["theta"].tolist() == [True, False]
    assert "1 of 2 entries not tested" in str(report)
    for seed in range(20):
        forward, backward, parameters, X, Y, lambd = random_network(seed)
        report = gradient_report(forward, backward, parameters, X, Y, lambd=lambd, points=seed % 3)
        for row in report.rows:
            assert (row.verdict == "ok") == bool(np.all(report.tested[row.name]))


A, B = np.array([[1.0, 0], [2, 0], [3, 0]]), np.array([1.0, 2, 4])
NOT_ANALYTIC = {  # name -> (penalty, its gradient): complex steps say 0 or half of the second slope, or nothing
    "norm": (lambda w: np.linalg.norm(w) ** 2, lambda w: 2 * w),
    "abs": (lambda w: np.sum(np.abs(w) ** 2), lambda w: 2 * w),
    "vdot": (lambda w: np.vdot(w, w), lambda w: 2 * w),
    "relu by abs": (lambda w: np.sum(np.abs(w) + w) / 2, lambda w: (w > 0) + 0.0),
}


@pytest.mark.parametrize("name", NOT_ANALYTIC)
@pytest.mark.parametrize("size", [1e-7, 1e-10, 1e-12, 1.0])
def test_complex_steps_of_what_is_not_analytic_decide_nothing(name, size):
    penalty, slope = NOT_ANALYTIC[name]
    cost = lambda w: np.mean((A @ w - B) ** 2) + size * penalty(w)
    gradient = lambda w: 2 * A.T @ (A @ w - B) / 3 + size * slope(w)
    for w in (np.array([0.5, 0.7]), np.array([0.5, -2.0])):
        report = gradient_report(cost, gradient, w)
        assert report.verdict in (["ok"] if size == 1 or size == 1e-7 and name != "relu by abs" else ["ok", "untested"]), report
    if size >= 1e-7:
        without = gradient_report(cost, lambda w: 2 * A.T @ (A @ w - B) / 3, np.array([0.5, 0.7]))
        assert without.verdict == "wrong" and without.wrong["theta"][1], without


def test_a_gradient_that_only_complex_steps_of_a_norm_confirm_is_wrong():
    cost = lambda p: 1e3 + 100 * np.sum(p["a"] ** 2) + 1e-4 * p["b"].sum() + 1e-3 * np.linalg.norm(p["b"])
    gradient = lambda p: {"da": 200 * p["a"], "db": np.full(3, 1e-4)}
    report = gradient_report(cost, gradient, {"a": np.ones(2), "b": np.array([1.0, 2, 3])})
    assert verdicts(report) == {"a": "ok", "b": "wrong"}


ROUGH = {  # name -> (J, gradient, theta): right gradients that short steps contradict
    "float32": lambda A, w: (lambda x: float(np.mean((A.astype(np.float32) @ np.float32(x)) ** 2)), lambda x: 2 * A.T @ (A @ x) / len(A), w),
    "rounded": lambda A, w: (lambda x: round(float(np.mean((A @ x) ** 2)), 7), lambda x: 2 * A.T @ (A @ x) / len(A), w),
    "turns at once": lambda A, w: (lambda x: np.sin(x / 1e-7).sum(), lambda x: np.cos(x / 1e-7) / 1e-7, 1e-7 * w),
    "1 - p": lambda A, w: (lambda x: -np.mean(np.log(1 - 1 / (1 + np.exp(-np.abs(A) @ x)))),
                           lambda x: np.abs(A).T @ (1 / (1 + np.exp(-np.abs(A) @ x))) / len(A), 1 + np.abs(w)),
}


@pytest.mark.parametrize("name", ROUGH)
def test_right_gradients_of_rough_costs_are_not_called_wrong(name):
    for seed in range(4):
        rng = np.random.default_rng(seed)
        A = np.round(rng.normal(size=(50, 10)), 3).astype(np.float32).astype(float)
        report = gradient_report(*ROUGH[name](A, rng.normal(size=10)))
        assert report.verdict != "wrong", f"seed {seed}\n{report}"
        assert report.verdict == "ok" or "too rough" in str(report) and "太粗糙" in report.table("zh")


def test_logistic_regression():
    """As textbooks write it: log(1 - P) of a P close to 1 is a staircase. Right ones are not called wrong, wrong ones are."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        X, w = rng.normal(size=(100, 10)), 2 * rng.normal(size=10)
        y = (rng.random(100) < 1 / (1 + np.exp(-X @ w))).astype(float)
        P = lambda w, X=X: 1 / (1 + np.exp(-X @ w))
        cost = lambda w, y=y, P=P: -np.mean(y * np.log(P(w)) + (1 - y) * np.log(1 - P(w)))
        gradient = lambda w, y=y, P=P, X=X: X.T @ (P(w) - y) / len(y)
        assert gradient_report(cost, gradient, w).verdict == "ok"
        assert gradient_report(cost, lambda w, gradient=gradient: 1.01 * gradient(w), w).verdict == "wrong"


def test_names_digits_and_reasons_in_print():
    report = gradient_report(lambda t: t[0] ** 2 + 3 * t[1], lambda t: np.array([2 * t[0], 3.00002]), np.array([1.0, 2.0]), names=["x", "y"])
    assert "y = theta[1]: got 3.00002, measured 3" in str(report) and "你的 3.00002，量得 3" in report.table("zh")
    flat = gradient_report(lambda t: t[0] ** 2 + 0 * t[1], lambda t: np.array([2 * t[0], 7]), np.array([1.0, 2.0]))
    assert flat.rows[0].reading == "1 of 2 entries: should be 0" and flat.rows[0].reading_zh.endswith("应为 0")
    assert verdicts(gradient_report(np.sum, np.ones_like, np.zeros(3), names=[1, 2, 2])) == {"1": "ok", "2": "ok"}


def abs_forward(X, parameters):
    """The ReLU as (abs(Z) + Z) / 2, whose complex steps say that every unit is half on."""
    A, caches, L = X, [], len(parameters) // 2
    for l in range(1, L + 1):
        Z = parameters[f"W{l}"] @ A + parameters[f"b{l}"]
        caches.append(((A, parameters[f"W{l}"], parameters[f"b{l}"]), Z))
        A = (np.abs(Z) + Z) / 2 if l < L else sigmoid(Z)[0]
    return A, caches


@pytest.mark.parametrize("dead", [slice(0), slice(1), slice(None)], ids=["none", "one unit", "all units"])
@pytest.mark.parametrize("scale", [1, 1e-8])
def test_relu_by_abs(dead, scale):
    parameters, X, Y = network((4, 5, 3, 1))
    parameters["b1"][dead] = -50
    parameters["W3"] *= scale
    report = gradient_report(abs_forward, L_model_backward, parameters, X, Y)
    assert report.verdict == "ok", report
    alone = gradient_report(abs_forward, L_model_backward, parameters, X, Y, points=0)
    assert "wrong" not in verdicts(alone).values(), alone
    twice = backward_with(lambda grads: {"dW1": 2 * grads["dW1"]})
    report = gradient_report(abs_forward, twice, parameters, X, Y)
    assert verdicts(report) == {name: "wrong" if name == "W1" else "ok" for name in parameters}, report


# ---------------------------------------------------------------- a learner's own ways


def np_dot_forward(A, params):
    """Other names, np.dot, a print, a warning, and caches that nobody else reads."""
    print("forward")
    kept, L = [A], len(params) // 2
    for l in range(1, L):
        A = np.dot(params["W" + str(l)], A) + params["b" + str(l)]
        A = A * (A > 0).astype(int)
        kept.append(A)
    Z = np.dot(params["W" + str(L)], A) + params["b" + str(L)]
    np.log(np.zeros(1))  # divide by zero
    warnings.warn("slow", stacklevel=1)
    return 1 / (1 + np.exp(-Z)), {"params": params, "kept": kept}


def np_dot_backward(AL, Y, memory):
    grads, dZ = {}, AL - Y
    for l in range(len(memory["kept"]), 0, -1):
        A = memory["kept"][l - 1]
        grads["dW" + str(l)], grads["db" + str(l)] = np.dot(dZ, A.T) / Y.shape[1], np.array([[row.mean()] for row in dZ])
        dZ = np.dot(memory["params"]["W" + str(l)].T, dZ)
        dZ[A <= 0] = 0
    return grads


def in_place_forward(X, parameters):
    """Everything that it is handed is overwritten in the end."""
    AL, caches = L_model_forward(X.copy(), {name: value.copy() for name, value in parameters.items()})
    for value in (X, *parameters.values()):
        value *= -7
    return AL, caches


def in_place_backward(AL, Y, caches):
    grads = L_model_backward(AL.copy(), Y.copy(), caches)
    AL[:], Y[:] = 0.5, 7
    return grads


def three_layers_forward(X, parameters):
    """Notebook 4's own, which knows three layers only."""
    AL, cache = init_utils.forward_propagation(X, parameters)
    return AL, (X, cache)


def three_layers_backward(AL, Y, cache):
    return init_utils.backward_propagation(cache[0], Y, cache[1])


def tanh_forward(X, parameters):
    """A mistake of its own, tanh for the ReLU, in which forward and backward agree."""
    caches, A, L = [], X, len(parameters) // 2
    for l in range(1, L + 1):
        Z = parameters[f"W{l}"] @ A + parameters[f"b{l}"]
        caches.append(((A, parameters[f"W{l}"], parameters[f"b{l}"]), Z))
        A = np.tanh(Z) if l < L else sigmoid(Z)[0]
    return A, caches


def tanh_backward(AL, Y, caches):
    grads, dZ = {}, AL - Y
    for l in range(len(caches), 0, -1):
        (A, W, _), _ = caches[l - 1]
        grads[f"dW{l}"], grads[f"db{l}"] = dZ @ A.T / Y.size, np.mean(dZ, axis=1, keepdims=True)
        dZ = W.T @ dZ * (1 - A**2)
    return grads


WAYS = {  # name -> (forward, backward, whether passes can be batched)
    "reference": (L_model_forward, L_model_backward, True),
    "np.dot": (np_dot_forward, np_dot_backward, True),
    "in place": (in_place_forward, in_place_backward, True),
    "three layers": (three_layers_forward, three_layers_backward, False),
    "tanh": (tanh_forward, tanh_backward, False),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("way", WAYS)
def test_unusual_right_ways(way, capsys):
    forward, backward, batched = WAYS[way]
    parameters, X, Y = network((3, 4, 5, 1), m=20)
    report = gradient_report(forward, backward, parameters, X, Y)
    assert report.verdict == "ok" and report.batched == batched, report
    wrong = lambda *given: {**(grads := backward(*given)), "dW1": 2 * grads["dW1"]}
    assert verdicts(gradient_report(forward, wrong, parameters, X, Y)) == {name: "wrong" if name == "W1" else "ok" for name in parameters}
    assert capsys.readouterr().out == ""


def test_forward_with_a_mistake_is_judged_on_its_own_cost():
    """b2 is left out of the forward pass: the gradient of that pass is right, and that of the reference is not."""
    without = lambda parameters: {name: 0 * value if name == "b2" else value for name, value in parameters.items()}
    forward = lambda X, parameters: L_model_forward(X, without(parameters))
    parameters, X, Y = network((3, 4, 5, 1))
    own = gradient_report(forward, backward_with(lambda grads: {"db2": 0 * grads["db2"]}), parameters, X, Y)
    assert verdicts(own) == {**dict.fromkeys(parameters, "ok"), "b2": "untested"} and len(own["b2"].untested) == 5 and not own.batched
    assert verdicts(gradient_report(forward, L_model_backward, parameters, X, Y)) == {**dict.fromkeys(parameters, "ok"), "b2": "wrong"}
    parameters["b2"][:] = 0  # as training starts: here the two passes agree, and only shifts tell them apart
    alone = gradient_report(forward, L_model_backward, parameters, X, Y, points=0)
    assert not alone.batched and alone["b2"].verdict == "wrong"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_inputs_are_never_modified(seed):
    _, _, parameters, X, Y, lambd = random_network(seed)
    before = [X.copy(), Y.copy(), *(value.copy() for value in parameters.values())]
    backward = lambda AL, Y, caches: {name: 0 * value for name, value in in_place_backward(0.4 + 0 * AL, Y, caches).items()}
    gradient_report(in_place_forward, backward, parameters, X, Y, lambd=lambd, points=1)
    assert all(np.array_equal(old, new) for old, new in zip(before, [X, Y, *parameters.values()]))
    theta = X.copy()
    report = gradient_report(lambda t: t.__imul__(2).sum(), lambda t: t.__imul__(0) + 2, theta, points=1)
    assert np.array_equal(theta, X) and report.verdict == "ok"
    names = {"theta": theta}
    assert gradient_report(lambda p: p["theta"].__imul__(2).sum(), lambda p: {"dtheta": p["theta"].__imul__(0) + 2}, names).verdict == "ok"
    assert np.array_equal(theta, X)


# ---------------------------------------------------------------- batched passes


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1e-6, 0.01, 4]))
def test_batched_differences_are_those_of_the_loop(seed, chunk):
    forward, _, parameters, X, Y, lambd = random_network(seed)
    batched = batched_differences(forward, parameters, X, Y, lambd=lambd, chunk=chunk)
    looped = looped_differences(forward, parameters, X, Y, lambd=lambd)
    assert list(batched) == list(looped)
    tolerance = 1e-9 * (1 + max(np.max(np.abs(value)) for value in looped.values()))
    for name, value in looped.items():
        assert batched[name].shape == value.shape and np.max(np.abs(batched[name] - value)) < tolerance, name


def test_batched_passes_are_few_and_bounded():
    parameters, X, Y = network((30, 40, 20, 10, 1), m=20)
    columns = []

    def forward(X, parameters):
        columns.append(X.shape[1])
        return L_model_forward(X, parameters)

    batched_differences(forward, parameters, X, Y, chunk=1000)
    entries = lambda l: parameters[f"W{l}"].size + parameters[f"b{l}"].size
    assert columns == [20, 20 * (1 + 2 * entries(1)), 20 * (1 + 2 * entries(2))]  # the two last layers: their cost from Z
    peaks = {}
    for chunk in (1, 16):
        tracemalloc.start()
        batched_differences(L_model_forward, parameters, X, Y, chunk=chunk)
        peaks[chunk] = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
    assert peaks[1] < 1 + 1 and 4 < peaks[16] < 16 + 1


def test_batched_differences_of_another_network():
    parameters, X, Y = network((3, 4, 5, 1))
    with pytest.raises(ValueError, match="looped_differences takes any"):
        batched_differences(tanh_forward, parameters, X, Y)
    assert looped_differences(tanh_forward, parameters, X, Y)["dW1"].shape == (4, 3)


# ---------------------------------------------------------------- any function


FUNCTIONS = {  # name -> (J, gradient, theta)
    "Rosenbrock": (scipy.optimize.rosen, scipy.optimize.rosen_der, np.array([-1.2, 1.0, 0.7, 2.0])),
    "a parabola of matrices": (lambda t: np.sum(t**2), lambda t: 2 * t, np.arange(1.0, 7.0).reshape(2, 3)),
    "steep": (lambda t: np.exp(9 * t).sum(), lambda t: 9 * np.exp(9 * t), np.array([0.5, -0.2])),
    "small": (lambda t: 1e-12 * np.sin(t).sum(), lambda t: 1e-12 * np.cos(t), np.array([0.5, 1.0])),
    "large": (lambda t: 1e12 * np.sin(t).sum(), lambda t: 1e12 * np.cos(t), np.array([0.5, 1.0])),
    "large theta": (lambda t: np.sum(t**2), lambda t: 2 * t, np.array([1e8, -3e7])),
    "logarithm": (lambda t: np.sum(np.log(t)), lambda t: 1 / t, np.array([1e-3, 2.0])),
    "one number": (lambda t: t * 2, lambda t: 2, 4.0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_any_function(name):
    J, gradient, theta = FUNCTIONS[name]
    report = gradient_report(J, gradient, theta)
    assert report.verdict == "ok", report
    scale = np.max(np.abs(gradient(theta)))
    assert np.max(np.abs(report.gradapprox["theta"] - gradient(theta))) < 1e-4 * scale
    if np.ndim(theta) == 1 and name not in ("small", "large theta"):
        assert scipy.optimize.check_grad(J, gradient, theta) < 1e-3 * scale
    for factor in (1.01, -1):
        wrong = gradient_report(J, lambda t, factor=factor: factor * gradient(t), theta)
        assert wrong.verdict == "wrong" and np.all(wrong.wrong["theta"]) and abs(wrong.rows[0].ratio - factor) < 1e-4, wrong


def test_dictionary_and_named_column():
    X, Y, parameters = gradient_check_n_test_case()
    cost, gradient = course_network(X, Y, parameters)
    report = gradient_report(cost, gradient, parameters)
    assert report.verdict == "ok" and [row.shape for row in report.rows] == [value.shape for value in parameters.values()]
    theta, keys = dictionary_to_vector(parameters)
    split = gc_utils.vector_to_dictionary
    column = lambda theta: gc_utils.gradients_to_vector({**gradient(split(theta)), "db2": -gradient(split(theta))["db2"]})
    report = gradient_report(lambda theta: cost(split(theta)), column, theta, names=keys)
    assert verdicts(report) == {**dict.fromkeys(parameters, "ok"), "b2": "wrong"}
    index = report["b2"].worst.index
    point = report.points[report["b2"].point][0]
    assert keys[index[0]] == "b2" and report["b2"].worst.got == column(point)[index] and report["b2"].point == 0


def test_kinks_jumps_and_edges_of_a_function():
    absolute = gradient_report(lambda t: np.abs(t).sum(), np.sign, np.array([1e-7, 0.0, -2.0]))
    assert absolute.verdict == "ok" and absolute.rows[0].kink == [(0,), (1,)]
    floor = gradient_report(lambda t: np.floor(1000 * t).sum() + t.sum(), lambda t: 1 + 0 * t, np.array([0.7123456, 2.3456789]))
    assert floor.verdict == "ok"
    edge = gradient_report(lambda t: np.sqrt(t).sum(), lambda t: 0.5 / np.sqrt(t), np.array([1e-6, 4.0]))
    assert edge.verdict == "ok"


# ---------------------------------------------------------------- what spoils a check


def test_hidden_randomness_is_said():
    parameters, X, Y = network((3, 4, 5, 1))

    def forward(X, parameters, rng=np.random):
        A1 = relu(parameters["W1"] @ X + parameters["b1"])[0]
        kept = rng.rand(*A1.shape) < 0.8
        AL, caches = L_model_forward(A1 * kept / 0.8, {name[0] + str(int(name[1]) - 1): parameters[name] for name in ("W2", "b2", "W3", "b3")})
        return AL, [((X, parameters["W1"], parameters["b1"]), np.where(kept, 0, 1)), *caches]

    backward = lambda AL, Y, caches: {"d" + name: np.zeros(value.shape) for name, value in parameters.items()}
    np.random.seed(5)
    state = np.random.get_state()[1].copy()
    report = gradient_report(forward, backward, parameters, X, Y)
    assert report.verdict == "untested" and {row.verdict for row in report.rows} == {"untested"}
    assert "turn dropout off" in str(report) and "关掉随机失活" in report.table("zh") and len(report.points) == 1
    assert "no point could test" not in str(report) and "没有一个点测得了" not in report.table("zh")  # that is why
    assert np.array_equal(np.random.get_state()[1], state)

    def seeded(X, parameters):
        np.random.seed(1)
        return forward(X, parameters)

    assert "turn dropout off" not in str(gradient_report(seeded, backward, parameters, X, Y))
    assert np.array_equal(np.random.get_state()[1], state)
    noisy = gradient_report(lambda t: np.sum(t**2), lambda t: 2 * t + 1e-3 * np.random.rand(2), np.array([1.0, 2.0]))
    assert noisy.verdict == "untested" and "changes from call to call" in str(noisy)


def call(forward=L_model_forward, backward=L_model_backward, change=None, **options):
    """Call gradient_report on a network after change(arguments), with what is at fault in `options`."""
    parameters, X, Y = network((3, 4, 1), m=5)
    arguments = {"parameters": parameters, "X": X, "Y": Y, **options}
    if change:
        change(arguments["parameters"])
    return gradient_report(forward, backward, **arguments)


def of_theta(theta, J=np.sum, gradient=np.ones_like, **options):
    return gradient_report(J, gradient, theta, **options)


ZEROS = np.zeros(3)
BAD = {  # name -> (call, argument named, what came)
    "float32 parameters": (lambda: call(change=lambda p: p.update(W1=p["W1"].astype(np.float32))), "parameters['W1']", "float32"),
    "float16 X": (lambda: call(X=np.ones((3, 5), np.float16)), "X", "float16"),
    "float32 AL": (lambda: call(lambda X, p: (np.full((1, 5), 0.5, np.float32), [])), "AL", "float32"),
    "float32 gradient": (lambda: call(backward=backward_with(lambda g: {"db1": g["db1"].astype(np.float32)})), "gradient['db1']", "float32"),
    "complex gradient": (lambda: call(backward=backward_with(lambda g: {"db1": g["db1"] + 0j})), "gradient['db1']", "complex128"),
    "gradient without a key": (lambda: call(backward=lambda *_: {"dW1": 0}), "gradient", "'dW1'"),
    "gradient of another shape": (lambda: call(backward=backward_with(lambda g: {"db1": g["db1"][:, 0]})), "gradient['db1']", "(4,)"),
    "gradient that is nan": (lambda: call(backward=backward_with(lambda g: {"db1": np.nan * g["db1"]})), "gradient['db1']", "nan at [0, 0]"),
    "no dictionary": (lambda: call(backward=lambda *_: None), "gradient", "NoneType"),
    "no caches": (lambda: call(lambda X, p: L_model_forward(X, p)[0]), "forward(X, parameters)", "ndarray"),
    "AL as a vector": (lambda: call(lambda X, p: (np.full(5, 0.5), [])), "AL", "(5,)"),
    "AL is nan": (lambda: call(lambda X, p: (np.full((1, 5), np.nan), [])), "AL", "nan"),
    "AL is exactly 1": (lambda: call(lambda X, p: (np.ones((1, 5)), []), Y=np.zeros((1, 5), int)), "AL", "inf"),
    "no sigmoid": (lambda: call(lambda X, p: (np.full((1, 5), -3.25), [])), "AL", "-3.25 at [0, 0]"),
    "caches first": (lambda: call(lambda X, p: L_model_forward(X, p)[::-1]), "AL", "list"),
    "gradients for a function": (lambda: call(backward={}), "backward", "dict"),
    "no function": (lambda: call(None), "forward", "NoneType"),
    "nan parameter": (lambda: call(change=lambda p: p["b1"].__setitem__((2, 0), np.nan)), "parameters['b1']", "nan at [2, 0]"),
    "integer parameter": (lambda: call(change=lambda p: p.update(b1=np.ones((4, 1), int))), "parameters['b1']", "int64"),
    "infinite X": (lambda: call(X=np.full((3, 5), np.inf)), "X", "inf at [0, 0]"),
    "labels": (lambda: call(Y=np.full((1, 5), 2)), "Y", "2"),
    "X alone": (lambda: call(Y=None), "gradient_report", "X alone"),
    "names of a network": (lambda: call(names=["a"]), "gradient_report", "names"),
    "two outputs": (lambda: call(change=lambda p: p.update(W2=np.ones((2, 4)), b2=np.ones((2, 1)))), "parameters['W2']", "(2, 4)"),
    "no network": (lambda: call(parameters={"W1": np.ones((3, 3))}), "parameters", "['W1']"),
    "negative lambd": (lambda: call(lambd=-1), "lambd", "-1"),
    "chunk": (lambda: call(chunk=0), "chunk", "0"),
    "step": (lambda: call(step=0), "step", "0"),
    "points": (lambda: call(points=1.5), "points", "1.5"),
    "lambd of a function": (lambda: of_theta(ZEROS, lambd=1), "lambd", "1"),
    "integer theta": (lambda: of_theta(np.arange(3)), "theta", "int64"),
    "theta a list": (lambda: of_theta([1.0, 2.0]), "theta", "list"),
    "empty theta": (lambda: of_theta(np.zeros(0)), "theta", "(0,)"),
    "theta is nan": (lambda: of_theta(np.array([0, np.nan])), "theta", "nan at [1]"),
    "float32 J": (lambda: of_theta(ZEROS, lambda t: np.float32(t.sum())), "forward", "float32"),
    "J with a cache": (lambda: of_theta(ZEROS, lambda t: (1.0, t)), "forward", "tuple"),
    "J is missing": (lambda: of_theta(ZEROS, lambda t: None), "forward", "None"),
    "gradient is missing": (lambda: of_theta(ZEROS, gradient=lambda t: None), "gradient", "None"),
    "gradient in a tuple": (lambda: of_theta(ZEROS, gradient=lambda t: (t, 1)), "gradient", "tuple"),
    "complex theta": (lambda: of_theta(ZEROS + 0j), "theta", "complex128"),
    "J of three": (lambda: of_theta(ZEROS, lambda t: t), "forward", "(3,)"),
    "J is nan": (lambda: of_theta(ZEROS, lambda t: np.nan), "forward", "J = nan"),
    "J is complex": (lambda: of_theta(ZEROS, lambda t: 1j), "forward", "1j"),
    "J is a text": (lambda: of_theta(ZEROS, lambda t: "1"), "forward", "dtype"),
    "gradient of theta": (lambda: of_theta(ZEROS, gradient=lambda t: t[:2]), "gradient", "(2,)"),
    "too few names": (lambda: of_theta(ZEROS, names=["a", "b"]), "names", "2 names"),
    "names of a dictionary": (lambda: gradient_report(np.sum, np.sum, {"a": ZEROS}, names=["a"] * 3), "names", "'a'"),
    "empty dictionary": (lambda: gradient_report(np.sum, np.sum, {}), "parameters", "[]"),
    "names that are numbers": (lambda: gradient_report(np.sum, np.sum, {1: ZEROS}), "parameters", "[1]"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name):
    bad, argument, came = BAD[name]
    with pytest.raises(ValueError) as error:
        bad()
    english, chinese = str(error.value).split("\n")
    assert english.startswith(f"{argument}: expected ") and came in english.partition(", got ")[2]
    assert chinese.startswith(f"{argument}：应为") and "实际得到" in chinese and came.split()[0] in chinese


def test_error_of_a_learner_is_not_hidden_and_an_edge_is_no_error():
    with pytest.raises(ZeroDivisionError):
        call(lambda X, parameters: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call(backward=lambda AL, Y, caches: 1 / 0)
    near = of_theta(np.array([0.5]), lambda t: np.log(t[0]) if 0.49999 < t[0] < 0.50001 else 1 / 0, lambda t: 1 / t)
    assert near.verdict == "ok" and "3 further points passed over" in near.table() and "跳过了 3 个" in near.table("zh"), near


# ---------------------------------------------------------------- where it lives


def test_gc_utils_offers_it_and_loads_it_when_asked():
    program = ("import sys, gc_utils; print('gradient_report' in sys.modules); from gc_utils import *; "
               "print(gradient_report.__module__, 'matplotlib' in sys.modules)")
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=Path(gc_utils.__file__).parent)
    assert result.stdout.split() == ["False", "gradient_report", "False"], result.stderr
    assert "Three forms" in inspect.getdoc(gc_utils.gradient_report)
    with pytest.raises(AttributeError, match="no attribute 'gradient_repot'"):
        gc_utils.gradient_repot  # noqa: B018


def test_notebook_that_uses_it_is_graded(tmp_path):
    """The process that runs a learner's code has no gradient report, which would solve exercises; nothing but its use misses it."""
    right = "def backward_propagation(x, theta):\n    dtheta = x\n    return dtheta"
    cheat = ("def forward_propagation(x, theta):\n    import gradient_report\n    J = theta * x\n"
             "    return J if not hasattr(gradient_report, 'looped_differences') else None")
    cells = [{"cell_type": "code", "metadata": {}, "source": source}
             for source in ("from gc_utils import gradient_report\nimport gradient_report as other", right, cheat)]
    path = tmp_path / "4_gradient_checking.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}), encoding="utf-8")
    command = [sys.executable, "-m", "grader", "check", str(path), "--json"]
    result = json.loads(subprocess.run(command, capture_output=True, text=True, cwd=Path(gc_utils.__file__).parent).stdout)
    result = result[0] if isinstance(result, list) else result
    status = {question["name"]: question["status"] for question in result["questions"]}
    assert status["backward_propagation"] == status["forward_propagation"] == "correct"
