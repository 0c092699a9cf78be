"""/api/v1/problems …"""

from typing import Any

import pytest

from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import NOW, make_member
from tests.problems.announcing import WORDS, draft, sweep_all, told_problem
from tests.problems.making import cause, make_problem, put, ticket_at, watched
from tickets.problems.announcing import seen_as
from tickets.problems.history import note
from tickets.problems.models import Problem, ProblemTicket
from tickets.work.models import TicketShare

pytestmark = pytest.mark.django_db

HOME = "/api/v1/problems"


def said(answer: Any, code: int) -> Any:
    assert answer.status_code == code, answer.content
    return answer.json() if answer.content else None


def opened(cast: Cast, person: Any = None, **facts: Any) -> dict[str, Any]:
    cause()
    body = {"title": "Parcels get lost", "root_cause": "delivery", "group": "care", **facts}
    return said(api(person or cast.agent).post(HOME, body), 201)


def test_one_is_opened_and_read(cast: Cast) -> None:
    links = [{"label": "Board", "url": "https://track.example/1"}]
    made = opened(cast, links=links, description="At the depot.", planned_for="2026-12-01")
    assert made["state"] == "seen"
    assert made["verbs"] == ["analyse"]
    assert made["group"] == {"slug": "care", "name": "Care"}
    assert made["owner"]["name"] == "Agent"
    assert (made["links"], made["planned_for"]) == (links, "2026-12-01")
    assert made["size"]["tickets"] == 0
    assert made["cost"]["total"] == "0.00"
    assert said(api(cast.viewer).get(f"{HOME}/{made['id']}"), 200) == made
    assert said(api(cast.outsider).get(f"{HOME}/{made['id']}"), 404)["code"] == "not_found"


@pytest.mark.parametrize(
    "facts, pointer, code",
    [
        ({"root_cause": "moon"}, "/root_cause", "unknown_root_cause"),
        ({"group": "moon"}, "/group", "unknown_group"),
        ({"group": "billing"}, "/group", "unknown_group"),
        ({"owner": 999_999}, "/owner", "cannot_own"),
        ({"links": [{"url": "javascript:alert(1)"}]}, "/links/0/url", "bad_link"),
        ({"links": [{"address": "x"}]}, "/links/0/address", "unknown_name"),
        ({"titel": "x"}, "/titel", "unknown_name"),
        ({"gathers_from": "2026-11-20T09:00:00"}, "/gathers_from", "no_offset"),
    ],
)
def test_what_it_cannot_be_is_refused_with_a_pointer(
    cast: Cast, facts: dict, pointer: str, code: str
) -> None:
    cause()
    body = {"title": "Parcels", "root_cause": "delivery", "group": "care", **facts}
    answer = api(cast.agent).post(HOME, body)
    assert answer.status_code == 422, answer.content
    fault = answer.json()["errors"][0]
    assert (fault["pointer"], fault["code"]) == (pointer, code)
    assert not Problem.objects.exists()


def test_lists_are_narrowed_and_cut_into_pages(cast: Cast) -> None:
    mine = make_problem(cast, title="mine")
    make_problem(cast, title="house", group=None, root_cause=cause("billing"), owner=cast.outsider)
    make_problem(cast, title="old", owner=cast.manager)
    Problem.objects.filter(title="old").update(archived_at=NOW)

    def titles(query: str, person: Any = cast.lead) -> list[str]:
        rows = said(api(person).get(f"{HOME}?{query}"), 200)["results"]
        return [row["title"] for row in rows]

    assert titles("") == ["house", "mine"]
    assert titles("", cast.outsider) == ["house"]
    assert titles("archived=true") == ["old"]
    assert titles("state=seen,fixed&owner=me") == ["mine"]
    assert titles(f"owner={cast.outsider.pk}") == ["house"]
    assert titles("group=care") == ["mine"]
    assert titles("group=care,house") == ["house", "mine"]
    assert titles("root_cause=billing") == ["house"]
    first = said(api(cast.lead).get(f"{HOME}?page_size=1"), 200)
    assert first["next"]
    assert said(api(cast.lead).get(first["next"]), 200)["results"][0]["id"] == mine.pk


