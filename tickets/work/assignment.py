"""Who gets a ticket. Pure: candidates in, one of them or nobody out, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

ROUND_ROBIN, LEAST_LOADED, BY_HAND = "round_robin", "least_loaded", "none"


@dataclass
class Candidate:
    """Somebody present who may work the group's tickets. `open_tickets` counts all groups."""

    user: int
    open_tickets: int
    cap: int | None
    last_given_at: datetime | None
    is_senior: bool = False

    @property
    def has_room(self) -> bool:
        return self.cap is None or self.open_tickets < self.cap


def choose(strategy: str, candidates: Sequence[Candidate]) -> tuple[Candidate | None, str]:
    """The next owner, or nobody: then the ticket stays visibly unowned, and the reason says why."""
    if strategy == BY_HAND:
        return None, "the rule leaves the choice to the group"
    if not candidates:
        return None, "nobody of the group is present"
    free = [candidate for candidate in candidates if candidate.has_room]
    if not free:
        return None, "everybody present has as many open tickets as they may have"
    if strategy == LEAST_LOADED:
        return min(free, key=_load), "least open tickets"
    return min(free, key=_wait), "next in turn"


def give(candidate: Candidate, now: datetime) -> None:
    """Counts the ticket, so that the next choice of the same pass sees it."""
    candidate.open_tickets += 1
    candidate.last_given_at = now


def _wait(candidate: Candidate) -> tuple[bool, float, int]:
    last = candidate.last_given_at
    return (last is not None, last.timestamp() if last else 0.0, candidate.user)


def _load(candidate: Candidate) -> tuple[int, bool, float, int]:
    return (candidate.open_tickets, *_wait(candidate))
