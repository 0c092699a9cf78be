"""hand on what somebody who left owns …"""

import pytest

from accounts.roles import GroupRole
from tests.cast import Cast
from tests.makers import NOW, make_group, make_member, make_ticket
from tickets.work.actions import hand_on as handing
from tickets.work.actions.hand_on import hand_on, owned_by
from tickets.work.actor import acting
from tickets.work.models import Ticket, TimelineEntry

pytestmark = pytest.mark.django_db


def owned(cast: Cast, count: int = 1, **plan: object) -> list[Ticket]:
    return [make_ticket(cast.group, assignee=cast.agent, **plan) for _ in range(count)]


def test_a_colleague_goes_on_and_the_history_says_why(cast: Cast) -> None:
    (ticket,) = owned(cast)
    assert hand_on(cast.agent, to=cast.lead, by=acting(cast.admin), now=NOW) == 1
    ticket.refresh_from_db()
    assert ticket.assignee == cast.lead
    entry = TimelineEntry.objects.filter(ticket=ticket, kind="assigned").latest("pk")
    assert (entry.actor, entry.reason["why"]) == (cast.admin, "its owner has left")


def test_what_the_colleague_may_not_work_waits_in_its_group(cast: Cast) -> None:
    other = make_group()
    make_member(other, GroupRole.AGENT, cast.agent)
    (mine,), far = owned(cast), make_ticket(other, assignee=cast.agent)
    hand_on(cast.agent, to=cast.lead, by=acting(cast.admin), now=NOW)
    assert Ticket.objects.get(pk=mine.pk).assignee == cast.lead
    assert Ticket.objects.get(pk=far.pk).assignee is None


def test_to_nobody_all_of_it_waits_in_its_group(cast: Cast) -> None:
    owned(cast, 2)
    assert hand_on(cast.agent, to=None, by=acting(cast.admin), now=NOW) == 2
    assert not owned_by(cast.agent).exists()


def test_it_goes_part_by_part(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handing, "AT_ONCE", 2)
    owned(cast, 3)
    parts = [hand_on(cast.agent, to=cast.lead, by=acting(cast.admin), now=NOW) for _ in range(3)]
    assert parts == [2, 1, 0]


def test_what_is_done_and_what_is_anothers_stays(cast: Cast) -> None:
    (done,) = owned(cast)
    Ticket.objects.filter(pk=done.pk).update(status="resolved", resolved_at=NOW)
    other = make_ticket(cast.group, assignee=cast.lead)
    assert hand_on(cast.agent, to=cast.manager, by=acting(cast.admin), now=NOW) == 0
    assert Ticket.objects.get(pk=done.pk).assignee == cast.agent
    assert Ticket.objects.get(pk=other.pk).assignee == cast.lead
