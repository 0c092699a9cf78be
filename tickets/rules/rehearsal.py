"""A draft tried over past feedback: what it would have taken, and from which rules. Writes nothing.

Each feedback is judged with its facts as of its receipt and the draft in its place, by the same
code that judges for real; so the saved rule takes the very same rows.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from math import inf
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from feedback.intake.models import Feedback, is_counted
from tickets.rules.decision import ReadyRule, first_match
from tickets.rules.drafts import Draft
from tickets.rules.gathering import facts_of
from tickets.rules.loading import current_rules

MOST_DAYS = 366
MOST_EXAMPLES = 20
_AT_ONCE = 1000

# When it was received, and which it is: the order of a rehearsal, backwards.
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One feedback: which rule would take it; where that is the draft, `before` takes it now."""

    place: Place
    rule: ReadyRule | None
    by_draft: bool
    before: ReadyRule | None

    @property
    def feedback(self) -> UUID:
        return self.place[1]


@dataclass
class Tally:
    """A rehearsal as far as it came. `reached` is the last feedback that was looked at, `share` how
    much of the time is behind it."""

    feedback: int = 0
    matched: int = 0
    taken_from: Counter[int | None] = field(default_factory=Counter)
    examples: list[UUID] = field(default_factory=list)
    reached: Place | None = None
    done: bool = False

    def take(self, row: Rehearsed) -> None:
        self.feedback += 1
        self.reached = row.place
        if row.by_draft:
            self.matched += 1
            self.taken_from[row.before.id if row.before else None] += 1
            self.examples += [row.feedback] if self.matched <= MOST_EXAMPLES else []

    def losers(self, instead_of: int | None = None) -> list[tuple[int, int]]:
        """The other rules that the draft would take feedback from, and how much."""
        counted = self.taken_from.most_common()
        return [(id, count) for id, count in counted if id is not None and id != instead_of]

    def share(self, *, days: int, now: datetime) -> float:
        if self.done or self.reached is None:
            return 1.0 if self.done else 0.0
        return min((now - self.reached[0]) / timedelta(days=days), 1.0)


def rehearse(
    draft: Draft, *, days: int, now: datetime, instead_of: int | None = None
) -> dict[str, Any]:
    """Sums up `rehearse_rows`: how many feedback there were, how many the draft would take and
    from which other rules, and the newest of them as examples."""
    tally = Tally()
    for row in rehearse_rows(draft, days=days, now=now, instead_of=instead_of):
        tally.take(row)
    return {
        "feedback": tally.feedback,
        "matched": tally.matched,
        "taken_from": [{"rule": id, "count": count} for id, count in tally.losers(instead_of)],
        "examples": tally.examples,
    }


def go_on_rehearsing(
    tally: Tally,
    draft: Draft,
    *,
    days: int,
    now: datetime,
    instead_of: int | None = None,
    at_most: int,
) -> None:
    """The next part of a rehearsal that began at `now`: so many feedback further."""
    rows = rehearse_rows(draft, days=days, now=now, instead_of=instead_of, after=tally.reached)
    before = tally.feedback
    for row in islice(rows, at_most):
        tally.take(row)
    tally.done = tally.feedback - before < at_most


def rehearse_rows(
    draft: Draft,
    *,
    days: int,
    now: datetime,
    instead_of: int | None = None,
    after: Place | None = None,
) -> Iterator[Rehearsed]:
    """Every feedback of the past `days`, newest first; `instead_of` is the id of the rule that
    the draft would change. Memory does not grow with the number of rows."""
    book = current_rules()
    ready = draft.ready(instead_of)
    rules = _with_draft(book.rules, ready)
    windows = book.windows | draft.condition.windows
    heard = Feedback.objects.received_between(now - timedelta(days=days), now).filter(is_counted())
    for rows in _batches(_beyond(heard, after)):
        for row, facts in zip(rows, facts_of(rows, windows), strict=True):
            rule = first_match(rules, facts)
            by_draft = rule is ready
            before = first_match(book.rules, facts) if by_draft else None
            yield Rehearsed((row.received_at, row.pk), rule, by_draft, before)


def _beyond(heard: "QuerySet[Feedback]", place: Place | None) -> "QuerySet[Feedback]":
    if place is None:
        return heard
    at, pk = place
    return heard.filter(Q(received_at__lt=at) | Q(pk__lt=pk), received_at__lte=at)


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
