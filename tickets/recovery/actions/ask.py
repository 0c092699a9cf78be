"""After a resolution the customer is asked; some questions reach nobody, some nobody answers."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, QuerySet

from cxloop.kernel.letters import notice_undelivered, write_letter
from cxloop.kernel.models import Letter
from feedback.intake.actions.claims import lock_people
from feedback.intake.models import Customer
from tickets.recovery.actions.refuse import has_refused
from tickets.recovery.actions.repair import ready_to_ask
from tickets.recovery.letters import question_letter
from tickets.recovery.models import Question
from tickets.work.actions.move import end_ticket, note_asked, note_not_asked
from tickets.work.actions.talk import note_failed_letter
from tickets.work.actor import CLOCK
from tickets.work.door import locked, locked_if_free
from tickets.work.letters import can_write_to
from tickets.work.lifecycle import RESOLVED
from tickets.work.models import Resolution, Ticket, Unasked
from tickets.work.status_door import has_parted
from tickets.work.timeline import write_entry

NOT_HEARD = "asked, and no answer yet"
BUSY_TICKET_WAITS = timedelta(seconds=1)


def ask_customers(unasked: list[Unasked], now: datetime) -> None:
    """Asks after each resolution that still stands. In the order of the tickets, so that two
    workers do not wait for each other. Whoever was asked about another ticket a short while ago is
    asked later."""
    waiting = {row.pk: row for row in unasked}
    resolutions = Resolution.objects.filter(pk__in=waiting)
    _hold_people(resolutions)
    for resolution in resolutions.select_related("root_cause").order_by("ticket"):
        ticket = locked(resolution.ticket_id)
        if _still_stands(ticket, resolution.cycle):
            if until := _asked_elsewhere_until(ticket, now):
                _ask_later(waiting.pop(resolution.pk), until)
                continue
            _ask(ticket, resolution, now)
    Unasked.objects.filter(pk__in=waiting).delete()


def _hold_people(resolutions: QuerySet[Resolution]) -> None:
    """Two workers must not ask one customer about two tickets at once. People are locked before
    tickets, as everybody does."""
    apart = resolutions.filter(ticket__promise__policy__ask_apart_s__isnull=False)
    named = apart.filter(ticket__customer__isnull=False).order_by()
    lock_people(set(named.values_list("ticket__customer", flat=True)))


def _still_stands(ticket: Ticket, cycle: int) -> bool:
    return ticket.status == RESOLVED and ticket.cycle == cycle


def _asked_elsewhere_until(ticket: Ticket, now: datetime) -> datetime | None:
    """Until when this customer, under whichever name of theirs, is not to be asked about a further
    ticket."""
    apart_s = ticket.promise.policy.ask_apart_s
    if apart_s is None or ticket.customer is None:
        return None
    apart = timedelta(seconds=apart_s)
    person = Customer.objects.known_as(ticket.customer.person)
    theirs = Question.objects.filter(ticket__customer__in=person, letter__isnull=False)
    others = theirs.filter(asked_at__gt=now - apart).exclude(ticket=ticket)
    last = others.aggregate(last=Max("asked_at"))["last"]
    return last + apart if last else None


def _ask_later(row: Unasked, until: datetime) -> None:
    row.ask_at = until
    row.save(update_fields=["ask_at"])


def _ask(ticket: Ticket, resolution: Resolution, now: datetime) -> None:
    ready_to_ask(resolution, ticket, now=now)
    if why := _why_not(ticket):
        note_not_asked(ticket, why=why, now=now)
        return
    silent_after = now + timedelta(days=settings.SILENT_AFTER_DAYS)
    Question.objects.create(
        ticket=ticket,
        cycle=resolution.cycle,
        resolution=resolution,
        letter=write_letter(question_letter(ticket, resolution), now=now),
        asked_at=now,
        remind_at=_remind_at(ticket, now, silent_after),
        silent_after=silent_after,
    )
    note_asked(ticket, silent_after=silent_after, now=now)


def _why_not(ticket: Ticket) -> str:
    if not can_write_to(ticket):
        return "there is no address we may write to"
    if ticket.customer and has_refused(ticket.customer):
        return "the customer wishes not to be asked"
    return ""


def _remind_at(ticket: Ticket, now: datetime, silent_after: datetime) -> datetime | None:
    """None where the policy has none, or it would come when their silence has closed it."""
    again_s = ticket.promise.policy.ask_again_s
    at = now + timedelta(seconds=again_s) if again_s else None
    return at if at and at < silent_after else None


def remind_asked(questions: list[Question], now: datetime) -> None:
    """Once more, where nothing has been heard. A ticket that somebody acts on is left for a moment:
    an answer waits for the question that is locked here."""
    for question in questions:
        ticket = locked_if_free(question.ticket_id)
        if ticket is None:
            question.try_after = now + BUSY_TICKET_WAITS
        else:
            _remind(question, ticket, now)
            question.remind_at = None
        question.save(update_fields=["try_after", "remind_at"])


def _remind(question: Question, ticket: Ticket, now: datetime) -> None:
    """Unless they have written meanwhile, or said since that they want no such letter."""
    if not _still_stands(ticket, question.cycle) or ticket.unjudged_since or _why_not(ticket):
        return
    write_letter(question_letter(ticket, question.resolution, again=now), now=now)
    write_entry(ticket, "asked_again", CLOCK, now=now, reason={"why": NOT_HEARD})


def note_undelivered(letters: list[Letter], now: datetime) -> None:
    """Questions whose letter died: nobody was asked, so silence would say nothing."""
    for letter in letters:
        found = Question.objects.get(letter=letter)
        ticket = locked(found.ticket_id)
        question = Question.objects.select_for_update(no_key=True).get(pk=found.pk)
        note_failed_letter(ticket, letter, now=now)
        if question.state == Question.State.OPEN:
            _fail(question, ticket, now, why="the letter with the question reached nobody")
    notice_undelivered(letters)


def note_unreminded(letters: list[Letter], now: datetime) -> None:
    """Reminders that died: the question, which was asked, goes on. The ticket says so as long as it
    waits for an answer; after that it changes nothing for anybody."""
    for letter in letters:
        _, number, cycle = letter.key.split(":")
        ticket = locked(int(number))
        if _is_open(ticket, int(cycle)):
            note_failed_letter(ticket, letter, now=now)
    notice_undelivered(letters)


def _is_open(ticket: Ticket, cycle: int) -> bool:
    waiting = Question.objects.filter(ticket=ticket, cycle=cycle, state=Question.State.OPEN)
    return _still_stands(ticket, cycle) and waiting.exists()


def _fail(question: Question, ticket: Ticket, now: datetime, *, why: str) -> None:
    _end_question(question, Question.State.FAILED)
    if _still_stands(ticket, question.cycle):
        note_not_asked(ticket, why=why, now=now)


def forget_asked(customer: Customer, *, now: datetime) -> None:
    """Whoever is forgotten can answer no more: that is no silence, and an agent has to end what
    they were asked about. Their tickets must be locked."""
    theirs = Question.objects.filter(ticket__customer=customer, state=Question.State.OPEN)
    for question in theirs.select_for_update(no_key=True).order_by("pk"):
        ticket = locked(question.ticket_id)
        _end_question(question, Question.State.OVERTAKEN)
        if _still_stands(ticket, question.cycle):
            note_not_asked(ticket, why="the customer was forgotten before an answer came", now=now)


def close_silent(questions: list[Question], now: datetime) -> None:
    """Asked and not answered in time. A ticket that somebody acts on just now is left for a moment:
    an answer waits for the question that is locked here."""
    days = timedelta(days=settings.SILENT_AFTER_DAYS)
    read = {letter: at + days for letter, at in _left_at(questions, now).items()}
    for question in questions:
        ticket = locked_if_free(question.ticket_id)
        asked_until = read.get(question.letter_id, question.silent_after)
        if ticket is None:
            question.try_after = now + BUSY_TICKET_WAITS
            question.save(update_fields=["try_after"])
        elif not _still_stands(ticket, question.cycle):
            _end_question(question, Question.State.OVERTAKEN)
        elif (until := max(asked_until, _awaited_until(question, ticket, now))) > now:
            question.silent_after = until
            question.save(update_fields=["silent_after"])
        elif _somebody_else_was_asked(question, ticket):
            _fail(question, ticket, now, why="the question had gone to somebody else")
        else:
            _close_silent(question, ticket, now)


def _left_at(questions: list[Question], now: datetime) -> dict[int | None, datetime]:
    """When the letters of these questions left: now at the soonest where one waits still, in an
    outbox that stands or is held. Whoever has no question yet is not silent."""
    letters = Letter.objects.filter(pk__in=[one.letter_id for one in questions if one.letter_id])
    return {
        letter.pk: letter.sent_at if letter.state == Letter.State.SENT and letter.sent_at else now
        for letter in letters.only("state", "sent_at")
    }


def _awaited_until(question: Question, ticket: Ticket, now: datetime) -> datetime:
    """Whoever has written since they were asked is not silent: they have their days from the last
    word, theirs or ours, and as long as nobody has judged what they wrote."""
    words = ticket.timeline.filter(kind__in=["customer_message", "reply"], at__gt=question.asked_at)
    spoken = now if ticket.unjudged_since else words.aggregate(last=Max("at"))["last"]
    days = timedelta(days=settings.SILENT_AFTER_DAYS)
    return spoken + days if spoken else question.silent_after


def _somebody_else_was_asked(question: Question, ticket: Ticket) -> bool:
    """For whose the ticket had been taken; whose it is was never asked, nor reminded since."""
    again = ticket.timeline.filter(kind="asked_again", at__gt=question.asked_at)
    last = again.aggregate(at=Max("at"))["at"] or question.asked_at
    return has_parted(ticket, since=last)


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
