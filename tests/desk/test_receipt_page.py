"""The receipt page: what was heard, and for whoever left no address the place of the answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from cxloop.forgetting import erase
from cxloop.kernel.moment import moment
from desk import receipt_page
from feedback.intake.models import Customer, Feedback, ReceiptAsk
from feedback.intake.receipts import status_url
from tests.cast import Cast, api
from tests.desk.browsing import text_of
from tests.makers import make_feedback, make_policy, make_root_cause, make_source, make_ticket
from tests.recovery.asking import resolve
from tickets.rules.actions import write_rule
from tickets.sla.models import Clock
from tickets.work.actions.standing import standing
from tickets.work.actions.undo import take_back
from tickets.work.actor import CUSTOMER, acting
from tickets.work.door import locked
from tickets.work.models import Contact, Ticket, TicketFeedback
from tickets.work.sweeps import triage_arrivals

pytestmark = pytest.mark.django_db


def test_the_receipt_says_what_and_when_and_nobody(client: Client, db: None) -> None:
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    source = make_source("seoul", time_zone="Asia/Seoul")
    customer = Customer.objects.create(
        trusted=True, email="kim@example.com", name="Kim", created_at=at
    )
    facts: dict[str, Any] = {"comment": "<script>x</script>", "received_at": at}
    heard = make_feedback(source, nps=3, customer=customer, **facts)
    page = client.get("/" + status_url(heard.pk).split("/", 3)[3])
    shown = page.content.decode()
    assert page.status_code == 200
    assert "20 November 2026, 18:00 KST" in shown
    assert "&lt;script&gt;x&lt;/script&gt;" in shown
    assert "kim@example.com" not in shown
    assert "Kim" not in shown
    assert (page["Referrer-Policy"], page["Cache-Control"]) == ("no-referrer", "no-store, private")


@pytest.mark.parametrize("signed", ["x", "0" * 32, f"{'0' * 32}.forged", "%00", "a.b.c"])
def test_a_receipt_of_ours_alone_is_shown(client: Client, db: None, signed: str) -> None:
    assert client.get(f"/r/{signed}").status_code == 404


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Of a feedback by somebody who left no address."""
    heard = make_feedback(contactable="none", nps=2, comment="Parcel never arrived", judged=True)
    policy = make_policy(next_reply_s=86_400)
    made = make_ticket(cast.group, feedback=heard, policy=policy)
    Ticket.objects.filter(pk=made.pk).update(customer=None)
    return Ticket.objects.get(pk=made.pk)


def page_of(ticket: Ticket) -> str:
    return receipt_of(TicketFeedback.objects.filter(ticket=ticket).earliest("pk").feedback)


def receipt_of(heard: Feedback) -> str:
    return "/" + status_url(heard.pk).split("/", 3)[3]


def do(client: Client, page: str, act: str, **said: str) -> Any:
    return client.post(page, {"act": act, **said})


def reply(cast: Cast, ticket: Ticket, body: str = "A new one is on its way.", **said: Any) -> Any:
    where = f"/api/v1/tickets/{ticket.ref}/reply"
    return api(cast.agent).post(where, {"body": body, **said})


def follow_ups(ticket: Ticket) -> list[str]:
    clocks = Clock.objects.filter(promise=ticket.pk, kind="follow_up").order_by("cycle")
    return list(clocks.values_list("state", flat=True))


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.timeline.order_by("pk").values_list("kind", flat=True))


def test_looking_at_it_changes_nothing(client: Client, ticket: Ticket) -> None:
    page = client.get(page_of(ticket))
    assert "You left no address" in text_of(page)
    client.head(page_of(ticket))
    assert not ReceiptAsk.objects.exists()


def test_whoever_asks_there_is_owed_a_contact_from_then(client: Client, ticket: Ticket) -> None:
    for _ in range(2):
        answer = do(client, page_of(ticket), "ask")
        assert (answer.status_code, answer["Location"]) == (303, page_of(ticket))
    ticket.refresh_from_db()
    assert ticket.contactable == "receipt"
    assert kinds(ticket) == ["opened", "asked_for_answer"]
    clock = Clock.objects.get(promise=ticket.pk, kind="follow_up")
    assert clock.started_at == ReceiptAsk.objects.get().at
    assert ticket.next_due_at is not None
    assert "Your answer will stand here" in text_of(client.get(page_of(ticket)))


