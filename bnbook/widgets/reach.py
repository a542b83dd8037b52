"""Ends of an axis that hold every state of a widget, so that it does not rescale while a slider moves."""

import numpy as np


def reach(*arrays):
    """(lowest, highest) of all numbers; gaps do not count."""
    numbers = np.concatenate([np.ravel(array) for array in arrays])
    return float(np.nanmin(numbers)), float(np.nanmax(numbers))


def decades(*arrays):
    """The powers of ten around all positive numbers, for a logarithmic axis."""
    numbers = np.concatenate([np.ravel(array) for array in arrays])
    low, high = reach(numbers[numbers > 0])
    return float(10.0 ** np.floor(np.log10(low))), float(10.0 ** np.ceil(np.log10(high)))
