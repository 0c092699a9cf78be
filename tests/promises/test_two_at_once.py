"""A message may come twice, and two workers take up the same rows: nothing happens twice."""

import threading
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from cxloop.kernel.due import drain
from cxloop.kernel.moment import moment
from cxloop.loop import SWEEPS, run_sweep
from feedback.intake.models import Arrival, Feedback
from tests.accounts.at_once import at_once
from tests.cast import Cast
from tests.escalation.climbing import make_default_ladder
from tests.makers import NOW, make_customer, make_feedback, make_policy, make_ticket
from tickets.escalation.actions.climb import climb
from tickets.escalation.models import Escalation
from tickets.rules.actions import write_rule
from tickets.sla.models import Clock
from tickets.work.actions.triage import triage
from tickets.work.models import Ticket, TicketFeedback, Triage

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = 20
EACH = 3


@pytest.fixture
def heard(cast: Cast) -> list[Feedback]:
    """Twenty unhappy customers, who each wrote three times."""
    make_policy("standard")
    then = {"ticket": True, "group": cast.group.slug, "policy": "standard"}
    rule = {"name": "All", "when": {"always": True}, "then": then}
    write_rule(rule, known_policies={"standard"}, by=None, now=NOW)
    customers = [make_customer() for _ in range(CUSTOMERS)]
    just_now = {"nps": 1, "received_at": moment()}
    return [make_feedback(customer=c, **just_now) for _ in range(EACH) for c in customers]


def judge_in_small_batches(_: int) -> None:
    drain(Arrival.objects.waiting, triage, batch=4)


def test_eight_workers_open_one_ticket_a_customer(heard) -> None:
    assert at_once(judge_in_small_batches, range(8), hands=8) == ["ok"] * 8
    assert not Arrival.objects.exists()
    assert Triage.objects.count() == TicketFeedback.objects.count() == CUSTOMERS * EACH
    assert set(Counter(Ticket.objects.values_list("customer", flat=True)).values()) == {1}
    assert Clock.objects.filter(kind="follow_up").count() == CUSTOMERS
    assert not Triage.objects.exclude(decision__in=["ticket", "joined"]).exists()


def test_every_sweep_again_changes_nothing(heard) -> None:
    for sweep in SWEEPS:
        run_sweep(sweep.name)
    before = [list(model.objects.order_by("pk").values()) for model in (Ticket, Clock, Triage)]
    for sweep in SWEEPS:
        run_sweep(sweep.name)
    after = [list(model.objects.order_by("pk").values()) for model in (Ticket, Clock, Triage)]
    assert after == before


def test_two_sweeps_side_by_side_raise_nothing_twice(cast: Cast) -> None:
    """Both would begin at the same moment, if the first did not hold the rows."""
    make_default_ladder()
    for _ in range(5):
        make_ticket(cast.group, policy=make_policy(acknowledge_s=None, resolve_s=None))
    together, taken = threading.Barrier(2), []

    def climb_beside(clocks: list[Clock], now: datetime) -> None:
        taken.extend(clock.pk for clock in clocks)
        with suppress(threading.BrokenBarrierError):
            together.wait(0.5)
        climb(clocks, now)

    late = NOW + timedelta(hours=49)
    assert at_once(
        lambda _: drain(Clock.objects.to_look_at, climb_beside, clock=lambda: late), range(2)
    ) == ["ok", "ok"]
    assert sorted(taken) == list(Clock.objects.order_by("pk").values_list("pk", flat=True))
    assert Escalation.objects.count() == 5 * 3
