"""The widgets of the gradient show what `bn.layers` computes; the chapter's verdicts are those computed."""

import re

import numpy as np
import pytest

from bn.layers import batch_norm, batch_norm_grad
from bn.mistakes import MISTAKES, gradient
from bnbook.experiments import gradient_check
from bnbook.widgets import backprop
from bnbook.widgets.backprop.geometry import ACROSS, UP
from bnbook.widgets.backprop.museum import EXHIBITS
from explorable.sphinx.states import read_state
from tools.build import ROOT

FAULTS = {  # mistake -> how the museum is set to make it
    "none": {},
    "mean-path": {"keep_mean": 0},
    "variance-path": {"keep_variance": 0},
    "both-paths": {"keep_mean": 0, "keep_variance": 0},
    "gamma": {"keep_gamma": 0},
    "variance-to-mean": {"keep_back": 0},
    "eps-forgotten": {"spread": 1},
    "eps-outside": {"spread": 2},
    "unbiased": {"spread": 3},
    "factor": {"factor": 2},
    "sign": {"factor": -1},
}
FALSE_ALARM, PASSES, CAUGHT, MISSED = range(4)


@pytest.fixture(scope="module")
def widgets():
    """The three widgets, compiled once."""
    return {make().key: make().check() for make in (backprop.geometry, backprop.museum)}


def one_feature(x, dy, gamma, beta, eps):
    """The layer's output, gradient by x, and cache, for one feature."""
    y, cache = batch_norm(np.asarray(x, float)[:, None], np.array([gamma]), np.array([beta]), eps)
    return y[:, 0], batch_norm_grad(np.asarray(dy, float)[:, None], cache)[0][:, 0], cache


@pytest.mark.parametrize("eps", [0, 0.5, 100])
@pytest.mark.parametrize("seed", range(3))
def test_the_geometry_is_the_gradient_of_the_layer(widgets, seed, eps):
    rng = np.random.default_rng(seed)
    x, dy = rng.uniform(-5, 5, size=3), rng.uniform(-2, 2, size=3)
    _, dx, cache = one_feature(x, dy, 1, 0, eps)
    out = widgets["geometry"].evaluate(x=x, dy=dy, eps=eps)
    np.testing.assert_allclose(out["dx"], dx, atol=1e-13)
    assert out["length"] == pytest.approx(np.linalg.norm(dx), abs=1e-13)
    assert out["naive"] == pytest.approx(np.linalg.norm(dy / cache.std))
    assert out["leak"] == pytest.approx(100 * eps / (cache.var[0] + eps))
    for name, vector in (("xhat", cache.xhat[:, 0]), ("upstream", dy - dy.mean()), ("left", cache.std[0] * dx)):
        back = out[f"{name}_across"] * ACROSS + out[f"{name}_up"] * UP
        np.testing.assert_allclose(back, vector, atol=1e-13)
    free = np.array([out["free_across"][1], out["free_up"][1]])
    assert free @ [out["xhat_across"], out["xhat_up"]] == pytest.approx(0, abs=1e-12)


def test_without_eps_what_is_left_lies_at_right_angles_and_xhat_on_the_circle(widgets):
    out = widgets["geometry"].evaluate()
    xhat, left = (np.array([out[f"{name}_across"], out[f"{name}_up"]]) for name in ("xhat", "left"))
    assert xhat @ left == pytest.approx(0, abs=1e-13)
    assert np.linalg.norm(xhat) == pytest.approx(np.sqrt(3))


