"""When a customer counts as one whom nobody could reach. Pure.

An attempt is a call or a visit that reached nobody, or a letter that died, in this cycle: whoever
began it was heard. Enough are two on two days, or one by every way in which they can be reached. A
letter that died is the last word of an address; a telephone that once rang in vain is not.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LETTER, PHONE = "letter", "phone"
# Of a customer whose clock we do not know for certain: Monday evening and Tuesday morning are this
# far apart, and morning and evening of one day are not.
ON_TWO_DAYS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Attempt:
    """`channel` is that of the contact which it was meant to be."""

    channel: str
    at: datetime


def what_lacks(attempts: Sequence[Attempt], ways: Collection[str]) -> str:
    """Why nobody may say yet that they could not be reached: `no_attempts`, `few_attempts`; blank
    where enough was tried. `ways` are letter, phone, both or neither."""
    if not attempts:
        return "no_attempts"
    times = [one.at for one in attempts]
    if max(times) - min(times) >= ON_TWO_DAYS or _all_tried(attempts, set(ways)):
        return ""
    return "few_attempts"


def _all_tried(attempts: Sequence[Attempt], ways: set[str]) -> bool:
    tried = {one.channel for one in attempts}
    return bool(ways) and ways <= tried and ways != {PHONE}
