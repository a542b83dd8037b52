"""The graph's symbols and derivatives as words: printed from its SymPy expressions, so that they cannot drift.

In a picture a_1 and a^2 stand for what is below and above ("math" labels of a diagram); `plain` turns that into
characters for sentences.
"""

import re

import sympy as sp

from bnbook.widgets.numerals import ABOVE

LETTERS = {"mu": "μ", "xhat": "x̂", "gamma": "γ", "beta": "β", "epsilon": "ε"}
BELOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
FRACTIONS = {sp.Rational(1, 3): "⅓"}


def plain(words):
    """Words of a picture as plain characters: x_1 as x₁, s^2 as s²."""
    words = re.sub(r"_(\d)", lambda found: found[1].translate(BELOW), words)
    return re.sub(r"\^(\d)", lambda found: found[1].translate(ABOVE), words)


def named(name):
    """The name of a node or symbol: "xhat1" is x̂_1, "dy2" is dy_2."""
    stem, digits = re.fullmatch(r"([A-Za-z]+)(\d*)", name).groups()
    letter = LETTERS.get(stem, stem)
    return f"{letter}_{digits}" if digits else letter


class Printer:
    """Prints the expressions of one graph."""

    def __init__(self, graph):
        self.names = {node.adjoint: f"d{named(node.name)}" for node in graph.nodes.values() if node.name != "L"}

    def __call__(self, expression):
        if isinstance(expression, sp.Symbol):
            return self.names.get(expression) or named(expression.name)
        if expression.is_Rational:
            return str(expression).replace("-", "−")
        if expression.is_Add:
            return self._sum(expression)
        if expression.is_Mul or (expression.is_Pow and expression.exp.is_negative):
            return self._product(expression)
        if expression.is_Pow and expression.exp == sp.S.Half:
            return f"√{self._factor(expression.base)}"
        if expression.is_Pow:
            return f"{self._factor(expression.base)}^{expression.exp}"
        raise ValueError(f"no words for {expression} of type {type(expression).__name__}")

    def _sum(self, expression):
        shares = {term.as_coeff_Mul()[0] for term in expression.args}
        if len(shares) == 1 and (share := shares.pop()).q != 1:  # a mean
            return f"({self(expression / share)})/{1 / share}"
        terms = sorted(expression.args, key=_place_in_sum)
        words = [self(terms[0])] + [f"− {self(-t)}" if negative(t) else f"+ {self(t)}" for t in terms[1:]]
        return " ".join(words)

    def _product(self, expression):
        if negative(expression):
            return f"−{self(-expression)}"
        top, bottom = expression.as_numer_denom()
        factors = " ".join(self._factor(part) for part in sp.Mul.make_args(top) if part.is_Rational and part != 1)
        others = sorted((part for part in sp.Mul.make_args(top) if not part.is_Rational), key=self._rank)
        factors = " ".join(filter(None, [factors, *map(self._factor, others)])) or "1"
        if bottom == 1:
            return factors
        words = self(bottom)
        return f"{factors}/({words})" if bottom.is_Mul or bottom.is_Add else f"{factors}/{words}"

    def _rank(self, part):
        """γ before x̂, adjoints last: as one writes by hand."""
        return part in self.names, str(part) != "gamma", str(part)

    def _factor(self, expression):
        words = self(expression)
        return f"({words})" if expression.is_Add else words


def _place_in_sum(term):
    return negative(term), term.as_coeff_Mul()[0].q, not term.is_Mul, str(term) in LETTERS


def negative(expression):
    return bool(expression.as_coeff_Mul()[0] < 0)


def definition(graph, write, name):
    """ "r = 1/s"; of an input or a parameter, that it is given."""
    made = graph.nodes[name].definition
    return f"{named(name)} is given" if made is None else f"{named(name)} = {write(made)}"


def derivative(write, edge):
    """ "∂r/∂s = −1/s^2"."""
    return f"∂{named(edge.target)}/∂{named(edge.source)} = {write(edge.derivative)}"


def gradient(graph, write, name):
    """ "dr = c_1 dx̂_1 + c_2 dx̂_2 + c_3 dx̂_3"."""
    words = f"d{named(name)}"
    return f"{words} is given" if graph.nodes[name].kind == "y" else f"{words} = {write(graph.backward_step(name))}"


def passed(graph, write, edge):
    """What an edge sends back: "r dx̂_1, a part of dc_1"."""
    sent = edge.derivative * graph.nodes[edge.target].adjoint
    return f"{write(sent)}, part of d{named(edge.source)}"


def spoken(part):
    """A node or an edge for a control's list and for a screen reader: "x̂₁", "c₁ → x̂₁"."""
    names = (part,) if isinstance(part, str) else part
    return " → ".join(plain(named(name)) for name in names)
