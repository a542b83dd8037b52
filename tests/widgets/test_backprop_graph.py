"""The graph of three examples: its numbers against differences and the layer, its paths, its walk, its picture."""

from itertools import pairwise

import numpy as np
import pytest

from bn.layers import batch_norm, batch_norm_grad
from bnbook.widgets import backprop
from bnbook.widgets.backprop.layout import NARROW, WIDE
from bnbook.widgets.backprop.steps import BACKWARD, EDGES, FORWARD, GIVEN, LAST, NODES, PARTS, WALK
from bnbook.widgets.backprop.ways import paths as paths_to
from explorable.page.form import readout_text

H = 1e-6


@pytest.fixture(scope="module")
def graph():
    return backprop.graph().check()


@pytest.fixture(scope="module")
def paths():
    return backprop.ways().check()


def drawn(seed):
    """Settings of the widgets, away from gamma = 1 and from beta = 0."""
    rng = np.random.default_rng(seed)
    numbers = {"x": rng.uniform(-10, 10, size=3), "dy": rng.uniform(-5, 5, size=3)}
    return numbers | {"gamma": rng.uniform(-3, 3), "eps": float(rng.choice([1e-5, 0.01, 1, 10]))}


def forward(settings, **changed):
    """All nodes by plain arithmetic; `changed` puts a value in place of a node's own."""
    nodes = {}

    def put(name, value):
        nodes[name] = changed.get(name, value)

    for i in (1, 2, 3):
        put(f"x{i}", settings["x"][i - 1])
    put("mu", sum(nodes[f"x{i}"] for i in (1, 2, 3)) / 3)
    for i in (1, 2, 3):
        put(f"c{i}", nodes[f"x{i}"] - nodes["mu"])
        put(f"q{i}", nodes[f"c{i}"] ** 2)
    put("v", sum(nodes[f"q{i}"] for i in (1, 2, 3)) / 3)
    put("s", np.sqrt(nodes["v"] + settings["eps"]))
    put("r", 1 / nodes["s"])
    put("gamma", settings["gamma"])
    put("beta", settings["beta"])
    for i in (1, 2, 3):
        put(f"xhat{i}", nodes[f"c{i}"] * nodes["r"])
        put(f"y{i}", nodes["gamma"] * nodes[f"xhat{i}"] + nodes["beta"])
    put("L", sum(settings["dy"][i - 1] * nodes[f"y{i}"] for i in (1, 2, 3)))
    return nodes


def slope(settings, of, by, held=()):
    """Central difference of a node by another, with the values of some nodes held."""
    start = forward(settings)
    fixed = {name: start[name] for name in held}
    ahead, behind = (forward(settings, **fixed, **{by: start[by] + sign * H})[of] for sign in (1, -1))
    return (ahead - behind) / (2 * H)


