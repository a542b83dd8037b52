"""State in the address, roles in the prose, play, reduced motion, the announced readout."""

from urllib.parse import parse_qs, urlsplit

COPIED = "navigator.clipboard.readText()"


def test_state_is_restored_from_the_address(hand):
    query = "?batch.x=1,-2.5&batch.eps=0.1&waves.rate=2.5&waves.band=0&waves.shape=1&field.p=-1,1.5"
    batch = hand("batch", query=query)
    assert batch.values() == {"x": [1, -2.5], "eps": 0.1, "goal": 2}
    assert batch.neighbor("waves") == {"rate": 2.5, "size": 1, "shape": 1, "band": 0, "shift": 1}
    assert not batch.page.locator("#waves [data-control=band] input").is_checked()
    assert batch.page.locator("#waves .ex-remark").count() == 0  # nothing to remark
    assert batch.neighbor("field")["p"] == [-1, 1.5]


def test_what_the_address_cannot_have_is_noted_and_nothing_breaks(hand):
    waves = hand("waves", query="?waves.rate=2.04&waves.size=much&waves.shape=9&waves.colour=red&waves.band=1")
    assert waves.values() == {"rate": 2, "size": 1, "shape": 0, "band": 1, "shift": 1}
    note = waves.figure.locator(".ex-remark").inner_text()
    assert "rate: “2.04” became the nearest" in note
    assert "“much” is not possible for height" in note
    assert "“9” is not possible for shape" in note
    assert "no setting “colour”" in note


def test_the_link_holds_the_state_and_keeps_the_rest_of_the_address(hand):
    waves = hand("waves", query="?batch.eps=0.1&other=1#batch", permissions=["clipboard-read", "clipboard-write"])
    waves.slide("rate", 30)
    waves.share("Link to this state")
    assert waves.said() == "The link is copied."
    url = urlsplit(waves.page.url)
    assert url.fragment == "waves"  # whatever the address named before, the link leads to its own widget
    assert parse_qs(url.query) == {
        "batch.eps": ["0.1"], "other": ["1"], "waves.rate": ["3.2"], "waves.size": ["1"], "waves.shape": ["0"],
        "waves.band": ["1"], "waves.shift": ["1"],
    }  # fmt: skip
    assert waves.page.evaluate(COPIED) == waves.page.url
    waves.page.reload()
    assert waves.neighbor("waves")["rate"] == 3.2


def test_reset_takes_the_link_back_so_that_a_reload_begins_anew(hand):
    waves = hand("waves", query="?batch.eps=0.1&other=1", permissions=["clipboard-read", "clipboard-write"])
    waves.slide("rate", 30)
    waves.share("Link to this state")
    assert waves.said() == "The link is copied."
    waves.figure.locator(".ex-reset").click()
    assert waves.figure.locator(".ex-menu").is_hidden()
    assert parse_qs(urlsplit(waves.page.url).query) == {"batch.eps": ["0.1"], "other": ["1"]}
    waves.page.reload()
    assert waves.neighbor("waves")["rate"] == 1 and waves.neighbor("batch")["eps"] == 0.1


def test_without_a_changeable_address_the_link_is_shown_in_a_field(hand):
    waves = hand("waves")
    waves.page.evaluate("() => { history.replaceState = () => { throw new Error('no'); }; }")
    waves.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    waves.share("Link to this state")
    assert "waves.rate=1" in waves.figure.get_by_label("The link").input_value()


def test_prose_sets_a_widget_and_shows_its_number(hand):
    waves = hand("waves")
    live = waves.page.locator(".ex-live")
    assert live.inner_text() == "1.00"
    assert waves.changes(lambda: waves.page.locator("a.ex-set").click()) == (True, True)
    assert (waves.values()["rate"], waves.values()["shape"]) == (2, 1)
    assert "?" not in waves.page.url
    waves.slide("size", 60)
    assert live.inner_text() == "10.00"


def travel(waves, way):
    """Back or Forward in the browser's history, as its buttons do; the page must stay."""
    waves.page.evaluate("() => { window.here = true; }")
    waves.page.evaluate(f"() => new Promise((done) => (addEventListener('popstate', done, {{once: true}}), {way}))")
    waves.settle()
    assert waves.page.evaluate("window.here")


SCROLL = "scrollY"


def test_back_undoes_what_links_have_set_and_forward_does_it_again(hand):
    """Several in a row, with moves by hand in between, from a file on disk; and the page is back at the sentence."""
    waves = hand("waves")
    page, link = waves.page, waves.page.locator("a.ex-set")
    page.evaluate("() => { document.body.style.paddingTop = document.body.style.paddingBottom = '3000px'; }")
    waves.slide("size", 30)
    start = waves.values()
    link.scroll_into_view_if_needed()
    place = page.evaluate(SCROLL)
    link.click()
    waves.settle()
    linked = waves.values()
    assert (linked["rate"], linked["shape"], start["rate"]) == (2, 1, 1)
    waves.slide("rate", 5)
    by_hand = waves.values()
    page.evaluate(
        """() => { const a = document.querySelector('a.ex-set').cloneNode(true);
        Object.assign(a.dataset, { key: 'batch', set: '{"eps": 0.1}' });
        document.querySelector('a.ex-set').after(a); a.click(); }"""
    )
    waves.settle()
    assert waves.neighbor("batch")["eps"] == 0.1
    travel(waves, "history.back()")
    assert waves.neighbor("batch")["eps"] == 0.01 and waves.values() == by_hand
    travel(waves, "history.back()")
    assert waves.values() == start
    assert abs(page.evaluate(SCROLL) - place) <= 2
    travel(waves, "history.forward()")
    assert waves.values() == by_hand
    travel(waves, "history.forward()")
    assert waves.neighbor("batch")["eps"] == 0.1 and waves.values() == by_hand
    travel(waves, "history.go(-2)")
    assert waves.values() == start and abs(page.evaluate(SCROLL) - place) <= 2
    assert waves.neighbor("batch")["eps"] == 0.01
    travel(waves, "history.go(2)")
    assert waves.neighbor("batch")["eps"] == 0.1 and waves.values() == by_hand


