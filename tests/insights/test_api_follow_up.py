"""Both rates over REST, cut to what the asker may see."""

from datetime import timedelta

import pytest

from cxloop.kernel.moment import moment
from tests.cast import Cast, api
from tests.makers import make_feedback, make_policy, make_ticket
from tickets.work.actions.talk import log_contact
from tickets.work.actor import acting

pytestmark = pytest.mark.django_db

RATES = "/api/v1/insights/follow-up"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _answered_late(cast: Cast) -> None:
    """After 60 real hours, as its policy promised."""
    received = moment() - 100 * HOUR
    said = make_feedback(nps=2, received_at=received, judged=True)
    ticket = make_ticket(cast.group, feedback=said, policy=make_policy(follow_up_s=90 * 3600))
    by, at = acting(cast.agent), received + 60 * HOUR
    log_contact(ticket, channel="phone", reached=True, body="", by=by, now=at)


def test_they_stand_side_by_side(cast: Cast) -> None:
    found = api(cast.agent).get(RATES).json()
    assert found["in_48_hours"] | {"low": 0, "high": 0} == {
        **{"part": 0, "whole": 1, "share": 0},
        **{"low": 0, "high": 0},
    }
    assert (found["as_promised"]["part"], found["as_promised"]["whole"]) == (1, 1)
    assert 0 < found["in_48_hours"]["high"] < 1


def test_they_are_cut_to_what_one_may_see(cast: Cast) -> None:
    found = api(cast.outsider).get(RATES).json()
    assert (found["in_48_hours"]["whole"], found["in_48_hours"]["share"]) == (0, None)


def test_they_go_back_as_far_as_is_asked(cast: Cast) -> None:
    assert api(cast.agent).get(f"{RATES}?days=3").json()["in_48_hours"]["whole"] == 0
    for wrong in ("days=0", "days=x", "weeks=2"):
        assert api(cast.agent).get(f"{RATES}?{wrong}").status_code == 422
