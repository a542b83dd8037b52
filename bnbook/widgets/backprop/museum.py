"""The museum of bugs: cut edges of the gradient, choose a test, and see whether the test notices."""

import numpy as np
import sympy as sp

from bn import mistakes
from bnbook.proofs.formulas import transform
from bnbook.widgets.backprop import museum_figures as figures
from explorable import Cases, Choice, Explorable, Numbers, Presets, Slider, Symbolic, Toggle, Vector
from explorable.models import component, maximum, mean, position, total

M = 5
STEP = sp.Float("1e-5")  # of the central differences
SMALLEST = sp.Float("1e-13")  # left end of the picture; added to the errors shown, so that 0 has a place there
SPREADS = dict(enumerate(("√(σ² + ε), right", "σ, ε forgotten", "σ + ε", "σ² over m − 1")))  # mistakes.SPREADS in words
FACTORS = {1: "1, right", 2: "2", -1: "−1"}
CONSTANTS = {
    "ones": np.ones(M),
    "unit": np.eye(M),
    "sign": np.array([-1, 1]),
    "first": np.eye(2)[0],
    "second": np.eye(2)[1],
}
SWITCHES = figures.SWITCHES  # edge -> name of its toggle
KEPT = {"gamma": 1.7, "keep_gamma": True}  # all edges
EXHIBITS = {  # as the links of the chapter set them
    "factor forgotten": {},
    "both paths missing": KEPT | {"keep_mean": False, "keep_variance": False},
    "a path that is 0": KEPT | {"keep_back": False},
    "Σ y: a false alarm": KEPT | {"loss": 1},
    "Σ y: a wrong sign": KEPT | {"loss": 1, "absolute": 1, "factor": -1},
    "Σ y²: the mean path": KEPT | {"loss": 2, "absolute": 1, "tolerance": 1e-4, "keep_mean": False},
    "a tolerance of 0.1": KEPT | {"tolerance": 0.1, "spread": 3},
    "eps forgotten": KEPT | {"spread": 1},
    "eps outside the root": KEPT | {"spread": 2},
}
TOLERANCES = tuple(float(f"1e{power}") for power in range(-12, 1))


def museum():
    """Seven edges, four spreads and three factors to get wrong; three losses to test with."""
    return Explorable(
        key="museum",
        title="Would your test have caught it?",
        controls=[*_tests(), *_faults(), *_folded()],
        model=Symbolic(
            outputs(),
            constants=CONSTANTS,
        ),
        figures=[figures.plate(), figures.graph(), figures.entries(M), figures.verdicts(SMALLEST)],
        presets=Presets("Nine cases from the record", EXHIBITS),
        readout=Cases(
            "verdict",
            {
                0: "False alarm: the formula is right, and the test fails, with an error of {error:.1e} against a "
                "tolerance of {tolerance}.",
                1: "The formula is right and the test passes: error {error:.1e}, tolerance {tolerance}.",
                2: "Caught: the formula is wrong and the test fails, with an error of {error:.1e} against a tolerance "
                "of {tolerance}.",
                3: "Missed: the formula is wrong and the test passes all the same: error {error:.1e}, tolerance "
                "{tolerance}.",
            },
        ),
        wide=True,
        caption="The verdict, and the graph of the paper's chain; press a switch to cut an edge on the way back. "
        "Then dx of the five examples, by finite differences and by the formula with its faults; and the error that "
        "each of three test losses reports. Left of the tolerance, which can be dragged, the test passes.",
    )


def _tests():
    return [
        Choice(
            "loss",
            "test loss",
            options={0: "Σ dy · y, dy random", 1: "Σ y", 2: "Σ y²"},
            start=0,
        ),
        Slider("gamma", "γ (gamma)", low=-3, high=3, step=0.1, start=1, format="+.1f"),
    ]


def _faults():
    return [
        Slider("tolerance", "tolerance", values=TOLERANCES, start=1e-6, format=".0e", fold=True),
        Choice("absolute", "difference", options={0: "relative to the gradient", 1: "absolute"}, start=0, fold=True),
        Choice("spread", "spread on the way back", options=SPREADS, start=0, fold=True),
        Choice("factor", "result times", options=FACTORS, start=1, fold=True),
        Toggle("keep_mean", "μ → x̂, the mean path", start=True, fold=True),
        Toggle("keep_variance", "σ² → x̂, the variance path", start=True, fold=True),
        Toggle("keep_back", "μ → σ², variance to mean", start=True, fold=True),
        Toggle("keep_gamma", "x̂ → y, the factor γ", start=False, fold=True),
    ]


