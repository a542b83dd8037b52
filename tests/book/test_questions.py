"""Questions on a page: their markup, what is wrong with a bad one, and how they answer in the browser."""

import re

import pytest

from bnbook.sphinx import expressions, sliders
from tests.book import driver
from tests.explorable.sphinx import tiny

GOOD = """# One

:::{question} What is [[ 2 + 3 ]] times $a$, *really*?
:name: q-times

Think of {eq}`nothing`-ness.

( ) Six $a$.
: That is one [[ 0.5 | .2f ]] too many.

(x) Five $a$.
: Count again: [[ form("paths-count", 3) | d ]] paths.

  A second paragraph.

( ) A negative number, [[ -1 ]].
: No.
:::

:::{question} After how many batches?
:answer: math.ceil(math.log(0.01) / math.log(0.9))
:low: 0
:high: 200
:step: 2
:tolerance: 3
:unit: batches
:format: d
:below: Then [[ 0.9**10 | .2f ]] is *left*.

It is [[ 0.9**44 | .4f ]].
:::

:::{question} On a logarithmic slider?
:answer: 100
:low: 1
:high: 10**4
:scale: log
:steps: 81
:format: .3g

A hundred.
:::
""".replace("Think of {eq}`nothing`-ness.", "Think of it.")
CONFIG = (
    tiny.CONFIG.replace("explorable.offline]", "sphinxcontrib.bibtex, explorable.offline, bnbook.sphinx]")
    .replace("[amsmath,", "[deflist, amsmath,")
    .replace("html_context:", "bibtex_bibfiles: []\n    html_context:")
)


def build(folder, index, second="# Second\n", config=CONFIG):
    """A book of two plain pages; without a kernel it is built in a few seconds."""
    tiny.write_book(folder, index, second)
    for name, content in (("index", index), ("second", second)):
        (folder / f"{name}.md").write_text(content, encoding="utf-8")
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    return tiny.build_book(folder)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("questions")
    return tiny.built(folder, build(folder, GOOD))


def test_a_question_is_there_without_a_script(pages):
    text = (pages / "index.html").read_text(encoding="utf-8")
    first = text[text.index('id="q-times"') : text.index('id="question-1"')]
    assert re.search(r'id="q-times-text">What is 5 times .*<math.*<em>really</em>\?</p>', first, re.DOTALL)
    assert first.index("Think of it.") < first.index('class="bn-options"') < first.index("<details")
    assert re.findall(r'bn-letter">(.)<', first) == ["a", "b", "c"] and first.count("disabled>") == 3
    answers = first[first.index("<details") :]
    assert re.findall(r"<strong>(.*?)</strong>", answers) == ["a. Not so.", "b. Right.", "c. Not so."]
    assert "one 0.50 too many" in answers and "16 paths" in answers and "A second paragraph" in answers
    assert "negative number, \N{MINUS SIGN}1." in first and not re.search(r"\son\w+=", first)


def test_a_number_has_its_range_and_answer_without_a_script(pages):
    text = (pages / "index.html").read_text(encoding="utf-8")
    second = text[text.index('id="question-1"') : text.index('id="question-2"')]
    assert "A number from 0 batches to 200 batches." in second and "<strong>44 batches</strong>" in second
    assert "It is 0.0097." in second and "Then 0.35 is <em>left</em>." in second


def test_only_a_page_with_questions_loads_their_script(pages):
    one, second = ((pages / f"{name}.html").read_text(encoding="utf-8") for name in ("index", "second"))
    assert "question.js" in one and "question.css" in one
    assert "question.js" not in second and "question.css" not in second


TWO = "( ) One.\n: No.\n\n(x) Two.\n: Yes."


def question(argument="What?", options="", content=TWO):
    return f":::{{question}} {argument}\n{options}\n\n{content}\n:::\n"


LIST = "( ) One.\n: No.\n\n( ) Two.\n: No."


def number(answer, low, high, more="", content="So."):
    return question("How many?", f":answer: {answer}\n:low: {low}\n:high: {high}\n{more}".rstrip(), content)


