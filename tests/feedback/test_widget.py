"""GET /w.js, /w/VERSION.js, /w/VERSION/form.js and /w/config …"""

import gzip
from base64 import b64encode
from hashlib import sha384
from typing import Any

import pytest
from django.test import Client

from cxloop.kernel.moment import moment
from desk.samples import samples_of
from feedback.intake.models import Source
from feedback.web.actions import write_form
from feedback.web.gallery import CHECKOUT
from feedback.web.widget import VERSION
from tests.makers import make_source, make_source_key

pytestmark = pytest.mark.django_db

KB = 1024
SHOP = "https://shop.example"


@pytest.fixture
def shop() -> Source:
    return make_source("shop", allowed_origins=[SHOP])


@pytest.fixture
def key(shop: Source) -> str:
    return make_source_key(shop)


def served(client: Client, path: str) -> Any:
    return client.get(path, headers={"accept-encoding": "gzip"})


def asks(client: Client, key: str, origin: str = SHOP, **said: str) -> Any:
    return client.get("/w/config", {"key": key, **said}, headers={"origin": origin})


@pytest.mark.parametrize(
    ("path", "most"),
    [("/w.js", 3), (f"/w/{VERSION}/form.js", 10), (f"/w/{VERSION}/picture.js", 2.5)],
)
def test_are_as_small_as_was_promised(client: Client, path: str, most: float) -> None:
    answer = served(client, path)
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) <= most * KB
    plain = client.get(path)
    assert gzip.decompress(answer.content) == plain.content
    assert "Content-Encoding" not in plain


def test_may_be_loaded_and_kept_by_any_page(client: Client) -> None:
    for path, kept in (("/w.js", "600"), (f"/w/{VERSION}.js", "immutable")):
        answer = client.get(path)
        assert answer["Content-Type"].startswith("text/javascript")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert kept in answer["Cache-Control"]
        assert answer["Vary"] == "Accept-Encoding"
        assert not answer.cookies


def test_a_page_that_pins_the_loader_pins_its_form(client: Client, shop: Source, key: str) -> None:
    def digest(path: str) -> str:
        return f"sha384-{b64encode(sha384(client.get(path).content).digest()).decode()}"

    loader = client.get(f"/w/{VERSION}.js").content.decode()
    form = client.get(f"/w/{VERSION}/form.js").content.decode()
    assert digest(f"/w/{VERSION}/form.js") in loader
    assert digest(f"/w/{VERSION}/picture.js") in form
    for text in (loader, form):
        assert not any(place in text for place in ("INTEGRITY", '"PICTURE"', "VERSION"))
    snippets = {one.id: one.text for one in samples_of(shop, [], key)}
    assert digest(f"/w/{VERSION}.js") in snippets["pinned"]
    assert key in snippets["widget"]


@pytest.mark.parametrize(
    "path", ["/w/0.9.0.js", f"/w/{VERSION}/nothing.js", "/w/..js", "/w/%2e%2e/loader.js"]
)
def test_there_is_nothing_else(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_key_is_told_what_its_form_asks(client: Client, shop: Source, key: str) -> None:
    write_form(shop, slug="checkout", name="Checkout", document=CHECKOUT, by=None, now=moment())
    told = asks(client, key, language="ko-KR")
    assert told["Access-Control-Allow-Origin"] == SHOP
    said = told.json()
    assert (said["form"], said["version"], said["language"]) == ("checkout", 1, "ko")
    first, *others = said["questions"]
    assert first["ask"] == CHECKOUT["questions"][0]["ask"]["ko"]
    assert [one["key"] for one in (first, *others)] == [q["key"] for q in CHECKOUT["questions"]]
    led = next(one for one in others if one["when"])
    before = next(one for one in said["questions"] if one["key"] == led["when"]["question"])
    assert set(led["when"]["values"]) < {value for value, _ in before["choices"]}


def test_a_source_without_a_form_asks_the_built_in_one(client: Client, key: str) -> None:
    said = asks(client, key).json()
    assert (said["form"], said["version"]) == ("page", None)
    assert [one["kind"] for one in said["questions"]] == ["nps", "text", "contact"]


def test_a_changed_form_is_told_without_touching_the_page(
    client: Client, shop: Source, key: str
) -> None:
    assert asks(client, key).json()["form"] == "page"
    write_form(shop, slug="checkout", name="Checkout", document=CHECKOUT, by=None, now=moment())
    assert asks(client, key).json()["form"] == "checkout"


def test_strangers_are_told_nothing(client: Client, shop: Source, key: str) -> None:
    assert asks(client, "pk_unknown").status_code == 401
    assert asks(client, key, origin="https://evil.example").status_code == 403
    assert asks(client, key, form="none").status_code == 404
    assert asks(client, make_source_key(shop, "sk")).status_code == 403
    assert client.post("/w/config", {"key": key}).status_code == 405


def test_only_what_is_asked_on_pages_is_told(client: Client) -> None:
    letters = make_source("letters", channel="email")
    assert asks(client, make_source_key(letters)).status_code == 404
