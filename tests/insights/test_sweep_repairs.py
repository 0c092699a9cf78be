"""Repairs are recorded by a sweep: once, again when they go on, none holds up another."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from insights.actions.repairs import (
    look_again,
    note_repairs,
    record_all_again,
    record_repairs,
)
from insights.models import RepairRecord, Unrecorded, Walked
from tests.cast import Cast
from tests.insights.recorded import HOUR, MUCH_LATER, speak, sweep
from tests.makers import NOW, make_ticket
from tests.recovery.asking import resolve
from tickets.work.actions.tags import RETAGGED

pytestmark = pytest.mark.django_db


class TestSweep:
    def test_it_records_whatever_history_there_is(self, cast: Cast) -> None:
        tickets = [make_ticket(cast.group) for _ in range(3)]
        assert sweep() == 3
        assert RepairRecord.objects.count() == len(tickets)
        assert not Unrecorded.objects.exists()
        assert sweep() == 0

    def test_it_records_again_what_goes_on(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        sweep()
        speak(ticket, cast, NOW + HOUR)
        assert sweep() == 1
        assert RepairRecord.objects.get().reached_at == NOW + HOUR

    def test_it_walks_no_further_than_whatever_is_settled(self, cast: Cast) -> None:
        """A number that is written and not yet committed must not be passed by."""
        make_ticket(cast.group)
        assert note_repairs(now=NOW + timedelta(minutes=4)) == 0
        assert note_repairs(now=NOW + timedelta(minutes=5)) > 0
        assert Walked.objects.filter(pk=Walked.Why.REPAIRS).exists()

    def test_a_tag_renamed_records_nothing_again(self, cast: Cast) -> None:
        ticket = make_ticket(cast.group)
        sweep()
        facts = {"actor": cast.lead, "actor_kind": "person", "reason": {"was": "a", "becomes": "b"}}
        ticket.timeline.create(at=NOW, kind=RETAGGED, **facts)
        assert note_repairs(now=MUCH_LATER) == 1
        assert not Unrecorded.objects.exists()

    def test_twice_is_the_same_as_once(self, cast: Cast) -> None:
        ticket = resolve(make_ticket(cast.group), by=cast.agent)
        sweep()
        before = RepairRecord.objects.values().get(ticket=ticket)
        assert record_all_again(now=MUCH_LATER) == 1
        sweep()
        assert RepairRecord.objects.values().get(ticket=ticket) == before

    def test_a_ticket_that_cannot_be_recorded_holds_up_no_other(self, cast: Cast) -> None:
        broken, sound = make_ticket(cast.group), make_ticket(cast.group)
        broken.timeline.create(at=NOW, kind="reopened", actor_kind="customer", reason={})
        sweep()
        assert RepairRecord.objects.filter(ticket=sound).exists()
        assert "KeyError" in Unrecorded.objects.get(ticket=broken).last_error

    def test_it_takes_as_many_statements_for_twenty_tickets_as_for_two(self, cast: Cast) -> None:
        def statements(number: int) -> int:
            for _ in range(number):
                resolve(make_ticket(cast.group), by=cast.agent)
            note_repairs(now=MUCH_LATER)
            waiting = list(Unrecorded.objects.all())
            assert len(waiting) == number
            with CaptureQueriesContext(connection) as asked:
                record_repairs(waiting, MUCH_LATER)
            return len(asked)

        assert statements(2) == statements(20)

    def test_looking_again_at_nothing_is_one_statement(self, cast: Cast) -> None:
        assert look_again(now=NOW) == 0
