"""Residual networks: where the skip connections lead, gradients, silent branches, and what cannot be."""

from dataclasses import replace

import numpy as np
import pytest

from bn.data import Data
from bn.doctor import observe
from bn.hessian import hessian_vector_product, logits_speed
from bn.layers.dense import ACTIVATIONS
from bn.layers.norms import NORMS
from bn.network import backward, forward, init, loss_and_grads, take, update_statistics
from bn.optim import train
from bn.serving import fold_network, recompute_statistics
from tests.bn.stand_ins import seen, stood_in, tracing

KINDS = ("pre", "end", "post")
SIZES = (6, 32, 32, 32, 4)


def problem(k=2, seed=0, m=9):
    rng = np.random.default_rng(seed)
    return rng, rng.normal(size=(k, m, 6)), rng.integers(0, 4, (k, m))


def stack(residual, shake=0.3, **settings):
    """Two networks whose parameters are all away from their start."""
    settings = {"seeds": (0, 1), "activation": "tanh", "skip_init": 0.7, **settings}
    net = init(SIZES, residual=residual, **settings)
    rng = np.random.default_rng(5)
    for layer in net.params:
        for name in layer:
            layer[name] = layer[name] + shake * rng.normal(size=layer[name].shape) * (name != "std")
    return net


def flatten(layers):
    return [layer[name] for layer in layers for name in layer]


def with_params(net, flat):
    values = iter(flat)
    return replace(net, params=[{name: next(values) for name in layer} for layer in net.params])


def by_hand(net, x, residual):
    """The logits, with every block written out."""
    norm, act = (
        (lambda z, i: NORMS[net.norm].forward(z, net.params[i], net.eps)[0]),
        lambda y: ACTIVATIONS[net.activation][0](y)[0],
    )
    first, *blocks, last = net.params
    linear = lambda a, layer: a @ layer["w"] + layer.get("b", 0)
    factor = lambda layer: layer.get("branch", 1)
    if residual == "pre":
        x = linear(x, first)
        for i, block in enumerate(blocks):
            x = x + factor(block) * linear(act(norm(x, i)), block)
        return linear(act(norm(x, len(blocks))), last)
    if residual == "end":
        x = act(norm(linear(x, first), 0))
        for i, block in enumerate(blocks, 1):
            x = act(x + factor(block) * norm(linear(x, block), i))
        return linear(x, last)
    x = norm(linear(x, first), 0)
    for i, block in enumerate(blocks, 1):
        x = norm(x + factor(block) * linear(act(x), block), i)
    return linear(act(x), last)


@pytest.mark.parametrize("skip_init", [None, 0.7])
@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@pytest.mark.parametrize("residual", KINDS)
def test_the_blocks_are_those_of_the_papers(residual, norm, skip_init):
    net = stack(residual, norm=norm, skip_init=skip_init)
    x = problem()[1]
    logits, trace = forward(net, x)
    np.testing.assert_allclose(logits, by_hand(net, x, residual), rtol=1e-12, atol=1e-12)
    start, end = {"pre": (trace.z, trace.z), "end": (trace.a, trace.y), "post": (trace.y, trace.z)}[residual]
    for i in (1, 2):
        factor = net.params[i].get("branch", 1)
        np.testing.assert_allclose(end[i], start[i - 1] + factor * trace.branches[i], rtol=1e-12, atol=1e-12)
    assert [b.shape for b in trace.branches] == [(2, 9, 32)] * 3


