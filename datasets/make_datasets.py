"""Make the data sets of notebooks 1 and 3: train_sneakers.h5, test_sneakers.h5 and two_currents.h5.

    python -m datasets.make_datasets                  write the three files beside this script
    python -m datasets.make_datasets --out FOLDER     write them elsewhere
    python -m datasets.make_datasets --lesson         measure what regularization gains on the currents (minutes)

Only NumPy's frozen legacy generator is used, so every machine draws the same arrays.
"""

import argparse
import gzip
import struct
import sys
import zlib
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent

# ---------------------------------------------------------------- sneakers, from Fashion-MNIST

FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")
INSTALL = "apt-get install dataset-fashion-mnist"
SANDAL, SNEAKER, ANKLE_BOOT = 5, 7, 9  # Fashion-MNIST's own labels
SNEAKERS_SEED = 1
SNEAKER_SETS = {"train": ("train", 1000), "test": ("t10k", 200)}  # ours -> (theirs, number of images)
LIST_CLASSES = np.array([b"not a sneaker", b"sneaker"])


def read_idx(path, ndim):
    """Return the uint8 array of `ndim` axes in the gzipped idx file at `path`.

    Raises FileNotFoundError if there is no such file and ValueError if it is not a complete idx file of that
    kind; the message names the file, what was found, what was expected and how to get a good one.
    Source of the format: http://yann.lecun.com/exdb/mnist/
    """

    def problem(kind, found, expected):
        return kind(f"{path}: found {found}, expected {expected}. A good copy comes with\n    {INSTALL}")

    expected = f"a gzipped idx file of {ndim}-D unsigned bytes"
    try:
        content = gzip.decompress(Path(path).read_bytes())
    except FileNotFoundError:
        raise problem(FileNotFoundError, "no file", expected) from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise problem(ValueError, f"bad gzip data ({error})", expected) from error
    magic, header = bytes([0, 0, 8, ndim]), 4 + 4 * ndim  # 8: unsigned byte
    if content[:4] != magic:
        raise problem(ValueError, f"first bytes {content[:4].hex(' ')}", f"{magic.hex(' ')}, {expected}")
    if len(content) < header:
        raise problem(ValueError, f"{len(content)} bytes", f"a header of {header} bytes")
    shape = struct.unpack(f">{ndim}I", content[4:header])
    data = np.frombuffer(content, np.uint8, offset=header)
    if data.size != np.prod(shape):
        raise problem(ValueError, f"{data.size} data bytes", f"{np.prod(shape)} for shape {shape}")
    return data.reshape(shape)


