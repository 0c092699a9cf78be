"""Closed days that come from elsewhere: with their names, for a stated span of years. Pure.

They are kept with the version of a calendar as they were given, so that a promise reads the same
tomorrow, whatever a library or a file says by then.
"""

from collections.abc import Mapping
from typing import TypedDict

# Imports are judged in their own years; the longest target reaches ten years ahead.
YEARS_BACK, YEARS_NEEDED, YEARS_GIVEN = 5, 10, 12
LONGEST_NAME = 120


class Closings(TypedDict):
    """`days` are names by date: {"2026-12-25": "Christmas Day"}."""

    first_year: int
    last_year: int
    days: dict[str, str]


def span_at(year: int) -> range:
    """The years that are asked for in this one."""
    return range(year - YEARS_BACK, year + YEARS_GIVEN + 1)


def span_of(closings: Closings) -> range:
    return range(closings["first_year"], closings["last_year"] + 1)


def runs_short(closings: Closings, *, year: int) -> bool:
    return closings["last_year"] < year + YEARS_NEEDED


def plain_name(text: str) -> str:
    """One line that can be stored and shown."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:LONGEST_NAME]


def together(*sources: Mapping[str, str]) -> dict[str, str]:
    """The days of all of them; a date that several name keeps each name once."""
    names: dict[str, list[str]] = {}
    for source in sources:
        for day, name in source.items():
            names.setdefault(day, [])
            names[day] += [] if name in names[day] else [name]
    return {day: "; ".join(names[day]) for day in sorted(names)}
