"""Views of the queue that people give a name: saved, changed, removed.

Whoever follows one sees what they may see, so it can be shown to anybody; what is asked is who may
put it before them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.http import QueryDict

from accounts.models import AccessGroup, User
from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Fault, Forbidden, NotHere, Refused
from desk.listing import view_of
from desk.models import Audience, SavedView
from feedback.intake.models import Customer

MOST_VIEWS = 50
LONGEST_NAME = 60
LONGEST_QUERY = 2000


@transaction.atomic
def save_view(
    owner: User, *, name: str, query: str, audience: str, group: str | None, now: datetime
) -> SavedView:
    """`query` is the address of a list behind its question mark, `group` a slug. Raises Refused."""
    facts = {
        "name": _name(name),
        "query": _query(query, owner, now),
        **_shown_to(owner, audience, group),
    }
    # Two at once by one person must not both be the fiftieth.
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    if SavedView.objects.filter(owner=owner).count() >= MOST_VIEWS:
        raise Refused.at("/name", "enough_views", f"At most {MOST_VIEWS} views a person.")
    return _written(SavedView(owner=owner, saved_at=now, **facts))


@transaction.atomic
def change_view(
    view: SavedView, by: User, changes: Mapping[str, Any], *, now: datetime
) -> SavedView:
    """`changes` by the names of `save_view`; what is left out stays. Raises Refused."""
    if "name" in changes:
        view.name = _name(changes["name"])
    if "query" in changes:
        view.query = _query(changes["query"], by, now)
    if {"audience", "group"} & changes.keys():
        kept = view.group.slug if view.group else None
        audience = changes.get("audience", view.audience)
        group = changes.get("group", kept if audience == view.audience else None)
        for fact, value in _shown_to(by, audience, group).items():
            setattr(view, fact, value)
    return _written(view)


def remove_view(view: SavedView) -> None:
    view.delete()


def view_to_change(person: User, pk: int) -> SavedView:
    """One's own, or for an admin what others show to people. Raises NotHere for what is not shown
    to them, Forbidden for what only is."""
    view = SavedView.objects.offered_to(person).filter(pk=pk).first()
    if view is None:
        raise NotHere()
    if view.owner_id != person.pk and not person.is_admin:
        raise Forbidden("You may follow this view, not change it.")
    return view


def groups_to_show_to(person: User) -> list[AccessGroup]:
    """Where they work."""
    return list(AccessGroup.objects.workable_by(person).current().order_by("name"))


def may_show_to_everyone(person: User) -> bool:
    """Who leads some group, and admins."""
    return person.is_admin or AccessGroup.objects.led_by(person).current().exists()


def forget_views_about(customer: Customer) -> None:
    """Views that name this customer, to be called before their marks are gone."""
    marks = [
        set(str(mark).casefold().split())
        for mark in (
            customer.pk,
            customer.email,
            customer.name,
            customer.phone,
            customer.external_id,
        )
        if len(str(mark)) > 2 or not str(mark).isascii()
    ]
    for view in SavedView.objects.order_by("pk").iterator():
        said = " ".join([view.name, *_values(view.query)]).casefold()
        if any(all(word in said for word in mark) for mark in marks):
            view.delete()


def _values(query: str) -> list[str]:
    return [value for _, values in QueryDict(query).lists() for value in values]


def _name(said: str) -> str:
    name = str(storable(said)).strip()
    if not name:
        raise Refused.at("/name", "blank", "A view has a name.")
    if len(name) > LONGEST_NAME:
        raise Refused.at("/name", "too_long", f"At most {LONGEST_NAME} characters.")
    return name


def _query(said: str, person: User, now: datetime) -> str:
    """As the address of a list says it, without a place in it."""
    if len(said) > LONGEST_QUERY:
        raise Refused.at("/query", "too_long", f"At most {LONGEST_QUERY} characters.")
    given = QueryDict(str(storable(said)).strip().removeprefix("?"), mutable=True)
    try:
        view = view_of(given, person, now=now)
    except Refused as refused:
        faults = [Fault("/query", f.code, f"{f.pointer[1:]}: {f.detail}") for f in refused.faults]
        raise Refused(faults) from None
    if len(view.query) > LONGEST_QUERY:
        raise Refused.at("/query", "too_long", f"At most {LONGEST_QUERY} characters.")
    return view.query


def _shown_to(person: User, audience: str, group: str | None) -> dict[str, Any]:
    if audience not in Audience.values:
        known = ", ".join(Audience.values)
        raise Refused.at("/audience", "unknown_choice", f"One of: {known}.")
    if audience == Audience.EVERYONE and not may_show_to_everyone(person):
        raise Refused.at("/audience", "not_to_everyone", "Leads, managers and admins may.")
    if audience != Audience.GROUP:
        return {"audience": audience, "group": None}
    found = AccessGroup.objects.workable_by(person).current().filter(slug=group or "").first()
    if found is None:
        raise Refused.at("/group", "not_to_this_group", "A group in which you work is wanted.")
    return {"audience": audience, "group": found}


def _written(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Refused.at("/name", "taken", "You have a view of this name.") from None
    return view
