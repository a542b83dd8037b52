"""WebKitGTK, driven by WebKitWebDriver's WebDriver over HTTP, on a display of its own if there is none."""

import base64
import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

START = 60  # seconds that a busy machine may take


class WebKit:
    """One window of WebKitGTK's small browser; `run` evaluates JavaScript in its page."""

    name = "webkit"

    def __init__(self, program, folder):
        self.processes = []
        self.session = None
        try:
            environment = os.environ | {"LIBGL_ALWAYS_SOFTWARE": "1", "HOME": str(folder)}
            # A browser of root's has no sandbox; that of Debian says so only by failing.
            environment |= {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"} if os.geteuid() == 0 else {}
            if shutil.which("Xvfb"):
                environment["DISPLAY"] = self._display()
            port = _free_port()
            self.base = f"http://127.0.0.1:{port}"
            self._start([program, f"--port={port}"], env=environment)
            self._wait()
            options = {"webkitgtk:browserOptions": {"args": ["--automation"]}}
            self.session = self._send("POST", "/session", capabilities={"alwaysMatch": options})["sessionId"]
        except BaseException:
            self.close()
            raise

    def _start(self, command, **how):
        how = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **how}
        self.processes.append(subprocess.Popen(command, **how))

    def _display(self):
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
        self._start(command, pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as number:
            return f":{number.readline().strip()}"

    def _wait(self):
        end = time.monotonic() + START
        while time.monotonic() < end:
            try:
                self._send("GET", "/status")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("WebKitWebDriver did not start")

    def _send(self, method, path, **body):
        data = json.dumps(body).encode() if method == "POST" else None
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.read().decode(errors='replace')}") from None

    def _in_session(self, path, **body):
        return self._send("POST", f"/session/{self.session}/{path}", **body)

    def open(self, address, width=1280, height=800):
        """Go to the address; returns when the page's load event was there."""
        self._in_session("window/rect", width=width, height=height)
        self._in_session("url", url=address)

    def run(self, body, *arguments):
        """What the function body `body` returns, awaited, as JSON brings it over; it sees `args`."""
        script = (
            "const [args, done] = [arguments[0], arguments[1]];"
            f"(async () => {{ {body} }})().then((r) => done({{ r: r ?? null }}), (e) => done({{ e: String(e) }}));"
        )
        answer = self._in_session("execute/async", script=script, args=[list(arguments)])
        if "e" in answer:
            raise RuntimeError(answer["e"])
        return answer["r"]

    def screenshot(self):
        """The window as PNG bytes."""
        return base64.b64decode(self._send("GET", f"/session/{self.session}/screenshot"))

    def close(self):
        """End what was started here."""
        if self.session:
            with contextlib.suppress(OSError, RuntimeError):
                self._send("DELETE", f"/session/{self.session}")
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
