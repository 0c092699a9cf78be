"""Cycles have an end: state_final_position …"""

from datetime import datetime, timedelta

import pytest

from cxloop.kernel.errors import Conflict, Forbidden
from cxloop.kernel.models import Letter
from tests.cast import Cast, api
from tests.makers import make_ticket
from tests.recovery.asking import answer, ask_all, question_on, resolve
from tickets.sla.models import Clock
from tickets.work.actions.final import state_final_position
from tickets.work.actions.move import reopen_ticket
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def unhappy(cast: Cast, *, times: int, now: datetime) -> Ticket:
    """Repaired and asked so often, and never put right."""
    ticket = make_ticket(cast.group, assignee=cast.agent)
    for cycle in range(times):
        at = now + cycle * DAY
        resolve(ticket, by=cast.agent, now=at)
        ask_all(at)
        answer(question_on(ticket), solved=False, now=at)
    return locked(ticket.pk)


def end(ticket: Ticket, by: object, now: datetime) -> None:
    at = now + 5 * DAY
    state_final_position(ticket, body="This is our final position.", by=acting(by), now=at)  # type: ignore[arg-type]


def test_the_fourth_cycle_belongs_to_the_manager(cast: Cast, now: datetime) -> None:
    assert unhappy(cast, times=2, now=now).assignee == cast.agent
    ticket = unhappy(cast, times=3, now=now)
    assert (ticket.cycle, ticket.assignee) == (4, cast.manager)
    assert ticket.timeline.filter(kind="assigned").latest("pk").actor_kind == "clock"


def test_where_no_manager_is_present_nobody_owns_it(cast: Cast, now: datetime) -> None:
    cast.manager.away_until = now + 90 * DAY
    cast.manager.save()
    assert unhappy(cast, times=3, now=now).assignee is None


def test_it_ends_with_a_letter_as_not_recovered(cast: Cast, now: datetime) -> None:
    ticket = unhappy(cast, times=3, now=now)
    end(ticket, cast.manager, now)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome) == ("closed", "not_recovered")
    assert Letter.objects.filter(body__startswith="This is our final position.\n").exists()
    last = Clock.objects.filter(promise=ticket.pk, kind="follow_up").latest("cycle")
    assert last.met_at == now + 5 * DAY


def test_it_is_the_managers_alone(cast: Cast, now: datetime) -> None:
    ticket = unhappy(cast, times=3, now=now)
    for person in (cast.agent, cast.lead):
        with pytest.raises(Forbidden):
            end(ticket, person, now)
    end(ticket, cast.admin, now)


def test_it_comes_after_three_cycles(cast: Cast, now: datetime) -> None:
    with pytest.raises(Conflict, match="3 cycles"):
        end(unhappy(cast, times=2, now=now), cast.manager, now)


def test_whoever_never_answered_was_not_heard(cast: Cast, now: datetime) -> None:
    ticket = make_ticket(cast.group)
    for _ in range(3):
        resolve(ticket, by=cast.agent, now=now)
        reopen_ticket(locked(ticket.pk), reason="again", by=acting(cast.agent), now=now)
    with pytest.raises(Conflict, match="never answered"):
        end(locked(ticket.pk), cast.manager, now)


def test_a_call_says_it_too(cast: Cast, now: datetime) -> None:
    ticket = unhappy(cast, times=3, now=now)
    said = {"body": "This is our final position."}
    address = f"/api/v1/tickets/{ticket.ref}/final-position"
    assert api(cast.agent).post(address, said).status_code == 403
    assert api(cast.manager).post(address, said).json()["outcome"] == "not_recovered"
