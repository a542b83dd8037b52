"""The search page, opened from disk: what is asked leads to the text first, and to the place in it."""

from urllib.parse import quote

import pytest

QUERIES = ("running mean", "gamma", "batch size", "group norm", "eps", "weight decay", "fold")
RESULTS = """() => document.querySelector(".search-summary")?.innerText.includes("finished")
    && [...document.querySelectorAll("#search-results li a")].map((link) => link.getAttribute("href"))"""


@pytest.fixture
def search(book, watched_page):
    page = watched_page(book / "search.html")

    def results(words):
        page.goto(f"{(book / 'search.html').as_uri()}?q={quote(words)}")
        return page, page.wait_for_function(RESULTS).json_value()

    return results


@pytest.mark.parametrize("words", QUERIES)
def test_chapters_come_before_the_reference(search, words):
    """First the chapters, then what explains words, last the reference of the library."""
    found = search(words)[1]
    shelves = [place(link) for link in found]
    assert shelves == sorted(shelves) and shelves[0] == 0, found


def place(link):
    page = link.partition("#")[0]
    return 0 if page.startswith("chapters/0") or page == "index.html" else 2 if "api" in page else 1


def test_a_section_with_the_words_in_its_title_comes_first(search):
    assert search("fold")[1][0] == "chapters/07_practice.html#folding"
    assert search("internal covariate shift")[1][0] == "chapters/01_motivation.html#internal-covariate-shift"


def test_a_function_is_found_in_the_reference(search):
    assert "chapters/api.html#bn.layers.batch_normalization.batch_norm_grad" in search("batch_norm_grad")[1]


def test_a_result_leads_to_the_words_in_its_page(search):
    page, found = search("running mean")
    number = next(i for i, link in enumerate(found) if link.startswith("chapters/in_use.html"))
    page.locator("#search-results li a").nth(number).click()
    page.wait_for_url("**/in_use.html*")
    page.wait_for_function("() => scrollY > 1000")
