"""Fields of this house over REST …"""

from typing import Any

import pytest

from accounts.models import Change
from tests.cast import Cast, api
from tests.work.fields import ORDER, SIZE, TOTAL, make_fields

pytestmark = pytest.mark.django_db

WHERE = "/api/v1/fields"


def listed(cast: Cast, **said: Any) -> list[str]:
    answer = api(cast.agent).get(WHERE, said)
    assert answer.status_code == 200
    return [row["slug"] for row in answer.json()["results"]]


def changed(cast: Cast, slug: str, /, **said: Any) -> Any:
    return api(cast.admin).patch(f"{WHERE}/{slug}", said)


def test_are_made_and_read(cast: Cast) -> None:
    made = api(cast.admin).post(WHERE, {**SIZE, "in_queue": True})
    assert made.status_code == 201
    read = api(cast.agent).get(f"{WHERE}/size").json()
    assert read == made.json()
    assert {name: read[name] for name in ("slug", "kind", "choices", "place", "path")} == {
        **{"slug": "size", "kind": "choice", "choices": ["Small", "Large"]},
        **{"place": 1, "path": "size"},
    }
    assert Change.objects.get(about="field").by == cast.admin


@pytest.mark.parametrize(
    "wrong, pointer",
    [
        ({"slug": "Order"}, "/slug"),
        ({"slug": "status"}, "/slug"),
        ({"kind": "money"}, "/kind"),
        ({"label_en": ""}, "/label_en"),
        ({"label_en": "x" * 61}, "/label_en"),
        ({"choices": ["a"]}, "/choices"),
        ({"place": 1}, "/place"),
    ],
)
def test_are_refused_with_what_is_wrong(cast: Cast, wrong: dict[str, Any], pointer: str) -> None:
    answer = api(cast.admin).post(WHERE, {**ORDER, **wrong})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_are_listed_in_their_order_page_by_page(cast: Cast) -> None:
    make_fields(ORDER, TOTAL, SIZE)
    assert changed(cast, "size", place=1).json()["place"] == 1
    assert listed(cast) == ["size", "order_no", "order_value"]
    first = api(cast.agent).get(WHERE, {"page_size": 2}).json()
    rest = api(cast.agent).get(first["next"]).json()["results"]
    assert [row["slug"] for row in rest] == ["order_value"]


def test_are_changed_but_not_what_is_for_good(cast: Cast) -> None:
    make_fields(ORDER)
    read = changed(cast, "order_no", label_ko="주문번호", path="order.no", in_queue=True).json()
    assert (read["label_ko"], read["path"], read["in_queue"]) == ("주문번호", "order.no", True)
    for name, value in (("kind", "number"), ("slug", "other")):
        assert changed(cast, "order_no", **{name: value}).status_code == 422


def test_are_archived_and_brought_back(cast: Cast) -> None:
    make_fields(ORDER, TOTAL)
    assert api(cast.admin).delete(f"{WHERE}/order_no").status_code == 204
    assert (listed(cast), listed(cast, archived="true")) == (["order_value"], ["order_no"])
    assert changed(cast, "order_no", label_en="No").status_code == 409
    assert changed(cast, "order_no", archived=False).json()["archived_at"] is None
    assert listed(cast) == ["order_value", "order_no"]


def test_that_do_not_exist_are_not_found(cast: Cast) -> None:
    for call in ("get", "patch", "delete"):
        assert getattr(api(cast.admin), call)(f"{WHERE}/nothing").status_code == 404
