"""Nobody is woken, and nobody hears too late. NOW is a Friday, 9 o'clock in UTC; the default ladder
warns on Saturday at 9 and at 21, and the promise falls due on Sunday at 9."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import api
from tests.desk.browsing import browse, text_of
from tests.escalation.climbing import (
    AT_DUE,
    HALF,
    HEARD,
    HOUR,
    acknowledge,
    clock_of,
    keep_office_hours,
    letters_to,
    make_default_ladder,
    make_ladder,
    raised,
    sweep,
    told,
    wake,
)
from tests.makers import NOW, make_policy, make_ticket
from tickets.escalation.models import Escalation, Notice
from tickets.escalation.quiet import tell_at
from tickets.sla.calendars import is_open, last_open, parse_hours
from tickets.work.actions.assign import assign_ticket
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

WEEK = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = parse_hours("UTC", WEEK, {})
NIGHT = parse_hours("Europe/Berlin", {"fri": ["22:00-06:00"]}, {"2026-11-20": []})
LAST_MINUTE = 8 - 1 / 60  # of Friday, in hours from NOW
MONDAY = 72


@pytest.mark.parametrize(
    "hours, at, expected",
    [
        (OFFICE, "2026-11-20 12:30", "2026-11-20 12:30"),
        (OFFICE, "2026-11-20 17:00", "2026-11-20 16:59"),
        (OFFICE, "2026-11-20 08:59", "2026-11-19 16:59"),
        (OFFICE, "2026-11-23 03:00", "2026-11-20 16:59"),
        (NIGHT, "2026-11-28 04:59", "2026-11-28 04:59"),
        (NIGHT, "2026-11-28 12:00", "2026-11-28 04:59"),
        (NIGHT, "2026-11-21 12:00", "2026-11-14 04:59"),
    ],
)
def test_the_last_open_minute(hours, at, expected):
    assert last_open(hours, instant(at)) == instant(expected)


@given(st.integers(0, 400 * 86_400))
def test_the_last_open_minute_is_open_and_the_last(seconds):
    at = NOW + timedelta(seconds=seconds)
    found = last_open(OFFICE, at)
    assert found <= at
    assert is_open(OFFICE, found)
    assert found == at or not is_open(OFFICE, found + timedelta(minutes=1))


@pytest.mark.parametrize(
    "at, due_at, now, expected",
    [
        ("21 09:00", "22 09:00", "20 16:59", "20 16:59"),  # brought forward
        ("21 09:00", "22 09:00", "20 12:00", "20 16:59"),
        ("20 12:00", "22 09:00", "20 12:00", "20 12:00"),  # open
        ("20 15:00", "22 09:00", "20 12:00", "20 15:00"),  # early for others, not for them
        ("21 09:00", "22 09:00", "21 09:00", "21 09:00"),  # missed, and no opening before it is due
        ("21 09:00", "24 09:00", "21 09:00", "23 09:00"),  # missed, and one before
        ("22 09:00", "22 09:00", "22 09:01", "23 09:00"),  # broken: the opening
        ("20 10:00", "20 10:00", "20 10:01", "20 10:01"),
    ],
)
def test_when_somebody_is_told(at, due_at, now, expected):
    rung, due, seen, then = (instant(f"2026-11-{text}") for text in (at, due_at, now, expected))
    assert tell_at(rung, due, OFFICE, seen) == then
    assert tell_at(rung, due, None, seen) == max(rung, seen)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def reach(ticket: Ticket, person, hours: float) -> None:
    by, now = acting(person), NOW + hours * HOUR
    log_contact(locked(ticket.pk), channel="phone", reached=True, body="", by=by, now=now)


@pytest.mark.django_db
class TestWarning:
    def test_it_is_brought_forward_into_the_last_open_minute(self, ticket, cast):
        keep_office_hours(cast.agent)
        sweep(0)
        assert clock_of(ticket).next_action_at == NOW + LAST_MINUTE * HOUR
        sweep(LAST_MINUTE)
        assert (raised(ticket), told(ticket, 1)) == ({1: HEARD}, {"Agent"})
        (letter,) = letters_to("agent")
        assert letter.written_at == NOW + LAST_MINUTE * HOUR
        row = Escalation.objects.get()
        assert row.what["foreseen_for"] == (NOW + 24 * HOUR).isoformat()
        sweep(24)
        assert Escalation.objects.count() == 1
        assert len(letters_to("agent")) == 1

    def test_it_is_read_in_the_persons_own_zone(self, ticket, cast):
        cast.agent.time_zone = "Europe/Berlin"
        cast.agent.save()
        keep_office_hours(cast.agent)
        sweep(0)
        assert clock_of(ticket).next_action_at == NOW + (LAST_MINUTE - 1) * HOUR

    def test_others_hear_at_its_own_time(self, ticket, cast):
        make_ladder(cast.group, (HALF, ["owner", "lead"]))
        keep_office_hours(cast.agent)
        sweep(LAST_MINUTE)
        assert told(ticket, 1) == {"Agent", "Lead"}
        assert (len(letters_to("agent")), len(letters_to("lead"))) == (1, 0)
        sweep(23.9)
        assert letters_to("lead") == []
        sweep(24)
        assert len(letters_to("lead")) == 1

    def test_what_is_urgent_comes_at_its_time(self, ticket, cast):
        make_ladder(cast.group, (HALF, ["owner"]), (AT_DUE, ["lead"]), urgent=True)
        for person in (cast.agent, cast.lead):
            keep_office_hours(person)
        for hours in (0, LAST_MINUTE):
            sweep(hours)
        assert raised(ticket) == {}
        sweep(24)
        assert len(letters_to("agent")) == 1
        sweep(48.01)
        assert len(letters_to("lead")) == 1

    def test_whoever_owns_it_by_then_is_warned(self, ticket, cast):
        keep_office_hours(cast.lead)
        sweep(0)
        by = acting(cast.agent)
        assign_ticket(locked(ticket.pk), assignee=cast.lead, by=by, now=NOW + 5 * HOUR)
        sweep(LAST_MINUTE)
        assert told(ticket, 1) == {"Lead"}

    def test_nothing_is_brought_forward_for_somebody_who_will_not_hear(self, ticket, cast):
        keep_office_hours(cast.manager)
        for hours in (0, LAST_MINUTE):
            sweep(hours)
        assert raised(ticket) == {}
        sweep(24)
        assert told(ticket, 1) == {"Agent"}

    def test_a_lower_rung_at_its_own_time_is_still_heard(self, ticket, cast):
        keep_office_hours(cast.lead)
        sweep(LAST_MINUTE)
        assert (raised(ticket), told(ticket, 2)) == ({2: HEARD}, {"Lead"})
        sweep(24)
        assert (raised(ticket), told(ticket, 1)) == ({1: HEARD, 2: HEARD}, {"Agent"})

    def test_whose_hours_are_set_later_is_not_missed(self, ticket, cast):
        sweep(0)
        keep_office_hours(cast.agent)
        wake(NOW)
        assert clock_of(ticket).next_action_at == NOW
        sweep(1)
        assert clock_of(ticket).next_action_at == NOW + LAST_MINUTE * HOUR

    def test_where_the_minute_was_missed_it_comes_before_it_is_too_late(self, ticket, cast):
        keep_office_hours(cast.agent)
        sweep(12)
        assert raised(ticket) == {}
        sweep(24)
        assert len(letters_to("agent")) == 1

    def test_where_the_minute_was_missed_it_may_wait_for_the_opening(self, cast):
        make_default_ladder()
        policy = make_policy(acknowledge_s=None, resolve_s=None, follow_up_s=96 * 3600)
        ticket = make_ticket(cast.group, policy=policy, assignee=cast.agent)
        keep_office_hours(cast.agent)
        sweep(12)
        sweep(48)
        assert (told(ticket, 1), letters_to("agent")) == ({"Agent"}, [])
        assert Notice.objects.get().tell_at == NOW + MONDAY * HOUR

    def test_a_pause_holds_it_back_too(self, ticket, cast):
        keep_office_hours(cast.lead)
        make_ladder(cast.group, ({"percent": 10}, ["owner"]), (HALF, ["lead"]))
        sweep(4.8)
        acknowledge(ticket, 1, cast.agent, 5)
        sweep(LAST_MINUTE)
        assert raised(ticket) == {1: HEARD}

    def test_who_comes_at_the_time_it_said_misses_nothing(self, ticket, cast):
        for person in (cast.agent, cast.lead, cast.manager, cast.admin):
            keep_office_hours(person)
        at = 0.0
        while at is not None:
            sweep(at)
            next_at = clock_of(ticket).next_action_at
            at = next_at and (next_at - NOW) / HOUR
        assert raised(ticket) == {1: HEARD, 2: HEARD, 3: HEARD, 4: HEARD}
        opening = NOW + MONDAY * HOUR
        found = Notice.objects.order_by("escalation__rung").values_list("tell_at", flat=True)
        assert list(found)[:3] == [NOW + LAST_MINUTE * HOUR] * 2 + [opening]


@pytest.mark.django_db
class TestNotice:
    def test_it_waits_for_the_opening(self, ticket, cast):
        keep_office_hours(cast.manager)
        sweep(48.01)
        assert (told(ticket, 3), letters_to("manager")) == ({"Manager"}, [])
        sweep(MONDAY - 0.01)
        assert letters_to("manager") == []
        sweep(MONDAY)
        (letter,) = letters_to("manager")
        assert "Overdue by: 24 h 0 min" in letter.body

    def test_nobody_hears_on_monday_of_what_was_put_right_on_sunday(self, ticket, cast):
        keep_office_hours(cast.manager)
        sweep(48.01)
        reach(ticket, cast.agent, 50)
        shown = text_of(browse(cast.agent).get(f"/tickets/{ticket.ref}"))
        assert "Not written to after all: Manager" in shown
        sweep(MONDAY)
        assert letters_to("manager") == []
        assert Notice.objects.get(user=cast.manager).dropped == "met"

    def test_what_waits_for_one_person_becomes_one_letter(self, ticket, cast):
        policy = ticket.promise.policy
        for _ in range(24):
            make_ticket(cast.group, policy=policy, assignee=cast.agent)
        keep_office_hours(cast.manager)
        sweep(48.01)
        sweep(MONDAY)
        (letter,) = letters_to("manager")
        assert letter.subject == "25 promises in danger or broken"

    def test_the_page_of_the_ticket_says_when(self, ticket, cast):
        keep_office_hours(cast.manager)
        sweep(48.01)
        Notice.objects.update(tell_at=NOW + 10**4 * HOUR)
        assert "Manager hears at" in text_of(browse(cast.agent).get(f"/tickets/{ticket.ref}"))


@pytest.mark.django_db
class TestApi:
    def test_one_keeps_hours_of_ones_own(self, cast):
        keep_office_hours(cast.lead)
        agent, path = api(cast.agent), "/api/v1/me/working-hours"
        assert agent.get(path).json() == {"calendar": None}
        assert agent.put(path, {"calendar": "office"}).json() == {"calendar": "office"}
        assert agent.get(path).json() == {"calendar": "office"}
        assert agent.put(path, {"calendar": None}).json() == {"calendar": None}

    def test_an_admin_says_it_for_others(self, cast):
        keep_office_hours(cast.lead)
        path = f"/api/v1/users/{cast.agent.pk}/working-hours"
        assert api(cast.admin).put(path, {"calendar": "office"}).status_code == 200
        assert api(cast.auditor).get(path).json() == {"calendar": "office"}
        assert api(cast.agent).put(path, {"calendar": None}).status_code == 403

    @pytest.mark.parametrize("body", [{}, {"calendar": "nowhere"}, {"calender": "office"}])
    def test_it_refuses_at_the_place_that_is_wrong(self, cast, body):
        answer = api(cast.agent).put("/api/v1/me/working-hours", body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] in {"/calendar", "/calender"}
