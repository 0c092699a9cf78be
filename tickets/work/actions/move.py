"""Wait, resolve, close, reopen, merge."""

from datetime import datetime, timedelta
from typing import Any

from cxloop.kernel.errors import Conflict, Refused
from feedback.intake.models import Contactable
from tickets.sla.actions.begin import Start, owe_contact, start_next_cycle
from tickets.sla.actions.call_back import owe_call, running_call
from tickets.sla.actions.change import shorten_to
from tickets.sla.actions.end import OWED_CONTACT, meet_clocks, void_clocks
from tickets.sla.ledger import RUNNING
from tickets.sla.models import AMONG_US, OWED_THEM, Clock, Kind
from tickets.work.actions.assign import give_to_manager
from tickets.work.actions.follow import take_watchers_along
from tickets.work.actions.label import MOST_TAGS
from tickets.work.actions.moves import check_move, move_by_itself, move_by_verb
from tickets.work.actions.side import take_sides_along
from tickets.work.actions.snooze import end_snooze
from tickets.work.actions.talk import reply
from tickets.work.actor import CLOCK, CUSTOMER, Actor
from tickets.work.attempts import what_lacks
from tickets.work.deadlines import note_breaches, refresh_deadline
from tickets.work.door import locked
from tickets.work.field_values import carry_values
from tickets.work.letters import can_answer
from tickets.work.lifecycle import (
    LAST_CYCLE,
    OUTCOMES_BY_AGENT,
    OUTCOMES_BY_ANSWER,
    UNRESOLVED,
)
from tickets.work.merging import Side, way_then, why_apart
from tickets.work.models import Contact, Resolution, RootCause, Ticket, Unasked, Wait
from tickets.work.opening import kinds_for
from tickets.work.timeline import write_entry
from tickets.work.tries import attempts_on, ways_of
from tickets.work.words import add_words

# In the reason of a merge: what stood on the ticket before was said with somebody else.
SOMEBODYS_SINCE = "somebodys_since"


def wait(ticket: Ticket, *, until: datetime | None, by: Actor, now: datetime) -> None:
    """We wait for the customer: the time to resolve stands still, the follow-up never does."""
    if until is not None and until <= now:
        raise Refused.at("/until", "in_the_past", "The wait must end in the future.")
    move_by_verb(ticket, "wait", now=now)
    ticket.waiting_until = until
    ticket.save(update_fields=["waiting_until"])
    _remember_to_remind(ticket, now)
    reason = {"until": until.isoformat()} if until else {}
    write_entry(ticket, "waiting", by, now=now, reason=reason)


def _remember_to_remind(ticket: Ticket, now: datetime) -> None:
    """Whoever heard from nobody yet is owed a contact, and no reminder."""
    reminders = ticket.promise.policy.reminders
    if reminders and not ticket.quiet and has_contact(ticket):
        first = now + timedelta(seconds=reminders[0])
        Wait.objects.create(ticket=ticket, since=now, next_at=first)


def end_waits(tickets: list[Ticket], now: datetime) -> None:
    """The dates that were waited for have come."""
    for ticket in tickets:
        ticket = locked(ticket.pk)
        until = ticket.waiting_until
        move_by_itself(ticket, "wait_ended", now=now)
        reason = {"until": until.isoformat() if until else None}
        write_entry(ticket, "wait_ended", CLOCK, now=now, reason=reason)


def has_contact(ticket: Ticket) -> bool:
    """Whether a person has reached the customer in this cycle, as far as we know, and since
    whatever they said last."""
    owed = Clock.objects.filter(promise=ticket.pk).of_kinds(OWED_CONTACT).live()
    reached = Contact.objects.filter(
        ticket=ticket, cycle=ticket.cycle, reached=True, struck_at=None
    )
    return reached.exists() and not owed.exists()


def has_answered(ticket: Ticket) -> bool:
    """At the receipt page, in this cycle, since whatever they said last; opened or not."""
    owed = Clock.objects.filter(promise=ticket.pk).of_kinds(OWED_CONTACT).live()
    said = Contact.objects.filter(ticket=ticket, cycle=ticket.cycle, struck_at=None)
    return said.filter(channel=Contact.Channel.RECEIPT).exists() and not owed.exists()


