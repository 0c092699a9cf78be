"""Every automatic act names its reason, also after the person it was about is forgotten."""

import pytest
from django.db import connection

from cxloop.forgetting import erase
from tests.cast import Cast
from tests.makers import NOW, make_ticket
from tickets.work.actions.move import note_not_asked
from tickets.work.actor import CUSTOMER
from tickets.work.models import TimelineEntry

pytestmark = pytest.mark.django_db


def test_an_erased_reason_can_be_written_anew(cast: Cast) -> None:
    """As when an installation moves: what was erased must not keep its row from being copied."""
    ticket = make_ticket(cast.group)
    note_not_asked(ticket, why="kim@example.com is away", now=NOW)
    erase(ticket.customer, reason="asked for it", by=CUSTOMER, now=NOW)
    entry = TimelineEntry.objects.get(kind="not_asked")
    assert entry.reason == {"erased": True}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO work_timelineentry"
            " (ticket_id, at, kind, actor_kind, text, reason, public)"
            " SELECT ticket_id, at, kind, actor_kind, text, reason, public"
            " FROM work_timelineentry WHERE kind = 'not_asked'"
        )
    assert TimelineEntry.objects.filter(kind="not_asked").count() == 2