@pytest.mark.parametrize("seed", range(3))
def test_values_and_gradients_are_those_of_plain_arithmetic(graph, seed):
    settings = drawn(seed) | {"beta": 0.7}
    out, nodes = graph.evaluate(**settings), forward(settings)
    np.testing.assert_allclose(out["value"], [nodes[name] for name in NODES], rtol=1e-12, atol=1e-12)
    expected = [1 if name == "L" else slope(settings, "L", name) for name in NODES]
    np.testing.assert_allclose(out["gradient"], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seed", range(2))
def test_each_edge_carries_the_derivative_with_all_other_parents_held(graph, seed):
    settings = drawn(seed) | {"beta": 0.7}
    local = graph.evaluate(**settings)["local"]
    for k, (source, target) in enumerate(EDGES):
        held = [other for other, end in EDGES if end == target and other != source]
        expected = slope(settings, target, source, held)
        assert local[k] == pytest.approx(expected, rel=1e-6, abs=1e-7), (source, target)


@pytest.mark.parametrize("seed", range(3))
def test_the_graph_is_the_layer(graph, seed):
    settings = drawn(seed) | {"beta": -0.4}
    out = graph.evaluate(**settings)
    column, gamma, beta = settings["x"][:, None], np.array([settings["gamma"]]), np.array([-0.4])
    y, cache = batch_norm(column, gamma, beta, settings["eps"])
    dx, dgamma, dbeta = batch_norm_grad(settings["dy"][:, None], cache)
    at = NODES.index
    np.testing.assert_allclose(out["value"][at("y1") : at("y1") + 3], y[:, 0], rtol=1e-12)
    np.testing.assert_allclose(out["gradient"][:3], dx[:, 0], rtol=1e-9, atol=1e-12)
    assert (out["gradient"][at("gamma")], out["gradient"][at("beta")]) == pytest.approx((dgamma[0], dbeta[0]))


@pytest.mark.parametrize("i", [1, 2, 3])
def test_shares_of_dx_add_up_wherever_the_graph_is_cut(graph, i):
    out = graph.evaluate(**drawn(i), i=i)
    dx = out["gradient"][i - 1]
    assert out["target"] == pytest.approx(dx)
    for cut in (("y1", "y2", "y3"), ("xhat1", "xhat2", "xhat3"), ("c1", "c2", "c3")):
        assert sum(out["node_share"][NODES.index(name)] for name in cut) == pytest.approx(dx)
    for name in (f"x{i}", "r", "v"):
        through = out["node_share"][NODES.index(name)]
        assert sum(out["edge_share"][k] for k, edge in enumerate(EDGES) if edge[0] == name) == pytest.approx(through)
    assert out["node_share"][NODES.index("gamma")] == out["node_share"][NODES.index("beta")] == 0


@pytest.mark.parametrize("i", [1, 2, 3])
def test_sixteen_products_add_up_to_dx_and_nine_of_them_to_nothing(graph, paths, i):
    settings = drawn(10 + i)
    whole, out = graph.evaluate(**settings, i=i), paths.evaluate(**settings, i=i)
    dx = whole["gradient"][i - 1]
    assert len(out["products"]) == 16
    assert (out["target"], out["running"][-1], out["running"][6]) == pytest.approx((dx, dx, dx))
    assert out["both"] == pytest.approx(0, abs=1e-9)
    # by way of the graph's own shares: all paths through a node together are its share
    for name in ("mu", "v", "r", "xhat2", "c3", "q1"):
        products = [out["products"][k] for k, path in enumerate(paths_to(i)) if name in path.nodes]
        assert sum(products) == pytest.approx(whole["node_share"][NODES.index(name)]), name


@pytest.mark.parametrize("i", [1, 2, 3])
def test_the_chosen_path_is_shown_with_its_product(paths, i):
    settings = drawn(i) | {"i": i}
    seen = set()
    for number, path in enumerate(paths_to(i), start=1):
        out = paths.evaluate(**settings, path=number)
        used = {edge for edge, off in zip(EDGES, out["unused"], strict=True) if not off}
        assert used == {(edge.source, edge.target) for edge in path.edges}
        assert {name for name, off in zip(NODES, out["aside"], strict=True) if not off} == set(path.nodes)
        product = np.prod([out["local"][EDGES.index(edge)] for edge in used])
        assert (out["product"], out["products"][number - 1]) == pytest.approx((product, product))
        assert out["so_far"][i - 1] == pytest.approx(product)
        assert out["to_now"] - out["from_now"] == pytest.approx(product)
        seen.add(path.nodes)
    assert len(seen) == 16


def test_the_walk_shows_a_node_when_its_parents_and_then_its_children_are_done(graph):
    known, returned = set(GIVEN), set()
    for step in range(LAST + 1):
        out = graph.evaluate(step=step)
        values = {name for name, hidden in zip(NODES, out["no_value"], strict=True) if not hidden}
        gradients = {name for name, hidden in zip(NODES, out["no_gradient"], strict=True) if not hidden}
        if 0 < step <= len(FORWARD):
            assert {source for source, target in EDGES if target == WALK[step]} <= known
            known.add(WALK[step])
        elif step:
            assert {target for source, target in EDGES if source == WALK[step]} <= returned
            returned.add(WALK[step])
        assert (values, gradients) == (known, returned)
        assert [name for name, now in zip(NODES, out["node_now"], strict=True) if now] in ([WALK[step]], list(GIVEN))
    assert known == returned == set(NODES) and tuple(WALK[-len(BACKWARD) :]) == BACKWARD


@pytest.mark.parametrize("place", range(len(PARTS)))
def test_every_part_is_told_with_symbol_derivative_number_and_share(graph, place):
    settings = graph.settings() | {"part": PARTS[place], "step": LAST, "i": 2}
    out = graph.evaluate(**{name: settings[name] for name in ("part", "step", "i")})
    text = readout_text(graph.spec(), settings, out)
    numbers = out["value"] if place < len(NODES) else out["local"]
    shares = out["node_share"] if place < len(NODES) else out["edge_share"]
    k = place if place < len(NODES) else place - len(NODES)
    assert out["card_what"] == pytest.approx(numbers[k]) and out["card_share"] == pytest.approx(shares[k])
    assert ("∂" in text) == (place >= len(NODES)) and "{" not in text
    if PARTS[place] not in ("gamma", "beta"):
        assert "Of dx₂" in text


def test_every_part_can_be_chosen_in_both_drawings(graph):
    for drawing in (graph.figures[0], graph.figures[0].narrow):
        chosen = [element.select.value for element in drawing.elements if element.select]
        assert set(PARTS) < set(chosen) and all(
            element.spoken or element.text for element in drawing.elements if element.select
        )


@pytest.mark.parametrize("layout", [WIDE, NARROW], ids=["wide", "narrow"])
class TestTheDrawing:
    """No line runs through a card, and no number stands on one."""

    def cards(self, layout):
        for name in NODES:
            (x, y), (width, height) = layout.middle(name), layout.box
            yield name, (x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def test_cards_lie_apart_and_inside(self, layout):
        cards = list(self.cards(layout))
        for k, (name, (left, top, right, bottom)) in enumerate(cards):
            assert left >= 0 and top >= 0 and right <= layout.size[0] and bottom <= layout.size[1] + 60, name
            for other, (left2, top2, right2, bottom2) in cards[k + 1 :]:
                assert right < left2 or right2 < left or bottom < top2 or bottom2 < top, (name, other)

    def test_lines_run_between_the_cards(self, layout):
        for edge in EDGES:
            corners = [np.array(layout.place(*corner)) for corner in layout.route(*edge)]
            for start, end in pairwise(corners):
                for share in np.linspace(0, 1, 50):
                    x, y = start + share * (end - start)
                    for name, (left, top, right, bottom) in self.cards(layout):
                        assert not (left < x < right and top < y < bottom), (edge, name)

    def test_numbers_stand_clear_of_the_cards(self, layout, graph):
        local = graph.evaluate()["local"]
        for k, edge in enumerate(EDGES):
            if not layout.wide and edge[0] not in ("v", "s"):
                continue  # on a phone the other numbers stand on their lines, one step at a time
            x, y = layout.label(*edge)
            text = f"{local[k]:.3g}" if abs(local[k]) not in (1, 1 / 3) else "-1"
            half = 3.9 * len(text)  # a digit of a broad font at 13 px is 7.8 px wide
            for name, (left, top, right, bottom) in self.cards(layout):
                apart = x + half < left + 1 or x - half > right - 1 or y + 6 < top or y - 6 > bottom
                assert apart, (edge, name)
