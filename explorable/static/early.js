// Loaded in the page's head, before anything is painted.
(() => {
  const root = document.documentElement;
  root.classList.add("ex-js"); // with scripts, figures keep their place from the first moment

  // A theme that would decide on light or dark later makes the browser style the whole page a second time.
  if (root.dataset.theme === "auto")
    root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

  // While a page opens at its top, what stands below its first figure is not laid out yet, and the scripts that the
  // theme can do without wait; both follow as soon as the first figure is drawn. A page that opens elsewhere waits for
  // nothing.
  const [visit] = performance.getEntriesByType("navigation");
  const atTop = !location.hash && (!visit || visit.type === "navigate");
  const SHOWN = 100; // ms from the first drawing on, so that the reader's first move is answered first
  const LATEST = 1500; // ms after the text is there, if no figure is drawn at all
  let opening = true;
  if (atTop) root.classList.add("ex-opening");

  function open() {
    if (!opening) return;
    opening = false;
    root.classList.remove("ex-opening");
    document.dispatchEvent(new Event("explorable:open"));
    for (const waiting of document.querySelectorAll('script[type="text/later"]')) {
      const script = document.createElement("script");
      script.src = waiting.getAttribute("src");
      script.async = false; // in their order
      waiting.replaceWith(script);
    }
  }

  document.addEventListener("DOMContentLoaded", () => (atTop ? setTimeout(open, LATEST) : open()));
  document.addEventListener("explorable:change", () => setTimeout(open, SHOWN), { once: true });
  for (const event of ["beforeprint", "hashchange", "pointerdown", "keydown"])
    addEventListener(event, open, { once: true });
})();
