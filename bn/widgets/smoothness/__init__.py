"""The widgets of the smoothness chapter. Each function returns one Explorable."""

from bn.widgets.smoothness.circle import circle
from bn.widgets.smoothness.landscape import landscape
from bn.widgets.smoothness.lipschitz import lipschitz
from bn.widgets.smoothness.noise import noise
from bn.widgets.smoothness.other_norms import other_norms
from bn.widgets.smoothness.other_side import other_side
from bn.widgets.smoothness.second_order import second_order
from bn.widgets.smoothness.shift import shift
from bn.widgets.smoothness.slice import landscape_slice

__all__ = [
    "circle",
    "landscape",
    "landscape_slice",
    "lipschitz",
    "noise",
    "other_norms",
    "other_side",
    "second_order",
    "shift",
]
