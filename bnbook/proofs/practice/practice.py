"""Proofs for using batch norm: folding it away, parts of a batch, who learns of whom."""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.backprop.geometry import true_dx
from bnbook.proofs.backprop.jacobian import xhat_slope
from bnbook.proofs.entries import Identity, at, means, needs, require_equal, scope
from bnbook.proofs.formulas import gradient, practice
from bnbook.proofs.formulas.batch import Moments
from bnbook.proofs.formulas.slopes import (
    ANY,
    ANY_SIZE,
    ANY_X,
    DEFINED,
    DY,
    EPS,
    GAMMA,
    Batch,
    M,
    T,
    U,
    X,
    moved_loss,
    slope,
)
from bnbook.proofs.formulas.transform import inference
from bnbook.proofs.printed import as_built, entry, i, j, tex

TITLE = "In practice"
HERE = "derived here"
IOFFE = "Ioffe & Szegedy (2015), Algorithm 2"
CHAN = "Chan, Golub & LeVeque (1983)"
SIZES = scope("parts of any sizes n_a and n_b")
BETA, BIAS, MEAN = sp.symbols("beta b mu", real=True)
VAR, SK, S = sp.symbols("v s_k s", positive=True)
MK = sp.Symbol("mu_k", real=True)
NA, NB = sp.symbols("n_a n_b", positive=True, integer=True)
D, INDEX = sp.symbols("d l", integer=True, positive=True)
WEIGHTS, INPUTS = sp.IndexedBase("w"), sp.IndexedBase("u")

# For print
_run_mean, _run_var = sp.Symbol("\\mu_r", real=True), sp.Symbol("\\sigma_r", positive=True) ** 2
_GAMMA, _BETA, _S, _M, _EPS = printed.GAMMA, printed.BETA, printed.S, printed.M, printed.EPS
_parts = (*map(tex, ("\\mu_a", "\\mu_b")), NA, NB)
_m2s, _vars = sp.symbols("M_a M_b"), sp.symbols("\\sigma_a^2 \\sigma_b^2")


def _before_sides(form):
    """For print: the new weight of input l, and what all inputs add to the bias."""
    l = sp.Symbol("l")
    named = (entry(name, l) for name in ("\\mu", "\\sigma", "\\gamma", "\\beta"))
    mean, spread, gamma, beta = named
    weight, more = form(entry("w", l), mean, spread**2, gamma, beta, _EPS)
    return sp.Tuple(as_built(weight), sp.Sum(as_built(more), (l, 1, sp.Symbol("d"))))


def _weighted(summand):
    """The sum over the d inputs of a unit."""
    return sp.Sum(summand, (INDEX, 1, D))


def same_for_each_input(left, right):
    """Both sides are sums over the inputs, plus what stands outside: equal if the summands and the rest are."""
    rest = []
    for side in (left, right):
        sums = side.atoms(sp.Sum)
        inside = sum((side.coeff(s) * s.function for s in sums), sp.S.Zero)
        rest.append((inside, side.subs(dict.fromkeys(sums, 0))))
    for (a, b), step in zip(zip(*rest, strict=True), ("one input", "what does not depend on the inputs"), strict=True):
        require_equal(a, b, step)


def _prove_fold_after(form):
    unit = _weighted(WEIGHTS[INDEX] * INPUTS[INDEX]) + BIAS
    weight, bias = form(WEIGHTS[INDEX], BIAS, MEAN, VAR, GAMMA, BETA, EPS)
    both = sp.expand(inference(unit, MEAN, VAR, GAMMA, BETA, EPS))
    same_for_each_input(both, sp.expand(_weighted(weight * INPUTS[INDEX]) + bias))


FROZEN = "frozen statistics, as at inference"


def _prove_fold_moving(form):
    """The batch's own statistics: of the values 0 and 2 the second becomes 1, times gamma."""
    weight, bias = form(sp.S.One, 0, MEAN, VAR, GAMMA, BETA, 0)
    require_equal(2 * weight + bias, GAMMA + BETA, "a batch of two, normalized by itself")


def _prove_fold_padded(form):
    """A 0 that is set in behind the norm adds nothing; folded, its place adds to the bias all the same."""
    _, more = form(sp.S.One, MEAN, VAR, GAMMA, BETA, EPS)
    require_equal(more, 0, "a place of the padding")


