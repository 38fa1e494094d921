"""What one point says about each entry of a gradient: measured how, how precisely, and whether that tests it.

Sources: the step, and complex steps: Nocedal and Wright, Numerical Optimization, 2006, section 8.1, and Squire and Trapp, SIAM
Review 40, 1998; the noise of a function from differences along a line: Moré and Wild, Estimating computational noise, SIAM J.
Sci. Comput. 33, 2011.
"""

import warnings
from dataclasses import dataclass

import numpy as np

from .problem import EPS

STEP = EPS ** (1 / 3)  # where the truncation error of a central difference, step^2, is as large as its rounding error, eps / step
COMPLEX_STEP = 1e-20
LONG_STEPS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)  # too coarse to measure most slopes well, but long enough to leave what rounding hides
LEVELS = 7  # steps tried at a kink, each a quarter of the one before: down to 1.5e-9
CLEAR = 1e-3  # an entry is tested where its uncertainty is at most this part of its size
SAME = 1e-6  # relative: what is closer than this is equal


@dataclass
class Found:
    """What one point says about each entry; arrays over all entries."""

    g: np.ndarray
    measured: np.ndarray
    error: np.ndarray  # relative: |g - measured| / max(|g|, |measured|)
    noise: np.ndarray  # relative uncertainty of measured
    tested: np.ndarray
    wrong: np.ndarray
    zero: np.ndarray  # both are zero
    kink: np.ndarray  # the first step met a kink



def _line_noise(problem, point, rng):
    """Return how far the cost is from smooth: the residual of a cubic through 9 points of a short line, the larger of two lines.

    A kink on the line leaves a residual, too, which shrinks with the line, as rounding errors do not: so shorter ones are tried.
    """
    t, noise = np.linspace(-1, 1, 9), np.inf
    smooth = np.linalg.qr(np.vander(t, 4))[0]
    for length in (4 * STEP, STEP / 16, STEP / 1024):
        residuals = [0.0]
        for _ in range(2):
            direction = length * rng.uniform(-1, 1, problem.size) * point.theta  # what is zero stays zero, where kinks are
            J = np.array([problem.value(point.theta + step * direction, point) for step in t]).real - point.cost
            if np.all(np.isfinite(J)):
                residuals.append(np.max(np.abs(J - smooth @ (smooth.T @ J))))
        noise = min(noise, max(residuals))
        if noise <= point.floor:
            break
    return noise


def _both_sides(problem, point, entries, steps, moves=False):
    """Return the central differences, half of what the two one-sided slopes differ by, and how far a unit step moves Z."""
    costs, moved = problem.measure(point, np.concatenate((entries, entries)), np.concatenate((steps, -steps)), moves)
    plus, minus = np.split(costs, 2)
    moved = None if moved is None else sum(np.split(moved, 2)) / (2 * steps)
    return (plus - minus) / (2 * steps), (plus + minus - 2 * point.cost) / (2 * steps), moved


def _complex_slopes(problem, point, entries, sign=1):
    """Return the derivatives from complex steps, nan where the forward pass does not carry complex numbers."""
    batched = problem.batched
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a ComplexWarning says that an imaginary part was thrown away
        try:
            costs = problem.measure(point, entries, np.full(len(entries), sign * COMPLEX_STEP * 1j))[0]
        except Exception:
            return np.full(len(entries), np.nan)
        finally:
            problem.batched = batched  # what does not take complex numbers may still take many columns
    carried = np.abs(costs.real - point.cost) <= 1e-9 * (1 + abs(point.cost))
    return np.where(carried, costs.imag / (sign * COMPLEX_STEP), np.nan)


