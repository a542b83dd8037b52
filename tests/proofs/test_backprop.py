"""The graph and the formulas of the gradient in numbers, against the NumPy layers, which know nothing of them."""

import numpy as np
import pytest
import sympy as sp

import bn
from bnbook.proofs.formulas import curvature, gradient
from bnbook.proofs.formulas.backprop import EPS, backward, graph, local_derivatives

X, DY, GAMMA, BETA = (1.5, -0.25, 4.0), (0.7, -1.9, 0.4), 1.7, -0.4
GIVEN = {f"x{i}": x for i, x in enumerate(X, 1)} | {f"dy{i}": g for i, g in enumerate(DY, 1)}
GIVEN |= {"gamma": GAMMA, "beta": BETA}
EACH = lambda kind: [f"{kind}{i}" for i in (1, 2, 3)]
NODES = [*EACH("x"), "mu", *EACH("c"), *EACH("q"), "v", "s", "r", *EACH("xhat"), "gamma", "beta", *EACH("y"), "L"]


def layer(eps, x=X, dy=DY):
    """y, cache, dx, dgamma, dbeta of the NumPy layer on one feature."""
    column = lambda values: np.array(values, dtype=float)[:, None]
    y, cache = bn.batch_norm(column(x), [GAMMA], [BETA], eps)
    dx, dgamma, dbeta = bn.batch_norm_grad(column(dy), cache)
    return y[:, 0], cache, dx[:, 0], dgamma[0], dbeta[0]


def test_nodes_and_edges_have_the_names_that_the_widget_uses():
    drawn = graph()
    assert list(drawn.nodes) == NODES
    assert len(drawn.edges) == 35 and ("mu", "c2") in drawn.edges
    assert [edge.source for edge in drawn.incoming("xhat2")] == ["c2", "r"]
    assert {edge.target for edge in drawn.outgoing("v")} == {"s"}
    assert drawn.edges["c2", "q2"].derivative == 2 * drawn.nodes["c2"].symbol
    assert drawn.nodes["xhat3"].kind == "xhat" and drawn.nodes["x1"].definition is None


@pytest.mark.parametrize("eps", [0.0, 1e-5, 0.3])
def test_the_graph_forward_and_backward_is_that_of_the_layer(eps):
    drawn = graph()
    values = drawn.values({**GIVEN, "eps": eps})
    y, cache, dx, dgamma, dbeta = layer(eps)
    number = lambda name: float(values[name])
    assert [number(f"y{i}") for i in (1, 2, 3)] == pytest.approx(list(y), rel=1e-12)
    assert number("s") == pytest.approx(cache.std[0]) and number("L") == pytest.approx(y @ np.array(DY))
    adjoint = lambda name: float(drawn.at(drawn.adjoints[name], values))
    assert [adjoint(f"x{i}") for i in (1, 2, 3)] == pytest.approx(list(dx), rel=1e-10)
    assert adjoint("gamma") == pytest.approx(dgamma) and adjoint("beta") == pytest.approx(dbeta)


def test_sixteen_paths_add_up_to_dx():
    drawn = graph()
    values = drawn.values({**GIVEN, "eps": 0.1})
    dx = layer(0.1)[2]
    for i in (1, 2, 3):
        paths = drawn.paths(f"x{i}")
        assert len({path.nodes for path in paths}) == 16
        assert all(path.nodes[0] == f"x{i}" and path.nodes[-1] == "L" for path in paths)
        assert sum(float(drawn.at(path.product, values)) for path in paths) == pytest.approx(dx[i - 1])
    assert [len(drawn.through(name, "x2")) for name in ("v", "mu", "c1", "c2")] == [12, 12, 4, 8]


def test_each_step_back_is_made_of_the_adjoints_of_the_children():
    drawn = graph()
    symbols = {node.adjoint: drawn.adjoints[name] for name, node in drawn.nodes.items() if name != "L"}
    for name in drawn.nodes:
        step = sp.sympify(drawn.backward_step(name)).xreplace(symbols)
        assert sp.expand(step - drawn.adjoints[name]) == 0, name


def test_a_node_in_symbols_stays_one_until_its_value_is_given():
    values = graph(2).values({"x1": 1})
    assert values["mu"].free_symbols == {graph(2).nodes["x2"].symbol}
    assert EPS in values["s"].free_symbols and values["eps"] == EPS


@pytest.mark.parametrize("kinds", [("v", "s"), ("x", "mu"), ("mu", "c"), ("xhat", "y"), ("c", "xhat")])
def test_an_edge_cut_from_the_graph_changes_dx(kinds):
    cut = graph(3, lambda at, m: {**local_derivatives(at, m), kinds: 0})
    values = graph(3).values({**GIVEN, "eps": 0.1})
    wrong = [float(cut.at(cut.adjoints[f"x{i}"], values)) for i in (1, 2, 3)]
    assert np.abs(np.array(wrong) - layer(0.1)[2]).max() > 0.01


