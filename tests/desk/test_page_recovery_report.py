"""The report of repairs, on a page and as tables."""

import csv
from collections.abc import Iterator

import pytest

from cxloop.kernel.moment import moment
from insights import recovery
from insights.models import RepairRecord, RepairRecordQuerySet, Unrecorded
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, text_of
from tests.insights.repairing import BEGIN, make_records

pytestmark = pytest.mark.django_db

PAGE = "/report/recovery"
PERIOD = "?from=2026-11-01&to=2026-11-17"


@pytest.fixture
def repaired(cast: Cast) -> Cast:
    """Most in the group of the cast, some in the other."""
    make_records([cast.group, cast.other_group], 150, seed=5, days=17)
    return cast


def repaired_by(cast: Cast) -> RepairRecordQuerySet:
    return RepairRecord.objects.of_groups([cast.group.pk])


def rows_of(response) -> Iterator[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return csv.reader(text.splitlines())


def test_one_page_says_who_was_answered_won_back_at_what_cost_and_which_cause_lives(
    repaired: Cast,
) -> None:
    page = browse(repaired.manager).get(PAGE + PERIOD)
    words, told = text_of(page), page.context["told"]
    in_time = told["follow_up"]["in_48_hours"]
    assert f"within 48 real hours: {in_time['part']} of {in_time['whole']}" in words
    won = told["recovered"]["of_answered"]
    assert f"{won['part']} of {won['whole']}" in words
    assert told["costs"][0]["per_won_back"] in words
    assert told["causes"][0]["name"] in words
    assert "Too few in one of the two periods to compare." in words
    assert "Associated is not caused" in words


def test_each_figure_says_how_it_is_worked_out(repaired: Cast) -> None:
    words = text_of(browse(repaired.manager).get(PAGE + PERIOD))
    for formula in (
        "reached within 48 hours of the receipt, divided by all of them",
        "Answers divided by the customers who were asked",
        "after Kaplan and Meier",
        "Student's 95 % interval",
        "also on those who were not, divided by those who were",
    ):
        assert formula in words


def test_curves_are_a_table_without_javascript(repaired: Cast) -> None:
    words = text_of(browse(repaired.manager).get(PAGE + PERIOD))
    assert "48 h" in words
    assert "Knew that we have it" in words


def test_it_is_cut_to_the_groups_one_sees(repaired: Cast) -> None:
    seen = {
        who: browse(getattr(repaired, who)).get(PAGE + PERIOD).context["told"]
        for who in ("manager", "outsider", "admin")
    }
    assert [line["key"] for line in seen["manager"]["groups"]] == ["care"]
    assert [line["key"] for line in seen["outsider"]["groups"]] == ["billing"]
    both = seen["manager"]["eligible"] + seen["outsider"]["eligible"]
    assert seen["admin"]["eligible"] == both
    asked = browse(repaired.outsider).get(f"{PAGE}{PERIOD}&group=care")
    assert asked.context["told"]["repairs"] == 0 or "group" in asked.context["form"].errors


def test_a_source_is_picked(repaired: Cast) -> None:
    page = browse(repaired.admin).get(f"{PAGE}{PERIOD}&source=shop-5")
    assert [line["key"] for line in page.context["told"]["sources"]] == ["shop-5"]


def test_nothing_received_says_what_will_stand_here(cast: Cast) -> None:
    page = browse(cast.manager).get(PAGE)
    assert page.status_code == 200
    assert "No complaint was received in this period that counts here." in text_of(page)


def test_too_much_is_said_and_can_be_had_as_rows(
    repaired: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "MOST_READ", 20)
    page = browse(repaired.manager).get(PAGE + PERIOD)
    assert page.status_code == 200
    assert "choose fewer days" in text_of(page)
    assert browse(repaired.manager).get(f"{PAGE}/csv{PERIOD}").status_code == 422
    assert len(list(rows_of(browse(repaired.manager).get(f"{PAGE}/rows{PERIOD}")))) > 100


def test_few_are_held_back(cast: Cast) -> None:
    make_records([cast.group], 4, seed=1, days=2)
    words = text_of(browse(cast.manager).get(PAGE + PERIOD))
    assert "fewer than five" in words


def test_it_says_that_some_are_being_recorded(repaired: Cast) -> None:
    assert "are being recorded" not in text_of(browse(repaired.manager).get(PAGE + PERIOD))
    ticket = RepairRecord.objects.earliest("pk").ticket_id
    Unrecorded.objects.create(ticket_id=ticket, since=moment())
    assert "are being recorded" in text_of(browse(repaired.manager).get(PAGE + PERIOD))


@pytest.mark.parametrize("table", ["figures", "days", "times", "costs", "causes", "gestures"])
def test_each_table_comes_as_csv(repaired: Cast, table: str) -> None:
    answer = browse(repaired.manager).get(f"{PAGE}/csv{PERIOD}&table={table}")
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{table}-2026-11-01')
    head, *rows = rows_of(answer)
    assert rows
    assert all(len(row) == len(head) for row in rows)


def test_the_repairs_themselves_come_as_csv_and_name_no_customer(repaired: Cast) -> None:
    head, *rows = rows_of(browse(repaired.manager).get(f"{PAGE}/rows{PERIOD}"))
    until = BEGIN.replace(day=18, hour=0)
    assert len(rows) == repaired_by(repaired).filter(received_at__lt=until).count() > 100
    people = {row[head.index("person")] for row in rows} - {""}
    assert people == {str(number) for number in range(1, len(people) + 1)}
    assert {row[head.index("group")] for row in rows} == {"care"}


@pytest.mark.parametrize("wrong", ["?table=people", "?from=2026-02-30"])
def test_a_table_that_there_is_not_is_refused(cast: Cast, wrong: str) -> None:
    assert browse(cast.manager).get(f"{PAGE}/csv{wrong}").status_code == 422


def test_korean(repaired: Cast) -> None:
    type(repaired.manager).objects.filter(pk=repaired.manager.pk).update(language="ko")
    words = text_of(browse(repaired.manager).get(PAGE + PERIOD))
    assert "고객" in words


def test_its_statements_do_not_grow_with_what_is_stored(repaired: Cast) -> None:
    person = browse(repaired.manager)
    few = cost_of(person, PAGE + PERIOD)
    make_records([repaired.group], 100, seed=6, days=17)
    assert cost_of(person, PAGE + PERIOD) == few
