"""watch_fixes …"""

from contextlib import closing
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from accounts.models import Membership, User
from cxloop.kernel.models import Letter
from tests.cast import Cast
from tests.makers import NOW, make_group, make_ticket
from tests.problems.making import DAY, cause, make_fixed, make_problem
from tickets.problems.actions.problems import reopen_problem
from tickets.problems.actions.watch import new_tickets
from tickets.problems.models import Problem, ProblemEntry, Watch, WatchPoint
from tickets.problems.sweeps import watch_fixes
from tickets.problems.watching import Claim, upper_limit
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db

FIX = NOW.replace(hour=0)
BEGUN = FIX + DAY


def sweep(now: datetime) -> int:
    return watch_fixes(clock=lambda: now)


def stream(cast: Cast, first: datetime, days: int, *, a_day: int, every: int) -> None:
    """So many new tickets a day, every so-manieth resolved by the cause a day later; as rows, since
    there are many."""
    with connection.cursor() as cursor:
        cursor.execute(_TICKETS, [days, a_day, cast.group.pk, first, a_day])
        numbers = [row[0] for row in cursor.fetchall()]
        cursor.execute(_RESOLVED, [cause().pk, cast.agent.pk, numbers, every])


_TICKETS = """
WITH made AS (
    INSERT INTO sla_promise SELECT (jsonb_populate_record(one, jsonb_build_object(
        'id', nextval(pg_get_serial_sequence('sla_promise', 'id'))))).*
    FROM (SELECT one FROM sla_promise one LIMIT 1) t, generate_series(1, %s * %s) RETURNING id
)
INSERT INTO work_ticket SELECT (jsonb_populate_record(one, jsonb_build_object(
    'promise_id', id, 'customer_id', NULL, 'group_id', %s,
    'created_at', %s::timestamptz + (row_number() OVER (ORDER BY id) - 1) * interval '1 day' / %s
))).* FROM made, (SELECT one FROM work_ticket one LIMIT 1) t
RETURNING promise_id
"""
_RESOLVED = """
INSERT INTO work_resolution (ticket_id, cycle, root_cause_id, body, by_id, at)
SELECT promise_id, 1, %s, '', %s, created_at + interval '1 day' FROM (
    SELECT promise_id, created_at, row_number() OVER (ORDER BY promise_id) AS n
    FROM work_ticket WHERE promise_id = ANY(%s)
) AS t WHERE n %% %s = 0
"""


@pytest.fixture
def fixed(cast: Cast) -> Problem:
    """Two of twenty new tickets a day had the cause in the ninety days before the fix."""
    make_ticket(make_group("elsewhere"))
    stream(cast, FIX - 90 * DAY, 90, a_day=20, every=10)
    problem = make_problem(cast, now=FIX - 30 * DAY)
    make_fixed(problem, on=FIX, by=cast.lead, now=FIX)
    return problem


def points() -> list[WatchPoint]:
    return list(WatchPoint.objects.order_by("start"))


def test_it_begins_when_the_causes_before_have_been_named(cast: Cast, fixed: Problem) -> None:
    sweep(BEGUN - timedelta(seconds=1))
    assert Watch.objects.get().waits_days is None
    sweep(BEGUN)
    watch = Watch.objects.get()
    assert (watch.waits_days, watch.had) == (1, None)
    assert watch.next_at == BEGUN + DAY
    sweep(BEGUN + DAY)
    watch.refresh_from_db()
    assert (watch.had, watch.of, watch.period_days) == (180, 1800, 7)
    assert watch.power > 0.9
    assert watch.next_at == BEGUN + 8 * DAY


def test_a_fix_that_holds_is_left_alone(cast: Cast, fixed: Problem) -> None:
    stream(cast, BEGUN, 28, a_day=20, every=20)
    sweep(BEGUN + 29 * DAY)
    assert [(one.had, one.of, one.signal) for one in points()] == [(7, 140, False)] * 4
    assert Problem.objects.get().state == "fixed"
    assert not Letter.objects.filter(kind="problem_signal").exists()


def test_a_fix_that_did_nothing_is_seen_again_and_its_owner_hears(
    cast: Cast, fixed: Problem
) -> None:
    stream(cast, BEGUN, 14, a_day=20, every=7)
    sweep(BEGUN + 15 * DAY)
    most = upper_limit(140, Claim(180, 1800, 0.5).share)
    (point,) = points()
    assert (point.had, point.of, point.most, point.signal) == (20, 140, most, True)
    fixed.refresh_from_db()
    assert (fixed.state, fixed.fixed_on) == ("seen", None)
    assert Watch.objects.get().why_ended == "signal"
    entry = ProblemEntry.objects.get(kind="signal")
    assert (entry.reason["had"], entry.reason["most"], entry.actor) == (20, most, None)
    letter = Letter.objects.get(kind="problem_signal")
    assert letter.to == cast.lead.email
    assert "20 of 140 new tickets" in letter.body
    assert f"/problems/{fixed.pk}" in letter.body