def in_numbers(eps, x=X, dy=DY):
    """What the formulas take, as arrays over the batch."""
    cache = layer(eps, x, dy)[1]
    total, mean = (lambda e: np.sum(np.broadcast_to(e, len(x)))), (lambda e: np.mean(np.broadcast_to(e, len(x))))
    return cache.xhat[:, 0], np.array(dy), np.array(x) - cache.mu[0], cache.std[0], cache.var[0], total, mean


@pytest.mark.parametrize("eps", [0.0, 0.3])
def test_every_form_of_the_gradient_is_that_of_the_layer(eps):
    xhat, dy, c, s, var, total, mean = in_numbers(eps)
    expected = layer(eps)[2]
    close = lambda values: np.testing.assert_allclose(np.array(values, dtype=float), expected, rtol=1e-11)
    close(_evaluated(gradient.dx, dy, xhat, GAMMA, s, total, 3))
    close(_evaluated(gradient.dx_means, dy, xhat, GAMMA, s, mean))
    table = local_derivatives({"c": c, "s": s, "r": 1 / s, "xhat": xhat, "gamma": GAMMA, "dy": dy}, 3)
    close(backward(table, total)["x"])
    entry = lambda i, j: gradient.jacobian(float(i == j), 1, xhat[i] * xhat[j], s, 3)
    jacobian = [[entry(i, j) for j in range(3)] for i in range(3)]
    close(GAMMA * np.array(jacobian, dtype=float) @ dy)
    kappa = eps / (var + eps)
    square = gradient.dx_square(total(dy**2), total(dy), total(dy * xhat), GAMMA, s, kappa, 3)
    assert float(square) == pytest.approx(expected @ expected)


def _evaluated(form, *arguments):
    """A formula made of SymPy sums, entry by entry: arrays have no place in them."""
    size = len(arguments[0])
    symbols = {place: sp.Symbol(f"a_{place}") for place, a in enumerate(arguments) if np.size(a) > 1}

    def summed(function):
        def over(expression):
            rows = [{symbols[p]: arguments[p][k] for p in symbols} for k in range(size)]
            return function(np.array([float(sp.sympify(expression).subs(row)) for row in rows]))

        return over

    inner = [symbols.get(p, summed(a) if callable(a) else a) for p, a in enumerate(arguments)]
    expression = sp.sympify(form(*inner))
    return [float(expression.subs({symbols[p]: arguments[p][k] for p in symbols})) for k in range(size)]


def test_the_double_backward_is_that_of_the_layer():
    eps, u = 0.2, np.array([0.3, 1.1, -0.8])
    xhat, dy, _, s, _, total, mean = in_numbers(eps)
    cache = layer(eps)[1]
    to_x, to_dy, to_gamma = bn.batch_norm_double_backward(u[:, None], dy[:, None], cache)
    a, alpha, delta = curvature.scalars(u, dy, xhat, mean, total)
    for k in range(3):
        claimed = curvature.double_dx(xhat[k], u[k] - u.mean(), dy[k] - dy.mean(), a, alpha, delta, GAMMA, s, 3)
        assert float(claimed) == pytest.approx(to_x[k, 0], rel=1e-11)
    np.testing.assert_allclose(_evaluated(curvature.double_ddy, u, xhat, GAMMA, s, total, 3), to_dy[:, 0], rtol=1e-11)
    product = _evaluated(gradient.jacobian_times, dy, xhat, s, mean)
    assert to_gamma[0] == pytest.approx(u @ np.array(product))


def test_every_entry_of_the_second_derivatives_is_a_slope_of_the_jacobian():
    eps, h = 0.2, 1e-5
    xhat, _, _, s, _, _, _ = in_numbers(eps)
    p = np.eye(3) - 1 / 3

    def jacobian(x):
        cache = layer(eps, x)[1]
        return np.stack([bn.batch_norm_grad(e[:, None], cache)[0][:, 0] for e in np.eye(3)]) / GAMMA

    for i in range(3):
        step = h * np.eye(3)[i]
        slope = (jacobian(np.array(X) + step) - jacobian(np.array(X) - step)) / (2 * h)
        for j in range(3):
            for k in range(3):
                claimed = curvature.xhat_second(xhat[i], xhat[j], xhat[k], p[j, k], p[i, k], p[i, j], s, 3)
                assert float(claimed) == pytest.approx(slope[j, k], abs=1e-8)