def test_a_constant_batch_has_no_gradient(widgets):
    out = widgets["geometry"].evaluate(x=[2, 2, 2], eps=0)
    assert out["problem"] == 1 and not out["dx"].any()
    assert out["left_across"] == out["left_up"] == 0  # no arrow
    assert widgets["geometry"].evaluate(x=[2, 2, 2], eps=0.1)["problem"] == 0


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("seed", range(2))
def test_the_museum_makes_the_mistakes_of_the_catalog(widgets, name, seed):
    rng = np.random.default_rng(seed)
    x, dy = rng.uniform(-5, 5, size=5), rng.uniform(-2, 2, size=5)
    settings = {"x": x, "dy": dy, "gamma": -1.3, "beta": 0.7, "eps": 0.1, "absolute": 1, "keep_gamma": 1}
    y, _, _ = one_feature(x, dy, -1.3, 0.7, 0.1)
    for loss, upstream in enumerate((dy, np.ones(5), 2 * y)):
        out = widgets["museum"].evaluate(**(settings | {"loss": loss} | FAULTS[name]))
        _, true, _ = one_feature(x, upstream, -1.3, 0.7, 0.1)
        wrong = gradient(name, x, upstream, -1.3, 0.1)
        np.testing.assert_allclose(out["numeric"], true, atol=1e-8)
        np.testing.assert_allclose(out["formula"], wrong, atol=1e-13)
        assert out["error"] == pytest.approx(np.abs(wrong - true).max(), abs=1e-8)
        assert (out["verdict"] >= 2) != MISTAKES[name].harmless


def test_the_relative_error_is_that_to_the_larger_gradient(widgets):
    out = widgets["museum"].evaluate(gamma=1.7)
    size = max(np.abs(out["formula"]).max(), np.abs(out["numeric"]).max())
    assert out["error"] == pytest.approx(np.abs(out["formula"] - out["numeric"]).max() / size)


@pytest.mark.parametrize("edge", ["keep_direct", "keep_x_mean", "keep_x_variance"])
def test_the_folded_edges_are_needed_as_well(widgets, edge):
    out = widgets["museum"].evaluate(**{"gamma": 1.7, "keep_gamma": 1, edge: 0})
    assert out["verdict"] == CAUGHT


VERDICTS = {  # words of a link in the chapter -> what the museum then says
    "At 1.7": CAUGHT,
    "mean and variance were taken for constants": CAUGHT,
    "one": CAUGHT,
    "the other": CAUGHT,
    "Cut the arrow between mean and variance": PASSES,
    "a comparison relative to its size": FALSE_ALARM,
    "in absolute terms": PASSES,
    "a wrong sign": MISSED,
    "a missing variance path": (MISSED, CAUGHT),  # by the sum; by the squares
    "a missing mean path": (CAUGHT, MISSED),
    "another beta": CAUGHT,
    "m − 1 instead of m": MISSED,
    "At a millionth": CAUGHT,
    "eps in the spread": MISSED,
    "outside the root": CAUGHT,
    "an eps that matters": CAUGHT,
}


def test_what_the_chapter_says_of_each_case_is_what_its_link_shows(widgets):
    text = (ROOT / "chapters" / "03_backprop.md").read_text(encoding="utf-8")
    links = re.findall(r"\{set\}`([^`<]+?) <museum: ([^>`]+)>`", text)
    controls = [control.wire() for control in widgets["museum"].controls]
    assert {words for words, _ in links} == set(VERDICTS)
    seen = {}
    for words, state in links:
        place = seen[words] = seen.get(words, -1) + 1
        expected = VERDICTS[words] if isinstance(VERDICTS[words], int) else VERDICTS[words][place]
        out = widgets["museum"].evaluate(**read_state(state, controls))
        assert out["verdict"] == expected, f"{words}: {out['error']:.2e}"


def test_the_buttons_of_the_museum_show_what_the_chapter_tells(widgets):
    verdicts = [widgets["museum"].evaluate(**state)["verdict"] for state in EXHIBITS.values()]
    assert verdicts == [MISSED, CAUGHT, PASSES, FALSE_ALARM, MISSED, MISSED, MISSED, MISSED, CAUGHT]


def test_the_museum_opens_with_a_wrong_formula_and_a_test_that_passes(widgets):
    assert widgets["museum"].evaluate()["verdict"] == MISSED
    assert widgets["museum"].evaluate(gamma=1.1)["verdict"] == CAUGHT


@pytest.mark.parametrize(("scheme", "precision", "offset"), [("central", "float32", 10), ("one-sided", "float64", 0)])
def test_the_numerical_check_shows_the_experiment(scheme, precision, offset):
    out = backprop.numerical_check().evaluate(scheme=scheme, precision=precision, offset=offset, step=1e-3)
    run = gradient_check.run(precision, scheme, offset)
    assert out["true_error_now"] == run["error"][gradient_check.STEPS.index(1e-3)]
    assert (out["best"], out["best_error"]) == (run["best"], run["error"].min())
