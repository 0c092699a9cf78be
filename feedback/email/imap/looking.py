"""What is new in a folder, kept here message by message. There it stays as it is, unread too."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from django.db import transaction
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from cxloop.kernel.moment import moment
from feedback.email.actions.imap_accounts import begin_at, move_on, note_fetched
from feedback.email.actions.take_in import Envelope, take_in
from feedback.email.imap.troubles import Trouble
from feedback.email.imap_account import ImapAccount
from feedback.email.listening import LARGEST

# A line of numbers may be a million bytes long, and a number eleven.
_NUMBERS_AT_ONCE = 50_000
_SIZES_AT_ONCE = 200
_OF_PARTS = re.compile(rb"^(MIME-Version|Content-[!-9;-~]+)[ \t]*:", re.IGNORECASE | re.MULTILINE)


class Outdated(Exception):
    """An admin has changed the account meanwhile, or somebody else began anew."""


@dataclass(frozen=True, slots=True)
class Fetched:
    content: bytes
    note: str = ""


def look(client: IMAPClient, account: ImapAccount, over: Event) -> int:
    """How many messages were fetched. Raises Trouble, Outdated, and what the line raises."""
    validity, beyond = _opened(client, account)
    if account.uid_validity != validity:
        begins = _beginning(client, account, beyond)
        _or_outdated(begin_at(account, validity=validity, uid=begins))
    fetched = 0
    for numbers in _new(client, account.last_uid or 0, beyond):
        for number, size in _sizes(client, numbers):
            if over.is_set():
                return fetched
            if found := _fetched(client, number, size):
                _keep(account, number, found)
                fetched += 1
    _or_outdated(note_fetched(account, now=moment()))
    return fetched


def count_of(client: IMAPClient, account: ImapAccount) -> int:
    """How many messages the folder has."""
    return int(_open(client, account).get(b"EXISTS", 0))


def _open(client: IMAPClient, account: ImapAccount) -> dict[bytes, Any]:
    """To read: nothing there is marked."""
    try:
        return dict(client.select_folder(account.folder, readonly=True))
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        raise Trouble("no_folder", error) from error


def _opened(client: IMAPClient, account: ImapAccount) -> tuple[int, int]:
    """The validity of its numbers, and the number that comes next."""
    found = _open(client, account)
    if b"UIDVALIDITY" not in found:
        raise Trouble("not_understood", "it does not say UIDVALIDITY")
    if b"UIDNEXT" not in found:
        found |= client.folder_status(account.folder, ["UIDNEXT"])
    return int(found[b"UIDVALIDITY"]), int(found[b"UIDNEXT"])


def _beginning(client: IMAPClient, account: ImapAccount, beyond: int) -> int:
    """The number after which all is fetched: of what came since it was added, or all there is.

    What an admin did not want of old must not come either when the server numbers anew.
    """
    if account.takes_all:
        return 0
    since = account.added_at.replace(microsecond=0)
    # By days, in a zone of the server's own.
    found = client.search(["SINCE", (since - timedelta(days=1)).date()])
    client.normalise_times = False
    newer = [
        number
        for numbers in _chunks(sorted(found), _SIZES_AT_ONCE)
        for number, facts in client.fetch(numbers, ["INTERNALDATE"]).items()
        if _came_at(facts, since) >= since
    ]
    return int(min(newer, default=beyond)) - 1


def _came_at(facts: dict[bytes, Any], since: datetime) -> datetime:
    found = facts.get(b"INTERNALDATE")
    return found if isinstance(found, datetime) and found.tzinfo else since


def _new(client: IMAPClient, last: int, beyond: int) -> Iterator[Sequence[int]]:
    """Numbers of messages after that one, in their order."""
    for first in range(last + 1, beyond, _NUMBERS_AT_ONCE):
        until = min(first + _NUMBERS_AT_ONCE, beyond) - 1
        found = client.search(["UID", f"{first}:{until}"])
        yield from _chunks(sorted(n for n in found if n > last), _SIZES_AT_ONCE)


def _sizes(client: IMAPClient, numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Of those that are still there."""
    found = client.fetch(numbers, ["RFC822.SIZE"])
    return sorted((number, int(facts.get(b"RFC822.SIZE", 0))) for number, facts in found.items())


def _fetched(client: IMAPClient, number: int, size: int) -> Fetched | None:
    """None where it was deleted meanwhile."""
    if size > LARGEST:
        why = f"it has {size:,} bytes, more than the {LARGEST:,} that are fetched"
        return _head(client, number, why)
    try:
        content = _part(client, number, "BODY.PEEK[]")
    except IMAPClientAbortError:
        raise
    except IMAPClientError as error:
        # One that the server cannot read itself must not keep all others from being heard.
        said = "".join(sign for sign in str(error) if sign.isprintable())
        return _head(client, number, f"the server did not give it: {said[:150]}")
    return Fetched(content) if content else None


def _head(client: IMAPClient, number: int, why: str) -> Fetched | None:
    """Its headers, and in place of its words why they are missing. How its parts were divided is
    kept under another name."""
    head = _part(client, number, "BODY.PEEK[HEADER]")
    if not head:
        return None
    note = f"Only the headers of this mail were fetched: {why}. The mailbox has all of it."
    plain = b"Content-Type: text/plain; charset=utf-8\r\n"
    kept = plain + _OF_PARTS.sub(rb"X-Original-\1:", head).strip(b"\r\n")
    return Fetched(kept + b"\r\n\r\n" + f"({note})\r\n".encode(), note)


def _part(client: IMAPClient, number: int, what: str) -> bytes:
    facts = client.fetch([number], [what]).get(number, {})
    found = facts.get(what.replace(".PEEK", "").encode())
    return found if isinstance(found, bytes) else b""


@transaction.atomic
def _keep(account: ImapAccount, number: int, found: Fetched) -> None:
    """Kept, and only then passed, in one commit: killed before it, the message is fetched again."""
    envelope = Envelope(None, (account.username,), helo=account.host, protocol="IMAP")
    note = found.note[:300]
    take_in(found.content, envelope, source=account.source, note=note, now=moment())
    _or_outdated(move_on(account, uid=number))


def _or_outdated(written: bool) -> None:
    if not written:
        raise Outdated


def _chunks(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for first in range(0, len(numbers), size):
        yield numbers[first : first + size]
