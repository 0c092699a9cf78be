"""A policy that cannot be kept says so when it is saved, and before."""

from datetime import timedelta

import pytest

from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import make_feedback
from tickets.sla.hours import WEEKDAYS
from tickets.sla.models import Policy, PolicyVersion
from tickets.sla.policies import write_calendar

pytestmark = pytest.mark.django_db

POLICIES, FORECAST = "/api/v1/sla-policies", "/api/v1/sla-policies/forecast"
DAY = timedelta(days=1)
WORKDAYS = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
ALWAYS = {day: ["00:00-24:00"] for day in WEEKDAYS}


@pytest.fixture(autouse=True)
def _house(cast: Cast) -> None:
    """Something every day for four weeks; an office that is closed at weekends."""
    now = moment()
    for slug, weekly in (
        ("office", WORKDAYS),
        ("always", ALWAYS),
    ):
        write_calendar(slug=slug, name=slug.title(), zone="UTC", weekly=weekly, by=None, now=now)
    for ago in range(28):
        make_feedback(received_at=now - ago * DAY - timedelta(seconds=1))
    make_feedback(received_at=now - 91 * DAY)


def test_a_draft_is_held_against_the_roster_that_is_named(cast: Cast) -> None:
    said = {"follow_up_s": 172_800, "acknowledge_s": 3600, "roster": "office"}
    forecast = api(cast.admin).post(FORECAST, said).json()["forecast"]
    (office,) = forecast["rosters"]
    assert (forecast["receipts"], forecast["is_sample"], office["roster"]) == (28, False, "office")
    assert office["targets"].keys() == {"acknowledge_s", "follow_up_s"}
    found = office["targets"]["follow_up_s"]
    assert (found["closed"] >= 8, found["is_kept"], found["tolerated"]) == (True, False, 0.05)
    assert found["cure"]["weekly"]
    assert (found["cure"]["share"], found["cure"]["is_enough"]) == (0, True)
    assert "fall due while Office is closed" in found["sentences"][0]


def test_a_draft_is_held_against_every_calendar_where_none_is_named(cast: Cast) -> None:
    forecast = api(cast.admin).post(FORECAST, {"follow_up_s": 172_800}).json()["forecast"]
    assert [one["roster"] for one in forecast["rosters"]] == ["always", "office"]


def test_a_draft_writes_nothing(cast: Cast) -> None:
    assert api(cast.admin).post(FORECAST, {"calendar": "office"}).status_code == 200
    assert not PolicyVersion.objects.exists()
    assert not Policy.objects.exists()


def test_a_policy_that_counts_by_the_roster_is_kept(cast: Cast) -> None:
    said = {"follow_up_s": 57_600, "calendar": "office", "roster": "office"}
    (office,) = api(cast.admin).post(FORECAST, said).json()["forecast"]["rosters"]
    found = office["targets"]["follow_up_s"]
    assert (found["closed"], found["is_kept"], found["cure"]["weekly"]) == (0, True, {})
    assert found["real_s"] > found["open_s"] == 57_600


def test_what_is_saved_answers_with_its_forecast(cast: Cast) -> None:
    client = api(cast.admin)
    written = client.post(POLICIES, {"slug": "gold", "name": "Gold"})
    assert written.status_code == 201
    assert not written.json()["forecast"]["rosters"][1]["targets"]["follow_up_s"]["is_kept"]
    changed = client.patch(f"{POLICIES}/gold", {"calendar": "office", "follow_up_s": 28_800})
    assert changed.json()["forecast"]["rosters"][1]["targets"]["follow_up_s"]["is_kept"]
    assert "forecast" not in client.get(f"{POLICIES}/gold").json()


@pytest.mark.parametrize(
    "said, pointer",
    [
        ({"roster": "nowhere"}, "/roster"),
        ({"calendar": "nowhere"}, "/calendar"),
        ({"follow_up_s": 0}, "/follow_up_s"),
        ({"target": 3}, "/target"),
    ],
)
def test_a_draft_is_refused_with_a_pointer(cast: Cast, said: dict, pointer: str) -> None:
    response = api(cast.admin).post(FORECAST, said)
    assert response.status_code == 422, response.json()
    assert [fault["pointer"] for fault in response.json()["errors"]] == [pointer]


def test_without_a_calendar_there_is_no_forecast(cast: Cast) -> None:
    client = api(cast.admin)
    for slug in ("office", "always"):
        assert client.delete(f"/api/v1/calendars/{slug}").status_code == 204
    assert client.post(FORECAST, {}).json() == {"forecast": None}
