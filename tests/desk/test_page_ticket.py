import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from cxloop.kernel.letters import bury_letter
from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.desk.browsing import (
    browse,
    cost_of,
    nonce_of,
    sent,
    shown_on,
    text_of,
    ticket_of_today,
)
from tests.makers import NOW, make_customer, make_feedback, make_root_cause, make_ticket
from tests.recovery.asking import LATER, make_asked
from tickets.recovery.actions.ask import remind_asked
from tickets.recovery.actions.failures import default_failures, let_cause_stand_for
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.actions.playbooks import write_playbook
from tickets.recovery.models import FailureType, Gesture, Recovery
from tickets.recovery.sweeps import note_dead_questions
from tickets.work.models import Ticket, TicketShare, TimelineEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return ticket_of_today(cast.group)


def act(client: Client, ticket: Ticket, verb: str, **said: Any) -> Any:
    """Fills in the form as it stands on the page, with the mark of that copy."""
    page = f"/tickets/{ticket.ref}"
    return client.post(f"{page}/{verb}", {"nonce": nonce_of(client.get(page)), **said})


def kinds(ticket: Ticket) -> list[str]:
    return list(
        TimelineEntry.objects.filter(ticket=ticket).order_by("pk").values_list("kind", flat=True)
    )


def test_it_shows_the_words_first_and_why_it_is_here(cast: Cast, ticket: Ticket) -> None:
    page = text_of(browse(cast.agent).get(f"/tickets/{ticket.ref}"))
    assert "Parcel never arrived" in page
    assert "NPS 2" in page
    assert page.index("Parcel never arrived") < page.index("Send to the customer")
    assert "within 48 hours, round the clock" in page


def test_every_verb_is_a_form(cast: Cast, ticket: Ticket) -> None:
    make_root_cause("delivery")
    agent = browse(cast.agent)
    where = f"/tickets/{ticket.ref}"
    sent(act(agent, ticket, "assign", assignee=cast.agent.pk), where)
    sent(act(agent, ticket, "note", body="Ask the carrier"), where)
    sent(act(agent, ticket, "tag", add="parcel, carrier"), where)
    sent(act(agent, ticket, "tag", remove="carrier"), where)
    sent(act(agent, ticket, "priority", priority="high"), where)
    sent(act(agent, ticket, "log-contact", channel="phone", outcome="not_reached"), where)
    sent(act(agent, ticket, "reply", body="It leaves today."), where)
    sent(act(agent, ticket, "wait"), where)
    said = {"root_cause": "delivery", "gesture": "none", "body": "Sent anew."}
    sent(act(agent, ticket, "resolve", **said), where)
    sent(act(agent, ticket, "reopen", reason="It came back"), where)
    sent(act(agent, ticket, "close", outcome="not_actionable", reason="Gone"), where)
    assert kinds(ticket)[1:] == [
        *("assigned", "note", "tagged", "tagged", "priority", "contact", "reply", "waiting"),
        *("no_gesture", "resolved", "reopened", "closed"),
    ]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags, ticket.priority_word) == ("closed", ["parcel"], "high")


def test_asking_that_reached_nobody_opens_no_promise(cast: Cast) -> None:
    question = make_asked(cast)
    remind_asked([question], LATER)
    for kind in ("question_again", "question"):
        bury_letter(Letter.objects.get(kind=kind), "550 no such mailbox", now=LATER)
        note_dead_questions()
    page = text_of(browse(cast.agent).get(f"/tickets/{question.ticket.ref}"))
    assert "Asking once more reached nobody; the first question still stands" in page
    assert "The question whether it is put right reached nobody" in page
    assert "the promise is open again" not in page


def test_a_wait_ends_in_the_zone_of_who_typed_it(cast: Cast, ticket: Ticket) -> None:
    cast.agent.time_zone = "Asia/Seoul"
    cast.agent.save()
    act(browse(cast.agent), ticket, "wait", until="2030-01-01T09:00")
    ticket.refresh_from_db()
    assert ticket.waiting_until is not None
    assert ticket.waiting_until.isoformat() == "2030-01-01T00:00:00+00:00"


def test_a_refusal_keeps_what_was_typed_and_says_what_to_do(cast: Cast, ticket: Ticket) -> None:
    make_root_cause("delivery")
    Ticket.objects.filter(pk=ticket.pk).update(
        customer=make_customer(email="x", do_not_contact=True, do_not_contact_since=NOW)
    )
    said = {"root_cause": "delivery", "gesture": "none", "body": "My long words"}
    response = act(browse(cast.agent), ticket, "resolve", **said)
    assert response.status_code == 409
    page = response.content.decode()
    assert "My long words" in page
    assert "Nobody has reached the customer yet" in page
    assert 'id="say-resolve" value="resolve" autocomplete="off" checked' in page
    assert kinds(ticket) == ["opened"]


