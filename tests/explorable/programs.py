"""Small programs for the tests of the third kind of model: a fitted line, an iterated map, slow products."""

import numpy as np

from explorable import Axis, Chart, Choice, Explorable, Line, Slider
from explorable.models import Action, Chosen, Normals, Program, Shuffled

RNG = np.random.default_rng(5)
PLACES = RNG.standard_normal((40, 3))
HEIGHTS = PLACES @ np.array([1.0, -2.0, 0.5]) + 0.1 * RNG.standard_normal(40)
FIVE = RNG.standard_normal((40, 5))


def standardized(places, heights):
    """What is made of the data once."""
    return {"x": (places - places.mean(axis=0)) / places.std(axis=0), "y": heights - heights.mean()}


def begin(seed, spread, rule):
    """Weights drawn from the seed, and a memory if the rule has one."""
    weights = spread * np.random.default_rng(seed).standard_normal(3)
    return {"weights": weights, "memory": [np.zeros(3)] if rule == "heavy" else []}


def descend(state, x, y, index, rate, rule):
    """A step of gradient descent on the mean square error of a batch."""
    w, rows = state["weights"], x[index]
    miss = rows @ w - y[index]
    push = rows.T @ miss * (2 / len(miss))
    memory = [0.9 * old + push for old in state["memory"]]
    w = w - rate * (memory[0] if rule == "heavy" else push)
    return {"weights": w, "memory": memory}, {"loss": np.square(miss).mean(), "pushes": push}


def fit_now(state, x, y, wide):
    """The fit on all the data; the weights times `wide`."""
    miss = x @ state["weights"] - y
    return {"error": np.sqrt(np.square(miss).mean()), "weights": state["weights"] * wide}


def kick(state, size):
    """Every weight moved by the same amount."""
    return {**state, "weights": state["weights"] + size}


def fitting(steps=1500, every=5, **changes):
    """Two lanes that fit the same line on the same batches, each by its own rule."""
    parts = {
        "prepare": standardized,
        "data": {"places": PLACES, "heights": HEIGHTS},
        "batches": {"index": Shuffled("x", "batch")},
        "structure": ("rule",),
        "sizes": {"batch": 1},
        "lanes": {"a": {"rule": "rule_a"}, "b": {"rule": "rule_b"}},
        "actions": (Action("kick", "Kick it", kick, "Every weight moved"),),
        "trail": ("error",),
        "every": every,
        "bound": {"loss": 1e6},
        "pace": "speed",
    }
    rules = {"plain": "plain", "heavy": "heavy ball"}
    return Explorable(
        key="fitting",
        title="A line is fitted twice",
        controls=[
            Slider("step", "step", low=0, high=steps, step=1, start=0, play=20),
            Choice("rule_a", "rule of A", options=rules, start="plain"),
            Choice("rule_b", "rule of B", options=rules, start="heavy"),
            Slider("rate", "rate", low=0.001, high=10, log=True, per_decade=10, start=0.01),
            Slider("batch", "batch size", values=(2, 4, 8, 16), start=8),
            Slider("size", "size of a kick", values=(0.5, 1.0, 2.0), start=1.0),
            Slider("wide", "shown times", values=(1.0, 2.0), start=1.0),
            Slider("spread", "spread of the start", values=(0.0, 1.0, 3.0), start=1.0),
            Slider("speed", "steps a second", values=(10, 60, 240), start=60),
            Slider("seed", "seed", values=tuple(range(4)), start=0),
        ],
        model=Program(begin, descend, fit_now, **(parts | changes)),
        figures=[
            Chart(
                [Line(f"steps_{k}", f"loss_{k}", label=k.upper()) for k in "ab"]
                + [Line(f"trail_steps_{k}", f"error_trail_{k}") for k in "ab"],
                x=Axis("step", domain="window"),
                y=Axis("loss", domain=(0, 5)),
                alt="The loss over {done_a:d} steps.",
            ),
            Chart([Line([1, 2, 3], "weights_a"), Line([1, 2, 3], "weights_b")], alt="The weights."),
        ],
        readout="Step {step}. A {error_a:.3f}, B {error_b:.3f}; {diverged_a:d} and {diverged_b:d}.",
        caption="Two fits.",
    )


