"""A doctor for networks with batch norm: arrays in, likely faults out, with the numbers behind each.

    import bn
    print(bn.diagnose({"name": "layer 1", "x": x, "running_mean": m, "running_var": v, "activation": "relu"}))

The arrays may come from any framework. `bn.observe` takes them from a network of this book.
"""

from .diagnosis import CODES, Diagnosis, Finding, diagnose
from .layer import Layer
from .observing import observe

__all__ = ["CODES", "Diagnosis", "Finding", "Layer", "diagnose", "observe"]
