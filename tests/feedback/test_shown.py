"""A form that comes by itself comes to a known person as seldom as it says, in every browser."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cxloop.kernel.moment import moment
from feedback.intake.models import Source
from feedback.intake.trust import sign_identity
from feedback.web.actions import forget_shown_to, write_form
from feedback.web.actions.asked import KEPT
from feedback.web.gallery import CHECKOUT, DELIVERY
from feedback.web.models import ShownForm
from feedback.web.sweeps import forget_shown
from tests.makers import make_customer, make_source, make_source_key

pytestmark = pytest.mark.django_db
SHOP = "https://shop.example"


@pytest.fixture
def shop(db: None) -> Source:
    shop = make_source("shop", allowed_origins=[SHOP])
    for slug, document in (("checkout", CHECKOUT), ("delivery", DELIVERY)):
        write_form(shop, slug=slug, name=slug, document=document, by=None, now=moment())
    return shop


def tell(client: Client, shop: Source, pk: str, **said: Any) -> Any:
    body = {"form": "checkout", "customer": signed(shop), **said}
    return client.post(
        f"/w/shown?key={pk}",
        json.dumps(body),
        content_type="text/plain",
        headers={"origin": SHOP},
    )


def signed(source: Source, external_id: str = "C-1") -> dict[str, str]:
    return {"id": external_id, "proof": sign_identity(external_id, source.identity_secret)}


def test_it_says_when_it_came_last_and_when_any_did(client: Client, shop: Source, pk: str) -> None:
    answer = tell(client, shop, pk, shows=True)
    assert answer.json() == {"form": None, "any": None}
    assert answer["Access-Control-Allow-Origin"] == SHOP
    again, other = tell(client, shop, pk).json(), tell(client, shop, pk, form="delivery").json()
    assert again["form"] == again["any"] == other["any"]
    assert (again["form"][-1], other["form"]) == ("Z", None)
    assert ShownForm.objects.count() == 1


def test_asking_notes_nothing(client: Client, shop: Source, pk: str) -> None:
    tell(client, shop, pk)
    assert not ShownForm.objects.exists()


def test_nobody_else_is_told(client: Client, shop: Source, pk: str) -> None:
    tell(client, shop, pk, shows=True)
    assert tell(client, shop, pk, customer=signed(shop, "C-2")).json()["any"] is None
    elsewhere = make_source("other")
    write_form(elsewhere, slug="checkout", name="x", document=CHECKOUT, by=None, now=moment())
    told = tell(client, elsewhere, make_source_key(elsewhere, "pk"))
    assert told.json()["any"] is None


@pytest.mark.parametrize(
    ("said", "status", "pointer"),
    [
        ({"customer": {"id": "C-1"}}, 422, "/customer/proof"),
        ({"customer": {"id": "C-1", "proof": "x"}}, 422, "/customer/proof"),
        ({"customer": None}, 422, "/customer"),
        ({"shows": "yes"}, 422, "/shows"),
        ({"more": 1}, 422, "/more"),
        ({"form": "nothing"}, 404, None),
    ],
)
def test_whoever_is_not_signed_for_and_what_is_none_is_refused(
    client: Client, shop: Source, pk: str, said: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = tell(client, shop, pk, **said)
    assert answer.status_code == status
    if pointer:
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_their_id_is_not_kept_for_it(client: Client, shop: Source, pk: str) -> None:
    tell(client, shop, pk, customer=signed(shop, "kim@example.com"), shows=True)
    assert "kim" not in ShownForm.objects.get().mark


def test_whoever_is_forgotten_is_here_too(client: Client, shop: Source, pk: str) -> None:
    for one in ("C-1", "C-2"):
        tell(client, shop, pk, customer=signed(shop, one), shows=True)
    assert forget_shown_to(make_customer(external_id="C-1", trusted=True)) == 1
    assert tell(client, shop, pk, customer=signed(shop, "C-2")).json()["any"]


def test_what_is_older_than_any_form_rests_is_forgotten(
    client: Client, shop: Source, pk: str
) -> None:
    for form in ("checkout", "delivery"):
        tell(client, shop, pk, form=form, shows=True)
    late = ShownForm.objects.filter(form__slug="checkout")
    late.update(shown_at=moment() - KEPT - timedelta(hours=1))
    assert [forget_shown(), forget_shown()] == [1, 0]
    assert ShownForm.objects.get().form.slug == "delivery"
