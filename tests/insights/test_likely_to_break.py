"""likely_to_break lists what the waiting work and the pace of a group will not reach in time."""

from datetime import datetime, timedelta

import pytest

from accounts.models import AccessGroup
from cxloop.kernel.moment import moment
from insights.likely import Likely, likely_to_break
from insights.models import Verdict
from tests.cast import Cast, api
from tests.insights.promising import answered_lately, wait_for_contact
from tests.makers import make_feedback, make_ticket
from tickets.work.actions.move import close_ticket
from tickets.work.actor import acting
from tickets.work.models import Ticket, TicketShare

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _old_groups(cast: Cast, now: datetime) -> None:
    AccessGroup.objects.update(created_at=now - 30 * DAY)


def seen_by(cast: Cast, who: str, now: datetime, *, most: int = 10) -> Likely:
    return likely_to_break(getattr(cast, who), now, most=most)


def tickets(found: Likely) -> list[int]:
    return [one.waiting.ticket for one, _ in found.found]


def test_it_lists_what_will_not_be_reached_with_its_reason(cast: Cast, now: datetime) -> None:
    """Two a day: the second is reached in a day, the third in a day and a half."""
    answered_lately(cast.group, 14, by=cast.agent, now=now)
    in_time = [wait_for_contact(cast.group, due_h=h, now=now) for h in (13, 25)]
    late = wait_for_contact(cast.group, due_h=26, now=now)
    found = seen_by(cast, "agent", now)
    assert in_time
    assert tickets(found) == [late.pk]
    ((outlook, chance),) = found.found
    assert outlook.reason == (
        "2 are before it, the group answers 2 a day: reached in 1.5 days, due in 1.1"
    )
    assert 0.5 < chance < 1


def test_the_most_likely_comes_first(cast: Cast, now: datetime) -> None:
    several = [wait_for_contact(cast.group, due_h=h, now=now) for h in (30, 2, 12)]
    found = seen_by(cast, "agent", now, most=2)
    assert tickets(found) == [several[1].pk, several[2].pk]
    assert found.more == 1


def test_what_waits_though_it_broke_is_before_all_others(cast: Cast, now: datetime) -> None:
    answered_lately(cast.group, 7, by=cast.agent, now=now)
    assert tickets(seen_by(cast, "agent", now)) == []
    wait_for_contact(cast.group, due_h=-3, now=now)
    late = wait_for_contact(cast.group, due_h=40, now=now)
    assert tickets(seen_by(cast, "agent", now)) == [late.pk]


def test_what_nobody_waits_for_is_before_nobody(cast: Cast, now: datetime) -> None:
    """Spam, and imported history."""
    answered_lately(cast.group, 7, by=cast.agent, now=now)
    spam = wait_for_contact(cast.group, due_h=2, now=now)
    close_ticket(spam, outcome="spam", reason="spam", by=acting(cast.agent), now=now)
    make_ticket(cast.group, feedback=make_feedback(nps=1, received_at=now, judged=True), quiet=True)
    wait_for_contact(cast.group, due_h=30, now=now)
    assert tickets(seen_by(cast, "agent", now)) == []


def test_each_group_has_a_pace_of_its_own(cast: Cast, now: datetime) -> None:
    answered_lately(cast.other_group, 14, by=cast.outsider, now=now)
    mine = wait_for_contact(cast.group, due_h=30, now=now)
    wait_for_contact(cast.other_group, due_h=30, now=now)
    assert tickets(seen_by(cast, "admin", now)) == [mine.pk]


def test_answers_of_more_than_a_week_ago_are_no_pace(cast: Cast, now: datetime) -> None:
    answered_lately(cast.group, 14, by=cast.agent, now=now - 8 * DAY)
    late = wait_for_contact(cast.group, due_h=30, now=now)
    assert tickets(seen_by(cast, "agent", now)) == [late.pk]


def test_a_young_group_is_measured_by_its_age(cast: Cast, now: datetime) -> None:
    answered_lately(cast.group, 4, by=cast.agent, now=now)
    AccessGroup.objects.update(created_at=now - 2 * DAY)
    wait_for_contact(cast.group, due_h=13, now=now)
    assert tickets(seen_by(cast, "agent", now)) == []


def test_nobody_learns_of_the_queue_of_a_group_that_is_not_theirs(
    cast: Cast, now: datetime
) -> None:
    """Nor by a ticket that is shared with them."""
    late = wait_for_contact(cast.group, due_h=2, now=now)
    TicketShare.objects.create(ticket=late, group=cast.other_group)
    assert Ticket.objects.visible_to(cast.outsider).filter(pk=late.pk).exists()
    assert tickets(seen_by(cast, "outsider", now)) == []
    assert tickets(seen_by(cast, "viewer", now)) == [late.pk]
    assert tickets(seen_by(cast, "auditor", now)) == [late.pk]


def make_verdict(now: datetime, *, brier: float, cases: int = 500) -> Verdict:
    figures = {"base_rate": 0.2, "base_brier": 0.16, "prior_brier": 0.17}
    return Verdict.objects.create(
        day=now.date(),
        made_at=now,
        trained=2000,
        scored=500,
        cases=cases,
        intercept=-1.0,
        slope=1.0,
        brier=brier,
        **figures,
    )


def test_it_is_hidden_while_it_does_not_beat_the_base_rate(cast: Cast, now: datetime) -> None:
    wait_for_contact(cast.group, due_h=2, now=now)
    make_verdict(now, brier=0.17)
    found = seen_by(cast, "agent", now)
    assert (found.standing.is_shown, found.found) == (False, [])
    make_verdict(now + DAY, brier=0.15)
    assert seen_by(cast, "agent", now).found


class TestRest:
    """The same over REST, which asks the database's clock."""

    LIKELY = "/api/v1/insights/likely"

    def test_it_answers_each_with_its_reason(self, cast: Cast) -> None:
        late = wait_for_contact(cast.group, due_h=2, now=moment())
        answer = api(cast.agent).get(self.LIKELY).json()
        (one,) = answer["results"]
        assert (answer["is_shown"], answer["more"]) == (True, 0)
        assert (one["ticket"], one["group"], one["before"]) == (late.ref, "care", 0)
        assert one["reason"].startswith("nobody is before it, the group answers 0.143 a day")
        assert answer["score"]["brier"] < answer["score"]["base_brier"]

    def test_it_answers_nothing_of_what_is_not_theirs(self, cast: Cast) -> None:
        wait_for_contact(cast.group, due_h=2, now=moment())
        answer = api(cast.outsider).get(self.LIKELY).json()
        assert (answer["results"], answer["more"]) == ([], 0)

    def test_it_says_why_it_answers_nothing(self, cast: Cast, now: datetime) -> None:
        wait_for_contact(cast.group, due_h=2, now=moment())
        make_verdict(now, brier=0.17)
        answer = api(cast.agent).get(self.LIKELY).json()
        assert (answer["is_shown"], answer["results"]) == (False, [])
        assert "0.1700 does not beat the base rate's 0.1600" in answer["why"]
        assert answer["score"]["is_own"]
