"""What one version of a calendar made of the one before."""

from collections.abc import Iterator, Mapping
from itertools import islice

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from desk.versions import MOST_SHOWN, VersionTold, told_versions
from tickets.sla.hours import WEEKDAYS as DAYS
from tickets.sla.models import Calendar, CalendarVersion

MOST_DAYS = 8


def versions_of(calendar: Calendar) -> list[VersionTold[CalendarVersion]]:
    kept = calendar.versions.select_related("written_by").order_by("-version")
    return told_versions(list(kept[: MOST_SHOWN + 1]), differences)


def differences(old: CalendarVersion, new: CalendarVersion) -> Iterator[str]:
    yield from _changed(_("Time zone"), old.zone, new.zone)
    for day, name in zip(DAYS, WEEKDAYS.values(), strict=True):
        yield from _changed(str(name), _hours(old.weekly, day), _hours(new.weekly, day))
    yield from _of_special_days(old.exceptions, new.exceptions)
    yield from _changed(_("Public holidays"), _country(old), _country(new))
    yield from _changed(_("iCal"), _ical(old), _ical(new))
    yield from _of_closed_days(old.closings(), new.closings())


def _changed(what: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield f"{what}: {before} → {after}"


def _hours(days: Mapping[str, list[str]], day: str) -> str:
    return ", ".join(days.get(day, ())) or _("closed")


def _of_special_days(old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> Iterator[str]:
    """Each by its date, the first few."""
    days = sorted(day for day in {*old, *new} if old.get(day) != new.get(day))
    for day in days[:MOST_DAYS]:
        before = _hours(old, day) if day in old else _("as in the week")
        after = _hours(new, day) if day in new else _("as in the week")
        yield f"{day}: {before} → {after}"
    if more := len(days) - MOST_DAYS if len(days) > MOST_DAYS else 0:
        yield ngettext("%(count)d special day more", "%(count)d special days more", more) % {
            "count": more
        }


def _country(version: CalendarVersion) -> str:
    known = version.holidays
    if not known:
        return _("none")
    return " · ".join(part for part in (known["country"], known["region"]) if part)


def _ical(version: CalendarVersion) -> str:
    if not version.ical:
        return _("none")
    return str(version.ical.get("address") or _("a file"))


def _of_closed_days(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    added, gone = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    if added:
        words = _("%(number)s closed days more: %(days)s")
        yield words % {"number": len(added), "days": _named(added, new)}
    if gone:
        words = _("%(number)s closed days less: %(days)s")
        yield words % {"number": len(gone), "days": _named(gone, old)}


def _named(days: list[str], names: Mapping[str, str]) -> str:
    said = [f"{day} {names[day]}" for day in islice(days, MOST_DAYS)]
    return ", ".join(said) + (" …" if len(days) > MOST_DAYS else "")
