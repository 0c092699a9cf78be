"""Letters go on in the thread that the customer's mail began …"""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage as Read
from email.policy import default

import pytest
from django.core.mail import EmailMessage

from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Letter
from cxloop.kernel.moment import moment
from feedback.email.addresses import reply_address
from feedback.email.models import Mail
from feedback.intake.models import Feedback
from tests.cast import Cast
from tests.email.mails import CUSTOMER, make_mailbox, receive, written
from tests.makers import NOW, make_customer, make_feedback, make_policy, make_ticket
from tests.recovery.asking import ask_all, resolve
from tests.work.test_triage import rule
from tickets.work.actions.move import merge_tickets
from tickets.work.actions.talk import reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket
from tickets.work.subjects import in_answer_to
from tickets.work.sweeps import take_up_answers, triage_arrivals
from tickets.work.threads import MOST_NAMED, named, thread_of

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def mail(number: int, **said: str) -> Mail:
    return receive(written(**{"Message_ID": f"<{number}@customer.example>", **said}))


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Opened by the rule for a mail."""
    make_policy("standard")
    make_mailbox(owners=(cast.group,))
    rule(when={"always": True}, acknowledge=True)
    mail(1, Subject="RE: AW: 내 택배 [1]")
    triage_arrivals()
    return Ticket.objects.get()


def answer(ticket: Ticket, number: int) -> None:
    mail(number, To=reply_address(ticket.pk), Subject=f"답장: Re: x [{ticket.ref}]")
    take_up_answers()
    ticket.refresh_from_db()


def say(ticket: Ticket, cast: Cast, body: str) -> Letter:
    last = Mail.objects.order_by("-received_at").first()
    reply(
        ticket, body=body, by=acting(cast.agent), now=(last.received_at if last else NOW) + MINUTE
    )
    return Letter.objects.get(body__startswith=f"{body}\n")


def test_the_acknowledgement_names_their_mail_and_says_no_word_of_it(ticket: Ticket) -> None:
    letter = Letter.objects.get(kind="acknowledgement")
    assert letter.references == "<1@customer.example>"
    assert letter.subject == f"We have your message [{ticket.ref}]"


def test_a_reply_names_everything_said_the_oldest_first(ticket: Ticket, cast: Cast) -> None:
    first = Letter.objects.get().message_id
    one = say(ticket, cast, "One.")
    assert one.references == f"<1@customer.example> {first}"
    Mail.objects.update(received_at=NOW)
    Letter.objects.filter(pk=one.pk).update(written_at=NOW + 2 * MINUTE)
    Letter.objects.filter(message_id=first).update(written_at=NOW + MINUTE)
    answer(ticket, 2)
    two = say(ticket, cast, "Two.")
    assert two.references.split() == [
        "<1@customer.example>",
        first,
        one.message_id,
        "<2@customer.example>",
    ]


def test_it_answers_their_newest_mail_where_that_is_newer(
    ticket: Ticket, cast: Cast, mailoutbox: list[EmailMessage], settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    answer(ticket, 2)
    letter = say(ticket, cast, "Two.")
    Letter.objects.update(leave_at=NOW)
    deliver_letters()
    sent = next(one for one in mailoutbox if one.body.startswith("Two.\n"))
    read = message_from_bytes(sent.message().as_bytes(), policy=default)
    assert isinstance(read, Read)
    assert read["In-Reply-To"] == "<2@customer.example>"
    assert str(read["References"]).split() == letter.references.split()


def test_the_subject_is_theirs_and_stays(ticket: Ticket, cast: Cast) -> None:
    subjects = [say(ticket, cast, "One.").subject]
    answer(ticket, 2)
    subjects.append(say(ticket, cast, "Two.").subject)
    resolve(ticket, by=cast.agent, now=NOW + timedelta(days=30))
    ask_all(NOW + timedelta(days=30))
    subjects.append(Letter.objects.get(kind="question").subject)
    assert set(subjects) == {f"Re: 내 택배 [1] [{ticket.ref}]"}


def test_a_mail_that_joined_later_changes_no_subject(cast: Cast) -> None:
    make_mailbox(owners=(cast.group,))
    heard = make_feedback(comment="Parcel never arrived", judged=True)
    ticket = make_ticket(cast.group, feedback=heard, customer=make_customer(CUSTOMER))
    answer(ticket, 5)
    letter = say(ticket, cast, "One.")
    assert letter.subject == f"Re: Parcel never arrived [{ticket.ref}]"
    assert letter.references == "<5@customer.example>"


def test_what_was_answered_on_a_merged_ticket_is_of_the_thread(ticket: Ticket, cast: Cast) -> None:
    other = make_ticket(cast.group, customer=ticket.customer)
    answer(other, 7)
    merge_tickets(locked(other.pk), into=locked(ticket.pk), by=acting(cast.agent), now=moment())
    assert "<7@customer.example>" in thread_of(ticket).references.split()


def test_an_erased_mail_is_not_named(ticket: Ticket, cast: Cast) -> None:
    Mail.objects.update(message_id="", subject="")
    said = Feedback.objects.get().comment
    assert thread_of(ticket).references == Letter.objects.get().message_id
    assert say(ticket, cast, "One.").subject == f"Re: {said} [{ticket.ref}]"


@pytest.mark.parametrize(
    "name", ["", "<a b@c>", "<" + "a" * 400 + "@b>", "<한글@b>", "<a>\nBcc: x"]
)
def test_what_is_no_sober_name_becomes_no_header(name: str) -> None:
    assert named([(NOW, "<a@b>"), (NOW + MINUTE, name)]) == "<a@b>"


def test_of_many_the_first_and_the_newest_are_named() -> None:
    said: list[tuple[datetime, str]] = [(NOW + n * MINUTE, f"<{n}@b>") for n in range(50)]
    names = named(reversed(said)).split()
    assert len(names) == MOST_NAMED
    assert (names[0], names[1], names[-1]) == ("<0@b>", "<31@b>", "<49@b>")


@pytest.mark.parametrize("there", [0, 40])
def test_it_asks_as_little_of_a_long_thread(
    ticket: Ticket, there: int, django_assert_num_queries
) -> None:
    source = Mail.objects.get().source
    Mail.objects.bulk_create(
        Mail(
            source=source,
            digest=bytes([n]) * 32,
            message_id=f"<long{n}@b>",
            verdict="answer",
            taken_up=True,
            ticket_number=ticket.pk,
            received_at=NOW + n * MINUTE,
        )
        for n in range(there)
    )
    with django_assert_num_queries(3):
        assert thread_of(ticket).references


@pytest.mark.parametrize(
    "theirs",
    [
        *("Parcel", "Re: Parcel", "RE: re: Parcel", "AW: Re: Parcel", "SV: Parcel", "답장: Parcel"),
        *("[T-7] Re: Parcel", "Re: Parcel [T-7]", "Re[2]: Parcel", "回复：Parcel", "Antw: Parcel"),
        *(
            "Re^2: Parcel",
            "Ответ: Parcel",
            "회신: 답장: Re: Parcel",
            "  Re :  Parcel ",
            "R: Parcel",
        ),
    ],
)
def test_re_stands_once_in_whatever_language(theirs: str) -> None:
    assert in_answer_to(theirs, "T-7") == "Re: Parcel [T-7]"


@pytest.mark.parametrize(
    "theirs",
    ["Return: my parcel", "Reservation", "Fwd: Parcel", "Ref: 12", "re parcel", "전달: 택배"],
)
def test_what_is_no_mark_of_an_answer_stays(theirs: str) -> None:
    assert in_answer_to(theirs, "T-7") == f"Re: {theirs} [T-7]"


@pytest.mark.parametrize("theirs", ["", "Re:", " RE: AW: [T-7] "])
def test_of_nothing_nothing_is_made(theirs: str) -> None:
    assert in_answer_to(theirs, "T-7") == ""


def test_a_long_one_keeps_our_number() -> None:
    subject = in_answer_to("x" * 400, "T-7")
    assert subject.endswith("x… [T-7]")
    assert len(subject) < 220
