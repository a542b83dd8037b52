"""Moves every control of every widget as a reader would, and tells whether the picture or the readout changed.

It knows widgets only by the page's markup (data-control and the classes of `explorable.page.form`), none by name.
"""

import json

from tests.book.test_pages import settle

# Two frames; or half a second, should the browser paint none (WebGL without a graphics card can bring it to a halt).
# A program that has steps to take goes on meanwhile; one that runs is not waited for.
FRAMES = """async () => {
  const frames = () => Promise.race([
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)))),
    new Promise((done) => setTimeout(done, 500)),
  ]);
  const busy = ({ evaluate }) => evaluate?.runs && !evaluate.runs.moving && evaluate.runs.pending;
  await frames();
  for (let k = 0; k < 400 && [...(globalThis.explorable?.widgets?.values() ?? [])].some(busy); k++) await frames();
}"""
# A finger that drags across what moves along may scroll the page, which glides on; a tap meanwhile would only stop it.
REST = """async () => {
  for (let last = NaN, calm = 0, turn = 0; calm < 4 && turn < 120; turn++) {
    calm = scrollY === last ? calm + 1 : 0;
    last = scrollY;
    await (FRAMES)();
  }
}""".replace("FRAMES", FRAMES)
# Pictures are long texts, so a short sum of each leaves the browser, not the text.
LOOK = """async ([key, reset]) => {
  if (reset) document.querySelector(`#${key} .ex-reset`).click();
  await (FRAMES)();
  const sum = (text) => {
    let a = 0xdeadbeef, b = 0x41c6ce57;
    for (let k = 0; k < text.length; k++) {
      const code = text.charCodeAt(k);
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
    return [a >>> 0, b >>> 0, text.length];
  };
  const figure = document.getElementById(key);
  // Not what the pointer asks for, nor the shadow of the state before: both are there when nothing has answered.
  const drawn = (box) => [...box.children].map((part) => part.matches(".ex-values, .ex-ghost") ? "" : part.outerHTML);
  const pictures = [...figure.querySelectorAll(".ex-canvas")].map((box) => sum(drawn(box).join("")));
  const values = JSON.stringify(explorable.widgets.get(key).values, (_, v) => ArrayBuffer.isView(v) ? [...v] : v);
  return [JSON.stringify([pictures, figure.querySelector(".ex-readout")?.textContent]), values];
}""".replace("FRAMES", FRAMES)


def widget_keys(page):
    return page.evaluate("() => [...document.querySelectorAll('figure.explorable')].map((figure) => figure.id)")


def show(page, key):
    """Bring one widget into view and wait until it is alive."""
    page.locator(f"#{key}").scroll_into_view_if_needed()
    page.wait_for_function("(key) => window.explorable?.widgets.has(key)", arg=key)
    settle(page, [key])
    if page.locator(f"#{key} .ex-plotly").count():  # its library comes after the widget is ready
        page.locator(f"#{key} .ex-plotly canvas").first.wait_for(timeout=60_000)


def turn(page, key, on):
    """Let the 3-D figures of a widget come, or their flat charts again."""
    for button in page.locator(f"#{key} .ex-turn").all():
        if (button.get_attribute("aria-pressed") == "true") != on:
            button.press("Enter")
            if on:
                page.locator(f"#{key} .ex-plotly canvas").first.wait_for(timeout=60_000)


def look(page, key):
    """Everything of a widget that a reader sees change, but for what is painted on a canvas (see `shot`)."""
    return state(page, key)[0]


def state(page, key, reset=False):
    """(what `look` says, `values`), after a reset if that is asked for, in one call."""
    seen, held = page.evaluate(LOOK, [key, reset])
    return seen, json.loads(held)


def shot(page, key):
    """A picture of the widget's figures as they are painted, once they stand still."""
    figures, last = page.locator(f"#{key} .ex-figures"), None
    for _ in range(200):
        page.wait_for_timeout(150)
        now = figures.screenshot()
        if now == last:
            return now
        last = now
    raise AssertionError(f"the figures of {key} do not come to rest")


def values(page, key):
    plain = "(_, v) => ArrayBuffer.isView(v) ? [...v] : v"
    text = f"(key) => JSON.stringify(window.explorable.widgets.get(key).values, {plain})"
    return json.loads(page.evaluate(text, key))


