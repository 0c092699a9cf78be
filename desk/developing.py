"""What whoever writes the code that posts wants to see: what was asked, and what a test became."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import AccessGroup
from desk.asked_words import what_to_do
from feedback.intake.asked import requests_of
from feedback.intake.models import Feedback, Source, SourceKey, Trial
from feedback.intake.trials import as_feedback
from tickets.rules.decision import decide
from tickets.rules.gathering import facts_of
from tickets.rules.loading import current_rules

MOST_TRIALS = 20


@dataclass(frozen=True)
class AskedBy:
    """`requests` is None where they cannot be read just now."""

    key: SourceKey
    requests: list[dict[str, Any]] | None


@dataclass(frozen=True)
class Judged:
    """A trial with what the rules would say of it now; nothing of that is written. `group` is its
    name; where no ticket would be opened, `rule` may still be the one that says so."""

    trial: Trial
    heard: Feedback
    rule: int | None
    rule_name: str
    group: str
    reason: str


def asked_by(keys: Sequence[SourceKey], *, now: datetime) -> list[AskedBy]:
    return [AskedBy(key, _advised(requests_of(key, now=now))) for key in keys]


def _advised(requests: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    if requests is None:
        return None
    return [{**one, "at": _instant(one["at"]), "to_do": what_to_do(one)} for one in requests]


def _instant(said: str) -> datetime:
    return datetime.fromisoformat(said)


def judged_trials(source: Source) -> list[Judged]:
    """The newest first."""
    rows = Trial.objects.filter(source=source).select_related("source", "source_key").newest()
    trials = list(rows[:MOST_TRIALS])
    book = current_rules()
    heard = [as_feedback(trial) for trial in trials]
    decisions = [decide(book.rules, facts) for facts in facts_of(heard, book.windows)]
    groups = _names_of([one.rule.then.group for one in decisions if one.rule])
    return [
        Judged(
            trial,
            said,
            rule=one.rule.id if one.rule else None,
            rule_name=one.rule.name if one.rule else "",
            group=groups.get(one.rule.then.group, "") if one.rule and one.rule.then.ticket else "",
            reason=one.reason,
        )
        for trial, said, one in zip(trials, heard, decisions, strict=True)
    ]


def _names_of(slugs: Sequence[str]) -> dict[str, str]:
    if not slugs:
        return {}
    rows = AccessGroup.objects.filter(slug__in=slugs)
    return dict(rows.values_list("slug", "name"))
