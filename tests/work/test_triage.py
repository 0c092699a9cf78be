from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import AccessGroup
from cxloop.kernel.models import Letter
from feedback.intake.models import Arrival, Contactable, Feedback
from tests.cast import Cast
from tests.makers import make_customer, make_feedback, make_group, make_member, make_policy
from tickets.rules.actions import write_rule
from tickets.sla.models import Clock
from tickets.work.models import SearchText, Ticket, TicketFeedback, TimelineEntry, Triage
from tickets.work.sweeps import triage_arrivals

pytestmark = pytest.mark.django_db(transaction=True)

UNHAPPY = {"fact": "score.class", "op": "eq", "value": "negative"}


@pytest.fixture
def care(cast: Cast) -> AccessGroup:
    make_policy("standard")
    return cast.group


def rule(group: str = "care", when: Any = UNHAPPY, **then: Any) -> None:
    result = {"ticket": True, "group": group, "policy": "standard", **then}
    raw = {"name": f"To {group}", "when": when, "then": result}
    write_rule(raw, known_policies={"standard"}, by=None, now=datetime.now(UTC))


def heard(**facts: Any) -> Feedback:
    """Just now, since the sweep judges by the real time."""
    return make_feedback(**{"received_at": datetime.now(UTC)} | facts)


def judge(feedback: Feedback) -> Triage:
    triage_arrivals()
    return Triage.objects.get(feedback=feedback)


def ticket_of(feedback: Feedback) -> Ticket:
    return Ticket.objects.get(pk=TicketFeedback.objects.get(feedback=feedback).ticket_id)


def test_it_opens_a_ticket_with_its_clock_from_the_receipt(care: AccessGroup) -> None:
    rule(priority="high", tags=["parcel"])
    feedback = heard(nps=2, comment="Parcel never arrived", customer=make_customer())
    triage = judge(feedback)
    ticket = ticket_of(feedback)
    clock = Clock.objects.get(promise=ticket.pk, kind="follow_up")
    assert (triage.decision, triage.rule.name) == ("ticket", "To care")
    assert triage.matched == {"score.class": "negative"}
    assert (ticket.status, ticket.group, ticket.priority_word) == ("new", care, "high")
    assert (ticket.subject, ticket.tags) == ("Parcel never arrived", ["parcel"])
    assert clock.due_at == feedback.received_at + timedelta(hours=48)
    assert ticket.next_due_at == feedback.received_at + timedelta(hours=1)
    assert ticket.timeline.get().reason["rule"]["version"] == 1
    assert ticket.pk > 1000
    assert not Arrival.objects.exists()


def test_it_says_why_no_rule_matched(care: AccessGroup) -> None:
    rule()
    triage = judge(heard(nps=10))
    assert (triage.decision, triage.rule) == ("none", None)
    assert "To care" in triage.reason


def test_it_keeps_the_rule_that_wanted_no_ticket(care: AccessGroup) -> None:
    raw = {
        "name": "Praise",
        "when": {"always": True},
        "then": {"ticket": False, "reason": "praise"},
    }
    write_rule(raw, known_policies=set(), by=None, now=datetime.now(UTC))
    triage = judge(heard(nps=10))
    assert (triage.decision, triage.rule.name) == ("none", "Praise")
    assert triage.reason.startswith("praise")


def test_further_feedback_joins_the_open_ticket(care: AccessGroup) -> None:
    rule()
    customer = make_customer()
    first = heard(nps=2, customer=customer)
    judge(first)
    second = heard(
        nps=1,
        comment="Still nothing",
        customer=customer,
        received_at=first.received_at + timedelta(hours=5),
    )
    assert judge(second).decision == "joined"
    assert ticket_of(second) == ticket_of(first)
    clocks = Clock.objects.filter(promise=ticket_of(first).pk, kind="follow_up")
    assert [c.started_at for c in clocks] == [first.received_at]


def test_two_of_one_batch_make_one_ticket(care: AccessGroup) -> None:
    rule()
    customer = make_customer()
    first, second = (heard(nps=2, customer=customer) for _ in range(2))
    assert {judge(first).decision, judge(second).decision} == {"ticket", "joined"}
    assert ticket_of(first) == ticket_of(second)


def test_an_earlier_receipt_that_comes_late_governs(care: AccessGroup) -> None:
    rule()
    customer = make_customer()
    first = heard(nps=2, customer=customer)
    judge(first)
    earlier = first.received_at - timedelta(hours=3)
    judge(heard(nps=2, customer=customer, received_at=earlier))
    clock = Clock.objects.get(promise=ticket_of(first).pk, kind="follow_up")
    assert clock.started_at == earlier


