// One widget: its picks, its model, its figures, and the one update a frame that joins them.
import { Problem, loadWidget } from "./core.js";
import { same, flat } from "./arrays.js";
import { openModel, openNow } from "./data.js";
import { KINDS, settingsOf } from "./values.js";
import { makeScope } from "./scope.js";
import { settleColors } from "./colors.js";
import { createChart } from "./chart.js";
import { createDiagram } from "./diagram.js";
import { wakeControl } from "./controls.js";
import { createPlay } from "./play.js";
import { createDemo } from "./demo.js";
import { wakePresets } from "./presets.js";
import { createReadout } from "./readout.js";
import { fitBeside, watchHeight } from "./beside.js";
import { createReading } from "./reading.js";
import { createMotion } from "./motion.js";
import { wakeHand } from "./hand.js";
import { readState, forget } from "./state.js";
import { remarkOf, tellProblem, tellRemark } from "./telling.js";
import { createPlotly } from "./plotly.js";
import { liveOf, showLive } from "./roles.js";
import { watchWidth } from "./drawn.js";

const SLOW = 150; // ms of waiting for outputs after which it is said

export class Widget {
  /** host: what a notebook gives in place of address, data file and page (notebook/view.js); null in a page. */
  constructor(figure, host = null) {
    this.figure = figure;
    this.host = host;
    this.between = new Map(); // values of sliders that are no stops, which only a notebook can set
    this.answer = null; // what the kernel was asked last and has not told yet
    this.ends = []; // what to undo when the widget goes
    this.past = this.menu = null; // what the reader has done, and the menu, once it is drawn
    this.key = figure.dataset.key;
    this.picks = {};
    this.outputs = {};
    this.controls = new Map();
    this.most = Infinity; // px that a picture may be high
    this.width = 0; // of the pictures, when they were drawn anew last
    this.growth = undefined; // times that a diagram may be as wide as it was made, where the widget is enlarged
    this.waiting = null; // the names changed since the last frame
    this.spent = 0; // ms of work since the last frame
    this.motion = createMotion(this, () => this.rest());
    this.ends.push(this.motion.end);
    this.loading = this.woken = null; // promises, once it was called
    this.loaded = this.spec = this.evaluate = null; // what drawing needs, then taken over by open()
    this.ready = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.ready.catch(() => {}); // told in the page, not in the console
  }

  /** Control values by name, as models see them. */
  get values() {
    return Object.fromEntries(Array.from(this.controls.values(), (c) => [c.name, this.valueOf(c)]));
  }

  /** Of a program: what was done on the way, as an address tells it. */
  get way() {
    return this.evaluate?.way?.() ?? "";
  }

  valueOf(control) {
    return this.between.get(control.name) ?? KINDS[control.kind].value(control, this.picks[control.name]);
  }

  /** Load and draw; a second call does nothing. */
  wake() {
    const failed = (error) => (this.problem(error), this.reject(error));
    this.woken ??= this.load()
      .then(() => this.open())
      .then(this.resolve, failed);
  }

  /** Fetch and unpack what drawing needs; a second call gets the same promise. */
  load() {
    return (this.loading ??= this.fetch());
  }

  async fetch() {
    const { spec, model } = await (this.host ? this.host.load() : loadWidget(this.key, this.figure.dataset.src));
    const controls = new Map(spec.controls.map((control) => [control.name, control]));
    this.arrived = { spec, controls, model };
    const evaluate = await (this.host
      ? this.host.evaluator(spec, model, controls)
      : openModel(spec.model, model, controls));
    this.loaded ??= { spec, controls, evaluate };
  }

  open() {
    if (this.spec) return; // drawn for paper in the meantime
    Object.assign(this, this.loaded);
    this.gaps = new Set(this.spec.gaps);
    settleColors(this.figure);
    this.build();
    if (this.evaluate.attach) this.evaluate.attach(this);
    else this.figure.querySelector(".ex-acts")?.remove(); // beside a kernel the clock is a slider like others
    fitBeside(this);
    this.update(null);
    if (this.broken) this.drawStart();
  }

  /** Opened where nothing can be computed: the start stands grayed behind the words, as a move there would leave it. */
  drawStart() {
    const asked = this.picks;
    this.picks = Object.fromEntries(Array.from(this.controls.values(), (c) => [c.name, KINDS[c.kind].start(c)]));
    this.update(null);
    this.picks = asked;
    this.update(null);
  }

  /** Draw now, if the data has arrived: what is about to be printed cannot wait. */
  drawNow() {
    this.wake();
    if (!this.arrived) return; // its place says so on paper
    const { spec, controls, model } = this.arrived;
    try {
      this.loaded ??= { spec, controls, evaluate: openNow(spec.model, model, controls) };
      this.open();
      this.showState();
    } catch {
      // Whoever waits for it is told in the page.
    }
  }

