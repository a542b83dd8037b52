// What was done on the way of a run, as text for an address: "0:rate=0.1;120:rate=0.5;150:!scale".
import { KINDS } from "./values.js";
/** @import { Controls } from "./types.d.ts" */

const differing = (soft, other) => Object.entries(soft).filter(([name, value]) => value !== other[name]);
const pair = ([name, value]) => `${name}=${value}`;

/** The text of a log; "" where nothing was done. Its first entry tells what is other now. */
export function written(log, now) {
  if (log.length < 2) return "";
  let before = now;
  const entries = log.map(({ at, soft, act }) => {
    if (act) return `${at}:!${act}`;
    const text = `${at}:${differing(soft, before).map(pair).join(",")}`;
    before = soft;
    return text;
  });
  return entries.join(";");
}

/**
 * The log of such a text, for settings that are `now` those of its end; null where it makes no sense.
 * @type {(text: string, now: any, controls: Controls, acts: string[]) => any[] | null}
 */
export function read(text, now, controls, acts) {
  let soft = now;
  const log = [];
  for (const entry of text.split(";")) {
    const [, step, rest] = /^(\d+):(.*)$/.exec(entry) ?? [];
    const at = Number(step);
    if (step === undefined || at < (log.at(-1)?.at ?? 0)) return null;
    if (rest[0] === "!") {
      if (!acts.includes(rest.slice(1))) return null;
      log.push({ at, act: rest.slice(1) });
      continue;
    }
    const changes = rest ? rest.split(",").map((each) => each.split("=")) : [];
    for (const [name, value] of changes) {
      const control = controls.get(name);
      const pick = control && name in now ? KINDS[control.kind].take(control, value) : null;
      if (pick === null) return null;
      soft = { ...soft, [name]: KINDS[control.kind].value(control, pick) };
    }
    log.push({ at, soft });
  }
  return log[0]?.soft && log[0].at === 0 ? log : null;
}
