"""The way back: each step in graph order, the paper's chain, and the one line that both collapse into.

Every step is compared with the slope of the loss when that node is moved by hand, for a batch of any length with free
upstream gradient, gamma, beta and eps; and with the sum over the edges that leave the node.
"""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.entries import Identity, require_equal
from bnbook.proofs.formulas import gradient
from bnbook.proofs.formulas.backprop import PER_EXAMPLE, backward, graph, local_derivatives
from bnbook.proofs.formulas.slopes import ANY, DY, EPS, GAMMA, Batch, M, U, moved_loss, slope
from bnbook.proofs.printed import as_built, entry, tex, total

TITLE = "The way back"
IOFFE = "Ioffe & Szegedy (2015), section 3"
EVEN_CONSTANT = (ANY[0], ANY[2])  # steps that do not divide by the spread
C, XHAT, DYI, DXHAT, DC, DQ = map(entry, ("c", "\\hat{x}", "dy", "d\\hat{x}", "dc", "dq"))
PRINTED = {
    "c": C, "s": printed.S, "r": printed.R, "xhat": XHAT, "gamma": printed.GAMMA, "dy": DYI, "dxhat": DXHAT,
    "dr": tex("dr"), "ds": tex("ds"), "dv": tex("dv"), "dq": DQ, "dc": DC, "dmu": tex("d\\mu"),
}  # fmt: skip
LEFT = PRINTED | {"dgamma": tex("d\\gamma"), "dbeta": tex("d\\beta"), "dx": entry("dx")}


def require_gradient(claimed, name, batch, step):
    """`claimed` must be the derivative of the loss by the node `name`, found by moving it."""
    along = batch.total(claimed * U) if name in PER_EXAMPLE else claimed
    require_equal(along, slope(moved_loss(name, batch)), step)


def _prove_step(name):
    def proof(form):
        batch = Batch()
        steps = {**gradient.GRAPH_ORDER, name: form}
        claimed = gradient.in_graph_order(batch.values(), batch.total, M, steps)[f"d{name}"]
        edges = backward(local_derivatives(batch.values(), M), batch.total)
        require_equal(claimed, edges[name], "sum over the edges that leave the node, any m")
        require_gradient(claimed, name, batch, "slope of the loss, any m")

    return proof


def _step(name, claim, mutants, source="derived here", assumptions=ANY):
    return Identity(
        label=name if name.startswith("d") else f"back-{name}",
        claim=claim,
        shows=lambda form: (
            LEFT[name if name.startswith("d") else f"d{name}"],
            as_built(form(PRINTED, total, printed.M)),
        ),
        assumptions=assumptions,
        source=source,
        form=gradient.GRAPH_ORDER[name.removeprefix("d")],
        proof=_prove_step(name.removeprefix("d")),
        mutants=mutants,
    )


STEPS = (
    _step(
        "dgamma", "The gradient of gamma adds up what each example says.",
        {
            "centered values": lambda at, total, m: total(at["dy"] * at["c"]),
            "mean for sum": lambda at, total, m: total(at["dy"] * at["xhat"]) / m,
            "sign": lambda at, total, m: -total(at["dy"] * at["xhat"]),
        },
        IOFFE,
    ),
    _step(
        "dbeta", "The gradient of beta is the sum of the upstream gradient.",
        {
            "mean for sum": lambda at, total, m: total(at["dy"]) / m,
            "gamma": lambda at, total, m: at["gamma"] * total(at["dy"]),
        },
        IOFFE,
        EVEN_CONSTANT,
    ),
    _step(
        "xhat", "Back to the normalized values: times gamma.",
        {
            "gamma forgotten": lambda at, total, m: at["dy"],
            "the mean path already here": lambda at, total, m: at["gamma"] * (at["dy"] - total(at["dy"]) / m),
        },
        IOFFE,
        EVEN_CONSTANT,
    ),
    _step(
        "r", "Back to the reciprocal: every example had a share in it.",
        {
            "mean for sum": lambda at, total, m: total(at["c"] * at["dxhat"]) / m,
            "xhat for c": lambda at, total, m: total(at["xhat"] * at["dxhat"]),
        },
        assumptions=EVEN_CONSTANT,
    ),
    _step(
        "s", "Back to the spread.",
        {"sign": lambda at, total, m: at["dr"] / at["s"] ** 2, "power": lambda at, total, m: -at["dr"] / at["s"]},
    ),
    _step(
        "v", "Back to the variance.",
        {"factor": lambda at, total, m: at["ds"] / at["s"], "missing": lambda at, total, m: sp.S.Zero},
    ),
    _step(
        "q", "Back to each square: the same for all.",
        {"m + 1": lambda at, total, m: at["dv"] / (m + 1), "not divided": lambda at, total, m: at["dv"]},
    ),
    _step(
        "c", "Back to the centered values, on two ways: directly, and through the variance.",
        {
            "variance left out": lambda at, total, m: at["r"] * at["dxhat"],
            "directly left out": lambda at, total, m: 2 * at["c"] * at["dq"],
            "factor 2": lambda at, total, m: at["r"] * at["dxhat"] + at["c"] * at["dq"],
        },
    ),
    _step(
        "mu", "Back to the mean: it was taken from every example.",
        {"sign": lambda at, total, m: total(at["dc"]), "mean for sum": lambda at, total, m: -total(at["dc"]) / m},
    ),
    _step(
        "x", "Back to the input, on two ways: directly, and through the mean.",
        {
            "mean left out": lambda at, total, m: at["dc"],
            "not divided by m": lambda at, total, m: at["dc"] + at["dmu"],
            "sign": lambda at, total, m: at["dc"] - at["dmu"] / m,
        },
    ),
)  # fmt: skip


