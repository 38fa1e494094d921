"""The figures of the notebooks that take more than a few lines: flow diagrams, networks, masks, maps.

Colours are the colour-blind safe ones of Okabe and Ito; line styles and markers differ too, so that a black and white
print can be read. Text in figures is English or symbols: Chinese glyphs are missing from most machines' fonts.
"""

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler

BLUE, ORANGE, GREEN, PINK = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
SKY, AMBER, BLACK = "#56b4e9", "#e69f00", "#000000"
LIGHT_BLUE, LIGHT_ORANGE, LIGHT_GREY = "#cfe3f2", "#fbd9b5", "#eeeeee"
PALE_BLUE, PALE_ORANGE = "#e6f0f8", "#f0c08a"  # the two regions of a decision boundary


def use_style():
    """Set matplotlib's defaults for the course, and show figures in the notebook where there is one."""
    from IPython import get_ipython  # here, not above: a figure outside of a notebook does without

    if shell := get_ipython():
        shell.run_line_magic("matplotlib", "inline")  # else matplotlib 3.8 shows no picture for the first figure
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
    ax.set_aspect("equal")
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


# ---------------------------------------------------------------- notebook 3


def draw_regularizations():
    """Draw one small network three times: plain, with the smaller weights of L2, with units dropped."""
    layer_dims, dropped = [2, 5, 3, 1], {(1, 1), (1, 4), (2, 1)}
    rng = np.random.default_rng(3)
    widths = [np.abs(rng.normal(size=(n, n_prev))) for n_prev, n in zip(layer_dims, layer_dims[1:])]
    names = ("no regularization", "L2: smaller weights", "dropout: units left out")
    _, axes = plt.subplots(1, 3, figsize=(9, 3))
    for ax, name in zip(axes, names):
        ax.set(xlim=(-0.5, 6.5), ylim=(-2.6, 2.6), aspect="equal")
        ax.set_title(name)
        ax.axis("off")
        gone = dropped if name.startswith("dropout") else set()
        places = [[(2 * l, (n - 1) / 2 - i) for i in range(n)] for l, n in enumerate(layer_dims)]
        for l, W in enumerate(widths, 1):
            for k, j in np.ndindex(*W.shape):
                if not {(l, k), (l - 1, j)} & gone:
                    (x0, y0), (x1, y1) = places[l - 1][j], places[l][k]
                    lw = 0.3 + (0.4 if name.startswith("L2") else 1.8) * W[k, j]
                    ax.plot([x0, x1], [y0, y1], color="0.45", lw=lw, ls="-", zorder=1)
        for l, layer in enumerate(places):
            color = "white" if l == 0 else LIGHT_ORANGE if l == 3 else LIGHT_BLUE
            for i, (x, y) in enumerate(layer):
                out = (l, i) in gone
                ax.add_patch(plt.Circle((x, y), 0.3, facecolor="white" if out else color, zorder=2,
                                        edgecolor="0.5" if out else "black", ls=":" if out else "-"))
                if out:
                    ax.plot([x - 0.2, x + 0.2], [y - 0.2, y + 0.2], color=ORANGE, lw=1.5, ls="-", zorder=3)
                    ax.plot([x - 0.2, x + 0.2], [y + 0.2, y - 0.2], color=ORANGE, lw=1.5, ls="-", zorder=3)
    plt.show()


def show_masks(masks, names):
    """Draw dropout masks (n, m), one below the other: a row is a unit; kept ones are filled, dropped ones white with a cross."""
    rows, m = [len(mask) for mask in masks], masks[0].shape[1]
    _, axes = plt.subplots(len(masks), 1, figsize=(0.26 * m + 1, 0.12 * sum(rows) + 1.3), sharex=True, squeeze=False,
                           gridspec_kw={"height_ratios": rows})
    for ax, mask, name in zip(axes.flat, masks, names):
        ax.pcolormesh(np.asarray(mask, float), cmap="Blues", vmin=0, vmax=4, edgecolors="0.7", lw=0.5)
        unit, example = np.nonzero(np.logical_not(mask))
        ax.plot(example + 0.5, unit + 0.5, "x", color=ORANGE, ms=4)
        ax.set(ylabel=name, yticks=np.arange(0, len(mask), 5) + 0.5, yticklabels=np.arange(0, len(mask), 5))
        ax.invert_yaxis()
        ax.grid(False)
    axes[-1, 0].set(xlabel="example", xticks=np.arange(0, m, 5) + 0.5, xticklabels=np.arange(0, m, 5))
    plt.show()


