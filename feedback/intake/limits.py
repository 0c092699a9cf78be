"""How much one caller may ask of us. Counted in Redis for all processes; where Redis is away, by
each process for itself, since losing feedback is worse than taking too much of it."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.addresses import neighbourhood
from accounts.models import PersonalToken
from cxloop.kernel.callers import address_of
from cxloop.kernel.errors import TooMany
from cxloop.kernel.middleware import say_in_answer
from cxloop.kernel.moment import moment
from feedback.intake.counters import count_for_all
from feedback.intake.models import SourceKey

WINDOW = 60  # seconds
LOTS = 200
MOST_LOTS = 10_000
LOOKS_A_POST = 20


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


def limit_of_looks(request: HttpRequest) -> Limit:
    """Whoever only looks at what is asked, as pages do by themselves, uses up nobody's posts."""
    place = neighbourhood(address_of(request))
    return Limit("address", f"looks:{place}", LOOKS_A_POST * settings.LIMIT_PK_ADDRESS)


def count_request(
    request: HttpRequest, limits: Sequence[Limit], *, now: datetime, number: int = 1
) -> None:
    """Counts it, as so many as it holds, and says in the answer's headers what is left. Raises
    TooMany beyond a limit."""
    window, ran = divmod(int(now.timestamp()), WINDOW)
    left = [_take(limit, window, number) for limit in limits]
    _say(request, limits, left, WINDOW - ran)
    if min(left) < 0:
        raise TooMany(retry_after=WINDOW - ran)


def _say(request: HttpRequest, limits: Sequence[Limit], left: Sequence[int], ends_in: int) -> None:
    """draft-ietf-httpapi-ratelimit-headers."""
    policies = [f'"{limit.name}";q={limit.quota};w={WINDOW}' for limit in limits]
    remaining = zip(limits, left, strict=True)
    standings = [f'"{limit.name}";r={max(0, n)};t={ends_in}' for limit, n in remaining]
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


@dataclass(slots=True)
class _Lot:
    """What this process may still let through, and how often all had been counted by then."""

    window: int
    left: int = 0
    counted: int = 0


_lock = threading.Lock()
_lots: dict[str, _Lot] = {}


def _take(limit: Limit, window: int, number: int) -> int:
    """How many more there may be after these; below zero these are too many.

    A process takes a lot of a two-hundredth of the quota at once: a busy key need not ask Redis
    each time, and the quota is still never exceeded.
    """
    with _lock:
        lot = _lot_of(limit.subject, window)
        if lot.left < number:
            _take_lot(lot, limit, window, number - lot.left)
        lot.left -= number
        return limit.quota - lot.counted + lot.left


def _take_lot(lot: "_Lot", limit: Limit, window: int, wanted: int) -> None:
    more = max(wanted, limit.quota // LOTS)
    lot.counted = _count(limit.subject, window, more)
    lot.left += more


def _lot_of(subject: str, window: int) -> _Lot:
    lot = _lots.get(subject)
    if lot is None or lot.window != window:
        _forget_old(window)
        lot = _lots[subject] = _Lot(window)
    return lot


def _forget_old(window: int) -> None:
    if len(_lots) > MOST_LOTS:
        for subject in [subject for subject, lot in _lots.items() if lot.window != window]:
            del _lots[subject]


def _count(subject: str, window: int, number: int) -> int:
    """Adds to the count of all processes; without Redis, to that of this one alone."""
    counted = count_for_all(f"limit:{window}:{subject}", number, kept_s=2 * WINDOW)
    return _lots[subject].counted + number if counted is None else counted