def descend_shaken(state, x, y, index, shakes, rate, shake):
    """A step of gradient descent on heights that are measured anew, and badly, each time."""
    miss = x[index] @ state["weights"] - y[index] - shake * shakes
    return {"weights": state["weights"] - rate * x[index].T @ miss / len(miss)}, {"loss": np.square(miss).mean()}


def shaken():
    """Data that a control chooses, with 3 or 5 columns, and normal numbers drawn for each step."""
    return Explorable(
        key="shaken",
        title="A fit to heights that shake",
        controls=[
            Slider("step", "step", low=0, high=1500, step=1, start=0, play=20),
            Slider("rate", "rate", low=0.001, high=10, log=True, per_decade=10, start=0.01),
            Slider("batch", "batch size", values=(2, 4, 8, 16), start=8),
            Slider("shake", "shaken by", values=(0.0, 0.5, 1.0), start=0.0),
            Choice("which", "data", options={"three": "three columns", "five": "five columns"}, start="three"),
            Slider("seed", "seed", values=tuple(range(4)), start=0),
        ],
        model=Program(
            lambda seed, x: {"weights": np.random.default_rng(seed).standard_normal(x.shape[1])},
            descend_shaken,
            lambda state, x, y: {"error": np.sqrt(np.square(x @ state["weights"] - y).mean())},
            prepare=standardized,
            data={"places": Chosen("which", {"three": PLACES, "five": FIVE}), "heights": HEIGHTS},
            batches={"index": Shuffled("x", "batch"), "shakes": Normals(("batch",), when="shake")},
            sizes={"batch": 1},
            trail=("error",),
        ),
        figures=Chart([Line("steps", "loss")], x=Axis("step", domain="window"), y=Axis("loss", domain=(0, 5))),
        readout="Step {step}: {error:.3f}; {diverged:d}.",
        caption="A fit.",
    )


def grow(state, r):
    """The logistic map."""
    x = r * state["x"] * (1 - state["x"])
    return {"x": x}, {"seen": x}


def logistic(**changes):
    """One lane, no data, no batches."""
    controls = changes.pop("controls", [])
    return Explorable(
        key="logistic",
        title="The logistic map",
        controls=[
            Slider("step", "step", low=0, high=3000, step=1, start=0, play=20),
            Slider("r", "growth", low=2, high=6, step=0.1, start=2.8),
            Slider("seed", "seed", values=(0, 1, 2), start=0),
            *controls,
        ],
        model=Program(
            changes.pop("begin", lambda seed: {"x": np.random.default_rng(seed).random()}),
            changes.pop("step", grow),
            changes.pop("look", lambda state: {"now": state["x"]}),
            **changes,
        ),
        figures=Chart([Line("steps", "seen")], x=Axis("step", domain="window"), y=Axis("share", domain=(0, 1))),
        readout="Step {step}: {now:.3f}; {diverged:d}.",
        caption="A map.",
    )


def turn(state, turning, factor):
    """A product of large matrices, so that a step takes a while; the first one turns, so that errors do not grow."""
    made = turning @ state["m"] * factor
    return {"m": made}, {"first": made[0, 0]}


def slow(side=200):
    """A step takes several milliseconds."""
    return Explorable(
        key="slow",
        title="Slow",
        controls=[
            Slider("step", "step", low=0, high=400, step=1, start=0, play=20),
            Slider("factor", "factor", values=(0.99, 1.0), start=1.0),
            Slider("seed", "seed", values=(0, 1), start=0),
        ],
        model=Program(
            lambda seed: {"m": np.random.default_rng(seed).standard_normal((side, side))},
            turn,
            lambda state: {"corner": state["m"][0, 0]},
            data={"turning": np.linalg.qr(np.random.default_rng(1).standard_normal((side, side)))[0]},
        ),
        figures=Chart([Line("steps", "first")], x=Axis("step", domain="window")),
        readout="Step {step}: {corner:.6f} after {done:d}.",
        caption="Slow products.",
    )
