"""The board: every promise in danger before it breaks, group by group."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.models import AccessGroup, User
from insights.promises import FollowUp, follow_up
from tickets.escalation.models import Escalation
from tickets.sla.models import Policy
from tickets.work.models import Ticket, TicketQuerySet

AHEAD_H = (4, 12, 24)
MOST_SHOWN = 10
LOOKED_BACK = timedelta(days=28)
Counts = dict[int, dict[str, int]]

COLUMNS = ("breached", "in_4", "in_12", "in_24", "unowned", "unheard")


@dataclass(frozen=True)
class Line:
    """One group: how many tickets, by column."""

    group: AccessGroup
    counts: dict[str, int]


def danger(person: User, now: datetime) -> list[Line]:
    """Every group with something in danger, the most broken promises first."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
    for found in (_by_deadline(person, now), _unowned(person), _unheard(person)):
        for group, numbers in found.items():
            counts[group] |= numbers
    groups = AccessGroup.objects.in_bulk(list(counts))
    lines = [Line(groups[pk], numbers) for pk, numbers in counts.items()]
    return sorted(lines, key=lambda line: [-line.counts[c] for c in COLUMNS] + [line.group.pk])


def sums(lines: list[Line]) -> dict[str, int]:
    return {column: sum(line.counts[column] for line in lines) for column in COLUMNS}


def at_work(person: User) -> TicketQuerySet:
    return Ticket.objects.visible_to(person).unresolved().live()


def _by_deadline(person: User, now: datetime) -> Counts:
    horizon = now + timedelta(hours=AHEAD_H[-1])
    ahead = {
        f"in_{hours}": Count("pk", Q(next_due_at__gte=now, next_due_at__lt=now + _hours(hours)))
        for hours in AHEAD_H
    }
    breached = Count("pk", Q(next_due_at__lt=now))
    return _grouped(at_work(person).due_before(horizon), breached=breached, **ahead)


def _hours(number: int) -> timedelta:
    return timedelta(hours=number)


def _unowned(person: User) -> Counts:
    return _grouped(at_work(person).unowned(), unowned=Count("pk"))


def _grouped(tickets: TicketQuerySet, **numbers: Any) -> Counts:
    names = list(numbers)
    rows = tickets.order_by().values_list("group").annotate(**numbers)
    return {group: dict(zip(names, counts, strict=True)) for group, *counts in rows}


def _unheard(person: User) -> Counts:
    found = unheard(person).order_by().values_list("ticket__group").annotate(Count("pk"))
    return {group: {"unheard": count} for group, count in found}


def unheard(person: User) -> QuerySet[Escalation]:
    """Escalations of which somebody was told and nobody has taken note, the latest first."""
    tickets = Ticket.objects.visible_to(person).not_closed()
    rows = Escalation.objects.filter(acknowledged_at=None, skipped="")
    return rows.filter(ticket__in=tickets.values("pk")).order_by("-raised_at", "-pk")


def kept(person: User, now: datetime, *, policy: Policy | None = None) -> FollowUp:
    """How the promise of 48 hours was kept lately, under this policy or any."""
    tickets = Ticket.objects.visible_to(person).live()
    if policy:
        tickets = tickets.filter(promise__policy__policy=policy)
    return follow_up(tickets, start=now - LOOKED_BACK, end=now, now=now)
