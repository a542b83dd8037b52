"""The second build of a folder gives the site that the first one gave, byte for byte.

Left alone, four things would differ:

late files   A style sheet that an extension copies when the pages are written has no hash in its address in the first
             build, and one in the second. So a note beside what Sphinx has read names such files, and the next build
             removes them before it writes. Without a note (a new version, a killed build), `_static` is made anew.
entries      Sphinx keeps the words of pages that it does not write again, but loses their entries for the search. They
             are taken from the domain that makes the general index, which has those of every page.
lost words   A word that stood in one changed page alone stays in the index of the search, with no page to it.
gone pages   A page that is no longer in the book stays in the site. The note names the pages, too.
"""

import json
import shutil
from pathlib import Path

from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.search import js_index
from sphinx.util.index_entries import split_index_msg

NOTE = "site-*.json"  # for each folder that is built from these doctrees


def note_of(app):
    return Path(app.doctreedir, NOTE.replace("*", Path(app.outdir).name))


def read_note(app):
    """{"late": files in _static, "pages": [...]}; None if there is no note, or half of one."""
    try:
        return json.loads(note_of(app).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def forget(app):
    """What is noted of the sites is no longer so; called where a build finds that another one was killed."""
    for path in Path(app.doctreedir).glob(NOTE):
        path.unlink()


def begin(app, config):
    """Without a note all is read, written and copied anew."""
    app.explorable_note, app.explorable_early, app.explorable_pages = read_note(app), None, set()
    if app.explorable_note is None:
        app.explorable_note = {"late": [], "pages": []}
        Path(app.doctreedir, ENV_PICKLE_FILENAME).unlink(missing_ok=True)
        shutil.rmtree(Path(app.outdir, "_static"), ignore_errors=True)


def write_all(app, env):
    """All pages are written where the index of the search cannot be read, since it could not be completed."""
    if is_site(app) and read_search_index(app) is None:
        return sorted(env.found_docs)


def prepare(app, builder):
    """Before the first page is written. The note holds again when all are."""
    if not is_site(app):
        return
    note_of(app).unlink(missing_ok=True)
    for name in app.explorable_note["late"]:
        Path(app.outdir, "_static", name).unlink(missing_ok=True)
    app.env._search_index_index_entries = {page: search_entries(app.env, page) for page in sorted(app.env.found_docs)}


def is_site(app):
    """Whether this builder makes a folder of pages with one index for the search."""
    return app.builder.format == "html" and getattr(app.builder, "search", False)


def search_entries(env, page):
    """What Sphinx's `IndexBuilder.feed` finds in a page: [(entry, id of its place, "main" or "")], sorted."""
    found = set()
    for kind, value, place, main, _ in env.get_domain("index").entries.get(page, ()):
        found |= {(word, place or "", main) for word in split_index_msg(kind, value)}
    return sorted(found)


def watch_pages(app, pagename, templatename, context, doctree):
    """Remember which pages the site has, and which files there are when the first one is written."""
    if app.explorable_early is None:
        app.explorable_early = static_files(app)
    app.explorable_pages.add(pagename)


def static_files(app):
    """The files of `_static`, but for those that widgets.py looks after."""
    folder = Path(app.outdir, "_static")
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in names if not name.startswith("explorable/")}


def finish(app, exception):
    """Remove what is gone, and write the note, unless there was nothing to write."""
    if app.builder.format != "html":
        note_of(app).write_text(json.dumps(app.explorable_note), encoding="utf-8")
        return
    if exception or app.explorable_early is None:
        return
    pages = app.explorable_pages | app.env.found_docs
    for page in set(app.explorable_note["pages"]) - pages:
        remove_page(app, page)
    drop_lost_words(app)
    note = {"late": sorted(static_files(app) - app.explorable_early), "pages": sorted(pages)}
    note_of(app).write_text(json.dumps(note), encoding="utf-8")


def remove_page(app, page):
    """Remove a page and its sources from the site."""
    Path(app.builder.get_outfilename(page)).unlink(missing_ok=True)
    sources = Path(app.outdir, "_sources", page)
    for path in sources.parent.glob(f"{sources.name}.*"):
        path.unlink()


def search_index(app):
    return Path(app.outdir, app.builder.searchindex_filename)


def read_search_index(app):
    """The index of the search; None if it cannot be read."""
    try:
        with search_index(app).open(encoding="utf-8") as file:
            return js_index.load(file)
    except (OSError, ValueError):
        return None


def drop_lost_words(app):
    """Words that no page has any longer leave the index of the search."""
    index = read_search_index(app) if is_site(app) else None
    if index is None:
        return
    for kind in ("terms", "titleterms"):
        index[kind] = {word: pages for word, pages in index[kind].items() if pages != []}
    with search_index(app).open("w", encoding="utf-8") as file:
        js_index.dump(index, file)


def setup(app):
    app.connect("config-inited", begin, priority=950)  # when unfinished.py has looked for a killed build
    app.connect("env-updated", write_all)
    app.connect("write-started", prepare)
    app.connect("html-page-context", watch_pages)
    app.connect("build-finished", finish, priority=930)
