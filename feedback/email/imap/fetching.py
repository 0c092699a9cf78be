"""A thread that fetches one account, and the fleet of them.

A thread holds no connection to the database while it waits. Two that fetch the same account, in two
processes too, keep each message once.
"""

import logging
from datetime import datetime
from threading import Event, Thread
from time import monotonic

from django.db import close_old_connections, connection
from imapclient import IMAPClient

from cxloop.kernel.away import is_away
from cxloop.kernel.moment import moment
from feedback.email.actions.imap_accounts import hidden, keep_refresh_token, note_trouble
from feedback.email.imap.connecting import Purse, fill, signed_in
from feedback.email.imap.looking import Outdated, look
from feedback.email.imap.troubles import Trouble
from feedback.email.imap_account import ImapAccount

logger = logging.getLogger(__name__)

# Between two looks, whether the server tells of what is new or not: RFC 2177 wants IDLE begun anew
# within 29 minutes, and a line that has died silently is noticed when it is asked.
PERIOD_S = 60.0
# What came while IDLE was begun may have been told before anybody listened.
SOON_S = 1.0
AWAY_S = 2.0


class Fetcher(Thread):
    """Until `over` is set, or an admin has changed the account."""

    def __init__(self, account: ImapAccount) -> None:
        super().__init__(name=f"fetch-{account.pk}", daemon=True)
        self.number, self.edited_at = account.pk, account.edited_at
        self.over = Event()
        self._purse = Purse()

    def run(self) -> None:
        while not self.over.is_set():
            try:
                self.over.wait(self._session())
            except Outdated:
                break
            except Exception as error:
                if not is_away(error):
                    logger.exception("account %s is not fetched", self.number)
                self.over.wait(AWAY_S)
            finally:
                connection.close()

    def _session(self) -> float:
        """One line to the server, for as long as it holds; in how many seconds the next comes."""
        close_old_connections()
        account = self._account()
        if account.try_after and (wait := (account.try_after - moment()).total_seconds()) > 0:
            return wait
        try:
            self._stay(account)
        except Trouble as trouble:
            return self._failed(account, trouble)
        except Outdated:
            raise
        except Exception as error:
            if is_away(error):
                raise
            logger.exception("account %s could not be fetched", self.number)
            return self._failed(account, Trouble("failed", type(error).__name__))
        return 0.0

    def _account(self) -> ImapAccount:
        rows = ImapAccount.objects.to_fetch().select_related("source")
        account = rows.filter(pk=self.number, edited_at=self.edited_at).first()
        if account is None:
            raise Outdated
        return account

    def _stay(self, account: ImapAccount) -> None:
        fill(self._purse, account)
        if self._purse.renewed:
            keep_refresh_token(account, self._purse.renewed)
            self._purse.renewed = ""
        connection.close()
        with signed_in(account, self._purse) as client:
            while not self.over.is_set():
                close_old_connections()
                found = look(client, account, self.over)
                connection.close()
                self._wait(client, SOON_S if found else PERIOD_S)

    def _wait(self, client: IMAPClient, seconds: float) -> None:
        """For something new, or for so long."""
        if client.has_capability("IDLE"):
            client.idle()
            end = monotonic() + seconds
            while not self.over.is_set() and monotonic() < end and not _heard(client):
                pass
            client.idle_done()
        else:
            self.over.wait(seconds)

    def _failed(self, account: ImapAccount, trouble: Trouble) -> float:
        if self.over.is_set():
            return 0.0
        said = hidden(account, trouble.detail)
        logger.warning("account %s: %s %s", self.number, trouble, said)
        return note_trouble(account, trouble, now=moment())


def _heard(client: IMAPClient) -> bool:
    """Waits for a second. A line that was cut is heard at once and says nothing."""
    began = monotonic()
    said = client.idle_check(timeout=1)
    return bool(said) or monotonic() - began < 0.5


class Fleet:
    """One thread for each account that is to be fetched, as it is now."""

    def __init__(self) -> None:
        self.threads: dict[int, Fetcher] = {}

    def keep_up(self) -> int:
        """How many there are."""
        close_old_connections()
        wanted = {row.pk: row for row in ImapAccount.objects.to_fetch()}
        for number, thread in list(self.threads.items()):
            row = wanted.get(number)
            if row is None or _is_over(thread, row.edited_at):
                thread.over.set()
                del self.threads[number]
        for number in wanted.keys() - self.threads.keys():
            self.threads[number] = thread = Fetcher(wanted[number])
            thread.start()
        return len(self.threads)

    def stop(self, within: float) -> None:
        """Whoever does not end by itself ends with the process, which loses nothing."""
        end = monotonic() + within
        for thread in self.threads.values():
            thread.over.set()
        for thread in self.threads.values():
            thread.join(max(0.0, end - monotonic()))


def _is_over(thread: Fetcher, edited_at: datetime) -> bool:
    return thread.edited_at != edited_at or not thread.is_alive()
