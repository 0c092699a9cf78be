"""To write aside is to write to somebody else about a ticket …"""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction

from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.email.addresses import reply_address, side_address
from feedback.email.models import Mailbox
from feedback.intake.models import Feedback, Source
from tests.cast import Cast, api
from tests.email.mails import CUSTOMER, bounce_of, in_parts, make_mailbox, receive, written
from tests.makers import NOW, make_customer, make_ticket
from tickets.sla.models import Clock, ClockEvent
from tickets.work.actions.attach import choose_file
from tickets.work.actions.follow import watch
from tickets.work.actions.move import merge_tickets, wait
from tickets.work.actions.side import open_side, take_back_aside, write_aside
from tickets.work.actions.snooze import snooze
from tickets.work.actions.talk import reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import (
    Contact,
    News,
    SideMessage,
    SideThread,
    Ticket,
    TimelineEntry,
    Wait,
)
from tickets.work.sides import sides_of
from tickets.work.sweeps import strike_dead, take_up_answers
from tickets.work.threads import thread_of

pytestmark = pytest.mark.django_db

CARRIER = "claims@carrier.example"


@pytest.fixture
def mailbox(cast: Cast) -> Source:
    return make_mailbox(owners=(cast.group,))


@pytest.fixture
def ticket(cast: Cast, mailbox: Source) -> Ticket:
    return make_ticket(cast.group, customer=make_customer(CUSTOMER), assignee=cast.agent)


@pytest.fixture
def thread(ticket: Ticket, cast: Cast) -> SideThread:
    return begin(ticket, cast)


def begin(ticket: Ticket, cast: Cast, to: str = CARRIER, **said: object) -> SideThread:
    given = {"name": "Carrier, claims", "subject": "Parcel 4711", "body": "Where is it?"}
    return open_side(locked(ticket.pk), to=to, by=acting(cast.agent), now=moment(), **given | said)


def send() -> None:
    Letter.objects.filter(state="waiting").update(leave_at=NOW)
    deliver_letters()


def answer(thread: SideThread, words: str = "We search.", sender: str = CARRIER, **said: str):
    mail = receive(written(words, **{"From": sender, "To": side_address(thread.pk), **said}))
    take_up_answers()
    return mail


def promised() -> list[object]:
    events = ClockEvent.objects.order_by("pk").values_list("pk")
    return [*events, *Clock.objects.order_by("pk").values_list("state", "due_at", "cycle")]


