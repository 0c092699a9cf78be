"""A ticket is put away for a time, and comes back."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from cxloop.kernel.due import drain
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.desk.browsing import ticket_of_today
from tests.makers import make_customer, make_feedback, make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.assign import assign_ticket, hand_over
from tickets.work.actions.customer_message import receive_message
from tickets.work.actions.join import join_feedback
from tickets.work.actions.move import close_ticket, merge_tickets
from tickets.work.actions.snooze import LONGEST, snooze, wake_due
from tickets.work.actions.talk import note, reply
from tickets.work.actor import CUSTOMER, acting
from tickets.work.door import locked
from tickets.work.models import News, Ticket
from tickets.work.models.ticket import WAKE_BEFORE

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def ticket(cast: Cast, now: datetime) -> Ticket:
    """Answered, so that its next promise is to resolve it within the week."""
    made = make_ticket(cast.group, customer=make_customer(), assignee=cast.agent)
    reply(locked(made.pk), body="We look.", by=acting(cast.agent), now=now)
    return locked(made.pk)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.timeline.order_by("pk").values_list("kind", flat=True))


def is_away(ticket: Ticket) -> bool:
    return not Ticket.objects.awake().filter(pk=ticket.pk).exists()


def sweep(at: datetime) -> int:
    return drain(Ticket.objects.to_wake, wake_due, clock=lambda: at)


def put_away(ticket: Ticket, by: User, now: datetime, *, days: float = 2) -> None:
    snooze(locked(ticket.pk), until=now + days * DAY, by=acting(by), now=now)


class TestPutAway:
    def test_it_is_out_of_the_queue_and_its_clocks_run_on(self, cast, ticket, now):
        clocks = list(Clock.objects.order_by("pk").values("state", "due_at"))
        put_away(ticket, cast.agent, now)
        assert is_away(ticket)
        assert list(Clock.objects.order_by("pk").values("state", "due_at")) == clocks
        entry = ticket.timeline.get(kind="snoozed")
        assert entry.reason == {"until": (now + 2 * DAY).isoformat()}

    def test_twice_is_once(self, cast, ticket, now):
        for _ in range(2):
            put_away(ticket, cast.agent, now)
        assert kinds(ticket).count("snoozed") == 1

    def test_a_time_past_or_too_far_is_refused(self, cast, ticket, now):
        for until in (now, now - DAY, now + LONGEST + DAY):
            with pytest.raises(Refused):
                snooze(ticket, until=until, by=acting(cast.agent), now=now)

    def test_what_nobody_owns_is_put_away_by_nobody(self, cast, ticket, now):
        assign_ticket(ticket, assignee=None, by=acting(cast.agent), now=now)
        with pytest.raises(Conflict) as refused:
            put_away(ticket, cast.agent, now)
        assert refused.value.code == "unowned"

    @pytest.mark.parametrize("before", [timedelta(hours=3), WAKE_BEFORE, -DAY])
    def test_a_promise_that_is_broken_or_near_is_not_hidden(self, cast, ticket, now, before):
        assert ticket.next_due_at is not None
        with pytest.raises(Conflict) as refused:
            put_away(ticket, cast.agent, ticket.next_due_at - before)
        assert refused.value.code == "due_soon"

    def test_what_is_settled_is_not_put_away(self, cast, ticket, now):
        close_ticket(ticket, outcome="not_actionable", reason="x", by=acting(cast.agent), now=now)
        with pytest.raises(Conflict) as refused:
            put_away(ticket, cast.agent, now)
        assert refused.value.code == "illegal_move"


class TestComesBack:
    def test_at_its_time(self, cast, ticket, now):
        put_away(ticket, cast.agent, now)
        assert sweep(now + 2 * DAY - timedelta(seconds=1)) == 0
        News.objects.all().delete()
        assert sweep(now + 2 * DAY) == 1
        assert not is_away(ticket)
        entry = ticket.timeline.get(kind="woken")
        assert (entry.actor_kind, entry.reason) == ("clock", {"why": "its time has come"})
        assert [(n.user, n.event) for n in News.objects.all()] == [(cast.agent, "moved")]
        assert sweep(now + 3 * DAY) == 0

    def test_before_a_promise_falls_due(self, cast, ticket, now):
        put_away(ticket, cast.agent, now, days=30)
        due_at = ticket.next_due_at
        assert due_at is not None
        assert sweep(due_at - WAKE_BEFORE - timedelta(seconds=1)) == 0
        assert sweep(due_at - WAKE_BEFORE) == 1
        why = ticket.timeline.get(kind="woken").reason["why"]
        assert why == "a promise on it falls due soon"

    def test_when_the_customer_writes(self, cast, ticket, now):
        put_away(ticket, cast.agent, now)
        receive_message(locked(ticket.pk), text="Well?", received_at=now, now=now)
        assert not is_away(ticket)

    def test_when_further_feedback_joins(self, cast, ticket, now):
        put_away(ticket, cast.agent, now)
        said = make_feedback(nps=1, customer=ticket.customer, judged=True)
        join_feedback(ticket, said, CUSTOMER, now=now)
        assert not is_away(ticket)

    def test_when_another_ticket_is_merged_into_it(self, cast, ticket, now):
        other = make_ticket(cast.group, customer=ticket.customer)
        put_away(ticket, cast.agent, now)
        merge_tickets(locked(other.pk), into=locked(ticket.pk), by=acting(cast.agent), now=now)
        assert not is_away(ticket)

    def test_when_somebody_else_gets_it(self, cast, ticket, now):
        put_away(ticket, cast.agent, now)
        assign_ticket(locked(ticket.pk), assignee=cast.lead, by=acting(cast.agent), now=now)
        assert not is_away(ticket)
        put_away(ticket, cast.lead, now)
        hand_over(locked(ticket.pk), group=cast.other_group, by=acting(cast.lead), now=now)
        assert not is_away(ticket)

    def test_when_it_is_ended(self, cast, ticket, now):
        put_away(ticket, cast.agent, now)
        close_ticket(
            locked(ticket.pk), outcome="not_actionable", reason="x", by=acting(cast.agent), now=now
        )
        assert not is_away(ticket)

    def test_a_note_leaves_it_where_it_is(self, cast, ticket, now):
        put_away(ticket, cast.agent, now)
        note(locked(ticket.pk), body="Still waiting.", by=acting(cast.lead), now=now)
        assert is_away(ticket)


def test_over_the_api(cast: Cast) -> None:
    ticket = ticket_of_today(cast.group, assignee=cast.agent)
    agent, where = api(cast.agent), f"/api/v1/tickets/{ticket.ref}"
    until = (moment() + 9 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert agent.post(f"{where}/snooze", {"until": until}).json()["code"] == "due_soon"
    agent.post(f"{where}/reply", {"body": "We look."})
    answer = agent.post(f"{where}/snooze", {"until": until})
    assert (answer.status_code, answer.json()["snoozed_until"]) == (200, until), answer.json()
    assert len(agent.get("/api/v1/tickets?snoozed=true").json()["results"]) == 1
    assert agent.get("/api/v1/tickets?snoozed=false").json()["results"] == []
    assert agent.post(f"{where}/wake", {}).json()["snoozed_until"] is None
    assert agent.post(f"{where}/snooze", {}).status_code == 422
    assert agent.post(f"{where}/snooze", {"until": until.rstrip("Z")}).status_code == 422


def test_the_database_lets_nothing_settled_be_put_away(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE work_ticket SET status = 'resolved', snoozed_until = now()")
