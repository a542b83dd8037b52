"""The widgets of the chapter on length and direction. Each function returns one Explorable."""

from bn.widgets.reparam.descent import three_ways_down
from bn.widgets.reparam.neuron import one_neuron
from bn.widgets.reparam.pictures import two_pictures

__all__ = ["one_neuron", "three_ways_down", "two_pictures"]
