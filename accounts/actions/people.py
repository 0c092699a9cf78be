from collections.abc import Callable
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.acceptable import (
    acceptable_email,
    acceptable_language,
    acceptable_name,
    acceptable_password,
    acceptable_time_zone,
)
from accounts.actions.unique import given_once
from accounts.models import PersonalToken, User
from accounts.roles import OrganisationRole
from cxloop.kernel.errors import Conflict, Refused


class PersonChanges(TypedDict, total=False):
    email: str
    name: str
    organisation_role: str
    language: str
    time_zone: str
    open_ticket_cap: int | None


ACCEPT: dict[str, Callable[[str], str]] = {
    "email": acceptable_email,
    "name": acceptable_name,
    "language": acceptable_language,
    "time_zone": acceptable_time_zone,
}


def create_person(
    *,
    now: datetime,
    password: str | None = None,
    kind: str = User.Kind.PERSON,
    **facts: Unpack[PersonChanges],
) -> User:
    """A new person or service. Without a password nobody signs in as them until a reset letter.
    Raises Refused."""
    person = User(kind=kind, created_at=now, **_accepted(facts))
    person.set_unusable_password()
    if password is not None:
        person.set_password(acceptable_password(password, person))
    with given_once("/email", "Somebody has this address already."):
        person.save(force_insert=True)
    return person


def change_person(*, person: User, **changes: Unpack[PersonChanges]) -> User:
    """Changes what is named. Raises Refused, or Conflict `last_admin`."""
    accepted = _accepted(changes)
    with transaction.atomic():
        if accepted.get("organisation_role", OrganisationRole.ADMIN) != OrganisationRole.ADMIN:
            _keep_an_admin(without=person)
        for name, value in accepted.items():
            setattr(person, name, value)
        with given_once("/email", "Somebody has this address already."):
            person.save(update_fields=list(accepted))
    return person


def switch_off(*, person: User, now: datetime) -> None:
    """They can no longer sign in, call or be given work; what they did stays theirs."""
    with transaction.atomic():
        _keep_an_admin(without=person)
        person.is_active = False
        person.save(update_fields=["is_active"])
        PersonalToken.objects.filter(user=person).valid().update(revoked_at=now)


def switch_on(*, person: User) -> None:
    """Back again; the tokens revoked meanwhile stay so."""
    person.is_active = True
    person.save(update_fields=["is_active"])


def set_presence(*, person: User, away_until: datetime | None, now: datetime) -> None:
    """Away until then, or here. Raises Refused for a time that has passed."""
    if away_until is not None and away_until <= now:
        raise Refused.at("/away_until", "in_the_past", "Say a time to come, or null for here.")
    person.away_until = away_until
    person.save(update_fields=["away_until"])


def choose_stand_in(*, person: User, stand_in: int | None) -> None:
    """Who takes their place while they are away; None: nobody. Raises Refused where that is no
    colleague of theirs."""
    if stand_in is None:
        person.stand_in = None
    else:
        person.stand_in = User.objects.colleagues_of(person).filter(pk=stand_in).first()
        if person.stand_in is None:
            raise Refused.at("/stand_in", "unknown_person", "No colleague has this number.")
    person.save(update_fields=["stand_in"])


def _accepted(changes: PersonChanges) -> dict[str, Any]:
    said: dict[str, Any] = {**changes}
    return said | {name: accept(said[name]) for name, accept in ACCEPT.items() if name in said}


def _keep_an_admin(without: User) -> None:
    """Locks the admins, so that of two who demote each other at the same moment one is refused."""
    people = User.objects.admins().filter(kind=User.Kind.PERSON)
    admins = people.order_by("pk").select_for_update(no_key=True)
    if [admin.pk for admin in admins] == [without.pk]:
        raise Conflict("Somebody has to stay an admin.", code="last_admin")
