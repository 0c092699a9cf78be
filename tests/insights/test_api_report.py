"""The report over REST, cut to the groups one sees."""

from datetime import timedelta

import pytest

from cxloop.kernel.moment import moment
from insights.sweeps import count_days
from tests.cast import Cast, api
from tests.insights.promising import answer
from tests.makers import make_feedback, make_ticket

pytestmark = pytest.mark.django_db

REPORT = "/api/v1/insights/report"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _answered(cast: Cast) -> None:
    received = moment() - 100 * HOUR
    said = make_feedback(nps=2, received_at=received, judged=True)
    ticket = make_ticket(cast.group, feedback=said, assignee=cast.agent)
    answer(ticket, by=cast.agent, at=received + HOUR)
    count_days()


def test_it_says_how_each_did(cast: Cast) -> None:
    found = api(cast.manager).get(REPORT).json()
    assert (found["missing_days"], len(found["days"])) == (0, 28)
    assert found["total"]["in_48_hours"]["part"] == found["total"]["cases"] == 1
    assert found["total"]["answered_half_s"] == pytest.approx(3600, rel=0.026)
    assert [line["key"] for line in found["groups"]] == ["care"]
    assert [line["name"] for line in found["agents"]] == [cast.agent.name]


def test_nobody_learns_of_a_group_that_is_not_theirs(cast: Cast) -> None:
    for query in ("", "?group=care"):
        found = api(cast.outsider).get(REPORT + query).json()
        assert (found["total"]["cases"], found["groups"], found["agents"]) == (0, [], [])


@pytest.mark.parametrize(
    "wrong",
    [
        *("first=2026-13-01", "first=2020-01-01&last=2026-01-01", "first=9999-01-01"),
        *("last=0001-01-01", "weeks=2", "first=2026-03-01&last=2026-02-01"),
    ],
)
def test_a_period_that_there_is_not_is_refused(cast: Cast, wrong: str) -> None:
    assert api(cast.agent).get(f"{REPORT}?{wrong}").status_code == 422
