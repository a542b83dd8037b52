// A formula that is wider than its column scrolls in its own box. Such a box must be reachable by keyboard, and only such a box.
(() => {
  const boxes = document.querySelectorAll(".ex-formula-box");
  const mark = (box) => {
    if (box.scrollWidth > box.clientWidth + 1) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "formula, scrolls sideways");
    } else {
      ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
    }
  };
  const watcher = new ResizeObserver((entries) => entries.forEach((entry) => mark(entry.target)));
  boxes.forEach((box) => watcher.observe(box));
  document.fonts.ready.then(() => boxes.forEach(mark));
})();
