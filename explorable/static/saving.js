// A file that the page has made, put where the browser keeps downloads: no server is asked.
import { make } from "./menu.js";

const KEPT = 60_000; // ms until the browser has surely taken it

/** @type {(content: Blob, name: string, say: (words: string) => void) => void} */
export function save(content, name, say) {
  const href = URL.createObjectURL(content);
  const link = make("a", { href, download: name });
  document.body.append(link); // else Firefox does nothing
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), KEPT);
  say(`${name} is in your downloads.`);
}

/** @type {(text: string, kind: string, name: string, say: (words: string) => void) => void} */
export const saveText = (text, kind, name, say) => save(new Blob([text], { type: `${kind};charset=utf-8` }), name, say);
