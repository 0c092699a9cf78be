"""The link in the letter that asks whether it is put right …"""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client

from cxloop.forgetting import erase
from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.intake.models import Customer
from tests.cast import Cast
from tests.desk.test_status_page import opened
from tests.forgetting.known import places_of
from tests.makers import make_customer
from tests.recovery.asking import ask_all, kinds, question_on, questions_left, resolve
from tickets.recovery.actions.ask import close_silent, remind_asked
from tickets.recovery.links import read_token, token_of
from tickets.recovery.models import Answer, Question
from tickets.work.actions.customers import join_customers, part_customers
from tickets.work.actions.move import reopen_ticket
from tickets.work.actions.talk import note, reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket
from tickets.work.status_links import StatusLink, link_in_letters

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


def asked(cast: Cast, days: int = 92, **plan: Any) -> Question:
    """Received, answered and asked about so many days ago."""
    then = moment() - days * DAY
    ticket = opened(cast, received_at=then, **plan)
    resolve(ticket, by=cast.agent, now=then + timedelta(hours=1))
    ask_all(then + timedelta(hours=2))
    return question_on(ticket)


@pytest.fixture
def question(cast: Cast) -> Question:
    return asked(cast)


def page_of(question: Question, **facts: Any) -> str:
    return f"/c/{token_of(question.ticket_id, question.cycle, **facts)}"


def asked_anew(client: Client, question: Question) -> Any:
    return client.post(page_of(question), {"act": "renew"})


def letters() -> int:
    return Letter.objects.filter(kind="status_link").count()


class TestLives:
    def test_so_many_days_after_the_last_sign_of_life(
        self, client: Client, cast: Cast, settings
    ) -> None:
        young = asked(cast, 89)
        assert client.get(page_of(young)).status_code == 200
        settings.STATUS_LINK = 88 * DAY
        assert client.get(page_of(young)).status_code == 410

    def test_on_after_what_either_side_said(
        self, client: Client, question: Question, cast: Cast
    ) -> None:
        assert client.get(page_of(question)).status_code == 410
        ticket = locked(question.ticket_id)
        reopen_ticket(ticket, reason="came back", by=acting(cast.agent), now=moment())
        question.ticket.refresh_from_db()
        Question.objects.update(cycle=2)
        reply(locked(ticket.pk), body="Hello", by=acting(cast.agent), now=moment())
        newest = Question.objects.get()
        assert client.get(page_of(newest)).status_code == 200

    def test_no_longer_for_what_colleagues_say_among_themselves(
        self, client: Client, question: Question, cast: Cast
    ) -> None:
        note(locked(question.ticket_id), body="Look", by=acting(cast.agent), now=moment())
        assert client.get(page_of(question)).status_code == 410

    def test_as_long_as_we_wait_for_their_answer(
        self, client: Client, question: Question, settings
    ) -> None:
        settings.STATUS_LINK = DAY
        Question.objects.update(silent_after=moment() + DAY)
        assert client.get(page_of(question)).status_code == 200
        Question.objects.update(silent_after=moment() - DAY)
        assert client.get(page_of(question)).status_code == 410

    def test_from_when_the_page_was_asked_for_on_which_it_stands(
        self, client: Client, question: Question
    ) -> None:
        assert client.get(page_of(question, made_at=moment())).status_code == 200
        assert client.get(page_of(question, made_at=moment() - 91 * DAY)).status_code == 410

    def test_to_the_answer_that_was_given_for_ever(
        self, client: Client, cast: Cast, settings
    ) -> None:
        young = asked(cast, 1)
        client.post(page_of(young), {"solved": "yes"})
        settings.STATUS_LINK = timedelta(0)
        Question.objects.update(silent_after=moment() - DAY)
        assert client.get(page_of(young)).status_code == 200
        assert client.post(page_of(young), {"solved": "no"}).status_code == 200
        assert Answer.objects.get().solved is True

    def test_no_further_than_its_cycle(
        self, client: Client, question: Question, cast: Cast
    ) -> None:
        ticket = locked(question.ticket_id)
        reopen_ticket(ticket, reason="came back", by=acting(cast.agent), now=moment())
        for ask in (client.get, client.post):
            page = ask(page_of(question), {"act": "renew"})
            assert page.status_code == 404
            assert "no longer open" in page.content.decode()
        assert letters() == 0


