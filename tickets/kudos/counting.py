"""How much praise whom reached, by month and group: as far as the reader sees it."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Count
from django.db.models.functions import TruncMonth

from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Refused
from tickets.kudos.models import Kudos

EARLIEST = date(1900, 1, 1)
LATEST = date(2999, 12, 1)
MOST_MONTHS = 24

Json = dict[str, Any]


def counts_of(reader: User, first: date, last: date, *, group: str = "") -> list[Json]:
    """Of the months from that of `first` to that of `last`, in the reader's time zone: by group and
    name, the group itself last. A group that they do not see is none of theirs."""
    zone = zone_of(reader)
    seen = AccessGroup.objects.visible_to(reader)
    seen = seen.filter(slug=group) if group else seen
    rows = Kudos.objects.visible_to(reader).standing().filter(group__in=seen.values("pk"))
    rows = rows.filter(at__gte=_begin(first, zone), at__lt=_begin(month_after(last), zone))
    by_month = rows.order_by().values(
        "group__slug", "group__name", "person", "person__name", month=TruncMonth("at", tzinfo=zone)
    )
    found = [_line(row) for row in by_month.annotate(number=Count("pk"))]
    return sorted(found, key=_in_order)


def _line(row: Any) -> Json:
    person = {"id": row["person"], "name": row["person__name"]} if row["person"] else None
    return {
        "month": row["month"].date(),
        "group": {"slug": row["group__slug"], "name": row["group__name"]},
        "person": person,
        "number": row["number"],
    }


def _in_order(line: Json) -> Any:
    """By name and never by number: this is no race."""
    person = line["person"] or {"name": "", "id": 0}
    name = (line["person"] is None, person["name"].casefold(), person["id"])
    return (line["group"]["name"].casefold(), line["group"]["slug"], *name, line["month"])


def months_asked(first: date | None, last: date | None, reader: User, now: datetime) -> Any:
    """The first days of both months; without them this one and the last. Raises Refused."""
    newest = (last or now.astimezone(zone_of(reader)).date()).replace(day=1)
    if not EARLIEST <= newest <= LATEST:
        raise Refused.at("/last", "out_of_range", "A day of the years from 1900 to 2999.")
    oldest = (first or newest - timedelta(days=1)).replace(day=1)
    months = (newest.year - oldest.year) * 12 + newest.month - oldest.month + 1
    if not 1 <= months <= MOST_MONTHS:
        raise Refused.at("/first", "out_of_range", f"From 1 to {MOST_MONTHS} months are counted.")
    return oldest, newest


def zone_of(person: User) -> tzinfo:
    """A zone that was renamed away counts as UTC."""
    try:
        return ZoneInfo(person.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _begin(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day.replace(day=1), time(), zone).astimezone(UTC)
