"""The result of a gradient report: its rows, what their numbers suggest, the table and the picture."""

from dataclasses import dataclass, field

import numpy as np

from checks import check_choice
from grader.text import language

from .point import CLEAR, SAME

OK, WRONG, UNTESTED = "ok", "wrong", "untested"
RANDOM = ("The cost or the gradient changes from call to call: fix the seed in every call, or turn dropout off.",
          "参数没有变，每次调用得到的成本或梯度却不同：请在每次调用时固定种子，或者关掉随机失活。")


@dataclass
class Worst:
    """The entry that is furthest off: its index, the gradient passed in, the measured one, and the relative error."""

    index: tuple
    got: float
    measured: float
    error: float


@dataclass
class Row:
    """What the report says about one parameter; indices are those of the parameter's entries.

    difference: ||g - measured|| / (||g|| + ||measured||) over the entries that could be tested, each at the first point that
    did; ratio: the median of g / measured over them; noise: the median relative uncertainty of measured. reading, reading_zh:
    what they suggest. worst: the entry that is furthest off at the first point where one is, report.points[point].
    zero: entries where both gradients are zero at the point passed in; kink: entries at a kink there, tried again with smaller
    steps; untested: entries that no point could test.
    """

    name: str
    shape: tuple
    verdict: str
    difference: float
    ratio: float
    reading: str
    reading_zh: str
    worst: Worst | None
    point: int
    noise: float
    zero: list
    kink: list
    untested: list


