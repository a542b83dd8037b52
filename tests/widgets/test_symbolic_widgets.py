"""What the symbolic widgets draw is what `bn` computes, at random settings: the second promise of the book."""

import numpy as np
import pytest

from bn.layers import batch_norm, momentum_from_old_weight, running_start, update_running
from bn.layers.batch_normalization import BatchNormCache
from bnbook.widgets import front, motivation, transform
from bnbook.widgets.motivation.chain import ADJUSTABLE, RATES
from bnbook.widgets.transform import images, running
from bnbook.widgets.transform.batch import EPS_STOPS


def column(values):
    return np.asarray(values, float)[:, None]


@pytest.fixture(scope="module")
def widgets():
    """Every symbolic widget, compiled once."""
    makers = {
        "batch": transform.batch_in_your_hands,
        "chain": motivation.chain,
        "front": front.shift_at_a_glance,
        "images": transform.shared_statistics,
        "running": transform.running_statistics,
        "train": transform.train_gamma_beta,
    }
    return {name: make().check() for name, make in makers.items()}


@pytest.mark.parametrize("seed", range(8))
def test_batch_in_your_hands_is_the_layer(widgets, seed):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-10, 10, size=rng.integers(1, 9))
    gamma, beta = rng.uniform(-3, 3, size=2)
    eps = rng.choice(EPS_STOPS)
    out = widgets["batch"].evaluate(x=x, gamma=gamma, beta=beta, eps=eps)
    y, cache = batch_norm(column(x), np.array([gamma]), np.array([beta]), eps)
    expected = np.stack([x, x - cache.mu, cache.xhat[:, 0], y[:, 0]])
    np.testing.assert_allclose(out["table"].reshape(4, 8)[:, : len(x)], expected, atol=1e-12)
    np.testing.assert_allclose(out["path"], expected.T, atol=1e-12)
    np.testing.assert_array_equal(out["absent"], np.arange(8) >= len(x))
    assert out["variance"] == pytest.approx(cache.var[0], abs=1e-12)
    assert out["kept_now"] == pytest.approx(cache.xhat.std(), abs=1e-12)


def test_a_constant_batch_at_eps_zero_gives_beta(widgets):
    out = widgets["batch"].evaluate(x=[3, 3, 3], gamma=2, beta=-1, eps=0)
    np.testing.assert_array_equal(out["table"].reshape(4, 8)[3, :3], -1)


def test_a_batch_without_spread_is_announced(widgets):
    kinds = [widgets["batch"].evaluate(x=x, eps=eps)["constant"] for x, eps in (([1, 2], 0), ([3], 1e-5), ([3, 3], 0))]
    assert kinds == [0, 1, 2]


def test_a_weight_of_zero_before_the_normalization_stops_everything(widgets):
    run = widgets["chain"].evaluate
    lower = run(normalized=True, depth=3, factors=[0, 1, 1, 1, 1, 1])
    assert lower["flat"] == 1 and lower["y"] == lower["forecast"] == lower["y_after"] == 0
    last = run(normalized=True, depth=3, factors=[1, 1, 0, 1, 1, 1], lr=0.5)  # the last weight itself does learn
    assert last["flat"] == 0 and last["y"] == 0 and last["y_after"] == pytest.approx(-0.5)


def test_gamma_and_beta_that_diverge_are_announced_and_the_others_are_all_in_the_picture(widgets):
    run = widgets["train"].evaluate
    assert [run(lr=lr)["diverges"] for lr in (0.01, 2, 2.1)] == [0, 0, 1]
    assert run(target_mean=-3, target_spread=3)["counts"].sum() == 300


@pytest.mark.parametrize("seed", range(8))
def test_the_chain_is_a_gradient_step_on_every_weight(widgets, seed):
    rng = np.random.default_rng(seed)
    depth, lr, scale = int(rng.integers(1, 21)), 10 ** rng.uniform(-4, -1), rng.uniform(0.5, 1.3)
    factors = rng.choice([-2, -1, -0.5, 0.5, 1, 1.5], size=ADJUSTABLE)
    w = scale * np.concatenate([factors, np.ones(20)])[:depth]
    grads = np.array([np.delete(w, i).prod() for i in range(depth)])
    out = widgets["chain"].evaluate(depth=depth, lr=lr, scale=scale, factors=factors, normalized=False)
    assert out["y"] == pytest.approx(w.prod())
    assert out["forecast"] == pytest.approx(w.prod() - lr * (grads**2).sum())
    assert out["y_after"] == pytest.approx((w - lr * grads).prod(), rel=1e-9, abs=1e-9 * np.abs(out["orders"]).max())
    assert not out["orders"][depth:].any()


