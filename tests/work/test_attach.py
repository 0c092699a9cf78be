"""A file that a colleague chooses …"""

from contextlib import suppress
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from functools import partial
from threading import Thread

import pytest
from django.core.mail import EmailMessage
from django.db import IntegrityError, connection, transaction

from cxloop.kernel.errors import Refused
from cxloop.kernel.letters import deliver_letters
from cxloop.kernel.models import Content, File, LetterFile
from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.makers import make_ticket
from tickets.work import sweeps
from tickets.work.actions import attach as attaching
from tickets.work.actions.attach import (
    KEPT_FOR,
    MOST_FILES,
    choose_file,
    erase_attachments,
    forget_chosen,
    put_back,
)
from tickets.work.actions.talk import log_contact, note, reply
from tickets.work.actions.undo import take_back
from tickets.work.actor import Actor, acting
from tickets.work.models import Attachment, SearchText, Ticket, TimelineEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(cast: Cast) -> Actor:
    return acting(cast.agent)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


def chosen(ticket: Ticket, by: Actor, name: str = "invoice.txt", *, verb: str = "reply") -> int:
    assert by.user
    body = f"the bytes of {name}".encode()
    return choose_file(ticket, name, body, verb=verb, by=by.user, now=moment()).pk


def fault_of(refusal: pytest.ExceptionInfo[Refused]) -> tuple[str, str]:
    (fault,) = refusal.value.faults
    return fault.pointer, fault.code


def test_leaves_with_the_letter(
    ticket: Ticket, by: Actor, now: datetime, mailoutbox: list[EmailMessage]
) -> None:
    numbers = [chosen(ticket, by), chosen(ticket, by, "영수증.txt")]
    reply(ticket, body="Here it is.", files=numbers, by=by, now=now)
    assert deliver_letters() == 1
    letter = message_from_bytes(mailoutbox[0].message().as_bytes(), policy=default)
    assert letter.get_body(("plain",)).get_content().startswith("Here it is.\n")
    enclosed = [(part.get_filename(), part.get_content()) for part in letter.iter_attachments()]
    assert enclosed == [
        ("invoice.txt", "the bytes of invoice.txt"),
        ("영수증.txt", "the bytes of 영수증.txt"),
    ]


@pytest.mark.parametrize("say", ["note", "log-contact"])
def test_stays_with_a_note_and_a_call_and_leaves_with_no_letter(
    say: str, ticket: Ticket, by: Actor, now: datetime
) -> None:
    numbers = [chosen(ticket, by, verb=say)]
    if say == "note":
        entry = note(ticket, body="Look.", files=numbers, by=by, now=now)
    else:
        entry = log_contact(
            ticket, channel="phone", reached=True, body="", files=numbers, by=by, now=now
        )
    assert Attachment.objects.get().entry == entry
    assert not LetterFile.objects.exists()


def test_is_found_by_its_name(ticket: Ticket, by: Actor, now: datetime) -> None:
    note(ticket, body="Look.", files=[chosen(ticket, by, "zebra.txt")], by=by, now=now)
    assert "'zebra.txt'" in str(SearchText.objects.get(ticket=ticket).words)


def test_is_said_only_by_who_chose_it_on_that_ticket_and_once(
    ticket: Ticket, by: Actor, cast: Cast, now: datetime
) -> None:
    other, mine = make_ticket(cast.group), chosen(ticket, by)
    for where, who, number in (
        (ticket, acting(cast.lead), mine),
        (other, by, mine),
        (ticket, by, mine + 99),
    ):
        with pytest.raises(Refused) as refusal, transaction.atomic():
            note(where, body="Look.", files=[number], by=who, now=now)
        assert fault_of(refusal) == ("/files/0", "unknown_file")
    note(ticket, body="Look.", files=[mine], by=by, now=now)
    with pytest.raises(Refused), transaction.atomic():
        note(ticket, body="Again.", files=[mine], by=by, now=now)


def test_is_put_back_until_it_is_said(ticket: Ticket, by: Actor, cast: Cast, now: datetime) -> None:
    one, other = chosen(ticket, by), chosen(ticket, by, "b.txt")
    put_back([one, other], by=cast.lead)
    note(ticket, body="Look.", files=[one], by=by, now=now)
    put_back([one, other], by=cast.agent)
    assert list(Attachment.objects.values_list("pk", flat=True)) == [one]
    assert File.objects.count() == Content.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE work_attachment SET entry_id = NULL",
        "UPDATE work_attachment SET file_id = file_id + 1",
        "DELETE FROM work_attachment",
    ],
)
def test_is_history_once_it_is_said(wrong: str, ticket: Ticket, by: Actor, now: datetime) -> None:
    note(ticket, body="Look.", files=[chosen(ticket, by)], by=by, now=now)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(wrong)