def test_a_blank_reply_is_refused_on_the_page(cast: Cast, ticket: Ticket) -> None:
    response = act(browse(cast.agent), ticket, "reply", body="  ")
    assert response.status_code == 422
    assert "This is wanted here." in text_of(response)


def test_an_act_that_came_too_late_says_so(cast: Cast, ticket: Ticket) -> None:
    agent = browse(cast.agent)
    page = f"/tickets/{ticket.ref}"
    nonce = nonce_of(agent.get(page))
    act(agent, ticket, "close", outcome="spam", reason="Spam")
    response = agent.post(f"{page}/reply", {"nonce": nonce, "body": "Dear customer, hello"})
    assert response.status_code == 409
    assert "Dear customer, hello" in response.content.decode()
    assert "somebody was faster" in text_of(response)


def test_the_same_form_sent_twice_writes_one_letter(cast: Cast, ticket: Ticket) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    said = {"nonce": nonce_of(agent.get(page)), "body": "It leaves today."}
    for _ in range(2):
        sent(agent.post(f"{page}/reply", said), page)
    assert Letter.objects.filter(kind="reply").count() == 1
    changed = {**said, "body": "It leaves tomorrow."}
    sent(agent.post(f"{page}/reply", changed), page)
    assert Letter.objects.filter(kind="reply").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_writes_one_letter(cast: Cast, ticket: Ticket) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    said = {"nonce": nonce_of(agent.get(page)), "body": "It leaves today."}
    answers: list[int] = []
    start = threading.Barrier(4)

    def click() -> None:
        client = browse(cast.agent)
        start.wait()
        answers.append(client.post(f"{page}/reply", said).status_code)
        connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 4
    assert Letter.objects.filter(kind="reply").count() == 1


def test_handed_on_it_is_seen_no_more(cast: Cast, ticket: Ticket) -> None:
    agent = browse(cast.agent)
    page = f"/tickets/{ticket.ref}"
    said = {"group": "billing", "reason": "wrong_group", "summary": "An invoice"}
    sent(act(agent, ticket, "hand-over", **said), f"{page}/handed-over")
    sent(agent.get(page), f"{page}/handed-over")
    assert "Parcel never arrived" not in text_of(agent.get(f"{page}/handed-over"))


def test_readers_see_no_form(cast: Cast, ticket: Ticket) -> None:
    for reader in (cast.viewer, cast.auditor):
        page = browse(reader).get(f"/tickets/{ticket.ref}").content.decode()
        assert "Send to the customer" not in page
        assert page.count("<form") == 4  # search, language, sign-out, and watching it


def test_a_group_it_is_shared_with_reads_it(cast: Cast, ticket: Ticket) -> None:
    TicketShare.objects.create(ticket=ticket, group=cast.other_group)
    outsider = browse(cast.outsider)
    assert outsider.get(f"/tickets/{ticket.ref}").status_code == 200
    assert outsider.post(f"/tickets/{ticket.ref}/note", {"body": "Hello"}).status_code == 403


def test_other_tickets_of_the_customer_are_shown_as_far_as_one_may_see(cast: Cast) -> None:
    customer = make_customer()
    ticket = make_ticket(cast.group, customer=customer)
    near = make_ticket(cast.group, customer=customer)
    far = make_ticket(cast.other_group, customer=customer)
    page = text_of(browse(cast.agent).get(f"/tickets/{ticket.ref}"))
    assert near.ref in page
    assert far.ref not in page


def test_words_of_customers_are_never_markup(cast: Cast) -> None:
    said = make_feedback(
        nps=1, comment="<script>alert(1)</script>", context={"<b>": "<img src=x>"}, judged=True
    )
    ticket = make_ticket(cast.group, feedback=said, customer=make_customer(name="<i>Eve</i>"))
    page = browse(cast.agent).get(f"/tickets/{ticket.ref}").content.decode()
    for markup in ("<script>alert", "<img src=x", "<i>Eve", "<b>:"):
        assert markup not in page


def test_a_gesture_above_the_limit_waits_for_somebody_else(cast: Cast, ticket: Ticket) -> None:
    default_limits(now=NOW)
    page = f"/tickets/{ticket.ref}"
    said = {"kind": "refund", "amount": "180", "currency": "eur", "explanation": "The order"}
    sent(act(browse(cast.agent), ticket, "gestures", **said), page)
    gesture = Gesture.objects.get()
    assert (gesture.state, gesture.currency) == ("waiting", "EUR")
    own = act(browse(cast.agent), ticket, f"gestures/{gesture.pk}/approve")
    assert own.status_code == 409
    assert "Somebody else has to decide" in text_of(own)
    assert "Approve" not in text_of(browse(cast.agent).get(page))
    assert "Approve" in text_of(browse(cast.manager).get(page))
    sent(act(browse(cast.manager), ticket, f"gestures/{gesture.pk}/approve", note="Fine"), page)
    sent(act(browse(cast.agent), ticket, f"gestures/{gesture.pk}/keep"), page)
    gesture.refresh_from_db()
    assert (gesture.state, gesture.decided_by) == ("kept", cast.manager)


