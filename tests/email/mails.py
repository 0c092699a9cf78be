"""Mails as a test wants them: everything unsaid sensible."""

import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.db import connection

from cxloop.kernel.letters import Draft, deliver_letters, write_letter
from cxloop.kernel.models import Letter
from feedback.email.models import Mail
from feedback.intake.models import Channel, Source
from tests.makers import NOW, make_source

ROOT = Path(__file__).resolve().parents[2]
CUSTOMER = "kim@customer.example"

_numbers = count(1)


def make_mailbox(slug: str = "care", **facts: object) -> Source:
    return make_source(slug, channel=Channel.EMAIL, **facts)


def written(body: str | bytes = "The parcel never arrived.", **said: str) -> bytes:
    """The bytes of a mail; `said` are headers, underscores for hyphens, and empty ones are left
    out."""
    number = next(_numbers)
    given = {
        "From": f"Seoyeon Kim <{CUSTOMER}>",
        "To": "care@shop.example",
        "Subject": "Where is my parcel?",
        "Message-ID": f"<mail{number}@customer.example>",
    }
    given |= {name.replace("_", "-"): value for name, value in said.items()}
    head = "".join(f"{name}: {value}\n" for name, value in given.items() if value)
    return head.encode() + b"\n" + (body.encode() if isinstance(body, str) else body)


def in_parts(*parts: str, kind: str = "multipart/mixed") -> tuple[str, str]:
    """A body of parts, each with its own headers, and its Content-Type."""
    body = "".join(f"--edge\n{part}\n" for part in parts) + "--edge--\n"
    return body, f'{kind}; boundary="edge"'


def receive(raw: bytes, source: str = "care") -> Mail:
    """As a mail server hands it over."""
    call_command("receive_mail", source=source, stdin=io.BytesIO(raw))
    return Mail.objects.get(source__slug=source, digest=hashlib.sha256(raw).digest())


PAGE = """<p>It <b>never</b> came.</p><script>alert(1)</script><form action="https://x.example">
<input name="password"></form><img src="https://spy.example/1.gif" onerror="alert(2)">
<a href="javascript:alert(3)">here</a><blockquote>You wrote.</blockquote>"""


def make_answer(ticket: int) -> Mail:
    """That was taken up, laid out by a program that fetches pictures."""
    raw = written(PAGE, Content_Type="text/html")
    return Mail.objects.create(
        source=Source.objects.earliest("pk"),
        digest=hashlib.sha256(raw).digest(),
        raw=raw,
        message_id=f"<answer{ticket}@customer.example>",
        sender=CUSTOMER,
        subject="Where is my parcel?",
        text="It never came.",
        verdict="answer",
        taken_up=True,
        ticket_number=ticket,
        received_at=NOW,
    )


def make_unreadable(source: Source, raw: bytes = b"\0") -> Mail:
    return Mail.objects.create(
        source=source,
        digest=hashlib.sha256(raw).digest(),
        raw=raw,
        verdict="unreadable",
        reason="NotAMail",
        received_at=NOW,
    )


def send_letter(to: str = CUSTOMER, *, key: str = "", kind: str = "reply") -> Letter:
    """One that has left."""
    draft = Draft(key=key or f"test:{next(_numbers)}", kind=kind, to=to, subject="Re", body="Sent.")
    letter = write_letter(draft, now=NOW)
    deliver_letters()
    letter.refresh_from_db()
    return letter


def bounce_of(
    message_id: str,
    *,
    recipient: str = CUSTOMER,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 User unknown",
    **said: str,
) -> bytes:
    """As RFC 3464 writes it."""
    body, kind = in_parts(
        "Content-Type: text/plain\n\nYour message could not be delivered.\n",
        "Content-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mx.customer.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: {diagnostic}\n",
        f"Content-Type: text/rfc822-headers\n\nTo: {recipient}\nMessage-ID: {message_id}\n",
        kind='multipart/report; report-type="delivery-status"',
    )
    given = {
        "From": "Mail Delivery System <MAILER-DAEMON@mx.customer.example>",
        "Subject": "Undelivered Mail Returned to Sender",
        "Content_Type": kind,
        "Return_Path": "<>",
    }
    return written(body, **given | said)


class HastyServer(BaseEmailBackend):
    """Its bounce is here before we have written down that it took the letter."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for email in email_messages:
            receive(bounce_of(str(email.extra_headers["Message-ID"]), recipient=email.to[0]))
        return len(email_messages)


def hand_over(mail: Path, source: str = "care", **environment: str) -> subprocess.Popen[bytes]:
    """By a process of its own, as a mail server's pipe does; into the database of the tests."""
    command = [sys.executable, "manage.py", "receive_mail", "--source", source]
    given = {"DATABASE_URL": database_url(), "CXLOOP_BOOTSTRAP": "0", **environment}
    with mail.open("rb") as stdin:
        return subprocess.Popen(
            command, cwd=ROOT, stdin=stdin, stderr=subprocess.DEVNULL, env={**os.environ, **given}
        )


def database_url() -> str:
    named = connection.settings_dict
    server = f"{named['USER']}:{named['PASSWORD']}@{named['HOST']}:{named['PORT']}"
    return f"postgresql://{server}/{named['NAME']}"
