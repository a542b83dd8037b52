"""What judges an answer, for two readers: Python runs it in a notebook, MicroPython in a built page.

So an answer is told in the same words in both. These files use what both know: plain functions and classes, f-strings,
and of NumPy what the page's own `numpy` has (`explorable/writing/arrays/`); no dataclass, no `inspect`. A test gives
every recorded attempt to both.
"""
