"""The widgets of the smoothness chapter. Each function returns one Explorable."""

from bnbook.widgets.smoothness.circle import circle
from bnbook.widgets.smoothness.edge import edge
from bnbook.widgets.smoothness.landscape import landscape
from bnbook.widgets.smoothness.lipschitz import lipschitz
from bnbook.widgets.smoothness.noise import noise
from bnbook.widgets.smoothness.other_norms import other_norms
from bnbook.widgets.smoothness.other_side import other_side
from bnbook.widgets.smoothness.second_order import second_order
from bnbook.widgets.smoothness.shift import shift
from bnbook.widgets.smoothness.slice import landscape_slice

__all__ = [
    "circle",
    "edge",
    "landscape",
    "landscape_slice",
    "lipschitz",
    "noise",
    "other_norms",
    "other_side",
    "second_order",
    "shift",
]
