"""The event log of a helpdesk as the forecast would have met it, night after night.

Read is the log "helpdesk" of an Italian software house (4TU.ResearchData), 2010 to 2014. "Take in
charge ticket" is its first contact, 48 real hours are the promise. The whole desk is one group.
"""

import csv
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from insights.calibration import Observation
from insights.reach import DAY, Outlook, Pace, Waiting, outlooks

LOG = Path("eventlogs") / "helpdesk_event_log.csv"
PROMISED = timedelta(hours=48)
PACE_OVER = 7 * DAY
CONTACT = "Take in charge ticket"
ENDS = (CONTACT, "Resolve ticket", "Closed")
GROUP = 1


@dataclass(frozen=True)
class Case:
    number: int
    began_at: datetime
    answered_at: datetime | None
    ended_at: datetime

    @property
    def due_at(self) -> datetime:
        return self.began_at + PROMISED

    @property
    def is_void(self) -> bool:
        """Ended in time and without contact: neither kept nor broken."""
        return self.answered_at is None and self.ended_at <= self.due_at

    @property
    def broke(self) -> bool:
        return self.answered_at is None or self.answered_at > self.due_at


def read_cases(path: Path) -> list[Case]:
    """By their beginning. Raises OSError, or KeyError where a column is missing."""
    events: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            at = datetime.fromisoformat(row["time:timestamp"]).astimezone(UTC)
            events[row["case:concept:name"]].append((at, row["Activity"]))
    begun = sorted(sorted(found) for found in events.values())
    return [_case(number, found) for number, found in enumerate(begun)]


def _case(number: int, events: Sequence[tuple[datetime, str]]) -> Case:
    answers = [at for at, activity in events if activity == CONTACT]
    ends = [at for at, activity in events if activity in ENDS]
    last = events[-1][0]
    return Case(number, events[0][0], answers[0] if answers else None, min(ends, default=last))


def observe(cases: Sequence[Case]) -> Iterator[Observation]:
    """Every night, each clock that runs; from the eighth on, when a week's pace is known."""
    answers = sorted(case.answered_at for case in cases if case.answered_at)
    for now in _nights(cases):
        pace = Pace(_between(answers, now - PACE_OVER, now), PACE_OVER / DAY)
        waiting = [case for case in cases if case.began_at <= now < case.ended_at]
        by_number = {case.number: case for case in waiting if not case.is_void}
        for outlook in outlooks(_queue(waiting, now), {GROUP: pace}, now):
            if case := by_number.get(outlook.waiting.clock):
                yield _observed(case, outlook)


def _nights(cases: Sequence[Case]) -> Iterator[datetime]:
    now = cases[0].began_at.replace(hour=0, minute=0, second=0) + PACE_OVER + DAY
    while now < cases[-1].due_at:
        yield now
        now += DAY


def _queue(waiting: Iterable[Case], now: datetime) -> list[Waiting]:
    """All have waited equally long for their due time, so they stand in order already."""
    return [
        Waiting(case.number, case.number, GROUP, case.due_at, is_broken=case.due_at <= now)
        for case in waiting
    ]


def _observed(case: Case, outlook: Outlook) -> Observation:
    return Observation(
        case=case.number,
        began_at=case.began_at,
        due_at=case.due_at,
        before=outlook.before,
        a_day=outlook.a_day,
        left_days=outlook.left_days,
        broke=case.broke,
    )


def _between(sorted_times: Sequence[datetime], start: datetime, end: datetime) -> int:
    return bisect_right(sorted_times, end) - bisect_right(sorted_times, start)
