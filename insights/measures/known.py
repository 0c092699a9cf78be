"""How much of what may be said of a repair was said: a figure by a field that half of them lack is
a figure of the other half. Pure."""

from collections.abc import Callable, Iterable

from insights.measures.rows import Repair, eligible
from insights.shares import Share

FIELDS: dict[str, Callable[[Repair], bool]] = {
    "cause": lambda row: row.cause != "",
    "failure_type": lambda row: row.failure_type != "",
    "driver": lambda row: row.driver != "",
    "severity": lambda row: row.severity is not None,
    "monetary": lambda row: row.is_monetary is not None,
    "process": lambda row: row.is_process is not None,
    "controllable": lambda row: row.is_controllable is not None,
    "score_before": lambda row: row.score_before is not None,
    "customer": lambda row: row.person is not None,
    "value": lambda row: row.value is not None,
}


def known(rows: Iterable[Repair]) -> dict[str, Share]:
    """Of all eligible repairs, the share of which each is known."""
    counted = eligible(rows)
    return {name: Share(sum(map(says, counted)), len(counted)) for name, says in FIELDS.items()}
