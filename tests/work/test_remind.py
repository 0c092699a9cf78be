"""remind …"""

from datetime import datetime, timedelta

import pytest
from django.db.models import F

from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.makers import (
    NOW,
    make_customer,
    make_feedback,
    make_policy,
    make_source,
    make_ticket,
)
from tickets.sla.models import Clock
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.move import wait
from tickets.work.actions.talk import reply
from tickets.work.actions.waiting import note_dead_reminders, remind
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket, Wait

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def waiting(cast: Cast, now: datetime) -> Ticket:
    policy = make_policy(close_loop_s=90 * 86_400, resolve_s=90 * 86_400)
    return wait_for(make_ticket(cast.group, policy=policy), cast, now)


def wait_for(ticket: Ticket, cast: Cast, now: datetime) -> Ticket:
    by = acting(cast.agent)
    reply(locked(ticket.pk), body="Which colour?", by=by, now=now)
    wait(locked(ticket.pk), until=None, by=by, now=now)
    return ticket


def sweep(at: datetime) -> None:
    """As the sweep does, again and again until nothing is due. What was asked before has left."""
    asked = Letter.objects.filter(kind="closing", state="waiting", written_at__lt=at)
    asked.update(state="sent", sent_at=F("written_at"))
    while due := list(Wait.objects.to_remind(at)):
        remind(due, at)


def letters() -> list[str]:
    kinds = Letter.objects.exclude(kind="reply").order_by("pk")
    return list(kinds.values_list("kind", flat=True))


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_nobody_is_reminded_before_the_first_time(waiting: Ticket, now: datetime) -> None:
    sweep(now + 2.9 * DAY)
    assert letters() == []


def test_the_customer_is_reminded_twice_and_then_asked(waiting: Ticket, now: datetime) -> None:
    for days in (3, 7, 14):
        sweep(now + days * DAY)
        sweep(now + days * DAY)
    assert letters() == ["reminder", "reminder", "closing"]
    assert fresh(waiting).asked_at == now + 14 * DAY
    closing = Letter.objects.get(kind="closing")
    assert closing.automatic
    assert "by Friday 11 December 2026, 09:00 (UTC), we close it" in closing.body
    assert closing.to == waiting.customer.email


def test_when_silence_closes_is_told_by_their_clock(cast: Cast) -> None:
    """At three in the morning in Seoul the day is another than in UTC."""
    customer = make_customer(locale="ko-KR")
    source = make_source(time_zone="Asia/Seoul")
    heard = make_feedback(source, nps=2, customer=customer, received_at=NOW, judged=True)
    ticket = make_ticket(cast.group, feedback=heard, customer=customer)
    wait_for(ticket, cast, NOW + timedelta(hours=9))
    for days in (3, 7, 14):
        sweep(NOW + timedelta(hours=9) + days * DAY)
    closing = Letter.objects.get(kind="closing")
    assert "2026년 12월 12일 토요일 03:00 (KST)까지" in closing.body


def test_silence_then_closes_and_the_loop_is_closed(waiting: Ticket, now: datetime) -> None:
    for days in (3, 7, 14, 20.9):
        sweep(now + days * DAY)
    assert fresh(waiting).status == "waiting"
    sweep(now + 21 * DAY)
    closed = fresh(waiting)
    assert (closed.status, closed.outcome) == ("closed", "silent")
    assert not Wait.objects.exists()
    assert Clock.objects.get(promise=waiting.pk, kind="close_loop").state == "met"


@pytest.mark.parametrize("state", ["waiting", "sending", "held"])
def test_nobody_is_silent_whose_last_letter_has_not_left(
    waiting: Ticket, now: datetime, state: str
) -> None:
    for days in (3, 7, 14):
        sweep(now + days * DAY)
    Letter.objects.filter(kind="closing").update(state=state, sent_at=None)
    remind(list(Wait.objects.to_remind(now + 21 * DAY)), now + 21 * DAY)
    assert fresh(waiting).status == "waiting"
    Letter.objects.filter(kind="closing").update(state="sent", sent_at=now + 25 * DAY)
    sweep(now + 31 * DAY)
    assert fresh(waiting).status == "waiting"
    sweep(now + 32 * DAY)
    assert fresh(waiting).outcome == "silent"


def test_an_answer_at_any_time_returns_it_to_open(waiting: Ticket, now: datetime) -> None:
    for days in (3, 7, 14):
        sweep(now + days * DAY)
    at = now + 15 * DAY
    receive_message(locked(waiting.pk), text="Blue", received_at=at, now=at)
    assert (fresh(waiting).status, fresh(waiting).asked_at) == ("open", None)
    sweep(now + 60 * DAY)
    assert fresh(waiting).status == "open"
    assert letters() == ["reminder", "reminder", "closing"]


def test_after_a_standstill_one_letter_leaves_a_day(waiting: Ticket, now: datetime) -> None:
    sweep(now + 30 * DAY)
    assert letters() == ["reminder"]
    sweep(now + 30.9 * DAY)
    assert letters() == ["reminder"]
    sweep(now + 31 * DAY)
    assert letters() == ["reminder", "reminder"]


def test_a_reminder_that_dies_gives_the_ticket_back(waiting: Ticket, now: datetime) -> None:
    sweep(now + 3 * DAY)
    reminders = Letter.objects.filter(kind="reminder")
    reminders.update(state="dead", died_at=now + 3 * DAY)
    note_dead_reminders(list(reminders), now + 3 * DAY)
    assert fresh(waiting).status == "open"
    assert waiting.timeline.filter(kind="letter_failed").exists()
    assert waiting.timeline.latest("pk").reason == {"why": "the reminder reached nobody"}


def test_whom_no_letter_reaches_is_given_back_to_the_agent(waiting: Ticket, now: datetime) -> None:
    waiting.customer.email = ""
    waiting.customer.save()
    sweep(now + 3 * DAY)
    assert fresh(waiting).status == "open"
    assert letters() == []


def test_nobody_is_reminded_who_has_not_heard_from_us(cast: Cast, now: datetime) -> None:
    ticket = make_ticket(cast.group)
    wait(locked(ticket.pk), until=None, by=acting(cast.agent), now=now)
    assert not Wait.objects.exists()


@pytest.mark.parametrize(
    "reminders, expected",
    [([], []), ([86_400], ["closing"]), ([86_400, 2 * 86_400], ["reminder", "closing"])],
)
def test_the_policy_says_how_often(
    cast: Cast, now: datetime, reminders: list[int], expected: list[str]
) -> None:
    wait_for(make_ticket(cast.group, policy=make_policy(reminders=reminders)), cast, now)
    for days in range(1, 7):
        sweep(now + days * DAY)
    assert letters() == expected


def test_who_answered_meanwhile_is_not_reminded(waiting: Ticket, now: datetime) -> None:
    at = now + 3 * DAY
    found = list(Wait.objects.to_remind(at))
    ticket = locked(waiting.pk)
    receive_message(ticket, text="Blue", received_at=at, now=at)
    remind(found, at)
    assert letters() == []
