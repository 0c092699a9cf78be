"""What a mail answers: by the address it was sent to, by the letters and mails it refers to, or by
the ticket in its subject. Only the first is believed of everybody: headers are read by many, so for
the others the sender must be somebody whom we wrote to.

Beside a ticket we write to others than its customer. What names such an address of ours is said
there, whatever else it names: a carrier's word must never be taken for the customer's."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from cxloop.kernel.models import Letter
from feedback.email.addresses import (
    read_reply_address,
    read_side_address,
    reply_address,
    side_address,
)
from feedback.email.marks import numbers_in
from feedback.email.models import Mail
from feedback.email.reading import ReadMail

_MOST_MARKS = 3


@dataclass(frozen=True, slots=True)
class Thread:
    """What is answered: a ticket by its number, what was heard by an earlier mail, or what we wrote
    to somebody else beside a ticket (`side`). `is_signed`: by an address that only our letters
    name."""

    ticket: int | None = None
    feedback: UUID | None = None
    side: int | None = None
    is_signed: bool = False


def is_party(address: str, thread: Thread) -> bool:
    """Whether they have a letter of ours about this ticket, or wrote to us themselves."""
    if thread.side is not None:
        ours = side_address(thread.side)
    elif thread.ticket is not None:
        ours = reply_address(thread.ticket)
    else:
        return Mail.objects.filter(feedback=thread.feedback, sender=address).exists()
    letters = Letter.objects.filter(to=address, reply_to=ours)
    return letters.filter(sent_at__isnull=False).exists()


def thread_of(read: ReadMail) -> Thread | None:
    """None where it begins one."""
    if side := next(filter(None, map(read_side_address, read.recipients)), None):
        return Thread(side=side, is_signed=True)
    if number := next(filter(None, map(read_reply_address, read.recipients)), None):
        return Thread(ticket=number, is_signed=True)
    if not read.sender:
        return None
    return next(_by_references(read), None) or next(_by_subject(read), None)


def _by_references(read: ReadMail) -> Iterator[Thread]:
    """The newest that is known decides."""
    if not read.answers:
        return
    known = {row.message_id: _of_letter(row) for row in _letters_to(read)}
    known |= {row.message_id: _of_mail(row) for row in _mails_of(read)}
    yield from (thread for one in read.answers if (thread := known.get(one)))


def _letters_to(read: ReadMail) -> QuerySet[Letter]:
    return Letter.objects.filter(message_id__in=read.answers, to=read.sender)


def _of_letter(letter: Letter) -> Thread | None:
    if side := read_side_address(letter.reply_to):
        return Thread(side=side)
    number = read_reply_address(letter.reply_to)
    return Thread(ticket=number) if number else None


def _of_mail(mail: Mail) -> Thread:
    heard = mail.feedback_id or mail.follows_id
    return Thread(ticket=mail.ticket_number, feedback=heard, side=mail.side_number)


def _mails_of(read: ReadMail) -> QuerySet[Mail]:
    """Their own, to which they add something."""
    theirs = Mail.objects.filter(message_id__in=read.answers, sender=read.sender)
    return theirs.filter(verdict__in=["feedback", "answer"])


def _by_subject(read: ReadMail) -> Iterator[Thread]:
    for number in numbers_in(read.subject, most=_MOST_MARKS):
        if is_party(read.sender, thread := Thread(ticket=number)):
            yield thread
