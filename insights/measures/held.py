"""Which lines of a breakdown are held back, so that few people are not told apart. Pure."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

# Of fewer nothing is told but that there were some.
FEWEST = 5

Key = TypeVar("Key", bound=Hashable)


def is_told(number: int) -> bool:
    return number >= FEWEST


def held_back(counts: Mapping[Key, int]) -> set[Key]:
    """Those with fewer than five, and where these are one line alone, or fewer than five together,
    the next smallest with them: whoever knows the total would find what is missing by taking away
    what is shown."""
    by_size = sorted(counts, key=lambda key: (counts[key], str(key)))
    held = {key for key in by_size if 0 < counts[key] < FEWEST}
    if not held:
        return held
    for key in by_size:
        if sum(counts[one] for one in held) >= FEWEST:
            break
        if counts[key]:
            held.add(key)
    return held
