"""The facts of many feedback at once, in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import prefetch_related_objects

from feedback.intake.models import Customer, Feedback
from feedback.intake.scores import GOAL_REACHED
from tickets.rules.conditions import MOST_FAILURES
from tickets.rules.facts import Facts, Heard, Person, Scored

# Read from the index of a customer's failures, each count stopped where no rule asks further.
_FAILURES = """
SELECT heard.id, days, (
    SELECT count(*) FROM (
        SELECT 1 FROM intake_feedback AS earlier
        WHERE earlier.customer_id = heard.customer_id AND earlier.worst_class = 'negative'
          AND earlier.received_at < heard.received_at
          AND earlier.received_at >= heard.received_at - make_interval(secs => days * 86400)
        LIMIT %s
    ) AS counted
)
FROM intake_feedback AS heard CROSS JOIN unnest(%s::int[]) AS days
WHERE heard.id = ANY(%s)
"""


def facts_of(rows: Sequence[Feedback], windows: Collection[int]) -> list[Facts]:
    """The facts of each feedback as they were at its receipt; `windows` from the rule book."""
    prefetch_related_objects(rows, "source", "customer")
    failures = _failures(rows, windows)
    return [Facts(_heard(row, failures[row.pk])) for row in rows]


def _failures(
    rows: Iterable[Feedback], windows: Collection[int]
) -> Mapping[UUID, Mapping[int, int]]:
    counted: dict[UUID, dict[int, int]] = defaultdict(dict)
    named = [row.pk for row in rows if row.customer_id]
    if named and windows:
        with connection.cursor() as cursor:
            cursor.execute(_FAILURES, [MOST_FAILURES + 1, list(windows), named])
            for feedback, days, count in cursor.fetchall():
                counted[feedback][days] = count
    return counted


def _heard(row: Feedback, failures: Mapping[int, int]) -> Heard:
    return Heard(
        received_at=row.received_at,
        channel=row.channel,
        source=row.source.slug,
        zone=row.source.time_zone,
        form=row.form,
        score=_main_score(row),
        further=tuple(_scored(score) for score in row.scores),
        comment=row.comment,
        tags=tuple(row.tags),
        answers=row.answers,
        context=row.context,
        contactable=row.contactable,
        customer=_person(row.customer) if row.customer else None,
        failures=failures,
    )


def _main_score(row: Feedback) -> Scored | None:
    if row.score_value is None:
        return None
    return Scored("", row.score_type, row.score_value, row.score_class)


def _scored(score: Mapping[str, Any]) -> Scored:
    value = GOAL_REACHED.get(score["value"], score["value"])
    return Scored(score["key"], score["type"], value, score["class"])


def _person(customer: Customer) -> Person:
    return Person(
        trusted=customer.trusted,
        locale=customer.locale,
        value=customer.value,
        segment=customer.segment,
        company=customer.company,
    )
