"""One finding: what is wrong, where, the numbers, and what to do about it."""

from dataclasses import dataclass, field

SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Finding:
    """code : one of `CODES`.   severity : "error" (the answers are wrong), "warning" or "note".
    layer : its name.   features : the indices concerned, worst first; empty if it concerns the layer as a whole.
    numbers : what was measured, by name.   words : a sentence with these numbers.   cure : what to try.
    """

    code: str
    severity: str
    layer: str
    words: str
    cure: str
    features: tuple = ()
    numbers: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.severity}: {self.layer}: {self.code}\n  {self.words}\n  Try: {self.cure}"


def of_features(code, severity, layer, bad, badness, numbers, words, cure):
    """A list with one finding about the features where `bad` (d,) holds, or an empty list.

    badness : (d,) larger is worse.   numbers : {name: (d,)}; the worst feature's are kept and fill `words`, which
    may also name {count}, {d}, {worst} (its index) and {m}.
    """
    features = [int(j) for j in sorted(bad.nonzero()[0], key=lambda j: -badness[j])]
    if not features:
        return []
    worst = features[0]
    shown = {name: float(value[worst]) for name, value in numbers.items()}
    count = f"{len(features)} of {layer.d} features"
    filled = words.format(count=count, worst=worst, m=layer.m, eps=layer.eps, **shown)
    kept = {"features": len(features), "of": layer.d, **shown}
    return [Finding(code, severity, layer.name, filled, cure, tuple(features), kept)]


def of_layer(code, severity, layer, numbers, words, cure):
    """A list with one finding about the whole layer."""
    return [Finding(code, severity, layer.name, words.format(**numbers), cure, (), dict(numbers))]
