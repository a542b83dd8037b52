// Takes away from a worker what could lead out of it. Code imports nothing of JavaScript in the first place
// (inside/driver.py); should it find a way all the same, there is nothing left to reach.

// What MicroPython itself uses beside the language, and what belongs to it.
const KEPT = new Set(
  (
    "TextDecoder TextEncoder performance crypto console setTimeout clearTimeout WebAssembly Module onmessage " +
    "loadMicroPython self globalThis pyProxyFinalizationRegistry WorkerGlobalScope DedicatedWorkerGlobalScope"
  ).split(" "),
);
const LANGUAGE = new Set(
  (
    "Object Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise " +
    "RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError JSON Math Intl " +
    "ArrayBuffer SharedArrayBuffer Atomics Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array " +
    "Float32Array Float64Array Float16Array Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set " +
    "WeakMap WeakSet WeakRef Proxy Reflect FinalizationRegistry Iterator decodeURI decodeURIComponent encodeURI " +
    "encodeURIComponent escape unescape isFinite isNaN"
  ).split(" "),
);

const stays = (name) => KEPT.has(name) || LANGUAGE.has(name) || name.startsWith("proxy_") || name === "constructor";

function remove(holder, name) {
  try {
    if (delete holder[name] && !(name in holder)) return;
    Object.defineProperty(holder, name, { value: undefined, configurable: false, writable: false });
  } catch {
    return; // of a prototype that is looked at next
  }
}

/** Text that becomes code could load a module: no function makes functions any more. */
function closeFunctions() {
  const kinds = [() => {}, async () => {}, function* () {}, async function* () {}];
  for (const kind of kinds)
    Object.defineProperty(Object.getPrototypeOf(kind), "constructor", { value: undefined, configurable: false });
}

/** Close a worker's global object: what is neither the language's nor MicroPython's goes. */
export function close(scope) {
  for (let holder = scope; holder && holder !== Object.prototype; holder = Object.getPrototypeOf(holder))
    for (const name of Object.getOwnPropertyNames(holder)) if (!stays(name)) remove(holder, name);
  closeFunctions();
}
