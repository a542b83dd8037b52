// Products of matrices, and sums of products by subscripts.

import { BOOL, FLOAT, Strided, dense, empty, refuse, shown, sizeOf, zeros } from "./strided.js";
import { broadcastShape, stridesFor } from "./elementwise.js";

const SIGNATURE = "signature (n?,k),(k,m?)->(n?,m?)";

/** out[i, k] = sum of a[i, j] b[j, k], for tables that lie row by row. */
function tables(a, fromA, b, fromB, out, to, rows, inner, columns) {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < inner; j++) {
      const factor = a[fromA + i * inner + j];
      const row = fromB + j * columns;
      const into = to + i * columns;
      for (let k = 0; k < columns; k++) out[into + k] += factor * b[row + k];
    }
}

export function matmul(a, b) {
  for (const [k, { shape }] of [a, b].entries())
    if (shape.length === 0)
      refuse(
        "ValueError",
        `matmul: Input operand ${k} does not have enough dimensions (has 0, gufunc core with ${SIGNATURE} requires 1)`,
      );
  const left = a.shape.length === 1 ? a.view([1, ...a.shape], [0, ...a.strides]) : a;
  const right = b.shape.length === 1 ? b.view([...b.shape, 1], [...b.strides, 0]) : b;
  const [rows, inner] = left.shape.slice(-2);
  const [other, columns] = right.shape.slice(-2);
  if (inner !== other)
    refuse(
      "ValueError",
      `matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc ` +
        `${SIGNATURE} (size ${other} is different from ${inner})`,
    );
  const heads = [left, right].map((each) => each.view(each.shape.slice(0, -2), each.strides.slice(0, -2)));
  const head = String(heads[0].shape) === String(heads[1].shape) ? heads[0].shape : broadcastShape(heads);
  const out = zeros(sizeOf(head) * rows * columns);
  const [x, y] = [left, right].map((each, k) => {
    const strides = [...stridesFor(heads[k], head), ...each.strides.slice(-2)];
    return each.view([...head, ...each.shape.slice(-2)], strides).flat();
  });
  for (let k = 0; k < sizeOf(head); k++)
    tables(x, k * rows * inner, y, k * inner * columns, out, k * rows * columns, rows, inner, columns);
  const kind = Math.max(a.kind, b.kind);
  if (kind === BOOL) for (let i = 0; i < out.length; i++) out[i] = out[i] ? 1 : 0;
  const shape = [...head, ...(a.shape.length === 1 ? [] : [rows]), ...(b.shape.length === 1 ? [] : [columns])];
  return dense(out, shape, kind);
}

/** np.dot of arrays with axes; of more than two axes, all rows of one with all columns of the other. */
export function dot(a, b) {
  const last = a.shape.length - 1;
  const before = Math.max(b.shape.length - 2, 0);
  if (a.shape[last] !== b.shape[before])
    refuse(
      "ValueError",
      `shapes ${shown(a.shape)} and ${shown(b.shape)} not aligned: ` +
        `${a.shape[last]} (dim ${last}) != ${b.shape[before]} ` +
        `(dim ${before})`,
    );
  if (b.shape.length <= 2) {
    const flat = a.view(a.shape, a.strides);
    return a.shape.length <= 2 ? matmul(a, b) : einsumOf([flat, b], lettersOf(a, b));
  }
  return einsumOf([a, b], lettersOf(a, b));
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

function lettersOf(a, b) {
  const first = LETTERS.slice(0, a.shape.length).split("");
  const second = LETTERS.slice(a.shape.length, a.shape.length + b.shape.length).split("");
  const summed = first[first.length - 1];
  second[Math.max(second.length - 2, 0)] = summed;
  const kept = [...first.slice(0, -1), ...second.filter((letter) => letter !== summed)];
  return { inputs: [first, second], output: kept };
}

/** The subscripts of np.einsum: letters of each operand and of the result; an ellipsis becomes letters of its own. */
function parsed(text, operands) {
  const bare = text.replaceAll(" ", "");
  const bad = bare.replace("->", "").match(/[^A-Za-z,.]/);
  if (bad)
    refuse("ValueError", `invalid subscript '${bad[0]}' in einstein sum subscripts string, subscripts must be letters`);
  const [before, after] = bare.split("->");
  const parts = before.split(",");
  if (parts.length < operands.length)
    refuse("ValueError", "more operands provided to einstein sum function than specified in the subscripts string");
  if (parts.length > operands.length)
    refuse("ValueError", "fewer operands provided to einstein sum function than specified in the subscripts string");
  const rests = parts.map((part, k) => operands[k].shape.length - part.replace("...", "").length);
  for (const [k, part] of parts.entries()) {
    const open = part.includes("...");
    if (rests[k] < 0)
      refuse("ValueError", `einstein sum subscripts string contains too many subscripts for operand ${k}`);
    if (rests[k] > 0 && !open)
      refuse(
        "ValueError",
        `operand has more dimensions than subscripts given in einstein sum, ` +
          `but no '...' ellipsis provided to broadcast the ` +
          "extra dimensions.",
      );
  }
  const most = Math.max(0, ...rests.filter((_, k) => parts[k].includes("...")));
  const extra = Array.from({ length: most }, (_, i) => `.${i}`);
  const letters = (part, rest) => {
    const [head, tail] = part.split("...");
    if (tail === undefined) return [...head];
    return [...head, ...(rest ? extra.slice(-rest) : []), ...tail];
  };
  const inputs = parts.map((part, k) => letters(part, rests[k]));
  if (after !== undefined) {
    const output = letters(after, most);
    for (const letter of output) {
      if (!inputs.some((input) => input.includes(letter)))
        refuse(
          "ValueError",
          `einstein sum subscripts string included output subscript '${letter}' which never appeared in an input`,
        );
      if (output.indexOf(letter) !== output.lastIndexOf(letter))
        refuse("ValueError", `einstein sum subscripts string includes output subscript '${letter}' multiple times`);
    }
    return { inputs, output };
  }
  const all = inputs.flat().filter((letter) => !letter.startsWith("."));
  const once = all.filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter));
  return { inputs, output: [...extra, ...once.toSorted()] };
}

