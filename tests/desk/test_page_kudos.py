"""/kudos: praise as a stream, counted, passed on and taken away …"""

from datetime import timedelta
from typing import Any

import pytest

from cxloop.kernel.moment import moment
from feedback.intake.models import Feedback
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, nonce_of, sent, text_of
from tests.kudos.making import find, happy_answer, member, praise, praised, source_of
from tests.makers import make_held, make_ticket
from tickets.kudos.actions.hand import pass_on
from tickets.kudos.door import saying_in
from tickets.kudos.models import Kudos
from tickets.work.actions.move import reopen_ticket
from tickets.work.actions.spam import mark_spam
from tickets.work.actor import acting
from tickets.work.door import locked

pytestmark = pytest.mark.django_db


def of_today(cast: Cast, words: str, **facts: Any) -> Feedback:
    """Said and found this minute by the clock of the database."""
    said = praise(source_of(cast.group), words, at=moment(), **facts)
    find(moment())
    return said


def pass_it_on(client: Any, at: str, person: object) -> Any:
    return client.post(at, {"nonce": nonce_of(client.get(at)), "person": person})


def test_an_empty_page_says_what_it_is_for(cast: Cast) -> None:
    client = browse(cast.agent)
    assert "No praise yet" in text_of(client.get("/kudos"))
    assert "Nobody has praised you yet" in text_of(client.get("/kudos?whose=me"))
    assert "Nothing in this month and the last." in text_of(client.get("/kudos?whose=what"))


def test_the_stream_tells_whom_customers_praise_and_why(cast: Cast) -> None:
    member(cast.group, "Eva Müller")
    said = of_today(cast, "Thank you Eva <script>alert(1)</script>")
    of_today(cast, "Thanks to all of you")
    response = browse(cast.viewer).get("/kudos")
    page = text_of(response)
    for words in (
        "Eva Müller Care",
        "named in the words",
        "Care the whole group",
        "nobody is named",
    ):
        assert words in page
    html = response.content.decode()
    assert "<script>alert" not in html
    assert f"/feedback/{said.pk}/praise" in html
    assert "Thank you Eva" not in text_of(browse(cast.outsider).get("/kudos"))


def test_long_words_are_shortened_and_led_to(cast: Cast) -> None:
    said = of_today(cast, "Thanks. " + "Very long. " * 100 + "THE END")
    client = browse(cast.agent)
    assert "THE END" not in text_of(client.get("/kudos"))
    assert "THE END" in text_of(client.get(f"/feedback/{said.pk}/praise"))


def test_it_can_be_ones_own_or_ones_groups(cast: Cast) -> None:
    of_today(cast, "Thank you, Agent")
    of_today(cast, "Thank you all")
    client = browse(cast.agent)
    mine, groups = (text_of(client.get(f"/kudos?whose={whose}")) for whose in ("me", "groups"))
    assert "Thank you, Agent" in mine
    assert "Thank you all" not in mine
    assert "Thank you all" in groups
    assert "Thank you all" not in text_of(browse(cast.auditor).get("/kudos?whose=groups"))
    assert "Thank you all" in text_of(browse(cast.auditor).get("/kudos"))


def test_it_goes_on_over_pages(cast: Cast) -> None:
    source = source_of(cast.group)
    for number in range(32):
        praise(source, f"Thanks number {number}.", at=moment() - timedelta(minutes=number))
    find(moment())
    client = browse(cast.agent)
    first = client.get("/kudos")
    assert "Thanks number 29." in text_of(first)
    assert "Thanks number 30." not in text_of(first)
    page = first.context["page"]
    assert "Thanks number 31." in text_of(client.get(f"/kudos{page.next}"))


def test_how_often_is_told_by_name_and_month(cast: Cast) -> None:
    for name in ("Zoe Adams", "Ada Zorn"):
        member(cast.group, name)
    for words in ("Zoe", "Zoe again", "Ada", "all of you"):
        of_today(cast, words)
    page = text_of(browse(cast.agent).get("/kudos"))
    assert "Ada Zorn 0 1 Zoe Adams 0 2 the whole group 0 1" in page


def test_what_is_new_is_news_until_it_is_read(cast: Cast) -> None:
    of_today(cast, "Thank you, Agent")
    client = browse(cast.agent)
    assert "1 unread" in text_of(client.get("/news/count"))
    assert "A customer praises you" in text_of(client.get("/news"))
    assert "unread" in text_of(client.get("/kudos?whose=me"))
    assert text_of(browse(cast.lead).get("/news/count")) == ""
    sent(client.post("/kudos/read"), "/kudos")
    assert text_of(client.get("/news/count")) == ""
    assert "A customer praises you" not in text_of(client.get("/news"))


def test_all_news_is_read_at_once(cast: Cast) -> None:
    of_today(cast, "Thank you, Agent")
    client = browse(cast.agent)
    sent(client.post("/news/read"), "/news")
    assert text_of(client.get("/news/count")) == ""


def test_it_is_passed_on_from_the_page_of_its_feedback(cast: Cast) -> None:
    said = of_today(cast, "The tall one helped me", nps=None)
    client = browse(cast.lead)
    at = f"/feedback/{said.pk}/praise"
    assert at in client.get(f"/feedback/{said.pk}").content.decode()
    sent(pass_it_on(client, at, cast.agent.pk), at)
    assert praised() == [("Agent", "hand")]
    page = text_of(client.get(at))
    assert "Agent Care passed on by Lead" in page
    assert "Praised: Agent" in text_of(client.get(f"/feedback/{said.pk}"))


