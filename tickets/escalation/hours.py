"""The working hours of everybody who keeps some: read once a pass."""

from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from accounts.models import User
from tickets.escalation.models import WorkingHours
from tickets.sla.calendars import Hours
from tickets.sla.models import CalendarVersion


def hours_by_person() -> dict[int, Hours]:
    """By number, as the calendar stands now, in the person's own zone. The same hours are the same
    object."""
    rows = list(WorkingHours.objects.values_list("user", "calendar", "user__time_zone"))
    if not rows:
        return {}
    versions = CalendarVersion.objects.filter(calendar__in={calendar for _, calendar, _ in rows})
    newest = versions.order_by("calendar", "-version").distinct("calendar")
    written = {version.calendar_id: version.hours() for version in newest}
    places = {(calendar, zone) for _, calendar, zone in rows}
    kept = {(calendar, zone): _in_zone(written[calendar], zone) for calendar, zone in places}
    return {user: kept[calendar, zone] for user, calendar, zone in rows}


def calendar_of(person: User) -> str | None:
    """The slug; None where they are reached at any hour."""
    kept = WorkingHours.objects.filter(user=person)
    return kept.values_list("calendar__slug", flat=True).first()


def _in_zone(hours: Hours, name: str) -> Hours:
    """A zone that was renamed away must not keep a notice from leaving."""
    try:
        return replace(hours, zone=ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return hours
