"""A rung may be there for some tickets only."""

from decimal import Decimal

import pytest

from tests.desk.browsing import browse, text_of
from tests.escalation.climbing import (
    AT_DUE,
    HALF,
    HEARD,
    HOUR,
    acknowledge,
    keep_office_hours,
    make_ladder,
    raised,
    sweep,
    told,
)
from tests.makers import NOW, make_customer, make_policy, make_ticket
from tickets.escalation.actions.ladders import revise_ladder
from tickets.escalation.conditions import Facts, read_conditions
from tickets.escalation.models import Escalation
from tickets.work.models import Ticket

PLAIN = Facts("normal", 1)


@pytest.mark.parametrize(
    "raw, facts, unmet",
    [
        ({}, PLAIN, []),
        ({"priority": "high"}, PLAIN, ["priority"]),
        ({"priority": "high"}, Facts("high", 1), []),
        ({"priority": "high"}, Facts("urgent", 1), []),
        ({"cycle": 2}, PLAIN, ["cycle"]),
        ({"cycle": 2}, Facts("low", 3), []),
        ({"value": "100"}, PLAIN, ["customer"]),
        ({"value": "100"}, Facts("low", 1, Decimal("99.99")), ["customer"]),
        ({"value": "100"}, Facts("low", 1, Decimal(100)), []),
        ({"segments": ["gold"]}, Facts("low", 1, None, "gold"), []),
        ({"segments": ["gold"]}, Facts("low", 1, None, "tin"), ["customer"]),
        ({"value": "100", "segments": ["gold"]}, Facts("low", 1, Decimal(1), "gold"), []),
        ({"value": "100", "segments": ["gold"]}, Facts("low", 1, Decimal(200), "tin"), []),
        ({"priority": "high", "cycle": 2, "value": "1"}, PLAIN, ["priority", "cycle", "customer"]),
    ],
)
def test_what_does_not_hold(raw, facts, unmet):
    assert read_conditions(raw).unmet(facts) == unmet


@pytest.fixture
def tickets(cast) -> list[Ticket]:
    """Of a plain and of a golden customer; only for the second is there a rung at half time."""
    make_ladder(cast.group, (HALF, ["manager"]), only_if={"segments": ["gold"]})
    policy = make_policy(acknowledge_s=None, resolve_s=None)
    customers = [make_customer(), make_customer(segment="gold")]
    return [
        make_ticket(cast.group, policy=policy, assignee=cast.agent, customer=customer)
        for customer in customers
    ]


@pytest.mark.django_db
class TestClimb:
    def test_it_is_heard_for_those_alone_and_says_so_of_the_others(self, tickets, cast):
        sweep(24)
        assert [raised(ticket) for ticket in tickets] == [{1: "conditions"}, {1: HEARD}]
        assert [told(ticket, 1) for ticket in tickets] == [set(), {"Manager"}]
        assert Escalation.objects.get(ticket=tickets[0]).what["unmet"] == ["customer"]
        shown = text_of(browse(cast.agent).get(f"/tickets/{tickets[0].ref}"))
        assert "the ticket was not one that the rung is for" in shown

    def test_a_rung_that_is_not_for_it_keeps_no_lower_one_silent(self, ticket, cast):
        plain = {"clock": "follow_up", "when": HALF, "tell": ["owner"]}
        golden = plain | {"when": AT_DUE, "tell": ["admin"], "only_if": {"segments": ["gold"]}}
        ladder = make_ladder(cast.group, (HALF, ["owner"]))
        ladder.rungs = [plain, golden]
        ladder.save()
        sweep(49)
        assert raised(ticket) == {1: HEARD, 2: "conditions"}
        assert told(ticket, 1) == {"Agent"}

    def test_it_does_nothing_to_a_ticket_it_is_not_for(self, ticket, cast):
        ladder = make_ladder(cast.group, (HALF, ["owner"]))
        unfit = {"clock": "follow_up", "when": {"percent": 40}, "tell": ["lead"]}
        unfit |= {"then": {"set_priority": "urgent"}, "only_if": {"priority": "high"}}
        revise_ladder(ladder, {"rungs": [unfit, *ladder.rungs]}, now=NOW)
        sweep(24)
        ticket.refresh_from_db()
        assert raised(ticket) == {1: "conditions", 2: HEARD}
        assert ticket.priority_word == "normal"

    def test_the_priority_at_its_time_decides(self, ticket, cast):
        make_ladder(cast.group, (HALF, ["owner"]), only_if={"priority": "high"})
        Ticket.objects.update(priority=3)
        sweep(24)
        assert raised(ticket) == {1: HEARD}

    def test_nobody_is_warned_early_of_it(self, tickets, cast):
        keep_office_hours(cast.manager)
        sweep(8 - 1 / 60)
        assert [raised(ticket) for ticket in tickets] == [{}, {1: HEARD}]

    def test_a_pause_does_not_hide_that_it_is_not_for_it(self, ticket, cast):
        ladder = make_ladder(cast.group, ({"percent": 10}, ["owner"]))
        sweep(5)
        acknowledge(ticket, 1, cast.agent, 5, pause_s=24 * 3600)
        later = {"clock": "follow_up", "when": HALF, "tell": ["owner"], "only_if": {"cycle": 2}}
        revise_ladder(ladder, {"rungs": [*ladder.rungs, later]}, now=NOW + 6 * HOUR)
        sweep(24)
        assert raised(ticket) == {1: HEARD, 2: "conditions"}
        sweep(29)
        assert raised(ticket) == {1: HEARD, 2: "conditions"}
