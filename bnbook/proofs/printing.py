"""An entry of the registry as TeX, in the order in which a person would write it.

SymPy sorts the terms of a sum and the factors of a product by rules of its own. Here positive terms come first, letters
follow `ADDED` and `MULTIPLIED`, and what was made with evaluate=False, or with `terms` and `factors`, keeps its order.
"""

import re

import sympy as sp
from sympy.printing.latex import LatexPrinter

RELATIONS = {"=": "=", "<=": r"\le", ">=": r"\ge", "~": r"\approx", "->": r"\longrightarrow"}
# The first letter of this list that a term holds decides where it stands in a sum; the same for factors.
ADDED = "m l n k t d dy x c z h y w u q g S M v gamma r sigma Var mu beta lambda eta tau epsilon"
MULTIPLIED = "k m n a p tau eta delta lambda gamma dy x c d g u w v s r t y h S"
ONE_LINE = 36  # letters of a chain of equations that stands on one line; a longer one gets a line for each side
BIG = (sp.Sum, sp.Product, sp.Integral)


class Terms(sp.Add):
    """A sum that is printed in the order given."""


class Factors(sp.Mul):
    """A product that is printed in the order given."""


def terms(*parts):
    """The sum of the parts, printed in this order."""
    return Terms(*parts, evaluate=False)


def factors(*parts):
    """The product of the parts, printed in this order."""
    return Factors(*parts, evaluate=False)


def letters(expression):
    """The letters that an expression holds, without hats and indices: x for \\hat{x}_i."""
    if isinstance(expression, (sp.Indexed, sp.IndexedBase)):
        return {plain(str(expression.args[0]))}
    if isinstance(expression, sp.Symbol):
        if "\\top" in expression.name or "\\rVert" in expression.name:  # an inner product, a norm
            return set(re.sub(r"\\\w+|_\{?\w*|\w\([^)]*\)", "", expression.name)) & set(ADDED + MULTIPLIED)
        return {plain(expression.name)}
    parts = expression.args[:1] if isinstance(expression, BIG) else expression.args
    return set().union(*map(letters, parts))


def plain(name):
    """The letter in a symbol's name."""
    return re.sub(r"\\(hat|bar|tilde|overline|lVert|mathrm)\b|[\\{} ,]|_.*|\[.*|'", "", name)


def rank(expression, order):
    """The place in `order` of the first of its letters that the expression holds."""
    held = letters(expression)
    return next((place for place, letter in enumerate(order.split()) if letter in held), len(order))


def is_negative(term):
    """Whether a term is written with a minus before it."""
    head = term.args[0] if isinstance(term, sp.Mul) and term.args else term
    return head.is_Number and head.is_negative


def as_given(expression):
    """Whether the order of the arguments was chosen by whoever wrote the expression."""
    if isinstance(expression, (Terms, Factors)):
        return True
    return expression.func(*expression.args).args != expression.args


def in_sum(expression):
    """The terms of a sum in the order of print."""
    if as_given(expression):
        return list(expression.args)
    return sorted(expression.args, key=_term_key)


def _term_key(term):
    # 1 - tau and 1 + kappa, but m - 1 and l + 1: a number stands before letters that are no whole number
    symbols = term.free_symbols
    whole = bool(symbols) and all(s.is_integer for s in symbols)
    return is_negative(term), not whole, not term.is_Number, rank(term, ADDED), sp.default_sort_key(term)


def in_product(expression):
    """The factors of a product in the order of print."""
    if as_given(expression):
        return list(expression.args)
    ordered = [factor for factor in expression.args if not factor.is_commutative]  # matrices and vectors
    return [*sorted((f for f in expression.args if f.is_commutative), key=_factor_key), *ordered]


def _factor_key(factor):
    base = factor.base if isinstance(factor, sp.Pow) else factor
    shape = 0 if factor.is_Number else 3 if factor.has(*BIG) else 2 if isinstance(base, sp.Add) else 1
    return shape, "\\top" in str(base), rank(factor, MULTIPLIED), sp.default_sort_key(factor)


def negated(term):
    """The term without its minus."""
    if term.is_Number:
        return -term
    head, *rest = term.args
    kept = rest if head == -1 else [-head, *rest]
    return kept[0] if len(kept) == 1 else term.func(*kept, evaluate=False)


def one_root(expression):
    """sqrt(1 / a) sqrt(b) as sqrt(b / a), which is how it is written."""
    roots = [f for f in expression.args if isinstance(f, sp.Pow) and f.exp == sp.S.Half]
    if not any(isinstance(root.base, sp.Pow) and root.base.exp.is_negative for root in roots):
        return expression
    inside = sp.Mul(*(root.base for root in roots), evaluate=False)
    others = [f for f in expression.args if f not in roots]
    return sp.Mul(*others, sp.Pow(inside, sp.S.Half, evaluate=False), evaluate=False)