def controls(page, key):
    """[(name, kind)] of a widget, in the order of the page; folded ones are unfolded first."""
    page.evaluate("(key) => document.querySelectorAll(`#${key} details`).forEach((box) => { box.open = true; })", key)
    found = page.evaluate(
        """(key) => [...document.querySelectorAll(`#${key} [data-control]`)].filter((e) => e.matches(".ex-control"))
        .map((e) => [e.dataset.control, [...e.classList].find((c) => c.startsWith("ex-") && c !== "ex-control")])"""
        , key,
    )  # fmt: skip
    return [(name, kind.removeprefix("ex-")) for name, kind in found]


def reset(page, key):
    """Back to the start, by a click from a script: quicker than a pointer's, which `test_reset...` tries."""
    page.evaluate(f"(key) => {{ document.querySelector(`#${{key}} .ex-reset`).click(); return ({FRAMES})(); }}", key)


def operate(page, key, name, kind, way):
    """Generator: makes one move after the other with this control; ask after each whether something changed.

    way : "mouse", "keyboard" or "touch". A move may do nothing (a click where the handle is); several follow.
    """
    box = page.locator(f'#{key} .ex-control[data-control="{name}"]')
    yield from MOVES[kind](page, box, way)


# In one call: what a locator does in two, with a wait for two frames, and every control is brought into view often.
PLACE = """element => {
  element.scrollIntoViewIfNeeded();
  const place = element.getBoundingClientRect();
  const top = document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2);
  // A reader does not reach below what is sticky either: on a phone, the clock of a program.
  if (!element.contains(top)) element.scrollIntoView({ block: "center", behavior: "instant" });
  const area = element.getBoundingClientRect();
  return [area.x, area.y, area.width, area.height];
}"""


def point_at(page, way, target, at=0.5):
    """Press a place of an element, `at` of its width from the left, with mouse or finger."""
    x, y, width, height = target.evaluate(PLACE)
    x, y = x + at * width, y + height / 2
    page.touchscreen.tap(x, y) if way == "touch" else page.mouse.click(x, y)


# Places on a part of a picture, on the screen: along a line, or the middle of anything else.
ON_IT = """part => {
  const line = part.matches(".ex-path") && part.querySelector(":scope > path:last-of-type");
  const area = part.getBoundingClientRect();
  if (!line) return [[area.x + area.width / 2, area.y + area.height / 2]];
  const [length, matrix] = [line.getTotalLength(), line.getScreenCTM()];
  const place = at => line.getPointAtLength(at * length).matrixTransform(matrix);
  return [0.5, 0.1, 0.9, 0.3, 0.7].map(place).map(({ x, y }) => [x, y]);
}"""


def press(page, target, *keys):
    target.focus()
    for key in keys:
        page.keyboard.press(key)
        yield


def move_slider(page, box, way):
    slider = box.locator("input[type=range]")
    if way == "keyboard":
        yield from press(page, slider, "ArrowRight", "ArrowLeft", "ArrowLeft", "End", "Home")
        return
    for at in (0.97, 0.03, 0.5, 0.25, 0.75):
        point_at(page, way, slider, at)
        yield


def move_choice(page, box, way):
    if box.locator("select").count():
        menu = box.locator("select")
        if way == "keyboard":
            yield from press(page, menu, "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp")
            return
        for index in range(menu.locator("option").count()):  # the browser's own menu is not part of the page
            menu.select_option(index=index)
            yield
        return
    if way == "keyboard":
        yield from press(page, box.locator("input:checked"), "ArrowRight", "ArrowRight", "ArrowLeft")
        return
    for label in box.locator("label").all():
        point_at(page, way, label)
        yield


def move_toggle(page, box, way):
    if way == "keyboard":
        yield from press(page, box.locator("input[type=checkbox]"), "Space", "Space")
        return
    point_at(page, way, box.locator("label"))
    yield


def move_numbers(page, box, way):
    """By keyboard the first cell; by mouse and finger the buttons, dots in the picture, or the cell itself."""
    cell = box.locator(".ex-cells input").first
    if way == "keyboard":
        yield from press(page, cell, "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown")
        return
    for button in (box.locator(".ex-remove"), box.locator(".ex-add")):
        if button.is_visible() and button.is_enabled():
            point_at(page, way, button)
            yield
    yield from drag_handles(page, box, way)
    if way == "mouse":
        for at in (0.25, 0.75):  # the browser's own arrows, which appear in the cell under the mouse
            cell.scroll_into_view_if_needed()  # dragging may have moved the page
            area = cell.bounding_box()
            place = area["x"] + area["width"] - 10, area["y"] + at * area["height"]
            page.mouse.move(*place)
            page.evaluate(FRAMES)  # they are painted, then they can be pressed
            page.mouse.click(*place)
            yield
    else:  # a tap opens the phone's number pad
        page.evaluate(REST)
        point_at(page, way, cell)
        page.keyboard.press("Control+A")
        page.keyboard.type(cell.get_attribute("max") or "2")
        page.keyboard.press("Enter")
        yield


