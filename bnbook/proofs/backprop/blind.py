"""Checks that see nothing: two losses whose gradient is zero or nearly so, and what a missing path costs.

The wrong gradients are made from the graph itself, with an edge set to zero.
"""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.backprop.backward import XHAT, prove_dx
from bnbook.proofs.entries import Identity, require_equal, scope
from bnbook.proofs.formulas import gradient
from bnbook.proofs.formulas.backprop import backward, local_derivatives
from bnbook.proofs.formulas.slopes import (
    ANY,
    ANY_SIZE,
    BETA,
    DEFINED,
    DY,
    EPS,
    GAMMA,
    NEVER_CONSTANT,
    Batch,
    M,
    T,
    U,
    X,
    slope,
)
from bnbook.proofs.formulas.transform import batch_norm, kappa
from bnbook.proofs.printed import as_built, entry, mean, tex

TITLE = "What a check can miss"
HERE = "derived here"
MEAN_PATH, VARIANCE_PATH = ("x", "mu"), ("v", "s")
_DX, _GAMMA, _BETA, _S, _KAPPA = entry("dx"), printed.GAMMA, printed.BETA, printed.S, printed.KAPPA
_OFF = tex("dx_i^{\\text{wrong}} - dx_i")
_HAT = tex("\\hat{x}")
SUM, SQUARES = "L = \\sum_k y_k", "L = \\sum_k y_k^2"
ANY_LOSS_FREE = (*ANY[:2], scope("any gamma, beta and eps"))


def dx_of(loss, batch):
    """The true slope along u of a loss that is the sum of loss(y) over the batch."""
    return slope(batch.total(loss(batch_norm(X + T * U, batch, GAMMA, BETA, EPS))))


def dx_from_graph(dy, batch, cut=()):
    """dx by the way back through the graph, with the edges `cut` left out."""
    table = local_derivatives(batch.values() | {"dy": dy}, M)
    return backward(table | dict.fromkeys(cut, sp.S.Zero), batch.total)["x"]


def upstream_of_square(batch):
    """dy of the loss sum(y^2)."""
    return 2 * (GAMMA * batch.xhat + BETA)


def _prove_blind_sum(form):
    batch = Batch()
    require_equal(dx_of(lambda y: y, batch), batch.total(form(GAMMA, batch.s) * U), "slope of the loss, any m")
    require_equal(dx_from_graph(sp.S.One, batch), form(GAMMA, batch.s), "through the graph, any m")


def _prove_blind_square(form):
    batch = Batch()
    claimed = form(batch.xhat, GAMMA, batch.s, kappa(batch.v, EPS))
    require_equal(dx_of(lambda y: y**2, batch), batch.total(claimed * U), "slope of the loss, any m")
    require_equal(dx_from_graph(upstream_of_square(batch), batch), claimed, "through the graph, any m")


def _prove_cut(dy_of, *cut):
    """A loss with a given upstream gradient, and the gradient with edges cut."""

    def proof(form):
        batch = Batch()
        wrong = dx_from_graph(dy_of(batch), batch, cut)
        claimed = form(batch.xhat, GAMMA, BETA, batch.s, kappa(batch.v, EPS))
        require_equal(wrong, claimed, "any m")

    return proof


def _prove_off(*cut):
    def proof(form):
        batch = Batch()
        off = dx_from_graph(DY, batch, cut) - dx_from_graph(DY, batch)
        require_equal(off, form(DY, batch.xhat, GAMMA, batch.s, batch), "any m")

    return proof


def _prove_without_eps(form):
    prove_dx(gradient.dx)
    batch = Batch()
    arguments = GAMMA, batch.s, batch.total, M
    off = gradient.dx(DY, batch.c / sp.sqrt(batch.v), *arguments) - gradient.dx(DY, batch.xhat, *arguments)
    claimed = form(DY, batch.xhat, GAMMA, batch.s, batch.v, EPS, batch)
    require_equal(off, claimed, "any m")


