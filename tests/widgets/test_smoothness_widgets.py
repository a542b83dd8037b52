"""What the widgets of the smoothness chapter show: formulas against the library, tables against the experiments.

The sampled models are run at reduced settings; that the full ones say the same is the experiments' own tests' task.
"""

from importlib import import_module

import numpy as np
import pytest

from bn.layers import batch_norm, batch_norm_grad
from bnbook.experiments import explosion, kept, landscape_slice, two_definitions
from bnbook.experiments import landscape as along
from bnbook.experiments import noise as noisy
from bnbook.experiments import second_order as curved
from bnbook.widgets import smoothness

# The modules: the package's names are the widgets that they make.
landscape, lipschitz, noise, other_norms, other_side, second_order, shift, slices = (
    import_module(f"bnbook.widgets.smoothness.{name}")
    for name in ("landscape", "lipschitz", "noise", "other_norms", "other_side", "second_order", "shift", "slice")
)
DRAWS = range(8)


@pytest.fixture(scope="module")
def bound():
    return smoothness.lipschitz()


@pytest.fixture(scope="module")
def unit():
    return smoothness.circle()


def gradient(x, target, gamma, eps):
    """The library's gradient before the layer, and the one behind it, for the loss sum (z - t)^4 / 4."""
    y, cache = batch_norm(x[:, None], np.array([gamma]), np.array([0.0]), eps)
    after = (y[:, 0] - target) ** 3
    return batch_norm_grad(after[:, None], cache)[0][:, 0], after, y[:, 0]


@pytest.mark.parametrize("seed", DRAWS)
def test_the_bound_and_the_truth_are_those_of_the_library(bound, seed):
    rng = np.random.default_rng(seed)
    given, target = np.round(rng.uniform(-6, 6, (2, 5)), 1)
    gamma, eps = np.round(rng.uniform(0.2, 4), 1), float(rng.choice([0, 0.05, 1, 10]))
    out = bound.evaluate(x=given, target=target, gamma=gamma, eps=eps, literal=0)
    before, after, y = gradient(given, target, gamma, eps)
    assert out["y"] == pytest.approx(y) and out["truth"] == pytest.approx((before**2).sum())
    var = given.var() + eps
    xhat = (given - given.mean()) / np.sqrt(var)
    parts = np.array([(after**2).sum(), after.sum() ** 2 / 5, (after @ xhat) ** 2 / 5]) * gamma**2 / var
    assert [out["whole"], out["off_mean"], out["off_spread"]] == pytest.approx(parts)
    assert out["bound"] == pytest.approx(parts[0] - parts[1] - parts[2])
    assert out["slack"] == pytest.approx(eps / var * parts[2], abs=1e-9 * parts[0])
    assert out["verdict"] == (1 if eps else 0)
    scaled = gamma / np.sqrt(var) * after
    x = lipschitz.constants()["first"]
    assert out["own_first"] == pytest.approx(x @ before) and out["plain_first"] == pytest.approx(x @ after)
    assert (np.hypot(out["own_first"], out["own_second"]) <= out["own_radius"] * (1 + 1e-3)).all()
    assert np.linalg.norm(scaled) >= np.linalg.norm(before) * (1 - 1e-12)


def test_the_inputs_have_a_spectral_norm_of_one_at_most():
    parts = lipschitz.constants()
    x = np.stack([parts["first"], parts["second"]], axis=-1)
    norms = np.linalg.norm(x, ord=2, axis=(1, 2))
    assert norms.max() < 1.001 and norms.min() > 0.55 and len(norms) == lipschitz.CLOUD


@pytest.mark.parametrize(("x", "truth"), [((1, 0, 2, 5, -3), 57.4914), ((3, -3, 1, -1, 0), 0.45)])
def test_read_literally_the_bound_is_false_where_the_plain_network_is_perfect(bound, x, truth):
    out = bound.evaluate(x=x, target=x, gamma=1.0, eps=0, literal=1)
    assert out["bound"] == pytest.approx(0) and out["truth"] == pytest.approx(truth, rel=1e-4) and out["verdict"] == 2


