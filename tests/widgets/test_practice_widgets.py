"""The widgets of the chapter on practice against the library and the experiments."""

import json

import numpy as np
import pytest

import bn
from bn.layers import batch_norm, merge, momentum_from_old_weight, running_start, shard, update_running
from bn.layers.batch_normalization import BatchNormCache
from bnbook.experiments import accumulation, companions, half_precision, kept, seats, sick_networks
from bnbook.experiments.sick_networks import FAULTS
from bnbook.widgets import practice
from bnbook.widgets.front import two_main_directions
from bnbook.widgets.practice.clinic import CODES
from bnbook.widgets.practice.clinic import tables as findings
from bnbook.widgets.practice.half import NAMES, POWERS, SPREADS, digits_at
from bnbook.widgets.practice.half import tables as errors
from bnbook.widgets.practice.workers import COUNTS, numbers, orders
from tools.build import ROOT

# What the doctor must say, fault by fault: in one of the three layers.
EXPECTED = {
    "none": set(),
    "lag": {"running-far"},
    "keras": {"momentum"},
    "never": {"running-untouched"},
    "switch": {"forgotten-switch"},
    "frozen": {"frozen"},
    "four": {"small-batch"},
    "dead": {"dead-feature"},
    "tiny": {"variance-near-eps"},
    "camera": {"running-far"},
    "outlier": {"one-example-rules", "running-far"},
}


@pytest.fixture(scope="module")
def widgets():
    makers = (practice.cost, practice.placing, practice.port, practice.workers)
    return {make.__name__: make().check() for make in makers}


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize(("apart", "in_order"), [(0.0, 0), (3.5, 1), (6.0, 0)])
def test_workers_are_shards_and_merging_them_is_exact(widgets, count, apart, in_order):
    out = widgets["workers"].evaluate(workers=count, apart=apart, sorted=in_order)
    classes = orders()[0 if in_order else 1]
    x = (numbers() + apart * classes)[:, None]
    shards = [shard(part) for part in np.split(x, count)]
    merged = shards[0]
    for other in shards[1:]:
        merged = merge(merged, other)
    np.testing.assert_allclose(out["means"][:count], [s.mean[0] for s in shards], atol=1e-12)
    np.testing.assert_allclose(out["variances"][:count], [s.m2[0] / s.count for s in shards], atol=1e-12)
    assert np.isnan(out["means"][count:]).all()
    assert out["merged"] == pytest.approx(merged.m2[0] / 16) == pytest.approx(out["whole"]) == pytest.approx(x.var())
    assert out["naive"] == pytest.approx(np.mean([s.m2[0] / s.count for s in shards]), abs=1e-12)
    one = np.ones(1)
    assert out["xhat_whole"] == pytest.approx(batch_norm(x, one, 0 * one)[0][0, 0])
    assert out["xhat_own"] == pytest.approx(batch_norm(np.split(x, count)[0], one, 0 * one)[0][0, 0], abs=1e-9)


@pytest.mark.parametrize(("momentum", "source"), [(0.99, 1), (0.1, 0), (0.5, 1)])
def test_the_weights_of_past_batches_are_those_of_the_update(widgets, momentum, source):
    out = widgets["port"].evaluate(momentum=momentum, source=source, steps=30)
    meant = momentum_from_old_weight(momentum) if source else momentum
    for name, rho in (("meant", meant), ("copied", 1 - meant)):
        running = running_start(1)
        for value in [1.0, *[0.0] * 5]:  # one batch with mean 1, then five with mean 0
            cache = BatchNormCache(None, None, None, np.array([value]), np.array([1.0]), 2)
            running = update_running(running, cache, rho)
        assert out[f"{name}_weight"][5] == pytest.approx(max(running.mean[0], 1e-7))
        assert (1 - rho) ** out[f"{name}_length"] <= 0.01 * (1 + 1e-9)
        assert out[f"{name}_left"] == pytest.approx((1 - rho) ** 30)


