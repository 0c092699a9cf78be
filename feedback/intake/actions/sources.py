"""Sources and their keys: where feedback may come from, and who reads all of it."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.utils.text import slugify

from accounts.acceptable import acceptable_name, acceptable_time_zone
from accounts.actions.changes import note_change, note_differences
from accounts.actions.unique import given_once
from accounts.keys import digest, hint_of, mint
from accounts.models import AccessGroup, Change, User
from cxloop.kernel.errors import Conflict, Refused
from feedback.intake.models import Channel, Source, SourceKey, SourceOwner

MOST_ORIGINS = 50
SOURCE = Change.About.SOURCE

# Scheme and host, and a port where it is not the scheme's own: as a browser says it.
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?", re.ASCII)


class SourceChanges(TypedDict, total=False):
    name: str
    allowed_origins: list[str]
    daily_cap: int | None
    time_zone: str
    question: str


@transaction.atomic
def create_source(
    *,
    slug: str,
    channel: str,
    owners: Sequence[AccessGroup] = (),
    now: datetime,
    by: User | None = None,
    **facts: Unpack[SourceChanges],
) -> Source:
    """Raises Refused with pointers."""
    if slug != slugify(slug) or not 0 < len(slug) <= 60:
        raise Refused.at("/slug", "malformed", "Up to 60 of a-z, 0-9, hyphen and underscore.")
    if channel not in Channel.values:
        raise Refused.at("/channel", "unknown_channel", f"One of {', '.join(Channel.values)}.")
    source = Source(slug=slug, channel=channel, created_at=now, **_accepted(facts))
    with given_once("/slug", "There is a source of this slug already."):
        source.save(force_insert=True)
    note_change(SOURCE, slug, "created", by=by, now=now, name=source.name, channel=channel)
    set_owners(source, owners, now=now, by=by)
    return source


@transaction.atomic
def change_source(
    source: Source, *, now: datetime, by: User | None = None, **changes: Unpack[SourceChanges]
) -> None:
    """Only what is named changes. Raises Refused with pointers."""
    accepted = _accepted(changes)
    before = {name: getattr(source, name) for name in accepted}
    for name, value in accepted.items():
        setattr(source, name, value)
    source.save(update_fields=list(accepted))
    note_differences(SOURCE, source.slug, before, accepted, by=by, now=now)


@transaction.atomic
def set_owners(
    source: Source, owners: Sequence[AccessGroup], *, now: datetime, by: User | None = None
) -> None:
    """These groups, and no others, read all feedback of the source."""
    before = _owners_of(source)
    SourceOwner.objects.filter(source=source).exclude(group__in=owners).delete()
    SourceOwner.objects.bulk_create(
        [SourceOwner(source=source, group=group) for group in owners], ignore_conflicts=True
    )
    after = {"owners": _owners_of(source)}
    note_differences(SOURCE, source.slug, {"owners": before}, after, by=by, now=now)


def _owners_of(source: Source) -> list[str]:
    owners = SourceOwner.objects.filter(source=source).order_by("group__name")
    return list(owners.values_list("group__name", flat=True))


@transaction.atomic
def archive_source(source: Source, *, now: datetime, by: User | None = None) -> None:
    """Takes nothing more, by no key; what it brought stays."""
    if source.archived_at is None:
        note_change(SOURCE, source.slug, "archived", by=by, now=now)
    source.archived_at = source.archived_at or now
    source.save(update_fields=["archived_at"])


@transaction.atomic
def restore_source(source: Source, *, now: datetime, by: User | None = None) -> None:
    if source.archived_at is not None:
        note_change(SOURCE, source.slug, "restored", by=by, now=now)
    source.archived_at = None
    source.save(update_fields=["archived_at"])


@transaction.atomic
def issue_source_key(
    source: Source,
    *,
    kind: str,
    label: str = "",
    test: bool = False,
    now: datetime,
    by: User | None = None,
) -> tuple[SourceKey, str]:
    """A key and its clear text, which nobody can show again where it is a secret one. What comes by
    a `test` key is tried and never heard. Raises Conflict `archived`."""
    if source.archived_at:
        raise Conflict("The source is archived.", code="archived")
    if kind not in SourceKey.Kind.values:
        raise Refused.at("/kind", "unknown_kind", "pk is publishable, sk is secret.")
    clear = mint(f"{kind}_test" if test else kind)
    key = SourceKey.objects.create(
        source=source,
        kind=kind,
        digest=digest(clear),
        hint=hint_of(clear),
        label=label[:100],
        is_test=test,
        shown=clear if kind == SourceKey.Kind.PUBLISHABLE else "",
        created_at=now,
    )
    _note_key(key, "key_issued", by=by, now=now)
    return key, clear


@transaction.atomic
def revoke_source_key(key: SourceKey, *, now: datetime, by: User | None = None) -> None:
    if key.revoked_at is None:
        _note_key(key, "key_revoked", by=by, now=now)
    key.revoked_at = key.revoked_at or now
    key.save(update_fields=["revoked_at"])


def _note_key(key: SourceKey, act: str, *, by: User | None, now: datetime) -> None:
    said: dict[str, Any] = {"kind": key.kind, "hint": key.hint, "label": key.label}
    if key.is_test:
        said["test"] = True
    note_change(SOURCE, key.source.slug, act, by=by, now=now, **said)


def _accepted(changes: SourceChanges) -> dict[str, Any]:
    said: dict[str, Any] = {**changes}
    return said | {name: accept(said[name]) for name, accept in _ACCEPT.items() if name in said}


def _acceptable_origins(origins: list[str]) -> list[str]:
    if len(origins) > MOST_ORIGINS:
        raise Refused.at("/allowed_origins", "too_many", f"At most {MOST_ORIGINS} origins.")
    for number, origin in enumerate(origins):
        if origin != "null" and not _ORIGIN.fullmatch(origin):
            detail = "Scheme and host as the browser says them, for example https://shop.example."
            raise Refused.at(f"/allowed_origins/{number}", "malformed", detail)
    return list(dict.fromkeys(origins))


_ACCEPT: dict[str, Callable[[Any], Any]] = {
    "name": acceptable_name,
    "allowed_origins": _acceptable_origins,
    "time_zone": acceptable_time_zone,
}