def move_point(page, box, way):
    if way == "keyboard":
        for field in box.locator("input[type=number]").all():
            yield from press(page, field, "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown", "ArrowDown")
        return
    yield from drag_handles(page, box, way)


def move_drawing(page, box, way):
    """A stroke across the pad, or a cell painted by keys."""
    pad = box.locator(".ex-pad-ground")
    if way == "keyboard":
        yield from press(page, pad, "Space", "ArrowRight", "Space")
        return
    x, y, width, height = pad.evaluate(PLACE)
    drag(page, way, (x + 0.3 * width, y + 0.2 * height), (x + 0.6 * width, y + 0.8 * height))
    yield


def drag_handles(page, box, way):
    """Drag what the picture of this widget offers; whether it moves this control, the caller sees from its value."""
    handles = box.locator("xpath=ancestor::figure[1]").locator(".ex-handle")
    for index in range(min(handles.count(), 8)):
        yield from move_in_picture(page, handles.nth(index), way)


def move_in_picture(page, element, way):
    """Move what can be moved in a picture: a handle is dragged, what can be chosen is pressed."""
    holds = element.get_attribute("role") == "slider"
    if way == "keyboard":
        yield from press(page, element, *(("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown") if holds else ("Enter",)))
        return
    element.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")  # not below what is sticky
    area = element.bounding_box()
    if not area:
        return
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    if not holds:
        for x, y in element.evaluate(ON_IT):  # the middle of a line with corners lies beside it
            page.touchscreen.tap(x, y) if way == "touch" else page.mouse.click(x, y)
            yield
        return
    # The last four are for stops that lie far apart.
    for dx, dy in ((40, 0), (-40, 0), (0, 40), (0, -40), (110, 0), (-110, 0), (0, 110), (0, -110)):
        drag(page, way, (x, y), (x + dx, y + dy))
        yield


def at_rest(page, key):
    """Nothing lies under the pointer, the cards that it opened are closed, and the widget is in view and still."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(600)
    show(page, key)


UPPERMOST = """([x, y]) => {
  const part = document.elementFromPoint(x, y);
  const names = [part?.localName, part?.getAttribute("class"), part?.closest("[id]")?.id].filter(Boolean);
  return `${Math.round(x)}, ${Math.round(y)}: ${names.join(" ") || "outside of the window"}`;
}"""


def what_lies_on(page, element):
    """What a pointer meets where it shall press a part of a picture, for a failure that nobody saw."""
    return "; ".join(page.evaluate(UPPERMOST, place) for place in element.evaluate(ON_IT))


def presser(page, way):
    """press(element): a button or an option, by pointer, finger or keyboard."""

    def press(target):
        if way == "keyboard":
            target.focus()
            page.keyboard.press("Enter")
        else:
            target.tap() if way == "touch" else target.click()

    return press


def drag(page, way, start, end):
    if way == "mouse":
        page.mouse.move(*start)
        page.mouse.down()
        page.mouse.move(*end, steps=4)
        page.mouse.up()
        return
    client = page.context.new_cdp_session(page)
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": start[0], "y": start[1]}]})
    for share in (0.3, 0.6, 1):
        place = {"x": start[0] + share * (end[0] - start[0]), "y": start[1] + share * (end[1] - start[1])}
        client.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [place]})
    page.evaluate(FRAMES)  # moves arrive with the frames, and a session that ends takes back what has not arrived
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.evaluate(FRAMES)
    client.detach()


MOVES = {
    "slider": move_slider,
    "choice": move_choice,
    "toggle": move_toggle,
    "numbers": move_numbers,
    "point": move_point,
    "drawing": move_drawing,
}

# What a program shows some steps on the way, after a press on each of its actions: its settings act on what follows.
ON_THE_WAY = """async ([key, steps]) => {
  const widget = explorable.widgets.get(key);
  for (const each of widget.figure.querySelectorAll("[data-act]"))
    if (!["step", "start"].includes(each.dataset.act)) each.click();
  await (FRAMES)();
  widget.set({ [widget.spec.model.clock]: steps });
  await (FRAMES)();
}""".replace("FRAMES", FRAMES)


def is_program(page, key):
    """Whether the widget is a program, whose outputs depend on what was done on the way."""
    return page.evaluate("(key) => explorable.widgets.get(key).spec.model.kind === 'program'", key)


def on_the_way(page, key, steps=6):
    """Press what can be pressed, and let a program take its first steps."""
    page.evaluate(ON_THE_WAY, [key, steps])
