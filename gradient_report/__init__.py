"""The gradient report: a gradient against finite differences of the forward pass that it belongs to, one row a parameter.

Beside the comparison itself it knows how precise each of its numbers is, so that a right gradient is not called wrong, and which
entries a point cannot test, so that "ok" means that every entry was tested.

problem.py: what is measured; point.py: what one point says about it; table.py: what is shown; here: several points make a report.
"""

import contextlib
import io
import warnings

import numpy as np

from checks import check_count, check_positive, wrong

from .point import STEP, Found, examine
from .problem import Network, NotLayered, Pair
from .table import OK, RANDOM, UNTESTED, WRONG, GradientReport, Row, Worst, make_row

__all__ = ["GradientReport", "Row", "Worst", "batched_differences", "gradient_report", "looped_differences"]

LEAST = 3  # further points at which all entries are looked at; more are for what these do not see


def _quiet():
    """Return a context in which a learner's prints and floating point warnings do not show."""
    stack = contextlib.ExitStack()
    stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
    stack.enter_context(warnings.catch_warnings())
    warnings.simplefilter("ignore")
    stack.enter_context(np.errstate(all="ignore"))
    return stack


def gradient_report(forward, backward, parameters, X=None, Y=None, *, lambd=0, names=None, step=None, points=20, seed=0, chunk=1):
    """Compare a gradient with the slopes of its own forward pass; return a GradientReport. Nothing passed in is modified.

    Three forms:
        gradient_report(L_model_forward, L_model_backward, parameters, X, Y)
            a network of notebook 1, of any depth: forward(X, parameters) -> (AL, caches), backward(AL, Y, caches) -> grads.
            X: (n_x, m); Y: labels 0 or 1, (1, m) or (m,). The cost is the cross-entropy, plus lambd / (2 m) * sum of W^2.
        gradient_report(forward, gradient, parameters)
            a dictionary of arrays: forward(parameters) -> J, gradient(parameters) -> {"d" + name: ...}.
        gradient_report(forward, gradient, theta)
            one array of any shape: forward(theta) -> J, gradient(theta) -> an array of that shape.
            names: one name for each entry, the rows of the report, such as the keys of dictionary_to_vector.

    step: relative to max(1, |entry|), by default eps^(1/3), 6.1e-6; suits entries of about 1 or less: rescale others.
    points: the largest number of further points, drawn from `seed`; three are always tried, the others until every entry was
    tested. Of a network both parameters and as many examples are drawn, otherwise parameters near those passed in.
    chunk: how large the arrays of one batched pass of a network may be together, in MB.
    Raises ValueError on anything but finite float64 numbers, J included, and on gradients that are missing or of another shape.

    What forward computes is the judge: a clip, or an epsilon against log(0), changes the slopes of the cost. Relative differences
    below 1e-6 pass. What the functions print is swallowed, and the state of np.random is as before.
    """
    check_count("points", points, least=0)
    check_count("seed", seed, least=0)
    if step is not None:
        check_positive("step", step)
    for name, function in (("forward", forward), ("backward", backward)):
        if not callable(function):
            raise wrong(name, type(function).__name__, "a function", "函数")
    if X is None and Y is None:
        if lambd:
            raise wrong("lambd", repr(lambd), "0 without X and Y: forward returns the whole cost",
                        " 0：没有 X 和 Y 时，forward 返回的就是全部成本")
        problem = Pair(forward, backward, parameters, names)
    else:
        if X is None or Y is None or names is not None:
            came = ("names", " names") if names is not None else ("X alone", "只有 X") if Y is None else ("Y alone", "只有 Y")
            raise wrong("gradient_report", came, "a network with X and Y and no names, or neither X nor Y",
                        "一个网络，带 X 和 Y 而不带 names；或者 X 和 Y 都不带")
        problem = Network(forward, backward, parameters, X, Y, lambd, chunk)
    state = np.random.get_state()
    try:
        with _quiet():
            return _report(problem, step or STEP, points, seed)
    finally:
        np.random.set_state(state)


def _is_random(problem, point, g):
    """Return whether the cost or the gradient changes while the parameters do not."""
    again = [problem.at(point.theta, point.data).cost for _ in range(2)]
    return again != [point.cost] * 2 or not np.array_equal(problem.gradient(point), g)


