"""Cards: what a term, an equation and a letter mean, by pointer, keyboard and finger; formulas are copied as LaTeX."""

import json
import unicodedata

import pytest

from tests.axe import violations
from tests.explorable.sphinx import tiny

INDEX = r"""# First

```{math}
:label: eq-mean
\hat x_j = \frac{x_j - \mu_B}{s} + \tilde x_i + d\gamma\,
\mathbf 1 + \sigma^2 + a + c - \lVert w \rVert^{2} + q_k
```

A {term}`batch`, its {term}`center <mean>`, the equation {eq}`eq-mean`, and another one, {eq}`eq-far`.

```{math}
:label: eq-other
a < b
```
"""
SECOND = r"""# Second

```{math}
:label: eq-far
\lambda = 3
```

```{glossary}
batch
mini-batch
  Examples, $m$ of them; see {term}`mean`.

mean
  Their sum divided by their number.
```

| Symbol | In code | Meaning |
|---|---|---|
| $\hat x_i$ | `xhat` | the normalized value |
| $x_i$ | `x` | what enters |
| $i, j, k$ | | examples |
| $\mu$, $\sigma^2$ | | mean and variance |
| $dx$, $d\gamma$ | | the derivative with respect to the letter |
| $\mathbf 1$ | | a vector of ones |
| $s$ | | the spread |
| $c$ | | a constant |
| $a$ | | a factor |
| $\lVert a\rVert$ | | a length |

| Letter | Meaning there |
|---|---|
| $a$ | a slope {eq}`eq-other`; the share of a branch {eq}`eq-far` |
| $c$ | with an index, a channel {eq}`eq-mean`, {eq}`eq-far` |
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cards")
    tiny.write_book(folder, INDEX, SECOND)
    config = folder / "_config.yml"
    config.write_text(config.read_text("utf-8") + "    explorable_notation: second\n", encoding="utf-8")
    return tiny.built(folder, tiny.build_book(folder))


@pytest.fixture
def first(watched_page, site):
    """first(...) opens the page with the formula."""

    def open_first(**how):
        page = watched_page(site / "index.html", root=site, **how)
        page.set_default_timeout(15_000)
        return page

    return open_first


def card(page):
    """What the card says, None where there is none."""
    found = page.locator(".ex-card:visible")
    # as it is written: what is seen of a letter of a formula is another letter, a slanted one
    return " ".join(unicodedata.normalize("NFKC", found.inner_text()).split()) if found.count() else None


def shown(page):
    page.locator(".ex-card:visible").wait_for()
    return card(page)


def gone(page):
    page.locator(".ex-card").wait_for(state="hidden")


def link(page, words):
    return page.locator("article p a", has_text=words).first


def test_the_texts_of_all_cards_stand_in_one_script(site):
    text = (site / "_static" / "explorable" / "card-texts.js").read_text("utf-8")
    found = json.loads(text.removeprefix("explorableCards(").removesuffix(");\n"))
    assert set(found["terms"]) == {"term-batch", "term-mini-batch", "term-mean"}
    assert set(found["equations"]) == {"equation-eq-far", "equation-eq-mean", "equation-eq-other"}
    assert (len(found["letters"]), len(found["local"])) == (10, 2)
    assert "<a" not in json.dumps([found["terms"], found["letters"]]) and " id=" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("batch", "batch Examples, m of them; see mean."),
        ("center", "mean Their sum divided by their number."),
        ("(2)", "λ=3"),
    ],
)
def test_a_link_to_a_term_or_an_equation_opens_its_card(first, words, said):
    page = first()
    assert card(page) is None
    target = link(page, words) if words != "(2)" else page.locator('a[href="second.html#equation-eq-far"]')
    target.hover()
    assert shown(page).replace(" ", "") == said.replace(" ", "")
    page.locator(".ex-card").hover()
    page.wait_for_timeout(400)
    assert card(page), "the pointer may go to the card"
    page.mouse.move(2, 2)
    gone(page)
    target.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert shown(page).replace(" ", "") == said.replace(" ", "")
    assert target.get_attribute("aria-describedby") == "ex-card"
    page.keyboard.press("Escape")
    gone(page)
    assert target.evaluate("(e) => e === document.activeElement") and not target.get_attribute("aria-describedby")
    target.click()
    assert "#" in page.url, "it is a link still"


def test_an_equation_of_the_same_page_is_shown_as_it_stands_there(first):
    page = first()
    page.locator('article p a[href="#equation-eq-mean"]').hover()
    shown(page)
    both = "(all) => all.map((e) => e.innerHTML)"
    there, here = page.locator("#equation-eq-mean math, .ex-card math").evaluate_all(both)
    assert there == here


LETTERS = """(name) => {
  const letters = [...document.querySelectorAll(`#equation-${name} math :is(mi, mn)`)];
  letters.forEach((letter, i) => (letter.id = `letter-${i}`));
  return letters.map((letter) => letter.textContent);
}"""
# Letter after letter of the first formula, and what its card begins with.
MEAN = [
    ("x", "the normalized value"), ("j", "examples"), ("x", "what enters"), ("j", "examples"),
    ("μ", "mean and variance"), ("B", None), ("s", "the spread"), ("x", None), ("i", "examples"),
    ("d", "the derivative"), ("γ", "the derivative"), ("𝟏", "a vector of ones"), ("σ", "mean and variance"),
    ("2", None), ("a", "a factor"), ("c", "with an index, a channel"), ("w", None),
    ("2", None), ("q", None), ("k", "examples"),
]  # fmt: skip


def test_a_letter_tells_what_it_means_there(first):
    page = first()
    assert page.evaluate(LETTERS, "eq-mean") == [letter for letter, _ in MEAN]
    for number, (letter, meaning) in enumerate(MEAN):
        page.locator(f"#letter-{number}").hover()
        if meaning is None:
            page.wait_for_timeout(600)
            assert card(page) is None, (number, letter)
        else:
            page.locator(".ex-card:visible", has_text=meaning).wait_for()
            assert page.locator(".ex-card > p").count() == 1, (number, letter)
        page.mouse.move(2, 2)
        gone(page)
    page.evaluate("() => document.querySelectorAll('[id^=letter]').forEach((e) => e.removeAttribute('id'))")
    page.evaluate(LETTERS, "eq-other")
    page.locator("#letter-0").hover()
    assert shown(page) == "a a slope (1)".replace("(1)", card(page)[-3:])
    assert "branch" not in card(page) and "factor" not in card(page)


def test_a_formula_is_copied_as_latex_and_its_letters_are_walked_by_keys(first):
    page = first(permissions=["clipboard-read", "clipboard-write"])
    button = page.locator("#equation-eq-mean .ex-tex")
    assert "LaTeX of the formula (1)" in button.get_attribute("aria-label")
    assert button.evaluate("(e) => getComputedStyle(e).opacity") == "0"
    page.locator("#equation-eq-mean").hover()
    page.wait_for_timeout(50)
    assert button.evaluate("(e) => getComputedStyle(e).opacity") == "1"
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("The LaTeX is copied.").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    wanted = INDEX.partition("eq-mean\n")[2].partition("\n```")[0]
    assert copied == " ".join(wanted.split())
    told = []
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
        page.wait_for_timeout(60)
        told.append((shown(page), page.locator(".ex-lit").text_content()))
    assert [letter for _, letter in told] == ["x", "j", "x", "k"] and told[0] == told[2]
    assert "normalized value" in told[0][0] and "examples" in page.locator(".ex-card-said").inner_text()
    button.evaluate("(e) => e.blur()")
    gone(page)


def test_where_copying_is_forbidden_the_latex_is_selected(first):
    page = first()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    page.locator("#equation-eq-other .ex-tex").click(force=True)
    field = page.get_by_label("LaTeX of the formula", exact=True)
    assert field.input_value() == "a < b"
    assert field.evaluate("(e) => [e === document.activeElement, e.selectionEnd]") == [True, 5]


def hold(page, target, ms):
    box = target.bounding_box()
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    client = page.context.new_cdp_session(page)
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    page.wait_for_timeout(ms)
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    client.detach()


def test_a_finger_that_rests_on_a_link_asks_and_one_that_taps_follows_it(first):
    page = first(width=360, touch=True)
    address = page.url
    hold(page, link(page, "batch"), 800)
    assert shown(page).startswith("batch Examples")
    page.wait_for_timeout(300)
    assert page.url == address, "the link was not followed"
    box = page.locator(".ex-card").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    page.touchscreen.tap(200, 20)
    gone(page)
    letter = page.locator("#equation-eq-mean math mi").first
    letter.tap()
    assert "normalized value" in shown(page)
    button = page.locator("#equation-eq-mean .ex-tex")
    assert button.evaluate("(e) => getComputedStyle(e).opacity") == "1", "a touched formula offers its LaTeX"
    page.touchscreen.tap(200, 20)
    gone(page)
    link(page, "batch").tap()
    page.wait_for_url("**/second.html#term-batch")


def test_a_page_without_links_and_formulas_loads_nothing_and_cards_break_no_rule(first, site):
    page = first()
    assert page.locator("script[src*='card-texts']").count() == 0, "the texts wait until they are wanted"
    link(page, "batch").hover()
    shown(page)
    assert page.locator("script[src*='card-texts']").count() == 1
    assert violations(page, {"include": [[".ex-card"], [".ex-formula"]]}, {"preload": False}) == []
    assert "cards.js" not in (site / "search.html").read_text("utf-8")
