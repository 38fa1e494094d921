"""Measure training: the course's models, the textbook way, scikit-learn and PyTorch at the very same work, side by side.

The same examples, start, learning rate and steps over all examples, float64, one thread. That it is the same work is proved, not
said: after 1,000 steps the textbook's parameters must be ours to 1e-12, relative to the array's largest, and the peers' to 1e-9.
Every trainer has a process of its own (bench/trainers.py), and each round asks all of them in turn, so that a slow spell of the
machine touches all; a ratio is the median of the rounds' own ratios. Then the same against m, width and depth.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
sys.path.append(str(ROOT / "bench"))

import numpy as np  # noqa: E402
import peers  # noqa: E402
from results import OURS, count, heading, progress, row, table, versions, write  # noqa: E402

TRAINERS = {  # name in trainers.py -> (who it is in a table, how far its parameters may be from ours)
    "course": (OURS, 0),
    "as_read": (f"{OURS}, as a learner reads it", 1e-12),
    "textbook": ("textbook", 1e-12),
    "sklearn": ("scikit-learn MLPClassifier", 1e-9),
    "torch_modules": ("PyTorch, nn.Sequential", 1e-9),
    "torch_functions": ("PyTorch, functions", 1e-9),
}
WHO = {name: who for name, (who, _) in TRAINERS.items()}
PEERS = {"sklearn": "scikit-learn", "torch_modules": "torch", "torch_functions": "torch"}  # the package that each needs
SAME = 1000  # steps after which the parameters must agree


def parameters_of(shape):
    import dnn_utils

    return dnn_utils.initialize_parameters_scaled(shape)


def works():
    """Return {name: (work, steps)} of the models of the notebooks on their own data."""
    import dnn_utils
    import init_utils
    import reg_utils

    with contextlib.redirect_stdout(sys.stderr):  # they say what they read
        circles, currents = init_utils.load_dataset()[:2], reg_utils.load_2D_dataset()[:2]
        images, labels, *_ = dnn_utils.load_data()
    pixels = images.reshape(len(images), -1).T / 255, labels
    two, four = [len(pixels[0]), 7, 1], [len(pixels[0]), 20, 7, 5, 1]
    he, scaled = init_utils.initialize_parameters_he([2, 10, 5, 1]), reg_utils.initialize_parameters([2, 20, 3, 1])
    regularized = lambda **how: work("reg_utils.model", *currents, scaled, 0.3, how, **how)
    return {
        "[2,10,5,1], 300 points": (work("init_utils.model", *circles, he, 0.01), 15000),
        "[2,20,3,1], 211 points": (regularized(), 30000),
        "[2,20,3,1], 211 points, L2": (regularized(lambd=0.7), 5000),
        "[2,20,3,1], 211 points, dropout": (regularized(keep_prob=0.86), 5000),
        f"{str(two).replace(' ', '')}, {len(images)} images": (
            work("dnn_utils.two_layer_model", *pixels, dnn_utils.initialize_parameters(*two), 0.075, {"layers_dims": two}), 300),
        f"{str(four).replace(' ', '')}, {len(images)} images": (
            work("dnn_utils.L_layer_model", *pixels, parameters_of(four), 0.02, {"layers_dims": four}), 150),
    }


def work(model, X, Y, start, learning_rate, arguments=(), lambd=0, keep_prob=1):
    """Return a work as trainers.py reads it."""
    start = {name: value.tolist() for name, value in start.items()}
    return {"model": model, "arguments": dict(arguments), "points": X.T.tolist(), "Y": Y.tolist(), "start": start,
            "learning_rate": learning_rate, "lambd": lambd, "keep_prob": keep_prob}


def growing(m, layers):
    """Return a work of any size: m points, of which those inside a circle have label 1.

    Networks of three layers are trained by gradient_descent of notebooks 2 and 3, others by L_layer_model of notebook 1.
    """
    chance = np.random.default_rng(m)
    X = chance.standard_normal((layers[0], m))
    Y = (np.sum(X**2, axis=0, keepdims=True) < layers[0]).astype(int)
    if len(layers) == 4:
        return work("init_utils.gradient_descent", X, Y, parameters_of(layers), 0.01)
    return work("dnn_utils.L_layer_model", X, Y, parameters_of(layers), 0.01, {"layers_dims": layers})


CURVES = {  # name -> {size: (examples, layers)}
    "examples m, [2,10,5,1]": {m: (m, [2, 10, 5, 1]) for m in (100, 300, 1000, 3000, 10000)},
    "width w, [2,w,w,1], 300 points": {w: (300, [2, w, w, 1]) for w in (5, 10, 30, 100, 300)},
    "depth L, [2,10,...,10,1], 300 points": {L: (300, [2, *[10] * (L - 1), 1]) for L in (2, 4, 8, 16, 32)},
}


# ---------------------------------------------------------------- the processes


class Trainer:
    """A process of bench/trainers.py."""

    def __init__(self, name, python):
        command = [str(python), str(ROOT / "bench" / "trainers.py"), name]
        self.name = name
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, **request):
        """Send a request and return the answer."""
        print(json.dumps(request), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"the trainer {self.name} ended with {self.process.wait()}")
        return json.loads(answer)

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


def start_trainers(with_peers):
    """Return the trainers that this machine has, and the versions of what they use; a peer that is missing is named."""
    found = versions("numpy")
    trainers = [Trainer(name, sys.executable) for name in ("course", "as_read", "textbook")]
    if with_peers:
        peers.install()
        there = peers.versions()
        for name, package in PEERS.items():
            if there[package]:
                trainers.append(Trainer(name, peers.PYTHON))
                found |= {package: there[package]}
            else:
                progress(f"{package} is missing: {WHO[name]} is not measured")
        if there["numpy"] != found["numpy"]:
            found["numpy of the peers"] = there["numpy"]
    return trainers, found


# ---------------------------------------------------------------- measuring


def difference(reached, ours):
    """Return the largest difference of an array's entries, relative to its largest entry, over all parameters."""
    parts = ((np.array(reached[name]), np.array(value)) for name, value in ours.items())
    return max(float(np.abs(theirs - own).max() / np.abs(own).max()) for theirs, own in parts)


