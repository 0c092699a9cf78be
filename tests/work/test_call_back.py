"""Whoever asks to be called is, at the time they named, or it is on record that they were not."""

from datetime import datetime, timedelta

import pytest

from feedback.intake.models import Feedback
from tests.cast import Cast
from tests.makers import (
    NOW,
    make_customer,
    make_feedback,
    make_policy,
    make_root_cause,
    make_source,
    make_source_key,
    make_ticket,
)
from tickets.sla.actions.call_back import ANOTHER_TIME, NOT_REACHED
from tickets.sla.actions.change import move_clocks
from tickets.sla.actions.look import events_of, read_clock
from tickets.sla.calls import AT_ANY_TIME, CallWish, wish_from
from tickets.sla.explain import add_up
from tickets.sla.models import Clock, Kind
from tickets.sla.policies import revise_policy, write_calendar
from tickets.sla.telling import tell
from tickets.sla.writing import first_hours_of
from tickets.work.actions.join import join_feedback
from tickets.work.actions.label import change_priority
from tickets.work.actions.move import merge_tickets, resolve_ticket
from tickets.work.actions.spam import mark_spam, not_spam
from tickets.work.actions.talk import log_contact, reply
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Priority, Ticket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WISH = CallWish(NOW + 6 * HOUR, NOW + 4 * HOUR, "Asia/Seoul")


def asked(wish: CallWish = WISH, **facts: object) -> Feedback:
    given = {"received_at": NOW, "comment": "Call me", "judged": True, **facts}
    return make_feedback(nps=2, answers={"call_back": wish.data()}, **given)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    customer = make_customer(phone="+82 10 1234 5678")
    return make_ticket(cast.group, customer=customer, feedback=asked(customer=customer))


def call_of(ticket: Ticket) -> Clock:
    return Clock.objects.filter(promise=ticket.pk, kind=Kind.CALL_BACK).latest("cycle")


def call(ticket: Ticket, cast: Cast, at: datetime, *, reached: bool = True) -> Clock:
    by = acting(cast.agent)
    kept = locked(ticket.pk)
    log_contact(kept, channel="phone", reached=reached, body="", by=by, now=at)
    return call_of(ticket)


def test_it_is_due_when_the_time_they_named_is_over(ticket: Ticket) -> None:
    clock = call_of(ticket)
    assert (clock.state, clock.started_at, clock.due_at) == ("running", NOW, WISH.before)
    assert ticket.next_due_at == NOW + HOUR  # the acknowledgement


def test_a_call_that_reached_them_keeps_it_and_the_follow_up(cast: Cast, ticket: Ticket) -> None:
    at = NOW + 5 * HOUR
    assert call(ticket, cast, at).met_at == at
    assert Clock.objects.get(promise=ticket.pk, kind=Kind.FOLLOW_UP).met_at == at


def test_a_letter_does_not(cast: Cast, ticket: Ticket) -> None:
    reply(locked(ticket.pk), body="We wrote", by=acting(cast.agent), now=NOW + HOUR)
    assert call_of(ticket).state == "running"


def test_called_at_their_time_and_not_reached_nobody_can_keep_it(
    cast: Cast, ticket: Ticket
) -> None:
    early = call(ticket, cast, NOW + 3 * HOUR, reached=False)
    assert early.state == "running"
    clock = call(ticket, cast, NOW + 5 * HOUR, reached=False)
    assert (clock.state, clock.void_reason) == ("void", NOT_REACHED)
    assert Clock.objects.get(promise=ticket.pk, kind=Kind.FOLLOW_UP).state == "running"


def test_called_too_late_it_stays_broken(cast: Cast, ticket: Ticket) -> None:
    clock = call(ticket, cast, NOW + 7 * HOUR)
    assert (clock.state, clock.breached_at) == ("breached", WISH.before)
    assert clock.met_at == NOW + 7 * HOUR
    assert ticket.timeline.filter(kind="breached").exists()


def test_the_time_they_named_last_is_the_one_that_holds(cast: Cast, ticket: Ticket) -> None:
    later = CallWish(NOW + 30 * HOUR, None, "")
    heard = asked(later, customer=ticket.customer, received_at=NOW + HOUR)
    join_feedback(locked(ticket.pk), heard, acting(cast.agent), now=NOW + HOUR)
    first, second = Clock.objects.filter(promise=ticket.pk, kind=Kind.CALL_BACK).order_by("cycle")
    assert (first.state, first.void_reason) == ("void", ANOTHER_TIME)
    assert (second.state, second.due_at) == ("running", later.before)


def test_no_policy_and_no_priority_moves_it(cast: Cast) -> None:
    weekly = {"mon": ["09:00-10:00"]}
    write_calendar(slug="mondays", name="Mondays", zone="UTC", weekly=weekly, by=None, now=NOW)
    policy = make_policy()
    ticket = make_ticket(cast.group, policy=policy, feedback=asked())
    newest = revise_policy(policy.policy, {"calendar": "mondays"}, by=None, now=NOW)
    move_clocks(ticket.promise, newest, now=NOW + HOUR)
    by = acting(cast.agent)
    change_priority(locked(ticket.pk), priority=Priority.URGENT, by=by, now=NOW + HOUR)
    clock = call_of(ticket)
    assert (clock.due_at, clock.moved_to) == (WISH.before, None)
    assert read_clock(clock).due_at == WISH.before


