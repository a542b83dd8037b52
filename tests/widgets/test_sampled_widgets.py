"""What the sampled widgets show is what the experiments found.

Two links of one chain: the numbers a page unpacks are those of the baked grid, within the bound that the widget
states; and the baked grid holds what the experiment returns, found again by shorter runs that share their
beginning with the full one.
"""

import json
import re

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from bnbook.experiments import equal_examples, inference, kept, noisy_updates
from bnbook.experiments.lr_sweep import METHODS
from bnbook.experiments.spread import spread
from bnbook.widgets import motivation, smoothness, transform
from bnbook.widgets.motivation.sweep import RATES
from explorable.models.packing import RELATIVE, unpack
from tools.build import ROOT

MAKERS = {
    "drift": motivation.drift,
    "gradient-shift": smoothness.shift,
    "sweep": motivation.sweep,
    "shield": transform.shield,
    "train-inference-gap": transform.train_inference_gap,
}
NAMES = ("plain", "batchnorm")  # in the order of the experiments' first axis


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def grids(book):
    """`grids(key)` is the widget and its baked grid, from the cache that the build has just filled."""
    known = {}

    def grid(key):
        if key not in known:
            widget = MAKERS[key]()
            known[key] = widget, widget.model.bake(widget.controls)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORABLE_CACHE", str(ROOT / ".explorable-cache"))
        yield grid


def page_data(book, key):
    """The wire form of a widget's outputs and the packed text, out of the script that its page loads."""
    pages = [path.read_text(encoding="utf-8") for path in sorted(book.rglob("*.html"))]
    sources = {found for text in pages for found in re.findall(rf'data-src="[^"]*?(explorable/{key}-\w+\.js)"', text)}
    assert len(sources) == 1, f"{key} is on {len(sources)} pages"
    text = (book / "_static" / sources.pop()).read_text(encoding="utf-8").removeprefix("explorable.register(")
    spec, end = json.JSONDecoder().raw_decode(text)
    packed, _ = json.JSONDecoder().raw_decode(text[end:].lstrip(", "))
    return spec["model"]["outputs"], packed


def entry(grid, name, /, **values):
    """One output of the grid at these values of its controls."""
    widget, tables = grid
    over, array = tables[name]
    stops = {control.name: control.listing() for control in widget.controls}
    return array[tuple(stops[axis].index(values[axis]) for axis in over)]


@pytest.mark.parametrize("key", MAKERS)
def test_the_page_unpacks_what_was_baked(book, grids, key):
    """At random points of the grid, each output within the stated error; whole numbers, NaN and inf exactly."""
    widget, tables = grids(key)
    wire, packed = page_data(book, key)
    unpacked = unpack(wire, packed)
    assert list(wire) == list(tables)
    stops = {control.name: control.listing() for control in widget.controls}
    rng = np.random.default_rng(7)
    for name, (over, array) in tables.items():
        assert wire[name]["over"] == list(over)
        error = widget.model._errors(tables).get(name)
        sizes = [len(stops[axis]) for axis in over]
        for _ in range(20):
            place = tuple(int(rng.integers(size)) for size in sizes)
            row = np.ravel_multi_index(place, sizes) if sizes else 0
            bound = {"rtol": RELATIVE, "atol": 0} if error is None else {"rtol": 0, "atol": error}
            np.testing.assert_allclose(unpacked[name][row], array[place], **bound, err_msg=f"{name} at {place}")


