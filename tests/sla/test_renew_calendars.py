"""Closed days that come from elsewhere are looked at again, and what they were stays written."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from cxloop.kernel.errors import Conflict, Refused
from tests.sla.serving import Answer, serving
from tests.sla.test_policies import office, policy
from tests.sla.test_read_ical import event, file
from tickets.sla.actions.begin import Start, make_promises, start_clocks
from tickets.sla.explain import add_up
from tickets.sla.fetching import fetch
from tickets.sla.models import CalendarVersion, Clock, Kind, PolicyVersion, Promise
from tickets.sla.models.upkeep import Upkeep
from tickets.sla.policies import archive_calendar, newest_policy, revise_calendar
from tickets.sla.renewing import take_ical
from tickets.sla.sweeps import renew_calendars
from tickets.sla.writing import hours_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
GERMANY = {"country": "DE"}
CHRISTMAS = file(event("DTSTART;VALUE=DATE:20261225", name="Christmas"))


def newest() -> CalendarVersion:
    return CalendarVersion.objects.order_by("-version")[0]


def sweep(at: datetime, **options: Any) -> int:
    return renew_calendars(clock=lambda: at, **options)


@pytest.fixture
def answer() -> Answer:
    return Answer(body=CHRISTMAS)


@pytest.fixture
def address(answer: Answer) -> Iterator[str]:
    with serving(answer) as found:
        yield found


here = partial(fetch, most=10_000, may_reach=lambda number: number.is_loopback)


def forget(days: int) -> None:
    """As if the library had not known of some days when the version was written."""
    version = newest()
    known = dict(list(version.holidays["days"].items())[:-days])
    follow = {**version.holidays, "days": known}
    CalendarVersion.objects.create(
        calendar=version.calendar,
        version=version.version + 1,
        zone=version.zone,
        weekly=version.weekly,
        holidays=follow,
        written_at=version.written_at,
    )


class TestHolidays:
    def test_their_days_stand_in_the_version(self, now: datetime) -> None:
        version = office(now, holidays=GERMANY)
        assert version.holidays["days"]["2026-12-25"] == "Christmas Day"
        assert version.hours().on(datetime(2026, 12, 25).date()) == ()

    def test_explicit_hours_win(self, now: datetime) -> None:
        version = office(now, holidays=GERMANY, exceptions={"2026-12-25": ["10:00-12:00"]})
        assert version.hours().on(datetime(2026, 12, 25).date()) == ((600, 720),)

    def test_a_deadline_names_them(self, now: datetime) -> None:
        office(now, holidays=GERMANY)
        kept = policy(now, calendar="office", targets={"follow_up_s": 26 * 8 * 3600})
        promise = make_promises([Promise(policy=kept, opened_at=now)])[0]
        (clock,) = start_clocks([Start(promise, Kind.FOLLOW_UP, now)], now=now)
        events = [row.as_event() for row in clock.events.order_by("position")]
        said = {stretch.why for stretch in add_up(events, hours_of(clock), now=now).stretches}
        assert "closed on 2026-12-25, Christmas Day" in said

    def test_the_same_question_writes_no_version(self, now: datetime) -> None:
        calendar = office(now, holidays=GERMANY).calendar
        for asked in (GERMANY, {"country": "DE", "region": "", "categories": ["public"]}):
            revise_calendar(calendar, {"holidays": asked}, by=None, now=now + 900 * DAY)
        assert calendar.versions.count() == 1

    def test_a_year_later_nothing_has_changed(self, now: datetime) -> None:
        office(now, holidays=GERMANY)
        assert sweep(now) == 0
        assert sweep(now + 400 * DAY) == 1
        assert newest().version == 1
        upkeep = Upkeep.objects.get()
        assert (upkeep.looked_at, upkeep.look_at) == (now + 400 * DAY, now + 401 * DAY)

    def test_they_go_further_before_their_years_run_out(self, now: datetime) -> None:
        office(now, holidays=GERMANY)
        kept = policy(now, calendar="office").policy
        sweep(now + 3 * 366 * DAY)
        assert (newest().version, newest().holidays["last_year"]) == (2, 2041)
        followed = newest_policy(kept)
        assert followed.calendar == newest()

    def test_what_the_library_has_learnt_is_the_next_version(self, now: datetime) -> None:
        office(now, holidays=GERMANY)
        forget(3)
        assert sweep(now + DAY) == 1
        first, _, third = CalendarVersion.objects.order_by("version")
        assert third.holidays == first.holidays

    def test_a_running_clock_keeps_its_own(self, now: datetime) -> None:
        office(now, holidays=GERMANY)
        forget(200)
        kept = policy(now, calendar="office", targets={"follow_up_s": 26 * 8 * 3600})
        promise = make_promises([Promise(policy=kept, opened_at=now)])[0]
        (clock,) = start_clocks([Start(promise, Kind.FOLLOW_UP, now)], now=now)
        sweep(now + DAY)
        assert PolicyVersion.objects.count() == 2
        again = Clock.objects.get()
        assert (again.due_at, again.policy) == (clock.due_at, kept)
        assert hours_of(again) != newest().hours()

    def test_none_are_looked_at_where_none_are_asked_for(self, now: datetime) -> None:
        calendar = office(now, holidays=GERMANY).calendar
        revise_calendar(calendar, {"holidays": None}, by=None, now=now)
        assert (newest().holidays, Upkeep.objects.count()) == ({}, 0)

    def test_an_archived_calendar_is_left_alone(self, now: datetime) -> None:
        calendar = office(now, holidays=GERMANY).calendar
        archive_calendar(calendar, now=now)
        assert not Upkeep.objects.exists()


class TestAddress:
    def test_its_days_come_with_the_next_sweep(
        self, now: datetime, address: str, answer: Answer
    ) -> None:
        office(now, ical={"address": address})
        assert newest().closings() == {}
        assert sweep(now, fetch=here) == 1
        assert newest().closings() == {"2026-12-25": "Christmas"}
        assert (newest().version, newest().written_by) == (2, None)
        assert sweep(now, fetch=here) == 0
        assert len(answer.paths) == 1

    def test_the_same_file_writes_no_version(self, now: datetime, address: str) -> None:
        office(now, ical={"address": address})
        sweep(now, fetch=here)
        sweep(now + DAY, fetch=here)
        assert newest().version == 2

    def test_another_file_is_the_next_version(
        self, now: datetime, address: str, answer: Answer
    ) -> None:
        office(now, ical={"address": address})
        sweep(now, fetch=here)
        answer.body = file(event("DTSTART;VALUE=DATE:20261224"))
        sweep(now + DAY, fetch=here)
        assert newest().closings() == {"2026-12-24": "Holiday"}

    @pytest.mark.parametrize(
        "wrong, said",
        [
            (Answer(status=500), "500 Internal Server Error"),
            (Answer(body=b"<html>Sign in</html>"), "no iCal file"),
            (Answer(body=file()), "closes no day"),
            (Answer(body=b"x" * 20_000), "larger than"),
        ],
    )
    def test_what_fails_leaves_the_last_days_and_says_why(
        self, now: datetime, address: str, answer: Answer, wrong: Answer, said: str
    ) -> None:
        office(now, ical={"address": address})
        sweep(now, fetch=here)
        answer.status, answer.body = wrong.status, wrong.body
        assert sweep(now + DAY, fetch=here) == 1
        assert newest().closings() == {"2026-12-25": "Christmas"}
        upkeep = Upkeep.objects.get()
        assert said in upkeep.last_error
        assert upkeep.looked_at == now
        assert sweep(now + DAY, fetch=here) == 0
        answer.status, answer.body = 200, CHRISTMAS
        assert sweep(now + DAY + timedelta(minutes=1), fetch=here) == 1
        assert Upkeep.objects.get().last_error == ""

    def test_days_that_break_a_policy_are_not_taken(
        self, now: datetime, address: str, answer: Answer
    ) -> None:
        office(now, ical={"address": address})
        answer.body = file(
            *[
                event(f"DTSTART;VALUE=DATE:{y}0101", "DURATION:P360D", uid=str(y))
                for y in (2027, 2028, 2029)
            ],
            event("DTSTART;VALUE=DATE:20271220", "DURATION:P30D", uid="x"),
        )
        sweep(now, fetch=here)
        assert "more than a year" in Upkeep.objects.get().last_error
        assert newest().version == 1

    def test_without_permission_it_does_not_reach_this_machine(
        self, now: datetime, address: str, answer: Answer
    ) -> None:
        office(now, ical={"address": address})
        assert sweep(now) == 1
        assert "public internet" in Upkeep.objects.get().last_error
        assert answer.paths == []

    def test_who_asked_for_something_else_meanwhile_is_not_overruled(
        self, now: datetime, address: str
    ) -> None:
        calendar = office(now, ical={"address": address}).calendar

        def slow(asked: str) -> bytes:
            revise_calendar(calendar, {"ical": None}, by=None, now=now)
            return CHRISTMAS

        sweep(now, fetch=slow)
        assert (newest().ical, Upkeep.objects.count()) == ({}, 0)

    def test_no_second_worker_takes_it_up(self, now: datetime, address: str) -> None:
        office(now, ical={"address": address})
        beside = []

        def slow(asked: str) -> bytes:
            beside.append(sweep(now, fetch=here))
            return CHRISTMAS

        assert sweep(now, fetch=slow) == 1
        assert beside == [0]

    @pytest.mark.parametrize(
        "asked, pointer",
        [
            ("https://a.example/b.ics", "/ical"),
            ({"address": "https://a.example/b.ics", "every": 5}, "/ical"),
            ({"address": "ftp://a.example/b.ics"}, "/ical/address"),
            ({"address": 7}, "/ical/address"),
        ],
    )
    def test_no_other_address_is_taken(self, now: datetime, asked: Any, pointer: str) -> None:
        with pytest.raises(Refused) as refused:
            office(now, ical=asked)
        assert [fault.pointer for fault in refused.value.faults] == [pointer]


class TestFile:
    def test_its_days_count_at_once(self, now: datetime) -> None:
        version = take_ical(office(now).calendar, CHRISTMAS, by=None, now=now)
        assert version.closings() == {"2026-12-25": "Christmas"}

    def test_it_goes_further_before_its_years_run_out(self, now: datetime) -> None:
        yearly = file(event("DTSTART;VALUE=DATE:20201225", "RRULE:FREQ=YEARLY"))
        take_ical(office(now).calendar, yearly, by=None, now=now)
        sweep(now + DAY)
        assert newest().version == 2
        sweep(now + 3 * 366 * DAY)
        assert (newest().version, max(newest().closings())) == (3, "2041-12-25")

    def test_it_takes_the_place_of_an_address(self, now: datetime) -> None:
        calendar = office(now, ical={"address": "https://a.example/b.ics"}).calendar
        take_ical(calendar, CHRISTMAS, by=None, now=now)
        assert [(row.address, row.text[:15]) for row in Upkeep.objects.all()] == [
            ("", "BEGIN:VCALENDAR")
        ]
        revise_calendar(
            calendar, {"ical": {"address": "https://a.example/b.ics"}}, by=None, now=now
        )
        assert [(row.address, row.text) for row in Upkeep.objects.all()] == [
            ("https://a.example/b.ics", "")
        ]

    def test_an_archived_calendar_takes_none(self, now: datetime) -> None:
        calendar = office(now).calendar
        archive_calendar(calendar, now=now)
        with pytest.raises(Conflict):
            take_ical(calendar, CHRISTMAS, by=None, now=now)

    def test_holidays_and_a_file_close_together(self, now: datetime) -> None:
        calendar = office(now, holidays=GERMANY).calendar
        eve = file(
            event("DTSTART;VALUE=DATE:20261224", name="Company day"),
            event("DTSTART;VALUE=DATE:20261225", name="Yule", uid="2"),
        )
        closed = take_ical(calendar, eve, by=None, now=now).closings()
        assert closed["2026-12-24"] == "Company day"
        assert closed["2026-12-25"] == "Christmas Day; Yule"
