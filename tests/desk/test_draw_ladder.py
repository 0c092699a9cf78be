"""A ladder is drawn on a line of time …"""

from datetime import timedelta

import pytest

from desk.ladder_line import Lane, draw
from desk.rungs import tell_rungs
from tests.makers import NOW, make_policy
from tickets.escalation.rungs import DEFAULT_RUNGS, stored_rungs
from tickets.sla.models import PolicyVersion
from tickets.sla.policies import newest_policy, revise_policy, write_calendar

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def lanes(policy: PolicyVersion, *extra: dict[str, object]) -> dict[str, Lane]:
    told = tell_rungs(stored_rungs([*DEFAULT_RUNGS, *extra]))
    return {lane.clock: lane for lane in draw(told, policy, NOW)}


def rung(**when: int) -> dict[str, object]:
    return {"clock": "follow_up", "when": when, "tell": ["lead"]}


def test_each_rung_stands_where_it_comes() -> None:
    lane = lanes(make_policy())["follow_up"]
    assert [(m.told.number, m.at - NOW) for m in lane.marks] == [
        (1, 24 * HOUR),
        (2, 36 * HOUR),
        (3, 48 * HOUR),
        (4, 72 * HOUR),
    ]
    assert [mark.x for mark in lane.marks] == ["36.0%", "52.0%", "68.0%", "96.0%"]
    assert (lane.due, lane.due_at) == ("68.0%", NOW + 48 * HOUR)
    assert [tick.words for tick in lane.ticks] == ["50 %", "75 %", "+ 24 h 0 min"]


def test_what_is_not_promised_is_said_and_not_drawn() -> None:
    found = lanes(make_policy(acknowledge_s=None))
    assert (found["acknowledge"].due_at, len(found["acknowledge"].untold)) == (None, 1)


def test_without_a_rung_after_it_the_line_ends_when_it_is_due() -> None:
    lane = lanes(make_policy())["resolve"]
    assert (lane.due, lane.goes_on) == ("96.0%", False)


def test_two_that_nearly_touch_stand_one_over_the_other() -> None:
    lane = lanes(make_policy(), rung(percent=52), rung(percent=98))["follow_up"]
    rows = {mark.told.number: mark.y for mark in lane.marks}
    assert rows[12] == rows[1] + 26
    assert rows[13] == rows[2]
    assert rows[3] == rows[1] + 26


def test_it_is_reckoned_in_the_hours_of_the_policy() -> None:
    week = {"mon": ["09:00-17:00"]}
    write_calendar(slug="mon", name="Mondays", zone="UTC", weekly=week, by=None, now=NOW)
    policy = make_policy(follow_up_s=8 * 3600).policy
    revise_policy(policy, {"calendar": "mon"}, by=None, now=NOW)
    lane = lanes(newest_policy(policy))["follow_up"]
    assert lane.marks[0].at.isoformat() == "2026-11-23T13:00:00+00:00"
    assert str(lane.due_at) == "2026-11-23 17:00:00+00:00"