def _prove_fold_before(form):
    means, variances, gammas, betas = map(sp.IndexedBase, ("mu", "v", "gamma", "beta"))
    own = means[INDEX], variances[INDEX], gammas[INDEX], betas[INDEX], EPS
    unit = _weighted(WEIGHTS[INDEX] * inference(INPUTS[INDEX], *own)) + BIAS
    weight, more = form(WEIGHTS[INDEX], *own)
    same_for_each_input(unit, _weighted(weight * INPUTS[INDEX] + more) + BIAS)


XA, XB = sp.symbols("x_a x_b", real=True)


class Union:
    """Two parts of any sizes: the mean over both of a function of an entry."""

    def __init__(self):
        self.a, self.b = Moments(XA), Moments(XB)
        self.mean = self(lambda x: x)
        self.var = self(lambda x: (x - self.mean) ** 2)

    def __call__(self, function):
        return (NA * self.a(function(XA)) + NB * self.b(function(XB))) / (NA + NB)


def _prove_merged_mean(form):
    union = Union()
    require_equal(union.mean, form(union.a.mu, union.b.mu, NA, NB), "parts of any sizes")


def _prove_merged_m2(form):
    union = Union()
    parts = NA * union.a.v, NB * union.b.v
    claimed = form(*parts, union.a.mu, union.b.mu, NA, NB)
    require_equal((NA + NB) * union.var, claimed, "parts of any sizes")


def _prove_merged_variance(form):
    union = Union()
    require_equal(union.var, form(union.a.v, union.b.v, union.a.mu, union.b.mu, NA, NB), "parts of any sizes")


def _prove_merged_unbiased(form):
    """Variances that divide by one example less, as PyTorch keeps them; for two parts of two and three."""
    sizes = {NA: 2, NB: 3}
    union = Union()
    unbiased = lambda var, n: n / (n - 1) * var  # noqa: E731
    parts = unbiased(union.a.v, NA), unbiased(union.b.v, NB)
    claimed = form(*parts, union.a.mu, union.b.mu, NA, NB)
    require_equal(unbiased(union.var, NA + NB).subs(sizes), claimed.subs(sizes), "divided by n - 1")


def _prove_from_part(form):
    require_equal((X - MEAN) / S, form((X - MK) / SK, MK, SK, MEAN, S), "any example, any statistics")


def _prove_part_sum(form):
    """The one line, summed over a part of n examples, with a mask u of 0 and 1."""
    batch = Batch()
    mask, count = U, sp.Symbol("n", positive=True)
    true = batch.total(mask * true_dx(batch)).xreplace({batch(mask): count / M})
    part = batch.total(mask * DY), batch.total(mask * batch.xhat).xreplace({batch(mask): count / M})
    claimed = form(part[0], batch(DY), part[1], batch(DY * batch.xhat), GAMMA, batch.s, count)
    require_equal(true, claimed, "any m, any part")


def _prove_bias(form):
    """The bias moves every entry alike; and the sum of the one line."""
    batch = Batch()
    require_equal(slope(moved_loss("x", batch, along=1)), form(batch.total(DY)), "any loss, any m")


def _prove_bias_frozen(form):
    """With frozen statistics the bias moves every output."""
    batch = Batch()
    loss = batch.total(DY * inference(X + T, MEAN, VAR, GAMMA, BETA, EPS))
    require_equal(slope(loss), form(batch.total(DY)), "frozen statistics")


def _prove_influence(form, own=0):
    """x_j moves by t: the mean of u is 1 / m, that of x u is x_j / m, and the own entry of u is 0."""
    batch, other = Batch(), sp.Symbol("x_j", real=True)
    moved = xhat_slope(U, batch).xreplace({batch(U): 1 / M, batch(X * U): other / M}).subs(U, own)
    xhat_j = batch.xhat.xreplace({X: other})
    require_equal(moved, form(batch.xhat, xhat_j, batch.s, M), "any two examples, any m")


def _prove_frozen(form):
    """The slope of the loss if the statistics are constants."""
    batch = Batch()
    loss = batch.total(DY * inference(X + T * U, MEAN, VAR, GAMMA, BETA, EPS))
    claimed = form(DY, GAMMA, VAR, EPS)
    require_equal(batch.total(claimed * U), slope(loss), "along any u, any m")


def _prove_not_frozen(form):
    """The batch's own statistics: the one line."""
    batch = Batch()
    require_equal(true_dx(batch), form(DY, GAMMA, batch.v, EPS), "statistics of the batch")


