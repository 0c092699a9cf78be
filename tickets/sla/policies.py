"""Everything that can happen to a calendar or a policy. Each act writes a version and changes none:
a clock keeps the version it started under."""

from datetime import datetime, timedelta
from typing import Any, TypedDict, TypeVar

from django.db import transaction

from accounts.acceptable import acceptable_name
from accounts.actions.unique import given_once
from accounts.models import User
from cxloop.kernel.errors import Conflict, Fault, Refused
from tickets.sla.calendars import ROUND_THE_CLOCK, Hours
from tickets.sla.closed_days import ask
from tickets.sla.models import Calendar, CalendarVersion, Policy, PolicyVersion
from tickets.sla.reach import refuse_out_of_reach
from tickets.sla.upkeeping import leave_alone, look_after

LONGEST_TARGET = 366 * 86_400
LONGEST_WEEKS = 522
TARGETS = ("acknowledge_s", "follow_up_s", "resolve_s")
WRITTEN = ("zone", "weekly", "exceptions")
HOURS = (*WRITTEN, "holidays", "ical")

Row = TypeVar("Row", Calendar, Policy)


class Targets(TypedDict, total=False):
    """Seconds; none means no such clock. A follow-up is always promised."""

    acknowledge_s: int | None
    follow_up_s: int
    resolve_s: int | None


@transaction.atomic
def write_calendar(
    *,
    slug: str,
    name: str,
    zone: str,
    weekly: Any,
    by: User | None,
    now: datetime,
    exceptions: Any = None,
    holidays: Any = None,
    ical: Any = None,
) -> CalendarVersion:
    """`holidays` is {"country": "DE", "region": "BY"}, `ical` {"address": "https://…"}: the days of
    an address come by the next sweep. Raises BadCalendar, or Refused where the slug is taken."""
    calendar = Calendar(slug=slug, name=acceptable_name(name), created_at=now)
    first = CalendarVersion(calendar=calendar, version=1, written_at=now, written_by=by)
    first.zone, first.weekly, first.exceptions = zone, weekly, exceptions or {}
    first.holidays, first.ical = ask(first, {"holidays": holidays, "ical": ical}, now=now).values()
    refuse_out_of_reach(first.hours())
    with given_once("/slug", "There is a calendar of this slug already."):
        calendar.save(force_insert=True)
    first.calendar_id = calendar.pk
    first.save(force_insert=True)
    look_after(first, now=now)
    return first


@transaction.atomic
def revise_calendar(
    calendar: Calendar, changes: dict[str, Any], *, by: User | None, now: datetime
) -> CalendarVersion:
    """Only what is named changes. The policies in force that keep these hours follow, each with a
    version of its own; clocks that run do not. The same again writes nothing."""
    latest = lock_calendar(calendar)
    _rename(latest.calendar, changes)
    named = {name: changes[name] for name in WRITTEN if name in changes}
    return follow(latest, named | ask(latest, changes, now=now), by=by, now=now)


def lock_calendar(calendar: Calendar) -> CalendarVersion:
    """Its newest version, which nobody else follows meanwhile. Raises Conflict `archived`."""
    locked = _unarchived(Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk))
    return newest_calendar(locked)


def follow(
    latest: CalendarVersion, changed: dict[str, Any], *, by: User | None, now: datetime
) -> CalendarVersion:
    """The next version of a calendar that is locked; policies in force follow it."""
    before = {name: getattr(latest, name) for name in HOURS}
    if before | changed == before:
        return latest
    version = CalendarVersion(calendar=latest.calendar, version=latest.version + 1, written_at=now)
    for name, value in (before | changed | {"written_by": by}).items():
        setattr(version, name, value)
    refuse_out_of_reach(version.hours())
    version.save(force_insert=True)
    look_after(version, now=now)
    for policy in _keeping(latest.calendar):
        _check_targets(_targets_of(policy), version.hours())
        _next_version(policy, {"calendar": version}, by, now)
    return version


@transaction.atomic
def archive_calendar(calendar: Calendar, *, now: datetime) -> None:
    """Offered no more. Raises Conflict `in_use` while a policy in force keeps these hours."""
    calendar = Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    users = [version.policy.slug for version in _keeping(calendar)]
    if users:
        raise Conflict(f"Policies keep these hours: {', '.join(users)}.", code="in_use")
    calendar.archived_at = calendar.archived_at or now
    calendar.save(update_fields=["archived_at"])
    leave_alone(calendar)


