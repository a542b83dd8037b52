"""The widgets on length and direction draw what `bn` computes; what the chapter claims is in their numbers."""

import numpy as np
import pytest

from bn.descent import gdnp, gradient_descent, nesterov, scaled_descent
from bn.layers import batch_norm, batch_norm_grad, weight_norm
from bn.objectives import LeastSquares
from bnbook.experiments import halfspaces, least_squares, lengths, norm_growth, spread
from bnbook.experiments import race as race_experiment
from bnbook.widgets import reparam
from bnbook.widgets.reparam import descent, digits, eps, equilibrium, neuron, pictures, race
from explorable import Point, Slider

DRAWS = range(6)


@pytest.fixture(scope="module")
def widgets():
    """The symbolic widgets, compiled once."""
    makers = {"pictures": reparam.two_pictures, "ways": reparam.three_ways_down, "neuron": reparam.one_neuron}
    return {name: make().check() for name, make in makers.items()}


def covariance(condition, turn):
    """Eigenvalues sqrt(k) and 1 / sqrt(k), the larger one's direction at `turn` degrees."""
    problem = least_squares.plane_problem(condition, np.radians(turn), (1.0, 0.0))
    return problem.s


def problem(condition, turn, target):
    s = covariance(condition, turn)
    return LeastSquares(s, -s @ target)


def root_of(s):
    values, vectors = np.linalg.eigh(s)
    return vectors * np.sqrt(values) @ vectors.T


def from_polar(kind, angle, length, s):
    """Weights with this direction (degrees) and length, as weight norm (0), batch norm (1) or whitening (2) have it."""
    e = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    if kind == 2:
        return length * np.linalg.solve(root_of(s), e)
    ruler = s if kind == 1 else np.eye(2)
    return weight_norm(e[:, None], np.array([length]), s=ruler)[0][:, 0]


def drawn(seed):
    rng = np.random.default_rng(seed)
    return rng, 10 ** rng.uniform(0, 1.6), float(rng.choice(np.arange(-90, 91, 5))), rng.uniform(-2.5, 2.5, size=2)


@pytest.mark.parametrize("name", ["pictures", "ways", "neuron"])
def test_every_corner_of_the_controls_gives_numbers(widgets, name):
    """At the ends of all sliders and with points at 0, in corners and on one another, in many combinations."""
    rng, widget = np.random.default_rng(0), widgets[name]
    spots = [(0, 0), (3, 3), (-3, 3), (0, -3), (3, 0)]
    ends = {}
    for control in widget.controls:
        if isinstance(control, Point):
            ends[control.name] = [(180, 6), (-180, -6), (0, 0)] if control.name == "held" else spots
        elif isinstance(control, Slider):
            ends[control.name] = (
                [control.values[0], control.values[-1]] if control.values else [control.low, control.high]
            )
        else:
            ends[control.name] = [0, 1, 2] if control.name == "kind" else [0, 1]
    for _ in range(80):
        chosen = {key: values[rng.integers(len(values))] for key, values in ends.items()}
        out = widget.evaluate(**chosen)
        wrong = [key for key, value in out.items() if not np.isfinite(value).all()]
        assert not wrong, f"{wrong} at {chosen}"


# Two pictures of one loss


