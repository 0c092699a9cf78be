from datetime import datetime

import pytest

from tests.cast import Cast
from tests.makers import make_ticket
from tickets.sla.models import Clock
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting
from tickets.work.models import Contact

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("reached", "state"), [(True, "met"), (False, "running")])
def test_only_a_contact_that_reached_keeps_the_promise(
    cast: Cast, now: datetime, reached: bool, state: str
) -> None:
    ticket = make_ticket(cast.group)
    log_contact(
        ticket, channel="phone", reached=reached, body="Talked.", by=acting(cast.agent), now=now
    )
    assert Clock.objects.get(promise=ticket.pk, kind="follow_up").state == state
    assert Contact.objects.get().reached is reached
    assert ticket.status == "open"
