// In the page of one widget alone: tells the page that holds the frame how high the widget is.
(() => {
  if (parent === window) return;
  const key = document.querySelector("figure.explorable").dataset.key;
  const main = document.querySelector("main");
  const tell = () =>
    parent.postMessage({ explorable: key, height: Math.ceil(main.getBoundingClientRect().height) }, "*");
  new ResizeObserver(tell).observe(main);
})();
