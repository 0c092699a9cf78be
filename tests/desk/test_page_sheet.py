"""The list as a file for a spreadsheet …"""

import csv
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from desk import sheet
from desk.sheet import COLUMNS
from tests.cast import Cast, api
from tests.desk.browsing import browse, text_of
from tests.makers import make_customer, make_feedback, make_ticket
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db

SHEET = "/queue/tickets.csv"


def text(client: Client, query: str = "tab=all") -> str:
    response = client.get(f"{SHEET}?{query}")
    assert response.status_code == 200, text_of(response)
    assert response.streaming
    return b"".join(response.streaming_content).decode("utf-8-sig")


def table(person: User, query: str = "tab=all") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text(browse(person), query), newline="")))


def test_it_is_named_and_is_no_page(cast: Cast) -> None:
    response = browse(cast.agent).get(f"{SHEET}?tab=mine")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="tickets-mine-20')
    assert response["Cache-Control"] == "no-store"


def test_it_has_the_columns_of_the_api_and_their_values(cast: Cast) -> None:
    kim = make_customer("kim@example.com", name="김서연", value="1240.50", segment="gold")
    said = make_feedback(nps=2, comment="환불해 주세요", customer=kim, judged=True)
    ticket = make_ticket(cast.group, customer=kim, feedback=said, tags=["a", "b"])
    (row,) = table(cast.agent)
    shown = api(cast.agent).get(f"/api/v1/tickets/{ticket.ref}").json()
    assert tuple(row) == COLUMNS
    for name in ("ref", "subject", "status", "priority", "next_due_at", "created_at"):
        assert row[name] == shown[name]
    assert row["group.slug"] == shown["group"]["slug"]
    for name in ("id", "name", "email", "value", "segment"):
        assert row[f"customer.{name}"] == shown["customer"][name]
    assert (row["score.type"], row["score.value"], row["tags"]) == ("nps", "2", "a,b")
    assert (row["imported"], row["assignee.name"], row["closed_at"]) == ("false", "", "")


def test_its_times_are_in_utc(cast: Cast) -> None:
    cast.agent.time_zone = "Asia/Seoul"
    cast.agent.save()
    ticket = make_ticket(cast.group)
    at = datetime(2026, 11, 20, 9, 0, 0, 5, tzinfo=UTC)
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=at)
    assert table(cast.agent)[0]["next_due_at"] == "2026-11-20T09:00:00.000005Z"


def test_it_is_the_list_as_filtered(cast: Cast) -> None:
    mine, other = make_ticket(cast.group, assignee=cast.agent), make_ticket(cast.group, tags=["x"])
    assert [row["ref"] for row in table(cast.agent)] == [mine.ref, other.ref]
    assert [row["ref"] for row in table(cast.agent, "tab=mine")] == [mine.ref]
    assert [row["ref"] for row in table(cast.agent, "tab=groups&tag=x")] == [other.ref]
    assert browse(cast.agent).get(f"{SHEET}?colour=red").status_code == 422


def test_nothing_stands_in_it_that_is_not_theirs(cast: Cast) -> None:
    make_ticket(cast.group, subject="Secret parcel")
    assert table(cast.outsider) == []
    assert "Secret" not in text(browse(cast.outsider))


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_no_cell_is_a_formula(cast: Cast, begin: str) -> None:
    customer = make_customer(name=f"{begin}HYPERLINK()", external_id=f"{begin}1")
    make_ticket(cast.group, customer=customer, subject=f'{begin}1+1,"x"', tags=[f"{begin}t"])
    (row,) = table(cast.agent)
    assert row["subject"] == f'\'{begin}1+1,"x"'
    assert row["customer.name"] == f"'{begin}HYPERLINK()"
    assert row["customer.external_id"] == f"'{begin}1"
    assert row["tags"] == f"'{begin}t"


def test_it_goes_on_over_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "A_BATCH", 2)
    made = [make_ticket(cast.group).ref for _ in range(5)]
    assert [row["ref"] for row in table(cast.agent)] == made


def test_a_batch_costs_the_same_however_many_stand_in_it(cast: Cast) -> None:
    agent = browse(cast.agent)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(agent)
        return len(seen)

    make_ticket(cast.group)
    cost()
    few = cost()
    for _ in range(6):
        make_ticket(cast.group)
    assert cost() == few


def test_the_queue_leads_to_it(cast: Cast) -> None:
    page: Any = browse(cast.agent).get("/queue?tab=groups&tag=x").content.decode()
    assert 'href="/queue/tickets.csv?tab=groups&amp;tag=x"' in page
