import pytest

from accounts.models import Membership
from cxloop.kernel.models import Letter
from tests.escalation.climbing import (
    AT_DUE,
    HALF,
    HEARD,
    HOUR,
    entries,
    letters_to,
    make_ladder,
    raised,
    sweep,
    told,
)
from tests.makers import NOW, make_member, make_person, make_ticket
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


def test_a_colleague_stands_in_for_an_owner_who_is_away(ticket, cast):
    second = make_member(cast.group, "agent", make_person("Second"))
    cast.agent.away_until, cast.agent.stand_in = NOW + 30 * HOUR, second
    cast.agent.save()
    sweep(24)
    assert told(ticket, 1) == {"Second"}
    assert "You stand in for Agent." in letters_to("second")[0].body
    (said,) = entries(ticket, "escalated")
    assert said["told"][0]["stands_in_for"] == "Agent"


def test_a_stand_in_who_cannot_work_the_ticket_hears_nothing_and_the_rung_climbs(ticket, cast):
    cast.agent.away_until, cast.agent.stand_in = NOW + 30 * HOUR, cast.outsider
    cast.agent.save()
    sweep(24)
    assert told(ticket, 1) == {"Lead"}


def test_a_rung_that_nobody_can_take_climbs_at_once(ticket, cast):
    for person in (cast.agent, cast.lead):
        person.away_until = NOW + 30 * HOUR
        person.save()
    sweep(24)
    assert told(ticket, 1) == {"Manager"}
    assert raised(ticket) == {1: HEARD}


def test_all_agents_of_the_group_can_be_told(ticket, cast):
    make_member(cast.group, "agent", make_person("Second"))
    make_ladder(cast.group, (HALF, ["agent"]))
    sweep(24)
    assert told(ticket, 1) == {"Agent", "Second"}


def test_an_address_is_told_which_promise_and_not_what_the_customer_said(ticket, cast):
    make_ladder(cast.group, (HALF, ["owner", {"address": "boss@shop.example"}]))
    sweep(24)
    (letter,) = Letter.objects.filter(to="boss@shop.example")
    assert letter.subject == f"Promise in danger [{ticket.ref}]"
    assert "Parcel" not in letter.body
    assert f"/tickets/{ticket.ref}" in letter.body
    assert told(ticket, 1) == {"Agent", None}


def test_an_address_alone_is_somebody(ticket, cast):
    make_ladder(cast.group, (HALF, [{"address": "boss@shop.example"}]))
    sweep(24)
    assert raised(ticket) == {1: HEARD}
    assert Letter.objects.filter(kind="escalation").count() == 1


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
