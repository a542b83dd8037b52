// A widget in a notebook: it finds the page's own runtime, and mounts the figure on the model that the kernel keeps.
// Messages and traits are described in view.py. This is sent with every widget; what they share is in host.js.

const RUNTIMES = Symbol.for("explorable.runtimes"); // on the page: version -> { module: promise, give(bytes) }
const PATIENCE = 4000; // ms until a reader is told that there is no kernel to ask

/** A text that was packed by gzip. */
const unpacked = (bytes) =>
  new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();

/** The runtime's module: on this page already, in this model, or asked of the kernel; all widgets share one. */
function loadRuntime(model) {
  const all = (globalThis[RUNTIMES] ??= new Map());
  const version = model.get("ex_version");
  if (!all.has(version)) {
    const entry = { begun: false };
    entry.ready = new Promise((resolve, reject) => Object.assign(entry, { resolve, reject }));
    entry.give = (bytes) => {
      if (entry.begun || !bytes?.byteLength) return;
      entry.begun = true;
      unpacked(bytes).then(started).then(entry.resolve, entry.reject);
    };
    all.set(version, entry);
  }
  const entry = all.get(version);
  entry.give(model.get("ex_runtime"));
  if (!entry.begun) {
    model.on("msg:custom", (message, buffers) => message.text === "runtime" && entry.give(buffers[0]));
    model.send({ want: "runtime" });
  }
  return entry.ready;
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

/** The module of this text, its runtime started. */
async function started(text) {
  const { start, styles, mount } = await moduleOf(text);
  return { ex: start(), styles, mount, mounted: 0 };
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
  const [html, script] = JSON.parse(await unpacked(model.get("ex_page")));
  el.innerHTML = html;
  const figure = el.querySelector("figure.explorable");
  const tooLong = setTimeout(
    () => told(el, "Run this cell to bring the figure to life: it needs its kernel."),
    PATIENCE,
  );
  const runtime = await loadRuntime(model);
  clearTimeout(tooLong);
  el.querySelector(":scope > .ex-remark")?.remove();
  return runtime.mount(model, figure, script, ++runtime.mounted, runtime, { unpacked, moduleOf });
}

export default { render };
