"""What providers post, in the names of their documentation; the words are ours."""

import hashlib
import hmac
import json
from base64 import b64encode
from itertools import count
from typing import Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cxloop.kernel.moment import moment
from feedback.email.actions import make_hook
from feedback.email.api_hooks import address_of_hook
from feedback.email.models import MailHook
from feedback.intake.models import Source
from tests.makers import NOW

SIGNING_KEY = "key-of-the-tests-5f0e"
EDGE, LINES = "edge-of-a-part", "application/x-www-form-urlencoded"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
SUBJECT, WORDS = "배송 문의", "아직 안 왔어요.\nIt has not come yet."
FILE = "영수증.png"

_tokens = count(1)


def postmark(source: Source) -> tuple[MailHook, str]:
    return make_hook(source, "postmark", by=None, now=NOW)


def mailgun(source: Source) -> MailHook:
    return make_hook(source, "mailgun", signing_key=SIGNING_KEY, by=None, now=NOW)[0]


def by_postmark(**changed: Any) -> dict[str, Any]:
    """Without the raw message; a field that is None is left out."""
    said = {
        "FromName": "김서연",
        "MessageStream": "inbound",
        "From": "kim@customer.example",
        "FromFull": {"Email": "kim@customer.example", "Name": "김서연", "MailboxHash": ""},
        "To": '"Care" <care@shop.example>',
        "ToFull": [{"Email": "care@shop.example", "Name": "Care", "MailboxHash": ""}],
        "Cc": "",
        "CcFull": [],
        "Bcc": "",
        "BccFull": [],
        "OriginalRecipient": "care@shop.example",
        "Subject": SUBJECT,
        "MessageID": "7d0f1f0c-6d3c-4f0e-8f4b-2b8f6d1c9a55",
        "ReplyTo": "",
        "MailboxHash": "",
        "Date": "Fri, 20 Nov 2026 17:59:01 +0900",
        "TextBody": WORDS,
        "HtmlBody": "",
        "StrippedTextReply": "",
        "Tag": "",
        "Headers": [
            {"Name": "Return-Path", "Value": "<bounces@customer.example>"},
            {"Name": "Received", "Value": "by p-pm-smtp-inbound01a.example with SMTP id 1"},
            {"Name": "X-Spam-Status", "Value": "No"},
            {"Name": "X-Spam-Score", "Value": "-0.1"},
            {"Name": "Received-SPF", "Value": "Pass (sender SPF authorized)"},
            {"Name": "MIME-Version", "Value": "1.0"},
            {"Name": "Message-ID", "Value": "<parsed-1@customer.example>"},
        ],
        "Attachments": [
            {
                "Name": FILE,
                "Content": b64encode(PICTURE).decode(),
                "ContentType": "image/png",
                "ContentLength": len(PICTURE),
            }
        ],
    }
    return {name: value for name, value in (said | changed).items() if value is not None}


def by_mailgun(**changed: Any) -> dict[str, Any]:
    """Fully parsed, underscores for hyphens in what is changed; None is left out."""
    said = {
        "recipient": "care@shop.example",
        "sender": "bounces@customer.example",
        "from": "김서연 <kim@customer.example>",
        "subject": SUBJECT,
        "body-plain": WORDS,
        "stripped-text": WORDS,
        "X-Mailgun-Sflag": "No",
        "message-headers": json.dumps(
            [
                ["X-Mailgun-Incoming", "Yes"],
                ["X-Mailgun-Sscore", "0.1"],
                ["X-Mailgun-Dkim-Check-Result", "Pass"],
                ["X-Mailgun-Spf", "Pass"],
                ["From", "김서연 <kim@customer.example>"],
                ["Date", "Fri, 20 Nov 2026 17:59:01 +0900"],
                ["Message-Id", "<parsed-2@customer.example>"],
                ["Subject", SUBJECT],
                ["To", "care@shop.example"],
                ["Mime-Version", "1.0"],
                ["Content-Type", 'text/plain; charset="euc-kr"'],
                ["Content-Transfer-Encoding", "quoted-printable"],
            ]
        ),
    }
    said |= {name.replace("_", "-"): value for name, value in changed.items()}
    return {name: value for name, value in said.items() if value is not None}


def in_raw(content: bytes, **changed: Any) -> dict[str, Any]:
    parsed = {"message_headers": None, "body_plain": None, "stripped_text": None}
    return by_mailgun(**parsed, body_mime=content, **changed)


def signed(said: dict[str, Any], *, age_s: int = 0, key: str = SIGNING_KEY) -> dict[str, Any]:
    timestamp = str(int(moment().timestamp()) - age_s)
    token = f"{next(_tokens):050x}"
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return said | {"timestamp": timestamp, "token": token, "signature": signature}


def path_of(hook: MailHook) -> str:
    return "/" + address_of_hook(hook).split("/", 3)[3]


def post_postmark(made: tuple[MailHook, str], said: Any, **headers: Any) -> Any:
    hook, clear = made
    given = f"Basic {b64encode(f'cxloop:{clear}'.encode()).decode()}"
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    facts = {"content_type": "application/json", "HTTP_AUTHORIZATION": given, **headers}
    return Client().post(path_of(hook), body, **facts)


def post_mailgun(hook: MailHook, said: dict[str, Any]) -> Any:
    """As lines of a form, or with files as parts."""
    if any(isinstance(value, SimpleUploadedFile) for value in said.values()):
        body, kind = _in_parts(said), f"multipart/form-data; boundary={EDGE}"
    else:
        body, kind = urlencode(said).encode(), LINES
    return Client().generic("POST", path_of(hook), body, content_type=kind)


def _in_parts(said: dict[str, Any]) -> bytes:
    """Django's own would send bytes one by one."""
    edge = f"--{EDGE}".encode()
    parts = [edge + b"\r\n" + _part(*one) + b"\r\n" for one in said.items()]
    return b"".join(parts) + edge + b"--\r\n"


def _part(name: str, value: Any) -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"'
    if isinstance(value, SimpleUploadedFile):
        value.seek(0)
        head += f'; filename="{value.name}"\r\nContent-Type: {value.content_type}'
        value = value.read()
    body = value if isinstance(value, bytes) else str(value).encode()
    return f"{head}\r\n\r\n".encode() + body


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile(FILE, PICTURE, "image/png")