def _folded():
    five = {"min_count": M, "max_count": M, "paste": False, "fold": True}
    return [
        Slider("beta", "β (beta)", low=-3, high=3, step=0.1, start=0, format="+.1f", fold=True),
        Slider("eps", "ε (eps)", values=(1e-8, 1e-5, 1e-3, 1e-2, 0.1, 1, 10), start=1e-5, fold=True),
        Numbers("x", "inputs x", start=(-2, 0.5, 1, 3, 5), low=-10, high=10, step=0.1, **five),
        Numbers("dy", "random dy", start=(0.8, -1.2, 0.4, 1.5, 0.6), low=-2, high=2, step=0.01, **five),
        Toggle("keep_direct", "x → x̂, the direct path", start=True, fold=True),
        Toggle("keep_x_mean", "x → μ", start=True, fold=True),
        Toggle("keep_x_variance", "x → σ²", start=True, fold=True),
    ]  # fmt: skip


def outputs():
    """Both gradients for the chosen loss, the error of all three, and the verdict."""
    x, dy, ones = Vector("x"), Vector("dy"), Vector("ones")
    gamma, beta, eps = sp.symbols("gamma beta eps")
    y = transform.batch_norm(x, over_batch, gamma, beta, eps)
    upstream = (dy, ones, 2 * y)
    formulas = [wrong_gradient(x, each, gamma, eps) for each in upstream]
    losses = (lambda y: total(dy * y, "batch"), lambda y: total(y, "batch"), lambda y: total(y**2, "batch"))
    numeric = [finite_difference(x, loss, gamma, beta, eps) for loss in losses]
    errors = [error(*pair) for pair in zip(formulas, numeric, strict=True)]
    shown = chosen("loss", errors)
    return {
        "formula": chosen("loss", formulas),
        "numeric": chosen("loss", numeric),
        "error": shown,
        "errors": [each + SMALLEST for each in errors],
        "error_shown": shown + SMALLEST,
        "row": 2 - sp.Symbol("loss"),
        "verdict": sp.Piecewise((1, shown <= sp.Symbol("tolerance")), (0, True)) + 2 * (1 - is_right()),
    }


def over_batch(expression):
    """The mean over the examples."""
    return mean(expression, "batch")


def chosen(name, options):
    """The option whose number 0, 1, 2, ... the control `name` holds."""
    return sum(is_at(sp.Symbol(name), i, range(len(options))) * option for i, option in enumerate(options))


def is_at(number, place, places):
    """1 if the number is `place`, 0 at the other places: a polynomial, since SymPy is slow with nested conditions."""
    return sp.Mul(*(sp.Rational(1, place - other) * (number - other) for other in places if other != place))


def wrong_gradient(x, dy, gamma, eps):
    """dx by the chain, with whatever faults are switched on."""
    c = x - over_batch(x)
    var = over_batch(c**2)
    spreads = [spread(var, eps, sp.Integer(M), sp.sqrt) for spread in mistakes.SPREADS.values()]
    weights = {edge: sp.Symbol(name) for edge, name in SWITCHES.items()}
    return sp.Symbol("factor") * mistakes.chain(dy, c, gamma, chosen("spread", spreads), over_batch, weights)


def finite_difference(x, loss, gamma, beta, eps):
    """Central differences of a loss of y by each input, along the axis of the examples."""
    moved = STEP * Vector("unit", axis=("batch", "entry"))  # entry i of the second axis moves input i
    ahead, behind = (loss(transform.batch_norm(x + sign * moved, over_batch, gamma, beta, eps)) for sign in (1, -1))
    return component((ahead - behind) / (2 * STEP), position("batch"), 0, "entry")


def error(formula, numeric):
    """The largest difference, as it is or relative to the largest entry of both."""
    absolute, first, second = sp.Symbol("absolute"), Vector("first", axis="side"), Vector("second", axis="side")
    size = largest(first * formula + second * numeric, "side") + sp.Float("1e-300")
    difference = largest(formula - numeric)
    return absolute * difference + (1 - absolute) * difference / size


def largest(expression, *axes):
    """The largest entry in size, over the examples and other axes. SymPy's own Abs and Max take seconds to build."""
    return maximum(Vector("sign", axis="sign") * expression, ["sign", "batch", *axes])


def is_right():
    """1 if the formula is right for every input, else 0. The edge from the mean to the variance may be cut."""
    needed = [sp.Symbol(name) for edge, name in SWITCHES.items() if edge != "mu-var"]
    return sp.Mul(*needed, is_at(sp.Symbol("factor"), 1, FACTORS), is_at(sp.Symbol("spread"), 0, range(len(SPREADS))))
