"""The paths of the graph: how many there are, what they add up to, and the ones that cancel."""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.backprop.backward import DYI, XHAT, one_line, written_out
from bnbook.proofs.checking import places
from bnbook.proofs.entries import Identity, NotProved, Refuted, at, needs, require_equal, scope
from bnbook.proofs.formulas import gradient
from bnbook.proofs.formulas.backprop import backward, graph, local_derivatives
from bnbook.proofs.formulas.slopes import ANY, ANY_SIZE, CONSTANT, NOT_CONSTANT, SPREAD, Batch, M
from bnbook.proofs.printed import entry, tex, total

TITLE = "The paths of the graph"
SIZES = (1, 2, 3)
HERE = "derived here"
_DIVISIBLE = needs(NOT_CONSTANT, at({SPREAD: 0}))  # s is a symbol of its own here
_ONE_PATH = "\\prod_{e \\in p} \\partial_e"


def _number_of(cut, m):
    """Paths from an x to the loss: every edge counts 1, an edge that is cut counts 0, a sum over the batch m."""
    ones = dict.fromkeys(local_derivatives(Batch().values(), m), sp.S.One)
    return backward(ones | dict.fromkeys(cut, sp.S.Zero), lambda each: m * each)["x"]


def _prove_number(cut, visited):
    """For any m by the recursion of the way back; for small m by listing them."""

    def proof(form):
        require_equal(form(M), _number_of(cut, M), "any m")
        for m in (*SIZES, 4):
            listed = graph(m).paths("x1")
            kept = [path for path in listed if all(node in path.nodes for node in visited)]
            require_equal(form(sp.Integer(m)), len(kept), f"m = {m}, listed")

    return proof


def _prove_path_sum(form):
    for m in SIZES:
        drawn, values = written_out(m)
        for number in range(1, m + 1):
            products = (path.product.xreplace(values) for path in drawn.paths(f"x{number}"))
            line = one_line(form, drawn, values, number)
            require_equal(sp.Add(*map(sp.expand, products)), line, f"m = {m}, entry {number}")


def variance_by_mean(x, mu, total, m):
    """d var / d mu: from the mean to every centered value, to its square, to the variance."""
    return -2 / m * total(x - mu)


def _prove_variance_by_mean(form):
    batch = Batch()
    edge = local_derivatives(batch.values(), M)
    single = edge["mu", "c"] * edge["c", "q"] * edge["q", "v"]
    require_not_zero(single, "the way through one example")
    claimed = form(batch.vectors[0], batch.mu, batch.total, M)
    require_equal(claimed, batch.total(single), "sum over the examples, any m")
    require_equal(claimed, 0, "zero, any m")
    entries, mean = sp.symbols("x_1:4", real=True), sp.Symbol("mu", real=True)  # the mean not yet put in
    written = sum(-2 * (x - mean) / 3 for x in entries)
    summed = form(_ENTRY, mean, lambda e: sum(e.xreplace({_ENTRY: x}) for x in entries), sp.Integer(3))
    require_equal(summed, written, "m = 3, every entry")


def require_not_zero(expression, step):
    """Raise unless the expression is something else than zero."""
    if sp.simplify(expression) == 0:
        raise NotProved(f"{step}: is zero")


def _prove_one_defined(form):
    """One of the paths by itself: at a constant batch and eps = 0 it divides by nothing."""
    edge = local_derivatives(Batch().values(), M)
    with places(CONSTANT):
        require_equal(edge["v", "s"] * edge["s", "r"], 0, "one path")


def _canceling(drawn, number):
    """The paths x -> mu -> c_k -> q_k -> v -> ... -> L."""
    return [path for path in drawn.paths(f"x{number}") if {"mu", "v"} <= set(path.nodes)]


def _prove_canceling(form):
    """Each of the m^2 products is not zero by itself; together they are what the form says: nothing.

    For any m: all of them share what follows the variance, and what leads from the mean to it adds up to zero. For two
    and three examples every path is listed as well.
    """
    batch = Batch()
    edge = local_derivatives(batch.values(), M)
    to_variance = edge["x", "mu"] * edge["mu", "c"] * edge["c", "q"] * edge["q", "v"]
    from_variance = (
        edge["v", "s"] * edge["s", "r"] * batch.total(edge["r", "xhat"] * edge["xhat", "y"] * edge["y", "L"])
    )
    require_not_zero(to_variance * from_variance, "the paths through one example")
    each = [to_variance * from_variance] * 2
    require_equal(batch.total(to_variance) * from_variance, form(M, each), "any m")
    for m in (2, 3):
        drawn, values = written_out(m)
        for number in range(1, m + 1):
            products = [path.product.xreplace(values) for path in _canceling(drawn, number)]
            if len(products) != m**2:
                raise Refuted(f"m = {m}: {len(products)} paths, and not {m**2}")
            for product in products:
                require_not_zero(product, f"m = {m}, one path")
            require_equal(sp.Add(*map(sp.expand, products)), form(sp.Integer(m), products), f"m = {m}, entry {number}")


