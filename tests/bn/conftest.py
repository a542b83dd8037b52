"""What the tests of bn share: a gradient is right if it is the slope along random directions."""

import numpy as np
import pytest


@pytest.fixture
def is_the_slope():
    """Checks gradients of a scalar `loss(*arrays)` against a five-point difference along a random direction.

    Its error is of order h^4, so the tolerance is tight: 0.1 once hid a wrong gradient (mlpack #2549).
    """

    def check(loss, arrays, gradients, rng, h=1e-3, rel=2e-9):
        for i, (array, gradient) in enumerate(zip(arrays, gradients, strict=True)):
            assert gradient.shape == np.shape(array)
            direction = rng.normal(size=np.shape(array))

            def at(t, i=i, direction=direction):
                return loss(*[a + t * direction if j == i else a for j, a in enumerate(arrays)])

            slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
            size = np.linalg.norm(gradient) * np.linalg.norm(direction)
            rounding = 20 * np.finfo(np.float64).eps * max(1, abs(at(0))) / h
            assert abs(slope - (gradient * direction).sum()) <= rel * size + rounding, f"argument {i}"

    return check
