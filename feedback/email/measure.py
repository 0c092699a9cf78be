"""How much of a mail is read: the parser's time grows with what a stranger nests in it. Pure.

The words stand first, so the end is what is left unread. It is kept all the same, in the raw mail.
"""

import re

# A real mail of 30 MB has half a million lines, a dozen boundaries and a few hundred headers; each
# of these limits is half a second of the parser.
MOST_LINES = 1_500_000
MOST_SEPARATORS = 20_000
MOST_HEADER_BYTES = 1_000_000
# Each line is held against each boundary that is open above it.
MOST_COMPARED = 6_000_000

_PIECE = 1 << 18
_SEPARATOR = re.compile(rb"^--[^\r\n]*[\r\n]+", re.MULTILINE)
_HEADERS = re.compile(rb"(?:(?:[!-9;-~]++[ \t]*+:|[ \t]|From )[^\r\n]*+(?:\r\n|\r|\n))*+")
_BOUNDARY = re.compile(rb"boundary", re.IGNORECASE)


def measured(raw: bytes) -> bytes:
    """All of it, or as much from its beginning as is read in a second or two."""
    raw = raw[: _end_of_parts(raw)]
    nests = max(1, sum(1 for _ in _BOUNDARY.finditer(raw)))
    return raw[: _end_of_lines(raw, min(MOST_LINES, MOST_COMPARED // nests))]


def _end_of_lines(raw: bytes, most: int) -> int:
    left = most
    for at in range(0, len(raw), _PIECE):
        piece = raw[at : at + _PIECE]
        lines = piece.count(b"\n") or piece.count(b"\r")
        if lines > left:
            return at + sum(map(len, piece.splitlines(keepends=True)[:left]))
        left -= lines
    return len(raw)


def _end_of_parts(raw: bytes) -> int:
    """Where there are too many parts, or too many headers in them."""
    begun = _HEADERS.match(raw)
    headers = begun.end() if begun else 0
    if headers > MOST_HEADER_BYTES:
        return MOST_HEADER_BYTES
    for number, separator in enumerate(_SEPARATOR.finditer(raw)):
        found = _HEADERS.match(raw, separator.end())
        headers += found.end() - separator.end() if found else 0
        if number >= MOST_SEPARATORS or headers > MOST_HEADER_BYTES:
            return separator.start()
    return len(raw)