@pytest.mark.parametrize("gone", ["left the group", "switched off"])
def test_where_its_owner_does_not_see_it_any_more_who_leads_the_group_hears(
    cast: Cast, fixed: Problem, gone: str
) -> None:
    if gone == "switched off":
        User.objects.filter(pk=cast.lead.pk).update(is_active=False)
    else:
        Membership.objects.filter(user=cast.lead).delete()
    stream(cast, BEGUN, 14, a_day=20, every=7)
    sweep(BEGUN + 15 * DAY)
    assert Letter.objects.get(kind="problem_signal").to == cast.manager.email


def test_after_a_standstill_it_catches_up_the_oldest_first(cast: Cast, fixed: Problem) -> None:
    stream(cast, BEGUN, 28, a_day=20, every=20)
    sweep(BEGUN + 100 * DAY)
    starts = [one.start for one in points()]
    assert starts[:3] == [BEGUN, BEGUN + 7 * DAY, BEGUN + 14 * DAY]
    assert len(starts) == 14


def test_twice_is_the_same_as_once(cast: Cast, fixed: Problem) -> None:
    stream(cast, BEGUN, 14, a_day=20, every=20)
    sweep(BEGUN + 15 * DAY)
    before = [one.pk for one in points()]
    sweep(BEGUN + 15 * DAY)
    assert [one.pk for one in points()] == before
    assert len(before) == 2


def test_a_period_that_is_not_over_is_not_judged(cast: Cast, fixed: Problem) -> None:
    sweep(BEGUN + 8 * DAY - timedelta(seconds=1))
    assert points() == []
    sweep(BEGUN + 8 * DAY)
    assert len(points()) == 1


def test_it_counts_its_group_alone_and_no_spam(cast: Cast, fixed: Problem) -> None:
    stream(cast, BEGUN, 1, a_day=20, every=20)
    Ticket.objects.filter(created_at__gte=BEGUN).update(group=cast.other_group)
    rows = new_tickets(fixed, BEGUN, BEGUN + DAY)
    assert rows.count() == 0
    Ticket.objects.filter(created_at__gte=BEGUN).update(group=cast.group)
    one = rows.first()
    Ticket.objects.filter(pk=one.pk).update(status="closed", outcome="spam", closed_at=NOW)
    assert rows.count() == 19


def test_nothing_before_the_fix_is_nothing_to_watch(cast: Cast) -> None:
    problem = make_problem(cast)
    make_fixed(problem, on=FIX, by=cast.lead, now=FIX)
    sweep(BEGUN + 30 * DAY)
    assert Watch.objects.get().why_ended == "nothing"


def test_after_a_year_it_has_held(cast: Cast, fixed: Problem) -> None:
    sweep(BEGUN + 380 * DAY)
    assert Watch.objects.get().why_ended == "held"
    assert Problem.objects.get().state == "fixed"


def test_another_fix_is_another_watch(cast: Cast, fixed: Problem) -> None:
    stream(cast, BEGUN, 14, a_day=20, every=7)
    sweep(BEGUN + 15 * DAY)
    fixed.refresh_from_db()
    make_fixed(fixed, on=BEGUN + 15 * DAY, by=cast.lead, now=BEGUN + 15 * DAY)
    assert Watch.objects.running().count() == 1
    reopen_problem(fixed, reason="No.", by=cast.lead, now=BEGUN + 16 * DAY)
    assert not Watch.objects.running().exists()
    assert Watch.objects.count() == 2


def test_owners_of_the_house_are_told_figures_only_if_they_see_all(cast: Cast) -> None:
    make_ticket(make_group("elsewhere"))
    stream(cast, FIX - 90 * DAY, 90, a_day=20, every=10)
    problem = make_problem(cast, group=None)
    make_fixed(problem, on=FIX, by=cast.lead, now=FIX)
    stream(cast, BEGUN, 14, a_day=20, every=7)
    sweep(BEGUN + 15 * DAY)
    assert "of 140" not in Letter.objects.get(kind="problem_signal").body


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_nobody_who_works_on_the_problem(cast: Cast) -> None:
    with transaction.atomic():
        make_fixed(make_problem(cast), on=FIX, by=cast.lead, now=FIX)
    with closing(connections.create_connection("default")) as other, other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM problems_problem FOR NO KEY UPDATE")
        sweep(BEGUN)
        assert Watch.objects.get().waits_days is None
        assert Watch.objects.get().next_at == BEGUN + timedelta(seconds=1)
        cursor.execute("ROLLBACK")
