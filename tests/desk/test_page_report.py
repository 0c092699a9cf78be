"""The report of a period, on a page and as tables."""

import csv
from collections.abc import Iterator
from datetime import timedelta

import pytest

from cxloop.kernel.moment import moment
from insights.models import CountedDay, DigestWish
from insights.sweeps import count_days
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, sent, text_of
from tests.insights.promising import answer
from tests.makers import make_feedback, make_source, make_ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def answered(cast: Cast, *, days_ago: float = 5, group=None, source=None) -> None:
    """After an hour, by the agent."""
    received = moment() - days_ago * 24 * HOUR
    said = make_feedback(source, nps=2, received_at=received, judged=True)
    ticket = make_ticket(group or cast.group, feedback=said, assignee=cast.agent)
    answer(ticket, by=cast.agent, at=received + HOUR)


@pytest.fixture
def kept(cast: Cast) -> Cast:
    """Two answered in time, one never; counted."""
    answered(cast, source=make_source("shop"))
    answered(cast)
    said = make_feedback(nps=2, received_at=moment() - 120 * HOUR, judged=True)
    make_ticket(cast.group, feedback=said)
    count_days()
    return cast


def rows_of(response) -> Iterator[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return csv.reader(text.splitlines())


def test_it_says_how_the_promise_was_kept(kept: Cast) -> None:
    page = browse(kept.manager).get("/report")
    words = text_of(page)
    assert "67 % answered by a person within 48 real hours: 2 of 3" in words
    assert "The 95 % interval is 21 % to 94 %" in words
    assert "As the policies promise, in their own hours: 67 %" in words
    # An hour, read from steps of 5 %.
    half = page.context["report"].total.answered_half
    assert half == pytest.approx(3600, rel=0.026)


def test_opinion_stands_beside_the_rate_in_words(cast: Cast) -> None:
    words = text_of(browse(cast.viewer).get("/report"))
    assert "companies reached 52 %, those in e-commerce 58 %" in words
    assert "It is an opinion" in words


def test_few_cases_are_compared_with_nobody(kept: Cast) -> None:
    words = text_of(browse(kept.manager).get("/report"))
    assert f"{kept.agent.name} too few to compare" in words


def test_it_is_cut_to_the_groups_one_sees(kept: Cast) -> None:
    page = browse(kept.outsider).get("/report")
    assert page.context["report"].total.cases == 0
    assert "Nothing was received in this period that is 48 hours old." in text_of(page)
    assert browse(kept.auditor).get("/report").context["report"].total.cases == 3


def test_a_period_is_chosen_by_days_or_by_dates(kept: Cast) -> None:
    lead = browse(kept.lead)
    for query, length in (("days=7", 7), ("days=90", 90), ("", 28)):
        assert len(lead.get(f"/report?{query}").context["report"].days) == length
    (first, last) = (moment().date() - timedelta(days=d) for d in (12, 10))
    found = lead.get(f"/report?from={first}&to={last}").context
    assert (found["period"].first, found["period"].last) == (first, last)
    assert found["report"].total.cases == 0


def test_it_ends_with_the_newest_day_that_can_be_judged(kept: Cast) -> None:
    found = browse(kept.lead).get(f"/report?to={moment().date()}").context
    assert found["period"].last < moment().date() - timedelta(days=2)


def test_a_group_is_chosen(kept: Cast) -> None:
    answered(kept, group=kept.other_group)
    CountedDay.objects.update(count_at=moment())
    count_days()
    admin = browse(kept.admin)
    assert admin.get("/report").context["report"].total.cases == 4
    assert admin.get("/report?group=billing").context["report"].total.cases == 1


@pytest.mark.parametrize(
    "wrong",
    [
        *("days=5", "days=x", "from=2026-13-01", "from=2026-03-02&to=2026-03-01"),
        *("from=2001-01-01&to=2026-01-01", "from=9999-01-01", "to=0001-01-01", "group=billing"),
    ],
)
def test_what_cannot_be_read_is_refused_and_stays_typed(kept: Cast, wrong: str) -> None:
    lead = browse(kept.lead)
    assert lead.get(f"/report?{wrong}").status_code == 422
    assert lead.get(f"/report/csv?{wrong}").status_code == 422


def test_a_day_that_waits_to_be_counted_is_said(kept: Cast) -> None:
    newest = CountedDay.objects.latest("day")
    CountedDay.objects.filter(pk=newest.pk).update(counted_at=None, count_at=moment())
    assert "Still to be counted" in text_of(browse(kept.lead).get("/report"))
    CountedDay.objects.update(counted_at=None, count_at=moment())
    assert "Nothing was received in this period that is" not in text_of(
        browse(kept.lead).get("/report")
    )


def test_every_table_is_there_for_a_spreadsheet(kept: Cast) -> None:
    lead = browse(kept.lead)
    for table, first in (("groups", "Care"), ("agents", kept.agent.name)):
        answer_ = lead.get(f"/report/csv?table={table}&days=7")
        assert answer_["Content-Disposition"].startswith(f'attachment; filename="{table}-')
        head, *rows = rows_of(answer_)
        assert (head[1], {row[0] for row in rows} >= {first}) == ("Cases", True)
    assert len(list(rows_of(lead.get("/report/csv?days=7")))) == 8
    assert lead.get("/report/csv?table=people").status_code == 422
    wrong = lead.get("/report/csv?from=2026-11-02&to=2026-11-01")
    assert (wrong.status_code, "It ends before it begins." in text_of(wrong)) == (422, True)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_no_name_is_a_formula(cast: Cast, name: str) -> None:
    source = make_source("shop", name=name)
    answered(cast, source=source)
    count_days()
    rows = rows_of(browse(cast.lead).get("/report/csv?table=sources"))
    assert f"'{name}" in [row[0] for row in rows]


def test_it_needs_no_style_of_its_own(kept: Cast) -> None:
    page = browse(kept.lead).get("/report")
    assert " style=" not in page.content.decode()
    assert "data-chart" in page.content.decode()


def test_it_speaks_korean(kept: Cast) -> None:
    kept.lead.language = "ko"
    kept.lead.save(update_fields=["language"])
    assert "약속을 지켰나요" in text_of(browse(kept.lead).get("/report"))


def test_it_costs_the_same_for_few_and_for_many(kept: Cast) -> None:
    lead = browse(kept.lead)
    cost = cost_of(lead, "/report")
    for n in range(5):
        answered(kept, days_ago=4 + n)
    CountedDay.objects.update(count_at=moment())
    count_days()
    assert cost_of(lead, "/report") == cost <= 10


def test_managers_choose_the_letter_of_the_week(cast: Cast) -> None:
    manager = browse(cast.manager)
    assert "The letter of the week" in text_of(manager.get("/settings"))
    sent(manager.post("/settings/digest", {"digest": "on"}), "/settings")
    assert [wish.user for wish in DigestWish.objects.all()] == [cast.manager]
    sent(manager.post("/settings/digest", {}), "/settings")
    assert not DigestWish.objects.exists()


def test_there_is_none_for_others(cast: Cast) -> None:
    agent = browse(cast.agent)
    assert "The letter of the week" not in text_of(agent.get("/settings"))
    assert agent.post("/settings/digest", {"digest": "on"}).status_code == 422
