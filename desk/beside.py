"""What a row of the queue says beside its ticket: who the customer is, how often they were
disappointed before, what was heard, and whether somebody has news to read there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from desk.models import TicketSeen
from desk.telling import Told
from feedback.intake.models import Customer, Feedback, is_counted
from feedback.intake.scores import CLASSES, NEGATIVE
from tickets.work.actions.tags import RETAGGED
from tickets.work.lifecycle import CLOSED
from tickets.work.models import Handover, Ticket, TicketFeedback, TimelineEntry
from tickets.work.shown import feedback_visible_to

MOST_FAILURES = 10


@dataclass(frozen=True)
class Beside:
    """`failures` is how much negative feedback of this customer came before the first of this
    ticket, as far as the reader may see it, and no further than `MOST_FAILURES`. `handed`: its
    group has still to accept it."""

    customer: Customer | None
    unread: bool
    failures: int
    handed: bool = False

    @property
    def failures_said(self) -> str:
        return str(self.failures) if self.failures < MOST_FAILURES else f"{MOST_FAILURES}+"


def beside(tickets: Sequence[Ticket], person: User) -> dict[int, Beside]:
    """In one query, by the number of the ticket. With the list itself they are not asked for:
    customers are many, and PostgreSQL may read them all before it finds the page."""
    rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
    seen = TicketSeen.objects.filter(person=person, ticket=OuterRef("pk")).values("seen_to")
    first = TicketFeedback.objects.filter(ticket=OuterRef("pk")).order_by("received_at")
    told = rows.annotate(
        seen_to=Coalesce(Subquery(seen), Value(0)),
        first_heard=Coalesce(Subquery(first.values("received_at")[:1]), "created_at"),
    ).annotate(
        unread=_unread_by(person), failures=_failures_seen_by(person), handed=_waits_for_its_group()
    )
    found: Any = told.select_related("customer")
    return {row.pk: Beside(row.customer, row.unread, row.failures, row.handed) for row in found}


def _unread_by(person: User) -> Any:
    """What others did since; where somebody never looked, all of it. Of what is over, and of
    imported history, nobody needs to hear; nor that a tag is called otherwise everywhere."""
    entries = TimelineEntry.objects.filter(ticket=OuterRef("pk"), pk__gt=OuterRef("seen_to"))
    return _told_by_others(entries, person)


def unread_by(person: User, *, wanted: bool) -> Q:
    """As a filter of a list: what is open and has news to read for them, or the rest."""
    seen = TicketSeen.objects.filter(person=person, ticket=OuterRef(OuterRef("pk")))
    newer = TimelineEntry.objects.filter(
        ticket=OuterRef("pk"), pk__gt=Coalesce(Subquery(seen.values("seen_to")), Value(0))
    )
    unread = _told_by_others(newer, person)
    return unread if wanted else ~unread


def _told_by_others(entries: QuerySet[TimelineEntry], person: User) -> Q:
    by_others = entries.exclude(actor=person).exclude(kind=RETAGGED)
    return Q(Exists(by_others)) & Q(quiet=False) & ~Q(status=CLOSED)


def _waits_for_its_group() -> Exists:
    return Exists(Handover.objects.waiting().filter(ticket=OuterRef("pk")))


def _failures_seen_by(person: User) -> Func:
    names = Q(pk=OuterRef(OuterRef("customer"))) | Q(joined_to=OuterRef(OuterRef("customer")))
    failed: QuerySet[Feedback] = feedback_visible_to(person).filter(
        is_counted(),
        customer__in=Customer.objects.filter(names).values("pk"),
        worst_class=NEGATIVE,
        received_at__lt=OuterRef("first_heard"),
    )
    counted: Any = ArraySubquery(failed.values("pk")[:MOST_FAILURES])
    return Func(counted, function="cardinality", output_field=IntegerField())


def heard_of(tickets: Sequence[Ticket]) -> dict[int, Feedback]:
    """The feedback of each ticket that weighs most: the worst, of equals the newest."""
    links = TicketFeedback.objects.filter(ticket__in=[ticket.pk for ticket in tickets])
    heard: dict[int, Feedback] = {}
    for link in links.select_related("feedback").order_by("received_at"):
        known = heard.get(link.ticket_id)
        if known is None or _weight(link.feedback) <= _weight(known):
            heard[link.ticket_id] = link.feedback
    return heard


def _weight(feedback: Feedback) -> int:
    return CLASSES.index(feedback.worst_class)


def newest_of(told: Sequence[Told]) -> int:
    """The number of the entry that was written last: on one ticket they are written in turn, while
    their times may be those of different clocks."""
    return max((one.number for one in told), default=0)


def note_seen(ticket: Ticket, person: User, *, up_to: int, now: datetime) -> None:
    """They have read the history up to this entry."""
    TicketSeen.objects.bulk_create(
        [TicketSeen(person=person, ticket=ticket, seen_to=up_to, seen_at=now)],
        update_conflicts=True,
        unique_fields=["person", "ticket"],
        update_fields=["seen_to", "seen_at"],
    )
