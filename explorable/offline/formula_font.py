"""The font of the formulas, cut to the letters that the finished pages use: a fifth of the font that is vendored.

What stands in any page or script counts, formula or not: too many letters do no harm, and one too few would be drawn
in another face. A browser draws a single letter of a formula by its italic of Unicode's mathematical alphabets, which
no page holds, so these are kept for all letters; so are the bold ones. Pieces of brackets and roots come with their
letters, by the font's own MATH table.
"""

import re
from pathlib import Path

from explorable.offline.fonts import cut
from explorable.offline.mathml import FOLDER, HERE

FONT = "stix-two-math.woff2"
FEATURES = ["ssty", "dtls", "flac", "ss01", "ss04", "ccmp", "mark"]  # scripts, dots, accents, primes
ALWAYS = [
    (0x0020, 0x007E),  # digits, signs, upright letters
    (0x0391, 0x03F5),  # Greek
    (0x1D400, 0x1D467),  # bold and italic Latin
    (0x1D6A4, 0x1D71B),  # dotless, bold and italic Greek
    (0x210E, 0x210E),  # the italic h, which Unicode has elsewhere
]
SPELLED = re.compile(r"\\u([0-9a-fA-F]{4})(?:\\u([0-9a-fA-F]{4}))?|&#x([0-9a-fA-F]+);|&#([0-9]+);")


def letters_of(text):
    """The code points of a page or a script beyond ASCII, also those that it spells as numbers."""
    found = {ord(letter) for letter in set(text) if ord(letter) > 0x7E}
    for high, low, hexadecimal, decimal in SPELLED.findall(text):
        if high:
            pair = bytes.fromhex(high + low).decode("utf-16-be", errors="ignore")
            found |= {ord(letter) for letter in pair}
        else:
            found.add(int(hexadecimal, 16) if hexadecimal else int(decimal))
    return found


def letters_in_use(outdir):
    """The code points of all pages and scripts of the book, and those of ALWAYS."""
    found = {code for low, high in ALWAYS for code in range(low, high + 1)}
    for pattern in ("*.html", "*.js"):
        for path in Path(outdir).rglob(pattern):
            found |= letters_of(path.read_text(encoding="utf-8", errors="replace"))
    return found


def lighten(app, exception):
    """After the pages are written."""
    target = Path(app.outdir, "_static", FOLDER, FONT)
    if exception or app.builder.format != "html" or not target.exists():
        return
    whole = (HERE / "vendor" / FONT).read_bytes()
    target.write_bytes(cut(whole, letters_in_use(app.outdir), layout_features=FEATURES, notdef_outline=True))


def setup(app):
    app.connect("build-finished", lighten)
