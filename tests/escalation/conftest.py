import pytest

from tests.cast import Cast
from tests.escalation.climbing import make_default_ladder
from tests.makers import make_policy, make_ticket
from tickets.work.models import Ticket


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Follow-up in 48 hours and nothing else; the default ladder; the agent's."""
    make_default_ladder()
    policy = make_policy(acknowledge_s=None, resolve_s=None)
    return make_ticket(cast.group, policy=policy, assignee=cast.agent)
