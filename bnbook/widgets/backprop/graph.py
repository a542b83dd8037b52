"""The graph of batch normalization on three examples: move a number and see every node and every edge change."""

import sympy as sp

from explorable import Choice, Diagram, Explorable, Numbers, Slider, Symbolic, Vector
from explorable.models import component, position

from . import model, picture, telling, words
from .layout import NARROW, WIDE
from .steps import EDGES, FOLLOW, LAST, NODES, PARTS, constants

EPS_STOPS = (1e-5, *(float(f"{a}e{b}") for b in range(-4, 1) for a in (1, 2, 5)), 10)
GOAL = {i: f"dx{words.plain(f'_{i}')}" for i in (1, 2, 3)}


def inputs():
    """The controls that give the numbers of the graph."""
    three = {"step": 0.1, "min_count": 3, "max_count": 3, "paste": False}
    return [
        Numbers("x", "inputs x₁ x₂ x₃", start=(1, 2, 6), low=-10, high=10, **three),
        Numbers("dy", "upstream dy₁ dy₂ dy₃", start=(1, -2, 0.5), low=-5, high=5, **three),
        Slider("gamma", "γ (gamma)", low=-3, high=3, step=0.1, start=1.5, format="+.1f"),
        Slider("eps", "ε (eps)", values=EPS_STOPS, start=1e-5, fold=True),
    ]


def graph():
    """Step through the graph, choose any of its parts, and see value, gradient and share of dx_i."""
    x, dy, gamma, eps = inputs()
    beta = Slider("beta", "β (beta)", low=-5, high=5, step=0.1, start=-1, format="+.1f", fold=True)
    parts = {FOLLOW: "the part of the step", **{part: words.spoken(_ends(part)) for part in PARTS}}
    return Explorable(
        key="backprop-graph",
        title="The graph of batch normalization, with every number",
        controls=[
            Slider("step", "step", low=0, high=LAST, step=1, start=LAST, unit=f"of {LAST}", play=26),
            x,
            dy,
            gamma,
            Choice("i", "follow the gradient to", options=GOAL, start=1),
            Choice("part", "tell me about", options=parts, start=FOLLOW),
            eps,
            beta,
        ],
        model=Symbolic(outputs(), constants=constants()),
        figures=[diagram()],
        readout=telling.readout(),
        layout="stacked",
        wide=True,
        caption="Each card holds a value and, below it, the derivative of the loss with respect to it. Each arrow "
        "carries its local derivative. On the way back the arrows turn round, and their breadth is the share of the "
        "chosen input's gradient that comes along them. Press any card or arrow, or walk with the arrow keys.",
    )


def _ends(part):
    return tuple(part.split("-")) if "-" in part else part


