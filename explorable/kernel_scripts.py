"""The parts of the notebook host that run the page's own scripts, or a script of a few lines: anywidgets."""

import anywidget
import numpy as np
import traitlets

from explorable.references import plain
from explorable.runtime import page_scripts, page_styles

LIVE = """
export default { render({ model, el }) {
  const out = document.createElement("output");
  const way = model.get("way");
  out.setAttribute("aria-live", way === "hidden" ? "off" : way);
  const unseen = { position: "absolute", width: "1px", clipPath: "inset(50%)", overflow: "hidden" };
  if (way === "hidden") Object.assign(out.style, unseen);
  const write = () => { out.textContent = model.get("value"); };
  write();
  model.on("change:value", write);
  el.append(out);
} };
"""

DIAGRAM = """
export default { render({ model, el }) {
  const box = document.createElement("div");
  box.className = "explorable";
  // White like the charts beside it, whatever the theme of the notebook.
  Object.assign(box.style, { colorScheme: "light", background: "#ffffff", margin: 0 });
  el.append(box);
  const { values, outputs } = model.get("state");
  const set = (changes) => model.send(changes);
  const settings = { values, outputs, set, controls: model.get("controls"), palette: model.get("palette") };
  const update = globalThis.explorable.drawDiagram(box, model.get("spec"), settings);
  const draw = () => update(model.get("state"));
  model.on("change:state", draw);
  return () => model.off("change:state", draw);
} };
"""


class Live(anywidget.AnyWidget):
    """A sentence that a screen reader announces when it changes, politely or at once.

    A "hidden" one is neither seen nor announced, only read where it stands: it describes a figure.
    The element stays and its text changes: readers do not announce a live region that is itself replaced, as
    ipywidgets.HTML would do.
    """

    _esm = LIVE
    value = traitlets.Unicode("").tag(sync=True)
    way = traitlets.Enum(("polite", "assertive", "hidden"), "polite").tag(sync=True)


class DiagramWidget(anywidget.AnyWidget):
    """A diagram drawn by the page's own `explorable.drawDiagram`."""

    spec = traitlets.Dict().tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    palette = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, **traits):
        self._esm, self._css = page_scripts() + DIAGRAM, page_styles()
        super().__init__(**traits)


class DiagramPanel:
    """A diagram in the notebook; change({control: value}) is called when the reader moves something."""

    def __init__(self, spec, wire, values, outputs, change):
        state = json_state(values, outputs)
        parts = {"controls": spec["controls"], "palette": spec["palette"]}
        self.view = DiagramWidget(spec=wire, state=state, **parts)
        self.view.on_msg(lambda _, changes, buffers: change(changes))

    def update(self, values, outputs):
        """Draw the new state."""
        self.view.state = json_state(values, outputs)


def json_state(values, outputs):
    """Values and outputs as JSON, with None for NaN."""

    def listed(named):
        parts = {name: part if isinstance(part, str) else np.asarray(part) for name, part in named.items()}
        return {name: plain(part) for name, part in parts.items()}

    return {"values": listed(values), "outputs": listed(outputs)}
