"""Compare a wrong gradient with finite differences of the learner's own forward function: a fact, whatever the cause."""

import numpy as np

from .compare import MISSING, at, show
from .text import Text

STEP = 1e-5


def measured(question, case, name, index, run):
    """Return the central difference of the cost at one entry of a parameter, or None where the learner's forward function fails.

    run(function, cases) -> answer of a runner.
    """
    calls = [question.slope.calls(case, name, index, step) for step in (STEP, -STEP)]
    if None in calls:
        return None
    outcomes = run(question.slope.forward, calls).get("outcomes", [])
    if len(outcomes) != 2 or any("error" in outcome for outcome in outcomes):
        return None
    try:
        plus, minus = (float(question.slope.cost(case, outcome["value"])) for outcome in outcomes)
    except Exception:  # the learner's forward function returns something else
        return None
    slope = (plus - minus) / (2 * STEP)
    return slope if np.isfinite(slope) else None


def fact(question, judged, run):
    """Return what finite differences say about the first wrong entry of a gradient, as a Text, or None."""
    if question.slope is None:
        return None
    for number, some in enumerate(judged.found):
        for difference in some:
            name = difference.quantity
            if difference.kind != "values" or name[:2] not in ("dW", "db") or difference.ratio is not None:
                continue
            index = tuple(int(part) for part in difference.where.strip("[]").split(","))
            slope = measured(question, judged.cases[number], name[1:], index, run)
            got = at(judged.outcomes[number]["value"], (name,))
            if slope is None or got is MISSING:
                break  # another case may do
            entry, own = f"{name}{list(index)}", float(np.asarray(got)[index])
            agrees = abs(slope - own) <= 1e-4 * max(abs(slope), abs(own))
            forward = question.slope.forward
            if agrees:
                return Text(f"{entry} 与你的 {forward} 的数值导数一致（{show(slope)}），所以要找的错在前向。",
                            f"{entry} agrees with the finite differences of your own {forward} ({show(slope)}): the fault is in the forward pass.")
            return Text(f"用你的 {forward} 做数值求导，{entry} 是 {show(slope)}，你的梯度是 {show(own)}。",
                        f"By finite differences of your own {forward}, {entry} is {show(slope)}; your gradient says {show(own)}.")
    return None
