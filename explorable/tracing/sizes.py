"""One tape for all sizes: a program is traced with two sets of sizes; what differs is written as a function of them.

Extents, strides and offsets are products of sizes; a few constants are made of them, as 1 / m or m / (m - 1). What fits
neither form is refused, so that no size is guessed.
"""

from fractions import Fraction
from itertools import product
from math import prod, sqrt

from explorable.declare.errors import DeclarationError

# For each size its examples in the first and second set; nothing else in a program may be a multiple of them.
PRIMES = ((11, 13), (17, 19), (23, 29))


def examples(units, which):
    """{size: its length in set 0 or 1}; units : {size: what all its lengths are multiples of}."""
    if len(units) > len(PRIMES):
        raise ValueError(f"{len(units)} sizes; allowed are at most {len(PRIMES)}")
    return {name: unit * pair[which] for (name, unit), pair in zip(units.items(), PRIMES)}


def fitted(one, other, units):
    """The tape `one`, of the first set, with each number that differs in `other` as a function of the sizes.

    It stands there as "#i", and in the i-th place of "sized" [form, numerator, denominator, power of each size ...]: a
    whole number, the "quotient" of two, the "root" of a quotient, or s / (s - 1), "corrected", of the one size s.
    """
    sets, found = [examples(units, which) for which in (0, 1)], {}

    def fit(a, b):
        if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
            return {key: fit(a[key], b[key]) for key in a}
        if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
            return [fit(x, y) for x, y in zip(a, b)]
        if type(a) is type(b) and a == b:
            return a
        if isinstance(a, (int, float)) and isinstance(b, (int, float)):
            for name in FORMS:
                if of := _monomial(*(_unformed(name, value) for value in (a, b)), sets):
                    return f"#{found.setdefault((name, *of), len(found))}"
        raise DeclarationError(f"something depends on {', '.join(units)} in a way of its own: {a} became {b}")

    return fit(one, other) | {"sized": [list(each) for each in found]}


# What becomes of a product of sizes, as numerator and denominator; every form is one division of whole numbers at most.
FORMS = {
    "product": lambda above, below: above // below,
    "quotient": lambda above, below: above / below,
    "root": lambda above, below: sqrt(above / below),
    "corrected": lambda above, below: (above // below) / (above // below - 1),
}
BACK = {
    "product": Fraction,
    "quotient": Fraction,
    "root": lambda a: Fraction(a) ** 2,
    "corrected": lambda a: Fraction(a) / (Fraction(a) - 1) if a != 1 else Fraction(0),
}
MOST = 10**8  # of a denominator


def _unformed(name, value):
    """The quotient of which a form makes this value, or None."""
    if name == "product" and value != int(value):
        return None
    found = BACK[name](value).limit_denominator(MOST)
    if found == 0 or (name == "corrected" and found.denominator != 1):
        return None
    try:
        return found if FORMS[name](found.numerator, found.denominator) == value else None
    except (ZeroDivisionError, ValueError, OverflowError):
        return None


def _monomial(one, other, sets):
    """[numerator, denominator, power of each size ...] of two numbers that are the same product of sizes, or None."""
    if one is None or other is None:
        return None
    most = [_power(one, max(p for pair in PRIMES for p in pair if size % p == 0)) for size in sets[0].values()]
    # A prime may be a factor by chance, as in the eleventh row of an array: then its power is a smaller one.
    for powers in product(*(range(power, -1 if power >= 0 else 1, -1 if power >= 0 else 1) for power in most)):
        rest = one / _product(sets[0].values(), powers)
        if rest * _product(sets[1].values(), powers) == other:
            return [rest.numerator, rest.denominator, *powers]
    return None


def _power(number, prime):
    power, above, below = 0, number.numerator, number.denominator
    while above and above % prime == 0:
        above, power = above // prime, power + 1
    while below % prime == 0:
        below, power = below // prime, power - 1
    return power


def _product(lengths, powers):
    return prod((Fraction(length) ** power for length, power in zip(lengths, powers)), start=Fraction(1))


def sized(tape, lengths):
    """The tape with its functions of sizes evaluated; lengths : in the order of the units."""
    values = [_value(form, of, lengths) for form, *of in tape.get("sized", ())]

    def put(part):
        if isinstance(part, dict):
            return {key: put(each) for key, each in part.items()}
        if isinstance(part, list):
            return [put(each) for each in part]
        return values[int(part[1:])] if isinstance(part, str) and part[:1] == "#" else part

    return put({key: part for key, part in tape.items() if key != "sized"})


def _value(form, of, lengths):
    value = Fraction(of[0], of[1]) * _product(lengths, of[2:])
    if form == "product" and value.denominator != 1:
        raise ValueError(f"sizes {lengths} do not fit this program, which divides them by {value.denominator}")
    return FORMS[form](value.numerator, value.denominator)
