// MicroPython whose floats divide as NumPy's numbers do: `x.sum() / 0.0` is inf or nan, and no error.
//
// Numbers that come out of arrays are MicroPython's own floats, since only these can be formatted, compared and handed
// to math. Its division by zero raises, as Python's does; NumPy's does not. So the one place where the interpreter
// compares the divisor of two floats with 0.0 compares it with nan instead, which nothing equals. Whole numbers (1 / 0)
// and the remainders (//, %) go on to raise.

// local.tee; f64.const 0; f64.eq; br_if; two times local.get; f64.div. null: any byte.
const PLACE = [0x22, null, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x61, 0x0d, null, 0x20, null, 0x20, null, 0xa3];
const CONSTANT = 3; // where in it the constant begins
const NAN = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];

/** The bytes of micropython.wasm with that constant; as they are if the place is not there, or not the only one. */
export function dividing(wasm) {
  const bytes = new Uint8Array(wasm).slice();
  const found = [];
  for (let at = bytes.indexOf(PLACE[0]); at >= 0; at = bytes.indexOf(PLACE[0], at + 1))
    if (PLACE.every((byte, k) => byte === null || bytes[at + k] === byte)) found.push(at);
  if (found.length === 1) bytes.set(NAN, found[0] + CONSTANT);
  return bytes;
}
