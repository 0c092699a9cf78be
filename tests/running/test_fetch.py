"""What is written to a mailbox elsewhere is a ticket in seconds, in the house as `up` runs it."""

from collections.abc import Iterator

import httpx
import pytest

from tests.email.dovecot import Dovecot, dovecot
from tests.email.imap import facts_of
from tests.running.people import soon
from tests.running.test_mail import mail, tickets_of
from tests.services import Service

pytestmark = pytest.mark.dovecot


@pytest.fixture
def server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


def test_a_complaint_elsewhere_is_a_ticket(running_service: Service, server: Dovecot) -> None:
    headers = {"Authorization": f"Bearer {running_service.demo['users']['admin']['token']}"}
    where = "/api/v1/sources/mail/imap-accounts"
    with httpx.Client(base_url=running_service.base_url, headers=headers, timeout=30) as admin:
        made = admin.post(where, json=facts_of(server)).json()
        one = f"{where}/{made['id']}"
        assert admin.post(f"{one}/try").json()["messages"] == 0
        soon(lambda: admin.get(one).json()["fetched_at"])
        words = "The wardrobe came without its doors"
        # Nobody else's: a second complaint of one customer would join the ticket of the first.
        said = mail(words, "care@shop.example", From="haneul@customer.example")
        server.deliver(said.as_bytes())
        assert len(soon(lambda: tickets_of(running_service, words))) == 1
        assert admin.delete(one).status_code == 204
