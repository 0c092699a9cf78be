"""A list of tickets is asked for what stands in their fields …"""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, api
from tests.makers import make_ticket
from tests.work.fields import BOUGHT, ORDER, SIZE, TOTAL, make_fields, said
from tickets.work.actions.fields import archive_field
from tickets.work.filters import narrow
from tickets.work.finding import ticket_filters
from tickets.work.models import Ticket, TicketField

pytestmark = pytest.mark.django_db

CONTEXTS = {
    "a": {"order": {"id": "A-1001", "total": 50, "at": "2026-11-01"}, "size": "Small"},
    "b": {"order": {"id": "A-1002", "total": 150, "at": "2026-11-15"}, "size": "Large"},
    "c": {"order": {"id": "Seoul, 7%_\\", "total": -1.5}},
    "d": {},
}


@pytest.fixture
def tickets(cast: Cast) -> dict[str, Ticket]:
    make_fields(ORDER, TOTAL, BOUGHT, SIZE)
    return {
        name: make_ticket(cast.group, feedback=said(context)) for name, context in CONTEXTS.items()
    }


def asked(person: Any, **said: Any) -> Any:
    return api(person).get("/api/v1/tickets", {f"field.{k}": v for k, v in said.items()})


def found(cast: Cast, tickets: dict[str, Ticket], **said: Any) -> str:
    refs = {ticket.ref: name for name, ticket in tickets.items()}
    return "".join(sorted(refs[row["ref"]] for row in asked(cast.agent, **said).json()["results"]))


ASKED = [
    ({"order_no": "A-1001"}, "a"),
    ({"order_no": "a-1001"}, "a"),
    ({"order_no": "A-1001,A-1002"}, "ab"),
    ({"order_no": ["A-1001", "A-1002"]}, "ab"),
    ({"order_no": "A-10*"}, "ab"),
    ({"order_no": "seoul, 7%_\\"}, "c"),
    ({"order_no": "seoul, 7%_*"}, "c"),
    ({"order_no": "%*"}, ""),
    ({"order_no": "A-100"}, ""),
    ({"order_no": "*"}, "abc"),
    ({"order_no": "none"}, "d"),
    ({"order_value": "50"}, "a"),
    ({"order_value": "50.00"}, "a"),
    ({"order_value": ">50"}, "b"),
    ({"order_value": ">=50"}, "ab"),
    ({"order_value": "<50"}, "c"),
    ({"order_value": "<=50"}, "ac"),
    ({"order_value": "0..100"}, "a"),
    ({"order_value": "..100"}, "ac"),
    ({"order_value": "100..,none"}, "bd"),
    ({"bought_on": "2026-11-01"}, "a"),
    ({"bought_on": ">2026-11-01"}, "b"),
    ({"bought_on": "2026-11-01..2026-11-30"}, "ab"),
    ({"bought_on": "none"}, "cd"),
    ({"size": "small"}, "a"),
    ({"size": "small,Large"}, "ab"),
    ({"size": "*", "order_value": ">100"}, "b"),
]


@pytest.mark.parametrize("said, names", ASKED)
def test_as_it_is_said(
    cast: Cast, tickets: dict[str, Ticket], said: dict[str, Any], names: str
) -> None:
    assert found(cast, tickets, **said) == names


@pytest.mark.parametrize(
    "said, code",
    [
        ({"order_value": "much"}, "unknown_value"),
        ({"order_value": ">"}, "unknown_value"),
        ({"bought_on": "soon"}, "unknown_value"),
        ({"size": "Medium"}, "unknown_value"),
        ({"order_no": " "}, "unknown_value"),
        ({"nothing": "1"}, "unknown_filter"),
        ({"": "1"}, "unknown_filter"),
    ],
)
def test_or_refused(
    cast: Cast, tickets: dict[str, Ticket], said: dict[str, Any], code: str
) -> None:
    answer = asked(cast.agent, **said)
    (name,) = said
    assert answer.status_code == 422
    assert [(f["pointer"], f["code"]) for f in answer.json()["errors"]] == [
        (f"/field.{name}", code)
    ]


def test_never_beyond_what_the_person_may_see(cast: Cast, tickets: dict[str, Ticket]) -> None:
    assert asked(cast.outsider, order_no="*").json()["results"] == []
    assert asked(cast.outsider, order_no="none").json()["results"] == []
    assert len(asked(cast.auditor, order_no="*").json()["results"]) == 3


def test_not_by_one_that_is_archived(cast: Cast, tickets: dict[str, Ticket], now: datetime) -> None:
    archive_field(TicketField.objects.get(slug="size"), by=cast.admin, now=now)
    assert asked(cast.agent, size="small").status_code == 422
    shown = api(cast.agent).get(f"/api/v1/tickets/{tickets['a'].ref}").json()["fields"]
    assert shown == {"order_no": "A-1001", "order_value": "50", "bought_on": "2026-11-01"}


def test_none_is_looked_up_that_is_not_asked_for(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as seen:
        ticket_filters(cast.agent, QueryDict("status=new"))
    assert len(seen) == 0


def test_by_an_index(cast: Cast, tickets: dict[str, Ticket]) -> None:
    """Whatever the size of the house: what is sought is not read row by row."""
    ticket = tickets["a"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for asked, index in (
            ("order_no=A-1001", "field_text"),
            ("order_no=A-10*", "field_text"),
            ("order_value=>100", "field_number"),
            ("bought_on=2026-11-01..2026-11-30", "field_day"),
        ):
            rows = narrow(
                Ticket.objects.all(),
                QueryDict(f"field.{asked}"),
                ticket_filters(cast.admin, QueryDict(f"field.{asked}")),
            )
            plan = rows.filter(pk__lte=ticket.pk + 9).explain()
            assert index in plan, plan
