"""A customer says at the foot of a question that they want no more of them …"""

from email import message_from_bytes
from email.policy import default

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter
from feedback.intake.models import Consent, Customer
from tests.cast import Cast
from tests.desk.test_customer_page import text
from tests.makers import NOW, make_customer
from tests.recovery.asking import ask_all, kinds, make_asked, make_resolved
from tickets.recovery.links import refusal_token
from tickets.recovery.models import Question
from tickets.work.actions.customers import join_customers
from tickets.work.actions.talk import reply
from tickets.work.actor import acting
from tickets.work.door import locked

pytestmark = pytest.mark.django_db
ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def question(cast: Cast) -> Question:
    return make_asked(cast)


@pytest.fixture
def customer(question: Question) -> Customer:
    customer = question.ticket.customer
    assert customer is not None
    return customer


def address(customer: Customer) -> str:
    return f"/u/{refusal_token(customer.pk, 'surveys')}"


def click(customer: Customer, client: Client | None = None) -> int:
    """As a mail program does it: no session, no cookie, no token against forgery."""
    client = client or Client(enforce_csrf_checks=True)
    return client.post(address(customer), ONE_CLICK, content_type=FORM).status_code


class TestTheLetter:
    def test_says_so_in_its_header_and_at_its_foot(
        self, cast: Cast, settings, mailoutbox: list[EmailMessage]
    ) -> None:
        settings.BASE_URL = "https://care.example"
        customer = make_asked(cast).ticket.customer
        assert customer is not None
        Letter.objects.update(leave_at=NOW)
        deliver_letters()
        asked = next(one for one in mailoutbox if "/c/" in one.body)
        read = message_from_bytes(asked.message().as_bytes(), policy=default)
        link = f"https://care.example{address(customer)}"
        assert str(read["List-Unsubscribe"]).strip() == f"<{link}>"
        assert read["List-Unsubscribe-Post"] == ONE_CLICK
        assert str(asked.body).rstrip().endswith(link)

    def test_offers_no_click_where_it_could_be_overheard(
        self, question: Question, mailoutbox: list[EmailMessage]
    ) -> None:
        Letter.objects.update(leave_at=NOW)
        deliver_letters()
        asked = next(one for one in mailoutbox if "/c/" in one.body)
        assert "List-Unsubscribe-Post" not in asked.extra_headers

    def test_says_it_of_no_other_letter(self, cast: Cast, question: Question) -> None:
        reply(locked(question.ticket_id), body="Hello", by=acting(cast.agent), now=NOW)
        others = Letter.objects.exclude(kind="question")
        assert set(others.values_list("unsubscribe", flat=True)) == {""}


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(client: Client, customer: Customer, method: str) -> None:
    """Scanners open every link."""
    for _ in range(3):
        assert getattr(client, method)(address(customer)).status_code == 200
    assert not Consent.objects.exists()
    assert Letter.objects.filter(kind="question", state="waiting").exists()


def test_one_click_is_enough_and_twice_is_once(customer: Customer) -> None:
    assert [click(customer), click(customer)] == [200, 200]
    consent = Consent.objects.get()
    assert (consent.customer, consent.purpose, consent.granted) == (customer, "surveys", False)
    assert consent.recorded_by is None


def test_it_promises_no_more_than_is_kept(client: Client, customer: Customer) -> None:
    """One letter asks; where the policy says so a second one reminds."""
    page = client.get(address(customer))
    assert "we ask whether it is put right, and may remind you once." in text(page)
    page = client.get(f"{address(customer)}?in=ko")
    assert "답이 없으시면 한 번 더 여쭐 수 있습니다." in text(page)


def test_the_button_does_the_same(client: Client, customer: Customer) -> None:
    assert '<form method="post">' in text(client.get(address(customer)))
    page = client.post(address(customer))
    assert "We do not ask you any more." in text(page)
    assert "<form" not in text(client.get(address(customer)))
    assert Consent.objects.count() == 1


def test_the_question_that_waits_does_not_leave(
    customer: Customer, mailoutbox: list[EmailMessage]
) -> None:
    click(customer)
    Letter.objects.filter(state="waiting").update(leave_at=NOW)
    deliver_letters()
    assert not [one for one in mailoutbox if "/c/" in one.body]
    assert Letter.objects.get(kind="question").withdrawn_why == "no_surveys"


def test_they_are_not_asked_again_and_still_answered(
    cast: Cast, customer: Customer, mailoutbox: list[EmailMessage]
) -> None:
    click(customer)
    ticket = make_resolved(cast, customer=customer)
    ask_all()
    assert kinds(ticket)[-1] == "not_asked"
    reply(locked(ticket.pk), body="Still here.", by=acting(cast.agent), now=NOW)
    Letter.objects.filter(state="waiting").update(leave_at=NOW)
    deliver_letters()
    assert any(str(one.body).startswith("Still here.") for one in mailoutbox)


def test_their_tickets_say_so(question: Question, customer: Customer) -> None:
    click(customer)
    entry = question.ticket.timeline.get(kind="consent")
    assert entry.actor_kind == "customer"
    assert entry.reason["purpose"] == "surveys"


def test_it_is_the_persons_word_where_one_stands_for_them(cast: Cast, customer: Customer) -> None:
    person = make_customer()
    join_customers(customer, person, by=acting(cast.agent), now=NOW)
    click(customer)
    assert Consent.objects.get().customer == person


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_knows_only_links_that_we_made(client: Client, customer: Customer, method: str) -> None:
    name, _, mark = refusal_token(customer.pk, "surveys").partition(".")
    other = make_customer()
    forged = [name, f"{name}.{mark[:-1]}", f"{other.pk.hex}.{mark}", "x", "%00", "x" * 5000]
    for forgery in forged:
        page = getattr(client, method)(f"/u/{forgery}")
        assert page.status_code == 404, forgery
        assert page["Referrer-Policy"] == "no-referrer"
    assert not Consent.objects.exists()


def test_it_names_nobody(client: Client, customer: Customer) -> None:
    page = text(client.get(address(customer)))
    assert customer.email not in page


def test_a_flood_is_refused(client: Client, customer: Customer) -> None:
    page = client.post(address(customer), "a=" + "x" * 300_000, content_type=FORM)
    assert page.status_code == 413
    assert not Consent.objects.exists()


@pytest.mark.parametrize("body", [b"\xff\xfe", b"", b"List-Unsubscribe=One-Click", b"--x\r\n"])
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "text/plain", "x"])
def test_whatever_a_program_posts_is_the_click(customer: Customer, body: bytes, kind: str) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.generic("POST", address(customer), body, content_type=kind)
    assert page.status_code == 200
    assert Consent.objects.count() == 1


def test_it_speaks_their_language(client: Client, cast: Cast) -> None:
    korean = make_customer(locale="ko-KR")
    page = client.get(address(korean))
    assert '<html lang="ko">' in text(page)
    assert "더 이상 묻지 말아 주세요" in text(page)
