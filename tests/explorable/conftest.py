"""A small model and a widget with every kind of control, for the tests of the engine's records and hosts."""

import numpy as np
import pytest

from explorable import Chart, Choice, Dot, Drag, Explorable, Line, Numbers, Point, Slider, Toggle


class Doubling:
    """A model of a few lines: nothing is compiled or baked."""

    kind = "symbolic"
    gaps = frozenset({"holes"})
    shapes = ("curve", "holes", "loss", "rows", "span")

    def check(self, controls):
        pass

    def output_names(self, controls):
        return list(self.shapes)

    def evaluate(self, values):
        depth, rate = float(values["depth"]), values["lr"]
        return {
            "loss": 2 * rate,
            "curve": depth * np.arange(4.0),
            "holes": np.array([1.0, np.nan, 3.0, depth]),
            "rows": depth * np.ones((2, 3)),
            "span": np.array([1.0, depth + 1]),
        }

    def payload(self, controls, printed):
        return {"note": "wire"}, "function (v) { return {loss: 2 * v.lr}; }"


def every_control():
    return [
        Slider("depth", "depth", low=1, high=20, step=1, start=20, unit="layers", play=4),
        Slider("lr", "learning rate", low=0.001, high=1, log=True, start=0.05),
        Slider("m", "batch size", values=(2, 4, 8, 16), start=8, help="How many <examples>."),
        Choice("norm", "network", options={"plain": "plain & simple", "bn": "batch norm"}, start="bn"),
        Choice("width", "width", options={n: f"{n} units" for n in (1, 2, 4, 8, 16, 32)}, start=4),
        Toggle("noise", "noise", start=True, fold=True),
        Numbers("x", "the batch", start=(1, -2.5), low=-3, high=3, step=0.1, min_count=2, max_count=4, unit="mm"),
        Point("p", "start", start=(0, 0.5), x=(-1, 1), y=(-2, 2), step=0.1, names=("gain", "shift")),
    ]


@pytest.fixture
def model():
    return Doubling()


@pytest.fixture
def declare(model):
    """declare(key="...", controls=[...], ...) makes a widget that is right but for what is given."""

    def make(**changes):
        parts = {
            "key": "tiny",
            "title": "A tiny widget",
            "controls": every_control(),
            "model": model,
            "figures": Chart([Line(y="curve", label="curve"), Dot("p_x", "p_y", drag=Drag("p", "xy"))]),
            "readout": "loss {loss:.3f} at {lr} and {depth}",
            "caption": "See *this* <first>.",
        }
        return Explorable(**(parts | changes))

    return make
