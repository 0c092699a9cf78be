"""Who may pass which address of the API. A route that stands behind no wall fails here."""

from typing import Any

import pytest
from django.db import transaction
from rest_framework.response import Response
from rest_framework.test import APIClient

from desk.api.schema import schema
from feedback.intake.models import SourceKey
from tests.cast import Cast, api
from tests.makers import make_source, make_source_key
from tests.world import address, make_world
from tickets.problems.api.problems import VERBS as PROBLEM_VERBS
from tickets.work.verbs import VERBS

pytestmark = pytest.mark.django_db

IN = 0
STOPPED = {401, 403, 404, 405, 500}

ROLES = ("nobody", "outsider", "viewer", "agent", "lead", "manager", "auditor", "admin")


def wall(*codes: int) -> dict[str, int]:
    return dict(zip(ROLES, codes, strict=True))


# In the order of ROLES; IN is whatever comes behind the wall, a conflict or a refusal too.
WALLS = {
    "open": wall(IN, IN, IN, IN, IN, IN, IN, IN),
    "people": wall(401, IN, IN, IN, IN, IN, IN, IN),
    "sources alone": wall(401, 403, 403, 403, 403, 403, 403, 403),
    "admins write": wall(401, 403, 403, 403, 403, 403, 403, IN),
    "the house is read": wall(401, 403, 403, 403, 403, 403, IN, IN),
    "who sees it": wall(401, 404, IN, IN, IN, IN, IN, IN),
    "who works it": wall(401, 404, 403, IN, IN, IN, 403, IN),
    "who leads it": wall(401, 404, 403, 403, IN, IN, 403, IN),
    "who leads somewhere": wall(401, 403, 403, 403, IN, IN, 403, IN),
    "who leads or reads all": wall(401, 403, 403, 403, IN, IN, IN, IN),
    "the lead's own": wall(401, 404, 404, 404, IN, 404, 404, 404),
    "who works somewhere": wall(401, IN, 403, IN, IN, IN, 403, IN),
    "whose it is": wall(401, 404, 404, 404, 404, 404, 403, IN),
    "the agent's own": wall(401, 404, 404, IN, 404, 404, 404, 404),
    "whose alone it is": wall(401, 404, 404, 404, 404, 404, 404, 404),
}

HOUSE = (
    "access-groups",
    "calendars",
    "gesture-budgets",
    "gesture-limits",
    "ladders",
    "sla-policies",
    "sources",
    "users",
)


BY_ID = ("users", "gesture-limits", "gesture-budgets")


def _house() -> dict[str, str]:
    """What admins write and auditors read, named by slug or id."""
    found = {}
    for name in HOUSE:
        one = f"{name}/{{{'id' if name in BY_ID else 'slug'}}}"
        found |= {f"GET {name}": "the house is read", f"GET {one}": "the house is read"}
        found |= {f"{verb}": "admins write" for verb in (f"POST {name}", f"PATCH {one}")}
        found |= {f"DELETE {one}": "admins write"}
    return found


def _gestures() -> dict[str, str]:
    walls = {"approve": "who leads it", "reject": "who leads it"}
    walls |= dict.fromkeys(("keep", "break", "letter"), "who works it")
    return {
        f"POST tickets/{{ref}}/{way}gestures/{{id}}/{verb}": behind
        for verb, behind in walls.items()
        for way in ("", "recovery/")
    }


