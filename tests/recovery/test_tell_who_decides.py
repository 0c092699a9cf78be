"""Of a decision that is owed only who may make it is told …"""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Membership, User
from tests.cast import Cast
from tests.escalation.climbing import letters_to, make_default_ladder, told
from tests.makers import NOW, make_policy, make_ticket
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.actions.limits import default_limits, write_limit
from tickets.recovery.deciding import who_may_decide
from tickets.recovery.sweeps import climb_ladders
from tickets.work.actor import acting
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    make_default_ladder()
    default_limits(now=NOW)
    return make_ticket(cast.group, policy=make_policy(approve_s=86_400))


def give(ticket: Ticket, by: User, amount: int = 99) -> None:
    dear = {"kind": "voucher", "amount": Decimal(amount), "currency": "EUR", "explanation": ""}
    add_gesture(ticket, by=acting(by), now=NOW, **dear)


def who_hears_first(ticket: Ticket) -> set[str]:
    climb_ladders(clock=lambda: NOW + 7 * HOUR)
    return told(ticket, 1, "approve")


def test_the_lead(ticket: Ticket, cast: Cast) -> None:
    give(ticket, cast.agent)
    assert who_hears_first(ticket) == {"Lead"}


def test_never_who_proposed_it(ticket: Ticket, cast: Cast) -> None:
    give(ticket, cast.lead)
    assert who_hears_first(ticket) == {"Manager"}
    assert "may not decide on it" in letters_to("manager")[0].body


def test_who_proposed_one_where_another_waits_too(ticket: Ticket, cast: Cast) -> None:
    give(ticket, cast.lead)
    give(ticket, cast.agent)
    assert who_hears_first(ticket) == {"Lead"}


def test_no_stand_in_who_does_not_lead(ticket: Ticket, cast: Cast) -> None:
    give(ticket, cast.agent)
    away = {"away_until": NOW + 30 * HOUR, "stand_in": cast.agent}
    User.objects.filter(pk=cast.lead.pk).update(**away)
    assert who_hears_first(ticket) == {"Manager"}


def test_nobody_whose_limit_is_below_it(ticket: Ticket, cast: Cast) -> None:
    limit = {"group": None, "role": "lead", "currency": "EUR", "amount": Decimal(98)}
    write_limit(by=cast.admin, now=NOW, **limit)
    give(ticket, cast.agent)
    assert who_hears_first(ticket) == {"Manager"}


def test_everybody_as_ever_where_nobody_can(ticket: Ticket, cast: Cast) -> None:
    Membership.objects.filter(user=cast.manager).delete()
    User.objects.filter(pk=cast.admin.pk).update(organisation_role="")
    give(ticket, cast.lead)
    assert who_hears_first(ticket) == {"Lead"}


def test_an_admin_as_far_as_their_role_there_goes(ticket: Ticket, cast: Cast) -> None:
    limit = {"group": None, "role": "agent", "currency": "EUR", "amount": Decimal(98)}
    write_limit(by=cast.admin, now=NOW, **limit)
    give(ticket, cast.agent)
    deciders = {cast.lead.pk, cast.manager.pk}
    assert who_may_decide([ticket.pk]) == {ticket.pk: deciders | {cast.admin.pk}}
    Membership.objects.create(group=cast.group, user=cast.admin, role="agent")
    assert who_may_decide([ticket.pk]) == {ticket.pk: deciders}
