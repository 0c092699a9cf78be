"""What is known of one repair, and which repairs count. Pure."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from feedback.intake.scores import NEUTRAL, POSITIVE, class_of

ELIGIBLE = "eligible"
MERGED, SPAM, IMPORTED = "merged", "spam", "imported"
UNREACHABLE, NO_COMPLAINT = "unreachable", "no_complaint"
# Why a repair does not count, the first that holds.
BESIDE = (MERGED, SPAM, IMPORTED, NO_COMPLAINT, UNREACHABLE)
STANDINGS = (ELIGIBLE, *BESIDE)

BY_CUSTOMER, BY_AGENT, BY_SILENCE = "customer", "agent", "silence"
ENDERS = (BY_CUSTOMER, BY_AGENT, BY_SILENCE)

# In real time, whatever a policy says.
LIMIT = timedelta(hours=48)
# What came back is asked of the thirty and of the ninety days since.
SHORT, LONG = timedelta(days=30), timedelta(days=90)


def standing_of(
    *, outcome: str, is_quiet: bool, is_first: bool, worst_class: str | None, has_a_way: bool
) -> str:
    """Whether a cycle of a ticket counts, or why not. What counts is the complaint of somebody who
    can be contacted: negative, or unscored (words alone), or brought by a colleague (None); and
    every later cycle, since each begins with a customer for whom it was not put right.

    A merged ticket goes on elsewhere, and is counted there. Spam was no customer. History that was
    imported was not ours to answer in time. Whom nobody can contact is counted beside.
    """
    if outcome in (MERGED, SPAM):
        return outcome
    if is_quiet:
        return IMPORTED
    if is_first and worst_class in (NEUTRAL, POSITIVE):
        return NO_COMPLAINT
    return ELIGIBLE if has_a_way else UNREACHABLE


@dataclass(frozen=True, slots=True)
class Repair:
    """One cycle of one ticket; the names of groups, sources, causes and failures are slugs, `agent`
    is a number, `person` whatever tells people apart. `gestures` are pairs of kind and state,
    `costs` what was promised or kept of them, by currency. `looked_at` is up to when it is known
    what the customer did afterwards."""

    ticket: int
    cycle: int
    group: str
    source: str
    agent: int | None
    person: Hashable | None
    standing: str
    received_at: datetime
    score_type: str
    score_before: int | None
    class_before: str
    acknowledged_at: datetime | None
    attempted_at: datetime | None
    reached_at: datetime | None
    owed_at: datetime | None
    follow_up: str
    met_at: datetime | None
    voided_at: datetime | None
    resolved_at: datetime | None
    asked_at: datetime | None
    answered_at: datetime | None
    solved: bool | None
    score_after: int | None
    is_silent: bool
    closed_at: datetime | None
    outcome: str
    closed_by: str
    reopened_at: datetime | None
    ended_at: datetime | None
    cause: str
    failure_type: str
    driver: str
    severity: int | None
    is_monetary: bool | None
    is_process: bool | None
    is_controllable: bool | None
    failure_number: int | None
    costs: dict[str, Decimal]
    gestures: tuple[tuple[str, str], ...]
    value: Decimal | None
    failed_before_at: datetime | None
    failed_again_at: datetime | None
    same_cause_again_at: datetime | None
    later_score: int | None
    later_score_at: datetime | None
    looked_at: datetime

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def is_won_back(self) -> bool:
        """The customer's own word, and nothing else: they did not say that it is unsolved, and
        scored 4 or 5 of 5 where they scored."""
        return self.is_answered and self.solved is not False and self._class_after == POSITIVE

    @property
    def is_improved(self) -> bool:
        """Neither happy nor unhappy: 3 of 5."""
        return self.is_answered and self.solved is not False and self._class_after == NEUTRAL

    @property
    def _class_after(self) -> str:
        return POSITIVE if self.score_after is None else class_of("csat", self.score_after)

    @property
    def customer(self) -> Hashable:
        """Whom to count once; who is unknown is somebody else each time."""
        return ("ticket", self.ticket) if self.person is None else self.person

    @property
    def is_second_failure(self) -> bool:
        """A double deviation (Maxham and Netemeyer 2002): a repair that had failed before, or a
        failure within 90 days of the customer's last one."""
        before = self.failed_before_at
        return self.cycle > 1 or (before is not None and self.received_at - before <= LONG)


def eligible(rows: Iterable[Repair]) -> list[Repair]:
    return [row for row in rows if row.standing == ELIGIBLE]
