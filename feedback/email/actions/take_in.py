"""A message that a mail server handed over: kept as it came before anything is understood."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from django.db import connection, transaction

from cxloop.kernel.nudge import nudge_after_commit
from feedback.email.actions.understand import keep_mail
from feedback.email.models import Mail
from feedback.intake.models import Source

LONGEST_TOLD = 2_000

_UNSAID = str.maketrans("", "", "\r\n\x00")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the servers said to each other: from whom (blank: a bounce), to whom of ours, and how
    the other called itself and stood. `told` are headers that came beside the message: what the
    other found out about it."""

    sender: str
    recipients: Sequence[str]
    peer: str = ""
    helo: str = ""
    protocol: str = "ESMTP"
    told: Sequence[tuple[str, str]] = ()


@transaction.atomic
def take_in(
    content: bytes, envelope: Envelope, *, source: Source, note: str = "", now: datetime
) -> Mail:
    """Handed over again, to whichever of our mailboxes, it is the mail that is there already: a
    server that heard no answer sends it once more."""
    digest = hashlib.sha256(content).digest()
    with connection.cursor() as cursor:
        lock = int.from_bytes(digest[:8], "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
    earlier = Mail.objects.filter(digest=digest).first()
    if earlier is not None:
        return earlier
    raw = _trace(envelope, now) + content
    mail = keep_mail(raw, digest, source=source, note=note, now=now)
    nudge_after_commit("mails")
    return mail


def _trace(envelope: Envelope, now: datetime) -> bytes:
    """As RFC 5321 wants of whoever delivers: also by which address of ours it came."""
    peer = f" ([{_said(envelope.peer)}])" if envelope.peer else ""
    lines = [
        f"Return-Path: <{_said(envelope.sender)}>",
        *(f"Delivered-To: {_said(one)}" for one in envelope.recipients),
        f"Received: from {_said(envelope.helo) or 'unknown'}{peer}",
        f"\tby cxloop with {envelope.protocol}; {format_datetime(now)}",
        *(f"{name}: {_said(value, LONGEST_TOLD)}" for name, value in envelope.told),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")


def _said(text: str, longest: int = 320) -> str:
    return text.translate(_UNSAID)[:longest]
