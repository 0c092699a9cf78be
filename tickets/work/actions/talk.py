"""What is said: replies, notes, contacts by voice, and letters that reached nobody."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import User
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.leaving import TOO_MANY
from cxloop.kernel.letters import notice_undelivered, write_letter
from cxloop.kernel.models import Letter
from feedback.intake.silence import DO_NOT_CONTACT, NO_OFFERS, NO_SURVEYS
from tickets.sla.actions.begin import owe_news
from tickets.sla.actions.call_back import note_call
from tickets.sla.actions.change import follow_status
from tickets.sla.actions.end import CONTACT_KINDS, Standing, meet_clocks, strike_contact
from tickets.sla.models import Clock
from tickets.work.actions.attach import attach, refuse_heavy
from tickets.work.actions.judging import leave_again, note_judged
from tickets.work.actions.moves import check_move, move_by_verb
from tickets.work.actions.put_at_receipt import put_at_receipt
from tickets.work.actor import CLOCK, Actor
from tickets.work.deadlines import note_breaches, refresh_deadline
from tickets.work.door import locked
from tickets.work.letters import ACKNOWLEDGEMENT, Worded, can_write_to, reply_letter
from tickets.work.lifecycle import UNRESOLVED
from tickets.work.mentioning import whom_it_mentions
from tickets.work.models import Contact, Mention, Ticket, TimelineEntry
from tickets.work.timeline import write_entry
from tickets.work.words import add_words

LONGEST_BODY = 20_000
WITHDRAWN_FOR = {
    DO_NOT_CONTACT: "the customer wishes not to be contacted",
    NO_SURVEYS: "the customer wishes not to be asked",
    NO_OFFERS: "the customer wants no offers",
    TOO_MANY: "so many automatic letters had gone to this address that this one was held back",
}
# What a customer who asked to be called may expect.
BY_VOICE = (Contact.Channel.PHONE, Contact.Channel.VISIT)


def reply(
    ticket: Ticket,
    *,
    body: str,
    by: Actor,
    now: datetime,
    files: Sequence[int] = (),
    worded: Worded = reply_letter,
    about: Mapping[str, Any] | None = None,
) -> TimelineEntry:
    """A letter to the customer, `worded` as it leaves; what it is `about` stands in the history.
    Written by a person it keeps the promise, at the time of writing, provisionally: should the
    letter die, the meeting is struck. One that is said to many keeps none. Where they look on their
    receipt page, it stands there."""
    check_move(ticket, "reply")
    text = said(body)
    reason = {**(about or {}), **({"to_many": True} if by.to_many else {})}
    if not can_write_to(ticket):
        return put_at_receipt(ticket, text, reason=reason, files=files, by=by, now=now)
    row = write_entry(ticket, "reply", by, now=now, text=text, reason=reason, public=True)
    enclosed = attach(row, files, by=by)
    refuse_heavy(enclosed)
    writer = by.user.name if by.user and by.kind == User.Kind.PERSON else ""
    draft = worded(ticket, text, key=f"reply:{row.pk}", writer=writer)
    letter = write_letter(draft, files=enclosed, now=now)
    _count_contact(ticket, by, now, channel=Contact.Channel.LETTER, letter=letter)
    move_by_verb(ticket, "reply", now=now)
    add_words(ticket, text)
    return row


def refuse_overtaken(ticket: Ticket, *, since: int, by: User) -> None:
    """The ticket must be locked. Raises Conflict `overtaken` where the customer has written, or
    somebody else to them, after the entry of that number."""
    spoken = Q(public=True, actor_kind__in=["person", "service", "customer"])
    newer = TimelineEntry.objects.filter(ticket=ticket, pk__gt=since)
    if newer.filter(spoken | Q(kind="feedback_joined")).exclude(actor=by).exists():
        raise Conflict("Somebody has written meanwhile.", code="overtaken")


def log_contact(
    ticket: Ticket,
    *,
    channel: str,
    reached: bool,
    body: str,
    by: Actor,
    now: datetime,
    files: Sequence[int] = (),
) -> TimelineEntry:
    """A call, meeting or visit. Only one that reached the customer keeps the promise."""
    check_move(ticket, "log-contact")
    reason = {"channel": channel, "outcome": "reached" if reached else "not_reached"}
    row = write_entry(ticket, "contact", by, now=now, text=body, reason=reason)
    attach(row, files, by=by)
    _count_contact(ticket, by, now, channel=channel, reached=reached)
    move_by_verb(ticket, "log-contact", now=now)
    add_words(ticket, body)
    return row


def note(
    ticket: Ticket, *, body: str, by: Actor, now: datetime, files: Sequence[int] = ()
) -> TimelineEntry:
    """For colleagues only. It keeps no promise. Whom it mentions hears of it."""
    check_move(ticket, "note")
    text = said(body)
    mentioned = whom_it_mentions(ticket, text, by)
    reason = {"mentioned": [person.brief() for person in mentioned]} if mentioned else {}
    row = write_entry(ticket, "note", by, now=now, text=text, reason=reason)
    attach(row, files, by=by)
    Mention.objects.bulk_create(Mention(entry=row, user=person) for person in mentioned)
    add_words(ticket, body)
    move_by_verb(ticket, "note", now=now)
    return row


def said(body: str) -> str:
    if not body.strip():
        raise Refused.at("/body", "required", "Write something first.")
    if len(body) > LONGEST_BODY:
        raise Refused.at("/body", "too_long", f"At most {LONGEST_BODY:,} characters.")
    return body


def _count_contact(
    ticket: Ticket,
    by: Actor,
    now: datetime,
    *,
    channel: str,
    reached: bool = True,
    letter: Letter | None = None,
) -> None:
    if not by.is_person:
        return
    assert by.user is not None
    contact = Contact.objects.create(
        ticket=ticket,
        cycle=ticket.cycle,
        by=by.user,
        channel=channel,
        reached=reached,
        at=now,
        letter=letter,
    )
    called = _note_call(ticket, contact, now)
    if reached:
        met = meet_clocks(ticket.promise, CONTACT_KINDS, at=now, now=now, contact=contact.pk)
        note_breaches(ticket, [*met, *called], now)
        note_judged(ticket)
        go_on_owing_news(ticket, since=now, now=now)
        refresh_deadline(ticket)


def _note_call(ticket: Ticket, contact: Contact, now: datetime) -> list[Clock]:
    if contact.channel not in BY_VOICE:
        return []
    called = note_call(ticket.promise, reached=contact.reached, at=now, now=now, contact=contact.pk)
    if called and not contact.reached:
        note_breaches(ticket, called, now)
        refresh_deadline(ticket)
    return called


def go_on_owing_news(ticket: Ticket, *, since: datetime, now: datetime) -> None:
    """Until it is resolved; while we wait for them it may stand still."""
    if ticket.status in UNRESOLVED:
        owe_news(ticket.promise, since=since, now=now)
        follow_status(ticket.promise, ticket.status, now=now)


def strike_dead_letters(letters: list[Letter], now: datetime) -> None:
    """Letters that died reached nobody: what they had met is open again, at its old due time."""
    for letter in letters:
        _strike(letter, ticket_of(letter), now)
    notice_undelivered(letters)


def _strike(letter: Letter, ticket: Ticket, now: datetime) -> None:
    contact = Contact.objects.filter(letter=letter, struck_at=None).first()
    if contact:
        strike(contact, ticket, now=now)
    note_failed_letter(ticket, letter, now=now)
    refresh_deadline(ticket)


def strike(contact: Contact, ticket: Ticket, *, now: datetime) -> None:
    """It reached nobody: what it met is open again."""
    contact.struck_at = now
    contact.save(update_fields=["struck_at"])
    strike_contact(ticket.promise, contact.pk, standing=_standing(ticket), now=now)
    leave_again(ticket)


def note_failed_letter(ticket: Ticket, letter: Letter, *, now: datetime) -> None:
    error = WITHDRAWN_FOR.get(letter.withdrawn_why, letter.last_error)
    reason: dict[str, Any] = {"letter": letter.kind, "to": letter.to, "error": error}
    if writer := _writer_of(letter, ticket):
        reason["wrote"] = writer.brief()
    write_entry(ticket, "letter_failed", CLOCK, now=now, reason=reason)


def _writer_of(letter: Letter, ticket: Ticket) -> User | None:
    """Who hears that it failed, as long as they see the ticket."""
    contact = Contact.objects.select_related("by").filter(letter=letter).first()
    writer = contact.by if contact else None
    if writer and Ticket.objects.visible_to(writer).filter(pk=ticket.pk).exists():
        return writer
    return None


def _standing(ticket: Ticket) -> list[Standing]:
    reached = Contact.objects.filter(ticket=ticket, reached=True, struck_at=None)
    return [Standing(contact.pk, contact.at) for contact in reached]


def ticket_of(letter: Letter) -> Ticket:
    if letter.kind == ACKNOWLEDGEMENT:
        return locked(int(letter.key.rpartition(":")[2]))
    entry = TimelineEntry.objects.get(pk=int(letter.key.rpartition(":")[2]))
    return locked(entry.ticket_id)
