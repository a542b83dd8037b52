"""Evidence tags: what each must say, what those with names open to, and how a page that breaks the rules is refused."""

import re
from html import escape, unescape

import pytest
import yaml

from bnbook.experiments.findings import Finding
from bnbook.proofs import registry as ledger
from bnbook.sphinx import evidence_opened, evidence_rules
from bnbook.sphinx.evidence_rules import offenses
from tests.book import test_questions
from tests.explorable.sphinx import tiny
from tools import evidence as tool
from tools.build import ROOT

STRICT = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]["bn_evidence_strict"]
FAKE = '''"""A finding for this test alone."""

from bnbook.experiments import findings, kept


def coins(seed, *, flips=100, bias=0.5):
    return {}


def setup(app):
    found = findings.Finding("coins", coins, "two coins, one of them bent", {"bias": 0.6})
    findings.FINDINGS["coins"] = found
    kept.about = lambda name: {"versions": {"python": "3.13", "numpy": "2.3"}, "seconds": 4.21}
    kept.path_of = lambda name: kept.FOLDER
'''
PAGE = """# One

The bent coin wins, {measured}`@coins | 7 of 8 wins` and the sentence goes on behind the tag for a while, so that there
is something for the tag to stand in. {proved}`@xhat-mean-square` One more sentence.

- In a list. {measured}`@coins` {reported}`Figure 3`

| a | b |
|---|---|
| 1 | in a table {measured}`@coins \\| often` |
| 2 | {measured}`12 seeds, range in brackets` |

Not there: {measured}`@nothing | x`.
"""


@pytest.mark.parametrize("path", tool.pages(), ids=lambda path: path.stem)
def test_a_page_keeps_the_rules_of_evidence(path):
    """With bn_evidence_strict all of them; before, only that the names exist."""
    found = tool.found(path)
    assert not [line for line in found if STRICT or ": there is no " in line]


@pytest.mark.parametrize("label", ledger.entries())
def test_an_entry_of_the_ledger_names_what_was_read(label):
    entry = ledger.entries()[label]
    words = " ".join([entry.claim, entry.source, *getattr(entry, "assumptions", ())])
    assert not list(evidence_rules.phrases(words)) and "recalled" not in words


GOOD = [
    "{measured}`@coins`",
    "{measured}`@coins, @dice | at rate 0.1`",
    "{measured}`12 seeds, median and range in brackets`",
    "{measured}`ten paired seeds; 9 of 10`",
    "{measured}`9 random problems, the interval of the median`",
    "{measured}`20 draws, 0.31 (0.25 to 0.40)`",
    "{measured}`3 seeds, because one takes an hour; the range is in the table`",
    "{measured}`exact: no randomness`",
    "{measured}`exact | the same images each time`",
    "{measured}`one case | seed 0`",
    "{measured}`seed 0; one plane of very many`",
    "{proved}`@dx`",
    "{proved}`@dx, dgamma | by the chain rule`",
    "{proved}`beside it: by multiplying out`",
    "{reported}`Figure 3` {cite}`someone`",
    "{reported}`Santurkar and co-authors (2018), appendix A`",
    "{reported}`the documentation of BatchNorm1d`",
    "{contested}`anything`",
    "`` {measured}`3 seeds` ``",
    "```python\n{measured}`3 seeds`\n```",
]
BAD = {
    "{measured}`same settings`": "no number of seeds",
    "{measured}`3 seeds`": "fewer than 8",
    "{measured}`3 seeds, range in brackets`": "fewer than 8",
    "{measured}`12 seeds`": "no spread",
    "{measured}`exact`": "the remark is missing",
    "{measured}`@ coins`": "not of the form",
    "{measured}`@coins |`": "not of the form",
    "{measured}`@cards`": "there is no finding 'cards'",
    "{proved}`for any batch`": "no entry of the ledger",
    "{proved}`@no-such`": "there is no entry of the ledger 'no-such'",
    "{proved}`@dx | for any batch`": "'any' in the remark",
    "{proved}`@dx | eps = 0`": "'eps' in the remark",
    "{reported}`for a convolutional network` {cite}`someone`": "no place in the source",
    "{reported}`Figure 3`": "no paper is cited",
    "{reported}`Figure 3`\n\n{cite}`someone`": "no paper is cited",
    "{contested}`@dx`": "takes no @names",
    "A theorem, as\ncommonly stated.": "this phrase",
    "```{note}\n{measured}`3 seeds`\n```": "fewer than 8",
}


@pytest.mark.parametrize("text", GOOD)
def test_what_a_tag_may_say(text):
    assert not offenses(text, {"coins", "dice"}, {"dx", "dgamma"})


