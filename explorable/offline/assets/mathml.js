// A formula that is wider than its column scrolls in its own box. Such a box must be reachable by keyboard, and only
// such a box.
(() => {
  const boxes = [...document.querySelectorAll(".ex-formula-box")];
  const inline = [...document.querySelectorAll(".ex-formula-inline")];

  const mark = (box, wide) => {
    if (wide) {
      box.tabIndex = 0;
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", "formula, scrolls sideways");
    } else {
      ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
    }
  };
  const columnOf = (element) => element.closest("p, li, dd, dt, td, th, figcaption, div");

  function measure() {
    // First all that is read, then all that is written: the page is laid out once.
    inline.forEach((box) => box.classList.remove("ex-wide"));
    const wide = inline.map((box) => box.getBoundingClientRect().width > columnOf(box).clientWidth + 1);
    const over = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
    inline.forEach((box, i) => {
      box.classList.toggle("ex-wide", wide[i]);
      mark(box, wide[i]);
    });
    boxes.forEach((box, i) => mark(box, over[i]));
  }

  function watch() {
    let width = 0;
    new ResizeObserver(() => {
      if (document.body.clientWidth === width) return;
      width = document.body.clientWidth;
      measure();
    }).observe(document.body);
    document.fonts.ready.then(measure);
  }

  // Measuring lays out the whole page, which waits while a page with figures opens (early.js of the widgets).
  if (document.documentElement.classList.contains("ex-opening"))
    document.addEventListener("explorable:open", watch, { once: true });
  else watch();
})();
