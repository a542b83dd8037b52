"""Wrong gradients of batch normalization that people really wrote; each has a name, and one of them is harmless.

All are the chain of Ioffe & Szegedy (2015), section 3, with an edge of its graph cut, a factor changed, or another
spread put in on the way back. `chain` is plain arithmetic: it takes NumPy arrays and, in the widgets, expressions.
"""

from typing import NamedTuple

import numpy as np

# source-target: the graph of the paper's chain. `chain` multiplies what flows back through an edge by its weight.
EDGES = ("x-mu", "x-var", "mu-var", "x-xhat", "mu-xhat", "var-xhat", "xhat-y")

# The spread that the way back divides by: name -> function of var, eps, m and a square root.
SPREADS = {
    "right": lambda var, eps, m, sqrt: sqrt(var + eps),
    "without eps": lambda var, eps, m, sqrt: sqrt(var),
    "eps outside the root": lambda var, eps, m, sqrt: sqrt(var) + eps,
    "m - 1": lambda var, eps, m, sqrt: sqrt(var * m / (m - 1) + eps),
}


class Mistake(NamedTuple):
    """How a wrong gradient differs from the right one.

    title : in a few words.   cut : edges that are left out; "xhat-y" means that gamma is forgotten.
    times_m : edges whose 1 / m is forgotten.   spread : a name of SPREADS.   factor : of the whole result.
    harmless : the result is right all the same.   threads : where it was reported, owner/repository#number.
    """

    title: str
    cut: tuple = ()
    times_m: tuple = ()
    spread: str = "right"
    factor: float = 1
    harmless: bool = False
    threads: tuple = ()


MISTAKES = {
    "none": Mistake("nothing is wrong", harmless=True),
    "mean-path": Mistake("the path through the mean is missing", cut=("mu-xhat",)),
    "variance-path": Mistake("the path through the variance is missing", cut=("var-xhat",)),
    "both-paths": Mistake(
        "mean and variance are taken for constants",
        cut=("mu-xhat", "var-xhat"),
        threads=("deeplearning4j/deeplearning4j#8335",),
    ),
    "gamma": Mistake("gamma is forgotten", cut=("xhat-y",), threads=("denizyuret/Knet.jl#288",)),
    "variance-to-mean": Mistake(
        "the term from the variance back to the mean is left out",
        cut=("mu-var",),
        harmless=True,
        threads=("apache/mxnet#1053", "pjreddie/darknet#1723", "AlexeyAB/darknet#4605"),
    ),
    "eps-forgotten": Mistake("the way back uses the standard deviation without eps", spread="without eps"),
    "eps-outside": Mistake("the way back adds eps to the standard deviation", spread="eps outside the root"),
    "unbiased": Mistake("the way back divides the variance by m - 1", spread="m - 1"),
    "one-over-m": Mistake("the 1 / m of the mean and of the variance is forgotten", times_m=("x-mu", "x-var")),
    "factor": Mistake("the result is twice too large", factor=2),
    "sign": Mistake("the sign of the result is wrong", factor=-1),
}


def chain(dy, c, gamma, spread, mean, weights):
    """dx by the chain of Ioffe & Szegedy (2015), section 3, with a weight on each edge of its graph.

    dy : upstream gradient.   c : x - mu.   spread : sqrt(var + eps), or what is wrongly taken for it.
    mean : the mean over the batch, a function.   weights : edge -> 1 to keep it, 0 to cut it, any factor.
    The paper's d loss / d var and d loss / d mu appear divided by m, so that the batch size is not needed.
    """
    dxhat = (1 + weights["xhat-y"] * (gamma - 1)) * dy
    dvar = mean(dxhat * c) * weights["var-xhat"] / (-2 * spread**3)
    dmu = -mean(dxhat) * weights["mu-xhat"] / spread + dvar * weights["mu-var"] * mean(-2 * c)
    return weights["x-xhat"] * dxhat / spread + weights["x-var"] * dvar * 2 * c + weights["x-mu"] * dmu


def gradient(name, x, dy, gamma, eps=1e-5):
    """dx as the mistake called `name` (a key of MISTAKES) computes it.

    x, dy : (m,) or (m, d), float64.   gamma : a number or (d,).   Raises ValueError for an unknown name.
    """
    if name not in MISTAKES:
        raise ValueError(f"name is {name!r}; allowed are {', '.join(MISTAKES)}")
    mistake, m = MISTAKES[name], len(x)
    c = x - np.mean(x, axis=0)
    spread = SPREADS[mistake.spread](np.mean(c * c, axis=0), eps, m, np.sqrt)
    weights = {edge: float(edge not in mistake.cut) * (m if edge in mistake.times_m else 1) for edge in EDGES}
    return mistake.factor * chain(dy, c, gamma, spread, lambda values: np.mean(values, axis=0), weights)


def recognize(dx, x, dy, gamma, eps=1e-5, tolerance=1e-6):
    """The names of all mistakes that would have given this dx, to a relative tolerance; [] if it is none of them.

    "none" is among them if dx is right. At gamma = 1, or for a blind loss, several look alike: ask with a random
    dy, and with gamma away from 1.

    >>> rng = np.random.default_rng(0)
    >>> x, dy = rng.normal(size=(2, 6, 3))
    >>> recognize(gradient("none", x, dy, np.full(3, 2.0)), x, dy, np.full(3, 2.0))  # that path carries nothing
    ['none', 'variance-to-mean']
    """
    found = []
    for name in MISTAKES:
        other = gradient(name, x, dy, gamma, eps)
        if np.abs(np.asarray(dx) - other).max() <= tolerance * max(np.abs(dx).max(), np.abs(other).max()):
            found.append(name)
    return found