class TestLetter:
    def test_it_is_addressed_there_and_answered_there(self, thread: SideThread) -> None:
        letter = Letter.objects.get()
        assert (letter.to, letter.subject, letter.body) == (CARRIER, "Parcel 4711", "Where is it?")
        assert letter.reply_to == side_address(thread.pk)
        assert (letter.references, letter.automatic, letter.about) == ("", False, [])

    def test_it_goes_on_in_a_thread_of_its_own(
        self, ticket: Ticket, thread: SideThread, cast: Cast, mailoutbox: list[EmailMessage]
    ) -> None:
        reply(ticket, body="We ask.", by=acting(cast.agent), now=moment())
        receive(written("Thanks", To=reply_address(ticket.pk), Message_ID="<c@customer.example>"))
        send()
        answer(thread, Message_ID="<a@carrier.example>")
        write_aside(locked(ticket.pk), thread, body="And now?", by=acting(cast.agent), now=moment())
        first, second = Letter.objects.filter(kind="side").order_by("pk")
        assert second.references == f"{first.message_id} <a@carrier.example>"
        assert second.subject == "Re: Parcel 4711"
        ours = Letter.objects.filter(kind="side").values_list("message_id", flat=True)
        assert not {*ours, "<a@carrier.example>"} & {*thread_of(ticket).references.split()}

    def test_it_is_no_contact_and_moves_no_clock(self, ticket: Ticket, cast: Cast) -> None:
        before = promised()
        thread = begin(ticket, cast)
        send()
        answer(thread)
        assert promised() == before
        ticket.refresh_from_db()
        assert (ticket.status, ticket.cycle) == ("new", 1)
        assert not Contact.objects.exists()
        assert not Feedback.objects.filter(customer__email=CARRIER).exists()

    def test_nothing_of_it_is_public(self, thread: SideThread, ticket: Ticket) -> None:
        answer(thread)
        assert TimelineEntry.objects.filter(kind__startswith="side_").count() == 2
        assert not TimelineEntry.objects.filter(public=True).exists()
        kinds = TimelineEntry.objects.filter(kind__startswith="side_").order_by("pk")
        assert [one.actor_kind for one in kinds] == ["person", "outsider"]

    def test_files_go_with_it(self, ticket: Ticket, cast: Cast) -> None:
        row = choose_file(ticket, "label.txt", b"4711", verb="side", by=cast.agent, now=NOW)
        begin(ticket, cast, files=[row.pk])
        assert [one.file.name for one in Letter.objects.get().enclosed.all()] == ["label.txt"]
        assert [one.file.name for one in sides_of(ticket)[0].said[0].files] == ["label.txt"]

    @pytest.mark.parametrize(
        ("said", "at", "code"),
        [
            ({"to": "nobody"}, "/to", "malformed_email"),
            ({"to": ""}, "/to", "malformed_email"),
            ({"to": CUSTOMER.upper()}, "/to", "customers_address"),
            ({"to": "care@shop.example"}, "/to", "our_address"),
            ({"to": side_address(1)}, "/to", "our_address"),
            ({"subject": " "}, "/subject", "required"),
            ({"subject": "x" * 201}, "/subject", "too_long"),
            ({"name": "x" * 121}, "/name", "too_long"),
            ({"body": " \n"}, "/body", "required"),
            ({"files": [7]}, "/files/0", "unknown_file"),
        ],
    )
    def test_what_cannot_be_written_is_refused(
        self, ticket: Ticket, cast: Cast, mailbox: Source, said: dict[str, object], at, code
    ) -> None:
        Mailbox.objects.create(address="care@shop.example", source=mailbox, made_at=NOW)
        with transaction.atomic(), pytest.raises(Refused) as refusal:
            begin(ticket, cast, **said)
        assert [(f.pointer, f.code) for f in refusal.value.faults] == [(at, code)]

    def test_a_subject_is_one_line(self, ticket: Ticket, cast: Cast) -> None:
        thread = begin(ticket, cast, subject="Parcel\r\nBcc: all@x.example")
        assert thread.subject == "Parcel Bcc: all@x.example"

    def test_a_claim_that_was_joined_is_the_customer_too(self, ticket: Ticket, cast: Cast) -> None:
        make_customer("kim@old.example", joined_to=ticket.customer)
        with transaction.atomic(), pytest.raises(Refused):
            begin(ticket, cast, to="kim@old.example")


