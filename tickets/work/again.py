"""Who was failed before: how often, and when the last time. What helps after a first failure does
not help after a second, so that one is known from the moment it is opened."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Sum

from tickets.sla.models import PolicyVersion
from tickets.work.models import Priority, Ticket

# What ends a ticket that was none: it is no failure of this customer.
NO_FAILURE = ("merged", "spam")


@dataclass(frozen=True)
class Past:
    """`failures` counts every cycle: a repair that was none is a failure too."""

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
    rows: Any = theirs.values_list("customer").annotate(Sum("cycle"), Max("created_at"))
    return {customer: Past(cycles, last_at) for customer, cycles, last_at in rows}


def one_up(priority: Priority) -> Priority:
    return Priority(min(priority + 1, Priority.URGENT))