@pytest.mark.parametrize("shape", [0, 1, 2])
def test_cost_shows_the_measured_file(widgets, shape):
    file = json.loads((ROOT / "benchmarks" / "measured" / "norms.json").read_text(encoding="utf-8"))
    out = widgets["cost"].evaluate(shape=shape)
    rows = {row["name"]: row for row in file["layers"]}
    times = [row["forward"][shape] + row["backward"][shape] for row in rows.values()]
    np.testing.assert_allclose(out["both"], times)
    assert out["kept_now"] == rows["batch norm"]["memory"][shape]
    two, one = (file["inference"][name][shape] for name in ("two", "one"))
    assert [out[name] for name in ("two", "now", "norm_top", "apart")] == [two, two, two, 1] and out["one"] == one
    folded = widgets["cost"].evaluate(shape=shape, folded=True)
    assert [folded["now"], folded["norm_top"], folded["apart"]] == pytest.approx([one, one, 0])
    assert out["ratio"] == pytest.approx(times[list(rows).index("batch norm")] / times[list(rows).index("linear")])
    assert out["saved"] == pytest.approx((two - one) / two)
    assert file["date"] in practice.cost().caption


@pytest.mark.parametrize("fault", FAULTS)
def test_the_doctor_finds_each_fault_and_nothing_else(fault):
    seen = [set(bn.diagnose(layer).codes) for layer in sick_networks.layers(fault)]
    assert set().union(*seen) == EXPECTED[fault]
    for number, codes in enumerate(seen, start=1):
        out = findings(fault, number)
        assert {code for code, count in zip(CODES, out["counts"], strict=True) if count} == codes
        assert out["found"] == len(codes) and bool(out["main"]) == bool(codes)


def test_half_shows_the_experiment():
    out = errors(SPREADS[18:20], 10, 1e-5, "bfloat16")
    run = half_precision.run("bfloat16", 10, 1e-5, SPREADS)
    for k, name in enumerate(NAMES):
        np.testing.assert_array_equal(out[f"error_{name}"][0], run["error"][k])
        np.testing.assert_array_equal(out[f"now_{name}"], run["error"][k, 18:20])
    assert out["broken"][0] == (0 if np.isfinite(run["error"][0, 18]) else 1)


@pytest.mark.parametrize(("form", "exponent"), [("float16", 5), ("bfloat16", 8)])
def test_half_shows_numbers_where_they_land_and_in_their_bits(form, exponent):
    out = errors(SPREADS, 0, 1e-8, form)
    squares = half_precision.rounded(np.array(SPREADS) ** 2, form)
    np.testing.assert_array_equal(out["square_over"], np.isinf(squares))
    np.testing.assert_array_equal(out["square_under"], squares == 0)
    assert out["eps_under"].all() == (form == "float16")  # as the chapter says of it
    lost = out["square_lost"].astype(bool)
    np.testing.assert_array_equal(out["square_place"] == out["square_at"], ~lost)
    for k in range(len(SPREADS)):
        row = out["bits"][k, 4]  # of four rows with air between, from below; x² is the second from above
        whole = row[np.isfinite(row)].astype(int)
        assert len(whole) == 16 and whole[0] == 0
        power = int("".join(map(str, whole[1 : 1 + exponent])), 2)
        share = int("".join(map(str, whole[1 + exponent :])), 2) / 2 ** (15 - exponent)
        bias = 2 ** (exponent - 1) - 1
        if power == 2**exponent - 1:
            value = np.inf if share == 0 else np.nan
        else:
            value = (1 + share) * 2.0 ** (power - bias) if power else share * 2.0 ** (1 - bias)
        assert value == pytest.approx(float(squares[k]), rel=1e-6)


def test_the_comb_has_a_tick_where_float16_has_numbers():
    digits = digits_at("float16")
    there = POWERS[np.isfinite(digits)]
    assert there[0] == 2.0**-24 and there[-1] == 2.0**15
    for power, bits in zip(there, digits[np.isfinite(digits)], strict=True):
        assert np.nextafter(np.float16(power), np.float16(np.inf)) - np.float16(power) == power * 2.0 ** (1 - bits)
    assert (digits_at("bfloat16") == 8).all()


