"""What failed, as far as it can be known without asking: what was said by hand stands, the rest
follows from the root cause, and what that leaves open from the type of failure. Pure.

Drivers are the four of attitudinal loyalty: what the product is like, what dealing with us is like,
the brand, the price.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

DRIVERS = ("product_experience", "interaction", "brand", "price")
SEVERITIES = range(1, 5)


@dataclass(frozen=True)
class Known:
    """`type` is the number of a type of failure. `process`: how it was done was at fault, not what
    came of it. None and "" are not known."""

    type: int | None = None
    driver: str = ""
    monetary: bool | None = None
    process: bool | None = None
    controllable: bool | None = None


DERIVED = tuple(field.name for field in fields(Known))


def known_of(
    said: Mapping[str, Any], *, cause: Known, type_of: Mapping[int, Known], costs: bool
) -> Known:
    """`said` is what people said, `cause` what its root cause stands for, `type_of` what each type
    does. A failure for which money was promised is monetary, whatever its type."""
    number = _first(said.get("type"), cause.type)
    of_type = type_of.get(number, Known()) if number else Known()
    found = {
        name: _first(said.get(name), getattr(cause, name), getattr(of_type, name))
        for name in DERIVED
    }
    if costs and said.get("monetary") is None:
        found["monetary"] = True
    return Known(**{**found, "type": number})


def _first(*values: Any) -> Any:
    """The first that says something; of words the last may be blank."""
    return next((value for value in values if value not in (None, "")), values[-1])
