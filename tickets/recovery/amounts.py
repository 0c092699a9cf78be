"""Money as bodies carry it."""

import re
from decimal import Decimal
from typing import Any

from rest_framework.fields import DecimalField

from cxloop.kernel.bodies import Number

_MONEY = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Amount(DecimalField):
    """Written in plain digits: Python alone would read 1_000, 1e3 and the digits of any script."""

    def to_internal_value(self, data: Any) -> Decimal:
        digits = data.digits if isinstance(data, Number) else str(data)
        if not _MONEY.fullmatch(digits):
            self.fail("invalid")
        return super().to_internal_value(digits)


def money(**options: Any) -> DecimalField:
    return Amount(max_digits=14, decimal_places=2, **options)
