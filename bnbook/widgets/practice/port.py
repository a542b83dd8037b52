"""Two conventions of momentum: how much of each past batch the running statistics still hold."""

import numpy as np
import sympy as sp

from bnbook.proofs.formulas import transform
from explorable import (
    Axis,
    Chart,
    Choice,
    Dot,
    Drag,
    Explorable,
    Line,
    Raster,
    Rule,
    Slider,
    Symbolic,
    Text,
    Vector,
)

AGES = np.arange(200.0)
MOMENTA = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.5, 0.8, 0.9, 0.97, 0.99, 0.997, 0.999)
SMALLEST = 1e-6  # where the picture ends


def port():
    """Copy a momentum from one library into another, as it stands or converted."""
    return Explorable(
        key="port",
        title="A momentum moves house",
        controls=[
            Slider("momentum", "momentum in the old code", values=MOMENTA, start=0.99),
            Choice(
                "source",
                "the old library weighs",
                options={1: "the old value (Keras, Flax, ONNX)", 0: "the new value (PyTorch)"},
                start=1,
            ),
            Slider("steps", "training steps", values=(10, 30, 100, 300, 1000, 3000, 10000), start=300),
        ],
        model=Symbolic(_outputs(), constants={"one": np.ones(1), "age": AGES}),
        figures=[_ribbons(), _weights()],
        wide=True,
        readout="{meant_length:.0f} batches hold 99% of the weight as meant, {copied_length:.0f} as copied. After "
        "{steps} steps the start still has {meant_left:.2g}, as copied {copied_left:.2g}.",
        caption="First, the last 200 batches, each as dark as its weight beside the newest one's; drag the place "
        "up to which half of the weight lies. Second, the weight of each past batch in the running statistics, and "
        "dashed that of the start: as the old code meant it, and after its number was copied into a library with the "
        "other convention.",
    )


def _outputs():
    momentum, source, steps = sp.symbols("momentum source steps")
    age = Vector("age", axis="age_axis")
    other = transform.momentum_from_keras(momentum)
    meant = sp.Piecewise((other, source > sp.Rational(1, 2)), (momentum, True))
    copied = sp.Piecewise((momentum, source > sp.Rational(1, 2)), (other, True))
    outputs = {}
    for name, rho in (("meant", meant), ("copied", copied)):
        outputs[f"{name}_weight"] = sp.Max(transform.running_weight(age, 0, rho), SMALLEST / 10)
        outputs[f"{name}_length"] = sp.Max(1, sp.log(sp.Float("0.01")) / sp.log(1 - rho))
        outputs[f"{name}_shade"] = Vector("one", axis="row") * (1 - rho) ** age
        outputs[f"{name}_half"] = sp.Max(sp.Rational(1, 2), sp.log(sp.Rational(1, 2)) / sp.log(1 - rho))
        outputs[f"{name}_left"] = (1 - rho) ** steps
        outputs[f"{name}_start"] = sp.Max((1 - rho) ** steps, SMALLEST / 10)
    return outputs


def _ribbons():
    marks = []
    for name, color, row in (("meant", "truth", 2), ("copied", "plain", 0)):
        words = f"as {name}; batches that hold 99%: {{{name}_length:.0f}}"
        marks += [
            Raster(f"{name}_shade", x=(-0.5, 199.5), y=(row, row + 1), color=color),
            Text(0, row + 1, words, color=color, anchor="start", dy=-11),
        ]
    handle = Dot("meant_half", 2.5, color="moved", size=7, drag=Drag("momentum", "path"))
    return Chart(
        [*marks, handle, Text("meant_half", 2.5, "half of it", color="moved", anchor="start", dx=18)],
        title="What the running statistics remember",
        x=Axis("age of the batch", domain=(-0.5, 199.5)),
        y=Axis(domain=(-0.15, 3.9), ticks=()),
        height=180,
        alt="Two ribbons of 200 batches that fade with age: within {meant_length:.0f} batches as meant, within "
        "{copied_length:.0f} as copied.",
    )


def _weights():
    return Chart(
        [
            Rule(y="meant_start", color="truth", width=1, label="of the start, as meant"),
            Rule(y="copied_start", color="plain", width=1, label="of the start, as copied"),
            Line(AGES, "meant_weight", color="truth", width=2.5, label="as meant"),
            Line(AGES, "copied_weight", color="plain", width=2.5, label="as copied"),
        ],
        title="The same as numbers",
        x=Axis("age of the batch", domain=(0, 199)),
        y=Axis("weight", log=True, domain=(SMALLEST, 1)),
        height=260,
        alt="Weight of a past batch against its age: 99 percent within {meant_length:.0f} batches as meant, within "
        "{copied_length:.0f} as copied.",
    )
