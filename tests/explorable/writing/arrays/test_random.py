"""Generators draw what NumPy draws, in every bit."""

import pytest

from tests.explorable.writing.arrays import inpage

DRAWS = [
    "g.random()",
    "g.random((2, 3))",
    "g.standard_normal(500)",
    "g.normal()",
    "g.normal(size=(20, 30))",
    "g.normal(2.0, 0.5, 7)",
    "g.normal(np.array([1.0, 2.0]), [[1.0], [3.0]])",
    "g.uniform(-1, 3, (4, 2))",
    "g.uniform(np.arange(3) / 4)",
    "g.uniform(1, np.arange(3))",
    "g.integers(10)",
    "g.integers(3, 9, 20)",
    "g.integers(-5, 5, (2, 3), endpoint=True)",
    "g.integers(4, 5, 3)",
    "g.permutation(12)",
    "g.permutation(np.arange(10.0).reshape(5, 2))",
    "g.permutation([3.5, 2.5, 1.5])",
    "x = np.arange(8); g.shuffle(x); x",
    "g.choice(5, 9)",
    "g.choice([0.5, 1.5, 2.5], (2, 2), p=[0.2, 0.5, 0.3])",
    "[g.random(), g.integers(7), g.normal(), g.integers(7, size=3), g.random(2), g.integers(3)]",
]


@pytest.mark.parametrize("seed", ["0", "7", "2026", "2**32", "2**70 + 3", "[1, 2, 3]"])
def test_drawn(page, seed):
    inpage.compare(page, [(f"g = np.random.default_rng({seed}); {draw}", {}) for draw in DRAWS])


def test_what_is_not_drawn_says_so(page):
    got = inpage.there(page, [("np.random.default_rng(0).gamma(2.0)", {}), ("np.random.seed(0)", {})])
    assert [str(each) for each in got] == [
        "a generator has no 'gamma' here; in the notebook of this chapter it has",
        "numpy.random has no 'seed' here; in the notebook of this chapter it has",
    ]
