"""The graph of batch norm: every node, every edge with its local derivative, every path, and the way back.

One feature of m examples is cut into the smallest steps that still have names:

    x_i -> mu,  c_i = x_i - mu,  q_i = c_i^2,  v = mean of q,  s = sqrt(v + eps),  r = 1 / s,
    xhat_i = c_i r,  y_i = gamma xhat_i + beta,  L.

L is the sum of dy_i y_i with free numbers dy_i: any loss, to first order. So dy_i is its derivative by y_i, whatever
it is, and nothing proved here depends on a choice of loss.

`graph(m)` is the graph with each example drawn, for the widget and for proofs that write every entry out.
`backward` is the same way back for any m, with sums over the batch. Both read `local_derivatives`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import sympy as sp

EPS = sp.Symbol("epsilon", nonnegative=True)
POSITIVE = ("v", "s", "r")
PER_EXAMPLE = ("x", "c", "q", "xhat", "y")
SHARED = ("mu", "v", "s", "r", "gamma", "beta", "L")


def local_derivatives(at, m):
    """(source, target) -> derivative of the target by the source, all other parents of the target held fixed.

    at : name -> value of c, q, s, r, xhat, gamma and dy at the edge (those of its example).   m : examples.
    """
    return {
        ("x", "mu"): sp.S.One / m,
        ("x", "c"): sp.S.One,
        ("mu", "c"): -sp.S.One,
        ("c", "q"): 2 * at["c"],
        ("q", "v"): sp.S.One / m,
        ("v", "s"): 1 / (2 * at["s"]),
        ("s", "r"): -1 / at["s"] ** 2,
        ("r", "xhat"): at["c"],
        ("c", "xhat"): at["r"],
        ("xhat", "y"): at["gamma"],
        ("gamma", "y"): at["xhat"],
        ("beta", "y"): sp.S.One,
        ("y", "L"): at["dy"],
    }


def backward(edge, total):
    """The adjoint of each node, in graph order from the loss to x, for a batch of any length.

    edge : the table that `local_derivatives` gives, or one with an edge changed or set to 0.
    total : the sum over the batch, a function of one expression.
    Returns name -> d L / d name, for "y", "gamma", "beta", "xhat", "r", "s", "v", "q", "c", "mu", "x".
    """
    y = edge["y", "L"]
    gamma, beta = total(edge["gamma", "y"] * y), total(edge["beta", "y"] * y)
    xhat = edge["xhat", "y"] * y
    r = total(edge["r", "xhat"] * xhat)
    s = edge["s", "r"] * r
    v = edge["v", "s"] * s
    q = edge["q", "v"] * v
    c = edge["c", "xhat"] * xhat + edge["c", "q"] * q
    mu = total(edge["mu", "c"] * c)
    x = edge["x", "c"] * c + edge["x", "mu"] * mu
    return {
        "y": y, "gamma": gamma, "beta": beta, "xhat": xhat, "r": r, "s": s, "v": v, "q": q, "c": c, "mu": mu, "x": x,
    }  # fmt: skip


@dataclass(frozen=True)
class Node:
    """One value of the graph.

    name : "x1", "mu", "c2", "L" ...   symbol : stands for it in the expressions of its children, and in print.
    definition : the node in the symbols of its parents; None for x_i, gamma and beta, which have none.
    parents : names of the nodes it is made from.
    """

    name: str
    symbol: sp.Symbol
    definition: sp.Expr | None
    parents: tuple[str, ...]

    @property
    def kind(self):
        """The name without the number of the example: "x", "mu", "c", ..."""
        return self.name.rstrip("0123456789")

    @property
    def adjoint(self):
        """The symbol of d L / d node; of y_i that is the upstream gradient dy_i, of L the number 1."""
        if self.kind == "y":
            return _symbol(f"d{self.name}")
        return sp.S.One if self.name == "L" else sp.Symbol(f"d{sp.latex(self.symbol)}", real=True)


@dataclass(frozen=True)
class Edge:
    """source -> target; derivative : of the target by the source, in the symbols of nodes and of dy."""

    source: str
    target: str
    derivative: sp.Expr

    @property
    def name(self):
        return f"{self.source}-{self.target}"


@dataclass(frozen=True)
class Path:
    """A way from an input to the loss. nodes : names, the input first, "L" last.   edges : between them."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]

    @property
    def product(self):
        """The product of the local derivatives: the share of this path in d L / d input."""
        return sp.Mul(*(edge.derivative for edge in self.edges))