_ENTRY = sp.Symbol("x_each", real=True)
_MU, _X = printed.MU, entry("x")
IDENTITIES = (
    Identity(
        label="paths-count",
        claim="The number of paths from one input to the loss: 16 for three examples.",
        shows=lambda form: (tex("N(x_i \\to L)"), form(printed.M)),
        assumptions=(ANY_SIZE,),
        source=HERE,
        form=lambda m: (m + 1) ** 2,
        proof=_prove_number((), ()),
        mutants={
            "m squared": lambda m: m**2,
            "m (m + 1), without the direct ways": lambda m: m * (m + 1),
            "one more": lambda m: (m + 1) ** 2 + 1,
        },
    ),
    Identity(
        label="paths-through-variance",
        claim="The number of those that go through the variance: 12 for three examples.",
        shows=lambda form: (tex("N(x_i \\to v \\to L)"), form(printed.M)),
        assumptions=(ANY_SIZE,),
        source=HERE,
        form=lambda m: m * (m + 1),
        proof=lambda form: _prove_number([("c", "xhat")], ("v",))(form),
        mutants={"m squared": lambda m: m**2, "all": lambda m: (m + 1) ** 2},
    ),
    Identity(
        label="paths-through-mean",
        claim="The number of those that go through the mean: 12 as well.",
        shows=lambda form: (tex("N(x_i \\to \\mu \\to L)"), form(printed.M)),
        assumptions=(ANY_SIZE,),
        source=HERE,
        form=lambda m: m * (m + 1),
        proof=_prove_number([("x", "c")], ("mu",)),
        mutants={"m squared": lambda m: m**2, "all": lambda m: (m + 1) ** 2},
    ),
    Identity(
        label="paths-sum",
        claim="The products of the local derivatives along all paths add up to the one line.",
        shows=lambda form: (
            tex(f"\\sum_{{p:\\, x_i \\to L}} {_ONE_PATH}"),
            form(DYI, XHAT, printed.GAMMA, printed.S, total, printed.M),
        ),
        assumptions=(scope("every entry for 1, 2 and 3 examples"), _DIVISIBLE, ANY[2]),
        source=HERE,
        form=gradient.dx,
        proof=_prove_path_sum,
        mutants={
            "variance path left out": lambda g, h, gamma, s, total, m: gamma / (m * s) * (m * g - total(g)),
            "mean path left out": lambda g, h, gamma, s, total, m: gamma / (m * s) * (m * g - h * total(g * h)),
            "sign": lambda g, h, gamma, s, total, m: gamma / (m * s) * (m * g + total(g) - h * total(g * h)),
        },
        method="given",
    ),
    Identity(
        label="variance-by-mean",
        claim="What flows from the variance back to the mean adds up to exactly zero, though no single edge is zero.",
        shows=lambda form: (
            tex("\\sum_{k=1}^{m} \\frac{\\partial v}{\\partial q_k} \\frac{\\partial q_k}{\\partial c_k} "
                "\\frac{\\partial c_k}{\\partial \\mu}"),
            form(_X, _MU, total, printed.M),
            sp.S.Zero,
        ),
        assumptions=(ANY_SIZE,),
        source="Ioffe & Szegedy (2015), section 3, keep the term; that it is zero: derived here",
        form=variance_by_mean,
        proof=_prove_variance_by_mean,
        mutants={
            "mean not subtracted": lambda x, mu, total, m: -2 / m * total(x),
            "mean added": lambda x, mu, total, m: -2 / m * total(x + mu),
            "squares": lambda x, mu, total, m: -2 / m * total((x - mu) ** 2),
        },
    ),
    Identity(
        label="paths-canceling",
        claim="The paths from one input through the mean and then the variance cancel, and none of them is zero: "
        "nine for three examples.",
        shows=lambda form: (
            tex(f"\\sum_{{p:\\, x_i \\to \\mu \\to v \\to L}} {_ONE_PATH}"),
            form(printed.M, [tex(f"\\cdots {_ONE_PATH}")]),
        ),
        assumptions=(ANY_SIZE, needs(NOT_CONSTANT, _prove_one_defined)),
        source=HERE,
        form=lambda m, products: sp.S.Zero,
        proof=_prove_canceling,
        mutants={
            "one of them": lambda m, products: products[0],
            "minus the last": lambda m, products: -products[-1],
        },
        method="given",
    ),
)  # fmt: skip
