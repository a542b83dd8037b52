"""The numbers of the graph as functions of what the reader sets, all from the expressions of `formulas.backprop`."""

from dataclasses import dataclass
from functools import cache

import sympy as sp

from bnbook.proofs.formulas import backprop
from explorable import Vector
from explorable.models import component

M = 3


@cache
def graph():
    """The graph of three examples."""
    return backprop.graph(M)


@dataclass(frozen=True)
class Numbers:
    """name or (source, target) -> expression in the controls x, dy, gamma, beta, eps and i.

    value : of each node.   gradient : dL / d node.   local : each edge's derivative.
    sent : what an edge passes back, its derivative times the gradient at its target.
    node_share, edge_share : how much of dL / d x_i comes through a node or an edge, summed over the paths there.
    """

    value: dict
    gradient: dict
    local: dict
    sent: dict
    node_share: dict
    edge_share: dict


def given():
    """What the reader sets, under the names that the graph knows."""
    x, dy = Vector("x"), Vector("dy")
    lists = {f"{name}{k + 1}": component(v, k) for name, v in (("x", x), ("dy", dy)) for k in range(M)}
    return lists | {name: sp.Symbol(name) for name in ("gamma", "beta", "eps")}


@cache
def numbers():
    """Forward and back along the graph, edge by edge."""
    g = graph()
    values = g.values(given())
    local = {key: g.at(edge.derivative, values) for key, edge in g.edges.items()}
    gradient = {}
    for name in reversed(g.nodes):
        steps = (local[name, edge.target] * gradient[edge.target] for edge in g.outgoing(name))
        gradient[name] = sp.S.One if name == "L" else sp.Add(*steps)
    slope = {}  # of a node in x_i, with every path from there
    for name in g.nodes:
        seed = (
            sp.Piecewise((1, sp.Eq(sp.Symbol("i"), int(name[1:]))), (0, True))
            if name[0] == "x" and name[1:].isdigit()
            else 0
        )
        slope[name] = seed + sp.Add(*(slope[edge.source] * local[edge.source, name] for edge in g.incoming(name)))
    return Numbers(
        value={name: values[name] for name in g.nodes},
        gradient=gradient,
        local=local,
        sent={key: local[key] * gradient[key[1]] for key in local},
        node_share={name: slope[name] * gradient[name] for name in g.nodes},
        edge_share={key: slope[key[0]] * local[key] * gradient[key[1]] for key in local},
    )