def test_the_same_copy_of_the_form_passes_it_on_once(cast: Cast) -> None:
    said = of_today(cast, "The tall one helped me")
    client, at = browse(cast.lead), f"/feedback/{said.pk}/praise"
    copy = {"nonce": nonce_of(client.get(at)), "person": cast.agent.pk}
    for _ in range(2):
        sent(client.post(at, copy), at)
    assert praised() == [("Agent", "hand")]
    assert "Agent</option>" not in client.get(at).content.decode()


def test_what_was_said_long_ago_is_passed_on_as_news(cast: Cast) -> None:
    long_ago = moment() - timedelta(days=400)
    said = praise(source_of(cast.group), "Thank you, Agent", at=long_ago, quiet=True)
    find(moment())
    agent, client, at = browse(cast.agent), browse(cast.lead), f"/feedback/{said.pk}/praise"
    assert text_of(agent.get("/news/count")) == ""
    sent(client.post(f"/kudos/{Kudos.objects.get().pk}/take-away"), at)
    assert "They find it under News." in text_of(client.get(at))
    for colleague in (cast.agent, cast.manager):
        sent(pass_it_on(client, at, colleague.pk), at)
        assert "1 unread" in text_of(browse(colleague).get("/news/count"))


def test_it_is_passed_on_from_the_answer_on_a_ticket(cast: Cast) -> None:
    answered = happy_answer(cast)
    ref = answered.question.ticket.ref
    client, at = browse(cast.agent), f"/tickets/{ref}/praise/1"
    assert at in client.get(f"/tickets/{ref}").content.decode()
    sent(pass_it_on(client, at, cast.lead.pk), at)
    assert praised() == [("Lead", "hand")]
    assert "고맙습니다" in text_of(client.get(at))


def test_a_wrong_one_is_taken_away_and_stays_away(cast: Cast) -> None:
    said = of_today(cast, "Thank you, Agent")
    client, at = browse(cast.lead), f"/feedback/{said.pk}/praise"
    take = f"/kudos/{Kudos.objects.get().pk}/take-away"
    assert take in client.get(at).content.decode()
    sent(client.post(take), at)
    assert "Nobody yet." in text_of(client.get(at))
    sent(client.post(take), at)
    assert "It was taken away already." in text_of(client.get(at))
    find(moment())
    assert praised() == []


def test_of_an_answer_too(cast: Cast) -> None:
    answered = happy_answer(cast)
    pass_on(saying_in(answer=answered.pk), cast.lead, by=cast.agent, now=moment())
    at = f"/tickets/{answered.question.ticket.ref}/praise/1"
    sent(browse(cast.agent).post(f"/kudos/{Kudos.objects.get().pk}/take-away"), at)
    assert praised() == []


@pytest.mark.parametrize("who", ["", "0", "x", "outsider", "lead"])
def test_nobody_else_is_offered_or_taken(cast: Cast, who: str) -> None:
    said = of_today(cast, "Thank you all")
    chosen = getattr(cast, who).pk if who in ("outsider", "lead") else who
    answer = pass_it_on(browse(cast.lead), f"/feedback/{said.pk}/praise", chosen)
    assert answer.status_code == 422
    assert praised() == [("Care", "group")]


def test_readers_see_whom_it_praises_and_no_form(cast: Cast) -> None:
    said = of_today(cast, "Thank you all")
    for reader in (cast.viewer, cast.auditor):
        page = text_of(browse(reader).get(f"/feedback/{said.pk}/praise"))
        assert "the whole group" in page
        assert "Pass it on" not in page
        assert "Take away" not in page


def test_what_is_held_without_words_or_angry_is_not_offered(cast: Cast) -> None:
    held = make_held(source_of(cast.group), comment="Thanks").feedback
    silent = praise(source_of(cast.group), "")
    angry = praise(source_of(cast.group), "Thanks for nothing", nps=0)
    client = browse(cast.agent)
    for said in (held, silent, angry):
        at = f"/feedback/{said.pk}/praise"
        assert at not in client.get(f"/feedback/{said.pk}").content.decode()
        if said != angry:
            assert pass_it_on(client, at, cast.lead.pk).status_code == 409


def test_what_turned_out_to_be_spam_is_not_offered(cast: Cast) -> None:
    said = praise(source_of(cast.group), "Thank you all")
    ticket = make_ticket(cast.group, feedback=said)
    answered = happy_answer(cast)
    client, of_answer = browse(cast.agent), f"/tickets/{answered.question.ticket.ref}"
    offered = {f"/feedback/{said.pk}": f"/feedback/{said.pk}/praise", of_answer: "praise/1"}
    for page, at in offered.items():
        assert at in client.get(page).content.decode()
    by, repaired = acting(cast.agent), locked(answered.question.ticket_id)
    reopen_ticket(repaired, reason="", by=by, now=moment())
    for one in (locked(ticket.pk), repaired):
        mark_spam(one, by=by, now=moment())
    for page, at in offered.items():
        assert at not in client.get(page).content.decode()


def test_a_ticket_that_nobody_answered_has_no_praise(cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    answer = browse(cast.agent).get(f"/tickets/{ticket.ref}/praise/1")
    assert answer.status_code == 409


def test_a_page_costs_the_same_for_more_praise(cast: Cast) -> None:
    client = browse(cast.agent)
    of_today(cast, "Thank you, Agent")
    before = cost_of(client, "/kudos")
    for number in range(5):
        of_today(cast, f"Thank you, Agent and lead {number}")
    assert cost_of(client, "/kudos") == before
