"""The set of wrong gradients with which the checks of bench/gradients.py are judged: each is wrong, and where its entry says."""

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import check_grad
from scipy.optimize._numdiff import check_derivative
from test_gradients import complex_step, cross_entropy

import gc_utils
from bench import peer_checks
from bench.wrong_gradients import THREE, WRONG

PAGE = Path(__file__).resolve().parent.parent / "bench" / "gradients.md"
POINTS = range(8)

NETWORKS = list({wrong.network: wrong for wrong in WRONG}.values())  # the last wrong gradient of each network


def gradients(case):
    """Return the gradients of a case as {"W1": dW1, ...}, without dA, and check what a learner's function would return."""
    AL, caches = case.forward(case.X, case.parameters)
    grads = case.backward(AL, case.Y, caches)
    assert AL.shape == case.Y.shape and len(caches) == len(case.parameters) // 2
    for name, value in case.parameters.items():
        assert grads["d" + name].shape == value.shape and np.all(np.isfinite(grads["d" + name])), name
    return {name: grads["d" + name] for name in case.parameters}


def off(case, right):
    """Return the parameters whose gradients differ from the right ones at this point by more than rounding."""
    found, expected = gradients(case), gradients(right)
    close = lambda name: np.allclose(found[name], expected[name], rtol=1e-10, atol=1e-12 * np.max(np.abs(expected[name])))
    return {name for name in found if not close(name)}


def test_there_are_enough_and_no_two_are_the_same():
    assert len(WRONG) >= 45 and len({wrong.name for wrong in WRONG}) == len(WRONG)
    seen = [np.concatenate([wrong.build(seed).gradient_at(wrong.build(seed).theta) for seed in (0, 1)]) for wrong in WRONG]
    for i, one in enumerate(seen):
        for j in range(i):
            assert len(one) != len(seen[j]) or not np.allclose(one, seen[j], rtol=1e-9, atol=0), (WRONG[i].name, WRONG[j].name)


@pytest.mark.parametrize("wrong", NETWORKS, ids=lambda wrong: wrong.name)
def test_the_right_gradient_is_the_derivative(wrong):
    """By complex steps, through the last Z, at the first point and at others."""
    for seed in range(3):
        case = wrong.right(seed)

        def cost(parameters, case=case):
            squares = sum(np.sum(value**2) for name, value in parameters.items() if name[0] == "W")
            Z = case.forward(case.X, parameters)[1][-1][1]
            return cross_entropy(Z, case.Y) + case.lambd / (2 * case.Y.shape[1]) * squares

        assert case.cost_at(case.theta) == pytest.approx(cost(case.parameters), rel=1e-12)
        expected = complex_step(cost, case.parameters)
        found = gradients(case)
        for name, value in found.items():
            np.testing.assert_allclose(value, expected["d" + name], rtol=1e-9, atol=1e-12, err_msg=f"{name}, point {seed}")


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_wrong_gradient_is_wrong_in_its_rows_and_in_no_other(wrong):
    rows = set(wrong.rows.split())
    found = [off(wrong.build(seed), wrong.right(seed)) for seed in POINTS]
    assert set().union(*found) == rows
    if wrong.hidden:
        assert not found[0], "the first point shall not show it"
    else:
        assert found[0] == rows, "the first point shall show it, in every row"


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_both_forms_are_the_same_gradient(wrong):
    case = wrong.build()
    grads = gradients(case)
    theta, before = case.theta, {name: value.copy() for name, value in case.parameters.items()}
    np.testing.assert_array_equal(case.gradient_at(theta), np.concatenate([grads[name].ravel() for name in dict.fromkeys(case.names)]))
    np.testing.assert_array_equal(theta, np.concatenate([before[name].ravel() for name in dict.fromkeys(case.names)]))
    np.testing.assert_array_equal(case.gradient_at(theta), case.gradient_at(theta))  # nothing is kept from call to call
    for name, value in case.parameters.items():
        np.testing.assert_array_equal(value, before[name])