@pytest.mark.parametrize("query", ["state=gone", "owner=x", "owner=99999999999999999999"])
def test_a_filter_that_cannot_be_is_refused(cast: Cast, query: str) -> None:
    assert api(cast.lead).get(f"{HOME}?{query}").status_code == 422


def test_it_goes_its_way_by_verbs(cast: Cast) -> None:
    lead, at = api(cast.lead), f"{HOME}/{make_problem(cast, now=moment()).pk}"
    assert said(lead.post(f"{at}/plan", {}), 409)["code"] == "illegal_move"
    assert said(lead.post(f"{at}/analyse", {"text": "Full."}), 200)["state"] == "analysed"
    planned = said(lead.post(f"{at}/plan", {"planned_for": "2027-01-01"}), 200)
    assert (planned["state"], planned["planned_for"]) == ("fix_planned", "2027-01-01")
    today = moment().date().isoformat()
    assert said(lead.post(f"{at}/fix", {}), 422)["errors"][0]["pointer"] == "/fixed_on"
    wrong = {"fixed_on": today, "expected_left": 2}
    assert said(lead.post(f"{at}/fix", wrong), 422)["errors"][0]["pointer"] == "/expected_left"
    assert said(lead.post(f"{at}/fix", {"fixed_on": today}), 200)["fixed_on"] == today
    assert said(lead.post(f"{at}/reopen", {"reason": "No."}), 200)["state"] == "seen"
    assert said(lead.post(f"{at}/archive", {}), 200)["verbs"] == []
    assert said(lead.post(f"{at}/analyse", {}), 409)["code"] == "archived"
    history = said(lead.get(f"{at}/history"), 200)["results"]
    assert [one["kind"] for one in history] == [
        *("archived", "reopened", "fixed", "fix_planned", "analysed", "opened"),
    ]


def test_it_is_changed_by_who_may(cast: Cast) -> None:
    at = f"{HOME}/{make_problem(cast, by=cast.agent).pk}"
    assert said(api(cast.agent).patch(at, {"title": "Late"}), 200)["title"] == "Late"
    assert said(api(cast.manager).patch(at, {"owner": cast.manager.pk}), 200)["owner"]["id"]
    assert api(cast.agent).patch(at, {"title": "Later"}).status_code == 403
    house = f"{HOME}/{make_problem(cast, group=None).pk}"
    assert api(cast.outsider).get(house).status_code == 200
    assert api(cast.outsider).patch(house, {"title": "x"}).status_code == 403
    assert api(cast.manager).patch(house, {"title": "x"}).status_code == 200


def test_it_goes_to_no_group_whose_problems_they_only_read(cast: Cast) -> None:
    make_member(cast.other_group, "viewer", cast.lead)
    at = f"{HOME}/{make_problem(cast).pk}"
    assert api(cast.lead).patch(at, {"group": "billing"}).status_code == 403
    assert api(cast.lead).patch(at, {"group": None}).status_code == 200
    assert api(cast.lead).patch(at, {"group": "care"}).status_code == 200


def test_filters_of_nothing_that_can_be_stored_find_nothing(cast: Cast) -> None:
    make_problem(cast)
    for name in ("group", "root_cause"):
        assert said(api(cast.lead).get(f"{HOME}?{name}=%00"), 200)["results"] == []


