"""Around the layer: the dense layer before it, the same gradient for layer norm, and checking it by differences."""

import sympy as sp

from bnbook.proofs import printed
from bnbook.proofs.backprop.backward import XHAT
from bnbook.proofs.entries import Identity, NotProved, Refuted, at, means, needs, require_equal, scope, swap
from bnbook.proofs.formulas import gradient
from bnbook.proofs.formulas.slopes import DY, NOT_CONSTANT, Batch, T, U, X, slope
from bnbook.proofs.printed import entry, mean, tex
from bnbook.proofs.printing import terms

TITLE = "Around the layer"
HERE = "derived here"
SIZES = (3, 2, 2)  # examples, fan-in, units
_WRITTEN = (scope("every entry, for 3 examples, 2 inputs and 2 units"), scope("any upstream gradient"))
H = sp.Symbol("h", positive=True)
SCALE = sp.Symbol("gamma_i", real=True)  # one number per entry of a row: a vector, like x
ORDERS = 5  # of the polynomial that stands for a smooth function


def _matrices():
    m, fan_in, units = SIZES
    real = {"real": True}
    inputs = sp.Matrix(m, fan_in, lambda a, b: sp.Symbol(f"u_{a}{b}", **real))
    weights = sp.Matrix(fan_in, units, lambda a, b: sp.Symbol(f"w_{a}{b}", **real))
    upstream = sp.Matrix(m, units, lambda a, b: sp.Symbol(f"dz_{a}{b}", **real))
    return inputs, weights, upstream


def _prove_product_rule(by):
    """Every entry of the gradient of the sum of dZ Z by one factor of Z = U W."""

    def proof(form):
        inputs, weights, upstream = _matrices()
        loss = sum(upstream.multiply_elementwise(inputs * weights))
        claimed = form(inputs, weights, upstream)
        variable = {"w": weights, "u": inputs}[by]
        if claimed.shape != variable.shape:
            raise Refuted(f"the gradient has shape {claimed.shape}, and the variable {variable.shape}")
        for place, symbol in enumerate(variable):
            require_equal(sp.diff(loss, symbol), claimed[place], f"entry {place + 1}")

    return proof


class _Row(Batch):
    """One row of layer norm: the vectors run over its entries, and gamma is one of them."""

    def __init__(self):
        super().__init__()
        self.vectors = (*self.vectors, SCALE)


def _prove_layernorm(form):
    row = _Row()
    loss = row.total(DY * SCALE * row.xhat_at(X + T * U))
    claimed = form(SCALE * DY, row.xhat, row.s, row)
    require_equal(row.total(claimed * U), slope(loss), "slope along any u, any number of features")


def central(values, h):
    """The central difference of a function given by its values at a distance from the point."""
    return (values(h) - values(-h)) / (2 * h)


def _prove_central(form):
    """For a polynomial with free coefficients, which stands for the Taylor series up to the order it has."""
    slopes = sp.symbols(f"f_0:{ORDERS}", real=True)

    def values(h):
        return sum(slopes[order] * h**order / sp.factorial(order) for order in range(ORDERS))

    require_equal(central(values, H), form(slopes[1], slopes[3], H), "up to the fourth order")


def _prove_best_step(form):
    """At the best step the derivative of the error h^2 F / 6 + delta / h is zero, and the second is positive."""
    error = H**2 * _THIRD / 6 + _ROUNDING / H
    best = form(_ROUNDING, _THIRD)
    require_equal(sp.diff(error, H).subs(H, best), 0, "the derivative")
    if not sp.diff(error, H, 2).is_positive:
        raise NotProved("the second derivative is not positive for every h > 0")


_THIRD, _ROUNDING = sp.symbols("F delta", positive=True)
_N = sp.Symbol("n", integer=True, positive=True)
_INPUTS, _UP = (sp.MatrixSymbol(name, printed.M, _N) for name in ("U", "dZ"))
_W = sp.MatrixSymbol("W", _N, _N)

