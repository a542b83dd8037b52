"""The widget of the linear chain: one step on every weight, forecast and truth."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import chain as chain_algebra
from explorable import (
    Axis,
    Bar,
    Cases,
    Chart,
    Dot,
    Drag,
    Explorable,
    Line,
    Numbers,
    Recurrence,
    Rule,
    Slider,
    Symbolic,
    Text,
    Toggle,
    Vector,
)
from explorable.models import component, product

LONGEST = 20  # weights of the longest chain
ADJUSTABLE = 6  # weights that the reader can set one by one
MOST = 2  # times the promise, up and down: where the pictures end, whatever the setting
FAR = 1000  # further out no line is drawn
RATES = np.geomspace(1e-4, 10, 101)  # learning rates at which the curve is drawn


def chain():
    """One gradient step on all weights of a linear chain: forecast, truth, and what each order contributes."""
    return Explorable(
        key="chain",
        title="One step on every weight of a chain",
        wide=True,
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
                "rate": RATES,
                "place": np.arange(LONGEST + 1.0),
                "other_place": np.arange(LONGEST + 1.0),
            },
            recurrences=[_along()],
        ),
        figures=[_curve(), _orders(), _tiles()],
        columns=2,
        readout=Cases(
            "flat",
            {
                0: "The output is {y:.4g}. After the step the gradient promises {forecast:.4g}; it is {y_after:.4g}.",
                1: "A weight before the normalization is 0: all examples agree there, so the output and every gradient "
                "are 0.",
            },
        ),
        caption="First, how much of the promised change comes true, at every learning rate: 1 is all of it, and below "
        "0 the output moves the wrong way. Drag the dot. Second, what each order of the learning rate contributes; the "
        "gradient knows only the first bar. Third, the output as a share of what it was, weight by weight: the truth "
        "multiplies by 1 − ηaᵢ, the forecast subtracts ηaᵢ. What is larger than the frame is cut at its edge.",
    )


PLACE, OTHER = Vector("place", axis="weight"), Vector("other_place", axis="other")  # 0, 1, 2, ... along the chain
TRUTH, PROMISE = Vector("truth", axis="weight"), Vector("promise", axis="weight")


def _weights(place):
    """The chain's weights, 1 beyond the chosen depth. The axes are one longer than the longest chain."""
    depth, scale = sp.symbols("depth scale")
    factor = component(Vector("factors"), place, 1)
    return sp.Piecewise((scale * factor, place < depth), (1, True))


def _gradients():
    """dL/dw of each weight: the product of all others (no division, so a weight may be 0); 0 beyond the depth."""
    others = product(sp.Piecewise((1, sp.Eq(PLACE, OTHER)), (_weights(OTHER), True)), axis="other")
    return sp.Piecewise((others, sp.Symbol("depth") > PLACE), (0, True))


def _along():
    """What grows weight by weight: the coefficients of 1, lr, lr^2, ... of the stepped product (`chain.order_step`).

    And the output as a share of what it was: by factors 1 - lr a_i (truth), by 1 minus the sum of lr a_i (promise).
    """
    so_far = [Vector(f"c{k}", axis="weight") for k in range(LONGEST + 1)]
    after = chain_algebra.order_step(so_far, _weights(PLACE), _gradients())
    start = [1] + [0] * LONGEST
    state = {c: (first, then) for c, first, then in zip(so_far, start, after, strict=True)}
    taken = _taken()
    state[TRUTH] = (1, TRUTH * (1 - taken))
    state[PROMISE] = (1, PROMISE - taken)
    return Recurrence(axis="weight", steps=LONGEST + 1, state=state)


def _taken():
    """lr a_i of each weight, by how much of itself it is shortened; 0 where a weight is 0, and beyond the depth."""
    depth, lr, normalized = sp.symbols("depth lr normalized")
    weight = _weights(PLACE)
    last = sp.Piecewise((_sign_before(OTHER, "other"), sp.Eq(PLACE, depth - 1)), (0, True))
    moved = normalized * last + (1 - normalized) * _gradients()
    return sp.Piecewise((lr * moved / weight, sp.Ne(weight, 0)), (0, True))


def _sign_before(place, axis):
    """The sign of the product of all weights but the last, 0 if one of them is 0."""
    signs = sp.Piecewise((sp.sign(_weights(place)), sp.Symbol("depth") - 1 > place), (1, True))
    return product(signs, axis=axis)


def _held(value, most):
    """Not further from 0 than `most`: what lies behind the frame need not be drawn where it is."""
    return sp.Min(sp.Max(value, -most), most)


