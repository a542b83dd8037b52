"""axe-core on an open page: which rules of accessibility it breaks.

tests/vendor/axe.min.js is version 4.14.1 as it comes from npm (MPL 2.0, axe.LICENSE.txt beside it), so that the tests
look with the rules of today, whatever packages bring along.
"""

from functools import cache
from pathlib import Path

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RUN = "([context, options]) => axe.run(context, options).then((found) => found.violations)"


@cache
def source():
    return AXE.read_text(encoding="utf-8")


def violations(page, context=None, options=None):
    """The violations on a page: [{"id", "impact", "nodes": [{"html", ...}], ...}].

    context : what to look at, {"include": [[selector]], "exclude": ...}, by default all.  options : of axe.run.
    """
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(source())
    return page.evaluate(RUN, [context or {"include": [["html"]]}, options or {}])