def _prove_chain_dvar(form):
    batch = Batch()
    require_gradient(form(GAMMA * DY, batch.c, batch.v, EPS, batch.total), "v", batch, "slope, any m")


def _dvar(batch):
    return gradient.chain_dvar(GAMMA * DY, batch.c, batch.v, EPS, batch.total)


def _prove_chain_dmu(form):
    batch = Batch()
    claimed = form(GAMMA * DY, batch.c, batch.s, _dvar(batch), batch.total, M)
    require_gradient(claimed, "mu", batch, "slope, any m")


def _prove_chain_dmu_short(form):
    _prove_chain_dmu(lambda dxhat, c, s, dvar, total, m: form(dxhat, s, total))


def _prove_chain_dx(form):
    batch = Batch()
    dmu = gradient.chain_dmu(GAMMA * DY, batch.c, batch.s, _dvar(batch), batch.total, M)
    claimed = form(GAMMA * DY, batch.c, batch.s, _dvar(batch), dmu, M)
    require_gradient(claimed, "x", batch, "slope, any m")


def _by_x(dxhat, c, s, total, m):
    """The slip of many write-ups: the gradient by x where the one by xhat belongs."""
    return -total(gradient.dx(dxhat, c / s, 1, s, total, m)) / s


_DVAR, _DMU = tex("\\,d\\sigma^2"), tex("d\\mu")

CHAIN = (
    Identity(
        label="chain-dvar",
        claim="The paper's chain, first link: back to the variance.",
        shows=lambda form: (_DVAR, form(DXHAT, C, printed.VAR, printed.EPS, total)),
        assumptions=ANY,
        source=IOFFE,
        form=gradient.chain_dvar,
        proof=_prove_chain_dvar,
        mutants={
            "sign": lambda g, c, var, eps, total: -gradient.chain_dvar(g, c, var, eps, total),
            "power": lambda g, c, var, eps, total: -total(g * c) / 2 / sp.sqrt(var + eps),
            "eps left out": lambda g, c, var, eps, total: gradient.chain_dvar(g, c, var, 0, total),
        },
    ),
    Identity(
        label="chain-dmu",
        claim="The paper's chain, second link: back to the mean, directly and through the variance.",
        shows=lambda form: (_DMU, as_built(form(DXHAT, C, printed.S, _DVAR, total, printed.M))),
        assumptions=ANY,
        source=IOFFE,
        form=gradient.chain_dmu,
        proof=_prove_chain_dmu,
        mutants={
            "sign": lambda g, c, s, dvar, total, m: total(g / s) + dvar * total(-2 * c) / m,
            "the gradient by x for that by xhat": lambda g, c, s, dvar, total, m: _by_x(g, c, s, total, m),
            "squares": lambda g, c, s, dvar, total, m: -total(g / s) - 2 * dvar * total(c**2) / m,
        },
    ),
    Identity(
        label="chain-dmu-short",
        claim="The same without the way through the variance, which adds nothing.",
        shows=lambda form: (_DMU, form(DXHAT, printed.S, total)),
        assumptions=ANY,
        source="derived here",
        form=gradient.chain_dmu_short,
        proof=_prove_chain_dmu_short,
        mutants={
            "sign": lambda g, s, total: total(g) / s,
            "power": lambda g, s, total: -total(g) / s**2,
        },
    ),
    Identity(
        label="chain-dx",
        claim="The paper's chain, last link: directly, through the variance, through the mean.",
        shows=lambda form: (LEFT["dx"], form(DXHAT, C, printed.S, _DVAR, _DMU, printed.M)),
        assumptions=ANY,
        source=IOFFE,
        form=gradient.chain_dx,
        proof=_prove_chain_dx,
        mutants={
            "variance left out": lambda g, c, s, dvar, dmu, m: g / s + dmu / m,
            "mean left out": lambda g, c, s, dvar, dmu, m: g / s + dvar * 2 * c / m,
            "factor 2": lambda g, c, s, dvar, dmu, m: g / s + dvar * c / m + dmu / m,
            "m + 1": lambda g, c, s, dvar, dmu, m: gradient.chain_dx(g, c, s, dvar, dmu, m + 1),
        },
    ),
)


