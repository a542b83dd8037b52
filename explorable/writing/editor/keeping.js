// What a reader wrote stays on his device until he takes it back, and leaves it only as a file that he saves.

const nameOf = (box, what) => `${what}: ${box.dataset.book}`;

function all(box, what) {
  try {
    return { ...JSON.parse(localStorage.getItem(nameOf(box, what))) };
  } catch {
    return {}; // refused (a private window), or of another making
  }
}

/** Put a value under the place of an editor, undefined to take it away; whether that could be done. */
function put(box, what, value) {
  const values = all(box, what);
  if (value === undefined) delete values[box.dataset.place];
  else values[box.dataset.place] = value;
  try {
    if (Object.keys(values).length) localStorage.setItem(nameOf(box, what), JSON.stringify(values));
    else localStorage.removeItem(nameOf(box, what));
    return true;
  } catch {
    return false;
  }
}

/** The text that was kept for an editor; undefined if there is none. */
export function kept(box) {
  const text = all(box, "code")[box.dataset.place];
  return typeof text === "string" ? text : undefined;
}

/** Keep a text; undefined forgets it. */
export function keep(box, text) {
  return put(box, "code", text);
}

/** Whether the exercise of an editor was solved on this device. */
export function solved(box) {
  return all(box, "solved")[box.dataset.place] === true;
}

/** Remember that it was, or forget it; its title tells. */
export function solve(box, yes) {
  put(box, "solved", yes || undefined);
  box.classList.toggle("ex-write-solved", yes);
}

/** Save a text as a file of the reader's. */
export function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/x-python" }));
  link.download = name;
  document.body.append(link); // else an older Firefox does nothing, see static/saving.js
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Let the reader choose a file; its text. */
export function open() {
  return new Promise((done) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".py,.txt,text/*";
    input.onchange = async () => done(input.files[0] && (await input.files[0].text()));
    input.click();
  });
}
