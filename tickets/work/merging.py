"""Whether two tickets may become one, by whose they are and how those can be reached. Pure."""

from dataclasses import dataclass

RECEIPT, NOWAY = "receipt", "none"
_WRITTEN_TO = ("letter", "phone")


@dataclass(frozen=True)
class Side:
    """`customer` is blank where nobody is known; `way` is how they can be reached."""

    customer: str
    way: str


def way_then(one: Side, into: Side) -> str:
    """How the customer of both can be reached. A receipt page that somebody looks at is not
    forgotten for one who can be reached nowhere."""
    if not into.customer and (one.customer or into.way == NOWAY):
        return one.way
    return into.way


def why_apart(one: Side, into: Side) -> str:
    """The code with which merging them is refused, or blank. At a receipt page they would read what
    is said to the other, and nobody knows that it is not somebody else."""
    if one.customer and into.customer:
        return "" if one.customer == into.customer else "other_customer"
    looked_at = RECEIPT in (one.way, into.way)
    return "receipts_apart" if looked_at and way_then(one, into) not in _WRITTEN_TO else ""
