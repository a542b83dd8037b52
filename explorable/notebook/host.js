// A widget mounted on the model that the kernel keeps: what a notebook is to the page's runtime. It is sent with the
// runtime, once for all widgets; view.js, which is sent with each, brings the two together.
/** @import { Explorable, Host } from "../static/types.d.ts" */
/** @typedef {{ unpacked: (bytes: DataView) => Promise<string>, moduleOf: (text: string) => Promise<any> }} Tools */

const SLOW = 150; // ms of computing after which it is said

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

/** Ids of a figure that may stand on the page several times. */
function renameIds(figure, key, number) {
  const own = `${key}-view${number}`;
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

/** A value as JSON can say it: a typed array would become an object. @type {(value: any) => any} */
const listed = (value) => (value?.buffer ? Array.from(value) : value);
/** @type {(values: Record<string, any>) => Record<string, any>} */
const plain = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, listed(value)]));

/**
 * What the runtime's Widget needs of a host other than a page.
 * @type {(model: any, ex: Explorable, script: string, tools: Tools) => Host}
 */
function hostOf(model, ex, script, { unpacked, moduleOf }) {
  const names = model.get("ex_names");
  const ask = makeAsk(model, ex.parts.Problem);
  let changed = false;
  let setting = false; // the model tells of each change, of those made here as well
  return {
    slow: SLOW,

    async load() {
      const { default: run } = await moduleOf(`export default (explorable) => { ${script} };`);
      let found = null;
      run(Object.assign(Object.create(ex), { register: (spec, code) => (found = { spec, model: code }) }));
      return found;
    },

    /** (values, picks, exact) -> outputs, or a promise of them where only the kernel can tell. */
    async evaluator(spec, code, controls) {
      const own = code === null ? null : await ex.parts.openModel(spec.model, code, controls);
      const everywhere = spec.model.kind !== "sampled";
      return (values, picks, exact) => (own && (everywhere || exact) ? own(values, picks) : ask(plain(values)));
    },

    value: (name) => model.get(names[name]),

    moved(control, value) {
      const sent = control.kind === "toggle" ? Boolean(value) : listed(value);
      if (JSON.stringify(model.get(names[control.name])) === JSON.stringify(sent)) return;
      setting = true;
      model.set(names[control.name], sent);
      setting = false;
      changed = true;
    },

    /** Once a frame, what was moved in it. */
    flush() {
      if (changed) model.save_changes();
      changed = false;
    },

    listen(name, heard) {
      const told = () => setting || heard();
      model.on(`change:${names[name]}`, told);
      return () => model.off(`change:${names[name]}`, told);
    },

    async loadPlotly() {
      if (globalThis.Plotly) return;
      const bytes = await new Promise((resolve) => {
        model.on("msg:custom", (message, buffers) => message.text === "plotly" && resolve(buffers[0]));
        model.send({ want: "plotly" });
      });
      await moduleOf(await unpacked(bytes));
    },
  };
}

/**
 * The widget of `figure`, alive; what ends it. `number` tells views on one page apart.
 * @type {(
 *   model: any, figure: any, script: string, number: number,
 *   runtime: { ex: Explorable, styles: string }, tools: Tools,
 * ) => Promise<() => void>}
 */
export async function mount(model, figure, script, number, { ex, styles }, tools) {
  addStyles(figure, styles, model.get("ex_version"));
  renameIds(figure, figure.dataset.key, number);
  const widget = new ex.parts.Widget(figure, hostOf(model, ex, script, tools));
  figure.explorable = widget;
  widget.wake();
  const stop = followTheme(figure, () => widget.redraw());
  await widget.ready.catch(() => {}); // told in the widget's place
  return () => {
    stop();
    widget.sleep();
  };
}
