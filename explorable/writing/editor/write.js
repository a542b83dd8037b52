// Cells that can be written in: a bar below the code, which brings the editor when it is first touched.
import { made } from "./telling.js";
import { address, load } from "./loading.js";
import { kept, solved } from "./keeping.js";

globalThis.explorableWriting = { exercises: {}, address, load };

/** Bring the editor of a box, once; then do what was asked of it. */
async function wake(box, then) {
  if (!box.dataset.awake) {
    box.dataset.awake = "1";
    try {
      await Promise.all([load("codemirror.js"), load("python.js"), load("editor.js")]);
    } catch (error) {
      delete box.dataset.awake;
      box.querySelector(".ex-write-status").textContent = error.message;
      return;
    }
    globalThis.explorableWriting.mount(box);
  }
  box.dispatchEvent(new CustomEvent("ex-write", { detail: then }));
}

function button(box, name, words) {
  const found = made("button", `ex-write-${name}`, words);
  found.type = "button";
  found.dataset.act = name;
  found.addEventListener("click", () => wake(box, name));
  return found;
}

function dress(box) {
  const source = box.querySelector(".cell_input pre");
  const text = kept(box);
  if (text !== undefined) source.textContent = text; // what was written comes back before the editor does
  const bar = made("div", "ex-write-bar", button(box, "run", "Run"), button(box, "edit", "Edit"));
  bar.append(made("span", "ex-write-status", text === undefined ? "" : "your text"));
  bar.querySelector(".ex-write-status").setAttribute("role", "status");
  box.querySelector(".cell_input").after(bar);
  source.addEventListener("click", () => !String(getSelection()) && wake(box, "edit"));
  box.classList.add("ex-write-alive");
  box.classList.toggle("ex-write-solved", solved(box));
}

for (const box of document.querySelectorAll(".ex-write")) dress(box);
