"""Proofs about running statistics in use, dropout before batch norm, and a variance in one pass.

Sums over t steps are proved by induction: right for the first step, and one more step keeps them right.
"""

import sympy as sp

from bnbook.proofs.entries import (
    Definition,
    Identity,
    means,
    needs,
    require_at_most,
    require_equal,
    require_zero,
    scope,
)
from bnbook.proofs.formulas import practice, transform
from bnbook.proofs.formulas.batch import Moments
from bnbook.proofs.formulas.slopes import NEVER_CONSTANT
from bnbook.proofs.printed import as_built, tex
from bnbook.proofs.printing import terms

TITLE = "Running statistics and other traps"
HERE = "derived here"
WEIGHT = means("tau is the weight of the new value")
FROZEN = means("weights of the network frozen: one distribution of batches")
T = sp.Symbol("t", integer=True, nonnegative=True)  # from 0 on, so that the step from 0 to 1 is one of them
STEPS = scope("any number of steps")
TAU, DRIFT, START, VALUE, X = sp.symbols("tau d v_0 v x", real=True)
KEEP, KEPT, ETA, DECAY = sp.symbols("p q eta lambda", positive=True)  # q is 1 - tau, which SymPy can sum powers of

# For print
_MU, _VAR = sp.Symbol("mu"), sp.Symbol("sigma", positive=True) ** 2


def _prove_alike(form):
    """Batches that are all the same: their noise is that of one, with the square of the sum of the weights."""
    weights = [transform.running_weight(2, k, 1 - KEPT) for k in (1, 2)]
    require_equal(form(2, 1 - KEPT), sum(weights) ** 2, "two steps")


def _prove_noise(form):
    """One more step multiplies all squared weights by (1 - tau)^2 and adds tau^2."""
    tau = 1 - KEPT
    require_zero(form(0, tau), "before the first step")
    own = transform.running_weight(1, 1, tau)
    require_equal(form(1, tau), own**2, "one step", sp.factor)
    require_equal(KEPT**2 * form(T, tau) + own**2, form(T + 1, tau), "one step more", sp.powsimp, sp.factor)


def _prove_batches(form):
    """The noise in the long run, as 0 < 1 - tau < 1: a mean of n independent values has 1 / n of their variance."""
    _prove_noise(practice.running_noise)
    in_the_end = practice.running_noise(T, TAU).subs((1 - TAU) ** (2 * T), 0)
    require_equal(1 / form(TAU), in_the_end, "after many steps")


def _prove_one_step(form):
    """After one step the statistic that began at 0 holds one batch, with the weight tau."""
    require_equal(1 / form(TAU), practice.running_noise(1, TAU), "after one step")


def _prove_lag(form, start=0):
    """The value is v_0 + d t at step t, the statistic starts at v_0 and is behind by the form."""
    tau = 1 - KEPT

    def statistic(t):
        return START + DRIFT * t - form(t, DRIFT, tau)

    require_equal(statistic(0), START + start, "start")
    after = transform.running_next(statistic(T), START + DRIFT * (T + 1), tau)
    require_equal(after, statistic(T + 1), "one step more", sp.powsimp, sp.factor)


def _prove_corrected(form, start=0, last=0, steps=sp.Symbol("t", integer=True, positive=True)):  # noqa: B008
    """A value that does not change is then given back from the first step on."""
    running = transform.running_closed(steps, start, VALUE, 1 - KEPT) + (1 - KEPT) * last
    require_equal(form(running, steps, 1 - KEPT), VALUE, "any number of steps", sp.factor)


def _prove_dropped_related(form):
    """Values 1 and -1 of which the second is always dropped: p = 1/2, and 2 and 0 are left."""
    require_equal(form(0, 1, sp.S.Half), 1, "masks that look at the value")


def _prove_dropped(form, divided=1):
    """d is 1 or 0, so d^2 = d; it is independent of x, so the mean of a product is that of the factors."""
    mean = Moments(X)
    first, square = (KEEP * mean((X / KEEP**divided) ** power) for power in (1, 2))
    require_equal(square - first**2, form(mean.mu, mean.v, KEEP), "any distribution")