@pytest.mark.parametrize("text", BAD)
def test_what_it_may_not_say_is_named_with_its_line(text):
    (found,) = offenses(f"# Title\n\n```python\nx = 1\n```\n\n{text}\n", {"coins"}, {"dx"})
    assert BAD[text] in found.wrong and found.line == (8 if text.startswith("```") else 7)


def test_every_forbidden_phrase_is_found():
    assert [offense.text for offense in offenses("\n".join(evidence_rules.FORBIDDEN))] == list(evidence_rules.FORBIDDEN)


def test_only_the_legend_may_show_a_tag_bare():
    bare = "{measured}`measured here` {proved}`proved`"
    assert not offenses(bare, legend=True) and len(offenses(bare)) == 2
    assert len(offenses("{measured}`3 seeds`", legend=True)) == 1


def test_seeds_are_counted(monkeypatch):
    made = {name: Finding(name, len, "x", seeds=range(n)) for name, n in (("a", 8), ("b", 10), ("c", 8), ("d", 1))}
    monkeypatch.setattr(evidence_opened, "findings", lambda: made)
    assert [evidence_opened.seeds(list(names)) for names in ("ac", "ab", "d")] == [
        "8 paired seeds",
        "8 and 10 paired seeds",
        "1 seed",
    ]


def test_assumptions_in_the_tag():
    """Without what letters mean; where that is long, the conditions; where these are long, their number."""
    assert evidence_opened.assumptions(["rms-dx"]) == (
        "any number of entries; not all entries are 0, or eps > 0; any eps"
    )
    assert evidence_opened.assumptions(["curvature-along-gradient"]).endswith(
        "eps = 0; the batch is not constant; and 2 more"
    )


def test_long_lists_of_assumptions_are_counted_in_the_tag_and_told_where_it_opens():
    entry = evidence_opened.entries()["curvature-shrinks"]
    assert evidence_opened.assumptions([entry.label]) == f"under {len(entry.assumptions)} assumptions"
    opened = evidence_opened.html("proved", [entry.label], "ledger.html", ("#e", "meaning"))
    assert all(escape(text) in opened for text in entry.assumptions)


def build(folder, text, more=""):
    """A book of two plain pages, with the finding of this test."""
    config = test_questions.CONFIG.replace("html_context:", f"{more}html_context:")
    config = config.replace("sphinx:\n", "sphinx:\n  local_extensions: {coins_finding: .}\n").replace(
        "bnbook.sphinx]", "bnbook.sphinx, coins_finding]"
    )
    (folder / "coins_finding.py").write_text(FAKE, encoding="utf-8")
    return test_questions.build(folder, "# Index\n\n(evidence)=\n## Tags\n\nText.\n", text, config)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("evidence")
    return tiny.built(folder, build(folder, PAGE))


def test_a_strict_build_ends_at_the_tag(tmp_path):
    good, words = build(tmp_path, PAGE, "bn_evidence_strict: true\n    ")
    assert not good and "second.md:13: {measured}`@nothing | x`: there is no finding 'nothing'" in words
    faults = set(re.findall(r"second\.md:(\d+): (\{\w+\}`.*?`)", words))
    assert faults == {("6", "{reported}`Figure 3`"), ("13", "{measured}`@nothing | x`")}


def test_tags_as_they_stand_on_the_page(pages):
    text = (pages / "second.html").read_text(encoding="utf-8")
    tags = [
        unescape(re.sub(r"<.*?>", "", tag)) for tag in re.findall(r'class="bn-tag[^>]*>(.*?)</(?:summary|a)>', text)
    ]
    assert tags == [
        "measured here · 8 paired seeds · 7 of 8 wins",
        "proved · any batch size; the batch is not constant, or eps > 0",
        "measured here · 8 paired seeds",
        "reported · Figure 3",
        "measured here · 8 paired seeds · often",
        "measured here · 12 seeds, range in brackets",
        "measured here · @nothing | x",
    ]
    for words in (
        "two coins, one of them bent.",
        "flips = 100; bias = 0.6",
        "<dd>0 to 7</dd>",
        "Python 3.13, NumPy 2.3, in 4.2 s",
        "coins_finding.coins",
        "make findings ARGS=coins",
        'href="chapters/ledger.html#ledger-xhat-mean-square"',
        'href="index.html#evidence"',
    ):
        assert words in text, words
    assert not re.search(r"<p>(?:(?!</p>).)*<details", text, re.DOTALL), "HTML ends a paragraph at such a block"


# In the browser


def opened(watched_page, pages, **how):
    return watched_page(pages / "second.html", root=pages, **how)


