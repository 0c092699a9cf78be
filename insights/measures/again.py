"""Did it come back? Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from insights.measures.compared import Compared
from insights.measures.recovered import of_eligible
from insights.measures.rows import LONG, SHORT, Eligible, Repair, eligible
from insights.shares import Share

WINDOWS = (SHORT, LONG)


def reopened(rows: Iterable[Repair], window: timedelta, now: datetime) -> Share:
    """Of eligible repairs that were resolved so long ago, the share that had to begin anew within
    the window after it."""
    old = [r for r in eligible(rows) if r.resolved_at is not None and r.resolved_at + window <= now]
    return Share(sum(_within(row.reopened_at, row.resolved_at, window) for row in old), len(old))


def failed_again(rows: Iterable[Repair], window: timedelta) -> Share:
    """Of eligible first cycles of known customers, received so long ago, the share whose customer
    complained anew, on another ticket, within the window after the receipt."""
    old = _old(rows, window)
    return Share(
        sum(_within(row.failed_again_at, row.received_at, window) for row in old), len(old)
    )


def same_cause_again(rows: Iterable[Repair], window: timedelta) -> Share:
    """Of the same, as far as their root cause is known, the share whose customer met the same
    cause anew."""
    old = [row for row in _old(rows, window) if row.cause]
    again = sum(_within(row.same_cause_again_at, row.received_at, window) for row in old)
    return Share(again, len(old))


def _old(rows: Iterable[Repair], window: timedelta) -> list[Repair]:
    """What the customer did since is known up to when the row was looked at."""
    first = eligible(rows).first
    return [
        row for row in first if row.person is not None and row.received_at + window <= row.looked_at
    ]


def _within(at: datetime | None, since: datetime | None, window: timedelta) -> bool:
    return at is not None and since is not None and since <= at <= since + window


@dataclass(frozen=True)
class Double:
    """`share` of eligible repairs that are double deviations: a repair that had failed before, or a
    failure within 90 days of the customer's last one. `won_back` are those of them won back, beside
    the first failures."""

    share: Share
    won_back: Compared


def double_deviations(rows: Iterable[Repair]) -> Double:
    counted = eligible(rows)
    first, second = Eligible(), Eligible()
    for row in counted:
        (second if row.is_second_failure else first).append(row)
    return Double(
        share=Share(len(second), len(counted)),
        won_back=Compared(of_eligible(second), of_eligible(first)),
    )
