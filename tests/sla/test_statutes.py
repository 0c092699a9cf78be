"""The laws from which a policy may begin."""

from datetime import datetime

import pytest

from tests.cast import Cast, api
from tickets.sla.models import FORTY_EIGHT_HOURS
from tickets.sla.policies import Given, write_policy
from tickets.sla.statutes import STATUTES, Statute

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("statute", STATUTES, ids=[s.slug for s in STATUTES])
def test_each_is_a_policy_that_names_its_law(statute: Statute, now: datetime) -> None:
    targets = Given(**statute.targets)  # type: ignore[typeddict-item]
    about = {"slug": statute.slug, "name": statute.name, "law": statute.law}
    written = write_policy(**about, targets=targets, by=None, now=now)
    assert written.policy.law == statute.law
    assert written.follow_up_s == FORTY_EIGHT_HOURS
    assert written.resolve_s == statute.targets["resolve_s"]


def test_they_are_told_over_rest(cast: Cast) -> None:
    told = api(cast.admin).get("/api/v1/sla-statutes").json()
    assert [one["slug"] for one in told["statutes"]] == [one.slug for one in STATUTES]
    assert told["statutes"][0]["targets"] == {"resolve_s": 8 * 7 * 86_400}
    assert api(cast.agent).get("/api/v1/sla-statutes").status_code == 403
