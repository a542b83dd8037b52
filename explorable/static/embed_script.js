// Puts a widget of this site where its script tag stands, in a page of any kind.
function explorableEmbed(script, html) {
  const site = new URL("../", script.src);
  const assets = new URL("_static/explorable/", site);
  const place = document.createElement("div");
  place.innerHTML = html;
  const figure = place.querySelector("figure.explorable");
  figure.dataset.src = new URL(figure.dataset.src, site).href;
  figure.dataset.asked = new URL(script.src).search; // the state that the tag asks for
  const style = new URL("explorable.css", assets).href;
  if (!document.querySelector(`link[href="${style}"]`))
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
  const put = (into) => {
    into(place);
    if (globalThis.explorable?.mount) explorable.mount(figure);
  };
  // A tag before everything that is seen stands in the head, where nothing is: that page begins with the widget.
  if (script.closest("body")) put((box) => script.after(box));
  else {
    place.className = "ex-first-in-page";
    const top = (box) => document.body.insertBefore(box, document.querySelector("body > :not(.ex-first-in-page)"));
    document.addEventListener("DOMContentLoaded", () => put(top));
  }
  if (globalThis.explorable?.mount || document.querySelector("script[data-explorable-runtime]")) return;
  const runtime = document.createElement("script"); // it finds every figure that is there when it runs
  runtime.dataset.explorableRuntime = "";
  runtime.charset = "utf-8"; // whatever the page is written in
  runtime.src = new URL("explorable.js", assets).href;
  document.head.append(runtime);
}
