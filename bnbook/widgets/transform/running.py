"""Running statistics as they converge: both momentum conventions, both variances, batches down to one example."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import transform
from bnbook.widgets.front import two_main_directions
from explorable import (
    Axis,
    Bar,
    Cases,
    Chart,
    Choice,
    Drag,
    Explorable,
    Line,
    Recurrence,
    Rule,
    Slider,
    Symbolic,
    Text,
    Vector,
)
from explorable.models import component

BATCHES = 200
SIZES = (1, 2, 4, 8, 16, 32, 64)
SPREAD, MIDDLE = 2.0, 3.0  # the unit's outputs over all digits have this spread and mean
START_MEAN, START_VAR = 0, 1  # as in PyTorch


def batches(size, seed=0):
    """Mean and biased variance (BATCHES,) of random batches of one unit's outputs, drawn with replacement."""
    rng = np.random.default_rng([seed, size])
    unit = MIDDLE + SPREAD * two_main_directions(1797)[:, 0]
    drawn = unit[rng.integers(len(unit), size=(BATCHES, size))]
    return np.round(drawn.mean(axis=1), 3), np.round(drawn.var(axis=1), 3)


def running_statistics():
    """Two hundred batches, one after the other: what the layer remembers of them."""
    constants = {"age": np.arange(BATCHES - 2, -1, -1.0)}  # of the batches that have been seen, oldest first
    for size in SIZES:
        constants[f"mean{size}"], constants[f"var{size}"] = batches(size)
    return Explorable(
        key="running-statistics",
        title="What the layer remembers",
        controls=[
            Slider("size", "batch size", values=SIZES, start=8),
            Slider("momentum", "momentum", values=MOMENTA, start=0.1),
            Choice(
                "convention",
                "momentum is the weight of",
                options={0: "the new value (PyTorch)", 1: "the old value (Keras)"},
                start=0,
            ),
            Choice("unbiased", "variance divided by", options={0: "m (biased)", 1: "m − 1 (unbiased)"}, start=1),
        ],
        model=Symbolic(
            _outputs(),
            constants=constants,
            recurrences=[_memory()],
            gaps=("var_path", "var_end", "batch_var"),
        ),
        figures=[_chart("mean", MIDDLE, DOMAINS["mean"]), _chart("var", SPREAD**2, DOMAINS["var"])],
        columns=2,
        readout=Cases(
            "problem",
            {
                0: "Running mean {mean_end:.3f}, variance {var_end:.3f}. After {batches:d} batches the start still has "
                "weight {left:.2g}.",
                1: "One example has no spread: there is no unbiased variance, 0/0. Running mean {mean_end:.3f}.",
            },
        ),
        caption="Grey, the statistics of each batch; blue, the running statistics; dashed, the value over all 1,797 "
        "digits, toward which the unbiased choice should tend. The amber hill is what the layer remembers at the end: "
        "the weight of each batch, as a share of the newest one's. Half of all weight lies to the right of the amber "
        "line. Drag it.",
    )


MOMENTA = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999, 1)


def _memory():
    mean_path, var_path = Vector("mean_memory", axis="t"), Vector("var_memory", axis="t")
    rho = _weight_of_new()
    return Recurrence(
        axis="t",
        steps=BATCHES,
        state={
            mean_path: (START_MEAN, transform.running_next(mean_path, _of_size("mean"), rho)),
            var_path: (START_VAR, transform.running_next(var_path, _batch_var(), rho)),
        },
    )


def _weight_of_new():
    momentum, convention = sp.symbols("momentum convention")
    return sp.Piecewise((transform.momentum_from_keras(momentum), convention > sp.Rational(1, 2)), (momentum, True))


def _of_size(name):
    """The sequence of batch means or variances that belongs to the chosen batch size."""
    size = sp.Symbol("size")
    rows = [(Vector(f"{name}{s}", axis="t"), sp.Eq(size, s)) for s in SIZES[:-1]]
    return sp.Piecewise(*rows, (Vector(f"{name}{SIZES[-1]}", axis="t"), True))


def _batch_var():
    """Variance of each batch as the layer would store it. 1 / 0 at a batch of one is not a number, and shown so."""
    size, unbiased, biased = sp.Symbol("size"), sp.Symbol("unbiased"), _of_size("var")
    return sp.Piecewise((transform.unbiased(biased, size), unbiased > sp.Rational(1, 2)), (biased, True))


def _outputs():
    size, unbiased = sp.symbols("size unbiased")
    mean_path, var_path = Vector("mean_memory", axis="t"), Vector("var_memory", axis="t")
    return {
        "batch_mean": _of_size("mean"),
        "batch_var": _batch_var(),
        "mean_path": mean_path,
        "var_path": var_path,
        "mean_end": component(mean_path, -1),
        "var_end": component(var_path, -1),
        "left": (1 - _weight_of_new()) ** (BATCHES - 1),
        **_remembered(),
        "batches": sp.Integer(BATCHES - 1),
        "problem": sp.Piecewise((1, sp.And(size < 2, unbiased > sp.Rational(1, 2))), (0, True)),
    }


def _remembered():
    """The weight of each batch in the running statistics at the end, as hills, and where half of the weight lies."""
    rho, age = _weight_of_new(), Vector("age", axis="seen")
    weight = sp.sign(rho) * (1 - rho) ** age
    kept = sp.Min(sp.log(sp.Max(1 - rho, sp.Float("1e-9"))), sp.Float("-1e-9"))  # logarithm of what a step leaves
    half = sp.log(sp.Rational(1, 2)) / kept  # batches that hold half of it
    hills = {f"hill_{name}": low + HILL * (high - low) * weight for name, (low, high) in DOMAINS.items()}
    return hills | {"half_at": sp.Max(BATCHES - 1 - half, 0)}


DOMAINS = {"mean": (-1, 7), "var": (0, 14)}
HILL = 0.25  # of the picture


def _chart(name, true_value, domain):
    long = {"mean": "mean", "var": "variance"}[name]
    last = BATCHES - 1
    return Chart(
        [
            Bar(np.arange(last), f"hill_{name}", base=domain[0], color="moved", width=1, opacity=0.35),
            Line(np.arange(BATCHES), f"batch_{name}", color="muted", width=1, opacity=0.6),
            Rule(y=true_value, color="truth"),
            Line(np.arange(BATCHES), f"{name}_path", color="batchnorm", width=2.5),
            Rule(x="half_at", color="moved", dash=False, drag=Drag("momentum", "path")),
            Text(3, true_value, "all digits", color="truth", anchor="start", dy=12),
            Text(last, f"{name}_end", f"running {{{name}_end:.2f}}", color="batchnorm", anchor="end", dy=-16),
        ],
        title=f"The {long}",
        x=Axis("batches seen", domain=(0, BATCHES - 1)),
        y=Axis(f"{long} of the unit", domain=domain),
        alt=f"The {long} of each of {BATCHES} batches scatters around {true_value:g}; the running {long} ends at "
        f"{{{name}_end:.3f}}.",
    )
