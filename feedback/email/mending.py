"""Header lines that no program should have written. Pure."""

import re

# Where the headers end; more of them are the parser's to judge.
_LOOKED_THROUGH = 200_000
_BLANK = re.compile(rb"\r?\n\r?\n|\r\r")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|[ \t]|From ")
_SPACED = re.compile(rb"^([!-9;-~]+)[ \t]+:", re.MULTILINE)
_KNOWN = re.compile(
    rb"(?:from|to|subject|date|message-id|mime-version|content-type)[ \t]*:", re.IGNORECASE
)


def mended(raw: bytes) -> bytes:
    """The same message with what breaks off its headers told as more of the line above. The parser
    would take all that follows for the body: who wrote it and its subject would be lost."""
    end = _BLANK.search(raw[:_LOOKED_THROUGH])
    head = _SPACED.sub(rb"\1:", raw[: end.start() if end else 0])
    lines = head.splitlines(keepends=True)
    wrong = [n for n, line in enumerate(lines) if n and not _HEADER.match(line)]
    known = [n for n, line in enumerate(lines) if _KNOWN.match(line)]
    if not end or not known:
        return raw
    # With nothing known below, somebody forgot the blank line above their words.
    folded = {n for n in wrong if n < known[-1]}
    told = (b" " + line if n in folded else line for n, line in enumerate(lines))
    return b"".join(told) + raw[end.start() :]
