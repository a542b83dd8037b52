// An editor in the place of a cell: what is typed, run, told, kept. It finds write.js's way of loading in
// `explorableWriting`, since the two are scripts of their own.
import { card, code, made } from "./telling.js";
import { keep, kept, open, save, solve } from "./keeping.js";
import { Python } from "./python.js";
import { typing } from "./typing.js";

const site = globalThis.explorableWriting;
const LABELS = { hint: "Hint", solution: "Solution", again: "Start again", save: "Save", open: "Open", stop: "Stop" };
const hinted = new Set(); // exercises whose hint was shown on this page
let python = null;

/** {module: [names]} of the exercises that a text speaks of. */
function spoken(text) {
  const found = Object.entries(site.python.known).map(([module, names]) => {
    const said = names.filter((name) => new RegExp(`\\.\\s*${name}\\b`).test(text));
    return [module, said];
  });
  return Object.fromEntries(found.filter(([, names]) => names.length));
}

/** The data of these exercises, loaded where they are not there yet. */
async function given(names) {
  const wanted = Object.entries(names).flatMap(([module, each]) => each.map((name) => [module, name]));
  await Promise.all(wanted.map(([module, name]) => site.load(`exercises/${module}.${name}.js`)));
  const data = {};
  for (const module of Object.keys(site.python.known)) data[module] = {};
  for (const [module, name] of wanted) data[module][name] = site.exercises[`${module}.${name}`];
  return data;
}

function warm() {
  python ??= new Python(Object.assign(site.python, { address: site.address("python.js") }));
  return python.warm();
}

/** Run a text with what it speaks of; what is printed comes piece by piece. */
async function ran(text, print) {
  warm();
  const told = await python.run(text, await given(spoken(text)), [...hinted], print);
  for (const name of told.hinted ?? []) hinted.add(name);
  return told;
}

class Editor {
  constructor(box) {
    this.box = box;
    this.input = box.querySelector(".cell_input");
    this.start = box.dataset.code;
    this.status = box.querySelector(".ex-write-status");
    const text = kept(box) ?? this.start;
    this.view = typing({
      text,
      label: box.dataset.label,
      run: () => this.run(),
      typed: () => this.typed(),
    });
    const place = made("div", "ex-write-editor", this.view.dom);
    this.input.hidden = true;
    this.input.after(place);
    this.fill(box.querySelector(".ex-write-bar"));
    this.output = made("div", "ex-write-output");
    this.output.setAttribute("role", "region");
    this.output.setAttribute("aria-label", "What came of it");
    this.output.setAttribute("aria-live", "polite");
    box.querySelector(".ex-write-bar").after(this.output);
  }

  /** The buttons that the bar did not have so far. */
  fill(bar) {
    bar.querySelector("[data-act=edit]").remove();
    const acts = ["stop", ...(this.box.dataset.exercise ? ["hint", "solution"] : []), "again", "save", "open"];
    const buttons = acts.map((act) => {
      const button = made("button", `ex-write-${act}`, LABELS[act]);
      button.type = "button";
      button.dataset.act = act;
      button.addEventListener("click", () => this.act(act));
      return button;
    });
    bar.querySelector("[data-act=run]").after(...buttons);
    this.button("stop").hidden = true;
    if (this.button("solution")) this.button("solution").disabled = !hinted.has(this.name);
  }

  button(act) {
    return this.box.querySelector(`[data-act=${act}]`);
  }

  get text() {
    return this.view.state.doc.toString();
  }

  /** The exercise that the cell is about, as code knows it: exercises.backward. */
  get known() {
    return this.box.dataset.exercise.split(".").slice(-2).join(".");
  }

  /** Its name alone. */
  get name() {
    return this.box.dataset.exercise.split(".").at(-1);
  }

  typed() {
    const changed = this.text !== this.start;
    const stays = keep(this.box, changed ? this.text : undefined);
    this.status.textContent = changed
      ? stays
        ? "your text, kept on this device"
        : "your text, kept until you leave"
      : "";
  }

  put(text) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  act(act) {
    const does = {
      run: () => this.run(),
      edit: () => this.view.focus(),
      stop: () => python.stop?.(),
      hint: () => this.run("hint"),
      solution: () => this.run("solution"),
      again: () => this.again(),
      save: () => save(this.text, `${this.box.dataset.file}.py`),
      open: async () => this.opened(await open()),
    };
    return does[act]?.();
  }

  again() {
    this.put(this.start);
    solve(this.box, false);
  }

  opened(text) {
    if (text) this.put(text.replaceAll("\r\n", "\n").replaceAll("\t", "    "));
  }

  /** Run the editor's text, or ask its exercise for a hint or the solution. */
  async run(asked = "") {
    if (this.running || python?.stop) return;
    this.running = true;
    this.button("run").disabled = true;
    this.button("stop").hidden = false;
    this.status.textContent = "runs ...";
    try {
      await this.answered(asked ? `${this.known}.${asked}()` : this.text);
    } catch (error) {
      this.show([card({ headline: "Python could not be started.", notes: [["", error.message]], tone: "wrong" })]);
      this.status.textContent = "";
    } finally {
      this.running = false;
      this.button("run").disabled = false;
      this.button("stop").hidden = true;
    }
  }

  async answered(text) {
    const printed = [];
    const told = await ran(text, (piece) => printed.push(piece));
    if (this.button("solution")) this.button("solution").disabled = !hinted.has(this.name);
    const said = printed.join("");
    const parts = said ? [code(said, "Printed")] : [];
    if (told.stopped) parts.push(card({ headline: "Stopped.", notes: [], tone: "" }));
    if (told.shown?.tone === "right") solve(this.box, true);
    if (told.error) parts.push(card(told.error));
    if (told.shown) parts.push("text" in told.shown ? code(told.shown.text, "Value") : card(told.shown));
    this.show(parts.length ? parts : [made("p", "", "It ran, and shows nothing.")]);
    this.status.textContent = told.stopped ? "" : `ran in ${Math.round(told.milliseconds)} ms`;
    this.mark(told.error?.line);
  }

  show(parts) {
    this.box.querySelector(".cell_output")?.remove(); // what the first attempt was told when the book was built
    this.output.replaceChildren(...parts);
  }

  /** Put the caret where an error came up. */
  mark(line) {
    if (!line || line > this.view.state.doc.lines) return;
    const { from } = this.view.state.doc.line(line);
    this.view.dispatch({ selection: { anchor: from } });
  }
}

site.run = ran;
site.ready = warm;
site.mount = (box) => {
  const editor = new Editor(box);
  warm();
  box.addEventListener("ex-write", ({ detail }) => editor.act(detail));
};
