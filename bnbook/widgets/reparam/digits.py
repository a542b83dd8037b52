"""Numbers with few digits, for the tables that the page loads.

Apart from the widgets, so that a change of one widget's picture does not make the others bake again.
"""

import numpy as np


def rounded(values, digits=3):
    """To so many significant digits, which pack well. values : 0 or positive; NaN stays."""
    positive = values > 0
    exponents = np.floor(np.log10(np.where(positive, values, 1.0)))
    grain = 10.0 ** (digits - 1 - exponents)
    return np.where(positive, np.round(values * grain) / grain, values)
