"""The facts of many feedback at once, in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
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
          AND NOT EXISTS (SELECT 1 FROM intake_quarantine AS held
                          WHERE held.feedback_id = earlier.id AND held.released_at IS NULL)
        LIMIT %s
    ) AS counted
)
FROM unnest(%s::uuid[], %s::timestamptz[], %s::uuid[]) AS heard (id, received_at, customer_id)
CROSS JOIN unnest(%s::int[]) AS days
"""


def facts_of(rows: Sequence[Feedback], windows: Collection[int]) -> list[Facts]:
    """The facts of each feedback as they were at its receipt; `windows` from the rule book."""
    prefetch_related_objects(rows, "source", "customer__joined_to")
    failures = _failures(rows, windows)
    return [Facts(_heard(row, failures[row.pk])) for row in rows]


def _failures(
    rows: Iterable[Feedback], windows: Collection[int]
) -> Mapping[UUID, Mapping[int, int]]:
    counted: dict[UUID, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    asked = _asked_of(rows) if windows else []
    if asked:
        with connection.cursor() as cursor:
            columns = map(list, zip(*asked, strict=True))
            cursor.execute(_FAILURES, [MOST_FAILURES + 1, *columns, list(windows)])
            for feedback, days, count in cursor.fetchall():
                counted[feedback][days] += count
    return counted


def _asked_of(rows: Iterable[Feedback]) -> list[tuple[UUID, datetime, UUID]]:
    """Each feedback with every row of its person: what was said under a claim was said by them."""
    people = [(row, row.person.pk) for row in rows if row.person]
    known = {person: [person] for _, person in people}
    claims = Customer.objects.filter(joined_to__in=known).values_list("joined_to", "pk")
    for person, claim in claims:
        if person:
            known[person].append(claim)
    return [
        (row.pk, row.received_at, customer) for row, person in people for customer in known[person]
    ]


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
        customer=_person(row.person) if row.person else None,
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
