"""A number as somebody sends it."""

import re
from decimal import Decimal
from typing import Any

_WRITTEN = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")


def read_number(value: Any) -> Decimal | None:
    """The number that is said, also where it was sent as a text; exact, as sums of money are."""
    if isinstance(value, str):
        return Decimal(value.strip()) if _WRITTEN.fullmatch(value.strip()) else None
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    number = Decimal(str(value))
    return number if number.is_finite() else None
