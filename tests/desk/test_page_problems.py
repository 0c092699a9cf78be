"""/problems: the board, a problem, its tickets and its letters …"""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from desk.pages import problem as problem_page
from tests.cast import Cast
from tests.desk.browsing import (
    browse,
    cost_of,
    nonce_of,
    sent,
    shown_on,
    text_in,
    text_of,
    ticket_of_today,
)
from tests.makers import NOW, make_customer
from tests.problems.announcing import WORDS, draft, letters, sweep_all, told_problem
from tests.problems.making import cause, make_fixed, make_problem, put, standing, ticket_at, watched
from tickets.problems import shown
from tickets.problems.actions.announce import change_draft
from tickets.problems.announcing import seen_as
from tickets.problems.models import Announcement, Problem

pytestmark = pytest.mark.django_db


def form(client: Any, at: str, **facts: str) -> Any:
    return client.post(at, {"nonce": nonce_of(client.get(at)), **facts})


def filled(cast: Cast, **facts: str) -> dict[str, str]:
    given = {"title": "Parcels get lost", "root_cause": cause().slug, "group": "care"}
    return {**given, "owner": str(cast.agent.pk), "gathers": "on", **facts}


def test_an_empty_board_says_what_it_is_for(cast: Cast) -> None:
    page = text_of(browse(cast.agent).get("/problems"))
    assert "When the same cause brings many customers to you" in page
    assert "Open a problem" in page
    for reader in (cast.auditor, cast.viewer):
        assert "Open a problem" not in text_of(browse(reader).get("/problems"))


def test_the_board_tells_what_stands_behind_each(cast: Cast) -> None:
    problem = make_problem(cast)
    eve = make_customer(value=Decimal(120))
    put(problem, ticket_of_today(cast.group, customer=eve), by=cast.agent)
    page = text_of(browse(cast.lead).get("/problems"))
    for words in ("Parcels get lost", "Seen", "Delivery", "120", "the value at risk alone decides"):
        assert words in page
    assert "Parcels get lost" not in text_of(browse(cast.outsider).get("/problems"))


def test_one_is_opened_by_its_form(cast: Cast) -> None:
    links = "Tracker | https://track.example/1\n\nhttps://track.example/2"
    client = browse(cast.agent)
    answer = form(client, "/problems/new", **filled(cast, links=links))
    problem = Problem.objects.get()
    sent(answer, f"/problems/{problem.pk}")
    assert problem.links == [
        {"label": "Tracker", "url": "https://track.example/1"},
        {"label": "", "url": "https://track.example/2"},
    ]
    page = text_of(client.get(f"/problems/{problem.pk}"))
    assert "Tracker" in page
    assert "The problem is opened." in page


def test_a_link_that_runs_something_is_refused_beside_it(cast: Cast) -> None:
    answer = form(browse(cast.agent), "/problems/new", **filled(cast, links="javascript:alert(1)"))
    assert answer.status_code == 422
    assert "A link begins with http:// or https://" in text_of(answer)
    assert not Problem.objects.exists()


def test_it_is_changed_by_its_form(cast: Cast) -> None:
    problem = make_problem(cast)
    at = f"/problems/{problem.pk}/edit"
    sent(form(browse(cast.lead), at, **filled(cast, title="Late")), f"/problems/{problem.pk}")
    problem.refresh_from_db()
    assert (problem.title, problem.owner) == ("Late", cast.agent)


def test_two_who_change_it_undo_nothing_of_each_other(cast: Cast) -> None:
    problem = make_problem(cast)
    at = f"/problems/{problem.pk}/edit"
    lead, manager = browse(cast.lead), browse(cast.manager)
    stood = shown_on(manager.get(at))
    kept = f"/problems/{problem.pk}"
    unticked = {name: value for name, value in stood.items() if name != "gathers"}
    sent(lead.post(at, unticked | {"planned_for": "2031-05-01", "description": "At night."}), kept)
    sent(manager.post(at, stood | {"title": "Late"}), kept)
    problem.refresh_from_db()
    assert (problem.title, problem.description, problem.gathers) == ("Late", "At night.", False)
    assert str(problem.planned_for) == "2031-05-01"


