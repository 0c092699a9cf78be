import pytest

from accounts.models import Membership
from tests.escalation.climbing import (
    AT_DUE,
    HALF,
    HOUR,
    letters_to,
    make_ladder,
    raised,
    sweep,
    told,
)
from tests.makers import NOW, make_ticket
from tickets.escalation.models import Notice
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


def test_an_unowned_tickets_first_rung_goes_to_the_lead(ticket):
    Ticket.objects.update(assignee=None)
    sweep(24)
    assert told(ticket, 1) == {"Lead"}
    assert "owner is missing or away" in letters_to("lead")[0].body


def test_an_owner_who_is_away_is_stood_in_for(ticket, cast):
    cast.agent.away_until = NOW + 30 * HOUR
    cast.agent.save()
    sweep(24)
    assert told(ticket, 1) == {"Lead"}


def test_an_owner_who_may_only_read_now_cannot_act(ticket, cast):
    Membership.objects.filter(user=cast.agent).update(role="viewer")
    sweep(24)
    assert told(ticket, 1) == {"Lead"}


def test_people_who_were_switched_off_are_not_told(ticket, cast):
    for person in (cast.agent, cast.lead, cast.manager):
        person.is_active = False
        person.save()
    sweep(24)
    assert told(ticket, 1) == {"Admin"}


def test_in_the_end_admins_hear_even_while_they_are_away(ticket, cast):
    Membership.objects.all().delete()
    cast.admin.away_until = NOW + 1000 * HOUR
    cast.admin.save()
    sweep(24)
    assert told(ticket, 1) == {"Admin"}


def test_where_nobody_is_left_the_rung_says_so(ticket, cast):
    Membership.objects.all().delete()
    cast.admin.organisation_role = ""
    cast.admin.save()
    sweep(24)
    assert raised(ticket) == {1: "nobody"}


def test_a_service_is_never_told(ticket, cast):
    cast.agent.kind = "service"
    cast.agent.save()
    sweep(24)
    assert told(ticket, 1) == {"Lead"}


def test_somebody_of_several_is_told_once(ticket, cast):
    make_ladder(cast.group, (HALF, ["owner", "lead", {"user": cast.agent.pk}]))
    sweep(24)
    assert told(ticket, 1) == {"Agent", "Lead"}
    assert Notice.objects.count() == 2


def test_a_person_who_is_named_hears_where_they_may_see_the_ticket(ticket, cast):
    outsider, auditor = {"user": cast.outsider.pk}, {"user": cast.auditor.pk}
    make_ladder(cast.group, (HALF, [auditor]), (AT_DUE, [outsider]))
    make_ticket(cast.other_group, policy=ticket.promise.policy, assignee=cast.outsider)
    sweep(24)
    assert told(ticket, 1) == {"Auditor"}
    sweep(49)
    assert told(ticket, 2) == {"Lead"}
