"""What merging two tickets would do, told before it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from tickets.sla.models import Clock, Kind
from tickets.work.lifecycle import UNRESOLVED
from tickets.work.models import Ticket, Watch
from tickets.work.verbs import say

MOST_OFFERED = 20


@dataclass(frozen=True)
class Promised:
    """One promise of the ticket that goes on: by when it is owed now, and by when then. None: it is
    not owed, or stands still."""

    kind: str
    due_at: datetime | None
    due_then: datetime | None

    @property
    def moves(self) -> bool:
        return self.due_at != self.due_then


@dataclass(frozen=True)
class Merging:
    """`ends` are promises of the first ticket that end with it, `broken` those that it broke, which
    stay on its record."""

    ticket: Ticket
    into: Ticket
    promises: list[Promised]
    ends: list[str]
    broken: list[str]
    feedback: int
    watchers: list[User]
    tags: list[str]


@dataclass(frozen=True)
class _Stand:
    due: dict[str, datetime | None]
    ended: list[str]
    broken: list[str]
    watchers: set[int]
    tags: list[str]


def foresee_merge(person: User, ref: str, into: str) -> Merging:
    """Found out by doing it and taking it back: so it says what would be, and refuses what would be
    refused, whatever the rules of merging become."""
    with transaction.atomic():
        number = say("merge", by=person, ref=ref, raw={"into": into})
        merged = Ticket.objects.get(pk=number)
        assert merged.merged_into_id is not None
        then = _stand(merged.pk, merged.merged_into_id, ended_at=merged.closed_at)
        transaction.set_rollback(True)
    return _compared(number, merged.merged_into_id, then)


def _stand(number: int, into: int, *, ended_at: datetime | None = None) -> _Stand:
    live = Clock.objects.filter(promise=into).live().order_by("cycle", "pk")
    first = Clock.objects.filter(promise=number)
    ended = first.filter(voided_at=ended_at, breached_at=None)
    return _Stand(
        due=dict(live.values_list("kind", "due_at")),
        ended=_in_order(ended.values_list("kind", flat=True)) if ended_at else [],
        broken=_in_order(first.exclude(breached_at=None).values_list("kind", flat=True)),
        watchers=set(Watch.objects.filter(ticket=into).values_list("user", flat=True)),
        tags=list(Ticket.objects.values_list("tags", flat=True).get(pk=into)),
    )


def _compared(number: int, into: int, then: _Stand) -> Merging:
    now, rows = _stand(number, into), Ticket.objects.select_related("group", "assignee", "customer")
    tickets = rows.in_bulk([number, into])
    return Merging(
        ticket=tickets[number],
        into=tickets[into],
        promises=[
            Promised(kind, now.due.get(kind), then.due.get(kind))
            for kind in _in_order({*now.due, *then.due})
        ],
        ends=then.ended,
        broken=then.broken,
        feedback=tickets[number].feedback_links.count(),
        watchers=list(User.objects.filter(pk__in=then.watchers - now.watchers).order_by("name")),
        tags=[tag for tag in then.tags if tag not in now.tags],
    )


def _in_order(kinds: Iterable[str]) -> list[str]:
    found = set(kinds)
    return [kind for kind in Kind.values if kind in found]


def may_go_on_for(ticket: Ticket, person: User) -> QuerySet[Ticket]:
    """Tickets of the same customer that could go on for this one, the nearest deadline first."""
    if ticket.customer_id is None:
        return Ticket.objects.none()
    theirs = Ticket.objects.workable_by(person).filter(customer=ticket.customer_id)
    open_ones = theirs.filter(status__in=UNRESOLVED).exclude(pk=ticket.pk)
    return open_ones.select_related("group", "assignee").by_next_deadline()[:MOST_OFFERED]
