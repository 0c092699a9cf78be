"""The status page …"""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.desk.browsing import text_of, ticket_of_today
from tests.makers import make_customer, make_feedback, make_policy, make_source, make_ticket
from tests.recovery.asking import ask_all, kinds, resolve
from tests.work.test_word_letter import write
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.models import Answer, Gesture
from tickets.sla.models import Clock
from tickets.work.actions.move import close_ticket, merge_tickets, wait
from tickets.work.actions.side import open_side
from tickets.work.actions.talk import log_contact, note, reply
from tickets.work.actions.undo import take_back
from tickets.work.actor import CUSTOMER, acting
from tickets.work.door import locked
from tickets.work.models import Ticket
from tickets.work.opening import link_feedback
from tickets.work.status_links import StatusLink, link_in_letters
from tickets.work.timeline import write_entry

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def client() -> Client:
    """As strict as a browser from elsewhere: without the test client's exemption from CSRF."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return opened(cast)


def opened(cast: Cast, **facts: Any) -> Ticket:
    """Received this minute, in Seoul, under a policy that owes an answer to each message."""
    customer = facts.pop("customer", None) or make_customer()
    source = facts.pop("source", None) or make_source(time_zone="Asia/Seoul")
    said = {"nps": 2, "comment": "Parcel never arrived", "received_at": moment()}
    heard = make_feedback(source, customer=customer, judged=True, **said | facts)
    policy = make_policy(next_reply_s=86_400, reopens_for_s=86_400)
    return make_ticket(cast.group, feedback=heard, customer=customer, policy=policy)


def page_of(ticket: Ticket) -> str:
    """The address that stands in letters."""
    return "/s/" + link_in_letters(ticket).rpartition("/")[2]


def seen(client: Client, ticket: Ticket) -> str:
    page = client.get(page_of(ticket))
    assert page.status_code == 200
    return text_of(page)


def left(**of: Any) -> None:
    """What was written has left."""
    Letter.objects.filter(**of).update(leave_at=moment() - HOUR)


def answered(ticket: Ticket, cast: Cast, body: str = "A new one is on its way.") -> None:
    reply(locked(ticket.pk), body=body, by=acting(cast.agent), now=moment())
    left()


def due_before(ticket: Ticket, **of: Any) -> None:
    Clock.objects.filter(promise=ticket.pk, **of).update(due_at=moment() - HOUR)


def nobodys(cast: Cast) -> Ticket:
    """Opened for somebody without a name, whom nobody can write to."""
    ticket = ticket_of_today(cast.group)
    Ticket.objects.filter(pk=ticket.pk).update(customer=None, contactable="none")
    return locked(ticket.pk)


def promised(ticket: Ticket, cast: Cast, kind: str, amount: int) -> None:
    said = {"explanation": "late", "currency": "EUR", "by": acting(cast.agent)}
    held = locked(ticket.pk)
    given = add_gesture(held, kind=kind, amount=Decimal(amount), now=moment(), **said)
    Gesture.objects.filter(pk=given.pk).update(state="promised", needs_approval=False)


def merged(ticket: Ticket, into: Ticket, cast: Cast) -> None:
    where = f"/api/v1/tickets/{ticket.ref}/merge"
    assert api(cast.agent).post(where, {"into": into.ref}).status_code == 200


class TestTells:
    def test_what_was_heard_and_by_when_a_person_writes(
        self, client: Client, ticket: Ticket
    ) -> None:
        shown = seen(client, ticket)
        due = Clock.objects.get(promise=ticket.pk, kind="follow_up").due_at
        assert due is not None
        local = due + 9 * HOUR
        assert (
            f"A person writes to you by {local:%A} {local.day} {local:%B %Y, %H:%M} (KST)." in shown
        )
        assert "Parcel never arrived" in shown
        assert "Your score: 2" in shown
        assert ticket.ref in shown

    def test_that_we_are_late(self, client: Client, ticket: Ticket) -> None:
        due_before(ticket, kind="follow_up")
        assert "We are late. A person was to write to you by" in seen(client, ticket)

    def test_what_was_answered_and_that_it_was_in_time(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        answered(ticket, cast)
        shown = seen(client, ticket)
        assert "We have answered you." in shown
        assert "A new one is on its way." in shown
        assert "and was on" in shown

    def test_that_it_came_too_late(self, client: Client, cast: Cast) -> None:
        ticket = opened(cast, received_at=moment() - 49 * HOUR)
        answered(ticket, cast)
        assert "too late" in seen(client, ticket)

    def test_that_a_promise_was_never_kept(self, client: Client, cast: Cast) -> None:
        ticket = opened(cast, received_at=moment() - 49 * HOUR)
        said = {"outcome": "not_actionable", "reason": "gone", "by": acting(cast.agent)}
        close_ticket(locked(ticket.pk), now=moment(), **said)
        assert "Nobody was." in seen(client, ticket)

    def test_that_we_wait_for_them(self, client: Client, ticket: Ticket, cast: Cast) -> None:
        answered(ticket, cast)
        wait(locked(ticket.pk), until=None, by=acting(cast.agent), now=moment())
        assert "We wait for you." in seen(client, ticket)

    def test_that_it_is_closed_and_no_outcome(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        said = {"outcome": "spam", "reason": "REASON-OF-OURS", "by": acting(cast.agent)}
        close_ticket(locked(ticket.pk), now=moment(), **said)
        shown = seen(client, ticket)
        assert "This matter is closed." in shown
        assert "REASON-OF-OURS" not in shown
        assert "spam" not in shown.lower()

    def test_what_we_promised_to_put_it_right(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        said = {"explanation": "WHY-INSIDE", "currency": "EUR", "by": acting(cast.agent)}
        for kind, amount in (("refund", 30), ("voucher", 900), ("discount", 20)):
            money = Decimal(amount)
            add_gesture(locked(ticket.pk), kind=kind, amount=money, now=moment(), **said)
        Gesture.objects.filter(kind="refund").update(state="promised", needs_approval=False)
        Gesture.objects.filter(kind="discount").update(
            state="kept", needs_approval=False, settled_at=moment()
        )
        shown = seen(client, ticket)
        assert "Refund 30 EUR : promised" in shown
        assert "Discount 20 EUR : done on" in shown
        Gesture.objects.filter(kind="refund").update(keep_by=moment() + HOUR)
        assert "Refund 30 EUR : promised by" in seen(client, ticket)
        Gesture.objects.filter(kind="refund").update(keep_by=moment() - HOUR)
        assert "You are still owed it." in seen(client, ticket)
        assert "Voucher" not in shown
        assert "WHY-INSIDE" not in shown

    def test_it_on_where_a_merge_has_brought_it(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        into = nobodys(cast)
        promised(into, cast, "refund", 30)
        promised(ticket, cast, "voucher", 10)
        assert "Voucher 10 EUR : promised" in seen(client, ticket)
        merged(ticket, into, cast)
        Gesture.objects.filter(kind="refund").update(state="kept", settled_at=moment())
        promised(into, cast, "discount", 20)
        shown = seen(client, ticket)
        assert "Voucher 10 EUR : promised" in shown
        assert "Discount 20 EUR : promised" in shown
        assert "Refund" not in shown

    def test_it_in_the_customers_language(self, client: Client, cast: Cast) -> None:
        ticket = opened(
            cast, customer=make_customer(locale="ko-KR"), comment="택배가 오지 않았어요"
        )
        shown = seen(client, ticket)
        assert "직접 답변드리겠습니다." in shown
        assert "택배가 오지 않았어요" in shown
        assert "(KST)" in shown
        page = client.get(page_of(ticket) + "?in=en")
        assert page["Content-Language"] == "en"
        assert not page.cookies

    def test_it_by_the_clock_that_they_named(self, client: Client, cast: Cast) -> None:
        wish = {"call_back": {"zone": "America/New_York"}}
        assert "America/New_York" in seen(client, opened(cast, answers=wish))

    def test_which_colleague_wrote_where_letters_say_so(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        answered(ticket, cast)
        assert cast.agent.name not in seen(client, ticket)
        write("signature", "{writer}, {team}", now=moment(), group=cast.group)
        assert f"{cast.agent.name} " in seen(client, ticket)


class TestHides:
    def test_whatever_is_for_colleagues(self, client: Client, ticket: Ticket, cast: Cast) -> None:
        by = acting(cast.agent)
        note(locked(ticket.pk), body="SECRET-NOTE", by=by, now=moment())
        said = {"to": "carrier@x.example", "name": "CARRIER", "subject": "SECRET-SIDE"}
        open_side(locked(ticket.pk), body="SECRET-ASIDE", by=by, now=moment(), files=(), **said)
        called = {"channel": "phone", "reached": False, "body": "SECRET-CALL"}
        log_contact(locked(ticket.pk), by=by, now=moment(), **called)
        page = client.get(page_of(ticket)).content.decode()
        assert ticket.customer is not None
        names = (cast.agent.name, ticket.group.name, ticket.customer.email, "Unhappy", "urgent")
        for hidden in ("SECRET", "CARRIER", *names):
            assert hidden not in page, hidden

    def test_what_somebody_else_said(self, client: Client, ticket: Ticket, cast: Cast) -> None:
        stranger = make_feedback(comment="OF-A-STRANGER", customer=make_customer(), judged=True)
        link_feedback([(ticket, stranger)], moment())
        reason = {"written_from": "aunt@x.example"}
        told: dict[str, Any] = {"text": "OF-AN-AUNT", "public": True, "reason": reason}
        write_entry(ticket, "customer_message", CUSTOMER, now=moment(), **told)
        page = client.get(page_of(ticket)).content.decode()
        assert "STRANGER" not in page
        assert "AUNT" not in page

    def test_what_stood_there_before_it_was_theirs(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        into = ticket_of_today(cast.group)
        Ticket.objects.filter(pk=into.pk).update(customer=None, contactable="receipt")
        into = locked(into.pk)
        reply(into, body="TO-NOBODY-KNOWN", by=acting(cast.agent), now=moment())
        told: dict[str, Any] = {"text": "BY-NOBODY-KNOWN", "public": True}
        write_entry(into, "customer_message", CUSTOMER, now=moment(), **told)
        by = acting(cast.agent)
        merge_tickets(locked(ticket.pk), into=locked(into.pk), by=by, now=moment())
        answered(into, cast, "To you.")
        shown = seen(client, ticket)
        assert "NOBODY-KNOWN" not in shown
        assert "To you." in shown

    def test_what_was_promised_there_before_wherever_it_goes_on(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        first, last = nobodys(cast), opened(cast, customer=ticket.customer)
        promised(first, cast, "refund", 30)
        promised(ticket, cast, "voucher", 10)
        merged(ticket, first, cast)
        merged(first, last, cast)
        assert Gesture.objects.filter(recovery__ticket=last).count() == 2
        for one in (ticket, last):
            shown = seen(client, one)
            assert "Voucher 10 EUR" in shown
            assert "Refund" not in shown

    def test_what_has_not_left_yet_or_was_taken_back(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        by = acting(cast.agent)
        reply(locked(ticket.pk), body="TOO-SOON", by=by, now=moment())
        assert "TOO-SOON" not in seen(client, ticket)
        take_back(locked(ticket.pk), by=by, now=moment())
        left()
        assert "TOO-SOON" not in seen(client, ticket)

    def test_what_was_said_on_resolving_until_it_leaves(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        answered(ticket, cast)
        resolve(ticket, by=cast.agent, body="SENT-ANEW", now=moment())
        assert "SENT-ANEW" not in seen(client, ticket)
        take_back(locked(ticket.pk), by=acting(cast.agent), now=moment())
        resolve(ticket, by=cast.agent, body="AND-AGAIN", now=moment() - HOUR)
        shown = seen(client, ticket)
        assert "SENT-ANEW" not in shown
        assert "AND-AGAIN" in shown


class TestOpened:
    def test_it_changes_nothing(self, client: Client, ticket: Ticket) -> None:
        for open_it in (client.get, client.head):
            with CaptureQueriesContext(connection) as queries:
                page = open_it(page_of(ticket) + "?act=call&text=x&call-phone=12345&said=message")
            assert page.status_code == 200
            assert all(query["sql"].startswith("SELECT") for query in queries.captured_queries)
        assert kinds(ticket) == ["opened"]

    def test_it_leaves_no_trace_elsewhere(self, client: Client, ticket: Ticket) -> None:
        page = client.get(page_of(ticket))
        shown = page.content.decode()
        assert page["Referrer-Policy"] == "no-referrer"
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert page["Cache-Control"] == "no-store, private"
        assert 'name="robots" content="noindex' in shown
        assert not page.cookies
        assert "<script" not in shown
        assert "style=" not in shown
        assert "http" not in shown.replace("http-equiv", "")

    @pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
    def test_nothing_else_can_be_done(self, client: Client, ticket: Ticket, method: str) -> None:
        assert getattr(client, method)(page_of(ticket)).status_code == 405

    def test_every_link_of_every_letter_may_be_followed_by_a_scanner(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        answered(ticket, cast)
        resolve(ticket, by=cast.agent, now=moment() - HOUR)
        ask_all(moment())
        links = re.findall(
            r"https?://[^/\s]+(/[scur]/\S+)",
            "\n".join(Letter.objects.values_list("body", flat=True)),
        )
        assert {link[:3] for link in links} == {"/s/", "/c/", "/u/"}
        before = kinds(ticket)
        for link in links:
            for open_it in (client.get, client.head):
                with CaptureQueriesContext(connection) as queries:
                    assert open_it(link).status_code == 200
                assert all(one["sql"].startswith("SELECT") for one in queries.captured_queries)
        assert kinds(ticket) == before
        assert not Answer.objects.exists()


class TestAsks:
    def test_whether_it_is_put_right_by_the_form_of_the_question(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        answered(ticket, cast)
        resolve(ticket, by=cast.agent, now=moment() - HOUR)
        assert "We think this is settled." in seen(client, ticket)
        ask_all(moment())
        page = client.get(page_of(ticket) + "?in=en").content.decode()
        assert "Is it put right?" in page
        where = page.split('<form method="post" action="')[1].split('"')[0]
        assert where.endswith("?in=en")
        assert client.post(where, {"solved": "yes", "score": "5"}).status_code == 200
        assert Answer.objects.get().solved
        assert "It is settled." in seen(client, ticket)

    def test_nobody_whom_a_colleague_gave_the_link(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        answered(ticket, cast)
        resolve(ticket, by=cast.agent, now=moment() - HOUR)
        ask_all(moment())
        assert ticket.customer is not None
        handed = StatusLink(ticket.pk, ticket.customer.pk, moment(), handed=True)
        page = client.get(f"/s/{handed.token}").content.decode()
        assert "/c/" not in page
        assert "If it is not, write to us below." in page


def heard_anew(client: Client, ticket: Ticket, **form: Any) -> HttpResponse:
    page = client.post(page_of(ticket), form)
    assert (page.status_code, page["Location"]) == (303, f"{page_of(ticket)}?said=message")
    return page


class TestTakesUp:
    def test_a_message_as_a_mail(self, client: Client, ticket: Ticket, cast: Cast) -> None:
        answered(ticket, cast)
        wait(locked(ticket.pk), until=None, by=acting(cast.agent), now=moment())
        heard_anew(client, ticket, act="write", text="When?\r\nSoon?")
        ticket.refresh_from_db()
        assert ticket.status == "open"
        assert ticket.timeline.latest("pk").text == "When?\nSoon?"
        assert Clock.objects.get(promise=ticket.pk, kind="next_reply").state == "running"
        shown = text_of(client.get(f"{page_of(ticket)}?said=message"))
        assert "Thank you, we have it." in shown
        assert "When?" in shown
        assert "A person writes to you by" in shown

    def test_a_message_that_curl_sends(self, client: Client, ticket: Ticket) -> None:
        heard_anew(client, ticket, text="When?")

    def test_a_message_once_however_often_it_is_pressed(
        self, client: Client, ticket: Ticket
    ) -> None:
        for _ in range(2):
            heard_anew(client, ticket, text="When?")
        assert kinds(ticket) == ["opened", "customer_message"]

    def test_the_same_words_again_after_our_answer(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        heard_anew(client, ticket, text="Yes")
        answered(ticket, cast, "And the lamp too?")
        heard_anew(client, ticket, text="Yes")
        assert kinds(ticket) == ["opened", "customer_message", "reply", "customer_message"]

    def test_a_message_after_the_end_as_the_next_cycle(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        said = {"outcome": "not_actionable", "reason": "gone", "by": acting(cast.agent)}
        close_ticket(locked(ticket.pk), now=moment(), **said)
        heard_anew(client, ticket, text="It is broken again")
        ticket.refresh_from_db()
        assert (ticket.status, ticket.cycle) == ("open", 2)

    def test_none_long_after_the_end(self, client: Client, ticket: Ticket, cast: Cast) -> None:
        said = {"outcome": "not_actionable", "reason": "gone", "by": acting(cast.agent)}
        close_ticket(locked(ticket.pk), now=moment(), **said)
        Ticket.objects.filter(pk=ticket.pk).update(closed_at=moment() - 25 * HOUR)
        assert "It ended long ago." in seen(client, ticket)
        page = client.post(page_of(ticket), {"text": "Again"})
        assert page.status_code == 200
        assert "answer any letter of ours" in text_of(page)
        assert "textarea" not in page.content.decode()
        assert kinds(ticket)[-1] == "closed"

    def test_what_was_written_to_a_ticket_that_goes_on_as_another(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        into = opened(cast, customer=ticket.customer, comment="And the lamp")
        by = acting(cast.agent)
        merge_tickets(locked(ticket.pk), into=locked(into.pk), by=by, now=moment())
        shown = seen(client, ticket)
        assert into.ref in shown
        assert "And the lamp" in shown
        heard_anew(client, ticket, text="Both, please")
        assert kinds(into)[-1] == "customer_message"

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({"text": "  "}, "Write something first."),
            ({"text": "x" * 10_001}, "at most 10,000 characters"),
            ({"act": "call", "call-phone": "call me"}, "a number that we can call"),
            ({"act": "call"}, "a number that we can call"),
            ({"act": "call", "call-phone": "12345", "call-at": "soon"}, "Choose one of these"),
        ],
    )
    def test_what_cannot_be_taken_stays_on_the_page(
        self, client: Client, ticket: Ticket, form: dict[str, str], said: str
    ) -> None:
        page = client.post(page_of(ticket), form)
        assert page.status_code == 422
        assert said in text_of(page)
        assert form.get("text", "") in page.content.decode()
        assert kinds(ticket) == ["opened"]

    def test_no_flood(self, client: Client, ticket: Ticket, cast: Cast) -> None:
        for number in range(20):
            heard_anew(client, ticket, text=f"{number}")
        page = client.post(page_of(ticket), {"text": "And again"})
        assert page.status_code == 422
        assert "Please wait for our answer." in text_of(page)
        answered(ticket, cast)
        heard_anew(client, ticket, text="And again")
