"""Forms of a source are written on the desk, and looked at before they are kept."""

import json
from copy import deepcopy
from typing import Any

import pytest
from django.test import Client

from feedback.intake.models import Source
from feedback.web.actions import write_form
from feedback.web.gallery import CHECKOUT
from feedback.web.models import Form
from tests.cast import Cast
from tests.desk.browsing import browse, sent, text_of
from tests.makers import NOW, make_source

pytestmark = pytest.mark.django_db

WHERE = "/admin/sources/shop/forms"


@pytest.fixture
def admin(cast: Cast) -> Client:
    make_source("shop")
    return browse(cast.admin)


@pytest.fixture
def checkout(admin: Client) -> Form:
    shop = Source.objects.get(slug="shop")
    said = {"slug": "checkout", "name": "Checkout", "document": CHECKOUT}
    return write_form(shop, **said, by=None, now=NOW)


def kept(admin: Client, document: Any, **more: str) -> Any:
    text = document if isinstance(document, str) else json.dumps(document)
    return admin.post(f"{WHERE}/checkout", {"name": "Checkout", "document": text} | more)


def test_one_begins_as_one_that_is_ready(admin: Client) -> None:
    page = admin.get(WHERE)
    assert "No form of its own yet" in text_of(page)
    assert "Checkout: After the order" in text_of(page)
    said = {"slug": "after", "name": "After", "ready": "checkout"}
    sent(admin.post(WHERE, said), f"{WHERE}/after")
    assert "주문하기가 얼마나 쉬우셨나요?" in admin.get(f"{WHERE}/after").content.decode()
    assert "After" in text_of(admin.get("/admin/sources/shop"))
    assert "A form was made. (after)" in text_of(admin.get("/admin/sources/shop"))


def test_it_is_revised_and_asked_at_once(admin: Client, checkout: Form) -> None:
    document = deepcopy(CHECKOUT)
    document["questions"][0]["ask"]["en"] = "Was it easy?"
    sent(kept(admin, document), f"{WHERE}/checkout")
    assert "Was it easy?" in text_of(Client().get("/f/shop/checkout"))
    assert "2 ·" in text_of(admin.get(f"{WHERE}/checkout"))


def test_it_is_looked_at_and_nothing_is_kept(admin: Client, checkout: Form) -> None:
    document = deepcopy(CHECKOUT)
    document["questions"][0]["ask"]["en"] = "Was it easy?"
    looked_at = kept(admin, document, look="1")
    assert "Was it easy?" in text_of(looked_at)
    assert "<button disabled>" in looked_at.content.decode()
    assert Form.objects.get().version == 1


@pytest.mark.parametrize("look", [{}, {"look": "1"}])
def test_what_is_wrong_is_said_and_stays_typed(
    look: dict[str, str], admin: Client, checkout: Form
) -> None:
    half = deepcopy(CHECKOUT)
    half["thanks"] = {"en": "Thanks"}
    refused = kept(admin, half, **look)
    assert refused.status_code == 422
    assert "All texts speak the same languages." in text_of(refused)
    assert "Thanks" in refused.content.decode()
    assert kept(admin, "{nothing", **look).status_code == 422


def test_its_address_is_carried_about(admin: Client, checkout: Form) -> None:
    page = admin.get(f"{WHERE}/checkout").content.decode()
    assert 'src="/admin/sources/shop/forms/checkout/code.svg"' in page
    assert "/f/shop/checkout?effort=1" in page
    drawn = admin.get(f"{WHERE}/checkout/code.svg")
    assert drawn["Content-Type"] == "image/svg+xml"
    assert drawn.content.startswith(b"<?xml")
    assert b"<path" in drawn.content


def test_it_is_archived_and_brought_back(admin: Client, checkout: Form) -> None:
    for stands in (404, 200):
        sent(admin.post(f"{WHERE}/checkout/archive"), f"{WHERE}/checkout")
        assert Client().get("/f/shop/checkout").status_code == stands


def test_a_mailbox_asks_nothing(cast: Cast) -> None:
    make_source("post", channel="email")
    assert browse(cast.admin).get("/admin/sources/post/forms").status_code == 404
    assert "What it asks" not in text_of(browse(cast.admin).get("/admin/sources/post"))