@pytest.mark.parametrize("kind", [0, 1, 2])
@pytest.mark.parametrize("seed", DRAWS)
def test_both_pictures_show_the_same_weights(widgets, kind, seed):
    rng, condition, turn, target = drawn(seed)
    weights, held = rng.uniform(-2.5, 2.5, size=2), [rng.uniform(-170, 170), rng.uniform(-4, 4)]
    out = widgets["pictures"].evaluate(
        kind=kind, condition=condition, turn=turn, target=target, weights=weights, held=held
    )
    loss = problem(condition, turn, target)
    s = loss.s
    np.testing.assert_allclose(from_polar(kind, out["angle"], out["length"], s), weights, atol=1e-10)
    other = from_polar(kind, *held, s)
    np.testing.assert_allclose([out["other_x"], out["other_y"]], other, atol=1e-10)
    assert out["loss"] == pytest.approx(loss.excess(weights)) and out["other_loss"] == pytest.approx(loss.excess(other))
    for angle, length in zip(out["best_angles"], out["best_lengths"], strict=True):
        np.testing.assert_allclose(from_polar(kind, angle, length, s), target, atol=1e-9)
    for k, sign in enumerate(pictures.SIGNS):
        angles, lengths = out[f"level_angle{k}"], out[f"level_length{sign}"]
        for level, row in enumerate(pictures.LEVELS):
            points = np.stack([out["level_x"][level, ::20], out["level_y"][level, ::20]], axis=-1)
            again = [from_polar(kind, a, g, s) for a, g in zip(angles[level, ::20], lengths[level, ::20], strict=True)]
            np.testing.assert_allclose(again, points, atol=1e-8)
            np.testing.assert_allclose([loss.excess(p) for p in points], row, rtol=1e-9)
    if pictures.LEVELS[-1] > loss.excess(np.zeros(2)):  # a line around the origin comes by in every direction
        for sign in (0, 1):
            copies = [out[f"level_angle{k}"][-1] for k, own in enumerate(pictures.SIGNS) if own == sign]
            assert np.min(copies) <= -179 and np.max(copies) >= 179


@pytest.mark.parametrize("kind", [0, 1, 2])
@pytest.mark.parametrize("seed", DRAWS)
def test_no_length_is_better_than_the_best_one(widgets, kind, seed):
    _, condition, turn, target = drawn(seed)
    out = widgets["pictures"].evaluate(kind=kind, condition=condition, turn=turn, target=target)
    loss = problem(condition, turn, target)
    for k in range(0, len(pictures.ANGLES), 9):
        angle, best = pictures.ANGLES[k], out["best_curve"][k]
        at = loss.excess(from_polar(kind, angle, best, loss.s))
        assert out["left"][k] == pytest.approx(at, abs=1e-10)
        others = [loss.excess(from_polar(kind, angle, best + step, loss.s)) for step in (-0.1, -1e-3, 1e-3, 0.1)]
        assert min(others) > at


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_the_circle_shows_what_is_left_as_a_height_above_it(widgets, kind):
    """As a share of the loss at weights 0; nothing is left at the two marks, in the best weights' direction."""
    out = widgets["pictures"].evaluate(kind=kind, condition=20, turn=15, target=(-1, 0.5), weights=(0.5, 2))
    height = np.hypot(out["left_x"], out["left_y"]) - 1
    target, s = np.array([-1, 0.5]), covariance(20, 15)
    np.testing.assert_allclose(height, out["left"] / (target @ s @ target), atol=1e-12)
    assert np.degrees(np.arctan2(out["left_y"], out["left_x"])) == pytest.approx(pictures.ANGLES, abs=1e-9)
    spoke = [np.hypot(x, y) for x, y in zip(out["spoke_x"], out["spoke_y"], strict=True)]
    assert spoke == pytest.approx([1, 1 + out["least"] / (target @ s @ target)])
    for x, y in zip(out["valley_x"], out["valley_y"], strict=True):
        nearest = np.hypot(out["left_x"] - x, out["left_y"] - y).argmin()
        assert np.hypot(x, y) == pytest.approx(1) and height[nearest] < 0.01


@pytest.mark.parametrize("seed", DRAWS)
def test_the_best_points_lie_on_the_ellipse_of_thales(widgets, seed):
    _, condition, turn, target = drawn(seed)
    out = widgets["pictures"].evaluate(condition=condition, turn=turn, target=target)
    s = covariance(condition, turn)
    points = np.stack([out["thales_x"], out["thales_y"]])
    right_angle = np.einsum("ik,ij,jk->k", points, s, points - target[:, None])
    np.testing.assert_allclose(right_angle, 0, atol=1e-10 * (target @ s @ target))
    best = np.array([out["best_x"], out["best_y"]])
    assert best @ s @ (best - target) == pytest.approx(0, abs=1e-10)


