"""How the tests of the desk's pages look at them, and fill in their forms."""

import re
from html import unescape
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessGroup, User
from cxloop.kernel.moment import moment
from tests.makers import make_feedback, make_ticket
from tickets.work.models import Ticket


def browse(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def ticket_of_today(group: AccessGroup, **plan: Any) -> Ticket:
    """Received this minute by the clock of the database, which is the one that pages ask."""
    said = make_feedback(nps=2, comment="Parcel never arrived", received_at=moment(), judged=True)
    return make_ticket(group, feedback=said, **plan)


def text_of(response: HttpResponse) -> str:
    """What stands on the page, without its tags."""
    return text_in(response.content.decode())


def text_in(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def nonce_of(response: HttpResponse) -> str:
    """The mark of the first form of a page."""
    found = re.search(r'name="nonce" value="([^"]+)"', response.content.decode())
    assert found
    return found[1]


def shown_on(response: HttpResponse) -> dict[str, str]:
    """What stands in the fields that tell only what was changed, as the page sends it back: itself,
    and once more as what stood there."""
    inputs = re.findall(
        r'<input type="hidden" name="initial-([^"]+)"(?: value="([^"]*)")?',
        response.content.decode(),
    )
    stood = {name: unescape(value) for name, value in inputs}
    return stood | {f"initial-{name}": value for name, value in stood.items()}


def cost_of(client: Client, path: str) -> int:
    """How many statements a page takes, once whatever is read only once has been read."""
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def sent(response: Any, where: str) -> None:
    """The form was taken: the browser is sent on, to read."""
    assert (response.status_code, response.headers.get("Location")) == (303, where), text_of(
        response
    )
