"""All identities of the book, by label."""

from bn.symbolic import chain_normalised, chain_proofs, running_proofs, transform_proofs

TOPICS = (chain_proofs, chain_normalised, transform_proofs, running_proofs)


def identities():
    """Label -> `Identity`, in the order of the topics. Raises ValueError if a label is used twice."""
    entries = {}
    for topic in TOPICS:
        for identity in topic.IDENTITIES:
            if identity.label in entries:
                raise ValueError(f"the label {identity.label!r} is used twice; a label names one identity")
            entries[identity.label] = identity
    return entries
