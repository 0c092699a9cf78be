"""receive_mail …"""

import hashlib
import io
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries

from cxloop.kernel.moment import moment
from feedback.email.actions import keep_mail
from feedback.email.addresses import reply_address
from feedback.email.management.commands import receive_mail
from feedback.email.models import Mail
from feedback.intake.models import Arrival, Customer, Feedback, Source
from tests.cast import Cast
from tests.email.mails import (
    CUSTOMER,
    hand_over,
    in_parts,
    make_mailbox,
    receive,
    send_letter,
    written,
)
from tests.makers import NOW, make_source, make_ticket
from tickets.work.actions.move import wait
from tickets.work.actor import acting
from tickets.work.sweeps import take_up_answers

pytestmark = pytest.mark.django_db


def refusal_of(raw: bytes, source: str = "care") -> CommandError:
    with pytest.raises(CommandError) as refusal:
        call_command("receive_mail", source=source, stdin=io.BytesIO(raw))
    return refusal.value


@pytest.mark.usefixtures("mailbox")
class TestAMailIsFeedback:
    def test_it_waits_for_its_triage_with_the_words_of_the_customer(self) -> None:
        mail = receive(written())
        feedback = Feedback.objects.get()
        assert Arrival.objects.get().feedback == feedback
        assert (mail.verdict, mail.feedback) == ("feedback", feedback)
        assert (feedback.channel, feedback.comment) == ("email", "The parcel never arrived.")
        assert feedback.score is None
        assert feedback.context == {"subject": "Where is my parcel?"}
        assert feedback.contactable == "letter"

    def test_its_sender_is_a_claim(self) -> None:
        receive(written())
        customer = Customer.objects.get()
        assert (customer.email, customer.name) == (CUSTOMER, "Seoyeon Kim")
        assert not customer.trusted

    def test_one_that_nobody_can_answer_is_heard_too(self) -> None:
        receive(written(From="Kim <kim@>"))
        assert Feedback.objects.get().contactable == "none"

    def test_the_raw_mail_is_kept_as_it_came(self) -> None:
        raw = written("Schöne Grüße\r\n".encode("latin-1"))
        assert bytes(receive(raw).raw or b"") == raw

    def test_it_is_received_when_we_have_it_and_never_when_it_says(self) -> None:
        before = moment()
        mail = receive(written(Date="Wed, 01 Jan 2099 00:00:00 +0000"))
        feedback = Feedback.objects.get()
        assert before <= mail.received_at <= moment()
        assert feedback.received_at == mail.received_at

    def test_the_promise_runs_from_the_first_time_we_had_it(self, mailbox: Source) -> None:
        raw = written()
        keep_mail(raw, hashlib.sha256(raw).digest(), source=mailbox, now=NOW)
        receive(raw)
        assert Feedback.objects.get().received_at == NOW


