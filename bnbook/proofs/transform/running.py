"""Proofs about what happens over many steps: running statistics, inference, training gamma and beta, and the
bias that grows without bound if the normalization is left out of the gradient.

Closed forms are proved by induction over the number t of steps, which stays a symbol.
"""

import sympy as sp

from bnbook.proofs.entries import Identity, means, needs, require_equal, scope
from bnbook.proofs.formulas import transform
from bnbook.proofs.formulas.batch import Moments
from bnbook.proofs.formulas.slopes import ANY_SIZE
from bnbook.proofs.printing import factors, terms

TITLE = "Over many steps"
T = sp.Symbol("t", integer=True, nonnegative=True)  # from 0 on, so that the step from 0 to 1 is one of them
K = sp.Symbol("k", integer=True, positive=True)
TAU, ETA, START, VALUE, TARGET = sp.symbols("tau eta r_0 v t_*", real=True)
GAMMA, BETA, SPREAD, SHIFT = sp.symbols("gamma beta S M", real=True)
U, X, MEAN, BIAS = sp.symbols("u x mu b", real=True)
VAR, Q, R = sp.symbols("v q r", positive=True)
EPS = sp.Symbol("epsilon", nonnegative=True)


def _prove_running_closed(form, more=0):
    """more : what the value of the next step has more."""
    require_equal(form(0, START, VALUE, TAU), START, "before the first update")
    after = transform.running_next(form(T, START, VALUE, TAU), VALUE + more, TAU)
    require_equal(after, form(T + 1, START, VALUE, TAU), "one more update", sp.powsimp, sp.factor)


def _prove_running_weights(form):
    """One more update multiplies all old weights by 1 - tau and gives the new value tau; all add up to 1."""
    keep = sp.Symbol("k_e", positive=True)  # 1 - tau; a plain symbol lets SymPy sum the geometric series
    require_equal(form(T + 1, T + 1, 1 - keep), 1 - keep, "weight of the newest value")
    require_equal(keep * form(T, K, 1 - keep), form(T + 1, K, 1 - keep), "weight of an older value", sp.powsimp)
    total = sp.Sum(form(T, K, 1 - keep), (K, 1, T)).doit()
    require_equal(sp.piecewise_fold(total).args[-1][0] if total.has(sp.Piecewise) else total, 1 - keep**T, "sum")


def _prove_fold(form):
    """For any number of inputs: p is the sum of u_j w_j, which a common factor on the weights multiplies."""
    weight = sp.Symbol("w", real=True)
    p = sp.Symbol("p", real=True)
    after = transform.inference(p + BIAS, MEAN, VAR, GAMMA, BETA, EPS)
    new_weight, new_bias = form(weight, BIAS, MEAN, VAR, GAMMA, BETA, EPS)
    factor = sp.cancel(new_weight / weight)
    require_equal(sp.diff(factor, weight), 0, "one factor for all the weights of a unit")
    require_equal(p * factor + new_bias, after, "output of the unit")


def _prove_fold_moving(form):
    """The batch's own statistics: of the inputs 0 and 2 with the weight 1 the second becomes 1, times gamma."""
    weight, bias = form(sp.S.One, 0, MEAN, VAR, GAMMA, BETA, 0)
    require_equal(2 * weight + bias, GAMMA + BETA, "a batch of two, normalized by itself")


def _prove_bias_outside(form, power=2, start=0):
    """u + b - mean(u + b) does not contain b, so neither does the loss; the claimed gradient is -target."""
    mean = Moments(U)
    xhat = U + BIAS - mean(U + BIAS)
    loss = mean((xhat - TARGET) ** power) / power
    require_equal(sp.diff(xhat, BIAS), 0, "the output does not depend on the bias")
    require_equal(sp.diff(loss, BIAS), 0, "neither does the loss")
    claimed_slope = mean((xhat - TARGET) ** (power - 1))  # d loss / d b if mean(u + b) is taken for a constant
    require_equal(form(0, ETA, TARGET), start, "start")
    require_equal(form(T, ETA, TARGET) - ETA * claimed_slope, form(T + 1, ETA, TARGET), "one more step")


def _bias_gone(u, bias, mean):
    return u + bias - mean(u + bias)


def _prove_bias_gone(form):
    mean, change = Moments(U), sp.Symbol("Delta", real=True)
    moved = BIAS + change
    require_equal(U + moved - mean(U + moved), form(U, BIAS, mean), "any batch, any change of the bias")