def able(trainers, work):
    """Return the trainers for a work: no peer's dropout has the same masks at every step."""
    left_out = [] if work["keep_prob"] == 1 else list(PEERS)
    return [trainer for trainer in trainers if trainer.name not in left_out]


def prove_equal(trainers, name, work, steps):
    """Give a work to the trainers and stop unless all come to the same parameters; return {trainer's name: how far from ours}."""
    reached = {}
    for trainer in trainers:
        trainer.ask(keep=work)
        reached[trainer.name] = trainer.ask(steps=steps, parameters=True)["parameters"]
    apart = {who: difference(found, reached["course"]) for who, found in reached.items()}
    for who, distance in apart.items():
        if not distance <= TRAINERS[who][1]:
            sys.exit(f"{name}: after {steps} steps the parameters of {WHO[who]} are {distance:.1e} from ours: not the same work")
    return apart


def measure(trainers, steps, rounds):
    """Return {trainer's name: microseconds a step, one for each round}. steps: for all, or {trainer's name: steps}."""
    times = {trainer.name: [] for trainer in trainers}
    for _ in range(rounds):
        for trainer in trainers:
            number = steps if isinstance(steps, int) else steps[trainer.name]
            times[trainer.name].append(trainer.ask(steps=number)["seconds"] / number * 1e6)
    return times


def models(trainers, rounds, most):
    """Return the rows of the notebooks' models. most: steps at most."""
    rows = []
    for name, (content, steps) in works().items():
        some = able(trainers, content)
        apart = prove_equal(some, name, content, min(SAME, steps, most))
        progress(f"training {name}: apart from ours after {min(SAME, steps, most)} steps: "
                 + ", ".join(f"{who} {distance:.0e}" for who, distance in apart.items() if who != "course"))
        for who, values in (times := measure(some, min(steps, most), rounds)).items():
            made = row(f"training {name}", WHO[who], values, "us a step", beside=times["course"])
            rows.append({**made, "steps": min(steps, most), "apart": apart[who]})
    return rows


def curves(trainers, rounds, seconds):
    """Return the rows of the curves. seconds: that each measurement is to take."""
    rows = []
    for curve, points in CURVES.items():
        progress(f"training by {curve}")
        for at, (m, layers) in points.items():
            content = growing(m, layers)
            some = able(trainers, content)
            prove_equal(some, f"{curve} = {at}", content, 20)
            steps = {who: max(20, int(seconds * 1e6 / value)) for who, [value] in measure(some, 20, 1).items()}
            for who, values in (times := measure(some, steps, rounds)).items():
                rows.append(row(f"training by {curve}", WHO[who], values, "us a step", at=at, beside=times["course"]))
    return rows


def main():
    parser = argparse.ArgumentParser(
        description="Measure training beside the textbook way, scikit-learn and PyTorch; the latter two are first installed into "
                    ".venv-peers. The results go to bench/results/training.json, in place of those of the last run.")
    parser.add_argument("--rounds", type=count, default=5, help="how often everything is measured; by default 5 times")
    parser.add_argument("--most", type=count, default=30000, metavar="STEPS", help="no more steps than these, for a quick look")
    parser.add_argument("--seconds", type=float, default=0.2, help="how long one measurement of a curve takes; by default 0.2")
    parser.add_argument("--without-peers", action="store_true", help="only the course and the textbook, and nothing is installed")
    options = parser.parse_args()
    trainers, found = start_trainers(not options.without_peers)
    rows = models(trainers, options.rounds, options.most) + curves(trainers, options.rounds, options.seconds)
    for trainer in trainers:
        trainer.close()
    write("training", rows, found)
    print(heading(found), "", *table(rows), sep="\n")


if __name__ == "__main__":
    main()
