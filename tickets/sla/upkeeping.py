"""Which calendars are looked at again: written with each version, for holidays and iCal."""

from datetime import datetime

from cxloop.kernel.nudge import nudge_after_commit
from tickets.sla.models import Calendar, CalendarVersion
from tickets.sla.models.upkeep import LOOKED_AT_EVERY, Origin, Upkeep, UpkeepQuerySet


def look_after(version: CalendarVersion, *, now: datetime) -> None:
    """Its holidays tomorrow, its address at once; what it no longer has, never again."""
    _look_after_holidays(version, now)
    _look_after_address(version, now)


def keep_file(version: CalendarVersion, text: str, *, now: datetime) -> None:
    """The file that was handed in, to be read again when its years run short."""
    facts = {"text": text, "look_at": now + LOOKED_AT_EVERY, "looked_at": now}
    _of(version, Origin.ICAL).delete()
    Upkeep.objects.create(calendar=version.calendar, origin=Origin.ICAL, **facts)


def leave_alone(calendar: Calendar) -> None:
    Upkeep.objects.filter(calendar=calendar).delete()


def _look_after_holidays(version: CalendarVersion, now: datetime) -> None:
    if not version.holidays:
        _of(version, Origin.HOLIDAYS).delete()
        return
    facts = {"look_at": now + LOOKED_AT_EVERY, "looked_at": now}
    Upkeep.objects.update_or_create(
        calendar=version.calendar, origin=Origin.HOLIDAYS, defaults=facts
    )


def _look_after_address(version: CalendarVersion, now: datetime) -> None:
    address = version.ical.get("address", "")
    if not version.ical:
        _of(version, Origin.ICAL).delete()
    elif address:
        _of(version, Origin.ICAL).exclude(address=address).delete()
    if address and not _of(version, Origin.ICAL).exists():
        facts = {"address": address, "look_at": now}
        Upkeep.objects.create(calendar=version.calendar, origin=Origin.ICAL, **facts)
        nudge_after_commit("calendars")


def _of(version: CalendarVersion, origin: Origin) -> UpkeepQuerySet:
    return Upkeep.objects.filter(calendar=version.calendar, origin=origin)