@pytest.mark.parametrize("noisy", [False, True])
@pytest.mark.parametrize("norm", sorted(set(NORMS) - {"l1", "linf"}))
@pytest.mark.parametrize("residual", KINDS)
def test_the_gradient_is_the_slope(residual, norm, noisy, is_the_slope):
    if norm == "weight" and residual != "end":
        with pytest.raises(ValueError, match=f"residual is '{residual}'; allowed with norm \"weight\" are"):
            stack(residual, norm=norm)
        return
    net = stack(residual, norm=norm)
    rng, x, labels = problem()
    noise = [(rng.uniform(0.5, 2, (2, 9, 32)), rng.normal(size=(2, 9, 32))) for _ in range(3)] if noisy else None
    if norm == "renorm":  # r and d are constants in the gradient: here they do not change, for both are at their bound
        net = replace(net, running=[r._replace(mean=r.mean + 1e4, var=r.var * 1e4) for r in net.running])
    _, grads, _ = loss_and_grads(net, x, labels, noise=noise)
    assert [set(g) for g in grads] == [set(p) for p in net.params]
    free = lambda layer: [name for name in layer if norm != "frozen" or name not in ("mean", "std")]

    def total(*flat):
        values = iter(flat)
        params = [
            {name: next(values) if name in free(layer) else p for name, p in layer.items()} for layer in net.params
        ]
        return loss_and_grads(replace(net, params=params), x, labels, noise=noise)[0].sum()

    arrays = [layer[name] for layer in net.params for name in free(layer)]
    order = [g[name] for g, p in zip(grads, net.params, strict=True) for name in free(p)]
    is_the_slope(total, arrays, order, rng, h=1e-4, rel=3e-8)


@pytest.mark.parametrize("residual", KINDS)
def test_a_network_in_a_stack_is_what_it_is_alone(residual):
    net = stack(residual, norm="batch", dtype=np.float64)
    _, x, labels = problem()
    losses, grads, trace = loss_and_grads(net, x, labels)
    after = update_statistics(net, trace)
    for k in range(2):
        alone = take(net, [k])
        loss, grad, own = loss_and_grads(alone, x[k], labels[k])
        assert loss[0] == pytest.approx(losses[k], rel=1e-13)
        for a, b in zip(flatten(grad), flatten(grads), strict=True):
            np.testing.assert_allclose(a[0], b[k], atol=1e-13)
        used = forward(update_statistics(alone, own), x[k], training=False)[0]
        np.testing.assert_allclose(used[0], forward(after, x, training=False)[0][k], atol=1e-12)


@pytest.mark.parametrize("residual", KINDS)
def test_float32_stays_float32(residual):
    net = init(SIZES, norm="batch", residual=residual, skip_init=0.5, dtype=np.float32)
    _, x, labels = problem(1)
    losses, grads, trace = loss_and_grads(net, x[0].astype(np.float32), labels[0])
    kinds = {a.dtype for a in (losses, *flatten(grads), *flatten(net.params), *trace.branches, *trace.z, *trace.a)}
    assert kinds == {np.dtype(np.float32)}


@pytest.mark.parametrize("norm", ["none", "batch"])
@pytest.mark.parametrize("residual", ["pre", "end"])
def test_with_skip_init_at_0_the_stream_passes_unchanged(residual, norm):
    net = init(SIZES, norm=norm, residual=residual, skip_init=0.0)
    _, x, labels = problem(1)
    _, grads, trace = loss_and_grads(net, x[0], labels[0])
    stream = trace.z if residual == "pre" else trace.a
    np.testing.assert_array_equal(stream[0], stream[2])
    assert np.abs(trace.branches[2]).max() > 0.1  # the branches speak, but nobody listens
    for layer in grads[1:-1]:
        assert np.abs(layer["branch"]).max() > 1e-6 and np.abs(layer["w"]).max() == 0


def test_with_gamma_at_0_the_stream_passes_unchanged_and_it_can_learn():
    net = init(SIZES, norm="batch", residual="end", zero_gamma=True)
    _, x, labels = problem(1)
    _, grads, trace = loss_and_grads(net, x[0], labels[0])
    np.testing.assert_array_equal(trace.a[0], trace.a[2])
    np.testing.assert_array_equal(trace.branches[1], 0)
    assert (net.params[0]["gamma"] == 1).all() and (net.params[1]["gamma"] == 0).all()
    for layer in grads[1:-1]:
        assert np.abs(layer["gamma"]).max() > 1e-6 and np.abs(layer["w"]).max() == 0
    data = Data(x, labels, x, labels)
    _, history = train(net, data, 0.2, batch_size=None, steps=60)
    assert history.losses[-1, 0] < 0.3 * history.losses[0, 0]


