"""What the other rooms keep of a ticket's repairs, as it is handed over. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID


class Heard(NamedTuple):
    received_at: datetime
    source: int
    score_type: str
    score: int | None
    score_class: str
    worst_class: str


class Told(NamedTuple):
    """An entry of the history that tells of a cycle or its end."""

    at: datetime
    kind: str
    by: str
    reason: dict[str, Any]


class Owed(NamedTuple):
    """A follow-up. `begun_at` is when we began to owe it, `since` the receipt it is owed from."""

    begun_at: datetime
    since: datetime
    due_at: datetime | None
    state: str
    met_at: datetime | None
    voided_at: datetime | None


class Spoke(NamedTuple):
    cycle: int
    at: datetime
    reached: bool
    struck_at: datetime | None


class Resolved(NamedTuple):
    cycle: int
    at: datetime
    cause: int


class Known(NamedTuple):
    """What is noted of the repair itself."""

    cycle: int
    cause: int | None
    score_type: str
    score: int | None
    score_after: int | None
    type: str | None
    driver: str
    severity: int | None
    is_monetary: bool | None
    is_process: bool | None
    is_controllable: bool | None
    number: int | None


class Gave(NamedTuple):
    cycle: int
    kind: str
    state: str
    amount: Decimal | None
    currency: str


class Asked(NamedTuple):
    cycle: int
    at: datetime
    state: str
    answered_at: datetime | None
    solved: bool | None
    score: int | None
    fair: int | None
    easy: int | None
    respect: int | None
    heard_by: int | None


class Used(NamedTuple):
    """The playbook that fitted."""

    cycle: int
    playbook: str
    version: int
    is_followed: bool


class Failure(NamedTuple):
    ticket: int
    at: datetime
    cause: int | None


class Scored(NamedTuple):
    at: datetime
    type: str
    value: int


@dataclass(frozen=True)
class Facts:
    """Of one ticket. `failures` are its person's on other tickets, `scores` all of theirs."""

    ticket: int
    cycle: int
    group: int
    agent: int | None
    person: UUID | None
    value: Decimal | None
    is_erased: bool
    has_a_way: bool
    is_quiet: bool
    outcome: str
    created_at: datetime
    closed_at: datetime | None
    heard: Sequence[Heard]
    told: Sequence[Told]
    owed: Sequence[Owed]
    spoke: Sequence[Spoke]
    resolved: Sequence[Resolved]
    known: Sequence[Known]
    gave: Sequence[Gave]
    asked: Sequence[Asked]
    used: Sequence[Used]
    failures: Sequence[Failure]
    scores: Sequence[Scored]
