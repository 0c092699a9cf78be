"""How the tests of the desk's API ask, and read what comes back."""

import threading
from typing import Any

from django.db import connections
from rest_framework.response import Response

from accounts.models import User
from tests.cast import api
from tickets.work.models import Ticket, TimelineEntry


def tell(person: User | None, ticket: Ticket, verb: str, body: Any = None) -> Response:
    return api(person).post(f"/api/v1/tickets/{ticket.ref}/{verb}", body or {})


def done(response: Response) -> dict[str, Any]:
    assert response.status_code == 200, response.json()
    return response.json()


def refusal(response: Response) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def faults(response: Response) -> list[tuple[str, str]]:
    assert response.status_code == 422, response.json()
    return [(fault["pointer"], fault["code"]) for fault in response.json()["errors"]]


def entries(ticket: Ticket) -> int:
    return TimelineEntry.objects.filter(ticket=ticket).count()


def at_once(*acts: Any) -> list[str]:
    """What each act returned or raised, by the name of its class."""
    said: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Any) -> None:
        start.wait()
        try:
            said.append(type(act()).__name__)
        except Exception as error:
            said.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)
