"""An axis for numbers of all sizes and both signs, as a reference for static/axes.js: linear
around 0, logarithmic beyond."""

import numpy as np

DECADES = 4  # beyond the linear part, so many take as much room as the linear part on one side of 0


def bend(values, edge):
    """Places along the axis: numbers from -edge to edge become -1 to 1, what is larger a quarter more a decade."""
    scaled = np.asarray(values, float) / edge
    size = np.abs(scaled)
    return np.where(size <= 1, scaled, np.sign(scaled) * (1 + np.log10(np.maximum(size, 1)) / DECADES))
