"""Triage finds a ticket open and locks it a moment later: what happened in between counts."""

from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.makers import make_feedback, make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.join import join_feedback
from tickets.work.actions.move import close_ticket, merge_tickets
from tickets.work.actor import RULE, Actor, acting
from tickets.work.models import Ticket, TicketFeedback

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def by(cast: Cast) -> Actor:
    return acting(cast.agent)


@pytest.fixture
def found_open(cast: Cast) -> Ticket:
    return make_ticket(cast.group)


def join(found: Ticket, now: datetime) -> Ticket:
    feedback = make_feedback(nps=1, customer=found.customer, judged=True, received_at=now)
    return join_feedback(found, feedback, RULE, now=now, reason={"rule": "test"})


def test_a_ticket_that_was_closed_meanwhile_begins_anew(
    found_open: Ticket, by: Actor, now: datetime
) -> None:
    ended = Ticket.objects.get(pk=found_open.pk)
    close_ticket(ended, outcome="not_actionable", reason="nothing to do", by=by, now=now)
    joined = join(found_open, now + HOUR)
    follow_up = Clock.objects.get(promise=joined.pk, kind="follow_up", state="running")
    assert (joined.status, joined.cycle, joined.outcome) == ("open", 2, "")
    assert joined.next_due_at == follow_up.due_at == now + 49 * HOUR
    assert joined.timeline.filter(kind="reopened").exists()


def test_a_ticket_that_was_merged_meanwhile_is_joined_where_it_goes_on(
    found_open: Ticket, by: Actor, cast: Cast, now: datetime
) -> None:
    merged = Ticket.objects.get(pk=found_open.pk)
    into = make_ticket(cast.group, customer=found_open.customer)
    merge_tickets(merged, into=into, by=by, now=now)
    assert join(found_open, now + HOUR) == into
    assert TicketFeedback.objects.filter(ticket=into).count() == 3
    assert Ticket.objects.get(pk=merged.pk).status == "closed"
