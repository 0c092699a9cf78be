"""What is known of one repair, and which repairs count. Pure."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from feedback.intake.scores import NEUTRAL, POSITIVE, class_of

ELIGIBLE = "eligible"
MERGED, SPAM, IMPORTED = "merged", "spam", "imported"
UNREACHABLE, NO_COMPLAINT = "unreachable", "no_complaint"
# Why a repair does not count, the first that holds.
BESIDE = (MERGED, SPAM, IMPORTED, NO_COMPLAINT, UNREACHABLE)
STANDINGS = (ELIGIBLE, *BESIDE)

BY_CUSTOMER, BY_AGENT, BY_SILENCE = "customer", "agent", "silence"
ENDERS = (BY_CUSTOMER, BY_AGENT, BY_SILENCE)

# What became of the playbook that fitted a repair: followed to its end, left with a reason, or the
# repair was said to be done without all of it and without a word.
FOLLOWED, LEFT, UNSAID = "followed", "left", "unsaid"
USES = (FOLLOWED, LEFT, UNSAID)

# In real time, whatever a policy says.
LIMIT = timedelta(hours=48)
# What came back is asked of the thirty and of the ninety days since.
SHORT, LONG = timedelta(days=30), timedelta(days=90)


def standing_of(*, outcome: str, is_quiet: bool, is_complaint: bool, has_a_way: bool) -> str:
    """Whether a cycle of a ticket counts, or why not. What counts is the complaint of somebody who
    can be contacted: negative, or unscored (words alone), or brought by a colleague; and every
    later cycle, since each begins with a customer for whom it was not put right, but for thanks
    after a happy end.

    `outcome` is that of the ticket for its last cycle, and blank for those before: what was owed
    and said in these stays. A merged ticket goes on elsewhere, and is counted there. Spam was no
    customer. History that was imported was not ours to answer in time. Whom nobody can contact is
    counted beside.
    """
    if outcome in (MERGED, SPAM):
        return outcome
    if is_quiet:
        return IMPORTED
    if not is_complaint:
        return NO_COMPLAINT
    return ELIGIBLE if has_a_way else UNREACHABLE


# Of whoever says that it is solved, and gives no score, nothing speaks against it.
_CLASS_AFTER: dict[int | None, str] = {score: class_of("csat", score) for score in range(1, 6)}
_CLASS_AFTER[None] = POSITIVE


class Repair(NamedTuple):
    """One cycle of one ticket; the names of groups, sources, causes, failures and playbooks are
    slugs, `agent` is a number, `person` whatever tells people apart. `gestures` are pairs of kind
    and state, `costs` what was promised or kept of them, by currency. `is_heard` is that a
    colleague heard the answer and wrote it down. `looked_at` is up to when it is known what the
    customer did afterwards."""

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
    due_at: datetime | None
    follow_up: str
    met_at: datetime | None
    voided_at: datetime | None
    resolved_at: datetime | None
    asked_at: datetime | None
    answered_at: datetime | None
    solved: bool | None
    score_after: int | None
    fair: int | None
    easy: int | None
    respect: int | None
    is_heard: bool
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
    playbook: str
    playbook_version: int | None
    playbook_use: str
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
        """The customer's own word, and nothing else, on our page or as a colleague heard it: they
        did not say that it is unsolved, and scored 4 or 5 of 5 where they scored."""
        return (
            self.answered_at is not None
            and self.solved is not False
            and _CLASS_AFTER[self.score_after] == POSITIVE
        )

    @property
    def is_improved(self) -> bool:
        """Neither happy nor unhappy: 3 of 5."""
        return (
            self.answered_at is not None
            and self.solved is not False
            and _CLASS_AFTER[self.score_after] == NEUTRAL
        )

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


class Eligible(list[Repair]):
    """What counts. Whether it does, and who of it answered, is asked once, for a report wants to
    know it forty times: nothing is added once something was asked."""

    @cached_property
    def first(self) -> Sequence[Repair]:
        return [row for row in self if row.cycle == 1]

    @cached_property
    def asked(self) -> Sequence[Repair]:
        """By a letter that reached them, or by a colleague who heard the answer."""
        return [row for row in self if row.asked_at is not None]

    @cached_property
    def answered(self) -> Sequence[Repair]:
        return [row for row in self if row.answered_at is not None]

    @cached_property
    def won_back(self) -> Sequence[Repair]:
        return [row for row in self.answered if row.is_won_back]


def eligible(rows: Iterable[Repair]) -> Eligible:
    if isinstance(rows, Eligible):
        return rows
    return Eligible([row for row in rows if row.standing == ELIGIBLE])


def last_of_each(rows: Iterable[Repair]) -> Mapping[Hashable, Repair]:
    """Each customer's last eligible repair."""
    last: dict[Hashable, Repair] = {}
    for row in eligible(rows):
        if row.customer not in last or _when(last[row.customer]) <= _when(row):
            last[row.customer] = row
    return last


def _when(row: Repair) -> tuple[datetime, int, int]:
    return row.received_at, row.ticket, row.cycle