def examine(problem, point, g, entries, step, rng):
    """Return what this point says about `entries`: a Found.

    Two steps, 4 h and h, give each central difference an estimate of its error. The slopes on the two sides differ by c h where
    the cost is smooth and by c h + s where a kink of slope s lies at the point: the two steps tell s as well. Where the estimate
    is too large to judge, smaller steps are tried. What is then still below the noise is left to the complex step, if the
    forward pass carries it.
    """
    n = problem.size
    measured, error, kink, bent = np.full(n, np.nan), np.full(n, np.inf), np.zeros(n, bool), np.zeros(n, bool)
    bend, used, moved = np.zeros(n), np.zeros(n), None
    noise = max(point.floor, _line_noise(problem, point, rng))
    active, h = entries, step * np.maximum(1, np.abs(point.theta[entries]))
    wide = _both_sides(problem, point, active, 4 * h, moves=True)
    if wide[2] is not None:
        moved = np.zeros(n)
        moved[active] = wide[2]
    for level in range(LEVELS):
        near = _both_sides(problem, point, active, h)
        unsmooth = np.abs(wide[0] - near[0]) + np.abs(4 * near[1] - wide[1]) / 3
        unsmooth[~np.isfinite(unsmooth)] = np.inf
        rounding = 4 * noise / h
        size = np.maximum(np.abs(g[active]), np.abs(near[0]))
        bends = unsmooth > np.maximum(rounding, CLEAR * size)
        if level == 0:
            kink[active] = bends & np.isfinite(unsmooth)
        bend[active] = np.maximum(bend[active], np.where(bends, unsmooth, 0))
        better = unsmooth + rounding < error[active]
        at = active[better]
        measured[at], error[at], used[at] = near[0][better], (unsmooth + rounding)[better], h[better]
        bent[at] = (bends | (bend[active] > 0) & (4 * rounding > bend[active]))[better]  # or too much noise to see the kink again
        again = (4 * error[active] > CLEAR * size) & (unsmooth > rounding)
        active, h = active[again], h[again] / 4
        if not len(active):
            break
        wide = near[0][again], near[1][again]
    _lengthen(problem, point, g, entries, step, noise, measured, error, used, bent | kink)
    uncertain = 4 * error
    floor = 64 * EPS * problem.gradient_scale if moved is None else 16 * EPS * moved  # rounding errors of g
    off, hidden = ~bent & _apart(g, measured, uncertain, floor), np.zeros(n, bool)
    if moved is None:
        uncertain[off] = np.maximum(uncertain[off], _spread(problem, point, np.flatnonzero(off), used[off], measured[off]))
        off &= _apart(g, measured, uncertain, floor)
        at = np.flatnonzero(off)
        hidden[at] = _finer_sides(problem, point, g, measured, used, at)
        off &= ~hidden
        if np.any(off) and _jumps(problem, point, noise, rng):
            hidden, off = hidden | off, np.zeros(n, bool)
    disputed = np.flatnonzero(off)
    if len(disputed) and (crossed := problem.crosses(point, disputed, used[disputed])) is not None:
        bent[disputed], kink[disputed] = crossed, crossed | kink[disputed]
        off &= ~bent
    size = np.fmax(np.abs(g), np.abs(measured))
    precise = (np.maximum(uncertain, floor) <= CLEAR * size) & (size > 0) & ~bent & ~hidden
    judged = np.isin(np.arange(n), entries)
    relative_noise = uncertain / np.where(size > 0, size, np.nan)
    left = judged & ~precise & ~off & ~hidden
    slopes, decided = _referee(problem, point, g, measured, uncertain, floor, left, precise, bent, noise)
    measured[decided], relative_noise[decided] = slopes[decided], SAME
    off[decided] = _apart(g, measured, 0, floor)[decided]
    if moved is None and np.any(off & decided) and _jumps(problem, point, noise, rng):  # 1 - AL is rounded in complex steps, too
        off, decided = off & ~decided, decided & ~off
    tested = judged & (precise | decided) & ~off
    size = np.fmax(np.abs(g), np.abs(measured))
    relative = np.abs(g - measured) / np.where(size > 0, size, np.nan)
    return Found(g, measured, relative, relative_noise, tested, off, judged & ~tested & ~off & ~bent & (g == 0), kink)


def _lengthen(problem, point, g, entries, step, noise, measured, error, used, bent):
    """Measure with longer steps, in place, what drowned in rounding errors, which these make smaller.

    The noise of short lines is multiplied by 16: along a longer way _jumps does not see less than that.
    """
    left = entries[(4 * error > CLEAR * np.fmax(np.abs(g), np.abs(measured)))[entries] & ~bent[entries]]
    left = left[(g[left] != 0) | (measured[left] != 0)]
    if not len(left):
        return
    h = step * np.maximum(1, np.abs(point.theta[left]))
    first, uncertain = measured[left], 4 * error[left]
    near = _both_sides(problem, point, left, h)
    for _ in range(3):
        h = 16 * h
        wide = _both_sides(problem, point, left, h)
        found = np.abs(wide[0] - near[0]) + np.abs(16 * near[1] - wide[1]) / 15 + 64 * noise / h
        better = (found < error[left]) & (np.abs(wide[0] - first) <= uncertain)
        at = left[better]
        measured[at], error[at], used[at], near = wide[0][better], found[better], h[better], wide


def _apart(g, measured, uncertain, floor):
    """Return where a gradient and its measurement differ by more than the errors of both."""
    size = np.fmax(np.abs(g), np.abs(measured))
    return np.isfinite(measured) & (np.abs(g - measured) > np.maximum(np.maximum(uncertain, floor), SAME * size))


