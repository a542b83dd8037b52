// Linear systems by elimination; eigenvalues and singular values by rotations (C. G. J. Jacobi, 1846; one-sided:
// M. R. Hestenes, 1958), which are slow for large matrices and accurate for all.

import { dense, empty, refuse, sizeOf, zeros } from "./strided.js";

function tablesOf(array, square) {
  const { shape } = array;
  if (shape.length < 2)
    refuse("LinAlgError", `${shape.length}-dimensional array given. Array must be at least two-dimensional`);
  const [rows, columns] = shape.slice(-2);
  if (square && rows !== columns) refuse("LinAlgError", "Last 2 dimensions of the array must be square");
  const data = array.copied();
  const count = sizeOf(shape.slice(0, -2));
  const at = (k) => data.subarray(k * rows * columns, (k + 1) * rows * columns);
  return { head: shape.slice(0, -2), rows, columns, tables: Array.from({ length: count }, (_, k) => at(k)) };
}

/** Elimination of `matrix` in place, with `other` of so many columns beside it; gives the determinant. */
function eliminate(matrix, n, other, columns) {
  let product = 1;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let row = column + 1; row < n; row++)
      if (Math.abs(matrix[row * n + column]) > Math.abs(matrix[pivot * n + column])) pivot = row;
    const value = matrix[pivot * n + column];
    if (value === 0) return 0;
    if (pivot !== column) {
      product = -product;
      swap(matrix, n, pivot, column);
      swap(other, columns, pivot, column);
    }
    product *= value;
    for (let row = column + 1; row < n; row++) {
      const factor = matrix[row * n + column] / value;
      if (factor === 0) continue;
      for (let k = column; k < n; k++) matrix[row * n + k] -= factor * matrix[column * n + k];
      for (let k = 0; k < columns; k++) other[row * columns + k] -= factor * other[column * columns + k];
    }
  }
  return product;
}

function swap(table, columns, first, second) {
  for (let k = 0; k < columns; k++) {
    const held = table[first * columns + k];
    table[first * columns + k] = table[second * columns + k];
    table[second * columns + k] = held;
  }
}

function solved(matrix, n, other, columns) {
  if (eliminate(matrix, n, other, columns) === 0 && n > 0) {
    if (matrix.some((value, at) => at % (n + 1) === 0 && value === 0)) refuse("LinAlgError", "Singular matrix");
  }
  for (let row = n - 1; row >= 0; row--)
    for (let k = 0; k < columns; k++) {
      let value = other[row * columns + k];
      for (let column = row + 1; column < n; column++) value -= matrix[row * n + column] * other[column * columns + k];
      other[row * columns + k] = value / matrix[row * n + row];
    }
}

export function det(array) {
  const { head, rows, tables } = tablesOf(array, true);
  return dense(
    Float64Array.from(tables, (table) => eliminate(table, rows, zeros(0), 0)),
    head,
  );
}

export function inv(array) {
  const { rows, tables } = tablesOf(array, true);
  const out = empty(array.shape);
  for (const [k, table] of tables.entries()) {
    const other = out.data.subarray(k * rows * rows, (k + 1) * rows * rows);
    for (let i = 0; i < rows; i++) other[i * (rows + 1)] = 1;
    solved(table, rows, other, rows);
  }
  return out;
}

/** a x = b for one matrix or a stack of them; b is one vector, or a matrix or stack of the same length. */
export function solve(a, b) {
  const { head, rows, tables } = tablesOf(a, true);
  const vector = b.shape.length === 1;
  const n = vector ? b.shape[0] : b.shape[b.shape.length - 2];
  const signature = vector ? "solve1" : "solve";
  if (n !== rows)
    refuse(
      "ValueError",
      `${signature}: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature ` +
        `${vector ? "(m,m),(m)->(m)" : "(m,m),(m,n)->(m,n)"} (size ${n} is different from ${rows})`,
    );
  const columns = vector ? 1 : b.shape[b.shape.length - 1];
  const data = b.copied();
  const one = data.length === rows * columns;
  if (!one && data.length !== tables.length * rows * columns)
    refuse("ValueError", "here, solve takes as many right sides as matrices, or one");
  const out = zeros(tables.length * rows * columns);
  for (const [k, table] of tables.entries()) {
    const into = out.subarray(k * rows * columns, (k + 1) * rows * columns);
    into.set(one ? data : data.subarray(k * rows * columns, (k + 1) * rows * columns));
    solved(table, rows, into, columns);
  }
  return dense(out, vector ? [...head, rows] : [...head, rows, columns]);
}

