"""The rules that judge now, compiled and kept by each process until somebody writes a rule."""

from dataclasses import dataclass

from django.db.models import Max

from tickets.rules.conditions import compile_condition
from tickets.rules.decision import ReadyRule
from tickets.rules.models import RuleVersion
from tickets.rules.results import stored_result


@dataclass(frozen=True, slots=True)
class RuleBook:
    """`stamp` is the newest version when it was read; `windows` the days back that the rules
    want failures counted for."""

    stamp: int
    rules: tuple[ReadyRule, ...]

    @property
    def windows(self) -> frozenset[int]:
        return frozenset().union(*(rule.when.windows for rule in self.rules))


_kept = RuleBook(0, ())


def current_rules() -> RuleBook:
    """One small query where nothing changed. Two threads may both read anew; either is right."""
    global _kept
    stamp = _newest_version()
    if _kept.stamp != stamp:
        _kept = RuleBook(stamp, tuple(_ready(row) for row in RuleVersion.objects.current()))
    return _kept


def _newest_version() -> int:
    """Every change writes a version, one writer at a time, so that numbers commit in order; and
    a number that was rolled back is never given again."""
    newest: int | None = RuleVersion.objects.aggregate(newest=Max("pk"))["newest"]
    return newest or 0


def _ready(row: RuleVersion) -> ReadyRule:
    return ReadyRule(
        name=row.name,
        order=row.order,
        when=compile_condition(row.when),
        then=stored_result(row.then),
        id=row.rule_id,
        version=row.version,
        key=row.pk,
    )
