"""The stream of a residual network: how much of what leaves came in by which branch."""

import numpy as np
import sympy as sp

from bnbook.experiments import kept
from bnbook.experiments import residual_streams as experiment
from bnbook.experiments.spread import bands
from bnbook.proofs.formulas import deep
from explorable import Axis, Band, Chart, Choice, Dot, Explorable, Line, Rule, Slider, Symbolic, Vector
from explorable.models.vectors import total

DEPTH = experiment.DEPTH
KINDS = {0: "no norm", 1: "batch norm in the branch", 2: "batch norm behind the sum"}
SHOWN = ("plain", "batchnorm", "after")  # as `KINDS` has them
TOP = 1.12  # where the branches come from
LEAST = 1e-3  # the least share that is drawn


def seen():
    """Measured shares of all branches, median of the seeds, branches times 1: {kind: (DEPTH,)}."""
    run = kept.load("residual_streams")
    shares = experiment.share(run["branch"], run["stream"])[:, :, -1]  # seeds, kinds, branches
    return {kind: bands(shares[:, list(experiment.KINDS).index(kind)])[0] for kind in SHOWN}


def stream():
    """Branches join a stream; its height is the share of what leaves that has come in by then."""
    return Explorable(
        key="thickening-stream",
        title="A stream and its branches",
        controls=[
            Choice("kind", "a norm", options=KINDS, start=0),
            Slider("depth", "branches", low=1, high=DEPTH, step=1, start=20),
            Slider("factor", "branches times α", low=0, high=1, step=0.01, start=1, format=".2f"),
        ],
        model=Symbolic(
            outputs(),
            constants={
                "odd": np.arange(1, DEPTH, 2),
                "even": np.arange(2, DEPTH + 1, 2),
                "place": np.arange(DEPTH + 1),
                "branch": np.arange(1, DEPTH + 1),
                **{f"seen_{kind}": shares for kind, shares in seen().items()},
            },
            gaps=["odd_low", "odd_high", "even_low", "even_high"],
        ),
        figures=[_river(), _shares()],
        columns=2,
        readout="What came in is {source:.3g} of what leaves, the last branch {last:.3g}. On its way a drop has passed "
        "{paths:.1f} of {depth} branches.",
        caption="First, the stream from left to right; its height is the share of what leaves at the right. The lowest "
        "layer is what came in; each branch falls in from above and lies on top. Second, the share of each branch in "
        "the stream that it has just joined: line, the formula; dots, measured in random ReLU networks of 50 branches "
        "of width 128 without a factor (α = 1), the median of 8 seeds.",
    )


def outputs():
    """The stream in units of its mean square at the end; closed forms of `formulas.deep`, by kind."""
    kind, depth, factor = sp.symbols("kind depth factor")
    place, branch = Vector("place", axis="way"), Vector("branch", axis="branch")
    normed = sp.And(kind > sp.Rational(1, 2), kind < sp.Rational(3, 2))

    def height(l):
        """The share of what leaves that has joined after branch l."""
        grown = sp.Piecewise(
            ((1 + factor**2 * l) / (1 + factor**2 * depth), normed), ((1 + factor**2) ** (l - depth), True)
        )
        return grown

    def share(l):
        return sp.Piecewise((deep.normed_share(factor, l), normed), (deep.plain_share(factor, l), True))

    found = {
        "way": 100 * sp.Min(place, depth) / depth,
        "came": [height(0), height(0)],
        "surface": height(sp.Min(place, depth)),
    }
    for name in ("odd", "even"):
        l = Vector(name, axis=f"{name} branches")
        there = sp.And(l <= depth, place >= l - 1)
        falls = place < l
        for edge, at in (("low", height(l - 1)), ("high", height(l))):
            above = TOP - height(l) + at  # as thick above as in the stream
            found[f"{name}_{edge}"] = sp.Piecewise((sp.Piecewise((above, falls), (at, True)), there), (sp.nan, True))
    whole = factor > sp.Float("0.995")
    measured = sp.Piecewise(
        (Vector("seen_plain", axis="branch"), kind < sp.Rational(1, 2)),
        (Vector("seen_batchnorm", axis="branch"), normed),
        (Vector("seen_after", axis="branch"), True),
    )
    drawn = share(branch)
    return found | {
        "is_plain": sp.Piecewise((1, kind < sp.Rational(1, 2)), (0, True)),
        "is_normed": sp.Piecewise((0, kind < sp.Rational(1, 2)), (1, True)),
        "share": drawn,
        "dots": measured,
        "heard": sp.Piecewise((1, factor > sp.Float("0.005")), (0, True)),
        "plain_dots": sp.Piecewise((1, sp.And(whole, kind < sp.Rational(1, 2))), (0, True)),
        "normed_dots": sp.Piecewise((1, sp.And(whole, kind > sp.Rational(1, 2))), (0, True)),
        "source": height(0),
        "last": share(depth),
        "paths": total(sp.Piecewise((drawn, branch <= depth), (0, True)), "branch"),
    }


def _river():
    marks = [Band([0, 100], 0, "came", color="muted", opacity=0.85, label="came in")]
    for kind, color in (("plain", "plain"), ("normed", "batchnorm")):
        for name, opacity, words in (("odd", 0.75, "brought by branches"), ("even", 0.4, "")):
            low, high = f"{name}_low", f"{name}_high"
            marks.append(Band("way", low, high, color=color, opacity=opacity, when=f"is_{kind}", label=words))
    return Chart(
        [*marks, Line("way", "surface", color="truth", width=1.2)],
        title="The stream",
        x=Axis("branches passed", unit="%", domain=(0, 100)),
        y=Axis("share of what leaves", domain=(0, TOP), ticks=[0, 0.25, 0.5, 0.75, 1]),
        alt="A stream that grows from {source:.3g} to 1 by {depth} branches; the last of them brings {last:.3g}.",
    )


def _shares():
    branches = np.arange(1, DEPTH + 1)
    return Chart(
        [
            Rule(x="depth", color="moved", dash=False),
            Line(branches, "share", color="predicted", width=2.5, label="formula", when="heard"),
            Dot(branches, "dots", color="plain", size=3, when="plain_dots", label="measured"),
            Dot(branches, "dots", color="batchnorm", size=3, when="normed_dots", label="measured"),
        ],
        title="The share of each branch",
        x=Axis("branch", domain=(0, DEPTH + 1)),
        y=Axis("share", log=True, domain=(LEAST, 1), ticks=[0.001, 0.01, 0.1, 1], format=".3g"),
        alt="The share of each of {depth} branches in the stream; that of the last is {last:.3g}.",
    )
