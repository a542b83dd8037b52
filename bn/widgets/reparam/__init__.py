"""The widgets of the chapter on length and direction. Each function returns one Explorable."""

from bn.widgets.reparam.descent import three_ways_down
from bn.widgets.reparam.eps import what_eps_breaks
from bn.widgets.reparam.equilibrium import balance
from bn.widgets.reparam.neuron import one_neuron
from bn.widgets.reparam.pictures import two_pictures
from bn.widgets.reparam.race import where_the_gain_is

__all__ = ["balance", "one_neuron", "three_ways_down", "two_pictures", "what_eps_breaks", "where_the_gain_is"]