IDENTITIES = (
    Identity(
        label="dense-dw",
        claim="Back through the dense layer Z = U W to its weights.",
        shows=lambda form: (tex("dW"), form(_INPUTS, _W, _UP)),
        assumptions=_WRITTEN,
        source=HERE,
        form=lambda inputs, weights, upstream: inputs.T * upstream,
        proof=_prove_product_rule("w"),
        mutants={
            "the other way round": lambda inputs, weights, upstream: upstream.T * inputs,
            "factor": lambda inputs, weights, upstream: 2 * inputs.T * upstream,
        },
        method="given",
    ),
    Identity(
        label="dense-du",
        claim="And to its input, which is where the layer before it goes on.",
        shows=lambda form: (tex("dU"), form(_INPUTS, _W, _UP)),
        assumptions=_WRITTEN,
        source=HERE,
        form=lambda inputs, weights, upstream: upstream * weights.T,
        proof=_prove_product_rule("u"),
        mutants={
            "not transposed": lambda inputs, weights, upstream: upstream * weights,
            "the other way round": lambda inputs, weights, upstream: weights * upstream.T,
        },
        method="given",
    ),
    Identity(
        label="layernorm-dx",
        claim="Layer norm, one row: the same line, but gamma differs from entry to entry and stays inside the means.",
        shows=lambda form: (entry("dx"), form(entry("g"), XHAT, printed.S, mean)),
        assumptions=(
            scope("any number of features"),
            needs("the row is not constant, or eps > 0", NOT_CONSTANT.case),
            means("g_i = gamma_i dy_i"),
            scope("any eps"),
        ),
        source="derived here; the layer is that of Ba, Kiros & Hinton (2016)",
        form=gradient.layer_norm_dx,
        proof=_prove_layernorm,
        mutants={
            "variance path left out": lambda g, h, s, mean: (g - mean(g)) / s,
            "mean path left out": lambda g, h, s, mean: (g - h * mean(g * h)) / s,
            "sign": lambda g, h, s, mean: (g - mean(g) + h * mean(g * h)) / s,
        },
    ),
    Identity(
        label="difference-error",
        claim="The central difference is off by a term in h^2: the third derivative of the function.",
        shows=lambda form: (
            sp.Mul(1 / (2 * H), tex("\\left(f(h) - f(-h)\\right)"), evaluate=False),
            terms(*form(tex("f'(0)"), tex("f'''(0)"), H).args),
        ),
        assumptions=(needs("a polynomial of the fourth order, or any smooth f up to terms in h^4", swap(ORDERS=7)),),
        source="the Taylor series",
        form=lambda first, third, h: gradient.ordered(first, h**2 / 6 * third),
        proof=_prove_central,
        mutants={
            "order h": lambda first, third, h: first + h / 2 * third,
            "factor": lambda first, third, h: first + h**2 / 3 * third,
            "sign": lambda first, third, h: first - h**2 / 6 * third,
        },
    ),
    Identity(
        label="difference-step",
        claim="Rounding adds rho / h, so the error h^2 F / 6 + rho / h has its least value at one step.",
        shows=lambda form: (tex("h_{\\text{best}}"), form(tex("rho"), tex("F"))),
        assumptions=(
            means("F is the size of the third derivative, rho the rounding error of one value of f"),
            needs("F > 0", at({_THIRD: 0})),
            needs("rho > 0", lambda form: require_equal(central(lambda h: h, form(0, 1)), 1, "a step of 0")),
        ),
        source=HERE,
        form=lambda rounding, size: sp.Pow(3 * rounding / size, sp.Rational(1, 3), evaluate=False),
        proof=_prove_best_step,
        mutants={
            "square root": lambda rounding, size: sp.sqrt(3 * rounding / size),
            "factor": lambda rounding, size: sp.cbrt(6 * rounding / size),
        },
    ),
)