@pytest.mark.parametrize(("lr", "layer", "unit"), [(0.5, 3, "typical"), (0.1, 1, "all")])
def test_drift_shows_the_percentiles_the_histogram_and_what_moved(grids, lr, layer, unit):
    run, rate, grid = kept.load("drift"), (0.1, 0.5, 2.0).index(lr), grids("drift")
    for record, step in ((0, 0), (7, 350), (40, 2000)):
        at = {"lr": lr, "layer": layer, "step": step, "unit": unit}
        for n, name in enumerate(NAMES):
            percentiles = run["percentiles"][:, n, rate, layer - 1].mean(axis=0)  # records, 3
            if unit == "typical":
                percentiles = run["unit_percentiles"][0, n, rate, layer - 1]
            for k, part in enumerate(("low", "middle", "high")):
                assert entry(grid, f"{part}_now_{name}", **at) == pytest.approx(percentiles[record, k], abs=1e-3)
                np.testing.assert_allclose(entry(grid, f"{part}_{name}", **at), percentiles[:, k], atol=1e-3)
            counts = run["histogram"][:, n, rate, layer - 1, record].sum(axis=0)
            np.testing.assert_allclose(entry(grid, f"share_{name}", **at), 100 * counts / counts.sum(), atol=0.02)
            held_out = 100 * np.median(run["accuracy"][:, n, rate, record])
            assert entry(grid, f"accuracy_{name}", **at) == pytest.approx(held_out, abs=0.2)
            for what, part in enumerate(("moments", "correlations")):
                moved = np.median(run["moved"][:, n, rate, what, layer - 1], axis=0)
                np.testing.assert_allclose(entry(grid, f"{part}_{name}", **at), moved, rtol=1e-5)
            wander = np.median(run["median_drift"][:, n, rate, layer - 1] / run["band"][:, n, rate, layer - 1], axis=1)
            assert entry(grid, f"wander_{name}", **at) == pytest.approx(np.median(wander), abs=0.01)


@pytest.mark.parametrize(("kind", "rate", "move"), [("digits", "middle", 2), ("linear", "high", 0)])
def test_the_gradient_shift_shows_medians_and_intervals_of_the_seeds(grids, kind, rate, move):
    run, k = kept.load(f"gradient_shift_{kind}"), ("low", "middle", "high").index(rate)
    grid, at = grids("gradient-shift"), {"kind": kind, "rate": rate, "move": move}
    np.testing.assert_array_equal(entry(grid, "layers", **at), run["layers"][0])
    for n, name in enumerate(NAMES):
        for measure in ("drift", "cosine"):
            seeds = run[measure][:, n, k, move].mean(axis=-1)  # seeds, layers
            for place in range(seeds.shape[1]):
                found = spread(seeds[:, place])
                for part, value in (("low", found.low), ("middle", found.median), ("high", found.high)):
                    assert entry(grid, f"{measure}_{part}_{name}", **at)[place] == pytest.approx(value)
        loss = run["loss"][:, n, :, -20:].mean(axis=-1) / run["loss"][:, 0, :, 0].mean()
        assert entry(grid, f"points_loss_{name}", **at) == pytest.approx(loss.ravel())
        shift = 1 - run["cosine"][:, n, k, move].mean(axis=(1, 2))
        assert entry(grid, f"chosen_shift_{name}", **at) == pytest.approx(shift)


@pytest.mark.parametrize(("depth", "lr", "rules", "of"), [(2, 0.1, 0, ""), (6, 31.6, 1, "_clipped")])
def test_the_sweep_shows_accuracy_and_the_largest_rates(grids, depth, lr, rules, of):
    run, k = kept.load("rate_sweep"), RATES.index(lr)
    grid, at = grids("sweep"), {"depth": depth, "lr": lr, "rules": rules}
    for name in NAMES:
        one = (slice(None), (2, 6).index(depth), list(METHODS).index(name + of))
        accuracy, diverged = 100 * run["accuracy"][one], run["diverged_at"][one][:, k]
        for part, pick in (("low", np.min), ("middle", np.median), ("high", np.max)):
            assert entry(grid, f"{part}_now_{name}", **at) == pytest.approx(pick(accuracy[:, k]), abs=0.5)
            assert entry(grid, f"{part}_{name}", **at)[k] == entry(grid, f"{part}_now_{name}", **at)
        assert entry(grid, f"lost_{name}", **at) == np.sum(diverged >= 0)
        works = [max((rate for rate, right in zip(RATES, row) if right >= 95), default=np.nan) for row in accuracy]
        np.testing.assert_allclose(entry(grid, f"own_{name}{of}", **at), works)
        all_work = [rate for rate, column in zip(RATES, accuracy.T) if column.min() >= 95]
        assert entry(grid, f"largest_{name}", **at) == max(all_work, default=0)
    assert np.isnan(entry(grid, "middle_layernorm", **at)).all() == (rules > 0)


