"""Cut STIX Two Math to what the book's formulas can need, and adapt Temml's style sheet to it.

Run once per new version of either, with the unpacked npm packages (`npm pack @fontsource/stix-two-math temml`):

    python tools/cut_math_font.py FONT.woff2 Temml-STIX2.css

The results are committed in explorable/offline/vendor/. The MATH table (sizes and places of all the pieces of a
formula) is kept whole; the range is broad on purpose: a book that grows must not lose a letter silently.
"""

import argparse
import re
from pathlib import Path

from fontTools import subset

VENDOR = Path(__file__).resolve().parent.parent / "explorable" / "extension" / "vendor"
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


def cut_font(source, target):
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = [
        "ssty",
        "dtls",
        "flac",
        "ss01",
        "ss04",
        "ccmp",
        "mark",
    ]  # scripts, dots, accents, primes
    options.hinting = False
    options.drop_tables += ["DSIG"]
    options.notdef_outline = True
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
    subsetter.subset(font)
    if "MATH" not in font:
        raise SystemExit(f"{source} has no MATH table")
    subset.save_font(font, str(target), options)


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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("font", type=Path)
    parser.add_argument("css", type=Path)
    given = parser.parse_args()
    cut_font(given.font, VENDOR / "stix-two-math.woff2")
    adapt_css(given.css, VENDOR / "temml.css")
    for name in ("stix-two-math.woff2", "temml.css"):
        print(f"{name}: {(VENDOR / name).stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
