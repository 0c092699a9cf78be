"""Pages of another origin that load the client as a site would: from its package, as modules."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Counter(SimpleHTTPRequestHandler):
    """Any page is an empty one; all else is a file of the package."""

    def do_GET(self) -> None:
        if self.path.endswith(".js"):
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Shop</title><link rel=icon href=data:,>")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""


@contextmanager
def open_pages(app: Path) -> Iterator[str]:
    """Their origin."""
    package = app / "node_modules" / "cxloop-client" / "dist"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Counter, directory=str(package)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