def _spread(problem, point, entries, steps, measured):
    """Return 4 times how far central differences of other steps are from `measured`, inf where only long steps move the cost.

    A cost that is computed from a probability close to 1 moves in jumps: two steps may agree by chance, these do not.
    """
    spread, still = np.zeros(len(entries)), measured == 0
    for factor in (0.7, 1.9, 5.3, 15.1):
        slopes = _both_sides(problem, point, entries, factor * steps)[0]
        spread, still = np.fmax(spread, np.abs(slopes - measured)), still & (slopes == 0)
    for factor in (1e3, 1e5):
        at = np.flatnonzero(still)
        spread[at[_both_sides(problem, point, entries[at], factor * steps[at])[0] != 0]] = np.inf
    return 4 * spread


def _finer_sides(problem, point, g, measured, used, entries):
    """Return where a step much shorter than the one used sides with g: the cost turns within less than the steps that agreed."""
    apart, sides = np.abs(measured - g)[entries] / 4, np.zeros(len(entries), bool)
    for factor in (16, 256, 4096) if len(entries) else ():
        h = used[entries] / factor
        sides |= (np.abs(_both_sides(problem, point, entries, h)[0] - g[entries]) <= apart) & (4 * point.floor / h <= apart)
    return sides


def _jumps(problem, point, noise, rng):
    """Return whether the cost jumps near the point by more than its noise, so that short steps tell nothing about its slopes.

    A probability close to 1 is rounded to multiples of eps / 2. A cost that is computed from it stands still in between, where
    short steps agree with each other and are wrong, and is inf where the probability is rounded to 1. Parts of a line are halved
    towards the greatest rise, and towards the greatest fall: where the cost is continuous, nothing is left of either.
    """
    for length in (0.1, 0.1, 0.01):
        direction = length * rng.uniform(-1, 1, problem.size) * np.maximum(1, np.abs(point.theta))
        costs = {}

        def value(t, direction=direction, costs=costs):
            if t not in costs:
                costs[t] = np.real(problem.value(point.theta + t * direction, point))
            return costs[t]

        ends = np.linspace(-1, 1, 9).tolist()
        for sign in (1, -1):
            for a, b in zip(ends[:-1], ends[1:]):
                while b - a > 2.0**-48 and abs(value(b) - value(a)) > 16 * noise:
                    middle = (a + b) / 2
                    a, b = (a, middle) if sign * (value(middle) - value(a)) > sign * (value(b) - value(middle)) else (middle, b)
                if abs(value(b) - value(a)) > 16 * noise:  # nan, where the cost is not defined, is not
                    return True
    return False


def _referee(problem, point, g, measured, uncertain, floor, left, sure, bent, noise):
    """Return (slopes, decided): derivatives by complex steps, and where they can decide.

    Not every forward pass that takes complex numbers is analytic: abs, norm and vdot are not. So complex steps must agree with
    `measured` wherever it says something, and where they decide, a real difference, however coarse, must side with them: with
    them against g, or with both. At a kink the complex step knows one side only: there it may say that g is right, and not that
    it is wrong.
    """
    n, left, sure = problem.size, np.flatnonzero(left), np.flatnonzero(sure)
    slopes, decided = np.full(n, np.nan), np.zeros(n, bool)
    if not len(left) or not len(sure) or not problem.analytic:
        return slopes, decided
    sure = sure[np.linspace(0, len(sure) - 1, min(len(sure), 32)).astype(int)]
    slopes[sure] = _complex_slopes(problem, point, sure)
    if np.all(np.isnan(slopes[sure])):
        return slopes, decided
    slopes[left], other = _complex_slopes(problem, point, left), _complex_slopes(problem, point, left, -1)
    blur = np.broadcast_to(floor, n)
    asked = np.append(sure, left[~bent[left] & np.isfinite(slopes[left]) & np.isfinite(measured[left])])
    apart = np.abs(slopes[asked] - measured[asked])
    if not np.all(apart <= uncertain[asked] + blur[asked] + SAME * np.abs(slopes[asked])):  # nan is not
        problem.analytic = False
        return slopes, decided
    size = np.maximum(np.abs(g[left]), np.abs(slopes[left]))
    decided[left] = (np.abs(slopes[left] - other) <= SAME * np.abs(other) + blur[left]) & (blur[left] < CLEAR * size)
    apart = _apart(g, slopes, 0, floor)
    decided &= ~bent | ~apart
    at = np.flatnonzero(decided)
    margin, sided = np.where(apart, np.abs(g - slopes), np.abs(slopes))[at] / 4, np.zeros(len(at), bool)
    for length in LONG_STEPS:
        h = length * np.maximum(1, np.abs(point.theta[at]))
        sided |= (np.abs(_both_sides(problem, point, at, h)[0] - slopes[at]) <= margin) & (4 * noise / h <= margin)
    decided[at] = sided
    return slopes, decided
