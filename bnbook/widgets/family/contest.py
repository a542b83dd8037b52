"""The same network with one norm after the other, on the digits: drawn from the kept finding "contest"."""

import numpy as np

from bnbook.experiments import family as experiment
from bnbook.experiments import kept
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
    Toggle,
)

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
COLORS = ["plain", "othernorm", "batchnorm", "othernorm", "othernorm", "othernorm", "othernorm"]
SIZES, RATES = experiment.BATCH_SIZES, experiment.LEARNING_RATES
RUN = kept.load("contest")  # by value, so that the tables are made anew when the finding changes
SEEDS = len(RUN["accuracy"])
N = len(NAMES)


def accuracies(depth, scale):
    """Held-out accuracy in percent and whether the run diverged, (norms, batch sizes, rates, seeds) each."""
    place = experiment.DEPTHS.index(int(depth)), experiment.SCALES.index(float(scale))
    right, lost = (RUN[name][(slice(None), *place)] for name in ("accuracy", "diverged_at"))
    return 100 * np.moveaxis(right, 0, -1), np.moveaxis(lost >= 0, 0, -1)


def tables(depth, scale, own, lr, batch_size):
    """Accuracy of every norm and seed at a setting, and medians and leaders at every batch size; (L, M, ...).

    own : 1 for each norm at the learning rate that is best for it, whatever the slider says.
    """
    right, lost = accuracies(depth, scale)
    sizes = [SIZES.index(int(m)) for m in batch_size]
    layers = [_chosen(right, lost, None if own else RATES.index(float(rate))) for rate in lr]
    at = np.array([layer[0] for layer in layers])  # L, norms, all batch sizes, seeds
    gone = np.array([layer[1] for layer in layers])  # L, norms, all batch sizes
    middle = np.median(at, axis=-1)
    best = np.array([[experiment.leaders(row / 100) for row in np.moveaxis(layer, 1, 0)] for layer in at])  # L, M, N
    here = np.moveaxis(at[:, :, sizes], 2, 1)  # L, M, N, S
    mid, leads = np.median(here, axis=-1), best[:, sizes]
    whole = lambda table: table[:, None]  # noqa: E731  the same at every chosen batch size
    return {
        "seeds": here.reshape(*here.shape[:2], -1),
        "mid": mid,
        "top": mid.max(axis=-1),
        "tied": np.maximum(leads.sum(axis=-1) - 1, 0),
        "lost_plain": gone[:, 0][:, sizes],
        "share": whole(middle),
        "best": whole(np.moveaxis(best, 2, 1).astype(int)),
        "some_lost": whole((gone > 0).astype(int)),
        "nobody": (~leads.any(axis=-1)).astype(int) * 10 + mid.argmax(axis=-1),
        "column": np.eye(len(SIZES), dtype=int)[sizes][None],
    }


def _chosen(right, lost, rate):
    """Accuracies (norms, batch sizes, seeds) at one rate, or at each norm's own; and how many runs diverged there."""
    if rate is not None:
        return right[:, :, rate], lost[:, :, rate].sum(axis=-1)
    columns = [experiment.at_own_rate(right[:, m]) for m in range(right.shape[1])]
    gone = [[lost[n, m, r].sum() for m, (_, rates) in enumerate(columns) for r in [rates[n]]] for n in range(N)]
    return np.stack([column[0] for column in columns], axis=1), np.array(gone)


def contest():
    """Norm by norm, batch size by batch size: who reads digits best after 200 steps."""
    return Explorable(
        key="contest",
        title="Same network, other norm",
        wide=True,
        controls=[
            Slider("batch_size", "batch size", values=SIZES, start=16),
            Slider("lr", "learning rate", values=RATES, start=0.1),
            Toggle("own", "each norm at its own best learning rate", start=False),
            Slider("scale", "start weights times", values=experiment.SCALES, start=1.0),
            Slider("depth", "hidden layers", values=experiment.DEPTHS, start=6),
        ],
        model=Sampled(
            tables, along=("lr", "batch_size"), error={"seeds": 0.05, "mid": 0.05, "share": 0.05, "top": 0.05}
        ),
        figures=[_bars(), _map()],
        readout=_readout(),
        caption="Above, accuracy on 500 held-out images after 200 steps at the chosen batch size: bar, median of 8 "
        "seeds; dots, each seed. Below, the medians at all batch sizes. A frame marks the highest median and all norms "
        "that are not told apart from it: the interval of their paired differences holds 0. × marks seeds that "
        "diverged. With the switch on, each norm and seed has the learning rate that is best for the other seven. "
        "Click a batch size to choose it.",
    )


def _readout():
    numbers = " Plain {mid[0]:.0f}%, {lost_plain:d} of 8 diverged; batch norm {mid[2]:.0f}%."
    told = {}
    for n, name in enumerate(NAMES.values()):
        told[n] = f"The highest median has {name}, {{top:.0f}}%; tied with it are {{tied:d}} of the other 6.{numbers}"
        told[10 + n] = f"Nobody learns; the highest is {{top:.0f}}%, where guessing gives 10%.{numbers}"
    return Cases("nobody", told)


def _bars():
    places = np.arange(N, dtype=float)
    return Chart(
        [
            Rule(y=10, color="grid", dash=False),
            Bar(places, "mid", color=COLORS, width=0.7, opacity=0.75),
            Dot(np.repeat(places, SEEDS), "seeds", color="truth", size=3),
            Text(places, np.zeros(N), list(SHORT), color="muted", dy=14),
        ],
        title="At the chosen batch size",
        x=Axis("", domain=(-0.5, N - 0.5), ticks=()),
        y=Axis("held-out accuracy", unit="%", domain=(0, 100)),
        height=240,
        alt="Held-out accuracy in percent: plain {mid[0]:.0f}, weight norm {mid[1]:.0f}, batch norm {mid[2]:.0f}, "
        "batch renormalization {mid[3]:.0f}, layer norm {mid[4]:.0f}, RMS norm {mid[5]:.0f}, dynamic tanh "
        "{mid[6]:.0f}.",
    )


def _map():
    wide = _grid(left=120, top=52, cell=(112, 32), width=572, size=14)
    narrow = _grid(left=98, top=52, cell=(60, 34), width=340, size=13)
    return Diagram(
        *wide,
        bindings=tuple(_bindings()),
        narrow=Diagram(*narrow, alt=""),
        title="Who leads where",
        alt="Seven norms by five batch sizes. At batches of {batch_size:d} the best median is {top:.0f} percent.",
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
        elements.append(Label(f"name{n}", 2, y + h / 2 - 2, name, size=size - 1, anchor="start", tone=COLORS[n]))
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
