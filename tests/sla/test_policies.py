from datetime import datetime, timedelta
from typing import Any

import pytest

from cxloop.kernel.errors import Conflict, Refused
from tests.makers import make_policy
from tickets.sla.actions.begin import Start, make_promises, start_clocks
from tickets.sla.models import Calendar, CalendarVersion, Kind, Policy, PolicyVersion, Promise
from tickets.sla.policies import (
    archive_calendar,
    archive_policy,
    newest_policy,
    revise_calendar,
    revise_policy,
    write_calendar,
    write_policy,
)

pytestmark = pytest.mark.django_db

WORKDAYS = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def office(now: datetime, **facts: Any) -> CalendarVersion:
    given = {"slug": "office", "name": "Office", "zone": "Europe/Berlin", "weekly": WORKDAYS}
    return write_calendar(**{**given, **facts}, by=None, now=now)


def policy(now: datetime, **facts: Any) -> PolicyVersion:
    given = {"slug": "standard", "name": "Standard", "targets": {"follow_up_s": 172_800}}
    return write_policy(**{**given, **facts}, by=None, now=now)


def faults_of(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_a_policy_keeps_the_hours_of_its_calendar(now: datetime) -> None:
    office(now)
    written = policy(now, calendar="office")
    assert written.version == 1
    assert written.hours().zone.key == "Europe/Berlin"


def test_without_a_calendar_it_is_round_the_clock(now: datetime) -> None:
    assert policy(now).hours().never_closes


REFUSED = [
    ({"follow_up_s": 0}, "/follow_up_s"),
    ({"follow_up_s": 172_800, "resolve_s": -1}, "/resolve_s"),
    ({"follow_up_s": 172_800, "acknowledge_s": 2**31 - 1}, "/acknowledge_s"),
]


@pytest.mark.parametrize("targets, pointer", REFUSED)
def test_a_target_takes_time_and_not_for_ever(now: datetime, targets: Any, pointer: str) -> None:
    with pytest.raises(Refused) as refused:
        policy(now, targets=targets)
    assert faults_of(refused) == [(pointer, "out_of_range")]
    assert not Policy.objects.exists()


def test_a_target_that_rare_hours_never_reach_is_refused(now: datetime) -> None:
    office(now, weekly={"sun": ["09:00-09:01"]})
    with pytest.raises(Refused) as refused:
        policy(now, calendar="office")
    assert faults_of(refused) == [("/follow_up_s", "never_due")]


def test_an_unknown_calendar_is_refused(now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        policy(now, calendar="none-such")
    assert faults_of(refused) == [("/calendar", "unknown_calendar")]


def test_a_slug_is_given_once(now: datetime) -> None:
    policy(now)
    with pytest.raises(Refused) as refused:
        policy(now)
    assert faults_of(refused) == [("/slug", "taken")]


def test_hours_that_cannot_be_kept_are_refused(now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        office(now, weekly={"mon": ["09:00-18:00", "17:00-19:00"]})
    assert faults_of(refused) == [("/weekly/mon", "overlap")]


def test_revising_a_policy_writes_the_next_version(now: datetime) -> None:
    first = policy(now)
    second = revise_policy(first.policy, {"follow_up_s": 86_400}, by=None, now=now)
    assert (second.version, second.follow_up_s) == (2, 86_400)
    assert PolicyVersion.objects.get(version=1).follow_up_s == 172_800


def test_the_same_again_writes_no_version(now: datetime) -> None:
    first = policy(now)
    again = revise_policy(
        first.policy, {"follow_up_s": 172_800, "calendar": None}, by=None, now=now
    )
    assert again.version == 1


def test_clocks_that_run_keep_the_version_they_started_under(now: datetime) -> None:
    first = make_policy()
    promise = make_promises([Promise(policy=first, opened_at=now)])[0]
    (clock,) = start_clocks([Start(promise, Kind.FOLLOW_UP, now)], now=now)
    revise_policy(first.policy, {"follow_up_s": 60}, by=None, now=now)
    clock.refresh_from_db()
    assert clock.due_at == now + timedelta(hours=48)
    assert clock.policy == first


def test_revised_hours_reach_the_policies_that_keep_them(now: datetime) -> None:
    calendar = office(now).calendar
    kept, other = policy(now, calendar="office"), policy(now, slug="other")
    revise_calendar(calendar, {"exceptions": {"2026-12-25": []}}, by=None, now=now)
    followed = newest_policy(kept.policy)
    assert followed.version == 2
    assert followed.calendar is not None
    assert followed.calendar.version == 2
    assert newest_policy(other.policy).version == 1


def test_revised_hours_must_still_reach_the_targets(now: datetime) -> None:
    calendar = office(now).calendar
    policy(now, calendar="office")
    with pytest.raises(Refused) as refused:
        revise_calendar(calendar, {"weekly": {"sun": ["09:00-09:01"]}}, by=None, now=now)
    assert faults_of(refused) == [("/follow_up_s", "never_due")]
    assert calendar.versions.count() == 1


def test_the_same_hours_again_write_no_version(now: datetime) -> None:
    calendar = office(now).calendar
    revise_calendar(calendar, {"weekly": WORKDAYS, "name": "House"}, by=None, now=now)
    assert calendar.versions.count() == 1
    assert Calendar.objects.get().name == "House"


def test_hours_in_use_are_not_archived(now: datetime) -> None:
    calendar = office(now).calendar
    used = policy(now, calendar="office")
    with pytest.raises(Conflict) as conflict:
        archive_calendar(calendar, now=now)
    assert conflict.value.code == "in_use"
    archive_policy(used.policy, now=now)
    archive_calendar(calendar, now=now)
    assert Calendar.objects.get().archived_at == now


def test_what_is_archived_is_not_revised(now: datetime) -> None:
    archived = policy(now).policy
    archive_policy(archived, now=now)
    with pytest.raises(Conflict):
        revise_policy(archived, {"follow_up_s": 60}, by=None, now=now)