def sneakers(folder=FASHION_MNIST):
    """Return {"train": arrays, "test": arrays}, a balanced draw from the idx files in `folder`.

    Half of the images are sneakers (label 1), a quarter sandals and a quarter ankle boots (label 0), mixed.
    The arrays are x (m, 28, 28) uint8, y (m,) int64 and list_classes (2,) bytes, named as in the HDF5 file.
    """
    random = np.random.RandomState(SNEAKERS_SEED)
    sets = {}
    for ours, (theirs, m) in SNEAKER_SETS.items():
        images = read_idx(Path(folder) / f"{theirs}-images-idx3-ubyte.gz", ndim=3)
        labels = read_idx(Path(folder) / f"{theirs}-labels-idx1-ubyte.gz", ndim=1)
        parts = [random.permutation(np.flatnonzero(labels == label))[:count]
                 for label, count in ((SNEAKER, m // 2), (SANDAL, m // 4), (ANKLE_BOOT, m // 4))]
        chosen = random.permutation(np.concatenate(parts))
        sets[ours] = {
            f"{ours}_set_x": images[chosen],
            f"{ours}_set_y": (labels[chosen] == SNEAKER).astype(np.int64),
            "list_classes": LIST_CLASSES,
        }
    return sets


# ---------------------------------------------------------------- two currents, of our own making

CURRENTS_SEED = 13  # chosen among 40: clear islands, and accuracies that do not depend on the processor
LAKE_RADIUS = 1.0  # km
CURL = 0.25  # width of the two bends of the front over their height; 1 is the taiji figure itself
DRIFT = 0.25  # km, standard deviation of the drift along each axis
MEASURED_M = 10000  # test points per draw of --lesson, so that the luck of 200 of them does not blur it


def is_warm(x, y):
    """Return where the water at (x, y), in lake radii, is warm.

    The front is the S of the taiji figure, made of two half ellipses: warm water lies to the left of it.
    """
    in_a_bend = (x / CURL) ** 2 + (abs(y) - 0.5) ** 2 < 0.25
    return np.where(in_a_bend, y > 0, x < 0)


def buoys(random, m):
    """Return the logged places (m, 2) float64 in km and the readings (m, 1) uint8, 1 for warm, of m buoys.

    A buoy logs its place, drifts and only then takes the temperature: near the front the reading may belong
    to the other side. `random` is a RandomState; only its uniform draws and basic arithmetic are used, and
    places are rounded to a metre, so that no machine differs in the last bit.
    """
    places = np.empty((0, 2))
    while len(places) < m:
        square = random.uniform(-1, 1, (m, 2))
        places = np.concatenate([places, square[(square**2).sum(axis=1) < 1]])
    x, y = places[:m].T
    drift = DRIFT / LAKE_RADIUS * random.uniform(-1, 1, (3, 2, m)).sum(axis=0)  # the sum has variance 1
    readings = is_warm(x + drift[0], y + drift[1])
    turned = np.stack([0.8 * x - 0.6 * y, 0.6 * x + 0.8 * y], axis=1)  # a slanting front, by a 3-4-5 triangle
    return np.round(LAKE_RADIUS * turned, 3), readings.astype(np.uint8)[:, None]


def two_currents(seed=CURRENTS_SEED, m_train=211, m_test=200):
    """Return X (m_train, 2), y (m_train, 1), Xval (m_test, 2), yval (m_test, 1), of one distribution."""
    random = np.random.RandomState(seed)
    X, y = buoys(random, m_train)
    Xval, yval = buoys(random, m_test)
    return {"X": X, "y": y, "Xval": Xval, "yval": yval}


# ---------------------------------------------------------------- what regularization gains there

LESSON_MODELS = {
    "baseline": {},
    "L2, lambd = 0.7": {"lambd": 0.7},
    "dropout, keep_prob = 0.86": {"keep_prob": 0.86},
}


def lesson(data):
    """Return accuracies (3, 2) in percent: a row for each of LESSON_MODELS, columns for training and test."""
    from fast_network import fast_reg_model
    from reg_utils import predict_dec

    sets = [(data["X"].T, data["y"].T.astype(int)), (data["Xval"].T, data["yval"].T.astype(int))]
    rows = []
    for options in LESSON_MODELS.values():
        parameters = fast_reg_model(*sets[0], print_cost=False, **options)
        rows.append([100 * np.mean(predict_dec(parameters, X) == Y) for X, Y in sets])
    return np.array(rows)


def print_lesson(draws=10):
    """Print the table of README.md: the shipped set, then the means over fresh draws."""
    shipped = lesson(two_currents())
    others = np.array([lesson(two_currents(seed, m_test=MEASURED_M)) for seed in range(draws)])
    print(f"| train / test, % | shipped set | mean of seeds 0 to {draws - 1} | better than the baseline |")
    print("|---|---|---|---|")
    gains = others[:, :, 1] - others[:, :1, 1]
    for k, name in enumerate(LESSON_MODELS):
        mean, gain = others[:, k].mean(axis=0), gains[:, k]
        verdict = f"{np.sum(gain > 0)} of {draws}, by {gain.min():+.1f} to {gain.max():+.1f}" if k else ""
        ours = shipped[k]
        print(f"| {name} | {ours[0]:.1f} / {ours[1]:.1f} | {mean[0]:.1f} / {mean[1]:.1f} | {verdict} |")


# ---------------------------------------------------------------- files


def write(path, arrays):
    """Write `arrays`, a dictionary, as compressed HDF5 without timestamps."""
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file.create_dataset(name, data=array, compression="gzip", compression_opts=9, track_times=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to (default: %(default)s)")
    parser.add_argument("--fashion-mnist", type=Path, default=FASHION_MNIST,
                        help=f"folder of the idx .gz files (default: %(default)s, from `{INSTALL}`)")
    parser.add_argument("--lesson", action="store_true", help="write nothing; print the table of accuracies")
    options = parser.parse_args()
    if options.lesson:
        print_lesson()
        return
    try:
        sets = sneakers(options.fashion_mnist)
    except (OSError, ValueError) as error:
        sys.exit(str(error))
    options.out.mkdir(parents=True, exist_ok=True)
    for name, arrays in sets.items():
        write(options.out / f"{name}_sneakers.h5", arrays)
    write(options.out / "two_currents.h5", two_currents())


if __name__ == "__main__":
    main()
