"""erase …"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from cxloop.forgetting import erase
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.letters import ERASED_ADDRESS, deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.email.models import Mail
from feedback.intake.models import Arrival, Customer
from tests.cast import Cast
from tests.email.mails import receive, written
from tests.forgetting.known import CARRIER, Known, everything, places_of
from tests.makers import (
    NOW,
    make_customer,
    make_feedback,
    make_person,
    make_policy,
    make_ticket,
)
from tests.recovery.asking import ask_all, resolve
from tickets.recovery.actions.ask import remind_asked
from tickets.recovery.actions.gesture_letter import write_about
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.door import gesture_on
from tickets.recovery.models import Question
from tickets.sla.actions.look import read_clock
from tickets.sla.models import Clock
from tickets.work.actions.customers import note_consent
from tickets.work.actions.move import wait
from tickets.work.actions.side import open_side, take_back_aside, write_aside
from tickets.work.actions.waiting import remind
from tickets.work.actor import CUSTOMER, acting
from tickets.work.door import locked
from tickets.work.finding import ticket_filters
from tickets.work.models import Contact, SearchText, Ticket, TimelineEntry, Triage, Wait
from tickets.work.sides import sides_of
from tickets.work.sweeps import strike_dead, triage_arrivals

pytestmark = pytest.mark.django_db

# What may change, by table; rows of these tables may go, and one entry a ticket is added.
BLANKED = {
    "intake_customer": {
        *("identity", "email", "name", "company", "phone", "external_id", "locale", "segment"),
        *("value", "do_not_contact_said", "erased_at"),
    },
    "intake_feedback": {"comment", "answers", "context", "tags"},
    "intake_consent": {"said"},
    "email_mail": {
        *("raw", "message_id", "sender", "subject", "text", "reason", "last_error", "taken_up"),
        *("fingerprint", "authentication", "proves_address"),
    },
    "kernel_letter": {
        "references",
        *("to", "subject", "body", "last_error", "state", "died_at", "death_noticed"),
    },
    "work_ticket": {"subject", "close_reason", "last_error"},
    "work_timelineentry": {"text", "reason"},
    "work_triage": {"matched", "reason"},
    "work_searchtext": {"words"},
    "work_resolution": {"body"},
    "work_sidethread": {"address", "name", "subject"},
    "work_handover": {"summary", "returned_why", "last_error"},
    "kudos_unrouted": {"last_error"},
    "recovery_answer": {"comment"},
    "recovery_gesture": {"explanation", "decision_note", "proof_reference", "last_error"},
    "recovery_recovery": {"failure"},
    "recovery_playbookuse": {"why_left"},
    "sla_clock": {"void_reason"},
    "sla_clockevent": {"data"},
}
GONE = {
    *("intake_idempotencykey", "desk_savedview", "desk_draft", "work_fieldvalue"),
    *("kernel_content", "kernel_file", "work_attachment", "intake_trial"),
}


def forget(known: Known, **more: Any) -> dict[str, int]:
    customer = more.pop("customer", None) or known.customer()
    return erase(
        customer, **{"reason": "asked for it by letter", "by": CUSTOMER, "now": moment()} | more
    )


def found_by(query: str, house: Cast) -> list[Ticket]:
    return list(Ticket.objects.filter(ticket_filters(house.admin)["q"]([query])))


def facts(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """Everything but what may be blanked."""
    return {
        table: sorted(
            str({k: v for k, v in row.items() if k not in BLANKED.get(table, set())})
            for row in rows
            if row.get("kind") != "erased"
        )
        for table, rows in tables.items()
        if table not in GONE
    }


def test_nothing_in_any_table_names_the_person_or_says_their_words(kim: Known) -> None:
    before = {place for mark in kim.marks for place in places_of(mark)}
    assert len(before) > 25, before
    forget(kim)
    assert {place: n for mark in kim.marks for place, n in places_of(mark).items()} == {}


def test_all_else_stays_as_it_was(kim: Known) -> None:
    before = facts(everything())
    forget(kim)
    assert facts(everything()) == before


def test_another_person_keeps_every_word(kim: Known, ada: Known) -> None:
    before = {mark: places_of(mark) for mark in ada.marks}
    forget(kim)
    assert {mark: places_of(mark) for mark in ada.marks} == before


def test_what_was_written_to_somebody_else_is_forgotten_and_they_are_not(kim: Known) -> None:
    """A carrier is no customer: what it writes about others stays."""
    said = written("We are closed on Monday.", From=CARRIER, Auto_Submitted="auto-generated")
    mail, ticket = receive(said), kim.ticket()
    forget(kim)
    mail.refresh_from_db()
    assert mail.text == "We are closed on Monday."
    (side,) = sides_of(ticket)
    assert (side.thread.who, side.thread.subject) == (ERASED_ADDRESS, "(erased)")
    assert {one.entry.text for one in side.said} == {""}
    with pytest.raises(Conflict, match="forgotten"):
        write_aside(ticket, side.thread, body="?", by=acting(make_person()), now=moment())


def test_what_was_written_to_them_beside_the_ticket_of_another_is_forgotten(
    kim: Known, house: Cast
) -> None:
    other = make_ticket(house.group, customer=make_customer("eve@other.example"))
    by, now = acting(house.agent), moment()
    said = {"to": kim.email, "name": kim.name, "subject": kim.word, "body": kim.word}
    thread = open_side(other, **said, by=by, now=now)
    take_back_aside(other, thread, by=by, now=now)
    forget(kim)
    SearchText.objects.filter(ticket=other).delete()
    assert {place: n for mark in kim.marks for place, n in places_of(mark).items()} == {}


def test_it_says_how_much_of_what(kim: Known) -> None:
    assert forget(kim) == {"feedback": 3, "mails": 6, "tickets": 1, "answers": 1, "letters": 7}


def test_every_clock_still_reads_as_it_did(kim: Known) -> None:
    before = {clock.pk: read_clock(clock).state for clock in Clock.objects.all()}
    forget(kim)
    after = {clock.pk: read_clock(clock) for clock in Clock.objects.all()}
    assert {number: reading.state for number, reading in after.items()} == before
    assert {reading.void_reason for reading in after.values()} == {"", "spam"}


def test_the_ticket_says_that_and_why(kim: Known, house: Cast) -> None:
    forget(kim, by=acting(house.admin))
    entry = TimelineEntry.objects.latest("pk")
    assert (entry.kind, entry.actor) == ("erased", house.admin)
    assert (entry.text, entry.reason) == ("", {"reason": "asked for it by letter"})
    assert Ticket.objects.get().subject == "(erased)"


def test_it_still_says_by_which_rule_it_was_opened(kim: Known) -> None:
    forget(kim)
    opened = TimelineEntry.objects.get(kind="opened").reason
    assert opened["rule"]["name"] == "All"
    assert "matched" not in opened
    assert {triage.rule.name for triage in Triage.objects.all()} == {"All"}


def test_a_search_finds_the_ticket_by_its_number_alone(kim: Known, house: Cast) -> None:
    ticket = kim.ticket()
    assert found_by(kim.word, house) == [ticket]
    forget(kim)
    assert [found_by(mark, house) for mark in kim.marks] == [[], [], []]
    assert found_by(ticket.ref, house) == [ticket]


class TestLetters:
    def test_that_wait_are_not_sent_and_strike_nothing(
        self, kim: Known, letters_folder: Path
    ) -> None:
        assert Letter.objects.filter(state="waiting", kind="reply").exists()
        forget(kim)
        deliver_letters()
        strike_dead()
        assert not Contact.objects.exclude(letter__state="dead").exclude(struck_at=None).exists()
        assert not TimelineEntry.objects.filter(kind="letter_failed").exists()
        forgotten = Letter.objects.filter(body="", state="dead", death_noticed=True, sent_at=None)
        assert forgotten.filter(kind="reply").exists()

    def test_on_this_machine_lose_their_files(
        self,
        kim: Known,
        letters_folder: Path,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        deliver_letters()
        said = [path.read_text() for path in letters_folder.glob("*.eml")]
        assert any(kim.word in text for text in said)
        with django_capture_on_commit_callbacks(execute=True):
            forget(kim)
        assert not any(
            mark in path.read_text() for path in letters_folder.glob("*.eml") for mark in kim.marks
        )

    def test_to_a_colleague_tell_them_that_something_waits(self, kim: Known, house: Cast) -> None:
        forget(kim)
        letters = Letter.objects.filter(to=house.lead.email)
        assert set(letters.values_list("kind", flat=True)) == {"escalation", "news"}
        for letter in letters:
            assert (letter.state, letter.body.startswith("http")) == ("waiting", True)


def _be_reminded(cast: Cast, customer: Customer) -> None:
    """Of what we wait for, with an offer in it, and later of the question."""
    by, later = acting(cast.agent), NOW + timedelta(days=30)
    policy = make_policy(ask_again_s=86_400, reminders=[86_400, 2 * 86_400])
    ticket = make_ticket(cast.group, customer=customer, policy=policy)
    note_consent(customer, purpose="marketing", granted=True, said="yes", by=by, now=NOW)
    given = add_gesture(locked(ticket.pk), kind="apology", explanation="", by=by, now=NOW)
    given = gesture_on(locked(ticket.pk), given.pk)
    write_about(given, body="We are sorry.", offer="10 % off.", by=by, now=NOW)
    wait(locked(ticket.pk), until=None, by=by, now=NOW)
    for at in (NOW + timedelta(days=2), NOW + timedelta(days=9)):
        remind(list(Wait.objects.to_remind(at)), at)
    resolve(ticket, by=cast.agent, now=later)
    ask_all(later)
    remind_asked(list(Question.objects.all()), later + timedelta(days=2))


class TestAnAddressThatTwoPeopleHave:
    def test_keeps_what_is_the_others(self, kim: Known, now: datetime) -> None:
        """One is trusted, one says so."""
        other = make_customer(kim.email)
        receive(written("Away", From=kim.email, Auto_Submitted="auto-replied"))
        forget(kim)
        assert Mail.objects.filter(sender=kim.email).count() == 2
        other.refresh_from_db()
        assert other.email == kim.email
        assert set(places_of(kim.word)) <= {"email_mail.text", "email_mail.raw"}

    def test_is_on_no_letter_about_the_ones_matter(self, kim: Known) -> None:
        kinds = {"acknowledgement", "reply", "announcement", "question", "status_link"}
        theirs = Letter.objects.filter(to=kim.email)
        assert set(theirs.values_list("kind", flat=True)) == kinds
        make_customer(kim.email)
        forget(kim)
        assert not theirs.exists()

    def test_is_on_no_letter_that_was_written_once_more(self, cast: Cast) -> None:
        """No row names a reminder: it is found by the key it was written under."""
        customer = make_customer("kim@customer.example")
        _be_reminded(cast, customer)
        theirs = Letter.objects.filter(to=customer.email)
        kinds = {"reply", "reminder", "closing", "question", "question_again"}
        assert set(theirs.values_list("kind", flat=True)) == kinds
        make_customer(customer.email, identity="another")
        erase(customer, reason="they asked", by=CUSTOMER, now=moment())
        assert not theirs.exists()
        for letter in Letter.objects.all():
            assert (letter.state, letter.body) == ("dead", "")

    def test_is_gone_when_both_are_erased(self, kim: Known, now: datetime) -> None:
        other = make_customer(kim.email)
        forget(kim)
        forget(kim, customer=other)
        assert places_of(kim.email) == {}

    def test_leaves_a_colleague_their_letters(self, kim: Known) -> None:
        make_person("Kim", email=kim.email)
        from_us = Letter.objects.create(
            key="invitation",
            kind="invitation",
            to=kim.email,
            subject="Come in",
            body="Here.",
            message_id="<i@x>",
            written_at=moment(),
            leave_at=moment(),
        )
        forget(kim)
        from_us.refresh_from_db()
        assert (from_us.to, from_us.body, from_us.state) == (kim.email, "Here.", "waiting")


class TestWhatComesLater:
    def test_feedback_not_yet_judged_is_judged_without_words(self, kim: Known) -> None:
        waiting = make_feedback(comment=f"{kim.word} more", customer=kim.customer(), nps=1)
        assert Arrival.objects.exists()
        forget(kim)
        triage_arrivals()
        assert Triage.objects.get(feedback=waiting).decision == "none"
        assert places_of(kim.word) == {}

    def test_the_same_mail_handed_over_again_stays_forgotten(self, kim: Known) -> None:
        raw = bytes(Mail.objects.earliest("pk").raw or b"")
        forget(kim)
        receive(raw)
        assert places_of(kim.email) == {}

    def test_who_writes_again_is_somebody_new(self, kim: Known) -> None:
        erased = kim.customer()
        forget(kim)
        receive(written(From=kim.email))
        assert kim.customer().pk != erased.pk


class TestItRefuses:
    @pytest.mark.parametrize(
        "reason", ["", "  ", "x" * 301, "seoyeon KIM asked", "kim@customer.example"]
    )
    def test_a_reason_that_says_nothing_or_too_much(self, kim: Known, reason: str) -> None:
        with pytest.raises(Refused):
            forget(kim, reason=reason)
        assert kim.customer().name == kim.name

    def test_to_erase_twice(self, kim: Known) -> None:
        customer = kim.customer()
        forget(kim)
        with pytest.raises(Conflict) as refusal:
            forget(kim, customer=customer)
        assert refusal.value.code == "erased"

    def test_nothing_is_erased_where_one_room_fails(self, kim: Known) -> None:
        """Nobody is no actor: the tickets' room notices that, after mails were blanked."""
        before = everything()
        with pytest.raises(AttributeError), transaction.atomic():
            forget(kim, by=None)
        assert everything() == before