BEHIND = {
    "GET /healthz": "open",
    "GET /readyz": "open",
    "GET me": "people",
    "PATCH me": "people",
    "GET keys": "people",
    "POST keys": "people",
    "DELETE keys/{id}": "whose it is",
    **_house(),
    "PUT access-groups/{slug}/members/{id}": "admins write",
    "DELETE access-groups/{slug}/members/{id}": "admins write",
    "GET sla-policies/{slug}/running": "the house is read",
    "POST sla-policies/{slug}/running": "admins write",
    "POST sla-policies/forecast": "admins write",
    "GET sla-statutes": "the house is read",
    "POST calendars/{slug}/ical": "admins write",
    "GET invitations": "the house is read",
    "POST invitations": "admins write",
    "DELETE invitations/{id}": "admins write",
    "GET sources/{slug}/releases": "who sees it",
    "GET sources/{slug}/keys": "the house is read",
    "POST sources/{slug}/keys": "admins write",
    "DELETE sources/{slug}/keys/{id}": "admins write",
    "GET sources/{slug}/keys/{id}/requests": "the house is read",
    "GET form-gallery": "the house is read",
    "GET sources/{slug}/mailboxes": "the house is read",
    "PUT sources/{slug}/mailboxes": "admins write",
    "GET sources/{slug}/imap-accounts": "the house is read",
    "POST sources/{slug}/imap-accounts": "admins write",
    "GET sources/{slug}/imap-accounts/{id}": "the house is read",
    "PATCH sources/{slug}/imap-accounts/{id}": "admins write",
    "DELETE sources/{slug}/imap-accounts/{id}": "admins write",
    "POST sources/{slug}/imap-accounts/{id}/try": "admins write",
    "GET sources/{slug}/mail-hooks": "the house is read",
    "POST sources/{slug}/mail-hooks": "admins write",
    "PUT sources/{slug}/mail-hooks/{provider}": "admins write",
    "DELETE sources/{slug}/mail-hooks/{provider}": "admins write",
    "GET sources/{slug}/forms": "the house is read",
    "POST sources/{slug}/forms": "admins write",
    "GET sources/{slug}/forms/{form}": "the house is read",
    "PATCH sources/{slug}/forms/{form}": "admins write",
    "DELETE sources/{slug}/forms/{form}": "admins write",
    "GET sources/{slug}/forms/{form}/versions": "the house is read",
    "GET rules": "the house is read",
    "POST rules": "admins write",
    "POST rules/rehearse": "admins write",
    "POST rules/reorder": "admins write",
    "GET rules/{id}": "the house is read",
    "PATCH rules/{id}": "admins write",
    "DELETE rules/{id}": "admins write",
    "POST rules/{id}/archive": "admins write",
    "GET letter-templates": "the house is read",
    "POST letter-templates": "admins write",
    "POST letter-templates/preview": "admins write",
    "GET letter-templates/versions": "the house is read",
    "POST rules/{id}/versions/{version}/take-up": "admins write",
    "GET access": "the house is read",
    "GET fields": "people",
    "POST fields": "admins write",
    "GET fields/{slug}": "people",
    "PATCH fields/{slug}": "admins write",
    "DELETE fields/{slug}": "admins write",
    "GET gestures/waiting": "people",
    "POST tickets/{ref}/recovery/playbook/leave": "who works it",
    "GET playbooks": "people",
    "POST playbooks": "admins write",
    "GET playbooks/{slug}": "people",
    "PATCH playbooks/{slug}": "admins write",
    "DELETE playbooks/{slug}": "admins write",
    "GET failure-types": "people",
    "POST failure-types": "admins write",
    "GET failure-types/{slug}": "people",
    "PATCH failure-types/{slug}": "admins write",
    "DELETE failure-types/{slug}": "admins write",
    "GET root-causes/{slug}/defaults": "people",
    "PATCH root-causes/{slug}/defaults": "admins write",
    "GET root-causes": "people",
    "POST root-causes": "admins write",
    "GET root-causes/{slug}": "people",
    "PATCH root-causes/{slug}": "admins write",
    "DELETE root-causes/{slug}": "admins write",
    "POST feedback": "sources alone",
    "POST feedback/batch": "sources alone",
    "POST reviews/import": "sources alone",
    "GET feedback": "people",
    "GET feedback/{id}": "who sees it",
    "GET feedback/{id}/files/{number}": "who sees it",
    "GET feedback/{id}/files/{number}/preview": "who sees it",
    "POST feedback/{id}/ticket": "who works it",
    "GET tickets": "people",
    "POST tickets": "who works somewhere",
    "GET tickets/{ref}": "who sees it",
    "GET tickets/{ref}/clocks/{kind}/explain": "who sees it",
    **{
        f"POST tickets/{{ref}}/{name}": "who sees it" if verb.reads else "who works it"
        for name, verb in VERBS.items()
        if verb.has_route
    },
    "POST tickets/{ref}/status-link": "who works it",
    "GET tickets/{ref}/side": "who sees it",
    "POST tickets/{ref}/side": "who works it",
    "GET tickets/{ref}/side/{id}": "who sees it",
    "POST tickets/{ref}/side/{id}": "who works it",
    "POST tickets/{ref}/side/{id}/take-back": "who works it",
    "POST tickets/{ref}/hand-over/take-back": "whose alone it is",
    "GET tickets/{ref}/merge/preview": "who works it",
    "GET tickets/{ref}/files": "who sees it",
    "POST tickets/{ref}/files": "who works it",
    "GET tickets/{ref}/files/{id}": "who sees it",
    "DELETE tickets/{ref}/files/{id}": "who sees it",
    "GET tickets/{ref}/files/{id}/preview": "who sees it",
    "GET tickets/{ref}/mails": "who sees it",
    "GET tickets/{ref}/mails/{id}": "who sees it",
    "GET tickets/{ref}/mails/{id}/raw": "who sees it",
    "GET customers/{id}": "who sees it",
    "GET customers/{id}/join/preview": "who works it",
    "GET customers/{id}/part/preview": "who works it",
    "POST customers/{id}/join": "who works it",
    "POST customers/{id}/part": "who works it",
    "POST customers/{id}/consents": "who works it",
    "GET tickets/{ref}/recovery": "who sees it",
    "POST tickets/{ref}/recovery/answer": "who works it",
    "PATCH tickets/{ref}/recovery": "who works it",
    "POST tickets/{ref}/recovery/gestures": "who works it",
    **_gestures(),
    "GET kudos": "people",
    "POST kudos": "who works somewhere",
    "GET kudos/counts": "people",
    "POST kudos/seen": "people",
    "POST kudos/{id}/withdraw": "who works it",
    "GET problems": "people",
    "POST problems": "who works somewhere",
    "GET problems/{id}": "who sees it",
    "PATCH problems/{id}": "who leads it",
    **{f"POST problems/{{id}}/{verb}": "who leads it" for verb in PROBLEM_VERBS},
    "GET problems/{id}/history": "who sees it",
    "GET problems/{id}/watch": "who sees it",
    "GET problems/{id}/tickets": "who sees it",
    "POST problems/{id}/tickets": "who works it",
    "DELETE problems/{id}/tickets/{ref}": "who works it",
    "GET problems/{id}/suggestions": "who sees it",
    "GET problems/{id}/announcements": "who sees it",
    "POST problems/{id}/announcements": "who leads it",
    "GET problems/{id}/announcements/{number}": "who sees it",
    "PATCH problems/{id}/announcements/{number}": "who leads it",
    "GET problems/{id}/announcements/{number}/preview": "who leads it",
    "POST problems/{id}/announcements/{number}/send": "who leads it",
    "POST problems/{id}/announcements/{number}/stop": "who leads it",
    "POST bulk-acts": "people",
    "GET bulk-acts/{id}": "the agent's own",
    "POST bulk-acts/{id}/confirm": "the agent's own",
    "POST bulk-acts/{id}/undo": "the agent's own",
    "GET mails": "the house is read",
    "GET mails/{id}": "the house is read",
    "POST mails/{id}/again": "admins write",
    "GET mails/{id}/raw": "the house is read",
    "GET quarantine": "people",
    "POST quarantine/{id}/release": "who works it",
    "POST quarantine/{id}/confirm": "who works it",
    "GET tags": "who leads or reads all",
    "POST tag-changes": "who leads somewhere",
    "GET tag-changes/preview": "who leads somewhere",
    "GET tag-changes/{id}": "the lead's own",
    "POST tag-changes/{id}/undo": "the lead's own",
    "GET macros": "people",
    "POST macros": "who works somewhere",
    "GET macros/{id}": "who sees it",
    "PATCH macros/{id}": "who leads it",
    "DELETE macros/{id}": "who leads it",
    "GET me/news": "people",
    "POST me/news/seen": "people",
    "GET me/news-choices": "people",
    "PATCH me/news-choices": "people",
    "GET me/views": "people",
    "POST me/views": "people",
    "PATCH me/views/{id}": "whose alone it is",
    "DELETE me/views/{id}": "whose alone it is",
    "GET insights/follow-up": "people",
    "GET insights/likely": "people",
    "GET insights/report": "people",
    "GET reports/recovery": "people",
    "GET reports/recovery.csv": "people",
    "GET reports/recovery/rows.csv": "people",
    "GET escalations": "people",
    "GET me/working-hours": "people",
    "PUT me/working-hours": "people",
    "GET users/{id}/working-hours": "the house is read",
    "PUT users/{id}/working-hours": "admins write",
    "POST escalations/{id}/acknowledge": "who works it",
}

