"""How long customers waited: for word that we have it, for a person, for the end. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from insights.measures.rows import Repair, eligible
from insights.measures.survival import Curve, curve_of

HOUR, DAY = 3600, 86_400
# Where a curve is told: few enough to be read as a table, and 48 hours among them.
MARKS = (
    *(900, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, 24 * HOUR, 36 * HOUR, 48 * HOUR),
    *(3 * DAY, 4 * DAY, 7 * DAY, 10 * DAY, 14 * DAY, 21 * DAY, 28 * DAY, 60 * DAY, 90 * DAY),
)


def to_acknowledge(rows: Iterable[Repair], now: datetime) -> Curve:
    """From the receipt of eligible first cycles to the automatic acknowledgement, or to the first
    contact that reached them where that came first: either way they know that we have it."""
    first = eligible(rows).first
    return curve_of(_times(((r, _earliest(r.acknowledged_at, r.reached_at)) for r in first), now))


def to_first_contact(rows: Iterable[Repair], now: datetime) -> Curve:
    """From the receipt of eligible repairs to the first contact of a person that reached them. What
    was closed without one goes on waiting: closing makes nobody quicker."""
    return curve_of(_times(((row, row.reached_at) for row in eligible(rows)), now))


def to_close(rows: Iterable[Repair], now: datetime) -> Curve:
    """From the receipt of eligible first cycles to the end of their ticket, however often it had to
    begin anew."""
    first = eligible(rows).first
    return curve_of(_times(((row, row.ended_at) for row in first), now))


def _earliest(*times: datetime | None) -> datetime | None:
    return min((at for at in times if at is not None), default=None)


def _times(
    ends: Iterable[tuple[Repair, datetime | None]], now: datetime
) -> Iterator[tuple[int, bool]]:
    """Whole seconds. What happens after the moment of the report has not happened."""
    for row, end in ends:
        done = end is not None and end <= now
        until = end if end is not None and done else now
        yield max(int((until - row.received_at).total_seconds()), 0), done
