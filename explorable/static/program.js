// A program in the page (explorable/models/program.py): lanes that run side by side, on the same batches from the same
// draws. It is loaded where a widget needs it, and does what explorable/models/runs.py does with NumPy.
import { ex, inject, Problem } from "./core.js";
import { openModel, unpack } from "./data.js";
import { drawingPad } from "./drawing_pad.js";
import { lengthsOf, openTape, sized } from "./tape.js";
import { makeRoom } from "./product.js";
import { Generator } from "./random.js";
import { Runs } from "./runs.js";
import { attach } from "./running.js";
import { written } from "./way.js";

/** A packed text, out of its file if it has one. */
async function textOf(packed, base) {
  if (!packed.endsWith(".js")) return packed;
  const missing = () => {
    throw new Problem(`The data of this figure could not be loaded: the file ${packed} is missing.`);
  };
  if (!arrived.has(packed)) await inject(new URL(packed, base).href).catch(missing);
  return arrived.get(packed);
}

/** The tapes, block by block: each is packed, in the data script itself or in one beside it, and opened when needed. */
class Blocks {
  /** @param {any} packed @param {URL} base @param {number} apart so many values of the structure name a block */
  constructor(packed, base, apart) {
    Object.assign(this, { packed, base });
    this.nameOf = (structure) => structure.slice(0, apart).join("|");
    this.open = new Map();
  }

  /** The tapes of a combination; undefined while they are on their way. */
  get(structure) {
    return this.open.get(this.nameOf(structure))?.[structure.join("|")];
  }

  async load(structure) {
    const name = this.nameOf(structure);
    if (this.open.has(name)) return;
    const bytes = await unpack(await textOf(this.packed[name], this.base));
    this.open.set(name, JSON.parse(new TextDecoder().decode(bytes)));
  }
}

const arrived = new Map();

/** Called by the script of a block. */
ex.block = (name, packed) => void arrived.set(name, packed);

/** One lane, open: its tapes on the arrays of one room. */
class Lane {
  /** @param {any} model @param {string} name @param {any} values of the controls */
  constructor(model, name, values) {
    const { record, blocks } = model;
    this.model = model;
    this.name = name;
    this.names = record.lanes[name];
    this.end = name ? `_${name}` : "";
    const structure = model.structureOf(name, values);
    const { chosen } = record;
    const lengthOf = (size) => (size === chosen?.of ? chosen.lengths[values[size]] : Number(values[this.names[size]]));
    const lengths = record.sizes.map(lengthOf);
    const tapes = { ...model.common, ...blocks.get(structure) };
    this.tapes = Object.fromEntries(Object.entries(tapes).map(([what, tape]) => [what, sized(tape, lengths)]));
    // The state lies in arrays of its own, by the names of the start's outputs.
    const { sizes, outputs } = this.tapes.start;
    this.stateLengths = Object.fromEntries(Object.entries(outputs).map(([leaf, i]) => [leaf, sizes[i][0]]));
  }

  /** All lengths that it asks the room for. */
  lengths(data) {
    const given = { ...this.stateLengths, ...data };
    return [
      ...Object.values(this.stateLengths),
      ...Object.values(this.tapes).flatMap((tape) => lengthsOf(tape, given)),
    ];
  }

  open(data, take, product) {
    this.state = Object.fromEntries(Object.keys(this.stateLengths).map((leaf) => [leaf, take()]));
    const given = { ...this.state, ...data };
    const { kernels } = this.model;
    this.programs = Object.fromEntries(
      Object.entries(this.tapes).map(([name, tape]) => [name, openTape(tape, kernels, product, given, take)]),
    );
  }

  /** Settings into the inputs that are named like them. */
  give(program, values) {
    for (const [argument, control] of Object.entries(this.names)) {
      const [to, value] = [program.inputs[argument], values[control]];
      if (to && value.length === to.length) to.set(value);
      else if (to) to[0] = Number(value);
    }
  }

  /** Numbers that a program has made become the state. */
  take(program, prefix = "new ") {
    for (const [leaf, array] of Object.entries(this.state)) {
      const made = program.outputs[prefix + leaf];
      if (made) array.set(made);
    }
  }

  /** The start: draws of NumPy's streams, from the seed on. */
  begin(values, seed) {
    const { start } = this.programs;
    this.give(start, values);
    for (const [distance, asked] of this.tapes.start.streams) {
      const stream = new Generator(seed + distance);
      for (const [kind, name] of asked) {
        const to = start.inputs[name];
        to?.set(kind === "normal" ? stream.standardNormal(to.length) : stream.random(to.length));
      }
    }
    const failed = start.run();
    if (failed) throw new Problem(`This start cannot be computed (${failed}).`);
    this.take(start, "");
  }

