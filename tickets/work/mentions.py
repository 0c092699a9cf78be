"""Who is mentioned in a text: `@Mina Park`, `@Mina` or, as in her address, `@mina.park`. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Not in the middle of a word: customer@example.com mentions nobody.
_AT = re.compile(r"(?<![\w.+@/-])@(?=\w)")
_WORD = re.compile(r"[\w.+-]+")
_GOES_ON = re.compile(r"[.+-]?\w")
_HANGUL = re.compile("[가-힣]")
LONGEST_NAME = 120


@dataclass(frozen=True)
class Colleague:
    """`handle` is their address before its @."""

    number: int
    name: str
    handle: str


@dataclass(frozen=True)
class Found:
    """Each mention by what was written, with those it may mean; nobody is meant by most words."""

    written: str
    meant: tuple[Colleague, ...]


def has_mentions(text: str) -> bool:
    return _AT.search(text) is not None


def find_mentions(text: str, colleagues: Iterable[Colleague]) -> list[Found]:
    known = list(colleagues)
    rests = (text[at.end() : at.end() + LONGEST_NAME + 1] for at in _AT.finditer(text))
    return [found for rest in rests if (found := _read(rest.casefold(), known)).meant]


def _read(rest: str, known: list[Colleague]) -> Found:
    """The longest name that stands there, else the address, else a first name."""
    named = [one for one in known if _begins_with(rest, one.name.casefold())]
    if named:
        longest = max(len(one.name) for one in named)
        return _found(one for one in named if len(one.name) == longest)
    word = _WORD.match(rest)
    handle = word[0].rstrip(".-+") if word else ""
    addressed = [one for one in known if one.handle.casefold() == handle]
    return _found(addressed or (one for one in known if _first_name(one) == handle))


def _found(meant: Iterable[Colleague]) -> Found:
    people = tuple(meant)
    return Found(people[0].name if people else "", people)


def _first_name(one: Colleague) -> str:
    return one.name.casefold().partition(" ")[0]


def _begins_with(rest: str, name: str) -> bool:
    """A name ends where a word does; in Korean a title or a particle may follow at once."""
    if not name or not rest.startswith(name):
        return False
    after = rest[len(name) :]
    if not _GOES_ON.match(after):
        return True
    return bool(_HANGUL.match(name[-1]) and _HANGUL.match(after))
