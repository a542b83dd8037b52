"""The widgets of the motivation chapter. Each function returns one Explorable."""

from bn.widgets.motivation.chain import chain

__all__ = ["chain"]
