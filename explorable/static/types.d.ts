// The shapes that the modules hand to each other; for the checker of types and for readers, and in no page.
// Records that come from Python (form.py) are typed as far as the modules look into them.
import type { Widget } from "./widget.js";

/** What a control holds (values.js). */
export type Pick = any;
export type Picks = Record<string, Pick>;

/** Numbers as models hand them out: one, a flat array, or more dimensions (arrays.js). */
export type Numbers = ArrayLike<number>;
export type Grid = { shape: any; data: Float64Array };
export type Value = any; // a number or a word, Numbers, or a Grid
export type Values = Record<string, Value>;

export type Control = {
  kind: string;
  name: string;
  label: string;
  x?: [number, number];
  y?: [number, number];
  [more: string]: any;
};
export type Controls = Map<string, Control>;
export type Move = (pick: Pick) => void;

/** What one kind of control does with its picks (values.js). */
export type Kind = {
  start: (c: Control) => Pick;
  value: (c: Control, pick: Pick) => Value;
  take: (c: Control, given: any) => Pick | null;
  exact: (c: Control, pick: Pick, given: any) => boolean;
  written: (c: Control, pick: Pick) => string;
};

export type Show = (pick: Pick, exact?: number) => void;
export type Tell = (text: string) => void;

/** Where a mark or a binding has its numbers from. */
export type Channel = { out?: string; control?: string; index?: number | null; const?: any };

/** A part of a template, "{name[index]:spec}". */
export type Field = { name: string; indexes: number[]; spec: string | null };

/** The numbers of one moment (scope.js). */
export type Scope = {
  controls: Controls;
  values: Values;
  outputs: Values;
  get: (name: string) => Value;
  read: (channel: Channel | null | undefined) => Value;
  show: (field: Field) => string;
  truthy: (name: string | null | undefined) => boolean;
};

export type Model = (values: Values, picks: Picks, exact?: boolean) => Values | Promise<Values>;

/** A widget as its data file registers it. */
export type Spec = { key: string; controls: Control[]; figures: any[]; model: any; readout: any; gaps: string[] };

export type Place = { x: number; y: number };
export type Axis = { apply: (value: number) => number; invert: (pixel: number) => number };
export type Attributes = Record<string, any>;

/** A chart without its marks: sizes, domains, ticks (axes.js). */
export type Frame = {
  key: string;
  width: number;
  height: number;
  margin: { top: number; right: number; bottom: number; left: number };
  inner: { width: number; height: number };
  px: Axis;
  py: Axis;
  [more: string]: any;
};
export type Mark = { mark: string; [more: string]: any };
export type Group = SVGGElement | null; // of a mark; drawn last time, it is used again
export type Maker = (spec: Mark, scope: Scope, frame: Frame, before: Group) => Group;
export type Points = { x: Numbers; y: Numbers };
export type Corners = { x1: Numbers; x2: Numbers; y1: Numbers; y2: Numbers };

/** A figure of a widget; `changed` is a set of names, null for all. */
export type Figure = {
  names: Set<string>;
  measure: () => void;
  natural: () => number; // px that it would be high with nothing to fit into
  draw: (changed: Set<string> | null) => void;
  face?: () => Face | null;
  rest?: () => void; // the reader has let go
};
/** A chart as it is drawn now. */
export type Face = { canvas: HTMLElement; spec: any; frame: Frame };

/** Points of one line, or of one mark of dots or bars: in data units, and in px (points.js). */
export type Run = {
  mark: Mark;
  row: number; // of a line with several
  told: [string, number[]][]; // [what, a number for each point], told instead of y
  color: string | null;
  x: number[];
  y: number[];
  px: number[];
  py: number[];
  foot: number[] | null; // px, of bars
  half: number; // px, of a bar's width
  loose: boolean; // a function or bars: what counts is x
};

/** How a move came about (motion.js). */
export type Motion = {
  mode: string; // how axes may follow (scales.js)
  smooth: boolean; // marks run from where they were
  past: Scope | null; // the state before a move that begins now
  moved: (control: Control, byPlay: boolean) => void;
  jump: (moves: () => void, toStart?: boolean) => void;
  begin: (changed: Set<string> | null) => void;
  end: () => void;
};

