"""Customers, remembered by what is said about them: one statement for any number of mentions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from feedback.intake.models import new_id
from feedback.intake.submission import Person
from feedback.intake.trust import Trust, identity_of

Key = str | UUID

_SAID = ("external_id", "email", "name", "phone", "locale", "segment", "value", "company")
_COLUMNS = ("id", "trusted", "identity", *_SAID, "do_not_contact", "created_at")

# How a person of the house can reach somebody. A receipt page would be a way once it takes
# answers; until it does, promising a reply through it would be a lie.
_CONTACTABLE = """
CASE WHEN known.do_not_contact THEN 'none'
     WHEN known.email <> '' THEN 'letter'
     WHEN known.phone <> '' THEN 'phone'
     ELSE 'none' END
"""

_REMEMBER = """
INSERT INTO intake_customer AS known ({columns}, do_not_contact_said) VALUES {rows}
ON CONFLICT (identity, trusted) DO UPDATE SET {changes}
RETURNING known.id, known.identity, {contactable} AS contactable
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A customer as far as writing a feedback needs them."""

    id: UUID
    contactable: str


def remember(people: Sequence[Person | None], trust: Trust, *, now: datetime) -> list[Known | None]:
    """The customer of each mention, in order: found again by identity, or new.

    What a server says replaces what was known; what others say only fills what is blank.
    """
    keys = [key_of(person, trust) for person in people]
    known = _write(_one_a_key(people, keys, trust), trust, now)
    return [known[key] if key else None for key in keys]


def key_of(person: Person | None, trust: Trust) -> Key | None:
    """What tells this customer from others: the identity, or without one an id of their own."""
    if person is None or all(value is None for name, value in person if name != "proof"):
        return None
    return identity_of(person, trust) or new_id()


def _one_a_key(
    people: Iterable[Person | None], keys: Iterable[Key | None], trust: Trust
) -> list[tuple[Key, Person]]:
    """A statement may not touch a row twice; and in one order, so that no two wait in a circle."""
    merged: dict[Key, Person] = {}
    for person, key in zip(people, keys, strict=True):
        if person and key:
            earlier = merged.get(key)
            merged[key] = _merged(earlier, person, trust) if earlier else person
    return sorted(merged.items(), key=lambda pair: str(pair[0]))


def _merged(earlier: Person, later: Person, trust: Trust) -> Person:
    first, second = (later, earlier) if trust is Trust.SERVER else (earlier, later)
    return second.model_copy(update={k: value for k, value in first if value is not None})


def _write(people: list[tuple[Key, Person]], trust: Trust, now: datetime) -> dict[Key, Known]:
    if not people:
        return {}
    values = [value for key, person in people for value in values_of(key, person, trust, now)]
    with connection.cursor() as cursor:
        cursor.execute(remember_statement(len(people), trust), values)
        return {identity or pk: Known(pk, way) for pk, identity, way in cursor.fetchall()}


def values_of(key: Key, person: Person, trust: Trust, now: datetime) -> list[Any]:
    """The parameters of the statement, for one row."""
    pk, identity = (new_id(), key) if isinstance(key, str) else (key, None)
    texts = [person.id, person.email, person.name, person.phone, person.locale, person.segment]
    said = [*(text or "" for text in texts), person.value, person.company or ""]
    return [pk, trust is not Trust.CLAIMED, identity, *said, False, now]


@lru_cache(maxsize=64)
def remember_statement(rows: int, trust: Trust) -> str:
    row = f"({', '.join(['%s'] * len(_COLUMNS))}, '')"
    return _REMEMBER.format(
        columns=", ".join(_COLUMNS),
        rows=", ".join([row] * rows),
        changes=", ".join(_change(column, trust) for column in _SAID),
        contactable=_CONTACTABLE,
    )


def _change(column: str, trust: Trust) -> str:
    said, had = f"excluded.{column}", f"known.{column}"
    first, second = (said, had) if trust is Trust.SERVER else (had, said)
    if column == "value":
        return f"{column} = coalesce({first}, {second})"
    return f"{column} = coalesce(nullif({first}, ''), {second})"