def _report(problem, step, most, seed):
    n, notes, rng = problem.size, [], np.random.default_rng(seed)
    point = problem.start()
    g = problem.gradient(point)
    founds, places, failed = [], [point], 0
    tested, off, decided = np.zeros(n, bool), np.zeros(n, bool), np.full(n, -1)
    if _is_random(problem, point, g):
        founds, most = [Found(g, *np.full((3, n), np.nan), *np.zeros((4, n), bool))], -1
        notes.append(RANDOM)
    else:
        problem.know_size(rng, point, g)
        problem.verify(rng, point)
    for number in range(most + 1):
        if np.all(off) or number > LEAST and np.all(tested | off):
            break
        if number > 0:
            try:
                # a generator of its own: what the others used up depends on rounding errors
                point = problem.at(*problem.elsewhere(np.random.default_rng([seed, number]), number, places[0]))
                g = problem.gradient(point)
            except Exception:  # outside of where the functions are defined: this point says nothing
                failed += 1
                continue
            places.append(point)
        found = examine(problem, point, g, np.flatnonzero(~off if number <= LEAST else ~off & ~tested), step, rng)
        founds.append(found)
        decided[(found.wrong & ~off) | (found.tested & (decided < 0))] = len(founds) - 1
        tested, off = tested | found.tested, off | found.wrong
    chosen = np.maximum(decided, 0), np.arange(n)
    at_decision = [np.array([getattr(found, what) for found in founds])[chosen] for what in ("g", "measured", "error", "noise")]
    found = Found(*at_decision, tested | off, off, founds[0].zero, founds[0].kink)
    theta, m = np.array([place.theta for place in places])[chosen], None if point.AL is None else point.AL.shape[1]
    # where a point called an entry right, it must have seen much less than what is wrong with it at another one
    mixed = off & np.any([other.tested & (other.noise < 0.1 * found.error) for other in founds], axis=0)
    rows = [make_row(problem, name, found, theta, decided, mixed, m) for name in problem.blocks]
    if m == 1:
        notes.append(("m = 1: with one example, a missing 1/m cannot be seen", "m = 1：只有 1 个样本，查不出漏掉的 1/m"))
    zero = sum(len(row.zero) for row in rows)
    if zero:
        entries = f"{zero} entr{'y' if zero == 1 else 'ies'}"
        elsewhere = bool(np.all((tested | off)[founds[0].zero]))
        notes.append((f"zero: {entries} with both gradients 0 at the point passed in, which tests nothing there"
                      + "; further points have tested them" * elsewhere,
                      f"zero：在传入的点上，有 {zero} 个元素的两个梯度都是 0，这个点测不了它们" + "；另取的点测到了" * elsewhere))
    left, dark = ~tested & ~off, np.all([found.zero for found in founds], axis=0)
    if most >= 0 and np.any(left & dark):
        notes.append(("untested: both gradients are 0 at every point", "untested：在每个点上，两个梯度都是 0"))
    if most >= 0 and np.any(left & ~dark):
        notes.append((f"untested: the cost, {places[0].cost:.2g}, is too rough there: its rounding errors hide the slope (a "
                      "large constant, float32, 1 - p with p close to 1?), it has jumps or kinks, or turns within a step",
                      f"untested：成本（{places[0].cost:.2g}）在那里太粗糙：舍入误差盖住了斜率"
                      "（有很大的常数、用了 float32、p 接近 1 时算了 1 - p？），或者它有跳跃、折点，或者在一步之内就转了弯"))
    if failed:
        notes.append((f"{failed} further point{'s' * (failed > 1)} passed over: an error, or no finite number, there",
                      f"跳过了 {failed} 个另取的点：函数在那里报错，或者返回的不是有限的数"))
    verdict = WRONG if np.any(off) else OK if np.all(tested) else UNTESTED
    blocks = [{name: values[at].reshape(problem.shapes[name]) for name, at in problem.blocks.items()}
              for values in (founds[0].measured, np.where(decided < 0, np.nan, found.error), found.tested, found.wrong)]
    return GradientReport(verdict, rows, [(problem.argument(place.theta), *place.data) for place in places],
                          [en for en, _ in notes], [zh for _, zh in notes], *blocks, problem.batched, problem.named)


def batched_differences(forward, parameters, X, Y, *, lambd=0, step=None, chunk=1):
    """Return central differences {"dW1": ..., "db1": ...} of a network's cost, from a few forward passes of many columns.

    Arguments as in gradient_report. Raises ValueError where `forward` is not made of the layers of notebook 1; whether single
    shifts agree with the loop is what gradient_report checks beforehand.
    """
    return _differences(Network(forward, None, parameters, X, Y, lambd, chunk), step, "measure_batched")


def looped_differences(forward, parameters, X, Y, *, lambd=0, step=None):
    """Return the same as batched_differences from two forward passes an entry, one after the other, for any forward pass."""
    return _differences(Network(forward, None, parameters, X, Y, lambd), step, "measure_looped")


def _differences(problem, step, how):
    with np.errstate(all="ignore"):
        point = problem.at(problem.theta)
        steps = (step or STEP) * np.maximum(1, np.abs(problem.theta))
        entries = np.arange(problem.size)
        try:
            costs = getattr(problem, how)(point, np.concatenate((entries, entries)), np.concatenate((steps, -steps)))[0]
        except NotLayered:
            raise wrong("forward", ("another kind of network", "另一种网络"),
                        "linear-relu layers and a last sigmoid; looped_differences takes any",
                        " linear-relu 层加最后的 sigmoid；looped_differences 什么网络都可以") from None
    slopes = (costs[: problem.size] - costs[problem.size :]) / (2 * steps)
    return {"d" + name: slopes[at].reshape(problem.shapes[name]) for name, at in problem.blocks.items()}
