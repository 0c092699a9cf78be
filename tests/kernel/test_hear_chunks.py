"""A body that comes in chunks, without a length …"""

import io
import json
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.makers import make_ticket, make_token
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db


class Broken(io.BytesIO):
    def read(self, *_: Any) -> bytes:
        raise OSError("no chunk")


def say(cast: Cast, verb: str, stream: io.BytesIO) -> tuple[Any, Ticket]:
    """As a server gives such a body on: without a length, ending by itself."""
    ticket = make_ticket(cast.group)
    body: dict[str, Any] = {
        "CONTENT_TYPE": "application/json",
        "wsgi.input": stream,
        "wsgi.input_terminated": True,
    }
    client = Client(headers={"Authorization": f"Bearer {make_token(cast.agent)}"})
    answer = client.generic("POST", f"/api/v1/tickets/{ticket.ref}/{verb}", **body)
    ticket.refresh_from_db()
    return answer, ticket


def test_it_is_heard(cast: Cast) -> None:
    until = {"until": "2126-11-22T09:00:00Z"}
    answer, _ = say(cast, "wait", io.BytesIO(json.dumps(until).encode()))
    assert answer.status_code == 200, answer.json()
    assert answer.json()["waiting_until"] == until["until"]


def test_it_is_cut_where_it_is_too_large(cast: Cast) -> None:
    stream = io.BytesIO(b'{"body": "' + b"x" * 5_000_000)
    answer, _ = say(cast, "note", stream)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert stream.tell() < 100_000


def test_it_is_refused_where_it_breaks_off(cast: Cast) -> None:
    answer, ticket = say(cast, "wait", Broken())
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
    assert ticket.status == "new"