def written_out(m):
    """The graph of m examples with every node in x: what each proof for given m puts in."""
    drawn = graph(m)
    s = drawn.nodes["s"].symbol  # stays: the one line holds whatever s is, given the edges
    mean = sum(drawn.nodes[f"x{i}"].symbol for i in range(1, m + 1)) / m
    values = {drawn.nodes["r"].symbol: 1 / s}
    for i in range(1, m + 1):
        c = drawn.nodes[f"x{i}"].symbol - mean
        values |= {drawn.nodes[f"c{i}"].symbol: c, drawn.nodes[f"xhat{i}"].symbol: c / s}
    return drawn, values


def one_line(form, drawn, values, number):
    """The one line for one entry of a graph that is written out."""
    nodes, each = drawn.nodes, range(1, drawn.m + 1)
    columns = {DY: drawn.dy, U: [values[nodes[f"xhat{i}"].symbol] for i in each]}
    rows = [dict(zip(columns, row)) for row in zip(*columns.values())]

    def total(expression):
        return sp.Add(*(sp.sympify(expression).xreplace(row) for row in rows))

    line = form(DY, U, nodes["gamma"].symbol, nodes["s"].symbol, total, drawn.m)
    return sp.sympify(line).xreplace(rows[number - 1])


def prove_dx(form):
    """Any m by the slope; then three examples: every entry, by differentiating the loss written out."""
    batch = Batch()
    require_gradient(form(DY, batch.xhat, GAMMA, batch.s, batch.total, M), "x", batch, "slope, any m")
    drawn, values = written_out(3)
    forward = drawn.values({})
    spread, s = forward["s"], drawn.nodes["s"].symbol
    for number in (1, 2, 3):
        x = drawn.nodes[f"x{number}"].symbol
        true = sp.diff(forward["L"], x).xreplace({spread.args[0]: s**2})
        line = one_line(form, drawn, values, number)
        require_equal(line, true, f"m = 3, entry {number}", lambda e: sp.numer(sp.together(e)))


def _prove_dx_means(form):
    prove_dx(lambda dy, xhat, gamma, s, total, m: form(dy, xhat, gamma, s, lambda e: total(e) / m))


CLOSED = (
    Identity(
        label="dx",
        claim="The gradient of batch norm in one line, component by component; exact for every eps.",
        shows=lambda form: (LEFT["dx"], form(DYI, XHAT, printed.GAMMA, printed.S, total, printed.M)),
        assumptions=ANY,
        source="Ioffe & Szegedy (2015), section 3, with the chain collapsed",
        form=gradient.dx,
        proof=prove_dx,
        mutants={
            "variance path left out": lambda g, h, gamma, s, total, m: gamma / (m * s) * (m * g - total(g)),
            "mean path left out": lambda g, h, gamma, s, total, m: gamma / (m * s) * (m * g - h * total(g * h)),
            "both left out": lambda g, h, gamma, s, total, m: gamma / s * g,
            "gamma forgotten": lambda g, h, gamma, s, total, m: gradient.dx(g, h, 1, s, total, m),
            "sign": lambda g, h, gamma, s, total, m: gamma / (m * s) * (m * g - total(g) + h * total(g * h)),
            "m - 1": lambda g, h, gamma, s, total, m: gamma / (m * s) * ((m - 1) * g - total(g) - h * total(g * h)),
            "the variance for its root": lambda g, h, gamma, s, total, m: gradient.dx(g, h, gamma, s**2, total, m),
        },
    ),
    Identity(
        label="dx-vector",
        claim="The same with two means over the batch, as it is computed over whole arrays.",
        shows=lambda form: (
            tex("dx"),
            as_built(form(*map(tex, ("\\,dy", "\\hat{x}", "\\gamma")), printed.S, printed.mean)),
        ),
        assumptions=ANY,
        source="derived here",
        form=gradient.dx_means,
        proof=_prove_dx_means,
        mutants={
            "mean path left out": lambda g, h, gamma, s, mean: gamma / s * (g - h * mean(g * h)),
            "variance path left out": lambda g, h, gamma, s, mean: gamma / s * (g - mean(g)),
            "mean of xhat": lambda g, h, gamma, s, mean: gamma / s * (g - mean(g) - h * mean(g) * mean(h)),
        },
    ),
)
IDENTITIES = (*STEPS, *CHAIN, *CLOSED)
