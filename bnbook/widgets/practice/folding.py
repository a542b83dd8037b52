"""A convolution with batch norm, folded: right, and in the usual wrong ways."""

import numpy as np

from bnbook.experiments import fold_wrongly as experiment
from explorable import Axis, Chart, Choice, Dot, Drag, Explorable, Line, Raster, Rule, Sampled, Slider, Text, Toggle

SIDE = 8
WORDS = {
    "right": "right",
    "eps": "eps left out",
    "mean": "running mean left out",
    "batch": "statistics of this image",
    "order": "norm before the convolution",
}
VARIANCES = (1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10)
PARTS = {"before": "Two layers", "after": "One convolution", "difference": "Difference"}


def tables(how, variance, padding):
    """Three pictures (8, 8), upside up, relative to the largest output; 0 where there is no output."""
    run = experiment.run(how, variance, int(padding))
    difference = run["after"] - run["before"]
    pictures = {"before": run["before"], "after": run["after"], "difference": difference}
    outputs = {name: framed(np.clip(picture, -1, 1)) for name, picture in pictures.items()}
    inner = framed(difference)[1:-1, 1:-1]
    outputs["error"] = max(run["error"], 1e-17)
    errors = [experiment.run(how, v, int(padding))["error"] for v in VARIANCES]
    outputs["errors"] = np.maximum(errors, 1e-17)
    outputs["inside"] = max(float(np.abs(inner).max()), 1e-17)
    return outputs


def framed(picture):
    """The picture in the middle of 8 x 8 zeros, its first row on top."""
    full = np.zeros((SIDE, SIDE))
    edge = (SIDE - len(picture)) // 2
    full[edge : SIDE - edge, edge : SIDE - edge] = picture
    return full[::-1]


def folding():
    """Fold, and compare."""
    return Explorable(
        key="fold",
        title="Two layers become one",
        controls=[
            Choice("how", "folded", options=WORDS, start="order"),
            Slider("variance", "running variance", values=VARIANCES, start=1),
            Toggle("padding", "zeros around the image", start=True),
        ],
        model=Sampled(tables, error=dict.fromkeys(PARTS, 0.002)),
        figures=[*(_picture(name, title) for name, title in PARTS.items()), _errors()],
        columns=4,
        layout="stacked",
        wide=True,
        readout="Largest difference: {error:.2g} of the largest output; away from the border {inside:.2g}.",
        caption="A digit seen through a filter for upright edges and batch norm with running statistics. First, as two "
        "layers; then, as one; last, what folding changed. Orange and blue are opposite signs. Beside them, that "
        "difference at every running variance; drag the dot.",
    )


def _errors():
    return Chart(
        [
            Line(VARIANCES, "errors", color="truth"),
            Rule(x="variance", color="moved", dash=False),
            Dot("variance", "error", color="moved", size=7, drag=Drag("variance", "x")),
            Text(VARIANCES[0], 1e-16, "rounding", color="muted", anchor="start", dx=4, dy=-10),
        ],
        title="The largest difference",
        x=Axis("running variance", log=True, domain=(VARIANCES[0], VARIANCES[-1])),
        y=Axis("of the largest output", log=True, domain=(1e-17, 100), ticks=4),
        alt="The largest difference against the running variance: {error:.1e} at {variance}.",
    )


def _picture(name, title):
    return Chart(
        [Raster(name, x=(0, SIDE), y=(0, SIDE), scheme="diverging", domain=(-1, 1), label="value")],
        title=title,
        x=Axis(domain=(0, SIDE), ticks=()),
        y=Axis(domain=(0, SIDE), ticks=()),
        aspect=1,
        alt=f"{title}: a picture of 8 by 8 values. The largest difference is {{error:.1e}}.",
    )
