"""Everything that can happen to a calendar or a policy. Each act writes a version and changes none:
a clock keeps the version it started under."""

from datetime import datetime, timedelta
from typing import Any, TypedDict, TypeVar

from django.db import transaction

from accounts.acceptable import acceptable_name, acceptable_slug
from accounts.actions.unique import given_once
from accounts.models import User
from cxloop.kernel.errors import Conflict, Fault, Refused
from tickets.sla.calendars import Hours
from tickets.sla.closed_days import ask
from tickets.sla.models import Calendar, CalendarVersion, Policy, PolicyVersion
from tickets.sla.reach import refuse_out_of_reach
from tickets.sla.targets import (
    LONGEST_TARGET,
    TARGETS,
    faults_in_pauses,
    faults_in_reminders,
    is_target,
    read_variants,
)
from tickets.sla.upkeeping import leave_alone, look_after

LONGEST_WEEKS = 522
LONGEST_LAW = 200
WRITTEN = ("zone", "weekly", "exceptions")
HOURS = (*WRITTEN, "holidays", "ical")
_OUT_OF_RANGE = "out_of_range", f"1 to {LONGEST_TARGET:,} seconds are a target."

Row = TypeVar("Row", Calendar, Policy)


class Given(TypedDict, total=False):
    """Targets in seconds, none for no such clock, a follow-up always; variants and pauses as the
    module of targets reads them."""

    acknowledge_s: int | None
    follow_up_s: int
    next_reply_s: int | None
    resolve_s: int | None
    keep_in_loop_s: int | None
    close_loop_s: int | None
    approve_s: int | None
    variants: Any
    pauses: Any
    reminders: Any
    reopens_for_s: int | None
    again_within_s: int | None


GIVEN = (*TARGETS, "variants", "pauses", "reminders", "reopens_for_s", "again_within_s")


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
    kept = {"slug": acceptable_slug(slug), "name": acceptable_name(name)}
    calendar = Calendar(**kept, created_at=now)
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


def draft_calendar(
    said: dict[str, Any], *, now: datetime, latest: CalendarVersion | None = None
) -> CalendarVersion:
    """As it would be kept after `latest`, or as a first version: checked and not saved. The days of
    an address are not known before a sweep has read it. Raises BadCalendar."""
    kept = {name: getattr(latest, name) for name in HOURS} if latest else {}
    draft = CalendarVersion(**kept | {name: said[name] for name in WRITTEN if name in said})
    for name, value in ask(draft, said, now=now).items():
        setattr(draft, name, value)
    refuse_out_of_reach(draft.hours())
    return draft


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
        _next_version(policy, {"calendar": version}, by, now)
    return version


@transaction.atomic
def archive_calendar(calendar: Calendar, *, now: datetime) -> None:
    """Offered no more. Raises Conflict `in_use` while a policy in force keeps these hours."""
    calendar = Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    users = [version.policy.slug for version in _keeping(calendar)]
    if users:
        said = f"Policies keep these hours: {', '.join(users)}."
        raise Conflict(said, code="in_use", names=users)
    calendar.archived_at = calendar.archived_at or now
    calendar.save(update_fields=["archived_at"])
    leave_alone(calendar)


@transaction.atomic
def write_policy(
    *,
    slug: str,
    name: str,
    targets: Given,
    by: User | None,
    now: datetime,
    calendar: str | None = None,
    law: str = "",
) -> PolicyVersion:
    """`calendar` is a slug; none is round the clock. `law` is what obliges us to it. Raises Refused
    with pointers."""
    version = draft_policy(targets, calendar)
    version.version, version.written_at, version.written_by = 1, now, by
    kept = {"slug": acceptable_slug(slug), "name": acceptable_name(name)}
    version.policy = Policy(**kept, created_at=now)
    version.policy.law = _acceptable_law(law)
    with given_once("/slug", "There is a policy of this slug already."):
        version.policy.save(force_insert=True)
    version.policy_id = version.policy.pk
    version.save(force_insert=True)
    return version


