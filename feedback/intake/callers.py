"""Who posts: a source, by one of its keys.

A caller is remembered for a moment, so that a busy key costs no query. Nothing is written by a
memory that is out of date: the insert itself looks whether key and source are still as they were;
and whatever is refused by memory is asked of the database before it is refused.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.http import HttpRequest

from accounts.authentication import bearer, person_of
from accounts.keys import digest
from cxloop.kernel.errors import Forbidden, Refused, Unknown
from feedback.intake.models import Channel, Source, SourceKey
from feedback.intake.submission import Person, Submission
from feedback.intake.trust import Trust, trust_of
from feedback.intake.writing import VERSION, Seen

REMEMBERED_FOR = 2.0  # seconds
_MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Caller:
    """A key with its source, and the moment of the call by the database's clock."""

    key: SourceKey
    source: Source
    now: datetime
    seen: Seen
    read_at: float
    from_memory: bool = False

    def trust_in(self, person: Person | None) -> Trust:
        """Raises Refused for a proof that does not fit."""
        secret = self.source.identity_secret
        return trust_of(person, secret_key=self.key.is_secret, identity_secret=secret)

    def check_backdating(self, said: Submission) -> None:
        """Raises Refused: whoever may choose the receipt may choose when a promise began."""
        if said.backdated and not (self.key.is_secret and self.source.channel == Channel.IMPORT):
            detail = "Only a secret key of an import source may backdate."
            raise Refused.at("/backdated", "not_for_this_key", detail)


def caller_of(request: HttpRequest, *, fresh: bool = False, tries: bool = False) -> Caller:
    """Raises Unknown without a key that is known and valid, Forbidden for one of another kind; for
    a test key wherever nobody has said that what it sends is tried. `fresh` asks the database,
    whatever is remembered."""
    clear = bearer(request)
    shown = "" if clear else request.GET.get("key", "")
    caller = _recognise(shown or clear, fresh=fresh)
    vars(request)[_CALLER] = caller
    if shown and caller.key.is_secret:
        # `?key=`, since beacons send no headers. Addresses end up in logs: no place for secrets.
        raise Forbidden("A secret key goes into a header only.", code="wrong_key")
    if caller.key.is_test and not tries:
        raise Forbidden("A test key posts feedback, and nothing else.", code="test_key")
    return caller


_CALLER = "source_caller"


def caller_in(request: HttpRequest) -> Caller | None:
    """Who was recognised in it, if anybody."""
    found: Caller | None = vars(request).get(_CALLER)
    return found


_remembered: "OrderedDict[bytes, Caller]" = OrderedDict()


def _recognise(clear: str, *, fresh: bool) -> Caller:
    if clear.startswith("pat_"):
        person_of(clear)
        raise Forbidden("This takes the key of a source, not a person's.", code="wrong_key")
    known = None if fresh else _remembered.get(digest(clear))
    if known and (age := time.monotonic() - known.read_at) < REMEMBERED_FOR:
        return replace(known, now=known.now + timedelta(seconds=age), from_memory=True)
    caller = _look_up(digest(clear))
    _remember(digest(clear), caller)
    return caller


def _remember(key: bytes, caller: Caller) -> None:
    _remembered[key] = caller
    while len(_remembered) > _MOST_REMEMBERED:
        _remembered.popitem(last=False)


def _look_up(key_digest: bytes) -> Caller:
    """One indexed query, which also tells the time."""
    with connection.cursor() as cursor:
        cursor.execute(_query(), [key_digest])
        row = cursor.fetchone()
    if row is None:
        raise Unknown("Send a source's key as Authorization: Bearer KEY.")
    return _caller(*row)


def _caller(now: datetime, source_version: str, *values: Any) -> Caller:
    split = len(_names(SourceKey))
    key = SourceKey.from_db("default", _names(SourceKey), values[:split])
    key.source = Source.from_db("default", _names(Source), values[split:])
    key.note_use(now)
    seen = Seen(key.pk, key.source.pk, source_version)
    return Caller(key, key.source, now, seen, time.monotonic())


@cache
def _query() -> str:
    columns = [f"key.{name}" for name in _columns(SourceKey)]
    columns += [f"source.{name}" for name in _columns(Source)]
    return f"""
        SELECT clock_timestamp(), {VERSION}, {", ".join(columns)}
        FROM intake_sourcekey AS key JOIN intake_source AS source ON source.id = key.source_id
        WHERE key.digest = %s AND key.revoked_at IS NULL AND source.archived_at IS NULL
    """


def _columns(model: type[SourceKey] | type[Source]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


@cache
def _names(model: type[SourceKey] | type[Source]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