def test_another_group_gets_a_linked_ticket(care: AccessGroup) -> None:
    make_group("press")
    rule("press", {"fact": "comment", "op": "word", "value": "lawyer"})
    rule()
    customer = make_customer()
    first = heard(nps=2, customer=customer)
    judge(first)
    second = heard(nps=2, comment="My lawyer will write", customer=customer)
    assert judge(second).decision == "ticket"
    assert ticket_of(second).linked_to == ticket_of(first)


def test_somebody_nobody_can_reach_is_promised_no_follow_up(care: AccessGroup) -> None:
    rule()
    feedback = heard(nps=2, contactable=Contactable.NONE)
    judge(feedback)
    clocks = Clock.objects.filter(promise=ticket_of(feedback).pk)
    assert [clock.kind for clock in clocks] == ["resolve"]


def test_it_acknowledges_where_the_rule_says_so(care: AccessGroup) -> None:
    rule(acknowledge=True)
    feedback = heard(nps=2, comment="SECRET WORDS", customer=make_customer(locale="ko"))
    judge(feedback)
    ticket, letter = ticket_of(feedback), Letter.objects.get()
    assert ticket.ref in letter.body
    assert "SECRET" not in letter.subject + letter.body
    assert "감사합니다" in letter.body
    states = dict(Clock.objects.filter(promise=ticket.pk).values_list("kind", "state"))
    assert states == {"acknowledge": "met", "follow_up": "running", "resolve": "running"}


def test_what_it_acknowledges_too_late_is_broken_and_said_so(care: AccessGroup) -> None:
    rule(acknowledge=True)
    late = datetime.now(UTC) - timedelta(hours=2)
    feedback = heard(nps=2, received_at=late, customer=make_customer())
    judge(feedback)
    clock = Clock.objects.get(promise=ticket_of(feedback).pk, kind="acknowledge")
    assert (clock.state, clock.met_at is not None) == ("breached", True)
    said = TimelineEntry.objects.filter(ticket=ticket_of(feedback), kind="breached")
    assert [entry.reason["clock"] for entry in said] == ["acknowledge"]


def test_imported_history_alarms_nobody(care: AccessGroup) -> None:
    rule(acknowledge=True, assign="round_robin")
    old = heard(nps=2, quiet=True, customer=make_customer())
    judge(old)
    ticket = ticket_of(old)
    assert (ticket.quiet, ticket.promise.quiet, ticket.assignee) == (True, True, None)
    assert not Letter.objects.exists()


def test_history_and_present_do_not_mix(care: AccessGroup) -> None:
    rule()
    customer = make_customer()
    live, old = (
        heard(nps=2, customer=customer),
        heard(nps=2, quiet=True, customer=customer),
    )
    judge(live)
    assert ticket_of(live) != ticket_of(old)


def test_round_robin_takes_turns_among_those_present(cast: Cast, care: AccessGroup) -> None:
    rule(assign="round_robin")
    cast.lead.away_until = datetime.now(UTC) + timedelta(days=1)
    cast.lead.save()
    owners = []
    for _ in range(4):
        feedback = heard(nps=2, customer=make_customer())
        judge(feedback)
        owners.append(ticket_of(feedback).assignee)
    assert owners == [cast.agent, cast.manager] * 2


def test_nobody_gets_more_than_their_cap_over_all_groups(cast: Cast) -> None:
    make_policy("standard")
    group = make_group("small")
    busy = make_member(group, "agent")
    busy.open_ticket_cap = 1
    busy.save()
    rule("small", assign="least_loaded")
    feedback = [heard(nps=2, customer=make_customer()) for _ in range(2)]
    triage_arrivals()
    assert sorted(str(ticket_of(f).assignee) for f in feedback) == sorted([str(busy), "None"])


def test_the_words_can_be_searched(care: AccessGroup) -> None:
    rule()
    judge(heard(nps=2, comment="배송이 너무 늦어요"))
    assert SearchText.objects.extra(where=["words @@ '''배송'''::tsquery"]).exists()


def test_a_broken_arrival_does_not_stop_the_others(care: AccessGroup) -> None:
    rule()
    poison = heard(nps=2, comment="poison")
    good = heard(nps=2, comment="fine")
    Triage.objects.create(feedback=poison, decision="none", reason="", at=poison.received_at)
    triage_arrivals()
    assert Triage.objects.filter(feedback=good).exists()
    stuck = Arrival.objects.get()
    assert stuck.feedback_id == poison.pk
    assert (stuck.attempts, "IntegrityError" in stuck.last_error) == (1, True)