def resolve_ticket(
    ticket: Ticket, *, root_cause: RootCause, body: str, by: Actor, now: datetime
) -> Resolution:
    """The agent's claim that the matter is settled; the customer is asked whether it is.

    Raises Conflict `no_contact` before anybody has spoken to the customer, unless `body` is that
    contact: then it leaves as a reply first.
    """
    check_move(ticket, "resolve")
    asked_after = timedelta(seconds=ticket.promise.policy.ask_after_s or 0)
    if _say_first(ticket, body, by, now, waits=bool(asked_after)):
        body = ""  # or it would be said once more with the question
    assert by.user is not None
    met = meet_clocks(ticket.promise, [Kind.RESOLVE], at=now, now=now, contact=None)
    needless = [Kind.KEEP_IN_LOOP, Kind.CALL_BACK]
    ended = void_clocks(ticket.promise, needless, reason="it is resolved", now=now)
    note_breaches(ticket, [*met, *ended], now)
    ticket.resolved_at = now
    move_by_verb(ticket, "resolve", now=now)
    resolution = Resolution.objects.create(
        ticket=ticket, cycle=ticket.cycle, root_cause=root_cause, body=body, by=by.user, at=now
    )
    if not ticket.quiet:
        Unasked.objects.create(resolution=resolution, since=now, ask_at=now + asked_after)
    reason: dict[str, Any] = {"root_cause": root_cause.slug}
    if ticket.contactable == Contactable.RECEIPT:
        reason["at_receipt"] = True
    write_entry(ticket, "resolved", by, now=now, text=body, reason=reason, public=True)
    refresh_deadline(ticket)
    return resolution


def _say_first(ticket: Ticket, body: str, by: Actor, now: datetime, *, waits: bool) -> bool:
    """Whether the words left at once: as the contact that nobody had yet, or because the question
    with which they would leave `waits`."""
    if ticket.contactable != "none" and not (has_contact(ticket) or has_answered(ticket)):
        _contact_by(ticket, body, by, now)
        return True
    if waits and body.strip() and can_answer(ticket):
        reply(ticket, body=body, by=by, now=now)
        return True
    return False


def _contact_by(ticket: Ticket, body: str, by: Actor, now: datetime) -> None:
    if not body.strip() or not can_answer(ticket):
        raise Conflict(
            "Nobody has reached the customer yet. Reply or log a contact first, or say in `body` "
            "what to write to them.",
            code="no_contact",
        )
    if not by.is_person:
        raise Conflict("Only a person's contact keeps the promise.", code="no_contact")
    reply(ticket, body=body, by=by, now=now)


def close_ticket(ticket: Ticket, *, outcome: str, reason: str, by: Actor, now: datetime) -> None:
    """Ends the ticket by an agent's word. What only the customer can say needs their answer on
    record; without a contact the follow-up is void, with the reason, and counted as such."""
    check_move(ticket, "close")
    _check_outcome(ticket, outcome)
    if not reason.strip() and not has_contact(ticket):
        raise Refused.at("/reason", "required", "Say why nobody contacted the customer.")
    end_ticket(ticket, outcome=outcome, reason=reason, by=by, now=now)


def _check_outcome(ticket: Ticket, outcome: str) -> None:
    if outcome in OUTCOMES_BY_ANSWER and not (outcome == "not_recovered" and ticket.answered_at):
        raise Conflict("Only the customer's answer can say that.", code="no_answer")
    if outcome == "silent" and ticket.asked_at is None:
        raise Conflict("The customer was not asked.", code="not_asked")
    if outcome == "silent" and ticket.unjudged_since:
        raise Conflict("The customer has written: say what that means.", code="not_silent")
    if outcome == "unreachable":
        _check_attempts(ticket)
    if outcome == "no_contact_possible" and ticket.contactable != "none":
        raise Conflict("This customer can be reached.", code="contact_possible")
    if outcome not in (*OUTCOMES_BY_ANSWER, "silent", *OUTCOMES_BY_AGENT):
        known = ", ".join((*OUTCOMES_BY_ANSWER, "silent", *OUTCOMES_BY_AGENT))
        raise Refused.at("/outcome", "unknown_outcome", f"An outcome is one of {known}.")


