"""The registry: every formula of the book, by label.

A topic is a module with a TITLE and its entries, IDENTITIES. Their order is that of the proof ledger.
"""

from functools import lru_cache

from bn.symbolic import (
    backprop_proofs,
    backward_proofs,
    blind_proofs,
    chain_normalised,
    chain_proofs,
    curvature_proofs,
    definitions,
    dense_proofs,
    equilibrium_proofs,
    explanations_proofs,
    family_laws_proofs,
    family_proofs,
    gdnp_proofs,
    geometry_proofs,
    halfspace_proofs,
    invariance_proofs,
    jacobian_proofs,
    least_squares_proofs,
    lipschitz_proofs,
    literal_proofs,
    modes_proofs,
    paths_proofs,
    practice_proofs,
    practice_running_proofs,
    reparam_proofs,
    running_proofs,
    second_order_proofs,
    start_proofs,
    transform_proofs,
    unit_proofs,
    weight_space_proofs,
)

TOPICS = (
    definitions,
    chain_proofs,
    chain_normalised,
    transform_proofs,
    modes_proofs,
    running_proofs,
    backprop_proofs,
    paths_proofs,
    backward_proofs,
    jacobian_proofs,
    geometry_proofs,
    blind_proofs,
    dense_proofs,
    curvature_proofs,
    reparam_proofs,
    least_squares_proofs,
    gdnp_proofs,
    halfspace_proofs,
    invariance_proofs,
    equilibrium_proofs,
    lipschitz_proofs,
    literal_proofs,
    weight_space_proofs,
    second_order_proofs,
    unit_proofs,
    start_proofs,
    explanations_proofs,
    family_proofs,
    family_laws_proofs,
    practice_proofs,
    practice_running_proofs,
)


@lru_cache(maxsize=1)
def entries():
    """Label -> entry, in the order of the topics. Raises ValueError if a label is used twice.

    >>> entry = entries()["xhat-mean-square"]
    >>> entry.kind, entry.prove()
    ('identity', None)
    """
    found = {}
    for topic in TOPICS:
        for entry in topic.IDENTITIES:
            if entry.label in found:
                raise ValueError(f"the label {entry.label!r} is used twice; a label names one entry")
            found[entry.label] = entry
    return found


def identities():
    """The entries that are proved: identities and inequalities, by label."""
    return {label: entry for label, entry in entries().items() if hasattr(entry, "prove")}