/** What a chart keeps in view of the state before a move (change.js). */
export type Shadow = {
  begin: (scope: Scope) => void;
  follow: (changed: number[], frame: Frame) => void;
  fade: () => void;
};

/** The sentence of a widget (readout.js). */
export type Readout = {
  names: Set<string>;
  show: (scope: Scope) => void;
  announce: (scope: Scope) => void;
  say: (text: () => string) => void;
};

/** What can be done to a control's pick by hand (movers.js). */
export type Mover = {
  label: string;
  many?: boolean; // one of several numbers of a control
  to: (pick: Pick, place: Partial<Place>) => Pick;
  by: (pick: Pick, dx: number, dy: number) => Pick;
  aria: (pick: Pick) => Attributes;
};
export type Handle = {
  svg: SVGSVGElement;
  control: string;
  mover: Mover;
  along: string;
  center: (at: Place) => Place;
  toData: (at: Place) => Partial<Place>;
};
/** What of a chart can be dragged or chosen (handles.js). */
export type Handles = { empty: boolean; names: string[]; place: (frame: Frame) => void };

/** Elements of which one is chosen (choosing.js). */
export type Choosing = {
  add: (element: SVGElement, control: Control, pick: Pick, label: string) => void;
  show: () => void;
  clear: () => void;
  members: { element: SVGElement; control: Control; pick: Pick }[];
};

/** What was done to a widget's controls, to take it back (past.js). */
export type Past = {
  note: (name: string, playing: boolean) => void;
  link: (changes: Record<string, unknown>) => void;
  join: (name: string) => void;
  undo: () => boolean;
  redo: () => boolean;
};

/** What an entry of a widget's menu does (menu.js). */
export type MenuAct = (widget: Widget, say: (words: string) => void, place: HTMLElement) => unknown;

/** What a notebook gives a widget in place of address, data file and page (notebook/view.js). */
export type Host = {
  slow: number;
  load: () => Promise<{ spec: Spec; model: any }>;
  evaluator: (spec: Spec, model: any, controls: Controls) => Promise<Model>;
  value: (name: string) => Value;
  moved: (control: Control, value: Value) => void;
  flush: () => void;
  listen: (name: string, heard: () => void) => () => void;
  loadPlotly: () => Promise<void>;
};

/** Products of matrices (product.js): k of them, of M x K and K x N numbers; offsets and strides count numbers. */
export type Product = (
  k: number,
  M: number,
  N: number,
  K: number,
  A: Float64Array,
  offsetA: number,
  stepAk: number,
  stepAi: number,
  stepAp: number,
  B: Float64Array,
  offsetB: number,
  stepBk: number,
  stepBp: number,
  stepBj: number,
  C: Float64Array,
) => void;

/** Arrays, and the product that is fastest on them. */
export type Room = { arrays: Float64Array[]; product: Product; fast: boolean };

/** What a drawing pad is made of (drawing_pad.js). */
export type PadOptions = {
  rows: number;
  columns: number;
  label: string;
  onChange?: (values: Float64Array) => void;
  brush?: number;
};

/** A drawing pad: what its buttons do, a picture that is put on it, and the one that stands there. */
export type Pad = {
  clear: () => void;
  set: (values: ArrayLike<number>) => void;
  undo: () => boolean;
  values: () => Float64Array;
};

/** The one global. */
export type Explorable = {
  register: (spec: Spec, model: any) => void;
  widgets: Map<string, Widget>;
  mount?: (figure: HTMLElement) => void;
  format: (value: Value, spec?: string) => string;
  decodeFloats: (base64: string) => Float64Array;
  more?: Record<string, any>; // what menus do, once the second script is there
  inner?: Record<string, any>; // the modules that it imports from
  heads?: number; // arrow heads so far, which need names of their own
  parts: Record<string, any>;
};

/** A traced program, ready to run (tape.js). */
export type Opened = {
  inputs: Record<string, any>;
  outputs: Record<string, any>;
  shapes: Record<string, number[]>;
  run: () => string;
};