BAD = [
    (question(content="Only text."), "it needs options as one list at its end"),
    (question(content="(x) One.\n: Yes."), "it has 1 option; allowed are two or more"),
    (question(content=LIST), "0 options are marked with (x); allowed is one"),
    (question(content=LIST.replace("( )", "(x)")), "2 options are marked with (x)"),
    (question(content=LIST.replace("( ) Two", "Two")), "the option 'Two.' does not begin with (x) or ( )"),
    (question(options=":unit: m"), "'unit' goes with a number to predict"),
    (question(options=":colour: red"), "colour"),
    (question("What is [[ 1 / 0 ]]?"), "the expression '1 / 0' fails: ZeroDivisionError"),
    (question(content="(x) [[ open(1) ]]\n: Yes.\n\n( ) No.\n: No."), "NameError: name 'open' is not defined"),
    (question("What is [[ 'a' | .2f ]]?"), "the format '.2f' does not fit 'a'"),
    (question(options=":answer: 3", content="So."), "needs the option 'low'"),
    (number(3, 5, 1), "low is 5 and high 1"),
    (number(30, 0, 9), "the answer 30 does not lie between low, 0, and high, 9"),
    (number("[]", 0, 9), "gives []; allowed are finite numbers"),
    (number(0.155, 0, 1), "no stop is within 0 of the answer 0.155; the nearest is"),
    (number(5, 0, 9, ":step: 0"), "step is 0"),
    (number(5, 0, 9, ":step: 1\n:start: 5"), "starts at 5, which is right"),
    (number(5, 0, 9, ":step: 1\n:tolerance: 4"), "9 of 10 stops count as right"),
    (number(5, 0, 9, ":scale: log"), "logarithmic scale are numbers above 0"),
    (number(5, 0, 9, ":scale: cubic"), "cubic"),
    (number(5, 1, 9, ":step: 1\n:start: 2", ""), "a text that explains the answer"),
]  # fmt: skip


def test_bad_questions_fail_the_build_with_their_place(tmp_path):
    """One build for all: every fault is reported, with the file and the line at which its question begins."""
    text, expected = "# One\n\n", []
    for source, words in BAD:
        line = text.count("\n") + 1
        expected.append((line, words))
        text += source + "\n"
    good, said = build(tmp_path, text)
    assert not good
    reports = re.findall(
        r"index\.md:(\d+): (.*?)(?=\n\S*index\.md:|\Z)", re.sub(r"\x1b\[[0-9;]*m", "", said), re.DOTALL
    )
    for line, words in expected:
        found = [report for at, report in reports if line <= int(at) <= line + 1]
        assert any(words in " ".join(report.split()) for report in found), f"{line}, {words}: {found or reports}"


def test_expressions_know_the_library_and_little_else():
    assert expressions.number("bn.momentum_from_old_weight(0.99)") == pytest.approx(0.01)
    assert expressions.fill("a [[ solve('best_length', np.array([1.0]), np.array([2.0]), np.eye(1)) | .1f ]] b") == (
        "a \N{MINUS SIGN}2.0 b"
    )
    with pytest.raises(ValueError, match="KeyError: 'no-such-label'"):
        expressions.evaluate('form("no-such-label", 1)')


def test_stops_can_be_read():
    made = sliders.slider({"answer": "0.3", "low": "0", "high": "1", "step": "0.1"})
    assert made["shown"][3] == "0.3" and made["good"] == [3, 3] and made["start"] == 5


# In the browser


def opened(watched_page, pages, **how):
    return watched_page(pages / "index.html", root=pages, **how)


