"""The customer's page …"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast
from tests.makers import make_customer, make_feedback, make_ticket
from tests.recovery.asking import LATER, ask_all, make_asked, resolve
from tickets.recovery.links import token_of
from tickets.recovery.models import Answer, Question
from tickets.work.actions.move import reopen_ticket
from tickets.work.actions.talk import note
from tickets.work.actor import acting
from tickets.work.models import Ticket
from tickets.work.opening import link_feedback


@pytest.fixture
def question(cast: Cast) -> Question:
    return make_asked(cast, body="We sent a new parcel.")


@pytest.fixture(autouse=True)
def _links_live_on(settings) -> None:
    """Whenever these tests run: what they ask was asked on one day."""
    settings.STATUS_LINK = timedelta(days=36_500)


@pytest.fixture
def client() -> Client:
    """As strict as a browser from elsewhere: without the test client's exemption from CSRF."""
    return Client(enforce_csrf_checks=True)


def address(question: Question) -> str:
    return f"/c/{token_of(question.ticket_id, question.cycle)}"


def text(response: HttpResponse) -> str:
    return response.content.decode()


def post(client: Client, question: Question, **form: Any) -> HttpResponse:
    return client.post(address(question), form)


def ticket_of(question: Question) -> Ticket:
    return Ticket.objects.get(pk=question.ticket_id)


def test_it_asks_without_sign_in(client: Client, question: Question) -> None:
    page = client.get(address(question))
    assert page.status_code == 200
    assert 'name="solved" value="yes"' in text(page)
    assert question.ticket.ref in text(page)


def test_it_changes_nothing_when_it_is_only_opened(client: Client, question: Question) -> None:
    for open_it in (client.get, client.head):
        with CaptureQueriesContext(connection) as queries:
            response = open_it(address(question) + "?solved=yes&score=5")
        assert response.status_code == 200
        assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)
    assert ticket_of(question).status == "resolved"
    assert not Answer.objects.exists()


def test_it_leaves_no_trace_elsewhere(client: Client, question: Question) -> None:
    page = client.get(address(question))
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page["Cache-Control"]
    assert not page.cookies
    assert "default-src 'self'" in page["Content-Security-Policy"]
    assert "<script" not in text(page)
    assert "style=" not in text(page)


def test_it_takes_the_answer_of_a_plain_form(client: Client, question: Question) -> None:
    page = post(client, question, solved="yes", score="5", comment="Thanks!\r\nBye")
    assert page.status_code == 200
    assert "We are glad that it is put right." in text(page)
    assert not page.cookies
    assert (ticket_of(question).status, ticket_of(question).outcome) == ("closed", "recovered")
    assert Answer.objects.get().comment == "Thanks!\nBye"


def test_it_takes_what_a_repair_is_judged_by(client: Client, question: Question) -> None:
    page = text(client.get(address(question)))
    assert page.count('type="radio"') == 2 + 4 * 5
    post(client, question, solved="yes", score="4", fair="5", easy="", respect="2")
    found = Answer.objects.get()
    assert (found.fair, found.easy, found.respect) == (5, None, 2)


@pytest.mark.parametrize("typed", ["0", "6", "x", "1e1", "٣"])
def test_it_refuses_other_marks_and_keeps_what_was_chosen(
    client: Client, question: Question, typed: str
) -> None:
    page = post(client, question, solved="yes", fair=typed, easy="3", comment="So so")
    assert page.status_code == 422
    assert 'name="easy" value="3" checked' in text(page)
    assert "So so" in text(page)
    assert not Answer.objects.exists()


def test_it_promises_a_person_to_who_is_unhappy(client: Client, question: Question) -> None:
    page = post(client, question, solved="no", comment="Still no parcel")
    assert "A person takes it up again." in text(page)
    due = ticket_of(question).next_due_at
    assert f"They will be in touch by {due:%-d %B %Y, %H:%M} UTC." in text(page)
    assert (ticket_of(question).status, ticket_of(question).cycle) == ("open", 2)


def test_it_shows_the_same_thanks_however_often_it_is_sent(
    client: Client, question: Question
) -> None:
    first = text(post(client, question, solved="no", comment="Still no parcel"))
    assert text(post(client, question, solved="yes", score="5")) == first
    assert text(post(client, question, solved="nonsense")) == first
    assert text(client.get(address(question))) == first
    assert Answer.objects.count() == 1
    assert ticket_of(question).cycle == 2


@pytest.mark.parametrize(
    "form, message",
    [
        ({"comment": "I typed a lot"}, "Choose yes or no, or give a score."),
        ({"solved": "maybe", "comment": "I typed a lot"}, "Choose yes or no, or give a score."),
        ({"score": "9", "comment": "I typed a lot"}, "Choose a score from 1 to 5."),
        ({"score": "٣", "comment": "I typed a lot"}, "Choose a score from 1 to 5."),
        ({"score": "1e99", "comment": "I typed a lot"}, "Choose a score from 1 to 5."),
        ({"solved": "yes", "comment": "I typed a lot" + "x" * 10_000}, "at most 10,000 characters"),
    ],
)
def test_it_keeps_what_was_typed_and_says_what_to_do(
    client: Client, question: Question, form: dict[str, str], message: str
) -> None:
    page = post(client, question, **form)
    assert page.status_code == 422
    assert message in text(page)
    assert "Please look at what is marked." in text(page)
    assert "I typed a lot" in text(page)
    if form.get("solved") == "yes":
        assert 'value="yes" checked' in text(page)
    assert not Answer.objects.exists()


