// The run of a program: how far it has come, what is kept of it over time, what was done on the way, and the way back.
import { same } from "./arrays.js";
import { History } from "./history.js";
import { Normals, Order } from "./order.js";

const BUDGET = 8; // ms of a frame for steps
const SNAPSHOTS = 24;
const FIRST_INTERVAL = 20; // steps between two of them, at first

const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export class Runs {
  constructor(model, record) {
    Object.assign(this, { model, record });
    this.target = this.now = null;
    this.first = null; // what began this run: values that a change of begins another one
    this.named = false; // whether a link has named a whole state
    this.pending = false; // whether there is more to compute than a frame had time for
    this.moving = false; // whether it is running, so that not every state needs to be looked at
    this.again = () => {}; // asks for another frame
    this.broken = null;
    this.outputs = null;
    this.plan = null; // what an address says of the way, until the run begins
    const { lanes, restart, structure, seed, clock, chosen } = record;
    const sizes = record.sizes.filter((name) => name !== chosen?.of);
    const controlsOf = (names) => Object.values(lanes).flatMap((map) => names.map((name) => map[name]));
    this.hard = new Set([seed, ...controlsOf([...restart, ...structure]), ...(chosen ? [chosen.of] : [])]);
    this.sizes = new Set(controlsOf(sizes.filter((name) => !restart.includes(name))));
    this.soft = new Set(controlsOf(Object.keys(Object.values(lanes)[0])).values());
    this.seen = new Set(controlsOf(record.seen)); // what only a look depends on: it is no part of the way
    for (const name of [...this.hard, ...this.seen, clock]) this.soft.delete(name);
  }

  /** The outputs at these values of the controls, or, where the way there is long, those of a part of it. */
  evaluate(values) {
    if (!this.model.ready(values)) return this.wait(values);
    const hard = pick(values, this.hard);
    const soft = this.softOf(values);
    const target = values[this.record.clock];
    const anew = !this.moving && this.now && this.isAnother(target, soft);
    this.named = false;
    if (anew || !isSame(hard, this.first)) this.begin(values, hard, soft);
    else if (target < this.at) this.back(target, soft);
    // Where the clock stood when it was moved, also if the steps up to there are still to be taken.
    if (!isSame(soft, this.last())) this.change(soft, Math.max(this.at, Math.min(target, this.target ?? 0)));
    this.target = target;
    this.see(values);
    this.advance(target);
    return this.look();
  }

  /** A link, or an undo, names the clock and settings at once: that means a run with these from the start. */
  linked(changes) {
    this.named ||= this.record.clock in changes && Object.keys(changes).length > 1;
  }

  /** Is the state that the controls name one of another run? */
  isAnother(target, soft) {
    if (this.named) return this.log.length > 1 || !isSame(soft, this.now);
    return target !== this.target && !isSame(soft, this.now);
  }

  /** Settings that only a look depends on. */
  see(values) {
    for (const name of this.seen) {
      if (same(this.values[name], values[name])) continue;
      this.values[name] = values[name];
      this.fresh = false;
    }
  }

  softOf(values) {
    return pick(values, this.soft);
  }

  /** The settings that hold at the end of what was done. */
  last() {
    return this.log.findLast(({ soft }) => soft).soft;
  }

  /** Something is still packed: the picture stays until it is there. */
  wait(values) {
    const of = JSON.stringify(pick(values, this.hard));
    if (this.broken?.of === of) throw this.broken.problem; // and do not ask for it again with every frame
    const arrived = this.model.load(values);
    if (!this.outputs) return arrived.then(() => this.evaluate(values));
    arrived.then(this.again, (problem) => ((this.broken = { of, problem }), this.again()));
    return this.outputs;
  }

  begin(values, hard, soft) {
    const found = this.model.open({ ...values });
    Object.assign(this, { first: hard, now: soft, log: [{ at: 0, soft }], done: 1, at: 0, values: { ...values } });
    Object.assign(this, { lanes: found.lanes, found, snapshots: [], interval: FIRST_INTERVAL });
    const seed = values[this.record.seed];
    for (const lane of this.lanes) {
      lane.begin(values, seed);
      Object.assign(lane, { kept: new History(), trail: new History(), diverged: -1, steps: 0 });
    }
    this.orders = Object.fromEntries(
      Object.entries(this.record.batches).map(([name, batch]) => [name, this.streamOf(batch, seed)]),
    );
    this.fresh = false;
    if (this.plan) this.follow(this.plan);
    this.plan = null;
    this.settle();
  }

  /** Before the first step: what is kept of the start, with the settings that hold there. */
  settle() {
    for (const lane of this.lanes) {
      lane.trail = new History();
      this.keepTrail(lane);
    }
    this.snapshots = [];
    this.snapshot();
  }

  /** What was done on the way to the state that an address names: it is done again when its step is reached. */
  follow(plan) {
    this.log = plan;
    this.apply(plan[0].soft);
  }

  /** What gives a step its batches, or its normal numbers. */
  streamOf([kind, of], seed) {
    return kind === "normals" ? new Normals(seed + of) : new Order(this.countOf(of), seed);
  }

  /** A number, or what the argument of that name is now. */
  lengthOf(length) {
    const control = Object.values(this.record.lanes)[0][length];
    return control === undefined ? length : Number(this.values[control]);
  }

  /** How many examples a data array has. */
  countOf(name) {
    return (this.found.shapes[name] ?? this.model.shapeOf(name, this.values))[0];
  }

  /** Settings that move while it runs hold from here on; other sizes need another room for the same state. */
  change(soft, at = this.at) {
    const last = this.log.at(-1);
    if (last.soft && last.at === at) last.soft = soft;
    else this.log.push({ at, soft });
    if (at > this.at) return;
    this.done = this.log.length;
    this.apply(soft);
    if (this.at === 0 && this.log.length === 1) this.settle();
  }

  apply(soft) {
    const resized = [...this.sizes].some((name) => this.values[name] !== soft[name]);
    this.now = soft;
    Object.assign(this.values, soft);
    this.fresh = false;
    if (resized) this.reopen();
  }

  reopen() {
    const before = this.lanes;
    this.found = this.model.open(this.values);
    this.lanes = this.found.lanes;
    this.lanes.forEach((lane, i) => {
      for (const [leaf, array] of Object.entries(before[i].state)) lane.state[leaf].set(array);
      const { kept, trail, diverged, steps } = before[i];
      Object.assign(lane, { kept, trail, diverged, steps });
    });
  }

  /** A press on an action: it happens now. Whether it could be done to all. */
  press(name) {
    this.log.length = this.done; // what a link asked for later on does not come any more
    this.log.push({ at: this.at, act: name });
    this.done = this.log.length;
    return this.act(name);
  }

  act(name) {
    const done = this.lanes.filter(({ diverged }) => diverged < 0).map((lane) => lane.act(name, this.values));
    this.fresh = false;
    return done.every(Boolean);
  }

  /** Back to an earlier step; what was done from there on is forgotten. */
  back(target, soft) {
    this.log = this.log.filter((entry, i) => i === 0 || entry.at < target);
    const snapshot = this.snapshots.filter(({ at }) => at <= target).at(-1);
    this.snapshots = this.snapshots.filter(({ at }) => at <= target);
    this.restore(snapshot); // there is always the one of the start
    while (this.at < target) this.once();
    this.redo();
    if (!isSame(soft, this.now)) this.change(soft);
  }

  restore({ at, done, soft, lanes, orders }) {
    this.apply(soft);
    Object.assign(this, { at, done: Math.min(done, this.log.length), fresh: false });
    this.lanes.forEach((lane, i) => {
      const { state, kept, trail, diverged, steps } = lanes[i];
      for (const [leaf, numbers] of Object.entries(state)) lane.state[leaf].set(numbers);
      Object.assign(lane, { kept: kept.copy(), trail: trail.copy(), diverged, steps });
    });
    for (const [name, place] of Object.entries(orders)) this.orders[name].at = place;
  }

  snapshot() {
    if (this.snapshots.length === SNAPSHOTS) {
      this.interval *= 2;
      this.snapshots = this.snapshots.filter(({ at }) => at % this.interval === 0);
      if (this.at % this.interval) return;
    }
    this.snapshots.push({
      at: this.at,
      done: this.done,
      soft: this.now,
      orders: Object.fromEntries(Object.entries(this.orders).map(([name, order]) => [name, order.at])),
      lanes: this.lanes.map(({ state, kept, trail, diverged, steps }) => ({
        state: Object.fromEntries(Object.entries(state).map(([leaf, array]) => [leaf, array.slice()])),
        kept: kept.copy(),
        trail: trail.copy(),
        diverged,
        steps,
      })),
    });
  }

  /** What was done at this step, again. */
  redo() {
    for (; this.done < this.log.length && this.log[this.done].at <= this.at; this.done++) {
      const { soft, act } = this.log[this.done];
      if (soft) this.apply(soft);
      else this.act(act);
    }
  }

  once() {
    this.redo();
    const batches = {};
    for (const [name, [, , lengths, when = null]] of Object.entries(this.record.batches)) {
      const count = [lengths].flat().reduce((product, length) => product * this.lengthOf(length), 1);
      batches[name] = this.orders[name].take(count, when === null || this.lengthOf(when) !== 0);
    }
    for (const lane of this.lanes) this.stepOf(lane, batches);
    this.at++;
    this.fresh = false;
    if (this.at % this.interval === 0) this.snapshot(); // before anything is done at this step
  }

  stepOf(lane, batches) {
    if (lane.diverged >= 0) return;
    const kept = lane.step(this.values, batches);
    if (!kept) return void (lane.diverged = lane.steps);
    lane.kept.add(lane.steps, lane.steps, () => kept);
    lane.steps++;
    this.keepTrail(lane);
  }

  keepTrail(lane) {
    const { trail, every } = this.record;
    if (!trail.length || lane.steps % every) return;
    lane.seen = lane.look(this.values);
    lane.trail.add(lane.steps / every, lane.steps, () => lane.seen);
  }

  advance(target) {
    const began = performance.now();
    while (this.at < target && performance.now() - began < BUDGET) this.once();
    if (this.at === target) this.redo();
    this.pending = this.at < target;
    if (this.pending) this.again();
  }

  /** The outputs: what is looked at now, and what is kept over time. */
  look() {
    if (this.fresh && this.outputs) return this.outputs;
    const passing = (this.moving || this.pending) && this.record.trail.length > 0;
    const stopped = this.lanes.reduce((sum, { diverged }, i) => sum + (diverged >= 0 ? 2 ** i : 0), 0);
    const outputs = { stopped, window: Float64Array.of(0, windowEnd(this.at)) };
    for (const lane of this.lanes) {
      if (!passing || !lane.seen) lane.seen = lane.look(this.values);
      const { look, step } = lane.programs;
      for (const [name, shape] of Object.entries(look.shapes))
        outputs[name + lane.end] = shaped(lane.seen[name], shape);
      for (const [name, shape] of Object.entries(step.shapes))
        outputs[name + lane.end] = lane.kept.array(name, !shape.length);
      for (const name of this.record.trail)
        outputs[`${name}_trail${lane.end}`] = lane.trail.array(name, !look.shapes[name].length);
      outputs[`steps${lane.end}`] = Float64Array.from(lane.kept.steps);
      outputs[`trail_steps${lane.end}`] = Float64Array.from(lane.trail.steps);
      outputs[`diverged${lane.end}`] = lane.diverged;
      outputs[`done${lane.end}`] = lane.steps;
    }
    this.fresh = !passing;
    return (this.outputs = outputs);
  }
}

/** The end of an axis of time: 1, 2 or 5 times a power of ten, at least 50, so that it grows seldom. */
function windowEnd(step) {
  for (let power = 10; ; power *= 10)
    for (const digit of [1, 2, 5]) if (digit * power >= Math.max(step, 50)) return digit * power;
}

const pick = (values, names) => Object.fromEntries([...names].sort().map((name) => [name, values[name]]));

const shaped = (numbers, shape) =>
  shape.length === 0 ? numbers[0] : shape.length === 1 ? numbers : { shape, data: numbers };
