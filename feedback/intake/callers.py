"""Who posts: a source, by one of its keys."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import connection
from django.http import HttpRequest

from accounts.authentication import bearer, person_of
from accounts.keys import digest
from cxloop.kernel.errors import Forbidden, Refused, Unknown
from feedback.intake.models import Channel, Source, SourceKey
from feedback.intake.submission import Person, Submission
from feedback.intake.trust import Trust, trust_of


@dataclass(frozen=True, slots=True)
class Caller:
    """A key with its source, and the moment at which we recognised it."""

    key: SourceKey
    source: Source
    now: datetime

    def trust_in(self, person: Person | None) -> Trust:
        """Raises Refused for a proof that does not fit."""
        secret = self.source.identity_secret
        return trust_of(person, secret_key=self.key.is_secret, identity_secret=secret)

    def check_backdating(self, said: Submission) -> None:
        """Raises Refused: whoever may choose the receipt may choose when a promise began."""
        if said.backdated and not (self.key.is_secret and self.source.channel == Channel.IMPORT):
            detail = "Only a secret key of an import source may backdate."
            raise Refused.at("/backdated", "not_for_this_key", detail)


def caller_of(request: HttpRequest) -> Caller:
    """Raises Unknown without a key that is known and valid, Forbidden for one of another kind."""
    clear = bearer(request)
    if not clear and (shown := request.GET.get("key", "")):
        return _by_address(shown)
    return recognise(clear)


def _by_address(clear: str) -> Caller:
    """`?key=`, since beacons send no headers. Addresses end up in logs: no place for secrets."""
    caller = recognise(clear)
    if caller.key.is_secret:
        raise Forbidden("A secret key goes into a header only.", code="wrong_key")
    return caller


def recognise(clear: str) -> Caller:
    """One indexed query each time, which also tells the time: a revoked key is dead at once."""
    if clear.startswith("pat_"):
        person_of(clear)
        raise Forbidden("This takes the key of a source, not a person's.", code="wrong_key")
    with connection.cursor() as cursor:
        cursor.execute(_query(), [digest(clear)])
        row = cursor.fetchone()
    if row is None:
        raise Unknown("Send a source's key as Authorization: Bearer KEY.")
    now, *values = row
    split = len(_names(SourceKey))
    key = SourceKey.from_db("default", _names(SourceKey), values[:split])
    key.source = Source.from_db("default", _names(Source), values[split:])
    key.note_use(now)
    return Caller(key, key.source, now)


@cache
def _query() -> str:
    columns = [f"key.{name}" for name in _columns(SourceKey)]
    columns += [f"source.{name}" for name in _columns(Source)]
    return f"""
        SELECT clock_timestamp(), {", ".join(columns)}
        FROM intake_sourcekey AS key JOIN intake_source AS source ON source.id = key.source_id
        WHERE key.digest = %s AND key.revoked_at IS NULL AND source.archived_at IS NULL
    """


def _columns(model: type[SourceKey] | type[Source]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]


@cache
def _names(model: type[SourceKey] | type[Source]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