class TestExpired:
    def test_says_so_and_nothing_of_the_matter(self, client: Client, question: Question) -> None:
        shown = client.get(page_of(question)).content.decode()
        assert "This link has expired." in shown
        ticket = question.ticket
        assert ticket.customer is not None
        for hidden in ("Parcel", ticket.ref, ticket.customer.email, "solved", "textarea"):
            assert hidden not in shown

    def test_takes_no_answer(self, client: Client, question: Question) -> None:
        before = kinds(question.ticket)
        for form in ({"solved": "yes"}, {"score": "5"}, {"solved": "maybe"}, {}):
            assert client.post(page_of(question), form).status_code == 410
        assert not Answer.objects.exists()
        assert kinds(question.ticket) == before

    def test_changes_nothing_when_it_is_only_opened(
        self, client: Client, question: Question
    ) -> None:
        for ask in (client.get, client.head):
            assert ask(page_of(question) + "?act=renew").status_code == 410
        assert letters() == 0

    def test_sends_a_new_one_to_the_known_address_alone(
        self, client: Client, question: Question, mailoutbox: list[Any]
    ) -> None:
        page = client.post(page_of(question), {"act": "renew", "email": "evil@x.example"})
        assert page.status_code == 200
        deliver_letters(kind="status_link")
        assert question.ticket.customer is not None
        assert [one.to for one in mailoutbox] == [[question.ticket.customer.email]]

    def test_leads_by_the_new_one_to_the_question_and_stays_expired(
        self, client: Client, question: Question, mailoutbox: list[Any]
    ) -> None:
        asked_anew(client, question)
        assert client.get(page_of(question)).status_code == 410
        deliver_letters(kind="status_link")
        link = next(word for word in mailoutbox[0].body.split() if "/s/" in word)
        shown = client.get(urlsplit(link).path).content.decode()
        form = shown.split('action="/c/')[1].split('"')[0]
        assert read_token(form)[:2] == (question.ticket_id, 1)
        assert client.post(f"/c/{form}", {"solved": "yes"}).status_code == 200
        assert Answer.objects.get().solved is True

    def test_answers_the_same_whether_or_not_it_was_sent(
        self, client: Client, question: Question, cast: Cast
    ) -> None:
        first, again = (asked_anew(client, question).content for _ in range(2))
        nowhere = asked(cast)
        type(nowhere.ticket.customer).objects.filter(pk=nowhere.ticket.customer_id).update(email="")
        assert first == again == asked_anew(client, nowhere).content
        assert letters() == 1

    def test_reads_a_flood_to_its_end_and_refuses_it(
        self, client: Client, question: Question
    ) -> None:
        flood = "act=renew&x=" + "x" * 300_000
        kind = "application/x-www-form-urlencoded"
        assert client.post(page_of(question), flood, content_type=kind).status_code == 413
        assert letters() == 0

    def test_is_asked_for_so_often_and_no_more(self, question: Question, settings) -> None:
        settings.LIMIT_PK_ADDRESS = 3
        client = Client()
        found = [asked_anew(client, question) for _ in range(5)]
        assert found[-1].status_code == 429
        assert int(found[-1]["Retry-After"]) > 0

    def test_in_their_language(self, client: Client, cast: Cast) -> None:
        korean = asked(cast, customer=make_customer(locale="ko-KR"))
        assert '<html lang="ko">' in client.get(page_of(korean)).content.decode()


def test_is_none_that_was_tampered_with(client: Client, question: Question, cast: Cast) -> None:
    name, _, mark = token_of(question.ticket_id, 1, moment()).partition(".")
    old, _, old_mark = token_of(question.ticket_id, 1).partition(".")
    other, later = asked(cast), int(moment().timestamp()) + 10**9
    forged = [
        f"{old}-{later}.{old_mark}",
        f"{old}.{mark}",
        f"{old}-{later}.{mark}",
        f"{other.ticket_id}-1.{mark}",
        f"{name}-1.{mark}",
        f"{name.rpartition('-')[0]}-.{mark}",
        name,
    ]
    for token in forged:
        for ask in (client.get, client.post):
            page = ask(f"/c/{token}", {"act": "renew", "solved": "yes"})
            assert page.status_code == 404, token
            assert "T-" not in page.content.decode()
    assert letters() == 0
    assert not Answer.objects.exists()


def test_stands_on_the_status_page_as_long_as_that_lives(client: Client, cast: Cast) -> None:
    young = asked(cast, 3)
    ticket = Ticket.objects.get(pk=young.ticket_id)
    shown = client.get(urlsplit(link_in_letters(ticket)).path).content.decode()
    assert f'action="{page_of(young)}"' in shown


