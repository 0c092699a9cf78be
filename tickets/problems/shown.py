"""A problem as it is shown, in few queries for many; the API and the desk share it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from accounts.models import User
from cxloop.kernel.models import Letter
from tickets.problems.cost import Cost, Size, cost_of_doing_nothing, main_currency
from tickets.problems.door import problems_seen_by
from tickets.problems.figures import sizes_of
from tickets.problems.lifecycle import FIXED, legal_verbs
from tickets.problems.models import Announcement, Problem, ProblemEntry, Told, Watch
from tickets.problems.watching import SURE
from tickets.work.models import Ticket

Json = dict[str, Any]
# More problems than anybody works on at once.
MOST_ON_BOARD = 200
FIGURES = ("had", "of", "expected", "most")


def show_problems(rows: Sequence[Problem], reader: User, *, now: datetime) -> list[Json]:
    """In the order given."""
    board = costs_of(rows, reader, now=now)
    return [_problem(problem, *board[problem.pk]) for problem in rows]


def costs_of(
    rows: Sequence[Problem], reader: User, *, now: datetime
) -> dict[int, tuple[Size, Cost]]:
    """By one currency for all of these, which stands in each cost: a problem by itself may be told
    in another than among others."""
    sizes = sizes_of(rows, reader, now=now)
    currency = main_currency(sizes.values())
    return {pk: (size, cost_of_doing_nothing(size, currency)) for pk, size in sizes.items()}


def board_for(reader: User, *, now: datetime) -> tuple[list[tuple[Problem, Size, Cost]], int]:
    """What is not fixed first, by what it costs to do nothing about it; the dearest first. And
    how many of the newest these are, or 0 where they are all."""
    current = problems_seen_by(reader).filter(archived_at=None)
    first = list(current.order_by("-opened_at", "-pk")[: MOST_ON_BOARD + 1])
    rows = first[:MOST_ON_BOARD]
    costs = costs_of(rows, reader, now=now)
    found = [(problem, *costs[problem.pk]) for problem in rows]
    found.sort(key=lambda one: (one[0].state == FIXED, -one[2].total, -one[1].tickets))
    return found, MOST_ON_BOARD if len(first) > MOST_ON_BOARD else 0


def _problem(problem: Problem, size: Size, cost: Cost) -> Json:
    facts = ("title", "description", "state", "planned_for", "fixed_on", "links", "gathers")
    return {
        "id": problem.pk,
        **{name: getattr(problem, name) for name in facts},
        "root_cause": problem.root_cause.slug,
        "group": problem.group.brief() if problem.group else None,
        "owner": problem.owner.brief(),
        "gathers_from": problem.gathers_from,
        "looks_back": problem.looks_back_at is not None,
        "opened_at": problem.opened_at,
        "opened_by": problem.opened_by.brief(),
        "archived_at": problem.archived_at,
        "verbs": [] if problem.archived_at else legal_verbs(problem.state),
        "size": {**asdict(size), "spent": spent_in(size)},
        "cost": asdict(cost),
    }


def spent_in(size: Size) -> list[Json]:
    """The currency with most gestures first."""
    by_number = sorted(size.spent.items(), key=lambda pair: (-pair[1].gestures, pair[0]))
    return [{"currency": currency, **asdict(spent)} for currency, spent in by_number]


def watches_of(problem: Problem, *, whole: bool) -> list[Json]:
    """The newest first; without the figures where `whole` is not said, for who does not see all
    that they count."""
    rows = Watch.objects.filter(problem=problem).prefetch_related("points").order_by("-pk")
    return [_watch(watch, whole) for watch in rows]


def _watch(watch: Watch, whole: bool) -> Json:
    points = sorted(watch.points.all(), key=lambda point: point.start)
    names = ("begun_at", "expected_left", "waits_days", "period_days", "power", "ended_at")
    return {
        **{name: getattr(watch, name) for name in names},
        "had": watch.had if whole else None,
        "of": watch.of if whole else None,
        "enough": None if watch.power is None else watch.power >= SURE,
        "next_at": watch.next_at if watch.ended_at is None else None,
        "why_ended": watch.why_ended,
        "points": [
            {
                **{name: getattr(point, name) for name in ("start", "end", "signal", "judged_at")},
                **{name: getattr(point, name) if whole else None for name in FIGURES},
            }
            for point in points
        ],
    }


def show_history(rows: Sequence[ProblemEntry], *, whole: bool) -> list[Json]:
    """`whole` as of watches: what one of them found is told here too."""
    hidden = () if whole else FIGURES
    return [
        {
            **{name: getattr(row, name) for name in ("at", "kind", "text")},
            "actor": row.actor.brief() if row.actor else None,
            "reason": {name: value for name, value in row.reason.items() if name not in hidden},
        }
        for row in rows
    ]


def show_announcements(rows: Sequence[Announcement], reader: User) -> list[Json]:
    counted = _progress(rows, reader)
    facts = ("subject_en", "body_en", "subject_ko", "body_ko", "per_minute", "state")
    times = ("drafted_at", "confirmed_at", "ended_at")
    people = ("drafted_by", "confirmed_by", "stopped_by")
    return [
        {
            "id": row.pk,
            **{name: getattr(row, name) for name in (*facts, *times)},
            **{name: who.brief() if (who := getattr(row, name)) else None for name in people},
            "progress": counted[row.pk],
        }
        for row in rows
    ]


def _progress(rows: Sequence[Announcement], reader: User) -> dict[int, Json]:
    told = Told.objects.filter(announcement__in=[row.pk for row in rows])
    if not reader.reads_everything:
        told = told.filter(ticket__in=Ticket.objects.visible_to(reader).values("pk"))
    lost = Q(letter__state__in=[Letter.State.DEAD, Letter.State.WITHDRAWN])
    grouped = told.order_by().values("announcement", "state", "why")
    found: dict[int, Json] = {
        row.pk: {"written": 0, "waiting": 0, "left_out": {}, "undelivered": 0} for row in rows
    }
    for one in grouped.annotate(number=Count("pk"), lost=Count("pk", filter=lost)):
        progress = found[one["announcement"]]
        if one["state"] == Told.State.LEFT_OUT:
            progress["left_out"][one["why"]] = one["number"]
        else:
            progress[one["state"]] = one["number"]
            progress["undelivered"] += one["lost"]
    return found
