"""What stands on a receipt page: their feedback, and, where they look there for an answer, what was
said since. Only what was put there: a ticket may hold the letters of somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from desk.customer_story import Said, has_left
from feedback.intake.models import Channel, Contactable, Feedback, ReceiptAsk
from tickets.work.actions.at_receipt import unread_answers
from tickets.work.lifecycle import CLOSED
from tickets.work.models import Ticket, TicketFeedback, TimelineEntry

MOST_UNANSWERED = 20
ASKS_THERE = (Channel.WEBSITE, Channel.APP)


@dataclass(frozen=True)
class Matter:
    """`ticket` is the one that goes on with it; `unread_since` when the first unopened answer was
    written."""

    heard: Feedback
    ticket: Ticket | None
    has_asked: bool
    unread_since: datetime | None
    entries: Sequence[TimelineEntry]

    @property
    def answers_here(self) -> bool:
        return self.ticket is not None and self.ticket.contactable == Contactable.RECEIPT

    @property
    def may_ask(self) -> bool:
        """Nobody could reach them otherwise, and they have not said that they will look here."""
        reached = self.ticket.contactable if self.ticket else self.heard.contactable
        asks = self.heard.source.channel in ASKS_THERE and not self.heard.quiet
        return asks and reached == Contactable.NONE and not self.has_asked

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.heard.source.time_zone)

    @cached_property
    def story(self) -> list[Said]:
        """Oldest first; of answers only those that were opened."""
        return [
            Said(one.at, one.actor_kind != "customer", one.text)
            for one in self.entries
            if self.unread_since is None or one.at < self.unread_since or _is_theirs(one)
        ]

    @property
    def unanswered(self) -> int:
        """How often they have written since our last answer."""
        count = 0
        for one in reversed(self.entries):
            if not _is_theirs(one):
                break
            count += 1
        return count

    @property
    def stands(self) -> str:
        if self.ticket is None:
            return "received"
        if self.ticket.status == CLOSED:
            return "closed"
        return "answered" if any(not _is_theirs(one) for one in self.entries) else "work"


def _is_theirs(entry: TimelineEntry) -> bool:
    return entry.actor_kind == "customer"


def matter_of(heard: Feedback, now: datetime) -> Matter:
    ticket = _ticket_of(heard)
    here = ticket is not None and ticket.contactable == Contactable.RECEIPT
    unread = unread_answers(ticket).order_by("at").first() if ticket and here else None
    return Matter(
        heard=heard,
        ticket=ticket,
        has_asked=ReceiptAsk.objects.filter(pk=heard.pk).exists(),
        unread_since=unread.at if unread else None,
        entries=_said_here(ticket, now) if ticket and here else [],
    )


def _ticket_of(heard: Feedback) -> Ticket | None:
    link = TicketFeedback.objects.select_related("ticket").filter(pk=heard.pk).first()
    ticket = link.ticket if link else None
    while ticket and ticket.merged_into_id:
        ticket = Ticket.objects.get(pk=ticket.merged_into_id)
    return ticket


def _said_here(ticket: Ticket, now: datetime) -> list[TimelineEntry]:
    told = ticket.timeline.filter(public=True).exclude(text="")
    ours = told.filter(reason__at_receipt=True)
    theirs = told.filter(kind="customer_message")
    return [one for one in (ours | theirs).order_by("at", "pk") if has_left(one, now)]
