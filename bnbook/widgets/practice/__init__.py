"""The widgets of the chapter on practice. Each function returns one Explorable."""

from bnbook.widgets.practice.accumulate import accumulate
from bnbook.widgets.practice.clinic import clinic
from bnbook.widgets.practice.companions import companions
from bnbook.widgets.practice.cost import cost
from bnbook.widgets.practice.folding import folding
from bnbook.widgets.practice.half import half
from bnbook.widgets.practice.placing import placing
from bnbook.widgets.practice.port import port
from bnbook.widgets.practice.seats import seats
from bnbook.widgets.practice.tuning import fine_tune
from bnbook.widgets.practice.workers import workers

__all__ = [
    "accumulate",
    "clinic",
    "companions",
    "cost",
    "fine_tune",
    "folding",
    "half",
    "placing",
    "port",
    "seats",
    "workers",
]
