"""cut_page, and the pages of lists …"""

from base64 import urlsafe_b64encode
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest

from accounts.models import User
from cxloop.kernel.pages import Cursor, Order, cut_page, read_cursor, read_order
from tests.cast import Cast, api
from tests.makers import NOW, make_person

ORDERS = ["pk", "-pk", "away_until", "-away_until", "language", "-language", "created_at"]


@pytest.fixture
def people(db: None) -> list[User]:
    """Many share a value, and many have none."""
    return [
        make_person(
            away_until=None if n % 3 == 0 else NOW + timedelta(microseconds=n % 4),
            language="ko" if n < 9 else "en",
            created_at=NOW + timedelta(seconds=n),
        )
        for n in range(23)
    ]


def as_read(cursor: Cursor, order: Order) -> Cursor | None:
    """Through the address, as clients follow it."""
    return read_cursor(cursor.written(), User.objects.all(), order)


def walk(order: str, size: int) -> tuple[list[list[User]], list[list[User]]]:
    """All pages forwards, then all of them backwards from the last."""
    chosen = read_order(User.objects.all(), order)
    forwards, cursor = [], None
    while True:
        page = cut_page(User.objects.all(), chosen, cursor, size=size)
        forwards.append(page.rows)
        if page.next is None:
            break
        cursor = as_read(page.next, chosen)
    backwards = [page.rows]
    while page.previous is not None:
        page = cut_page(User.objects.all(), chosen, as_read(page.previous, chosen), size=size)
        backwards.append(page.rows)
    return forwards, backwards


@pytest.mark.parametrize("size", [1, 4, 23, 50])
@pytest.mark.parametrize("order", ORDERS)
def test_it_shows_every_row_once_in_order_and_the_same_way_back(
    people: list[User], order: str, size: int
) -> None:
    forwards, backwards = walk(order, size)
    sign = "-" if order.startswith("-") else ""
    in_order = list(User.objects.order_by(order, f"{sign}pk"))
    assert list(chain(*forwards)) == in_order
    assert list(chain(*reversed(backwards))) == in_order


def test_it_shifts_nothing_when_rows_before_it_go(people: list[User]) -> None:
    order = read_order(User.objects.all(), "pk")
    first = cut_page(User.objects.all(), order, None, size=5)
    remaining = User.objects.exclude(pk__in=[row.pk for row in first.rows])
    assert cut_page(remaining, order, first.next, size=5).rows == people[5:10]


def test_it_is_followed_by_links(cast: Cast) -> None:
    admin, seen, address = api(cast.admin), [], "/api/v1/users?page_size=2"
    while address:
        page = admin.get(address).json()
        seen += [person["id"] for person in page["results"]]
        address = page["next"]
    assert seen == list(User.objects.order_by("pk").values_list("pk", flat=True))
    assert page["previous"].startswith("http://testserver/api/v1/users?")


def written(value: Any, key: Any) -> str:
    return Cursor(value, key).written()


@pytest.mark.parametrize(
    "query",
    [
        "cursor=nonsense",
        "cursor=%00",
        "cursor=é",
        f"cursor={urlsafe_b64encode(b'{}').decode()}",
        f"cursor={urlsafe_b64encode(b'[1,2]').decode()}",
        f"cursor={urlsafe_b64encode(b'[' * 50_000).decode()}",
        f"cursor={urlsafe_b64encode(b'[Infinity,1,0]').decode()}",
        f"cursor={written('1 OR 1=1', 1)}",
        f"cursor={written(1, [])}",
        f"cursor={written(1, None)}",
        f"cursor={written(None, None)}",
        f"cursor={written({'a': 1}, 1)}",
        "page_size=0",
        "page_size=-1",
        "page_size=1e9",
        "page_size=%00",
        "page_size=²",
    ],
)
def test_what_names_no_page_is_refused(cast: Cast, query: str) -> None:
    answer = api(cast.admin).get(f"/api/v1/users?{query}")
    assert answer.status_code == 400
    assert answer.json()["code"] in {"bad_cursor", "bad_page_size"}


@pytest.mark.parametrize("query", [f"cursor={written(2**70, 2**70)}", f"cursor={written(None, 1)}"])
def test_a_cursor_beyond_all_rows_gives_an_empty_page(cast: Cast, query: str) -> None:
    body = api(cast.admin).get(f"/api/v1/users?{query}").json()
    assert body == {"next": None, "previous": None, "results": []}


def test_no_page_has_more_than_two_hundred_rows(cast: Cast) -> None:
    User.objects.bulk_create(
        User(email=f"{n}@many.example", name="One of many", created_at=NOW) for n in range(300)
    )
    for asked, given in (("", 50), ("?page_size=999999999999", 200)):
        assert len(api(cast.admin).get(f"/api/v1/users{asked}").json()["results"]) == given