class TestAnswer:
    def test_it_is_put_there(self, thread: SideThread, ticket: Ticket) -> None:
        send()
        mail = answer(thread, "We search.\n\n> Where is it?")
        said = sides_of(ticket)[0].said
        assert [(one.state, one.entry.text) for one in said] == [
            ("sent", "Where is it?"),
            ("received", "We search."),
        ]
        assert (said[1].sender, said[1].by_customer, said[1].written_for) == (
            "Carrier, claims",
            False,
            "",
        )
        assert SideMessage.objects.get(mail=mail).entry.reason["side"] == thread.pk
        mail.refresh_from_db()
        assert mail.taken_up

    def test_whose_address_it_came_from_is_said(self, thread: SideThread, ticket: Ticket) -> None:
        answer(thread, sender="Bo <bo@carrier.example>")
        said = sides_of(ticket)[0].said[-1]
        assert (said.sender, said.written_for) == ("bo@carrier.example", "Carrier, claims")

    def test_the_customer_there_says_nothing_in_public(
        self, thread: SideThread, ticket: Ticket
    ) -> None:
        before = promised()
        answer(thread, "It is I.", sender=CUSTOMER)
        said = sides_of(ticket)[0].said[-1]
        assert (said.sender, said.by_customer) == (CUSTOMER, True)
        assert promised() == before
        assert not TimelineEntry.objects.filter(kind="customer_message").exists()

    def test_it_brings_files(self, thread: SideThread, ticket: Ticket) -> None:
        file = 'Content-Disposition: attachment; filename="a.txt"\n\nproof'
        body, kind = in_parts("Content-Type: text/plain\n\nHere.", file)
        answer(thread, body, Content_Type=kind)
        assert [one.file.name for one in sides_of(ticket)[0].said[-1].files] == ["a.txt"]

    def test_it_wakes_what_was_put_away(
        self, thread: SideThread, ticket: Ticket, cast: Cast
    ) -> None:
        Ticket.objects.update(next_due_at=None)
        until = moment() + timedelta(days=9)
        snooze(locked(ticket.pk), until=until, by=acting(cast.agent), now=moment())
        answer(thread)
        ticket.refresh_from_db()
        assert ticket.snoozed_until is None

    def test_what_waited_goes_on(self, thread: SideThread, ticket: Ticket, cast: Cast) -> None:
        wait(locked(ticket.pk), until=None, by=acting(cast.agent), now=moment())
        answer(thread)
        ticket.refresh_from_db()
        assert ticket.status == "open"
        assert not Wait.objects.exists()

    @pytest.mark.parametrize("status", ["resolved", "closed"])
    def test_what_has_ended_stays_so(
        self, thread: SideThread, ticket: Ticket, cast: Cast, status: str
    ) -> None:
        ended = {"outcome": "spam", "closed_at": NOW} if status == "closed" else {}
        Ticket.objects.update(status=status, **ended)
        answer(thread)
        ticket.refresh_from_db()
        assert (ticket.status, ticket.cycle) == (status, 1)
        assert News.objects.filter(event="outside", user=cast.agent).exists()

    def test_owner_and_watchers_hear_of_it(
        self, thread: SideThread, ticket: Ticket, cast: Cast
    ) -> None:
        watch(ticket, cast.viewer, by=acting(cast.viewer), now=moment())
        answer(thread)
        heard = News.objects.filter(event="outside").values_list("user__name", flat=True)
        assert {*heard} == {cast.agent.name, cast.viewer.name}

    def test_twice_taken_up_it_stands_once(self, thread: SideThread) -> None:
        mail = answer(thread)
        type(mail).objects.update(taken_up=False)
        take_up_answers()
        assert SideMessage.objects.filter(mail=mail).count() == 1

    def test_of_nothing_that_we_know_it_is_heard_for_itself(self, cast: Cast, mailbox) -> None:
        receive(written("About what?", From=CARRIER, To=side_address(4_711)))
        take_up_answers()
        assert Feedback.objects.get().comment == "About what?"


class TestTakeBack:
    def test_before_it_leaves(self, thread: SideThread, ticket: Ticket, cast: Cast) -> None:
        take_back_aside(ticket, thread, by=acting(cast.agent), now=moment())
        send()
        assert Letter.objects.get().state == "withdrawn"
        assert sides_of(ticket)[0].said[0].state == "taken_back"

    def test_its_files_are_chosen_again(self, ticket: Ticket, cast: Cast) -> None:
        row = choose_file(ticket, "label.txt", b"4711", verb="side", by=cast.agent, now=NOW)
        thread = begin(ticket, cast, files=[row.pk])
        take_back_aside(ticket, thread, by=acting(cast.agent), now=moment())
        assert type(row).objects.chosen_by(cast.agent).count() == 1

    def test_what_has_left_stays(self, thread: SideThread, ticket: Ticket, cast: Cast) -> None:
        send()
        with pytest.raises(Conflict) as refusal:
            take_back_aside(ticket, thread, by=acting(cast.agent), now=moment())
        assert refusal.value.code == "too_late"

    def test_it_is_nobody_elses(self, thread: SideThread, ticket: Ticket, cast: Cast) -> None:
        with pytest.raises(Conflict):
            take_back_aside(ticket, thread, by=acting(cast.lead), now=moment())


def test_what_comes_back_is_shown_there(thread: SideThread, ticket: Ticket, cast: Cast) -> None:
    before = promised()
    send()
    receive(bounce_of(Letter.objects.get().message_id, recipient=CARRIER))
    strike_dead()
    said = sides_of(ticket)[0].said[0]
    assert said.state == "undelivered"
    assert "User unknown" in said.error
    assert TimelineEntry.objects.get(kind="letter_failed").reason["side"] == thread.pk
    assert promised() == before
    assert strike_dead() == 0