@transaction.atomic
def draft_policy(targets: Given, calendar: str | None = None) -> PolicyVersion:
    """As it would be kept, checked and not saved. Raises what write_policy raises of it."""
    version = PolicyVersion(**targets)
    version.calendar = _calendar_named(calendar)
    _make_acceptable(version)
    return version


@transaction.atomic
def revise_policy(
    policy: Policy, changes: dict[str, Any], *, by: User | None, now: datetime
) -> PolicyVersion:
    """Only what is named changes, for promises made from now on. The same again writes nothing."""
    changed: dict[str, Any] = {name: changes[name] for name in GIVEN if name in changes}
    if "calendar" in changes:  # calendars are locked before policies, everywhere
        changed["calendar"] = _calendar_named(changes["calendar"])
    policy = _unarchived(Policy.objects.select_for_update(no_key=True).get(pk=policy.pk))
    _rename(policy, changes)
    latest = newest_policy(policy)
    if all(getattr(latest, name) == value for name, value in changed.items()):
        return latest
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
    if isinstance(row, Policy) and "law" in changes:
        row.law = _acceptable_law(changes["law"])
        row.save(update_fields=["law"])


def _keeping(calendar: Calendar) -> list[PolicyVersion]:
    """The policies in force by these hours, locked, each by its newest version."""
    policies = Policy.objects.current().order_by("pk").select_for_update(no_key=True)
    newest = [newest_policy(policy) for policy in policies]
    return [v for v in newest if v.calendar and v.calendar.calendar_id == calendar.pk]


def _next_version(
    latest: PolicyVersion, changed: dict[str, Any], by: User | None, now: datetime
) -> PolicyVersion:
    kept = {name: getattr(latest, name) for name in ("policy", "calendar", *GIVEN)}
    version = PolicyVersion(
        version=latest.version + 1, written_at=now, written_by=by, **kept | changed
    )
    _make_acceptable(version)
    version.save(force_insert=True)
    return version


def _calendar_named(slug: str | None) -> CalendarVersion | None:
    if slug is None:
        return None
    calendars = Calendar.objects.current().select_for_update(no_key=True)
    calendar = calendars.filter(slug=slug).first()
    if calendar is None:
        raise Refused.at("/calendar", "unknown_calendar", "The slug of a calendar is wanted here.")
    return newest_calendar(calendar)


def _acceptable_law(law: str) -> str:
    if len(law) > LONGEST_LAW:
        raise Refused.at("/law", "too_long", f"At most {LONGEST_LAW} characters.")
    return law.strip()


def _make_acceptable(version: PolicyVersion) -> None:
    """As it will be kept. Raises Refused with a pointer for every fault."""
    hours = version.hours()
    version.variants, faults = read_variants(version.variants)
    faults += faults_in_pauses(version.pauses) + faults_in_reminders(version.reminders)
    for name in ("reopens_for_s", "again_within_s"):
        if (seconds := getattr(version, name)) is not None and not is_target(seconds):
            faults.append(Fault(f"/{name}", *_OUT_OF_RANGE))
    faults += _faults_in_targets({name: getattr(version, name) for name in TARGETS}, hours, "")
    for place, variant in enumerate(version.variants):
        given = {name: variant[name] for name in TARGETS if name in variant}
        faults += _faults_in_targets(given, hours, f"/variants/{place}")
    if faults:
        raise Refused(faults)


def _faults_in_targets(targets: dict[str, int | None], hours: Hours, at: str) -> list[Fault]:
    return [
        Fault(f"{at}/{name}", *fault)
        for name, seconds in targets.items()
        if seconds is not None and (fault := _fault_of(seconds, hours))
    ]


def _fault_of(seconds: int, hours: Hours) -> tuple[str, str] | None:
    if not is_target(seconds):
        return _OUT_OF_RANGE
    # Hours that hardly ever open would put the due time beyond any calendar.
    if timedelta(seconds=seconds) / hours.week_length > LONGEST_WEEKS:
        return "never_due", "In these hours that would take more than ten years."
    return None
