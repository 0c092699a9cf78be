"""Who hears of a rung, and who stands in where nobody is there. Pure.

Whoever is away is stood in for by the colleague they named. Where nobody is left on a level, the
rung climbs at once: owner ──► lead ──► manager ──► admin, even one who is away: somebody always
hears.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tickets.escalation.rungs import LEVELS, Address, Recipient

LAST = LEVELS[-1]


@dataclass(frozen=True)
class Member:
    """`works`: may work this ticket, not only read it. `stand_in`: who takes their place."""

    user: int
    name: str
    present: bool = True
    works: bool = True
    stand_in: int | None = None


@dataclass(frozen=True)
class Place:
    """Somebody who is there, and the one who is away in whose place they stand, if so."""

    member: Member
    stands_in_for: Member | None = None


@dataclass(frozen=True)
class Team:
    """Who can act on one ticket, by role. `named` are those who may see it and `workers` those who
    may work it, by number."""

    roles: Mapping[str, tuple[Member, ...]]
    named: Mapping[int, Member] = field(default_factory=dict)
    workers: Mapping[int, Member] = field(default_factory=dict)

    def there(self, role: str) -> tuple[Place, ...]:
        """Of this role, those who are present, and for whoever is away their stand-in."""
        members = self.roles.get(role, ())
        present = {member.user: Place(member) for member in members if member.present}
        for away in (member for member in members if not member.present):
            if place := self.in_place_of(away):
                present.setdefault(place.member.user, place)
        return tuple(present.values())

    def in_place_of(self, away: Member) -> Place | None:
        """A stand-in who is away too has a stand-in. Only who may work the ticket can be one."""
        passed_by, at = {away.user}, away
        while at.stand_in is not None and at.stand_in not in passed_by:
            found = self.workers.get(at.stand_in)
            if found is None:
                return None
            if found.present:
                return Place(found, stands_in_for=away)
            passed_by.add(found.user)
            at = found
        return None


@dataclass(frozen=True)
class Told:
    """Somebody who hears, as whom, and instead of whom where that is another."""

    member: Member
    role: str
    instead_of: str = ""
    stands_in_for: Member | None = None


def who_hears(tell: Iterable[Recipient], team: Team) -> list[Told]:
    """Nobody twice. Nobody at all only where the house has no admin left. Addresses are no
    people: see `addresses`."""
    told: dict[int, Told] = {}
    for wanted in tell:
        if not isinstance(wanted, Address):
            for one in _reach(wanted, team):
                told.setdefault(one.member.user, one)
    return list(told.values())


def addresses(tell: Iterable[Recipient]) -> list[str]:
    return [wanted.to for wanted in tell if isinstance(wanted, Address)]


def everybody(team: Team) -> set[int]:
    """The numbers of all who could ever hear of a rung of this ticket."""
    return {*team.workers, *team.named}


def climbs_by(wanted: Recipient) -> tuple[str, ...]:
    """The roles that are asked in turn. After a person who is named, and after the agents of the
    group, comes the lead."""
    if not isinstance(wanted, str):
        return LEVELS[1:]
    return LEVELS[LEVELS.index(wanted) :] if wanted in LEVELS else (wanted, *LEVELS[1:])


def who_takes_over(wanted: Recipient, team: Team) -> Iterator[tuple[Member, ...]]:
    """Those who may be given the ticket, the wanted first, then level by level."""
    place = _named(wanted, team)
    if place and place.member.works:
        yield (place.member,)
    for role in climbs_by(wanted):
        yield tuple(place.member for place in team.there(role))


def _named(wanted: Recipient, team: Team) -> Place | None:
    named = team.named.get(wanted) if isinstance(wanted, int) else None
    if named is None:
        return None
    return Place(named) if named.present else team.in_place_of(named)


def _reach(wanted: Recipient, team: Team) -> list[Told]:
    if place := _named(wanted, team):
        return [_told(place, "named", wanted)]
    for role in climbs_by(wanted):
        if places := team.there(role):
            return [_told(place, role, wanted) for place in places]
    return [_told(Place(member), LAST, wanted) for member in team.roles.get(LAST, ())]


def _told(place: Place, role: str, wanted: Recipient) -> Told:
    asked = wanted if isinstance(wanted, str) else "named"
    instead_of = "" if role == asked and not place.stands_in_for else asked
    return Told(place.member, role, instead_of, place.stands_in_for)
