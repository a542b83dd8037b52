"""A font cut to the letters that a finished book draws with it."""

from io import BytesIO


def cut(font_bytes, codes, **settings):
    """A .woff2 with these code points only; what depends on a table of the font, such as MATH, comes with them.

    settings : options of `fontTools.subset`, such as layout_features; none of a font's features are kept without it.
    """
    from fontTools import subset

    options = subset.Options(**{"layout_features": [], **settings})
    options.flavor = "woff2"
    font = subset.load_font(BytesIO(font_bytes), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    result = BytesIO()
    font.flavor = "woff2"
    font.save(result)
    return result.getvalue()