def _check_attempts(ticket: Ticket) -> None:
    why = what_lacks(attempts_on([ticket.pk]).get(ticket.pk, []), ways_of(ticket.customer))
    if why == "no_attempts":
        detail = "No attempt to reach the customer is on record since we last heard from them."
        raise Conflict(detail, code=why)
    if why:
        detail = "Try on another day, or once by each way in which they can be reached."
        raise Conflict(detail, code=why)


def end_ticket(
    ticket: Ticket,
    *,
    outcome: str,
    reason: str,
    by: Actor,
    now: datetime,
    happening: str = "",
) -> None:
    """Closes with an outcome, by verb or, named by `happening`, by itself: then the loop is closed,
    by the customer's word or their silence. What still ran is void, but for what we owe each
    other; a deadline already passed stays a breach."""
    why = f"{outcome}: {reason}" if reason else outcome
    if happening:
        closed = meet_clocks(ticket.promise, [Kind.CLOSE_LOOP], at=now, now=now, contact=None)
        note_breaches(ticket, closed, now)
    ended = void_clocks(ticket.promise, OWED_THEM, reason=why[:200], now=now)
    note_breaches(ticket, ended, now)
    ticket.outcome, ticket.close_reason, ticket.closed_at = outcome, reason[:300], now
    if happening:
        move_by_itself(ticket, happening, now=now)
    else:
        move_by_verb(ticket, "close", now=now)
    said = {"outcome": outcome, **({"reason": reason} if reason else {})}
    write_entry(ticket, "closed", by, now=now, reason=said)
    refresh_deadline(ticket)


def note_asked(ticket: Ticket, *, silent_after: datetime, now: datetime) -> None:
    """The customer was asked whether it is put right."""
    ticket.asked_at = now
    ticket.save(update_fields=["asked_at"])
    write_entry(ticket, "asked", CLOCK, now=now, reason={"silent_after": silent_after.isoformat()})


def note_not_asked(ticket: Ticket, *, why: str, now: datetime) -> None:
    """Nobody could be asked, or the question reached nobody: an agent has to end it."""
    ticket.asked_at = None
    ticket.save(update_fields=["asked_at"])
    write_entry(ticket, "not_asked", CLOCK, now=now, reason={"why": why})


def note_answered(ticket: Ticket, *, now: datetime) -> None:
    """The customer's answer is on record. After an unhappy one it is said once more of the cycle
    that the answer began, so that an agent may end that as not recovered."""
    ticket.answered_at = now
    ticket.save(update_fields=["answered_at"])


def reopen_ticket(ticket: Ticket, *, reason: str, by: Actor, now: datetime) -> None:
    check_move(ticket, "reopen")
    if ticket.merged_into_id:
        raise Conflict(f"It goes on as T-{ticket.merged_into_id}.", code="merged")
    _begin_anew(ticket, received_at=now, now=now)
    move_by_verb(ticket, "reopen", now=now)
    _note_anew(ticket, reason, by, now)


def reopen_by_customer(
    ticket: Ticket, *, reason: str, received_at: datetime, now: datetime
) -> None:
    """An unhappy answer, or a message after the end: the next cycle, from when it was received."""
    _begin_anew(ticket, received_at=received_at, now=now)
    move_by_itself(ticket, "unhappy_answer", now=now)
    _note_anew(ticket, reason, CUSTOMER, now)


def _begin_anew(ticket: Ticket, *, received_at: datetime, now: datetime) -> None:
    ticket.cycle += 1
    ticket.asked_at = ticket.answered_at = ticket.resolved_at = None
    for kind in kinds_for(ticket.contactable):
        if kind != Kind.ACKNOWLEDGE:
            start_next_cycle(Start(ticket.promise, kind, received_at), now=now)


