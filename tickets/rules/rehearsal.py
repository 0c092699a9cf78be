"""A draft tried over past feedback: what it would have taken, and from which rules. Writes nothing.

Each feedback is judged with its facts as of its receipt and the draft in its place, by the same
code that judges for real; so the saved rule takes the very same rows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from math import inf
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from feedback.intake.models import Feedback
from tickets.rules.decision import ReadyRule, first_match
from tickets.rules.drafts import Draft
from tickets.rules.gathering import facts_of
from tickets.rules.loading import current_rules

MOST_DAYS = 366
MOST_EXAMPLES = 20
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One feedback: which rule would take it; where that is the draft, `before` takes it now."""

    feedback: UUID
    rule: ReadyRule | None
    by_draft: bool
    before: ReadyRule | None


def rehearse(
    draft: Draft, *, days: int, now: datetime, instead_of: int | None = None
) -> dict[str, Any]:
    """Sums up `rehearse_rows`: how many feedback there were, how many the draft would take and
    from which other rules, and the newest of them as examples."""
    feedback = matched = 0
    taken_from: Counter[int | None] = Counter()
    examples: list[UUID] = []
    for row in rehearse_rows(draft, days=days, now=now, instead_of=instead_of):
        feedback += 1
        if row.by_draft:
            matched += 1
            taken_from[row.before.id if row.before else None] += 1
            examples += [row.feedback] if matched <= MOST_EXAMPLES else []
    losers = [(id, n) for id, n in taken_from.most_common() if id not in (None, instead_of)]
    return {
        "feedback": feedback,
        "matched": matched,
        "taken_from": [{"rule": id, "count": count} for id, count in losers],
        "examples": examples,
    }


def rehearse_rows(
    draft: Draft, *, days: int, now: datetime, instead_of: int | None = None
) -> Iterator[Rehearsed]:
    """Every feedback of the past `days`, newest first; `instead_of` is the id of the rule that
    the draft would change. Memory does not grow with the number of rows."""
    book = current_rules()
    ready = draft.ready(instead_of)
    rules = _with_draft(book.rules, ready)
    windows = book.windows | draft.condition.windows
    heard = Feedback.objects.received_between(now - timedelta(days=days), now)
    for rows in _batches(heard):
        for row, facts in zip(rows, facts_of(rows, windows), strict=True):
            rule = first_match(rules, facts)
            by_draft = rule is ready
            before = first_match(book.rules, facts) if by_draft else None
            yield Rehearsed(row.pk, rule, by_draft, before)


def _with_draft(rules: Iterable[ReadyRule], draft: ReadyRule) -> list[ReadyRule]:
    """Where the saved rule would stand: a new one behind all others of its order."""
    others = [rule for rule in rules if rule.id != draft.id]
    return sorted([*others, draft], key=_place)


def _place(rule: ReadyRule) -> tuple[int, float]:
    return rule.order, rule.id or inf


def _batches(heard: "QuerySet[Feedback]") -> Iterator[list[Feedback]]:
    rows = heard.order_by("-received_at", "-pk").iterator(chunk_size=_AT_ONCE)
    while batch := list(islice(rows, _AT_ONCE)):
        yield batch