@dataclass
class GradientReport:
    """The result of gradient_report; print it for a table, plot() draws it.

    verdict: "ok" if every entry of every parameter was tested and found right, "wrong" if one is wrong, else "untested".
    rows: one Row a parameter. warnings, warnings_zh: what else to know. points: the parameters and the data of each point.
    gradapprox, error, tested, wrong: dictionaries from the name of a parameter to arrays of its shape: the gradient measured at
    the point passed in; the relative error |g - measured| / max(|g|, |measured|) at the point that decided about the entry, nan
    where none could; whether it was tested; whether it was found wrong.
    batched: whether the shifted forward passes ran as a few passes of many columns. named: whether names were passed in.
    print shows the table in English, or in the language of COURSE_LANG; table("zh") is in Chinese.
    """

    verdict: str
    rows: list
    points: list
    warnings: list
    warnings_zh: list
    gradapprox: dict = field(repr=False)
    error: dict = field(repr=False)
    tested: dict = field(repr=False)
    wrong: dict = field(repr=False)
    batched: bool = False
    named: bool = False

    def __getitem__(self, name):
        """Return the row of a parameter."""
        return {row.name: row for row in self.rows}[name]

    def __bool__(self):
        raise TypeError("a report is neither true nor false: report.verdict is ok, wrong or untested\n"
                        "报告没有真假之分：report.verdict 是 ok、wrong 或 untested")

    def __str__(self):
        return self.table("zh" if language() == "zh" else "en")

    __repr__ = __str__

    def table(self, lang="en"):
        """Return the report as text; lang: "en" or "zh", the language of its sentences."""
        check_choice("lang", lang, ("en", "zh"))
        zh, further = lang == "zh", len(self.points) - 1
        counts = {verdict: sum(row.verdict == verdict for row in self.rows) for verdict in (OK, WRONG, UNTESTED)}
        words = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
        lines = [f"{self.verdict}: {words}; {further} further point{'s' * (further != 1)}"]
        if zh:
            lines = [f"{self.verdict}：{words}；另取了 {further} 个点"]
        cells = [["name", "shape", "verdict", "difference", "noise", "ratio", "zero", "kink", "reading"]]
        for row in self.rows:
            difference = _bound(row.difference) if row.verdict == OK else _size(row.difference)
            ratio = _digits(row.ratio) if row.verdict == WRONG or np.isnan(row.ratio) else f"{row.ratio:.2f}"  # more is noise
            cells.append([row.name, str(row.shape).replace(" ", ""), row.verdict, difference, _bound(row.noise),
                          ratio, str(len(row.zero)), str(len(row.kink)), row.reading_zh if zh else row.reading])
        widths = [max(map(len, column)) for column in zip(*cells)]
        for line in cells:
            fitted = (text.ljust(width) if n < 3 else text.rjust(width) for n, (text, width) in enumerate(zip(line[:-1], widths)))
            lines.append("  ".join([*fitted, line[-1]]))
        notes, random = self.warnings_zh if zh else self.warnings, RANDOM[0] in self.warnings
        if random:  # which says it all
            lines, notes = [*lines, *notes], []
        for row in self.rows:
            if row.worst:
                w, entry = row.worst, self._entry(row, row.worst.index)
                where, where_zh = (f" at further point {row.point}", f"（第 {row.point} 个另取的点）") if row.point else ("", "")
                got, measured = _apart_in_print(w.got, w.measured)
                lines.append(f"{entry}{where_zh}：你的 {got}，量得 {measured}" if zh else
                             f"{entry}{where}: got {got}, measured {measured}")
            if row.untested and not random:
                some, count = ", ".join(self._entry(row, index) for index in row.untested[:6]), len(row.untested)
                lines.append(f"没有一个点测得了：{some}{' 等' * (count > 6)}" if zh else
                             f"no point could test {some}{', ...' * (count > 6)}")
        return "\n".join(lines + notes)

    def _entry(self, row, index):
        """Return how the table calls an entry; where names were passed in, the index is one of theta."""
        if not self.named:
            return row.name + (str(list(index)) if index else "")
        return f"{row.name} = theta{list(index)}" if row.shape == (1,) else f"theta{list(index)} ({row.name})"

    def plot(self):
        """Draw the relative error of each entry, one panel a parameter; entries that no point could test are crossed out."""
        import matplotlib.pyplot as plt
        from matplotlib.colors import LogNorm

        across = min(len(self.rows), 4)
        down = -(-len(self.rows) // across)
        figure, axes = plt.subplots(down, across, figsize=(9, 0.4 + 1.8 * down), squeeze=False, layout="constrained")
        for ax in axes.flat[len(self.rows) :]:
            ax.axis("off")
        for ax, row in zip(axes.flat, self.rows):
            error, tested = (_matrix(values[row.name]) for values in (self.error, self.tested))
            edges = np.arange(error.shape[1] + 1), np.arange(error.shape[0] + 1)
            known = np.ma.masked_where(~tested, np.clip(error, SAME, 1))  # what is smaller differs between machines
            lines = {"edgecolors": "white", "linewidth": 0.5} if max(error.shape) <= 12 else {}  # many would hide the cells
            image = ax.pcolormesh(*edges, known, cmap="cividis", norm=LogNorm(SAME, 1), **lines)
            if not tested.all():
                ax.pcolor(*edges, np.ma.masked_where(tested, np.zeros(error.shape)), cmap="Greys", hatch="xxx", edgecolors="0.4")
            ax.set_ylim(error.shape[0], 0)
            ax.axis("off")
            ax.set_title(f"{row.name}: {row.verdict}", fontsize=10, fontweight="bold" if row.verdict == WRONG else None)
        figure.colorbar(image, ax=axes, label="relative error of an entry", shrink=0.9)
        plt.show()


def _matrix(array):
    return array if array.ndim == 2 else array.reshape(1, -1) if array.ndim < 2 else array.reshape(len(array), -1)


def _digits(ratio):
    """Return a ratio with 2 decimals, or with as many as tell it from 1, or from 0."""
    if not np.isfinite(ratio):
        return "-"
    if not 0.1 <= abs(ratio) < 1e5:
        return f"{ratio:.2g}"
    places = 2
    while places < 6 and abs(abs(ratio) - 1) > SAME and f"{abs(ratio):.{places}f}" == f"{1:.{places}f}":
        places += 1
    return f"{ratio:.{places}f}"


def _apart_in_print(*values):
    """Return two numbers with 4 digits, or with as many as tell them apart."""
    for digits in range(4, 17):
        texts = [f"{value:.{digits}g}" for value in values]
        if texts[0] != texts[1]:
            break
    return texts


def _size(value):
    """Return a relative number with 2 digits, down to what differs between machines."""
    return "-" if np.isnan(value) else "< 1e-6" if value < SAME else f"{value:.1e}"


def _bound(value):
    """Return a bound of a number that differs between machines."""
    return "-" if np.isnan(value) else "< 1e-6" if value < SAME else "< 1e-3" if value < CLEAR else "< 1"


# ---------------------------------------------------------------- reading the numbers


def _l2_share(weights, missing):
    """Return c where a gradient lacks c * W, or None if it lacks something else; of one entry alone nobody could tell."""
    square = float(np.vdot(weights, weights))
    if not square or weights.size == 1:
        return None
    factor = float(np.vdot(weights, missing)) / square
    fits = np.max(np.abs(missing - factor * weights)) <= 1e-4 * np.max(np.abs(missing))
    return factor if fits else None


def _factor(ratio, m):
    """Return what a common factor of all entries suggests, in both languages; m: the number of examples, or None."""
    if ratio == 0:
        return "zero throughout", "全是 0"
    parts, parts_zh, size = [], [], abs(ratio)
    if ratio < 0:
        parts, parts_zh = ["sign reversed"], ["正负号反了"]
    if abs(size - 1) > SAME:
        parts.append(f"{_digits(size)} times too large" if size > 1 else f"{_digits(size)} times what it should be")
        parts_zh.append(f"是应有值的 {_digits(size)} 倍")
        sure, sure_zh = ("?", "？") if m == 2 else ("", "")  # a factor of 2 has other reasons, too
        if m and m > 1 and abs(size / m - 1) < CLEAR:
            parts[-1] += f" ({m} = m: 1/m missing{sure})"
            parts_zh[-1] += f"（{m} = m：漏了 1/m{sure_zh}）"
        if m and m > 1 and abs(size * m - 1) < CLEAR:
            parts[-1] += f" (1/m: divided by m twice{sure})"
            parts_zh[-1] += f"（正是 1/m：除了两次 m{sure_zh}）"
    return ", ".join(parts), "，".join(parts_zh)


def _common_factor(g, measured, noise):
    """Return by which factor all wrong entries are off, or None if most do not share one; arrays of the wrong entries alone."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = g / measured
    clear = noise <= CLEAR
    clear = clear if np.any(clear) else np.ones(len(ratios), bool)
    common = float(np.median(ratios[clear]))
    near = np.abs(ratios - common) <= 2 * (CLEAR + np.where(clear, 0, noise)) * abs(common)
    return common if np.all(near[clear]) and 2 * np.sum(near) > len(ratios) else None


def _reading(g, measured, bad, seen, noise, shape, weights, lambd, m, mixed=False):
    """Return what the wrong entries of one parameter suggest, in both languages; all arrays flat.

    bad: which entries are wrong; seen: which could be judged; noise: the relative uncertainty of each;
    weights: the entries of a W of a network, else None; mixed: whether some were right at other points.
    """
    if len(shape) == 2 and shape[0] == shape[1] > 1 and np.all(seen & (noise <= CLEAR)):
        if np.allclose(g.reshape(shape), measured.reshape(shape).T, rtol=CLEAR, atol=0):
            return "transposed", "转置了"
    share = None if weights is None else _l2_share(weights[seen], (measured - g)[seen])
    if share is not None and lambd:
        share *= m / lambd
        if abs(share - 1) < CLEAR:
            return "the L2 term lambd/m * W is missing", "漏了 L2 项 lambd/m * W"
        words, words_zh = _factor(1 - share, m)
        return f"the L2 term: {words}", f"L2 项：{words_zh}"
    if share is not None and share < 0:  # an L2 term that the cost does not have
        extra = _digits(-share * m)
        return (f"{extra}/m * W too much: an L2 term? then pass lambd={extra}",
                f"多了 {extra}/m * W：是 L2 项吗？那就传入 lambd={extra}")
    words, words_zh = ("should be 0", "应为 0") if np.all(measured[bad] == 0) else ("no common factor", "没有共同的倍数")
    penalty = lambd / m * weights[bad] if lambd and weights is not None else 0
    if (common := _common_factor(g[bad], measured[bad], noise[bad])) is not None:
        words, words_zh = _factor(common, m)
        if mixed:
            words, words_zh = f"right at some points, elsewhere {words}", f"有的点上是对的，错的地方{words_zh}"
    elif lambd and (common := _common_factor(g[bad] - penalty, measured[bad] - penalty, noise[bad])) is not None:
        words, words_zh = (first + text for first, text in zip(("all but the L2 term: ", "除了 L2 项："), _factor(common, m)))
    elif mixed:
        words, words_zh = f"{words}, right at some points", f"{words_zh}，有的点上是对的"
    count, total = int(np.sum(bad)), int(np.sum(seen))
    if count < total:
        words, words_zh = f"{count} of {total} entries: {words}", f"{total} 个元素中的 {count} 个：{words_zh}"
    return words, words_zh


def make_row(problem, name, found, theta, decided, mixed, m):
    """Return the Row of one parameter; found, theta: each entry at the point `decided` that decided about it, -1 if none did.

    mixed: which entries are wrong at that point and right at another one.
    """
    at, shape = problem.blocks[name], problem.shapes[name]
    g, measured, error, noise, bad = found.g[at], found.measured[at], found.error[at], found.noise[at], found.wrong[at]
    seen = found.tested[at] | bad
    both, moving = np.linalg.norm(g[seen]) + np.linalg.norm(measured[seen]), seen & (measured != 0)
    worst, point, reading, verdict = None, 0, ("right", "正确"), OK
    if np.any(bad):
        # of those at the first point; relative errors that agree to 3 digits are equal: then the entry that is further off
        point = int(np.min(decided[at][bad]))
        k = max(np.flatnonzero(bad & (decided[at] == point)), key=lambda k: (round(float(error[k]), 3), abs(g[k] - measured[k])))
        worst = Worst(problem.place(name, k), float(g[k]), float(measured[k]), float(error[k]))
        weights = theta[at] if m and name[0] == "W" else None
        verdict = WRONG
        reading = _reading(g, measured, bad, seen, noise, shape, weights, problem.lambd, m, bool(np.any(mixed[at])))
    elif not np.all(seen):
        count, verdict = int(np.sum(~seen)), UNTESTED
        reading = f"{count} of {len(at)} entries not tested", f"{len(at)} 个元素中有 {count} 个没有测到"
    indices = lambda chosen: [problem.place(name, k) for k in np.flatnonzero(chosen)]
    return Row(name, shape, verdict, float(np.linalg.norm((g - measured)[seen]) / both) if both else np.nan,
               float(np.median(g[moving] / measured[moving])) if np.any(moving) else np.nan, *reading, worst, point,
               float(np.median(noise[seen])) if np.any(seen) else np.nan,
               indices(found.zero[at]), indices(found.kink[at]), indices(~seen))
