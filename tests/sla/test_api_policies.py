"""Policies and calendars over REST."""

from datetime import date, timedelta

import pytest

from tests.cast import Cast, api
from tests.sla.test_read_ical import event, file
from tickets.sla.models import PolicyVersion
from tickets.sla.sweeps import renew_calendars

pytestmark = pytest.mark.django_db

POLICIES, CALENDARS = "/api/v1/sla-policies", "/api/v1/calendars"
OFFICE = {
    "slug": "office",
    "name": "Office",
    "zone": "Asia/Seoul",
    "weekly": {"mon": ["09:00-18:00"], "fri": ["22:00-02:00"]},
}


def test_a_policy_is_written_read_changed_and_archived(cast: Cast) -> None:
    client = api(cast.admin)
    assert client.post(CALENDARS, OFFICE).status_code == 201
    body = {"slug": "gold", "name": "Gold", "acknowledge_s": 3600, "calendar": "office"}
    written = client.post(POLICIES, body)
    assert written.status_code == 201
    assert written.json() | {"written_at": "", "forecast": None} == {
        "slug": "gold",
        "name": "Gold",
        "law": "",
        "version": 1,
        "acknowledge_s": 3600,
        "follow_up_s": 172_800,
        "next_reply_s": None,
        "resolve_s": None,
        "keep_in_loop_s": None,
        "close_loop_s": None,
        "approve_s": None,
        "variants": [],
        "pauses": {"resolve": ["waiting"], "keep_in_loop": ["waiting"]},
        "reminders": [259_200, 604_800, 1_209_600],
        "reopens_for_s": None,
        "again_within_s": None,
        "calendar": "office",
        "written_at": "",
        "archived_at": None,
        "forecast": None,
    }
    changed = client.patch(f"{POLICIES}/gold", {"calendar": None, "name": "Golden"}).json()
    assert (changed["version"], changed["calendar"], changed["name"]) == (2, None, "Golden")
    assert client.delete(f"{POLICIES}/gold").status_code == 204
    assert client.get(POLICIES).json()["results"] == []
    assert client.get(f"{POLICIES}/gold").json()["archived_at"]
    assert client.patch(f"{POLICIES}/gold", {"follow_up_s": 1}).status_code == 409


def test_a_calendar_takes_its_policies_with_it(cast: Cast) -> None:
    client = api(cast.admin)
    client.post(CALENDARS, OFFICE)
    client.post(POLICIES, {"slug": "gold", "name": "Gold", "calendar": "office"})
    changed = client.patch(f"{CALENDARS}/office", {"exceptions": {"2026-12-25": []}})
    assert changed.json()["version"] == 2
    assert PolicyVersion.objects.count() == 2
    assert client.delete(f"{CALENDARS}/office").json()["code"] == "in_use"
    assert [row["version"] for row in client.get(CALENDARS).json()["results"]] == [2]


def test_auditors_read_and_all_others_are_shut_out(cast: Cast) -> None:
    for address in (POLICIES, CALENDARS, f"{POLICIES}/none-such"):
        assert api(cast.agent).get(address).status_code == 403
        assert api(cast.manager).patch(address, {}).status_code in (403, 405)
        assert api(None).get(address).status_code == 401
    assert api(cast.auditor).get(POLICIES).status_code == 200
    assert api(cast.auditor).post(POLICIES, {}).status_code == 403


