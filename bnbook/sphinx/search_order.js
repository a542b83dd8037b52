// Which result of a search stands first, and where it leads. Sphinx takes this in (html_search_scorer, set in look.py).
// The text comes first, in the order of its chapters where results are as good; then what explains words; the reference
// of the library last, since it holds every word many times.
var Scorer = {
  // What Sphinx would take without this file.
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
  section: 10, // for a section whose title is what was searched, before its page

  /** result : [page, title, anchor, description, score, file]; returns the new score. */
  score(result) {
    const [page, , anchor, , score] = result;
    const chapter = page === "index" ? 99 : Number((/^chapters\/(\d+)_/.exec(page) ?? [])[1] ?? 0);
    const shelf = chapter ? 3 : /(^|\/|_)api(_|$)/.test(page) ? 1 : 2;
    if (!anchor) result[2] = this.place();
    return 1000 * shelf + score + (anchor ? this.section : 0) - chapter / 100;
  },

  /** A result that is a whole page leads to the place where the words stand, in browsers that can find it. */
  place() {
    const words = (new URLSearchParams(location.search).get("q") ?? "").trim();
    const parts = [words, ...words.split(/\s+/).filter((word) => word.length > 2)].filter(Boolean);
    const marked = (part) => `text=${encodeURIComponent(part).replace(/-/g, "%2D")}`;
    return parts.length ? `#:~:${[...new Set(parts)].map(marked).join("&")}` : "";
  },
};
