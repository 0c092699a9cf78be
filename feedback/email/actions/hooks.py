"""Hooks of providers: made, given another secret, removed, and what they bring."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from django.db import transaction
from django.db.models import Q

from accounts.actions.changes import note_change
from accounts.actions.unique import given_once
from accounts.keys import LAST_USE_GRAIN, digest, mint
from accounts.models import Change, User
from cxloop.kernel.errors import Conflict, Refused, Unknown
from cxloop.kernel.secrets import sealed, unsealed
from feedback.email.actions.take_in import Envelope, take_in
from feedback.email.mailboxes import first_source_of
from feedback.email.models import HookToken, Mail, MailHook
from feedback.intake.models import Channel, Source

PURPOSE = "signing key of a mail hook"
LONGEST_SIGNING_KEY = 200
# Mailgun tries for eight hours, and by all accounts under the signature of its first attempt: after
# an outage of ours a shorter time would refuse, and lose, what it brings again.
OLDEST = timedelta(hours=9)
MOST_AHEAD = timedelta(minutes=5)
MOST_FORGOTTEN = 100

PROVIDERS = MailHook.Provider

_KEY = re.compile(r"[\w-]{1,40}", re.ASCII)


class Doubted(Unknown):
    """Whoever posts may not be the provider. `reason` is for the admins: strangers hear the same
    whatever was wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__("This is not posted by the provider of a hook.", code="not_the_provider")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Handed:
    """A message as a provider hands it over. `verdicts` are what it says of it beside it."""

    content: bytes
    sender: str
    recipients: Sequence[str]
    verdicts: Sequence[tuple[str, str]] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """What Mailgun signs, which is nothing of the message."""

    timestamp: str
    token: str
    signature: str


@transaction.atomic
def make_hook(
    source: Source, provider: str, *, signing_key: str = "", by: User | None, now: datetime
) -> tuple[MailHook, str]:
    """The hook, and its secret in clear, which nobody can show again; empty for Mailgun, which has
    a key of its own. Raises Refused with pointers, or Conflict."""
    if source.channel != Channel.EMAIL:
        raise Conflict("Only a source of the channel email has hooks.", code="not_for_mails")
    if source.archived_at:
        raise Conflict("The source is archived.", code="archived")
    if provider not in PROVIDERS.values:
        known = ", ".join(PROVIDERS.values)
        raise Refused.at("/provider", "unknown_provider", f"One of {known}.")
    hook = MailHook(source=source, provider=provider, key=token_urlsafe(16), made_at=now)
    clear = _give_secret(hook, signing_key)
    with given_once("/provider", "The source has a hook of this provider already."):
        hook.save(force_insert=True)
    _note(hook, "hook_made", by=by, now=now)
    return hook, clear


@transaction.atomic
def replace_secret(hook: MailHook, *, signing_key: str = "", by: User | None, now: datetime) -> str:
    """The old one is refused from then on."""
    clear = _give_secret(hook, signing_key)
    hook.save(update_fields=["digest", "signing_key"])
    _note(hook, "hook_secret_replaced", by=by, now=now)
    return clear


@transaction.atomic
def remove_hook(hook: MailHook, *, by: User | None, now: datetime) -> None:
    """What it brought stays."""
    _note(hook, "hook_removed", by=by, now=now)
    hook.delete()


def hooks_of(source: Source) -> list[MailHook]:
    return list(MailHook.objects.filter(source=source).order_by("provider"))


def _give_secret(hook: MailHook, signing_key: str) -> str:
    if hook.provider == PROVIDERS.MAILGUN:
        hook.signing_key = sealed(_acceptable(signing_key.strip()), purpose=PURPOSE)
        return ""
    if signing_key:
        detail = "Postmark signs nothing: its secret is made here."
        raise Refused.at("/signing_key", "not_for_this_provider", detail)
    clear = mint("hook")
    hook.digest = digest(clear)
    return clear


def _acceptable(signing_key: str) -> str:
    if not signing_key:
        raise Refused.at("/signing_key", "required", "Mailgun's HTTP webhook signing key.")
    if len(signing_key) > LONGEST_SIGNING_KEY or not signing_key.isascii():
        raise Refused.at("/signing_key", "malformed", "This is not a signing key of Mailgun.")
    return signing_key


