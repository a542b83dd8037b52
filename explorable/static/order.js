// What a step is given anew: batches of shuffled epochs, and normal numbers (explorable/models/draws.py).
import { Generator } from "./random.js";

export class Order {
  /** @param {number} count of examples @param {number} seed */
  constructor(count, seed) {
    this.count = count;
    this.stream = new Generator(seed);
    this.epochs = [];
    this.at = [0, 0]; // epoch, and how many of it are used
  }

  /** The positions of the next `size` examples. */
  take(size) {
    let [epoch, used] = this.at;
    if (used + size > this.count) [epoch, used] = [epoch + 1, 0];
    while (this.epochs.length <= epoch) this.epochs.push(this.stream.permutation(this.count));
    this.at = [epoch, used + size];
    return this.epochs[epoch].subarray(used, used + size);
  }
}

/** Standard normal numbers, drawn anew for each step; its place is the state of the generator. */
export class Normals {
  /** @param {number} seed */
  constructor(seed) {
    this.stream = new Generator(seed);
  }

  get at() {
    return this.stream.bits.place;
  }

  set at(place) {
    this.stream.bits.place = place;
  }

  /** The next ones; where they are not asked for, zeros, and nothing is drawn. */
  take(count, asked) {
    return asked ? this.stream.standardNormal(count) : new Float64Array(count);
  }
}
