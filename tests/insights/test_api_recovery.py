"""The report of repairs over REST: who may read it, of what, and what is refused."""

import csv
from io import StringIO
from json import loads

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessGroup, User
from feedback.intake.models import Source, SourceOwner
from insights.models import RepairRecord, Walked
from insights.sweeps import record_repairs
from tests.cast import Cast, api
from tests.insights.repairing import make_records
from tests.makers import NOW, make_group, make_member, make_ticket
from tickets.recovery.actions.playbooks import write_playbook
from tickets.recovery.models import FailureType
from tickets.work.models import RootCause

pytestmark = pytest.mark.django_db

URL = "/api/v1/reports/recovery"
PERIOD = "first=2026-11-01&last=2026-11-17"


@pytest.fixture(autouse=True)
def _repaired(cast: Cast) -> None:
    make_records([cast.group, cast.other_group], 120, seed=2, days=16)


def sheet(answer) -> list[dict[str, str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def of(group: AccessGroup) -> int:
    return RepairRecord.objects.of_groups([group.pk]).count()


def test_nobody_learns_of_a_group_that_is_not_theirs(cast: Cast) -> None:
    mine, other = (of(group) for group in (cast.group, cast.other_group))
    assert min(mine, other) > 10
    for person, number in (
        (cast.viewer, mine),
        (cast.outsider, other),
        (cast.auditor, mine + other),
    ):
        assert api(person).get(f"{URL}?{PERIOD}").json()["repairs"] == number
        assert len(sheet(api(person).get(f"{URL}/rows.csv?{PERIOD}"))) == number
    for end in ("", ".csv", "/rows.csv"):
        answer = api(cast.outsider).get(f"{URL}{end}?{PERIOD}&group=care")
        told = answer.json()["repairs"] if not end else len(answer.getvalue().splitlines()) - 1
        assert answer.status_code == 200
        if end != ".csv":
            assert told == 0


class TestElsewhere:
    """What a customer did on other tickets, and scored anywhere, stands in the rows of a group."""

    OTHER_TICKETS = {
        *("failure_number", "failed_before_at", "failed_again_at", "same_cause_again_at"),
    }
    OTHER_SCORES = {"later_score", "later_score_at"}

    @pytest.fixture(autouse=True)
    def _numbered(self) -> None:
        RepairRecord.objects.update(failure_number=2)

    def told_to(self, person: User) -> set[str]:
        rows = sheet(api(person).get(f"{URL}/rows.csv?{PERIOD}"))
        assert rows
        return {name for row in rows for name, cell in row.items() if cell}

    def test_is_told_to_whoever_reads_everything(self, cast: Cast) -> None:
        for person in (cast.admin, cast.auditor):
            assert self.told_to(person) >= self.OTHER_TICKETS | self.OTHER_SCORES

    def test_is_not_told_to_whoever_sees_some_groups(self, cast: Cast) -> None:
        for person in (cast.viewer, cast.manager, cast.outsider):
            told = self.told_to(person)
            assert not told & (self.OTHER_TICKETS | self.OTHER_SCORES)
            assert told >= {"received_at", "score_before", "score_after", "person", "value"}

    def test_is_told_to_a_member_of_every_group_by_the_sources_they_see(self, cast: Cast) -> None:
        make_member(cast.other_group, "viewer", cast.manager)
        told = self.told_to(cast.manager)
        assert told >= self.OTHER_TICKETS
        assert not told & self.OTHER_SCORES
        for source in Source.objects.all():
            SourceOwner.objects.create(source=source, group=cast.other_group)
        assert self.told_to(cast.manager) >= self.OTHER_TICKETS | self.OTHER_SCORES

    def test_an_archived_group_is_one_of_them(self, cast: Cast) -> None:
        make_member(cast.other_group, "viewer", cast.manager)
        make_group("old", archived_at=NOW)
        assert not self.told_to(cast.manager) & self.OTHER_TICKETS


def test_a_group_and_a_source_are_picked(cast: Cast) -> None:
    admin = api(cast.admin)
    found = admin.get(f"{URL}?{PERIOD}&group=billing&source=shop-2").json()
    assert [line["key"] for line in found["groups"]] == ["billing"]
    assert [line["key"] for line in found["sources"]] == ["shop-2"]
    rows = sheet(admin.get(f"{URL}/rows.csv?{PERIOD}&group=billing&source=shop-2"))
    assert len(rows) == found["repairs"] > 0
    assert {(row["group"], row["source"]) for row in rows} == {("billing", "shop-2")}


def test_it_says_that_nobody_walks_after_the_history(cast: Cast) -> None:
    def waits() -> bool:
        return api(cast.admin).get(f"{URL}?{PERIOD}").json()["waiting"]

    Walked.objects.create(id=Walked.Why.REPAIRS, entry=0)
    assert not waits()
    ticket = make_ticket(cast.group, received_at=NOW)
    assert ticket.timeline.exists()
    assert waits()
    record_repairs()
    assert not waits()


def test_people_are_numbers_that_hold_for_one_export(cast: Cast) -> None:
    rows = sheet(api(cast.admin).get(f"{URL}/rows.csv?{PERIOD}"))
    first_seen = list(dict.fromkeys(row["person"] for row in rows if row["person"]))
    assert first_seen == [str(number) for number in range(1, len(first_seen) + 1)]
    joined = {str(row.person_id) for row in RepairRecord.objects.exclude(person=None)}
    assert len(first_seen) == len(joined)
    assert not joined & {cell for row in rows for cell in row.values()}


def test_a_table_says_what_the_report_says(cast: Cast) -> None:
    told = api(cast.admin).get(f"{URL}?{PERIOD}").json()
    rows = sheet(api(cast.admin).get(f"{URL}.csv?{PERIOD}&table=causes"))
    assert [row["key"] for row in rows] == [one["key"] for one in told["causes"]]
    by_us = [one["won_back"]["share"] for one in told["causes"]]
    assert [float(r["won_back.share"]) if r["won_back.share"] else None for r in rows] == by_us
    figures = sheet(api(cast.admin).get(f"{URL}.csv?{PERIOD}"))
    found = {row["figure"]: row for row in figures}
    wanted = told["recovered"]["of_answered"]
    assert float(found["recovered.of_answered"]["low"]) == wanted["low"]
    assert found["recovered.of_answered"]["change"] == wanted["change"]
    assert "again.reopened.within_30_days" in found


def test_items_playbooks_and_promoters_are_tables(cast: Cast) -> None:
    write_playbook(slug="billing", name="Charged", by=None, now=NOW, steps=[{"kind": "call"}])
    told = api(cast.admin).get(f"{URL}?{PERIOD}").json()
    tables = {
        table: sheet(api(cast.admin).get(f"{URL}.csv?{PERIOD}&table={table}"))
        for table in ("items", "playbooks", "promoters")
    }
    assert [row["item"] for row in tables["items"]] == ["overall", "fair", "easy", "respect"]
    fair = told["items"]["fair"]
    assert float(tables["items"][1]["good.share"]) == fair["good"]["share"]
    assert float(tables["items"][1]["mean"]) == fair["mean"]
    by_playbook = told["playbooks"]["by_playbook"]
    keys = [(row["key"], row["version"]) for row in tables["playbooks"]]
    assert keys == [("", ""), *((one["key"], str(one["version"])) for one in by_playbook)]
    assert {one["name"] for one in by_playbook if one["key"] == "billing"} == {"Charged"}
    lowest = told["items"]["lowest"]
    of_lowest = {row["item"]: row["lowest.next"] for row in tables["items"] if row["lowest.next"]}
    assert of_lowest == {lowest["item"]: lowest["next"]}
    whose, promoters = [row["whose"] for row in tables["promoters"]], told["promoters"]
    assert whose == ["scored", "all", "reached", "unreached"]
    assert float(tables["promoters"][0]["before.low"]) == promoters["before"]["low"]
    assert float(tables["promoters"][1]["before.low"]) == promoters["all"]["before"]["low"]


def test_counts_and_values_are_tables(cast: Cast) -> None:
    told = api(cast.admin).get(f"{URL}?{PERIOD}").json()
    counts, values = (
        sheet(api(cast.admin).get(f"{URL}.csv?{PERIOD}&table={table}"))
        for table in ("counts", "value")
    )
    found = {row["figure"]: int(row["number"]) for row in counts}
    assert found["eligible"] == told["eligible"] > 0
    assert found["beside.spam"] == told["beside"]["spam"] > 0
    assert found["follow_up.closed_without_contact"] == told["follow_up"]["closed_without_contact"]
    at_risk, retained, unknown = values
    assert (at_risk["value_is"], at_risk["value"]) == ("at_risk", told["value"]["at_risk"]["value"])
    assert int(retained["customers"]) == told["value"]["retained"]["customers"]
    assert int(unknown["customers"]) == told["value"]["unknown"]


def test_a_failure_is_named_by_its_type_or_else_its_cause(cast: Cast) -> None:
    """Both have a book of slugs of their own, in which one may stand twice."""
    FailureType.objects.create(slug="courier-2", name="Late", created_at=NOW)
    RepairRecord.objects.filter(failure_type="late").update(failure_type="courier-2")
    RootCause.objects.filter(slug="courier-2").update(name="The courier")
    told = api(cast.admin).get(f"{URL}?{PERIOD}").json()["gestures"]
    named = {(one["named_by"], one["name"]) for one in told if one["failure"] == "courier-2"}
    assert named == {("type", "Late"), ("cause", "The courier")}
    assert {one["failure"] for one in told if not one["named_by"]} == {""}
    rows = sheet(api(cast.admin).get(f"{URL}.csv?{PERIOD}&table=gestures"))
    assert [(row["failure"], row["named_by"], row["name"]) for row in rows] == [
        (one["failure"], one["named_by"], one["name"]) for one in told
    ]


def test_rows_have_the_items_and_the_playbook_and_no_words(cast: Cast) -> None:
    rows = sheet(api(cast.admin).get(f"{URL}/rows.csv?{PERIOD}"))
    assert {row["playbook_use"] for row in rows} == {"", "followed", "left", "unsaid"}
    assert {row["fair"] for row in rows} >= {"", "2", "5"}
    for row in rows:
        assert bool(row["playbook"]) == bool(row["playbook_version"]) == bool(row["playbook_use"])


def test_a_program_may_ask_for_csv(cast: Cast) -> None:
    for path in (f"{URL}.csv", f"{URL}/rows.csv"):
        answer = api(cast.admin).get(f"{path}?{PERIOD}", HTTP_ACCEPT="text/csv")
        assert answer["Content-Type"].startswith("text/csv")
        assert answer.streaming


@pytest.mark.parametrize("end", [".csv", "/rows.csv"])
def test_an_error_is_a_problem_where_csv_was_asked_for(cast: Cast, end: str) -> None:
    for person, status, code in ((None, 401, "unknown_key"), (cast.admin, 422, "refused")):
        answer = api(person).get(f"{URL}{end}?first=never", HTTP_ACCEPT="text/csv")
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert loads(answer.content)["code"] == code


@pytest.mark.parametrize(
    "wrong, pointer",
    [
        ("first=2026-13-01", "/first"),
        ("first=2020-01-01&last=2026-01-01", "/first"),
        ("weeks=2", "/weeks"),
    ],
)
@pytest.mark.parametrize("end", ["", ".csv", "/rows.csv"])
def test_what_cannot_be_read_is_refused(cast: Cast, end: str, wrong: str, pointer: str) -> None:
    answer = api(cast.agent).get(f"{URL}{end}?{wrong}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_table_that_there_is_not_is_refused(cast: Cast) -> None:
    answer = api(cast.agent).get(f"{URL}.csv?table=people")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/table")


def test_it_costs_the_same_statements_for_few_as_for_many(cast: Cast) -> None:
    client = api(cast.admin)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{URL}?{PERIOD}").status_code == 200
        return len(asked)

    statements()
    few = statements()
    make_records([cast.group], 200, seed=9, days=16)
    assert statements() == few
