"""Stacks of small multilayer perceptrons: k networks (seeds, learning rates, scales) as one batched matmul.

A hidden layer is linear -> norm -> activation, the output layer is linear. All arrays have a leading axis k,
one entry per network; the networks of a stack share nothing but their shape and, if you like, the data.
In a residual network skip connections go past the layers, see `SKIPS`.
"""

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from .layers import checks
from .layers.dense import ACTIVATIONS, linear, linear_grad
from .layers.losses import LOSSES
from .layers.norms import NORMS
from .layers.running import running_start, update_running

# Standard deviation of the start weights, from fan-in and fan-out.
INITS = {
    "he": lambda fan_in, fan_out: np.sqrt(2 / fan_in),
    "glorot": lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out)),
    "lecun": lambda fan_in, fan_out: np.sqrt(1 / fan_in),
}

# Of a layer, z is what its linear map gives, y what its norm makes of z, a what its activation makes of y. A skip
# connection takes one of them, x, from the layer before, and adds it to one of this layer:
SKIPS = {
    None: (None, None),
    "pre": ("z", "z"),  # x + linear(act(norm(x))), the norm before the sum, first in the branch: He et al. (2016b)
    "end": ("a", "y"),  # act(x + norm(linear(x))), before the sum, last in the branch: He et al. (2016a)
    "post": ("y", "z"),  # norm(x + linear(act(x))), after the sum: Vaswani et al. (2017)
}


@dataclass(frozen=True)
class Network:
    """k networks of one shape. A new step makes a new `Network`: an old one kept is a snapshot.

    params : one dict per layer: "w" (k, fan_in, fan_out), "b" (k, 1, fan_out) if it has a bias (not before
    batch norm), those of the norm, such as "gamma" and "beta" (k, 1, d), and with SkipInit "branch" (k, 1, 1), which
    multiplies what is added to the stream. Gradients have the same form.
    running : one `Running` per hidden layer with arrays (k, 1, d), or None for a norm without.
    seeds : (k,) what each network's weights were drawn with.
    """

    params: list
    running: list
    seeds: np.ndarray
    norm: str = "none"
    activation: str = "relu"
    eps: float = 1e-5
    residual: str | None = None

    @property
    def size(self):
        """How many networks there are."""
        return len(self.seeds)

    @property
    def hidden(self):
        """How many hidden layers each has."""
        return len(self.params) - 1


@dataclass
class Trace:
    """What one forward pass saw, one entry per hidden layer: look inside, and go backward from it.

    z : what the linear layer gave, (k, m, d).   y : the input of the activation: z after the norm, and noise.
    a : what the activation gave.   logits : (k, m, c).   norm_caches : for batch norm, mu, var, std, xhat.
    In a residual network z, y and a are those after the sum. branches : what was added there to what came by the skip
    connection; at the first layer, which has none, all there is.
    """

    z: list = field(default_factory=list)
    y: list = field(default_factory=list)
    a: list = field(default_factory=list)
    norm_caches: list = field(default_factory=list)
    linear_caches: list = field(default_factory=list)
    activation_caches: list = field(default_factory=list)
    branches: list = field(default_factory=list)
    noise: list | None = None
    training: bool = True
    logits: np.ndarray | None = None


