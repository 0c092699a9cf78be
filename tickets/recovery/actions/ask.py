"""After a resolution the customer is asked; some questions reach nobody, some nobody answers."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from cxloop.kernel.letters import notice_undelivered, write_letter
from cxloop.kernel.models import Letter
from tickets.recovery.actions.refuse import has_refused
from tickets.recovery.actions.repair import take_over
from tickets.recovery.letters import question_letter
from tickets.recovery.models import Question
from tickets.work.actions.move import end_ticket, note_asked, note_not_asked
from tickets.work.actions.talk import note_failed_letter
from tickets.work.actor import CLOCK
from tickets.work.door import locked, locked_if_free
from tickets.work.letters import can_write_to
from tickets.work.lifecycle import RESOLVED
from tickets.work.models import Resolution, Ticket, Unasked

BUSY_TICKET_WAITS = timedelta(seconds=1)


def ask_customers(unasked: list[Unasked], now: datetime) -> None:
    """Asks after each resolution that still stands. In the order of the tickets, so that two
    workers do not wait for each other."""
    resolutions = Resolution.objects.filter(pk__in=[row.pk for row in unasked])
    for resolution in resolutions.select_related("root_cause").order_by("ticket"):
        ticket = locked(resolution.ticket_id)
        if _still_stands(ticket, resolution.cycle):
            _ask(ticket, resolution, now)
    Unasked.objects.filter(pk__in=[row.pk for row in unasked]).delete()


def _still_stands(ticket: Ticket, cycle: int) -> bool:
    return ticket.status == RESOLVED and ticket.cycle == cycle


def _ask(ticket: Ticket, resolution: Resolution, now: datetime) -> None:
    take_over(resolution, ticket, now=now)
    if not can_write_to(ticket):
        note_not_asked(ticket, why="there is no address we may write to", now=now)
        return
    if ticket.customer and has_refused(ticket.customer):
        note_not_asked(ticket, why="the customer wishes not to be asked", now=now)
        return
    silent_after = now + timedelta(days=settings.SILENT_AFTER_DAYS)
    Question.objects.create(
        ticket=ticket,
        cycle=resolution.cycle,
        resolution=resolution,
        letter=write_letter(question_letter(ticket, resolution), now=now),
        asked_at=now,
        silent_after=silent_after,
    )
    note_asked(ticket, silent_after=silent_after, now=now)


def note_undelivered(letters: list[Letter], now: datetime) -> None:
    """Questions whose letter died: nobody was asked, so silence would say nothing."""
    for letter in letters:
        found = Question.objects.get(letter=letter)
        ticket = locked(found.ticket_id)
        question = Question.objects.select_for_update(no_key=True).get(pk=found.pk)
        note_failed_letter(ticket, letter, now=now)
        if question.state == Question.State.OPEN:
            _fail(question, ticket, now)
    notice_undelivered(letters)


def _fail(question: Question, ticket: Ticket, now: datetime) -> None:
    _end_question(question, Question.State.FAILED)
    if _still_stands(ticket, question.cycle):
        note_not_asked(ticket, why="the letter with the question reached nobody", now=now)


def close_silent(questions: list[Question], now: datetime) -> None:
    """Asked and not answered in time. A ticket that somebody acts on just now is left for a moment:
    an answer waits for the question that is locked here."""
    for question in questions:
        ticket = locked_if_free(question.ticket_id)
        if ticket is None:
            question.try_after = now + BUSY_TICKET_WAITS
            question.save(update_fields=["try_after"])
        elif not _still_stands(ticket, question.cycle):
            _end_question(question, Question.State.OVERTAKEN)
        elif (until := _awaited_until(question, ticket, now)) > now:
            question.silent_after = until
            question.save(update_fields=["silent_after"])
        else:
            _close_silent(question, ticket, now)


def _awaited_until(question: Question, ticket: Ticket, now: datetime) -> datetime:
    """Whoever has written since they were asked is not silent: they have their days from the last
    word, theirs or ours, and as long as nobody has judged what they wrote."""
    words = ticket.timeline.filter(kind__in=["customer_message", "reply"], at__gt=question.asked_at)
    spoken = now if ticket.unjudged_since else words.aggregate(last=Max("at"))["last"]
    days = timedelta(days=settings.SILENT_AFTER_DAYS)
    return spoken + days if spoken else question.silent_after


def _close_silent(question: Question, ticket: Ticket, now: datetime) -> None:
    _end_question(question, Question.State.SILENT)
    days = (question.silent_after - question.asked_at).days
    end_ticket(
        ticket,
        outcome="silent",
        reason=f"asked, and no answer in {days} days",
        by=CLOCK,
        now=now,
        happening="silence",
    )


def _end_question(question: Question, state: Question.State) -> None:
    question.state = state
    question.save(update_fields=["state"])
