"""What the graph tells about one of its parts: a card in the picture, and the readout."""

from explorable import Bind, Cases, Label, Map, Rect, Select

from . import words
from .model import graph
from .steps import EDGES, FOLLOW, FORWARD, GIVEN, LAST, NODES, PARTS, WALK

LATER, VALUE, BOTH = range(3)  # what is known of a part at a step: nothing, its value, its gradient as well
SLOTS = ("what", "arrives", "passed", "share")


def readout():
    """A sentence for each part and each state of knowledge about it."""
    texts = {}
    for place in range(len(PARTS)):
        tell = _node if place < len(NODES) else _edge
        for known, text in enumerate(tell(place if place < len(NODES) else place - len(NODES))):
            texts[place + len(PARTS) * known] = text
    return Cases("told", texts)


def _node(k):
    name, write = NODES[k], words.Printer(graph())
    made = words.plain(words.definition(graph(), write, name))
    back = words.plain(words.gradient(graph(), write, name))
    symbol = words.plain(words.named(name))
    value = f"{symbol} = {{value[{k}]:.4g}} is given." if name in GIVEN else f"{made} = {{value[{k}]:.4g}}."
    gradient = f"{back}: {{gradient[{k}]:.4g}}." if name[0] == "y" else f"{back} = {{gradient[{k}]:.4g}}."
    if name == "L":
        gradient = "dL = 1: here the way back begins."
    if name in ("gamma", "beta"):
        share = f" No way from an input leads through {symbol}."
    else:
        share = f" Of {{i}} = {{target:.4g}}, {{node_share[{k}]:.4g}} comes through {symbol}."
    return f"{made} has not been computed yet.", value, f"{value} {gradient}{share}"


def _edge(k):
    source, target = EDGES[k]
    write, edge = words.Printer(graph()), graph().edges[EDGES[k]]
    start, end = words.plain(words.named(source)), words.plain(words.named(target))
    slope = words.plain(words.derivative(write, edge))
    number = "" if edge.derivative.is_number else f" = {{local[{k}]:.4g}}"
    value = f"The edge {start} → {end}: {slope}{number}."
    back = f" It takes d{end} = {{gradient[{NODES.index(target)}]:.4g}} times this, {{sent[{k}]:.4g}}, back to {start}."
    share = f" Of {{i}} = {{target:.4g}}, {{edge_share[{k}]:.4g}} comes along it."
    return f"{end} has not been computed yet: {slope}.", value, value + back + share


def card(places):
    """The card's elements. places : name -> (x, y); "follow" -> (x, y, width, height)."""
    yield Label("card-step", *places["step"], size=13, anchor="start", tone="muted")
    yield Label("card-formula", *places["formula"], size=17, anchor="start", math=True)
    yield Label("card-back", *places["back"], size=17, anchor="start", math=True)
    for slot in SLOTS:
        x, y = places[slot]
        yield Label(f"card-{slot}-name", x, y, size=12, anchor="start", tone="muted")
        tone = "forward" if slot == "what" else "upstream"
        yield Label(f"card-{slot}", x, y + 20, size=16, anchor="start", tone=tone)
    yield Rect(
        "card-follow",
        *places["follow"],
        radius=12,
        text="follow the steps",
        tone="accent",
        select=Select("part", FOLLOW),
    )


def card_bindings():
    """What the card says now."""
    names = {
        "what": ("value", "local derivative"),
        "arrives": ("gradient", "× gradient at its end"),
        "passed": ("", "= sent back"),
        "share": ("its share of ", "its share of "),
    }
    yield Bind("card-step", "text", "step", scale=Map(_steps()))
    yield Bind("card-formula", "text", "shown", scale=Map(dict(enumerate(_formulas()))))
    yield Bind("card-back", "text", "shown", scale=Map(dict(enumerate(_ways_back()))))
    yield Bind("card-back", "hidden", "no_return")
    yield Bind("card-follow", "hidden", "following")
    for slot, (of_node, of_edge) in names.items():
        if slot == "share":
            title = {
                4 * edge + i: f"{words_}dx{'₀₁₂₃'[i]}"
                for edge, words_ in enumerate((of_node, of_edge))
                for i in (1, 2, 3)
            }
            yield Bind("card-share-name", "text", "share_title", scale=Map(title))
        else:
            yield Bind(f"card-{slot}-name", "text", "edge_shown", scale=Map({0: of_node, 1: of_edge}))
        yield Bind(f"card-{slot}", "text", f"card_{slot}", format=".4g")
        hidden = {"what": "no_value_shown", "passed": "no_passed"}.get(slot, "no_return")
        yield Bind(f"card-{slot}", "hidden", hidden)
        yield Bind(f"card-{slot}-name", "hidden", hidden)


def _steps():
    told = {0: "Given: the inputs, γ and β."}
    for step in range(1, LAST + 1):
        way, first = ("Forward", 1) if step <= len(FORWARD) else ("Back", 1 + len(FORWARD))
        count = len(FORWARD) if way == "Forward" else LAST - len(FORWARD)
        told[step] = f"{way}, {step - first + 1} of {count}: {words.plain(words.named(WALK[step]))}"
    return told


def _formulas():
    write = words.Printer(graph())
    yield from (words.definition(graph(), write, name) for name in NODES)
    yield from (words.derivative(write, graph().edges[edge]) for edge in EDGES)


def _ways_back():
    write = words.Printer(graph())
    yield from (words.gradient(graph(), write, name) for name in NODES)
    yield from (words.passed(graph(), write, graph().edges[edge]) for edge in EDGES)
