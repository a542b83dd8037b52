"""Two conventions of momentum: how much of each past batch the running statistics still hold."""

import numpy as np
import sympy as sp

import bnbook.widgets.palette  # noqa: F401  registers the colors
from bnbook.proofs.formulas import transform
from explorable import Axis, Chart, Choice, Explorable, Line, Rule, Slider, Symbolic, Vector

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
        model=Symbolic(_outputs(), constants={"age": AGES}),
        figures=[_weights()],
        readout="Batches that hold 99% of the weight: {meant_length:.0f} as meant, {copied_length:.0f} as copied. "
        "Weight that the start still has after {steps} steps: {meant_left:.2g} as meant, {copied_left:.2g} as copied.",
        caption="The weight of each past batch in the running statistics, and dashed that of the start: as the old "
        "code meant it, and after its number was copied into a library with the other convention.",
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
        outputs[f"{name}_left"] = (1 - rho) ** steps
        outputs[f"{name}_start"] = sp.Max((1 - rho) ** steps, SMALLEST / 10)
    return outputs


def _weights():
    return Chart(
        [
            Rule(y="meant_start", color="truth", width=1, label="of the start, as meant"),
            Rule(y="copied_start", color="plain", width=1, label="of the start, as copied"),
            Line(AGES, "meant_weight", color="truth", width=2.5, label="as meant"),
            Line(AGES, "copied_weight", color="plain", width=2.5, label="as copied"),
        ],
        title="What the running statistics remember",
        x=Axis("age of the batch", domain=(0, 199)),
        y=Axis("weight", log=True, domain=(SMALLEST, 1)),
        height=260,
        alt="Weight of a past batch against its age: 99 percent within {meant_length:.0f} batches as meant, within "
        "{copied_length:.0f} as copied.",
    )
