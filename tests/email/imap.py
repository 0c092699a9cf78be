"""Accounts as a test wants them, and threads that fetch them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cxloop.kernel.moment import moment
from feedback.email.actions import add_account
from feedback.email.imap.fetching import Fleet
from feedback.email.imap_account import ImapAccount
from feedback.email.models import Mail
from feedback.intake.models import Source
from tests.email.dovecot import PASSWORD, USER, Dovecot
from tests.services import wait_until


def facts_of(server: Dovecot, **facts: Any) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": server.port,
        "security": "plain",
        "username": USER,
        "sign_in": "password",
        "password": PASSWORD,
    } | facts


def make_account(source: Source, server: Dovecot, **facts: Any) -> ImapAccount:
    return add_account(source, facts_of(server, **facts), by=None, now=moment())


@contextmanager
def fetching(account: ImapAccount) -> Iterator[Fleet]:
    """As the role does, every moment, until the account was looked at for the first time."""
    fleet = Fleet()
    try:
        fleet.keep_up()
        yield fleet
    finally:
        fleet.stop(20)


def until(fleet: Fleet, true: Callable[[], bool], seconds: float = 60) -> None:
    def look() -> bool:
        fleet.keep_up()
        return true()

    wait_until(look, seconds=seconds)


def is_fetched(account: ImapAccount) -> bool:
    account.refresh_from_db()
    return account.fetched_at is not None and not account.trouble


def in_trouble(account: ImapAccount, what: str) -> bool:
    account.refresh_from_db()
    return account.trouble == what


def kept(number: int) -> Callable[[], bool]:
    return lambda: Mail.objects.count() >= number
