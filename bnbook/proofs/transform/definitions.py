"""Definitions and reported results that the first chapters display. Proved entries stand beside their proofs."""

import sympy as sp

from bnbook.proofs.entries import Definition
from bnbook.proofs.formulas import transform
from bnbook.proofs.formulas.batch import named
from bnbook.proofs.printing import factors, terms

TITLE = "Notation"
IOFFE = "Ioffe & Szegedy (2015), Algorithm 1"
GOODFELLOW = "Goodfellow, Bengio & Courville (2016), section 8.7.1"
SANTURKAR = "Santurkar et al. (2018), Definition 2.1"

i, l, m = sp.symbols("i l m", integer=True, positive=True)
gamma, beta, eps, tau, x, y = sp.symbols("gamma beta epsilon tau x y")
mu, var = sp.Symbol("mu"), sp.Symbol("sigma", positive=True) ** 2
xs, ys, ws, hs = map(sp.IndexedBase, "xywh")
xhat, hhat = sp.IndexedBase("\\hat{x}"), sp.IndexedBase("\\hat{h}")
yhat = sp.Symbol("\\hat{y}")
_spelled = named({}, (i,), m)
_steps = transform.steps(xs[i], named({xs[i]: mu, (xs[i] - mu) ** 2: var}, (i,), m), gamma, beta, eps)


def _running_next():
    old, new = sp.symbols("r v")
    kept, added = transform.running_next(old, 0, tau), transform.running_next(0, new, tau)
    return terms(kept, added)


def _shift(gradient, *lower):
    """The gradient of layer i at the weights named."""
    places = sp.symbols(" ".join([*lower, "W_i", "\\dots", "W_k"]))
    return sp.Symbol(gradient), sp.Function("\\nabla_{W_i} L")(*places)


IDENTITIES = (
    Definition(
        label="bn-mean",
        claim="The mean of a batch of one feature.",
        shows=(mu, _spelled(xs[i])),
        source=IOFFE,
    ),
    Definition(
        label="bn-variance",
        claim="The variance of a batch, which divides by m.",
        shows=(var, _spelled((xs[i] - mu) ** 2)),
        source=IOFFE,
    ),
    Definition(
        label="bn-xhat",
        claim="A normalized entry: its distance from the mean in standard deviations.",
        shows=(xhat[i], _steps["xhat"]),
        source=IOFFE,
    ),
    Definition(
        label="bn-y",
        claim="The output of the layer: a normalized entry, scaled and shifted.",
        shows=(ys[i], terms(factors(gamma, xhat[i]), beta)),
        source=IOFFE,
    ),
    Definition(
        label="kappa",
        claim="The share of eps in the denominator, which is squared.",
        shows=(sp.Symbol("kappa"), transform.kappa(var, eps)),
        source="named here",
    ),
    Definition(
        label="inference",
        claim="In use the population's statistics take the place of the batch's.",
        shows=(
            y,
            terms(
                *transform.folded(
                    x, 0, sp.Symbol("\\mu_r"), sp.Symbol("\\sigma_r", positive=True) ** 2, gamma, beta, eps
                )
            ),
        ),
        source="Ioffe & Szegedy (2015), Algorithm 2",
    ),
    Definition(
        label="running-update",
        claim="An exponential moving average: the momentum is the weight of the new value.",
        shows=(sp.Symbol("r_{\\text{new}}"), _running_next()),
        source="the convention of PyTorch",
    ),
    Definition(
        label="chain",
        claim="A chain of weights with nothing between them.",
        shows=(yhat, factors(x, *sp.symbols("w_1 w_2 \\cdots w_l"))),
        source=GOODFELLOW,
    ),
    Definition(
        label="symmetric-sum",
        claim="An elementary symmetric sum: every product of k different numbers, added up.",
        shows=(
            sp.Symbol("e_k(a_1, \\dots, a_l)"),
            sp.Symbol("\\sum_{i_1 < \\dots < i_k} a_{i_1} \\cdots a_{i_k}"),
        ),
        source="a standard definition",
    ),
    Definition(
        label="chain-with-norm",
        claim="The chain whose last weight sees a normalized batch.",
        shows=(
            sp.Tuple(sp.Symbol("\\hat{y}_i"), hhat[i], hs[i]),
            sp.Tuple(
                ws[l] * hhat[i],
                (hs[i] - sp.Symbol("\\mu_h")) / sp.Symbol("\\sigma_h"),
                factors(xs[i], *sp.symbols("w_1 \\cdots w_{l-1}")),
            ),
        ),
        source=GOODFELLOW,
    ),
    Definition(
        label="gradient-shift",
        claim="The gradient of a layer before and after the layers below it have moved.",
        shows=tuple(
            sp.Tuple(*pair)
            for pair in zip(_shift("G_i", "W_1", "\\dots"), _shift("G'_i", "W'_1", "\\dots"), strict=True)
        ),
        source=SANTURKAR,
    ),
)