def test_examples_of_the_bound_stand_apart_and_the_numbers_of_coinciding_ones_one_below_the_other(bound):
    start = bound.evaluate()
    target = next(control for control in bound.controls if control.name == "target")
    assert np.diff(np.sort(target.start_value())).min() > lipschitz.NEAR and (start["level_target"] == 0).all()
    levels = bound.evaluate(target=[2.5, 2.4, 1, 2.5, 0])["level_target"]
    assert levels == pytest.approx([0, -lipschitz.LEVEL, 0, -2 * lipschitz.LEVEL, 0])
    assert bound.evaluate(literal=True)["verdict"] == 2  # as the text says of it


def test_the_measures_of_the_landscape_are_silent_on_a_twin_that_is_not_shown():
    figures = landscape.landscape().figures
    assert ["twin" in figure.alt for figure in figures] == [False, False, True, False, False, False]
    marks = [mark for figure in figures[3:] for mark in figure.marks if getattr(mark, "color", "") == "frozen"]
    assert len(marks) == 9 and all(mark.when == "twin" for mark in marks)


def test_both_points_of_the_unit_are_dragged_in_the_plane(unit):
    drags = [mark.get("drag") for mark in unit.spec()["figures"][0]["marks"]]
    assert [drag for drag in drags if drag] == [{"control": name, "along": "xy"} for name in ("t", "w")]


def test_a_batch_without_spread_has_no_gradient(bound):
    out = bound.evaluate(x=(2,) * 5, target=(1, 0, 0, 1, 2), gamma=1.0, eps=0, literal=0)
    assert out["verdict"] == 4 and out["truth"] == 0


def loss(w, t, gamma):
    return 0.5 * ((gamma * w / np.linalg.norm(w) - t) ** 2).sum()


@pytest.mark.parametrize("seed", DRAWS)
def test_slope_and_curvature_of_the_unit_are_those_of_its_loss(unit, seed):
    rng = np.random.default_rng(100 + seed)
    w, t = np.round(rng.uniform(0.3, 2.5, (2, 2)) * rng.choice([-1, 1], (2, 2)), 1)
    gamma = np.round(rng.uniform(0.2, 3), 1)
    out = unit.evaluate(w=w, t=t, gamma=gamma)
    step = np.array([out["own_x"], out["own_y"]]) - w
    u = step / np.linalg.norm(step)
    at = [loss(w + h * u, t, gamma) for h in (-1e-3, 0, 1e-3)]
    assert (at[0] - at[2]) / 2e-3 == pytest.approx(out["slope"], rel=1e-4)
    assert np.linalg.norm(step) == pytest.approx(out["slope"])
    assert (at[0] - 2 * at[1] + at[2]) / 1e-6 == pytest.approx(out["curvature"], rel=1e-3, abs=1e-4)
    far = [loss(w + length * u, t, gamma) for length in (0.0, 2.0, 4.0)]
    assert out["normalized"][[0, 30, 60]] == pytest.approx(far)
    assert out["verdict"] == (2 if w @ t <= 0 else 0 if gamma * np.linalg.norm(w) >= w @ t else 1)


@pytest.mark.parametrize("seed", DRAWS)
def test_the_foot_is_the_nearest_optimum_and_the_lemma_holds(unit, seed):
    rng = np.random.default_rng(200 + seed)
    w, t = np.round(rng.uniform(0.2, 2.5, (2, 2)), 1)
    out = unit.evaluate(w=w, t=t, gamma=1.0)
    ray = np.linspace(0, 20, 4001)[:, None] * t
    assert out["near"] == pytest.approx(np.linalg.norm(ray - w, axis=1).min(), abs=1e-4)
    square = ((w - t) ** 2).sum() - (t @ t - w @ t) ** 2 / (t @ t)
    assert out["near"] ** 2 == pytest.approx(square, abs=1e-12) and out["near"] <= out["far"]


