/* Questions and predictions on the page: choose or set, check or compare, read why. An answer that was given is
   remembered on this device until it is forgotten there; nothing is sent. */
"use strict";
(() => {
  const boxes = [...document.querySelectorAll(".bn-question")];
  const wholes = new Map(); // for each box, what opens it anew

  function paragraph(words, strong) {
    const made = document.createElement("p");
    const inside = strong ? made.appendChild(document.createElement("strong")) : made;
    inside.textContent = words;
    return made;
  }

  function part(name, words = "") {
    const made = document.createElement("span");
    made.className = name;
    made.textContent = words;
    return made;
  }

  /* The memory: one entry a book, {place: the answer's text}. A browser may refuse it (pages from disk, private
     windows), and then nothing is remembered. What it holds may be of another version of the book. */
  const nameOf = (box) => `answers: ${box.dataset.book}`;

  function remembered(box) {
    try {
      return { ...JSON.parse(localStorage.getItem(nameOf(box))) };
    } catch {
      return {};
    }
  }

  function remember(box, answer) {
    const all = remembered(box);
    if (answer) all[box.dataset.place] = answer;
    else delete all[box.dataset.place];
    try {
      if (Object.keys(all).length) localStorage.setItem(nameOf(box), JSON.stringify(all));
      else localStorage.removeItem(nameOf(box));
    } catch {
      return; // refused
    } finally {
      offerToForget();
    }
  }

  /* What is said of an answer. */
  function say(box, right, ...nodes) {
    const said = box.querySelector(".bn-said");
    said.replaceChildren(...nodes);
    said.dataset.right = right ? "1" : "0";
  }

  /* What stands under the verdict of an explanation, as copies. */
  function explanation(box, option) {
    const found = box.querySelector(`.bn-explanation[data-option="${option}"]`);
    const parts = [...found.children].filter((child) => !child.matches(".bn-verdict"));
    const copies = parts.map((child) => child.cloneNode(true));
    const all = copies.flatMap((copy) => [copy, ...copy.querySelectorAll("[id]")]);
    for (const named of all) named.removeAttribute("id");
    return { right: found.dataset.right === "1", copies };
  }

  function clear(box) {
    const said = box.querySelector(".bn-said");
    said.replaceChildren();
    delete said.dataset.right;
  }

  /* Options. `answer` is the text of the chosen one, `take` chooses the one that has a text, `compare` shows a guess
     (or none) beside what is so. */
  function choice(box) {
    const fields = [...box.querySelectorAll(".bn-option input")];
    const rowOf = (field) => field.closest(".bn-option");
    const words = (field) => rowOf(field).querySelector(".bn-option-text").textContent.trim();
    const letter = (field) => rowOf(field).querySelector(".bn-letter").textContent;
    const chosen = () => fields.find((field) => field.checked);
    box.querySelector(".bn-options").setAttribute("role", "radiogroup");
    for (const field of fields) field.addEventListener("change", () => clear(box));

    function open() {
      for (const field of fields) field.checked = field.disabled = false;
      for (const mark of box.querySelectorAll(".bn-mark")) mark.remove();
    }
    function take(text) {
      const found = fields.find((field) => words(field) === text);
      if (found) found.checked = true;
      return Boolean(found);
    }
    function check() {
      if (!chosen()) return say(box, false, paragraph("Choose one first.", true));
      const { right, copies } = explanation(box, chosen().value);
      say(box, right, paragraph(right ? "Right." : "Not so.", true), ...copies);
    }
    function compare(guessed) {
      const truth = fields.find((field) => explanation(box, field.value).right);
      const guess = guessed ? chosen() : truth;
      for (const field of fields) field.disabled = true;
      if (guess !== truth) rowOf(guess).append(part("bn-mark", "your guess"));
      rowOf(truth).append(part("bn-mark bn-so", "so it is"));
      const same = guess === truth ? "As you guessed." : `You guessed ${letter(guess)}; it is ${letter(truth)}.`;
      const verdict = guessed ? same : `It is ${letter(truth)}.`;
      say(box, true, paragraph(verdict, true), ...explanation(box, guess.value).copies);
    }
    return { answer: () => (chosen() ? words(chosen()) : ""), open, take, check, compare };
  }

  /* A slider, with the same parts. */
  function number(box) {
    const whole = box.querySelector(".bn-predict");
    const field = whole.querySelector("input");
    const shown = whole.querySelector("output");
    const slider = JSON.parse(whole.dataset.slider);
    const show = () => {
      shown.textContent = slider.shown[field.value];
      field.setAttribute("aria-valuetext", slider.shown[field.value]);
      field.style.setProperty("--bn-done", field.value / field.max);
    };
    field.addEventListener("input", () => {
      show();
      clear(box);
    });
    box.querySelector(".bn-range").hidden = true;

    function open() {
      field.value = slider.start;
      whole.hidden = false;
      show();
    }
    function take(text) {
      const found = slider.shown.indexOf(text);
      if (found >= 0) field.value = found;
      show();
      return found >= 0;
    }
    function check() {
      const at = Number(field.value);
      if (at >= slider.good[0] && at <= slider.good[1]) {
        say(box, true, paragraph(`Right: ${slider.answer}.`, true), ...explanation(box, 0).copies);
        return;
      }
      const low = at < slider.good[0];
      const remark = box.querySelector(`.bn-remark[data-side="${low ? "below" : "above"}"]`);
      const more = remark ? remark.cloneNode(true) : paragraph("Try again, or unfold the answer.");
      more.hidden = false;
      say(box, false, paragraph(low ? "Too small." : "Too large.", true), more);
    }
    function compare(guessed) {
      whole.hidden = true;
      const guess = slider.shown[field.value];
      const verdict = guessed ? `Your guess: ${guess}. It is: ${slider.answer}.` : `It is: ${slider.answer}.`;
      const drawn = scale(slider, guessed && field.value / field.max);
      say(box, true, paragraph(verdict, true), drawn, ...explanation(box, 0).copies);
    }
    return { answer: () => slider.shown[field.value], open, take, check, compare };
  }

  /* The axis of a slider with the guess, the true value, and the way between them; `guess` is false for none. The
     sentence above it says the same, so it is not spoken. */
  function scale(slider, guess) {
    const drawn = document.createElement("div");
    drawn.className = "bn-scale";
    drawn.setAttribute("aria-hidden", "true");
    const put = (name, place, words) => {
      const made = drawn.appendChild(part(name, words));
      made.style.setProperty("--bn-place", place);
      return made;
    };
    if (guess !== false) {
      const between = put("bn-between", Math.min(guess, slider.place));
      between.style.setProperty("--bn-length", Math.abs(guess - slider.place));
    }
    for (const [place, words] of slider.ticks) {
      put("bn-notch", place);
      put("bn-tick", place, words);
    }
    put("bn-stem bn-so", slider.place);
    if (guess !== false) {
      put("bn-stem", guess);
      put("bn-word", guess, "your guess");
    }
    put("bn-word bn-so", slider.place, slider.answer);
    return drawn;
  }

  /* A prediction is made once and then stands beside what is so; the same button opens it anew. */
  function prediction(box, parts) {
    const check = box.querySelector(".bn-check");
    const skip = box.querySelector(".bn-skip");
    const told = (yes) => {
      box.classList.toggle("bn-told", yes);
      check.textContent = yes ? "Guess again" : "Compare";
      skip.hidden = yes;
    };
    skip.addEventListener("click", () => {
      parts.compare(false);
      told(true);
      check.focus();
    });
    function answer() {
      if (box.matches(".bn-told")) {
        remember(box, "");
        wholes.get(box)();
      } else if (parts.answer()) {
        parts.compare(true);
        told(true);
      } else {
        say(box, true, paragraph(parts.wanted ?? "Choose one first, or let it be shown.", true));
      }
      return box.matches(".bn-told");
    }
    return { answer, open: () => told(false) };
  }

  function wake(box) {
    const parts = box.matches(".bn-question-curve")
      ? globalThis.bnDrawing(box, { say, paragraph, explanation })
      : (box.matches(".bn-question-number") ? number : choice)(box);
    const guess = box.matches(".bn-prediction") && prediction(box, parts);
    const answer = () => (guess ? guess.answer() : (parts.check(), Boolean(parts.answer())));
    const open = () => {
      clear(box);
      parts.open();
      if (guess) guess.open();
    };
    wholes.set(box, open);
    open();
    box.classList.add("bn-alive");
    box.querySelector(".bn-ask").hidden = false;
    if (parts.take(remembered(box)[box.dataset.place])) answer();
    box.querySelector(".bn-check").addEventListener("click", () => {
      if (answer()) remember(box, parts.answer());
    });
  }

  /* At the foot of the page, once there is something to forget. */
  const foot = document.createElement("p");
  const forget = document.createElement("button");
  const done = part("bn-forgotten");
  function offerToForget() {
    forget.hidden = !Object.keys(remembered(boxes[0])).length;
    if (!forget.hidden) done.textContent = "";
  }
  forget.addEventListener("click", () => {
    try {
      localStorage.removeItem(nameOf(boxes[0]));
    } catch {
      return;
    }
    for (const open of wholes.values()) open();
    offerToForget();
    done.textContent = "Your answers are forgotten.";
    foot.focus();
  });

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

  for (const box of boxes) wake(box);
  foot.className = "bn-forget";
  foot.tabIndex = -1;
  forget.type = "button";
  forget.textContent = "Forget my answers on this device";
  done.setAttribute("role", "status");
  foot.append(forget, done);
  document.querySelector(".bd-article")?.append(foot);
  offerToForget();
})();
