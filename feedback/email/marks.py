"""How the subject of a letter names its ticket: `Where is my parcel? [T-1042]`. Pure."""

import re

_MARK = re.compile(r"\[T-([0-9]{1,18})\]")


def mark_of(ref: str) -> str:
    """`ref` is `T-1042`."""
    return f"[{ref}]"


def numbers_in(subject: str, *, most: int) -> list[int]:
    """Of the tickets that it names, the first few."""
    return [int(number) for number in _MARK.findall(subject)[:most]]
