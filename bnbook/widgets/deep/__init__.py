"""The widgets of the chapter on deep networks. Each function returns one Explorable."""

from bnbook.widgets.deep.directions import directions
from bnbook.widgets.deep.start import start
from bnbook.widgets.deep.stream import stream

__all__ = ["directions", "start", "stream"]