class TestResolving:
    """In two clicks …"""

    @pytest.fixture(autouse=True)
    def _house(self) -> None:
        make_root_cause("delivery")
        default_limits(now=NOW)

    def test_it_names_the_cause_and_what_was_given(self, cast: Cast, ticket: Ticket) -> None:
        said = {"root_cause": "delivery", "gesture": "apology", "body": "Sent anew."}
        sent(act(browse(cast.agent), ticket, "resolve", **said), f"/tickets/{ticket.ref}")
        gesture = Gesture.objects.select_related("recovery__root_cause").get()
        assert (gesture.kind, gesture.recovery.root_cause.slug) == ("apology", "delivery")

    def test_it_gives_money_in_the_same_form(self, cast: Cast, ticket: Ticket) -> None:
        said = {"gesture": "voucher", "amount": "20", "currency": "eur", "body": "Sent anew."}
        act(browse(cast.agent), ticket, "resolve", root_cause="delivery", **said)
        assert (Gesture.objects.get().amount, Gesture.objects.get().currency) == (20, "EUR")

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({}, "or that nothing need be given"),
            ({"gesture": "none", "amount": "5"}, "has no amount"),
            ({"gesture": "refund"}, "Amount This is wanted here."),
            ({"gesture": "refund", "amount": "5", "currency": "X"}, "ISO 4217"),
        ],
    )
    def test_it_says_what_is_missing_and_keeps_the_words(
        self, cast: Cast, ticket: Ticket, said: dict[str, str], words: str
    ) -> None:
        body = {"root_cause": "delivery", "body": "My long words", **said}
        response = act(browse(cast.agent), ticket, "resolve", **body)
        assert response.status_code == 422
        assert words in text_of(response)
        assert "My long words" in response.content.decode()
        assert not Gesture.objects.exists()

    def test_what_was_promised_before_is_enough(self, cast: Cast, ticket: Ticket) -> None:
        agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
        sent(act(agent, ticket, "gestures", kind="call"), page)
        assert "Given in this cycle already: Personal call" in text_of(agent.get(page))
        sent(act(agent, ticket, "resolve", root_cause="delivery", body="Sent anew."), page)

    def test_what_was_broken_since_is_not(self, cast: Cast, ticket: Ticket) -> None:
        agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
        sent(act(agent, ticket, "gestures", kind="call"), page)
        sent(act(agent, ticket, f"gestures/{Gesture.objects.get().pk}/break"), page)
        assert "Given in this cycle already" not in text_of(agent.get(page))
        said = {"root_cause": "delivery", "body": "Sent anew.", "gesture": "none"}
        sent(act(agent, ticket, "resolve", **said), page)


def test_a_failure_is_said_on_a_page_of_its_own(cast: Cast, ticket: Ticket) -> None:
    default_failures(now=NOW)
    cause, lost = make_root_cause("late"), FailureType.objects.get(slug="delivery")
    let_cause_stand_for(cause, type=lost, controllable=False)
    agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
    sent(act(agent, ticket, "failure", root_cause="late", severity="3"), where)
    page = text_of(agent.get(where))
    assert "Severity 3, serious" in page
    assert "Type of failure Delivery" in page
    form = text_of(agent.get(f"{where}/failure"))
    assert "as its cause says: Delivery" in form
    assert "as its cause says: no" in form
    assert act(agent, ticket, "failure", order_value="5").status_code == 422


def test_the_next_step_of_a_playbook_is_one_click(cast: Cast, ticket: Ticket) -> None:
    steps = [{"kind": "apology", "text_en": "We are sorry."}, {"kind": "call"}]
    write_playbook(slug="usual", name="Usual", steps=steps, by=None, now=NOW)
    agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
    page = text_of(agent.get(where))
    assert "Playbook: Usual" in page
    assert "Next step: Apology We are sorry." in page
    sent(act(agent, ticket, "gestures", kind="apology", explanation="We are sorry."), where)
    assert "Next step: Personal call" in text_of(agent.get(where))
    assert act(agent, ticket, "playbook/leave", why=" ").status_code == 422
    sent(act(agent, ticket, "playbook/leave", why="In writing only"), where)
    assert "Left: In writing only" in text_of(agent.get(where))
    assert "Playbook: Usual" in text_of(browse(cast.viewer).get(where))