@pytest.mark.parametrize("way", ["mouse", "touch", "keyboard"])
def test_answering(watched_page, pages, way):
    page = opened(watched_page, pages, touch=way == "touch", width=360 if way == "touch" else 1280)
    box = page.locator("#q-times")
    said, check = box.locator(".bn-said"), box.locator(".bn-check")

    press = driver.presser(page, way)
    press(check)
    assert said.inner_text() == "Choose one first."
    if way == "keyboard":
        box.locator("input").first.focus()
        page.keyboard.press("Space")
    else:
        press(box.locator("label").nth(0))
    press(check)
    assert said.inner_text().startswith("Not so.") and "one 0.50 too many" in said.inner_text()
    if way == "keyboard":
        box.locator("input").first.focus()
        page.keyboard.press("ArrowDown")
    else:
        press(box.locator("label").nth(1))
    assert said.inner_text() == "", "a new choice takes the old verdict away"
    press(check)
    assert said.inner_text().startswith("Right.") and "A second paragraph." in said.inner_text()
    assert said.get_attribute("data-right") == "1"


def test_predicting(watched_page, pages):
    page = opened(watched_page, pages)
    box = page.locator("#question-1")
    slider, said = box.locator("input[type=range]"), box.locator(".bn-said")
    assert box.locator(".bn-range").is_hidden() and box.locator("output").inner_text() == "100 batches"
    box.locator(".bn-check").click()
    assert said.inner_text().split("\n")[0] == "Too large."
    slider.focus()
    page.keyboard.press("Home")
    assert said.inner_text() == "" and slider.get_attribute("aria-valuetext") == "0 batches"
    box.locator(".bn-check").click()
    assert "Too small." in said.inner_text() and "Then 0.35 is left." in said.inner_text()
    for _ in range(22):
        slider.press("ArrowRight")
    box.locator(".bn-check").click()
    assert "Right: 44 batches." in said.inner_text() and "It is 0.0097." in said.inner_text()


def test_an_answer_is_remembered_once_it_is_checked(watched_page, pages):
    page = opened(watched_page, pages)
    page.locator("#q-times label").nth(1).click()
    page.locator("#question-1 input").press("Home")
    page.reload()
    assert page.locator("#q-times input:checked").count() == 0, "a choice is no answer yet"
    assert page.locator("#question-1 output").inner_text() == "100 batches"
    page.locator("#q-times label").nth(0).click()
    page.locator("#q-times .bn-check").click()
    page.locator("#question-1 input").press("Home")
    page.locator("#question-1 .bn-check").click()
    page.reload()
    assert page.locator("#q-times input").nth(0).is_checked()
    assert page.locator("#q-times .bn-said").inner_text().startswith("Not so.")
    assert page.locator("#question-1 output").inner_text() == "0 batches"
    assert page.locator("#question-1 .bn-said").inner_text().startswith("Too small.")
    assert page.locator("#question-2 .bn-said").inner_text() == "" and "?" not in page.url


def test_without_javascript_the_answer_can_be_unfolded(watched_page, pages):
    page = opened(watched_page, pages, java_script_enabled=False)
    box = page.locator("#q-times")
    assert box.locator(".bn-check").is_hidden() and box.locator("input").first.is_hidden()
    assert box.locator(".bn-option-text").nth(1).is_visible() and box.locator(".bn-explanation").first.is_hidden()
    box.locator("summary").click()
    assert box.locator(".bn-explanation").nth(1).is_visible()


def test_on_paper_the_answer_is_printed_and_no_control(watched_page, pages):
    page = opened(watched_page, pages)
    page.emulate_media(media="print")
    box = page.locator("#question-1")
    assert box.locator(".bn-check").is_hidden() and box.locator("input").is_hidden()
    assert box.locator(".bn-range").is_visible() and box.locator(".bn-explanation").is_visible()


def test_where_style_cannot_show_a_closed_answer_it_is_opened_for_paper(book, watched_page):
    """Firefox and Safari before 2025 know no ::details-content."""
    page = watched_page("about:blank", root=book)
    page.add_init_script(
        "const knows = CSS.supports; CSS.supports = (...q) => !/details-content/.test(q) && knows(...q);"
    )
    page.goto((book / "chapters" / "02_transform.html").as_uri())
    opened = "() => [...document.querySelectorAll('.bn-answers')].map((answer) => answer.open)"
    before = page.evaluate(opened)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert before and not any(before) and all(page.evaluate(opened))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(opened) == before
