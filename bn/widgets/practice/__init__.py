"""The widgets of the chapter on practice. Each function returns one Explorable."""

from bn.widgets.practice.accumulate import accumulate
from bn.widgets.practice.clinic import clinic
from bn.widgets.practice.companions import companions
from bn.widgets.practice.cost import cost
from bn.widgets.practice.folding import folding
from bn.widgets.practice.half import half
from bn.widgets.practice.port import port
from bn.widgets.practice.tuning import fine_tune
from bn.widgets.practice.workers import workers

__all__ = ["accumulate", "clinic", "companions", "cost", "fine_tune", "folding", "half", "port", "workers"]
