"""A raw mail as it is understood: who wrote it, to whom, in which words, and whether anybody did.
Pure: nothing here knows what is stored."""

from dataclasses import dataclass, replace
from email import message_from_bytes
from email.message import Message
from email.policy import Policy, compat32, default

from feedback.email import headers
from feedback.email.automatic import why_automatic
from feedback.email.bounces import Bounce, read_bounce
from feedback.email.plain import text_of
from feedback.email.quotes import newest_words

LONGEST_TEXT = 10_000
LONGEST_SUBJECT = 400

# Where servers write to whom they deliver, beside what the sender wrote.
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_KNOWN = {"from", "to", "subject", "date", "message-id", "sender", "received", "return-path"}


class NotAMail(Exception):
    """These bytes cannot be read as a mail at all."""


@dataclass(frozen=True, slots=True)
class ReadMail:
    """`text` is what is new in it, or else its subject. `automatic` says why nobody wrote it."""

    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    references: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    automatic: str = ""
    bounce: Bounce | None = None


def read_mail(raw: bytes) -> ReadMail:
    """Raises NotAMail."""
    for policy in (default, compat32):
        try:
            return _read(_parsed(raw, policy), raw)
        except NotAMail:
            raise
        except Exception as error:  # both readers of the standard library fail on some real mail
            failure = error
    raise NotAMail(f"{type(failure).__name__}: {failure}"[:300]) from failure


def _parsed(raw: bytes, policy: Policy) -> Message:
    message: Message = message_from_bytes(raw, policy=policy)
    if not headers.names_of(message) & _KNOWN:
        raise NotAMail("There is no header that a mail has.")
    return message


def _read(message: Message, raw: bytes) -> ReadMail:
    name, sender = _author(message)
    subject = headers.value(message, "Subject")[:LONGEST_SUBJECT]
    text = text_of(message)
    words = newest_words(text, subject=subject) or subject
    return ReadMail(
        sender=sender,
        sender_name=name,
        subject=subject,
        text=words[:LONGEST_TEXT],
        message_id=next(iter(headers.message_ids(message, "Message-ID")), ""),
        references=tuple(headers.message_ids(message, "References", "In-Reply-To")),
        recipients=tuple(headers.addresses(message, *_RECIPIENTS)),
        automatic=why_automatic(message, sender=sender, subject=subject),
        bounce=read_bounce(message, raw, sender=sender, text=text),
    )
