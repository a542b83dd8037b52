"""Two networks that train side by side in the page."""

import numpy as np

from bnbook.experiments import laboratory as lab
from explorable import Axis, Band, Bar, Cases, Chart, Choice, Dot, Drawing, Explorable, Line, Rule, Select, Slider
from explorable.models import Action, Chosen, Normals, Program, Shuffled

NORMS = {
    "none": "none",
    "batch": "batch norm",
    "layer": "layer norm",
    "rms": "RMS norm",
    "group": "group norm",
    "renorm": "batch renorm",
    "weight": "weight norm",
}
COLORS = {"a": "plain", "b": "batchnorm"}
DATA = {"digits": "digits, 8 × 8", "mnist": "MNIST, 14 × 14"}
STEPS = 1000
MEASURES = {
    0: "loss",
    1: "read right",
    2: "gradients",
    3: "weights",
    4: "agreement",
}
DIGITS = np.arange(lab.CLASSES)
CENTERS = (lab.EDGES[1:] + lab.EDGES[:-1]) / 2
READINGS = {
    0: "Step {step}. Of 256 new digits A reads {accuracy_a:.0%} and B {accuracy_b:.0%}.",
    1: "Step {step}. A diverged at step {diverged_a:d}; B reads {accuracy_b:.0%} of 256 new digits.",
    2: "Step {step}. B diverged at step {diverged_b:d}; A reads {accuracy_a:.0%} of 256 new digits.",
    3: "Step {step}. A diverged at step {diverged_a:d}, B at step {diverged_b:d}.",
}


# The same run by bn.train, for the settings that held from the start.
PYTHON = """\
from functools import partial

import numpy as np

from bn import accuracy, forward, init, train
from bn.steps import adamw_step, momentum_step
from bnbook.experiments.laboratory import pictures

(data, in_light), numbers, residual = pictures({data}), {{}}, {residual}
optimizer = (partial(momentum_step, momentum={inertia}), adamw_step)[{optimizer}]
for name, norm in (("a", {norm_a}), ("b", {norm_b})):
    net = init((data.train_x.shape[2], *[{width}] * {depth}, 10), norm=norm, activation={activation}, scale={scale},
               eps={eps}, residual=None if residual == "none" else residual, seeds=({seed},))
    rng = np.random.default_rng({seed} + 1000)
    def noise(step, net):
        draws = rng.standard_normal((8, 2, {width}))[:{depth}] * {noise}
        return [(1 + factor, shift) for factor, shift in draws]
    net, history = train(net, data, lr={rate}, steps={step}, batch_size={batch}, optimizer=optimizer, decay={decay},
                         momentum={momentum}, noise=noise)
    logits, _ = forward(net, in_light({light}), training=False)
    numbers[f"accuracy_{{name}}"] = accuracy(logits, data.test_y[0])[0]
    numbers[f"diverged_{{name}}"] = history.diverged_at[0]
"""


def laboratory():
    """Two networks, A and B, on the same batches from the same draws."""
    return Explorable(
        key="laboratory",
        title="Two networks on the same batches",
        controls=_controls(),
        model=_model(),
        figures=[_ribbons("a"), _ribbons("b"), _over_time(), _histogram(), _answers()],
        columns=2,
        wide=True,
        readout=Cases("stopped", READINGS),
        python=PYTHON,
        caption="Above, for each hidden layer, what one of its units hands to its activation on 256 new digits: the "
        "median, half of the digits in the dark band, four fifths in the pale one; a thin line marks zero. Below, the "
        "loss of each batch, and the same numbers of the *layer chosen* as a histogram.",
    )


