// What stands in brackets: whole numbers, slices, new axes, the ellipsis, and arrays of places or of truth values.
//
// Python hands over each part as a number, as text ("1:5:2", "n" for None, "..." for the ellipsis), or as an array.

import { BOOL, FLOAT, INT, Strided, cast, dense, eachRow, isArray, refuse, shown, sizeOf, zeros } from "./strided.js";
import { assign, broadcastShape, broadcastTo, stridesFor } from "./elementwise.js";

/** Places of all that is not zero: one array an axis. */
export function nonzero(array) {
  const flat = array.flat();
  const found = [];
  for (let i = 0; i < flat.length; i++) if (flat[i] !== 0) found.push(i);
  let step = flat.length;
  return array.shape.map((length) => {
    step /= length;
    return dense(
      Float64Array.from(found, (at) => Math.floor(at / step) % length),
      [found.length],
      INT,
    );
  });
}

/** Start, step and length of a slice of an axis, as Python counts them. */
export function sliced(text, length) {
  const [start, stop, step] = text.split(":").map((each) => (each === "" ? null : Number(each)));
  const by = step ?? 1;
  if (by === 0) refuse("ValueError", "slice step cannot be zero");
  const [low, high] = by > 0 ? [0, length] : [-1, length - 1];
  const inside = (given, otherwise) =>
    given === null ? otherwise : Math.min(Math.max(given < 0 ? given + length : given, low), high);
  const from = inside(start, by > 0 ? 0 : length - 1);
  const to = inside(stop, by > 0 ? length : -1);
  return [from, by, Math.max(0, Math.ceil((to - from) / by))];
}

const isSlice = (part) => typeof part === "string" && part.includes(":");

/** How many axes a part is about. */
const consumed = (part) =>
  isArray(part) ? (part.kind === BOOL ? part.shape.length : 1) : typeof part === "number" || isSlice(part) ? 1 : 0;

/** The parts with an ellipsis written out, an axis for each; it stays as a mark, since it parts arrays even so. */
function completed(parts, array) {
  const dimensions = array.shape.length;
  const named = parts.reduce((sum, part) => sum + consumed(part), 0);
  if (parts.filter((part) => part === "...").length > 1)
    refuse("IndexError", "an index can only have a single ellipsis ('...')");
  if (named > dimensions)
    refuse("IndexError", `too many indices for array: array is ${dimensions}-dimensional, but ${named} were indexed`);
  const rest = new Array(dimensions - named).fill("::");
  const at = parts.indexOf("...");
  return at < 0 ? [...parts, ...rest] : [...parts.slice(0, at + 1), ...rest, ...parts.slice(at + 1)];
}

function placeOf(index, axis, length) {
  if (index < -length || index >= length)
    refuse("IndexError", `index ${index} is out of bounds for axis ${axis} with size ${length}`);
  return index < 0 ? index + length : index;
}

/** Parts whose arrays say places, and a number in place of an array of one number without axes. */
function plain(parts) {
  return parts.map((part) => {
    if (typeof part === "boolean") return new Strided(Float64Array.of(part ? 1 : 0), [], BOOL);
    if (!isArray(part)) return part;
    if (part.kind === FLOAT) refuse("IndexError", "arrays used as indices must be of integer (or boolean) type");
    return part.kind === INT && part.shape.length === 0 ? part.flat()[0] : part;
  });
}

/** The view that parts without arrays select. */
function basicView(array, parts) {
  const shape = [];
  const strides = [];
  let { offset } = array;
  let axis = 0;
  for (const part of parts) {
    const [length, stride] = [array.shape[axis], array.strides[axis]];
    if (part === "...") continue;
    if (part === "n") {
      shape.push(1);
      strides.push(0);
    } else if (typeof part === "number") {
      offset += placeOf(part, axis, length) * stride;
      axis++;
    } else {
      const [from, by, count] = sliced(part, length);
      if (count > 0) offset += from * stride;
      shape.push(count);
      strides.push(by * stride);
      axis++;
    }
  }
  return array.view(shape, strides, offset);
}

/** Arrays of truth values must be as long as the axes that they are about. */
function checkMasks(array, parts) {
  let axis = 0;
  for (const part of parts) {
    if (isArray(part) && part.kind === BOOL)
      for (const [k, mask] of part.shape.entries())
        if (mask !== array.shape[axis + k])
          refuse(
            "IndexError",
            `boolean index did not match indexed array along axis ${axis + k}; size of axis is ` +
              `${array.shape[axis + k]} but size of corresponding boolean axis is ${mask}`,
          );
    axis += consumed(part);
  }
}