def _prove_affine_next(form, gamma=sp.Symbol("gamma", positive=True)):  # noqa: B008
    """Gradient of the loss by gamma > 0 and beta, for any batch: mean of y = beta, spread of y = gamma r."""
    mean = Moments(X)
    kept = transform.mean_square_of_xhat(mean.v, EPS)
    y = transform.batch_norm(X, mean, gamma, BETA, EPS)
    mean_y = sp.simplify(mean(y))
    spread_y = sp.sqrt(sp.simplify(mean((y - mean_y) ** 2)))
    loss = ((mean_y - SHIFT) ** 2 + (spread_y - SPREAD) ** 2) / 2
    new_gamma, new_beta = form(gamma, BETA, SPREAD, SHIFT, ETA, kept)
    require_equal(new_gamma, gamma - ETA * sp.diff(loss, gamma), "gamma")
    require_equal(new_beta, BETA - ETA * sp.diff(loss, BETA), "beta")


def _prove_affine_closed(form, sign=1):
    """sign : of gamma, which the spread of y does not tell: the step is towards sign times the wanted spread."""
    start = form(0, GAMMA, BETA, SPREAD, SHIFT, ETA, Q)
    now = form(T, GAMMA, BETA, SPREAD, SHIFT, ETA, Q)
    after = form(T + 1, GAMMA, BETA, SPREAD, SHIFT, ETA, Q)
    step = transform.affine_next(*now, sign * SPREAD, SHIFT, ETA, Q)
    for name, first, wanted, left, right in zip(("gamma", "beta"), start, (GAMMA, BETA), step, after):
        require_equal(first, wanted, f"{name} at the start")
        require_equal(left, right, f"{name} after one more step", sp.powsimp, sp.factor)


_y, _a = sp.symbols("y a")
_running_mean, _running_var = sp.Symbol("\\mu_r", real=True), sp.Symbol("\\sigma_r", positive=True) ** 2
_closed_gamma, _closed_beta = transform.affine_closed(T, GAMMA, BETA, SPREAD, SHIFT, ETA, Q)

_i, _k, _m = sp.symbols("i k m", integer=True, positive=True)
_z, _more = sp.IndexedBase("z"), sp.Symbol("\\Delta b")
_moved, _moved_k = (_z[_i], BIAS, _more), (_z[_k], BIAS, _more)


def _sum(expression):
    return factors(1 / _m, sp.Sum(expression, (_k, 1, _m)))


