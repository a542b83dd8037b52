// One widget, moved by its own inputs: after every move, what the page holds, says and has drawn.
//
// ([key, moves]) => JSON text of a list of notes, the first of the state before any move. A move is a list of acts, see
// ACTS. Frames are run at once instead of waited for, so that hundreds of moves take a second and nothing depends on
// how quick the machine is.
async ([key, moves]) => {
  const widget = explorable.widgets.get(key);
  const { figure } = widget;
  widget.wake();
  await widget.ready.catch(() => {});

  const box = (name) => figure.querySelector(`.ex-control[data-control="${name}"]`);
  const fire = (element, type) => element.dispatchEvent(new Event(type, { bubbles: true }));
  const put = (element, value) => ((element.value = value), fire(element, "input"), fire(element, "change"));
  const handles = () => [...figure.querySelectorAll(".ex-handle")];
  const parts = () => [...figure.querySelectorAll(".ex-choosable")];
  const among = (list, index) => list[index % list.length];

  function drag(handle, [across, down]) {
    const area = handle.ownerSVGElement.getBoundingClientRect();
    const from = handle.getBoundingClientRect();
    const event = (type, clientX, clientY) =>
      handle.dispatchEvent(new PointerEvent(type, { clientX, clientY, pointerId: 1, bubbles: true, cancelable: true }));
    event("pointerdown", from.x + from.width / 2, from.y + from.height / 2);
    event("pointermove", area.x + across * area.width, area.y + down * area.height);
    event("pointerup", 0, 0);
  }

  function choose(name, index) {
    const list = box(name).querySelector("select");
    if (list) return put(list, index);
    const radio = box(name).querySelector(`input[value="${index}"]`);
    radio.checked = true;
    fire(radio, "change");
  }

  const ACTS = {
    slide: (name, index) => put(box(name).querySelector("input[type=range]"), index),
    choose,
    switch: (name, on) => {
      const input = box(name).querySelector("input[type=checkbox]");
      input.checked = on;
      fire(input, "change");
    },
    type: (name, index, text) => {
      const field = box(name).querySelectorAll("input[type=number]")[index];
      if (field) put(field, text); // the list may be shorter by now
    },
    add: (name) => box(name).querySelector(".ex-add").click(),
    remove: (name) => box(name).querySelector(".ex-remove").click(),
    paste: (name, text) => {
      box(name).querySelector("textarea").value = text;
      box(name).querySelector(".ex-paste button").click();
    },
    key: (index, name) =>
      handles().length &&
      among(handles(), index).dispatchEvent(
        new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }),
      ),
    drag: (index, place) => handles().length && drag(among(handles(), index), place),
    press: (index) => parts().length && among(parts(), index).dispatchEvent(new MouseEvent("click", { bubbles: true })),
    reset: () => figure.querySelector(".ex-reset").click(),
  };

  // What a reader must never see. Pictures inside an address are text by chance, and quoted words are the reader's own.
  const STRAY = /\bNaN\b|\bundefined\b|\bInfinity\b|\[object /;
  const stray = () => STRAY.exec(figure.outerHTML.replace(/"data:[^"]*"|“[^”]*”/g, ""))?.[0] ?? null;

  const numbers = (element, names) =>
    Object.fromEntries(
      names.filter((name) => element.hasAttribute(name)).map((name) => [name, Number(element.getAttribute(name))]),
    );
  const GEOMETRY = ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "width", "height"];

  /** The sum of all translate(x,y) from an element up to `top`. */
  function moved(element, top) {
    let [x, y] = [0, 0];
    for (let e = element; e !== top; e = e.parentNode) {
      const found = /translate\(([^,)]+)(?:,([^)]+))?\)/.exec(e.getAttribute("transform") ?? "");
      if (found) [x, y] = [x + Number(found[1]), y + Number(found[2] ?? 0)];
    }
    return [x, y];
  }

  // Paints as [r, g, b], and [] for none. A style is slow to compute, so that is done once for each that is named.
  const probe = document.createElement("span");
  const known = new Map();
  function rgb(paint) {
    if (!known.has(paint)) {
      figure.append(probe);
      probe.style.color = "";
      probe.style.color = paint;
      known.set(
        paint,
        probe.style.color
          ? getComputedStyle(probe)
              .color.match(/[\d.]+/g)
              .map(Number)
          : [],
      );
      probe.remove();
    }
    return known.get(paint);
  }
  function inked(element, part) {
    const named = element.closest(`[${part}]`);
    return named && figure.contains(named) ? rgb(named.getAttribute(part)) : [];
  }

  const shapes = (group) =>
    [...group.querySelectorAll("path, line, rect, circle, image, text")].map((e) => ({
      tag: e.tagName,
      ...numbers(e, GEOMETRY),
      fill: inked(e, "fill"),
      stroke: inked(e, "stroke"),
      href: e.getAttribute("href"),
      d: e.getAttribute("d"),
      at: moved(e, group),
      text: e.tagName === "text" ? e.textContent : null,
    }));

  const ticks = (canvas, name) =>
    [...canvas.querySelectorAll(`.ex-tick-${name}`)].map((e) => [e.textContent, Number(e.getAttribute(name))]);

  // Ends of an axis that has no ticks to tell them.
  const ends = (canvas) => {
    const { x, y } = widget.charts.map((c) => c.face?.()).find((face) => face?.canvas === canvas).frame;
    return { x: x.domain, y: y.domain };
  };

  function chart(canvas) {
    const marks = canvas.querySelector(".ex-marks");
    const legend = canvas.closest(".ex-figure").querySelector(".ex-legend");
    return {
      names: [...canvas.querySelectorAll(".ex-ends text")].map((e) => [e.textContent, rgb(e.getAttribute("fill"))]),
      legend: legend && [...legend.children].map((e) => [e.textContent, rgb(e.style.getPropertyValue("--ex-key"))]),
      alt: marks.getAttribute("aria-label"),
      clip: numbers(marks.querySelector("clipPath rect"), GEOMETRY),
      ticks: { x: ticks(canvas, "x"), y: ticks(canvas, "y") },
      ends: ends(canvas),
      groups: [...marks.children].filter((e) => e.tagName === "g").map(shapes),
      handles: [...canvas.querySelectorAll(".ex-handles > g")].map((g) =>
        [...g.children].map((e) => [Number(e.dataset.x), Number(e.dataset.y)]),
      ),
    };
  }

  function diagram(canvas) {
    const svg = canvas.querySelector("svg");
    const element = (group) => {
      const shape = group.querySelector(":scope > :is(rect, circle, path):last-of-type");
      return {
        at: moved(group, group.parentNode),
        text: group.querySelector("text")?.textContent,
        width: shape && Number(shape.getAttribute("width") ?? shape.style.strokeWidth),
        hidden: group.style.display === "none",
        opacity: Number(group.style.opacity || 1),
        fill: rgb((shape ?? group.querySelector("text")).style.fill),
        stroke: rgb((shape ?? group.querySelector("text")).style.stroke),
        current: group.classList.contains("ex-current"),
      };
    };
    return {
      alt: svg.getAttribute("aria-label"),
      width: svg.viewBox.baseVal.width,
      elements: Object.fromEntries([...svg.querySelectorAll(".ex-element")].map((e) => [e.dataset.name, element(e)])),
    };
  }

  function picture(record, i) {
    const canvas = figure.querySelector(`[data-figure="${i}"] .ex-canvas`);
    return { chart, diagram, plotly: () => (record.flat ? chart(canvas) : null) }[record.kind](canvas);
  }

  // All outputs as one run of doubles in base64: exact, NaN and infinity included.
  function packed(outputs) {
    const flat = Object.values(outputs).flatMap((v) => Array.from(v?.data ?? (typeof v === "number" ? [v] : v)));
    const bytes = new Uint8Array(Float64Array.from(flat).buffer);
    let text = "";
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
  }
  const shapeOf = (v) => v?.shape ?? (typeof v === "number" ? [] : [v.length]);

  const said = (selector) => figure.querySelector(selector)?.textContent ?? "";
  const note = () => ({
    values: widget.values,
    shapes: Object.entries(widget.outputs).map(([name, v]) => [name, shapeOf(v)]),
    outputs: packed(widget.outputs),
    problem: figure.querySelector(".ex-problem").hidden ? "" : said(".ex-problem"),
    remark: said(".ex-remark"),
    pasted: Object.fromEntries(
      [...widget.controls.keys()].map((name) => [name, box(name)?.querySelector(".ex-note")?.textContent ?? ""]),
    ),
    readout: said(".ex-readout"),
    spoken: Object.fromEntries(
      [...figure.querySelectorAll("input[type=range]")].map((e) => [
        e.closest("[data-control]").dataset.control,
        e.getAttribute("aria-valuetext"),
      ]),
    ),
    fields: Object.fromEntries(
      [...widget.controls.keys()].map((name) => [
        name,
        [...(box(name)?.querySelectorAll("input[type=number]") ?? [])].map((e) => e.value),
      ]),
    ),
    live: [...document.querySelectorAll(`.ex-live[data-key="${key}"]`)].map((e) => [
      e.dataset.name,
      e.dataset.format ?? null,
      e.textContent,
    ]),
    stray: stray(),
    pictures: widget.spec.figures.map(picture),
  });

  // Rasters are addresses of pictures: 25 pixels of each, from corner to corner, as [row, column, r, g, b, alpha].
  async function paintedPixels(notes) {
    const rasters = notes
      .flatMap(({ pictures }) => pictures)
      .flatMap((p) => p?.groups ?? [])
      .flat()
      .filter((shape) => shape.href);
    const found = new Map();
    for (const { href } of rasters) {
      if (found.has(href)) continue;
      const image = new Image();
      image.src = href;
      await image.decode();
      const [width, height] = [image.naturalWidth, image.naturalHeight];
      const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", {
        willReadFrequently: true,
      });
      context.drawImage(image, 0, 0);
      const at = (k, size) => Math.round((k * (size - 1)) / 4);
      const places = Array.from({ length: 25 }, (_, k) => [at(Math.floor(k / 5), height), at(k % 5, width)]);
      const pixels = places.map(([row, column]) => [row, column, ...context.getImageData(column, row, 1, 1).data]);
      found.set(href, { size: [width, height], pixels });
    }
    for (const shape of rasters)
      [shape.href, shape.size, shape.pixels] = [null, found.get(shape.href).size, found.get(shape.href).pixels];
  }

  const [later, capture] = [globalThis.requestAnimationFrame, Element.prototype.setPointerCapture];
  const frames = [];
  globalThis.requestAnimationFrame = (work) => frames.push(work);
  Element.prototype.setPointerCapture = () => {}; // there is no pointer behind the events made here
  const draw = () => {
    while (frames.length) for (const work of frames.splice(0)) work(performance.now());
  };
  try {
    const notes = [note()];
    for (const acts of moves) {
      for (const [kind, ...given] of acts) ACTS[kind](...given);
      draw();
      notes.push(note());
    }
    await paintedPixels(notes);
    return JSON.stringify(notes, (_, v) => (ArrayBuffer.isView(v) ? [...v] : v));
  } finally {
    globalThis.requestAnimationFrame = later;
    Element.prototype.setPointerCapture = capture;
  }
};