/** The places that a list of arrays selects of `array`, before which and behind which other axes stand. */
function chosen(array, parts) {
  const [before, after] = [[], []]; // [length, stride] of the axes that are only sliced
  const arrays = []; // [places, axis]; without an axis for a single truth value
  checkMasks(array, parts);
  let { offset } = array;
  let axis = 0;
  let first = null;
  let last = null;
  for (const [at, part] of parts.entries()) {
    if (isArray(part) || typeof part === "number") {
      if (first === null) first = at;
      last = at;
    }
    const [length, stride] = [array.shape[axis], array.strides[axis]];
    const kept = first === null ? before : after;
    if (part === "...") continue;
    if (part === "n") kept.push([1, 0]);
    else if (typeof part === "number")
      arrays.push([dense(Float64Array.of(placeOf(part, axis, length)), [], INT), axis++]);
    else if (isSlice(part)) {
      const [from, by, count] = sliced(part, length);
      if (count > 0) offset += from * stride;
      kept.push([count, by * stride]);
      axis++;
    } else if (part.kind === INT) arrays.push([part, axis++]);
    else if (part.shape.length === 0) arrays.push([dense(zeros(part.flat()[0]), [part.flat()[0]], INT), null]);
    else for (const places of nonzero(part)) arrays.push([places, axis++]);
  }
  // Arrays that do not stand side by side put their axes first.
  const apart = parts.slice(first, last + 1).some((part) => typeof part === "string");
  if (apart) after.unshift(...before.splice(0));
  let shape;
  try {
    shape = broadcastShape(arrays.map(([places]) => places));
  } catch {
    const shapes = arrays.map(([{ shape: each }]) => (each.length ? `${shown(each)} ` : "")).join("");
    refuse("IndexError", `shape mismatch: indexing arrays could not be broadcast together with shapes ${shapes}`);
  }
  const offsets = zeros(sizeOf(shape)).fill(offset);
  for (const [places, along] of arrays) {
    const all = broadcastTo(places, shape).flat();
    if (along !== null)
      for (let i = 0; i < all.length; i++)
        offsets[i] += placeOf(all[i], along, array.shape[along]) * array.strides[along];
  }
  return { before, after, offsets, shape: [...before.map(([n]) => n), ...shape, ...after.map(([n]) => n)] };
}

/** How far each number of some axes lies from the first one. */
function distances(axes) {
  let all = [0];
  for (const [length, stride] of axes) {
    const next = [];
    for (const from of all) for (let i = 0; i < length; i++) next.push(from + i * stride);
    all = next;
  }
  return all;
}

/** Calls visit(where in the data, which number of the result). */
function eachChosen({ before, after, offsets }, visit) {
  const [outer, inner] = [distances(before), distances(after)];
  let at = 0;
  for (const far of outer)
    for (let i = 0; i < offsets.length; i++) for (const near of inner) visit(far + offsets[i] + near, at++);
}

const hasArrays = (parts) => parts.some(isArray);

/** array[parts]: a view, or copies where an array selects them. */
export function take(array, given) {
  const parts = completed(plain(given), array);
  if (!hasArrays(parts)) return basicView(array, parts);
  const selected = chosen(array, parts);
  const data = zeros(sizeOf(selected.shape));
  eachChosen(selected, (place, at) => {
    data[at] = array.data[place];
  });
  return dense(data, selected.shape, array.kind);
}

/** array[parts] = values. */
export function put(array, given, values) {
  const parts = completed(plain(given), array);
  if (!hasArrays(parts)) {
    const to = basicView(array, parts);
    if (to.shape.length === 0 && values.shape.length > 0 && given.every((part) => typeof part === "number"))
      refuse("ValueError", "setting an array element with a sequence.");
    assign(to, values);
    return;
  }
  const selected = chosen(array, parts);
  const count = sizeOf(selected.shape);
  const mask = given.length === 1 && given[0].kind === BOOL && given[0].shape.length === array.shape.length;
  if (mask && values.shape.length === 1 && values.size !== 1 && values.size !== count)
    refuse(
      "ValueError",
      `NumPy boolean array indexing assignment cannot assign ` +
        `${values.size} input values to the ${count} output values ` +
        "where the mask is true",
    );
  const target = dense(zeros(count), selected.shape, array.kind);
  assign(
    target,
    values,
    `shape mismatch: value array of shape ${shown(values.shape)} could not be broadcast to indexing result of shape ` +
      shown(selected.shape),
  );
  eachChosen(selected, (place, at) => {
    array.data[place] = target.data[at];
  });
}

/** One row or number along the first axis: what a single whole number in brackets selects. */
export function row(array, index) {
  if (array.shape.length === 0)
    refuse("IndexError", "too many indices for array: array is 0-dimensional, but 1 were indexed");
  const place = array.offset + placeOf(index, 0, array.shape[0]) * array.strides[0];
  return array.view(array.shape.slice(1), array.strides.slice(1), place);
}

/** np.take_along_axis. */
export function takeAlong(array, places, axis) {
  const [shape, index] = [array.shape.slice(), places.kind === INT ? places : cast(places, INT)];
  if (index.shape.length !== shape.length)
    refuse("ValueError", "`indices` and `arr` must have the same number of dimensions");
  const whole = broadcastShape([
    array.view([...shape.slice(0, axis), 1, ...shape.slice(axis + 1)], array.strides),
    index,
  ]);
  const from = array.view([...shape.slice(0, axis), 1, ...shape.slice(axis + 1)], array.strides);
  const out = dense(zeros(sizeOf(whole)), whole, array.kind);
  let at = 0;
  const strides = [stridesFor(from, whole), stridesFor(index, whole)];
  eachRow(whole, strides, [array.offset, index.offset], (length, [place, which], [step, by]) => {
    for (let i = 0; i < length; i++) {
      const chosenOne = placeOf(index.data[which + i * by], axis, shape[axis]);
      out.data[at++] = array.data[place + i * step + chosenOne * array.strides[axis]];
    }
  });
  return out;
}
