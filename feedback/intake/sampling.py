"""When feedback was received, by a sample whose cost does not grow with what is stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from feedback.intake.models import Feedback

MOST_READ = 50_000
GRAIN_S = 3600
THINNER = 100
# Windows at the golden section of each grain: no habit of the hour falls into all of them.
GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Sample:
    """`received` in order; `is_whole` says that nothing was left out."""

    received: tuple[datetime, ...]
    is_whole: bool


def sample_receipts(start: datetime, end: datetime, *, most: int) -> Sample:
    """At most `most` receipts from `start` to `end` (exclusive).

    Of up to 50,000 evenly one of so many. Of more only a window of every hour is read, each
    equally long, so that busy times weigh as they did; where these miss nearly all, as they do
    where days were imported without a time, evenly of the newest 50,000.
    """
    newest, total = _evenly(start, end, most)
    if total <= MOST_READ:
        return Sample(tuple(sorted(newest)), is_whole=total == len(newest))
    found = _in_windows(start, end, most)
    return Sample(tuple(sorted(found if len(found) > most // 10 else newest)), is_whole=False)


def _evenly(start: datetime, end: datetime, most: int) -> tuple[list[datetime], int]:
    rows = _read(_EVENLY, start=start, end=end, most=most, read=MOST_READ + 1)
    return [received_at for received_at, _ in rows], rows[0][1] if rows else 0


def _in_windows(start: datetime, end: datetime, most: int) -> list[datetime]:
    window_s, found = _thinnest(start, end, most)
    wider_s = window_s * min(most * 0.8 / max(len(found), 1), THINNER)
    wider = _of_windows(start, end, wider_s, most)
    return wider if len(wider) <= most else found


def _thinnest(start: datetime, end: datetime, most: int) -> tuple[float, list[datetime]]:
    """Windows that hold no more than is wanted, and what they hold."""
    window_s = GRAIN_S / THINNER
    while len(found := _of_windows(start, end, window_s, most)) > most:
        window_s /= THINNER
    return window_s, found


def _of_windows(start: datetime, end: datetime, window_s: float, most: int) -> list[datetime]:
    grains = -(-(end - start) // timedelta(seconds=GRAIN_S))
    about = {"grains": grains, "grain": GRAIN_S, "window": window_s, "golden": GOLDEN}
    rows = _read(_IN_WINDOWS, start=start, end=end, most=most + 1, **about)
    return [received_at for (received_at,) in rows]


def _read(query: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query.format(table=Feedback._meta.db_table, counted=_COUNTED), values)
        return list(cursor.fetchall())


# Neither what is held nor spam.
_COUNTED = """NOT EXISTS (SELECT 1 FROM intake_quarantine AS held
    WHERE held.feedback_id = heard.id AND held.released_at IS NULL)"""
_EVENLY = """
WITH newest AS MATERIALIZED (
    SELECT received_at FROM {table} AS heard
    WHERE received_at >= %(start)s AND received_at < %(end)s AND {counted}
    ORDER BY received_at DESC LIMIT %(read)s
), counted AS (
    SELECT received_at, row_number() OVER (ORDER BY received_at) AS n, count(*) OVER () AS total
    FROM newest
)
SELECT received_at, total FROM counted WHERE (n - 1) %% ((total - 1) / %(most)s + 1) = 0
"""
_IN_WINDOWS = """
SELECT found.received_at
FROM generate_series(0, %(grains)s - 1) AS grain (n)
CROSS JOIN LATERAL (
    SELECT %(start)s::timestamptz + make_interval(secs => grain.n * %(grain)s::float8
        + (%(grain)s - %(window)s) * mod((grain.n * %(golden)s)::numeric, 1)::float8) AS opens
) AS part
CROSS JOIN LATERAL (
    SELECT received_at FROM {table} AS heard
    WHERE received_at >= part.opens AND received_at < %(end)s AND {counted}
        AND received_at < part.opens + make_interval(secs => %(window)s)
) AS found
LIMIT %(most)s
"""
