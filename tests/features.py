"""What the styles and scripts of a page use, against the oldest browsers that the README names.

The versions are those of MDN's browser-compat-data 8.1.9. A name that is in none of the lists has not been looked up.
"""


def names(text):
    return frozenset(text.split())


OLDEST = {"Chrome": 112, "Firefox": 121, "Safari": 16.4}

# Names that all three of these know: properties of style sheets (and descriptors of @font-face and @property), ...
PROPERTIES = names("""
-moz-appearance -webkit-appearance -webkit-mask-image -webkit-mask-position -webkit-mask-repeat -webkit-mask-size
-webkit-print-color-adjust -webkit-user-select align-content align-items align-self animation appearance aspect-ratio
background background-color background-position block-size border border-bottom border-bottom-style border-color
border-inline-start border-left border-left-color border-left-width border-radius border-right border-right-style
border-style border-top border-top-style border-width bottom box-shadow box-sizing break-inside caret-color clear
clip-path color color-scheme column-gap container container-type content counter-increment counter-reset cursor
direction display dominant-baseline fill filter flex flex-direction flex-wrap float font font-display font-family
font-feature-settings font-size font-style font-variant-numeric font-weight gap grid-area grid-auto-columns
grid-auto-flow grid-auto-rows grid-column grid-row grid-template grid-template-columns grid-template-rows height
inherits initial-value inset inset-inline-start justify-content justify-self left letter-spacing line-height list-style
margin margin-block margin-block-end margin-block-start margin-bottom margin-inline margin-inline-end
margin-inline-start margin-left margin-right margin-top max-height max-width min-height min-width object-fit
object-position opacity order outline outline-color outline-offset overflow overflow-wrap overscroll-behavior padding
padding-block padding-block-end padding-bottom padding-inline padding-inline-start padding-left padding-right
padding-top paint-order place-items pointer-events position r resize right row-gap scroll-margin-top scroll-snap-align
scroll-snap-type shape-rendering src stroke stroke-dasharray stroke-linecap stroke-linejoin stroke-opacity stroke-width
syntax table-layout text-align text-anchor text-decoration text-decoration-color text-decoration-thickness text-indent
text-overflow text-transform text-underline-offset top touch-action transform translate vector-effect vertical-align
visibility white-space width word-wrap z-index
""")
# ... what follows a colon in a selector (the vendors' own stand beside one another), ...
SELECTORS = names("""
-moz-range-progress -moz-range-thumb -moz-range-track -webkit-details-marker -webkit-inner-spin-button
-webkit-slider-runnable-track -webkit-slider-thumb after before checked disabled empty enabled first-child
focus-visible focus-within has hover is last-child not nth-child only-child root target where
""")
# ... functions, and what begins with an @.
FUNCTIONS = names("""
attr blur calc color-mix counter format grayscale inset linear-gradient min minmax polygon repeat rgb rotate scale
translate url url-prefix var
""")
AT = names("""
-moz-document container font-face keyframes media supports
""")

# What the page uses although an oldest browser lacks it: (pattern, first Chrome, Firefox, Safari, what happens before).
# None: not yet.
LATE = {
    "light-dark()": (r"light-dark\(", 123, 120, 17.5, "static/colors.js puts one of the two colors in its place"),
    "::details-content": (r"::details-content", 131, 143, 18.4, "question.js opens the answers before printing"),
    "print-color-adjust": (r"[ {]print-color-adjust:", 136, 97, 15.4, "-webkit-print-color-adjust stands before it"),
    "alternative text of content": (
        r'content: "[^"]*" / ""', 77, 128, 17.4, "the same content without it stands before it"
    ),
    "content-visibility": (r"content-visibility:", 85, 125, 18, "the page opens more slowly"),
    "contain-intrinsic-size": (r"contain-intrinsic-size:", 95, 107, 17, "goes with content-visibility"),
    "subgrid": (r"subgrid", 117, 71, 16, "frames of neighbors do not stand on one line"),
    "text-wrap": (r"text-wrap:", 114, 121, 17.4, "lines break as they did before"),
    "text-wrap: pretty": (r"text-wrap: pretty", 117, None, 26, "lines break as they did before"),
    "animation-timeline": (r"animation-timeline", 115, 159, 26, "behind @supports: a long formula does not fade out"),
    "scroll()": (r"[: (]scroll\(", 115, 159, 26, "goes with animation-timeline"),
    "mask-image": (r"[ {]mask-image:", 120, 53, 15.4, "goes with animation-timeline"),
    "mask-position": (r"[ {]mask-position:", 120, 53, 15.4, "-webkit-mask-position stands before it"),
    "mask-repeat": (r"[ {]mask-repeat:", 120, 53, 15.4, "-webkit-mask-repeat stands before it"),
    "mask-size": (r"[ {]mask-size:", 120, 53, 15.4, "-webkit-mask-size stands before it"),
    "@property": (r"@property", 85, 128, 16.4, "goes with animation-timeline"),
    "user-select": (r"[ {]user-select:", 54, 69, None, "-webkit-user-select stands beside it"),
    "forced-color-adjust": (r"forced-color-adjust", 89, 113, None, "Safari forces no colors"),
    "math-shift": (r"math-shift", 109, 146, 26.2, "some powers stand a little higher"),
    "font-size-adjust": (r"font-size-adjust", 127, 118, 16.4, "Temml's own: it is set to none, its first value"),
    "Uint8Array.fromBase64": (r"\.fromBase64\b", 140, 133, 18.2, "atob, where it is missing"),
    "-webkit-touch-callout": (
        r"-webkit-touch-callout", None, None, 2, "Safari alone shows a preview of a link that is held"
    ),
    "requestIdleCallback": (r"requestIdleCallback", 47, 55, None, "setTimeout, where it is missing"),
}  # fmt: skip

# What is newer than the oldest browsers and not used; in scripts, where names cannot be told from one another.
TOO_NEW = {
    "an arrow head in its line's color (Safari: never)": r"context-(?:stroke|fill)",
    "shifted baselines (Firefox 149)": r"baseline-shift",
    "hanging-punctuation, which Safari alone knows, and inherits into formulas": r"hanging-punctuation",
    "nested rules (Chrome 120)": r"(?m)^\s*&",
    "grouping (Chrome 117, Safari 17.4)": r"(?:Object|Map)\.groupBy\b",
    "Promise.withResolvers (Chrome 119, Safari 17.4)": r"\.withResolvers\b",
    "Promise.try (Chrome 128)": r"Promise\.try\b",
    "Array.fromAsync (Chrome 121)": r"\.fromAsync\b",
    "set methods (Chrome 122, Firefox 127, Safari 17)": r"\.(?:isSubsetOf|isSupersetOf|symmetricDifference)\b",
    "iterator helpers (Chrome 122, Firefox 131, Safari 18.4)":
        r"\.(?:keys|values|entries)\(\)\.(?:map|filter|some|every|find|forEach|reduce|take|drop|flatMap)\b",
    "popovers (Firefox 125, Safari 17)": r"\bshowPopover\b|\[popover",
    "checkVisibility (Safari 17.4)": r"\.checkVisibility\b",
    "view transitions (Firefox 144, Safari 18)": r"startViewTransition",
    "Float16Array (Chrome 135)": r"Float16Array",
    "Math.sumPrecise, RegExp.escape, Error.isError": r"\.sumPrecise\b|RegExp\.escape\b|Error\.isError\b",
}  # fmt: skip
