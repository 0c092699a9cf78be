"""The last requests of a key as they are told, with what became of what they brought."""

from datetime import datetime
from typing import Any
from uuid import UUID

from feedback.intake.middleware import mark_of
from feedback.intake.models import Quarantine, SourceKey
from feedback.intake.noted import last_requests

Asked = dict[str, Any]


def requests_of(key: SourceKey, *, now: datetime) -> list[Asked] | None:
    """Newest first; `held` says that it waits in quarantine, which whoever sent it is not told.
    None where they cannot be read just now."""
    found = last_requests(mark_of(key), now=now)
    if found is None:
        return None
    brought = [UUID(one["feedback"]) for one in found if one["feedback"]]
    held = Quarantine.objects.filter(released_at=None).in_bulk(brought)
    return [{**one, "held": _is_held(one, held)} for one in found]


def _is_held(one: Asked, held: dict[UUID, Quarantine]) -> bool:
    return bool(one["feedback"]) and UUID(one["feedback"]) in held
