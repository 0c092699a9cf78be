"""Who was failed before: how often, and when the last time. What helps after a first failure does
not help after a second, so that one is known from the moment it is opened."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from tickets.sla.models import PolicyVersion
from tickets.work.actor import CUSTOMER
from tickets.work.models import Priority, Ticket, TimelineEntry

# What ends a ticket that was none: it is no failure of this customer.
NO_FAILURE = ("merged", "spam")


@dataclass(frozen=True)
class Past:
    """`failures` counts tickets, and the repairs that were none by the customer's answer. A cycle
    that anything else began, thanks say, or a click, is no failure."""

    failures: int = 0
    last_at: datetime | None = None

    def with_one_more(self, at: datetime) -> "Past":
        return Past(self.failures + 1, at)

    def is_recent(self, at: datetime, policy: PolicyVersion) -> bool:
        if self.last_at is None or policy.again_within_s is None:
            return False
        return at - self.last_at <= timedelta(seconds=policy.again_within_s)


def pasts_of(people: Collection[UUID]) -> Mapping[UUID, Past]:
    """Of those who have one, in one statement."""
    if not people:
        return {}
    theirs = Ticket.objects.filter(customer__in=people).exclude(outcome__in=NO_FAILURE).order_by()
    in_vain = _answered_in_vain().filter(ticket=OuterRef("pk")).values("ticket")
    more = Coalesce(Subquery(in_vain.annotate(number=Count("pk")).values("number")), 0)
    counted = theirs.annotate(failures=Case(When(cycle=1, then=Value(1)), default=more + 1))
    rows: Any = counted.values_list("customer").annotate(Sum("failures"), Max("created_at"))
    return {customer: Past(failures, last_at) for customer, failures, last_at in rows}


def repaired_in_vain(ticket: Ticket) -> int:
    """How often its customer has answered that it is not put right."""
    return _answered_in_vain().filter(ticket=ticket).count() if ticket.cycle > 1 else 0


def _answered_in_vain() -> QuerySet[TimelineEntry]:
    """An answer, and the cycle that it begins, stand in history at one moment."""
    began = TimelineEntry.objects.filter(
        ticket=OuterRef("ticket"), at=OuterRef("at"), kind="reopened", actor_kind=CUSTOMER.kind
    )
    return TimelineEntry.objects.filter(Exists(began), kind="answered").order_by()


def one_up(priority: Priority) -> Priority:
    return Priority(min(priority + 1, Priority.URGENT))
