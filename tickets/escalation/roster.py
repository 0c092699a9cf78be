"""The people of one pass: read once for all its tickets."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

from accounts.models import Membership, User
from accounts.roles import WORKING_ROLES, OrganisationRole
from tickets.escalation.recipients import Member, Team
from tickets.work.models import Ticket


class Roster:
    """Only active people are on it: nobody can tell a service, and nobody switched off can act."""

    def __init__(self, groups: Iterable[int], named: Iterable[int], now: datetime) -> None:
        self.now = now
        self.people: dict[int, User] = {}
        self._roles: dict[int, dict[int, str]] = defaultdict(dict)
        for held in _memberships(groups):
            self._roles[held.group_id][held.user_id] = held.role
            self.people[held.user_id] = held.user
        self._named = set(named)
        self._readers = self._readers_of_everything()
        self._admins = [user for user in self._readers if self.people[user].is_admin]
        self._load: Counter[int] = Counter()
        self._counted: set[int] = set()

    def team(self, ticket: Ticket) -> Team:
        roles = self._roles[ticket.group_id]
        workers = [user for user, role in roles.items() if role in WORKING_ROLES]
        works = {*workers, *self._admins}
        levels = {
            "owner": [ticket.assignee_id] if ticket.assignee_id in works else [],
            "lead": [user for user in workers if roles[user] == "lead"],
            "manager": [user for user in workers if roles[user] == "manager"],
            "admin": self._admins,
        }
        see = self._named & {*roles, *self._readers}
        return Team(
            {level: tuple(self._member(u, True) for u in users) for level, users in levels.items()},
            {user: self._member(user, user in works) for user in see},
        )

    def load(self, users: Iterable[int]) -> dict[int, int]:
        """How many open tickets each of them has, over all groups."""
        new = set(users) - self._counted
        if new:
            self._load.update(Ticket.objects.carried_by(new))
            self._counted |= new
        return self._load

    def give(self, user: int) -> None:
        self._load[user] += 1

    def _readers_of_everything(self) -> list[int]:
        """Admins, and of the auditors those who are named."""
        wide = User.objects.active().filter(kind=User.Kind.PERSON).order_by("pk")
        wide = wide.exclude(organisation_role=OrganisationRole.NONE)
        people = [p for p in wide if p.is_admin or p.pk in self._named]
        self.people |= {person.pk: person for person in people}
        return [person.pk for person in people]

    def _member(self, user: int, works: bool) -> Member:
        person = self.people[user]
        return Member(user, person.name, not person.is_away(self.now), works)


def _memberships(groups: Iterable[int]) -> Iterable[Membership]:
    held = Membership.objects.filter(group__in=list(groups)).order_by("user_id")
    return held.filter(user__is_active=True, user__kind=User.Kind.PERSON).select_related("user")
