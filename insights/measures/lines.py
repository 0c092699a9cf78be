"""The same figures by group and by source. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from insights.measures.follow_up import in_48_hours
from insights.measures.held import held_back
from insights.measures.recovered import of_answered, of_eligible, response
from insights.measures.rows import Eligible, Repair, eligible
from insights.shares import Share


@dataclass(frozen=True)
class Line:
    """The eligible repairs of one group or source. What is held back is neither told nor missing
    from the total."""

    slug: str
    number: int
    is_held: bool
    in_48_hours: Share
    response: Share
    of_answered: Share
    of_eligible: Share


def lines(rows: Iterable[Repair], whose: Callable[[Repair], str], now: datetime) -> Sequence[Line]:
    """The most repairs first; those held back last."""
    found: dict[str, Eligible] = defaultdict(Eligible)
    for row in eligible(rows):
        found[whose(row)].append(row)
    held = held_back({slug: len(some) for slug, some in found.items()})
    told = [_line(slug, some, slug in held, now) for slug, some in found.items()]
    return sorted(told, key=lambda line: (line.is_held, -line.number, line.slug))


def _line(slug: str, rows: Sequence[Repair], is_held: bool, now: datetime) -> Line:
    return Line(
        slug=slug,
        number=len(rows),
        is_held=is_held,
        in_48_hours=in_48_hours(rows, now),
        response=response(rows),
        of_answered=of_answered(rows),
        of_eligible=of_eligible(rows),
    )
