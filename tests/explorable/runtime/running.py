"""A running program in a page, moved as a reader moves it, and what NumPy says of the same way."""

import numpy as np
from conftest import Hand

SET = """([key, changes]) => new Promise((done) => {
  const w = explorable.widgets.get(key), { runs } = w.evaluate;
  w.set(changes);
  const busy = () => w.waiting || w.answer || runs.pending || !runs.model.ready(w.values);
  const look = () => (busy() ? requestAnimationFrame(look) : done());
  look();
})"""
OUTPUTS = """key => Object.entries(explorable.widgets.get(key).outputs).map(([name, value]) =>
  [name, Array.from(value.data ?? (typeof value === "number" ? [value] : value), String), value.shape ?? null])"""
AT = "key => explorable.widgets.get(key).evaluate.runs.at"


class Running(Hand):
    """One widget with a program on an open page."""

    def go(self, **changes):
        """Set controls, wait until all of it is computed."""
        self.page.evaluate(SET, [self.key, changes])

    def press(self, act):
        """A button, by what it does."""
        self.figure.locator(f"[data-act={act}]").click()
        self.go()

    def at(self):
        """The step that it has come to."""
        return self.page.evaluate(AT, self.key)

    def outputs(self):
        """{name: array}, as flat as the page holds them."""
        return {name: np.array(words, float) for name, words, _ in self.page.evaluate(OUTPUTS, self.key)}

    def agrees(self, expected, within=1e-12):
        """Every output is the expected one, where nothing is said the same or nothing at all."""
        found = self.outputs()
        assert found.keys() == expected.keys()
        for name, wanted in expected.items():
            np.testing.assert_allclose(found[name], np.ravel(wanted), rtol=within, atol=within, err_msg=name)


class Way:
    """What is done to a run, as `Program.evaluate` takes it: changes have a place, going back forgets them."""

    def __init__(self, widget):
        self.widget, self.values, self.log = widget, widget.settings(), []
        self.now = dict(self.values)  # what holds at the place where it is
        self.anew = {"seed", *widget.model.structure} | {"rule_a", "rule_b", "spread", widget.model.data.control}

    def expected(self):
        past = [(at, what) for at, what in self.log]
        return self.widget.model.evaluate(dict(self.values), past)

    def go(self, **changes):
        """The same as `Running.go`."""
        named = "step" in changes and len(changes) > 1  # a whole state, as links do
        step = changes.pop("step", self.values["step"])
        before = self.values["step"]
        begins = any(name in self.anew and self.values[name] != value for name, value in changes.items())
        another = any(self.now[name] != value for name, value in changes.items())
        begins = begins or (named and (another or self.log != []))
        if begins:
            self.log = []
            self.values.update(changes)
            self.now = dict(self.values)
        elif step < before:
            for _, what in reversed([each for each in self.log if each[0] >= step]):
                if isinstance(what, dict):
                    self.now.update({name: pair[0] for name, pair in what.items()})
            self.log = [each for each in self.log if each[0] < step]
            before = step
        if not begins:
            self._change(before, self.values | changes)
        self.values["step"] = step

    def _change(self, at, values):
        new = {n: (self.now[n], v) for n, v in values.items() if n not in ("step", "speed") and self.now[n] != v}
        if new and (at or self.log):  # else it holds from the start
            self.log.append((at, new))
        self.values.update(values)
        self.now.update({name: pair[1] for name, pair in new.items()})

    def press(self, act):
        self.log.append((self.values["step"], act))
