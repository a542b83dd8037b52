"""What runs in MicroPython, in the page's worker: it executes a reader's code and offers the exercises to it."""