def test_merged_it_goes_along(thread: SideThread, ticket: Ticket, cast: Cast) -> None:
    into = make_ticket(cast.group, customer=ticket.customer)
    merge_tickets(locked(ticket.pk), into=locked(into.pk), by=acting(cast.agent), now=moment())
    answer(thread, "Found.")
    assert [one.entry.text for one in sides_of(into)[0].said] == ["Where is it?", "Found."]
    assert sides_of(ticket) == []
    assert TimelineEntry.objects.get(kind="side_answer").ticket_id == into.pk


class TestImpossible:
    def test_neither_ours_nor_theirs(self, thread: SideThread) -> None:
        entry = TimelineEntry.objects.exclude(kind="side_letter").first()
        with pytest.raises(IntegrityError, match="ours_or_theirs"), transaction.atomic():
            SideMessage.objects.create(thread=thread, entry=entry)

    def test_to_nobody(self, thread: SideThread) -> None:
        with pytest.raises(IntegrityError, match="written_to_somebody"), transaction.atomic():
            SideThread.objects.update(address="")

    def test_a_mail_that_is_both(self, thread: SideThread, ticket: Ticket) -> None:
        mail = answer(thread)
        with pytest.raises(IntegrityError, match="no_customers"), transaction.atomic():
            type(mail).objects.filter(pk=mail.pk).update(ticket_number=ticket.pk)


class TestOverRest:
    def test_it_is_opened_written_on_and_read(self, ticket: Ticket, cast: Cast) -> None:
        at, mine = f"/api/v1/tickets/{ticket.ref}/side", api(cast.agent)
        said = {"to": CARRIER, "subject": "Parcel 4711", "body": "Where is it?"}
        opened = mine.post(at, said)
        assert opened.status_code == 201, opened.json()
        one = f"{at}/{opened.json()['id']}"
        assert mine.post(one, {"body": "And now?"}).status_code == 201
        read = api(cast.viewer).get(one).json()
        assert [said["text"] for said in read["said"]] == ["Where is it?", "And now?"]
        assert (read["to"], read["opened_by"]["name"]) == (CARRIER, cast.agent.name)
        assert mine.post(f"{one}/take-back").json()["said"][1]["state"] == "taken_back"
        assert api(cast.viewer).get(at).json()[0]["id"] == read["id"]

    def test_who_may(self, ticket: Ticket, thread: SideThread, cast: Cast) -> None:
        at = f"/api/v1/tickets/{ticket.ref}/side"
        said = {"to": CARRIER, "subject": "Parcel", "body": "Where?"}
        for path, body in ((at, said), (f"{at}/{thread.pk}", {"body": "?"})):
            assert api(cast.outsider).get(path).status_code == 404
            assert api(cast.outsider).post(path, body).status_code == 404
            assert api(cast.auditor).get(path).status_code == 200
            assert api(cast.viewer).post(path, body).status_code == 403
            assert api(None).get(path).status_code == 401
        assert api(cast.viewer).post(f"{at}/{thread.pk}/take-back").status_code == 403
        assert api(cast.outsider).post(f"{at}/{thread.pk}/take-back").status_code == 404

    def test_one_of_another_ticket_is_not_here(self, thread: SideThread, cast: Cast) -> None:
        other = make_ticket(cast.group)
        path = f"/api/v1/tickets/{other.ref}/side/{thread.pk}"
        assert api(cast.agent).get(path).status_code == 404
        assert api(cast.agent).post(path, {"body": "?"}).status_code == 404

    def test_it_says_what_is_wrong(self, ticket: Ticket, cast: Cast) -> None:
        at = f"/api/v1/tickets/{ticket.ref}/side"
        said = {"to": CUSTOMER, "subject": "x", "body": "y"}
        answered = api(cast.agent).post(at, said)
        assert (answered.status_code, answered.json()["errors"][0]["code"]) == (
            422,
            "customers_address",
        )

    def test_it_asks_as_little_of_many(
        self, ticket: Ticket, cast: Cast, django_assert_num_queries
    ) -> None:
        for number in range(3):
            answer(begin(ticket, cast, subject=f"Parcel {number}"))
        with django_assert_num_queries(3):
            assert len([side.public() for side in sides_of(ticket)]) == 3
