"""Which functions a layer keeps: all of them in use, and not while training."""

import sympy as sp

from bnbook.proofs.entries import Identity, means, needs, require_equal, scope
from bnbook.proofs.formulas import transform
from bnbook.proofs.formulas.batch import listed
from bnbook.proofs.printed import tex

TITLE = "What can still be expressed"
HERE = "derived here"
A, C, X, MEAN, GAMMA, BETA = sp.symbols("a c x mu gamma beta", real=True)
VAR, EPS = sp.Symbol("v", positive=True), sp.Symbol("epsilon", nonnegative=True)
NEAR, FAR = (sp.S.Zero, sp.S.One), (sp.S.Zero, sp.Integer(3))

# For print
_run_mean, _run_var = sp.Symbol("\\mu_r", real=True), sp.Symbol("\\sigma_r", positive=True) ** 2


def affine_parameters(a, c, mean, var, eps):
    """The gamma and beta with which the layer in use is a x + c."""
    return a * sp.sqrt(var + eps), a * mean + c


def _prove_in_use(form, var=VAR, eps=EPS):
    gamma, beta = form(A, C, MEAN, var, eps)
    require_equal(transform.inference(X, MEAN, var, gamma, beta, eps), A * X + C, "any input, one by one")


def outputs(batch, eps):
    """What the layer makes of a batch that is normalized by itself."""
    y = transform.batch_norm(X, listed({X: batch}), GAMMA, BETA, eps)
    return [sp.simplify(y.xreplace({X: entry})) for entry in batch]


def _prove_moving(form):
    """The batch's own statistics, and the gamma and beta that were right for the batch (0, 1)."""
    gamma, beta = form(sp.S.One, sp.S.Zero, sp.S.Half, sp.Rational(1, 4), sp.S.Zero)
    second = outputs(FAR, 0)[1].subs({GAMMA: gamma, BETA: beta})
    require_equal(second, FAR[1], "the batch (0, 3)")


def _prove_in_training(form, eps=0):
    for batch in (NEAR, FAR):
        for output, sign in zip(outputs(batch, eps), (-1, 1), strict=True):
            require_equal(output, form(GAMMA, BETA, sign), f"the batch {batch}")


IDENTITIES = (
    Identity(
        label="family-kept-in-use",
        claim="In use the layer is affine, and these gamma and beta make it a x + c, for a = 1 and c = 0 the identity: "
        "what the network could express without the layer, it can express with it.",
        shows=lambda form: (sp.Tuple(GAMMA, BETA), sp.Tuple(*form(A, C, _run_mean, _run_var, EPS))),
        assumptions=(
            needs("frozen statistics, as at inference", _prove_moving),
            needs("the frozen variance or eps is above 0", lambda form: _prove_in_use(form, sp.S.Zero, sp.S.Zero)),
            scope("any a and c"),
        ),
        source="derived here; Ioffe & Szegedy (2015), section 3, say it of the training mode",
        form=affine_parameters,
        proof=_prove_in_use,
        mutants={
            "eps left out": lambda a, c, mean, var, eps: affine_parameters(a, c, mean, var, 0),
            "mean not scaled": lambda a, c, mean, var, eps: (a * sp.sqrt(var + eps), mean + c),
            "sign": lambda a, c, mean, var, eps: (a * sp.sqrt(var + eps), c - a * mean),
        },
    ),
    Identity(
        label="family-lost-in-training",
        claim="While training it can not: the batches (0, 1) and (0, 3) come out alike, so that no gamma and beta give "
        "both of them back.",
        shows=lambda form: (
            sp.Tuple(*(tex(f"\\mathrm{{BN}}({value})\\big|_{{\\{{0,\\, {value}\\}}}}") for value in (1, 3))),
            sp.Tuple(*[form(GAMMA, BETA, 1)] * 2),
        ),
        assumptions=(
            needs("eps = 0", lambda form: _prove_in_training(form, EPS)),
            means("the batch's own statistics; one gamma and one beta for both batches"),
        ),
        source=HERE,
        form=lambda gamma, beta, sign: beta + sign * gamma,
        proof=_prove_in_training,
        mutants={
            "given back": lambda gamma, beta, sign: (1 + sign) * gamma / 2,
            "sign": lambda gamma, beta, sign: beta - sign * gamma,
        },
    ),
)  # fmt: skip
