"""How feedback gets into its tables: one statement for one, COPY for many."""

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from cxloop.kernel.copying import copy_values
from cxloop.kernel.errors import Unknown
from cxloop.kernel.prepared import prepared_cursor
from feedback.intake.customers import Key, Known, key_of, remember_one_statement, values_of
from feedback.intake.models import Contactable, Feedback, Source
from feedback.intake.scores import TABLE_VERSION, UNSCORED, class_of, worst
from feedback.intake.submission import Score, Submission
from feedback.intake.trust import Trust

_OF_CUSTOMER = ("customer_id", "contactable")
_OF_FEEDBACK = (
    "id",
    "source_id",
    "channel",
    "received_at",
    "occurred_at",
    "imported_at",
    "quiet",
    "score_type",
    "score_value",
    "score_class",
    "worst_class",
    "score_table",
    "scores",
    "comment",
    "answers",
    "context",
    "tags",
    "form",
    "form_version",
)
_COLUMNS = ", ".join([*_OF_CUSTOMER, *_OF_FEEDBACK])

# Which version of its row a source is: any update, also a second one in a transaction, changes it.
VERSION = "(source.xmin::text || source.ctid::text)"

# Customer, feedback and what it waits for in one statement, which is a transaction of its own:
# nothing can come between them. With a condition that does not hold, nothing at all is written.
_INSERT = """
WITH {who}heard AS (
    INSERT INTO intake_feedback ({columns}) SELECT {customer}, {values} {source} {condition}
    RETURNING id, received_at
)
{waits}
"""
_ARRIVES = "INSERT INTO intake_arrival (feedback_id, received_at) SELECT id, received_at FROM heard"
_IS_HELD = """
INSERT INTO intake_quarantine (feedback_id, source_id, reasons, held_at)
SELECT id, %s, %s, received_at FROM heard
"""
_UNCHANGED = f"""
WHERE EXISTS (
    SELECT 1 FROM intake_sourcekey AS key, intake_source AS source
    WHERE key.id = %s AND key.revoked_at IS NULL AND NOT key.is_test
        AND source.id = %s AND {VERSION} = %s
)
"""

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One feedback about to be written. `received_at` is what its promises run from; `held` are the
    reasons for which it does not go on to the rules; `contactable` is how its channel can answer
    whoever left no address."""

    id: UUID
    said: Submission
    source: Source
    channel: str
    received_at: datetime
    occurred_at: datetime | None = None
    imported_at: datetime | None = None
    quiet: bool = False
    held: tuple[str, ...] = ()
    contactable: str = Contactable.NONE.value


@dataclass(frozen=True, slots=True)
class Seen:
    """A key, and its source in the version that the caller was recognised by."""

    key: int
    source: int
    source_version: str


def insert(entry: Entry, trust: Trust, *, now: datetime, seen: Seen | None = None) -> None:
    """Raises Unknown, with nothing written, where the key is revoked or its source has changed."""
    person = entry.said.customer
    key: Key | None = key_of(person, trust)
    who = values_of(key, person, trust, now) if key and person else []
    condition = astuple(seen) if seen else ()
    waits = (entry.source.pk, list(entry.held)) if entry.held else ()
    kind = {"checked": seen is not None, "held": bool(entry.held)}
    with prepared_cursor() as cursor:
        statement = _statement(trust if who else None, **kind)
        cursor.execute(statement, [*who, *_values(entry), *condition, *waits])
        if not cursor.rowcount:
            raise Unknown("This key has changed.")


@lru_cache
def _statement(trust: Trust | None, *, checked: bool, held: bool) -> str:
    return _INSERT.format(
        who=f"who AS ({remember_one_statement(trust)}), " if trust else "",
        columns=_COLUMNS,
        customer="who.id, who.contactable" if trust else f"NULL, '{Contactable.NONE.value}'",
        values=", ".join(["%s"] * len(_OF_FEEDBACK)),
        source="FROM who" if trust else "",
        condition=_UNCHANGED if checked else "",
        waits=_IS_HELD if held else _ARRIVES,
    )


def copy(pairs: Sequence[tuple[Entry, Known | None]]) -> None:
    feedback = ((*_of_customer(entry, customer), *_values(entry)) for entry, customer in pairs)
    copy_values("intake_feedback", (*_OF_CUSTOMER, *_OF_FEEDBACK), feedback)
    entries = [entry for entry, _ in pairs]
    arrivals = ((entry.id, entry.received_at) for entry in entries if not entry.held)
    copy_values("intake_arrival", ("feedback_id", "received_at"), arrivals)
    if held := [entry for entry in entries if entry.held]:
        _hold(held)


def _hold(entries: Sequence[Entry]) -> None:
    rows = ((one.id, one.source.pk, list(one.held), one.received_at) for one in entries)
    copy_values("intake_quarantine", ("feedback_id", "source_id", "reasons", "held_at"), rows)


def _of_customer(entry: Entry, customer: Known | None) -> tuple[UUID | None, str]:
    if customer is None:
        return None, entry.contactable
    is_reached = customer.contactable != Contactable.NONE
    return customer.id, customer.contactable if is_reached else entry.contactable


def _values(entry: Entry) -> tuple[Any, ...]:
    """In the order of the columns of feedback."""
    said = entry.said
    return (
        entry.id,
        entry.source.pk,
        entry.channel,
        entry.received_at,
        entry.occurred_at,
        entry.imported_at,
        entry.quiet,
        *_scored(said),
        said.comment or "",
        _encode(said.answers) if said.answers else "{}",
        _encode(said.context) if said.context else "{}",
        said.tags,
        said.form or "",
        said.form_version,
    )


def unsaved_feedback(entry: Entry) -> Feedback:
    """As it would be written, but for its customer."""
    values = dict(zip(_OF_FEEDBACK, _values(entry), strict=True))
    for name in ("answers", "context", "scores"):
        values[name] = json.loads(values[name])
    return Feedback(**values)


def _scored(said: Submission) -> tuple[str, int | None, str, str, int, str]:
    main, further = said.score, [_further(score.key, score) for score in said.scores]
    main_class = class_of(main.type, main.number) if main else UNSCORED
    worst_class = worst([main_class, *(score["class"] for score in further)])
    kind, number = (main.type, main.number) if main else ("", None)
    return (
        kind,
        number,
        main_class,
        worst_class,
        TABLE_VERSION,
        _encode(further) if further else "[]",
    )


def _further(key: str, score: Score) -> dict[str, Any]:
    found = class_of(score.type, score.number)
    return {"key": key, "type": score.type, "value": score.value, "class": found}
