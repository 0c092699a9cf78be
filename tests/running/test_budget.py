"""A hundred approvals at once on a budget for ten, over HTTP, by the real processes."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.running.test_mail import psycopg_of
from tests.services import Service

MANY, ROOM = 100, 10
SPENT = """
SELECT sum(gesture.amount), (SELECT spent FROM recovery_budgetmonth)
FROM recovery_gesture gesture WHERE gesture.currency = 'CHF' AND gesture.state = 'promised'
"""


@pytest.fixture
def web(running_service: Service) -> Iterator[httpx.Client]:
    limits = httpx.Limits(max_connections=MANY)
    with httpx.Client(
        base_url=f"{running_service.base_url}/api/v1/", timeout=120, limits=limits
    ) as client:
        yield client


def test_it_is_never_overspent(running_service: Service, web: httpx.Client) -> None:
    tokens = {who: user["token"] for who, user in running_service.demo["users"].items()}

    def call(who: str, path: str, body: Any) -> httpx.Response:
        return web.post(path, json=body, headers={"Authorization": f"Bearer {tokens[who]}"})

    def ask(number: int) -> str:
        """A gesture that waits, each on a ticket of its own: nothing but the budget is common."""
        heard = {"group": "care", "channel": "phone", "comment": f"It broke, number {number}."}
        ref = call("agent", "tickets", heard).json()["ref"]
        gesture = {"kind": "refund", "amount": "1.00", "currency": "CHF"}
        shown = call("agent", f"tickets/{ref}/recovery/gestures", gesture).json()
        return f"tickets/{ref}/gestures/{shown['gestures'][0]['id']}/approve"

    budget = {"group": "care", "currency": "CHF", "amount": f"{ROOM}.00"}
    assert call("admin", "gesture-budgets", budget).status_code == 201
    with ThreadPoolExecutor(8) as pool:
        waiting = list(pool.map(ask, range(MANY)))
    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(lambda path: call("lead", path, {}), waiting))
    said = Counter(answer.json().get("code", "approved") for answer in answers)
    assert said == {"approved": ROOM, "over_budget": MANY - ROOM}
    with psycopg_of(running_service) as connection:
        promised, spent = connection.execute(SPENT).fetchone()
    assert promised == spent == Decimal(ROOM)
