"""Findings, run again small on real data: settings and seeds in, arrays out, nothing drawn.

Every `run` is a pure function of its arguments: all randomness comes from the seeds, and a network's result
does not depend on which other networks share its stack. Axes named "norm" hold plain first, then batch norm.
"""
