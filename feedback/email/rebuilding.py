"""A message of what a provider read in one: where it gives no raw message, and where it found out
more than stands in it. Pure."""

import re
from collections.abc import Iterable, Sequence
from email.encoders import encode_base64
from email.message import Message
from email.policy import default
from email.utils import quote

Headers = Sequence[tuple[str, str]]

LONGEST_VALUE = 20_000
LONGEST_FILE_NAME = 255

_NAME = re.compile(r"[!-9;-~]{1,100}")
# The message is laid out anew, so what said how it was no longer holds.
_OF_ITS_LAYOUT = frozenset({"content-type", "content-transfer-encoding", "mime-version"})
_VERDICT = re.compile(
    r"X-Spam-[A-Za-z-]{1,60}|Received-SPF|Authentication-Results"
    r"|X-Mailgun-(?:Sflag|Sscore|Spf|Spam-Rules|Dkim-Check-Result)",
    re.IGNORECASE,
)
_KIND = re.compile(r"([\w.+-]{1,60})/[\w.+-]{1,100}(?:; ?charset=\"?[\w.:-]{1,40}\"?)?", re.ASCII)
_BLANK = re.compile(rb"\r?\n\r?\n")
_NAMES = re.compile(rb"^([!-9;-~]+)[ \t]*:", re.MULTILINE)
_SPACES = re.compile(r"[\s\x00]+")
_LOOKED_THROUGH = 200_000


def rebuilt(message: Message, headers: Headers) -> bytes:
    """The parts of `message` under these headers alone, the same bytes each time: a provider that
    heard no answer sends the same again."""
    for name in {*message.keys()} - {"MIME-Version", "Content-Type"}:
        del message[name]
    for number, part in enumerate(message.walk()):
        if part.get_content_maintype() == "multipart":
            # What stands between them is base64, which has no line like this.
            part.set_boundary(f"--cxloop-{number}")
        else:
            _in_base64(part)
    head = b"".join(_line(name, value) for name, value in headers if _is_kept(name))
    return head + message.as_bytes(policy=default.clone(linesep="\r\n"))


def _in_base64(part: Message) -> None:
    """Byte for byte: written as they are, line ends of a picture would be put right."""
    if part["Content-Transfer-Encoding"] is None:
        body = part.get_payload(decode=True)
        part.set_payload(body if isinstance(body, bytes) else b"")
        encode_base64(part)


def _is_kept(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name.lower() not in _OF_ITS_LAYOUT


def _line(name: str, value: str) -> bytes:
    return f"{name}: {one_line(value)[:LONGEST_VALUE]}\r\n".encode("utf-8", "replace")


def verdicts_beside(headers: Iterable[tuple[str, str]], content: bytes) -> Headers:
    """What the provider says of spam and of who sent it, where the message has no such header: it
    tells the sender's own beside it too, and a forged one must not be lifted above what a server
    wrote."""
    head = _BLANK.split(content[:_LOOKED_THROUGH], maxsplit=1)[0]
    there = {name.strip().lower() for name in _NAMES.findall(head)}
    found = dict.fromkeys((name, one_line(v)) for name, v in headers if _VERDICT.fullmatch(name))
    return [(name, value) for name, value in found if name.lower().encode() not in there]


def said_of_people(people: Iterable[tuple[str, str]]) -> str:
    """Names and addresses as a header has them."""
    return ", ".join(_said_of(*person) for person in people)


def _said_of(name: str, address: str) -> str:
    name, address = one_line(name), one_line(address)
    return f'"{quote(name)}" <{address}>' if name else address


def tidy_kind(kind: str) -> str:
    """A mail in a mail is a file like any other: to take it apart is not asked for."""
    found = _KIND.match(kind.strip())
    if found is None or found[1].lower() in {"message", "multipart"}:
        return "application/octet-stream"
    return found[0]


def tidy_name(name: str) -> str:
    """Short enough for a header, its ending kept."""
    clean = one_line(name) or "file"
    cut = len(clean) - LONGEST_FILE_NAME
    return clean if cut <= 0 else clean[: LONGEST_FILE_NAME - 20] + clean[-20:]


def one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