def chain_outputs():
    """The chain of `formulas.chain` with x = 1 and dL/dy = 1, plain or normalized, as functions of the controls."""
    depth, lr, normalized = sp.symbols("depth lr normalized")
    plain = [component(Vector(f"c{k}", axis="weight"), -1) for k in range(LONGEST + 1)]
    lower_sign = _sign_before(PLACE, "weight")
    with_norm = [component(_weights(PLACE), depth - 1) * lower_sign, -(lower_sign**2)] + [sp.S.Zero] * (LONGEST - 1)
    by_rate = [normalized * one + (1 - normalized) * other for one, other in zip(with_norm, plain, strict=True)]
    # The first two are coefficients of 1 and of lr; what the plain chain has in c_k is that of lr^k.
    terms = [one * lr**k for k, one in enumerate(by_rate)]
    nothing = sp.Float("1e-300")  # where nothing is promised, nothing changes either
    promised = -sp.Max(-terms[1], nothing)
    kept = sum(terms[1:]) / promised
    rate = Vector("rate", axis="curve")
    beyond = sp.sign(sp.Max(sp.Abs(kept) - MOST, 0))
    alive = product(sp.Abs(sp.sign(_weights(PLACE))))
    return {
        "y": terms[0],
        "forecast": terms[0] + terms[1],
        "y_after": sum(terms),
        "orders": terms[1:],
        "shares": [_held(term / promised, FAR) for term in terms[1:]],
        "curve": _held(sum(one * rate**k for k, one in enumerate(by_rate[1:])) / -sp.Max(-by_rate[1], nothing), FAR),
        "second": terms[2] / promised,
        "third": terms[3] / promised,
        "kept": kept,
        "label_at": sp.Min(sp.Max(lr, sp.Float("0.0005")), sp.Float("1.0")),
        "shown": _held(kept, MOST),
        "beyond": beyond,
        "inside": 1 - beyond,
        "truth_now": _held(TRUTH, FAR),
        "promise_now": _held(PROMISE, FAR),
        "promise_end": _held(component(PROMISE, -1), MOST),
        "alive": alive,
        "dead": 1 - alive,
        "flat": normalized * (1 - lower_sign**2),
    }


def _curve():
    return Chart(
        [
            Rule(y=0, color="grid", dash=False),
            Rule(y=1, color="predicted", dash=True),
            Line(RATES, "curve", color="truth"),
            Dot("lr", "shown", color="moved", size=7, drag=Drag("lr", "x")),
            Text("label_at", "shown", "{kept:.2f}", color="moved", dy=-20, when="inside"),
            Text("label_at", 0, "{kept:.2g}, off the picture", color="moved", dy=-12, when="beyond"),
            Text(RATES[0], 1, "forecast: all of it", color="predicted", anchor="start", dx=6, dy=-11),
            Text(RATES[0], 0, "below: the wrong way", color="muted", anchor="start", dx=6, dy=12),
        ],
        title="How much of the promised change comes true",
        x=Axis("learning rate", domain=(RATES[0], RATES[-1]), log=True),
        y=Axis("change, 1 is what was promised", domain=(-MOST, MOST), ticks=[-2, -1, 0, 1, 2]),
        height=250,
        alt="The change of the output as a share of the promised change, against the learning rate from 0.0001 to 10. "
        "The forecast is a level line at 1; the true curve is at {kept:.3g} at the chosen rate.",
    )


def _orders():
    return Chart(
        [
            Bar(np.arange(1, LONGEST + 1), "shares", color=["predicted"] + ["truth"] * (LONGEST - 1), width=0.8),
            Text(1, 1, "forecast", color="predicted", dy=-11, dx=18),
            Text(LONGEST + 0.4, 1.75, "order 2: {second:+.2g}", color="truth", anchor="end"),
            Text(LONGEST + 0.4, 1.3, "order 3: {third:+.2g}", color="truth", anchor="end"),
        ],
        title="What each order adds to it",
        x=Axis("order of the learning rate", domain=(0.4, LONGEST + 0.6)),
        y=Axis("change, 1 is what was promised", domain=(-MOST, MOST), ticks=[-2, -1, 0, 1, 2]),
        height=250,
        alt="Bars, in units of the promised change: the first order contributes {shares[0]:.3g}, the second "
        "{second:.3g}, the third {third:.3g}.",
    )


def _tiles():
    places = np.arange(LONGEST + 1)
    return Chart(
        [
            Bar(places, "truth_now", color="truth", width=0.86, when="alive"),
            Line(places, "promise_now", color="predicted", dash=True, when="alive"),
            Dot(places, "promise_now", color="predicted", size=3, when="alive"),
            Text(LONGEST, "promise_end", "forecast", color="predicted", anchor="end", dx=-8, dy=-13, when="alive"),
            Text(LONGEST / 2, 1, "The output is 0 before the step: nothing is left to share.", when="dead"),
        ],
        title="The output as a share of what it was, weight by weight",
        x=Axis("weights that have moved", domain=(-0.6, LONGEST + 0.6)),
        y=Axis("", domain=(-MOST, MOST), ticks=[-2, -1, 0, 1, 2]),
        height=210,
        alt="Twenty-one bars, each the one before it times the factor of one more weight; they end where the output is "
        "{y_after:.3g} instead of {y:.3g}. A line of the forecast falls by equal steps, to {forecast:.3g}.",
    )
