"""The report of repairs, on a page and as tables."""

import csv
from collections.abc import Iterator

import pytest

from accounts.models import User
from cxloop.kernel.moment import moment
from insights import recovery
from insights.models import RepairRecord, RepairRecordQuerySet, Unrecorded
from insights.recovery_tables import TABLES
from tests.cast import Cast
from tests.desk.browsing import browse, cost_of, text_of
from tests.insights.repairing import BEGIN, make_records
from tests.makers import NOW
from tickets.recovery.actions.playbooks import write_playbook
from tickets.recovery.models import FailureType
from tickets.work.models import RootCause

pytestmark = pytest.mark.django_db

PAGE = "/report/recovery"
STEPS = [{"kind": "call"}]
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


def test_it_answers_from_one_place_and_leads_on_from_there(repaired: Cast) -> None:
    RootCause.objects.filter(slug="courier-5").update(name="The courier lost it")
    page = browse(repaired.manager).get(PAGE + PERIOD)
    words, told, html = text_of(page), page.context["told"], page.content.decode()
    in_time, won = told["follow_up"]["in_48_hours"], told["recovered"]["of_eligible"]
    assert f"a person reached {in_time['part']} of {in_time['whole']} within 48 hours" in words
    assert f"by their own word: {won['part']} of {won['whole']}" in words
    assert "is what each customer who was won back cost" in words
    alive = page.context["alive"]
    assert alive["key"] == "courier-5"
    assert f"The courier lost it is still alive: {alive['number']} repairs, the last on" in words
    for section in ("answered", "won", "cost", "causes"):
        assert html.count(f'href="#{section}"') == html.count(f'id="{section}"') == 1


def test_what_is_not_known_or_held_back_is_no_cause_that_lives(cast: Cast) -> None:
    make_records([cast.group], 150, seed=5, days=17)
    RepairRecord.objects.filter(cause__slug="courier-5").update(cause=None)
    alive = browse(cast.manager).get(PAGE + PERIOD).context["alive"]
    assert alive["key"] == "warehouse-5"
    RepairRecord.objects.update(cause=None)
    page = browse(cast.manager).get(PAGE + PERIOD)
    assert page.context["alive"] is None
    assert "No root cause was met often enough to be told." in text_of(page)


def test_how_many_answers_a_colleague_heard_stands_beside_who_was_won_back(repaired: Cast) -> None:
    page = browse(repaired.manager).get(PAGE + PERIOD)
    heard = page.context["told"]["recovered"]["heard"]
    assert 0 < heard["part"] < heard["whole"]
    said = f"{heard['part']} of these {heard['whole']} answers a colleague heard and wrote down"
    assert said in text_of(page)
    RepairRecord.objects.update(is_heard=False)
    words = text_of(browse(repaired.manager).get(PAGE + PERIOD))
    assert "No colleague heard and wrote down any of these answers" in words


def test_items_playbooks_and_net_promoters_are_told(repaired: Cast) -> None:
    write_playbook(slug="billing", name="Charged wrongly", by=None, now=NOW, steps=STEPS)
    page = browse(repaired.manager).get(PAGE + PERIOD)
    words, told = text_of(page), page.context["told"]
    fair, led = told["items"]["fair"]["good"], told["playbooks"]["followed"]
    assert f"{fair['part']} of {fair['whole']}" in words
    assert f"{led['part']} of {led['whole']}" in words
    assert "Charged wrongly version 2" in words
    assert "Associated with following it, not caused by it" in words
    assert f"of {told['promoters']['before']['number']} who had scored" in words
    assert told["promoters"]["before"]["nps"] == -1


def test_without_items_and_playbooks_it_says_so(repaired: Cast) -> None:
    blank = {"playbook": "", "playbook_version": None, "playbook_use": ""}
    RepairRecord.objects.update(fair=None, easy=None, respect=None, **blank)
    words = text_of(browse(repaired.manager).get(PAGE + PERIOD))
    assert "Too few answered all three to say which is lowest." in words
    assert "No playbook fitted a repair of this period, or none is offered." in words


def test_a_failure_of_a_gesture_is_told_by_its_name(repaired: Cast) -> None:
    FailureType.objects.create(slug="late", name="Came late", created_at=NOW)
    RepairRecord.objects.filter(failure_type="broken").update(failure_type="")
    RootCause.objects.filter(slug="courier-5").update(name="The courier lost it")
    words = text_of(browse(repaired.manager).get(PAGE + PERIOD))
    told = words[words.index("Which gestures went with which result") :]
    assert "Came late Apology" in told
    assert "The courier lost it Root cause Apology" in told
    assert "courier-5" not in told


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
    assert "group" in asked.context["form"].errors
    assert [line["key"] for line in asked.context["told"]["groups"]] == ["billing"]


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


@pytest.mark.parametrize("table", TABLES)
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


def test_what_customers_did_elsewhere_is_in_the_rows_of_who_sees_it_all(repaired: Cast) -> None:
    def told_to(person: User) -> set[str]:
        head, *rows = rows_of(browse(person).get(f"{PAGE}/rows{PERIOD}"))
        return {name for row in rows for name, cell in zip(head, row, strict=True) if cell}

    elsewhere = {"failed_again_at", "later_score", "later_score_at"}
    note = "Left blank in your rows is what customers did in groups that you do not see"
    assert told_to(repaired.auditor) >= elsewhere
    assert not told_to(repaired.manager) & elsewhere
    for person, is_said in ((repaired.auditor, False), (repaired.manager, True)):
        assert (note in text_of(browse(person).get(PAGE + PERIOD))) == is_said


def test_a_table_that_there_is_not_is_refused(cast: Cast) -> None:
    assert browse(cast.manager).get(f"{PAGE}/csv?table=people").status_code == 422


@pytest.mark.parametrize("end", ["csv", "rows"])
@pytest.mark.parametrize(
    "wrong, words",
    [
        ("?from=2026-02-30", "Enter a valid date."),
        ("?from=2026-11-02&to=2026-11-01", "It ends before it begins."),
        ("?source=nowhere", "Select a valid choice. nowhere is not one of the available choices."),
    ],
)
def test_what_is_wrong_with_the_period_is_said(
    cast: Cast, end: str, wrong: str, words: str
) -> None:
    answer = browse(cast.manager).get(f"{PAGE}/{end}{wrong}")
    assert answer.status_code == 422
    assert words in text_of(answer)


def test_korean(repaired: Cast) -> None:
    type(repaired.manager).objects.filter(pk=repaired.manager.pk).update(language="ko")
    words = text_of(browse(repaired.manager).get(PAGE + PERIOD))
    assert "고객" in words
    assert words.count("이후 변화") == 2
    assert "변경" not in words
    assert "쿠폰" not in words
    assert "중앙값 비용" in words


def test_its_statements_do_not_grow_with_what_is_stored(repaired: Cast) -> None:
    person = browse(repaired.manager)
    few = cost_of(person, PAGE + PERIOD)
    make_records([repaired.group], 100, seed=6, days=17)
    assert cost_of(person, PAGE + PERIOD) == few
