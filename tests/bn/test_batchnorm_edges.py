"""Edge cases of batch norm, each decided in a docstring of bn/layers and held here."""

import numpy as np
import pytest

from bn.layers import batch_norm, batch_norm_grad, batch_norm_inference, rms_norm, running_start, update_running

ONE = np.ones(2)
GOOD = np.array([[1.0, 2.0], [3.0, 5.0], [4.0, 4.0]])


def xhat(x, eps=0.0):
    """xhat for one feature."""
    return batch_norm(np.asarray(x)[:, None], [1.0], [0.0], eps)[0][:, 0]


@pytest.mark.parametrize("eps", [0.0, 1e-5])
def test_a_batch_of_one_gives_beta(eps):
    y, cache = batch_norm([[7.0, -3.0]], [2.0, 5.0], [0.25, -4.0], eps)
    assert (y == [[0.25, -4.0]]).all() and (cache.xhat == 0).all() and (cache.var == 0).all()


@pytest.mark.parametrize("value", [0.0, 0.1, 1e8 + 0.1, 1e300, -1e-320])
@pytest.mark.parametrize("eps", [0.0, 1e-5])
def test_a_constant_feature_gives_beta(value, eps):
    y, _ = batch_norm(np.full((7, 2), value), [2.0, 5.0], [0.25, -4.0], eps)
    assert (y == [0.25, -4.0]).all()


def test_a_constant_feature_has_no_gradient_at_eps_zero_and_is_named():
    x = GOOD.copy()
    x[:, 1] = 6.0
    _, cache = batch_norm(x, ONE, ONE, 0.0)
    with pytest.raises(ValueError, match=r"feature 1.*eps above 0"):
        batch_norm_grad(GOOD, cache)
    _, cache = batch_norm(x, ONE, ONE, 1e-5)
    assert np.isfinite(batch_norm_grad(GOOD, cache)[0]).all()


@pytest.mark.parametrize("power", [-320, -310, -300, -200, -160, -100, 100, 150, 160, 300, 307])
def test_huge_and_tiny_inputs_neither_overflow_nor_underflow(power):
    pattern = np.array([1.0, 2.0, 4.0, -3.0])
    x = np.ldexp(pattern, round(power * np.log2(10)))
    tolerance = 1e-15 if power > -307 else 1e-2  # below 1e-308 numbers have few digits left
    np.testing.assert_allclose(xhat(x), xhat(pattern), rtol=tolerance)
    if power > -300:
        dy = np.array([[1.0], [0.5], [-2.0], [3.0]])
        small = batch_norm_grad(dy, batch_norm(pattern[:, None], [1.0], [0.0], 0.0)[1])[0]
        dx = batch_norm_grad(dy, batch_norm(x[:, None], [1.0], [0.0], 0.0)[1])[0]
        np.testing.assert_allclose(dx * (x[0] / pattern[0]), small, rtol=1e-13)


def test_the_largest_numbers_there_are():
    top = np.finfo(np.float64).max
    np.testing.assert_allclose(xhat([top, -top, top, -top]), [1, -1, 1, -1], rtol=1e-14)
    top = np.finfo(np.float32).max
    np.testing.assert_allclose(xhat(np.float32([top, -top])), [1, -1], rtol=1e-6)


def test_huge_tiny_and_ordinary_features_side_by_side():
    pattern = np.array([[1.0], [2.0], [4.0], [-3.0]])
    y, cache = batch_norm(pattern * [1e-200, 1.0, 1e150, 1e200], np.ones(4), np.zeros(4), 0.0)
    np.testing.assert_allclose(y, np.repeat(y[:, 1:2], 4, axis=1), rtol=1e-14)
    np.testing.assert_allclose(cache.std, cache.std[1] * np.array([1e-200, 1.0, 1e150, 1e200]), rtol=1e-14)
    assert cache.var[3] == np.inf  # not a float64, and so no running variance either
    with pytest.raises(ValueError, match="cache holds a variance that overflows"):
        update_running(running_start(4), cache)


def test_tiny_inputs_under_an_ordinary_eps_are_small_but_exact():
    np.testing.assert_allclose(xhat([1e-200, -1e-200], 1e-4), [1e-198, -1e-198], rtol=1e-13)


def test_a_mean_of_1e8_costs_no_precision():
    x = np.round(np.random.default_rng(0).normal(size=1000) * 2**20) / 2**20  # exact after adding 1e8
    np.testing.assert_array_equal(xhat(x + 1e8), xhat(x))
    _, cache = batch_norm(x[:, None] + 1e8, [1.0], [0.0])
    assert cache.var[0] == pytest.approx(x.var(), rel=1e-14)
    assert cache.mu[0] - 1e8 == pytest.approx(x.mean(), abs=1.5e-8)  # one unit in the last place of 1e8


def test_float32_in_float32_out_with_float64_statistics():
    y, cache = batch_norm(GOOD.astype(np.float32), ONE, ONE)
    assert y.dtype == cache.xhat.dtype == np.float32
    assert cache.mu.dtype == cache.var.dtype == cache.std.dtype == np.float64
    assert {g.dtype for g in batch_norm_grad(y, cache)} == {np.dtype(np.float32)}
    assert batch_norm_inference(y, ONE, ONE, ONE, ONE).dtype == np.float32


def test_float32_keeps_its_digits_at_a_large_mean():
    x = np.float32(1e6) + np.arange(16, dtype=np.float32)
    np.testing.assert_allclose(xhat(x, 1e-5), xhat(np.arange(16.0), 1e-5), rtol=2e-7)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, bool, list])
