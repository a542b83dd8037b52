// Python in the page: one worker for each run, so that every run begins anew and a loop that never ends can be stopped.

const GRACE = 2; // seconds for Python to stop by itself, at a line that it can name
const READY = 20000; // milliseconds for the interpreter to start; a slow phone needs one or two seconds

/** @typedef {{ out: string, shown?: any, error?: any, hinted: string[], milliseconds: number }} Told */

export class Python {
  /** @param {any} parts - what python.js of the site left: source, address, wasm (base64), files, endless, seconds */
  constructor(parts) {
    this.parts = parts;
    this.spare = null;
    this.stop = null; // while something runs: ends it
  }

  /** Start a worker before it is needed. */
  warm() {
    this.spare ??= this.worker();
    return this.spare.ready;
  }

  worker() {
    const worker = this.open();
    const ready = new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error("Python did not start")), READY);
      worker.onmessage = ({ data }) => {
        clearTimeout(late);
        if (data.ready) done(worker);
        else fail(new Error(data.failed));
      };
      worker.onerror = (event) => fail(new Error(event.message || "Python could not be started"));
    });
    ready.catch(() => {});
    this.begin(worker);
    return { worker, ready };
  }

  async begin(worker) {
    worker.postMessage({ start: { wasm: await this.parts.wasm, files: this.parts.files } });
  }

  /** From a server by its address, as a content policy wants it; from disk a worker has none, so by its text. */
  open() {
    const { source, address } = this.parts;
    if (location.protocol !== "file:") return new Worker(address);
    this.url ??= URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    return new Worker(this.url);
  }

  /**
   * Run a text.
   * @param {string} text
   * @param {(text: string) => void} print - what is printed, piece by piece
   * @returns {Promise<Told>}
   */
  async run(text, given, hinted, print) {
    const used = this.spare ?? this.worker();
    this.spare = null;
    const began = performance.now();
    try {
      await used.ready;
      const asked = { text, given: JSON.stringify(given), hinted: JSON.stringify(hinted), seconds: this.parts.seconds };
      return { ...(await this.answer(used.worker, asked, print)), milliseconds: performance.now() - began };
    } finally {
      used.worker.terminate();
      this.stop = null;
      this.warm();
    }
  }

  answer(worker, asked, print) {
    const { endless, seconds } = this.parts;
    return new Promise((done, fail) => {
      let trying = "";
      const late = setTimeout(() => done({ shown: said(endless, trying) }), 1000 * (seconds + GRACE));
      const end = (told) => {
        clearTimeout(late);
        done(told);
      };
      this.stop = () => end({ stopped: true });
      worker.onerror = (event) => fail(new Error(event.message));
      worker.onmessage = ({ data }) => {
        if (data.out !== undefined) print(data.out);
        else if (data.trying !== undefined) trying = data.trying;
        else if (data.done) end(JSON.parse(data.done));
        else fail(new Error(data.failed));
      };
      worker.postMessage({ run: asked });
    });
  }
}

/** The words for a run that took too long; which inputs it had is told if it got so far. */
function said({ headline, notes }, trying) {
  const kept = notes.filter(([, text]) => trying || !text.includes("CASE"));
  return { headline, notes: kept.map(([title, text]) => [title, text.replace("CASE", trying)]), tone: "wrong" };
}