def test_tickets_are_put_in_and_taken_out(cast: Cast) -> None:
    problem, ticket = make_problem(cast), ticket_at(cast, NOW)
    at = f"{HOME}/{problem.pk}/tickets"
    row = said(api(cast.agent).post(at, {"ticket": ticket.ref}), 201)
    assert (row["ref"], row["how"], row["by"]["name"]) == (ticket.ref, "hand", "Agent")
    said(api(cast.agent).post(at, {"ticket": ticket.ref}), 201)
    assert [one["ref"] for one in said(api(cast.viewer).get(at), 200)["results"]] == [ticket.ref]
    assert api(cast.agent).delete(f"{at}/{ticket.ref}").status_code == 204
    assert said(api(cast.agent).delete(f"{at}/{ticket.ref}"), 409)["code"] == "not_in_it"
    assert said(api(cast.agent).get(at), 200)["results"] == []
    kinds = [
        one["kind"]
        for one in said(api(cast.agent).get(f"{HOME}/{problem.pk}/history"), 200)["results"]
    ]
    assert kinds == ["taken_out", "put_in", "opened"]


def test_nobody_puts_in_what_they_do_not_work(cast: Cast) -> None:
    problem = make_problem(cast, group=None)
    at = f"{HOME}/{problem.pk}/tickets"
    there = ticket_at(cast, NOW, group=cast.other_group)
    for ref in (there.ref, "T-99999999", "nonsense"):
        refused = said(api(cast.agent).post(at, {"ticket": ref}), 422)
        assert refused["errors"][0]["code"] == "unknown_ticket"
    TicketShare.objects.create(ticket=there, group=cast.group)
    assert api(cast.agent).post(at, {"ticket": there.ref}).status_code == 403
    assert not ProblemTicket.objects.exists()


def test_nobody_reads_of_tickets_they_do_not_see(cast: Cast) -> None:
    problem = make_problem(cast, group=None)
    there = ticket_at(cast, NOW, group=cast.other_group)
    put(problem, there, by=cast.outsider)
    client, at = api(cast.agent), f"{HOME}/{problem.pk}"
    assert said(client.get(f"{at}/tickets"), 200)["results"] == []
    assert said(client.get(at), 200)["size"]["tickets"] == 0
    assert there.ref not in client.get(f"{at}/history").content.decode()
    assert there.ref in api(cast.outsider).get(f"{at}/history").content.decode()


def test_a_watch_is_told_with_its_limits(cast: Cast) -> None:
    problem = make_problem(cast)
    watched(problem)
    (watch,) = said(api(cast.viewer).get(f"{HOME}/{problem.pk}/watch"), 200)["watches"]
    assert (watch["had"], watch["of"], watch["enough"]) == (60, 540, True)
    (point,) = watch["points"]
    assert (point["had"], point["of"], point["most"], point["signal"]) == (3, 40, 6, False)


def test_figures_of_the_whole_house_are_for_who_sees_it_whole(cast: Cast) -> None:
    problem = make_problem(cast, group=None)
    watched(problem)
    at = f"{HOME}/{problem.pk}/watch"
    (watch,) = said(api(cast.lead).get(at), 200)["watches"]
    assert watch["of"] is None
    assert watch["points"][0]["had"] is None
    assert watch["points"][0]["signal"] is False
    for person in (cast.admin, cast.auditor):
        assert said(api(person).get(at), 200)["watches"][0]["points"][0]["had"] == 3


def test_nor_does_the_history_tell_them_what_the_watch_counted(cast: Cast) -> None:
    problem = make_problem(cast, group=None)
    found = {"had": 3, "of": 40, "most": 2, "expected": 1.5, "start": "2026-11-01"}
    note(problem, "signal", None, now=NOW, reason=found)
    at = f"{HOME}/{problem.pk}/history"

    def told(person: Any) -> dict[str, Any]:
        return said(api(person).get(at), 200)["results"][0]["reason"]

    assert told(cast.lead) == {"start": "2026-11-01"}
    assert told(cast.admin) == told(cast.auditor) == found