def test_opening_hours_do_not_count_for_it(cast: Cast) -> None:
    weekly = {"mon": ["09:00-10:00"]}
    write_calendar(slug="mondays", name="Mondays", zone="UTC", weekly=weekly, by=None, now=NOW)
    newest = revise_policy(make_policy().policy, {"calendar": "mondays"}, by=None, now=NOW)
    ticket = make_ticket(cast.group, policy=newest, feedback=asked())
    assert read_clock(call_of(ticket)).due_at == WISH.before


def test_it_is_explained_in_their_zone(ticket: Ticket) -> None:
    clock = call_of(ticket)
    events, hours = events_of(clock), first_hours_of(clock)
    told = tell(add_up(events, hours, now=NOW), events, hours, kind=clock.kind)
    assert told[0] == (
        "They asked to be called between Friday 20 November 2026, 22:00 (Asia/Seoul) and "
        "Saturday 21 November 2026, 00:00 (Asia/Seoul)."
    )
    korean = tell(add_up(events, hours, now=NOW), events, hours, kind=clock.kind, language="ko")
    assert "전화해 달라고" in korean[0]


def test_merged_they_are_still_called(cast: Cast, ticket: Ticket) -> None:
    other = make_ticket(cast.group, customer=ticket.customer)
    merge_tickets(locked(ticket.pk), into=locked(other.pk), by=acting(cast.agent), now=NOW + HOUR)
    assert (call_of(ticket).state, call_of(other).due_at) == ("void", WISH.before)
    assert call_of(other).started_at == NOW


def test_resolved_otherwise_nobody_need_call(cast: Cast, ticket: Ticket) -> None:
    by, cause = acting(cast.agent), make_root_cause()
    resolve_ticket(locked(ticket.pk), root_cause=cause, body="Sent.", by=by, now=NOW + HOUR)
    assert (call_of(ticket).state, call_of(ticket).void_reason) == ("void", "it is resolved")


def test_taken_for_spam_and_back_they_are_called_at_their_time(cast: Cast, ticket: Ticket) -> None:
    by = acting(cast.agent)
    mark_spam(locked(ticket.pk), by=by, now=NOW + HOUR)
    not_spam(locked(ticket.pk), reason="A customer", by=by, now=NOW + 2 * HOUR)
    clock = call_of(ticket)
    assert (clock.cycle, clock.state, clock.due_at) == (2, "running", WISH.before)


def test_of_history_nobody_is_called_any_more(cast: Cast) -> None:
    ticket = make_ticket(cast.group, feedback=asked(quiet=True), quiet=True)
    assert not Clock.objects.filter(promise=ticket.pk, kind=Kind.CALL_BACK).exists()


@pytest.mark.parametrize(
    ("after", "before", "due"),
    [
        (None, None, NOW + AT_ANY_TIME),
        (None, NOW - HOUR, NOW + AT_ANY_TIME),
        (NOW - 3 * HOUR, NOW - HOUR, NOW + AT_ANY_TIME),
        (NOW + HOUR, None, NOW + HOUR + AT_ANY_TIME),
        (NOW - HOUR, NOW + HOUR, NOW + HOUR),
    ],
)
def test_a_time_that_was_over_when_it_came_is_any_time(
    after: datetime | None, before: datetime | None, due: datetime
) -> None:
    assert wish_from(after, before, "", heard_at=NOW).before == due


def test_it_comes_with_feedback_and_names_a_number(client: object, cast: Cast) -> None:
    key = make_source_key(make_source("shop-2"))

    def post(**said: object) -> object:
        return client.post(  # type: ignore[attr-defined]
            "/api/v1/feedback",
            {"comment": "x", **said},
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )

    wish = {"call_back": {"before": "2026-12-01T10:00:00+09:00", "zone": "Asia/Seoul"}}
    taken = post(answers=wish, customer={"phone": "+82 10 1234"})
    assert taken.status_code == 201, taken.content
    heard = Feedback.objects.get(pk=taken.json()["id"])
    assert (heard.answers, heard.contactable) == (wish, "phone")
    assert post(answers=wish).json()["errors"][0]["code"] == "no_number"
    for wrong, pointer in (
        ({"before": "tomorrow"}, "/answers/call_back/before"),
        ({"before": "2026-12-01T10:00:00"}, "/answers/call_back/before"),
        ({"zone": "Mars/Olympus"}, "/answers/call_back/zone"),
        ({"at": "x"}, "/answers/call_back/at"),
        ("yes", "/answers/call_back"),
    ):
        refused = post(answers={"call_back": wrong}, customer={"phone": "+82 10 1234"})
        assert refused.json()["errors"][0]["pointer"] == pointer
