"""The figures of the notebooks that take more than a few lines: flow diagrams, networks, masks, maps.

Colours are the colour-blind safe ones of Okabe and Ito; line styles and markers differ too, so that a black and white
print can be read. Text in figures is English or symbols: Chinese glyphs are missing from most machines' fonts.
"""

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler

BLUE, ORANGE, GREEN, PINK, SKY, BLACK = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#000000"
LIGHT_BLUE, LIGHT_ORANGE, LIGHT_GREY = "#cfe3f2", "#fbd9b5", "#eeeeee"


def use_style():
    """Set matplotlib's defaults for the course."""
    plt.rcParams.update({
        "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, PINK, BLACK]) + cycler(linestyle=["-", "--", "-.", ":", "-"]),
        "axes.grid": True, "grid.alpha": 0.25, "axes.spines.top": False, "axes.spines.right": False,
        "figure.dpi": 80, "figure.figsize": (7, 3.5), "figure.constrained_layout.use": True, "font.size": 11,
        "legend.frameon": False,
    })


# ---------------------------------------------------------------- diagrams


def _canvas(width, height, columns, rows):
    """Return axes without a frame whose data coordinates run from 0 to `columns` and from 0 to `rows`."""
    _, ax = plt.subplots(figsize=(width, height))
    ax.set(xlim=(0, columns), ylim=(0, rows))
    ax.axis("off")
    return ax


def _box(ax, x, y, text, color=LIGHT_GREY, width=1.5, height=0.8):
    """Draw a box centred on (x, y)."""
    ax.add_patch(plt.Rectangle((x - width / 2, y - height / 2), width, height, facecolor=color, edgecolor="black", lw=1))
    ax.text(x, y, text, ha="center", va="center")


def _arrow(ax, start, end, text="", style="-", color="black", above=0.12):
    """Draw an arrow from `start` to `end` with a text over its middle."""
    ax.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "linestyle": style, "color": color, "lw": 1.4})
    ax.text((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + above, text, ha="center", va="bottom", color=color)


def draw_network(layer_dims):
    """Draw a fully connected network as circles and lines; layer_dims: [n_x, n[1], ..., n[L]], small numbers."""
    L, most = len(layer_dims) - 1, max(layer_dims)
    ax = _canvas(1.9 * L + 2, 0.5 * most + 1.1, 2 * L + 1.6, most + 1.6)
    places = [[(2 * l + 0.8, most / 2 + 0.2 + (n - 1) / 2 - i) for i in range(n)] for l, n in enumerate(layer_dims)]
    for left, right in zip(places, places[1:]):
        for x0, y0 in left:
            for x1, y1 in right:
                ax.plot([x0, x1], [y0, y1], color="0.7", lw=0.8, ls="-", zorder=1)
    for l, layer in enumerate(places):
        color = "white" if l == 0 else LIGHT_ORANGE if l == L else LIGHT_BLUE
        for x, y in layer:
            ax.add_patch(plt.Circle((x, y), 0.32, facecolor=color, edgecolor="black", zorder=2))
        name = "$X$" if l == 0 else f"$A^{{[{l}]}}$" + ("$=\\hat{Y}$" if l == L else "")
        kind = "input" if l == 0 else "sigmoid" if l == L else "ReLU"
        ax.text(layer[0][0], most + 0.95, f"{name}\n{kind}, {len(layer)}", ha="center", va="center")
    plt.show()


def draw_layer():
    """Draw one layer: forward above, backward below, and the cache that joins them."""
    ax = _canvas(8.5, 3.2, 10, 4)
    _box(ax, 3.2, 3, "linear\n$Z = WA_{prev} + b$", LIGHT_BLUE, 2.6)
    _box(ax, 7, 3, "activation\n$A = g(Z)$", LIGHT_BLUE, 2.0)
    _arrow(ax, (0.3, 3), (1.9, 3), "$A_{prev}$")
    _arrow(ax, (4.5, 3), (6, 3), "$Z$")
    _arrow(ax, (8, 3), (9.7, 3), "$A$")
    _box(ax, 3.2, 0.7, "linear backward\n$dW,\\ db,\\ dA_{prev}$", LIGHT_ORANGE, 2.6)
    _box(ax, 7, 0.7, "activation backward\n$dZ = dA * g'(Z)$", LIGHT_ORANGE, 2.6)
    _arrow(ax, (9.7, 0.7), (8.3, 0.7), "$dA$")
    _arrow(ax, (5.7, 0.7), (4.5, 0.7), "$dZ$")
    _arrow(ax, (1.9, 0.7), (0.3, 0.7), "$dA_{prev}$")
    for x, kept in ((3.2, "cache: $A_{prev}, W, b$"), (7, "cache: $Z$")):
        _arrow(ax, (x, 2.6), (x, 1.1), style=":")
        ax.text(x + 0.12, 1.85, kept, ha="left", va="center")
    plt.show()


def draw_model():
    """Draw the whole network: L layers forward, the cost, L layers backward."""
    ax = _canvas(9.5, 3.2, 12, 4)
    layers = [(1.9, "linear\nReLU", "layer 1"), (4.3, "linear\nReLU", "layer 2"), (7.9, "linear\nsigmoid", "layer $L$")]
    for x, forward, name in layers:
        _box(ax, x, 3, forward, LIGHT_BLUE, 1.4)
        _box(ax, x, 0.8, "backward", LIGHT_ORANGE, 1.4)
        _arrow(ax, (x, 2.6), (x, 1.2), style=":")
        ax.text(x + 0.1, 1.9, "cache", va="center")
        ax.text(x, 3.6, name, ha="center")
    _box(ax, 10.5, 1.9, "cost $J$", LIGHT_GREY, 1.5)
    for left, right, text in ((0.2, 1.2, "$X$"), (2.6, 3.6, "$A^{[1]}$"), (5, 5.7, ""), (6.1, 7.2, "$A^{[L-1]}$")):
        _arrow(ax, (left, 3), (right, 3), text)
    for left, right, text in ((2.6, 3.6, "$dA^{[1]}$"), (5, 5.7, ""), (6.1, 7.2, "$dA^{[L-1]}$")):
        _arrow(ax, (right, 0.8), (left, 0.8), text)
    ax.text(5.9, 3, "$\\cdots$", ha="center", va="center")
    ax.text(5.9, 0.8, "$\\cdots$", ha="center", va="center")
    _arrow(ax, (8.6, 3), (9.75, 2.3), "$AL$")
    _arrow(ax, (9.75, 1.5), (8.6, 0.8), "$dAL$", above=-0.4)
    for x, _, name in layers:
        number = {"layer 1": "1", "layer 2": "2"}.get(name, "L")
        _arrow(ax, (x, 0.4), (x, 0), style="-")
        ax.text(x + 0.1, 0.1, f"$dW^{{[{number}]}}, db^{{[{number}]}}$", va="center")
    plt.show()


def show_images(images, titles, columns=6):
    """Show images (k, height, width[, 3]) in rows of `columns`, each under its title."""
    rows = -(-len(images) // columns)
    _, axes = plt.subplots(rows, columns, figsize=(1.3 * columns, 1.65 * rows), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, image, title in zip(axes.flat, images, titles):
        ax.imshow(image, cmap="gray_r")
        ax.set_title(title, fontsize=9)
    plt.show()
