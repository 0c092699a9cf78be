from datetime import datetime, timedelta

import pytest

from insights.promises import FollowUp, follow_up
from insights.shares import Share
from tests.cast import Cast
from tests.makers import make_policy, make_ticket
from tickets.work.actions.move import close_ticket
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"), [(9, 10, 0.596, 0.982), (90, 100, 0.826, 0.945)]
)
def test_a_share_says_how_sure_it_is(part: int, whole: int, low: float, high: float) -> None:
    assert Share(part, whole).interval == pytest.approx((low, high), abs=0.001)


def test_nothing_is_no_share() -> None:
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, None)


def test_it_counts_by_the_day_of_receipt_what_is_old_enough(cast: Cast, now: datetime) -> None:
    by = acting(cast.agent)

    def answered(after_hours: int, *, received: datetime) -> Ticket:
        ticket = make_ticket(cast.group, received_at=received)
        at = received + after_hours * HOUR
        log_contact(ticket, channel="phone", reached=True, body="", by=by, now=at)
        return ticket

    long_ago = now - 100 * HOUR
    answered(1, received=long_ago)
    answered(47, received=long_ago)
    answered(49, received=long_ago)
    make_ticket(cast.group, received_at=long_ago)
    make_ticket(cast.group, received_at=now - HOUR)
    spam = make_ticket(cast.group, received_at=long_ago)
    close_ticket(spam, outcome="spam", reason="spam", by=by, now=long_ago + HOUR)
    make_ticket(cast.other_group, received_at=long_ago)

    mine = Ticket.objects.visible_to(cast.agent)
    measured = follow_up(mine, start=now - 200 * HOUR, end=now, now=now)
    assert measured == FollowUp(
        in_48_hours=Share(2, 4), as_promised=Share(2, 4), void=1, too_young=1
    )


def test_a_generous_policy_makes_nobody_look_better(cast: Cast, now: datetime) -> None:
    received = now - 200 * HOUR
    ticket = make_ticket(
        cast.group, received_at=received, policy=make_policy(follow_up_s=100 * 3600)
    )
    at = received + 90 * HOUR
    log_contact(ticket, channel="phone", reached=True, body="", by=acting(cast.agent), now=at)
    measured = follow_up(Ticket.objects.all(), start=received, end=now, now=now)
    assert (measured.as_promised, measured.in_48_hours) == (Share(1, 1), Share(0, 1))


def test_what_is_not_due_by_its_own_hours_yet_is_no_failure_of_them(
    cast: Cast, now: datetime
) -> None:
    received = now - 60 * HOUR
    make_ticket(cast.group, received_at=received, policy=make_policy(follow_up_s=100 * 3600))
    measured = follow_up(Ticket.objects.all(), start=received, end=now, now=now)
    assert (measured.as_promised, measured.in_48_hours) == (Share(0, 0), Share(0, 1))


def test_what_was_kept_early_counts_when_its_own_time_has_passed(cast: Cast, now: datetime) -> None:
    received, by = now - 60 * HOUR, acting(cast.agent)
    policy = make_policy(follow_up_s=100 * 3600)
    ticket = make_ticket(cast.group, received_at=received, policy=policy)
    log_contact(ticket, channel="phone", reached=True, body="", by=by, now=received + HOUR)
    found = [
        follow_up(Ticket.objects.all(), start=received, end=at, now=at).as_promised
        for at in (now, received + 100 * HOUR)
    ]
    assert found == [Share(0, 0), Share(1, 1)]


def test_closing_late_is_no_way_out_of_the_rate(cast: Cast, now: datetime) -> None:
    received = now - 100 * HOUR
    ticket = make_ticket(cast.group, received_at=received)
    by = acting(cast.agent)
    close_ticket(ticket, outcome="spam", reason="spam", by=by, now=received + 49 * HOUR)
    measured = follow_up(Ticket.objects.all(), start=received, end=now, now=now)
    assert (measured.void, measured.in_48_hours) == (0, Share(0, 1))


def test_closing_without_contact_under_a_generous_policy_is_none_either(
    cast: Cast, now: datetime
) -> None:
    received = now - 200 * HOUR
    policy = make_policy(follow_up_s=100 * 3600)
    ticket = make_ticket(cast.group, received_at=received, policy=policy)
    by = acting(cast.agent)
    close_ticket(ticket, outcome="spam", reason="spam", by=by, now=received + 60 * HOUR)
    measured = follow_up(Ticket.objects.all(), start=received, end=now, now=now)
    assert (measured.void, measured.as_promised) == (1, Share(0, 0))
    assert measured.in_48_hours == Share(0, 1)