def test_the_length_is_equally_curved_in_all_directions_only_with_the_ruler_of_s(widgets):
    """Second differences along the length: 2 for batch norm and whitening, 2 e^T S e for weight norm."""
    s = covariance(10, -30)
    for kind, same in ((0, False), (1, True), (2, True)):
        curvature = []
        for angle in (0.0, 50.0, 100.0):
            losses = [
                widgets["pictures"].evaluate(kind=kind, condition=10, turn=-30, held=(angle, g))["other_loss"]
                for g in (0.5, 1.0, 1.5)
            ]
            curvature.append((losses[0] - 2 * losses[1] + losses[2]) / 0.25)
        assert np.allclose(curvature, 2) == same
    assert s[0, 0] != pytest.approx(s[1, 1])


# Three ways down


@pytest.mark.parametrize("seed", DRAWS)
def test_the_three_paths_are_those_of_the_library(widgets, seed):
    rng, _, _, target = drawn(seed)
    condition, start, steps = 10 ** rng.uniform(0.2, 2.5), rng.uniform(-2.5, 2.5, size=2), 60
    out = widgets["ways"].evaluate(condition=condition, start=start, target=target, step=200)
    loss = problem(condition, descent.TURN, target)
    root, rate = np.sqrt(condition), 1 / (2 * loss.largest)
    first = loss.weights(start, loss.best_length(start))
    expected = {
        "gd": gradient_descent(loss, start, rate, steps),
        "agd": nesterov(loss, start, rate, steps, (root - 1) / (root + 1)),
        "gdnp": gdnp(loss, start, steps),
        "gl": scaled_descent(loss, first, rate, steps),
    }
    for name, path in expected.items():
        shown = np.stack([out[f"{name}_x"], out[f"{name}_y"]], axis=-1)[: steps + 1]
        np.testing.assert_allclose(shown, path.points, atol=1e-8, err_msg=name)
    assert out["promised"] == pytest.approx((1 - 1 / condition) ** 2)


@pytest.mark.parametrize("condition", [1, 3, 10, 100, 1000])
def test_gdnp_is_descent_with_the_best_length_and_keeps_the_promise(widgets, condition):
    out = widgets["ways"].evaluate(condition=condition, step=200)
    for part in "xy":
        np.testing.assert_allclose(out[f"gl_{part}"], out[f"gdnp_{part}"], atol=1e-9)
    assert (out["error_gdnp"] <= out["bound"] * (1 + 1e-9) + 1e-20).all()
    if condition > 1:
        assert np.abs(out["gd_x"] - out["gdnp_x"])[:20].max() > 1e-3


def test_the_other_step_size_has_the_better_rate(widgets):
    """Per step (1 - 1/k)^2 against ((k - 1)/(k + 1))^2, once the rest has died away."""
    errors = [widgets["ways"].evaluate(condition=30, best=best)["error_gd"] for best in (0, 1)]
    rates = [(error[120] / error[80]) ** (1 / 40) for error in errors]
    assert rates == pytest.approx([(1 - 1 / 30) ** 2, (29 / 31) ** 2], rel=1e-3)


def test_a_start_without_a_slope_stays(widgets):
    """u^T w = 0: the theorem asks for another start; nothing becomes NaN."""
    out = widgets["ways"].evaluate(condition=1, target=(0, 2), start=(1, 0))
    assert all(np.isfinite(value).all() for value in out.values())
    np.testing.assert_allclose(out["gdnp_y"], 0, atol=1e-12)


# One neuron on the circle