def test_the_noise_widget_is_what_is_kept():
    out = noise.tables(lr=2.0, strength=np.array(noisy.STRENGTHS))
    run = kept.load("noise")
    final = np.median(run["loss"][:, :, :, 1, -10:].mean(axis=-1), axis=0)
    assert out["clean_final_plain"] == pytest.approx(final[0, :1])
    assert out["noisy_final_batchnorm"] == pytest.approx(final[1])
    assert out["noisy_low_batchnorm"][2] == pytest.approx(run["loss"][:, 1, 2, 1].min(axis=0))
    middle = np.median(np.median(run["unrest"][:, 0, 2, 1], axis=-1))
    assert out["noisy_unrest_plain"][2] == pytest.approx(middle)
    assert out["unit_middle_noisy"][2] == pytest.approx(run["unit_percentiles"][0, 1, 2, 1, :, :, 1].ravel())
    assert out["window"][2, 0] <= out["unit_low_noisy"][2].min()
    assert out["times"].shape[1] == 2 * run["unrest"].shape[-1] and out["loss_steps"].shape[1] == run["loss"].shape[-1]


def test_the_shift_widget_is_the_kept_finding(monkeypatch):
    runs = [two_definitions.of_seed(seed, kind="linear", layers=(13, 25), steps=41) for seed in range(5)]
    run = {key: np.stack([one[key] for one in runs]) for key in runs[0]}
    monkeypatch.setattr(shift, "RUNS", {"linear": run})
    out = shift.tables("linear", "high", 2)
    assert out["lr"] == 1e-3 and out["layers"].tolist() == [13, 25] and out["layer_window"].tolist() == [13, 25]
    cosine = run["cosine"][:, 1, 2, 2].mean(axis=-1)
    assert out["cosine_middle_batchnorm"] == pytest.approx(np.median(cosine, axis=0))
    assert out["cosine_low_batchnorm"] == pytest.approx(cosine.min(axis=0))  # the interval of five seeds is all of them
    assert out["points_shift_plain"][4] == pytest.approx(1 - run["cosine"][1, 0, 1, 2].mean())  # seed 1, middle rate
    step = np.median(run["relative_step"][:, 0, 2], axis=1)
    assert out["step_middle_plain"] == pytest.approx(np.median(step, axis=0))
    start = run["loss"][:, 0, :, 0].mean()
    assert out["chosen_loss_batchnorm"] == pytest.approx(run["loss"][:, 1, 2, -20:].mean(axis=-1) / start)


@pytest.mark.parametrize("matched", [False, True])
def test_the_landscape_widget_is_what_is_kept(matched):
    run = along.kept_run(kept.load("landscape"), 2)
    found = along.summary(run)
    steps = np.array(landscape.STEPS)
    out = landscape.tables("C", matched, True, steps)
    losses = run["losses"][1, int(matched)]  # S, R, 1 + D
    assert losses.shape[:2] == (8, len(steps))
    assert out["loss_batchnorm"][0][2] == pytest.approx(np.median(losses[:, 2], axis=0))
    rise = np.log10(losses / losses[..., :1]) * landscape.TENFOLD
    assert (out["ridge_batchnorm"][0] - steps[:, None])[2] == pytest.approx(np.median(rise[:, 2], axis=0), abs=0.2)
    assert out["now_high_batchnorm"][2] - steps[2] == pytest.approx(rise[:, 2].max(axis=0))
    assert out["end_twin"] == pytest.approx(np.median(run["losses"][2, int(matched), :, :, -1], axis=0))
    assert out["beta_high_plain"][0] == pytest.approx(found["beta"][0, int(matched)].max(axis=0))
    assert out["loss_range_all_twin"] == pytest.approx([np.median(found["median"][0, 2, int(matched)])])
    assert out["way"][0, -1] == pytest.approx(0.3 if matched else 4.0) == out["way_window"][0, 1]
    hidden = landscape.tables("C", matched, False, steps)
    assert np.isnan(hidden["beta_low_twin"]).all() and not np.isnan(hidden["beta_low_plain"]).any()
    assert not np.isnan(hidden["ridge_twin"]).any()


