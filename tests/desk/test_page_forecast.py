"""A policy's page says whether it can be kept, before and after it is saved."""

from datetime import timedelta

import pytest
from django.test import Client

from cxloop.kernel.moment import moment
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, sent, text_of
from tests.makers import make_feedback, make_policy, make_ticket
from tickets.sla.models import Policy
from tickets.sla.policies import write_calendar

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
GOLD = {"slug": "gold", "name": "Gold", "follow_up_s": "48 h"}
EVENINGS = {"sun": ["23:00-24:00"]}


@pytest.fixture
def admin(cast: Cast) -> Client:
    return browse(cast.admin)


def furnish() -> None:
    """Something every day, and nobody there but for an hour a week."""
    now = moment()
    write_calendar(slug="few", name="Few hours", zone="UTC", weekly=EVENINGS, by=None, now=now)
    for ago in range(14):
        make_feedback(received_at=now - ago * DAY - timedelta(hours=1))


def test_it_warns_with_the_figure_and_the_cure(admin: Client) -> None:
    furnish()
    sent(admin.post("/admin/policies/new", GOLD), "/admin/policies/gold")
    page = text_of(admin.get("/admin/policies/gold"))
    assert "Few hours · Follow up: cannot be kept" in page
    assert "fall due while Few hours is closed." in page
    assert "Opened also on Monday" in page
    assert "Held against 14 receipts of the last 90 days" in page


def test_it_previews_and_saves_nothing(admin: Client) -> None:
    furnish()
    for path in ("/admin/policies/new", "/admin/policies/standard"):
        make_policy("standard") if path.endswith("standard") else None
        shown = text_of(admin.post(path, {**GOLD, "foresee": "1"}))
        assert "A preview, nothing was saved" in shown
        assert "cannot be kept" in shown
    assert [row.slug for row in Policy.objects.all()] == ["standard"]
    assert Policy.objects.get().versions.count() == 1


def test_it_previews_nothing_that_would_be_refused(admin: Client) -> None:
    furnish()
    refused = admin.post("/admin/policies/new", {**GOLD, "follow_up_s": "soon", "foresee": "1"})
    assert refused.status_code == 422
    assert "A preview" not in text_of(refused)


def test_it_is_quiet_where_it_can_be_kept(admin: Client) -> None:
    furnish()
    calendar = {**GOLD, "follow_up_s": "1 h", "calendar": "few"}
    shown = text_of(admin.post("/admin/policies/new", {**calendar, "foresee": "1"}))
    assert "Follow up: can be kept" in shown
    assert "cannot be kept" not in shown


def test_it_says_where_nothing_can_be_said(admin: Client) -> None:
    make_policy("standard")
    assert "There is no calendar that says" in text_of(admin.get("/admin/policies/standard"))
    write_calendar(slug="few", name="Few", zone="UTC", weekly=EVENINGS, by=None, now=moment())
    assert "Nothing was received" in text_of(admin.get("/admin/policies/standard"))


def test_it_shows_both_rates_of_this_policy(cast: Cast, admin: Client) -> None:
    policy = make_policy("standard", follow_up_s=200 * 3600)
    received = moment() - 3 * DAY
    said = make_feedback(nps=2, received_at=received, judged=True)
    make_ticket(cast.group, feedback=said, policy=policy)
    make_ticket(cast.group, feedback=make_feedback(nps=2, received_at=received, judged=True))
    page = text_of(admin.get("/admin/policies/standard"))
    assert "within 48 real hours, of what was received in the last 28 days: 0 % (0 of 1;" in page
    assert "in their own hours: – (0 of 0)" in page


def test_it_costs_the_same_for_one_receipt_and_for_many(admin: Client) -> None:
    make_policy("standard")
    furnish()
    cost = cost_of(admin, "/admin/policies/standard")
    for _ in range(5):
        make_feedback(received_at=moment())
    assert cost_of(admin, "/admin/policies/standard") == cost