  /** One step on the batches; the kept numbers, or null with `refused` saying why. */
  step(values, batches) {
    const { step } = this.programs;
    this.give(step, values);
    for (const [name, batch] of Object.entries(batches)) step.inputs[name]?.set(batch);
    const failed = step.run();
    const kept = Object.fromEntries(Object.keys(step.shapes).map((name) => [name, step.outputs[name].slice()]));
    if (failed || !this.holds(kept)) return null;
    this.take(step);
    return kept;
  }

  holds(kept) {
    const { gaps, record } = this.model;
    const fine = (name, numbers) =>
      gaps.has(name + this.end) || numbers.every((x) => Number.isFinite(x) && x <= (record.bound[name] ?? Infinity));
    return Object.entries(kept).every(([name, numbers]) => fine(name, numbers));
  }

  look(values) {
    const { look } = this.programs;
    this.give(look, values);
    look.run();
    return Object.fromEntries(Object.keys(look.shapes).map((name) => [name, look.outputs[name].slice()]));
  }

  /** Something is done to the state; false, and nothing has changed, where the action refuses it. */
  act(name, values) {
    const program = this.programs[`act ${name}`];
    this.give(program, values);
    const failed = program.run();
    if (!failed) this.take(program);
    return !failed;
  }
}

/** What a program's data script brings, and the lanes opened for a structure. */
class Model {
  constructor(record, code, data) {
    this.record = record;
    this.kernels = code.kernels;
    this.common = code.common;
    this.base = new URL(record.base ?? "", document.baseURI);
    this.blocks = new Blocks(code.blocks, this.base, record.apart);
    this.data = data;
    this.packed = code.sets; // of data that a control chooses
    this.sets = new Map();
    this.gaps = new Set(record.gaps);
  }

  structureOf(lane, values) {
    return this.record.structure.map((name) => String(values[this.record.lanes[lane][name]]));
  }

  names() {
    return Object.keys(this.record.lanes);
  }

  /** The value by which data are chosen. */
  choice(values) {
    return this.record.chosen && String(values[this.record.chosen.of]);
  }

  /** Whether all that these values need is unpacked. */
  ready(values) {
    const choice = this.choice(values);
    return (
      (choice === null || this.sets.has(choice)) &&
      this.names().every((lane) => this.blocks.get(this.structureOf(lane, values)))
    );
  }

  async load(values) {
    const blocks = this.names().map((lane) => this.blocks.load(this.structureOf(lane, values)));
    await Promise.all([...blocks, this.loadSet(this.choice(values))]);
  }

  async loadSet(choice) {
    if (choice === null || this.sets.has(choice)) return;
    const packed = await textOf(this.packed[choice], this.base);
    this.sets.set(choice, await dataOf(this.record.sets[choice], packed));
  }

  /** The shape of a data array; those of a choice may have other ones. */
  shapeOf(name, values) {
    return (this.record.data[name] ?? this.record.sets[this.choice(values)][name]).shape;
  }

  /** The lanes for these values, on the arrays of one room: data first, then what each needs. */
  open(values) {
    const lanes = this.names().map((name) => new Lane(this, name, values));
    const { prepare } = lanes[0].tapes;
    const made = prepare ? Object.entries(prepare.outputs).map(([name, i]) => [name, prepare.sizes[i][0]]) : [];
    const given = { ...this.data, ...this.sets.get(this.choice(values)) };
    const lengths = Object.fromEntries([...Object.entries(given).map(([name, a]) => [name, a.length]), ...made]);
    const room = makeRoom([...Object.values(lengths), ...lanes.flatMap((lane) => lane.lengths(lengths))]);
    const arrays = room.arrays.values();
    const take = () => arrays.next().value;
    const data = Object.fromEntries(Object.keys(lengths).map((name) => [name, take()]));
    for (const [name, numbers] of Object.entries(given)) data[name].set(numbers);
    for (const lane of lanes) lane.open(data, take, room.product);
    if (prepare) {
      lanes[0].programs.prepare.run();
      for (const [name] of made) data[name].set(lanes[0].programs.prepare.outputs[name]);
    }
    return { lanes, shapes: prepare?.shapes ?? {}, fast: room.fast };
  }
}

/** Data arrays of a program, out of their packed form: flat, by name. */
async function dataOf(outputs, packed) {
  const tables = await openModel({ kind: "sampled", outputs }, packed, new Map());
  const found = await tables({}, {});
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value.data ?? value]));
}

/**
 * The model of a widget: (values) -> outputs, as far as a frame has time for.
 * @type {(record: any, code: any) => Promise<any>}
 */
async function open(record, code) {
  if (!code?.kernels) throw new Problem("The data file of this figure is damaged: it holds no program.");
  const data = code.data ? await dataOf(record.data, code.data) : {};
  const model = new Model(record, code, data);
  const runs = new Runs(model, record);
  const evaluate = (values) => runs.evaluate(values);
  return Object.assign(evaluate, {
    runs,
    way: () => written(runs.log, runs.now),
    attach: (widget) => attach(widget, runs),
    linked: (changes) => runs.linked(changes),
  });
}

ex.program = { open, drawingPad };