def _prove_variance_by_mean_off(form):
    """The way back by hand, with only what comes to the mean directly."""
    batch = Batch()
    edge = local_derivatives(batch.values(), M)
    whole = backward(edge, batch.total)
    direct = batch.total(edge["mu", "c"] * edge["c", "xhat"] * whole["xhat"])
    without = edge["x", "c"] * whole["c"] + edge["x", "mu"] * direct
    require_equal(without - whole["x"], form(GAMMA, batch.s), "any m")


def _cut_loss(label, loss, path, claim, dy_of, cut, form, mutants):
    return Identity(
        label=label,
        claim=claim,
        shows=lambda form: (
            tex(f"dx_i^{{\\text{{no {path}}}}} \\big|_{{{loss}}}"), form(XHAT, _GAMMA, _BETA, _S, _KAPPA)
        ),
        assumptions=(ANY_SIZE, DEFINED if loss == SUM and path == "variance" else ANY[1], ANY_LOSS_FREE[2]),
        source=HERE,
        form=form,
        proof=_prove_cut(dy_of, cut),
        mutants=mutants,
    )  # fmt: skip


def _ones(batch):
    return sp.S.One


BLIND = (
    Identity(
        label="blind-sum",
        claim="For the loss sum(y) the gradient is zero: the sum of a normalized batch does not move.",
        shows=lambda form: (tex(f"dx_i \\big|_{{{SUM}}}"), form(_GAMMA, _S)),
        assumptions=(ANY_SIZE, DEFINED, ANY_LOSS_FREE[2]),
        source=HERE,
        form=lambda gamma, s: sp.S.Zero,
        proof=_prove_blind_sum,
        mutants={"gamma / s": lambda gamma, s: gamma / s, "one": lambda gamma, s: sp.S.One},
    ),
    Identity(
        label="blind-square",
        claim="For the loss sum(y^2) the gradient is of the order of eps, whatever beta is.",
        shows=lambda form: (tex(f"dx_i \\big|_{{{SQUARES}}}"), form(XHAT, _GAMMA, _S, _KAPPA)),
        assumptions=ANY_LOSS_FREE,
        source=HERE,
        form=gradient.blind_square,
        proof=_prove_blind_square,
        mutants={
            "zero": lambda h, gamma, s, k: sp.S.Zero,
            "kappa left out": lambda h, gamma, s, k: 2 * gamma**2 / s * h,
            "factor": lambda h, gamma, s, k: gamma**2 * k / s * h,
        },
    ),
    _cut_loss(
        "blind-sum-no-variance", SUM, "variance",
        "The loss sum(y) does not see that the variance path is missing: the wrong gradient is zero too.",
        _ones, VARIANCE_PATH,
        lambda h, gamma, beta, s, k: sp.S.Zero,
        {
            "seen along xhat": lambda h, gamma, beta, s, k: gamma / s * h,
            "seen as a constant": lambda h, gamma, beta, s, k: gamma / s,
        },
    ),
    _cut_loss(
        "blind-sum-no-mean", SUM, "mean",
        "But it sees that the mean path is missing: the wrong gradient is gamma / s, not zero.",
        _ones, MEAN_PATH,
        lambda h, gamma, beta, s, k: gamma / s,
        {"not seen": lambda h, gamma, beta, s, k: sp.S.Zero, "power of s": lambda h, gamma, beta, s, k: gamma / s**2},
    ),
    _cut_loss(
        "blind-square-no-variance", SQUARES, "variance",
        "The loss sum(y^2) sees that the variance path is missing: the wrong gradient is not of the order of eps.",
        upstream_of_square, VARIANCE_PATH,
        lambda h, gamma, beta, s, k: gradient.blind_square(h, gamma, s, 1),
        {
            "not seen": lambda h, gamma, beta, s, k: 2 * gamma**2 * k / s * h,
            "beta": lambda h, gamma, beta, s, k: 2 * gamma**2 / s * h + 2 * gamma * beta / s,
        },
    ),
    _cut_loss(
        "blind-square-no-mean", SQUARES, "mean",
        "With beta = 0 it does not see that the mean path is missing; only beta would show it.",
        upstream_of_square, MEAN_PATH,
        lambda h, gamma, beta, s, k: gradient.ordered(gradient.blind_square(h, gamma, s, k), 2 * gamma * beta / s),
        {
            "never seen": lambda h, gamma, beta, s, k: 2 * gamma**2 * k / s * h,
            "factor": lambda h, gamma, beta, s, k: 2 * gamma**2 * k / s * h + gamma * beta / s,
        },
    ),
)  # fmt: skip