def test_a_link_to_a_section_in_between_restores_nothing(hand):
    waves = hand("waves")
    waves.page.locator("a.ex-set").click()
    waves.settle()
    waves.slide("rate", 5)
    before = waves.values()
    waves.page.evaluate("() => { location.hash = 'batch'; }")
    waves.slide("size", 20)
    moved = waves.values()
    assert moved != before
    waves.page.go_back(wait_until="commit")
    waves.settle()
    assert waves.values() == moved


def test_a_link_that_sets_a_folded_control_unfolds_it(hand):
    waves = hand("waves")
    folded = waves.figure.locator("details.ex-more")
    assert folded.get_attribute("open") is None
    waves.page.locator("a.ex-set").click()
    waves.settle()
    assert folded.get_attribute("open") is None
    waves.page.locator("a.ex-set").evaluate("(a) => { a.dataset.set = '{\"shift\": 2}'; a.click(); }")
    waves.settle()
    assert folded.get_attribute("open") is not None and waves.values()["shift"] == 2


def test_an_address_that_sets_a_folded_control_unfolds_it(hand):
    assert hand("waves", query="?waves.shift=2").figure.locator("details.ex-more").get_attribute("open") is not None
    assert hand("waves", query="?waves.shift=1").figure.locator("details.ex-more").get_attribute("open") is None


def test_set_links_work_from_the_keyboard(hand):
    waves = hand("waves")
    waves.page.locator("a.ex-set").focus()
    assert waves.changes(lambda: waves.page.keyboard.press("Enter")) == (True, True)


def test_play_runs_to_the_end_and_stops(hand):
    table = hand("table")
    button = table.control("step").locator(".ex-play")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert button.get_attribute("aria-label") == "Pause step"
    table.page.wait_for_function("explorable.widgets.get('table').values.step === 30", timeout=60_000)
    table.page.wait_for_function("document.querySelector('#table .ex-play').getAttribute('aria-pressed') === 'false'")
    steps = table.page.evaluate("explorable.widgets.get('table').moves.length")
    assert steps > 5  # it went through the stops, it did not jump


def test_play_pauses_when_the_reader_acts(hand):
    waves = hand("waves")
    button = waves.control("rate").locator(".ex-play")
    button.click()
    waves.page.wait_for_timeout(150)
    waves.control("band").locator("input").click()
    assert button.get_attribute("aria-pressed") == "false"
    stopped = waves.values()["rate"]
    waves.page.wait_for_timeout(200)
    assert waves.values()["rate"] == stopped


def test_with_reduced_motion_play_takes_few_slow_steps(hand):
    waves = hand("waves", reduced_motion="reduce")
    waves.control("rate").locator(".ex-play").click()
    moves = "explorable.widgets.get('waves').moves.length"
    waves.page.wait_for_function(f"{moves} > 0", timeout=60_000)
    rate, steps = waves.page.evaluate(f"[explorable.widgets.get('waves').values.rate, {moves}]")
    assert rate > 1 + 0.2 * steps  # nothing glides: a step goes over several stops


def test_the_readout_is_announced_after_a_pause_and_not_at_every_step(hand):
    waves = hand("waves")
    assert waves.figure.locator(".ex-readout").get_attribute("aria-live") == "off"
    for index in range(5):
        waves.slide("rate", index)
        assert f"rate of {0.2 + index / 10:.1f} per second" in waves.readout()  # what is seen is up to date
    waves.page.wait_for_function("document.querySelector('#waves .ex-announced').textContent", timeout=60_000)
    waves.page.evaluate("""() => {
      window.said = [];
      const region = document.querySelector('#waves .ex-announced');
      const listen = () => region.textContent && said.push(region.textContent);
      new MutationObserver(listen).observe(region, {childList: true});
    }""")
    waves.page.evaluate("""() => {
      const input = document.querySelector('#waves [data-control=rate] input');
      for (const stop of [5, 6, 7, 8, 9]) {
        input.value = stop;
        input.dispatchEvent(new InputEvent('input', {bubbles: true}));
      }
    }""")
    waves.page.wait_for_function("said.length > 0", timeout=60_000)
    waves.page.wait_for_timeout(300)  # time for a second one, which must not come
    said = waves.page.evaluate("said")
    assert len(said) == 1 and said[0] == waves.readout()
