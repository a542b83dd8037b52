// Products of matrices of float64, with any strides: in JavaScript, and where the browser lets it in WebAssembly, which
// gives the same bits and is some times as fast.
import { KERNEL } from "./product_kernel.js";
/** @import { Product, Room } from "./types.d.ts" */

const SIDE = 4; // of the blocks

/** Rows of C by columns that are too few for blocks. `a`, `b` and `c` are where the matrices begin. */
function few(M, N, K, A, a, stepAi, stepAp, B, b, stepBp, stepBj, C, c) {
  for (let i = 0; i < M; i++)
    for (let j = 0; j < N; j++) {
      let sum = 0;
      for (let p = 0, x = a + i * stepAi, y = b + j * stepBj; p < K; p++, x += stepAp, y += stepBp) sum += A[x] * B[y];
      C[c + i * N + j] = sum;
    }
}

/** One block of C, whose first number is at `c`; its rows of A begin at `a`, its columns of B at `b`. */
function block(N, K, A, a, stepAi, stepAp, B, b, stepBp, stepBj, C, c) {
  let r00 = 0;
  let r01 = 0;
  let r02 = 0;
  let r03 = 0;
  let r10 = 0;
  let r11 = 0;
  let r12 = 0;
  let r13 = 0;
  let r20 = 0;
  let r21 = 0;
  let r22 = 0;
  let r23 = 0;
  let r30 = 0;
  let r31 = 0;
  let r32 = 0;
  let r33 = 0;
  for (let p = 0; p < K; p++, a += stepAp, b += stepBp) {
    const y0 = B[b];
    const y1 = B[b + stepBj];
    const y2 = B[b + 2 * stepBj];
    const y3 = B[b + 3 * stepBj];
    const x0 = A[a];
    const x1 = A[a + stepAi];
    const x2 = A[a + 2 * stepAi];
    const x3 = A[a + 3 * stepAi];
    r00 += x0 * y0;
    r01 += x0 * y1;
    r02 += x0 * y2;
    r03 += x0 * y3;
    r10 += x1 * y0;
    r11 += x1 * y1;
    r12 += x1 * y2;
    r13 += x1 * y3;
    r20 += x2 * y0;
    r21 += x2 * y1;
    r22 += x2 * y2;
    r23 += x2 * y3;
    r30 += x3 * y0;
    r31 += x3 * y1;
    r32 += x3 * y2;
    r33 += x3 * y3;
  }
  C[c] = r00;
  C[c + 1] = r01;
  C[c + 2] = r02;
  C[c + 3] = r03;
  c += N;
  C[c] = r10;
  C[c + 1] = r11;
  C[c + 2] = r12;
  C[c + 3] = r13;
  c += N;
  C[c] = r20;
  C[c + 1] = r21;
  C[c + 2] = r22;
  C[c + 3] = r23;
  c += N;
  C[c] = r30;
  C[c + 1] = r31;
  C[c + 2] = r32;
  C[c + 3] = r33;
}

/**
 * k products C[s] = A[s] B[s], of M x K and K x N numbers. C is filled from its start, row by row; in A and B, which it
 * must not overlap, a number is at the offset and as many strides as its indexes say (s; i, p; p, j), which may be 0 or
 * negative. The inner index p is summed from its first value to its last.
 * @type {Product}
 */
export function product(k, M, N, K, A, offsetA, stepAk, stepAi, stepAp, B, offsetB, stepBk, stepBp, stepBj, C) {
  for (let s = 0; s < k; s++) {
    const a = offsetA + s * stepAk;
    const b = offsetB + s * stepBk;
    const c = s * M * N;
    if (M < SIDE || N < SIDE) {
      few(M, N, K, A, a, stepAi, stepAp, B, b, stepBp, stepBj, C, c);
      continue;
    }
    // The last block lies over the one before it where the lengths are no multiples of its side.
    for (let row = 0; row < M; row += SIDE) {
      const i = Math.min(row, M - SIDE);
      for (let column = 0; column < N; column += SIDE) {
        const j = Math.min(column, N - SIDE);
        block(N, K, A, a + i * stepAi, stepAi, stepAp, B, b + j * stepBj, stepBp, stepBj, C, c + i * N + j);
      }
    }
  }
}

/** The same by the kernel, which knows bytes, on the memory that it was given; what it cannot do, in JavaScript. */
const faster = (kernel, buffer) => /** @type {Product} */ (k, M, N, K, A, oA, kA, iA, pA, B, oB, kB, pB, jB, C) => {
  const inside = A.buffer === buffer && B.buffer === buffer && C.buffer === buffer;
  if (!inside || M < SIDE || N < SIDE || K < 1 || k < 1)
    return product(k, M, N, K, A, oA, kA, iA, pA, B, oB, kB, pB, jB, C);
  const [a, b] = [A.byteOffset + 8 * oA, B.byteOffset + 8 * oB];
  kernel(k, M, N, K, a, 8 * kA, 8 * iA, 8 * pA, b, 8 * kB, 8 * pB, 8 * jB, C.byteOffset);
};

const PAGE = 65536; // bytes; memory is given out in pages

/** A memory of so many bytes with the kernel on it; null where the browser, or the page's policy, refuses. */
function kernelFor(bytes) {
  try {
    const code = Uint8Array.from(atob(KERNEL), (letter) => letter.charCodeAt(0));
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { m: { m: memory } });
    return { buffer: memory.buffer, kernel: exports.p };
  } catch {
    return null; // no WebAssembly, none with vectors, forbidden without 'wasm-unsafe-eval', or not so much memory
  }
}

/**
 * Arrays of these lengths, filled with 0, and the product that is fastest on them: `fast` tells whether it is the one
 * in WebAssembly. For other arrays it is the plain one. All arrays that are multiplied belong in one room.
 * @type {(lengths: number[]) => Room}
 */
export function makeRoom(lengths) {
  const starts = [];
  let end = 0;
  for (const length of lengths) {
    if (!Number.isSafeInteger(length) || length < 0)
      throw new RangeError(`a length is ${length}; allowed: whole numbers from 0`);
    starts.push(end);
    end += length + (length % 2); // so that pairs of numbers do not lie across lines of the cache
  }
  const found = kernelFor(8 * end);
  const buffer = found ? found.buffer : new ArrayBuffer(8 * end);
  const arrays = lengths.map((length, i) => new Float64Array(buffer, 8 * starts[i], length));
  return { arrays, product: found ? faster(found.kernel, buffer) : product, fast: Boolean(found) };
}
