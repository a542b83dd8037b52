"""The book's style sheet on every page, the order of what a search finds, and some mends in the pages' markup."""

import re
from collections import Counter
from pathlib import Path

from explorable.files import seen_from

HERE = Path(__file__).resolve().parent
CURRENT = re.compile(r'<a class="current reference internal" href="#">.*?</a>', re.DOTALL)


def add_style(app, config):
    config.html_static_path.append(seen_from(app.confdir, HERE / "static"))
    config.templates_path.insert(0, seen_from(app.confdir, HERE / "templates"))
    config.html_search_scorer = str(HERE / "search_order.js")


def mend_page(app, pagename, templatename, context, doctree):
    """The page's body as it should read, and the number of a chapter in the title that is printed."""
    if "body" in context:
        context["body"] = mended(context["body"])
    number = app.env.toc_secnumbers.get(pagename, {}).get("")
    if number and "pagetitle" in context:
        context["pagetitle"] = f"{'.'.join(map(str, number))}. {context['pagetitle']}"
    if "generate_toctree_html" in context:
        context["generate_toctree_html"] = with_sections(context["generate_toctree_html"], context["generate_toc_html"])


def with_sections(chapters, sections):
    """The theme's function for the list of chapters, which now has the sections of the open one below its title."""

    def generate(*args, **options):
        here = str(sections())
        return CURRENT.sub(lambda found: found[0] + here, str(chapters(*args, **options)), count=1)

    return generate


def mended(body):
    """docutils calls its bibliography a list, but its entries no list items; screen readers do better without. What
    unfolds hidden code has a name of its own that hides the words seen on it. And the link to an exercise begins after
    the space before it, which would be underlined.
    """
    body = body.replace('<div role="list" class="citation-list">', '<div class="citation-list">')
    body = apart(body.replace('<summary aria-label="Toggle hidden content">', "<summary>"))
    return re.sub(r'Solution to(<a class="reference internal" [^>]*>) ', r"Solution to \1", body)


def apart(body):
    """Each id once: exercises, solutions and proofs repeat those of their parts, which get a number from the second on.

    >>> apart('<p id="a"><p id="b"><p id="a"><p id="a">')
    '<p id="a"><p id="b"><p id="a-2"><p id="a-3">'
    """
    taken, times = set(re.findall(r' id="([^"]+)"', body)), Counter()

    def numbered(found):
        name = found[1]
        times[name] += 1
        if times[name] == 1:
            return found[0]
        while (new := f"{name}-{times[name]}") in taken:
            times[name] += 1
        return f' id="{new}"'

    return re.sub(r' id="([^"]+)"', numbered, body)


def setup(app):
    app.connect("config-inited", add_style)
    app.connect("html-page-context", mend_page, priority=600)  # after the theme has set the title
    app.add_css_file("book.css", priority=800)
    app.add_js_file("contents.js", priority=800, defer="defer")