  build() {
    const { spec, figure } = this;
    const nothing = { picks: {}, notes: [], way: "" };
    const asked = this.host ? nothing : readState(this.key, this.controls, figure.dataset.asked);
    for (const control of spec.controls)
      this.picks[control.name] = asked.picks[control.name] ?? KINDS[control.kind].start(control);
    this.unfold(spec.controls.map((c) => c.name).filter((name) => this.written(name) !== this.written(name, true)));
    const note = (text) => this.note(text);
    const wake = (c) => wakeControl(figure, c, ...this.handOf(c), note);
    this.show = new Map(spec.controls.map((c) => [c.name, wake(c)]));
    for (const [name, show] of this.show) show(this.picks[name]);
    if (this.host) this.follow();
    this.plays = spec.controls
      .filter((c) => c.play && !(this.evaluate.attach && c.name === spec.model.clock))
      .map((c) => this.wakePlay(c))
      .filter(Boolean);
    this.readout = createReadout(figure, spec.readout);
    this.showPresets = spec.presets ? wakePresets(this, spec.presets.states) : () => {};
    this.live = liveOf(this.key);
    this.scope = makeScope(this.controls, this.values, {});
    this.charts = spec.figures.map((record, i) =>
      this.createFigure(record, figure.querySelector(`[data-figure="${i}"]`)),
    );
    this.reading = createReading(this, () => this.charts.map((chart) => chart.face?.()).filter(Boolean));
    this.ends.push(this.reading.end);
    this.stateLine = document.createElement("p");
    this.stateLine.className = "ex-state";
    figure.querySelector(".ex-layout").before(this.stateLine);
    wakeHand(figure, this);
    this.asked = asked.way;
    if (asked.notes.length) this.note(asked.notes.join(" "));
    const figures = figure.querySelector(".ex-figures");
    this.ends.push(watchWidth(figures, () => this.width === figures.clientWidth || this.redraw()));
    this.ends.push(watchHeight(this));
    if (spec.demo) this.plays.push(createDemo(this, spec.demo, Object.keys(asked.picks).length === 0));
  }

  createFigure(record, host) {
    if (record.kind === "chart") return createChart(host, record, this);
    if (record.kind === "plotly") return createPlotly(host, record, this);
    return createDiagram(host.querySelector(".ex-canvas"), record, this);
  }

  wakePlay(control) {
    const button = this.figure.querySelector(`[data-control="${control.name}"] .ex-play`);
    return button && createPlay(button, control, ...this.handOf(control, true), () => Boolean(this.answer));
  }

  /** What gives a control another pick, and what tells the present one. @returns {[(pick: any) => void, () => any]} */
  handOf({ name }, playing = false) {
    return [(pick) => this.move(name, pick, playing), () => this.picks[name]];
  }

  /** In a notebook: start from what the kernel holds, and take over what it sets later. */
  follow() {
    for (const control of this.controls.values()) {
      const heard = () => this.take(control, this.host.value(control.name));
      heard();
      this.ends.push(this.host.listen(control.name, heard));
    }
  }

  /** A value from the kernel, which may lie between the stops of a slider. */
  take(control, value) {
    const pick = KINDS[control.kind].take(control, value);
    const exact = control.kind === "slider" && control.stops[pick] !== value ? value : undefined;
    this.move(control.name, pick, false, exact);
  }

  /** The widget is taken away: nothing of it listens any more. */
  sleep() {
    for (const play of this.plays ?? []) play.stop();
    for (const end of this.ends.splice(0)) end();
  }

  /**
   * Give a control a new pick; the picture follows in the next frame. Anything but play stops play.
   * exact: the value of a slider, where it is none of the stops.
   */
  move(name, pick, playing = false, exact = undefined) {
    const began = performance.now();
    if (!playing) for (const play of this.plays ?? []) play.stop();
    if (
      String(this.picks[name]) === String(pick) &&
      typeof this.picks[name] === typeof pick &&
      this.between.get(name) === exact
    )
      return;
    this.past?.note(name, playing);
    this.picks[name] = pick;
    this.motion.moved(this.controls.get(name), playing);
    if (exact === undefined) this.between.delete(name);
    else this.between.set(name, exact);
    this.show.get(name)(pick, exact);
    if (this.host) this.host.moved(this.controls.get(name), this.valueOf(this.controls.get(name)));
    if (!this.scope) return; // drawn for the first time when all is built
    this.later().add(name);
    this.spent += performance.now() - began;
  }

  /** Something is drawn with the next frame: the names that it concerns. */
  later() {
    if (!this.waiting) requestAnimationFrame(() => this.frame());
    return (this.waiting ??= new Set());
  }

  frame() {
    const changed = this.waiting;
    this.waiting = null;
    this.host?.flush();
    this.update(changed);
  }

  /** Set controls by value: {depth: 20}. Unknown names and impossible values are told in the widget. */
  set(changes) {
    const notes = [];
    const put = ([name, value]) => {
      const control = this.controls.get(name);
      const pick = control ? KINDS[control.kind].take(control, value) : null;
      if (pick === null) notes.push(`“${value}” is not possible for ${control ? control.label : name}.`);
      else this.move(name, pick);
    };
    this.motion.jump(() => Object.entries(changes).forEach(put));
    this.past?.link(changes);
    this.note(notes.join(" "));
  }

