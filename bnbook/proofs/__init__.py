"""Derivations and proofs in SymPy.

Nothing here imports the NumPy layers, so what is proved here is an independent witness of what they compute.
The expressions are functions that take their operations as arguments (`mean` above all), so that one and the
same formula serves a proof, a printed equation and a live widget.
"""
