"""The last requests of each key, so that whoever writes the code that posts sees what we answered.

Kept in Redis, a list a key and day, and lost without harm: nothing is decided by it. A request
costs an entry in this process's memory; a thread writes the newest of each key twice a second.
Neither a body nor a name that somebody chose stands in it.
"""

import json
import logging
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from feedback.intake.noting import Answered, told

logger = logging.getLogger(__name__)

MOST_OF_A_KEY = 50
KEPT_DAYS = 7
_MOST_KEYS = 200
_EVERY = 0.5  # seconds
_PATIENCE = 0.2
_AWAY_FOR = 5.0

Note = dict[str, Any]


@dataclass(slots=True)
class _Hand:
    """What this process has not written yet, by key."""

    held: dict[str, deque[Answered]]
    writer: threading.Thread | None = None
    away_until: float = 0.0


_lock = threading.Lock()
_hand = _Hand({})


def note(answered: Answered) -> None:
    """Takes it down, unless too many other keys wait to be written; never waits itself."""
    with _lock:
        held = _hand.held.get(answered.mark)
        if held is None:
            if len(_hand.held) >= _MOST_KEYS:
                return
            held = _hand.held[answered.mark] = deque(maxlen=MOST_OF_A_KEY)
        held.append(answered)
        if _hand.writer is None or not _hand.writer.is_alive():
            _hand.writer = threading.Thread(target=_write_for_ever, args=[_hand], daemon=True)
            _hand.writer.start()


def _write_for_ever(hand: _Hand) -> None:
    while True:
        time.sleep(_EVERY)
        try:
            write_noted(hand)
        except Exception:
            logger.exception("what was asked could not be noted")


def write_noted(hand: _Hand | None = None) -> int:
    """Writes what waits: how many requests. Where Redis is away they are dropped."""
    hand = hand or _hand
    with _lock:
        held, hand.held = hand.held, {}
    if not held or time.monotonic() < hand.away_until:
        return 0
    try:
        return _write(held)
    except (redis.RedisError, OSError) as error:
        hand.away_until = time.monotonic() + _AWAY_FOR
        logger.warning("what was asked is not noted: %s", error)
        return 0


def _write(held: dict[str, deque[Answered]]) -> int:
    written = 0
    with _client().pipeline(transaction=False) as line:
        for mark, answered in held.items():
            for day, texts in _by_day(answered):
                name = _name(mark, day)
                line.lpush(name, *texts)
                line.ltrim(name, 0, MOST_OF_A_KEY - 1)
                line.expireat(name, int((day + timedelta(days=KEPT_DAYS)).timestamp()))
                written += len(texts)
        line.execute()
    return written


def _by_day(answered: Iterable[Answered]) -> Iterator[tuple[datetime, Any]]:
    days: dict[datetime, list[str]] = {}
    for one in answered:
        days.setdefault(_day_of(one.at), []).append(json.dumps(told(one)))
    yield from days.items()


def last_requests(mark: str, *, now: datetime) -> list[Note] | None:
    """Newest first; None where Redis cannot be asked."""
    days = [_day_of(now) - timedelta(days=ago) for ago in range(KEPT_DAYS)]
    try:
        with _client().pipeline(transaction=False) as line:
            for day in days:
                line.lrange(_name(mark, day), 0, MOST_OF_A_KEY - 1)
            found = line.execute()
    except (redis.RedisError, OSError) as error:
        logger.warning("what was asked cannot be shown: %s", error)
        return None
    notes = [json.loads(text) for texts in found for text in texts]
    notes.sort(key=lambda one: one["at"], reverse=True)
    return notes[:MOST_OF_A_KEY]


def _name(mark: str, day: datetime) -> str:
    return f"cxloop:asked:{mark}:{day:%Y%m%d}"


def _day_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@cache
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
