// Puts a widget of this site where its script tag stands, in a page of any kind.
function explorableEmbed(script, html) {
  const site = new URL("../", script.src);
  const assets = new URL("_static/explorable/", site);
  const place = document.createElement("div");
  place.innerHTML = html;
  const figure = place.querySelector("figure.explorable");
  figure.dataset.src = new URL(figure.dataset.src, site).href;
  const style = new URL("explorable.css", assets).href;
  if (!document.querySelector(`link[href="${style}"]`))
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
  script.after(place);
  if (globalThis.explorable?.mount) explorable.mount(figure);
  else if (!document.querySelector("script[data-explorable-runtime]")) {
    const runtime = document.createElement("script"); // it finds every figure that is there when it runs
    runtime.dataset.explorableRuntime = "";
    runtime.src = new URL("explorable.js", assets).href;
    document.head.append(runtime);
  }
}
