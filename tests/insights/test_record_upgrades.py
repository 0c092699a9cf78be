"""An upgrade records again what counts otherwise since."""

from importlib import import_module

import pytest
from django.db import connection

from cxloop.kernel.moment import moment
from insights.models import RepairRecord, Unrecorded
from tests.cast import Cast
from tests.insights.recorded import DAY, HOUR, hear, join, rated, recorded, speak, sweep
from tests.makers import NOW, make_customer, make_feedback, make_ticket
from tests.recovery.asking import answer, ask_all, question_on, resolve
from tickets.recovery.actions.playbooks import leave_playbook, write_playbook
from tickets.sla.models import Clock
from tickets.work.actions.join import join_feedback
from tickets.work.actions.move import close_ticket, reopen_ticket
from tickets.work.actions.talk import reply
from tickets.work.actions.undo import take_back
from tickets.work.actor import acting
from tickets.work.door import locked

pytestmark = pytest.mark.django_db
RULED = {"rule": {"id": 1, "version": 1, "name": "Unhappy customers"}}
ITEMS_AND_PLAYBOOKS = import_module("insights.migrations.0004_items_and_playbooks").RECORD_AGAIN
HEARD_ANSWERS = import_module("insights.migrations.0005_heard_answers").RECORD_AGAIN
DUE_AT = import_module("insights.migrations.0007_due_by_the_policy").DUE_AT
WHAT_COUNTS = import_module("insights.migrations.0006_what_counts").RECORD_AGAIN


class TestUpgrading:
    def test_what_was_answered_item_by_item_or_by_a_playbook_is_recorded_again(
        self, cast: Cast
    ) -> None:
        write_playbook(slug="late", name="Late", by=None, now=NOW, steps=[{"kind": "call"}])
        judged, led, other = (make_ticket(cast.group) for _ in range(3))
        leave_playbook(locked(led.pk), why="No", by=acting(cast.agent), now=NOW)
        for ticket, items in ((judged, {"easy": 2}), (other, None)):
            resolve(ticket, by=cast.agent)
            ask_all()
            answer(question_on(ticket), solved=True, items=items)
        sweep()
        RepairRecord.objects.update(easy=None, playbook="", playbook_version=None, playbook_use="")
        assert wanted_again(ITEMS_AND_PLAYBOOKS) == {judged.pk, led.pk}
        assert recorded(judged, now=moment() + DAY).easy == 2
        assert recorded(led, now=moment() + DAY).playbook_use == "left"

    def test_what_was_heard_taken_back_or_paired_with_itself_is_recorded_again(
        self, cast: Cast
    ) -> None:
        by, customer = acting(cast.agent), make_customer()
        spoken, asked = (resolve(make_ticket(cast.group), by=cast.agent) for _ in range(2))
        hear(spoken, cast)
        ask_all()
        answer(question_on(asked), solved=True)
        taken = make_ticket(cast.group)
        reply(locked(taken.pk), body="On it.", by=by, now=NOW + HOUR)
        take_back(locked(taken.pk), by=by, now=NOW + HOUR)
        paired = make_ticket(cast.group, customer=customer, feedback=rated(2, customer, NOW))
        join(paired, rated(1, customer, NOW + DAY))
        sweep()
        RepairRecord.objects.update(is_heard=False)
        RepairRecord.objects.filter(ticket=paired).update(later_score=1, later_score_at=NOW + DAY)
        assert wanted_again(HEARD_ANSWERS) == {spoken.pk, taken.pk, paired.pk}
        assert recorded(spoken, now=moment() + DAY).is_heard
        assert recorded(paired, now=moment() + DAY).later_score is None


def test_an_upgrade_records_again_what_counts_otherwise_now(cast: Cast) -> None:
    plain, dead, anew, broken, worded = (make_ticket(cast.group) for _ in range(5))
    for ticket in (plain, dead):
        ticket.timeline.create(at=NOW, kind="acknowledged", actor_kind="rule", reason=RULED)
    why = {"letter": "acknowledgement", "to": "", "error": ""}
    dead.timeline.create(at=NOW, kind="letter_failed", actor_kind="clock", reason=why)
    by = acting(cast.agent)
    close_ticket(locked(anew.pk), outcome="not_actionable", reason="no", by=by, now=NOW + HOUR)
    reopen_ticket(locked(anew.pk), reason="wrong", by=by, now=NOW + DAY)
    speak(broken, cast, NOW + HOUR)
    again = make_feedback(nps=1, judged=True, received_at=NOW + DAY)
    join_feedback(broken, again, by, now=NOW + DAY)
    speak(broken, cast, NOW + 5 * DAY)
    join(worded, make_feedback(comment="In pieces.", judged=True))
    sweep()
    RepairRecord.objects.update(acknowledged_at=NOW)
    RepairRecord.objects.filter(ticket=worded).update(standing="no_complaint")
    assert wanted_again(WHAT_COUNTS) == {dead.pk, anew.pk, broken.pk, worded.pk}


def test_an_upgrade_knows_when_what_is_recorded_was_due(cast: Cast) -> None:
    joined, closed = make_ticket(cast.group), make_ticket(cast.group)
    speak(joined, cast, NOW + HOUR)
    again = make_feedback(nps=1, judged=True, received_at=NOW + DAY)
    join_feedback(joined, again, acting(cast.agent), now=NOW + DAY)
    speak(joined, cast, NOW + 5 * DAY)
    by = acting(cast.agent)
    close_ticket(locked(closed.pk), outcome="not_actionable", reason="no", by=by, now=NOW + HOUR)
    sweep()
    due = dict(RepairRecord.objects.values_list("ticket", "due_at"))
    assert due[joined.pk] == Clock.objects.get(promise=joined.pk, cycle=2).due_at
    RepairRecord.objects.update(due_at=None)
    with connection.cursor() as cursor:
        cursor.execute(DUE_AT)
    assert dict(RepairRecord.objects.values_list("ticket", "due_at")) == due


def wanted_again(statement: str) -> set[int]:
    """Said twice, as an upgrade that broke off would."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        cursor.execute(statement)
    return set(Unrecorded.objects.values_list("ticket", flat=True))