def outputs():
    """All numbers of the graph, and what the picture shows of them at a step."""
    n = model.numbers()
    step, part, i = sp.symbols("step part i")
    value_at, gradient_at = Vector("value_at", "node"), Vector("gradient_at", "node")
    used_at, return_at = Vector("used_at", "edge"), Vector("return_at", "edge")
    edge_place = position(used_at)
    walk, known, returns = Vector("walk", "walk"), Vector("part_known_at", "part"), Vector("part_returns_at", "part")
    shown = sp.Piecewise((component(walk, step), sp.Eq(part, 0)), (part - 1, True))
    edge_shown = sp.Piecewise((1, shown >= len(NODES)), (0, True))
    told = sp.Piecewise((1, step >= component(known, shown)), (0, True))
    told += sp.Piecewise((1, step >= component(returns, shown)), (0, True))
    none = 1e-300  # keeps 0 / 0 away where no gradient flows at all
    strength = sp.sqrt(sum(share**2 for share in n.edge_share.values()) + none)
    now = picture.NOW, picture.RETURNING
    return {
        "value": list(n.value.values()),
        "gradient": [n.gradient[name] for name in NODES],
        "local": list(n.local.values()),
        "sent": list(n.sent.values()),
        "node_share": list(n.node_share.values()),
        "edge_share": list(n.edge_share.values()),
        "target": sp.Piecewise(*((n.gradient[f"x{k}"], sp.Eq(i, k)) for k in (1, 2)), (n.gradient["x3"], True)),
        "edge_strength": [sp.Abs(share) / strength for share in n.edge_share.values()],
        "no_value": step < value_at,
        "no_gradient": step < gradient_at,
        "node_state": _state(step, value_at, gradient_at, (picture.DONE, picture.DONE), now),
        "node_now": sp.Or(sp.Eq(step, value_at), sp.Eq(step, gradient_at)),
        "edge_state": _state(step, used_at, return_at, (picture.DONE, picture.RETURNED), now),
        "edge_ahead": step < return_at,
        "number_unknown": step < used_at,
        "number_aside": sp.And(sp.Ne(step, used_at), sp.Ne(step, return_at), sp.Ne(shown, edge_place + len(NODES))),
        "shown": shown,
        "edge_shown": edge_shown,
        "told": shown + len(PARTS) * told,
        "share_title": 4 * edge_shown + i,
        "following": sp.Eq(part, 0),
        "no_value_shown": sp.Eq(told, 0),
        "no_return": told < 2,
        "no_passed": sp.Or(told < 2, sp.Eq(edge_shown, 0)),
        "card_what": _of_part(shown, n.value, n.local),
        "card_arrives": _of_part(shown, n.gradient, {edge: n.gradient[edge[1]] for edge in EDGES}),
        "card_passed": _of_part(shown, dict.fromkeys(NODES, sp.S.Zero), n.sent),
        "card_share": _of_part(shown, n.node_share, n.edge_share),
    }


def _state(step, first, second, done, now):
    """The state of each node or edge, whose steps are `first` on the way forward and `second` on the way back."""
    return sp.Piecewise(
        (now[1], sp.Eq(step, second)),
        (done[1], step > second),
        (now[0], sp.Eq(step, first)),
        (done[0], step > first),
        (picture.NEVER, True),
    )


def _of_part(shown, of_nodes, of_edges):
    """The number of the part that is shown."""
    numbers = [*(of_nodes[name] for name in NODES), *(of_edges[edge] for edge in EDGES)]
    pairs = [(number, sp.Eq(shown, k)) for k, number in enumerate(numbers)]
    return sp.Piecewise(*pairs[:-1], (pairs[-1][0], True))


CARD_WIDE = {
    "step": (2, 440), "formula": (2, 468), "back": (290, 468), "follow": (452, 428, 140, 26),
    "what": (2, 496), "arrives": (140, 496), "passed": (330, 496), "share": (470, 496),
}  # fmt: skip
CARD_NARROW = {
    "step": (2, 726), "formula": (2, 752), "back": (2, 778), "follow": (192, 712, 140, 28),
    "what": (2, 806), "arrives": (150, 806), "passed": (2, 848), "share": (150, 848),
}  # fmt: skip


def diagram():
    """The picture, wide and narrow; the narrow one shows the numbers of the arrows of the moment only."""
    drawings = []
    for layout, places, extra in ((WIDE, CARD_WIDE, 80), (NARROW, CARD_NARROW, 178)):
        elements = [
            *picture.band(layout),
            *picture.edges(layout),
            *picture.nodes(layout),
            *picture.edge_labels(layout),
            *telling.card(places),
            *picture.legend(layout, "value", "gradient"),
        ]
        width, height = layout.size
        drawings.append((width, height + extra, elements))
    common = [*picture.edge_bindings(), *picture.node_bindings(), *telling.card_bindings()]
    wide, narrow = (common + picture.edge_number_bindings(layout) for layout in (WIDE, NARROW))
    return Diagram(*drawings[0], wide, narrow=Diagram(*drawings[1], narrow, alt=""), alt=ALT)


ALT = (
    "Batch normalization of three examples as a graph, at step {step}. Inputs {x}; mean {value[3]:.3g}; "
    "variance {value[10]:.3g}; normalized values {value[13]:.3g}, {value[14]:.3g}, {value[15]:.3g}; gradients of the "
    "inputs {gradient[0]:.3g}, {gradient[1]:.3g}, {gradient[2]:.3g}."
)