def _note_anew(ticket: Ticket, reason: str, by: Actor, now: datetime) -> None:
    said = {"cycle": ticket.cycle, **({"reason": reason} if reason else {})}
    write_entry(ticket, "reopened", by, now=now, reason=said)
    if ticket.cycle > LAST_CYCLE:
        give_to_manager(ticket, now=now)
    refresh_deadline(ticket)


def merge_tickets(ticket: Ticket, *, into: Ticket, by: Actor, now: datetime) -> None:
    """The other ticket goes on for both and carries the earliest due time. Both must be locked."""
    check_move(ticket, "merge")
    _check_merge(ticket, into)
    was_nobodys = ticket.customer_id is not None and into.customer_id is None
    _carry_promise(ticket, into, now)
    _carry_feedback(ticket, into)
    add_words(into, " ".join(carry_values(ticket, into, now)))
    ticket.merged_into = into
    ticket.outcome, ticket.closed_at = "merged", now
    ended = void_clocks(ticket.promise, Kind, reason=f"merged into {into.ref}", now=now)
    note_breaches(ticket, ended, now)
    move_by_verb(ticket, "merge", now=now)
    write_entry(ticket, "merged", by, now=now, reason={"into": into.ref})
    take_watchers_along(ticket, into)
    take_sides_along(ticket, into)
    end_snooze(into)
    tags = _carry_tags(ticket, into)
    reason: dict[str, Any] = {"from": ticket.ref, **({"tags": tags} if tags else {})}
    if was_nobodys:
        reason[SOMEBODYS_SINCE] = True
    write_entry(into, "merged_in", by, now=now, reason=reason)
    refresh_deadline(ticket)
    refresh_deadline(into)


def _check_merge(ticket: Ticket, into: Ticket) -> None:
    if ticket.pk == into.pk:
        raise Refused.at("/into", "itself", "A ticket cannot be merged into itself.")
    if into.status not in UNRESOLVED:
        raise Conflict(f"{into.ref} is {into.status}.", code="illegal_move")
    if why := why_apart(_side(ticket), _side(into)):
        raise Conflict(_APART[why], code=why)


_APART = {
    "other_customer": "The tickets belong to different customers.",
    "receipts_apart": "At a receipt page one would read the other's words. Link them instead.",
}


def _side(ticket: Ticket) -> Side:
    return Side(str(ticket.customer_id or ""), ticket.contactable)


def _carry_promise(ticket: Ticket, into: Ticket, now: datetime) -> None:
    """Whoever was promised a contact by the first ticket is owed it by the second, no later; and so
    is what we owe each other."""
    for kind in (*OWED_CONTACT, *AMONG_US):
        owed = list(Clock.objects.filter(promise=ticket.promise, kind=kind).live())
        if owed:
            received_at = min(clock.started_at for clock in owed)
            owe_contact(Start(into.promise, kind, received_at), now=now)
        for due_at in [clock.due_at for clock in owed if clock.due_at and clock.state == RUNNING]:
            shorten_to(into.promise, kind, due_at=due_at, now=now)
    if (call := running_call(ticket.promise)) and running_call(into.promise) is None:
        owe_call(into.promise, call.wish, received_at=call.since, now=now)
    if into.customer_id is None:
        way = way_then(_side(ticket), _side(into))
        into.customer, into.contactable = ticket.customer, way
        into.save(update_fields=["customer", "contactable"])


def _carry_feedback(ticket: Ticket, into: Ticket) -> None:
    ticket.feedback_links.update(ticket=into)


def _carry_tags(ticket: Ticket, into: Ticket) -> list[str]:
    """What it was about is found by its tags: they go where the matter goes, as many as there is
    room for."""
    room = MOST_TAGS - len(into.tags)
    carried = [tag for tag in ticket.tags if tag not in into.tags][: max(room, 0)]
    if carried:
        into.tags = [*into.tags, *carried]
        into.save(update_fields=["tags"])
    return carried