def test_a_band_and_a_ridge_end_where_one_seed_has_diverged():
    out = landscape.spread("beta", "plain", np.array([[[1.0, np.inf], [3.0, 2.0]]]), False)
    assert out["beta_middle_plain"][0, 0] == 2.0 and np.isnan(out["beta_high_plain"][0, 1])
    losses = np.ones((2, len(landscape.STEPS), 3))
    losses[0, 1, 2], losses[:, 2, 1] = np.inf, 1e4
    out = landscape.ridges("plain", losses)
    assert np.isnan(out["ridge_plain"][0]).sum() == 1 and np.isnan(out["loss_plain"][0, 1, 2])
    assert out["now_middle_plain"][2, 1] == landscape.STEPS[2] + landscape.MOST  # no ridge rises by more


def test_the_slice_widget_is_the_experiment(monkeypatch):
    monkeypatch.setattr(slices, "POINTS", 5)
    out = slices.tables("C", np.array([10]), "twin")
    run = landscape_slice.run("C", at=(10,), points=5, reach=slices.REACH)
    assert out["batchnorm"] == pytest.approx(np.clip(np.log10(run["loss"][1]), slices.LOW, slices.HIGH))
    assert out["turned"] == pytest.approx(out["twin"]) and out["peak"] == pytest.approx(run["loss"][2].max(axis=(1, 2)))


def test_the_condition_widget_is_what_is_kept():
    run = {name: values[:, 1] for name, values in kept.load("second_order").items()}
    steps = np.array(curved.STEPS)
    out = second_order.tables("tanh", steps)
    both = np.where(np.isnan(out["curvature_holds"]), out["curvature_fails"], out["curvature_holds"])
    assert both[1] == pytest.approx(1000 * run["curvature"][: second_order.DOTS, 1].ravel())
    holds = ~np.isnan(out["first_holds"][1])
    assert np.array_equal(holds, run["inner"][: second_order.DOTS, 1].ravel() >= 0)
    assert out["share_now_first"] == pytest.approx(100 * np.median(run["asked"][:, :, 0], axis=0))
    assert (out["curvature_holds"][1][holds] <= out["first_holds"][1][holds]).all()
    assert (out["window"][:, 0] <= np.nanmin(both, axis=1)).all() and (
        out["window"][:, 1] >= np.nanmax(both, axis=1)
    ).all()


def test_the_widget_of_other_norms_is_what_is_kept():
    run = kept.load("lp_norm")
    out = other_norms.tables("relu", "linf")
    assert out["drift_end_othernorm"] == pytest.approx(np.median(run["drift"][:, 1, 4, -1]))
    assert out["loss_middle_batchnorm"] == pytest.approx(np.median(run["loss"][:, 1, 1], axis=0))
    assert out["right_batchnorm"] == pytest.approx(100 * np.median(run["accuracy"][:, 1, 1]))
    assert np.isfinite(out["drift_end_plain"]) and out["drift_end_plain"] <= other_norms.LARGEST
    assert len(out["steps"]) == run["drift"].shape[-1] and len(out["windows"]) == run["loss"].shape[-1]


def test_the_other_side_is_what_is_kept():
    out = other_side.tables("linear", np.array([2, 16]))
    squared = kept.load("explosion")["by_size"][:, 1, 2, 1]  # linear, batches of 16, batch norm
    assert out["growth_batchnorm"][1] == pytest.approx(np.median(explosion.growth_of(squared)))
    assert out["forecast"][1] == pytest.approx((14 / 13) ** (30 - np.arange(1, 31)))
    assert np.isnan(out["forecast"][0]).all() and out["tiny"].tolist() == [True, False]
    accuracy = kept.load("small_batches")["accuracy"][:, 1]
    assert out["right_now_batchnorm"] == pytest.approx(100 * np.median(accuracy, axis=0).max(axis=-1)[[0, 2]])


def test_every_batch_size_has_its_own_best_rate():
    accuracy = np.array([[[0.1, 0.9], [0.8, 0.2]]] * 3)
    assert other_side.best(accuracy).tolist() == [[0.9, 0.8]] * 3
