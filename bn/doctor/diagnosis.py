"""All rules over all layers, the worst first."""

from collections.abc import Iterable

import numpy as np

from . import batch_rules, running_rules
from .finding import SEVERITIES, Finding, of_features
from .layer import LARGEST, Layer, as_rows

CODES = (
    "not-finite",
    "batch-of-one",
    "small-batch",
    "constant-feature",
    "variance-near-eps",
    "one-example-rules",
    "offset",
    "half-overflow",
    "dead-feature",
    "saturated",
    "gamma-zero",
    "useless-bias",
    "running-invalid",
    "running-untouched",
    "running-far",
    "momentum",
    "forgotten-switch",
    "frozen",
    "other-function",
)
RULES = (
    batch_rules.small_batch,
    batch_rules.variance,
    batch_rules.outlier,
    batch_rules.offset,
    batch_rules.activation,
    batch_rules.parameters,
    running_rules.valid,
    running_rules.momentum,
    running_rules.mode,
)


class Diagnosis(tuple):
    """The findings, worst first; printed, one paragraph each. Empty, and so false, if nothing was found."""

    __slots__ = ()

    @property
    def codes(self):
        """The codes of the findings, each once, in their order."""
        return tuple(dict.fromkeys(finding.code for finding in self))

    def __str__(self):
        return "\n".join(map(str, self)) if self else "No finding: nothing in these arrays looks wrong."


def diagnose(layers):
    """The likely faults of batch norm layers over one batch.

    layers : a `Layer`, a dict of its fields, or a list of either, from any framework.
    Returns a `Diagnosis`, a tuple of `Finding`. A finding is a suspicion with its numbers, no proof; the limits are
    named in `bn.doctor.batch_rules` and `running_rules`. Raises ValueError for shapes that do not fit, and for
    anything else than layers.
    """
    if isinstance(layers, (Layer, dict)):
        layers = [layers]
    if not isinstance(layers, Iterable) or isinstance(layers, (str, bytes, np.ndarray)):
        kind = type(layers).__name__
        raise ValueError(f"layers is of type {kind}; allowed are a Layer, a dict of its fields, or a list of either")
    given = [Layer.of(layer, f"layers[{i}]") for i, layer in enumerate(layers)]
    found = [finding for layer in given for finding in _of(layer)]
    return Diagnosis(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def _of(layer) -> list[Finding]:
    given = [layer.rows, layer.gamma, layer.beta, None if layer.y is None else as_rows(layer.y)]
    given = [np.asarray(value, np.float64) for value in given if value is not None]
    usable = np.all(np.broadcast_arrays(*(np.abs(value) <= LARGEST for value in given)), axis=0)
    if not usable.all():  # every other number would be NaN
        share = 1 - usable.mean(axis=0)
        huge = all(np.isfinite(value).all() for value in given)
        what = f"numbers beyond {LARGEST:g}, whose squares are none," if huge else "NaN or infinity"
        words = f"{{count}} hold {what} (feature {{worst}}: {{share:.0%}} of the batch)."
        cure = "find the first layer with it; a smaller learning rate, eps above 0, statistics in float32"
        return of_features("not-finite", "error", layer, share > 0, share, {"share": share}, words, cure)
    return [finding for rule in RULES for finding in rule(layer)]
