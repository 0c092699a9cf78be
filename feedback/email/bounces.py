"""Mail servers saying that a letter reached nobody: by RFC 3464, or each in words of its own. Pure.

Only what says that it is final counts as final: a letter that is late is still on its way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32

from feedback.email import headers
from feedback.email.parts import type_of

_DAEMON = re.compile(r"mailer[._-]?daemon|mail\.delivery\.(?:system|subsystem)", re.IGNORECASE)
_POSTMASTER = re.compile(r"post[._-]?master", re.IGNORECASE)

_LATE = re.compile(
    r"delay|will\s+be\s+retried|still\s+being\s+retried|(?:keep|continue)\s+(?:on\s+)?trying"
    r"|could\s+not\s+send\s+(?:message|mail)\s+for\s+past|not\s+yet\s+been\s+delivered"
    r"|do(?:\s+not|n't)\s+need\s+to\s+resend|no\s+action\s+is\s+required|notification:\s+warning"
    r"|will\s+retry|temporar(?:y|ily)",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"\b5\d\d[\s-]|\b5\.\d{1,3}\.\d{1,3}\b|undeliver|non\s+remis|unzustellbar"
    r"|(?:could|can)\s*not\s+be\s+(?:delivered|sent)|(?:not|un)able\s+to\s+deliver"
    r"|fail(?:ed|ure)|return(?:ed|ing)|bounce|permanent|rejected|error"
    r"|unknown\s+(?:user|recipient)|(?:user|recipient)\s+unknown|does\s*n[o']t\s+exist"
    r"|no\s+such\s+(?:user|recipient)|invalid\s+(?:user\s+)?address"
    r"|не\s+доставлен|전송\s*실패|배달되지|반송|送信できません|配信できません",
    re.IGNORECASE,
)
# Below one of these stands the letter that came back, with addresses that did not fail.
_RETURNED = re.compile(
    r"^[\s>]*(?:Return-Path|Received|Message-ID|From|To|Cc|Subject|Date)\s*:", re.IGNORECASE
)
_ITS_MESSAGE_ID = re.compile(
    rb"^[ \t>]*(?:x-)?(?:original-)?message-id:[ \t\r\n>]*(<[^<>\s]{1,990}>)",
    re.IGNORECASE | re.MULTILINE,
)
_LOOKED_THROUGH = 1_000_000  # bytes
_MOST_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Bounce:
    """None of `letters`, which are Message-IDs, reached `recipients`: for good if `final`."""

    letters: tuple[str, ...] = ()
    recipients: frozenset[str] = frozenset()
    final: bool = False
    reason: str = ""


def read_bounce(message: Message, raw: bytes, *, sender: str, text: str) -> Bounce | None:
    """What a server says of a letter; None where it is no server that speaks."""
    raw = raw[:_LOOKED_THROUGH]
    said = f"{headers.value(message, 'Subject')}\n{_above_the_returned(text)}"
    named = headers.addresses(message, "X-Failed-Recipients")
    if not (_is_report(message) or named or _is_by_server(sender, message, said)):
        return None
    recipients, reason = _failed_by_report(raw)
    if not recipients and not _LATE.search(said) and _FAILED.search(said):
        recipients, reason = set(named or headers.addresses_in(said)), " ".join(text.split())
    letters = _letters(message, raw)
    return Bounce(letters, frozenset(recipients), bool(recipients), reason[:300])


def _is_report(message: Message) -> bool:
    """Of the mail itself: an attached mail may hold a report of its own, long past."""
    inner = message.get_payload()
    if message.get_content_type() == "multipart/report":
        return message.get_param("report-type") == "delivery-status"
    if message.get_content_maintype() != "multipart" or not isinstance(inner, list):
        return False
    return any(isinstance(part, Message) and _is_status(part) for part in inner[:50])


def _is_status(part: Message) -> bool:
    return type_of(part) in {"message/delivery-status", "message/global-delivery-status"}


def _is_by_server(sender: str, message: Message, said: str) -> bool:
    mailbox = sender.partition("@")[0] or headers.value(message, "From")
    if _DAEMON.search(mailbox):
        return True
    # A small firm's postmaster may be somebody who complains.
    return bool(_POSTMASTER.search(mailbox) and (_FAILED.search(said) or _LATE.search(said)))


def _failed_by_report(raw: bytes) -> tuple[set[str], str]:
    """Those given up, and why. Delayed, relayed and delivered ones are not failed."""
    found: set[str] = set()
    reason = ""
    for block in _blocks(raw):
        action = headers.value(block, "Action").lower()
        status = headers.value(block, "Status")
        if action == "failed" or (not action and status.startswith("5")):
            found.update(headers.addresses(block, "Final-Recipient", "Original-Recipient"))
            reason = reason or f"{status} {headers.value(block, 'Diagnostic-Code')}".strip()
    return found, reason


def _blocks(raw: bytes) -> Iterator[Message]:
    """One for each recipient. Looked for in the bytes, since many servers wrap them wrongly."""
    for block in re.split(rb"\r?\n\r?\n", raw):
        if b"final-recipient:" in block.lower():
            yield BytesHeaderParser(policy=compat32).parsebytes(block)


def _above_the_returned(text: str) -> str:
    lines = text.splitlines()
    end = next((n for n, line in enumerate(lines) if n and _RETURNED.match(line)), len(lines))
    return "\n".join(lines[:end])[:5_000]


def _letters(message: Message, raw: bytes) -> tuple[str, ...]:
    """Message-IDs of what came back: wherever they stand, since it comes back in any wrapping."""
    of_itself = set(headers.message_ids(message, "Message-ID"))
    inside = (found.decode("ascii", "replace") for found in _ITS_MESSAGE_ID.findall(raw))
    answered = headers.message_ids(message, "In-Reply-To", "References")
    named = dict.fromkeys([*inside, *answered])
    return tuple(found for found in named if found not in of_itself)[:_MOST_LETTERS]
