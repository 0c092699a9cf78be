"""A reply to a ticket that ended long ago gets one of its own, where the policy says so."""

from datetime import timedelta
from typing import Any

import pytest

from feedback.email.addresses import reply_address
from feedback.email.models import Mail
from feedback.intake.models import Arrival, Source
from tests.cast import Cast
from tests.email.mails import CUSTOMER, receive, written
from tests.makers import NOW, make_customer, make_policy, make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.move import close_ticket
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import Ticket, TicketFeedback, Triage
from tickets.work.sweeps import take_up_answers, triage_arrivals

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


def ended(cast: Cast, *, days: int, **policy: Any) -> Ticket:
    """Closed so many days before the mails of these tests come."""
    known = make_customer(CUSTOMER)
    terms = make_policy("gold", **policy)
    ticket = make_ticket(cast.group, customer=known, policy=terms, assignee=cast.agent)
    said = {"outcome": "not_actionable", "reason": "a mistake"}
    close_ticket(locked(ticket.pk), by=acting(cast.agent), now=NOW, **said)
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=NOW - timedelta(days=days))
    return locked(ticket.pk)


def answer(ticket: Ticket, words: str, **headers: str) -> Mail:
    mail = receive(written(words, To=reply_address(ticket.pk), **headers))
    Mail.objects.filter(pk=mail.pk).update(received_at=NOW)
    take_up_answers()
    triage_arrivals()
    mail.refresh_from_db()
    return mail


@pytest.mark.parametrize(
    ("days", "for_s"), [(29, 30 * 86_400), (400, None)], ids=["in_time", "always"]
)
def test_before_that_it_begins_the_old_one_anew(
    cast: Cast, mailbox: Source, days: int, for_s: int | None
) -> None:
    old = ended(cast, days=days, reopens_for_s=for_s)
    answer(old, "It is broken again.")
    old.refresh_from_db()
    assert (old.status, old.cycle) == ("open", 2)
    assert Ticket.objects.count() == 1


class TestLate:
    @pytest.fixture
    def old(self, cast: Cast, mailbox: Source) -> Ticket:
        return ended(cast, days=31, reopens_for_s=int(MONTH.total_seconds()))

    def test_it_is_one_of_its_own_with_its_own_promise(self, old: Ticket, cast: Cast) -> None:
        mail = answer(old, "The new one is late too.")
        made = Ticket.objects.get(linked_to=old)
        assert (made.group, made.assignee, made.customer) == (cast.group, cast.agent, old.customer)
        assert (made.status, made.contactable) == ("new", "letter")
        promised = Clock.objects.get(promise=made.pk, kind="follow_up")
        assert promised.started_at == mail.received_at
        assert TicketFeedback.objects.get(ticket=made).feedback == mail.feedback
        assert locked(old.pk).status == "closed"

    def test_no_rule_is_asked(self, old: Ticket) -> None:
        mail = answer(old, "The new one is late too.")
        assert old.ref in Triage.objects.get(feedback=mail.feedback).reason
        assert not Arrival.objects.exists()

    def test_both_say_so(self, old: Ticket) -> None:
        answer(old, "The new one is late too.")
        made = Ticket.objects.get(linked_to=old)
        assert old.timeline.get(kind="linked").reason == {"with": made.ref}
        assert made.timeline.get(kind="opened").reason["late_after"] == old.ref

    def test_the_next_reply_goes_on_there(self, old: Ticket) -> None:
        answer(old, "The new one is late too.")
        answer(old, "Order A-17, I forgot.")
        made = Ticket.objects.get(linked_to=old)
        assert made.timeline.get(kind="customer_message").text == "Order A-17, I forgot."

    def test_a_stranger_with_its_address_opens_one_for_themselves(self, old: Ticket) -> None:
        answer(old, "Hello", From="Mallory <mallory@other.example>")
        made = Ticket.objects.get(linked_to=old)
        assert made.customer != old.customer
        answer(old, "Mine is late too.")
        assert Ticket.objects.filter(linked_to=old, customer=old.customer).exists()

    def test_where_the_group_is_gone_the_old_one_begins_anew(self, old: Ticket, cast: Cast) -> None:
        cast.group.archived_at = NOW
        cast.group.save()
        answer(old, "The new one is late too.")
        assert locked(old.pk).status == "open"
