"""Compute grids of the book's widgets from the last chapter to the first, while a build goes from first to last.

A build of the book (tools/build.py) starts this beside itself. The chapters run one after the other, and a grid of one
or three points leaves a core idle; this process uses it. The build takes over every point that it finds in the cache,
so the two meet in the middle. The bytes are the same whoever computes them, and without this help the build only
takes longer.
"""

import importlib
import logging
import os
import sys

CHAPTERS = ("motivation", "transform", "backprop", "reparam", "smoothness", "deep", "family", "practice")


def widgets():
    """The widgets with grids that the chapters show, the last chapter's first."""
    for chapter in reversed(CHAPTERS):
        module = importlib.import_module(f"bnbook.widgets.{chapter}")
        for name in module.__all__:
            function = getattr(module, name)
            if "Sampled" in vars(sys.modules[function.__module__]):  # others are not even made: that takes time, too
                yield function()


def main():
    logging.disable()  # the build says it all
    parent = os.getppid()
    for widget in widgets():
        if os.getppid() != parent:
            return  # the build has ended
        widget.model.bake_ahead(widget.controls)


if __name__ == "__main__":
    main()
