"""Predictions in the flow of a page: how they are written, compared with what is so, remembered and forgotten."""

import json
import re

import pytest

from bnbook.sphinx import sliders
from tests.axe import violations
from tests.book import driver
from tests.book.pages import numbered
from tests.book.test_questions import build, opened
from tests.explorable.sphinx import tiny

GOOD = """# One

:::{predict} Where does it *land*, if $a$ is [[ 2 + 3 ]]?
:name: p-where
:holds: bn.momentum_from_old_weight(0.99) < 0.5

( ) Near $-a$.
: That is the forecast.

(x) Near 17.

( ) It hardly moves.
:::

:::{predict} After how many batches?
:name: p-count
:answer: math.log(0.01) / math.log(0.9)
:low: 0
:high: 200
:step: 2
:unit: batches
:format: .0f
:::

:::{predict} By what factor?
:name: p-factor
:answer: 10 ** 1.5
:low: 1
:high: 1000
:scale: log
:format: .3g

It is the *geometric* mean.
:::

:::{question} And now?
:name: q-now

(x) Yes.
: So.

( ) No.
: Not.
:::
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("predictions")
    return tiny.built(folder, build(folder, GOOD))


def between(text, first, second):
    return text[text.index(f'id="{first}"') : text.index(f'id="{second}"')]


def test_a_prediction_can_be_read_without_a_script(pages):
    text = (pages / "index.html").read_text(encoding="utf-8")
    first = between(text, "p-where", "p-count")
    assert re.search(r"Predict\.</strong> Where does it <em>land</em>, if .*<math.* is 5\?</p>", first, re.DOTALL)
    assert re.findall(r'bn-letter">(.)<', first) == ["a", "b", "c"] and first.count("disabled>") == 3
    assert re.findall(r"<strong>(.*?)</strong>", first[first.index("<details") :]) == ["a.", "b. So it is.", "c."]
    assert re.findall(r'data-option="(.)" data-right="."( hidden)?>', first) == [("0", ""), ("1", ""), ("2", " hidden")]
    assert "Not so" not in first and "Right" not in first and not re.search(r"\son\w+=", first)
    second = between(text, "p-count", "p-factor")
    assert "A number from 0 batches to 200 batches." in second and "<strong>44 batches</strong>" in second


def test_in_a_notebook_it_is_plain_markdown(book):
    def text_of(name):
        cells = json.loads((book / "_sources" / "chapters" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells)

    text = text_of("03_backprop")
    options = "What has to be changed, so that the test notices?\n\n- a. The scale $\\gamma$.\n- b. The tolerance"
    assert "**Predict.** The museum opens" in text and options in text and "{predict}" not in text
    assert "<details><summary>Answer</summary>\n\n**a. So it is.** Move its slider.\n\n**b.** However" in text
    assert "<details><summary>Answer</summary>\n\n**44 batches.**\n\n</details>" in text_of("in_use")


def test_places_on_the_scale_are_honest():
    made = sliders.slider({"answer": "43.7", "low": "0", "high": "200", "step": "2"}, judged=False)
    assert made["place"] == pytest.approx(0.2185) and "good" not in made
    assert made["ticks"] == [[0, "0"], [0.25, "50"], [0.5, "100"], [0.75, "150"], [1, "200"]]
    made = sliders.slider({"answer": "10", "low": "1", "high": "500", "scale": "log"}, judged=False)
    assert made["place"] == pytest.approx(0.3705) and made["ticks"] == [[0, "1"], [0.3705, "10"], [0.741, "100"]]
    made = sliders.slider({"answer": "10", "low": "1", "high": "10**7", "scale": "log", "format": ",.0f"}, judged=False)
    assert [words for _, words in made["ticks"]] == ["1", "100", "10,000", "1,000,000"]
    made = sliders.slider({"answer": "5", "low": "0", "high": "10", "step": "1"}, judged=False)
    assert made["start"] == 0, "a slider that starts at the answer gives it away"


LIST = "(x) One.\n\n( ) Two."
BAD = [
    (":holds: 1 > 2", LIST, "1 > 2 is not true, so another option is right"),
    (":holds: 1 / 0", LIST, "the expression '1 / 0' fails: ZeroDivisionError"),
    (":holds: finding('nothing')", LIST, "no kept finding"),
    (":tolerance: 3", LIST, "tolerance"),
    ("", "Only text.", "it needs options as one list at its end"),
    ("", "(x) One.", "it has 1 option; allowed are two or more"),
    ("", LIST.replace("x", " "), "0 options are marked with (x)"),
    (":answer: 30\n:low: 0\n:high: 9", "", "the answer 30 does not lie between"),
]


def test_bad_predictions_fail_the_build_with_their_place(tmp_path):
    text, expected = "# One\n\n", []
    for options, content, words in BAD:
        expected.append((text.count("\n") + 1, words))
        text += f":::{{predict}} What?\n{options}\n\n{content}\n:::\n\n"
    good, said = build(tmp_path, text)
    assert not good
    said = re.sub(r"\x1b\[[0-9;]*m", "", said)
    reports = re.findall(r"index\.md:(\d+): (.*?)(?=\n\S*index\.md:|\Z)", said, re.DOTALL)
    for line, words in expected:
        found = [" ".join(report.split()) for at, report in reports if line <= int(at) <= line + 1]
        assert any(words in report for report in found), f"{line}, {words}: {found or reports}"


# In the browser


def stored(page):
    """What the page has kept for longer than a visit, without what the theme keeps."""
    found = page.evaluate("({...localStorage})")
    return {name: value for name, value in found.items() if name not in ("mode", "theme")}


def faults(page, where):
    """What axe finds there. (To preload is to fetch the styles, which a page from disk may not.)"""
    return violations(page, {"include": [[where]]}, {"preload": False})


@pytest.mark.parametrize("way", ["mouse", "touch", "keyboard"])
def test_a_choice_is_compared_with_what_is_so(watched_page, pages, way):
    page = opened(watched_page, pages, touch=way == "touch", width=360 if way == "touch" else 1280)
    box, press = page.locator("#p-where"), driver.presser(page, way)
    said, check = box.locator(".bn-said"), box.locator(".bn-check")
    press(check)
    assert said.inner_text() == "Choose one first, or let it be shown." and stored(page) == {}
    if way == "keyboard":
        box.locator("input").first.focus()
        page.keyboard.press("Space")
    else:
        press(box.locator("label").nth(0))
    assert stored(page) == {} and box.locator(".bn-mark").count() == 0
    press(check)
    assert said.inner_text().split("\n\n") == ["You guessed a; it is b.", "That is the forecast."]
    assert box.locator("label").nth(0).inner_text().split("\n")[-1] == "your guess"
    assert box.locator("label").nth(1).inner_text().split("\n")[-1] == "so it is"
    assert box.locator("input:disabled").count() == 3 and box.locator(".bn-skip").is_hidden()
    assert page.evaluate("document.activeElement.textContent") == "Guess again"
    press(check)
    assert said.inner_text() == "" and box.locator(".bn-mark").count() == 0 and stored(page) == {}
    assert box.locator("input:checked").count() == 0 and box.locator("input:disabled").count() == 0


def test_a_right_guess_is_told_so(watched_page, pages):
    page = opened(watched_page, pages)
    box = page.locator("#p-where")
    box.locator("label").nth(1).click()
    box.locator(".bn-check").click()
    assert box.locator(".bn-said").inner_text() == "As you guessed."
    assert box.locator(".bn-mark").all_inner_texts() == ["so it is"]


@pytest.mark.parametrize("width", [1280, 360])
def test_a_number_stands_at_its_place_beside_the_true_one(watched_page, pages, width):
    page = opened(watched_page, pages, width=width)
    box = page.locator("#p-count")
    slider = box.locator("input[type=range]")
    for _ in range(5):
        slider.press("ArrowRight")
    box.locator(".bn-check").click()
    assert box.locator(".bn-said p").inner_text() == "Your guess: 110 batches. It is: 44 batches."
    assert slider.is_hidden()
    scale = box.locator(".bn-scale")
    whole = scale.bounding_box()

    def place(name):
        found = scale.locator(name).bounding_box()
        return (found["x"] + found["width"] / 2 - whole["x"]) / whole["width"]

    assert place(".bn-stem.bn-so") == pytest.approx(43.7 / 200, abs=0.004)
    assert place(".bn-stem:not(.bn-so)") == pytest.approx(110 / 200, abs=0.004)
    assert place(".bn-notch >> nth=1") == pytest.approx(50 / 200, abs=0.004)
    way = scale.locator(".bn-between").bounding_box()
    assert way["width"] / whole["width"] == pytest.approx((110 - 43.7) / 200, abs=0.004)
    for words in scale.locator(".bn-word").all():
        spot = words.bounding_box()
        assert whole["x"] - 1 <= spot["x"] and spot["x"] + spot["width"] <= whole["x"] + whole["width"] + 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(stored(page)) == 1
    box.locator(".bn-check").click()
    assert slider.is_visible() and box.locator("output").inner_text() == "100 batches" and stored(page) == {}


@pytest.mark.parametrize("name", ["p-where", "p-count"])
def test_it_can_be_shown_without_a_guess_and_then_nothing_is_remembered(watched_page, pages, name):
    page = opened(watched_page, pages)
    box = page.locator(f"#{name}")
    box.locator(".bn-skip").click()
    told = {"p-where": "It is b.", "p-count": "It is: 44 batches."}[name]
    assert box.locator(".bn-said p").first.inner_text() == told
    assert box.locator(".bn-stem:not(.bn-so), .bn-mark:not(.bn-so)").count() == 0 and stored(page) == {}
    assert page.evaluate("document.activeElement.textContent") == "Guess again"
    page.reload()
    assert box.locator(".bn-said").inner_text() == ""


def test_guesses_are_remembered_and_forgotten(watched_page, pages):
    page = opened(watched_page, pages)
    forget = page.locator(".bn-forget button")
    assert forget.is_hidden()
    page.evaluate("localStorage.setItem('answers: another book', '{}')")
    page.locator("#p-where label").nth(2).click()
    page.locator("#p-where .bn-check").click()
    page.locator("#p-factor input").press("End")
    page.locator("#p-factor .bn-check").click()
    page.locator("#q-now label").nth(0).click()
    page.locator("#q-now .bn-check").click()
    kept = {"index#p-where": "It hardly moves.", "index#p-factor": "1,000", "index#q-now": "Yes."}
    assert json.loads(stored(page)["answers: Tiny"]) == kept
    page.reload()
    assert page.locator("#p-where .bn-said").inner_text() == "You guessed c; it is b."
    said = page.locator("#p-factor .bn-said")
    assert "Your guess: 1,000. It is: 31.6." in said.inner_text() and "geometric mean." in said.inner_text()
    assert page.locator("#q-now .bn-said").inner_text().startswith("Right.")
    assert page.locator("#p-count .bn-said").inner_text() == ""
    forget.focus()
    page.keyboard.press("Enter")
    assert forget.is_hidden() and page.locator(".bn-forgotten").inner_text() == "Your answers are forgotten."
    assert stored(page) == {"answers: another book": "{}"}
    assert page.locator(".bn-said:not(:empty), input:checked, input:disabled").count() == 0
    page.reload()
    assert page.locator(".bn-said:not(:empty), .bn-told").count() == 0


@pytest.mark.parametrize("kept", ['{"index#p-where": "No such option.", "index#p-count": "3 sheep"}', "[", "null", "7"])
def test_what_another_version_has_kept_does_no_harm(watched_page, pages, kept):
    page = opened(watched_page, pages)
    page.evaluate("(kept) => localStorage.setItem('answers: Tiny', kept)", kept)
    page.reload()
    assert page.locator(".bn-alive").count() == 4 and page.locator(".bn-said:not(:empty)").count() == 0
    page.locator("#p-where label").nth(0).click()
    page.locator("#p-where .bn-check").click()
    assert page.locator("#p-where .bn-mark").count() == 2


def test_where_the_browser_keeps_nothing_predictions_can_be_made(watched_page, pages):
    page = watched_page("about:blank", root=pages)
    page.add_init_script("""for (const name of ['getItem', 'setItem', 'removeItem']) {
      const own = Storage.prototype[name];
      Storage.prototype[name] = function (key, ...more) {
        if (key.startsWith('answers')) throw new DOMException('refused', 'SecurityError');
        return own.call(this, key, ...more);
      };
    }""")
    page.goto((pages / "index.html").as_uri())
    box = page.locator("#p-where")
    box.locator("label").nth(0).click()
    box.locator(".bn-check").click()
    assert box.locator(".bn-mark").count() == 2 and page.locator(".bn-forget button").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_before_and_after(watched_page, pages, width, scheme):
    page = opened(watched_page, pages, width=width, scheme=scheme)
    assert faults(page, ".bn-prediction") == []
    page.locator("#p-where label").nth(0).click()
    for name in ("p-where", "p-count"):
        page.locator(f"#{name} .bn-check").click()
    page.locator("#p-factor .bn-skip").click()
    assert faults(page, ".bn-prediction") == [] and faults(page, ".bn-forget") == []


def test_it_is_spoken(watched_page, pages):
    page = opened(watched_page, pages)
    box = page.locator("#p-where")
    assert box.aria_snapshot().startswith('- group "Predict. Where does it land')
    box.locator("label").nth(0).click()
    box.locator(".bn-check").click()
    said = box.aria_snapshot()
    assert re.search(r'radio "b Near 17\. so it is" \[disabled\]', said) and "status:" in said
    page.locator("#p-count .bn-check").click()
    spoken = page.locator("#p-count .bn-said").aria_snapshot()
    assert "Your guess: 100 batches. It is: 44 batches." in spoken and "150" not in spoken


def test_without_javascript_and_on_paper_the_answer_is_there(watched_page, pages):
    page = opened(watched_page, pages, java_script_enabled=False)
    box = page.locator("#p-where")
    assert box.locator(".bn-check").is_hidden() and box.locator(".bn-explanation").first.is_hidden()
    box.locator("summary").click()
    assert box.locator(".bn-explanation:visible").count() == 2
    page = opened(watched_page, pages)
    page.locator("#p-count .bn-check").click()
    page.emulate_media(media="print")
    box = page.locator("#p-count")
    assert box.locator(".bn-check").is_hidden() and box.locator(".bn-said").is_hidden()
    assert box.locator(".bn-range").is_visible() and box.locator(".bn-explanation").is_visible()
    assert page.locator(".bn-forget").is_hidden()


def test_every_prediction_of_the_book_can_be_made(book, watched_page):
    """And what was made is there when the page is opened again."""
    page = watched_page("about:blank", root=book)
    for name in numbered():
        page.goto((book / f"{name}.html").as_uri())
        boxes = page.locator(".bn-prediction").all()
        assert len(boxes) >= 3, name
        for box in boxes:
            if box.locator("label.bn-option").count():
                box.locator("label.bn-option").first.click()
            if box.locator(".bn-pen").count():
                box.locator(".bn-pen").press("ArrowUp")
            box.locator(".bn-check").click()
        page.reload()
        page.locator(".bn-prediction.bn-told").nth(len(boxes) - 1).wait_for()
    page.locator(".bn-forget button").click()