# Where a body is read before the door, it must be one that can be read.
BODIES = {
    "POST tickets/{ref}/recovery/gestures": {"kind": "apology", "explanation": "Sorry."},
    **{
        f"POST tickets/{{ref}}/{way}gestures/{{id}}/letter": {"body": "Sorry."}
        for way in ("", "recovery/")
    },
    "POST tickets/{ref}/recovery/answer": {"solved": True, "channel": "phone"},
}


def behind(name: str) -> list[str]:
    return [route for route, wall in BEHIND.items() if wall == name]


def described() -> set[str]:
    return {
        f"{method.upper()} {path.removeprefix('/api/v1/')}"
        for path, operations in schema()["paths"].items()
        for method in operations
    }


class House:
    """One world for many knocks, each of which is taken back."""

    def __init__(self, cast: Cast) -> None:
        self.places = make_world(cast)
        self.clients = {role: api(getattr(cast, role, None)) for role in ROLES}
        for kind in SourceKey.Kind.values:
            self.clients[kind] = APIClient()
            key = make_source_key(make_source(), kind)
            self.clients[kind].credentials(HTTP_AUTHORIZATION=f"Bearer {key}")

    def knock(self, role: str, route: str, places: dict[str, Any] | None = None) -> Response:
        method, _, path = route.partition(" ")
        where = path if path.startswith("/") else f"/api/v1/{path}"
        body = None if method == "GET" else BODIES.get(route, {})
        with transaction.atomic():
            ask = getattr(self.clients[role], method.lower())
            response = ask(address(where, places or self.places), body, format="json")
            transaction.set_rollback(True)
        return response