@pytest.mark.parametrize("seed", range(4))
def test_the_normalized_chain_is_a_gradient_step_through_the_layer(widgets, seed):
    """A batch with mean 0 and mean square 1, the loss mean(x y); the last weight alone moves."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=50)
    x = (x - x.mean()) / x.std()
    depth, lr = int(rng.integers(2, 7)), 10 ** rng.uniform(-3, -1)
    factors = rng.choice([-2, -1, -0.5, 0.5, 1, 1.5], size=ADJUSTABLE)
    out = widgets["chain"].evaluate(depth=depth, lr=lr, scale=1.2, factors=factors, normalized=True)
    w = 1.2 * factors[:depth]

    def loss(weights):
        h = x
        for weight in weights[:-1]:
            h = batch_norm(column(weight * h), np.ones(1), np.zeros(1), 0)[0][:, 0]
        return np.mean(x * weights[-1] * h)

    slope = loss([*w[:-1], w[-1] + 1]) - loss(w)  # linear in the last weight
    assert out["y"] == pytest.approx(loss(w))
    assert out["y_after"] == pytest.approx(loss([*(w[:-1] * 1.7), w[-1] - lr * slope]))


@pytest.mark.parametrize("norm", ["", "_norm"])
def test_the_front_page_shows_the_layer_on_digits(widgets, norm):
    points = front.two_main_directions(front.IMAGES)
    gain, shift, angle = 3.2, -0.7, 75
    received = gain * points @ [np.cos(np.radians(angle)), np.sin(np.radians(angle))] + shift
    if norm:
        received = batch_norm(column(received), np.ones(1), np.zeros(1))[0][:, 0]
    answer = 1 / (1 + np.exp(-received))
    out = widgets["front"].evaluate(gain=gain, shift=shift, angle=angle)
    counts = np.histogram(answer, np.linspace(0, 1, front.BINS + 1))[0]
    np.testing.assert_array_equal(out[f"counts{norm}"], counts)
    base = 0 if norm else front.UPPER
    np.testing.assert_array_equal(out[f"tops{norm}"], base + np.minimum(counts, front.MOST))
    assert out[f"average{norm}"] == pytest.approx(answer.mean())
    assert out[f"flat{norm}"] == pytest.approx(100 * np.mean((answer < 0.05) | (answer > 0.95)))


def test_the_front_page_tints_the_plane_by_the_answer_which_is_a_half_on_the_edge(widgets):
    gain, shift, angle = 2.5, 1.2, 40
    ahead = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    out = widgets["front"].evaluate(gain=gain, shift=shift, angle=angle)
    received = gain * (ahead[0] * front.GRID[None, :] + ahead[1] * front.GRID[:, None]) + shift
    np.testing.assert_allclose(out["tint"], 1 / (1 + np.exp(-received)))
    for at in ([out["held_x"], out["held_y"]], np.array([out["edge_x"], out["edge_y"]]).T):
        np.testing.assert_allclose(gain * np.dot(at, ahead) + shift, 0, atol=1e-9)
    tip = np.array([out["tip_x"], out["tip_y"]])
    assert tip @ ahead == pytest.approx(np.hypot(*tip))  # the arrow points where the neuron looks


@pytest.mark.parametrize("variance", ["unbiased", "biased"])
@pytest.mark.parametrize("keras", [0, 1])
def test_running_statistics_are_those_of_the_layer(widgets, variance, keras):
    size, momentum = 4, 0.8
    means, variances = running.batches(size)
    state = running_start(1)
    rho = momentum_from_old_weight(momentum) if keras else momentum
    path = [state]
    for mu, var in zip(means[:-1], variances[:-1], strict=True):
        cache = BatchNormCache(None, None, None, np.array([mu]), np.array([var]), size)
        path.append(update_running(path[-1], cache, rho, variance))
    unbiased = int(variance == "unbiased")
    out = widgets["running"].evaluate(size=size, momentum=momentum, convention=keras, unbiased=unbiased)
    np.testing.assert_allclose(out["mean_path"], [s.mean[0] for s in path], rtol=1e-12)
    np.testing.assert_allclose(out["var_path"], [s.var[0] for s in path], rtol=1e-12)


def test_a_batch_of_one_has_no_unbiased_variance(widgets):
    out = widgets["running"].evaluate(size=1, unbiased=1)
    assert out["problem"] == 1 and np.isnan(out["var_path"][-1]) and np.isfinite(out["mean_path"]).all()
    assert widgets["running"].evaluate(size=1, unbiased=0)["problem"] == 0


@pytest.mark.parametrize("channel", range(3))
@pytest.mark.parametrize("examples", [1, 3, 4])
def test_shared_statistics_are_those_of_a_channel(widgets, channel, examples):
    maps = images.feature_maps()
    y, cache = batch_norm(maps[:examples], np.ones(3), np.zeros(3))
    out = widgets["images"].evaluate(channel=channel, examples=examples, normalized=True)
    shade = out["shade"].reshape(maps.shape)
    np.testing.assert_allclose(2 * shade[:examples, channel], y[:, channel], atol=1e-12)
    assert out["shared"] == examples * 16
    assert (out["mu"], out["variance"]) == pytest.approx((cache.mu[channel], cache.var[channel]))


def test_gamma_and_beta_arrive_by_gradient_descent(widgets):
    """The paths are those of finite differences of the loss through the layer."""
    unit = np.round(front.two_main_directions(300)[:, 0] * 3 + 4, 3)
    wanted_mean, wanted_spread, lr, h = 1.5, 0.7, 0.3, 1e-5

    def loss(gamma, beta):
        y = batch_norm(column(unit), np.array([gamma]), np.array([beta]))[0]
        return ((y.mean() - wanted_mean) ** 2 + (y.std() - wanted_spread) ** 2) / 2

    gamma, beta = 1.0, 0.0
    out = widgets["train"].evaluate(target_mean=wanted_mean, target_spread=wanted_spread, lr=lr, step=3)
    for _ in range(3):
        slopes = [
            (loss(gamma + h, beta) - loss(gamma - h, beta)) / (2 * h),
            (loss(gamma, beta + h) - loss(gamma, beta - h)) / (2 * h),
        ]
        gamma, beta = gamma - lr * slopes[0], beta - lr * slopes[1]
    assert (out["gamma_now"], out["beta_now"]) == pytest.approx((gamma, beta), abs=1e-8)


@pytest.mark.parametrize("scale", [0.5, 1.3, 1.6])
@pytest.mark.parametrize("lr", [1e-4, 1e-3, 10])
def test_the_picture_of_the_chain_shows_shares_of_the_promised_change(widgets, scale, lr):
    out = widgets["chain"].evaluate(scale=scale, lr=lr)
    promised = out["orders"][0]
    assert out["shares"] == pytest.approx(np.clip(out["orders"] / promised, -1000, 1000))
    assert [out["second"], out["third"]] == pytest.approx(list(out["orders"][1:3] / promised))
    assert out["kept"] == pytest.approx(out["orders"].sum() / promised)
    assert out["shown"] == pytest.approx(np.clip(out["kept"], -2, 2)) and out["beyond"] == (abs(out["kept"]) > 2)
    here = np.interp(np.log(lr), np.log(RATES), out["curve"])
    assert here == pytest.approx(np.clip(out["kept"], -1000, 1000), rel=1e-6)
    assert out["y_after"] - out["y"] == pytest.approx(out["kept"] * promised, rel=1e-6, abs=1e-12 * abs(out["y"]))


def test_where_nothing_is_promised_the_picture_of_the_chain_stays_at_0(widgets):
    out = widgets["chain"].evaluate(factors=[0, 0, 1, 1, 1, 1])
    assert out["kept"] == 0 and out["dead"] and not out["curve"].any() and not out["shares"].any()


@pytest.mark.parametrize("normalized", [False, True])
def test_the_tiles_of_the_chain_multiply_up_to_the_truth_and_the_forecast_adds(widgets, normalized):
    out = widgets["chain"].evaluate(depth=7, scale=0.9, lr=0.05, factors=[1, -2, 1, 0.5, 1, 1], normalized=normalized)
    assert out["truth_now"][[0, -1]] == pytest.approx([1, out["y_after"] / out["y"]])
    assert out["promise_now"][[0, -1]] == pytest.approx([1, out["forecast"] / out["y"]])
    assert len(set(out["truth_now"][:7].round(9))) == (1 if normalized else 7)  # only the last weight moves with it


def test_the_chain_starts_with_the_numbers_that_the_text_asks_about(widgets):
    out = widgets["chain"].evaluate()
    assert [f"{out[name]:.0f}" for name in ("y", "forecast", "y_after")] == ["190", "-237", "17"]