def _prove_one_pass(form):
    mean = Moments(X)
    require_equal(mean((X - mean(X)) ** 2), form(mean(X**2), mean(X)), "any m")


def _prove_in_floats(form):
    """1e9 and 1e9 + 1 in double precision: their variance is 1/4."""
    low, high = 1e9, 1e9 + 1
    found = form((low * low + high * high) / 2, (low + high) / 2)
    require_equal(sp.nsimplify(found), sp.Rational(1, 4), "in double precision")


def _prove_condition(form, mean_off=0):
    """The relative change of the variance over that of the mean square, the mean held."""
    mean = Moments(X)
    relative = sp.Symbol("delta", positive=True)
    moved = practice.one_pass_variance(mean(X**2) * (1 + relative), mean(X) * (1 + mean_off * relative))
    amplified = (moved - mean.v) / mean.v / relative
    require_equal(amplified, form(mean.mu, mean.v), "any m")


def _prove_bias_decay(form, gradient=0):
    """Its gradient is 0 (bias-gradient), so a step is b <- (1 - eta lambda) b."""
    require_equal(form(0, VALUE, ETA, DECAY), VALUE, "start")
    require_equal(
        (1 - ETA * DECAY) * form(T, VALUE, ETA, DECAY) - ETA * gradient,
        form(T + 1, VALUE, ETA, DECAY),
        "step",
        sp.powsimp,
    )