def init(
    sizes,
    *,
    norm="none",
    activation="relu",
    init="he",
    seeds=(0,),
    scale=1.0,
    eps=1e-5,
    dtype=np.float64,
    residual=None,
    zero_gamma=False,
    skip_init=None,
):
    """A stack of networks, one per seed.

    sizes : widths from input to output, such as (64, 100, 100, 10).   norm : a key of `NORMS`.
    activation : "relu", "sigmoid", "tanh" or "linear".
    init : "he" (standard deviation sqrt(2 / fan_in)), "glorot" (sqrt(2 / (fan_in + fan_out))), "lecun"
    (sqrt(1 / fan_in)), or the standard deviation itself.
    scale : a factor for all start weights, one number or one per network.
    residual : "pre", "end" or "post" for skip connections past all hidden layers but the first, see `SKIPS`.
    zero_gamma : with residual "end", gamma starts at 0 in the branches, so each is silent (Goyal et al. 2017).
    skip_init : each branch is multiplied by a number that is learned and starts here, at 0 in SkipInit (De & Smith
    2020); None: there is none.

    Weights are Gaussian; biases and beta start at 0, gamma at 1. A seed gives the same draws whatever the
    norm, the activation and the scale, so that networks of one seed start alike.
    Raises ValueError for unknown names, impossible numbers, and a residual network whose hidden layers differ in width.

    >>> net = init((64, 100, 10), norm="batch", seeds=(0, 1, 2))
    >>> net.params[0]["w"].shape, sorted(net.params[0])
    ((3, 64, 100), ['beta', 'gamma', 'w'])
    """
    checks.one_of("norm", norm, NORMS)
    checks.one_of("activation", activation, ACTIVATIONS)
    if np.dtype(dtype) not in checks.FLOATS:
        raise ValueError(f"dtype is {np.dtype(dtype)}; allowed are float32 and float64")
    if len(sizes) < 2 or not all(isinstance(size, (int, np.integer)) and size >= 1 for size in sizes):
        raise ValueError(f"sizes is {sizes}; allowed are at least two positive widths")
    _check_residual(residual, sizes, norm, zero_gamma, skip_init)
    seeds = np.atleast_1d(np.asarray(seeds))
    if seeds.ndim != 1 or seeds.dtype.kind not in "iu" or len(seeds) == 0 or seeds.min() < 0:
        raise ValueError(f"seeds is {seeds}; allowed are non-negative integers, one per network")
    scale = one_per_network("scale", scale, len(seeds))[:, None, None]
    layers = list(pairwise(sizes))
    weights = _draw(layers, seeds)
    params = []
    for i, (fan_in, fan_out) in enumerate(layers):
        w = (_spread(init, fan_in, fan_out) * scale * weights[i]).astype(dtype)
        last = i == len(layers) - 1
        bias = {"b": np.zeros((len(seeds), 1, fan_out), dtype)} if last or NORMS[norm].keeps_bias else {}
        params.append({"w": w, **bias, **({} if last else NORMS[norm].params(len(seeds), fan_out, dtype))})
    for layer in params[1:-1]:  # those with a branch
        if zero_gamma:
            layer["gamma"] = np.zeros_like(layer["gamma"])
        if skip_init is not None:
            layer["branch"] = np.full((len(seeds), 1, 1), skip_init, dtype)
    has_running = NORMS[norm].has_running
    running = [running_start((len(seeds), 1, d)) if has_running else None for d in sizes[1:-1]]
    return Network(params, running, seeds, norm, activation, checks.as_eps(eps), residual)


def forward(net, x, training=True, noise=None):
    """Logits (k, m, c) and the `Trace` of the pass.

    x : (m, d) shared by all networks, or (k, m, d).   training : use the batch's statistics, not the running.
    noise : None, or one pair (factor, shift) per hidden layer, each broadcastable to (k, m, d): y becomes
    factor y + shift, and the gradient treats both as constants (Santurkar et al. 2018, appendix).
    """
    norm, act = NORMS[net.norm], ACTIVATIONS[net.activation][0]
    trace = Trace(noise=noise, training=training)
    a = np.asarray(x, dtype=net.params[0]["w"].dtype)
    for i, layer in enumerate(net.params):
        z, cache = linear(a, layer["w"], layer.get("b"))
        trace.linear_caches.append(cache)
        if i == net.hidden:
            trace.logits = z
            return z, trace
        z = _sum(net, trace, "z", z)
        statistics = (net.running[i],) if norm.sees_running else ()
        y, cache = (
            norm.forward(z, layer, net.eps, *statistics)
            if training
            else (norm.inference(z, layer, net.running[i], net.eps), None)
        )
        y = _sum(net, trace, "y", y)
        if noise is not None:
            y = noise[i][0] * y + noise[i][1]
        a, activation_cache = act(y)
        trace.norm_caches.append(cache)
        trace.activation_caches.append(activation_cache)
        trace.z.append(z)
        trace.y.append(y)
        trace.a.append(a)


