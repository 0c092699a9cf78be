"""What became of every repair is recorded on a row of its own, and again when it goes on."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from insights.models import RepairRecord, Unrecorded, Walked
from insights.repair_facts import facts_of, tickets_before
from insights.repair_rows import rows_of
from tickets.problems.actions.gather import NAMES_A_CAUSE
from tickets.work.actions.tags import RETAGGED
from tickets.work.models import Ticket
from tickets.work.walking import A_STRETCH, next_stretch


@transaction.atomic
def note_repairs(*, now: datetime) -> int:
    """Walks the history on from where it was left, at first from its beginning: the tickets it
    tells of wait to be recorded, and where a cause was named those that their customers had before,
    which may have been of the same. How many entries it passed."""
    walked = _walked()
    if passed := next_stretch(walked.entry, now=now):
        # A tag renamed on a million tickets changes no repair.
        told = {one.ticket for one in passed if one.kind != RETAGGED}
        named = {one.ticket for one in passed if one.kind in NAMES_A_CAUSE}
        _want(told | (tickets_before(named) if named else set()), now)
        walked.entry = passed[-1].entry
        walked.save(update_fields=["entry"])
    return len(passed)


def _walked() -> Walked:
    """Locked."""
    for_repairs = Walked.objects.filter(pk=Walked.Why.REPAIRS)
    if not for_repairs.exists():
        Walked.objects.bulk_create([Walked(id=Walked.Why.REPAIRS, entry=0)], ignore_conflicts=True)
    return for_repairs.select_for_update(no_key=True).get()


def _want(tickets: Iterable[int], now: datetime) -> None:
    """In one order, so that two who want the same do not wait for each other."""
    rows = [Unrecorded(ticket_id=number, since=now) for number in sorted(tickets)]
    Unrecorded.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def look_again(*, now: datetime) -> int:
    """Repairs received thirty or ninety days ago: what their customers did since is in no history
    of theirs. How many wait to be recorded now."""
    due = RepairRecord.objects.to_look_at_again(now).select_for_update(
        no_key=True, skip_locked=True
    )
    found = dict(due.values_list("pk", "ticket")[:A_STRETCH])
    _want(set(found.values()), now)
    RepairRecord.objects.filter(pk__in=list(found)).update(look_again_at=None)
    return len(found)


def record_repairs(unrecorded: list[Unrecorded], now: datetime) -> None:
    """Anew as a whole, from what is stored; twice is the same as once. The rows must be locked:
    whatever happens meanwhile is walked over later, and recorded again. A customer's value stays
    what it was when it was first known."""
    tickets = [row.pk for row in unrecorded]
    rows = [RepairRecord(**one) for facts in facts_of(tickets) for one in rows_of(facts, now)]
    _keep_values(rows, tickets)
    RepairRecord.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["ticket", "cycle"], update_fields=_REWRITTEN
    )
    Unrecorded.objects.filter(pk__in=tickets).delete()


_REWRITTEN = [
    field.name
    for field in RepairRecord._meta.concrete_fields
    if field.name not in ("id", "ticket", "cycle")
]


def _keep_values(rows: list[RepairRecord], tickets: list[int]) -> None:
    known = RepairRecord.objects.filter(ticket__in=tickets, value__isnull=False)
    first = {(t, cycle): value for t, cycle, value in known.values_list("ticket", "cycle", "value")}
    for row in rows:
        if row.value is not None:
            row.value = first.get((row.ticket_id, row.cycle), row.value)


def record_all_again(*, now: datetime) -> int:
    """Every ticket that is stored waits to be recorded; the rows that are there stay until then."""
    table, tickets = Unrecorded._meta.db_table, Ticket._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (ticket_id, since, attempts, last_error)"
            f" SELECT promise_id, %s, 0, '' FROM {tickets} ON CONFLICT DO NOTHING",
            [now],
        )
        return int(cursor.rowcount)
