// What a reader wrote stays on his device until he takes it back, and leaves it only as a file that he saves.

const nameOf = (box) => `code: ${box.dataset.book}`;

function all(box) {
  try {
    return { ...JSON.parse(localStorage.getItem(nameOf(box))) };
  } catch {
    return {}; // refused (a private window), or of another making
  }
}

/** The text that was kept for an editor; undefined if there is none. */
export function kept(box) {
  const text = all(box)[box.dataset.place];
  return typeof text === "string" ? text : undefined;
}

/** Keep a text; undefined forgets it. */
export function keep(box, text) {
  const texts = all(box);
  if (text === undefined) delete texts[box.dataset.place];
  else texts[box.dataset.place] = text;
  try {
    if (Object.keys(texts).length) localStorage.setItem(nameOf(box), JSON.stringify(texts));
    else localStorage.removeItem(nameOf(box));
    return true;
  } catch {
    return false;
  }
}

/** Save a text as a file of the reader's. */
export function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/x-python" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
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