def test_asked_before_it_was_judged_it_is_owed_from_its_receipt(client: Client, cast: Cast) -> None:
    make_policy("standard")
    then = {"ticket": True, "group": "care", "policy": "standard"}
    rule = {"name": "All", "when": {"always": True}, "then": then}
    write_rule(rule, known_policies={"standard"}, by=None, now=moment())
    heard = make_feedback(contactable="none", received_at=moment(), nps=1, comment="Nobody")
    do(client, receipt_of(heard), "ask")
    triage_arrivals()
    ticket = Ticket.objects.get()
    assert ticket.contactable == "receipt"
    assert Clock.objects.get(promise=ticket.pk, kind="follow_up").started_at == heard.received_at


def test_an_answer_is_a_contact_once_it_is_opened(
    client: Client, cast: Cast, ticket: Ticket
) -> None:
    do(client, page_of(ticket), "ask")
    assert reply(cast, ticket).status_code == 200
    assert follow_ups(ticket) == ["void"]
    assert not Contact.objects.get().reached
    shown = text_of(client.get(page_of(ticket)))
    assert "There is an answer for you." in shown
    assert "A new one is on its way." not in shown
    do(client, page_of(ticket), "open")
    assert Contact.objects.get().reached
    assert follow_ups(ticket) == ["void", "met"]
    assert kinds(ticket)[-2:] == ["reply", "answer_opened"]
    shown = text_of(client.get(page_of(ticket)))
    assert "A new one is on its way." in shown
    assert "There is an answer for you." not in shown
    do(client, page_of(ticket), "open")
    assert kinds(ticket).count("answer_opened") == 1


def test_opened_too_late_it_is_void_and_no_breach(
    client: Client, cast: Cast, ticket: Ticket
) -> None:
    do(client, page_of(ticket), "ask")
    reply(cast, ticket)
    passed = moment() - timedelta(seconds=1)
    Clock.objects.filter(promise=ticket.pk, kind="follow_up").update(due_at=passed)
    do(client, page_of(ticket), "open")
    assert follow_ups(ticket) == ["void"]
    assert Contact.objects.get().reached


def test_they_write_back_and_are_owed_an_answer(client: Client, cast: Cast, ticket: Ticket) -> None:
    do(client, page_of(ticket), "ask")
    reply(cast, ticket)
    for _ in range(2):
        assert do(client, page_of(ticket), "write", text="Thank you. When?").status_code == 303
    assert kinds(ticket)[-2:] == ["answer_opened", "customer_message"]
    assert Clock.objects.get(promise=ticket.pk, kind="next_reply").state == "running"
    assert "Thank you. When?" in text_of(client.get(page_of(ticket)))


@pytest.mark.parametrize(
    ("text", "said"), [("  ", "Write something first."), ("x" * 10_001, "at most 10,000")]
)
def test_what_cannot_be_taken_is_kept_on_the_page(
    client: Client, ticket: Ticket, text: str, said: str
) -> None:
    do(client, page_of(ticket), "ask")
    answer = do(client, page_of(ticket), "write", text=text)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert text in answer.content.decode()


def test_nobody_floods_a_ticket(client: Client, ticket: Ticket) -> None:
    do(client, page_of(ticket), "ask")
    for number in range(20):
        do(client, page_of(ticket), "write", text=f"Hello {number}")
    assert "Please wait for our answer" in text_of(do(client, page_of(ticket), "write", text="!"))
    assert kinds(ticket).count("customer_message") == 20


def test_letters_to_others_are_not_shown_there(client: Client, cast: Cast, ticket: Ticket) -> None:
    other = make_ticket(cast.group)
    assert reply(cast, other, "Dear Kim, your address is 5 Hill Road.").status_code == 200
    page = page_of(ticket)
    merged = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/merge", {"into": other.ref})
    assert merged.status_code == 200, merged.json()
    assert "Hill Road" not in text_of(client.get(page))
    for act in ("open", "write", "ask", "nonsense"):
        do(client, page, act, text="Tell me")
    assert not {"customer_message", "asked_for_answer", "answer_opened"} & set(kinds(other))


