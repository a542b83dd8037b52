"""The widgets of the chapter on length and direction. Each function returns one Explorable."""

from bnbook.widgets.reparam.descent import three_ways_down
from bnbook.widgets.reparam.eps import what_eps_breaks
from bnbook.widgets.reparam.equilibrium import balance
from bnbook.widgets.reparam.growing import growing_rate
from bnbook.widgets.reparam.neuron import one_neuron
from bnbook.widgets.reparam.pictures import two_pictures
from bnbook.widgets.reparam.race import where_the_gain_is

__all__ = [
    "balance",
    "growing_rate",
    "one_neuron",
    "three_ways_down",
    "two_pictures",
    "what_eps_breaks",
    "where_the_gain_is",
]
