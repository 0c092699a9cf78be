"""The board: every promise in danger before it breaks, group by group."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from accounts.models import AccessGroup, User
from insights.promises import FollowUp, follow_up
from tickets.escalation.models import Escalation
from tickets.sla.models import Policy
from tickets.work.models import Ticket, TicketQuerySet

AHEAD_H = (4, 12, 24)
MOST_SHOWN = 10
LOOKED_BACK = timedelta(days=28)
MINUTE = 60
Counts = dict[int, dict[str, int]]
Groups = Sequence[int]

COLUMNS = ("breached", "in_4", "in_12", "in_24", "unowned", "unheard")


@dataclass(frozen=True)
class Line:
    """One group: how many tickets, by column."""

    group: AccessGroup
    counts: dict[str, int]


@dataclass(frozen=True)
class Danger:
    """`unheard` are the numbers of the escalations that the board may show, in no order."""

    lines: list[Line]
    unheard: list[int]


def danger(person: User, groups: Groups, now: datetime) -> Danger:
    """Every group with something in danger, the most broken promises first. `groups` are the
    numbers of those that they see."""
    counts: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
    unheard_of, latest = _unheard(person, groups)
    for found in (_tickets(person, groups, now), unheard_of):
        for group, numbers in found.items():
            counts[group] |= numbers
    known = AccessGroup.objects.in_bulk(list(counts))
    lines = [Line(known[pk], numbers) for pk, numbers in counts.items()]
    worst = sorted(lines, key=lambda line: [-line.counts[c] for c in COLUMNS] + [line.group.pk])
    return Danger(worst, latest)


def sums(lines: list[Line]) -> dict[str, int]:
    return {column: sum(line.counts[column] for line in lines) for column in COLUMNS}


def at_work(person: User, groups: Groups) -> TicketQuerySet:
    return Ticket.objects.visible_to(person, within=groups).unresolved().live()


@dataclass(frozen=True)
class Lanes:
    """What to look at first, each by the next deadline."""

    breached: list[Ticket]
    soon: list[Ticket]
    unowned: list[Ticket]


def lanes(person: User, groups: Groups, now: datetime) -> Lanes:
    """One look for all three: each is the head of an index, and most stand in two of them."""
    waiting = at_work(person, groups).by_next_deadline()
    heads = [waiting.due_before(now), waiting.not_due_before(now), waiting.unowned()]
    first, *others = (rows.values("pk")[:MOST_SHOWN] for rows in heads)
    shown = Ticket.objects.filter(pk__in=first.union(*others)).by_next_deadline()
    found = list(shown.select_related("group", "assignee", "customer"))
    return Lanes(
        [one for one in found if one.next_due_at and one.next_due_at < now][:MOST_SHOWN],
        [one for one in found if one.next_due_at and one.next_due_at >= now][:MOST_SHOWN],
        [one for one in found if one.assignee_id is None][:MOST_SHOWN],
    )


def _tickets(person: User, groups: Groups, now: datetime) -> Counts:
    horizon = now + timedelta(hours=AHEAD_H[-1])
    ahead = {
        f"in_{hours}": Count("pk", Q(next_due_at__gte=now, next_due_at__lt=now + _hours(hours)))
        for hours in AHEAD_H
    }
    breached, unowned = Count("pk", Q(next_due_at__lt=now)), Count("pk", Q(assignee=None))
    rows = at_work(person, groups).filter(Q(next_due_at__lt=horizon) | Q(assignee=None))
    return _grouped(rows, breached=breached, **ahead, unowned=unowned)


def _hours(number: int) -> timedelta:
    return timedelta(hours=number)


def _grouped(tickets: TicketQuerySet, **numbers: Any) -> Counts:
    names = list(numbers)
    rows = tickets.order_by().values_list("group").annotate(**numbers)
    return {group: dict(zip(names, counts, strict=True)) for group, *counts in rows}


def _unheard(person: User, groups: Groups) -> tuple[Counts, list[int]]:
    """With the latest of each group."""
    found = unheard(person, groups).order_by().values_list("ticket__group")
    latest = ArrayAgg("pk", order_by=["-raised_at", "-pk"])
    rows = list(found.annotate(Count("pk"), latest=latest))
    counts = {group: {"unheard": count} for group, count, _ in rows}
    return counts, [pk for _, _, pks in rows for pk in pks[:MOST_SHOWN]]


def unheard(person: User, groups: Groups) -> QuerySet[Escalation]:
    """Escalations of which somebody was told and nobody has taken note, the latest first. Of
    imported history nobody was ever told; what is over concerns nobody any more."""
    tickets = Ticket.objects.visible_to(person, within=groups).live()
    rows = Escalation.objects.filter(acknowledged_at=None, skipped="", over=False)
    return rows.filter(ticket__in=tickets.values("pk")).order_by("-raised_at", "-pk")


def kept(person: User, now: datetime, *, policy: Policy | None = None) -> FollowUp:
    """How the promise of 48 hours was kept lately, under this policy or any. Four weeks look the
    same for a minute, and to read all their clocks takes longer than the rest of a page."""
    key = f"kept:{person.pk}:{policy.pk if policy else 'any'}"
    found: FollowUp | None = cache.get(key)
    if found is None:
        found = _kept(person, now, policy)
        cache.set(key, found, MINUTE)
    return found


def _kept(person: User, now: datetime, policy: Policy | None) -> FollowUp:
    tickets = Ticket.objects.visible_to(person).live()
    if policy:
        tickets = tickets.filter(promise__policy__policy=policy)
    return follow_up(tickets, start=now - LOOKED_BACK, end=now, now=now)
