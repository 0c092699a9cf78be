"""Headers as strangers write them: whatever stands there, reading them raises nothing. Pure."""

import re
from collections.abc import Iterator
from email.headerregistry import AddressHeader
from email.message import Message
from email.policy import default

from cxloop.kernel.bodies import storable
from feedback.email.charsets import decoded
from feedback.intake.addresses import LONGEST_ADDRESS

# The standard library needs seconds for longer ones, and no person writes them.
LONGEST_HEADER = 4_000
MOST_OF_A_NAME = 20

_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:]+@[^\s<>()\[\]\",;:@]+")
_ENCODED = re.compile(r"=\?[^?\s]*\?[bBqQ]\?[^?]*\?=")
# What may stand before an address that has no brackets.
_NAME = re.compile(r"[^<>()\[\]\",;:@]+")
_COMMENTED = re.compile(r"\s*([^\s<>()]+)\s*\(([^()]{1,200})\)\s*")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,990}>")


def values(message: Message, *names: str) -> Iterator[str]:
    """The values of these headers, decoded, each on one line."""
    wanted = [name.lower() for name in names]
    counts = dict.fromkeys(wanted, 0)
    for name, raw in message.raw_items():
        key = name.lower().strip()
        if key in counts and counts[key] < MOST_OF_A_NAME:
            counts[key] += 1
            yield readable(str(raw))


def value(message: Message, name: str) -> str:
    """The first of this name; nothing where there is none."""
    return next(values(message, name), "")


def unfolded(message: Message, name: str) -> str:
    """The first of this name on one line, its encoded words as they stand."""
    wanted = name.lower()
    raw = next((str(v) for key, v in message.raw_items() if key.lower().strip() == wanted), "")
    return _unfolded(raw)


def as_they_stand(message: Message) -> list[tuple[str, str]]:
    """Names and values in their order, each on one line, encoded words not decoded."""
    return [(_one_line(name), _one_line(_unfolded(str(raw)))) for name, raw in message.raw_items()]


def names_of(message: Message) -> set[str]:
    return {name.lower().strip() for name, _ in message.raw_items()}


def addresses(message: Message, *names: str) -> list[str]:
    """Everything in these headers that looks like an address, lower-case, each once."""
    found = (address for text in values(message, *names) for address in addresses_in(text))
    return list(dict.fromkeys(found))


def addresses_in(text: str) -> list[str]:
    return [_bare(found) for found in _ADDRESS.findall(text) if len(found) <= LONGEST_ADDRESS]


def message_ids(message: Message, *names: str) -> list[str]:
    """With their angle brackets."""
    return [found for text in values(message, *names) for found in _MESSAGE_ID.findall(text)]


def mailbox(message: Message, name: str) -> tuple[str, str]:
    """Display name and address of the first person named there; what is missing is empty."""
    raw = unfolded(message, name)
    try:
        first = _first_mailbox(raw)
    except Exception:  # the parser of the standard library fails on many wrong addresses
        first = None
    return first or _bare_mailbox(raw)


def _bare_mailbox(raw: str) -> tuple[str, str]:
    """Not from encoded words: those are a name, which can pretend to be an address."""
    clear = _ENCODED.sub("", raw)
    found = next((one for one in _ADDRESS.finditer(clear) if len(one[0]) <= LONGEST_ADDRESS), None)
    if found is None:
        return "", ""
    before = readable(raw.partition(found[0])[0])
    return before if _NAME.fullmatch(before) else "", _bare(found[0])


def _first_mailbox(raw: str) -> tuple[str, str] | None:
    header = default.header_factory("From", raw)
    assert isinstance(header, AddressHeader)
    for address in header.addresses:
        bare = _bare(address.addr_spec)
        if address.domain and _ADDRESS.fullmatch(bare):
            return _one_line(address.display_name) or _in_comment(raw, bare), bare
    return None


def _in_comment(raw: str, address: str) -> str:
    """As the oldest programs wrote it: `kim@shop.example (Seoyeon Kim)`."""
    found = _COMMENTED.fullmatch(raw)
    return readable(found[2]) if found and found[1].lower() == address else ""


def readable(raw: str) -> str:
    """On one line, with its encoded words decoded."""
    try:
        text = str(default.header_factory("Subject", _unfolded(raw)))
    except Exception:  # as above, on wrong encoded words
        text = _unfolded(raw)
    return _one_line(text)


def _unfolded(raw: str) -> str:
    """Bytes beyond ASCII come as surrogates: they are read as the bytes that they were."""
    cut = "".join(raw[:LONGEST_HEADER].splitlines())
    if cut.isascii():
        return cut
    return decoded(cut.encode("utf-8", "surrogateescape"), "")


def _one_line(text: str) -> str:
    """An encoded line end must not begin a header of ours."""
    return " ".join(str(storable(text)).split())


def _bare(address: str) -> str:
    return _one_line(address).strip(".'").lower()