class BookPrinter(LatexPrinter):
    """SymPy's own printer with the habits of this book."""

    def _print_Symbol(self, expression, style="plain"):
        return expression.name if "\\" in expression.name else super()._print_Symbol(expression, style)

    def _print_Indexed(self, expression):
        base, *indices = expression.args
        return f"{self._print(base.label)}_{{{','.join(map(self._print, indices))}}}"

    def _print_Transpose(self, expression):
        inside = self._print(expression.arg)
        return rf"{inside if expression.arg.is_symbol else self._bracket(inside)}^{{\top}}"

    def _print_sign(self, expression, exponent=None):
        inside = rf"\operatorname{{sign}}{self._bracket(self._print(expression.args[0]))}"
        return inside if exponent is None else rf"{inside}^{{{exponent}}}"

    def _print_Add(self, expression, order=None):
        text = ""
        for term in in_sum(expression):
            minus = is_negative(term)
            shown = self._print(negated(term) if minus else term)
            if isinstance(term, sp.Add) or (minus and isinstance(negated(term), sp.Add)):
                shown = self._bracket(shown)
            text += (" - " if minus else " + ") + shown
        return text[3:] if text.startswith(" + ") else text.strip()

    _print_Terms = _print_Add

    def _print_Mul(self, expression):
        if not isinstance(expression, sp.Mul):  # SymPy prints 1 / m as a product
            return super()._print_Mul(expression)
        if is_negative(expression):
            inside = negated(expression)
            shown = self._print(inside)
            return f"- {self._bracket(shown) if isinstance(inside, sp.Add) else shown}"
        parts = in_product(one_root(expression) if not as_given(expression) else expression)
        if sum(part.is_Symbol and "\\top" in part.name for part in parts) > 1:
            parts = self._bracketed_inner_products(parts)
        big = [part for part in parts if isinstance(part, BIG)]
        rest = [part for part in parts if not isinstance(part, BIG)]
        vectors = [part for part in rest if not part.is_commutative]
        numbers = [part for part in rest if part.is_commutative]
        if vectors and numbers:  # vectors stand behind the numbers, not in a numerator
            behind = self._product(vectors)
            alone = len(vectors) == 1 and isinstance(vectors[0], sp.Add)
            return f"{self._print_numbers(numbers)} {self._bracket(behind) if alone else behind}"
        if big and rest:  # a sum or product sign stands behind its factor, not in a numerator
            return " ".join([self._product(rest), *map(self._print, big)])
        return self._product(parts)

    _print_Factors = _print_Mul

    def _print_numbers(self, parts):
        """The numbers before a vector, with brackets around a sum or an inner product that is no fraction's."""
        shown = self._product(parts)
        if len(parts) == 1 and isinstance(parts[0], sp.Add):
            return self._bracket(shown)
        if "\\top" in shown and not shown.startswith("\\frac"):
            return self._product(self._bracketed_inner_products(parts))
        return shown

    def _bracketed_inner_products(self, parts):
        return [sp.Symbol(self._bracket(p.name)) if p.is_Symbol and "\\top" in p.name else p for p in parts]

    def _product(self, parts):
        return self._print(parts[0]) if len(parts) == 1 else super()._print_Mul(sp.Mul(*parts, evaluate=False))

    @staticmethod
    def _bracket(text):
        return rf"\left({text}\right)"


def tex(expression):
    """TeX of one SymPy object."""
    return BookPrinter({"order": "none"}).doprint(sp.sympify(expression))


def equations(entry):
    """The formulas of an entry, a list with one list of TeX sides for each."""
    sides = entry.sides
    if len(sides) < 2:
        raise ValueError(f"{entry.label}: needs two sides or more to be printed, has {len(sides)}")
    if all(isinstance(side, sp.Tuple) for side in sides):
        return [[tex(part) for part in parts] for parts in zip(*sides, strict=True)]
    return [[tex(side) for side in sides]]


def width(text):
    """About how many letters wide a formula is; a fraction counts as both its halves."""
    return len(re.sub(r"\\[a-zA-Z]+|[{}_^\s]|\\.", "", text)) + text.count("\\sum")


def rows(entry):
    """The lines of an entry: (left side, relation, right side). In a long chain each further side has its own."""
    relation, found = RELATIONS[entry.relation], []
    for first, second, *rest in equations(entry):
        if rest and sum(map(width, (first, second, *rest))) <= ONE_LINE:
            second, rest = f" {relation} ".join([second, *rest]), []
        found += [(first, relation, second), *(("", relation, side) for side in rest)]
    return found


def display(entries, punctuation=""):
    """TeX of a displayed formula: the lines of all entries, aligned at the relation."""
    lines = [line for entry in entries for line in rows(entry)]
    if len(lines) == 1:
        return " ".join(lines[0]) + punctuation
    body = r" \\ ".join(f"{left} &{relation} {right}" for left, relation, right in lines)
    return rf"\begin{{aligned}}{body}{punctuation}\end{{aligned}}"


HEIGHTS = {r"\sum": 65, r"\prod": 65, r"\frac": 55, r"\sqrt": 39, "^": 37}  # of a line with it, in px at 17 px


def height(entry):
    """About how high an entry is when displayed, to tell where one ends and the next begins."""
    lines = map("".join, rows(entry))
    return sum(next((size for part, size in HEIGHTS.items() if part in line), 28) for line in lines)
