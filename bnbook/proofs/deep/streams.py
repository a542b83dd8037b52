"""The stream of a residual network at the start: what a branch adds, and which share it has."""

import sympy as sp

from bnbook.proofs.entries import Definition, Identity, means, needs, require_equal, scope, swap
from bnbook.proofs.formulas import deep
from bnbook.proofs.printed import tex

TITLE = "Streams of residual networks"
HERE = "derived here; De and Smith (2020) give the argument"
X, ALPHA, V = sp.Symbol("x", real=True), sp.Symbol("alpha", real=True), sp.Symbol("v", positive=True)
L = sp.Symbol("l", integer=True, positive=True)
Z = sp.Symbol("z", positive=True)
MEAN_WEIGHT = sp.S.Zero  # of the last linear map of a branch

# For print
_AFTER, _BEFORE, _BRANCH = (tex(f"\\mathrm{{E}}\\,{name}^2") for name in ("x_l", "x_{l-1}", "f_l"))
_PHI = tex("\\mathrm{E}\\,\\varphi(z)^2")


def _expected_square():
    """E (x + alpha sum_i w_i a_i)^2 for weights that are drawn independently, of variance v, and any x and a."""
    first, second = sp.symbols("i j", integer=True, positive=True)
    a = sp.IndexedBase("a", real=True)
    product = (MEAN_WEIGHT**2 + V * sp.KroneckerDelta(first, second)) * a[first] * a[second]
    inner = sp.Sum(product, (second, 1, 3)).doit()  # the sizes named; more of them only add like terms
    square = sum(inner.subs(first, index) for index in (1, 2, 3))
    cross = 2 * X * MEAN_WEIGHT * sum(a[index] for index in (1, 2, 3))
    return X**2 + ALPHA * cross + ALPHA**2 * square, V * sum(a[index] ** 2 for index in (1, 2, 3))


def _prove_step(form):
    """The branch by itself, alpha = 1 and x = 0, has the mean square v sum a_i^2 if the weights have mean zero."""
    square, branch = _expected_square()
    require_equal(square, form(X**2, branch, ALPHA), "three units; any values before them")


def _prove_half(form, other=1):
    """phi(z)^2 + phi(-z)^2 = z^2 at every z, and both have one mean if z and -z have one distribution."""
    both = sp.Max(Z, 0) ** 2 + other * sp.Max(-other * Z, 0) ** 2
    require_equal(both / 2, form(Z**2), "z above and below 0")


def _prove_half_one_sided(form):
    """z = 1 always: its square is kept whole."""
    require_equal(sp.S.One, form(sp.S.One), "never below 0")


def _induction(variance, branch, form):
    """`variance(l)`, 1 at l = 0, grows by what branch l adds; the share is what it adds, divided by the sum."""
    require_equal(variance(0), 1, "the start")
    added = ALPHA**2 * branch(L)
    require_equal(variance(L), variance(L - 1) + added, "one more branch", sp.powsimp)
    require_equal(added / variance(L), form(ALPHA, L), "the share", sp.powsimp, sp.simplify)


def _prove_normed(form):
    _induction(lambda l: 1 + ALPHA**2 * l, lambda l: sp.S.One, form)


def _prove_plain(form):
    _induction(lambda l: (1 + ALPHA**2) ** l, lambda l: (1 + ALPHA**2) ** (l - 1), form)


_MEANS = means("x_l is the stream after branch l, and f_l what the branch gives before it is multiplied by alpha")
_DRAWN = needs(
    "the last linear map of the branch has independent weights of mean zero, and the mean is over their draws",
    swap(MEAN_WEIGHT=sp.S.One),
)
_START = means("the stream begins with mean square 1")

IDENTITIES = (
    Definition(
        label="residual-block",
        claim="A residual block adds to the stream what its branch makes of it.",
        shows=(tex("x_l"), tex("x_{l-1} + \\alpha\\, f_l(x_{l-1})")),
        source="He et al. (2016); the factor alpha is that of De and Smith (2020)",
    ),
    Identity(
        label="stream-step",
        claim="A branch whose last map is freshly drawn is uncorrelated with the stream, so mean squares add up.",
        shows=lambda form: (_AFTER, form(_BEFORE, _BRANCH, sp.Symbol("alpha"))),
        assumptions=(_MEANS, _DRAWN),
        source=HERE,
        form=deep.joined,
        proof=_prove_step,
        method="given",
        mutants={
            "alpha not squared": lambda stream, branch, alpha: stream + alpha * branch,
            "lengths add up": lambda stream, branch, alpha: (sp.sqrt(stream) + alpha * sp.sqrt(branch)) ** 2,
        },
    ),
    Identity(
        label="relu-half",
        claim="A ReLU keeps half of the mean square; start weights of variance 2 / fan-in give it back.",
        shows=lambda form: (_PHI, form(tex("\\mathrm{E}\\,z^2"))),
        assumptions=(
            needs("z and -z have the same distribution", _prove_half_one_sided),
            means("phi is the ReLU"),
        ),
        source=HERE,
        form=lambda square: square / 2,
        proof=_prove_half,
        mutants={"all": lambda square: square, "a quarter": lambda square: square / 4},
    ),
    Identity(
        label="stream-share",
        claim="Behind a norm every branch brings the mean square 1, however large the stream has become.",
        shows=lambda form: (tex("\\frac{\\alpha^2\\,\\mathrm{E}\\,f_l^2}{\\mathrm{E}\\,x_l^2}"),
                            form(sp.Symbol("alpha"), sp.Symbol("l"))),
        assumptions=(
            means("a norm stands first in the branch, so that E f_l^2 = 1 for every l", _prove_plain),
            _MEANS, _START, scope("any number of branches"),
        ),
        source=HERE,
        form=deep.normed_share,
        proof=_prove_normed,
        mutants={
            "before it joins": lambda alpha, l: alpha**2 / (1 + alpha**2 * (l - 1)),
            "constant": lambda alpha, l: alpha**2 / (1 + alpha**2),
        },
    ),
    Identity(
        label="stream-share-plain",
        claim="Without a norm the branch is as large as the stream that enters it, and its share stays what it is.",
        shows=lambda form: (tex("\\frac{\\alpha^2\\,\\mathrm{E}\\,f_l^2}{\\mathrm{E}\\,x_l^2}"),
                            form(sp.Symbol("alpha"), sp.Symbol("l"))),
        assumptions=(
            means("there is no norm, and E f_l^2 is the mean square of x_{l-1}", _prove_normed),
            _MEANS, _START, scope("any number of branches"),
        ),
        source=HERE,
        form=deep.plain_share,
        proof=_prove_plain,
        mutants={
            "as behind a norm": deep.normed_share,
            "not squared": lambda alpha, l: alpha / (1 + alpha),
        },
    ),
)  # fmt: skip
