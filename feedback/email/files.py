"""The files of a mail, by the names that a person would expect, and what is no file. Pure."""

import mimetypes
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from feedback.email import headers
from feedback.email.charsets import decoded
from feedback.email.parts import Part, type_of

# What a program shows instead of its own file, by the type that it gave it.
_NAMED = {
    "text/calendar": "calendar.ics",
    "application/ics": "calendar.ics",
    "application/ms-tnef": "winmail.dat",
    "application/vnd.ms-tnef": "winmail.dat",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pgp-signature": "signature.asc",
    "message/delivery-status": "delivery-status.txt",
    "text/vcard": "contact.vcf",
}
_SIGNATURES = {
    *("application/pkcs7-signature", "application/x-pkcs7-signature"),
    "application/pgp-signature",
}
_MAILS = {"message/rfc822", "message/global"}
_LEADING_FROM = re.compile(rb"\A(?:>?From [^\r\n]*\r?\n)")
_LONGEST_HEAD = 20_000
# Four pixels or fewer show nothing to anybody: they tell the sender that the mail was opened.
_MOST_HIDDEN = 4


@dataclass(frozen=True, slots=True)
class MailFile:
    """`inline`: meant to be seen where it stands in the text. `what` names what is more than a
    file: a calendar, a tnef, a mail or a signature; else it is empty."""

    name: str
    body: bytes
    inline: bool = False
    what: str = ""


def files_of(parts: Iterable[Part]) -> Iterator[MailFile]:
    """In the order in which they stand. Empty ones too: that somebody sent it is worth knowing."""
    for part in parts:
        if not _is_file(part):
            continue
        file = _file(part.message)
        if not _is_hidden(file.body):
            yield file


def _is_file(part: Part) -> bool:
    """What the parts of a server's report say is for programs; another wording of the text is no
    file, but an invitation is."""
    if part.is_read or part.among == "report":
        return False
    kind = type_of(part.message)
    if part.among != "alternative" or kind in _NAMED or not kind.startswith("text/"):
        return True
    return part.message.get_content_disposition() == "attachment"


def _file(message: Message) -> MailFile:
    body = _body(message)
    disposition = message.get_content_disposition()
    is_shown = disposition is None and bool(headers.value(message, "Content-ID"))
    return MailFile(
        _name(message, body), body, disposition == "inline" or is_shown, _what(message, body)
    )


def _body(message: Message) -> bytes:
    raw = message.get_payload(decode=True)
    if isinstance(raw, bytes):
        return raw
    return b""


def _what(message: Message, body: bytes) -> str:
    kind = type_of(message)
    if kind in {"text/calendar", "application/ics"} or body.startswith(b"BEGIN:VCALENDAR"):
        return "calendar"
    if "ms-tnef" in kind or body.startswith(b"\x78\x9f\x3e\x22"):
        return "tnef"
    if kind in _MAILS:
        return "mail"
    return "signature" if kind in _SIGNATURES else ""


def _name(message: Message, body: bytes) -> str:
    said = _parameter(message, "Content-Disposition", "filename")
    return (
        said
        or _parameter(message, "Content-Type", "name")
        or _of_place(headers.value(message, "Content-Location"))
        or _of_mail(message, body)
        or _by_type(type_of(message))
    )


def _parameter(message: Message, header: str, name: str) -> str:
    """As programs write it: by RFC 2231, in encoded words, in bytes beyond ASCII, unquoted."""
    bare: Message = Message(policy=compat32)
    bare["Content-Type"] = headers.unfolded(message, header)
    try:
        found = bare.get_param(name)
    except Exception:  # the parser of the standard library fails on some continuations
        return ""
    if isinstance(found, tuple):
        charset, _, value = found
        return " ".join(decoded(value.encode("raw-unicode-escape"), charset or "").split())
    return headers.readable(str(found)) if found else ""


def _of_place(location: str) -> str:
    try:
        path = urlsplit(location).path
    except ValueError:
        return ""
    return PurePosixPath(unquote(path)).name


def _of_mail(message: Message, body: bytes) -> str:
    """By the subject of the mail that it is."""
    if type_of(message) not in _MAILS:
        return ""
    head = _LEADING_FROM.sub(b"", body[:_LONGEST_HEAD])
    subject = headers.value(BytesHeaderParser(policy=compat32).parsebytes(head), "Subject")
    return f"{subject[:150] or 'mail'}.eml"


def _by_type(kind: str) -> str:
    if kind in _NAMED:
        return _NAMED[kind]
    main = kind.partition("/")[0]
    stem = main if main in {"image", "audio", "video"} else "file"
    return stem + (mimetypes.guess_extension(kind) or "")


def _is_hidden(body: bytes) -> bool:
    """A picture too small to be seen, by the size in its own head."""
    if body.startswith((b"GIF87a", b"GIF89a")) and len(body) >= 10:
        wide, high = struct.unpack("<HH", body[6:10])
    elif body.startswith(b"\x89PNG\r\n\x1a\n") and len(body) >= 24:
        wide, high = struct.unpack(">II", body[16:24])
    else:
        return False
    return bool(wide * high <= _MOST_HIDDEN)
