"""Filters of a list, as its address says them: each name known, each value readable, or refused."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

from cxloop.kernel.bodies import storable
from cxloop.kernel.errors import Fault, Refused

Row = TypeVar("Row", bound=Model)
Values = Sequence[str]
Filter = Callable[[Values], Q]

# What every list takes beside its filters.
PAGING = ("cursor", "page_size", "format")
LONGEST = 500


def narrow(
    rows: QuerySet[Row],
    said: QueryDict,
    filters: Mapping[str, Filter],
    *,
    beside: Sequence[str] = (),
) -> QuerySet[Row]:
    """The rows that all filters let through. Raises Refused with the names that are wrong."""
    unknown = sorted(said.keys() - filters.keys() - {*PAGING, *beside})
    faults = [Fault(f"/{name}", "unknown_filter", "There is no such filter.") for name in unknown]
    for name, wanted in filters.items():
        if name in said:
            try:
                rows = rows.filter(wanted(_values(name, said)))
            except ValueError as error:
                faults.append(Fault(f"/{name}", "unknown_value", str(error)))
    if faults:
        raise Refused(faults)
    return rows


def _values(name: str, said: QueryDict) -> Values:
    values = [str(storable(value)).strip() for value in said.getlist(name)]
    if any(len(value) > LONGEST for value in values):
        raise ValueError(f"At most {LONGEST} characters are read.")
    return values


def many(values: Values) -> list[str]:
    """Several values, by comma or by repeating the name: any of them will do."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def one_of(values: Values, known: Iterable[str]) -> list[str]:
    wanted, known = many(values), list(known)
    if not wanted or not set(wanted) <= set(known):
        raise ValueError(f"Known here are {', '.join(known)}.")
    return wanted


def yes_or_no(values: Values) -> bool:
    (word,) = one_of(values[-1:], ("true", "false"))
    return word == "true"


def instant(values: Values) -> datetime:
    """An ISO 8601 time with its offset. A plus sign not escaped reaches us as a space."""
    try:
        at = datetime.fromisoformat(values[-1].replace(" ", "+"))
        if at.tzinfo is None:
            raise ValueError
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("A time with its offset is wanted, as 2026-11-20T09:00:00Z.") from None


def number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise ValueError("A number is wanted here.")
    return int(value)


def uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def any_of(field: str) -> Filter:
    """Rows whose field is one of the values; what does not exist is found by nobody."""
    return lambda values: Q(**{f"{field}__in": many(values)})


def after(field: str) -> Filter:
    return lambda values: Q(**{f"{field}__gte": instant(values)})


def before(field: str) -> Filter:
    return lambda values: Q(**{f"{field}__lt": instant(values)})
