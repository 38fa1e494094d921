"""The figure of `make bench`: how time grows with the examples, the width, the depth and the number of submissions."""

import matplotlib

from tools.results import OURS

matplotlib.use("Agg")

import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator  # noqa: E402

import figures  # noqa: E402

PANELS = (  # title, the name of the rows, the label of the horizontal axis, that of the vertical axis
    ("examples, layers [2,10,5,1]", "training by examples m, [2,10,5,1]", "examples m", "µs a step"),
    ("width, layers [2,w,w,1], 300 points", "training by width w, [2,w,w,1], 300 points", "width w", "µs a step"),
    ("depth, layers [2,10,...,10,1], 300 points", "training by depth L, [2,10,...,10,1], 300 points", "layers L", "µs a step"),
    ("grading a class, two cores", "grading a class, all right, by submissions: time", "submissions", "seconds"),
)
# markers and lines differ, too, for a print in black and white
STYLES = {
    OURS: (figures.BLUE, "o", "-", 2.5),
    f"{OURS}, as a learner reads it": (figures.SKY, "D", (0, (4, 1)), 1.5),
    "textbook": (figures.BLACK, "s", "--", 1.5),
    "scikit-learn MLPClassifier": (figures.GREEN, "v", "-.", 1.5),
    "PyTorch, nn.Sequential": (figures.ORANGE, "^", (0, (1, 1)), 1.5),
    "PyTorch, functions": (figures.PINK, "P", (0, (5, 1, 1, 1)), 1.5),
    "nbgrader autograde": (figures.AMBER, "X", (0, (3, 1, 1, 1, 1, 1)), 1.5),
}


def draw(rows, path):
    """Draw the four panels from the rows that have a size and save them as `path`; a panel without rows stays empty."""
    style = {"font.size": 11, "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.alpha": 0.3}
    with plt.rc_context(style):
        figure, panels = plt.subplots(2, 2, figsize=(10, 8), layout="constrained", facecolor="white")
        lines = {}
        for panel, (title, what, x_label, y_label) in zip(panels.flat, PANELS):
            found = [row for row in rows if row["what"] == what and "at" in row]
            for who in dict.fromkeys(row["who"] for row in found):
                points = sorted((row["at"], row["median"], row["low"], row["high"]) for row in found if row["who"] == who)
                at, median, low, high = zip(*points)
                colour, marker, dashes, width = STYLES[who]
                [lines[who]] = panel.plot(at, median, color=colour, marker=marker, linestyle=dashes, linewidth=width)
                panel.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
            panel.set(xscale="log", yscale="log", xlabel=x_label, ylabel=y_label)
            panel.set_title(title, fontsize=11)
            sizes = sorted({row["at"] for row in found})
            panel.xaxis.set(major_formatter=FuncFormatter(lambda value, _: f"{value:,.0f}"), minor_locator=NullLocator())
            panel.set_xticks(sizes)
            panel.yaxis.set(major_formatter=FuncFormatter(lambda value, _: f"{value:,g}"), minor_locator=NullLocator())
            panel.yaxis.set_major_locator(LogLocator(subs=(1, 3)))
        ordered = sorted(lines, key=list(STYLES).index)
        figure.legend([lines[who] for who in ordered], ordered, loc="outside lower center", ncols=3, frameon=False)
        figure.savefig(path, dpi=110)
        plt.close(figure)