def test_integers_count_as_float64(kind):
    ints = [[0, 1], [1, 1], [1, 0]]
    y, _ = batch_norm(ints if kind is list else np.array(ints, dtype=kind), ONE, ONE)
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y, batch_norm(np.array(ints, dtype=float), ONE, ONE)[0])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nan_and_infinity_are_named_with_their_place(bad, dtype):
    x = GOOD.astype(dtype)
    x[2, 1] = bad
    expected = rf"x holds {bad} at index \(2, 1\)"
    with pytest.raises(ValueError, match=expected):
        batch_norm(x, ONE, ONE)
    with pytest.raises(ValueError, match=expected):
        batch_norm_inference(x, ONE, ONE, ONE, ONE)
    _, cache = batch_norm(GOOD.astype(dtype), ONE, ONE)
    with pytest.raises(ValueError, match=expected.replace("x", "dy", 1)):
        batch_norm_grad(x, cache)
    with pytest.raises(ValueError, match="gamma holds"):
        batch_norm(GOOD, [1, bad], ONE)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.ones(3)}, r"x has shape \(3,\); allowed are \(m, d\), \(N, C, L\), \(N, C, H, W\) and"),
        ({"x": np.ones((2, 1, 1, 1, 1, 1))}, r"x has shape \(2, 1, 1, 1, 1, 1\)"),
        ({"x": np.ones((0, 2))}, r"x has shape \(0, 2\).*empty batch"),
        ({"x": np.ones((3, 2, 0, 4))}, r"x has shape \(3, 2, 0, 4\)"),
        ({"x": GOOD.astype(complex)}, "x has dtype complex128"),
        ({"x": GOOD.astype(np.float16)}, "x has dtype float16"),
        ({"x": np.array([["a", "b"]])}, "x has dtype <U1"),
        ({"gamma": np.ones(3)}, r"gamma has shape \(3,\); allowed is \(2,\)"),
        ({"gamma": 1.0}, r"gamma has shape \(\)"),
        ({"beta": np.ones((1, 2))}, r"beta has shape \(1, 2\); allowed is \(2,\)"),
        ({"eps": -1e-5}, "eps is -1e-05; allowed is a finite number, 0 or larger"),
        ({"eps": np.nan}, "eps is nan"),
        ({"eps": np.inf}, "eps is inf"),
        ({"eps": "small"}, "eps is 'small'"),
        ({"eps": None}, "eps is None"),
    ],
)
def test_wrong_arguments_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        batch_norm(**{"x": GOOD, "gamma": ONE, "beta": ONE, "eps": 1e-5, **change})
    with pytest.raises(ValueError, match=message):
        batch_norm_inference(
            **{
                "x": GOOD,
                "gamma": ONE,
                "beta": ONE,
                "running_mean": ONE,
                "running_var": ONE,
                "eps": 1e-5,
                **change,
            }
        )


def test_wrong_gradients_and_statistics_are_named():
    _, cache = batch_norm(GOOD, ONE, ONE)
    with pytest.raises(ValueError, match=r"dy has shape \(2, 3\); allowed is \(3, 2\), the shape of y"):
        batch_norm_grad(GOOD.T, cache)
    with pytest.raises(ValueError, match="dy is too large"):
        batch_norm_grad(np.full((3, 2), 1e308), cache)
    with pytest.raises(ValueError, match=r"running_var is -1.0 at feature 1"):
        batch_norm_inference(GOOD, ONE, ONE, ONE, [1.0, -1.0])
    with pytest.raises(ValueError, match=r"running_var is 0.0 at feature 0 with eps 0"):
        batch_norm_inference(GOOD, ONE, ONE, ONE, [0.0, 1.0], eps=0)
    with pytest.raises(ValueError, match="running_mean has shape"):
        batch_norm_inference(GOOD, ONE, ONE, np.ones(3), ONE)


def test_huge_gamma_and_beta_are_allowed():
    y, _ = batch_norm(GOOD, [1e200, 1.0], [0.0, 1e300])
    assert np.isfinite(y).all() and np.abs(y[:, 0]).max() > 1e200


@pytest.mark.parametrize("x", [1e-186, 5e-324, 0.0, 1.0])
def test_an_eps_far_above_the_inputs_does_not_overflow(x):
    _, cache = batch_norm([[x], [-x]], [1.0], [0.0], 1e300)
    assert cache.std[0] == pytest.approx(1e150) and np.abs(cache.xhat).max() <= 1e-150
    _, cache = rms_norm([[x, -x]], [1.0, 1.0], 1e300)
    assert cache.r[0, 0] == pytest.approx(1e150)


@pytest.mark.parametrize("power", [-510, -400, 0, 400, 500])
def test_x_and_sqrt_eps_scaled_together_change_nothing(power):
    x, eps = np.array([1.0, 2.0, 4.0, -3.0]), 2.0
    np.testing.assert_allclose(xhat(np.ldexp(x, power), np.ldexp(eps, 2 * power)), xhat(x, eps), rtol=1e-14)


@pytest.mark.parametrize("shape", [(40000, 2), (8, 2, 70, 70)])
def test_float32_statistics_are_summed_in_float64(shape):
    x = np.random.default_rng(0).uniform(1, 2, size=shape).astype(np.float32)
    _, cache = batch_norm(x, ONE, ONE)
    axes = (0,) if x.ndim == 2 else (0, 2, 3)
    np.testing.assert_allclose(cache.mu, x.astype(np.float64).mean(axis=axes), rtol=3e-9)
    np.testing.assert_allclose(cache.var, x.astype(np.float64).var(axis=axes), rtol=3e-9)
