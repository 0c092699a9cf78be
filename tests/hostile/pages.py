"""Pages as they are found: what a form asks, filled in as nobody would."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from random import Random
from urllib.parse import quote_from_bytes, urljoin, urlsplit

from tests.hostile.nasty import CONTENT_TYPES, HEADERS, QUERIES, RAW, TEXTS, VALUES
from tests.hostile.sending import Shot

FORM = "application/x-www-form-urlencoded"
PLACE = re.compile(r"<(?:\w+:)?\w+>")
TEXT_VALUES = [value for value in VALUES if isinstance(value, str)]
SECRET = "c" * 32
# They stand on every page; and after the first nobody is signed in.
IN_EVERY_FRAME = {"/sign-out", "/language"}


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Reader(HTMLParser):
    """The forms that are sent by POST, with what stands in them."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self.chosen = address, [], ""
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = said.get("method", "").lower() == "post"
            if self.is_inside:
                self.forms.append(Form(urljoin(self.address, said.get("action", ""))))
        if not self.is_inside:
            return
        if tag in {"input", "textarea", "select", "button"} and said.get("name"):
            self.chosen = said["name"]
            self.forms[-1].fields.setdefault(self.chosen, said.get("value", ""))
        if tag == "option" and self.chosen and not self.forms[-1].fields[self.chosen]:
            self.forms[-1].fields[self.chosen] = said.get("value", "")


def forms_in(address: str, html: str) -> list[Form]:
    reader = Reader(address)
    reader.feed(html)
    return [form for form in reader.forms if urlsplit(form.action).path not in IN_EVERY_FRAME]


def looks(address: str, rng: Random, *, cookie: str, number: int) -> Iterator[Shot]:
    """Asked for, with what no link says."""
    headers = (("Cookie", cookie),) if cookie else ()
    for _ in range(number):
        query = rng.choice(QUERIES)
        if rng.random() < 0.7:
            names = ("q", "page", "cursor", "tab", "group", "tag", "ordering", "in", "language")
            query = "&".join(f"{rng.choice(names)}={rng.choice(TEXTS)}" for _ in range(2))
        further = (rng.choice(HEADERS),) if rng.random() < 0.4 else ()
        joined = "&" if "?" in address else "?"
        yield Shot(f"GET {address}", "page", "GET", f"{address}{joined}{query}", headers + further)


def sendings(form: Form, rng: Random, *, cookie: str, number: int) -> Iterator[Shot]:
    """The form, mostly as it is but for a few fields; sometimes no form at all."""
    cookies = f"{cookie}; csrftoken={SECRET}" if cookie else f"csrftoken={SECRET}"
    for turn in range(number):
        kind, body = FORM, _filled(form, rng, bent=turn > 0)
        if turn % 4 == 1:
            kind, body = _in_parts(form, rng)
        if turn % 4 == 3 and rng.random() < 0.5:
            kind, body = rng.choice((FORM, *CONTENT_TYPES)), rng.choice(RAW)
        headers = (("Cookie", cookies), ("Content-Type", kind), ("X-CSRFToken", SECRET))
        address = urlsplit(form.action)
        target = f"{address.path}?{address.query}" if address.query else address.path
        yield Shot(f"POST {address.path}", "form", "POST", target, headers, body)


def _values(form: Form, rng: Random, *, bent: bool) -> Iterator[tuple[str, str]]:
    names = sorted(form.fields)
    wrong = set(rng.sample(names, min(len(names), rng.choice((1, 1, 2, 5))))) if bent else set()
    for name in names:
        value = form.fields[name] or "1"
        if name == "csrfmiddlewaretoken":
            value = SECRET
        elif name in wrong:
            value = rng.choice(TEXT_VALUES)
        yield name, value
        if name in wrong and rng.random() < 0.1:
            yield name, rng.choice(TEXT_VALUES)


def _filled(form: Form, rng: Random, *, bent: bool) -> bytes:
    said = (f"{_quoted(name)}={_quoted(value)}" for name, value in _values(form, rng, bent=bent))
    return "&".join(said).encode()


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


PART_HEADS = (
    'form-data; name="{}"',
    'form-data; name="{}"; filename="x.png"\r\nContent-Type: image/png',
    'form-data; name="{}"; filename="../../x\x00.exe"\r\nContent-Type: \xff',
    "form-data; name=\"{}\"; filename*=utf-8''%ff%00.svg\r\nContent-Type: image/svg+xml",
    "form-data; name=\"{}\"; filename*=klingon''x",
    'form-data; name="{}"\r\nContent-Transfer-Encoding: base64',
    'form-data; name="{}"\r\nContent-Type: text/plain; charset=klingon',
    'form-data; name="{}"\r\nContent-Type: multipart/mixed; boundary=c',
    'form-data; name="{}"; filename=""',
    'attachment; name="{}"; filename="' + "x" * 400 + '.pdf"',
)
ENDS = ("--b--\r\n", "--b--", "", "--b\r\n", "\r\n--b--\r\n--b\r\n")


def _in_parts(form: Form, rng: Random) -> tuple[str, bytes]:
    """A form of parts, some of which are files that nobody asked for, or are none."""
    written = b""
    for name, value in _values(form, rng, bent=True):
        head = rng.choice(PART_HEADS) if rng.random() < 0.4 else PART_HEADS[0]
        body = rng.choice(RAW) if rng.random() < 0.3 else value.encode("utf-8", "surrogatepass")
        start = f"--b\r\nContent-Disposition: {head.format(name)}\r\n\r\n"
        written += start.encode("latin-1", "replace") + body + b"\r\n"
    return "multipart/form-data; boundary=b", written + rng.choice(ENDS).encode()
