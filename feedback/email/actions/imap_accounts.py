"""Mailboxes elsewhere that a source is written to, and how far they were fetched."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.actions.changes import note_change, note_differences
from accounts.models import Change, User
from cxloop.kernel.errors import Conflict, Refused
from cxloop.kernel.letters import write_letters
from cxloop.kernel.secrets import SealedOtherwise
from feedback.email.imap.secrets import Secrets, read_secrets
from feedback.email.imap.telling import letters_of
from feedback.email.imap.troubles import Trouble, is_told, wait_s
from feedback.email.imap.wanted import faults_of
from feedback.email.imap_account import ImapAccount
from feedback.intake.models import Channel, Source

MOST_ACCOUNTS = 20
LONGEST_ERROR = 500
# Whatever of these is changed leads to other messages.
_PLACE = ("host", "port", "username", "folder")
_FACTS = (*_PLACE, "security", "sign_in", "token_url", "client_id", "is_on", "takes_all")


@transaction.atomic
def add_account(
    source: Source, said: Mapping[str, Any], *, by: User | None, now: datetime
) -> ImapAccount:
    """Fetched from now on; `said` names its facts and secrets. Raises Refused with a pointer for
    each that will not do."""
    if source.channel != Channel.EMAIL:
        raise Conflict("Only a source of the channel email has mailboxes.", code="not_for_mails")
    Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    before = accounts_of(source)
    if len(before) >= MOST_ACCOUNTS:
        raise Conflict(f"At most {MOST_ACCOUNTS} a source.", code="enough_accounts")
    account = ImapAccount(source=source, added_at=now)
    _write(account, said, Secrets(), now=now)
    account.save(force_insert=True)
    _note(source, before, by=by, now=now)
    return account


@transaction.atomic
def change_account(
    account: ImapAccount, said: Mapping[str, Any], *, by: User | None, now: datetime
) -> None:
    """What is not said stays; so does a secret that is said blank."""
    source = Source.objects.select_for_update(no_key=True).get(pk=account.source_id)
    account.refresh_from_db(from_queryset=ImapAccount.objects.select_for_update())
    before, secrets = accounts_of(source), _secrets(account)
    place, took_all = _place(account), account.takes_all
    _write(account, said, secrets, now=now)
    if place != _place(account) or account.takes_all > took_all:
        account.uid_validity = account.last_uid = account.fetched_at = None
    account.save()
    _note(source, before, by=by, now=now)
    if read_secrets(account.sealed) != secrets:
        _note_act("imap_secret_changed", account, by=by, now=now)


@transaction.atomic
def remove_account(account: ImapAccount, *, by: User | None, now: datetime) -> None:
    """What was fetched stays."""
    before = accounts_of(account.source)
    ImapAccount.objects.filter(pk=account.pk).delete()
    _note(account.source, before, by=by, now=now)


def accounts_of(source: Source) -> list[str]:
    """Each in a line, without its secrets."""
    return [_told(row) for row in ImapAccount.objects.filter(source=source).order_by("pk")]


def begin_at(account: ImapAccount, *, validity: int, uid: int) -> bool:
    """What the server numbers higher is to be fetched. False where an admin was faster."""
    account.uid_validity, account.last_uid = validity, uid
    return _keep(account, uid_validity=validity, last_uid=uid)


def move_on(account: ImapAccount, *, uid: int) -> bool:
    """All up to this one is kept here. False where an admin was faster, or somebody began anew."""
    rows = ImapAccount.objects.filter(uid_validity=account.uid_validity, last_uid__lt=uid)
    mine = rows.filter(pk=account.pk, edited_at=account.edited_at)
    account.last_uid = uid
    return bool(mine.update(last_uid=uid))


def note_fetched(account: ImapAccount, *, now: datetime) -> bool:
    """All that was there is here. False where an admin was faster."""
    well = {"trouble": "", "last_error": "", "attempts": 0, "try_after": None}
    return _keep(account, fetched_at=now, **well)


@transaction.atomic
def note_trouble(account: ImapAccount, trouble: Trouble, *, now: datetime) -> int:
    """After how many seconds it is tried again. Where it lasts, admins are written to, once."""
    wait = wait_s(trouble.what, account.attempts)
    is_mine = _keep(
        account,
        trouble=trouble.what,
        last_error=hidden(account, trouble.detail),
        attempts=min(account.attempts + 1, 1000),
        try_after=now + timedelta(seconds=wait),
    )
    if is_mine and is_told(trouble.what, account.attempts):
        write_letters(letters_of(account), now=now)
    return wait


def keep_refresh_token(account: ImapAccount, token: str) -> None:
    """Some give another one each time, and take the old one no more."""
    account.sealed = replace(read_secrets(account.sealed), refresh_token=token).sealed()
    _keep(account, sealed=account.sealed)


def _keep(account: ImapAccount, **facts: Any) -> bool:
    for name, value in facts.items():
        setattr(account, name, value)
    mine = ImapAccount.objects.filter(pk=account.pk, edited_at=account.edited_at)
    return bool(mine.update(**facts))


def _write(
    account: ImapAccount, said: Mapping[str, Any], secrets: Secrets, *, now: datetime
) -> None:
    # Else whoever may change an account could have its secret sent to a server of their own.
    told = (account.host, account.token_url)
    for name in _FACTS:
        if name in said:
            setattr(account, name, said[name])
    account.host = account.host.strip().lower()
    keeps = told == (account.host, account.token_url)
    account.folder = "INBOX" if account.folder.upper() == "INBOX" else account.folder
    given = {name: said[name] for name in Secrets.__slots__ if said.get(name)}
    secrets = replace(secrets if keeps else Secrets(), **given)
    if faults := [*faults_of(account, secrets), *_taken(account)]:
        raise Refused(faults)
    account.sealed = secrets.sealed()
    account.edited_at = now
    account.trouble = account.last_error = ""
    account.attempts, account.try_after = 0, None


def _taken(account: ImapAccount) -> "list[Any]":
    same = ImapAccount.objects.filter(**_place(account))
    if not same.exclude(pk=account.pk).exists():
        return []
    return list(Refused.at("/username", "taken", "This folder is fetched already.").faults)


def _place(account: ImapAccount) -> dict[str, Any]:
    return {name: getattr(account, name) for name in _PLACE}


def _secrets(account: ImapAccount) -> Secrets:
    """None of them where they cannot be read any more: then they are wanted anew."""
    try:
        return read_secrets(account.sealed)
    except SealedOtherwise:
        return Secrets()


def hidden(account: ImapAccount, detail: str) -> str:
    """What a server said, for whoever may not see the secrets."""
    tidy = "".join(sign if sign.isprintable() else " " for sign in detail)
    return _secrets(account).hidden_in(tidy)[:LONGEST_ERROR]


def _told(account: ImapAccount) -> str:
    way = f"{account.security}, {account.sign_in}"
    return f"{account} ({way}{'' if account.is_on else ', off'})"


def _note(source: Source, before: list[str], *, by: User | None, now: datetime) -> None:
    was, became = {"imap_accounts": before}, {"imap_accounts": accounts_of(source)}
    note_differences(Change.About.SOURCE, source.slug, was, became, by=by, now=now)


def _note_act(act: str, account: ImapAccount, *, by: User | None, now: datetime) -> None:
    slug = account.source.slug
    note_change(Change.About.SOURCE, slug, act, by=by, now=now, account=str(account))