def backward(net, trace, dlogits):
    """Gradients in the form of `net.params`, from a training pass and d loss / d logits (k, m, c)."""
    norm, act_grad = NORMS[net.norm], ACTIVATIONS[net.activation][1]
    if not trace.training:
        raise ValueError("trace comes from an inference pass; allowed is one from forward(..., training=True)")
    start, end = SKIPS[net.residual]
    grads = [None] * len(net.params)
    dz, extra, past = dlogits, {}, 0.0  # past : what reaches the layer below by the skip connection
    for i in reversed(range(len(net.params))):
        da, dw, db = linear_grad(dz, trace.linear_caches[i], input_too=i > 0)
        dw = dw + extra.pop("w") if "w" in extra else dw  # weight norm goes back to the weights by a second way
        grads[i] = {"w": dw, **({} if db is None else {"b": db}), **extra}
        if i == 0:
            return grads
        dy = act_grad(da + past if start == "a" else da, trace.activation_caches[i - 1])
        dy = dy + past if start == "y" else dy
        if trace.noise is not None:
            dy = dy * trace.noise[i - 1][0]
        dy, past, factor = _sum_grad(net, trace, i - 1, dy) if end == "y" else (dy, past, {})
        dz, extra = norm.backward(dy, trace.norm_caches[i - 1])
        dz = dz + past if start == "z" else dz
        dz, past, factor = _sum_grad(net, trace, i - 1, dz) if end == "z" else (dz, past, factor)
        extra = {**extra, **factor}


def _sum(net, trace, place, branch):
    """What stands at `place`, "z" or "y": the branch, plus what a skip connection brings if it ends here."""
    start, end = SKIPS[net.residual]
    if place != end:
        return branch
    trace.branches.append(branch)
    i = len(trace.branches) - 1
    return getattr(trace, start)[i - 1] + net.params[i].get("branch", 1) * branch if i else branch


def _sum_grad(net, trace, i, d):
    """The gradients of the branch, of what the skip connection brought, and of "branch", if layer i has one."""
    if "branch" not in net.params[i]:
        return d, d, {}
    factor = (d * trace.branches[i]).sum(axis=(1, 2), keepdims=True)
    return net.params[i]["branch"] * d, d, {"branch": factor}


def loss_and_grads(net, x, labels, loss="softmax", noise=None):
    """Loss (k,), gradients, and the trace, in training mode.

    labels : (m,) or (k, m) for "softmax" cross-entropy; targets (m, c) or (k, m, c) for "squared" error.
    """
    value, value_grad = LOSSES[checks.one_of("loss", loss, LOSSES)]
    logits, trace = forward(net, x, noise=noise)
    losses, cache = value(logits, labels)
    return losses, backward(net, trace, value_grad(1.0, cache)), trace


def update_statistics(net, trace, momentum=0.1, variance="unbiased"):
    """The network with its running statistics moved towards those of a training pass: `update_running`."""
    if not NORMS[net.norm].has_running:
        return net
    pairs = zip(net.running, trace.norm_caches, strict=True)
    return replace(net, running=[update_running(r, c, momentum, variance) for r, c in pairs])


def require_batch_norm(net):
    """Raise ValueError for anything but a `Network` with norm "batch", whose statistics can be frozen."""
    if not isinstance(net, Network):
        raise ValueError(f'net is of type {type(net).__name__}; allowed is a Network with norm "batch"')
    if net.norm != "batch":
        raise ValueError(f'net.norm is {net.norm!r}; allowed is "batch", whose statistics can be frozen')


