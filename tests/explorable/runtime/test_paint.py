"""What is painted alike everywhere: colors in older browsers, arrow heads, indexes, and what stands on paper."""

import shutil

import demo
import demo_widgets
import pytest

AWAKE = """() => Promise.all([...explorable.widgets.values()].map((w) => (w.wake(), w.ready)))
  .then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))"""
# What stands on paper if it is printed in the load event itself.
PRINT_AT_LOAD = """addEventListener("load", () => {
  dispatchEvent(new Event("beforeprint"));
  window.onPaper = [...document.querySelectorAll("figure.explorable")].map((figure) => [
    figure.id, Math.min(...Array.from(figure.querySelectorAll(".ex-canvas"), (canvas) => canvas.childElementCount)),
    figure.querySelector(".ex-state")?.textContent ?? ""]);
})"""
COLORS = """() => {
  const waves = document.querySelector("#waves");
  const probe = document.createElement("p");
  waves.append(probe);
  const named = (name) => (probe.style.backgroundColor = `var(--ex-${name})`, getComputedStyle(probe).backgroundColor);
  const painted = (selector) => [...document.querySelectorAll(selector)].flatMap((element) => {
    const { color, fill, stroke } = getComputedStyle(element);
    return [color, fill, stroke];
  });
  const seen = {
    rail: named("track"), thumb: named("accent"), paper: named("paper"), lines: painted("#waves .ex-marks *"),
    axes: painted("#waves .ex-axes *"), diagram: painted("#cells .ex-diagram *"),
    words: painted("#waves :is(.ex-title, .ex-readout, button)"),
  };
  probe.remove();
  return seen;
}"""
HEADS = """() => [...document.querySelectorAll("[marker-end]")].map((path) => {
  const head = document.querySelector(path.getAttribute("marker-end").slice(4, -1)).firstElementChild;
  return [getComputedStyle(path).stroke, getComputedStyle(head).fill];
})"""
LETTERS = """([words, size]) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
  text.setAttribute("font-size", size);
  svg.append(text);
  document.body.append(svg);
  explorable.parts.write(text, words, true);
  const places = Array.from({ length: text.getNumberOfChars() }, (_, i) => text.getStartPositionOfChar(i).y);
  svg.remove();
  return places;
}"""


@pytest.fixture
def old_site(site, tmp_path):
    """The demonstration as a browser sees it that has never heard of light-dark()."""
    folder = shutil.copytree(site, tmp_path / "old")
    for path in folder.rglob("*.*"):
        if path.suffix in (".html", ".js", ".css") and "vendor" not in path.parts:
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("light-dark", "unheard-of"), encoding="utf-8")
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_without_pairs_of_colors_shows_those_of_its_theme(watched_page, site, old_site, scheme):
    seen = []
    for folder in (site, old_site):
        page = watched_page(folder / "index.html", root=folder, scheme=scheme)
        page.evaluate(AWAKE)
        seen.append(page.evaluate(COLORS))
    new, old = seen
    assert old == new
    assert "rgba(0, 0, 0, 0)" not in [old[name] for name in ("rail", "thumb", "paper")]
    assert len({color for color in old["lines"] if color.startswith("rgb")}) >= 3


def test_such_a_browser_follows_the_theme_and_prints_the_light_one(watched_page, old_site):
    page = watched_page(old_site / "index.html", root=old_site)
    page.evaluate(AWAKE)
    ink = "() => getComputedStyle(document.querySelector('#waves')).getPropertyValue('--ex-ink')"
    assert page.evaluate(ink) == "#1F2328"
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"() => ({ink})() === '#E6EDF3'")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(ink) == "#1F2328"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(ink) == "#E6EDF3"


def test_an_arrow_head_has_its_arrows_color(watched_page, site):
    page = watched_page(site / "index.html", root=site)
    page.evaluate(AWAKE)
    light = page.evaluate(HEADS)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function("() => getComputedStyle(document.querySelector('#waves')).colorScheme === 'dark'")
    dark = page.evaluate(HEADS)
    assert light and light != dark
    for stroke, fill in light + dark:
        assert stroke == fill and stroke.startswith("rgb")