@pytest.mark.parametrize("seed", DRAWS)
def test_the_neuron_is_the_layer(widgets, seed):
    """A batch with covariance 1, batch norm with gamma 1, and the squared distance to the best unit's outputs."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(40, 2))
    x -= x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(x.T @ x / len(x))).T
    share, lr, decay = float(rng.choice(neuron.EPS_STOPS)), float(rng.choice(neuron.RATES[:7])), 0.05
    w = start = rng.uniform(-2, 2, size=2)
    out = widgets["neuron"].evaluate(lr=lr, decay=decay, eps=share, noise=0, start=start, step=10)
    best = x @ [np.cos(np.radians(neuron.BEST)), np.sin(np.radians(neuron.BEST))]
    for step in range(11):
        np.testing.assert_allclose([out["path_x"][step], out["path_y"][step]], w, rtol=1e-8, atol=1e-10)
        y, cache = batch_norm(x @ w[:, None], np.ones(1), np.zeros(1), share)
        dx = batch_norm_grad(2 * (y - best[:, None]) / len(x), cache)[0]
        grad = (x.T @ dx)[:, 0]
        if step == 10:
            assert out["grad_now"] == pytest.approx(np.linalg.norm(grad), rel=1e-8)
            assert out["radial_now"] == pytest.approx(w @ grad / np.linalg.norm(w), rel=1e-7, abs=1e-10)
        w = (1 - lr * decay) * w - lr * grad
    assert out["square_next"] == pytest.approx(w @ w, rel=1e-8)


@pytest.mark.parametrize("noise", [0, 40])
@pytest.mark.parametrize("lr", [0.01, 1, 10])
def test_the_length_only_grows_and_eps_breaks_it(widgets, lr, noise):
    out = widgets["neuron"].evaluate(lr=lr, noise=noise, step=5)
    assert (np.diff(out["length"]) >= -1e-12).all()
    assert out["radial_now"] == pytest.approx(0, abs=1e-12 * max(out["grad_now"], 1))
    assert out["square_next"] - out["square_now"] == pytest.approx(out["growth"], rel=1e-9, abs=1e-12)
    broken = widgets["neuron"].evaluate(lr=0.1, eps=1, step=2)
    assert (np.diff(broken["length"]) < 0).any() and abs(broken["radial_now"]) > 0.1 * broken["grad_now"]


def test_noise_and_decay_balance_where_predicted(widgets):
    for lr, decay in ((0.3, 0.1), (1, 0.05), (1, 0.1)):
        out = widgets["neuron"].evaluate(lr=lr, decay=decay, noise=20)
        assert out["balanced"] == 1
        assert (out["length"][50:] ** 4).mean() ** 0.25 == pytest.approx(out["balance"], rel=0.15)
    assert widgets["neuron"].evaluate(decay=0, noise=20)["balanced"] == 0


def test_decay_without_noise_throws_the_neuron_off(widgets):
    out = widgets["neuron"].evaluate(decay=0.1, lr=1, noise=0)
    late = slice(30, None)
    assert out["effective"][late].max() > 1 and np.diff(out["length"])[late].max() > 0.5


# The sampled widgets hold what the experiments find


def test_the_race_shows_the_finding():
    """One random problem of the eight lies inside the drawn range; the medians are those of all."""
    assert tuple(race.METHODS) == race_experiment.METHODS and set(race.KINDS.values()) == set(race_experiment.STEPS)
    out = race.tables(race.HALFSPACES, (10, 100))
    run = halfspaces.run(10.0, (3,), 60, methods=("gd", "gdnp"))
    for name, excess in zip(("gd", "gdnp"), run["excess"][:, 0], strict=True):
        here = (excess / excess[0])[race.SHOWN[:13]]
        low, high = out[f"low_{name}"][0][:13], out[f"high_{name}"][0][:13]
        assert (here > 0.2 * low - 1e-14).all() and (here < 5 * high + 1e-14).all()
    own = race.tables(race.DIABETES, (10, 100))
    assert own["kappa"] == pytest.approx([470, 470], rel=0.01)
    for method in race.METHODS:
        steps = race.RUN["diabetes_needed"][:, 0, race_experiment.METHODS.index(method)]
        assert own[f"need_now_{method.replace('-', '_')}"] == pytest.approx(2 * [np.median(steps)], abs=0.5)


def needed_steps(kind, condition=None):
    place = 0 if condition is None else race.CONDITIONS.index(condition)
    return dict(zip(race_experiment.METHODS, race.RUN[f"{kind}_needed"][:, place].T, strict=True))


def test_on_halfspaces_length_and_step_size_make_the_gain():
    """What the chapter says of the columns, on each of the eight problems: each explains a part."""
    need = needed_steps("halfspaces", 10)
    assert (need["gdnp"] < need["gd-length"]).all() and (need["gd-length"] < need["gd"]).all()
    assert spread.paired(need["nesterov"], need["gdnp"]).low > 0 and (need["nesterov"] < need["gd"]).all()
    assert spread.paired(need["gd-best"], need["gdnp"]).low <= 0  # "does as well"
    far = needed_steps("halfspaces", 100)
    assert spread.paired(far["gdnp"], far["nesterov"]).low > 0


def test_on_least_squares_there_is_hardly_a_gain():
    need = needed_steps("squares", 100)
    assert (need["nesterov"] < 0.3 * need["gdnp"]).all() and (need["gd-best"] < need["gdnp"]).all()
    assert (need["gdnp"] == need["gd-length"]).all() and (need["gdnp"] > 0.8 * need["gd"]).all()


def test_on_the_diabetes_data_gdnp_leads_the_best_constant_step():
    need = needed_steps("diabetes")
    assert spread.paired(need["gd-best"], need["gdnp"]).low > 0
    assert (need["nesterov"] < need["gdnp"]).all() and (need["gdnp"] < need["gd"]).all()


def test_steps_that_are_never_enough_are_a_gap():
    steps = np.array([[1, 2], [1, np.inf], [2, np.inf]])
    assert race.needed(steps)[0] == 1 and np.isnan(race.needed(steps)[1])


def test_rounding_keeps_three_digits():
    values = np.array([1.2345e-9, 98765.0, 0, np.nan])
    np.testing.assert_allclose(digits.rounded(values), [1.23e-9, 98800.0, 0, np.nan])


def test_what_eps_breaks_is_the_experiment(monkeypatch):
    monkeypatch.setattr(eps, "SEEDS", (0,))
    out = eps.tables(eps=(0, 1e-5, 1e-3), scale=(0.001, 0.01, 10))
    run = norm_growth.run_eps((0.001, 0.01, 10.0), (0.0, 1e-5, 1e-3), (0,))
    for name in ("radial", "kappa"):
        np.testing.assert_allclose(out[f"{name}_now"], run[name][:, :, 0], rtol=1e-2, atol=1e-12)
    assert (out["radial_now"][0] == 0).all() and (out["change_now"][0] == 0).all()
    np.testing.assert_allclose(out["angle_now"][0], 90)
    assert out["radial_now"][1, 0] < -0.1 and out["change_now"][1, 0] > 0.3 and abs(out["radial_now"][1, 2]) < 1e-6
    # only eps over the square of the scale matters
    np.testing.assert_allclose(out["radial_now"][1, 0], out["radial_now"][2, 1], rtol=1e-2)


def test_growth_and_decay_is_the_finding():
    """The tables against a short run of one seed: it is one of the eight whose median is drawn."""
    out = equilibrium.tables(scale=0.3, lr=(0.05, 0.2), decay=(0.01, 0, 0.03))
    run = norm_growth.run([(0.2, 0.01)], (2,), 160, lengths.EVERY, scale=0.3)
    norm = run["norm"][0, 0, 0].reshape(2, lengths.WINDOW).mean(axis=1)
    place = (lengths.SCALES.index(0.3), lengths.RATES.index(0.2), lengths.DECAYS.index(0.01))
    np.testing.assert_allclose(equilibrium.RUN["norm"][(2, *place)][:2], norm, rtol=1e-6)
    assert (out["norm_low"][1, 0][:2] <= norm * 1.001).all() and (norm <= out["norm_high"][1, 0][:2] * 1.001).all()
    np.testing.assert_allclose(out["angle_balance"][1, 0], np.degrees(run["predicted_angle"][0]), rtol=1e-3)
    np.testing.assert_array_equal(out["balanced"], [[1, 0, 1]] * 2)
    for name in ("norm", "effective", "angle"):  # the curve without decay, beside every other
        np.testing.assert_array_equal(out[f"{name}_free"], np.repeat(out[f"{name}_mid"][:, [1]], 3, axis=1))


def test_from_both_starts_length_and_angle_end_where_predicted():
    ends = [equilibrium.tables(scale=scale, lr=(0.2,), decay=(0.01,)) for scale in (0.3, 10)]
    for out in ends:
        assert out["norm_end"] == pytest.approx(out["norm_balance"], rel=0.1)
    assert ends[0]["norm_end"] == pytest.approx(ends[1]["norm_end"], rel=0.05)
    assert ends[0]["angle_end"] == pytest.approx(ends[0]["angle_balance"], rel=0.1)