_after, _before = practice.fold_after, practice.fold_before
IDENTITIES = (
    Identity(
        label="fold-after",
        claim="Batch norm at inference folds into the layer before it, whatever affine layer that is: new weights, "
        "new bias, and the norm is gone.",
        shows=lambda form: (
            sp.Tuple(*map(tex, ("w'_l", "b'"))),
            sp.Tuple(*map(as_built, form(entry("w", tex("l")), tex("b"), _run_mean, _run_var, _GAMMA, _BETA, _EPS))),
        ),
        assumptions=(
            needs(FROZEN, _prove_fold_moving),
            scope("a unit or a channel: a weighted sum of any number of inputs, and a bias"),
        ),
        source=f"{IOFFE}, {HERE}",
        form=_after,
        proof=_prove_fold_after,
        mutants={
            "eps left out": lambda w, b, mu, v, g, beta, eps: _after(w, b, mu, v, g, beta, 0),
            "bias not scaled": lambda w, b, mu, v, g, beta, eps: (
                g / sp.sqrt(v + eps) * w, b - g / sp.sqrt(v + eps) * mu + beta
            ),
            "mean forgotten": lambda w, b, mu, v, g, beta, eps: _after(w, b, 0, v, g, beta, eps),
            "beta scaled too": lambda w, b, mu, v, g, beta, eps: _after(w, b + beta, mu, v, g, 0, eps),
        },
    ),
    Identity(
        label="fold-before",
        claim="It also folds into the linear layer after it: each input gets a new weight and adds to the bias.",
        shows=lambda form: (
            sp.Tuple(*map(tex, ("w'_l", "b' - b"))),
            _before_sides(form),
        ),
        assumptions=(
            needs(FROZEN, lambda form: _prove_fold_moving(lambda w, b, *rest: form(w, *rest))),
            means("a linear layer with any number of inputs, or a convolution"),
            needs("no padding", _prove_fold_padded),
        ),
        source=HERE,
        form=_before,
        proof=_prove_fold_before,
        mutants={
            "mean forgotten": lambda w, mu, v, g, beta, eps: _before(w, 0, v, g, beta, eps),
            "beta forgotten": lambda w, mu, v, g, beta, eps: _before(w, mu, v, g, 0, eps),
            "eps left out": lambda w, mu, v, g, beta, eps: _before(w, mu, v, g, beta, 0),
        },
    ),
    Identity(
        label="merge-mean",
        claim="The mean of two parts of a batch together, from the means of the parts.",
        shows=lambda form: (tex("\\mu"), as_built(form(*_parts))),
        assumptions=(SIZES,),
        source=CHAN,
        form=practice.merged_mean,
        proof=_prove_merged_mean,
        mutants={
            "mean of the means": lambda a, b, na, nb: (a + b) / 2,
            "the other share": lambda a, b, na, nb: a + na / (na + nb) * (b - a),
        },
    ),
    Identity(
        label="merge-m2",
        claim="Sums of squared distances from the mean merge too, with a term for the distance of the means.",
        shows=lambda form: (tex("M"), as_built(form(*_m2s, *_parts))),
        assumptions=(means("M is the number of examples times their variance"), SIZES),
        source=CHAN,
        form=practice.merged_m2,
        proof=_prove_merged_m2,
        mutants={
            "means forgotten": lambda sa, sb, a, b, na, nb: sa + sb,
            "not squared": lambda sa, sb, a, b, na, nb: sa + sb + (b - a) * na * nb / (na + nb),
            "divided twice": lambda sa, sb, a, b, na, nb: sa + sb + (b - a) ** 2 * na * nb / (na + nb) ** 2,
        },
    ),
    Identity(
        label="merge-variance",
        claim="The variance of two parts together; to average the parts' variances leaves out the last term.",
        shows=lambda form: (tex("\\sigma^2"), as_built(form(*_vars, *_parts))),
        assumptions=(SIZES, means("variances divide by the number of examples", _prove_merged_unbiased)),
        source=CHAN,
        form=practice.merged_variance,
        proof=_prove_merged_variance,
        mutants={
            "means forgotten": lambda va, vb, a, b, na, nb: (na * va + nb * vb) / (na + nb),
            "equal shares": lambda va, vb, a, b, na, nb: (va + vb) / 2 + (b - a) ** 2 / 4,
            "divided once": lambda va, vb, a, b, na, nb: (na * va + nb * vb) / (na + nb)
            + na * nb / (na + nb) * (b - a) ** 2,
        },
    ),
    Identity(
        label="accumulation-difference",
        claim="Normalized by the whole batch and by its own part, a value differs by a factor and a shift: gradients "
        "accumulated over parts are those of another network.",
        shows=lambda form: (
            entry("\\hat{x}"), as_built(form(tex("\\hat{x}_i^{(k)}"), *map(tex, ("\\mu_k", "s_k", "\\mu")), _S))
        ),
        assumptions=(
            means("example i is in part k, with statistics mu_k and s_k"), needs("s is not 0", at({S: 0})),
            scope("any sizes, any eps"),
        ),
        source="derived here; r and d of Ioffe (2017) have this form",
        form=practice.from_part,
        proof=_prove_from_part,
        mutants={
            "no difference": lambda h, mk, sk, mu, s: h,
            "no shift": lambda h, mk, sk, mu, s: sk / s * h,
            "the wrong spread": lambda h, mk, sk, mu, s: sk / s * h + (mk - mu) / sk,
        },
    ),
    Identity(
        label="accumulation-sum",
        claim="In one large batch the gradients of a part need not add up to zero; accumulated, those of each part do.",
        shows=lambda form: (
            tex("\\sum_{i \\in k} dx_i"),
            as_built(
                form(
                    tex("\\sum_{i \\in k} dy_i"), tex("\\operatorname{mean}(dy)"), tex("\\sum_{i \\in k} \\hat{x}_i"),
                    tex("\\operatorname{mean}(\\hat{x}\\, dy)"), _GAMMA, _S, tex("n_k"),
                )
            ),
        ),
        assumptions=(means("part k has n_k of the batch's examples"), *ANY),
        source=HERE,
        form=practice.part_sum,
        proof=_prove_part_sum,
        mutants={
            "zero, as when accumulated": lambda g, gm, h, ghm, gamma, s, n: sp.S.Zero,
            "xhat left out": lambda g, gm, h, ghm, gamma, s, n: gamma / s * (g - n * gm),
            "count left out": lambda g, gm, h, ghm, gamma, s, n: gamma / s * (g - gm - h * ghm),
        },
    ),
    Identity(
        label="bias-gradient",
        claim="A bias before batch norm has no gradient, whatever the loss.",
        shows=lambda form: (printed.partial("L", "b"), form(tex("\\sum_i dy_i"))),
        assumptions=(
            means("x = u + b"), needs("the batch's own statistics", _prove_bias_frozen), ANY_SIZE, DEFINED, ANY[2],
        ),
        source="derived here; Ioffe & Szegedy (2015), section 3.2, drop the bias",
        form=lambda upstream: sp.S.Zero,
        proof=_prove_bias,
        mutants={
            "as without batch norm": lambda upstream: upstream,
            "sign": lambda upstream: -upstream,
        },
    ),
    Identity(
        label="influence",
        claim="While training, every example's output depends on every other example of its batch.",
        shows=lambda form: (
            tex("\\frac{\\partial \\hat{x}_i}{\\partial x_j}"),
            as_built(form(entry("\\hat{x}", i), entry("\\hat{x}", j), _S, _M)),
        ),
        assumptions=(
            needs("i and j are two different examples", lambda form: _prove_influence(form, own=1)), *ANY_X,
        ),
        source=HERE,
        form=practice.influence,
        proof=_prove_influence,
        mutants={
            "none": lambda hi, hj, s, m: sp.S.Zero,
            "mean only": lambda hi, hj, s, m: -1 / (m * s),
            "sign": lambda hi, hj, s, m: -(1 - hi * hj) / (m * s),
        },
    ),
    Identity(
        label="frozen-gradient",
        claim="With frozen statistics the layer only scales: nothing is taken from the gradient, and a bias before it "
        "has one again.",
        shows=lambda form: (entry("dx"), form(entry("dy"), _GAMMA, _run_var, _EPS)),
        assumptions=(needs(FROZEN, _prove_not_frozen), ANY_SIZE, ANY[2]),
        source=HERE,
        form=lambda dy, gamma, var, eps: gradient.times(gamma / sp.sqrt(var + eps), dy),
        proof=_prove_frozen,
        mutants={
            "variance for its root": lambda dy, gamma, var, eps: gamma / (var + eps) * dy,
            "eps left out": lambda dy, gamma, var, eps: gamma / sp.sqrt(var) * dy,
            "gamma left out": lambda dy, gamma, var, eps: dy / sp.sqrt(var + eps),
        },
    ),
)  # fmt: skip
