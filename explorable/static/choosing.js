// Elements of a picture that choose a value: radios for a choice or slider, a switch for a toggle.
(function (ex) {
  "use strict";
  const { describe } = ex.parts;
  const FORWARD = new Set(["ArrowRight", "ArrowDown"]);
  const BACK = new Set(["ArrowLeft", "ArrowUp"]);

  /** Elements that share a control form one group: one tab stop, arrow keys inside. */
  function makeGroup(widget) {
    const members = [];

    const press = (member) => {
      const { control, pick } = member;
      widget.move(control.name, control.kind === "toggle" && widget.picks[control.name] === pick ? !pick : pick);
    };

    function onKey(event, member) {
      if (event.key === "Enter" || event.key === " ") press(member);
      else if (FORWARD.has(event.key) || BACK.has(event.key)) {
        const alike = members.filter((other) => other.control === member.control);
        const next = alike[(alike.indexOf(member) + (FORWARD.has(event.key) ? 1 : -1) + alike.length) % alike.length];
        next.element.focus();
        if (next.control.kind !== "toggle") press(next);
      } else return;
      event.preventDefault();
    }

    /** `pick` is what the control is set to when `element` is chosen. */
    function add(element, control, pick, label) {
      const member = { element, control, pick };
      members.push(member);
      element.setAttribute("role", control.kind === "toggle" ? "button" : "radio");
      element.setAttribute("aria-label", label);
      element.classList.add("ex-choosable");
      element.addEventListener("click", () => press(member));
      element.addEventListener("keydown", (event) => onKey(event, member));
    }

    /** Show what is chosen now. */
    function show() {
      const reached = new Set(); // controls that have their tab stop
      const chosen = (member) => widget.picks[member.control.name] === member.pick;
      for (const member of members) if (chosen(member)) reached.add(member.control);
      const open = new Set(reached);
      for (const member of members) {
        const { element, control } = member;
        const on = chosen(member);
        const stop = on || control.kind === "toggle" || !open.has(control);
        if (stop) open.add(control);
        describe(element, { [control.kind === "toggle" ? "aria-pressed" : "aria-checked"]: on, tabindex: stop ? 0 : -1 });
        element.classList.toggle("ex-chosen", on);
      }
    }

    const clear = () => members.splice(0);
    return { add, show, clear, members };
  }

  ex.parts.makeGroup = makeGroup;
})(globalThis.explorable);