@dataclass(frozen=True)
class Graph:
    """Nodes and edges by name, parents before children.

    m : examples.   nodes : name -> `Node`.   edges : (source, target) -> `Edge`, in the order of the targets.
    dy : symbols of the upstream gradient, one per example.
    """

    m: int
    nodes: Mapping[str, Node]
    edges: Mapping[tuple[str, str], Edge]
    dy: tuple[sp.Symbol, ...]

    def incoming(self, name):
        """The edges that end at a node."""
        return [self.edges[parent, name] for parent in self.nodes[name].parents]

    def outgoing(self, name):
        """The edges that start at a node."""
        return [edge for edge in self.edges.values() if edge.source == name]

    def values(self, given):
        """Name -> value of every node in terms of what is given: forward, in graph order.

        given : "x1", ..., "gamma", "beta", "dy1", ..., "eps" -> a number or an expression. What is left out
        stays a symbol. The result also holds "dy1", ... and "eps".
        """
        known = {f"dy{i + 1}": symbol for i, symbol in enumerate(self.dy)} | {"eps": EPS} | dict(given)
        symbols = {symbol: known[f"dy{i + 1}"] for i, symbol in enumerate(self.dy)} | {EPS: known["eps"]}
        for name, node in self.nodes.items():
            leaf = node.symbol if node.definition is None else node.definition
            known[name] = sp.sympify(known[name] if name in given else leaf.xreplace(symbols))
            symbols[node.symbol] = known[name]
        return known

    def at(self, expression, values):
        """An expression in the symbols of nodes, with the values that `values` gave put in."""
        symbols = {node.symbol: values[name] for name, node in self.nodes.items()} | {EPS: values["eps"]}
        symbols |= {symbol: values[f"dy{i + 1}"] for i, symbol in enumerate(self.dy)}
        return sp.sympify(expression).xreplace({old: sp.sympify(new) for old, new in symbols.items()})

    def backward_step(self, name):
        """d L / d node in the adjoints of its children and the local derivatives: one step on the way back."""
        steps = (edge.derivative * self.nodes[edge.target].adjoint for edge in self.outgoing(name))
        return sp.S.One if name == "L" else sp.Add(*steps)

    @cached_property
    def adjoints(self):
        """Name -> d L / d node in the symbols of nodes and dy, from "L" back to the inputs, in graph order."""
        found = {}
        for name in reversed(self.nodes):
            steps = (edge.derivative * found[edge.target] for edge in self.outgoing(name))
            found[name] = sp.S.One if name == "L" else sp.Add(*steps)
        return found

    def paths(self, start, end="L"):
        """All paths from one node to another, 16 of them from an x to L if m = 3: in the order of the edges."""
        if start == end:
            return [Path((end,), ())]
        return [
            Path((start, *rest.nodes), (edge, *rest.edges))
            for edge in self.outgoing(start)
            for rest in self.paths(edge.target, end)
        ]

    def through(self, name, start):
        """The paths from `start` to L that visit the node `name`."""
        return [path for path in self.paths(start) if name in path.nodes]


def graph(m=3, derivatives=local_derivatives):
    """The graph of m examples. Nodes: x1 .. xm, mu, c1 .. cm, q1 .. qm, v, s, r, xhat1 .., gamma, beta, y1 .., L.

    derivatives : where the local derivatives come from; another table makes a graph with a fault.
    """
    examples = range(1, m + 1)
    names = [f"{kind}{i}" for kind in PER_EXAMPLE for i in examples] + list(SHARED)
    sym = {name: _symbol(name) for name in names}
    dy = tuple(_symbol(f"dy{i}") for i in examples)
    nodes = {node.name: node for node in _nodes(m, sym, dy)}
    edges = {}
    for node in nodes.values():
        for parent in node.parents:
            table = derivatives(_at(node.name, parent, sym, dy), m)
            kinds = nodes[parent].kind, node.kind
            edges[parent, node.name] = Edge(parent, node.name, sp.sympify(table[kinds]))
    return Graph(m, nodes, edges, dy)


def _symbol(name):
    return sp.Symbol(name, positive=True) if name in POSITIVE else sp.Symbol(name, real=True)


def _at(target, source, sym, dy):
    """Name -> symbol of what a local derivative may need at an edge: the shared ones, and its example's own."""
    own = next((end for end in (target, source) if end[-1].isdigit()), None)
    i = 1 if own is None else int(own.lstrip("abcdefghijklmnopqrstuvwxyz"))
    return {kind: sym[f"{kind}{i}"] for kind in PER_EXAMPLE} | {name: sym[name] for name in SHARED} | {"dy": dy[i - 1]}


def _nodes(m, sym, dy):
    """The nodes with their definitions, parents before children."""
    each = range(1, m + 1)

    def names(kind):
        return tuple(f"{kind}{i}" for i in each)

    def all_of(kind):
        return [sym[name] for name in names(kind)]

    def node(name, definition=None, *parents):
        return Node(name, sym[name], definition, parents)

    yield from (node(name) for name in names("x"))
    yield node("mu", sp.Add(*all_of("x")) / m, *names("x"))
    yield from (node(f"c{i}", sym[f"x{i}"] - sym["mu"], f"x{i}", "mu") for i in each)
    yield from (node(f"q{i}", sym[f"c{i}"] ** 2, f"c{i}") for i in each)
    yield node("v", sp.Add(*all_of("q")) / m, *names("q"))
    yield node("s", sp.sqrt(sym["v"] + EPS), "v")
    yield node("r", 1 / sym["s"], "s")
    yield from (node(f"xhat{i}", sym[f"c{i}"] * sym["r"], f"c{i}", "r") for i in each)
    yield from (node("gamma"), node("beta"))
    for i in each:
        y = sym["gamma"] * sym[f"xhat{i}"] + sym["beta"]
        yield node(f"y{i}", y, f"xhat{i}", "gamma", "beta")
    yield node("L", sp.Add(*(d * y for d, y in zip(dy, all_of("y")))), *names("y"))
