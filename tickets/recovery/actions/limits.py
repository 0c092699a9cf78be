"""How much one person may promise alone."""

from datetime import datetime
from decimal import Decimal

from accounts.actions.unique import given_once
from accounts.models import AccessGroup, User
from cxloop.kernel.errors import Refused
from tickets.recovery.currencies import DECIMALS
from tickets.recovery.models import GestureLimit
from tickets.recovery.money import LARGEST_AMOUNT

_DEFAULTS = {"EUR": Decimal("50"), "USD": Decimal("50"), "KRW": Decimal("50000")}


def write_limit(
    *, group: AccessGroup | None, currency: str, amount: Decimal, by: User, now: datetime
) -> GestureLimit:
    """For one group, or without one for all that have none of their own. Raises Refused."""
    if currency not in DECIMALS:
        raise Refused.at("/currency", "unknown_currency", "A code of ISO 4217, for example EUR.")
    limit = GestureLimit(group=group, currency=currency, written_at=now, written_by=by)
    limit.amount = _acceptable(amount)
    with given_once("/currency", "There is a limit in this currency already."):
        limit.save(force_insert=True)
    return limit


def change_limit(limit: GestureLimit, *, amount: Decimal, by: User, now: datetime) -> None:
    """Holds for what is promised from now on."""
    limit.amount, limit.written_by, limit.written_at = _acceptable(amount), by, now
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


def _acceptable(amount: Decimal) -> Decimal:
    if not 0 <= amount <= LARGEST_AMOUNT:
        raise Refused.at("/amount", "out_of_range", "A limit is an amount from 0.")
    return amount