OFF = (
    Identity(
        label="missing-mean",
        claim="What is wrong if the mean path is left out: a constant, the mean of the upstream gradient.",
        shows=lambda form: (_OFF, form(tex("\\,dy"), XHAT, _GAMMA, _S, mean)),
        assumptions=ANY,
        source=HERE,
        form=lambda g, h, gamma, s, mean: gradient.without_mean_path(g, gamma, s, mean),
        proof=_prove_off(MEAN_PATH),
        mutants={
            "sign": lambda g, h, gamma, s, mean: -gamma / s * mean(g),
            "nothing": lambda g, h, gamma, s, mean: sp.S.Zero,
            "gamma left out": lambda g, h, gamma, s, mean: mean(g) / s,
        },
    ),
    Identity(
        label="missing-variance",
        claim="What is wrong if the variance path is left out: a multiple of xhat.",
        shows=lambda form: (_OFF, form(tex("\\,dy"), XHAT, _GAMMA, _S, lambda e: mean(tex("\\,dy") * _HAT))),
        assumptions=ANY,
        source=HERE,
        form=gradient.without_variance_path,
        proof=_prove_off(VARIANCE_PATH),
        mutants={
            "sign": lambda g, h, gamma, s, mean: -gamma / s * h * mean(g * h),
            "nothing": lambda g, h, gamma, s, mean: sp.S.Zero,
            "power of s": lambda g, h, gamma, s, mean: gamma / s**2 * h * mean(g * h),
        },
    ),
    Identity(
        label="missing-both",
        claim="What is wrong if both are left out: the two faults added up.",
        shows=lambda form: (_OFF, as_built(form(tex("\\,dy"), XHAT, _GAMMA, _S, lambda e: mean(e.subs(XHAT, _HAT))))),
        assumptions=ANY,
        source=HERE,
        form=lambda g, h, gamma, s, mean: gradient.times(gamma / s, gradient.ordered(mean(g), h * mean(g * h))),
        proof=_prove_off(MEAN_PATH, VARIANCE_PATH),
        mutants={
            "the mean only": lambda g, h, gamma, s, mean: gamma / s * mean(g),
            "sign": lambda g, h, gamma, s, mean: gamma / s * (mean(g) - h * mean(g * h)),
        },
    ),
    Identity(
        label="missing-variance-by-mean",
        claim="What is wrong if only the way from the variance to the mean is left out: nothing.",
        shows=lambda form: (_OFF, form(_GAMMA, _S)),
        assumptions=ANY,
        source=HERE,
        form=lambda gamma, s: sp.S.Zero,
        proof=_prove_variance_by_mean_off,
        mutants={"a constant": lambda gamma, s: gamma / s, "its negative": lambda gamma, s: -gamma / s},
    ),
    Identity(
        label="closed-without-eps",
        claim="What is wrong if the one line is fed (x - mu) / sqrt(var), without eps, for xhat.",
        shows=lambda form: (
            _OFF,
            form(tex("\\,dy"), XHAT, _GAMMA, _S, printed.VAR, printed.EPS, lambda e: mean(tex("\\,dy") * _HAT)),
        ),
        assumptions=(ANY_SIZE, NEVER_CONSTANT, ANY[2]),
        source=HERE,
        form=gradient.closed_without_eps,
        proof=_prove_without_eps,
        mutants={
            "nothing": lambda g, h, gamma, s, var, eps, mean: sp.S.Zero,
            "var + eps": lambda g, h, gamma, s, var, eps, mean: -gamma / s * eps / (var + eps) * h * mean(g * h),
        },
    ),
)
IDENTITIES = (*BLIND, *OFF)