def test_an_arrow_that_loses_its_color_loses_its_head(watched_page, site):
    """A diagram may bind a stroke to "none": then no head may be left behind."""
    page = watched_page(site / "index.html", root=site)
    page.evaluate(
        """() => {
          const from = { out: "s" };
          const scale = { kind: "map", pairs: [[0, "none"], [1, "accent"]] };
          const arrow = { shape: "path", name: "a", d: "M0,5H50", arrow: true, fill: "none", text: "" };
          const spec = { width: 60, height: 10, elements: [arrow], alt: "",
            bindings: [{ element: "a", part: "stroke", from, index: null, format: "", scale }] };
          const host = document.createElement("div");
          document.body.prepend(host);
          host.style.cssText = "--ex-accent: #0B62A8; --ex-muted: #59636E; --ex-ink: #1F2328";
          const { createDiagram, makeScope } = explorable.parts;
          const scope = makeScope(new Map(), {}, { s: 1 });
          const widget = { figure: host, controls: new Map(), picks: {}, scope, move() {} };
          const diagram = createDiagram(host, spec, widget);
          diagram.draw(null);
          window.again = (s) => {
            widget.scope = makeScope(new Map(), {}, { s });
            diagram.draw(null);
          };
        }"""
    )
    assert page.evaluate(HEADS)[0] == ["rgb(11, 98, 168)", "rgb(11, 98, 168)"]
    page.evaluate("again(0)")
    assert page.evaluate(HEADS)[0] == ["none", "none"]


def test_indexes_stand_below_their_letters_and_powers_above(watched_page, site):
    page = watched_page(site / "index.html", root=site)
    x, below, equals, y, above, plus, z = page.evaluate(LETTERS, ["x_1=y^{2}+z", 100])
    assert [x, equals, y, plus] == pytest.approx([z] * 4, abs=0.05)
    assert below - x == pytest.approx(21, abs=0.1) and x - above == pytest.approx(36, abs=0.1)


def test_what_is_printed_as_soon_as_the_page_has_loaded_has_all_pictures(watched_page, site):
    page = watched_page("about:blank", root=site)
    page.add_init_script(PRINT_AT_LOAD)
    page.goto((site / "index.html").as_uri(), wait_until="load")
    on_paper = page.evaluate("onPaper")
    assert len(on_paper) == len(demo_widgets.all_widgets())
    for key, layers, words in on_paper:
        assert layers > 0, f"{key}: no picture"
        assert words, f"{key}: its settings are not told"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(AWAKE)  # and it goes on as ever


def test_paper_says_which_picture_was_not_ready(watched_page, tmp_path):
    demo.write_page(tmp_path, [demo_widgets.waves(), demo_widgets.table()])
    (tmp_path / "_static" / "explorable" / "table.js").unlink()
    page = watched_page(tmp_path / "index.html", root=tmp_path)
    page.wait_for_selector("#table .ex-problem", state="attached")
    page.evaluate(AWAKE.replace(", w.ready", ", w.ready.catch(() => {})"))
    after = "e => getComputedStyle(e, '::after').content"
    places = [page.locator(f"#{key} .ex-canvas").first for key in ("waves", "table")]
    assert [place.evaluate(after) for place in places] == ["none", "none"]
    page.emulate_media(media="print")
    assert places[0].evaluate(after) == "none" and "not ready" in places[1].evaluate(after)
    page.watch.problems.clear()  # the missing file is meant


def test_figures_are_no_containers_on_paper(watched_page, site):
    """Firefox leaves a container blank that the end of a page cuts."""
    page = watched_page(site / "index.html", root=site)
    kind = "e => getComputedStyle(e).containerType"
    assert page.locator("#waves").evaluate(kind) == "inline-size"
    page.emulate_media(media="print")
    assert page.locator("#waves").evaluate(kind) == "normal"
