"""The letters of an announcement: a few at a time, each with its row and its entry in one
transaction. Killed anywhere and run again nobody is written to twice."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from cxloop.kernel.away import is_away
from cxloop.kernel.letters import notice_undelivered, write_letter
from cxloop.kernel.models import Letter
from feedback.intake.models import Customer
from tickets.problems.announcing import (
    ALREADY,
    ANNOUNCEMENT,
    FAILED,
    NO_WORDS,
    NOT_IN_IT,
    NOT_YOURS,
    letter_to,
    why_not,
    words_to,
)
from tickets.problems.models import Announcement, ProblemTicket, Told
from tickets.problems.naming import NOT_COUNTED
from tickets.work.actions.talk import note_failed_letter
from tickets.work.actor import acting
from tickets.work.door import locked, locked_if_free
from tickets.work.letter_book import LetterBook, language_of
from tickets.work.models import Ticket
from tickets.work.timeline import write_entry

logger = logging.getLogger(__name__)

A_MINUTE = timedelta(minutes=1)
# Every five seconds it is looked for who is to be told; a little less, so that no look is missed.
PORTIONS_A_MINUTE = 12
PAUSE = timedelta(seconds=4)
TRIED_ENOUGH = 5


def go_on_telling(announcements: list[Announcement], now: datetime) -> None:
    """A portion of each. The announcements must be locked; so nobody else writes of them, and of
    one problem only one at a time."""
    for announcement in announcements:
        with transaction.atomic():
            _tell_some(announcement, now)


def _tell_some(announcement: Announcement, now: datetime) -> None:
    if not _is_alone(announcement):
        announcement.next_at = now + PAUSE
        announcement.save(update_fields=["next_at"])
        return
    portion = _Portion(announcement, LetterBook(ANNOUNCEMENT), now)
    rows = Told.objects.filter(announcement=announcement).to_write(now)
    written, most = 0, _allowed(announcement, now)
    for row in rows[: 4 * most]:
        # At a ticket on which somebody works it halts for no one: the others come first.
        if ticket := locked_if_free(row.ticket_id):
            written += _tell_or_put_off(row, ticket, portion)
        if written == most:
            break
    _wait(announcement, now)


def _allowed(announcement: Announcement, now: datetime) -> int:
    """Letters at once: no more within any minute than its pace, and those spread over it. What a
    standstill kept back is not caught up."""
    told = Told.objects.filter(announcement=announcement)
    left = announcement.per_minute - told.written_after(now - A_MINUTE).count()
    return max(0, min(ceil(announcement.per_minute / PORTIONS_A_MINUTE), left))


@dataclass(frozen=True)
class _Portion:
    """Of what, in which signatures, and when."""

    announcement: Announcement
    book: LetterBook
    now: datetime

    @property
    def confirmer(self) -> User:
        assert self.announcement.confirmed_by is not None
        return self.announcement.confirmed_by


def _is_alone(announcement: Announcement) -> bool:
    """Two announcements of a problem take turns: one address is told once."""
    others = Announcement.objects.filter(
        problem=announcement.problem_id, state=Announcement.State.SENDING
    )
    first = others.order_by("pk").values_list("pk", flat=True).first()
    return first == announcement.pk


def _tell_or_put_off(row: Told, ticket: Ticket, portion: _Portion) -> bool:
    """Whether it was written. One that cannot be handled keeps nobody else from being told, and is
    left out when it has failed too often."""
    try:
        with transaction.atomic():
            return _tell(row, ticket, portion)
    except Exception as error:
        if is_away(error):
            raise
        logger.exception("could not tell %r", row, extra={"row": repr(row)})
        row.refresh_from_db()
        row.put_off(error, portion.now)
        if row.attempts >= TRIED_ENOUGH:
            _settle(row, Told.State.LEFT_OUT, portion.now, why=FAILED)
        return False


def _tell(row: Told, ticket: Ticket, portion: _Portion) -> bool:
    """They are looked at again, now that the ticket is locked: what they wished, who they are and
    whose the ticket is may have changed since it was confirmed."""
    customer = Customer.objects.select_related("joined_to").get(pk=row.customer_id)
    person, now = customer.person, portion.now
    if why := _why_not_now(row, ticket, person, portion):
        _settle(row, Told.State.LEFT_OUT, now, why=why)
        return False
    announcement = portion.announcement
    said = words_to(announcement, ticket, person, portion.book)
    letter = write_letter(letter_to(announcement, ticket, person, said), now=now)
    row.customer = person
    _settle(row, Told.State.WRITTEN, now, letter=letter)
    reason = {"announcement": announcement.pk, "problem": announcement.problem_id}
    by = acting(portion.confirmer, to_many=True)
    write_entry(ticket, "announced", by, now=now, text=said.body, public=True, reason=reason)
    return True


def _why_not_now(row: Told, ticket: Ticket, person: Customer, portion: _Portion) -> str:
    if why := why_not(person):
        return why
    if not _is_theirs(ticket, person):  # its page is in the letter
        return NOT_IN_IT
    standing = ProblemTicket.objects.standing().filter(problem=row.problem_id, ticket=ticket)
    if ticket.outcome in NOT_COUNTED or not standing.exists():
        return NOT_IN_IT
    if not Ticket.objects.workable_by(portion.confirmer).filter(pk=ticket.pk).exists():
        return NOT_YOURS
    told = Told.objects.filter(problem=row.problem_id, state=Told.State.WRITTEN)
    if _is_joined_to_another(row, person):
        return ALREADY
    if told.filter(Q(customer=person) | Q(letter__to__iexact=person.email)).exists():
        return ALREADY
    return "" if portion.announcement.words(language_of(person)).body else NO_WORDS


def _is_theirs(ticket: Ticket, person: Customer) -> bool:
    return ticket.customer is not None and ticket.customer.person == person


def _is_joined_to_another(row: Told, person: Customer) -> bool:
    """Who was joined since stands under another row of it, which is theirs."""
    others = Told.objects.filter(announcement=row.announcement_id, customer=person)
    return person.pk != row.customer_id and others.exists()


def _settle(
    row: Told, state: str, now: datetime, *, why: str = "", letter: Letter | None = None
) -> None:
    row.state, row.why, row.letter, row.at = state, why, letter, now
    row.save(update_fields=["state", "why", "letter", "at", "customer"])


def _wait(announcement: Announcement, now: datetime) -> None:
    """For the next look; where nobody is left, it is done."""
    waiting = Told.objects.filter(announcement=announcement, state=Told.State.WAITING)
    if not waiting.exists():
        announcement.state, announcement.next_at = Announcement.State.SENT, None
        announcement.ended_at = now
    else:
        announcement.next_at = now + PAUSE
    announcement.attempts, announcement.try_after, announcement.last_error = 0, None, ""
    announcement.save()


def note_undelivered(letters: list[Letter], now: datetime) -> None:
    """Announcements whose letter died or was called back: the ticket says so."""
    tickets = dict(Told.objects.filter(letter__in=letters).values_list("letter", "ticket"))
    for letter in sorted(letters, key=lambda one: tickets[one.pk]):
        note_failed_letter(locked(tickets[letter.pk]), letter, now=now)
    notice_undelivered(letters)
