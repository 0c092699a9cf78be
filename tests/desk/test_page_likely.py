"""The board's lane of what will likely break."""

from datetime import timedelta

import pytest

from cxloop.kernel.moment import moment
from insights.models import Verdict
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, text_of
from tests.insights.promising import wait_for_contact

pytestmark = pytest.mark.django_db


def test_it_lists_each_with_its_reason(cast: Cast) -> None:
    late = wait_for_contact(cast.group, due_h=2, now=moment())
    page = browse(cast.agent).get("/board/likely")
    (row,) = page.context["likely"].rows
    assert row.ticket == late
    assert "0 are before it, the group answers" in text_of(page)
    assert "Shown while the forecast beats the base rate. Brier score 0.0584" in text_of(page)


def test_it_shows_nothing_of_others(cast: Cast) -> None:
    wait_for_contact(cast.group, due_h=2, now=moment())
    page = browse(cast.outsider).get("/board/likely")
    assert page.context["likely"].rows == []
    assert "at their pace the groups reach everything in time" in text_of(page)


def test_it_says_why_it_is_hidden(cast: Cast) -> None:
    wait_for_contact(cast.group, due_h=2, now=moment())
    Verdict.objects.create(
        **{"day": moment().date(), "made_at": moment(), "scored": 900, "cases": 300},
        **{"intercept": 0, "slope": 1, "base_rate": 0.2},
        **{"brier": 0.17, "base_brier": 0.16, "prior_brier": 0.17},
    )
    page = browse(cast.agent).get("/board/likely")
    assert page.context["likely"].rows == []
    assert "Not shown: the forecast does not beat the base rate" in text_of(page)
    assert "0.1700 against 0.1600, over 900 forecasts of 300 promises of this house" in text_of(
        page
    )


def test_it_says_it_in_korean(cast: Cast) -> None:
    cast.agent.language = "ko"
    cast.agent.save(update_fields=["language"])
    wait_for_contact(cast.group, due_h=2, now=moment())
    assert "지키지 못할 것 같은 약속" in text_of(browse(cast.agent).get("/board/likely"))


def test_it_costs_the_same_for_one_and_for_many(cast: Cast) -> None:
    agent = browse(cast.agent)
    wait_for_contact(cast.group, due_h=2, now=moment())
    cost = cost_of(agent, "/board/likely")
    for _ in range(4):
        wait_for_contact(cast.group, due_h=3, now=moment() - timedelta(minutes=1))
    assert cost_of(agent, "/board/likely") == cost
