// Cards beside the text: the definition of a term, the formula that a number refers to, the meaning of a letter. And
// displayed formulas are copied as LaTeX. What cards say comes with the page, or from card-texts.js, which is loaded
// when it is first needed (cards.py).
(() => {
  const folder = new URL(".", document.currentScript.src).href;
  const LINKS = 'a:not(.headerlink):is([href*="#term-"], [href*="#equation-"])';
  const LETTERS = ".ex-formula-box :is(mi, mn)";
  const [OPEN, CLOSE, HELD] = [280, 220, 500]; // ms of a pointer on it, off it, of a finger on it
  const [EDGE, GAP] = [12, 6]; // px
  const INDEX = /^[ijk]$/;

  /** An element with properties and children. */
  const make = (tag, traits, ...children) => {
    const element = Object.assign(document.createElement(tag), traits);
    element.append(...children);
    return element;
  };

  // ---- What there is to tell --------------------------------------------------------------------------------------

  let texts = null; // a promise of what card-texts.js holds
  const load = () =>
    (texts ??= new Promise((done) => {
      globalThis.explorableCards = (found) =>
        done({ ...found, letters: rowsOf(found.letters), local: found.local.map(partsOf) });
      const none = { terms: {}, equations: {}, letters: [], local: [] };
      document.head.append(
        make("script", { src: `${folder}card-texts.js`, charset: "utf-8", onerror: () => done(none) }),
      );
    }));

  const parsed = (html) => {
    const box = document.createElement("template");
    box.innerHTML = html;
    return box.content;
  };

  /** What a part of a formula says, however it is wrapped: "x", "x_i", "^(x)_i". An index i stands for j and k. */
  function keyOf(element) {
    const children = [...element.children];
    const own = () => children.map(keyOf);
    switch (element.localName) {
      case "msub": {
        const [base, index] = own();
        return `${base}_${INDEX.test(index) ? "i" : index}`;
      }
      case "msup":
        return own().join("^");
      case "msubsup":
        return own().join("_");
      case "mover":
      case "munder":
        return `${own()[1]}(${own()[0]})`;
      default:
        return children.length ? own().join(" ") : element.textContent.trim();
    }
  }

  /** The letter that a part of a formula is about, without its index and its hat. */
  function baseOf(element) {
    let at = element;
    while (at.firstElementChild) at = at.firstElementChild;
    return at.textContent.trim();
  }

  const seen = (element) =>
    [...element.children].filter((part) => part.textContent.trim() && part.textContent !== "\u2061");

  /** The letters that a formula lists: "i, j, k", or the one that it is; none of "a, b" in brackets. */
  function listed(math) {
    let at = math;
    while (at.matches("math, mrow") && seen(at).length === 1) [at] = seen(at);
    if (!at.matches("math, mrow")) return [at];
    const letters = seen(at).filter((part) => part.textContent !== ",");
    return letters.length < seen(at).length && letters.every((part) => part.localName !== "mo") ? letters : [];
  }

  /** Rows of the tables that hold everywhere: { keys, bases, symbols, meaning }. */
  const rowsOf = (rows) =>
    rows.map(([symbols, meaning]) => {
      const formulas = [...parsed(symbols).querySelectorAll("math")];
      const letters = formulas.flatMap(listed);
      const keys = new Set([...formulas, ...letters].map(keyOf));
      return { keys, bases: new Set(letters.map(baseOf)), symbols, meaning };
    });

  /** A row of the table of what holds in some equations: its letters, and [{ names of equations, words }]. */
  function partsOf([symbols, meaning]) {
    const bases = new Set([...parsed(symbols).querySelectorAll("math")].map(baseOf));
    const parts = [{ equations: [], words: make("span", {}) }];
    const cell = parsed(meaning);
    const nodes = [...cell.childNodes].flatMap((node) => (node.localName === "p" ? [...node.childNodes] : [node]));
    for (const node of nodes) {
      const pieces = node.nodeType === Node.TEXT_NODE ? node.data.split(";") : [node];
      pieces.forEach((piece, i) => {
        if (i) parts.push({ equations: [], words: make("span", {}) });
        const { equations, words } = parts.at(-1);
        const name = node.localName === "a" && /#equation-(.*)$/.exec(node.getAttribute("href"))?.[1];
        if (name) equations.push(name);
        words.append(node.localName === "a" ? node.textContent : (piece.cloneNode?.(true) ?? piece));
      });
    }
    return { bases, symbols, parts };
  }

  /** A letter with all that stands around it as index or hat, from the largest part to the letter itself. */
  function aroundOf(letter) {
    const found = [letter];
    const outer = "msub, msup, msubsup, mover, munder";
    for (let at = letter; ; at = at.parentElement) {
      const { parentElement: parent } = at;
      if (!parent || parent.localName === "math" || parent.firstElementChild !== at) break;
      if (parent.matches(outer)) found.unshift(parent);
      else if (parent.childElementCount > 1) break;
    }
    return found;
  }

  /** "d" before a letter makes a gradient of it: the letter of either, or null. */
  function gradientOf(around) {
    const [whole] = around;
    const isD = (element) => element?.localName === "mi" && element.textContent === "d";
    const isLetter = (element) => element && element.localName !== "mo" && /^\p{L}$/u.test(baseOf(element));
    if (isD(whole) && isLetter(whole.nextElementSibling)) return baseOf(whole.nextElementSibling);
    return isD(whole.previousElementSibling) && isLetter(whole) ? baseOf(whole) : null;
  }

  /** [{ symbols, meaning }] of a letter in a displayed formula. */
  function meaningsOf(letter, { letters, local }) {
    const base = letter.textContent.trim();
    const around = aroundOf(letter);
    const name = letter.closest(".ex-formula").id.replace("equation-", "");
    const here = local
      .filter((row) => row.bases.has(base))
      .flatMap(({ symbols, parts }) =>
        parts.filter((part) => part.equations.includes(name)).map(({ words }) => [symbols, words]),
      );
    if (here.length) return here;
    // With a hat it is another letter, so the one below is not looked up.
    const hat = around.findLastIndex((part) => part.matches("mover, munder"));
    const bare = hat < 0 ? around : around.slice(0, hat + 1);
    const gradient = gradientOf(around);
    // All of them, without an index, mean what one of them means.
    const keys = gradient ? [`d ${gradient}`, "d x"] : bare.flatMap((part) => [keyOf(part), `${keyOf(part)}_i`]);
    for (const key of keys) {
      const rows = letters.filter((row) => row.keys.has(key));
      if (rows.length) return rows.map(({ symbols, meaning }) => [symbols, meaning]);
    }
    // With an index or a power that no row has, it is the letter still.
    const row = hat >= 0 || gradient ? null : letters.find(({ bases }) => bases.has(base));
    return row ? [[row.symbols, row.meaning]] : [];
  }

  const contentOf = (part) => (typeof part === "string" ? parsed(part) : part.cloneNode(true));

  /** What a card for this place holds: elements, none where there is nothing to tell. */
  async function tell(place) {
    const known = await load();
    if (!place.matches(LINKS))
      return meaningsOf(place, known).map(([symbols, meaning]) =>
        make("p", {}, make("b", {}, contentOf(symbols)), " ", contentOf(meaning)),
      );
    const ident = decodeURIComponent(place.hash.slice(1));
    if (ident.startsWith("term-")) {
      const [term, entry] = known.terms[ident] ?? [];
      return term ? [make("p", {}, make("b", {}, contentOf(term))), contentOf(entry)] : [];
    }
    const here = document.getElementById(ident)?.querySelector("math");
    const formula = here ? here.cloneNode(true) : known.equations[ident] && parsed(known.equations[ident]);
    return formula ? [make("div", { className: "ex-card-formula" }, formula)] : [];
  }

  // ---- The card ---------------------------------------------------------------------------------------------------

  const card = make("div", { className: "ex-card", id: "ex-card", hidden: true });
  card.setAttribute("role", "tooltip");
  const said = make("p", { className: "ex-card-said" });
  said.setAttribute("role", "status");
  document.body.append(card, said);
  let [shown, timer, asked] = [null, 0, 0];

  function hide() {
    clearTimeout(timer);
    asked++;
    card.hidden = true;
    shown?.removeAttribute("aria-describedby");
    shown?.classList.remove("ex-lit");
    shown = null;
  }

  /** Below its place, or above where there is no room, and within the window. */
  function put(place) {
    const [at, { clientWidth: width }] = [place.getClientRects()[0], document.documentElement];
    card.hidden = false;
    const { offsetWidth: w, offsetHeight: h } = card;
    const below = at.bottom + GAP + h <= innerHeight - EDGE || at.top - GAP - h < 0;
    const left = Math.min(Math.max(EDGE, at.left - EDGE), Math.max(EDGE, width - EDGE - w));
    Object.assign(card.style, {
      left: `${left + scrollX}px`,
      top: `${(below ? at.bottom + GAP : at.top - GAP - h) + scrollY}px`,
    });
  }

  async function show(place, ...more) {
    if (place === shown && !more.length) return clearTimeout(timer);
    const mine = ++asked;
    const parts = await tell(place);
    if (mine !== asked || !place.isConnected) return;
    hide();
    if (!parts.length && !more.length) return;
    card.replaceChildren(...parts, ...more);
    shown = place;
    place.classList.add("ex-lit");
    if (place.matches(LINKS)) place.setAttribute("aria-describedby", card.id);
    put(place);
  }

  const soon = (act, ms) => (clearTimeout(timer), (timer = setTimeout(act, ms)));
  const placeAt = (target) => target.closest?.(`${LINKS}, ${LETTERS}`);

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    const place = placeAt(target);
    if (place) soon(() => show(place), OPEN);
    else if (card.contains(target)) clearTimeout(timer);
    else if (shown && !shown.matches(":focus")) soon(hide, CLOSE);
    else clearTimeout(timer);
  });
  document.addEventListener(
    "focusin",
    ({ target }) => target.matches(LINKS) && target.matches(":focus-visible") && show(target),
  );
  document.addEventListener("focusout", ({ target, relatedTarget: to }) => {
    if ((target === shown || card.contains(target)) && !card.contains(to)) hide();
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  document.addEventListener(
    "scroll",
    ({ target }) => target !== document && shown && !card.contains(target) && hide(),
    true,
  );
  addEventListener("beforeprint", hide);

  // A finger that rests on a link asks for its card, and does not follow it then; one that taps a letter asks at once.
  let held = false;
  document.addEventListener(
    "touchstart",
    ({ target, touches }) => {
      held = false;
      const place = touches.length === 1 && placeAt(target);
      if (!card.contains(target)) hide();
      if (place) soon(() => ((held = true), show(place)), HELD);
    },
    { passive: true },
  );
  document.addEventListener("touchmove", () => held || clearTimeout(timer), { passive: true });
  document.addEventListener("touchend", (event) => {
    if (!held) clearTimeout(timer);
    if (held && event.cancelable) event.preventDefault();
  });
  document.addEventListener("contextmenu", (event) => held && event.preventDefault());
  document.addEventListener("click", ({ target }) => {
    const letter = target.closest?.(LETTERS);
    if (letter && matchMedia("(pointer: coarse)").matches) show(letter);
    else if (!card.contains(target) && !target.closest?.(".ex-tex")) hide();
    for (const formula of document.querySelectorAll(".ex-formula.ex-touched")) formula.classList.remove("ex-touched");
    target.closest?.(".ex-formula")?.classList.add("ex-touched");
  });

  // ---- Formulas as LaTeX ------------------------------------------------------------------------------------------

  async function copy(button, tex) {
    try {
      await navigator.clipboard.writeText(tex);
      button.textContent = "Copied";
      said.textContent = "The LaTeX is copied.";
      setTimeout(() => ((button.textContent = "LaTeX"), (said.textContent = "")), 2000);
    } catch {
      // Forbidden, as in a frame of another site: then it is selected, to be copied by hand.
      const area = make("textarea", { readOnly: true, value: tex, rows: 3 });
      area.setAttribute("aria-label", "LaTeX of the formula");
      card.replaceChildren(area);
      shown = button;
      put(button);
      area.focus();
      area.select();
    }
  }

  /** The arrow keys go from letter to letter of a formula, as far as these have a meaning. */
  async function walk(formula, step) {
    const known = await load();
    const letters = [...formula.querySelectorAll(LETTERS)].filter((letter) => meaningsOf(letter, known).length);
    if (!letters.length) return;
    const next = letters.indexOf(shown) < 0 && step < 0 ? -1 : letters.indexOf(shown) + step;
    await show(letters.at(next % letters.length));
    said.textContent = card.textContent;
  }

  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  for (const formula of document.querySelectorAll(".ex-formula[data-tex]")) {
    const button = make("button", { type: "button", className: "ex-tex", textContent: "LaTeX" });
    const number = formula.querySelector(".eqno")?.firstChild.data ?? "";
    button.setAttribute(
      "aria-label",
      `LaTeX of the formula ${number}: copy. Arrow keys tell its letters.`.replace(" :", ":"),
    );
    button.addEventListener("click", () => copy(button, formula.dataset.tex));
    button.addEventListener("keydown", (event) => {
      if (!(event.key in STEPS)) return;
      event.preventDefault();
      walk(formula, STEPS[event.key]);
    });
    button.addEventListener("blur", ({ relatedTarget: to }) => card.contains(to) || hide());
    formula.append(button);
  }
})();