def _note(hook: MailHook, act: str, *, by: User | None, now: datetime) -> None:
    provider = hook.get_provider_display()
    note_change(Change.About.SOURCE, hook.source.slug, act, by=by, now=now, provider=provider)


def hook_at(provider: str, key: str) -> MailHook:
    """Raises Doubted for an address that is none."""
    if not _KEY.fullmatch(key):
        raise Doubted("no_hook")
    hooks = MailHook.objects.select_related("source").filter(provider=provider, key=key)
    found = hooks.first()
    if found is None:
        raise Doubted("no_hook")
    return found


def check_secret(hook: MailHook, said: str | None) -> None:
    """Raises Doubted unless `said` is the secret."""
    assert hook.digest is not None
    if said is None or not hmac.compare_digest(digest(said), bytes(hook.digest)):
        raise Doubted("wrong_secret")


def check_signature(hook: MailHook, signed: Signed, *, now: datetime) -> None:
    """Raises Doubted for a wrong signature, or one of another time."""
    assert hook.signing_key is not None
    key = unsealed(bytes(hook.signing_key), purpose=PURPOSE).encode()
    said = f"{signed.timestamp}{signed.token}".encode()
    wanted = hmac.new(key, said, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signed.signature.encode(), wanted.encode()):
        raise Doubted("wrong_signature")
    if not signed.timestamp.isdecimal() or len(signed.timestamp) > 12:
        raise Doubted("wrong_time")
    age = now.timestamp() - int(signed.timestamp)
    if not -MOST_AHEAD.total_seconds() <= age <= OLDEST.total_seconds():
        raise Doubted("wrong_time")


@transaction.atomic
def take_from_hook(
    hook: MailHook, handed: Handed, *, signed: Signed | None = None, peer: str, now: datetime
) -> Mail:
    """To whom it was written decides the source, else it is the hook's own. Raises Doubted where
    the signature was used for another message, and Conflict where the source takes nothing."""
    source = first_source_of(handed.recipients) or hook.source
    if source.archived_at:
        raise Conflict("The source of this hook is archived.", code="archived")
    if signed is not None:
        _use(hook, signed, handed, now)
    mail = take_in(
        handed.content, _envelope(hook, handed, peer), source=source, note=handed.note, now=now
    )
    _note_use(hook, now)
    return mail


def _envelope(hook: MailHook, handed: Handed, peer: str) -> Envelope:
    return Envelope(
        sender=handed.sender,
        recipients=tuple(handed.recipients),
        peer=peer,
        helo=hook.get_provider_display(),
        protocol="HTTP",
        told=tuple(handed.verdicts),
    )


def _use(hook: MailHook, signed: Signed, handed: Handed, now: datetime) -> None:
    """Once for one message: who brings the same again has heard no answer."""
    _forget_tokens(now)
    stamp = digest(f"{signed.timestamp} {signed.token}")
    brought = hashlib.sha256(handed.content).digest()
    row = HookToken(hook=hook, stamp=stamp, digest=brought, used_at=now)
    HookToken.objects.bulk_create([row], ignore_conflicts=True)
    if bytes(HookToken.objects.get(hook=hook, stamp=stamp).digest) != brought:
        raise Doubted("used_before")


def _forget_tokens(now: datetime) -> None:
    """Those too old to be believed again; each is forgotten by one of those who come at once."""
    old = HookToken.objects.filter(used_at__lt=now - OLDEST - 2 * MOST_AHEAD).order_by("used_at")
    found = old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:MOST_FORGOTTEN]
    HookToken.objects.filter(pk__in=list(found)).delete()


def _note_use(hook: MailHook, now: datetime) -> None:
    """Kept to the minute, so that a busy hook is not a hot row."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USE_GRAIN)
    MailHook.objects.filter(stale, pk=hook.pk).update(last_used_at=now)


def note_refusal(hook: MailHook, reason: str, *, now: datetime) -> None:
    """The newest, likewise."""
    stale = Q(refused_at=None) | Q(refused_at__lt=now - LAST_USE_GRAIN) | ~Q(refusal=reason)
    MailHook.objects.filter(stale, pk=hook.pk).update(refused_at=now, refusal=reason[:40])