@pytest.mark.parametrize(
    "address, body, pointer",
    [
        (CALENDARS, OFFICE | {"zone": "Mars/Olympus"}, "/zone"),
        (CALENDARS, OFFICE | {"weekly": {"mon": ["18:00"]}}, "/weekly/mon/0"),
        (CALENDARS, OFFICE | {"weekly": "always"}, "/weekly"),
        (CALENDARS, OFFICE | {"weekly": None}, "/weekly"),
        (CALENDARS, OFFICE | {"exceptions": [1]}, "/exceptions"),
        (CALENDARS, OFFICE | {"slug": "a b"}, "/slug"),
        (CALENDARS, OFFICE | {"holidays": {"country": "XX"}}, "/holidays/country"),
        (CALENDARS, OFFICE | {"holidays": "DE"}, "/holidays"),
        (CALENDARS, OFFICE | {"ical": {"address": "file:///etc/passwd"}}, "/ical/address"),
        (POLICIES, {"slug": "g", "name": "G", "follow_up_s": None}, "/follow_up_s"),
        (POLICIES, {"slug": "g", "name": "G", "follow_up_s": 2**70}, "/follow_up_s"),
        (POLICIES, {"slug": "g", "name": "G", "resolve_s": "soon"}, "/resolve_s"),
        (POLICIES, {"slug": "g", "name": "G", "calendar": "none-such"}, "/calendar"),
        (POLICIES, {"slug": "g", "name": "G", "target": 3}, "/target"),
        (POLICIES, {"slug": "g", "name": "G", "pauses": {"follow_up": []}}, "/pauses/follow_up"),
        (POLICIES, {"slug": "g", "name": "G", "variants": [5]}, "/variants/0"),
        (POLICIES, {"slug": "g", "name": "G", "reminders": [2, 1]}, "/reminders"),
        (POLICIES, {"slug": "g", "name": "G", "reopens_for_s": 0}, "/reopens_for_s"),
        (POLICIES, {"slug": "g", "name": "G", "again_within_s": 0}, "/again_within_s"),
        (
            POLICIES,
            {"slug": "g", "name": "G", "variants": [{"segment": ["a"], "resolve_s": -1}]},
            "/variants/0/resolve_s",
        ),
    ],
)
def test_it_refuses_with_a_pointer(cast: Cast, address, body, pointer) -> None:
    response = api(cast.admin).post(address, body)
    assert response.status_code == 422, response.json()
    assert [fault["pointer"] for fault in response.json()["errors"]] == [pointer]


class TestClosedDays:
    def test_holidays_are_asked_for_by_country_and_region(self, cast: Cast) -> None:
        client = api(cast.admin)
        bavaria = {"country": "DE", "region": "BY"}
        written = client.post(CALENDARS, OFFICE | {"holidays": bavaria})
        assert written.status_code == 201, written.json()
        body = client.get(f"{CALENDARS}/office").json()
        assert body["holidays"]["region"] == "BY"
        assert body["holidays"]["last_year"] > body["holidays"]["first_year"]
        assert body["closed_days"]["2027-01-06"] == "Epiphany"
        without = client.patch(f"{CALENDARS}/office", {"holidays": None}).json()
        assert (without["holidays"], without["closed_days"]) == (None, {})

    def test_a_file_is_posted_as_it_is(self, cast: Cast) -> None:
        client = api(cast.admin)
        client.post(CALENDARS, OFFICE)
        party = event("DTSTART:20261224T140000", name="Party", uid="2")
        raw = file(event("DTSTART;VALUE=DATE:20261225", name="Christmas"), party)
        for kind in ("text/calendar", "application/octet-stream"):
            taken = client.generic("POST", f"{CALENDARS}/office/ical", raw, content_type=kind)
            assert taken.status_code == 200, taken.json()
        body = client.get(f"{CALENDARS}/office").json()
        assert (body["version"], body["closed_days"]) == (2, {"2026-12-25": "Christmas"})
        assert body["ical"]["address"] is None
        assert body["ical"]["unread"][0].startswith("Party: it has a time of day")

    @pytest.mark.parametrize(
        "raw, status, code",
        [
            (b"", 422, "malformed"),
            (b"hello", 422, "malformed"),
            (b"x" * 600_000, 413, "too_large"),
        ],
    )
    def test_what_is_no_file_is_refused(self, cast: Cast, raw, status, code) -> None:
        client = api(cast.admin)
        client.post(CALENDARS, OFFICE)
        refused = client.generic("POST", f"{CALENDARS}/office/ical", raw, "text/calendar")
        assert refused.status_code == status, refused.json()
        assert code in str(refused.json())

    def test_an_address_says_how_its_last_look_ended(self, cast: Cast) -> None:
        client = api(cast.admin)
        asked = {"ical": {"address": "https://127.0.0.1/holidays.ics"}}
        assert client.post(CALENDARS, OFFICE | asked).json()["ical"]["failure"] == ""
        renew_calendars()
        (listed,) = client.get(CALENDARS).json()["results"]
        assert "public internet" in listed["ical"]["failure"]
        assert listed["ical"]["looked_at"] is None

    def test_hours_that_stay_closed_are_refused_with_the_reason(self, cast: Cast) -> None:
        start = date(2026, 12, 1)
        shut = {(start + timedelta(days=n)).isoformat(): [] for n in range(400)}
        refused = api(cast.admin).post(CALENDARS, OFFICE | {"exceptions": shut})
        assert refused.status_code == 422
        (fault,) = refused.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/exceptions", "never_opens")
