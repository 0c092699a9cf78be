"""A letter about a gesture …"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from django.core.mail import EmailMessage

from cxloop.kernel.errors import CxloopError, NotHere
from cxloop.kernel.letters import bury_letter, deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.intake.models import Consent, Customer
from tests.cast import Cast, api
from tests.makers import NOW, make_customer, make_ticket
from tests.recovery.asking import LATER
from tickets.recovery.actions import gestures
from tickets.recovery.actions.gesture_letter import write_about
from tickets.recovery.actions.limits import default_limits
from tickets.recovery.door import gesture_on
from tickets.recovery.models import Gesture
from tickets.recovery.sweeps import strike_dead
from tickets.sla.models import Clock
from tickets.work.actions.customers import join_customers, note_consent, part_customers
from tickets.work.actions.letter_templates import word_letter
from tickets.work.actions.talk import reply
from tickets.work.actions.undo import take_back
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.letter_words import Words
from tickets.work.models import Contact, LetterTemplate, News, Ticket, TimelineEntry

pytestmark = pytest.mark.django_db
OFFER = "10 % off your next order."
SOON = LATER + timedelta(days=1)


@pytest.fixture
def customer() -> Customer:
    return make_customer(name="Jane Miller", trusted=True)


@pytest.fixture
def ticket(cast: Cast, customer: Customer) -> Ticket:
    default_limits(now=NOW)
    return make_ticket(cast.group, customer=customer)


def give(ticket: Ticket, cast: Cast, **said: Any) -> Gesture:
    money = {"amount": Decimal("20.00"), "currency": "EUR"}
    given = {"kind": "voucher", "explanation": "for the trouble", **money, **said}
    return gestures.add_gesture(locked(ticket.pk), by=acting(cast.agent), now=LATER, **given)


def write(gesture: Gesture, cast: Cast, body: str = "We are sorry.", **said: Any) -> TimelineEntry:
    ticket = locked(gesture.recovery.ticket_id)
    by = acting(cast.agent)
    return write_about(gesture_on(ticket, gesture.pk), body=body, by=by, now=LATER, **said)


def keep(gesture: Gesture, cast: Cast, **said: Any) -> Gesture:
    held = gesture_on(locked(gesture.recovery.ticket_id), gesture.pk)
    gestures.keep_gesture(held, by=acting(cast.agent), now=LATER, **said)
    return held


def consent(customer: Customer, cast: Cast, *, granted: bool = True, to: str = "marketing") -> None:
    person = Customer.objects.select_related("joined_to").get(pk=customer.pk)
    said = {"granted": granted, "said": "on the phone", "by": acting(cast.agent)}
    note_consent(person, purpose=to, now=moment(), **said)


def deliver() -> None:
    Letter.objects.filter(state="waiting").update(leave_at=NOW)
    deliver_letters()


def refused(act: Callable[[], Any]) -> tuple[str, list[str]]:
    with pytest.raises(CxloopError) as error:
        act()
    faults = getattr(error.value, "faults", ())
    return error.value.code, [f"{fault.pointer} {fault.code}" for fault in faults]


class TestIsAReply:
    def test_that_says_what_is_given_and_by_when(self, ticket: Ticket, cast: Cast) -> None:
        row = write(give(ticket, cast, keep_by=SOON), cast)
        assert row.text == (
            "We are sorry.\n\nWhat we will do for you: Voucher 20 EUR\n"
            "By when: Saturday 21 November 2026, 11:00 (UTC)"
        )
        assert (row.kind, row.public, row.actor) == ("reply", True, cast.agent)
        letter = Letter.objects.get()
        assert letter.body.startswith(row.text)
        assert (letter.kind, letter.key, letter.automatic) == ("reply", f"reply:{row.pk}", False)

    def test_that_names_no_time_where_none_was_said(self, ticket: Ticket, cast: Cast) -> None:
        row = write(give(ticket, cast), cast)
        assert row.text == "We are sorry.\n\nWhat we will do for you: Voucher 20 EUR"

    def test_in_their_language(self, cast: Cast) -> None:
        default_limits(now=NOW)
        ticket = make_ticket(cast.group, customer=make_customer(locale="ko-KR"))
        row = write(give(ticket, cast, keep_by=SOON), cast, "죄송합니다.")
        assert row.text.startswith("죄송합니다.\n\n약속드린 내용: 상품권 20 EUR\n기한: 2026년")

    def test_in_the_words_of_the_house(self, ticket: Ticket, cast: Cast) -> None:
        words = Words(body="Dear {name},\n{message}\n\n{gesture} from {team}, {number}.\n{until}!")
        word_letter(kind="gesture_promised", language="en", words=words, by=cast.admin, now=NOW)
        row = write(give(ticket, cast), cast, "Sorry {number}")
        assert row.text == (
            f"Dear Jane Miller,\nSorry {{number}}\n\nVoucher 20 EUR from Care, {ticket.ref}."
        )

    def test_in_words_that_are_built_in_where_ours_would_lose_what_is_given(
        self, ticket: Ticket, cast: Cast
    ) -> None:
        body = "{message} You will have {gesture} by {until}."
        kept = {"kind": "gesture_promised", "language": "en", "version": 1, "body": body}
        LetterTemplate.objects.create(**kept, written_by=cast.admin, written_at=NOW)
        row = write(give(ticket, cast), cast)
        assert row.text == "We are sorry.\n\nWhat we will do for you: Voucher 20 EUR"
        said = write(give(ticket, cast, keep_by=SOON), cast).text
        assert said.startswith("We are sorry. You will have Voucher 20 EUR by Saturday")

    def test_that_keeps_the_promise_and_loses_it_where_it_dies(
        self, ticket: Ticket, cast: Cast
    ) -> None:
        write(give(ticket, cast), cast)
        clock = Clock.objects.get(promise=ticket.pk, kind="follow_up")
        assert (clock.state, clock.met_at) == ("met", LATER)
        bury_letter(Letter.objects.get(), "550 nobody", now=NOW + timedelta(hours=4))
        strike_dead()
        clock.refresh_from_db()
        assert clock.met_at is None
        assert Contact.objects.get().struck_at

    def test_that_can_be_taken_back(self, ticket: Ticket, cast: Cast) -> None:
        write(give(ticket, cast), cast)
        take_back(locked(ticket.pk), by=acting(cast.agent), now=LATER)
        assert Letter.objects.get().state == "withdrawn"

    def test_that_history_knows_the_gesture_of(self, ticket: Ticket, cast: Cast) -> None:
        gesture = give(ticket, cast)
        words = {"body": "We are sorry."}
        known = {"gesture": gesture.pk, "kind": "voucher", "words": words}
        assert write(gesture, cast).reason == known

    def test_that_needs_words(self, ticket: Ticket, cast: Cast) -> None:
        gesture = give(ticket, cast)
        assert refused(lambda: write(gesture, cast, "  ")) == ("refused", ["/body required"])

    def test_of_no_gesture_that_waits_or_will_not_come(self, ticket: Ticket, cast: Cast) -> None:
        waiting = give(ticket, cast, amount=Decimal(900))
        assert waiting.state == "waiting"
        broken = give(ticket, cast)
        held = gesture_on(locked(ticket.pk), broken.pk)
        gestures.break_gesture(held, by=acting(cast.agent), now=LATER)
        for gesture in (waiting, broken):
            assert refused(lambda one=gesture: write(one, cast)) == ("illegal_move", [])
        assert not Letter.objects.exists()

    def test_of_no_gesture_of_another_ticket(self, ticket: Ticket, cast: Cast) -> None:
        gesture, other = give(ticket, cast), make_ticket(cast.group)
        with pytest.raises(NotHere):
            gesture_on(locked(other.pk), gesture.pk)

    def test_to_nobody_who_wants_no_contact(self, ticket: Ticket, cast: Cast) -> None:
        gesture = give(ticket, cast)
        consent(ticket.customer, cast, granted=False, to="contact")
        assert refused(lambda: write(gesture, cast)) == ("no_address", [])


class TestProves:
    def test_what_was_kept(self, ticket: Ticket, cast: Cast) -> None:
        gesture = keep(give(ticket, cast), cast)
        row = write(gesture, cast)
        gesture.refresh_from_db()
        assert (gesture.proof, gesture.proof_entry) == ("letter", row)
        assert row.text.endswith("What we have done for you: Voucher 20 EUR")

    def test_nothing_that_has_a_proof(self, ticket: Ticket, cast: Cast) -> None:
        gesture = keep(give(ticket, cast), cast, reference="SAP 4711")
        write(gesture, cast)
        gesture.refresh_from_db()
        assert (gesture.proof, gesture.proof_entry) == ("reference", None)

    def test_it_before_a_newer_letter_about_something_else(
        self, ticket: Ticket, cast: Cast
    ) -> None:
        gesture = give(ticket, cast)
        row = write(gesture, cast)
        reply(locked(ticket.pk), body="And?", by=acting(cast.agent), now=LATER)
        assert keep(gesture, cast, proof="letter").proof_entry == row

    def test_nothing_once_it_is_taken_back(self, ticket: Ticket, cast: Cast) -> None:
        gesture = keep(give(ticket, cast), cast)
        where = f"/api/v1/tickets/{ticket.ref}"
        said = {"body": "We are sorry."}
        api(cast.agent).post(f"{where}/gestures/{gesture.pk}/letter", said)
        assert api(cast.agent).post(f"{where}/take-back", {}).status_code == 200
        gesture.refresh_from_db()
        assert (gesture.state, gesture.proof, gesture.proof_entry) == ("kept", "", None)
        entry = ticket.timeline.get(kind="gesture_unproven")
        assert (entry.actor, entry.reason["gesture"]) == (cast.agent, gesture.pk)
        assert entry.reason["why"] == "the letter that showed it was taken back"

    def test_nothing_of_two_whose_letter_is_taken_back(self, ticket: Ticket, cast: Cast) -> None:
        api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/reply", {"body": "Hello"})
        for gesture in (give(ticket, cast), give(ticket, cast)):
            assert keep(gesture, cast, proof="letter").proof_entry
        api(cast.agent).post(f"/api/v1/tickets/{ticket.ref}/take-back", {})
        assert not Gesture.objects.exclude(proof="").exists()
        assert ticket.timeline.filter(kind="gesture_unproven").count() == 2

    def test_nothing_that_is_kept_after_it_was_taken_back(self, ticket: Ticket, cast: Cast) -> None:
        gesture = give(ticket, cast)
        write(gesture, cast)
        take_back(locked(ticket.pk), by=acting(cast.agent), now=LATER)
        assert refused(lambda: keep(gesture, cast, proof="letter")) == ("no_proof", [])

    def test_nothing_that_is_kept_after_it_died(self, ticket: Ticket, cast: Cast) -> None:
        gesture = give(ticket, cast)
        row = reply(locked(ticket.pk), body="Hello", by=acting(cast.agent), now=LATER)
        write(gesture, cast)
        bury_letter(Letter.objects.latest("pk"), "550 nobody", now=LATER)
        assert keep(gesture, cast, proof="letter").proof_entry == row

    def test_nothing_once_it_died_and_history_says_so(self, ticket: Ticket, cast: Cast) -> None:
        gesture, other = (keep(give(ticket, cast), cast) for _ in range(2))
        row = write(gesture, cast)
        stays = write(other, cast)
        bury_letter(Letter.objects.get(key=f"reply:{row.pk}"), "550 nobody", now=LATER)
        assert [strike_dead(), strike_dead()] == [1, 0]
        gesture.refresh_from_db()
        other.refresh_from_db()
        assert (gesture.state, gesture.proof, gesture.proof_entry) == ("kept", "", None)
        assert (other.proof, other.proof_entry) == ("letter", stays)
        entry = ticket.timeline.get(kind="gesture_unproven")
        assert entry.reason["gesture"] == gesture.pk
        assert entry.reason["why"] == "the letter that showed it reached nobody"

    def test_what_another_kept_with_it_neither(self, ticket: Ticket, cast: Cast) -> None:
        row = reply(locked(ticket.pk), body="Hello", by=acting(cast.agent), now=LATER)
        for gesture in (give(ticket, cast), give(ticket, cast)):
            assert keep(gesture, cast, proof="letter").proof_entry == row
        bury_letter(Letter.objects.get(), "550 nobody", now=LATER)
        strike_dead()
        assert not Gesture.objects.exclude(proof="").exists()
        assert ticket.timeline.filter(kind="gesture_unproven").count() == 2


class TestWithAnOffer:
    def test_proves_nothing_once_they_refuse_it(
        self, ticket: Ticket, customer: Customer, cast: Cast
    ) -> None:
        consent(customer, cast)
        gesture = keep(give(ticket, cast), cast)
        write(gesture, cast, offer=OFFER)
        consent(customer, cast, granted=False)
        strike_dead()
        gesture.refresh_from_db()
        assert (gesture.proof, gesture.proof_entry) == ("", None)

    def test_needs_their_consent(self, ticket: Ticket, customer: Customer, cast: Cast) -> None:
        gesture = give(ticket, cast)
        no = ("refused", ["/offer no_marketing_consent"])
        assert refused(lambda: write(gesture, cast, offer=OFFER)) == no
        consent(customer, cast)
        consent(customer, cast, granted=False)
        assert refused(lambda: write(gesture, cast, offer=OFFER)) == no
        consent(customer, cast)
        consent(customer, cast, granted=False, to="contact")
        assert refused(lambda: write(gesture, cast, offer=OFFER)) == no
        assert not Letter.objects.exists()
        assert not ticket.timeline.filter(kind="reply").exists()

    def test_is_none_where_it_is_blank(self, ticket: Ticket, cast: Cast) -> None:
        assert "offer" not in write(give(ticket, cast), cast, offer=" \n").reason

    def test_is_never_too_long(self, ticket: Ticket, customer: Customer, cast: Cast) -> None:
        consent(customer, cast)
        gesture = give(ticket, cast)
        found = refused(lambda: write(gesture, cast, offer="x" * 2001))
        assert found == ("refused", ["/offer too_long"])

    def test_says_how_to_end_it(
        self,
        ticket: Ticket,
        customer: Customer,
        cast: Cast,
        settings: Any,
        mailoutbox: list[EmailMessage],
    ) -> None:
        settings.BASE_URL = "https://care.example"
        consent(customer, cast)
        row = write(give(ticket, cast), cast, offer=OFFER)
        assert row.text.endswith(f"Voucher 20 EUR\n\n{OFFER}")
        assert row.reason["offer"] is True
        deliver()
        (mail,) = mailoutbox
        read = message_from_bytes(mail.message().as_bytes(), policy=default)
        link = str(read["List-Unsubscribe"]).strip().strip("<>")
        assert link.startswith("https://care.example/o/")
        assert str(mail.body).rstrip().endswith(link)

    def test_is_gone_from_a_letter_that_is_service(
        self, ticket: Ticket, customer: Customer, cast: Cast, mailoutbox: list[EmailMessage]
    ) -> None:
        """A voucher that puts it right asks for no consent."""
        consent(customer, cast, granted=False)
        write(give(ticket, cast), cast)
        deliver()
        (mail,) = mailoutbox
        assert "/o/" not in str(mail.body)

    def test_does_not_leave_once_they_take_it_back(
        self, ticket: Ticket, customer: Customer, cast: Cast, mailoutbox: list[EmailMessage]
    ) -> None:
        consent(customer, cast)
        write(give(ticket, cast), cast, offer=OFFER)
        consent(customer, cast, granted=False)
        letter = Letter.objects.get()
        assert (letter.state, letter.withdrawn_why) == ("withdrawn", "no_offers")
        deliver()
        assert mailoutbox == []
        assert strike_dead() == 1
        entry = ticket.timeline.get(kind="letter_failed")
        assert entry.reason["error"] == "the customer wants no offers"
        assert entry.reason["wrote"]["id"] == cast.agent.pk
        assert News.objects.filter(entry=entry, user=cast.agent, event="failed").exists()
        clock = Clock.objects.get(promise=ticket.pk, kind="follow_up")
        assert clock.met_at is None

    def test_that_was_written_in_the_same_moment_does_not_leave(
        self, ticket: Ticket, customer: Customer, cast: Cast, mailoutbox: list[EmailMessage]
    ) -> None:
        """Whoever wrote it had read before that they may: the outbox looks once more."""
        consent(customer, cast)
        write(give(ticket, cast), cast, offer=OFFER)
        consent(customer, cast, granted=False)
        Letter.objects.update(state="waiting", withdrawn_at=None, withdrawn_why="")
        deliver()
        assert mailoutbox == []
        assert Letter.objects.get().withdrawn_why == "no_offers"

    def test_leaves_again_once_they_want_it(
        self, ticket: Ticket, customer: Customer, cast: Cast, mailoutbox: list[EmailMessage]
    ) -> None:
        for granted in (True, False, True):
            consent(customer, cast, granted=granted)
        write(give(ticket, cast), cast, offer=OFFER)
        deliver()
        assert len(mailoutbox) == 1

    def test_does_not_leave_where_one_who_refused_turns_out_to_be_them(
        self, ticket: Ticket, customer: Customer, cast: Cast, mailoutbox: list[EmailMessage]
    ) -> None:
        other = make_customer(trusted=True)
        consent(customer, cast)
        consent(other, cast, granted=False)
        write(give(ticket, cast), cast, offer=OFFER)
        one, person = (Customer.objects.get(pk=row.pk) for row in (other, customer))
        join_customers(one, person, by=acting(cast.agent), now=moment())
        deliver()
        assert mailoutbox == []
        one = Customer.objects.select_related("joined_to").get(pk=other.pk)
        part_customers(one, by=acting(cast.agent), now=moment())
        assert Consent.objects.filter(customer=customer, granted=False).exists()


def test_over_rest_is_a_reply_about_it(ticket: Ticket, customer: Customer, cast: Cast) -> None:
    gesture = give(ticket, cast)
    for place in ("recovery/gestures", "gestures"):
        where = f"/api/v1/tickets/{ticket.ref}/{place}/{gesture.pk}/letter"
        answer = api(cast.agent).post(where, {"body": "We are sorry."})
        assert answer.status_code == 201, answer.json()
    assert answer.json()["gestures"][0]["id"] == gesture.pk
    refused = api(cast.agent).post(where, {"body": "Sorry.", "offer": OFFER})
    assert refused.status_code == 422
    (fault,) = refused.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/offer", "no_marketing_consent")
    consent(customer, cast)
    assert api(cast.agent).post(where, {"body": "Sorry.", "offer": OFFER}).status_code == 201
    shown = api(cast.agent).get(f"/api/v1/tickets/{ticket.ref}").json()["timeline"]
    assert [entry["reason"].get("offer") for entry in shown if entry["kind"] == "reply"] == [
        None,
        None,
        True,
    ]


def test_over_rest_is_not_written_past_what_arrived(ticket: Ticket, cast: Cast) -> None:
    gesture = give(ticket, cast)
    seen = ticket.timeline.latest("pk").pk
    reply(locked(ticket.pk), body="Me first.", by=acting(cast.lead), now=LATER)
    where = f"/api/v1/tickets/{ticket.ref}/gestures/{gesture.pk}/letter"
    answer = api(cast.agent).post(where, {"body": "We are sorry.", "seen": seen})
    assert (answer.status_code, answer.json()["code"]) == (409, "overtaken")


@pytest.mark.parametrize("person, status", [("viewer", 403), ("outsider", 404)])
def test_over_rest_is_not_for_everybody(
    ticket: Ticket, cast: Cast, person: str, status: int
) -> None:
    where = f"/api/v1/tickets/{ticket.ref}/gestures/{give(ticket, cast).pk}/letter"
    answer = api(getattr(cast, person)).post(where, {"body": "We are sorry."})
    assert answer.status_code == status
