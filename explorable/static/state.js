// The state of the widgets in the page's address: ?KEY.control=value&..., before the # that names the section.
import { KINDS } from "./values.js";
import { addEntry, copied, field } from "./menu.js";
/** @import { Controls, Picks } from "./types.d.ts" */

const PAST = "past"; // no control is called so in a program

const asked = () => new URLSearchParams(location.search);

/** Does the address say anything about this widget? @type {(key: string) => boolean} */
export const isAsked = (key) => [...asked().keys()].some((name) => name.startsWith(`${key}.`));

/**
 * {picks, notes, way}: what the address wants of this widget, and sentences about what cannot be had.
 * query: one that came with the widget itself, which the page's address overrules.
 * @type {(key: string, controls: Controls, query?: string) => { picks: Picks, notes: string[], way: string }}
 */
export function readState(key, controls, query = "") {
  const [picks, notes] = [{}, []];
  let way = ""; // of a program: what was done before
  for (const [name, given] of [...new URLSearchParams(query), ...asked()]) {
    if (!name.startsWith(`${key}.`)) continue;
    if (name === `${key}.${PAST}`) {
      way = given;
      continue;
    }
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
  return { picks, notes, way };
}

/**
 * The state of one widget as the query of an address, after what else stands there.
 * @type {(widget: { key: string, controls: Controls, picks: Picks, way: string }, others?: string[][]) => string}
 */
export function queryOf({ key, controls, picks, way }, others = []) {
  const own = Array.from(controls.values(), (c) => [`${key}.${c.name}`, KINDS[c.kind].written(c, picks[c.name])]);
  const plain = (text) => encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":").replace(/%3B/g, ";");
  const done = way ? [[`${key}.${PAST}`, way]] : [];
  return [...others, ...own, ...done].map(([name, value]) => `${plain(name)}=${plain(value)}`).join("&");
}

/** The page's address with the state of one widget in it; the other widgets' part stays. */
function addressOf(widget) {
  const { key } = widget;
  const url = new URL(location.href);
  const others = [...url.searchParams].filter(([name]) => !name.startsWith(`${key}.`));
  url.search = queryOf(widget, others);
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

/** The page's address without this widget's state. @type {(key: string) => void} */
export function forget(key) {
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

/** "Link to this state": into the address bar and the clipboard; where that is forbidden, into a field. */
async function link(widget, say, place) {
  const address = addressOf(widget);
  const seen = rewrite(address) && parent === window; // the address of a frame stands nowhere
  if (await copied(address)) return say("The link is copied.");
  if (seen) return say("The link is in the address bar.");
  place.append(field("The link", address, 3));
  place.querySelector("textarea").focus();
}

// The address of a notebook is not its widgets'.
addEntry("Link to this state", (widget) => !widget.host, link);
