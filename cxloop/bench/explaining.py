"""A deadline with a long history, added up."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.test import Client

from accounts.actions import issue_token
from accounts.models import AccessGroup, User
from cxloop.bench.figures import Figure
from cxloop.bench.scale import Scale
from cxloop.bench.watching import p95
from desk.api.explaining import EXPLAINED_WITH, show_explanation
from tickets.sla.actions.change import follow_status
from tickets.sla.models import HOUR, Clock, ClockEvent, Kind, PolicyVersion
from tickets.sla.policies import write_calendar, write_policy
from tickets.work.actor import RULE
from tickets.work.models import Ticket
from tickets.work.opening import Plan, open_tickets

EVENTS = 200
REACH_MS = 20.0
WEEK = {day: ["09:00-12:00", "13:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def measure_explain(scale: Scale, now: datetime) -> Iterator[Figure]:
    """By itself, and over REST to the end of the answer; floor: its events, by a bare SELECT."""
    ticket = _waited_for_often(now - timedelta(days=EVENTS))
    token = issue_token(person=User.objects.admins()[0], label="bench", now=now)[1]
    client = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"})
    path = f"/api/v1/tickets/{ticket.ref}/clocks/resolve/explain"
    alone, found, floor = [], [], []
    for _ in range(max(scale.looks, 20)):
        alone.append(_timed(lambda: _explain(ticket, now)))
        found.append(_timed(lambda: _get(client, path)))
        floor.append(_timed(lambda: _read_events(ticket)))
    what = f"explain of {EVENTS} events, in opening hours"
    yield _figure(f"{what}; floor: its events read", alone, floor)
    yield _figure(f"{what}, over REST", found, floor)


def _figure(what: str, found: list[float], floor: list[float]) -> Figure:
    return Figure(
        what=what,
        product=f"p95 {p95(found):.1f} ms",
        floor=f"p95 {p95(floor):.2f} ms",
        reach=f"{REACH_MS:g} ms",
        missed=p95(found) > REACH_MS,
    )


def _explain(ticket: Ticket, now: datetime) -> None:
    clocks = Clock.objects.filter(promise=ticket.promise, kind=Kind.RESOLVE)
    show_explanation(clocks.select_related(*EXPLAINED_WITH).get(), now=now, language="en")


@transaction.atomic
def _waited_for_often(since: datetime) -> Ticket:
    ticket = open_tickets([_plan(_office_hours(since), since)], now=since)[0]
    for number in range(1, EVENTS):
        status = "waiting" if number % 2 else "open"
        follow_status(ticket.promise, status, now=since + timedelta(hours=number))
    clock = Clock.objects.get(promise=ticket.promise, kind=Kind.RESOLVE)
    if (written := ClockEvent.objects.filter(clock=clock).count()) != EVENTS:
        raise RuntimeError(f"{written} events were written")
    return ticket


def _office_hours(now: datetime) -> PolicyVersion:
    write_calendar(slug="office", name="Office", zone="Asia/Seoul", weekly=WEEK, by=None, now=now)
    return write_policy(
        slug="office",
        name="Office",
        targets={"follow_up_s": 48 * HOUR, "resolve_s": 4000 * HOUR},
        calendar="office",
        by=None,
        now=now,
    )


def _plan(policy: PolicyVersion, now: datetime) -> Plan:
    return Plan(
        group=AccessGroup.objects.order_by("pk")[0],
        policy=policy,
        actor=RULE,
        received_at=now,
        subject="Waited for often",
        reason={"rule": {"id": 1, "version": 1, "name": "Unhappy"}},
    )


def _timed(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begin)


def _get(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")


def _read_events(ticket: Ticket) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event.kind, event.at, event.data FROM sla_clockevent AS event"
            " JOIN sla_clock AS clock ON clock.id = event.clock_id WHERE clock.promise_id = %s"
            " ORDER BY event.position",
            [ticket.pk],
        )
        cursor.fetchall()
