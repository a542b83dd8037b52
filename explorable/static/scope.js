// One place to read from: channels and template fields, whether they name a control, an output or a constant.
import { format } from "./format.js";
import { fromJSON, shapeOf, at, flat } from "./arrays.js";
import { spoken } from "./values.js";
/** @import { Channel, Controls, Scope, Values } from "./types.d.ts" */

const constants = new WeakMap();

function constant(channel) {
  if (!constants.has(channel)) constants.set(channel, fromJSON(channel.const));
  return constants.get(channel);
}

function element(value, indexes, spec) {
  if (!indexes.length && shapeOf(value).length) return Array.from(flat(value), (x) => format(x, spec)).join(", ");
  const found = at(value, indexes);
  return found === undefined ? "" : format(found, spec);
}

/**
 * The numbers of one moment. `controls` is a Map of wire controls by name.
 * @type {(controls: Controls, values: Values, outputs: Values) => Scope}
 */
export function makeScope(controls, values, outputs) {
  const has = (name) => name in values || name in outputs;
  const get = (name) => (name in values ? values[name] : outputs[name]);
  return {
    controls,
    values,
    outputs,
    get,
    /** A channel's value: number, flat array, {shape, data}, or undefined if the channel is null. */
    read(channel) {
      if (channel === null || channel === undefined) return undefined;
      if ("const" in channel) return constant(channel);
      if ("out" in channel) return outputs[channel.out];
      const value = values[channel.control];
      return channel.index === undefined || channel.index === null ? value : value[channel.index];
    },
    /** A field of a template as text. */
    show({ name, indexes, spec }) {
      if (!has(name)) return "";
      const control = controls.get(name);
      if (control && spec === null && !indexes.length) return spoken(control, values[name]);
      return element(get(name), indexes, spec ?? ((control && control.format) || ""));
    },
    truthy: (name) => !name || !has(name) || Number(flat(get(name))[0]) !== 0,
  };
}

/** The name a channel depends on, if any. @type {(channel: Channel | null | undefined) => string | null} */
export const sourceOf = (channel) => (channel && (channel.out || channel.control)) || null;
