"""Root causes: why things went wrong, in the house's own words."""

from datetime import datetime

from accounts.acceptable import acceptable_name, acceptable_slug
from accounts.actions.unique import given_once
from tickets.work.models import RootCause


def write_root_cause(*, slug: str, name: str, now: datetime) -> RootCause:
    """The slug is for good. Raises Refused."""
    cause = RootCause(slug=acceptable_slug(slug), name=acceptable_name(name), created_at=now)
    with given_once("/slug", "There is a root cause of this slug already."):
        cause.save(force_insert=True)
    return cause


def rename_root_cause(cause: RootCause, *, name: str) -> None:
    cause.name = acceptable_name(name)
    cause.save(update_fields=["name"])


def archive_root_cause(cause: RootCause, *, now: datetime) -> None:
    """Offered no more; what was resolved by it stays."""
    cause.archived_at = cause.archived_at or now
    cause.save(update_fields=["archived_at"])