# ---------------------------------------------------------------- notebook 2


def draw_task(ax, layer_dims):
    """Draw the network layer_dims = [n_x, n[1], ..., n[L]] on `ax`, flat enough to stand beside a scatter plot."""
    L, most = len(layer_dims) - 1, max(layer_dims)
    places = [[(3 * l, (n - 1) / 2 - i) for i in range(n)] for l, n in enumerate(layer_dims)]
    for left, right in zip(places, places[1:]):
        for x0, y0 in left:
            for x1, y1 in right:
                ax.plot([x0, x1], [y0, y1], color="0.75", lw=0.7, ls="-", zorder=1)
    for l, layer in enumerate(places):
        x, y = np.transpose(layer)
        color = "white" if l == 0 else LIGHT_ORANGE if l == L else LIGHT_BLUE
        ax.scatter(x, y, s=110, c=color, edgecolors="black", zorder=2)
        kind = "input" if l == 0 else "sigmoid" if l == L else "ReLU"
        ax.text(3 * l, most / 2 + 0.3, f"{kind}, {layer_dims[l]}", ha="center")
        if l:
            ax.text(3 * l - 1.5, -most / 2 - 0.9, f"$W^{{[{l}]}}$", ha="center")
    ax.set(xlim=(-1, 3 * L + 1), ylim=(-most / 2 - 1.2, most / 2 + 1.2))
    ax.axis("off")


