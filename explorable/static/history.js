// Numbers over time, as explorable/models/runs.py keeps them: at most so many moments, evenly spaced from the first on.
const CAPACITY = 400;

export class History {
  constructor(steps = [], rows = [], stride = 1) {
    Object.assign(this, { steps, rows, stride });
  }

  copy() {
    return new History(this.steps.slice(), this.rows.slice(), this.stride);
  }

  /** Take the `count`-th moment, if it is one of those that are kept; row(): its numbers by name. */
  add(count, step, row) {
    if (count % this.stride) return;
    if (this.steps.length === CAPACITY) {
      const even = (items) => items.filter((_, i) => i % 2 === 0);
      Object.assign(this, { steps: even(this.steps), rows: even(this.rows), stride: 2 * this.stride });
      if (count % this.stride) return;
    }
    this.steps.push(step);
    this.rows.push(row());
  }

  /** What is kept under a name, in order of time: a flat array for single numbers, else a row for each of them. */
  array(name, single) {
    const moments = this.rows.length;
    if (single || !moments) {
      const data = Float64Array.from(this.rows, (row) => row[name][0]);
      return single ? data : { shape: [1, 0], data };
    }
    const many = this.rows[0][name].length;
    const data = new Float64Array(many * moments);
    this.rows.forEach((row, t) => row[name].forEach((value, i) => (data[i * moments + t] = value)));
    return { shape: [many, moments], data };
  }
}