IDENTITIES = (
    Identity(
        label="running-closed",
        claim="Under constant input a running statistic forgets its start by a factor 1 - tau a step.",
        shows=lambda form: (sp.Symbol("r_t"), form(T, START, VALUE, TAU)),
        assumptions=(needs("the same value at every step", lambda form: _prove_running_closed(form, more=1)),),
        source="derived here",
        form=transform.running_closed,
        proof=_prove_running_closed,
        mutants={
            "tau for 1 - tau": lambda t, r, v, tau: v + tau**t * (r - v),
            "sign": lambda t, r, v, tau: v - (1 - tau) ** t * (r - v),
            "one step late": lambda t, r, v, tau: v + (1 - tau) ** (t - 1) * (r - v),
        },
    ),
    Identity(
        label="running-weights",
        claim="A running statistic is a weighted mean of all values so far and of its start.",
        shows=lambda form: (
            sp.Symbol("r_t"),
            terms((1 - TAU) ** T * START, sp.Sum(form(T, K, TAU) * sp.IndexedBase("v")[K], (K, 1, T))),
        ),
        assumptions=(means("tau is the weight of the new value"), scope("any number of steps")),
        source="derived here",
        form=transform.running_weight,
        proof=_prove_running_weights,
        mutants={
            "without tau": lambda t, k, tau: (1 - tau) ** (t - k),
            "one step off": lambda t, k, tau: tau * (1 - tau) ** (t - k + 1),
            "the other convention": lambda t, k, tau: (1 - tau) * tau ** (t - k),
        },
    ),
    Identity(
        label="inference-fold",
        claim="At inference the layer is affine and folds into the weights and the bias before it.",
        shows=lambda form: (
            transform.inference(X, _running_mean, _running_var, GAMMA, BETA, EPS),
            terms(*form(X, 0, _running_mean, _running_var, GAMMA, BETA, EPS)),
        ),
        assumptions=(needs("frozen statistics", _prove_fold_moving), scope("any number of inputs")),
        source="Ioffe & Szegedy (2015), Algorithm 2",
        form=transform.folded,
        proof=_prove_fold,
        mutants={
            "bias not shifted": lambda w, b, mu, v, g, beta, eps: (
                w * g / sp.sqrt(v + eps),
                b * g / sp.sqrt(v + eps) + beta,
            ),
            "eps left out": lambda w, b, mu, v, g, beta, eps: transform.folded(w, b, mu, v, g, beta, 0),
            "beta scaled too": lambda w, b, mu, v, g, beta, eps: transform.folded(w, b + beta, mu, v, g, 0, eps),
        },
    ),
    Identity(
        label="bias-outside-gradient",
        claim="If the gradient ignores that the mean moves too, the bias grows for ever and the loss stays.",
        shows=lambda form: (sp.Symbol("b_t"), form(T, ETA, TARGET)),
        assumptions=(
            means("x = z + b, normalized by its mean"),
            needs("loss mean((xhat - target)**2) / 2", lambda form: _prove_bias_outside(form, power=4)),
            needs("b starts at 0", lambda form: _prove_bias_outside(form, start=1)),
            scope("any batch"),
        ),
        source="Ioffe & Szegedy (2015), section 2; the example is worked out here",
        form=transform.bias_outside,
        proof=_prove_bias_outside,
        mutants={
            "sign": lambda t, eta, target: -t * eta * target,
            "it settles": lambda t, eta, target: target * (1 - (1 - eta) ** t),
            "half": lambda t, eta, target: t * eta * target / 2,
        },
    ),
    Identity(
        label="mean-takes-bias",
        claim="Whatever is added to a bias, the batch mean takes away again.",
        shows=lambda form: (
            terms(*_moved, -_sum(terms(*_moved_k))),
            form(_z[_i], BIAS, lambda _: _sum(terms(_z[_k], BIAS))),
        ),
        assumptions=(means("x = z + b, normalized by its mean"), scope("any batch")),
        source="Ioffe & Szegedy (2015), section 2",
        form=_bias_gone,
        proof=_prove_bias_gone,
        mutants={
            "mean forgotten": lambda u, bias, mean: u + bias,
            "half the mean": lambda u, bias, mean: u + bias - mean(u + bias) / 2,
        },
    ),
    Identity(
        label="affine-step",
        claim="A step towards a wanted mean and spread moves gamma and beta as if the batch were not there.",
        shows=lambda form: (
            sp.Tuple(*sp.symbols("\\gamma' \\beta'")),
            sp.Tuple(*form(GAMMA, BETA, SPREAD, SHIFT, ETA, Q)),
        ),
        assumptions=(
            needs("gamma > 0", lambda form: _prove_affine_next(form, sp.Symbol("gamma", negative=True))),
            means("q is the mean square of xhat"),
            ANY_SIZE,
        ),
        source="derived here",
        form=transform.affine_next,
        proof=_prove_affine_next,
        mutants={
            "sign of the step": lambda g, b, s, m, eta, q: transform.affine_next(g, b, s, m, -eta, q),
            "eps forgotten": lambda g, b, s, m, eta, q: transform.affine_next(g, b, s, m, eta, 1),
            "targets swapped": lambda g, b, s, m, eta, q: transform.affine_next(g, b, m, s, eta, q),
        },
    ),
    Identity(
        label="affine-closed",
        claim="gamma and beta approach what gives the wanted spread and mean, each by a fixed factor a step.",
        shows=lambda form: (
            sp.Tuple(*sp.symbols("\\gamma_t \\beta_t")),
            sp.Tuple(*form(T, *sp.symbols("gamma_0 beta_0"), SPREAD, SHIFT, ETA, R**2)),
        ),
        assumptions=(
            needs("gamma stays positive", lambda form: _prove_affine_closed(form, sign=-1)),
            means("r**2 is the mean square of xhat"),
            scope("any number of steps"),
        ),
        source="derived here",
        form=transform.affine_closed,
        proof=_prove_affine_closed,
        mutants={
            "gamma ends at the spread": lambda t, g, b, s, m, eta, q: (
                s + (1 - eta * q) ** t * (g - s),
                m + (1 - eta) ** t * (b - m),
            ),
            "one step late": lambda t, *rest: transform.affine_closed(t - 1, *rest),
            "same rate for both": lambda t, g, b, s, m, eta, q: (
                transform.affine_closed(t, g, b, s, m, eta, q)[0],
                m + (1 - eta * q) ** t * (b - m),
            ),
        },
    ),
)