def test_branches_behind_a_norm_add_the_same_to_a_stream_that_grows():
    """De & Smith (2020): with batch norm the share of block l is 1 / (l + 1), without it a half."""
    x = np.random.default_rng(0).normal(size=(256, 128)) / np.sqrt(2)  # so that the stream begins with variance 1
    shares = {}
    for norm in ("batch", "none"):
        net = init((128, *[128] * 31, 10), norm=norm, residual="pre", seeds=range(3))
        trace = forward(net, x)[1]
        size = lambda a: np.square(a).mean()
        shares[norm] = [size(trace.branches[i]) / size(trace.z[i]) for i in (1, 5, 30)]
        if norm == "batch":
            assert [size(trace.z[i]) for i in (0, 1, 5, 30)] == pytest.approx([1, 2, 6, 31], rel=0.05)
    assert shares["batch"] == pytest.approx([1 / 2, 1 / 6, 1 / 31], rel=0.05)
    assert shares["none"] == pytest.approx([1 / 2] * 3, rel=0.05)


def test_a_network_with_one_hidden_layer_has_no_skip_connection():
    plain, residual = (init((6, 32, 4), norm="batch", residual=kind) for kind in (None, "pre"))
    _, x, labels = problem(1)
    for a, b in zip(*(flatten(loss_and_grads(net, x, labels)[1]) for net in (plain, residual)), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("norm", ["none", "tanh"])
@pytest.mark.parametrize("residual", KINDS)
def test_a_pass_can_be_traced(residual, norm):
    """There and back, with norms that do not look at their numbers: the same comes out."""
    net, (_, x, _) = stack(residual, norm=norm), problem()
    logits, trace = forward(net, x)
    grads = backward(net, trace, np.cos(logits))
    with tracing():
        traced = replace(net, params=stood_in(net.params))
        found, seen_by = forward(traced, stood_in(x))
        found_grads = backward(traced, seen_by, np.cos(found))
    np.testing.assert_array_equal(seen(found), logits)
    for a, b in zip(flatten(seen(found_grads)), flatten(grads), strict=True):
        np.testing.assert_array_equal(a, b)


def test_folding_goes_where_the_norm_comes_directly_after_the_layer():
    net = stack("end", norm="batch", shake=0.1)
    _, x, _ = problem()
    net = recompute_statistics(net, x)
    folded = fold_network(net)
    assert folded.norm == "none" and folded.residual == "end"
    np.testing.assert_allclose(forward(folded, x)[0], forward(net, x, training=False)[0], rtol=1e-11, atol=1e-12)
    for residual in ("pre", "post"):
        with pytest.raises(ValueError, match=f"net.residual is '{residual}'; allowed are None, 'end'"):
            fold_network(stack(residual, norm="batch"))


def test_what_knows_no_skip_connections_says_so():
    net = stack("pre", norm="batch")
    _, x, labels = problem()
    for call in (lambda: hessian_vector_product(net, x, labels, net.params), lambda: logits_speed(net, x, net.params)):
        with pytest.raises(ValueError, match="residual is 'pre'; allowed are None"):
            call()
    with pytest.raises(ValueError, match=r"net\.residual is 'end'; allowed are None, 'pre', 'post'"):
        observe(stack("end", norm="batch"), x[0])
    assert len(observe(net, x[0])) == 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"residual": "both"}, "residual is 'both'; allowed are None, 'pre', 'end', 'post'"),
        ({"sizes": (6, 8, 7, 4)}, r"sizes is \(6, 8, 7, 4\); allowed in a residual network are hidden layers of one"),
        ({"residual": "pre", "zero_gamma": True}, "zero_gamma is True with residual 'pre' and norm \"batch\"; allowed"),
        ({"residual": None, "zero_gamma": True}, "zero_gamma is True with residual None"),
        ({"norm": "none", "zero_gamma": True}, "zero_gamma is True with residual 'end' and norm \"none\"; allowed is"),
        ({"residual": None, "skip_init": 0.0}, "skip_init is 0.0 with residual None; allowed is None"),
        ({"skip_init": np.nan}, "skip_init is nan; allowed is None or a finite number"),
        ({"skip_init": "0"}, "skip_init is '0'; allowed is None or a finite number"),
    ],
)
def test_wrong_settings_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        init(**{"sizes": (6, 8, 8, 4), "residual": "end", "norm": "batch", **settings})
