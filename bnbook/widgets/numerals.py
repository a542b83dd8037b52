"""Numbers as the prose of the chapters writes them."""

ABOVE = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power_of_ten(value):
    """One digit and a power, such as 2 × 10⁻⁵ or 10⁻⁵.

    >>> power_of_ten(1e-5), power_of_ten(2.3e15).replace("\\N{NO-BREAK SPACE}", " ")
    ('10⁻⁵', '2 × 10¹⁵')
    """
    mantissa, exponent = f"{value:.0e}".split("e")
    power = f"10{str(int(exponent)).translate(ABOVE)}"
    return power if mantissa == "1" else f"{mantissa}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{power}"
