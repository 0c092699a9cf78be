"""The same words from the same source, again and again within an hour.

A process remembers for itself what it was told, and asks the others only about words that it has
heard before: an ordinary post asks nobody.
"""

import hmac
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback.intake.callers import Caller
from feedback.intake.counters import count_for_all
from feedback.intake.models import Source
from feedback.intake.submission import Submission
from feedback.intake.suspicion import MOST_REPEATED, SHORTEST_REPEATED, suspicions

WITHIN = timedelta(hours=1)
MOST_REMEMBERED = 20_000


@dataclass(slots=True)
class _Told:
    """How often since `begun` here, how many of these all others know of, and how many all had."""

    begun: datetime
    times: int = 0
    known: int = 0
    counted: int = 0


_lock = threading.Lock()
_told: "OrderedDict[int, _Told]" = OrderedDict()


def suspicions_of(said: Submission, caller: Caller, *, now: datetime) -> tuple[str, ...]:
    """Servers are none: what they send was looked at there."""
    if caller.key.is_secret:
        return ()
    tried = caller.key.is_test
    repeated = is_repeated(said.comment, caller.source, now=now, tried=tried)
    return suspicions(trap=said.trap, filled_ms=said.filled_ms, repeated=repeated)


def is_repeated(comment: str | None, source: Source, *, now: datetime, tried: bool = False) -> bool:
    """Counts them, and says whether they came more often than people agree word by word. What is
    `tried` again and again makes nobody's feedback look repeated."""
    words = " ".join((comment or "").split())
    if len(words) < SHORTEST_REPEATED:
        return False
    said = (f"{source.identity_secret}{' tried' if tried else ''}", words)
    with _lock:
        told = _remembered(hash(said), now)
        told.times += 1
        if told.times > 1:
            _ask_the_others(told, *said)
        return told.counted > MOST_REPEATED


def _remembered(said: int, now: datetime) -> _Told:
    told = _told.pop(said, None)
    if told is None or now - told.begun >= WITHIN:
        told = _Told(now)
    _told[said] = told
    while len(_told) > MOST_REMEMBERED:
        _told.popitem(last=False)
    return told


def _ask_the_others(told: _Told, secret: str, words: str) -> None:
    """By a secret of the source: nobody can tell from Redis what was said, or of whom."""
    mark = hmac.digest(secret.encode(), words.encode(), "sha256")
    kept_s = int(WITHIN.total_seconds())
    counted = count_for_all(f"told:{mark.hex()}", told.times - told.known, kept_s=kept_s)
    told.counted = told.times if counted is None else counted
    if counted is not None:
        told.known = told.times