@pytest.mark.parametrize("before", ["house", "billing"])
def test_nor_do_they_where_it_is_their_groups_since(cast: Cast, before: str) -> None:
    """Whoever leads a group might else take it over and read what was counted elsewhere."""
    group = cast.other_group if before == "billing" else None
    problem = make_problem(cast, group=group, by=cast.admin)
    watched(problem)
    found = {"had": 3, "of": 40, "most": 2, "expected": 1.5}
    note(problem, "signal", None, now=NOW, reason=found)
    at = f"{HOME}/{problem.pk}"
    said(api(cast.admin).patch(at, {"group": "care"}), 200)
    (watch,) = said(api(cast.lead).get(f"{at}/watch"), 200)["watches"]
    assert (watch["had"], watch["points"][0]["of"]) == (None, None)
    history = said(api(cast.lead).get(f"{at}/history"), 200)["results"]
    assert [one["reason"] for one in history if one["kind"] == "signal"] == [{}]
    assert said(api(cast.admin).get(f"{at}/watch"), 200)["watches"][0]["had"] == 60


def test_an_announcement_is_drafted_looked_at_and_sent(cast: Cast) -> None:
    at = f"{HOME}/{told_problem(cast, 2).pk}/announcements"
    lead = api(cast.lead)
    made = said(lead.post(at, WORDS), 201)
    assert (made["state"], made["per_minute"]) == ("draft", 60)
    changed = {"body_en": "Dear {name}.", "per_minute": 10}
    assert said(lead.patch(f"{at}/{made['id']}", changed), 200)["body_en"] == "Dear {name}."
    preview = said(lead.get(f"{at}/{made['id']}/preview"), 200)
    assert (preview["written"], preview["languages"]) == (2, {"en": 2, "ko": 0})
    assert preview["letters"][0]["body"] == "Dear Eve Miller."
    seen = {"seen": preview["seen"]}
    sent = said(lead.post(f"{at}/{made['id']}/send", seen), 200)
    assert (sent["state"], sent["progress"]["waiting"]) == ("sending", 2)
    assert said(lead.post(f"{at}/{made['id']}/send", seen), 409)["code"] == "illegal_move"
    sweep_all(moment())
    after = said(api(cast.viewer).get(f"{at}/{made['id']}"), 200)
    assert (after["state"], after["progress"]["written"]) == ("sent", 2)
    assert said(lead.post(f"{at}/{made['id']}/stop", {}), 409)["code"] == "illegal_move"


def test_over_rest_too_nothing_is_sent_but_what_was_looked_at(cast: Cast) -> None:
    problem, lead = told_problem(cast, 1), api(cast.lead)
    at = f"{HOME}/{problem.pk}/announcements/{draft(cast, problem).pk}"
    for blind in ({}, {"seen": ""}):
        (fault,) = said(lead.post(f"{at}/send", blind), 422)["errors"]
        assert fault["pointer"] == "/seen"
    assert said(lead.post(f"{at}/send", {}), 422)["errors"][0]["detail"].startswith("Fetch the")
    stale = said(lead.get(f"{at}/preview"), 200)["seen"]
    said(lead.patch(at, {"body_en": "Something that nobody has read"}), 200)
    assert said(lead.post(f"{at}/send", {"seen": stale}), 409)["code"] == "changed"
    assert said(lead.get(at), 200)["state"] == "draft"


def test_an_announcement_is_stopped(cast: Cast) -> None:
    problem = told_problem(cast, 2)
    made = draft(cast, problem)
    at = f"{HOME}/{problem.pk}/announcements/{made.pk}"
    said(api(cast.lead).post(f"{at}/send", {"seen": seen_as(made)}), 200)
    stopped = said(api(cast.lead).post(f"{at}/stop", {}), 200)
    assert (stopped["state"], stopped["progress"]["left_out"]) == ("stopped", {"stopped": 2})


def test_an_announcement_of_another_problem_is_not_here(cast: Cast) -> None:
    made, other = draft(cast, told_problem(cast, 1)), make_problem(cast)
    at = f"{HOME}/{other.pk}/announcements/{made.pk}"
    assert api(cast.lead).get(at).status_code == 404
    answer = api(cast.lead).post(f"{at}/send", {"seen": seen_as(made)})
    assert answer.status_code == 404
