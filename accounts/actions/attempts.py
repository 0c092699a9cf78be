from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.addresses import neighbourhood
from accounts.models import Attempt
from cxloop.kernel.errors import TooMany

WINDOW = timedelta(hours=1)
AN_ADDRESS = 100


@dataclass(frozen=True)
class Act:
    name: str
    an_account: int


SIGN_IN = Act("sign in", an_account=20)
RESET = Act("reset password", an_account=5)


def count_attempt(act: Act, *, email: str, address: str, now: datetime) -> Attempt:
    """Counts an attempt before anybody knows how it ends, in a transaction of its own: of many at
    once none slips through, and what fails later cannot undo it. Raises TooMany."""
    account = _account(act, email)
    attempt = Attempt(account=account, address=neighbourhood(address), at=now)
    with transaction.atomic(durable=True):
        _wait_for_turn(b"account" + account)
        _wait_for_turn(b"address" + attempt.address.encode())
        _refuse_beyond(Attempt.objects.filter(account=account), act.an_account, now)
        _refuse_beyond(Attempt.objects.filter(address=attempt.address), AN_ADDRESS, now)
        attempt.save(force_insert=True)
    return attempt


def forgive_attempts(act: Act, *, email: str) -> None:
    Attempt.objects.filter(account=_account(act, email)).delete()


def forget_attempts(*, now: datetime) -> int:
    """Removes those that no longer count; how many."""
    return Attempt.objects.filter(at__lte=now - WINDOW).delete()[0]


def _account(act: Act, email: str) -> bytes:
    return sha256(f"{act.name}:{email}".encode()).digest()


def _wait_for_turn(name: bytes) -> None:
    """One at a time for each name, until the transaction ends. Accounts come before addresses
    everywhere, so no two wait for each other."""
    number = int.from_bytes(sha256(name).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _refuse_beyond(attempts: QuerySet[Attempt], most: int, now: datetime) -> None:
    recent = attempts.filter(at__gt=now - WINDOW).order_by("-at").values_list("at", flat=True)
    earliest = recent[most - 1 : most].first()
    if earliest is not None:
        wait = ceil((earliest + WINDOW - now).total_seconds())
        raise TooMany("Too many attempts. Try again later.", retry_after=wait)
