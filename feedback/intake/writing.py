"""How feedback gets into its tables: one statement for one, COPY for many."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from feedback.intake.customers import Known
from feedback.intake.models import Contactable, Source
from feedback.intake.scores import TABLE_VERSION, UNSCORED, class_of, worst
from feedback.intake.submission import Score, Submission

_COLUMNS = (
    "id",
    "source_id",
    "channel",
    "customer_id",
    "contactable",
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
_NAMES = ", ".join(_COLUMNS)

# The arrival stands beside its feedback from the first: no feedback can be overlooked.
_INSERT = f"""
WITH heard AS (
    INSERT INTO intake_feedback ({_NAMES}) VALUES ({", ".join(["%s"] * len(_COLUMNS))})
    RETURNING id, received_at
)
INSERT INTO intake_arrival (feedback_id, received_at) SELECT id, received_at FROM heard
"""
_COPY = f"COPY intake_feedback ({_NAMES}) FROM STDIN"
_COPY_ARRIVALS = "COPY intake_arrival (feedback_id, received_at) FROM STDIN"

_json = partial(Jsonb, dumps=partial(json.dumps, ensure_ascii=False, allow_nan=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One feedback about to be written. `received_at` is what its promises run from."""

    id: UUID
    said: Submission
    source: Source
    channel: str
    received_at: datetime
    occurred_at: datetime | None = None
    imported_at: datetime | None = None
    quiet: bool = False


Pair = tuple[Entry, Known | None]


def insert(entry: Entry, customer: Known | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, _row(entry, customer))


def copy(pairs: Sequence[Pair]) -> None:
    with connection.cursor() as cursor:
        with cursor.copy(_COPY) as feedback:
            for entry, customer in pairs:
                feedback.write_row(_row(entry, customer))
        with cursor.copy(_COPY_ARRIVALS) as arrivals:
            for entry, _ in pairs:
                arrivals.write_row((entry.id, entry.received_at))


def _row(entry: Entry, customer: Known | None) -> tuple[Any, ...]:
    """In the order of the columns."""
    said = entry.said
    return (
        entry.id,
        entry.source.pk,
        entry.channel,
        customer.id if customer else None,
        customer.contactable if customer else Contactable.NONE.value,
        entry.received_at,
        entry.occurred_at,
        entry.imported_at,
        entry.quiet,
        *_scored(said),
        said.comment or "",
        _json(said.answers),
        _json(said.context),
        said.tags,
        said.form or "",
        said.form_version,
    )


def _scored(said: Submission) -> tuple[str, int | None, str, str, int, Jsonb]:
    main, further = said.score, [_further(score.key, score) for score in said.scores]
    main_class = class_of(main.type, main.number) if main else UNSCORED
    worst_class = worst([main_class, *(score["class"] for score in further)])
    kind, number = (main.type, main.number) if main else ("", None)
    return kind, number, main_class, worst_class, TABLE_VERSION, _json(further)


def _further(key: str, score: Score) -> dict[str, Any]:
    found = class_of(score.type, score.number)
    return {"key": key, "type": score.type, "value": score.value, "class": found}


def ids_known(ids: Iterable[UUID]) -> set[UUID]:
    """Those that are written already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM intake_feedback WHERE id = ANY(%s)", [list(ids)])
        return {pk for (pk,) in cursor.fetchall()}
