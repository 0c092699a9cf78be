"""Strangers to a group learn nothing of it from any page: by no list, no count, no search, no file;
and an address that they guess says no more than one that leads nowhere."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.urls import reverse

from desk.queue import TABS
from tests.cast import Cast
from tests.desk.browsing import text_in, text_of
from tests.desk.test_page_walls import BEHIND, IN, WALLS, House
from tests.makers import NOW, make_customer, make_feedback, make_ticket
from tickets.sla.models import Policy
from tickets.work.models import Ticket

pytestmark = pytest.mark.django_db

OPEN_TO_THEM = [
    name
    for route, wall in BEHIND.items()
    for method, _, name in [route.partition(" ")]
    if method == "GET" and WALLS[wall]["outsider"] == IN and wall != "doors" and name != "home"
]
TABBED = ("queue", "queue-sheet")
TAB = [f"tab={tab.slug}" for tab in TABS]


@pytest.fixture
def house(cast: Cast) -> House:
    return House(cast)


def complain(cast: Cast, number: int = 0) -> Ticket:
    customer = make_customer(name="Yolanda Quix", email=f"yolanda@{number}.example.com")
    said = make_feedback(nps=1, comment="Xylophone broken", customer=customer, judged=True)
    return make_ticket(cast.group, feedback=said, customer=customer, tags=["zither"])


def words_of(answer: HttpResponse) -> str:
    if answer.streaming:
        return b"".join(answer.streaming_content).decode()
    return answer.content.decode()


def pages(house: House, role: str, queries: list[str]) -> Iterator[tuple[str, str]]:
    for name in OPEN_TO_THEM:
        for query in (*queries, *(TAB if name in TABBED else ())):
            path = f"{reverse(name)}?{query}"
            answer = house.clients[role].get(path)
            assert answer.status_code < 500, path
            yield path, words_of(answer)


def found(house: House, role: str, queries: list[str], secrets: list[str]) -> list[str]:
    """Where somebody reads one of them, but for what they typed themselves."""
    return [
        f"{path}: {secret}"
        for path, words in pages(house, role, queries)
        for secret in secrets
        if secret in words and secret not in path
    ]


def test_on_none_of_them_stands_a_word_of_it(cast: Cast, house: House) -> None:
    ticket = complain(cast)
    secrets = ["Xylophone", "Yolanda", "yolanda@", "zither", ticket.ref]
    looked_for = ["", "tab=all&q=Xylophone", f"tab=all&q={ticket.ref}", f"ticket={ticket.ref}"]
    narrowed = ["tab=all&group=care", f"all=1&tab=all&customer={ticket.customer_id}"]
    assert found(house, "outsider", [*looked_for, *narrowed], secrets) == []
    assert len(found(house, "agent", looked_for[:2], secrets)) > 10


def read(house: House) -> dict[str, str]:
    """Whatever stands on their pages. Policies are the house's: each ticket makes its own here."""
    Policy.objects.filter(slug__startswith="policy-").update(archived_at=NOW)
    return {path: _known(text_in(words)) for path, words in pages(house, "outsider", [""])}


def test_none_of_them_counts_it(cast: Cast, house: House) -> None:
    before = read(house)
    for number in range(3):
        complain(cast, number)
    after = read(house)
    assert {path: words for path, words in after.items() if words != before[path]} == {}


def _absent(known: Any) -> Any:
    if isinstance(known, UUID):
        return UUID("01a2b3c4-0000-7000-8000-000000000000")
    return 999_999_999 if isinstance(known, int) else "T-999999999"


def test_what_is_not_theirs_looks_like_what_does_not_exist(house: House) -> None:
    told_apart = []
    for route, wall in BEHIND.items():
        here = house.where(route.partition(" ")[2])
        if here and WALLS[wall]["outsider"] == 404:
            nowhere = house.knock("outsider", route, [_absent(here[0]), *here[1:]])
            if _told(house.knock("outsider", route)) != _told(nowhere):
                told_apart.append(route)
    assert told_apart == []


def _told(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, _known(text_of(answer))


def _known(words: str) -> str:
    """But for the number of the request, in the last line of what was refused."""
    return re.sub(r"(\d{3} · \w+) · [0-9a-f]{16}", r"\1", words)
