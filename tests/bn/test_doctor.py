"""The doctor: every finding is provoked, and healthy networks give none."""

from dataclasses import replace

import numpy as np
import pytest

import bn
from bn.data import digits
from bn.doctor import CODES
from bn.network import init
from bn.optim import train


def healthy(m=64, d=4, **changes):
    """Arrays of a layer in good health, as fields of a `Layer`."""
    rng = np.random.default_rng(0)
    x = rng.normal(1, 2, size=(m, d))
    fields = {
        "x": x,
        "gamma": np.array([1.0, 2, -1, 0.5]),
        "beta": np.array([0.0, -1, 1, 0.3]),
        "running_mean": np.full(d, 1.1),
        "running_var": np.full(d, 3.6),
        "activation": "relu",
        "momentum": 0.1,
    }
    return {**fields, **changes}


def feature(value, j=2, **more):
    """Healthy arrays whose feature j is `value` (m,)."""
    fields = healthy(**more)
    fields["x"][:, j] = value
    return fields


def outputs(mode, made_with, **changes):
    fields = healthy(running_mean=np.full(4, 1.4), running_var=np.full(4, 5.0), **changes)
    given = [fields[name] for name in ("x", "gamma", "beta")]
    y = bn.batch_norm(*given)[0] if made_with == "training" else 0
    if made_with == "inference":
        y = bn.batch_norm_inference(*given, fields["running_mean"], fields["running_var"])
    return {**fields, "y": y if made_with != "noise" else np.zeros((64, 4)), "mode": mode}


def one_nan():
    fields = healthy()
    fields["x"][3, 1] = np.nan
    return fields


RNG = np.random.default_rng(5)
TINY = 0.1 + 1e-3 * RNG.normal(size=64)
SICK = {
    "not-finite": (one_nan(), "1 of 4 features hold NaN or infinity (feature 1: 2%"),
    "batch-of-one": (healthy(m=1), "batch of one"),
    "small-batch": (healthy(m=4), "Only 4 numbers share a mean: the scale of a batch is off by about 35%"),
    "constant-feature": (feature(3.7), "1 of 4 features are constant"),
    "variance-near-eps": (feature(TINY, running_mean=np.array([1.1, 1.1, 0.1, 1.1]),
                              running_var=np.array([3.6, 3.6, 1e-6, 3.6])), "eps takes 9"),
    "one-example-rules": (feature(np.where(np.arange(64) == 9, 2e3, RNG.normal(size=64)),
                                  running_mean=np.array([1.1, 1.1, 31, 1.1]),
                                  running_var=np.array([3.6, 3.6, 6e4, 3.6])), "a single example owns"),
    "offset": (feature(1e5 + RNG.normal(size=64), running_mean=np.array([1.1, 1.1, 1e5, 1.1]),
                       running_var=np.array([3.6, 3.6, 1, 3.6])), "times the spread (feature 2)"),
    "half-overflow": (healthy(x=np.random.default_rng(1).normal(0, 300, size=(64, 4)).astype(np.float16),
                              running_mean=np.zeros(4), running_var=np.full(4, 9e4)), "overflow above 255"),
    "dead-feature": (healthy(beta=np.array([0.0, -9, 1, 0.3])), "1 of 4 features are dead"),
    "saturated": (healthy(activation="sigmoid", beta=np.array([0.0, 0, 9, 0])), "saturated: 100% of the batch"),
    "gamma-zero": (healthy(gamma=np.array([1.0, 0, 1, 1])), "gamma = 0 (the first: 1)"),
    "useless-bias": (healthy(bias=np.array([0.0, 0, 0, 2.5])), "up to 2.5"),
    "running-invalid": (healthy(running_var=np.array([1, np.nan, 1, 1])), "are no statistics (feature 1"),
    "running-untouched": (healthy(running_mean=np.zeros(4), running_var=np.ones(4)), "never updated"),
    "running-far": (healthy(running_mean=np.array([1.1, 1.1, 9, 1.1])), "at feature 2 the mean is off by 4.1 spreads"),
    "momentum": (healthy(momentum=0.99), "Momentum 0.99"),
    "forgotten-switch": (outputs("inference", "training"), "with the statistics of this batch"),
    "frozen": (outputs("training", "inference"), "with the running statistics"),
    "other-function": (outputs("training", "noise"), "fits neither"),
}  # fmt: skip


def test_every_code_has_its_case():
    assert set(SICK) == set(CODES)


