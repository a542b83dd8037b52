/* Questions on the page: choose or predict, check, read why. Nothing is stored and nothing is sent. */
"use strict";
(() => {
  function say(box, right, words, nodes) {
    const said = box.querySelector(".bn-said");
    const verdict = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = words;
    verdict.append(strong);
    said.replaceChildren(verdict, ...nodes);
    said.dataset.right = right ? "1" : "0";
  }

  /* What stands under the verdict of an explanation, as copies. */
  function explanation(box, option) {
    const found = box.querySelector(`.bn-explanation[data-option="${option}"]`);
    const parts = [...found.children].filter((part) => !part.matches(".bn-verdict"));
    const copies = parts.map((part) => part.cloneNode(true));
    const all = copies.flatMap((copy) => [copy, ...copy.querySelectorAll("[id]")]);
    for (const named of all) named.removeAttribute("id");
    return { right: found.dataset.right === "1", copies };
  }

  function clear(box) {
    const said = box.querySelector(".bn-said");
    said.replaceChildren();
    delete said.dataset.right;
  }

  function choice(box) {
    const fields = [...box.querySelectorAll(".bn-option input")];
    box.querySelector(".bn-options").setAttribute("role", "radiogroup");
    for (const field of fields) {
      field.disabled = false;
      field.addEventListener("change", () => clear(box));
    }
    return () => {
      const chosen = fields.find((field) => field.checked);
      if (!chosen) return say(box, false, "Choose one first.", []);
      const { right, copies } = explanation(box, chosen.value);
      say(box, right, right ? "Right." : "Not so.", copies);
    };
  }

  function number(box) {
    const part = box.querySelector(".bn-predict");
    const field = part.querySelector("input");
    const shown = part.querySelector("output");
    const slider = JSON.parse(part.dataset.slider);
    const show = () => {
      shown.textContent = slider.shown[field.value];
      field.setAttribute("aria-valuetext", slider.shown[field.value]);
      field.style.setProperty("--bn-done", field.value / field.max);
    };
    field.value = slider.start;
    field.addEventListener("input", () => {
      show();
      clear(box);
    });
    part.hidden = false;
    box.querySelector(".bn-range").hidden = true;
    show();
    return () => {
      const at = Number(field.value);
      if (at >= slider.good[0] && at <= slider.good[1]) {
        say(box, true, `Right: ${slider.answer}.`, explanation(box, 0).copies);
        return;
      }
      const low = at < slider.good[0];
      const remark = box.querySelector(`.bn-remark[data-side="${low ? "below" : "above"}"]`);
      const more = remark ? remark.cloneNode(true) : document.createElement("p");
      more.hidden = false;
      if (!remark) more.textContent = "Try again, or unfold the answer.";
      say(box, false, low ? "Too small." : "Too large.", [more]);
    };
  }

  /* Older browsers cannot show a closed answer by style (::details-content), so it is opened for paper. */
  if (!CSS.supports("selector(::details-content)")) {
    let opened = [];
    addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll(".bn-answers:not([open])")];
      for (const answer of opened) answer.open = true;
    });
    addEventListener("afterprint", () => {
      for (const answer of opened) answer.open = false;
    });
  }

  for (const box of document.querySelectorAll(".bn-question")) {
    const check = (box.matches(".bn-question-number") ? number : choice)(box);
    box.classList.add("bn-alive");
    box.querySelector(".bn-ask").hidden = false;
    box.querySelector(".bn-check").addEventListener("click", check);
  }
})();
