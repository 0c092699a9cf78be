"""The people of one pass: read once for all its tickets."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from accounts.models import Membership, User
from accounts.roles import WORKING_ROLES, OrganisationRole
from tickets.escalation.recipients import Member, Team
from tickets.escalation.rungs import WATCHERS
from tickets.work.models import Ticket, Watch


class Roster:
    """Only active people are on it: nobody can tell a service, and nobody switched off can act."""

    def __init__(
        self,
        groups: Iterable[int],
        named: Iterable[int],
        now: datetime,
        *,
        watched: Iterable[int] = (),
    ) -> None:
        """`watched` are the tickets whose watchers may be told."""
        self.now = now
        self.people: dict[int, User] = {}
        self._roles: dict[int, dict[int, str]] = defaultdict(dict)
        for held in _memberships(groups):
            self._roles[held.group_id][held.user_id] = held.role
            self.people[held.user_id] = held.user
        self._named = set(named)
        self._readers = self._readers_of_everything()
        self._admins = [user for user in self._readers if self.people[user].is_admin]
        self._teams: dict[int, Team] = {}
        self._load: Counter[int] = Counter()
        self._counted: set[int] = set()
        self._watching = _watchers(watched)

    def team(self, ticket: Ticket) -> Team:
        if ticket.group_id not in self._teams:
            self._teams[ticket.group_id] = self._team_of(self._roles[ticket.group_id])
        team = self._teams[ticket.group_id]
        owner = team.workers.get(ticket.assignee_id) if ticket.assignee_id else None
        own = {"owner": (owner,) if owner else (), WATCHERS: self._watchers_of(ticket, team)}
        return replace(team, roles={**team.roles, **own})

    def load(self, users: Iterable[int]) -> dict[int, int]:
        """How many open tickets each of them has, over all groups."""
        new = set(users) - self._counted
        if new:
            self._load.update(Ticket.objects.carried_by(new))
            self._counted |= new
        return self._load

    def give(self, user: int) -> None:
        self._load[user] += 1

    def _watchers_of(self, ticket: Ticket, team: Team) -> tuple[Member, ...]:
        watching = self._watching.get(ticket.pk, ())
        self.people |= {person.pk: person for person in watching}
        return tuple(team.workers.get(p.pk) or self._member(p.pk, False) for p in watching)

    def _team_of(self, held: dict[int, str]) -> Team:
        """Without the owner, whom each ticket has of its own."""
        working = [user for user, role in held.items() if role in WORKING_ROLES]
        workers = {user: self._member(user, True) for user in [*working, *self._admins]}
        roles = {
            role.value: tuple(workers[user] for user in working if held[user] == role)
            for role in WORKING_ROLES
        }
        see = self._named & {*held, *self._readers}
        return Team(
            {**roles, "admin": tuple(workers[user] for user in self._admins)},
            {user: workers.get(user) or self._member(user, False) for user in see},
            workers,
        )

    def _readers_of_everything(self) -> list[int]:
        """Admins, and of the auditors those who are named."""
        wide = User.objects.active().filter(kind=User.Kind.PERSON).order_by("pk")
        wide = wide.exclude(organisation_role=OrganisationRole.NONE)
        people = [p for p in wide if p.is_admin or p.pk in self._named]
        self.people |= {person.pk: person for person in people}
        return [person.pk for person in people]

    def _member(self, user: int, works: bool) -> Member:
        person = self.people[user]
        present = not person.is_away(self.now)
        return Member(user, person.name, present, works, stand_in=person.stand_in_id)


def _memberships(groups: Iterable[int]) -> Iterable[Membership]:
    held = Membership.objects.filter(group__in=list(groups)).order_by("user_id")
    return held.filter(user__is_active=True, user__kind=User.Kind.PERSON).select_related("user")


def _watchers(tickets: Iterable[int]) -> Mapping[int, list[User]]:
    """By ticket, of those who watch it whoever may see it."""
    found: dict[int, list[User]] = defaultdict(list)
    if numbers := list(tickets):
        watches = Watch.objects.that_hear().filter(ticket__in=numbers).order_by("pk")
        for watch in watches.select_related("user"):
            found[watch.ticket_id].append(watch.user)
    return found
