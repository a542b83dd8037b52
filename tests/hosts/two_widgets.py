"""Two small widgets, and what Python does when a reader moves one of them; the same in every host."""

import time

import numpy as np
import sympy as sp

from explorable import Axis, Chart, Dot, Explorable, Line, Sampled, Slider, Symbolic, Vector
from explorable.notebook.runner import SLOW

asked = 0  # 1 once the grid is baked: what says so has been computed by the kernel, for this question


def powers(n, power):
    time.sleep(2 * SLOW * asked)  # so that the second question is answered beside the notebook, by a thread
    return {"value": float(n) ** power, "row": np.arange(4.0) ** power, "asked": float(asked)}


def formulas():
    """A symbolic widget. Python puts what it has heard of the first slider into the second."""
    a, heard = sp.symbols("a heard")
    return Explorable(
        key="formulas",
        title="Formulas",
        controls=[
            Slider("a", "slope", low=0, high=4, step=0.5, start=1),
            Slider("heard", "what Python heard", low=0, high=4, step=0.5, start=0),
        ],
        model=Symbolic({"line": a * Vector("t"), "sum": a + 10 * heard}, constants={"t": np.linspace(0, 1, 5)}),
        figures=Chart(
            [Line(np.linspace(0, 1, 5), "line"), Dot("a", "heard")], x=Axis("t"), y=Axis("line"), alt="A line"
        ),
        readout="The sum is {sum:.1f}.",
        caption="A line with a slope of one's own.",
    )


def table():
    """A sampled widget whose readout tells the grid's numbers (0) from those that the kernel computed (1)."""
    return Explorable(
        key="table",
        title="A table",
        controls=[
            Slider("n", "n", low=2, high=8, step=1, start=3),
            Slider("power", "power", low=1, high=3, step=0.5, start=2),
        ],
        model=Sampled(powers),
        figures=Chart([Line(np.arange(4.0), "row")], x=Axis("k"), y=Axis("value"), alt="A curve"),
        readout="The value is {value:.3f} ({asked:d}).",
        caption="Powers.",
    )


def answer(formulas, table):
    """Let Python answer a reader: it moves another slider, and one of the other widget to between two stops."""
    global asked
    assert formulas.view and table.view  # the grid is baked by now
    asked = 1
    formulas.view.observe(lambda change: formulas.set(heard=change["new"]), "a")
    formulas.view.observe(lambda change: table.set(power=1.2), "a")
