"""The shipped data sets: what is inside, that they can be rebuilt, that the lesson of notebook 3 holds."""

import gzip
import importlib.util
import shutil
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

DATASETS = Path(__file__).resolve().parents[1] / "datasets"
spec = importlib.util.spec_from_file_location("make_datasets", DATASETS / "make_datasets.py")
make_datasets = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_datasets)

needs_fashion_mnist = pytest.mark.skipif(
    not make_datasets.FASHION_MNIST.is_dir(), reason=f"needs Fashion-MNIST: {make_datasets.INSTALL}"
)
IMAGES = "train-images-idx3-ubyte.gz"


def read(name):
    with h5py.File(DATASETS / name) as file:
        return {key: file[key][()] for key in file}


def assert_identical(got, expected):
    assert got.keys() == expected.keys()
    for name in expected:
        assert (got[name].dtype, got[name].shape) == (expected[name].dtype, expected[name].shape), name
        assert got[name].tobytes() == expected[name].tobytes(), name


@pytest.mark.parametrize("part, m", [("train", 1000), ("test", 200)])
def test_sneakers_hold_what_the_readme_says(part, m):
    arrays = read(f"{part}_sneakers.h5")
    x, y = arrays.pop(f"{part}_set_x"), arrays.pop(f"{part}_set_y")
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((m, 28, 28), np.uint8, (m,), np.int64)
    assert np.bincount(y).tolist() == [m // 2, m // 2]
    assert arrays.pop("list_classes").tolist() == [b"not a sneaker", b"sneaker"] and not arrays
    assert len(np.unique(x.reshape(m, -1), axis=0)) == m  # no image twice
    assert 0.4 < y[: m // 2].mean() < 0.6  # shuffled


def test_two_currents_hold_what_the_readme_says():
    arrays = read("two_currents.h5")
    kinds = {name: (array.shape, array.dtype) for name, array in arrays.items()}
    assert kinds == {"X": ((211, 2), np.float64), "y": ((211, 1), np.uint8),
                     "Xval": ((200, 2), np.float64), "yval": ((200, 1), np.uint8)}  # fmt: skip
    for points, labels in (("X", "y"), ("Xval", "yval")):
        assert np.hypot(*arrays[points].T).max() <= make_datasets.LAKE_RADIUS + 0.001
        assert set(arrays[labels].ravel()) == {0, 1} and 0.4 < arrays[labels].mean() < 0.6


def test_two_currents_rebuild_to_the_byte(tmp_path):
    make_datasets.write(tmp_path / "again.h5", make_datasets.two_currents())
    assert_identical(make_datasets.two_currents(), read("two_currents.h5"))
    assert_identical(read(tmp_path / "again.h5"), read("two_currents.h5"))


@needs_fashion_mnist
def test_all_files_rebuild_to_the_byte(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["make_datasets.py", "--out", str(tmp_path / "new")])
    make_datasets.main()
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == ["test_sneakers.h5", "train_sneakers.h5", "two_currents.h5"]
    for name in names:
        assert_identical(read(tmp_path / "new" / name), read(name))


IDX = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 8])


def test_a_complete_idx_file_is_read(tmp_path):
    (tmp_path / IMAGES).write_bytes(gzip.compress(IDX))
    assert make_datasets.read_idx(tmp_path / IMAGES, ndim=3).tolist() == [[[7]], [[8]]]


@pytest.mark.parametrize(
    "content, found",
    [
        (None, "no file"),
        (b"", "first bytes"),
        (b"hello", "bad gzip data"),
        (gzip.compress(IDX)[:-12], "bad gzip data"),
        (gzip.compress(b"hello"), "first bytes 68 65 6c 6c"),
        (gzip.compress(IDX[:3] + b"\1" + IDX[4:]), "first bytes 00 00 08 01"),
        (gzip.compress(IDX[:9]), "9 bytes"),
        (gzip.compress(IDX[:-1]), "1 data bytes"),
    ],
    # gzip writes the time: without these, two workers would see different names
    ids=["missing", "empty", "text", "cut off", "not idx", "other dimensions", "short header", "short data"],
)
def test_a_bad_idx_file_is_named_with_the_remedy(tmp_path, monkeypatch, content, found):
    if content is not None:
        (tmp_path / IMAGES).write_bytes(content)
    out = tmp_path / "out"
    monkeypatch.setattr(
        sys, "argv", ["make_datasets.py", "--fashion-mnist", str(tmp_path), "--out", str(out)]
    )
    with pytest.raises(SystemExit) as stop:
        make_datasets.main()
    path, install = str(tmp_path / IMAGES), "apt-get install dataset-fashion-mnist"
    for part in (path, f"found {found}", "expected", install):
        assert part in str(stop.value)
    assert not out.exists()


@needs_fashion_mnist
def test_a_cut_off_copy_of_the_real_file_is_refused(tmp_path):
    path = shutil.copy(make_datasets.FASHION_MNIST / "t10k-labels-idx1-ubyte.gz", tmp_path)
    with open(path, "r+b") as file:
        file.truncate(2000)
    with pytest.raises(ValueError, match="t10k-labels-idx1-ubyte.gz: found bad gzip data"):
        make_datasets.read_idx(path, ndim=1)


def test_regularization_helps_on_the_shipped_currents():
    """datasets/README.md has the measured accuracies; the margins here leave room for another processor."""
    baseline, L2, dropout = make_datasets.lesson(make_datasets.two_currents())
    assert baseline[0] - baseline[1] > 10  # it overfits
    assert L2[1] - baseline[1] > 3 and dropout[1] - baseline[1] > 2
    assert L2[0] < baseline[0] and dropout[0] < baseline[0]