def _controls():
    return [
        Slider("step", "step", low=0, high=STEPS, step=1, start=0, play=20),
        Choice("norm_a", "network A", options=NORMS, start="none"),
        Choice("norm_b", "network B", options=NORMS, start="batch"),
        Slider("rate", "learning rate", low=0.001, high=10, log=True, per_decade=10, start=0.1, format=".2g"),
        Choice(
            "measure",
            "over the steps",
            options=MEASURES,
            start=0,
        ),
        Slider("layer", "layer chosen", values=tuple(range(1, lab.MOST_LAYERS + 1)), start=3),
        Slider("kick", "size of a kick", values=(0.1, 0.25, 0.5, 2.0, 4.0, 10.0), start=2.0),
        Slider("batch", "batch size", values=(2, 4, 8, 16, 32, 64, 128), start=64),
        Slider("light", "light on the new digits", low=0.2, high=2, step=0.1, start=1.0, format=".0%"),
        Drawing("drawing", "a digit of your own", rows=8, columns=8),
        Choice("data", "pictures", options=DATA, start="digits", fold=True),
        Slider("depth", "hidden layers", values=(1, 2, 3, 4, 6, 8), start=4, fold=True),
        Slider("width", "units in a layer", values=(8, 16, 32, 64), start=64, fold=True),
        Choice(
            "activation",
            "activation",
            options={"relu": "ReLU", "sigmoid": "sigmoid", "tanh": "tanh"},
            start="relu",
            fold=True,
        ),
        Choice("residual", "skip connections", options={"none": "off", "end": "on"}, start="none", fold=True),
        Choice("optimizer", "optimizer", options={0: "SGD", 1: "AdamW"}, start=0, fold=True),
        Slider("inertia", "momentum of SGD", values=(0.0, 0.5, 0.8, 0.9, 0.95), start=0.0, fold=True),
        Slider("decay", "weight decay", values=(0.0, 0.001, 0.01, 0.1), start=0.0, fold=True),
        Slider(
            "momentum", "momentum of the running statistics", values=(0.0, 0.01, 0.1, 0.5, 1.0), start=0.1, fold=True
        ),
        Slider("noise", "noise behind the norm", values=(0.0, 0.1, 0.25, 0.5, 1.0), start=0.0, fold=True),
        Slider("eps", "eps", low=1e-8, high=10, log=True, per_decade=1, start=1e-5, format=".0e", fold=True),
        Slider("scale", "start weights times", values=(0.1, 0.25, 0.5, 1.0, 2.0, 4.0), start=1.0, fold=True),
        Slider("unit", "unit shown", values=(1, 2, 3, 4, 5, 6, 7, 8), start=1, fold=True),
        Slider("speed", "steps a second", values=(1, 2, 5, 10, 30, 60, 240), start=30, fold=True),
        Slider("seed", "seed", values=tuple(range(10)), start=0, fold=True),
    ]


def _model():
    raw = {name: lab.raw_data(name) for name in DATA}
    return Program(
        lab.start,
        lab.step,
        lab.look,
        prepare=lab.prepare,
        data={
            name: Chosen("data", {data: arrays[name] for data, arrays in raw.items()})
            for name in ("pixels", "digits", "levels", "singly", "enlarge")
        },
        batches={
            "index": Shuffled("images", "batch"),
            "draws": Normals((lab.MOST_LAYERS, 2, "width"), distance=lab.APART, when="noise"),
        },
        structure=("norm", "depth", "activation", "residual"),
        sizes={"width": 8, "batch": 1},
        lanes={"a": {"norm": "norm_a"}, "b": {"norm": "norm_b"}},
        actions=(
            Action("scale", "Scale layer", lab.scale_layer, "All weights of the layer chosen, times the kick"),
            Action("shift", "Shift layer", lab.shift_layer, "The kick added to all weights of the layer chosen"),
            Action("turn", "Turn layer", lab.turn_layer, "Its units turned into each other by the kick, in radians"),
        ),
        trail=("lowest", "low", "middle", "high", "highest", "accuracy", "own", "agreement"),
        anew=("unit",),
        shown=("measure",),
        pace="speed",
        bound={"loss": 1e6},
        guarded=("eps",),
        letting=lab.LETTING,
    )


