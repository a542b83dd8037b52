// The one global of the runtime, and how scripts arrive: libraries beside this file, data beside the page.
/** @import { Explorable, Spec } from "./types.d.ts" */

/** @type {Partial<Explorable>} */
export const ex = (globalThis.explorable = globalThis.explorable || {});
/** Null inside a module: then a notebook, not a page, is the host. @type {any} */
const script = document.currentScript;
// A page that is a single file gives data-base instead of an address; it holds the libraries and the data itself.
export const base = script ? (script.src ? new URL(".", script.src).href : (script.dataset.base ?? null)) : null;
if (base !== null) document.documentElement.classList.add("ex-js");

/** A fault that the reader is told in plain words, in the widget's place. */
export class Problem extends Error {}

const injected = new Map();
let underWay = 0;

// A damaged script would shout into the console; its widget says it instead. On file:// the browser
// hides the name of the file, so an unnamed error while one of our scripts arrives counts as ours.
addEventListener("error", (event) => {
  if (underWay && (!event.filename || injected.has(event.filename))) event.preventDefault();
});

/** Load a classic script once; every later call gets the same promise. @type {(url: string) => Promise<any>} */
export function inject(url) {
  const address = new URL(url, document.baseURI).href;
  if (injected.has(address)) return injected.get(address);
  const loading = new Promise((resolve, reject) => {
    const tag = document.createElement("script");
    const done = (settle) => () => (underWay--, settle(new Problem(`missing ${address.split("/").pop()}`)));
    tag.src = address;
    tag.charset = "utf-8"; // whatever the page is written in
    tag.onload = done(resolve);
    tag.onerror = done(reject);
    underWay++;
    document.head.append(tag);
  });
  injected.set(address, loading);
  return loading;
}

const PLOTLY = "vendor/plotly-gl3d.min.js";

/** Plotly is there afterwards: from the page if a script tag brought it, else injected. @type {() => Promise<void>} */
export async function loadPlotly() {
  if (!globalThis.Plotly) await inject(base + PLOTLY).catch(() => null);
  if (!globalThis.Plotly) throw new Problem(`The drawing library ${PLOTLY} could not be loaded.`);
}

// As old as this script: an address that names its version, as Sphinx gives one, names that of the other, too.
const beside = (name) => `${base}${name}.js${script.src ? new URL(script.src).search : ""}`;

/** A script that comes later, and leaves its parts under its name. @type {(name: string) => Promise<any>} */
async function loadLater(name) {
  if (!ex[name]) await inject(beside(name)).catch(() => null);
  if (!ex[name]) throw new Problem(`The file ${name}.js could not be loaded.`);
  return ex[name];
}

/** The second script, which holds what a menu does. @type {() => Promise<Record<string, any>>} */
export const loadMore = () => loadLater("more");

/** The third one, which runs programs. @type {() => Promise<Record<string, any>>} */
export const loadProgram = () => loadLater("program");

const registered = new Map();

/** Called by a widget's data script: its record and its model. */
ex.register = (spec, model) => void registered.set(spec.key, { spec, model });

/**
 * The record and model of one widget, out of its data script.
 * @type {(key: string, url: string) => Promise<{ spec: Spec, model: any }>}
 */
export async function loadWidget(key, url) {
  const file = url.split("/").pop();
  if (!registered.has(key))
    await inject(url).catch(() => {
      throw new Problem(`The data of this figure could not be loaded: the file ${file} is missing.`);
    });
  if (!registered.has(key)) throw new Problem(`The data file of this figure, ${file}, is damaged.`);
  const found = registered.get(key);
  found.spec.model.base = url; // what else belongs to it lies beside
  return found;
}

ex.widgets = new Map();
