"""Which release is the newer one, by what it is called. Pure.

As Semantic Versioning 2.0.0 orders them, for any number of numbers and with a leading v. Whatever
is called otherwise cannot be ordered by its name.
"""

import re

Part = tuple[int, int, str]
Order = tuple[tuple[int, ...], int, tuple[Part, ...]]

_VERSION = re.compile(
    r"[vV]?(?P<numbers>[0-9]{1,9}(?:\.[0-9]{1,9}){0,5})"
    r"(?:-(?P<before>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]*)?"
)


def order_of(version: str) -> Order | None:
    """Greater for the newer; None for what is no version."""
    found = _VERSION.fullmatch(version.strip())
    if found is None:
        return None
    numbers = [int(number) for number in found["numbers"].split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()  # 4.2.0 is 4.2
    before = found["before"]
    parts = tuple(_part(part) for part in before.split(".")) if before else ()
    return tuple(numbers), 0 if before else 1, parts


def _part(text: str) -> Part:
    """Numbers come before words."""
    return (0, int(text), "") if text.isdecimal() else (1, 0, text)
