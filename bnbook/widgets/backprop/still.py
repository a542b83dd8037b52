"""The graph of three examples as a picture that stands still: every number of one run there and back.

It is drawn from the same expressions as the graph that moves, for readers on paper and before anything moves.
"""

from dataclasses import dataclass
from html import escape

import sympy as sp

from bnbook.proofs.formulas import backprop
from bnbook.widgets.backprop.words import BELOW, LETTERS
from bnbook.widgets.palette import COLORS

M = 3
WIDTH, HEIGHT = 440, 500
BOX = (84, 42)
ROWS = {"x": 46, "mu": 114, "c": 182, "v": 250, "s": 318, "xhat": 386, "y": 454}
COLUMNS, LANE = (52, 152, 252), 382
ASIDE = 22  # from the middle of a card to where a line to the shared numbers leaves it
INK, QUIET, PAPER = ("#1F2328", "#E6EDF3"), ("#59636E", "#9EA7B3"), ("#FFFFFF", "#14181E")
ARROWS = (("x", "mu"), ("x", "c"), ("mu", "c"), ("c", "v"), ("v", "s"), ("c", "xhat"), ("s", "xhat"), ("xhat", "y"))
SHARED = ("mu", "v", "s")


@dataclass(frozen=True)
class Still:
    """`values` and `gradients` of the nodes, by name: x1, mu, c1, v, s, xhat1, y1 ... Shown as a picture."""

    values: dict
    gradients: dict

    def _repr_html_(self):
        width = f"width: 100%; max-width: {WIDTH + 40}px"
        arrows = "".join(arrow(*ends) for kinds in ARROWS for ends in pairs(*kinds))
        cards = "".join(self.card(name) for kind in ROWS for name in nodes(kind))
        return (
            f'<svg class="bn-still" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.words())}" '
            f'style="{width}; height: auto; display: block; margin: 1rem auto; font-family: inherit">'
            f"{arrows}{legend()}{cards}</svg>"
        )

    def card(self, name):
        """One node: its name, what it holds on the way forward, and below it the gradient that comes back."""
        (x, y), (width, height) = place(name), BOX
        ground = f'<rect x="{x - width / 2}" y="{y - height / 2}" width="{width}" height="{height}" rx="7" '
        return (
            f'{ground}style="fill: {shade(PAPER)}; stroke: {shade(QUIET)}; stroke-width: 1"/>'
            + text(x - width / 2 + 9, y + 5, label(name), INK, 16, "start")
            + text(x + width / 2 - 8, y - 4, number(self.values[name]), COLORS["forward"], 15, "end")
            + text(x + width / 2 - 8, y + 14, number(self.gradients[name]), COLORS["upstream"], 15, "end")
        )

    def words(self):
        """The picture in words."""
        rows = [
            f"{label(kind)}: {listed(self.values, kind)} forward, {listed(self.gradients, kind)} back" for kind in ROWS
        ]
        said = "The graph of three examples, from x to y, with the value and the gradient of each node."
        return f"{said} {'; '.join(rows)}."


def still(x, dy, gamma, beta, eps):
    """The `Still` of a batch of three: x and dy have three entries."""
    graph = backprop.graph(M)
    exact = {f"{name}{k + 1}": sp.nsimplify(v[k]) for name, v in (("x", x), ("dy", dy)) for k in range(M)}
    exact |= {name: sp.nsimplify(value) for name, value in (("gamma", gamma), ("beta", beta), ("eps", eps))}
    values, gradients = graph.values(exact), {}
    for name in reversed(graph.nodes):
        parts = (graph.at(e.derivative, values) * gradients[e.target] for e in graph.outgoing(name))
        gradients[name] = sp.S.One if name == "L" else sp.Add(*parts)
    shown = [name for kind in ROWS for name in nodes(kind)]
    return Still({n: float(values[n]) for n in shown}, {n: float(gradients[n]) for n in shown})


def nodes(kind):
    return [kind] if kind in SHARED else [f"{kind}{k}" for k in range(1, M + 1)]


def pairs(source, target):
    """The arrows between two kinds of nodes: within an example, or between all of them and what they share."""
    if source in SHARED or target in SHARED:
        return [(a, b) for a in nodes(source) for b in nodes(target)]
    return list(zip(nodes(source), nodes(target)))


def place(name):
    kind = name.rstrip("123")
    return (LANE if kind in SHARED else COLUMNS[int(name[-1]) - 1]), ROWS[kind]


def arrow(source, target):
    """A line from the border of one card to that of the next, with a dot where it arrives."""
    (x0, y0), (x1, y1) = place(source), place(target)
    if source not in SHARED:
        x0, y0 = x0 + ASIDE * (target in SHARED), y0 + BOX[1] / 2
    if target not in SHARED:
        x1, y1 = x1 + ASIDE * (source in SHARED), y1 - BOX[1] / 2
    if source in SHARED and target in SHARED:
        y0, y1 = y0 + BOX[1] / 2, y1 - BOX[1] / 2
    elif source in SHARED:
        x0 -= BOX[0] / 2
    elif target in SHARED:
        x1 -= BOX[0] / 2
    return (
        f'<path d="M{x0} {y0}L{x1} {y1}" style="stroke: {shade(QUIET)}; fill: none"/>'
        f'<circle cx="{x1}" cy="{y1}" r="3" style="fill: {shade(QUIET)}"/>'
    )


def legend():
    """Which of the two numbers is which, above the lane of what all examples share."""
    return text(LANE, 30, "forward", COLORS["forward"], 14) + text(LANE, 50, "gradient", COLORS["upstream"], 14)


def text(x, y, words, color, size, anchor="middle"):
    return (
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" style="fill: {shade(color)}; font-size: {size}px">'
        f"{escape(words)}</text>"
    )


def shade(color):
    return "light-dark({}, {})".format(*color)


def label(name):
    """x1 as x₁, xhat1 as x̂₁, mu as μ."""
    kind, digit = (name, "") if not name[-1].isdigit() else (name[:-1], name[-1])
    return LETTERS.get(kind, kind) + digit.translate(BELOW)


def number(value):
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def listed(found, kind):
    return ", ".join(number(found[name]) for name in nodes(kind))
