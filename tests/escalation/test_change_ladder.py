"""A rung is the same rung by its height, in whichever ladder or version."""

import pytest

from tests.escalation.climbing import HALF, HEARD, HOUR, make_ladder, raised, sweep, told
from tests.makers import NOW, make_member, make_person
from tickets.escalation.models import Escalation
from tickets.work.actions.assign import hand_over
from tickets.work.actor import acting
from tickets.work.door import locked

pytestmark = pytest.mark.django_db


def test_a_ticket_handed_over_climbs_on_where_it_was(ticket, cast):
    lead = make_member(cast.other_group, "lead", make_person("Other lead"))
    make_ladder(cast.other_group, ({"percent": 60}, ["lead"]), (HALF, ["lead"]))
    sweep(24)
    hand_over(locked(ticket.pk), group=cast.other_group, by=acting(cast.agent), now=NOW + 30 * HOUR)
    sweep(30.1)
    assert raised(ticket) == {1: HEARD, 2: HEARD}
    assert told(ticket, 2) == {lead.name}


def test_numbers_used_before_are_not_used_again(ticket, cast):
    make_ladder(cast.other_group, ({"percent": 90}, ["admin"]))
    sweep(36)
    hand_over(locked(ticket.pk), group=cast.other_group, by=acting(cast.agent), now=NOW + 37 * HOUR)
    sweep(44)
    rows = Escalation.objects.filter(ticket=ticket).order_by("rung")
    assert [(row.rung, row.what["when"]) for row in rows] == [
        (1, {"percent": 50}),
        (2, {"percent": 75}),
        (3, {"percent": 90}),
    ]
