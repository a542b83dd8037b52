"""A view in a page of its own: the browser's half runs for real, against a model that speaks with the Python half."""

import json

import pytest

from explorable.notebook import View
from tools.find_browser import launch_options  # noqa: F401  the browser fixture needs it

# What a host hands to an anywidget: get, set, save_changes, send, on, off. What goes to Python is kept in `sent`.
MODEL = """
window.makeModel = (state) => {
  const heard = {}, changed = {};
  const model = {
    sent: [],
    get: (name) => state[name],
    set(name, value) { state[name] = value; changed[name] = value; model.emit(`change:${name}`); },
    save_changes() { model.sent.push({ changes: { ...changed } }); for (const name in changed) delete changed[name]; },
    send: (message) => model.sent.push({ message }),
    on: (name, call) => (heard[name] ??= []).push(call),
    off: (name, call) => (heard[name] = (heard[name] ?? []).filter((each) => each !== call)),
    emit: (name, ...what) => (heard[name] ?? []).slice().forEach((call) => call(...what)),
    listeners: () => Object.values(heard).flat().length,
  };
  return model;
};
window.mount = async (model, esm, el) => {
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const { default: widget } = await import(url);
  return widget.render({ model, el });
};
"""
START = """([state, packed]) => {
  for (const name in packed) state[name] = new DataView(Uint8Array.from(packed[name]).buffer);
  window.model = makeModel(state);
}"""


class Notebook:
    """One view of a widget, its model in a page, and the messages between them, delivered when `talk` is called."""

    def __init__(self, page, widget):
        self.page, self.view, self.messages = page, View(widget), []
        self.view.send = lambda content, buffers=None: self.messages.append((content, buffers or []))
        state = {name: self.view.trait_values()[name] for name in self.view.keys if not name.startswith("_view")}
        state = {name: value for name, value in state.items() if is_json(value)}
        packed = {name: list(getattr(self.view, name)) for name in ("ex_page", "ex_runtime")}
        page.evaluate(START, [state, packed])
        self.view.observe(self._to_browser, list(self.view.names.values()))
        self.silent = False

    def mount(self, where="#one"):
        """Render the view in an element of the page; talk until it is drawn."""
        self.page.evaluate(
            "([esm, where]) => { mount(model, esm, document.querySelector(where)).then((end) => (window.end = end)); }",
            [self.view._esm, where],
        )
        for _ in range(40):
            self.talk()
            if self.page.evaluate(
                "(where) => Boolean(document.querySelector(`${where} figure`)?.explorable?.drawn)", where
            ):
                break
            self.page.wait_for_timeout(50)
        return self.page.locator(f"{where} figure")

    def talk(self):
        """Bring what each side has said to the other; return what the browser said."""
        said = self.page.evaluate("() => model.sent.splice(0)")
        for each in said:
            if "changes" in each:
                self.silent = True
                for name, value in each["changes"].items():
                    setattr(self.view, name, value)
                self.silent = False
            else:
                self.view._heard(self.view, each["message"], [])
                self.view.wait()
        self.deliver()
        return said

    def deliver(self):
        """Bring the kernel's messages to the browser."""
        for content, buffers in self.messages:
            self.page.evaluate(
                """([content, buffers]) => model.emit("msg:custom", content,
                     buffers.map((bytes) => new DataView(Uint8Array.from(bytes).buffer)))""",
                [content, [list(bytes(buffer)) for buffer in buffers]],
            )
        self.messages.clear()

    def _to_browser(self, change):
        if not self.silent:
            self.page.evaluate("([name, value]) => model.set(name, value)", [change["name"], change["new"]])

    def settle(self):
        """Let frames pass and messages arrive."""
        for _ in range(3):
            self.page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
            self.talk()


def is_json(value):
    try:
        json.dumps(value)
    except TypeError:
        return False
    return True


@pytest.fixture
def bare_page(browser):
    """An empty page with two places for widgets; the test fails if anything goes wrong in it."""
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page, problems = context.new_page(), []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.set_content('<body style="background:#fff"><div id="one"></div><div id="two"></div></body>')
    page.add_script_tag(content=MODEL)
    yield page
    context.close()
    assert not problems, problems


@pytest.fixture
def notebook(bare_page):
    return lambda widget: Notebook(bare_page, widget)
