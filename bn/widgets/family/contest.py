"""The same network with one norm after the other, on the digits."""

import numpy as np

import bn.widgets.palette  # noqa: F401  registers the colours
from bn.experiments import family as experiment
from explorable import (
    Axis,
    Bar,
    Bind,
    Cases,
    Chart,
    Diagram,
    Dot,
    Explorable,
    Label,
    Map,
    Rect,
    Rule,
    Sampled,
    Select,
    Sequential,
    Slider,
    Text,
)

SEEDS = (0, 1, 2)
NAMES = {
    "none": "plain",
    "weight": "weight norm",
    "batch": "batch norm",
    "renorm": "batch renorm",
    "layer": "layer norm",
    "rms": "RMS norm",
    "tanh": "dynamic tanh",
}
SHORT = ("plain", "WN", "BN", "BRN", "LN", "RMS", "DyT")
COLOURS = ["plain", "othernorm", "batchnorm", "othernorm", "othernorm", "othernorm", "othernorm"]
SIZES = experiment.BATCH_SIZES
N = len(NAMES)


def tables(depth, scale, lr, batch_size):
    """Held-out accuracy of every norm and seed at a setting, and the means at every batch size, in percent."""
    settings = {"batch_sizes": tuple(map(int, batch_size)), "learning_rates": tuple(map(float, lr)), "seeds": SEEDS}
    run = experiment.run(depth=int(depth), scale=float(scale), **settings)
    right = 100 * np.moveaxis(run["accuracy"], (2, 1), (0, 1))  # L, M, N, S
    lost = np.moveaxis((run["diverged_at"] >= 0).sum(axis=-1), (2, 1), (0, 1))  # L, M, N
    mean = right.mean(axis=-1)
    best = np.moveaxis(experiment.winners(run["accuracy"]), (2, 1), (0, 1)).astype(int)
    whole = lambda table: np.moveaxis(table, 2, 1)[:, None]  # noqa: E731  L, 1, N, M: the same at every batch size
    return {
        "seeds": right.reshape(*right.shape[:2], -1),
        "mean": mean,
        "top": mean.max(axis=-1),
        "lost_plain": lost[..., 0],
        "share": whole(mean),
        "best": whole(best),
        "some_lost": whole((lost > 0).astype(int)),
        "nobody": (mean.max(axis=-1) <= 20).astype(int) * 10 + mean.argmax(axis=-1),
        "column": np.eye(len(SIZES), dtype=int)[None],
    }


def contest():
    """Norm by norm, batch size by batch size: who reads digits best after 200 steps."""
    return Explorable(
        key="contest",
        title="Same network, other norm",
        controls=[
            Slider("batch_size", "batch size", values=SIZES, start=16),
            Slider("lr", "learning rate", values=experiment.LEARNING_RATES, start=0.1),
            Slider("scale", "start weights times", values=experiment.SCALES, start=1.0),
            Slider("depth", "hidden layers", values=experiment.DEPTHS, start=6),
        ],
        model=Sampled(
            tables, along=("lr", "batch_size"), error={"seeds": 0.05, "mean": 0.05, "share": 0.05, "top": 0.05}
        ),
        figures=[_bars(), _map()],
        readout=_readout(),
        caption="Above, accuracy on 500 held-out images after 200 steps at the chosen batch size: bar, mean of 3 "
        "seeds; dots, each seed. Below, the means at all batch sizes. A frame marks the norms that nobody beats: their "
        "best seed reaches the best mean. × marks seeds that diverged. Click a batch size to choose it.",
    )


def _readout():
    words = "Batches of {batch_size:d}, learning rate {lr}, start weights times {scale}, {depth:d} hidden layers: "
    numbers = (
        " Plain {mean[0]:.0f}% ({lost_plain:d} of 3 seeds diverged), batch norm {mean[2]:.0f}%, layer norm "
        "{mean[4]:.0f}%, RMS norm {mean[5]:.0f}%."
    )
    told = {}
    for n, name in enumerate(NAMES.values()):
        told[n] = f"{words}highest is {name} with {{top:.0f}}%.{numbers}"
        told[10 + n] = f"{words}nobody learns; the highest is {{top:.0f}}%, where guessing gives 10%.{numbers}"
    return Cases("nobody", told)


def _bars():
    places = np.arange(N, dtype=float)
    return Chart(
        [
            Rule(y=10, color="grid", dash=False),
            Bar(places, "mean", color=COLOURS, width=0.7, opacity=0.75),
            Dot(np.repeat(places, len(SEEDS)), "seeds", color="truth", size=3),
            Text(places, np.zeros(N), list(SHORT), color="muted", dy=14),
        ],
        title="At the chosen batch size",
        x=Axis("", domain=(-0.5, N - 0.5), ticks=()),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        height=240,
        alt="Held-out accuracy in percent: plain {mean[0]:.0f}, weight norm {mean[1]:.0f}, batch norm {mean[2]:.0f}, "
        "batch renormalization {mean[3]:.0f}, layer norm {mean[4]:.0f}, RMS norm {mean[5]:.0f}, dynamic tanh "
        "{mean[6]:.0f}.",
    )


def _map():
    wide = _grid(left=120, top=52, cell=(92, 32), width=590, size=14)
    narrow = _grid(left=98, top=52, cell=(48, 34), width=340, size=13)
    return Diagram(
        *wide,
        bindings=tuple(_bindings()),
        narrow=Diagram(*narrow, alt=""),
        title="Who wins where",
        alt="Seven norms by five batch sizes. At batches of {batch_size:d} the best mean is {top:.0f} percent.",
    )


def _grid(left, top, cell, width, size):
    """A row for each norm and a column for each batch size: (width, height, elements)."""
    w, h = cell
    elements = [Label("sizes", 2, 30, "batch size", size=size - 1, anchor="start", tone="muted")]
    for m, batch_size in enumerate(SIZES):
        x = left + m * w
        say = {"spoken": f"batches of {batch_size}", "select": Select("batch_size", batch_size)}
        elements.append(Rect(f"head{m}", x, top - 38, w - 4, 28, text=str(batch_size), tone="muted", **say))
    for n, name in enumerate(NAMES.values()):
        y = top + n * h
        elements.append(Label(f"name{n}", 2, y + h / 2 - 2, name, size=size - 1, anchor="start", tone=COLOURS[n]))
        for m in range(len(SIZES)):
            x = left + m * w
            elements.append(Rect(f"cell{n}_{m}", x, y, w - 4, h - 4, radius=3))
            elements.append(Label(f"mean{n}_{m}", x + w / 2 - 2, y + h / 2 - 2, size=size))
            elements.append(Label(f"lost{n}_{m}", x + w - 12, y + 9, "×", size=size - 2, tone="plain"))
    return width, top + N * h + 4, elements


def _bindings():
    for m in range(len(SIZES)):
        yield Bind(f"head{m}", "stroke", "column", index=m, scale=Map({0: "grid", 1: "moved"}))
        for n in range(N):
            yield Bind(f"cell{n}_{m}", "fill", "share", index=(n, m), scale=Sequential((0, 160)))
            yield Bind(f"cell{n}_{m}", "stroke", "best", index=(n, m), scale=Map({0: "grid", 1: "truth"}))
            yield Bind(f"mean{n}_{m}", "text", "share", index=(n, m), format=".0f")
            yield Bind(f"lost{n}_{m}", "hidden", "some_lost", index=(n, m), scale=Map({0: 1, 1: 0}))