@pytest.mark.parametrize("code", SICK)
def test_each_finding_is_provoked_alone_with_its_numbers(code):
    fields, words = SICK[code]
    found = bn.diagnose(fields)
    assert found.codes == (code,)
    finding = found[0]
    assert words in finding.words and words in str(found)
    assert finding.cure and finding.layer == "batch norm"
    assert all(np.isfinite(v) or code == "running-invalid" for v in finding.numbers.values())


def test_a_healthy_layer_has_no_finding():
    found = bn.diagnose(healthy())
    assert not found and "No finding" in str(found)
    for mode in ("training", "inference"):
        assert not bn.diagnose(outputs(mode, mode))


@pytest.mark.parametrize(
    ("activation", "depth", "batch_size"), [("relu", 1, 32), ("relu", 4, 64), ("sigmoid", 3, 64), ("tanh", 3, 32)]
)
def test_healthy_networks_have_no_finding(activation, depth, batch_size):
    """On training batches and on held-out ones, for eight seeds."""
    data = digits(range(8))
    start = "he" if activation == "relu" else "glorot"
    net = init((64, *[32] * depth, 10), norm="batch", activation=activation, init=start, seeds=range(8))
    net, _ = train(net, data, 0.1, batch_size=batch_size, steps=120)
    for which in range(8):
        for x in (data.train_x[which][:batch_size], data.test_x[which][:batch_size]):
            assert not bn.diagnose(bn.observe(net, x, which=which, mode="training"))


def test_the_worst_feature_stands_first_and_the_worst_finding_too():
    found = bn.diagnose(healthy(running_mean=np.array([1.1, 5, 9, 1.1]), bias=np.ones(4), running_var=np.full(4, 3.6)))
    assert found.codes == ("running-far", "useless-bias")
    assert found[0].features == (2, 1)
    assert found[0].numbers["features"] == 2 and found[0].numbers["of"] == 4


def test_images_and_half_precision_are_taken_as_they_are():
    rng = np.random.default_rng(0)
    x = rng.normal(1, 2, size=(8, 4, 5, 5)).astype(np.float16)
    assert not bn.diagnose({**healthy(), "x": x})
    assert bn.diagnose({"x": x[:1, :, :1, :2]}).codes == ("small-batch",)


def test_a_network_with_a_lagging_momentum_is_recognized_and_cured():
    data = digits((0,))
    net, _ = train(init((64, 32, 32, 10), norm="batch"), data, 0.1, steps=60, momentum=0.001)
    x = data.test_x[0][:128]
    assert bn.diagnose(bn.observe(net, x)).codes == ("running-far",)
    assert not bn.diagnose(bn.observe(bn.recompute_statistics(net, data.train_x[0]), x))


def test_a_forgotten_switch_is_recognized_in_a_network():
    data = digits((0,))
    net, _ = train(init((64, 32, 10), norm="batch"), data, 0.1, steps=60)
    x = data.test_x[0][:64]
    assert bn.diagnose(bn.observe(net, x, training=True, mode="inference")).codes == ("forgotten-switch",)
    assert not bn.diagnose(bn.observe(net, x, training=False, mode="inference"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"x": np.ones(3)}, "x has shape"),
        ({"x": np.ones((0, 3))}, "x has shape"),
        ({"x": np.array([["a"]])}, "x has dtype"),
        ({"x": np.ones((4, 3)), "gamma": np.ones(4)}, "gamma has shape"),
        ({"x": np.ones((4, 3)), "y": np.ones((3, 4))}, "y has shape"),
        ({"x": np.ones((4, 3)), "eps": -1}, "eps is -1"),
        ({"x": np.ones((4, 3)), "activation": "gelu"}, "activation is 'gelu'"),
        ({"x": np.ones((4, 3)), "mode": "eval"}, "mode is 'eval'"),
        ({"x": np.ones((4, 3)), "weight": 1}, "dict with x"),
        ({"name": "a"}, "dict with x"),
    ],
)
def test_bad_input_is_named(given, words):
    with pytest.raises(ValueError, match=words):
        bn.diagnose(given)


def test_observe_needs_batch_norm_and_a_network_of_the_stack():
    net = init((4, 3, 2), norm="batch")
    with pytest.raises(ValueError, match="which is 1"):
        bn.observe(net, np.ones((5, 4)), which=1)
    with pytest.raises(ValueError, match=r"net\.norm"):
        bn.observe(replace(net, norm="none"), np.ones((5, 4)))
