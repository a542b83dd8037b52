"""Code that a reader writes and runs in a built page: an editor, MicroPython with arrays, and exercises that answer."""
