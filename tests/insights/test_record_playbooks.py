"""A recorded repair tells what became of its playbook."""

from datetime import datetime

import pytest

from cxloop.forgetting import erase
from insights.models import RepairRecord
from tests.cast import Cast
from tests.insights.recorded import DAY, HOUR, recorded
from tests.makers import NOW, make_customer, make_root_cause, make_ticket
from tests.recovery.asking import answer, ask_all, question_on
from tickets.recovery.actions.gestures import add_gesture
from tickets.recovery.actions.playbooks import archive_playbook, leave_playbook, write_playbook
from tickets.recovery.models import Playbook, PlaybookUse
from tickets.recovery.verbs import VERBS
from tickets.work.actions.undo import take_back
from tickets.work.actor import acting
from tickets.work.door import locked
from tickets.work.models import RootCause, Ticket

pytestmark = pytest.mark.django_db


class TestPlaybooks:
    @pytest.fixture
    def ticket(self, cast: Cast) -> Ticket:
        write_playbook(slug="late", name="Late", by=None, now=NOW, steps=[{"kind": "call"}])
        return make_ticket(cast.group)

    def test_is_followed_once_every_step_was_made(self, cast: Cast, ticket: Ticket) -> None:
        by = acting(cast.agent)
        add_gesture(locked(ticket.pk), kind="call", explanation="", by=by, now=NOW)
        assert recorded(ticket).playbook == ""
        done(ticket, cast)
        row = recorded(ticket)
        assert (row.playbook, row.playbook_version, row.playbook_use) == ("late", 1, "followed")

    def test_is_neither_where_nobody_said_a_word(self, cast: Cast, ticket: Ticket) -> None:
        done(ticket, cast)
        assert recorded(ticket).playbook_use == "unsaid"

    def test_is_left_with_a_reason_that_is_not_recorded(self, cast: Cast, ticket: Ticket) -> None:
        by = acting(cast.agent)
        leave_playbook(locked(ticket.pk), why="He wants it in writing", by=by, now=NOW + HOUR)
        assert recorded(ticket).playbook_use == "left"
        done(ticket, cast)
        row = recorded(ticket)
        assert (row.playbook, row.playbook_use) == ("late", "left")
        words = RepairRecord.objects.values().get(ticket=ticket)
        assert not any("in writing" in str(value) for value in words.values())

    def test_stays_left_of_whoever_is_forgotten(self, cast: Cast) -> None:
        write_playbook(slug="late", name="Late", by=None, now=NOW, steps=[{"kind": "call"}])
        customer = make_customer()
        ticket, by = make_ticket(cast.group, customer=customer), acting(cast.agent)
        leave_playbook(locked(ticket.pk), why="A bad day", by=by, now=NOW + HOUR)
        done(ticket, cast)
        erase(customer, reason="They asked for it.", by=acting(cast.admin), now=NOW + DAY)
        assert PlaybookUse.objects.get().why_left == ""
        assert recorded(ticket).playbook_use == "left"

    def test_nothing_became_of_it_while_that_is_taken_back(
        self, cast: Cast, ticket: Ticket
    ) -> None:
        done(ticket, cast)
        assert recorded(ticket).playbook_use == "unsaid"
        take_back(locked(ticket.pk), by=acting(cast.agent), now=NOW + 2 * HOUR)
        row = recorded(ticket)
        assert (row.playbook, row.playbook_version, row.playbook_use) == ("", None, "")

    def test_is_of_its_own_cycle(self, cast: Cast, ticket: Ticket) -> None:
        done(ticket, cast)
        ask_all(NOW + 3 * HOUR)
        answer(question_on(ticket), solved=False, now=NOW + DAY)
        archive_playbook(Playbook.objects.get(), now=NOW + DAY)
        done(ticket, cast, NOW + 2 * DAY)
        assert recorded(ticket).playbook_use == "unsaid"
        assert RepairRecord.objects.get(ticket=ticket, cycle=2).resolved_at == NOW + 2 * DAY
        assert recorded(ticket, cycle=2).playbook == ""


def done(ticket: Ticket, cast: Cast, at: datetime = NOW + 2 * HOUR) -> None:
    """Resolved by the verb that knows of playbooks."""
    said = {
        "root_cause": (RootCause.objects.first() or make_root_cause()).slug,
        "body": "Sent again.",
    }
    VERBS["resolve"].act(locked(ticket.pk), said, acting(cast.agent), at)