/** Eigenvalues, rising, and their vectors as columns, of a symmetric matrix of which the lower half is read. */
function eigenOf(table, n) {
  const m = table;
  for (let i = 0; i < n; i++) for (let k = i + 1; k < n; k++) m[i * n + k] = m[k * n + i];
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) vectors[i * (n + 1)] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let turned = false;
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        const off = m[p * n + q];
        const [x, y] = [m[p * n + p], m[q * n + q]];
        if (off === 0 || Math.abs(off) < 1e-17 * Math.sqrt(Math.abs(x * y)) || Math.abs(off) < 1e-300) continue;
        turned = true;
        const theta = (y - x) / (2 * off);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(1, theta));
        const c = 1 / Math.hypot(1, t);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [a, b] = [m[k * n + p], m[k * n + q]];
          m[k * n + p] = c * a - s * b;
          m[k * n + q] = s * a + c * b;
        }
        for (let k = 0; k < n; k++) {
          const [a, b] = [m[p * n + k], m[q * n + k]];
          m[p * n + k] = c * a - s * b;
          m[q * n + k] = s * a + c * b;
          const [v, w] = [vectors[k * n + p], vectors[k * n + q]];
          vectors[k * n + p] = c * v - s * w;
          vectors[k * n + q] = s * v + c * w;
        }
        m[p * n + q] = m[q * n + p] = 0;
      }
    if (!turned) break;
  }
  const order = [...Array(n).keys()].toSorted((i, k) => m[i * (n + 1)] - m[k * (n + 1)]);
  const ordered = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let k = 0; k < n; k++) ordered[i * n + k] = vectors[i * n + order[k]];
  return [order.map((i) => m[i * (n + 1)]), ordered];
}

/** [eigenvalues, vectors] of symmetric matrices. */
export function eigh(array) {
  const { head, rows, tables } = tablesOf(array, true);
  const values = empty([...head, rows]);
  const vectors = empty(array.shape);
  for (const [k, table] of tables.entries()) {
    const [own, columns] = eigenOf(table, rows);
    values.data.set(own, k * rows);
    vectors.data.set(columns, k * rows * rows);
  }
  return [values, vectors];
}

/** Singular values, falling, with both factors: a = u diag(s) vt, of a matrix with at least as many rows as columns. */
function singularOf(a, rows, columns) {
  const v = new Float64Array(columns * columns);
  for (let i = 0; i < columns; i++) v[i * (columns + 1)] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let turned = false;
    for (let p = 0; p < columns; p++)
      for (let q = p + 1; q < columns; q++) {
        let [x, y, off] = [0, 0, 0];
        for (let i = 0; i < rows; i++) {
          const [left, right] = [a[i * columns + p], a[i * columns + q]];
          x += left * left;
          y += right * right;
          off += left * right;
        }
        if (off === 0 || Math.abs(off) <= 1e-16 * Math.sqrt(x * y)) continue;
        turned = true;
        const zeta = (y - x) / (2 * off);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        turn(a, rows, columns, p, q, c, c * t);
        turn(v, columns, columns, p, q, c, c * t);
      }
    if (!turned) break;
  }
  const lengths = Array.from({ length: columns }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += a[i * columns + k] ** 2;
    return Math.sqrt(sum);
  });
  const order = [...lengths.keys()].toSorted((i, k) => lengths[k] - lengths[i]);
  const u = new Float64Array(rows * columns);
  const vt = new Float64Array(columns * columns);
  for (const [k, from] of order.entries()) {
    for (let i = 0; i < rows; i++) u[i * columns + k] = lengths[from] ? a[i * columns + from] / lengths[from] : 0;
    for (let i = 0; i < columns; i++) vt[k * columns + i] = v[i * columns + from];
  }
  return [order.map((k) => lengths[k]), u, vt];
}

function turn(table, rows, columns, p, q, c, s) {
  for (let i = 0; i < rows; i++) {
    const [left, right] = [table[i * columns + p], table[i * columns + q]];
    table[i * columns + p] = c * left - s * right;
    table[i * columns + q] = s * left + c * right;
  }
}

const turned = (table, rows, columns) =>
  Float64Array.from({ length: rows * columns }, (_, at) => table[(at % rows) * columns + Math.floor(at / rows)]);

/** [u, s, vt] with full_matrices=False. */
export function svd(array) {
  const { head, rows, columns, tables } = tablesOf(array, false);
  const few = Math.min(rows, columns);
  const [u, s, vt] = [empty([...head, rows, few]), empty([...head, few]), empty([...head, few, columns])];
  for (const [k, table] of tables.entries()) {
    const tall = rows >= columns;
    const [values, left, right] = tall
      ? singularOf(table, rows, columns)
      : singularOf(turned(table, rows, columns), columns, rows);
    s.data.set(values, k * few);
    u.data.set(tall ? left : turned(right, rows, rows), k * rows * few);
    vt.data.set(tall ? right : turned(left, columns, rows), k * few * columns);
  }
  return [u, s, vt];
}
