"""Bytes to text, whatever their charset is said to be. Pure."""

import codecs

from charset_normalizer import from_bytes

# What programs name, and the larger set that they mean by it.
_MEANT = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}
_LIKELY = ["cp949", "cp932", "gb18030", "big5", "cp1252", "cp1251"]
# More adds nothing to the guess but time.
_GUESSED_FROM = 20_000


def decoded(raw: bytes, charset: str) -> str:
    """As the charset says; where it is unknown or wrong, as UTF-8 or as what the bytes look like.
    Never raises: what cannot be read is shown as U+FFFD."""
    said = _codec(charset)
    # Western charsets fit any bytes, so they are believed only of what is no UTF-8.
    for candidate in ("utf-8", said) if said == "cp1252" else (said, "utf-8"):
        try:
            return raw.decode(candidate)
        except UnicodeError:
            continue
    return raw.decode(said if said != "utf-8" else _guess(raw), "replace")


def _codec(charset: str) -> str:
    try:
        # base64 and rot13 are codecs too, but not of text: decoding says so.
        b"a".decode(charset.strip() or "utf-8")
        found = codecs.lookup(charset.strip() or "utf-8").name
    except (LookupError, ValueError):
        return "utf-8"
    return _MEANT.get(found, found)


def _guess(raw: bytes) -> str:
    best = from_bytes(raw[:_GUESSED_FROM], cp_isolation=_LIKELY).best()
    return best.encoding if best else "utf-8"
