"""A raw mail as it is understood: who wrote it, to whom, in which words, and whether anybody did.
Pure: nothing here knows what is stored."""

from dataclasses import dataclass, replace
from email.message import Message
from email.parser import BytesParser

from feedback.email import headers
from feedback.email.authenticity import Authentication, authentications
from feedback.email.automatic import is_nobody, why_automatic
from feedback.email.bounces import Bounce, read_bounce
from feedback.email.files import MailFile, files_of
from feedback.email.measure import measured
from feedback.email.mending import mended
from feedback.email.parts import POLICY, parts_of
from feedback.email.plain import text_of
from feedback.email.quotes import newest_words

LONGEST_TEXT = 10_000
LONGEST_SUBJECT = 400
MOST_ANSWERED = 50
NO_WORDS = "(a mail without words)"

# Where servers write to whom they deliver, beside what the sender wrote.
_RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_KNOWN = {"from", "to", "subject", "date", "message-id", "sender", "received", "return-path"}


class NotAMail(Exception):
    """These bytes cannot be read as a mail at all."""


@dataclass(frozen=True, slots=True)
class ReadMail:
    """`text` is what is new in it, else its subject. `automatic` says why nobody wrote it.
    `answers` are the Message-IDs of what it says that it answers, the newest first. `is_cut`: its
    structure was too much to be read to the end."""

    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    date: str = ""
    answers: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    authentications: tuple[Authentication, ...] = ()
    automatic: str = ""
    bounce: Bounce | None = None
    files: tuple[MailFile, ...] = ()
    is_cut: bool = False


def read_mail(raw: bytes) -> ReadMail:
    """Raises NotAMail."""
    failure: Exception = NotAMail("There is no header that a mail has.")
    read = measured(raw)
    whole = mended(read)
    for headers_only in (False, True):
        try:
            message = BytesParser(policy=POLICY).parsebytes(whole, headersonly=headers_only)
            if headers.names_of(message) & _KNOWN:
                return replace(_read(message, raw), is_cut=len(read) < len(raw))
        except Exception as error:  # the standard library fails on some real mail
            failure = error
    # Of a mail that nests too deep its headers are read, so that a person at least hears of it.
    raise NotAMail(f"{type(failure).__name__}: {failure}"[:300]) from failure


def _author(message: Message) -> tuple[str, str]:
    """A form on a page often writes from nobody, and names the customer in Reply-To."""
    author = headers.mailbox(message, "from")
    if is_nobody(author[1]):
        other = headers.mailbox(message, "reply-to")
        return other if other[1] and not is_nobody(other[1]) else author
    return author


def _answers(message: Message) -> tuple[str, ...]:
    named = reversed(headers.message_ids(message, "References"))
    found = dict.fromkeys([*headers.message_ids(message, "In-Reply-To"), *named])
    return tuple(found)[:MOST_ANSWERED]


def _read(message: Message, raw: bytes) -> ReadMail:
    name, sender = _author(message)
    subject = headers.value(message, "Subject")[:LONGEST_SUBJECT]
    parts = list(parts_of(message))
    text = text_of(parts)
    words = newest_words(text, subject=subject) or subject or NO_WORDS
    return ReadMail(
        sender=sender,
        sender_name=name,
        subject=subject,
        text=words[:LONGEST_TEXT],
        message_id=next(iter(headers.message_ids(message, "Message-ID")), ""),
        date=headers.value(message, "Date"),
        answers=_answers(message),
        recipients=tuple(headers.addresses(message, *_RECIPIENTS)),
        authentications=authentications(message),
        automatic=why_automatic(message, sender=sender, subject=subject, text=text),
        bounce=read_bounce(message, raw, sender=sender, text=text),
        files=tuple(files_of(parts)),
    )
