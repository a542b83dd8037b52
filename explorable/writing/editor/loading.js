// What an editor is made of, loaded when one is first touched; from disk as from a server.

const here = new URL(/** @type {HTMLScriptElement} */ (document.currentScript).src);
const loads = new Map();

/** The address of a file that lies beside this script, with its version. */
export function address(path) {
  const url = new URL(path, here);
  url.search = here.search;
  return url.href;
}

/** Load a script once. */
export function load(path) {
  if (!loads.has(path))
    loads.set(
      path,
      new Promise((done, fail) => {
        const script = document.createElement("script");
        script.src = address(path);
        script.async = false; // in the order in which they are asked for
        script.onload = done;
        script.onerror = () => {
          loads.delete(path); // it may be there when it is asked for again
          fail(new Error(`${path} could not be loaded`));
        };
        document.head.append(script);
      }),
    );
  return loads.get(path);
}
