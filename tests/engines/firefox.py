"""Firefox, driven by WebDriver BiDi, which it speaks itself: no geckodriver is needed."""

import base64
import json
import re
import subprocess
import time

import websocket

PREFERENCES = {
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "browser.aboutwelcome.enabled": False,
    "app.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.active-protocols": 1,
}
START = 60  # seconds that a busy machine may take


class Firefox:
    """One window of a Firefox without a screen; `run` evaluates JavaScript in its page."""

    name = "firefox"

    def __init__(self, program, folder):
        profile = folder / "profile"
        profile.mkdir()
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
        self.log = folder / "firefox.log"
        command = [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            self.socket = websocket.create_connection(f"{self._address()}/session", suppress_origin=True, timeout=60)
            self.number = 0
            self._send("session.new", capabilities={})
            self.context = self._send("browsingContext.getTree")["contexts"][0]["context"]
        except BaseException:
            self.close()
            raise

    def _address(self):
        end = time.monotonic() + START
        while time.monotonic() < end and self.process.poll() is None:
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", self.log.read_text(errors="replace")):
                return found[1]
            time.sleep(0.1)
        raise RuntimeError(f"Firefox did not start:\n{self.log.read_text(errors='replace')}")

    def _send(self, method, **parameters):
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                break
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}")
        return answer["result"]

    def open(self, address, width=1280, height=800):
        """Go to the address; returns when the page's load event was there."""
        viewport = {"width": width, "height": height}
        self._send("browsingContext.setViewport", context=self.context, viewport=viewport)
        self._send("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def run(self, body, *arguments):
        """What the function body `body` returns, awaited, as JSON brings it over; it sees `args`."""
        source = f"(async (args) => {{ {body} }})({json.dumps(arguments)}).then((r) => JSON.stringify(r ?? null))"
        target = {"context": self.context}
        result = self._send("script.evaluate", expression=source, target=target, awaitPromise=True)
        if result["type"] == "exception":
            raise RuntimeError(result["exceptionDetails"]["text"])
        return json.loads(result["result"]["value"])

    def screenshot(self):
        """The window as PNG bytes."""
        return base64.b64decode(self._send("browsingContext.captureScreenshot", context=self.context)["data"])

    def paper(self):
        """The page as a PDF's bytes."""
        return base64.b64decode(self._send("browsingContext.print", context=self.context, background=False)["data"])

    def close(self):
        """End the browser that was started here."""
        if hasattr(self, "socket"):
            self.socket.close()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