def test_the_shield_shows_one_unit_of_the_first_seed_and_the_average_of_all(grids):
    """The smallest two sizes of the full experiment: the draws of a size depend on its place alone."""
    sizes, layer = noisy_updates.SIZES[:2], 2
    settings = {"seeds": tuple(range(8)), "draws": 20, "variants": ("plain", "inserted")}
    run = noisy_updates.run(kind="shift", sizes=sizes, **settings)
    grid = grids("shield")
    for q, size in enumerate(sizes):
        at = {"kind": "shift", "size": size, "layer": layer}
        for v, name in enumerate(NAMES):
            for part in ("unit_mean", "unit_spread"):
                expected = run[part][v, q, :, 0, layer - 1]
                np.testing.assert_allclose(entry(grid, f"{part}_{name}", **at), expected, atol=1e-3)
            bars = [run[measure][v, q, :, :, layer - 1].mean(axis=0) for measure in ("moments", "values", "relations")]
            for part, expected in zip(("bars", "low", "high"), np.transpose([parts(bar) for bar in bars])):
                np.testing.assert_allclose(entry(grid, f"{part}_{name}", **at), expected, atol=1e-3)
        expected = run["reference_mean"][0, 0, layer - 1]
        assert entry(grid, "reference_mean", **at) == pytest.approx(expected, abs=1e-3)


def parts(values):
    """Median, low and high of one value a seed."""
    found = spread(values)
    return found.median, found.low, found.high


@pytest.mark.parametrize(("depth", "batch_size", "momentum"), [(2, 16, 0.1), (5, 64, 0.5), (1, 1, 0.01)])
def test_the_gap_of_every_layer_and_the_four_accuracies(grids, depth, batch_size, momentum):
    settings = {"batch_sizes": (batch_size,), "momenta": (momentum,), "checkpoints": (20,), "seeds": range(8)}
    run = inference.run_gap(depth=depth, **settings)
    grid = grids("train-inference-gap")
    at = {"depth": depth, "batch_size": batch_size, "momentum": momentum, "steps": 20}
    unbiased, biased = 100 * run["gap"][0, 0, :, 0]  # each seeds, layers
    drawn = {"biased": np.median(biased, axis=0), "precise": 100 * np.median(run["gap_precise"][0, 0], axis=0)}
    if batch_size > 1:
        drawn |= dict(zip(("middle", "low", "high"), np.transpose([parts(layer) for layer in unbiased.T])))
    for name, expected in drawn.items():
        found = entry(grid, name, **at)
        np.testing.assert_allclose(found[:depth], expected, rtol=1e-5, err_msg=name)
        assert np.isnan(found[depth:]).all()
    modes = [run["accuracy_batch"], run["accuracy_running"][:, :, 0], run["accuracy_running"][:, :, 1]]
    modes = 100 * np.stack([mode.reshape(8) for mode in (*modes, run["accuracy_precise"])])
    np.testing.assert_allclose(entry(grid, "accuracy", **at), np.median(modes, axis=1), rtol=1e-6)
    np.testing.assert_allclose(entry(grid, "each", **at), modes.ravel(), rtol=1e-6)
    assert entry(grid, "missing", **at) == (batch_size == 1)


@pytest.mark.parametrize("count", ["steps", "examples"])
def test_small_batches_show_each_network_at_its_own_best_rate(count):
    run, out = (
        kept.load("equal-examples"),
        transform.small_batches().evaluate(batch_size=16, count=count, rate=0, shape=1),
    )
    c, m = equal_examples.COUNTS.index(count), equal_examples.BATCH_SIZES.index(16)
    for name, norm in (("plain", "none"), ("batchnorm", "batch"), ("othernorm", "layer")):
        n = equal_examples.NORMS.index(norm)
        at_rates = 100 * run["accuracy"][:, 1, n, m, c]  # seeds, rates
        best = np.median(at_rates, axis=0).argmax()
        assert out[f"now_{name}"] == pytest.approx(np.median(at_rates[:, best]))
        assert out[f"lost_{name}"] == run["diverged"][:, 1, n, m, best].sum()
        assert out[f"low_{name}"][2] <= out[name][2] == out[f"now_{name}"] <= out[f"high_{name}"][2]
    assert out["slope"] == pytest.approx(0.9523, abs=1e-3)
