"""Who hears of a rung, and who stands in where nobody is there. Pure.

Whoever is away is stood in for by the colleague they named. Where nobody is left on a level, the
rung climbs at once: owner ──► lead ──► manager ──► admin, even one who is away: somebody always
hears.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tickets.escalation.rungs import LEVELS, WATCHERS, Address, Recipient

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

    def of_those(self, few: Collection[int]) -> "Team":
        """Where only these can do anything about it: of those who lead nobody else is asked, and
        nobody else stands in."""
        roles = {
            role: tuple(one for one in members if role not in LEVELS[1:] or one.user in few)
            for role, members in self.roles.items()
        }
        workers = {user: member for user, member in self.workers.items() if user in few}
        return Team(roles, self.named, workers)

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
    people: see `addresses`. Watchers are told beside others: only a rung that would be heard by
    nobody else climbs for want of them."""
    wanted = list(tell)
    told: dict[int, Told] = {}
    for one in (one for asked in wanted for one in _reach(asked, team)):
        told.setdefault(one.member.user, one)
    if not told and WATCHERS in wanted:
        told = {one.member.user: one for one in _climb(WATCHERS, LEVELS[1:], team)}
    return list(told.values())


def addresses(tell: Iterable[Recipient]) -> list[str]:
    return [wanted.to for wanted in tell if isinstance(wanted, Address)]


def everybody(team: Team) -> set[int]:
    """The numbers of all who could ever hear of a rung of this ticket."""
    watching = (member.user for member in team.roles.get(WATCHERS, ()))
    return {*team.workers, *team.named, *watching}


def climbs_by(wanted: Recipient) -> tuple[str, ...]:
    """The roles that are asked in turn. After a person who is named, and after the agents of the
    group, comes the lead."""
    if not isinstance(wanted, str):
        return LEVELS[1:]
    return LEVELS[LEVELS.index(wanted) :] if wanted in LEVELS else (wanted, *LEVELS[1:])


def who_takes_over(
    wanted: Recipient, team: Team, *, to_work: bool = True
) -> Iterator[tuple[Member, ...]]:
    """Those who may be given the ticket, or may watch it: the wanted first, then by level."""
    place = _named(wanted, team)
    if place and (place.member.works or not to_work):
        yield (place.member,)
    for role in climbs_by(wanted):
        yield tuple(place.member for place in team.there(role))


def _named(wanted: Recipient, team: Team) -> Place | None:
    named = team.named.get(wanted) if isinstance(wanted, int) else None
    if named is None:
        return None
    return Place(named) if named.present else team.in_place_of(named)


def _reach(wanted: Recipient, team: Team) -> list[Told]:
    if isinstance(wanted, Address):
        return []
    if wanted == WATCHERS:
        return [_told(place, WATCHERS, wanted) for place in team.there(WATCHERS)]
    if place := _named(wanted, team):
        return [_told(place, "named", wanted)]
    return _climb(wanted, climbs_by(wanted), team)


def _climb(wanted: Recipient, roles: Iterable[str], team: Team) -> list[Told]:
    for role in roles:
        if places := team.there(role):
            return [_told(place, role, wanted) for place in places]
    return [_told(Place(member), LAST, wanted) for member in team.roles.get(LAST, ())]


def _told(place: Place, role: str, wanted: Recipient) -> Told:
    asked = wanted if isinstance(wanted, str) else "named"
    instead_of = "" if role == asked and not place.stands_in_for else asked
    return Told(place.member, role, instead_of, place.stands_in_for)
