"""A forecast of every night, and how the past ones have held."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from insights.calibration import Observation, judge
from insights.likely import look_ahead
from insights.models import Forecast, Verdict
from insights.reach import DAY, Outlook
from tickets.sla.ledger import BREACHED, MET
from tickets.work.models import Ticket

JUDGED_OVER = 56 * DAY
MOST_A_NIGHT = 500
_NIGHTLY = 0xF02E


@transaction.atomic
def note_forecasts(*, now: datetime) -> int:
    """Once a day, whoever comes first: judges the forecasts that have come due, then notes those of
    this night, at most 500, evenly among all. How many it noted."""
    if not _is_first() or Verdict.objects.of(now.date()).exists():
        return 0
    Forecast.objects.made_before(now - JUDGED_OVER).delete()
    Verdict.over(judge(list(_proven(now))), now=now).save(force_insert=True)
    outlooks = _evenly(look_ahead(Ticket.objects.all(), now))
    Forecast.objects.bulk_create([_row(one, now) for one in outlooks])
    return len(outlooks)


def _is_first() -> bool:
    """Until the transaction ends; the other one has nothing to wait for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_NIGHTLY])
        return bool(cursor.fetchone()[0])


def _proven(now: datetime) -> Iterator[Observation]:
    """Kept or broken by the due time that was forecast; what was closed without contact is
    neither, and what came due this very hour may not have been noted yet."""
    rows = Forecast.objects.come_due(now - DAY / 24).filter(clock__state__in=[MET, BREACHED])
    for row in rows.select_related("clock").order_by("made_at", "pk"):
        yield Observation(
            case=row.clock_id,
            began_at=row.clock.started_at,
            due_at=row.due_at,
            before=row.before,
            a_day=row.a_day,
            left_days=(row.due_at - row.made_at) / DAY,
            broke=row.clock.state == BREACHED,
        )


def _evenly(found: Sequence[Outlook]) -> Sequence[Outlook]:
    return found[:: len(found) // MOST_A_NIGHT + 1]


def _row(one: Outlook, now: datetime) -> Forecast:
    return Forecast(
        clock_id=one.waiting.clock,
        day=now.date(),
        made_at=now,
        due_at=one.waiting.due_at,
        before=one.before,
        a_day=one.a_day,
    )
