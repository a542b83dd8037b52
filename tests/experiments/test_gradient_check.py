"""Finite differences: the order of the truncation, the growth of the rounding, and the best step between them."""

import numpy as np
import pytest

from bnbook.experiments import gradient_check

FEW = {"draws": 8}


def slope(run, low, high):
    """The exponent of the error between two steps."""
    pick = [int(np.argmin(np.abs(np.log(run["steps"] / h)))) for h in (low, high)]
    first, last = run["error"][pick]
    return np.log(last / first) / np.log(run["steps"][pick[1]] / run["steps"][pick[0]])


@pytest.mark.parametrize(("scheme", "order", "low"), [("one-sided", 1, 1e-5), ("central", 2, 1e-3)])
def test_truncation_has_the_order_of_the_scheme(scheme, order, low):
    assert slope(gradient_check.run(scheme=scheme, **FEW), low, 1e-2) == pytest.approx(order, abs=0.05)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("scheme", gradient_check.SCHEMES)
def test_rounding_grows_as_the_step_shrinks_and_the_best_step_is_forecast(precision, scheme):
    run = gradient_check.run(precision, scheme, **FEW)
    low, high = (1e-12, 1e-10) if precision == "float64" else (1e-6, 1e-4)
    assert slope(run, low, high) == pytest.approx(-1, abs=0.3)
    assert 1 / 5 < run["best"] / run["forecast_best"] < 5
    near = run["error"].argmin()
    assert (run["low"] <= run["error"]).all() and (run["error"] <= run["high"]).all()
    assert run["error"][near] < 10 * (run["truncation"] + run["rounding"]).min()


def test_the_gradient_of_the_layer_is_what_differences_tend_to():
    """In float64 the best central difference has ten right digits; a wrong gradient would end at a plateau."""
    assert gradient_check.run(**FEW)["error"].min() < 1e-9


def test_float32_cannot_check_inputs_with_a_large_mean():
    near, far = (gradient_check.run("float32", offset=offset, **FEW)["error"].min() for offset in (0, 10000))
    assert near < 1e-4 < 1e-3 < far


def test_the_same_seed_gives_the_same_batches():
    first, again, other = (gradient_check.run(seed=seed, steps=(1e-5,), **FEW)["errors"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"precision": "float16"}, "allowed are float64, float32"),
        ({"scheme": "both"}, "allowed are one-sided, central"),
    ],
)
def test_unknown_settings_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        gradient_check.run(**wrong)
