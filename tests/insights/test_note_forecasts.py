"""note_forecasts writes down once a night what will likely break, and how the past has held."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from insights.actions import forecasts
from insights.actions.forecasts import note_forecasts
from insights.models import Forecast, Verdict
from tests.cast import Cast
from tests.insights.promising import HOUR, answer, follow_up_of, wait_for_contact
from tickets.sla.actions.look import settle
from tickets.work.actions.move import close_ticket
from tickets.work.actor import acting
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_it_notes_what_stands_before_each_open_promise(cast: Cast, now: datetime) -> None:
    wait_for_contact(cast.group, due_h=-2, now=now)
    ticket = wait_for_contact(cast.group, due_h=20, now=now)
    assert note_forecasts(now=now) == 1
    row = Forecast.objects.get(clock=follow_up_of(ticket))
    assert (row.before, row.due_at, row.day) == (1, now + 20 * HOUR, now.date())


def test_it_comes_once_a_night(cast: Cast, now: datetime) -> None:
    wait_for_contact(cast.group, due_h=40, now=now)
    assert [note_forecasts(now=now + h * HOUR) for h in (0, 1, 14.9, 15.1)] == [1, 0, 0, 1]
    assert Verdict.objects.count() == 2


def test_it_notes_a_bounded_number_evenly(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasts, "MOST_A_NIGHT", 2)
    for due_h in range(1, 7):
        wait_for_contact(cast.group, due_h=due_h, now=now)
    assert note_forecasts(now=now) == 2
    assert [row.before for row in Forecast.objects.order_by("due_at")] == [0, 4]


def test_it_forgets_what_is_too_old_to_judge_by(cast: Cast, now: datetime) -> None:
    wait_for_contact(cast.group, due_h=40, now=now)
    note_forecasts(now=now)
    note_forecasts(now=now + 57 * DAY)
    assert not Forecast.objects.filter(day=now.date()).exists()


def noted(ticket: Ticket, now: datetime, *, before: int) -> None:
    clock = follow_up_of(ticket)
    at = clock.started_at + HOUR
    Forecast.objects.create(
        clock=clock, day=at.date(), made_at=at, due_at=clock.due_at, before=before, a_day=10
    )


def judged_over(cast: Cast, now: datetime, *, tells: bool) -> Verdict:
    """Forty promises, hour by hour; every second broke. Queues were long before these, or before
    any."""
    for number in range(40):
        due_h = -80.0 + number
        ticket = wait_for_contact(cast.group, due_h=due_h * 3, now=now)
        breaks = number % 2 == 1
        before = (90 if breaks else 1) if tells else 90 * (number // 2 % 2) + 1
        noted(ticket, now, before=before)
        if breaks:
            settle(follow_up_of(ticket), now)
        else:
            answer(ticket, by=cast.agent, at=ticket.created_at + 2 * HOUR)
    note_forecasts(now=now)
    found = Verdict.objects.newest()
    assert found
    return found


def test_it_judges_forecasts_by_what_became_of_them(cast: Cast, now: datetime) -> None:
    verdict = judged_over(cast, now, tells=True)
    found = verdict.judged()
    assert found
    assert (found.scored, found.cases, found.base_rate, found.beats) == (8, 8, 0.5, True)


def test_it_does_not_flatter_itself(cast: Cast, now: datetime) -> None:
    found = judged_over(cast, now, tells=False).judged()
    assert found
    assert not found.beats


def test_it_leaves_out_what_is_neither_kept_nor_broken(cast: Cast, now: datetime) -> None:
    """Closed without contact, or not yet due."""
    spam = wait_for_contact(cast.group, due_h=-50, now=now)
    noted(spam, now, before=1)
    by = acting(cast.agent)
    close_ticket(spam, outcome="spam", reason="spam", by=by, now=spam.created_at + 2 * HOUR)
    noted(wait_for_contact(cast.group, due_h=10, now=now), now, before=1)
    assert list(forecasts._proven(now)) == []
    note_forecasts(now=now)
    assert Verdict.objects.get().judged() is None


@pytest.mark.parametrize("wrong", [{"brier": 0.1}, {"scored": 3}])
def test_no_verdict_is_half_a_verdict(now: datetime, wrong: dict[str, float]) -> None:
    with pytest.raises(IntegrityError, match="verdict_is_whole"), transaction.atomic():
        Verdict.objects.create(day=now.date(), made_at=now, **wrong)
