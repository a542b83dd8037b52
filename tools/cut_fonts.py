"""Cut the fonts that travel with the book: STIX Two Math for formulas, Source Serif 4 for the text.

Run once per new version, with the unpacked npm packages (`npm pack @fontsource/stix-two-math temml`, and
`npm pack @fontsource/source-serif-4`):

    python tools/cut_fonts.py math FONT.woff2 Temml-STIX2.css
    python tools/cut_fonts.py text package/files

The results are committed, in explorable/offline/vendor/ and bnbook/sphinx/static/. The MATH table (sizes and places of
all the pieces of a formula) is kept whole; the range is broad on purpose: a book that grows must not lose a letter
silently.
"""

import argparse
import re
from pathlib import Path

from fontTools import subset

from explorable.offline.formula_font import FEATURES

ROOT = Path(__file__).resolve().parent.parent
VENDOR, STATIC = ROOT / "explorable" / "offline" / "vendor", ROOT / "bnbook" / "sphinx" / "static"
TEXT = [(0x0020, 0x007E), (0x00A0, 0x00FF), (0x2010, 0x2027), (0x2032, 0x2033), (0x2212, 0x2212)]
RANGES = [
    (0x0020, 0x007E), (0x00A0, 0x00FF),  # Latin
    (0x0131, 0x0131), (0x0237, 0x0237),  # i and j without dots
    (0x02C6, 0x02DD), (0x0300, 0x0338),  # accents
    (0x0370, 0x03FF),  # Greek
    (0x2010, 0x2027), (0x2030, 0x203A), (0x2044, 0x2044), (0x2057, 0x2057), (0x2061, 0x2064), (0x20D0, 0x20F0),
    (0x2100, 0x214F),  # letter-like
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # operators
    (0x2308, 0x230B), (0x2320, 0x2321), (0x2329, 0x232A), (0x239B, 0x23B9), (0x23DC, 0x23E1),  # brackets
    (0x25A0, 0x25FF), (0x2605, 0x2606), (0x2660, 0x2667), (0x2713, 0x2717),
    (0x27C0, 0x27FF), (0x2980, 0x29FF), (0x2A00, 0x2AFF),  # more operators and brackets
    (0x1D400, 0x1D7FF),  # mathematical alphabets
]  # fmt: skip


NAMES = (1, 3, 4, 6, 16)  # of the name table: family, unique, full, PostScript, typographic family
WORDS = ["kern", "liga", "lnum", "tnum", "ccmp", "mark"]  # tnum: figures of one width, for tables


def cut_font(source, target, ranges, features, name=None):
    """The font with these characters and features only, under another name if asked; returned as it was written."""
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = features
    options.hinting = False
    options.drop_tables += ["DSIG"]
    options.notdef_outline = True
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in ranges for code in range(low, high + 1)])
    subsetter.subset(font)
    for record in font["name"].names if name else ():
        if record.nameID in NAMES:
            record.string = name
    subset.save_font(font, str(target), options)
    return font


def cut_text(folder):
    """Regular, italic and semibold of the text's face. Its license keeps the name Source for what is not changed."""
    for style in ("400-normal", "400-italic", "600-normal"):
        name = f"book-serif-{style}.woff2"
        cut_font(folder / f"source-serif-4-latin-{style}.woff2", STATIC / name, TEXT, WORDS, f"BookSerif-{style}")
        print(f"{name}: {(STATIC / name).stat().st_size:,} bytes")


def adapt_css(source, target):
    """Temml's rules without its font, which explorable/offline/assets/mathml.css names."""
    css = source.read_text(encoding="utf-8")
    css = re.sub(r"@font-face\s*\{.*?\}\s*", "", css, flags=re.DOTALL)
    css = re.sub(r"math\s*\{\s*font-family: STIX2, math;\s*\}\s*", "", css)
    css = re.sub(
        r"\A/\*.*?\*/\s*",
        "/* From Temml (MIT, see temml.LICENSE.txt): Temml-STIX2.css without its font. */\n",
        css,
        flags=re.DOTALL,
    )
    target.write_text(css, encoding="utf-8")


def cut_math(source, css):
    """The font of the formulas, and the style sheet that goes with it."""
    if "MATH" not in cut_font(source, VENDOR / "stix-two-math.woff2", RANGES, FEATURES):
        raise SystemExit(f"{source} has no MATH table")
    adapt_css(css, VENDOR / "temml.css")
    for name in ("stix-two-math.woff2", "temml.css"):
        print(f"{name}: {(VENDOR / name).stat().st_size:,} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = parser.add_subparsers(required=True)
    math = kinds.add_parser("math")
    math.add_argument("source", type=Path)
    math.add_argument("css", type=Path)
    math.set_defaults(run=cut_math)
    text = kinds.add_parser("text")
    text.add_argument("folder", type=Path)
    text.set_defaults(run=cut_text)
    given = vars(parser.parse_args())
    given.pop("run")(**given)


if __name__ == "__main__":
    main()
