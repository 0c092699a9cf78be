"""After a fix the cause is watched: each whole period is judged once, the oldest first."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from cxloop.kernel.letters import write_letters
from tickets.problems.history import note
from tickets.problems.lifecycle import SEEN
from tickets.problems.models import Problem, Watch, WatchPoint
from tickets.problems.naming import NOT_COUNTED, naming
from tickets.problems.watching import DAYS_BEFORE, Claim, chart_for, judge
from tickets.problems.wording import signal_letters
from tickets.work.models import Resolution, Ticket

A_DAY = timedelta(days=1)
BUSY_WAITS = timedelta(seconds=1)
WATCHED_FOR = timedelta(days=365)
# A cause is named when somebody resolves: a period is looked at once nine of ten have been, by the
# times of the days before, and no later than this.
NAMED = 0.9
LONGEST_WAIT, USUAL_WAIT = 28, 7


def begin_watch(problem: Problem, *, begun_at: datetime, expected_left: float) -> Watch:
    return Watch.objects.create(
        problem=problem, begun_at=begun_at, expected_left=expected_left, next_at=begun_at
    )


def end_watch(problem: Problem, why: str, *, now: datetime) -> None:
    Watch.objects.running().filter(problem=problem).update(ended_at=now, why_ended=why)


def look_at_watches(watches: list[Watch], now: datetime) -> None:
    """One step of each: how long causes take to be named, then what the fix is held against, then
    the oldest period that nobody has judged. The watches must be locked; who works on a problem
    just now is not waited for, since they may wait for its watch."""
    for watch in watches:
        free = Problem.objects.select_for_update(skip_locked=True, no_key=True)
        problem = free.filter(pk=watch.problem_id).first()
        if problem is None:
            watch.next_at = now + BUSY_WAITS
            watch.save(update_fields=["next_at"])
        else:
            _step(watch, problem, now)


def _step(watch: Watch, problem: Problem, now: datetime) -> None:
    if watch.waits_days is None:
        watch.waits_days = _wait_for_names(watch, problem)
        watch.next_at = watch.begun_at + watch.waits_days * A_DAY
    elif watch.had is None:
        _hold_against(watch, problem, now)
    else:
        _judge_next(watch, problem, now)
    watch.attempts, watch.try_after, watch.last_error = 0, None, ""
    watch.save()


def new_tickets(problem: Problem, start: datetime, end: datetime) -> QuerySet[Ticket]:
    """Received in this time, of its group or of the whole house, whatever their cause."""
    rows = Ticket.objects.live().filter(created_at__gte=start, created_at__lt=end)
    rows = rows.filter(group=problem.group_id) if problem.group_id else rows
    return rows.exclude(outcome__in=NOT_COUNTED)


def _before(watch: Watch) -> tuple[datetime, datetime]:
    """The ninety days before the day of the fix, which itself is neither before nor after."""
    end = watch.begun_at - A_DAY
    return end - DAYS_BEFORE * A_DAY, end


def _wait_for_names(watch: Watch, problem: Problem) -> int:
    rows = Resolution.objects.filter(ticket__in=new_tickets(problem, *_before(watch)).values("pk"))
    took = rows.annotate(took=F("at") - F("ticket__created_at")).order_by("took")
    number = took.count()
    if not number:
        return USUAL_WAIT
    within: timedelta = took.values_list("took", flat=True)[int(NAMED * (number - 1))]
    return min(LONGEST_WAIT, max(0, -(-within // A_DAY)))


def _hold_against(watch: Watch, problem: Problem, now: datetime) -> None:
    before = new_tickets(problem, *_before(watch))
    watch.of = before.count()
    watch.had = before.filter(naming(problem.root_cause_id)).count()
    chart = chart_for(claim_of(watch))
    watch.period_days, watch.power = chart.period, chart.power
    _wait_for_period(watch)
    if not watch.had:
        watch.ended_at, watch.why_ended = now, Watch.Why.NOTHING


def claim_of(watch: Watch) -> Claim:
    assert watch.had is not None
    assert watch.of is not None
    return Claim(watch.had, watch.of, watch.expected_left)


def _wait_for_period(watch: Watch) -> None:
    assert watch.period_days is not None
    watch.next_at = _begins(watch) + (watch.period_days + (watch.waits_days or 0)) * A_DAY


def _begins(watch: Watch) -> datetime:
    """The next period, where the last one ended."""
    last = WatchPoint.objects.filter(watch=watch).order_by("-start").first()
    return last.end if last else watch.begun_at


def _judge_next(watch: Watch, problem: Problem, now: datetime) -> None:
    assert watch.period_days is not None
    start = _begins(watch)
    end = start + watch.period_days * A_DAY
    rows = new_tickets(problem, start, end)
    had, of = rows.filter(naming(problem.root_cause_id)).count(), rows.count()
    verdict = judge(claim_of(watch), had, of)
    point = WatchPoint.objects.create(
        watch=watch,
        start=start,
        end=end,
        had=had,
        of=of,
        expected=verdict.expected,
        most=verdict.most,
        signal=verdict.signal,
        judged_at=now,
    )
    _wait_for_period(watch)
    if point.signal:
        _signal(point, watch, problem, now)
    elif end >= watch.begun_at + WATCHED_FOR:
        watch.ended_at, watch.why_ended = now, Watch.Why.HELD


def _signal(point: WatchPoint, watch: Watch, problem: Problem, now: datetime) -> None:
    """It is back, or was never gone: the problem is seen again and its owner hears of it."""
    watch.ended_at, watch.why_ended = now, Watch.Why.SIGNAL
    problem.state, problem.fixed_on = SEEN, None
    problem.save(update_fields=["state", "fixed_on"])
    reason = {
        "had": point.had,
        "of": point.of,
        "most": point.most,
        "expected": round(point.expected, 2),
        "start": point.start.date().isoformat(),
        "end": (point.end - A_DAY).date().isoformat(),
    }
    note(problem, "signal", None, now=now, reason=reason)
    write_letters(signal_letters(problem, point), now=now)
