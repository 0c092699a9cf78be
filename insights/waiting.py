"""Who has waited longest for a first contact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from tickets.sla.models import Kind
from tickets.work.models import TicketQuerySet


@dataclass(frozen=True)
class Oldest:
    """The first contact that a group owes longest, by the numbers of group and ticket."""

    group: int
    ticket: int
    since: datetime

    @property
    def ref(self) -> str:
        return f"T-{self.ticket}"


def oldest_waiting(tickets: TicketQuerySet) -> list[Oldest]:
    """Of each group with anybody who waits, the longest first. It reads what is open, whatever is
    stored."""
    with connection.cursor() as cursor:
        cursor.execute(*longest(tickets))
        found = [Oldest(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (one.since, one.ticket))


def longest(tickets: TicketQuerySet) -> tuple[str, list[Any]]:
    """The question and its values. A ticket has its promise's number: by way of the promises
    themselves, as Django would ask, this takes half as long again."""
    opened = tickets.live().not_closed().order_by().values("group_id", "pk")
    query, values = opened.query.get_compiler(opened.db, elide_empty=False).as_sql()
    return _LONGEST.format(tickets=query), [*values, Kind.FOLLOW_UP.value]


_LONGEST = """
SELECT DISTINCT ON (opened.group_id) opened.group_id, opened.pk, clock.started_at
FROM ({tickets}) AS opened (group_id, pk)
JOIN sla_clock AS clock ON clock.promise_id = opened.pk
WHERE clock.kind = %s AND clock.met_at IS NULL AND clock.voided_at IS NULL
ORDER BY opened.group_id, clock.started_at, opened.pk
"""