def keep_function(net):
    """A weight-normalized network whose units have the length of their start weights: gamma = |v| (k, 1, d).

    It computes what the plain network with the same weights computes, as in Salimans & Kingma (2016) without their
    data-dependent start.   Raises ValueError for another norm.
    """
    if net.norm != "weight":
        raise ValueError(f"norm is {net.norm!r}; allowed is 'weight'")
    lengths = [np.sqrt(np.square(layer["w"]).sum(axis=1, keepdims=True)) for layer in net.params[:-1]]
    hidden = [{**layer, "gamma": g} for layer, g in zip(net.params, lengths)]
    return replace(net, params=[*hidden, net.params[-1]])


def accuracy(logits, labels):
    """Share of right answers, (k,) or a number. A row with NaN is counted as wrong.

    >>> float(accuracy(np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([0, 0])))
    0.5
    """
    right = (logits.argmax(axis=-1) == labels) & ~np.isnan(logits).any(axis=-1)
    return right.mean(axis=-1)


def take(net, which):
    """The stack with the networks `which` only (indices, mask or slice)."""
    params = [{name: p[which] for name, p in layer.items()} for layer in net.params]
    running = [r and r._replace(mean=r.mean[which], var=r.var[which]) for r in net.running]
    return replace(net, params=params, running=running, seeds=net.seeds[which])


def put(net, which, part):
    """The stack with the networks `which` replaced by those of the stack `part`."""
    params = [
        {n: _put(p, which, q[n]) for n, p in layer.items()} for layer, q in zip(net.params, part.params, strict=True)
    ]
    running = [
        r and r._replace(mean=_put(r.mean, which, q.mean), var=_put(r.var, which, q.var), batches=q.batches)
        for r, q in zip(net.running, part.running, strict=True)
    ]
    return replace(net, params=params, running=running)


def one_per_network(name, value, k):
    """`value`, one number or one per network, as (k,) finite floats."""
    value = checks.as_floats(name, value)
    if value.shape not in ((), (k,)):
        raise ValueError(f"{name} has shape {value.shape}; allowed is one number or one per network, ({k},)")
    checks.finite(name, np.atleast_1d(value))
    return np.broadcast_to(value, (k,))


def _check_residual(residual, sizes, norm, zero_gamma, skip_init):
    """Raise ValueError for skip connections that cannot be."""
    checks.one_of("residual", residual, SKIPS)
    if residual is not None and len(set(sizes[1:-1])) > 1:
        raise ValueError(f"sizes is {sizes}; allowed in a residual network are hidden layers of one width")
    if residual in ("pre", "post") and norm == "weight":  # it divides by the length of w, and the stream is not w x
        raise ValueError(f'residual is {residual!r}; allowed with norm "weight" are "end" and None')
    if zero_gamma and (residual != "end" or "gamma" not in NORMS[norm].params(1, 1, np.float64)):
        raise ValueError(
            f'zero_gamma is {zero_gamma} with residual {residual!r} and norm "{norm}"; allowed is False, or residual '
            '"end" and a norm with gamma, whose place is at the end of the branch'
        )
    if skip_init is not None:
        checks.as_number("skip_init", skip_init, -np.inf, np.inf, allowed="None or a finite number")
        if residual is None:
            raise ValueError(f"skip_init is {skip_init} with residual None; allowed is None, or a residual network")


def _put(array, which, part):
    array = array.copy()
    array[which] = part
    return array


def _draw(layers, seeds):
    """Standard normal weights, (k, fan_in, fan_out) per layer; each distinct seed is drawn once."""
    distinct, which = np.unique(seeds, return_inverse=True)
    rngs = [np.random.default_rng(int(seed)) for seed in distinct]
    return [np.stack([rng.normal(size=layer) for rng in rngs])[which] for layer in layers]


def _spread(init, fan_in, fan_out):
    if isinstance(init, str):
        return INITS[checks.one_of("init", init, INITS)](fan_in, fan_out)
    return checks.as_number("init", init, 0.0, np.inf, allowed=f"one of {', '.join(INITS)} or a number, 0 or larger")
