import pytest

from cxloop.kernel.models import Letter
from tests.escalation.climbing import AT_DUE, HALF, HOUR, clock_of, make_ladder, raised, sweep
from tests.makers import NOW, make_policy, make_ticket
from tickets.escalation.models import Escalation, Notice
from tickets.sla.models import Clock
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(cast) -> Ticket:
    make_ladder(None, (HALF, ["owner"]), (AT_DUE, ["lead"], {"set_priority": "urgent"}))
    policy = make_policy(acknowledge_s=None, resolve_s=None)
    return make_ticket(cast.group, policy=policy, received_at=NOW - 900 * HOUR, quiet=True)


def test_every_rung_is_recorded_and_nobody_hears(imported):
    Clock.objects.update(next_action_at=NOW)
    sweep(1)
    assert raised(imported) == {1: "imported", 2: "imported"}
    assert not Notice.objects.exists()
    assert not Letter.objects.exists()
    assert not Escalation.objects.filter(late_by_us=True).exists()


def test_the_breach_is_noted_and_nothing_else_changes(imported):
    sweep(0.01)
    imported.refresh_from_db()
    assert clock_of(imported).state == "breached"
    assert imported.priority_word == "normal"
    assert [entry.kind for entry in imported.timeline.order_by("pk")] == ["opened", "breached"]
