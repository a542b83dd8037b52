// The state of the widgets in the page's address: ?KEY.control=value&..., before the # that names the section.
import { KINDS } from "./values.js";
/** @import { Controls, Picks } from "./types.d.ts" */
/** @import { Widget } from "./widget.js" */

const asked = () => new URLSearchParams(location.search);

/** Does the address say anything about this widget? @type {(key: string) => boolean} */
export const isAsked = (key) => [...asked().keys()].some((name) => name.startsWith(`${key}.`));

/**
 * {picks, notes}: what the address wants of this widget, and sentences about what cannot be had.
 * @type {(key: string, controls: Controls) => { picks: Picks, notes: string[] }}
 */
export function readState(key, controls) {
  const [picks, notes] = [{}, []];
  for (const [name, given] of asked()) {
    if (!name.startsWith(`${key}.`)) continue;
    const control = controls.get(name.slice(key.length + 1));
    const pick = control ? KINDS[control.kind].take(control, given) : null;
    if (!control) notes.push(`There is no setting “${name.slice(key.length + 1)}” here.`);
    else if (pick === null) notes.push(`“${given}” is not possible for ${control.label}.`);
    else {
      picks[control.name] = pick;
      if (!KINDS[control.kind].exact(control, pick, given))
        notes.push(`${control.label}: “${given}” became the nearest possible value.`);
    }
  }
  return { picks, notes };
}

/** The page's address with the state of one widget in it; the other widgets' part stays. */
function addressOf(key, controls, picks) {
  const url = new URL(location.href);
  const query = [...url.searchParams].filter(([name]) => !name.startsWith(`${key}.`));
  for (const control of controls.values())
    query.push([`${key}.${control.name}`, KINDS[control.kind].written(control, picks[control.name])]);
  const plain = (text) => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":");
  url.search = query.map(([name, value]) => `${plain(name)}=${plain(value)}`).join("&");
  url.hash = key; // not the section that the address named before: the state is this widget's
  return url.href;
}

/** Put an address into the bar without going there; false where the browser forbids it. */
function rewrite(address) {
  try {
    history.replaceState(history.state, "", address);
    return true;
  } catch {
    return false;
  }
}

/** The page's address without this widget's state. */
function forget(key) {
  const url = new URL(location.href);
  const kept = url.search
    .slice(1)
    .split("&")
    .filter((part) => part && !decode(part).startsWith(`${key}.`));
  url.search = kept.join("&");
  if (url.href !== location.href) rewrite(url.href);
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // not written here
  }
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * "Link to this state": into the address bar and the clipboard; where that is forbidden, into a field. Returns what
 * takes all of it back.
 * @type {(figure: HTMLElement, widget: Widget) => () => void}
 */
export function wakeLink(figure, widget) {
  const button = figure.querySelector(".ex-link");
  if (!button) return () => forget(widget.key);
  const note = document.createElement("p");
  note.className = "ex-note ex-link-note";
  note.setAttribute("role", "status");
  button.parentElement.append(note);
  button.addEventListener("click", async () => {
    const address = addressOf(widget.key, widget.controls, widget.picks);
    const written = rewrite(address);
    if (await copied(address)) note.textContent = "The link is copied.";
    else if (written) note.textContent = "The link is in the address bar.";
    else note.replaceChildren("The link: ", field(address));
  });
  return () => {
    note.textContent = "";
    forget(widget.key);
  };
}

function field(address) {
  const input = document.createElement("input");
  Object.assign(input, { type: "text", readOnly: true, value: address });
  input.setAttribute("aria-label", "Link to this state");
  input.addEventListener("focus", () => input.select());
  return input;
}
