"""Every slider goes from stop to stop: an axis changes only where that was foreseen, never shrinks, and says it."""

import pytest

from tests.book import driver
from tests.book.pages import notebooks

# Widgets whose sizes differ so much from setting to setting that one axis for all would show a flat line at most.
MAY_GROW = {
    "shift-at-a-glance", "chain", "drift", "shield", "train-gamma-beta", "museum", "backprop-paths", "one-neuron",
    "two-pictures", "ray-and-circle", "landscape", "lipschitz-bound", "noise-experiment", "other-side", "second-order",
    "invariances", "cost", "workers", "dice", "gradient-shift", "laboratory", "plane", "fit", "growing-rate", "edge",
}  # fmt: skip
# Of each slider, from the start to both of its ends: [control, figure, axis, what is wrong].
SWEEP = """async (key) => {
  const widget = explorable.widgets.get(key);
  const charts = () => widget.charts.map((chart) => chart.face?.() ?? null);
  const axes = () => charts().flatMap((face, i) => face ? ["x", "y"].map((name) => {
    const words = [...face.canvas.querySelectorAll(`.ex-tick-${name}`)];
    return { i, name, domain: [...face.frame[name].domain], text: words.map((word) => word.textContent).join(" "),
      lit: words.some((word) => word.getAnimations().some(({ id }) => id === "scale")) };
  }) : []);
  const draw = () => widget.waiting && widget.frame();
  const faults = new Set();
  for (const control of widget.controls.values()) {
    if (control.kind !== "slider") continue;
    const stride = widget.spec.model.clock === control.name ? 25 : 1; // a clock has a thousand stops
    for (const way of [stride, -stride]) {
      widget.reset();
      draw();
      let before = axes();
      for (let k = control.start + way; k >= 0 && k < control.stops.length; k += way) {
        widget.figure.querySelectorAll(".ex-axes *").forEach((e) => e.getAnimations().forEach((a) => a.cancel()));
        widget.move(control.name, k);
        draw();
        const now = axes();
        now.forEach(({ i, name, domain, text, lit }, n) => {
          const [low, high] = before[n].domain;
          const say = (what) => faults.add(JSON.stringify([control.name, i, name, what]));
          if (String(domain) === String(before[n].domain)) return;
          say("changed");
          if (domain[0] > low || domain[1] < high) say("shrank");
          if (text !== before[n].text && text && !lit) say("silently");
        });
        before = now;
      }
    }
  }
  widget.reset();
  draw();
  return [...faults].map((fault) => JSON.parse(fault));
}"""


@pytest.mark.parametrize("name", notebooks())
def test_no_axis_rescales_unforeseen_or_silently_while_a_slider_moves(visit, name):
    page = visit(name)
    wrong = []
    for key in driver.widget_keys(page):
        driver.show(page, key)
        driver.turn(page, key, False)
        found = page.evaluate(SWEEP, key)
        wrong += [(key, *fault) for fault in found if fault[-1] != "changed" or key not in MAY_GROW]
    assert not wrong
