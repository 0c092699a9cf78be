"""Who was won back, and whose word it is that a matter is closed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from insights.measures.rows import BY_AGENT, Repair, eligible
from insights.shares import Share


def response(rows: Iterable[Repair]) -> Share:
    """Of eligible repairs whose customer was asked, the share that answered. Whatever rests on
    answers is known of these alone, and stands beside this share."""
    asked = eligible(rows).asked
    return Share(sum(row.is_answered for row in asked), len(asked))


def of_answered(rows: Iterable[Repair]) -> Share:
    """Of eligible repairs whose customer answered, the share won back: they did not say that it is
    unsolved, and scored 4 or 5 of 5 where they scored."""
    counted = eligible(rows)
    return Share(len(counted.won_back), len(counted.answered))


def of_asked(rows: Iterable[Repair]) -> Share:
    """Of eligible repairs whose customer was asked, the share won back: silence is no recovery."""
    counted = eligible(rows)
    return Share(sum(row.asked_at is not None for row in counted.won_back), len(counted.asked))


def of_eligible(rows: Iterable[Repair]) -> Share:
    """Of all eligible repairs, open ones and those that nobody was asked about among them, the
    share won back. It can only be too low, never too high."""
    counted = eligible(rows)
    return Share(len(counted.won_back), len(counted))


def improved(rows: Iterable[Repair]) -> Share:
    """Of eligible repairs whose customer answered, the share neither happy nor unhappy, 3 of 5: not
    won back, and not in the rates above."""
    answered = eligible(rows).answered
    return Share(sum(row.is_improved for row in answered), len(answered))


def heard(rows: Iterable[Repair]) -> Share:
    """Of eligible repairs whose customer answered, the share whose answer a colleague heard, on the
    phone or in a letter, and wrote down: theirs by the word of somebody who has a part in it."""
    answered = eligible(rows).answered
    return Share(sum(row.is_heard for row in answered), len(answered))


@dataclass(frozen=True)
class Closure:
    """Of the eligible repairs that an agent declared settled, by resolving or closing: the shares
    that the customer confirmed, that they denied, of which they said nothing when asked, and of
    which they were asked nothing, or have not answered yet."""

    confirmed: Share
    denied: Share
    silent: Share
    untold: Share


def closure(rows: Iterable[Repair]) -> Closure:
    """Confirmed is happy or improved; denied begins the next cycle, or is our final position."""
    declared = [row for row in eligible(rows) if is_declared(row)]
    confirmed = sum(row.is_won_back or row.is_improved for row in declared)
    answered = sum(row.is_answered for row in declared)
    silent = sum(row.is_silent for row in declared)
    number = len(declared)
    return Closure(
        confirmed=Share(confirmed, number),
        denied=Share(answered - confirmed, number),
        silent=Share(silent, number),
        untold=Share(number - answered - silent, number),
    )


def is_declared(row: Repair) -> bool:
    return row.resolved_at is not None or row.closed_by == BY_AGENT
