"""/quarantine: what looks automatic is looked at, released, or called spam …"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse

from feedback.intake.actions.quarantine import confirm_spam, release
from feedback.intake.models import Arrival, Quarantine, Source
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of
from tests.makers import NOW, make_feedback, make_held, make_source

pytestmark = pytest.mark.django_db

PAGE = "/quarantine"


@pytest.fixture
def shop(cast: Cast) -> Source:
    return make_source("shop", owners=(cast.group,))


def decide(client: Any, act: str, *rows: Quarantine, at: str = PAGE, **more: str) -> HttpResponse:
    said = {"nonce": nonce_of(client.get(at)), "act": act, "chosen": [row.pk for row in rows]}
    return client.post(at, {**said, **more})  # type: ignore[no-any-return]


def test_it_says_what_is_held_when_and_why(cast: Cast, shop: Source) -> None:
    make_held(shop, nps=2, comment="<b>Buy</b> pills", reasons=("trap", "too_fast"))
    answer = browse(cast.agent).get(PAGE)
    page = text_of(answer)
    for words in ("<b>Buy</b> pills", "Shop", "A field that people do not see was filled in"):
        assert words in page
    assert "faster than people do" in page
    assert "<b>Buy</b>" not in answer.content.decode()
    assert "Release the chosen ones" in page


def test_strangers_see_nothing_of_it_anywhere(cast: Cast, shop: Source) -> None:
    row = make_held(shop, comment="Buy pills")
    outsider = browse(cast.outsider)
    for address in (PAGE, f"{PAGE}?source=shop", "/feedback"):
        assert "pills" not in text_of(outsider.get(address))
    assert "Quarantine 1" not in text_of(outsider.get("/feedback"))
    assert outsider.get(f"/feedback/{row.pk}").status_code == 404
    for act in ("release", "spam"):
        assert decide_unseen(outsider, act, row).status_code == 404
    assert Quarantine.objects.held().count() == 1


def decide_unseen(client: Any, act: str, row: Quarantine) -> HttpResponse:
    said = {"nonce": str(uuid4()), "act": act, "chosen": [row.pk]}
    return client.post(PAGE, said)  # type: ignore[no-any-return]


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_whoever_only_reads_has_nothing_to_press(cast: Cast, shop: Source, role: str) -> None:
    row = make_held(shop, comment="Buy pills")
    reader = browse(getattr(cast, role))
    page = text_of(reader.get(PAGE))
    assert "Buy pills" in page
    assert "Release the chosen ones" not in page
    assert decide_unseen(reader, "release", row).status_code == 403


def test_the_chosen_ones_are_released_and_the_others_wait(cast: Cast, shop: Source) -> None:
    first, second, third = (make_held(shop, comment=f"No {number}") for number in range(3))
    agent = browse(cast.agent)
    sent(decide(agent, "release", first, third), PAGE)
    page = text_of(agent.get(PAGE))
    assert "2 released: the rules judge them now" in page
    assert "No 1" in page
    assert "No 0" not in page
    assert set(Arrival.objects.values_list("pk", flat=True)) == {first.pk, third.pk}
    assert Quarantine.objects.held().get() == second


def test_spam_is_confirmed_and_found_again_and_released_after_all(cast: Cast, shop: Source) -> None:
    row, agent = make_held(shop, comment="Buy pills"), browse(cast.agent)
    sent(decide(agent, "spam", row), PAGE)
    assert "Nothing is held." in text_of(agent.get(PAGE))
    spam = f"{PAGE}?state=spam"
    page = text_of(agent.get(spam))
    assert "Buy pills" in page
    assert f"Spam · {cast.agent.name}" in page
    assert "They are spam" not in page
    sent(decide(agent, "release", row, at=spam), spam)
    assert Arrival.objects.get().pk == row.pk
    assert "Released · " in text_of(agent.get(f"{PAGE}?state=released"))


def test_sent_twice_it_acts_once(cast: Cast, shop: Source) -> None:
    row, agent = make_held(shop), browse(cast.agent)
    said = {"nonce": nonce_of(agent.get(PAGE)), "act": "release", "chosen": [row.pk]}
    for _ in range(2):
        sent(agent.post(PAGE, said), PAGE)
    assert Arrival.objects.count() == 1


def test_what_somebody_else_decided_meanwhile_is_said(cast: Cast, shop: Source) -> None:
    first, second = make_held(shop), make_held(shop)
    agent = browse(cast.agent)
    release([first.pk], by=cast.lead, now=NOW)
    sent(decide(agent, "spam", first, second), PAGE)
    page = text_of(agent.get(PAGE))
    assert "1 confirmed as spam." in page
    assert "Somebody had decided on the others already." in page
    assert Quarantine.objects.get(pk=first.pk).state == "released"


@pytest.mark.parametrize(
    "said",
    [
        {"act": "release"},
        {"act": "release", "chosen": ["x", ""]},
        {"act": "burn", "chosen": []},
        {"chosen": []},
    ],
)
def test_where_none_is_chosen_nothing_happens(cast: Cast, shop: Source, said: Any) -> None:
    make_held(shop, comment="Buy pills")
    answer = browse(cast.agent).post(PAGE, said)
    assert answer.status_code == 422
    assert "Buy pills" in text_of(answer)


def test_what_was_ticked_stays_ticked_where_it_is_refused(cast: Cast, shop: Source) -> None:
    row = make_held(shop)
    answer = browse(cast.agent).post(PAGE, {"act": "burn", "chosen": [str(row.pk)]})
    assert answer.status_code == 422
    assert f'id="held-{row.pk}"' in answer.content.decode()
    assert " checked>" in answer.content.decode()


def test_it_is_filtered_by_source(cast: Cast, shop: Source) -> None:
    make_held(shop, comment="Of the shop")
    make_held(make_source("app", owners=(cast.group,)), comment="Of the app")
    page = text_of(browse(cast.agent).get(f"{PAGE}?source=app"))
    assert "Of the app" in page
    assert "Of the shop" not in page


def test_where_nothing_is_held_it_says_what_would_be(cast: Cast) -> None:
    page = text_of(browse(cast.agent).get(PAGE))
    assert "a form was filled in faster than people do" in page
    assert "Nobody is held for a language" in page


def test_it_costs_the_same_for_one_and_for_many(cast: Cast, shop: Source) -> None:
    make_held(shop)
    agent = browse(cast.agent)
    before = cost_of(agent, PAGE)
    for _ in range(20):
        make_held(shop)
    assert cost_of(agent, PAGE) == before


class TestWhereElse:
    def test_its_feedback_says_that_it_is_held_and_why(self, cast: Cast, shop: Source) -> None:
        row, agent = make_held(shop), browse(cast.agent)
        where = f"/feedback/{row.pk}"
        page = text_of(agent.get(where))
        assert "It looks automatic and is held" in page
        assert "A field that people do not see was filled in" in page
        assert "Nothing yet: it is held." in page
        assert "Open the ticket" not in page
        confirm_spam([row.pk], by=cast.lead, now=NOW)
        assert f"It is spam, as confirmed by {cast.lead.name}" in text_of(agent.get(where))
        release([row.pk], by=cast.lead, now=NOW)
        page = text_of(agent.get(where))
        assert f"released by {cast.lead.name}" in page
        assert "The rules have not judged it yet" in page

    def test_of_ordinary_feedback_nothing_is_said(self, cast: Cast, shop: Source) -> None:
        row = make_feedback(shop, comment="Fine")
        for address in (f"/feedback/{row.pk}", "/feedback"):
            assert "held" not in text_of(browse(cast.agent).get(address)).lower()

    def test_the_list_of_feedback_says_so_and_leads_there(self, cast: Cast, shop: Source) -> None:
        make_held(shop)
        confirm_spam([make_held(shop).pk], by=cast.lead, now=NOW)
        page = text_of(browse(cast.agent).get("/feedback"))
        assert "Quarantine 1" in page
        assert "Held before the rules" in page
        assert "Confirmed as spam" in page

    def test_admins_see_how_many_wait_and_since_when(self, cast: Cast, shop: Source) -> None:
        make_held(shop, received_at=NOW - timedelta(days=3))
        make_held(shop)
        admin = browse(cast.admin)
        assert "Quarantine 2" in text_of(admin.get("/admin/rules"))
        for address in ("/health", "/admin/sources/shop"):
            page = text_of(admin.get(address))
            assert "the oldest since" in page
            assert "17" in page
        assert "2 feedback of it look automatic" in text_of(admin.get("/admin/sources/shop"))
        assert "the oldest since" not in text_of(browse(cast.agent).get("/health"))