@pytest.mark.parametrize("wrong", NETWORKS, ids=lambda wrong: wrong.name)
def test_the_numpy_only_checks_are_those_of_scipy(wrong):
    """Those of PyTorch and JAX are compared with the real ones by bench/gradients.py, which has them."""
    for case in (wrong.build(), wrong.right()):
        functions = case.cost_at, case.gradient_at, case.theta
        assert peer_checks.check_grad(*functions) == pytest.approx(check_grad(*functions), rel=1e-9, abs=1e-12)
        fun, jac = case.cost_at, lambda theta, case=case: case.gradient_at(theta)[np.newaxis]
        assert peer_checks.check_derivative(*functions) == pytest.approx(check_derivative(fun, jac, case.theta), rel=1e-9, abs=1e-14)


def test_the_numpy_only_exercise_is_gradient_check_n():
    for wrong in WRONG[::3]:
        if wrong.network == THREE:
            case = wrong.build()
            difference = gc_utils.gradient_check_n(case.parameters, {"d" + name: value for name, value in gradients(case).items()}, case.X, case.Y)
            assert peer_checks.exercise(case.cost_at, case.gradient_at, case.theta) == pytest.approx(difference, rel=1e-6, abs=5e-8), wrong.name


def test_the_numpy_only_checks_name_the_first_wrong_parameter():
    """What PyTorch and JAX say to a gradient of known errors, counted by hand: atol 1e-5 and rtol 1e-3, and 1e-5 of both."""
    names, theta = ["a", "a", "b"], np.array([1.0, 2.0, 3.0])
    cost = lambda theta: float(np.sum(theta))
    off = lambda *errors: lambda theta: np.ones(3) + errors
    for check in (peer_checks.gradcheck, peer_checks.fast_gradcheck):
        assert check(cost, off(0, 0, 0), theta, names) is None
        assert check(cost, off(0, 0, 9e-4), theta, names) is None
        assert check(cost, off(0, 0, 2e-3), theta, names) == "b"
        assert check(cost, off(0.1, 0, 0.1), theta, names) == "a"
    assert peer_checks.gradcheck(cost, off(0.1, -0.1, 0), theta, names) == "a"
    along = np.random.RandomState(0).randn(3)
    assert peer_checks.check_grads(cost, off(0, 0, 0), theta) and not peer_checks.check_grads(cost, off(1e-3, 0, 0), theta)
    assert peer_checks.check_grads(cost, off(along[1], -along[0], 0), theta)  # at a right angle to its one direction


def page_of_answers():
    """Return {wrong gradient: {column: cell}} of the table in bench/gradients.md."""
    lines = PAGE.read_text(encoding="utf-8").split("## Every wrong gradient")[1].split("\n## ")[0].splitlines()
    head, _, *rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("|")]
    return {cells[0]: dict(zip(head, cells, strict=True)) for cells in rows}


def test_the_page_has_all_of_them_and_ours_names_each():
    """`python -m bench.gradients --write` writes it."""
    page = page_of_answers()
    assert list(page) == [wrong.name for wrong in WRONG]
    for wrong in WRONG:
        assert page[wrong.name]["wrong in"] == wrong.rows
        assert page[wrong.name]["gradient_report"] == (f"**{wrong.rows}**" if " " not in wrong.rows else "**all**")


def test_the_page_says_of_the_peers_what_their_numpy_only_checks_say():
    """Those whose answer is far from their limit on any machine; the real ones were asked when the page was written."""
    page = page_of_answers()
    for wrong in WRONG:
        case = wrong.build()
        functions = case.cost_at, case.gradient_at, case.theta
        named = {"PyTorch gradcheck": peer_checks.gradcheck(*functions, case.names),
                 "PyTorch gradcheck, fast": peer_checks.fast_gradcheck(*functions, case.names)}
        noticed = {"JAX check_grads": not peer_checks.check_grads(*functions),
                   "SciPy approx_derivative": peer_checks.check_derivative(*functions) > peer_checks.THRESHOLDS["check_derivative"]}
        expected = {tool: "-" if name is None else f"**{name}**" if name == wrong.rows else name for tool, name in named.items()}
        expected |= {tool: "noticed" if said else "-" for tool, said in noticed.items()}
        assert {tool: page[wrong.name][tool] for tool in expected} == expected, wrong.name
