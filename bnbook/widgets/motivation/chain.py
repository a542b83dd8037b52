"""The widget of the linear chain: one step on every weight, forecast and truth."""

import numpy as np
import sympy as sp

import bnbook.widgets.palette  # noqa: F401  registers the colors
from bnbook.proofs.formulas import chain as chain_algebra
from explorable import (
    Axis,
    Bar,
    Cases,
    Chart,
    Dot,
    Explorable,
    Line,
    Numbers,
    Recurrence,
    Rule,
    Slider,
    Symbolic,
    Toggle,
    Vector,
)
from explorable.models import component, product

LONGEST = 20  # weights of the longest chain
ADJUSTABLE = 6  # weights that the reader can set one by one
LINEAR = 2  # promised changes; beyond, the axes are logarithmic
STEPS = np.linspace(0, 1.5, 61)  # multiples of the chosen step at which the curve is drawn


def chain():
    """One gradient step on all weights of a linear chain: forecast, truth, and what each order contributes."""
    return Explorable(
        key="chain",
        title="One step on every weight of a chain",
        controls=[
            Slider("depth", "depth", values=range(1, LONGEST + 1), start=20, unit="layers"),
            Slider("lr", "learning rate", low=1e-4, high=10, log=True, start=1e-3),
            Slider("scale", "size of the weights", low=0.5, high=1.6, step=0.05, start=1.3),
            Toggle("normalized", "normalize before the last weight", start=False),
            Numbers(
                "factors",
                f"factors of the first {ADJUSTABLE} weights",
                start=(1,) * ADJUSTABLE,
                low=-2,
                high=2,
                step=0.05,
                min_count=ADJUSTABLE,
                max_count=ADJUSTABLE,
                fold=True,
                help="Each of the first weights is its factor times the size above.",
            ),
        ],
        model=Symbolic(
            chain_outputs(),
            constants={
                "multiple": STEPS,
                "place": np.arange(LONGEST + 1.0),
                "other_place": np.arange(LONGEST + 1.0),
            },
            recurrences=[_expansion()],
        ),
        figures=[_curve(), _orders()],
        columns=2,
        readout=Cases(
            "flat",
            {
                0: "Before the step the output is {y:.4g}. The gradient promises {forecast:.4g} after it. "
                "It really becomes {y_after:.4g}: the change is {kept:.3g} times what was promised.",
                1: "A weight before the normalization is 0: all examples of the batch agree there, the normalized "
                "values are 0, and so are the output and every gradient.",
            },
        ),
        caption="First, how the output changes with the length of the step, in units of the change that the gradient "
        "promises: the curve is the truth, the straight line the promise; the dots mark the chosen learning rate. "
        "Below 0 the output moves the wrong way. Second, what each order of the learning rate contributes to the "
        "change. The gradient knows only the first bar. From −2 to 2 the axes are even; beyond, they count powers of "
        "ten.",
    )


PLACE, OTHER = (
    Vector("place", axis="weight"),
    Vector("other_place", axis="other"),
)  # 0, 1, 2, ... along the chain


def _weights(place):
    """The chain's weights, 1 beyond the chosen depth. The axes are one longer than the longest chain."""
    depth, scale = sp.symbols("depth scale")
    factor = component(Vector("factors"), place, 1)
    return sp.Piecewise((scale * factor, place < depth), (1, True))


def _gradients():
    """dL/dw of each weight: the product of all others (no division, so a weight may be 0); 0 beyond the depth."""
    others = product(sp.Piecewise((1, sp.Eq(PLACE, OTHER)), (_weights(OTHER), True)), axis="other")
    return sp.Piecewise((others, sp.Symbol("depth") > PLACE), (0, True))


def _expansion():
    """Coefficients of 1, lr, lr^2, ... of the stepped product, weight by weight (`chain.order_step`)."""
    so_far = [Vector(f"c{k}", axis="weight") for k in range(LONGEST + 1)]
    after = chain_algebra.order_step(so_far, _weights(PLACE), _gradients())
    start = [1] + [0] * LONGEST
    state = {c: (first, then) for c, first, then in zip(so_far, start, after, strict=True)}
    return Recurrence(axis="weight", steps=LONGEST + 1, state=state)


def chain_outputs():
    """The chain of `formulas.chain` with x = 1 and dL/dy = 1, plain or normalized, as functions of the controls."""
    depth, lr, normalized = sp.symbols("depth lr normalized")
    weights = _weights(PLACE)
    plain = [lr**k * component(Vector(f"c{k}", axis="weight"), -1) for k in range(LONGEST + 1)]
    lower_sign = product(sp.Piecewise((sp.sign(weights), depth - 1 > PLACE), (1, True)))  # 0 if one of them is 0
    with_norm = [component(weights, depth - 1) * lower_sign, -lr * lower_sign**2] + [sp.S.Zero] * (LONGEST - 1)
    terms = [normalized * one + (1 - normalized) * other for one, other in zip(with_norm, plain, strict=True)]
    multiple = Vector("multiple", axis="curve")
    promised = -sp.Max(-terms[1], sp.Float("1e-300"))  # where nothing is promised, nothing changes either
    return {
        "y": terms[0],
        "forecast": terms[0] + terms[1],
        "y_after": sum(terms),
        "orders": terms[1:],
        "shares": [term / promised for term in terms[1:]],
        "curve": sum(term * multiple**k for k, term in enumerate(terms[1:], 1)) / promised,
        "tangent": multiple * terms[1] / promised,
        "kept": sum(terms[1:]) / promised,
        "whole": terms[1] / promised,
        "flat": normalized * (1 - lower_sign**2),
    }


def _curve():
    return Chart(
        [
            Rule(y=0, color="grid", dash=False),
            Line(STEPS, "tangent", color="predicted", dash=True, label="forecast"),
            Line(STEPS, "curve", color="truth", label="truth"),
            Dot(1, "whole", color="predicted", size=6),
            Dot(1, "kept", color="truth", size=6),
        ],
        title="The change of the output",
        x=Axis("step, in multiples of the learning rate", domain=(0, 1.5)),
        y=Axis("change, 1 is what was promised", symlog=LINEAR),
        alt="The change of the output against the length of the step, in units of the promised change. The forecast "
        "is a straight line that reaches {whole:.0f} at the learning rate; the true curve is at {kept:.3g} there.",
    )


def _orders():
    return Chart(
        [Bar(np.arange(1, LONGEST + 1), "shares", color=["predicted"] + ["truth"] * (LONGEST - 1), width=0.8)],
        title="What each order adds to it",
        x=Axis("order of the learning rate", domain=(0.4, LONGEST + 0.6)),
        y=Axis("change, 1 is what was promised", symlog=LINEAR),
        alt="Bars, in units of the promised change: the first order contributes {shares[0]:.3g}, the second "
        "{shares[1]:.3g}, the third {shares[2]:.3g}.",
    )
