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
from accounts.actions.changes import note_change, note_differences
from accounts.actions.unique import given_once
from accounts.models import Change, PersonalToken, User
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


PERSON = Change.About.PERSON


@transaction.atomic
def create_person(
    *,
    now: datetime,
    by: User | None = None,
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
    role = person.organisation_role
    note_change(PERSON, person.pk, "created", by=by, now=now, email=person.email, role=role)
    return person


def change_person(
    *, person: User, now: datetime, by: User | None = None, **changes: Unpack[PersonChanges]
) -> User:
    """Changes what is named. Raises Refused, or Conflict `last_admin`."""
    accepted = _accepted(changes)
    with transaction.atomic():
        if accepted.get("organisation_role", OrganisationRole.ADMIN) != OrganisationRole.ADMIN:
            _keep_an_admin(without=person)
        before = User.objects.filter(pk=person.pk).values(*accepted).get() if accepted else {}
        for name, value in accepted.items():
            setattr(person, name, value)
        with given_once("/email", "Somebody has this address already."):
            person.save(update_fields=list(accepted))
        note_differences(PERSON, person.pk, before, accepted, by=by, now=now)
    return person


def switch_off(*, person: User, now: datetime, by: User | None = None) -> None:
    """They can no longer sign in, call or be given work; what they did stays theirs."""
    with transaction.atomic():
        _keep_an_admin(without=person)
        if person.is_active:
            note_change(PERSON, person.pk, "switched_off", by=by, now=now)
        person.is_active = False
        person.save(update_fields=["is_active"])
        PersonalToken.objects.filter(user=person).valid().update(revoked_at=now)


@transaction.atomic
def switch_on(*, person: User, now: datetime, by: User | None = None) -> None:
    """Back again; the tokens revoked meanwhile stay so."""
    if not person.is_active:
        note_change(PERSON, person.pk, "switched_on", by=by, now=now)
    person.is_active = True
    person.save(update_fields=["is_active"])


def set_presence(*, person: User, away_until: datetime | None, now: datetime) -> None:
    """Away until then, or here. Raises Refused for a time that has passed."""
    if away_until is not None and away_until <= now:
        raise Refused.at("/away_until", "in_the_past", "Say a time to come, or null for here.")
    person.away_until = away_until
    person.save(update_fields=["away_until"])


@transaction.atomic
def choose_stand_in(
    *, person: User, stand_in: int | None, now: datetime, by: User | None = None
) -> None:
    """Who takes their place while they are away; None: nobody. Raises Refused where that is no
    colleague of theirs."""
    before = person.stand_in.name if person.stand_in else None
    if stand_in is None:
        person.stand_in = None
    else:
        person.stand_in = User.objects.colleagues_of(person).filter(pk=stand_in).first()
        if person.stand_in is None:
            raise Refused.at("/stand_in", "unknown_person", "No colleague has this number.")
    person.save(update_fields=["stand_in"])
    after = {"stand_in": person.stand_in.name if person.stand_in else None}
    note_differences(PERSON, person.pk, {"stand_in": before}, after, by=by, now=now)


def _accepted(changes: PersonChanges) -> dict[str, Any]:
    said: dict[str, Any] = {**changes}
    return said | {name: accept(said[name]) for name, accept in ACCEPT.items() if name in said}


def _keep_an_admin(without: User) -> None:
    """Locks the admins, so that of two who demote each other at the same moment one is refused."""
    people = User.objects.admins().filter(kind=User.Kind.PERSON)
    admins = people.order_by("pk").select_for_update(no_key=True)
    if [admin.pk for admin in admins] == [without.pk]:
        raise Conflict("Somebody has to stay an admin.", code="last_admin")
