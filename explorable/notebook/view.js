// A widget in a notebook: the page's own runtime, mounted on the model that the kernel keeps.
// Messages and traits are described in view.py.
/** @import { Explorable, Host } from "../static/types.d.ts" */

const RUNTIMES = Symbol.for("explorable.runtimes"); // on the page: version -> { ex: promise, give(text) }
const PATIENCE = 4000; // ms until a reader is told that there is no kernel to ask
const SLOW = 150; // ms of computing after which it is said

/** A text that was packed: gzip in base64. */
async function unpacked(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

/** What a module of this text exports. */
async function moduleOf(text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try {
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The place of one version of the runtime on this page: all its widgets share it. */
function runtimeOf(version) {
  const all = (globalThis[RUNTIMES] ??= new Map());
  if (!all.has(version)) {
    const entry = { begun: false };
    entry.ready = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
    entry.give = (packed) => {
      if (entry.begun || !packed) return;
      entry.begun = true;
      const start = (module) => entry.resolve({ ex: module.start(), styles: module.styles });
      unpacked(packed).then(moduleOf).then(start).catch(entry.reject);
    };
    all.set(version, entry);
  }
  return all.get(version);
}

/** The runtime: already there, in this model, or asked of the kernel. */
function loadRuntime(model) {
  const entry = runtimeOf(model.get("ex_version"));
  entry.give(model.get("ex_runtime"));
  if (!entry.begun) {
    model.on("msg:custom", (message) => message.text === "runtime" && entry.give(message.content));
    model.send({ want: "runtime" });
  }
  return entry.ready;
}

/** The styles, once in the document or in the shadow tree that the host has put us into. */
function addStyles(el, styles, version) {
  const root = el.getRootNode();
  const place = root instanceof ShadowRoot ? root : document.head;
  if (place.querySelector(`style[data-explorable="${version}"]`)) return;
  const style = document.createElement("style");
  style.dataset.explorable = version;
  style.textContent = styles;
  place.prepend(style);
  document.documentElement.classList.add("ex-js");
}

/** Ids of a figure that may stand on the page several times; every model has its own copy of this script. */
function renameIds(figure, key) {
  const all = globalThis[RUNTIMES];
  all.mounted = (all.mounted ?? 0) + 1;
  const own = `${key}-view${all.mounted}`;
  const attributes = ["id", "for", "name", "aria-labelledby", "aria-describedby"];
  for (const element of [figure, ...figure.querySelectorAll("*")])
    for (const name of attributes) {
      const value = element.getAttribute(name);
      if (value === key || value?.startsWith(`${key}-`)) element.setAttribute(name, own + value.slice(key.length));
    }
}

/** How light a ground is, from 0 to 1, or null where what is behind shows through. Hosts write colors in many ways. */
function lightness(color) {
  const numbers =
    color
      .replace(/^color\(\S+/, "")
      .replaceAll("none", "0")
      .match(/-?[\d.]+(?:e-?\d+)?/g) ?? [];
  const [first, second, third, alpha = 1] = numbers.map(Number);
  if (first === undefined || alpha <= 0.5) return null;
  if (color.startsWith("ok")) return first; // oklab(), oklch()
  if (color.startsWith("l")) return first / 100; // lab(), lch()
  return (0.3 * first + 0.59 * second + 0.11 * third) / (color.startsWith("color(") ? 1 : 255);
}

/** Follows the theme of the host, whatever it is called there: what counts is the ground that the figure stands on. */
function followTheme(figure, redraw) {
  const isDark = () => {
    for (let at = figure.parentNode; at; at = at.parentNode ?? at.host) {
      const light = at instanceof Element ? lightness(getComputedStyle(at).backgroundColor) : null;
      if (light !== null) return light < 0.5;
    }
    return false;
  };
  const show = () => {
    if (!figure.isConnected) return; // it stands on no ground yet
    const theme = isDark() ? "dark" : "light";
    if (figure.dataset.theme === theme) return;
    figure.dataset.theme = theme;
    figure.style.colorScheme = theme;
    redraw();
  };
  let timers = [];
  const forget = () => timers.forEach(clearTimeout);
  const later = () => {
    forget();
    timers = [50, 500, 2000].map((ms) => setTimeout(show, ms)); // a host's style sheet arrives after its attribute
  };
  const attributes = new MutationObserver(later);
  for (const element of [document.documentElement, document.body]) attributes.observe(element, { attributes: true });
  const size = new ResizeObserver(show); // a host may put a view into its page after it has been made
  size.observe(figure);
  show();
  return () => {
    forget();
    attributes.disconnect();
    size.disconnect();
  };
}

/** Questions to the kernel; the latest one wins. */
function makeAsk(model, Problem) {
  let number = 0;
  let waiting = null;
  model.on("msg:custom", (message, buffers) => {
    if (message.answer !== number || !waiting) return;
    const { resolve, reject } = waiting;
    waiting = null;
    if (message.error) reject(new Problem(message.error));
    else resolve(Object.fromEntries(message.outputs.map(([name, shape], i) => [name, arrayOf(shape, buffers[i])])));
  });
  return (values) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      model.send({ ask: ++number, values });
    });
}

/** One output as the runtime holds it: a number, an array, or {shape, data}. */
function arrayOf(shape, buffer) {
  const bytes = new Uint8Array(buffer.buffer ?? buffer, buffer.byteOffset ?? 0, buffer.byteLength);
  const data = new Float64Array(bytes.slice().buffer); // copied: a view need not lie at a multiple of eight
  if (!shape.length) return data[0];
  return shape.length === 1 ? data : { shape, data };
}

/** What the runtime's Widget needs of a host other than a page. @type {(model: any, ex: Explorable) => Host} */
function hostOf(model, ex) {
  const names = model.get("ex_names");
  const ask = makeAsk(model, ex.parts.Problem);
  let changed = false;
  return {
    slow: SLOW,

    async load() {
      const script = await unpacked(model.get("ex_data"));
      const { default: run } = await moduleOf(`export default (explorable) => { ${script} };`);
      let found = null;
      run(Object.assign(Object.create(ex), { register: (spec, code) => (found = { spec, model: code }) }));
      return found;
    },

    /** (values, picks, exact) -> outputs, or a promise of them where only the kernel can tell. */
    async evaluator(spec, code, controls) {
      const own = code === null ? null : await ex.parts.openModel(spec.model, code, controls);
      const everywhere = spec.model.kind !== "sampled";
      return (values, picks, exact) => (own && (everywhere || exact) ? own(values, picks) : ask(values));
    },

    value: (name) => model.get(names[name]),

    moved(control, value) {
      const sent = control.kind === "toggle" ? Boolean(value) : value?.buffer ? Array.from(value) : value;
      if (JSON.stringify(model.get(names[control.name])) === JSON.stringify(sent)) return;
      model.set(names[control.name], sent);
      changed = true;
    },

    /** Once a frame, what was moved in it. */
    flush() {
      if (changed) model.save_changes();
      changed = false;
    },

    listen(name, heard) {
      model.on(`change:${names[name]}`, heard);
      return () => model.off(`change:${names[name]}`, heard);
    },

    async loadPlotly() {
      if (globalThis.Plotly) return;
      const text = await new Promise((resolve) => {
        model.on("msg:custom", (message) => message.text === "plotly" && resolve(message.content));
        model.send({ want: "plotly" });
      });
      await moduleOf(await unpacked(text));
    },
  };
}

function told(el, text) {
  const note = document.createElement("p");
  note.className = "ex-remark";
  note.textContent = text;
  el.append(note);
}

async function render({ model, el }) {
  // Else JupyterLab takes the arrow keys of a slider for its own. It looks from the focused element outward and stops
  // at the first that a shortcut is for, which is the slider itself; so that has to say it.
  el.addEventListener("focusin", ({ target }) => (target.dataset.lmSuppressShortcuts = "true"));
  Object.assign(el.style, { flex: "1 1 auto", width: "100%", minWidth: "min(100%, 20rem)" }); // in a box, too
  Object.assign(el.style, { boxSizing: "border-box", padding: "0 3px" }); // a host cuts off the ring of a slider's end
  el.innerHTML = model.get("ex_html");
  const figure = el.querySelector("figure.explorable");
  const tooLong = setTimeout(
    () => told(el, "Run this cell to bring the figure to life: it needs its kernel."),
    PATIENCE,
  );
  const { ex, styles } = await loadRuntime(model);
  clearTimeout(tooLong);
  el.querySelector(":scope > .ex-remark")?.remove();
  addStyles(el, styles, model.get("ex_version"));
  renameIds(figure, figure.dataset.key);
  const widget = new ex.parts.Widget(figure, hostOf(model, ex));
  figure.explorable = widget;
  widget.wake();
  const stop = followTheme(figure, () => widget.redraw());
  await widget.ready.catch(() => {}); // told in the widget's place
  return () => {
    stop();
    widget.sleep();
  };
}

export default { render };