@pytest.mark.parametrize("comment", ["\x00nul", "\ud800".encode("utf-8", "surrogatepass"), b"\xff"])
def test_it_takes_strange_letters_as_letters(
    client: Client, question: Question, comment: str | bytes
) -> None:
    assert post(client, question, solved="yes", comment=comment).status_code == 200


def test_it_takes_a_form_of_any_kind(client: Client, question: Question) -> None:
    plain = client.generic(
        "POST",
        address(question),
        "solved=yes&comment=%EA%B0%90%EC%82%AC",
        "application/x-www-form-urlencoded; charset=rot13",
    )
    assert plain.status_code == 200
    assert Answer.objects.get().comment == "감사"


def test_it_refuses_a_flood(client: Client, question: Question) -> None:
    page = client.post(
        address(question),
        "solved=yes&comment=" + "x" * 300_000,
        content_type="application/x-www-form-urlencoded",
    )
    assert page.status_code == 413
    assert not Answer.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_knows_only_links_that_we_made(
    client: Client, question: Question, cast: Cast, method: str
) -> None:
    token = token_of(question.ticket_id, 1)
    other = make_ticket(cast.group)
    name, _, mark = token.partition(".")
    forged = [
        name,
        f"{name}.",
        f"{name}.{mark[:-1]}",
        f"{name}.{mark.swapcase()}",
        f"{other.pk}-1.{mark}",
        f"{question.ticket_id}-2.{mark}",
        token_of(other.pk, 1),
        token_of(10**30, 1),
        "%00",
        "x" * 5000,
    ]
    for forgery in forged:
        page = getattr(client, method)(f"/c/{forgery}", {"solved": "yes"})
        assert page.status_code == 404, forgery
        assert page["Referrer-Policy"] == "no-referrer"
        assert "T-" not in text(page)
    assert not Answer.objects.exists()


def test_it_no_longer_asks_once_the_ticket_went_on(
    client: Client, question: Question, cast: Cast
) -> None:
    reopen_ticket(question.ticket, reason="came back", by=acting(cast.agent), now=LATER)
    resolve(question.ticket, by=cast.agent)
    ask_all()
    for page in (client.get(address(question)), post(client, question, solved="yes")):
        assert page.status_code == 404
        assert "no longer open" in text(page)
    assert ticket_of(question).status == "resolved"
    newest = Question.objects.get(cycle=2)
    assert post(client, newest, solved="yes").status_code == 200


def test_it_says_only_what_the_customer_may_know(
    client: Client, question: Question, cast: Cast
) -> None:
    ticket = question.ticket
    note(ticket, body="SECRET-NOTE", by=acting(cast.agent), now=LATER)
    theirs = make_feedback(comment="MY-OWN-WORDS", customer=ticket.customer, judged=True)
    stranger = make_feedback(comment="WORDS-OF-A-STRANGER", customer=make_customer(), judged=True)
    link_feedback([(ticket, theirs), (ticket, stranger)], LATER)
    page = text(client.get(address(question)))
    for shown in ("We sent a new parcel.", "Parcel never arrived", "MY-OWN-WORDS"):
        assert shown in page
    for hidden in ("SECRET-NOTE", "STRANGER", cast.agent.name, "delivery", ticket.customer.email):
        assert hidden not in page


def test_it_shows_hostile_words_as_words(client: Client, cast: Cast) -> None:
    customer = make_customer()
    feedback = make_feedback(
        nps=1, comment="<script>alert(1)</script>", customer=customer, judged=True
    )
    page = client.get(address(make_asked(cast, feedback=feedback, customer=customer)))
    assert "&lt;script&gt;" in text(page)


@pytest.mark.parametrize(
    "locale, header, query, language",
    [
        ("ko-KR", "en", "", "ko"),
        ("fr", "ko", "", "en"),
        ("", "ko", "", "ko"),
        ("", "de", "", "en"),
        ("ko", "", "?in=en", "en"),
        ("ko", "", "?in=xx", "ko"),
    ],
)
def test_it_speaks_the_customers_language(
    client: Client, cast: Cast, locale: str, header: str, query: str, language: str
) -> None:
    question = make_asked(cast, customer=make_customer(locale=locale))
    page = client.get(address(question) + query, headers={"Accept-Language": header})
    assert f'<html lang="{language}">' in text(page)
    assert page["Content-Language"] == language
    thanks = client.post(
        address(question) + query, {"solved": "yes"}, headers={"Accept-Language": header}
    )
    assert f'<html lang="{language}">' in text(thanks)


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_it_does_nothing_else(client: Client, question: Question, method: str) -> None:
    assert getattr(client, method)(address(question)).status_code == 405