def test_it_goes_on_by_its_forms(cast: Cast) -> None:
    problem, client = make_problem(cast), browse(cast.lead)
    at = f"/problems/{problem.pk}"
    sent(client.post(f"{at}/analyse", {"text": "The depot is full."}), at)
    page = text_of(client.get(at))
    assert "The depot is full." in page
    answer = client.post(f"{at}/fix", {"fixed_on": "2999-01-01", "expected_left": "50"})
    assert answer.status_code == 422
    assert "That is in the future." in text_of(answer)
    sent(client.post(f"{at}/fix", {"fixed_on": NOW.date(), "expected_left": "25"}), at)
    problem.refresh_from_db()
    assert (problem.state, problem.watches.get().expected_left) == ("fixed", 0.25)
    assert "Does the fix hold?" in text_of(client.get(at))
    assert client.post(f"{at}/analyse", {"text": ""}).status_code == 409
    assert client.get(f"{at}/analyse").status_code == 303
    assert client.post(f"{at}/nonsense").status_code == 404


def test_a_ticket_is_put_in_from_both_sides(cast: Cast) -> None:
    problem, client = make_problem(cast), browse(cast.agent)
    first, second = ticket_of_today(cast.group), ticket_of_today(cast.group)
    page = client.get(f"/tickets/{first.ref}")
    assert "Put it into a problem" in text_of(page)
    answer = client.post(f"/tickets/{first.ref}/problem", {"problem": problem.pk})
    sent(answer, f"/tickets/{first.ref}")
    assert "Problem Parcels get lost Seen" in text_of(client.get(f"/tickets/{first.ref}"))
    at = f"/problems/{problem.pk}"
    number = second.ref.removeprefix("T-")
    sent(client.post(f"{at}/tickets", {"ticket": number}), f"{at}#tickets")
    assert standing(problem) == {first.pk, second.pk}
    refused = client.post(f"{at}/tickets", {"ticket": "T-999999"})
    assert refused.status_code == 422
    sent(client.post(f"{at}/tickets/{first.ref}/out"), at)
    assert standing(problem) == {second.pk}


def test_nobody_is_shown_a_problem_on_a_ticket_that_is_not_theirs(cast: Cast) -> None:
    make_problem(cast, title="Of billing", group=cast.other_group, owner=cast.outsider)
    page = text_of(browse(cast.agent).get(f"/tickets/{ticket_of_today(cast.group).ref}"))
    assert "Of billing" not in page


def test_a_reader_is_offered_nothing_to_do(cast: Cast) -> None:
    problem = make_problem(cast)
    put(problem, ticket_at(cast, NOW), by=cast.agent)
    said = (
        "Remove from the problem",
        "Add the ticket",
        "Archive the problem",
        "Write an announcement",
    )
    for reader, offered in ((cast.auditor, ()), (cast.viewer, ()), (cast.lead, said)):
        page = text_of(browse(reader).get(f"/problems/{problem.pk}"))
        assert [words for words in said if words in page] == list(offered)


def test_what_archiving_does_is_said_before_and_it_is_found_after(cast: Cast) -> None:
    problem, client = make_problem(cast), browse(cast.lead)
    make_fixed(problem, on=NOW, by=cast.lead, now=NOW)
    at = f"/problems/{problem.pk}"
    assert "This cannot be undone." in text_of(client.get(at))
    sent(client.post(f"{at}/archive"), at)
    assert "It ended when the problem was archived." in text_of(client.get(at))
    assert "Parcels get lost" not in text_of(client.get("/problems"))
    assert "Parcels get lost" in text_of(client.get("/problems?archived=1"))
    assert "No problem that you may see is" in text_of(
        browse(cast.outsider).get("/problems?archived=1")
    )


def test_what_is_left_out_is_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "MOST_ON_BOARD", 2)
    monkeypatch.setattr(problem_page, "MOST_TOLD", 2)
    client, made = browse(cast.lead), [make_problem(cast) for _ in range(2)]
    at = f"/problems/{made[0].pk}"
    client.post(f"{at}/analyse", {"text": ""})
    for page in ("/problems", at):
        assert "Only the" not in text_of(client.get(page))
    make_problem(cast)
    client.post(f"{at}/reopen", {"reason": "It is back."})
    assert "Only the 2 that were opened last stand here." in text_of(client.get("/problems"))
    assert "Only the last 2 stand here." in text_of(client.get(at))