/** A sum of products over all letters that the output lacks. */
function einsumOf(operands, { inputs, output }) {
  const lengths = new Map();
  for (const [k, input] of inputs.entries())
    for (const [axis, letter] of input.entries()) {
      const length = operands[k].shape[axis];
      const known = lengths.get(letter) ?? 1;
      if (known !== 1 && length !== 1 && known !== length) {
        const shapes = operands.map(({ shape }) => shown(shape)).join(" ");
        refuse(
          "ValueError",
          `operands could not be broadcast together with remapped shapes [original->remapped]: ${shapes} `,
        );
      }
      if (length !== 1) lengths.set(letter, length);
      else if (!lengths.has(letter)) lengths.set(letter, 1);
    }
  const summed = [...new Set(inputs.flat())].filter((letter) => !output.includes(letter));
  const order = [...output, ...summed];
  const shape = order.map((letter) => lengths.get(letter));
  const strides = operands.map((operand, k) =>
    order.map((letter) =>
      inputs[k].reduce(
        (sum, each, axis) => sum + (each === letter && operand.shape[axis] !== 1 ? operand.strides[axis] : 0),
        0,
      ),
    ),
  );
  const kind = Math.max(...operands.map((operand) => operand.kind));
  const outShape = shape.slice(0, output.length);
  const out = empty(outShape, kind);
  const places = operands.map(({ offset }) => offset);
  let at = 0;
  const add = (axis) => {
    if (axis === order.length) {
      let product = 1;
      for (let k = 0; k < operands.length; k++) product *= operands[k].data[places[k]];
      return product;
    }
    let sum = 0;
    for (let i = 0; i < shape[axis]; i++) {
      sum += add(axis + 1);
      for (let k = 0; k < places.length; k++) places[k] += strides[k][axis];
    }
    for (let k = 0; k < places.length; k++) places[k] -= strides[k][axis] * shape[axis];
    return sum;
  };
  const visit = (axis) => {
    if (axis === output.length) {
      const sum = add(axis);
      out.data[at++] = kind === BOOL ? Number(sum !== 0) : sum;
      return;
    }
    for (let i = 0; i < shape[axis]; i++) {
      visit(axis + 1);
      for (let k = 0; k < places.length; k++) places[k] += strides[k][axis];
    }
    for (let k = 0; k < places.length; k++) places[k] -= strides[k][axis] * shape[axis];
  };
  visit(0);
  return out;
}

/** Two operands without repeated letters are products of matrices, which are faster. */
export function einsum(text, operands) {
  const letters = parsed(text, operands);
  return asProduct(operands, letters) ?? einsumOf(operands, letters);
}

function asProduct(operands, { inputs, output }) {
  if (operands.length !== 2 || operands.some(({ kind }) => kind !== FLOAT)) return null;
  const [a, b] = inputs;
  if (new Set(a).size < a.length || new Set(b).size < b.length) return null;
  const both = a.filter((letter) => b.includes(letter));
  const summed = both.filter((letter) => !output.includes(letter));
  const stacked = both.filter((letter) => output.includes(letter));
  const rows = a.filter((letter) => !b.includes(letter));
  const columns = b.filter((letter) => !a.includes(letter));
  const lost = [...rows, ...columns].some((letter) => !output.includes(letter));
  const length = (k, letter) => operands[k].shape[inputs[k].indexOf(letter)];
  if (lost || summed.length === 0 || both.some((letter) => length(0, letter) !== length(1, letter))) return null;
  const table = (k, groups) => {
    const order = groups.flat().map((letter) => inputs[k].indexOf(letter));
    const { shape, strides } = operands[k];
    const moved = operands[k].view(
      order.map((axis) => shape[axis]),
      order.map((axis) => strides[axis]),
    );
    return dense(
      moved.flat(),
      groups.map((group) => sizeOf(group.map((letter) => length(k, letter)))),
    );
  };
  const product = matmul(table(0, [stacked, rows, summed]), table(1, [stacked, summed, columns]));
  const order = [...stacked, ...rows, ...columns];
  const whole = dense(
    product.data,
    order.map((letter) => length(a.includes(letter) ? 0 : 1, letter)),
  );
  const axes = output.map((letter) => order.indexOf(letter));
  const view = whole.view(
    axes.map((axis) => whole.shape[axis]),
    axes.map((axis) => whole.strides[axis]),
  );
  return new Strided(view.copied(), view.shape, FLOAT);
}
