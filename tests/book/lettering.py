"""Words of a diagram as they are written in Python and as a page shows them."""

import re
import unicodedata


def words_of(text, math_text):
    """A formula's letters without the marks of what stands below and above."""
    return re.sub(r"[_^]\{([^}]*)\}|[_^]", lambda m: m[1] or "", text) if math_text else text


def plain(text):
    """Letters of a formula's own alphabet (mathematical italics) as the ones that were written."""
    return unicodedata.normalize("NFKC", text)