  reset() {
    const put = (control) => this.move(control.name, KINDS[control.kind].start(control));
    if (this.scope) this.later(); // the axes, too, begin anew
    this.motion.jump(() => this.controls.forEach(put), true);
    this.note("");
    this.menu.close();
    if (!this.host) forget(this.key);
  }

  /** A control's pick, or its start, as text that `set` takes. */
  written(name, start = false) {
    const control = this.controls.get(name);
    const kind = KINDS[control.kind];
    return kind.written(control, start ? kind.start(control) : this.picks[name]);
  }

  /** Open "More settings" if one of these controls lies in it. */
  unfold(names) {
    const shown = new Set(this.spec.presets?.states.flatMap(([, state]) => Object.keys(state))); // by the buttons
    for (const name of names.filter((each) => !shown.has(each))) {
      const folded = this.figure.querySelector(`[data-control="${name}"]`)?.closest("details:not([open])");
      if (folded) folded.open = true;
    }
  }

  /** Compute and draw what depends on the changed controls (null: everything). */
  update(changed) {
    const began = performance.now();
    try {
      const outputs = this.compute();
      if (outputs instanceof Promise) return this.expect(outputs, changed);
      this.settle(outputs, this.answer ? null : changed); // after a question that was overtaken, everything
    } catch (error) {
      this.problem(error);
    }
    this.report(began);
  }

  /** Outputs that the kernel computes. Whatever comes after a later question is too late. */
  async expect(answer, changed) {
    const everything = changed === null || Boolean(this.answer);
    this.answer = answer;
    const slow = setTimeout(() => this.answer === answer && this.note("computing …"), this.host?.slow ?? SLOW);
    let began = performance.now();
    try {
      const outputs = await answer;
      if (this.answer !== answer) return;
      began = performance.now();
      this.checkNumbers(outputs);
      this.settle(outputs, everything ? null : changed);
    } catch (error) {
      if (this.answer !== answer) return;
      this.answer = null;
      this.problem(error);
    } finally {
      clearTimeout(slow);
    }
    if (remarkOf(this) === "computing …") this.note("");
    this.report(began);
  }

  /** Draw what depends on the changed controls and on the outputs that differ from those before. */
  settle(outputs, changed) {
    const names =
      changed &&
      new Set([...changed, ...Object.keys(outputs).filter((name) => !same(outputs[name], this.outputs[name]))]);
    this.answer = null;
    this.motion.begin(changed);
    this.outputs = outputs;
    this.scope = makeScope(this.controls, this.values, outputs);
    this.draw(this.broken ? null : names);
    this.drawn = true;
    this.problem(null);
  }

  report(began) {
    const work = performance.now() - began + this.spent;
    this.spent = 0;
    const detail = { values: this.values, outputs: this.outputs, work };
    this.figure.dispatchEvent(new CustomEvent("explorable:change", { bubbles: true, detail }));
  }

  compute() {
    let outputs;
    try {
      outputs = this.evaluate(this.values, this.picks, !this.between.size);
    } catch (error) {
      throw error instanceof Problem ? error : new Problem("This setting cannot be computed.");
    }
    if (!(outputs instanceof Promise)) this.checkNumbers(outputs);
    return outputs;
  }

  checkNumbers(outputs) {
    for (const [name, value] of Object.entries(outputs)) {
      if (!this.gaps.has(name) && !flat(value).every(Number.isFinite))
        throw new Problem(`This setting gives no number for ‘${name}’. Move a control, or reset.`);
    }
  }

  draw(names) {
    const concerns = (part) => !names || [...part.names].some((name) => names.has(name));
    if (!names) for (const chart of this.charts) chart.measure();
    for (const chart of this.charts) if (concerns(chart)) chart.draw(names);
    this.reading.follow();
    this.readout.show(this.scope);
    if (names) this.readout.announce(this.scope);
    showLive(this, this.live);
    this.showPresets();
    clearTimeout(this.stating);
    this.stating = setTimeout(() => this.showState(), 300);
  }

  // The settings in words, for paper, where the controls are not printed.
  showState() {
    this.stateLine.textContent = settingsOf(this).join(" · ");
  }

  /** Say what is wrong (an Error or a sentence), or that all is well again. @param {any} error */
  problem(error) {
    this.broken = Boolean(error);
    tellProblem(this, error);
  }

  /** A remark under the controls; an empty one goes away. @param {string} text */
  note(text) {
    tellRemark(this, text);
  }

  /** The reader has let go: axes may shrink again. */
  rest() {
    if (this.broken || !this.drawn) return;
    for (const chart of this.charts) chart.rest?.();
    this.reading.follow();
  }

  redraw() {
    if (this.broken || !this.drawn) return;
    settleColors(this.figure);
    for (const chart of this.charts) chart.measure();
    for (const chart of this.charts) chart.draw(null);
    this.width = this.figure.querySelector(".ex-figures").clientWidth;
    this.reading.follow();
  }
}
