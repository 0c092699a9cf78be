"""A shop on another origin, whose pages admit as little as a page can."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Shop</title></head>
<body><main><h1>Shop</h1><p id="goods">Goods.</p><div id="here"></div></main>{snippet}</body></html>
"""


@dataclass
class Shop:
    """`pages` by path, sent with a policy that allows scripts and answers of `house` alone."""

    house: str
    origin: str = ""
    pages: dict[str, str] = field(default_factory=dict)

    def page(self, path: str, snippet: str, *, language: str = "en") -> str:
        self.pages[path] = PAGE.format(snippet=snippet, language=language)
        return f"{self.origin}{path}"

    @property
    def policy(self) -> str:
        return (
            f"default-src 'none'; script-src {self.house}; connect-src {self.house}; "
            "require-trusted-types-for 'script'; trusted-types cxloop"
        )


@contextmanager
def open_shop(house: str) -> Iterator[Shop]:
    shop = Shop(house)

    class Counter(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = shop.pages.get(self.path.partition("?")[0])
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", shop.policy)
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    shop.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
