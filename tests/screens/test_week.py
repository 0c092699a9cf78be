"""The week is lived through by the acts of the house, so it must hold what the house promises."""

import pytest

from cxloop.demo import furnish_demo
from cxloop.kernel.moment import moment
from cxloop.verify.checker import examine
from tests.screens.story import WEEK
from tests.screens.week import live_through_the_week
from tickets.work.models import Ticket, TicketFeedback

pytestmark = [pytest.mark.django_db, pytest.mark.trial]


def test_it_looks_like_a_week_and_breaks_no_invariant() -> None:
    furnish_demo(moment())
    live_through_the_week()
    lived = Ticket.objects.filter(pk__in=TicketFeedback.objects.values("ticket"))
    assert lived.values("subject").distinct().count() >= 40
    assert {"new", "open", "waiting", "resolved", "closed"} <= {t.status for t in lived}
    assert examine(moment(), settled=False).wrong == []
    assert len(WEEK) > 45
