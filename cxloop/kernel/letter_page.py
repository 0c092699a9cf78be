"""A letter of plain text as a page of HTML: the same words, easier to read. Pure.

Nothing in it comes from elsewhere, no picture and no script; whoever opens it tells nobody.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

# What a writer's own program makes of a quotation, however often it was quoted.
_QUOTED = re.compile(r" ?> ?")
_SIGNED = "-- "
# ASCII alone: in Korean a particle stands right behind an address. Other letters belong to it where
# a part of it begins with them.
_LINK = re.compile(r"https?://(?:[!#-;=?-Z_a-z~\[\]]|(?<=[/=_%?&-])[^\W\x00-\x7f]+)+")
_SPACES = re.compile(r" {2,}")
_AFTER_A_LINK = ".,;:!?'*_"
_DEEPEST = 20

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 16px; background: #ffffff; color: #1b1f24;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Apple SD Gothic Neo",
    "Malgun Gothic", "Noto Sans KR", sans-serif; font-size: 16px; line-height: 1.55; }
main { max-width: 42em; overflow-wrap: anywhere; }
main:lang(ko) { word-break: keep-all; }
p { margin: 0 0 1em; }
a { color: #0b57d0; }
blockquote { margin: 0 0 1em; padding: 0 0 0 12px; border-left: 3px solid #b6bec9;
  color: #57606a; }
.signature { color: #57606a; font-size: 14px; }
@media (prefers-color-scheme: dark) {
  body { background: #16191d; color: #e3e6ea; }
  a { color: #8ab4f8; }
  blockquote { border-left-color: #4a525c; color: #a6afb9; }
  .signature { color: #a6afb9; }
}
"""

_PAGE = """<!doctype html>
<html lang="{language}" dir="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main dir="auto">
{said}
</main>
</body>
</html>
"""


def as_page(text: str, *, title: str, language: str = "") -> str:
    """A whole document. `language` is a tag of BCP 47, or blank where nobody knows it."""
    words, signed, signature = f"\n{text}".partition(f"\n{_SIGNED}\n")
    said = list(_blocks(words.splitlines(), depth=0))
    if signed:
        said.append('<div class="signature" dir="auto">')
        said += [*_blocks(signature.splitlines(), depth=0), "</div>"]
    return _PAGE.format(
        language=escape(language), title=escape(title), style=_STYLE, said="\n".join(said)
    )


def _blocks(lines: list[str], *, depth: int) -> Iterator[str]:
    """Paragraphs, and what is quoted."""
    for is_quoted, run in groupby(lines, key=lambda line: depth < _DEEPEST and _is_quoted(line)):
        if is_quoted:
            bare = [_QUOTED.sub("", line, count=1) for line in run]
            yield '<blockquote dir="auto">'
            yield from _blocks(bare, depth=depth + 1)
            yield "</blockquote>"
        else:
            yield from _paragraphs(run)


def _is_quoted(line: str) -> bool:
    return bool(_QUOTED.match(line))


def _paragraphs(lines: Iterator[str]) -> Iterator[str]:
    for has_words, run in groupby(lines, key=lambda line: bool(line.strip())):
        if has_words:
            said = "<br>\n".join(_line(line) for line in run)
            yield f'<p dir="auto">{said}</p>'


def _line(line: str) -> str:
    """Escaped, its addresses links, and its columns where they were."""
    pieces, at = [], 0
    for found in _LINK.finditer(line):
        link = _without_what_follows(found[0])
        pieces += [_escaped(line[at : found.start()]), f'<a href="{escape(link)}">']
        pieces += [escape(link), "</a>"]
        at = found.start() + len(link)
    return "".join([*pieces, _escaped(line[at:])])


def _without_what_follows(link: str) -> str:
    """The stop of the sentence is no part of it, nor a bracket that was opened before it."""
    while link and (
        link[-1] in _AFTER_A_LINK
        or (link[-1] == ")" and link.count(")") > link.count("("))
        or (link[-1] == "]" and link.count("]") > link.count("["))
    ):
        link = link[:-1]
    return link


def _escaped(text: str) -> str:
    return _SPACES.sub(lambda found: "&nbsp;" * (len(found[0]) - 1) + " ", escape(text))
