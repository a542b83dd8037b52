"""The widgets of the motivation chapter. Each function returns one Explorable."""

from bn.widgets.motivation.chain import chain
from bn.widgets.motivation.drift import drift
from bn.widgets.motivation.sweep import sweep

__all__ = ["chain", "drift", "sweep"]
