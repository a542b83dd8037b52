"""The registry: every formula of the book, by label.

A topic is a module with a TITLE and its entries, IDENTITIES. Their order is that of the proof ledger.
"""

from functools import lru_cache
from importlib import import_module

TOPICS = (
    "transform.definitions",
    "motivation.chain",
    "motivation.chain_normalized",
    "transform.transform",
    "transform.modes",
    "transform.folds",
    "transform.running",
    "backprop.backprop",
    "backprop.paths",
    "backprop.backward",
    "backprop.jacobian",
    "backprop.geometry",
    "backprop.blind",
    "family.dense",
    "smoothness.curvature",
    "reparam.reparam",
    "reparam.least_squares",
    "reparam.gdnp",
    "reparam.halfspace",
    "reparam.invariance",
    "reparam.equilibrium",
    "reparam.growing_rate",
    "smoothness.lipschitz",
    "smoothness.literal",
    "reparam.weight_space",
    "smoothness.second_order",
    "reparam.unit",
    "smoothness.start",
    "smoothness.explanations",
    "deep.streams",
    "deep.rank",
    "deep.start",
    "family.family",
    "family.family_laws",
    "practice.practice",
    "practice.practice_running",
)


@lru_cache(maxsize=1)
def topics():
    """The modules of TOPICS, in their order."""
    return tuple(import_module(f"{__package__}.{name}") for name in TOPICS)


@lru_cache(maxsize=1)
def entries():
    """Label -> entry, in the order of the topics. Raises ValueError if a label is used twice.

    >>> entry = entries()["xhat-mean-square"]
    >>> entry.kind, entry.prove()
    ('identity', None)
    """
    found = {}
    for topic in topics():
        for entry in topic.IDENTITIES:
            if entry.label in found:
                raise ValueError(f"the label {entry.label!r} is used twice; a label names one entry")
            found[entry.label] = entry
    return found


def identities():
    """The entries that are proved: identities and inequalities, by label."""
    return {label: entry for label, entry in entries().items() if hasattr(entry, "prove")}