def test_may_be_answered_late_while_it_lives(client: Client, cast: Cast) -> None:
    """Silence has closed the ticket: the customer's word counts for more."""
    late = asked(cast, 40)
    questions_left()
    close_silent(list(Question.objects.all()), moment())
    assert Ticket.objects.get(pk=late.ticket_id).outcome == "silent"
    assert client.post(page_of(late), {"solved": "yes"}).status_code == 200
    assert Ticket.objects.get(pk=late.ticket_id).outcome == "recovered"


@pytest.fixture
def parted(cast: Cast) -> Question:
    """Somebody's claim was joined to the wrong person, who was asked, and parted again."""
    claim, person = make_customer("eve@home.example", trusted=False), make_customer()
    then, by = moment() - 2 * DAY, acting(cast.agent)
    ticket = opened(cast, customer=claim, received_at=then)
    with transaction.atomic():
        join_customers(claim, person, by=by, now=then)
    resolve(Ticket.objects.get(pk=ticket.pk), by=cast.agent, now=then + timedelta(hours=1))
    ask_all(then + timedelta(hours=2))
    assert Letter.objects.get(kind="question").to == person.email
    with transaction.atomic():
        part_customers(Customer.objects.get(pk=claim.pk), by=by, now=moment() - timedelta(hours=1))
    return question_on(ticket)


class TestOfWhatWasTakenForSomebodyElses:
    def test_leads_those_nowhere(self, client: Client, parted: Question) -> None:
        form = {"solved": "no"}
        for answer in (client.get(page_of(parted)), client.post(page_of(parted), form)):
            assert answer.status_code == 404
            assert parted.ticket.subject not in answer.content.decode()
        assert not Answer.objects.exists()
        assert client.get(page_of(parted, made_at=moment())).status_code == 200

    def test_leads_whose_it_is_from_the_reminder(self, client: Client, parted: Question) -> None:
        remind_asked([parted], moment())
        letter = Letter.objects.get(kind="question_again")
        assert letter.to == "eve@home.example"
        link = next(word for word in letter.body.split() if "/c/" in word)
        assert client.post(urlsplit(link).path, {"solved": "yes"}).status_code == 200
        assert Answer.objects.get().solved is True

    @pytest.mark.parametrize("before", [None, 3 * DAY], ids=["in a letter", "asked for"])
    def test_leads_whose_it_is_from_their_page(
        self, client: Client, parted: Question, before: timedelta | None
    ) -> None:
        assert parted.ticket.customer_id is not None
        made_at = moment() - before if before else None
        page = StatusLink(parted.ticket_id, parted.ticket.customer_id, made_at).url
        shown = client.get(urlsplit(page).path).content.decode()
        form = shown.split('action="/c/')[1].split('"')[0]
        assert client.post(f"/c/{form}", {"solved": "yes"}).status_code == 200
        assert Answer.objects.get().solved is True

    def test_nobody_was_silent(self, parted: Question) -> None:
        questions_left()
        close_silent([parted], moment() + 30 * DAY)
        ticket = Ticket.objects.get(pk=parted.ticket_id)
        assert (parted.state, ticket.status, ticket.asked_at) == ("failed", "resolved", None)
        entry = ticket.timeline.latest("pk")
        assert entry.reason == {"why": "the question had gone to somebody else"}

    def test_whoever_was_reminded_since_was(self, parted: Question) -> None:
        remind_asked([parted], moment())
        questions_left()
        close_silent([parted], moment() + 30 * DAY)
        assert Ticket.objects.get(pk=parted.ticket_id).outcome == "silent"


@pytest.mark.parametrize("made", [True, False], ids=["on their page", "in the letter"])
def test_leads_nobody_who_was_forgotten(client: Client, cast: Cast, made: bool) -> None:
    """What they would say there could not be erased any more."""
    question = asked(cast, 3)
    page = page_of(question, made_at=moment() if made else None)
    assert question.ticket.customer is not None
    erase(question.ticket.customer, reason="they asked", by=acting(cast.admin), now=moment())
    unknown = client.get("/c/nothing")
    form = {"solved": "no", "comment": "zanzibarword", "act": "renew"}
    for answer in (client.get(page), client.post(page, form)):
        assert (answer.status_code, answer.content) == (404, unknown.content)
    assert Ticket.objects.get().status == "resolved"
    assert places_of("zanzibarword") == {}
    assert letters() == 0