_noise, _lag = practice.running_noise, practice.running_lag
IDENTITIES = (
    Definition(
        label="momentum-conventions",
        claim="PyTorch calls the weight of the new value momentum, Keras and TensorFlow that of the old one.",
        shows=(
            tex("\\text{momentum}_{\\text{PyTorch}}"),
            transform.momentum_from_keras(tex("\\text{momentum}_{\\text{Keras}}")),
        ),
        source="documentation of PyTorch, code of Keras 3",
    ),
    Identity(
        label="running-noise",
        claim="What is left of the noise of single batches in a running statistic: the sum of its squared weights.",
        shows=lambda form: (
            sp.Sum(transform.running_weight(T, sp.Symbol("k"), TAU) ** 2, (sp.Symbol("k"), 1, T)),
            as_built(form(T, TAU)),
        ),
        assumptions=(WEIGHT, needs("batches independent of each other", _prove_alike), FROZEN, STEPS),
        source=HERE,
        form=_noise,
        proof=_prove_noise,
        mutants={
            "power t": lambda t, tau: tau / (2 - tau) * (1 - (1 - tau) ** t),
            "1 - tau below": lambda t, tau: tau / (1 - tau) * (1 - (1 - tau) ** (2 * t)),
            "in the long run": lambda t, tau: tau / (2 - tau),
        },
    ),
    Identity(
        label="running-batches",
        claim="A running statistic is worth so many batches, however long it runs: 19 for a momentum of 0.1.",
        shows=lambda form: (tex("\\text{batches}"), form(TAU)),
        assumptions=(
            WEIGHT,
            needs("0 < tau < 1", lambda form: require_at_most(0, form(sp.Integer(3)), "tau = 3")),
            needs("after many steps", _prove_one_step),
            needs("batches independent of each other", lambda form: require_equal(1 / form(TAU), 1, "all the same")),
            FROZEN,
        ),
        source=HERE,
        form=practice.running_batches,
        proof=_prove_batches,
        mutants={
            "one over tau": lambda tau: 1 / tau,
            "2 over tau": lambda tau: 2 / tau,
        },
    ),
    Identity(
        label="running-lag",
        claim="While the network moves its running statistics are behind: by nearly drift / tau after a while.",
        shows=lambda form: (terms(sp.Symbol("v_t"), -sp.Symbol("r_t")), as_built(form(T, DRIFT, TAU))),
        assumptions=(
            means("v_t = v_0 + d t is the batch's statistic at step t"),
            needs("r_0 = v_0", lambda form: _prove_lag(form, start=1)),
            WEIGHT,
            STEPS,
        ),
        source=HERE,
        form=_lag,
        proof=_prove_lag,
        mutants={
            "drift / tau": lambda t, d, tau: d / tau * (1 - (1 - tau) ** t),
            "one step late": lambda t, d, tau: _lag(t - 1, d, tau),
            "the other convention": lambda t, d, tau: _lag(t, d, 1 - tau),
        },
    ),
    Identity(
        label="running-corrected",
        claim="Divided by the weight of what it has seen, a statistic that started at 0 is right from the first step.",
        shows=lambda form: (tex("v"), form(tex("r_t"), T, TAU)),
        assumptions=(
            needs("r_0 = 0", lambda form: _prove_corrected(form, start=1)),
            needs("the same value v at every step", lambda form: _prove_corrected(form, last=1)),
            needs("at least one step", lambda form: _prove_corrected(form, steps=sp.S.Zero)),
            WEIGHT,
        ),
        source="derived here; Kingma & Ba (2015) correct so, which was not read in the paper",
        form=practice.running_corrected,
        proof=_prove_corrected,
        mutants={
            "not corrected": lambda r, t, tau: r,
            "one step late": lambda r, t, tau: r / (1 - (1 - tau) ** (t + 1)),
            "the other convention": lambda r, t, tau: r / (1 - tau**t),
        },
    ),
    Identity(
        label="dropout-variance",
        claim="Dropout makes the variance larger while training than in use, so running statistics behind it are off.",
        shows=lambda form: (tex("\\sigma_{\\text{train}}^2"), as_built(form(_MU, _VAR, KEEP))),
        assumptions=(
            needs("kept with probability p and then divided by p", lambda form: _prove_dropped(form, divided=0)),
            needs("independent of the value", _prove_dropped_related),
            means("mu, sigma^2 are those without dropout"),
        ),
        source="derived here; Li et al. (2019) describe the effect, in the abstract",
        form=practice.dropped_variance,
        proof=_prove_dropped,
        mutants={
            "mean left out": lambda mu, v, p: v + (1 - p) / p * v,
            "p for 1 - p": lambda mu, v, p: v + p / (1 - p) * (v + mu**2),
            "unchanged": lambda mu, v, p: v,
        },
    ),
    Identity(
        label="one-pass-variance",
        claim="The variance in one pass is right on paper.",
        shows=lambda form: (_VAR, form(tex("\\operatorname{mean}(x^2)"), _MU)),
        assumptions=(needs("exact arithmetic", _prove_in_floats), scope("any batch size")),
        source="a standard identity",
        form=practice.one_pass_variance,
        proof=_prove_one_pass,
        mutants={
            "mean not squared": lambda square, mu: square - mu,
            "sign": lambda square, mu: square + mu**2,
        },
    ),
    Identity(
        label="one-pass-condition",
        claim="But it amplifies a rounding error of the mean square by this, which is huge if the mean is far from 0.",
        shows=lambda form: (tex("\\text{amplified by}"), form(_MU, _VAR)),
        assumptions=(
            means("the relative error is one of the mean square"),
            needs("the mean exact", lambda form: _prove_condition(form, mean_off=1)),
            NEVER_CONSTANT,
        ),
        source=HERE,
        form=practice.one_pass_condition,
        proof=_prove_condition,
        mutants={
            "1 left out": lambda mu, v: mu**2 / v,
            "upside down": lambda mu, v: 1 + v / mu**2,
        },
    ),
    Identity(
        label="bias-decay",
        claim="All that ever moves a bias before batch norm is weight decay, which shrinks it to nothing.",
        shows=lambda form: (tex("b_t"), form(T, sp.Symbol("b_0"), ETA, DECAY)),
        assumptions=(
            means("gradient descent with weight decay lambda on the bias"),
            needs("the batch's own statistics", lambda form: _prove_bias_decay(form, gradient=1)),
            STEPS,
        ),
        source=HERE,
        form=lambda t, start, eta, decay: (1 - eta * decay) ** t * start,
        proof=_prove_bias_decay,
        mutants={
            "one step late": lambda t, start, eta, decay: (1 - eta * decay) ** (t - 1) * start,
            "twice": lambda t, start, eta, decay: (1 - 2 * eta * decay) ** t * start,
        },
    ),
)
