"""The company has replied in an app store, says an export: a contact, at the time of the reply.

Nobody signed in here to write it, and no export says who did. Whoever may import, by a secret key
or at the machine, answers for it; history names them beside what the store says.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from feedback.intake.models import Arrival, Channel, Feedback
from feedback.intake.scores import POSITIVE
from feedback.stores.actions.replies import mark_noted, mark_unneeded
from feedback.stores.models import Revision, StoreReply
from tickets.sla.actions.begin import Start, owe_contact
from tickets.sla.actions.end import CONTACT_KINDS, OWED_CONTACT, Standing, meet_told
from tickets.sla.models import Kind
from tickets.work.actions.moves import move_by_itself
from tickets.work.actions.standing import standing
from tickets.work.actions.talk import go_on_owing_news
from tickets.work.actor import CLOCK
from tickets.work.deadlines import note_breaches, refresh_deadline
from tickets.work.models import Contact, Ticket, TicketFeedback
from tickets.work.timeline import write_entry
from tickets.work.words import add_words

LOOKED_AT_AGAIN = timedelta(seconds=1)


def take_up_replies(replies: list[StoreReply], now: datetime) -> None:
    """Each is put on the ticket of its review. While the rules have not judged that yet it waits,
    and triage takes it up with it: nobody is alarmed about what was answered in time."""
    for reply in replies:
        ticket = _ticket_of(reply)
        if ticket is not None:
            _note(ticket, reply, now)
            mark_noted([reply])
        elif _is_unjudged(reply):
            reply.try_after = now + LOOKED_AT_AGAIN
            reply.save(update_fields=["try_after"])
        else:
            mark_unneeded([reply])


def note_replies_about(reviews: Sequence[Feedback], *, now: datetime) -> None:
    """What was replied to these, where a ticket has them by now. What somebody else just takes up
    is theirs: they wait for a ticket, with the reply in hand."""
    if not reviews:
        return
    linked = TicketFeedback.objects.filter(feedback__in=reviews).values("feedback")
    about = Revision.objects.filter(feedback__in=linked).values("review")
    waiting = StoreReply.objects.filter(review__in=about).exclude(state=StoreReply.State.NOTED)
    locked = waiting.order_by("at", "pk").select_for_update(no_key=True, skip_locked=True)
    for reply in locked:
        ticket = _ticket_of(reply)
        assert ticket is not None
        _note(ticket, reply, now)
        mark_noted([reply])


def _ticket_of(reply: StoreReply) -> Ticket | None:
    """That which had the review's newest words by then, else the first that has any of it."""
    links = TicketFeedback.objects.filter(
        feedback__in=reply.review.revisions.values("feedback")
    ).order_by("received_at", "pk")
    last = links.filter(received_at__lte=reply.at).last() or links.first()
    return standing(last.ticket_id) if last else None


def _is_unjudged(reply: StoreReply) -> bool:
    return Arrival.objects.filter(feedback__in=reply.review.revisions.values("feedback")).exists()


def _note(ticket: Ticket, reply: StoreReply, now: datetime) -> None:
    reason = {
        "store": reply.review.store,
        "replied_at": reply.at.isoformat(),
        "told_by": reply.told_by,
        **({"edited": True} if reply.is_edit else {}),
    }
    write_entry(ticket, "store_reply", CLOCK, now=now, text=reply.text, reason=reason, public=True)
    add_words(ticket, reply.text)
    if not reply.is_edit:
        _count_contact(ticket, reply, now)


def _count_contact(ticket: Ticket, reply: StoreReply, now: datetime) -> None:
    contact = Contact.objects.create(
        ticket=ticket,
        cycle=ticket.cycle,
        by=None,
        channel=Contact.Channel.STORE,
        reached=True,
        at=reply.at,
    )
    told = Standing(contact.pk, contact.at)
    met = meet_told(ticket.promise, CONTACT_KINDS, told=told, now=now)
    note_breaches(ticket, met, now)
    move_by_itself(ticket, "store_reply", now=now)
    if any(clock.kind in OWED_CONTACT for clock in met):
        _owe_later_words(ticket, since=reply.at, now=now)
    go_on_owing_news(ticket, since=reply.at, now=now)
    refresh_deadline(ticket)


def _owe_later_words(ticket: Ticket, *, since: datetime, now: datetime) -> None:
    """What they said after the reply, and before we heard of it, joined the promise that it kept:
    that is owed an answer of its own."""
    later = [*_said_later(ticket, since)]
    if later:
        owe_contact(Start(ticket.promise, Kind.FOLLOW_UP, min(later)), now=now)


def _said_later(ticket: Ticket, since: datetime) -> Iterable[datetime]:
    links = ticket.feedback_links.filter(received_at__gt=since)
    unkind = links.exclude(feedback__channel=Channel.STORE, feedback__worst_class=POSITIVE)
    yield from unkind.values_list("received_at", flat=True)
    written = ticket.timeline.filter(kind="customer_message", at__gt=since)
    yield from written.values_list("at", flat=True)
