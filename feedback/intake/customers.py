"""Customers, remembered by what is said about them: one statement for any number of mentions."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from feedback.intake.models import Customer, new_id
from feedback.intake.submission import Person
from feedback.intake.trust import Trust, identity_of

Key = str | UUID

_SAID = ("external_id", "email", "name", "phone", "locale", "segment", "value", "company")
_COLUMNS = ("id", "trusted", "identity", *_SAID, "created_at")

_ONE = f"SELECT {', '.join(['%s'] * len(_COLUMNS))}, false, ''"
# A single parameter for all rows: so many would take longer to quote than to write.
_MANY = f"""
SELECT {", ".join(_COLUMNS)}, false, '' FROM json_to_recordset(%s) AS said (
    id uuid, trusted boolean, identity text, external_id text, email text, name text, phone text,
    locale text, segment text, value numeric, company text, created_at timestamptz
)
"""

# How a person of the house can reach somebody. A receipt page would be a way once it takes
# answers; until it does, promising a reply through it would be a lie.
_CONTACTABLE = """
CASE WHEN known.do_not_contact THEN 'none'
     WHEN known.email <> '' THEN 'letter'
     WHEN known.phone <> '' THEN 'phone'
     ELSE 'none' END
"""

_REMEMBER = """
INSERT INTO intake_customer AS known ({columns}, do_not_contact, do_not_contact_said) {rows}
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
    rows = [
        dict(zip(_COLUMNS, values_of(key, person, trust, now), strict=True))
        for key, person in people
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(_MANY, trust), [json.dumps(rows, default=str)])
        return {identity or pk: Known(pk, way) for pk, identity, way in cursor.fetchall()}


def values_of(key: Key, person: Person, trust: Trust, now: datetime) -> list[Any]:
    """One row, in the order of the columns."""
    pk, identity = (new_id(), key) if isinstance(key, str) else (key, None)
    texts = [person.id, person.email, person.name, person.phone, person.locale, person.segment]
    said = [*(text or "" for text in texts), person.value, person.company or ""]
    return [pk, trust is not Trust.CLAIMED, identity, *said, now]


def unsaved_customer(person: Person | None, trust: Trust, *, now: datetime) -> Customer | None:
    """As they would be written if nobody knew them yet."""
    key = key_of(person, trust)
    if person is None or key is None:
        return None
    return Customer(**dict(zip(_COLUMNS, values_of(key, person, trust, now), strict=True)))


def remember_one_statement(trust: Trust) -> str:
    """Wants `values_of` as parameters; gives id, identity and contactable."""
    return _statement(_ONE, trust)


@cache
def _statement(rows: str, trust: Trust) -> str:
    return _REMEMBER.format(
        columns=", ".join(_COLUMNS),
        rows=rows,
        changes=", ".join(_change(column, trust) for column in _SAID),
        contactable=_CONTACTABLE,
    )


def _change(column: str, trust: Trust) -> str:
    said, had = f"excluded.{column}", f"known.{column}"
    first, second = (said, had) if trust is Trust.SERVER else (had, said)
    if column == "value":
        return f"{column} = coalesce({first}, {second})"
    return f"{column} = coalesce(nullif({first}, ''), {second})"
