"""One tensor, many norms: choose a norm and a number, and see who shares its statistics and what becomes of it."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import family
from bnbook.widgets.family import tensor_picture as picture
from explorable import Cases, Choice, Explorable, Slider, Symbolic, Vector
from explorable.models import component, position, total

EXAMPLES, CHANNELS, SIDE = 3, 4, 2
SHAPE = (EXAMPLES, CHANNELS, SIDE, SIDE)
EPS, ALPHA = sp.Float("1e-5"), sp.Float("0.5")
NORMS = ("batch norm", "layer norm", "instance norm", "group norm", "RMS norm", "dynamic tanh")
BATCH, LAYER, INSTANCE, GROUP, RMS, TANH = range(6)
GROUPS = (1, 2, 4)
STRENGTH, OFFSET = (1.0, 2.0, 0.5), (0.0, 1.5, -1.0, 0.5)  # of the examples and of the channels: what norms take away


def numbers():
    """The tensor, (N, C, H, W) = (3, 4, 2, 2): each example has a strength, each channel an offset; one decimal."""
    rng = np.random.default_rng(6)
    values = rng.normal(size=SHAPE) + np.array(OFFSET)[:, None, None]
    return np.round(values * np.array(STRENGTH)[:, None, None, None], 1)


def one_tensor():
    """The family on one small tensor: sets, statistics and outputs."""
    n, c, h, w = (index.ravel() for index in np.indices(SHAPE))
    cells = {k: f"n {n[k]}, c {c[k]}, h {h[k]}, w {w[k]}" for k in range(n.size)}
    value = numbers().ravel()
    places = {"n": n * 1.0, "c": c * 1.0, "pair": c // 2 * 1.0}
    others = {f"{name}_other": each for name, each in places.items()}
    return Explorable(
        key="one-tensor",
        title="One tensor, many norms",
        controls=[
            Choice("norm", "norm", options=dict(enumerate(NORMS)), start=GROUP),
            Slider("groups", "groups, of group norm", values=GROUPS, start=2),
            Choice("cell", "number", options=cells, start=20),
            Choice("show", "show", options={0: "inputs", 1: "outputs"}, start=0),
            Slider("gamma", "γ (gamma)", low=-2, high=2, step=0.1, start=1, format="+.1f", fold=True),
            Slider("beta", "β (beta)", low=-2, high=2, step=0.1, start=0, format="+.1f", fold=True),
        ],
        model=Symbolic(outputs(), constants={"value": value, "value_other": value, **places, **others}),
        figures=[picture.diagram(SHAPE)],
        layout="stacked",
        readout=Cases("norm", _sentences()),
        caption="A tensor of N = 3 examples, C = 4 channels and 2 × 2 places. Click a number: the colored ones share "
        "their statistics with it. Example 1 is strong and example 2 weak, and each channel has an offset of its own; "
        "show the outputs to see which of this a norm takes away.",
    )


def outputs():
    """What becomes of every number, and the arithmetic of the chosen one."""
    norm, cell, show, gamma, beta = sp.symbols("norm cell show gamma beta")
    x, other = Vector("value", axis="element"), Vector("value_other", axis="other")
    shares = shared(norm)
    m = total(shares, "other")
    mean = lambda expression: total(shares * expression, "other") / m  # noqa: E731
    mu, square = mean(other), mean(other**2)
    spread = sp.sqrt(mean((other - mu) ** 2) + EPS)
    r = sp.sqrt(square + EPS)

    def by_norm(usual, rms, tanh):
        return sp.Piecewise((rms, sp.Eq(norm, RMS)), (tanh, sp.Eq(norm, TANH)), (usual, True))

    t = sp.tanh(ALPHA * x)
    xhat = by_norm((x - mu) / spread, x / r, t)
    y = by_norm(gamma * xhat + beta, gamma * xhat, family.dynamic_tanh(x, ALPHA, gamma, beta))
    at = lambda expression: component(expression, cell, 0, "element")  # noqa: E731
    lit = component(shares, cell, 0, "element")
    return {
        "shown": x + show * (y - x),
        "state": lit + sp.Piecewise((1, sp.Eq(position("other"), cell)), (0, True)),
        "strength": sp.Rational(1, 10) + sp.Rational(9, 10) * lit,
        "shared": at(m),
        "steps": [at(x), at(by_norm(mu, sp.S.Zero, ALPHA)), at(by_norm(spread, r, ALPHA * x)), at(xhat), at(y)],
        "own_n": at(Vector("n", axis="element")),
        "own_c": at(Vector("c", axis="element")),
    }


def shared(norm):
    """1 where an element and another share their statistics, else 0, over both axes."""
    own = lambda name: Vector(name, axis="element")  # noqa: E731
    other = lambda name: Vector(f"{name}_other", axis="other")  # noqa: E731
    same = lambda name: sp.Eq(own(name), other(name))  # noqa: E731
    groups = sp.Symbol("groups")
    in_group = sp.Or(sp.Eq(groups, 1), sp.And(sp.Eq(groups, 2), same("pair")), sp.And(sp.Eq(groups, 4), same("c")))
    return sp.Piecewise(
        (1, sp.And(sp.Eq(norm, BATCH), same("c"))),
        (1, sp.And(sp.Or(sp.Eq(norm, LAYER), sp.Eq(norm, RMS)), same("n"))),
        (1, sp.And(sp.Eq(norm, INSTANCE), same("n"), same("c"))),
        (1, sp.And(sp.Eq(norm, GROUP), same("n"), in_group)),
        (1, sp.And(sp.Eq(norm, TANH), sp.Eq(position("element"), position("other")))),
        (0, True),
    )


def _sentences():
    usual = (
        "{shared:d} numbers share a mean: WHO. {steps[0]:.1f} less {steps[1]:.3f}, over {steps[2]:.3f}, is "
        "{steps[3]:.3f}; with γ and β {steps[4]:.3f}."
    )
    who = {
        BATCH: "those of channel {own_c:d} in all examples",
        LAYER: "those of example {own_n:d}",
        INSTANCE: "those of channel {own_c:d} in example {own_n:d}",
        GROUP: "one of {groups:d} channel groups, example {own_n:d}",
    }
    return {
        **{norm: usual.replace("WHO", words) for norm, words in who.items()},
        RMS: "RMS norm: {shared:d} numbers share a root mean square, those of example {own_n:d}; no mean is "
        "subtracted. {steps[0]:.1f} over {steps[2]:.3f} is {steps[3]:.3f}; times γ, {steps[4]:.3f}.",
        TANH: "Dynamic tanh: {shared:d} number, the chosen one alone. {steps[0]:.1f} times α = {steps[1]:.1f} is "
        "{steps[2]:.2f}, its tanh is {steps[3]:.3f}; times γ plus β, {steps[4]:.3f}.",
    }
