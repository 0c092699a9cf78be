"""The thread that a letter goes on with, as mail programs gather it: our letters and the customer's
mails, by their Message-IDs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from cxloop.kernel.models import Letter
from feedback.email.models import Mail
from tickets.work.models import Contact, SideThread, Ticket, TicketFeedback

MOST_NAMED = 20
# Whatever a stranger's program made of it becomes a header of ours.
_FIT = re.compile(r"<[!-;=?-~]{1,240}>")

Said = tuple[datetime, str]


@dataclass(frozen=True)
class Thread:
    """`references`: Message-IDs, the oldest first. `subject`: what the mail was called that began
    it; blank where none did."""

    references: str = ""
    subject: str = ""


def thread_of(ticket: Ticket) -> Thread:
    """Of everything said so far; the newest is what the next letter answers."""
    said = [*_letters(ticket), *_mails(ticket)]
    if (first := _first_mail(ticket)) is None:
        return Thread(named(said))
    subject, at, name = first
    return Thread(named([*said, (at, name)]), subject)


def named(said: Iterable[Said]) -> str:
    """The first of all, by which the thread is found, and the newest."""
    fitting = sorted({(at, name) for at, name in said if _FIT.fullmatch(name)})
    names = list(dict.fromkeys(name for _, name in fitting))
    return " ".join(names[:1] + names[1:][-(MOST_NAMED - 1) :])


def mails_of(feedback: Iterable[UUID]) -> dict[UUID, Said]:
    """The mail that each of these was, by its number."""
    mails = Mail.objects.filter(feedback__in=list(feedback))
    rows = mails.values_list("feedback", "received_at", "message_id")
    return {number: (at, name) for number, at, name in rows}


def _first_mail(ticket: Ticket) -> tuple[str, datetime, str] | None:
    """That the ticket was opened for, if one was: what joined it later changes no subject."""
    first = TicketFeedback.objects.filter(ticket=ticket).order_by("pk").values("feedback")[:1]
    return (
        Mail.objects.filter(feedback=first)
        .values_list("subject", "received_at", "message_id")
        .first()
    )


def _letters(ticket: Ticket) -> QuerySet[Letter, Said]:
    """What a colleague wrote, and that we have their message; not what was taken back."""
    written = Letter.objects.filter(
        pk__in=Contact.objects.filter(ticket=ticket, letter__isnull=False).values("letter")
    )
    first = Letter.objects.filter(key=f"acknowledgement:{ticket.pk}")
    both = [
        rows.exclude(state=Letter.State.WITHDRAWN).values_list("written_at", "message_id")
        for rows in (written, first)
    ]
    return both[0].union(both[1])


def _mails(ticket: Ticket) -> QuerySet[Mail, Said]:
    """The customer's newest."""
    rows = [one.order_by().values_list("received_at", "message_id") for one in _theirs(ticket)]
    return rows[0].union(*rows[1:]).order_by("-received_at")[:MOST_NAMED]


def mails_on(ticket: Ticket) -> QuerySet[Mail]:
    """Every mail that stands on it or beside it, the newest first; their raw messages are not
    read."""
    sides = SideThread.objects.filter(ticket=ticket).values("pk")
    standing = [*_theirs(ticket), Mail.objects.filter(side_number__in=sides)]
    rows = [one.order_by().values("pk") for one in standing]
    found = Mail.objects.filter(pk__in=rows[0].union(*rows[1:])).defer("raw")
    return found.order_by("-received_at", "-pk")


def _theirs(ticket: Ticket) -> list[QuerySet[Mail]]:
    """The customer's, here and on what was merged into it."""
    merged = Ticket.objects.filter(merged_into=ticket).values("pk")
    heard = TicketFeedback.objects.filter(ticket=ticket).values("feedback")
    return [
        Mail.objects.filter(ticket_number=ticket.pk),
        Mail.objects.filter(ticket_number__in=merged),
        Mail.objects.filter(follows__in=heard),
        Mail.objects.filter(feedback__in=heard),
    ]