def _ribbons(lane):
    x = f"trail_steps_{lane}"
    color = COLORS[lane]
    return Chart(
        [
            Rule(y=f"rows_{lane}", color="grid", dash=False, width=1),
            Band(x, f"lowest_trail_{lane}", f"highest_trail_{lane}", color=color, opacity=0.16),
            Band(x, f"low_trail_{lane}", f"high_trail_{lane}", color=color, opacity=0.35),
            Line(x, f"middle_trail_{lane}", color=color, width=1.5),
            Rule(y="layer", color="moved", width=1),
            Dot(0, f"rows_{lane}", color="muted", size=3.5, select=Select("layer")),
        ],
        title=f"Network {lane.upper()}",
        x=Axis("step", domain="window"),
        y=Axis("layer", domain=f"extent_{lane}", ticks=list(range(1, lab.MOST_LAYERS + 1)), format="d", lanes=lab.SPAN),
        height=290,
        low=250,
        alt=f"What a unit of each layer of network {lane.upper()} receives, over {{done_{lane}:d}} steps.",
    )


def _over_time():
    color = COLORS.items()
    losses = [Line(f"steps_{k}", f"loss_{k}", color=c, label=k.upper(), when="shows_loss_a") for k, c in color]
    right = [
        Line(f"trail_steps_{k}", f"accuracy_trail_{k}", color=c, label=k.upper(), when="shows_accuracy_a")
        for k, c in color
    ]
    own = [
        Line(
            f"trail_steps_{k}",
            f"own_trail_{k}",
            color=c,
            dash="dots",
            label=f"{k.upper()}, by the digits' own",
            when="shows_accuracy_a",
        )
        for k, c in color
    ]
    layers = [
        Line(
            f"steps_{k}", f"{name}_{k}", color=c, width=1, label=f"{k.upper()}, a line a layer", when=f"shows_{name}_a"
        )
        for name in ("gradients", "weights")
        for k, c in color
    ]
    agreement = [
        Line(f"trail_steps_{k}", f"agreement_trail_{k}", color=c, label=k.upper(), when="shows_agreement_a")
        for k, c in color
    ]
    return Chart(
        [*losses, *right, *own, *layers, *agreement],
        title="Over the steps",
        x=Axis("step", domain="window"),
        y=Axis("the measure", domain="scale_a"),
        height=220,
        alt="The measure chosen, of both networks, over {done_a:d} and {done_b:d} steps.",
    )


def _answers():
    bars = [("a", -0.27, "A, alone"), ("b", 0.0, "B, alone")]
    marks = [
        Bar(DIGITS + off, f"answer_{k}", color=COLORS[k], width=0.25, label=words, when="is_drawn_a")
        for k, off, words in bars
    ]
    company = Bar(DIGITS + 0.27, "company_b", color="noisy", width=0.25, label="B, among 31 others", when="is_drawn_a")
    return Chart(
        [*marks, company],
        title="Your digit: what is it?",
        x=Axis("digit", domain=(-0.6, 9.6), ticks=DIGITS.tolist(), format="d"),
        y=Axis("probability", domain=(0, 1), format=".0%"),
        height=170,
        alt="Probabilities of the ten digits for the drawing, by both networks.",
    )


def _histogram():
    width = float(lab.EDGES[1] - lab.EDGES[0])
    return Chart(
        [
            Bar(CENTERS, "histogram_a", color="plain", width=width, opacity=0.45, label="A"),
            Bar(CENTERS, "histogram_b", color="batchnorm", width=width, opacity=0.45, label="B"),
        ],
        title="At the layer chosen, now",
        x=Axis("input of the activation", domain=(-6, 6)),
        y=Axis("share of the digits", domain=(0, 0.5), format=".0%"),
        height=220,
        alt="Histograms of what a unit of layer {layer} receives in both networks.",
    )
