// The worker in which a reader's code runs: MicroPython, closed off from page and network.
import { arrays } from "./arrays.js";
import { prepared } from "./source.js";
import { close } from "./closing.js";
import { dividing } from "./division.js";

const HEAP = 32 << 20; // bytes; it grows when more is needed
const STACK = 64 << 10; // bytes: about 150 calls in one another
const PRINTED = 20000; // characters that a run may print
const PAUSE = 50; // milliseconds between two messages of what is printed

const tell = globalThis.postMessage.bind(globalThis);

/** What is printed, as text for the page, up to a limit: an endless loop that prints must not fill the memory. */
function printer() {
  const decoder = new TextDecoder();
  let [left, text, last] = [PRINTED, "", 0];
  const flush = () => {
    if (text) tell({ out: text });
    [text, last] = ["", performance.now()];
  };
  const print = (bytes) => {
    if (left <= 0) return;
    const piece = decoder.decode(bytes, { stream: true }); // letter by letter, as MicroPython writes
    text += piece;
    left -= piece.length;
    if (left <= 0) text += "\n... (more was printed than is shown)";
    if (left <= 0 || performance.now() - last > PAUSE) flush();
  };
  return { print, flush };
}

/** Write Python files into MicroPython's own file system. */
function write(system, files) {
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split("/").slice(1, -1);
    parts.forEach((_, at) => {
      const folder = `/${parts.slice(0, at + 1).join("/")}`;
      if (!system.analyzePath(folder).exists) system.mkdir(folder);
    });
    system.writeFile(path, text);
  }
}

async function start({ wasm, files }) {
  const compiled = new WebAssembly.Module(dividing(wasm));
  const { print } = printed;
  const python = await globalThis.loadMicroPython({
    heapsize: HEAP,
    pystack: STACK,
    linebuffer: false,
    stdout: print,
    stderr: print,
    instantiateWasm: (imports, done) => done(new WebAssembly.Instance(compiled, imports), compiled),
  });
  write(python.FS, files);
  python.registerJsModule("_arrays", arrays);
  python.runPython("import sys\nsys.path[:] = ['', '/lib', '.frozen']");
  const driver = python.pyimport("explorable.writing.inside.driver");
  close(globalThis);
  return driver;
}

const printed = printer();
let driver = null;

globalThis.onmessage = async ({ data }) => {
  try {
    if (data.start) {
      driver = await start(data.start);
      tell({ ready: true });
    } else {
      const { text, given, hinted, seconds } = data.run;
      arrays.forget();
      driver.start(given, hinted, (label) => tell({ trying: label }));
      const told = driver.run(prepared(text), text, seconds);
      printed.flush();
      tell({ done: told });
    }
  } catch (error) {
    tell({ failed: String(error) });
  }
};
