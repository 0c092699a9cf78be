"""Pages are known: one that is missing from `places.py` fails here."""

import pytest
from django.urls import URLPattern, URLResolver

from cxloop.urls import urlpatterns
from tests.cast import Cast
from tests.desk.test_page_walls import BEHIND, House
from tests.lived.places import PAGES, route_of

pytestmark = pytest.mark.django_db

# What is no page of its own: parts and sheets, and what machines read.
NAMELESS = {"healthz", "readyz", "api/schema/", "api/v1/"}
NAMELESS |= {"f/<slug:slug>/<slug:form>/<int:number>.css"}
NAMELESS |= {"w.js", "w/<str:version>.js", "w/<str:version>/<slug:name>.js"}
NAMELESS |= {"w/config", "w/shown"}
NAMELESS |= {f"hooks/mail/{end}" for end in ("postmark/<str:key>", "mailgun/<str:key>")}
NAMELESS |= {"hooks/mail/mailgun/<str:key>/mime"}
KNOWN = {route_of(page) for page in PAGES}


def _is_page(house: House, name: str) -> bool:
    """Whether anybody who may come in gets a whole document."""
    answers = (house.knock(role, f"GET {name}") for role in ("admin", "agent", "nobody"))
    return any(
        answer.status_code == 200 and not answer.streaming and b"<!doctype html>" in answer.content
        for answer in answers
    )


def test_every_page_of_the_desk(cast: Cast) -> None:
    house = House(cast)
    names = {route.partition(" ")[2] for route in BEHIND}
    pages = {name for name in names if _is_page(house, name)}
    assert pages - KNOWN == set()
    assert len(pages) > 50


def test_every_page_beside_the_desk() -> None:
    routes = {_route(pattern) for pattern in urlpatterns if not getattr(pattern, "name", "")}
    assert routes - NAMELESS - KNOWN == set()


def test_none_that_is_gone() -> None:
    routes = {getattr(pattern, "name", "") or _route(pattern) for pattern in urlpatterns}
    assert KNOWN - routes == set()


def _route(pattern: URLPattern | URLResolver) -> str:
    return str(pattern.pattern)