def test_whoever_can_be_written_to_is_not_asked(client: Client, cast: Cast) -> None:
    ticket = make_ticket(cast.group)
    heard = TicketFeedback.objects.get(ticket=ticket).feedback
    assert "You left no address" not in text_of(client.get(receipt_of(heard)))
    do(client, receipt_of(heard), "ask")
    ticket.refresh_from_db()
    assert (ticket.contactable, kinds(ticket)) == ("letter", ["opened"])


def test_a_closed_matter_is_open_again(client: Client, cast: Cast, ticket: Ticket) -> None:
    close = {"outcome": "no_contact_possible", "reason": "no address"}
    api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/close", close)
    do(client, page_of(ticket), "ask")
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert follow_ups(ticket)[-1] == "running"


def test_spam_asks_for_nothing(client: Client, cast: Cast, ticket: Ticket) -> None:
    api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/spam")
    do(client, page_of(ticket), "ask")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.contactable) == ("closed", "none")


def test_it_is_resolved_without_waiting_for_them_to_look(
    client: Client, cast: Cast, ticket: Ticket, settings: Settings
) -> None:
    settings.UNDO = timedelta()
    make_root_cause("late")
    do(client, page_of(ticket), "ask")
    reply(cast, ticket)
    said = {"root_cause": "late", "body": "It was sent today."}
    answer = api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/resolve", said)
    assert answer.status_code == 200, answer.json()
    do(client, page_of(ticket), "open")
    shown = text_of(client.get(page_of(ticket)))
    assert "It was sent today." in shown
    assert "late" not in shown.replace("later", "")


def test_what_was_taken_back_is_not_there_nor_what_may_be_yet(
    client: Client, cast: Cast, ticket: Ticket
) -> None:
    cause = make_root_cause("late")
    do(client, page_of(ticket), "ask")
    reply(cast, ticket)
    do(client, page_of(ticket), "open")
    resolve(ticket, by=cast.agent, body="TO-ANOTHER-TICKET", cause=cause, now=moment())
    assert "TO-ANOTHER-TICKET" not in text_of(client.get(page_of(ticket)))
    take_back(locked(ticket.pk), by=acting(cast.agent), now=moment())
    an_hour_ago = moment() - timedelta(hours=1)
    resolve(ticket, by=cast.agent, body="It was sent.", cause=cause, now=an_hour_ago)
    shown = text_of(client.get(page_of(ticket)))
    assert "TO-ANOTHER-TICKET" not in shown
    assert "It was sent." in shown


@pytest.fixture
def claim() -> Customer:
    """Whose number an app told us, and no address."""
    return Customer.objects.create(trusted=False, created_at=moment(), external_id="C-1")


@pytest.fixture
def claimed(cast: Cast, claim: Customer) -> Ticket:
    heard = make_feedback(contactable="none", nps=2, customer=claim, judged=True)
    return make_ticket(cast.group, feedback=heard, customer=claim, contactable="none")


def test_whoever_was_erased_has_no_page_and_says_nothing_there(
    client: Client, claim: Customer, claimed: Ticket
) -> None:
    page = page_of(claimed)
    do(client, page, "ask")
    erase(claim, reason="asked for it", by=CUSTOMER, now=moment())
    before = kinds(claimed)
    for act in ("ask", "open", "write"):
        assert do(client, page, act, text="My name is Kim").status_code == 404
    assert client.get(page).status_code == 404
    assert kinds(claimed) == before


def test_whoever_was_erased_before_the_ticket_was_locked_says_nothing_either(
    client: Client, claim: Customer, claimed: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(client, page_of(claimed), "ask")

    def locked_behind_an_erasure(number: int) -> Ticket:
        erase(claim, reason="asked for it", by=CUSTOMER, now=moment())
        return standing(number)

    monkeypatch.setattr(receipt_page, "standing", locked_behind_an_erasure)
    assert do(client, page_of(claimed), "write", text="My name is Kim").status_code == 404
    assert "customer_message" not in kinds(claimed)


def test_files_are_not_put_there(client: Client, cast: Cast, ticket: Ticket) -> None:
    assert reply(cast, ticket).json()["code"] == "no_address"
    do(client, page_of(ticket), "ask")
    assert reply(cast, ticket, files=[1]).status_code == 422


def test_it_speaks_korean(client: Client, ticket: Ticket) -> None:
    shown = text_of(client.get(page_of(ticket) + "?in=ko"))
    assert "여기에서 답변을 확인할게요" in shown
