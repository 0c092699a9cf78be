"""A body that breaks off …"""

import io
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from cxloop.kernel.whole_bodies import WholeBodies, WholeBody
from cxloop.wsgi import application
from tests.cast import Cast
from tests.desk.browsing import browse, sent, ticket_of_today
from tickets.work.models import TimelineEntry

pytestmark = pytest.mark.django_db
WORDS = {"body": "We shall not pay this back, unless you send it to us."}
LINES = "application/x-www-form-urlencoded"


def post(client: Client, where: str, body: bytes, kind: str, *, cut: int = 0) -> Any:
    stream = WholeBody(io.BytesIO(body[: len(body) - cut]), len(body))
    facts: dict[str, Any] = {"CONTENT_LENGTH": str(len(body)), "wsgi.input": stream}
    return client.generic("POST", where, CONTENT_TYPE=kind, **facts)


@pytest.mark.parametrize(
    "body, kind",
    [(urlencode(WORDS).encode(), LINES), (encode_multipart(BOUNDARY, WORDS), MULTIPART_CONTENT)],
)
def test_is_not_half_of_a_letter(body: bytes, kind: str, cast: Cast) -> None:
    ticket = ticket_of_today(cast.group)
    where = f"/tickets/{ticket.ref}/reply"
    assert post(browse(cast.agent), where, body, kind, cut=30 + len(BOUNDARY)).status_code == 400
    assert not TimelineEntry.objects.filter(kind="reply").exists()
    sent(post(browse(cast.agent), where, body, kind), f"/tickets/{ticket.ref}")
    assert TimelineEntry.objects.get(kind="reply").text == WORDS["body"]


def test_is_read_to_its_end_where_it_has_one() -> None:
    whole = WholeBody(io.BytesIO(b"one\ntwo three"), 13)
    assert (whole.readline(), whole.read(3), whole.read(), whole.read()) == (
        *(b"one\n", b"two", b" three"),
        b"",
    )


@pytest.mark.parametrize("read", ["read", "readline"])
def test_is_an_error_of_its_connection(read: str) -> None:
    with pytest.raises(ConnectionAbortedError):
        getattr(WholeBody(io.BytesIO(b"half"), 8), read)()


def test_is_met_by_what_serves_us() -> None:
    assert isinstance(application, WholeBodies)
    served = WholeBodies(lambda environ, _: [environ["wsgi.input"].read()])
    with pytest.raises(ConnectionAbortedError):
        served({"CONTENT_LENGTH": "8", "wsgi.input": io.BytesIO(b"half")}, None)
    assert served({"wsgi.input": io.BytesIO(b"chunked")}, None) == [b"chunked"]
