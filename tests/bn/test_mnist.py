"""The bundled images of MNIST: what they are, how they are split and prepared, and that a network learns them."""

import hashlib

import numpy as np
import pytest

from bn.data import MNIST_FILE, load_mnist, mnist
from bn.network import accuracy, forward, init
from bn.optim import train
from tools.build import ROOT


@pytest.fixture(scope="module")
def bundled():
    return load_mnist()


def test_the_file_is_what_the_text_beside_it_says(bundled):
    text = MNIST_FILE.with_name("mnist_5k.LICENSE.txt").read_text(encoding="utf-8")
    rows = np.column_stack([(bundled["images"] * 255).round().reshape(5000, 784), bundled["labels"]]).astype(np.uint8)
    assert hashlib.sha256(rows.tobytes()).hexdigest() in text
    assert "Attribution-Share Alike" in text and "Sebastian Raschka" in text
    assert MNIST_FILE.stat().st_size < 700_000


def test_there_are_500_different_images_of_each_digit(bundled):
    images, labels = bundled["images"], bundled["labels"]
    assert images.shape == (5000, 28, 28) and images.min() == 0 and images.max() == 1
    assert (np.bincount(labels) == 500).all() and len(np.unique(images.reshape(5000, -1), axis=0)) == 5000
    assert images.mean() == pytest.approx(0.1307, abs=0.002) and images.std() == pytest.approx(0.3081, abs=0.002)
    ones, zeros = (images[labels == digit].mean(axis=0)[14] for digit in (1, 0))
    assert ones[14] > 0.7 and zeros[14] < 0.2, "a one is dark in the middle, a zero is not"


def test_small_images_are_means_of_four_pixels(bundled):
    small = load_mnist(14)
    np.testing.assert_array_equal(small["labels"], bundled["labels"])
    corner = bundled["images"][:, 10:12, 6:8].reshape(5000, 4).mean(axis=1)
    np.testing.assert_allclose(small["images"][:, 5, 3], corner, rtol=1e-15)
    assert small["images"].shape == (5000, 14, 14)


def test_they_are_split_by_seed_and_prepared_as_asked(bundled):
    pixels = mnist((0, 3), "pixels", side=14)
    assert pixels.train_x.shape == (2, 4000, 196) and pixels.test_x.shape == (2, 1000, 196)
    order = np.random.default_rng(1003).permutation(5000)
    np.testing.assert_array_equal(pixels.test_y[1], bundled["labels"][order[4000:]])
    np.testing.assert_array_equal(pixels.train_x[1], load_mnist(14)["images"][order[:4000]].reshape(4000, 196))
    np.testing.assert_array_equal(mnist((0, 3), "binary", side=14).test_x, pixels.test_x >= 0.5)
    data = mnist((0, 3), side=14)
    assert data.train_x[0].mean() == pytest.approx(0, abs=1e-12) and data.train_x[0].std() == pytest.approx(1)
    train_pixels = pixels.train_x[1]  # nothing of the test set is used
    expected = (pixels.test_x[1] - train_pixels.mean()) / train_pixels.std()
    np.testing.assert_allclose(data.test_x[1], expected, atol=1e-13)
    single = mnist((0,), side=14, dtype=np.float32)
    assert single.train_x.dtype == single.test_x.dtype == np.float32
    np.testing.assert_allclose(single.train_x[0], data.train_x[0], atol=1e-5)


def test_a_network_learns_them():
    data = mnist(side=14, dtype=np.float32)
    net = init((196, 64, 10), norm="batch", dtype=np.float32)
    net, history = train(net, data, 0.2, steps=200)
    x, labels = data.test(net.seeds)
    assert accuracy(forward(net, x, training=False)[0], labels)[0] > 0.9 and history.diverged_at[0] == -1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mnist(side=7), "side is 7; allowed are 28, 14"),
        (lambda: load_mnist(None), "side is None; allowed are 28, 14"),
        (lambda: mnist(prepare="whitened", side=14), "prepare is 'whitened'; allowed are 'standardized', 'binary'"),
        (lambda: mnist(dtype=np.float16), "dtype is float16; allowed are float32 and float64"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_wheel_brings_them():
    wheel = pytest.importorskip("hatchling.builders.wheel").WheelBuilder
    held = {file.distribution_path for file in wheel(str(ROOT)).recurse_included_files()}
    assert {"bn/datasets/mnist_5k.xz", "bn/datasets/mnist_5k.LICENSE.txt"} <= held
