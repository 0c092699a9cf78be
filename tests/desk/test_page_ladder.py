"""The page of a ladder: its line of time, its rungs as rows, its versions."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, sent, text_of
from tests.makers import NOW, make_policy
from tickets.escalation.actions.ladders import revise_ladder, write_ladder
from tickets.escalation.models import Ladder
from tickets.escalation.rungs import DEFAULT_RUNGS

pytestmark = pytest.mark.django_db

WHERE = "/admin/ladders/house"
HALF = {"clock": "follow_up", "height": "percent", "amount": "50", "tell": "owner"}


def typed(*rungs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """As a browser sends them."""
    rows = {f"rungs-{n}-{name}": v for n, row in enumerate(rungs) for name, v in row.items()}
    return {"name": "House", "pause_s": "4 h", "rungs-count": len(rungs), **rows, **more}


@pytest.fixture
def admin(cast: Cast) -> Client:
    make_policy("standard")
    write_ladder(slug="house", name="House", group=None, rungs=DEFAULT_RUNGS, by=None, now=NOW)
    return browse(cast.admin)


def house() -> Ladder:
    return Ladder.objects.get(slug="house")


def words_in(page: Any, name: str) -> list[str]:
    """What stands in the fields of this name, row by row."""
    return [str(row[name].value()) for row in page.context["form"].rows["rungs"]]


def test_it_is_drawn_from_now_to_after_it_is_due(admin: Client) -> None:
    page = admin.get(WHERE)
    drawn = page.content.decode()
    assert drawn.count('class="climb"') == 4
    assert 'cx="36.0%"' in drawn
    assert " style=" not in drawn
    assert "at 50 % of the time" in text_of(page)
    assert "24 hours after it is due" in text_of(page)


def test_another_policy_moves_the_times(admin: Client) -> None:
    make_policy("quick", follow_up_s=3600, resolve_s=None)
    page = text_of(admin.get(WHERE, {"policy": "quick"}))
    assert "Follow up · 1 hour · due" in page
    assert "Not promised under this policy, so nobody is told: 6" in page
    assert admin.get(WHERE, {"policy": "nowhere"}).status_code == 200


def test_without_any_policy_it_is_drawn_for_48_hours(cast: Cast) -> None:
    page = text_of(browse(cast.admin).get("/admin/ladders/new"))
    assert "drawn for 48 hours, round the clock" in page


def test_rungs_are_written_as_rows(admin: Client, cast: Cast) -> None:
    late = {
        "clock": "resolve",
        "height": "after",
        "amount": "2 d",
        "tell": ["manager", "watchers"],
        "people": f"{cast.lead.email}\nBoss@shop.example",
        "urgent": "on",
        "set_priority": "urgent",
        "reassign_to": "lead",
        "add_watcher": "person",
        "watcher_name": cast.viewer.email,
        "priority": "high",
        "cycle": "2",
        "value": "1000.00",
        "segments": "gold, vip",
    }
    early = {**HALF, "height": "before", "amount": "4 h"}
    sent(admin.post(WHERE, typed(HALF, late, early)), WHERE)
    assert house().rungs == [
        {"clock": "follow_up", "when": {"percent": 50}, "tell": ["owner"]},
        {
            "clock": "resolve",
            "when": {"after_due_s": 172_800},
            "tell": [
                *("manager", "watchers", {"user": cast.lead.pk}),
                {"address": "boss@shop.example"},
            ],
            "then": {
                "set_priority": "urgent",
                "reassign_to": "lead",
                "add_watcher": {"user": cast.viewer.pk},
            },
            "urgent": True,
            "only_if": {
                "priority": "high",
                "cycle": 2,
                "value": "1000.00",
                "segments": ["gold", "vip"],
            },
        },
        {"clock": "follow_up", "when": {"after_due_s": -14_400}, "tell": ["owner"]},
    ]


def test_what_it_shows_is_what_it_keeps(admin: Client) -> None:
    """Sent back as it was drawn, it is no new version."""
    for rungs in (DEFAULT_RUNGS, [*DEFAULT_RUNGS, {**DEFAULT_RUNGS[0], "when": {"percent": 90}}]):
        revise_ladder(house(), {"rungs": rungs}, now=NOW)
        version = house().version
        rows = admin.get(WHERE).context["form"].rows["rungs"]
        drawn = [
            {
                name: value
                for name in row.fields
                if (value := row[name].value()) not in (None, "", [], False)
            }
            for row in rows
        ]
        sent(admin.post(WHERE, typed(*drawn)), WHERE)
        assert house().version == version


def test_a_row_is_added_moved_and_taken_away_with_what_was_typed(admin: Client) -> None:
    soon = {**HALF, "amount": "not yet"}
    for button, expected in (
        ("rungs-add", ["50", "not yet", "None"]),
        ("rungs-down-0", ["not yet", "50"]),
        ("rungs-remove-1", ["50"]),
    ):
        page = admin.post(WHERE, typed(HALF, soon, name="Renamed", rearrange=button))
        assert page.status_code == 200
        assert words_in(page, "amount") == expected
        assert page.context["form"]["name"].value() == "Renamed"
        assert "Owner" in text_of(page)
        assert not page.context["form"].errors
    assert (house().name, house().version) == ("House", 1)


@pytest.mark.parametrize(
    "wrong, field, said",
    [
        ({"amount": "soon"}, "amount", "whole number from 1 to 100"),
        ({"amount": "101"}, "amount", "too small or too large"),
        ({"height": "after", "amount": ""}, "amount", "Write it as 48 h"),
        ({"height": "after", "amount": "soon"}, "amount", "Write it as 48 h"),
        ({"tell": []}, "tell", "Say who hears"),
        ({"people": "no address"}, "people", "no address is no e-mail"),
        ({"reassign_to": "person", "reassign_name": "x@y.z"}, "reassign_name", "Nobody here"),
        ({"value": "much"}, "value", "not written as it must be"),
        ({"clock": "nothing"}, "clock", "nothing"),
        ({"amount": "60"}, "amount", "same height"),
    ],
)
def test_what_is_wrong_is_said_at_its_rung(
    admin: Client, wrong: dict[str, Any], field: str, said: str
) -> None:
    other = {**HALF, "amount": "60"}
    refused = admin.post(WHERE, typed(other, {**HALF, **wrong}))
    assert refused.status_code == 422
    row = refused.context["form"].rows["rungs"].forms[1]
    assert said in " ".join(row.errors[field])
    assert said in text_of(refused)
    assert house().version == 1


def test_a_ladder_without_rungs_is_refused(admin: Client) -> None:
    refused = admin.post(WHERE, typed())
    assert refused.status_code == 422
    assert "nobody would hear anything" in text_of(refused)


def test_whoever_is_switched_off_hears_nothing(admin: Client, cast: Cast) -> None:
    cast.outsider.is_active = False
    cast.outsider.save()
    refused = admin.post(WHERE, typed({**HALF, "people": cast.outsider.email}))
    assert "There is nobody active of this number." in text_of(refused)


def test_a_preview_is_drawn_and_not_kept(admin: Client) -> None:
    page = admin.post(WHERE, typed({**HALF, "amount": "25"}, policy="standard", preview="1"))
    assert "A preview, nothing was saved" in text_of(page)
    assert "at 25 % of the time" in text_of(page)
    assert house().version == 1
    refused = admin.post(WHERE, typed({**HALF, "amount": "soon"}, preview="1"))
    assert refused.status_code == 422
    assert "A preview" not in text_of(refused)


def test_json_is_one_click_away(admin: Client) -> None:
    assert "Write it as JSON" in text_of(admin.get(WHERE))
    written = admin.get(f"{WHERE}?as=json").context["form"]["rungs"].value()
    assert json.loads(written) == DEFAULT_RUNGS
    said = {"name": "House", "pause_s": "4 h", "rungs": json.dumps(DEFAULT_RUNGS[:1])}
    assert "A preview" in text_of(admin.post(f"{WHERE}?as=json", {**said, "preview": "1"}))
    sent(admin.post(f"{WHERE}?as=json", said), WHERE)
    assert len(house().rungs) == 1


def test_a_new_ladder_begins_with_the_usual_rungs(admin: Client) -> None:
    page = admin.get("/admin/ladders/new")
    assert len(page.context["form"].rows["rungs"]) == len(DEFAULT_RUNGS)
    said = typed(HALF, slug="care", group="care", name="Care")
    sent(admin.post("/admin/ladders/new", said), "/admin/ladders")
    assert Ladder.objects.get(slug="care").versions.get().written_by.name == "Admin"  # type: ignore[union-attr]


class TestVersions:
    def test_each_says_what_it_changed(self, admin: Client) -> None:
        sent(admin.post(WHERE, typed({**HALF, "tell": "lead"}, pause_s="1 h")), WHERE)
        page = text_of(admin.get(WHERE))
        assert "Changed: Follow up at 50 % of the time: Owner → Follow up" in page
        assert "Taken away: Resolve when it is due: Lead" in page
        assert "the next rungs wait: 4 hours → 1 hour" in page
        assert "2 · " in page

    def test_one_is_taken_up_again(self, admin: Client) -> None:
        sent(admin.post(WHERE, typed(HALF)), WHERE)
        sent(admin.post(f"{WHERE}/take-up", {"version": 1}), WHERE)
        assert (house().version, house().rungs) == (3, DEFAULT_RUNGS)
        sent(admin.post(f"{WHERE}/take-up", {"version": "x"}), WHERE)
        assert admin.post(f"{WHERE}/take-up", {"version": 9}).status_code == 404

    def test_many_cost_as_much_as_two(self, admin: Client) -> None:
        sent(admin.post(WHERE, typed(HALF)), WHERE)
        cost = cost_of(admin, WHERE)
        for amount in ("51", "52", "53"):
            sent(admin.post(WHERE, typed({**HALF, "amount": amount})), WHERE)
        assert cost_of(admin, WHERE) == cost


def test_an_auditor_reads_it_and_writes_nothing(cast: Cast, admin: Client) -> None:
    page = browse(cast.auditor).get(WHERE)
    assert "Keep the ladder" not in text_of(page)
    assert "Who hears, and when" in text_of(page)
    assert '"percent": 50' in page.content.decode().replace("&quot;", '"')
