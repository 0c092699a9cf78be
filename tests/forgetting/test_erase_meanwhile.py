"""erase, while somebody acts on the same person …"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client

from cxloop.forgetting import erase
from cxloop.kernel import previews
from cxloop.kernel.models import Content, Letter
from cxloop.kernel.moment import moment
from feedback.email.addresses import reply_address
from feedback.email.models import Mail
from feedback.intake.models import Arrival
from tests.cast import Cast
from tests.email.mails import receive, written
from tests.forgetting.known import Known, furnish, furnish_rule, places_of
from tests.kernel.pictures import picture
from tests.recovery.asking import ask_all, resolve
from tickets.escalation.actions.tell_news import tell_news
from tickets.recovery.links import token_of
from tickets.work.actions.attach import choose_file, erase_attachments
from tickets.work.actions.customer_message import receive_answers
from tickets.work.actions.erase import hold_tickets_about
from tickets.work.actions.follow import watch
from tickets.work.actions.talk import note, reply
from tickets.work.actions.triage import triage
from tickets.work.actor import CUSTOMER, acting
from tickets.work.models import News, Ticket, Triage
from tickets.work.sweeps import triage_arrivals

Act = Callable[[], object]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kim(cast: Cast) -> Known:
    furnish(cast)
    known = Known("Seoyeon Kim", "kim@customer.example", "zanzibarword")
    complain(known)
    return known


def complain(known: Known, **said: str) -> None:
    receive(written(f"{known.word} broke", From=f"{known.name} <{known.email}>", **said))


@contextmanager
def unfinished(
    begin: Callable[[], object], end: Callable[[], object] = lambda: None
) -> Iterator[None]:
    """One transaction: `begin` is done before the block, `end` while the block waits for it."""
    begun, failed = threading.Event(), []

    def act() -> None:
        try:
            with transaction.atomic():
                begin()
                begun.set()
                time.sleep(0.7)
                end()
        except Exception as error:
            failed.append(error)
        finally:
            begun.set()
            connection.close()

    thread = threading.Thread(target=act)
    thread.start()
    begun.wait(10)
    yield
    thread.join(10)
    assert failed == []


def take_arrivals() -> list[Arrival]:
    return list(Arrival.objects.waiting(moment()).select_for_update(skip_locked=True))


def forget(known: Known) -> None:
    erase(known.customer(), reason="asked for it", by=CUSTOMER, now=moment())


def marks_left(known: Known) -> set[str]:
    return {place for mark in known.marks for place in places_of(mark)}


@pytest.mark.parametrize("ticket", [True, False])
def test_blanks_what_was_just_judged(kim: Known, ticket: bool) -> None:
    furnish_rule(ticket=ticket)
    with unfinished(lambda: triage(take_arrivals(), moment())):
        forget(kim)
    assert Triage.objects.get().decision == ("ticket" if ticket else "none")
    assert marks_left(kim) == set()


def test_waits_for_what_is_about_to_be_judged(kim: Known) -> None:
    """Arrivals are locked before their customer; a circle would end in an error for one of both."""
    arrivals: list[Arrival] = []
    with unfinished(lambda: arrivals.extend(take_arrivals()), lambda: triage(arrivals, moment())):
        forget(kim)
    assert marks_left(kim) == set()


def test_blanks_a_reply_that_is_just_being_written(kim: Known, cast: Cast) -> None:
    triage_arrivals()
    with unfinished(
        lambda: reply(kim.ticket(), body=kim.word, by=acting(cast.agent), now=moment())
    ):
        forget(kim)
    assert marks_left(kim) == set()


def test_blanks_news_that_is_just_being_written(kim: Known, cast: Cast) -> None:
    news_of(kim, cast)
    with unfinished(lambda: tell_news(take_news(), moment())):
        forget(kim)
    assert Letter.objects.filter(kind="news").exists()
    assert marks_left(kim) == set()


def test_news_of_what_is_just_being_erased_waits(kim: Known, cast: Cast) -> None:
    news_of(kim, cast)
    with unfinished(lambda: forget(kim)), transaction.atomic():
        tell_news(take_news(), moment())
    assert not Letter.objects.filter(kind="news").exists()
    with transaction.atomic():
        tell_news(list(News.objects.all()), moment())
    assert Letter.objects.filter(kind="news").exists()
    assert marks_left(kim) == set()


def news_of(known: Known, cast: Cast) -> None:
    triage_arrivals()
    with transaction.atomic():
        ticket = known.ticket()
    watch(ticket, cast.lead, by=acting(cast.agent), now=moment())


def take_news() -> list[News]:
    return list(News.objects.untold(moment()).select_for_update(skip_locked=True, of=("self",)))


def test_blanks_an_answer_that_is_just_being_taken_up(kim: Known) -> None:
    """The mail is locked before its ticket; a circle would end in an error for one of both."""
    found: list[Mail] = []
    triage_arrivals()
    complain(kim, To=reply_address(Ticket.objects.get().pk))

    def find() -> None:
        mails = Mail.objects.answers_to_take_up(moment()).select_for_update(skip_locked=True)
        found.extend(mails)

    with unfinished(find, lambda: receive_answers(found, moment())):
        forget(kim)
    assert marks_left(kim) == set()


def furnished_with(known: Known, cast: Cast, body: bytes) -> Ticket:
    triage_arrivals()
    with transaction.atomic():
        ticket = known.ticket()
    row = choose_file(ticket, f"{known.word}.png", body, verb="note", by=cast.agent, now=moment())
    with transaction.atomic():
        note(known.ticket(), body="Look.", files=[row.pk], by=acting(cast.agent), now=moment())
    return ticket


def test_leaves_no_drawing_that_is_just_being_kept(kim: Known, cast: Cast) -> None:
    furnished_with(kim, cast, picture())
    file = previews._claim()
    assert file
    with unfinished(lambda: previews._keep(file, picture("WEBP"))):
        forget(kim)
    assert not Content.objects.exists()


def test_waits_in_no_circle_for_a_file_that_is_kept_once_more(kim: Known, cast: Cast) -> None:
    """Who chooses it holds the ticket before the bytes, as whoever erases does."""
    ticket = furnished_with(kim, cast, b"the same")
    facts = {"verb": "note", "by": cast.agent, "now": moment()}
    with unfinished(
        lambda: hold_tickets_about(kim.customer()), lambda: erase_attachments([ticket.pk])
    ):
        choose_file(ticket, "again.txt", b"the same", **facts)
    assert Content.objects.count() == 1


def test_takes_no_answer_behind_a_link_that_was_opened_before(
    kim: Known, cast: Cast, client: Client
) -> None:
    triage_arrivals()
    with transaction.atomic():
        reply(kim.ticket(), body="Sent.", by=acting(cast.agent), now=moment())
        resolve(kim.ticket(), by=cast.agent, now=moment())
        ask_all(moment())
    page = f"/c/{token_of(Ticket.objects.get().pk, 1)}"
    assert client.get(page).status_code == 200
    with unfinished(lambda: forget(kim)):
        answer = client.post(page, {"solved": "no", "comment": kim.word})
    assert answer.status_code == 404
    assert marks_left(kim) == set()
