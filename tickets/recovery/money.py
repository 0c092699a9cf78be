"""What is wrong with an amount and its currency. Pure."""

from decimal import Decimal

from cxloop.kernel.errors import Fault
from tickets.recovery.currencies import DECIMALS, is_payable

LARGEST_AMOUNT = Decimal("999999999999.99")


def money_faults(
    amount: Decimal | None, currency: str, *, amount_at: str = "amount", at: str = "currency"
) -> list[Fault]:
    """Both or neither; never half a won."""
    if amount is None:
        needless = [Fault(f"/{amount_at}", "required", "A currency needs an amount.")]
        return needless if currency else []
    if currency not in DECIMALS:
        detail = "A code of ISO 4217, for example EUR or KRW."
        return [Fault(f"/{at}", "unknown_currency", detail)]
    if amount.is_finite() and 0 < amount <= LARGEST_AMOUNT and is_payable(amount, currency):
        return []
    return [Fault(f"/{amount_at}", "not_payable", f"No such amount of {currency} can be given.")]
