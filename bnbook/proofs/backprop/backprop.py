"""The graph of batch norm: what its nodes are, and the local derivative of every edge."""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.entries import Definition, Identity, means, require_equal
from bnbook.proofs.formulas.backprop import graph, local_derivatives
from bnbook.proofs.formulas.slopes import Batch, U
from bnbook.proofs.printed import entry, tex, total

TITLE = "The graph of the gradient"
SIZES = (1, 2, 3)
SOURCE = "derived here; the steps of Ioffe & Szegedy (2015), Algorithm 1, taken apart"
X, C, Q, XHAT, Y, DY = map(entry, ("x", "c", "q", "\\hat{x}", "y", "dy"))
VALUES = {
    "c": C, "q": Q, "s": printed.S, "r": printed.R, "xhat": XHAT, "gamma": printed.GAMMA, "dy": DY,
}  # fmt: skip
TEX = {
    "x": "x_i", "mu": "\\mu", "c": "c_i", "q": "q_i", "v": "v", "s": "s", "r": "r", "xhat": "\\hat{x}_i",
    "gamma": "\\gamma", "beta": "\\beta", "y": "y_i", "L": "L",
}  # fmt: skip
SUMS = ("mu", "v")  # the nodes that take in every example


def _prove_edge(kinds):
    """The edge by differentiating the definition of its target: in every graph drawn, and for any m."""

    def proof(form):
        for m in SIZES:
            drawn = graph(m, lambda at, m: {**local_derivatives(at, m), kinds: form(at, m)})
            for edge in drawn.edges.values():
                source, target = drawn.nodes[edge.source], drawn.nodes[edge.target]
                if (source.kind, target.kind) == kinds:
                    true = sp.diff(target.definition, source.symbol)
                    itself = {target.symbol: target.definition}
                    require_equal(edge.derivative.xreplace(itself), true, f"{edge.name}, m = {m}")
        if kinds[1] in SUMS:  # the mean is linear, so moving every source by u_i moves it by the mean of u
            batch = Batch()
            require_equal(batch.total(form({}, batch.m) * U), batch(U), "any m")

    return proof


def _edge(source, target, claim, mutants):
    kinds = (source, target)

    def form(at, m):
        return local_derivatives({**VALUES, **at}, m)[kinds]

    return Identity(
        label=f"edge-{source}-{target}".replace("L", "loss"),
        claim=claim,
        shows=lambda form: (printed.partial(TEX[target], TEX[source]), form(VALUES, printed.M)),
        assumptions=(means("all other parents of the node are held fixed"),),
        source=SOURCE,
        form=form,
        proof=_prove_edge(kinds),
        mutants=mutants,
        method="general",
    )


EDGES = (
    _edge(
        "x", "mu", "Each example has one m-th of a say in the mean.",
        {"m + 1": lambda at, m: sp.S.One / (m + 1), "one": lambda at, m: sp.S.One},
    ),
    _edge(
        "x", "c", "A centered value follows its own example one to one.",
        {"sign": lambda at, m: -sp.S.One, "the mean counted": lambda at, m: 1 - sp.S.One / (m + 1)},
    ),
    _edge(
        "mu", "c", "A centered value falls as the mean rises.",
        {"sign": lambda at, m: sp.S.One, "missing": lambda at, m: sp.S.Zero},
    ),
    _edge(
        "c", "q", "A square changes by twice the centered value.",
        {"factor": lambda at, m: at["c"], "sign": lambda at, m: -2 * at["c"]},
    ),
    _edge(
        "q", "v", "Each square has one m-th of a say in the variance.",
        {"m + 1": lambda at, m: sp.S.One / (m + 1), "one": lambda at, m: sp.S.One},
    ),
    _edge(
        "v", "s", "The square root of var + eps changes by one over twice itself.",
        {"factor": lambda at, m: 1 / at["s"], "square": lambda at, m: 1 / (2 * at["s"] ** 2)},
    ),
    _edge(
        "s", "r", "The reciprocal changes by minus one over the square.",
        {"sign": lambda at, m: 1 / at["s"] ** 2, "power": lambda at, m: -1 / at["s"]},
    ),
    _edge(
        "r", "xhat", "A normalized value changes with the reciprocal by its centered value.",
        {"sign": lambda at, m: -at["c"], "square": lambda at, m: at["c"] ** 2},
    ),
    _edge(
        "c", "xhat", "A normalized value changes with its centered value by the reciprocal.",
        {"upside down": lambda at, m: 1 / at["r"], "missing": lambda at, m: sp.S.Zero},
    ),
    _edge(
        "xhat", "y", "An output changes with its normalized value by gamma.",
        {"gamma forgotten": lambda at, m: sp.S.One, "sign": lambda at, m: -at["gamma"]},
    ),
    _edge(
        "gamma", "y", "An output changes with gamma by its normalized value.",
        {"centered value": lambda at, m: at["c"], "one": lambda at, m: sp.S.One},
    ),
    _edge(
        "beta", "y", "An output follows beta one to one.",
        {"sign": lambda at, m: -sp.S.One, "gamma": lambda at, m: at["gamma"]},
    ),
    _edge(
        "y", "L", "The loss changes with an output by the upstream gradient, which is free.",
        {"ones, as for the loss sum(y)": lambda at, m: sp.S.One, "sign": lambda at, m: -at["dy"]},
    ),
)  # fmt: skip

DEFINITIONS = tuple(
    Definition(label=label, claim=claim, shows=shows, source=SOURCE)
    for label, claim, shows in (
        ("node-mu", "The mean of the batch.", (printed.MU, total(X) / printed.M)),
        ("node-c", "The centered values.", (C, X - printed.MU)),
        ("node-q", "Their squares.", (Q, C**2)),
        ("node-v", "The variance, divided by m.", (tex("v"), total(Q) / printed.M)),
        ("node-s", "The spread, kept away from zero by eps.", (printed.S, sp.sqrt(tex("v") + printed.EPS))),
        ("node-r", "Its reciprocal.", (printed.R, 1 / printed.S)),
        ("node-xhat", "The normalized values.", (XHAT, C * printed.R)),
        ("node-y", "The output.", (Y, printed.GAMMA * XHAT + printed.BETA)),
        ("upstream", "The upstream gradient: free numbers, whatever the loss.", (DY, printed.partial("L", "y_i"))),
    )
)
IDENTITIES = (*DEFINITIONS, *EDGES)
