"""How much one person may promise alone."""

from datetime import datetime
from decimal import Decimal

from accounts.actions.unique import given_once
from accounts.models import AccessGroup, User
from accounts.roles import WORKING_ROLES
from cxloop.kernel.errors import Refused
from tickets.recovery.actions.budgets import acceptable_amount, check_kind
from tickets.recovery.currencies import DECIMALS
from tickets.recovery.models import GestureLimit

_DEFAULTS = {"EUR": Decimal("50"), "USD": Decimal("50"), "KRW": Decimal("50000")}


def write_limit(
    *,
    group: AccessGroup | None,
    currency: str,
    amount: Decimal,
    by: User,
    now: datetime,
    role: str = "",
    kind: str = "",
) -> GestureLimit:
    """For one group, or without one for all that have none of their own; for one role, or for all;
    for one kind of gesture, or for all. Raises Refused."""
    if currency not in DECIMALS:
        raise Refused.at("/currency", "unknown_currency", "A code of ISO 4217, for example EUR.")
    check_kind(kind)
    if role not in ("", *WORKING_ROLES):
        raise Refused.at("/role", "unknown_choice", f"One of: {', '.join(WORKING_ROLES)}.")
    limit = GestureLimit(group=group, role=role, kind=kind, currency=currency)
    limit.amount, limit.written_at, limit.written_by = acceptable_amount(amount, currency), now, by
    with given_once("/currency", "There is such a limit already."):
        limit.save(force_insert=True)
    return limit


def change_limit(limit: GestureLimit, *, amount: Decimal, by: User, now: datetime) -> None:
    """Holds for what is promised from now on."""
    limit.amount = acceptable_amount(amount, limit.currency)
    limit.written_by, limit.written_at = by, now
    limit.save(update_fields=["amount", "written_by", "written_at"])


def remove_limit(limit: GestureLimit) -> None:
    """The group falls back to the limit for all; where that goes, nothing may be promised alone."""
    limit.delete()


def default_limits(*, now: datetime) -> None:
    """What a new installation begins with; limits that exist stay as they are."""
    GestureLimit.objects.bulk_create(
        [GestureLimit(currency=c, amount=a, written_at=now) for c, a in _DEFAULTS.items()],
        ignore_conflicts=True,
    )