def draw_starts(n=10):
    """Draw the density of one weight in each of the three initializations; n: inputs of a unit, for He's."""
    _, axes = plt.subplots(1, 3, figsize=(9, 2.5))
    w = np.linspace(-30, 30, 601)
    axes[0].plot([-30, 0, 0, 0, 30], [0, 0, 1, 0, 0], color=BLACK, ls="-")
    axes[0].set(title="zeros: all units alike", ylim=(0, 1.1))
    for ax, sigma, color, title in ((axes[1], 10, ORANGE, "random, $\\sigma=10$: far too large"),
                                    (axes[2], np.sqrt(2 / n), BLUE, f"He, $\\sigma=\\sqrt{{2/{n}}}$: just right")):
        density = np.exp(-(w**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
        ax.fill_between(w, density, color=color, alpha=0.35)
        ax.plot(w, density, color=color, ls="-")
        ax.set(title=title, ylim=(0, None))
    for ax in axes:
        ax.set(xlabel="weight", yticks=[])
    axes[0].set_ylabel("density")
    plt.show()


def show_units(runs):
    """Draw each row of W1, one hidden unit with two inputs, as a point: hollow before training, filled after it.

    runs: {title: (W1 before, W1 after)}, both (n[1], 2).
    """
    _, axes = plt.subplots(1, len(runs), figsize=(9, 3.2))
    for ax, (title, (before, after)) in zip(axes, runs.items()):
        for start, end in zip(before, after):
            ax.plot(*zip(start, end), color="0.5", lw=1, ls="-", zorder=1)
        ax.scatter(*before.T, s=40, facecolors="white", edgecolors=BLACK, zorder=2, label="before training")
        ax.scatter(*after.T, s=40, c=ORANGE, marker="^", edgecolors=BLACK, lw=0.5, zorder=3, label="after training")
        reach = 1.25 * max(1, np.abs(before).max(), np.abs(after).max())
        ax.set(title=title, xlabel="weight of $x_1$", xlim=(-reach, reach), ylim=(-reach, reach))
    axes[0].set_ylabel("weight of $x_2$")
    axes[0].legend(loc="lower left", fontsize=9)
    plt.show()


def show_activations(layers_by_scale, layers=(1, 7, 14, 20)):
    """Draw histograms of the positive activations of some layers on a logarithmic axis, one panel for each scale.

    layers_by_scale: {title: [A0, A1, ...]}.
    """
    _, axes = plt.subplots(1, len(layers_by_scale), figsize=(9, 2.9), sharex=True, sharey=True)
    for ax, (title, A) in zip(axes, layers_by_scale.items()):
        for l, color, style in zip(layers, (SKY, BLUE, ORANGE, BLACK), (":", "-.", "--", "-")):
            exponents = np.log10(A[l][A[l] > 0])
            share, edges = np.histogram(exponents, np.arange(-10, 8.01, 0.25))
            ax.plot(edges[:-1] + 0.125, share / exponents.size, color=color, ls=style, label=f"layer {l}")
        ax.set(title=title, xlabel="activation", xticks=range(-8, 8, 4), ylim=(0, 0.42))
        ax.set_xticklabels([f"$10^{{{e}}}$" for e in range(-8, 8, 4)])
    axes[0].set_ylabel("share")
    axes[2].legend(fontsize=8, loc="upper left", handlelength=2.4, borderpad=0)
    plt.show()


def show_signal(sizes_by_scale):
    """Draw the root mean square of A, dA and dW layer by layer on one logarithmic axis, one line for each scale.

    sizes_by_scale: {title: {"A": [...], "dA": [...], "dW": [...]}}; A and dA run over layers 0 to L, dW over 1 to L.
    """
    _, axes = plt.subplots(1, 3, figsize=(9, 3.3), sharey=True)
    for marker, color, style, (title, sizes) in zip("os^D", (ORANGE, PINK, BLUE, BLACK), (":", "-.", "-", "--"),
                                                  sizes_by_scale.items()):
        for ax, (name, values) in zip(axes, sizes.items()):
            layers = np.arange(len(values)) + (name == "dW")
            ax.semilogy(layers, values, marker=marker, ms=4, color=color, ls=style, label=title)
            ax.set(title=f"size of ${name}^{{[l]}}$", xlabel="layer $l$", xticks=range(0, 21, 5))
    axes[0].set_ylabel("root mean square")
    axes[0].set_yticks([10.0**e for e in range(-8, 8, 4)])
    axes[0].minorticks_off()  # each of them costs time to draw
    axes[0].legend(fontsize=8, loc="lower left")
    plt.show()


# ---------------------------------------------------------------- notebook 4, gradient checking


def draw_check():
    """Draw the idea of the check: one gradient from formulas, one from costs alone, and their comparison."""
    ax = _canvas(9, 3, 12, 4)
    _box(ax, 1.2, 2, "parameters\n$\\theta$", LIGHT_GREY, 1.8, 1.0)
    _box(ax, 5.2, 3.2, "forward, then backward:\nformulas", LIGHT_ORANGE, 3.6, 1.0)
    _box(ax, 5.2, 0.8, "forward at $\\theta+\\epsilon$, $\\theta-\\epsilon$:\ntwo costs $J_+$, $J_-$", LIGHT_BLUE, 3.6, 1.0)
    _box(ax, 10.6, 2, "compare:\ndifference", LIGHT_GREY, 2.0, 1.0)
    for y, name in ((3.2, "grad"), (0.8, "gradapprox")):
        _arrow(ax, (2.1, 2 + 0.2 * np.sign(y - 2)), (3.4, y))
        _arrow(ax, (7.0, y), (9.6, 2 + 0.2 * np.sign(y - 2)))
        ax.text(8.35, y + (0.05 if y > 2 else -0.05), name, ha="left", va="center", family="monospace")
    plt.show()


def draw_chord():
    """Draw a curve J, its tangent at theta, the chord through theta - epsilon and theta + epsilon, and the one-sided chord."""
    theta, epsilon = 1.0, 0.55
    J, slope = lambda t: 0.06 * t**3 + 0.45 * t**2 + 0.3, 0.18 * theta**2 + 0.9 * theta
    t = np.linspace(0.1, 1.8, 200)
    _, ax = plt.subplots(figsize=(7, 3.6))
    ax.plot(t, J(t), color=BLACK, ls="-", lw=2, label="$J$")
    near = np.array([theta - 0.75, theta + 0.75])
    ax.plot(near, J(theta) + slope * (near - theta), color=BLUE, ls="--", label="tangent: the derivative")
    for left, right, color, style, marker, label in (
        (theta - epsilon, theta + epsilon, ORANGE, "-.", "o", "chord, both sides"),
        (theta, theta + epsilon, GREEN, ":", "s", "chord, one side"),
    ):
        chord = (J(right) - J(left)) / (right - left)
        ends = np.array([left - 0.12, right + 0.12])
        ax.plot(ends, J(left) + chord * (ends - left), color=color, ls=style, lw=2, label=label)
        ax.plot([left, right], [J(left), J(right)], color=color, ls="", marker=marker, ms=7)
    places = [theta - epsilon, theta, theta + epsilon]
    ax.vlines(places, 0, [J(p) for p in places], color="0.6", ls=":", lw=1)
    ax.set(xticks=places, xticklabels=["$\\theta-\\epsilon$", "$\\theta$", "$\\theta+\\epsilon$"], ylabel="$J$", yticks=[],
           xlim=(0.1, 1.85), ylim=(0, 2.1))
    ax.grid(False)
    ax.legend(loc="upper left")
    plt.show()


def draw_shift():
    """Draw the check in n dimensions: dictionary -> column theta -> one entry shifted -> dictionary -> J+ and J-."""
    ax = _canvas(9.5, 3.6, 13.5, 5)
    names = ["W1", "b1", "W2", "b2", "W3", "b3"]
    colors = [LIGHT_BLUE, "white", LIGHT_ORANGE, "white", LIGHT_GREY, "white"]
    counts = [3, 1, 2, 1, 1, 1]  # entries drawn, not their number
    for i, name in enumerate(names):
        _box(ax, 1.0, 4.3 - 0.72 * i, name, colors[i], 1.2, 0.6)

    def column(x, changed, sign):
        rows, top = sum(counts), 4.65
        colour = [c for c, n in zip(colors, counts) for _ in range(n)]
        for row in range(rows):
            y = top - 0.49 * row
            ax.add_patch(plt.Rectangle((x - 0.35, y - 0.49), 0.7, 0.49, facecolor=colour[row], edgecolor="black",
                                       lw=2.5 if row == changed else 0.8, hatch="///" if row == changed else None,
                                       zorder=2 if row == changed else 1))
        if sign:
            ax.text(x + 0.45, top - 0.49 * (changed + 0.5), f"${sign}\\epsilon$", ha="left", va="center", fontsize=13)
        return top - 0.49 * rows

    for x, sign, changed, name in ((4.2, "", None, "theta"), (6.6, "+", 4, "theta_plus"), (8.8, "-", 4, "theta_minus")):
        bottom = column(x, changed, sign)
        ax.text(x, bottom - 0.08, name, ha="center", va="top", fontsize=9, family="monospace")
    _arrow(ax, (1.8, 2.5), (3.7, 2.5))
    ax.text(2.75, 2.65, "dictionary_\nto_vector", ha="center", va="bottom", fontsize=9, family="monospace")
    _arrow(ax, (4.65, 2.5), (6.15, 2.5))
    ax.text(5.4, 2.65, "shift\nentry $i$", ha="center", va="bottom", fontsize=9)
    _arrow(ax, (9.8, 2.5), (11.5, 2.5))
    ax.text(10.65, 2.65, "vector_to_\ndictionary,\nforward pass", ha="center", va="bottom", fontsize=9)
    ax.text(11.7, 2.85, "$J_+$", ha="left", va="center", fontsize=15)
    ax.text(11.7, 2.15, "$J_-$", ha="left", va="center", fontsize=15)
    ax.text(12.35, 2.5, "$\\}$", ha="left", va="center", fontsize=30)
    ax.text(12.75, 2.5, "slope\n$i$", ha="left", va="center", fontsize=10)
    plt.show()


def draw_seen(points):
    """Draw every parameter of a network as a cell: hatched where its gradient is exactly 0, that is, not seen.

    points: a list of (title, gradients), the gradients a dictionary with dW1, db1, ..., dWL, dbL.
    """
    figure, axes = plt.subplots(len(points), 1, figsize=(8.5, 2.1 * len(points)), squeeze=False)
    for ax, (title, gradients) in zip(axes[:, 0], points):
        names = sorted((n for n in gradients if n[:2] in ("dW", "db")), key=lambda n: (int(n[2:]), n[1] == "b"))
        left = 0.0
        for name in names:
            rows, columns = gradients[name].shape
            for (i, j), value in np.ndenumerate(gradients[name]):
                seen = value != 0
                ax.add_patch(plt.Rectangle((left + j, -i - 1), 1, 1, facecolor=LIGHT_BLUE if seen else "white",
                                           edgecolor="black", lw=0.8, hatch=None if seen else "xxx"))
            ax.text(left + columns / 2, 0.25, name[1:], ha="center", va="bottom")
            left += columns + 1.0
        ax.set(xlim=(-0.2, left - 0.8), ylim=(-5.2, 1.1), aspect="equal")
        ax.set_title(title, fontsize=11)
        ax.axis("off")
    plt.show()
