"""One count for all processes, in Redis. Where Redis is away there is none, and whoever counts goes
by what they counted themselves: losing feedback would be worse than counting too little."""

import logging
import time
from functools import cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

_PATIENCE = 0.2
_AWAY_FOR = 5.0

_COUNT = """
local counted = redis.call('INCRBY', KEYS[1], ARGV[1])
if counted == tonumber(ARGV[1]) then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
return counted
"""

_away_until = 0.0


def count_for_all(key: str, number: int, *, kept_s: int) -> int | None:
    """Adds to the count, which is forgotten `kept_s` after it began."""
    global _away_until
    if time.monotonic() >= _away_until:
        try:
            counted: int = _script()(keys=[f"cxloop:{key}"], args=[number, kept_s])
            return counted
        except (redis.RedisError, OSError) as error:
            # Asked again only after a while: a dead Redis must not slow every request.
            _away_until = time.monotonic() + _AWAY_FOR
            logger.warning("each process counts for itself: %s", error)
    return None


@cache
def _script() -> Any:
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )
    return client.register_script(_COUNT)