@transaction.atomic
def write_policy(
    *,
    slug: str,
    name: str,
    targets: Targets,
    by: User | None,
    now: datetime,
    calendar: str | None = None,
) -> PolicyVersion:
    """`calendar` is a slug; none is round the clock. Raises Refused with pointers."""
    version = PolicyVersion(version=1, written_at=now, written_by=by, **targets)
    version.calendar = _calendar_named(calendar)
    _check_targets(_targets_of(version), version.hours())
    version.policy = Policy(slug=slug, name=acceptable_name(name), created_at=now)
    with given_once("/slug", "There is a policy of this slug already."):
        version.policy.save(force_insert=True)
    version.policy_id = version.policy.pk
    version.save(force_insert=True)
    return version


@transaction.atomic
def revise_policy(
    policy: Policy, changes: dict[str, Any], *, by: User | None, now: datetime
) -> PolicyVersion:
    """Only what is named changes, for promises made from now on. The same again writes nothing."""
    changed: dict[str, Any] = {name: changes[name] for name in TARGETS if name in changes}
    if "calendar" in changes:  # calendars are locked before policies, everywhere
        changed["calendar"] = _calendar_named(changes["calendar"])
    policy = _unarchived(Policy.objects.select_for_update(no_key=True).get(pk=policy.pk))
    _rename(policy, changes)
    latest = newest_policy(policy)
    if all(getattr(latest, name) == value for name, value in changed.items()):
        return latest
    hours = changed.get("calendar", latest.calendar)
    _check_targets(
        _targets_of(latest) | {name: changed[name] for name in TARGETS if name in changed},
        hours.hours() if hours else ROUND_THE_CLOCK,
    )
    return _next_version(latest, changed, by, now)


def archive_policy(policy: Policy, *, now: datetime) -> None:
    """Offered to rules no more; what was promised by it is kept."""
    Policy.objects.current().filter(pk=policy.pk).update(archived_at=now)


def newest_calendar(calendar: Calendar) -> CalendarVersion:
    return calendar.versions.order_by("-version")[0]


def newest_policy(policy: Policy) -> PolicyVersion:
    versions = policy.versions.select_related("policy", "calendar__calendar")
    return versions.order_by("-version")[0]


def _unarchived(row: Row) -> Row:
    if row.archived_at:
        raise Conflict("It is archived and cannot be changed.", code="archived")
    return row


def _rename(row: Calendar | Policy, changes: dict[str, Any]) -> None:
    if "name" in changes:
        row.name = acceptable_name(changes["name"])
        row.save(update_fields=["name"])


def _keeping(calendar: Calendar) -> list[PolicyVersion]:
    """The policies in force by these hours, locked, each by its newest version."""
    policies = Policy.objects.current().order_by("pk").select_for_update(no_key=True)
    newest = [newest_policy(policy) for policy in policies]
    return [v for v in newest if v.calendar and v.calendar.calendar_id == calendar.pk]


def _next_version(
    latest: PolicyVersion, changed: dict[str, Any], by: User | None, now: datetime
) -> PolicyVersion:
    kept = {name: getattr(latest, name) for name in ("policy", "calendar", *TARGETS)}
    return PolicyVersion.objects.create(
        version=latest.version + 1, written_at=now, written_by=by, **kept | changed
    )


def _calendar_named(slug: str | None) -> CalendarVersion | None:
    if slug is None:
        return None
    calendars = Calendar.objects.current().select_for_update(no_key=True)
    calendar = calendars.filter(slug=slug).first()
    if calendar is None:
        raise Refused.at("/calendar", "unknown_calendar", "The slug of a calendar is wanted here.")
    return newest_calendar(calendar)


def _targets_of(version: PolicyVersion) -> dict[str, int | None]:
    return {name: getattr(version, name) for name in TARGETS}


def _check_targets(targets: dict[str, int | None], hours: Hours) -> None:
    faults = [
        Fault(f"/{name}", *fault)
        for name, seconds in targets.items()
        if seconds is not None and (fault := _fault_of(seconds, hours))
    ]
    if faults:
        raise Refused(faults)


def _fault_of(seconds: int, hours: Hours) -> tuple[str, str] | None:
    if not 0 < seconds <= LONGEST_TARGET:
        return "out_of_range", f"1 to {LONGEST_TARGET:,} seconds are a target."
    # Hours that hardly ever open would put the due time beyond any calendar.
    if timedelta(seconds=seconds) / hours.week_length > LONGEST_WEEKS:
        return "never_due", "In these hours that would take more than ten years."
    return None