def test_what_went_wrong_can_be_named(cast: Cast, ticket: Ticket) -> None:
    sent(
        act(browse(cast.agent), ticket, "failure", failure="Lost by the carrier"),
        f"/tickets/{ticket.ref}",
    )
    assert "Lost by the carrier" in text_of(browse(cast.viewer).get(f"/tickets/{ticket.ref}"))


class TestTwoWhoSayWhatWentWrong:
    @pytest.fixture
    def stood(self, cast: Cast, ticket: Ticket) -> dict[str, str]:
        """What an agent has on their page, and a colleague changes then."""
        said = {"failure": "Lost", "severity": "2", "order_value": "9", "order_currency": "EUR"}
        act(browse(cast.agent), ticket, "failure", **said)
        stood = shown_on(browse(cast.agent).get(f"/tickets/{ticket.ref}/failure"))
        changed = {"severity": "4", "monetary": "yes", "order_currency": "USD"}
        act(browse(cast.lead), ticket, "failure", **stood | changed)
        return stood

    def known(self) -> tuple[Any, ...]:
        found = Recovery.objects.get()
        return found.failure, found.severity, found.monetary, found.order_currency

    def test_undo_nothing_of_each_other(
        self, cast: Cast, ticket: Ticket, stood: dict[str, str]
    ) -> None:
        assert self.known() == ("Lost", 4, True, "USD")
        act(browse(cast.agent), ticket, "failure", **stood | {"failure": "Lost by the carrier"})
        assert self.known() == ("Lost by the carrier", 4, True, "USD")

    def test_take_back_what_they_see(
        self, cast: Cast, ticket: Ticket, stood: dict[str, str]
    ) -> None:
        blank = {"severity": "", "order_value": "", "order_currency": ""}
        act(browse(cast.agent), ticket, "failure", **stood | blank)
        assert self.known() == ("Lost", None, True, "")


def test_an_open_page_hears_what_is_new(cast: Cast, ticket: Ticket) -> None:
    agent, page = browse(cast.agent), f"/tickets/{ticket.ref}"
    newest = agent.get(page).context["newest"]
    quiet = agent.get(f"{page}?after={newest}", headers={"HX-Request": "true"}).content.decode()
    assert 'id="state" hx-swap-oob="true"' in quiet
    assert "timeline" not in quiet
    act(browse(cast.lead), ticket, "note", body="News")
    news = agent.get(f"{page}?after={newest}", headers={"HX-Request": "true"}).content.decode()
    assert "News" in news
    assert "<textarea" not in news


def test_its_cost_does_not_grow_with_its_history(cast: Cast, ticket: Ticket) -> None:
    agent = browse(cast.agent)
    cost = cost_of(agent, f"/tickets/{ticket.ref}")
    for number in range(4):
        act(browse(cast.lead), ticket, "note", body=f"Note {number}")
        make_ticket(cast.group, customer=ticket.customer)
    assert cost_of(agent, f"/tickets/{ticket.ref}") <= cost <= 38


def test_reading_the_address_of_a_verb_leads_to_the_ticket(cast: Cast, ticket: Ticket) -> None:
    agent = browse(cast.agent)
    sent(agent.get(f"/tickets/{ticket.ref}/reply"), f"/tickets/{ticket.ref}")
    assert agent.post(f"/tickets/{ticket.ref}/dance").status_code == 404
    assert agent.get("/tickets/T-1x").status_code == 404


class TestTakingBack:
    def test_it_is_offered_while_nothing_has_left(self, cast: Cast, ticket: Ticket) -> None:
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
        assert "Take it back" not in text_of(agent.get(where))
        act(agent, ticket, "reply", body="It leaves today.")
        assert "Take it back" in text_of(agent.get(where))
        assert "Take it back" not in text_of(browse(cast.lead).get(where))
        assert "Take it back" not in text_of(browse(cast.viewer).get(where))

    def test_the_words_are_in_the_box_again(self, cast: Cast, ticket: Ticket) -> None:
        agent, where = browse(cast.agent), f"/tickets/{ticket.ref}"
        act(agent, ticket, "reply", body="It leaves <today>.")
        sent(act(agent, ticket, "take-back"), where)
        page = agent.get(where).content.decode()
        assert ">\nIt leaves &lt;today&gt;.</textarea>" in page
        assert "Take it back" not in page
        assert Letter.objects.get().state == "withdrawn"

    def test_too_late_it_says_so(self, cast: Cast, ticket: Ticket) -> None:
        answer = act(browse(cast.agent), ticket, "take-back")
        assert answer.status_code == 409
        assert "It has left already" in text_of(answer)
