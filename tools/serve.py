"""Serve the built book on localhost and open it in the browser; Ctrl+C ends it."""

import functools
import http.server
import webbrowser
from pathlib import Path

BOOK = Path(__file__).resolve().parent.parent / "_build" / "html"


def main():
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(BOOK))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 8000), handler)
    except OSError:  # taken: any other
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    address = f"http://127.0.0.1:{server.server_port}/"
    print(f"The book is at {address} (Ctrl+C ends)")
    webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