@pytest.mark.usefixtures("mailbox")
class TestTheSameBytesAreOneMail:
    def test_one_after_the_other(self) -> None:
        raw = written()
        assert receive(raw).pk == receive(raw).pk
        assert Feedback.objects.count() == 1

    def test_but_another_mail_of_the_same_words_is_another(self) -> None:
        receive(written())
        receive(written())
        assert Feedback.objects.count() == 2

    def test_at_another_source_too(self) -> None:
        make_mailbox("other")
        raw = written()
        receive(raw)
        assert receive(raw, "other").verdict == "duplicate"
        assert Feedback.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_hear_one_mail(tmp_path: Path) -> None:
    make_mailbox()
    path = tmp_path / "mail.eml"
    path.write_bytes(written())
    processes = [hand_over(path) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert Mail.objects.count() == Feedback.objects.count() == 1


@pytest.mark.usefixtures("mailbox")
class TestAnAnswerFindsItsTicket:
    def test_by_its_signed_address(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        mail = receive(written("Thanks!", To=f"Care <{reply_address(ticket.pk)}>"))
        assert (mail.verdict, mail.ticket_number, mail.text) == ("answer", ticket.pk, "Thanks!")
        assert not Feedback.objects.filter(channel="email").exists()

    @pytest.mark.parametrize("header", ["Cc", "Delivered_To", "X_Original_To", "Envelope_To"])
    def test_wherever_the_address_stands(self, cast: Cast, header: str) -> None:
        ticket = make_ticket(cast.group)
        mail = receive(written(**{header: reply_address(ticket.pk).upper()}))
        assert mail.ticket_number == ticket.pk

    def test_and_wakes_it(self, cast: Cast, now: datetime) -> None:
        ticket = make_ticket(cast.group)
        wait(ticket, until=None, by=acting(cast.agent), now=now)
        receive(written("The blue one.", To=reply_address(ticket.pk)))
        take_up_answers()
        ticket.refresh_from_db()
        assert ticket.status == "open"
        assert ticket.timeline.get(kind="customer_message").text == "The blue one."

    def test_even_without_words(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        assert receive(written("", To=reply_address(ticket.pk))).text == "Where is my parcel?"

    def test_but_not_by_a_guess(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        mail = receive(written(To=f"reply+{ticket.pk}.AAAA@localhost", Subject=f"[{ticket.ref}]"))
        assert mail.verdict == "feedback"

    @pytest.mark.parametrize(
        "said",
        [{"Auto_Submitted": "auto-replied"}, {"Subject": "Out of office"}, {"Return_Path": "<>"}],
    )
    def test_and_not_by_a_machine(self, cast: Cast, said: dict[str, str]) -> None:
        ticket = make_ticket(cast.group)
        mail = receive(written(To=reply_address(ticket.pk), **said))
        assert (mail.verdict, mail.ticket_number) == ("automatic", None)
        assert mail.reason


@pytest.mark.usefixtures("mailbox")
class TestNobodysWordsOpenNothing:
    def test_a_vacation_reply_is_kept_and_says_why(self) -> None:
        mail = receive(written(Auto_Submitted="auto-replied"))
        assert (mail.verdict, mail.reason) == ("automatic", "Auto-Submitted: auto-replied")
        assert not Feedback.objects.exists()

    def test_a_letter_of_ours_that_came_back_in_a_circle(self) -> None:
        letter = send_letter()
        assert receive(written(Message_ID=letter.message_id)).reason == "a letter of ours"

    @pytest.mark.parametrize("sender", ["care@shop.example", "reply@shop.example"])
    def test_a_mail_from_ourselves(self, sender: str) -> None:
        with override_settings(
            DEFAULT_FROM_EMAIL="Care <Care@shop.example>", REPLY_ADDRESS="reply@shop.example"
        ):
            assert receive(written(From=sender)).reason == "sent from an address of ours"
            assert receive(written(From=reply_address(5))).verdict == "automatic"


def with_film(size: int) -> bytes:
    body, kind = in_parts(
        "Content-Type: text/plain\n\nSee the film.",
        "Content-Type: video/mp4\nContent-Transfer-Encoding: base64\n\n" + "A" * 76 + "\n",
    )
    return written(body, Content_Type=kind).replace(b"A" * 76, b"A" * size)


@pytest.mark.usefixtures("mailbox")
class TestWhatCannotBeRead:
    def test_is_kept_and_shown(self) -> None:
        mail = receive(b"\x00\x01 no mail at all")
        assert mail.verdict == "unreadable"
        assert mail.reason == "NotAMail: There is no header that a mail has."
        assert bytes(mail.raw or b"") == b"\x00\x01 no mail at all"

    def test_is_tried_again_when_it_comes_again(self, mailbox: Source) -> None:
        raw = written()
        mail = keep_mail(raw, hashlib.sha256(raw).digest(), source=mailbox, now=NOW)
        Mail.objects.update(verdict="unreadable", reason="IndexError")
        again = receive(raw)
        assert (again.pk, again.verdict, again.reason) == (mail.pk, "feedback", "")

    def test_too_long_a_mail_keeps_its_beginning(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(receive_mail, "MOST_KEPT", 2_000)
        raw = written("First words.\n" + "x" * 5_000)
        mail = receive(raw)
        assert len(bytes(mail.raw or b"")) == 2_000
        assert mail.text.startswith("First words.")
        assert mail.reason == "only its first 2,000 bytes were kept"
        assert receive(raw[:-1]).pk != mail.pk

    def test_the_cost_of_a_large_mail_grows_with_its_size(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        """In this process's own seconds, ten times as much for ten times the size: quadratic would
        be a hundred."""
        took = []
        for megabytes in (2.9, 29):
            raw = with_film(int(megabytes * 1024 * 1024))
            began = time.process_time()
            with django_assert_max_num_queries(30):
                assert receive(raw).text == "See the film."
            took.append(time.process_time() - began)
        assert took[1] < 40 * took[0]


class TestItRefuses:
    def test_an_unknown_source(self, mailbox: Source) -> None:
        refusal = refusal_of(written(), "nowhere")
        assert (refusal.returncode, str(refusal)) == (64, "There is no source 'nowhere'.")

    def test_an_archived_source(self, mailbox: Source) -> None:
        Source.objects.update(archived_at=datetime.now(UTC))
        assert refusal_of(written()).returncode == 64

    def test_a_source_of_another_channel(self) -> None:
        make_source("shop")
        refusal = refusal_of(written(), "shop")
        assert refusal.returncode == 65
        assert "website, not e-mail" in str(refusal)

    def test_nothing_at_all(self, mailbox: Source) -> None:
        assert refusal_of(b"").returncode == 65
        assert not Mail.objects.exists()

    def test_for_today_when_the_source_has_had_its_fill(self, mailbox: Source) -> None:
        Source.objects.update(daily_cap=1)
        receive(written())
        assert refusal_of(written()).returncode == 75
        assert Mail.objects.latest("pk").verdict == "unread"
        assert Feedback.objects.count() == 1

    def test_for_now_when_the_database_is_away(self, tmp_path: Path) -> None:
        path = tmp_path / "mail.eml"
        path.write_bytes(written())
        away = hand_over(path, DATABASE_URL="postgresql://x@127.0.0.1:1/x")
        assert away.wait(60) == 75
