"""What print and a cell show of an array, character by character."""

import numpy as np
import pytest
from hypothesis import given

from tests.explorable.writing.arrays import inpage
from tests.explorable.writing.arrays.drawn import Drawn, search, seeds

SHOWN = [
    "np.arange(6).reshape(2, 3)",
    "np.arange(60) / 7",
    "np.arange(2000)",
    "np.arange(2000.0).reshape(2, 1000)",
    "np.zeros((20, 10, 8))",
    "np.arange(1200.0).reshape(12, 10, 10) / 3",
    "np.zeros((0, 3))",
    "np.zeros(0)",
    "np.zeros((2, 0), int)",
    "np.array([1e-10, 1.0])",
    "np.array([1e8, 1.5])",
    "np.array([1e8])",
    "np.array([123456789.0, 2e8])",
    "np.array([99999999.0, 1e5])",
    "np.array([0.0001, 0.1]), np.array([0.00009999, 0.01]), np.array([1.0, 1000.0]), np.array([1.0, 1001.0])",
    "np.array([1e200, 1e-200, nan])",
    "np.array([nan, inf, -inf, 1.0])",
    "np.array([inf, 1])",
    "np.array([nan])",
    "np.array([-inf, 12345.678])",
    "np.array([True, False])",
    "np.array([[True], [False]])",
    "np.array(True)",
    "np.array(3.0)",
    "np.array(3)",
    "np.array([-1, 10, 1000])",
    "np.array([0.1, 0.25, 1.0])",
    "np.array([-0.0, 0.0])",
    "np.array([1 / 512, 3 / 512, 5 / 512])",
    "np.array([123456.789012345, 1.0])",
    "np.array([0.00012345, 0.1])",
    "np.array([5e-324, 1.0])",
    "np.array([1.7976931348623157e308])",
    "np.array([2**40, 1])",
    "np.arange(100).reshape(4, 25)",
    "np.arange(24).reshape(2, 3, 4)",
    "np.eye(3)",
    "np.full((3, 3), -1.5)",
    "np.array([[1.5, nan], [inf, -2]])",
]


@pytest.mark.parametrize("how", ["repr", "str"])
def test_shown(page, how):
    inpage.compare(
        page, [(f"{how}({part})", {}) for line in SHOWN for part in line.replace("), np", ")| np").split("| ")]
    )


@search
@given(seeds)
def test_any_array(page, seed):
    drawn = Drawn(seed)
    cases = []
    for _ in range(20):
        x = drawn.array(drawn.shape(4, 6), extreme=drawn.one([0.0, 0.0, 0.2]))
        if drawn.rng.random() < 0.2:
            x = drawn.array((drawn.count(1, 40), drawn.count(1, 40)), extreme=0.0)
        if x.dtype.kind == "f" and drawn.rng.random() < 0.4:
            x = np.asarray(drawn.rng.integers(-999, 999, x.shape) / drawn.one([8, 16, 1024, 100, 1e7]))
        seen = drawn.seen("x", x.ndim)
        cases += [(f"repr({seen})", {"x": x}), (f"str({seen})", {"x": x})]
    inpage.compare(page, cases)


def test_a_float_as_python_writes_it(page):
    """What the worker may show of a single number, whose digits MicroPython does not get right."""
    numbers = [
        0.1,
        1 / 3,
        1e16,
        1e15,
        123456789012345680.0,
        1e-4,
        1e-5,
        -0.0,
        5e-324,
        1e22,
        float("nan"),
        -float("inf"),
        2.0,
    ]
    numbers += np.random.default_rng(3).normal(size=200).tolist()
    assert page.evaluate("(n) => n.map(arrays.float)", numbers) == [repr(number) for number in numbers]
