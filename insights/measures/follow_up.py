"""Were they answered in time? Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from insights.measures.rows import LIMIT, Eligible, Repair, eligible
from insights.shares import Share

MET, BREACHED, VOID = "met", "breached", "void"


def counted_for_48_hours(rows: Iterable[Repair], now: datetime) -> list[Repair]:
    """Owed a follow-up for 48 hours or longer. Closed without contact, with a reason, a repair is
    beside the rate; closed so after the 48 hours it stays in it: that is no way out."""
    old = now - LIMIT
    return [
        row
        for row in eligible(rows)
        if row.owed_at is not None and row.owed_at <= old and not is_void_in_time(row)
    ]


def is_void_in_time(row: Repair) -> bool:
    if row.follow_up != VOID or row.owed_at is None or row.voided_at is None:
        return False
    return row.voided_at <= row.owed_at + LIMIT


def is_within(at: datetime | None, since: datetime | None) -> bool:
    return at is not None and since is not None and at <= since + LIMIT


def in_48_hours(rows: Iterable[Repair], now: datetime) -> Share:
    """Of eligible repairs that are 48 hours old, the share that a person reached within 48 real
    hours of the receipt. An acknowledgement, a note, a letter that died and a call that nobody took
    reach nobody."""
    old = counted_for_48_hours(rows, now)
    return Share(sum(is_within(row.met_at, row.owed_at) for row in old), len(old))


def attempted_in_48_hours(rows: Iterable[Repair], now: datetime) -> Share:
    """Of the same, the share in which a person tried within 48 hours, whomever it reached: an
    attempt is no contact, and stands apart from it."""
    old = counted_for_48_hours(rows, now)
    return Share(sum(is_within(row.attempted_at, row.owed_at) for row in old), len(old))


def acknowledged(rows: Iterable[Repair]) -> Share:
    """Of eligible first cycles, the share whose receipt was acknowledged by itself. It keeps no
    promise but its own, and is in no other figure."""
    first = eligible(rows).first
    return Share(sum(row.acknowledged_at is not None for row in first), len(first))


def as_promised(rows: Iterable[Repair], now: datetime) -> Share:
    """Of eligible repairs whose follow-up is due by now, the share kept: by the targets and in the
    opening hours of their policies. What was kept early waits for its time too, or a long promise
    would count its wins first and its losses later; what nobody may answer owes nothing."""
    due = [
        row
        for row in eligible(rows)
        if row.due_at is not None and row.due_at <= now and row.follow_up != VOID
    ]
    return Share(sum(row.follow_up == MET for row in due), len(due))


def closed_without_contact(rows: Iterable[Repair]) -> int:
    """Eligible repairs closed in time without contact, with a reason: beside the rate. An answer
    that waits at a receipt to be opened suspends the promise too, and closes nothing."""
    return sum(is_void_in_time(row) and row.closed_at is not None for row in eligible(rows))


def on_track(rows: Iterable[Repair], now: datetime) -> int:
    """Eligible repairs younger than 48 hours: neither kept nor broken."""
    return sum(
        row.owed_at is not None and now < row.owed_at + LIMIT and not is_void_in_time(row)
        for row in eligible(rows)
    )


@dataclass(frozen=True)
class DayOf48:
    day: date
    in_48_hours: Share


def by_day(
    rows: Iterable[Repair], days: Iterable[date], zone: tzinfo, now: datetime
) -> Sequence[DayOf48]:
    """The share of each day of receipt, as that zone has days."""
    received = {day: Eligible() for day in days}
    for row in eligible(rows):
        received.setdefault(row.received_at.astimezone(zone).date(), Eligible()).append(row)
    return [DayOf48(day, in_48_hours(found, now)) for day, found in sorted(received.items())]
