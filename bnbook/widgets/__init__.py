"""The book's widgets, one module or folder a chapter: each function returns one Explorable."""
