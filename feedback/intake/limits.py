"""How much one caller may ask of us. Counted in Redis for all processes; where Redis is away, by
each process for itself, since losing feedback is worse than taking too much of it."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.http import HttpRequest
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.addresses import neighbourhood
from accounts.models import PersonalToken
from cxloop.kernel.callers import address_of
from cxloop.kernel.errors import TooMany
from cxloop.kernel.middleware import say_in_answer
from cxloop.kernel.moment import moment
from feedback.intake.models import SourceKey

logger = logging.getLogger(__name__)

WINDOW = 60  # seconds
_PATIENCE = 0.2
_AWAY_FOR = 5.0

_COUNT = """
local counts = {}
for i, key in ipairs(KEYS) do
    counts[i] = redis.call('INCR', key)
    if counts[i] == 1 then redis.call('EXPIRE', key, ARGV[1]) end
end
return counts
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests a minute for one subject; `name` is what the headers call it."""

    name: str
    subject: str
    quota: int


def limits_of_key(key: SourceKey, request: HttpRequest) -> list[Limit]:
    if key.is_secret:
        return [Limit("key", f"key:{key.pk}", settings.LIMIT_SK)]
    by_key = Limit("key", f"key:{key.pk}", settings.LIMIT_PK)
    return [limit_of_address(request), by_key]


def limit_of_address(request: HttpRequest) -> Limit:
    place = neighbourhood(address_of(request))
    return Limit("address", f"address:{place}", settings.LIMIT_PK_ADDRESS)


def count_request(request: HttpRequest, limits: Sequence[Limit], *, now: datetime) -> None:
    """Counts it and says in the answer's headers what is left. Raises TooMany beyond a limit."""
    counts = _counted([limit.subject for limit in limits], int(now.timestamp()) // WINDOW)
    ends_in = WINDOW - int(now.timestamp()) % WINDOW
    left = [max(0, limit.quota - n) for limit, n in zip(limits, counts, strict=True)]
    _say(request, limits, left, ends_in)
    if any(n > limit.quota for limit, n in zip(limits, counts, strict=True)):
        raise TooMany(retry_after=ends_in)


def _say(request: HttpRequest, limits: Sequence[Limit], left: Sequence[int], ends_in: int) -> None:
    """draft-ietf-httpapi-ratelimit-headers."""
    policies = [f'"{limit.name}";q={limit.quota};w={WINDOW}' for limit in limits]
    remaining = zip(limits, left, strict=True)
    standings = [f'"{limit.name}";r={further};t={ends_in}' for limit, further in remaining]
    say_in_answer(
        request, {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(standings)}
    )


class PersonThrottle(BaseThrottle):
    """Each person's token, over all of the API."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, PersonalToken):
            limit = Limit("token", f"token:{request.auth.pk}", settings.LIMIT_PAT)
            count_request(request._request, [limit], now=moment())
        return True


def _counted(subjects: Sequence[str], window: int) -> Sequence[int]:
    """How often each was counted in this window, this time included."""
    if not _is_away():
        try:
            keys = [f"cxloop:limit:{window}:{subject}" for subject in subjects]
            counts: list[int] = _script()(keys=keys, args=[2 * WINDOW])
            return counts
        except (redis.RedisError, OSError) as error:
            _note_absence(error)
    return _counted_here(subjects, window)


@cache
def _script() -> Any:
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
    return client.register_script(_COUNT)


_lock = threading.Lock()
_here: tuple[int, Counter[str]] = (0, Counter())
_away_until = 0.0


def _is_away() -> bool:
    return time.monotonic() < _away_until


def _note_absence(error: Exception) -> None:
    """Asked again only after a while: a dead Redis must not slow every request."""
    global _away_until
    _away_until = time.monotonic() + _AWAY_FOR
    logger.warning("limits are counted by each process for itself: %s", error)


def _counted_here(subjects: Sequence[str], window: int) -> Sequence[int]:
    global _here
    with _lock:
        if _here[0] != window:
            _here = (window, Counter())
        _here[1].update(subjects)
        return [_here[1][subject] for subject in subjects]
