"""Inner products of vectors of any dimension, without writing out their entries.

The formulas of `reparam` take `dot` as an argument, a function of two vectors, and a symmetric matrix `s` that
multiplies vectors from the left. Three kinds of them are here:

- `Gram()`: vectors and matrix are plain symbols; what is proved with it holds in every dimension;
- `written_out`: vectors and matrix are SymPy matrices, for proofs at a given size and for widgets;
- `printed`: vectors and matrix are non-commutative symbols, and `dot` gives a symbol with a TeX name.
"""

import sympy as sp

from bnbook.proofs.printing import tex


class Gram:
    """An inner product on formal combinations of vectors, in any dimension.

    It uses only that an inner product is bilinear and symmetric, and that the matrix S is symmetric, so that
    (S^i a) . (S^j b) depends on i + j alone: each product a . S^k b becomes one symbol, positive if a and b are
    the same vector (S is positive definite). In a space of enough dimensions these symbols can vary freely in
    an open set, so two rational expressions in them are equal for all vectors only if they are equal as
    expressions.

    vectors : symbols; an expression is a vector if every term holds exactly one of them.
    operator : the symbol of S. It commutes with itself and may have negative powers.
    """

    def __init__(self, vectors, operator):
        self.vectors, self.operator = tuple(vectors), operator

    def __call__(self, a, b):
        terms = sp.Add.make_args(sp.expand(a * b))
        return sum((self._term(term) for term in terms if term != 0), sp.S.Zero)

    def _term(self, term):
        powers = term.as_powers_dict()
        pair = [v for v in self.vectors for _ in range(int(powers.get(v, 0)))]
        if len(pair) != 2:
            raise ValueError(f"{term} is not a product of two vectors out of {self.vectors}")
        k = powers.get(self.operator, 0)
        factor = term / (pair[0] * pair[1] * self.operator**k)
        return factor * sp.Symbol(f"{pair[0]}.{self.operator}{k}.{pair[1]}", real=True, **_sign(pair))


def _sign(pair):
    return {"positive": True} if pair[0] == pair[1] else {}


def written_out(a, b):
    """The inner product of two columns: sum of a_i b_i."""
    return (a.T * b)[0, 0]


def column(name, size):
    """A column of real symbols name_1, ..., name_size."""
    return sp.Matrix(sp.symbols(f"{name}_1:{size + 1}", real=True))


def letters(names, scalar=False):
    """Symbols for print: vectors and matrices keep their order in a product; scalars go to the front."""
    return sp.symbols(names, commutative=scalar)


def printed(norms=None):
    """`dot` for print: a^T b as one symbol.

    norms : matrix -> name of the norm that it defines, for instance {s: "S"}: w^T S w then prints as the
    square of the norm of w with the index S. The matrix 1 with the name "" gives the usual length.
    """
    norms = norms or {}

    def dot(a, b):
        for matrix, name in norms.items():
            if sp.expand(b - matrix * a) == 0:
                return _square(a, name)
        return sp.Symbol(rf"{_factor(a)}^{{\top}} {_factor(b)}", real=True)

    return dot


def _square(vector, name):
    bars = rf"\lVert {tex(vector)} \rVert" + (f"_{{{name}}}" if name else "")
    if "^" in bars:  # the square of such a symbol would be printed in brackets
        return sp.Symbol(f"{bars}^{{2}}", positive=True)
    return sp.Symbol(bars, positive=True) ** 2


def _factor(vector):
    text = tex(vector)
    return rf"\left({text}\right)" if vector.is_Add else text