@pytest.mark.parametrize("way", ["mouse", "touch", "keyboard", "without JavaScript"])
def test_a_tag_opens_within_its_line(watched_page, pages, way):
    width = 360 if way == "touch" else 1280
    page = opened(
        watched_page, pages, touch=way == "touch", width=width, java_script_enabled=way != "without JavaScript"
    )
    box = page.locator("details.bn-opens").first
    summary = box.locator("summary")
    closed = summary.bounding_box()
    assert not box.locator(".bn-opened").is_visible()
    if way == "keyboard":
        summary.focus()
        page.keyboard.press("Enter")
    else:
        summary.tap() if way == "touch" else summary.click()
    assert "make findings ARGS=coins" in box.locator(".bn-opened").inner_text()
    now = summary.bounding_box()
    assert abs(now["x"] - closed["x"]) < 2 and abs(now["y"] - closed["y"]) < 2, "the tag does not move as it opens"
    block = box.locator(".bn-opened").bounding_box()
    assert block["y"] >= now["y"] + now["height"] - 1 and block["x"] + block["width"] <= width
    rest = page.locator(".bn-p").first.bounding_box()
    assert rest["y"] + rest["height"] > block["y"] + block["height"], "the sentence goes on below"
    summary.press("Enter")
    assert not box.locator(".bn-opened").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_paragraph_with_such_a_tag_looks_like_the_others(watched_page, pages):
    page = opened(watched_page, pages)
    look = "e => { const s = getComputedStyle(e); return [s.fontSize, s.lineHeight, s.color, s.marginBottom] }"
    plain = page.evaluate(f"({look})([...document.querySelectorAll('.bd-article section > p')].at(-1))")
    assert plain == page.evaluate(f"({look})(document.querySelector('.bd-article section > .bn-p'))")


NEXT_WORD = """() => {
  const range = document.createRange(), text = document.querySelector("details.bn-opens").nextSibling;
  range.setStart(text, 1);
  range.setEnd(text, 4);
  return range.getBoundingClientRect().left;
}"""


def test_a_closed_tag_does_not_end_its_line(watched_page, pages):
    page = opened(watched_page, pages)
    tag = page.locator("details.bn-opens > summary").first.bounding_box()
    assert tag["x"] + tag["width"] < page.evaluate(NEXT_WORD) < tag["x"] + tag["width"] + 20


IN_TEXT = ".bd-article section > .bn-p > details.bn-opens > summary"  # and not beside a figure
MARGIN = f"""() => [...document.querySelectorAll("{IN_TEXT}")].map((tag) => {{
  const text = tag.closest(".bn-p").getBoundingClientRect(), box = tag.getBoundingClientRect();
  return [box.left - text.right, box.right, box.top - text.top, box.bottom - text.bottom];
}})"""


def test_tags_stand_in_the_margin_where_it_is_free(visit):
    """Beside their paragraph, within the window; on a narrow one in the line."""
    page = visit("chapters/05_smoothness", width=1280)
    wide = page.evaluate(MARGIN)
    assert len(wide) > 3
    for beside, right, top, _ in wide:
        assert beside > 0 and right <= 1280 and top > -2
    page = visit("chapters/05_smoothness", width=1000)
    assert all(beside <= 0 and bottom < 2 for beside, _, _, bottom in page.evaluate(MARGIN))


def test_a_long_tag_is_short_in_the_line_and_opens_to_the_rest(watched_page, pages):
    page = opened(watched_page, pages, width=360)
    box = page.locator("details.bn-opens", has_text="7 of 8 wins").first
    assert box.locator("summary").inner_text().strip() == "measured here · 8 paired seeds"
    box.locator("summary").click()
    assert box.locator(".bn-whole").inner_text() == "measured here · 8 paired seeds · 7 of 8 wins"
    page.emulate_media(media="print")
    assert box.locator("summary").inner_text().strip() == "measured here · 8 paired seeds · 7 of 8 wins"


def test_a_long_tag_without_names_opens_as_well(watched_page, pages):
    page = opened(watched_page, pages)
    box = page.locator("details.bn-opens", has_text="range in brackets")
    box.locator("summary").click()
    assert "12 seeds, range in brackets" in box.locator(".bn-whole").inner_text()
    assert page.locator("a.bn-tag", has_text="Figure 3").get_attribute("href").endswith("#evidence"), (
        "a short one does not"
    )


def test_a_tag_in_the_margin_opens_there(visit):
    page = visit("chapters/05_smoothness", width=1280)
    tag = page.locator(IN_TEXT).first
    tag.click()
    opened = page.locator(".bd-article section > .bn-p > details[open] > .bn-opened").first.bounding_box()
    before = tag.bounding_box()
    assert abs(opened["x"] - before["x"]) < 2 and opened["x"] + opened["width"] <= 1280
    assert opened["y"] >= before["y"] + before["height"] - 1
    tag.click()
