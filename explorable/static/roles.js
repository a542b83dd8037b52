// The prose moves the sliders: links that set a widget's controls, and numbers inside sentences.
(function (ex) {
  "use strict";
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  function bringIntoView(figure) {
    const box = figure.getBoundingClientRect();
    const seen = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
    if (seen < Math.min(box.height, innerHeight) * 0.6) figure.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  }

  /** Follow a set link: on this page it moves the widget, elsewhere it stays a link. */
  async function follow(event) {
    const link = event.target.closest && event.target.closest("a.ex-set");
    const widget = link && ex.widgets.get(link.dataset.key);
    if (!widget || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    widget.wake();
    await widget.ready.catch(() => {});
    widget.set(JSON.parse(link.dataset.set));
    bringIntoView(widget.figure);
  }

  /** Fill the live numbers that name this widget. */
  function showLive(widget, live) {
    for (const span of live) {
      const spec = span.dataset.format || null;
      const [, name, rest] = /^([\w$]+)((?:\[\d+\])*)/.exec(span.dataset.name) || [];
      const text = widget.scope.show({ name, indexes: (rest.match(/\d+/g) || []).map(Number), spec });
      if (span.textContent !== text) span.textContent = text;
    }
  }

  const liveOf = (key) => Array.from(document.querySelectorAll(`.ex-live[data-key="${key}"]`)).filter((span) => /^[\w$]+/.test(span.dataset.name));

  Object.assign(ex.parts, { follow, showLive, liveOf });
})(globalThis.explorable);