@pytest.mark.parametrize("there", [(1, 0, 1, 0.2, 0, 0.9, 0), (0, 0, 0, 0, 0, 0, 0), (0, 1, 1, 1, 1, 1, 1)])
def test_the_answer_among_companions_is_that_of_the_network(there):
    data, net = companions.trained()
    batch = [seats.PICTURE, *(other for other, seat in zip(seats.OTHERS, there, strict=True) if seat > 0.5)]
    logits = bn.forward(net, data.test_x[0, batch], training=True)[0][0, 0]
    wanted = np.exp(logits) / np.exp(logits).sum()
    out = practice.seats().evaluate(seats=there)
    assert out["answer"] == pytest.approx(wanted, abs=1e-4) and out["inside"] == len(batch) - 1
    assert out["right"] == pytest.approx(wanted[data.test_y[0, seats.PICTURE]], abs=1e-4)


def test_the_company_makes_the_difference_that_the_chapter_tells_of():
    run = seats.run()
    assert run["labels"].tolist() == [3, 0, 2, 1, 3, 3, 3, 3]
    threes, strangers, all_seven = (run["answers"][row, 3] for row in (0b1111000, 0b0000111, 0b1111111))
    assert threes < 0.1 and strangers > 0.9 and all_seven > 0.9 and run["running"].argmax() == 3


def test_companions_and_accumulation_show_the_median_of_the_kept_runs():
    out = practice.companions().evaluate(size=8, draw=1, kind="one class")
    run = kept.load("companions")
    which, at = companions.KINDS.index("one class"), companions.SIZES.index(8)
    assert out["now"] == pytest.approx(100 * np.median(run["batch"][:, which, at]))
    assert out["running"] == pytest.approx(100 * np.median(run["running"][:, which]))
    out = practice.accumulate().evaluate(micro=4, lr=0.3)
    run = kept.load("accumulation")
    assert out["end"] == pytest.approx(100 * np.median(run["accuracy"][:, 2, 1, -1]))
    assert out["whole_end"] == pytest.approx(100 * np.median(run["accuracy"][:, 2, -1, -1]))
    assert out["difference_now"] == pytest.approx(np.median(np.median(run["difference"][:, 2, 1], axis=-1)))
    assert out["plain_difference"] < 1e-12


def test_fine_tuning_shows_all_seeds_of_the_four_ways():
    out = practice.fine_tune().evaluate(camera="dimmed", batch_size=4, steps=100, rate=0.02)
    run = kept.load("fine-tuning")
    seen = 100 * np.vstack([run["accuracy"][:, 1, :, 1, 1, 1].T, run["live_renewed"][:, 1, 1, 1, 1]])
    np.testing.assert_allclose(out["each"], seen.ravel())
    np.testing.assert_allclose(out["middle"], np.median(seen, axis=1))
    assert out["lost"] == run["diverged"][:, 1, 1:, 1, 1].sum()


def test_accumulate_without_a_norm_is_the_same_for_any_size():
    """Which is why the widget runs it once."""
    runs = [accumulation.run(m, steps=12, every=12, seeds=(0,), norm="none") for m in (2, 64)]
    np.testing.assert_allclose(runs[0]["loss"], runs[1]["loss"], rtol=1e-9)


@pytest.mark.parametrize("offset", [-2.0, 0.0, 1.5])
@pytest.mark.parametrize(("gamma", "beta"), [(1.0, 0.0), (0.5, 1.0), (2.0, -1.0)])
def test_what_the_next_layer_receives_is_what_the_library_computes(widgets, offset, gamma, beta):
    out = widgets["placing"].evaluate(offset=offset, gamma=gamma, beta=beta)
    unit = two_main_directions(300)[:, :1] + offset
    normalized, _ = batch_norm(unit, np.array([gamma]), np.array([beta]))
    after, _ = batch_norm(np.maximum(unit, 0), np.array([gamma]), np.array([beta]))
    edges = np.linspace(-3, 6, 46)
    assert np.abs(out["before"] - np.histogram(np.maximum(normalized, 0), edges)[0]).sum() <= 2  # at an edge of a bar
    assert np.abs(out["after"] - np.histogram(after, edges)[0]).sum() <= 2
    assert out["mean_before"] == pytest.approx(np.maximum(normalized, 0).mean())
    assert after.mean() == pytest.approx(beta, abs=1e-9)  # as the picture says it
    assert out["off_before"] == pytest.approx(100 * (normalized <= 0).mean())
    assert out["off_after"] == pytest.approx(100 * (unit <= 0).mean())