@pytest.fixture
def house(cast: Cast) -> House:
    return House(cast)


def fits(response: Response, expected: int) -> bool:
    if expected == IN:
        return response.status_code not in STOPPED
    is_problem = response["Content-Type"] == "application/problem+json"
    return response.status_code == expected and is_problem


def test_every_route_stands_behind_a_wall() -> None:
    assert described() == BEHIND.keys()


@pytest.mark.parametrize("name", WALLS)
def test_each_wall_stops_whom_it_should(house: House, name: str) -> None:
    wrong = [
        (route, role, response.status_code, response.content[:200])
        for route in behind(name)
        for role, expected in WALLS[name].items()
        if not fits(response := house.knock(role, route), expected)
    ]
    assert wrong == []


def test_no_key_of_a_source_opens_what_is_for_people(house: House) -> None:
    for_people = BEHIND.keys() - {*behind("open"), *behind("sources alone")}
    wrong = [
        (route, kind, response.status_code)
        for route in sorted(for_people)
        if not route.startswith("GET feedback")
        for kind in SourceKey.Kind.values
        if (response := house.knock(kind, route)).status_code != 401
    ]
    assert wrong == []


def test_what_does_not_exist_looks_like_what_is_not_yours(house: House) -> None:
    """To an outsider; word by word, but for the id of the request."""
    nowhere = {"tickets": "T-999999999", "feedback": "01a2b3c4-0000-7000-8000-000000000000"}
    absent = {name: nowhere.get(name, 999_999_999) for name in house.places}
    told_apart = [
        route
        for name in WALLS
        for route in behind(name)
        if "{" in route and WALLS[name]["outsider"] != IN
        if _told(house.knock("outsider", route)) != _told(house.knock("outsider", route, absent))
    ]
    assert told_apart == []


def _told(response: Response) -> dict[str, Any]:
    return {**response.json(), "request_id": ""}
