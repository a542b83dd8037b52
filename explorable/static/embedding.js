// "Embed": the lines that put a widget, as it is now, into other people's pages (sphinx/embed.py has the other end).
import { base } from "./core.js";
import { addEntry, offer } from "./menu.js";
import { queryOf } from "./state.js";

const AROUND = 70; // px that the page of a widget alone is higher than the widget
const NOWHERE = "https://ADDRESS-OF-THE-BOOK/";
const LOCAL = /^(file:|https?:\/\/(localhost|127\.|\[::1\]))/; // addresses that mean nothing on another machine
const site = base?.endsWith("/_static/explorable/") ? new URL("../../", base).href : null;

const quoted = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");

/** {frame, script}: the two forms, at the widget's present settings. */
function formsOf(widget) {
  const { key, spec, figure } = widget;
  const moved = [...widget.controls.keys()].some((name) => widget.written(name) !== widget.written(name, true));
  const query = moved ? `?${queryOf(widget)}` : "";
  const address = (kind) => quoted(`${LOCAL.test(site) ? NOWHERE : site}embed/${key}.${kind}${query}`);
  const height = Math.ceil((figure.offsetHeight + AROUND) / 10) * 10;
  return {
    frame: `<iframe src="${address("html")}" title="${quoted(spec.title)}" width="100%" height="${height}"></iframe>`,
    script: `<script src="${address("js")}"></script>`,
  };
}

function embed(widget, say, place) {
  for (const [kind, text] of Object.entries(formsOf(widget)))
    offer(place, say, [`As a ${kind}`, text, 3], `Copy the ${kind}`, `The ${kind} is copied.`);
  if (!LOCAL.test(site)) return say("One of these lines puts the figure into your page.");
  say(`This copy of the book has no address on the web. Put that of a published one in place of ${NOWHERE}`);
}

// Not where the widget stands alone already: that page would offer itself.
addEntry("Embed", () => site && !location.href.startsWith(`${site}embed/`), embed);
