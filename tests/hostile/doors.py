"""Where strangers come in: forms, receipts, questions, the widget's addresses, signing in."""

import gzip
import json
from collections.abc import Iterator
from random import Random
from urllib.parse import urlsplit

from django.db import transaction
from django.test import Client

from accounts.models import User
from desk.urls import urlpatterns
from feedback.intake.models import Feedback
from feedback.intake.receipts import status_url
from tests.hostile.house import Besieged
from tests.hostile.nasty import CONTENT_TYPES, HEADERS, PARTS, RAW, VALUES
from tests.hostile.pages import PLACE
from tests.hostile.sending import Shot
from tests.makers import make_source, make_source_key

BOMB = gzip.compress(b" " * 50_000_000)


def strangers(besieged: Besieged) -> list[str]:
    """Pages of customers, and of who is not signed in yet."""
    receipts = [urlsplit(status_url(one.pk)).path for one in Feedback.objects.all()[:5]]
    return [
        *("/f/shop", "/f/shop/after", "/sign-in", "/forgotten-password", "/reset-password/1/x-y"),
        *("/reset-password/" + "9" * 30 + "/x", "/invitation/x", "/invitation/" + "x" * 500),
        *(f"/hooks/mail/{door}" for door in ("postmark/x", "mailgun/x", "mailgun/x/mime")),
        *receipts,
        *besieged.questions(),
        *(f"/{door}/{part}" for door in "rcfsu" for part in PARTS[::3]),
    ]


def posts_of_pages(besieged: Besieged, rng: Random, number: int) -> Iterator[Shot]:
    """What pages of others send with a publishable key in the address."""
    with transaction.atomic():
        key = make_source_key(make_source(owners=(besieged.cast.group,)))
    said = {"comment": "Hm", "score": {"type": "nps", "value": 1}, "customer": {"external_id": "7"}}
    for _ in range(number):
        where = rng.choice(("/api/v1/feedback", "/api/v1/feedback", "/w/shown", "/w/config"))
        method = "GET" if where == "/w/config" else "POST"
        body = rng.choice((json.dumps(said | _odd(rng)).encode(), rng.choice(RAW), BOMB))
        headers = [("Content-Type", rng.choice(("text/plain", "application/json", *CONTENT_TYPES)))]
        headers += [rng.choice(HEADERS)] if rng.random() < 0.5 else []
        headers += [("Content-Encoding", rng.choice(("gzip", "br", "x")))] if body is BOMB else []
        query = rng.choice((f"key={key}", f"key={key}", f"key={key}&key=x", "key=", "key=%00"))
        odd = rng.choice(
            ("", "", "&language=%00", "&form=" + "x" * 300, "&idempotency_key=%ED%A0%80")
        )
        shot = Shot(f"{method} {where}", "door", method, f"{where}?{query}{odd}", tuple(headers))
        yield shot if method == "GET" else Shot(**{**vars(shot), "body": body})


def _odd(rng: Random) -> dict[str, object]:
    names = (
        "comment",
        "score",
        "customer",
        "partial",
        "trap",
        "filled_ms",
        "form",
        "tags",
        "shows",
    )
    return {rng.choice(names): rng.choice(VALUES) for _ in range(2)}


def scripts(rng: Random, number: int) -> Iterator[Shot]:
    templates = (
        "/w/{}.js",
        "/w/1.0.0/{}.js",
        "/static/{}",
        "/f/shop/after/{}.css",
        "/api/{}",
        "/{}",
    )
    for _ in range(number):
        target = rng.choice(templates).format(rng.choice(PARTS))
        further = (rng.choice(HEADERS),) if rng.random() < 0.3 else ()
        yield Shot(f"GET {target}", "door", "GET", target, further)


def desk(besieged: Besieged) -> list[str]:
    """Every page of the desk, with something there where the house has it."""
    return [_found(str(one.pattern), besieged) for one in urlpatterns]


def _found(route: str, besieged: Besieged) -> str:
    room = route.split("<")[0].removeprefix("admin/").strip("/")
    names = {"people": "users", "groups": "access-groups", "policies": "sla-policies"}
    names |= {"bulk": "bulk-acts", "queue/views": "me/views", "tags/changes": "tag-changes"}
    names |= {"joinings": "none", "board/give": "tickets", "news/read": "tickets"}
    first = str(besieged.places.get(names.get(room, room), 1))
    later = iter((first, "after", "1", "note"))
    return "/" + PLACE.sub(lambda _: next(later), route)


def signed_in(person: User) -> str:
    client = Client()
    client.force_login(person)
    return f"sessionid={client.cookies['sessionid'].value}"
