"""A batch costs what one arrival costs, and says of each what it would say of it alone …"""

from datetime import UTC, datetime, timedelta

import pytest

from cxloop.kernel.models import Letter
from feedback.intake.models import Arrival, Customer, Feedback
from tests.cast import Cast
from tests.makers import make_customer, make_feedback, make_policy, make_source, make_ticket
from tests.work.test_triage import rule
from tickets.sla.actions.end import meet_clocks
from tickets.sla.models import Clock, ClockEvent, Kind
from tickets.work.actions.triage import triage
from tickets.work.models import SearchText, Ticket, TicketFeedback

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = AT + 5 * HOUR
LATE = AT + 49 * HOUR


@pytest.fixture
def policy(cast: Cast) -> None:
    make_policy("standard")


def hear(customers: list[Customer], at: datetime, comment: str = "Still nothing") -> list[Feedback]:
    source = make_source()
    heard = {"nps": 2, "comment": comment, "received_at": at}
    return [make_feedback(source, customer=customer, **heard) for customer in customers]


def judge(now: datetime) -> None:
    triage(list(Arrival.objects.all()), now)


def open_tickets_of(cast: Cast, customers: list[Customer]) -> list[Ticket]:
    policy = make_policy()
    return [make_ticket(cast.group, policy=policy, customer=customer) for customer in customers]


def events(ticket: Ticket) -> list[tuple[str, str, datetime]]:
    rows = ClockEvent.objects.filter(clock__promise=ticket.pk).order_by("clock", "position")
    return list(rows.values_list("clock__kind", "kind", "at"))


@pytest.mark.parametrize("many", [2, 40])
def test_it_acknowledges_forty_in_as_many_statements_as_two(
    policy: None, many: int, django_assert_max_num_queries
) -> None:
    rule(acknowledge=True)
    hear([make_customer() for _ in range(many)], AT)
    with django_assert_max_num_queries(35):
        judge(AT)
    assert Letter.objects.count() == many
    kept = Clock.objects.filter(kind="acknowledge", state="met", met_at=AT, next_action_at=None)
    assert kept.count() == many
    for ticket in Ticket.objects.all():
        follow_up = Clock.objects.get(promise=ticket.pk, kind="follow_up")
        assert ticket.next_due_at == follow_up.due_at == AT + 48 * HOUR
        assert [entry.kind for entry in ticket.timeline.order_by("pk")] == [
            "opened",
            "acknowledged",
        ]
        assert ("acknowledge", "met", AT) in events(ticket)


@pytest.mark.parametrize("many", [2, 40])
def test_forty_join_forty_in_as_many_statements_as_two(
    cast: Cast, policy: None, many: int, django_assert_max_num_queries
) -> None:
    rule()
    customers = [make_customer() for _ in range(many)]
    tickets = open_tickets_of(cast, customers)
    Ticket.objects.filter(pk=tickets[0].pk).update(status="waiting", waiting_until=AT + 99 * HOUR)
    heard = hear(customers, LATER, "Unheard-of words")
    with django_assert_max_num_queries(29):
        judge(LATER)
    links = dict(TicketFeedback.objects.values_list("feedback", "ticket"))
    assert [links[said.pk] for said in heard] == [ticket.pk for ticket in tickets]
    tickets[0].refresh_from_db()
    assert (tickets[0].status, tickets[0].waiting_until) == ("open", None)
    found = SearchText.objects.extra(where=["words @@ '''unheard-of'''::tsquery"])
    assert found.count() == many
    for ticket in tickets:
        joined = ticket.timeline.get(kind="feedback_joined")
        assert (joined.text, joined.at) == ("Unheard-of words", LATER)
        assert joined.reason["rule"]["name"] == "To care"


def test_each_is_owed_what_it_would_be_owed_alone(cast: Cast, policy: None) -> None:
    """In one batch: an earlier receipt, one after the promise was kept, one after it was broken."""
    rule()
    customers = [make_customer() for _ in range(3)]
    earlier, kept, broken = tickets = open_tickets_of(cast, customers)
    meet_clocks(kept.promise, [Kind.FOLLOW_UP], at=LATER, now=LATER, contact=1)
    hear(customers[:1], AT - HOUR)
    hear(customers[1:], LATE)
    judge(LATE)
    follow_ups = Clock.objects.filter(kind="follow_up").order_by("cycle")
    rows = follow_ups.values_list("promise", "state", "started_at", "detected_at")
    found = {ticket.pk: [row[1:] for row in rows if row[0] == ticket.pk] for ticket in tickets}
    assert found == {
        earlier.pk: [("breached", AT, LATE), ("running", AT - HOUR, None)],
        kept.pk: [("met", AT, None), ("running", LATE, None)],
        broken.pk: [("breached", AT, LATE), ("running", LATE, None)],
    }


def test_several_of_one_customer_join_one_after_another(cast: Cast, policy: None) -> None:
    rule()
    customer, other = make_customer(), make_customer()
    ticket, _ = open_tickets_of(cast, [customer, other])
    hear([customer, other], LATER, "second")
    hear([customer], AT - HOUR, "first")
    hear([customer], LATER + HOUR, "third")
    judge(LATER + HOUR)
    joined = ticket.timeline.filter(kind="feedback_joined").order_by("pk")
    assert [entry.text for entry in joined] == ["first", "second", "third"]
    assert ("follow_up", "brought_forward", LATER + HOUR) in events(ticket)
    clock = Clock.objects.get(promise=ticket.pk, kind="follow_up")
    assert clock.started_at == AT - HOUR
