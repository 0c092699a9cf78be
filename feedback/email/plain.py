"""The words of a message as plain text: its text parts, or its HTML told without markup. Pure."""

import html
import re
from collections.abc import Iterable, Sequence
from email.message import Message

from cxloop.kernel.bodies import storable
from feedback.email.charsets import decoded
from feedback.email.parts import Part

# Of all parts together; what nobody reads to its end is in the raw mail.
MOST_READ = 200_000

# One pass over the text and no way back, since hostile markup makes HTML parsers crawl.
_TOKEN = re.compile(
    r"(?P<comment><!--)|(?P<uncomment>-->)"
    r"|<(?i:!doctype|\?xml)\b[^<>]*>"  # what the markup is, and no word of it
    r"|<(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)(?P<rest>[^<>]*)>"
    r"|(?P<text>[^<-]+|<|-)"
)
_UNSEEN = {"head", "script", "style", "title", "template"}
_BREAKS = {
    *("p", "div", "br", "hr", "li", "ul", "ol", "tr", "table", "blockquote", "pre"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer"),
}
_PARAGRAPHS = {"p", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}


def text_of(parts: Iterable[Part]) -> str:
    """What a person reads of it, with `\\n` at line ends; empty where there are no words."""
    read = [part.message for part in parts if part.is_read]
    plain = _contents([part for part in read if part.get_content_subtype() != "html"])
    if any(text.strip() for text in plain):
        return _tidy("\n\n".join(text.strip("\r\n") for text in plain if text.strip()))
    markup = _contents([part for part in read if part.get_content_subtype() == "html"])
    return _tidy("\n\n".join(map(without_markup, markup)))


def markup_of(parts: Iterable[Part]) -> str:
    """Its HTML, part after part; blank where there is none."""
    read = [part.message for part in parts if part.is_read]
    return "\n".join(_contents([part for part in read if part.get_content_subtype() == "html"]))


def _contents(parts: Sequence[Message]) -> list[str]:
    found, left = [], MOST_READ
    for part in parts:
        raw = part.get_payload(decode=True) if left else b""
        read = raw[:left] if isinstance(raw, bytes) else b""
        left -= len(read)
        found.append(decoded(read, str(part.get_content_charset() or "")))
    return found


def without_markup(markup: str) -> str:
    """HTML as text; quotes keep their sign, so that they can be told from what is new."""
    return _Telling().tell(markup)


class _Telling:
    """One pass over some HTML."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.line = ""
        self.quoted = 0
        self.unseen = ""
        self.in_comment = False

    def tell(self, markup: str) -> str:
        for token in _TOKEN.finditer(markup):
            self._take(token)
        self._end_line()
        return "\n".join(self.said)

    def _take(self, token: re.Match[str]) -> None:
        if token["comment"] or token["uncomment"]:
            self.in_comment = bool(token["comment"])
        elif self.in_comment:
            return
        elif token["tag"]:
            self._take_tag(token["tag"].lower(), is_end=bool(token["end"]))
        elif token["text"] and not self.unseen:
            self.line += token["text"]

    def _take_tag(self, tag: str, *, is_end: bool) -> None:
        if self.unseen:
            self.unseen = "" if is_end and tag == self.unseen else self.unseen
        elif tag in _UNSEEN and not is_end:
            self.unseen = tag
        elif tag in _BREAKS:
            self._end_line(paragraph=tag in _PARAGRAPHS)
        if tag == "blockquote":
            self.quoted = max(0, self.quoted + (-1 if is_end else 1))

    def _end_line(self, *, paragraph: bool = False) -> None:
        text = " ".join(html.unescape(self.line).split())
        self.line = ""
        if text or not paragraph:
            self.said.append("> " * min(self.quoted, 3) + text)
        if paragraph and self.said and self.said[-1]:
            self.said.append("")


def _tidy(text: str) -> str:
    """Line ends as `\\n`, no trailing blanks, at most one empty line in a row."""
    lines = [line.rstrip() for line in str(storable(text)).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
