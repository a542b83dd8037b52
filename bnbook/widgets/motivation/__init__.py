"""The widgets of the motivation chapter. Each function returns one Explorable."""

from bnbook.widgets.motivation.chain import chain
from bnbook.widgets.motivation.drift import drift
from bnbook.widgets.motivation.sweep import sweep

__all__ = ["chain", "drift", "sweep"]