def test_in_korean_a_period_begins_and_has_a_bound(cast: Cast) -> None:
    """Not somebody who sends, nor an amount that may be spent."""
    problem = make_problem(cast)
    watched(problem)
    User.objects.filter(pk=cast.lead.pk).update(language="ko")
    page = browse(cast.lead).get(f"/problems/{problem.pk}").content.decode()
    table = page[page.index("<table") : page.index("</table>")]
    assert {"시작일", "한계"} <= set(text_in(table).split())
    assert 'data-label="한계"' in table


def test_a_letter_is_written_looked_at_sent_and_told(cast: Cast) -> None:
    problem, client = told_problem(cast, 3), browse(cast.lead)
    at = f"/problems/{problem.pk}/announcements"
    answer = client.post(f"{at}/new", {**WORDS, "per_minute": "60"})
    made = Announcement.objects.get()
    sent(answer, f"{at}/{made.pk}")
    page = text_of(client.get(f"{at}/{made.pk}"))
    assert "3 people are written to: 3 in English, 0 in Korean." in page
    assert "Dear Eve Miller, parcels are scanned" in page
    assert not letters()
    sent(client.post(f"{at}/{made.pk}/send", {"seen": seen_as(made)}), f"{at}/{made.pk}")
    sweep_all(Announcement.objects.get().confirmed_at)
    page = text_of(client.get(f"{at}/{made.pk}"))
    assert "3 of 3 written" in page
    assert "3 written" in text_of(client.get(f"/problems/{problem.pk}"))


def test_nothing_is_sent_but_what_the_page_had_shown(cast: Cast) -> None:
    made, client = draft(cast, told_problem(cast, 1)), browse(cast.lead)
    at = f"/problems/{made.problem_id}/announcements/{made.pk}"
    seen = seen_as(made)
    assert f'name="seen" value="{seen}"' in client.get(at).content.decode()
    change_draft(made, {"body_en": "Something that nobody has read"})
    for said in ({"seen": seen}, {}):
        client.post(f"{at}/send", said)
        assert "Somebody has changed its words meanwhile" in text_of(client.get(at))
    assert Announcement.objects.get().state == "draft"


def test_wrong_words_are_shown_where_they_stand(cast: Cast) -> None:
    problem = told_problem(cast, 1)
    said = {**WORDS, "per_minute": "60", "body_ko": "{nobody}"}
    answer = browse(cast.lead).post(f"/problems/{problem.pk}/announcements/new", said)
    assert answer.status_code == 422
    assert "There is no such variable here." in text_of(answer)


def test_one_to_nobody_is_not_sent(cast: Cast) -> None:
    problem = make_problem(cast)
    made, client = draft(cast, problem), browse(cast.lead)
    at = f"/problems/{problem.pk}/announcements/{made.pk}"
    client.post(f"{at}/send", {"seen": seen_as(made)})
    assert "Nobody would be written to" in text_of(client.get(at))
    assert Announcement.objects.get().state == "draft"


def test_it_speaks_korean(cast: Cast) -> None:
    cast.lead.language = "ko"
    cast.lead.save()
    problem = told_problem(cast, 1)
    client = browse(cast.lead)
    assert "방치 비용" in text_of(client.get("/problems"))
    assert "발견됨" in text_of(client.get(f"/problems/{problem.pk}"))


def test_a_page_costs_the_same_for_many_tickets_as_for_few(cast: Cast) -> None:
    problem, client = told_problem(cast, 2), browse(cast.lead)
    few = cost_of(client, f"/problems/{problem.pk}")
    for _ in range(8):
        put(problem, ticket_at(cast, NOW), by=cast.agent)
    assert cost_of(client, f"/problems/{problem.pk}") == few
    for number in range(5):
        make_problem(cast, title=f"Problem {number}")
    board = cost_of(client, "/problems")
    make_problem(cast, title="One more")
    assert cost_of(client, "/problems") == board
