"""The board: every promise in danger before it breaks, group by group."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from accounts.models import AccessGroup, User
from insights.promises import FollowUp, follow_up
from insights.waiting import Oldest, oldest_waiting
from tickets.escalation.models import Escalation
from tickets.sla.models import Policy
from tickets.work.filters import many, narrow, number
from tickets.work.models import Ticket, TicketQuerySet

AHEAD_H = (4, 12, 24)
MOST_SHOWN = 10
LOOKED_BACK = timedelta(days=28)
MINUTE = 60
Counts = dict[int, dict[str, int]]

COLUMNS = ("breached", "in_4", "in_12", "in_24", "unowned", "unheard")
# What the address of a board may say beside its filters.
BESIDE = ("wall",)


@dataclass(frozen=True)
class Look:
    """Who looks, and at what: `groups` are the numbers of those that they see; `only` narrows it to
    a group or an agent, by what tickets have."""

    person: User
    groups: Sequence[int]
    only: Q = field(default_factory=Q)

    def tickets(self) -> TicketQuerySet:
        seen = Ticket.objects.visible_to(self.person, within=self.groups)
        return seen.filter(self.only).live()

    def at_work(self) -> TicketQuerySet:
        return self.tickets().unresolved()


def look_of(person: User, groups: Sequence[AccessGroup], said: QueryDict) -> Look:
    """Raises Refused for an address that says something else than a group or an agent."""
    narrow(AccessGroup.objects.none(), said, _KNOWN, beside=BESIDE)
    only = Q()
    if "group" in said:
        slugs = set(many(said.getlist("group")))
        only &= Q(group__in=[group.pk for group in groups if group.slug in slugs])
    if "agent" in said:
        only &= Q(assignee__in=[number(value) for value in many(said.getlist("agent"))])
    return Look(person, [group.pk for group in groups], only)


_KNOWN = {
    "group": lambda values: Q(),
    "agent": lambda values: Q(pk__in=[number(value) for value in many(values)]),
}


@dataclass(frozen=True)
class Line:
    """One group: how many tickets, by column, and whom it has let wait longest."""

    group: AccessGroup
    counts: dict[str, int]
    oldest: Oldest | None


@dataclass(frozen=True)
class Danger:
    """`unheard` are the numbers of the escalations that the board may show, in no order."""

    lines: list[Line]
    unheard: list[int]
    oldest: Oldest | None


def danger(look: Look, known: Mapping[int, AccessGroup], now: datetime) -> Danger:
    """Every group with something in danger or somebody who waits, the most broken promises first.
    `known` are the groups that they see."""
    counts: Counts = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
    unheard_of, latest = _unheard(look)
    for found in (in_danger(look, now, by="group"), unheard_of):
        for group, numbers in found.items():
            counts[group] |= numbers
    waiting = oldest_waiting(look.tickets())
    oldest = {one.group: one for one in waiting}
    shown = {*counts, *oldest}
    groups = _named(shown, known)
    lines = [Line(groups[pk], counts[pk], oldest.get(pk)) for pk in shown]
    worst = sorted(lines, key=lambda line: [-line.counts[c] for c in COLUMNS] + [line.group.pk])
    return Danger(worst, latest, waiting[0] if waiting else None)


def _named(numbers: Iterable[int], known: Mapping[int, AccessGroup]) -> dict[int, AccessGroup]:
    """Also a group that has only shared tickets with them."""
    others = [pk for pk in numbers if pk not in known]
    return {**known, **(AccessGroup.objects.in_bulk(others) if others else {})}


def sums(lines: list[Line]) -> dict[str, int]:
    return {column: sum(line.counts[column] for line in lines) for column in COLUMNS}


@dataclass(frozen=True)
class Lanes:
    """What to look at first, each by the next deadline."""

    breached: list[Ticket]
    soon: list[Ticket]
    unowned: list[Ticket]


def lanes(look: Look, now: datetime) -> Lanes:
    """One look for all three: each is the head of an index, and most stand in two of them."""
    waiting = look.at_work().by_next_deadline()
    heads = [waiting.due_before(now), waiting.not_due_before(now), waiting.unowned()]
    first, *others = (rows.values("pk")[:MOST_SHOWN] for rows in heads)
    shown = Ticket.objects.filter(pk__in=first.union(*others)).by_next_deadline()
    found = list(shown.select_related("group", "assignee", "customer"))
    return Lanes(
        [one for one in found if one.next_due_at and one.next_due_at < now][:MOST_SHOWN],
        [one for one in found if one.next_due_at and one.next_due_at >= now][:MOST_SHOWN],
        [one for one in found if one.assignee_id is None][:MOST_SHOWN],
    )


def in_danger(look: Look, now: datetime, *, by: str) -> Counts:
    """How many tickets, by `group` or by `assignee`: it reads what falls due and what is
    nobody's."""
    horizon = now + timedelta(hours=AHEAD_H[-1])
    rows = look.at_work().filter(Q(next_due_at__lt=horizon) | Q(assignee=None))
    return grouped(rows, by, **columns(now), unowned=Count("pk", Q(assignee=None)))


def columns(now: datetime) -> dict[str, Count]:
    ahead = {
        f"in_{hours}": Count("pk", Q(next_due_at__gte=now, next_due_at__lt=now + _hours(hours)))
        for hours in AHEAD_H
    }
    return {"breached": Count("pk", Q(next_due_at__lt=now)), **ahead}


def _hours(number: int) -> timedelta:
    return timedelta(hours=number)


def grouped(rows: QuerySet[Any], by: str, **numbers: Any) -> Counts:
    names = list(numbers)
    found = rows.order_by().values_list(by).annotate(**numbers)
    return {whose: dict(zip(names, counts, strict=True)) for whose, *counts in found}


def _unheard(look: Look) -> tuple[Counts, list[int]]:
    """With the latest of each group."""
    found = unheard(look).order_by().values_list("ticket__group")
    latest = ArrayAgg("pk", order_by=["-raised_at", "-pk"])
    rows = list(found.annotate(Count("pk"), latest=latest))
    counts = {group: {"unheard": count} for group, count, _ in rows}
    return counts, [pk for _, _, pks in rows for pk in pks[:MOST_SHOWN]]


def unheard(look: Look) -> QuerySet[Escalation]:
    """Escalations of which somebody was told and nobody has taken note, the latest first. Of
    imported history nobody was ever told; what is over concerns nobody any more."""
    rows = Escalation.objects.filter(acknowledged_at=None, skipped="", over=False)
    tickets = look.tickets().values("pk")
    return rows.filter(ticket__in=tickets).order_by("-raised_at", "-pk")


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
