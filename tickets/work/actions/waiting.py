"""A wait for the customer has an end: they are reminded, reminded again, asked whether we may
close, and then their silence closes."""

from datetime import datetime, timedelta

from django.conf import settings

from cxloop.kernel.letters import notice_undelivered, write_letter
from cxloop.kernel.models import Letter
from tickets.work.actions.move import end_ticket
from tickets.work.actions.moves import move_by_itself
from tickets.work.actions.talk import note_failed_letter, ticket_of
from tickets.work.actor import CLOCK
from tickets.work.door import locked_if_free
from tickets.work.letters import can_write_to, closing_letter, reminder_letter
from tickets.work.lifecycle import WAITING
from tickets.work.models import Ticket, TimelineEntry, Wait
from tickets.work.timeline import write_entry

BUSY_TICKET_WAITS = timedelta(seconds=1)
# However long we stood still, nobody finds three reminders in one morning.
BETWEEN_LETTERS = timedelta(days=1)


def remind(waits: list[Wait], now: datetime) -> None:
    """What is due on each. A ticket that somebody acts on just now is left for a moment: its act
    may end the wait, and waits itself for the row that is locked here."""
    for wait in waits:
        ticket = locked_if_free(wait.ticket_id)
        if ticket is None:
            wait.try_after = now + BUSY_TICKET_WAITS
            wait.save(update_fields=["try_after"])
        elif ticket.status == WAITING:
            _go_on(wait, ticket, now)
        else:
            wait.delete()


def _go_on(wait: Wait, ticket: Ticket, now: datetime) -> None:
    steps = ticket.promise.policy.reminders
    if wait.step >= len(steps):
        _close_or_wait(wait, ticket, now)
    elif not can_write_to(ticket):
        give_up_waiting(ticket, why="there is no address we may write to", now=now)
    elif wait.step == len(steps) - 1:
        _ask_to_close(wait, ticket, now)
    else:
        _remind(wait, ticket, now)


def _remind(wait: Wait, ticket: Ticket, now: datetime) -> None:
    wait.step += 1
    planned = wait.since + timedelta(seconds=ticket.promise.policy.reminders[wait.step])
    wait.next_at = max(planned, now + BETWEEN_LETTERS)
    wait.save(update_fields=["step", "next_at"])
    reason = {"number": wait.step, "waiting_since": wait.since.isoformat()}
    row = write_entry(ticket, "reminded", CLOCK, now=now, reason=reason, public=True)
    write_letter(reminder_letter(ticket, key=f"reminder:{row.pk}"), now=now)


def _ask_to_close(wait: Wait, ticket: Ticket, now: datetime) -> None:
    wait.step += 1
    wait.next_at = now + timedelta(days=settings.SILENT_AFTER_DAYS)
    wait.save(update_fields=["step", "next_at"])
    ticket.asked_at = now
    ticket.save(update_fields=["asked_at"])
    reason = {"silent_after": wait.next_at.isoformat()}
    row = write_entry(ticket, "asked_to_close", CLOCK, now=now, reason=reason, public=True)
    write_letter(closing_letter(ticket, wait.next_at, key=_closing_key(row)), now=now)


def _close_or_wait(wait: Wait, ticket: Ticket, now: datetime) -> None:
    """Their days count from when the letter left that asks: one may wait in an outbox that stands,
    or is held."""
    until = _left_at(wait, ticket, now) + timedelta(days=settings.SILENT_AFTER_DAYS)
    if until <= now:
        _close(ticket, now)
    else:
        wait.next_at = until
        wait.save(update_fields=["next_at"])


def _left_at(wait: Wait, ticket: Ticket, now: datetime) -> datetime:
    asked = ticket.timeline.filter(kind="asked_to_close", at__gte=wait.since).order_by("pk").last()
    letter = Letter.objects.filter(key=_closing_key(asked)).first() if asked else None
    if letter is None:
        return wait.since
    return letter.sent_at if letter.state == Letter.State.SENT and letter.sent_at else now


def _closing_key(asked: TimelineEntry) -> str:
    return f"closing:{asked.pk}"


def _close(ticket: Ticket, now: datetime) -> None:
    end_ticket(
        ticket,
        outcome="silent",
        reason="asked whether we may close, and no answer",
        by=CLOCK,
        now=now,
        happening="silent_wait",
    )


def note_dead_reminders(letters: list[Letter], now: datetime) -> None:
    """They reached nobody, so no silence follows from them."""
    for letter in letters:
        ticket = ticket_of(letter)
        note_failed_letter(ticket, letter, now=now)
        give_up_waiting(ticket, why="the reminder reached nobody", now=now)
    notice_undelivered(letters)


def give_up_waiting(ticket: Ticket, *, why: str, now: datetime) -> None:
    """Nobody can remind them: somebody has to go on with it."""
    if ticket.status != WAITING:
        return
    move_by_itself(ticket, "wait_ended", now=now)
    write_entry(ticket, "wait_ended", CLOCK, now=now, reason={"why": why})