def test_is_one_of_a_few(ticket: Ticket, by: Actor) -> None:
    for at in range(MOST_FILES):
        chosen(ticket, by, f"{at}.txt")
    with pytest.raises(Refused) as refusal:
        chosen(ticket, by, "more.txt")
    assert fault_of(refusal) == ("/file", "too_many_files")
    assert File.objects.count() == MOST_FILES
    chosen(ticket, by, "more.txt", verb="note")


def test_is_not_sent_where_no_server_would_take_it(
    ticket: Ticket, by: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "LARGEST_LETTER", 30)
    numbers = [chosen(ticket, by), chosen(ticket, by, "b.txt")]
    with pytest.raises(Refused) as refusal, transaction.atomic():
        reply(ticket, body="Here.", files=numbers, by=by, now=now)
    assert fault_of(refusal) == ("/files", "files_too_large")
    assert Attachment.objects.filter(entry=None).count() == 2


def test_is_chosen_again_when_the_letter_is_taken_back(
    ticket: Ticket, by: Actor, cast: Cast
) -> None:
    reply(ticket, body="Here.", files=[chosen(ticket, by)], by=by, now=moment())
    take_back(ticket, by=by, now=moment())
    said, again = Attachment.objects.order_by("pk")
    assert (said.entry.kind, again.entry) == ("reply", None)  # type: ignore[union-attr]
    assert (again.by, again.verb, again.file.name) == (cast.agent, "reply", "invoice.txt")
    reply(ticket, body="Here, again.", files=[again.pk], by=by, now=moment())
    assert Content.objects.count() == 1


def test_is_forgotten_after_a_month_unless_it_was_said(
    ticket: Ticket, by: Actor, now: datetime
) -> None:
    note(ticket, body="Look.", files=[chosen(ticket, by)], by=by, now=now)
    chosen(ticket, by, "b.txt")
    assert forget_chosen(moment() + KEPT_FOR - timedelta(minutes=1)) == 0
    assert forget_chosen(moment() + KEPT_FOR + timedelta(minutes=1)) == 1
    assert Attachment.objects.get().entry


def test_is_forgotten_with_all_the_others_of_its_day(
    ticket: Ticket, by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few a transaction, but not a few an hour: more than that can be chosen."""
    numbers = [chosen(ticket, by, f"{at}.txt", verb="note") for at in range(3)]
    File.objects.update(kept_at=moment() - KEPT_FOR - timedelta(days=1))
    monkeypatch.setattr(sweeps, "forget_chosen", partial(forget_chosen, most=2))
    assert sweeps.forget_chosen_files() == len(numbers)
    assert not Content.objects.exists()


def test_goes_with_its_customer_and_leaves_that_it_was_there(
    ticket: Ticket, by: Actor, now: datetime
) -> None:
    note(ticket, body="Look.", files=[chosen(ticket, by)], by=by, now=now)
    chosen(ticket, by, "b.txt")
    erase_attachments([ticket.pk])
    file = File.objects.get()
    assert (file.name, file.content_id, file.size) == ("", None, len("the bytes of invoice.txt"))
    assert TimelineEntry.objects.filter(attachments__file=file).exists()
    assert not Content.objects.exists()


def test_leaves_with_no_letter_that_is_sent_after_it_was_forgotten(
    ticket: Ticket, by: Actor, now: datetime, mailoutbox: list[EmailMessage]
) -> None:
    reply(ticket, body="Here it is.", files=[chosen(ticket, by)], by=by, now=now)
    erase_attachments([ticket.pk])
    assert deliver_letters() == 1
    assert mailoutbox[0].message().get_content_type() == "multipart/alternative"


@pytest.mark.django_db(transaction=True)
def test_is_one_of_a_few_also_where_many_are_chosen_at_once(cast: Cast) -> None:
    ticket, facts = make_ticket(cast.group), {"verb": "reply", "by": cast.agent, "now": moment()}

    def choose(at: int) -> None:
        with suppress(Refused):
            choose_file(ticket, f"{at}.txt", bytes([at]) * 200_000, **facts)
        connection.close()

    for at in range(MOST_FILES - 1):
        choose(at)
    threads = [Thread(target=choose, args=(at,)) for at in range(20, 26)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert Attachment.objects.count() == File.objects.count() == MOST_FILES
