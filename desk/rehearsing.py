"""A rehearsal goes on over as many requests as it takes; what it found so far travels with the
form, signed, so that nobody need keep it and whoever goes away leaves nothing behind."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core import signing

from tickets.rules.drafts import Draft
from tickets.rules.loading import current_rules
from tickets.rules.models import Rule
from tickets.rules.rehearsal import Tally, go_on_rehearsing

DAYS = 30
# About a second of work.
AT_ONCE = 5000
KEPT_FOR = timedelta(hours=1)
_SALT = "desk.rehearsing"


@dataclass(frozen=True)
class Rehearsed:
    """As far as it came; `state` is what the next part wants to be told."""

    tally: Tally
    began: datetime
    state: str
    taken_from: list[tuple[Rule, int]]

    @property
    def percent(self) -> int:
        return int(self.tally.share(days=DAYS, now=self.began) * 100)


def rehearse_on(draft: Draft, state: str, *, now: datetime, instead_of: int | None) -> Rehearsed:
    """The first part, or the next one where `state` is of this very draft and these very rules."""
    mark = _mark(draft, instead_of)
    tally, began = _read(state, mark) or (Tally(), now)
    go_on_rehearsing(tally, draft, days=DAYS, now=began, instead_of=instead_of, at_most=AT_ONCE)
    losers = tally.losers(instead_of)
    rules = Rule.objects.in_bulk([id for id, _count in losers])
    taken = [(rules[id], count) for id, count in losers]
    return Rehearsed(tally, began, _written(tally, began, mark), taken)


def _mark(draft: Draft, instead_of: int | None) -> str:
    """Rules that were changed meanwhile would give a sum of two truths."""
    said = json.dumps([draft.when, draft.order, instead_of, current_rules().stamp])
    return sha256(said.encode()).hexdigest()[:16]


def _written(tally: Tally, began: datetime, mark: str) -> str:
    reached = tally.reached and [tally.reached[0].isoformat(), str(tally.reached[1])]
    said = {
        "mark": mark,
        "began": began.isoformat(),
        "feedback": tally.feedback,
        "matched": tally.matched,
        "taken_from": list(tally.taken_from.items()),
        "examples": [str(pk) for pk in tally.examples],
        "reached": reached,
    }
    return signing.dumps(said, salt=_SALT, compress=True)


def _read(state: str, mark: str) -> tuple[Tally, datetime] | None:
    try:
        said: dict[str, Any] = signing.loads(state, salt=_SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return None
    if said["mark"] != mark:
        return None
    reached = said["reached"]
    tally = Tally(
        feedback=said["feedback"],
        matched=said["matched"],
        taken_from=Counter(dict(map(tuple, said["taken_from"]))),
        examples=[UUID(pk) for pk in said["examples"]],
        reached=reached and (datetime.fromisoformat(reached[0]), UUID(reached[1])),
    )
    return tally, datetime.fromisoformat(said["began"])
