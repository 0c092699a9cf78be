"""Who changed what: one row a change, in its transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Change, User


def note_change(
    about: str, key: object, act: str, *, by: User | None, now: datetime, **facts: Any
) -> None:
    """`by` is None for a command on the machine."""
    Change.objects.create(about=about, key=str(key), act=act, facts=facts, by=by, at=now)


def note_differences(
    about: str,
    key: object,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    by: User | None,
    now: datetime,
) -> None:
    """Of these fields, each with what it was and what it is; nothing where all stayed the same."""
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changed:
        note_change(about, key, "changed", by=by, now=now, fields=changed)
