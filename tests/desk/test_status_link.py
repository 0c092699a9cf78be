"""A link to a status page …"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from cxloop.forgetting import erase
from cxloop.kernel.letters import bury_letter, deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import text_of
from tests.desk.test_status_page import answered, merged, nobodys, opened, page_of, promised
from tests.makers import make_customer
from tests.recovery.asking import kinds
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.models import Gesture
from tickets.work.actions.customers import join_customers, part_customers
from tickets.work.actions.move import merge_tickets
from tickets.work.actions.status_page import give_link
from tickets.work.actions.talk import note
from tickets.work.actor import CUSTOMER, acting
from tickets.work.door import locked
from tickets.work.models import Ticket
from tickets.work.status_links import StatusLink, read_status_link
from tickets.work.sweeps import strike_dead
from tickets.work.timeline import write_entry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def client() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return opened(cast, received_at=moment() - 91 * DAY)


def asked_anew(client: Client, ticket: Ticket, page: str = "") -> Any:
    return client.post(page or page_of(ticket), {"act": "renew"})


def link_of(ticket: Ticket, **facts: Any) -> str:
    assert ticket.customer is not None
    return f"/s/{StatusLink(ticket.pk, ticket.customer.pk, **facts).token}"


class TestLives:
    def test_so_many_days_after_the_last_sign_of_life(
        self, client: Client, cast: Cast, settings
    ) -> None:
        young = opened(cast, received_at=moment() - 89 * DAY)
        assert client.get(page_of(young)).status_code == 200
        settings.STATUS_LINK = 88 * DAY
        assert client.get(page_of(young)).status_code == 410

    def test_on_after_what_either_side_said(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        assert client.get(page_of(ticket)).status_code == 410
        answered(ticket, cast)
        assert client.get(page_of(ticket)).status_code == 200

    def test_no_longer_for_what_colleagues_say_among_themselves(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        note(locked(ticket.pk), body="Look", by=acting(cast.agent), now=moment())
        assert client.get(page_of(ticket)).status_code == 410

    def test_from_when_it_was_made(self, client: Client, ticket: Ticket) -> None:
        assert client.get(link_of(ticket, made_at=moment())).status_code == 200
        assert client.get(link_of(ticket, made_at=moment() - 91 * DAY)).status_code == 410


class TestExpired:
    def test_says_so_and_nothing_of_the_matter(self, client: Client, ticket: Ticket) -> None:
        page = client.get(page_of(ticket))
        shown = page.content.decode()
        assert "This link has expired." in shown
        assert ticket.customer is not None
        for hidden in ("Parcel", ticket.ref, ticket.customer.email, "textarea"):
            assert hidden not in shown

    def test_takes_neither_a_message_nor_a_call(self, client: Client, ticket: Ticket) -> None:
        for form in ({"text": "Hello?"}, {"act": "call", "call-phone": "+82 2 1234"}):
            assert client.post(page_of(ticket), form).status_code == 410
        assert kinds(ticket) == ["opened"]

    def test_sends_a_new_one_to_the_known_address_alone(
        self, client: Client, ticket: Ticket, mailoutbox: list[Any]
    ) -> None:
        page = client.post(page_of(ticket), {"act": "renew", "email": "evil@x.example"})
        assert page.status_code == 200
        deliver_letters()
        assert ticket.customer is not None
        assert [one.to for one in mailoutbox] == [[ticket.customer.email]]
        link = next(word for word in mailoutbox[0].body.split() if "/s/" in word)
        assert client.get("/s/" + link.rpartition("/")[2]).status_code == 200
        assert kinds(ticket) == ["opened", "status_link"]

    def test_answers_the_same_whether_or_not_it_was_sent(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        first = asked_anew(client, ticket).content
        again = asked_anew(client, ticket).content
        nowhere = opened(cast, received_at=moment() - 91 * DAY)
        type(nowhere.customer).objects.filter(pk=nowhere.customer_id).update(email="")
        assert first == again == asked_anew(client, nowhere).content
        assert Letter.objects.filter(kind="status_link").count() == 1

    def test_sends_one_again_after_some_hours(self, client: Client, ticket: Ticket) -> None:
        write_entry(ticket, "status_link", CUSTOMER, now=moment() - timedelta(hours=7))
        for _ in range(2):
            asked_anew(client, ticket)
        assert Letter.objects.filter(kind="status_link").count() == 1

    def test_sends_one_though_a_colleague_handed_one_on(
        self, client: Client, ticket: Ticket, cast: Cast
    ) -> None:
        give_link(ticket, send=False, by=acting(cast.agent), now=moment())
        for _ in range(2):
            asked_anew(client, ticket)
        assert Letter.objects.filter(kind="status_link").count() == 1

    def test_sends_another_where_its_letter_died(self, client: Client, ticket: Ticket) -> None:
        asked_anew(client, ticket)
        bury_letter(Letter.objects.get(kind="status_link"), "451 full", now=moment())
        for _ in range(2):
            asked_anew(client, ticket)
        assert Letter.objects.filter(kind="status_link").count() == 2

    def test_sends_nothing_to_who_wants_no_contact(self, client: Client, ticket: Ticket) -> None:
        wish = {"do_not_contact": True, "do_not_contact_since": moment()}
        type(ticket.customer).objects.filter(pk=ticket.customer_id).update(**wish)
        assert asked_anew(client, ticket).status_code == 200
        assert not Letter.objects.filter(kind="status_link").exists()

    def test_says_in_the_history_that_its_letter_died(self, client: Client, ticket: Ticket) -> None:
        asked_anew(client, ticket)
        bury_letter(Letter.objects.get(kind="status_link"), "550 nobody", now=moment())
        strike_dead()
        assert kinds(ticket) == ["opened", "status_link", "letter_failed"]

    def test_asks_a_flood_to_wait(self, client: Client, ticket: Ticket, settings) -> None:
        settings.LIMIT_PK_ADDRESS = 2
        form, place = {"act": "renew"}, {"REMOTE_ADDR": "203.0.113.77"}
        codes = [client.post(page_of(ticket), form, **place).status_code for _ in range(3)]
        assert codes == [200, 200, 429]


class TestLeads:
    def test_nobody_to_another_ticket(self, client: Client, cast: Cast, ticket: Ticket) -> None:
        other = opened(cast)
        assert other.customer is not None
        stray = StatusLink(ticket.pk, other.customer.pk)
        assert client.get(f"/s/{stray.token}").status_code == 404

    def test_nobody_who_was_erased(self, client: Client, cast: Cast) -> None:
        ticket = opened(cast)
        page = page_of(ticket)
        assert ticket.customer is not None
        erase(ticket.customer, reason="they asked", by=acting(cast.admin), now=moment())
        unknown = client.get("/s/" + "A" * 60)
        for answer in (client.get(page), client.post(page, {"text": "x"})):
            assert answer.status_code == 404
            assert answer.content == unknown.content
        assert asked_anew(client, ticket, page).status_code == 404

    def test_whoever_was_said_to_be_somebody_to_their_ticket(
        self, client: Client, cast: Cast
    ) -> None:
        claim = make_customer("kim@x.example", trusted=False)
        person = make_customer("kim2@x.example")
        ticket = opened(cast, customer=claim)
        page = page_of(ticket)
        join_customers(claim, person, by=acting(cast.agent), now=moment())
        assert "Parcel never arrived" in text_of(client.get(page))

    def test_whoever_was_somebody_else_after_all_to_nothing_of_theirs(
        self, client: Client, cast: Cast
    ) -> None:
        claim, by = make_customer("kim@x.example", trusted=False), acting(cast.agent)
        ticket = opened(cast, customer=claim)
        join_customers(claim, make_customer("kim2@x.example"), by=by, now=moment())
        theirs = page_of(Ticket.objects.get(pk=ticket.pk))
        client.post(theirs, {"text": "MY-DOOR-CODE"})
        answered(ticket, cast, "TO-THE-OTHER")
        money: dict[str, Any] = {"kind": "refund", "amount": Decimal(30), "currency": "EUR"}
        add_gesture(locked(ticket.pk), explanation="late", now=moment(), by=by, **money)
        Gesture.objects.update(state="promised", needs_approval=False)
        assert "Refund 30 EUR" in text_of(client.get(theirs))
        claim.refresh_from_db()
        part_customers(claim, by=by, now=moment())
        answered(ticket, cast, "To you.")
        shown = text_of(client.get(link_of(ticket)))
        for said in ("DOOR-CODE", "TO-THE-OTHER", "Refund", "and was on"):
            assert said not in shown
        assert "Parcel never arrived" in shown
        assert "To you." in shown
        assert client.get(theirs).status_code == 404

    def test_whoever_was_somebody_else_after_all_to_none_of_it_on_the_ticket_that_goes_on(
        self, client: Client, cast: Cast
    ) -> None:
        claim, by = make_customer("kim@x.example", trusted=False), acting(cast.agent)
        ticket, into = opened(cast, customer=claim), nobodys(cast)
        join_customers(claim, make_customer("kim2@x.example"), by=by, now=moment())
        promised(ticket, cast, "refund", 30)
        claim.refresh_from_db()
        part_customers(claim, by=by, now=moment())
        promised(ticket, cast, "voucher", 10)
        merged(ticket, into, cast)
        for one in (ticket, into):
            shown = text_of(client.get(link_of(Ticket.objects.get(pk=one.pk))))
            assert "Voucher 10 EUR" in shown
            assert "Refund" not in shown

    def test_nobody_on_to_what_is_not_theirs(self, client: Client, cast: Cast) -> None:
        ticket = opened(cast)
        into = opened(cast, customer=ticket.customer)
        page = page_of(ticket)
        by = acting(cast.agent)
        merge_tickets(locked(ticket.pk), into=locked(into.pk), by=by, now=moment())
        assert client.get(page).status_code == 200
        Ticket.objects.filter(pk=into.pk).update(customer=make_customer())
        assert client.get(page).status_code == 404
        assert client.post(page, {"text": "Mine?"}).status_code == 404


def test_it_is_written_in_one_way(ticket: Ticket) -> None:
    assert ticket.customer is not None
    link = StatusLink(ticket.pk, ticket.customer.pk, moment().replace(microsecond=0), handed=True)
    assert read_status_link(link.token) == link
    assert len({replace(link, handed=False).token, link.token, replace(link, ticket=1).token}) == 3
