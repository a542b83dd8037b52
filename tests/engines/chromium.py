"""Chromium, as Playwright drives it, with the few calls that the other engines' drivers have."""


class Chromium:
    """One page of a Chromium; `run` evaluates JavaScript in it."""

    name = "chromium"

    def __init__(self, browser):
        self.page = browser.new_page()

    def open(self, address, width=1280, height=800):
        """Go to the address; returns when the page's load event was there."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto(address, wait_until="load")

    def run(self, body, *arguments):
        """What the function body `body` returns, awaited, as JSON brings it over; it sees `args`."""
        return self.page.evaluate(f"async (args) => {{ {body} }}", list(arguments))

    def screenshot(self):
        """The window as PNG bytes."""
        return self.page.screenshot()

    def paper(self):
        """The page as a PDF's bytes."""
        return self.page.pdf()

    def close(self):
        self.page.close()
