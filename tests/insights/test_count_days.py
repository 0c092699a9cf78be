"""Past days are counted once in every zone, and again when something of them changes."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts.models import User
from insights.actions.days import note_changes, want_days
from insights.days import begin_of, end_of, newest_day
from insights.models import CountedDay, DayTally, Walked
from insights.promises import follow_up
from insights.sweeps import count_days
from insights.tally import COUNTS
from tests.cast import Cast
from tests.insights.promising import HOUR, answer
from tests.makers import make_feedback, make_policy, make_source, make_ticket
from tickets.work.actions.assign import assign_ticket
from tickets.work.actions.move import close_ticket
from tickets.work.actor import acting
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SEOUL = ZoneInfo("Asia/Seoul")
# A Friday at nine: the newest whole day that is 48 hours old.
NEWEST = date(2026, 11, 17)


def complaint(cast: Cast, received: datetime, **plan) -> Ticket:
    said = make_feedback(nps=2, received_at=received, judged=True)
    return make_ticket(cast.group, feedback=said, policy=make_policy(), **plan)


def sweep(now: datetime) -> int:
    return count_days(clock=lambda: now)


def counted(day: date = NEWEST, zone: str = "UTC") -> dict[str, int]:
    """Of all groups together."""
    rows = DayTally.objects.filter(counted__day=day, counted__zone=zone, cut="group")
    found = rows.aggregate(**{name: Sum(name, default=0) for name in COUNTS})
    return {name: number for name, number in found.items() if number}


def test_a_day_waits_until_everything_of_it_is_48_hours_old(cast: Cast, now: datetime) -> None:
    complaint(cast, now - 4 * DAY)
    assert newest_day(now, ZoneInfo("UTC")) == NEWEST
    assert newest_day(now + 15 * HOUR - timedelta(seconds=1), ZoneInfo("UTC")) == NEWEST
    assert newest_day(now + 15 * HOUR, ZoneInfo("UTC")) == NEWEST + DAY
    want_days(now=now)
    days = CountedDay.objects.order_by("day").values_list("day", flat=True)
    assert list(days) == [NEWEST - DAY, NEWEST]


def test_it_counts_as_the_rate_is_measured(cast: Cast, now: datetime) -> None:
    noon = datetime.combine(NEWEST, now.time(), now.tzinfo)
    by = acting(cast.agent)
    for after in (1, 47, 49):
        answer(complaint(cast, noon), by=cast.agent, at=noon + after * HOUR)
    complaint(cast, noon)
    spam, late_spam = complaint(cast, noon), complaint(cast, noon)
    close_ticket(spam, outcome="spam", reason="spam", by=by, now=noon + HOUR)
    close_ticket(late_spam, outcome="spam", reason="spam", by=by, now=noon + 49 * HOUR)
    generous = make_policy(follow_up_s=100 * 3600)
    make_ticket(
        cast.group,
        received_at=noon,
        policy=generous,
        feedback=make_feedback(received_at=noon, judged=True),
    )
    complaint(cast, noon, quiet=True)
    sweep(now)
    zone = ZoneInfo("UTC")
    start, end = begin_of(NEWEST, zone), end_of(NEWEST, zone)
    measured = follow_up(Ticket.objects.live(), start=start, end=end, now=now)
    found = counted()
    assert (found["in_real"], found["real"]) == (
        measured.in_48_hours.part,
        measured.in_48_hours.whole,
    )
    assert (found["kept"], found["promised"]) == (
        measured.as_promised.part,
        measured.as_promised.whole,
    )
    assert found["void"] == measured.void == 1


def test_each_case_is_counted_by_group_by_source_and_by_agent(cast: Cast, now: datetime) -> None:
    shop = make_source("shop")
    said = make_feedback(shop, nps=1, received_at=now - 3 * DAY, judged=True)
    make_ticket(cast.group, feedback=said, assignee=cast.agent)
    complaint(cast, now - 3 * DAY)
    sweep(now)
    rows = DayTally.objects.filter(counted__day=NEWEST).order_by("cut", "agent", "source")
    found = {(row.cut, row.source_id, row.agent_id): row.real for row in rows}
    other = Ticket.objects.latest("pk").feedback_links.get().feedback.source_id
    assert found == {
        ("group", None, None): 2,
        ("source", shop.pk, None): 1,
        ("source", other, None): 1,
        ("agent", None, cast.agent.pk): 1,
        ("agent", None, None): 1,
    }


def test_whom_nobody_can_contact_is_counted_beside(cast: Cast, now: datetime) -> None:
    received = now - 3 * DAY
    complaint(cast, received)
    said = make_feedback(nps=2, received_at=received, judged=True, contactable="none")
    make_ticket(cast.group, feedback=said)
    sweep(now)
    assert counted() == {"real": 1, "promised": 1, "unreachable": 1, "tickets": 1}


def test_a_day_begins_where_people_live(cast: Cast, now: datetime) -> None:
    """15:30 in UTC is half past midnight in Seoul."""
    User.objects.filter(pk=cast.lead.pk).update(time_zone="Asia/Seoul")
    User.objects.filter(pk=cast.viewer.pk).update(time_zone="Mars/Olympus")
    complaint(cast, datetime(2026, 11, 16, 15, 30, tzinfo=now.tzinfo))
    sweep(now)
    assert counted(NEWEST - DAY) == counted(NEWEST, "Asia/Seoul") != {}
    assert set(CountedDay.objects.values_list("zone", flat=True)) == {"UTC", "Asia/Seoul"}


def test_a_day_is_counted_again_when_something_of_it_falls_due(cast: Cast, now: datetime) -> None:
    received = now - 3 * DAY
    said = make_feedback(nps=2, received_at=received, judged=True)
    policy = make_policy(follow_up_s=100 * 3600)
    ticket = make_ticket(cast.group, feedback=said, policy=policy)
    answer(ticket, by=cast.agent, at=received + HOUR)
    sweep(now)
    assert counted() == {"real": 1, "in_real": 1, "tickets": 1}
    assert CountedDay.objects.get(day=NEWEST).count_at == received + 100 * HOUR
    sweep(now + HOUR)
    assert counted() == {"real": 1, "in_real": 1, "tickets": 1}
    sweep(received + 100 * HOUR)
    assert counted() == {"real": 1, "in_real": 1, "promised": 1, "kept": 1, "tickets": 1}
    assert CountedDay.objects.get(day=NEWEST).count_at is None


def test_what_waits_to_fall_due_is_counted_again_sooner_if_it_changes(
    cast: Cast, now: datetime
) -> None:
    received = now - 3 * DAY
    said = make_feedback(nps=2, received_at=received, judged=True)
    ticket = make_ticket(cast.group, feedback=said, policy=make_policy(follow_up_s=100 * 3600))
    sweep(now)
    assert CountedDay.objects.get(day=NEWEST).count_at == received + 100 * HOUR
    by = acting(cast.agent)
    close_ticket(ticket, outcome="no_contact_wanted", reason="no", by=by, now=now + HOUR)
    sweep(now + HOUR + timedelta(minutes=5))
    assert counted()["void"] == 1


def test_what_happens_later_lets_its_day_be_counted_again(cast: Cast, now: datetime) -> None:
    ticket = complaint(cast, now - 3 * DAY)
    sweep(now)
    assert counted() == {"real": 1, "promised": 1, "tickets": 1}
    close_ticket(
        ticket, outcome="no_contact_wanted", reason="no", by=acting(cast.agent), now=now + HOUR
    )
    sweep(now + HOUR)
    assert not CountedDay.objects.exclude(count_at=None).exists()
    sweep(now + HOUR + timedelta(minutes=5))
    row = DayTally.objects.get(counted__day=NEWEST, cut="group")
    assert sum(row.closed.values()) == 1


def test_a_day_is_counted_again_once_an_hour_at_most(cast: Cast, now: datetime) -> None:
    ticket = complaint(cast, now - 3 * DAY)
    sweep(now)
    assign_ticket(ticket, assignee=cast.agent, by=acting(cast.lead), now=now)
    assert sweep(now + 10 * timedelta(minutes=1)) == 0
    assert CountedDay.objects.get(day=NEWEST).count_at == now + HOUR
    assert sweep(now + HOUR) == 1
    assert DayTally.objects.get(cut="agent").agent == cast.agent


def test_what_falls_due_minute_by_minute_is_counted_once_an_hour_at_most(
    cast: Cast, now: datetime
) -> None:
    received = now - 3 * DAY
    for minutes in (1, 2, 90):
        said = make_feedback(nps=2, received_at=received, judged=True)
        promised = 3 * 86_400 + 60 * minutes
        make_ticket(cast.group, feedback=said, policy=make_policy(follow_up_s=promised))
    sweep(now)
    counted_at = CountedDay.objects.filter(day=NEWEST)
    for minutes, promises, later in ((59, 0, 60), (60, 2, 120), (119, 2, 120), (120, 3, None)):
        sweep(now + timedelta(minutes=minutes))
        assert counted().get("promised", 0) == promises
        assert counted_at.get().count_at == (later and now + timedelta(minutes=later))


def test_twice_is_the_same_as_once(cast: Cast, now: datetime) -> None:
    complaint(cast, now - 3 * DAY)
    sweep(now)
    before = counted()
    CountedDay.objects.update(count_at=now)
    assert sweep(now) > 0
    assert counted() == before
    assert sweep(now) == 0


def test_it_walks_the_history_no_further_than_whatever_is_settled(
    cast: Cast, now: datetime
) -> None:
    """A number that is written and not yet committed must not be passed by."""
    complaint(cast, now - 3 * DAY)
    assert note_changes(now=now) == 0
    seen = Walked.objects.get().entry
    ticket = complaint(cast, now - 3 * DAY)
    assign_ticket(ticket, assignee=cast.agent, by=acting(cast.lead), now=now)
    note_changes(now=now + timedelta(minutes=4))
    assert Walked.objects.get().entry < Ticket.objects.get(pk=ticket.pk).timeline.latest("pk").pk
    note_changes(now=now + timedelta(minutes=5))
    assert Walked.objects.get().entry > seen


def test_what_is_too_old_is_let_go(cast: Cast, now: datetime) -> None:
    CountedDay.objects.create(zone="UTC", day=date(2024, 1, 1), counted_at=now)
    complaint(cast, now - 500 * DAY)
    want_days(now=now)
    assert CountedDay.objects.filter(zone="UTC").count() == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"cut": "group", "agent": True},
        {"cut": "source", "agent": True},
        {"cut": "crowd"},
        {"cut": "group", "real": 1, "in_real": 2},
    ],
)
def test_a_tally_cannot_lie(cast: Cast, now: datetime, wrong: dict) -> None:
    day = CountedDay.objects.create(zone="UTC", day=NEWEST, counted_at=now)
    facts = {**dict.fromkeys(COUNTS, 0), **wrong}
    if facts.pop("agent", False):
        facts["agent"] = cast.agent
    with pytest.raises(IntegrityError), transaction.atomic():
        DayTally.objects.create(counted=day, group=cast.group, **facts)


def test_nothing_is_counted_twice(cast: Cast, now: datetime) -> None:
    day = CountedDay.objects.create(zone="UTC", day=NEWEST, counted_at=now)
    facts = {"counted": day, "group": cast.group, "cut": "agent", **dict.fromkeys(COUNTS, 0)}
    DayTally.objects.create(**facts)
    with pytest.raises(IntegrityError, match="counted_once"), transaction.atomic():
        DayTally.objects.create(**facts)
    with pytest.raises(IntegrityError, match="day_is_counted_or_waits"), transaction.atomic():
        CountedDay.objects.create(zone="UTC", day=NEWEST - DAY)
