from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.desk.browsing import browse, sent, text_of
from tickets.escalation.hours import calendar_of
from tickets.sla.policies import write_calendar

pytestmark = pytest.mark.django_db

ME = {"name": "Ada", "language": "en", "time_zone": "Asia/Seoul"}


def test_one_says_who_one_is(cast: Cast) -> None:
    sent(browse(cast.agent).post("/settings", ME), "/settings")
    cast.agent.refresh_from_db()
    assert (cast.agent.name, cast.agent.time_zone) == ("Ada", "Asia/Seoul")


def test_what_is_wrong_stays_as_typed(cast: Cast) -> None:
    response = browse(cast.agent).post("/settings", {**ME, "name": "x" * 200})
    assert response.status_code == 422
    assert "x" * 200 in response.content.decode()
    assert browse(cast.agent).post("/settings", {**ME, "language": "xx"}).status_code == 422


def test_one_names_who_stands_in(cast: Cast) -> None:
    agent = browse(cast.agent)
    sent(agent.post("/settings", {**ME, "stand_in": cast.lead.pk}), "/settings")
    cast.agent.refresh_from_db()
    assert cast.agent.stand_in == cast.lead
    stranger = agent.post("/settings", {**ME, "stand_in": cast.outsider.pk})
    assert stranger.status_code == 422
    assert "Outsider" not in text_of(stranger)
    sent(agent.post("/settings", ME), "/settings")
    cast.agent.refresh_from_db()
    assert cast.agent.stand_in is None


def test_one_says_in_which_hours_letters_reach_one(cast: Cast) -> None:
    week = {"mon": ["09:00-17:00"]}
    write_calendar(slug="office", name="Office", zone="UTC", weekly=week, by=None, now=moment())
    agent = browse(cast.agent)
    sent(agent.post("/settings", {**ME, "calendar": "office"}), "/settings")
    assert calendar_of(cast.agent) == "office"
    assert agent.post("/settings", {**ME, "calendar": "nowhere"}).status_code == 422
    sent(agent.post("/settings", ME), "/settings")
    assert calendar_of(cast.agent) is None


def test_one_goes_away_and_comes_back(cast: Cast) -> None:
    agent, until = browse(cast.agent), moment() + timedelta(days=2)
    sent(agent.post("/settings/presence", {"away_until": f"{until:%Y-%m-%dT%H:%M}"}), "/settings")
    cast.agent.refresh_from_db()
    assert cast.agent.is_away(moment())
    assert "You are away." in text_of(agent.get("/settings"))
    sent(agent.post("/settings/presence", {"here": "1"}), "/settings")
    cast.agent.refresh_from_db()
    assert not cast.agent.is_away(moment())
    past = agent.post("/settings/presence", {"away_until": "2020-01-01T09:00"})
    assert past.status_code == 422
    assert "Say a time to come." in text_of(past)


@pytest.mark.parametrize("zone", ["Asia/Seoul", "America/New_York"])
def test_the_last_day_of_the_calendar_is_too_far(cast: Cast, zone: str) -> None:
    cast.agent.time_zone = zone
    cast.agent.save()
    agent = browse(cast.agent)
    assert agent.post("/settings/presence", {"away_until": "9999-12-31T23:59"}).status_code == 422
    assert agent.get("/settings").status_code == 200


def test_a_token_is_shown_once_works_and_ends(cast: Cast) -> None:
    agent = browse(cast.agent)
    made = agent.post("/settings/tokens", {"label": "script"})
    assert made["Cache-Control"] == "no-store"
    clear = made.context["clear"]
    assert clear in text_of(made)
    assert clear not in text_of(agent.get("/settings"))
    client = api(None)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {clear}")
    assert client.get("/api/v1/me").json()["id"] == cast.agent.pk
    token = cast.agent.tokens.get(label="script")
    sent(agent.post(f"/settings/tokens/{token.pk}/revoke"), "/settings")
    assert client.get("/api/v1/me").status_code == 401


class TestLanguage:
    def switch(self, client: Client, **said: str) -> Any:
        return client.post("/language", {"language": "ko", "next": "/queue?tab=mine", **said})

    def test_it_is_switched_from_any_page(self, cast: Cast) -> None:
        agent = browse(cast.agent)
        assert self.switch(agent)["Location"] == "/queue?tab=mine"
        assert "대기열" in text_of(agent.get("/queue"))
        assert '<html lang="ko">' in agent.get("/queue").content.decode()

    def test_a_stranger_switches_it_at_the_door(self) -> None:
        client = browse(None)
        self.switch(client, next="/sign-in")
        assert '<html lang="ko">' in client.get("/sign-in").content.decode()

    def test_it_leads_to_no_other_house(self, cast: Cast) -> None:
        answer = self.switch(browse(cast.agent), next="https://evil.example/")
        assert answer["Location"] == "/"

    def test_one_that_we_do_not_speak_changes_nothing(self, cast: Cast) -> None:
        assert self.switch(browse(cast.agent), language="xx").status_code == 422
        cast.agent.refresh_from_db()
        assert cast.agent.language == "en"
