"""Whether somebody may see something, and why."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import User
from cxloop.kernel.errors import NotHere
from desk.access_words import Answered, answered
from desk.admission import admins_write, caller
from desk.pages.admin.shelf import shelve
from desk.queries import said_in
from tickets.work.access import access_to, thing_named

MOST_OFFERED = 200


@require_safe
@admins_write
def access(request: HttpRequest) -> HttpResponse:
    said = said_in(request)
    person, ref = (said.get(name, "").replace("\0", "").strip() for name in ("person", "ref"))
    context: dict[str, Any] = {
        "person_said": person,
        "ref_said": ref,
        "offered": User.objects.active().order_by("name")[:MOST_OFFERED],
    }
    if person or ref:
        context |= _asked(caller(request), person, ref)
    return shelve(request, "access/test", context)


def _asked(reader: User, person: str, ref: str) -> dict[str, Any]:
    """The answer, or which of the two there is not."""
    found = _person(person)
    try:
        thing = thing_named(ref, reader)
    except NotHere:
        return {"nobody": found is None, "nothing": True, "found": found}
    if found is None:
        return {"nobody": True, "nothing": False}
    answer: Answered = answered(access_to(thing, found), found)
    return {"found": found, "answer": answer, "thing": thing}


def _person(said: str) -> User | None:
    by_id = Q(pk=int(said)) if said.isascii() and said.isdigit() and len(said) < 18 else Q(pk=None)
    return User.objects.filter(by_id | Q(email=said.lower())).first()
