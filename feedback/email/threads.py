"""What a mail answers: by the address it was sent to, by the letters and mails it refers to, or by
the ticket in its subject. Only the first is believed of everybody: headers are read by many, so for
the others the sender must be somebody whom we wrote to."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from cxloop.kernel.models import Letter
from feedback.email.addresses import read_reply_address, reply_address
from feedback.email.marks import numbers_in
from feedback.email.models import Mail
from feedback.email.reading import ReadMail

_MOST_MARKS = 3


@dataclass(frozen=True, slots=True)
class Thread:
    """What is answered: a ticket by its number, or what was heard by an earlier mail. `is_signed`:
    by an address that only our letters name."""

    ticket: int | None = None
    feedback: UUID | None = None
    is_signed: bool = False


def is_party(address: str, thread: Thread) -> bool:
    """Whether they have a letter of ours about this ticket, or wrote to us themselves."""
    if thread.ticket is None:
        return Mail.objects.filter(feedback=thread.feedback, sender=address).exists()
    letters = Letter.objects.filter(to=address, reply_to=reply_address(thread.ticket))
    return letters.filter(sent_at__isnull=False).exists()


def thread_of(read: ReadMail) -> Thread | None:
    """None where it begins one."""
    number = next(filter(None, map(read_reply_address, read.recipients)), None)
    if number:
        return Thread(ticket=number, is_signed=True)
    if not read.sender:
        return None
    return next(_by_references(read), None) or next(_by_subject(read), None)


def _by_references(read: ReadMail) -> Iterator[Thread]:
    """The newest that is known decides."""
    if not read.answers:
        return
    known = {row.message_id: Thread(ticket=_ticket_of(row)) for row in _letters_to(read)}
    known |= {
        row.message_id: Thread(ticket=row.ticket_number, feedback=row.feedback_id or row.follows_id)
        for row in _mails_of(read)
    }
    yield from (known[one] for one in read.answers if one in known)


def _letters_to(read: ReadMail) -> Iterator[Letter]:
    found = Letter.objects.filter(message_id__in=read.answers, to=read.sender)
    return (row for row in found if _ticket_of(row))


def _ticket_of(letter: Letter) -> int | None:
    return read_reply_address(letter.reply_to)


def _mails_of(read: ReadMail) -> QuerySet[Mail]:
    """Their own, to which they add something."""
    theirs = Mail.objects.filter(message_id__in=read.answers, sender=read.sender)
    return theirs.filter(verdict__in=["feedback", "answer"])


def _by_subject(read: ReadMail) -> Iterator[Thread]:
    for number in numbers_in(read.subject, most=_MOST_MARKS):
        if is_party(read.sender, thread := Thread(ticket=number)):
            yield thread
