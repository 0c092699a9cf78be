"""The report of repairs over REST: who may read it, of what, and what is refused."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessGroup
from insights.models import RepairRecord
from tests.cast import Cast, api
from tests.insights.repairing import make_records

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


def test_a_group_and_a_source_are_picked(cast: Cast) -> None:
    admin = api(cast.admin)
    found = admin.get(f"{URL}?{PERIOD}&group=billing&source=shop-2").json()
    assert [line["key"] for line in found["groups"]] == ["billing"]
    assert [line["key"] for line in found["sources"]] == ["shop-2"]
    rows = sheet(admin.get(f"{URL}/rows.csv?{PERIOD}&group=billing&source=shop-2"))
    assert len(rows) == found["repairs"] > 0
    assert {(row["group"], row["source"]) for row in rows} == {("billing", "shop-2")}


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


def test_a_program_may_ask_for_csv(cast: Cast) -> None:
    for path in (f"{URL}.csv", f"{URL}/rows.csv"):
        answer = api(cast.admin).get(f"{path}?{PERIOD}", HTTP_ACCEPT="text/csv")
        assert answer["Content-Type"].startswith("text/csv")
        assert answer.streaming


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
