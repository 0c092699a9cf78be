"""Who hears of a rung, and who stands in where nobody is there. Pure.

owner ──► lead ──► manager ──► admin, even one who is away: somebody always hears.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tickets.escalation.rungs import LEVELS, Recipient

LAST = LEVELS[-1]


@dataclass(frozen=True)
class Member:
    """`works`: may work this ticket, not only read it."""

    user: int
    name: str
    present: bool = True
    works: bool = True


@dataclass(frozen=True)
class Team:
    """Who can act on one ticket, by level. `named` are those who may see it, by number."""

    levels: Mapping[str, tuple[Member, ...]]
    named: Mapping[int, Member] = field(default_factory=dict)

    def present(self, level: str) -> tuple[Member, ...]:
        return tuple(member for member in self.levels.get(level, ()) if member.present)


@dataclass(frozen=True)
class Told:
    """Somebody who hears, as whom, and instead of whom where that is another."""

    member: Member
    level: str
    instead_of: str = ""


def who_hears(tell: Iterable[Recipient], team: Team) -> list[Told]:
    """Nobody twice. Nobody at all only where the house has no admin left."""
    told: dict[int, Told] = {}
    for wanted in tell:
        for one in _reach(wanted, team):
            told.setdefault(one.member.user, one)
    return list(told.values())


def stand_ins(wanted: Recipient) -> tuple[str, ...]:
    """The levels that are asked in turn. In for a person who is named stands the lead."""
    return LEVELS[LEVELS.index(wanted) :] if isinstance(wanted, str) else LEVELS[1:]


def who_takes_over(wanted: Recipient, team: Team) -> Iterator[tuple[Member, ...]]:
    """Those who may be given the ticket, the wanted first, then level by level."""
    named = team.named.get(wanted) if isinstance(wanted, int) else None
    if named and named.present and named.works:
        yield (named,)
    yield from (team.present(level) for level in stand_ins(wanted))


def _reach(wanted: Recipient, team: Team) -> list[Told]:
    if isinstance(wanted, int):
        named = team.named.get(wanted)
        if named and named.present:
            return [Told(named, "named")]
    for level in stand_ins(wanted):
        if members := team.present(level):
            return [_told(member, level, wanted) for member in members]
    return [_told(member, LAST, wanted) for member in team.levels.get(LAST, ())]


def _told(member: Member, level: str, wanted: Recipient) -> Told:
    asked = wanted if isinstance(wanted, str) else "named"
    return Told(member, level, "" if level == asked else asked)
