// The contents of the book are a drawer at every width. The theme has one for narrow windows; its button is caught
// before the theme hears of it, and what the theme keeps in its sidebar is lent to its dialog while that is open.
(() => {
  const [sidebar, dialog] = ["", "-modal"].map((end) => document.getElementById(`pst-primary-sidebar${end}`));
  if (!sidebar || !dialog) return;

  function lend(from, to) {
    to.append(...from.childNodes);
    to.className = from.className;
    from.className = "";
  }

  function open(button) {
    lend(sidebar, dialog);
    dialog.setAttribute("aria-label", "Contents");
    dialog.showModal();
    const here = dialog.querySelector("a.current");
    here?.scrollIntoView({ block: "center" });
    here?.focus({ preventScroll: true });
    const closed = () => {
      lend(dialog, sidebar);
      button.focus({ preventScroll: true });
    };
    dialog.addEventListener("close", closed, { once: true });
  }

  /** A press beside the drawer, on a link in it, or on the search, which opens a window of its own. */
  function leaves({ target, clientX }) {
    if (target !== dialog) return target.closest("dialog a, dialog .search-button-field");
    const { left, right } = dialog.getBoundingClientRect();
    return clientX < left || clientX > right;
  }

  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest(".primary-toggle");
      if (button) {
        event.stopImmediatePropagation();
        open(button);
      } else if (dialog.open && leaves(event)) dialog.close();
    },
    true,
  );
})();
